#include "daemon/reminders.h"

#include <string.h>

#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/network/due.h"

#define DIGEST "digest"        /* its tag; keys of occurrences hold a colon */
#define SERVER_GRACE_MS 15000  /* at login the bus is there before the one who shows notifications */
#define REFUSED_FIRST_MS 5000
#define REFUSED_MOST_MS 300000
#define COMMAND_MS 30000       /* deadline of notify_command */
#define COMMAND_AGAIN_MS 60000

/* What is being shown: its keys are marked in_flight until there is an answer. */
struct kith_reminders_flight {
	struct kith_reminders_flight *next;
	struct kith_reminders *reminders;
	struct kith_arena arena;
	const char *tag;
	const char **keys;
	size_t count;
	struct kith_child *child; /* the user's command, when it is the one to show it */
};

static int64_t loop_ms(const struct kith_reminders *reminders)
{
	return (int64_t)uv_now(reminders->loop);
}

static int64_t backed_off(int64_t first_ms, int64_t most_ms, unsigned times)
{
	const int64_t wait_ms = first_ms << (times < 8 ? times : 8);
	return wait_ms < most_ms ? wait_ms : most_ms;
}

/* --- flights --- */

static struct kith_reminders_flight *flight_of(const struct kith_reminders *reminders, const char *tag)
{
	for (struct kith_reminders_flight *flight = reminders->flights; flight; flight = flight->next)
		if (strcmp(flight->tag, tag) == 0)
			return flight;
	return NULL;
}

static struct kith_reminders_flight *take_off(struct kith_reminders *reminders, const char *tag,
                                              const struct kith_due *const *list, size_t count)
{
	struct kith_reminders_flight *flight = kith_alloc(sizeof(*flight));
	flight->reminders = reminders;
	flight->tag = kith_arena_strdup(&flight->arena, tag);
	flight->keys = kith_arena_alloc(&flight->arena, count * sizeof(*flight->keys));
	flight->count = count;
	for (size_t i = 0; i < count; i++) {
		flight->keys[i] = kith_arena_strdup(&flight->arena, list[i]->key);
		kith_shown_put(&reminders->shown, list[i]->key)->in_flight = true;
	}
	flight->next = reminders->flights;
	reminders->flights = flight;
	return flight;
}

static void land(struct kith_reminders_flight *flight)
{
	struct kith_reminders *reminders = flight->reminders;
	struct kith_reminders_flight **place = &reminders->flights;
	while (*place != flight)
		place = &(*place)->next;
	*place = flight->next;
	for (size_t i = 0; i < flight->count; i++)
		kith_shown_put(&reminders->shown, flight->keys[i])->in_flight = false;
	kith_arena_finish(&flight->arena);
	kith_free(flight);
}

static void save(struct kith_reminders *reminders, kith_day today)
{
	struct kith_err err = {0};
	if (!reminders->path)
		return;
	const bool failed = kith_shown_write(reminders->path, &reminders->shown, today, &err) != KITH_OK;
	if (failed && !reminders->file_failed)
		kith_log(KITH_ERROR, "keeping what was shown failed; after a restart it is shown again error=\"%s\"", err.message);
	reminders->file_failed = failed;
}

static void arrive(struct kith_reminders_flight *flight, const char *by)
{
	struct kith_reminders *reminders = flight->reminders;
	const struct kith_now now = kith_clock_now(reminders->clock);
	for (size_t i = 0; i < flight->count; i++) {
		struct kith_shown *shown = kith_shown_put(&reminders->shown, flight->keys[i]);
		/* In today's digest a second time: it keeps the time of the first. */
		if (shown->day != now.today || !shown->digest)
			shown->minute = now.minute;
		shown->day = now.today;
		shown->digest = strcmp(flight->tag, DIGEST) == 0;
	}
	kith_log(KITH_INFO, "reminded count=%zu by=%s", flight->count, by);
	for (size_t i = 0; i < flight->count; i++)
		reminders->sink.reminded(reminders->sink.user, flight->keys[i]);
	land(flight);
	save(reminders, now.today);
	reminders->trouble = (struct kith_err){0};
}

static void on_retry(uv_timer_t *timer)
{
	kith_reminders_plan(timer->data);
}

