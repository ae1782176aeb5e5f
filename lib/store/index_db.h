/* Inside the index: its connection, its tables and its ways of failing.  For the files of lib/store only.
 *
 * Tables (index_tables.c documents every column):
 *
 *   file     one row a path that was looked at: stamp, state, and the record it holds
 *   record   one row a record; rowids of dated notes and events ascend with the date
 *   fact     one row a value of a record
 *   body     the searchable words of a record; the full-text table `text` indexes them
 *   talk     one row a conversation (or plan) and participant
 *   tend     what is derived of a contact or group: last, plan, activity, …
 *   due      what falls due, of any record;  recheck: the day on which a record must be derived again
 *   fault    what is wrong with a file by itself
 *   meta     what the generation was made with */
#ifndef KITH_INDEX_DB_H
#define KITH_INDEX_DB_H

#include <sqlite3.h>

#include "lib/store/index.h"

/* Raise when a table or the meaning of a column changes: older generations are thrown away. */
#define KITH_INDEX_FORMAT 5

/* Values of file.state. */
enum kith_file_state {
	KITH_FILE_OK,
	KITH_FILE_FAULTY,     /* readable, with errors in it */
	KITH_FILE_BROKEN,     /* the parser refuses it as a whole */
	KITH_FILE_UNREADABLE, /* cannot be opened or read: permission, a link, a device, too large */
	KITH_FILE_FOLDER,     /* not a file: a folder that cannot be listed; what was known below it stays */
};

#define KITH_STATEMENTS 128

struct kith_index {
	struct kith_store *store;
	struct kith_now now;
	const struct kith_derive *derive; /* may be NULL */
	sqlite3 *db;                      /* never NULL while the index is open */
	char *path;                       /* of the generation in use; "" if in memory */
	bool temporary;                   /* no generation can be written: everything is in memory */
	bool pending;                     /* nothing built yet: db is an empty stand-in in memory */
	bool damaged;                     /* see kith_index_failed */
	bool unwritable;                  /* the disk refused a write: the next refresh goes on in memory */
	bool bulk;                        /* a generation is being built: full text and indexes come last */
	bool lean;                        /* made for one check: only what kith_check asks is in it */
	size_t lean_files;                /* that were read for it: it has no rows in `file` */
	bool giving;                      /* the next generation is built from it, by this process: no time to heal */
	int wal_pages;                    /* in the WAL after the last commit */
	struct {
		const char *sql; /* compared by address */
		sqlite3_stmt *statement;
	} statements[KITH_STATEMENTS]; /* open addressing by the address */
	size_t statement_count;
	struct kith_index_work *work; /* the transaction that is going on; index_write.c */
};

/* --- failing and healing --- */

/* Fill err for an SQLite result code and return its code: KITH_IO.  A damaged database (SQLITE_CORRUPT, SQLITE_NOTADB, a
 * missing table) marks the index, and takes its generation out of use, so that the next refresh, or the next
 * process, builds a new one. */
enum kith_code kith_index_failed(struct kith_index *, int rc, struct kith_err *);

/* After a failed read: if the index turned out to be damaged, open or build another and return true: read once more.
 * False when there is nothing to heal, or it fails again, or a transaction or the making of the next generation is going
 * on.  Statements must be done with, and those that are not from kith_sql finalized, before.  Rowids that were read
 * earlier may be others then. */
bool kith_index_heal(struct kith_index *);
#define KITH_WITH_HEALING(index, code, reading)                                                                        \
	do {                                                                                                           \
		(code) = (reading);                                                                                    \
		if ((code) == KITH_IO && kith_index_heal(index))                                                       \
			(code) = (reading);                                                                            \
	} while (0)

/* --- statements --- */

/* The prepared statement of a string literal, reset and without bindings; kept by the literal's address, owned by the
 * index.  Put it back with kith_sql_done (or KITH_SQL) as soon as its rows are read: an open one keeps old pages alive.
 * NULL, with err filled, when it cannot be prepared. */
sqlite3_stmt *kith_sql(struct kith_index *, const char *literal, struct kith_err *);
static inline void kith_sql_done(sqlite3_stmt *statement)
{
	if (!statement)
		return;
	(void)sqlite3_reset(statement); /* says again what step said */
	(void)sqlite3_clear_bindings(statement);
}
KITH_DEFINE_CLEANUP(kith_sql_done, sqlite3_stmt)
#define KITH_SQL KITH_CLEANUP(kith_sql_done) sqlite3_stmt

