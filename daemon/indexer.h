/* Keeping the index up to date from inside the loop: one job at a time on the thread pool, with copies in and copies out.
 *
 * While a job runs nothing else touches the index or the store's settings: what the loop needs of them is
 * copied out at the end of a job.  Changes that arrive during a job wait for the next. */
#ifndef KITH_DAEMON_INDEXER_H
#define KITH_DAEMON_INDEXER_H

#include <uv.h>

#include "daemon/dirty.h"
#include "daemon/remind.h"
#include "lib/base/clock.h"
#include "lib/store/index.h"

#define KITH_VANISH_MS 200 /* editors rename: a file that vanished is believed gone after this */

/* What one job does, and what it found. */
struct kith_index_job {
	struct kith_arena arena;
	/* in */
	const char **paths;
	size_t count;
	bool refresh;  /* look at all files */
	bool settings; /* read kith.yaml again */
	bool day;      /* the day has changed */
	bool facts;    /* read counts, rules and what is due */
	bool tidy;     /* nothing else to do */
	bool schemas;  /* nor that: see that what editors read is fresh */
	bool ask;      /* read what is due up to the day ask_to, of one record if ask_id is not NULL */
	const char *ask_id;
	kith_day ask_to;
	struct kith_now now;
	uint64_t covers; /* everything noted up to this number is in it */
	/* out */
	enum kith_code code;
	struct kith_err err;
	struct kith_index_report report;
	struct kith_index_counts counts;
	struct kith_remind_rules rules;
	struct kith_due *due; /* up to tomorrow */
	size_t due_count;
	size_t faults;        /* of kith.yaml */
	enum kith_code ask_code;
	struct kith_err ask_err;
	const char *ask_title; /* of the record */
	struct kith_due *asked;
	size_t asked_count;
};

/* Run a job to its end; knows nothing of the loop. */
void kith_index_job_run(struct kith_index_job *, struct kith_store *, struct kith_index *);
void kith_index_job_destroy(struct kith_index_job *);

typedef void kith_index_done(void *user, const struct kith_index_job *);
/* KITH_OK: all that was noted before the call is in the index; else why not. */
typedef void kith_index_ready(void *user, uint64_t client, int64_t id, enum kith_code, const struct kith_err *);
typedef void kith_index_asked(void *user, uint64_t client, int64_t id, const struct kith_index_job *);

struct kith_indexer {
	uv_work_t work;
	uv_timer_t timer;
	struct kith_store *store;
	struct kith_index *index;
	const struct kith_clock *clock;
	struct kith_dirty dirty;
	struct kith_index_job *job;   /* the one that runs */
	struct kith_index_job *facts; /* the last one that read facts: the loop reads them here */
	bool settings, day;           /* wanted of the next job */
	bool stopping;
	uint64_t noted, covered;      /* changes noted so far, and how many of them the index knows */
	struct kith_index_wish *wishes;
	int64_t facts_at_ms;          /* when to read facts again; INT64_MAX: they are current */
	int64_t tidy_at_ms, schemas_at_ms;
	int64_t not_before_ms;        /* after a failure */
	unsigned failures;
	int64_t last_ms;              /* wall clock of the last success */
	struct kith_err trouble;      /* of the last job, if it failed; else code 0 */
	kith_index_done *on_indexed;
	void *user;
};

/* The first job looks at all files and reads facts; on_indexed is called after each job. */
void kith_indexer_open(struct kith_indexer *, uv_loop_t *, struct kith_store *, struct kith_index *, const struct kith_clock *,
                       kith_index_done *on_indexed, void *user);
/* No further job starts; who waits is told so. */
void kith_indexer_stop(struct kith_indexer *);
bool kith_indexer_is_busy(const struct kith_indexer *);
void kith_indexer_finish(struct kith_indexer *); /* after the loop has ended */

/* Note changes; a job starts as soon as it can, but not before wait_ms have passed (a wait cuts that short). */
void kith_indexer_changed(struct kith_indexer *, const char *path, bool gone, int64_t wait_ms);
void kith_indexer_refresh(struct kith_indexer *);
void kith_indexer_settings_changed(struct kith_indexer *);
void kith_indexer_day_changed(struct kith_indexer *);
void kith_indexer_want_facts(struct kith_indexer *); /* now, not after a burst */

void kith_indexer_wait(struct kith_indexer *, kith_index_ready *, void *user, uint64_t client, int64_t id);
/* What is due of a record, or of all (record NULL), up to a day. */
void kith_indexer_ask(struct kith_indexer *, const char *record, kith_day to, kith_index_asked *, void *user,
                      uint64_t client, int64_t id);

#endif
