/* Making new files in the store, and having what was changed committed. */
#ifndef KITH_SAVE_H
#define KITH_SAVE_H

#include <sys/types.h>

#include "cli/app.h"

/* The mode of a file that kith makes: as the umask has it. */
mode_t kith_save_mode(void);

/* Make a file at a path of the store, with its folders; one that exists, or lies behind a link, is refused. */
enum kith_code kith_save_new(struct kith_app *, const char *path, const char *text, size_t length, struct kith_err *);

/* Have these paths committed: by the daemon; without one `kithd --commit` is run.  What fails is
 * a warning, because the files are saved. */
void kith_save_commit(struct kith_app *, const char *message, const char *const *paths, size_t count);

#endif
