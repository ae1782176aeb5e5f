/* Many files made durable together.
 *
 * An fsync waits for the disk, each for itself.  Where the kernel's syncfs is known to write everything of a file
 * system to the disk, and to report what could not be written (since Linux 5.8), one of it does for many files.  It
 * writes what others have changed, too, and so a few files are better off with fsync. */
#include <assert.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/base/swap_private.h"

enum { FEW = 6 };

/* Network and FUSE file systems sync their servers by fsync only. */
static bool syncs_all_at_once(int fd)
{
	struct statfs status;
	if (fstatfs(fd, &status))
		return false;
	switch ((unsigned long)status.f_type) {
	case EXT4_SUPER_MAGIC: /* ext2 and ext3 as well */
	case BTRFS_SUPER_MAGIC:
	case F2FS_SUPER_MAGIC:
	case TMPFS_MAGIC:
	case XFS_SUPER_MAGIC: return true;
	default: return false;
	}
}

void kith_swap_sync_later(struct kith_swap_syncing *syncing, int fd)
{
	struct stat status;
	if (fd < 0 || fstat(fd, &status))
		return;
	for (size_t i = 0; i < syncing->count; i++)
		if (syncing->list[i].device == status.st_dev && syncing->list[i].inode == status.st_ino)
			return;
	assert(syncing->count < kith_count(syncing->list));
	syncing->list[syncing->count++] = (struct kith_swap_synced){ fd, status.st_dev, status.st_ino };
}

static size_t count_on(const struct kith_swap_syncing *syncing, dev_t device)
{
	size_t count = 0;
	for (size_t i = 0; i < syncing->count; i++)
		count += syncing->list[i].device == device;
	return count;
}

bool kith_swap_sync_now(struct kith_swap_syncing *syncing)
{
	int error = 0;
	dev_t done = 0; /* synced as a whole; no device has the number 0 */
	for (size_t i = 0; i < syncing->count; i++) {
		const struct kith_swap_synced *one = &syncing->list[i];
		if (one->device == done)
			continue;
		const bool as_a_whole = count_on(syncing, one->device) > FEW && syncs_all_at_once(one->fd);
		if (as_a_whole)
			done = one->device;
		if (as_a_whole ? syncfs(one->fd) : fsync(one->fd))
			error = errno;
	}
	syncing->count = 0;
	errno = error;
	return !error;
}
