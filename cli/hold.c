#include "cli/hold.h"

#include <time.h>

void kith_hold_begin(struct kith_hold *hold)
{
	sigemptyset(&hold->signals);
	sigaddset(&hold->signals, SIGINT);
	sigaddset(&hold->signals, SIGTERM);
	sigaddset(&hold->signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &hold->signals, &hold->before);
}

void kith_hold_end(struct kith_hold *hold)
{
	sigprocmask(SIG_SETMASK, &hold->before, NULL);
}

bool kith_hold_take(const struct kith_hold *hold)
{
	const struct timespec at_once = { 0, 0 };
	return sigtimedwait(&hold->signals, NULL, &at_once) > 0;
}
