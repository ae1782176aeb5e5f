#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/git/inside.h"
#include "lib/git/look.h"

/* .git/kith belongs to this machine: private, because it may name people. */
enum { STATE_MODE = 0600, FOLDER_MODE = 0700, STATE_LIMIT = 256 << 20 };

static enum kith_code make_folder(const struct kith_repo *repo, struct kith_err *err)
{
	return kith_make_folders(repo->state, FOLDER_MODE, err);
}

/* --- the lock --- */

enum { LOCK_TRIES = 400, LOCK_PAUSE_MS = 25 };

enum kith_code kith_repo_lock(struct kith_repo *repo, struct kith_err *err)
{
	if (make_folder(repo, err))
		return KITH_SYNC;
	KITH_BUF path = {0};
	kith_buf_addf(&path, "%s/git.lock", repo->state);
	const int fd = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, STATE_MODE);
	if (fd < 0)
		return kith_fail_errno(err, KITH_SYNC, "cannot open %s", path.text);
	for (int attempt = 0; flock(fd, LOCK_EX | LOCK_NB); attempt++) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			kith_fail_errno(err, KITH_SYNC, "cannot lock %s", path.text);
			close(fd);
			return KITH_SYNC;
		}
		if (attempt == LOCK_TRIES) {
			close(fd);
			kith_fail(err, KITH_SYNC, "another kith is at work on %s and does not finish", repo->root);
			return kith_hint(err, "look for it with: ps -C kithd -o pid,etime,args");
		}
		kith_pause_ms(LOCK_PAUSE_MS);
	}
	repo->lock_fd = fd;
	return KITH_OK;
}

void kith_repo_unlock(struct kith_repo *repo)
{
	if (repo->lock_fd >= 0)
		close(repo->lock_fd);
	repo->lock_fd = -1;
}

/* --- small files --- */

static void state_path(const struct kith_repo *repo, const char *name, struct kith_buf *path)
{
	kith_buf_addf(path, "%s/%s", repo->state, name);
}

enum kith_code kith_state_write(const struct kith_repo *repo, const char *name, const struct kith_buf *text,
                                struct kith_err *err)
{
	KITH_BUF path = {0};
	state_path(repo, name, &path);
	if (make_folder(repo, err) || kith_file_write(path.text, kith_buf_text(text), text->length, STATE_MODE, err))
		return KITH_SYNC;
	return KITH_OK;
}

enum kith_code kith_state_read(const struct kith_repo *repo, const char *name, struct kith_buf *out,
                               struct kith_err *err)
{
	KITH_BUF path = {0};
	state_path(repo, name, &path);
	if (access(path.text, F_OK) && (errno == ENOENT || errno == ENOTDIR))
		return KITH_OK;
	return kith_file_read(path.text, STATE_LIMIT, out, err) ? KITH_SYNC : KITH_OK;
}

enum kith_code kith_state_remove(const struct kith_repo *repo, const char *name, struct kith_err *err)
{
	KITH_BUF path = {0};
	state_path(repo, name, &path);
	if (unlink(path.text) && errno != ENOENT)
		return kith_fail_errno(err, KITH_SYNC, "cannot remove %s", path.text);
	return KITH_OK;
}

/* --- the branch --- */

void kith_repo_branch(const struct kith_repo *repo, struct kith_buf *out)
{
	KITH_BUF text = {0};
	if (kith_state_read(repo, "branch", &text, NULL))
		return; /* unreadable is as good as not there: it is written again */
	const size_t length = text.length ? strcspn(text.text, "\n") : 0;
	if (length && strncmp(text.text, "refs/heads/", strlen("refs/heads/")) == 0)
		kith_buf_add_bytes(out, text.text, length);
}

enum kith_code kith_repo_set_branch(const struct kith_repo *repo, const char *name, struct kith_err *err)
{
	KITH_BUF text = {0};
	kith_buf_addf(&text, "%s\n", name);
	return kith_state_write(repo, "branch", &text, err);
}

enum kith_code kith_repo_head(const struct kith_repo *repo, struct kith_buf *out, struct kith_err *err)
{
	KITH_CLEANUP(git_reference_free) git_reference *head = NULL;
	if (git_reference_lookup(&head, repo->git, "HEAD"))
		return kith_git_fail(err, "cannot read HEAD");
	const char *target = git_reference_symbolic_target(head);
	if (target && strncmp(target, "refs/heads/", strlen("refs/heads/")) == 0)
		kith_buf_add(out, target);
	return KITH_OK;
}
