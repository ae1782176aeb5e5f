/* Merging one value, or one text, and keeping what is not shown. */
#ifndef KITH_MERGE_LEAF_H
#define KITH_MERGE_LEAF_H

#include "lib/record/merge_values.h"

/* The path of what is merged, as `conflicts` names it; in the arena of the merging, like all that these make. */
const char *kith_merge_path(struct kith_merging *, const struct kith_trail *);
/* Note what is kept there; nothing, if nothing is. */
void kith_merge_keep(struct kith_merging *, const char *path, const char **texts, size_t count, bool deleted);
/* The same model, in no list yet. */
struct kith_model *kith_merge_copy(struct kith_merging *, const struct kith_model *);

/* Of three leaves (each may be NULL, one is not) the one to show; NULL: none is. */
struct kith_model *kith_merge_value(struct kith_merging *, const struct kith_trail *, struct kith_model *const sides[3]);
/* By lines where each side has one text that differs; values kept before follow the rule of a single value. */
struct kith_model *kith_merge_text(struct kith_merging *, const struct kith_trail *, struct kith_model *const sides[3]);
/* After all: values kept for what is not in the record, as no field is there that could show them. */
void kith_merge_strays(struct kith_merging *);

#endif
