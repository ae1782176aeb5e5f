/* The top keys in the schema's order, each with its comments. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/record/edit_private.h"
#include "lib/record/fresh.h"
#include "lib/record/spans.h"

/* A key with all its lines: from the blank line and the comments above it to the end of its last line. */
struct chunk {
	const struct kith_node *node;
	size_t start, end;
	int rank; /* a key that the schema does not know has the one of the key before it */
	size_t number;
};

static int by_rank(const void *one, const void *other)
{
	const struct chunk *a = one, *b = other;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static size_t skip_blank_lines(const struct kith_doc *doc, size_t at, size_t end)
{
	while (at < end && kith_line_is_blank(doc, at))
		at = kith_line_next(doc, at);
	return at;
}

/* Where the first key's own lines begin: what opens the file stays there. */
static size_t end_of_opening(const struct kith_doc *doc, size_t key)
{
	const size_t first = doc->bom ? 3 : 0;
	size_t at = key;
	while (at > first) {
		const size_t line = kith_line_start(doc, at - 1);
		if (!kith_line_is_comment(doc, line))
			return at;
		at = line;
	}
	return key;
}

static bool find_chunks(struct kith_edit_work *work, struct chunk *chunks)
{
	const struct kith_doc *doc = &work->reading.doc;
	size_t start = end_of_opening(doc, kith_line_start(doc, doc->root->first->key->start)), count = 0;
	int rank = -1;
	for (const struct kith_node *node = doc->root->first; node; node = node->next, count++) {
		const size_t head = kith_child_head(doc, doc->root, node);
		if (head == KITH_NO_BYTE || head != kith_line_start(doc, head)) {
			kith_edit_refuse(work, node->line, "something stands before this key in its line");
			return false;
		}
		const struct kith_field *field = kith_field_child(work->editing->kind, NULL, node->key->text, node->key->length);
		const bool is_last = strcmp(node->key->text, kith_last_key) == 0;
		rank = field && !is_last ? field->id : rank;
		size_t tail = kith_node_tail(doc, node);
		if (tail < node->key->end + 1)
			tail = node->key->end + 1;
		chunks[count] = (struct chunk){node, start, kith_line_next(doc, tail), is_last ? INT_MAX : rank, count};
		start = chunks[count].end;
	}
	return true;
}

static void add_lines(struct kith_buf *out, const struct kith_doc *doc, size_t start, size_t end)
{
	kith_buf_add_bytes(out, doc->source + start, end - start);
}

/* The blank line above the key that comes first now stands above the one that was first. */
static void write_chunks(const struct kith_doc *doc, const struct chunk *chunks, size_t count, size_t first, size_t last, struct kith_buf *out)
{
	const struct chunk *top = &chunks[0];
	const size_t blank = skip_blank_lines(doc, top->start, top->end);
	for (size_t i = 0; i < count; i++) {
		if (chunks[i].start == first && i > 0)
			add_lines(out, doc, top->start, blank);
		add_lines(out, doc, i == 0 && top->start != first ? blank : chunks[i].start, chunks[i].end);
		/* The file may end without a line feed; a line inside of it may not. */
		if (chunks[i].end == last && i + 1 < count && last > 0 && doc->source[last - 1] != '\n')
			kith_buf_add(out, kith_newline(doc));
	}
	if (chunks[count - 1].end != last && last == doc->length && doc->source[last - 1] != '\n') {
		out->length -= out->text[out->length - 1] == '\n';
		out->length -= out->length && out->text[out->length - 1] == '\r';
		out->text[out->length] = '\0';
	}
}

static const struct kith_comment *find_comment(const struct kith_doc *doc, const struct kith_comments *comments, const char *text, size_t length, bool *used)
{
	for (size_t i = 0; i < comments->count; i++)
		if (!used[i] && comments->list[i].end - comments->list[i].start == length &&
		    memcmp(doc->source + comments->list[i].start, text, length) == 0) {
			used[i] = true;
			return &comments->list[i];
		}
	return NULL;
}

static bool has_same_comments(const struct kith_doc *before, const struct kith_doc *after)
{
	KITH_ARENA arena = {0};
	struct kith_comments had, has;
	kith_comments_find(before, &arena, &had);
	kith_comments_find(after, &arena, &has);
	bool *used = kith_arena_alloc(&arena, has.count + 1);
	for (size_t i = 0; i < had.count; i++)
		if (!find_comment(after, &has, before->source + had.list[i].start, had.list[i].end - had.list[i].start, used))
			return false;
	return had.count == has.count;
}

static bool is_ordered(const struct kith_doc *before, const struct kith_doc *after, const struct chunk *chunks, size_t count)
{
	const struct kith_node *node = after->root ? after->root->first : NULL;
	for (size_t i = 0; i < count; i++, node = node->next)
		if (!node || strcmp(node->key->text, chunks[i].node->key->text) != 0 || !kith_node_is_like(chunks[i].node, node))
			return false;
	return !node && has_same_comments(before, after);
}

static enum kith_code order(struct kith_edit_work *work)
{
	const struct kith_doc *doc = &work->reading.doc;
	if (!doc->root || doc->root->count < 2)
		return KITH_OK;
	if (doc->root->style == KITH_FLOW_STYLE)
		return kith_edit_refuse(work, doc->root->line, "the record is written in braces");
	const size_t count = doc->root->count;
	struct chunk *chunks = kith_arena_alloc(&work->fresh, count * sizeof(*chunks));
	if (!find_chunks(work, chunks))
		return KITH_FAULTY;
	const size_t first = chunks[0].start, last = chunks[count - 1].end;
	qsort(chunks, count, sizeof(*chunks), by_rank);
	size_t in_place = 0;
	while (in_place < count && chunks[in_place].number == in_place)
		in_place++;
	if (in_place == count)
		return KITH_OK;
	KITH_BUF text = {0};
	KITH_ARENA arena = {0};
	struct kith_reading reading;
	add_lines(&text, doc, 0, first);
	write_chunks(doc, chunks, count, first, last, &text);
	add_lines(&text, doc, last, doc->length);
	kith_edit_read(work, &text, &arena, &reading);
	if (!reading.readable || !is_ordered(doc, &reading.doc, chunks, count))
		return kith_edit_refuse(work, chunks[0].node->line, "it is written in a way that kith does not follow");
	kith_edit_go_on(work, &text, &arena, &reading);
	return KITH_OK;
}

enum kith_code kith_edit_order(struct kith_editing *editing, struct kith_err *err)
{
	struct kith_edit_work work = kith_edit_begin(editing, "the order of the keys", err);
	return kith_edit_finish(&work, editing, order(&work));
}
