#include "lib/git/merge_tree.h"

#include "lib/git/inside.h"
#include "lib/git/merge_inside.h"
#include "lib/git/writer.h"

static enum kith_code merge(struct kith_merging *merging)
{
	/* Less to write: what that side did is in its tree already. */
	const int side = merging->sides[ONE].changes.count >= merging->sides[OTHER].changes.count ? ONE : OTHER;
	struct kith_differences changes = {0};
	if (kith_merging_records(merging) || kith_merging_files(merging) || kith_merging_settle(merging, side, &changes))
		return KITH_SYNC;
	if (changes.count)
		return kith_tree_update(merging->writer, merging->trees[side], &changes, &merging->out->tree, merging->err);
	merging->out->tree = *git_tree_id(merging->trees[side]);
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
	merging->out = &merged;
	if (merge(merging))
		return KITH_SYNC;
	*out = merged;
	for (int side = ONE; side < SIDES; side++)
		out->removed[side] = merged.removed[swap ? ONE + OTHER - side : side];
	return KITH_OK;
}

enum kith_code kith_merge_read(git_repository *git, const git_tree *base, const git_tree *one, const git_tree *other,
                               struct kith_arena *arena, struct kith_side sides[SIDES], struct kith_err *err)
{
	const enum kith_code code = kith_side_read(git, base, one, arena, &sides[0], err);
	return code ? code : kith_side_read(git, base, other, arena, &sides[1], err);
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
