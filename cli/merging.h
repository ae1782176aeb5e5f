/* What the user's own git does with records: whether it merges them by field, and what it has begun and not finished. */
#ifndef KITH_CLI_MERGING_H
#define KITH_CLI_MERGING_H

#include "cli/facts.h"

/* Whether git is set up to merge by field, as one fact; with `troubles` only if something is wrong, and only what is known without
 * going through all of .gitattributes.  Nothing without git. */
void kith_merging_look(struct kith_app *, struct kith_facts *, bool troubles);

/* A merge, rebase and the like that is not finished: a fact each.  Returns how many. */
size_t kith_merging_under_way(struct kith_app *, struct kith_facts *);
/* Whether there is one. */
bool kith_merging_is_under_way(struct kith_app *);

/* A path that git asks about. */
struct kith_unmerged {
	const char *path; /* of the store; git may have any there */
	bool base, ours, theirs;
};
/* Those there are, in app->arena; 0 also where git cannot say. */
size_t kith_merging_unmerged(struct kith_app *, struct kith_unmerged **);
/* Append what git asks about, and how it is answered. */
void kith_unmerged_print(struct kith_app *, const struct kith_unmerged *, size_t count, struct kith_buf *out);

/* "git ", or "git -C STORE " from outside of the store, where git would not know which repository is meant; and a path of the store as a
 * word of that command.  In the arena. */
const char *kith_merging_git(struct kith_app *);
const char *kith_merging_word(struct kith_app *, const char *path);

/* A word as it can be pasted into a shell.  In the arena. */
const char *kith_shell_word(struct kith_app *, const char *text);

#endif
