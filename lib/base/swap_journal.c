/* What a change of a file is about to do, written down before it is done.
 *
 * A change has a stem of 16 hexadecimal digits.  In the staging folder stand `STEM.job`, this journal, which is locked
 * (flock) while the process lives; `STEM.new`, the staged file and after the exchange the displaced one; `STEM.old`, a
 * file that was moved away.  Where the staging folder is on another file system the last two stand beside the file, as
 * `.kith-STEM.tmp` and `.kith-STEM.old.tmp`.  When the change is through, the journal becomes `STEM.done`.
 *
 * The journal is a line, `kith-swap 1 WORK BESIDE INODE PATH WAS BECOMES` (INODE: of the staged file; the last three:
 * in bytes), and behind it path, old and new text, each with a line feed, and `end`.  Texts are whole, because records
 * are small and nothing proves more than the bytes themselves.  A journal that does not end so, or has the inode 0, was
 * never acted on. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/failpoint.h"
#include "lib/base/file.h"
#include "lib/base/swap_private.h"

enum { JOB_LIMIT = 256 << 20, ATTEMPTS = 100 };

static const char magic[] = "kith-swap 1";

static struct kith_spot spot(int folder, const char *before, const char *stem, const char *after)
{
	struct kith_spot spot = { .folder = folder };
	(void)snprintf(spot.name, sizeof(spot.name), "%s%s%s", before, stem, after); /* it is long enough */
	return spot;
}

struct kith_spot kith_swap_staged(const struct kith_swapping *swapping)
{
	return swapping->beside ? spot(swapping->folder, ".kith-", swapping->stem, ".tmp")
	                        : spot(swapping->staging, "", swapping->stem, ".new");
}

struct kith_spot kith_swap_moved(const struct kith_swapping *swapping)
{
	return swapping->beside ? spot(swapping->folder, ".kith-", swapping->stem, ".old.tmp")
	                        : spot(swapping->staging, "", swapping->stem, ".old");
}

static bool choose_stem(struct kith_swapping *swapping)
{
	uint64_t random;
	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return false;
	(void)snprintf(swapping->stem, sizeof(swapping->stem), "%016" PRIx64, random);
	return true;
}

static bool write_text(const struct kith_swapping *swapping)
{
	KITH_BUF text = { 0 };
	kith_buf_addf(&text, "%s %d %d %" PRIu64 " %zu %zu %zu\n", magic, (int)swapping->work, (int)swapping->beside,
	              swapping->inode, strlen(swapping->path), swapping->was.length, swapping->becomes.length);
	kith_buf_addf(&text, "%s\n", swapping->path);
	kith_buf_add_bytes(&text, swapping->was.at, swapping->was.length);
	kith_buf_add_char(&text, '\n');
	kith_buf_add_bytes(&text, swapping->becomes.at, swapping->becomes.length);
	kith_buf_add(&text, "\nend\n");
	return !ftruncate(swapping->job, 0) && lseek(swapping->job, 0, SEEK_SET) == 0 &&
	       kith_swap_write_all(swapping->job, (struct kith_bytes){ text.text, text.length });
}

