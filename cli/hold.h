/* Ctrl-C held back while something is written that must not stay half done. */
#ifndef KITH_HOLD_H
#define KITH_HOLD_H

#include <signal.h>
#include <stdbool.h>

struct kith_hold {
	sigset_t signals, before;
};

/* SIGINT, SIGTERM and SIGHUP wait until kith_hold_end, which lets one that came end the program. */
void kith_hold_begin(struct kith_hold *);
void kith_hold_end(struct kith_hold *);

/* Take one that has come meanwhile, and do not let it end the program: the caller stops. */
bool kith_hold_take(const struct kith_hold *);

#endif
