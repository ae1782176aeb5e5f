#include "cli/key.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include "lib/base/memory.h"

static struct termios usual; /* while a key is read; for the signal handler */

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

static void on_ending(int number)
{
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &usual); /* may be called in a handler */
	(void)signal(number, SIG_DFL);
	(void)raise(number); /* delivered when the handler returns */
}

/* The rest of what a key sends is there at once. */
static void skip_rest(void)
{
	enum { MOST = 16 };
	char byte;
	struct pollfd polled = { .fd = STDIN_FILENO, .events = POLLIN };
	for (int i = 0; i < MOST && poll(&polled, 1, 0) == 1 && read(STDIN_FILENO, &byte, 1) == 1; i++)
		;
}

int kith_key_read(void)
{
	struct termios raw;
	struct sigaction before[kith_count(ending)], handler = { .sa_handler = on_ending };
	if (tcgetattr(STDIN_FILENO, &usual))
		return KITH_KEY_END;
	for (size_t i = 0; i < kith_count(ending); i++)
		sigaction(ending[i], &handler, &before[i]);
	raw = usual;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	unsigned char byte = 0;
	ssize_t got = -1;
	if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0) {
		do
			got = read(STDIN_FILENO, &byte, 1);
		while (got < 0 && errno == EINTR);
		if (got == 1 && byte == KITH_KEY_ESCAPE)
			skip_rest();
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &usual); /* failing, there is no terminal any more */
	}
	for (size_t i = 0; i < kith_count(ending); i++)
		sigaction(ending[i], &before[i], NULL);
	return got == 1 ? byte : KITH_KEY_END;
}
