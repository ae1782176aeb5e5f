/* The commit that two commits become: its bytes depend on nothing but the two. */
#include <stdlib.h>
#include <string.h>

#include "lib/git/inside.h"
#include "lib/git/merge_inside.h"
#include "lib/git/tree.h"
#include "lib/git/writer.h"

/* Bases of bases: this many trees are merged for one base, and no more however crossed a history is. */
enum { MOST_BASE_MERGES = 32 };

static const char author_name[] = "kith", author_mail[] = "kith@localhost";

static enum kith_code fail_history(git_repository *git, struct kith_err *err)
{
	kith_git_fail(err, "cannot read the history that two branches have in common");
	if (git_repository_is_shallow(git) == 1)
		return kith_hint(err, "this is a shallow clone: git fetch --unshallow");
	return kith_hint(err, "git fsck says what is damaged; your files are untouched");
}

static enum kith_code open_tree(git_repository *git, const git_oid *commit, git_tree **out, struct kith_err *err)
{
	KITH_CLEANUP(git_commit_free) git_commit *opened = NULL;
	if (git_commit_lookup(&opened, git, commit) || git_commit_tree(out, opened))
		return kith_git_fail(err, "cannot read the commit %s", git_oid_tostr_s(commit));
	return KITH_OK;
}

static int by_id(const void *one, const void *other)
{
	return git_oid_cmp(one, other);
}

/* The best common ancestors, by id, of the first commit and of a merge of all others. */
static enum kith_code find_bases(git_repository *git, const git_oid *commits, size_t count, git_oidarray *out, struct kith_err *err)
{
	const int code = git_merge_bases_many(out, git, count, commits);
	const git_error *said = git_error_last();
	if (code == GIT_ENOTFOUND && said && said->klass == GIT_ERROR_MERGE)
		*out = (git_oidarray){0}; /* nothing in common; not: a commit is missing */
	else if (code)
		return fail_history(git, err);
	if (out->count > 1)
		qsort(out->ids, out->count, sizeof(*out->ids), by_id);
	return KITH_OK;
}

/* Merge commits that are the bases of something to one tree, one after the other, as git would if it made a commit of each step; NULL if there is none.
 * `left`: how many merges may still be made; when they are used up the first base counts. */
static enum kith_code fold_bases(struct kith_writer *writer, const git_oidarray *bases, int *left, git_tree **out, struct kith_err *err)
{
	git_repository *git = kith_writer_git(writer);
	KITH_CLEANUP(git_tree_free) git_tree *tree = NULL;
	if (!bases->count)
		return KITH_OK;
	if (open_tree(git, &bases->ids[0], &tree, err))
		return KITH_SYNC;
	KITH_CLEANUP(kith_free) char *memory = kith_alloc(bases->count * sizeof(git_oid));
	git_oid *commits = (git_oid *)(void *)memory;
	for (size_t i = 1; i < bases->count && *left > 0; i++) {
		KITH_CLEANUP(git_tree_free) git_tree *below = NULL, *next = NULL;
		git_oidarray lower = {0};
		git_oid merged;
		(*left)--;
		commits[0] = bases->ids[i];
		memcpy(commits + 1, bases->ids, i * sizeof(*commits));
		enum kith_code code = find_bases(git, commits, i + 1, &lower, err);
		if (!code)
			code = fold_bases(writer, &lower, left, &below, err);
		git_oidarray_dispose(&lower);
		if (!code)
			code = open_tree(git, &bases->ids[i], &next, err);
		if (!code)
			code = kith_merge_bases(writer, below, tree, next, &merged, err);
		if (code)
			return code;
		git_tree_free(tree);
		tree = NULL;
		if (git_tree_lookup(&tree, git, &merged))
			return kith_git_fail(err, "cannot read a merged tree");
	}
	*out = kith_take(&tree);
	return KITH_OK;
}

