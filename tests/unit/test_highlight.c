/* Where the words of a query stand in a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/highlight.h"
#include "lib/base/text.h"

/* The line with every match in brackets. */
static void check(const char *line, const char *const *typed, size_t count, const char *want)
{
	KITH_ARENA arena = { 0 };
	KITH_BUF out = { 0 };
	const char *words[4];
	for (size_t i = 0; i < count; i++) {
		KITH_BUF folded = { 0 }, split = { 0 };
		kith_fold(&folded, typed[i], strlen(typed[i]));
		kith_fold_words(&split, kith_buf_text(&folded), folded.length);
		words[i] = kith_arena_strdup(&arena, kith_buf_text(&split));
	}
	const size_t length = strlen(line);
	for (size_t at = 0, end; at < length; at = end) {
		const size_t found = kith_highlight_next(line, length, at, words, count, &end);
		if (found == SIZE_MAX) {
			kith_buf_add(&out, line + at);
			break;
		}
		assert_true(found >= at && end > found && end <= length);
		kith_buf_add_bytes(&out, line + at, found - at);
		kith_buf_add_char(&out, '[');
		kith_buf_add_bytes(&out, line + found, end - found);
		kith_buf_add_char(&out, ']');
	}
	assert_string_equal(kith_buf_text(&out), want);
}

#define CHECK(line, want, ...)                                                                                         \
	check(line, (const char *const[]){ __VA_ARGS__ },                                                              \
	      sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *), want)

static void words_are_found_by_their_beginnings(void **state)
{
	(void)state;
	CHECK("the trail map", "the [trail] map", "trail");
	CHECK("the trail map", "the [tra]il map", "tra");
	CHECK("retrain trainers", "retrain [train]ers", "train");
	CHECK("nothing here", "nothing here", "trail");
}

static void phrases_are_found_whole(void **state)
{
	(void)state;
	CHECK("the trail,  map and trail", "the [trail,  map] and trail", "trail map");
	CHECK("a map, a trail", "a [map], a [trail]", "trail", "map");
}

static void accents_and_case_do_not_matter(void **state)
{
	(void)state;
	CHECK("Mar\xC3\xAD"
	      "a GARC\xC3\x8D"
	      "A",
	      "[Mar\xC3\xAD"
	      "a] [GARC\xC3\x8D"
	      "A]",
	      "maria", "garcia");
	CHECK("Jose\xCC\x81 y", "[Jose]\xCC\x81 y", "jos\xC3\xA9");
	CHECK("Stra\xC3\x9F"
	      "e",
	      "[Stra\xC3\x9F"
	      "e]",
	      "strasse");
	CHECK("\xC5\x81\xC3\xB3"
	      "d\xC5\xBA",
	      "[\xC5\x81\xC3\xB3"
	      "d\xC5\xBA]",
	      "lodz");
}

static void scripts_without_blanks_are_found_inside(void **state)
{
	(void)state;
	CHECK("\xE7\x94\xB0\xE4\xB8\xAD\xE7\x94\xB1\xE7\xB4\x80", "\xE7\x94\xB0\xE4\xB8\xAD[\xE7\x94\xB1\xE7\xB4\x80]",
	      "\xE7\x94\xB1\xE7\xB4\x80");
}

static void bytes_that_are_no_text_do_no_harm(void **state)
{
	(void)state;
	CHECK("\xFF\xC3 trail \xE2\x80", "\xFF\xC3 [trail] \xE2\x80", "trail");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_found_by_their_beginnings),
		cmocka_unit_test(phrases_are_found_whole),
		cmocka_unit_test(accents_and_case_do_not_matter),
		cmocka_unit_test(scripts_without_blanks_are_found_inside),
		cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
