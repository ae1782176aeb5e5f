#include "lib/git/branch.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/failpoint.h"
#include "lib/git/base.h"
#include "lib/git/inside.h"
#include "lib/git/look.h"
#include "lib/git/pending.h"

/* git changes the files, then the index, then the branch.  Between the last two lie moments in which nothing
 * is locked and the files are already those of the next commit. */
enum { QUIET_MS = 100, WAIT_MS = 2000, LOOK_AGAIN_MS = 25 };

static void stamp_index(const struct kith_repo *repo, struct kith_stamp *out)
{
	KITH_BUF path = {0};
	struct stat status;
	kith_buf_addf(&path, "%s/index", repo->git_folder);
	*out = (struct kith_stamp){0};
	if (stat(path.text, &status) == 0)
		*out = kith_stamp_of(&status);
	out->ctime_ns = 0; /* changes when the file is linked */
}

/* Clocks that disagree are not waited for. */
static void wait_until_quiet(const struct kith_repo *repo)
{
	struct kith_stamp stamp;
	stamp_index(repo, &stamp);
	const int64_t age = kith_wall_ms() - stamp.mtime_ns / 1000000;
	if (age >= 0 && age < QUIET_MS)
		kith_pause_ms(QUIET_MS - age);
}

enum kith_waiting kith_branch_wait(struct kith_repo *repo, bool patient, struct kith_buf *why, struct kith_buf *hint)
{
	const int64_t end = kith_steady_ms() + WAIT_MS;
	enum kith_waiting waiting = kith_repo_waiting(repo, why, hint);
	while (patient && waiting == KITH_WAITING_LOCKED && kith_steady_ms() < end) {
		kith_pause_ms(LOOK_AGAIN_MS);
		waiting = kith_repo_waiting(repo, why, hint);
	}
	if (!patient && waiting == KITH_WAITING_LOCKED)
		waiting = KITH_WAITING_NOT;
	if (patient && !waiting) {
		wait_until_quiet(repo);
		waiting = kith_repo_waiting(repo, why, hint);
	}
	return waiting;
}

/* --- reading --- */

static enum kith_code read_commit(struct kith_repo *repo, const char *name, git_oid *out, struct kith_err *err)
{
	git_oid oid;
	const int code = git_reference_name_to_id(&oid, repo->git, name);
	if (code && code != GIT_ENOTFOUND)
		return kith_git_fail(err, "cannot read the branch %s", name);
	if (code)
		memset(&oid, 0, sizeof(oid));
	git_oid_cpy(out, &oid);
	return KITH_OK;
}

enum kith_code kith_branch_read(struct kith_repo *repo, struct kith_branch *out, struct kith_err *err)
{
	KITH_BUF name = {0}, noted = {0};
	struct kith_branch branch = {0};
	stamp_index(repo, &branch.index);
	if (kith_repo_head(repo, &name, err))
		return KITH_SYNC;
	if (!name.length)
		return kith_fail(err, KITH_SYNC, "no branch is checked out");
	if (read_commit(repo, name.text, &branch.commit, err))
		return KITH_SYNC;
	kith_repo_branch(repo, &noted);
	if (strcmp(kith_buf_text(&noted), name.text) != 0 && kith_repo_set_branch(repo, name.text, err))
		return KITH_SYNC;
	branch.name = kith_buf_take(&name);
	*out = branch;
	return KITH_OK;
}

void kith_branch_finish(struct kith_branch *branch)
{
	kith_free(branch->name);
	*branch = (struct kith_branch){0};
}

enum kith_code kith_branch_tree(struct kith_repo *repo, const git_oid *id, git_tree **out, struct kith_err *err)
{
	KITH_CLEANUP(git_commit_free) git_commit *commit = NULL;
	if (git_commit_lookup(&commit, repo->git, id) || git_commit_tree(out, commit))
		return kith_git_fail(err, "cannot read a commit");
	return KITH_OK;
}

/* --- moving --- */

enum kith_code kith_branch_is_unmoved(struct kith_repo *repo, const struct kith_branch *branch, bool patient,
                                      bool *unmoved, struct kith_err *err)
{
	KITH_BUF name = {0};
	git_oid commit;
	struct kith_stamp stamp;
	*unmoved = false;
	const enum kith_waiting waiting = kith_repo_waiting(repo, NULL, NULL);
	if (waiting && waiting != KITH_WAITING_LOCKED) /* which is ours */
		return KITH_OK;
	if (kith_repo_head(repo, &name, err))
		return KITH_SYNC;
	if (strcmp(kith_buf_text(&name), branch->name) != 0)
		return KITH_OK;
	if (read_commit(repo, branch->name, &commit, err))
		return KITH_SYNC;
	stamp_index(repo, &stamp);
	*unmoved = git_oid_equal(&commit, &branch->commit) && (!patient || kith_stamp_equal(&stamp, &branch->index));
	return KITH_OK;
}

static bool is_race(int code)
{
	return code == GIT_EMODIFIED || code == GIT_ELOCKED || code == GIT_EEXISTS || code == GIT_ENOTFOUND;
}

enum kith_code kith_branch_move(struct kith_repo *repo, const struct kith_branch *branch, const git_oid *commit,
                                bool *moved, struct kith_err *err)
{
	KITH_CLEANUP(git_reference_free) git_reference *reference = NULL;
	const int code =
		git_oid_is_zero(&branch->commit)
			? git_reference_create(&reference, repo->git, branch->name, commit, 0, "kith: snapshot")
			: git_reference_create_matching(&reference, repo->git, branch->name, commit, 1, &branch->commit,
	                                                "kith: snapshot");
	*moved = code == 0;
	if (code && !is_race(code))
		return kith_git_fail(err, "cannot move the branch %s", branch->name);
	KITH_FAILPOINT("branch.move");
	return KITH_OK;
}

/* --- locks of the dead --- */

/* A ref's lock holds the commit it is about to move to: one that the journal names is ours. */
static bool is_own_lock(const struct kith_pending *pending, const char *path)
{
	KITH_BUF text = {0};
	git_oid oid;
	if (kith_file_read(path, GIT_OID_HEXSZ + 1, &text, NULL) || text.length < GIT_OID_HEXSZ ||
	    git_oid_fromstrn(&oid, text.text, GIT_OID_HEXSZ))
		return false;
	for (size_t i = 0; i < pending->count; i++)
		if (git_oid_equal(&pending->steps[i].after, &oid))
			return true;
	return false;
}

/* Killed between making the lock and writing into it: an empty lock, and a journal that says we were about to.
 * git writes into its locks at once. */
static bool is_abandoned(const struct kith_pending *pending, const char *path)
{
	enum { LONG_ENOUGH_S = 5 };
	struct stat status;
	return pending->count && lstat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0 &&
	       time(NULL) - status.st_mtime > LONG_ENOUGH_S;
}

void kith_branch_recover(struct kith_repo *repo)
{
	KITH_ARENA arena = {0};
	KITH_BUF name = {0}, path = {0}, own = {0};
	struct kith_pending pending;
	/* Only kith moves this one. */
	kith_buf_addf(&own, "%s/%s.lock", repo->git_folder, KITH_WORKTREE_REF);
	(void)unlink(own.text);
	kith_repo_branch(repo, &name);
	if (!name.length || kith_pending_read(repo, &arena, &pending, NULL))
		return; /* whoever needs the journal meets the same failure, and tells */
	kith_buf_addf(&path, "%s/%s.lock", repo->git_folder, name.text);
	if (is_own_lock(&pending, path.text) || is_abandoned(&pending, path.text))
		(void)unlink(path.text);
}
