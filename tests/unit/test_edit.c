/* Edits change what they say and not one byte more: the cases of tests/data/edit (its README tells their form). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>

#include "lib/base/file.h"
#include "lib/record/edit.h"

enum { MOST_WORDS = 32 };

struct words {
	char *list[MOST_WORDS];
	size_t count;
};

/* --- reading cases --- */

/* Append a text of the file: \r \t \\ \xNN as usual; \c at the end of a line: no line feed follows. */
static void add_unescaped(struct kith_buf *out, const char *line, size_t length)
{
	bool feed = true;
	for (size_t i = 0; i < length; i++) {
		if (line[i] != '\\' || i + 1 == length) {
			kith_buf_add_char(out, line[i]);
			continue;
		}
		const char next = line[++i];
		if (next == 'r')
			kith_buf_add_char(out, '\r');
		else if (next == 't')
			kith_buf_add_char(out, '\t');
		else if (next == 'n')
			kith_buf_add_char(out, '\n');
		else if (next == 'c')
			feed = false;
		else if (next == 'x' && i + 2 < length) {
			const char digits[] = {line[i + 1], line[i + 2], '\0'};
			kith_buf_add_char(out, (char)strtoul(digits, NULL, 16));
			i += 2;
		} else
			kith_buf_add_char(out, next);
	}
	if (feed)
		kith_buf_add_char(out, '\n');
}

/* Words separated by spaces; in double quotes with escapes. */
static void split(const char *line, struct words *out, struct kith_arena *arena)
{
	out->count = 0;
	for (const char *at = line + strspn(line, " "); *at; at += strspn(at, " ")) {
		KITH_BUF word = {0}, raw = {0};
		bool quoted = false;
		for (; *at && (quoted || *at != ' '); at++) {
			if (*at == '"')
				quoted = !quoted;
			else {
				kith_buf_add_char(&raw, *at);
				if (*at == '\\' && at[1])
					kith_buf_add_char(&raw, *++at);
			}
		}
		add_unescaped(&word, kith_buf_text(&raw), raw.length);
		word.text[--word.length] = '\0';
		if (out->count == MOST_WORDS)
			fail_msg("too many words: %s", line);
		out->list[out->count++] = kith_arena_strdup(arena, word.text);
	}
}

/* --- doing what a line says --- */

/* "promised[1].by": the number goes, from 0; 0 if there is none. */
static uint32_t take_number(char *path)
{
	char *open = strchr(path, '['), *close = open ? strchr(open, ']') : NULL;
	if (!close)
		return 0;
	const uint32_t number = (uint32_t)strtoul(open + 1, NULL, 10);
	memmove(open, close + 1, strlen(close + 1) + 1);
	return number;
}

static const struct kith_value *find_value(const struct kith_record *record, const char *path, uint32_t number)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct kith_value *value = &record->values[i];
		if (strcmp(value->field ? value->field->path : value->key, path) == 0 && number-- == 0)
			return value;
	}
	return NULL;
}

static enum kith_code apply_entry_edit(struct kith_editing *editing, struct words *words, struct kith_edit *edit, struct kith_err *err)
{
	struct kith_edit_part parts[MOST_WORDS];
	edit->op = KITH_EDIT_ADD_ENTRY;
	edit->parts = parts;
	for (size_t i = 2; i < words->count; i++) {
		char *equals = strchr(words->list[i], '=');
		if (!equals) {
			edit->flow = true;
			continue;
		}
		*equals = '\0';
		parts[edit->count].field = kith_field_child(editing->kind, edit->field, words->list[i], strlen(words->list[i]));
		assert_non_null(parts[edit->count].field);
		parts[edit->count++].text = equals + 1;
	}
	return kith_edit_apply(editing, edit, err);
}

static enum kith_code take_member(struct kith_editing *editing, const char *key, const char *from, size_t length, struct kith_err *err)
{
	KITH_ARENA arena = {0};
	struct kith_faults faults = {.arena = &arena};
	struct kith_doc doc = {0};
	/* A copy of exactly this size: reading past its end is seen. */
	char *source = kith_alloc(length ? length : 1);
	memcpy(source, from, length);
	assert_true(kith_doc_parse(source, length, &arena, &doc, &faults));
	const struct kith_node *member = kith_node_member(doc.root, key);
	assert_non_null(member);
	const enum kith_code code = kith_edit_take(editing, &doc, member, err);
	kith_free(source);
	return code;
}

