/* The table of types: how each is parsed, printed and ordered.  A new type is one row here and one
 * in schema/types.def. */
#ifndef KITH_TYPES_H
#define KITH_TYPES_H

#include "lib/record/record.h"

struct kith_type_row {
	/* Read text into date, span or number; text is trimmed and not empty. */
	bool (*read)(const struct kith_field *, const char *text, struct kith_value *, const char **why, struct kith_buf *hint);
	/* Append the canonical text of a value. */
	void (*print)(struct kith_buf *, const struct kith_value *);
	/* The numbers a value is ordered and indexed by: first and last (a month is a range of days).
	 * False: it has none and is ordered by its folded text. */
	bool (*range)(const struct kith_value *, int64_t *first, int64_t *last);
	bool splits; /* one scalar in a list may hold several, separated by commas */
	bool folds;  /* compared as one folded text (words, references), not by its words */
};

const struct kith_type_row *kith_type_row(enum kith_type);

/* The number a date without a year is indexed by: −(month·100 + day), always below any day since year 1. */
#define KITH_YEARLESS(month, day) (-(int64_t)10000000 - (month) * 100 - (day))

#endif
