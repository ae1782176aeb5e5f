/* References to nothing, with a guess at what was meant. */
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/schema.h"
#include "lib/store/check_parts.h"
#include "lib/store/query.h"

enum {
	FAR = 2,      /* edits between what was written and what was meant */
	SHORTEST = 5, /* characters of a free text that is compared with ids */
	CARET_LIMIT = 80,
};

/* --- ids --- */

static const struct kith_ids *ids_of(struct kith_guesses *guesses, enum kith_kind kind)
{
	struct kith_ids *ids = &guesses->ids[kind];
	if (ids->loaded)
		return ids;
	ids->loaded = true;
	KITH_SQL *select = kith_sql(guesses->index, "select distinct id from record where kind = ? order by id", NULL);
	if (!select)
		return ids;
	(void)sqlite3_bind_int(select, 1, kind);
	while (kith_sql_step(guesses->index, select, NULL) == KITH_OK) {
		const char **place =
			kith_arena_push(&guesses->arena, &ids->list, &ids->count, &ids->capacity, sizeof(*place));
		*place = kith_sql_text(select, 0, &guesses->arena);
	}
	return ids;
}

/* A record called `id` that the field may name; with another kind of it in *wrong (may be NULL; KITH_KINDS: none). */
static bool exists(struct kith_index *index, const struct kith_field *field, const char *id, enum kith_kind *wrong)
{
	KITH_SQL *select = kith_sql(index, "select kind from record where id = ?", NULL);
	if (wrong)
		*wrong = KITH_KINDS;
	if (!select)
		return true; /* nothing is said of what cannot be known */
	kith_sql_bind(select, 1, id);
	while (kith_sql_step(index, select, NULL) == KITH_OK) {
		const enum kith_kind kind = (enum kith_kind)sqlite3_column_int(select, 0);
		if (kith_field_refers_to(field, kind))
			return true;
		if (wrong)
			*wrong = kind;
	}
	return false;
}

/* --- guessing --- */

static const char *first_text(struct kith_guesses *guesses, const struct kith_field *field, sqlite3_stmt *select)
{
	while (select && kith_sql_step(guesses->index, select, NULL) == KITH_OK)
		if (kith_field_refers_to(field, (enum kith_kind)sqlite3_column_int(select, 1)))
			return kith_sql_text(select, 0, &guesses->arena);
	return NULL;
}

/* It is what a record is called, or was its id once. */
static const char *by_name(struct kith_guesses *guesses, const struct kith_field *field, const char *text)
{
	KITH_BUF folded = { 0 };
	kith_fold(&folded, text, strlen(text));
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		KITH_SQL *named = kith_sql(guesses->index,
		                           "select id, kind from record where kind = ? and sort = ?"
		                           " order by path limit 1",
		                           NULL);
		if (!named || !kith_field_refers_to(field, kind))
			continue;
		(void)sqlite3_bind_int(named, 1, kind);
		kith_sql_bind(named, 2, kith_buf_text(&folded));
		const char *id = first_text(guesses, field, named);
		if (id)
			return id;
	}
	return NULL;
}

static const char *by_former_id(struct kith_guesses *guesses, const struct kith_field *field, const char *text)
{
	KITH_BUF folded = { 0 };
	kith_fold(&folded, text, strlen(text));
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		KITH_SQL *renamed = kith_sql(guesses->index,
		                             "select r.id, r.kind from fact f join record r on r.rowid = f.record"
		                             " where f.field = ? and f.fold = ? order by r.path limit 1",
		                             NULL);
		if (!renamed || !kith_field_refers_to(field, kind))
			continue;
		(void)sqlite3_bind_int(renamed, 1, kith_field_find(kind, "formerly")->id);
		kith_sql_bind(renamed, 2, kith_buf_text(&folded));
		const char *id = first_text(guesses, field, renamed);
		if (id)
			return id;
	}
	return NULL;
}

