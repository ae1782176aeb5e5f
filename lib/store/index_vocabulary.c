/* Which words and ids are in use: for editors, which offer them.
 *
 * meta.vocabulary is a number that rises when an id, a name or a word appears or disappears, and else stays.  It costs two
 * looks at the rows of each record that changes, and one for each word of it that was not there before, or is no longer.
 *
 * What private records say is not offered: they stay out altogether.  So do the ids of notes, which hardly anything
 * refers to and of which there are thousands. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/record/vocabulary.h"
#include "lib/store/index_vocabulary.h"

enum { NAME_LIMIT = 100 /* characters of a name that is shown beside an id */ };

static bool is_offered(enum kith_kind kind)
{
	return kind != KITH_KIND_note;
}

static bool is_word(const struct kith_field *field)
{
	return field && (field->type == KITH_WORD || field->type == KITH_WORD_OR_REF);
}

/* --- what a record brings --- */

struct kith_term {
	int field; /* -1: its id and name */
	const char *text;
};

static void add_term(struct kith_terms *terms, int field, const char *text)
{
	struct kith_term *term =
		kith_arena_push(&terms->arena, &terms->list, &terms->count, &terms->capacity, sizeof(*term));
	*term = (struct kith_term){ field, text };
}

static int by_term(const void *one, const void *other)
{
	const struct kith_term *a = one, *b = other;
	return a->field != b->field ? (a->field < b->field ? -1 : 1) : strcmp(a->text, b->text);
}

static enum kith_code read_words(struct kith_index *index, int64_t rowid, struct kith_terms *terms, struct kith_err *err)
{
	KITH_SQL *words = kith_sql(index, "select field, fold from fact where record = ? and fold is not null", err);
	if (!words)
		return KITH_IO;
	(void)sqlite3_bind_int64(words, 1, rowid);
	enum kith_code code;
	while ((code = kith_sql_step(index, words, err)) == KITH_OK) {
		const int field = sqlite3_column_int(words, 0);
		if (field >= 0 && is_word(kith_field_by_id((size_t)field)))
			add_term(terms, field, kith_sql_text(words, 1, &terms->arena));
	}
	return code == KITH_NONE ? KITH_OK : code;
}

enum kith_code kith_terms_read(struct kith_index *index, int64_t rowid, struct kith_terms *terms, struct kith_err *err)
{
	if (!rowid || index->bulk)
		return KITH_OK;
	KITH_SQL *record = kith_sql(index, "select kind, id, title from record where rowid = ? and not private", err);
	if (!record)
		return KITH_IO;
	(void)sqlite3_bind_int64(record, 1, rowid);
	enum kith_code code = kith_sql_step(index, record, err);
	if (code)
		return code == KITH_NONE ? KITH_OK : code;
	const enum kith_kind kind = (enum kith_kind)sqlite3_column_int(record, 0);
	if (is_offered(kind))
		add_term(terms, -1,
		         kith_arena_printf(&terms->arena, "%d %s %s", (int)kind, kith_sql_text(record, 1, NULL),
		                           kith_sql_text(record, 2, NULL)));
	code = read_words(index, rowid, terms, err);
	if (terms->count)
		qsort(terms->list, terms->count, sizeof(*terms->list), by_term);
	return code;
}

void kith_terms_finish(struct kith_terms *terms)
{
	kith_arena_finish(&terms->arena);
}

/* Whether the word is also that of another record: the one at hand has it before or after only. */
static enum kith_code is_known(struct kith_index *index, const struct kith_term *term, int64_t before, int64_t after,
                               bool *out, struct kith_err *err)
{
	KITH_SQL *other = kith_sql(index,
	                           "select 1 from fact f join record r on r.rowid = f.record where f.field = ?1"
	                           " and f.fold = ?2 and f.record not in (?3, ?4) and not r.private limit 1",
	                           err);
	if (!other)
		return KITH_IO;
	(void)sqlite3_bind_int(other, 1, term->field);
	kith_sql_bind(other, 2, term->text);
	(void)sqlite3_bind_int64(other, 3, before);
	(void)sqlite3_bind_int64(other, 4, after);
	const enum kith_code code = kith_sql_step(index, other, err);
	*out = code == KITH_OK;
	return code == KITH_NONE ? KITH_OK : code;
}

enum kith_code kith_terms_compare(struct kith_index *index, const struct kith_terms *before, int64_t was,
                                  const struct kith_terms *after, int64_t is, struct kith_err *err)
{
	size_t one = 0, other = 0;
	enum kith_code code = KITH_OK;
	while (!code && !index->work->new_terms && (one < before->count || other < after->count)) {
		const int order = one == before->count     ? 1
		                  : other == after->count ? -1
		                                          : by_term(&before->list[one], &after->list[other]);
		const struct kith_term *only = order < 0 ? &before->list[one] : &after->list[other];
		one += order <= 0;
		other += order >= 0;
		bool known = false;
		if (order && only->field >= 0)
			code = is_known(index, only, was, is, &known, err);
		if (!code && order && !known)
			index->work->new_terms = true;
	}
	return code;
}

/* --- the number --- */

/* Those of two generations must not be taken for each other, so each begins with the time. */
enum kith_code kith_terms_begin(struct kith_index *index, struct kith_err *err)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return kith_meta_set(index, "vocabulary", (int64_t)now.tv_sec * 1000000000 + now.tv_nsec, err);
}

enum kith_code kith_terms_count(struct kith_index *index, struct kith_err *err)
{
	int64_t number;
	if (!index->work->new_terms)
		return KITH_OK;
	const enum kith_code code = kith_meta_get(index, "vocabulary", 0, &number, err);
	return code ? code : kith_meta_set(index, "vocabulary", number + 1, err);
}

