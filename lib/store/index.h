/* The index: a cache of the store's records in SQLite, with full text (FTS5).
 *
 * It can be deleted at any time.  It lives in generations, index-N.db behind the symbolic link
 * index.db: when the schema rows change, or the database is damaged, a new generation is built beside the old and the
 * link is swapped (renaming over a live WAL database would corrupt it).  Readers never block the writer.
 *
 * Work per changed file does not depend on the size of the store. */
#ifndef KITH_INDEX_H
#define KITH_INDEX_H

#include "lib/base/clock.h"
#include "lib/store/store.h"

struct kith_index;

/* --- what is derived from records; computed by lib/network, kept here --- */

enum kith_due_source {
	KITH_DUE_PROMISE,
	KITH_DUE_BIRTHDAY,
	KITH_DUE_DATE,
	KITH_DUE_REMIND,
	KITH_DUE_CADENCE,
	KITH_DUE_SOURCES,
};

/* One thing that falls due. */
struct kith_due {
	enum kith_due_source source;
	const char *key;   /* names this occurrence on every machine: "birthday:ana-silva:2026" */
	const char *id;    /* the record it is written in */
	const char *path;  /* of that record; filled when read from the index */
	const char *who;   /* id of the person or group it is about, or "" */
	const char *name;  /* what `who` (else the record) is called; filled when read from the index */
	const char *what;  /* the promise, the reminder's text, what the day is; "" if nothing is to be said */
	kith_day day;
	int minute;        /* -1: the store's remind_at */
	kith_day since;    /* last conversation, day of the promise, year of birth's day; KITH_NO_DAY if unknown */
	struct kith_span span; /* cadence: the rhythm; count 0 otherwise */
	bool mine;         /* a promise of the user's own */
	bool hide;         /* the record is private: show a name and nothing else */
	uint32_t line;     /* where it is written; 0: the file as a whole */
};

/* What lib/network computes for one record. */
struct kith_derive_input {
	const struct kith_record *record;
	kith_day last;                        /* last conversation with this contact or group, up to today; KITH_NO_DAY */
	kith_day next_plan;                   /* first planned one (a note dated in the future); KITH_NO_DAY */
	const struct kith_settings *settings;
	kith_day today;
};

struct kith_tie_input {
	const char *closeness; /* as the record says, or NULL */
	kith_day last;
	double activity;       /* sum over conversations of 2^(-age/h) on `today` */
	struct kith_span cadence; /* count 0: none */
	bool gave, got;        /* something was given, received */
	unsigned strands;      /* roles, shared groups, other ways of being tied */
	kith_day today;
};

struct kith_derive {
	/* Append what is open, past and future occurrences alike (of a yearly or repeating thing the one that
	 * counts now); returns the first day on which the answer may differ, KITH_NO_DAY for never. */
	kith_day (*due)(const struct kith_derive_input *, struct kith_arena *, struct kith_due **list, size_t *count);
	/* "close", "steady", "light", "dormant", or NULL for "not yet". */
	const char *(*tie)(const struct kith_tie_input *);
	unsigned version; /* raise when the rules change: the index derives all again */
};

/* --- opening and bringing up to date --- */

struct kith_index_options {
	struct kith_store *store;
	struct kith_now now;
	const struct kith_derive *derive;
};

/* Open, or make, the store's index, and bring what depends on the day up to now.  A damaged one is rebuilt; where
 * none can be written a temporary one is used (kith_index_is_temporary).  Does not look at the files: call refresh. */
enum kith_code kith_index_open(const struct kith_index_options *, struct kith_index **out, struct kith_err *);
void kith_index_close(struct kith_index *);
KITH_DEFINE_CLEANUP(kith_index_close, struct kith_index)
bool kith_index_is_temporary(const struct kith_index *);
bool kith_index_is_empty(struct kith_index *); /* nothing was ever indexed in it */
const char *kith_index_path(const struct kith_index *); /* of the generation in use; "" if temporary */

struct kith_index_report {
	size_t seen, changed, removed, broken; /* files */
};

/* Compare every file with the index by size, mtime, ctime and inode and read again what differs, or was
 * modified within a tick (20 ms) of having been indexed. */
enum kith_code kith_index_refresh(struct kith_index *, struct kith_index_report *, struct kith_err *);

