/* Splices inside brackets and braces. */
#include <string.h>

#include "lib/record/fresh.h"
#include "lib/record/spans.h"
#include "lib/record/splice_private.h"

static const char flow_text_of_lines[] = "a value in brackets goes over several lines in a way that cannot be changed safely";

bool kith_replace_in_flow(struct splicing *s)
{
	const struct kith_node *node = s->splice->node;
	struct kith_fresh value = *s->splice->value;
	KITH_BUF text = {0};
	value.key = NULL;
	kith_fresh_write_flow(&text, &value);
	if (strchr(kith_buf_text(&text), '\n'))
		return kith_splice_refuse(s, node->start, flow_text_of_lines);
	if (!kith_is_empty_value(node)) {
		kith_splice_patch(s, node->start, kith_node_tail(s->doc, node), kith_buf_text(&text));
		return true;
	}
	if (!text.length)
		return true; /* nothing for nothing */
	if (!node->key)
		return kith_splice_refuse(s, node->start, "an empty value in brackets cannot be changed safely");
	const size_t colon = kith_child_colon(s->doc, node);
	KITH_BUF spaced = {0};
	kith_buf_addf(&spaced, "%s %s", colon == KITH_NO_BYTE ? ":" : "", text.text);
	size_t from = colon == KITH_NO_BYTE ? node->key->end : colon + 1, to = from;
	while (to < s->doc->length && s->doc->source[to] == ' ')
		to++;
	if (to < s->doc->length && s->doc->source[to] == '#')
		to = from;
	kith_splice_patch(s, from, to, spaced.text);
	return true;
}

bool kith_remove_from_flow(struct splicing *s)
{
	const struct kith_doc *doc = s->doc;
	const struct kith_node *parent = s->splice->parent, *node = s->splice->node;
	const size_t head = kith_child_head(doc, parent, node);
	if (head == KITH_NO_BYTE)
		return kith_splice_refuse(s, node->start, "this place is written with ? or a tag");
	size_t tail = kith_node_tail(doc, node);
	if (node->key && kith_is_empty_value(node)) {
		const size_t colon = kith_child_colon(doc, node);
		tail = colon == KITH_NO_BYTE ? node->key->end : colon + 1;
	}
	const size_t limit = node->next ? kith_child_head(doc, parent, node->next) : parent->end - 1;
	if (limit == KITH_NO_BYTE)
		return kith_splice_refuse(s, node->start, "this place is written with ? or a tag");
	const size_t comma = kith_find_mark(doc, tail, limit, ',');
	const struct kith_node *before = kith_child_before(parent, node);
	const size_t behind = comma == KITH_NO_BYTE ? tail : comma + 1;
	const size_t line_end = kith_line_end(doc, behind);
	/* Alone on its lines: they go. */
	if (kith_begins_line(doc, head) && limit >= line_end) {
		if (comma == KITH_NO_BYTE && before) {
			const size_t comma_before = kith_find_mark(doc, kith_node_tail(doc, before), head, ',');
			if (comma_before == KITH_NO_BYTE)
				return kith_splice_refuse(s, head, "the comma before this item was not found");
			kith_splice_patch(s, comma_before, comma_before + 1, "");
		}
		kith_splice_patch(s, kith_line_start(doc, head), kith_line_next(doc, behind), "");
		return true;
	}
	if (comma != KITH_NO_BYTE) {
		size_t to = comma + 1;
		while (to < limit && doc->source[to] == ' ')
			to++;
		size_t from = head;
		if (doc->source[to] == '#' || to >= line_end)
			to = comma + 1;
		while (to == line_end && from > parent->start + 1 && doc->source[from - 1] == ' ')
			from--;
		kith_splice_patch(s, from, to, "");
		return true;
	}
	if (!before) {
		kith_splice_patch(s, head, tail, "");
		return true;
	}
	const size_t comma_before = kith_find_mark(doc, kith_node_tail(doc, before), head, ',');
	if (comma_before == KITH_NO_BYTE)
		return kith_splice_refuse(s, head, "the comma before this item was not found");
	size_t from = head;
	while (from > comma_before + 1 && doc->source[from - 1] == ' ')
		from--;
	if (from == comma_before + 1) {
		kith_splice_patch(s, comma_before, tail, "");
	} else {
		kith_splice_patch(s, comma_before, comma_before + 1, "");
		kith_splice_patch(s, from, tail, "");
	}
	return true;
}

bool kith_insert_into_flow(struct splicing *s)
{
	const struct kith_doc *doc = s->doc;
	const struct kith_node *parent = s->splice->parent, *before = s->splice->node;
	if (parent->start >= doc->length || !strchr("[{", doc->source[parent->start]))
		return kith_splice_refuse(s, parent->start, "this value has a tag, or no brackets");
	KITH_BUF text = {0};
	for (const struct kith_fresh *value = s->splice->value; value; value = value->next) {
		kith_fresh_write_flow(&text, value);
		if (value->next)
			kith_buf_add(&text, ", ");
	}
	if (strchr(kith_buf_text(&text), '\n'))
		return kith_splice_refuse(s, parent->start, flow_text_of_lines);
	KITH_BUF out = {0};
	const size_t open = parent->start + 1;
	if (!parent->first) {
		size_t to = open;
		while (to < parent->end - 1 && doc->source[to] == ' ')
			to++;
		kith_splice_patch(s, open, to == parent->end - 1 ? to : open, text.text);
		return true;
	}
	if (!before) {
		const size_t head = kith_child_head(doc, parent, parent->first);
		if (head == KITH_NO_BYTE)
			return kith_splice_refuse(s, parent->start, "this place is written with ? or a tag");
		kith_buf_addf(&out, "%s, ", text.text);
		kith_splice_patch(s, head, head, out.text);
		return true;
	}
	size_t tail = kith_node_tail(doc, before);
	if (before->key && kith_is_empty_value(before)) {
		const size_t colon = kith_child_colon(doc, before);
		tail = colon == KITH_NO_BYTE ? before->key->end : colon + 1;
	}
	const size_t head = kith_child_head(doc, parent, before);
	const size_t limit = before->next ? kith_child_head(doc, parent, before->next) : parent->end - 1;
	if (limit == KITH_NO_BYTE || head == KITH_NO_BYTE)
		return kith_splice_refuse(s, parent->start, "this place is written with ? or a tag");
	const size_t comma = kith_find_mark(doc, tail, limit, ',');
	const size_t behind = comma == KITH_NO_BYTE ? tail : comma + 1;
	const size_t line_end = kith_line_end(doc, behind);
	if (kith_begins_line(doc, head) && limit > line_end) {
		if (comma == KITH_NO_BYTE)
			kith_splice_patch(s, tail, tail, ",");
		kith_buf_add_char(&out, '\n');
		kith_buf_add_bytes(&out, doc->source + kith_line_start(doc, head), head - kith_line_start(doc, head));
		kith_buf_addf(&out, "%s%s", text.text, comma == KITH_NO_BYTE ? "" : ",");
		kith_splice_patch(s, line_end, line_end, out.text);
		return true;
	}
	if (comma == KITH_NO_BYTE) {
		kith_buf_addf(&out, ", %s", text.text);
		kith_splice_patch(s, tail, tail, out.text);
	} else {
		kith_buf_addf(&out, " %s,", text.text);
		kith_splice_patch(s, comma + 1, comma + 1, out.text);
	}
	return true;
}
