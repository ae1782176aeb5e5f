/* What is derived of records: last conversation and activity of persons and groups, and what falls due. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/store/index_work.h"

enum {
	USUAL_HALF_LIFE = 90, /* days, for those without a cadence */
	HALF_LIVES = 10,      /* after so many a conversation counts for less than a thousandth */
	LONGEST_HALF_LIFE = 36525,
	BEARINGS =
		100, /* roles and tags, and cadences in kith.yaml, that are looked at: a hostile store has a million */
};

/* --- cadence --- */

/* What a contact is to the user, folded: the words by which kith.yaml gives cadences. */
struct bearings {
	struct kith_arena arena;
	const char *words[BEARINGS];
	size_t count;
};

static const char *folded(struct kith_arena *arena, const char *text)
{
	KITH_BUF out = { 0 };
	kith_fold(&out, text, strlen(text));
	return kith_arena_strndup(arena, kith_buf_text(&out), out.length);
}

static void add_bearings(struct bearings *bearings, const struct kith_record *record, const char *field)
{
	for (const struct kith_value *value = NULL;
	     bearings->count < BEARINGS && (value = kith_record_next(record, field, value));)
		bearings->words[bearings->count++] = folded(&bearings->arena, value->text);
}

static bool bears(const struct bearings *bearings, const char *word)
{
	for (size_t i = 0; i < bearings->count; i++)
		if (strcmp(bearings->words[i], word) == 0)
			return true;
	return false;
}

static struct kith_span shortest_given(const struct kith_settings *settings, struct bearings *bearings)
{
	struct kith_span shortest = { 0 };
	size_t looked_at = 0;
	for (const struct kith_value *value = NULL;
	     looked_at < BEARINGS && (value = kith_record_next(&settings->record, "cadences", value)); looked_at++) {
		if (!bears(bearings, folded(&bearings->arena, value->key)))
			continue;
		const bool none_yet = !shortest.count && !shortest.never;
		if (none_yet || kith_span_days(value->span) < kith_span_days(shortest))
			shortest = value->span;
	}
	return shortest;
}

struct kith_span kith_cadence_of(const struct kith_settings *settings, const struct kith_record *record)
{
	const struct kith_value *own = kith_is_person(record->kind) ? kith_record_get(record, "cadence") : NULL;
	if (own)
		return own->span;
	struct bearings bearings = { .count = 0 };
	if (!kith_record_get(&settings->record, "cadences"))
		return (struct kith_span){ 0 };
	if (record->kind == KITH_KIND_contact)
		add_bearings(&bearings, record, "roles");
	add_bearings(&bearings, record, "tags");
	const struct kith_span shortest = shortest_given(settings, &bearings);
	kith_arena_finish(&bearings.arena);
	return shortest;
}

static int half_life_of(struct kith_span cadence)
{
	if (cadence.never || cadence.count <= 0)
		return USUAL_HALF_LIFE;
	const int32_t days = kith_span_days(cadence);
	return days < 1 ? 1 : days > LONGEST_HALF_LIFE ? LONGEST_HALF_LIFE : days;
}

/* --- tend --- */

struct tend {
	kith_day last, plan;
	double activity;
	int half_life;
	bool gave, got;
	unsigned strands;
	struct kith_span cadence;
};

/* Also under ids that they had before, and that no other record has now: a merge brings a note that was written on one side while the
 * other renamed. */
static enum kith_code sum_talk(struct kith_index *index, int64_t rowid, const struct kith_record *person, struct tend *tend,
                               struct kith_err *err)
{
	KITH_SQL *talk = kith_sql(index,
	                          "select day, max(gave), max(got) from talk where who in (select ?1 union all select f.text"
	                          " from fact f where f.record = ?2 and f.field = ?3"
	                          " and not exists (select 1 from record o where o.id = f.text))"
	                          " group by record, day order by day desc",
	                          err);
	if (!talk)
		return KITH_IO;
	kith_sql_bind(talk, 1, person->id);
	(void)sqlite3_bind_int64(talk, 2, rowid);
	(void)sqlite3_bind_int(talk, 3, kith_field_find(person->kind, "formerly")->id);
	enum kith_code code;
	while ((code = kith_sql_step(index, talk, err)) == KITH_OK) {
		const kith_day day = sqlite3_column_int(talk, 0);
		if (day > index->now.today) {
			tend->plan = day;
			continue;
		}
		if (tend->last == KITH_NO_DAY)
			tend->last = day;
		tend->gave |= sqlite3_column_int(talk, 1) != 0;
		tend->got |= sqlite3_column_int(talk, 2) != 0;
		const int64_t age = (int64_t)index->now.today - day;
		if (age <= (int64_t)HALF_LIVES * tend->half_life)
			tend->activity += exp2(-(double)age / tend->half_life);
	}
	return code == KITH_NONE ? KITH_OK : code;
}

