/* The journal of snapshots whose paths the user's .git/index may not know yet.
 *
 * .git/kith/index-pending has a line "OLD NEW" for each: the branch's commit before (zero: none) and
 * after.  The line is written before the branch is moved and goes when the index is up to date, so that
 * a crash between the two is found: it would leave every change of the snapshot staged in reverse, for
 * the user's next commit to undo. */
#ifndef KITH_PENDING_H
#define KITH_PENDING_H

#include <git2.h>
#include <stdbool.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"
#include "lib/git/repo.h"
#include "lib/git/tree.h"

struct kith_step {
	git_oid before, after;
};

struct kith_pending {
	struct kith_step *steps; /* the oldest first */
	size_t count, capacity;
	struct kith_arena *arena;
};

enum kith_code kith_pending_read(const struct kith_repo *, struct kith_arena *, struct kith_pending *out,
                                 struct kith_err *);
enum kith_code kith_pending_add(const struct kith_repo *, struct kith_pending *, const git_oid *before,
                                const git_oid *after, struct kith_err *);
enum kith_code kith_pending_clear(const struct kith_repo *, struct kith_pending *, struct kith_err *);

/* Append what the steps changed, sorted; a path once for each step.  Steps to commits that are gone
 * count for nothing: the branch never got there.  Lives in the journal's arena. */
enum kith_code kith_pending_changes(const struct kith_repo *, const struct kith_pending *, struct kith_differences *out,
                                    struct kith_err *);

/* Whether kith itself moved the branch from one commit to the other, in one step or several. */
bool kith_pending_leads(const struct kith_pending *, const git_oid *before, const git_oid *after);

#endif
