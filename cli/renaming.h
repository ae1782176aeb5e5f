/* What is to be written so that a record has another id: planned as one change of many files. */
#ifndef KITH_RENAMING_H
#define KITH_RENAMING_H

#include "cli/change.h"
#include "cli/references.h"

struct kith_renaming;

/* One file that refers to the record. */
struct kith_referrer {
	struct kith_renaming *renaming;
	const char *path;
	size_t replaced; /* references that its text had */
};

struct kith_renaming {
	struct kith_app *app;
	struct kith_row row;   /* what is renamed */
	const char *id, *path; /* its new ones */
	const char *name;      /* --name, or NULL */
	bool had_id;           /* it was called by an id: references follow it, and formerly remembers */
	bool shared;           /* another file has its old id: the references stay with that one */
	bool finished_before;  /* the new file is there: a rename was interrupted */
	bool moved_before;     /* and the old one is gone */
	struct kith_referrer **files;
	size_t count, capacity;
	size_t broken;         /* that cannot be edited */
	struct kith_references by_hand; /* queries that are left to the user */
	struct kith_changes changes;
};

/* Plan into renaming->changes, in this order, in which they are written: the file under its new name, which
 * says what it was called (`formerly`); every file that refers to it; last the file under its old name
 * goes.  Whenever kith is killed in between, both ids are there and every reference leads somewhere; the
 * same command finds the new file saying that it was called so, takes it for its own if it has the text
 * that it would write, and does what is left.
 *
 * KITH_FAULTY when a file that refers, or that cannot be read and holds the id as a word, cannot be edited:
 * all of them are in app->beside, with line and reason.  KITH_USAGE when the file of an interrupted rename
 * says something else by now. */
enum kith_code kith_renaming_plan(struct kith_renaming *, struct kith_err *);

#endif
