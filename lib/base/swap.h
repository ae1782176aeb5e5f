/* Put a new version of a file in its place without destroying what somebody saves at the same moment.
 *
 * Checking a file and then replacing it leaves a gap in which a save is lost.  Here nothing is ever overwritten: the
 * new version is staged and fsynced, the two files are exchanged (renameat2 RENAME_EXCHANGE), and what was displaced is
 * kept until no process has it open for writing any more (a read lease, F_SETLEASE, says so) and is then compared with
 * what the caller had read.  The same bytes: it is deleted.  Others: somebody saved in between; their file goes back to
 * its place and the caller is told to begin again from it.  A file is created with RENAME_NOREPLACE (or link), and
 * removed by renaming it into the quarantine, to be looked at there likewise.
 *
 * Each exchange is written down first (a journal beside the staged file), so that kith_swap_recover can finish or take
 * back what a killed process left.
 *
 * Mode, owner, group and extended attributes are kept.  A symbolic link is never followed or replaced, in any part of
 * the path. Where the file system has no exchange or no leases, or the owner cannot be kept, the nearest safe way is
 * taken: see swap.c. */
#ifndef KITH_SWAP_H
#define KITH_SWAP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"

struct kith_swap {
	int root;            /* descriptor of the folder that all paths are below */
	const char *staging; /* absolute path of a folder for staged and displaced files, made when needed; used when it
	                      * is on the file system of the file, else (or when NULL) they stand beside it under a name
	                      * that starts with ".kith-" */
};

enum kith_swapped {
	KITH_SWAPPED,     /* done, durably */
	KITH_SWAP_BEATEN, /* the file is not what the caller had read, or somebody saved meanwhile: theirs is in place,
	                   * nothing of theirs is lost and nothing of ours is left: read it and begin again */
};

/* Append the text of a file that is about to be edited.  A process that has it open for writing is waited for, and so
 * is the end of a save that has emptied it or taken it away for the moment; for KITH_SWAP_PATIENCE_MS at most, then it
 * is read as it is. Fails as kith_file_read_beneath does. */
enum kith_code kith_swap_read(const struct kith_swap *, const char *path, size_t limit, struct kith_buf *out,
                              struct kith_err *);

/* Replace `path`, which had these bytes when the caller read it, by others. KITH_IO (a link, no permission, a full
 * disk) leaves the old file as it was; KITH_IO also when a process keeps it open for writing for longer than
 * KITH_SWAP_PATIENCE_MS: then its file is in place again. */
enum kith_code kith_swap_replace(const struct kith_swap *, const char *path, const void *was, size_t was_length,
                                 const void *becomes, size_t length, enum kith_swapped *, struct kith_err *);
/* One of several replacements, see kith_swap_replace. */
struct kith_swap_replacement {
	const char *path;
	const void *was, *becomes;
	size_t was_length, length;
	bool is_settled; /* by kith_swap_replace_all: `swapped` holds, also when another one failed */
	enum kith_swapped swapped;
};

/* Replace at most KITH_SWAP_AT_ONCE files, each as kith_swap_replace does, for about as many waits for the disk as one
 * takes.  When one cannot be staged none is replaced, unless it has been settled by then.  Later failures are of one
 * file each: the others are settled, and the first failure is told. */
enum kith_code kith_swap_replace_all(const struct kith_swap *, struct kith_swap_replacement *, size_t count,
                                     struct kith_err *);
enum { KITH_SWAP_AT_ONCE = 64 };

/* Create: KITH_SWAP_BEATEN when something has that name. Its folder must be there. */
enum kith_code kith_swap_create(const struct kith_swap *, const char *path, const void *becomes, size_t length,
                                mode_t mode, enum kith_swapped *, struct kith_err *);
/* Remove, if it still has these bytes. */
enum kith_code kith_swap_remove(const struct kith_swap *, const char *path, const void *was, size_t was_length,
                                enum kith_swapped *, struct kith_err *);
enum { KITH_SWAP_PATIENCE_MS = 2000 };

/* Finish or take back what killed processes left in the staging folder (not what a living one is doing). A save that
 * cannot go back to its place because a newer one is there is kept in `<staging>/kept/` and told: `path` in the store,
 * `kept` where it is now. */
typedef void kith_swap_kept(void *user, const char *path, const char *kept);
enum kith_code kith_swap_recover(const struct kith_swap *, kith_swap_kept *, void *user, struct kith_err *);

/* What the file system of `root` offers, for kith doctor: NULL if all is well, else in words what is missing and what
 * that means. */
const char *kith_swap_lacks(const struct kith_swap *);

#endif
