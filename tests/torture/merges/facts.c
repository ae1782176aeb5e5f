/* What a text says. */
#include <stdlib.h>
#include <string.h>

#include "lib/record/spans.h"
#include "lib/record/types.h"
#include "tests/torture/merges/merges.h"

/* --- values --- */

static void add_fact(struct facts *facts, struct kith_arena *arena, const char *path, const char *text)
{
	struct fact *fact = kith_arena_push(arena, &facts->list, &facts->count, &facts->capacity, sizeof(*fact));
	*fact = (struct fact){ path, text };
}

static const char *canonical(const struct kith_value *value, struct kith_arena *arena)
{
	KITH_BUF text = { 0 };
	if (!value->field || value->faulty)
		return value->text;
	kith_type_row(value->field->type)->print(&text, value);
	return text.length ? kith_arena_strdup(arena, text.text) : value->text;
}

/* A text of several lines is looked at line by line. */
static void add_lines(struct facts *facts, struct kith_arena *arena, const char *path, const char *text)
{
	for (const char *at = text;; at++) {
		const size_t length = strcspn(at, "\n");
		if (length)
			add_fact(facts, arena, path, kith_arena_strndup(arena, at, length));
		at += length;
		if (!*at)
			return;
	}
}

/* "promised[send the draft].by" is about promised.by. */
static const char *plain_path(const char *path, struct kith_arena *arena)
{
	const char *open = strchr(path, '['), *close = strrchr(path, ']');
	if (!open || !close || close < open)
		return path;
	return kith_arena_printf(arena, "%.*s%s", (int)(open - path), path, close + 1);
}

/* The row of a path; that of the table for one of its keys. */
static const struct kith_field *field_at(enum kith_kind kind, const char *path)
{
	const struct kith_field *field = kith_field_find(kind, path);
	const struct kith_field *above = field ? NULL : kith_field_child(kind, NULL, path, strcspn(path, "."));
	return above && above->merge == KITH_TABLE && strchr(path, '.') ? above : field;
}

/* A list or map that lost against a single value is kept as a text of YAML. */
static void add_structure(enum kith_kind kind, struct facts *facts, struct kith_arena *arena, const char *path, const char *text)
{
	struct kith_reading reading;
	const char *source = kith_arena_printf(arena, "x-kept: %s\n", text);
	if (*text != '[' && *text != '{')
		return;
	kith_record_read(KITH_KIND_contact, "some-id", NULL, source, strlen(source), arena, &reading);
	for (size_t i = 0; i < reading.record.count; i++) {
		const char *inside = kith_arena_printf(arena, "%s%s", path, reading.record.values[i].key + strlen("x-kept"));
		const struct kith_field *field = field_at(kind, inside);
		struct kith_value value;
		const bool read = field && kith_value_read(field, reading.record.values[i].text, &value, NULL, NULL);
		add_fact(facts, arena, inside, read ? canonical(&value, arena) : reading.record.values[i].text);
	}
}

static bool read_values(const struct triple *triple, const struct kith_buf *text, struct kith_arena *arena, struct facts *out)
{
	struct kith_reading reading;
	kith_record_read(triple->kind, "some-id", NULL, kith_buf_text(text), text->length, arena, &reading);
	for (const struct kith_node *member = reading.doc.root ? reading.doc.root->first : NULL; member; member = member->next) {
		const struct kith_field *field = kith_field_child(triple->kind, NULL, member->key->text, member->key->length);
		out->misshapen |= field && field->merge == KITH_VALUE && member->shape != KITH_SCALAR;
	}
	for (size_t i = 0; i < reading.record.count; i++) {
		const struct kith_value *value = &reading.record.values[i];
		const char *path = value->field ? value->field->path : value->key;
		if (strncmp(path, "conflicts", 9) == 0)
			continue;
		if (value->field && value->field->merge == KITH_TABLE)
			path = kith_arena_printf(arena, "%s.%s", path, value->key);
		if (value->field && value->field->merge == KITH_LINES)
			add_lines(out, arena, path, value->text);
		else
			add_fact(out, arena, path, canonical(value, arena));
	}
	out->shown = out->count;
	struct kith_conflict *conflicts;
	size_t count;
	kith_conflicts_read(&reading, arena, &conflicts, &count);
	out->conflicts = count;
	for (size_t i = 0; i < count; i++)
		out->removals |= conflicts[i].deleted;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < conflicts[i].kept_count; j++) {
			const char *path = plain_path(conflicts[i].field, arena);
			const struct kith_field *field = field_at(triple->kind, path);
			struct kith_value value;
			add_structure(triple->kind, out, arena, path, conflicts[i].kept[j]);
			if (field && field->merge == KITH_LINES)
				add_lines(out, arena, path, conflicts[i].kept[j]);
			else if (field && kith_value_read(field, conflicts[i].kept[j], &value, NULL, NULL))
				add_fact(out, arena, path, canonical(&value, arena));
			else
				add_fact(out, arena, path, conflicts[i].kept[j]);
		}
	/* Chosen of what was kept it is shown as such a text. */
	out->brought = out->count;
	for (size_t i = 0; i < out->shown; i++)
		add_structure(triple->kind, out, arena, out->list[i].path, out->list[i].text);
	return reading.readable;
}

