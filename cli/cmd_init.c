/* kith init: make a store, or adopt a folder of records.  Nothing that is there is overwritten. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/draft.h"
#include "cli/place.h"
#include "cli/save.h"
#include "cli/schemas.h"
#include "cli/spawn.h"
#include "cli/starter.h"
#include "cli/yaml.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

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

/* A store inside another one would have two owners for each file.  The folder need not be there yet. */
static enum kith_code refuse_nested(struct kith_app *app, const char *wanted, struct kith_err *err)
{
	char real[PATH_MAX];
	char *path = kith_arena_strdup(&app->arena,
	                               *wanted == '/' ? wanted : kith_arena_printf(&app->arena, "./%s", wanted));
	bool is_wanted = true;
	for (; !realpath(path, real); is_wanted = false) {
		char *slash = strrchr(path, '/');
		if (!slash || slash == path)
			return KITH_OK;
		*slash = '\0';
	}
	for (;; is_wanted = false) {
		if (!is_wanted && exists(real, "kith.yaml")) {
			kith_fail(err, KITH_USAGE, "%s would be inside of the store %s", wanted, real);
			return kith_hint(err, "choose a folder outside of it");
		}
		char *slash = strrchr(real, '/');
		if (!slash || slash == real)
			return KITH_OK;
		*slash = '\0';
	}
}

static enum kith_code refuse_home(const char *wanted, struct kith_err *err)
{
	char real[PATH_MAX], home[PATH_MAX];
	const char *variable = getenv("HOME");
	if (!variable || !realpath(variable, home) || !realpath(wanted, real) || strcmp(home, real) != 0)
		return KITH_OK;
	kith_fail(err, KITH_USAGE, "your home folder itself is no good place for a store");
	return kith_hint(err, "kith init ~/kith");
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
	enum kith_code code = refuse_nested(app, wanted, err);
	if (!code)
		code = refuse_home(wanted, err);
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

/* The words of a failing kithd: its first line, without "error: ". */
static const char *first_words(const struct kith_buf *errors, struct kith_arena *arena)
{
	const char *text = kith_buf_text(errors);
	if (strncmp(text, "error: ", 7) == 0)
		text += 7;
	return kith_arena_strndup(arena, text, strcspn(text, "\n"));
}

static bool run_kithd(struct making *making, const char *const *arguments)
{
	struct kith_app *app = making->app;
	const char *argv[32];
	size_t count = 0;
	argv[count++] = kith_spawn_daemon_path(&app->arena);
	while (*arguments && count + 1 < kith_count(argv))
		argv[count++] = *arguments++;
	argv[count] = NULL;
	KITH_BUF errors = { 0 };
	const struct kith_spawn spawn = { .argv = argv, .errors = &errors, .timeout_ms = GIT_TIMEOUT_MS };
	int status = 0;
	struct kith_err err = { 0 };
	if (kith_spawn_run(&spawn, &status, &err))
		kith_app_warn(app, "git: %s", err.message);
	else if (status == 127)
		kith_app_warn(
			app,
			"kithd was not found beside kith or in $PATH, so nothing is in git yet; install it and run "
			"kith init again");
	else if (status)
		kith_app_warn(app, "git: %s", first_words(&errors, &app->arena));
	else
		return true;
	return false;
}

static void make_repository(struct making *making)
{
	static const char *const own[] = { ".gitattributes", ".gitignore" };
	if (!run_kithd(making, (const char *const[]){ "--init", making->root, NULL }))
		return;
	/* A new repository takes everything that is there; in one that has a history only what was made here
	 * is committed. */
	if (!making->had_git) {
		(void)run_kithd(making, (const char *const[]){ "--store", making->root, "--once", "--offline",
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
	(void)run_kithd(making, arguments); /* it has said what is wrong */
}

/* --- what next --- */

static void print_step(struct kith_app *app, const char *command, const char *means)
{
	kith_buf_add(&app->out, "  ");
	kith_paint(&app->out, app->screen.color, KITH_BOLD, command);
	if (app->screen.terminal && app->screen.columns < 76)
		kith_buf_add(&app->out, "\n      ");
	else
		kith_spaces(&app->out, strlen(command) < 36 ? 38 - strlen(command) : 2);
	kith_buf_addf(&app->out, "%s\n", means);
}

/* The folder that a bare `kith` takes for its store when it stands nowhere in particular; NULL: none. */
static const char *usual_store(struct making *making)
{
	char real[PATH_MAX];
	struct kith_arena *arena = &making->app->arena;
	const char *path = kith_store_usual(&making->app->store->config, arena);
	return path && realpath(path, real) ? kith_arena_strdup(arena, real) : NULL;
}

static void print_way_here(struct making *making)
{
	struct kith_app *app = making->app;
	const char *usual = usual_store(making), *config = app->store->config.path;
	if (usual && strcmp(usual, making->root) == 0)
		return;
	config = config ? kith_place_home(&app->arena, config) : "~/.config/kith/config.yaml";
	const char *text =
		usual ? kith_arena_printf(&app->arena,
	                                  "kith finds it from inside of it, and by --store; elsewhere it takes %s. "
	                                  "The first store in %s is the usual one:",
	                                  kith_place_home(&app->arena, usual), config)
		      : kith_arena_printf(&app->arena,
	                                  "So that kith finds it from everywhere, write this into %s:", config);
	kith_buf_add_char(&app->out, '\n');
	kith_wrap(&app->out, app->screen.color, KITH_DIM, text, 0, kith_screen_width(&app->screen));
	kith_buf_add(&app->out, "\n  stores: [");
	kith_yaml_scalar(&app->out, making->root, &(struct kith_yaml_place){ .flow = true });
	kith_buf_add(&app->out, "]\n");
}

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
		print_step(app, "kith init --me \"Your Name\"", "says which contact is you");
	print_step(app, "kith add contact \"Somebody's Name\"", "writes down a person");
	print_step(app, "kith log somebody What was said", "notes a conversation");
	print_step(app, "kith", "shows what is due");
	print_step(app, "kith daemon start", "reminds you, and commits by itself");
	print_way_here(making);
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
		code = kith_schemas_write(making.root, err);
	if (!code)
		code = kith_store_open(making.root, &app->store, err);
	if (!code)
		code = make_me(&making, err);
	if (code)
		return code;
	make_repository(&making);
	print_next(&making);
	return KITH_OK;
}
