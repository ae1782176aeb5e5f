/* The set of paths that changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "daemon/dirty.h"

static void a_path_noted_twice_is_there_once(void **state)
{
	(void)state;
	struct kith_dirty dirty = {0};
	assert_true(kith_dirty_is_empty(&dirty));
	kith_dirty_add(&dirty, "contacts/ana.yaml", false, 10, 10);
	kith_dirty_add(&dirty, "contacts/ana.yaml", false, 20, 20);
	assert_int_equal(dirty.count, 1);
	assert_int_equal(dirty.first_ms, 10);
	assert_int_equal(dirty.last_ms, 20);
	assert_true(kith_dirty_has(&dirty, "contacts/ana.yaml"));
	assert_false(kith_dirty_has(&dirty, "contacts/bo.yaml"));
	kith_dirty_finish(&dirty);
}

static void the_earlier_moment_counts_unless_the_file_came_back_or_vanished(void **state)
{
	(void)state;
	struct kith_dirty dirty = {0};
	kith_dirty_add(&dirty, "a", false, 10, 200);
	kith_dirty_add(&dirty, "a", false, 20, 300);
	assert_int_equal(kith_dirty_ready(&dirty), 200);
	kith_dirty_add(&dirty, "a", true, 30, 2030);
	assert_int_equal(kith_dirty_ready(&dirty), 2030);
	kith_dirty_add(&dirty, "a", true, 40, 2040);
	assert_int_equal(kith_dirty_ready(&dirty), 2030);
	kith_dirty_add(&dirty, "a", false, 50, 50);
	assert_int_equal(kith_dirty_ready(&dirty), 50);
	kith_dirty_finish(&dirty);
}

static bool is_short(void *user, const struct kith_dirty_path *path)
{
	return path->ready_ms < *(const int64_t *)user;
}

static void what_is_not_wanted_stays(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	struct kith_dirty dirty = {0};
	int64_t limit = 100;
	const char **paths;
	size_t count;
	kith_dirty_add(&dirty, "now", false, 10, 10);
	kith_dirty_add(&dirty, "later", true, 20, 2020);
	kith_dirty_take(&dirty, is_short, &limit, &arena, &paths, &count);
	assert_int_equal(count, 1);
	assert_string_equal(paths[0], "now");
	assert_int_equal(dirty.count, 1);
	assert_int_equal(dirty.first_ms, 20);
	assert_int_equal(kith_dirty_ready(&dirty), 2020);
	assert_true(kith_dirty_has(&dirty, "later"));
	kith_dirty_take(&dirty, NULL, NULL, &arena, &paths, &count);
	assert_int_equal(count, 1);
	assert_true(kith_dirty_is_empty(&dirty));
	assert_int_equal(kith_dirty_ready(&dirty), INT64_MAX);
	kith_dirty_finish(&dirty);
}

static void many_paths_are_found_again(void **state)
{
	(void)state;
	struct kith_dirty dirty = {0};
	char path[40];
	for (int i = 0; i < 5000; i++) {
		snprintf(path, sizeof(path), "notes/%d.yaml", i);
		kith_dirty_add(&dirty, path, false, i, i + 100);
	}
	for (int i = 0; i < 5000; i++) {
		snprintf(path, sizeof(path), "notes/%d.yaml", i);
		assert_true(kith_dirty_has(&dirty, path));
	}
	assert_int_equal(dirty.count, 5000);
	assert_int_equal(kith_dirty_ready(&dirty), 100);
	kith_dirty_finish(&dirty);
}

static void too_many_paths_become_everything(void **state)
{
	(void)state;
	struct kith_dirty dirty = {0};
	char path[40];
	for (int i = 0; i <= KITH_DIRTY_MOST; i++) {
		snprintf(path, sizeof(path), "notes/%d.yaml", i);
		kith_dirty_add(&dirty, path, false, 5, 5);
	}
	assert_true(dirty.all);
	assert_in_range(dirty.count, 0, 1);
	kith_dirty_clear(&dirty);
	assert_true(kith_dirty_is_empty(&dirty));
	kith_dirty_finish(&dirty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_noted_twice_is_there_once),
		cmocka_unit_test(the_earlier_moment_counts_unless_the_file_came_back_or_vanished),
		cmocka_unit_test(what_is_not_wanted_stays),
		cmocka_unit_test(many_paths_are_found_again),
		cmocka_unit_test(too_many_paths_become_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
