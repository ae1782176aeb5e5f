/* What falls due: pure rules over a record, the last and the next conversation, kith.yaml and a day.
 * No clock and no time zone: a due day is a square on a calendar, and every machine finds the same one.
 *
 *   cadence   The last conversation + the span: chained, never a fixed clock.
 *             - The contact's or group's own cadence counts, `never` included; a contact without one takes the
 *               shortest that kith.yaml gives for one of its roles or tags.  The user's own contact has none.
 *             - Without any conversation it counts from `met` or `agreed_on`, whichever is later (of a group from
 *               `joined`); of a month or a year, from its last day.  Without even that it is due on whatever day is
 *               asked about, under a key that stays the same: a rhythm that was asked for is never silently lost.
 *             - Nothing while `resting`; after a rest that ended on a date, not before that date.
 *             - Nothing while a conversation is planned within the next KITH_DUE_PLAN days, until that day has
 *               passed.  A plan further away changes nothing yet.
 *   promise   The last day of `by`, until `done` or `released`; nothing without `by`.  One of the user's own (by_whom
 *             absent, `me` or the user's contact) is announced on the day before, and on that day only by that
 *             occurrence (key ending ":eve"): no list shows both.  One between two others has a key ending ":between".
 *   remind    Its date (of a month or year the first day), then every span, counted from the date, so that months do
 *             not drift.  The latest that has come counts, until the next one comes, or `done` says that it or a later
 *             day is finished; else the next one.  None after `until`.  One that does not repeat is finished by any
 *             `done`.
 *   birthday  The day, every year, and for three days after it; then next year's counts.  With gift_ideas, or closeness
 *             close, an announcement stands in its place from a week before until the day (key ending ":week").
 *             Not the user's own.
 *   date      Likewise, without the week.
 *
 * Keys name an occurrence on every machine; SLUG is made of the text, with a hash where that alone would not do:
 *   cadence:ID:YYYY-MM-DD (the due day) or cadence:ID:first · promise:NOTE-ID:SLUG · remind:ID:SLUG:YYYY-MM-DD ·
 *   birthday:ID:YYYY · date:ID:SLUG:YYYY
 *
 * A `private` record, and a need unless it says private: no, is hidden: a name at most is shown. */
#ifndef KITH_DUE_H
#define KITH_DUE_H

#include "lib/store/index.h"

enum {
	KITH_DUE_PLAN = 42,  /* days ahead within which a planned conversation stands in for a reminder */
	KITH_DUE_MOST = 200, /* of one record; what a hostile file has more is left out */
};

/* The rules as the index wants them. */
extern const struct kith_derive kith_network_derive;

const char *kith_due_source_name(enum kith_due_source); /* "cadence" */

/* Append one line that says what it is, for a list and for a notification's summary: "Ana Silva: it has been
 * 5 months".  Safe to print.  Of what is hidden a name only, of a need "a private note for today". */
void kith_due_summary(struct kith_buf *, const struct kith_due *, kith_day today);
/* Append why now, in a sentence or two: "You meant about every 3 months. Last: 21 Jun." Nothing when it is hidden. */
void kith_due_reason(struct kith_buf *, const struct kith_due *, kith_day today);

#endif
