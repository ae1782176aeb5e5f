/* Taking references out of the records that hold them, when what they lead to goes. */
#ifndef KITH_UNLINK_H
#define KITH_UNLINK_H

#include "cli/change.h"

/* One file, and the records that it shall refer to no more. */
struct kith_unlink {
	struct kith_app *app;
	const char *path;
	const struct kith_row **gone;
	size_t count, capacity;
	struct kith_buf *done; /* a line for each reference that is taken out */
};

struct kith_unlinks {
	struct kith_unlink **list; /* in app->arena */
	size_t count, capacity;
};

/* This file refers to a record that goes.  The row must last as long as the list. */
void kith_unlinks_add(struct kith_app *, struct kith_unlinks *, const char *path, const struct kith_row *gone);

/* Plan the edits: a value goes, from a list only itself; an entry goes with its key; where any text may
 * stand, the record's name takes the place of its id.  Fails with KITH_FAULTY, after all were looked at,
 * when a file cannot be edited, or a record would miss what it needs: these are in app->beside. */
enum kith_code kith_unlinks_plan(struct kith_unlinks *, struct kith_changes *, struct kith_err *);

/* Append "→ contacts/tom.yaml:4: through - ana-silva" for each reference that the plan takes out. */
void kith_unlinks_print(struct kith_app *, const struct kith_unlinks *, struct kith_buf *out);

#endif
