/* Moving files without ever replacing one. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/failpoint.h"
#include "lib/base/file.h"
#include "lib/base/swap_private.h"

enum { PUT_BACK_ATTEMPTS = 10 };

bool kith_swap_open_folder(struct kith_swapping *swapping)
{
	const char *slash = strrchr(swapping->path, '/');
	const size_t length = slash ? (size_t)(slash - swapping->path) : 0;
	const char *folder = kith_arena_strndup(&swapping->arena, swapping->path, length);
	swapping->name = slash ? slash + 1 : swapping->path;
	swapping->folder = -1;
	if (!*swapping->name || strcmp(swapping->name, "..") == 0 || strcmp(swapping->name, ".") == 0) {
		errno = EINVAL;
		return false;
	}
	if (strlen(swapping->name) > NAME_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	swapping->folder = kith_open_beneath(swapping->root, folder, O_RDONLY | O_DIRECTORY);
	return swapping->folder >= 0;
}

struct kith_swapping kith_swapping_of(enum kith_swap_work work, const char *path, struct kith_bytes was,
                                      struct kith_bytes becomes)
{
	return (struct kith_swapping){
		.work = work,
		.path = path,
		.folder = -1,
		.staging = -1,
		.job = -1,
		.staged = -1,
		.was = was,
		.becomes = becomes,
	};
}

void kith_swapping_finish(struct kith_swapping *swapping)
{
	if (swapping->staged >= 0)
		close(swapping->staged);
	if (swapping->folder >= 0)
		close(swapping->folder);
	if (swapping->staging >= 0)
		close(swapping->staging);
	if (swapping->job >= 0)
		close(swapping->job);
	kith_arena_finish(&swapping->arena);
}

struct kith_spot kith_swap_place(const struct kith_swapping *swapping)
{
	struct kith_spot place = { .folder = swapping->folder };
	(void)snprintf(place.name, sizeof(place.name), "%s", swapping->name); /* its length was looked at */
	return place;
}

bool kith_swap_is_unable(int error)
{
	return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP;
}

bool kith_swap_exchange(const struct kith_spot *one, const struct kith_spot *other)
{
	return !renameat2(one->folder, one->name, other->folder, other->name, RENAME_EXCHANGE);
}

/* A file system that can neither refuse to replace nor link: there is a gap, in which a new file would be lost. */
static bool move_if_free(const struct kith_spot *from, const struct kith_spot *to)
{
	struct stat status;
	if (!fstatat(to->folder, to->name, &status, AT_SYMLINK_NOFOLLOW)) {
		errno = EEXIST;
		return false;
	}
	return !renameat(from->folder, from->name, to->folder, to->name);
}

bool kith_swap_move(const struct kith_spot *from, const struct kith_spot *to)
{
	if (!renameat2(from->folder, from->name, to->folder, to->name, RENAME_NOREPLACE))
		return true;
	if (!kith_swap_is_unable(errno))
		return false;
	if (!linkat(from->folder, from->name, to->folder, to->name, 0))
		return !unlinkat(from->folder, from->name, 0);
	if (errno != EPERM && !kith_swap_is_unable(errno))
		return false;
	return move_if_free(from, to);
}

bool kith_swap_put_back(const struct kith_swapping *swapping)
{
	const struct kith_spot staged = kith_swap_staged(swapping), place = kith_swap_place(swapping);
	for (int attempt = 0; attempt < PUT_BACK_ATTEMPTS; attempt++) {
		if (kith_swap_exchange(&staged, &place))
			return true;
		if (errno != ENOENT)
			return false;
		/* An editor has moved it away, to write a new one: what we have is older than that will be. */
		if (kith_swap_move(&staged, &place))
			return true;
		if (errno != EEXIST)
			return false;
	}
	return false;
}

void kith_swap_sync(const struct kith_swapping *swapping)
{
	struct kith_swap_syncing syncing = { .count = 0 };
	kith_swap_sync_later(&syncing, swapping->folder);
	kith_swap_sync_later(&syncing, swapping->staging);
	(void)kith_swap_sync_now(&syncing);
}

/* --- in place --- */

static bool put(int fd, struct kith_bytes bytes)
{
	return lseek(fd, 0, SEEK_SET) == 0 && kith_swap_write_all(fd, bytes) && !ftruncate(fd, (off_t)bytes.length) &&
	       !fsync(fd);
}

enum kith_code kith_swap_write_in_place(struct kith_swapping *swapping, enum kith_swapped *swapped,
                                        struct kith_err *err)
{
	swapping->work = KITH_SWAP_WRITES_IN_PLACE;
	enum kith_code code = kith_swap_begin_job(swapping, err);
	swapping->inode = 1; /* it is acted on */
	if (!code)
		code = kith_swap_write_job(swapping, err);
	const int fd = code ? -1 : openat(swapping->folder, swapping->name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (!code && fd < 0)
		code = kith_fail_errno(err, KITH_IO, "cannot write %s", swapping->path);
	if (!code && !kith_swap_has(fd, swapping->was)) {
		*swapped = KITH_SWAP_BEATEN;
	} else if (!code && put(fd, swapping->becomes)) {
		KITH_FAILPOINT("swap written in place");
		/* Else somebody wrote at the same moment, and it is theirs. */
		*swapped = kith_swap_has(fd, swapping->becomes) ? KITH_SWAPPED : KITH_SWAP_BEATEN;
	} else if (!code) {
		code = kith_fail_errno(err, KITH_IO, "cannot write %s", swapping->path);
		if (!put(fd, swapping->was)) {
			kith_swap_leave_job(swapping); /* which has the old text */
			kith_hint(err, "the file is written in part; the next kith command puts the old text back");
		}
	}
	if (fd >= 0)
		close(fd);
	if (swapping->job >= 0)
		kith_swap_drop_job(swapping);
	return code;
}

/* Whether a file is the new text up to some byte and the old one from there on, or behind the new one still has the end of
 * the old one. */
static bool is_torn(int fd, struct kith_bytes was, struct kith_bytes becomes)
{
	struct stat status;
	if (fstat(fd, &status) || status.st_size < 0)
		return false;
	KITH_ARENA arena = { 0 };
	const size_t length = (size_t)status.st_size;
	if (length > was.length && length > becomes.length)
		return false;
	char *now = kith_arena_alloc(&arena, length + 1);
	if (pread(fd, now, length, 0) != (ssize_t)length)
		return false;
	size_t same = 0;
	while (same < length && same < becomes.length && now[same] == becomes.at[same])
		same++;
	if (same == length)
		return length >= was.length; /* it has grown, and not to its end */
	return length == was.length && memcmp(now + same, was.at + same, length - same) == 0;
}

bool kith_swap_recover_in_place(struct kith_swapping *swapping)
{
	const int fd = openat(swapping->folder, swapping->name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat status;
	if (fd < 0)
		return true;
	bool done = true;
	if (!fstat(fd, &status) && S_ISREG(status.st_mode) && !kith_swap_has(fd, swapping->was) &&
	    !kith_swap_has(fd, swapping->becomes) && is_torn(fd, swapping->was, swapping->becomes))
		done = put(fd, swapping->was);
	close(fd);
	return done;
}
