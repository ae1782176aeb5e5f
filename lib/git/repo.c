#include "lib/git/repo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/git/inside.h"
#include "lib/record/schema.h"

/* --- what is refused --- */

static void hint_command(struct kith_err *err, const char *command, const char *root)
{
	KITH_BUF hint = {0};
	kith_buf_add(&hint, command);
	kith_git_shell_word(&hint, root);
	kith_hint(err, "%s", hint.text);
}

static enum kith_code refuse_missing(const char *root, struct kith_err *err)
{
	git_buf found = GIT_BUF_INIT;
	KITH_CLEANUP(git_repository_free) git_repository *bare = NULL;
	if (git_repository_open_ext(&bare, root, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) == 0 &&
	    git_repository_is_bare(bare)) {
		kith_fail(err, KITH_SYNC, "%s is a bare git repository: it has no files to work on", root);
		return kith_hint(err, "clone it, and use the clone as the store");
	}
	if (git_repository_discover(&found, root, 0, NULL) == 0) {
		kith_fail(err, KITH_SYNC, "%s is a folder inside another git repository, %s", root, found.ptr);
		git_buf_dispose(&found);
	} else {
		kith_fail(err, KITH_SYNC, "%s is no git repository", root);
	}
	hint_command(err, "make it one with: kith init ", root);
	return KITH_SYNC;
}

static enum kith_code refuse_foreign(const char *root, struct kith_err *err)
{
	kith_fail(err, KITH_SYNC, "the git repository in %s belongs to another user", root);
	hint_command(err, "if you trust it: git config --global --add safe.directory ", root);
	return KITH_SYNC;
}

/* .git must be a folder of its own: kith keeps its state in it, and files are installed by renaming them
 * out of it. */
static enum kith_code refuse_redirected(const char *root, const struct stat *status, struct kith_err *err)
{
	if (S_ISDIR(status->st_mode))
		return KITH_OK;
	if (S_ISLNK(status->st_mode)) {
		kith_fail(err, KITH_SYNC, "%s/.git is a symbolic link", root);
		return kith_hint(err, "move the repository itself there, or use the folder that the link points into");
	}
	kith_fail(err, KITH_SYNC, "%s is a linked worktree or a submodule: its git repository is elsewhere", root);
	return kith_hint(err, "use the main working tree, or a clone of its own (git clone)");
}

static enum kith_code refuse_setting(const char *root, const git_config *config, const char *name, const char *what,
                                     const char *command, struct kith_err *err)
{
	int set = 0;
	if (git_config_get_bool(&set, config, name) || !set)
		return KITH_OK;
	kith_fail(err, KITH_SYNC, "%s %s (%s)", root, what, name);
	return kith_hint(err, "%s", command);
}

static enum kith_code refuse_layout(struct kith_repo *repo, struct kith_err *err)
{
	const char *folder = git_repository_workdir(repo->git);
	if (git_repository_is_bare(repo->git) || !folder)
		return refuse_missing(repo->root, err);
	const size_t length = strlen(repo->root);
	if (strncmp(folder, repo->root, length) != 0 || strcmp(folder + length, "/") != 0) {
		kith_fail(err, KITH_SYNC, "the files of the git repository in %s are elsewhere, in %s", repo->root,
		          folder);
		return kith_hint(err, "git config --unset core.worktree");
	}
	KITH_CLEANUP(git_config_free) git_config *config = NULL;
	if (git_repository_config_snapshot(&config, repo->git))
		return kith_git_fail(err, "cannot read git's configuration");
	/* A file left out on purpose would look deleted; a split index cannot be written by libgit2. */
	enum kith_code code =
		refuse_setting(repo->root, config, "core.sparseCheckout", "is a sparse checkout: kith needs all files",
	                       "git sparse-checkout disable", err);
	if (!code)
		code = refuse_setting(repo->root, config, "core.splitIndex",
		                      "has a split index, which kith cannot write",
		                      "git config core.splitIndex false && git update-index --no-split-index", err);
	return code;
}

/* The attributes a path in every record folder would have.  Paths that are committed are asked for
 * again, by name. */
static enum kith_code refuse_filters(struct kith_repo *repo, struct kith_err *err)
{
	enum kith_code code = KITH_OK;
	for (const char *const *single = kith_git_single_paths; !code && *single; single++)
		code = kith_repo_refuse_filter(repo, *single, err);
	for (int kind = 0; !code && kind < KITH_KINDS; kind++) {
		KITH_BUF path = {0};
		kith_buf_addf(&path, "%s/any.yaml", kith_kind_folder((enum kith_kind)kind));
		code = kith_repo_refuse_filter(repo, path.text, err);
	}
	return code;
}

