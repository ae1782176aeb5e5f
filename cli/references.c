#include "cli/references.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/rows.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

/* --- who refers --- */

static struct kith_reference *add(struct kith_app *app, struct kith_references *out)
{
	return kith_arena_push(&app->arena, &out->list, &out->count, &out->capacity, sizeof(*out->list));
}

static int by_place(const void *one, const void *other)
{
	const struct kith_reference *a = one, *b = other;
	const int order = strcmp(a->path, b->path);
	return order ? order : (a->line > b->line) - (a->line < b->line);
}

bool kith_reference_is(const struct kith_value *value, const char *id)
{
	return value->field && kith_field_may_refer(value->field) && strcmp(value->text, id) == 0;
}

/* kith.yaml is no record, and not in the index. */
static void add_settings(struct kith_app *app, const char *id, struct kith_references *out)
{
	const struct kith_record *record = &app->store->settings.record;
	for (size_t i = 0; i < record->count; i++)
		if (kith_reference_is(&record->values[i], id))
			*add(app, out) = (struct kith_reference){
				.path = "kith.yaml",
				.kind = KITH_SETTINGS,
				.id = "kith",
				.title = "kith.yaml",
				.field = record->values[i].field,
				.line = record->values[i].line,
			};
}

enum kith_code kith_references_find(struct kith_app *app, const char *id, struct kith_references *out,
                                    struct kith_err *err)
{
	struct kith_mention *mentions;
	size_t count;
	const enum kith_code code = kith_index_mentions(app->index, id, false, SIZE_MAX, &app->arena, &mentions, &count, err);
	if (code)
		return code;
	const size_t before = out->count;
	for (size_t i = 0; i < count; i++)
		*add(app, out) = (struct kith_reference){
			.path = mentions[i].row.path,
			.kind = mentions[i].row.kind,
			.id = mentions[i].row.id,
			.title = mentions[i].row.title,
			.field = mentions[i].field,
			.line = mentions[i].line,
		};
	add_settings(app, id, out);
	if (out->count > before)
		qsort(out->list + before, out->count - before, sizeof(*out->list), by_place);
	return KITH_OK;
}

/* --- what cannot be read --- */

/* An id goes on with letters, digits of any script, and hyphens. */
static bool is_id_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '-' || (unsigned char)byte >= 0x80;
}

static bool holds_word(const char *text, size_t length, const char *word)
{
	const size_t size = strlen(word);
	for (size_t i = 0; i + size <= length; i++)
		if (memcmp(text + i, word, size) == 0 && (i == 0 || !is_id_byte(text[i - 1])) &&
		    (i + size == length || !is_id_byte(text[i + size])))
			return true;
	return false;
}

enum kith_code kith_references_hidden(struct kith_app *app, const char *id, const char ***out, size_t *out_count,
                                      struct kith_err *err)
{
	const char **broken;
	size_t count;
	const enum kith_code code = kith_index_broken(app->index, &app->arena, &broken, &count, err);
	if (code)
		return code;
	const char **list = kith_arena_alloc(&app->arena, (count + 1) * sizeof(*list));
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		KITH_BUF text = { 0 };
		struct kith_err unreadable;
		/* What is not even text, or not to be opened, cannot be looked into: kith check names it. */
		if (kith_file_read_beneath(app->store->root_fd, broken[i], KITH_DOC_LIMIT, &text, NULL, &unreadable))
			continue;
		if (holds_word(kith_buf_text(&text), text.length, id))
			list[used++] = broken[i];
	}
	*out = list;
	*out_count = used;
	return KITH_OK;
}

/* --- queries --- */

static enum kith_code run_query(struct kith_app *app, const char *text, int kind, struct kith_rows *rows,
                                struct kith_err *err)
{
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	const struct kith_query_options options = { .kind = kind };
	const enum kith_code code = kith_query_parse(text, app->now, &query, NULL, err);
	return code ? code : kith_rows_run(app, query, &options, rows, err);
}

static void add_queries_of(struct kith_app *app, const struct kith_row *row, const struct kith_field *field,
                           const char *id, struct kith_references *out)
{
	KITH_ARENA scratch = { 0 };
	struct kith_record record;
	if (kith_index_record(app->index, row->rowid, &scratch, &record, NULL))
		return;
	for (size_t i = 0; i < record.count; i++) {
		const struct kith_value *value = &record.values[i];
		if (value->field == field && holds_word(value->text, strlen(value->text), id))
			*add(app, out) = (struct kith_reference){
				.path = row->path,
				.kind = row->kind,
				.id = row->id,
				.title = row->title,
				.field = field,
				.line = value->line,
				.text = kith_arena_strdup(&app->arena, value->text),
			};
	}
}

enum kith_code kith_references_in_queries(struct kith_app *app, const char *id, struct kith_references *out,
                                          struct kith_err *err)
{
	for (size_t i = 0; i < kith_field_count(); i++) {
		const struct kith_field *field = kith_field_by_id(i);
		if (!(field->flags & KITH_QUERY) || field->kind >= KITH_KINDS)
			continue;
		struct kith_rows rows = { 0 };
		const enum kith_code code = run_query(app, kith_arena_printf(&app->arena, "has:%s", field->path),
		                                      (int)field->kind, &rows, err);
		if (code)
			return code;
		for (size_t j = 0; j < rows.count; j++)
			add_queries_of(app, &rows.list[j], field, id, out);
	}
	return KITH_OK;
}

