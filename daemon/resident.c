#include "daemon/resident.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "daemon/lock.h"
#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/base/swap.h"
#include "lib/network/due.h"

#define STOP_TICK_MS 1000
#define STOP_CHILD_TICKS 10    /* a child at work on git may finish; then it is ended */
#define STOP_MOST_TICKS 14     /* the index is a cache: a job that takes longer is abandoned */
#define DESCRIPTORS_WANTED 256 /* 64 clients, the index, a child's pipes */
#define DESCRIPTORS_NEEDED 64

/* When nothing is at work any more the socket goes too; until then whoever asks is told, so that nobody takes a daemon that is
 * still leaving for one that has left. */
static void leave_when_idle(struct kith_resident *resident)
{
	if (resident->stopping && !kith_indexer_is_busy(&resident->indexer) && !kith_sync_is_busy(&resident->sync))
		kith_server_close(&resident->server);
}

/* --- what the parts tell --- */

static void tell_systemd(struct kith_resident *resident, const char *more)
{
	KITH_BUF line = {0};
	kith_buf_addf(&line, "%sSTATUS=", more);
	kith_resident_status_line(resident, &line);
	(void)sd_notify(0, line.text); /* nothing listens outside of systemd */
}

static void become_ready(struct kith_resident *resident)
{
	resident->ready = true;
	const struct kith_index_counts *counts = resident->indexer.facts ? &resident->indexer.facts->counts : NULL;
	kith_log(KITH_INFO, "ready store=%s files=%zu watching=%s commits=%s", resident->store->root,
	         counts ? counts->files : 0, resident->watch.polling ? "polling" : "inotify",
	         resident->store->has_git ? "on" : "off");
	tell_systemd(resident, "READY=1\n");
	if (resident->options->ready_fd >= 0) {
		const ssize_t written = write(resident->options->ready_fd, "\n", 1);
		if (written != 1)
			kith_log(KITH_WARNING, "telling that it is ready failed errno=%d", errno);
		(void)close(resident->options->ready_fd); /* it has said all */
	}
}

static void on_indexed(void *user, const struct kith_index_job *job)
{
	struct kith_resident *resident = user;
	if (resident->stopping) {
		leave_when_idle(resident);
		return;
	}
	const bool changed = job->report.changed > 0 || job->report.removed > 0;
	if (job->facts && job->code == KITH_OK)
		kith_reminders_take(&resident->reminders, resident->indexer.facts);
	else if (job->facts) /* a reminder fires, even if it is by what was known before */
		kith_reminders_plan(&resident->reminders);
	if (!resident->ready)
		become_ready(resident);
	else if (job->refresh && changed)
		kith_sync_changed_all(&resident->sync);
	if (changed && kith_server_has_subscribers(&resident->server)) {
		struct kith_answer event;
		kith_event_begin(&event, "indexed");
		kith_json_key_int(&event.json, "changed", (int64_t)job->report.changed);
		kith_json_key_int(&event.json, "removed", (int64_t)job->report.removed);
		kith_server_publish(&resident->server, &event);
	}
}

static void on_pass(void *user, const struct kith_pass *pass)
{
	struct kith_resident *resident = user;
	if (resident->stopping) {
		leave_when_idle(resident);
		return;
	}
	tell_systemd(resident, "");
	if (!*pass->commit || !kith_server_has_subscribers(&resident->server))
		return;
	struct kith_answer event;
	kith_event_begin(&event, "committed");
	kith_json_key_string(&event.json, "commit", pass->commit);
	kith_json_key_int(&event.json, "paths", (int64_t)pass->paths);
	kith_server_publish(&resident->server, &event);
}

static void on_alarm(void *user)
{
	kith_resident_look_at_clock(user);
}

/* The next thing to happen by the clock: a reminder, else midnight, when a new day's become due. */
static void on_planned(void *user)
{
	struct kith_resident *resident = user;
	if (resident->clock.fixed || resident->stopping)
		return;
	const struct kith_now now = kith_clock_now(&resident->clock);
	int64_t at_ms = kith_instant(now.today + 1, 0);
	if (resident->reminders.next_ms < at_ms)
		at_ms = resident->reminders.next_ms;
	/* In the hour that the end of summer time repeats, a minute's first instant may be past while the minute is to come. */
	if (at_ms <= now.ms)
		at_ms = now.ms + 60000 - now.ms % 60000;
	kith_alarm_set(&resident->alarm, at_ms);
}

static void on_reminded(void *user, const char *key)
{
	struct kith_resident *resident = user;
	if (resident->stopping || !kith_server_has_subscribers(&resident->server))
		return;
	struct kith_answer event;
	kith_event_begin(&event, "reminded");
	kith_json_key_string(&event.json, "key", key);
	kith_server_publish(&resident->server, &event);
}

