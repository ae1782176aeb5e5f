/* Editing any record that can be read: the first bytes choose the kind and the edits, the rest is the file. */
#include <string.h>

#include "lib/record/edit.h"
#include "tests/fuzz/fuzz.h"

enum { HEAD = 12 };

static const char *const texts[] = {
	"ana", "tom", "2026-11-25", "3w", "a: b", "a, b", "- x", "#c", "it's", "\"q\"", "one\ntwo", "  \n", "~", "yes", "x #y",
	"[a]", "{b}", "é", "\xF0\x9F\x99\x82", "a\tb", "one\n\n  two\n# three", "*z", "&z", "!z", "|", ">", "%z", "@z", "\x01", "---",
};

static const char *pick(uint8_t byte)
{
	return texts[byte % kith_count(texts)];
}

static const struct kith_field *top_of(const struct kith_field *field)
{
	return field ? kith_field_by_id(field->parent) : NULL;
}

/* Whether a value belongs to a top key: that of the field, or one without a field. */
static bool is_of(const struct kith_value *value, const struct kith_field *top, const char *key)
{
	if (value->field)
		return top && value->field->parent == top->id;
	const char *name = top ? top->name : key;
	const size_t size = strlen(name);
	return strncmp(value->key, name, size) == 0 && (!value->key[size] || value->key[size] == '.');
}

/* Every other top key has the values it had. */
static void check_others(const struct kith_record *before, const struct kith_record *after, const struct kith_field *top, const char *key)
{
	size_t at = 0;
	for (size_t i = 0; i < before->count; i++) {
		if (is_of(&before->values[i], top, key))
			continue;
		while (at < after->count && is_of(&after->values[at], top, key))
			at++;
		CHECK(at < after->count && before->values[i].field == after->values[at].field);
		CHECK(strcmp(before->values[i].text, after->values[at].text) == 0);
		at++;
	}
	while (at < after->count && is_of(&after->values[at], top, key))
		at++;
	CHECK(at == after->count);
}

static size_t count_of(const struct kith_record *record, const struct kith_field *field)
{
	size_t count = 0;
	for (size_t i = 0; i < record->count; i++)
		count += record->values[i].field == field;
	return count;
}

/* Lines that are comments where no value goes over lines are there afterwards. */
static void check_hashes(const struct kith_doc *before, const struct kith_buf *after)
{
	for (size_t at = before->bom ? 3 : 0; at < before->length;) {
		const char *feed = memchr(before->source + at, '\n', before->length - at);
		const size_t end = feed ? (size_t)(feed - before->source) : before->length;
		const size_t first = before->root ? before->root->start : before->length;
		if (before->source[at] == '#' && end <= first && end - at < 200) {
			char line[256];
			memcpy(line, before->source + at, end - at);
			line[end - at] = '\0';
			CHECK(strstr(kith_buf_text(after), line));
		}
		at = end + 1;
	}
}

/* The result reads as the same as if it came from a file, and the same edit again changes nothing more. */
static void check_result(const struct kith_editing *editing)
{
	KITH_EDITING again = {0};
	struct kith_err err;
	CHECK(kith_editing_begin(&again, editing->kind, "x", "x", editing->text.text, editing->text.length, &err) == KITH_OK);
	CHECK(again.reading.record.count == editing->reading.record.count);
	for (size_t i = 0; i < again.reading.record.count; i++)
		CHECK(strcmp(again.reading.record.values[i].text, editing->reading.record.values[i].text) == 0);
	CHECK(editing->reading.doc.source == editing->text.text && editing->reading.doc.length == editing->text.length);
}

