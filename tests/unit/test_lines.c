/* Lines: what two texts share is in order, equal and as much as there is; three texts merge alike from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/lines.h"

static struct kith_buf text_of(const char *text)
{
	return (struct kith_buf){ .text = (char *)(uintptr_t)text, .length = strlen(text) };
}

struct merge_case {
	const char *name, *base, *ours, *theirs;
	const char *ours_preferred, *theirs_preferred; /* the second NULL: clean, the same */
};

static const struct merge_case merges[] = {
	{ "one side changed", "a\nb\nc\n", "a\nB\nc\n", "a\nb\nc\n", "a\nB\nc\n", NULL },
	{ "both changed alike", "a\nb\nc\n", "a\nB\nc\n", "a\nB\nc\n", "a\nB\nc\n", NULL },
	{ "lines far from each other", "a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "A\nb\nC\n", NULL },
	{ "lines that touch, each changed on one side", "a\nb\nc\n", "A\nb\nc\n", "a\nB\nc\n", "A\nB\nc\n", NULL },
	{ "of lines that touch both changed one", "a\nb\nc\n", "A\nb\nc\n", "x\nB\nc\n", "A\nB\nc\n", "x\nB\nc\n" },
	{ "lines that touch are one change where there are more", "a\nb\nc\n", "A\nb\nc\n", "a\nB\nC\nc\n", "A\nb\nc\n", "a\nB\nC\nc\n" },
	{ "both add at the end", "a\n", "a\nb\n", "a\nc\n", "a\nb\n", "a\nc\n" },
	{ "removed here and changed there", "a\nb\nc\n", "a\nc\n", "a\nB\nc\n", "a\nc\n", "a\nB\nc\n" },
	{ "added at the start and at the end", "a\nb\n", "x\na\nb\n", "a\nb\ny\n", "x\na\nb\ny\n", NULL },
	{ "a last line feed goes missing", "a\nb\nc\n", "a\nb\nc", "A\nb\nc\n", "A\nb\nc", NULL },
	{ "nothing to begin with", "", "a\n", "b\n", "a\n", "b\n" },
	{ "everything goes", "a\nb\n", "", "a\nb\n", "", NULL },
	{ "empty on all sides", "", "", "", "", NULL },
};

static void merges_as_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < kith_count(merges); i++) {
		const struct merge_case *test = &merges[i];
		const struct kith_buf base = text_of(test->base), ours = text_of(test->ours), theirs = text_of(test->theirs);
		const char *other = test->theirs_preferred ? test->theirs_preferred : test->ours_preferred;
		KITH_BUF one = { 0 }, two = { 0 }, three = { 0 };
		assert_int_equal(kith_lines_merge(&base, &ours, &theirs, KITH_LINES_OURS, &one), !test->theirs_preferred);
		assert_string_equal(kith_buf_text(&one), test->ours_preferred);
		(void)kith_lines_merge(&base, &ours, &theirs, KITH_LINES_THEIRS, &two);
		assert_string_equal(kith_buf_text(&two), other);
		(void)kith_lines_merge(&base, &theirs, &ours, KITH_LINES_THEIRS, &three);
		assert_string_equal(kith_buf_text(&three), test->ours_preferred);
	}
}

static void both_stay_where_both_only_put_in_lines(void **state)
{
	(void)state;
	const struct kith_buf base = text_of("a\nz"), ours = text_of("a\nb\nz"), theirs = text_of("a\nc\nz"), more = text_of("a\nc\nZ");
	KITH_BUF one = { 0 }, other = { 0 }, overlap = { 0 };
	assert_true(kith_lines_merge(&base, &ours, &theirs, KITH_LINES_OURS | KITH_LINES_BOTH, &one));
	assert_string_equal(kith_buf_text(&one), "a\nb\nc\nz");
	assert_true(kith_lines_merge(&base, &theirs, &ours, KITH_LINES_THEIRS | KITH_LINES_BOTH, &other));
	assert_string_equal(kith_buf_text(&other), "a\nb\nc\nz");
	assert_false(kith_lines_merge(&base, &ours, &more, KITH_LINES_OURS | KITH_LINES_BOTH, &overlap));
	assert_string_equal(kith_buf_text(&overlap), "a\nb\nz");
}

static uint32_t random_state = 20261122;
static uint32_t dice(uint32_t sides)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % sides;
}

static void random_text(struct kith_buf *out, uint32_t letters)
{
	kith_buf_clear(out);
	kith_buf_add(out, "");
	for (uint32_t count = dice(14); count; count--) {
		kith_buf_add_char(out, (char)('a' + dice(letters)));
		if (dice(8))
			kith_buf_add_char(out, '\n');
	}
}

/* The length of the longest common subsequence, by the textbook. */
static size_t most_in_common(const struct kith_lines *one, const struct kith_lines *other)
{
	size_t table[32][32] = { 0 };
	for (size_t i = 0; i < one->count; i++)
		for (size_t j = 0; j < other->count; j++) {
			const size_t skip = table[i][j + 1] > table[i + 1][j] ? table[i][j + 1] : table[i + 1][j];
			table[i + 1][j + 1] = one->list[i].same == other->list[j].same ? table[i][j] + 1 : skip;
		}
	return table[one->count][other->count];
}

