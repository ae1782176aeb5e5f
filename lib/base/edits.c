#include "lib/base/text.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/unicode.h"

struct characters {
	int32_t *at;
	size_t count;
};

static struct characters characters_of(struct kith_arena *arena, const char *text)
{
	const size_t length = strlen(text);
	struct characters found = { kith_arena_alloc(arena, (length + 1) * sizeof(int32_t)), 0 };
	for (size_t at = 0; at < length;)
		at += kith_decode(text + at, length - at, &found.at[found.count++]);
	return found;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* One row of the table of distances: between the first `row` characters of
 * `one` and each start of `other`, from the two rows before.  Returns its least. */
static unsigned fill_row(unsigned *now, const unsigned *above, const unsigned *above2, struct characters one,
                         struct characters other, size_t row)
{
	unsigned smallest = now[0] = (unsigned)row;
	for (size_t column = 1; column <= other.count; column++) {
		const bool same = one.at[row - 1] == other.at[column - 1];
		const bool swapped = row > 1 && column > 1 && one.at[row - 1] == other.at[column - 2] &&
		                     one.at[row - 2] == other.at[column - 1];
		unsigned edits = above[column - 1] + !same;
		edits = least(edits, above[column] + 1);
		edits = least(edits, now[column - 1] + 1);
		if (swapped)
			edits = least(edits, above2[column - 2] + 1);
		now[column] = edits;
		smallest = least(smallest, edits);
	}
	return smallest;
}

unsigned kith_edits(const char *one, const char *other, unsigned limit)
{
	const size_t one_count = kith_characters(one, strlen(one)), other_count = kith_characters(other, strlen(other));
	const size_t difference = one_count > other_count ? one_count - other_count : other_count - one_count;
	if (difference > limit)
		return limit + 1;
	KITH_ARENA arena = {0};
	const struct characters from = characters_of(&arena, one), to = characters_of(&arena, other);
	unsigned *rows[3];
	for (size_t i = 0; i < kith_count(rows); i++)
		rows[i] = kith_arena_alloc(&arena, (to.count + 1) * sizeof(unsigned));
	for (size_t column = 0; column <= to.count; column++)
		rows[0][column] = (unsigned)column;
	for (size_t row = 1; row <= from.count; row++) {
		unsigned *now = rows[row % 3];
		const unsigned *above = rows[(row - 1) % 3], *above2 = rows[(row + 1) % 3];
		if (fill_row(now, above, above2, from, to, row) > limit)
			return limit + 1;
	}
	return least(rows[from.count % 3][to.count], limit + 1);
}

const char *kith_did_you_mean(const char *text, const char *const *candidates, size_t count)
{
	KITH_BUF wanted = {0};
	kith_fold(&wanted, text, strlen(text));
	const size_t length = kith_characters(kith_buf_text(&wanted), wanted.length);
	unsigned limit = length / 3 ? (unsigned)(length / 3) : 1;
	const char *nearest = NULL;
	KITH_BUF candidate = {0};
	for (size_t i = 0; i < count && length > 0; i++) {
		kith_buf_clear(&candidate);
		kith_fold(&candidate, candidates[i], strlen(candidates[i]));
		const unsigned edits = kith_edits(wanted.text, kith_buf_text(&candidate), limit);
		if (edits > limit || edits >= length)
			continue; /* too far, or nothing in common */
		nearest = candidates[i];
		if (edits == 0)
			break;
		limit = edits - 1; /* the next must be nearer */
	}
	return nearest;
}
