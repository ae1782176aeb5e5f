/* Questions that the index answers without a query. */
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/schema.h"
#include "lib/store/index_work.h"

/* --- one record --- */

static enum kith_code read_row(struct kith_index *index, const char *literal, const char *what,
                               struct kith_arena *arena, struct kith_row *out, struct kith_err *err)
{
	KITH_SQL *select = kith_sql(index, literal, err);
	if (!select)
		return KITH_IO;
	kith_sql_bind(select, 1, what);
	const enum kith_code code = kith_sql_step(index, select, err);
	if (code == KITH_OK)
		kith_row_read(select, 0, arena, out);
	return code;
}

enum kith_code kith_index_row_of_id(struct kith_index *index, const char *id, struct kith_arena *arena,
                                    struct kith_row *out, struct kith_err *err)
{
	static const char sql[] =
		"select " KITH_ROW_COLUMNS " from " KITH_ROW_TABLES " where r.id = ? order by r.path limit 1";
	enum kith_code code;
	KITH_WITH_HEALING(index, code, read_row(index, sql, id, arena, out, err));
	return code == KITH_NONE ? kith_fail(err, KITH_NONE, "there is no record called %s", id) : code;
}

enum kith_code kith_index_row_of_path(struct kith_index *index, const char *path, struct kith_arena *arena,
                                      struct kith_row *out, struct kith_err *err)
{
	static const char sql[] = "select " KITH_ROW_COLUMNS " from file f join " KITH_ROW_TABLES
				  " where f.path = ? and r.rowid = f.record";
	enum kith_code code;
	KITH_WITH_HEALING(index, code, read_row(index, sql, path, arena, out, err));
	return code == KITH_NONE ? kith_fail(err, KITH_NONE, "there is no record at %s", path) : code;
}

/* The numbers are read from the text again, by the rules that read the file. */
static void read_value(sqlite3_stmt *row, struct kith_arena *arena, struct kith_value *out)
{
	const int64_t id = sqlite3_column_int64(row, 0);
	const struct kith_field *field = id >= 0 ? kith_field_by_id((size_t)id) : NULL;
	const char *text = kith_sql_text(row, 3, arena);
	const bool faulty = sqlite3_column_int(row, 6) != 0;
	struct kith_value value;
	if (faulty || !field || !kith_value_read(field, text, &value, NULL, NULL))
		value = (struct kith_value){ .field = field, .text = text, .faulty = faulty, .date.minute = -1 };
	value.entry = (uint32_t)sqlite3_column_int64(row, 1);
	if (sqlite3_column_type(row, 2) != SQLITE_NULL)
		value.key = kith_sql_text(row, 2, arena);
	value.line = (uint32_t)sqlite3_column_int64(row, 4);
	value.column = (uint32_t)sqlite3_column_int64(row, 5);
	*out = value;
}

static enum kith_code read_values(struct kith_index *index, int64_t rowid, struct kith_arena *arena,
                                  struct kith_record *record, struct kith_err *err)
{
	KITH_SQL *facts = kith_sql(index,
	                           "select field, entry, key, text, line, col, faulty from fact"
	                           " where record = ? order by ord",
	                           err);
	if (!facts)
		return KITH_IO;
	(void)sqlite3_bind_int64(facts, 1, rowid);
	size_t capacity = 0;
	enum kith_code code;
	while ((code = kith_sql_step(index, facts, err)) == KITH_OK)
		read_value(
			facts, arena,
			kith_arena_push(arena, &record->values, &record->count, &capacity, sizeof(struct kith_value)));
	return code == KITH_NONE ? KITH_OK : code;
}

static enum kith_code read_record(struct kith_index *index, int64_t rowid, struct kith_arena *arena,
                                  struct kith_record *out, struct kith_err *err)
{
	KITH_SQL *select = kith_sql(index, "select kind, id, path, broken from record where rowid = ?", err);
	if (!select)
		return KITH_IO;
	(void)sqlite3_bind_int64(select, 1, rowid);
	enum kith_code code = kith_sql_step(index, select, err);
	if (code)
		return code;
	struct kith_record record = {
		.kind = (enum kith_kind)sqlite3_column_int(select, 0),
		.id = kith_sql_text(select, 1, arena),
		.path = kith_sql_text(select, 2, arena),
		.broken = sqlite3_column_int(select, 3) != 0,
	};
	code = read_values(index, rowid, arena, &record, err);
	if (!code)
		*out = record;
	return code;
}

enum kith_code kith_index_record(struct kith_index *index, int64_t rowid, struct kith_arena *arena,
                                 struct kith_record *out, struct kith_err *err)
{
	enum kith_code code;
	KITH_WITH_HEALING(index, code, read_record(index, rowid, arena, out, err));
	return code == KITH_NONE ? kith_fail(err, KITH_NONE, "the record is not in the index any more") : code;
}
