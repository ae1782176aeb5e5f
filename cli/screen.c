#include "cli/screen.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/spawn.h"
#include "lib/base/text.h"

enum { NARROWEST = 20, USUAL_COLUMNS = 80, USUAL_ROWS = 24 };

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);
	return value && *value;
}

static unsigned positive(const char *variable)
{
	const char *value = getenv(variable);
	const long number = value ? strtol(value, NULL, 10) : 0;
	return number > 0 && number < 10000 ? (unsigned)number : 0;
}

static void measure(struct kith_screen *screen)
{
	struct winsize size = { 0 };
	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size); /* zeroes stay where there is no terminal */
	screen->columns = size.ws_col ? size.ws_col : positive("COLUMNS");
	screen->rows = size.ws_row ? size.ws_row : positive("LINES");
	if (!screen->columns)
		screen->columns = USUAL_COLUMNS;
	if (!screen->rows)
		screen->rows = USUAL_ROWS;
	if (screen->columns < NARROWEST)
		screen->columns = NARROWEST;
}

bool kith_screen_init(struct kith_screen *out, const char *color)
{
	const char *term = getenv("TERM");
	const bool able = term && *term && strcmp(term, "dumb") != 0 && !is_set("NO_COLOR");
	const char *force = getenv("CLICOLOR_FORCE");
	struct kith_screen screen = {
		.terminal = isatty(STDOUT_FILENO) == 1,
		.error_terminal = isatty(STDERR_FILENO) == 1,
	};
	screen.interactive = screen.error_terminal && isatty(STDIN_FILENO) == 1;
	screen.color = screen.terminal && able;
	screen.error_color = screen.error_terminal && able;
	if (force && *force && strcmp(force, "0") != 0 && !is_set("NO_COLOR"))
		screen.color = screen.error_color = true;
	if (color && strcmp(color, "always") == 0)
		screen.color = screen.error_color = true;
	else if (color && strcmp(color, "never") == 0)
		screen.color = screen.error_color = false;
	measure(&screen);
	*out = screen;
	return !color || strcmp(color, "auto") == 0 || strcmp(color, "always") == 0 || strcmp(color, "never") == 0;
}

size_t kith_screen_width(const struct kith_screen *screen)
{
	return screen->terminal ? screen->columns : SIZE_MAX;
}

/* --- paint --- */

static const char *code_of(enum kith_paint paint)
{
	switch (paint) {
	case KITH_BOLD: return "\033[1m";
	case KITH_DIM: return "\033[2m";
	case KITH_RED: return "\033[31m";
	case KITH_YELLOW: return "\033[33m";
	case KITH_GREEN: return "\033[32m";
	case KITH_CYAN: return "\033[36m";
	case KITH_MATCH: return "\033[1;31m";
	case KITH_PLAIN_TEXT: break;
	}
	return "";
}

static void paint_bytes(struct kith_buf *out, bool color, enum kith_paint paint, const char *text, size_t length)
{
	const bool painted = color && paint != KITH_PLAIN_TEXT && length;
	if (painted)
		kith_buf_add(out, code_of(paint));
	kith_printable(out, text, length, false);
	if (painted)
		kith_buf_add(out, "\033[0m");
}

void kith_paint(struct kith_buf *out, bool color, enum kith_paint paint, const char *text)
{
	paint_bytes(out, color, paint, text, strlen(text));
}

void kith_paintf(struct kith_buf *out, bool color, enum kith_paint paint, const char *format, ...)
{
	KITH_BUF text = { 0 };
	va_list args;
	va_start(args, format);
	kith_buf_addv(&text, format, args);
	va_end(args);
	kith_paint(out, color, paint, kith_buf_text(&text));
}

void kith_spaces(struct kith_buf *out, size_t count)
{
	while (count--)
		kith_buf_add_char(out, ' ');
}

void kith_print_day(struct kith_buf *out, kith_day day, kith_day today)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	if (day == KITH_NO_DAY)
		return;
	const struct kith_date date = kith_date_of(day);
	if (!date.month)
		return;
	kith_buf_addf(out, "%u %s", date.day, months[date.month - 1]);
	if (date.year != kith_date_of(today).year)
		kith_buf_addf(out, " %d", date.year);
}

