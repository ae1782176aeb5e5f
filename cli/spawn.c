#include "cli/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/file.h"

extern char **environ;

enum { READY_FD = 3 };

struct pipes {
	int input[2], output[2], errors[2]; /* [0] is read from, [1] written to; -1: not in use */
};

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_pipes(struct pipes *pipes)
{
	for (int end = 0; end < 2; end++) {
		close_one(&pipes->input[end]);
		close_one(&pipes->output[end]);
		close_one(&pipes->errors[end]);
	}
}

static bool open_pipes(const struct kith_spawn *spawn, struct pipes *pipes)
{
	*pipes = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 } };
	return !(spawn->input && pipe2(pipes->input, O_CLOEXEC)) &&
	       !(spawn->output && pipe2(pipes->output, O_CLOEXEC)) &&
	       !(spawn->errors && pipe2(pipes->errors, O_CLOEXEC));
}

/* What the child inherits: the signals as a shell would leave them, not as we have them. */
static void set_signals(posix_spawnattr_t *attributes, short more)
{
	sigset_t usual, none;
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGINT);
	sigaddset(&usual, SIGQUIT);
	sigemptyset(&none);
	posix_spawnattr_setsigdefault(attributes, &usual);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setflags(attributes, (short)(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | more));
}

static void connect_stream(posix_spawn_file_actions_t *actions, int pipe_end, int stream, bool foreground, int flags)
{
	if (pipe_end >= 0)
		posix_spawn_file_actions_adddup2(actions, pipe_end, stream);
	else if (!foreground)
		posix_spawn_file_actions_addopen(actions, stream, "/dev/null", flags, 0);
}

