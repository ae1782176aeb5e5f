/* The members of three maps or lists side by side, and the order they come to stand in. */
#ifndef KITH_MERGE_SLOTS_H
#define KITH_MERGE_SLOTS_H

#include "lib/record/merge_layout.h"
#include "lib/record/merge_values.h"

/* The same member of three layouts; NULL where one has it not. */
struct kith_merge_slot {
	const char *name;
	const struct kith_merge_part *of[3];
	const struct kith_model *merged; /* NULL: it says nothing */
	struct kith_merge_slot *next;
	bool wanted, placed;
};

/* One slot a name, in order of names; in the arena. */
struct kith_merge_slot *kith_merge_slots(const struct kith_merge_layout layouts[3], struct kith_arena *, size_t *count);
/* By name, or NULL. */
struct kith_merge_slot *kith_merge_slot_find(struct kith_merge_slot *slots, size_t count, const char *name);

/* Link those that are wanted; returns the first.  Keys stand in the order of the only side that changed it; else as the base has them. */
struct kith_merge_slot *kith_merge_order_keys(const struct kith_merge_layout layouts[3], struct kith_merge_slot *slots, size_t count);
/* As the merged list has them. */
struct kith_merge_slot *kith_merge_order_entries(struct kith_merge_slot *slots, size_t count, const struct kith_model *merged);

#endif