static enum kith_code do_line(struct kith_editing *editing, const char *line, const struct kith_buf *from, struct kith_err *err)
{
	static const struct {
		const char *word;
		enum kith_edit_op op;
	} ops[] = {{"set", KITH_EDIT_SET}, {"add", KITH_EDIT_ADD}, {"remove", KITH_EDIT_REMOVE}, {"unset", KITH_EDIT_UNSET},
	           {"add-entry", KITH_EDIT_ADD_ENTRY}, {"remove-entry", KITH_EDIT_REMOVE_ENTRY}};
	KITH_ARENA arena = {0};
	struct words words;
	split(line, &words, &arena);
	if (strcmp(words.list[0], "order") == 0)
		return kith_edit_order(editing, err);
	char *path = words.list[1];
	if (strcmp(words.list[0], "take") == 0)
		return take_member(editing, path, kith_buf_text(from), from->length, err);
	const uint32_t number = take_number(path);
	if (strcmp(words.list[0], "replace") == 0) {
		const struct kith_value *value = find_value(&editing->reading.record, path, number);
		assert_non_null(value);
		return kith_edit_replace(editing, value, words.list[2], err);
	}
	struct kith_edit edit = {.entry = number};
	char *slash = strchr(path, '/');
	if (slash)
		*slash = '\0';
	edit.field = kith_field_find(editing->kind, path);
	edit.key = slash ? slash + 1 : edit.field ? NULL : path;
	size_t op = 0;
	while (op < kith_count(ops) && strcmp(words.list[0], ops[op].word) != 0)
		op++;
	if (op == kith_count(ops))
		fail_msg("no such edit: %s", line);
	edit.op = ops[op].op;
	if (edit.op == KITH_EDIT_ADD_ENTRY)
		return apply_entry_edit(editing, &words, &edit, err);
	struct kith_edit_part parts[MOST_WORDS];
	edit.parts = parts;
	for (size_t i = 2; i < words.count; i++)
		parts[edit.count++] = (struct kith_edit_part){NULL, words.list[i]};
	return kith_edit_apply(editing, &edit, err);
}

/* --- cases --- */

struct sheet {
	char *name, *edits;
	enum kith_kind kind;
	struct kith_buf before, after, from;
	const char *refusal; /* what the message must have in it; NULL: none is expected */
	bool has_after;
};

static void print_side_by_side(struct kith_buf *out, const char *title, const char *text, size_t length)
{
	kith_buf_addf(out, "  %s:\n    |", title);
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\r')
			kith_buf_add(out, "\\r");
		else if (text[i] == '\\')
			kith_buf_add(out, "\\\\");
		else if (text[i] == '\n')
			kith_buf_add(out, i + 1 < length ? "\n    |" : "\n");
		else
			kith_buf_add_char(out, text[i]);
	}
	if (length && text[length - 1] != '\n')
		kith_buf_add(out, "\\c\n");
}

static bool run(struct sheet *sheet, struct kith_buf *report)
{
	KITH_EDITING editing = {0};
	struct kith_err err = {0};
	enum kith_code code = kith_editing_begin(&editing, sheet->kind, "x", "contacts/x.yaml", kith_buf_text(&sheet->before), sheet->before.length, &err);
	KITH_ARENA arena = {0};
	for (const char *at = sheet->edits; *at && !code;) {
		const size_t length = strcspn(at, "\n");
		code = do_line(&editing, kith_arena_strndup(&arena, at, length), &sheet->from, &err);
		at += length + (at[length] == '\n');
	}
	const struct kith_buf *want = sheet->has_after ? &sheet->after : &sheet->before;
	const bool right_text = editing.text.length == want->length && memcmp(kith_buf_text(&editing.text), kith_buf_text(want), want->length) == 0;
	if (sheet->refusal ? code && strstr(err.message, sheet->refusal) && *err.hint && (right_text || !editing.names.blocks) : !code && right_text)
		return true;
	kith_buf_addf(report, "not so: %s\n", sheet->name);
	if (code)
		kith_buf_addf(report, "  refused: %s (hint: %s)\n", err.message, err.hint);
	if (!code || sheet->refusal) {
		print_side_by_side(report, "want", kith_buf_text(want), want->length);
		print_side_by_side(report, "got", kith_buf_text(&editing.text), editing.text.length);
	}
	return false;
}

