/* Which reminders are shown, and when: tables of (due, shown, now). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/remind.h"
#include "daemon/shown.h"

static const struct kith_remind_rules usual = {
	.remind_at = 540, .quiet_from = 1200, .quiet_to = 480, .weekend = true, .nudges = 3,
};

/* "2026-11-25 09:30"; without a time it is midnight. */
static struct kith_moment moment(const char *text)
{
	struct kith_date date;
	assert_true(kith_date_read(text, &date, NULL, NULL));
	return (struct kith_moment){kith_day_of(date), date.minute < 0 ? 0 : date.minute};
}

static struct kith_now at(const char *text)
{
	const struct kith_moment now = moment(text);
	return (struct kith_now){kith_instant(now.day, now.minute), now.day, now.minute};
}

static struct kith_due due_on(const char *key, const char *name, const char *day, int minute)
{
	return (struct kith_due){
		.source = KITH_DUE_CADENCE, .key = key, .id = key, .who = key, .name = name, .what = "",
		.day = moment(day).day, .minute = minute, .since = KITH_NO_DAY, .span = {1, KITH_MONTHS, false},
	};
}

static void the_moment_it_is_shown_follows_the_rules(void **state)
{
	(void)state;
	static const struct kith_remind_rules no_weekend = {540, 1200, 480, false, 3};
	static const struct kith_remind_rules no_quiet = {540, 0, 0, true, 3};
	static const struct kith_remind_rules quiet_by_day = {540, 500, 600, true, 3};
	static const struct kith_remind_rules at_night = {1380, 1200, 480, true, 3}; /* asked for 23:00, quiet from 20:00 */
	static const struct {
		const char *due;
		int minute;
		const char *shown; /* NULL: never */
		const struct kith_remind_rules *rules;
		const char *now, *want;
		enum kith_hold hold;
	} cases[] = {
		{"2026-11-25", -1, NULL, &usual, "2026-11-20 10:00", "2026-11-25 09:00", KITH_HELD_NOT},
		{"2026-11-25", -1, NULL, &usual, "2026-11-25 08:59", "2026-11-25 09:00", KITH_HELD_NOT},
		{"2026-11-25", -1, NULL, &usual, "2026-11-25 09:00", "2026-11-25 09:00", KITH_HELD_NOT},
		{"2026-11-25", -1, NULL, &usual, "2026-11-25 17:10", "2026-11-25 17:10", KITH_HELD_NOT},
		/* what is left from days before comes with the day's */
		{"2026-10-01", -1, NULL, &usual, "2026-11-25 08:30", "2026-11-25 09:00", KITH_HELD_NOT},
		{"2026-10-01", -1, NULL, &usual, "2026-11-25 12:00", "2026-11-25 12:00", KITH_HELD_NOT},
		/* a time of its own */
		{"2026-11-25", 945, NULL, &usual, "2026-11-25 09:00", "2026-11-25 15:45", KITH_HELD_NOT},
		{"2026-11-24", 945, NULL, &usual, "2026-11-25 08:10", "2026-11-25 08:10", KITH_HELD_NOT},
		/* once a day */
		{"2026-11-25", -1, "2026-11-25 09:00", &usual, "2026-11-25 12:00", "2026-11-26 09:00", KITH_HELD_NOT},
		{"2026-11-25", 945, "2026-11-25 15:45", &usual, "2026-11-25 16:00", "2026-11-26 09:00", KITH_HELD_NOT},
		{"2026-11-20", -1, "2026-11-24 09:00", &usual, "2026-11-25 08:00", "2026-11-25 09:00", KITH_HELD_NOT},
		{"2026-11-20", -1, "2026-11-24 18:00", &usual, "2026-11-25 09:00", "2026-11-25 09:00", KITH_HELD_NOT},
		/* shown, then moved to another day */
		{"2026-12-03", -1, "2026-11-24 18:00", &usual, "2026-11-25 09:00", "2026-12-03 09:00", KITH_HELD_NOT},
		/* written when the clock was years ahead */
		{"2026-11-25", -1, "2036-01-01 09:00", &usual, "2026-11-25 10:00", "2026-11-25 10:00", KITH_HELD_NOT},
		/* quiet hours, over midnight and by day; both ends */
		{"2026-11-25", -1, NULL, &usual, "2026-11-25 20:00", "2026-11-26 08:00", KITH_HELD_QUIET},
		{"2026-11-25", -1, NULL, &usual, "2026-11-25 19:59", "2026-11-25 19:59", KITH_HELD_NOT},
		/* who wrote a time means it, also at night and on a weekend; once missed it waits like the rest */
		{"2026-11-25", 1290, NULL, &usual, "2026-11-25 12:00", "2026-11-25 21:30", KITH_HELD_NOT},
		{"2026-11-25", 1290, NULL, &usual, "2026-11-25 21:32", "2026-11-25 21:32", KITH_HELD_NOT},
		{"2026-11-25", 1290, NULL, &usual, "2026-11-25 22:30", "2026-11-26 08:00", KITH_HELD_QUIET},
		{"2026-11-28", 945, NULL, &no_weekend, "2026-11-25 12:00", "2026-11-28 15:45", KITH_HELD_NOT},
		{"2026-11-24", 945, NULL, &usual, "2026-11-25 03:00", "2026-11-25 08:00", KITH_HELD_QUIET},
		{"2026-11-25", -1, NULL, &quiet_by_day, "2026-11-25 07:00", "2026-11-25 10:00", KITH_HELD_QUIET},
		{"2026-11-25", -1, NULL, &quiet_by_day, "2026-11-25 10:00", "2026-11-25 10:00", KITH_HELD_NOT},
		{"2026-11-25", 1290, NULL, &no_quiet, "2026-11-25 12:00", "2026-11-25 21:30", KITH_HELD_NOT},
		{"2026-11-25", -1, NULL, &at_night, "2026-11-25 12:00", "2026-11-26 08:00", KITH_HELD_QUIET},
		/* weekends: 28 and 29 November 2026 are Saturday and Sunday */
		{"2026-11-28", -1, NULL, &no_weekend, "2026-11-25 12:00", "2026-11-30 09:00", KITH_HELD_WEEKEND},
		{"2026-11-28", -1, NULL, &usual, "2026-11-25 12:00", "2026-11-28 09:00", KITH_HELD_NOT},
		{"2026-11-27", -1, NULL, &no_weekend, "2026-11-27 21:00", "2026-11-30 09:00", KITH_HELD_WEEKEND},
		{"2026-11-20", -1, NULL, &no_weekend, "2026-11-29 12:00", "2026-11-30 09:00", KITH_HELD_WEEKEND},
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		const struct kith_due due = due_on("cadence:ana:1", "Ana", cases[i].due, cases[i].minute);
		const struct kith_moment was = cases[i].shown ? moment(cases[i].shown) : (struct kith_moment){0};
		const struct kith_shown shown = {.key = NULL, .day = was.day, .minute = was.minute};
		enum kith_hold hold;
		const struct kith_moment got =
			kith_remind_when(&due, cases[i].shown ? &shown : NULL, cases[i].rules, at(cases[i].now), &hold);
		const struct kith_moment want = moment(cases[i].want);
		if (got.day != want.day || got.minute != want.minute || hold != cases[i].hold)
			fail_msg("case %zu: due %s, now %s: got day %+d at %02d:%02d, hold %d", i, cases[i].due, cases[i].now,
			         got.day - want.day, got.minute / 60, got.minute % 60, hold);
	}
}

