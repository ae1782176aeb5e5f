/* Comparing the files with the index. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/store/index_work.h"
#include "lib/store/store_parts.h"

enum { BIG_CHANGE = 1000 }; /* files; above, and above a third of all, a new generation is faster */
#define SECOND_NS INT64_C(1000000000)
#define TICK_NS (SECOND_NS / 50)       /* a file's times may lag behind the clock by so much; */
#define COARSE_TICK_NS (2 * SECOND_NS) /* so much where a file system keeps whole seconds, or every other one */
#define SKEW_NS (2 * SECOND_NS)

/* --- what the index knows of the files --- */

struct known {
	const char *path;
	struct kith_stamp stamp;
	int64_t indexed;
	enum kith_file_state state;
	bool seen;
};

struct refresh {
	struct kith_index *index;
	struct kith_index_report *report;
	bool small; /* KITH_NONE instead of a new generation */
	struct kith_arena arena;
	struct known *files;
	size_t count, capacity;
	uint32_t *slots; /* open addressing by the hash of the path: place in files + 1 */
	size_t slot_count;
	uint64_t seed;        /* of the hash: who names files cannot know which of them meet in a slot */
	const char **changed; /* paths to look at */
	size_t changed_count, changed_capacity;
	struct trouble {
		const char *path;
		int error; /* 0: it is well again */
	} * troubles;      /* folders whose row must change */
	size_t trouble_count, trouble_capacity;
	const char **unlisted; /* folders whose contents stay as they were */
	size_t unlisted_count, unlisted_capacity;
};

static size_t slot_of(const struct refresh *refresh, const char *path)
{
	uint64_t hash = kith_store_hash_from(refresh->seed, path, strlen(path));
	/* Its low bits depend on the low bits of the letters only; after this all of them count. */
	hash = (hash ^ hash >> 32) * UINT64_C(0x9E3779B97F4A7C15);
	size_t slot = (hash >> 32) & (refresh->slot_count - 1);
	while (refresh->slots[slot] && strcmp(refresh->files[refresh->slots[slot] - 1].path, path) != 0)
		slot = (slot + 1) & (refresh->slot_count - 1);
	return slot;
}

static struct known *find_known(const struct refresh *refresh, const char *path)
{
	const uint32_t at = refresh->slots[slot_of(refresh, path)];
	return at ? &refresh->files[at - 1] : NULL;
}

static void fill_slots(struct refresh *refresh)
{
	if (getrandom(&refresh->seed, sizeof(refresh->seed), GRND_NONBLOCK) != sizeof(refresh->seed))
		refresh->seed = (uint64_t)(uintptr_t)refresh; /* early at boot: where the stack is, is a secret too */
	refresh->slot_count = 64;
	while (refresh->slot_count < refresh->count * 2)
		refresh->slot_count *= 2;
	refresh->slots = kith_arena_alloc(&refresh->arena, refresh->slot_count * sizeof(*refresh->slots));
	for (size_t i = 0; i < refresh->count; i++)
		refresh->slots[slot_of(refresh, refresh->files[i].path)] = (uint32_t)i + 1;
}

static enum kith_code load_known(struct refresh *refresh, struct kith_err *err)
{
	KITH_SQL *all =
		kith_sql(refresh->index, "select path, size, mtime, ctime, inode, indexed, state from file", err);
	if (!all)
		return KITH_IO;
	enum kith_code code;
	while ((code = kith_sql_step(refresh->index, all, err)) == KITH_OK) {
		struct known *known = kith_arena_push(&refresh->arena, &refresh->files, &refresh->count,
		                                      &refresh->capacity, sizeof(*known));
		known->path = kith_sql_text(all, 0, &refresh->arena);
		known->stamp.size = sqlite3_column_int64(all, 1);
		known->stamp.mtime_ns = sqlite3_column_int64(all, 2);
		known->stamp.ctime_ns = sqlite3_column_int64(all, 3);
		known->stamp.inode = (uint64_t)sqlite3_column_int64(all, 4);
		known->indexed = sqlite3_column_int64(all, 5);
		known->state = (enum kith_file_state)sqlite3_column_int(all, 6);
	}
	if (code != KITH_NONE)
		return code;
	fill_slots(refresh);
	return KITH_OK;
}

/* --- walking --- */

static void add_changed(struct refresh *refresh, const char *path)
{
	const char **place = kith_arena_push(&refresh->arena, &refresh->changed, &refresh->changed_count,
	                                     &refresh->changed_capacity, sizeof(*place));
	*place = kith_arena_strdup(&refresh->arena, path);
}

/* Written so shortly before it was read that it may have been written again without a new time.  A file from the
 * future (a clock that was wrong) is not: it would be read for ever. */
