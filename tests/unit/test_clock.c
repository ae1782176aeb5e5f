#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/base/clock.h"

/* Rules in full, so that the tests need no time zone database. */
#define MADRID "CET-1CEST,M3.5.0,M10.5.0/3"
#define NEW_YORK "EST5EDT,M3.2.0,M11.1.0"
#define LORD_HOWE "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"

static void live_in(const char *zone)
{
	assert_return_code(setenv("TZ", zone, 1), 0);
	tzset();
}

static kith_day day(const char *text)
{
	struct kith_date date;
	assert_true(kith_date_read(text, &date, NULL, NULL));
	return kith_day_of(date);
}

static void a_moment_is_read_in_its_forms(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *text;
		int64_t seconds;
	} cases[] = {
		{ "UTC0", "1970-01-01", 12 * 3600 },
		{ "UTC0", "1970-01-02T00:00", 86400 },
		{ "UTC0", "1970-01-02T00:00:07", 86407 },
		{ MADRID, "2026-11-25", 1795604400 },
		{ MADRID, "2026-11-25T09:00", 1795593600 },
		{ MADRID, "2026-11-25 09:00", 1795593600 },
		{ MADRID, "2026-07-01T09:00:30", 1782889230 },
		{ MADRID, "2026-11-25T09:00Z", 1795597200 },
		{ MADRID, "2026-11-25T09:00:05Z", 1795597205 },
		{ MADRID, "2026-11-25T09:00+01:00", 1795593600 },
		{ MADRID, "2026-11-25T09:00-05:30", 1795617000 },
		{ "UTC0", "1969-12-31T23:59:59", -1 },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		live_in(cases[i].zone);
		struct kith_clock clock = {0};
		assert_int_equal(kith_clock_fix(&clock, cases[i].text, NULL), KITH_OK);
		assert_true(clock.fixed);
		assert_true(clock.fixed_ms == cases[i].seconds * 1000);
		assert_true(kith_clock_now(&clock).ms == clock.fixed_ms);
	}
}

static void what_is_no_moment_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "now", "2026", "2026-11", "11-25", "--11-25-00", "2026-11-31", "2026-11-25T",
		                             "2026-11-25T9:00", "2026-11-25Tab:00",
		                             "2026-11-25T09-00", "2026-11-25T24:00", "2026-11-25T09:60", "2026-11-25T09:00:",
		                             "2026-11-25T09:00:60", "2026-11-25T09:00X", "2026-11-25T09:00+1",
		                             "2026-11-25T09:00+24:00", "2026-11-25T09:00Z ", "2026-11-25x09:00",
		                             "2026-11-251" };
	for (size_t i = 0; i < kith_count(texts); i++) {
		struct kith_clock clock = { .fixed_ms = 7 };
		struct kith_err err = {0};
		assert_int_equal(kith_clock_fix(&clock, texts[i], &err), KITH_USAGE);
		assert_int_equal(err.code, KITH_USAGE);
		assert_non_null(strstr(err.message, "is not a moment"));
		assert_true(err.hint[0]);
		assert_int_equal(clock.fixed_ms, 7);
	}
}

static void the_environment_fixes_the_clock(void **state)
{
	(void)state;
	live_in(MADRID);
	struct kith_clock clock;
	struct kith_err err = {0};
	setenv("KITH_NOW", "2026-11-25T00:30", 1);
	assert_int_equal(kith_clock_init(&clock, &err), KITH_OK);
	const struct kith_now now = kith_clock_now(&clock);
	assert_int_equal(now.today, day("2026-11-25"));
	assert_int_equal(now.minute, 30);

	setenv("KITH_NOW", "soon", 1);
	assert_int_equal(kith_clock_init(&clock, &err), KITH_USAGE);
	assert_string_equal(err.message, "KITH_NOW: 'soon' is not a moment");
	assert_int_equal(kith_clock_init(&clock, NULL), KITH_USAGE);

	setenv("KITH_NOW", "", 1);
	assert_int_equal(kith_clock_init(&clock, &err), KITH_OK);
	assert_false(clock.fixed);
	unsetenv("KITH_NOW");
	assert_int_equal(kith_clock_init(&clock, &err), KITH_OK);
	assert_false(clock.fixed);
}

