/* Three trees walked side by side, where both sides differ from the base.
 *
 * A folder that only one side changed is not read: it is noted, and the merged tree has it as that side has it.  What is in it matters only where the
 * other side may have done something to the same record under another path (kith_merge_sees_enough). */
#ifndef KITH_MERGE_WALK_H
#define KITH_MERGE_WALK_H

#include "lib/git/merge_side.h"

/* Fill `changes` and `unread` of both sides.  `base` may be NULL.  All in the arena. */
enum kith_code kith_merge_walk(git_repository *, const git_tree *base, const git_tree *one, const git_tree *other, struct kith_arena *,
                               struct kith_side sides[2], struct kith_err *);

/* Read what a side has unread. */
enum kith_code kith_merge_read_rest(git_repository *, struct kith_side *, struct kith_arena *, struct kith_err *);

/* Whether nothing that `big` has unread can have to do with what `small` did, which is read to the end; the records of both are sorted out. */
enum kith_code kith_merge_sees_enough(git_repository *, const struct kith_side *small, const struct kith_side *big, bool *out, struct kith_err *);

#endif
