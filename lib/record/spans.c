#include "lib/record/spans.h"

#include <string.h>

/* --- lines --- */

static size_t text_start(const struct kith_doc *doc)
{
	return doc->bom ? 3 : 0;
}

size_t kith_line_start(const struct kith_doc *doc, size_t at)
{
	const size_t first = text_start(doc);
	while (at > first && doc->source[at - 1] != '\n')
		at--;
	return at;
}

size_t kith_line_end(const struct kith_doc *doc, size_t at)
{
	const char *feed = at < doc->length ? memchr(doc->source + at, '\n', doc->length - at) : NULL;
	if (!feed)
		return doc->length;
	const size_t end = (size_t)(feed - doc->source);
	return end > at && doc->source[end - 1] == '\r' ? end - 1 : end;
}

size_t kith_line_break(const struct kith_doc *doc, size_t end)
{
	if (end < doc->length && doc->source[end] == '\n')
		return 1;
	return end + 1 < doc->length && doc->source[end] == '\r' && doc->source[end + 1] == '\n' ? 2 : 0;
}

size_t kith_line_next(const struct kith_doc *doc, size_t at)
{
	const size_t end = kith_line_end(doc, at);
	return end + kith_line_break(doc, end);
}

static size_t skip_blanks(const struct kith_doc *doc, size_t at)
{
	while (at < doc->length && (doc->source[at] == ' ' || doc->source[at] == '\t'))
		at++;
	return at;
}

bool kith_line_is_blank(const struct kith_doc *doc, size_t start)
{
	return skip_blanks(doc, start) >= kith_line_end(doc, start);
}

bool kith_line_is_comment(const struct kith_doc *doc, size_t start)
{
	const size_t at = skip_blanks(doc, start);
	return at < doc->length && doc->source[at] == '#';
}

bool kith_begins_line(const struct kith_doc *doc, size_t at)
{
	for (size_t start = kith_line_start(doc, at); start < at; start++)
		if (doc->source[start] != ' ')
			return false;
	return true;
}

uint32_t kith_line_number(const struct kith_doc *doc, size_t at)
{
	uint32_t line = 1;
	for (size_t i = text_start(doc); i < at && i < doc->length; i++)
		line += doc->source[i] == '\n';
	return line;
}

const char *kith_newline(const struct kith_doc *doc)
{
	const size_t end = kith_line_end(doc, text_start(doc));
	return kith_line_break(doc, end) == 2 ? "\r\n" : "\n";
}

/* --- punctuation --- */

size_t kith_find_mark(const struct kith_doc *doc, size_t from, size_t to, char mark)
{
	for (size_t at = from; at < to; at++) {
		if (doc->source[at] == mark)
			return at;
		if (doc->source[at] == '#')
			at = kith_line_end(doc, at);
	}
	return KITH_NO_BYTE;
}

/* --- nodes --- */

bool kith_is_block_scalar(const struct kith_node *node)
{
	return node->shape == KITH_SCALAR && (node->style == KITH_LITERAL || node->style == KITH_FOLDED);
}

bool kith_is_empty_value(const struct kith_node *node)
{
	return node->shape == KITH_SCALAR && node->start == node->end;
}

bool kith_is_empty_collection(const struct kith_node *node)
{
	return node->shape != KITH_SCALAR && !node->first;
}

const struct kith_node *kith_last_child(const struct kith_node *parent)
{
	const struct kith_node *last = parent ? parent->first : NULL;
	while (last && last->next)
		last = last->next;
	return last;
}

const struct kith_node *kith_last_scalar(const struct kith_node *node)
{
	while (node->shape != KITH_SCALAR && node->style == KITH_BLOCK_STYLE && node->first)
		node = kith_last_child(node);
	return node;
}

const struct kith_node *kith_child_before(const struct kith_node *parent, const struct kith_node *child)
{
	const struct kith_node *before = NULL;
	for (const struct kith_node *at = parent->first; at && at != child; at = at->next)
		before = at;
	return before;
}

size_t kith_block_indent(const struct kith_doc *doc, const struct kith_node *node)
{
	size_t at = kith_line_next(doc, node->start);
	for (; at < node->end; at = kith_line_next(doc, at)) {
		size_t text = at;
		while (text < node->end && doc->source[text] == ' ')
			text++;
		if (text < kith_line_end(doc, at))
			return text - at;
	}
	return KITH_NO_BYTE;
}

bool kith_block_has(const struct kith_doc *doc, const struct kith_node *node, char indicator)
{
	for (size_t at = node->start + 1; at < node->end && strchr("+-0123456789", doc->source[at]); at++)
		if (doc->source[at] == indicator)
			return true;
	return false;
}