static void plan_at(struct kith_reminders *reminders, int64_t at_ms)
{
	const int64_t now_ms = loop_ms(reminders);
	if (!reminders->stopping)
		uv_timer_start(&reminders->retry, on_retry, at_ms > now_ms ? (uint64_t)(at_ms - now_ms) : 0, 0);
}

/* --- the desktop --- */

static void on_shown(void *user, const char *tag)
{
	struct kith_reminders *reminders = user;
	struct kith_reminders_flight *flight = flight_of(reminders, tag);
	reminders->refusals = 0;
	reminders->refused_until_ms = 0;
	if (!flight)
		return;
	arrive(flight, "desktop");
	plan_at(reminders, 0);
}

static void on_refused(void *user, const char *tag, const char *why)
{
	struct kith_reminders *reminders = user;
	struct kith_reminders_flight *flight = flight_of(reminders, tag);
	if (reminders->refused_until_ms <= loop_ms(reminders)) {
		if (reminders->refusals == 0)
			kith_log(KITH_WARNING, "showing a reminder failed; it is tried again error=\"%s\"", why);
		reminders->refused_until_ms =
			loop_ms(reminders) + backed_off(REFUSED_FIRST_MS, REFUSED_MOST_MS, reminders->refusals++);
	}
	kith_fail(&reminders->trouble, KITH_SYNC, "%s", why);
	if (flight)
		land(flight);
	plan_at(reminders, 0);
}

static void on_state_changed(void *user)
{
	struct kith_reminders *reminders = user;
	reminders->state_since_ms = loop_ms(reminders);
	reminders->refused_until_ms = 0;
	reminders->refusals = 0;
	plan_at(reminders, 0);
}

/* --- the user's command --- */

static void on_command_done(void *user, const struct kith_child_result *result)
{
	struct kith_reminders_flight *flight = user;
	struct kith_reminders *reminders = flight->reminders;
	if (result->code == 0 && !result->timed_out) {
		reminders->command_failures = 0;
		arrive(flight, "command");
	} else {
		if (reminders->command_failures == 0)
			kith_log(KITH_WARNING, "notify_command failed; it is tried again code=%d timed_out=%d", (int)result->code,
			         result->timed_out);
		kith_fail(&reminders->trouble, KITH_SYNC,
		          result->timed_out ? "notify_command did not end in %d s" : "notify_command ended with code %d",
		          result->timed_out ? COMMAND_MS / 1000 : (int)result->code);
		kith_hint(&reminders->trouble, "run it by hand with two words behind it; it is named in config.yaml");
		reminders->command_until_ms =
			loop_ms(reminders) + backed_off(COMMAND_AGAIN_MS, 16 * COMMAND_AGAIN_MS, reminders->command_failures++);
		land(flight);
	}
	plan_at(reminders, 0);
}

/* A text from a record must not be read as an option by a program that is not ours. */
static const char *as_argument(struct kith_arena *arena, const char *text)
{
	return text[0] == '-' ? kith_arena_printf(arena, " %s", text) : text;
}

static enum kith_code run_command(struct kith_reminders_flight *flight, const char *summary, const char *body,
                                  struct kith_err *err)
{
	struct kith_reminders *reminders = flight->reminders;
	const char *const *command = reminders->config->notify_command;
	size_t count = 0;
	while (command[count])
		count++;
	KITH_BUF safe_summary = {0}, safe_body = {0};
	kith_notify_escape(&safe_summary, summary, false);
	kith_notify_escape(&safe_body, body, false);
	const char **arguments = kith_arena_alloc(&flight->arena, (count + 3) * sizeof(*arguments));
	for (size_t i = 0; i < count; i++)
		arguments[i] = command[i];
	arguments[count] = as_argument(&flight->arena, kith_buf_text(&safe_summary));
	arguments[count + 1] = as_argument(&flight->arena, kith_buf_text(&safe_body));
	const struct kith_child_options options = {
		.program = command[0],
		.arguments = arguments,
		.folder = "/",
		.deadline_ms = COMMAND_MS,
		.on_done = on_command_done,
		.user = flight,
	};
	return kith_child_start(reminders->loop, &options, &flight->child, err);
}

/* --- planning --- */

enum way { NOBODY, DESKTOP, COMMAND };

