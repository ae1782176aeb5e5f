#include "lib/git/index_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/failpoint.h"
#include "lib/base/file.h"
#include "lib/git/inside.h"
#include "lib/git/look.h"

/* libgit2 would lock .git/index with an empty .git/index.lock; if the process were killed then, nobody
 * could tell whose lock it is, and the user's git would refuse to work.  So the lock is linked into
 * place with its owner's name in it, and libgit2 is given a copy in .git/kith to change. */

enum { TRIES = 20, PAUSE_MS = 25, INDEX_LIMIT = 1 << 30 };

static const char mark[] = "kith ";

/* A filesystem without hard links gets the lock in two steps instead of one. */
static int link_or_create(const char *own, const char *lock)
{
	if (link(own, lock) == 0)
		return 0;
	if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK)
		return -1;
	const int fd = open(lock, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	const ssize_t count = write(fd, mark, strlen(mark));
	close(fd);
	if (count < 0)
		(void)unlink(lock); /* the failure is told either way */
	return count < 0 ? -1 : 0;
}

static enum kith_code lock(const struct kith_repo *repo, struct kith_index_file *file, bool *held, struct kith_err *err)
{
	KITH_BUF owner = {0}, own = {0};
	kith_buf_addf(&owner, "%s%ld\n", mark, (long)getpid());
	kith_buf_addf(&own, "%s/index.own", repo->state);
	if (kith_state_write(repo, "index.own", &owner, err))
		return KITH_SYNC;
	int failed = link_or_create(own.text, file->lock);
	for (int attempt = 1; failed && errno == EEXIST && attempt < TRIES; attempt++) {
		kith_pause_ms(PAUSE_MS);
		failed = link_or_create(own.text, file->lock);
	}
	const int error = errno;
	(void)unlink(own.text); /* a leftover is overwritten the next time */
	errno = error;
	*held = failed && error == EEXIST;
	if (failed && !*held)
		return kith_fail_errno(err, KITH_SYNC, "cannot lock %s", file->path);
	file->locked = !failed;
	KITH_FAILPOINT("index.lock");
	return KITH_OK;
}

/* A hard link is copy enough: libgit2 replaces the file it is given and never writes into it. */
static enum kith_code copy(const struct kith_index_file *file, struct kith_err *err)
{
	if (unlink(file->copy) && errno != ENOENT)
		return kith_fail_errno(err, KITH_SYNC, "cannot replace %s", file->copy);
	if (link(file->path, file->copy) == 0 || errno == ENOENT) /* no index yet: libgit2 starts with an empty one */
		return KITH_OK;
	KITH_BUF bytes = {0};
	if (kith_file_read(file->path, INDEX_LIMIT, &bytes, err) ||
	    kith_file_create(file->copy, bytes.text, bytes.length, 0600, err))
		return KITH_SYNC;
	return KITH_OK;
}

enum kith_code kith_index_file_open(const struct kith_repo *repo, struct kith_index_file *out, bool *held,
                                    struct kith_err *err)
{
	*out = (struct kith_index_file){0};
	out->path = kith_arena_printf(&out->arena, "%s/index", repo->git_folder);
	out->lock = kith_arena_printf(&out->arena, "%s/index.lock", repo->git_folder);
	out->copy = kith_arena_printf(&out->arena, "%s/index", repo->state);
	if (lock(repo, out, held, err))
		return KITH_SYNC;
	if (*held)
		return KITH_OK;
	/* Left by a process that was killed while it wrote the copy. */
	(void)unlink(kith_arena_printf(&out->arena, "%s.lock", out->copy));
	struct stat status;
	out->mtime_s = stat(out->path, &status) ? INT64_MAX : status.st_mtime;
	if (copy(out, err))
		return KITH_SYNC;
	if (git_index_open(&out->index, out->copy))
		return kith_git_fail(err, "cannot read git's index");
	return KITH_OK;
}

/* Others may share the repository (core.sharedRepository): the new file may be read by whom the old one
 * could be. */
static void keep_mode(const struct kith_index_file *file)
{
	struct stat status;
	if (stat(file->path, &status) == 0)
		(void)chmod(file->copy, status.st_mode & 07777); /* the user's own file: git works with either mode */
}

enum kith_code kith_index_file_write(struct kith_index_file *file, struct kith_err *err)
{
	if (git_index_write(file->index))
		return kith_git_fail(err, "cannot write git's index");
	KITH_FAILPOINT("index.copy");
	keep_mode(file);
	if (rename(file->copy, file->path))
		return kith_fail_errno(err, KITH_SYNC, "cannot replace %s", file->path);
	KITH_FAILPOINT("index.replace");
	return KITH_OK;
}

void kith_index_file_close(struct kith_index_file *file)
{
	git_index_free(file->index);
	if (file->copy)
		(void)unlink(file->copy); /* not there after a write; a leftover is removed the next time */
	if (file->locked)
		(void)unlink(file->lock); /* a lock that cannot be removed is one that recover knows for ours */
	KITH_FAILPOINT("index.unlock");
	kith_arena_finish(&file->arena);
	*file = (struct kith_index_file){0};
}

void kith_index_file_recover(const struct kith_repo *repo)
{
	KITH_BUF path = {0};
	char start[sizeof(mark)] = "";
	kith_buf_addf(&path, "%s/index.lock", repo->git_folder);
	const int fd = open(path.text, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	const ssize_t count = read(fd, start, strlen(mark));
	close(fd);
	if (count == (ssize_t)strlen(mark) && memcmp(start, mark, strlen(mark)) == 0)
		(void)unlink(path.text); /* else it stays, as any other lock */
}