enum kith_code kith_index_vocabulary_number(struct kith_index *index, int64_t *out, struct kith_err *err)
{
	enum kith_code code;
	KITH_WITH_HEALING(index, code, kith_meta_get(index, "vocabulary", 0, out, err));
	return code;
}

/* --- all of them --- */

struct named {
	const char *id, *name;
};

static int by_id(const void *one, const void *other)
{
	return strcmp(((const struct named *)one)->id, ((const struct named *)other)->id);
}

/* Of too many those that one talked with last, then the newest. */
static enum kith_code read_ids(struct kith_index *index, enum kith_kind kind, struct kith_arena *arena,
                               struct kith_vocabulary *out, struct kith_err *err)
{
	KITH_SQL *select = kith_sql(index,
	                            "select r.id, substr(r.title, 1, ?3) from record r left join tend t on t.record = r.rowid"
	                            " where r.kind = ?1 and not r.private order by t.last desc, r.rowid desc limit ?2",
	                            err);
	if (!select)
		return KITH_IO;
	(void)sqlite3_bind_int(select, 1, kind);
	(void)sqlite3_bind_int(select, 2, KITH_VOCABULARY_IDS);
	(void)sqlite3_bind_int(select, 3, NAME_LIMIT);
	struct named *list = NULL;
	size_t count = 0, capacity = 0, kept = 0;
	enum kith_code code;
	while ((code = kith_sql_step(index, select, err)) == KITH_OK)
		*(struct named *)kith_arena_push(arena, &list, &count, &capacity, sizeof(*list)) =
			(struct named){ kith_sql_text(select, 0, arena), kith_sql_text(select, 1, arena) };
	if (code != KITH_NONE)
		return code;
	if (count)
		qsort(list, count, sizeof(*list), by_id);
	const char **ids = kith_arena_alloc(arena, (count + 1) * sizeof(*ids)),
		   **names = kith_arena_alloc(arena, (count + 1) * sizeof(*names));
	for (size_t i = 0; i < count; i++) {
		if (kept && strcmp(ids[kept - 1], list[i].id) == 0)
			continue; /* one id in two files */
		ids[kept] = list[i].id;
		names[kept++] = list[i].name;
	}
	out->ids[kind].list = ids;
	out->ids[kind].names = names;
	out->ids[kind].count = kept;
	return KITH_OK;
}

static bool shares_words(const struct kith_field *field, const void *first)
{
	return is_word(field) && kith_vocabulary_field(field) == first;
}

/* As a record that is not private writes it. */
static enum kith_code spelling_of(struct kith_index *index, const char *fields, const char *fold, struct kith_arena *arena,
                                  const char **out, struct kith_err *err)
{
	KITH_BUF sql = { 0 };
	kith_buf_addf(&sql,
	              "select f.text from fact f join record r on r.rowid = f.record where f.field in %s and f.fold = ?1"
	              " and not r.private limit 1",
	              fields);
	KITH_STATEMENT *select = NULL;
	enum kith_code code = kith_sql_prepare(index, sql.text, &select, err);
	if (code)
		return code;
	kith_sql_bind(select, 1, fold);
	code = kith_sql_step(index, select, err);
	*out = code == KITH_OK ? kith_sql_text(select, 0, arena) : NULL;
	return code == KITH_NONE ? KITH_OK : code;
}

/* The index on folded words alone says which are used most. */
static enum kith_code read_words_of(struct kith_index *index, const struct kith_field *first, struct kith_arena *arena,
                                    struct kith_vocabulary *out, struct kith_err *err)
{
	KITH_BUF fields = { 0 }, sql = { 0 };
	kith_sql_add_fields(&fields, shares_words, first);
	if (strcmp(fields.text, "()") == 0)
		return KITH_OK; /* of kith.yaml only */
	kith_buf_addf(&sql,
	              "select fold from fact where field in %s and fold is not null and fold <> '' group by fold"
	              " order by count(*) desc, fold limit %d",
	              fields.text, KITH_VOCABULARY_WORDS);
	KITH_STATEMENT *select = NULL;
	enum kith_code code = kith_sql_prepare(index, sql.text, &select, err);
	if (code)
		return code;
	const char **list = NULL;
	size_t count = 0, capacity = 0;
	while ((code = kith_sql_step(index, select, err)) == KITH_OK) {
		const char *text;
		code = spelling_of(index, fields.text, kith_sql_text(select, 0, NULL), arena, &text, err);
		if (code)
			return code;
		if (text)
			*(const char **)kith_arena_push(arena, &list, &count, &capacity, sizeof(*list)) = text;
	}
	out->words[first->id].list = list;
	out->words[first->id].count = count;
	return code == KITH_NONE ? KITH_OK : code;
}

static enum kith_code read_all(struct kith_index *index, struct kith_arena *arena, struct kith_vocabulary *out,
                               struct kith_err *err)
{
	enum kith_code code = KITH_OK;
	*out = (struct kith_vocabulary){ 0 };
	out->words = kith_arena_alloc(arena, kith_field_count() * sizeof(*out->words));
	for (unsigned kind = 0; kind < KITH_KINDS && !code; kind++)
		if (is_offered((enum kith_kind)kind))
			code = read_ids(index, (enum kith_kind)kind, arena, out, err);
	for (size_t id = 0; id < kith_field_count() && !code; id++)
		if (kith_vocabulary_field(kith_field_by_id(id)) == kith_field_by_id(id))
			code = read_words_of(index, kith_field_by_id(id), arena, out, err);
	return code;
}

enum kith_code kith_index_vocabulary(struct kith_index *index, struct kith_arena *arena, struct kith_vocabulary *out,
                                     struct kith_err *err)
{
	enum kith_code code;
	KITH_WITH_HEALING(index, code, read_all(index, arena, out, err));
	return code;
}
