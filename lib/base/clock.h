/* The injected clock: KITH_NOW fixes it, for tests and for trying things. */
#ifndef KITH_CLOCK_H
#define KITH_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/error.h"

struct kith_clock {
	bool fixed;
	int64_t fixed_ms; /* when fixed: milliseconds since the epoch */
};

struct kith_now {
	int64_t ms;     /* since the epoch, UTC */
	kith_day today; /* local calendar day */
	int minute;     /* local minute of the day */
};

/* Read $KITH_NOW; unset or empty: the real clock.  Fails with KITH_USAGE. */
enum kith_code kith_clock_init(struct kith_clock *, struct kith_err *);
/* Fix the clock at 2026-11-25 (noon, local), 2026-11-25T09:00[:00] (local; a space does for the T), or with
 * Z or +01:00 behind it.  Fails with KITH_USAGE. */
enum kith_code kith_clock_fix(struct kith_clock *, const char *text, struct kith_err *);
struct kith_now kith_clock_now(const struct kith_clock *);

/* The instant of a local calendar minute, in ms since the epoch.  A minute that a
 * change of daylight saving skips is the first that exists after it; of one that
 * comes twice, the first. */
int64_t kith_instant(kith_day, int minute);

#endif
