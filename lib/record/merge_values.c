#include "lib/record/merge_values.h"

#include <string.h>

#include "lib/base/lines.h"
#include "lib/record/merge_state.h"

static struct kith_model *merge_node(struct kith_merging *, const struct kith_trail *, struct kith_model *const sides[3]);

/* --- what is kept --- */

static const char *path_of(struct kith_merging *merging, const struct kith_trail *trail)
{
	KITH_BUF path = { 0 };
	kith_trail_print(&path, trail);
	return kith_arena_strdup(merging->arena, kith_buf_text(&path));
}

static void keep(struct kith_merging *merging, const char *path, const char **texts, size_t count, bool deleted)
{
	if (!count && !deleted)
		return;
	struct kith_kept_list *kept = &merging->merged_kept;
	struct kith_kept *entry =
		kith_arena_push(merging->arena, &kept->list, &kept->count, &kept->capacity, sizeof(*entry));
	*entry = (struct kith_kept){ .path = path, .texts = texts, .count = count, .deleted = deleted };
}

/* --- one value --- */

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

static struct kith_model *copy_of(struct kith_merging *merging, const struct kith_model *model)
{
	struct kith_model *copy = kith_arena_alloc(merging->arena, sizeof(*copy));
	*copy = *model;
	copy->next = NULL;
	return copy;
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
			return leaf->whole ? copy_of(merging, leaf->whole) : leaf;
		pattern = pattern ? pattern : leaf;
	}
	struct kith_model *made = kith_arena_alloc(merging->arena, sizeof(*made));
	*made = (struct kith_model){ .rule = pattern->rule, .field = pattern->field, .name = pattern->name, .text = text };
	return made;
}

