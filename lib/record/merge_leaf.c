#include "lib/record/merge_leaf.h"

#include <string.h>

#include "lib/base/lines.h"
#include "lib/record/merge_state.h"

/* --- what is kept --- */

const char *kith_merge_path(struct kith_merging *merging, const struct kith_trail *trail)
{
	KITH_BUF path = { 0 };
	kith_trail_print(&path, trail, -1);
	return kith_arena_strdup(merging->arena, kith_buf_text(&path));
}

void kith_merge_keep(struct kith_merging *merging, const char *path, const char **texts, size_t count, bool deleted)
{
	if (!count && !deleted)
		return;
	struct kith_kept_list *kept = &merging->merged_kept;
	struct kith_kept *entry =
		kith_arena_push(merging->arena, &kept->list, &kept->count, &kept->capacity, sizeof(*entry));
	*entry = (struct kith_kept){ .path = path, .texts = texts, .count = count, .deleted = deleted };
}

/* --- one value --- */

struct kith_model *kith_merge_copy(struct kith_merging *merging, const struct kith_model *model)
{
	struct kith_model *copy = kith_arena_alloc(merging->arena, sizeof(*copy));
	*copy = *model;
	copy->next = NULL;
	return copy;
}

static struct kith_merge_state state_of(struct kith_merging *merging, const struct kith_field *field, const char *shown,
                             const struct kith_kept *kept)
{
	struct kith_merge_state state = { .shown = kith_model_same(field, shown, merging->arena) };
	const size_t most = (kept ? kept->count : 0) + 2;
	state.texts = kith_arena_alloc(merging->arena, most * sizeof(*state.texts));
	state.texts[state.count++] = state.shown;
	for (size_t i = 0; kept && i < kept->count; i++)
		state.texts[state.count++] = kith_model_same(field, kept->texts[i], merging->arena);
	if (kept && kept->deleted)
		state.texts[state.count++] = "";
	state.count = kith_texts_sort(state.texts, state.count);
	return state;
}

/* The leaf of a side that shows this text, else a new one. */
static struct kith_model *leaf_showing(struct kith_merging *merging, struct kith_model *const sides[3], const char *text)
{
	struct kith_model *pattern = NULL;
	for (int side = KITH_THEIRS; side >= KITH_BASE; side--) {
		struct kith_model *leaf = sides[side];
		if (!leaf)
			continue;
		if (side != KITH_BASE && strcmp(kith_model_same(leaf->field, leaf->text, merging->arena), text) == 0)
			return leaf->whole ? kith_merge_copy(merging, leaf->whole) : leaf;
		pattern = pattern ? pattern : leaf;
	}
	struct kith_model *made = kith_arena_alloc(merging->arena, sizeof(*made));
	*made = (struct kith_model){ .rule = pattern->rule, .field = pattern->field, .name = pattern->name, .text = text };
	return made;
}

/* The path under which a side keeps values: its entries may have other numbers there. */
static const char *path_on(struct kith_merging *merging, const struct kith_trail *trail, const char *path, int side)
{
	for (const struct kith_trail *at = trail; at; at = at->above)
		if (at->was) {
			KITH_BUF there = { 0 };
			kith_trail_print(&there, trail, side);
			return kith_arena_strdup(merging->arena, kith_buf_text(&there));
		}
	return path;
}

static void find_kept(struct kith_merging *merging, const struct kith_trail *trail, const char *path, struct kith_kept *out[3])
{
	for (int side = 0; side < 3; side++) {
		out[side] = merging->kept[side].count ? kith_kept_find(&merging->kept[side], path_on(merging, trail, path, side)) : NULL;
		if (out[side])
			out[side]->visited = true;
	}
}

static void keep_rest(struct kith_merging *merging, const char *path, const struct kith_merge_state *state, const char *shown)
{
	const char **texts = kith_arena_alloc(merging->arena, (state->count + 1) * sizeof(*texts));
	size_t count = 0;
	bool deleted = false;
	for (size_t i = 0; i < state->count; i++) {
		if (!*state->texts[i])
			deleted = *shown;
		else if (strcmp(state->texts[i], shown) != 0)
			texts[count++] = state->texts[i];
	}
	kith_merge_keep(merging, path, texts, count, deleted);
}

struct kith_model *kith_merge_value(struct kith_merging *merging, const struct kith_trail *trail,
                                      struct kith_model *const sides[3])
{
	const char *path = kith_merge_path(merging, trail);
	struct kith_kept *kept[3];
	find_kept(merging, trail, path, kept);
	const struct kith_model *typed = sides[KITH_OURS] ? sides[KITH_OURS] : sides[KITH_THEIRS] ? sides[KITH_THEIRS] : sides[KITH_BASE];
	struct kith_merge_state states[3];
	for (int side = 0; side < 3; side++)
		states[side] = state_of(merging, typed->field, sides[side] ? sides[side]->text : "", kept[side]);
	const struct kith_merge_state merged = kith_merge_states(states, merging->arena);
	const char *shown = merged.shown ? merged.shown : kith_merge_choose(typed->field, states, &merged);
	keep_rest(merging, path, &merged, shown);
	return *shown ? leaf_showing(merging, sides, shown) : NULL;
}