/* For built SQL: finalize it yourself, or own it by KITH_STATEMENT. */
enum kith_code kith_sql_prepare(struct kith_index *, const char *sql, sqlite3_stmt **out, struct kith_err *);
static inline void kith_statement_finalize(sqlite3_stmt *statement)
{
	(void)sqlite3_finalize(statement); /* says again what step said */
}
KITH_DEFINE_CLEANUP(kith_statement_finalize, sqlite3_stmt)
#define KITH_STATEMENT KITH_CLEANUP(kith_statement_finalize) sqlite3_stmt

/* Next row: KITH_OK with a row, KITH_NONE at the end (err untouched), else what kith_index_failed says. */
enum kith_code kith_sql_step(struct kith_index *, sqlite3_stmt *, struct kith_err *);
/* Run a statement that gives no rows. */
enum kith_code kith_sql_run(struct kith_index *, sqlite3_stmt *, struct kith_err *);
/* The same for a literal whose only parameter is a rowid. */
enum kith_code kith_sql_with_rowid(struct kith_index *, const char *literal, int64_t rowid, struct kith_err *);
/* Run SQL of one or several statements without parameters. */
enum kith_code kith_sql_exec(struct kith_index *, const char *sql, struct kith_err *);

/* Bind a text that outlives the statement's use; NULL binds NULL. */
static inline void kith_sql_bind(sqlite3_stmt *statement, int at, const char *text)
{
	(void)sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}
/* KITH_NO_DAY is NULL in all tables. */
static inline void kith_sql_bind_day(sqlite3_stmt *statement, int at, kith_day day)
{
	if (day != KITH_NO_DAY)
		(void)sqlite3_bind_int(statement, at, day);
}
static inline kith_day kith_sql_day(sqlite3_stmt *statement, int column)
{
	return sqlite3_column_type(statement, column) == SQLITE_NULL ? KITH_NO_DAY
	                                                             : sqlite3_column_int(statement, column);
}
/* A text column, never NULL ("" for NULL): in the arena, or without one until the next step. */
const char *kith_sql_text(sqlite3_stmt *, int column, struct kith_arena *);

/* --- rows --- */

/* select KITH_ROW_COLUMNS from KITH_ROW_TABLES where …; `r` is the record, `t` its tend row or NULLs.  SQL functions:
 *
 *   kith_tie(closeness, last, activity, as_of, half_life, cadence, gave, got, strands)
 *            the band of a tie today ("close" …), or NULL when there is none or nothing is derived
 *   kith_has_words(words of a text, wanted words, whole)   as lib/base/text.h; both folded words
 *   kith_words(text)               kith_fold and kith_fold_words of a text
 *   kith_fold(text)                kith_fold of a text
 *   kith_refers(field, kind)       kith_field_refers_to */
#define KITH_TIE "kith_tie(t.closeness, t.last, t.activity, t.as_of, t.half_life, t.cadence, t.gave, t.got, t.strands)"
#define KITH_ROW_COLUMNS                                                                                               \
	"r.rowid, r.kind, r.id, r.path, r.title, r.date, t.last, "                                                     \
	"(select min(day) from due where due.record = r.rowid), " KITH_TIE ", r.broken, r.private"
#define KITH_ROW_TABLES "record r left join tend t on t.record = r.rowid"
enum { KITH_ROW_WIDTH = 11 };

/* Read the KITH_ROW_COLUMNS that begin at a column.  Texts in the arena, or without one until the next step. */
void kith_row_read(sqlite3_stmt *, int column, struct kith_arena *, struct kith_row *);

/* Rowids.  A note or event of a day has (day + KITH_DAY_OFFSET) << KITH_DAY_SHIFT | number, so that newest first is the
 * order of rowids downwards; all other records, and those without a date, lie below KITH_ROWID_DATED. */
#define KITH_DAY_OFFSET (INT64_C(1) << 20)
#define KITH_DAY_SHIFT 24
#define KITH_ROWID_OF_DAY(day) (((int64_t)(day) + KITH_DAY_OFFSET) << KITH_DAY_SHIFT)
#define KITH_ROWID_DATED (INT64_C(1) << 40)

/* A span as one integer: tend.cadence, due.span.  0: none. */
int64_t kith_span_pack(struct kith_span);
struct kith_span kith_span_unpack(int64_t);

/* --- between index*.c --- */

/* index_tables.c: the SQL that makes the tables, and what is made after a bulk build. */
extern const char kith_index_tables[], kith_index_tables_late[], kith_index_tables_lean[];
/* index_sql.c: the functions named above, on a connection. */
int kith_index_add_functions(struct kith_index *);
/* index_sql.c: forget all prepared statements. */
void kith_index_drop_statements(struct kith_index *);

enum kith_code kith_meta_get(struct kith_index *, const char *key, int64_t otherwise, int64_t *out, struct kith_err *);
enum kith_code kith_meta_set(struct kith_index *, const char *key, int64_t value, struct kith_err *);

#endif