static bool has_command(const struct kith_reminders *reminders)
{
	return reminders->config->notify_command && reminders->config->notify_command[0];
}

/* Who can be given a reminder now.  *again_ms: when that may change by itself. */
static enum way way_now(const struct kith_reminders *reminders, int64_t *again_ms)
{
	const struct kith_notify *notify = &reminders->notify;
	const int64_t now_ms = loop_ms(reminders);
	*again_ms = INT64_MAX;
	if (notify->bus && notify->state == KITH_NOTIFY_NO_BUS)
		return NOBODY; /* connecting: there is news soon */
	if (notify->bus && now_ms >= reminders->refused_until_ms)
		return DESKTOP; /* also without a server: the bus may start one */
	if (notify->bus)
		*again_ms = reminders->refused_until_ms;
	if (!has_command(reminders))
		return NOBODY;
	int64_t command_ms = reminders->command_until_ms;
	if (notify->bus && command_ms < reminders->state_since_ms + SERVER_GRACE_MS)
		command_ms = reminders->state_since_ms + SERVER_GRACE_MS;
	if (now_ms >= command_ms)
		return COMMAND;
	if (command_ms < *again_ms)
		*again_ms = command_ms;
	return NOBODY;
}

static void show(struct kith_reminders *reminders, enum way way, const char *tag, const struct kith_due *const *list,
                 size_t count, const char *summary, const char *body)
{
	struct kith_err err = {0};
	struct kith_reminders_flight *flight = take_off(reminders, tag, list, count);
	const enum kith_code code = way == DESKTOP ? kith_notify_show(&reminders->notify, tag, summary, body, &err)
	                                           : run_command(flight, summary, body, &err);
	if (code == KITH_OK)
		return;
	kith_log(KITH_WARNING, "showing a reminder failed; it is tried again error=\"%s\"", err.message);
	reminders->trouble = err;
	const int64_t again_ms = loop_ms(reminders) + COMMAND_AGAIN_MS;
	*(way == DESKTOP ? &reminders->refused_until_ms : &reminders->command_until_ms) = again_ms;
	land(flight);
	plan_at(reminders, again_ms);
}

static bool has_digest_today(const struct kith_reminders *reminders, kith_day today)
{
	for (size_t i = 0; i < reminders->shown.count; i++)
		if (reminders->shown.entries[i].digest && reminders->shown.entries[i].day == today)
			return true;
	return flight_of(reminders, DIGEST) != NULL;
}

static void show_plan(struct kith_reminders *reminders, enum way way, const struct kith_remind_plan *plan, struct kith_now now,
                      bool after_others)
{
	KITH_BUF summary = {0}, body = {0};
	for (size_t i = 0; i < plan->alone_count; i++) {
		kith_buf_clear(&summary);
		kith_buf_clear(&body);
		kith_due_summary(&summary, plan->alone[i], now.today);
		if (!plan->alone[i]->hide)
			kith_due_reason(&body, plan->alone[i], now.today);
		show(reminders, way, plan->alone[i]->key, &plan->alone[i], 1, kith_buf_text(&summary), kith_buf_text(&body));
	}
	if (plan->digest_count == 0 && plan->alone_count > 0 && !has_digest_today(reminders, now.today))
		kith_notify_withdraw(&reminders->notify, DIGEST); /* an earlier day's: its people come one by one now */
	if (plan->digest_count == 0 || flight_of(reminders, DIGEST))
		return;
	for (size_t i = 0; i < plan->digest_count; i++)
		kith_notify_withdraw(&reminders->notify, plan->digest[i]->key);
	kith_buf_clear(&summary);
	kith_buf_clear(&body);
	kith_remind_digest_summary(&summary, plan->digest, plan->digest_count, after_others || plan->alone_count > 0);
	kith_remind_digest_body(&body, plan->digest, plan->digest_count, now.today);
	show(reminders, way, DIGEST, plan->digest, plan->digest_count, kith_buf_text(&summary), kith_buf_text(&body));
}

