/* The strength of a tie, by tables. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/network/due.h"
#include "lib/network/tie.h"

enum { TODAY = 20782 }; /* 2026-11-25 */

#define MONTHLY { 1, KITH_MONTHS, false }
#define YEARLY { 1, KITH_YEARS, false }
#define NEVER { 0, KITH_DAYS, true }
#define HUGE_SPAN { 99999, KITH_YEARS, false }

struct row {
	const char *name;
	struct kith_tie_input input;
	const char *want; /* NULL: not yet */
};

#define SINCE(days) .last = TODAY - (days), .today = TODAY
#define NO_TALK .last = KITH_NO_DAY, .today = TODAY

static const struct row rows[] = {
	{ "a stranger has no tie yet", { NO_TALK }, NULL },
	{ "without a conversation the user's word stands", { .closeness = "close", NO_TALK }, "close" },
	{ "an unknown word is no word", { .closeness = "intimate", NO_TALK }, NULL },
	{ "strands alone make no tie", { NO_TALK, .strands = 5, .gave = true, .got = true }, NULL },
	{ "close, talked to, both ways is close", { "close", SINCE(20), .activity = 1.0, .gave = true, .got = true }, "close" },
	{ "close with one old conversation is steady", { "close", SINCE(180), .activity = 0.25 }, "steady" },
	{ "steady with all that is measured is close",
	  { "steady", SINCE(1), .activity = 9.0, .gave = true, .got = true, .strands = 3 }, "close" },
	{ "steady with hardly anything is light", { "steady", SINCE(300), .activity = 0.1 }, "light" },
	{ "light with all that is measured is close to it, but steady",
	  { "light", SINCE(1), .activity = 9.0, .gave = true, .got = true, .strands = 2 }, "steady" },
	{ "an unknown closeness counts as light", { NULL, SINCE(10), .activity = 0.9, .got = true }, "light" },
	{ "a year of silence is not dormant yet", { "close", SINCE(365), .activity = 0.06, .gave = true, .got = true, .strands = 3 }, "close" },
	{ "a day more is", { "close", SINCE(366), .activity = 0.06, .gave = true, .got = true, .strands = 3 }, "dormant" },
	{ "a slow rhythm is allowed three rounds", { "light", SINCE(1095), .activity = 0.1, .cadence = YEARLY }, "light" },
	{ "and no more", { "light", SINCE(1097), .activity = 0.1, .cadence = YEARLY }, "dormant" },
	{ "a quick rhythm still has its year", { "light", SINCE(200), .activity = 0.1, .cadence = MONTHLY }, "light" },
	{ "no rhythm is a year", { "light", SINCE(366), .cadence = NEVER }, "dormant" },
	{ "an absurd rhythm overflows nothing", { "light", SINCE(9000), .cadence = HUGE_SPAN }, "light" },
	{ "a conversation dated ahead is no silence", { "light", SINCE(-5), .activity = 1.0 }, "light" },
};

static void says_the_word(void **state)
{
	const struct row *row = *state;
	const char *word = kith_tie_word(&row->input);
	if (row->want)
		assert_string_equal(word, row->want);
	else
		assert_null(word);
	assert_ptr_equal(kith_network_derive.tie, kith_tie_word);
}

static double strength(const char *closeness, double activity, bool gave, bool got, unsigned strands)
{
	const struct kith_tie_input input = { closeness, TODAY, activity, { 0 }, gave, got, strands, TODAY };
	return kith_tie_strength(&input);
}

static void the_formula_is_as_stated(void **state)
{
	(void)state;
	assert_true(fabs(strength("close", 1, true, true, 3) - (0.5 + 0.125 + 0.15 + 0.1)) < 1e-12);
	assert_true(fabs(strength("steady", 3, true, false, 2) - (0.3 + 0.1875 + 0.075 + 0.05)) < 1e-12);
	assert_true(fabs(strength("light", 0, false, false, 1) - 0.15) < 1e-12);
	assert_true(fabs(strength(NULL, -1, false, true, 0) - (0.15 + 0.075)) < 1e-12);
}

static void strength_stays_between_0_and_1_and_grows(void **state)
{
	(void)state;
	double before = 0;
	for (int step = 0; step < 60; step++) {
		const double activity = pow(2, step) - 1;
		const double now = strength("close", activity, true, true, 9);
		assert_true(now >= before && now <= 1.0);
		before = now;
	}
}

int main(void)
{
	static struct CMUnitTest tests[64] = {
		cmocka_unit_test(the_formula_is_as_stated),
		cmocka_unit_test(strength_stays_between_0_and_1_and_grows),
	};
	size_t count = 2;
	for (size_t i = 0; i < kith_count(rows); i++)
		tests[count++] = (struct CMUnitTest){
			.name = rows[i].name,
			.test_func = says_the_word,
			.initial_state = (void *)(uintptr_t)&rows[i],
		};
	return _cmocka_run_group_tests("tie", tests, count, NULL, NULL);
}
