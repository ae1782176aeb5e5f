/* From a document to a record: every value by its declared type, every fault reported. */
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/doc_lines.h"
#include "lib/record/doubt.h"
#include "lib/record/merge.h"
#include "lib/record/read_words.h"
#include "lib/record/record.h"
#include "lib/record/types.h"

struct reader {
	struct kith_arena *arena;
	struct kith_reading *reading;
	enum kith_kind kind;
	size_t capacity; /* of reading->record.values */
	bool too_many;
	struct kith_value spare; /* takes the values that are too many */
};

static struct kith_fault *report(struct reader *reader, enum kith_severity severity, const struct kith_node *node,
                                 const char *format, const char *subject)
{
	KITH_BUF quoted = {0};
	if (subject)
		kith_quote(&quoted, subject);
	KITH_BUF message = {0};
	for (const char *at = format; *at; at++) {
		if (at[0] == '%')
			kith_buf_add(&message, kith_buf_text(&quoted));
		else
			kith_buf_add_char(&message, *at);
	}
	return kith_fault_add(&reader->reading->faults, severity, node->line, node->column,
	                      kith_node_caret(&reader->reading->doc, node), "%s", kith_buf_text(&message));
}

static struct kith_value *add_value(struct reader *reader)
{
	struct kith_record *record = &reader->reading->record;
	reader->too_many |= record->count >= KITH_RECORD_LIMIT;
	if (reader->too_many)
		return &reader->spare;
	return kith_arena_push(reader->arena, &record->values, &record->count, &reader->capacity, sizeof(struct kith_value));
}

/* A piece of a scalar: all of it, or one word of several. */
struct piece {
	const struct kith_node *node;
	const char *text;
	size_t length;
	size_t offset, characters; /* of its start in node->text */
	bool verbatim;             /* the node has the same bytes in the file as in its text: a plain one on one line */
};

static struct piece whole(const struct reader *reader, const struct kith_node *node)
{
	const bool same_length = node->style == KITH_PLAIN && node->end - node->start == node->length;
	return (struct piece){
		.node = node,
		.text = node->text,
		.length = node->length,
		.verbatim = same_length && memcmp(reader->reading->doc.source + node->start, node->text, node->length) == 0,
	};
}

static bool trim(struct piece *piece)
{
	while (piece->length && strchr(" \t\r\n", piece->text[0]))
		piece->text++, piece->length--, piece->offset++, piece->characters++;
	while (piece->length && strchr(" \t\r\n", piece->text[piece->length - 1]))
		piece->length--;
	return piece->length > 0;
}

/* Empty and ~, quotes, brackets and braces around nothing. */
static bool says_nothing(const struct kith_node *node)
{
	if (node->shape != KITH_SCALAR)
		return node->count == 0;
	return kith_node_is_absent(node) || strspn(node->text, " \t\r\n") == node->length;
}

static void place(const struct piece *piece, struct kith_value *value)
{
	const struct kith_node *node = piece->node;
	value->line = node->line;
	value->column = node->column;
	value->start = node->start;
	value->end = node->end;
	if (!piece->verbatim)
		return;
	value->column += (uint32_t)piece->characters;
	value->start = node->start + piece->offset;
	value->end = value->start + piece->length;
}

static void read_piece(struct reader *reader, const struct kith_field *field, uint32_t entry, const char *key, struct piece piece)
{
	if (!trim(&piece))
		return;
	const char *text = kith_arena_strndup(reader->arena, piece.text, piece.length);
	struct kith_value value;
	const char *why = "cannot be read";
	KITH_BUF hint = {0};
	const bool room = kith_faults_have_room(&reader->reading->faults); /* to tell why it is wrong */
	const bool right = kith_value_read(field, text, &value, &why, room ? &hint : NULL);
	if (!right)
		value = (struct kith_value){.field = field, .text = text, .faulty = true, .date.minute = -1};
	value.entry = entry;
	value.key = key;
	place(&piece, &value);
	*add_value(reader) = value;
	if (right)
		return;
	KITH_BUF message = {0};
	if (room)
		kith_word_of_value(&message, field, text, why, &hint);
	struct kith_fault *fault = kith_fault_add(&reader->reading->faults, KITH_FAULT_ERROR, value.line, value.column,
		piece.verbatim ? (uint32_t)kith_characters(piece.text, piece.length)
		               : kith_node_caret(&reader->reading->doc, piece.node),
		"%s", kith_buf_text(&message));
	fault->hint = kith_arena_strdup(reader->arena, kith_buf_text(&hint));
}

