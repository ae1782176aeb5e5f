#include "lib/record/merge_model.h"

#include <stdlib.h>
#include <string.h>

#include "lib/record/types.h"

struct modelling {
	int kind, side;
	struct kith_arena *arena;
};

static struct kith_model *member_of(struct modelling *, const struct kith_field *, const struct kith_node *);

/* --- leaves --- */

static bool is_nothing(const struct kith_node *node)
{
	if (node->shape != KITH_SCALAR)
		return node->count == 0;
	return kith_node_is_absent(node) || strspn(node->text, " \t\r\n") == node->length;
}

static const char *trimmed(struct modelling *modelling, const char *text, size_t length)
{
	while (length && strchr(" \t\r\n", *text))
		text++, length--;
	while (length && strchr(" \t\r\n", text[length - 1]))
		length--;
	return kith_arena_strndup(modelling->arena, text, length);
}

static struct kith_model *new_model(struct modelling *modelling, enum kith_merge rule, const struct kith_field *field,
                                    const struct kith_node *node)
{
	struct kith_model *model = kith_arena_alloc(modelling->arena, sizeof(*model));
	*model = (struct kith_model){ .rule = rule, .field = field, .node = node, .side = modelling->side };
	return model;
}

static struct kith_model *leaf(struct modelling *modelling, const struct kith_field *field, const struct kith_node *node,
                               const char *text, size_t length)
{
	const enum kith_merge rule = field && field->merge == KITH_LINES ? KITH_LINES : KITH_VALUE;
	struct kith_model *model = new_model(modelling, rule, field, node);
	model->text = trimmed(modelling, text, length);
	return model;
}

/* What does not have the shape its field should have is one value, whatever is in it.  NULL: nothing is. */
static struct kith_model *opaque(struct modelling *modelling, const struct kith_field *field, const struct kith_node *node)
{
	if (node->shape == KITH_SCALAR)
		return leaf(modelling, field, node, node->text, node->length);
	const struct kith_model *inside = member_of(modelling, NULL, node);
	if (!inside)
		return NULL;
	struct kith_model *model = new_model(modelling, KITH_VALUE, field, node);
	KITH_BUF text = { 0 };
	kith_model_print_flow(&text, inside);
	model->text = kith_arena_strdup(modelling->arena, kith_buf_text(&text));
	model->opaque = true;
	return model;
}

/* --- lists and maps --- */

static void add_child(struct kith_model *model, struct kith_model *child, struct kith_model **last)
{
	if (*last)
		(*last)->next = child;
	else
		model->first = child;
	*last = child;
	child->entry = (uint32_t)model->count++;
}

/* `skills: rust, c` is two words; quoted it is one. */
static void add_words(struct modelling *modelling, struct kith_model *list, struct kith_model **last,
                      const struct kith_field *field, const struct kith_node *node)
{
	const bool splits = field && kith_type_row(field->type)->splits && node->style == KITH_PLAIN;
	const char *at = node->text, *const end = node->text + node->length;
	for (;;) {
		const char *comma = splits ? memchr(at, ',', (size_t)(end - at)) : NULL;
		struct kith_model *item = leaf(modelling, field, node, at, (size_t)((comma ? comma : end) - at));
		item->name = kith_model_same(field, item->text, modelling->arena);
		if (*item->text)
			add_child(list, item, last);
		if (!comma)
			return;
		at = comma + 1;
	}
}

static struct kith_model *list_of(struct modelling *modelling, const struct kith_field *field, const struct kith_node *node)
{
	if (node->shape == KITH_MAPPING)
		return opaque(modelling, field, node);
	struct kith_model *list = new_model(modelling, field && field->merge == KITH_ORDER ? KITH_ORDER : KITH_SET, field, node);
	struct kith_model *last = NULL;
	if (node->shape == KITH_SCALAR)
		add_words(modelling, list, &last, field, node);
	for (const struct kith_node *item = node->shape == KITH_SEQUENCE ? node->first : NULL; item; item = item->next) {
		if (is_nothing(item))
			continue;
		struct kith_model *child = opaque(modelling, field, item);
		if (!child)
			continue;
		child->rule = KITH_VALUE;
		child->name = child->opaque ? child->text : kith_model_same(field, child->text, modelling->arena);
		add_child(list, child, &last);
	}
	return list;
}

static struct kith_model *map_of(struct modelling *modelling, const struct kith_field *parent, const struct kith_node *node)
{
	struct kith_model *map = new_model(modelling, KITH_TABLE, parent, node);
	struct kith_model *last = NULL;
	for (const struct kith_node *member = node->first; member; member = member->next) {
		const struct kith_field *field =
			parent ? kith_field_child((enum kith_kind)modelling->kind, parent, member->key->text, member->key->length) : NULL;
		struct kith_model *child = is_nothing(member) ? NULL : member_of(modelling, field, member);
		if (!child)
			continue;
		child->name = member->key->text;
		add_child(map, child, &last);
	}
	return map;
}

