#include "lib/base/log.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"

static _Atomic int most_detailed = KITH_INFO;

void kith_log_to(enum kith_level most)
{
	most_detailed = most;
}

/* systemd names the device and inode of the journal's socket; stderr may have
 * been sent elsewhere since. */
static bool is_journal(void)
{
	const char *name = getenv("JOURNAL_STREAM");
	struct stat status;
	char own[64];
	if (!name || fstat(STDERR_FILENO, &status))
		return false;
	snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
	return strcmp(name, own) == 0;
}

static const char *name_of(enum kith_level level)
{
	switch (level) {
	case KITH_ERROR:   return "error";
	case KITH_WARNING: return "warning";
	case KITH_INFO:    return "info";
	case KITH_DEBUG:   return "debug";
	}
	return "info";
}

static void add_start(struct kith_buf *line, enum kith_level level)
{
	if (is_journal()) {
		kith_buf_addf(line, "<%d>", (int)level);
		return;
	}
	const time_t now = time(NULL);
	struct tm local = {0};
	char text[32];
	(void)localtime_r(&now, &local); /* fails only beyond the year 2^31 */
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &local);
	kith_buf_addf(line, "%s %s: ", text, name_of(level));
}

void kith_log(enum kith_level level, const char *format, ...)
{
	if ((int)level > most_detailed)
		return;
	KITH_BUF message = {0};
	va_list args;
	va_start(args, format);
	kith_buf_addv(&message, format, args);
	va_end(args);
	KITH_BUF line = {0};
	add_start(&line, level);
	kith_printable(&line, kith_buf_text(&message), message.length, false);
	kith_buf_add_char(&line, '\n');
	/* One call a line, so that threads do not mix theirs.  When even the log
	 * cannot be written there is nobody to tell. */
	const ssize_t written = write(STDERR_FILENO, line.text, line.length);
	(void)written;
}