/* Whether a name before a colon asks for ids. */
static bool asks_for_ids(const char *name, size_t length)
{
	KITH_ARENA arena = { 0 };
	const char *path = kith_arena_strndup(&arena, name, length);
	if (strcmp(path, "id") == 0)
		return true;
	for (unsigned kind = 0; kind < KITH_KINDS; kind++) {
		const struct kith_field *field = kith_field_find((enum kith_kind)kind, path);
		if (field && kith_field_may_refer(kith_field_key(field)))
			return true;
	}
	return false;
}

static bool is_same_folded(const char *text, size_t length, const char *id)
{
	KITH_BUF one = { 0 }, other = { 0 };
	kith_fold(&one, text, length);
	kith_fold(&other, id, strlen(id));
	return strcmp(kith_buf_text(&one), kith_buf_text(&other)) == 0;
}

/* The values behind a colon, with commas between; returns where they end. */
static const char *copy_values(const char *at, const char *id, const char *other, struct kith_buf *out)
{
	for (;;) {
		const bool quoted = *at == '"';
		const char *from = at + quoted;
		const char *end = from;
		while (*end && (quoted ? *end != '"' : !strchr(" \t\r\n(),", *end)))
			end += quoted && *end == '\\' && end[1] ? 2 : 1;
		const size_t length = (size_t)(end - from);
		kith_buf_add_bytes(out, at, quoted);
		if (is_same_folded(from, length, id))
			kith_buf_add(out, other);
		else
			kith_buf_add_bytes(out, from, length);
		at = end;
		if (quoted && *at)
			kith_buf_add_char(out, *at++);
		if (*at != ',')
			return at;
		kith_buf_add_char(out, *at++);
	}
}

static void rewrite(const char *query, const char *id, const char *other, struct kith_buf *out)
{
	for (const char *at = query; *at;) {
		if (strchr(" \t\r\n()", *at)) {
			kith_buf_add_char(out, *at++);
			continue;
		}
		const size_t word = strcspn(at, " \t\r\n()");
		const size_t name = *at == '"' ? word : strcspn(at, ":\"");
		if (name < word && at[name] == ':' && asks_for_ids(at, name)) {
			kith_buf_add_bytes(out, at, name + 1);
			at = copy_values(at + name + 1, id, other, out);
			continue;
		}
		/* Anything else goes over as it is, a phrase in quotes with its spaces. */
		bool quoted = false;
		while (*at && (quoted || !strchr(" \t\r\n()", *at))) {
			quoted ^= *at == '"';
			if (*at == '\\' && at[1])
				kith_buf_add_char(out, *at++);
			kith_buf_add_char(out, *at++);
		}
	}
}

static bool explain(struct kith_app *app, const char *text, struct kith_buf *out)
{
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	if (kith_query_parse(text, app->now, &query, NULL, NULL))
		return false;
	kith_query_explain(query, out);
	return true;
}

/* `text` with the ids exchanged, wherever the one stands as a word. */
static void exchange(const char *text, const char *id, const char *other, struct kith_buf *out)
{
	const size_t size = strlen(id);
	for (const char *at = text; *at;) {
		const bool is_it =
			strncmp(at, id, size) == 0 && (at == text || !is_id_byte(at[-1])) && !is_id_byte(at[size]);
		if (is_it)
			kith_buf_add(out, other);
		else
			kith_buf_add_char(out, *at);
		at += is_it ? size : 1;
	}
}

bool kith_reference_in_query(struct kith_app *app, const char *query, const char *id, const char *other,
                             struct kith_buf *out)
{
	KITH_BUF text = { 0 }, before = { 0 }, after = { 0 }, wanted = { 0 };
	rewrite(query, id, other, &text);
	if (strcmp(kith_buf_text(&text), query) == 0 || holds_word(kith_buf_text(&text), text.length, id))
		return false;
	/* How the query is read is the same as before, but for the id. */
	if (!explain(app, query, &before) || !explain(app, kith_buf_text(&text), &after))
		return false;
	exchange(kith_buf_text(&before), id, other, &wanted);
	if (strcmp(kith_buf_text(&wanted), kith_buf_text(&after)) != 0)
		return false;
	kith_buf_add_bytes(out, text.text, text.length);
	return true;
}

/* --- ids that were, and that cannot be --- */

static bool has_former(struct kith_app *app, const struct kith_row *row, const char *id)
{
	KITH_ARENA scratch = { 0 };
	struct kith_record record;
	if (kith_index_record(app->index, row->rowid, &scratch, &record, NULL))
		return false;
	for (const struct kith_value *at = NULL; (at = kith_record_next(&record, "formerly", at));)
		if (strcmp(at->text, id) == 0)
			return true;
	return false;
}

enum kith_code kith_reference_former(struct kith_app *app, const char *id, struct kith_row *out, struct kith_err *err)
{
	struct kith_rows rows = { 0 };
	if (!kith_is_id(id, strlen(id)))
		return kith_fail(err, KITH_NONE, "nothing was called %s", id);
	const enum kith_code code =
		run_query(app, kith_arena_printf(&app->arena, "formerly:\"%s\"", id), -1, &rows, err);
	if (code)
		return code;
	for (size_t i = 0; i < rows.count; i++)
		if (has_former(app, &rows.list[i], id)) {
			*out = rows.list[i];
			return KITH_OK;
		}
	return kith_fail(err, KITH_NONE, "nothing was called %s", id);
}

bool kith_reference_is_reserved(const char *id)
{
	static const char *const words[] = { "me", "and", "or", "not", "any", "kith" };
	for (size_t i = 0; i < kith_count(words); i++)
		if (strcmp(words[i], id) == 0)
			return true;
	return kith_kind_find(id, strlen(id)) < KITH_KINDS;
}
