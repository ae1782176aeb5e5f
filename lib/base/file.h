/* Files and folders: read with a limit, write atomically, never follow a link out of a folder, walk. */
#ifndef KITH_FILE_H
#define KITH_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"

/* What a file was when it was looked at; equal stamps mean an unchanged file as
 * far as the system can tell. */
struct kith_stamp {
	int64_t size;
	int64_t mtime_ns, ctime_ns;
	uint64_t inode;
};

struct kith_stamp kith_stamp_of(const struct stat *);
bool kith_stamp_equal(const struct kith_stamp *, const struct kith_stamp *);

/* Open a path below the folder `root` ("" is root itself) without following a symbolic link in any of its
 * parts and without leaving the folder (openat2 RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS where the kernel has
 * it, else part by part).  Regular files and folders only: a link fails with ELOOP, anything else with EINVAL,
 * an absolute path or ".." with EXDEV; a FIFO never blocks.  `flags` are those of open, but not O_CREAT.
 * Returns a descriptor, which is closed on exec, or -1 with errno. */
int kith_open_beneath(int root, const char *path, int flags);

/* Append a whole file.  Fails with KITH_IO when it is larger than `limit` bytes (message says both), or does
 * not stay the same while it is read, which is tried a few times.  Messages name the path.  The two differ by
 * where the path starts: `read` follows links, and reads pipes and devices to their end; `read_beneath` takes
 * neither.  `stamp` (may be NULL) is what the file was before and after. */
enum kith_code kith_file_read(const char *path, size_t limit, struct kith_buf *out, struct kith_err *);
enum kith_code kith_file_read_beneath(int root, const char *path, size_t limit, struct kith_buf *out,
                                      struct kith_stamp *stamp, struct kith_err *);

/* Replace a file in one step: temporary file beside it (.kith-….tmp), fsync, rename, fsync of the
 * folder.  Keeps the mode of a file that is replaced, else uses `mode`, whatever the umask.  A symlink at `path`
 * itself is refused, as is what is no regular file.  On failure the old file is untouched and the temporary one
 * is gone. */
enum kith_code kith_file_write(const char *path, const void *bytes, size_t length, mode_t mode, struct kith_err *);

/* The same, but fails with KITH_USAGE if anything has that name (link, not rename). */
enum kith_code kith_file_create(const char *path, const void *bytes, size_t length, mode_t mode, struct kith_err *);

/* mkdir -p; `mode` is for every folder that is made, less the umask. */
enum kith_code kith_make_folders(const char *path, mode_t mode, struct kith_err *);

/* Called for each regular file below the folder, in the order of names (bytewise, folders in
 * between), with the path relative to `root` ("contacts/ana.yaml").  Return false to stop. */
typedef bool kith_walk_file(void *user, const char *path, const struct stat *);
/* Called for what cannot be walked: an unreadable folder, a symbolic link (errno ELOOP), a special file
 * (EINVAL), nesting over 64 (ENAMETOOLONG).  May be NULL. */
typedef void kith_walk_trouble(void *user, const char *path, int error);
/* Called before a folder is listed ("contacts/as"), but not for the one the walk begins in; return false to
 * skip it.  May be NULL. */
typedef bool kith_walk_folder(void *user, const char *path);

struct kith_walk {
	kith_walk_file *file;
	kith_walk_folder *folder;
	kith_walk_trouble *trouble;
	void *user;
	bool unsorted; /* order does not matter: faster */
};

/* Walk `path` below `root` ("" for root itself).  Links are not followed; names that start with '.' are
 * skipped.  A missing `path` is nothing to walk.  Returns false if a callback stopped it. */
bool kith_walk(int root, const char *path, const struct kith_walk *);

/* "contacts/as/ana.yaml" → "ana" appended, without the last ".yaml" or ".yml"; false if there is neither,
 * or nothing before it. */
bool kith_path_stem(const char *path, struct kith_buf *out);

/* "contacts" and "ana.yaml" → "contacts/ana.yaml"; "" and a name → the name. */
char *kith_path_join(struct kith_arena *, const char *folder, const char *name);

#endif
