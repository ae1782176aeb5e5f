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

static void assert_day(kith_day found, const char *wanted)
{
	KITH_BUF out = {0};
	kith_date_print_day(&out, found);
	assert_string_equal(kith_buf_text(&out), wanted);
}

static void a_date_is_read_and_printed_in_its_form(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		struct kith_date date;
		const char *printed; /* NULL: as the text */
	} cases[] = {
		{ "2026-11-25", { 2026, 11, 25, -1 }, NULL },
		{ "2026-11", { 2026, 11, 0, -1 }, NULL },
		{ "2026", { 2026, 0, 0, -1 }, NULL },
		{ "03-14", { 0, 3, 14, -1 }, NULL },
		{ "--03-14", { 0, 3, 14, -1 }, "03-14" },
		{ "02-29", { 0, 2, 29, -1 }, NULL },
		{ "2024-02-29", { 2024, 2, 29, -1 }, NULL },
		{ "2000-02-29", { 2000, 2, 29, -1 }, NULL },
		{ "0001-01-01", { 1, 1, 1, -1 }, NULL },
		{ "9999-12-31", { 9999, 12, 31, -1 }, NULL },
		{ "2026-12-03 19:30", { 2026, 12, 3, 1170 }, NULL },
		{ "2026-12-03T00:00", { 2026, 12, 3, 0 }, "2026-12-03 00:00" },
		{ "2026-12-03 23:59", { 2026, 12, 3, 1439 }, NULL },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct kith_date date;
		const char *why = "untouched";
		KITH_BUF hint = {0}, out = {0};
		assert_true(kith_date_read(cases[i].text, &date, &why, &hint));
		assert_int_equal(date.year, cases[i].date.year);
		assert_int_equal(date.month, cases[i].date.month);
		assert_int_equal(date.day, cases[i].date.day);
		assert_int_equal(date.minute, cases[i].date.minute);
		assert_string_equal(why, "untouched");
		assert_int_equal(hint.length, 0);
		kith_date_print(&out, date);
		assert_string_equal(out.text, cases[i].printed ? cases[i].printed : cases[i].text);
	}
	KITH_BUF nothing = {0};
	kith_date_print(&nothing, (struct kith_date){ .minute = -1 });
	assert_int_equal(nothing.length, 0);
}

#define GENERALLY "write it as 2026-11-25, 2026-11, 2026, or 11-25 without a year"
#define WHOLE "write the whole date before it, such as 2026-12-03 19:30, or leave the time out"
#define THE_DAY "write the day it means, such as 2026-11-25"
#define A_TIME "write a time from 00:00 to 23:59"

struct refusal {
	const char *text, *why, *hint;
};

static void check_refusal(const struct refusal *refusal)
{
	struct kith_date date = { 1, 2, 3, 4 };
	const char *why = NULL;
	KITH_BUF hint = {0};
	assert_false(kith_date_read(refusal->text, &date, &why, &hint));
	assert_string_equal(why, refusal->why);
	assert_string_equal(kith_buf_text(&hint), refusal->hint);
	assert_int_equal(date.minute, 4);
	assert_false(kith_date_read(refusal->text, &date, NULL, NULL));
	assert_false(kith_date_read(refusal->text, &date, &why, NULL));
	kith_buf_clear(&hint);
	assert_false(kith_date_read(refusal->text, &date, NULL, &hint));
	assert_string_equal(kith_buf_text(&hint), refusal->hint);
}

