/* The rows of one record: record, fact, body, talk. */
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/types.h"
#include "lib/store/index_work.h"

enum {
	FOLD_LIMIT = 200, /* bytes of a text that is compared as a whole */
	GIFTS = 100,      /* in one note, that are told apart by who gave what to whom */
};

bool kith_is_person(enum kith_kind kind)
{
	return kind == KITH_KIND_contact || kind == KITH_KIND_group;
}

void kith_work_touch(struct kith_index *index, const char *id)
{
	struct kith_index_work *work = index->work;
	const char **place = kith_arena_push(&work->arena, &work->persons, &work->person_count, &work->person_capacity,
	                                     sizeof(*place));
	*place = kith_arena_strdup(&work->arena, id);
}

/* --- rowids --- */

static kith_day day_of(const struct kith_record *record)
{
	if (record->kind != KITH_KIND_note && record->kind != KITH_KIND_event)
		return KITH_NO_DAY;
	const struct kith_value *date = kith_record_get(record, "date");
	return date ? kith_day_of(date->date) : KITH_NO_DAY;
}

/* The rowids among which a record of this day lies. */
static void band_of(kith_day day, int64_t *first, int64_t *last)
{
	*first = day == KITH_NO_DAY ? 1 : KITH_ROWID_OF_DAY(day);
	*last = day == KITH_NO_DAY ? KITH_ROWID_DATED - 1 : *first + (INT64_C(1) << KITH_DAY_SHIFT) - 1;
}

static enum kith_code new_rowid(struct kith_index *index, kith_day day, int64_t *out, struct kith_err *err)
{
	int64_t first, last;
	band_of(day, &first, &last);
	KITH_SQL *highest = kith_sql(index,
	                             "select rowid from record where rowid between ? and ?"
	                             " order by rowid desc limit 1",
	                             err);
	if (!highest)
		return KITH_IO;
	(void)sqlite3_bind_int64(highest, 1, first);
	(void)sqlite3_bind_int64(highest, 2, last);
	const enum kith_code code = kith_sql_step(index, highest, err);
	if (code == KITH_IO)
		return code;
	*out = code == KITH_OK ? sqlite3_column_int64(highest, 0) + 1 : first;
	if (*out > last)
		return kith_fail(err, KITH_IO, "the index has no room for so many records of one day");
	return KITH_OK;
}

/* --- removing --- */

/* Whom a note was with, from its facts as they still are. */
static enum kith_code remove_talk(struct kith_index *index, int64_t rowid, struct kith_err *err)
{
	KITH_SQL *with = kith_sql(index,
	                          "select f.text, r.date from record r join fact f on f.record = r.rowid"
	                          " where r.rowid = ?1 and +f.field = ?2 and r.date is not null",
	                          err);
	KITH_SQL *gone = kith_sql(index, "delete from talk where who = ?1 and day = ?2 and record = ?3", err);
	if (!with || !gone)
		return KITH_IO;
	(void)sqlite3_bind_int64(with, 1, rowid);
	(void)sqlite3_bind_int(with, 2, kith_field_find(KITH_KIND_note, "with")->id);
	enum kith_code code;
	while ((code = kith_sql_step(index, with, err)) == KITH_OK) {
		kith_work_touch(index, kith_sql_text(with, 0, NULL));
		kith_sql_bind(gone, 1, kith_sql_text(with, 0, NULL));
		(void)sqlite3_bind_int(gone, 2, sqlite3_column_int(with, 1));
		(void)sqlite3_bind_int64(gone, 3, rowid);
		code = kith_sql_run(index, gone, err);
		if (code)
			return code;
	}
	return code == KITH_NONE ? KITH_OK : code;
}

static enum kith_code remove_body(struct kith_index *index, int64_t rowid, struct kith_err *err)
{
	KITH_SQL *before = kith_sql(index, "delete from body where rowid = ? returning names, words", err);
	if (!before)
		return KITH_IO;
	(void)sqlite3_bind_int64(before, 1, rowid);
	enum kith_code code;
	while ((code = kith_sql_step(index, before, err)) == KITH_OK)
		kith_work_note_text(index->work, rowid, kith_sql_text(before, 0, NULL), kith_sql_text(before, 1, NULL));
	return code == KITH_NONE ? KITH_OK : code;
}

