/* Making new files in the store, and having what was changed committed. */
#ifndef KITH_SAVE_H
#define KITH_SAVE_H

#include <sys/types.h>

#include "cli/app.h"

/* The mode of a file that kith makes: as the umask has it. */
mode_t kith_save_mode(void);

/* Make a file at a path of the store, with its folders; one that exists, or lies behind a link, is refused. */
enum kith_code kith_save_new(struct kith_app *, const char *path, const char *text, size_t length, struct kith_err *);

/* Make the folders of a path of the store; a link among them is refused.  *kept: how many bytes of the path name what was
 * there before, for kith_save_remove_folders, which takes the others away again where nothing is in them. */
enum kith_code kith_save_folders(struct kith_app *, const char *path, size_t *kept, struct kith_err *);
void kith_save_remove_folders(struct kith_app *, const char *path, size_t kept);

/* Have these paths committed: by the daemon; without one `kithd --commit` is run.  What fails is
 * a warning, because the files are saved.  Returns whether the commit is made. */
bool kith_save_commit(struct kith_app *, const char *message, const char *const *paths, size_t count);

/* Have what somebody wrote in these files by hand committed as their own, before a command writes to them.  What fails is
 * told by the commit of the command. */
void kith_save_commit_earlier(struct kith_app *, const char *const *paths, size_t count);

/* Append "undo: kith undo"; nothing with --json and --ids. */
void kith_save_say_undo(const struct kith_app *, struct kith_buf *out);

#endif
