/* A top key as another text has it. */
#include <string.h>

#include "lib/record/edit_private.h"

/* A plain text that some readers take as one only outside of brackets (see kith_yaml_scalar).  One with commas may be several values,
 * and no quotes may change that. */
static bool needs_quotes_in_braces(const struct kith_node *member)
{
	return member->shape == KITH_SCALAR && member->style == KITH_PLAIN && strchr(member->text, '?') && !strchr(member->text, ',');
}

enum kith_code kith_edit_take(struct kith_editing *editing, const struct kith_doc *from, const struct kith_node *member, struct kith_err *err)
{
	struct kith_edit_work work = kith_edit_begin(editing, member->key->text, err);
	const struct kith_node *root = work.reading.doc.root, *here = kith_node_member(root, member->key->text);
	struct kith_fresh value = {.shape = member->shape, .key = member->key->text, .like = member, .of = from};
	enum kith_code code;
	if (root && root->style == KITH_FLOW_STYLE && needs_quotes_in_braces(member))
		value = (struct kith_fresh){.shape = KITH_SCALAR, .key = member->key->text, .text = member->text, .verbatim = true};
	if (here) {
		code = kith_edit_replace_node(&work, root, here, &value);
	} else {
		value.with_comments = value.like && from->root->style != KITH_FLOW_STYLE;
		const struct kith_node *after = root ? kith_edit_place(editing->kind, NULL, root, value.key) : NULL;
		code = kith_edit_insert_node(&work, root, after, &value);
	}
	return kith_edit_finish(&work, editing, code);
}
