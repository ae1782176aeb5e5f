/* A record: the values of one file, read by their declared types.
 *
 * A record is a flat list of values in the order of the file; a list of maps gives one value for
 * each key of each entry, numbered by `entry`.  The same list is what the index stores,
 * so a record read from the index and one read from a file look alike. */
#ifndef KITH_RECORD_H
#define KITH_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/date.h"
#include "lib/base/memory.h"
#include "lib/record/doc.h"
#include "lib/record/fault.h"
#include "lib/record/schema.h"

enum { KITH_RECORD_LIMIT = 100000 }; /* values; a file with more is refused */

struct kith_value {
	const struct kith_field *field; /* NULL: a key the schema does not know, its name in `key` */
	const char *key;   /* unknown key ("x-coffee", "x-team.lead"), or a table's key; else NULL */
	uint32_t entry;    /* which entry of the list of maps it belongs to, from 0 */
	uint32_t line, column;
	size_t start, end; /* bytes in the file; both 0 when it comes from the index */
	const char *text;  /* the value as text, words of a list taken apart, outer space trimmed; never NULL */
	bool faulty;       /* not of its type: only `text` means something */
	struct kith_date date; /* DATE, DATE_OR_FLAG (minute -1 and all 0 if a flag) */
	struct kith_span span; /* SPAN */
	int64_t number;        /* INT; FLAG and DATE_OR_FLAG: 1 yes, 0 no; TIME: minute; TIMES: from*1440+to */
};

struct kith_record {
	enum kith_kind kind;
	const char *id;
	const char *path;  /* in the store; NULL if it has none yet */
	struct kith_value *values;
	size_t count;
	bool broken;       /* the file as it is now cannot be read: these are the values of its last good version */
};

struct kith_reading {
	struct kith_record record; /* valid if readable */
	struct kith_doc doc;
	struct kith_faults faults; /* sorted; also those that leave the record readable */
	bool readable;             /* false: the file as a whole is refused */
};

/* Read a file's text.  `id` and `path` are copied.  What can be found out from this text alone is checked;
 * references are checked by kith_check (lib/store).  `source` must outlive the reading; all else is in the arena. */
void kith_record_read(enum kith_kind, const char *id, const char *path, const char *source, size_t length,
                      struct kith_arena *, struct kith_reading *out);

/* Read one value of a scalar type from text, as a file or the command line has it: sets date, span, number and
 * text (which is not copied).  False with *why (static) and a hint when it is not of the type; both may be NULL. */
bool kith_value_read(const struct kith_field *, const char *text, struct kith_value *out, const char **why,
                     struct kith_buf *hint);

/* The first usable value of a field ("cadence", "email.value"), or NULL.  `path` must be in the schema of the
 * record's kind (asserted). */
const struct kith_value *kith_record_get(const struct kith_record *, const char *path);
const char *kith_record_text(const struct kith_record *, const char *path); /* or NULL */
/* The next usable value of a field after `from` (NULL: the first). */
const struct kith_value *kith_record_next(const struct kith_record *, const char *path, const struct kith_value *from);
/* Of the entry that `sibling`, a value of the record, belongs to ("promised.by" of the same promise), or NULL. */
const struct kith_value *kith_record_sibling(const struct kith_record *, const struct kith_value *sibling, const char *path);
/* Whether a flag is set, a date-or-flag is yes. */
bool kith_record_is(const struct kith_record *, const char *path);

/* What to call a record in a listing: its name; of a note its first line, clipped to 72 columns. Appended. */
void kith_record_title(struct kith_buf *out, const struct kith_record *);

/* Append the names of the top fields in which two versions differ, comma-separated, in canonical order
 * ("cadence, title"): for commit messages.  Unknown keys by their names. Returns how many. */
size_t kith_record_differences(struct kith_buf *out, const struct kith_record *before, const struct kith_record *after);

/* Write a record as JSON: {"kind":…,"id":…,"path":…,FIELD:…}: lists as arrays, lists of maps as arrays of objects, flags
 * as booleans, ints as numbers, dates and spans as they are written in files; unknown keys under their own names. */
struct kith_json;
void kith_record_json(struct kith_json *, const struct kith_record *);

/* --- made from the rows --- */

/* The JSON Schema (draft-07) of one kind, for editors. */
void kith_schema_json(struct kith_buf *out, enum kith_kind);
/* The same for a store: it also refers to vocabulary.json beside it (lib/record/vocabulary.h). */
void kith_schema_json_of_store(struct kith_buf *out, enum kith_kind);
/* The kith-records(5) page, in mdoc. */
void kith_schema_manual(struct kith_buf *out);

#endif
