#include "lib/store/query_tree.h"

#include <string.h>

#include "lib/base/text.h"

enum { INDENT = 2, ALL_KINDS = (1 << KITH_KINDS) - 1 };

static void begin_line(struct kith_buf *out, unsigned depth)
{
	for (unsigned i = 0; i < depth * INDENT; i++)
		kith_buf_add_char(out, ' ');
}

static void add_printable(struct kith_buf *out, const char *text)
{
	kith_printable(out, text, strlen(text), false);
}

/* --- values --- */

static void add_day(struct kith_buf *out, int64_t day)
{
	if (day == QUERY_FIRST || day == QUERY_LAST)
		kith_buf_add(out, "any day");
	else
		kith_date_print_short(out, (kith_day)day, KITH_NO_DAY); /* seen from no year, it is told */
}

static void add_days(struct kith_buf *out, const struct kith_query_value *value)
{
	if (value->first == value->last) {
		kith_buf_add(out, " on ");
		add_day(out, value->first);
		return;
	}
	kith_buf_add(out, " between ");
	add_day(out, value->first);
	kith_buf_add(out, " and ");
	add_day(out, value->last);
}

static void add_day_of_year(struct kith_buf *out, int64_t day)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	kith_buf_addf(out, "%d %s", (int)(day % 100), months[(day / 100 - 1) % 12]);
}

static void add_days_of_year(struct kith_buf *out, const struct kith_query_value *value)
{
	/* A month is read to its 31st day, which it may not have. */
	struct kith_query_value shown = *value;
	const int64_t last_day = kith_days_in_month(2000, (unsigned)(value->last / 100));
	if (shown.last % 100 > last_day)
		shown.last = value->last / 100 * 100 + last_day;
	kith_buf_add(out, shown.first == shown.last ? " on " : " between ");
	add_day_of_year(out, shown.first);
	if (shown.first != shown.last) {
		kith_buf_add(out, " and ");
		add_day_of_year(out, shown.last);
	}
	kith_buf_add(out, " of any year");
}

static void add_number(struct kith_buf *out, const struct kith_query_value *value, const char *unit)
{
	const long long first = (long long)value->first, last = (long long)value->last;
	if (value->first == value->last)
		kith_buf_addf(out, " is %lld%s", first, unit);
	else if (value->first == QUERY_FIRST)
		kith_buf_addf(out, " is at most %lld%s", last, unit);
	else if (value->last == QUERY_LAST)
		kith_buf_addf(out, " is at least %lld%s", first, unit);
	else
		kith_buf_addf(out, " is from %lld to %lld%s", first, last, unit);
}

static void add_words(struct kith_buf *out, const char *name, const struct kith_query_value *value)
{
	kith_buf_add(out, name);
	if (value->whole)
		kith_buf_addf(out, " has the phrase \"%s\"", value->words);
	else if (strchr(value->words, ' '))
		kith_buf_addf(out, " has the words \"%s…\"", value->words);
	else
		kith_buf_addf(out, " has a word that begins with \"%s\"", value->words);
}

static const char *what_of(const struct kith_query_subject *subject)
{
	return subject->how == QUERY_HOW_LAST ? "last conversation" : subject->name;
}

static void add_kinds(struct kith_buf *out, unsigned kinds)
{
	const char *comma = "";
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		if (kinds & 1u << kind) {
			kith_buf_addf(out, "%s%s", comma, kith_kind_name(kind));
			comma = ", ";
		}
	}
}

static void add_flag(struct kith_buf *out, const struct kith_query_test *test,
                     const struct kith_query_value *value)
{
	const bool is_until = test->subject.how == QUERY_HOW_UNTIL;
	if (value->shape == QUERY_VALUE_YES)
		kith_buf_addf(out, " is yes%s", is_until ? ", or until today or later" : "");
	else
		kith_buf_addf(out, " is no%s, or not said", is_until ? ", or until a day that is past" : "");
}

static void add_missing(struct kith_buf *out, const struct kith_query_subject *subject)
{
	kith_buf_addf(out, "no %s", what_of(subject));
	if (subject->kinds == ALL_KINDS)
		return;
	kith_buf_add(out, " in a record that may have it: ");
	add_kinds(out, subject->kinds);
}

