/* What the files of lib/git share: the open repository, libgit2's errors in words, and which paths are
 * kith's. */
#ifndef KITH_GIT_INSIDE_H
#define KITH_GIT_INSIDE_H

#include <git2.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"
#include "lib/git/repo.h"

struct kith_repo {
	git_repository *git;
	char *root;       /* absolute, links resolved, no slash at the end */
	char *git_folder; /* ROOT/.git */
	char *state;      /* ROOT/.git/kith: made when something is first written there */
	int root_fd;
	int lock_fd;                  /* -1, or the lock that kith_repo_lock took */
	struct kith_filters *filters; /* attribute files read so far, or NULL */
};

/* Fill err with the words and what libgit2 said last, made printable; with a hint where there is a usual
 * way out.  Returns KITH_SYNC. */
enum kith_code kith_git_fail(struct kith_err *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Where git would read $GIT_CONFIG_GLOBAL instead of the user's own file, so does kith: libgit2 1.5 does
 * not know it. */
enum kith_code kith_git_add_global(git_config *, struct kith_err *);

/* Owners of libgit2's objects, for KITH_CLEANUP. */
KITH_DEFINE_CLEANUP(git_tree_free, git_tree)
KITH_DEFINE_CLEANUP(git_commit_free, git_commit)
KITH_DEFINE_CLEANUP(git_blob_free, git_blob)
KITH_DEFINE_CLEANUP(git_config_free, git_config)
KITH_DEFINE_CLEANUP(git_index_free, git_index)
KITH_DEFINE_CLEANUP(git_odb_free, git_odb)
KITH_DEFINE_CLEANUP(git_reference_free, git_reference)
KITH_DEFINE_CLEANUP(git_repository_free, git_repository)
KITH_DEFINE_CLEANUP(git_signature_free, git_signature)
KITH_DEFINE_CLEANUP(git_treebuilder_free, git_treebuilder)

/* --- paths --- */

/* The files of kith that lie outside the record folders; NULL behind the last. */
extern const char *const kith_git_single_paths[];

/* Whether a folder may hold paths of kith ("contacts/as", ".kith"). */
bool kith_git_covers_folder(const char *path);

/* Whether a path is relative, without empty parts, "." and "..". */
bool kith_git_is_clean_path(const char *path);

/* Appends the text as it can be pasted into a shell. */
void kith_git_shell_word(struct kith_buf *, const char *text);

/* --- the repository --- */

/* Fails with KITH_SYNC when an attribute sends `path` through an external filter.  Reads the attribute files
 * itself: libgit2 would load the whole index to do it. */
enum kith_code kith_repo_refuse_filter(struct kith_repo *, const char *path, struct kith_err *);
void kith_repo_forget_filters(struct kith_repo *); /* so that the files are read anew */

/* The one kith process that may change .git/kith and the refs: waits a few seconds, then fails with KITH_SYNC.
 * The system releases it when the process ends, however that happens. */
enum kith_code kith_repo_lock(struct kith_repo *, struct kith_err *);
void kith_repo_unlock(struct kith_repo *);

/* The branch kith works on: full name ("refs/heads/main") appended, nothing if none was ever noted. */
void kith_repo_branch(const struct kith_repo *, struct kith_buf *out);
enum kith_code kith_repo_set_branch(const struct kith_repo *, const char *name, struct kith_err *);

/* Appends what HEAD points to ("refs/heads/main"), or nothing when it is detached. */
enum kith_code kith_repo_head(const struct kith_repo *, struct kith_buf *out, struct kith_err *);

/* Replace or read a small file in .git/kith.  A file that is not there reads as nothing. */
enum kith_code kith_state_write(const struct kith_repo *, const char *name, const struct kith_buf *, struct kith_err *);
enum kith_code kith_state_read(const struct kith_repo *, const char *name, struct kith_buf *, struct kith_err *);
enum kith_code kith_state_remove(const struct kith_repo *, const char *name, struct kith_err *);

#endif
