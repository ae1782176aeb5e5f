/* One entry of a list of maps as a person names it: "promised[send the draft]", "knows-=tom". */
#ifndef KITH_ENTRY_H
#define KITH_ENTRY_H

#include "cli/app.h"

/* How near what was typed is to a text; accents and case never matter. */
enum kith_alike {
	KITH_UNLIKE,
	KITH_ALIKE_WORDS, /* each word typed begins a word of the text */
	KITH_ALIKE_START, /* the text begins so */
	KITH_ALIKE_FOLDED,
	KITH_ALIKE_EXACT,
};
enum kith_alike kith_alike(const char *typed, const char *text);
/* The nearer of a reference's id and what that record is called; of another value, its text. */
enum kith_alike kith_value_alike(struct kith_app *, const char *typed, const struct kith_value *);

/* The entries of one list of maps; they last as long as the record. */
struct kith_entries {
	const struct kith_record *record;
	const struct kith_field *map;
	size_t *first; /* the place of the first value of each, and one more: the end */
	uint32_t count;
};
struct kith_entries kith_entries_of(const struct kith_record *, const struct kith_field *map, struct kith_arena *);

/* The first usable value of a key of an entry, or NULL. */
const struct kith_value *kith_entry_value(const struct kith_entries *, const struct kith_field *key, uint32_t entry);

/* Whether a key is one by which an entry is named: those that identify it, and both halves of a pair. */
bool kith_entry_is_named_by(const struct kith_field *map, const struct kith_field *key);

/* Append what tells an entry from others. */
void kith_entry_say(struct kith_buf *, const struct kith_entries *, uint32_t entry);

/* The entry that is meant, by its key, or by its number from 1; without `typed` (NULL) the only one there is.  KITH_NONE when there is
 * none like it, KITH_USAGE when several are; both list what there is in app->beside. */
enum kith_code kith_entry_find(struct kith_app *, const struct kith_entries *, const char *typed, uint32_t *out,
                               struct kith_err *);

#endif
