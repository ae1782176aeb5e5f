/* Entries of lists of maps: `- send the draft`, `- {what: …}`, `- 2w: …`, blocks, and single values that stand for a list. */
#include <string.h>

#include "lib/record/edit_private.h"
#include "lib/record/fresh.h"
#include "lib/record/spans.h"

enum { LONG_LINE = 90 };

const struct kith_field *kith_edit_scalar_field(const struct kith_field *list)
{
	size_t count;
	const struct kith_field *children = kith_field_children(list, &count);
	return (list->flags & KITH_PAIR) && count > 1 ? &children[1] : kith_field_key(list);
}

const struct kith_node *kith_edit_entry(const struct kith_node *list, uint32_t entry)
{
	if (list->shape != KITH_SEQUENCE)
		return entry == 0 && !kith_edit_is_void(list) ? list : NULL;
	for (const struct kith_node *item = list->first; item; item = item->next)
		if (!kith_edit_is_void(item) && entry-- == 0)
			return item;
	return NULL;
}

static const struct kith_node *find_list(const struct kith_edit_work *work, const struct kith_field *list)
{
	return kith_node_member(work->reading.doc.root, list->name);
}

static struct kith_fresh *new_fresh(struct kith_edit_work *work, enum kith_shape shape)
{
	struct kith_fresh *fresh = kith_arena_alloc(&work->fresh, sizeof(*fresh));
	fresh->shape = shape;
	return fresh;
}

static enum kith_code no_entry(struct kith_edit_work *work, const struct kith_field *list, uint32_t entry)
{
	kith_fail(work->err, KITH_NONE, "%s has no entry %u", list->path, (unsigned)entry + 1);
	return kith_hint(work->err, "see the entries: kith show %s", work->editing->id);
}

/* --- one that is written as a scalar becomes a map --- */

bool kith_edit_is_pair(const struct kith_field *list, const struct kith_node *item)
{
	return (list->flags & KITH_PAIR) && item->shape == KITH_MAPPING && item->count == 1 &&
	       !kith_field_child(list->kind, list, item->first->key->text, item->first->key->length);
}

static bool some_map_in_braces(const struct kith_node *list)
{
	for (const struct kith_node *item = list->first; item; item = item->next)
		if (item->shape == KITH_MAPPING)
			return item->style == KITH_FLOW_STYLE;
	return false;
}

static struct kith_fresh *like_scalar(struct kith_edit_work *work, const struct kith_field *field, const struct kith_node *node)
{
	struct kith_fresh *value = kith_edit_scalar(work, field, kith_arena_strndup(&work->fresh, node->text, node->length));
	value->quote = kith_edit_quote(node);
	value->block = kith_is_block_scalar(node);
	value->key = field->name;
	value->undivided = false;
	return value;
}

/* A map of the keys that an entry has. */
static struct kith_fresh *map_of(struct kith_edit_work *work, const struct kith_field *list, const struct kith_node *item)
{
	size_t count;
	const struct kith_field *children = kith_field_children(list, &count);
	struct kith_fresh *map = new_fresh(work, KITH_MAPPING);
	if (item->shape == KITH_SCALAR) {
		map->first = like_scalar(work, kith_edit_scalar_field(list), item);
		return map;
	}
	map->first = like_scalar(work, &children[0], item->first->key);
	map->first->next = like_scalar(work, &children[1], item->first);
	return map;
}

#define NO_ENTRY UINT32_MAX

/* The entries of `knows: ana, tom`, one of them as a map if that is asked for. */
static struct kith_fresh *list_of(struct kith_edit_work *work, const struct kith_field *list, const struct kith_node *node, uint32_t open,
                                  uint32_t *count)
{
	const struct kith_field *field = kith_edit_scalar_field(list);
	struct kith_fresh *items = new_fresh(work, KITH_SEQUENCE), **next = &items->first;
	items->flow = true;
	const struct kith_edit_values pieces = kith_edit_values(work, list, node);
	for (uint32_t i = 0; i < pieces.count; i++, next = &(*next)->next) {
		struct kith_fresh *item = kith_edit_scalar(work, field, pieces.texts[i]);
		item->quote = kith_edit_quote(node);
		*next = item;
		if (i != open)
			continue;
		item->key = field->name;
		*next = new_fresh(work, KITH_MAPPING);
		(*next)->flow = true;
		(*next)->first = item;
	}
	*count = (uint32_t)pieces.count;
	return items;
}

