/* What commits did to the records: asked of a short-lived kithd, which reads git, and put into words. */
#ifndef KITH_CLI_PAST_H
#define KITH_CLI_PAST_H

#include "cli/app.h"
#include "lib/record/compare.h"
#include "lib/record/past.h"

struct kith_past_question {
	const char *record; /* a path of the store, or the id of a record that is gone; NULL: everything */
	const char *only;   /* the beginning of a commit's id; NULL: all */
	bool commands;      /* only commits of commands */
	size_t limit;       /* 0: none */
	size_t texts;       /* of how many changes of a commit the texts are wanted */
};

/* Ask.  Texts of the sides point into `bytes`, which must outlive them; everything else is in app->arena.  KITH_SYNC
 * without a repository, without kithd, or when git cannot be read; KITH_NONE and KITH_USAGE for `only`. */
enum kith_code kith_past_ask(struct kith_app *, const struct kith_past_question *, struct kith_buf *bytes,
                             struct kith_past *out, struct kith_err *);

enum kith_did { KITH_DID_CREATE, KITH_DID_REMOVE, KITH_DID_RENAME, KITH_DID_CHANGE, KITH_DIDS };
extern const char *const kith_did_words[KITH_DIDS]; /* "created", ... */
enum kith_did kith_past_did(const struct kith_past_change *);

/* How two versions of a file differ. */
struct kith_past_words {
	enum kith_did did;
	int kind;           /* of its path: -1: kith's, but no record */
	const char *id;     /* its path if it is no record */
	const char *was;    /* of what was renamed: its id, or its path where the id is the same */
	const char *unread; /* why `values` say nothing: "cannot be read", ...; NULL: they do */
	struct kith_value_changes values; /* of what was renamed or changed */
};
void kith_past_compare(struct kith_app *, const struct kith_past_change *, struct kith_past_words *out);

/* Append on one line what was done, without the name of the record: "created", "cadence: quarterly → monthly". */
void kith_past_words_add(struct kith_buf *out, const struct kith_past_words *);

/* Append "25 Nov 09:30", in local time; "3 minutes ago"; 2026-11-25T09:30:00+01:00. */
void kith_past_print_time(const struct kith_app *, int64_t time_s, struct kith_buf *out);
void kith_past_print_age(const struct kith_app *, int64_t time_s, struct kith_buf *out);
void kith_past_print_stamp(int64_t time_s, struct kith_buf *out);

/* The commit of this id among them, or NULL. */
const struct kith_past_commit *kith_past_find(const struct kith_past *, const char *id);

/* What made a commit: the command, or "by hand". */
const char *kith_past_command(const struct kith_past_commit *);

/* The members that every commit has in JSON: id, at, author, email, command, undoes, undone, subject. */
void kith_past_json(struct kith_json *, const struct kith_past_commit *);

enum { KITH_PAST_ID_DIGITS = 8 }; /* of a commit's id, where it is shown */

#endif
