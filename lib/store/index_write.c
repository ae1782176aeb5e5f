/* One transaction on the index: paths are looked at, their rows brought in line, and what depends on them
 * derived before it is committed. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/store/index_vocabulary.h"

enum {
	UNMERGED = 24,    /* records written before full text is merged without kith_index_maintain */
	WAL_PAGES = 4000, /* in the WAL before it is checkpointed without kith_index_maintain */
};

/* --- beginning and ending --- */

enum kith_code kith_work_begin(struct kith_index *index, struct kith_index_work *work, struct kith_index_report *report,
                               struct kith_err *err)
{
	*work = (struct kith_index_work){ .report = report };
	const enum kith_code code = kith_sql_exec(index, index->bulk ? "begin" : "begin immediate", err);
	if (!code)
		index->work = work;
	return code;
}

static void end_work(struct kith_index *index)
{
	kith_arena_finish(&index->work->arena);
	index->work = NULL;
}

void kith_work_roll_back(struct kith_index *index)
{
	if (!sqlite3_get_autocommit(index->db))
		(void)sqlite3_exec(index->db, "rollback", NULL, NULL,
		                   NULL); /* the reason to roll back is told already */
	end_work(index);
}

static int by_id(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static enum kith_code derive_touched(struct kith_index *index, struct kith_err *err)
{
	struct kith_index_work *work = index->work;
	if (!index->derive)
		return kith_meta_set(index, "derive", 0, err); /* all of it, when the rules are at hand again */
	if (work->person_count)
		qsort(work->persons, work->person_count, sizeof(*work->persons), by_id);
	for (size_t i = 0; i < work->person_count; i++) {
		if (i && strcmp(work->persons[i], work->persons[i - 1]) == 0)
			continue;
		const enum kith_code code = kith_derive_person(index, work->persons[i], err);
		if (code)
			return code;
	}
	return KITH_OK;
}

enum kith_code kith_work_merge(struct kith_index *index, struct kith_err *err)
{
	const int before = sqlite3_total_changes(index->db);
	const enum kith_code code = kith_sql_exec(index, "insert into text(text, rank) values('merge', 64)", err);
	/* The statement itself is one change. */
	const bool done = sqlite3_total_changes(index->db) - before < 2;
	return code || !done ? code : kith_meta_set(index, "unmerged", 0, err);
}

/* A command line without daemon never idles: it merges now and then by itself. */
static enum kith_code count_unmerged(struct kith_index *index, struct kith_err *err)
{
	if (!index->work->text_count)
		return KITH_OK;
	int64_t unmerged;
	enum kith_code code = kith_meta_get(index, "unmerged", 0, &unmerged, err);
	if (code)
		return code;
	unmerged += (int64_t)index->work->text_count;
	code = kith_meta_set(index, "unmerged", unmerged, err);
	return code || unmerged < UNMERGED ? code : kith_work_merge(index, err);
}

enum kith_code kith_work_commit(struct kith_index *index, struct kith_err *err)
{
	enum kith_code code = derive_touched(index, err);
	if (!code)
		code = kith_work_texts(index, err);
	if (!code)
		code = count_unmerged(index, err);
	if (!code)
		code = kith_terms_count(index, err);
	if (!code)
		code = kith_sql_exec(index, "commit", err);
	if (code) {
		kith_work_roll_back(index);
		return code;
	}
	end_work(index);
	if (index->wal_pages > WAL_PAGES &&
	    !sqlite3_wal_checkpoint_v2(index->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL))
		index->wal_pages = 0;
	return KITH_OK;
}

/* --- faults --- */

static enum kith_code clear_faults(struct kith_index *index, const char *path, struct kith_err *err)
{
	sqlite3_stmt *clear = kith_sql(index, "delete from fault where path = ?", err);
	if (!clear)
		return KITH_IO;
	kith_sql_bind(clear, 1, path);
	return kith_sql_run(index, clear, err);
}

static enum kith_code put_fault(struct kith_index *index, const char *path, size_t ord, const struct kith_fault *fault,
                                struct kith_err *err)
{
	sqlite3_stmt *put = kith_sql(index,
	                             "insert into fault(path, ord, severity, line, col, length, message, hint)"
	                             " values(?,?,?,?,?,?,?,?)",
	                             err);
	if (!put)
		return KITH_IO;
	kith_sql_bind(put, 1, path);
	(void)sqlite3_bind_int64(put, 2, (int64_t)ord);
	(void)sqlite3_bind_int(put, 3, fault->severity);
	(void)sqlite3_bind_int64(put, 4, fault->line);
	(void)sqlite3_bind_int64(put, 5, fault->column);
	(void)sqlite3_bind_int64(put, 6, fault->length);
	kith_sql_bind(put, 7, fault->message);
	kith_sql_bind(put, 8, fault->hint ? fault->hint : "");
	return kith_sql_run(index, put, err);
}

static enum kith_code put_faults(struct kith_index *index, const char *path, const struct kith_faults *faults,
                                 struct kith_err *err)
{
	enum kith_code code = index->bulk ? KITH_OK : clear_faults(index, path, err);
	for (size_t i = 0; i < faults->count && !code; i++)
		code = put_fault(index, path, i, &faults->list[i], err);
	return code;
}

/* Whether a path may be shown in a command that people copy into a shell. */
static bool is_tame(const char *path)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./ ";
	for (const char *at = path; *at; at++)
		if (!((unsigned char)*at & 0x80) && !strchr(letters, *at))
			return false;
	return *path != '-' && kith_is_utf8(path, strlen(path), NULL);
}

