#include "index_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/store/index_db.h"

static const char *const tables[] = {
	"select 'file', path, record is null, size, state from file order by path",
	"select 'record', path, kind, id, title, sort, date, private, broken from record order by path",
	"select 'fact', r.path, f.ord, f.field, f.entry, f.key, f.text, f.fold, f.first, f.last, f.line, f.col, "
	"f.faulty"
	" from fact f left join record r on r.rowid = f.record order by r.path, f.ord",
	"select 'body', r.path, b.names, b.words from body b left join record r on r.rowid = b.rowid order by r.path",
	"select 'talk', t.who, t.day, r.path, t.gave, t.got from talk t left join record r on r.rowid = t.record"
	" order by t.who, t.day, r.path",
	/* Activity is compared as of the latest day: older sums decay, and leave out what is long ago a little later. */
	"select 'tend', r.path, t.last, t.plan, t.half_life, t.gave, t.got, t.strands, t.closeness, t.cadence,"
	" round(t.activity * exp2((t.as_of - (select value from meta where key = 'day')) * 1.0 / t.half_life), 1)"
	" from tend t left join record r on r.rowid = t.record order by r.path",
	"select 'due', r.path, d.key, d.source, d.day, d.minute, d.who, d.what, d.since, d.span, d.mine, d.hide, d.line"
	" from due d left join record r on r.rowid = d.record order by r.path, d.key, d.day, d.line",
	"select 'recheck', r.path, c.day from recheck c left join record r on r.rowid = c.record order by r.path",
	"select 'fault', path, ord, severity, line, col, length, message, hint from fault order by path, ord",
	"select 'found', r.path from text join record r on r.rowid = text.rowid where text match 'coffee' order by "
	"r.path",
	"select 'found', r.path from text join record r on r.rowid = text.rowid where text match 'names: an*' order by "
	"r.path",
	"select 'meta', key, value from meta where key not in ('unmerged', 'vocabulary') order by key",
};

/* Rows that a query finds here should not be. */
static const char *const never[] = {
	"select 'orphan', count(*) from fact where record not in (select rowid from record) having count(*) > 0",
	"select 'orphan body', count(*) from body where rowid not in (select rowid from record) having count(*) > 0",
	"select 'no body', count(*) from record where rowid not in (select rowid from body) having count(*) > 0",
	"select 'orphan tend', count(*) from tend where record not in (select rowid from record) having count(*) > 0",
	"select 'lost record', path from record where rowid not in (select record from file where record is not null)",
	"select 'note out of order', a.path, b.path from record a join record b on b.rowid > a.rowid and b.date < "
	"a.date"
	" where a.kind = 1 and b.kind = 1",
};

static void add_rows(struct kith_index *index, const char *sql, struct kith_buf *out)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(index->db, sql, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(index->db));
	int rc;
	while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(statement); i++) {
			const char *text = (const char *)sqlite3_column_text(statement, i);
			kith_buf_addf(out, "%s%s", i ? "|" : "", text ? text : "NULL");
		}
		kith_buf_add_char(out, '\n');
	}
	if (rc != SQLITE_DONE)
		fail_msg("%s: %s", sql, sqlite3_errmsg(index->db));
	sqlite3_finalize(statement);
}

static void exp2_of(sqlite3_context *context, int count, sqlite3_value **of)
{
	(void)count;
	double power = 1, step = sqlite3_value_double(of[0]);
	/* Half-lives are few here: halves, and the root by repeated squaring backwards. */
	for (; step <= -1; step++)
		power /= 2;
	const double x = step * 0.6931471805599453;
	sqlite3_result_double(context,
	                      power * (1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6)))))));
}

void index_dump(struct kith_index *index, struct kith_buf *out)
{
	struct kith_err err = { 0 };
	(void)sqlite3_create_function(index->db, "exp2", 1, SQLITE_UTF8, NULL, exp2_of, NULL, NULL);
	KITH_BUF wrong = { 0 };
	for (size_t i = 0; i < kith_count(never); i++)
		add_rows(index, never[i], &wrong);
	if (wrong.length)
		fail_msg("%s", wrong.text);
	for (size_t i = 0; i < kith_count(tables); i++)
		add_rows(index, tables[i], out);
	if (kith_index_verify(index, &err))
		fail_msg("%s", err.message);
}

void assert_same_dump(const struct kith_buf *one, const struct kith_buf *other, const char *when)
{
	const char *a = kith_buf_text(one), *b = kith_buf_text(other);
	while (*a || *b) {
		const size_t length = strcspn(a, "\n"), other_length = strcspn(b, "\n");
		if (length != other_length || memcmp(a, b, length) != 0)
			fail_msg("%s:\n  %.*s\n  %.*s", when, (int)length, a, (int)other_length, b);
		a += length + (a[length] == '\n');
		b += other_length + (b[other_length] == '\n');
	}
}