/* The words of a table are lists where its type is a word, else single values. */
static struct kith_model *table_of(struct modelling *modelling, const struct kith_field *field, const struct kith_node *node)
{
	struct kith_model *map = new_model(modelling, KITH_TABLE, field, node);
	struct kith_model *last = NULL;
	const bool lists = field->type == KITH_WORD || field->type == KITH_REF;
	for (const struct kith_node *member = node->first; member; member = member->next) {
		if (is_nothing(member))
			continue;
		struct kith_model *child = lists ? list_of(modelling, field, member) : opaque(modelling, field, member);
		if (!child)
			continue;
		if (!lists)
			child->rule = KITH_VALUE;
		child->name = member->key->text;
		kith_model_finish(child, modelling->arena);
		if (!kith_model_is_leaf(child) && !child->count)
			continue;
		add_child(map, child, &last);
	}
	return map;
}

/* --- lists of maps --- */

/* An entry may be a scalar: its key; of a pair its second half. */
static const struct kith_field *scalar_field(const struct kith_field *field)
{
	size_t count;
	const struct kith_field *children = kith_field_children(field, &count);
	return (field->flags & KITH_PAIR) && count > 1 ? &children[1] : kith_field_key(field);
}

static struct kith_model *entry_of_text(struct modelling *modelling, const struct kith_field *field,
                                        const struct kith_node *node, const char *text, size_t length)
{
	struct kith_model *map = new_model(modelling, KITH_TABLE, field, node), *last = NULL;
	struct kith_model *child = leaf(modelling, scalar_field(field), node, text, length);
	child->name = child->field->name;
	add_child(map, child, &last);
	return map;
}

/* `- 2w: share one useful link`: one key that is no sub-field is the first, its value the second. */
static bool is_pair(struct modelling *modelling, const struct kith_field *field, const struct kith_node *node)
{
	size_t count;
	(void)kith_field_children(field, &count);
	return (field->flags & KITH_PAIR) && count > 1 && node->count == 1 && node->first->shape == KITH_SCALAR &&
	       !kith_field_child((enum kith_kind)modelling->kind, field, node->first->key->text, node->first->key->length);
}

static struct kith_model *pair_of(struct modelling *modelling, const struct kith_field *field, const struct kith_node *node)
{
	size_t count;
	const struct kith_field *children = kith_field_children(field, &count);
	const struct kith_node *halves[] = { node->first->key, node->first };
	struct kith_model *map = new_model(modelling, KITH_TABLE, field, node), *last = NULL;
	for (size_t i = 0; i < 2; i++) {
		if (is_nothing(halves[i]))
			continue;
		struct kith_model *child = leaf(modelling, &children[i], halves[i], halves[i]->text, halves[i]->length);
		child->name = children[i].name;
		add_child(map, child, &last);
	}
	return map;
}

/* What an entry is matched by: its keys; the whole of it where it has none. */
static const char *identity_of(struct modelling *modelling, const struct kith_field *field, const struct kith_model *entry)
{
	KITH_BUF name = { 0 };
	size_t length;
	const char *at = field->of;
	for (const char *word; (word = kith_of_next(&at, &length));) {
		const struct kith_model *key = kith_model_child(entry, kith_arena_strndup(modelling->arena, word, length));
		if (!key || !kith_model_is_leaf(key))
			continue;
		kith_buf_add(&name, name.length ? " / " : "");
		kith_buf_add(&name, kith_model_same(key->field, key->text, modelling->arena));
	}
	if (!name.length)
		kith_model_print_flow(&name, entry);
	return kith_arena_strdup(modelling->arena, kith_buf_text(&name));
}

/* `number` counts also those entries in which no key has a value: there is nothing to merge in them. */
static void add_entry(struct modelling *modelling, struct kith_model *list, struct kith_model **last, uint32_t *number,
                      struct kith_model *entry)
{
	const uint32_t here = (*number)++;
	if (!entry)
		return;
	kith_model_finish(entry, modelling->arena);
	if (!kith_model_is_leaf(entry) && !entry->count)
		return;
	entry->name = kith_model_is_leaf(entry) ? entry->text : identity_of(modelling, list->field, entry);
	add_child(list, entry, last);
	entry->entry = here;
}

