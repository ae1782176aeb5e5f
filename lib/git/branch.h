/* The branch kith works on: where it is, whether another git is about to move it, and moving it. */
#ifndef KITH_BRANCH_H
#define KITH_BRANCH_H

#include <git2.h>
#include <stdbool.h>

#include "lib/base/file.h"
#include "lib/git/repo.h"

struct kith_branch {
	char *name;              /* "refs/heads/main" */
	git_oid commit;          /* zero: none yet */
	struct kith_stamp index; /* of the user's index: it changes whenever a git changes files */
};

/* As kith_repo_waiting; where another git is at work, waits for it for a moment.  `patient` also waits
 * until what it did to the files is sure to be over; without it, another git's lock does not matter. */
enum kith_waiting kith_branch_wait(struct kith_repo *, bool patient, struct kith_buf *why, struct kith_buf *hint);

/* What HEAD is now; the first branch ever seen becomes the one kith works on.  Finish the result. */
enum kith_code kith_branch_read(struct kith_repo *, struct kith_branch *out, struct kith_err *);
void kith_branch_finish(struct kith_branch *);

enum kith_code kith_branch_tree(struct kith_repo *, const git_oid *commit, git_tree **out, struct kith_err *);

/* Whether HEAD is as it was read, and (`patient`) no other git has changed files since.  Best asked with
 * the index locked. */
enum kith_code kith_branch_is_unmoved(struct kith_repo *, const struct kith_branch *, bool patient, bool *unmoved,
                                      struct kith_err *);

/* Move it to a commit, if it still is where it was read: *moved says so. */
enum kith_code kith_branch_move(struct kith_repo *, const struct kith_branch *, const git_oid *commit, bool *moved,
                                struct kith_err *);

/* Remove locks on refs that an earlier process of kith left when it died.  The caller holds kith_repo_lock. */
void kith_branch_recover(struct kith_repo *);

#endif
