/* From the merged values back to a text in which as much as can be of both sides is left as it was. */
#ifndef KITH_MERGE_WRITE_H
#define KITH_MERGE_WRITE_H

#include "lib/record/merge_values.h"

struct kith_merge_texts {
	int kind;                          /* -1: no record */
	const struct kith_version *of[3];  /* base, ours, theirs */
	const struct kith_doc *docs[3];
	size_t *effort;                    /* in writing: bytes that may still be read again after edits; a tangled record is not edited for ever */
};

/* Append a text that reads as exactly what was merged.  False if there is none: it would be too long for a record. */
bool kith_merge_write(struct kith_merging *, const struct kith_merge_texts *, struct kith_buf *out);

#endif
