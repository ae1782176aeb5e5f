#include "lib/store/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/record/merge.h"
#include "lib/store/store.h"

#define DEPTH_MOST 64 /* as deep as kith_walk goes */

#define FOLDER_MASK                                                                                              \
	(IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE |          \
	 IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK)
#define GIT_MASK (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_ONLYDIR | IN_DONT_FOLLOW)
#define ZONE_MASK (IN_MOVED_TO | IN_CREATE | IN_ONLYDIR)

struct kith_watch_folder {
	struct kith_watch_folder *next; /* with the same hash */
	int wd;
	uint32_t generation;
	char path[]; /* below the root; "" for the root itself */
};

/* --- watch descriptor → folder --- */

static struct kith_watch_folder **place_of(struct kith_watch *watch, int wd)
{
	struct kith_watch_folder **place = &watch->table[(size_t)wd & (watch->table_size - 1)];
	while (*place && (*place)->wd != wd)
		place = &(*place)->next;
	return place;
}

static void grow_table(struct kith_watch *watch)
{
	struct kith_watch_folder **old = watch->table;
	const size_t old_size = watch->table_size;
	watch->table_size = old_size ? old_size * 2 : 64;
	watch->table = kith_alloc(watch->table_size * sizeof(struct kith_watch_folder *));
	for (size_t i = 0; i < old_size; i++)
		while (old[i]) {
			struct kith_watch_folder *folder = old[i];
			old[i] = folder->next;
			struct kith_watch_folder **first = &watch->table[(size_t)folder->wd & (watch->table_size - 1)];
			folder->next = *first;
			*first = folder;
		}
	kith_free(old);
}

static void forget(struct kith_watch *watch, struct kith_watch_folder **place)
{
	struct kith_watch_folder *folder = *place;
	*place = folder->next;
	watch->count--;
	kith_free(folder);
}

/* A folder that was renamed keeps its descriptor and gets its new path. */
static void remember(struct kith_watch *watch, int wd, const char *path)
{
	if (watch->count >= watch->table_size)
		grow_table(watch);
	struct kith_watch_folder **place = place_of(watch, wd);
	if (*place && strcmp((*place)->path, path) == 0) {
		(*place)->generation = watch->generation;
		return;
	}
	if (*place)
		forget(watch, place);
	place = place_of(watch, wd);
	const size_t length = strlen(path) + 1;
	struct kith_watch_folder *folder = kith_alloc(sizeof(*folder) + length);
	folder->wd = wd;
	folder->generation = watch->generation;
	memcpy(folder->path, path, length);
	*place = folder;
	watch->count++;
}

static void forget_if(struct kith_watch *watch, bool (*is_old)(const struct kith_watch *, const struct kith_watch_folder *,
                                                               const char *path), const char *path)
{
	for (size_t i = 0; i < watch->table_size; i++)
		for (struct kith_watch_folder **place = &watch->table[i]; *place;) {
			if (!is_old(watch, *place, path)) {
				place = &(*place)->next;
				continue;
			}
			(void)inotify_rm_watch(watch->fd, (*place)->wd); /* may be gone by itself */
			forget(watch, place);
		}
}

static bool is_below(const struct kith_watch *watch, const struct kith_watch_folder *folder, const char *path)
{
	(void)watch;
	const size_t length = strlen(path);
	return strncmp(folder->path, path, length) == 0 && (folder->path[length] == '/' || folder->path[length] == '\0');
}

static bool is_of_earlier_scan(const struct kith_watch *watch, const struct kith_watch_folder *folder, const char *path)
{
	(void)path;
	return folder->generation != watch->generation;
}

/* --- setting watches --- */

static void poll_instead(struct kith_watch *watch, const char *why)
{
	watch->polling = true;
	(void)snprintf(watch->why, sizeof(watch->why), "%s", why); /* may be cut: it is for reading */
}

