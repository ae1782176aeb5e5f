/* Commits from one backwards, the newest first: only those that were asked for are read. */
#ifndef KITH_ANCESTRY_H
#define KITH_ANCESTRY_H

#include <git2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"

/* A set of ids. */
struct kith_oids {
	git_oid *slots; /* zero: free */
	size_t count, capacity;
};

/* True if it was not in the set before. */
bool kith_oids_add(struct kith_oids *, const git_oid *);
bool kith_oids_has(const struct kith_oids *, const git_oid *);
void kith_oids_finish(struct kith_oids *);

/* A commit that waits for its turn.  `path` is the caller's: what the record that it follows is called there. */
struct kith_ancestor {
	git_oid id;
	git_time_t time;
	uint64_t number; /* of those of one time, the one that was added first comes first */
	const char *path;
};

struct kith_ancestry {
	struct kith_ancestor *heap;
	size_t count, capacity;
	uint64_t added;
	struct kith_oids seen;
};

/* Add one, unless it was added before. */
void kith_ancestry_add(struct kith_ancestry *, const git_commit *, const char *path);
/* Take the newest; false when there is none. */
bool kith_ancestry_next(struct kith_ancestry *, struct kith_ancestor *out);
void kith_ancestry_finish(struct kith_ancestry *);

#endif
