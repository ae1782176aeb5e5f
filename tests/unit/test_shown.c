/* The file of what was shown on this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/shown.h"
#include "lib/base/file.h"

struct folder {
	char path[64], file[96];
};

static int make_folder(void **state)
{
	struct folder *folder = kith_alloc(sizeof(*folder));
	snprintf(folder->path, sizeof(folder->path), "/tmp/kith-shown.XXXXXX");
	assert_non_null(mkdtemp(folder->path));
	snprintf(folder->file, sizeof(folder->file), "%s/shown", folder->path);
	*state = folder;
	return 0;
}

static int remove_folder(void **state)
{
	struct folder *folder = *state;
	unlink(folder->file);
	rmdir(folder->path);
	kith_free(folder);
	return 0;
}

static void put(struct kith_shown_list *list, const char *key, kith_day day, int minute, bool digest)
{
	struct kith_shown *shown = kith_shown_put(list, key);
	shown->day = day;
	shown->minute = minute;
	shown->digest = digest;
}

static void what_was_shown_is_read_back(void **state)
{
	const struct folder *folder = *state;
	struct kith_err err;
	struct kith_shown_list list = {0}, again = {0};
	assert_int_equal(kith_shown_read(folder->file, &list, &err), KITH_OK);
	assert_int_equal(list.count, 0);
	put(&list, "birthday:ana-silva:2026", 20782, 540, false);
	put(&list, "cadence:田中-由紀:2026-10-02", 20782, 545, true);
	assert_int_equal(kith_shown_write(folder->file, &list, 20782, &err), KITH_OK);
	assert_int_equal(kith_shown_read(folder->file, &again, &err), KITH_OK);
	assert_int_equal(again.count, 2);
	const struct kith_shown *shown = kith_shown_of(&again, "cadence:田中-由紀:2026-10-02");
	assert_non_null(shown);
	assert_int_equal(shown->day, 20782);
	assert_int_equal(shown->minute, 545);
	assert_true(shown->digest);
	assert_int_equal(kith_shown_alone_on(&again, 20782), 1);
	assert_null(kith_shown_of(&again, "birthday:bo:2026"));
	kith_shown_finish(&list);
	kith_shown_finish(&again);
}

static void what_is_on_its_way_is_known_but_not_written(void **state)
{
	const struct folder *folder = *state;
	struct kith_err err;
	struct kith_shown_list list = {0}, again = {0};
	kith_shown_put(&list, "birthday:ana:2026")->in_flight = true;
	assert_non_null(kith_shown_of(&list, "birthday:ana:2026"));
	assert_int_equal(kith_shown_write(folder->file, &list, 100, &err), KITH_OK);
	assert_int_equal(kith_shown_read(folder->file, &again, &err), KITH_OK);
	assert_int_equal(again.count, 0);
	kith_shown_put(&list, "birthday:ana:2026")->in_flight = false;
	assert_null(kith_shown_of(&list, "birthday:ana:2026"));
	kith_shown_finish(&list);
	kith_shown_finish(&again);
}

static void what_is_old_is_forgotten(void **state)
{
	const struct folder *folder = *state;
	struct kith_err err;
	struct kith_shown_list list = {0};
	put(&list, "promise:old:x", 1000, 540, false);
	put(&list, "promise:new:x", 1000 + KITH_SHOWN_DAYS, 540, false);
	assert_int_equal(kith_shown_write(folder->file, &list, 1001 + KITH_SHOWN_DAYS, &err), KITH_OK);
	assert_int_equal(list.count, 1);
	assert_non_null(kith_shown_of(&list, "promise:new:x"));
	kith_shown_finish(&list);
}

static void lines_that_make_no_sense_are_skipped(void **state)
{
	const struct folder *folder = *state;
	static const char text[] = "# a comment that is longer than a line of ours would be\n"
	                           "\n"
	                           "2026-11-25 09:00 alone good:one:1\n"
	                           "2026-13-25 09:00 alone bad:date:1\n"
	                           "2026-11-25 09:00 loudly bad:word:1\n"
	                           "2026-11-25 09:00 alone \n"
	                           "2026-11-25 09:00 alone\n"
	                           "2026-11-25x09:00xalone bad:shape:1\n"
	                           "2026-11-25 09:00 digest good:two:with spaces\n"
	                           "2026-11-25 09:00 digest cut:of";
	struct kith_err err;
	struct kith_shown_list list = {0};
	assert_int_equal(kith_file_write(folder->file, text, strlen(text), 0600, &err), KITH_OK);
	assert_int_equal(kith_shown_read(folder->file, &list, &err), KITH_OK);
	assert_int_equal(list.count, 2);
	assert_non_null(kith_shown_of(&list, "good:one:1"));
	assert_non_null(kith_shown_of(&list, "good:two:with spaces"));
	kith_shown_finish(&list);
}

static void a_key_with_a_line_feed_cannot_forge_a_line(void **state)
{
	const struct folder *folder = *state;
	struct kith_err err;
	struct kith_shown_list list = {0}, again = {0};
	put(&list, "remind:x\n2026-11-25 09:00 alone birthday:ana:2026", 20782, 540, false);
	assert_int_equal(kith_shown_write(folder->file, &list, 20782, &err), KITH_OK);
	assert_int_equal(kith_shown_read(folder->file, &again, &err), KITH_OK);
	assert_int_equal(again.count, 0);
	kith_shown_finish(&list);
	kith_shown_finish(&again);
}

static void a_file_that_cannot_be_written_is_left_as_it_was(void **state)
{
	const struct folder *folder = *state;
	struct kith_err err = {0};
	struct kith_shown_list list = {0};
	char path[128];
	snprintf(path, sizeof(path), "%s/not/there", folder->path);
	put(&list, "birthday:ana:2026", 20782, 540, false);
	assert_int_equal(kith_shown_write(path, &list, 20782, &err), KITH_IO);
	assert_true(*err.message);
	kith_shown_finish(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_shown_is_read_back, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(what_is_on_its_way_is_known_but_not_written, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(what_is_old_is_forgotten, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(lines_that_make_no_sense_are_skipped, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_key_with_a_line_feed_cannot_forge_a_line, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_file_that_cannot_be_written_is_left_as_it_was, make_folder, remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
