#include "lib/git/tree.h"

#include <string.h>
#include <strings.h>

#include "lib/base/text.h"
#include "lib/git/inside.h"
#include "lib/git/snapshot.h"

/* As deep as the working tree is walked; a stranger's tree may be deeper.  Where all paths count, deeper than any file
 * can be; and no more paths than any store has, because a small tree can hold itself over and over. */
enum { DEEPEST = 64, DEEPEST_OF_ALL = 2048, MOST_OF_ALL = 4000000 };

/* --- one path --- */

static bool is_file(const git_tree_entry *entry)
{
	return git_tree_entry_type(entry) == GIT_OBJECT_BLOB;
}

enum kith_code kith_tree_find(const git_tree *tree, const char *path, struct kith_entry *out, struct kith_err *err)
{
	git_tree_entry *entry = NULL;
	struct kith_entry found = {0};
	const int code = tree ? git_tree_entry_bypath(&entry, tree, path) : GIT_ENOTFOUND;
	if (code && code != GIT_ENOTFOUND)
		return kith_git_fail(err, "cannot read %s from git", path);
	if (!code && is_file(entry))
		found = (struct kith_entry){ *git_tree_entry_id(entry), git_tree_entry_filemode(entry) };
	git_tree_entry_free(entry);
	*out = found;
	return KITH_OK;
}

bool kith_tree_is_in_submodule(const git_tree *tree, const char *path)
{
	KITH_BUF folder = {0};
	for (const char *slash = tree ? strchr(path, '/') : NULL; slash; slash = strchr(slash + 1, '/')) {
		git_tree_entry *entry = NULL;
		kith_buf_clear(&folder);
		kith_buf_add_bytes(&folder, path, (size_t)(slash - path));
		if (git_tree_entry_bypath(&entry, tree, folder.text))
			return false; /* a new folder, and so is what is in it */
		const git_object_t type = git_tree_entry_type(entry);
		git_tree_entry_free(entry);
		if (type == GIT_OBJECT_COMMIT)
			return true;
	}
	return false;
}

/* --- two trees --- */

struct comparison {
	git_repository *git;
	struct kith_arena *arena;
	struct kith_differences *out;
	struct kith_buf path; /* of the folder that is looked at */
	unsigned depth;
	bool all; /* not kith's paths only */
	struct kith_err *err;
};

static enum kith_code compare(struct comparison *comparison, const git_tree *before, const git_tree *after);

static struct kith_entry file_of(const struct comparison *comparison, const git_tree_entry *entry)
{
	const bool submodule = entry && comparison->all && git_tree_entry_type(entry) == GIT_OBJECT_COMMIT;
	if (!entry || (!is_file(entry) && !submodule))
		return (struct kith_entry){0};
	return (struct kith_entry){ *git_tree_entry_id(entry), git_tree_entry_filemode(entry) };
}

/* Only where all paths count: what comes out of a merge is written. */
static enum kith_code refuse(struct comparison *comparison, const char *what)
{
	KITH_BUF path = {0};
	enum { SHOWN = 100 };
	const size_t length = comparison->path.length < SHOWN ? comparison->path.length : SHOWN;
	kith_printable(&path, kith_buf_text(&comparison->path), length, false);
	kith_fail(comparison->err, KITH_SYNC, "a commit in git is damaged or hostile: %s%s%s", what, length ? ", in " : "", kith_buf_text(&path));
	return kith_hint(comparison->err, "git fsck says more, git log who wrote it; your files are untouched");
}

/* Names that no file can have, names twice, names in no order: git makes none of them. */
static enum kith_code check_entry(struct comparison *comparison, const git_tree *tree, size_t i)
{
	const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
	const char *name = git_tree_entry_name(entry);
	if (strchr(name, '/') || !kith_git_is_clean_path(name) || strcasecmp(name, ".git") == 0)
		return refuse(comparison, "a file has a name that none can have");
	if (i && git_tree_entry_cmp(git_tree_entry_byindex(tree, i - 1), entry) >= 0)
		return refuse(comparison, "the files of a folder are in no order");
	return KITH_OK;
}

static bool is_folder(const git_tree_entry *entry)
{
	return entry && git_tree_entry_type(entry) == GIT_OBJECT_TREE;
}

static enum kith_code open_folder(struct comparison *comparison, const git_tree_entry *entry, git_tree **out)
{
	if (is_folder(entry) && git_tree_lookup(out, comparison->git, git_tree_entry_id(entry)))
		return kith_git_fail(comparison->err, "cannot read the folder %s from git", comparison->path.text);
	return KITH_OK;
}

static enum kith_code compare_folders(struct comparison *comparison, const git_tree_entry *before,
                                      const git_tree_entry *after)
{
	KITH_CLEANUP(git_tree_free) git_tree *old = NULL, *new = NULL;
	if (comparison->all && comparison->depth == DEEPEST_OF_ALL)
		return refuse(comparison, "folders are nested deeper than a file system can hold");
	if (!comparison->all && (!kith_git_covers_folder(comparison->path.text) || comparison->depth == DEEPEST))
		return KITH_OK;
	if (open_folder(comparison, before, &old) || open_folder(comparison, after, &new))
		return KITH_SYNC;
	comparison->depth++;
	const enum kith_code code = compare(comparison, old, new);
	comparison->depth--;
	return code;
}

