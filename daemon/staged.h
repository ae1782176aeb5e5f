/* kithd --staged and kithd --hook: what git is about to commit, and having that checked. */
#ifndef KITH_DAEMON_STAGED_H
#define KITH_DAEMON_STAGED_H

#include "daemon/options.h"

struct kith_store;

/* Print what is staged, as lib/record/past.h tells it, in one commit without a name. */
enum kith_code kith_staged_print(const struct kith_store *, struct kith_err *);
/* Make or remove the hook, as options->hook says, and print what was done. */
enum kith_code kith_hook_run(const struct kith_options *, struct kith_err *);

#endif
