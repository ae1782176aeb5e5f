/* What kith says of the faults that people make in an editor: the cases are tests/data/faults/ *.txt, and
 * tests/data/faults/README says how they are written. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/store/check.h"
#include "small_store.h"

static const char folder[] = "tests/data/faults";

enum way_out { NOT_TRIED, LINE, VALUE, INDENT };

struct part {
	const char *text;
	size_t length;
};

struct fault_case {
	char *name, *path;
	struct part input, wanted; /* as they stand in the corpus */
	bool escaped;
	enum way_out way_out;
};

static struct small_store small;
static struct kith_arena corpus;
static const struct fault_case **cases;
static size_t case_count, case_capacity;

/* --- reading the corpus --- */

static bool begins(const char *at, const char *end, const char *with)
{
	const size_t length = strlen(with);
	return (size_t)(end - at) >= length && memcmp(at, with, length) == 0;
}

static const char *next_line(const char *at, const char *end)
{
	const char *feed = memchr(at, '\n', (size_t)(end - at));
	return feed ? feed + 1 : end;
}

static char *rest_of_line(const char *at, const char *end)
{
	const char *feed = memchr(at, '\n', (size_t)(end - at));
	return kith_arena_strndup(&corpus, at, (size_t)((feed ? feed : end) - at));
}

static struct part lines_before(const char **at, const char *end, const char *mark)
{
	const char *start = *at;
	while (*at < end && !begins(*at, end, mark))
		*at = next_line(*at, end);
	return (struct part){ start, (size_t)(*at - start) };
}

static void read_head(struct fault_case *found, char *head)
{
	char *comma = strstr(head, ", escaped");
	found->escaped = comma != NULL;
	if (comma)
		*comma = '\0';
	found->path = head;
}

static void read_foot(struct fault_case *found, const char *foot)
{
	static const char *const ways[] = { [LINE] = "line", [VALUE] = "value", [INDENT] = "indent" };
	for (size_t way = LINE; way <= INDENT; way++)
		if (strstr(foot, ways[way]))
			found->way_out = (enum way_out)way;
	if (*foot && !found->way_out)
		fail_msg("%s: what is '%s'?", found->name, foot);
}

static const char *read_case(const char *at, const char *end, struct fault_case *out)
{
	*out = (struct fault_case){ .name = rest_of_line(at + strlen("=== "), end) };
	at = next_line(at, end);
	if (!begins(at, end, "--- "))
		fail_msg("%s: no file", out->name);
	read_head(out, rest_of_line(at + strlen("--- "), end));
	at = next_line(at, end);
	out->input = lines_before(&at, end, "--- says");
	if (at == end)
		fail_msg("%s: nothing is said", out->name);
	char *foot = rest_of_line(at + strlen("--- says"), end);
	read_foot(out, foot);
	at = next_line(at, end);
	out->wanted = lines_before(&at, end, "=== ");
	while (out->wanted.length && out->wanted.text[out->wanted.length - 1] == '\n' &&
	       (out->wanted.length == 1 || out->wanted.text[out->wanted.length - 2] == '\n'))
		out->wanted.length--; /* the empty line between cases */
	return at;
}

/* \t \r \n \\ \xE9, and nothing at the end of a line that ends with a backslash. */
static void unescape(struct kith_buf *out, struct part part)
{
	for (size_t i = 0; i < part.length; i++) {
		if (part.text[i] != '\\' || i + 1 == part.length) {
			kith_buf_add_char(out, part.text[i]);
			continue;
		}
		const char next = part.text[++i];
		unsigned byte;
		if (next == 'x' && i + 2 < part.length && sscanf(part.text + i + 1, "%2x", &byte) == 1) {
			kith_buf_add_char(out, (char)byte);
			i += 2;
		} else if (next != '\n')
			kith_buf_add_char(out, next == 't' ? '\t' : next == 'r' ? '\r' : next == 'n' ? '\n' : next);
	}
}

static void source_of(const struct fault_case *one, struct kith_buf *out)
{
	if (one->escaped)
		unescape(out, one->input);
	else
		kith_buf_add_bytes(out, one->input.text, one->input.length);
}

/* --- asking --- */

static void add_faults(struct kith_buf *out, const char *path, const struct kith_faults *faults, const char *source, size_t length)
{
	for (size_t i = 0; i < faults->count; i++)
		kith_fault_print(out, path, &faults->list[i], source, length);
}

