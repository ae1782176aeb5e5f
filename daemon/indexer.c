#include "daemon/indexer.h"

#include <string.h>

#include "lib/base/log.h"
#include "lib/store/schemas.h"

#define FACTS_AFTER_MS 250       /* a burst of saves is read once */
#define SCHEMAS_AFTER_MS 600     /* and leaves its words for the editors behind */
#define TIDY_AFTER_MS 20000
#define FAILED_FIRST_MS 1000
#define FAILED_MOST_MS 60000

/* Somebody who waits for the index, or asks it something. */
struct kith_index_wish {
	struct kith_index_wish *next;
	uint64_t upto; /* the changes that must be in it */
	kith_index_ready *ready;
	kith_index_asked *asked;
	char *record;
	kith_day to;
	void *user;
	uint64_t client;
	int64_t id;
};

/* --- the job, on a thread of the pool --- */

static void read_facts(struct kith_index_job *job, struct kith_store *store, struct kith_index *index)
{
	const struct kith_settings *settings = &store->settings;
	job->rules = (struct kith_remind_rules){
		.remind_at = settings->remind_at,
		.quiet_from = settings->quiet_from,
		.quiet_to = settings->quiet_to,
		.weekend = settings->weekend,
		.nudges = settings->nudges,
	};
	job->faults = settings->faults.errors;
	job->code = kith_index_counts(index, &job->counts, &job->err);
	if (job->code == KITH_OK)
		job->code = kith_index_due(index, KITH_NO_DAY, job->now.today + 1, NULL, &job->arena, &job->due, &job->due_count,
		                           &job->err);
}

static void answer_question(struct kith_index_job *job, struct kith_index *index)
{
	if (job->ask_id) {
		struct kith_row row;
		job->ask_code = kith_index_row_of_id(index, job->ask_id, &job->arena, &row, &job->ask_err);
		if (job->ask_code == KITH_NONE)
			kith_fail(&job->ask_err, KITH_NONE, "no record has the id '%s'", job->ask_id);
		if (job->ask_code != KITH_OK)
			return;
		job->ask_title = row.hidden ? "" : row.title;
	}
	job->ask_code = kith_index_due(index, KITH_NO_DAY, job->ask_to, job->ask_id, &job->arena, &job->asked,
	                               &job->asked_count, &job->ask_err);
}

void kith_index_job_run(struct kith_index_job *job, struct kith_store *store, struct kith_index *index)
{
	job->code = KITH_OK;
	if (job->settings)
		kith_store_reload(store);
	if (job->settings || job->day)
		job->code = kith_index_set_now(index, job->now, &job->err);
	if (job->code == KITH_OK && job->refresh)
		job->code = kith_index_refresh(index, &job->report, &job->err);
	else if (job->code == KITH_OK && job->count > 0)
		job->code = kith_index_update(index, job->paths, job->count, &job->report, &job->err);
	/* Another kith, with another clock, may have derived for its own day since. */
	if (job->code == KITH_OK && (job->facts || job->ask))
		job->code = kith_index_set_now(index, job->now, &job->err);
	if (job->code == KITH_OK && job->facts)
		read_facts(job, store, index);
	if (job->code == KITH_OK && job->ask)
		answer_question(job, index);
	struct kith_err err = {0};
	if (job->code == KITH_OK && job->schemas && kith_schemas_refresh(store, index, &err) != KITH_OK)
		kith_log(KITH_DEBUG, "the schemas for editors were not written error=\"%s\"", err.message);
	if (job->code == KITH_OK && job->tidy)
		kith_index_maintain(index);
}

void kith_index_job_destroy(struct kith_index_job *job)
{
	if (!job)
		return;
	kith_arena_finish(&job->arena);
	kith_free(job);
}

/* --- wishes --- */

static void destroy_wish(struct kith_index_wish *wish)
{
	kith_free(wish->record);
	kith_free(wish);
}

