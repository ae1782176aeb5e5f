#include "daemon/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/file.h"

enum { PATIENCE_MS = 300, STEP_MS = 20 };

static enum kith_code is_taken(int fd, struct kith_err *err)
{
	char pid[24] = "";
	const ssize_t length = pread(fd, pid, sizeof(pid) - 1, 0);
	pid[length > 0 ? strspn(pid, "0123456789") : 0] = '\0';
	if (*pid)
		kith_fail(err, KITH_SYNC, "kithd is at work for this store already: process %s", pid);
	else
		kith_fail(err, KITH_SYNC, "kithd is at work for this store already");
	return kith_hint(err, "kith status asks it how things are; kith daemon stop ends it");
}

/* One that is just leaving may have a moment. */
static bool try_lock(int fd)
{
	for (int tries = 0; tries < PATIENCE_MS / STEP_MS; tries++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK)
			return false;
		const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
		(void)nanosleep(&step, NULL); /* a signal only shortens it */
	}
	errno = EWOULDBLOCK;
	return false;
}

enum kith_code kith_lock_take(const char *local_folder, int *fd, struct kith_err *err)
{
	KITH_BUF path = {0};
	kith_buf_addf(&path, "%s/lock", local_folder);
	const enum kith_code code = kith_make_folders(local_folder, 0700, err);
	if (code != KITH_OK)
		return code;
	const int lock = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (lock < 0)
		return kith_fail_errno(err, KITH_IO, "cannot open the lock %s", path.text);
	if (!try_lock(lock)) {
		const enum kith_code failure = errno == EWOULDBLOCK ? is_taken(lock, err)
		                                                    : kith_fail_errno(err, KITH_IO, "cannot lock %s", path.text);
		(void)close(lock); /* it was not ours */
		return failure;
	}
	char pid[24];
	const int length = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	/* For whoever finds it taken; without the number only the words are poorer. */
	if (ftruncate(lock, 0) != 0 || pwrite(lock, pid, (size_t)length, 0) != length)
		errno = 0;
	*fd = lock;
	return KITH_OK;
}