static void edit_once(struct kith_editing *editing, const uint8_t *head)
{
	size_t count;
	const struct kith_field *fields = kith_fields(editing->kind, &count);
	const struct kith_field *field = head[1] < 240 ? &fields[head[1] % count] : NULL;
	struct kith_edit_part parts[3];
	size_t subs = 0;
	const struct kith_field *children = field ? kith_field_children(field, &subs) : NULL;
	struct kith_edit edit = {.op = head[0] % 6, .field = field, .entry = head[2] % 4, .parts = parts, .count = 1 + head[3] % 3, .flow = head[2] & 64};
	if (!field || field->merge == KITH_TABLE)
		edit.key = head[4] & 1 ? "x-note" : "mentor";
	if (edit.op >= KITH_EDIT_ADD_ENTRY && (!children || field->merge == KITH_TABLE || !kith_field_is_list(field)))
		edit.op = KITH_EDIT_SET;
	for (size_t i = 0; i < 3; i++)
		parts[i] = (struct kith_edit_part){edit.op == KITH_EDIT_ADD_ENTRY ? &children[(head[3] / 3u + i) % subs] : NULL, pick(head[5 + i])};
	if (edit.op == KITH_EDIT_SET && field && !kith_field_is_list(field) && field->merge != KITH_TABLE)
		edit.count = 1;

	KITH_EDITING before = {0};
	struct kith_err err = {0};
	CHECK(kith_editing_begin(&before, editing->kind, "x", "x", editing->text.text, editing->text.length, &err) == KITH_OK);
	const enum kith_code code = kith_edit_apply(editing, &edit, &err);
	if (code) {
		CHECK(*err.message && *err.hint);
		CHECK(editing->text.length == before.text.length && memcmp(editing->text.text, before.text.text, before.text.length) == 0);
		return;
	}
	check_others(&before.reading.record, &editing->reading.record, top_of(field), edit.key);
	check_hashes(&before.reading.doc, &editing->text);
	if (edit.op == KITH_EDIT_UNSET && field && kith_field_is_top(field) && field->merge != KITH_TABLE)
		CHECK(count_of(&editing->reading.record, field) == 0);
	if (edit.op == KITH_EDIT_REMOVE_ENTRY || edit.op == KITH_EDIT_ADD_ENTRY || edit.op == KITH_EDIT_REMOVE)
		return;
	const size_t size = editing->text.length;
	CHECK(edit.op == KITH_EDIT_UNSET || kith_edit_apply(editing, &edit, &err) != KITH_OK || editing->text.length == size);
}

static void replace_once(struct kith_editing *editing, const uint8_t *head)
{
	const size_t count = editing->reading.record.count;
	if (!count)
		return;
	const size_t index = head[8] % count;
	struct kith_err err = {0};
	if (kith_edit_replace(editing, &editing->reading.record.values[index], pick(head[9]), &err)) {
		CHECK(*err.message && *err.hint);
		return;
	}
	CHECK(editing->reading.record.count == count);
}

/* A member of its own text, and of that as other line ends have it, changes no value. */
static void take_once(struct kith_editing *editing, const struct kith_editing *from, uint8_t byte)
{
	const struct kith_node *member = from->reading.doc.root ? from->reading.doc.root->first : NULL;
	for (byte %= 16; member && member->next && byte; byte--)
		member = member->next;
	struct kith_err err = {0};
	if (member && kith_edit_take(editing, &from->reading.doc, member, &err))
		CHECK(*err.message && *err.hint);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length < HEAD)
		return 0;
	const enum kith_kind kind = bytes[10] % (KITH_SETTINGS + 1);
	KITH_EDITING editing = {0}, original = {0};
	struct kith_err err = {0};
	if (kith_editing_begin(&editing, kind, "x", "x", (const char *)bytes + HEAD, length - HEAD, &err)) {
		CHECK(*err.message);
		return 0;
	}
	CHECK(kith_editing_begin(&original, kind, "x", "x", (const char *)bytes + HEAD, length - HEAD, &err) == KITH_OK);
	edit_once(&editing, bytes);
	check_result(&editing);
	replace_once(&editing, bytes);
	check_result(&editing);
	take_once(&editing, &original, bytes[11]);
	check_result(&editing);
	const size_t count = editing.reading.record.count;
	if (kith_edit_order(&editing, &err) == KITH_OK)
		CHECK(editing.reading.record.count == count);
	check_result(&editing);
	return 0;
}
