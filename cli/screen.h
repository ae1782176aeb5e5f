/* What the output goes to: a terminal with so many columns, or a pipe; and text painted and fitted for it.
 *
 * Every text that may come from a record passes kith_printable on its way, also into a pipe: what reads the
 * pipe may be a pager on a terminal. */
#ifndef KITH_SCREEN_H
#define KITH_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/date.h"
#include "lib/base/error.h"
#include "lib/base/memory.h"

struct kith_screen {
	bool terminal;       /* stdout is one */
	bool error_terminal; /* stderr is one */
	bool interactive;    /* a question on stderr can be answered on stdin */
	bool color, error_color;
	unsigned columns, rows; /* of the terminal */
};

enum kith_paint { KITH_PLAIN_TEXT, KITH_BOLD, KITH_DIM, KITH_RED, KITH_YELLOW, KITH_GREEN, KITH_CYAN, KITH_MATCH };

/* `color` is the value of --color or NULL; false when it is none of its words. */
bool kith_screen_init(struct kith_screen *, const char *color);

/* Columns that a text may take: the terminal's, and without one as good as endless. */
size_t kith_screen_width(const struct kith_screen *);

/* Append text, made printable on one line, painted if `color`. */
void kith_paint(struct kith_buf *out, bool color, enum kith_paint, const char *text);
void kith_paintf(struct kith_buf *out, bool color, enum kith_paint, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Append text in lines of at most `width` columns; every line but the first begins with `indent` spaces, and
 * the first is taken to stand behind as many.  Line feeds in the text stay.  No line feed at the end. */
void kith_wrap(struct kith_buf *out, bool color, enum kith_paint, const char *text, size_t indent, size_t width);

void kith_spaces(struct kith_buf *out, size_t count);

/* "25 Nov" this year, "25 Nov 2024", for a column of dates. */
void kith_print_day(struct kith_buf *out, kith_day, kith_day today);

/* Write everything.  EPIPE is no failure: who closed the pipe has seen enough. */
enum kith_code kith_write_all(int fd, const char *text, size_t length, struct kith_err *);

/* Write to stdout, through the pager when `page` and it is a terminal with fewer lines. */
enum kith_code kith_screen_show(const struct kith_screen *, const struct kith_buf *, bool page, struct kith_err *);

#endif
