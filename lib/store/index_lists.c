/* Questions that the index answers with lists, without a query. */
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/schema.h"
#include "lib/store/index_work.h"

void kith_sql_add_fields(struct kith_buf *sql, bool (*is_meant)(const struct kith_field *, const void *),
                         const void *user)
{
	const char *before = "(";
	for (size_t i = 0; i < kith_field_count(); i++) {
		const struct kith_field *field = kith_field_by_id(i);
		if (field->kind >= KITH_KINDS || !is_meant(field, user))
			continue;
		kith_buf_addf(sql, "%s%zu", before, i);
		before = ",";
	}
	kith_buf_add(sql, *before == '(' ? "()" : ")");
}

static void bind_limit(sqlite3_stmt *statement, int at, size_t limit)
{
	(void)sqlite3_bind_int64(statement, at, limit > INT32_MAX ? INT32_MAX : (int64_t)limit);
}

/* --- former ids --- */

static bool is_formerly(const struct kith_field *field, const void *user)
{
	(void)user;
	return strcmp(field->path, "formerly") == 0;
}

/* Append " and (field `f` says ?1 by an id of it)": the id itself, and those it had before that no other record has now.  A merge
 * brings such references: one side renamed, the other wrote. */
static void add_says_id(struct kith_buf *sql)
{
	KITH_BUF former = { 0 };
	kith_buf_add(&former, " from fact g join record p on p.rowid = g.record where p.id = ?1 and g.field in ");
	kith_sql_add_fields(&former, is_formerly, NULL);
	kith_buf_add(&former, " and not exists (select 1 from record o where o.id = g.text)");
	kith_buf_addf(sql,
	              " and f.fold in (select kith_fold(?1) union all select kith_fold(?2) union all select g.fold%s and g.fold is not null)"
	              " and f.text in (select ?1 union all select ?2 union all select g.text%s)",
	              former.text, former.text);
}

/* --- mentions --- */

static bool may_refer(const struct kith_field *field, const void *user)
{
	(void)user;
	return kith_field_may_refer(field);
}

static enum kith_code collect_mentions(struct kith_index *index, sqlite3_stmt *select, struct kith_arena *arena,
                                       struct kith_mention **out, size_t *count, struct kith_err *err)
{
	struct kith_mention *list = NULL;
	size_t used = 0, capacity = 0;
	enum kith_code code;
	while ((code = kith_sql_step(index, select, err)) == KITH_OK) {
		struct kith_mention *mention = kith_arena_push(arena, &list, &used, &capacity, sizeof(*list));
		kith_row_read(select, 0, arena, &mention->row);
		mention->field = kith_field_by_id((size_t)sqlite3_column_int(select, KITH_ROW_WIDTH));
		mention->line = (uint32_t)sqlite3_column_int64(select, KITH_ROW_WIDTH + 1);
	}
	if (code != KITH_NONE)
		return code;
	*out = list;
	*count = used;
	return KITH_OK;
}

static enum kith_code read_mentions(struct kith_index *index, const char *id, bool former, size_t limit, struct kith_arena *arena,
                                    struct kith_mention **out, size_t *count, struct kith_err *err)
{
	KITH_BUF sql = { 0 };
	kith_buf_add(&sql,
	             "select " KITH_ROW_COLUMNS ", f.field, f.line from fact f join record r on r.rowid = f.record"
	             " left join tend t on t.record = r.rowid where f.field in ");
	kith_sql_add_fields(&sql, may_refer, NULL);
	if (former)
		add_says_id(&sql);
	else
		kith_buf_add(&sql, " and f.fold in (kith_fold(?1), kith_fold(?2)) and f.text in (?1, ?2)");
	kith_buf_add(&sql, " order by f.record desc, f.ord limit ?3");
	KITH_STATEMENT *select = NULL;
	const enum kith_code code = kith_sql_prepare(index, sql.text, &select, err);
	if (code)
		return code;
	const char *me = index->store->settings.me;
	kith_sql_bind(select, 1, id);
	kith_sql_bind(select, 2, me && strcmp(me, id) == 0 ? "me" : id);
	bind_limit(select, 3, limit);
	return collect_mentions(index, select, arena, out, count, err);
}

enum kith_code kith_index_mentions(struct kith_index *index, const char *id, bool former, size_t limit, struct kith_arena *arena,
                                   struct kith_mention **out, size_t *count, struct kith_err *err)
{
	enum kith_code code;
	KITH_WITH_HEALING(index, code, read_mentions(index, id, former, limit, arena, out, count, err));
	return code;
}

/* --- notes --- */

