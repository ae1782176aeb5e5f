/* Conflicts that wait in a record: what they are about, and settling one. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/edit_private.h"
#include "lib/record/merge_model.h"

enum { CHECKED_MOST = 1000 }; /* entries: a hostile file could have as many as fields, each to be looked for */

bool kith_path_is_set_aside(const char *path)
{
	static const char folder[] = "conflicts/", end[] = ".txt";
	const size_t begin = sizeof(folder) - 1, tail = sizeof(end) - 1, length = strlen(path);
	return length > begin + tail && strncmp(path, folder, begin) == 0 && path[begin] != '.' &&
	       !strchr(path + begin, '/') && strcmp(path + length - tail, end) == 0;
}

/* A visible name that a file may have, whatever the id behind it. */
void kith_set_aside_name(struct kith_buf *out, const char *path, const char *blob_id, int digits)
{
	enum { LONGEST = 180 };
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	name += strspn(name, ".");
	const char *dot = strrchr(name, '.');
	size_t length = dot && dot > name ? (size_t)(dot - name) : strlen(name);
	if (length > LONGEST) {
		length = LONGEST;
		while (length && ((unsigned char)name[length] & 0xC0) == 0x80)
			length--;
	}
	kith_buf_addf(out, "conflicts/%.*s-%.*s.txt", (int)length, name, digits, blob_id);
}

/* Where a path leads in a record: the leaf or entry itself, and the map it is in. */
struct spot {
	const struct kith_model *model; /* NULL: it is not there */
	const struct kith_model *above;
	const char *rest;               /* of the path, behind `above` */
};

/* How much of the path a child's part is; 0 if it is another's. */
static size_t step_into(const struct kith_model *child, bool top, bool entry, const char *path)
{
	const size_t length = strlen(child->name);
	const char *at = path;
	if (entry) {
		if (*at++ != '[' || strncmp(at, child->name, length) != 0 || at[length] != ']')
			return 0;
		return length + 2;
	}
	if (!top && *at++ != '.')
		return 0;
	if (strncmp(at, child->name, length) != 0 || !(at[length] == '\0' || at[length] == '.' || at[length] == '['))
		return 0;
	return length + !top;
}

static struct spot find_spot(const struct kith_model *model, const char *path, bool top)
{
	struct spot found = { .above = model, .rest = path };
	if (kith_model_is_leaf(model))
		return found;
	for (const struct kith_model *child = model->first; child; child = child->next) {
		const size_t length = step_into(child, top, model->rule != KITH_TABLE, path);
		if (!length)
			continue;
		if (!path[length])
			return (struct spot){ .model = child, .above = model, .rest = path };
		const struct spot deeper = find_spot(child, path + length, false);
		if (deeper.model || deeper.above != child || !found.model)
			found = deeper;
		if (found.model)
			return found;
	}
	return found;
}

static int by_line(const void *one, const void *other)
{
	const struct kith_conflict *a = one, *b = other;
	return a->line < b->line ? -1 : a->line > b->line;
}

static struct kith_conflict state_of(const struct kith_model *model, const char *path, const struct kith_kept *kept,
                                     struct kith_arena *arena)
{
	const struct spot spot = find_spot(model, path, true);
	struct kith_conflict conflict = { .field = path };
	if (spot.model && kith_model_is_leaf(spot.model)) {
		conflict.shown = spot.model->text;
	} else if (spot.model) {
		KITH_BUF text = { 0 };
		kith_model_print_flow(&text, spot.model);
		conflict.whole = kith_arena_strdup(arena, kith_buf_text(&text));
	}
	if (kept) {
		conflict.kept = kept->texts;
		conflict.kept_count = kept->count;
		conflict.deleted = kept->deleted;
		conflict.line = kept->line;
	}
	return conflict;
}

void kith_conflicts_read(const struct kith_reading *reading, struct kith_arena *arena, struct kith_conflict **list, size_t *count)
{
	struct kith_kept_list kept = { 0 };
	const struct kith_model *model = kith_model_read((int)reading->record.kind, &reading->doc, 0, arena, &kept);
	struct kith_conflict *conflicts = kith_arena_alloc(arena, (kept.count + 1) * sizeof(*conflicts));
	for (size_t i = 0; i < kept.count; i++)
		conflicts[i] = state_of(model, kept.list[i].path, &kept.list[i], arena);
	if (kept.count)
		qsort(conflicts, kept.count, sizeof(*conflicts), by_line);
	*list = conflicts;
	*count = kept.count;
}

