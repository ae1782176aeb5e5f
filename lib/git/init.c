#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/failpoint.h"
#include "lib/base/file.h"
#include "lib/git/inside.h"
#include "lib/record/schema.h"

enum { OWN_FILE_LIMIT = 1 << 20 };

/* --- the repository --- */

static enum kith_code first_branch(struct kith_buf *name, struct kith_err *err)
{
	KITH_CLEANUP(git_config_free) git_config *config = NULL;
	git_buf set = GIT_BUF_INIT;
	kith_buf_add(name, "refs/heads/");
	if (git_config_open_default(&config) == 0 && !kith_git_add_global(config, NULL) &&
	    git_config_get_string_buf(&set, config, "init.defaultBranch") == 0 && set.size > 0)
		kith_buf_add(name, set.ptr);
	else
		kith_buf_add(name, "main");
	git_buf_dispose(&set);
	int valid = 0;
	if (git_reference_name_is_valid(&valid, name->text) == 0 && valid)
		return KITH_OK;
	kith_fail(err, KITH_SYNC, "init.defaultBranch of git's configuration is not the name of a branch");
	return kith_hint(err, "git config --global init.defaultBranch main");
}

/* Also completes one whose making was interrupted. */
static enum kith_code make_repository(const char *root, struct kith_err *err)
{
	KITH_BUF branch = {0};
	if (first_branch(&branch, err))
		return KITH_SYNC;
	git_repository_init_options options;
	if (git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION))
		return kith_git_fail(err, "cannot make a git repository");
	options.flags = GIT_REPOSITORY_INIT_MKPATH;
	options.initial_head = branch.text;
	KITH_CLEANUP(git_repository_free) git_repository *made = NULL;
	if (git_repository_init_ext(&made, root, &options))
		return kith_git_fail(err, "cannot make a git repository in %s", root);
	KITH_FAILPOINT("init.repository");
	return KITH_OK;
}

static bool is_unfinished(const char *root)
{
	KITH_BUF head = {0};
	kith_buf_addf(&head, "%s/.git", root);
	struct stat status;
	if (lstat(head.text, &status))
		return errno == ENOENT;
	kith_buf_add(&head, "/HEAD");
	return S_ISDIR(status.st_mode) && lstat(head.text, &status) && errno == ENOENT;
}

static bool is_bare(const char *root)
{
	KITH_CLEANUP(git_repository_free) git_repository *found = NULL;
	return git_repository_open_ext(&found, root, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) == 0 &&
	       git_repository_is_bare(found);
}

/* --- lines of .gitattributes and .gitignore --- */

static bool has_line(const char *text, const char *line)
{
	const size_t wanted = strlen(line);
	while (*text) {
		const size_t length = strcspn(text, "\n");
		size_t used = length;
		while (used && (text[used - 1] == ' ' || text[used - 1] == '\t' || text[used - 1] == '\r'))
			used--;
		if (used == wanted && memcmp(text, line, wanted) == 0)
			return true;
		text += length + (text[length] == '\n');
	}
	return false;
}

static void add_line(struct kith_buf *text, const char *line)
{
	if (has_line(kith_buf_text(text), line))
		return;
	if (text->length && text->text[text->length - 1] != '\n')
		kith_buf_add_char(text, '\n');
	kith_buf_addf(text, "%s\n", line);
}

static void add_attributes(struct kith_buf *text)
{
	if (!text->length)
		add_line(text, "# kith's files are the same bytes on every machine.");
	for (int kind = 0; kind < KITH_KINDS; kind++) {
		KITH_BUF line = {0};
		kith_buf_addf(&line, "/%s/** -text", kith_kind_folder((enum kith_kind)kind));
		add_line(text, line.text);
	}
	add_line(text, "/conflicts/** -text");
	for (const char *const *single = kith_git_single_paths; *single; single++) {
		KITH_BUF line = {0};
		kith_buf_addf(&line, "/%s -text", *single);
		add_line(text, line.text);
	}
	for (int kind = 0; kind < KITH_KINDS; kind++) {
		KITH_BUF line = {0};
		kith_buf_addf(&line, "/%s/**/*.yaml merge=kith", kith_kind_folder((enum kith_kind)kind));
		add_line(text, line.text);
	}
	for (const char *const *single = kith_git_single_paths; *single; single++) {
		KITH_BUF line = {0};
		const size_t length = strlen(*single);
		if (length < 5 || strcmp(*single + length - 5, ".yaml") != 0)
			continue;
		kith_buf_addf(&line, "/%s merge=kith", *single);
		add_line(text, line.text);
	}
}

