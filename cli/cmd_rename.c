/* kith rename: another id, everywhere at once. */
#include <string.h>

#include "cli/pick.h"
#include "cli/place.h"
#include "cli/renaming.h"
#include "cli/rows.h"
#include "cli/select.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/store/names.h"

/* --- what is wanted --- */

static bool is_misnamed(const struct kith_row *row)
{
	const char *end = strrchr(row->path, '.');
	return !kith_is_id(row->id, strlen(row->id)) || !end || strcmp(end, ".yaml") != 0;
}

static enum kith_code refuse_id(struct kith_app *app, const char *id, struct kith_err *err)
{
	KITH_BUF slug = { 0 };
	kith_slug(&slug, id);
	kith_fail(err, KITH_USAGE, "'%s' is not an id: lower-case letters, digits and hyphens make one", id);
	if (slug.length)
		return kith_hint(err, "did you mean %s? a new name is given with --name", slug.text);
	(void)app;
	return kith_hint(err, "write something like ana-silva; a new name is given with --name");
}

/* The id that is wanted: the one given; else what --name suggests, else what the name of a misnamed file does. */
static enum kith_code choose_id(struct kith_renaming *renaming, const char *given, struct kith_err *err)
{
	struct kith_app *app = renaming->app;
	KITH_BUF slug = { 0 };
	if (given) {
		kith_nfc(&slug, given, strlen(given));
		renaming->id = kith_arena_strdup(&app->arena, kith_buf_text(&slug));
		return kith_is_id(renaming->id, slug.length) ? KITH_OK : refuse_id(app, given, err);
	}
	if (renaming->name)
		kith_slug(&slug, renaming->name);
	else if (kith_is_id(renaming->row.id, strlen(renaming->row.id)) && is_misnamed(&renaming->row))
		kith_buf_add(&slug, renaming->row.id); /* only its ending is wrong */
	else if (is_misnamed(&renaming->row))
		kith_slug(&slug, renaming->row.id);
	if (!slug.length && is_misnamed(&renaming->row))
		kith_slug(&slug, renaming->row.title);
	if (slug.length) {
		renaming->id = kith_arena_strdup(&app->arena, slug.text);
		return KITH_OK;
	}
	kith_fail(err, KITH_USAGE, "%s needs a new id", renaming->row.id);
	return kith_hint(err, "kith rename %s NEW-ID",
	                 kith_is_id(renaming->row.id, strlen(renaming->row.id))
	                         ? renaming->row.id
	                         : kith_place_shown(app, renaming->row.path));
}

static const char *new_path(struct kith_renaming *renaming)
{
	const char *slash = strrchr(renaming->row.path, '/');
	return kith_arena_printf(&renaming->app->arena, "%.*s%s.yaml",
	                         slash ? (int)(slash + 1 - renaming->row.path) : 0, renaming->row.path, renaming->id);
}

static bool have_same_text(const struct kith_app *app, const char *path, const char *other)
{
	KITH_BUF one = { 0 }, two = { 0 };
	return !kith_file_read_beneath(app->store->root_fd, path, KITH_DOC_LIMIT, &one, NULL, NULL) &&
	       !kith_file_read_beneath(app->store->root_fd, other, KITH_DOC_LIMIT, &two, NULL, NULL) &&
	       one.length == two.length && (!one.length || memcmp(one.text, two.text, one.length) == 0);
}

/* Whether the record that has the new id is this one, from a rename that was interrupted: it was called so, or, where
 * only the file's name was wrong, it says the same. */
static bool is_own(struct kith_renaming *renaming, const struct kith_row *taken)
{
	struct kith_record record;
	if (strcmp(taken->path, renaming->path) != 0)
		return false;
	if (is_misnamed(&renaming->row) && have_same_text(renaming->app, taken->path, renaming->row.path))
		return true;
	if (kith_index_record(renaming->app->index, taken->rowid, &renaming->app->arena, &record, NULL))
		return false;
	for (const struct kith_value *at = NULL; (at = kith_record_next(&record, "formerly", at));)
		if (strcmp(at->text, renaming->row.id) == 0)
			return true;
	return false;
}