static void a_day_that_does_not_exist_is_refused_with_the_days_near_it(void **state)
{
	(void)state;
	static const struct refusal refusals[] = {
		{ "2026-13-02", "there is no month 13", "write 2026-02-13" },
		{ "2026-13-13", "there is no month 13", GENERALLY },
		{ "2026-13", "there is no month 13", GENERALLY },
		{ "2026-00", "there is no month 0", GENERALLY },
		{ "2026-00-00", "there is no month 0", "write 2026" },
		{ "2026-11-00", "there is no day 0", "write 2026-11" },
		{ "11-00", "there is no day 0", GENERALLY },
		{ "2026-11-31", "November 2026 has 30 days", "write 2026-11-30 or 2026-12-01" },
		{ "2026-11-45", "November 2026 has 30 days", "write 2026-11-30" },
		{ "2026-12-32", "December 2026 has 31 days", "write 2026-12-31 or 2027-01-01" },
		{ "9999-12-32", "December 9999 has 31 days", "write 9999-12-31" },
		{ "2025-02-29", "February 2025 has 28 days", "write 2025-02-28 or 2025-03-01" },
		{ "1900-02-29", "February 1900 has 28 days", "write 1900-02-28 or 1900-03-01" },
		{ "02-30", "February has at most 29 days", "write 02-29 or 03-01" },
		{ "--02-30", "February has at most 29 days", "write 02-29 or 03-01" },
		{ "11-31", "November has 30 days", "write 11-30 or 12-01" },
		{ "14-03", "there is no month 14", "write 03-14" },
		{ "0000-01-01", "there is no year 0", GENERALLY },
		{ "0000", "there is no year 0", GENERALLY },
		{ "0000-01", "there is no year 0", GENERALLY },
		{ "2025-02-29 19:30", "February 2025 has 28 days", "write 2025-02-28 or 2025-03-01" },
		{ "31.02.2026", "February 2026 has 28 days", "write 2026-02-28" },
		{ "00.11", "there is no day 0", GENERALLY },
		{ "31/31/2026", "there is no month 31", GENERALLY },
		{ "31 november", "November has 30 days", "write 11-30 or 12-01" },
		{ "29 feb 2025", "February 2025 has 28 days", "write 2025-02-28 or 2025-03-01" },
	};
	for (size_t i = 0; i < kith_count(refusals); i++)
		check_refusal(&refusals[i]);
}

