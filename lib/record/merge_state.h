/* Merging the values of one field as sets: what is shown and what is kept. */
#ifndef KITH_MERGE_STATE_H
#define KITH_MERGE_STATE_H

#include "lib/record/merge_values.h"

/* The texts of one field in one version: what is shown and what is kept.  "" stands for "there is none", which no value is. */
struct kith_merge_state {
	const char *shown;
	const char **texts; /* sorted, each once */
	size_t count;
};

/* (A∩B) ∪ keep(A) ∪ keep(B), or the side that changed it.  `shown` is set where it is clear, else NULL. */
struct kith_merge_state kith_merge_states(const struct kith_merge_state sides[3], struct kith_arena *);

/* The one that is shown: of the only side that shows another than the base; else the latest date, the bytewise greatest of the
 * two that are shown, or of all where neither is left; never "there is none" over a value. */
const char *kith_merge_choose(const struct kith_field *, const struct kith_merge_state sides[3], const struct kith_merge_state *);

#endif
