/* A YAML document as a tree whose nodes know the bytes they came from.
 *
 * Parsed from libyaml's events.  Its marks count characters, not bytes, and its end marks of
 * block collections lie (they stand at the next token), so: marks are turned into bytes here, and a block
 * collection ends where its last child ends.  A block scalar ends behind its last line feed and the blank lines
 * that follow.  Scalars are text: no YAML type is guessed.
 *
 * Refused, with a fault: not UTF-8, NUL, over KITH_DOC_LIMIT bytes, several documents,
 * anchors, aliases, merge keys, tags other than the core ones, a key twice in one map,
 * keys that are not scalars, nesting over KITH_DOC_DEPTH. */
#ifndef KITH_DOC_H
#define KITH_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/memory.h"
#include "lib/record/fault.h"

#define KITH_DOC_LIMIT (1u << 20)
#define KITH_DOC_DEPTH 32

enum kith_shape { KITH_SCALAR, KITH_MAPPING, KITH_SEQUENCE };
enum kith_style { KITH_PLAIN, KITH_SINGLE, KITH_DOUBLE, KITH_LITERAL, KITH_FOLDED, KITH_BLOCK_STYLE, KITH_FLOW_STYLE };

struct kith_node {
	enum kith_shape shape;
	enum kith_style style;
	const char *text; /* scalar: its value, NUL-terminated; NULL for others */
	size_t length;
	struct kith_node *key;   /* member of a mapping: its key, a scalar */
	struct kith_node *first; /* mapping, sequence: children in the order of the file */
	struct kith_node *next;
	size_t count;            /* children */
	size_t start, end;       /* bytes in the source; empty value: start == end */
	uint32_t line, column;   /* from 1, column in characters */
};

struct kith_doc {
	const char *source; /* not copied: must outlive the document */
	size_t length;
	bool bom;
	struct kith_node *root; /* a mapping; NULL for an empty file (comments only) */
};

/* Parse.  False, with at least one error in faults, if the text is refused; *out then holds the tree if it
 * was read to its end all the same (a key twice, an anchor), so that the other faults can be told too.
 * Everything lives in the arena. */
bool kith_doc_parse(const char *source, size_t length, struct kith_arena *, struct kith_doc *out, struct kith_faults *);

const struct kith_node *kith_node_member(const struct kith_node *mapping, const char *key); /* or NULL */

/* Whether the scalar says "nothing": empty and plain, or a plain ~. */
bool kith_node_is_absent(const struct kith_node *);

/* Characters from start to end, at least 1, not past the end of the node's first line: what a caret underlines. */
uint32_t kith_node_caret(const struct kith_doc *, const struct kith_node *);

#endif
