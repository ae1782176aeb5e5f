#include "lib/git/ancestry.h"

#include <string.h>

#include "lib/base/memory.h"

/* --- sets --- */

/* An id is as good as random. */
static git_oid *slot_of(const struct kith_oids *oids, const git_oid *id)
{
	size_t at;
	memcpy(&at, id->id, sizeof(at));
	for (at &= oids->capacity - 1; !git_oid_is_zero(&oids->slots[at]); at = (at + 1) & (oids->capacity - 1))
		if (git_oid_equal(&oids->slots[at], id))
			break;
	return &oids->slots[at];
}

static void grow(struct kith_oids *oids)
{
	enum { FIRST = 256 };
	struct kith_oids larger = { .capacity = oids->capacity ? oids->capacity * 2 : FIRST, .count = oids->count };
	larger.slots = kith_alloc(larger.capacity * sizeof(*larger.slots));
	for (size_t i = 0; i < oids->capacity; i++)
		if (!git_oid_is_zero(&oids->slots[i]))
			git_oid_cpy(slot_of(&larger, &oids->slots[i]), &oids->slots[i]);
	kith_free(oids->slots);
	*oids = larger;
}

bool kith_oids_has(const struct kith_oids *oids, const git_oid *id)
{
	return oids->count && !git_oid_is_zero(slot_of(oids, id));
}

bool kith_oids_add(struct kith_oids *oids, const git_oid *id)
{
	if (git_oid_is_zero(id) || kith_oids_has(oids, id))
		return false;
	if ((oids->count + 1) * 2 > oids->capacity)
		grow(oids);
	git_oid_cpy(slot_of(oids, id), id);
	oids->count++;
	return true;
}

void kith_oids_finish(struct kith_oids *oids)
{
	kith_free(oids->slots);
	*oids = (struct kith_oids){0};
}

/* --- the heap --- */

static bool is_before(const struct kith_ancestor *a, const struct kith_ancestor *b)
{
	return a->time != b->time ? a->time > b->time : a->number < b->number;
}

static void swap(struct kith_ancestor *a, struct kith_ancestor *b)
{
	const struct kith_ancestor kept = *a;
	*a = *b;
	*b = kept;
}

void kith_ancestry_add(struct kith_ancestry *ancestry, const git_commit *commit, const char *path)
{
	if (!kith_oids_add(&ancestry->seen, git_commit_id(commit)))
		return;
	if (ancestry->count == ancestry->capacity) {
		ancestry->capacity = ancestry->capacity ? ancestry->capacity * 2 : 16;
		ancestry->heap = kith_realloc(ancestry->heap, ancestry->capacity * sizeof(*ancestry->heap));
	}
	size_t at = ancestry->count++;
	ancestry->heap[at] = (struct kith_ancestor){ .id = *git_commit_id(commit), .time = git_commit_time(commit),
		                                     .number = ancestry->added++, .path = path };
	for (; at && is_before(&ancestry->heap[at], &ancestry->heap[(at - 1) / 2]); at = (at - 1) / 2)
		swap(&ancestry->heap[at], &ancestry->heap[(at - 1) / 2]);
}

bool kith_ancestry_next(struct kith_ancestry *ancestry, struct kith_ancestor *out)
{
	struct kith_ancestor *heap = ancestry->heap;
	if (!ancestry->count)
		return false;
	*out = heap[0];
	heap[0] = heap[--ancestry->count];
	for (size_t at = 0;;) {
		size_t first = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < ancestry->count; child++)
			if (is_before(&heap[child], &heap[first]))
				first = child;
		if (first == at)
			return true;
		swap(&heap[at], &heap[first]);
		at = first;
	}
}

void kith_ancestry_finish(struct kith_ancestry *ancestry)
{
	kith_free(ancestry->heap);
	kith_oids_finish(&ancestry->seen);
	*ancestry = (struct kith_ancestry){0};
}