static enum kith_code write_commit(struct kith_writer *writer, const git_oid *tree, const git_oid parents[2], git_oid *out,
                                   struct kith_err *err)
{
	git_repository *git = kith_writer_git(writer);
	KITH_CLEANUP(git_commit_free) git_commit *one = NULL, *other = NULL;
	KITH_CLEANUP(git_odb_free) git_odb *odb = NULL;
	if (git_commit_lookup(&one, git, &parents[0]) || git_commit_lookup(&other, git, &parents[1]) || git_repository_odb(&odb, git))
		return kith_git_fail(err, "cannot read a commit");
	const git_time_t a = git_commit_time(one), b = git_commit_time(other);
	const git_commit *later = a > b || (a == b && git_commit_time_offset(one) >= git_commit_time_offset(other)) ? one : other;
	const git_time_t when = git_commit_time(later);
	const int offset = git_commit_time_offset(later), minutes = offset < 0 ? -offset : offset;
	KITH_BUF text = {0};
	kith_buf_addf(&text, "tree %s\n", git_oid_tostr_s(tree));
	for (int i = 0; i < 2; i++)
		kith_buf_addf(&text, "parent %s\n", git_oid_tostr_s(&parents[i]));
	for (int i = 0; i < 2; i++)
		kith_buf_addf(&text, "%s %s <%s> %lld %c%02d%02d\n", i ? "committer" : "author", author_name, author_mail,
		              (long long)(when > 0 ? when : 0), offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
	kith_buf_add(&text, "\nmerge\n");
	if (git_odb_write(out, odb, text.text, text.length, GIT_OBJECT_COMMIT))
		return kith_git_fail(err, "cannot write to the git repository");
	return kith_writer_add(writer, out, text.length, err);
}

/* Where the history was cut off, other ancestors in common may be missing than the nearest: another clone would merge the same two to something else. */
static enum kith_code refuse_shallow(git_repository *git, struct kith_err *err)
{
	if (git_repository_is_shallow(git) != 1)
		return KITH_OK;
	kith_fail(err, KITH_SYNC, "this is a shallow clone: merging needs the whole history");
	return kith_hint(err, "git fetch --unshallow");
}

/* Two commits on their way to one. */
struct joining {
	struct kith_repo *repo;
	const git_oidarray *bases;
	const git_oid *parents;
	git_tree *one, *other;
	struct kith_side sides[SIDES];
	struct kith_writer *writer; /* of a folded base: what is in it can be read through this one only */
	struct kith_arena arena;
};

static void finish_joining(struct joining *joining)
{
	kith_writer_close(joining->writer);
	git_tree_free(joining->one);
	git_tree_free(joining->other);
	kith_arena_finish(&joining->arena);
}

/* Several bases: they are merged to one first, which nobody needs once this is over. */
static enum kith_code read_over_folded(struct joining *joining, struct kith_err *err)
{
	KITH_CLEANUP(git_tree_free) git_tree *base = NULL;
	enum { A_PACK = 1 << 20 };
	int left = MOST_BASE_MERGES;
	enum kith_code code = kith_writer_open(joining->repo, A_PACK, &joining->writer, err);
	if (code)
		return code;
	kith_writer_scratch(joining->writer, true);
	code = fold_bases(joining->writer, joining->bases, &left, &base, err);
	kith_writer_scratch(joining->writer, false);
	if (code)
		return code;
	return kith_merge_read(kith_writer_git(joining->writer), base, joining->one, joining->other, &joining->arena, joining->sides, err);
}

static enum kith_code read_over_one(struct joining *joining, struct kith_err *err)
{
	git_repository *git = joining->repo->git;
	KITH_CLEANUP(git_tree_free) git_tree *base = NULL;
	if (joining->bases->count && open_tree(git, &joining->bases->ids[0], &base, err))
		return KITH_SYNC;
	return kith_merge_read(git, base, joining->one, joining->other, &joining->arena, joining->sides, err);
}

static enum kith_code write_joined(struct joining *joining, struct kith_commit_merge *out, struct kith_err *err)
{
	/* What one side did is put into the other's tree. */
	enum { OBJECTS_A_FILE = 3 };
	const size_t changes = joining->sides[ONE + OTHER - kith_merge_start(joining->sides)].changes.count;
	if (!joining->writer && kith_writer_open(joining->repo, changes * OBJECTS_A_FILE, &joining->writer, err))
		return KITH_SYNC;
	struct kith_writer *writer = joining->writer;
	if (kith_merge_sides(writer, joining->one, joining->other, joining->sides, &joining->arena, &out->tree, err) ||
	    write_commit(writer, &out->tree.tree, joining->parents, &out->commit, err))
		return KITH_SYNC;
	out->made = true;
	return kith_writer_flush(writer, err);
}

static enum kith_code join(struct joining *joining, struct kith_commit_merge *out, struct kith_err *err)
{
	git_repository *git = joining->repo->git;
	if (open_tree(git, &joining->parents[0], &joining->one, err) || open_tree(git, &joining->parents[1], &joining->other, err))
		return KITH_SYNC;
	const enum kith_code code = joining->bases->count > 1 ? read_over_folded(joining, err) : read_over_one(joining, err);
	return code ? code : write_joined(joining, out, err);
}

/* Which of the two holds all of the other: it is the only best ancestor. */
static const git_oid *find_descendant(const git_oidarray *bases, const git_oid *one, const git_oid *other)
{
	if (bases->count != 1)
		return NULL;
	if (git_oid_equal(&bases->ids[0], one))
		return other;
	return git_oid_equal(&bases->ids[0], other) ? one : NULL;
}

static enum kith_code merge_over(struct kith_repo *repo, const git_oidarray *bases, const git_oid parents[2], struct kith_commit_merge *out,
                                 struct kith_err *err)
{
	struct joining joining = { .repo = repo, .bases = bases, .parents = parents };
	/* As git does, objects are taken as they are: packs and loose files have checksums of their own, and hashing each again is most of the
	 * work.  git fsck finds what is damaged. */
	(void)git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	const enum kith_code code = join(&joining, out, err);
	(void)git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	finish_joining(&joining);
	return code;
}

enum kith_code kith_merge_commits(struct kith_repo *repo, const git_oid *one, const git_oid *other, struct kith_commit_merge *out,
                                  struct kith_err *err)
{
	struct kith_commit_merge merged = {0};
	git_oidarray bases = {0};
	const bool swap = git_oid_cmp(one, other) > 0;
	const git_oid parents[2] = { swap ? *other : *one, swap ? *one : *other };
	if (git_oid_equal(one, other)) {
		merged.commit = *one;
		*out = merged;
		return KITH_OK;
	}
	if (refuse_shallow(repo->git, err) || find_bases(repo->git, parents, 2, &bases, err))
		return KITH_SYNC;
	const git_oid *descendant = find_descendant(&bases, one, other);
	enum kith_code code = KITH_OK;
	if (descendant)
		merged.commit = *descendant;
	else
		code = merge_over(repo, &bases, parents, &merged, err);
	git_oidarray_dispose(&bases);
	if (code)
		return code;
	*out = merged;
	return KITH_OK;
}
