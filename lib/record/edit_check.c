/* Whether an edit did what it was to do, told by the values of the record before and after. */
#include <string.h>

#include "lib/record/edit_private.h"

/* A value as it should be. */
struct wanted {
	const struct kith_field *field;
	const char *key, *text;
	uint32_t entry;
};

struct row {
	struct wanted *list;
	size_t count;
};

static bool is_in_list(const struct kith_field *field)
{
	return !kith_field_is_top(field) && kith_field_is_list(kith_field_by_id(field->parent));
}

/* "promised.x-mood" is a key that promised does not know. */
static bool is_below(const char *key, const char *name)
{
	const size_t length = strlen(name);
	return key && strncmp(key, name, length) == 0 && key[length] == '.';
}

/* Whether a value is in the list of maps that an edit is about. */
static bool is_in(const struct kith_field *list, const struct kith_value *value)
{
	return value->field ? value->field->parent == list->id : list->type == KITH_MAP && is_below(value->key, list->name);
}

/* Whether a value is one of those that an edit changes. */
static bool is_about(const struct kith_edit *edit, const struct kith_value *value)
{
	const struct kith_field *field = edit->field;
	if (!field)
		return !value->field && value->key && (strcmp(value->key, edit->key) == 0 || is_below(value->key, edit->key));
	if (field->merge == KITH_TABLE)
		return value->field == field && value->key && (!edit->key || strcmp(value->key, edit->key) == 0);
	if (!kith_field_is_top(field))
		return value->field == field && (!is_in_list(field) || value->entry == edit->entry);
	return is_in(field, value);
}

static struct wanted as_it_is(const struct kith_value *value)
{
	return (struct wanted){value->field, value->key, value->text, value->entry};
}

/* --- what the edit should make of the values --- */

static bool is_given(const char *const *texts, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(texts[i], text) == 0)
			return true;
	return false;
}

static bool is_wanted(const struct row *row, const char *text)
{
	for (size_t i = 0; i < row->count; i++)
		if (strcmp(row->list[i].text, text) == 0)
			return true;
	return false;
}

/* In a list of maps, only the keys that its entries are compared by are told; the others belong to entries that stay or go. */
static bool counts(const struct kith_edit *edit, const struct kith_value *value)
{
	if (!edit->field || edit->field->type != KITH_MAP || !kith_field_is_top(edit->field))
		return true;
	return value->field == kith_edit_scalar_field(edit->field);
}

static struct row change_values(const struct kith_record *before, const struct kith_edit *edit, const char *const *texts, size_t count,
                                struct kith_arena *arena)
{
	struct row row = {kith_arena_alloc(arena, (before->count + count + 1) * sizeof(*row.list)), 0};
	for (size_t i = 0; i < before->count && (edit->op == KITH_EDIT_ADD || edit->op == KITH_EDIT_REMOVE); i++) {
		const struct kith_value *value = &before->values[i];
		if (is_about(edit, value) && counts(edit, value) &&
		    !(edit->op == KITH_EDIT_REMOVE && is_given(texts, count, value->text)))
			row.list[row.count++] = as_it_is(value);
	}
	for (size_t i = 0; i < count && (edit->op == KITH_EDIT_ADD || edit->op == KITH_EDIT_SET); i++)
		if (edit->op == KITH_EDIT_SET || !is_wanted(&row, texts[i]))
			row.list[row.count++] = (struct wanted){.text = texts[i]};
	return row;
}

static uint32_t entries_of(const struct kith_record *record, const struct kith_field *list)
{
	uint32_t count = 0;
	for (size_t i = 0; i < record->count; i++)
		if (is_in(list, &record->values[i]) && record->values[i].entry >= count)
			count = record->values[i].entry + 1;
	return count;
}

/* --- comparing --- */

static bool same_key(const char *one, const char *other)
{
	return one == other || (one && other && strcmp(one, other) == 0);
}

static bool is_as_wanted(const struct wanted *wanted, const struct kith_value *value, bool entries)
{
	return wanted->field == value->field && same_key(wanted->key, value->key) && strcmp(wanted->text, value->text) == 0 &&
	       (!entries || wanted->entry == value->entry);
}

/* Whether the entry has no other values than those of the edited key, and goes with the last of them; values of keys that the
 * schema does not know have no number: with one of those in it, it stays. */