void kith_resident_look_at_clock(struct kith_resident *resident)
{
	const struct kith_now now = kith_clock_now(&resident->clock);
	kith_resident_catch_up(resident);
	if (now.today != resident->today) {
		resident->today = now.today;
		kith_indexer_day_changed(&resident->indexer);
	}
	/* What was finished a moment ago must not be shown: the plan is made when the facts have been read. */
	kith_indexer_want_facts(&resident->indexer);
}

/* --- stopping --- */

static void close_if_open(void *handle)
{
	uv_handle_t *open = handle;
	if (open->loop && !uv_is_closing(open))
		uv_close(open, NULL);
}

static void on_stop_tick(uv_timer_t *timer)
{
	struct kith_resident *resident = timer->data;
	resident->stop_ticks++;
	if (resident->stop_ticks >= STOP_CHILD_TICKS)
		kith_sync_end_child(&resident->sync);
	if (resident->stop_ticks >= STOP_MOST_TICKS) {
		kith_log(KITH_WARNING, "stopped without waiting for a job");
		resident->abandoned = true;
		uv_stop(&resident->loop);
	}
}

void kith_resident_stop(struct kith_resident *resident)
{
	if (resident->stopping)
		return;
	resident->stopping = true;
	(void)sd_notify(0, "STOPPING=1\nSTATUS=stopping");
	kith_indexer_stop(&resident->indexer);
	kith_sync_stop(&resident->sync);
	kith_reminders_stop(&resident->reminders);
	kith_alarm_close(&resident->alarm);
	close_if_open(&resident->watch_poll);
	close_if_open(&resident->scan);
	close_if_open(&resident->hangup);
	/* These stay for somebody who is in a hurry, but do not keep the loop going. */
	uv_unref((uv_handle_t *)&resident->term);
	uv_unref((uv_handle_t *)&resident->interrupt);
	uv_timer_start(&resident->stop_timer, on_stop_tick, STOP_TICK_MS, STOP_TICK_MS);
	uv_unref((uv_handle_t *)&resident->stop_timer);
	leave_when_idle(resident);
}

static void on_stop_signal(uv_signal_t *signal, int number)
{
	struct kith_resident *resident = signal->data;
	if (resident->stopping) {
		resident->stop_ticks = STOP_CHILD_TICKS;
		kith_sync_end_child(&resident->sync);
		return;
	}
	kith_log(KITH_INFO, "stopping signal=%d", number);
	kith_resident_stop(resident);
}

void kith_resident_reload(struct kith_resident *resident)
{
	kith_log(KITH_INFO, "reloaded");
	kith_config_finish(&resident->config);
	resident->config = (struct kith_config){0};
	kith_config_read(&resident->config);
	kith_watch_scan(&resident->watch);
	if (resident->stopping)
		return;
	kith_indexer_settings_changed(&resident->indexer);
	kith_resident_look_at_everything(resident);
	kith_resident_look_at_clock(resident);
}

static void on_hangup(uv_signal_t *signal, int number)
{
	(void)number;
	kith_resident_reload(signal->data);
}

/* --- starting --- */

static void handle_signals(struct kith_resident *resident)
{
	uv_signal_init(&resident->loop, &resident->term);
	uv_signal_init(&resident->loop, &resident->interrupt);
	uv_signal_init(&resident->loop, &resident->hangup);
	resident->term.data = resident->interrupt.data = resident->hangup.data = resident;
	(void)uv_signal_start(&resident->term, on_stop_signal, SIGTERM);      /* these fail only for */
	(void)uv_signal_start(&resident->interrupt, on_stop_signal, SIGINT);  /* numbers that are */
	(void)uv_signal_start(&resident->hangup, on_hangup, SIGHUP);          /* no signals */
}

static void on_kept(void *user, const char *path, const char *kept)
{
	(void)user;
	kith_log(KITH_WARNING, "a save could not go back to its place and was kept path=\"%s\" kept=\"%s\"", path, kept);
}

/* What a command left that was killed; before the files are looked at. */
static void recover_files(const struct kith_store *store)
{
	KITH_ARENA arena = {0};
	struct kith_err err = {0};
	const struct kith_swap swap = kith_store_swap(store, &arena);
	if (kith_swap_recover(&swap, on_kept, NULL, &err) != KITH_OK)
		kith_log(KITH_WARNING, "recovering files failed error=\"%s\"", err.message);
}

static void start_parts(struct kith_resident *resident)
{
	const struct kith_reminders_sink reminders = {resident, on_planned, on_reminded};
	const struct kith_sync_options sync = {
		.loop = &resident->loop,
		.root = resident->store->root,
		.enabled = resident->store->has_git,
		.on_pass = on_pass,
		.on_done = kith_resident_pass_done,
		.user = resident,
	};
	recover_files(resident->store);
	kith_resident_open_watch(resident);
	if (resident->stopping)
		return; /* the store was taken away a moment ago */
	kith_reminders_open(&resident->reminders, &resident->loop, resident->store->local, &resident->clock, &resident->config,
	                    &reminders);
	kith_sync_open(&resident->sync, &sync);
	kith_indexer_open(&resident->indexer, &resident->loop, resident->store, resident->index, &resident->clock, on_indexed,
	                  resident);
}