static unsigned count_of(const struct kith_record *record, const char *field)
{
	unsigned count = 0;
	for (const struct kith_value *value = NULL; (value = kith_record_next(record, field, value));)
		count++;
	return count;
}

static enum kith_code put_tend(struct kith_index *index, int64_t rowid, const struct kith_record *record,
                               const struct tend *tend, struct kith_err *err)
{
	sqlite3_stmt *put = kith_sql(index,
	                             "insert or replace into tend(record, last, plan, activity, as_of, half_life, gave,"
	                             " got, strands, closeness, cadence) values(?,?,?,?,?,?,?,?,?,?,?)",
	                             err);
	if (!put)
		return KITH_IO;
	(void)sqlite3_bind_int64(put, 1, rowid);
	kith_sql_bind_day(put, 2, tend->last);
	kith_sql_bind_day(put, 3, tend->plan);
	(void)sqlite3_bind_double(put, 4, tend->activity);
	(void)sqlite3_bind_int(put, 5, index->now.today);
	(void)sqlite3_bind_int(put, 6, tend->half_life);
	(void)sqlite3_bind_int(put, 7, tend->gave);
	(void)sqlite3_bind_int(put, 8, tend->got);
	(void)sqlite3_bind_int64(put, 9, tend->strands);
	kith_sql_bind(put, 10, record->kind == KITH_KIND_contact ? kith_record_text(record, "closeness") : NULL);
	(void)sqlite3_bind_int64(put, 11, kith_span_pack(tend->cadence));
	return kith_sql_run(index, put, err);
}

/* --- due --- */

static bool is_user(const struct kith_index *index, const struct kith_record *record)
{
	const char *me = index->store->settings.me;
	return me && record->kind == KITH_KIND_contact && strcmp(me, record->id) == 0;
}

static enum kith_code clear(struct kith_index *index, const char *literal, int64_t rowid, struct kith_err *err)
{
	sqlite3_stmt *statement = kith_sql(index, literal, err);
	if (!statement)
		return KITH_IO;
	(void)sqlite3_bind_int64(statement, 1, rowid);
	return kith_sql_run(index, statement, err);
}

static enum kith_code put_due(struct kith_index *index, int64_t rowid, const struct kith_due *due, struct kith_err *err)
{
	sqlite3_stmt *put = kith_sql(index,
	                             "insert into due(record, key, source, day, minute, who, what, since, span, mine,"
	                             " hide, line) values(?,?,?,?,?,?,?,?,?,?,?,?)",
	                             err);
	if (!put)
		return KITH_IO;
	(void)sqlite3_bind_int64(put, 1, rowid);
	kith_sql_bind(put, 2, due->key);
	(void)sqlite3_bind_int(put, 3, due->source);
	(void)sqlite3_bind_int(put, 4, due->day);
	(void)sqlite3_bind_int(put, 5, due->minute);
	kith_sql_bind(put, 6, due->who ? due->who : "");
	kith_sql_bind(put, 7, due->what ? due->what : "");
	kith_sql_bind_day(put, 8, due->since);
	(void)sqlite3_bind_int64(put, 9, kith_span_pack(due->span));
	(void)sqlite3_bind_int(put, 10, due->mine);
	(void)sqlite3_bind_int(put, 11, due->hide);
	(void)sqlite3_bind_int64(put, 12, due->line);
	return kith_sql_run(index, put, err);
}

static enum kith_code put_recheck(struct kith_index *index, int64_t rowid, kith_day day, struct kith_err *err)
{
	if (day == KITH_NO_DAY)
		return KITH_OK;
	sqlite3_stmt *put = kith_sql(index, "insert or replace into recheck(record, day) values(?, ?)", err);
	if (!put)
		return KITH_IO;
	(void)sqlite3_bind_int64(put, 1, rowid);
	(void)sqlite3_bind_int(put, 2, day);
	return kith_sql_run(index, put, err);
}

/* Nobody is reminded of themselves: of the user's own record, only what it asks for in so many words. */
static bool is_wanted(const struct kith_index *index, const struct kith_record *record, const struct kith_due *due)
{
	return due->day != KITH_NO_DAY &&
	       (!is_user(index, record) || due->source == KITH_DUE_REMIND || due->source == KITH_DUE_PROMISE);
}