/* Two edits leave the first or the last two bytes alone in all but the shortest words; looking at those first makes a
 * pass over a hundred thousand ids cheap. */
static bool may_be_near(const char *one, size_t length, const char *other)
{
	const size_t size = strlen(other);
	if (size + FAR * 4 < length || length + FAR * 4 < size || size < 2 || length < 2)
		return false;
	return memcmp(one, other, 2) == 0 || memcmp(one + length - 2, other + size - 2, 2) == 0;
}

static bool begins_with_word(const char *id, const char *text, size_t length)
{
	return strncmp(id, text, length) == 0 && id[length] == '-';
}

/* The nearest in spelling; else the only one that the text is the beginning of. */
static const char *by_spelling(struct kith_guesses *guesses, const struct kith_field *field, const char *text,
                               unsigned limit)
{
	const size_t length = strlen(text);
	const char *best = NULL, *begun = NULL;
	unsigned least = limit + 1;
	size_t beginnings = 0;
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		if (!kith_field_refers_to(field, kind))
			continue;
		const struct kith_ids *ids = ids_of(guesses, kind);
		if (ids->count > guesses->left)
			return NULL;
		guesses->left -= ids->count;
		for (size_t i = 0; i < ids->count; i++) {
			const char *id = ids->list[i];
			if (begins_with_word(id, text, length)) {
				beginnings++;
				begun = id;
			}
			const unsigned edits = may_be_near(text, length, id) ? kith_edits(text, id, limit) : limit + 1;
			if (edits < least) {
				least = edits;
				best = id;
			}
		}
	}
	return best ? best : beginnings == 1 ? begun : NULL;
}

static unsigned allowed_edits(const char *text)
{
	const size_t third = kith_characters(text, strlen(text)) / 3;
	return third < 1 ? 1 : third > FAR ? FAR : (unsigned)third;
}

const char *kith_guess_reference(struct kith_guesses *guesses, const struct kith_field *field, const char *text)
{
	KITH_BUF slug = { 0 };
	kith_slug(&slug, text);
	if (slug.length && exists(guesses->index, field, slug.text, NULL))
		return kith_arena_strdup(&guesses->arena, slug.text);
	const char *id = by_former_id(guesses, field, text);
	if (!id)
		id = by_name(guesses, field, text);
	if (id || !slug.length)
		return id;
	return by_spelling(guesses, field, slug.text, allowed_edits(slug.text));
}

/* --- faults --- */

static uint32_t caret_of(const char *text)
{
	const size_t characters = kith_characters(text, strcspn(text, "\r\n"));
	return characters < 1 ? 1 : characters > CARET_LIMIT ? CARET_LIMIT : (uint32_t)characters;
}

/* "contact", "contact or group", "record". */
static void add_kinds(struct kith_buf *out, const struct kith_field *field)
{
	if (kith_of_has(field->of, "any", 3)) {
		kith_buf_add(out, "record");
		return;
	}
	const char *at = field->of, *word;
	size_t length;
	for (const char *before = ""; (word = kith_of_next(&at, &length)); before = " or ")
		kith_buf_addf(out, "%s%.*s", before, (int)length, word);
}

static const char *article(const char *word)
{
	return strchr("aeiou", word[0]) ? "an" : "a";
}

static void check_me(struct kith_guesses *guesses, const struct kith_value *value, struct kith_faults *faults)
{
	const struct kith_settings *settings = &guesses->index->store->settings;
	if (settings->me || settings->record.broken)
		return;
	kith_fault_add(faults, KITH_FAULT_WARNING, value->line, value->column, caret_of(value->text),
	               "%s: kith.yaml does not say who `me` is", value->field->path)
		->hint = "add a line to kith.yaml: me: the-id-of-your-own-contact";
}

