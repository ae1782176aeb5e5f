/* One daemon a store. */
#ifndef KITH_DAEMON_LOCK_H
#define KITH_DAEMON_LOCK_H

#include "lib/base/error.h"

/* Take the lock in the store's local folder, which is made if missing.  The lock lasts as long as the descriptor *fd is open, and
 * ends with the process however that ends: there is no stale one.  KITH_SYNC, naming the other process, when it is taken. */
enum kith_code kith_lock_take(const char *local_folder, int *fd, struct kith_err *);

#endif