void kith_name_faults(const char *path, const char *stem, struct kith_faults *faults)
{
	const bool is_id = kith_is_id(stem, strlen(stem));
	const bool short_end = strcmp(strrchr(path, '.'), ".yml") == 0;
	if (is_id && !short_end)
		return;
	KITH_BUF slug = { 0 }, quoted = { 0 };
	if (is_id)
		kith_buf_add(&slug, stem);
	else
		kith_slug(&slug, stem);
	kith_quote(&quoted, strrchr(path, '/') + 1);
	struct kith_fault *fault =
		kith_fault_add(faults, KITH_FAULT_ERROR, 0, 0, 1,
	                       is_id ? "%s ends in .yml: records end in .yaml"
	                             : "%s is not called by an id: lower-case letters, digits and hyphens",
	                       kith_buf_text(&quoted));
	if (slug.length && is_tame(path))
		fault->hint = kith_arena_printf(faults->arena, "kith rename %s%s%s makes it %s.yaml", strchr(path, ' ') ? "\"" : "",
		                                path, strchr(path, ' ') ? "\"" : "", slug.text);
	else
		fault->hint = kith_arena_printf(faults->arena, "rename it to %s.yaml", slug.length ? slug.text : "a-name");
}

/* --- what a file was --- */

struct before {
	bool known;
	int64_t rowid; /* 0: none */
	enum kith_file_state state;
};

static enum kith_code recall(struct kith_index *index, const char *path, struct before *out, struct kith_err *err)
{
	*out = (struct before){ 0 };
	if (index->bulk)
		return KITH_OK;
	KITH_SQL *select = kith_sql(index, "select record, state from file where path = ?", err);
	if (!select)
		return KITH_IO;
	kith_sql_bind(select, 1, path);
	const enum kith_code code = kith_sql_step(index, select, err);
	if (code != KITH_OK)
		return code == KITH_NONE ? KITH_OK : code;
	*out = (struct before){ true, sqlite3_column_int64(select, 0),
		                (enum kith_file_state)sqlite3_column_int(select, 1) };
	return KITH_OK;
}

