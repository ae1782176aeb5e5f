/* What kith init and kith clone share: a folder becomes a store. */
#ifndef KITH_NEW_STORE_H
#define KITH_NEW_STORE_H

#include "cli/app.h"

/* Whether a store may be made in a folder, which need not be there yet: KITH_USAGE inside of another store, and in the home
 * folder itself. */
enum kith_code kith_new_store_check(struct kith_app *, const char *wanted, struct kith_err *);

/* Run kithd with these arguments (NULL-terminated) to its end.  False, after a warning with its words, if it failed. */
bool kith_new_store_kithd(struct kith_app *, const char *const *arguments);
/* The words of a failing kithd: its first line, without "error: ". */
const char *kith_new_store_words(const struct kith_buf *errors, struct kith_arena *);

/* Append one line of what to do next. */
void kith_new_store_step(struct kith_app *, const char *command, const char *means);
/* Append how kith finds the store that is open, where it does not by itself. */
void kith_new_store_way(struct kith_app *);

#endif
