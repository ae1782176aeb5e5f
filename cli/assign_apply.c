/* Assignments made true in one record: each finds its place among the values that are there now. */
#include <string.h>

#include "cli/assign.h"
#include "cli/entry.h"
#include "lib/base/text.h"
#include "lib/record/types.h"

enum { MOST_REMOVED = 200 }; /* entries, by naming those that stay */

struct applying {
	struct kith_app *app;
	struct kith_editing *editing;
	const struct kith_assign_step *step;
	uint32_t entry; /* of a key of a list of maps */
};

static const struct kith_record *record_of(const struct applying *applying)
{
	return &applying->editing->reading.record;
}

static struct kith_entries entries_of(const struct applying *applying, const struct kith_field *map)
{
	return kith_entries_of(record_of(applying), map, &applying->app->arena);
}

static bool is_entries(const struct kith_field *field)
{
	return field && field->type == KITH_MAP && kith_field_is_list(field);
}

/* --- the values that are there --- */

static bool is_here(const struct applying *applying, const struct kith_value *value)
{
	const struct kith_assign_step *step = applying->step;
	if (value->field != step->field)
		return false;
	if (step->key && (!value->key || strcmp(value->key, step->key) != 0))
		return false;
	return !step->field || kith_field_is_top(step->field) || value->entry == applying->entry;
}

static const struct kith_value *next_here(const struct applying *applying, const struct kith_value *from)
{
	const struct kith_record *record = record_of(applying);
	for (size_t i = from ? (size_t)(from - record->values) + 1 : 0; i < record->count; i++)
		if (is_here(applying, &record->values[i]))
			return &record->values[i];
	return NULL;
}

static enum kith_code apply(struct applying *applying, enum kith_edit_op op, const struct kith_edit_part *parts,
                            size_t count, struct kith_err *err)
{
	const struct kith_edit edit = {
		.op = op,
		.field = applying->step->field,
		.key = applying->step->key,
		.entry = applying->entry,
		.parts = parts,
		.count = count,
	};
	return kith_edit_apply(applying->editing, &edit, err);
}

/* --- values --- */

/* Of a list whose order means nothing, whether it has exactly these values already. */
static bool has_all(const struct applying *applying)
{
	const struct kith_assign_step *step = applying->step;
	if (!step->field || step->field->merge != KITH_SET)
		return false;
	size_t there = 0;
	for (const struct kith_value *at = NULL; (at = next_here(applying, at)); there++) {
		bool wanted = false;
		for (size_t i = 0; i < step->count && !wanted; i++)
			wanted = strcmp(step->parts[i].text, at->text) == 0;
		if (!wanted)
			return false;
	}
	return there == step->count;
}

/* The one of the values there that is to go: by its text, of a reference also by the beginning of a name. */
static const struct kith_value *find_here(struct applying *applying, const char *typed)
{
	const struct kith_field *field = applying->step->field;
	const enum kith_alike least = field && kith_field_may_refer(field) ? KITH_ALIKE_WORDS : KITH_ALIKE_FOLDED;
	enum kith_alike best = KITH_UNLIKE;
	const struct kith_value *found = NULL;
	for (const struct kith_value *at = NULL; (at = next_here(applying, at));) {
		const enum kith_alike alike = kith_value_alike(applying->app, typed, at);
		if (alike < least || alike < best)
			continue;
		/* Two that are equally near: neither, unless it is one value that stands there twice. */
		if (alike == best && found && strcmp(found->text, at->text) != 0)
			found = NULL;
		else
			found = at;
		best = alike;
	}
	return found;
}

static enum kith_code remove_value(struct applying *applying, const char *typed, struct kith_err *err)
{
	const struct kith_value *value = find_here(applying, typed);
	if (!value)
		return KITH_OK; /* it has not got it */
	const struct kith_edit_part part = { .text = kith_arena_strdup(&applying->app->arena, value->text) };
	return apply(applying, KITH_EDIT_REMOVE, &part, 1, err);
}

static enum kith_code remove_values(struct applying *applying, struct kith_err *err)
{
	const struct kith_assign_step *step = applying->step;
	const bool splits = step->field && kith_type_row(step->field->type)->splits;
	const char *at = step->from->value;
	for (;;) {
		const size_t length = splits ? strcspn(at, ",") : strlen(at);
		const char *start = at;
		size_t used = length;
		while (used && *start == ' ')
			start++, used--;
		while (used && start[used - 1] == ' ')
			used--;
		const enum kith_code code =
			remove_value(applying, kith_arena_strndup(&applying->app->arena, start, used), err);
		if (code)
			return code;
		at += length;
		if (!*at++)
			return KITH_OK;
	}
}