static enum kith_code put_file(struct kith_index *index, const char *path, int64_t rowid,
                               const struct kith_stamp *stamp, int64_t indexed, enum kith_file_state state,
                               struct kith_err *err)
{
	if (index->lean)
		return KITH_OK; /* nobody will look whether it has changed */
	sqlite3_stmt *put =
		kith_sql(index,
	                 "insert or replace into file(path, record, size, mtime, ctime, inode, indexed, state)"
	                 " values(?,?,?,?,?,?,?,?)",
	                 err);
	if (!put)
		return KITH_IO;
	kith_sql_bind(put, 1, path);
	if (rowid)
		(void)sqlite3_bind_int64(put, 2, rowid);
	(void)sqlite3_bind_int64(put, 3, stamp->size);
	(void)sqlite3_bind_int64(put, 4, stamp->mtime_ns);
	(void)sqlite3_bind_int64(put, 5, stamp->ctime_ns);
	(void)sqlite3_bind_int64(put, 6, (int64_t)stamp->inode);
	(void)sqlite3_bind_int64(put, 7, indexed);
	(void)sqlite3_bind_int(put, 8, state);
	return kith_sql_run(index, put, err);
}

static enum kith_code forget(struct kith_index *index, const char *path, const struct before *before,
                             struct kith_err *err)
{
	if (!before->known)
		return KITH_OK;
	enum kith_code code = before->rowid ? kith_work_remove(index, before->rowid, err) : KITH_OK;
	if (!code)
		code = clear_faults(index, path, err);
	sqlite3_stmt *remove = kith_sql(index, "delete from file where path = ?", err);
	if (code || !remove)
		return KITH_IO;
	kith_sql_bind(remove, 1, path);
	index->work->report->removed += before->state != KITH_FILE_FOLDER;
	return kith_sql_run(index, remove, err);
}

/* --- reading it now --- */

struct look {
	const char *path;
	int kind;
	struct kith_arena arena;
	struct before before;
	struct kith_stamp stamp;
	struct kith_reading reading;
	enum kith_file_state state;
	int64_t indexed;
};

enum presence { GONE, UNREACHABLE, THERE };