void kith_conflicts_states(const struct kith_reading *reading, const char *const *fields, size_t count, struct kith_arena *arena,
                           struct kith_conflict *out)
{
	struct kith_kept_list kept = { 0 };
	const struct kith_model *model = kith_model_read((int)reading->record.kind, &reading->doc, 0, arena, &kept);
	for (size_t i = 0; i < count; i++)
		out[i] = state_of(model, fields[i], kith_kept_find(&kept, fields[i]), arena);
}

void kith_conflicts_check(struct kith_reading *reading, struct kith_arena *arena)
{
	const struct kith_record *record = &reading->record;
	const struct kith_field *of = kith_field_find(record->kind, "conflicts.field");
	const struct kith_model *model = NULL;
	struct kith_kept_list kept = { 0 };
	size_t looked_at = 0;
	for (size_t i = 0; of && i < record->count && looked_at < CHECKED_MOST; i++) {
		const struct kith_value *value = &record->values[i];
		if (value->field != of || value->faulty)
			continue;
		looked_at++;
		if (!model)
			model = kith_model_read((int)record->kind, &reading->doc, 0, arena, &kept);
		if (find_spot(model, value->text, true).model)
			continue;
		struct kith_fault *fault =
			kith_fault_add(&reading->faults, KITH_FAULT_WARNING, value->line, value->column,
		                       (uint32_t)kith_characters(value->text, strlen(value->text)),
		                       "conflicts: there is no '%s' in the record any more", value->text);
		fault->hint = "write a value it keeps where it belongs now, and delete the entry";
	}
}

/* --- settling --- */

static enum kith_code cannot(const struct kith_editing *editing, const struct kith_conflict *conflict, struct kith_err *err)
{
	kith_fail(err, KITH_FAULTY, "line %u: %s is not in the record any more", (unsigned)conflict->line, conflict->field);
	return kith_hint(err, "write the value where it belongs in %s, and delete the entry under conflicts",
	                 editing->path ? editing->path : editing->id);
}

/* The edit that is about a spot: of a field, a key of an entry, of a table, or a key that the schema does not know. */
static bool address(const struct kith_editing *editing, const struct spot *spot, struct kith_edit *edit)
{
	const bool top = !spot->above->name;
	const char *name = spot->rest + (*spot->rest == '.');
	if (!spot->model && name[strcspn(name, ".[")])
		return false;
	if (top) {
		edit->field = kith_field_child(editing->kind, NULL, name, strcspn(name, ".["));
		edit->key = edit->field ? NULL : name;
		return true;
	}
	const struct kith_field *above = spot->above->field;
	if (!above || spot->above->rule != KITH_TABLE)
		return false;
	edit->field = above->merge == KITH_TABLE ? above : kith_field_child(editing->kind, above, name, strlen(name));
	edit->key = above->merge == KITH_TABLE ? name : NULL;
	edit->entry = spot->above->entry;
	return edit->field;
}

/* --- below a key that the schema does not know: node by node --- */

static const struct kith_node *find_parent(const struct kith_node *above, const struct kith_node *node)
{
	for (const struct kith_node *child = above->first; child; child = child->next) {
		if (child == node)
			return above;
		const struct kith_node *parent = child->first ? find_parent(child, node) : NULL;
		if (parent)
			return parent;
	}
	return NULL;
}

static enum kith_code put_node(struct kith_editing *editing, const struct spot *spot, const struct kith_conflict *conflict,
                               const char *text, struct kith_err *err)
{
	const struct kith_node *node = spot->model ? spot->model->node : NULL, *map = spot->above->node;
	const char *name = spot->rest + (*spot->rest == '.');
	if (!map || map->shape != KITH_MAPPING || (spot->model && !node) || (!spot->model && name[strcspn(name, ".[")]))
		return cannot(editing, conflict, err);
	struct kith_edit_work work = kith_edit_begin(editing, conflict->field, err);
	struct kith_fresh *value = kith_edit_scalar(&work, NULL, text);
	value->verbatim = true;
	if (node) {
		value->quote = kith_edit_quote(node);
		return kith_edit_finish(&work, editing, kith_edit_replace_node(&work, map, node, value));
	}
	const struct kith_node *last = map->first;
	while (last && last->next)
		last = last->next;
	value->key = name;
	return kith_edit_finish(&work, editing, kith_edit_insert_node(&work, map, last, value));
}