static void another_form_is_refused_with_the_right_one(void **state)
{
	(void)state;
	static const struct refusal refusals[] = {
		{ "25.11.2026", "the year comes first", "write 2026-11-25" },
		{ "25. 11. 2026", "the year comes first", "write 2026-11-25" },
		{ "25/11/2026", "the year comes first", "write 2026-11-25" },
		{ "11/25/2026", "the year comes first", "write 2026-11-25" },
		{ "25-11-2026", "the year comes first", "write 2026-11-25" },
		{ "03/04/2026", "the year comes first", "write 2026-04-03 or 2026-03-04" },
		{ "04/04/2026", "the year comes first", "write 2026-04-04" },
		{ "03.04.2026", "the year comes first", "write 2026-04-03" },
		{ "3/4/2026 19:30", "the year comes first", "write 2026-04-03 19:30 or 2026-03-04 19:30" },
		{ "2026/11/25", "year, month and day are joined by dashes", "write 2026-11-25" },
		{ "2026.11.25", "year, month and day are joined by dashes", "write 2026-11-25" },
		{ "20261125", "year, month and day are joined by dashes", "write 2026-11-25" },
		{ "1990-2-3", "month and day have two digits", "write 1990-02-03" },
		{ "3-14", "month and day have two digits", "write 03-14" },
		{ "--3-14", "month and day have two digits", "write 03-14" },
		{ "2026-3", "a month has a dash and two digits", "write 2026-03" },
		{ "2026/03", "a month has a dash and two digits", "write 2026-03" },
		{ "03/2026", "the year comes first", "write 2026-03" },
		{ "25.11.", "without a year it is month-day", "write 11-25" },
		{ "25/11", "without a year it is month-day", "write 11-25" },
		{ "3/4", "without a year it is month-day", "write 04-03 or 03-04" },
		{ "25/11/90", "the year needs four digits", "write 1990-11-25" },
		{ "25.11.26", "the year needs four digits", "write 2026-11-25" },
		{ "90-02-03", "the year needs four digits", "write 1990-02-03" },
		{ "26", "a year has four digits", GENERALLY },
		{ "12345", "a year has four digits", GENERALLY },
		{ "12345-01-01", "a year has four digits", GENERALLY },
		{ "25 November 2026", "a month in words", "write 2026-11-25" },
		{ "Nov 25, 2026", "a month in words", "write 2026-11-25" },
		{ "25th of november", "a month in words", "write 11-25" },
		{ "November 2026", "a month in words", "write 2026-11" },
		{ "25 nov 2026 19:30", "a month in words", "write 2026-11-25 19:30" },
		{ "2026-12-03 9:30", "a time is hours and minutes, 00:00 to 23:59", "write 2026-12-03 09:30" },
		{ "2026-12-03 7pm", "a time is hours and minutes, 00:00 to 23:59", "write 2026-12-03 19:00" },
		{ "2026-12-03T19:30:00Z", "a time is hours and minutes, 00:00 to 23:59", "write 2026-12-03 19:30" },
		{ "2026-12-03  19:30", "a time is hours and minutes, 00:00 to 23:59", "write 2026-12-03 19:30" },
		{ "2026-12-03 25:00", "there is no hour 25", A_TIME },
		{ "2026-12-03 24:00", "there is no hour 24", A_TIME },
		{ "2026-12-03 12:75", "there is no minute 75", A_TIME },
		{ "2026-12-03 foo", "only a time may follow a date", "write 2026-12-03" },
		{ "2026-12-03 ", "only a time may follow a date", "write 2026-12-03" },
		{ " 2026-12-03", "only a time may follow a date", "write 2026-12-03" },
		{ "2026-12-03-", "only a time may follow a date", "write 2026-12-03" },
		{ "2026-12-03-04", "not a date", GENERALLY },
		{ "03-14 19:30", "a time needs a whole date", WHOLE },
		{ "2026-11 19:30", "a time needs a whole date", WHOLE },
		{ "2026 19:30", "a time needs a whole date", WHOLE },
	};
	for (size_t i = 0; i < kith_count(refusals); i++)
		check_refusal(&refusals[i]);
}

static void words_are_refused_in_a_file(void **state)
{
	(void)state;
	static const struct refusal refusals[] = {
		{ "tomorrow", "a word, not a date", THE_DAY },
		{ "Next Friday", "a word, not a date", THE_DAY },
		{ "in 3 weeks", "a word, not a date", THE_DAY },
		{ "3w", "a word, not a date", THE_DAY },
		{ "eow", "a word, not a date", THE_DAY },
		{ "", "nothing is there", GENERALLY },
		{ "soon", "not a date", GENERALLY },
		{ "circa 1990", "not a date", GENERALLY },
		{ "1990s", "not a date", GENERALLY },
		{ "2026-11-2x", "not a date", GENERALLY },
		{ "-", "not a date", GENERALLY },
		{ "--", "not a date", GENERALLY },
		{ "99999999999999999999-01-01", "not a date", GENERALLY },
		{ "a text of more than eighty bytes, which no date has, however it may be written in full", "not a date",
		  GENERALLY },
		{ "\xFF\xFE", "not a date", GENERALLY },
	};
	for (size_t i = 0; i < kith_count(refusals); i++)
		check_refusal(&refusals[i]);
}

