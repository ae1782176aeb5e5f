#include "lib/record/splice.h"

#include <string.h>

#include "lib/record/fresh.h"
#include "lib/record/spans.h"
#include "lib/record/splice_private.h"

bool kith_splice_refuse(struct splicing *s, size_t at, const char *reason)
{
	*s->refusal = (struct kith_splice_refusal){kith_line_number(s->doc, at), reason};
	return false;
}

void kith_splice_patch(struct splicing *s, size_t start, size_t end, const char *text)
{
	if (start == end && !*text)
		return;
	if (strchr(text, '\n') && *kith_newline(s->doc) == '\r') {
		KITH_BUF lines = {0};
		for (const char *at = text; *at; at++) {
			if (*at == '\n')
				kith_buf_add_char(&lines, '\r');
			kith_buf_add_char(&lines, *at);
		}
		text = kith_arena_strdup(&s->arena, lines.text);
	} else {
		text = kith_arena_strdup(&s->arena, text);
	}
	size_t at = s->count;
	(void)kith_arena_push(&s->arena, &s->patches, &s->count, &s->capacity, sizeof(*s->patches));
	for (; at > 0 && s->patches[at - 1].start > start; at--)
		s->patches[at] = s->patches[at - 1];
	s->patches[at] = (struct patch){start, end, text};
}

static bool apply(struct splicing *s, struct kith_buf *out)
{
	size_t at = 0;
	for (size_t i = 0; i < s->count; i++) {
		const struct patch *one = &s->patches[i];
		if (one->start < at)
			return kith_splice_refuse(s, one->start, "the parts of this value overlap");
		kith_buf_add_bytes(out, s->doc->source + at, one->start - at);
		kith_buf_add(out, one->text);
		at = one->end;
	}
	kith_buf_add_bytes(out, s->doc->source + at, s->doc->length - at);
	return true;
}

/* The comments in [from, to) that have lines of their own, or all of them, each behind a line feed, in this column. */
static void add_comments(struct splicing *s, struct kith_buf *out, size_t from, size_t to, size_t column, bool all)
{
	struct kith_comments comments;
	kith_comments_find(s->doc, &s->arena, &comments);
	for (size_t i = 0; i < comments.count; i++) {
		const struct kith_comment *comment = &comments.list[i];
		if ((!comment->own && !all) || comment->start < from || comment->start >= to)
			continue;
		kith_buf_add_char(out, '\n');
		for (size_t k = 0; k < column; k++)
			kith_buf_add_char(out, ' ');
		kith_buf_add_bytes(out, s->doc->source + comment->start, comment->end - comment->start);
	}
}

/* --- a value in the place of another --- */

/* The byte behind the colon or dash that a child of a block collection stands behind; and the column it begins in. */
static bool find_mark_of(struct splicing *s, const struct kith_node *node, size_t *mark, size_t *column)
{
	const size_t head = kith_child_head(s->doc, s->splice->parent, node);
	if (head == KITH_NO_BYTE)
		return kith_splice_refuse(s, node->start, "this place is written with ? or a tag");
	const size_t at = node->key ? kith_child_colon(s->doc, node) : head;
	if (at == KITH_NO_BYTE)
		return kith_splice_refuse(s, node->start, "this key has no colon");
	*mark = at + 1;
	*column = kith_indent_of(s->doc, head);
	if (*column == KITH_NO_BYTE)
		return kith_splice_refuse(s, node->start, "something unusual stands before this key in its line");
	return true;
}

/* The columns from a dash to what is behind it in its line; 0: nothing is there, or it is a key. */
static size_t gap_of(const struct kith_doc *doc, const struct kith_node *parent, const struct kith_node *child)
{
	if (parent->shape != KITH_SEQUENCE || kith_is_empty_value(child))
		return 0;
	const size_t dash = kith_child_head(doc, parent, child);
	for (size_t at = dash + 1; at < child->start; at++)
		if (doc->source[at] != ' ')
			return 0;
	return child->start - dash - 1;
}

/* What stands behind the header of a text block in its line: a comment. */
static void add_header_comment(struct splicing *s, struct kith_buf *out, const struct kith_node *node)
{
	size_t at = node->start + 1;
	while (at < node->end && strchr("+-0123456789", s->doc->source[at]))
		at++;
	const size_t end = kith_line_end(s->doc, at);
	if (memchr(s->doc->source + at, '#', end - at))
		kith_buf_add_bytes(out, s->doc->source + at, end - at);
}

