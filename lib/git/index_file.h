/* The file .git/index: locked as git does it, changed in a copy, and put in place in one step. */
#ifndef KITH_INDEX_FILE_H
#define KITH_INDEX_FILE_H

#include <git2.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"
#include "lib/git/repo.h"

struct kith_index_file {
	git_index *index; /* of the copy */
	int64_t mtime_s;  /* of the user's index; entries of files that are as young need a second look */
	const char *path, *lock, *copy;
	bool locked;
	struct kith_arena arena;
};

/* Lock and open.  Close it in any case.  *held is true, and nothing is open, when another git keeps the
 * lock for more than a moment. */
enum kith_code kith_index_file_open(const struct kith_repo *, struct kith_index_file *out, bool *held,
                                    struct kith_err *);
/* Write and put in place. */
enum kith_code kith_index_file_write(struct kith_index_file *, struct kith_err *);
/* Unlock.  Without a write, the user's index is as it was. */
void kith_index_file_close(struct kith_index_file *);

/* Remove the lock of an earlier process of kith that died while it held the index: its name is in it.
 * The caller holds kith_repo_lock, so no other is alive. */
void kith_index_file_recover(const struct kith_repo *);

#endif
