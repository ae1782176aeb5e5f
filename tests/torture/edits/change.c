/* Which edit, of what, to what. */
#include <string.h>

#include "tests/torture/edits/edits.h"

enum { MOST_PARTS = 6 };

struct chooser {
	struct chance *chance;
	struct kith_arena *arena;
	const struct kith_record *record;
	struct change change;
};

static const char *keep(struct chooser *c, struct kith_buf *text)
{
	const char *kept = kith_arena_strdup(c->arena, kith_buf_text(text));
	kith_buf_finish(text);
	*text = (struct kith_buf){0};
	return kept;
}

static const char *new_value(struct chooser *c, const struct kith_field *field)
{
	KITH_BUF text = {0};
	do {
		kith_buf_clear(&text);
		if (field && field->type != KITH_MAP)
			random_value(&text, c->chance, field);
		else
			random_text(&text, c->chance);
	} while (strspn(kith_buf_text(&text), " \t\r\n") == text.length);
	return keep(c, &text);
}

static void add_part(struct chooser *c, const struct kith_field *field, const char *text)
{
	struct kith_edit *edit = &c->change.edit;
	struct kith_edit_part *parts = (struct kith_edit_part *)edit->parts;
	if (!parts)
		edit->parts = parts = kith_arena_alloc(c->arena, MOST_PARTS * sizeof(*parts));
	if (edit->count < MOST_PARTS)
		parts[edit->count++] = (struct kith_edit_part){.field = field, .text = text};
}

static bool belongs(const struct kith_value *value, const struct kith_edit *edit)
{
	if (!edit->field)
		return !value->field && strcmp(value->key, edit->key) == 0;
	if (value->field != edit->field)
		return false;
	if (edit->field->merge == KITH_TABLE)
		return value->key && edit->key && strcmp(value->key, edit->key) == 0;
	return kith_field_is_top(edit->field) || value->entry == edit->entry;
}

/* Parts from the values that are there; each with this chance. */
static void add_present(struct chooser *c, uint32_t percent)
{
	for (size_t i = 0; i < c->record->count; i++)
		if (belongs(&c->record->values[i], &c->change.edit) && chance_percent(c->chance, percent))
			add_part(c, NULL, kith_arena_strdup(c->arena, c->record->values[i].text));
}

/* No text twice: what a list with the same thing twice means is nobody's concern. */
static void add_new(struct chooser *c, const struct kith_field *field, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const char *text = new_value(c, field);
		bool again = false;
		for (size_t k = 0; k < c->change.edit.count; k++)
			again |= strcmp(c->change.edit.parts[k].text, text) == 0;
		if (!again)
			add_part(c, NULL, text);
	}
}

static void change_list(struct chooser *c, const struct kith_field *field)
{
	struct kith_edit *edit = &c->change.edit;
	const uint32_t die = chance_below(c->chance, 100);
	if (die < 30) {
		edit->op = KITH_EDIT_ADD;
		add_present(c, 15);
		add_new(c, field, 1 + chance_below(c->chance, 2));
	} else if (die < 60) {
		edit->op = KITH_EDIT_REMOVE;
		add_present(c, 35);
		if (!edit->count || chance_percent(c->chance, 10))
			add_new(c, field, 1);
	} else if (die < 92) {
		edit->op = KITH_EDIT_SET;
		add_present(c, chance_percent(c->chance, 30) ? 100 : 50);
		add_new(c, field, chance_below(c->chance, 3));
	} else {
		edit->op = KITH_EDIT_UNSET;
	}
}

static void change_scalar(struct chooser *c, const struct kith_field *field)
{
	struct kith_edit *edit = &c->change.edit;
	edit->op = chance_percent(c->chance, 20) ? KITH_EDIT_UNSET : KITH_EDIT_SET;
	if (edit->op == KITH_EDIT_UNSET)
		return;
	if (chance_percent(c->chance, 10))
		add_present(c, 100);
	if (edit->count != 1) {
		edit->count = 0;
		add_part(c, NULL, new_value(c, field));
	}
}

static uint32_t entries_of(const struct kith_record *record, const struct kith_field *map)
{
	uint32_t entries = 0;
	for (size_t i = 0; i < record->count; i++)
		if (record->values[i].field && record->values[i].field->parent == map->id && record->values[i].entry >= entries)
			entries = record->values[i].entry + 1;
	return entries;
}

static void add_entry(struct chooser *c, const struct kith_field *map)
{
	size_t count;
	const struct kith_field *children = kith_field_children(map, &count);
	c->change.edit.op = KITH_EDIT_ADD_ENTRY;
	c->change.edit.flow = chance_percent(c->chance, 20);
	for (size_t i = 0; i < count; i++) {
		if (!(children[i].flags & KITH_REQUIRED) && &children[i] != kith_field_key(map) && chance_percent(c->chance, 55))
			continue;
		const uint32_t values = kith_field_is_list(&children[i]) ? 1 + chance_below(c->chance, 2) : 1;
		for (uint32_t k = 0; k < values; k++)
			add_part(c, &children[i], new_value(c, &children[i]));
	}
}

