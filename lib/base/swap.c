/* Creating and removing, and what comes after a move, in the order that loses nothing.
 *
 * Replacing (swap_replace.c): wait until nobody has the file open for writing; compare it with what was read; stage
 * (swap_stage.c); journal (swap_journal.c); exchange; sync both folders.  From here on the new version is in place and
 * the displaced file must be looked at: a process may have had it open since before the exchange, or have renamed its
 * own file over the old one right before.  Nobody writes it any more and it has the bytes that were read: done.
 * Otherwise it is somebody's save and goes back to its place, in exchange; and what comes out of there is looked at
 * likewise, because it may have been saved as well by then: if so that one, the newer, goes back, and the older is left
 * to kith_swap_recover, which keeps it.
 *
 * A process that has looked the file up, but has not opened it yet, cannot be seen by any means.  So what was displaced
 * is not deleted at once: it lingers, with its journal, until a later kith_swap_recover finds it older than
 * KITH_SWAP_LINGER_MS, and compares it once more.
 *
 * Where it is not so:
 * - No RENAME_EXCHANGE (some network and FUSE file systems): the old file is moved away, looked at, and the new one
 * moved in, which fails when somebody has made another.  For a moment there is no file of that name; a killed process's
 * is moved back by kith_swap_recover.
 * - No leases (another owner, some network file systems): a file counts as written to its end when it rests for a
 * moment; a save that ends later is found when the lingering ends.
 * - Owner, mode or attributes cannot be given to a new file (a file of another user in a shared folder): the old one is
 * written in place, with its old text in the journal; a save within the same instant may then be mixed with ours.
 * - No staging folder: what is displaced is removed at once, and a killed process leaves `.kith-*.tmp` beside the file.
 */
#include "lib/base/swap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/failpoint.h"
#include "lib/base/file.h"
#include "lib/base/swap_private.h"

enum { MOVED_PATIENCE_MS = 200 }; /* while there is no file of that name */

/* --- beginning --- */

enum kith_code kith_swap_cannot_write(const struct kith_swapping *swapping, struct kith_err *err)
{
	if (errno == ELOOP)
		return kith_fail(err, KITH_IO, "%s is or lies behind a symbolic link; links are not followed",
		                 swapping->path);
	return kith_fail_errno(err, KITH_IO, "cannot write %s", swapping->path);
}

static enum kith_code busy(const struct kith_swapping *swapping, struct kith_err *err)
{
	kith_fail(err, KITH_IO, "another program keeps %s open for writing", swapping->path);
	return kith_hint(err, "close it there and try again; `fuser -v FILE` says which program it is");
}

/* Files can be moved only within a file system. */
static bool shares_device(const struct kith_swapping *swapping)
{
	struct stat one, other;
	return swapping->staging >= 0 && !fstat(swapping->staging, &one) && !fstat(swapping->folder, &other) &&
	       one.st_dev == other.st_dev;
}