static enum kith_code open_scalar_list(struct kith_edit_work *work, const struct kith_field *list, const struct kith_node *node, uint32_t entry)
{
	uint32_t count;
	const struct kith_fresh *items = list_of(work, list, node, entry, &count);
	return count > entry ? kith_edit_replace_node(work, work->reading.doc.root, node, items) : no_entry(work, list, entry);
}

enum kith_code kith_edit_open_entry(struct kith_edit_work *work, const struct kith_field *list, uint32_t entry)
{
	const struct kith_node *node = find_list(work, list);
	if (!node)
		return no_entry(work, list, entry);
	if (node->shape == KITH_SCALAR)
		return open_scalar_list(work, list, node, entry);
	const struct kith_node *item = kith_edit_entry(node, entry);
	if (!item)
		return no_entry(work, list, entry);
	if (item->shape == KITH_SEQUENCE)
		return kith_edit_refuse(work, item->line, "a list stands where an entry belongs");
	if (item->shape == KITH_MAPPING && !kith_edit_is_pair(list, item))
		return KITH_OK;
	struct kith_fresh *map = map_of(work, list, item);
	map->flow = node->style == KITH_FLOW_STYLE || some_map_in_braces(node);
	return kith_edit_replace_node(work, item == node ? work->reading.doc.root : node, item, map);
}

/* --- whole entries --- */

enum kith_code kith_edit_remove_entry(struct kith_edit_work *work, const struct kith_field *list, uint32_t entry)
{
	const struct kith_node *node = find_list(work, list);
	if (node && node->shape == KITH_SCALAR) {
		const struct kith_edit_values pieces = kith_edit_values(work, list, node);
		if (entry >= pieces.count)
			return no_entry(work, list, entry);
		memmove(pieces.texts + entry, pieces.texts + entry + 1, (pieces.count - entry - 1) * sizeof(*pieces.texts));
		const struct kith_edit_slot slot = {.field = list, .name = list->name, .many = true};
		return pieces.count > 1 ? kith_edit_slot_apply(work, &slot, KITH_EDIT_SET, pieces.texts, pieces.count - 1)
		                        : kith_edit_unset(work, &slot);
	}
	const struct kith_node *item = node ? kith_edit_entry(node, entry) : NULL;
	if (!item)
		return no_entry(work, list, entry);
	size_t others = 0;
	for (const struct kith_node *other = node->first; other && item != node; other = other->next)
		others += other != item && !kith_edit_is_void(other);
	if (others)
		return kith_edit_remove_node(work, node, item);
	return kith_edit_unset(work, &(struct kith_edit_slot){.field = list, .name = list->name});
}

static size_t count_of(const struct kith_edit *edit, const struct kith_field *field)
{
	size_t count = 0;
	for (size_t i = 0; i < edit->count; i++)
		count += edit->parts[i].field == field && edit->parts[i].text[strspn(edit->parts[i].text, " \t\r\n")];
	return count;
}

/* The value or values of one key of a new entry. */
static struct kith_fresh *part_of(struct kith_edit_work *work, const struct kith_edit *edit, const struct kith_field *field)
{
	const char **texts = kith_arena_alloc(&work->fresh, (edit->count + 1) * sizeof(*texts));
	size_t count = 0;
	for (size_t i = 0; i < edit->count; i++) {
		if (edit->parts[i].field != field)
			continue;
		const char *from = edit->parts[i].text + strspn(edit->parts[i].text, " \t\r\n"), *to = from + strlen(from);
		while (to > from && strchr(" \t\r\n", to[-1]))
			to--;
		if (to > from)
			texts[count++] = kith_arena_strndup(&work->fresh, from, (size_t)(to - from));
	}
	struct kith_fresh *value = kith_edit_list(work, field, texts, count);
	value->key = field->name;
	return value;
}

static bool all_are_maps(const struct kith_node *list)
{
	for (const struct kith_node *item = list->first; item; item = item->next)
		if (item->shape != KITH_MAPPING)
			return false;
	return list->first != NULL;
}