static int by_fact(const void *one, const void *other)
{
	const struct fact *a = *(struct fact *const *)one, *b = *(struct fact *const *)other;
	const int order = strcmp(a->path, b->path);
	return order ? order : strcmp(a->text, b->text);
}

bool read_facts(const struct triple *triple, const struct kith_buf *text, struct kith_arena *arena, struct facts *out)
{
	const bool readable = read_values(triple, text, arena, out);
	out->sorted = kith_arena_alloc(arena, (out->count + 1) * sizeof(*out->sorted));
	for (size_t i = 0; i < out->count; i++)
		out->sorted[i] = &out->list[i];
	if (out->count)
		qsort(out->sorted, out->count, sizeof(*out->sorted), by_fact);
	return readable;
}

bool holds(const struct facts *facts, const struct fact *fact)
{
	return facts->count && bsearch(&fact, facts->sorted, facts->count, sizeof(*facts->sorted), by_fact);
}

bool agree_on(const struct facts *one, const struct facts *other, const char *path)
{
	for (int round = 0; round < 2; round++) {
		const struct facts *from = round ? other : one, *in = round ? one : other;
		for (size_t i = 0; i < from->count; i++)
			if (strcmp(from->list[i].path, path) == 0 && !holds(in, &from->list[i]))
				return false;
	}
	return true;
}

/* --- comments --- */

static int by_bytes(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

void read_remarks(const struct kith_buf *text, struct kith_arena *arena, struct remarks *out)
{
	struct kith_doc doc;
	struct kith_comments comments;
	struct kith_faults faults = { .arena = arena };
	if (!kith_doc_parse(kith_buf_text(text), text->length, arena, &doc, &faults))
		return;
	kith_comments_find(&doc, arena, &comments);
	/* What is in `conflicts` is kith's own. */
	const struct kith_node *own = doc.root ? kith_node_member(doc.root, "conflicts") : NULL;
	for (size_t i = 0; i < comments.count; i++) {
		const size_t start = comments.list[i].start;
		const bool behind = own && doc.root->style == KITH_FLOW_STYLE && start >= doc.root->end; /* the whole record */
		if (own && !behind && start > own->key->start && (start <= kith_line_end(&doc, own->end) || !own->next || start < own->next->key->start) &&
		    start > kith_line_start(&doc, start))
			continue;
		size_t end = comments.list[i].end;
		while (end > comments.list[i].start && strchr(" \t\r", doc.source[end - 1]))
			end--;
		*(const char **)kith_arena_push(arena, &out->list, &out->count, &out->capacity, sizeof(*out->list)) =
			kith_arena_strndup(arena, doc.source + comments.list[i].start, end - comments.list[i].start);
	}
	if (out->count)
		qsort(out->list, out->count, sizeof(*out->list), by_bytes);
}

size_t times(const struct remarks *remarks, const char *text)
{
	const char **found = remarks->count ? bsearch(&text, remarks->list, remarks->count, sizeof(*remarks->list), by_bytes) : NULL;
	if (!found)
		return 0;
	size_t count = 1;
	for (const char **at = found; at > remarks->list && strcmp(at[-1], text) == 0; at--)
		count++;
	for (const char **at = found + 1; at < remarks->list + remarks->count && strcmp(*at, text) == 0; at++)
		count++;
	return count;
}