/* A text block that is copied to the end of a file without a line feed needs one. */
static void end_copied_block(struct splicing *s, size_t end)
{
	const struct kith_fresh *value = s->splice->value;
	const struct kith_node *last = value->like ? kith_last_scalar(value->like) : NULL;
	if (end == s->doc->length && last && kith_is_block_scalar(last) && last->length && last->text[last->length - 1] == '\n')
		kith_splice_patch(s, end, end, "\n");
}

/* The new text is a block as the old one was, with its lines in the same column. */
static void keep_block(const struct kith_doc *doc, const struct kith_node *node, size_t column, struct kith_fresh *value)
{
	const bool strip = kith_block_has(doc, node, '-');
	value->header = node->style == KITH_FOLDED ? (strip ? ">-" : ">") : strip ? "|-" : "|";
	value->column = kith_block_indent(doc, node);
	if (value->column == KITH_NO_BYTE || value->column <= column)
		value->column = column + 2;
}

/* Blank lines that were kept as part of a text stay in the file when it goes. */
static size_t without_blank_lines(const struct kith_doc *doc, const struct kith_node *node, size_t tail)
{
	const size_t header = kith_line_end(doc, node->start);
	for (;;) {
		const size_t start = kith_line_start(doc, tail);
		if (start <= header || !kith_line_is_blank(doc, start))
			return tail;
		tail = start - 1;
		tail -= tail > header && doc->source[tail - 1] == '\r';
	}
}

static bool brings_header_comment(const struct kith_fresh *value)
{
	if (!value->like || !kith_is_block_scalar(value->like))
		return false;
	const size_t start = value->like->start;
	return memchr(value->of->source + start, '#', kith_line_end(value->of, start) - start) != NULL;
}

/* One short text for another needs nothing around it, not even a key that is written as others are. */
static bool replace_in_place(struct splicing *s)
{
	const struct kith_node *node = s->splice->node;
	if (node->shape != KITH_SCALAR || kith_is_block_scalar(node) || kith_is_empty_value(node) || s->splice->value->shape != KITH_SCALAR)
		return false;
	KITH_BUF text = {0};
	kith_fresh_write(&text, s->splice->value, 0, false);
	if (strchr(text.text, '\n'))
		return false;
	kith_splice_patch(s, node->start, node->end, text.text + 1);
	return true;
}

static bool replace_in_block(struct splicing *s)
{
	const struct kith_doc *doc = s->doc;
	const struct kith_node *node = s->splice->node;
	size_t mark, column;
	if (!s->splice->value->like && replace_in_place(s))
		return true;
	if (!find_mark_of(s, node, &mark, &column))
		return false;
	KITH_BUF text = {0}, below = {0};
	struct kith_fresh value = *s->splice->value;
	if (kith_is_block_scalar(node))
		keep_block(doc, node, column, &value);
	/* A map behind a dash goes on in the column where it begins. */
	const size_t gap = value.shape == KITH_MAPPING ? gap_of(doc, s->splice->parent, node) : 0;
	kith_fresh_write(&text, &value, gap ? column + gap - 1 : column, !node->key);
	const char *feed = strchr(kith_buf_text(&text), '\n');
	if (value.like && !kith_is_block_scalar(value.like) && value.like->style != KITH_BLOCK_STYLE)
		feed = NULL; /* over several lines, but in brackets or quotes: what stands behind comes behind the last one */
	KITH_BUF first = {0};
	kith_buf_add_bytes(&first, text.text, feed ? (size_t)(feed - text.text) : text.length);
	if (feed)
		kith_buf_add(&below, feed);

	size_t tail = kith_node_tail(doc, node);
	if (kith_is_block_scalar(node) && !value.like)
		tail = without_blank_lines(doc, node, tail);
	const bool empty = kith_is_empty_value(node);
	const bool same_line = empty || kith_line_end(doc, mark) >= node->start;
	const bool in_place = same_line || (node->shape == KITH_SCALAR && !feed && !kith_is_block_scalar(node));
	if (kith_is_block_scalar(node)) {
		if (!same_line)
			return kith_splice_refuse(s, node->start, "this text begins a line below its key");
		if (!brings_header_comment(&value))
			add_header_comment(s, &first, node);
	} else if (!empty && !s->splice->value->like) {
		add_comments(s, &below, in_place ? node->start : mark, tail, column, kith_is_empty_collection(node));
	}
	const size_t last = kith_line_end(doc, tail);
	/* Blanks behind the value do not become blanks behind the first line of a text block. */
	const bool heads = feed && first.length;
	if (empty || !in_place) {
		const size_t line = kith_line_end(doc, mark);
		kith_splice_patch(s, mark, heads && kith_line_is_blank(doc, mark) ? line : mark, kith_buf_text(&first));
		kith_splice_patch(s, line, empty ? line : last, kith_buf_text(&below));
	} else {
		const bool keep_gap = first.length && doc->source[node->start - 1] == ' ';
		kith_splice_patch(s, keep_gap ? node->start : mark, heads && kith_line_is_blank(doc, tail) ? last : tail,
		                  kith_buf_text(&first) + (keep_gap ? 1 : 0));
		kith_splice_patch(s, last, last, kith_buf_text(&below));
	}
	end_copied_block(s, last);
	return true;
}

