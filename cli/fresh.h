/* Answers that agree with the files: through the daemon, which knows what changed, else by looking. */
#ifndef KITH_FRESH_H
#define KITH_FRESH_H

#include "cli/app.h"

/* Open app->index; needs app->store.  `stale`: as it is, without asking or looking. */
enum kith_code kith_fresh_open(struct kith_app *, bool stale, struct kith_err *);

/* The same for who can do without: KITH_NONE, and no index is open, where all files would have to be read to have one. */
enum kith_code kith_fresh_open_small(struct kith_app *, struct kith_err *);

/* These paths of the store may have changed since (or with `all`, anything): bring the open index up to now. */
enum kith_code kith_fresh_again(struct kith_app *, const char *const *paths, size_t count, bool all, struct kith_err *);

#endif