static void check(const char *path, const char *source, size_t length, struct kith_arena *arena, struct kith_reading *out)
{
	struct kith_err err = { 0 };
	if (kith_check_text(small.index, path, source, length, arena, out, &err))
		fail_msg("%s: %s", path, err.message);
}

/* --- the way out --- */

static const char *const leads[] = { "write ", "did you mean " };

/* What a hint says to write: up to its end, of several suggestions the first. */
static bool suggested(const struct kith_fault *fault, enum way_out way, struct kith_buf *out)
{
	if (way == INDENT) {
		unsigned spaces = 0;
		const char *indent = strstr(fault->hint, "indent it with ");
		if (!indent && !strstr(fault->hint, "begin it at the left edge"))
			return false;
		if (indent)
			assert_int_equal(sscanf(indent, "indent it with %u", &spaces), 1);
		kith_buf_reserve(out, 1);
		while (spaces--)
			kith_buf_add_char(out, ' ');
		return true;
	}
	const char *at = NULL, *stop = NULL;
	for (size_t i = 0; i < kith_count(leads) && !at; i++)
		if ((at = strstr(fault->hint, leads[i])))
			at += strlen(leads[i]);
	if (!at)
		return false;
	if (way == VALUE)
		stop = at + strcspn(at, ",;?");
	if (way == VALUE && strstr(at, " or ") && strstr(at, " or ") < stop)
		stop = strstr(at, " or ");
	kith_buf_add_bytes(out, at, stop ? (size_t)(stop - at) : strlen(at));
	return true;
}

/* Bytes of the first `characters` characters. */
static size_t bytes_of(const char *text, size_t characters)
{
	const char *at = text;
	while (*at && characters--)
		do
			at++;
		while (((unsigned char)*at & 0xC0) == 0x80);
	return (size_t)(at - text);
}

static void follow(const struct kith_fault *fault, enum way_out way, const char *source, struct kith_buf *out)
{
	KITH_BUF said = { 0 };
	if (!fault->line || !suggested(fault, way, &said)) {
		kith_buf_add(out, source);
		return;
	}
	const char *line = source;
	for (uint32_t number = 1; number < fault->line; number++)
		line += strcspn(line, "\n") + 1;
	const char *end = line + strcspn(line, "\n"), *from = line, *to = end;
	if (way == VALUE) {
		from = line + bytes_of(line, fault->column - 1);
		to = from + bytes_of(from, fault->length);
	} else if (way == LINE)
		from += strspn(line, " \t");
	else
		to = line + strspn(line, " \t");
	kith_buf_add_bytes(out, source, (size_t)(from - source));
	kith_buf_add(out, kith_buf_text(&said));
	kith_buf_add(out, to);
}

/* The text after all hints of one reading were followed, from the last line to the first; in the arena. */
static const char *follow_all(const struct fault_case *one, const char *source, struct kith_arena *arena, size_t *errors)
{
	struct kith_reading reading;
	check(one->path, source, strlen(source), arena, &reading);
	const char *now = source;
	uint32_t last = 0;
	for (size_t i = reading.faults.count; i-- > 0;) {
		KITH_BUF next = { 0 };
		if (one->way_out == LINE && reading.faults.list[i].line == last)
			continue;
		last = reading.faults.list[i].line;
		follow(&reading.faults.list[i], one->way_out, now, &next);
		now = kith_arena_strdup(arena, kith_buf_text(&next));
	}
	*errors = reading.faults.errors;
	return now;
}

enum { ROUNDS = 5 }; /* YAML's faults are found one by one */

/* Who does what the hints say gets a record without errors. */
static void the_hints_lead_out(const struct fault_case *one)
{
	KITH_ARENA arena = { 0 };
	KITH_BUF source = { 0 };
	source_of(one, &source);
	const char *now = kith_buf_text(&source);
	size_t errors = 1;
	for (int round = 0; round < ROUNDS && errors; round++) {
		const char *next = follow_all(one, now, &arena, &errors);
		if (strcmp(now, next) == 0 && (errors || round == 0))
			fail_msg("%s: no hint says what to write instead of\n%s", one->name, now);
		now = next;
	}
	struct kith_reading fixed;
	check(one->path, now, strlen(now), &arena, &fixed);
	if (!fixed.faults.count)
		return;
	KITH_BUF text = { 0 };
	add_faults(&text, one->path, &fixed.faults, now, strlen(now));
	fail_msg("%s: with its hints followed it is\n%swhich says\n%s", one->name, now, text.text);
}

