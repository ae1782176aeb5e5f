/* The merged text, put together from the lines of both sides: of each key, and of each entry of a list, the lines of the side that changed it. */
#ifndef KITH_MERGE_COMPOSE_H
#define KITH_MERGE_COMPOSE_H

#include "lib/record/merge_write.h"

/* Append the whole text.  False, with `out` as it was, where one of the texts is not made of lines that belong to one key each (a record in
 * braces, keys with `?`).  The caller sees to it that the result reads as what was merged. */
bool kith_merge_compose(struct kith_merging *, const struct kith_merge_texts *, struct kith_buf *out);

/* --- by whom a member is written when no side's lines will do --- */

/* Edit a text until it reads as this map (and, at the top, `kept`; NULL: that does not matter).  False: it takes more. */
bool kith_merge_edit(const struct kith_merge_texts *, const struct kith_buf *text, const struct kith_model *want,
                     const struct kith_kept_list *kept, struct kith_buf *out);

#endif