static void report_shape(struct reader *reader, const struct kith_field *field, const struct kith_node *node)
{
	report(reader, KITH_FAULT_ERROR, node,
	       node->shape == KITH_SEQUENCE ? "% takes one value, not a list" : "% takes a value, not keys and values",
	       field->path)->hint = kith_hint_at_shape(&reader->reading->doc, field, node, reader->arena);
}

static void read_scalar(struct reader *reader, const struct kith_field *field, uint32_t entry, const char *key, const struct kith_node *node)
{
	if (node->shape != KITH_SCALAR) {
		report_shape(reader, field, node);
		return;
	}
	kith_doubt(&reader->reading->doc, field, node, &reader->reading->faults);
	read_piece(reader, field, entry, key, whole(reader, node));
}

/* `skills: rust, c` is two words; quoted it is one.  Each may be an entry of its own. */
static void read_words(struct reader *reader, const struct kith_field *field, uint32_t entry, const char *key,
                       bool count_entries, const struct kith_node *node)
{
	struct piece piece = whole(reader, node);
	const char *const end = node->text + node->length;
	kith_doubt(&reader->reading->doc, field, node, &reader->reading->faults);
	const bool splits = kith_type_row(field->type)->splits && node->style == KITH_PLAIN;
	for (;;) {
		const char *comma = splits ? memchr(piece.text, ',', (size_t)(end - piece.text)) : NULL;
		piece.length = (size_t)((comma ? comma : end) - piece.text);
		const size_t before = reader->reading->record.count;
		read_piece(reader, field, entry, key, piece);
		entry += count_entries && reader->reading->record.count > before;
		if (!comma)
			return;
		piece.characters += kith_characters(piece.text, piece.length) + 1;
		piece.offset += piece.length + 1;
		piece.text = comma + 1;
	}
}

static void read_list(struct reader *reader, const struct kith_field *field, uint32_t entry, const char *key, const struct kith_node *node)
{
	if (node->shape == KITH_SCALAR) {
		read_words(reader, field, entry, key, false, node);
		return;
	}
	if (node->shape == KITH_MAPPING) {
		report(reader, KITH_FAULT_ERROR, node, "% takes a list, not keys and values", field->path)->hint =
			kith_hint_at_shape(&reader->reading->doc, field, node, reader->arena);
		return;
	}
	for (const struct kith_node *item = node->first; item; item = item->next)
		if (!kith_node_is_absent(item))
			read_scalar(reader, field, entry, key, item);
}

/* --- keys --- */

static const struct kith_node *parent_map(const struct kith_node *map, const struct reader *reader)
{
	return map ? map : reader->reading->doc.root;
}

/* A key that is meant for one which is needed and not there is as bad as no key. */
static void report_unknown_key(struct reader *reader, const struct kith_field *parent, const struct kith_node *map,
                               const struct kith_node *node)
{
	if (!kith_faults_have_room(&reader->reading->faults)) {
		kith_fault_add(&reader->reading->faults, KITH_FAULT_WARNING, node->key->line, node->key->column, 1, "unknown key");
		return;
	}
	struct kith_key_words words;
	const struct kith_unknown_key key = {
		.doc = &reader->reading->doc, .kind = reader->kind, .parent = parent, .map = parent_map(map, reader), .node = node,
	};
	kith_words_of_key(&key, reader->arena, &words);
	report(reader, words.severity, node->key, words.message, node->key->text)->hint = words.hint;
}

/* Unknown keys are kept and searchable: one value a scalar, under the path of keys. */
static void keep_unknown(struct reader *reader, const char *path, const struct kith_node *node)
{
	if (node->shape == KITH_SCALAR) {
		struct piece piece = whole(reader, node);
		if (kith_node_is_absent(node) || !trim(&piece))
			return;
		struct kith_value value = {.key = path, .date.minute = -1};
		value.text = kith_arena_strndup(reader->arena, piece.text, piece.length);
		place(&piece, &value);
		*add_value(reader) = value;
		return;
	}
	for (const struct kith_node *child = node->first; child; child = child->next)
		keep_unknown(reader, child->key ? kith_arena_printf(reader->arena, "%s.%s", path, child->key->text) : path, child);
}

