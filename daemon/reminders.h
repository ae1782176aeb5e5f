/* Reminders of this machine: what is due is planned, shown on the desktop or given to the user's command, and
 * remembered as shown only when that has worked. */
#ifndef KITH_DAEMON_REMINDERS_H
#define KITH_DAEMON_REMINDERS_H

#include "daemon/child.h"
#include "daemon/indexer.h"
#include "daemon/notify.h"
#include "daemon/shown.h"
#include "lib/base/json.h"
#include "lib/store/store.h"

struct kith_reminders_sink {
	void *user;
	void (*planned)(void *user);                 /* next_ms may be another */
	void (*reminded)(void *user, const char *key); /* an occurrence was shown */
};

struct kith_reminders {
	uv_loop_t *loop;
	uv_timer_t retry;
	struct kith_reminders_sink sink;
	struct kith_notify notify;
	struct kith_shown_list shown;
	char *path;                 /* of the file of what was shown; NULL: not kept */
	const struct kith_clock *clock;
	const struct kith_config *config;
	const struct kith_index_job *facts; /* not owned; NULL before the first */
	struct kith_reminders_flight *flights;
	int64_t next_ms;            /* wall clock: when something is to be shown next; INT64_MAX: nothing known */
	size_t waiting;             /* due now, but nobody takes them */
	int64_t state_since_ms, refused_until_ms, command_until_ms; /* of the loop's clock */
	unsigned refusals, command_failures;
	bool file_failed, planning, stopping;
	struct kith_err trouble;    /* why what is due is not shown */
};

void kith_reminders_open(struct kith_reminders *, uv_loop_t *, const char *local_folder, const struct kith_clock *,
                         const struct kith_config *, const struct kith_reminders_sink *);
/* Run the loop before kith_reminders_finish. */
void kith_reminders_stop(struct kith_reminders *);
void kith_reminders_finish(struct kith_reminders *);

/* What is due has been read anew: take finished ones from the screen, and plan.  The facts must last until the next call. */
void kith_reminders_take(struct kith_reminders *, const struct kith_index_job *facts);
/* The time has come, the clock was set, the configuration changed. */
void kith_reminders_plan(struct kith_reminders *);

/* "ready", "no-server", "no-bus", "command" or "off": who shows them. */
const char *kith_reminders_state(const struct kith_reminders *);

/* Members for an answer: what was shown last and what comes next; or all of one record, with why. */
void kith_reminders_tell(struct kith_reminders *, struct kith_json *, const struct kith_index_job *asked);
void kith_reminders_tell_record(struct kith_reminders *, struct kith_json *, const struct kith_index_job *asked);

#endif