static void every_day_has_its_date(void **state)
{
	(void)state;
	struct kith_date before = { 0, 12, 31, -1 };
	unsigned weekday = 0;
	const kith_day first = day("0001-01-01"), last = day("9999-12-31");
	for (kith_day number = first; number <= last; number++) {
		const struct kith_date date = kith_date_of(number);
		assert_int_equal(kith_day_of(date), number);
		assert_int_equal(kith_last_day_of(date), number);
		const bool month_ended = before.day == kith_days_in_month(before.year, before.month);
		assert_int_equal(date.day, month_ended ? 1 : before.day + 1);
		assert_int_equal(date.month, !month_ended ? before.month : before.month % 12 + 1);
		assert_int_equal(date.year, before.year + (month_ended && before.month == 12));
		assert_int_equal(kith_weekday(number), weekday + 1); /* 0001-01-01 was a Monday */
		weekday = (weekday + 1) % 7;
		before = date;
	}
	assert_int_equal(kith_date_of(first - 1).year, 0);
	assert_int_equal(kith_date_of(last + 1).year, 0);
	assert_int_equal(kith_date_of(KITH_NO_DAY).year, 0);
	assert_int_equal(kith_date_of(INT32_MAX).year, 0);
	assert_int_equal(day("1970-01-01"), 0);
	assert_int_equal(kith_weekday(day("2026-11-25")), 3);
}