static void add_ignored(struct kith_buf *text)
{
	if (!text->length)
		add_line(text, "# Written by kith for editors; it differs by machine.");
	add_line(text, ".kith/schema/");
}

static enum kith_code complete_file(const struct kith_repo *repo, const char *name, void (*complete)(struct kith_buf *),
                                    struct kith_err *err)
{
	KITH_BUF text = {0}, path = {0};
	kith_buf_addf(&path, "%s/%s", repo->root, name);
	struct stat status;
	const bool is_there = lstat(path.text, &status) == 0;
	if (!is_there && errno != ENOENT)
		return kith_fail_errno(err, KITH_IO, "cannot read %s", path.text);
	if (is_there && kith_file_read_beneath(repo->root_fd, name, OWN_FILE_LIMIT, &text, NULL, err))
		return KITH_IO;
	const size_t before = text.length;
	complete(&text);
	if (text.length == before)
		return KITH_OK;
	const enum kith_code code = is_there ? kith_file_write(path.text, text.text, text.length, 0644, err)
	                                     : kith_file_create(path.text, text.text, text.length, 0644, err);
	KITH_FAILPOINT("init.file");
	return code;
}

static enum kith_code adopt_branch(const struct kith_repo *repo, struct kith_err *err)
{
	KITH_BUF name = {0};
	if (kith_repo_head(repo, &name, err))
		return KITH_SYNC;
	if (!name.length) {
		kith_fail(err, KITH_SYNC, "no branch is checked out in %s, so kith does not know which to work on",
		          repo->root);
		return kith_hint(err, "git switch main, then again");
	}
	return kith_repo_set_branch(repo, name.text, err);
}

/* So that the user's own git merges records by field.  What they set themselves stays. */
static enum kith_code set_merge_driver(const struct kith_repo *repo, struct kith_err *err)
{
	/* Without kith git would leave the file as one side has it, and who then says `git add` would lose the other without a sign
	 * of it: so the lines of both are put there, with markers, and git stops. */
	static const char *const settings[][2] = {
		{ "merge.kith.name", "by field (kith)" },
		{ "merge.kith.driver",
		  "c=127; command -v kith >/dev/null && { kith merge-driver %O %A %B %P; c=$?; }; test $c -lt 126 && exit $c; "
		  "echo 'kith is not in $PATH, or it crashed: merged line by line, see that it is right' >&2; "
		  "git merge-file -q -L ours -L base -L theirs %A %O %B; exit 1" },
	};
	KITH_CLEANUP(git_config_free) git_config *config = NULL, *own = NULL;
	git_buf set = GIT_BUF_INIT;
	if (git_repository_config(&config, repo->git) || git_config_open_level(&own, config, GIT_CONFIG_LEVEL_LOCAL))
		return kith_git_fail(err, "cannot read .git/config");
	for (size_t i = 0; i < kith_count(settings); i++) {
		const bool there = git_config_get_string_buf(&set, own, settings[i][0]) == 0;
		git_buf_dispose(&set);
		if (!there && git_config_set_string(own, settings[i][0], settings[i][1]))
			return kith_git_fail(err, "cannot write .git/config");
		KITH_FAILPOINT("init.config");
	}
	return KITH_OK;
}

enum kith_code kith_repo_init(const char *root, struct kith_err *err)
{
	if (kith_make_folders(root, 0777, err))
		return KITH_IO;
	if (is_unfinished(root) && !is_bare(root) && make_repository(root, err))
		return KITH_SYNC;
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	enum kith_code code = kith_repo_open(root, &repo, err);
	if (!code)
		code = adopt_branch(repo, err);
	KITH_FAILPOINT("init.branch");
	if (!code)
		code = complete_file(repo, ".gitattributes", add_attributes, err);
	if (!code)
		code = complete_file(repo, ".gitignore", add_ignored, err);
	if (!code)
		code = set_merge_driver(repo, err);
	return code;
}