/* Conversations under the id of a person who goes are those of whoever had that id before. */
static enum kith_code touch_person(struct kith_index *index, int64_t rowid, struct kith_err *err)
{
	KITH_SQL *person = kith_sql(index, "select id from record where rowid = ?1 and kind in (?2, ?3)", err);
	if (!person)
		return KITH_IO;
	(void)sqlite3_bind_int64(person, 1, rowid);
	(void)sqlite3_bind_int(person, 2, KITH_KIND_contact);
	(void)sqlite3_bind_int(person, 3, KITH_KIND_group);
	const enum kith_code code = kith_sql_step(index, person, err);
	if (code == KITH_OK)
		kith_work_touch(index, kith_sql_text(person, 0, NULL));
	return code == KITH_NONE ? KITH_OK : code;
}

enum kith_code kith_work_remove(struct kith_index *index, int64_t rowid, struct kith_err *err)
{
	enum kith_code code = remove_talk(index, rowid, err);
	if (!code)
		code = touch_person(index, rowid, err);
	if (!code)
		code = remove_body(index, rowid, err);
	if (!code)
		code = kith_sql_with_rowid(index, "delete from fact where record = ?", rowid, err);
	if (!code)
		code = kith_sql_with_rowid(index, "delete from tend where record = ?", rowid, err);
	if (!code)
		code = kith_sql_with_rowid(index, "delete from due where record = ?", rowid, err);
	if (!code)
		code = kith_sql_with_rowid(index, "delete from recheck where record = ?", rowid, err);
	if (!code)
		code = kith_sql_with_rowid(index, "delete from record where rowid = ?", rowid, err);
	return code;
}

/* --- facts and words --- */

struct writing {
	struct kith_index *index;
	const struct kith_record *record;
	int64_t rowid;
	struct kith_buf names, words, folded;
};

static void add_words(struct kith_buf *out, const char *folded, size_t length)
{
	if (!length)
		return;
	const size_t before = out->length;
	if (before)
		kith_buf_add_char(out, ' ');
	kith_fold_words(out, folded, length);
	if (out->length == before + (before > 0)) { /* nothing but signs */
		out->length = before;
		out->text[before] = '\0';
	}
}

static bool is_name(const struct kith_field *field)
{
	return field && (strcmp(field->path, "name") == 0 || strcmp(field->path, "aka") == 0);
}

/* What a value is compared by as a whole; NULL when it is not. */
static const char *comparable(const struct writing *writing, const struct kith_value *value, bool has_range)
{
	const bool whole = !has_range && !value->faulty && (!value->field || value->field->type != KITH_BLOCK) &&
	                   strlen(value->text) <= FOLD_LIMIT;
	return whole ? kith_buf_text(&writing->folded) : NULL;
}

/* References, queries and former ids are all that a check asks for. */
static bool is_checked(const struct kith_value *value)
{
	const struct kith_field *field = value->field;
	return field && !value->faulty && strlen(value->text) <= FOLD_LIMIT &&
	       (kith_field_may_refer(field) || (field->flags & KITH_QUERY) || strcmp(field->path, "formerly") == 0);
}

/* Only a former id is looked for there. */
static enum kith_code put_lean_fact(const struct writing *writing, size_t ord, struct kith_err *err)
{
	const struct kith_value *value = &writing->record->values[ord];
	if (!is_checked(value))
		return KITH_OK;
	sqlite3_stmt *put = kith_sql(writing->index,
	                             "insert into fact(record, ord, field, entry, text, fold, line, col, faulty)"
	                             " values(?,?,?,0,?,?,?,?,0)",
	                             err);
	if (!put)
		return KITH_IO;
	KITH_BUF folded = { 0 };
	if (!kith_field_may_refer(value->field) && !(value->field->flags & KITH_QUERY))
		kith_fold(&folded, value->text, strlen(value->text));
	(void)sqlite3_bind_int64(put, 1, writing->rowid);
	(void)sqlite3_bind_int64(put, 2, (int64_t)ord);
	(void)sqlite3_bind_int(put, 3, value->field->id);
	kith_sql_bind(put, 4, value->text);
	kith_sql_bind(put, 5, folded.text);
	(void)sqlite3_bind_int64(put, 6, value->line);
	(void)sqlite3_bind_int64(put, 7, value->column);
	return kith_sql_run(writing->index, put, err);
}

