#include "lib/git/user_index.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/git/inside.h"
#include "lib/git/look.h"
#include "lib/git/snapshot.h"

/* A version that a path had in one of the steps; zero: none. */
struct version {
	const char *path;
	git_oid oid;
};

struct refresh {
	struct kith_repo *repo;
	const git_tree *head;
	const struct kith_differences *edits;
	struct kith_err *err;
	struct kith_arena arena;
	struct version *versions; /* by path */
	size_t count, capacity;
	struct kith_index_file *file;
	struct kith_buf bytes;
	bool changed;
};

/* --- which paths, and what their entries may be --- */

static void add_version(struct refresh *refresh, const char *path, const git_oid *oid)
{
	struct version *version = kith_arena_push(&refresh->arena, &refresh->versions, &refresh->count,
	                                          &refresh->capacity, sizeof(*version));
	version->path = path;
	git_oid_cpy(&version->oid, oid);
}

static int by_path(const void *one, const void *other)
{
	return strcmp(((const struct version *)one)->path, ((const struct version *)other)->path);
}

/* --- the times of a file --- */

static bool stat_file(const struct refresh *refresh, const char *path, struct stat *status)
{
	const int fd = kith_open_beneath(refresh->repo->root_fd, path, O_RDONLY);
	if (fd < 0)
		return false;
	const bool found = fstat(fd, status) == 0 && S_ISREG(status->st_mode);
	close(fd);
	return found;
}

