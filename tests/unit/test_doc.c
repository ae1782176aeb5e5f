/* YAML documents: what is accepted, what each node's bytes are, and what is refused with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/record/doc.h"

static bool parse(const char *source, size_t length, struct kith_arena *arena, struct kith_doc *doc, struct kith_faults *faults)
{
	*faults = (struct kith_faults){ .arena = arena };
	*doc = (struct kith_doc){0};
	return kith_doc_parse(source, length, arena, doc, faults);
}

/* --- shapes and spans --- */

static void print_node(struct kith_buf *out, const struct kith_doc *doc, const struct kith_node *node)
{
	static const char *const styles[] = { "plain", "single", "double", "literal", "folded", "block", "flow" };
	kith_buf_addf(out, "%u:%u %s ", (unsigned)node->line, (unsigned)node->column, styles[node->style]);
	if (node->shape == KITH_SCALAR) {
		kith_buf_addf(out, "<%s> [", node->text);
	} else {
		kith_buf_addf(out, "%s of %zu [", node->shape == KITH_MAPPING ? "map" : "list", node->count);
	}
	kith_buf_add_bytes(out, doc->source + node->start, node->end - node->start);
	kith_buf_add(out, "]\n");
}

static void print_tree(struct kith_buf *out, const struct kith_doc *doc, const struct kith_node *node, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		kith_buf_add(out, "  ");
	if (node->key)
		kith_buf_addf(out, "%s = ", node->key->text);
	print_node(out, doc, node);
	for (const struct kith_node *child = node->first; child; child = child->next)
		print_tree(out, doc, child, depth + 1);
}

struct row {
	const char *name, *source, *want;
};

