/* When to commit: pure rules over what changed and how the last try went.  Times are of a clock that only goes forward. */
#ifndef KITH_DAEMON_COMMITS_H
#define KITH_DAEMON_COMMITS_H

#include "daemon/dirty.h"

#define KITH_COMMIT_QUIET_MS 2000 /* after the last change */
#define KITH_COMMIT_MOST_MS 30000 /* of constant change */
#define KITH_COMMIT_AGAIN_MS 2000 /* after a failure, doubling */
#define KITH_COMMIT_AGAIN_MOST_MS 300000

struct kith_commits {
	struct kith_dirty dirty; /* not committed yet */
	struct kith_dirty taken; /* what a snapshot is at */
	bool running;
	int64_t not_before_ms;   /* after a failure, or while git waits for the user */
	unsigned failures;       /* one after another */
	int64_t git_tried_ms;    /* when a change in .git last moved a try forward */
};

enum kith_commits_result {
	KITH_COMMITS_DONE,
	KITH_COMMITS_UNSETTLED, /* done but for files that must be looked at again */
	KITH_COMMITS_FAILED,    /* or git waits for the user: all of it must be tried again */
};

void kith_commits_changed(struct kith_commits *, const char *path, bool gone, int64_t now_ms);
/* Anything may have changed; a pass over all starts at once. */
void kith_commits_changed_all(struct kith_commits *, int64_t now_ms);

/* When the next snapshot is to start; INT64_MAX: there is nothing to commit, or one runs. */
int64_t kith_commits_start(struct kith_commits *);

/* A snapshot starts: of *all, or of the paths, in the arena.  Files that are not to be believed yet stay behind, unless `everything`. */
void kith_commits_take(struct kith_commits *, bool everything, int64_t now_ms, struct kith_arena *, const char ***paths,
                       size_t *count, bool *all);
void kith_commits_finished(struct kith_commits *, enum kith_commits_result, int64_t now_ms);

/* Somebody else committed these paths, beginning at started_ms: what changed of them before that need not wait. */
void kith_commits_forget(struct kith_commits *, const struct kith_dirty *paths, int64_t started_ms);

/* Something in .git changed, perhaps by the user: what failed or waits may work now. */
void kith_commits_git_changed(struct kith_commits *, int64_t now_ms);
void kith_commits_finish(struct kith_commits *);

#endif
