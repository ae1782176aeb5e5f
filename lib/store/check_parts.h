/* Between check.c, which gathers and tells faults, and check_reference.c, which finds those between files. */
#ifndef KITH_CHECK_PARTS_H
#define KITH_CHECK_PARTS_H

#include "lib/store/check.h"
#include "lib/store/index_work.h"

/* Ids of one kind in use, read once for a check when the first guess at a misspelt one is made. */
struct kith_ids {
	const char **list;
	size_t count, capacity;
	bool loaded;
};

struct kith_guesses {
	struct kith_index *index;
	struct kith_arena arena;
	struct kith_ids ids[KITH_KINDS];
	size_t left; /* how many more ids are worth comparing with */
};

/* The record of a kind the field may refer to that was probably meant by a text; NULL: no idea.  Exact ids count too. */
const char *kith_guess_reference(struct kith_guesses *, const struct kith_field *, const char *text);

/* What one value refers to is not there: add the fault.  Nothing is added for `me` where it is known who that is, nor for
 * a text that need not be a reference and is not close to one. */
void kith_check_reference(struct kith_guesses *, const struct kith_value *, struct kith_faults *);
/* A playbook's `starts` and the like. */
void kith_check_query(struct kith_index *, const struct kith_value *, struct kith_faults *);

#endif