static void find_kept(struct kith_merging *merging, const char *path, struct kith_kept *out[3])
{
	for (int side = 0; side < 3; side++) {
		out[side] = kith_kept_find(&merging->kept[side], path);
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
	keep(merging, path, texts, count, deleted);
}

static struct kith_model *merge_value(struct kith_merging *merging, const struct kith_trail *trail,
                                      struct kith_model *const sides[3])
{
	const char *path = path_of(merging, trail);
	struct kith_kept *kept[3];
	find_kept(merging, path, kept);
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

static void merge_texts(const char *base, const char *ours, const char *theirs, enum kith_lines_prefer prefer, struct kith_buf *out,
                        bool *clean)
{
	const struct kith_buf texts[3] = {
		{ .text = (char *)(uintptr_t)base, .length = strlen(base) },
		{ .text = (char *)(uintptr_t)ours, .length = strlen(ours) },
		{ .text = (char *)(uintptr_t)theirs, .length = strlen(theirs) },
	};
	*clean = kith_lines_merge(&texts[0], &texts[1], &texts[2], prefer, out);
}

/* By lines where each side has one text that differs; values kept before follow the rule of a single value. */
static struct kith_model *merge_text(struct kith_merging *merging, const struct kith_trail *trail, struct kith_model *const sides[3])
{
	const struct kith_model *base = sides[KITH_BASE], *ours = sides[KITH_OURS], *theirs = sides[KITH_THEIRS];
	if (!ours || !theirs || strcmp(ours->text, theirs->text) == 0 ||
	    (base && (strcmp(base->text, ours->text) == 0 || strcmp(base->text, theirs->text) == 0)))
		return merge_value(merging, trail, sides);
	KITH_BUF one = { 0 }, other = { 0 };
	bool clean;
	merge_texts(base ? base->text : "", ours->text, theirs->text, KITH_LINES_OURS | KITH_LINES_BOTH, &one, &clean);
	if (!clean)
		merge_texts(base ? base->text : "", ours->text, theirs->text, KITH_LINES_THEIRS | KITH_LINES_BOTH, &other, &clean);
	const bool swap = other.text && strcmp(other.text, one.text) > 0;
	const char *shown = kith_arena_strdup(merging->arena, kith_buf_text(swap ? &other : &one));
	const char *path = path_of(merging, trail);
	struct kith_kept *kept[3];
	find_kept(merging, path, kept);
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
	keep(merging, path, texts, count, deleted);
	return *shown ? leaf_showing(merging, sides, shown) : NULL;
}

/* --- maps --- */

static struct kith_model *new_like(struct kith_merging *merging, struct kith_model *const sides[3])
{
	const struct kith_model *pattern = sides[KITH_OURS] ? sides[KITH_OURS] : sides[KITH_THEIRS] ? sides[KITH_THEIRS] : sides[KITH_BASE];
	struct kith_model *made = kith_arena_alloc(merging->arena, sizeof(*made));
	*made = (struct kith_model){ .rule = pattern->rule, .field = pattern->field, .name = pattern->name };
	return made;
}

static void add_child(struct kith_merging *merging, struct kith_model *list, struct kith_model *child, struct kith_model **last)
{
	/* A child is in one list only: a copy, so that the sides stay as they are. */
	struct kith_model *copy = copy_of(merging, child);
	if (*last)
		(*last)->next = copy;
	else
		list->first = copy;
	*last = copy;
	list->count++;
}

static struct kith_model *finished(struct kith_merging *merging, struct kith_model *list)
{
	uint32_t entry = 0;
	for (struct kith_model *child = list->first; child; child = child->next) {
		child->entry = entry++;
		if (child->bare && list->rule != KITH_TABLE)
			child->name = child->bare; /* numbered anew: the first of them may be gone */
	}
	kith_model_finish(list, merging->arena);
	return list->count ? list : NULL;
}

static struct kith_model *merge_map(struct kith_merging *merging, const struct kith_trail *trail, struct kith_model *const sides[3])
{
	struct kith_model *map = new_like(merging, sides), *last = NULL;
	for (int side = KITH_OURS; side <= KITH_THEIRS + 1; side++) {
		/* Last of all what both have deleted: values may be kept for it. */
		const struct kith_model *from = sides[side > KITH_THEIRS ? KITH_BASE : side];
		for (const struct kith_model *member = from ? from->first : NULL; member; member = member->next) {
			struct kith_model *of[3];
			for (int i = 0; i < 3; i++)
				of[i] = kith_model_child(sides[i], member->name);
			if ((side > KITH_OURS && of[KITH_OURS]) || (side > KITH_THEIRS && of[KITH_THEIRS]))
				continue;
			const struct kith_trail here = { .above = trail, .name = member->name };
			struct kith_model *merged = merge_node(merging, &here, of);
			if (!merged)
				continue;
			merged->name = member->name;
			add_child(merging, map, merged, &last);
		}
	}
	return finished(merging, map);
}

/* --- lists --- */

/* One entry, or one word, of three lists: NULL if it is not in the merged one. */
static struct kith_model *merge_item(struct kith_merging *merging, const struct kith_trail *trail, struct kith_model *const of[3])
{
	struct kith_model *base = of[KITH_BASE], *ours = of[KITH_OURS], *theirs = of[KITH_THEIRS];
	struct kith_model *left = ours ? ours : theirs;
	if (ours && theirs)
		return kith_model_is_leaf(ours) && kith_model_is_leaf(theirs) ? ours : merge_node(merging, trail, of);
	if (!base || !left)
		return left;
	if (kith_model_equal(base, left, merging->arena))
		return NULL;
	/* Deleted here and changed there: it stays, as it was changed. */
	keep(merging, path_of(merging, trail), NULL, 0, true);
	return left;
}

/* The merged items of all sides, before they are put in order. */
struct members {
	struct kith_model **list; /* sorted by name */
	bool *placed;
	size_t count;
};

static size_t find_member(const struct members *members, const char *name)
{
	size_t low = 0, high = members->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(name, members->list[middle]->name);
		if (order == 0)
			return middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return SIZE_MAX;
}

/* The names of ours and theirs, merged in order of bytes. */
static struct members merge_members(struct kith_merging *merging, const struct kith_trail *trail, struct kith_model *const sides[3])
{
	const struct kith_model *ours = sides[KITH_OURS], *theirs = sides[KITH_THEIRS];
	const size_t a_count = ours ? ours->count : 0, b_count = theirs ? theirs->count : 0;
	struct members members = {
		.list = kith_arena_alloc(merging->arena, (a_count + b_count + 1) * sizeof(*members.list)),
		.placed = kith_arena_alloc(merging->arena, a_count + b_count + 1),
	};
	for (size_t a = 0, b = 0; a < a_count || b < b_count;) {
		const int order = a == a_count ? 1 : b == b_count ? -1 : strcmp(ours->sorted[a]->name, theirs->sorted[b]->name);
		const struct kith_model *named = order <= 0 ? ours->sorted[a] : theirs->sorted[b];
		const char *name = named->name;
		struct kith_model *of[3] = {
			[KITH_BASE] = kith_model_child(sides[KITH_BASE], name),
			[KITH_OURS] = order <= 0 ? ours->sorted[a] : NULL,
			[KITH_THEIRS] = order >= 0 ? theirs->sorted[b] : NULL,
		};
		a += order <= 0;
		b += order >= 0;
		const struct kith_trail here = { .above = trail, .name = name, .entry = true };
		struct kith_model *item = merge_item(merging, &here, of);
		if (!item)
			continue;
		struct kith_model *copy = copy_of(merging, item);
		copy->name = name;
		copy->bare = named->bare;
		members.list[members.count++] = copy;
	}
	return members;
}

/* Whether a list has what it shares with the base in another order. */
static bool is_reordered(const struct kith_model *list, const struct kith_model *base)
{
	int64_t before = -1;
	for (const struct kith_model *item = list ? list->first : NULL; item; item = item->next) {
		const struct kith_model *there = kith_model_child(base, item->name);
		if (!there)
			continue;
		if ((int64_t)there->entry < before)
			return true;
		before = there->entry;
	}
	return false;
}

static int compare_lists(const struct kith_model *one, const struct kith_model *other)
{
	const struct kith_model *a = one ? one->first : NULL, *b = other ? other->first : NULL;
	for (; a && b; a = a->next, b = b->next) {
		const int order = strcmp(a->name, b->name);
		if (order)
			return order;
	}
	return a ? 1 : b ? -1 : 0;
}

/* Put what a list has and the result has not yet behind its left neighbour there. */
static void insert_from(const struct kith_model *list, struct members *members, struct kith_model *result)
{
	struct kith_model *before = NULL;
	for (const struct kith_model *item = list ? list->first : NULL; item; item = item->next) {
		const size_t at = find_member(members, item->name);
		if (at == SIZE_MAX)
			continue;
		struct kith_model *member = members->list[at];
		if (!members->placed[at]) {
			struct kith_model **link = before ? &before->next : &result->first;
			member->next = *link;
			*link = member;
			members->placed[at] = true;
			result->count++;
		}
		before = member;
	}
}

static struct kith_model *put_in_order(struct kith_merging *merging, struct kith_model *const sides[3], struct members *members)
{
	const struct kith_model *base = sides[KITH_BASE], *ours = sides[KITH_OURS], *theirs = sides[KITH_THEIRS];
	struct kith_model *result = new_like(merging, sides);
	const bool ours_first = compare_lists(ours, theirs) <= 0;
	const struct kith_model *smaller = ours_first ? ours : theirs, *greater = ours_first ? theirs : ours;
	const bool ours_moved = is_reordered(ours, base), theirs_moved = is_reordered(theirs, base);
	const struct kith_model *spine = base;
	if (ours_moved || theirs_moved)
		spine = ours_moved && theirs_moved ? smaller : ours_moved ? ours : theirs;
	insert_from(spine, members, result);
	/* What goes in last stands first. */
	insert_from(greater, members, result);
	insert_from(smaller, members, result);
	return finished(merging, result);
}

/* Order of the base, then additions in order of bytes. */
static struct kith_model *put_as_set(struct kith_merging *merging, struct kith_model *const sides[3], struct members *members)
{
	struct kith_model *result = new_like(merging, sides), *last = NULL;
	const struct kith_model *base = sides[KITH_BASE];
	for (const struct kith_model *item = base ? base->first : NULL; item; item = item->next) {
		const size_t at = find_member(members, item->name);
		if (at == SIZE_MAX)
			continue;
		add_child(merging, result, members->list[at], &last);
		members->placed[at] = true;
	}
	for (size_t i = 0; i < members->count; i++)
		if (!members->placed[i])
			add_child(merging, result, members->list[i], &last);
	return finished(merging, result);
}

/* --- anything --- */

static void make_leaf(struct kith_merging *merging, struct kith_model **model)
{
	if (!*model || kith_model_is_leaf(*model))
		return;
	KITH_BUF text = { 0 };
	struct kith_model *made = kith_arena_alloc(merging->arena, sizeof(*made));
	kith_model_print_flow(&text, *model);
	*made = **model;
	made->rule = KITH_VALUE;
	made->opaque = true;
	made->text = kith_arena_strdup(merging->arena, kith_buf_text(&text));
	made->first = NULL;
	made->count = 0;
	made->whole = *model;
	*model = made;
}

/* Sides of different shape are single values, whatever is in them; a base of another shape says nothing. */
static enum kith_merge agree(struct kith_merging *merging, struct kith_model *sides[3])
{
	const struct kith_model *ours = sides[KITH_OURS], *theirs = sides[KITH_THEIRS];
	if (ours && theirs && (ours->rule != theirs->rule || ours->opaque != theirs->opaque)) {
		for (int side = 0; side < 3; side++)
			make_leaf(merging, &sides[side]);
		return KITH_VALUE;
	}
	const struct kith_model *either = ours ? ours : theirs ? theirs : sides[KITH_BASE];
	if (sides[KITH_BASE] && sides[KITH_BASE]->rule != either->rule) {
		if (!ours || !theirs) {
			/* Deleted here, of another shape there. */
			for (int side = 0; side < 3; side++)
				make_leaf(merging, &sides[side]);
			return KITH_VALUE;
		}
		sides[KITH_BASE] = NULL;
	}
	return either->rule;
}

static struct kith_model *merge_node(struct kith_merging *merging, const struct kith_trail *trail, struct kith_model *const given[3])
{
	struct kith_model *sides[3] = { given[KITH_BASE], given[KITH_OURS], given[KITH_THEIRS] };
	if (!merging->any_kept) {
		if (kith_model_equal(sides[KITH_OURS], sides[KITH_BASE], merging->arena) ||
		    kith_model_equal(sides[KITH_OURS], sides[KITH_THEIRS], merging->arena))
			return sides[KITH_THEIRS];
		if (kith_model_equal(sides[KITH_THEIRS], sides[KITH_BASE], merging->arena))
			return sides[KITH_OURS];
	}
	switch (agree(merging, sides)) {
	case KITH_VALUE: return merge_value(merging, trail, sides);
	case KITH_LINES: return merge_text(merging, trail, sides);
	case KITH_TABLE: return merge_map(merging, trail, sides);
	case KITH_SET:   {
		struct members members = merge_members(merging, trail, sides);
		return members.count ? put_as_set(merging, sides, &members) : NULL;
	}
	default: {
		struct members members = merge_members(merging, trail, sides);
		return members.count ? put_in_order(merging, sides, &members) : NULL;
	}
	}
}

/* Values kept for what is not in the record: no field is there that could show them. */
static void merge_strays(struct kith_merging *merging)
{
	for (int from = KITH_OURS; from <= KITH_THEIRS; from++)
		for (size_t i = 0; i < merging->kept[from].count; i++) {
			if (merging->kept[from].list[i].visited)
				continue;
			const char *path = merging->kept[from].list[i].path;
			struct kith_kept *kept[3];
			find_kept(merging, path, kept);
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
				keep(merging, path, NULL, 0, deleted);
		}
}

/* A path may have been noted twice: an entry that was deleted here and changed there, and was so before. */
static void join_twins(struct kith_kept_list *kept)
{
	size_t used = 0;
	for (size_t i = 0; i < kept->count; i++) {
		if (used && strcmp(kept->list[used - 1].path, kept->list[i].path) == 0) {
			kept->list[used - 1].deleted |= kept->list[i].deleted;
			if (!kept->list[used - 1].count) {
				kept->list[used - 1].texts = kept->list[i].texts;
				kept->list[used - 1].count = kept->list[i].count;
			}
			continue;
		}
		kept->list[used++] = kept->list[i];
	}
	kept->count = used;
}

void kith_merge_values(struct kith_merging *merging)
{
	for (int side = 0; side < 3; side++)
		merging->any_kept |= merging->kept[side].count > 0;
	merging->merged = merge_map(merging, NULL, merging->models);
	if (!merging->merged)
		merging->merged = new_like(merging, merging->models);
	merge_strays(merging);
	kith_kept_sort(&merging->merged_kept);
	join_twins(&merging->merged_kept);
}
