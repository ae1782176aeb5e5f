#include "lib/store/query_tree.h"

#include <string.h>

#include "lib/store/index_db.h"

void kith_query_destroy(struct kith_query *query)
{
	if (!query)
		return;
	kith_arena_finish(&query->arena);
	kith_free(query);
}

size_t kith_query_words(const struct kith_query *query, const char *const **words)
{
	*words = query->words;
	return query->word_count;
}

/* --- the statement --- */

/* Everything ends with id and path, so that an order is the same on every machine. */
static const char *order_by(const struct kith_query_options *options)
{
	const bool is_dated = options->kind == KITH_KIND_note || options->kind == KITH_KIND_event;
	_Static_assert(KITH_KIND_note == 1 && KITH_KIND_event == 3,
	               "the kinds that are ordered by date are named below");
	switch (options->order) {
	case KITH_BY_NAME: return "r.sort, r.id, r.path";
	case KITH_BY_DATE: return "r.date desc nulls last, r.kind, r.sort, r.id, r.path";
	case KITH_BY_LAST: return "t.last nulls last, r.kind, r.sort, r.id, r.path";
	case KITH_BY_DUE:
		return "(select min(day) from due where due.record = r.rowid) nulls last, r.kind, r.sort, r.id, "
		       "r.path";
	case KITH_BY_DEFAULT: break;
	}
	if (is_dated)
		return "r.date desc nulls last, r.id, r.path";
	if (options->kind >= 0)
		return "r.sort, r.id, r.path";
	return "r.kind, iif(r.kind in (1,3), r.date, null) desc nulls last, iif(r.kind in (1,3), '', r.sort), "
	       "r.id, r.path";
}

static void compile(const struct kith_query *query, const struct kith_query_options *given,
                    struct kith_query_sql *sql, struct kith_buf *out)
{
	const struct kith_query_options everything = { .kind = -1 }, *options = given ? given : &everything;
	KITH_BUF condition = {0};
	kith_query_condition(query, sql, &condition);
	if (options->kind >= 0)
		kith_buf_addf(&condition, " and %sr.kind = %d", query->root && kith_query_narrows(query->root) ? "+" : "",
		              options->kind);
	if (sql->tables.length)
		kith_buf_addf(out, "%s ", sql->tables.text);
	kith_buf_finish(&sql->tables);

	const char *order = order_by(options);
	kith_buf_add(out, "select " KITH_ROW_COLUMNS " from ");
	if (!options->limit) {
		kith_buf_addf(out, KITH_ROW_TABLES " where %s order by %s", condition.text, order);
		return;
	}
	/* What a row shows is read after the limit is applied, not of every record that is passed over. */
	kith_buf_addf(out, "(select r.rowid as picked from " KITH_ROW_TABLES " where %s order by %s limit ",
	              condition.text, order);
	const int64_t limit = options->limit > INT32_MAX ? INT32_MAX : (int64_t)options->limit;
	kith_query_parameter(sql, (struct kith_query_parameter){ .bind = QUERY_BIND_NUMBER, .number = limit },
	                     out);
	kith_buf_addf(
		out,
		") cross join record r on r.rowid = picked left join tend t on t.record = r.rowid order by %s",
		order);
}

void kith_query_sql(const struct kith_query *query, struct kith_buf *out)
{
	KITH_ARENA arena = {0};
	struct kith_query_sql sql = { .arena = &arena };
	compile(query, NULL, &sql, out);
}

/* --- running --- */

/* `me` and the id of the contact that is the user are two names of one. */
static const char *other_name_of_me(const char *text, const char *me)
{
	if (!me)
		return text;
	if (strcmp(text, "me") == 0)
		return me;
	return strcmp(text, me) == 0 ? "me" : text;
}

static void bind(const struct kith_index *index, sqlite3_stmt *statement, const struct kith_query_sql *sql)
{
	for (size_t i = 0; i < sql->count; i++) {
		const struct kith_query_parameter *parameter = &sql->parameters[i];
		const int at = (int)i + 1;
		switch (parameter->bind) {
		case QUERY_BIND_TEXT:
			kith_sql_bind(statement, at, parameter->text);
			break;
		case QUERY_BIND_OTHER_ME:
			kith_sql_bind(statement, at,
			              other_name_of_me(parameter->text, index->store->settings.me));
			break;
		case QUERY_BIND_NUMBER:
			(void)sqlite3_bind_int64(statement, at,
			                         parameter->number); /* a wrong place is our mistake */
			break;
		case QUERY_BIND_TODAY:
			kith_sql_bind_day(statement, at, index->now.today);
			break;
		}
	}
}

static enum kith_code run(struct kith_index *index, const char *text, const struct kith_query_sql *sql,
                          kith_query_row *on_row, void *user, size_t *count, struct kith_err *err)
{
	KITH_STATEMENT *statement = NULL;
	enum kith_code code = kith_sql_prepare(index, text, &statement, err);
	if (code != KITH_OK)
		return code;
	bind(index, statement, sql);
	while ((code = kith_sql_step(index, statement, err)) == KITH_OK) {
		struct kith_row row;
		kith_row_read(statement, 0, NULL, &row);
		++*count;
		if (!on_row(user, &row))
			return KITH_OK;
	}
	return code == KITH_NONE ? KITH_OK : code;
}

enum kith_code kith_query_run(struct kith_index *index, const struct kith_query *query,
                              const struct kith_query_options *options, kith_query_row *on_row, void *user,
                              struct kith_err *err)
{
	KITH_ARENA arena = {0};
	struct kith_query_sql sql = { .arena = &arena };
	KITH_BUF text = {0};
	compile(query, options, &sql, &text);
	size_t count = 0;
	enum kith_code code = run(index, text.text, &sql, on_row, user, &count, err);
	/* Rows that were given away cannot be taken back; all are sorted first, so a damage shows before. */
	if (code != KITH_OK && count == 0 && kith_index_heal(index))
		code = run(index, text.text, &sql, on_row, user, &count, err);
	return code;
}
