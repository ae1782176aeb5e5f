#include "cli/waiting.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/place.h"
#include "cli/rows.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

const char kith_reminders_path[] = ".kith/reminders.yaml";
static const char set_aside_folder[] = "conflicts/", settings_path[] = "kith.yaml";

const char *kith_waiting_id(const struct kith_waiting *waiting)
{
	return waiting->row && strcmp(waiting->row->path, kith_reminders_path) != 0 ? waiting->row->id : NULL;
}

const char *kith_waiting_name(const struct kith_waiting *waiting)
{
	return waiting->set_aside && !waiting->row       ? waiting->set_aside
	       : waiting->row->kind == KITH_SETTINGS ? waiting->row->path
	                                             : waiting->row->id;
}

/* --- records --- */

static struct kith_waiting *add(struct kith_app *app, struct kith_waitings *list, const struct kith_row *row)
{
	struct kith_waiting *waiting =
		kith_arena_push(&app->arena, &list->list, &list->count, &list->capacity, sizeof(*waiting));
	waiting->row = row;
	waiting->path = row ? row->path : NULL;
	waiting->title = row && *row->title ? row->title : waiting->path;
	if (row && row->kind == KITH_KIND_note)
		waiting->title = row->id; /* its first line says less of which one it is */
	return waiting;
}

static void add_conflict(struct kith_app *app, struct kith_waitings *list, const struct kith_row *row,
                         const struct kith_conflict *conflict)
{
	struct kith_waiting *waiting = add(app, list, row);
	waiting->field = conflict->field;
	waiting->line = conflict->line;
	waiting->deleted = conflict->deleted;
	waiting->whole = conflict->whole;
	waiting->stray = strcmp(conflict->field, "?") == 0;
	waiting->count = conflict->kept_count + 1;
	waiting->rivals = kith_arena_alloc(&app->arena, waiting->count * sizeof(*waiting->rivals));
	waiting->rivals[0].text = conflict->whole ? conflict->whole : conflict->shown;
	for (size_t i = 1; i < waiting->count; i++)
		waiting->rivals[i].text = conflict->kept[i - 1];
}

/* Keys that the schema of kith.yaml does not know are maps and texts by their shape, as in the reminders. */
static enum kith_code read_file(struct kith_app *app, const struct kith_row *row, struct kith_reading *out, struct kith_err *err)
{
	KITH_BUF text = { 0 };
	struct stat status;
	if (strcmp(row->path, kith_reminders_path) != 0)
		return kith_store_read(app->store, row->path, &app->arena, out, err);
	if (fstatat(app->store->root_fd, row->path, &status, AT_SYMLINK_NOFOLLOW))
		return kith_fail(err, KITH_NONE, "%s is not there", row->path);
	const enum kith_code code =
		kith_file_read_beneath(app->store->root_fd, row->path, KITH_DOC_LIMIT, &text, NULL, err);
	if (code)
		return code;
	const char *source = kith_arena_strndup(&app->arena, kith_buf_text(&text), text.length);
	kith_record_read(row->kind, row->id, row->path, source, text.length, &app->arena, out);
	return KITH_OK;
}

static enum kith_code read_record(struct kith_app *app, const struct kith_row *row, struct kith_waitings *list,
                                  struct kith_err *err)
{
	struct kith_reading reading;
	struct kith_conflict *conflicts;
	size_t count;
	const enum kith_code code = read_file(app, row, &reading, err);
	if (code == KITH_NONE)
		return KITH_OK;
	if (code)
		return code;
	if (!reading.readable) {
		list->unread++;
		return KITH_OK;
	}
	kith_conflicts_read(&reading, &app->arena, &conflicts, &count);
	for (size_t i = 0; i < count; i++)
		add_conflict(app, list, row, &conflicts[i]);
	return KITH_OK;
}

