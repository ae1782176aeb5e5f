/* The resident process: one loop, and the parts that live in it.
 *
 *   watch  →  indexer  →  reminders  →  the desktop
 *         ↘  sync      →  a child that commits
 *   server ↔  whoever asks
 *
 * Everything here belongs to the loop; only the indexer's jobs run elsewhere, with copies. */
#ifndef KITH_DAEMON_RESIDENT_H
#define KITH_DAEMON_RESIDENT_H

#include <uv.h>

#include "daemon/alarm.h"
#include "daemon/indexer.h"
#include "daemon/options.h"
#include "daemon/reminders.h"
#include "daemon/server.h"
#include "daemon/sync.h"
#include "lib/store/watch.h"

struct kith_resident {
	const struct kith_options *options;
	uv_loop_t loop;
	struct kith_clock clock;
	struct kith_store *store;
	struct kith_index *index;
	struct kith_config config; /* the store's own copy belongs to the indexer's jobs */
	int lock;

	struct kith_watch watch;
	uv_poll_t watch_poll;
	int watch_fd;              /* that is polled; -1 if none */
	uv_timer_t scan;           /* once an hour, and every few seconds where nothing can be watched */
	unsigned polls;            /* since watching fell back to polling */
	bool was_polling;          /* when it was last told of */
	bool changed_since_scan;
	int64_t settings_ns;       /* mtime of kith.yaml, where it cannot be watched */

	struct kith_indexer indexer;
	struct kith_sync sync;
	struct kith_alarm alarm;
	struct kith_reminders reminders;
	struct kith_server server;

	uv_signal_t term, interrupt, hangup;
	uv_timer_t stop_timer;
	unsigned stop_ticks;
	kith_day today;            /* that the indexer was told of */
	int64_t since_ms;
	bool has_loop, ready, stopping, restart, abandoned;
	enum kith_code code;       /* why it stops */
	struct kith_err *err;
};

/* Run until told to stop.  *restart: it left only to begin anew (the store has become a repository).
 * KITH_SYNC: another daemon is at work for the store.  KITH_IO: the store was moved, deleted, or cannot be used. */
enum kith_code kith_resident_run(const struct kith_options *, bool *restart, struct kith_err *);

/* --- between its files --- */

/* Watch the store, and look at it by time. */
void kith_resident_open_watch(struct kith_resident *);
/* Anything may have changed. */
void kith_resident_look_at_everything(struct kith_resident *);

/* Read what the kernel has to tell, so that all that happened before is noted. */
void kith_resident_catch_up(struct kith_resident *);
void kith_resident_reload(struct kith_resident *);
void kith_resident_stop(struct kith_resident *);
/* The clock was moved: look at the day, the reminders and the alarm. */
void kith_resident_look_at_clock(struct kith_resident *);

/* A request came in on the control socket. */
void kith_resident_request(void *resident, struct kith_asker, const char *what, const struct kith_message *);
void kith_resident_pass_done(void *resident, uint64_t client, int64_t id, const struct kith_pass *);

/* Members of an answer: how things are. */
void kith_resident_status(struct kith_resident *, struct kith_json *);
/* One line of the same, for systemd. */
void kith_resident_status_line(struct kith_resident *, struct kith_buf *);

#endif
