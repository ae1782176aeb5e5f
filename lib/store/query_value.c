#include "lib/store/query_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"

bool kith_query_blame(struct kith_query_fault *fault, const char *why, const char *hint)
{
	if (!fault)
		return false;
	(void)snprintf(fault->why, sizeof(fault->why), "%s", why); /* cut if long, which is harmless */
	if (hint)
		kith_buf_add(&fault->hint, hint);
	return false;
}

void kith_query_text_read(const char *text, bool quoted, struct kith_arena *arena, struct kith_query_value *out)
{
	KITH_BUF folded = {0};
	KITH_BUF words = {0};
	kith_fold(&folded, text, strlen(text));
	kith_fold_words(&words, kith_buf_text(&folded), folded.length);
	out->shape = QUERY_VALUE_TEXT;
	out->shown = text;
	out->folded = kith_arena_strdup(arena, kith_buf_text(&folded));
	out->words = kith_arena_strdup(arena, kith_buf_text(&words));
	out->whole = quoted;
}

/* Only dates and numbers have an order: of other values two dots are a part, unless quotes say that a range was
 * meant. */
static bool read_text(const struct kith_query_raw *raw, struct kith_arena *arena, struct kith_query_value *out,
                      struct kith_query_fault *fault)
{
	if (raw->is_range && (raw->from.quoted || raw->to.quoted))
		return kith_query_blame(fault, "is a range, which only dates and numbers have",
		                        "put all of it in quotes if it is text");
	kith_query_text_read(raw->text, raw->from.quoted, arena, out);
	return true;
}

static bool read_words(const struct kith_query_raw *raw, struct kith_arena *arena, struct kith_query_value *out,
                       struct kith_query_fault *fault)
{
	if (!read_text(raw, arena, out, fault))
		return false;
	return *out->words || kith_query_blame(fault, "has no letter or digit to look for", NULL);
}

static bool read_equal(const struct kith_query_raw *raw, struct kith_arena *arena, struct kith_query_value *out,
                       struct kith_query_fault *fault)
{
	if (!read_text(raw, arena, out, fault))
		return false;
	return *out->folded || kith_query_blame(fault, "has nothing to look for", NULL);
}

/* --- words of a fixed list --- */

struct choices {
	const char *words[64];
	size_t count;
};

static void add_choice(struct choices *choices, const char *word)
{
	for (size_t i = 0; i < choices->count; i++)
		if (strcmp(choices->words[i], word) == 0)
			return;
	if (choices->count < kith_count(choices->words))
		choices->words[choices->count++] = word;
}

static bool read_choice(const struct choices *choices, const struct kith_query_value *value, const char *why,
                        struct kith_query_fault *fault)
{
	for (size_t i = 0; i < choices->count; i++)
		if (strcmp(choices->words[i], value->folded) == 0)
			return true;
	if (!fault)
		return false;
	const char *near = kith_did_you_mean(value->shown, choices->words, choices->count);
	if (near)
		kith_buf_addf(&fault->hint, "did you mean %s? ", near);
	kith_buf_add(&fault->hint, "it is one of");
	for (size_t i = 0; i < choices->count; i++)
		kith_buf_addf(&fault->hint, "%s %s", i ? "," : "", choices->words[i]);
	return kith_query_blame(fault, why, NULL);
}

static bool read_enum(const struct kith_query_subject *subject, const struct kith_query_raw *raw,
                      struct kith_arena *arena, struct kith_query_value *out, struct kith_query_fault *fault)
{
	if (!read_equal(raw, arena, out, fault))
		return false;
	struct choices choices = {0};
	for (size_t i = 0; i < subject->field_count; i++) {
		const char *at = kith_field_by_id(subject->fields[i])->of, *word;
		size_t length;
		while ((word = kith_of_next(&at, &length)))
			add_choice(&choices, kith_arena_strndup(arena, word, length));
	}
	return read_choice(&choices, out, "is none of its values", fault);
}

static bool read_tie(const struct kith_query_raw *raw, struct kith_arena *arena, struct kith_query_value *out,
                     struct kith_query_fault *fault)
{
	static const struct choices ties = { { "close", "steady", "light", "dormant" }, 4 };
	if (!read_equal(raw, arena, out, fault))
		return false;
	if (read_choice(&ties, out, "is no kind of tie", fault))
		return true;
	if (fault)
		kith_buf_add(&fault->hint, "; missing:tie finds those of whom it is not known yet");
	return false;
}

static bool read_kind(const struct kith_query_raw *raw, struct kith_arena *arena, struct kith_query_value *out,
                      struct kith_query_fault *fault)
{
	if (!read_equal(raw, arena, out, fault))
		return false;
	out->first = out->last = kith_kind_find(out->folded, strlen(out->folded));
	if (out->first < KITH_KINDS)
		return true;
	struct choices kinds = {0};
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++)
		add_choice(&kinds, kith_kind_name(kind));
	return read_choice(&kinds, out, "is no kind of record", fault);
}

/* --- has and missing --- */

static bool read_name(const struct kith_query_raw *raw, struct kith_arena *arena, struct kith_query_value *out,
                      struct kith_query_fault *fault)
{
	if (!read_equal(raw, arena, out, fault))
		return false;
	out->subject = kith_query_subject_of_any(raw->text, arena);
	if (out->subject)
		return true;
	if (strcmp(out->folded, "id") == 0 || strcmp(out->folded, "kind") == 0)
		return kith_query_blame(fault, "is something every record has",
		                        "put the name of a field there: has:email");
	if (!fault)
		return false;
	const char *near = kith_query_nearest_name(out->shown);
	if (near && strcmp(near, out->folded) != 0)
		kith_buf_addf(&fault->hint, "did you mean %s?", near);
	else
		kith_buf_add(&fault->hint, "put the name of a field there: has:email");
	return kith_query_blame(fault, "is no field", NULL);
}