static void add_texts(struct modelling *modelling, struct kith_model *list, struct kith_model **last, uint32_t *number,
                      const struct kith_node *node)
{
	const bool splits = kith_type_row(scalar_field(list->field)->type)->splits && node->style == KITH_PLAIN;
	const char *at = node->text, *const end = node->text + node->length;
	for (;;) {
		const char *comma = splits ? memchr(at, ',', (size_t)(end - at)) : NULL;
		const size_t length = (size_t)((comma ? comma : end) - at);
		if (strspn(at, " \t\r\n") < length)
			add_entry(modelling, list, last, number, entry_of_text(modelling, list->field, node, at, length));
		if (!comma)
			return;
		at = comma + 1;
	}
}

static void add_item(struct modelling *modelling, struct kith_model *list, struct kith_model **last, uint32_t *number,
                     const struct kith_node *node)
{
	const struct kith_field *field = list->field;
	if (node->shape == KITH_SCALAR)
		add_entry(modelling, list, last, number, entry_of_text(modelling, field, node, node->text, node->length));
	else if (node->shape == KITH_SEQUENCE)
		add_entry(modelling, list, last, number, opaque(modelling, NULL, node));
	else if (is_pair(modelling, field, node))
		add_entry(modelling, list, last, number, pair_of(modelling, field, node));
	else
		add_entry(modelling, list, last, number, map_of(modelling, field, node));
}

static struct kith_model *entries_of(struct modelling *modelling, const struct kith_field *field, const struct kith_node *node)
{
	struct kith_model *list = new_model(modelling, field->merge == KITH_ORDER ? KITH_ORDER : KITH_KEYED, field, node);
	struct kith_model *last = NULL;
	uint32_t number = 0;
	if (node->shape == KITH_SCALAR)
		add_texts(modelling, list, &last, &number, node);
	else if (node->shape == KITH_MAPPING)
		add_item(modelling, list, &last, &number, node);
	else
		for (const struct kith_node *item = node->first; item; item = item->next)
			if (!is_nothing(item))
				add_item(modelling, list, &last, &number, item);
	return list;
}

/* --- any member --- */

static struct kith_model *by_shape(struct modelling *modelling, const struct kith_node *node)
{
	if (node->shape == KITH_SCALAR)
		return leaf(modelling, NULL, node, node->text, node->length);
	return node->shape == KITH_MAPPING ? map_of(modelling, NULL, node) : list_of(modelling, NULL, node);
}

static struct kith_model *member_of(struct modelling *modelling, const struct kith_field *field, const struct kith_node *node)
{
	const bool mapping = node->shape == KITH_MAPPING;
	struct kith_model *model;
	if (!field)
		model = by_shape(modelling, node);
	else if (field->merge == KITH_TABLE)
		model = mapping ? table_of(modelling, field, node) : opaque(modelling, field, node);
	else if (field->type == KITH_MAP && kith_field_is_list(field))
		model = entries_of(modelling, field, node);
	else if (field->type == KITH_MAP)
		model = mapping ? map_of(modelling, field, node) : opaque(modelling, field, node);
	else if (kith_field_is_list(field))
		model = list_of(modelling, field, node);
	else
		model = opaque(modelling, field, node);
	if (!model)
		return NULL;
	kith_model_finish(model, modelling->arena);
	return kith_model_is_leaf(model) || model->count ? model : NULL;
}

struct kith_model *kith_model_read(int kind, const struct kith_doc *doc, int side, struct kith_arena *arena,
                                   struct kith_kept_list *kept)
{
	struct modelling modelling = { .kind = kind, .side = side, .arena = arena };
	struct kith_model *record = new_model(&modelling, KITH_TABLE, NULL, doc->root);
	struct kith_model *last = NULL;
	for (const struct kith_node *node = doc->root ? doc->root->first : NULL; node; node = node->next) {
		if (strcmp(node->key->text, "conflicts") == 0) {
			kith_kept_read(node, arena, kept);
			continue;
		}
		const struct kith_field *field =
			kind < 0 ? NULL : kith_field_child((enum kith_kind)kind, NULL, node->key->text, node->key->length);
		struct kith_model *child = is_nothing(node) ? NULL : member_of(&modelling, field, node);
		if (!child)
			continue;
		child->name = node->key->text;
		add_child(record, child, &last);
	}
	kith_model_finish(record, arena);
	kith_kept_sort(kept);
	return record;
}

/* --- looking up, comparing --- */

bool kith_model_is_leaf(const struct kith_model *model)
{
	return model->rule == KITH_VALUE || model->rule == KITH_LINES;
}

static int by_name(const void *one, const void *other)
{
	const struct kith_model *a = *(struct kith_model *const *)one, *b = *(struct kith_model *const *)other;
	const int order = strcmp(a->name, b->name);
	return order ? order : a->entry < b->entry ? -1 : a->entry > b->entry;
}