/* Tell those whose changes are covered, or all of them when the job failed. */
static void grant_wishes(struct kith_indexer *indexer, const struct kith_index_job *job)
{
	struct kith_index_wish **place = &indexer->wishes;
	bool answered = false;
	while (*place) {
		struct kith_index_wish *wish = *place;
		const bool is_question = wish->asked != NULL;
		const bool is_mine = job->code != KITH_OK || (is_question ? job->ask && !answered : wish->upto <= indexer->covered);
		if (!is_mine) {
			place = &wish->next;
			continue;
		}
		*place = wish->next;
		if (is_question) {
			wish->asked(wish->user, wish->client, wish->id, job);
			answered = true;
		} else {
			wish->ready(wish->user, wish->client, wish->id, job->code, &job->err);
		}
		destroy_wish(wish);
	}
}

static void add_wish(struct kith_indexer *indexer, struct kith_index_wish *wish)
{
	struct kith_index_wish **last = &indexer->wishes;
	while (*last)
		last = &(*last)->next;
	*last = wish;
}

static const struct kith_index_wish *first_question(const struct kith_indexer *indexer)
{
	for (const struct kith_index_wish *wish = indexer->wishes; wish; wish = wish->next)
		if (wish->asked)
			return wish;
	return NULL;
}

/* --- choosing the next job --- */

static int64_t loop_ms(const struct kith_indexer *indexer)
{
	return (int64_t)uv_now(indexer->timer.loop);
}

static bool is_ready(void *user, const struct kith_dirty_path *path)
{
	return path->ready_ms <= *(const int64_t *)user;
}

/* When the next job may start; INT64_MAX when there is nothing to do. */
static int64_t next_start(struct kith_indexer *indexer)
{
	int64_t at = INT64_MAX;
	if (indexer->wishes || indexer->settings || indexer->day)
		at = 0;
	const int64_t ready = kith_dirty_ready(&indexer->dirty);
	if (ready < at)
		at = ready;
	if (indexer->facts_at_ms < at)
		at = indexer->facts_at_ms;
	if (indexer->schemas_at_ms < at)
		at = indexer->schemas_at_ms;
	if (indexer->tidy_at_ms < at)
		at = indexer->tidy_at_ms;
	if (at != INT64_MAX && at < indexer->not_before_ms)
		at = indexer->not_before_ms;
	return at;
}

/* A wait takes everything, also what is not yet believed: the answer must be what the files say now. */
static struct kith_index_job *make_job(struct kith_indexer *indexer, int64_t now_ms)
{
	struct kith_index_job *job = kith_alloc(sizeof(*job));
	const struct kith_index_wish *question = first_question(indexer);
	job->now = kith_clock_now(indexer->clock);
	job->settings = indexer->settings;
	job->day = indexer->day;
	job->refresh = indexer->dirty.all;
	job->facts = indexer->facts_at_ms <= now_ms || job->settings || job->day;
	if (question) {
		job->ask = true;
		job->ask_id = question->record ? kith_arena_strdup(&job->arena, question->record) : NULL;
		job->ask_to = question->to;
	}
	kith_dirty_take(&indexer->dirty, indexer->wishes || job->refresh ? NULL : is_ready, &now_ms, &job->arena, &job->paths,
	                &job->count);
	if (job->refresh)
		kith_dirty_clear(&indexer->dirty);
	if (kith_dirty_is_empty(&indexer->dirty))
		job->covers = indexer->noted;
	const bool idle = job->count == 0 && !job->refresh && !indexer->wishes;
	job->schemas = indexer->schemas_at_ms <= now_ms && idle;
	job->tidy = indexer->tidy_at_ms <= now_ms && idle;
	indexer->settings = indexer->day = false;
	if (job->facts)
		indexer->facts_at_ms = INT64_MAX;
	if (job->schemas)
		indexer->schemas_at_ms = INT64_MAX;
	if (job->tidy)
		indexer->tidy_at_ms = INT64_MAX;
	return job;
}

