#include "lib/record/merge_slots.h"

#include <stdlib.h>
#include <string.h>

static int by_name(const void *one, const void *other)
{
	const struct kith_merge_slot *a = one, *b = other;
	return strcmp(a->name, b->name);
}

struct kith_merge_slot *kith_merge_slots(const struct kith_merge_layout layouts[3], struct kith_arena *arena, size_t *count)
{
	struct kith_merge_slot *slots = kith_arena_alloc(arena, (layouts[0].count + layouts[1].count + layouts[2].count + 1) * sizeof(*slots));
	size_t used = 0;
	for (int side = 0; side < 3; side++)
		for (size_t i = 0; i < layouts[side].count; i++)
			if (layouts[side].parts[i].name) {
				slots[used].name = layouts[side].parts[i].name;
				slots[used++].of[side] = &layouts[side].parts[i];
			}
	if (used)
		qsort(slots, used, sizeof(*slots), by_name);
	*count = 0;
	for (size_t i = 0; i < used; i++) {
		const struct kith_merge_slot one = slots[i];
		if (!*count || strcmp(slots[*count - 1].name, one.name) != 0)
			slots[(*count)++] = (struct kith_merge_slot){ .name = one.name };
		for (int side = 0; side < 3; side++)
			if (one.of[side])
				slots[*count - 1].of[side] = one.of[side];
	}
	return slots;
}

struct kith_merge_slot *kith_merge_slot_find(struct kith_merge_slot *slots, size_t count, const char *name)
{
	const struct kith_merge_slot wanted = { .name = name };
	return count ? bsearch(&wanted, slots, count, sizeof(*slots), by_name) : NULL;
}

static bool is_reordered(const struct kith_merge_layout *layout, struct kith_merge_slot *slots, size_t count)
{
	size_t before = 0;
	for (size_t i = 0; i < layout->count; i++) {
		const struct kith_merge_slot *slot = layout->parts[i].name ? kith_merge_slot_find(slots, count, layout->parts[i].name) : NULL;
		if (!slot || !slot->of[KITH_BASE])
			continue;
		if (slot->of[KITH_BASE]->number < before)
			return true;
		before = slot->of[KITH_BASE]->number;
	}
	return false;
}

/* New keys that meet at one place stand in the schema's order; those it does not know come last, in order of bytes. */
static bool goes_behind(const struct kith_merge_slot *slot, const struct kith_merge_slot *there)
{
	if (there->of[KITH_BASE] || slot->of[KITH_BASE])
		return false;
	const struct kith_field *a = slot->merged ? slot->merged->field : NULL, *b = there->merged ? there->merged->field : NULL;
	if (a && b && a->id != b->id)
		return a->id > b->id;
	return a || b ? !a : strcmp(slot->name, there->name) > 0;
}

/* What is wanted and not there yet goes behind its left neighbour. */
static void insert_from(const struct kith_merge_layout *layout, struct kith_merge_slot *slots, size_t count, struct kith_merge_slot **first)
{
	struct kith_merge_slot *before = NULL;
	for (size_t i = 0; i < layout->count; i++) {
		struct kith_merge_slot *slot = layout->parts[i].name ? kith_merge_slot_find(slots, count, layout->parts[i].name) : NULL;
		if (!slot || !slot->wanted)
			continue;
		if (!slot->placed) {
			struct kith_merge_slot **link = before ? &before->next : first;
			while (*link && goes_behind(slot, *link))
				link = &(*link)->next;
			slot->next = *link;
			*link = slot;
			slot->placed = true;
		}
		before = slot;
	}
}

struct kith_merge_slot *kith_merge_order_keys(const struct kith_merge_layout layouts[3], struct kith_merge_slot *slots, size_t count)
{
	struct kith_merge_slot *first = NULL;
	const bool ours = is_reordered(&layouts[KITH_OURS], slots, count), theirs = is_reordered(&layouts[KITH_THEIRS], slots, count);
	const int spine = ours || !layouts[KITH_BASE].there ? KITH_OURS : theirs ? KITH_THEIRS : KITH_BASE;
	insert_from(&layouts[spine], slots, count, &first);
	insert_from(&layouts[KITH_THEIRS], slots, count, &first);
	insert_from(&layouts[KITH_OURS], slots, count, &first);
	return first;
}

struct kith_merge_slot *kith_merge_order_entries(struct kith_merge_slot *slots, size_t count, const struct kith_model *merged)
{
	struct kith_merge_slot *first = NULL, **link = &first;
	for (const struct kith_model *entry = merged->first; entry; entry = entry->next) {
		struct kith_merge_slot *slot = kith_merge_slot_find(slots, count, entry->name);
		if (!slot || slot->placed)
			continue;
		slot->placed = true;
		*link = slot;
		link = &slot->next;
	}
	return first;
}