/* --- taking out --- */

/* A text block at the end of the file has its last line feed from the file. */
static bool ends_with_feed(const struct kith_node *node)
{
	const struct kith_node *last = kith_last_scalar(node);
	return kith_is_block_scalar(last) && last->length && last->text[last->length - 1] == '\n';
}

static bool remove_from_block(struct splicing *s)
{
	const struct kith_doc *doc = s->doc;
	const struct kith_node *parent = s->splice->parent, *node = s->splice->node;
	size_t mark, column;
	if (!find_mark_of(s, node, &mark, &column))
		return false;
	const size_t head = kith_child_head(doc, parent, node);
	const size_t tail = kith_is_empty_value(node) ? mark : kith_node_tail(doc, node);
	const size_t end = kith_line_end(doc, tail);
	KITH_BUF comments = {0};
	if (kith_begins_line(doc, head)) {
		size_t start = kith_line_start(doc, head), next = kith_line_next(doc, tail);
		add_comments(s, &comments, head, tail, column, false);
		if (comments.length) {
			kith_splice_patch(s, start, end, comments.text + 1);
			return true;
		}
		/* The last line, without an end: the one before it loses its own. */
		const struct kith_node *before = kith_child_before(parent, node);
		if (next == end && start > 0 && doc->source[start - 1] == '\n' &&
		    !(before && ends_with_feed(before))) {
			do
				start -= start > 1 && doc->source[start - 2] == '\r' ? 2 : 1;
			while (start > 0 && doc->source[start - 1] == '\n');
		}
		kith_splice_patch(s, start, next, "");
		return true;
	}
	/* The first of a collection behind a dash: the next one moves up into its line. */
	const size_t next = node->next ? kith_child_head(doc, parent, node->next) : KITH_NO_BYTE;
	if (next == KITH_NO_BYTE)
		return kith_splice_refuse(s, node->start, "this is all there is behind the dash");
	const size_t line = kith_line_start(doc, head);
	size_t dash = line;
	while (doc->source[dash] == ' ')
		dash++;
	add_comments(s, &comments, head, next, dash - line, false);
	if (comments.length) {
		KITH_BUF lines = {0};
		kith_buf_add(&lines, comments.text + 1);
		kith_buf_add_char(&lines, '\n');
		kith_splice_patch(s, line, line, lines.text);
	}
	kith_splice_patch(s, head, next, "");
	return true;
}

/* --- putting in --- */

/* A text block that ends with the file, without a line feed, would get one from what is put behind it, and with it another value: its
 * header says then that it has none. */
static bool close_last_block(struct splicing *s, const struct kith_node *before)
{
	const struct kith_node *last = kith_last_scalar(before);
	if (!kith_is_block_scalar(last) || !last->length || last->text[last->length - 1] == '\n')
		return true;
	size_t at = last->start + 1;
	for (; at < last->end && strchr("+-0123456789", s->doc->source[at]); at++) {
		if (s->doc->source[at] == '-')
			return true;
		if (s->doc->source[at] == '+') {
			kith_splice_patch(s, at, at + 1, "-");
			return true;
		}
	}
	kith_splice_patch(s, at, at, "-");
	return true;
}

static void add_children(struct kith_buf *out, const struct kith_fresh *value, size_t column, const char *between, size_t gap)
{
	for (; value; value = value->next) {
		struct kith_fresh child = *value;
		child.gap = gap;
		kith_fresh_write_child(out, &child, column);
		if (value->next)
			kith_buf_add(out, between);
	}
}

/* Where something goes that is put before the first child: above the comment lines that stand right above it; but the comment
 * that opens the file keeps its place. */
static size_t above_comments(const struct kith_doc *doc, size_t start)
{
	size_t at = start;
	const size_t first = kith_line_start(doc, 0) + (doc->bom ? 3 : 0);
	while (at > first) {
		const size_t line = kith_line_start(doc, at - 1);
		if (!kith_line_is_comment(doc, line))
			return at;
		at = line;
	}
	return start;
}