static enum kith_code put_fact(struct writing *writing, size_t ord, struct kith_err *err)
{
	const struct kith_value *value = &writing->record->values[ord];
	sqlite3_stmt *put = kith_sql(writing->index,
	                             "insert into fact(record, ord, field, entry, key, text, fold,"
	                             " first, last, line, col, faulty) values(?,?,?,?,?,?,?,?,?,?,?,?)",
	                             err);
	if (!put)
		return KITH_IO;
	kith_buf_clear(&writing->folded);
	kith_fold(&writing->folded, value->text, strlen(value->text));
	add_words(is_name(value->field) ? &writing->names : &writing->words, kith_buf_text(&writing->folded),
	          writing->folded.length);
	int64_t first, last;
	const bool has_range =
		!value->faulty && value->field && kith_type_row(value->field->type)->range(value, &first, &last);
	(void)sqlite3_bind_int64(put, 1, writing->rowid);
	(void)sqlite3_bind_int64(put, 2, (int64_t)ord);
	(void)sqlite3_bind_int(put, 3, value->field ? value->field->id : -1);
	(void)sqlite3_bind_int64(put, 4, value->entry);
	kith_sql_bind(put, 5, value->key);
	kith_sql_bind(put, 6, value->text);
	kith_sql_bind(put, 7, comparable(writing, value, has_range));
	if (has_range) {
		(void)sqlite3_bind_int64(put, 8, first);
		(void)sqlite3_bind_int64(put, 9, last);
	}
	(void)sqlite3_bind_int64(put, 10, value->line);
	(void)sqlite3_bind_int64(put, 11, value->column);
	(void)sqlite3_bind_int(put, 12, value->faulty);
	return kith_sql_run(writing->index, put, err);
}

static enum kith_code put_body(struct writing *writing, struct kith_err *err)
{
	if (writing->record->kind != KITH_KIND_note) {
		kith_buf_clear(&writing->folded);
		kith_fold(&writing->folded, writing->record->id, strlen(writing->record->id));
		add_words(&writing->names, kith_buf_text(&writing->folded), writing->folded.length);
	}
	sqlite3_stmt *put = kith_sql(writing->index, "insert into body(rowid, names, words) values(?, ?, ?)", err);
	if (!put)
		return KITH_IO;
	(void)sqlite3_bind_int64(put, 1, writing->rowid);
	kith_sql_bind(put, 2, kith_buf_text(&writing->names));
	kith_sql_bind(put, 3, kith_buf_text(&writing->words));
	if (!writing->index->bulk)
		kith_work_note_text(writing->index->work, writing->rowid, NULL, NULL);
	return kith_sql_run(writing->index, put, err);
}

/* --- talk --- */

static bool is_conversation(const struct kith_record *note)
{
	const char *how = kith_record_text(note, "how");
	if (!how)
		return true;
	KITH_BUF folded = { 0 };
	kith_fold(&folded, how, strlen(how));
	return strcmp(kith_buf_text(&folded), "signal") != 0 && strcmp(kith_buf_text(&folded), "decision") != 0;
}

static bool is_me(const struct kith_index *index, const char *id)
{
	const char *me = index->store->settings.me;
	return strcmp(id, "me") == 0 || (me && strcmp(id, me) == 0);
}

/* Something given: the ends that the note names; NULL is whoever was there, or the user. */
struct gift {
	const char *from, *to;
	bool was_got; /* noted as got; else as given */
};

struct gifts {
	struct gift list[GIFTS];
	size_t count;
};

/* Each costs a look through the whole record, so that a hostile one must not have ever so many. */
static void add_gifts(struct gifts *gifts, const struct kith_record *note, bool got)
{
	const char *field = got ? "got.what" : "gave.what";
	for (const struct kith_value *what = NULL;
	     (what = kith_record_next(note, field, what)) && gifts->count < GIFTS;) {
		const struct kith_value *from = kith_record_sibling(note, what, got ? "got.from" : "gave.from");
		const struct kith_value *to = kith_record_sibling(note, what, got ? "got.to" : "gave.to");
		gifts->list[gifts->count++] = (struct gift){ from ? from->text : NULL, to ? to->text : NULL, got };
	}
}

/* Which way it went between the user and one who was there: +1 to them, -1 from them, 0 between others. */
static int direction_of(const struct kith_index *index, const struct gift *gift, const char *who)
{
	const bool from_them = gift->from ? strcmp(gift->from, who) == 0 : gift->was_got;
	const bool to_them = gift->to ? strcmp(gift->to, who) == 0 : !gift->was_got;
	const bool from_me = gift->from ? is_me(index, gift->from) : !gift->was_got;
	const bool to_me = gift->to ? is_me(index, gift->to) : gift->was_got;
	return from_me && to_them ? 1 : from_them && to_me ? -1 : 0;
}

static bool was_given(const struct kith_index *index, const struct gifts *gifts, const char *who, int direction)
{
	for (size_t i = 0; i < gifts->count; i++)
		if (direction_of(index, &gifts->list[i], who) == direction)
			return true;
	return false;
}

