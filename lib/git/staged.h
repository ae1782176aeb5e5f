/* What the next commit would say of kith's files: the staged versions that differ from HEAD; and the hook that has them
 * checked.
 *
 * The repository is only read, so that nothing kith_repo_open refuses matters here: a linked worktree is as good as any.
 * No program, hook or filter is run. */
#ifndef KITH_STAGED_H
#define KITH_STAGED_H

#include "lib/base/error.h"
#include "lib/base/memory.h"

struct kith_past_commit;

/* The files of kith in the index ($GIT_INDEX_FILE, as git names it to a hook, else the repository's own) that differ from
 * HEAD: in commit->changes, with the staged text in `after`.  Texts and paths in the arena. */
enum kith_code kith_staged_read(const char *root, struct kith_arena *, struct kith_past_commit *, struct kith_err *);

/* Make the pre-commit hook of the repository, if there is none; one that kith made is brought up to date. *what says
 * what was done, in words without full stop.  KITH_USAGE, with the line to add as hint, where a hook of somebody else is, or hooks
 * are kept elsewhere (core.hooksPath): nothing is changed. */
enum kith_code kith_hook_make(const char *root, struct kith_buf *what, struct kith_err *);
/* Take it away again; KITH_USAGE if it is not kith's. */
enum kith_code kith_hook_remove(const char *root, struct kith_buf *what, struct kith_err *);

#endif