/* The same, but KITH_NONE with nothing done where so much has changed that all would be read anew. */
enum kith_code kith_index_refresh_small(struct kith_index *, struct kith_index_report *, struct kith_err *);

/* Look at these paths only (relative to the store; a folder stands for all below it; a missing one
 * is removed).  One transaction. */
enum kith_code kith_index_update(struct kith_index *, const char *const *paths, size_t count, struct kith_index_report *, struct kith_err *);

/* The day has changed, or kith.yaml: derive again what depends on it. */
enum kith_code kith_index_set_now(struct kith_index *, struct kith_now, struct kith_err *);

/* Throw the generation away and build a new one from the files. */
enum kith_code kith_index_rebuild(struct kith_index *, struct kith_index_report *, struct kith_err *);

/* When idle: merge the full text's segments a little, checkpoint the WAL. */
void kith_index_maintain(struct kith_index *);

/* Whether the database is sound, deeply (PRAGMA quick_check and FTS5 integrity): for kith doctor. */
enum kith_code kith_index_verify(struct kith_index *, struct kith_err *);

/* --- reading --- */

struct kith_row {
	int64_t rowid;
	enum kith_kind kind;
	const char *id, *path;
	const char *title;   /* name; a note's first line */
	kith_day date;       /* of a note or event */
	kith_day last;       /* last conversation; contacts and groups */
	kith_day due;        /* earliest open thing */
	const char *tie;     /* or "" */
	bool broken, hidden; /* its file cannot be read now; it is private */
};

/* The record with this id, or at this path: KITH_NONE if there is none.  Of two files with one id, the one at the bytewise smaller path. */
enum kith_code kith_index_row_of_id(struct kith_index *, const char *id, struct kith_arena *, struct kith_row *, struct kith_err *);
enum kith_code kith_index_row_of_path(struct kith_index *, const char *path, struct kith_arena *, struct kith_row *, struct kith_err *);
/* Its values, as they were last readable. */
enum kith_code kith_index_record(struct kith_index *, int64_t rowid, struct kith_arena *, struct kith_record *, struct kith_err *);
/* Another file that has the id of this record, of several the bytewise smallest path: KITH_NONE if there is none. */
enum kith_code kith_index_twin(struct kith_index *, const struct kith_row *, struct kith_arena *, const char **path, struct kith_err *);
/* Paths of files that cannot be read now and of which no older version is known: they hold no record. */
enum kith_code kith_index_unread(struct kith_index *, struct kith_arena *, const char ***paths, size_t *count, struct kith_err *);
/* Paths of all files that cannot be read now. */
enum kith_code kith_index_broken(struct kith_index *, struct kith_arena *, const char ***paths, size_t *count, struct kith_err *);

/* Records that refer to an id through any field, newest first, at most `limit`; with `former` also by ids that its record had
 * before, and that no other has now. */
struct kith_mention {
	struct kith_row row;
	const struct kith_field *field;
	uint32_t line;
};
enum kith_code kith_index_mentions(struct kith_index *, const char *id, bool former, size_t limit, struct kith_arena *,
                                   struct kith_mention **, size_t *count, struct kith_err *);
/* Notes with a person or group, also by a former id as above, newest first. */
enum kith_code kith_index_notes_with(struct kith_index *, const char *id, size_t limit, struct kith_arena *,
                                     struct kith_row **, size_t *count, struct kith_err *);

/* What is due from day `from` (KITH_NO_DAY: ever) to day `to`, in order: by day, promises first.  Of one record when `id` is not NULL. */
enum kith_code kith_index_due(struct kith_index *, kith_day from, kith_day to, const char *id, struct kith_arena *,
                              struct kith_due **, size_t *count, struct kith_err *);

/* Distinct values in use of all fields of this name ("skills"), most used first: for completion and suggestions.  Texts in the arena. */
enum kith_code kith_index_words(struct kith_index *, const char *field, const char *prefix, size_t limit, struct kith_arena *,
                                const char ***, size_t *count, struct kith_err *);

/* How many records of each kind; how many files are broken; how many values wait in `conflicts`. */
struct kith_index_counts {
	size_t records[KITH_KINDS];
	size_t files, broken, faulty, conflicts;
	size_t folders; /* that cannot be listed */
};
enum kith_code kith_index_counts(struct kith_index *, struct kith_index_counts *, struct kith_err *);

#endif
