/* What the rules of due.h share: the list they write, and the record's lists of maps entry by entry. */
#ifndef KITH_DUE_PRIVATE_H
#define KITH_DUE_PRIVATE_H

#include "lib/network/due.h"

struct kith_deriving {
	const struct kith_derive_input *input;
	const struct kith_record *record;
	struct kith_arena *arena;
	struct kith_due *list;
	size_t before, count, capacity; /* what the caller had already, and how many there are */
	kith_day today, recheck;
	const char *subject; /* whom the record is about; "" for the user and where there is none */
	bool hide;
};

/* --- the rules; each adds what is open --- */

void kith_due_promises(struct kith_deriving *);
void kith_due_reminds(struct kith_deriving *);
void kith_due_yearly(struct kith_deriving *);
void kith_due_cadence(struct kith_deriving *);

/* --- writing --- */

/* What names one occurrence, behind its source and the record's id; parts that are NULL are left out. */
struct kith_due_key {
	const char *text;   /* becomes the slug */
	const char *suffix; /* ":2026-11-25" */
	const char *ending; /* ":eve" */
};

/* The next place in the list, filled with what all sources share; it lasts until the next call.  NULL without a
 * day, if there are too many, or if the same thing stands in the record twice. */
struct kith_due *kith_due_add(struct kith_deriving *, enum kith_due_source, const struct kith_due_key *, kith_day);

/* The answer may differ from this day on. */
void kith_due_recheck(struct kith_deriving *, kith_day);

/* ":2026-11-25", in the arena. */
char *kith_due_day_suffix(struct kith_deriving *, kith_day);

/* --- reading --- */

/* Whether an id, or the word `me`, is the user. */
bool kith_due_is_me(const struct kith_deriving *, const char *id);

enum { KITH_DUE_KEYS = 8 };

struct kith_due_entry {
	const struct kith_value *keys[KITH_DUE_KEYS]; /* by place among the sub-fields; NULL: absent or unusable */
};

/* The entry that begins at or behind value *at; moves past it.  False at the end.  One pass over all entries is
 * linear, as asking for siblings is not. */
bool kith_due_next_entry(const struct kith_record *, const struct kith_field *map, size_t *at,
                         struct kith_due_entry *out);
const struct kith_value *kith_due_entry_value(const struct kith_due_entry *, const struct kith_field *map,
                                              const char *name);

#endif