static enum kith_code check_free(struct kith_renaming *renaming, struct kith_err *err)
{
	struct kith_app *app = renaming->app;
	struct kith_row taken;
	const char **unread;
	size_t count;
	if (kith_reference_is_reserved(renaming->id)) {
		kith_fail(err, KITH_USAGE, "%s cannot be an id: it means something else in a query", renaming->id);
		return kith_hint(err, "choose another, such as %s-2", renaming->id);
	}
	if (kith_index_row_of_id(app->index, renaming->id, &app->arena, &taken, NULL) == KITH_OK &&
	    strcmp(taken.path, renaming->row.path) != 0) {
		renaming->finished_before = is_own(renaming, &taken);
		if (renaming->finished_before)
			return KITH_OK;
		kith_fail(err, KITH_USAGE, "%s is there already: %s (%s)", renaming->id, taken.title,
		          kith_place_shown(app, taken.path));
		return kith_hint(err, "choose another id, such as %s-2", renaming->id);
	}
	enum kith_code code = kith_index_unread(app->index, &app->arena, &unread, &count, err);
	for (size_t i = 0; i < count && !code; i++) {
		KITH_BUF stem = { 0 };
		if (strcmp(unread[i], renaming->row.path) != 0 && kith_path_stem(unread[i], &stem) &&
		    strcmp(stem.text, renaming->id) == 0) {
			code = kith_fail(err, KITH_USAGE, "%s has that id, and cannot be read",
			                 kith_place_shown(app, unread[i]));
			kith_hint(err, "choose another id, or repair that file: kith check %s",
			          kith_place_shown(app, unread[i]));
		}
	}
	if (!code && kith_reference_former(app, renaming->id, &taken, NULL) == KITH_OK &&
	    strcmp(taken.path, renaming->row.path) != 0) {
		kith_fail(err, KITH_USAGE, "%s was called %s once (%s)", taken.title, renaming->id,
		          kith_place_shown(app, taken.path));
		return kith_hint(err, "choose another id, so that old references cannot be taken for new ones");
	}
	return code;
}

/* --- saying what it is --- */

static size_t count_references(const struct kith_renaming *renaming)
{
	size_t count = 0;
	for (size_t i = 0; i < renaming->count; i++)
		count += renaming->files[i]->replaced;
	return count;
}

static void add_arrow(struct kith_app *app, const char *what, const char *was, const char *is)
{
	kith_buf_add(&app->out, "→ ");
	kith_paint(&app->out, false, KITH_PLAIN_TEXT, what);
	kith_paint(&app->out, false, KITH_PLAIN_TEXT, was);
	kith_buf_add(&app->out, *was ? " → " : "");
	kith_paint(&app->out, false, KITH_PLAIN_TEXT, is);
	kith_buf_add_char(&app->out, '\n');
}

static void print_json(struct kith_renaming *renaming, bool written)
{
	struct kith_json json = kith_app_json(renaming->app);
	kith_json_key_string(&json, "kind", kith_kind_name(renaming->row.kind));
	kith_json_key_string(&json, "id", renaming->id);
	kith_json_key_string(&json, "was", renaming->row.id);
	kith_json_key_string(&json, "path", renaming->path);
	kith_json_key_bool(&json, "written", written);
	kith_json_key(&json, "references");
	kith_json_array(&json);
	for (size_t i = 0; i < renaming->count; i++) {
		if (!renaming->files[i]->replaced)
			continue;
		kith_json_object(&json);
		kith_json_key_string(&json, "path", renaming->files[i]->path);
		kith_json_key_int(&json, "count", (int64_t)renaming->files[i]->replaced);
		kith_json_end_object(&json);
	}
	kith_json_end_array(&json);
	kith_app_end_json(&json);
}

static void print(struct kith_renaming *renaming, bool written)
{
	struct kith_app *app = renaming->app;
	if (app->json) {
		print_json(renaming, written);
		return;
	}
	if (app->ids) {
		kith_rows_print_id(app, renaming->id);
		return;
	}
	if (!renaming->moved_before && strcmp(renaming->row.path, renaming->path) != 0)
		add_arrow(app, "", kith_place_shown(app, renaming->row.path), kith_place_shown(app, renaming->path));
	if (renaming->name)
		add_arrow(app, "name ", renaming->row.title, renaming->name);
	size_t files = 0;
	for (size_t i = 0; i < renaming->count; i++)
		files += renaming->files[i]->replaced > 0;
	const size_t count = count_references(renaming);
	if (count)
		kith_buf_addf(&app->out, "→ %zu reference%s in %zu file%s\n", count, count == 1 ? "" : "s", files,
		              files == 1 ? "" : "s");
	if (renaming->shared)
		kith_app_warn(app, "another file has the id %s too: what refers to it stays as it is",
		              renaming->row.id);
	for (size_t i = 0; i < renaming->by_hand.count; i++)
		kith_app_warn(app, "%s:%u: %s names %s in words that only you can change",
		              kith_place_shown(app, renaming->by_hand.list[i].path), renaming->by_hand.list[i].line,
		              renaming->by_hand.list[i].field->path, renaming->row.id);
}

/* --- who --- */

/* What is left of a rename whose file has moved already: the references. */
static bool find_moved(struct kith_renaming *renaming, const char *old, const char *new)
{
	struct kith_app *app = renaming->app;
	struct kith_row row;
	if (kith_index_row_of_id(app->index, old, &app->arena, &row, NULL) != KITH_NONE ||
	    kith_reference_former(app, old, &row, NULL) || strcmp(row.id, new) != 0)
		return false;
	renaming->row = row;
	renaming->row.id = old;
	renaming->row.path = "";
	renaming->path = row.path;
	renaming->moved_before = true;
	return true;
}