static void a_clock_that_is_not_fixed_goes_on(void **state)
{
	(void)state;
	const struct kith_clock clock = {0};
	const int64_t before = (int64_t)time(NULL) * 1000;
	const struct kith_now now = kith_clock_now(&clock);
	assert_true(now.ms >= before - 1000 && now.ms <= before + 60000);
	assert_in_range(now.minute, 0, 1439);
}

static void midnight_is_local(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *utc, *today;
		int minute;
	} cases[] = {
		{ MADRID, "2026-11-24T23:00Z", "2026-11-25", 0 },
		{ MADRID, "2026-11-24T22:59Z", "2026-11-24", 1439 },
		{ MADRID, "2026-07-01T22:00Z", "2026-07-02", 0 },
		{ NEW_YORK, "2026-11-25T04:59Z", "2026-11-24", 1439 },
		{ NEW_YORK, "1969-12-31T12:00Z", "1969-12-31", 420 },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		live_in(cases[i].zone);
		struct kith_clock clock;
		assert_int_equal(kith_clock_fix(&clock, cases[i].utc, NULL), KITH_OK);
		const struct kith_now now = kith_clock_now(&clock);
		assert_int_equal(now.today, day(cases[i].today));
		assert_int_equal(now.minute, cases[i].minute);
	}
}

static void a_skipped_minute_is_the_first_after_the_gap(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *day;
		int minute;
		const char *utc;
	} cases[] = {
		{ MADRID, "2026-03-29", 119, "2026-03-29T00:59Z" },
		{ MADRID, "2026-03-29", 120, "2026-03-29T01:00Z" },
		{ MADRID, "2026-03-29", 150, "2026-03-29T01:00Z" },
		{ MADRID, "2026-03-29", 179, "2026-03-29T01:00Z" },
		{ MADRID, "2026-03-29", 180, "2026-03-29T01:00Z" },
		{ MADRID, "2026-03-29", 181, "2026-03-29T01:01Z" },
		{ NEW_YORK, "2026-03-08", 150, "2026-03-08T07:00Z" },
		{ LORD_HOWE, "2026-10-04", 135, "2026-10-03T15:30Z" },
		{ LORD_HOWE, "2026-10-04", 150, "2026-10-03T15:30Z" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		live_in(cases[i].zone);
		struct kith_clock clock;
		assert_int_equal(kith_clock_fix(&clock, cases[i].utc, NULL), KITH_OK);
		assert_true(kith_instant(day(cases[i].day), cases[i].minute) == clock.fixed_ms);
	}
}

static void a_repeated_minute_is_its_first(void **state)
{
	(void)state;
	live_in(MADRID);
	struct kith_clock clock;
	/* Asked from both sides, since mktime would remember the last offset. */
	(void)kith_instant(day("2026-12-25"), 0);
	assert_int_equal(kith_clock_fix(&clock, "2026-10-25T00:30Z", NULL), KITH_OK);
	assert_true(kith_instant(day("2026-10-25"), 150) == clock.fixed_ms);
	(void)kith_instant(day("2026-07-25"), 0);
	assert_true(kith_instant(day("2026-10-25"), 150) == clock.fixed_ms);
	assert_true(kith_instant(day("2026-10-25"), 180) == clock.fixed_ms + 90 * 60000);
}

static void an_instant_comes_back_as_its_minute(void **state)
{
	(void)state;
	static const char *const zones[] = { MADRID, NEW_YORK, LORD_HOWE, "UTC0" };
	for (size_t i = 0; i < kith_count(zones); i++) {
		live_in(zones[i]);
		for (kith_day number = day("2026-01-01"); number <= day("2026-12-31"); number++) {
			const struct kith_clock clock = { true, kith_instant(number, 9 * 60 + 30) };
			const struct kith_now now = kith_clock_now(&clock);
			assert_int_equal(now.today, number);
			assert_int_equal(now.minute, 9 * 60 + 30);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_moment_is_read_in_its_forms),
		cmocka_unit_test(what_is_no_moment_is_refused),
		cmocka_unit_test(the_environment_fixes_the_clock),
		cmocka_unit_test(a_clock_that_is_not_fixed_goes_on),
		cmocka_unit_test(midnight_is_local),
		cmocka_unit_test(a_skipped_minute_is_the_first_after_the_gap),
		cmocka_unit_test(a_repeated_minute_is_its_first),
		cmocka_unit_test(an_instant_comes_back_as_its_minute),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
