/* kith fmt: what is certain about a faulty file is put right; nothing else in it is touched. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/change.h"
#include "cli/place.h"
#include "cli/repair.h"
#include "cli/select.h"
#include "lib/base/file.h"
#include "lib/store/check.h"

struct tidying {
	struct kith_app *app;
	bool order;
	struct tidied **list;
	size_t count, capacity;
	size_t refused; /* files that cannot be read or edited */
	struct kith_changes changes;
};

/* One file. */
struct tidied {
	struct tidying *tidying;
	const char *path;
	struct kith_repairs repairs;
	bool ordered;  /* keys changed places */
	size_t errors; /* that are left */
};

/* --- one file --- */

static enum kith_code edit_file(void *user, struct kith_app *app, const char *path, const char *text, size_t length,
                                struct kith_buf *out, struct kith_err *err)
{
	struct tidied *file = user;
	KITH_BUF stem = { 0 }, before = { 0 };
	KITH_ARENA arena = { 0 };
	KITH_EDITING editing = { 0 };
	struct kith_reading checked;
	(void)kith_path_stem(path, &stem); /* a record's path has an ending */
	file->repairs = (struct kith_repairs){ 0 };
	enum kith_code code = kith_editing_begin(&editing, (enum kith_kind)kith_kind_of_path(path),
	                                         kith_buf_text(&stem), path, text, length, err);
	if (!code)
		code = kith_repairs_apply(app, &editing, kith_repair_day(app, path), NULL, NULL, &file->repairs, err);
	kith_buf_add_bytes(&before, kith_buf_text(&editing.text), editing.text.length);
	if (!code && file->tidying->order)
		code = kith_edit_order(&editing, err);
	if (code)
		return code;
	file->ordered = editing.text.length != before.length ||
	                (before.length && memcmp(editing.text.text, before.text, before.length) != 0);
	file->errors = editing.reading.faults.errors;
	/* What is wrong between files counts too. */
	if (editing.kind < KITH_KINDS && !kith_check_text(app->index, path, kith_buf_text(&editing.text),
	                                                  editing.text.length, &arena, &checked, NULL))
		file->errors = checked.faults.errors;
	kith_buf_add_bytes(out, kith_buf_text(&editing.text), editing.text.length);
	return KITH_OK;
}

static bool is_planned(const struct tidying *tidying, const char *path)
{
	for (size_t i = 0; i < tidying->count; i++)
		if (strcmp(tidying->list[i]->path, path) == 0)
			return true;
	return false;
}

/* A file that cannot be edited does not keep the others from it. */
static void plan_file(struct tidying *tidying, const char *path)
{
	struct kith_app *app = tidying->app;
	struct kith_err why = { 0 };
	if (is_planned(tidying, path))
		return;
	struct tidied *file = kith_arena_alloc(&app->arena, sizeof(*file));
	*file = (struct tidied){ .tidying = tidying, .path = kith_arena_strdup(&app->arena, path) };
	if (kith_change_edit_file(&tidying->changes, file->path, edit_file, file, &why)) {
		kith_app_warn(app, "%s", why.message);
		tidying->refused++;
		return;
	}
	*(struct tidied **)kith_arena_push(&app->arena, &tidying->list, &tidying->count, &tidying->capacity,
	                                   sizeof(file)) = file;
}

/* --- which files --- */

/* Planned when all are known: looking into a file asks the index too. */
struct found {
	struct kith_app *app;
	const char **paths;
	size_t count, capacity;
};

static void add_path(struct found *found, const char *path)
{
	if (kith_store_is_record_path(path))
		*(const char **)kith_arena_push(&found->app->arena, &found->paths, &found->count, &found->capacity,
		                                sizeof(path)) = kith_arena_strdup(&found->app->arena, path);
}

static void on_faulty(void *user, const char *path, const struct kith_faults *faults, const char *source, size_t length)
{
	(void)source, (void)length;
	if (faults->errors)
		add_path(user, path);
}

static bool on_file(void *user, const char *path, const struct stat *status)
{
	(void)status;
	add_path(user, path);
	return true;
}

/* With --order every file may change, else only one that has errors. */
static enum kith_code plan_below(struct tidying *tidying, const char *folder, struct kith_err *err)
{
	struct kith_app *app = tidying->app;
	struct found found = { .app = app };
	struct kith_check_report report = { 0 };
	const struct kith_walk walk = { .file = on_file, .user = &found };
	enum kith_code code = KITH_OK;
	if (!tidying->order)
		code = kith_check(app->index, &folder, *folder ? 1 : 0, on_faulty, &found, &report, err);
	else if (*folder)
		(void)kith_walk(app->store->root_fd, folder, &walk);
	for (unsigned kind = 0; tidying->order && !*folder && kind < KITH_KINDS; kind++)
		(void)kith_walk(app->store->root_fd, kith_kind_folder((enum kith_kind)kind), &walk);
	if (tidying->order && !*folder)
		add_path(&found, "kith.yaml");
	for (size_t i = 0; i < found.count && !code; i++)
		plan_file(tidying, found.paths[i]);
	return code;
}

static bool is_folder(struct kith_app *app, const char *word, const char **path)
{
	struct stat status;
	return !kith_place_in_store(app, word, path, NULL) &&
	       !fstatat(app->store->root_fd, **path ? *path : ".", &status, AT_SYMLINK_NOFOLLOW) &&
	       S_ISDIR(status.st_mode);
}

