/* What is open and is finished by saying so: promises, the user's own and others', and reminders that records hold. */
#ifndef KITH_UNFINISHED_H
#define KITH_UNFINISHED_H

#include "cli/app.h"

struct kith_unfinished {
	bool promise; /* else an entry of `remind` */
	struct kith_row row;
	uint32_t entry; /* of `promised` or `remind` in the record */
	uint32_t line;
	const char *what;
	const char *date; /* of a note, as written, or NULL */
	kith_day day;     /* a promise's last day; the occurrence of a reminder that counts; KITH_NO_DAY */
	const char *by;   /* who promised: an id; "" for the user */
	const char *to;   /* to whom; "" for the user, NULL if not said */
	bool repeats;
	bool hidden;
	const char *const *people; /* ids of whom it concerns, beside the record itself; ends with NULL */
};

struct kith_unfinished_list {
	struct kith_unfinished *list; /* in app->arena; by day, those without one last */
	size_t count, capacity;
};

/* All there is. */
enum kith_code kith_unfinished_find(struct kith_app *, struct kith_unfinished_list *out, struct kith_err *);

/* Of each entry of `remind` in a record the day that counts, by the rules; KITH_NO_DAY: none any more.  In the arena. */
const kith_day *kith_unfinished_remind_days(struct kith_app *, const struct kith_record *, struct kith_arena *);

/* Whether it is the next occurrence of a reminder that repeats, and has not come yet: to finish it takes more than a
 * name. */
bool kith_unfinished_is_ahead(const struct kith_app *, const struct kith_unfinished *);
/* Whether all words begin words of what it is about; no words fit anything. */
bool kith_unfinished_is_about(const struct kith_unfinished *, const char *words);
/* Whether a record is concerned. */
bool kith_unfinished_concerns(const struct kith_unfinished *, const char *id);

/* Append one line: "You promised Ana Silva: send the map, by Fri 27 Nov". */
void kith_unfinished_say(struct kith_app *, const struct kith_unfinished *, struct kith_buf *out);
/* The command that finishes exactly this one of the list.  In the arena. */
const char *kith_unfinished_command(struct kith_app *, const struct kith_unfinished_list *,
                                    const struct kith_unfinished *);
/* One JSON object. */
void kith_unfinished_json(struct kith_json *, const struct kith_unfinished *);

#endif
