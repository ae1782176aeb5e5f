/* The pre-commit hook. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/git/inside.h"
#include "lib/git/staged.h"

enum { LARGEST = 1 << 16 };

/* What a hook of ours begins with, whatever version made it. */
static const char mark[] = "#!/bin/sh\n# kith's own:";

/* What kith cannot check must not keep anybody from committing: it only refuses records that are faulty. */
static const char hook[] =
	"#!/bin/sh\n"
	"# kith's own: looks for faults in the staged records, and refuses the commit if there are errors.\n"
	"# `git commit --no-verify` goes past it; `kith init --no-hook` takes it away.\n"
	"if ! command -v kith >/dev/null 2>&1; then\n"
	"\techo 'kith is not in $PATH, so the records in this commit were not checked.' >&2\n"
	"\texit 0\n"
	"fi\n"
	"kith --store . check --staged --no-pager </dev/null\n"
	"if [ $? -eq 3 ]; then\n"
	"\techo 'The commit was refused.  Correct these, `git add` them, and commit again;' >&2\n"
	"\techo '`git commit --no-verify` commits them as they are.' >&2\n"
	"\texit 1\n"
	"fi\n"
	"exit 0\n";

static const char line_to_add[] = "kith --store . check --staged || exit 1";

struct place {
	struct kith_buf folder, path;
};

static void finish_place(struct place *place)
{
	kith_buf_finish(&place->folder);
	kith_buf_finish(&place->path);
}

/* Where git looks for hooks, unless it was told to look elsewhere. */
static enum kith_code find_place(const char *root, struct place *out, struct kith_err *err)
{
	KITH_CLEANUP(git_repository_free) git_repository *repository = NULL;
	KITH_CLEANUP(git_config_free) git_config *config = NULL;
	if (git_repository_open_ext(&repository, root, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) ||
	    git_repository_config(&config, repository))
		return kith_git_fail(err, "cannot open the git repository in %s", root);
	(void)kith_git_add_global(config, NULL); /* one that is not there says nothing */
	git_buf elsewhere = GIT_BUF_INIT;
	if (git_config_get_string_buf(&elsewhere, config, "core.hooksPath") == 0 && elsewhere.size) {
		kith_fail(err, KITH_USAGE, "git is told to look for hooks in %s (core.hooksPath)", elsewhere.ptr);
		git_buf_dispose(&elsewhere);
		return kith_hint(err, "add this line to the file pre-commit there: %s", line_to_add);
	}
	git_buf_dispose(&elsewhere);
	kith_buf_addf(&out->folder, "%shooks", git_repository_commondir(repository));
	kith_buf_addf(&out->path, "%s/pre-commit", out->folder.text);
	return KITH_OK;
}

enum owner { NOBODY, KITH, SOMEBODY };

static enum owner owner_of(const char *path, struct kith_buf *text)
{
	struct stat status;
	if (lstat(path, &status))
		return errno == ENOENT ? NOBODY : SOMEBODY;
	if (!S_ISREG(status.st_mode) || kith_file_read(path, LARGEST, text, NULL))
		return SOMEBODY;
	return strncmp(kith_buf_text(text), mark, sizeof(mark) - 1) == 0 ? KITH : SOMEBODY;
}

static enum kith_code make_at(const struct place *place, struct kith_buf *what, struct kith_err *err)
{
	KITH_BUF there = { 0 };
	const enum owner owner = owner_of(place->path.text, &there);
	if (owner == SOMEBODY) {
		kith_fail(err, KITH_USAGE, "there is a hook already, %s, and it stays as it is", place->path.text);
		return kith_hint(err, "add this line to it: %s", line_to_add);
	}
	if (owner == KITH && strcmp(there.text, hook) == 0) {
		kith_buf_addf(what, "the hook is in place: %s", place->path.text);
		return KITH_OK;
	}
	enum kith_code code = kith_make_folders(place->folder.text, 0777, err);
	if (!code)
		code = owner == KITH ? kith_file_write(place->path.text, hook, sizeof(hook) - 1, 0755, err)
		                     : kith_file_create(place->path.text, hook, sizeof(hook) - 1, 0755, err);
	if (!code)
		kith_buf_addf(what, "%s checks what is committed from now on", place->path.text);
	return code;
}

enum kith_code kith_hook_make(const char *root, struct kith_buf *what, struct kith_err *err)
{
	struct place place = { 0 };
	enum kith_code code = find_place(root, &place, err);
	if (!code)
		code = make_at(&place, what, err);
	finish_place(&place);
	return code;
}

static enum kith_code remove_at(const struct place *place, struct kith_buf *what, struct kith_err *err)
{
	KITH_BUF there = { 0 };
	const enum owner owner = owner_of(place->path.text, &there);
	if (owner == SOMEBODY) {
		kith_fail(err, KITH_USAGE, "%s was not made by kith, so it stays", place->path.text);
		return kith_hint(err, "take the line that calls kith out of it yourself");
	}
	if (owner == KITH && unlink(place->path.text))
		return kith_fail_errno(err, KITH_IO, "cannot remove %s", place->path.text);
	kith_buf_add(what, owner == KITH ? "the hook is gone" : "there was no hook");
	return KITH_OK;
}

enum kith_code kith_hook_remove(const char *root, struct kith_buf *what, struct kith_err *err)
{
	struct place place = { 0 };
	enum kith_code code = find_place(root, &place, err);
	if (!code)
		code = remove_at(&place, what, err);
	finish_place(&place);
	return code;
}
