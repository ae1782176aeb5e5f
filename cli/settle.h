/* Settling what lost a merge: one choice each, planned as changes of files. */
#ifndef KITH_SETTLE_H
#define KITH_SETTLE_H

#include "cli/change.h"
#include "cli/waiting.h"

/* What is to become of one. */
struct kith_settling {
	const struct kith_waiting *waiting;
	int choice; /* 0: it stays as it is; 1…: that rival; KITH_CHOOSE_DELETED */
	bool late;  /* found when it was planned: somebody settled it meanwhile */
	bool failed; /* it could not be planned, which was told: the others go on */
};

/* Read "shown", "deleted", or a number that this one has.  KITH_USAGE, with those there are. */
enum kith_code kith_settling_read(const struct kith_waiting *, const char *text, int *choice, struct kith_err *);

/* Plan them all; `list` must last until the changes are applied.  KITH_FAULTY when a record cannot be edited so. */
enum kith_code kith_settle_plan(struct kith_changes *, struct kith_settling *list, size_t count, struct kith_err *);

/* Append "Ana Silva: phone: +351 2 (in place of +351 1)", printable, on one line. */
void kith_settling_words(const struct kith_settling *, struct kith_buf *out);
/* For the commit: "settle ana-silva: phone".  In the arena. */
const char *kith_settle_message(struct kith_app *, const struct kith_settling *list, size_t count);

/* Go through them on the terminal, with a key for each.  `list` has room for all; *count: how many were chosen.  The
 * editor may settle some at once.  KITH_STOPPED on Ctrl-C: nothing is to be written. */
enum kith_code kith_settle_ask(struct kith_app *, struct kith_waitings *, struct kith_settling *list, size_t *count,
                               struct kith_err *);

#endif
