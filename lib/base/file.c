#include "lib/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { READ_ATTEMPTS = 5, READ_AT_ONCE = 65536 };

struct kith_stamp kith_stamp_of(const struct stat *status)
{
	return (struct kith_stamp){
		.size = status->st_size,
		.mtime_ns = (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec,
		.ctime_ns = (int64_t)status->st_ctim.tv_sec * 1000000000 + status->st_ctim.tv_nsec,
		.inode = status->st_ino,
	};
}

bool kith_stamp_equal(const struct kith_stamp *one, const struct kith_stamp *other)
{
	return one->size == other->size && one->mtime_ns == other->mtime_ns && one->ctime_ns == other->ctime_ns &&
	       one->inode == other->inode;
}

/* --- reading --- */

struct source {
	int fd;
	const char *path; /* for messages */
	size_t limit;
};

static enum kith_code too_large(const struct source *source, int64_t size, struct kith_err *err)
{
	/* A pipe's size is known only as "more than the limit". */
	if (size > 0)
		return kith_fail(err, KITH_IO, "%s has %lld bytes; at most %zu are read", source->path, (long long)size,
		                 source->limit);
	return kith_fail(err, KITH_IO, "%s has more than the %zu bytes that are read", source->path, source->limit);
}

static enum kith_code read_to_end(const struct source *source, int64_t expected, struct kith_buf *out,
                                  struct kith_err *err)
{
	const size_t start = out->length;
	size_t room = expected > 0 ? (size_t)expected + 1 : READ_AT_ONCE; /* 1: so that the end is seen at once */
	for (;;) {
		kith_buf_reserve(out, room);
		const ssize_t count = read(source->fd, out->text + out->length, room);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return kith_fail_errno(err, KITH_IO, "cannot read %s", source->path);
		out->length += (size_t)count;
		out->text[out->length] = '\0';
		if (out->length - start > source->limit)
			return too_large(source, 0, err);
		if (count == 0)
			return KITH_OK;
		room = READ_AT_ONCE;
	}
}

static enum kith_code look_at(const struct source *source, struct stat *status, struct kith_err *err)
{
	if (fstat(source->fd, status))
		return kith_fail_errno(err, KITH_IO, "cannot read %s", source->path);
	if (S_ISDIR(status->st_mode))
		return kith_fail(err, KITH_IO, "%s is a folder", source->path);
	if (S_ISREG(status->st_mode) && status->st_size > 0 && (size_t)status->st_size > source->limit)
		return too_large(source, status->st_size, err);
	return KITH_OK;
}

/* Read until the file was the same before and after: an editor that writes in
 * place is caught half-way otherwise.  A pipe is read once. */
static enum kith_code read_steadily(const struct source *source, struct kith_buf *out, struct kith_stamp *stamp,
                                    struct kith_err *err)
{
	const size_t start = out->length;
	struct stat before, after;
	for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
		out->length = start;
		if (look_at(source, &before, err) || read_to_end(source, before.st_size, out, err) ||
		    look_at(source, &after, err))
			return KITH_IO;
		const struct kith_stamp first = kith_stamp_of(&before), second = kith_stamp_of(&after);
		if (!S_ISREG(before.st_mode) || kith_stamp_equal(&first, &second)) {
			if (stamp)
				*stamp = first;
			return KITH_OK;
		}
		if (lseek(source->fd, 0, SEEK_SET) < 0)
			return kith_fail_errno(err, KITH_IO, "cannot read %s", source->path);
	}
	kith_fail(err, KITH_IO, "%s changes while it is read", source->path);
	return kith_hint(err, "wait until the program that writes it has finished");
}

static enum kith_code read_and_close(const struct source *source, struct kith_buf *out, struct kith_stamp *stamp,
                                     struct kith_err *err)
{
	const size_t start = out->length;
	const enum kith_code code = read_steadily(source, out, stamp, err);
	close(source->fd);
	if (code && out->text) {
		out->length = start;
		out->text[start] = '\0';
	}
	return code;
}

enum kith_code kith_file_read(const char *path, size_t limit, struct kith_buf *out, struct kith_err *err)
{
	const struct source source = { open(path, O_RDONLY | O_CLOEXEC), path, limit };
	if (source.fd < 0)
		return kith_fail_errno(err, KITH_IO, "cannot open %s", path);
	return read_and_close(&source, out, NULL, err);
}

enum kith_code kith_file_read_beneath(int root, const char *path, size_t limit, struct kith_buf *out,
                                      struct kith_stamp *stamp, struct kith_err *err)
{
	const struct source source = { kith_open_beneath(root, path, O_RDONLY), path, limit };
	if (source.fd >= 0)
		return read_and_close(&source, out, stamp, err);
	if (errno == ELOOP)
		return kith_fail(err, KITH_IO, "%s is or lies behind a symbolic link; links are not followed", path);
	if (errno == EINVAL)
		return kith_fail(err, KITH_IO, "%s is not a regular file", path);
	return kith_fail_errno(err, KITH_IO, "cannot open %s", path);
}

/* --- paths --- */

bool kith_path_stem(const char *path, struct kith_buf *out)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	if (!dot || dot == name || (strcmp(dot, ".yaml") != 0 && strcmp(dot, ".yml") != 0))
		return false;
	kith_buf_add_bytes(out, name, (size_t)(dot - name));
	return true;
}

char *kith_path_join(struct kith_arena *arena, const char *folder, const char *name)
{
	const size_t length = strlen(folder);
	const bool joined = length == 0 || folder[length - 1] == '/';
	return kith_arena_printf(arena, "%s%s%s", folder, joined ? "" : "/", name);
}

static enum kith_code make_folder(const char *path, mode_t mode, struct kith_err *err)
{
	struct stat status;
	if (mkdir(path, mode) == 0 || (errno == EEXIST && !stat(path, &status) && S_ISDIR(status.st_mode)))
		return KITH_OK;
	return kith_fail_errno(err, KITH_IO, "cannot make the folder %s", path);
}

enum kith_code kith_make_folders(const char *path, mode_t mode, struct kith_err *err)
{
	KITH_CLEANUP(kith_free) char *copy = kith_strdup(path);
	struct stat status;
	if (!stat(path, &status) && S_ISDIR(status.st_mode))
		return KITH_OK;
	for (char *end = copy + strspn(copy, "/"); *(end += strcspn(end, "/"));) {
		*end = '\0';
		if (make_folder(copy, mode, err))
			return KITH_IO;
		*end = '/';
		end += strspn(end, "/");
	}
	return make_folder(copy, mode, err);
}