enum kith_code kith_swap_begin_job(struct kith_swapping *swapping, struct kith_err *err)
{
	swapping->job = -1;
	for (int attempt = 0; attempt < ATTEMPTS && swapping->job < 0; attempt++) {
		if (!choose_stem(swapping))
			return kith_fail_errno(err, KITH_IO, "cannot write %s", swapping->path);
		if (swapping->staging < 0)
			return KITH_OK;
		const struct kith_spot job = spot(swapping->staging, "", swapping->stem, ".job");
		swapping->job = openat(job.folder, job.name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (swapping->job < 0 && errno != EEXIST)
			break;
		/* Between the two somebody who recovers may have taken it for left over: then it is gone. */
		struct stat status;
		if (swapping->job >= 0 &&
		    (flock(swapping->job, LOCK_EX) || fstat(swapping->job, &status) || !status.st_nlink)) {
			close(swapping->job);
			swapping->job = -1;
		}
	}
	if (swapping->job < 0)
		return kith_fail_errno(err, KITH_IO, "cannot write in %s", swapping->staging_path);
	/* So that what will be staged can be found; without an inode nothing has been done. */
	swapping->inode = 0;
	if (!write_text(swapping)) {
		kith_fail_errno(err, KITH_IO, "cannot write in %s", swapping->staging_path);
		kith_swap_drop_job(swapping);
		return KITH_IO;
	}
	KITH_FAILPOINT("swap journal begun");
	return KITH_OK;
}

enum kith_code kith_swap_fill_job(struct kith_swapping *swapping, struct kith_err *err)
{
	if (swapping->job < 0 || write_text(swapping))
		return KITH_OK;
	return kith_fail_errno(err, KITH_IO, "cannot write in %s", swapping->staging_path);
}

enum kith_code kith_swap_write_job(struct kith_swapping *swapping, struct kith_err *err)
{
	const enum kith_code code = kith_swap_fill_job(swapping, err);
	if (code || swapping->job < 0)
		return code;
	if (fsync(swapping->job))
		return kith_fail_errno(err, KITH_IO, "cannot write in %s", swapping->staging_path);
	KITH_FAILPOINT("swap journal written");
	return KITH_OK;
}

/* --- the end --- */

static void remove_spot(struct kith_spot spot)
{
	(void)unlinkat(spot.folder, spot.name, 0); /* what is left over is looked at again by kith_swap_recover */
}

void kith_swap_leave_job(struct kith_swapping *swapping)
{
	if (swapping->job >= 0)
		close(swapping->job);
	swapping->job = -1;
}

void kith_swap_drop_job(struct kith_swapping *swapping)
{
	remove_spot(kith_swap_staged(swapping));
	if (swapping->job >= 0)
		remove_spot(spot(swapping->staging, "", swapping->stem, ".job"));
	kith_swap_leave_job(swapping);
}

void kith_swap_end_job(struct kith_swapping *swapping)
{
	const struct kith_spot job = spot(swapping->staging, "", swapping->stem, ".job"),
			       done = spot(swapping->staging, "", swapping->stem, ".done");
	if (swapping->job < 0) {
		/* Nobody would find them again. */
		remove_spot(kith_swap_staged(swapping));
		remove_spot(kith_swap_moved(swapping));
		return;
	}
	(void)renameat(job.folder, job.name, done.folder, done.name); /* else it is recovered, with the same end */
	KITH_FAILPOINT("swap journal ended");
	kith_swap_leave_job(swapping);
}

/* --- reading it again --- */

/* Takes `length` bytes and the line feed behind them. */
static bool take(const char **at, const char *end, size_t length, struct kith_bytes *out)
{
	if ((size_t)(end - *at) <= length || (*at)[length] != '\n')
		return false;
	*out = (struct kith_bytes){ *at, length };
	*at += length + 1;
	return true;
}

static bool read_all(int fd, struct kith_arena *arena, struct kith_bytes *out)
{
	struct stat status;
	if (fstat(fd, &status) || status.st_size <= 0 || status.st_size > JOB_LIMIT)
		return false;
	char *text = kith_arena_alloc(arena, (size_t)status.st_size + 1);
	size_t length = 0;
	while (length < (size_t)status.st_size) {
		const ssize_t count = pread(fd, text + length, (size_t)status.st_size - length, (off_t)length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		length += (size_t)count;
	}
	*out = (struct kith_bytes){ text, length };
	return true;
}

bool kith_swap_read_job(struct kith_swapping *swapping, int fd)
{
	struct kith_bytes text, path;
	int work, beside, used = 0;
	size_t path_length, was, becomes;
	if (!read_all(fd, &swapping->arena, &text) ||
	    sscanf(text.at, "kith-swap 1 %d %d %" SCNu64 " %zu %zu %zu%n", &work, &beside, &swapping->inode,
	           &path_length, &was, &becomes, &used) != 6 ||
	    text.at[used] != '\n' || work < KITH_SWAP_REPLACES || work > KITH_SWAP_WRITES_IN_PLACE)
		return false;
	const char *at = text.at + used + 1, *end = text.at + text.length;
	if (!take(&at, end, path_length, &path) || !take(&at, end, was, &swapping->was) ||
	    !take(&at, end, becomes, &swapping->becomes) || end - at != 4 || memcmp(at, "end\n", 4) != 0)
		return false;
	swapping->work = (enum kith_swap_work)work;
	swapping->beside = beside;
	swapping->path = kith_arena_strndup(&swapping->arena, path.at, path.length);
	return true;
}
