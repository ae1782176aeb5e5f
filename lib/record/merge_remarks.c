#include "lib/record/merge_remarks.h"

#include <stdlib.h>
#include <string.h>

#include "lib/record/spans.h"

enum { MOST_LINES = 50 }; /* to look down for what a comment was written above */

struct piece {
	const char *text;
	size_t length;
	size_t start; /* in its document */
	size_t line;  /* where it is to go: the start of a line of the merged text */
};
struct pieces {
	struct piece *list;
	size_t count, capacity;
};

static int compare(const struct piece *a, const struct piece *b)
{
	const int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
	return order ? order : a->length < b->length ? -1 : a->length > b->length;
}

static int by_text(const void *one, const void *other)
{
	const struct piece *a = one, *b = other;
	const int order = compare(a, b);
	return order ? order : a->start < b->start ? -1 : a->start > b->start;
}

static int by_line(const void *one, const void *other)
{
	const struct piece *a = one, *b = other;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	/* They may be of two texts. */
	return a->start != b->start ? (a->start < b->start ? -1 : 1) : compare(a, b);
}

static void sort(struct pieces *pieces, int (*order)(const void *, const void *))
{
	if (pieces->count)
		qsort(pieces->list, pieces->count, sizeof(*pieces->list), order);
}

static void push(struct pieces *pieces, struct kith_arena *arena, const struct kith_doc *doc, size_t start, size_t end)
{
	while (end > start && strchr(" \t\r", doc->source[end - 1]))
		end--;
	struct piece *piece = kith_arena_push(arena, &pieces->list, &pieces->count, &pieces->capacity, sizeof(*piece));
	*piece = (struct piece){ .text = doc->source + start, .length = end - start, .start = start };
}

/* --- what is missing --- */

static struct pieces comments_of(const struct kith_doc *doc, struct kith_arena *arena)
{
	struct pieces pieces = { 0 };
	struct kith_comments comments;
	kith_comments_find(doc, arena, &comments);
	/* What is in `conflicts` is kith's own. */
	const struct kith_node *kept = doc->root ? kith_node_member(doc->root, "conflicts") : NULL;
	const size_t from = kept ? kept->key->start : KITH_NO_BYTE;
	const size_t to = kept ? kept->next ? kith_line_start(doc, kept->next->key->start) : doc->length : 0;
	for (size_t i = 0; i < comments.count; i++) {
		const struct kith_comment *comment = &comments.list[i];
		if (comment->start > from && comment->start < to && comment->start > kith_line_start(doc, comment->start))
			continue;
		push(&pieces, arena, doc, comment->start, comment->end);
	}
	sort(&pieces, by_text);
	return pieces;
}

static size_t count_of(const struct pieces *pieces, size_t *at, const struct piece *wanted)
{
	while (*at < pieces->count && compare(&pieces->list[*at], wanted) < 0)
		(*at)++;
	const size_t first = *at;
	while (*at < pieces->count && compare(&pieces->list[*at], wanted) == 0)
		(*at)++;
	return *at - first;
}

/* Those that both have as often as that, and the result has less often. */
static struct pieces missing_of(const struct pieces *ours, const struct pieces *theirs, const struct pieces *merged, struct kith_arena *arena)
{
	struct pieces missing = { 0 };
	for (size_t a = 0, b = 0, now = 0; a < ours->count;) {
		const struct piece *wanted = &ours->list[a];
		const size_t here = count_of(ours, &a, wanted), there = count_of(theirs, &b, wanted), left = count_of(merged, &now, wanted);
		for (size_t i = left; i < here && i < there; i++)
			*(struct piece *)kith_arena_push(arena, &missing.list, &missing.count, &missing.capacity, sizeof(*wanted)) = wanted[i];
	}
	return missing;
}

/* --- what one side wrote at a key --- */

/* The member of the record that a comment is directly above, or behind on its first line; NULL: it is somewhere inside one. */
static const struct kith_node *member_at(const struct kith_doc *doc, size_t comment)
{
	const size_t line = kith_line_start(doc, comment);
	size_t before = 0;
	for (const struct kith_node *member = doc->root ? doc->root->first : NULL; member; member = member->next) {
		const size_t start = kith_line_start(doc, member->key->start);
		if (comment >= before && line <= start)
			return kith_begins_line(doc, member->key->start) ? member : NULL;
		before = kith_line_next(doc, kith_node_tail(doc, member));
		if (before > line)
			return NULL;
	}
	return NULL;
}

static size_t count_at(const struct kith_doc *doc, const struct pieces *comments, const char *key)
{
	size_t count = 0;
	for (size_t i = 0; i < comments->count; i++) {
		const struct kith_node *member = member_at(doc, comments->list[i].start);
		count += member && strcmp(member->key->text, key) == 0;
	}
	return count;
}

