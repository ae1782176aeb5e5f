/* Bring the user's .git/index up to date after a snapshot: only the paths of the snapshot, and only where the
 * user has staged nothing of their own. */
#ifndef KITH_USER_INDEX_H
#define KITH_USER_INDEX_H

#include <git2.h>

#include "lib/git/index_file.h"
#include "lib/git/tree.h"

/* For each path of `changes` (sorted; kith_pending_changes) whose entry is one of the versions named
 * there, enter what `head` has, with the file's times where it still is that, so that `git status` need
 * not read it.  Writes the file.
 *
 * `edits` (sorted) are those of the last snapshot: their files need not be read again, and what they
 * were edited from counts as such a version, too (`git reset --soft` leaves it staged).  On failure the
 * user's index is as it was. */
enum kith_code kith_user_index_refresh(struct kith_repo *, struct kith_index_file *,
                                       const struct kith_differences *changes, const git_tree *head,
                                       const struct kith_differences *edits, struct kith_err *);

#endif
