/* What is wrong with a record, where, and the way out. */
#ifndef KITH_FAULT_H
#define KITH_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/memory.h"

enum kith_severity {
	KITH_FAULT_ERROR,   /* the value, or the whole file, cannot be used */
	KITH_FAULT_WARNING, /* used, but probably not meant */
};

struct kith_fault {
	enum kith_severity severity;
	uint32_t line, column; /* from 1, columns in characters; 0: the file as a whole */
	uint32_t length;       /* characters that the caret underlines, at least 1 */
	const char *message;   /* without full stop; may hold text from the file, made printable */
	const char *hint;      /* what to write instead, or ""; "write …" is then all of the line behind its indentation, or all of
	                        * the value */
};

/* More of one file are counted, but not kept: a hostile one could have a million. */
enum { KITH_FAULTS_MOST = 1000 };

/* A growing list; its texts and array live in the arena. */
struct kith_faults {
	struct kith_arena *arena;
	struct kith_fault *list;
	size_t count, capacity;
	size_t errors;           /* of all, also those left out */
	size_t left_out;         /* beyond KITH_FAULTS_MOST */
	struct kith_fault spare; /* stands in for one that is left out */
};

/* Add one; message as for printf.  Set ->hint on the result. The result lasts until the next call. */
struct kith_fault *kith_fault_add(struct kith_faults *, enum kith_severity, uint32_t line, uint32_t column,
                                  uint32_t length, const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Whether faults that are added now are still kept: else what it costs to explain them can be saved. */
bool kith_faults_have_room(const struct kith_faults *);

/* Order by line, then column; where some were left out, a last one says so. */
void kith_faults_sort(struct kith_faults *);

/* Append "path:line:col: error: message", the source line, a caret line and "hint: …" (see kith check).
 * `source` may be NULL when the text is not at hand. */
void kith_fault_print(struct kith_buf *out, const char *path, const struct kith_fault *, const char *source, size_t length);

#endif
