/* Texts as lines: which lines two of them share, and the merge of three (diff3).
 *
 * A text is taken apart at its line feeds: "a\nb\n" is the lines "a", "b" and "", so that a missing last line feed is a
 * difference like any other.  The longest common subsequence is Myers' ("An O(ND) Difference Algorithm and Its Variations", 1986), after common
 * beginnings and ends; texts that differ in more than KITH_LINES_EFFORT lines are divided at the lines that each of the two has once, and what then still
 * differs in so many counts as different.  Nothing depends on anything but the texts. */
#ifndef KITH_LINES_H
#define KITH_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/memory.h"

struct kith_line {
	const char *text;
	size_t length; /* without the line feed */
	uint32_t same; /* equal for equal lines of all texts that were split with one kith_lines */
};

struct kith_lines {
	struct kith_line *list;
	size_t count;
};

enum { KITH_LINES_EFFORT = 1000 };

/* Take several texts apart together.  Lists are in the arena, lines point into the texts.  `count` lists in `out`. */
void kith_lines_split(const struct kith_buf *const *texts, size_t count, struct kith_arena *, struct kith_lines *out);

/* For each line of `one` the line of `other` it is matched with, in order, or -1.  In the arena. */
const int32_t *kith_lines_match(const struct kith_lines *one, const struct kith_lines *other, struct kith_arena *);

enum kith_lines_prefer {
	KITH_LINES_OURS,
	KITH_LINES_THEIRS,
	KITH_LINES_BOTH = 2, /* with one of them: where both only put in lines, both stay, those of the preferred one first */
};

/* Append the merge of three texts; where both changed the same lines those of the preferred one are taken.  True if that never happened.  Lines
 * that touch are the same lines, but where both sides have as many of them as the base: each is then merged by itself.
 * With ours and theirs exchanged, and the preference too, the result is the same. */
bool kith_lines_merge(const struct kith_buf *base, const struct kith_buf *ours, const struct kith_buf *theirs, enum kith_lines_prefer,
                      struct kith_buf *out);

#endif
