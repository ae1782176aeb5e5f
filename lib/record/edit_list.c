/* The values of one key: one, or a list in whatever form it is written. */
#include <string.h>

#include "lib/record/edit_private.h"
#include "lib/record/spans.h"
#include "lib/record/types.h"
#include "lib/record/yaml.h"

const char *kith_edit_trimmed(struct kith_arena *arena, const char *text, size_t length)
{
	while (length && strchr(" \t\r\n", *text))
		text++, length--;
	while (length && strchr(" \t\r\n", text[length - 1]))
		length--;
	return length ? kith_arena_strndup(arena, text, length) : NULL;
}

bool kith_edit_is_void(const struct kith_node *node)
{
	if (node->shape != KITH_SCALAR)
		return node->count == 0;
	return kith_node_is_absent(node) || strspn(node->text, " \t\r\n") == node->length;
}

const struct kith_node *kith_edit_container(const struct kith_edit_work *work, const struct kith_edit_slot *slot)
{
	const struct kith_node *map = work->reading.doc.root;
	if (slot->parent)
		map = kith_node_member(map, slot->parent->name);
	if (map && slot->parent && !slot->table && kith_field_is_list(slot->parent))
		map = kith_edit_entry(map, slot->entry);
	return map && map->shape == KITH_MAPPING ? map : NULL;
}

static const struct kith_node *find_value(const struct kith_edit_work *work, const struct kith_edit_slot *slot)
{
	return kith_node_member(kith_edit_container(work, slot), slot->name);
}

bool kith_edit_is_absent(const struct kith_edit_work *work, const struct kith_edit_slot *slot)
{
	const struct kith_node *node = find_value(work, slot);
	return node && kith_edit_is_void(node);
}

enum kith_code kith_edit_unset(struct kith_edit_work *work, const struct kith_edit_slot *slot)
{
	const struct kith_node *map = kith_edit_container(work, slot), *node = kith_node_member(map, slot->name);
	const bool in_entry = slot->parent && !slot->table && kith_field_is_list(slot->parent);
	if (in_entry && !map) {
		/* A scalar that stands for its key: the entry goes. */
		const struct kith_node *list = kith_node_member(work->reading.doc.root, slot->parent->name);
		const bool entry = list && (list->shape == KITH_SCALAR ? slot->entry < kith_edit_values(work, slot->parent, list).count
		                                                       : kith_edit_entry(list, slot->entry) != NULL);
		return entry && kith_edit_scalar_field(slot->parent) == slot->field ? kith_edit_remove_entry(work, slot->parent, slot->entry) : KITH_OK;
	}
	if (in_entry && kith_edit_is_pair(slot->parent, map)) {
		const enum kith_code code = kith_edit_open_entry(work, slot->parent, slot->entry);
		return code ? code : kith_edit_unset(work, slot);
	}
	if (!node)
		return KITH_OK;
	if (map->count > 1 || !slot->parent)
		return kith_edit_remove_node(work, map, node);
	if (in_entry)
		return kith_edit_remove_entry(work, slot->parent, slot->entry);
	return kith_edit_unset(work, &(struct kith_edit_slot){.field = slot->parent, .name = slot->parent->name});
}

/* --- what is there --- */

/* What an item of a list is compared by: its text, of a map that of its key. */
static const char *text_of_item(struct kith_edit_work *work, const struct kith_field *field, const struct kith_node *item)
{
	if (item->shape == KITH_MAPPING && field && field->type == KITH_MAP) {
		const struct kith_field *key = kith_edit_scalar_field(field);
		const struct kith_node *member = kith_node_member(item, key->name);
		if (!member && (field->flags & KITH_PAIR) && item->count == 1)
			member = item->first;
		item = member;
	}
	if (!item || item->shape != KITH_SCALAR || kith_node_is_absent(item))
		return NULL;
	return kith_edit_trimmed(&work->fresh, item->text, item->length);
}

bool kith_edit_divides(const struct kith_field *field, const struct kith_node *scalar)
{
	const struct kith_field *key = field && field->type == KITH_MAP ? kith_edit_scalar_field(field) : field;
	return key && scalar->style == KITH_PLAIN && kith_type_row(key->type)->splits;
}

