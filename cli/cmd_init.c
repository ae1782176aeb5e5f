/* kith init: make a store, or adopt a folder of records.  Nothing that is there is overwritten. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/draft.h"
#include "cli/new_store.h"
#include "cli/place.h"
#include "cli/save.h"
#include "cli/spawn.h"
#include "cli/starter.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/record/yaml.h"
#include "lib/store/schemas.h"

enum { GIT_TIMEOUT_MS = 60000 };

struct making {
	struct kith_app *app;
	const char *root;  /* absolute */
	bool had_settings; /* kith.yaml was there */
	bool had_git;
	const char *me; /* id of the contact that is the user, or NULL */
	const char *made[16];
	size_t made_count;
};

static bool exists(const char *folder, const char *name)
{
	KITH_ARENA arena = { 0 };
	struct stat status;
	return lstat(kith_path_join(&arena, folder, name), &status) == 0;
}

/* --- where --- */

static const char *wanted_folder(struct kith_app *app)
{
	const char *store = kith_args_value(&app->args, "store"), *variable = getenv("KITH_STORE"),
		   *home = getenv("HOME");
	if (app->args.word_count)
		return app->args.words[0];
	if (store)
		return store;
	if (variable && *variable)
		return variable;
	if (exists(".", "kith.yaml"))
		return ".";
	return home && *home ? kith_path_join(&app->arena, home, "kith") : NULL;
}

static enum kith_code make_root(struct making *making, struct kith_err *err)
{
	struct kith_app *app = making->app;
	const char *wanted = wanted_folder(app);
	char real[PATH_MAX];
	if (!wanted || !*wanted) {
		kith_fail(err, KITH_USAGE, "there is no folder to make a store in");
		return kith_hint(err, "name one: kith init DIR");
	}
	enum kith_code code = kith_new_store_check(app, wanted, err);
	/* Who is in it is nobody else's business on this machine. */
	if (!code)
		code = kith_make_folders(wanted, 0700, err);
	if (code)
		return code;
	if (!realpath(wanted, real))
		return kith_fail_errno(err, KITH_IO, "cannot use %s", wanted);
	making->root = kith_arena_strdup(&app->arena, real);
	making->had_settings = exists(real, "kith.yaml");
	making->had_git = exists(real, ".git");
	return KITH_OK;
}

/* --- what --- */

static enum kith_code create(struct making *making, const char *path, const char *text, struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	const enum kith_code code =
		kith_file_create(kith_path_join(&arena, making->root, path), text, strlen(text), kith_save_mode(), err);
	if (!code)
		making->made[making->made_count++] = kith_arena_strdup(&making->app->arena, path);
	return code;
}

static enum kith_code make_settings(struct making *making, struct kith_err *err)
{
	return making->had_settings ? KITH_OK : create(making, "kith.yaml", kith_starter_settings, err);
}

static enum kith_code make_playbooks(struct making *making, struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	if (making->had_settings || exists(making->root, "playbooks"))
		return KITH_OK;
	enum kith_code code = kith_make_folders(kith_path_join(&arena, making->root, "playbooks"), 0777, err);
	for (size_t i = 0; i < kith_starter_playbook_count && !code; i++)
		code = create(making, kith_starter_playbooks[i].path, kith_starter_playbooks[i].text, err);
	return code;
}

/* Put `me: id` at the end of kith.yaml, if that is what it then says. */
static enum kith_code append_me(struct making *making, const char *id, struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	KITH_BUF text = { 0 };
	const char *path = kith_path_join(&arena, making->root, "kith.yaml");
	const enum kith_code code = kith_file_read(path, KITH_DOC_LIMIT, &text, err);
	if (code)
		return code;
	kith_buf_addf(&text, "%sme: %s\n", text.length && text.text[text.length - 1] != '\n' ? "\n" : "", id);
	struct kith_reading reading;
	kith_record_read(KITH_SETTINGS, "kith", "kith.yaml", text.text, text.length, &arena, &reading);
	const char *me = reading.readable ? kith_record_text(&reading.record, "me") : NULL;
	if (!me || strcmp(me, id) != 0 || reading.faults.errors) {
		kith_fail(err, KITH_FAULTY, "kith.yaml could not be changed safely");
		return kith_hint(err, "add this line to it yourself: me: %s", id);
	}
	return kith_file_write(path, text.text, text.length, kith_save_mode(), err);
}

static enum kith_code make_contact(struct making *making, const char *name, const char *id, struct kith_err *err)
{
	struct kith_app *app = making->app;
	struct kith_draft draft = { .kind = KITH_KIND_contact, .suggestions = KITH_SUGGEST_SELF };
	KITH_BUF text = { 0 };
	enum kith_code code = kith_app_open_index(app, err);
	if (!code)
		code = kith_draft_add(app, &draft, kith_field_find(KITH_KIND_contact, "name"), name, err);
	struct kith_row row;
	if (!code && kith_index_row_of_id(app->index, id, &app->arena, &row, NULL) == KITH_OK) {
		if (row.kind == KITH_KIND_contact)
			return KITH_OK; /* somebody of this name is there: that is you */
		kith_fail(err, KITH_USAGE, "%s is a %s already", id, kith_kind_name(row.kind));
		return kith_hint(err, "make the contact by hand, and put its id behind me: in kith.yaml");
	}
	if (code)
		return code;
	const char *path = kith_store_new_path(app->store, KITH_KIND_contact, id, KITH_NO_DAY, &app->arena);
	code = kith_draft_write(app, &draft, path, &text, err);
	if (!code)
		code = kith_save_new(app, path, text.text, text.length, err);
	if (!code)
		making->made[making->made_count++] = path;
	return code;
}