static bool insert_into_block(struct splicing *s)
{
	const struct kith_doc *doc = s->doc;
	const struct kith_node *parent = s->splice->parent, *before = s->splice->node;
	const size_t head = kith_child_head(doc, parent, before ? before : parent->first);
	const size_t column = head == KITH_NO_BYTE ? head : kith_indent_of(doc, head);
	if (column == KITH_NO_BYTE)
		return kith_splice_refuse(s, parent->start, "this place is written with ?, a tag or something unusual before the key");
	const size_t gap = gap_of(doc, parent, before ? before : parent->first);
	KITH_BUF text = {0}, between = {0};
	kith_buf_add_char(&between, '\n');
	for (size_t i = 0; i < column; i++)
		kith_buf_add_char(&between, ' ');
	if (!before && !kith_begins_line(doc, head)) {
		add_children(&text, s->splice->value, column, between.text, gap);
		kith_buf_add(&text, between.text);
		kith_splice_patch(s, head, head, text.text);
		return true;
	}
	if (!before) {
		kith_buf_add(&text, between.text + 1);
		add_children(&text, s->splice->value, column, between.text, gap);
		kith_buf_add_char(&text, '\n');
		const size_t at = above_comments(doc, kith_line_start(doc, head));
		kith_splice_patch(s, at, at, text.text);
		return true;
	}
	size_t mark, unused;
	if (!find_mark_of(s, before, &mark, &unused))
		return false;
	const size_t end = kith_line_end(doc, kith_is_empty_value(before) ? mark : kith_node_tail(doc, before));
	kith_buf_add(&text, between.text);
	add_children(&text, s->splice->value, column, between.text, gap);
	kith_splice_patch(s, end, end, text.text);
	end_copied_block(s, end);
	return end < doc->length || close_last_block(s, before);
}

static bool insert_into_nothing(struct splicing *s)
{
	const struct kith_doc *doc = s->doc;
	KITH_BUF text = {0};
	const size_t first = doc->bom ? 3 : 0;
	const bool open = doc->length > first && doc->source[doc->length - 1] != '\n';
	if (open)
		kith_buf_add_char(&text, '\n');
	add_children(&text, s->splice->value, 0, "\n", 0);
	if (!open)
		kith_buf_add_char(&text, '\n');
	kith_splice_patch(s, doc->length, doc->length, text.text);
	return true;
}

/* A map that stands for a list becomes its first item: a dash before its first key, and all of its lines go in by two. */
static bool wrap(struct splicing *s)
{
	const struct kith_doc *doc = s->doc;
	const struct kith_node *node = s->splice->node;
	if (node->style == KITH_FLOW_STYLE) {
		if (doc->source[node->start] != '{')
			return kith_splice_refuse(s, node->start, "this value has a tag, or no brackets");
		kith_splice_patch(s, node->start, node->start, "[");
		kith_splice_patch(s, node->end, node->end, "]");
		return true;
	}
	if (node->start != node->first->key->start || !kith_begins_line(doc, node->start))
		return kith_splice_refuse(s, node->start, "this place is written with ?, a tag or something unusual before the key");
	kith_splice_patch(s, node->start, node->start, "- ");
	const size_t tail = kith_node_tail(doc, node);
	for (size_t line = kith_line_next(doc, node->start); line <= tail && line < doc->length; line = kith_line_next(doc, line)) {
		if (!kith_line_is_blank(doc, line))
			kith_splice_patch(s, line, line, "  ");
	}
	return true;
}

static bool rename_key(struct splicing *s)
{
	KITH_BUF text = {0};
	kith_fresh_write_key(&text, s->splice->value->key, s->splice->parent->style == KITH_FLOW_STYLE);
	kith_splice_patch(s, s->splice->node->key->start, s->splice->node->key->end, text.text);
	return true;
}

static bool make(struct splicing *s)
{
	const struct kith_node *parent = s->splice->parent;
	const bool flow = parent && parent->style == KITH_FLOW_STYLE;
	switch (s->splice->what) {
	case KITH_SPLICE_REPLACE: return flow ? kith_replace_in_flow(s) : replace_in_block(s);
	case KITH_SPLICE_RENAME:  return rename_key(s);
	case KITH_SPLICE_WRAP:    return wrap(s);
	case KITH_SPLICE_REMOVE:  return flow ? kith_remove_from_flow(s) : remove_from_block(s);
	default:                  break;
	}
	if (!parent)
		return insert_into_nothing(s);
	return flow ? kith_insert_into_flow(s) : insert_into_block(s);
}

bool kith_splice(const struct kith_doc *doc, const struct kith_splice *splice, struct kith_buf *out, struct kith_splice_refusal *refusal)
{
	struct splicing s = {.doc = doc, .splice = splice, .refusal = refusal};
	const bool made = make(&s) && apply(&s, out);
	kith_arena_finish(&s.arena);
	return made;
}
