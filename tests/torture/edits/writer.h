/* How one random document is written. */
#ifndef KITH_TORTURE_WRITER_H
#define KITH_TORTURE_WRITER_H

#include "tests/torture/edits/edits.h"

struct writer {
	struct kith_buf *out;   /* line feeds only; its own line endings come last */
	struct chance *chance;
	uint32_t busy;          /* per cent: comments and blank lines */
	unsigned step;          /* indentation */
	bool indentless;        /* dashes stand under their key */
	bool wide;              /* several spaces behind a dash */
	bool shuffled;          /* keys in any order */
	bool flow_lines;        /* the flow collection being written has a line for each item */
	bool flat;              /* no flow collection may have lines */
	unsigned comments;      /* each has its number, so that the oracle can tell them apart */
};

/* Where a scalar is written. */
struct place {
	bool flow;
	unsigned column; /* of the key or dash it belongs to: what continues it is indented deeper */
};

/* Append a text in some style that says just this.  A block scalar ends with its line feed, all else without. */
void write_scalar(struct writer *, const char *text, size_t length, struct place);

#endif
