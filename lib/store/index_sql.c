/* Statements, failures and functions of the index's connection. */
#include <assert.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/record/schema.h"
#include "lib/store/index_db.h"
#include "lib/store/index_work.h"

/* --- failing and healing --- */

/* "no such table" comes as a plain error: SQLite has no code for it. */
static bool is_damage(int rc, const char *words)
{
	switch (rc & 0xff) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
	case SQLITE_CONSTRAINT: /* rows that the index itself would never have written twice */
	case SQLITE_MISMATCH: return true;
	case SQLITE_ERROR: return strstr(words, "no such table") || strstr(words, "malformed") || strstr(words, "vtable constructor");
	default: return rc == SQLITE_IOERR_SHORT_READ;
	}
}

static bool is_refusal(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_TOOBIG: return true;
	default: return false;
	}
}

enum kith_code kith_index_failed(struct kith_index *index, int rc, struct kith_err *err)
{
	const char *words = index->db ? sqlite3_errmsg(index->db) : sqlite3_errstr(rc);
	if (is_damage(rc, words)) {
		index->damaged = true;
		kith_index_condemn(index);
		kith_fail(err, KITH_IO, "the index is damaged: %s", words);
		return kith_hint(err, "run the command again: the index is a cache, and is built anew from the files");
	}
	if ((rc & 0xff) == SQLITE_BUSY) {
		kith_fail(err, KITH_IO, "another kith program is at work on the index");
		return kith_hint(err, "try again in a moment");
	}
	index->unwritable |= is_refusal(rc);
	kith_fail(err, KITH_IO, "the index: %s", words);
	return kith_hint(err, "see whether the disk of %s is full or cannot be written",
	                 index->store->cache ? index->store->cache : "the cache folder");
}

bool kith_index_heal(struct kith_index *index)
{
	if (!index->damaged || index->work || index->giving)
		return false;
	struct kith_index_report report;
	bool built;
	return kith_index_settle(index, &built, &report, NULL) == KITH_OK;
}

/* --- statements --- */

