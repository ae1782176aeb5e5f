/* Find the edits in the working tree. */
#ifndef KITH_SCAN_H
#define KITH_SCAN_H

#include "lib/git/base.h"
#include "lib/git/snapshot.h"
#include "lib/git/tree.h"

struct kith_scan {
	struct kith_differences edits; /* `before` is HEAD's, `after` the file's; sorted */
	struct kith_snapshot_trouble *troubles;
	size_t trouble_count, trouble_capacity; /* those that are kept, sorted, each path once */
	size_t trouble_total;
	size_t unsettled;
};

/* Compare the files that the options name with HEAD's tree (NULL: no commit yet) and their bases.  A
 * held path that now agrees with HEAD is dropped from the bases.  Nothing is written.  Everything lives
 * in the arena.  Fails with KITH_USAGE for a path that is none of kith's, with KITH_SYNC for a filter and
 * what git cannot read. */
enum kith_code kith_scan_run(struct kith_repo *, const struct kith_snapshot_options *, const git_tree *head,
                             struct kith_base *, struct kith_arena *, struct kith_scan *out, struct kith_err *);

#endif
