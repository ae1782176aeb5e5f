/* Another text in the place of one value, wherever it stands. */
#include <string.h>

#include "lib/record/edit_private.h"
#include "lib/record/spans.h"
#include "lib/record/yaml.h"

/* The scalar that a value was read from, and what it is a child of; a key, if the value is one. */
struct place {
	const struct kith_node *parent, *node;
	bool is_key;
};

static bool spans(const struct kith_node *scalar, const struct kith_value *value)
{
	return scalar->shape == KITH_SCALAR && scalar->start <= value->start && value->end <= scalar->end && value->start < value->end;
}

static bool find_place(const struct kith_node *parent, const struct kith_value *value, struct place *out)
{
	for (const struct kith_node *child = parent ? parent->first : NULL; child; child = child->next) {
		if (child->key && spans(child->key, value))
			*out = (struct place){parent, child, true};
		else if (spans(child, value))
			*out = (struct place){parent, child, false};
		else if (child->shape == KITH_SCALAR || value->start >= child->end || !find_place(child, value, out))
			continue;
		return true;
	}
	return false;
}

/* Which of the values that one text holds it is: `with: ana, tom`. */
static size_t piece_of(const struct kith_record *record, const struct kith_value *value, const struct kith_node *node)
{
	size_t piece = 0;
	for (const struct kith_value *at = record->values; at < value; at++)
		piece += spans(node, at);
	return piece;
}

static const struct kith_field *list_of(const struct kith_value *value, const struct kith_node *parent, const struct kith_field **key)
{
	*key = value->field;
	if (!value->field || parent->shape != KITH_MAPPING)
		return NULL;
	const struct kith_field *top = kith_field_by_id(value->field->parent);
	if (kith_field_is_list(value->field) || value->field->merge == KITH_TABLE)
		return value->field;
	return top != value->field && kith_field_is_list(top) && kith_edit_scalar_field(top) == value->field ? top : NULL;
}

/* The text with one of its pieces changed, as a plain text; NULL: it must become a list. */
static struct kith_fresh *change_piece(struct kith_edit_work *work, const struct kith_field *key, const struct kith_node *node, size_t piece, const char *text)
{
	const char *at = node->text;
	for (;; at += strcspn(at, ",") + 1) {
		const char *word = at + strspn(at, " \t\r\n");
		if (*word != ',' && *word && piece-- == 0) {
			at = word;
			break;
		}
		if (!at[strcspn(at, ",")])
			return NULL;
	}
	size_t length = strcspn(at, ",");
	while (length && strchr(" \t\r\n", at[length - 1]))
		length--;
	KITH_BUF whole = {0}, plain = {0};
	kith_buf_add_bytes(&whole, node->text, (size_t)(at - node->text));
	kith_buf_add(&whole, text);
	kith_buf_add(&whole, at + length);
	kith_yaml_scalar(&plain, whole.text, &(struct kith_yaml_place){.verbatim = true});
	if (strchr(text, ',') || strcmp(plain.text, whole.text) != 0)
		return NULL;
	struct kith_fresh *value = kith_edit_scalar(work, key, kith_arena_strdup(&work->fresh, whole.text));
	value->verbatim = true;
	value->undivided = false;
	return value;
}

static enum kith_code replace_piece(struct kith_edit_work *work, const struct place *place, const struct kith_field *list, const struct kith_field *key, size_t piece, const char *text)
{
	struct kith_fresh *value = change_piece(work, key, place->node, piece, text);
	if (value)
		return kith_edit_replace_node(work, place->parent, place->node, value);
	const struct kith_edit_values values = kith_edit_values(work, list, place->node);
	if (piece >= values.count)
		return kith_edit_refuse(work, place->node->line, "the value was not found");
	values.texts[piece] = text;
	value = kith_edit_list(work, key, values.texts, values.count);
	value->flow = true;
	return kith_edit_replace_node(work, place->parent, place->node, value);
}

static enum kith_code replace(struct kith_edit_work *work, const struct kith_value *old, const char *text)
{
	struct place place;
	const struct kith_field *key;
	if (!find_place(work->reading.doc.root, old, &place))
		return kith_edit_refuse(work, old->line, "the value was not found");
	struct kith_fresh *value = kith_edit_scalar(work, old->field, text);
	if (place.is_key) {
		value->key = text;
		return kith_edit_step(work, &(struct kith_splice){KITH_SPLICE_RENAME, place.parent, place.node, value});
	}
	const struct kith_field *list = list_of(old, place.parent, &key);
	if (list && kith_edit_divides(list, place.node) && strchr(place.node->text, ','))
		return replace_piece(work, &place, list, key, piece_of(&work->reading.record, old, place.node), text);
	value->quote = kith_edit_quote(place.node);
	value->block |= kith_is_block_scalar(place.node);
	value->undivided = list != NULL;
	return kith_edit_replace_node(work, place.parent, place.node, value);
}

static bool same_but(const struct kith_record *before, const struct kith_record *after, size_t index, const char *text)
{
	if (before->count != after->count)
		return false;
	for (size_t i = 0; i < before->count; i++) {
		const struct kith_value *old = &before->values[i], *new = &after->values[i];
		if (old->field != new->field || old->entry != new->entry || strcmp(i == index ? text : old->text, new->text) != 0)
			return false;
	}
	return true;
}

enum kith_code kith_edit_replace(struct kith_editing *editing, const struct kith_value *value, const char *text, struct kith_err *err)
{
	const struct kith_record *record = &editing->reading.record;
	const size_t index = (size_t)(value - record->values);
	struct kith_edit_work work = kith_edit_begin(editing, value->field ? value->field->path : value->key, err);
	const char *trimmed = kith_edit_trimmed(&work.fresh, text, strlen(text));
	enum kith_code code;
	if (!trimmed) {
		kith_fail(err, KITH_USAGE, "the new text of %s is empty", work.about);
		code = kith_hint(err, "to take a value out, unset or remove it");
	} else if (strcmp(trimmed, value->text) == 0) {
		code = KITH_OK;
	} else {
		code = replace(&work, value, trimmed);
		if (!code && !same_but(record, &work.reading.record, index, trimmed))
			code = kith_edit_refuse(&work, value->line, "the values would not be those that were meant");
	}
	return kith_edit_finish(&work, editing, code);
}