static const struct row trees[] = {
	{ "plain values end before comments and spaces", "name: Ana  # c\ncity: Łódź \n",
	  "1:1 block map of 2 [name: Ana  # c\ncity: Łódź]\n"
	  "  name = 1:7 plain <Ana> [Ana]\n  city = 2:7 plain <Łódź> [Łódź]\n" },
	{ "bytes are bytes behind letters of several", "aka: [Łucja, 田中, 🙂x]  # é\ncity: ü\n",
	  "1:1 block map of 2 [aka: [Łucja, 田中, 🙂x]  # é\ncity: ü]\n"
	  "  aka = 1:6 flow list of 3 [[Łucja, 田中, 🙂x]]\n    1:7 plain <Łucja> [Łucja]\n    1:14 plain <田中> [田中]\n"
	  "    1:18 plain <🙂x> [🙂x]\n  city = 2:7 plain <ü> [ü]\n" },
	{ "a byte order mark counts for nothing", "\xEF\xBB\xBFname: é\ncity: x\n",
	  "1:1 block map of 2 [name: é\ncity: x]\n  name = 1:7 plain <é> [é]\n  city = 2:7 plain <x> [x]\n" },
	{ "CRLF works", "name: Ana\r\nabout: |\r\n  one\r\n  two\r\ncity: x\r\n",
	  "1:1 block map of 3 [name: Ana\r\nabout: |\r\n  one\r\n  two\r\ncity: x]\n  name = 1:7 plain <Ana> [Ana]\n"
	  "  about = 2:8 literal <one\ntwo\n> [|\r\n  one\r\n  two\r\n]\n  city = 5:7 plain <x> [x]\n" },
	{ "quotes belong to the span", "a: \"x\\ty\"\nb: 'it''s'\n\"c d\": 1\n",
	  "1:1 block map of 3 [a: \"x\\ty\"\nb: 'it''s'\n\"c d\": 1]\n  a = 1:4 double <x\ty> [\"x\\ty\"]\n"
	  "  b = 2:4 single <it's> ['it''s']\n  c d = 3:8 plain <1> [1]\n" },
	{ "a text of several lines ends behind its last line and the blank ones", "a: |\n  x\n\n  y\n\n\n# c\nb: >-\n  f\n  g\n",
	  "1:1 block map of 2 [a: |\n  x\n\n  y\n\n\n# c\nb: >-\n  f\n  g\n]\n  a = 1:4 literal <x\n\ny\n> [|\n  x\n\n  y\n\n\n]\n"
	  "  b = 8:4 folded <f g> [>-\n  f\n  g\n]\n" },
	{ "a text that ends with the file", "a: |\n  x\n  é", "1:1 block map of 1 [a: |\n  x\n  é]\n  a = 1:4 literal <x\né> [|\n  x\n  é]\n" },
	{ "a plain value may go on in the next lines", "a: one\n  two\n\n  three # c\nb: 1\n",
	  "1:1 block map of 2 [a: one\n  two\n\n  three # c\nb: 1]\n  a = 1:4 plain <one two\nthree> [one\n  two\n\n  three]\n  b = 5:4 plain <1> [1]\n" },
	{ "a block list ends with its last item", "a:\n  - x\n  # c\n  - y: 1\n    z: 2  # d\n\n# e\nb: 1\n",
	  "1:1 block map of 2 [a:\n  - x\n  # c\n  - y: 1\n    z: 2  # d\n\n# e\nb: 1]\n"
	  "  a = 2:3 block list of 2 [- x\n  # c\n  - y: 1\n    z: 2]\n    2:5 plain <x> [x]\n    4:5 block map of 2 [y: 1\n    z: 2]\n"
	  "      y = 4:8 plain <1> [1]\n      z = 5:8 plain <2> [2]\n  b = 8:4 plain <1> [1]\n" },
	{ "items may stand under the key", "a:\n- x\n- y\nb: 1\n",
	  "1:1 block map of 2 [a:\n- x\n- y\nb: 1]\n  a = 2:1 block list of 2 [- x\n- y]\n    2:3 plain <x> [x]\n    3:3 plain <y> [y]\n"
	  "  b = 4:4 plain <1> [1]\n" },
	{ "brackets may span lines and end with a comma", "a: [x,\n  y, # c\n]  # d\nb: {c: 1, d: }\n",
	  "1:1 block map of 2 [a: [x,\n  y, # c\n]  # d\nb: {c: 1, d: }]\n  a = 1:4 flow list of 2 [[x,\n  y, # c\n]]\n    1:5 plain <x> [x]\n"
	  "    2:3 plain <y> [y]\n  b = 4:4 flow map of 2 [{c: 1, d: }]\n    c = 4:8 plain <1> [1]\n    d = 4:14 plain <> []\n" },
	{ "an empty value takes no bytes", "a:\nb: # c\nc: ~\n",
	  "1:1 block map of 3 [a:\nb: # c\nc: ~]\n  a = 1:3 plain <> []\n  b = 2:3 plain <> []\n  c = 3:4 plain <~> [~]\n" },
	{ "tabs may stand in text and before comments", "a: x\ty\nb:\t'z'\t# c\n",
	  "1:1 block map of 2 [a: x\ty\nb:\t'z']\n  a = 1:4 plain <x\ty> [x\ty]\n  b = 2:4 single <z> ['z']\n" },
	{ "a document may be marked", "%YAML 1.1\n---\na: 1\n...\n# c\n", "3:1 block map of 1 [a: 1]\n  a = 3:4 plain <1> [1]\n" },
	{ "all of it may be JSON", "{\"a\": [1, \"b\"], \"c\": null}",
	  "1:1 flow map of 2 [{\"a\": [1, \"b\"], \"c\": null}]\n  a = 1:7 flow list of 2 [[1, \"b\"]]\n    1:8 plain <1> [1]\n    1:11 double <b> [\"b\"]\n"
	  "  c = 1:22 plain <null> [null]\n" },
	{ "nothing is guessed", "a: NO\nb: 08001\nc: +34600\nd: 1:30\ne: 2026-11-25\nf: 1e3\ng: null\n",
	  "1:1 block map of 7 [a: NO\nb: 08001\nc: +34600\nd: 1:30\ne: 2026-11-25\nf: 1e3\ng: null]\n  a = 1:4 plain <NO> [NO]\n  b = 2:4 plain <08001> [08001]\n"
	  "  c = 3:4 plain <+34600> [+34600]\n  d = 4:4 plain <1:30> [1:30]\n  e = 5:4 plain <2026-11-25> [2026-11-25]\n"
	  "  f = 6:4 plain <1e3> [1e3]\n  g = 7:4 plain <null> [null]\n" },
	{ "core tags are accepted", "a: !!str 1\nb: !!seq [x]\n",
	  "1:1 block map of 2 [a: !!str 1\nb: !!seq [x]]\n  a = 1:4 plain <1> [!!str 1]\n  b = 2:4 flow list of 1 [!!seq [x]]\n    2:11 plain <x> [x]\n" },
	{ "a line of another world's end is a line for nobody", "a: \"x\xE2\x80\xA8y\"\nb: 1\n",
	  "1:1 block map of 2 [a: \"x\xE2\x80\xA8y\"\nb: 1]\n  a = 1:4 double <x\xE2\x80\xA8y> [\"x\xE2\x80\xA8y\"]\n  b = 2:4 plain <1> [1]\n" },
	{ "keys that differ in case are two", "a: 1\nA: 2\n", "1:1 block map of 2 [a: 1\nA: 2]\n  a = 1:4 plain <1> [1]\n  A = 2:4 plain <2> [2]\n" },
};

