/* edits: random records, random edits, and what became of them, a line of JSON a document:
 *
 *	edits SEED EDITS   that many edits, from this seed
 *	edits --replay     documents and edits from standard input, as the oracle writes them when it looks for
 *	                   the smallest document that shows a fault: netstrings, one list a request */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/text.h"
#include "tests/torture/edits/edits.h"

static const char *const op_names[] = {
	[KITH_EDIT_SET] = "set", [KITH_EDIT_ADD] = "add", [KITH_EDIT_REMOVE] = "remove", [KITH_EDIT_UNSET] = "unset",
	[KITH_EDIT_ADD_ENTRY] = "add-entry", [KITH_EDIT_REMOVE_ENTRY] = "remove-entry",
};

static enum kith_code do_change(struct kith_editing *editing, const struct change *change, struct kith_err *err)
{
	switch (change->verb) {
	case CHANGE_ORDER:
		return kith_edit_order(editing, err);
	case CHANGE_REPLACE:
		return kith_edit_replace(editing, &editing->reading.record.values[change->value], change->text, err);
	case CHANGE_TAKE: {
		KITH_ARENA arena = {0};
		struct kith_doc doc = {0};
		struct kith_faults faults = {.arena = &arena};
		if (!kith_doc_parse(change->text, strlen(change->text), &arena, &doc, &faults))
			return kith_fail(err, KITH_FAULTY, "the other document is faulty");
		const struct kith_node *member = kith_node_member(doc.root, change->key);
		return member ? kith_edit_take(editing, &doc, member, err) : kith_fail(err, KITH_FAULTY, "no such member");
	}
	default:
		return kith_edit_apply(editing, &change->edit, err);
	}
}

/* --- what is told --- */

/* The values as a flat list: path, key, entry, text. */
static void tell_values(struct kith_json *json, const struct kith_record *record)
{
	kith_json_key(json, "values");
	kith_json_array(json);
	for (size_t i = 0; i < record->count; i++) {
		const struct kith_value *value = &record->values[i];
		kith_json_array(json);
		kith_json_string(json, value->field ? value->field->path : NULL);
		kith_json_string(json, value->key);
		kith_json_int(json, value->entry);
		kith_json_string(json, value->text);
		kith_json_end_array(json);
	}
	kith_json_end_array(json);
}

static void tell_change(struct kith_json *json, const struct change *change)
{
	const struct kith_edit *edit = &change->edit;
	static const char *const verbs[] = {[CHANGE_REPLACE] = "replace", [CHANGE_ORDER] = "order", [CHANGE_TAKE] = "take"};
	kith_json_key_string(json, "op", change->verb == CHANGE_APPLY ? op_names[edit->op] : verbs[change->verb]);
	if (change->verb == CHANGE_REPLACE)
		kith_json_key_int(json, "value", (int64_t)change->value);
	if (change->verb == CHANGE_TAKE)
		kith_json_key_string(json, "key", change->key);
	if (change->text)
		kith_json_key_string(json, "text", change->text);
	if (change->verb != CHANGE_APPLY)
		return;
	kith_json_key_string(json, "field", edit->field ? edit->field->path : NULL);
	kith_json_key_string(json, "key", edit->key);
	kith_json_key_int(json, "entry", edit->entry);
	kith_json_key_bool(json, "flow", edit->flow);
	kith_json_key(json, "parts");
	kith_json_array(json);
	for (size_t i = 0; i < edit->count; i++) {
		kith_json_array(json);
		kith_json_string(json, edit->parts[i].field ? edit->parts[i].field->path : NULL);
		kith_json_string(json, edit->parts[i].text);
		kith_json_end_array(json);
	}
	kith_json_end_array(json);
}