/* `plan`: a day on which the answer changes in any case. */
static enum kith_code put_dues(struct kith_index *index, int64_t rowid, const struct kith_derive_input *input,
                               struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	struct kith_due *list = NULL;
	size_t count = 0;
	kith_day again = index->derive->due(input, &arena, &list, &count);
	if (input->next_plan != KITH_NO_DAY && (again == KITH_NO_DAY || input->next_plan < again))
		again = input->next_plan;
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < count && !code; i++)
		if (is_wanted(index, input->record, &list[i]))
			code = put_due(index, rowid, &list[i], err);
	return code ? code : put_recheck(index, rowid, again, err);
}

static enum kith_code clear_dues(struct kith_index *index, int64_t rowid, struct kith_err *err)
{
	const enum kith_code code = clear(index, "delete from due where record = ?", rowid, err);
	return code ? code : clear(index, "delete from recheck where record = ?", rowid, err);
}

/* --- records --- */

enum kith_code kith_derive_record(struct kith_index *index, int64_t rowid, const struct kith_record *record,
                                  struct kith_err *err)
{
	if (!index->derive)
		return KITH_OK;
	const struct kith_derive_input input = {
		.record = record,
		.last = KITH_NO_DAY,
		.next_plan = KITH_NO_DAY,
		.settings = &index->store->settings,
		.today = index->now.today,
	};
	const enum kith_code code = index->bulk ? KITH_OK : clear_dues(index, rowid, err);
	return code ? code : put_dues(index, rowid, &input, err);
}

static enum kith_code derive_one_person(struct kith_index *index, int64_t rowid, struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	struct kith_record record;
	enum kith_code code = kith_index_record(index, rowid, &arena, &record, err);
	if (!code)
		code = clear(index, "delete from tend where record = ?", rowid, err);
	if (!code)
		code = clear_dues(index, rowid, err);
	struct tend tend = { .last = KITH_NO_DAY, .plan = KITH_NO_DAY };
	if (!code && !is_user(index, &record)) {
		tend.cadence = kith_cadence_of(&index->store->settings, &record);
		tend.half_life = half_life_of(tend.cadence);
		if (record.kind == KITH_KIND_contact)
			tend.strands = count_of(&record, "roles") + count_of(&record, "groups") +
			               count_of(&record, "will_help.with");
		code = sum_talk(index, rowid, &record, &tend, err);
		if (!code)
			code = put_tend(index, rowid, &record, &tend, err);
	}
	const struct kith_derive_input input = {
		.record = &record,
		.last = tend.last,
		.next_plan = tend.plan,
		.settings = &index->store->settings,
		.today = index->now.today,
	};
	return code ? code : put_dues(index, rowid, &input, err);
}

struct rowids {
	struct kith_arena arena;
	int64_t *list;
	size_t count, capacity;
};

/* All rowids first, because what is done for each writes to the tables they come from. */
static enum kith_code collect(struct kith_index *index, sqlite3_stmt *rows, struct rowids *out, struct kith_err *err)
{
	enum kith_code code;
	while ((code = kith_sql_step(index, rows, err)) == KITH_OK)
		*(int64_t *)kith_arena_push(&out->arena, &out->list, &out->count, &out->capacity, sizeof(int64_t)) =
			sqlite3_column_int64(rows, 0);
	kith_sql_done(rows);
	return code == KITH_NONE ? KITH_OK : code;
}

static enum kith_code derive_any(struct kith_index *index, int64_t rowid, struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	struct kith_record record;
	const enum kith_code code = kith_index_record(index, rowid, &arena, &record, err);
	return code ? code : kith_derive_record(index, rowid, &record, err);
}

static enum kith_code derive_each(struct kith_index *index, sqlite3_stmt *rows, bool persons, struct kith_err *err)
{
	if (!rows)
		return KITH_IO;
	struct rowids rowids = { 0 };
	enum kith_code code = collect(index, rows, &rowids, err);
	for (size_t i = 0; i < rowids.count && !code; i++)
		code = persons ? derive_one_person(index, rowids.list[i], err) : derive_any(index, rowids.list[i], err);
	kith_arena_finish(&rowids.arena);
	return code;
}

enum kith_code kith_derive_person(struct kith_index *index, const char *id, struct kith_err *err)
{
	if (!index->derive)
		return KITH_OK;
	sqlite3_stmt *rows = kith_sql(index,
	                              "select rowid from record where id = ?1 and kind in (?2, ?3) union"
	                              " select record from fact where field in (?4, ?5) and fold = kith_fold(?1) and text = ?1",
	                              err);
	if (rows) {
		kith_sql_bind(rows, 1, id);
		(void)sqlite3_bind_int(rows, 2, KITH_KIND_contact);
		(void)sqlite3_bind_int(rows, 3, KITH_KIND_group);
		(void)sqlite3_bind_int(rows, 4, kith_field_find(KITH_KIND_contact, "formerly")->id);
		(void)sqlite3_bind_int(rows, 5, kith_field_find(KITH_KIND_group, "formerly")->id);
	}
	return derive_each(index, rows, true, err);
}

