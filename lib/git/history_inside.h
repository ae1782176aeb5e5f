/* Between the files that read the history: one commit beside its parents, and its changes. */
#ifndef KITH_HISTORY_INSIDE_H
#define KITH_HISTORY_INSIDE_H

#include "lib/git/history.h"
#include "lib/git/inside.h"
#include "lib/git/tree.h"

/* A commit and what was before it.  Of very many parents only the first are looked at. */
enum { KITH_PARENTS_MOST = 16 };
struct kith_step_back {
	git_commit *commit, *parents[KITH_PARENTS_MOST];
	git_tree *tree, *parent_trees[KITH_PARENTS_MOST];
	size_t parents_count;
	bool cut; /* there are parents that are not here */
};

enum kith_code kith_step_back_open(git_repository *, const git_oid *, struct kith_step_back *out, struct kith_err *);
void kith_step_back_close(struct kith_step_back *);

struct kith_history_change {
	const char *path, *from; /* as in lib/record/past.h */
	struct kith_entry before, after;
};

struct kith_history_changes {
	struct kith_history_change *list;
	size_t count, capacity;
};

/* What the commit did that none of its parents had, with renames found: the same bytes, or the same id, under
 * another path; or a record that names its old id in `formerly`.  In the arena. */
enum kith_code kith_step_back_changes(git_repository *, const struct kith_step_back *, struct kith_arena *,
                                      struct kith_history_changes *out, struct kith_err *);

/* Read a blob's bytes if it has at most `most`; false if it has more, or cannot be read. */
bool kith_history_text(git_repository *, const git_oid *, size_t most, struct kith_arena *, const char **text,
                       size_t *length);

#endif