static void pump(struct kith_indexer *indexer);

static void on_timer(uv_timer_t *timer)
{
	pump(timer->data);
}

static void on_work(uv_work_t *work)
{
	struct kith_indexer *indexer = work->data;
	kith_index_job_run(indexer->job, indexer->store, indexer->index);
}

/* What a failed job had taken waits again. */
static void put_back(struct kith_indexer *indexer, const struct kith_index_job *job, int64_t now_ms)
{
	for (size_t i = 0; i < job->count; i++)
		kith_dirty_add(&indexer->dirty, job->paths[i], false, now_ms, now_ms);
	if (job->refresh)
		kith_dirty_add_all(&indexer->dirty, now_ms);
	indexer->settings |= job->settings;
	indexer->day |= job->day;
	if (job->facts)
		indexer->facts_at_ms = now_ms;
	const unsigned doublings = indexer->failures < 6 ? indexer->failures : 6;
	const int64_t wait_ms = (int64_t)FAILED_FIRST_MS << doublings;
	indexer->not_before_ms = now_ms + (wait_ms < FAILED_MOST_MS ? wait_ms : FAILED_MOST_MS);
	indexer->failures++;
	if (indexer->failures == 1 || strcmp(indexer->trouble.message, job->err.message) != 0)
		kith_log(KITH_ERROR, "indexing failed; it is tried again error=\"%s\"", job->err.message);
	indexer->trouble = job->err;
}

static void take_success(struct kith_indexer *indexer, const struct kith_index_job *job, int64_t now_ms)
{
	if (indexer->failures > 0)
		kith_log(KITH_INFO, "indexing works again");
	indexer->failures = 0;
	indexer->not_before_ms = 0;
	indexer->trouble = (struct kith_err){0};
	indexer->last_ms = job->now.ms;
	if (job->covers > indexer->covered)
		indexer->covered = job->covers;
	const bool changed = job->report.changed > 0 || job->report.removed > 0;
	if (changed)
		indexer->tidy_at_ms = now_ms + TIDY_AFTER_MS;
	if (changed || job->refresh) /* somebody else may have indexed before */
		indexer->schemas_at_ms = now_ms + SCHEMAS_AFTER_MS;
	if ((changed || job->settings || job->day) && !job->facts && indexer->facts_at_ms == INT64_MAX)
		indexer->facts_at_ms = now_ms + FACTS_AFTER_MS;
	if (job->refresh || changed)
		kith_log(KITH_DEBUG, "indexed seen=%zu changed=%zu removed=%zu broken=%zu", job->report.seen, job->report.changed,
		         job->report.removed, job->report.broken);
}

static void on_worked(uv_work_t *work, int status)
{
	struct kith_indexer *indexer = work->data;
	struct kith_index_job *job = kith_take(&indexer->job);
	uv_update_time(indexer->timer.loop);
	const int64_t now_ms = loop_ms(indexer);
	if (status != 0)
		job->code = kith_fail(&job->err, KITH_STOPPED, "the daemon is stopping");
	if (job->code == KITH_OK)
		take_success(indexer, job, now_ms);
	else
		put_back(indexer, job, now_ms);
	if (job->facts && job->code == KITH_OK) {
		kith_index_job_destroy(indexer->facts);
		indexer->facts = job;
	}
	indexer->on_indexed(indexer->user, job);
	grant_wishes(indexer, job);
	if (job != indexer->facts)
		kith_index_job_destroy(job);
	pump(indexer);
}

/* Start the next job if one is wanted and none runs; else see that it is started in time. */
static void pump(struct kith_indexer *indexer)
{
	if (indexer->job || indexer->stopping)
		return;
	const int64_t now_ms = loop_ms(indexer);
	const int64_t at = next_start(indexer);
	if (at == INT64_MAX) {
		uv_timer_stop(&indexer->timer);
	} else if (at > now_ms) {
		uv_timer_start(&indexer->timer, on_timer, (uint64_t)(at - now_ms), 0);
	} else {
		uv_timer_stop(&indexer->timer);
		indexer->job = make_job(indexer, now_ms);
		indexer->work.data = indexer;
		(void)uv_queue_work(indexer->timer.loop, &indexer->work, on_work, on_worked); /* fails only without a callback */
	}
}