/* Whether the reading that an editing keeps is the one of its text. */
static bool reading_is_true(const struct kith_editing *editing)
{
	KITH_ARENA arena = {0};
	struct kith_reading fresh;
	kith_record_read(editing->kind, editing->id, editing->path, kith_buf_text(&editing->text), editing->text.length, &arena, &fresh);
	const struct kith_record *one = &fresh.record, *other = &editing->reading.record;
	if (!fresh.readable || !editing->reading.readable || one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (one->values[i].field != other->values[i].field || one->values[i].start != other->values[i].start ||
		    strcmp(one->values[i].text, other->values[i].text) != 0)
			return false;
	return true;
}

/* What can be told without knowing YAML. */
static const char *problem_of(struct kith_editing *editing, const struct change *change, enum kith_code code, const char *before,
                              size_t length)
{
	const struct kith_buf *text = &editing->text;
	if (!kith_is_utf8(kith_buf_text(text), text->length, NULL) || memchr(kith_buf_text(text), '\0', text->length))
		return "the text is not UTF-8, or holds a NUL";
	if (!reading_is_true(editing))
		return "the reading is not that of the text";
	if (code != KITH_OK)
		return text->length != length || memcmp(kith_buf_text(text), before, length) != 0 ? "refused, and changed all the same" : NULL;
	/* An entry that loses its last key goes, and its number is then another's. */
	const bool may_lose_entry = change->edit.field && !kith_field_is_top(change->edit.field) &&
		change->edit.op != KITH_EDIT_ADD && (change->edit.op != KITH_EDIT_SET || !change->edit.count);
	if (change->verb == CHANGE_REPLACE || change->edit.op > KITH_EDIT_UNSET || may_lose_entry)
		return NULL;
	KITH_BUF after = {0};
	kith_buf_add_bytes(&after, kith_buf_text(text), text->length);
	struct kith_err err = {0};
	if (do_change(editing, change, &err) != KITH_OK)
		return "done once, the same edit is refused";
	if (text->length != after.length || memcmp(kith_buf_text(text), kith_buf_text(&after), after.length) != 0)
		return "done once, the same edit changes the text again";
	return NULL;
}

static void put(struct kith_buf *text)
{
	if (fwrite(text->text, 1, text->length, stdout) != text->length || fflush(stdout) != 0)
		exit(1); /* nobody listens any more */
	kith_buf_clear(text);
}

static void do_and_tell(struct kith_json *json, struct kith_editing *editing, const struct change *change)
{
	kith_json_object(json);
	tell_change(json, change);
	put(json->out); /* what came before a crash is the crash's story */
	KITH_BUF before = {0};
	kith_buf_add_bytes(&before, kith_buf_text(&editing->text), editing->text.length);
	struct kith_err err = {0};
	const enum kith_code code = do_change(editing, change, &err);
	if (code != KITH_OK) {
		kith_json_key_string(json, "refused", err.message);
		kith_json_key_string(json, "hint", err.hint);
		if (code != KITH_FAULTY || !*err.message)
			kith_json_key_string(json, "problem", "a refusal is KITH_FAULTY and says why");
	} else {
		kith_json_key_string(json, "after", kith_buf_text(&editing->text));
		tell_values(json, &editing->reading.record);
	}
	const char *problem = problem_of(editing, change, code, kith_buf_text(&before), before.length);
	if (problem)
		kith_json_key_string(json, "problem", problem);
	kith_json_end_object(json);
}

/* Begins a document's line; false if kith refuses the document, and the line is complete. */
static bool begin(struct kith_json *json, struct kith_editing *editing, enum kith_kind kind, const struct kith_buf *text)
{
	const char *path = kind == KITH_SETTINGS ? "kith.yaml" : "contacts/x.yaml";
	struct kith_err err = {0};
	const enum kith_code code = kith_editing_begin(editing, kind, "x", path, kith_buf_text(text), text->length, &err);
	kith_json_object(json);
	kith_json_key_string(json, "kind", kith_kind_name(kind));
	kith_json_key_string(json, "before", kith_buf_text(text));
	if (code == KITH_OK) {
		tell_values(json, &editing->reading.record);
		kith_json_key(json, "steps");
		kith_json_array(json);
		return true;
	}
	kith_json_key_string(json, "refused", err.message);
	kith_json_end_object(json);
	return false;
}

static void end(struct kith_json *json)
{
	kith_json_end_array(json);
	kith_json_end_object(json);
}

static void put_line(struct kith_buf *line)
{
	kith_buf_add_char(line, '\n');
	put(line);
}

static void run(uint64_t seed, unsigned long edits)
{
	KITH_BUF line = {0}, text = {0};
	struct chance chance = {seed};
	for (unsigned long done = 0; done < edits;) {
		struct kith_json json = {.out = &line};
		const enum kith_kind kind = chance_percent(&chance, 10) ? KITH_SETTINGS : chance_below(&chance, KITH_KINDS);
		kith_buf_clear(&text);
		random_document(&text, &chance, kind);
		KITH_EDITING editing = {0};
		if (begin(&json, &editing, kind, &text)) {
			for (uint32_t steps = 1 + chance_below(&chance, 12); steps && done < edits; steps--, done++) {
				KITH_ARENA arena = {0};
				const struct change change = random_change(&chance, &arena, &editing);
				do_and_tell(&json, &editing, &change);
			}
			end(&json);
		}
		put_line(&line);
	}
}

/* --- again, as the oracle wants it --- */

/* A netstring, or NULL at the end; the caller frees it. */
static char *read_string(void)
{
	unsigned long length;
	if (scanf("%lu:", &length) != 1 || length > 1u << 24)
		return NULL;
	char *text = kith_alloc(length + 1);
	if (fread(text, 1, length, stdin) != length || getchar() != ',')
		exit(1);
	return text;
}

static const char *next_string(struct kith_arena *arena)
{
	KITH_CLEANUP(kith_free) char *text = read_string();
	return kith_arena_strdup(arena, text ? text : "");
}

static struct change read_change(struct kith_arena *arena, enum kith_kind kind)
{
	struct change change = {0};
	const char *op = next_string(arena), *field = next_string(arena);
	change.key = change.edit.key = next_string(arena);
	change.text = next_string(arena);
	change.edit.entry = (uint32_t)strtoul(next_string(arena), NULL, 10);
	change.value = change.edit.entry;
	change.edit.flow = strcmp(next_string(arena), "1") == 0;
	change.edit.count = strtoul(next_string(arena), NULL, 10);
	change.verb = strcmp(op, "replace") == 0 ? CHANGE_REPLACE : strcmp(op, "order") == 0 ? CHANGE_ORDER
		: strcmp(op, "take") == 0 ? CHANGE_TAKE : CHANGE_APPLY;
	for (size_t i = 0; i < kith_count(op_names); i++)
		if (strcmp(op, op_names[i]) == 0)
			change.edit.op = (enum kith_edit_op)i;
	change.edit.field = *field ? kith_field_find(kind, field) : NULL;
	if (!*change.edit.key)
		change.edit.key = NULL;
	struct kith_edit_part *parts = kith_arena_alloc(arena, (change.edit.count + 1) * sizeof(*parts));
	for (size_t i = 0; i < change.edit.count; i++) {
		const char *path = next_string(arena);
		parts[i].field = *path ? kith_field_find(kind, path) : NULL;
		parts[i].text = next_string(arena);
	}
	change.edit.parts = parts;
	return change;
}

static void replay(void)
{
	KITH_BUF line = {0}, text = {0};
	for (;;) {
		KITH_CLEANUP(kith_free) char *name = read_string();
		if (!name)
			return;
		KITH_ARENA arena = {0};
		const enum kith_kind kind = strcmp(name, "kith") == 0 ? KITH_SETTINGS : kith_kind_find(name, strlen(name));
		kith_buf_clear(&text);
		kith_buf_add(&text, next_string(&arena));
		const struct change change = read_change(&arena, kind);
		struct kith_json json = {.out = &line};
		KITH_EDITING editing = {0};
		if (begin(&json, &editing, kind, &text)) {
			if (change.verb != CHANGE_REPLACE || change.value < editing.reading.record.count)
				do_and_tell(&json, &editing, &change);
			end(&json);
		}
		put_line(&line);
	}
}

int main(int count, char **arguments)
{
	if (count == 2 && strcmp(arguments[1], "--replay") == 0) {
		replay();
		return 0;
	}
	if (count != 3) {
		(void)fputs("usage: edits SEED EDITS\n       edits --replay\n", stderr);
		return 2;
	}
	run(strtoull(arguments[1], NULL, 10), strtoul(arguments[2], NULL, 10));
	return 0;
}
