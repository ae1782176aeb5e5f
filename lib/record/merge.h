/* Two versions of a record and the one that both come from become one text.
 *
 * Pure: no clock, no host, no locale, no configuration; the same three texts give the same bytes on every machine, whichever
 * of the two is called ours.  Driven by the merge column of schema/ (see enum kith_merge), unknown keys by their shape:
 *
 *   one value     Its state is the set of the value shown and those kept in `conflicts`.  One side as in the base: the other side;
 *                 both alike: that; else (A∩B) ∪ keep(A) ∪ keep(B), with keep(X) = X∖base, or X where that is empty.  Shown is, of what the two
 *                 show, the latest date (of two that begin alike the more exact), else the bytewise greatest; a deletion is never
 *                 shown over a value.  Spellings of one date, span or flag are one value
 *   a text        by lines (diff3); where both only put in lines, both stay; where both changed the same line there are two texts, each with all
 *                 other changes: one shown, one kept
 *   a set         (A∩B) ∪ (A∖base) ∪ (B∖base)
 *   by key        entries matched by their keys, each merged as a map; removed here and changed there: it stays, and `deleted` is noted.  Several of
 *                 the same keys are matched by what is alike in them; more of them on each side are all new
 *   ordered       members as a set; order from the only side that changed it, else of the bytewise smaller list; what was inserted follows its
 *                 left neighbour
 *
 * Sides of different shape are single values; a text and a list of that text only are the same.
 *
 * What is not shown is kept in the record's last key, and stays there until a person deletes the entry:
 *
 *   conflicts:
 *     - {field: phone, kept: ["+1 777"]}
 *     - {field: "promised[send the draft].by", kept: [2026-12-01], deleted: true}
 *
 * The text is put together from the lines of both sides, key by key and entry by entry: each brings those of the side that changed it, with
 * the comments above and behind it, which are merged by themselves, and so are line ends (those of most lines), a byte order mark and a missing last line feed.
 * A comment that both sides have stays, whatever became of what it was written at.
 * Keys stand in the order of the only side that changed it; a new one follows its left neighbour.  What neither side has as it should be
 * is edited (lib/record/edit), or written anew.  In all that is arbitrary the bytewise smaller text goes first. */
#ifndef KITH_MERGE_H
#define KITH_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"
#include "lib/record/schema.h"

/* The rules above, by number: kith.yaml says by which the machines of a store merge.  Raised when they, or a row of the schema, change what a merge gives. */
#define KITH_MERGE_VERSION 1

/* FNV-1a of (field, type, merge rule) of all rows: a test holds it together with KITH_MERGE_VERSION. */
uint64_t kith_merge_fingerprint(void);

struct kith_version {
	const char *text; /* NULL: there is no such version (an id added on both sides has no base) */
	size_t length;
};

struct kith_merged {
	struct kith_buf text;   /* what the file becomes */
	size_t conflicts;       /* entries of `conflicts` that are in neither side */
	bool unreadable;        /* one side, or both, cannot be read as a record: `text` is the readable one, else the bytewise smaller … */
	struct kith_buf loser;  /* … and this is the other, to be kept beside it (conflicts/<stem>-<hash12>.txt); empty unless both changed */
};

/* Merge.  `kind` may be -1: a YAML map that is no record (.kith/reminders.yaml), merged by shape.  Never fails.  Append to nothing: `out` is filled; finish it. */
void kith_merge_record(int kind, const struct kith_version *base, const struct kith_version *ours, const struct kith_version *theirs,
                       struct kith_merged *out);
void kith_merged_finish(struct kith_merged *);

/* Any other text, by lines.  False when both changed the same lines: `out` then has those of the bytewise smaller text, and the loser is the whole other text, to be
 * kept beside it.  Binary (a NUL in any of the three): one side changed, else as if all lines overlapped. */
bool kith_merge_lines(const struct kith_version *base, const struct kith_version *ours, const struct kith_version *theirs, struct kith_buf *out,
                      struct kith_version *loser);

/* Whether a path is one of those that are kept beside a record so: conflicts/ana-silva-3f9a1c20b7de.txt, or another name that ends
 * in .txt, in that folder itself. */
bool kith_path_is_set_aside(const char *path);
/* Append the name for a text that loses its place `path`: the file's name without its end, and so many digits of the id that git has for the text
 * (lib/base/sha1.h).  KITH_ASIDE_DIGITS, and KITH_ASIDE_MORE more at a time where that name has another text: every machine finds the same. */
enum { KITH_ASIDE_DIGITS = 12, KITH_ASIDE_MORE = 4 };
void kith_set_aside_name(struct kith_buf *out, const char *path, const char *blob_id, int digits);

/* --- conflicts that wait in a record --- */

struct kith_conflict {
	const char *field;   /* the path as it stands there: "phone", "promised[send the draft].by" */
	const char *shown;   /* the value that the record shows now; NULL: it has none, or a list or map … */
	const char *whole;   /* … which is this, in flow style; else NULL */
	const char **kept;   /* the others */
	size_t kept_count;
	bool deleted;        /* one side had deleted it */
	uint32_t line;       /* of the entry in `conflicts`; 0: there is none */
};

struct kith_reading;
/* Those of a record, in the order of the file; all in the arena. */
void kith_conflicts_read(const struct kith_reading *, struct kith_arena *, struct kith_conflict **, size_t *count);

/* What a record shows and keeps of these fields (paths as in `conflicts`), also where no conflict is about them: for finding in
 * older versions who wrote a value.  `out` has room for as many; all in the arena. */
void kith_conflicts_states(const struct kith_reading *, const char *const *fields, size_t count, struct kith_arena *,
                           struct kith_conflict *out);

/* Add a warning to the reading's faults for each entry of `conflicts` that is about nothing: its field is gone. */
void kith_conflicts_check(struct kith_reading *, struct kith_arena *);

/* Settle one: `choice` 0 keeps what is shown, 1… takes that kept value in its place, KITH_CHOOSE_DELETED deletes the field.  The entry goes.  `out` has the whole new text.
 * KITH_FAULTY when the field cannot be edited, or is not in the record any more and a kept value was chosen for an entry that is gone: says so. */
enum { KITH_CHOOSE_DELETED = -1 };
struct kith_editing;
enum kith_code kith_conflict_settle(struct kith_editing *, const struct kith_conflict *, int choice, struct kith_err *);

#endif
