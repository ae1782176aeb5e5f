/* The entries of one tree object, read one after the other from git's bytes: "<mode> <name>\0<20 bytes of id>".
 *
 * Trees come from strangers.  Names that no file can have are for the caller to refuse; what is no tree at all, or in no order, is refused here. */
#ifndef KITH_FOLDER_H
#define KITH_FOLDER_H

#include <git2.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"

struct kith_folder {
	git_odb_object *object;         /* NULL: a folder that is not there, with no entries */
	const unsigned char *at, *next; /* of this entry, of the one behind it */
	const unsigned char *end;
	/* This entry; name NULL behind the last. */
	const char *name;
	git_filemode_t mode; /* one of git's six */
	const unsigned char *id;
	/* Files whose names this entry's begins with: a folder may still come under the same name.  Of longer chains of such names the last are seen. */
	const char *files[4];
	unsigned file_count;
};

/* Open the tree with this id (zero: none) at its first entry.  KITH_SYNC where git cannot read it, or it is no tree. */
enum kith_code kith_folder_open(git_odb *, const git_oid *, struct kith_folder *out, struct kith_err *);
enum kith_code kith_folder_next(struct kith_folder *, struct kith_err *);
void kith_folder_close(struct kith_folder *);
#define KITH_FOLDER __attribute__((cleanup(kith_folder_close))) struct kith_folder

/* A tree that git would not have made: KITH_SYNC.  `path` of the folder, made printable and short; may be empty. */
enum kith_code kith_folder_refuse(const char *path, const char *what, struct kith_err *);

static inline bool kith_folder_is_folder(const struct kith_folder *folder)
{
	return folder->name && folder->mode == GIT_FILEMODE_TREE;
}

/* Whether a file can have this name, and git would keep one of this name. */
bool kith_folder_is_clean_name(const char *);

/* Git's order: bytes, a folder as if its name ended with a slash.  `folder` says for each whether it is one. */
int kith_folder_compare(const char *one, bool one_is_folder, const char *other, bool other_is_folder);

#endif
