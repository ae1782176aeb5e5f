/* Any bytes as a YAML document: every node stands where it says, and what stands there says what the node says. */
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/doc.h"
#include "tests/fuzz/fuzz.h"

enum { MOST_SCALARS = 40 }; /* that are read again: each is a parse */

/* Whether a span, put behind a key of its own, must say the same: not if it has lines that are indented as its
 * place wants, or an indentation that counts from there. */
static bool stands_alone(const char *span, size_t length, enum kith_style style)
{
	if (style == KITH_LITERAL || style == KITH_FOLDED) {
		const char *feed = memchr(span, '\n', length);
		const size_t head = feed ? (size_t)(feed - span) : length;
		for (size_t i = 0; i < head && span[i] != '#'; i++)
			if (span[i] >= '0' && span[i] <= '9')
				return false;
		return feed && !memchr(span, '!', head) && !memchr(span, '\t', length) && !memchr(span, '\r', length);
	}
	if (style == KITH_PLAIN && (strchr("?:-", span[0]) || span[length - 1] == ':'))
		return false;
	for (size_t i = 0; i < length; i++)
		if (strchr("\r\n", span[i]) || span[i] == '\xC2' || span[i] == '\xE2')
			return false;
	return true;
}

static void check_scalar(const struct kith_doc *doc, const struct kith_node *node, bool flow)
{
	const char *span = doc->source + node->start;
	const size_t length = node->end - node->start;
	if (!length || !stands_alone(span, length, node->style))
		return;
	KITH_BUF text = {0};
	kith_buf_add(&text, flow ? "k: [" : "k: ");
	kith_buf_add_bytes(&text, span, length);
	kith_buf_add(&text, flow ? " ]" : ""); /* a tag would take the bracket in */
	KITH_ARENA arena = {0};
	struct kith_doc again = {0};
	struct kith_faults faults = {.arena = &arena};
	CHECK(kith_doc_parse(text.text, text.length, &arena, &again, &faults));
	const struct kith_node *value = kith_node_member(again.root, "k");
	CHECK(value && again.root->count == 1);
	if (flow) {
		CHECK(value->shape == KITH_SEQUENCE && value->count == 1);
		value = value->first;
	}
	CHECK(value->shape == KITH_SCALAR && value->style == node->style);
	CHECK(value->length == node->length && memcmp(value->text, node->text, node->length) == 0);
}

static void check_node(const struct kith_doc *doc, const struct kith_node *node, bool flow, unsigned *scalars)
{
	CHECK(node->start <= node->end && node->end <= doc->length);
	CHECK(node->line >= 1 && node->column >= 1 && kith_node_caret(doc, node) >= 1);
	if (node->shape == KITH_SCALAR) {
		CHECK(!node->first && !node->count && strlen(node->text) == node->length);
		CHECK(kith_is_utf8(node->text, node->length, NULL));
		if ((*scalars)++ < MOST_SCALARS)
			check_scalar(doc, node, flow);
		return;
	}
	const bool flows = flow || node->style == KITH_FLOW_STYLE;
	size_t count = 0, end = node->start;
	for (const struct kith_node *child = node->first; child; child = child->next, count++) {
		CHECK(!child->key == (node->shape == KITH_SEQUENCE));
		CHECK(child->start >= end && child->end <= node->end);
		if (child->key) {
			CHECK(child->key->start >= end && child->key->end <= child->start);
			CHECK(kith_node_member(node, child->key->text) == child);
			check_node(doc, child->key, flows, scalars);
		}
		check_node(doc, child, flows, scalars);
		end = child->end;
	}
	CHECK(count == node->count);
}

static void check_same(const struct kith_node *one, const struct kith_node *other, size_t shift)
{
	CHECK(one->shape == other->shape && one->style == other->style && one->count == other->count);
	CHECK(one->start + shift == other->start && one->end + shift == other->end);
	CHECK(one->line == other->line && one->column == other->column);
	CHECK(!one->text || strcmp(one->text, other->text) == 0);
	for (const struct kith_node *a = one->first, *b = other->first; a; a = a->next, b = b->next)
		check_same(a, b, shift);
}

/* A byte order mark moves everything by three bytes and nothing else. */
static void check_marked(const struct kith_doc *doc)
{
	KITH_ARENA arena = {0};
	KITH_BUF text = {0};
	kith_buf_add(&text, "\xEF\xBB\xBF");
	kith_buf_add_bytes(&text, doc->source, doc->length);
	struct kith_doc marked = {0};
	struct kith_faults faults = {.arena = &arena};
	CHECK(kith_doc_parse(text.text, text.length, &arena, &marked, &faults));
	CHECK(marked.bom && !doc->root == !marked.root);
	if (doc->root)
		check_same(doc->root, marked.root, 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	/* A copy of exactly this size: reading past its end is seen. */
	char *source = malloc(length ? length : 1);
	memcpy(source, length ? (const char *)bytes : "", length);
	KITH_ARENA arena = {0};
	struct kith_doc doc = {0};
	struct kith_faults faults = {.arena = &arena};
	const bool read = kith_doc_parse(source, length, &arena, &doc, &faults);
	CHECK(read || faults.errors);
	unsigned scalars = 0;
	if (read && doc.root) {
		CHECK(doc.root->shape == KITH_MAPPING);
		check_node(&doc, doc.root, false, &scalars);
	}
	if (read && !doc.bom && length + 3 <= KITH_DOC_LIMIT)
		check_marked(&doc);
	free(source);
	return 0;
}