/* --- plans --- */

struct world {
	struct kith_arena arena;
	struct kith_due due[12];
	size_t count;
	struct kith_shown_list shown;
	struct kith_remind_rules rules;
};

static struct kith_remind_plan plan_at(struct world *world, const char *now)
{
	struct kith_remind_plan plan;
	const struct kith_remind_input input = {
		.due = world->due,
		.count = world->count,
		.find = kith_shown_of,
		.shown = &world->shown,
		.alone_today = kith_shown_alone_on(&world->shown, at(now).today),
		.rules = world->rules,
		.now = at(now),
	};
	kith_remind_plan(&input, &world->arena, &plan);
	return plan;
}

/* As the daemon does when the server has answered. */
static void show(struct world *world, const struct kith_remind_plan *plan, const char *now)
{
	for (size_t i = 0; i < plan->alone_count + plan->digest_count; i++) {
		const bool digest = i >= plan->alone_count;
		const struct kith_due *due = digest ? plan->digest[i - plan->alone_count] : plan->alone[i];
		struct kith_shown *shown = kith_shown_put(&world->shown, due->key);
		shown->day = at(now).today;
		shown->minute = at(now).minute;
		shown->digest = digest;
	}
}

static void finish(struct world *world)
{
	kith_shown_finish(&world->shown);
	kith_arena_finish(&world->arena);
}