static int start(const struct kith_spawn *spawn, const struct pipes *pipes, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	connect_stream(&actions, pipes->input[0], STDIN_FILENO, spawn->foreground, O_RDONLY);
	connect_stream(&actions, pipes->output[1], STDOUT_FILENO, spawn->foreground, O_WRONLY);
	connect_stream(&actions, pipes->errors[1], STDERR_FILENO, spawn->foreground, O_WRONLY);
	/* One that may be killed leads a group, so that what it started goes with it. */
	set_signals(&attributes, spawn->timeout_ms ? POSIX_SPAWN_SETPGROUP : 0);
	const int error = posix_spawnp(pid, spawn->argv[0], &actions, &attributes, (char *const *)spawn->argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return error;
}

static bool drain(int *fd, struct kith_buf *out)
{
	char chunk[4096];
	const ssize_t got = read(*fd, chunk, sizeof(chunk));
	if (got > 0)
		kith_buf_add_bytes(out, chunk, (size_t)got);
	else if (got == 0 || (errno != EINTR && errno != EAGAIN))
		close_one(fd);
	return got > 0;
}

static void feed(const struct kith_spawn *spawn, int *fd, size_t *fed)
{
	const ssize_t wrote = write(*fd, spawn->input + *fed, spawn->input_length - *fed);
	if (wrote > 0)
		*fed += (size_t)wrote;
	if (*fed == spawn->input_length || (wrote < 0 && errno != EINTR && errno != EAGAIN))
		close_one(fd);
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Milliseconds until the deadline: -1 without one. */
static int left_until(int64_t deadline)
{
	if (!deadline)
		return -1;
	const int64_t left = deadline - now_ms();
	return left > 0 ? (int)left : 0;
}

/* Feed and read until the child has closed its ends.  False: the deadline passed. */
static bool talk(const struct kith_spawn *spawn, struct pipes *pipes, int64_t deadline)
{
	size_t fed = 0;
	if (pipes->input[1] >= 0)
		(void)fcntl(pipes->input[1], F_SETFL, O_NONBLOCK); /* failing, a full pipe only makes us wait */
	while (pipes->input[1] >= 0 || pipes->output[0] >= 0 || pipes->errors[0] >= 0) {
		struct pollfd polled[] = { { .fd = pipes->input[1], .events = POLLOUT },
			                   { .fd = pipes->output[0], .events = POLLIN },
			                   { .fd = pipes->errors[0], .events = POLLIN } };
		const int ready = poll(polled, 3, left_until(deadline));
		if (ready == 0)
			return false;
		if (ready < 0)
			continue;
		if (polled[0].revents)
			feed(spawn, &pipes->input[1], &fed);
		if (polled[1].revents)
			drain(&pipes->output[0], spawn->output);
		if (polled[2].revents)
			drain(&pipes->errors[0], spawn->errors);
	}
	return true;
}

/* Wait for the end.  False: the deadline passed, and it was killed. */
static bool reap(pid_t pid, int64_t deadline, bool late, int *status)
{
	while (deadline && !late) {
		const pid_t ended = waitpid(pid, status, WNOHANG);
		if (ended == pid)
			return true;
		late = left_until(deadline) == 0;
		if (!late)
			(void)poll(NULL, 0, 2);
	}
	if (late)
		kill(-pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return !late;
}

enum kith_code kith_spawn_run(const struct kith_spawn *spawn, int *status, struct kith_err *err)
{
	struct pipes pipes;
	if (!open_pipes(spawn, &pipes)) {
		kith_fail_errno(err, KITH_IO, "cannot start %s", spawn->argv[0]);
		close_pipes(&pipes);
		return KITH_IO;
	}
	struct sigaction ignore = { .sa_handler = SIG_IGN }, interrupt, quit;
	if (spawn->foreground) {
		sigaction(SIGINT, &ignore, &interrupt);
		sigaction(SIGQUIT, &ignore, &quit);
	}
	pid_t pid = -1;
	const int64_t deadline = spawn->timeout_ms ? now_ms() + spawn->timeout_ms : 0;
	const int error = start(spawn, &pipes, &pid);
	close_one(&pipes.input[0]);
	close_one(&pipes.output[1]);
	close_one(&pipes.errors[1]);
	bool in_time = true;
	int raw = 0;
	if (!error) {
		in_time = talk(spawn, &pipes, deadline);
		in_time = reap(pid, deadline, !in_time, &raw);
	}
	close_pipes(&pipes);
	if (spawn->foreground) {
		sigaction(SIGINT, &interrupt, NULL);
		sigaction(SIGQUIT, &quit, NULL);
	}
	if (error && error != ENOENT && error != EACCES) {
		errno = error;
		return kith_fail_errno(err, KITH_IO, "cannot start %s", spawn->argv[0]);
	}
	if (!in_time)
		return kith_fail(err, KITH_SYNC, "%s did not end within %d seconds", spawn->argv[0],
		                 spawn->timeout_ms / 1000);
	*status = error ? 127 : WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
	return KITH_OK;
}

enum kith_code kith_spawn_detached(const char *const *argv, const char *log, int ready_fd, pid_t *pid,
                                   struct kith_err *err)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	if (ready_fd >= 0)
		posix_spawn_file_actions_adddup2(&actions, ready_fd, READY_FD);
	set_signals(&attributes, POSIX_SPAWN_SETSID);
	const int error = posix_spawnp(pid, argv[0], &actions, &attributes, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	errno = error;
	return error ? kith_fail_errno(err, KITH_SYNC, "cannot start %s", argv[0]) : KITH_OK;
}

const char *kith_spawn_daemon_path(struct kith_arena *arena)
{
	char here[PATH_MAX];
	const ssize_t length = readlink("/proc/self/exe", here, sizeof(here) - 1);
	if (length > 0) {
		here[length] = '\0';
		char *slash = strrchr(here, '/');
		if (slash) {
			*slash = '\0';
			const char *beside = kith_path_join(arena, here, "kithd");
			if (access(beside, X_OK) == 0)
				return beside;
		}
	}
	return "kithd";
}

bool kith_spawn_exists(const char *program)
{
	if (strchr(program, '/'))
		return access(program, X_OK) == 0;
	const char *path = getenv("PATH");
	KITH_BUF candidate = { 0 };
	for (const char *at = path ? path : "/usr/bin:/bin"; *at;) {
		const size_t length = strcspn(at, ":");
		kith_buf_clear(&candidate);
		kith_buf_add_bytes(&candidate, at, length);
		kith_buf_addf(&candidate, "%s%s", length ? "/" : "", program);
		if (access(kith_buf_text(&candidate), X_OK) == 0)
			return true;
		at += length + (at[length] == ':');
	}
	return false;
}

const char *kith_spawn_said(struct kith_arena *arena, const struct kith_buf *output, const char *word)
{
	for (const char *at = kith_buf_text(output); *at;) {
		const size_t length = strcspn(at, "\n"), skipped = strlen(word);
		if (strncmp(at, word, skipped) == 0)
			return kith_arena_strndup(arena, at + skipped, length - skipped);
		at += length + (at[length] == '\n');
	}
	return "";
}
