#include "lib/git/folder.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "lib/base/text.h"
#include "lib/git/inside.h"

enum kith_code kith_folder_refuse(const char *path, const char *what, struct kith_err *err)
{
	KITH_BUF shown = {0};
	enum { SHOWN = 100 };
	const size_t length = strlen(path);
	kith_printable(&shown, path, length < SHOWN ? length : SHOWN, false);
	kith_fail(err, KITH_SYNC, "a commit in git is damaged or hostile: %s%s%s", what, length ? ", in " : "", kith_buf_text(&shown));
	return kith_hint(err, "git fsck says more, git log who wrote it; your files are untouched");
}

static enum kith_code refuse(struct kith_err *err)
{
	return kith_folder_refuse("", "a folder cannot be read", err);
}

/* As git does: all that is no folder, link or submodule is a file, which its owner may execute or not. */
static git_filemode_t normalize(unsigned mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR: return GIT_FILEMODE_TREE;
	case S_IFLNK: return GIT_FILEMODE_LINK;
	case S_IFREG: return mode & S_IXUSR ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB;
	default: return GIT_FILEMODE_COMMIT;
	}
}

bool kith_folder_is_clean_name(const char *name)
{
	return !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcasecmp(name, ".git") != 0;
}

int kith_folder_compare(const char *one, bool one_is_folder, const char *other, bool other_is_folder)
{
	for (; *one && *one == *other; one++, other++)
		;
	const unsigned char a = (unsigned char)(*one || !one_is_folder ? *one : '/'), b = (unsigned char)(*other || !other_is_folder ? *other : '/');
	return (a > b) - (a < b);
}

static enum kith_code read_entry(struct kith_folder *folder, struct kith_err *err)
{
	enum { HIGHEST_MODE = 0777777 };
	unsigned mode = 0;
	const unsigned char *at = folder->at;
	for (; at < folder->end && *at >= '0' && *at <= '7' && mode <= HIGHEST_MODE; at++)
		mode = mode << 3 | (unsigned)(*at - '0');
	if (at == folder->at || at == folder->end || *at != ' ' || mode > HIGHEST_MODE)
		return refuse(err);
	const unsigned char *name = at + 1, *end = memchr(name, '\0', (size_t)(folder->end - name));
	if (!end || end == name || folder->end - end <= GIT_OID_RAWSZ)
		return refuse(err);
	folder->name = (const char *)name;
	folder->mode = normalize(mode);
	folder->id = end + 1;
	folder->next = folder->id + GIT_OID_RAWSZ;
	return KITH_OK;
}

/* A file and a folder of one name do not stand side by side: "a", "a-b", "a/". */
static bool is_file_too(struct kith_folder *folder)
{
	while (folder->file_count) {
		const char *file = folder->files[folder->file_count - 1];
		const size_t length = strlen(file);
		if (strncmp(folder->name, file, length) == 0) {
			if (!folder->name[length])
				return true;
			break;
		}
		folder->file_count--;
	}
	if (folder->mode == GIT_FILEMODE_TREE)
		return false;
	if (folder->file_count == kith_count(folder->files))
		memmove(folder->files, folder->files + 1, --folder->file_count * sizeof(*folder->files));
	folder->files[folder->file_count++] = folder->name;
	return false;
}

enum kith_code kith_folder_next(struct kith_folder *folder, struct kith_err *err)
{
	const char *before = folder->name;
	const bool was_folder = kith_folder_is_folder(folder);
	folder->at = folder->next;
	folder->name = NULL;
	if (folder->at == folder->end)
		return KITH_OK;
	if (read_entry(folder, err))
		return KITH_SYNC;
	if (before && kith_folder_compare(before, was_folder, folder->name, kith_folder_is_folder(folder)) >= 0)
		return kith_folder_refuse("", "the files of a folder are in no order", err);
	if (is_file_too(folder))
		return kith_folder_refuse("", "a name is that of a file and of a folder", err);
	return KITH_OK;
}

enum kith_code kith_folder_open(git_odb *odb, const git_oid *oid, struct kith_folder *out, struct kith_err *err)
{
	struct kith_folder folder = {0};
	*out = folder;
	if (git_oid_is_zero(oid))
		return KITH_OK;
	if (git_odb_read(&folder.object, odb, oid))
		return kith_git_fail(err, "cannot read a folder from git");
	if (git_odb_object_type(folder.object) != GIT_OBJECT_TREE) {
		kith_folder_close(&folder);
		return refuse(err);
	}
	folder.next = git_odb_object_data(folder.object);
	folder.end = folder.next + git_odb_object_size(folder.object);
	*out = folder;
	const enum kith_code code = kith_folder_next(out, err);
	if (code)
		kith_folder_close(out);
	return code;
}

void kith_folder_close(struct kith_folder *folder)
{
	git_odb_object_free(folder->object);
	*folder = (struct kith_folder){0};
}
