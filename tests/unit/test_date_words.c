#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/date.h"

static kith_day day(const char *text)
{
	struct kith_date date;
	assert_true(kith_date_read(text, &date, NULL, NULL));
	return kith_day_of(date);
}

struct words {
	const char *text, *wanted;
};

static void check(const char *today, const struct words *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct kith_date date;
		const char *why = "";
		KITH_BUF hint = {0}, out = {0};
		if (!kith_date_read_words(words[i].text, day(today), &date, &why, &hint))
			fail_msg("'%s': %s; %s", words[i].text, why, kith_buf_text(&hint));
		kith_date_print(&out, date);
		assert_string_equal(kith_buf_text(&out), words[i].wanted);
	}
}

static void words_are_seen_from_today(void **state)
{
	(void)state;
	static const struct words words[] = {
		{ "today", "2026-11-25" },
		{ "Tomorrow", "2026-11-26" },
		{ " yesterday ", "2026-11-24" },
		{ "friday", "2026-11-27" },
		{ "on Fri", "2026-11-27" },
		{ "wednesday", "2026-12-02" }, /* today is one: the next */
		{ "tuesday", "2026-12-01" },
		{ "this friday", "2026-11-27" },
		{ "this monday", "2026-11-23" },
		{ "next friday", "2026-12-04" },
		{ "next wednesday", "2026-12-02" },
		{ "next mon", "2026-11-30" },
		{ "last friday", "2026-11-20" },
		{ "last wednesday", "2026-11-18" },
		{ "last tuesday", "2026-11-24" },
		{ "next week", "2026-11-30" },
		{ "this week", "2026-11-23" },
		{ "last week", "2026-11-16" },
		{ "next month", "2026-12-01" },
		{ "last month", "2026-10-01" },
		{ "next quarter", "2027-01-01" },
		{ "this quarter", "2026-10-01" },
		{ "next year", "2027-01-01" },
		{ "eow", "2026-11-29" },
		{ "eom", "2026-11-30" },
		{ "eoq", "2026-12-31" },
		{ "eoy", "2026-12-31" },
	};
	check("2026-11-25", words, kith_count(words));
}

static void the_week_begins_on_monday(void **state)
{
	(void)state;
	static const struct words sunday[] = {
		{ "eow", "2026-11-29" },        { "next week", "2026-11-30" }, { "sunday", "2026-12-06" },
		{ "next sunday", "2026-12-06" }, { "this sunday", "2026-11-29" }, { "monday", "2026-11-30" },
		{ "last sunday", "2026-11-22" },
	};
	static const struct words monday[] = {
		{ "eow", "2026-11-29" },        { "next week", "2026-11-30" }, { "monday", "2026-11-30" },
		{ "next monday", "2026-11-30" }, { "next sunday", "2026-12-06" }, { "last monday", "2026-11-16" },
	};
	check("2026-11-29", sunday, kith_count(sunday));
	check("2026-11-23", monday, kith_count(monday));
}

static void lengths_count_from_today(void **state)
{
	(void)state;
	static const struct words words[] = {
		{ "3w", "2027-02-21" },
		{ "+3w", "2027-02-21" },
		{ "-3w", "2027-01-10" },
		{ "3 weeks", "2027-02-21" },
		{ "in 3 weeks", "2027-02-21" },
		{ "in three weeks", "2027-02-21" },
		{ "3 weeks ago", "2027-01-10" },
		{ "in a month", "2027-02-28" }, /* clamped */
		{ "1m", "2027-02-28" },
		{ "2 months", "2027-03-31" },
		{ "a year ago", "2026-01-31" },
		{ "90d", "2027-05-01" },
		{ "2q", "2027-07-31" },
	};
	check("2027-01-31", words, kith_count(words));
}

static void a_month_may_be_a_word(void **state)
{
	(void)state;
	static const struct words words[] = {
		{ "25 nov", "11-25" },
		{ "nov 25", "11-25" },
		{ "25 nov.", "11-25" },
		{ "25. november", "11-25" },
		{ "25th of November", "11-25" },
		{ "the 1st of may", "05-01" },
		{ "29 feb", "02-29" },
		{ "25 november 2026", "2026-11-25" },
		{ "November 25th, 2026", "2026-11-25" },
		{ "sept 2", "09-02" },
		{ "nov 2026", "2026-11" },
	};
	check("2026-11-25", words, kith_count(words));
}

