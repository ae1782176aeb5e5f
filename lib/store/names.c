#include "lib/store/names.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/store/index_db.h"

enum { ALL_KINDS = (1 << KITH_KINDS) - 1, NO_NOTES = ALL_KINDS & ~(1 << KITH_KIND_note), NAMES_IN_HINT = 3 };

/* What was typed, in the forms in which it is looked for. */
struct wanted {
	const char *text;
	const char *id;       /* NFC of it */
	const char *folded;
	const char *prefixes; /* FTS5: each word begins a word of a name; NULL if there is no word in it */
	const char *whole;    /* the same with whole words */
	const char *id_first, *id_end; /* ids that begin so; NULL if none can */
	unsigned kinds;
	size_t limit;
};

struct found {
	struct kith_arena *arena;
	struct kith_row *rows;
	size_t count, capacity;
};

/* --- reading what was typed --- */

/* One term a typed word; the parts of a word follow each other, by which a piece of a name is found in CJK. */
static const char *match_of(const char *folded, bool whole, struct kith_arena *arena)
{
	KITH_BUF match = {0};
	KITH_BUF words = {0};
	for (const char *at = folded; *at;) {
		const size_t length = strcspn(at, " ");
		kith_buf_clear(&words);
		kith_fold_words(&words, at, length);
		at += length;
		at += strspn(at, " ");
		/* Letters and digits in quotes: nothing in them can be FTS5's syntax. */
		if (words.length)
			kith_buf_addf(&match, "%s\"%s\"%s", match.length ? " AND " : "names : (", words.text,
			              whole ? "" : " *");
	}
	if (!match.length)
		return NULL;
	kith_buf_add(&match, ")");
	return kith_arena_strdup(arena, match.text);
}

static struct wanted read_wanted(const char *text, unsigned kinds, size_t limit, struct kith_arena *arena)
{
	KITH_BUF folded = {0};
	KITH_BUF id = {0};
	kith_fold(&folded, text, strlen(text));
	kith_nfc(&id, text, strlen(text));
	struct wanted wanted = { .text = text, .kinds = kinds ? kinds : NO_NOTES, .limit = limit };
	wanted.id = kith_arena_strdup(arena, kith_buf_text(&id));
	wanted.folded = kith_arena_strdup(arena, kith_buf_text(&folded));
	wanted.prefixes = match_of(wanted.folded, false, arena);
	wanted.whole = match_of(wanted.folded, true, arena);
	if (folded.length && !strchr(wanted.folded, ' ')) {
		wanted.id_first = wanted.folded;
		/* U+10FFFF: after all that begin so. */
		wanted.id_end = kith_arena_printf(arena, "%s\xF4\x8F\xBF\xBF", wanted.folded);
	}
	return wanted;
}

/* --- looking --- */

/* Those at hand before things, those talked to lately before others; the rest makes it the same every time. */
#define ORDER "r.kind <> 0, t.last desc nulls last, r.sort, r.id, r.path limit ?2"
_Static_assert(KITH_KIND_contact == 0, "contacts come first in ORDER");
#define SELECT "select " KITH_ROW_COLUMNS " from " KITH_ROW_TABLES " where (?1 >> r.kind & 1) and "

static void bind_kinds(sqlite3_stmt *statement, const struct wanted *wanted)
{
	const int64_t limit = wanted->limit && wanted->limit < INT32_MAX ? (int64_t)wanted->limit : -1;
	(void)sqlite3_bind_int(statement, 1, (int)wanted->kinds); /* a wrong place is our mistake */
	(void)sqlite3_bind_int64(statement, 2, limit);
}

static enum kith_code read_rows(struct kith_index *index, sqlite3_stmt *statement, struct found *found,
                                struct kith_err *err)
{
	enum kith_code code;
	while ((code = kith_sql_step(index, statement, err)) == KITH_OK) {
		struct kith_row *row = kith_arena_push(found->arena, &found->rows, &found->count,
		                                       &found->capacity, sizeof(*row));
		kith_row_read(statement, 0, found->arena, row);
	}
	return code == KITH_NONE ? KITH_OK : code;
}