enum kith_code kith_swap_begin(struct kith_swapping *swapping, const struct kith_swap *swap, bool *beaten,
                               struct kith_err *err)
{
	swapping->root = swap->root;
	swapping->staging_path = swap->staging;
	*beaten = false;
	if (!kith_swap_open_folder(swapping)) {
		*beaten = errno == ENOENT;
		return *beaten ? KITH_OK : kith_swap_cannot_write(swapping, err);
	}
	if (swap->staging) {
		if (kith_make_folders(swap->staging, 0700, err))
			return KITH_IO;
		swapping->staging = open(swap->staging, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (swapping->staging < 0)
			return kith_fail_errno(err, KITH_IO, "cannot open the folder %s", swap->staging);
	}
	swapping->beside = !shares_device(swapping);
	return KITH_OK;
}

enum kith_code kith_swap_open_old(struct kith_swapping *swapping, int *fd, bool *beaten, struct kith_err *err)
{
	struct stat status;
	*fd = openat(swapping->folder, swapping->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	*beaten = *fd < 0 && errno == ENOENT;
	if (*beaten)
		return KITH_OK;
	enum kith_code code = KITH_OK;
	if (*fd < 0 || fstat(*fd, &status))
		code = kith_swap_cannot_write(swapping, err);
	else if (!S_ISREG(status.st_mode))
		code = kith_fail(err, KITH_IO, "%s is not a regular file", swapping->path);
	else if (!kith_swap_wait_unwritten(*fd, KITH_SWAP_PATIENCE_MS))
		code = busy(swapping, err);
	else
		*beaten = !kith_swap_has(*fd, swapping->was);
	if ((code || *beaten) && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return code;
}

/* --- what comes after a move --- */

/* A save that has no place any more is told, or left to who recovers. */
static enum kith_code leave(struct kith_swapping *swapping, const struct kith_spot *spot, struct kith_err *err)
{
	if (swapping->job >= 0) {
		kith_swap_leave_job(swapping);
		return KITH_OK;
	}
	kith_fail(err, KITH_IO, "two programs saved %s at once", swapping->path);
	return kith_hint(err, "the newer save is in place, the older one beside it: %s", spot->name);
}

static enum kith_code tell(const struct kith_swapping *swapping, enum kith_swap_sight sight, enum kith_swapped *swapped,
                           struct kith_err *err)
{
	if (sight == KITH_SIGHT_BUSY)
		return busy(swapping, err);
	if (sight == KITH_SIGHT_ODD)
		return kith_fail(err, KITH_IO, "%s is not a regular file that can be read", swapping->path);
	*swapped = KITH_SWAP_BEATEN;
	return KITH_OK;
}

enum kith_code kith_swap_settle(struct kith_swapping *swapping, enum kith_swap_sight sight, enum kith_swapped *swapped,
                                struct kith_err *err)
{
	const struct kith_spot staged = kith_swap_staged(swapping), place = kith_swap_place(swapping);
	KITH_FAILPOINT("swap looked");
	if (sight == KITH_SIGHT_WORTHLESS || sight == KITH_SIGHT_GONE) {
		kith_swap_end_job(swapping);
		*swapped = KITH_SWAPPED;
		return KITH_OK;
	}
	if (!kith_swap_put_back(swapping)) {
		kith_swap_cannot_write(swapping, err);
		kith_swap_leave_job(swapping);
		return kith_hint(err, "somebody's save of it waits for the next kith command to put it back");
	}
	KITH_FAILPOINT("swap put back");
	kith_swap_sync(swapping);
	const enum kith_swap_sight ours = kith_swap_look(swapping, &staged, KITH_SWAP_PATIENCE_MS);
	if (ours == KITH_SIGHT_WORTHLESS || ours == KITH_SIGHT_GONE) {
		kith_swap_end_job(swapping);
		return tell(swapping, sight, swapped, err);
	}
	/* Saved while it was ours: the newer of the two.  Where that cannot go back, it is kept by who recovers. */
	(void)kith_swap_exchange(&staged, &place);
	KITH_FAILPOINT("swap put back the newer");
	kith_swap_sync(swapping);
	const enum kith_code code = leave(swapping, &staged, err);
	return code ? code : tell(swapping, sight, swapped, err);
}

/* The old file was moved away; with `staged`, the new one is to take its place. */
static enum kith_code settle_moved(struct kith_swapping *swapping, bool staged, enum kith_swapped *swapped,
                                   struct kith_err *err)
{
	const struct kith_spot moved = kith_swap_moved(swapping), place = kith_swap_place(swapping),
			       new = kith_swap_staged(swapping);
	const enum kith_swap_sight sight =
		kith_swap_look(swapping, &moved, staged ? MOVED_PATIENCE_MS : KITH_SWAP_PATIENCE_MS);
	KITH_FAILPOINT("swap looked at what was moved");
	enum kith_code code = KITH_OK;
	if (sight == KITH_SIGHT_WORTHLESS || sight == KITH_SIGHT_GONE) {
		*swapped = KITH_SWAPPED;
		if (staged && !kith_swap_move(&new, &place)) {
			*swapped = KITH_SWAP_BEATEN;
			if (errno != EEXIST) {
				code = kith_swap_cannot_write(swapping, err);
				(void)kith_swap_move(&moved, &place); /* else who recovers does it */
				kith_swap_leave_job(swapping);
				return code;
			}
		}
		KITH_FAILPOINT("swap moved in");
	} else if (!kith_swap_move(&moved, &place)) {
		code = leave(swapping, &moved, err);
		return code ? code : tell(swapping, sight, swapped, err);
	} else {
		code = tell(swapping, sight, swapped, err);
	}
	kith_swap_sync(swapping);
	kith_swap_end_job(swapping);
	return code;
}

enum kith_code kith_swap_move_away(struct kith_swapping *swapping, bool staged, bool *again, enum kith_swapped *swapped,
                                   struct kith_err *err)
{
	const struct kith_spot moved = kith_swap_moved(swapping), place = kith_swap_place(swapping);
	if (kith_swap_move(&place, &moved)) {
		KITH_FAILPOINT("swap moved away");
		kith_swap_sync(swapping);
		return settle_moved(swapping, staged, swapped, err);
	}
	const int error = errno;
	kith_swap_drop_job(swapping);
	errno = error;
	if (errno == EXDEV && !swapping->beside) {
		*again = swapping->beside = true;
		return KITH_OK;
	}
	*swapped = KITH_SWAP_BEATEN;
	return errno == ENOENT ? KITH_OK : kith_swap_cannot_write(swapping, err);
}

/* --- removing --- */

enum kith_code kith_swap_remove(const struct kith_swap *swap, const char *path, const void *was, size_t was_length,
                                enum kith_swapped *out, struct kith_err *err)
{
	KITH_SWAPPING swapping = kith_swapping_of(KITH_SWAP_REMOVES, path, (struct kith_bytes){ was, was_length },
	                                          (struct kith_bytes){ "", 0 });
	bool beaten, again = true;
	int old = -1;
	enum kith_swapped swapped = KITH_SWAP_BEATEN;
	enum kith_code code = kith_swap_begin(&swapping, swap, &beaten, err);
	if (!code && !beaten)
		code = kith_swap_open_old(&swapping, &old, &beaten, err);
	while (!code && !beaten && again) {
		again = false;
		code = kith_swap_begin_job(&swapping, err);
		swapping.inode = 1; /* nothing is staged, but it is acted on */
		if (!code)
			code = kith_swap_write_job(&swapping, err);
		if (code)
			kith_swap_drop_job(&swapping);
		else
			code = kith_swap_move_away(&swapping, false, &again, &swapped, err);
	}
	if (old >= 0)
		close(old);
	if (!code)
		*out = swapped;
	return code;
}

/* --- creating --- */

/* Without a name until it is whole. */
static int open_nameless(const struct kith_swapping *swapping)
{
	return openat(swapping->folder, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
}

static bool give_name(const struct kith_swapping *swapping, int fd)
{
	char link[32];
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return !linkat(AT_FDCWD, link, swapping->folder, swapping->name, AT_SYMLINK_FOLLOW);
}

/* Where a file must have a name while it is written; a killed process leaves it under one that nobody looks at. */
static enum kith_code create_named(struct kith_swapping *swapping, mode_t mode, enum kith_swapped *swapped,
                                   struct kith_err *err)
{
	swapping->beside = true;
	swapping->work = KITH_SWAP_REPLACES;
	enum kith_code code = kith_swap_begin_job(swapping, err);
	if (code)
		return code;
	const struct kith_spot staged = kith_swap_staged(swapping), place = kith_swap_place(swapping);
	const int fd = openat(staged.folder, staged.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	const bool written = fd >= 0 && kith_swap_write_all(fd, swapping->becomes) && !fchmod(fd, mode) && !fsync(fd);
	const int error = errno;
	if ((fd >= 0 && close(fd)) || !written) {
		errno = written ? errno : error;
		code = kith_swap_cannot_write(swapping, err);
	} else if (kith_swap_move(&staged, &place)) {
		*swapped = KITH_SWAPPED;
	} else if (errno == EEXIST) {
		*swapped = KITH_SWAP_BEATEN;
	} else {
		code = kith_swap_cannot_write(swapping, err);
	}
	kith_swap_sync(swapping);
	kith_swap_drop_job(swapping);
	return code;
}

enum kith_code kith_swap_create(const struct kith_swap *swap, const char *path, const void *becomes, size_t length,
                                mode_t mode, enum kith_swapped *out, struct kith_err *err)
{
	KITH_SWAPPING swapping = kith_swapping_of(KITH_SWAP_REPLACES, path, (struct kith_bytes){ "", 0 },
	                                          (struct kith_bytes){ becomes, length });
	struct stat status;
	bool no_folder;
	enum kith_swapped swapped = KITH_SWAP_BEATEN;
	enum kith_code code = kith_swap_begin(&swapping, swap, &no_folder, err);
	if (code || no_folder) {
		errno = ENOENT;
		return code ? code : kith_swap_cannot_write(&swapping, err);
	}
	if (!fstatat(swapping.folder, swapping.name, &status, AT_SYMLINK_NOFOLLOW)) {
		*out = KITH_SWAP_BEATEN;
		return KITH_OK;
	}
	const int fd = open_nameless(&swapping);
	bool by_name = fd < 0;
	if (fd >= 0) {
		if (!kith_swap_write_all(fd, swapping.becomes) || fchmod(fd, mode) || fsync(fd))
			code = kith_swap_cannot_write(&swapping, err);
		else if (give_name(&swapping, fd))
			swapped = KITH_SWAPPED;
		else
			by_name = errno != EEXIST;
		KITH_FAILPOINT("swap created");
		kith_swap_sync(&swapping);
		close(fd);
	}
	if (!code && by_name)
		code = create_named(&swapping, mode, &swapped, err);
	if (!code)
		*out = swapped;
	return code;
}
