#include "lib/store/query_tree.h"

#include <string.h>

bool kith_query_is_indexed(const struct kith_query_subject *subject)
{
	for (size_t i = 0; i < subject->field_count; i++) {
		const enum kith_type type = kith_field_by_id(subject->fields[i])->type;
		if (type == KITH_TEXT || type == KITH_BLOCK || type == KITH_TEXT_OR_REF)
			return false;
	}
	return true;
}

/* Whether the values say by themselves which records to look at, without passing all of them. */
static bool test_narrows(const struct kith_query_test *test)
{
	if (test->subject.how == QUERY_HOW_KIND || strcmp(test->subject.name, "private") == 0)
		return false;
	for (size_t i = 0; i < test->count; i++) {
		const struct kith_query_value *value = &test->values[i];
		if (test->subject.how == QUERY_HOW_MISSING || value->shape == QUERY_VALUE_NO ||
		    (test->subject.how == QUERY_HOW_DUE && value->shape == QUERY_VALUE_NEVER))
			return false;
		if (test->subject.how == QUERY_HOW_HAS && !value->subject->key && !kith_query_is_indexed(value->subject))
			return false;
	}
	return true;
}

bool kith_query_narrows(const struct kith_query_node *node)
{
	bool all = true, any = false;
	for (const struct kith_query_test *test = node->tests; test; test = test->next)
		all &= test_narrows(test);
	for (const struct kith_query_node *child = node->first; child; child = child->next) {
		const bool narrows = kith_query_narrows(child);
		all &= narrows;
		any |= narrows;
	}
	switch (node->shape) {
	case QUERY_TEXT:  return true;
	case QUERY_ALL:   return any;
	case QUERY_NOT:   return false;
	case QUERY_ANY:
	case QUERY_FIELD: return all;
	}
	return false;
}
