/* What the files that merge two trees share. */
#ifndef KITH_MERGE_INSIDE_H
#define KITH_MERGE_INSIDE_H

#include "lib/git/merge_side.h"
#include "lib/git/merge_tree.h"

/* The two sides.  Which tree is ONE depends on the trees alone: what is arbitrary goes the same way whichever comes first. */
enum { ONE, OTHER, SIDES };

/* A record in the merged tree. */
struct kith_result {
	struct kith_place_in_tree place; /* path NULL: it became one with another */
	bool holds[SIDES];               /* that side has this record, under this id */
};

/* What is at a path in the end.  Of two at one path the first of these stays, and the other is set aside. */
enum kith_rank { KITH_RANK_RECORD, KITH_RANK_FILE, KITH_RANK_GONE };

struct kith_final {
	const char *path;
	struct kith_entry entry;
	enum kith_rank rank;
};

/* A text that has no place of its own. */
struct kith_aside {
	const char *path; /* where it was */
	git_oid text;
};

struct kith_merging {
	struct kith_writer *writer;
	git_repository *git; /* the writer's: what was written is read again */
	struct kith_arena *arena;
	const git_tree *trees[SIDES];
	struct kith_side sides[SIDES];
	int start; /* the side whose tree is changed to the merged one */
	struct kith_result *results;
	size_t result_count, result_capacity;
	struct kith_final *finals;
	size_t final_count, final_capacity;
	struct kith_aside *asides;
	size_t aside_count, aside_capacity;
	bool for_base; /* nothing is set aside: what one side's own merge did not keep would look like deleted there */
	struct kith_tree_merge *out;
	struct kith_err *err;
};

/* kith_merge_trees in two steps: what each of the two did (in the arena), and making one tree of it.  The second may use another handle of the
 * repository than the first. */
enum kith_code kith_merge_read(git_repository *, const git_tree *base, const git_tree *one, const git_tree *other, struct kith_arena *,
                               struct kith_side sides[SIDES], struct kith_err *);
enum kith_code kith_merge_sides(struct kith_writer *, const git_tree *one, const git_tree *other, const struct kith_side sides[SIDES],
                                struct kith_arena *, struct kith_tree_merge *out, struct kith_err *);

/* Of two sides the one whose tree has more of what the merged tree will have, and all that is unread. */
int kith_merge_start(const struct kith_side sides[SIDES]);

/* Merge two trees to what both count as their base: nothing is set aside. */
enum kith_code kith_merge_bases(struct kith_writer *, const git_tree *base, const git_tree *one, const git_tree *other, git_oid *out,
                                struct kith_err *);

/* Which records there are in the end, where, and with what text. */
enum kith_code kith_merging_records(struct kith_merging *);

/* Records that have one id or one path now, but were two: merged or told apart. */
enum kith_code kith_merging_namesakes(struct kith_merging *);

/* All other files, and links and submodules. */
enum kith_code kith_merging_files(struct kith_merging *);

/* One thing at each path, no file where a folder must be, names for what is set aside: `out` has what must change in the tree of `side`, by path. */
enum kith_code kith_merging_settle(struct kith_merging *, int side, struct kith_differences *out);

struct kith_result *kith_merging_add_result(struct kith_merging *, const struct kith_place_in_tree *, bool one, bool other);
void kith_merging_put(struct kith_merging *, const char *path, struct kith_entry, enum kith_rank);

/* Keep something in conflicts/.  A link is kept as a text, its target; of a submodule its commit is noted. */
enum kith_code kith_merging_set_aside(struct kith_merging *, const char *path, struct kith_entry);

/* Merge three texts of a record, or of another map of kith's (`kind` -1).  `base` may be NULL: none. */
enum kith_code kith_merging_texts(struct kith_merging *, int kind, const char *path, const git_oid *base, const git_oid sides[SIDES],
                                  git_oid *out);
enum kith_code kith_merging_lines(struct kith_merging *, const char *path, const git_oid *base, const git_oid sides[SIDES], git_oid *out);

/* What a side did to a path; NULL if nothing. */
const struct kith_difference *kith_merging_change(const struct kith_merging *, int side, const char *path);

/* The mode of a file that both have. */
unsigned kith_merging_mode(unsigned base, unsigned one, unsigned other);

#endif
