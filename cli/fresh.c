#include "cli/fresh.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/store/control.h"

enum { PATIENCE_MS = 2000 };

static void on_a_second(int signal_number)
{
	static const char words[] = "reading the records (the first time takes longest) …\n";
	(void)signal_number;
	if (write(STDERR_FILENO, words, sizeof(words) - 1) < 0)
		return; /* it was only to keep somebody company */
}

/* Say on a terminal what takes so long, after a second; `yes` false takes it back. */
static void keep_company(const struct kith_app *app, bool yes)
{
	if (!app->screen.error_terminal)
		return;
	struct sigaction action = { .sa_handler = yes ? on_a_second : SIG_DFL, .sa_flags = SA_RESTART };
	struct itimerval timer = { .it_value.tv_sec = yes ? 1 : 0 };
	if (yes)
		sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	if (!yes)
		sigaction(SIGALRM, &action, NULL);
}

/* Whether the daemon has brought the index up to now. */
static bool ask_daemon(struct kith_app *app)
{
	struct kith_err err = { 0 };
	KITH_BUF answer = { 0 };
	switch (kith_control_call(app->store, "{\"id\":1,\"do\":\"barrier\"}", PATIENCE_MS, &answer, &err)) {
	case KITH_OK: app->daemon = true; return true;
	case KITH_NONE: return false;
	default:
		kith_app_warn(app, "the daemon did not help (%s); looked at the files instead", err.message);
		return false;
	}
}

static enum kith_code open_index(struct kith_app *app, bool stale, bool small, struct kith_err *err)
{
	/* Before opening: the daemon may change to a new generation of the index while it catches up. */
	const bool fresh = stale || ask_daemon(app);
	const struct kith_index_options options = {
		.store = app->store,
		.now = app->now,
		.derive = &kith_network_derive,
	};
	struct kith_index_report report;
	keep_company(app, true);
	enum kith_code code = kith_index_open(&options, &app->index, err);
	const bool empty = !code && kith_index_is_empty(app->index);
	/* An index that was never filled knows nothing, whatever was asked for. */
	if (!code && (!fresh || empty || kith_index_is_temporary(app->index)))
		code = !small ? kith_index_refresh(app->index, &report, err)
		       : empty ? KITH_NONE
		               : kith_index_refresh_small(app->index, &report, err);
	keep_company(app, false);
	return code;
}

enum kith_code kith_fresh_open(struct kith_app *app, bool stale, struct kith_err *err)
{
	return open_index(app, stale, false, err);
}

enum kith_code kith_fresh_open_small(struct kith_app *app, struct kith_err *err)
{
	const enum kith_code code = open_index(app, kith_args_has(&app->args, "stale-ok"), true, err);
	if (code) {
		kith_index_close(app->index);
		app->index = NULL;
	}
	return code;
}

enum kith_code kith_fresh_again(struct kith_app *app, const char *const *paths, size_t count, bool all,
                                struct kith_err *err)
{
	struct kith_index_report report;
	enum kith_code code = kith_index_set_now(app->index, app->now, err);
	if (code)
		return code;
	/* Even where the daemon does it: its index may be of a new generation, to which ours changes with this. */
	if (ask_daemon(app))
		count = 0;
	else if (all)
		return kith_index_refresh(app->index, &report, err);
	return kith_index_update(app->index, paths, count, &report, err);
}
