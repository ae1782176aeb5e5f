/* Full text: what changed in a transaction is told to it at the end. */
#include <stdlib.h>
#include <string.h>

#include "lib/store/index_work.h"

/* One change of a record's words.  A record may change several times in one transaction, and
 * its rowid may go to another; full text is told once, what it held before the first and what body holds after the last. */
struct kith_index_text {
	int64_t rowid;
	size_t order;
	const char *names, *words; /* before; NULL: there was none */
};

void kith_work_note_text(struct kith_index_work *work, int64_t rowid, const char *names, const char *words)
{
	const size_t order = work->text_count;
	struct kith_index_text *text =
		kith_arena_push(&work->arena, &work->texts, &work->text_count, &work->text_capacity, sizeof(*text));
	*text = (struct kith_index_text){ .rowid = rowid, .order = order };
	text->names = names ? kith_arena_strdup(&work->arena, names) : NULL;
	text->words = words ? kith_arena_strdup(&work->arena, words) : NULL;
}

static int by_rowid(const void *one, const void *other)
{
	const struct kith_index_text *a = one, *b = other;
	if (a->rowid != b->rowid)
		return a->rowid < b->rowid ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Keep, of each rowid, the state before the transaction; then leave out what is the same after it. */
static enum kith_code settle_texts(struct kith_index *index, struct kith_err *err)
{
	struct kith_index_work *work = index->work;
	KITH_SQL *now = kith_sql(index, "select names, words from body where rowid = ?", err);
	if (!now)
		return KITH_IO;
	qsort(work->texts, work->text_count, sizeof(*work->texts), by_rowid);
	size_t kept = 0;
	int64_t last = 0;
	for (size_t i = 0; i < work->text_count; i++) {
		const struct kith_index_text text = work->texts[i];
		if (text.rowid == last)
			continue;
		last = text.rowid;
		(void)sqlite3_reset(now); /* says again what step said */
		(void)sqlite3_bind_int64(now, 1, text.rowid);
		const enum kith_code code = kith_sql_step(index, now, err);
		if (code == KITH_IO)
			return code;
		const bool same = code == KITH_OK
		                          ? text.names && strcmp(text.names, kith_sql_text(now, 0, NULL)) == 0 &&
		                                    strcmp(text.words, kith_sql_text(now, 1, NULL)) == 0
		                          : !text.names;
		if (!same)
			work->texts[kept++] = text;
	}
	work->text_count = kept;
	return KITH_OK;
}

/* Rowids must ascend in each of the two passes: full text writes out a segment at each step back. */
enum kith_code kith_work_texts(struct kith_index *index, struct kith_err *err)
{
	struct kith_index_work *work = index->work;
	if (!work->text_count)
		return KITH_OK;
	enum kith_code code = settle_texts(index, err);
	sqlite3_stmt *remove =
		kith_sql(index, "insert into text(text, rowid, names, words) values('delete', ?, ?, ?)", err);
	if (!remove)
		return KITH_IO;
	for (size_t i = 0; i < work->text_count && !code; i++) {
		const struct kith_index_text *text = &work->texts[i];
		if (!text->names)
			continue;
		(void)sqlite3_bind_int64(remove, 1, text->rowid);
		kith_sql_bind(remove, 2, text->names);
		kith_sql_bind(remove, 3, text->words);
		code = kith_sql_run(index, remove, err);
	}
	for (size_t i = 0; i < work->text_count && !code; i++)
		code = kith_sql_with_rowid(index,
		                  "insert into text(rowid, names, words) select rowid, names, words from body"
		                  " where rowid = ?",
		                  work->texts[i].rowid, err);
	return code;
}