static void add_file(struct kith_app *app, struct kith_rows *rows, const char *id, const char *path)
{
	struct kith_row *row = kith_arena_push(&app->arena, &rows->list, &rows->count, &rows->capacity, sizeof(*row));
	*row = (struct kith_row){ .kind = KITH_SETTINGS, .id = id, .path = path, .title = "", .tie = "" };
}

/* The index knows which records have some; two files are not in it. */
static enum kith_code find_rows(struct kith_app *app, struct kith_rows *rows, struct kith_err *err)
{
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	enum kith_code code = kith_rows_parse(app, "has:conflicts", &query, err);
	if (!code)
		code = kith_rows_run(app, query, NULL, rows, err);
	if (code)
		return code;
	add_file(app, rows, "kith", settings_path);
	add_file(app, rows, "reminders", kith_reminders_path);
	return KITH_OK;
}

static bool has_path(const struct kith_row *rows, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].path, path) == 0)
			return true;
	return false;
}

/* --- texts that were set aside --- */

struct listing {
	struct kith_app *app;
	const char **paths;
	size_t count, capacity;
};

static bool on_file(void *user, const char *path, const struct stat *status)
{
	struct listing *listing = user;
	(void)status;
	if (kith_path_is_set_aside(path)) {
		const char **place = kith_arena_push(&listing->app->arena, &listing->paths, &listing->count,
		                                     &listing->capacity, sizeof(*place));
		*place = kith_arena_strdup(&listing->app->arena, path);
	}
	return true;
}

static bool no_folder(void *user, const char *path)
{
	(void)user, (void)path;
	return false;
}

static void list_texts(struct kith_app *app, struct listing *listing)
{
	*listing = (struct listing){ .app = app };
	const struct kith_walk walk = { .file = on_file, .folder = no_folder, .user = listing };
	(void)kith_walk(app->store->root_fd, "conflicts", &walk); /* no callback stops it */
}

/* "conflicts/ana-silva-3f9a1c20b7de.txt" → "ana-silva"; false if it is not called as merging calls them. */
static bool read_stem(const char *path, struct kith_buf *out)
{
	const char *name = path + strlen(set_aside_folder), *hash = strrchr(name, '-');
	const size_t digits = hash ? strspn(hash + 1, "0123456789abcdef") : 0;
	if (digits < KITH_ASIDE_DIGITS || hash == name || strcmp(hash + 1 + digits, ".txt") != 0)
		return false;
	kith_buf_add_bytes(out, name, (size_t)(hash - name));
	return true;
}

/* A file that could never be read is in no row. */
static const char *find_unread(struct kith_app *app, const char *stem)
{
	const char **paths;
	size_t count;
	if (kith_index_unread(app->index, &app->arena, &paths, &count, NULL))
		return NULL;
	for (size_t i = 0; i < count; i++) {
		KITH_BUF name = { 0 };
		if (kith_kind_of_path(paths[i]) >= 0 && kith_path_stem(paths[i], &name) && strcmp(name.text, stem) == 0)
			return paths[i];
	}
	return NULL;
}

static const struct kith_row *find_owner(struct kith_app *app, const char *path)
{
	KITH_BUF stem = { 0 };
	struct kith_row *row = kith_arena_alloc(&app->arena, sizeof(*row));
	*row = (struct kith_row){ .title = "", .tie = "" };
	if (!read_stem(path, &stem))
		return NULL;
	if (kith_index_row_of_id(app->index, stem.text, &app->arena, row, NULL) == KITH_OK)
		return row;
	const char *unread = strcmp(stem.text, "kith") == 0        ? settings_path
	                     : strcmp(stem.text, "reminders") == 0 ? kith_reminders_path
	                                                           : find_unread(app, stem.text);
	if (!unread)
		return NULL;
	const int kind = kith_kind_of_path(unread);
	row->kind = kind < 0 ? KITH_SETTINGS : (enum kith_kind)kind;
	row->path = unread;
	row->id = kith_arena_strdup(&app->arena, stem.text);
	return row;
}