/* A map that would be left empty goes with it. */
static enum kith_code remove_node(struct kith_editing *editing, const struct spot *spot, const struct kith_conflict *conflict,
                                  struct kith_err *err)
{
	const struct kith_node *root = editing->reading.doc.root, *node = spot->model->node;
	const struct kith_node *parent = node ? find_parent(root, node) : NULL;
	while (parent && parent != root && parent->count == 1) {
		node = parent;
		parent = find_parent(root, node);
	}
	if (!parent)
		return cannot(editing, conflict, err);
	struct kith_edit_work work = kith_edit_begin(editing, conflict->field, err);
	return kith_edit_finish(&work, editing, kith_edit_remove_node(&work, parent, node));
}

static enum kith_code set_value(struct kith_editing *editing, const struct spot *spot, const struct kith_conflict *conflict,
                                const char *text, struct kith_err *err)
{
	struct kith_edit edit = { .op = KITH_EDIT_SET };
	const struct kith_edit_part part = { .text = text };
	if (!address(editing, spot, &edit))
		return put_node(editing, spot, conflict, text, err);
	edit.parts = &part;
	edit.count = 1;
	return kith_edit_apply(editing, &edit, err);
}

static enum kith_code delete_value(struct kith_editing *editing, const struct spot *spot, const struct kith_conflict *conflict,
                                   struct kith_err *err)
{
	struct kith_edit edit = { .op = KITH_EDIT_UNSET };
	if (!spot->model)
		return KITH_OK; /* gone already */
	if (spot->above->rule != KITH_TABLE && spot->above->field) {
		edit.op = KITH_EDIT_REMOVE_ENTRY;
		edit.field = spot->above->field;
		edit.entry = spot->model->entry;
	} else if (!address(editing, spot, &edit)) {
		return remove_node(editing, spot, conflict, err);
	}
	return kith_edit_apply(editing, &edit, err);
}

static enum kith_code remove_entry(struct kith_editing *editing, const char *path, struct kith_err *err)
{
	const struct kith_record *record = &editing->reading.record;
	const struct kith_field *of = kith_field_find(editing->kind, "conflicts.field");
	for (size_t i = 0; i < record->count; i++) {
		if (record->values[i].field != of || strcmp(record->values[i].text, path) != 0)
			continue;
		const struct kith_edit edit = {
			.op = KITH_EDIT_REMOVE_ENTRY,
			.field = kith_field_find(editing->kind, "conflicts"),
			.entry = record->values[i].entry,
		};
		return kith_edit_apply(editing, &edit, err);
	}
	kith_fail(err, KITH_FAULTY, "there is no conflict about %s any more", path);
	return kith_hint(err, "kith conflicts lists those that wait");
}

enum kith_code kith_conflict_settle(struct kith_editing *editing, const struct kith_conflict *conflict, int choice, struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	struct kith_kept_list kept = { 0 };
	/* The reading changes with each edit: what is needed of it is copied first. */
	const char *path = kith_arena_strdup(&arena, conflict->field);
	const struct kith_model *model = kith_model_read((int)editing->kind, &editing->reading.doc, 0, &arena, &kept);
	const struct spot spot = find_spot(model, path, true);
	const struct kith_conflict same = { .field = path, .line = conflict->line };
	enum kith_code code = KITH_OK;
	if (choice == KITH_CHOOSE_DELETED)
		code = delete_value(editing, &spot, &same, err);
	else if (choice > 0 && (size_t)choice <= conflict->kept_count)
		code = set_value(editing, &spot, &same, kith_arena_strdup(&arena, conflict->kept[choice - 1]), err);
	return code ? code : remove_entry(editing, path, err);
}
