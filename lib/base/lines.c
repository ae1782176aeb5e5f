#include "lib/base/lines.h"

#include <stdlib.h>
#include <string.h>

/* All that is matched takes some tenths of a second at most, whatever the texts are. */
enum { MOST_STEPS = 16 << 20, DEEPEST = 4 };

/* --- taking apart --- */

struct table {
	uint32_t *slots; /* index + 1 into known */
	size_t size;     /* a power of two */
	const struct kith_line **known;
	uint32_t count;
};

static uint64_t hash_of(const char *text, size_t length)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
	return hash ^ hash >> 29;
}

static uint32_t number_of(struct table *table, const struct kith_line *line)
{
	for (size_t at = hash_of(line->text, line->length);; at++) {
		uint32_t *slot = &table->slots[at & (table->size - 1)];
		if (!*slot) {
			table->known[table->count] = line;
			*slot = ++table->count;
			return table->count;
		}
		const struct kith_line *known = table->known[*slot - 1];
		if (known->length == line->length && memcmp(known->text, line->text, line->length) == 0)
			return *slot;
	}
}

static size_t count_lines(const struct kith_buf *text)
{
	size_t count = 1;
	for (const char *at = kith_buf_text(text), *const end = at + text->length; (at = memchr(at, '\n', (size_t)(end - at))); at++)
		count++;
	return count;
}

static void split(const struct kith_buf *text, struct table *table, struct kith_lines *out)
{
	const char *at = kith_buf_text(text), *const end = at + text->length;
	for (size_t i = 0; i < out->count; i++) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		struct kith_line *line = &out->list[i];
		*line = (struct kith_line){ .text = at, .length = (size_t)((feed ? feed : end) - at) };
		line->same = number_of(table, line);
		at = feed ? feed + 1 : end;
	}
}

void kith_lines_split(const struct kith_buf *const *texts, size_t count, struct kith_arena *arena, struct kith_lines *out)
{
	size_t total = 0;
	for (size_t i = 0; i < count; i++)
		total += out[i].count = count_lines(texts[i]);
	struct table table = { .size = 16 };
	while (table.size < total * 2)
		table.size *= 2;
	table.slots = kith_alloc(table.size * sizeof(*table.slots));
	table.known = kith_alloc((total + 1) * sizeof(*table.known));
	for (size_t i = 0; i < count; i++) {
		out[i].list = kith_arena_alloc(arena, (out[i].count + 1) * sizeof(*out[i].list));
		split(texts[i], &table, &out[i]);
	}
	kith_free(table.slots);
	kith_free(table.known);
}

/* --- what two have in common --- */

/* A stretch of one text and one of the other. */
struct stretch {
	int32_t from_one, to_one, from_other, to_other;
};

struct matching {
	const struct kith_line *one, *other;
	int32_t *match;
	int64_t steps_left; /* of Myers' algorithm, in all */
};

/* The furthest x on diagonal k (x - y) after round d, whose rounds[d] holds those of -d … d. */
static int32_t reached_on(int32_t *const *rounds, int32_t d, int32_t k)
{
	return k < -d || k > d ? -1 : rounds[d][d + k];
}

/* Whether round d came to diagonal k by leaving out a line of the other (from k + 1), else one of the first. */
static bool came_down(int32_t *const *rounds, int32_t d, int32_t k)
{
	return k == -d || (k != d && reached_on(rounds, d - 1, k - 1) < reached_on(rounds, d - 1, k + 1));
}

static void walk_back(struct matching *matching, const struct stretch *stretch, int32_t *const *rounds, int32_t d)
{
	int32_t x = stretch->to_one - stretch->from_one, y = stretch->to_other - stretch->from_other;
	for (; d >= 0; d--) {
		const bool down = d && came_down(rounds, d, x - y);
		const int32_t from = d ? reached_on(rounds, d - 1, x - y + (down ? 1 : -1)) : 0;
		const int32_t begin = !d || down ? from : from + 1; /* of the run of equal lines */
		while (x > begin) {
			x--, y--;
			matching->match[stretch->from_one + x] = stretch->from_other + y;
		}
		if (d && down)
			y--;
		else
			x--;
	}
}

/* Myers' greedy algorithm.  False, with nothing matched: it takes more than KITH_LINES_EFFORT rounds, or all steps are used up. */
static bool match_greedily(struct matching *matching, const struct stretch *stretch)
{
	const struct kith_line *one = matching->one + stretch->from_one, *other = matching->other + stretch->from_other;
	const int32_t n = stretch->to_one - stretch->from_one, m = stretch->to_other - stretch->from_other;
	const int32_t most = n + m < KITH_LINES_EFFORT ? n + m : KITH_LINES_EFFORT;
	KITH_ARENA arena = { 0 };
	int32_t **rounds = kith_arena_alloc(&arena, (size_t)(most + 1) * sizeof(*rounds));
	for (int32_t d = 0; d <= most && matching->steps_left > 0; d++) {
		rounds[d] = kith_arena_alloc(&arena, (size_t)(2 * d + 1) * sizeof(**rounds));
		matching->steps_left -= d + 1;
		for (int32_t k = -d; k <= d; k += 2) {
			int32_t x = 0;
			if (d)
				x = came_down(rounds, d, k) ? reached_on(rounds, d - 1, k + 1) : reached_on(rounds, d - 1, k - 1) + 1;
			while (x < n && x - k < m && x - k >= 0 && one[x].same == other[x - k].same)
				x++;
			rounds[d][d + k] = x;
			if (x >= n && x - k >= m) {
				walk_back(matching, stretch, rounds, d);
				return true;
			}
		}
	}
	return false;
}

