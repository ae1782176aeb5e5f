/* Generations of the index, as files in the store's cache folder:
 *
 *   index-1764061800123.db   a generation, and its -wal and -shm once it is open
 *   index.db                 a symbolic link to the one in use
 *   index.lock               held (flock) by who builds one
 *
 * A database is never renamed over another, nor its name used again: who has the old one open goes on with it, and with
 * a -wal of its own, though it has no name any more.  Numbers are the time of making in ms, so that a name does not come
 * back even after the whole folder was removed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/store/index_work.h"

#define LINK "index.db"
enum { LOCK_PATIENCE_S = 300, LOCK_PAUSE_MS = 10 };

static bool number_of(const char *name, long long *number)
{
	int end = 0;
	return sscanf(name, "index-%19lld.db%n", number, &end) == 1 && end > 0 && name[end] == '\0' && *number > 0;
}

bool kith_generation_linked(const struct kith_store *store, struct kith_buf *out)
{
	KITH_ARENA arena = { 0 };
	char target[64];
	if (!store->cache)
		return false;
	const ssize_t length = readlink(kith_path_join(&arena, store->cache, LINK), target, sizeof(target) - 1);
	if (length <= 0)
		return false;
	target[length] = '\0';
	long long number;
	if (!number_of(target, &number))
		return false;
	kith_buf_add(out, target);
	return true;
}

static int64_t milliseconds(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Another process may be building one just now, which takes as long as its store is large. */
int kith_generation_lock(const struct kith_store *store)
{
	KITH_ARENA arena = { 0 };
	if (!store->cache || kith_make_folders(store->cache, 0700, NULL))
		return -1;
	const int fd = open(kith_path_join(&arena, store->cache, "index.lock"),
	                    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -1;
	const int64_t until = milliseconds(CLOCK_MONOTONIC) + LOCK_PATIENCE_S * 1000;
	while (flock(fd, LOCK_EX | LOCK_NB)) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || milliseconds(CLOCK_MONOTONIC) > until) {
			close(fd);
			return -1;
		}
		const struct timespec pause = { .tv_nsec = LOCK_PAUSE_MS * 1000000 };
		nanosleep(&pause, NULL);
	}
	return fd;
}

static long long highest_number(const struct kith_store *store)
{
	long long highest = 0, number;
	DIR *folder = opendir(store->cache);
	if (!folder)
		return 0;
	for (const struct dirent *entry; (entry = readdir(folder));)
		if (number_of(entry->d_name, &number) && number > highest)
			highest = number;
	closedir(folder);
	return highest;
}

bool kith_generation_create(const struct kith_store *store, struct kith_buf *name)
{
	KITH_ARENA arena = { 0 };
	long long number = milliseconds(CLOCK_REALTIME);
	const long long highest = highest_number(store);
	if (number <= highest)
		number = highest + 1;
	const char *file = kith_arena_printf(&arena, "index-%lld.db", number);
	/* Before SQLite does, because what people wrote about each other is for its owner only. */
	const int fd = open(kith_path_join(&arena, store->cache, file), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	close(fd);
	kith_buf_add(name, file);
	return true;
}

void kith_generation_remove(const struct kith_store *store, const char *name)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	for (size_t i = 0; i < kith_count(ends); i++) {
		KITH_ARENA arena = { 0 };
		/* What is not there need not be removed; what cannot be is tried again by the next who builds. */
		(void)unlink(kith_arena_printf(&arena, "%s/%s%s", store->cache, name, ends[i]));
	}
}

/* Those that were replaced, and those whose builder was killed. */
static void remove_others(const struct kith_store *store, const char *name)
{
	DIR *folder = opendir(store->cache);
	if (!folder)
		return;
	for (const struct dirent *entry; (entry = readdir(folder));) {
		const size_t base = strcspn(entry->d_name, ".") + 3;
		char generation[64];
		long long number;
		if (base >= sizeof(generation) || strlen(entry->d_name) < base)
			continue;
		memcpy(generation, entry->d_name, base);
		generation[base] = '\0';
		if (number_of(generation, &number) && strcmp(generation, name) != 0)
			kith_generation_remove(store, generation);
	}
	closedir(folder);
}

/* It was written without waiting for the disk. */
static bool sync_file(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return false;
	const bool synced = fsync(fd) == 0;
	close(fd);
	return synced;
}

/* After a crash the link may name the old generation or the new one; some file systems cannot sync a folder. */
static void sync_folder(const char *path)
{
	const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

bool kith_generation_publish(const struct kith_store *store, const char *name)
{
	KITH_ARENA arena = { 0 };
	if (!sync_file(kith_path_join(&arena, store->cache, name)))
		return false;
	const char *temporary = kith_path_join(&arena, store->cache, "." LINK ".tmp");
	(void)unlink(temporary); /* left by who was killed here */
	if (symlink(name, temporary))
		return false;
	if (rename(temporary, kith_path_join(&arena, store->cache, LINK))) {
		(void)unlink(temporary); /* the failure to tell of is the rename's */
		return false;
	}
	sync_folder(store->cache);
	remove_others(store, name);
	return true;
}

void kith_generation_unlink(const struct kith_store *store, const char *name)
{
	KITH_ARENA arena = { 0 };
	KITH_BUF linked = { 0 };
	if (kith_generation_linked(store, &linked) && strcmp(linked.text, name) == 0)
		(void)unlink(kith_path_join(&arena, store->cache, LINK)); /* else the next refresh does */
}
