/* The new version of a file, before it takes its place: the same owner, mode and attributes. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lib/base/failpoint.h"
#include "lib/base/swap_private.h"

bool kith_swap_write_all(int fd, struct kith_bytes bytes)
{
	for (size_t done = 0; done < bytes.length;) {
		const ssize_t count = write(fd, bytes.at + done, bytes.length - done);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		done += (size_t)count;
	}
	return true;
}

/* --- attributes --- */

struct names {
	char *at; /* each ends with NUL */
	size_t length;
};

/* A file system without attributes has none to keep. */
static bool list_names(int fd, struct kith_arena *arena, struct names *out)
{
	ssize_t size = flistxattr(fd, NULL, 0);
	*out = (struct names){ 0 };
	if (size < 0)
		return errno == ENOTSUP;
	out->at = kith_arena_alloc(arena, (size_t)size + 1);
	size = flistxattr(fd, out->at, (size_t)size);
	if (size < 0)
		return false;
	out->length = (size_t)size;
	return true;
}

static bool has_name(const struct names *names, const char *name)
{
	for (const char *at = names->at; names->length && at < names->at + names->length; at += strlen(at) + 1)
		if (strcmp(at, name) == 0)
			return true;
	return false;
}

/* The system's own labels belong to who makes a file; nobody misses them who may not set them. */
static bool must_keep(const char *name)
{
	return strncmp(name, "user.", 5) == 0 || strcmp(name, "system.posix_acl_access") == 0;
}

static bool copy_attribute(int from, int to, const char *name, struct kith_arena *arena)
{
	const ssize_t size = fgetxattr(from, name, NULL, 0);
	if (size < 0)
		return errno == ENODATA || !must_keep(name);
	char *value = kith_arena_alloc(arena, (size_t)size + 1);
	const ssize_t got = fgetxattr(from, name, value, (size_t)size);
	if (got < 0)
		return !must_keep(name);
	return !fsetxattr(to, name, value, (size_t)got, 0) || !must_keep(name);
}

/* The folder it is made in may have given it some that the old file has not. */
static bool copy_attributes(int from, int to)
{
	KITH_ARENA arena = { 0 };
	struct names wanted, given;
	if (!list_names(from, &arena, &wanted) || !list_names(to, &arena, &given))
		return false;
	for (const char *at = given.at; given.length && at < given.at + given.length; at += strlen(at) + 1)
		if (must_keep(at) && !has_name(&wanted, at) && fremovexattr(to, at))
			return false;
	for (const char *at = wanted.at; wanted.length && at < wanted.at + wanted.length; at += strlen(at) + 1)
		if (!copy_attribute(from, to, at, &arena))
			return false;
	return true;
}

/* The mode last: a change of owner takes the set-id bits away, and one of the access list the group's. */
static bool become_alike(int from, int to)
{
	struct stat old, new;
	if (fstat(from, &old) || fstat(to, &new))
		return false;
	if ((old.st_uid != new.st_uid || old.st_gid != new.st_gid) && fchown(to, old.st_uid, old.st_gid))
		return false;
	return copy_attributes(from, to) && !fchmod(to, old.st_mode & 07777);
}

/* --- the file --- */

enum kith_code kith_swap_stage(struct kith_swapping *swapping, int old, enum kith_staged *staged, struct kith_err *err)
{
	struct stat status;
	const struct kith_spot spot = kith_swap_staged(swapping);
	const int fd = openat(spot.folder, spot.name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return kith_fail_errno(err, KITH_IO, "cannot write %s", swapping->path);
	KITH_FAILPOINT("swap staged empty");
	const bool written = kith_swap_write_all(fd, swapping->becomes) && !fstat(fd, &status);
	const enum kith_code code =
		written ? KITH_OK : kith_fail_errno(err, KITH_IO, "cannot write %s", swapping->path);
	*staged = written && become_alike(old, fd) ? KITH_STAGED : KITH_STAGED_OTHERWISE;
	if (*staged == KITH_STAGED) {
		swapping->inode = status.st_ino;
		swapping->staged = fd;
		return KITH_OK;
	}
	close(fd);
	(void)unlinkat(spot.folder, spot.name, 0); /* it is ours, and nobody has seen it */
	return code;
}

enum kith_code kith_swap_end_stage(struct kith_swapping *swapping, struct kith_err *err)
{
	const int fd = swapping->staged;
	swapping->staged = -1;
	if (close(fd)) /* network file systems report a full disk here */
		return kith_fail_errno(err, KITH_IO, "cannot write %s", swapping->path);
	KITH_FAILPOINT("swap staged");
	return KITH_OK;
}
