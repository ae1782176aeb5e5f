/* What is written as a scalar is read back as the same text, whatever it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/record/doc.h"
#include "lib/record/yaml.h"

static void check_written(const char *text, const char *want)
{
	KITH_BUF out = { 0 };
	kith_yaml_scalar(&out, text, &(struct kith_yaml_place){ 0 });
	assert_string_equal(kith_buf_text(&out), want);
}

static void plain_text_stays_plain(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"Ana Silva",
		"a, b",
		"a:b",
		"http://x.example/?a=b#c",
		"c++",
		"3 rooms",
		"it's",
		"say \"hi\" there",
		"-dash",
		"é ñ 田中 ليلى",
		"a#b",
		"Null Island",
		"nobody",
		"12 o'clock",
		"ends with dash -",
	};
	for (size_t i = 0; i < kith_count(texts); i++)
		check_written(texts[i], texts[i]);
}

static void text_that_yaml_types_is_quoted(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"null",  "Null",         "~",        "yes",        "NO",
		"True",  "off",          "y",        "n",          "1",
		"007",   "+34600123456", "-1",       ".5",         "1e3",
		"0x1F",  "1:30",         "22:30:00", "2026-11-25", "2026-11-25 19:30",
		"1_000", ".inf",         "=",        "<<",
	};
	for (size_t i = 0; i < kith_count(texts); i++) {
		char want[64];
		(void)snprintf(want, sizeof(want), "\"%s\"", texts[i]); /* they are short */
		check_written(texts[i], want);
	}
}

static void what_means_something_in_yaml_is_quoted(void **state)
{
	(void)state;
	static const char *const texts[][2] = {
		{ "", "\"\"" },
		{ " a", "\" a\"" },
		{ "a ", "\"a \"" },
		{ "a: b", "\"a: b\"" },
		{ "a:", "\"a:\"" },
		{ "a #b", "\"a #b\"" },
		{ "#a", "\"#a\"" },
		{ "- a", "\"- a\"" },
		{ "-", "\"-\"" },
		{ "? a", "\"? a\"" },
		{ "[a]", "\"[a]\"" },
		{ "{a}", "\"{a}\"" },
		{ "*a", "\"*a\"" },
		{ "&a", "\"&a\"" },
		{ "!a", "\"!a\"" },
		{ "|", "\"|\"" },
		{ ">", "\">\"" },
		{ "%a", "\"%a\"" },
		{ "@a", "\"@a\"" },
		{ "`a", "\"`a\"" },
		{ "'a'", "\"'a'\"" },
		{ "\"a\"", "\"\\\"a\\\"\"" },
		{ "a\tb", "\"a\\tb\"" },
		{ "a\nb", "\"a\\nb\"" },
		{ "\x1b[31m", "\"\\x1B[31m\"" },
		{ "\xC2\x85", "\"\\x85\"" },
		{ "\xE2\x80\xA8", "\"\\u2028\"" },
		{ "\xEF\xBB\xBF", "\"\\uFEFF\"" },
		{ "---", "\"---\"" },
		{ "...", "\"...\"" },
	};
	for (size_t i = 0; i < kith_count(texts); i++)
		check_written(texts[i][0], texts[i][1]);
}

static void lines_become_a_block_where_that_is_allowed(void **state)
{
	(void)state;
	const struct kith_yaml_place block = { .block = true, .indent = 2 };
	KITH_BUF out = { 0 };
	kith_yaml_scalar(&out, "one: #\n\n  two\nthree", &block);
	assert_string_equal(kith_buf_text(&out), "|-\n  one: #\n\n    two\n  three");
	kith_buf_clear(&out);
	kith_yaml_scalar(&out, " begins with a blank\nx", &block);
	assert_string_equal(kith_buf_text(&out), "\" begins with a blank\\nx\"");
	kith_buf_clear(&out);
	kith_yaml_scalar(&out, "a\nb\n", &block);
	assert_string_equal(kith_buf_text(&out), "\"a\\nb\\n\"");
	kith_buf_clear(&out);
	kith_yaml_scalar(&out, "2026-11-25", &(struct kith_yaml_place){ .verbatim = true });
	assert_string_equal(kith_buf_text(&out), "2026-11-25");
}