enum kith_code kith_derive_persons(struct kith_index *index, struct kith_err *err)
{
	if (!index->derive)
		return KITH_OK;
	sqlite3_stmt *rows = kith_sql(index, "select rowid from record where kind in (?1, ?2)", err);
	if (rows) {
		(void)sqlite3_bind_int(rows, 1, KITH_KIND_contact);
		(void)sqlite3_bind_int(rows, 2, KITH_KIND_group);
	}
	return derive_each(index, rows, true, err);
}

static enum kith_code derive_all(struct kith_index *index, struct kith_err *err)
{
	enum kith_code code = kith_sql_exec(index, "delete from due; delete from recheck; delete from tend", err);
	if (code)
		return code;
	sqlite3_stmt *rows = kith_sql(index, "select rowid from record where kind not in (?1, ?2)", err);
	if (rows) {
		(void)sqlite3_bind_int(rows, 1, KITH_KIND_contact);
		(void)sqlite3_bind_int(rows, 2, KITH_KIND_group);
	}
	code = derive_each(index, rows, false, err);
	return code ? code : kith_derive_persons(index, err);
}

static enum kith_code derive_due_for_it(struct kith_index *index, struct kith_err *err)
{
	sqlite3_stmt *others = kith_sql(index,
	                                "select c.record from recheck c join record r on r.rowid = c.record"
	                                " where c.day <= ?1 and r.kind not in (?2, ?3)",
	                                err);
	sqlite3_stmt *persons = kith_sql(index,
	                                 "select c.record from recheck c join record r on r.rowid = c.record"
	                                 " where c.day <= ?1 and r.kind in (?2, ?3)",
	                                 err);
	sqlite3_stmt *both[] = { others, persons };
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < kith_count(both) && !code; i++) {
		if (both[i]) {
			(void)sqlite3_bind_int(both[i], 1, index->now.today);
			(void)sqlite3_bind_int(both[i], 2, KITH_KIND_contact);
			(void)sqlite3_bind_int(both[i], 3, KITH_KIND_group);
		}
		code = derive_each(index, both[i], i == 1, err);
	}
	return code;
}

/* --- the day --- */

enum kith_code kith_derive_mark(struct kith_index *index, struct kith_err *err)
{
	enum kith_code code = kith_meta_set(index, "derive", index->derive ? index->derive->version : 0, err);
	if (!code)
		code = kith_meta_set(index, "settings", (int64_t)index->store->settings.fingerprint, err);
	return code ? code : kith_meta_set(index, "day", index->derive ? index->now.today : KITH_NO_DAY, err);
}

enum scope { NOTHING, THOSE_DUE, ALL };

static enum kith_code scope_of(struct kith_index *index, enum scope *out, struct kith_err *err)
{
	int64_t version, settings, day;
	enum kith_code code = kith_meta_get(index, "derive", 0, &version, err);
	if (!code)
		code = kith_meta_get(index, "settings", 0, &settings, err);
	if (!code)
		code = kith_meta_get(index, "day", KITH_NO_DAY, &day, err);
	if (code)
		return code;
	if (version != index->derive->version || settings != (int64_t)index->store->settings.fingerprint ||
	    day == KITH_NO_DAY || day > index->now.today)
		*out = ALL;
	else
		*out = day < index->now.today ? THOSE_DUE : NOTHING;
	return KITH_OK;
}

enum kith_code kith_derive_now(struct kith_index *index, struct kith_err *err)
{
	if (!index->derive || index->pending)
		return KITH_OK;
	enum scope scope;
	enum kith_code code = scope_of(index, &scope, err);
	if (code || scope == NOTHING)
		return code;
	struct kith_index_report report = { 0 };
	struct kith_index_work work;
	code = kith_work_begin(index, &work, &report, err);
	if (code)
		return code;
	/* Another process may have done it while this one waited for its turn. */
	code = scope_of(index, &scope, err);
	if (!code && scope != NOTHING)
		code = scope == ALL ? derive_all(index, err) : derive_due_for_it(index, err);
	if (!code)
		code = kith_derive_mark(index, err);
	if (code) {
		kith_work_roll_back(index);
		return code;
	}
	return kith_work_commit(index, err);
}
