/* The daemon as a command sees it: asked over its socket, started, stopped. */
#ifndef KITH_CLIENT_H
#define KITH_CLIENT_H

#include "cli/app.h"
#include "lib/store/control.h"

/* Ask one thing.  KITH_NONE: none is running for the store. */
enum kith_code kith_client_ask(struct kith_app *, const char *request, int timeout_ms, struct kith_message **out,
                               struct kith_err *);

/* Start one and wait until it is ready: by the systemd user unit if it looks after this store, else detached. */
enum kith_code kith_client_start(struct kith_app *, struct kith_err *);
/* Ask it to leave and wait until it has. */
enum kith_code kith_client_stop(struct kith_app *, struct kith_err *);

/* The log of a daemon that was started detached; NULL without a place for it. In the arena. */
const char *kith_client_log(struct kith_app *);
/* Whether the systemd user unit is installed. */
bool kith_client_has_unit(void);

#endif
