/* Kith's paths in git's trees: look one up, walk two trees where they differ, make a new tree from an
 * old one. */
#ifndef KITH_TREE_H
#define KITH_TREE_H

#include <git2.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/file.h"

struct kith_writer;

/* A file in a tree.  Nothing there: oid and mode are zero. */
struct kith_entry {
	git_oid oid;
	git_filemode_t mode;
};

/* A path in two trees, or in a tree and the working tree. */
struct kith_difference {
	const char *path;
	struct kith_entry before, after;
	git_oid base;            /* of an edit: what the file was edited from; mostly `before` */
	struct kith_stamp stamp; /* of the file that `after` was read from; zero if it was no file */
};

struct kith_differences {
	struct kith_difference *list; /* by path, bytewise */
	size_t count, capacity;
	size_t bytes;   /* of the paths */
	size_t folders; /* that were looked into for them, where all paths count */
};

/* A file at `path`; none if there is nothing, a folder or a submodule.  `tree` may be NULL: an empty one. */
enum kith_code kith_tree_find(const git_tree *, const char *path, struct kith_entry *out, struct kith_err *);

/* Whether a folder above `path` is a submodule. */
bool kith_tree_is_in_submodule(const git_tree *, const char *path);

/* Kith's paths that differ in bytes or mode.  Either tree may be NULL: an empty one.  Only folders that
 * differ are read.  List and paths live in the arena. */
enum kith_code kith_tree_compare(git_repository *, const git_tree *before, const git_tree *after, struct kith_arena *,
                                 struct kith_differences *out, struct kith_err *);

/* The same for all paths, also those that are not kith's, and submodules (GIT_FILEMODE_COMMIT).  Trees that git would not have made are refused: what
 * is listed here may be written. */
enum kith_code kith_tree_compare_all(git_repository *, const git_tree *before, const git_tree *after, struct kith_arena *,
                                     struct kith_differences *out, struct kith_err *);

/* The same of one folder, which is the tree `before` in one and `after` in the other; zero: there is none.  `out` may have some already. */
enum kith_code kith_tree_compare_below(git_repository *, const char *folder, const git_oid *before, const git_oid *after, struct kith_arena *,
                                       struct kith_differences *out, struct kith_err *);

/* Deeper than any file can be; and more files, or folders, than any store has, because a small tree can hold itself over and over. */
enum { KITH_TREE_DEEPEST = 2048, KITH_TREE_MOST = 1000000 };

/* Append a difference, with a copy of the path.  KITH_SYNC where the path is longer than a file's can be, or there are more than any store has. */
enum kith_code kith_differences_try(struct kith_differences *, struct kith_arena *, const char *path, const struct kith_entry *before,
                                    const struct kith_entry *after, struct kith_err *);

/* The same, whatever it is. */
void kith_differences_add(struct kith_differences *, struct kith_arena *, const char *path, const struct kith_entry *before,
                          const struct kith_entry *after);

/* The part of the same at one folder of kith ("contacts/as"). */
enum kith_code kith_tree_compare_folder(git_repository *, const git_tree *before, const git_tree *after,
                                        const char *folder, struct kith_arena *, struct kith_differences *out,
                                        struct kith_err *);

/* Sort by path. */
void kith_differences_sort(struct kith_differences *);

/* The one of this path in a sorted list, or NULL. */
const struct kith_difference *kith_differences_find(const struct kith_differences *, const char *path);

bool kith_entry_is_same(const struct kith_entry *, const struct kith_entry *);

/* Write the tree that `before` (may be NULL) becomes when each path in the sorted list is as its
 * `after`.  Only the folders of these paths are read and written; a folder that becomes empty goes.  A
 * submodule is replaced only by a difference that has it as its `before`. */
enum kith_code kith_tree_update(struct kith_writer *, const git_tree *before, const struct kith_differences *,
                                git_oid *out, struct kith_err *);

#endif
