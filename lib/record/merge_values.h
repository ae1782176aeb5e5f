/* The merged record, as a model: lib/record/merge.h says by which rules. */
#ifndef KITH_MERGE_VALUES_H
#define KITH_MERGE_VALUES_H

#include "lib/record/merge_model.h"

enum { KITH_BASE, KITH_OURS, KITH_THEIRS };

struct kith_merging {
	struct kith_arena *arena;
	struct kith_model *models[3];       /* of base, ours, theirs; the base may be NULL */
	struct kith_kept_list kept[3];
	struct kith_model *merged;          /* never NULL */
	struct kith_kept_list merged_kept;
	bool any_kept;
};

/* Fill `merged` and `merged_kept`.  Whoever calls sees to it that ours is the bytewise smaller text: what is arbitrary then goes the same way on every machine. */
void kith_merge_values(struct kith_merging *);

#endif
