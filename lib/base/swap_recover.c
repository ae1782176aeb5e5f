/* Finishing or taking back what was left, and saying what a file system lacks. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/failpoint.h"
#include "lib/base/file.h"
#include "lib/base/swap_private.h"

enum { STEM = 16, ROUNDS = 3 };

struct recovery {
	const struct kith_swap *swap;
	kith_swap_kept *on_kept;
	void *user;
	struct kith_swapping *swapping;
	bool is_done; /* the change is through; what was displaced has lingered long enough */
	bool puts_back;
};

/* Journals that are through, and go when that is durable. */
struct through {
	struct kith_swapping list[KITH_SWAP_AT_ONCE];
	bool are_done[KITH_SWAP_AT_ONCE];
	size_t count;
};

/* --- keeping --- */

static bool copy_bytes(int from, int to)
{
	char room[16384];
	ssize_t count;
	while ((count = read(from, room, sizeof(room))) != 0) {
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0 || !kith_swap_write_all(to, (struct kith_bytes){ room, (size_t)count }))
			return false;
	}
	return !fsync(to);
}

/* To another file system. */
static bool copy_and_remove(const struct kith_spot *from, const struct kith_spot *to)
{
	const int in = openat(from->folder, from->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	const int out =
		in < 0 ? -1 : openat(to->folder, to->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool copied = out >= 0 && copy_bytes(in, out);
	if (out >= 0)
		copied = !close(out) && copied;
	if (in >= 0)
		close(in);
	if (!copied && out >= 0)
		(void)unlinkat(to->folder, to->name, 0); /* the other is still there */
	return copied && !unlinkat(from->folder, from->name, 0);
}

/* Someone's save that has no place any more. False: it stays, and is looked at next time. */
static bool keep(const struct recovery *recovery, const struct kith_spot *spot)
{
	struct kith_swapping *swapping = recovery->swapping;
	struct kith_spot kept = { .folder = -1 };
	const char *slash = strrchr(swapping->path, '/');
	const char *name = slash ? slash + 1 : swapping->path;
	(void)snprintf(kept.name, sizeof(kept.name), "%.12s-%s", swapping->stem, name); /* a cut name is a name */
	if (mkdirat(swapping->staging, "kept", 0700) && errno != EEXIST)
		return false;
	kept.folder = openat(swapping->staging, "kept", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (kept.folder < 0)
		return false;
	const bool moved = kith_swap_move(spot, &kept) || (errno == EXDEV && copy_and_remove(spot, &kept));
	(void)fsync(kept.folder); /* some file systems cannot */
	close(kept.folder);
	KITH_FAILPOINT("swap kept");
	if (moved && recovery->on_kept)
		recovery->on_kept(recovery->user, swapping->path,
		                  kith_arena_printf(&swapping->arena, "%s/kept/%s", swapping->staging_path, kept.name));
	return moved;
}

/* --- one journal --- */

static bool place_is_free(const struct kith_swapping *swapping)
{
	struct stat status;
	return swapping->folder >= 0 && fstatat(swapping->folder, swapping->name, &status, AT_SYMLINK_NOFOLLOW) &&
	       errno == ENOENT;
}

/* Our new version is in place, and nobody is at it. */
static bool place_is_ours(const struct kith_swapping *swapping)
{
	if (swapping->folder < 0)
		return false;
	const int fd = openat(swapping->folder, swapping->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	const bool ours = fd >= 0 && kith_swap_wait_unwritten(fd, 0) && kith_swap_has(fd, swapping->becomes);
	if (fd >= 0)
		close(fd);
	return ours;
}

static bool put_where_free(struct recovery *recovery, const struct kith_spot *spot)
{
	if (!place_is_free(recovery->swapping))
		return false;
	const struct kith_spot place = kith_swap_place(recovery->swapping);
	recovery->puts_back = true;
	return kith_swap_move(spot, &place);
}

/* A file that was moved away.  False: it is not through. */
static bool take_up_moved(struct recovery *recovery)
{
	struct kith_swapping *swapping = recovery->swapping;
	const struct kith_spot moved = kith_swap_moved(swapping);
	const enum kith_swap_sight sight = kith_swap_look(swapping, &moved, 0);
	if (sight == KITH_SIGHT_GONE)
		return true;
	if (sight == KITH_SIGHT_BUSY)
		return false;
	const bool finishes =
		sight == KITH_SIGHT_WORTHLESS && (recovery->is_done || swapping->work == KITH_SWAP_REMOVES);
	if (!finishes && put_where_free(recovery, &moved)) {
		KITH_FAILPOINT("swap moved back");
		return true;
	}
	if (sight == KITH_SIGHT_WORTHLESS)
		return !unlinkat(moved.folder, moved.name, 0);
	return keep(recovery, &moved);
}

enum staged { STAGED_GONE, STAGED_OURS, STAGED_DISPLACED };

static enum staged whose_is_staged(const struct kith_swapping *swapping, const struct kith_spot *staged)
{
	struct stat status;
	if (fstatat(staged->folder, staged->name, &status, AT_SYMLINK_NOFOLLOW))
		return STAGED_GONE;
	return !swapping->inode || status.st_ino == swapping->inode ? STAGED_OURS : STAGED_DISPLACED;
}

/* The staged file, or the displaced one. False: it is not through. */
static bool take_up_staged(struct recovery *recovery)
{
	struct kith_swapping *swapping = recovery->swapping;
	const struct kith_spot staged = kith_swap_staged(swapping);
	for (int round = 0; round < ROUNDS; round++) {
		const enum staged whose = whose_is_staged(swapping, &staged);
		if (whose == STAGED_GONE)
			return true;
		if (!swapping->inode) /* perhaps half written, and never seen by anybody */
			return !unlinkat(staged.folder, staged.name, 0);
		const enum kith_swap_sight sight = kith_swap_look(swapping, &staged, 0);
		if (sight == KITH_SIGHT_BUSY)
			return false;
		if (sight == KITH_SIGHT_WORTHLESS && whose == STAGED_DISPLACED && !recovery->is_done) {
			kith_swap_end_job(swapping); /* it lingers from now on */
			return false;
		}
		if (sight == KITH_SIGHT_WORTHLESS)
			return !unlinkat(staged.folder, staged.name, 0);
		if (put_where_free(recovery, &staged))
			return true;
		const struct kith_spot place = kith_swap_place(swapping);
		if (!place_is_ours(swapping) || !kith_swap_exchange(&staged, &place))
			return keep(recovery, &staged);
		recovery->puts_back = true;
		KITH_FAILPOINT("swap put back by recovery");
	}
	return false;
}

static bool take_up(struct recovery *recovery)
{
	struct kith_swapping *swapping = recovery->swapping;
	/* Without the folder there is no place to put anything back to. */
	if (!kith_swap_open_folder(swapping) && swapping->beside)
		return errno == ENOENT;
	if (swapping->work == KITH_SWAP_WRITES_IN_PLACE)
		return swapping->folder < 0 || kith_swap_recover_in_place(swapping);
	const bool moved = take_up_moved(recovery), staged = take_up_staged(recovery);
	return moved && staged;
}

/* --- all journals --- */

static bool has_lingered(const struct stat *status)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	const int64_t age_ms = (int64_t)(now.tv_sec - status->st_ctim.tv_sec) * 1000 +
	                       (now.tv_nsec - status->st_ctim.tv_nsec) / 1000000;
	return age_ms > KITH_SWAP_LINGER_MS || age_ms < -KITH_SWAP_LINGER_MS; /* or the clock was set back */
}

/* Lock a journal that nobody is at; -1 otherwise. */
static int lock_job(int staging, const char *name, struct stat *status)
{
	struct stat named;
	const int fd = openat(staging, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	/* Its owner may have renamed or removed it before we had the lock. */
	if (!flock(fd, LOCK_EX | LOCK_NB) && !fstat(fd, status) && S_ISREG(status->st_mode) && status->st_nlink &&
	    !fstatat(staging, name, &named, AT_SYMLINK_NOFOLLOW) && named.st_ino == status->st_ino)
		return fd;
	close(fd);
	return -1;
}

static void remove_jobs(struct through *through)
{
	struct kith_swap_syncing syncing = { .count = 0 };
	for (size_t i = 0; i < through->count; i++) {
		kith_swap_sync_later(&syncing, through->list[i].folder);
		kith_swap_sync_later(&syncing, through->list[i].staging);
	}
	(void)kith_swap_sync_now(&syncing); /* some file systems cannot sync a folder */
	for (size_t i = 0; i < through->count; i++) {
		struct kith_swapping *swapping = &through->list[i];
		char name[32];
		(void)snprintf(name, sizeof(name), "%s.%s", swapping->stem, through->are_done[i] ? "done" : "job");
		(void)unlinkat(swapping->staging, name, 0); /* else it is found again, with nothing to do */
		KITH_FAILPOINT("swap recovered");
		kith_swapping_finish(swapping);
	}
	through->count = 0;
}

/* Take up one journal; what is through joins `through`. */
static void recover_one(const struct kith_swap *swap, int staging, const char *name, bool is_done,
                        kith_swap_kept *on_kept, void *user, struct through *through)
{
	struct stat status;
	const int job = lock_job(staging, name, &status);
	if (job < 0)
		return;
	KITH_SWAPPING swapping =
		kith_swapping_of(KITH_SWAP_REPLACES, "", (struct kith_bytes){ "", 0 }, (struct kith_bytes){ "", 0 });
	swapping.root = swap->root;
	swapping.staging_path = swap->staging;
	swapping.staging = fcntl(staging, F_DUPFD_CLOEXEC, 0);
	swapping.job = job;
	(void)snprintf(swapping.stem, sizeof(swapping.stem), "%.*s", STEM, name);
	if (swapping.staging < 0 || (is_done && !has_lingered(&status)))
		return;
	if (!kith_swap_read_job(&swapping, job)) {
		swapping.path = "";
		kith_swap_drop_job(&swapping);
		return;
	}
	struct recovery recovery = { swap, on_kept, user, &swapping, is_done, false };
	if (!take_up(&recovery))
		return;
	if (!recovery.puts_back && !swapping.beside && swapping.folder >= 0) {
		close(swapping.folder); /* nothing in it changed that must be durable */
		swapping.folder = -1;
	}
	if (through->count == kith_count(through->list))
		remove_jobs(through);
	through->are_done[through->count] = is_done;
	through->list[through->count++] = swapping;
	swapping = kith_swapping_of(KITH_SWAP_REPLACES, "", swapping.was, swapping.becomes); /* it is handed over */
}

static bool is_job(const char *name, bool *is_done)
{
	const size_t length = strlen(name);
	*is_done = length == STEM + 5 && strcmp(name + STEM, ".done") == 0;
	return strspn(name, "0123456789abcdef") == STEM &&
	       (*is_done || (length == STEM + 4 && strcmp(name + STEM, ".job") == 0));
}

enum kith_code kith_swap_recover(const struct kith_swap *swap, kith_swap_kept *on_kept, void *user,
                                 struct kith_err *err)
{
	if (!swap->staging)
		return KITH_OK;
	DIR *folder = opendir(swap->staging);
	if (!folder)
		return errno == ENOENT ? KITH_OK
		                       : kith_fail_errno(err, KITH_IO, "cannot open the folder %s", swap->staging);
	struct through through = { .count = 0 };
	/* A name may be listed, or not, that is made meanwhile: both are well. */
	for (const struct dirent *entry; (entry = readdir(folder));) {
		bool is_done;
		if (is_job(entry->d_name, &is_done))
			recover_one(swap, dirfd(folder), entry->d_name, is_done, on_kept, user, &through);
	}
	remove_jobs(&through);
	closedir(folder);
	return KITH_OK;
}

/* --- kith doctor --- */

static int make_probe(int root, const char *name)
{
	return openat(root, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

static bool has_lease(int root, const char *name)
{
	const int fd = openat(root, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	const bool leased = fd >= 0 && !fcntl(fd, F_SETLEASE, F_RDLCK);
	if (fd >= 0)
		close(fd);
	return leased;
}

const char *kith_swap_lacks(const struct kith_swap *swap)
{
	struct kith_spot one = { .folder = swap->root }, other = one;
	(void)snprintf(one.name, sizeof(one.name), ".kith-probe-%d.tmp", (int)getpid());
	(void)snprintf(other.name, sizeof(other.name), ".kith-probe-%d.old.tmp", (int)getpid());
	const int first = make_probe(swap->root, one.name),
		  second = first < 0 ? -1 : make_probe(swap->root, other.name);
	const char *lacks = NULL;
	if (first >= 0)
		close(first);
	if (second >= 0)
		close(second);
	if (second < 0)
		lacks = "no files can be made in the store: commands that change records will fail";
	else if (!kith_swap_exchange(&one, &other))
		lacks = "the file system cannot exchange two files: while kith writes a record it is missing for a "
		        "moment";
	else if (!has_lease(swap->root, one.name))
		lacks = "the file system gives no leases: a save that takes long while kith writes the same record is "
		        "noticed late";
	if (first >= 0)
		(void)unlinkat(swap->root, one.name, 0);
	if (second >= 0)
		(void)unlinkat(swap->root, other.name, 0);
	return lacks;
}
