/* Wrapping, and tables that fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/screen.h"
#include "cli/table.h"
#include "lib/base/text.h"

static void check_wrapped(const char *text, size_t indent, size_t width, const char *want)
{
	KITH_BUF out = { 0 };
	kith_wrap(&out, false, KITH_PLAIN_TEXT, text, indent, width);
	assert_string_equal(kith_buf_text(&out), want);
}

static void lines_break_between_words(void **state)
{
	(void)state;
	check_wrapped("short", 0, 20, "short");
	check_wrapped("one two three four five", 0, 14, "one two three\nfour five");
	check_wrapped("one two three four five", 2, 15, "one two three\n  four five");
	check_wrapped("exactly ten", 0, 11, "exactly ten");
	check_wrapped("kept\n\nlines", 2, 20, "kept\n\n  lines");
}

static void a_word_that_is_too_long_is_broken(void **state)
{
	(void)state;
	check_wrapped("abcdefghijklmnop", 0, 10, "abcdefghij\nklmnop");
	check_wrapped("\xE7\x94\xB0\xE7\x94\xB0\xE7\x94\xB0\xE7\x94\xB0\xE7\x94\xB0\xE7\x94\xB0", 0, 10,
	              "\xE7\x94\xB0\xE7\x94\xB0\xE7\x94\xB0\xE7\x94\xB0\xE7\x94\xB0\n\xE7\x94\xB0");
}

static void paint_never_runs_over_the_end_of_a_line(void **state)
{
	(void)state;
	KITH_BUF out = { 0 };
	kith_wrap(&out, true, KITH_DIM, "one two three four", 0, 10);
	assert_string_equal(kith_buf_text(&out), "\033[2mone two\033[0m\n\033[2mthree four\033[0m");
	kith_buf_clear(&out);
	kith_paint(&out, true, KITH_BOLD, "a\033[31m");
	assert_string_equal(kith_buf_text(&out), "\033[1ma\xEF\xBF\xBD[31m\033[0m");
}

static void print(unsigned columns, struct kith_buf *out)
{
	static const struct kith_column layout[] = {
		{ "name", KITH_PLAIN_TEXT, 0, 8 },
		{ "does", KITH_PLAIN_TEXT, 2, 6 },
		{ "none", KITH_PLAIN_TEXT, 3, 0 },
		{ "date", KITH_PLAIN_TEXT, 1, 0 },
	};
	KITH_ARENA arena = { 0 };
	struct kith_table table = { .columns = layout, .column_count = kith_count(layout), .arena = &arena };
	static const char *const cells[] = {
		"Ana Silva Pereira", "Design lead", "", "2026-11-25", "\xE7\x94\xB0\xE4\xB8\xAD", "", "", ""
	};
	for (size_t i = 0; i < kith_count(cells); i++)
		kith_table_add(&table, cells[i]);
	const struct kith_screen screen = { .terminal = columns != 0, .columns = columns };
	kith_table_print(&table, &screen, out);
}

static void tables_fit_the_terminal(void **state)
{
	(void)state;
	static const struct {
		unsigned columns;
		const char *want;
	} cases[] = {
		{ 0, "Ana Silva Pereira  Design lead  2026-11-25\n\xE7\x94\xB0\xE4\xB8\xAD\n" },
		{ 80, "name               does         date\nAna Silva Pereira  Design lead  "
		      "2026-11-25\n\xE7\x94\xB0\xE4\xB8\xAD\n" },
		{ 36, "name         does         date\nAna Silva \xE2\x80\xA6  Design lead  "
		      "2026-11-25\n\xE7\x94\xB0\xE4\xB8\xAD\n" },
		{ 24, "name          date\nAna Silva P\xE2\x80\xA6  2026-11-25\n\xE7\x94\xB0\xE4\xB8\xAD\n" },
		{ 20, "name      date\nAna Sil\xE2\x80\xA6  2026-11-25\n\xE7\x94\xB0\xE4\xB8\xAD\n" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF out = { 0 };
		print(cases[i].columns, &out);
		assert_string_equal(kith_buf_text(&out), cases[i].want);
		for (const char *line = kith_buf_text(&out); *line && cases[i].columns; line += strcspn(line, "\n") + 1)
			assert_true(kith_width(line, strcspn(line, "\n")) <= cases[i].columns);
	}
}

static void days_of_this_year_need_no_year(void **state)
{
	(void)state;
	KITH_BUF out = { 0 };
	const kith_day today = kith_day_of((struct kith_date){ 2026, 11, 25, -1 });
	kith_print_day(&out, today - 10, today);
	kith_buf_add_char(&out, '|');
	kith_print_day(&out, today + 60, today);
	kith_buf_add_char(&out, '|');
	kith_print_day(&out, KITH_NO_DAY, today);
	assert_string_equal(kith_buf_text(&out), "15 Nov|24 Jan 2027|");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_break_between_words),
		cmocka_unit_test(a_word_that_is_too_long_is_broken),
		cmocka_unit_test(paint_never_runs_over_the_end_of_a_line),
		cmocka_unit_test(tables_fit_the_terminal),
		cmocka_unit_test(days_of_this_year_need_no_year),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