static enum kith_code find_id(struct kith_index *index, const struct wanted *wanted, struct found *found,
                              struct kith_err *err)
{
	/* Of two files with one id, the first. */
	KITH_SQL *statement = kith_sql(index, SELECT "r.id in (?2, ?3) order by r.path limit 1", err);
	if (!statement)
		return KITH_IO;
	const char *me = index->store->settings.me;
	const bool is_me = me && strcmp(wanted->folded, "me") == 0;
	(void)sqlite3_bind_int(statement, 1, (int)wanted->kinds); /* a wrong place is our mistake */
	kith_sql_bind(statement, 2, is_me ? me : wanted->id);
	kith_sql_bind(statement, 3, is_me ? me : wanted->folded);
	return read_rows(index, statement, found, err);
}

/* "field in (…)": what a record is called. */
static void add_name_fields(struct kith_buf *out)
{
	static const char *const names[] = { "name", "aka" };
	const char *comma = "field in (";
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		for (size_t i = 0; i < kith_count(names); i++) {
			const struct kith_field *field = kith_field_find(kind, names[i]);
			if (field) {
				kith_buf_addf(out, "%s%u", comma, (unsigned)field->id);
				comma = ",";
			}
		}
	}
	kith_buf_add(out, ")");
}

static enum kith_code find_name(struct kith_index *index, const struct wanted *wanted, struct found *found,
                                struct kith_err *err)
{
	KITH_BUF sql = {0};
	kith_buf_add(&sql, SELECT "r.rowid in (select record from fact where ");
	add_name_fields(&sql);
	kith_buf_add(&sql, " and fold = ?3) order by " ORDER);
	KITH_STATEMENT *statement = NULL;
	const enum kith_code code = kith_sql_prepare(index, sql.text, &statement, err);
	if (code != KITH_OK)
		return code;
	bind_kinds(statement, wanted);
	kith_sql_bind(statement, 3, wanted->folded);
	return read_rows(index, statement, found, err);
}

/* Whole words before beginnings of words: who types ana means Ana Silva, not Anahit. */
static enum kith_code find_words(struct kith_index *index, const struct wanted *wanted, struct found *found,
                                 struct kith_err *err)
{
	KITH_SQL *statement = kith_sql(index,
		SELECT "r.rowid in (select rowid from text where text match ?3) order by " ORDER, err);
	if (!statement)
		return KITH_IO;
	bind_kinds(statement, wanted);
	kith_sql_bind(statement, 3, wanted->whole);
	return read_rows(index, statement, found, err);
}

static enum kith_code find_prefixes(struct kith_index *index, const struct wanted *wanted, struct found *found,
                                    struct kith_err *err)
{
	KITH_SQL *statement = kith_sql(index,
		SELECT "r.rowid in (select rowid from text where text match ?3"
		" union select rowid from record where id >= ?4 and id < ?5)"
		" order by " ORDER, err);
	if (!statement)
		return KITH_IO;
	bind_kinds(statement, wanted);
	kith_sql_bind(statement, 3, wanted->prefixes);
	kith_sql_bind(statement, 4, wanted->id_first);
	kith_sql_bind(statement, 5, wanted->id_end);
	return read_rows(index, statement, found, err);
}

/* --- what is written alike --- */

/* A folded text with what tells quickly that it is not alike: the letters in it. */
struct spelling {
	const char *text;
	size_t length;    /* characters */
	uint64_t letters; /* one bit a letter, several letters to a bit */
};

static struct spelling spell(const char *text)
{
	struct spelling spelling = { .text = text };
	const unsigned char *bytes = (const unsigned char *)text;
	for (size_t i = 0; bytes[i]; i++) {
		/* The last byte of a character tells it from its neighbours best. */
		if ((bytes[i + 1] & 0xC0) == 0x80)
			continue;
		spelling.length++;
		spelling.letters |= UINT64_C(1) << (bytes[i] & 63);
	}
	return spelling;
}

/* Mistakes that are forgiven in a text of this length; `slack` more when names are only suggested, but never in more than
 * a third of its letters: in a short word they would make any name of it. */
static unsigned mistakes(size_t length, unsigned slack)
{
	const unsigned forgiven = (length < 3 ? 0 : length < 6 ? 1 : length < 10 ? 2 : 3) + slack;
	return forgiven < length / 3 ? forgiven : (unsigned)(length / 3);
}

