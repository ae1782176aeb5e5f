/* kith check --watch: the faults as they are now, shown again whenever files change.
 *
 * Watches are set before the first look, so that nothing falls between.  A save is told by several events, and some editors
 * take the file away for a moment: what changed is looked at once there was quiet for a few milliseconds. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/checking.h"
#include "cli/fresh.h"
#include "lib/base/text.h"
#include "lib/store/watch.h"

enum {
	QUIET_MS = 25,         /* after a file was written */
	VANISHED_MS = 200,     /* after one went away, or is still being written: more is likely to come */
	QUIET_MOST_MS = 1000,  /* who saves without end is told now and then */
	LOOK_EVERY_MS = 2000,  /* where not everything can be watched */
};

struct watching {
	struct kith_checking *checking;
	struct kith_watch watch;
	struct kith_arena arena; /* of the paths; emptied at each round */
	const char **paths;
	size_t count, capacity;
	bool all, settings, uncertain, gone;
	char why[256];
};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

/* --- what changed --- */

static void on_changed(void *user, const char *path, enum kith_watch_news news)
{
	struct watching *watching = user;
	const bool is_settings = strcmp(path, "kith.yaml") == 0;
	if (!is_settings && !kith_store_is_record_path(path) && !kith_store_is_record_folder(path))
		return;
	watching->uncertain |= news != KITH_WATCH_WRITTEN;
	watching->settings |= is_settings;
	*(const char **)kith_arena_push(&watching->arena, &watching->paths, &watching->count, &watching->capacity,
	                                sizeof(*watching->paths)) = kith_arena_strdup(&watching->arena, path);
}

static void on_lost(void *user)
{
	struct watching *watching = user;
	kith_watch_scan(&watching->watch);
	watching->all = true;
}

static void on_gone(void *user, const char *why)
{
	struct watching *watching = user;
	watching->gone = true;
	snprintf(watching->why, sizeof(watching->why), "%s", why); /* may be cut: it is for reading */
}

static void on_nothing(void *user)
{
	(void)user; /* git and time zones are the daemon's business */
}

static void forget(struct watching *watching)
{
	kith_arena_finish(&watching->arena);
	watching->paths = NULL;
	watching->count = watching->capacity = 0;
	watching->all = watching->settings = watching->uncertain = false;
}

static bool has_changed(const struct watching *watching)
{
	return watching->count || watching->all;
}

/* --- waiting --- */

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Whether there is something to read within the time; -1: for ever.  A signal comes only while this waits. */
static bool wait_for(struct watching *watching, int wait_ms)
{
	struct pollfd poll = { .fd = watching->watch.fd, .events = POLLIN };
	const struct timespec time = { .tv_sec = wait_ms / 1000, .tv_nsec = (long)(wait_ms % 1000) * 1000000 };
	sigset_t none;
	sigemptyset(&none);
	return ppoll(&poll, 1, wait_ms < 0 ? NULL : &time, &none) > 0;
}

static void wait_for_change(struct watching *watching)
{
	while (!stopped && !watching->gone && !has_changed(watching)) {
		const bool polling = watching->watch.polling;
		if (wait_for(watching, polling ? LOOK_EVERY_MS : -1))
			kith_watch_read(&watching->watch);
		else if (polling && !stopped)
			watching->all = watching->settings = true;
	}
	const int64_t begun_ms = now_ms();
	while (!stopped && !watching->gone && now_ms() - begun_ms < QUIET_MOST_MS &&
	       wait_for(watching, watching->uncertain ? VANISHED_MS : QUIET_MS)) {
		watching->uncertain = false; /* what follows says how it is now */
		kith_watch_read(&watching->watch);
	}
}

/* --- showing --- */

static enum kith_code show(struct watching *watching, bool first, struct kith_err *err)
{
	struct kith_checking *checking = watching->checking;
	struct kith_app *app = checking->app;
	if (app->screen.terminal && !app->json)
		kith_buf_add(&app->out, "\033[H\033[2J");
	else if (!first && !app->json)
		kith_buf_add(&app->out, "--\n");
	kith_checking_begin(checking);
	const enum kith_code code = kith_check(app->index, checking->paths, checking->count, kith_checking_file, checking,
	                                       &checking->report, err);
	if (code) {
		kith_buf_clear(&app->out); /* half a document is none */
		return code;
	}
	kith_checking_end(checking);
	if (!app->json)
		kith_checking_sum(checking, &app->out);
	if (!app->json && app->screen.terminal) {
		kith_paint(&app->out, app->screen.color, KITH_DIM, "Waiting for a change. Ctrl-C ends this.");
		kith_buf_add_char(&app->out, '\n');
	}
	return kith_app_flush(app, false, err);
}

static enum kith_code look_again(struct watching *watching, struct kith_err *err)
{
	struct kith_app *app = watching->checking->app;
	app->now = kith_clock_now(&app->clock);
	if (watching->settings)
		kith_store_reload(app->store);
	return kith_fresh_again(app, watching->paths, watching->count, watching->all, err);
}

static enum kith_code watch_on(struct watching *watching, struct kith_err *err)
{
	enum kith_code code = show(watching, true, err);
	while (!code) {
		wait_for_change(watching);
		if (watching->gone) {
			kith_fail(err, KITH_IO, "%s", watching->why);
			return kith_hint(err, "begin again with --store and its new place");
		}
		if (stopped)
			return KITH_STOPPED;
		code = look_again(watching, err);
		forget(watching);
		if (!code)
			code = show(watching, false, err);
	}
	return code;
}

/* --- the whole --- */

static void take_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	sigset_t held;
	sigemptyset(&held);
	for (size_t i = 0; i < kith_count(numbers); i++) {
		const struct sigaction action = { .sa_handler = on_signal };
		sigaction(numbers[i], &action, NULL);
		sigaddset(&held, numbers[i]);
	}
	sigprocmask(SIG_BLOCK, &held, NULL);
}

enum kith_code kith_checking_watch(struct kith_checking *checking, struct kith_err *err)
{
	struct kith_app *app = checking->app;
	struct watching watching = { .checking = checking };
	const struct kith_watch_sink sink = {
		.user = &watching,
		.changed = on_changed,
		.git_changed = on_nothing,
		.git_appeared = on_nothing,
		.lost = on_lost,
		.gone = on_gone,
		.zone_changed = on_nothing,
	};
	kith_watch_open(&watching.watch, app->store->root, app->store->root_fd, &sink);
	enum kith_code code = kith_app_open_index(app, err);
	if (!code) {
		take_signals();
		code = watch_on(&watching, err);
	}
	kith_watch_close(&watching.watch);
	forget(&watching);
	return code;
}
