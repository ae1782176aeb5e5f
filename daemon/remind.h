/* Which reminders to show, and when: pure rules over (what is due, what was shown, the time, kith.yaml). */
#ifndef KITH_DAEMON_REMIND_H
#define KITH_DAEMON_REMIND_H

#include "lib/base/clock.h"
#include "lib/base/memory.h"
#include "lib/store/index.h"

/* Of kith.yaml, copied. */
struct kith_remind_rules {
	int remind_at;              /* minute of the day */
	int quiet_from, quiet_to;   /* minutes; equal: no quiet hours */
	bool weekend;               /* reminders come at weekends too */
	int nudges;                 /* shown one by one in a day */
};

/* One occurrence that was shown on this machine. */
struct kith_shown {
	char *key;
	kith_day day;     /* the local day on which it was shown last */
	int minute;
	bool digest;      /* together with others */
	bool in_flight;   /* being shown: no answer yet */
};

/* Looks up an occurrence by its key; NULL if it was never shown. */
typedef const struct kith_shown *kith_shown_find(const void *user, const char *key);

struct kith_moment {
	kith_day day;
	int minute;
};

enum kith_hold { KITH_HELD_NOT, KITH_HELD_QUIET, KITH_HELD_WEEKEND };

/* When an open occurrence is shown next: not before `now`.  *hold (may be NULL) says what moves it. */
struct kith_moment kith_remind_when(const struct kith_due *, const struct kith_shown *, const struct kith_remind_rules *,
                                    struct kith_now now, enum kith_hold *hold);

/* What to show now. */
struct kith_remind_plan {
	const struct kith_due **alone; /* one by one, the most important first */
	size_t alone_count;
	const struct kith_due **digest; /* together; those of an earlier digest of today that are still open included */
	size_t digest_count;           /* 0: no digest, or nothing new in it */
	int64_t next_ms;               /* when to plan again; INT64_MAX: nothing is to come of this list */
};

struct kith_remind_input {
	const struct kith_due *due;
	size_t count;
	kith_shown_find *find;
	const void *shown;
	size_t alone_today; /* shown one by one today, also what was finished since */
	struct kith_remind_rules rules;
	struct kith_now now;
};

/* Lists in the arena; they point into input->due. */
void kith_remind_plan(const struct kith_remind_input *, struct kith_arena *, struct kith_remind_plan *out);

/* "5 more to reach today: María, Sofia and 3 more". */
void kith_remind_digest_summary(struct kith_buf *out, const struct kith_due *const *digest, size_t count, bool after_others);
/* One line for each of the first few. */
void kith_remind_digest_body(struct kith_buf *out, const struct kith_due *const *digest, size_t count, kith_day today);

/* Why an occurrence is, or is not, shown, in a sentence. */
void kith_remind_explain(struct kith_buf *out, const struct kith_due *, const struct kith_shown *,
                         const struct kith_remind_rules *, struct kith_now now);

#endif