static void the_tree_is_as_the_table_says(void **state)
{
	const struct row *row = *state;
	KITH_ARENA arena = {0};
	struct kith_doc doc;
	struct kith_faults faults;
	KITH_BUF text = {0};
	assert_true(parse(row->source, strlen(row->source), &arena, &doc, &faults));
	assert_int_equal(faults.count, 0);
	print_tree(&text, &doc, doc.root, 0);
	assert_string_equal(text.text, row->want);
}

static void an_empty_file_has_no_root(void **state)
{
	(void)state;
	static const char *const sources[] = { "", "\n", "# only\n", "---\n", "~", "---\n...\n", "\xEF\xBB\xBF", "   \n\n" };
	for (size_t i = 0; i < kith_count(sources); i++) {
		KITH_ARENA arena = {0};
		struct kith_doc doc;
		struct kith_faults faults;
		assert_true(parse(sources[i], strlen(sources[i]), &arena, &doc, &faults));
		assert_null(doc.root);
	}
}

static void members_and_absence_are_found(void **state)
{
	(void)state;
	static const char source[] = "a:\nb: ~\nc: \"\"\nd: \"~\"\ne: null\nf: [g]\n";
	KITH_ARENA arena = {0};
	struct kith_doc doc;
	struct kith_faults faults;
	assert_true(parse(source, sizeof(source) - 1, &arena, &doc, &faults));
	assert_true(kith_node_is_absent(kith_node_member(doc.root, "a")));
	assert_true(kith_node_is_absent(kith_node_member(doc.root, "b")));
	assert_false(kith_node_is_absent(kith_node_member(doc.root, "c")));
	assert_false(kith_node_is_absent(kith_node_member(doc.root, "d")));
	assert_false(kith_node_is_absent(kith_node_member(doc.root, "e")));
	assert_null(kith_node_member(doc.root, "g"));
	assert_null(kith_node_member(NULL, "a"));
	assert_int_equal(kith_node_caret(&doc, kith_node_member(doc.root, "a")), 1);
	assert_int_equal(kith_node_caret(&doc, kith_node_member(doc.root, "f")), 3);
}

/* --- what is refused --- */

/* What people slip into is in tests/data/faults; this is what records do not have. */
static const struct row refusals[] = {
	{ "a merge key", "a: 1\n<<: {b: 1}\n",
	  "x:2:1: error: merge keys (<<) are not read in records\n    <<: {b: 1}\n    ^^\n    hint: write the keys out\n" },
	{ "a key twice", "name: A\n# c\nname: B\n",
	  "x:3:1: error: 'name' is here a second time; it is already in line 1\n    name: B\n    ^^^^\n"
	  "    hint: keep one of the two; several values go into one list: [one, two]\n" },
	{ "a key twice in an entry", "knows:\n  - {who: a, who: b}\n",
	  "x:2:14: error: 'who' is here a second time; it is already in line 2\n      - {who: a, who: b}\n                 ^^^\n"
	  "    hint: keep one of the two; several values go into one list: [one, two]\n" },
	{ "a list as a key", "[a, b]: c\n",
	  "x:1:1: error: a list or a map stands where a key belongs\n    [a, b]: c\n    ^\n"
	  "    hint: a key is a word before a colon; put quotes around text that starts with [ or {\n" },
	{ "a second document", "name: A\n---\nname: B\n",
	  "x:2:1: error: a second document starts here; a record is one file\n    ---\n    ^^^\n"
	  "    hint: put it into a file of its own, or delete the line ---\n" },
	{ "a conflict of git", "name: A\n<<<<<<< HEAD\ncity: a\n=======\ncity: b\n>>>>>>> other\n",
	  "x:2:1: error: git left a conflict in this file\n    <<<<<<< HEAD\n    ^\n"
	  "    hint: keep one side, and delete the lines that start with <<<<<<<, ======= and >>>>>>>\n" },
	{ "a control character", "name: A\ncity: é\x07x\n",
	  "x:2:8: error: a control character stands here\n    city: é\xEF\xBF\xBDx\n           ^\n"
	  "    hint: delete it, or write it as an escape in double quotes\n" },
	{ "a NUL by escape", "city: \"a\\0b\"\n",
	  "x:1:7: error: the escape \\0 puts a NUL into this text\n    city: \"a\\0b\"\n          ^\n    hint: leave it out\n" },
	{ "Latin-1", "name: Jos\xE9\n",
	  "x:1:10: error: this byte is not UTF-8 text (in Windows-1252 it is é)\n    name: Jos\xEF\xBF\xBD\n             ^\n"
	  "    hint: save the file as UTF-8 (in vim: :set fenc=utf-8, then :w)\n" },
	{ "UTF-16", "\xFF\xFEn", "x: error: the file is written in UTF-16\n    hint: save it as UTF-8 (in vim: :set fenc=utf-8, then :w)\n" },
	{ "a surrogate", "name: \xED\xA0\x80\n",
	  "x:1:7: error: this byte is not UTF-8 text\n    name: \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\n          ^\n    hint: save the file as UTF-8 (in vim: :set fenc=utf-8, then :w)\n" },
};