/* Why a file could not be read: it is not there (any more), its folder cannot be entered, or itself. */
static enum presence presence_of(int root, const char *path, struct stat *status)
{
	KITH_ARENA arena = { 0 };
	const char *slash = strrchr(path, '/');
	const char *parent = kith_arena_strndup(&arena, path, (size_t)(slash - path));
	const int folder = kith_open_beneath(root, parent, O_RDONLY | O_DIRECTORY);
	if (folder < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? GONE : UNREACHABLE;
	const bool failed = fstatat(folder, slash + 1, status, AT_SYMLINK_NOFOLLOW) != 0;
	const int error = errno;
	close(folder);
	if (failed)
		return error == ENOENT ? GONE : UNREACHABLE;
	return S_ISDIR(status->st_mode) ? GONE : THERE; /* a folder is walked, whatever it is called */
}

static void refuse(struct look *look, const struct stat *status, const struct kith_err *err)
{
	look->reading = (struct kith_reading){ .faults.arena = &look->arena };
	struct kith_faults *faults = &look->reading.faults;
	if (S_ISLNK(status->st_mode))
		kith_fault_add(faults, KITH_FAULT_ERROR, 0, 0, 1, "this is a symbolic link, and links are not followed")
			->hint = "put the file itself here";
	else if (!S_ISREG(status->st_mode))
		kith_fault_add(faults, KITH_FAULT_ERROR, 0, 0, 1, "this is not a regular file")->hint =
			"put a file of text here";
	else if (status->st_size > (off_t)KITH_DOC_LIMIT)
		kith_fault_add(faults, KITH_FAULT_ERROR, 0, 0, 1, "it has %lld bytes; at most %u are read",
		               (long long)status->st_size, KITH_DOC_LIMIT)
			->hint = "keep long documents beside the store's folders and name them under links";
	else
		kith_fault_add(faults, KITH_FAULT_ERROR, 0, 0, 1, "%s", err->message)->hint =
			kith_arena_strdup(&look->arena, err->hint);
	look->state = KITH_FILE_UNREADABLE;
}

static void take_text(struct look *look, const struct kith_buf *text)
{
	KITH_BUF stem = { 0 };
	(void)kith_path_stem(look->path, &stem); /* it is a record's path */
	kith_record_read((enum kith_kind)look->kind, kith_buf_text(&stem), look->path, kith_buf_text(text),
	                 text->length, &look->arena, &look->reading);
	kith_name_faults(look->path, kith_buf_text(&stem), &look->reading.faults);
	kith_faults_sort(&look->reading.faults);
	look->state = !look->reading.readable       ? KITH_FILE_BROKEN
	              : look->reading.faults.errors ? KITH_FILE_FAULTY
	                                            : KITH_FILE_OK;
}

static int64_t wall_clock_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static enum presence read_now(struct kith_index *index, struct look *look, struct kith_buf *text)
{
	struct kith_err err = { 0 };
	look->indexed = wall_clock_ns();
	if (!kith_file_read_beneath(index->store->root_fd, look->path, KITH_DOC_LIMIT, text, &look->stamp, &err)) {
		take_text(look, text);
		return THERE;
	}
	struct stat status;
	const enum presence presence = presence_of(index->store->root_fd, look->path, &status);
	if (presence == THERE) {
		look->stamp = kith_stamp_of(&status);
		refuse(look, &status, &err);
	}
	return presence;
}

/* --- bringing the rows in line --- */

/* While a generation is built: the record that the one before has for a path. */
static enum kith_code keep_previous(struct kith_index *index, const char *path, bool broken, int64_t *rowid,
                                    struct kith_err *err)
{
	struct kith_index *previous = index->work->previous;
	KITH_ARENA arena = { 0 };
	struct kith_row row;
	struct kith_record record;
	if (!previous || previous->damaged || kith_index_row_of_path(previous, path, &arena, &row, NULL) ||
	    kith_index_record(previous, row.rowid, &arena, &record, NULL))
		return KITH_OK;
	record.broken |= broken;
	enum kith_code code = kith_work_put(index, &record, rowid, err);
	if (!code && !kith_is_person(record.kind))
		code = kith_derive_record(index, *rowid, &record, err);
	return code;
}

static enum kith_code mark_broken(struct kith_index *index, int64_t rowid, struct kith_err *err)
{
	sqlite3_stmt *mark = kith_sql(index, "update record set broken = 1 where rowid = ?", err);
	if (!mark)
		return KITH_IO;
	(void)sqlite3_bind_int64(mark, 1, rowid);
	return kith_sql_run(index, mark, err);
}

static enum kith_code write_record(struct kith_index *index, const struct look *look, int64_t *rowid,
                                   struct kith_err *err)
{
	*rowid = look->before.rowid;
	if (look->state >= KITH_FILE_BROKEN) {
		index->work->report->broken++;
		return *rowid ? mark_broken(index, *rowid, err) : keep_previous(index, look->path, true, rowid, err);
	}
	enum kith_code code = kith_work_put(index, &look->reading.record, rowid, err);
	if (!code && !kith_is_person((enum kith_kind)look->kind))
		code = kith_derive_record(index, *rowid, &look->reading.record, err);
	return code;
}

static enum kith_code look_at(struct kith_index *index, struct look *look, struct kith_err *err)
{
	enum kith_code code = recall(index, look->path, &look->before, err);
	if (code)
		return code;
	KITH_BUF text = { 0 };
	const enum presence presence = read_now(index, look, &text);
	if (presence == UNREACHABLE) /* it may well be there as it was */
		return KITH_OK;
	KITH_TERMS before = { 0 }, after = { 0 };
	code = kith_terms_read(index, look->before.rowid, &before, err);
	if (code)
		return code;
	int64_t rowid = 0;
	code = presence == GONE ? forget(index, look->path, &look->before, err) : write_record(index, look, &rowid, err);
	if (!code)
		code = kith_terms_read(index, rowid, &after, err);
	if (!code)
		code = kith_terms_compare(index, &before, look->before.rowid, &after, rowid, err);
	if (code || presence == GONE)
		return code;
	code = put_faults(index, look->path, &look->reading.faults, err);
	if (!code)
		code = put_file(index, look->path, rowid, &look->stamp, look->indexed, look->state, err);
	if (!code)
		index->work->report->changed++;
	return code;
}

enum kith_code kith_work_look(struct kith_index *index, const char *path, struct kith_err *err)
{
	struct look look = { .path = path, .kind = kith_kind_of_path(path) };
	if (look.kind < 0 || look.kind >= KITH_KINDS || !kith_store_is_record_path(path))
		return KITH_OK;
	const enum kith_code code = look_at(index, &look, err);
	kith_arena_finish(&look.arena);
	return code;
}

enum kith_code kith_work_keep_below(struct kith_index *index, const char *folder, struct kith_err *err)
{
	struct kith_index *previous = index->work->previous;
	if (!previous || previous->damaged)
		return KITH_OK;
	KITH_SQL *below = kith_sql(previous,
	                           "select path, size, mtime, ctime, inode, indexed, state from file"
	                           " where path > ?1 || '/' and path < ?1 || '0' and state <> ?2",
	                           NULL);
	if (!below)
		return KITH_OK;
	kith_sql_bind(below, 1, folder);
	(void)sqlite3_bind_int(below, 2, KITH_FILE_FOLDER);
	enum kith_code code;
	while ((code = kith_sql_step(previous, below, NULL)) == KITH_OK) {
		const char *path = kith_sql_text(below, 0, NULL);
		const struct kith_stamp stamp = { .size = sqlite3_column_int64(below, 1),
			                          .mtime_ns = sqlite3_column_int64(below, 2),
			                          .ctime_ns = sqlite3_column_int64(below, 3),
			                          .inode = (uint64_t)sqlite3_column_int64(below, 4) };
		const enum kith_file_state state = (enum kith_file_state)sqlite3_column_int(below, 6);
		int64_t rowid = 0;
		code = keep_previous(index, path, true, &rowid, err);
		/* A file that is not kept with its record must be read as soon as it can be, not pass for unchanged. */
		if (!code && (rowid || state >= KITH_FILE_BROKEN))
			code = put_file(index, path, rowid, &stamp, sqlite3_column_int64(below, 5), state, err);
		if (code)
			return code;
	}
	return KITH_OK; /* where the generation before is damaged, nothing is left to be kept */
}

/* Records below a folder that cannot be listed answer as they were, marked so until it can be listed again. */
static enum kith_code mark_below(struct kith_index *index, const char *folder, bool broken, struct kith_err *err)
{
	sqlite3_stmt *mark = kith_sql(index,
	                              "update record set broken = ?2 where rowid in (select record from file"
	                              " where path > ?1 || '/' and path < ?1 || '0' and (?2 or state < ?3))",
	                              err);
	if (!mark)
		return KITH_IO;
	kith_sql_bind(mark, 1, folder);
	(void)sqlite3_bind_int(mark, 2, broken);
	(void)sqlite3_bind_int(mark, 3, KITH_FILE_BROKEN);
	return kith_sql_run(index, mark, err);
}

enum kith_code kith_work_folder(struct kith_index *index, const char *path, int error, struct kith_err *err)
{
	struct before before;
	enum kith_code code = recall(index, path, &before, err);
	if (!code && error != ELOOP)
		code = mark_below(index, path, error != 0, err);
	if (code || error == 0)
		return code ? code : forget(index, path, &before, err);
	KITH_ARENA arena = { 0 };
	struct kith_faults faults = { .arena = &arena };
	const bool link = error == ELOOP;
	struct kith_err words;
	errno = error;
	(void)kith_fail_errno(&words, KITH_IO,
	                      "this folder cannot be listed; what was known of it stays"); /* for its words */
	kith_fault_add(&faults, link ? KITH_FAULT_WARNING : KITH_FAULT_ERROR, 0, 0, 1, "%s",
	               link ? "this is a link to a folder, and links are not followed" : words.message)
		->hint = link ? "move the folder itself here" : kith_arena_strdup(&arena, words.hint);
	code = put_faults(index, path, &faults, err);
	/* The reason stands where a file has its size, so that another reason is noticed. */
	const struct kith_stamp stamp = { .size = error };
	return code ? code : put_file(index, path, before.rowid, &stamp, 0, KITH_FILE_FOLDER, err);
}
