/* A set of paths that changed, each with when: what waits to be indexed, and what waits to be committed. */
#ifndef KITH_DAEMON_DIRTY_H
#define KITH_DAEMON_DIRTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/memory.h"

/* More paths than this are no longer told apart: `all` is set instead, and means the whole store. */
#define KITH_DIRTY_MOST 100000

struct kith_dirty_path {
	char *path;
	int64_t last_ms;  /* when it last changed */
	int64_t ready_ms; /* not to be believed before */
	bool gone;        /* it vanished, when last heard of */
};

struct kith_dirty {
	struct kith_dirty_path *paths;
	size_t count, capacity;
	uint32_t *table; /* index into paths + 1, by hash of the path */
	size_t table_size;
	bool all;         /* anything may have changed */
	int64_t first_ms; /* when the oldest change of those that wait was noted; valid if not empty */
	int64_t last_ms;  /* the newest */
	int64_t ready_ms; /* the earliest of the paths, unless it must be looked for again */
	bool ready_is_stale;
};

/* Note a change.  A path noted again keeps the earlier ready_ms, unless it came back or vanished in between: then
 * the new one counts. */
void kith_dirty_add(struct kith_dirty *, const char *path, bool gone, int64_t now_ms, int64_t ready_ms);
void kith_dirty_add_all(struct kith_dirty *, int64_t now_ms);
bool kith_dirty_has(const struct kith_dirty *, const char *path);
bool kith_dirty_is_empty(const struct kith_dirty *);
/* The earliest ready_ms of all; INT64_MAX if none waits. */
int64_t kith_dirty_ready(struct kith_dirty *);

/* Asked for each path when some are taken: true to take it. */
typedef bool kith_dirty_choose(void *user, const struct kith_dirty_path *);

/* Take the paths that `choose` wants (NULL: all of them) out of the set.  The list is in the arena; `all` is not touched. */
void kith_dirty_take(struct kith_dirty *, kith_dirty_choose *, void *user, struct kith_arena *, const char ***paths,
                     size_t *count);
void kith_dirty_clear(struct kith_dirty *); /* also `all` */
void kith_dirty_finish(struct kith_dirty *);

#endif