static void sort(struct kith_model *model)
{
	size_t at = 0;
	for (struct kith_model *child = model->first; child; child = child->next)
		model->sorted[at++] = child;
	qsort(model->sorted, model->count, sizeof(*model->sorted), by_name);
}

/* A set holds each value once. */
static void drop_twins(struct kith_model *model)
{
	size_t kept = 0;
	for (size_t i = 0; i < model->count; i++) {
		if (kept && strcmp(model->sorted[kept - 1]->name, model->sorted[i]->name) == 0)
			model->sorted[i]->name = NULL;
		else
			model->sorted[kept++] = model->sorted[i];
	}
	model->count = kept;
	for (struct kith_model **at = &model->first; *at;) {
		if ((*at)->name)
			at = &(*at)->next;
		else
			*at = (*at)->next;
	}
}

/* Entries that are matched by the same get numbers: "call#2" is the second of this name. */
static bool number_twins(struct kith_model *model, struct kith_arena *arena)
{
	bool found = false;
	for (size_t i = 0; i < model->count;) {
		size_t end = i + 1;
		while (end < model->count && strcmp(model->sorted[i]->name, model->sorted[end]->name) == 0)
			end++;
		for (size_t twin = i + 1; twin < end; twin++) {
			if (!model->sorted[twin]->bare)
				model->sorted[twin]->bare = model->sorted[twin]->name;
			model->sorted[twin]->name = kith_arena_printf(arena, "%s#%zu", model->sorted[i]->name, twin - i + 1);
		}
		found |= end > i + 1;
		i = end;
	}
	return found;
}

void kith_model_finish(struct kith_model *model, struct kith_arena *arena)
{
	if (kith_model_is_leaf(model))
		return;
	model->sorted = kith_arena_alloc(arena, (model->count + 1) * sizeof(*model->sorted));
	sort(model);
	if (model->rule == KITH_SET)
		drop_twins(model);
	else if (model->rule != KITH_TABLE)
		while (number_twins(model, arena))
			sort(model);
}

struct kith_model *kith_model_child(const struct kith_model *model, const char *name)
{
	if (!model)
		return NULL;
	size_t low = 0, high = model->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(name, model->sorted[middle]->name);
		if (order == 0)
			return model->sorted[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *kith_model_same(const struct kith_field *field, const char *text, struct kith_arena *arena)
{
	if (!field)
		return text;
	switch (field->type) {
	case KITH_DATE: case KITH_SPAN: case KITH_INT: case KITH_FLAG: case KITH_DATE_OR_FLAG: case KITH_TIME: case KITH_TIMES:
		break;
	default:
		return text;
	}
	struct kith_value value;
	KITH_BUF same = { 0 };
	if (!kith_value_read(field, text, &value, NULL, NULL))
		return text;
	if (field->type == KITH_SPAN && !value.span.never) {
		/* 14d and 2 weeks, 12 months and a year, are as long. */
		if (value.span.unit == KITH_DAYS && value.span.count % 7 == 0)
			value.span = (struct kith_span){ .count = value.span.count / 7, .unit = KITH_WEEKS };
		if (value.span.unit == KITH_MONTHS && value.span.count % 12 == 0)
			value.span = (struct kith_span){ .count = value.span.count / 12, .unit = KITH_YEARS };
	}
	kith_type_row(field->type)->print(&same, &value);
	return same.length ? kith_arena_strdup(arena, same.text) : text;
}

static bool same_leaf(const struct kith_model *one, const struct kith_model *other, struct kith_arena *arena)
{
	if (one->opaque != other->opaque)
		return false;
	if (strcmp(one->text, other->text) == 0)
		return true;
	return !one->opaque && strcmp(kith_model_same(one->field, one->text, arena), kith_model_same(other->field, other->text, arena)) == 0;
}

bool kith_model_equal(const struct kith_model *one, const struct kith_model *other, struct kith_arena *arena)
{
	if (!one || !other)
		return one == other;
	if (one->rule != other->rule || one->count != other->count)
		return false;
	if (kith_model_is_leaf(one))
		return same_leaf(one, other, arena);
	const struct kith_model *a = one->first, *b = other->first;
	for (size_t i = 0; i < one->count; i++) {
		const struct kith_model *left = one->sorted[i], *right = other->sorted[i];
		if (strcmp(left->name, right->name) != 0)
			return false;
		if (one->rule != KITH_SET && !kith_model_equal(left, right, arena))
			return false;
		if (one->rule == KITH_ORDER && strcmp(a->name, b->name) != 0)
			return false;
		a = a->next;
		b = b->next;
	}
	return true;
}
