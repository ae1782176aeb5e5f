/* What each path of the working tree was last brought to: its base.
 *
 * refs/kith/worktree names the commit whose tree the working tree was last made to agree with.  Where a
 * path's base is another version, .git/kith/held says which: "OID PATH", a line each, zero for none.
 * Both are this machine's; without them HEAD is taken for the base of everything. */
#ifndef KITH_BASE_H
#define KITH_BASE_H

#include <git2.h>
#include <stdbool.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"
#include "lib/git/repo.h"
#include "lib/git/tree.h"

struct kith_held {
	const char *path;
	git_oid base; /* zero: there was no file */
	bool dropped;
};

struct kith_base {
	struct kith_held *held; /* sorted by path in the first `sorted` */
	size_t count, capacity, sorted;
	bool changed;   /* against the file */
	git_oid commit; /* zero: none is known */
	struct kith_arena *arena;
};

/* Reads both.  Lines that cannot be read and a commit that is gone are as good as not there.  Lives in
 * the arena. */
enum kith_code kith_base_read(const struct kith_repo *, struct kith_arena *, struct kith_base *out, struct kith_err *);

/* The base of a path that is held, or NULL: its base is that of `commit`. */
const git_oid *kith_base_of(const struct kith_base *, const char *path);

/* The last call for a path counts; kith_base_of sees what was held after kith_base_sort. */
void kith_base_hold(struct kith_base *, const char *path, const git_oid *);
void kith_base_drop(struct kith_base *, const char *path);
void kith_base_sort(struct kith_base *);
size_t kith_base_held(const struct kith_base *);

/* Write what changed; first the list, then the commit, so that a crash between the two is settled again. */
enum kith_code kith_base_write(const struct kith_repo *, struct kith_base *, const git_oid *commit, struct kith_err *);

/* Bring the bases up to date after the branch was moved to `head` by the user, not by kith: commit, amend, pull, reset.
 * For each path in which the old and the new commit differ:
 *   the file is as in the new one  → that is its base;
 *   the file is as its base was    → it is held: the user moved the branch and left the file (reset --soft);
 *   the file is neither            → its base is the new one, so it will be an edit.
 * A file that cannot be looked at is held.
 *
 * `unseen` (sorted; a path may be in it more than once) are changes by kith that the user's index had
 * not been told of when the branch moved.  A commit made from that index takes them back unasked, so
 * they are edits once more, and not held. */
enum kith_code kith_base_settle(struct kith_repo *, struct kith_base *, const git_oid *head,
                                const struct kith_differences *unseen, struct kith_err *);

#define KITH_WORKTREE_REF "refs/kith/worktree"

#endif