/* Folders first, because contacts/ is one, and contacts alone a query for the same. */
static enum kith_code plan_all(struct tidying *tidying, struct kith_err *err)
{
	struct kith_app *app = tidying->app;
	const struct kith_args *args = &app->args;
	const char *folder = "";
	if (!args->word_count && !kith_args_has(args, "query"))
		return plan_below(tidying, folder, err);
	size_t folders = 0;
	enum kith_code code = KITH_OK;
	while (!code && folders < args->word_count && is_folder(app, args->words[folders], &folder)) {
		code = plan_below(tidying, folder, err);
		folders++;
	}
	if (code || (folders == args->word_count && !kith_args_has(args, "query")))
		return code;
	struct kith_row *rows;
	size_t count;
	code = kith_select(app, folders, args->word_count - folders, &rows, &count, err);
	for (size_t i = 0; i < count && !code; i++)
		plan_file(tidying, rows[i].path);
	return code;
}

/* --- saying --- */

static void print_file(struct kith_app *app, const struct tidied *file)
{
	const char *shown = kith_place_shown(app, file->path);
	for (size_t i = 0; i < file->repairs.count; i++) {
		kith_buf_add(&app->out, "→ ");
		kith_paintf(&app->out, false, KITH_PLAIN_TEXT, "%s: ", shown);
		kith_repair_print(app, &file->repairs.list[i], &app->out);
		kith_buf_add_char(&app->out, '\n');
	}
	if (file->ordered) {
		kith_buf_add(&app->out, "→ ");
		kith_paintf(&app->out, false, KITH_PLAIN_TEXT, "%s: keys in their usual order", shown);
		kith_buf_add_char(&app->out, '\n');
	}
}

static void json_file(struct kith_json *json, const struct tidied *file)
{
	kith_json_object(json);
	kith_json_key_string(json, "path", file->path);
	kith_json_key_bool(json, "ordered", file->ordered);
	kith_json_key_int(json, "errors", (int64_t)file->errors);
	kith_json_key(json, "repairs");
	kith_json_array(json);
	for (size_t i = 0; i < file->repairs.count; i++) {
		const struct kith_repair *repair = &file->repairs.list[i];
		kith_json_object(json);
		kith_json_key_string(json, "field", repair->field->path);
		kith_json_key_int(json, "line", repair->line);
		kith_json_key_string(json, "was", repair->was);
		kith_json_key_string(json, "is", repair->becomes);
		kith_json_key_day(json, "seen_from", repair->seen);
		kith_json_end_object(json);
	}
	kith_json_end_array(json);
	kith_json_end_object(json);
}

static void print(struct tidying *tidying, bool written)
{
	struct kith_app *app = tidying->app;
	struct kith_json json;
	if (app->json) {
		json = kith_app_json(app);
		kith_json_key_bool(&json, "written", written);
		kith_json_key(&json, "files");
		kith_json_array(&json);
	}
	for (size_t i = 0; i < tidying->count; i++) {
		const struct tidied *file = tidying->list[i];
		const bool says = file->repairs.count || file->ordered || file->errors;
		if (app->json && says)
			json_file(&json, file);
		else if (!app->json && !app->ids)
			print_file(app, file);
		if (file->errors)
			kith_app_warn(app, "%s has %zu error%s left: kith check", kith_place_shown(app, file->path),
			              file->errors, file->errors == 1 ? "" : "s");
	}
	if (app->json) {
		kith_json_end_array(&json);
		kith_app_end_json(&json);
	}
}

static bool is_faulty(const struct tidying *tidying)
{
	for (size_t i = 0; i < tidying->count; i++)
		if (tidying->list[i]->errors)
			return true;
	return tidying->refused > 0;
}

static enum kith_code write_all(struct tidying *tidying, size_t count, struct kith_err *err)
{
	struct kith_app *app = tidying->app;
	enum kith_code code = KITH_OK;
	/* Only what is certain is changed, so that no script is kept from it. */
	if (app->screen.interactive)
		code = kith_changes_confirm(&tidying->changes,
		                            kith_arena_printf(&app->arena, "change %zu files", count), err);
	const char *message = count == 1 && tidying->count == 1
	                              ? kith_arena_printf(&app->arena, "tidy %s", tidying->list[0]->path)
	                              : kith_arena_printf(&app->arena, "tidy %zu file%s", count, count == 1 ? "" : "s");
	return code ? code : kith_changes_apply(&tidying->changes, message, err);
}

enum kith_code kith_cmd_fmt(struct kith_app *app, struct kith_err *err)
{
	struct tidying tidying = { .app = app, .order = kith_args_has(&app->args, "order"), .changes.app = app };
	const bool check = kith_args_has(&app->args, "check");
	enum kith_code code = plan_all(&tidying, err);
	if (code)
		return code;
	const size_t count = kith_changes_real(&tidying.changes);
	const bool dry = check || kith_args_has(&app->args, "dry-run");
	if (dry && !app->json && kith_args_has(&app->args, "dry-run"))
		kith_changes_show(&tidying.changes, &app->out);
	if (!dry && count)
		code = write_all(&tidying, count, err);
	if (code)
		return code;
	print(&tidying, !dry && count);
	if (!dry && count)
		kith_changes_say_undo(&tidying.changes, &app->out);
	return (check && count) || is_faulty(&tidying) ? KITH_FAULTY : KITH_OK;
}
