/* Taking back a commit: which files can be as they were before it, and which were changed since. */
#ifndef KITH_UNDO_H
#define KITH_UNDO_H

#include "cli/change.h"
#include "cli/past.h"

enum kith_undo_state {
	KITH_UNDO_CAN,     /* the file is as the commit left it */
	KITH_UNDO_ALREADY, /* the file is as it was before the commit */
	KITH_UNDO_CANNOT,  /* it must be left alone */
};

struct kith_undo_file {
	const struct kith_past_change *change;
	enum kith_undo_state state;
	const char *why; /* it must be left alone */
};

struct kith_undo {
	struct kith_past_commit *commit;
	struct kith_undo_file *files;
	size_t count;
	size_t can, already, cannot; /* how many of each */
};

/* Look at the files of a commit whose texts are known.  In app->arena. */
void kith_undo_look(struct kith_app *, struct kith_past_commit *, struct kith_undo *out);

/* Why a commit cannot be taken back whatever its files are; NULL: it can. */
const char *kith_undo_refuses(const struct kith_past_commit *);

/* Add to a plan what takes back the files that can be.  Fails when one of them changes at this moment. */
enum kith_code kith_undo_plan(struct kith_undo *, struct kith_changes *, struct kith_err *);

/* The words of what a commit did: its subject, without "undo: " and "redo: ". */
const char *kith_undo_words(const struct kith_past_commit *);
/* Whether a commit takes another back. */
bool kith_undo_is_undo(const struct kith_past_commit *);
/* Whether it takes back one that took back. */
bool kith_undo_is_redo(const struct kith_past *, const struct kith_past_commit *);
/* Fail because there is nothing to take back; `redo`: no undo. */
enum kith_code kith_undo_none(const struct kith_past *, bool redo, struct kith_err *);
/* Append the message of the commit that takes this one back. */
void kith_undo_message(const struct kith_past_commit *, struct kith_buf *out);

/* kith undo --list. */
enum kith_code kith_undo_list(struct kith_app *, struct kith_err *);

/* How many files of a commit are asked for with their texts: all. */
enum { KITH_UNDO_TEXTS = 100000 };

#endif
