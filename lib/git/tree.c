#include "lib/git/tree.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/git/folder.h"
#include "lib/git/inside.h"
#include "lib/git/snapshot.h"

/* As deep as the working tree is walked; a stranger's tree may be deeper. */
enum { DEEPEST = 64 };

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
	git_odb *odb;
	struct kith_arena *arena;
	struct kith_differences *out;
	struct kith_buf path; /* of the folder that is looked at */
	unsigned depth;
	bool all; /* not kith's paths only */
	struct kith_err *err;
};

static enum kith_code compare(struct comparison *comparison, const git_oid *before, const git_oid *after);

static struct kith_entry file_of(const struct comparison *comparison, const struct kith_folder *folder)
{
	struct kith_entry entry = {0};
	if (!folder || folder->mode == GIT_FILEMODE_TREE || (folder->mode == GIT_FILEMODE_COMMIT && !comparison->all))
		return entry;
	entry.mode = folder->mode;
	(void)git_oid_fromraw(&entry.oid, folder->id); /* cannot fail */
	return entry;
}

static git_oid folder_of(const struct kith_folder *folder)
{
	git_oid oid = {0};
	if (folder && kith_folder_is_folder(folder))
		(void)git_oid_fromraw(&oid, folder->id); /* cannot fail */
	return oid;
}

/* Only where all paths count: what comes out of a merge is written. */
static enum kith_code refuse(const struct comparison *comparison, const char *what)
{
	return kith_folder_refuse(kith_buf_text(&comparison->path), what, comparison->err);
}

static enum kith_code compare_folders(struct comparison *comparison, const struct kith_folder *before, const struct kith_folder *after)
{
	const git_oid old = folder_of(before), new = folder_of(after);
	if (comparison->all && (comparison->depth == KITH_TREE_DEEPEST || comparison->path.length >= PATH_MAX))
		return refuse(comparison, "folders are nested deeper than a file system can hold");
	if (comparison->all && comparison->out->folders++ == KITH_TREE_MOST)
		return refuse(comparison, "it has more folders than any store");
	if (!comparison->all && (!kith_git_covers_folder(comparison->path.text) || comparison->depth == DEEPEST))
		return KITH_OK;
	comparison->depth++;
	const enum kith_code code = compare(comparison, &old, &new);
	comparison->depth--;
	return code;
}

static enum kith_code compare_files(struct comparison *comparison, const struct kith_folder *before, const struct kith_folder *after)
{
	const struct kith_entry old = file_of(comparison, before), new = file_of(comparison, after);
	if ((!old.mode && !new.mode) || (!comparison->all && !kith_snapshot_covers(comparison->path.text)))
		return KITH_OK;
	if (comparison->all)
		return kith_differences_try(comparison->out, comparison->arena, comparison->path.text, &old, &new, comparison->err);
	kith_differences_add(comparison->out, comparison->arena, comparison->path.text, &old, &new);
	return KITH_OK;
}

static bool is_same(const struct kith_folder *before, const struct kith_folder *after)
{
	return before && after && before->mode == after->mode && memcmp(before->id, after->id, GIT_OID_RAWSZ) == 0;
}

/* Entries of one name, or of one side.  A tree made by a stranger may hold names that no file can have. */
static enum kith_code compare_entries(struct comparison *comparison, const struct kith_folder *before, const struct kith_folder *after)
{
	const char *name = before ? before->name : after->name;
	if (is_same(before, after))
		return KITH_OK;
	if (!kith_folder_is_clean_name(name))
		return comparison->all ? refuse(comparison, "a file has a name that none can have") : KITH_OK;
	const size_t length = comparison->path.length;
	if (length)
		kith_buf_add_char(&comparison->path, '/');
	kith_buf_add(&comparison->path, name);
	enum kith_code code = KITH_OK;
	if ((before && kith_folder_is_folder(before)) || (after && kith_folder_is_folder(after)))
		code = compare_folders(comparison, before, after);
	if (!code)
		code = compare_files(comparison, before, after);
	comparison->path.length = length;
	comparison->path.text[length] = '\0';
	return code;
}

/* Both are in git's order, in which a folder sorts as if its name ended with a slash; so a file and a
 * folder of one name meet each other as two one-sided entries. */
static enum kith_code compare(struct comparison *comparison, const git_oid *before, const git_oid *after)
{
	KITH_FOLDER old = {0}, new = {0};
	enum kith_code code = kith_folder_open(comparison->odb, before, &old, comparison->err);
	if (!code)
		code = kith_folder_open(comparison->odb, after, &new, comparison->err);
	while (!code && (old.name || new.name)) {
		const int order = !old.name   ? 1
		                  : !new.name ? -1
		                              : kith_folder_compare(old.name, kith_folder_is_folder(&old), new.name, kith_folder_is_folder(&new));
		code = compare_entries(comparison, order <= 0 ? &old : NULL, order >= 0 ? &new : NULL);
		if (!code && order <= 0)
			code = kith_folder_next(&old, comparison->err);
		if (!code && order >= 0)
			code = kith_folder_next(&new, comparison->err);
	}
	return code;
}