void kith_reminders_plan(struct kith_reminders *reminders)
{
	if (!reminders->facts || reminders->stopping)
		return;
	KITH_ARENA arena = {0};
	const struct kith_now now = kith_clock_now(reminders->clock);
	const struct kith_remind_input input = {
		.due = reminders->facts->due,
		.count = reminders->facts->due_count,
		.find = kith_shown_of,
		.shown = &reminders->shown,
		.alone_today = kith_shown_alone_on(&reminders->shown, now.today),
		.rules = reminders->facts->rules,
		.now = now,
	};
	struct kith_remind_plan plan;
	kith_remind_plan(&input, &arena, &plan);
	reminders->next_ms = plan.next_ms;
	reminders->waiting = 0;
	int64_t again_ms;
	const enum way way = way_now(reminders, &again_ms);
	if (!reminders->config->notifications)
		; /* the plan is made all the same: it answers what would be shown */
	else if (way != NOBODY)
		show_plan(reminders, way, &plan, now, input.alone_today > 0);
	else
		reminders->waiting = plan.alone_count + plan.digest_count;
	if (reminders->waiting > 0 && again_ms != INT64_MAX)
		plan_at(reminders, again_ms);
	reminders->sink.planned(reminders->sink.user);
}

static int by_key(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* What is no longer due leaves the screen. */
static void withdraw_finished(struct kith_reminders *reminders)
{
	const struct kith_index_job *facts = reminders->facts;
	const char **keys = kith_alloc((facts->due_count + 1) * sizeof(*keys));
	for (size_t i = 0; i < facts->due_count; i++)
		keys[i] = facts->due[i].key;
	qsort(keys, facts->due_count, sizeof(*keys), by_key);
	bool digest_is_open = false;
	for (size_t i = 0; i < reminders->shown.count; i++) {
		const struct kith_shown *shown = &reminders->shown.entries[i];
		const char *key = shown->key;
		const bool is_open = bsearch(&key, keys, facts->due_count, sizeof(*keys), by_key) != NULL;
		if (is_open)
			digest_is_open |= shown->digest || shown->in_flight;
		else
			kith_notify_withdraw(&reminders->notify, key);
	}
	if (!digest_is_open)
		kith_notify_withdraw(&reminders->notify, DIGEST);
	kith_free(keys);
}

void kith_reminders_take(struct kith_reminders *reminders, const struct kith_index_job *facts)
{
	reminders->facts = facts;
	withdraw_finished(reminders);
	kith_reminders_plan(reminders);
}

const char *kith_reminders_state(const struct kith_reminders *reminders)
{
	static const char *const states[] = {"no-bus", "no-server", "ready"};
	if (!reminders->config->notifications)
		return "off";
	if (reminders->notify.state != KITH_NOTIFY_READY && has_command(reminders))
		return "command";
	return states[reminders->notify.state];
}

void kith_reminders_open(struct kith_reminders *reminders, uv_loop_t *loop, const char *local_folder,
                         const struct kith_clock *clock, const struct kith_config *config,
                         const struct kith_reminders_sink *sink)
{
	*reminders = (struct kith_reminders){.loop = loop, .clock = clock, .config = config, .sink = *sink, .next_ms = INT64_MAX};
	uv_timer_init(loop, &reminders->retry);
	reminders->retry.data = reminders;
	if (local_folder) {
		KITH_BUF path = {0};
		kith_buf_addf(&path, "%s/shown", local_folder);
		reminders->path = kith_buf_take(&path);
		struct kith_err err = {0};
		if (kith_shown_read(reminders->path, &reminders->shown, &err) != KITH_OK)
			kith_log(KITH_WARNING, "reading what was shown failed; it is shown again error=\"%s\"", err.message);
	}
	reminders->state_since_ms = loop_ms(reminders);
	const struct kith_notify_sink desktop = {reminders, on_shown, on_refused, on_state_changed};
	kith_notify_open(&reminders->notify, loop, &desktop);
}

void kith_reminders_stop(struct kith_reminders *reminders)
{
	if (reminders->stopping || !reminders->loop)
		return;
	reminders->stopping = true;
	kith_notify_close(&reminders->notify);
	for (struct kith_reminders_flight *flight = reminders->flights; flight; flight = flight->next)
		if (flight->child)
			kith_child_end(flight->child);
	uv_close((uv_handle_t *)&reminders->retry, NULL);
}

void kith_reminders_finish(struct kith_reminders *reminders)
{
	while (reminders->flights)
		land(reminders->flights);
	kith_shown_finish(&reminders->shown);
	kith_free(kith_take(&reminders->path));
}