static unsigned count_edits(const struct spelling *one, const struct spelling *other, unsigned limit)
{
	/* An edit changes two letters at most. */
	const unsigned different = (unsigned)__builtin_popcountll(one->letters ^ other->letters);
	if (different > 2 * limit)
		return limit + 1;
	return kith_edits(one->text, other->text, limit);
}

enum { MOST_WORDS = 8, TOO_FAR = 1000 };
struct words {
	struct spelling whole, word[MOST_WORDS];
	size_t count;
};

/* The words are in the arena; those of a name beyond the eighth are not looked at. */
static struct words split(const char *folded, struct kith_arena *arena)
{
	struct words words = { .whole = spell(folded) };
	char *at = kith_arena_strdup(arena, folded);
	while (*at && words.count < MOST_WORDS) {
		char *end = at + strcspn(at, " ");
		const bool is_last = !*end;
		*end = '\0';
		words.word[words.count++] = spell(at);
		at = is_last ? end : end + 1;
	}
	return words;
}

/* Mistakes between what was typed and a name: word by word, in any order, or all at once ("mariagarcia"). */
static unsigned distance(const struct words *wanted, const struct words *name, unsigned slack)
{
	const unsigned whole_limit = mistakes(wanted->whole.length, slack);
	const unsigned whole = count_edits(&wanted->whole, &name->whole, whole_limit);
	unsigned sum = 0;
	for (size_t i = 0; i < wanted->count; i++) {
		const unsigned limit = mistakes(wanted->word[i].length, slack);
		unsigned least = limit + 1;
		for (size_t j = 0; j < name->count && least > 0; j++) {
			const unsigned edits = count_edits(&wanted->word[i], &name->word[j], limit);
			if (edits < least)
				least = edits;
		}
		/* A word of which every letter is wrong is another word. */
		if (least > limit || least >= wanted->word[i].length) {
			sum = TOO_FAR;
			break;
		}
		sum += least;
	}
	return whole <= whole_limit && whole < wanted->whole.length && whole < sum ? whole : sum;
}

struct alike {
	int64_t rowid;
	unsigned distance;
};

struct likes {
	struct alike *list;
	size_t count, capacity;
	unsigned least;
};

/* Keep the names that are nearest. */
static void keep_nearest(struct likes *likes, struct alike alike, struct kith_arena *arena)
{
	if (alike.distance > likes->least)
		return;
	if (alike.distance < likes->least)
		likes->count = 0;
	likes->least = alike.distance;
	for (size_t i = 0; i < likes->count; i++)
		if (likes->list[i].rowid == alike.rowid)
			return; /* by another of its names */
	struct alike *place =
		kith_arena_push(arena, &likes->list, &likes->count, &likes->capacity, sizeof(*place));
	*place = alike;
}

static enum kith_code compare_names(struct kith_index *index, const struct wanted *wanted, unsigned slack,
                                    struct kith_arena *arena, struct likes *likes, struct kith_err *err)
{
	KITH_BUF sql = {0};
	kith_buf_add(&sql, "select r.rowid, fold from fact join record r on r.rowid = record"
	                   " where (?1 >> r.kind & 1) and fold is not null and ");
	add_name_fields(&sql);
	KITH_STATEMENT *statement = NULL;
	enum kith_code code = kith_sql_prepare(index, sql.text, &statement, err);
	if (code != KITH_OK)
		return code;
	(void)sqlite3_bind_int(statement, 1, (int)wanted->kinds); /* a wrong place is our mistake */
	const struct words typed = split(wanted->folded, arena);
	while ((code = kith_sql_step(index, statement, err)) == KITH_OK) {
		KITH_ARENA scratch = {0};
		const struct words name = split(kith_sql_text(statement, 1, NULL), &scratch);
		const struct alike alike = { sqlite3_column_int64(statement, 0), distance(&typed, &name, slack) };
		keep_nearest(likes, alike, arena);
	}
	return code == KITH_NONE ? KITH_OK : code;
}

