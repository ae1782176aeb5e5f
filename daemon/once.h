/* What kithd does in the foreground: a full pass, a commit, making a repository. */
#ifndef KITH_DAEMON_ONCE_H
#define KITH_DAEMON_ONCE_H

#include "daemon/options.h"

/* Prints what was done on stdout.  Git that waits for the user is a failure here (KITH_SYNC). */
enum kith_code kith_once_run(const struct kith_options *, struct kith_err *);

#endif