static void a_month_or_year_has_a_first_and_a_last_day(void **state)
{
	(void)state;
	static const struct {
		const char *text, *first, *last;
	} cases[] = {
		{ "2026-11", "2026-11-01", "2026-11-30" },
		{ "2024-02", "2024-02-01", "2024-02-29" },
		{ "2026", "2026-01-01", "2026-12-31" },
		{ "2026-11-25 19:30", "2026-11-25", "2026-11-25" },
		{ "11-25", "", "" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct kith_date date;
		assert_true(kith_date_read(cases[i].text, &date, NULL, NULL));
		assert_day(kith_day_of(date), cases[i].first);
		assert_day(kith_last_day_of(date), cases[i].last);
	}
	assert_int_equal(kith_days_in_month(2026, 0), 0);
	assert_int_equal(kith_days_in_month(2026, 13), 0);
}

static void months_clamp_and_do_not_drift(void **state)
{
	(void)state;
	static const struct {
		const char *from;
		struct kith_span span;
		int times;
		const char *wanted;
	} cases[] = {
		{ "2026-01-31", { 1, KITH_MONTHS, false }, 1, "2026-02-28" },
		{ "2026-01-31", { 1, KITH_MONTHS, false }, 2, "2026-03-31" },
		{ "2024-01-31", { 1, KITH_MONTHS, false }, 1, "2024-02-29" },
		{ "2026-03-31", { 1, KITH_MONTHS, false }, -1, "2026-02-28" },
		{ "2026-01-15", { 3, KITH_MONTHS, false }, -1, "2025-10-15" },
		{ "2024-02-29", { 1, KITH_YEARS, false }, 1, "2025-02-28" },
		{ "2024-02-29", { 1, KITH_YEARS, false }, 4, "2028-02-29" },
		{ "2026-11-25", { 2, KITH_WEEKS, false }, 3, "2027-01-06" },
		{ "2026-11-25", { 90, KITH_DAYS, false }, 1, "2027-02-23" },
		{ "2026-11-25", { 90, KITH_DAYS, false }, 0, "2026-11-25" },
		{ "2026-11-25", { 0, KITH_DAYS, true }, 1, "" },
		{ "9999-12-31", { 1, KITH_DAYS, false }, 1, "" },
		{ "9999-12-31", { 1, KITH_MONTHS, false }, 1, "" },
		{ "0001-01-01", { 1, KITH_MONTHS, false }, -1, "" },
		{ "2026-11-25", { INT32_MAX, KITH_YEARS, false }, INT32_MAX, "" },
		{ "2026-11-25", { INT32_MAX, KITH_YEARS, false }, 1, "" },
		{ "2026-11-25", { INT32_MAX, KITH_WEEKS, false }, -1, "" },
	};
	for (size_t i = 0; i < kith_count(cases); i++)
		assert_day(kith_day_add(day(cases[i].from), cases[i].span, cases[i].times), cases[i].wanted);
	assert_int_equal(kith_day_add(KITH_NO_DAY, (struct kith_span){ 1, KITH_DAYS, false }, 1), KITH_NO_DAY);
}

static void a_birthday_on_the_leap_day_is_on_the_28th(void **state)
{
	(void)state;
	static const struct {
		unsigned month, day;
		const char *from, *wanted;
	} cases[] = {
		{ 2, 29, "2026-01-01", "2026-02-28" },
		{ 2, 29, "2026-02-28", "2026-02-28" },
		{ 2, 29, "2026-03-01", "2027-02-28" },
		{ 2, 29, "2027-03-01", "2028-02-29" },
		{ 2, 29, "2028-02-28", "2028-02-29" },
		{ 11, 25, "2026-11-25", "2026-11-25" },
		{ 11, 25, "2026-11-26", "2027-11-25" },
		{ 11, 25, "9999-12-01", "" },
	};
	for (size_t i = 0; i < kith_count(cases); i++)
		assert_day(kith_day_next_yearly(cases[i].month, cases[i].day, day(cases[i].from)), cases[i].wanted);
	assert_int_equal(kith_day_next_yearly(0, 1, 0), KITH_NO_DAY);
	assert_int_equal(kith_day_next_yearly(1, 1, KITH_NO_DAY), KITH_NO_DAY);
}

static void a_span_is_read_and_printed(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		struct kith_span span;
		const char *printed;
		int32_t days;
	} cases[] = {
		{ "daily", { 1, KITH_DAYS, false }, "daily", 1 },
		{ "weekly", { 1, KITH_WEEKS, false }, "weekly", 7 },
		{ "biweekly", { 2, KITH_WEEKS, false }, "2 weeks", 14 },
		{ "monthly", { 1, KITH_MONTHS, false }, "monthly", 30 },
		{ "Quarterly", { 3, KITH_MONTHS, false }, "quarterly", 91 },
		{ "biannually", { 6, KITH_MONTHS, false }, "6 months", 183 },
		{ "yearly", { 1, KITH_YEARS, false }, "yearly", 365 },
		{ "annually", { 1, KITH_YEARS, false }, "yearly", 365 },
		{ "never", { 0, KITH_DAYS, true }, "never", INT32_MAX },
		{ "6 weeks", { 6, KITH_WEEKS, false }, "6 weeks", 42 },
		{ "  6   WEEKS ", { 6, KITH_WEEKS, false }, "6 weeks", 42 },
		{ "90d", { 90, KITH_DAYS, false }, "90 days", 90 },
		{ "3w", { 3, KITH_WEEKS, false }, "3 weeks", 21 },
		{ "2m", { 2, KITH_MONTHS, false }, "2 months", 61 },
		{ "1y", { 1, KITH_YEARS, false }, "yearly", 365 },
		{ "4 years", { 4, KITH_YEARS, false }, "4 years", 1461 },
		{ "12 months", { 12, KITH_MONTHS, false }, "12 months", 365 },
		{ "2q", { 6, KITH_MONTHS, false }, "6 months", 183 },
		{ "a month", { 1, KITH_MONTHS, false }, "monthly", 30 },
		{ "two weeks", { 2, KITH_WEEKS, false }, "2 weeks", 14 },
		{ "a fortnight", { 2, KITH_WEEKS, false }, "2 weeks", 14 },
		{ "every 2 weeks", { 2, KITH_WEEKS, false }, "2 weeks", 14 },
		{ "every week", { 1, KITH_WEEKS, false }, "weekly", 7 },
		{ "every other month", { 2, KITH_MONTHS, false }, "2 months", 61 },
		{ "99999 years", { 99999, KITH_YEARS, false }, "99999 years", 36524635 },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct kith_span span, again;
		assert_true(kith_span_read(cases[i].text, &span));
		assert_int_equal(span.count, cases[i].span.count);
		assert_int_equal(span.unit, cases[i].span.unit);
		assert_int_equal(span.never, cases[i].span.never);
		assert_int_equal(kith_span_days(span), cases[i].days);
		KITH_BUF out = {0};
		kith_span_print(&out, span);
		assert_string_equal(out.text, cases[i].printed);
		assert_true(kith_span_read(out.text, &again));
		assert_int_equal(kith_span_days(again), kith_span_days(span));
	}
}