static void matches_are_in_order_equal_and_as_many_as_there_are(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		KITH_ARENA arena = { 0 };
		KITH_BUF one = { 0 }, other = { 0 };
		random_text(&one, 2 + dice(4));
		random_text(&other, 2 + dice(4));
		struct kith_lines lines[2];
		kith_lines_split((const struct kith_buf *const[]){ &one, &other }, 2, &arena, lines);
		const int32_t *match = kith_lines_match(&lines[0], &lines[1], &arena);
		size_t matched = 0;
		for (size_t i = 0; i < lines[0].count; i++) {
			if (match[i] < 0)
				continue;
			matched++;
			assert_true((size_t)match[i] < lines[1].count);
			assert_int_equal(lines[0].list[i].same, lines[1].list[match[i]].same);
			for (size_t j = i + 1; j < lines[0].count; j++)
				assert_true(match[j] < 0 || match[j] > match[i]);
		}
		assert_int_equal(matched, most_in_common(&lines[0], &lines[1]));
	}
}

static void merging_is_the_same_from_both_sides(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		KITH_BUF base = { 0 }, ours = { 0 }, theirs = { 0 }, one = { 0 }, other = { 0 };
		random_text(&base, 4);
		random_text(&ours, 4);
		random_text(&theirs, 4);
		const bool clean = kith_lines_merge(&base, &ours, &theirs, KITH_LINES_OURS, &one);
		assert_int_equal(kith_lines_merge(&base, &theirs, &ours, KITH_LINES_THEIRS, &other), clean);
		assert_string_equal(kith_buf_text(&one), kith_buf_text(&other));
		kith_buf_clear(&one);
		assert_true(kith_lines_merge(&base, &base, &theirs, KITH_LINES_OURS, &one));
		assert_string_equal(kith_buf_text(&one), kith_buf_text(&theirs));
	}
}

static void very_different_texts_end_in_time(void **state)
{
	(void)state;
	KITH_BUF base = { 0 }, ours = { 0 }, out = { 0 };
	kith_buf_add(&base, "first\n");
	kith_buf_add(&ours, "first\n");
	for (unsigned i = 0; i < 20000; i++) {
		kith_buf_addf(&base, "old %u\n", i);
		kith_buf_addf(&ours, "new %u\n", i);
	}
	kith_buf_add(&base, "last\n");
	kith_buf_add(&ours, "last\n");
	assert_true(kith_lines_merge(&base, &ours, &base, KITH_LINES_OURS, &out));
	assert_string_equal(kith_buf_text(&out), kith_buf_text(&ours));
}

/* Far more changes than are looked for at once, but each is small and what is around it is there once. */
static void thousands_of_changes_apart_are_all_merged(void **state)
{
	(void)state;
	KITH_BUF base = { 0 }, ours = { 0 }, theirs = { 0 }, want = { 0 }, out = { 0 };
	for (unsigned i = 0; i < 20000; i++) {
		kith_buf_addf(&base, "line %u\n\n", i);
		kith_buf_addf(&ours, i % 6 == 0 ? "line %u\nours\n\n" : "line %u\n\n", i);
		kith_buf_addf(&theirs, i % 6 == 3 ? "line %u\ntheirs\n\n" : "line %u\n\n", i);
		kith_buf_addf(&want, i % 6 == 0 ? "line %u\nours\n\n" : i % 6 == 3 ? "line %u\ntheirs\n\n" : "line %u\n\n", i);
	}
	assert_true(kith_lines_merge(&base, &ours, &theirs, KITH_LINES_OURS, &out));
	assert_string_equal(kith_buf_text(&out), kith_buf_text(&want));
}

/* Each row between two lines that are there once differs in more lines than are looked for, and none of them is. */
static void texts_that_are_made_to_take_long_end_in_time(void **state)
{
	(void)state;
	KITH_BUF base = { 0 }, ours = { 0 }, theirs = { 0 }, one = { 0 }, other = { 0 };
	for (unsigned i = 0; i < 60; i++) {
		kith_buf_addf(&base, "mark %u\n", i);
		kith_buf_addf(&ours, "mark %u\n", i);
		kith_buf_addf(&theirs, "mark %u\n", i);
		for (unsigned j = 0; j < 3000; j++) {
			kith_buf_add(&base, dice(2) ? "a\n" : "b\n");
			kith_buf_add(&ours, dice(2) ? "c\n" : "d\n");
			kith_buf_add(&theirs, dice(2) ? "a\n" : "e\n");
		}
	}
	(void)kith_lines_merge(&base, &ours, &theirs, KITH_LINES_OURS, &one);
	(void)kith_lines_merge(&base, &theirs, &ours, KITH_LINES_THEIRS, &other);
	assert_string_equal(kith_buf_text(&one), kith_buf_text(&other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_as_the_table_says),
		cmocka_unit_test(both_stay_where_both_only_put_in_lines),
		cmocka_unit_test(matches_are_in_order_equal_and_as_many_as_there_are),
		cmocka_unit_test(merging_is_the_same_from_both_sides),
		cmocka_unit_test(very_different_texts_end_in_time),
		cmocka_unit_test(thousands_of_changes_apart_are_all_merged),
		cmocka_unit_test(texts_that_are_made_to_take_long_end_in_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