/* --- dividing what differs in many lines --- */

struct place {
	uint32_t same;
	int32_t at;
};

static int by_line(const void *one, const void *other)
{
	const struct place *a = one, *b = other;
	return a->same != b->same ? (a->same < b->same ? -1 : 1) : a->at < b->at ? -1 : a->at > b->at;
}

static struct place *places_of(const struct kith_line *lines, int32_t from, int32_t to, struct kith_arena *arena)
{
	struct place *places = kith_arena_alloc(arena, (size_t)(to - from + 1) * sizeof(*places));
	for (int32_t at = from; at < to; at++)
		places[at - from] = (struct place){ .same = lines[at].same, .at = at };
	qsort(places, (size_t)(to - from), sizeof(*places), by_line);
	return places;
}

/* Match the lines that each has once, as far as they are in the same order: the longest rising row of their places (Fredman 1975). */
static size_t match_rare(struct matching *matching, const struct stretch *stretch, int32_t *rare, struct kith_arena *arena)
{
	const size_t n = (size_t)(stretch->to_one - stretch->from_one), m = (size_t)(stretch->to_other - stretch->from_other);
	const struct place *a = places_of(matching->one, stretch->from_one, stretch->to_one, arena);
	const struct place *b = places_of(matching->other, stretch->from_other, stretch->to_other, arena);
	for (size_t i = 0, j = 0; i < n;) {
		size_t end = i + 1, first = 0, last = 0;
		while (end < n && a[end].same == a[i].same)
			end++;
		while (j < m && b[j].same < a[i].same)
			j++;
		for (first = last = j; last < m && b[last].same == a[i].same;)
			last++;
		if (end == i + 1 && last == first + 1)
			rare[a[i].at - stretch->from_one] = b[first].at;
		i = end;
		j = last;
	}
	/* ends[length]: the line at which the row of that length with the smallest end ends. */
	int32_t *ends = kith_arena_alloc(arena, (n + 1) * sizeof(*ends)), *before = kith_arena_alloc(arena, (n + 1) * sizeof(*before));
	size_t longest = 0;
	for (size_t i = 0; i < n; i++) {
		if (rare[i] < 0)
			continue;
		size_t low = 0, high = longest;
		while (low < high) {
			const size_t middle = low + (high - low) / 2;
			if (rare[ends[middle]] < rare[i])
				low = middle + 1;
			else
				high = middle;
		}
		before[i] = low ? ends[low - 1] : -1;
		ends[low] = (int32_t)i;
		longest += low == longest;
	}
	for (int32_t at = longest ? ends[longest - 1] : -1; at >= 0; at = before[at])
		matching->match[stretch->from_one + at] = rare[at];
	return longest;
}

static void match_stretch(struct matching *matching, struct stretch stretch, int depth);

/* What is between two lines that are matched. */
static void match_between(struct matching *matching, const struct stretch *stretch, int depth)
{
	struct stretch next = { .from_one = stretch->from_one, .from_other = stretch->from_other };
	for (int32_t at = stretch->from_one; at <= stretch->to_one; at++) {
		const bool last = at == stretch->to_one;
		const int32_t there = last ? stretch->to_other : matching->match[at];
		if (there < 0)
			continue;
		next.to_one = at;
		next.to_other = there;
		match_stretch(matching, next, depth);
		/* The stretch may have matched lines up to here: what counts is where the next one begins. */
		next.from_one = at + 1;
		next.from_other = there + 1;
	}
}

static void match_stretch(struct matching *matching, struct stretch stretch, int depth)
{
	const struct kith_line *one = matching->one, *other = matching->other;
	while (stretch.from_one < stretch.to_one && stretch.from_other < stretch.to_other &&
	       one[stretch.from_one].same == other[stretch.from_other].same)
		matching->match[stretch.from_one++] = stretch.from_other++;
	while (stretch.from_one < stretch.to_one && stretch.from_other < stretch.to_other &&
	       one[stretch.to_one - 1].same == other[stretch.to_other - 1].same)
		matching->match[--stretch.to_one] = --stretch.to_other;
	if (stretch.from_one == stretch.to_one || stretch.from_other == stretch.to_other || match_greedily(matching, &stretch) ||
	    depth == DEEPEST)
		return;
	KITH_ARENA arena = { 0 };
	const size_t length = (size_t)(stretch.to_one - stretch.from_one);
	int32_t *rare = kith_arena_alloc(&arena, length * sizeof(*rare));
	memset(rare, 0xFF, length * sizeof(*rare));
	if (match_rare(matching, &stretch, rare, &arena))
		match_between(matching, &stretch, depth + 1);
}

