/* Who a commit is by, and when: git's own rules, and what to do where they say nothing. */
#ifndef KITH_AUTHOR_H
#define KITH_AUTHOR_H

#include <git2.h>

#include "lib/git/snapshot.h"

struct kith_signatures {
	git_signature *author, *committer;
	enum kith_author source;
};

/* Environment, configuration, `me` (from the options), login and host, in this order, for name and
 * address each. */
enum kith_code kith_signatures_find(struct kith_repo *, const struct kith_snapshot_options *,
                                    struct kith_signatures *out, struct kith_err *);
void kith_signatures_finish(struct kith_signatures *);

#endif