static char *refusal(const char *source, size_t length, struct kith_arena *arena)
{
	struct kith_doc doc;
	struct kith_faults faults;
	KITH_BUF text = {0};
	assert_false(parse(source, length, arena, &doc, &faults));
	kith_faults_sort(&faults);
	assert_true(faults.errors > 0);
	for (size_t i = 0; i < faults.count; i++)
		kith_fault_print(&text, "x", &faults.list[i], source, length);
	return kith_arena_strdup(arena, kith_buf_text(&text));
}

static void is_refused_with_these_words(void **state)
{
	const struct row *row = *state;
	KITH_ARENA arena = {0};
	assert_string_equal(refusal(row->source, strlen(row->source), &arena), row->want);
}

static void a_nul_byte_is_no_text(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	assert_string_equal(refusal("name: A\ncity: é\0x\n", 19, &arena),
	                    "x:2:8: error: the file holds a NUL byte: it is not a text file\n    city: é\xEF\xBF\xBDx\n           ^\n"
	                    "    hint: a record is plain text; move this file out of the store's folders\n");
}

static void every_fault_is_reported(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	static const char source[] = "a: &x 1\na: 2\nb: *x\nb: !y 3\n";
	struct kith_doc doc;
	struct kith_faults faults;
	assert_false(parse(source, sizeof(source) - 1, &arena, &doc, &faults));
	assert_int_equal(faults.count, 5);
}

/* --- limits --- */

static void nesting_has_a_limit(void **state)
{
	(void)state;
	for (size_t depth = KITH_DOC_DEPTH - 2; depth <= KITH_DOC_DEPTH + 2; depth++) {
		KITH_ARENA arena = {0};
		KITH_BUF source = {0};
		kith_buf_add(&source, "a: ");
		for (size_t i = 0; i < depth; i++)
			kith_buf_add(&source, "[");
		for (size_t i = 0; i < depth; i++)
			kith_buf_add(&source, "]");
		struct kith_doc doc;
		struct kith_faults faults;
		const bool accepted = parse(source.text, source.length, &arena, &doc, &faults);
		assert_int_equal(accepted, depth + 1 <= KITH_DOC_DEPTH);
		if (!accepted)
			assert_string_equal(faults.list[0].message, "lists and maps are nested too deeply here");
	}
}

static void a_mebibyte_is_accepted_and_a_byte_more_is_not(void **state)
{
	(void)state;
	KITH_BUF source = {0};
	kith_buf_add(&source, "name: A\n");
	while (source.length < KITH_DOC_LIMIT - 1)
		kith_buf_add_char(&source, '#');
	kith_buf_add_char(&source, '\n');
	KITH_ARENA arena = {0};
	struct kith_doc doc;
	struct kith_faults faults;
	assert_true(parse(source.text, source.length, &arena, &doc, &faults));
	kith_buf_add_char(&source, '\n');
	assert_string_equal(refusal(source.text, source.length, &arena),
	                    "x: error: the file has 1048577 bytes; a record has at most 1048576\n"
	                    "    hint: keep long documents beside the store and name them under links\n");
}