static enum kith_code compare_files(struct comparison *comparison, const git_tree_entry *before, const git_tree_entry *after)
{
	const struct kith_entry old = file_of(comparison, before), new = file_of(comparison, after);
	struct kith_differences *out = comparison->out;
	if ((!old.mode && !new.mode) || (!comparison->all && !kith_snapshot_covers(comparison->path.text)))
		return KITH_OK;
	if (comparison->all && out->count == MOST_OF_ALL)
		return refuse(comparison, "it has more files than any store");
	struct kith_difference *difference =
		kith_arena_push(comparison->arena, &out->list, &out->count, &out->capacity, sizeof(*difference));
	*difference = (struct kith_difference){ .path = kith_arena_strdup(comparison->arena, comparison->path.text),
		                                .before = old,
		                                .after = new };
	return KITH_OK;
}

static bool is_same(const git_tree_entry *before, const git_tree_entry *after)
{
	return before && after && git_tree_entry_filemode(before) == git_tree_entry_filemode(after) &&
	       git_oid_equal(git_tree_entry_id(before), git_tree_entry_id(after));
}

/* Entries of one name, or of one side.  A tree made by a stranger may hold names that no file can have. */
static enum kith_code compare_entries(struct comparison *comparison, const git_tree_entry *before,
                                      const git_tree_entry *after)
{
	const char *name = git_tree_entry_name(before ? before : after);
	if (is_same(before, after) || strchr(name, '/'))
		return KITH_OK;
	const size_t length = comparison->path.length;
	if (length)
		kith_buf_add_char(&comparison->path, '/');
	kith_buf_add(&comparison->path, name);
	enum kith_code code = KITH_OK;
	if (is_folder(before) || is_folder(after))
		code = compare_folders(comparison, before, after);
	if (!code)
		code = compare_files(comparison, before, after);
	comparison->path.length = length;
	comparison->path.text[length] = '\0';
	return code;
}

/* Both are in git's order, in which a folder sorts as if its name ended with a slash; so a file and a
 * folder of one name meet each other as two one-sided entries. */
static enum kith_code compare(struct comparison *comparison, const git_tree *before, const git_tree *after)
{
	const size_t befores = before ? git_tree_entrycount(before) : 0,
		     afters = after ? git_tree_entrycount(after) : 0;
	size_t i = 0, j = 0;
	enum kith_code code = KITH_OK;
	while (!code && (i < befores || j < afters)) {
		const git_tree_entry *old = i < befores ? git_tree_entry_byindex(before, i) : NULL;
		const git_tree_entry *new = j < afters ? git_tree_entry_byindex(after, j) : NULL;
		const int order = !old ? 1 : !new ? -1 : git_tree_entry_cmp(old, new);
		if (comparison->all && order <= 0)
			code = check_entry(comparison, before, i);
		if (comparison->all && order >= 0 && !code)
			code = check_entry(comparison, after, j);
		if (!code)
			code = compare_entries(comparison, order <= 0 ? old : NULL, order >= 0 ? new : NULL);
		i += order <= 0;
		j += order >= 0;
	}
	return code;
}

static int by_path(const void *one, const void *other)
{
	return strcmp(((const struct kith_difference *)one)->path, ((const struct kith_difference *)other)->path);
}

void kith_differences_sort(struct kith_differences *differences)
{
	if (differences->count)
		qsort(differences->list, differences->count, sizeof(*differences->list), by_path);
}

static enum kith_code compare_trees(struct comparison *comparison, const git_tree *before, const git_tree *after)
{
	const enum kith_code code = compare(comparison, before, after);
	kith_buf_finish(&comparison->path);
	kith_differences_sort(comparison->out);
	return code;
}

enum kith_code kith_tree_compare(git_repository *git, const git_tree *before, const git_tree *after,
                                 struct kith_arena *arena, struct kith_differences *out, struct kith_err *err)
{
	struct comparison comparison = { .git = git, .arena = arena, .out = out, .err = err };
	return compare_trees(&comparison, before, after);
}

enum kith_code kith_tree_compare_all(git_repository *git, const git_tree *before, const git_tree *after,
                                     struct kith_arena *arena, struct kith_differences *out, struct kith_err *err)
{
	struct comparison comparison = { .git = git, .arena = arena, .out = out, .all = true, .err = err };
	return compare_trees(&comparison, before, after);
}

/* A file where the folder should be is none. */
static enum kith_code find_folder(struct comparison *comparison, const git_tree *tree, const char *path, git_tree **out)
{
	git_tree_entry *entry = NULL;
	const int code = tree ? git_tree_entry_bypath(&entry, tree, path) : GIT_ENOTFOUND;
	if (code == GIT_ENOTFOUND)
		return KITH_OK;
	if (code)
		return kith_git_fail(comparison->err, "cannot read the folder %s from git", path);
	const enum kith_code opened = open_folder(comparison, entry, out);
	git_tree_entry_free(entry);
	return opened;
}

enum kith_code kith_tree_compare_folder(git_repository *git, const git_tree *before, const git_tree *after,
                                        const char *folder, struct kith_arena *arena, struct kith_differences *out,
                                        struct kith_err *err)
{
	struct comparison comparison = { .git = git, .arena = arena, .out = out, .err = err };
	KITH_CLEANUP(git_tree_free) git_tree *old = NULL, *new = NULL;
	kith_buf_add(&comparison.path, folder);
	enum kith_code code = find_folder(&comparison, before, folder, &old);
	if (!code)
		code = find_folder(&comparison, after, folder, &new);
	if (!code)
		code = compare(&comparison, old, new);
	kith_buf_finish(&comparison.path);
	kith_differences_sort(out);
	return code;
}
