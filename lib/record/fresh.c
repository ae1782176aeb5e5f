#include "lib/record/fresh.h"

#include <string.h>

#include "lib/record/spans.h"
#include "lib/record/yaml.h"

static void add_spaces(struct kith_buf *out, size_t count)
{
	while (count--)
		kith_buf_add_char(out, ' ');
}

void kith_fresh_write_key(struct kith_buf *out, const char *key, bool flow)
{
	/* `2w: …` and `2026: …` are fine as they are; words that YAML gives a type are not. */
	const struct kith_yaml_place place = {.flow = flow, .verbatim = *key >= '0' && *key <= '9'};
	kith_yaml_scalar(out, key, &place);
}

static void write_scalar(struct kith_buf *out, const struct kith_fresh *fresh, size_t column, bool flow)
{
	/* A folded block would join the lines. */
	const char *header = fresh->header && *fresh->header == '>' && strchr(fresh->text, '\n') ? (fresh->header[1] ? "|-" : "|") : fresh->header;
	if (header && !flow && kith_yaml_block(out, header, fresh->text, fresh->column))
		return;
	const bool commas = fresh->undivided && strchr(fresh->text, ',');
	kith_yaml_scalar(out, fresh->text, &(struct kith_yaml_place){
		.flow = flow || commas,
		.verbatim = fresh->verbatim,
		.block = fresh->block,
		.indent = column + 2,
		.quote = fresh->quote,
	});
}

void kith_fresh_write_flow(struct kith_buf *out, const struct kith_fresh *fresh)
{
	if (fresh->key) {
		kith_fresh_write_key(out, fresh->key, true);
		kith_buf_add(out, ": ");
	}
	if (fresh->like) {
		const size_t tail = kith_node_tail(fresh->of, fresh->like);
		kith_buf_add_bytes(out, fresh->of->source + fresh->like->start, tail - fresh->like->start);
		return;
	}
	if (fresh->shape == KITH_SCALAR) {
		write_scalar(out, fresh, 0, true);
		return;
	}
	kith_buf_add_char(out, fresh->shape == KITH_MAPPING ? '{' : '[');
	for (const struct kith_fresh *child = fresh->first; child; child = child->next) {
		kith_fresh_write_flow(out, child);
		if (child->next)
			kith_buf_add(out, ", ");
	}
	kith_buf_add_char(out, fresh->shape == KITH_MAPPING ? '}' : ']');
}

/* --- as another text has it --- */

static bool is_block_collection(const struct kith_node *node)
{
	return node->shape != KITH_SCALAR && node->style == KITH_BLOCK_STYLE;
}

void kith_fresh_copied(const struct kith_fresh *fresh, size_t *start, size_t *end)
{
	const struct kith_doc *doc = fresh->of;
	const struct kith_node *node = fresh->like;
	const size_t colon = kith_child_colon(doc, node);
	const bool block = is_block_collection(node);
	*start = block ? kith_line_next(doc, colon == KITH_NO_BYTE ? node->key->end : colon) : node->start;
	*end = kith_node_tail(doc, node);
	if (kith_is_empty_value(node) && colon != KITH_NO_BYTE)
		*start = *end = colon + 1;
	if (block || fresh->with_comments)
		*end = kith_line_end(doc, *end);
	if (!fresh->with_comments)
		return;
	/* The comment lines right above it; but what opens the file belongs to the file. */
	const size_t first = doc->bom ? 3 : 0;
	const size_t line = kith_line_start(doc, node->key->start);
	size_t above = line;
	while (above > first && kith_line_is_comment(doc, kith_line_start(doc, above - 1)))
		above = kith_line_start(doc, above - 1);
	*start = above > first ? above : line;
}

/* A text block that ends with its file, without a line feed, would get one here: its header says then that it has none.
 * Where the - goes, and whether in the place of a +. */
static size_t find_open_header(const struct kith_doc *doc, const struct kith_node *node, bool *plus)
{
	const struct kith_node *last = kith_last_scalar(node);
	*plus = false;
	if (!kith_is_block_scalar(last) || !last->length || last->text[last->length - 1] == '\n')
		return KITH_NO_BYTE;
	size_t at = last->start + 1;
	for (; at < last->end && strchr("+-0123456789", doc->source[at]); at++) {
		if (doc->source[at] == '-')
			return KITH_NO_BYTE;
		if (doc->source[at] == '+') {
			*plus = true;
			return at;
		}
	}
	return at;
}

/* Lines, those behind the first one moved to another column. */
static void add_moved(struct kith_buf *out, const struct kith_fresh *fresh, size_t start, size_t end, size_t from, size_t to)
{
	bool plus;
	const char *source = fresh->of->source;
	const bool lines = is_block_collection(fresh->like) || kith_is_block_scalar(fresh->like);
	const size_t header = find_open_header(fresh->of, fresh->like, &plus);
	for (size_t at = start; at < end; at++) {
		if (at == header)
			kith_buf_add_char(out, '-');
		if ((source[at] == '\r' && at + 1 < fresh->of->length && source[at + 1] == '\n') || (plus && at == header))
			continue;
		kith_buf_add_char(out, source[at]);
		if (source[at] != '\n' || kith_line_is_blank(fresh->of, at + 1))
			continue;
		if (to > from)
			add_spaces(out, to - from);
		/* A line of a text in quotes or brackets may stand further left in braces than it may here. */
		size_t indent = 0;
		while (at + 1 + indent < end && source[at + 1 + indent] == ' ')
			indent++;
		if (!lines && indent + to <= from + to)
			add_spaces(out, to + 2);
		for (size_t skip = from > to ? from - to : 0; skip && at + 1 < end && source[at + 1] == ' '; skip--)
			at++;
	}
	if (header == end)
		kith_buf_add_char(out, '-');
}