static void what_is_no_span_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "6", "weeks", "week", "0w", "-3w", "+3w", "3 x", "3 weeks 2 days", "3w ago",
		                             "in 3 weeks", "every", "every other", "every other 2 weeks", "every 2",
		                             "100000d", "99999999999999999999w", "never 3w", "1.5 weeks", "sometimes",
		                             "a b c d e f g h i j k l m n o p" };
	for (size_t i = 0; i < kith_count(texts); i++) {
		struct kith_span span = { 7, KITH_DAYS, false };
		assert_false(kith_span_read(texts[i], &span));
		assert_int_equal(span.count, 7);
	}
}

static void lengths_are_said_roughly(void **state)
{
	(void)state;
	static const struct {
		int32_t days;
		const char *wanted;
	} cases[] = {
		{ 0, "0 days" },     { 1, "a day" },      { -1, "a day" },     { 2, "2 days" },      { 7, "a week" },
		{ 13, "13 days" },   { 14, "2 weeks" },   { 20, "3 weeks" },   { 28, "4 weeks" },    { 30, "a month" },
		{ 42, "6 weeks" },   { 59, "8 weeks" },   { 60, "2 months" },  { 150, "5 months" },  { 365, "a year" },
		{ 366, "a year" },   { 548, "18 months" }, { 730, "2 years" }, { 3653, "10 years" },
		{ INT32_MAX, "5879490 years" },           { INT32_MIN, "5879490 years" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF out = {0};
		kith_days_print(&out, cases[i].days);
		assert_string_equal(out.text, cases[i].wanted);
	}
}

static void days_are_said_as_seen_from_today(void **state)
{
	(void)state;
	static const struct {
		const char *day, *relative, *brief;
	} cases[] = {
		{ "2026-11-25", "today", "Wed 25 Nov" },     { "2026-11-26", "tomorrow", "Thu 26 Nov" },
		{ "2026-11-24", "yesterday", "Tue 24 Nov" }, { "2026-11-28", "in 3 days", "Sat 28 Nov" },
		{ "2026-12-02", "in a week", "Wed 2 Dec" },  { "2026-06-28", "5 months ago", "Sun 28 Jun" },
		{ "2027-01-01", "in 5 weeks", "Fri 1 Jan 2027" },
		{ "2025-11-25", "a year ago", "Tue 25 Nov 2025" },
	};
	const kith_day today = day("2026-11-25");
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF relative = {0}, brief = {0};
		kith_day_print_relative(&relative, day(cases[i].day), today);
		kith_date_print_short(&brief, day(cases[i].day), today);
		assert_string_equal(relative.text, cases[i].relative);
		assert_string_equal(brief.text, cases[i].brief);
	}
	KITH_BUF nothing = {0};
	kith_day_print_relative(&nothing, KITH_NO_DAY, today);
	kith_date_print_short(&nothing, KITH_NO_DAY, today);
	kith_date_print_day(&nothing, KITH_NO_DAY);
	assert_int_equal(nothing.length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_date_is_read_and_printed_in_its_form),
		cmocka_unit_test(a_day_that_does_not_exist_is_refused_with_the_days_near_it),
		cmocka_unit_test(another_form_is_refused_with_the_right_one),
		cmocka_unit_test(words_are_refused_in_a_file),
		cmocka_unit_test(every_day_has_its_date),
		cmocka_unit_test(a_month_or_year_has_a_first_and_a_last_day),
		cmocka_unit_test(months_clamp_and_do_not_drift),
		cmocka_unit_test(a_birthday_on_the_leap_day_is_on_the_28th),
		cmocka_unit_test(a_span_is_read_and_printed),
		cmocka_unit_test(what_is_no_span_is_refused),
		cmocka_unit_test(lengths_are_said_roughly),
		cmocka_unit_test(days_are_said_as_seen_from_today),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