static bool is_racy(const struct known *known)
{
	const bool is_coarse = known->stamp.mtime_ns % SECOND_NS == 0 && known->stamp.ctime_ns % SECOND_NS == 0;
	const int64_t age = known->indexed - known->stamp.ctime_ns;
	return age < (is_coarse ? COARSE_TICK_NS : TICK_NS) && age > -SKEW_NS;
}

/* So much that reading all files into a new generation is faster. */
static bool is_big_change(const struct refresh *refresh)
{
	return refresh->changed_count > BIG_CHANGE && refresh->changed_count > refresh->count / 3;
}

static bool on_file(void *user, const char *path, const struct stat *status)
{
	struct refresh *refresh = user;
	if (!kith_store_is_record_path(path))
		return true;
	refresh->report->seen++;
	struct known *known = find_known(refresh, path);
	const struct kith_stamp stamp = kith_stamp_of(status);
	if (known)
		known->seen = true;
	if (known && known->state != KITH_FILE_FOLDER && kith_stamp_equal(&known->stamp, &stamp) && !is_racy(known)) {
		refresh->report->broken += known->state >= KITH_FILE_BROKEN;
		return true;
	}
	add_changed(refresh, path);
	return !(refresh->small && is_big_change(refresh)); /* that is all there is to know */
}

/* What a link leads to is looked at only to tell folders, which a person expects to be followed, from the rest. */
static bool is_link_to_folder(const struct refresh *refresh, const char *path)
{
	struct stat status;
	return fstatat(refresh->index->store->root_fd, path, &status, 0) == 0 && S_ISDIR(status.st_mode);
}

static void note_folder(struct refresh *refresh, const char *path, int error)
{
	struct trouble *trouble = kith_arena_push(&refresh->arena, &refresh->troubles, &refresh->trouble_count,
	                                          &refresh->trouble_capacity, sizeof(*trouble));
	*trouble = (struct trouble){ path, error };
}

static void folder_trouble(struct refresh *refresh, const char *path, int error)
{
	/* Where there is no folder nothing of it can stay. */
	if (error != ELOOP && error != ENOTDIR && error != ENAMETOOLONG)
		*(const char **)kith_arena_push(&refresh->arena, &refresh->unlisted, &refresh->unlisted_count,
		                                &refresh->unlisted_capacity, sizeof(const char *)) = path;
	struct known *known = find_known(refresh, path);
	if (known)
		known->seen = true;
	if (!known || known->state != KITH_FILE_FOLDER || known->stamp.size != error)
		note_folder(refresh, path, error);
}

/* A folder that may be listed but not entered: its files are told one by one, and have one trouble. */
static void file_trouble(struct refresh *refresh, const char *path, int error)
{
	const char *folder = kith_arena_strndup(&refresh->arena, path, (size_t)(strrchr(path, '/') - path));
	if (!refresh->unlisted_count || strcmp(refresh->unlisted[refresh->unlisted_count - 1], folder) != 0)
		folder_trouble(refresh, folder, error);
}

static void on_trouble(void *user, const char *path, int error)
{
	struct refresh *refresh = user;
	struct stat status;
	const bool led_on = error == ELOOP && is_link_to_folder(refresh, path);
	if (kith_store_is_record_path(path) && !led_on) {
		const bool there = fstatat(refresh->index->store->root_fd, path, &status, AT_SYMLINK_NOFOLLOW) == 0;
		if (there && !S_ISDIR(status.st_mode)) {
			on_file(user, path, &status); /* a link, a pipe: in the place of a record */
			return;
		}
		if (!there) {
			file_trouble(refresh, path, error);
			return;
		}
	}
	if (error == EINVAL || (error == ELOOP && !led_on))
		return; /* nothing that would be a record or hold any */
	folder_trouble(refresh, kith_arena_strdup(&refresh->arena, path), error);
}

static bool is_below_unlisted(const struct refresh *refresh, const char *path)
{
	for (size_t i = 0; i < refresh->unlisted_count; i++) {
		const size_t length = strlen(refresh->unlisted[i]);
		if (strncmp(path, refresh->unlisted[i], length) == 0 && path[length] == '/')
			return true;
	}
	return false;
}

static void find_missing(struct refresh *refresh)
{
	for (size_t i = 0; i < refresh->count; i++) {
		const struct known *known = &refresh->files[i];
		if (known->seen || is_below_unlisted(refresh, known->path))
			continue;
		if (known->state != KITH_FILE_FOLDER) {
			add_changed(refresh, known->path);
			continue;
		}
		note_folder(refresh, known->path, 0);
	}
}

