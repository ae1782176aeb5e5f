/* What people do to a text in an editor. */
#include <string.h>

#include "lib/record/doc.h"
#include "lib/record/spans.h"
#include "tests/torture/merges/merges.h"

struct hand {
	struct chance *chance;
	const struct kith_doc *doc;
	struct kith_buf *out;
};

static void put(struct hand *hand, size_t from, size_t to)
{
	kith_buf_add_bytes(hand->out, hand->doc->source + from, to - from);
}

static size_t any_line(struct hand *hand)
{
	const size_t length = hand->doc->length;
	return kith_line_start(hand->doc, length ? chance_below(hand->chance, (uint32_t)length) : 0);
}

static const struct kith_node *any_child(struct hand *hand, const struct kith_node *node)
{
	uint32_t skip = node ? chance_below(hand->chance, (uint32_t)node->count) : 0;
	const struct kith_node *child = node ? node->first : NULL;
	while (child && skip--)
		child = child->next;
	return child;
}

/* --- comments --- */

static void add_comment_above(struct hand *hand)
{
	const size_t at = any_line(hand);
	put(hand, 0, at);
	for (size_t i = at; i < hand->doc->length && hand->doc->source[i] == ' '; i++)
		kith_buf_add_char(hand->out, ' ');
	kith_buf_addf(hand->out, "# by hand %u%s", (unsigned)chance_below(hand->chance, 1000000), kith_newline(hand->doc));
	put(hand, at, hand->doc->length);
}

static void add_comment_behind(struct hand *hand)
{
	const size_t end = kith_line_end(hand->doc, any_line(hand));
	put(hand, 0, end);
	kith_buf_addf(hand->out, " # behind %u", (unsigned)chance_below(hand->chance, 1000000));
	put(hand, end, hand->doc->length);
}

static void change_comment(struct hand *hand)
{
	KITH_ARENA arena = { 0 };
	struct kith_comments comments;
	kith_comments_find(hand->doc, &arena, &comments);
	const struct kith_comment *comment = comments.count ? &comments.list[chance_below(hand->chance, (uint32_t)comments.count)] : NULL;
	const size_t end = comment ? comment->end : 0, start = comment && chance_percent(hand->chance, 50) ? comment->start : end;
	put(hand, 0, start);
	if (comment && start == end)
		kith_buf_addf(hand->out, " again %u", (unsigned)chance_below(hand->chance, 1000000));
	put(hand, end, hand->doc->length);
}

/* --- lines --- */

static void add_blank_line(struct hand *hand)
{
	const size_t at = any_line(hand);
	put(hand, 0, at);
	kith_buf_add(hand->out, chance_percent(hand->chance, 80) ? "\n" : "   \n");
	put(hand, at, hand->doc->length);
}

static void change_line_ends(struct hand *hand)
{
	const bool returns = hand->doc->length && memchr(hand->doc->source, '\r', hand->doc->length);
	for (size_t i = 0; i < hand->doc->length; i++) {
		const char character = hand->doc->source[i];
		if (character == '\r' && returns)
			continue;
		kith_buf_add(hand->out, character == '\n' && !returns ? "\r" : "");
		kith_buf_add_char(hand->out, character);
	}
}

static void change_mark(struct hand *hand)
{
	const bool has = hand->doc->length >= 3 && memcmp(hand->doc->source, "\xEF\xBB\xBF", 3) == 0;
	kith_buf_add(hand->out, has ? "" : "\xEF\xBB\xBF");
	put(hand, has ? 3 : 0, hand->doc->length);
}

static void change_last_feed(struct hand *hand)
{
	const size_t length = hand->doc->length;
	const bool has = length && hand->doc->source[length - 1] == '\n';
	put(hand, 0, length - (has ? strlen(kith_newline(hand->doc)) : 0));
	kith_buf_add(hand->out, has ? "" : kith_newline(hand->doc));
}

/* --- keys and entries --- */

static size_t begin_of(const struct kith_doc *doc, const struct kith_node *member)
{
	return kith_line_start(doc, member->key->start);
}

static void swap_keys(struct hand *hand)
{
	const struct kith_node *one = any_child(hand, hand->doc->root), *other = one ? one->next : NULL;
	if (!other || begin_of(hand->doc, one) == begin_of(hand->doc, other)) {
		put(hand, 0, hand->doc->length);
		return;
	}
	const size_t begin = begin_of(hand->doc, one), middle = begin_of(hand->doc, other);
	const size_t end = other->next ? begin_of(hand->doc, other->next) : hand->doc->length;
	put(hand, 0, begin);
	put(hand, middle, end);
	if (hand->out->length && hand->out->text[hand->out->length - 1] != '\n')
		kith_buf_add_char(hand->out, '\n');
	put(hand, begin, middle);
	put(hand, end, hand->doc->length);
}

