#include "cli/select.h"

#include <string.h>

#include "cli/pick.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "lib/base/file.h"
#include "lib/store/names.h"

static const char *words_text(struct kith_app *app, size_t first, size_t count)
{
	KITH_BUF text = { 0 };
	for (size_t i = first; i < first + count; i++)
		kith_buf_addf(&text, "%s%s", i > first ? " " : "", app->args.words[i]);
	return kith_arena_strdup(&app->arena, kith_buf_text(&text));
}

/* --- what is meant --- */

static bool is_field_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       strchr("-_.", byte);
}

/* "city:lisbon", also behind parentheses and among other words of one argument.  "Team: north" is a name. */
static bool holds_condition(const char *text)
{
	for (const char *at = text; *at;) {
		at += strspn(at, " \t()");
		const size_t length = strcspn(at, " \t()");
		size_t name = 0;
		while (name < length && is_field_letter(at[name]))
			name++;
		if (name && name + 1 < length && at[name] == ':')
			return true;
		at += length;
	}
	return false;
}

static enum kith_kind leading_kind(const struct kith_app *app, size_t first, size_t count)
{
	return count ? kith_kind_find(app->args.words[first], strlen(app->args.words[first])) : KITH_KINDS;
}

/* A kind alone is all of it; behind a kind, words without a condition are a name among these. */
static bool is_query(const struct kith_app *app, size_t first, size_t count)
{
	if (kith_args_has(&app->args, "query") || (count == 1 && leading_kind(app, first, count) < KITH_KINDS))
		return true;
	for (size_t i = first; i < first + count; i++)
		if (holds_condition(app->args.words[i]))
			return true;
	return false;
}

/* --- each --- */

static bool has_path(const struct kith_rows *rows, const char *path)
{
	for (size_t i = 0; i < rows->count; i++)
		if (strcmp(rows->list[i].path, path) == 0)
			return true;
	return false;
}

static void add_row(struct kith_app *app, struct kith_rows *rows, const struct kith_row *row)
{
	if (has_path(rows, row->path))
		return;
	struct kith_row *place =
		kith_arena_push(&app->arena, &rows->list, &rows->count, &rows->capacity, sizeof(*place));
	*place = *row;
}

enum kith_code kith_select_path(struct kith_app *app, const char *text, struct kith_row *out, struct kith_err *err)
{
	const char *path;
	enum kith_code code = kith_place_in_store(app, text, &path, err);
	if (code)
		return code;
	if (!kith_store_is_record_path(path)) {
		kith_fail(err, KITH_USAGE, "%s is not a record", text);
		return kith_hint(err, "records are kith.yaml and the .yaml files in contacts/, notes/ and the like");
	}
	code = kith_index_row_of_path(app->index, path, &app->arena, out, err);
	if (code != KITH_NONE)
		return code;
	KITH_BUF stem = { 0 };
	(void)kith_path_stem(path, &stem); /* a record's path has an ending */
	const enum kith_kind kind = (enum kith_kind)kith_kind_of_path(path);
	*out = (struct kith_row){
		.kind = kind,
		.id = kith_arena_strdup(&app->arena, kith_buf_text(&stem)),
		.path = path,
		.title = "",
		.date = KITH_NO_DAY,
		.last = KITH_NO_DAY,
		.due = KITH_NO_DAY,
		.tie = "",
		.broken = kind != KITH_SETTINGS,
	};
	return KITH_OK;
}

/* Every word a file, or an id as it is written.  KITH_NONE when one of them is neither. */
static enum kith_code select_exact(struct kith_app *app, size_t first, size_t count, struct kith_rows *rows,
                                   struct kith_err *err)
{
	for (size_t i = first; i < first + count; i++) {
		const char *word = app->args.words[i];
		struct kith_row row;
		enum kith_code code;
		if (kith_place_is_path(word)) {
			code = kith_select_path(app, word, &row, err);
			if (code)
				return code;
		} else {
			/* Through the same door as a name, which warns when two files have the id. */
			code = kith_index_row_of_id(app->index, word, &app->arena, &row, NULL);
			if (!code)
				code = kith_pick(app, word, 0, &row, err);
			if (code)
				return KITH_NONE;
		}
		add_row(app, rows, &row);
	}
	return KITH_OK;
}

