/* A JSON writer: appends to a text buffer, escapes strings, places commas.
 * Output is compact, or indented by two spaces.  What must not reach a terminal
 * (see kith_printable) is escaped, so the data are the same and safe to look at. */
#ifndef KITH_JSON_H
#define KITH_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/memory.h"

struct kith_json {
	struct kith_buf *out;
	bool indent;
	unsigned depth;       /* at most 60 */
	uint64_t has_members; /* one bit a depth */
	bool after_key;
};

void kith_json_object(struct kith_json *);
void kith_json_array(struct kith_json *);
void kith_json_end_object(struct kith_json *);
void kith_json_end_array(struct kith_json *);
void kith_json_key(struct kith_json *, const char *key);
void kith_json_string(struct kith_json *, const char *text); /* NULL writes null; invalid UTF-8 becomes U+FFFD */
void kith_json_int(struct kith_json *, int64_t);
void kith_json_bool(struct kith_json *, bool);
void kith_json_null(struct kith_json *);
/* Key and value in one call. */
void kith_json_key_string(struct kith_json *, const char *key, const char *text);
void kith_json_key_int(struct kith_json *, const char *key, int64_t);
void kith_json_key_bool(struct kith_json *, const char *key, bool);

#endif