/* Text of several lines: one more line. */
static enum kith_code add_line(struct applying *applying, struct kith_err *err)
{
	const struct kith_value *there = next_here(applying, NULL);
	if (!there)
		return apply(applying, KITH_EDIT_SET, applying->step->parts, 1, err);
	const struct kith_edit_part part = {
		.text = kith_arena_printf(&applying->app->arena, "%s\n%s", there->text, applying->step->parts[0].text),
	};
	return apply(applying, KITH_EDIT_SET, &part, 1, err);
}

/* A table goes key by key; with the last one goes its own. */
static enum kith_code empty_table(struct applying *applying, struct kith_err *err)
{
	struct kith_assign_step step = *applying->step;
	struct applying one = *applying;
	one.step = &step;
	for (const struct kith_value *value; (value = next_here(applying, NULL));) {
		const size_t before = record_of(applying)->count;
		step.key = kith_arena_strdup(&applying->app->arena, value->key);
		const enum kith_code code = apply(&one, KITH_EDIT_UNSET, NULL, 0, err);
		if (code)
			return code;
		if (record_of(applying)->count >= before)
			break; /* it would not go */
	}
	return KITH_OK;
}

static enum kith_code apply_values(struct applying *applying, struct kith_err *err)
{
	const struct kith_assign_step *step = applying->step;
	switch (step->op) {
	case KITH_ASSIGN_REMOVE: return remove_values(applying, err);
	case KITH_ASSIGN_ADD:
		if (step->field && step->field->merge == KITH_LINES)
			return add_line(applying, err);
		return apply(applying, KITH_EDIT_ADD, step->parts, step->count, err);
	case KITH_ASSIGN_SET: break;
	}
	if (!step->count && step->field && step->field->merge == KITH_TABLE && !step->key)
		return empty_table(applying, err);
	if (!step->count)
		return apply(applying, KITH_EDIT_UNSET, NULL, 0, err);
	return has_all(applying) ? KITH_OK : apply(applying, KITH_EDIT_SET, step->parts, step->count, err);
}

/* --- entries --- */

static const char *part_of(const struct kith_assign_entry *entry, const struct kith_field *key)
{
	for (size_t i = 0; i < entry->count; i++)
		if (entry->parts[i].field == key)
			return entry->parts[i].text;
	return NULL;
}

/* Whether the entry there is the one that is meant: the same in all keys that name it. */
static bool is_entry(const struct kith_entries *entries, const struct kith_assign_entry *wanted, uint32_t there)
{
	size_t count;
	const struct kith_field *keys = kith_field_children(entries->map, &count);
	for (size_t i = 0; i < count; i++) {
		if (!kith_entry_is_named_by(entries->map, &keys[i]))
			continue;
		const char *text = part_of(wanted, &keys[i]);
		const struct kith_value *value = kith_entry_value(entries, &keys[i], there);
		if (!text != !value || (text && kith_alike(text, value->text) < KITH_ALIKE_FOLDED))
			return false;
	}
	return true;
}

static bool find_entry(const struct applying *applying, const struct kith_assign_entry *wanted, uint32_t *out)
{
	const struct kith_entries entries = entries_of(applying, applying->step->field);
	for (uint32_t entry = 0; entry < entries.count; entry++)
		if (is_entry(&entries, wanted, entry)) {
			*out = entry;
			return true;
		}
	return false;
}

/* An entry that is there already gets what else was said of it. */
static enum kith_code fill_entry(struct applying *applying, const struct kith_assign_entry *wanted, uint32_t entry,
                                 struct kith_err *err)
{
	for (size_t i = 0; i < wanted->count; i++) {
		const struct kith_edit_part *part = &wanted->parts[i];
		/* What names it, perhaps written in another case, stays. */
		if (kith_entry_is_named_by(applying->step->field, part->field))
			continue;
		const struct kith_edit_part value = { .text = part->text };
		const struct kith_edit edit = {
			.op = kith_field_is_list(part->field) ? KITH_EDIT_ADD : KITH_EDIT_SET,
			.field = part->field,
			.entry = entry,
			.parts = &value,
			.count = 1,
		};
		const enum kith_code code = kith_edit_apply(applying->editing, &edit, err);
		if (code)
			return code;
	}
	return KITH_OK;
}