struct kith_edit_values kith_edit_values(struct kith_edit_work *work, const struct kith_field *field, const struct kith_node *node)
{
	struct kith_edit_values found = {0};
	if (!node)
		return found;
	if (node->shape == KITH_SCALAR) {
		size_t room = 1;
		for (size_t i = 0; i < node->length; i++)
			room += node->text[i] == ',';
		found.texts = kith_arena_alloc(&work->fresh, room * sizeof(*found.texts));
		for (const char *at = node->text, *end = at + node->length; !kith_node_is_absent(node);) {
			const char *comma = kith_edit_divides(field, node) ? memchr(at, ',', (size_t)(end - at)) : NULL;
			const char *text = kith_edit_trimmed(&work->fresh, at, (size_t)((comma ? comma : end) - at));
			if (text)
				found.texts[found.count++] = text;
			if (!comma)
				break;
			at = comma + 1;
		}
		return found;
	}
	found.texts = kith_arena_alloc(&work->fresh, (node->count + 1) * sizeof(*found.texts));
	if (node->shape == KITH_MAPPING) {
		found.texts[found.count++] = text_of_item(work, field, node);
		return found;
	}
	for (const struct kith_node *item = node->first; item; item = item->next)
		found.texts[found.count++] = text_of_item(work, field, item);
	return found;
}

/* --- what is wanted --- */

static bool holds(const struct kith_edit_values *values, const char *text)
{
	for (size_t i = 0; i < values->count; i++)
		if (values->texts[i] && strcmp(values->texts[i], text) == 0)
			return true;
	return false;
}

static struct kith_edit_values find_wanted(struct kith_edit_work *work, enum kith_edit_op op, const struct kith_edit_values *has, const char *const *texts, size_t count)
{
	const struct kith_edit_values given = {(const char **)texts, count};
	if (op == KITH_EDIT_SET)
		return given;
	struct kith_edit_values wanted = {kith_arena_alloc(&work->fresh, (has->count + count + 1) * sizeof(*wanted.texts)), 0};
	for (size_t i = 0; i < has->count; i++)
		if (op == KITH_EDIT_ADD || !has->texts[i] || !holds(&given, has->texts[i]))
			wanted.texts[wanted.count++] = has->texts[i];
	for (size_t i = 0; op == KITH_EDIT_ADD && i < count; i++)
		if (!holds(&wanted, texts[i]))
			wanted.texts[wanted.count++] = texts[i];
	return wanted;
}