static void answer_of(const struct fault_case *one, struct kith_buf *out)
{
	KITH_ARENA arena = { 0 };
	KITH_BUF source = { 0 };
	source_of(one, &source);
	struct kith_reading reading;
	check(one->path, kith_buf_text(&source), source.length, &arena, &reading);
	add_faults(out, one->path, &reading.faults, kith_buf_text(&source), source.length);
}

/* --- tests --- */

static void kith_says_of_it_what_the_corpus_has(void **state)
{
	const struct fault_case *one = *state;
	KITH_BUF said = { 0 };
	answer_of(one, &said);
	const char *wanted = kith_arena_strndup(&corpus, one->wanted.text, one->wanted.length);
	assert_string_equal(kith_buf_text(&said), wanted);
	if (one->way_out)
		the_hints_lead_out(one);
}

/* --- what must never be said --- */

/* libyaml's problems and contexts. */
static const char *const foreign[] = {
	"mapping values", "mapping key", "block mapping", "block collection", "block sequence", "block end", "block entry", "block scalar",
	"flow mapping", "flow sequence", "flow node", "block node", "node content", "simple key", "expected", "did not find", "could not find",
	"while parsing", "while scanning", "start any token", "<document start>", "document indicator", "stream end", "end of stream",
	"plain scalar", "quoted scalar", "tag handle", "tag URI", "directive", "control characters are not allowed", "incomplete UTF",
	"invalid leading", "trailing UTF", "hexdecimal", "Unicode character code", "escape character", "anchor name", "indentation indicator",
	"not allowed in this context", "violates indentation", "no more tokens", "surrogate", "token",
};

static void is_said_well(const struct kith_fault *fault, const char *source)
{
	for (size_t i = 0; i < kith_count(foreign); i++)
		if (strstr(fault->message, foreign[i]))
			fail_msg("'%s' is said of:\n%s", fault->message, source);
	const size_t length = strlen(fault->message);
	if (!length || fault->message[length - 1] == '.' || !*fault->hint)
		fail_msg("'%s' and '%s' are said of:\n%s", fault->message, fault->hint, source);
	assert_true(fault->length >= 1);
	assert_true((fault->line == 0) == (fault->column == 0));
}

static uint32_t dice = 1;

static size_t throw_dice(size_t sides)
{
	dice = dice * 1664525u + 1013904223u;
	return sides ? (dice >> 8) % sides : 0;
}

/* A slip: some characters come, go or change places. */
static void slip(struct kith_buf *out, const char *text, size_t length)
{
	static const char *const typed[] = { " ", "  ", "\t", "\n", ":", ": ", "-", "- ", "\"", "'", "[", "]", "{", "}", ",", "#", " #", "&", "*",
		                             "!", "|", ">", "%", "@", "`", "?", "? ", "\\", "“", "\xC2\xA0", "\xEF\xBB\xBF", "\r", "---\n",
		                             "...\n", "<<: ", "=", "~", "\x01", "\xE9" };
	const size_t at = throw_dice(length + 1), rest = length - at, gone = throw_dice(3) ? 0 : throw_dice(rest < 12 ? rest : 12);
	kith_buf_add_bytes(out, text, at);
	if (throw_dice(4))
		kith_buf_add(out, typed[throw_dice(kith_count(typed))]);
	kith_buf_add_bytes(out, text + at + gone, rest - gone);
}

enum { SLIPS = 40 }; /* of each text of the corpus */

static void no_slip_brings_words_of_the_library_or_none(void **state)
{
	(void)state;
	size_t faulty = 0;
	for (size_t i = 0; i < case_count; i++)
		for (size_t round = 0; round < SLIPS; round++) {
			KITH_ARENA arena = { 0 };
			KITH_BUF source = { 0 }, once = { 0 }, twice = { 0 }, printed = { 0 };
			source_of(cases[i], &source);
			slip(&once, kith_buf_text(&source), source.length);
			slip(&twice, kith_buf_text(&once), round % 2 ? once.length : 0);
			const struct kith_buf *text = round % 2 ? &twice : &once;
			const int kind = kith_kind_of_path(cases[i]->path);
			struct kith_reading reading;
			kith_record_read((enum kith_kind)kind, "x", cases[i]->path, kith_buf_text(text), text->length, &arena, &reading);
			for (size_t fault = 0; fault < reading.faults.count; fault++)
				is_said_well(&reading.faults.list[fault], kith_buf_text(text));
			add_faults(&printed, "x", &reading.faults, kith_buf_text(text), text->length);
			assert_true(kith_is_utf8(kith_buf_text(&printed), printed.length, NULL));
			faulty += !reading.readable;
		}
	assert_true(faulty > case_count);
}

