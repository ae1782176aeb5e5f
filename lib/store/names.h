/* From what a person types to the record that is meant: exact id, whole name, whole words of a name, beginnings of
 * its words ("mar gar"), then what is written alike.  Accents and case never matter. */
#ifndef KITH_NAMES_H
#define KITH_NAMES_H

#include "lib/store/index.h"

/* The records that `text` may mean, best first: one when an id or a whole name is matched exactly.  `kinds` is a
 * mask of 1 << kind; 0: any but notes.  KITH_NONE when nothing is like it (hint: the nearest names). */
enum kith_code kith_names_find(struct kith_index *, const char *text, unsigned kinds, size_t limit, struct kith_arena *,
                               struct kith_row **, size_t *count, struct kith_err *);

/* Whether a row that was found is called so: by its id, `me`, or words of its name as far as they were typed.
 * False when it is only written alike ("Marai"): a command that changes something asks before it acts on such a
 * guess. */
bool kith_names_is_sure(struct kith_index *, const char *text, const struct kith_row *);

#endif
