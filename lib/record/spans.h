/* Where things are in a YAML text that its tree does not tell: lines, punctuation, comments, where a node really ends. */
#ifndef KITH_SPANS_H
#define KITH_SPANS_H

#include "lib/record/doc.h"

#define KITH_NO_BYTE ((size_t)-1)

size_t kith_line_start(const struct kith_doc *, size_t at); /* a byte order mark is before the first line */
size_t kith_line_end(const struct kith_doc *, size_t at);   /* before its CR LF or LF */
size_t kith_line_next(const struct kith_doc *, size_t at);  /* behind it; the end of the text if it has none */
size_t kith_line_break(const struct kith_doc *, size_t end); /* bytes of the line break at a line's end: 0, 1, 2 */
bool kith_line_is_blank(const struct kith_doc *, size_t start);
bool kith_line_is_comment(const struct kith_doc *, size_t start); /* of nothing but a comment */
bool kith_begins_line(const struct kith_doc *, size_t at); /* only spaces are before it in its line */
uint32_t kith_line_number(const struct kith_doc *, size_t at);
/* "\r\n" if the first line ends so, else "\n". */
const char *kith_newline(const struct kith_doc *);

/* The first `mark` in [from, to) outside of comments, where only white space, comments and punctuation are; or KITH_NO_BYTE. */
size_t kith_find_mark(const struct kith_doc *, size_t from, size_t to, char mark);

bool kith_is_block_scalar(const struct kith_node *);
/* The columns that a text block's lines are indented by, as its first line with text has them; KITH_NO_BYTE if none has. */
size_t kith_block_indent(const struct kith_doc *, const struct kith_node *);
/* Whether its header has this character: + keeps the blank lines behind the text, - takes the last line feed away. */
bool kith_block_has(const struct kith_doc *, const struct kith_node *, char indicator);
bool kith_is_empty_value(const struct kith_node *);
bool kith_is_empty_collection(const struct kith_node *); /* [], {} */
/* Where its last character ends: without the line break and the blank lines behind a text block. */
size_t kith_node_tail(const struct kith_doc *, const struct kith_node *);
/* Where a child begins: its key or dash; an item of a flow list: itself.  KITH_NO_BYTE: it is written with `?`, a tag or the like. */
size_t kith_child_head(const struct kith_doc *, const struct kith_node *parent, const struct kith_node *child);
/* The colon behind a member's key, or KITH_NO_BYTE. */
size_t kith_child_colon(const struct kith_doc *, const struct kith_node *child);
/* Columns (bytes) before it in its line; only spaces and dashes are there, else KITH_NO_BYTE. */
size_t kith_indent_of(const struct kith_doc *, size_t at);
const struct kith_node *kith_child_before(const struct kith_node *parent, const struct kith_node *child); /* or NULL */
const struct kith_node *kith_last_child(const struct kith_node *parent);
/* The scalar at the very end of a node. */
const struct kith_node *kith_last_scalar(const struct kith_node *);

/* --- comments --- */

struct kith_comment {
	size_t start, end; /* from the # to the end of the line */
	bool own;          /* it has its line for itself */
};

struct kith_comments {
	struct kith_comment *list;
	size_t count, capacity;
};

/* All of a document; in the arena. */
void kith_comments_find(const struct kith_doc *, struct kith_arena *, struct kith_comments *out);

#endif
