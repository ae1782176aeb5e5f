/* Scalars of YAML, quoted where YAML (of any version) would read something else than the text. */
#ifndef KITH_YAML_H
#define KITH_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/memory.h"

struct kith_yaml_place {
	bool flow;     /* inside [ ] or { } */
	bool verbatim; /* dates, numbers and the like: kith reads them from their source text, so they need no quotes */
	size_t indent; /* of the lines of a block */
	bool block;    /* several lines may be written as a block */
	char quote;    /* ' or ": in such quotes where that holds the text; 0: plain where that holds it */
};

/* Append a scalar that reads back as this text.  The text is UTF-8. */
void kith_yaml_scalar(struct kith_buf *out, const char *text, const struct kith_yaml_place *);

/* Append a text block: the header ("|", "|-", ">"), and the lines in this column, each behind a line feed.  False, with nothing
 * appended, where a block does not hold the text as it is. */
bool kith_yaml_block(struct kith_buf *out, const char *header, const char *text, size_t indent);

#endif