static struct kith_fresh *new_entry(struct kith_edit_work *work, const struct kith_edit *edit, const struct kith_node *node)
{
	const struct kith_field *list = edit->field, *key = kith_edit_scalar_field(list);
	const bool is_list = node && node->shape == KITH_SEQUENCE;
	size_t count, filled = 0;
	const struct kith_field *children = kith_field_children(list, &count);
	for (size_t i = 0; i < count; i++)
		filled += count_of(edit, &children[i]) > 0;
	if (filled == 1 && count_of(edit, key) == 1 && !edit->flow && !(is_list && all_are_maps(node))) {
		struct kith_fresh *scalar = part_of(work, edit, key);
		scalar->key = NULL;
		return scalar;
	}
	struct kith_fresh *map = new_fresh(work, KITH_MAPPING), **next = &map->first;
	if (is_list && count > 1 && filled == 2 && count_of(edit, &children[0]) == 1 && count_of(edit, &children[1]) == 1 &&
	    kith_last_child(node) && kith_edit_is_pair(list, kith_last_child(node))) {
		map->first = part_of(work, edit, &children[1]);
		map->first->key = part_of(work, edit, &children[0])->text;
		map->flow = node->style == KITH_FLOW_STYLE || kith_last_child(node)->style == KITH_FLOW_STYLE;
		return map;
	}
	map->flow = edit->flow || (is_list && (node->style == KITH_FLOW_STYLE || some_map_in_braces(node)));
	for (size_t i = 0; i < count; i++) {
		if (!count_of(edit, &children[i]))
			continue;
		*next = part_of(work, edit, &children[i]);
		next = &(*next)->next;
	}
	return map;
}

/* A text or a map that stands for a list becomes one. */
static enum kith_code make_list(struct kith_edit_work *work, const struct kith_field *list, const struct kith_node *node, struct kith_fresh *entry)
{
	const struct kith_node *root = work->reading.doc.root;
	if (node->shape == KITH_MAPPING) {
		const enum kith_code code = kith_edit_step(work, &(struct kith_splice){KITH_SPLICE_WRAP, root, node, NULL});
		if (code)
			return code;
		node = find_list(work, list);
		return kith_edit_insert_node(work, node, node->first, entry);
	}
	uint32_t count;
	struct kith_fresh *items = list_of(work, list, node, NO_ENTRY, &count), **last = &items->first;
	while (*last)
		last = &(*last)->next;
	*last = entry;
	KITH_BUF text = {0};
	kith_fresh_write_flow(&text, items);
	items->flow = root->style == KITH_FLOW_STYLE || (text.length < LONG_LINE && !strchr(text.text, '\n'));
	items->indent = kith_edit_dash_indent(work);
	return kith_edit_replace_node(work, root, node, items);
}

/* Brackets with nothing in them but comments, which stay where they are when an entry comes. */
static bool holds_comment(const struct kith_doc *doc, const struct kith_node *list)
{
	return memchr(doc->source + list->start, '#', list->end - list->start) != NULL;
}

enum kith_code kith_edit_add_entry(struct kith_edit_work *work, const struct kith_edit *edit)
{
	const struct kith_field *list = edit->field;
	const struct kith_node *root = work->reading.doc.root, *node = find_list(work, list);
	struct kith_fresh *entry = new_entry(work, edit, node);
	if (entry->shape == KITH_MAPPING && !entry->first)
		return KITH_OK;
	if (node && node->shape == KITH_SEQUENCE && (node->first || holds_comment(&work->reading.doc, node)))
		return kith_edit_insert_node(work, node, kith_last_child(node), entry);
	if (node && !kith_edit_is_void(node))
		return make_list(work, list, node, entry);
	struct kith_fresh *items = new_fresh(work, KITH_SEQUENCE);
	items->first = entry;
	items->indent = kith_edit_dash_indent(work);
	items->key = list->name;
	items->flow = root && root->style == KITH_FLOW_STYLE;
	if (node)
		return kith_edit_replace_node(work, root, node, items);
	return kith_edit_insert_node(work, root, root ? kith_edit_place(work->editing->kind, NULL, root, list->name) : NULL, items);
}