/* --- wrapping --- */

static size_t character_length(const char *text, size_t length)
{
	size_t at = 1;
	while (at < length && ((unsigned char)text[at] & 0xC0) == 0x80)
		at++;
	return at;
}

/* How many bytes of text fit in `room` columns; at least one character, so that a loop ends. */
static size_t fitting(const char *text, size_t length, size_t room)
{
	size_t at = character_length(text, length);
	while (at < length) {
		const size_t next = at + character_length(text + at, length - at);
		if (kith_width(text, next) > room)
			break;
		at = next;
	}
	return at;
}

static void wrap_line(struct kith_buf *out, bool color, enum kith_paint paint, const char *line, size_t length,
                      size_t indent, size_t room)
{
	while (length) {
		size_t take = length, skip = 0;
		if (kith_width(line, length) > room) {
			take = fitting(line, length, room);
			size_t space = take;
			while (space > 0 && line[space] != ' ')
				space--;
			if (space)
				take = space;
			skip = line[take] == ' ';
		}
		paint_bytes(out, color, paint, line, take);
		line += take + skip;
		length -= take + skip;
		if (length) {
			kith_buf_add_char(out, '\n');
			kith_spaces(out, indent);
		}
	}
}

void kith_wrap(struct kith_buf *out, bool color, enum kith_paint paint, const char *text, size_t indent, size_t width)
{
	enum { LEAST_ROOM = 10 };
	KITH_BUF shown = { 0 };
	kith_printable(&shown, text, strlen(text), true);
	const size_t room = width > indent + LEAST_ROOM ? width - indent : LEAST_ROOM;
	const char *at = kith_buf_text(&shown);
	for (;;) {
		const size_t length = strcspn(at, "\n");
		wrap_line(out, color, paint, at, length, indent, room);
		at += length;
		if (!*at)
			return;
		kith_buf_add_char(out, '\n');
		if (*++at && *at != '\n')
			kith_spaces(out, indent);
	}
}

/* --- writing --- */

enum kith_code kith_write_all(int fd, const char *text, size_t length, struct kith_err *err)
{
	while (length) {
		const ssize_t wrote = write(fd, text, length);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0 && errno == EPIPE)
			return KITH_OK;
		if (wrote < 0)
			return kith_fail_errno(err, KITH_IO, "cannot write the output");
		text += wrote;
		length -= (size_t)wrote;
	}
	return KITH_OK;
}

static size_t count_lines(const struct kith_buf *text)
{
	size_t lines = 0;
	for (size_t i = 0; i < text->length; i++)
		lines += text->text[i] == '\n';
	return lines;
}

/* The pager, or NULL for none: $KITH_PAGER, $PAGER, less; "cat" and "" mean none, as for git. */
static const char *pager(void)
{
	const char *command = getenv("KITH_PAGER");
	if (!command)
		command = getenv("PAGER");
	if (!command)
		command = "less";
	const char *term = getenv("TERM");
	if (!*command || strcmp(command, "cat") == 0 || !term || strcmp(term, "dumb") == 0)
		return NULL;
	return command;
}

enum kith_code kith_screen_show(const struct kith_screen *screen, const struct kith_buf *text, bool page,
                                struct kith_err *err)
{
	const char *command = page && screen->terminal && count_lines(text) + 1 > screen->rows ? pager() : NULL;
	if (command) {
		if (!getenv("LESS"))
			(void)setenv("LESS", "FRX", 1); /* without it the pager only has other habits */
		const struct kith_spawn spawn = {
			.argv = (const char *const[]){ "sh", "-c", command, NULL },
			.input = text->text,
			.input_length = text->length,
			.foreground = true,
		};
		int status;
		if (kith_spawn_run(&spawn, &status, NULL) == KITH_OK && status != 127 && status != 126)
			return KITH_OK;
	}
	return kith_write_all(STDOUT_FILENO, kith_buf_text(text), text->length, err);
}