static enum kith_code select_query(struct kith_app *app, size_t first, size_t count, struct kith_rows *rows,
                                   struct kith_err *err)
{
	const enum kith_kind kind = leading_kind(app, first, count);
	const struct kith_query_options options = { .kind = kind < KITH_KINDS ? (int)kind : -1 };
	const size_t skipped = kind < KITH_KINDS ? 1 : 0;
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	const char *given = kith_args_value(&app->args, "query");
	const char *words = words_text(app, first + skipped, count - skipped);
	const char *text = !given ? words : *words ? kith_arena_printf(&app->arena, "%s (%s)", words, given) : given;
	enum kith_code code = kith_rows_parse(app, text, &query, err);
	if (!code)
		code = kith_rows_run(app, query, &options, rows, err);
	if (code || rows->count)
		return code;
	kith_fail(err, KITH_NONE, "nothing matches %s", *text ? text : words_text(app, first, count));
	return kith_hint(err, "kith list --explain shows how a query is read");
}

/* What is only written alike may be somebody else: it is never taken without a question, nor by --yes. */
static enum kith_code select_name(struct kith_app *app, const char *name, unsigned kinds, struct kith_row *out,
                                  struct kith_err *err)
{
	if (kith_place_is_path(name))
		return kith_select_path(app, name, out, err);
	const enum kith_code code = kith_pick(app, name, kinds, out, err);
	if (code || kith_names_is_sure(app->index, name, out))
		return code;
	if (!kith_args_has(&app->args, "yes") && kith_ask(app, true, "is %s meant?", out->title))
		return KITH_OK;
	kith_fail(err, KITH_NONE, "nothing is called '%s'", name);
	return kith_hint(err, "did you mean %s (%s)?", out->title, out->id);
}

static enum kith_code select_names(struct kith_app *app, size_t first, size_t count, struct kith_rows *rows,
                                   struct kith_err *err)
{
	const enum kith_kind kind = leading_kind(app, first, count);
	const size_t skipped = kind < KITH_KINDS ? 1 : 0;
	const unsigned kinds = skipped ? 1u << kind : 0;
	const char *text = words_text(app, first + skipped, count - skipped);
	for (const char *at = text;;) {
		const size_t length = strcspn(at, ",");
		const char *from = at + strspn(at, " \t");
		size_t bytes = (size_t)(at + length > from ? at + length - from : 0);
		while (bytes && strchr(" \t", from[bytes - 1]))
			bytes--;
		struct kith_row row;
		if (bytes) {
			const char *name = kith_arena_strndup(&app->arena, from, bytes);
			const enum kith_code code = select_name(app, name, kinds, &row, err);
			if (code)
				return code;
			add_row(app, rows, &row);
		}
		at += length;
		if (!*at++)
			return KITH_OK;
	}
}

enum kith_code kith_select(struct kith_app *app, size_t first, size_t count, struct kith_row **out, size_t *out_count,
                           struct kith_err *err)
{
	struct kith_rows rows = { 0 };
	const char *text = words_text(app, first, count);
	enum kith_code code;
	const bool asked = kith_args_has(&app->args, "query");
	if (!asked && !text[strspn(text, " \t,")]) {
		kith_fail(err, KITH_USAGE, "kith %s needs to know which record", app->args.command->name);
		return kith_hint(err, "a name, an id, a path, or a query such as roles:mentor");
	}
	/* A file called contacts/a:b.yaml is a file. */
	code = asked ? KITH_NONE : select_exact(app, first, count, &rows, err);
	if (code == KITH_NONE) {
		rows.count = 0;
		code = is_query(app, first, count) ? select_query(app, first, count, &rows, err)
		                                   : select_names(app, first, count, &rows, err);
	}
	if (code)
		return code;
	*out = rows.list;
	*out_count = rows.count;
	return KITH_OK;
}
