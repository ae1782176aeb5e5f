/* Any bytes as a query: read, explained, turned into SQL; what SQLite thinks of the SQL is asked too. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/memory.h"
#include "lib/base/text.h"
#include "lib/store/index_db.h"
#include "lib/store/query.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

/* A connection with the tables and functions of an index, and nothing in them. */
static struct kith_index *empty_index(void)
{
	static struct kith_index index;
	if (index.db)
		return &index;
	if (sqlite3_open(":memory:", &index.db) != SQLITE_OK || kith_index_add_functions(&index) != SQLITE_OK ||
	    sqlite3_exec(index.db, kith_index_tables, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(index.db, kith_index_tables_late, NULL, NULL, NULL) != SQLITE_OK)
		abort();
	return &index;
}

static void check_sql(const char *sql)
{
	struct kith_index *index = empty_index();
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(index->db, sql, -1, &statement, NULL) != SQLITE_OK)
		abort();
	sqlite3_finalize(statement);
}

static void check_words(const struct kith_query *query)
{
	const char *const *words;
	const size_t count = kith_query_words(query, &words);
	for (size_t i = 0; i < count; i++)
		if (!*words[i] || strchr(words[i], '"') || !kith_is_utf8(words[i], strlen(words[i]), NULL))
			abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
	KITH_CLEANUP(kith_free) char *text = kith_alloc(size + 1);
	if (size)
		memcpy(text, bytes, size);
	const struct kith_date day = { 2026, 11, 25, -1 };
	const struct kith_now now = { .today = kith_day_of(day) };
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	struct kith_err err = {0};
	size_t column = 0;
	if (kith_query_parse(text, now, &query, &column, &err) != KITH_OK) {
		/* What is wrong is said, at a character of the query or just behind it. */
		if (query || err.code != KITH_USAGE || !*err.message || column < 1 ||
		    column > kith_characters(text, strlen(text)) + 1)
			abort();
		return 0;
	}
	KITH_BUF out = {0};
	kith_query_explain(query, &out);
	if (!out.length || out.text[out.length - 1] != '\n' || !kith_is_utf8(out.text, out.length, NULL))
		abort();
	kith_buf_clear(&out);
	kith_query_sql(query, &out);
	check_sql(out.text);
	check_words(query);
	return 0;
}
