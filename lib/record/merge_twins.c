/* Entries that are matched by the same keys: two steps of one day.  Their numbers say which of one text is which of another, so that a first one that
 * is removed does not make the second the first. */
#include "lib/record/merge_twins.h"

#include <stdlib.h>
#include <string.h>

struct twin {
	const char *key;          /* the name without its number */
	const char *text;         /* the whole of it: what is alike is the same */
	struct kith_model *entry;
	int side;
	size_t number;            /* of those with this key in its text as matched, from 0 */
	bool matched;
};

static const char *key_of(const struct kith_model *entry)
{
	return entry->bare ? entry->bare : entry->name;
}

static int by_place(const void *one, const void *other)
{
	const struct twin *a = one, *b = other;
	const int order = strcmp(a->key, b->key);
	if (order)
		return order;
	return a->side != b->side ? a->side - b->side : a->entry->entry < b->entry->entry ? -1 : a->entry->entry > b->entry->entry;
}

static int by_text(const void *one, const void *other)
{
	const struct twin *a = *(struct twin *const *)one, *b = *(struct twin *const *)other;
	const int order = strcmp(a->text, b->text);
	return order ? order : a < b ? -1 : a > b;
}

static bool has_twins(const struct kith_model *list)
{
	for (const struct kith_model *entry = list ? list->first : NULL; entry; entry = entry->next)
		if (entry->bare)
			return true;
	return false;
}

/* --- numbers --- */

/* Those that have no number yet, or of the base those that nobody has taken, by their texts. */
static struct twin **left_of(struct twin *twins, size_t count, const bool *taken, struct kith_arena *arena, size_t *left)
{
	struct twin **list = kith_arena_alloc(arena, (count + 1) * sizeof(*list));
	*left = 0;
	for (size_t i = 0; i < count; i++)
		if (taken ? !taken[twins[i].number] : !twins[i].matched)
			list[(*left)++] = &twins[i];
	if (*left)
		qsort(list, *left, sizeof(*list), by_text);
	return list;
}

struct group {
	struct twin *of[3];
	size_t counts[3];
	bool *taken[3]; /* numbers */
};

enum { MOST_COMPARED = 24 }; /* each with each, for each */

static void give(struct group *group, int side, struct twin *twin, size_t number)
{
	twin->number = number;
	twin->matched = group->taken[side][number] = true;
}

/* What is as in the base has its number. */
static void match_base(struct group *group, int side, struct kith_arena *arena)
{
	size_t here_count, there_count;
	struct twin **there = left_of(group->of[0], group->counts[0], group->taken[side], arena, &there_count);
	struct twin **here = left_of(group->of[side], group->counts[side], NULL, arena, &here_count);
	for (size_t i = 0, j = 0; i < there_count && j < here_count;) {
		const int order = strcmp(there[i]->text, here[j]->text);
		if (order == 0)
			give(group, side, here[j], there[i]->number);
		i += order <= 0;
		j += order >= 0;
	}
}

/* What both sides have alike has the same one, which may be that of what both changed so. */
static void match_sides(struct group *group, struct kith_arena *arena)
{
	size_t a_count, b_count, next = 0;
	struct twin **a = left_of(group->of[1], group->counts[1], NULL, arena, &a_count);
	struct twin **b = left_of(group->of[2], group->counts[2], NULL, arena, &b_count);
	for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
		const int order = strcmp(a[i]->text, b[j]->text);
		while (order == 0 && (group->taken[1][next] || group->taken[2][next]))
			next++;
		if (order == 0) {
			give(group, 1, a[i], next);
			give(group, 2, b[j], next);
		}
		i += order <= 0;
		j += order >= 0;
	}
}

/* How much two have in common at both ends. */
static size_t likeness(const char *one, const char *other)
{
	size_t begin = 0, end = 0;
	const size_t a = strlen(one), b = strlen(other), least = a < b ? a : b;
	while (begin < least && one[begin] == other[begin])
		begin++;
	while (end < least - begin && one[a - 1 - end] == other[b - 1 - end])
		end++;
	return begin + end;
}

/* What was changed is most likely what it is most like. */
static void match_changed(struct group *group, int side, struct kith_arena *arena)
{
	size_t here_count, there_count;
	struct twin **there = left_of(group->of[0], group->counts[0], group->taken[side], arena, &there_count);
	struct twin **here = left_of(group->of[side], group->counts[side], NULL, arena, &here_count);
	for (size_t left = here_count < there_count ? here_count : there_count; left && left <= MOST_COMPARED; left--) {
		struct twin *best = NULL, *was = NULL;
		size_t most = 0;
		for (size_t i = 0; i < there_count && there_count <= MOST_COMPARED; i++)
			for (size_t j = 0; j < here_count && here_count <= MOST_COMPARED; j++) {
				if (here[j]->matched || group->taken[side][there[i]->number])
					continue;
				const size_t like = likeness(there[i]->text, here[j]->text);
				if (best && like <= most)
					continue;
				most = like;
				best = here[j];
				was = there[i];
			}
		if (best)
			give(group, side, best, was->number);
	}
}

/* The rest in turn.  What is new is nobody else's: the keys say too little. */
static void match_rest(struct group *group, int side)
{
	size_t next = 0;
	for (size_t i = 0; i < group->counts[side]; i++) {
		if (group->of[side][i].matched)
			continue;
		while (group->taken[side][next] || (next >= group->counts[0] && group->taken[3 - side][next]))
			next++;
		give(group, side, &group->of[side][i], next);
	}
}

