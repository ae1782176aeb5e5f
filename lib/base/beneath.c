#include "lib/base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Close without losing the reason of a failure. */
static int fail_closing(int fd, int error)
{
	close(fd);
	errno = error;
	return -1;
}

/* Open one part of a path.  A link fails with ELOOP also where a folder is
 * asked for and the kernel would say ENOTDIR. */
static int open_part(int folder, const char *name, int flags)
{
	const int fd = openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	if (fd < 0 && errno == ENOTDIR) {
		const bool is_link = !fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) && S_ISLNK(status.st_mode);
		errno = is_link ? ELOOP : ENOTDIR;
	}
	return fd;
}

/* For kernels and sandboxes without openat2. */
static int open_part_by_part(int root, const char *path, int flags)
{
	int folder = root;
	for (;;) {
		path += strspn(path, "/");
		const size_t length = strcspn(path, "/");
		const char *rest = path + length + strspn(path + length, "/");
		char name[NAME_MAX + 1];
		int fd = -1;
		if (length > NAME_MAX) {
			errno = ENAMETOOLONG;
		} else {
			memcpy(name, path, length);
			name[length] = '\0';
			fd = open_part(folder, name, *rest ? O_PATH | O_DIRECTORY : flags);
		}
		const int error = errno;
		if (folder != root)
			close(folder);
		errno = error;
		if (fd < 0 || !*rest)
			return fd;
		folder = fd;
		path = rest;
	}
}

static bool leaves_folder(const char *path)
{
	if (*path == '/')
		return true;
	for (; *path; path += strspn(path, "/")) {
		const size_t length = strcspn(path, "/");
		if (length == 2 && path[0] == '.' && path[1] == '.')
			return true;
		path += length;
	}
	return false;
}

static int open_in_one(int root, const char *path, int flags)
{
	/* Not O_NOFOLLOW: a link where a folder is asked for would fail with ENOTDIR. */
	const struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC | O_NONBLOCK),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

int kith_open_beneath(int root, const char *path, int flags)
{
	assert(!(flags & (O_CREAT | O_PATH)));
	if (leaves_folder(path)) {
		errno = EXDEV;
		return -1;
	}
	const char *name = *path ? path : ".";
	int fd = open_in_one(root, name, flags);
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = open_part_by_part(root, name, flags);
	if (fd < 0) {
		if (errno == ENXIO) /* a socket, or a FIFO nobody reads */
			errno = EINVAL;
		return -1;
	}
	struct stat status;
	if (fstat(fd, &status))
		return fail_closing(fd, errno);
	if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
		return fail_closing(fd, EINVAL);
	return fd;
}
