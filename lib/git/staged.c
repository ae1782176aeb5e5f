#include "lib/git/staged.h"

#include <stdlib.h>
#include <string.h>

#include "lib/git/inside.h"
#include "lib/git/snapshot.h"
#include "lib/record/doc.h"
#include "lib/record/past.h"

KITH_DEFINE_CLEANUP(git_diff_free, git_diff)

/* --- what is compared --- */

static enum kith_code open_repository(const char *root, git_repository **out, struct kith_err *err)
{
	if (git_repository_open_ext(out, root, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) == 0)
		return KITH_OK;
	kith_git_fail(err, "cannot open the git repository in %s", root);
	return err && !*err->hint ? kith_hint(err, "git -C %s status says more", root) : KITH_SYNC;
}

/* `git commit -a` and `git commit FILE` prepare an index of their own, and name it to the hook. */
static enum kith_code open_index(git_repository *repository, git_index **out, struct kith_err *err)
{
	const char *named = getenv("GIT_INDEX_FILE");
	const int code = named && *named ? git_index_open(out, named) : git_repository_index(out, repository);
	return code ? kith_git_fail(err, "cannot read what is staged") : KITH_OK;
}

/* NULL before the first commit. */
static enum kith_code head_tree(git_repository *repository, git_tree **out, struct kith_err *err)
{
	KITH_CLEANUP(git_reference_free) git_reference *head = NULL;
	const int code = git_repository_head(&head, repository);
	if (code == GIT_EUNBORNBRANCH || code == GIT_ENOTFOUND)
		return KITH_OK;
	git_object *tree = NULL;
	if (code || git_reference_peel(&tree, head, GIT_OBJECT_TREE))
		return kith_git_fail(err, "cannot read the last commit");
	*out = (git_tree *)tree;
	return KITH_OK;
}

/* --- one file --- */

static enum kith_code read_side(git_odb *objects, const git_diff_file *file, struct kith_arena *arena,
                                struct kith_past_side *out, struct kith_err *err)
{
	size_t length;
	git_object_t type;
	*out = (struct kith_past_side){ .there = true };
	out->odd = file->mode != GIT_FILEMODE_BLOB && file->mode != GIT_FILEMODE_BLOB_EXECUTABLE;
	if (out->odd)
		return KITH_OK;
	if (git_odb_read_header(&length, &type, objects, &file->id))
		return kith_git_fail(err, "cannot read what is staged of %s", file->path);
	if (length > KITH_DOC_LIMIT)
		return KITH_OK;
	git_odb_object *object = NULL;
	if (git_odb_read(&object, objects, &file->id))
		return kith_git_fail(err, "cannot read what is staged of %s", file->path);
	out->length = git_odb_object_size(object);
	out->text = kith_arena_strndup(arena, git_odb_object_data(object), out->length);
	git_odb_object_free(object);
	return KITH_OK;
}

static enum kith_code add_delta(git_odb *objects, const git_diff_delta *delta, struct kith_arena *arena,
                                struct kith_past_commit *commit, struct kith_err *err)
{
	const bool gone = delta->status == GIT_DELTA_DELETED;
	const char *path = gone ? delta->old_file.path : delta->new_file.path;
	if (delta->status == GIT_DELTA_CONFLICTED || !kith_snapshot_covers(path))
		return KITH_OK; /* git itself refuses to commit a conflict */
	struct kith_past_change *change =
		kith_arena_push(arena, &commit->changes, &commit->count, &commit->capacity, sizeof(*change));
	change->path = kith_arena_strdup(arena, path);
	return gone ? KITH_OK : read_side(objects, &delta->new_file, arena, &change->after, err);
}

/* --- all of them --- */

enum kith_code kith_staged_read(const char *root, struct kith_arena *arena, struct kith_past_commit *commit,
                                struct kith_err *err)
{
	KITH_CLEANUP(git_repository_free) git_repository *repository = NULL;
	KITH_CLEANUP(git_index_free) git_index *index = NULL;
	KITH_CLEANUP(git_tree_free) git_tree *tree = NULL;
	KITH_CLEANUP(git_odb_free) git_odb *objects = NULL;
	KITH_CLEANUP(git_diff_free) git_diff *diff = NULL;
	enum kith_code code = open_repository(root, &repository, err);
	if (!code)
		code = open_index(repository, &index, err);
	if (!code)
		code = head_tree(repository, &tree, err);
	git_diff_options options;
	if (!code && (git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION) || git_repository_odb(&objects, repository)))
		code = kith_git_fail(err, "cannot read the git repository in %s", root);
	if (code)
		return code;
	options.flags = GIT_DIFF_SKIP_BINARY_CHECK | GIT_DIFF_INCLUDE_TYPECHANGE;
	options.ignore_submodules = GIT_SUBMODULE_IGNORE_ALL;
	if (git_diff_tree_to_index(&diff, repository, tree, index, &options))
		return kith_git_fail(err, "cannot compare what is staged with the last commit");
	for (size_t i = 0; i < git_diff_num_deltas(diff) && !code; i++)
		code = add_delta(objects, git_diff_get_delta(diff, i), arena, commit, err);
	return code;
}