static enum kith_code put_entry(struct applying *applying, const struct kith_assign_entry *wanted, struct kith_err *err)
{
	uint32_t entry;
	if (find_entry(applying, wanted, &entry))
		return fill_entry(applying, wanted, entry, err);
	applying->entry = 0;
	return apply(applying, KITH_EDIT_ADD_ENTRY, wanted->parts, wanted->count, err);
}

static bool is_wanted(const struct applying *applying, const struct kith_entries *entries, uint32_t entry)
{
	for (size_t i = 0; i < applying->step->entry_count; i++)
		if (is_entry(entries, &applying->step->entries[i], entry))
			return true;
	return false;
}

/* Those that are not among the wanted, the last first, so that the numbers of the others stay. */
static enum kith_code remove_others(struct applying *applying, struct kith_err *err)
{
	uint32_t entry = entries_of(applying, applying->step->field).count;
	/* Each is an edit of its own, which reads the whole text again. */
	if (entry > MOST_REMOVED + applying->step->entry_count) {
		kith_fail(err, KITH_USAGE, "%s has %u entries", applying->step->field->path, entry);
		return kith_hint(err, "take them all away first: %s=", applying->step->field->path);
	}
	while (entry-- > 0) {
		const struct kith_entries entries = entries_of(applying, applying->step->field);
		if (is_wanted(applying, &entries, entry))
			continue;
		applying->entry = entry;
		const enum kith_code code = apply(applying, KITH_EDIT_REMOVE_ENTRY, NULL, 0, err);
		if (code)
			return code;
	}
	return KITH_OK;
}

static enum kith_code remove_entry(struct applying *applying, struct kith_err *err)
{
	const struct kith_assign_step *step = applying->step;
	struct kith_buf *beside = &applying->app->beside;
	const size_t before = beside->length;
	const struct kith_entries entries = entries_of(applying, step->field);
	const enum kith_code code = kith_entry_find(applying->app, &entries, step->from->value, &applying->entry, err);
	if (code == KITH_NONE) { /* it has not got it */
		beside->length = before;
		if (beside->text)
			beside->text[before] = '\0';
		return KITH_OK;
	}
	return code ? code : apply(applying, KITH_EDIT_REMOVE_ENTRY, NULL, 0, err);
}

static enum kith_code apply_entries(struct applying *applying, struct kith_err *err)
{
	const struct kith_assign_step *step = applying->step;
	if (step->op == KITH_ASSIGN_REMOVE)
		return remove_entry(applying, err);
	if (!step->entry_count)
		return apply(applying, KITH_EDIT_UNSET, NULL, 0, err);
	for (size_t i = 0; i < step->entry_count; i++) {
		const enum kith_code code = put_entry(applying, &step->entries[i], err);
		if (code)
			return code;
	}
	return step->op == KITH_ASSIGN_SET ? remove_others(applying, err) : KITH_OK;
}

/* --- all of them --- */

static enum kith_code apply_step(struct applying *applying, struct kith_err *err)
{
	const struct kith_assign_step *step = applying->step;
	applying->entry = 0;
	if (is_entries(step->field))
		return apply_entries(applying, err);
	const struct kith_field *map = step->field ? kith_field_by_id(step->field->parent) : NULL;
	if (map != step->field && is_entries(map)) {
		const struct kith_entries entries = entries_of(applying, map);
		const enum kith_code code =
			kith_entry_find(applying->app, &entries, step->from->entry, &applying->entry, err);
		if (code == KITH_NONE && err)
			err->code = KITH_USAGE;
		if (code)
			return code == KITH_NONE ? KITH_USAGE : code;
	}
	return apply_values(applying, err);
}

enum kith_code kith_assign_apply(struct kith_app *app, const struct kith_assign_steps *steps,
                                 struct kith_editing *editing, struct kith_err *err)
{
	for (size_t i = 0; i < steps->count; i++) {
		struct applying applying = { .app = app, .editing = editing, .step = &steps->list[i] };
		const enum kith_code code = apply_step(&applying, err);
		if (code)
			return code;
	}
	return KITH_OK;
}
