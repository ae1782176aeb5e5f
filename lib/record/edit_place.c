/* Where new keys go, and how new values look: as their neighbours. */
#include <string.h>

#include "lib/record/edit_private.h"
#include "lib/record/spans.h"

const char kith_last_key[] = "conflicts";

/* A key's row in the schema; -1: it has none. */
static int rank_of(enum kith_kind kind, const struct kith_field *parent, const char *name)
{
	const struct kith_field *field = kith_field_child(kind, parent, name, strlen(name));
	return field ? field->id : -1;
}

const struct kith_node *kith_edit_place(enum kith_kind kind, const struct kith_field *parent, const struct kith_node *map, const char *name)
{
	if (!parent && strcmp(name, kith_last_key) == 0)
		return kith_last_child(map);
	const int rank = rank_of(kind, parent, name);
	const struct kith_node *before = NULL, *behind = NULL, *previous = NULL, *last = NULL, *previous_of_behind = NULL;
	int best_before = -1, best_behind = -1;
	for (const struct kith_node *child = map->first; child; previous = child, child = child->next) {
		const int other = rank_of(kind, parent, child->key->text);
		if (parent || strcmp(child->key->text, kith_last_key) != 0)
			last = child;
		if (rank < 0 || other < 0)
			continue;
		if (other < rank && other > best_before)
			best_before = other, before = child;
		if (other > rank && (best_behind < 0 || other < best_behind))
			best_behind = other, behind = child, previous_of_behind = previous;
	}
	if (before)
		return before;
	return behind ? previous_of_behind : last;
}

static bool is_verbatim(enum kith_type type)
{
	switch (type) {
	case KITH_TEXT:
	case KITH_BLOCK:
	case KITH_WORD:
	case KITH_TEXT_OR_REF:
	case KITH_WORD_OR_REF: return false;
	default:               return true;
	}
}

struct kith_fresh *kith_edit_scalar(struct kith_edit_work *work, const struct kith_field *field, const char *text)
{
	struct kith_fresh *fresh = kith_arena_alloc(&work->fresh, sizeof(*fresh));
	fresh->text = text;
	fresh->verbatim = field && is_verbatim(field->type);
	fresh->block = field && field->type == KITH_BLOCK;
	fresh->undivided = field && (kith_field_is_list(field) || field->merge == KITH_TABLE);
	return fresh;
}

/* The columns between a member's key and the dashes of its list, if both begin their lines; KITH_NO_BYTE if not. */
static size_t indent_of_list(const struct kith_doc *doc, const struct kith_node *member)
{
	if (member->shape != KITH_SEQUENCE || member->style != KITH_BLOCK_STYLE || !member->first)
		return KITH_NO_BYTE;
	const size_t key = kith_child_head(doc, doc->root, member), dash = kith_child_head(doc, member, member->first);
	if (key == KITH_NO_BYTE || dash == KITH_NO_BYTE || !kith_begins_line(doc, key) || !kith_begins_line(doc, dash))
		return KITH_NO_BYTE;
	const size_t key_column = kith_indent_of(doc, key), dash_column = kith_indent_of(doc, dash);
	return dash_column < key_column ? KITH_NO_BYTE : dash_column - key_column;
}

size_t kith_edit_dash_indent(const struct kith_edit_work *work)
{
	const struct kith_doc *doc = &work->reading.doc;
	for (const struct kith_node *child = doc->root ? doc->root->first : NULL; child; child = child->next) {
		const size_t indent = indent_of_list(doc, child);
		if (indent != KITH_NO_BYTE)
			return indent;
	}
	return 2;
}

char kith_edit_quote(const struct kith_node *scalar)
{
	return scalar->shape != KITH_SCALAR ? 0 : scalar->style == KITH_SINGLE ? '\'' : scalar->style == KITH_DOUBLE ? '"' : 0;
}

char kith_edit_quote_of(const struct kith_node *list)
{
	const char quote = list->first ? kith_edit_quote(list->first) : 0;
	for (const struct kith_node *item = list->first; item; item = item->next)
		if (kith_edit_quote(item) != quote)
			return 0;
	return quote;
}

struct kith_fresh *kith_edit_list(struct kith_edit_work *work, const struct kith_field *field, const char *const *texts, size_t count)
{
	if (count == 1)
		return kith_edit_scalar(work, field, texts[0]);
	struct kith_fresh *list = kith_arena_alloc(&work->fresh, sizeof(*list)), **next = &list->first;
	list->shape = KITH_SEQUENCE;
	list->flow = !field || (field->type != KITH_TEXT && field->type != KITH_TEXT_OR_REF);
	list->indent = kith_edit_dash_indent(work);
	for (size_t i = 0; i < count; i++, next = &(*next)->next) {
		*next = kith_edit_scalar(work, field, texts[i]);
		(*next)->undivided = false;
	}
	return list;
}