static void a_time_may_stand_behind_a_day(void **state)
{
	(void)state;
	static const struct words words[] = {
		{ "tomorrow 19:30", "2026-11-26 19:30" },
		{ "tomorrow at 9:05", "2026-11-26 09:05" },
		{ "friday 7pm", "2026-11-27 19:00" },
		{ "friday 7 pm", "2026-11-27 19:00" },
		{ "friday 12am", "2026-11-27 00:00" },
		{ "friday 12:15pm", "2026-11-27 12:15" },
		{ "in 3 weeks at 10:00", "2026-12-16 10:00" },
		{ "2026-12-03 19:30", "2026-12-03 19:30" },
		{ "2026-12-03 7pm", "2026-12-03 19:00" },
		{ "nov 25 2027 10:00", "2027-11-25 10:00" },
		{ "25 nov 19:30", "2026-11-25 19:30" }, /* the next one: today */
		{ "24 nov 19:30", "2027-11-24 19:30" },
		{ "03-14 19:30", "2027-03-14 19:30" },
	};
	check("2026-11-25", words, kith_count(words));
}

static void what_may_stand_in_a_file_may_be_said(void **state)
{
	(void)state;
	static const struct words words[] = {
		{ "2026-11-25", "2026-11-25" }, { "2026-11", "2026-11" }, { "2026", "2026" },
		{ "03-14", "03-14" },           { "--03-14", "03-14" },   { "2026-12-03T19:30", "2026-12-03 19:30" },
		{ " 2026-12-03 ", "2026-12-03" },
	};
	check("2026-11-25", words, kith_count(words));
}

static void words_that_mean_no_day_are_refused(void **state)
{
	(void)state;
	#define WORDS "write 2026-11-25, tomorrow, next friday, in 3 weeks or 25 nov"
	static const struct {
		const char *text, *why, *hint;
	} cases[] = {
		{ "tomorow", "not a date", "did you mean 'tomorrow'?" },
		{ "nxt Firday", "not a date", "did you mean 'next friday'?" },
		{ "25 novmber", "not a date", "did you mean '25 november'?" },
		{ "soon", "not a date", WORDS },
		{ "", "nothing is there", WORDS },
		{ "november", "not a date", WORDS },
		{ "tomorrow or so", "not a date", WORDS },
		{ "19:30", "not a date", WORDS },
		{ "in weeks", "not a date", WORDS },
		{ "in -3 weeks", "not a date", WORDS },
		{ "in 3 weeks ago", "not a date", WORDS },
		{ "0w", "not a date", WORDS },
		{ "next", "not a date", WORDS },
		{ "-", "not a date", WORDS },
		{ "tomorrow 25:00", "there is no hour 25", "write a time from 00:00 to 23:59" },
		{ "30 feb", "February has at most 29 days", "write 02-29 or 03-01" },
		{ "25/11/2026", "the year comes first", "write 2026-11-25" },
		{ "2026-11-31", "November 2026 has 30 days", "write 2026-11-30 or 2026-12-01" },
		{ "in 99999 years", "too far away", "" },
		{ "99999 years ago", "too far away", "" },
		{ "nov 2026 19:30", "a time needs a whole date",
		  "write the whole date before it, such as 2026-12-03 19:30, or leave the time out" },
		{ "a b c d e f g h i j k l m n o p q r s t u v w x y z", "not a date", WORDS },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct kith_date date = { 1, 2, 3, 4 };
		const char *why = NULL;
		KITH_BUF hint = {0};
		assert_false(kith_date_read_words(cases[i].text, day("2026-11-25"), &date, &why, &hint));
		assert_string_equal(why, cases[i].why);
		assert_string_equal(kith_buf_text(&hint), cases[i].hint);
		assert_int_equal(date.minute, 4);
		assert_false(kith_date_read_words(cases[i].text, day("2026-11-25"), &date, NULL, NULL));
	}
}

static void the_ends_of_time_are_too_far(void **state)
{
	(void)state;
	struct kith_date date;
	assert_false(kith_date_read_words("tomorrow", day("9999-12-31"), &date, NULL, NULL));
	assert_false(kith_date_read_words("eow", day("9999-12-31"), &date, NULL, NULL));
	assert_false(kith_date_read_words("next year", day("9999-12-31"), &date, NULL, NULL));
	assert_false(kith_date_read_words("yesterday", day("0001-01-01"), &date, NULL, NULL));
	assert_true(kith_date_read_words("eoy", day("9998-12-31"), &date, NULL, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_seen_from_today),
		cmocka_unit_test(the_week_begins_on_monday),
		cmocka_unit_test(lengths_count_from_today),
		cmocka_unit_test(a_month_may_be_a_word),
		cmocka_unit_test(a_time_may_stand_behind_a_day),
		cmocka_unit_test(what_may_stand_in_a_file_may_be_said),
		cmocka_unit_test(words_that_mean_no_day_are_refused),
		cmocka_unit_test(the_ends_of_time_are_too_far),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
