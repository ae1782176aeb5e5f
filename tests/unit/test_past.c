/* The telling between kithd and kith. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/record/past.h"

static const char bytes[] = "a\0b\npath 3\nx\n\xff";

static struct kith_past_change changes[] = {
	{ .path = "contacts/new.yaml", .from = "contacts/old.yaml",
	  .before = { .there = true, .text = bytes, .length = sizeof(bytes) - 1 },
	  .after = { .there = true, .text = "", .length = 0 } },
	{ .path = "contacts/gone\nend 9\nbeginning.yaml", .before = { .there = true } },
	{ .path = "contacts/link.yaml", .after = { .there = true, .odd = true } },
};

static void tell(struct kith_buf *out)
{
	const struct kith_past state = { .waiting = "a merge is not finished", .hint = "git commit", .empty = true };
	const struct kith_past_commit first = {
		.id = "0123456789012345678901234567890123456789", .author = "A\nend 5\nlimit", .email = "a@x.org",
		.time_s = -5, .subject = "subject\x1b", .command = "set", .undoes = "9876543210987654321098765432109876543210",
		.mine = true, .merge = true, .changes = changes, .count = 3,
	};
	const struct kith_past_commit second = { .id = "1123456789012345678901234567890123456789", .author = "", .email = "",
		.subject = "", .first = true, .cut = true, .undone = true };
	kith_past_tell_state(out, &state);
	kith_past_tell_commit(out, &first);
	kith_past_tell_commit(out, &second);
	kith_past_tell_end(out, KITH_PAST_SHALLOW);
}

static void what_is_told_is_read_again(void **state)
{
	(void)state;
	KITH_ARENA arena = { 0 };
	KITH_BUF told = { 0 };
	struct kith_past past;
	tell(&told);
	assert_int_equal(kith_past_read(told.text, told.length, &arena, &past, NULL), KITH_OK);
	assert_string_equal(past.waiting, "a merge is not finished");
	assert_string_equal(past.hint, "git commit");
	assert_true(past.empty);
	assert_int_equal(past.end, KITH_PAST_SHALLOW);
	assert_int_equal(past.count, 2);
	const struct kith_past_commit *commit = &past.commits[0];
	assert_string_equal(commit->author, "A\nend 5\nlimit");
	assert_string_equal(commit->subject, "subject\x1b");
	assert_string_equal(commit->command, "set");
	assert_string_equal(commit->undoes, "9876543210987654321098765432109876543210");
	assert_int_equal(commit->time_s, -5);
	assert_true(commit->mine && commit->merge && !commit->first && !commit->cut && !commit->undone);
	assert_int_equal(commit->count, 3);
	assert_string_equal(commit->changes[0].from, "contacts/old.yaml");
	assert_int_equal(commit->changes[0].before.length, sizeof(bytes) - 1);
	assert_memory_equal(commit->changes[0].before.text, bytes, sizeof(bytes) - 1);
	assert_true(commit->changes[0].after.there && commit->changes[0].after.text);
	assert_int_equal(commit->changes[0].after.length, 0);
	assert_string_equal(commit->changes[1].path, "contacts/gone\nend 9\nbeginning.yaml");
	assert_true(commit->changes[1].before.there && !commit->changes[1].before.text && !commit->changes[1].after.there);
	assert_true(commit->changes[2].after.odd && commit->changes[2].after.there);
	assert_true(past.commits[1].first && past.commits[1].cut && past.commits[1].undone);
	assert_null(past.commits[1].command);
}

static void what_is_cut_off_is_no_history(void **state)
{
	(void)state;
	KITH_BUF told = { 0 };
	tell(&told);
	for (size_t length = 0; length < told.length; length++) {
		KITH_ARENA arena = { 0 };
		struct kith_past past;
		struct kith_err err = { 0 };
		char *part = malloc(length ? length : 1); /* so that a sanitizer sees a step too far */
		memcpy(part, told.text, length);
		assert_int_equal(kith_past_read(part, length, &arena, &past, &err), KITH_SYNC);
		free(part);
	}
}

static void nonsense_is_refused(void **state)
{
	(void)state;
	static const char *const nonsense[] = {
		"commit\n", "commit x\n", "commit 5\nab\n", "commit 99999999999999999999999\nab\n", "commit 2\nabc\n",
		" 2\nab\n", "a-name-that-is-too-long 0\n\n", "end 3\nnow\n", "error: no\n",
	};
	for (size_t i = 0; i < kith_count(nonsense); i++) {
		KITH_ARENA arena = { 0 };
		struct kith_past past;
		assert_int_equal(kith_past_read(nonsense[i], strlen(nonsense[i]), &arena, &past, NULL), KITH_SYNC);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_told_is_read_again),
		cmocka_unit_test(what_is_cut_off_is_no_history),
		cmocka_unit_test(nonsense_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
