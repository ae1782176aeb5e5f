/* Who commits: a short-lived child of this same program, one at a time, so that the resident process never starts
 * libgit2, and a crash or a hang in git's work hurts nobody. */
#ifndef KITH_DAEMON_SYNC_H
#define KITH_DAEMON_SYNC_H

#include <uv.h>

#include "daemon/child.h"
#include "daemon/commits.h"
#include "daemon/pass.h"

#define KITH_PASS_DEADLINE_MS 60000
#define KITH_FULL_PASS_DEADLINE_MS 600000 /* over the whole store: it may be its first commit */
#define KITH_SYNC_WISHES 64               /* requests that may wait */

/* A request's pass has ended. */
typedef void kith_sync_done(void *user, uint64_t client, int64_t id, const struct kith_pass *);

struct kith_sync_options {
	uv_loop_t *loop;
	const char *root;
	bool enabled;  /* there is a repository */
	bool verbose;
	void (*on_pass)(void *user, const struct kith_pass *); /* after each pass, also of requests */
	kith_sync_done *on_done;
	void *user;
};

struct kith_sync {
	struct kith_sync_options options;
	struct kith_commits commits;
	uv_timer_t timer;
	char *root;
	struct kith_child *child;
	struct kith_sync_wish *wishes, *current; /* current: whose pass runs; NULL if it is our own */
	int64_t started_ms;
	struct kith_pass last;                  /* how the last pass went; nothing if there was none */
	bool has_passed, stopping;
	int64_t last_commit_ms, last_failure_ms; /* wall clock; 0: never */
	char last_commit[41];
	struct kith_err last_failure;
};

/* A first pass over the whole store starts at once. */
void kith_sync_open(struct kith_sync *, const struct kith_sync_options *);
/* Requests that wait are refused; a child that runs is left to finish: see kith_sync_is_busy. */
void kith_sync_stop(struct kith_sync *);
bool kith_sync_is_busy(const struct kith_sync *);
void kith_sync_end_child(struct kith_sync *); /* it has had its time */
void kith_sync_finish(struct kith_sync *);    /* after the loop has ended */

void kith_sync_changed(struct kith_sync *, const char *path, bool gone);
void kith_sync_changed_all(struct kith_sync *);
void kith_sync_git_changed(struct kith_sync *);

/* A full pass now; on_done follows.  KITH_SYNC: too many wait. */
enum kith_code kith_sync_now(struct kith_sync *, uint64_t client, int64_t id, struct kith_err *);

/* A commit of these paths with a message (NULL: made from what changed) and a trailer's text (or NULL); on_done follows. */
struct kith_sync_request {
	const char *message, *command, *undoes; /* undoes: the commit it takes back, for another trailer; or NULL */
	const char *const *paths;
	size_t count;
	uint64_t client;
	int64_t id;
};
enum kith_code kith_sync_commit(struct kith_sync *, const struct kith_sync_request *, struct kith_err *);

#endif
