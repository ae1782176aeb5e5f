#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"

static void an_arena_gives_zeroed_aligned_memory(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	static const size_t sizes[] = { 0, 1, 7, 16, 4095, 4096, 100000, 3 << 20, 1 };
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < kith_count(sizes); i++) {
			unsigned char *memory = kith_arena_alloc(&arena, sizes[i]);
			assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
			for (size_t at = 0; at < sizes[i]; at += 1 + sizes[i] / 64)
				assert_int_equal(memory[at], 0);
			memset(memory, 0xAA, sizes[i]);
		}
	}
}

static void a_finished_arena_can_be_used_again(void **state)
{
	(void)state;
	struct kith_arena arena = {0};
	kith_arena_finish(&arena);
	assert_string_equal(kith_arena_strdup(&arena, "ana"), "ana");
	kith_arena_finish(&arena);
	assert_string_equal(kith_arena_strndup(&arena, "ana silva", 3), "ana");
	assert_string_equal(kith_arena_strndup(&arena, NULL, 0), "");
	assert_string_equal(kith_arena_printf(&arena, "%d %s", 7, "x"), "7 x");
	assert_string_equal(kith_arena_printf(&arena, "%s", ""), "");
	kith_arena_finish(&arena);
}

static void an_array_grows_in_its_arena(void **state)
{
	(void)state;
	struct item {
		int number;
		const char *name;
	};
	KITH_ARENA arena = {0};
	struct item *items = NULL;
	size_t count = 0, capacity = 0;
	for (int i = 0; i < 1000; i++) {
		struct item *item = kith_arena_push(&arena, &items, &count, &capacity, sizeof(*items));
		assert_int_equal(item->number, 0);
		assert_null(item->name);
		item->number = i;
		item->name = "x";
	}
	assert_int_equal(count, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(items[i].number, i);
}

static void a_buffer_always_ends_with_nul(void **state)
{
	(void)state;
	KITH_BUF buf = {0};
	assert_string_equal(kith_buf_text(&buf), "");
	assert_null(buf.text);
	kith_buf_clear(&buf);
	kith_buf_add(&buf, "");
	assert_string_equal(buf.text, "");
	kith_buf_add_bytes(&buf, NULL, 0);
	KITH_BUF wanted = {0};
	for (int i = 0; i < 500; i++) {
		kith_buf_addf(&buf, "%d,", i % 10);
		kith_buf_add_char(&wanted, (char)('0' + i % 10));
		kith_buf_add(&wanted, ",");
		assert_int_equal(strlen(buf.text), buf.length);
	}
	assert_string_equal(buf.text, wanted.text);
	kith_buf_clear(&buf);
	assert_string_equal(buf.text, "");
	assert_int_equal(buf.length, 0);
	kith_buf_add_bytes(&buf, "a\0b", 3);
	assert_int_equal(buf.length, 3);
	assert_memory_equal(buf.text, "a\0b", 4);
}

static void a_taken_buffer_is_empty(void **state)
{
	(void)state;
	KITH_BUF buf = {0};
	kith_buf_add(&buf, "ana");
	KITH_CLEANUP(kith_free) char *text = kith_buf_take(&buf);
	assert_string_equal(text, "ana");
	assert_null(buf.text);
	KITH_CLEANUP(kith_free) char *nothing = kith_buf_take(&buf);
	assert_string_equal(nothing, "");
}

static void a_taken_owner_lets_go(void **state)
{
	(void)state;
	char *owner = kith_strdup("ana");
	char *taken = kith_take(&owner);
	assert_null(owner);
	assert_string_equal(taken, "ana");
	kith_free(taken);
	kith_free(NULL);
}

static void an_error_grows_from_the_inside(void **state)
{
	(void)state;
	struct kith_err err = {0};
	assert_int_equal(kith_fail(&err, KITH_FAULTY, "'%s' is not a date", "x"), KITH_FAULTY);
	assert_int_equal(kith_hint(&err, "write %s", "2026-11-25"), KITH_FAULTY);
	assert_int_equal(kith_within(&err, "%s", "ana.yaml"), KITH_FAULTY);
	assert_string_equal(err.message, "ana.yaml: 'x' is not a date");
	assert_string_equal(err.hint, "write 2026-11-25");
	assert_int_equal(kith_fail(&err, KITH_IO, "again"), KITH_IO);
	assert_string_equal(err.hint, "");
	assert_int_equal(kith_fail(NULL, KITH_USAGE, "unseen"), KITH_USAGE);
}

static void a_failed_call_says_why_and_what_helps(void **state)
{
	(void)state;
	static const struct {
		int number;
		const char *message, *hint;
	} cases[] = {
		{ ENOENT, "cannot open x: No such file or directory", "" },
		{ ENOSPC, "cannot open x: No space left on device", "disk space" },
		{ EACCES, "cannot open x: Permission denied", "permissions" },
		{ EROFS, "cannot open x: Read-only file system", "read-only" },
		{ EMFILE, "cannot open x: Too many open files", "ulimit" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct kith_err err = {0};
		errno = cases[i].number;
		assert_int_equal(kith_fail_errno(&err, KITH_IO, "cannot open %s", "x"), KITH_IO);
		assert_string_equal(err.message, cases[i].message);
		assert_non_null(strstr(err.hint, cases[i].hint));
		assert_int_equal(err.hint[0] != '\0', cases[i].hint[0] != '\0');
	}
	assert_int_equal(kith_fail_errno(NULL, KITH_IO, "unseen"), KITH_IO);
}

static void a_long_message_is_cut_at_a_character(void **state)
{
	(void)state;
	struct kith_err err = {0};
	KITH_BUF text = {0};
	for (int i = 0; i < 400; i++)
		kith_buf_add(&text, "田");
	for (int shift = 0; shift < 3; shift++) {
		kith_fail(&err, KITH_IO, "%.*s%s", shift, "ab", text.text);
		const size_t length = strlen(err.message);
		assert_in_range(length, 1018, 1023);
		assert_int_equal((length - (size_t)(shift < 2 ? shift : 2)) % 3, 0);
		kith_within(&err, "outer");
		assert_in_range(strlen(err.message), 1015, 1023);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(a_finished_arena_can_be_used_again),
		cmocka_unit_test(an_array_grows_in_its_arena),
		cmocka_unit_test(a_buffer_always_ends_with_nul),
		cmocka_unit_test(a_taken_buffer_is_empty),
		cmocka_unit_test(a_taken_owner_lets_go),
		cmocka_unit_test(an_error_grows_from_the_inside),
		cmocka_unit_test(a_failed_call_says_why_and_what_helps),
		cmocka_unit_test(a_long_message_is_cut_at_a_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