static struct world five_people(void)
{
	struct world world = {.rules = usual};
	static const char *const keys[] = {"cadence:a:1", "cadence:b:1", "birthday:c:2026", "promise:n:x", "cadence:d:1"};
	static const char *const names[] = {"Ana", "Bo", "Cy", "Di", "Ed"};
	static const char *const days[] = {"2026-11-20", "2026-11-01", "2026-11-25", "2026-11-25", "2026-11-10"};
	for (size_t i = 0; i < kith_count(keys); i++)
		world.due[world.count++] = due_on(keys[i], names[i], days[i], -1);
	world.due[2].source = KITH_DUE_BIRTHDAY;
	world.due[3].source = KITH_DUE_PROMISE;
	return world;
}

static void the_days_nudges_come_one_by_one_and_the_rest_together(void **state)
{
	(void)state;
	struct world world = five_people();
	struct kith_remind_plan plan = plan_at(&world, "2026-11-25 09:00");
	assert_int_equal(plan.alone_count, 3);
	assert_string_equal(plan.alone[0]->name, "Di"); /* a promise first */
	assert_string_equal(plan.alone[1]->name, "Cy");
	assert_string_equal(plan.alone[2]->name, "Bo"); /* the longest past its rhythm */
	assert_int_equal(plan.digest_count, 2);
	assert_string_equal(plan.digest[0]->name, "Ed");
	show(&world, &plan, "2026-11-25 09:00");
	plan = plan_at(&world, "2026-11-25 09:01");
	assert_int_equal(plan.alone_count + plan.digest_count, 0);
	assert_int_equal(plan.next_ms, at("2026-11-26 09:00").ms);
	finish(&world);
}

static void nothing_is_shown_twice_on_a_day_and_all_of_it_the_next(void **state)
{
	(void)state;
	struct world world = five_people();
	struct kith_remind_plan plan = plan_at(&world, "2026-11-25 12:00");
	show(&world, &plan, "2026-11-25 12:00");
	plan = plan_at(&world, "2026-11-26 08:59");
	assert_int_equal(plan.alone_count + plan.digest_count, 0);
	plan = plan_at(&world, "2026-11-26 09:00");
	assert_int_equal(plan.alone_count + plan.digest_count, 5);
	finish(&world);
}

static void what_comes_later_in_the_day_joins_the_digest(void **state)
{
	(void)state;
	struct world world = five_people();
	struct kith_remind_plan plan = plan_at(&world, "2026-11-25 09:00");
	show(&world, &plan, "2026-11-25 09:00");
	world.due[world.count++] = due_on("cadence:f:1", "Flo", "2026-11-25", -1);
	plan = plan_at(&world, "2026-11-25 10:00");
	assert_int_equal(plan.alone_count, 0);
	assert_int_equal(plan.digest_count, 3);
	finish(&world);
}

static void one_that_is_left_over_is_shown_itself(void **state)
{
	(void)state;
	struct world world = five_people();
	world.count = 4;
	const struct kith_remind_plan plan = plan_at(&world, "2026-11-25 09:00");
	assert_int_equal(plan.alone_count, 4);
	assert_int_equal(plan.digest_count, 0);
	finish(&world);
}

static void a_time_of_its_own_is_kept_even_when_the_nudges_are_used_up(void **state)
{
	(void)state;
	struct world world = five_people();
	struct kith_remind_plan plan = plan_at(&world, "2026-11-25 09:00");
	show(&world, &plan, "2026-11-25 09:00");
	world.due[world.count++] = due_on("remind:a:call:2026-11-25", "Ana", "2026-11-25", 945);
	plan = plan_at(&world, "2026-11-25 09:01");
	assert_int_equal(plan.next_ms, at("2026-11-25 15:45").ms);
	plan = plan_at(&world, "2026-11-25 15:45");
	assert_int_equal(plan.alone_count, 1);
	assert_int_equal(plan.digest_count, 0);
	finish(&world);
}

