/* What changed between two versions of a record, value by value, and in words: `cadence: quarterly → monthly; skills + rust`. */
#ifndef KITH_COMPARE_H
#define KITH_COMPARE_H

#include "lib/record/record.h"

struct kith_value_change {
	const char *field;  /* a top field's name, or a key that the schema does not know */
	const char *entry;  /* of a list of maps: the entry, as its identifying keys have it; else NULL */
	const char *key;    /* of an entry, a map or a table: which of its keys; NULL: all of it */
	const char *before; /* NULL: there was none */
	const char *after;  /* NULL: there is none.  Neither: the same values in another order */
	size_t lines;       /* of a text of several lines: in how many the two differ; else 0 */
};

struct kith_value_changes {
	struct kith_value_change *list; /* in the schema's order; keys that it does not know last */
	size_t count, capacity;
};

/* Compare.  Values of a list are matched by what they say, entries of a list of maps by the keys that identify them.
 * Comments and layout count for nothing.  Everything is in the arena, or points into the records. */
void kith_record_compare(const struct kith_record *before, const struct kith_record *after, struct kith_arena *,
                         struct kith_value_changes *out);

/* Append them in words on one line, printable; each value clipped. */
void kith_value_changes_words(struct kith_buf *out, const struct kith_value_changes *);

#endif
