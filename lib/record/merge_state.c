#include "lib/record/merge_state.h"

#include <string.h>

#include "lib/record/types.h"

static bool has(const struct kith_merge_state *state, const char *text)
{
	size_t low = 0, high = state->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(text, state->texts[middle]);
		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static bool same_texts(const struct kith_merge_state *one, const struct kith_merge_state *other)
{
	if (one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (strcmp(one->texts[i], other->texts[i]) != 0)
			return false;
	return true;
}

static bool same_state(const struct kith_merge_state *one, const struct kith_merge_state *other)
{
	return strcmp(one->shown, other->shown) == 0 && same_texts(one, other);
}

/* What a side has to say: what is new in it, or all where nothing is (two who settled a conflict differently). */
static void add_said(const struct kith_merge_state *side, const struct kith_merge_state *base, struct kith_merge_state *out)
{
	const size_t before = out->count;
	for (size_t i = 0; i < side->count; i++)
		if (!has(base, side->texts[i]))
			out->texts[out->count++] = side->texts[i];
	for (size_t i = 0; out->count == before && i < side->count; i++)
		out->texts[out->count++] = side->texts[i];
}

struct kith_merge_state kith_merge_states(const struct kith_merge_state sides[3], struct kith_arena *arena)
{
	const struct kith_merge_state *base = &sides[KITH_BASE], *ours = &sides[KITH_OURS], *theirs = &sides[KITH_THEIRS];
	if (same_state(ours, base) || same_state(ours, theirs))
		return *theirs;
	if (same_state(theirs, base))
		return *ours;
	struct kith_merge_state merged = { .texts = kith_arena_alloc(arena, (ours->count + theirs->count) * 2 * sizeof(char *)) };
	if (same_texts(ours, theirs)) {
		memcpy(merged.texts, ours->texts, ours->count * sizeof(char *));
		merged.count = ours->count;
		return merged;
	}
	for (size_t i = 0; i < ours->count; i++)
		if (has(theirs, ours->texts[i]))
			merged.texts[merged.count++] = ours->texts[i];
	struct kith_merge_state said = { .texts = kith_arena_alloc(arena, (ours->count + theirs->count) * sizeof(char *)) };
	add_said(ours, base, &said);
	struct kith_merge_state also = { .texts = said.texts + said.count };
	add_said(theirs, base, &also);
	for (size_t i = 0; i < said.count + also.count; i++)
		merged.texts[merged.count++] = said.texts[i];
	merged.count = kith_texts_sort(merged.texts, merged.count);
	return merged;
}

static bool is_later(const struct kith_field *field, const char *one, const char *other)
{
	struct kith_value a, b;
	int64_t first_a, last_a, first_b, last_b;
	if (field && (field->type == KITH_DATE || field->type == KITH_DATE_OR_FLAG) && kith_value_read(field, one, &a, NULL, NULL) &&
	    kith_value_read(field, other, &b, NULL, NULL) && kith_type_row(field->type)->range(&a, &first_a, &last_a) &&
	    kith_type_row(field->type)->range(&b, &first_b, &last_b) && (first_a != first_b || last_a != last_b))
		return first_a != first_b ? first_a > first_b : last_a < last_b;
	return strcmp(one, other) > 0;
}

static bool goes_over(const struct kith_field *field, const char *one, const char *other)
{
	return !*other || (*one && is_later(field, one, other));
}

const char *kith_merge_choose(const struct kith_field *field, const struct kith_merge_state sides[3], const struct kith_merge_state *state)
{
	const char *shown = "", *base = sides[KITH_BASE].shown;
	const char *ours = sides[KITH_OURS].shown, *theirs = sides[KITH_THEIRS].shown;
	const char *only = strcmp(ours, base) == 0 ? theirs : strcmp(theirs, base) == 0 ? ours : "";
	if (*only && has(state, only))
		return only;
	if (*ours && has(state, ours))
		shown = ours;
	if (*theirs && has(state, theirs) && goes_over(field, theirs, shown))
		shown = theirs;
	if (*shown)
		return shown;
	for (size_t i = 0; i < state->count; i++)
		if (goes_over(field, state->texts[i], shown))
			shown = state->texts[i];
	return shown;
}
