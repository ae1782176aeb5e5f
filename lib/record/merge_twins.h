/* Which of several entries that are matched by the same keys is which on the other side. */
#ifndef KITH_MERGE_TWINS_H
#define KITH_MERGE_TWINS_H

#include "lib/record/merge_model.h"

/* Number the entries of three lists anew (each may be NULL), so that what is the same has the same name: first what is alike, then in turn.  `was` of
 * an entry is then the name it had.  False: no list has any, and nothing was changed. */
bool kith_twins_align(struct kith_model *const sides[3], struct kith_arena *);

/* After they were merged: `was` of an entry in `merged` (or NULL) is the name that it had while it was.  The sides, and the paths of what was
 * kept meanwhile (from number `kept_from`), get the names that stand in `merged`.  `path` is that of the list. */
void kith_twins_settle(struct kith_model *const sides[3], const struct kith_model *merged, const char *path, struct kith_kept_list *kept,
                       size_t kept_from, struct kith_arena *);

#endif
