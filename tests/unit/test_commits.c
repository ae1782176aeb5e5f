/* When to commit.  Times are milliseconds of a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/commits.h"

#define NEVER INT64_MAX

struct taken {
	struct kith_arena arena;
	const char **paths;
	size_t count;
	bool all;
};

static struct taken take(struct kith_commits *commits, bool everything, int64_t now_ms)
{
	struct taken taken = {0};
	kith_commits_take(commits, everything, now_ms, &taken.arena, &taken.paths, &taken.count, &taken.all);
	return taken;
}

static void one_save_is_committed_after_two_quiet_seconds(void **state)
{
	(void)state;
	struct kith_commits commits = {0};
	assert_int_equal(kith_commits_start(&commits), NEVER);
	kith_commits_changed(&commits, "contacts/ana.yaml", false, 1000);
	assert_int_equal(kith_commits_start(&commits), 3000);
	kith_commits_changed(&commits, "contacts/ana.yaml", false, 2500);
	assert_int_equal(kith_commits_start(&commits), 4500);
	struct taken taken = take(&commits, false, 4500);
	assert_int_equal(taken.count, 1);
	assert_false(taken.all);
	assert_int_equal(kith_commits_start(&commits), NEVER);
	kith_commits_finished(&commits, KITH_COMMITS_DONE, 4600);
	assert_int_equal(kith_commits_start(&commits), NEVER);
	kith_arena_finish(&taken.arena);
	kith_commits_finish(&commits);
}

static void constant_change_is_committed_every_half_minute(void **state)
{
	(void)state;
	struct kith_commits commits = {0};
	for (int64_t now = 1000; now <= 40000; now += 500)
		kith_commits_changed(&commits, "notes/a.yaml", false, now);
	assert_int_equal(kith_commits_start(&commits), 31000);
	kith_commits_finish(&commits);
}

static void a_file_that_has_just_vanished_stays_behind(void **state)
{
	(void)state;
	struct kith_commits commits = {0};
	for (int64_t now = 0; now <= 30000; now += 1000)
		kith_commits_changed(&commits, "notes/a.yaml", false, now);
	kith_commits_changed(&commits, "contacts/bo.yaml", true, 29900);
	struct taken taken = take(&commits, false, 30500);
	assert_int_equal(taken.count, 1);
	assert_string_equal(taken.paths[0], "notes/a.yaml");
	kith_commits_finished(&commits, KITH_COMMITS_DONE, 30600);
	assert_int_equal(kith_commits_start(&commits), 31900);
	kith_arena_finish(&taken.arena);
	kith_commits_finish(&commits);
}

static void a_failure_is_tried_again_later_and_later(void **state)
{
	(void)state;
	struct kith_commits commits = {0};
	int64_t now = 10000, waited = 0;
	kith_commits_changed(&commits, "a", false, 0);
	for (int i = 0; i < 20; i++) {
		struct taken taken = take(&commits, false, now);
		assert_int_equal(taken.count, 1);
		kith_arena_finish(&taken.arena);
		kith_commits_finished(&commits, KITH_COMMITS_FAILED, now);
		const int64_t wait = kith_commits_start(&commits) - now;
		assert_in_range(wait, waited, KITH_COMMIT_AGAIN_MOST_MS);
		waited = wait;
		now += wait;
	}
	assert_int_equal(waited, KITH_COMMIT_AGAIN_MOST_MS);
	struct taken taken = take(&commits, false, now);
	kith_commits_finished(&commits, KITH_COMMITS_DONE, now);
	assert_int_equal(kith_commits_start(&commits), NEVER);
	kith_commits_changed(&commits, "b", false, now);
	assert_int_equal(kith_commits_start(&commits), now + KITH_COMMIT_QUIET_MS);
	kith_arena_finish(&taken.arena);
	kith_commits_finish(&commits);
}

static void a_change_in_git_brings_the_next_try_forward_but_not_for_ever(void **state)
{
	(void)state;
	struct kith_commits commits = {0};
	kith_commits_changed(&commits, "a", false, 0);
	for (int i = 0; i < 8; i++) {
		struct taken taken = take(&commits, false, 10000);
		kith_arena_finish(&taken.arena);
		kith_commits_finished(&commits, KITH_COMMITS_FAILED, 10000);
	}
	assert_int_equal(kith_commits_start(&commits), 10000 + 256000);
	kith_commits_git_changed(&commits, 20000);
	const int64_t next = kith_commits_start(&commits);
	assert_in_range(next, 20000, 21000);
	struct taken taken = take(&commits, false, next);
	kith_commits_finished(&commits, KITH_COMMITS_FAILED, next);
	kith_commits_git_changed(&commits, next + 10); /* what our own try did */
	assert_true(kith_commits_start(&commits) > next + 10000);
	kith_arena_finish(&taken.arena);
	kith_commits_finish(&commits);
}

static void changes_during_a_snapshot_wait_for_the_next(void **state)
{
	(void)state;
	struct kith_commits commits = {0};
	kith_commits_changed(&commits, "a", false, 0);
	struct taken taken = take(&commits, false, 2000);
	kith_commits_changed(&commits, "a", false, 2100);
	assert_int_equal(kith_commits_start(&commits), NEVER);
	kith_commits_finished(&commits, KITH_COMMITS_DONE, 2300);
	assert_int_equal(kith_commits_start(&commits), 4100);
	kith_arena_finish(&taken.arena);
	kith_commits_finish(&commits);
}

static void everything_is_looked_at_at_once(void **state)
{
	(void)state;
	struct kith_commits commits = {0};
	kith_commits_changed_all(&commits, 5000);
	assert_in_range(kith_commits_start(&commits), 0, 5000);
	struct taken taken = take(&commits, false, 5000);
	assert_true(taken.all);
	kith_commits_finished(&commits, KITH_COMMITS_FAILED, 6000);
	assert_int_equal(kith_commits_start(&commits), 6000 + KITH_COMMIT_AGAIN_MS);
	kith_arena_finish(&taken.arena);
	taken = take(&commits, false, 9000);
	assert_true(taken.all);
	kith_arena_finish(&taken.arena);
	kith_commits_finish(&commits);
}

static void what_a_command_committed_is_forgotten_unless_it_changed_since(void **state)
{
	(void)state;
	struct kith_commits commits = {0};
	struct kith_dirty done = {0};
	kith_commits_changed(&commits, "a", false, 100);
	kith_commits_changed(&commits, "b", false, 100);
	kith_commits_changed(&commits, "c", false, 900);
	kith_dirty_add(&done, "a", false, 0, 0);
	kith_dirty_add(&done, "c", false, 0, 0);
	kith_commits_forget(&commits, &done, 500);
	assert_false(kith_dirty_has(&commits.dirty, "a"));
	assert_true(kith_dirty_has(&commits.dirty, "b"));
	assert_true(kith_dirty_has(&commits.dirty, "c"));
	kith_dirty_finish(&done);
	kith_commits_finish(&commits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_save_is_committed_after_two_quiet_seconds),
		cmocka_unit_test(constant_change_is_committed_every_half_minute),
		cmocka_unit_test(a_file_that_has_just_vanished_stays_behind),
		cmocka_unit_test(a_failure_is_tried_again_later_and_later),
		cmocka_unit_test(a_change_in_git_brings_the_next_try_forward_but_not_for_ever),
		cmocka_unit_test(changes_during_a_snapshot_wait_for_the_next),
		cmocka_unit_test(everything_is_looked_at_at_once),
		cmocka_unit_test(what_a_command_committed_is_forgotten_unless_it_changed_since),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
