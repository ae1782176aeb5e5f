/* Paths as people type and read them: from where they stand, and inside the store. */
#ifndef KITH_PLACE_H
#define KITH_PLACE_H

#include "cli/app.h"

/* Whether a word looks like a path and not like a name: it holds a slash or ends in .yaml or .yml. */
bool kith_place_is_path(const char *text);

/* The path inside the store of what `text` names, seen from the current folder, else from the store's root.
 * KITH_NONE when nothing is there; KITH_USAGE when it is outside of the store.  In the arena; "" is the root. */
enum kith_code kith_place_in_store(struct kith_app *, const char *text, const char **out, struct kith_err *);

/* A path of the store as it can be opened from the current folder: relative when one of the two holds the
 * other, else absolute.  In the arena. */
const char *kith_place_shown(struct kith_app *, const char *path);

/* A folder for people: the home folder as ~.  In the arena. */
const char *kith_place_home(struct kith_arena *, const char *path);

/* The absolute path of a path of the store. In the arena. */
const char *kith_place_absolute(struct kith_app *, const char *path);

#endif
