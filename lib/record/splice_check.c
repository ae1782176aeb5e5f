/* Whether a splice did what it was to do, and nothing else. */
#include <string.h>

#include "lib/record/fresh.h"
#include "lib/record/spans.h"

static bool is_named(const struct kith_node *node, const char *key)
{
	return node->key && strcmp(node->key->text, key) == 0;
}

static bool has_key_of(const struct kith_node *before, const struct kith_node *after, const struct kith_splice *splice)
{
	if (!before->key || !after->key)
		return before->key == after->key;
	if (splice->what == KITH_SPLICE_RENAME && before == splice->node)
		return is_named(after, splice->value->key);
	return before->key->style == after->key->style && is_named(after, before->key->text);
}

/* The values that were put in stand from *at on; moves past them. */
static bool are_in(const struct kith_fresh *value, const struct kith_node **at)
{
	for (; value; value = value->next, *at = (*at)->next)
		if (!*at || !kith_fresh_is(value, *at))
			return false;
	return true;
}

static bool is_as_meant(const struct kith_node *before, const struct kith_node *after, const struct kith_splice *splice)
{
	if (splice->what == KITH_SPLICE_REPLACE && before == splice->node) {
		struct kith_fresh value = *splice->value;
		value.key = NULL;
		return kith_fresh_is(&value, after);
	}
	if (splice->what == KITH_SPLICE_WRAP && before == splice->node)
		return after->shape == KITH_SEQUENCE && after->style == before->style && after->count == 1 &&
		       kith_node_is_like(before, after->first);
	if (before->shape != after->shape || before->style != after->style)
		return false;
	if (before->shape == KITH_SCALAR)
		return before->length == after->length && memcmp(before->text, after->text, before->length) == 0;
	const struct kith_node *at = after->first;
	const bool here = splice->what == KITH_SPLICE_INSERT && splice->parent == before;
	if (here && !splice->node && !are_in(splice->value, &at))
		return false;
	for (const struct kith_node *child = before->first; child; child = child->next) {
		if (splice->what == KITH_SPLICE_REMOVE && child == splice->node)
			continue;
		if (!at || !has_key_of(child, at, splice) || !is_as_meant(child, at, splice))
			return false;
		at = at->next;
		if (here && child == splice->node && !are_in(splice->value, &at))
			return false;
	}
	return !at;
}

/* A comment that goes with the value it stands behind; with one that is copied from elsewhere, all that are in it. */
static bool may_go(const struct kith_doc *doc, const struct kith_comment *comment, const struct kith_splice *splice)
{
	const bool replaced = splice->what == KITH_SPLICE_REPLACE, copied = replaced && splice->value->like;
	if ((comment->own && !copied) || (splice->what != KITH_SPLICE_REMOVE && !replaced))
		return false;
	const struct kith_node *node = splice->node;
	const size_t tail = kith_node_tail(doc, node);
	/* In brackets around nothing, it stands behind no value. */
	if (replaced && !copied && kith_is_empty_collection(node) && comment->start >= node->start)
		return false;
	size_t from = node->key ? node->key->start : node->start, to = tail;
	if (!replaced || node->style == KITH_BLOCK_STYLE)
		to = kith_line_end(doc, tail);
	/* What stands behind the key itself stays. */
	if (copied && node->style == KITH_BLOCK_STYLE && node->key)
		from = kith_line_end(doc, node->key->end);
	return comment->start >= from && comment->start < to;
}

static bool same_comment(const struct kith_doc *one, const struct kith_comment *mine, const struct kith_doc *other, const struct kith_comment *theirs)
{
	const size_t length = mine->end - mine->start;
	return theirs->end - theirs->start == length && memcmp(one->source + mine->start, other->source + theirs->start, length) == 0;
}

static bool comments_are_kept(const struct kith_doc *before, const struct kith_doc *after, const struct kith_splice *splice)
{
	KITH_ARENA arena = {0};
	struct kith_comments had, has;
	kith_comments_find(before, &arena, &had);
	kith_comments_find(after, &arena, &has);
	size_t at = 0;
	for (size_t i = 0; i < had.count; i++) {
		if (at < has.count && same_comment(before, &had.list[i], after, &has.list[at]))
			at++;
		else if (!may_go(before, &had.list[i], splice))
			return false;
	}
	return at == has.count;
}

/* What is copied brings comments along: all of both must be there, in order, and no others. */
static bool comments_are_copied(const struct kith_doc *before, const struct kith_doc *after, const struct kith_splice *splice)
{
	KITH_ARENA arena = {0};
	struct kith_comments had, has, there;
	size_t start, end, old = 0, copied = 0;
	kith_fresh_copied(splice->value, &start, &end);
	kith_comments_find(before, &arena, &had);
	kith_comments_find(after, &arena, &has);
	kith_comments_find(splice->value->of, &arena, &there);
	while (copied < there.count && there.list[copied].start < start)
		copied++;
	for (size_t i = 0; i < has.count; i++) {
		size_t stays = old, goes = old;
		while (stays < had.count && may_go(before, &had.list[stays], splice))
			stays++;
		while (goes < stays && !same_comment(before, &had.list[goes], after, &has.list[i]))
			goes++;
		if (stays < had.count && same_comment(before, &had.list[stays], after, &has.list[i]))
			old = stays + 1;
		else if (copied < there.count && there.list[copied].start < end && same_comment(splice->value->of, &there.list[copied], after, &has.list[i]))
			copied++;
		else if (goes < stays)
			old = goes + 1; /* it might have gone */
		else
			return false;
	}
	while (old < had.count && may_go(before, &had.list[old], splice))
		old++;
	return old == had.count && (copied == there.count || there.list[copied].start >= end);
}

bool kith_splice_is_done(const struct kith_doc *before, const struct kith_doc *after, const struct kith_splice *splice)
{
	if (!after->root) /* its only key went */
		return splice->what == KITH_SPLICE_REMOVE && splice->parent == before->root && before->root->count == 1 &&
		       comments_are_kept(before, after, splice);
	const bool copies = splice->value && splice->value->like;
	if (copies ? !comments_are_copied(before, after, splice) : !comments_are_kept(before, after, splice))
		return false;
	if (before->root)
		return is_as_meant(before->root, after->root, splice);
	const struct kith_node *at = after->root->first;
	return are_in(splice->value, &at) && !at;
}