static const char *why_not(int error)
{
	switch (error) {
	case ENOSPC: return "the limit of inotify watches is reached: raise fs.inotify.max_user_watches";
	case EMFILE: return "no inotify is left: raise fs.inotify.max_user_instances, or the limit of open files";
	case ENOMEM: return "the kernel is out of memory for watches";
	case EACCES: return "a folder of the store cannot be read: check its permissions";
	case ENAMETOOLONG: return "a folder of the store is nested too deeply";
	default: return "this system does not offer inotify";
	}
}

/* The descriptor, or -1; a folder that is not there (any more) is no failure. */
static int set_watch(struct kith_watch *watch, const char *path, uint32_t mask)
{
	if (watch->fd < 0)
		return -1;
	KITH_BUF full = {0};
	kith_buf_add(&full, watch->root);
	if (*path) {
		kith_buf_add_char(&full, '/');
		kith_buf_add(&full, path);
	}
	const int wd = inotify_add_watch(watch->fd, full.text, mask);
	if (wd < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		poll_instead(watch, why_not(errno));
	return wd;
}

static DIR *open_folder(const struct kith_watch *watch, const char *path)
{
	const int fd = openat(watch->root_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	DIR *listing = fdopendir(fd);
	if (!listing)
		(void)close(fd); /* opened for reading only */
	return listing;
}

static unsigned char type_of(DIR *listing, const struct dirent *entry)
{
	struct stat st;
	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type;
	if (fstatat(dirfd(listing), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return DT_UNKNOWN;
	return S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_UNKNOWN;
}

/* Watch first, list after: what is created in between is then seen at least once.  With `tell`, what is found is
 * told as written. */
static void watch_tree(struct kith_watch *watch, const char *path, bool tell, unsigned depth)
{
	if (depth > DEPTH_MOST)
		return;
	const int wd = set_watch(watch, path, FOLDER_MASK);
	if (wd >= 0)
		remember(watch, wd, path);
	DIR *listing = open_folder(watch, path);
	if (!listing)
		return;
	KITH_BUF child = {0};
	for (const struct dirent *entry; (entry = readdir(listing));) {
		if (entry->d_name[0] == '.')
			continue;
		kith_buf_clear(&child);
		kith_buf_addf(&child, "%s/%s", path, entry->d_name);
		const unsigned char type = type_of(listing, entry);
		if (type == DT_DIR)
			watch_tree(watch, child.text, tell, depth + 1);
		else if (tell && kith_store_is_record_path(child.text))
			watch->sink.changed(watch->sink.user, child.text, KITH_WATCH_WRITTEN);
	}
	(void)closedir(listing);
}

static void watch_record_folders(struct kith_watch *watch)
{
	DIR *listing = open_folder(watch, ".");
	if (!listing)
		return;
	for (const struct dirent *entry; (entry = readdir(listing));)
		if (kith_store_is_record_folder(entry->d_name) && type_of(listing, entry) == DT_DIR)
			watch_tree(watch, entry->d_name, false, 1);
	(void)closedir(listing);
}

static void watch_kith_folder(struct kith_watch *watch)
{
	const int wd = set_watch(watch, ".kith", FOLDER_MASK);
	if (wd >= 0)
		remember(watch, wd, ".kith");
}

/* Texts that merging set aside: merging makes the folder and fills it at once. */
static void watch_conflicts_folder(struct kith_watch *watch, bool tell)
{
	static const char folder[] = "conflicts";
	const int wd = set_watch(watch, folder, FOLDER_MASK);
	if (wd >= 0)
		remember(watch, wd, folder);
	DIR *listing = tell ? open_folder(watch, folder) : NULL;
	if (!listing)
		return;
	KITH_BUF path = {0};
	for (const struct dirent *entry; (entry = readdir(listing));) {
		kith_buf_clear(&path);
		kith_buf_addf(&path, "%s/%s", folder, entry->d_name);
		if (kith_path_is_set_aside(path.text))
			watch->sink.changed(watch->sink.user, path.text, KITH_WATCH_WRITTEN);
	}
	(void)closedir(listing);
}

/* Changes made by other machines on a network filesystem raise no events here. */
static bool is_on_network(int root_fd)
{
	struct statfs fs;
	if (fstatfs(root_fd, &fs) != 0)
		return false;
	switch ((unsigned long)fs.f_type & 0xffffffffu) {
	case NFS_SUPER_MAGIC:
	case SMB_SUPER_MAGIC:
	case 0xff534d42u: /* CIFS */
	case 0xfe534d42u: /* SMB2 */
	case AFS_SUPER_MAGIC:
	case CODA_SUPER_MAGIC:
	case V9FS_MAGIC:
	case FUSE_SUPER_MAGIC: return true;
	default: return false;
	}
}

/* Whether the path still leads to the folder that was opened. */
static bool is_still_there(const struct kith_watch *watch)
{
	struct stat now, then;
	return fstat(watch->root_fd, &then) == 0 && stat(watch->root, &now) == 0 && now.st_dev == then.st_dev &&
	       now.st_ino == then.st_ino;
}

void kith_watch_scan(struct kith_watch *watch)
{
	if (!is_still_there(watch)) {
		watch->sink.gone(watch->sink.user, "the store is not where it was");
		return;
	}
	watch->generation++;
	const bool was_polling = watch->polling;
	watch->polling = false;
	if (watch->fd < 0) {
		watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
		watch->polling = was_polling;
		if (watch->fd < 0)
			poll_instead(watch, why_not(errno));
	}
	if (is_on_network(watch->root_fd)) {
		watch->polling = was_polling;
		poll_instead(watch, "the store is on a network filesystem, which tells nothing of other machines");
	}
	watch->root_wd = set_watch(watch, "", FOLDER_MASK);
	if (watch->root_wd >= 0)
		remember(watch, watch->root_wd, "");
	watch->git_wd = set_watch(watch, ".git", GIT_MASK);
	watch->zone_wd = watch->fd >= 0 ? inotify_add_watch(watch->fd, "/etc", ZONE_MASK) : -1;
	watch_kith_folder(watch);
	watch_conflicts_folder(watch, false);
	watch_record_folders(watch);
	if (watch->fd >= 0)
		forget_if(watch, is_of_earlier_scan, "");
}

void kith_watch_open(struct kith_watch *watch, const char *root, int root_fd, const struct kith_watch_sink *sink)
{
	*watch = (struct kith_watch){.sink = *sink, .root_fd = root_fd, .fd = -1, .root_wd = -1, .git_wd = -1, .zone_wd = -1};
	watch->root = kith_strdup(root);
	grow_table(watch);
	kith_watch_scan(watch);
}

void kith_watch_close(struct kith_watch *watch)
{
	if (!watch->root)
		return;
	for (size_t i = 0; i < watch->table_size; i++)
		while (watch->table[i])
			forget(watch, &watch->table[i]);
	kith_free(watch->table);
	kith_free(watch->root);
	if (watch->fd >= 0)
		(void)close(watch->fd); /* nothing is written to it */
	*watch = (struct kith_watch){.fd = -1};
}

/* --- reading events --- */

bool kith_watch_is_own(const char *path)
{
	return kith_store_is_record_path(path) || strcmp(path, ".gitattributes") == 0 || strcmp(path, ".gitignore") == 0 ||
	       strcmp(path, ".kith/reminders.yaml") == 0 || kith_path_is_set_aside(path);
}

static void take_folder_event(struct kith_watch *watch, const char *path, uint32_t mask)
{
	if (strcmp(path, ".kith") == 0 && mask & (IN_CREATE | IN_MOVED_TO))
		watch_kith_folder(watch);
	if (strcmp(path, ".git") == 0 && mask & (IN_CREATE | IN_MOVED_TO)) {
		watch->git_wd = set_watch(watch, ".git", GIT_MASK);
		watch->sink.git_appeared(watch->sink.user);
	}
	const bool conflicts = strcmp(path, "conflicts") == 0;
	if (conflicts && mask & (IN_CREATE | IN_MOVED_TO))
		watch_conflicts_folder(watch, true);
	if (!kith_store_is_record_folder(path) && !conflicts)
		return;
	/* A folder that moved would go on telling of its files under its old path. */
	if (mask & IN_MOVED_FROM)
		forget_if(watch, is_below, path);
	if (mask & (IN_MOVED_FROM | IN_DELETE))
		watch->sink.changed(watch->sink.user, path, KITH_WATCH_VANISHED);
	if (conflicts)
		return;
	if (mask & (IN_CREATE | IN_MOVED_TO))
		watch_tree(watch, path, true, 1);
	if (mask & IN_ATTRIB) { /* it may have become readable, or no longer be */
		watch_tree(watch, path, false, 1);
		watch->sink.changed(watch->sink.user, path, KITH_WATCH_TOUCHED);
	}
}

static void take_file_event(struct kith_watch *watch, const char *path, uint32_t mask)
{
	if (!kith_watch_is_own(path))
		return;
	enum kith_watch_news news = KITH_WATCH_TOUCHED;
	if (mask & (IN_DELETE | IN_MOVED_FROM))
		news = KITH_WATCH_VANISHED;
	else if (mask & (IN_CLOSE_WRITE | IN_MOVED_TO))
		news = KITH_WATCH_WRITTEN;
	watch->sink.changed(watch->sink.user, path, news);
}

/* What appears or ends in .git when a person finishes a merge, commits, or switches branch.  Our own child also
 * touches some of these; who is told must not try again for ever. */
static bool is_git_news(const char *name)
{
	static const char *const names[] = {"HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "index",
	                                    "index.lock", "rebase-merge", "rebase-apply", "sequencer", "packed-refs", "config"};
	for (size_t i = 0; i < kith_count(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static void take_event_in(struct kith_watch *watch, const struct inotify_event *event)
{
	const struct kith_watch_folder *folder = *place_of(watch, event->wd);
	if (!folder || event->len == 0)
		return;
	KITH_BUF path = {0};
	if (*folder->path)
		kith_buf_addf(&path, "%s/", folder->path);
	kith_buf_add(&path, event->name);
	if (event->mask & IN_ISDIR)
		take_folder_event(watch, path.text, event->mask);
	else
		take_file_event(watch, path.text, event->mask);
}

static void take_event(struct kith_watch *watch, const struct inotify_event *event)
{
	if (event->mask & IN_Q_OVERFLOW) {
		watch->sink.lost(watch->sink.user);
	} else if (event->wd == watch->root_wd && event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) {
		watch->sink.gone(watch->sink.user, event->mask & IN_MOVE_SELF   ? "the store was moved"
		                                   : event->mask & IN_UNMOUNT ? "the store's filesystem was unmounted"
		                                                              : "the store was deleted");
	} else if (event->mask & IN_UNMOUNT) {
		watch->sink.lost(watch->sink.user);
	} else if (event->mask & IN_IGNORED) {
		struct kith_watch_folder **place = place_of(watch, event->wd);
		if (*place)
			forget(watch, place);
	} else if (event->wd == watch->git_wd) {
		if (event->len > 0 && is_git_news(event->name))
			watch->sink.git_changed(watch->sink.user);
	} else if (event->wd == watch->zone_wd) {
		if (event->len > 0 && (strcmp(event->name, "localtime") == 0 || strcmp(event->name, "timezone") == 0))
			watch->sink.zone_changed(watch->sink.user);
	} else {
		take_event_in(watch, event);
	}
}

void kith_watch_read(struct kith_watch *watch)
{
	_Alignas(struct inotify_event) char room[32 * 1024];
	while (watch->fd >= 0) {
		const ssize_t length = read(watch->fd, room, sizeof(room));
		if (length < 0 && errno == EINTR)
			continue;
		if (length <= 0)
			return; /* EAGAIN: nothing more */
		for (ssize_t at = 0; at < length;) {
			const struct inotify_event *event = (const struct inotify_event *)(room + at);
			take_event(watch, event);
			at += (ssize_t)(sizeof(*event) + event->len);
		}
	}
}