/* --- flags --- */

static bool find_flag(const char *folded, enum kith_query_value_shape *out)
{
	static const struct { const char *word; enum kith_query_value_shape shape; } flags[] = {
		{ "yes", QUERY_VALUE_YES }, { "true", QUERY_VALUE_YES },
		{ "on", QUERY_VALUE_YES },  { "y", QUERY_VALUE_YES },
		{ "no", QUERY_VALUE_NO },   { "false", QUERY_VALUE_NO },
		{ "off", QUERY_VALUE_NO },  { "n", QUERY_VALUE_NO },
	};
	for (size_t i = 0; i < kith_count(flags); i++) {
		if (strcmp(flags[i].word, folded) == 0) {
			*out = flags[i].shape;
			return true;
		}
	}
	return false;
}

static bool read_flag(const struct kith_query_raw *raw, struct kith_arena *arena, struct kith_query_value *out,
                      struct kith_query_fault *fault)
{
	if (!read_equal(raw, arena, out, fault))
		return false;
	return find_flag(out->folded, &out->shape) ||
	       kith_query_blame(fault, "is neither yes nor no", "write yes or no");
}

static bool read_until(const struct kith_query_subject *subject, const struct kith_query_raw *raw,
                       struct kith_now now, struct kith_arena *arena, struct kith_query_value *out,
                       struct kith_query_fault *fault)
{
	if (!raw->is_range && read_flag(raw, arena, out, NULL))
		return true;
	if (kith_query_date_read(subject, raw, now.today, out, fault))
		return true;
	if (fault && fault->hint.length)
		kith_buf_add(&fault->hint, ", or yes or no");
	return false;
}

/* --- numbers and lengths of time --- */

typedef bool read_number(const char *text, int64_t *out);

static bool read_int(const char *text, int64_t *out)
{
	char *end;
	errno = 0;
	const long long number = strtoll(text, &end, 10);
	if (end == text || *end || errno || number <= QUERY_FIRST || number >= QUERY_LAST)
		return false;
	*out = number;
	return true;
}

static bool read_span(const char *text, int64_t *out)
{
	struct kith_span span;
	if (!kith_span_read(text, &span) || span.never)
		return false;
	*out = kith_span_days(span);
	return *out < QUERY_LAST;
}

static bool read_numbers(const struct kith_query_raw *raw, read_number *read, const char *why, const char *hint,
                         struct kith_query_value *out, struct kith_query_fault *fault)
{
	out->shape = QUERY_VALUE_RANGE;
	out->shown = raw->text;
	out->first = QUERY_FIRST;
	out->last = QUERY_LAST;
	if (raw->is_range && !raw->from.text && !raw->to.text)
		return kith_query_blame(fault, "has neither a beginning nor an end", hint);
	if ((raw->from.text && !read(raw->from.text, &out->first)) ||
	    (raw->to.text && !read(raw->to.text, &out->last)))
		return kith_query_blame(fault, why, hint);
	if (!raw->is_range)
		out->last = out->first;
	return out->first <= out->last ||
	       kith_query_blame(fault, "ends before it begins", "exchange the two ends of the range");
}

static bool read_spans(const struct kith_query_raw *raw, struct kith_query_value *out,
                       struct kith_query_fault *fault)
{
	struct kith_span span;
	if (!raw->is_range && kith_span_read(raw->text, &span) && span.never) {
		out->shape = QUERY_VALUE_NEVER;
		out->shown = raw->text;
		return true;
	}
	return read_numbers(raw, read_span, "is not a length of time",
	                    "write monthly, quarterly, 90d, 6w, ..3m or never", out, fault);
}

bool kith_query_value_read(const struct kith_query_subject *subject, const struct kith_query_raw *raw,
                           struct kith_now now, struct kith_arena *arena, struct kith_query_value *out,
                           struct kith_query_fault *fault)
{
	switch (subject->how) {
	case QUERY_HOW_WORDS:   return read_words(raw, arena, out, fault);
	case QUERY_HOW_EQUAL:
	case QUERY_HOW_REF:
	case QUERY_HOW_ID:      return read_equal(raw, arena, out, fault);
	case QUERY_HOW_ENUM:    return read_enum(subject, raw, arena, out, fault);
	case QUERY_HOW_DATE:
	case QUERY_HOW_LAST:
	case QUERY_HOW_DUE:     return kith_query_date_read(subject, raw, now.today, out, fault);
	case QUERY_HOW_UNTIL:   return read_until(subject, raw, now, arena, out, fault);
	case QUERY_HOW_SPAN:    return read_spans(raw, out, fault);
	case QUERY_HOW_INT:
		return read_numbers(raw, read_int, "is not a whole number", "write 3, ..3, 3.. or 1..3", out,
		                    fault);
	case QUERY_HOW_FLAG:    return read_flag(raw, arena, out, fault);
	case QUERY_HOW_KIND:    return read_kind(raw, arena, out, fault);
	case QUERY_HOW_HAS:
	case QUERY_HOW_MISSING: return read_name(raw, arena, out, fault);
	case QUERY_HOW_TIE:     return read_tie(raw, arena, out, fault);
	}
	return false;
}
