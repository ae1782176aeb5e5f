/* Lines of a YAML text as a person sees them: a guess by their looks, for a text that cannot be parsed. */
#ifndef KITH_DOC_LINES_H
#define KITH_DOC_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/memory.h"

struct kith_text {
	const char *source;
	size_t length;
};

/* All are bytes in the source. */
struct kith_line {
	size_t start, text, end; /* `text` is behind the indentation; `end` before the line's end */
	/* Of "  - key: value  # comment": */
	size_t item;       /* behind the hyphens of lists: where key or value stand; `text` if there are none */
	size_t colon;      /* behind the key; `end` if there is no key */
	size_t value;      /* behind the colon and its spaces, or `item` */
	size_t value_end;  /* before the comment and its spaces */
};

/* Whether the line of this byte is too long to be looked at again and again, or shown. */
bool kith_line_is_long(const struct kith_text *, size_t byte);
struct kith_line kith_line_at(const struct kith_text *, size_t byte);
/* The nearest line above, or below, that holds more than spaces and a comment. */
bool kith_line_above(const struct kith_text *, const struct kith_line *, struct kith_line *out);
bool kith_line_below(const struct kith_text *, const struct kith_line *, struct kith_line *out);

size_t kith_line_indent(const struct kith_line *);      /* columns before `text` */
size_t kith_line_item_column(const struct kith_line *); /* columns before `item` */
bool kith_line_has_key(const struct kith_line *);
bool kith_line_has_dash(const struct kith_line *);

/* Behind the quote that opens at `byte`, if it is closed before `end`; else `end`, and *closed is false. */
size_t kith_quote_end(const struct kith_text *, size_t byte, size_t end, bool *closed);
/* The bracket or brace that is still open at `byte` of this line, or `byte`. */
size_t kith_open_bracket(const struct kith_text *, const struct kith_line *, size_t byte);
/* The end of the plain value that begins at `byte`: of the line, or of an item in brackets. */
size_t kith_plain_end(const struct kith_text *, const struct kith_line *, size_t byte);

/* Whether every second byte is NUL, as in UTF-16. */
bool kith_text_is_utf16(const struct kith_text *);
/* The first line that git wrote between two sides; such a file is seldom anything else's fault. */
bool kith_text_conflict(const struct kith_text *, size_t *byte);
/* "this byte is not UTF-8 text (in Windows-1252 it is á)". */
const char *kith_words_of_byte(const struct kith_text *, size_t at, struct kith_arena *);

/* Append text in the quotes that YAML reads it back from. */
void kith_yaml_quote(struct kith_buf *, const char *text, size_t length);

/* "write " and the line as it is behind its indentation, with the bytes [from, to) replaced; a line that is too
 * long to be shown: `else_`. */
const char *kith_write_line(struct kith_arena *, const struct kith_text *, const struct kith_line *, size_t from, size_t to,
                            const char *with, const char *else_);
/* The same with the value that begins at `byte` in quotes. */
const char *kith_write_quoted(struct kith_arena *, const struct kith_text *, size_t byte);
/* "indent it with 2 spaces", or "begin it at the left edge". */
const char *kith_write_indent(struct kith_arena *, size_t columns);

#endif
