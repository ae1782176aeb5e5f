/* What the two halves of splicing share: in block collections and in brackets. */
#ifndef KITH_SPLICE_PRIVATE_H
#define KITH_SPLICE_PRIVATE_H

#include "lib/record/splice.h"

/* Text in the place of [start, end). */
struct patch {
	size_t start, end;
	const char *text;
};

struct splicing {
	const struct kith_doc *doc;
	const struct kith_splice *splice;
	struct kith_splice_refusal *refusal;
	struct kith_arena arena;
	struct patch *patches; /* in the order of their starts */
	size_t count, capacity;
};

/* Say why not; returns false. */
bool kith_splice_refuse(struct splicing *, size_t at, const char *reason);
/* Put text in the place of [start, end); its line feeds become the file's line ends. */
void kith_splice_patch(struct splicing *, size_t start, size_t end, const char *text);

bool kith_replace_in_flow(struct splicing *);
bool kith_remove_from_flow(struct splicing *);
bool kith_insert_into_flow(struct splicing *);

#endif