static void walk_all(struct refresh *refresh)
{
	const struct kith_walk walk = { .file = on_file, .trouble = on_trouble, .user = refresh, .unsorted = true };
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++)
		if (!kith_walk(refresh->index->store->root_fd, kith_kind_folder(kind), &walk))
			return; /* see on_file */
	find_missing(refresh);
}

/* --- writing --- */

static int by_path(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static enum kith_code look_at_all(struct refresh *refresh, struct kith_err *err)
{
	struct kith_index *index = refresh->index;
	enum kith_code code = KITH_OK;
	if (refresh->changed_count)
		qsort(refresh->changed, refresh->changed_count, sizeof(*refresh->changed), by_path);
	for (size_t i = 0; i < refresh->changed_count && !code; i++)
		if (!i || strcmp(refresh->changed[i], refresh->changed[i - 1]) != 0)
			code = kith_work_look(index, refresh->changed[i], err);
	for (size_t i = 0; i < refresh->trouble_count && !code; i++)
		code = kith_work_folder(index, refresh->troubles[i].path, refresh->troubles[i].error, err);
	return code;
}

static enum kith_code write_changes(struct refresh *refresh, struct kith_err *err)
{
	struct kith_index *index = refresh->index;
	struct kith_index_work work;
	enum kith_code code = kith_work_begin(index, &work, refresh->report, err);
	if (code)
		return code;
	code = look_at_all(refresh, err);
	if (!code)
		return kith_work_commit(index, err);
	kith_work_roll_back(index);
	return code;
}

static enum kith_code compare(struct refresh *refresh, struct kith_err *err)
{
	enum kith_code code = load_known(refresh, err);
	if (code)
		return code;
	walk_all(refresh);
	if (!refresh->changed_count && !refresh->trouble_count)
		return KITH_OK;
	if (is_big_change(refresh)) {
		if (refresh->small)
			return KITH_NONE;
		*refresh->report = (struct kith_index_report){ 0 };
		return kith_index_build(refresh->index, refresh->report, err);
	}
	return write_changes(refresh, err);
}

/* --- all files, into an empty generation --- */

struct reading {
	struct refresh refresh; /* first: on_trouble sees it */
	enum kith_code code;
	struct kith_err *err;
};

static bool on_any_file(void *user, const char *path, const struct stat *status)
{
	struct reading *reading = user;
	(void)status;
	if (!kith_store_is_record_path(path))
		return true;
	reading->refresh.report->seen++;
	reading->code = kith_work_look(reading->refresh.index, path, reading->err);
	return reading->code == KITH_OK;
}

/* In the order of paths, which is that of dates for most notes, and so of rowids. */
enum kith_code kith_work_read_all(struct kith_index *index, struct kith_err *err)
{
	struct reading reading = { .refresh = { .index = index, .report = index->work->report }, .err = err };
	struct refresh *refresh = &reading.refresh;
	fill_slots(refresh);
	const struct kith_walk walk = { .file = on_any_file, .trouble = on_trouble, .user = &reading };
	for (enum kith_kind kind = 0; kind < KITH_KINDS && !reading.code; kind++)
		(void)kith_walk(index->store->root_fd, kith_kind_folder(kind), &walk); /* stopped: the code says why */
	enum kith_code code = reading.code;
	for (size_t i = 0; i < refresh->unlisted_count && !code; i++)
		code = kith_work_keep_below(index, refresh->unlisted[i], err);
	if (!code)
		code = look_at_all(refresh, err);
	kith_arena_finish(&refresh->arena);
	return code;
}

/* Once more when it was found damaged, or the disk full, on the way. */
static enum kith_code with_healing(struct kith_index *index, struct kith_index_report *report, struct kith_err *err,
                                   enum kith_code (*act)(struct kith_index *, void *, struct kith_index_report *,
                                                         struct kith_err *),
                                   void *user)
{
	enum kith_code code = KITH_OK;
	for (int attempt = 0; attempt < 3; attempt++) {
		*report = (struct kith_index_report){ 0 };
		bool built = false;
		code = kith_index_settle(index, &built, report, err);
		if (code || built)
			return code;
		code = act(index, user, report, err);
		if (code == KITH_OK || !(index->damaged || index->unwritable))
			return code;
	}
	return code;
}

static enum kith_code refresh_once(struct kith_index *index, void *user, struct kith_index_report *report,
                                   struct kith_err *err)
{
	struct refresh refresh = { .index = index, .report = report, .small = user != NULL };
	const enum kith_code code = compare(&refresh, err);
	kith_arena_finish(&refresh.arena);
	return code;
}

enum kith_code kith_index_refresh(struct kith_index *index, struct kith_index_report *out, struct kith_err *err)
{
	struct kith_index_report report;
	const enum kith_code code = with_healing(index, &report, err, refresh_once, NULL);
	if (!code && out)
		*out = report;
	return code;
}

enum kith_code kith_index_refresh_small(struct kith_index *index, struct kith_index_report *out, struct kith_err *err)
{
	struct kith_index_report report;
	const enum kith_code code = with_healing(index, &report, err, refresh_once, index);
	if (!code && out)
		*out = report;
	return code;
}

/* --- some paths only --- */

struct update {
	const char *const *paths;
	size_t count;
};

/* All that is known below a folder, or at the path itself, is looked for again. */
static enum kith_code add_known_below(struct refresh *refresh, const char *path, struct kith_err *err)
{
	KITH_SQL *below = kith_sql(refresh->index,
	                           "select path, state from file where path >= ?1 and path < ?1 || '0'"
	                           " and (path = ?1 or path > ?1 || '/')",
	                           err);
	if (!below)
		return KITH_IO;
	kith_sql_bind(below, 1, path);
	enum kith_code code;
	while ((code = kith_sql_step(refresh->index, below, err)) == KITH_OK) {
		struct known *known = kith_arena_push(&refresh->arena, &refresh->files, &refresh->count,
		                                      &refresh->capacity, sizeof(*known));
		known->path = kith_sql_text(below, 0, &refresh->arena);
		known->state = (enum kith_file_state)sqlite3_column_int(below, 1);
	}
	return code == KITH_NONE ? KITH_OK : code;
}

static bool is_regular(const struct refresh *refresh, const char *path)
{
	struct stat status;
	return fstatat(refresh->index->store->root_fd, path, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       !S_ISDIR(status.st_mode);
}

/* Without the slashes that a person's shell may have put behind a folder. */
static const char *trimmed(struct refresh *refresh, const char *path)
{
	size_t length = strlen(path);
	while (length && path[length - 1] == '/')
		length--;
	return kith_arena_strndup(&refresh->arena, path, length);
}

static void look_for(struct refresh *refresh, const char *path)
{
	const struct kith_walk walk = { .file = on_file, .trouble = on_trouble, .user = refresh, .unsorted = true };
	struct known *known = find_known(refresh, path);
	if (kith_store_is_record_path(path) && (known || is_regular(refresh, path))) {
		refresh->report->seen++;
		add_changed(refresh, path);
		if (known)
			known->seen = true;
	}
	if (kith_store_is_record_folder(path) && !is_regular(refresh, path))
		(void)kith_walk(refresh->index->store->root_fd, path, &walk); /* nothing stops it */
}

static enum kith_code gather(struct refresh *refresh, const struct update *update, struct kith_err *err)
{
	const char **paths = kith_arena_alloc(&refresh->arena, (update->count + 1) * sizeof(*paths));
	for (size_t i = 0; i < update->count; i++) {
		paths[i] = trimmed(refresh, update->paths[i]);
		const enum kith_code code = add_known_below(refresh, paths[i], err);
		if (code)
			return code;
	}
	/* Stamps are unknown here, so whatever is met while walking counts as changed. */
	fill_slots(refresh);
	for (size_t i = 0; i < update->count; i++)
		look_for(refresh, paths[i]);
	find_missing(refresh);
	return KITH_OK;
}

static enum kith_code update_once(struct kith_index *index, void *user, struct kith_index_report *report,
                                  struct kith_err *err)
{
	struct refresh refresh = { .index = index, .report = report };
	enum kith_code code = gather(&refresh, user, err);
	if (!code && (refresh.changed_count || refresh.trouble_count))
		code = write_changes(&refresh, err);
	kith_arena_finish(&refresh.arena);
	return code;
}

enum kith_code kith_index_update(struct kith_index *index, const char *const *paths, size_t count,
                                 struct kith_index_report *out, struct kith_err *err)
{
	struct update update = { paths, count };
	struct kith_index_report report;
	const enum kith_code code = with_healing(index, &report, err, update_once, &update);
	if (!code && out)
		*out = report;
	return code;
}

/* --- the day --- */

static enum kith_code derive_once(struct kith_index *index, void *user, struct kith_index_report *report,
                                  struct kith_err *err)
{
	(void)user, (void)report;
	return kith_derive_now(index, err);
}

enum kith_code kith_index_set_now(struct kith_index *index, struct kith_now now, struct kith_err *err)
{
	index->now = now;
	if (index->pending)
		return KITH_OK; /* it is built for the day that it is then */
	struct kith_index_report report;
	return with_healing(index, &report, err, derive_once, NULL);
}