const int32_t *kith_lines_match(const struct kith_lines *one, const struct kith_lines *other, struct kith_arena *arena)
{
	int32_t *match = kith_arena_alloc(arena, (one->count + 1) * sizeof(*match));
	for (size_t i = 0; i < one->count; i++)
		match[i] = -1;
	struct matching matching = { .one = one->list, .other = other->list, .match = match, .steps_left = MOST_STEPS };
	match_stretch(&matching, (struct stretch){ .to_one = (int32_t)one->count, .to_other = (int32_t)other->count }, 0);
	return match;
}

/* --- three --- */

struct merging {
	struct kith_lines base, ours, theirs;
	const int32_t *to_ours, *to_theirs;
	bool theirs_first, both;
	struct kith_buf *out;
	bool first, clean;
};

static void put_lines(struct merging *merging, const struct kith_lines *lines, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (!merging->first)
			kith_buf_add_char(merging->out, '\n');
		merging->first = false;
		kith_buf_add_bytes(merging->out, lines->list[i].text, lines->list[i].length);
	}
}

static bool same_lines(const struct kith_lines *one, size_t one_from, size_t one_to, const struct kith_lines *other,
                       size_t other_from, size_t other_to)
{
	if (one_to - one_from != other_to - other_from)
		return false;
	for (size_t i = 0; i < one_to - one_from; i++)
		if (one->list[one_from + i].same != other->list[other_from + i].same)
			return false;
	return true;
}

static void merge_chunk(struct merging *merging, const size_t from[3], const size_t to[3]);

/* Where each has as many lines, one is merged after the other. */
static bool merge_line_by_line(struct merging *merging, const size_t from[3], const size_t to[3])
{
	const size_t count = to[0] - from[0];
	if (count < 2 || to[1] - from[1] != count || to[2] - from[2] != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		const size_t here[3] = { from[0] + i, from[1] + i, from[2] + i }, next[3] = { here[0] + 1, here[1] + 1, here[2] + 1 };
		merge_chunk(merging, here, next);
	}
	return true;
}

/* Between two places where all three agree. */
static void merge_chunk(struct merging *merging, const size_t from[3], const size_t to[3])
{
	const struct kith_lines *base = &merging->base, *ours = &merging->ours, *theirs = &merging->theirs;
	const bool ours_same = same_lines(base, from[0], to[0], ours, from[1], to[1]);
	const bool theirs_same = same_lines(base, from[0], to[0], theirs, from[2], to[2]);
	const bool alike = same_lines(ours, from[1], to[1], theirs, from[2], to[2]);
	const bool overlap = !ours_same && !theirs_same && !alike;
	if (overlap && merge_line_by_line(merging, from, to))
		return;
	const bool both = overlap && merging->both && from[0] == to[0];
	merging->clean &= !overlap || both;
	if (both && merging->theirs_first)
		put_lines(merging, theirs, from[2], to[2]);
	if (alike || theirs_same || (overlap && (both || !merging->theirs_first)))
		put_lines(merging, ours, from[1], to[1]);
	if (!alike && !theirs_same && (!overlap || (both ? !merging->theirs_first : merging->theirs_first)))
		put_lines(merging, theirs, from[2], to[2]);
}

static void merge_chunks(struct merging *merging)
{
	size_t from[3] = { 0, 0, 0 };
	for (size_t at = 0; at < merging->base.count; at++) {
		const int32_t a = merging->to_ours[at], b = merging->to_theirs[at];
		if (a < 0 || b < 0)
			continue;
		const size_t to[3] = { at, (size_t)a, (size_t)b };
		merge_chunk(merging, from, to);
		put_lines(merging, &merging->base, at, at + 1);
		from[0] = to[0] + 1;
		from[1] = to[1] + 1;
		from[2] = to[2] + 1;
	}
	merge_chunk(merging, from, (const size_t[3]){ merging->base.count, merging->ours.count, merging->theirs.count });
}

bool kith_lines_merge(const struct kith_buf *base, const struct kith_buf *ours, const struct kith_buf *theirs,
                      enum kith_lines_prefer prefer, struct kith_buf *out)
{
	KITH_ARENA arena = { 0 };
	struct kith_lines lines[3];
	kith_lines_split((const struct kith_buf *const[]){ base, ours, theirs }, 3, &arena, lines);
	struct merging merging = {
		.base = lines[0],
		.ours = lines[1],
		.theirs = lines[2],
		.to_ours = kith_lines_match(&lines[0], &lines[1], &arena),
		.to_theirs = kith_lines_match(&lines[0], &lines[2], &arena),
		.theirs_first = prefer & KITH_LINES_THEIRS,
		.both = prefer & KITH_LINES_BOTH,
		.out = out,
		.first = true,
		.clean = true,
	};
	merge_chunks(&merging);
	return merging.clean;
}