static enum kith_code put_talk(const struct writing *writing, kith_day day, struct kith_err *err)
{
	const struct kith_record *note = writing->record;
	if (note->kind != KITH_KIND_note || day == KITH_NO_DAY || !is_conversation(note))
		return KITH_OK;
	sqlite3_stmt *put = kith_sql(writing->index,
	                             "insert or ignore into talk(who, day, record, gave, got)"
	                             " values(?, ?, ?, ?, ?)",
	                             err);
	if (!put)
		return KITH_IO;
	struct gifts gifts = { .count = 0 };
	add_gifts(&gifts, note, false);
	add_gifts(&gifts, note, true);
	for (const struct kith_value *with = NULL; (with = kith_record_next(note, "with", with));) {
		kith_sql_bind(put, 1, with->text);
		kith_sql_bind_day(put, 2, day);
		(void)sqlite3_bind_int64(put, 3, writing->rowid);
		(void)sqlite3_bind_int(put, 4, was_given(writing->index, &gifts, with->text, 1));
		(void)sqlite3_bind_int(put, 5, was_given(writing->index, &gifts, with->text, -1));
		const enum kith_code code = kith_sql_run(writing->index, put, err);
		if (code)
			return code;
		if (!writing->index->bulk)
			kith_work_touch(writing->index, with->text);
	}
	return KITH_OK;
}

/* --- the whole --- */

/* A need speaks of somebody's hardship, so it is private unless it says otherwise. */
static bool is_private(const struct kith_record *record)
{
	return kith_record_is(record, "private") ||
	       (record->kind == KITH_KIND_need && !kith_record_get(record, "private"));
}

static enum kith_code put_record(struct writing *writing, kith_day day, struct kith_err *err)
{
	const struct kith_record *record = writing->record;
	sqlite3_stmt *put = kith_sql(writing->index,
	                             "insert into record(rowid, kind, id, path, title, sort, date, private,"
	                             " broken) values(?,?,?,?,?,?,?,?,?)",
	                             err);
	if (!put)
		return KITH_IO;
	KITH_BUF title = { 0 };
	kith_buf_clear(&writing->folded);
	if (!writing->index->lean || record->kind != KITH_KIND_note) {
		kith_record_title(&title, record);
		kith_fold(&writing->folded, kith_buf_text(&title), title.length);
	}
	(void)sqlite3_bind_int64(put, 1, writing->rowid);
	(void)sqlite3_bind_int(put, 2, record->kind);
	kith_sql_bind(put, 3, record->id);
	kith_sql_bind(put, 4, record->path);
	kith_sql_bind(put, 5, kith_buf_text(&title));
	kith_sql_bind(put, 6, kith_buf_text(&writing->folded));
	kith_sql_bind_day(put, 7, day);
	(void)sqlite3_bind_int(put, 8, is_private(record));
	(void)sqlite3_bind_int(put, 9, record->broken);
	return kith_sql_run(writing->index, put, err);
}

static enum kith_code place_record(struct kith_index *index, kith_day day, int64_t *rowid, struct kith_err *err)
{
	int64_t first, last;
	band_of(day, &first, &last);
	if (*rowid) {
		const enum kith_code code = kith_work_remove(index, *rowid, err);
		if (code)
			return code;
	}
	return *rowid >= first && *rowid <= last ? KITH_OK : new_rowid(index, day, rowid, err);
}

enum kith_code kith_work_put(struct kith_index *index, const struct kith_record *record, int64_t *rowid,
                             struct kith_err *err)
{
	const kith_day day = index->lean ? KITH_NO_DAY : day_of(record);
	enum kith_code code = index->lean ? KITH_OK : place_record(index, day, rowid, err);
	if (index->lean)
		*rowid = ++index->work->last_rowid;
	if (code)
		return code;
	struct writing writing = { .index = index, .record = record, .rowid = *rowid };
	code = put_record(&writing, day, err);
	for (size_t ord = 0; ord < record->count && !code; ord++)
		code = index->lean ? put_lean_fact(&writing, ord, err) : put_fact(&writing, ord, err);
	if (!code && !index->lean)
		code = put_body(&writing, err);
	if (!code && !index->lean)
		code = put_talk(&writing, day, err);
	if (!code && kith_is_person(record->kind) && !index->bulk)
		kith_work_touch(index, record->id);
	kith_buf_finish(&writing.names);
	kith_buf_finish(&writing.words);
	kith_buf_finish(&writing.folded);
	return code;
}
