/* What one side of a merge did to the records: changed, moved, renamed, deleted, added. */
#ifndef KITH_MERGE_SIDE_H
#define KITH_MERGE_SIDE_H

#include "lib/git/tree.h"
#include "lib/record/schema.h"

/* A record's file in one tree. */
struct kith_place_in_tree {
	const char *path; /* NULL: it is not there */
	const char *id;
	struct kith_entry entry;
	enum kith_kind kind;
};

/* A record that a side touched. */
struct kith_touched {
	struct kith_place_in_tree before; /* in the base; path NULL: it was added */
	struct kith_place_in_tree after;  /* path NULL: it is gone */
};

/* A folder that was not compared. */
struct kith_unread {
	const char *path;
	git_oid before, after; /* zero: there is none */
};

struct kith_side {
	struct kith_differences changes; /* of all paths, by path; but for those below `unread` */
	struct kith_touched *records;    /* first those that the base has, by the path there; then the added ones, by kind, id and path */
	size_t count, capacity;
	size_t first_added;
	struct kith_unread *unread;
	size_t unread_count, unread_capacity;
};

/* Whether a path is a record's: then it and the id, its file's stem (in the arena), are put into `out`. */
bool kith_place_of_record(const char *path, const struct kith_entry *, struct kith_arena *, struct kith_place_in_tree *out);

/* By kind, then id. */
int kith_place_compare(const struct kith_place_in_tree *, const struct kith_place_in_tree *);

/* Make out the records in the changes of a side.  May be called again when there are more changes.  All in the arena. */
enum kith_code kith_side_sort_out(git_repository *, struct kith_side *, struct kith_arena *, struct kith_err *);

/* Append a blob's bytes; the zero id has none. */
enum kith_code kith_blob_read(git_repository *, const git_oid *, struct kith_buf *out, struct kith_err *);

#endif