void kith_indexer_open(struct kith_indexer *indexer, uv_loop_t *loop, struct kith_store *store, struct kith_index *index,
                       const struct kith_clock *clock, kith_index_done *on_indexed, void *user)
{
	*indexer = (struct kith_indexer){
		.store = store, .index = index, .clock = clock, .on_indexed = on_indexed, .user = user, .tidy_at_ms = INT64_MAX,
		.schemas_at_ms = INT64_MAX,
	};
	uv_timer_init(loop, &indexer->timer);
	indexer->timer.data = indexer;
	indexer->facts_at_ms = 0;
	kith_indexer_refresh(indexer);
}

bool kith_indexer_is_busy(const struct kith_indexer *indexer)
{
	return indexer->job != NULL;
}

void kith_indexer_stop(struct kith_indexer *indexer)
{
	if (indexer->stopping || !indexer->store)
		return;
	indexer->stopping = true;
	struct kith_index_job none = {0};
	none.code = kith_fail(&none.err, KITH_SYNC, "the daemon is stopping");
	grant_wishes(indexer, &none);
	if (indexer->job)
		(void)uv_cancel((uv_req_t *)&indexer->work); /* it may be running already */
	uv_close((uv_handle_t *)&indexer->timer, NULL);
}

void kith_indexer_finish(struct kith_indexer *indexer)
{
	kith_index_job_destroy(indexer->facts);
	kith_dirty_finish(&indexer->dirty);
	indexer->facts = NULL;
}

void kith_indexer_changed(struct kith_indexer *indexer, const char *path, bool gone, int64_t wait_ms)
{
	indexer->noted++;
	const int64_t now_ms = loop_ms(indexer);
	kith_dirty_add(&indexer->dirty, path, gone, now_ms, now_ms + wait_ms);
	pump(indexer);
}

void kith_indexer_refresh(struct kith_indexer *indexer)
{
	indexer->noted++;
	kith_dirty_add_all(&indexer->dirty, loop_ms(indexer));
	pump(indexer);
}

void kith_indexer_settings_changed(struct kith_indexer *indexer)
{
	indexer->noted++;
	indexer->settings = true;
	pump(indexer);
}

void kith_indexer_day_changed(struct kith_indexer *indexer)
{
	indexer->noted++;
	indexer->day = true;
	pump(indexer);
}

void kith_indexer_want_facts(struct kith_indexer *indexer)
{
	indexer->noted++;
	indexer->facts_at_ms = 0;
	pump(indexer);
}

void kith_indexer_wait(struct kith_indexer *indexer, kith_index_ready *ready, void *user, uint64_t client, int64_t id)
{
	if (indexer->covered == indexer->noted && !indexer->stopping) {
		ready(user, client, id, KITH_OK, NULL);
		return;
	}
	struct kith_index_wish *wish = kith_alloc(sizeof(*wish));
	*wish = (struct kith_index_wish){.upto = indexer->noted, .ready = ready, .user = user, .client = client, .id = id};
	add_wish(indexer, wish);
	indexer->not_before_ms = 0; /* a person waits */
	pump(indexer);
}

void kith_indexer_ask(struct kith_indexer *indexer, const char *record, kith_day to, kith_index_asked *asked, void *user,
                      uint64_t client, int64_t id)
{
	struct kith_index_wish *wish = kith_alloc(sizeof(*wish));
	*wish = (struct kith_index_wish){.asked = asked, .to = to, .user = user, .client = client, .id = id};
	wish->record = record ? kith_strdup(record) : NULL;
	add_wish(indexer, wish);
	indexer->not_before_ms = 0;
	pump(indexer);
}