static void read_unknown(struct reader *reader, const struct kith_field *parent, const struct kith_node *map,
                         const struct kith_node *node)
{
	if (strncmp(node->key->text, "x-", 2) != 0)
		report_unknown_key(reader, parent, map, node);
	keep_unknown(reader, parent ? kith_arena_printf(reader->arena, "%s.%s", parent->name, node->key->text) : node->key->text, node);
}

/* --- maps --- */

static void report_missing(struct reader *reader, const struct kith_field *field, const struct kith_node *node)
{
	report(reader, KITH_FAULT_ERROR, node, "% is missing here", field->path)->hint =
		kith_arena_printf(reader->arena, "add %s: %s", field->name, kith_example(field));
}

static void read_sub(struct reader *reader, const struct kith_field *field, uint32_t entry, const struct kith_node *node)
{
	if (says_nothing(node))
		return;
	if (kith_field_is_list(field))
		read_list(reader, field, entry, NULL, node);
	else
		read_scalar(reader, field, entry, NULL, node);
}

/* `- 2w: share one useful link`: one key that is no sub-field is the first, its value the second. */
static bool read_pair(struct reader *reader, const struct kith_field *field, uint32_t entry, const struct kith_node *node)
{
	size_t count;
	const struct kith_field *children = kith_field_children(field, &count);
	if (!(field->flags & KITH_PAIR) || count < 2 || node->count != 1)
		return false;
	if (kith_field_child(reader->kind, field, node->first->key->text, node->first->key->length))
		return false;
	read_scalar(reader, &children[0], entry, NULL, node->first->key);
	if (says_nothing(node->first))
		report_missing(reader, &children[1], node);
	else
		read_sub(reader, &children[1], entry, node->first);
	return true;
}

static void require_keys(struct reader *reader, const struct kith_field *field, const struct kith_node *node)
{
	size_t count;
	const struct kith_field *children = kith_field_children(field, &count);
	for (size_t i = 0; i < count; i++) {
		if (!(children[i].flags & KITH_REQUIRED))
			continue;
		const struct kith_node *member = kith_node_member(node, children[i].name);
		if ((!member && kith_faults_have_room(&reader->reading->faults) && !kith_key_is_misspelt(reader->kind, field, node, &children[i])) || (member && says_nothing(member)))
			report_missing(reader, &children[i], node);
	}
}

static void read_members(struct reader *reader, const struct kith_field *field, uint32_t entry, const struct kith_node *node)
{
	if (read_pair(reader, field, entry, node))
		return;
	for (const struct kith_node *member = node->first; member; member = member->next) {
		const struct kith_field *child = kith_field_child(reader->kind, field, member->key->text, member->key->length);
		if (child)
			read_sub(reader, child, entry, member);
		else
			read_unknown(reader, field, node, member);
	}
	require_keys(reader, field, node);
}

/* An entry may be a scalar: its key; of a pair its second half. */
static const struct kith_field *scalar_entry_field(const struct kith_field *field)
{
	size_t count;
	const struct kith_field *children = kith_field_children(field, &count);
	return (field->flags & KITH_PAIR) && count > 1 ? &children[1] : kith_field_key(field);
}

/* What else an entry needs that was written as a scalar, and so has one key only. */
static void require_others(struct reader *reader, const struct kith_field *field, const struct kith_field *key,
                           const struct kith_node *node)
{
	size_t count;
	const struct kith_field *children = kith_field_children(field, &count);
	for (size_t i = 0; i < count; i++)
		if ((children[i].flags & KITH_REQUIRED) && &children[i] != key)
			report(reader, KITH_FAULT_ERROR, node, "% is missing here", children[i].path)->hint =
				kith_hint_at_entry(&reader->reading->doc, key, &children[i], node, reader->arena);
}

static void read_entry(struct reader *reader, const struct kith_field *field, uint32_t entry, const struct kith_node *node)
{
	if (node->shape == KITH_MAPPING)
		read_members(reader, field, entry, node);
	else if (node->shape == KITH_SCALAR) {
		const struct kith_field *key = scalar_entry_field(field);
		read_scalar(reader, key, entry, NULL, node);
		require_others(reader, field, key, node);
	} else
		report(reader, KITH_FAULT_ERROR, node, "a list inside the list of % has no meaning", field->path)->hint =
			"write each entry on its own: - …";
}