static enum kith_code read_notes(struct kith_index *index, const char *id, size_t limit, struct kith_arena *arena,
                                 struct kith_row **out, size_t *count, struct kith_err *err)
{
	/* Not from talk: signals and decisions are notes with somebody too. */
	KITH_BUF sql = { 0 };
	kith_buf_addf(&sql,
	              "select " KITH_ROW_COLUMNS " from " KITH_ROW_TABLES
	              " where r.rowid in (select f.record from fact f where f.field = %u",
	              (unsigned)kith_field_find(KITH_KIND_note, "with")->id);
	add_says_id(&sql);
	kith_buf_add(&sql, ") order by r.rowid desc limit ?3");
	KITH_STATEMENT *select = NULL;
	const enum kith_code prepared = kith_sql_prepare(index, sql.text, &select, err);
	if (prepared)
		return prepared;
	kith_sql_bind(select, 1, id);
	kith_sql_bind(select, 2, id);
	bind_limit(select, 3, limit);
	struct kith_row *list = NULL;
	size_t used = 0, capacity = 0;
	enum kith_code code;
	while ((code = kith_sql_step(index, select, err)) == KITH_OK)
		kith_row_read(select, 0, arena, kith_arena_push(arena, &list, &used, &capacity, sizeof(*list)));
	if (code != KITH_NONE)
		return code;
	*out = list;
	*count = used;
	return KITH_OK;
}

enum kith_code kith_index_notes_with(struct kith_index *index, const char *id, size_t limit, struct kith_arena *arena,
                                     struct kith_row **out, size_t *count, struct kith_err *err)
{
	enum kith_code code;
	KITH_WITH_HEALING(index, code, read_notes(index, id, limit, arena, out, count, err));
	return code;
}

/* --- due --- */

#define DUE_COLUMNS                                                                                                    \
	"d.source, d.key, r.id, r.path, d.who, coalesce((select title from record w where w.id = d.who and d.who <> "  \
	"''"                                                                                                           \
	" order by w.path limit 1), nullif(d.who, ''), r.title), d.what, d.day, d.minute, d.since, d.span, d.mine, "   \
	"d.hide, d.line"

static void read_due(sqlite3_stmt *row, struct kith_arena *arena, struct kith_due *out)
{
	*out = (struct kith_due){
		.source = (enum kith_due_source)sqlite3_column_int(row, 0),
		.key = kith_sql_text(row, 1, arena),
		.id = kith_sql_text(row, 2, arena),
		.path = kith_sql_text(row, 3, arena),
		.who = kith_sql_text(row, 4, arena),
		.name = kith_sql_text(row, 5, arena),
		.what = kith_sql_text(row, 6, arena),
		.day = kith_sql_day(row, 7),
		.minute = sqlite3_column_int(row, 8),
		.since = kith_sql_day(row, 9),
		.span = kith_span_unpack(sqlite3_column_int64(row, 10)),
		.mine = sqlite3_column_int(row, 11) != 0,
		.hide = sqlite3_column_int(row, 12) != 0,
		.line = (uint32_t)sqlite3_column_int64(row, 13),
	};
}

static enum kith_code collect_dues(struct kith_index *index, kith_day from, kith_day to, const char *id,
                                   struct kith_arena *arena, struct kith_due **out, size_t *count, struct kith_err *err)
{
	static const char any[] = "select " DUE_COLUMNS " from due d join record r on r.rowid = d.record"
				  " where d.day between ?1 and ?2 order by d.day, d.source, d.minute, r.sort, d.key";
	static const char of_one[] =
		"select " DUE_COLUMNS " from record r join due d on d.record = r.rowid"
		" where r.id = ?3 and d.day between ?1 and ?2 order by d.day, d.source, d.minute, d.key";
	KITH_SQL *select = kith_sql(index, id ? of_one : any, err);
	if (!select)
		return KITH_IO;
	(void)sqlite3_bind_int(select, 1, from); /* KITH_NO_DAY lies before every day */
	(void)sqlite3_bind_int(select, 2, to);
	if (id)
		kith_sql_bind(select, 3, id);
	struct kith_due *list = NULL;
	size_t used = 0, capacity = 0;
	enum kith_code code;
	while ((code = kith_sql_step(index, select, err)) == KITH_OK)
		read_due(select, arena, kith_arena_push(arena, &list, &used, &capacity, sizeof(*list)));
	if (code != KITH_NONE)
		return code;
	*out = list;
	*count = used;
	return KITH_OK;
}

enum kith_code kith_index_due(struct kith_index *index, kith_day from, kith_day to, const char *id,
                              struct kith_arena *arena, struct kith_due **out, size_t *count, struct kith_err *err)
{
	enum kith_code code;
	KITH_WITH_HEALING(index, code, collect_dues(index, from, to, id, arena, out, count, err));
	return code;
}

/* --- words --- */

static bool is_called(const struct kith_field *field, const void *user)
{
	return strcmp(field->path, user) == 0;
}

static bool is_key_called(const struct kith_field *field, const void *user)
{
	return strcmp(field->name, user) == 0;
}