static void add_value(struct kith_buf *out, const struct kith_query_test *test,
                      const struct kith_query_value *value)
{
	const struct kith_query_subject *subject = &test->subject;
	switch (subject->how) {
	case QUERY_HOW_WORDS:   add_words(out, subject->name, value); return;
	case QUERY_HOW_HAS:     kith_buf_addf(out, "has %s", what_of(value->subject)); return;
	case QUERY_HOW_MISSING: add_missing(out, value->subject); return;
	default: break;
	}
	if (value->shape == QUERY_VALUE_NEVER && subject->how == QUERY_HOW_DUE) {
		kith_buf_add(out, "nothing due");
		return;
	}
	kith_buf_add(out, what_of(subject));
	switch (value->shape) {
	case QUERY_VALUE_NEVER:  kith_buf_add(out, subject->how == QUERY_HOW_LAST ? " never" : " is never"); break;
	case QUERY_VALUE_YES:
	case QUERY_VALUE_NO:     add_flag(out, test, value); break;
	case QUERY_VALUE_YEARLY: add_days_of_year(out, value); break;
	case QUERY_VALUE_TEXT:   break;
	case QUERY_VALUE_RANGE:
		if (subject->how == QUERY_HOW_INT)
			add_number(out, value, "");
		else if (subject->how == QUERY_HOW_SPAN)
			add_number(out, value, " days");
		else
			add_days(out, value);
	}
}

/* --- lines --- */

/* Values that are compared as a whole are shown in one line. */
static bool is_list(const struct kith_query_test *test)
{
	switch (test->subject.how) {
	case QUERY_HOW_EQUAL:
	case QUERY_HOW_ENUM:
	case QUERY_HOW_REF:
	case QUERY_HOW_KIND:
	case QUERY_HOW_ID:
	case QUERY_HOW_TIE: return true;
	default:            return false;
	}
}

static void add_list(struct kith_buf *out, const struct kith_query_test *test)
{
	kith_buf_addf(out, "%s is%s", test->subject.name, test->count > 1 ? " any of" : "");
	for (size_t i = 0; i < test->count; i++) {
		const struct kith_query_value *value = &test->values[i];
		kith_buf_add(out, i ? ", " : " ");
		if (test->subject.how == QUERY_HOW_KIND)
			kith_buf_add(out, kith_kind_name((enum kith_kind)value->first));
		else
			add_printable(out, value->folded);
	}
}

static void end_line(struct kith_buf *out, const struct kith_query_test *test, bool tells_kinds)
{
	if (tells_kinds) {
		kith_buf_add(out, " (");
		add_kinds(out, test->subject.kinds);
		kith_buf_add(out, ")");
	}
	kith_buf_add_char(out, '\n');
}

static void explain_field(const struct kith_query_node *node, unsigned depth, struct kith_buf *out)
{
	const bool tells_kinds = node->tests->next;
	size_t lines = 0;
	for (const struct kith_query_test *test = node->tests; test; test = test->next)
		lines += is_list(test) ? 1 : test->count;
	if (lines > 1) {
		begin_line(out, depth++);
		kith_buf_add(out, "any of:\n");
	}
	for (const struct kith_query_test *test = node->tests; test; test = test->next) {
		for (size_t i = 0; i < (is_list(test) ? 1 : test->count); i++) {
			begin_line(out, depth);
			if (is_list(test))
				add_list(out, test);
			else
				add_value(out, test, &test->values[i]);
			end_line(out, test, tells_kinds);
		}
	}
}

static void explain(const struct kith_query_node *node, unsigned depth, struct kith_buf *out)
{
	if (node->shape == QUERY_FIELD) {
		explain_field(node, depth, out);
		return;
	}
	begin_line(out, depth);
	if (node->shape == QUERY_TEXT) {
		add_words(out, "any text", &node->text);
		kith_buf_add_char(out, '\n');
		return;
	}
	static const char *const groups[] = { [QUERY_ALL] = "all of:\n", [QUERY_ANY] = "any of:\n", [QUERY_NOT] = "not:\n" };
	kith_buf_add(out, groups[node->shape]);
	for (const struct kith_query_node *child = node->first; child; child = child->next)
		explain(child, depth + 1, out);
}

void kith_query_explain(const struct kith_query *query, struct kith_buf *out)
{
	if (query->root)
		explain(query->root, 0, out);
	else
		kith_buf_add(out, "every record\n");
}
