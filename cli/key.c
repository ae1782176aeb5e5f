#include "cli/key.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <termios.h>
#include <unistd.h>

#include "lib/base/memory.h"

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

/* While keys are read; for the signal handler. */
static struct termios usual;
static struct sigaction before[kith_count(ending)];
static bool begun;

static void on_ending(int number)
{
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &usual); /* may be called in a handler */
	(void)signal(number, SIG_DFL);
	(void)raise(number); /* delivered when the handler returns */
}

/* Whether Escape was the beginning of what an arrow or function key sends, which is then read to its end.  The rest is there at
 * once, or nearly so from another machine. */
static bool skip_rest(void)
{
	enum { PATIENCE_MS = 50 };
	unsigned char byte = 0;
	struct pollfd polled = { .fd = STDIN_FILENO, .events = POLLIN };
	if (poll(&polled, 1, PATIENCE_MS) != 1 || read(STDIN_FILENO, &byte, 1) != 1)
		return false;
	if (byte != '[' && byte != 'O')
		return false;
	while (poll(&polled, 1, PATIENCE_MS) == 1 && read(STDIN_FILENO, &byte, 1) == 1 && byte < '@')
		;
	return true;
}

void kith_key_begin(void)
{
	const struct sigaction handler = { .sa_handler = on_ending };
	if (begun || tcgetattr(STDIN_FILENO, &usual))
		return; /* reading says that there is no terminal */
	struct termios raw = usual;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	begun = true;
	for (size_t i = 0; i < kith_count(ending); i++)
		sigaction(ending[i], &handler, &before[i]);
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &raw); /* failing, there is no terminal any more */
}

int kith_key_read(void)
{
	unsigned char byte = 0;
	ssize_t got;
	if (!begun)
		return KITH_KEY_END;
	do
		got = read(STDIN_FILENO, &byte, 1);
	while (got < 0 && errno == EINTR);
	if (got != 1)
		return KITH_KEY_END;
	return byte == KITH_KEY_ESCAPE && skip_rest() ? KITH_KEY_OTHER : byte;
}

void kith_key_end(void)
{
	if (!begun)
		return;
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &usual); /* failing, there is no terminal any more */
	for (size_t i = 0; i < kith_count(ending); i++)
		sigaction(ending[i], &before[i], NULL);
	begun = false;
}
