#include "lib/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEEPEST = 64 };

struct walking {
	const struct kith_walk *walk;
	struct kith_buf path; /* of what is looked at, relative to root */
	unsigned depth;
};

struct entry {
	const char *name;
	unsigned char type; /* DT_… */
};

struct entries {
	struct entry *at;
	size_t count, capacity;
};

static bool walk_folder(struct walking *walking, int fd);

static void trouble(struct walking *walking, int error)
{
	if (walking->walk->trouble)
		walking->walk->trouble(walking->walk->user, kith_buf_text(&walking->path), error);
}

static bool enter(struct walking *walking, int parent, const char *name)
{
	if (walking->walk->folder && !walking->walk->folder(walking->walk->user, walking->path.text))
		return true;
	if (walking->depth >= DEEPEST) {
		trouble(walking, ENAMETOOLONG);
		return true;
	}
	const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		if (errno != ENOENT) /* gone since it was listed: as if it had not been */
			trouble(walking, errno);
		return true;
	}
	walking->depth++;
	const bool go_on = walk_folder(walking, fd);
	walking->depth--;
	return go_on;
}

/* d_type saves the look at folders, links and special files; regular files
 * are looked at, because callers compare their stamps. */
static bool visit(struct walking *walking, int parent, const struct entry *entry)
{
	struct stat status = {0};
	unsigned char type = entry->type;
	if (type == DT_REG || type == DT_UNKNOWN) {
		if (fstatat(parent, entry->name, &status, AT_SYMLINK_NOFOLLOW)) {
			if (errno != ENOENT)
				trouble(walking, errno);
			return true;
		}
		type = IFTODT(status.st_mode);
	}
	switch (type) {
	case DT_REG: return walking->walk->file(walking->walk->user, walking->path.text, &status);
	case DT_DIR: return enter(walking, parent, entry->name);
	case DT_LNK: trouble(walking, ELOOP); return true;
	default:     trouble(walking, EINVAL); return true;
	}
}

/* Visit with the name put behind the folder's path, which is then as before. */
static bool visit_named(struct walking *walking, int parent, const struct entry *entry)
{
	const size_t length = walking->path.length;
	if (length)
		kith_buf_add_char(&walking->path, '/');
	kith_buf_add(&walking->path, entry->name);
	const bool go_on = visit(walking, parent, entry);
	walking->path.length = length;
	walking->path.text[length] = '\0';
	return go_on;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(((const struct entry *)one)->name, ((const struct entry *)other)->name);
}

static const struct dirent *next_entry(DIR *folder)
{
	const struct dirent *entry;
	do {
		errno = 0;
		entry = readdir(folder);
	} while (entry && entry->d_name[0] == '.');
	return entry;
}

static bool walk_unsorted(struct walking *walking, DIR *folder)
{
	const struct dirent *found;
	while ((found = next_entry(folder)))
		if (!visit_named(walking, dirfd(folder), &(struct entry){ found->d_name, found->d_type }))
			return false;
	if (errno)
		trouble(walking, errno);
	return true;
}

static bool walk_sorted(struct walking *walking, DIR *folder)
{
	KITH_ARENA arena = {0};
	struct entries entries = {0};
	const struct dirent *found;
	while ((found = next_entry(folder))) {
		struct entry *entry =
			kith_arena_push(&arena, &entries.at, &entries.count, &entries.capacity, sizeof(*entry));
		*entry = (struct entry){ kith_arena_strdup(&arena, found->d_name), found->d_type };
	}
	if (errno)
		trouble(walking, errno);
	if (entries.count)
		qsort(entries.at, entries.count, sizeof(*entries.at), by_name);
	for (size_t i = 0; i < entries.count; i++)
		if (!visit_named(walking, dirfd(folder), &entries.at[i]))
			return false;
	return true;
}

static bool walk_folder(struct walking *walking, int fd)
{
	DIR *folder = fdopendir(fd);
	if (!folder) {
		trouble(walking, errno);
		close(fd);
		return true;
	}
	const bool go_on = walking->walk->unsorted ? walk_unsorted(walking, folder) : walk_sorted(walking, folder);
	closedir(folder);
	return go_on;
}

bool kith_walk(int root, const char *path, const struct kith_walk *walk)
{
	struct walking walking = { .walk = walk };
	kith_buf_add(&walking.path, path);
	bool go_on = true;
	const int fd = kith_open_beneath(root, path, O_RDONLY | O_DIRECTORY);
	if (fd >= 0)
		go_on = walk_folder(&walking, fd);
	else if (errno != ENOENT)
		trouble(&walking, errno);
	kith_buf_finish(&walking.path);
	return go_on;
}
