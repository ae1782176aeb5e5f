#include "lib/record/merge_values.h"

#include <string.h>

#include "lib/record/merge_leaf.h"
#include "lib/record/merge_twins.h"

static struct kith_model *merge_node(struct kith_merging *, const struct kith_trail *, struct kith_model *const sides[3]);

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
	struct kith_model *copy = kith_merge_copy(merging, child);
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
		if (child->bare && list->rule != KITH_TABLE) {
			/* Numbered anew: the first of them may be gone. */
			child->was = child->name;
			child->name = child->bare;
		}
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
	kith_merge_keep(merging, kith_merge_path(merging, trail), NULL, 0, true);
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

/* What a side calls an entry that was numbered anew; one that it has not it calls nothing. */
static const char *name_there(const struct kith_model *entry, const struct kith_model *named)
{
	return !named->was ? named->name : entry && entry->was ? entry->was : "";
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
		const char *const was[3] = { name_there(of[KITH_BASE], named), name_there(of[KITH_OURS], named), name_there(of[KITH_THEIRS], named) };
		const struct kith_trail here = { .above = trail, .name = name, .entry = true, .was = named->was ? was : NULL };
		struct kith_model *item = merge_item(merging, &here, of);
		if (!item)
			continue;
		struct kith_model *copy = kith_merge_copy(merging, item);
		copy->name = name;
		copy->bare = named->bare;
		copy->was = NULL;
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

/* A text, and a list of that text only; also where no list belongs. */
static bool is_list_of(struct kith_merging *merging, const struct kith_model *list, const struct kith_model *text)
{
	const char *only = NULL;
	if (text->rule != KITH_VALUE || text->opaque)
		return false;
	if (list->opaque && list->node && list->node->shape == KITH_SEQUENCE && list->node->count == 1)
		only = list->node->first->shape == KITH_SCALAR ? list->node->first->text : NULL;
	else if (!kith_model_is_leaf(list) && list->rule != KITH_TABLE && list->count == 1)
		only = kith_model_is_leaf(list->first) && !list->first->opaque ? list->first->text : NULL;
	return only && strcmp(kith_model_same(text->field, only, merging->arena), kith_model_same(text->field, text->text, merging->arena)) == 0;
}

/* Where both say the same, one as a list: as the only side that changed it has it, else as a list, if one may be there. */
static void agree_on_spelling(struct kith_merging *merging, struct kith_model *sides[3])
{
	struct kith_model *ours = sides[KITH_OURS], *theirs = sides[KITH_THEIRS];
	if (!ours || !theirs)
		return;
	const bool ours_listed = is_list_of(merging, ours, theirs);
	if (!ours_listed && !is_list_of(merging, theirs, ours))
		return;
	struct kith_model *list = ours_listed ? ours : theirs, *text = ours_listed ? theirs : ours;
	bool listed = !list->opaque;
	if (kith_model_equal(text, sides[KITH_BASE], merging->arena))
		listed = true;
	else if (kith_model_equal(list, sides[KITH_BASE], merging->arena))
		listed = false;
	sides[KITH_OURS] = sides[KITH_THEIRS] = listed ? list : text;
}

/* Sides of different shape are single values, whatever is in them; a base of another shape says nothing. */
static enum kith_merge agree(struct kith_merging *merging, struct kith_model *sides[3])
{
	agree_on_spelling(merging, sides);
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

static struct kith_model *merge_entries(struct kith_merging *merging, const struct kith_trail *trail, struct kith_model *const sides[3])
{
	const bool twins = kith_twins_align(sides, merging->arena);
	const size_t kept = merging->merged_kept.count;
	struct members members = merge_members(merging, trail, sides);
	struct kith_model *merged = members.count ? put_in_order(merging, sides, &members) : NULL;
	if (twins)
		kith_twins_settle(sides, merged, kith_merge_path(merging, trail), &merging->merged_kept, kept, merging->arena);
	return merged;
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
	case KITH_VALUE: return kith_merge_value(merging, trail, sides);
	case KITH_LINES: return kith_merge_text(merging, trail, sides);
	case KITH_TABLE: return merge_map(merging, trail, sides);
	case KITH_SET:   {
		struct members members = merge_members(merging, trail, sides);
		return members.count ? put_as_set(merging, sides, &members) : NULL;
	}
	default: return merge_entries(merging, trail, sides);
	}
}

void kith_merge_values(struct kith_merging *merging)
{
	for (int side = 0; side < 3; side++)
		merging->any_kept |= merging->kept[side].count > 0;
	merging->merged = merge_map(merging, NULL, merging->models);
	if (!merging->merged)
		merging->merged = new_like(merging, merging->models);
	kith_merge_strays(merging);
	/* A path may have been noted twice: an entry that was deleted here and changed there, and was so before. */
	kith_kept_join(&merging->merged_kept, merging->arena);
}