static enum kith_code make_me(struct making *making, struct kith_err *err)
{
	struct kith_app *app = making->app;
	const char *name = kith_args_value(&app->args, "me");
	const char *there = app->store->settings.me;
	if (there)
		making->me = kith_arena_strdup(&app->arena, there);
	if (!name)
		return KITH_OK;
	KITH_BUF slug = { 0 };
	kith_slug(&slug, name);
	if (!slug.length) {
		kith_fail(err, KITH_USAGE, "--me '%s' has no letter or digit to make an id of", name);
		return kith_hint(err, "kith init --me \"Your Name\"");
	}
	if (there && strcmp(there, slug.text) != 0) {
		kith_fail(err, KITH_USAGE, "kith.yaml says that you are %s", there);
		return kith_hint(err, "kith edit kith.yaml changes it");
	}
	if (there)
		return KITH_OK;
	enum kith_code code = make_contact(making, name, slug.text, err);
	if (!code)
		code = append_me(making, slug.text, err);
	if (code)
		return code;
	if (making->had_settings)
		making->made[making->made_count++] = "kith.yaml";
	making->me = kith_arena_strdup(&app->arena, slug.text);
	return KITH_OK;
}

/* --- git --- */

/* It says itself what is wrong, in words that end in what to do. */
static enum kith_code change_hook(struct making *making, const char *how, struct kith_err *err)
{
	struct kith_app *app = making->app;
	const char *argv[] = { kith_spawn_daemon_path(&app->arena), "--hook", how, "--init", making->root, NULL };
	KITH_BUF output = { 0 }, errors = { 0 };
	const struct kith_spawn spawn = {
		.argv = argv, .output = &output, .errors = &errors, .timeout_ms = GIT_TIMEOUT_MS
	};
	int status = 0;
	const enum kith_code code = kith_spawn_run(&spawn, &status, err);
	if (code)
		return code;
	if (status == 127) {
		kith_fail(err, KITH_SYNC, "kithd was not found beside kith or in $PATH");
		return kith_hint(err, "install it, and run this again");
	}
	if (status) {
		const char *hint = strstr(kith_buf_text(&errors), "\nhint: ");
		kith_fail(err, status == KITH_USAGE ? KITH_USAGE : KITH_SYNC, "%s", kith_new_store_words(&errors, &app->arena));
		return hint ? kith_hint(err, "%.*s", (int)strcspn(hint + 7, "\n"), hint + 7) : KITH_SYNC;
	}
	kith_buf_add(&app->out, "→ ");
	kith_paint(&app->out, false, KITH_PLAIN_TEXT,
	           kith_arena_strndup(&app->arena, kith_buf_text(&output), strcspn(kith_buf_text(&output), "\n")));
	kith_buf_add_char(&app->out, '\n');
	return KITH_OK;
}

static void make_repository(struct making *making)
{
	static const char *const own[] = { ".gitattributes", ".gitignore" };
	struct kith_app *app = making->app;
	if (!kith_new_store_kithd(app, (const char *const[]){ "--init", making->root, NULL }))
		return;
	/* A new repository takes everything that is there; in one that has a history only what was made here
	 * is committed. */
	if (!making->had_git) {
		(void)kith_new_store_kithd(app, (const char *const[]){ "--store", making->root, "--once", "--offline",
		                                               NULL }); /* it has said what is wrong */
		return;
	}
	if (!making->made_count)
		return;
	const char *arguments[32] = { "--store",   making->root, "--commit", "kith: store set up",
		                      "--command", "init",       "--" };
	size_t count = 7;
	for (size_t i = 0; i < making->made_count; i++)
		arguments[count++] = making->made[i];
	for (size_t i = 0; i < kith_count(own); i++)
		if (exists(making->root, own[i]))
			arguments[count++] = own[i];
	(void)kith_new_store_kithd(app, arguments); /* it has said what is wrong */
}

/* --- what next --- */

static void print_next(struct making *making)
{
	struct kith_app *app = making->app;
	const char *shown = kith_place_home(&app->arena, making->root);
	KITH_BUF line = { 0 };
	if (!making->made_count && making->had_settings && making->had_git)
		kith_buf_addf(&line, "%s is a store already, and nothing was missing.", shown);
	else if (making->had_settings)
		kith_buf_addf(&line, "%s is a store now, with everything that was in it.", shown);
	else
		kith_buf_addf(&line, "A store is ready in %s.", shown);
	kith_paint(&app->out, app->screen.color, KITH_BOLD, line.text);
	kith_buf_add(&app->out, "\n\n");
	if (!making->me)
		kith_new_store_step(app, "kith init --me \"Your Name\"", "says which contact is you");
	kith_new_store_step(app, "kith add contact \"Somebody's Name\"", "writes down a person");
	kith_new_store_step(app, "kith log somebody What was said", "notes a conversation");
	kith_new_store_step(app, "kith", "shows what is due");
	kith_new_store_step(app, "kith daemon start", "reminds you, and commits by itself");
	kith_new_store_way(app);
}

enum kith_code kith_cmd_init(struct kith_app *app, struct kith_err *err)
{
	struct making making = { .app = app };
	enum kith_code code = kith_args_expect(&app->args, 0, 1, err);
	if (!code)
		code = make_root(&making, err);
	if (!code)
		code = make_settings(&making, err);
	if (!code)
		code = make_playbooks(&making, err);
	if (!code)
		code = kith_store_open(making.root, &app->store, err);
	if (!code)
		code = kith_schemas_write(app->store->root_fd, NULL, err);
	if (!code)
		code = make_me(&making, err);
	if (code)
		return code;
	make_repository(&making);
	print_next(&making);
	if (kith_args_has(&app->args, "hook"))
		code = change_hook(&making, "make", err);
	else if (kith_args_has(&app->args, "no-hook"))
		code = change_hook(&making, "remove", err);
	return code;
}