/* Of some list on lines of its own: an entry once more, so that two are of one name. */
static void double_entry(struct hand *hand)
{
	const struct kith_node *member = any_child(hand, hand->doc->root);
	for (const struct kith_node *any = member; any; any = any->next)
		if (any->shape == KITH_SEQUENCE && any->style == KITH_BLOCK_STYLE && any->count)
			member = any;
	const struct kith_node *entry = member && member->shape == KITH_SEQUENCE ? any_child(hand, member) : NULL;
	const size_t start = entry ? kith_line_start(hand->doc, entry->start) : 0;
	const size_t end = entry ? kith_line_next(hand->doc, kith_node_tail(hand->doc, entry)) : 0;
	put(hand, 0, end > start ? end : start);
	if (end > start)
		put(hand, start, end);
	put(hand, end > start ? end : start, hand->doc->length);
}

static void change_shape(struct hand *hand)
{
	static const char *const values[] = { "[a, b]", "{a: b}", "a text", "~", "[[a], {b: c}]", "\n  - a\n  - b: c", "\n  a: b\n  c:\n    - d", "|\n  a\n  b",
		"[]", "{}", "[{}, [], ~]", "2026-01-01", "never" };
	const struct kith_node *member = any_child(hand, hand->doc->root);
	if (!member || begin_of(hand->doc, member) != member->key->start) {
		put(hand, 0, hand->doc->length);
		return;
	}
	const size_t end = member->next ? begin_of(hand->doc, member->next) : hand->doc->length;
	put(hand, 0, member->key->end);
	kith_buf_addf(hand->out, ": %s\n", chance_pick(hand->chance, values));
	put(hand, end, hand->doc->length);
}

static void write_conflicts(struct hand *hand)
{
	static const char *const ways[] = {
		"conflicts: []\n", "conflicts:\n", "conflicts: {field: name, kept: [a, b]}\n", "conflicts:\n  - {field: name, kept: a, deleted: maybe}\n",
		"conflicts:\n- field: name\n  kept:\n  - a\n  # why\n  - a\n- field: name\n  kept: [\"c \"]\n", "conflicts: name\n",
		"conflicts:\n  - field: [name]\n    kept: {a: b}\n  - 12\n  -\n", "conflicts:\n  - {field: \"promised[x].by\", kept: [2026-01-01, never]}\n",
		"conflicts:\n  - {kept: [x], field: about, note: mine}\n  - {field: \"tags\", kept: [[a]]}\n", "conflicts: |\n  text\n",
		"conflicts:\n  - {field: \"steps[2w].do\", kept: [x]}\n  - {field: \"steps[2w#2]\", deleted: true}\n",
	};
	const struct kith_node *own = hand->doc->root ? kith_node_member(hand->doc->root, "conflicts") : NULL;
	const size_t begin = own ? begin_of(hand->doc, own) : hand->doc->length;
	const size_t end = own && own->next ? begin_of(hand->doc, own->next) : hand->doc->length;
	put(hand, 0, begin);
	if (begin && hand->doc->source[begin - 1] != '\n')
		kith_buf_add_char(hand->out, '\n');
	kith_buf_add(hand->out, chance_pick(hand->chance, ways));
	put(hand, end, hand->doc->length);
}

static void edit_once(struct chance *chance, struct kith_buf *text)
{
	static void (*const ways[])(struct hand *) = {
		add_comment_above, add_comment_above, add_comment_behind, add_comment_behind, change_comment, change_comment, add_blank_line,
		change_line_ends, change_mark, change_last_feed, swap_keys, double_entry, double_entry, change_shape, write_conflicts,
	};
	KITH_ARENA arena = { 0 };
	KITH_BUF edited = { 0 };
	struct kith_doc doc, after;
	struct kith_faults faults = { .arena = &arena };
	if (!kith_doc_parse(kith_buf_text(text), text->length, &arena, &doc, &faults))
		return;
	struct hand hand = { .chance = chance, .doc = &doc, .out = &edited };
	chance_pick(chance, ways)(&hand);
	const bool readable = kith_doc_parse(kith_buf_text(&edited), edited.length, &arena, &after, &faults);
	/* People also save what cannot be read. */
	if (!readable && !chance_percent(chance, 2))
		return;
	kith_buf_clear(text);
	kith_buf_add_bytes(text, kith_buf_text(&edited), edited.length);
}

void edit_by_hand(struct chance *chance, const struct kith_buf *from, struct kith_buf *out)
{
	kith_buf_add_bytes(out, kith_buf_text(from), from->length);
	for (uint32_t count = 1 + chance_below(chance, 4); count; count--)
		edit_once(chance, out);
}
