/* Values that lost a merge and wait for a person: found, counted, and traced to who wrote them. */
#ifndef KITH_WAITING_H
#define KITH_WAITING_H

#include "cli/app.h"
#include "cli/past.h"
#include "lib/record/merge.h"

/* One of the values among which a person is to choose. */
struct kith_rival {
	const char *text; /* NULL: nothing */
	const struct kith_past_commit *by; /* the newest commit that wrote it; NULL: not found, or not looked for */
};

/* One choice. */
struct kith_waiting {
	const struct kith_row *row; /* of the record, kith.yaml or .kith/reminders.yaml (kind KITH_SETTINGS); NULL: no record is called
	                             * as the text that was set aside */
	const char *path, *title;   /* of the record, or of the text */
	const char *set_aside;      /* a whole text that could not be merged, conflicts/…; else NULL */
	const char *field;          /* as it stands in the record; "" of a text that was set aside */
	struct kith_rival *rivals;  /* the first is what the record has now; those behind it are numbered from 1 */
	size_t count;
	bool deleted;               /* one side had deleted it: … */
	struct kith_rival gone;     /* … who that was */
	bool whole;                 /* what the record has there is a list or map, which rivals[0] is in one line */
	bool stray;                 /* what stands there is no entry of kith's: only an editor can settle it */
	uint32_t line;              /* of the entry in `conflicts` */
	bool settled;               /* in the editor, since it was found */
	bool traced;                /* the history was looked through: a rival without `by` is not in it */
};

struct kith_waitings {
	struct kith_waiting *list; /* everything in app->arena */
	size_t count, capacity;
	size_t unread;             /* records that cannot be read now, and may have some */
};

/* What snoozing and finishing reminders write: no record, but merged by key like one. */
extern const char kith_reminders_path[];

/* Everything that waits, by record; only of these records (row_count not 0), or this text that was set aside. */
enum kith_code kith_waiting_find(struct kith_app *, const struct kith_row *rows, size_t row_count, const char *set_aside,
                                 struct kith_waitings *, struct kith_err *);
/* The id of the record; NULL: it is about none. */
const char *kith_waiting_id(const struct kith_waiting *);
/* What it is called on a command line: the record's id, or a path of the store. */
const char *kith_waiting_name(const struct kith_waiting *);
/* Look in the history for who wrote the values; what cannot be found out stays unknown. */
void kith_waiting_trace(struct kith_app *, struct kith_waitings *);

/* Append one, with its values numbered as kith_settling has them; `heading`: the record's name above it. */
void kith_waiting_print(struct kith_app *, const struct kith_waiting *, bool heading, struct kith_buf *out);
/* As an object: kind, id, path, title, field, line, set_aside, rivals. */
void kith_waiting_json(struct kith_app *, struct kith_json *, const struct kith_waiting *);
/* How many choices wait, without looking at the records' files. */
struct kith_waiting_counts {
	size_t values; /* in records and kith.yaml */
	size_t texts;  /* set aside */
};
enum kith_code kith_waiting_count(struct kith_app *, struct kith_waiting_counts *, struct kith_err *);
/* "2 values that lost a merge wait", "1 text was set aside …"; NULL when nothing does. In the arena. */
const char *kith_waiting_words(struct kith_app *, const struct kith_waiting_counts *);

#endif
