/* Ends the process at its nth durable step, for the torture tests.
 *
 * Every place that changes something on disk that must survive a crash is followed by KITH_FAILPOINT.
 * Built with -DKITH_FAILPOINTS, each one passed is counted, and at the step that $KITH_FAIL_AT names
 * (from 1) the process ends at once with KITH_FAILPOINT_STATUS, as if it had been killed.  Otherwise it
 * is nothing. */
#ifndef KITH_FAILPOINT_H
#define KITH_FAILPOINT_H

#define KITH_FAILPOINT_STATUS 97 /* no other program's, nor a sanitizer's */

#ifdef KITH_FAILPOINTS
void kith_failpoint(const char *name);
/* Called with each step's name when it is set: a test does there what somebody else might do just then. */
extern void (*kith_failpoint_hook)(const char *name);
#define KITH_FAILPOINT(name) kith_failpoint(name)
#else
#define KITH_FAILPOINT(name) ((void)0)
#endif

#endif
