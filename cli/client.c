#include "cli/client.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/spawn.h"
#include "lib/base/file.h"

enum { START_MS = 20000, STOP_MS = 15000, STEP_MS = 50, UNIT_MS = 30000, LOG_SHOWN = 600 };

enum kith_code kith_client_ask(struct kith_app *app, const char *request, int timeout_ms, struct kith_message **out,
                               struct kith_err *err)
{
	KITH_BUF answer = { 0 };
	const enum kith_code code = kith_control_call(app->store, request, timeout_ms, &answer, err);
	return code ? code : kith_message_parse(kith_buf_text(&answer), answer.length, out, err);
}

static bool is_running(struct kith_app *app)
{
	KITH_BUF answer = { 0 };
	return kith_control_call(app->store, "{\"id\":1,\"do\":\"status\"}", 2000, &answer, NULL) != KITH_NONE;
}

const char *kith_client_log(struct kith_app *app)
{
	return app->store->local ? kith_path_join(&app->arena, app->store->local, "kithd.log") : NULL;
}

/* --- the unit --- */

bool kith_client_has_unit(void)
{
	KITH_ARENA arena = { 0 };
	const char *home = getenv("HOME"), *config = getenv("XDG_CONFIG_HOME"), *data = getenv("XDG_DATA_HOME");
	if (!home || !*home)
		home = "/nonexistent";
	const char *const folders[] = {
		config && *config ? config : kith_path_join(&arena, home, ".config"),
		data && *data ? data : kith_path_join(&arena, home, ".local/share"),
		"/etc",
		"/usr/local/lib",
		"/usr/lib",
		"/usr/local/share",
		"/usr/share",
	};
	for (size_t i = 0; i < kith_count(folders); i++)
		if (access(kith_path_join(&arena, folders[i], "systemd/user/kithd.service"), R_OK) == 0)
			return true;
	return false;
}

static bool is_same_folder(const char *one, const char *other)
{
	char real[PATH_MAX];
	return one && realpath(one, real) && strcmp(real, other) == 0;
}

/* The unit's daemon looks for its store as anybody does who stands nowhere in particular. */
static bool is_store_of_unit(struct kith_app *app)
{
	return is_same_folder(kith_store_usual(&app->store->config, &app->arena), app->store->root);
}

static bool run_systemctl(const char *verb)
{
	const struct kith_spawn spawn = {
		.argv = (const char *const[]){ "systemctl", "--user", verb, "kithd", NULL },
		.timeout_ms = UNIT_MS,
	};
	int status = 1;
	return kith_spawn_run(&spawn, &status, NULL) == KITH_OK && status == 0;
}

static bool wait_for(struct kith_app *app, bool running, int most_ms)
{
	for (int waited = 0; waited <= most_ms; waited += STEP_MS) {
		if (is_running(app) == running)
			return true;
		(void)poll(NULL, 0, STEP_MS);
	}
	return false;
}

/* --- detached --- */

/* The end of the log, for somebody who has to find out what is wrong. */
static void add_log(struct kith_app *app, const char *log, off_t from)
{
	KITH_BUF text = { 0 };
	if (kith_file_read(log, 64u << 20, &text, NULL) || (off_t)text.length <= from)
		return;
	size_t at = (size_t)from;
	if (text.length - at > LOG_SHOWN)
		at = text.length - LOG_SHOWN;
	for (char *line = text.text + at; *line;) {
		const size_t length = strcspn(line, "\n");
		kith_buf_add(&app->beside, "    ");
		kith_paintf(&app->beside, false, KITH_PLAIN_TEXT, "%.*s", (int)length, line);
		kith_buf_add_char(&app->beside, '\n');
		line += length + (line[length] == '\n');
	}
}

/* A byte says that it is ready, the end of the pipe that it has left. */
static enum kith_code wait_ready(int fd)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	for (int waited = 0; waited < START_MS; waited += 1000) {
		const int ready = poll(&polled, 1, 1000);
		char byte;
		if (ready < 0 && errno != EINTR)
			return KITH_SYNC;
		if (ready > 0)
			return read(fd, &byte, 1) == 1 ? KITH_OK : KITH_NONE;
	}
	return KITH_SYNC;
}

static enum kith_code start_detached(struct kith_app *app, struct kith_err *err)
{
	const char *log = kith_client_log(app);
	int ready[2];
	if (!log) {
		kith_fail(err, KITH_SYNC, "there is no place for the daemon's log");
		return kith_hint(err, "run kithd in the foreground: kithd --store %s", app->store->root);
	}
	enum kith_code code = kith_make_folders(app->store->local, 0700, err);
	if (code)
		return code;
	struct stat status;
	const off_t from = stat(log, &status) == 0 ? status.st_size : 0;
	if (pipe2(ready, O_CLOEXEC))
		return kith_fail_errno(err, KITH_SYNC, "cannot start kithd");
	const char *const argv[] = {
		kith_spawn_daemon_path(&app->arena), "--store", app->store->root, "--ready-fd", "3", NULL
	};
	pid_t pid;
	code = kith_spawn_detached(argv, log, ready[1], &pid, err);
	close(ready[1]);
	if (code) {
		close(ready[0]);
		if (errno == ENOENT)
			kith_hint(err, "kithd is installed beside kith: put both into one folder of your $PATH");
		return code;
	}
	code = wait_ready(ready[0]);
	close(ready[0]);
	if (code == KITH_OK)
		return KITH_OK;
	add_log(app, log, from);
	if (code == KITH_NONE)
		kith_fail(err, KITH_SYNC, "kithd left at once");
	else
		kith_fail(err, KITH_SYNC, "kithd runs, but is not ready after %d seconds", START_MS / 1000);
	return kith_hint(err, "kith daemon log shows what it says; kith doctor looks for what may be wrong");
}

enum kith_code kith_client_start(struct kith_app *app, struct kith_err *err)
{
	if (kith_client_has_unit() && is_store_of_unit(app) && run_systemctl("start") && wait_for(app, true, START_MS))
		return KITH_OK;
	return start_detached(app, err);
}

enum kith_code kith_client_stop(struct kith_app *app, struct kith_err *err)
{
	KITH_CLEANUP(kith_message_destroy) struct kith_message *answer = NULL;
	const enum kith_code code = kith_client_ask(app, "{\"id\":1,\"do\":\"stop\"}", STOP_MS, &answer, err);
	if (code)
		return code;
	if (wait_for(app, false, STOP_MS))
		return KITH_OK;
	kith_fail(err, KITH_SYNC, "kithd was asked to leave and is still there");
	return kith_hint(err, "kith daemon status says what it is doing");
}
