/* pty COLUMNSxROWS COMMAND…: runs a command on a terminal of its own.  What stands on stdin is typed there, then the end
 * of the input; what appears is written to stdout, with line feeds for ends of lines.  With $PTY_AFTER nothing is typed
 * before that text has appeared.  Leaves with the command's exit code, 128 + the signal that ended it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { END_OF_INPUT = 4, FAILED = 125 };

static int open_terminal(const char *size, char **name)
{
	struct winsize window = { 0 };
	const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (sscanf(size, "%hux%hu", &window.ws_col, &window.ws_row) != 2 || terminal < 0 || grantpt(terminal) ||
	    unlockpt(terminal) || !(*name = ptsname(terminal)))
		return -1;
	const int other = open(*name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios modes;
	if (other < 0 || tcgetattr(other, &modes))
		return -1;
	modes.c_lflag &= ~(tcflag_t)ECHO; /* what is typed is no output */
	modes.c_oflag &= ~(tcflag_t)ONLCR;
	if (tcsetattr(other, TCSANOW, &modes) || ioctl(other, TIOCSWINSZ, &window))
		return -1;
	return terminal; /* `other` stays open, so that nothing is lost before the command opens its own */
}

static void run(const char *name, char **argv)
{
	setsid();
	const int terminal = open(name, O_RDWR); /* becomes the controlling one */
	if (terminal < 0)
		_exit(FAILED);
	for (int fd = 0; fd < 3; fd++)
		dup2(terminal, fd);
	if (terminal > 2)
		close(terminal);
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

/* Type one piece of the input; false at its end. */
static int type(int terminal)
{
	char byte;
	const ssize_t got = read(STDIN_FILENO, &byte, 1);
	if (got <= 0)
		byte = END_OF_INPUT;
	return write(terminal, &byte, 1) == 1 && got > 0;
}

/* The last of what has appeared, for finding a text that comes in two pieces. */
static char seen[8192];
static size_t seen_length;

static void remember(const char *chunk, size_t length)
{
	if (seen_length + length >= sizeof(seen)) {
		const size_t keep = seen_length < 1024 ? seen_length : 1024;
		memmove(seen, seen + seen_length - keep, keep);
		seen_length = keep;
	}
	memcpy(seen + seen_length, chunk, length);
	seen_length += length;
}

static int has_appeared(const char *text)
{
	return !text || memmem(seen, seen_length, text, strlen(text)) != NULL;
}

/* Pass on what appears; false when there is nothing for now. */
static int show(int terminal, int wait_ms)
{
	struct pollfd polled = { .fd = terminal, .events = POLLIN };
	char chunk[4096];
	if (poll(&polled, 1, wait_ms) <= 0 || !(polled.revents & POLLIN))
		return 0;
	const ssize_t got = read(terminal, chunk, sizeof(chunk));
	if (got > 0)
		remember(chunk, (size_t)got);
	return got > 0 && fwrite(chunk, 1, (size_t)got, stdout) == (size_t)got;
}

int main(int argc, char **argv)
{
	char *name = NULL;
	const int terminal = argc > 2 ? open_terminal(argv[1], &name) : -1;
	if (terminal < 0) {
		fputs("usage: pty COLUMNSxROWS COMMAND...\n", stderr);
		return FAILED;
	}
	const pid_t pid = fork();
	if (pid == 0)
		run(name, argv + 2);
	int typing = 1, status = 0;
	for (;;) {
		const int may_type = has_appeared(getenv("PTY_AFTER"));
		if (waitpid(pid, &status, WNOHANG) == pid)
			break;
		if (typing && may_type)
			typing = type(terminal);
		while (show(terminal, typing && may_type ? 0 : 20))
			;
	}
	while (show(terminal, 0))
		;
	if (fflush(stdout))
		return FAILED;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