/* Whether a name that one of them would have is that of another entry: "call#2" may be what somebody wrote. */
static bool is_name_taken(struct kith_model *const sides[3], const char *key, size_t most, struct kith_arena *arena)
{
	for (size_t number = 2; number <= most; number++) {
		const char *name = kith_arena_printf(arena, "%s#%zu", key, number);
		for (int side = 0; side < 3; side++) {
			const struct kith_model *there = kith_model_child(sides[side], name);
			if (there && strcmp(key_of(there), key) != 0)
				return true;
		}
	}
	return false;
}

static void number_group(struct kith_model *const sides[3], struct twin *twins, size_t count, struct kith_arena *arena)
{
	struct group group = { .of = { twins } };
	for (size_t i = 0; i < count; i++)
		group.counts[twins[i].side]++;
	group.of[1] = twins + group.counts[0];
	group.of[2] = group.of[1] + group.counts[1];
	if ((group.counts[0] < 2 && group.counts[1] < 2 && group.counts[2] < 2) || is_name_taken(sides, twins->key, count, arena))
		return;
	for (int side = 0; side < 3; side++)
		group.taken[side] = kith_arena_alloc(arena, count + 1);
	for (size_t i = 0; i < count; i++) {
		KITH_BUF text = { 0 };
		kith_model_print_flow(&text, twins[i].entry);
		twins[i].text = kith_arena_strdup(arena, kith_buf_text(&text));
	}
	for (size_t i = 0; i < group.counts[0]; i++)
		give(&group, 0, &group.of[0][i], i);
	match_base(&group, 1, arena);
	match_base(&group, 2, arena);
	match_sides(&group, arena);
	match_changed(&group, 1, arena);
	match_changed(&group, 2, arena);
	match_rest(&group, 1);
	match_rest(&group, 2);
	for (size_t i = 0; i < count; i++) {
		struct kith_model *entry = twins[i].entry;
		entry->was = entry->name;
		entry->bare = twins[i].key;
		entry->name = twins[i].number ? kith_arena_printf(arena, "%s#%zu", twins[i].key, twins[i].number + 1) : twins[i].key;
	}
}

static void sort_again(struct kith_model *const sides[3], struct kith_arena *arena)
{
	for (int side = 0; side < 3; side++)
		if (sides[side])
			kith_model_finish(sides[side], arena);
}

bool kith_twins_align(struct kith_model *const sides[3], struct kith_arena *arena)
{
	if (!has_twins(sides[0]) && !has_twins(sides[1]) && !has_twins(sides[2]))
		return false;
	struct twin *twins = NULL;
	size_t count = 0, capacity = 0;
	for (int side = 0; side < 3; side++)
		for (struct kith_model *entry = sides[side] ? sides[side]->first : NULL; entry; entry = entry->next) {
			struct twin *twin = kith_arena_push(arena, &twins, &count, &capacity, sizeof(*twin));
			*twin = (struct twin){ .key = key_of(entry), .entry = entry, .side = side };
		}
	qsort(twins, count, sizeof(*twins), by_place);
	for (size_t i = 0; i < count;) {
		size_t end = i + 1;
		while (end < count && strcmp(twins[i].key, twins[end].key) == 0)
			end++;
		number_group(sides, &twins[i], end - i, arena);
		i = end;
	}
	sort_again(sides, arena);
	return true;
}

/* --- the numbers they have in the merged list --- */

static int by_old_name(const void *one, const void *other)
{
	return strcmp((*(struct kith_model *const *)one)->was, (*(struct kith_model *const *)other)->was);
}

static const char *new_name(struct kith_model **renamed, size_t count, const char *was)
{
	struct kith_model wanted = { .was = was };
	struct kith_model *const key = &wanted;
	struct kith_model **found = count ? bsearch(&key, renamed, count, sizeof(*renamed), by_old_name) : NULL;
	return found ? (*found)->name : NULL;
}

/* "steps[2w#2].do" is about the first of them when that has gone which was. */
static void rename_path(struct kith_kept *kept, size_t prefix, struct kith_model **renamed, size_t count, struct kith_arena *arena)
{
	const char *begin = kept->path + prefix + 1;
	for (const char *end = strchr(begin, ']'); end; end = strchr(end + 1, ']')) {
		const char *name = end[1] && end[1] != '.' ? NULL : new_name(renamed, count, kith_arena_strndup(arena, begin, (size_t)(end - begin)));
		if (!name)
			continue;
		kept->path = kith_arena_printf(arena, "%.*s%s%s", (int)(begin - kept->path), kept->path, name, end);
		return;
	}
}

void kith_twins_settle(struct kith_model *const sides[3], const struct kith_model *merged, const char *path, struct kith_kept_list *kept,
                       size_t kept_from, struct kith_arena *arena)
{
	struct kith_model **renamed = kith_arena_alloc(arena, ((merged ? merged->count : 0) + 1) * sizeof(*renamed));
	size_t count = 0, gone = 0;
	for (struct kith_model *entry = merged ? merged->first : NULL; entry; entry = entry->next)
		if (entry->was)
			renamed[count++] = entry;
	if (count)
		qsort(renamed, count, sizeof(*renamed), by_old_name);
	const size_t prefix = strlen(path);
	for (size_t i = kept_from; i < kept->count; i++)
		if (strncmp(kept->list[i].path, path, prefix) == 0 && kept->list[i].path[prefix] == '[')
			rename_path(&kept->list[i], prefix, renamed, count, arena);
	for (int side = 0; side < 3; side++)
		for (struct kith_model *entry = sides[side] ? sides[side]->first : NULL; entry; entry = entry->next) {
			if (!entry->was)
				continue;
			const char *name = new_name(renamed, count, entry->name);
			/* One that is gone must not be taken for another. */
			entry->name = name ? name : kith_arena_printf(arena, "%s#gone %zu", entry->name, ++gone);
		}
	sort_again(sides, arena);
}