static const char *read_text(struct kith_app *app, const char *path)
{
	KITH_BUF text = { 0 };
	if (kith_file_read_beneath(app->store->root_fd, path, KITH_DOC_LIMIT, &text, NULL, NULL) ||
	    memchr(kith_buf_text(&text), '\0', text.length))
		return NULL;
	return kith_arena_strdup(&app->arena, kith_buf_text(&text));
}

static void add_text(struct kith_app *app, struct kith_waitings *list, const struct kith_row *row, const char *path)
{
	struct kith_waiting *waiting = add(app, list, row);
	waiting->set_aside = path;
	waiting->field = "";
	if (!row)
		waiting->path = waiting->title = path;
	waiting->count = 2;
	waiting->rivals = kith_arena_alloc(&app->arena, waiting->count * sizeof(*waiting->rivals));
	waiting->rivals[0].text = row ? read_text(app, row->path) : NULL;
	waiting->rivals[1].text = read_text(app, path);
}

/* --- all --- */

enum kith_code kith_waiting_find(struct kith_app *app, const struct kith_row *rows, size_t row_count, const char *set_aside,
                                 struct kith_waitings *list, struct kith_err *err)
{
	struct kith_rows candidates = { 0 };
	struct listing texts;
	*list = (struct kith_waitings){ 0 };
	enum kith_code code = set_aside ? KITH_OK : find_rows(app, &candidates, err);
	for (size_t i = 0; i < candidates.count && !code; i++)
		if (!row_count || has_path(rows, row_count, candidates.list[i].path))
			code = read_record(app, &candidates.list[i], list, err);
	if (code)
		return code;
	list_texts(app, &texts);
	for (size_t i = 0; i < texts.count; i++) {
		const struct kith_row *owner = find_owner(app, texts.paths[i]);
		const bool is_wanted = set_aside   ? strcmp(set_aside, texts.paths[i]) == 0
		                       : row_count ? owner && has_path(rows, row_count, owner->path)
		                                   : true;
		if (is_wanted)
			add_text(app, list, owner, texts.paths[i]);
	}
	return KITH_OK;
}

/* --- counting --- */

enum kith_code kith_waiting_count(struct kith_app *app, struct kith_waiting_counts *out, struct kith_err *err)
{
	struct kith_index_counts counts;
	struct listing texts;
	*out = (struct kith_waiting_counts){ 0 };
	const enum kith_code code = kith_index_counts(app->index, &counts, err);
	if (code)
		return code;
	out->values = counts.conflicts;
	const struct kith_record *settings = &app->store->settings.record;
	for (size_t i = 0; i < settings->count; i++)
		out->values += settings->values[i].field && strcmp(settings->values[i].field->path, "conflicts.field") == 0;
	const struct kith_row reminders = { .kind = KITH_SETTINGS, .id = "reminders", .path = kith_reminders_path, .title = "" };
	struct kith_waitings others = { 0 };
	(void)read_record(app, &reminders, &others, NULL); /* what cannot be read has none that could be settled */
	out->values += others.count;
	list_texts(app, &texts);
	out->texts = texts.count;
	return KITH_OK;
}

const char *kith_waiting_words(struct kith_app *app, const struct kith_waiting_counts *counts)
{
	const char *values = "", *texts = "";
	if (counts->values)
		values = kith_arena_printf(&app->arena, "%zu value%s that lost a merge wait%s", counts->values,
		                           counts->values == 1 ? "" : "s", counts->values == 1 ? "s" : "");
	if (counts->texts)
		texts = kith_arena_printf(&app->arena, "%zu text%s that could not be merged wait%s", counts->texts,
		                          counts->texts == 1 ? "" : "s", counts->texts == 1 ? "s" : "");
	if (!*values && !*texts)
		return NULL;
	return kith_arena_printf(&app->arena, "%s%s%s", values, *values && *texts ? ", " : "", texts);
}
