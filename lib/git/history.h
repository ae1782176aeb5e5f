/* What commits did to the records of the branch that is checked out: read from git's objects, nothing is run or written. */
#ifndef KITH_HISTORY_H
#define KITH_HISTORY_H

#include "lib/git/repo.h"
#include "lib/record/past.h"

struct kith_history_options {
	const char *record; /* a path ("contacts/ana.yaml"), or the id of a record that is gone: only what was done to it,
	                     * followed through its renames.  NULL: all of kith's paths. */
	const char *only;   /* a commit's id, or the beginning of one (at least 4 digits): only this one.  NULL: all */
	bool commands;      /* only commits that a command made; without texts, they are only listed: no changes are told */
	size_t limit;       /* how many commits; 0: all */
	size_t texts;       /* of how many changes of a commit the texts are given */
	const char *name, *email; /* of the contact `me`, as in lib/git/snapshot.h: for `mine` */
};

/* Called for each commit, the newest first, as soon as it is known.  It lasts until the call returns.  Return false to stop. */
typedef bool kith_history_on_commit(void *user, const struct kith_past_commit *);

/* Whether kith makes commits now, and whether there are any.  Texts are in the arena. */
enum kith_code kith_history_state(struct kith_repo *, struct kith_arena *, struct kith_past *out, struct kith_err *);

/* Walk.  Commits that changed nothing of kith's are passed over, and merges in which each path is as one of the sides
 * had it.  KITH_NONE: there is no commit `only` on this branch; KITH_USAGE: it is no id, or may be several. */
enum kith_code kith_history_read(struct kith_repo *, const struct kith_history_options *, kith_history_on_commit *,
                                 void *user, enum kith_past_end *, struct kith_err *);

#endif
