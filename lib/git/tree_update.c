#include <string.h>

#include "lib/git/inside.h"
#include "lib/git/tree.h"
#include "lib/git/writer.h"

/* One folder: the changes whose paths lie in it, and where the part behind its own path starts. */
struct folder {
	struct kith_writer *writer;
	const struct kith_difference *changes;
	size_t count;
	size_t prefix;
	struct kith_err *err;
};

static enum kith_code update(const struct folder *folder, const git_tree *before, git_oid *out, bool *empty);

static const char *rest(const struct folder *folder, size_t i)
{
	return folder->changes[i].path + folder->prefix;
}

static enum kith_code fail(const struct folder *folder)
{
	return kith_git_fail(folder->err, "cannot write a folder to the git repository");
}

/* Type of what the folder holds under a name now. */
static git_object_t type_of(git_treebuilder *builder, const char *name)
{
	const git_tree_entry *entry = git_treebuilder_get(builder, name);
	return entry ? git_tree_entry_type(entry) : GIT_OBJECT_INVALID;
}

static enum kith_code open_inner(const struct folder *folder, const git_tree *before, const char *name, git_tree **out)
{
	const git_tree_entry *entry = before ? git_tree_entry_byname(before, name) : NULL;
	if (entry && git_tree_entry_type(entry) == GIT_OBJECT_TREE &&
	    git_tree_lookup(out, kith_writer_git(folder->writer), git_tree_entry_id(entry)))
		return kith_git_fail(folder->err, "cannot read a folder from git");
	return KITH_OK;
}

/* A change takes the submodule away, and a folder takes its place. */
static bool is_submodule_gone(const struct folder *folder, const char *name)
{
	size_t low = 0, high = folder->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(rest(folder, middle), name);
		if (order == 0)
			return folder->changes[middle].before.mode == GIT_FILEMODE_COMMIT && !folder->changes[middle].after.mode;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* `inner` holds the changes below one name of `outer`. */
static enum kith_code update_inner(const struct folder *outer, const struct folder *inner, const git_tree *before, const char *name,
                                   git_treebuilder *builder)
{
	KITH_CLEANUP(git_tree_free) git_tree *tree = NULL;
	git_oid oid;
	bool empty;
	if (type_of(builder, name) == GIT_OBJECT_COMMIT && !is_submodule_gone(outer, name))
		return KITH_OK;
	if (open_inner(inner, before, name, &tree) || update(inner, tree, &oid, &empty))
		return KITH_SYNC;
	if (!empty)
		return git_treebuilder_insert(NULL, builder, name, &oid, GIT_FILEMODE_TREE) ? fail(inner) : KITH_OK;
	if (type_of(builder, name) == GIT_OBJECT_TREE && git_treebuilder_remove(builder, name))
		return fail(inner);
	return KITH_OK;
}

static enum kith_code update_folders(const struct folder *folder, const git_tree *before, git_treebuilder *builder)
{
	for (size_t i = 0; i < folder->count;) {
		const char *start = rest(folder, i), *slash = strchr(start, '/');
		if (!slash) {
			i++;
			continue;
		}
		/* All paths that begin with "name/" stand together in the order of bytes. */
		const size_t length = (size_t)(slash - start) + 1;
		size_t end = i + 1;
		while (end < folder->count && strncmp(rest(folder, end), start, length) == 0)
			end++;
		struct folder inner = *folder;
		inner.changes += i;
		inner.count = end - i;
		inner.prefix += length;
		KITH_BUF name = {0};
		kith_buf_add_bytes(&name, start, length - 1);
		if (update_inner(folder, &inner, before, name.text, builder))
			return KITH_SYNC;
		i = end;
	}
	return KITH_OK;
}

static enum kith_code update_files(const struct folder *folder, git_treebuilder *builder)
{
	for (size_t i = 0; i < folder->count; i++) {
		const char *name = rest(folder, i);
		const struct kith_entry *after = &folder->changes[i].after;
		if (strchr(name, '/'))
			continue;
		const git_object_t type = type_of(builder, name);
		const bool submodule = folder->changes[i].before.mode == GIT_FILEMODE_COMMIT;
		if (type == GIT_OBJECT_COMMIT && !submodule)
			continue;
		if (after->mode && git_treebuilder_insert(NULL, builder, name, &after->oid, after->mode))
			return fail(folder);
		/* A folder of that name was put there by paths below it. */
		if (!after->mode && (type == GIT_OBJECT_BLOB || type == GIT_OBJECT_COMMIT) && git_treebuilder_remove(builder, name))
			return fail(folder);
	}
	return KITH_OK;
}

/* Folders first: where a file takes the place of a folder, the folder's end must not take the file along. */
static enum kith_code update(const struct folder *folder, const git_tree *before, git_oid *out, bool *empty)
{
	KITH_CLEANUP(git_treebuilder_free) git_treebuilder *builder = NULL;
	if (git_treebuilder_new(&builder, kith_writer_git(folder->writer), before))
		return fail(folder);
	if (update_folders(folder, before, builder) || update_files(folder, builder))
		return KITH_SYNC;
	*empty = git_treebuilder_entrycount(builder) == 0;
	if (*empty && folder->prefix)
		return KITH_OK;
	if (git_treebuilder_write(out, builder))
		return fail(folder);
	return kith_writer_add(folder->writer, out, 0, folder->err);
}

enum kith_code kith_tree_update(struct kith_writer *writer, const git_tree *before,
                                const struct kith_differences *differences, git_oid *out, struct kith_err *err)
{
	const struct folder root = { writer, differences->list, differences->count, 0, err };
	git_oid oid;
	bool empty;
	if (update(&root, before, &oid, &empty))
		return KITH_SYNC;
	git_oid_cpy(out, &oid);
	return KITH_OK;
}