/* --- the corpus --- */

/* KITH_FAULTS_WRITE=1 puts what kith says now into the corpus; `git diff` then shows what changed. */
static void rewrite(const char *path, const char *text, size_t length)
{
	KITH_BUF out = { 0 };
	const char *at = text, *end = text + length;
	const struct part head = lines_before(&at, end, "=== ");
	kith_buf_add_bytes(&out, head.text, head.length);
	while (at < end) {
		struct fault_case one;
		const char *start = at;
		at = read_case(at, end, &one);
		const char *said = one.input.text + one.input.length;
		kith_buf_add_bytes(&out, start, (size_t)(next_line(said, end) - start));
		answer_of(&one, &out);
		kith_buf_add(&out, at < end ? "\n" : "");
	}
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(out.text, 1, out.length, file), out.length);
	assert_int_equal(fclose(file), 0);
}

static struct CMUnitTest *tests;
static size_t count, capacity;

static void read_corpus_file(const char *path)
{
	KITH_BUF text = { 0 };
	struct kith_err err = { 0 };
	if (kith_file_read(path, 1 << 20, &text, &err))
		fail_msg("%s", err.message);
	if (getenv("KITH_FAULTS_WRITE"))
		rewrite(path, text.text, text.length);
	const char *all = kith_arena_strndup(&corpus, kith_buf_text(&text), text.length);
	const char *at = all, *end = all + text.length;
	lines_before(&at, end, "=== ");
	while (at < end) {
		struct fault_case *one = kith_arena_alloc(&corpus, sizeof(*one));
		at = read_case(at, end, one);
		*(const struct fault_case **)kith_arena_push(&corpus, &cases, &case_count, &case_capacity, sizeof(*cases)) = one;
		struct CMUnitTest *test = kith_arena_push(&corpus, &tests, &count, &capacity, sizeof(*test));
		*test = (struct CMUnitTest){
			.name = one->name,
			.test_func = kith_says_of_it_what_the_corpus_has,
			.initial_state = one,
		};
	}
}

static int is_corpus_file(const struct dirent *entry)
{
	const size_t length = strlen(entry->d_name);
	return length > 4 && strcmp(entry->d_name + length - 4, ".txt") == 0;
}

static void open_store(void)
{
	static const struct small_file files[] = {
		{ "kith.yaml", "me: hal\n" },
		{ "contacts/hal.yaml", "name: Hal\n" },
		{ "contacts/ana-silva.yaml", "name: Ana Silva\nformerly: [ana-costa]\n" },
		{ "contacts/tom-okafor.yaml", "name: Tom Okafor\n" },
		{ "contacts/ewa.yaml", "name: Ewa Zielińska\n" },
		{ "groups/kestrel.yaml", "name: Kestrel Maps\n" },
		{ "events/pycon-2024.yaml", "name: PyCon\n" },
		{ "goals/a-team.yaml", "name: A team of my own\n" },
	};
	small_store_open(&small, files, kith_count(files));
}

int main(void)
{
	open_store();
	struct dirent **entries;
	const int found = scandir(folder, &entries, is_corpus_file, alphasort);
	for (int i = 0; i < found; i++) {
		KITH_BUF path = { 0 };
		kith_buf_addf(&path, "%s/%s", folder, entries[i]->d_name);
		read_corpus_file(path.text);
		free(entries[i]);
	}
	free(found < 0 ? NULL : entries);
	struct CMUnitTest *last = kith_arena_push(&corpus, &tests, &count, &capacity, sizeof(*last));
	*last = (struct CMUnitTest)cmocka_unit_test(no_slip_brings_words_of_the_library_or_none);
	const int failed = case_count ? _cmocka_run_group_tests("faults", tests, count, NULL, NULL) : 1;
	small_store_close(&small);
	kith_arena_finish(&corpus);
	return failed;
}
