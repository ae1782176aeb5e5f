/* Looking at a file that another process may be writing.
 *
 * A read lease (F_SETLEASE, F_RDLCK) is granted only when no process has the file open for writing; it is given back at
 * once, because that is all that is asked of it.  If a writer comes in between, the kernel sends us a signal, by default
 * SIGIO, which would end the program: it is told to send SIGURG, which is ignored unless somebody asks for it.
 *
 * Where there are no leases (another owner, some network file systems) the file is looked at twice, with a pause. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/swap_private.h"

enum { NAP_MOST_MS = 16, WITHOUT_LEASE_MS = 50, MISSING_MS = 200, READ_AT_ONCE = 16384 };

int64_t kith_swap_now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void kith_swap_nap(int ms)
{
	const struct timespec time = { ms / 1000, (long)(ms % 1000) * 1000000 };
	(void)nanosleep(&time, NULL); /* woken early, the caller looks again early */
}

enum lease { LEASE_FREE, LEASE_WRITTEN, LEASE_UNKNOWN };

static enum lease try_lease(int fd)
{
	(void)fcntl(fd, F_SETSIG, SIGURG); /* fails only where the lease does */
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
		(void)fcntl(fd, F_SETLEASE, F_UNLCK);
		return LEASE_FREE;
	}
	return errno == EAGAIN ? LEASE_WRITTEN : LEASE_UNKNOWN;
}

static bool rests(int fd)
{
	struct stat before, after;
	if (fstat(fd, &before))
		return true;
	kith_swap_nap(WITHOUT_LEASE_MS);
	if (fstat(fd, &after))
		return true;
	const struct kith_stamp one = kith_stamp_of(&before), other = kith_stamp_of(&after);
	return kith_stamp_equal(&one, &other);
}

bool kith_swap_wait_unwritten(int fd, int patience_ms)
{
	const int64_t end = kith_swap_now_ms() + patience_ms;
	for (int nap_ms = 1;; nap_ms = nap_ms < NAP_MOST_MS ? nap_ms * 2 : nap_ms) {
		const enum lease lease = try_lease(fd);
		if (lease == LEASE_FREE || (lease == LEASE_UNKNOWN && rests(fd)))
			return true;
		if (kith_swap_now_ms() >= end)
			return false;
		kith_swap_nap(nap_ms);
	}
}

bool kith_swap_has(int fd, struct kith_bytes bytes)
{
	char room[READ_AT_ONCE];
	size_t at = 0;
	for (;;) {
		const ssize_t count = pread(fd, room, sizeof(room), (off_t)at);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return count == 0 && at == bytes.length;
		if ((size_t)count > bytes.length - at || memcmp(room, bytes.at + at, (size_t)count) != 0)
			return false;
		at += (size_t)count;
	}
}

enum kith_swap_sight kith_swap_look(const struct kith_swapping *swapping, const struct kith_spot *spot, int patience_ms)
{
	struct stat status;
	const int fd = openat(spot->folder, spot->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? KITH_SIGHT_GONE : KITH_SIGHT_ODD;
	enum kith_swap_sight sight = KITH_SIGHT_ODD;
	if (!fstat(fd, &status) && S_ISREG(status.st_mode)) {
		if (!kith_swap_wait_unwritten(fd, patience_ms))
			sight = KITH_SIGHT_BUSY;
		else if (kith_swap_has(fd, swapping->was) ||
		         (swapping->work == KITH_SWAP_REPLACES && kith_swap_has(fd, swapping->becomes)))
			sight = KITH_SIGHT_WORTHLESS;
		else
			sight = KITH_SIGHT_OTHERS;
	}
	close(fd);
	return sight;
}

/* --- reading what is about to be edited --- */

/* Editors truncate a file and then fill it, with nobody having it open in between when two commands do it. */
static bool was_just_emptied(int fd)
{
	struct stat status;
	struct timespec now;
	if (fstat(fd, &status) || status.st_size)
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	const int64_t age_ms = (int64_t)(now.tv_sec - status.st_mtim.tv_sec) * 1000 +
	                       (now.tv_nsec - status.st_mtim.tv_nsec) / 1000000;
	return age_ms >= 0 && age_ms < KITH_SWAP_PATIENCE_MS;
}

/* Whether the file is there and nobody is at it; `waited_ms`: for how long that was not so. */
static bool is_settled(int root, const char *path, int64_t waited_ms)
{
	const int fd = kith_open_beneath(root, path, O_RDONLY);
	if (fd < 0)
		return errno != ENOENT || waited_ms >= MISSING_MS;
	const bool settled = kith_swap_wait_unwritten(fd, 0) && !was_just_emptied(fd);
	close(fd);
	return settled || waited_ms >= KITH_SWAP_PATIENCE_MS;
}

/* Whether what was read holds: nobody began to write, and no editor took it away, meanwhile. */
static bool holds(int root, const char *path, enum kith_code code, const struct kith_stamp *read, int64_t waited_ms)
{
	struct stat status;
	if (fstatat(root, path, &status, AT_SYMLINK_NOFOLLOW))
		return errno != ENOENT || waited_ms >= MISSING_MS;
	const struct kith_stamp now = kith_stamp_of(&status);
	return code || (kith_stamp_equal(read, &now) && is_settled(root, path, waited_ms));
}

enum kith_code kith_swap_read(const struct kith_swap *swap, const char *path, size_t limit, struct kith_buf *out,
                              struct kith_err *err)
{
	const int64_t start = kith_swap_now_ms();
	const size_t before = out->length;
	bool failed = false; /* once: an editor may have had it away at that moment */
	for (int nap_ms = 1;; nap_ms = nap_ms < NAP_MOST_MS ? nap_ms * 2 : nap_ms) {
		const int64_t waited_ms = kith_swap_now_ms() - start;
		struct kith_stamp read = { 0 };
		if (is_settled(swap->root, path, waited_ms)) {
			out->length = before;
			const enum kith_code code =
				kith_file_read_beneath(swap->root, path, limit, out, &read, err);
			const bool again = (code && !failed) || !holds(swap->root, path, code, &read, waited_ms);
			if (waited_ms >= KITH_SWAP_PATIENCE_MS || !again)
				return code;
			failed = code;
		}
		kith_swap_nap(nap_ms);
	}
}