static size_t slot_of(const char *literal)
{
	return ((uintptr_t)literal >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 32;
}

sqlite3_stmt *kith_sql(struct kith_index *index, const char *literal, struct kith_err *err)
{
	size_t slot = slot_of(literal) % KITH_STATEMENTS;
	while (index->statements[slot].sql && index->statements[slot].sql != literal)
		slot = (slot + 1) % KITH_STATEMENTS;
	if (index->statements[slot].sql)
		return index->statements[slot].statement;
	sqlite3_stmt *statement = NULL;
	const int rc = sqlite3_prepare_v3(index->db, literal, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
	if (rc != SQLITE_OK) {
		kith_index_failed(index, rc, err);
		return NULL;
	}
	assert(index->statement_count < KITH_STATEMENTS - 1);
	index->statements[slot].sql = literal;
	index->statements[slot].statement = statement;
	index->statement_count++;
	return statement;
}

void kith_index_drop_statements(struct kith_index *index)
{
	for (size_t i = 0; i < KITH_STATEMENTS; i++)
		kith_statement_finalize(index->statements[i].statement);
	memset(index->statements, 0, sizeof(index->statements));
	index->statement_count = 0;
}

enum kith_code kith_sql_prepare(struct kith_index *index, const char *sql, sqlite3_stmt **out, struct kith_err *err)
{
	const int rc = sqlite3_prepare_v2(index->db, sql, -1, out, NULL);
	return rc == SQLITE_OK ? KITH_OK : kith_index_failed(index, rc, err);
}

enum kith_code kith_sql_step(struct kith_index *index, sqlite3_stmt *statement, struct kith_err *err)
{
	const int rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		return KITH_OK;
	return rc == SQLITE_DONE ? KITH_NONE : kith_index_failed(index, rc, err);
}

enum kith_code kith_sql_run(struct kith_index *index, sqlite3_stmt *statement, struct kith_err *err)
{
	enum kith_code code = KITH_OK;
	while (code == KITH_OK)
		code = kith_sql_step(index, statement, err);
	kith_sql_done(statement);
	return code == KITH_NONE ? KITH_OK : code;
}

enum kith_code kith_sql_exec(struct kith_index *index, const char *sql, struct kith_err *err)
{
	const int rc = sqlite3_exec(index->db, sql, NULL, NULL, NULL);
	return rc == SQLITE_OK ? KITH_OK : kith_index_failed(index, rc, err);
}

const char *kith_sql_text(sqlite3_stmt *statement, int column, struct kith_arena *arena)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	if (!text)
		return "";
	return arena ? kith_arena_strndup(arena, text, (size_t)sqlite3_column_bytes(statement, column)) : text;
}

enum kith_code kith_meta_get(struct kith_index *index, const char *key, int64_t otherwise, int64_t *out,
                             struct kith_err *err)
{
	KITH_SQL *get = kith_sql(index, "select value from meta where key = ?", err);
	if (!get)
		return KITH_IO;
	kith_sql_bind(get, 1, key);
	const enum kith_code code = kith_sql_step(index, get, err);
	if (code == KITH_IO)
		return code;
	*out = code == KITH_OK ? sqlite3_column_int64(get, 0) : otherwise;
	return KITH_OK;
}

enum kith_code kith_meta_set(struct kith_index *index, const char *key, int64_t value, struct kith_err *err)
{
	KITH_SQL *set = kith_sql(index,
	                         "insert into meta(key, value) values(?1, ?2)"
	                         " on conflict(key) do update set value = ?2 where value <> ?2",
	                         err);
	if (!set)
		return KITH_IO;
	kith_sql_bind(set, 1, key);
	(void)sqlite3_bind_int64(set, 2, value);
	return kith_sql_run(index, set, err);
}

/* --- rows --- */

int64_t kith_span_pack(struct kith_span span)
{
	return ((int64_t)span.count * 8 + span.unit) * 2 + span.never;
}

struct kith_span kith_span_unpack(int64_t packed)
{
	return (struct kith_span){ .count = (int32_t)(packed / 16),
		                   .unit = (enum kith_unit)(packed / 2 % 8),
		                   .never = packed % 2 != 0 };
}

void kith_row_read(sqlite3_stmt *statement, int column, struct kith_arena *arena, struct kith_row *row)
{
	*row = (struct kith_row){
		.rowid = sqlite3_column_int64(statement, column),
		.kind = (enum kith_kind)sqlite3_column_int(statement, column + 1),
		.id = kith_sql_text(statement, column + 2, arena),
		.path = kith_sql_text(statement, column + 3, arena),
		.title = kith_sql_text(statement, column + 4, arena),
		.date = kith_sql_day(statement, column + 5),
		.last = kith_sql_day(statement, column + 6),
		.due = kith_sql_day(statement, column + 7),
		.tie = kith_sql_text(statement, column + 8, arena),
		.broken = sqlite3_column_int(statement, column + 9) != 0,
		.hidden = sqlite3_column_int(statement, column + 10) != 0,
	};
}

/* --- functions --- */

static const char *text_of(sqlite3_value *value)
{
	const char *text = (const char *)sqlite3_value_text(value);
	return text ? text : "";
}

/* Activity was summed up to the day as_of and has decayed since. */
static void tie(sqlite3_context *context, int count, sqlite3_value **of)
{
	(void)count;
	const struct kith_index *index = sqlite3_user_data(context);
	const int half_life = sqlite3_value_int(of[4]);
	if (!index->derive || half_life <= 0)
		return;
	const double age = (double)index->now.today - sqlite3_value_int(of[3]);
	const struct kith_tie_input input = {
		.closeness = (const char *)sqlite3_value_text(of[0]),
		.last = sqlite3_value_type(of[1]) == SQLITE_NULL ? KITH_NO_DAY : sqlite3_value_int(of[1]),
		.activity = sqlite3_value_double(of[2]) * exp2(-age / half_life),
		.cadence = kith_span_unpack(sqlite3_value_int64(of[5])),
		.gave = sqlite3_value_int(of[6]) != 0,
		.got = sqlite3_value_int(of[7]) != 0,
		.strands = (unsigned)sqlite3_value_int(of[8]),
		.today = index->now.today,
	};
	const char *band = index->derive->tie(&input);
	if (band)
		sqlite3_result_text(context, band, -1, SQLITE_STATIC);
}

static void has_words(sqlite3_context *context, int count, sqlite3_value **of)
{
	(void)count;
	sqlite3_result_int(context, kith_has_words(text_of(of[0]), text_of(of[1]), sqlite3_value_int(of[2]) != 0));
}

static void fold(sqlite3_context *context, int count, sqlite3_value **of)
{
	(void)count;
	KITH_BUF folded = { 0 };
	kith_fold(&folded, text_of(of[0]), strlen(text_of(of[0])));
	sqlite3_result_text(context, kith_buf_text(&folded), -1, SQLITE_TRANSIENT);
}

static void words(sqlite3_context *context, int count, sqlite3_value **of)
{
	(void)count;
	KITH_BUF folded = { 0 }, split = { 0 };
	kith_fold(&folded, text_of(of[0]), strlen(text_of(of[0])));
	kith_fold_words(&split, kith_buf_text(&folded), folded.length);
	sqlite3_result_text(context, kith_buf_text(&split), -1, SQLITE_TRANSIENT);
}

static void refers(sqlite3_context *context, int count, sqlite3_value **of)
{
	(void)count;
	const int64_t id = sqlite3_value_int64(of[0]);
	const struct kith_field *field = id >= 0 ? kith_field_by_id((size_t)id) : NULL;
	sqlite3_result_int(context, field && kith_field_refers_to(field, (enum kith_kind)sqlite3_value_int(of[1])));
}

int kith_index_add_functions(struct kith_index *index)
{
	static const struct {
		const char *name;
		int arguments, flags;
		void (*function)(sqlite3_context *, int, sqlite3_value **);
	} functions[] = {
		{ "kith_tie", 9, 0, tie },
		{ "kith_has_words", 3, SQLITE_DETERMINISTIC, has_words },
		{ "kith_fold", 1, SQLITE_DETERMINISTIC, fold },
		{ "kith_words", 1, SQLITE_DETERMINISTIC, words },
		{ "kith_refers", 2, SQLITE_DETERMINISTIC, refers },
	};
	int rc = SQLITE_OK;
	for (size_t i = 0; i < kith_count(functions) && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function(index->db, functions[i].name, functions[i].arguments,
		                             SQLITE_UTF8 | functions[i].flags, index, functions[i].function, NULL,
		                             NULL);
	return rc;
}

enum kith_code kith_sql_with_rowid(struct kith_index *index, const char *literal, int64_t rowid, struct kith_err *err)
{
	sqlite3_stmt *statement = kith_sql(index, literal, err);
	if (!statement)
		return KITH_IO;
	(void)sqlite3_bind_int64(statement, 1, rowid);
	return kith_sql_run(index, statement, err);
}
