#include "lib/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* A file on its way to its place.  Everything happens relative to the open
 * folder, so that a folder that is moved meanwhile takes the file along. */
struct writing {
	const char *path; /* for messages */
	const char *name; /* the last part of it */
	int folder;
	char temporary[32]; /* "" while there is none */
};

static enum kith_code cannot_write(const struct writing *writing, struct kith_err *err)
{
	return kith_fail_errno(err, KITH_IO, "cannot write %s", writing->path);
}

static enum kith_code open_folder(struct writing *writing, struct kith_err *err)
{
	const char *slash = strrchr(writing->path, '/');
	writing->name = slash ? slash + 1 : writing->path;
	const size_t length = slash ? (size_t)(slash - writing->path) + 1 : 0;
	KITH_ARENA arena = {0};
	const char *folder = length ? kith_arena_strndup(&arena, writing->path, length) : ".";
	writing->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return writing->folder < 0 ? cannot_write(writing, err) : KITH_OK;
}

/* The mode of the file that will be replaced; a link, folder or device is not. */
static enum kith_code take_mode(const struct writing *writing, mode_t *mode, struct kith_err *err)
{
	struct stat status;
	if (fstatat(writing->folder, writing->name, &status, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? KITH_OK : cannot_write(writing, err);
	if (S_ISLNK(status.st_mode)) {
		kith_fail(err, KITH_IO, "%s is a symbolic link; it is not replaced", writing->path);
		kith_hint(err, "write to the file it points to, or remove the link");
		return KITH_IO;
	}
	if (!S_ISREG(status.st_mode))
		return kith_fail(err, KITH_IO, "%s is not a regular file", writing->path);
	*mode = status.st_mode & 07777;
	return KITH_OK;
}

static int create_temporary(struct writing *writing)
{
	enum { ATTEMPTS = 100 };
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		uint64_t random;
		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			return -1;
		snprintf(writing->temporary, sizeof(writing->temporary), ".kith-%08" PRIx64 ".tmp", random >> 32);
		const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
		const int fd = openat(writing->folder, writing->temporary, flags, 0600);
		if (fd >= 0)
			return fd;
		writing->temporary[0] = '\0';
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

static bool write_all(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;
	while (length > 0) {
		const ssize_t count = write(fd, at, length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		at += count;
		length -= (size_t)count;
	}
	return true;
}

static enum kith_code fill_temporary(struct writing *writing, const void *bytes, size_t length, mode_t mode,
                                     struct kith_err *err)
{
	const int fd = create_temporary(writing);
	if (fd < 0)
		return cannot_write(writing, err);
	const bool written = write_all(fd, bytes, length) && !fchmod(fd, mode) && !fsync(fd);
	const int error = errno;
	const bool closed = !close(fd); /* network file systems report a full disk here */
	if (!written)
		errno = error;
	return written && closed ? KITH_OK : cannot_write(writing, err);
}

static void finish(struct writing *writing)
{
	if (writing->temporary[0])
		(void)unlinkat(writing->folder, writing->temporary, 0); /* a dot-name left over harms nobody */
	if (writing->folder >= 0)
		close(writing->folder);
}

/* The new file is in its place whether the folder reaches the disk now or later,
 * and some file systems cannot sync a folder: a failure here is none. */
static void settle(const struct writing *writing)
{
	(void)fsync(writing->folder);
}

static enum kith_code replace(struct writing *writing, struct kith_err *err)
{
	if (renameat(writing->folder, writing->temporary, writing->folder, writing->name))
		return cannot_write(writing, err);
	writing->temporary[0] = '\0';
	settle(writing);
	return KITH_OK;
}

/* Where there are no hard links (FAT, some network file systems) a rename that
 * refuses to replace does the same. */
static bool put_as_new(struct writing *writing)
{
	if (!linkat(writing->folder, writing->temporary, writing->folder, writing->name, 0))
		return true;
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return false;
	if (renameat2(writing->folder, writing->temporary, writing->folder, writing->name, RENAME_NOREPLACE))
		return false;
	writing->temporary[0] = '\0';
	return true;
}

static enum kith_code exists_already(const struct writing *writing, struct kith_err *err)
{
	return kith_fail(err, KITH_USAGE, "%s exists already", writing->path);
}

static enum kith_code create(struct writing *writing, struct kith_err *err)
{
	if (!put_as_new(writing))
		return errno == EEXIST ? exists_already(writing, err) : cannot_write(writing, err);
	if (writing->temporary[0] && !unlinkat(writing->folder, writing->temporary, 0))
		writing->temporary[0] = '\0';
	settle(writing);
	return KITH_OK;
}

enum kith_code kith_file_write(const char *path, const void *bytes, size_t length, mode_t mode, struct kith_err *err)
{
	struct writing writing = { .path = path, .folder = -1 };
	enum kith_code code = open_folder(&writing, err);
	if (!code)
		code = take_mode(&writing, &mode, err);
	if (!code)
		code = fill_temporary(&writing, bytes, length, mode, err);
	if (!code)
		code = replace(&writing, err);
	finish(&writing);
	return code;
}

enum kith_code kith_file_create(const char *path, const void *bytes, size_t length, mode_t mode, struct kith_err *err)
{
	struct writing writing = { .path = path, .folder = -1 };
	struct stat status;
	enum kith_code code = open_folder(&writing, err);
	/* Only to spare the work: the link below is what decides. */
	if (!code && !fstatat(writing.folder, writing.name, &status, AT_SYMLINK_NOFOLLOW))
		code = exists_already(&writing, err);
	if (!code)
		code = fill_temporary(&writing, bytes, length, mode, err);
	if (!code)
		code = create(&writing, err);
	finish(&writing);
	return code;
}