/* --- one text --- */

static void merge_three(const char *base, const char *ours, const char *theirs, enum kith_lines_prefer prefer, struct kith_buf *out,
                        bool *clean)
{
	const struct kith_buf texts[3] = {
		{ .text = (char *)(uintptr_t)base, .length = strlen(base) },
		{ .text = (char *)(uintptr_t)ours, .length = strlen(ours) },
		{ .text = (char *)(uintptr_t)theirs, .length = strlen(theirs) },
	};
	*clean = kith_lines_merge(&texts[0], &texts[1], &texts[2], prefer, out);
}

struct kith_model *kith_merge_text(struct kith_merging *merging, const struct kith_trail *trail, struct kith_model *const sides[3])
{
	const struct kith_model *base = sides[KITH_BASE], *ours = sides[KITH_OURS], *theirs = sides[KITH_THEIRS];
	if (!ours || !theirs || strcmp(ours->text, theirs->text) == 0 ||
	    (base && (strcmp(base->text, ours->text) == 0 || strcmp(base->text, theirs->text) == 0)))
		return kith_merge_value(merging, trail, sides);
	KITH_BUF one = { 0 }, other = { 0 };
	bool clean;
	merge_three(base ? base->text : "", ours->text, theirs->text, KITH_LINES_OURS | KITH_LINES_BOTH, &one, &clean);
	if (!clean)
		merge_three(base ? base->text : "", ours->text, theirs->text, KITH_LINES_THEIRS | KITH_LINES_BOTH, &other, &clean);
	const bool swap = other.text && strcmp(other.text, one.text) > 0;
	const char *shown = kith_arena_strdup(merging->arena, kith_buf_text(swap ? &other : &one));
	const char *path = kith_merge_path(merging, trail);
	struct kith_kept *kept[3];
	find_kept(merging, trail, path, kept);
	struct kith_merge_state states[3];
	for (int side = 0; side < 3; side++) {
		/* Only what is kept: that there was a text is known. */
		states[side] = state_of(merging, NULL, "", kept[side]);
	}
	struct kith_merge_state merged = kith_merge_states(states, merging->arena);
	const char **texts = kith_arena_alloc(merging->arena, (merged.count + 2) * sizeof(*texts));
	size_t count = 0;
	for (size_t i = 0; i < merged.count; i++)
		if (*merged.texts[i] && strcmp(merged.texts[i], shown) != 0)
			texts[count++] = merged.texts[i];
	if (other.text)
		texts[count++] = kith_arena_strdup(merging->arena, kith_buf_text(swap ? &one : &other));
	count = kith_texts_sort(texts, count);
	bool deleted = false;
	for (int side = KITH_OURS; side <= KITH_THEIRS; side++)
		deleted |= kept[side] && kept[side]->deleted && !(kept[KITH_BASE] && kept[KITH_BASE]->deleted);
	deleted |= kept[KITH_OURS] && kept[KITH_THEIRS] && kept[KITH_OURS]->deleted && kept[KITH_THEIRS]->deleted;
	kith_merge_keep(merging, path, texts, count, deleted);
	return *shown ? leaf_showing(merging, sides, shown) : NULL;
}

/* --- what is not in the record --- */

void kith_merge_strays(struct kith_merging *merging)
{
	for (int from = KITH_OURS; from <= KITH_THEIRS; from++)
		for (size_t i = 0; i < merging->kept[from].count; i++) {
			if (merging->kept[from].list[i].visited)
				continue;
			const char *path = merging->kept[from].list[i].path;
			struct kith_kept *kept[3];
			find_kept(merging, NULL, path, kept);
			struct kith_merge_state states[3];
			for (int side = 0; side < 3; side++)
				states[side] = state_of(merging, NULL, "", kept[side]);
			const struct kith_merge_state merged = kith_merge_states(states, merging->arena);
			keep_rest(merging, path, &merged, "");
			const bool ours = kept[KITH_OURS] && kept[KITH_OURS]->deleted, theirs = kept[KITH_THEIRS] && kept[KITH_THEIRS]->deleted;
			const bool base = kept[KITH_BASE] && kept[KITH_BASE]->deleted;
			const bool deleted = ours == base ? theirs : theirs == base ? ours : ours || theirs;
			struct kith_kept *last = merging->merged_kept.count ? &merging->merged_kept.list[merging->merged_kept.count - 1] : NULL;
			if (last && strcmp(last->path, path) == 0)
				last->deleted = deleted;
			else
				kith_merge_keep(merging, path, NULL, 0, deleted);
		}
}
