/* A new generation, read from all files at once with settings that would not be safe in a live database. */
#include <string.h>
#include <unistd.h>

#include "lib/store/index_vocabulary.h"

/* Nobody else knows the file yet, and one that is half built is thrown away: no journal, no waiting for the disk. */
static const char bulk_pragmas[] =
	"pragma page_size = 4096; pragma journal_mode = off; pragma synchronous = off; pragma locking_mode = exclusive;"
	"pragma cache_size = -65536";
/* The lock is let go of at the first reading after it was said. */
static const char live_pragmas[] = "pragma locking_mode = normal; select value from meta; pragma journal_mode = wal";
static const char memory_pragmas[] = "pragma journal_mode = memory";

/* Full text is made from body at the end, in the order of rowids: each step back writes out a segment.  What comes of
 * it is made one segment, on a level of its own, so that the small ones of later saves are merged among themselves and
 * not with it.  Only what is made of several segments gets to another level: hence the step back after the last row. */
static const char fill_text[] = "insert into text(text, rank) values('hashsize', 16777216);"
				"insert into text(rowid, names, words) select rowid, names, words from body"
				" where rowid = (select max(rowid) from body);"
				"insert into text(rowid, names, words) select rowid, names, words from body"
				" where rowid < (select max(rowid) from body) order by rowid;"
				"insert into text(text) values('optimize');"
				"insert into text(text, rank) values('hashsize', 1048576)";

static enum kith_code finish(struct kith_index *index, struct kith_err *err)
{
	if (index->lean)
		return kith_sql_exec(index, kith_index_tables_lean, err);
	enum kith_code code = kith_sql_exec(index, kith_index_tables_late, err);
	if (!code)
		code = kith_sql_exec(index, fill_text, err);
	if (!code)
		code = kith_derive_persons(index, err);
	if (!code)
		code = kith_meta_set(index, "schema", kith_index_schema(index), err);
	if (!code)
		code = kith_derive_mark(index, err);
	if (!code)
		code = kith_terms_begin(index, err);
	return code ? code : kith_meta_set(index, "built", 1, err);
}

/* Into an open, empty database. */
static enum kith_code fill(struct kith_index *index, struct kith_index *previous, struct kith_index_report *report,
                           struct kith_err *err)
{
	enum kith_code code = kith_sql_exec(index, bulk_pragmas, err);
	if (!code)
		code = kith_sql_exec(index, kith_index_tables, err);
	struct kith_index_work work;
	if (code || kith_work_begin(index, &work, report, err))
		return KITH_IO;
	work.previous = previous;
	code = kith_work_read_all(index, err);
	if (!code)
		code = finish(index, err);
	if (code) {
		kith_work_roll_back(index);
		return code;
	}
	return kith_work_commit(index, err);
}

enum kith_code kith_index_build_lean(struct kith_store *store, struct kith_now now, struct kith_index **out,
                                     struct kith_err *err)
{
	KITH_CLEANUP(kith_index_close) struct kith_index *index = kith_alloc(sizeof(*index));
	*index = (struct kith_index){ .store = store, .now = now, .bulk = true, .lean = true, .temporary = true };
	struct kith_index_report report = { 0 };
	enum kith_code code = kith_index_connect(index, NULL, err);
	if (!code)
		code = fill(index, NULL, &report, err);
	if (code)
		return code;
	index->lean_files = report.changed;
	*out = kith_take(&index);
	return KITH_OK;
}

/* What broken files held before can come from the generation at hand, if that can be read. */
static enum kith_code build_at(struct kith_index *index, const char *path, struct kith_index_report *report,
                               struct kith_err *err)
{
	struct kith_index fresh = { .store = index->store, .now = index->now, .derive = index->derive, .bulk = true };
	struct kith_index *previous = index->pending || index->damaged ? NULL : index;
	*report = (struct kith_index_report){ 0 };
	enum kith_code code = kith_index_connect(&fresh, path, err);
	if (code)
		return code;
	/* Healing it would build another generation in the midst of this one, and wait for the lock that is held here. */
	index->giving = true;
	code = fill(&fresh, previous, report, err);
	index->giving = false;
	if (!code)
		code = kith_sql_exec(&fresh, path ? live_pragmas : memory_pragmas, err);
	if (!code && !path)
		kith_index_adopt(index, &fresh);
	kith_index_disconnect(&fresh);
	return code;
}

static enum kith_code build_file(struct kith_index *index, struct kith_index_report *report, struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	KITH_BUF name = { 0 };
	const struct kith_store *store = index->store;
	if (!kith_generation_create(store, &name))
		return kith_fail_errno(err, KITH_IO, "cannot make an index in %s", store->cache);
	enum kith_code code = build_at(index, kith_path_join(&arena, store->cache, name.text), report, err);
	if (!code && !kith_generation_publish(store, name.text))
		code = kith_fail_errno(err, KITH_IO, "cannot make an index in %s", store->cache);
	if (!code)
		code = kith_index_switch(index, name.text);
	if (code)
		kith_generation_remove(store, name.text);
	return code;
}

static enum kith_code build_in_memory(struct kith_index *index, struct kith_index_report *report, struct kith_err *err)
{
	const enum kith_code code = build_at(index, NULL, report, err);
	index->temporary |= !code;
	return code;
}

enum kith_code kith_index_build_locked(struct kith_index *index, int lock, struct kith_index_report *report,
                                       struct kith_err *err)
{
	if (lock >= 0 && build_file(index, report, err) == KITH_OK)
		return KITH_OK;
	return build_in_memory(index, report, err);
}

enum kith_code kith_index_build(struct kith_index *index, struct kith_index_report *report, struct kith_err *err)
{
	const int lock = index->temporary ? -1 : kith_generation_lock(index->store);
	const enum kith_code code = kith_index_build_locked(index, lock, report, err);
	if (lock >= 0)
		close(lock);
	return code;
}

enum kith_code kith_index_rebuild(struct kith_index *index, struct kith_index_report *out, struct kith_err *err)
{
	struct kith_index_report report;
	const enum kith_code code = kith_index_build(index, &report, err);
	if (!code && out)
		*out = report;
	return code;
}
