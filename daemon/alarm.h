/* A wake-up at an instant of the wall clock: it holds through sleep, and tells when the clock was set. */
#ifndef KITH_DAEMON_ALARM_H
#define KITH_DAEMON_ALARM_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "lib/base/error.h"

struct kith_alarm {
	uv_poll_t poll;
	int fd;
	/* The instant has come, or the clock was set: look at the time, and set the alarm again. */
	void (*on_alarm)(void *user);
	void *user;
};

/* libuv's own timers stop while the machine sleeps and know nothing of the clock being set, so this is a
 * timerfd.  Fails with KITH_IO when there is none. */
enum kith_code kith_alarm_open(struct kith_alarm *, uv_loop_t *, void (*on_alarm)(void *), void *user, struct kith_err *);
/* Replaces what was set before.  INT64_MAX: only when the clock is set. */
void kith_alarm_set(struct kith_alarm *, int64_t at_ms);
/* The handle is closing afterwards: run the loop before the memory goes. */
void kith_alarm_close(struct kith_alarm *);

#endif