static void a_thousand_faults_are_enough(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	struct kith_faults faults = { .arena = &arena };
	for (uint32_t i = 0; i < 5000; i++)
		kith_fault_add(&faults, KITH_FAULT_ERROR, 5000 - i, 1, 1, "fault %u", (unsigned)i)->hint = "";
	kith_faults_sort(&faults);
	assert_int_equal(faults.count, KITH_FAULTS_MOST);
	assert_int_equal(faults.errors, 5000);
	assert_false(kith_faults_have_room(&faults));
	assert_string_equal(faults.list[999].message, "fault 0; 4000 more faults of this file are not listed");
}

/* --- printing --- */

static void a_fault_without_its_source_has_one_line(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	struct kith_faults faults = { .arena = &arena };
	kith_fault_add(&faults, KITH_FAULT_WARNING, 3, 2, 1, "told \x1b[31m%s", "you");
	KITH_BUF text = {0};
	kith_fault_print(&text, "a\nb", &faults.list[0], NULL, 0);
	assert_string_equal(text.text, "a b:3:2: warning: told \xEF\xBF\xBD[31myou\n");
}

static void carets_stand_under_wide_letters(void **state)
{
	(void)state;
	static const char source[] = "name: 田中 @@@\n";
	KITH_ARENA arena = {0};
	struct kith_faults faults = { .arena = &arena };
	kith_fault_add(&faults, KITH_FAULT_ERROR, 1, 7, 2, "wide");
	kith_fault_add(&faults, KITH_FAULT_ERROR, 1, 10, 3, "behind");
	kith_fault_add(&faults, KITH_FAULT_ERROR, 1, 99, 3, "past the end");
	kith_fault_add(&faults, KITH_FAULT_ERROR, 9, 1, 1, "past the last line");
	KITH_BUF text = {0};
	for (size_t i = 0; i < faults.count; i++)
		kith_fault_print(&text, "x", &faults.list[i], source, sizeof(source) - 1);
	assert_string_equal(text.text, "x:1:7: error: wide\n    name: 田中 @@@\n          ^^^^\n"
	                               "x:1:10: error: behind\n    name: 田中 @@@\n               ^^^\n"
	                               "x:1:99: error: past the end\n    name: 田中 @@@\n                  ^\n"
	                               "x:9:1: error: past the last line\n");
}

static void a_long_line_is_cut_around_the_fault(void **state)
{
	(void)state;
	KITH_BUF source = {0}, text = {0};
	for (int i = 0; i < 1000; i++)
		kith_buf_add(&source, "é");
	KITH_ARENA arena = {0};
	struct kith_faults faults = { .arena = &arena };
	kith_fault_add(&faults, KITH_FAULT_ERROR, 1, 500, 2, "in the middle");
	kith_fault_print(&text, "x", &faults.list[0], source.text, source.length);
	const char *line = strstr(text.text, "    …"), *caret = strchr(text.text, '^');
	assert_non_null(line);
	assert_true(text.length < 1000);
	assert_int_equal(caret[1], '^');
	assert_int_equal(caret[2], '\n');
}

int main(void)
{
	static struct CMUnitTest tests[128] = {
		cmocka_unit_test(an_empty_file_has_no_root),
		cmocka_unit_test(members_and_absence_are_found),
		cmocka_unit_test(a_nul_byte_is_no_text),
		cmocka_unit_test(every_fault_is_reported),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(a_mebibyte_is_accepted_and_a_byte_more_is_not),
		cmocka_unit_test(a_thousand_faults_are_enough),
		cmocka_unit_test(a_fault_without_its_source_has_one_line),
		cmocka_unit_test(carets_stand_under_wide_letters),
		cmocka_unit_test(a_long_line_is_cut_around_the_fault),
	};
	size_t count = 10;
	for (size_t i = 0; i < kith_count(trees); i++)
		tests[count++] = (struct CMUnitTest){
			.name = trees[i].name,
			.test_func = the_tree_is_as_the_table_says,
			.initial_state = (void *)(uintptr_t)&trees[i],
		};
	for (size_t i = 0; i < kith_count(refusals); i++)
		tests[count++] = (struct CMUnitTest){
			.name = refusals[i].name,
			.test_func = is_refused_with_these_words,
			.initial_state = (void *)(uintptr_t)&refusals[i],
		};
	return _cmocka_run_group_tests("doc", tests, count, NULL, NULL);
}
