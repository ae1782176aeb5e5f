/* Where the words of a query stand in a line of text. */
#ifndef KITH_HIGHLIGHT_H
#define KITH_HIGHLIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/memory.h"

/* How many of the words or phrases (in the form of kith_fold_words) stand in the line, the last word of each
 * as a prefix. */
size_t kith_highlight_count(const char *line, size_t length, const char *const *words, size_t count);

/* The first place at or after `from` where one of them stands: its start in bytes, SIZE_MAX for none; *end is
 * behind it. */
size_t kith_highlight_next(const char *line, size_t length, size_t from, const char *const *words, size_t count,
                           size_t *end);

#endif
