/* Opening the index: which generation, and what stands in when there is none. */
#include <string.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/store/index_work.h"
#include "lib/store/store_parts.h"

enum {
	BUSY_MS = 10000,
	UNMERGED = 16, /* records written before it is worth while to merge full text, if there is time */
};

/* --- connections --- */

static int on_commit(void *user, sqlite3 *db, const char *name, int pages)
{
	(void)db, (void)name;
	((struct kith_index *)user)->wal_pages = pages;
	return SQLITE_OK;
}

/* The WAL is checkpointed by kith_index_maintain, by a commit that finds it long, and by the last process that
 * closes the index; it stays as an empty file, which saves making one each time. */
static const char pragmas[] =
	"pragma synchronous = normal; pragma temp_store = memory; pragma mmap_size = 0; pragma cache_size = -8000;"
	"pragma wal_autocheckpoint = 0; pragma journal_size_limit = 0; pragma cell_size_check = on";

static int prepare(struct kith_index *index)
{
	(void)sqlite3_extended_result_codes(index->db, 1);
	(void)sqlite3_busy_timeout(index->db, BUSY_MS);
	int rc = sqlite3_exec(index->db, pragmas, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = kith_index_add_functions(index);
	int persist = 1;
	(void)sqlite3_file_control(index->db, NULL, SQLITE_FCNTL_PERSIST_WAL, &persist); /* in memory there is none */
	(void)sqlite3_wal_hook(index->db, on_commit, index);
	return rc;
}

enum kith_code kith_index_connect(struct kith_index *index, const char *path, struct kith_err *err)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (path ? 0 : SQLITE_OPEN_CREATE);
	index->path = kith_strdup(path ? path : "");
	int rc = sqlite3_open_v2(path ? path : ":memory:", &index->db, flags, NULL);
	if (rc == SQLITE_OK)
		rc = prepare(index);
	if (rc == SQLITE_OK)
		return KITH_OK;
	kith_index_failed(index, rc, err);
	kith_index_disconnect(index);
	return KITH_IO;
}

void kith_index_disconnect(struct kith_index *index)
{
	kith_index_drop_statements(index);
	(void)sqlite3_close_v2(index->db); /* nothing is open in it any more */
	index->db = NULL;
	kith_free(index->path);
	index->path = NULL;
	index->wal_pages = 0;
	index->damaged = index->unwritable = false;
}

void kith_index_adopt(struct kith_index *index, struct kith_index *from)
{
	kith_index_drop_statements(from);
	kith_index_disconnect(index);
	index->db = kith_take(&from->db);
	index->path = kith_take(&from->path);
	/* Both knew the index they belonged to. */
	(void)kith_index_add_functions(index); /* they were added once: names and memory are there */
	(void)sqlite3_wal_hook(index->db, on_commit, index);
	index->pending = false;
}

/* --- generations --- */

int64_t kith_index_schema(const struct kith_index *index)
{
	const char *root = index->store->root;
	const uint64_t parts[] = { KITH_INDEX_FORMAT, kith_schema_fingerprint(), kith_store_hash(root, strlen(root)) };
	return (int64_t)kith_store_hash(parts, sizeof(parts));
}

static bool is_usable(struct kith_index *index)
{
	int64_t schema, built;
	return !kith_meta_get(index, "schema", 0, &schema, NULL) && !kith_meta_get(index, "built", 0, &built, NULL) &&
	       schema == kith_index_schema(index) && built == 1;
}

enum kith_code kith_index_switch(struct kith_index *index, const char *generation)
{
	KITH_ARENA arena = { 0 };
	struct kith_index other = { .store = index->store, .now = index->now, .derive = index->derive };
	const char *path = kith_path_join(&arena, index->store->cache, generation);
	if (kith_index_connect(&other, path, NULL))
		return KITH_NONE;
	if (is_usable(&other)) {
		kith_index_adopt(index, &other);
		return KITH_OK;
	}
	kith_index_disconnect(&other);
	return KITH_NONE;
}

static const char *generation_of(const struct kith_index *index)
{
	const char *slash = strrchr(index->path, '/');
	return slash ? slash + 1 : "";
}

void kith_index_condemn(struct kith_index *index)
{
	if (index->path && *index->path)
		kith_generation_unlink(index->store, generation_of(index));
}

/* An empty database in memory, until the files are read. */
static enum kith_code stand_in(struct kith_index *index, struct kith_err *err)
{
	struct kith_index empty = { .store = index->store };
	enum kith_code code = kith_index_connect(&empty, NULL, err);
	if (!code)
		code = kith_sql_exec(&empty, kith_index_tables, err);
	if (!code)
		code = kith_sql_exec(&empty, kith_index_tables_late, err);
	if (code) {
		kith_index_disconnect(&empty);
		return code;
	}
	kith_index_adopt(index, &empty);
	index->pending = true;
	return KITH_OK;
}