static void without_nudges_all_come_together(void **state)
{
	(void)state;
	struct world world = five_people();
	world.rules.nudges = 0;
	struct kith_remind_plan plan = plan_at(&world, "2026-11-25 09:00");
	assert_int_equal(plan.alone_count, 0);
	assert_int_equal(plan.digest_count, 5);
	world.count = 1;
	plan = plan_at(&world, "2026-11-25 09:00");
	assert_int_equal(plan.alone_count, 0);
	assert_int_equal(plan.digest_count, 1);
	finish(&world);
}

static void quiet_hours_hold_everything(void **state)
{
	(void)state;
	struct world world = five_people();
	struct kith_remind_plan plan = plan_at(&world, "2026-11-25 21:00");
	assert_int_equal(plan.alone_count + plan.digest_count, 0);
	assert_int_equal(plan.next_ms, at("2026-11-26 08:00").ms);
	finish(&world);
}

static void what_is_on_its_way_is_not_sent_again(void **state)
{
	(void)state;
	struct world world = five_people();
	for (size_t i = 0; i < world.count; i++)
		kith_shown_put(&world.shown, world.due[i].key)->in_flight = true;
	const struct kith_remind_plan plan = plan_at(&world, "2026-11-25 09:00");
	assert_int_equal(plan.alone_count + plan.digest_count, 0);
	finish(&world);
}

/* --- words --- */

static const char *summary_of(struct world *world, bool after_others)
{
	KITH_BUF out = {0};
	const struct kith_due *list[12];
	for (size_t i = 0; i < world->count; i++)
		list[i] = &world->due[i];
	kith_remind_digest_summary(&out, list, world->count, after_others);
	return kith_arena_strdup(&world->arena, kith_buf_text(&out));
}

static void the_digest_names_a_few(void **state)
{
	(void)state;
	struct world world = five_people();
	assert_string_equal(summary_of(&world, true), "5 more to reach today: Ana, Bo and 3 more");
	world.count = 3;
	assert_string_equal(summary_of(&world, false), "3 to reach today: Ana, Bo and Cy");
	world.count = 2;
	assert_string_equal(summary_of(&world, true), "2 more to reach today: Ana and Bo");
	world.due[1].name = "Ana";
	assert_string_equal(summary_of(&world, true), "2 more to reach today: Ana and 1 more");
	finish(&world);
}

static void a_private_record_about_nobody_is_not_named(void **state)
{
	(void)state;
	struct world world = five_people();
	world.count = 2;
	world.due[0].hide = true;
	world.due[0].who = "";
	world.due[0].name = "Burnout, and what helps";
	assert_string_equal(summary_of(&world, true), "2 more to reach today: a private note and Bo");
	finish(&world);
}

static void control_characters_of_a_name_do_not_reach_the_desktop(void **state)
{
	(void)state;
	struct world world = five_people();
	world.count = 2;
	world.due[0].name = "A\x1b[31mna\xe2\x80\xae";
	const char *summary = summary_of(&world, true);
	assert_null(strchr(summary, '\x1b'));
	assert_null(strstr(summary, "\xe2\x80\xae"));
	finish(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_moment_it_is_shown_follows_the_rules),
		cmocka_unit_test(the_days_nudges_come_one_by_one_and_the_rest_together),
		cmocka_unit_test(nothing_is_shown_twice_on_a_day_and_all_of_it_the_next),
		cmocka_unit_test(what_comes_later_in_the_day_joins_the_digest),
		cmocka_unit_test(one_that_is_left_over_is_shown_itself),
		cmocka_unit_test(a_time_of_its_own_is_kept_even_when_the_nudges_are_used_up),
		cmocka_unit_test(without_nudges_all_come_together),
		cmocka_unit_test(quiet_hours_hold_everything),
		cmocka_unit_test(what_is_on_its_way_is_not_sent_again),
		cmocka_unit_test(the_digest_names_a_few),
		cmocka_unit_test(a_private_record_about_nobody_is_not_named),
		cmocka_unit_test(control_characters_of_a_name_do_not_reach_the_desktop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