static enum kith_code read_words(struct kith_index *index, const char *name, const char *prefix, size_t limit,
                                 struct kith_arena *arena, const char ***out, size_t *count, struct kith_err *err)
{
	KITH_BUF fields = { 0 }, sql = { 0 };
	kith_sql_add_fields(&fields, is_called, name);
	if (strcmp(fields.text, "()") == 0) {
		kith_buf_clear(&fields);
		kith_sql_add_fields(&fields, is_key_called, name);
	}
	/* Of spellings that fold alike the most used one is shown; ties by the text, so that the answer stays the same. */
	kith_buf_addf(&sql,
	              "select text from (select text, fold, sum(n) over (partition by fold) as alike,"
	              " row_number() over (partition by fold order by n desc, text) as place from"
	              " (select text, fold, count(*) as n from fact where field in %s"
	              " and fold >= ?1 and substr(fold, 1, length(?1)) = ?1 group by fold, text))"
	              " where place = 1 order by alike desc, fold limit ?2",
	              fields.text);
	KITH_STATEMENT *select = NULL;
	enum kith_code code = kith_sql_prepare(index, sql.text, &select, err);
	if (code)
		return code;
	KITH_BUF folded = { 0 };
	kith_fold(&folded, prefix ? prefix : "", prefix ? strlen(prefix) : 0);
	kith_sql_bind(select, 1, kith_buf_text(&folded));
	bind_limit(select, 2, limit);
	const char **list = NULL;
	size_t used = 0, capacity = 0;
	while ((code = kith_sql_step(index, select, err)) == KITH_OK) {
		const char **place = kith_arena_push(arena, &list, &used, &capacity, sizeof(*list));
		*place = kith_sql_text(select, 0, arena);
	}
	if (code != KITH_NONE)
		return code;
	*out = list;
	*count = used;
	return KITH_OK;
}

enum kith_code kith_index_words(struct kith_index *index, const char *field, const char *prefix, size_t limit,
                                struct kith_arena *arena, const char ***out, size_t *count, struct kith_err *err)
{
	enum kith_code code;
	KITH_WITH_HEALING(index, code, read_words(index, field, prefix, limit, arena, out, count, err));
	return code;
}

/* --- counts --- */

static enum kith_code count_records(struct kith_index *index, struct kith_index_counts *out, struct kith_err *err)
{
	KITH_SQL *kinds = kith_sql(index, "select kind, count(*) from record group by kind", err);
	if (!kinds)
		return KITH_IO;
	enum kith_code code;
	while ((code = kith_sql_step(index, kinds, err)) == KITH_OK) {
		const int kind = sqlite3_column_int(kinds, 0);
		if (kind >= 0 && kind < KITH_KINDS)
			out->records[kind] = (size_t)sqlite3_column_int64(kinds, 1);
	}
	return code == KITH_NONE ? KITH_OK : code;
}

static enum kith_code count_files(struct kith_index *index, struct kith_index_counts *out, struct kith_err *err)
{
	KITH_SQL *states = kith_sql(index, "select state, count(*) from file group by state", err);
	if (!states)
		return KITH_IO;
	enum kith_code code;
	while ((code = kith_sql_step(index, states, err)) == KITH_OK) {
		const int state = sqlite3_column_int(states, 0);
		const size_t count = (size_t)sqlite3_column_int64(states, 1);
		out->files += state == KITH_FILE_FOLDER ? 0 : count;
		out->folders += state == KITH_FILE_FOLDER ? count : 0;
		out->faulty += state == KITH_FILE_FAULTY ? count : 0;
		out->broken += state == KITH_FILE_BROKEN || state == KITH_FILE_UNREADABLE ? count : 0;
	}
	return code == KITH_NONE ? KITH_OK : code;
}

static bool is_conflict_field(const struct kith_field *field, const void *user)
{
	(void)user;
	return strcmp(field->path, "conflicts.field") == 0;
}

static enum kith_code count_conflicts(struct kith_index *index, struct kith_index_counts *out, struct kith_err *err)
{
	KITH_BUF sql = { 0 };
	kith_buf_add(&sql, "select count(*) from fact where fold is not null and field in ");
	kith_sql_add_fields(&sql, is_conflict_field, NULL);
	KITH_STATEMENT *count = NULL;
	enum kith_code code = kith_sql_prepare(index, sql.text, &count, err);
	if (!code)
		code = kith_sql_step(index, count, err);
	if (!code)
		out->conflicts = (size_t)sqlite3_column_int64(count, 0);
	return code;
}

static enum kith_code count_all(struct kith_index *index, struct kith_index_counts *out, struct kith_err *err)
{
	struct kith_index_counts counts = { 0 };
	enum kith_code code = count_records(index, &counts, err);
	if (!code)
		code = count_files(index, &counts, err);
	if (!code)
		code = count_conflicts(index, &counts, err);
	if (!code)
		*out = counts;
	return code;
}

enum kith_code kith_index_counts(struct kith_index *index, struct kith_index_counts *out, struct kith_err *err)
{
	enum kith_code code;
	KITH_WITH_HEALING(index, code, count_all(index, out, err));
	return code;
}