/* A comment that was changed on both sides is one side's: only what was written besides is added, where its key still is. */
static void add_written(const struct kith_doc *const docs[3], const struct pieces of[3], int side, const struct kith_doc *merged,
                        const struct pieces *now, struct pieces *missing, struct kith_arena *arena)
{
	size_t counted = 0;
	for (size_t i = 0, base = 0, other = 0, there = 0; i < of[side].count && counted < MOST_LINES;) {
		const struct piece *wanted = &of[side].list[i];
		if (count_of(&of[side], &i, wanted) != 1 || count_of(&of[0], &base, wanted) || count_of(&of[3 - side], &other, wanted) ||
		    count_of(now, &there, wanted))
			continue;
		const struct kith_node *member = member_at(docs[side], wanted->start);
		const struct kith_node *left = member ? kith_node_member(merged->root, member->key->text) : NULL;
		if (!left || strcmp(member->key->text, "conflicts") == 0 || !kith_begins_line(merged, left->key->start))
			continue;
		counted++; /* each costs a look at all: whoever wrote thousands at once wrote a text of their own */
		if (count_at(docs[side], &of[side], member->key->text) <= count_at(docs[0], &of[0], member->key->text))
			continue;
		struct piece *piece = kith_arena_push(arena, &missing->list, &missing->count, &missing->capacity, sizeof(*piece));
		*piece = *wanted;
		piece->line = kith_line_start(merged, left->key->start);
	}
}

/* --- where it goes --- */

static struct pieces lines_of(const struct kith_doc *doc, struct kith_arena *arena)
{
	struct pieces lines = { 0 };
	for (size_t at = kith_line_start(doc, 0); at < doc->length; at = kith_line_next(doc, at))
		if (!kith_line_is_blank(doc, at))
			push(&lines, arena, doc, at, kith_line_end(doc, at));
	sort(&lines, by_text);
	return lines;
}

/* The start of the only line of the merged text that stands below this place of the other; KITH_NO_BYTE if there is none. */
static size_t place_of(const struct kith_doc *doc, size_t at, const struct pieces *lines)
{
	for (int i = 0; i < MOST_LINES; i++) {
		at = kith_line_next(doc, at);
		if (at >= doc->length)
			break;
		if (kith_line_is_blank(doc, at) || kith_line_is_comment(doc, at))
			continue;
		KITH_ARENA arena = { 0 };
		struct pieces wanted = { 0 };
		push(&wanted, &arena, doc, at, kith_line_end(doc, at));
		size_t low = 0, high = lines->count;
		while (low < high) {
			const size_t middle = low + (high - low) / 2;
			if (compare(&lines->list[middle], wanted.list) < 0)
				low = middle + 1;
			else
				high = middle;
		}
		if (low < lines->count && compare(&lines->list[low], wanted.list) == 0 &&
		    (low + 1 == lines->count || compare(&lines->list[low + 1], wanted.list) != 0))
			return lines->list[low].start;
	}
	return KITH_NO_BYTE;
}

/* Above the key that it stands at or in. */
static size_t rough_place_of(const struct kith_doc *doc, size_t at, const struct kith_doc *merged)
{
	const struct kith_node *member = doc->root ? doc->root->first : NULL;
	while (member && kith_line_next(doc, kith_node_tail(doc, member)) <= at)
		member = member->next;
	const struct kith_node *left = member && merged->root ? kith_node_member(merged->root, member->key->text) : NULL;
	return left && kith_begins_line(merged, left->key->start) ? kith_line_start(merged, left->key->start) : KITH_NO_BYTE;
}

static size_t end_of_values(const struct kith_doc *doc)
{
	const struct kith_node *kept = doc->root ? kith_node_member(doc->root, "conflicts") : NULL;
	return kept ? kith_line_start(doc, kept->key->start) : doc->length;
}

static void build(const struct kith_doc *doc, const struct pieces *missing, struct kith_buf *out)
{
	size_t done = 0;
	for (size_t i = 0; i < missing->count; i++) {
		const struct piece *piece = &missing->list[i];
		kith_buf_add_bytes(out, doc->source + done, piece->line - done);
		done = piece->line;
		if (out->length && out->text[out->length - 1] != '\n')
			kith_buf_add_char(out, '\n');
		for (size_t at = done; at < doc->length && doc->source[at] == ' '; at++)
			kith_buf_add_char(out, ' ');
		kith_buf_add_bytes(out, piece->text, piece->length);
		kith_buf_add_char(out, '\n');
	}
	kith_buf_add_bytes(out, doc->source + done, doc->length - done);
}

bool kith_remarks_restore(const struct kith_doc *const docs[3], const struct kith_doc *merged, bool roughly, struct kith_buf *out)
{
	KITH_ARENA arena = { 0 };
	struct pieces of[3] = { 0 };
	for (int side = 0; side < 3; side++)
		if (docs[side]->length && memchr(docs[side]->source, '#', docs[side]->length))
			of[side] = comments_of(docs[side], &arena);
	if (!of[1].count && !of[2].count)
		return false;
	const struct pieces now = comments_of(merged, &arena);
	struct pieces missing = missing_of(&of[1], &of[2], &now, &arena);
	const struct pieces lines = missing.count ? lines_of(merged, &arena) : (struct pieces){ 0 };
	const size_t last = end_of_values(merged);
	for (size_t i = 0; i < missing.count; i++) {
		const size_t start = missing.list[i].start;
		missing.list[i].line = roughly ? rough_place_of(docs[1], start, merged) : place_of(docs[1], start, &lines);
		if (missing.list[i].line > last)
			missing.list[i].line = last;
	}
	for (int side = 1; side < 3 && docs[0]->root && merged->root; side++)
		add_written(docs, of, side, merged, &now, &missing, &arena);
	sort(&missing, by_line);
	if (missing.count)
		build(merged, &missing, out);
	return missing.count;
}
