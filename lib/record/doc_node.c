/* Looking at the nodes of a document. */
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/doc.h"

const struct kith_node *kith_node_member(const struct kith_node *mapping, const char *key)
{
	for (const struct kith_node *child = mapping ? mapping->first : NULL; child; child = child->next)
		if (child->key && strcmp(child->key->text, key) == 0)
			return child;
	return NULL;
}

bool kith_node_is_absent(const struct kith_node *node)
{
	return node->shape == KITH_SCALAR && node->style == KITH_PLAIN &&
	       (node->length == 0 || (node->length == 1 && node->text[0] == '~'));
}

uint32_t kith_node_caret(const struct kith_doc *doc, const struct kith_node *node)
{
	if (node->end <= node->start)
		return 1;
	const char *from = doc->source + node->start;
	size_t length = node->end - node->start;
	const char *feed = memchr(from, '\n', length);
	if (feed)
		length = (size_t)(feed - from);
	while (length && (from[length - 1] == '\r' || from[length - 1] == ' '))
		length--;
	const size_t characters = kith_characters(from, length);
	return characters ? (uint32_t)characters : 1;
}