void kith_differences_add(struct kith_differences *differences, struct kith_arena *arena, const char *path, const struct kith_entry *before,
                          const struct kith_entry *after)
{
	struct kith_difference *difference =
		kith_arena_push(arena, &differences->list, &differences->count, &differences->capacity, sizeof(*difference));
	*difference = (struct kith_difference){ .path = kith_arena_strdup(arena, path), .before = *before, .after = *after };
	differences->bytes += strlen(path);
}

enum kith_code kith_differences_try(struct kith_differences *differences, struct kith_arena *arena, const char *path,
                                    const struct kith_entry *before, const struct kith_entry *after, struct kith_err *err)
{
	enum { MOST_BYTES = 1 << 28 };
	if (strlen(path) >= PATH_MAX)
		return kith_folder_refuse(path, "a path is longer than a file system can hold", err);
	if (differences->count >= KITH_TREE_MOST || differences->bytes >= MOST_BYTES)
		return kith_folder_refuse(path, "it has more files than any store", err);
	kith_differences_add(differences, arena, path, before, after);
	return KITH_OK;
}

static int by_path(const void *one, const void *other)
{
	return strcmp(((const struct kith_difference *)one)->path, ((const struct kith_difference *)other)->path);
}

const struct kith_difference *kith_differences_find(const struct kith_differences *differences, const char *path)
{
	const struct kith_difference wanted = { .path = path };
	return differences->count ? bsearch(&wanted, differences->list, differences->count, sizeof(wanted), by_path) : NULL;
}

bool kith_entry_is_same(const struct kith_entry *one, const struct kith_entry *other)
{
	return one->mode == other->mode && git_oid_equal(&one->oid, &other->oid);
}

void kith_differences_sort(struct kith_differences *differences)
{
	if (differences->count)
		qsort(differences->list, differences->count, sizeof(*differences->list), by_path);
}

static enum kith_code compare_at(git_repository *git, const git_oid *before, const git_oid *after, const char *folder,
                                 struct comparison *comparison)
{
	KITH_CLEANUP(git_odb_free) git_odb *odb = NULL;
	if (git_repository_odb(&odb, git))
		return kith_git_fail(comparison->err, "cannot read from git");
	comparison->odb = odb;
	kith_buf_add(&comparison->path, folder);
	const enum kith_code code = compare(comparison, before, after);
	kith_buf_finish(&comparison->path);
	kith_differences_sort(comparison->out);
	return code;
}

static git_oid root_of(const git_tree *tree)
{
	return tree ? *git_tree_id(tree) : (git_oid){0};
}

enum kith_code kith_tree_compare(git_repository *git, const git_tree *before, const git_tree *after,
                                 struct kith_arena *arena, struct kith_differences *out, struct kith_err *err)
{
	struct comparison comparison = { .arena = arena, .out = out, .err = err };
	const git_oid old = root_of(before), new = root_of(after);
	return compare_at(git, &old, &new, "", &comparison);
}

enum kith_code kith_tree_compare_below(git_repository *git, const char *folder, const git_oid *before, const git_oid *after,
                                       struct kith_arena *arena, struct kith_differences *out, struct kith_err *err)
{
	struct comparison comparison = { .arena = arena, .out = out, .all = true, .err = err };
	return compare_at(git, before, after, folder, &comparison);
}

enum kith_code kith_tree_compare_all(git_repository *git, const git_tree *before, const git_tree *after,
                                     struct kith_arena *arena, struct kith_differences *out, struct kith_err *err)
{
	const git_oid old = root_of(before), new = root_of(after);
	return kith_tree_compare_below(git, "", &old, &new, arena, out, err);
}

/* A file where the folder should be is none. */
static enum kith_code find_folder(const git_tree *tree, const char *path, git_oid *out, struct kith_err *err)
{
	git_tree_entry *entry = NULL;
	const int code = tree ? git_tree_entry_bypath(&entry, tree, path) : GIT_ENOTFOUND;
	if (code && code != GIT_ENOTFOUND)
		return kith_git_fail(err, "cannot read the folder %s from git", path);
	*out = !code && git_tree_entry_type(entry) == GIT_OBJECT_TREE ? *git_tree_entry_id(entry) : (git_oid){0};
	git_tree_entry_free(entry);
	return KITH_OK;
}

enum kith_code kith_tree_compare_folder(git_repository *git, const git_tree *before, const git_tree *after,
                                        const char *folder, struct kith_arena *arena, struct kith_differences *out,
                                        struct kith_err *err)
{
	struct comparison comparison = { .arena = arena, .out = out, .err = err };
	git_oid old, new;
	if (find_folder(before, folder, &old, err) || find_folder(after, folder, &new, err))
		return KITH_SYNC;
	return compare_at(git, &old, &new, folder, &comparison);
}