/* When the file is the same as when it was read for the snapshot, it need not be read again. */
static bool is_known(const struct refresh *refresh, const char *path, const git_oid *oid, const struct kith_stamp *now)
{
	const struct kith_differences *edits = refresh->edits;
	size_t low = 0;
	for (size_t high = edits->count; low < high;) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(edits->list[middle].path, path);
		if (order == 0)
			return git_oid_equal(&edits->list[middle].after.oid, oid) &&
			       kith_stamp_equal(&edits->list[middle].stamp, now);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Whether the file holds this blob, and its times while it does. */
static bool holds(struct refresh *refresh, const char *path, const git_oid *oid, struct stat *status)
{
	struct kith_look look;
	if (!stat_file(refresh, path, status))
		return false;
	const struct kith_stamp stamp = kith_stamp_of(status);
	if (is_known(refresh, path, oid, &stamp))
		return true;
	kith_look_at(refresh->repo, path, &refresh->bytes, &look);
	return look.sight == KITH_SEES_FILE && git_oid_equal(&look.oid, oid) && kith_stamp_equal(&look.stamp, &stamp);
}

/* Without times (all zero), git takes the file for changed until it has read it. */
static void set_times(git_index_entry *entry, const struct stat *status)
{
	static const struct stat unknown;
	const struct stat *from = status ? status : &unknown;
	entry->ctime = (git_index_time){ (int32_t)from->st_ctim.tv_sec, (uint32_t)from->st_ctim.tv_nsec };
	entry->mtime = (git_index_time){ (int32_t)from->st_mtim.tv_sec, (uint32_t)from->st_mtim.tv_nsec };
	entry->dev = (uint32_t)from->st_dev;
	entry->ino = (uint32_t)from->st_ino;
	entry->uid = from->st_uid;
	entry->gid = from->st_gid;
	entry->file_size = (uint32_t)from->st_size;
}

/* --- one path --- */

static bool is_unresolved(const struct refresh *refresh, const char *path)
{
	const git_index_entry *base, *ours, *theirs;
	return git_index_conflict_get(&base, &ours, &theirs, refresh->file->index, path) == 0;
}

static bool is_intent(const git_index_entry *entry) /* git add -N */
{
	return entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD;
}

static bool is_plain(uint32_t mode)
{
	return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

/* Whether the entry is a version of ours, so that nothing the user staged is lost. */
static bool is_ours(const struct version *versions, size_t count, const git_index_entry *entry,
                    const struct kith_entry *head)
{
	static const git_oid none;
	const git_oid *oid = entry && !is_intent(entry) ? &entry->id : &none;
	for (size_t i = 0; i < count; i++)
		if (git_oid_equal(&versions[i].oid, oid))
			return true;
	return git_oid_equal(&head->oid, oid);
}

static enum kith_code enter(struct refresh *refresh, const char *path, const git_index_entry *old,
                            const struct kith_entry *head)
{
	struct stat status;
	git_index_entry entry = {0};
	if (old)
		entry = *old;
	entry.flags_extended &= (uint16_t)~GIT_INDEX_ENTRY_INTENT_TO_ADD;
	entry.path = path;
	git_oid_cpy(&entry.id, &head->oid);
	/* A mode that the user staged stays staged. */
	if (!is_plain(entry.mode) || !is_plain(head->mode))
		entry.mode = head->mode;
	set_times(&entry, holds(refresh, path, &head->oid, &status) ? &status : NULL);
	if (git_index_add(refresh->file->index, &entry))
		return kith_git_fail(refresh->err, "cannot change git's index");
	refresh->changed = true;
	return KITH_OK;
}

static enum kith_code refresh_path(struct refresh *refresh, const struct version *versions, size_t count)
{
	const char *path = versions->path;
	struct kith_entry head;
	if (kith_tree_find(refresh->head, path, &head, refresh->err))
		return KITH_SYNC;
	const git_index_entry *old = git_index_get_bypath(refresh->file->index, path, GIT_INDEX_STAGE_NORMAL);
	if (is_unresolved(refresh, path) || !is_ours(versions, count, old, &head))
		return KITH_OK;
	if (head.mode)
		return enter(refresh, path, old, &head);
	if (old && git_index_remove(refresh->file->index, path, GIT_INDEX_STAGE_NORMAL))
		return kith_git_fail(refresh->err, "cannot change git's index");
	refresh->changed |= old != NULL;
	return KITH_OK;
}

static enum kith_code refresh_paths(struct refresh *refresh)
{
	for (size_t i = 0; i < refresh->count;) {
		size_t end = i + 1;
		while (end < refresh->count && strcmp(refresh->versions[end].path, refresh->versions[i].path) == 0)
			end++;
		if (refresh_path(refresh, &refresh->versions[i], end - i))
			return KITH_SYNC;
		i = end;
	}
	return KITH_OK;
}

/* --- entries that git would now trust too early --- */

enum { YOUNG_READ = 1000 };

/* An entry whose file is as young as the index was not to be trusted by its times: the file may have
 * changed within the same second.  A younger index would make it look trustworthy, so whoever writes one
 * has to look.  Size 0 makes git read the file, and is what git itself does. */
static enum kith_code distrust_young(struct refresh *refresh)
{
	git_index *index = refresh->file->index;
	size_t read = 0;
	for (size_t i = 0; i < git_index_entrycount(index); i++) {
		const git_index_entry *entry = git_index_get_byindex(index, i);
		struct stat status;
		if (entry->mtime.seconds < refresh->file->mtime_s || !entry->file_size ||
		    git_index_entry_stage(entry) || entry->mode == GIT_FILEMODE_COMMIT)
			continue;
		if (kith_snapshot_covers(entry->path) && read++ < YOUNG_READ &&
		    holds(refresh, entry->path, &entry->id, &status))
			continue;
		git_index_entry changed = *entry;
		changed.file_size = 0;
		if (git_index_add(index, &changed))
			return kith_git_fail(refresh->err, "cannot change git's index");
	}
	return KITH_OK;
}

/* --- all together --- */

static void find_versions(struct refresh *refresh, const struct kith_differences *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		add_version(refresh, changes->list[i].path, &changes->list[i].before.oid);
		add_version(refresh, changes->list[i].path, &changes->list[i].after.oid);
	}
	for (size_t i = 0; i < refresh->edits->count; i++)
		add_version(refresh, refresh->edits->list[i].path, &refresh->edits->list[i].base);
	if (refresh->count)
		qsort(refresh->versions, refresh->count, sizeof(*refresh->versions), by_path);
}

enum kith_code kith_user_index_refresh(struct kith_repo *repo, struct kith_index_file *file,
                                       const struct kith_differences *changes, const git_tree *head,
                                       const struct kith_differences *edits, struct kith_err *err)
{
	struct refresh refresh = { .repo = repo, .head = head, .edits = edits, .err = err, .file = file };
	find_versions(&refresh, changes);
	/* Young ones first: those that are entered have just been looked at. */
	enum kith_code code = distrust_young(&refresh);
	if (!code)
		code = refresh_paths(&refresh);
	if (!code && refresh.changed)
		code = kith_index_file_write(file, err);
	kith_buf_finish(&refresh.bytes);
	kith_arena_finish(&refresh.arena);
	return code;
}