static bool are_same(const struct kith_edit_values *one, const struct kith_edit_values *other)
{
	if (one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (one->texts[i] != other->texts[i] && (!one->texts[i] || !other->texts[i] || strcmp(one->texts[i], other->texts[i]) != 0))
			return false;
	return true;
}

static struct kith_edit_values without_void(struct kith_edit_work *work, const struct kith_edit_values *has)
{
	struct kith_edit_values values = {kith_arena_alloc(&work->fresh, (has->count + 1) * sizeof(*values.texts)), 0};
	for (size_t i = 0; i < has->count; i++)
		if (has->texts[i])
			values.texts[values.count++] = has->texts[i];
	return values;
}

/* --- from one to the other, item by item --- */

static const struct kith_node *nth(const struct kith_node *list, size_t index)
{
	const struct kith_node *item = list->first;
	while (item && index--)
		item = item->next;
	return item;
}

static bool same(const char *one, const char *other)
{
	return one == other || (one && other && strcmp(one, other) == 0);
}

/* Of two long rows: in order, each with the next that is the same.  Finds all that stays where items were only taken away. */
static void find_common_quickly(const struct kith_edit_values *has, const struct kith_edit_values *wanted, bool *stays, bool *is_there)
{
	for (size_t i = 0, k = 0; k < wanted->count && i < has->count; k++) {
		size_t next = i;
		while (next < has->count && !same(has->texts[next], wanted->texts[k]))
			next++;
		if (next == has->count)
			continue;
		stays[next] = is_there[k] = true;
		i = next + 1;
	}
}

static void find_longest_common(const struct kith_edit_values *has, const struct kith_edit_values *wanted, bool *stays, bool *is_there)
{
	const size_t columns = wanted->count + 1;
	uint32_t *length = kith_alloc((has->count + 1) * columns * sizeof(*length));
	for (size_t i = has->count; i-- > 0;)
		for (size_t k = wanted->count; k-- > 0;) {
			const uint32_t skip_one = length[(i + 1) * columns + k], skip_other = length[i * columns + k + 1];
			length[i * columns + k] = same(has->texts[i], wanted->texts[k]) ? length[(i + 1) * columns + k + 1] + 1
			                          : skip_one > skip_other ? skip_one : skip_other;
		}
	for (size_t i = 0, k = 0; i < has->count && k < wanted->count;) {
		if (same(has->texts[i], wanted->texts[k]))
			stays[i++] = is_there[k++] = true;
		else if (length[(i + 1) * columns + k] >= length[i * columns + k + 1])
			i++;
		else
			k++;
	}
	kith_free(length);
}

/* Marks the items that stay: a longest common row of both.  Most edits leave the beginning and the end as they are. */
static void find_common(const struct kith_edit_values *has, const struct kith_edit_values *wanted, bool *stays, bool *is_there)
{
	enum { MOST_COMPARED = 1000000 };
	size_t first = 0, one = has->count, other = wanted->count;
	for (; first < one && first < other && same(has->texts[first], wanted->texts[first]); first++)
		stays[first] = is_there[first] = true;
	for (; one > first && other > first && same(has->texts[one - 1], wanted->texts[other - 1]); one--, other--)
		stays[one - 1] = is_there[other - 1] = true;
	const struct kith_edit_values old = { has->texts + first, one - first }, new = { wanted->texts + first, other - first };
	(old.count && new.count > MOST_COMPARED / old.count ? find_common_quickly : find_longest_common)(
		&old, &new, stays + first, is_there + first);
}

static struct kith_fresh *fresh_items(struct kith_edit_work *work, const struct kith_edit_slot *slot, const struct kith_node *list,
                                      const char *const *texts, size_t count)
{
	const struct kith_field *field = slot->field && slot->field->type == KITH_MAP ? kith_edit_scalar_field(slot->field) : slot->field;
	struct kith_fresh *first = NULL, **next = &first;
	for (size_t i = 0; i < count; i++, next = &(*next)->next) {
		*next = kith_edit_scalar(work, field, texts[i]);
		(*next)->undivided = false;
		(*next)->quote = kith_edit_quote_of(list);
	}
	return first;
}

/* New items first: the list must not be empty in between.  Then those that are wanted no more, from the end. */
static enum kith_code change_items(struct kith_edit_work *work, const struct kith_edit_slot *slot, const struct kith_edit_values *has, const struct kith_edit_values *wanted)
{
	bool *stays = kith_arena_alloc(&work->fresh, has->count + 1), *is_there = kith_arena_alloc(&work->fresh, wanted->count + 1);
	bool *is_new = kith_arena_alloc(&work->fresh, has->count + wanted->count + 1);
	find_common(has, wanted, stays, is_there);
	size_t at = 0, old = 0; /* the next item of the list as it is now; how many of the old ones are before it */
	for (size_t k = 0; k < wanted->count;) {
		if (is_there[k]) {
			while (!stays[old])
				old++, at++;
			old++, at++, k++;
			continue;
		}
		size_t run = 0;
		while (k + run < wanted->count && !is_there[k + run])
			run++;
		/* Those at the end go behind everything, also behind what is going to be taken out. */
		if (k + run == wanted->count)
			at += has->count - old;
		const struct kith_node *list = find_value(work, slot);
		const enum kith_code code = kith_edit_insert_node(work, list, at ? nth(list, at - 1) : NULL,
		                                                  fresh_items(work, slot, list, wanted->texts + k, run));
		if (code)
			return code;
		memset(is_new + at, true, run);
		at += run;
		k += run;
	}
	for (size_t i = find_value(work, slot)->count, left = has->count; i-- > 0;) {
		const struct kith_node *list = find_value(work, slot);
		if (is_new[i] || stays[--left])
			continue;
		const enum kith_code code = kith_edit_remove_node(work, list, nth(list, i));
		if (code)
			return code;
	}
	return KITH_OK;
}

/* --- one key --- */

/* A comment behind the key itself, before the list: it would go with the key. */
static bool has_comment_behind_key(const struct kith_edit_work *work, const struct kith_node *node)
{
	const struct kith_doc *doc = &work->reading.doc;
	const size_t colon = node->key ? kith_child_colon(doc, node) : KITH_NO_BYTE;
	if (colon == KITH_NO_BYTE || node->style != KITH_BLOCK_STYLE)
		return false;
	const size_t end = kith_line_end(doc, colon);
	return end < node->start && memchr(doc->source + colon, '#', end - colon);
}

static enum kith_code insert_value(struct kith_edit_work *work, const struct kith_edit_slot *slot, struct kith_fresh *value)
{
	value->key = slot->name;
	const struct kith_node *root = work->reading.doc.root, *map = kith_edit_container(work, slot);
	if (map)
		return kith_edit_insert_node(work, map, kith_edit_place(work->editing->kind, slot->table ? NULL : slot->parent, map, slot->name), value);
	if (!slot->parent)
		return kith_edit_insert_node(work, NULL, NULL, value);
	/* The map itself is new. */
	struct kith_fresh *outer = kith_arena_alloc(&work->fresh, sizeof(*outer));
	*outer = (struct kith_fresh){.shape = KITH_MAPPING, .key = slot->parent->name, .first = value};
	const struct kith_node *there = kith_node_member(root, slot->parent->name);
	if (there && kith_edit_is_void(there))
		return kith_edit_replace_node(work, root, there, outer);
	if (there)
		return kith_edit_refuse(work, there->line, "there is a value where keys and values belong");
	return kith_edit_insert_node(work, root, root ? kith_edit_place(work->editing->kind, NULL, root, slot->parent->name) : NULL, outer);
}

static enum kith_code set_one(struct kith_edit_work *work, const struct kith_edit_slot *slot, const char *text)
{
	const struct kith_node *map = kith_edit_container(work, slot), *node = kith_node_member(map, slot->name);
	struct kith_fresh *value = kith_edit_scalar(work, slot->field, text);
	if (!node)
		return insert_value(work, slot, value);
	if (node->shape == KITH_SCALAR) {
		const char *now = kith_edit_trimmed(&work->fresh, node->text, node->length);
		if (same(now, text) && !kith_node_is_absent(node))
			return KITH_OK;
		value->quote = kith_edit_quote(node);
		value->block |= kith_is_block_scalar(node);
	}
	return kith_edit_replace_node(work, map, node, value);
}

/* `skills: rust, c` stays so, if the new words need no quotes. */
static struct kith_fresh *join_words(struct kith_edit_work *work, const struct kith_edit_slot *slot, const struct kith_node *node, const struct kith_edit_values *wanted)
{
	if (!kith_edit_divides(slot->field, node) || !strchr(node->text, ','))
		return NULL;
	KITH_BUF joined = {0};
	for (size_t i = 0; i < wanted->count; i++) {
		if (strchr(wanted->texts[i], ',') || strcmp(wanted->texts[i], "~") == 0)
			return NULL;
		kith_buf_addf(&joined, "%s%s", i ? ", " : "", wanted->texts[i]);
	}
	struct kith_fresh *value = kith_edit_scalar(work, slot->field, kith_arena_strdup(&work->fresh, kith_buf_text(&joined)));
	value->undivided = false;
	value->verbatim = true;
	KITH_BUF text = {0};
	kith_yaml_scalar(&text, value->text, &(struct kith_yaml_place){.verbatim = true});
	return strcmp(text.text, value->text) == 0 ? value : NULL;
}

static enum kith_code set_many(struct kith_edit_work *work, const struct kith_edit_slot *slot, enum kith_edit_op op, const char *const *texts, size_t count)
{
	const struct kith_node *map = kith_edit_container(work, slot), *node = kith_node_member(map, slot->name);
	const struct kith_edit_values has = kith_edit_values(work, slot->field, node);
	const struct kith_edit_values wanted = find_wanted(work, op, &has, texts, count);
	const struct kith_edit_values now = without_void(work, &has);
	if (are_same(&has, &wanted) || (op == KITH_EDIT_SET && are_same(&now, &wanted)))
		return KITH_OK;
	if (!wanted.count && node && has_comment_behind_key(work, node) && op == KITH_EDIT_REMOVE) {
		struct kith_fresh *none = kith_arena_alloc(&work->fresh, sizeof(*none));
		none->shape = KITH_SEQUENCE;
		none->flow = true;
		return kith_edit_replace_node(work, map, node, none);
	}
	if (!wanted.count)
		return kith_edit_unset(work, slot);
	const struct kith_field *field = slot->field && slot->field->type == KITH_MAP ? kith_edit_scalar_field(slot->field) : slot->field;
	if (node && node->shape == KITH_SEQUENCE)
		return change_items(work, slot, &has, &wanted);
	if (node && node->shape == KITH_MAPPING && op == KITH_EDIT_ADD && slot->field && slot->field->type == KITH_MAP) {
		const enum kith_code code = kith_edit_step(work, &(struct kith_splice){KITH_SPLICE_WRAP, map, node, NULL});
		return code ? code : set_many(work, slot, op, texts, count);
	}
	if (node && node->shape == KITH_MAPPING && op != KITH_EDIT_SET)
		return kith_edit_refuse(work, node->line, "there are keys and values where a list belongs");
	struct kith_fresh *value = NULL;
	if (node && node->shape == KITH_SCALAR)
		value = join_words(work, slot, node, &wanted);
	if (!value) {
		value = kith_edit_list(work, field, wanted.texts, wanted.count);
		if (map && map->style == KITH_FLOW_STYLE)
			value->flow = true;
		if (node && node->shape == KITH_SCALAR)
			value->quote = kith_edit_quote(node);
	}
	return node ? kith_edit_replace_node(work, map, node, value) : insert_value(work, slot, value);
}

/* `2w: send a link`: the key and the value of one member are two values. */
static enum kith_code set_in_pair(struct kith_edit_work *work, const struct kith_edit_slot *slot, const struct kith_node *map, const char *text)
{
	struct kith_fresh *value = kith_edit_scalar(work, slot->field, text);
	const struct kith_node *node = slot->field == kith_edit_scalar_field(slot->parent) ? map->first : map->first->key;
	if (!kith_edit_is_void(node) && same(kith_edit_trimmed(&work->fresh, node->text, node->length), text))
		return KITH_OK;
	if (node == map->first) {
		value->quote = kith_edit_quote(node);
		return kith_edit_replace_node(work, map, node, value);
	}
	value->key = text;
	return kith_edit_step(work, &(struct kith_splice){KITH_SPLICE_RENAME, map, map->first, value});
}

/* An entry that is a text stays one when its key is set.  False: it is none, or another key is meant. */
static bool set_scalar_entry(struct kith_edit_work *work, const struct kith_edit_slot *slot, const char *text, enum kith_code *code)
{
	const struct kith_node *root = work->reading.doc.root, *list = kith_node_member(root, slot->parent->name);
	if (!list || slot->field != kith_edit_scalar_field(slot->parent))
		return false;
	const struct kith_edit_values pieces = kith_edit_values(work, slot->parent, list);
	if (list->shape == KITH_SCALAR && slot->entry < pieces.count) {
		const struct kith_edit_slot whole = {.field = slot->parent, .name = slot->parent->name, .many = true};
		pieces.texts[slot->entry] = text;
		*code = kith_edit_slot_apply(work, &whole, KITH_EDIT_SET, pieces.texts, pieces.count);
		return true;
	}
	const struct kith_node *item = list->shape == KITH_SEQUENCE ? kith_edit_entry(list, slot->entry) : NULL;
	if (!item || item->shape != KITH_SCALAR)
		return false;
	const char *now = kith_edit_trimmed(&work->fresh, item->text, item->length);
	struct kith_fresh *value = kith_edit_scalar(work, slot->field, text);
	value->quote = kith_edit_quote(item);
	*code = same(now, text) ? KITH_OK : kith_edit_replace_node(work, list, item, value);
	return true;
}

enum kith_code kith_edit_slot_apply(struct kith_edit_work *work, const struct kith_edit_slot *slot, enum kith_edit_op op, const char *const *texts, size_t count)
{
	const bool in_entry = slot->parent && !slot->table && kith_field_is_list(slot->parent);
	enum kith_code code;
	if (in_entry && op == KITH_EDIT_SET && count == 1 && set_scalar_entry(work, slot, texts[0], &code))
		return code;
	const struct kith_node *map = in_entry ? kith_edit_container(work, slot) : NULL;
	if (map && kith_edit_is_pair(slot->parent, map) && op == KITH_EDIT_SET && count == 1)
		return set_in_pair(work, slot, map, texts[0]);
	if (in_entry && op != KITH_EDIT_REMOVE) {
		code = kith_edit_open_entry(work, slot->parent, slot->entry);
		if (code)
			return code;
	}
	const struct kith_node *node = find_value(work, slot);
	const bool many = slot->many && !(slot->table && count == 1 && op == KITH_EDIT_SET && !(node && node->shape == KITH_SEQUENCE));
	if (many || (!slot->field && node && node->shape == KITH_SEQUENCE))
		return set_many(work, slot, op, texts, count);
	if (op != KITH_EDIT_SET || count != 1) {
		kith_fail(work->err, KITH_USAGE, "%s takes one value", work->about);
		return kith_hint(work->err, "set it to the one that is meant");
	}
	return set_one(work, slot, texts[0]);
}