enum kith_code kith_index_go_temporary(struct kith_index *index, struct kith_err *err)
{
	const enum kith_code code = stand_in(index, err);
	index->temporary |= !code;
	return code;
}

/* --- settling --- */

/* None is open, or a damaged one.  Who waited for the lock may find that the other process has built it meanwhile. */
static enum kith_code find_or_build(struct kith_index *index, bool *built, struct kith_index_report *report,
                                    struct kith_err *err)
{
	const int lock = index->temporary ? -1 : kith_generation_lock(index->store);
	KITH_BUF linked = { 0 };
	if (lock >= 0 && kith_generation_linked(index->store, &linked) &&
	    strcmp(linked.text, generation_of(index)) != 0 && kith_index_switch(index, linked.text) == KITH_OK) {
		close(lock);
		return KITH_OK;
	}
	const enum kith_code code = kith_index_build_locked(index, lock, report, err);
	if (lock >= 0)
		close(lock);
	*built = code == KITH_OK;
	return code;
}

/* The link was moved by another process, or is gone.  A generation of another kith, older or newer, is left alone:
 * taking turns in rebuilding would help neither. */
static void follow_link(struct kith_index *index)
{
	KITH_BUF linked = { 0 };
	if (index->temporary || index->pending)
		return;
	if (!kith_generation_linked(index->store, &linked))
		index->pending = true;
	else if (strcmp(linked.text, generation_of(index)) != 0)
		(void)kith_index_switch(index, linked.text); /* ours goes on to serve if not */
}

enum kith_code kith_index_settle(struct kith_index *index, bool *built, struct kith_index_report *report,
                                 struct kith_err *err)
{
	if (index->unwritable) {
		const enum kith_code code = kith_index_go_temporary(index, err);
		if (code)
			return code;
	}
	follow_link(index);
	return index->pending || index->damaged ? find_or_build(index, built, report, err) : KITH_OK;
}

/* --- the life of an index --- */

enum kith_code kith_index_open(const struct kith_index_options *options, struct kith_index **out, struct kith_err *err)
{
	KITH_CLEANUP(kith_index_close) struct kith_index *index = kith_alloc(sizeof(*index));
	*index = (struct kith_index){ .store = options->store, .now = options->now, .derive = options->derive };
	KITH_BUF linked = { 0 };
	if (!kith_generation_linked(options->store, &linked) || kith_index_switch(index, linked.text)) {
		const enum kith_code code = stand_in(index, err);
		if (code)
			return code;
	}
	const enum kith_code code = kith_index_set_now(index, options->now, err);
	if (code)
		return code;
	*out = kith_take(&index);
	return KITH_OK;
}

void kith_index_close(struct kith_index *index)
{
	if (!index)
		return;
	kith_index_disconnect(index);
	kith_free(index);
}

bool kith_index_is_temporary(const struct kith_index *index)
{
	return index->temporary;
}

bool kith_index_is_empty(struct kith_index *index)
{
	return index->pending;
}

const char *kith_index_path(const struct kith_index *index)
{
	return index->path;
}

/* --- care --- */

void kith_index_maintain(struct kith_index *index)
{
	if (index->pending || index->damaged)
		return;
	/* What fails here is left for the next time. */
	int64_t unmerged;
	if (!kith_meta_get(index, "unmerged", 0, &unmerged, NULL) && unmerged >= UNMERGED &&
	    !kith_sql_exec(index, "begin immediate", NULL)) {
		if (kith_work_merge(index, NULL) || kith_sql_exec(index, "commit", NULL))
			(void)sqlite3_exec(index->db, "rollback", NULL, NULL, NULL); /* told already */
	}
	if (!*index->path || !index->wal_pages)
		return;
	if (sqlite3_wal_checkpoint_v2(index->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) == SQLITE_OK)
		index->wal_pages = 0;
}

static enum kith_code quick_check(struct kith_index *index, struct kith_err *err)
{
	KITH_SQL *check = kith_sql(index, "pragma quick_check(1)", err);
	if (!check)
		return KITH_IO;
	const enum kith_code code = kith_sql_step(index, check, err);
	if (code == KITH_IO || strcmp(kith_sql_text(check, 0, NULL), "ok") == 0)
		return code == KITH_IO ? code : KITH_OK;
	index->damaged = true;
	kith_index_condemn(index);
	kith_fail(err, KITH_IO, "the index is damaged: %s", kith_sql_text(check, 0, NULL));
	return kith_hint(err, "it is built anew from the files the next time it is used");
}

enum kith_code kith_index_verify(struct kith_index *index, struct kith_err *err)
{
	const enum kith_code code = quick_check(index, err);
	/* Rank 1 compares the full text with what body holds; without it a missing deletion passes. */
	return code ? code : kith_sql_exec(index, "insert into text(text, rank) values('integrity-check', 1)", err);
}
