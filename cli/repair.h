/* Faults in a record whose way out is certain: words for dates, names for ids, and spellings that differ in
 * nothing that counts.  For kith fmt, and for kith edit after saving. */
#ifndef KITH_REPAIR_H
#define KITH_REPAIR_H

#include "cli/app.h"
#include "lib/record/edit.h"

/* What would be written in the place of one value. */
struct kith_repair {
	const struct kith_field *field;
	uint32_t line;
	const char *was, *becomes;
	kith_day seen; /* the day from which a word was understood; KITH_NO_DAY where it means the same on every day */
};

struct kith_repairs {
	struct kith_repair *list; /* in app->arena, with their texts */
	size_t count, capacity;
};

/* The day a file was last changed, local, never after today: from there the words in it were meant.  Today
 * if that cannot be known. */
kith_day kith_repair_day(struct kith_app *, const char *path);

/* What can be put right: for each faulty value, and each reference to nothing, at most one thing. */
void kith_repairs_find(struct kith_app *, const struct kith_record *, kith_day seen_from, struct kith_repairs *);

/* Put right what can be, and append each thing done.  `wanted` (may be NULL) says of each whether to do it.
 * KITH_FAULTY when an edit is refused, with the text as it was before that. */
typedef bool kith_repair_wanted(void *user, const struct kith_repair *);
enum kith_code kith_repairs_apply(struct kith_app *, struct kith_editing *, kith_day seen_from, kith_repair_wanted *wanted,
                                  void *user, struct kith_repairs *done, struct kith_err *);

/* Append "by next friday → 2026-12-04". */
void kith_repair_print(const struct kith_app *, const struct kith_repair *, struct kith_buf *out);

#endif