/* --- opening --- */

/* libgit2 1.5 does not know safe.directory=*, which git takes to mean that the user trusts every
 * folder.  Only the user's and the system's files are asked, as git does: a repository cannot vouch for
 * itself. */
static bool trusts_all(void)
{
	KITH_CLEANUP(git_config_free) git_config *config = NULL;
	git_config_iterator *all = NULL;
	git_config_entry *entry;
	bool trusted = false;
	if (git_config_open_default(&config) || kith_git_add_global(config, NULL) ||
	    git_config_multivar_iterator_new(&all, config, "safe.directory", NULL))
		return false;
	while (git_config_next(&entry, all) == 0)
		trusted = strcmp(entry->value, "*") == 0 || (trusted && *entry->value);
	git_config_iterator_free(all);
	return trusted;
}

/* What libgit2 says of a repository of another user, depending on whether any safe.directory is set. */
static bool is_foreign(int code)
{
	const git_error *error = git_error_last();
	return code == GIT_EOWNER ||
	       (code == GIT_ENOTFOUND && error && error->message && strstr(error->message, "safe.directory"));
}

/* From here on, every snapshot of the configuration has it. */
static enum kith_code add_global(const struct kith_repo *repo, struct kith_err *err)
{
	KITH_CLEANUP(git_config_free) git_config *config = NULL;
	if (git_repository_config(&config, repo->git))
		return kith_git_fail(err, "cannot read git's configuration");
	return kith_git_add_global(config, err);
}

static enum kith_code open_git(struct kith_repo *repo, struct kith_err *err)
{
	const unsigned flags = GIT_REPOSITORY_OPEN_NO_SEARCH;
	int code = git_repository_open_ext(&repo->git, repo->root, flags, NULL);
	if (code && is_foreign(code)) {
		if (!trusts_all())
			return refuse_foreign(repo->root, err);
		(void)git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0); /* fails for no known option only */
		code = git_repository_open_ext(&repo->git, repo->root, flags, NULL);
		(void)git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
	}
	if (code) {
		kith_git_fail(err, "cannot open the git repository in %s", repo->root);
		if (err && strstr(err->message, "objectformat"))
			kith_hint(err, "kith reads SHA-1 repositories only");
		else if (err && strstr(err->message, "partialclone"))
			kith_hint(err, "a partial clone lacks objects: clone again without --filter");
		return KITH_SYNC;
	}
	return add_global(repo, err);
}

static enum kith_code open_all(const char *root, struct kith_repo *repo, struct kith_err *err)
{
	char resolved[PATH_MAX];
	struct stat status;
	if (!realpath(root, resolved))
		return kith_fail_errno(err, KITH_SYNC, "cannot open the store %s", root);
	repo->root = kith_strdup(resolved);
	KITH_BUF path = {0};
	kith_buf_addf(&path, "%s/.git", resolved);
	repo->git_folder = kith_buf_take(&path);
	kith_buf_addf(&path, "%s/kith", repo->git_folder);
	repo->state = kith_buf_take(&path);
	repo->root_fd = open(resolved, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (repo->root_fd < 0)
		return kith_fail_errno(err, KITH_SYNC, "cannot open the store %s", root);
	if (lstat(repo->git_folder, &status))
		return refuse_missing(resolved, err);
	enum kith_code code = refuse_redirected(resolved, &status, err);
	if (!code)
		code = open_git(repo, err);
	if (!code)
		code = refuse_layout(repo, err);
	return code ? code : refuse_filters(repo, err);
}

enum kith_code kith_repo_open(const char *root, struct kith_repo **out, struct kith_err *err)
{
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = kith_alloc(sizeof(*repo));
	repo->root_fd = repo->lock_fd = -1;
	const enum kith_code code = open_all(root, repo, err);
	if (!code)
		*out = kith_take(&repo);
	return code;
}

void kith_repo_close(struct kith_repo *repo)
{
	if (!repo)
		return;
	kith_repo_unlock(repo);
	kith_repo_forget_filters(repo);
	if (repo->root_fd >= 0)
		close(repo->root_fd);
	git_repository_free(repo->git);
	kith_free(repo->root);
	kith_free(repo->git_folder);
	kith_free(repo->state);
	kith_free(repo);
}