static bool may_be_all_of_entry(const struct kith_record *before, const struct kith_edit *edit)
{
	if (!edit->field || !is_in_list(edit->field))
		return false;
	const struct kith_field *list = kith_field_by_id(edit->field->parent);
	for (size_t i = 0; i < before->count; i++) {
		const struct kith_value *value = &before->values[i];
		if (value->field && is_in(list, value) && value->entry == edit->entry && value->field != edit->field)
			return false;
	}
	return true;
}

/* Everything else is as it was, in the same order. */
static bool others_are_same(const struct kith_record *before, const struct kith_record *after, const struct kith_edit *edit, bool entry_gone)
{
	size_t at = 0;
	for (size_t i = 0; i < before->count; i++) {
		const struct kith_value *value = &before->values[i];
		if (is_about(edit, value))
			continue;
		while (at < after->count && !entry_gone && is_about(edit, &after->values[at]))
			at++;
		struct wanted wanted = as_it_is(value);
		const bool table = value->field && value->field->merge == KITH_TABLE;
		if (entry_gone && value->entry > edit->entry &&
		    is_in(kith_field_by_id(edit->field->parent), value))
			wanted.entry--;
		if (at == after->count || !is_as_wanted(&wanted, &after->values[at++], !table))
			return false;
	}
	while (at < after->count && !entry_gone && is_about(edit, &after->values[at]))
		at++;
	return at == after->count;
}

/* Whether a value is one of a new entry's. */
static bool is_part(const struct kith_edit *edit, const struct kith_value *value, uint32_t entry)
{
	KITH_ARENA arena = {0};
	for (size_t i = 0; i < edit->count; i++) {
		const char *text = kith_edit_trimmed(&arena, edit->parts[i].text, strlen(edit->parts[i].text));
		if (text && edit->parts[i].field == value->field && strcmp(text, value->text) == 0 && value->entry >= entry)
			return true;
	}
	return false;
}

/* The entries that were there, but for the one that goes; then the parts of the one that comes.  Keys that the schema does not
 * know have no number. */
static bool entries_are_as_wanted(const struct kith_record *before, const struct kith_record *after, const struct kith_edit *edit)
{
	size_t at = 0, parts = 0, given = 0;
	for (size_t i = 0; i < before->count; i++) {
		struct wanted wanted = as_it_is(&before->values[i]);
		if (!is_about(edit, &before->values[i]) || !wanted.field)
			continue;
		if (edit->op == KITH_EDIT_REMOVE_ENTRY && wanted.entry >= edit->entry && wanted.entry-- == edit->entry)
			continue;
		while (at < after->count && (!is_about(edit, &after->values[at]) || !after->values[at].field))
			at++;
		if (at == after->count || !is_as_wanted(&wanted, &after->values[at++], true))
			return false;
	}
	for (; at < after->count; at++) {
		if (!is_about(edit, &after->values[at]) || !after->values[at].field)
			continue;
		if (edit->op != KITH_EDIT_ADD_ENTRY || !is_part(edit, &after->values[at], entries_of(before, edit->field)))
			return false;
		parts++;
	}
	for (size_t i = 0; i < edit->count && edit->op == KITH_EDIT_ADD_ENTRY; i++)
		given += edit->parts[i].text[strspn(edit->parts[i].text, " \t\r\n")] != '\0';
	return parts == given;
}

bool kith_edit_is_done(const struct kith_record *before, const struct kith_record *after, const struct kith_edit *edit,
                       const char *const *texts, size_t count)
{
	if (edit->op == KITH_EDIT_ADD_ENTRY || edit->op == KITH_EDIT_REMOVE_ENTRY)
		return others_are_same(before, after, edit, false) && entries_are_as_wanted(before, after, edit);
	KITH_ARENA arena = {0};
	const struct row row = change_values(before, edit, texts, count, &arena);
	if (row.count == 0 && may_be_all_of_entry(before, edit) && others_are_same(before, after, edit, true))
		return true;
	size_t at = 0;
	for (size_t i = 0; i < after->count; i++) {
		if (!is_about(edit, &after->values[i]) || !counts(edit, &after->values[i]))
			continue;
		if (at == row.count || strcmp(row.list[at++].text, after->values[i].text) != 0)
			return false;
	}
	return at == row.count && others_are_same(before, after, edit, false);
}
