/* Answers that agree with the files: through the daemon, which knows what changed, else by looking. */
#ifndef KITH_FRESH_H
#define KITH_FRESH_H

#include "cli/app.h"

/* Open app->index; needs app->store.  `stale`: as it is, without asking or looking. */
enum kith_code kith_fresh_open(struct kith_app *, bool stale, struct kith_err *);

#endif
