#include "lib/base/lines.h"

#include <string.h>

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

struct matching {
	const struct kith_line *one, *other; /* what is left between the common beginning and end */
	int32_t n, m;
	int32_t offset_one, offset_other;
	int32_t *match;
};

static void note_match(struct matching *matching, int32_t x, int32_t y)
{
	matching->match[matching->offset_one + x] = matching->offset_other + y;
}

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

static void walk_back(struct matching *matching, int32_t *const *rounds, int32_t d)
{
	int32_t x = matching->n, y = matching->m;
	for (; d >= 0; d--) {
		const bool down = d && came_down(rounds, d, x - y);
		const int32_t from = d ? reached_on(rounds, d - 1, x - y + (down ? 1 : -1)) : 0;
		const int32_t begin = !d || down ? from : from + 1; /* of the run of equal lines */
		while (x > begin)
			x--, y--, note_match(matching, x, y);
		if (d && down)
			y--;
		else
			x--;
	}
}

/* Myers' greedy algorithm.  Gives up, with nothing matched, after KITH_LINES_EFFORT rounds. */
static void match_middle(struct matching *matching)
{
	const int32_t n = matching->n, m = matching->m;
	if (!n || !m)
		return;
	KITH_ARENA arena = { 0 };
	int32_t **rounds = kith_arena_alloc(&arena, (KITH_LINES_EFFORT + 1) * sizeof(*rounds));
	for (int32_t d = 0; d <= KITH_LINES_EFFORT && d <= n + m; d++) {
		rounds[d] = kith_arena_alloc(&arena, (size_t)(2 * d + 1) * sizeof(**rounds));
		for (int32_t k = -d; k <= d; k += 2) {
			int32_t x = 0;
			if (d)
				x = came_down(rounds, d, k) ? reached_on(rounds, d - 1, k + 1) : reached_on(rounds, d - 1, k - 1) + 1;
			while (x < n && x - k < m && x - k >= 0 && matching->one[x].same == matching->other[x - k].same)
				x++;
			rounds[d][d + k] = x;
			if (x >= n && x - k >= m) {
				walk_back(matching, rounds, d);
				return;
			}
		}
	}
}

const int32_t *kith_lines_match(const struct kith_lines *one, const struct kith_lines *other, struct kith_arena *arena)
{
	int32_t *match = kith_arena_alloc(arena, (one->count + 1) * sizeof(*match));
	for (size_t i = 0; i < one->count; i++)
		match[i] = -1;
	size_t begin = 0, end = 0;
	const size_t least = one->count < other->count ? one->count : other->count;
	for (; begin < least && one->list[begin].same == other->list[begin].same; begin++)
		match[begin] = (int32_t)begin;
	for (; end < least - begin && one->list[one->count - 1 - end].same == other->list[other->count - 1 - end].same; end++)
		match[one->count - 1 - end] = (int32_t)(other->count - 1 - end);
	struct matching matching = {
		.one = one->list + begin,
		.other = other->list + begin,
		.n = (int32_t)(one->count - begin - end),
		.m = (int32_t)(other->count - begin - end),
		.offset_one = (int32_t)begin,
		.offset_other = (int32_t)begin,
		.match = match,
	};
	match_middle(&matching);
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