static void finish_sheet(struct sheet *sheet)
{
	kith_free(sheet->name);
	kith_free(sheet->edits);
	kith_buf_finish(&sheet->before);
	kith_buf_finish(&sheet->after);
	kith_buf_finish(&sheet->from);
	*sheet = (struct sheet){0};
}

struct tally {
	size_t cases, failed;
	struct kith_buf report;
};

static void end_sheet(struct sheet *sheet, struct kith_buf *edits, struct kith_arena *arena, struct tally *tally)
{
	if (!sheet->name)
		return;
	sheet->edits = kith_strdup(kith_buf_text(edits));
	tally->cases++;
	tally->failed += !run(sheet, &tally->report);
	finish_sheet(sheet);
	kith_buf_clear(edits);
	(void)arena;
}

/* A sheet holds cases one after the other:  === name, edit lines, --- before, --- after or --- same or --- refused WORDS. */
static void run_sheets(const char *text, struct tally *tally)
{
	KITH_ARENA arena = {0};
	KITH_BUF edits = {0};
	struct sheet sheet = {0};
	struct kith_buf *into = NULL;
	for (const char *at = text; *at;) {
		const size_t length = strcspn(at, "\n");
		const char *line = kith_arena_strndup(&arena, at, length);
		at += length + (at[length] == '\n');
		if (strncmp(line, "=== ", 4) == 0) {
			end_sheet(&sheet, &edits, &arena, tally);
			sheet.name = kith_strdup(line + 4);
			into = NULL;
		} else if (strncmp(line, "--- before", 10) == 0)
			into = &sheet.before;
		else if (strncmp(line, "--- after", 9) == 0)
			into = &sheet.after, sheet.has_after = true;
		else if (strncmp(line, "--- same", 8) == 0)
			into = NULL;
		else if (strncmp(line, "--- from", 8) == 0)
			into = &sheet.from;
		else if (strncmp(line, "--- refused", 11) == 0)
			into = NULL, sheet.refusal = line + 11 + strspn(line + 11, " ");
		else if (into && (length || (*at && strncmp(at, "=== ", 4) != 0)))
			add_unescaped(into, line, length); /* an empty line in front of a case only divides */
		else if (strncmp(line, "kind: ", 6) == 0)
			sheet.kind = strcmp(line + 6, "kith") == 0 ? KITH_SETTINGS : kith_kind_find(line + 6, strlen(line + 6));
		else if (sheet.name && *line && *line != '#')
			kith_buf_addf(&edits, "%s\n", line);
	}
	end_sheet(&sheet, &edits, &arena, tally);
}

static void run_file(const char *path, struct tally *tally)
{
	KITH_BUF text = {0};
	struct kith_err err = {0};
	if (kith_file_read(path, 1u << 24, &text, &err))
		fail_msg("%s", err.message);
	run_sheets(kith_buf_text(&text), tally);
}

static int is_sheet(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');
	return dot && strcmp(dot, ".edit") == 0;
}

static void every_case_comes_out_byte_for_byte(void **state)
{
	(void)state;
	static const char folder[] = "tests/data/edit";
	struct dirent **entries;
	const int count = scandir(folder, &entries, is_sheet, alphasort);
	struct tally tally = {0};
	for (int i = 0; i < count; i++) {
		KITH_BUF path = {0};
		kith_buf_addf(&path, "%s/%s", folder, entries[i]->d_name);
		run_file(path.text, &tally);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	printf("%zu cases, %zu failed\n", tally.cases, tally.failed);
	if (tally.failed)
		fputs(kith_buf_text(&tally.report), stdout);
	kith_buf_finish(&tally.report);
	assert_int_equal(tally.failed, 0);
	assert_true(tally.cases >= 150);
}

int main(int count, char **arguments)
{
	if (count == 2) {
		struct tally tally = {0};
		run_file(arguments[1], &tally);
		printf("%zu cases, %zu failed\n%s", tally.cases, tally.failed, kith_buf_text(&tally.report));
		kith_buf_finish(&tally.report);
		return tally.failed > 0;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_comes_out_byte_for_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