static void write_copy(struct kith_buf *out, const struct kith_fresh *fresh, size_t column)
{
	const struct kith_doc *doc = fresh->of;
	const struct kith_node *node = fresh->like;
	size_t start, end, from = kith_indent_of(doc, node->key->start);
	if (from == KITH_NO_BYTE)
		from = column;
	struct kith_fresh bare = *fresh;
	bare.with_comments = false;
	kith_fresh_copied(&bare, &start, &end);
	if (fresh->with_comments)
		end = kith_line_end(doc, end);
	if (!is_block_collection(node)) {
		const bool empty = kith_is_empty_value(node);
		if (!empty)
			kith_buf_add_char(out, ' ');
		add_moved(out, fresh, start, end, from, column);
		return;
	}
	const size_t colon = kith_child_colon(doc, node);
	const size_t line = colon == KITH_NO_BYTE ? start : kith_line_end(doc, colon);
	if (fresh->with_comments && colon != KITH_NO_BYTE)
		kith_buf_add_bytes(out, doc->source + colon + 1, line - colon - 1);
	add_moved(out, fresh, line, end, from, column);
}

static void write_comments_above(struct kith_buf *out, const struct kith_fresh *fresh, size_t column)
{
	size_t start, end;
	kith_fresh_copied(fresh, &start, &end);
	const size_t key = kith_line_start(fresh->of, fresh->like->key->start);
	for (size_t at = start; at < key; at = kith_line_next(fresh->of, at)) {
		size_t hash = at;
		while (fresh->of->source[hash] != '#')
			hash++;
		kith_buf_add_bytes(out, fresh->of->source + hash, kith_line_end(fresh->of, at) - hash);
		kith_buf_add_char(out, '\n');
		add_spaces(out, column);
	}
}

void kith_fresh_write_child(struct kith_buf *out, const struct kith_fresh *fresh, size_t column)
{
	if (fresh->like && fresh->with_comments)
		write_comments_above(out, fresh, column);
	if (fresh->key)
		kith_fresh_write_key(out, fresh->key, false);
	kith_buf_add_char(out, fresh->key ? ':' : '-');
	if (fresh->gap && (fresh->shape == KITH_SCALAR || fresh->flow || fresh->shape == KITH_MAPPING)) {
		/* As if the dash stood further to the right. */
		add_spaces(out, fresh->gap - 1);
		column += fresh->gap - 1;
	}
	kith_fresh_write(out, fresh, column, !fresh->key);
}

void kith_fresh_write(struct kith_buf *out, const struct kith_fresh *fresh, size_t column, bool behind_dash)
{
	if (fresh->like) {
		write_copy(out, fresh, column);
		return;
	}
	if (fresh->shape == KITH_SCALAR || fresh->flow || !fresh->first) {
		kith_buf_add_char(out, ' ');
		if (fresh->shape == KITH_SCALAR) {
			write_scalar(out, fresh, column, false);
			return;
		}
		struct kith_fresh keyless = *fresh;
		keyless.key = NULL;
		kith_fresh_write_flow(out, &keyless);
		return;
	}
	/* A map behind a dash begins in its line. */
	const bool compact = behind_dash && fresh->shape == KITH_MAPPING;
	const size_t inner = column + (fresh->shape == KITH_SEQUENCE ? fresh->indent : 2);
	for (const struct kith_fresh *child = fresh->first; child; child = child->next) {
		if (compact && child == fresh->first)
			kith_buf_add_char(out, ' ');
		else {
			kith_buf_add_char(out, '\n');
			add_spaces(out, inner);
		}
		kith_fresh_write_child(out, child, inner);
	}
}

/* --- comparing --- */

static bool same_text(const struct kith_node *one, const struct kith_node *other)
{
	return one->length == other->length && memcmp(one->text, other->text, one->length) == 0;
}

bool kith_node_is_like(const struct kith_node *one, const struct kith_node *other)
{
	if (one->shape != other->shape || one->style != other->style || one->count != other->count)
		return false;
	if (one->shape == KITH_SCALAR)
		return same_text(one, other);
	const struct kith_node *mine = one->first, *theirs = other->first;
	for (; mine && theirs; mine = mine->next, theirs = theirs->next) {
		if (!mine->key != !theirs->key || (mine->key && !same_text(mine->key, theirs->key)))
			return false;
		if (!kith_node_is_like(mine, theirs))
			return false;
	}
	return !mine && !theirs;
}

static bool says(const struct kith_node *node, const char *text)
{
	const size_t length = strlen(text);
	if (node->length < length || memcmp(node->text, text, length) != 0)
		return false;
	/* A text block adds a line feed. */
	const bool feed = node->length == length + 1 && node->text[length] == '\n' && kith_is_block_scalar(node);
	return (node->length == length || feed) && !kith_node_is_absent(node);
}

bool kith_fresh_is(const struct kith_fresh *fresh, const struct kith_node *node)
{
	if (fresh->key && (!node->key || strcmp(fresh->key, node->key->text) != 0))
		return false;
	if (fresh->like)
		return kith_node_is_like(fresh->like, node);
	if (fresh->shape != node->shape)
		return false;
	if (fresh->shape == KITH_SCALAR)
		return says(node, fresh->text);
	const struct kith_node *child = node->first;
	for (const struct kith_fresh *wanted = fresh->first; wanted; wanted = wanted->next, child = child->next)
		if (!child || !kith_fresh_is(wanted, child))
			return false;
	return !child;
}
