#include "lib/git/merge_tree.h"

#include "lib/git/inside.h"
#include "lib/git/merge_inside.h"
#include "lib/git/merge_walk.h"
#include "lib/git/writer.h"

static enum kith_code merge(struct kith_merging *merging)
{
	const git_tree *start = merging->trees[merging->start];
	struct kith_differences changes = {0};
	if (kith_merging_records(merging) || kith_merging_files(merging) || kith_merging_settle(merging, merging->start, &changes))
		return KITH_SYNC;
	if (changes.count)
		return kith_tree_update(merging->writer, start, &changes, &merging->out->tree, merging->err);
	merging->out->tree = *git_tree_id(start);
	return KITH_OK;
}

/* `sides` are those of `one` and `other`, in this order. */
static enum kith_code merge_either_way(struct kith_merging *merging, const git_tree *one, const git_tree *other,
                                       const struct kith_side sides[SIDES], struct kith_tree_merge *out)
{
	const bool swap = git_oid_cmp(git_tree_id(one), git_tree_id(other)) > 0;
	struct kith_tree_merge merged = {0};
	merging->git = kith_writer_git(merging->writer);
	merging->trees[ONE] = swap ? other : one;
	merging->trees[OTHER] = swap ? one : other;
	merging->sides[ONE] = sides[swap];
	merging->sides[OTHER] = sides[!swap];
	merging->start = swap ? ONE + OTHER - kith_merge_start(sides) : kith_merge_start(sides);
	merging->out = &merged;
	if (merge(merging))
		return KITH_SYNC;
	*out = merged;
	return KITH_OK;
}

int kith_merge_start(const struct kith_side sides[SIDES])
{
	if (sides[ONE].unread_count || sides[OTHER].unread_count)
		return sides[ONE].unread_count ? ONE : OTHER;
	return sides[ONE].changes.count >= sides[OTHER].changes.count ? ONE : OTHER;
}

/* The side of which less is unread is read whole; the other as far as the two may meet. */
enum kith_code kith_merge_read(git_repository *git, const git_tree *base, const git_tree *one, const git_tree *other,
                               struct kith_arena *arena, struct kith_side sides[SIDES], struct kith_err *err)
{
	bool enough = true;
	if (kith_merge_walk(git, base, one, other, arena, sides, err))
		return KITH_SYNC;
	const int small = sides[ONE].unread_count <= sides[OTHER].unread_count ? ONE : OTHER, big = ONE + OTHER - small;
	if (kith_merge_read_rest(git, &sides[small], arena, err))
		return KITH_SYNC;
	for (int side = ONE; side < SIDES; side++)
		if (kith_side_sort_out(git, &sides[side], arena, err))
			return KITH_SYNC;
	if (kith_merge_sees_enough(git, &sides[small], &sides[big], &enough, err))
		return KITH_SYNC;
	if (enough)
		return KITH_OK;
	return kith_merge_read_rest(git, &sides[big], arena, err) || kith_side_sort_out(git, &sides[big], arena, err) ? KITH_SYNC : KITH_OK;
}

enum kith_code kith_merge_sides(struct kith_writer *writer, const git_tree *one, const git_tree *other, const struct kith_side sides[SIDES],
                                struct kith_arena *arena, struct kith_tree_merge *out, struct kith_err *err)
{
	struct kith_merging merging = { .writer = writer, .arena = arena, .err = err };
	return merge_either_way(&merging, one, other, sides, out);
}

enum kith_code kith_merge_trees(struct kith_writer *writer, const git_tree *base, const git_tree *one, const git_tree *other,
                                struct kith_tree_merge *out, struct kith_err *err)
{
	KITH_ARENA arena = {0};
	struct kith_side sides[SIDES];
	const enum kith_code code = kith_merge_read(kith_writer_git(writer), base, one, other, &arena, sides, err);
	return code ? code : kith_merge_sides(writer, one, other, sides, &arena, out, err);
}

enum kith_code kith_merge_bases(struct kith_writer *writer, const git_tree *base, const git_tree *one, const git_tree *other, git_oid *out,
                                struct kith_err *err)
{
	KITH_ARENA arena = {0};
	struct kith_side sides[SIDES];
	struct kith_merging merging = { .writer = writer, .arena = &arena, .for_base = true, .err = err };
	struct kith_tree_merge merged;
	if (kith_merge_read(kith_writer_git(writer), base, one, other, &arena, sides, err) ||
	    merge_either_way(&merging, one, other, sides, &merged))
		return KITH_SYNC;
	*out = merged.tree;
	return KITH_OK;
}

enum kith_code kith_merge_count_removed(git_repository *git, const git_tree *before, const git_tree *after, size_t *out, struct kith_err *err)
{
	KITH_ARENA arena = {0};
	struct kith_side side = {0};
	size_t removed = 0;
	if (kith_tree_compare_all(git, before, after, &arena, &side.changes, err) || kith_side_sort_out(git, &side, &arena, err))
		return KITH_SYNC;
	for (size_t i = 0; i < side.first_added; i++)
		removed += !side.records[i].after.path;
	*out = removed;
	return KITH_OK;
}
