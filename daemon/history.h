/* kithd --history: tell kith what commits did (lib/record/past.h), on standard output. */
#ifndef KITH_DAEMON_HISTORY_H
#define KITH_DAEMON_HISTORY_H

#include "daemon/options.h"
#include "lib/store/store.h"

/* Fails as kith_history_read, and with KITH_SYNC without a repository. */
enum kith_code kith_history_print(const struct kith_options *, struct kith_store *, struct kith_err *);

#endif
