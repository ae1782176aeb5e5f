/* What falls due, as kith today and kith daemon reminders print it. */
#ifndef KITH_DUES_H
#define KITH_DUES_H

#include "cli/app.h"

/* Append one thing in two lines: what, then why and where it is written, dimmed.  `when` adds the day in
 * front. */
void kith_due_print(struct kith_app *, const struct kith_due *, bool when);

/* One JSON object. */
void kith_due_json(struct kith_app *, struct kith_json *, const struct kith_due *);

#endif