static enum kith_code find_alike(struct kith_index *index, const struct wanted *wanted, unsigned slack,
                                 struct found *found, struct kith_err *err)
{
	KITH_ARENA arena = {0};
	struct likes likes = { .least = TOO_FAR - 1 };
	enum kith_code code = compare_names(index, wanted, slack, &arena, &likes, err);
	if (code != KITH_OK || likes.count == 0)
		return code;
	KITH_BUF sql = {0};
	kith_buf_add(&sql, SELECT "r.rowid in (");
	for (size_t i = 0; i < likes.count; i++)
		kith_buf_addf(&sql, "%s%lld", i ? "," : "", (long long)likes.list[i].rowid);
	kith_buf_add(&sql, ") order by " ORDER);
	KITH_STATEMENT *statement = NULL;
	code = kith_sql_prepare(index, sql.text, &statement, err);
	if (code != KITH_OK)
		return code;
	bind_kinds(statement, wanted);
	return read_rows(index, statement, found, err);
}

/* --- answering --- */

static enum kith_code fail_with_nearest(struct kith_index *index, const struct wanted *wanted,
                                        struct kith_arena *arena, struct kith_err *err)
{
	struct found near = { .arena = arena };
	const struct wanted few = {
		.text = wanted->text, .folded = wanted->folded, .kinds = wanted->kinds, .limit = NAMES_IN_HINT
	};
	if (wanted->prefixes) {
		const enum kith_code code = find_alike(index, &few, 1, &near, err);
		if (code != KITH_OK)
			return code;
	}
	KITH_BUF shown = {0};
	kith_quote(&shown, wanted->text);
	kith_fail(err, KITH_NONE, "nobody and nothing is called %s", kith_buf_text(&shown));
	KITH_BUF names = {0};
	for (size_t i = 0; i < near.count; i++) {
		kith_buf_add(&names, i ? ", " : "did you mean ");
		kith_printable(&names, near.rows[i].title, strlen(near.rows[i].title), false);
	}
	if (names.length)
		kith_hint(err, "%s?", names.text);
	else
		kith_hint(err, "kith find looks in all text, not in names only");
	return KITH_NONE;
}

static enum kith_code find(struct kith_index *index, const struct wanted *wanted, struct found *found,
                           struct kith_err *err)
{
	typedef enum kith_code find_step(struct kith_index *, const struct wanted *, struct found *,
	                                 struct kith_err *);
	static find_step *const steps[] = { find_id, find_name, find_words, find_prefixes };
	for (size_t i = 0; i < kith_count(steps); i++) {
		/* Only an id can be without a letter or digit, and then none is like it. */
		if (i > 0 && !wanted->prefixes)
			break;
		const enum kith_code code = steps[i](index, wanted, found, err);
		if (code != KITH_OK || found->count)
			return code;
	}
	const enum kith_code code = wanted->prefixes ? find_alike(index, wanted, 0, found, err) : KITH_OK;
	if (code != KITH_OK || found->count)
		return code;
	return fail_with_nearest(index, wanted, found->arena, err);
}

enum kith_code kith_names_find(struct kith_index *index, const char *text, unsigned kinds, size_t limit,
                               struct kith_arena *arena, struct kith_row **rows, size_t *count,
                               struct kith_err *err)
{
	const struct wanted wanted = read_wanted(text, kinds, limit, arena);
	struct found found = { .arena = arena };
	enum kith_code code = find(index, &wanted, &found, err);
	if (code != KITH_OK && code != KITH_NONE && kith_index_heal(index)) {
		found = (struct found){ .arena = arena };
		code = find(index, &wanted, &found, err);
	}
	if (code != KITH_OK)
		return code;
	*rows = found.rows;
	*count = found.count;
	return KITH_OK;
}

bool kith_names_is_sure(struct kith_index *index, const char *text, const struct kith_row *row)
{
	KITH_ARENA arena = {0};
	const struct wanted wanted = read_wanted(text, 0, 0, &arena);
	const char *me = index->store->settings.me;
	if (strcmp(wanted.id, row->id) == 0 ||
	    (me && strcmp(wanted.folded, "me") == 0 && strcmp(row->id, me) == 0) ||
	    (wanted.id_first && strncmp(row->id, wanted.id_first, strlen(wanted.id_first)) == 0))
		return true;
	if (!wanted.prefixes)
		return false;
	KITH_SQL *statement = kith_sql(index, "select 1 from text where text match ?1 and rowid = ?2", NULL);
	if (!statement)
		return false;
	kith_sql_bind(statement, 1, wanted.prefixes);
	(void)sqlite3_bind_int64(statement, 2, row->rowid); /* a wrong place is our mistake */
	return kith_sql_step(index, statement, NULL) == KITH_OK;
}
