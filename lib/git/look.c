#include "lib/git/look.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/git/inside.h"

/* Far above what a record may have, so that one that is too long is still kept. */
enum { FILE_LIMIT = 64 << 20 };

static void see_trouble(struct kith_look *look, const char *why)
{
	look->sight = KITH_SEES_TROUBLE;
	look->why = why;
}

/* Why a file could not be read. */
static void find_reason(const struct kith_repo *repo, const char *path, struct kith_look *look)
{
	const int fd = kith_open_beneath(repo->root_fd, path, O_RDONLY);
	struct stat status;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		look->sight = KITH_SEES_NOTHING;
		return;
	}
	if (fd < 0) {
		see_trouble(look, errno == ELOOP    ? "is a symbolic link, or lies behind one: kith does not follow it"
		                  : errno == EINVAL ? "is no regular file"
		                                    : strerrordesc_np(errno));
		return;
	}
	if (fstat(fd, &status))
		see_trouble(look, strerrordesc_np(errno));
	else if (S_ISDIR(status.st_mode))
		look->sight = KITH_SEES_NOTHING;
	else if (status.st_size > FILE_LIMIT)
		see_trouble(look, "is larger than 64 MiB");
	else {
		see_trouble(look, "changes while it is read");
		look->passing = true;
	}
	close(fd);
}

void kith_look_at(const struct kith_repo *repo, const char *path, struct kith_buf *bytes, struct kith_look *out)
{
	struct kith_look look = {0};
	kith_buf_clear(bytes);
	if (kith_file_read_beneath(repo->root_fd, path, FILE_LIMIT, bytes, &look.stamp, NULL)) {
		look.stamp = (struct kith_stamp){0};
		find_reason(repo, path, &look);
	} else if (git_odb_hash(&look.oid, kith_buf_text(bytes), bytes->length, GIT_OBJECT_BLOB)) {
		see_trouble(&look, "cannot be hashed");
	} else {
		look.sight = KITH_SEES_FILE;
	}
	*out = look;
}

/* --- age --- */

static int64_t folder_change_ns(const struct kith_repo *repo, const char *path)
{
	KITH_BUF folder = {0};
	kith_buf_add(&folder, path);
	struct stat status;
	for (char *slash; (slash = strrchr(folder.text, '/'));) {
		*slash = '\0';
		const int fd = kith_open_beneath(repo->root_fd, folder.text, O_RDONLY | O_DIRECTORY);
		if (fd < 0)
			continue;
		const int failed = fstat(fd, &status);
		close(fd);
		if (!failed)
			return kith_stamp_of(&status).ctime_ns;
	}
	return fstat(repo->root_fd, &status) ? INT64_MAX : kith_stamp_of(&status).ctime_ns;
}

int64_t kith_look_age_ms(const struct kith_repo *repo, const char *path, const struct kith_look *look, int64_t now_ms)
{
	/* The change time, not the modification time, which programs set as they like. */
	const int64_t ns = look->sight == KITH_SEES_FILE ? look->stamp.ctime_ns : folder_change_ns(repo, path);
	return now_ms - ns / 1000000;
}

/* --- clocks --- */

static int64_t clock_ms(clockid_t clock)
{
	struct timespec now = {0};
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t kith_steady_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

int64_t kith_wall_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

void kith_pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}
