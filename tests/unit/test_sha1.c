/* SHA-1: the published examples, however the bytes come, and the names that git gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/memory.h"
#include "lib/base/sha1.h"

static const struct {
	const char *text;
	size_t times;
	const char *digits;
} examples[] = {
	{ "", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
	{ "abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
	{ "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", 1,
	  "a49b2446a02c645bf419f995b67091253a04a259" },
	{ "a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f" },
	{ "0123456701234567012345670123456701234567012345670123456701234567", 10, "dea356a2cddd90c7a7ecedc5ebb563934f460452" },
};

static void test_the_published_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < kith_count(examples); i++) {
		struct kith_sha1 sha1;
		char digits[KITH_SHA1_DIGITS + 1];
		kith_sha1_begin(&sha1);
		for (size_t j = 0; j < examples[i].times; j++)
			kith_sha1_add(&sha1, examples[i].text, strlen(examples[i].text));
		kith_sha1_end(&sha1, digits);
		assert_string_equal(digits, examples[i].digits);
	}
}

static void digest_in_parts(const char *bytes, size_t length, size_t part, char digits[KITH_SHA1_DIGITS + 1])
{
	struct kith_sha1 sha1;
	kith_sha1_begin(&sha1);
	for (size_t at = 0; at < length; at += part)
		kith_sha1_add(&sha1, bytes + at, length - at < part ? length - at : part);
	kith_sha1_end(&sha1, digits);
}

static void test_it_does_not_matter_in_which_parts_the_bytes_come(void **state)
{
	(void)state;
	char bytes[300], whole[KITH_SHA1_DIGITS + 1], parts[KITH_SHA1_DIGITS + 1];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7);
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		digest_in_parts(bytes, length, sizeof(bytes), whole);
		for (size_t part = 1; part < 130; part += 9) {
			digest_in_parts(bytes, length, part, parts);
			assert_string_equal(parts, whole);
		}
	}
}

static void test_a_blob_is_called_as_git_calls_it(void **state)
{
	(void)state;
	static const char with_nul[] = "a\0b\n";
	char digits[KITH_SHA1_DIGITS + 1];
	kith_git_blob_id("", 0, digits);
	assert_string_equal(digits, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
	kith_git_blob_id("hello\n", 6, digits);
	assert_string_equal(digits, "ce013625030ba8dba906f756967f9e9ca394464a");
	kith_git_blob_id(with_nul, sizeof(with_nul) - 1, digits);
	assert_string_equal(digits, "1a23e4be731d2f539deeea324686d000ccdfbfcd");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_published_examples),
		cmocka_unit_test(test_it_does_not_matter_in_which_parts_the_bytes_come),
		cmocka_unit_test(test_a_blob_is_called_as_git_calls_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