static void quotes_are_those_that_are_asked_for(void **state)
{
	(void)state;
	static const char *const rows[][3] = {
		{ "'", "ana", "'ana'" },
		{ "'", "it's", "'it''s'" },
		{ "'", "a\tb", "\"a\\tb\"" },
		{ "\"", "ana", "\"ana\"" },
		{ "\"", "", "\"\"" },
	};
	for (size_t i = 0; i < kith_count(rows); i++) {
		KITH_BUF out = { 0 };
		kith_yaml_scalar(&out, rows[i][1], &(struct kith_yaml_place){ .quote = *rows[i][0], .verbatim = true });
		assert_string_equal(kith_buf_text(&out), rows[i][2]);
	}
	check_written("~", "\"~\"");
}

static void a_block_has_the_header_it_is_given(void **state)
{
	(void)state;
	KITH_BUF out = { 0 };
	assert_true(kith_yaml_block(&out, ">", "one", 3));
	assert_string_equal(kith_buf_text(&out), ">\n   one");
	assert_false(kith_yaml_block(&out, "|", " one", 2));
	assert_false(kith_yaml_block(&out, "|", "", 2));
	assert_string_equal(kith_buf_text(&out), ">\n   one");
}

/* --- random texts --- */

static uint32_t seed = 1;

static uint32_t next_random(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

static const char *random_text(struct kith_buf *out)
{
	static const char *const pieces[] = {
		"a",
		"b",
		"ana",
		" ",
		"  ",
		":",
		": ",
		"#",
		" #",
		"-",
		"- ",
		"?",
		",",
		"[",
		"]",
		"{",
		"}",
		"&",
		"*",
		"!",
		"|",
		">",
		"'",
		"\"",
		"%",
		"@",
		"`",
		"\\",
		"\n",
		"\n\n",
		"\t",
		"\x01",
		"\x1b",
		"\x7f",
		"\xC2\x85",
		"\xC2\x9B",
		"\xC2\xA0",
		"\xE2\x80\xA8",
		"\xE2\x80\xA9",
		"\xEF\xBB\xBF",
		"\xEF\xBF\xBE",
		"é",
		"田",
		"😀",
		"1",
		"0",
		".",
		"null",
		"yes",
		"~",
		"=",
		"\r",
	};
	kith_buf_clear(out);
	kith_buf_add(out, "");
	for (uint32_t left = next_random(12); left; left--)
		kith_buf_add(out, pieces[next_random(kith_count(pieces))]);
	return kith_buf_text(out);
}

static void check_comes_back(const char *text, const struct kith_yaml_place *place)
{
	KITH_ARENA arena = { 0 };
	KITH_BUF source = { 0 };
	struct kith_faults faults = { .arena = &arena };
	struct kith_doc doc;
	kith_buf_add(&source, place->flow ? "key: [" : "key: ");
	kith_yaml_scalar(&source, text, place);
	kith_buf_add(&source, place->flow ? ", last]\nother: x\n" : "\nother: x\n");
	if (!kith_doc_parse(source.text, source.length, &arena, &doc, &faults))
		fail_msg("refused: %s\n%s", faults.count ? faults.list[0].message : "", source.text);
	const struct kith_node *node = kith_node_member(doc.root, "key");
	assert_non_null(node);
	assert_non_null(kith_node_member(doc.root, "other"));
	assert_int_equal(doc.root->count, 2);
	if (place->flow) {
		assert_int_equal(node->count, 2);
		node = node->first;
	}
	if (node->shape != KITH_SCALAR || kith_node_is_absent(node) || strcmp(node->text, text) != 0)
		fail_msg("came back as <%s>:\n%s", node->text ? node->text : "no scalar", source.text);
}

static void random_texts_come_back(void **state)
{
	(void)state;
	KITH_BUF text = { 0 };
	for (int round = 0; round < 20000; round++) {
		random_text(&text);
		check_comes_back(kith_buf_text(&text), &(struct kith_yaml_place){ 0 });
		check_comes_back(kith_buf_text(&text), &(struct kith_yaml_place){ .flow = true });
		check_comes_back(kith_buf_text(&text), &(struct kith_yaml_place){ .block = true, .indent = 2 });
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text_stays_plain),
		cmocka_unit_test(text_that_yaml_types_is_quoted),
		cmocka_unit_test(what_means_something_in_yaml_is_quoted),
		cmocka_unit_test(lines_become_a_block_where_that_is_allowed),
		cmocka_unit_test(quotes_are_those_that_are_asked_for),
		cmocka_unit_test(a_block_has_the_header_it_is_given),
		cmocka_unit_test(random_texts_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