static size_t block_tail(const struct kith_doc *doc, const struct kith_node *node)
{
	const size_t header = kith_line_end(doc, node->start);
	size_t end = node->end;
	if (end <= header)
		return header < node->end ? header : node->end;
	const bool keep = kith_block_has(doc, node, '+');
	const size_t indent = kith_block_indent(doc, node);
	for (;;) {
		/* `end` is the start of a line, or the end of the text. */
		if (end > header && doc->source[end - 1] == '\n')
			end--;
		if (end > header && end < doc->length && doc->source[end] == '\n' && doc->source[end - 1] == '\r')
			end--;
		const size_t start = kith_line_start(doc, end);
		if (keep || end <= header || start <= header || !kith_line_is_blank(doc, start) || end - start > indent)
			return end;
		end = start;
	}
}

size_t kith_node_tail(const struct kith_doc *doc, const struct kith_node *node)
{
	if (node->shape == KITH_SCALAR)
		return kith_is_block_scalar(node) ? block_tail(doc, node) : node->end;
	const bool open = node->style == KITH_FLOW_STYLE && node->start < doc->length &&
	                  strchr("[{", doc->source[node->start]);
	if (node->style == KITH_FLOW_STYLE && (open || !node->first))
		return node->end;
	/* Block collections end with their last child; so does `a: b` in brackets, a map without braces. */
	const struct kith_node *last = kith_last_child(node);
	if (kith_is_empty_value(last) && last->key) {
		const size_t colon = kith_child_colon(doc, last);
		return colon == KITH_NO_BYTE ? last->key->end : colon + 1;
	}
	return kith_node_tail(doc, last);
}

size_t kith_child_colon(const struct kith_doc *doc, const struct kith_node *child)
{
	const size_t to = kith_is_empty_value(child) ? child->start + 1 : child->start;
	return kith_find_mark(doc, child->key->end, to < doc->length ? to : doc->length, ':');
}

size_t kith_child_head(const struct kith_doc *doc, const struct kith_node *parent, const struct kith_node *child)
{
	const struct kith_node *before = kith_child_before(parent, child);
	const bool flow = parent->style == KITH_FLOW_STYLE;
	const size_t from = before ? before->end : parent->start;
	if (parent->shape == KITH_MAPPING) {
		/* Explicit keys are rare and have rules of their own. */
		return kith_find_mark(doc, from, child->key->start, '?') == KITH_NO_BYTE ? child->key->start : KITH_NO_BYTE;
	}
	return flow ? child->start : kith_find_mark(doc, from, child->start, '-');
}

size_t kith_indent_of(const struct kith_doc *doc, size_t at)
{
	const size_t start = kith_line_start(doc, at);
	for (size_t i = start; i < at; i++)
		if (doc->source[i] != ' ' && !(doc->source[i] == '-' && doc->source[i + 1] == ' '))
			return KITH_NO_BYTE;
	return at - start;
}

/* --- comments --- */

static void find_between(const struct kith_doc *doc, size_t from, size_t to, struct kith_arena *arena, struct kith_comments *out)
{
	while (from < to) {
		const char *hash = memchr(doc->source + from, '#', to - from);
		if (!hash)
			return;
		const size_t at = (size_t)(hash - doc->source);
		struct kith_comment *comment = kith_arena_push(arena, &out->list, &out->count, &out->capacity, sizeof(*comment));
		*comment = (struct kith_comment){.start = at, .end = kith_line_end(doc, at)};
		comment->own = skip_blanks(doc, kith_line_start(doc, at)) == at;
		from = comment->end;
	}
}

/* A text block's first line may end with a comment: | # so. */
static void find_in_header(const struct kith_doc *doc, const struct kith_node *node, struct kith_arena *arena, struct kith_comments *out)
{
	if (kith_is_block_scalar(node))
		find_between(doc, node->start, kith_line_end(doc, node->start), arena, out);
}

static size_t find_in(const struct kith_doc *doc, const struct kith_node *node, size_t from, struct kith_arena *arena, struct kith_comments *out)
{
	if (node->key) {
		find_between(doc, from, node->key->start, arena, out);
		from = node->key->end;
	}
	if (node->shape == KITH_SCALAR) {
		if (node->start > from)
			find_between(doc, from, node->start, arena, out);
		find_in_header(doc, node, arena, out);
		return node->end > from ? node->end : from;
	}
	for (const struct kith_node *child = node->first; child; child = child->next)
		from = find_in(doc, child, from, arena, out);
	return from;
}

void kith_comments_find(const struct kith_doc *doc, struct kith_arena *arena, struct kith_comments *out)
{
	*out = (struct kith_comments){0};
	const size_t from = doc->root ? find_in(doc, doc->root, text_start(doc), arena, out) : text_start(doc);
	find_between(doc, from, doc->length, arena, out);
}
