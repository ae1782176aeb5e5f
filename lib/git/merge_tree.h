/* Two trees, and the one that both come from, become one tree: the same object on every machine, whichever of the two is called ours.
 *
 * Only folders that both changed are looked into, and of the others those where the two may have done something to the same record.  Records are matched by their ids, wherever their files are:
 *
 *   the same id at two paths        one record, at the bytewise smaller path
 *   a blob gone here and new under another id in the change of one side, or named in `formerly` of a new record: a rename, followed;
 *                                   renamed to two names: the smaller keeps the record, the other goes to `formerly`
 *   deleted here, changed there     it stays as it was changed
 *   one id added on both sides      one record if the folded names are equal, else two: the bytewise greater becomes <id>-<hash4>
 *   both changed it                 kith_merge_record; where a side cannot be read, its text is kept as conflicts/<stem>-<hash12>.txt
 *
 * Other files are matched by path and merged by line; where both changed the same lines the losing text is kept in conflicts/ likewise. */
#ifndef KITH_MERGE_TREE_H
#define KITH_MERGE_TREE_H

#include <git2.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"

struct kith_repo;
struct kith_writer;

struct kith_tree_merge {
	git_oid tree;
	size_t merged;     /* records that both had changed, now one */
	size_t conflicts;  /* values that are now kept in `conflicts` of a record and were in neither side */
	size_t set_aside;  /* texts put into conflicts/ */
	size_t stayed;     /* records deleted on one side that stay, because the other changed them */
};

/* Merge.  `base` may be NULL: nothing in common.  Objects go to the writer, which the caller flushes.  KITH_SYNC for what git cannot read or write. */
enum kith_code kith_merge_trees(struct kith_writer *, const git_tree *base, const git_tree *one, const git_tree *other,
                                struct kith_tree_merge *out, struct kith_err *);

/* How many records one tree has and another has not, under whatever id: a merge that takes away many is to be confirmed by a person.  Called with a side
 * and the merged tree, for what that side would lose. */
enum kith_code kith_merge_count_removed(git_repository *, const git_tree *before, const git_tree *after, size_t *out, struct kith_err *);

struct kith_commit_merge {
	git_oid commit; /* the merge commit; or one of the two, where it holds all of the other */
	bool made;      /* a commit was made */
	struct kith_tree_merge tree; /* of a commit that was made */
};

/* Merge two commits of a repository: the merge commit's id depends on nothing but the two.  Parents in the order of their ids, a constant author, no
 * signature, time and time zone those of the later parent's committer.  Several best common ancestors (a criss-cross) are merged to one base first, in
 * the order of their ids, with what that keeps.  The branch is not moved. Objects are on disk when this succeeds.
 * A shallow clone is refused, even if one of the two holds the other: what it lacks could have been the better base. */
enum kith_code kith_merge_commits(struct kith_repo *, const git_oid *one, const git_oid *other, struct kith_commit_merge *out,
                                  struct kith_err *);

#endif