static void change_entries(struct chooser *c, const struct kith_field *map)
{
	const uint32_t entries = entries_of(c->record, map), die = chance_below(c->chance, 100);
	if (die < 45 || (!entries && die < 90)) {
		add_entry(c, map);
	} else if (die < 85 && entries) {
		c->change.edit.op = KITH_EDIT_REMOVE_ENTRY;
		c->change.edit.entry = chance_below(c->chance, entries);
	} else {
		c->change.edit.op = KITH_EDIT_UNSET;
	}
}

static void change_table(struct chooser *c, const struct kith_field *table)
{
	static const char *const names[] = {"mentor", "robotics", "close friends", "Łódź", "12", "yes", "new: one", "friend"};
	struct kith_edit *edit = &c->change.edit;
	edit->key = chance_pick(c->chance, names);
	for (size_t i = 0, seen = 0; i < c->record->count; i++)
		if (c->record->values[i].field == table && c->record->values[i].key && chance_below(c->chance, (uint32_t)++seen + 1) == 0)
			edit->key = kith_arena_strdup(c->arena, c->record->values[i].key);
	if (table->type == KITH_WORD)
		change_list(c, table);
	else
		change_scalar(c, table);
}

static void change_field(struct chooser *c, const struct kith_field *field)
{
	struct kith_edit *edit = &c->change.edit;
	edit->field = field;
	const struct kith_field *parent = kith_field_by_id(field->parent);
	if (parent != field && kith_field_is_list(parent)) {
		const uint32_t entries = entries_of(c->record, parent);
		if (!entries) { /* there is no entry whose key it could be */
			edit->field = parent;
			add_entry(c, parent);
			return;
		}
		edit->entry = chance_below(c->chance, entries);
	}
	if (field->merge == KITH_TABLE)
		change_table(c, field);
	else if (field->type == KITH_MAP && kith_field_is_list(field))
		change_entries(c, field);
	else if (field->type == KITH_MAP)
		edit->op = KITH_EDIT_UNSET;
	else if (kith_field_is_list(field))
		change_list(c, field);
	else
		change_scalar(c, field);
}

static void change_own(struct chooser *c)
{
	static const char *const names[] = {"x-coffee", "x-new", "x-Łódź", "x-key with spaces", "x-é: y", "x-1"};
	struct kith_edit *edit = &c->change.edit;
	edit->key = chance_pick(c->chance, names);
	for (size_t i = 0, seen = 0; i < c->record->count; i++) {
		const struct kith_value *value = &c->record->values[i];
		if (value->field || strchr(value->key, '.'))
			continue;
		seen++;
		if (chance_below(c->chance, (uint32_t)seen + 1) == 0 || seen == 1)
			edit->key = kith_arena_strdup(c->arena, value->key);
	}
	if (chance_percent(c->chance, 60))
		change_scalar(c, NULL);
	else
		change_list(c, NULL);
}

static const struct kith_field *some_field(struct chooser *c)
{
	size_t count;
	if (c->record->count && chance_percent(c->chance, 60))
		for (int tries = 0; tries < 5; tries++) {
			const struct kith_value *value = &c->record->values[chance_below(c->chance, (uint32_t)c->record->count)];
			if (!value->field)
				continue;
			if (value->field->parent != value->field->id && chance_percent(c->chance, 40))
				return kith_field_by_id(value->field->parent);
			return value->field;
		}
	const struct kith_field *rows = kith_fields(c->record->kind, &count);
	return &rows[chance_below(c->chance, (uint32_t)count)];
}

/* A member of another record of the same kind: its bytes come from there. */
static void take_member(struct chooser *c)
{
	KITH_BUF text = {0};
	random_document(&text, c->chance, c->record->kind);
	KITH_ARENA arena = {0};
	struct kith_doc doc = {0};
	struct kith_faults faults = {.arena = &arena};
	const struct kith_node *chosen = NULL;
	if (!kith_doc_parse(kith_buf_text(&text), text.length, &arena, &doc, &faults) || !doc.root)
		return;
	uint32_t seen = 0;
	for (const struct kith_node *node = doc.root->first; node; node = node->next)
		if (node->key && chance_below(c->chance, ++seen) == 0)
			chosen = node;
	if (!chosen)
		return;
	c->change.verb = CHANGE_TAKE;
	c->change.key = kith_arena_strdup(c->arena, chosen->key->text);
	c->change.text = kith_arena_strndup(c->arena, text.text, text.length);
}

struct change random_change(struct chance *chance, struct kith_arena *arena, const struct kith_editing *editing)
{
	struct chooser c = {.chance = chance, .arena = arena, .record = &editing->reading.record};
	const uint32_t die = chance_below(chance, 100);
	if (die < 2)
		c.change.verb = CHANGE_ORDER;
	else if (die < 7)
		take_member(&c);
	else if (die < 15 && c.record->count) {
		c.change.verb = CHANGE_REPLACE;
		c.change.value = chance_below(chance, (uint32_t)c.record->count);
		c.change.text = new_value(&c, c.record->values[c.change.value].field);
	}
	if (c.change.verb != CHANGE_APPLY)
		return c.change;
	if (die > 92)
		change_own(&c);
	else
		change_field(&c, some_field(&c));
	return c.change;
}