/* Without a socket commands look at the files themselves, which is slower and no reason not to watch, commit and remind. */
static void open_server(struct kith_resident *resident)
{
	struct kith_err err = {0};
	if (!resident->store->socket)
		kith_log(KITH_WARNING, "there is no place for a control socket; commands look at the files themselves");
	else if (kith_server_open(&resident->server, &resident->loop, resident->store->socket, kith_resident_request, resident,
	                          &err) != KITH_OK)
		kith_log(KITH_WARNING, "making the control socket failed; commands look at the files themselves error=\"%s\"",
		         err.message);
}

static enum kith_code open_loop(struct kith_resident *resident, struct kith_err *err)
{
	const int failure = uv_loop_init(&resident->loop);
	if (failure != 0)
		return kith_fail(err, KITH_SYNC, "cannot make an event loop: %s", uv_strerror(failure));
	resident->has_loop = true;
	handle_signals(resident);
	uv_timer_init(&resident->loop, &resident->stop_timer);
	resident->stop_timer.data = resident;
	const enum kith_code code = kith_alarm_open(&resident->alarm, &resident->loop, on_alarm, resident, err);
	if (code != KITH_OK) {
		kith_resident_stop(resident);
		return code;
	}
	open_server(resident);
	start_parts(resident);
	return KITH_OK;
}

static void run_loop(struct kith_resident *resident)
{
	uv_run(&resident->loop, UV_RUN_DEFAULT);
	close_if_open(&resident->term);
	close_if_open(&resident->interrupt);
	close_if_open(&resident->stop_timer);
	if (resident->abandoned)
		return;
	uv_run(&resident->loop, UV_RUN_DEFAULT);
	kith_indexer_finish(&resident->indexer);
	kith_sync_finish(&resident->sync);
	kith_reminders_finish(&resident->reminders);
	kith_watch_close(&resident->watch);
	const int left = uv_loop_close(&resident->loop);
	if (left != 0)
		kith_log(KITH_WARNING, "the loop was left with open handles");
}

/* libuv ends the process when it finds no descriptor for its own needs, so it is not let come to that. */
static enum kith_code need_descriptors(struct kith_err *err)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS_WANTED)
		return KITH_OK;
	const rlim_t had = limit.rlim_cur;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS_WANTED ? limit.rlim_max : DESCRIPTORS_WANTED;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		limit.rlim_cur = had;
	if (limit.rlim_cur >= DESCRIPTORS_NEEDED)
		return KITH_OK;
	kith_fail(err, KITH_SYNC, "the limit of open files is %ju, and kithd needs %d", (uintmax_t)limit.rlim_cur,
	          DESCRIPTORS_NEEDED);
	return kith_hint(err, "raise it (ulimit -n)");
}

static enum kith_code open_store(struct kith_resident *resident, struct kith_err *err)
{
	enum kith_code code = need_descriptors(err);
	if (code == KITH_OK)
		code = kith_clock_init(&resident->clock, err);
	if (code == KITH_OK)
		code = kith_store_open(resident->options->store, &resident->store, err);
	if (code == KITH_OK && !resident->store->local) {
		code = kith_fail(err, KITH_SYNC, "there is no place for what only this machine knows");
		kith_hint(err, "make the store a git repository (kith init), or set HOME");
	}
	if (code == KITH_OK)
		code = kith_lock_take(resident->store->local, &resident->lock, err);
	if (code != KITH_OK)
		return code;
	const struct kith_index_options index = {
		.store = resident->store,
		.now = kith_clock_now(&resident->clock),
		.derive = &kith_network_derive,
	};
	resident->today = index.now.today;
	resident->since_ms = index.now.ms;
	kith_config_read(&resident->config);
	return kith_index_open(&index, &resident->index, err);
}

enum kith_code kith_resident_run(const struct kith_options *options, bool *restart, struct kith_err *err)
{
	struct kith_resident *resident = kith_alloc(sizeof(*resident));
	resident->options = options;
	resident->lock = resident->watch_fd = resident->watch.fd = resident->alarm.fd = -1;
	resident->err = err;
	resident->code = open_store(resident, err);
	if (resident->code == KITH_OK) {
		const enum kith_code code = open_loop(resident, err);
		if (resident->has_loop)
			run_loop(resident);
		if (code != KITH_OK)
			resident->code = code;
	}
	const enum kith_code code = resident->code;
	*restart = resident->restart && code == KITH_OK;
	if (resident->abandoned) { /* a thread still works on the index: leave it all to the system */
		fflush(NULL);
		_exit(code);
	}
	kith_index_close(resident->index);
	kith_store_close(resident->store);
	kith_config_finish(&resident->config);
	if (resident->lock >= 0)
		(void)close(resident->lock); /* gives it back */
	kith_free(resident);
	if (code == KITH_OK && !*restart)
		kith_log(KITH_INFO, "stopped");
	return code;
}