/* Whether all the words are one name, although the last could be an id. */
static bool is_one_name(struct kith_app *app)
{
	struct kith_row *rows;
	size_t count;
	const char *text = kith_args_text(&app->args, 0, &app->arena);
	return !kith_names_find(app->index, text, 0, 2, &app->arena, &rows, &count, NULL) && count == 1 &&
	       kith_names_is_sure(app->index, text, &rows[0]);
}

/* WHO is all words but the last, which is NEW-ID; or all of them, where a new name or the path of a misnamed file says what
 * the id will be. */
static enum kith_code find_record(struct kith_renaming *renaming, const char **new_id, struct kith_err *err)
{
	struct kith_app *app = renaming->app;
	const struct kith_args *args = &app->args;
	enum kith_code code = kith_args_expect(args, 1, SIZE_MAX, err);
	if (code)
		return code;
	const bool implied = args->word_count == 1 ? kith_place_is_path(args->words[0]) || renaming->name
	                                           : renaming->name && is_one_name(app);
	if (args->word_count == 1 && !implied) {
		kith_fail(err, KITH_USAGE, "kith rename needs the new id too");
		return kith_hint(err, "kith rename %s NEW-ID, or --name \"New Name\"", args->words[0]);
	}
	const size_t words = args->word_count - !implied;
	*new_id = implied ? NULL : args->words[args->word_count - 1];
	if (words == 1 && *new_id && find_moved(renaming, args->words[0], *new_id))
		return KITH_OK;
	struct kith_row *rows;
	size_t count;
	code = kith_select(app, 0, words, &rows, &count, err);
	if (code)
		return code;
	if (count > 1) {
		kith_fail(err, KITH_USAGE, "one record is renamed at a time, and these are %zu", count);
		return kith_hint(err, "write its id or its path, then the new id");
	}
	if (rows[0].kind >= KITH_KINDS) {
		kith_fail(err, KITH_USAGE, "%s keeps its name", rows[0].path);
		return kith_hint(err, "kith finds the store by it");
	}
	renaming->row = rows[0];
	return KITH_OK;
}

static enum kith_code prepare(struct kith_renaming *renaming, const char *new_id, struct kith_err *err)
{
	struct kith_app *app = renaming->app;
	const char *twin;
	if (renaming->moved_before) {
		renaming->id = new_id;
		renaming->had_id = true;
		return KITH_OK;
	}
	enum kith_code code = choose_id(renaming, new_id, err);
	if (code)
		return code;
	renaming->path = new_path(renaming);
	renaming->had_id = kith_is_id(renaming->row.id, strlen(renaming->row.id));
	if (strcmp(renaming->path, renaming->row.path) == 0 && !renaming->name) {
		kith_fail(err, KITH_USAGE, "%s is its id already", renaming->id);
		return kith_hint(err, "--name changes what it is called");
	}
	code = check_free(renaming, err);
	if (code || renaming->finished_before || kith_index_twin(app->index, &renaming->row, &app->arena, &twin, NULL))
		return code;
	renaming->shared = strcmp(renaming->id, renaming->row.id) != 0;
	if (kith_place_is_path(app->args.words[0]))
		return KITH_OK;
	kith_fail(err, KITH_USAGE, "%s is the id of two files", renaming->row.id);
	return kith_hint(err, "say which by its path: kith rename %s NEW-ID", kith_place_shown(app, twin));
}

enum kith_code kith_cmd_rename(struct kith_app *app, struct kith_err *err)
{
	struct kith_renaming renaming = { .app = app, .name = kith_args_value(&app->args, "name"), .changes.app = app };
	const char *new_id = NULL;
	enum kith_code code = KITH_OK;
	if (renaming.name && !renaming.name[strspn(renaming.name, " \t\r\n")]) {
		kith_fail(err, KITH_USAGE, "--name is empty");
		return kith_hint(err, "write --name \"New Name\", or leave it out");
	}
	/* What an old index does not know would be left behind. */
	struct kith_index_report report;
	if (kith_args_has(&app->args, "stale-ok"))
		code = kith_index_refresh(app->index, &report, err);
	if (!code)
		code = find_record(&renaming, &new_id, err);
	if (!code)
		code = prepare(&renaming, new_id, err);
	if (!code)
		code = kith_renaming_plan(&renaming, err);
	if (code)
		return code;
	if (kith_args_has(&app->args, "dry-run")) {
		if (!app->json)
			kith_changes_show(&renaming.changes, &app->out);
		print(&renaming, false);
		return KITH_OK;
	}
	code = kith_changes_confirm(
		&renaming.changes,
		kith_arena_printf(&app->arena, "change %zu files", kith_changes_real(&renaming.changes)), err);
	if (!code)
		code = kith_changes_apply(
			&renaming.changes,
			kith_arena_printf(&app->arena, "rename %s to %s", renaming.row.id, renaming.id), err);
	if (code)
		return code;
	print(&renaming, true);
	kith_changes_say_undo(&renaming.changes, &app->out);
	return KITH_OK;
}
