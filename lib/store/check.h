/* Checking a store: the faults of each file, and those that only show between files: references to
 * nothing, one id in two files, a file that is not called by an id. */
#ifndef KITH_CHECK_H
#define KITH_CHECK_H

#include "lib/store/index.h"

/* Called for each path with faults, in the order of paths; `source` is the file's text, NULL if it cannot be read. */
typedef void kith_check_file(void *user, const char *path, const struct kith_faults *, const char *source, size_t length);

struct kith_check_report {
	size_t files, errors, warnings;
};

/* Check the whole store (count 0) or these paths and folders, from an index that is up to date.  Also reports what cannot
 * be walked: unreadable folders, links, special files. */
enum kith_code kith_check(struct kith_index *, const char *const *paths, size_t count, kith_check_file *, void *user,
                          struct kith_check_report *, struct kith_err *);

/* Check the whole store from its files alone: where there is no index this is several times as fast as making one, and leaves none. */
enum kith_code kith_check_files(struct kith_store *, struct kith_now, kith_check_file *, void *user, struct kith_check_report *,
                                struct kith_err *);

/* Check one file's text as if it stood at `path`: what kith edit does before and after saving. Faults in the arena. */
enum kith_code kith_check_text(struct kith_index *, const char *path, const char *source, size_t length, struct kith_arena *,
                               struct kith_reading *, struct kith_err *);

#endif
