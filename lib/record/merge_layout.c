#include "lib/record/merge_layout.h"

#include <string.h>

#include "lib/record/spans.h"

struct kith_buf kith_merge_view(const char *text, size_t from, size_t to)
{
	return (struct kith_buf){ .text = (char *)(uintptr_t)(text + from), .length = to - from };
}

/* Where the lines of what stands above a child begin to be about it: comments that are indented deeper belong to what is before. */
static size_t lead_start(const struct kith_doc *doc, size_t from, size_t line, size_t column)
{
	size_t start = from;
	for (size_t at = from; at < line; at = kith_line_next(doc, at)) {
		size_t hash = at;
		while (hash < line && doc->source[hash] == ' ')
			hash++;
		if (doc->source[hash] == '#' && hash - at > column)
			start = kith_line_next(doc, at);
	}
	return start;
}

static size_t head_of(const struct kith_doc *doc, const struct kith_node *parent, const struct kith_node *child, size_t from)
{
	if (parent->shape == KITH_SEQUENCE)
		return kith_find_mark(doc, from, child->start, '-');
	return kith_find_mark(doc, from, child->key->start, '?') == KITH_NO_BYTE ? child->key->start : KITH_NO_BYTE;
}

static size_t end_of(const struct kith_doc *doc, const struct kith_node *child, size_t head)
{
	const size_t tail = kith_node_tail(doc, child);
	return kith_line_next(doc, tail > head ? tail : head);
}

/* The models of a list's items follow them in the same order. */
static const struct kith_model *model_of(const struct kith_model *model, const struct kith_node *child, const struct kith_model **next)
{
	if (child->key)
		return kith_model_child(model, child->key->text);
	const struct kith_model *found = *next && (*next)->node == child ? *next : NULL;
	if (found)
		*next = found->next;
	return found;
}

bool kith_merge_lay_out(const struct kith_doc *doc, const struct kith_node *node, const struct kith_model *model, size_t from, size_t to,
                        struct kith_arena *arena, struct kith_merge_layout *out)
{
	*out = (struct kith_merge_layout){ .there = true };
	if (node && (node->shape == KITH_SCALAR || node->style != KITH_BLOCK_STYLE))
		return false;
	out->parts = kith_arena_alloc(arena, ((node ? node->count : 0) + 1) * sizeof(*out->parts));
	const struct kith_model *next = model && node && node->shape == KITH_SEQUENCE ? model->first : NULL;
	size_t end = from;
	for (const struct kith_node *child = node ? node->first : NULL; child; child = child->next) {
		/* The key above the first may have a dash in it. */
		const size_t head = head_of(doc, node, child, !out->count && node->start > from ? node->start : end);
		if (head == KITH_NO_BYTE || head >= to || !kith_begins_line(doc, head))
			return false;
		const size_t line = kith_line_start(doc, head);
		if (line < end || (out->count && head - line != out->column))
			return false;
		out->column = head - line;
		const size_t lead = out->count ? lead_start(doc, end, line, out->column) : line;
		if (out->count)
			out->parts[out->count - 1].body.length += lead - end;
		else
			out->head = kith_merge_view(doc->source, from, line);
		end = end_of(doc, child, head);
		if (end > to)
			return false;
		struct kith_merge_part *part = &out->parts[out->count];
		*part = (struct kith_merge_part){ .node = child, .model = model_of(model, child, &next), .number = out->count };
		out->count++;
		part->name = part->model ? part->model->name : child->key ? child->key->text : NULL;
		part->lead = kith_merge_view(doc->source, lead, line);
		part->body = kith_merge_view(doc->source, line, end);
	}
	if (out->count) {
		const size_t tail = lead_start(doc, end, to, out->column);
		out->parts[out->count - 1].body.length += tail - end;
		out->tail = kith_merge_view(doc->source, tail, to);
	} else {
		out->head = kith_merge_view(doc->source, from, to);
	}
	return true;
}

static void indent_lines(struct kith_buf *text, size_t add_columns, size_t drop, struct kith_arena *arena)
{
	KITH_BUF out = { 0 };
	for (size_t at = 0; at < text->length;) {
		const char *feed = memchr(text->text + at, '\n', text->length - at);
		const size_t end = feed ? (size_t)(feed - text->text) + 1 : text->length;
		for (size_t i = 0; i < drop && at < end && text->text[at] == ' '; i++)
			at++;
		for (size_t i = 0; i < add_columns && text->text[at] != '\n'; i++)
			kith_buf_add_char(&out, ' ');
		kith_buf_add_bytes(&out, text->text + at, end - at);
		at = end;
	}
	*text = kith_merge_view(kith_arena_strndup(arena, kith_buf_text(&out), out.length), 0, out.length);
}

void kith_merge_move(struct kith_merge_layout *layout, size_t column, struct kith_arena *arena)
{
	const size_t more = column > layout->column ? column - layout->column : 0;
	const size_t less = layout->column > column ? layout->column - column : 0;
	if (!more && !less)
		return;
	for (size_t i = 0; i < layout->count; i++) {
		indent_lines(&layout->parts[i].lead, more, less, arena);
		indent_lines(&layout->parts[i].body, more, less, arena);
	}
	indent_lines(&layout->tail, more, less, arena);
	layout->column = column;
}
