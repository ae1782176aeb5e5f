/* The git repository a store is: opening it, refusing what kith must not touch, making one.
 *
 * Only lib/git and the short-lived children of kithd use this: starting libgit2 costs 7 ms, and nothing
 * of it is wanted in a resident process.  Nothing here runs a program, a hook or a filter. */
#ifndef KITH_REPO_H
#define KITH_REPO_H

#include <stdbool.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"

/* Before and after everything else of lib/git; once a process. */
enum kith_code kith_git_start(struct kith_err *);
void kith_git_stop(void);

struct kith_repo;

/* Open the repository whose working tree is the folder `root`.  Nothing is written.
 *
 * Fails with KITH_SYNC and a hint: no repository here (or `root` is a folder inside one that belongs to
 * something else), a bare one, a linked worktree or submodule, owned by another user, a sparse or partial
 * checkout, SHA-256, and one whose attributes send kith's files through an external filter (what is
 * committed would not be what is in the files, and a cloned store must not run programs). */
enum kith_code kith_repo_open(const char *root, struct kith_repo **out, struct kith_err *);
void kith_repo_close(struct kith_repo *);
KITH_DEFINE_CLEANUP(kith_repo_close, struct kith_repo)

/* Make the folder `root` (created if missing) a repository that kith can work in, or adopt the one it is:
 * - a new one starts on init.defaultBranch of the user's configuration, else on `main`;
 * - `.gitattributes` says that kith's files are kept byte for byte, `.gitignore` leaves out `.kith/schema/`:
 *   written if missing, else only the lines that are missing are added at their end;
 * - .git/config says how git merges records (merge.kith.driver), unless it does so already;
 * - the branch it is on becomes the one kith works on (running it again is the way to change that).
 * Makes no commit.  Fails like kith_repo_open, and with KITH_IO; running it again goes on where it stopped. */
enum kith_code kith_repo_init(const char *root, struct kith_err *);

/* What kith keeps to itself while the user is busy with git, or another git is. */
enum kith_waiting {
	KITH_WAITING_NOT,
	KITH_WAITING_MERGE,
	KITH_WAITING_REBASE,
	KITH_WAITING_PICK,
	KITH_WAITING_REVERT,
	KITH_WAITING_BISECT,
	KITH_WAITING_PATCHES,  /* git am */
	KITH_WAITING_DETACHED, /* no branch */
	KITH_WAITING_BRANCH,   /* another branch than the one kith works on */
	KITH_WAITING_LOCKED,   /* another git is at work, or has left a lock */
};

/* Whether kith must wait, in words: `why` says so without a full stop ("a rebase is not finished"),
 * `hint` the command that ends the waiting.  Both are set to "" when there is nothing to wait for; both
 * may be NULL.  Cheap: no objects are read. */
enum kith_waiting kith_repo_waiting(struct kith_repo *, struct kith_buf *why, struct kith_buf *hint);

#endif
