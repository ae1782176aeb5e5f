/* Characters inside UTF-8, for the files of lib/base only: nothing outside
 * knows which Unicode library is in use. */
#ifndef KITH_UNICODE_H
#define KITH_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/memory.h"

#define KITH_REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define KITH_ELLIPSIS "\xE2\x80\xA6"    /* U+2026 */

enum { KITH_BAD_CHARACTER = -1 };

/* The character at the start of the text, whose length is above 0; returns the
 * bytes it takes.  A byte that begins none is KITH_BAD_CHARACTER and takes 1. */
size_t kith_decode(const char *text, size_t length, int32_t *character);
void kith_encode(struct kith_buf *out, int32_t character);

/* How many bytes at the start are ASCII. */
size_t kith_ascii_run(const char *text, size_t length);

/* A control, or a character that changes the direction of what follows: what
 * must not reach a terminal as it is. */
bool kith_is_unsafe(int32_t character);

/* The grapheme cluster at the start of the text, whose length is above 0:
 * returns its bytes, and the columns it takes. */
size_t kith_next_cluster(const char *text, size_t length, unsigned *columns);

#endif