static void read_entries(struct reader *reader, const struct kith_field *field, const struct kith_node *node)
{
	uint32_t entry = 0;
	if (node->shape == KITH_SCALAR) {
		const struct kith_field *key = scalar_entry_field(field);
		read_words(reader, key, 0, NULL, true, node);
		require_others(reader, field, key, node);
	} else if (node->shape == KITH_MAPPING) {
		read_entry(reader, field, 0, node);
	} else {
		for (const struct kith_node *item = node->first; item; item = item->next)
			if (!says_nothing(item))
				read_entry(reader, field, entry++, item);
	}
}

static void read_table(struct reader *reader, const struct kith_field *field, const struct kith_node *node)
{
	if (node->shape != KITH_MAPPING) {
		report(reader, KITH_FAULT_ERROR, node, "% takes keys and values", field->path)->hint = field->help;
		return;
	}
	uint32_t entry = 0;
	for (const struct kith_node *member = node->first; member; member = member->next, entry++)
		if (!kith_node_is_absent(member))
			read_list(reader, field, entry, member->key->text, member);
}

static void read_field(struct reader *reader, const struct kith_field *field, const struct kith_node *node)
{
	if (says_nothing(node)) {
		kith_doubt(&reader->reading->doc, field, node, &reader->reading->faults);
		return;
	}
	if (field->merge == KITH_TABLE)
		read_table(reader, field, node);
	else if (field->type == KITH_MAP && kith_field_is_list(field))
		read_entries(reader, field, node);
	else if (field->type == KITH_MAP && node->shape == KITH_MAPPING)
		read_members(reader, field, 0, node);
	else if (kith_field_is_list(field))
		read_list(reader, field, 0, NULL, node);
	else
		read_scalar(reader, field, 0, NULL, node);
}

/* --- the whole --- */

static void require_fields(struct reader *reader)
{
	size_t count;
	const struct kith_field *rows = kith_fields(reader->kind, &count);
	const struct kith_node *root = reader->reading->doc.root;
	for (size_t i = 0; i < count; i++) {
		if (!(rows[i].flags & KITH_REQUIRED) || !kith_field_is_top(&rows[i]))
			continue;
		const struct kith_node *node = kith_node_member(root, rows[i].name);
		if (node ? !says_nothing(node) : kith_key_is_misspelt(reader->kind, NULL, root, &rows[i]))
			continue;
		const char *hint = kith_hint_at_field(&rows[i], reader->reading->record.id, reader->arena);
		kith_fault_add(&reader->reading->faults, KITH_FAULT_ERROR, node ? node->key->line : 0, node ? node->key->column : 0,
		               node ? kith_node_caret(&reader->reading->doc, node->key) : 1, "the %s has no %s",
		               kith_kind_name(reader->kind), rows[i].name)->hint =
			kith_arena_printf(reader->arena, node ? "write %s" : "add a line: %s", hint);
	}
}

static void read_fields(struct reader *reader)
{
	const struct kith_node *root = reader->reading->doc.root;
	for (const struct kith_node *node = root && root->shape == KITH_MAPPING ? root->first : NULL; node; node = node->next) {
		const struct kith_field *field = kith_field_child(reader->kind, NULL, node->key->text, node->key->length);
		if (field)
			read_field(reader, field, node);
		else
			read_unknown(reader, NULL, NULL, node);
	}
	if (reader->reading->readable) /* else what is missing may be what could not be read */
		require_fields(reader);
}

void kith_record_read(enum kith_kind kind, const char *id, const char *path, const char *source, size_t length,
                      struct kith_arena *arena, struct kith_reading *out)
{
	*out = (struct kith_reading){
		.record = {.kind = kind, .id = kith_arena_strdup(arena, id), .path = path ? kith_arena_strdup(arena, path) : NULL},
		.faults = {.arena = arena},
	};
	out->readable = kith_doc_parse(source, length, arena, &out->doc, &out->faults);
	struct reader reader = {.arena = arena, .reading = out, .kind = kind};
	if (out->readable || out->doc.root)
		read_fields(&reader);
	if (reader.too_many) {
		out->readable = false;
		kith_fault_add(&out->faults, KITH_FAULT_ERROR, 0, 0, 1, "the file holds more than %d values", KITH_RECORD_LIMIT)
			->hint = "divide it into several records";
	}
	if (!out->readable) {
		out->record.values = NULL;
		out->record.count = 0;
		out->record.broken = true;
	}
	kith_conflicts_check(out, arena);
	kith_faults_sort(&out->faults);
}