static void add_dangling(struct kith_guesses *guesses, const struct kith_value *value, enum kith_kind wrong,
                         struct kith_faults *faults)
{
	KITH_BUF kinds = { 0 };
	add_kinds(&kinds, value->field);
	const char *name = wrong < KITH_KINDS ? kith_kind_name(wrong) : NULL;
	const uint32_t caret = caret_of(value->text);
	struct kith_fault *fault =
		name ? kith_fault_add(faults, KITH_FAULT_ERROR, value->line, value->column, caret,
	                              "%s: %s is %s %s; a %s belongs here", value->field->path, value->text,
	                              article(name), name, kinds.text)
		     : kith_fault_add(faults, KITH_FAULT_ERROR, value->line, value->column, caret,
	                              "%s: there is no %s called %s", value->field->path, kinds.text, value->text);
	const char *renamed = name ? NULL : by_former_id(guesses, value->field, value->text);
	if (renamed) {
		KITH_BUF message = { 0 };
		kith_buf_addf(&message, "%s: %s is now called %s", value->field->path, value->text, renamed);
		fault->message = kith_arena_strdup(faults->arena, kith_buf_text(&message));
		fault->hint = kith_arena_printf(faults->arena, "write %s; kith fmt does it in every file", renamed);
		return;
	}
	const bool is_me = strcmp(value->text, "me") == 0 && guesses->index->store->settings.me;
	const char *guess =
		is_me ? guesses->index->store->settings.me : kith_guess_reference(guesses, value->field, value->text);
	if (guess)
		fault->hint = kith_arena_printf(faults->arena, "did you mean %s?", guess);
	else
		fault->hint = kith_arena_printf(faults->arena, "write the id of %s %s, or make one with kith add",
		                                article(kinds.text), kinds.text);
}

static bool same_digits(const char *one, const char *other)
{
	static const char digits[] = "0123456789";
	for (;;) {
		one += strcspn(one, digits);
		other += strcspn(other, digits);
		if (*one != *other)
			return false;
		if (!*one)
			return true;
		one++, other++;
	}
}

/* pycon-2023 is no misspelling of pycon-2024, nor is the name of an organisation its id. */
static void hint_at_near(struct kith_guesses *guesses, const struct kith_value *value, struct kith_faults *faults)
{
	const char *text = value->text;
	const size_t length = strlen(text);
	if (!kith_is_id(text, length) || kith_characters(text, length) < SHORTEST)
		return;
	const char *near = by_spelling(guesses, value->field, text, 1);
	if (!near || !same_digits(text, near) || kith_edits(text, near, 1) > 1)
		return;
	kith_fault_add(faults, KITH_FAULT_WARNING, value->line, value->column, caret_of(text),
	               "%s: %s is a text; there is a record called %s", value->field->path, text, near)
		->hint = kith_arena_printf(faults->arena, "write %s if that is meant", near);
}

void kith_check_reference(struct kith_guesses *guesses, const struct kith_value *value, struct kith_faults *faults)
{
	if (!value->field || value->faulty || !kith_field_may_refer(value->field))
		return;
	if ((value->field->flags & KITH_ME) && strcmp(value->text, "me") == 0) {
		check_me(guesses, value, faults);
		return;
	}
	enum kith_kind wrong;
	if (exists(guesses->index, value->field, value->text, &wrong))
		return;
	if (value->field->type == KITH_REF)
		add_dangling(guesses, value, wrong, faults);
	else
		hint_at_near(guesses, value, faults);
}

void kith_check_query(struct kith_index *index, const struct kith_value *value, struct kith_faults *faults)
{
	if (!value->field || value->faulty || !(value->field->flags & KITH_QUERY))
		return;
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	struct kith_err err = { 0 };
	if (kith_query_parse(value->text, index->now, &query, NULL, &err) == KITH_OK)
		return;
	kith_fault_add(faults, KITH_FAULT_ERROR, value->line, value->column, caret_of(value->text), "%s: %s",
	               value->field->path, err.message)
		->hint = kith_arena_strdup(faults->arena, err.hint);
}
