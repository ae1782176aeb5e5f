#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/git/inside.h"

/* A lock this old was left by a git that died: git's own work takes moments, and a message is written in
 * minutes. */
enum { STALE_LOCK_S = 600 };

struct reason {
	enum kith_waiting waiting;
	const char *why, *hint;
};

static const struct reason reasons[] = {
	{ KITH_WAITING_MERGE, "a merge is not finished", "git commit, or git merge --abort" },
	{ KITH_WAITING_REBASE, "a rebase is not finished", "git rebase --continue, or git rebase --abort" },
	{ KITH_WAITING_PICK, "a cherry-pick is not finished",
	  "git cherry-pick --continue, or git cherry-pick --abort" },
	{ KITH_WAITING_REVERT, "a revert is not finished", "git revert --continue, or git revert --abort" },
	{ KITH_WAITING_BISECT, "a bisect is going on", "git bisect reset" },
	{ KITH_WAITING_PATCHES, "git am is not finished", "git am --continue, or git am --abort" },
};

static bool exists(const struct kith_repo *repo, const char *name, struct stat *status)
{
	KITH_BUF path = {0};
	kith_buf_addf(&path, "%s/%s", repo->git_folder, name);
	return lstat(path.text, status) == 0;
}

static enum kith_waiting operation(const struct kith_repo *repo)
{
	struct stat status;
	switch (git_repository_state(repo->git)) {
	case GIT_REPOSITORY_STATE_NONE: break;
	case GIT_REPOSITORY_STATE_MERGE: return KITH_WAITING_MERGE;
	case GIT_REPOSITORY_STATE_REVERT:
	case GIT_REPOSITORY_STATE_REVERT_SEQUENCE: return KITH_WAITING_REVERT;
	case GIT_REPOSITORY_STATE_CHERRYPICK:
	case GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE: return KITH_WAITING_PICK;
	case GIT_REPOSITORY_STATE_BISECT: return KITH_WAITING_BISECT;
	case GIT_REPOSITORY_STATE_APPLY_MAILBOX: return KITH_WAITING_PATCHES;
	default: return KITH_WAITING_REBASE;
	}
	/* Between two picks of a series only this is left. */
	return exists(repo, "sequencer/todo", &status) ? KITH_WAITING_PICK : KITH_WAITING_NOT;
}

static const char *short_name(const char *ref)
{
	const size_t prefix = strlen("refs/heads/");
	return strlen(ref) > prefix ? ref + prefix : "main";
}

static enum kith_waiting detached(const char *ours, struct kith_buf *why, struct kith_buf *hint)
{
	kith_buf_add(why, "no branch is checked out");
	kith_buf_add(hint, "git switch ");
	kith_git_shell_word(hint, short_name(ours));
	return KITH_WAITING_DETACHED;
}

static bool has_ref(const struct kith_repo *repo, const char *name)
{
	KITH_CLEANUP(git_reference_free) git_reference *reference = NULL;
	return git_reference_lookup(&reference, repo->git, name) == 0;
}

static enum kith_waiting branch(const struct kith_repo *repo, struct kith_buf *why, struct kith_buf *hint)
{
	KITH_BUF ours = {0}, theirs = {0};
	kith_repo_branch(repo, &ours);
	if (kith_repo_head(repo, &theirs, NULL))
		return KITH_WAITING_NOT; /* the caller meets the same failure, and tells of it */
	if (!theirs.length)
		return detached(kith_buf_text(&ours), why, hint);
	/* A branch that is gone was renamed: the one that is checked out takes its place. */
	if (!ours.length || strcmp(ours.text, theirs.text) == 0 || !has_ref(repo, ours.text))
		return KITH_WAITING_NOT;
	kith_buf_addf(why, "the branch is %s, and kith works on %s", short_name(theirs.text), short_name(ours.text));
	kith_buf_add(hint, "git switch ");
	kith_git_shell_word(hint, short_name(ours.text));
	kith_buf_add(hint, ", or make kith work on this branch with: kith init ");
	kith_git_shell_word(hint, repo->root);
	return KITH_WAITING_BRANCH;
}

/* Another git holds the index while it changes files, and while a message for `git commit -a` is written. */
static enum kith_waiting lock(const struct kith_repo *repo, struct kith_buf *why, struct kith_buf *hint)
{
	struct stat status;
	if (!exists(repo, "index.lock", &status))
		return KITH_WAITING_NOT;
	const int64_t age = (int64_t)time(NULL) - status.st_mtime;
	if (age > STALE_LOCK_S || age < -STALE_LOCK_S)
		return KITH_WAITING_NOT;
	kith_buf_add(why, "another git is at work (.git/index.lock)");
	kith_buf_add(hint, "if none is running: rm ");
	kith_git_shell_word(hint, repo->git_folder);
	kith_buf_add(hint, "/index.lock");
	return KITH_WAITING_LOCKED;
}

enum kith_waiting kith_repo_waiting(struct kith_repo *repo, struct kith_buf *why, struct kith_buf *hint)
{
	KITH_BUF unused_why = {0}, unused_hint = {0};
	if (!why)
		why = &unused_why;
	if (!hint)
		hint = &unused_hint;
	kith_buf_clear(why);
	kith_buf_clear(hint);
	const enum kith_waiting waiting = operation(repo);
	for (size_t i = 0; i < kith_count(reasons); i++) {
		if (reasons[i].waiting != waiting)
			continue;
		kith_buf_add(why, reasons[i].why);
		kith_buf_add(hint, reasons[i].hint);
		return waiting;
	}
	const enum kith_waiting found = branch(repo, why, hint);
	return found ? found : lock(repo, why, hint);
}
