/* Which records there are after a merge: what one side did to a record meets what the other did to it. */
#include <string.h>

#include "lib/git/merge_inside.h"
#include "lib/git/writer.h"
#include "lib/record/edit.h"

struct kith_result *kith_merging_add_result(struct kith_merging *merging, const struct kith_place_in_tree *place, bool one, bool other)
{
	struct kith_result *result = kith_arena_push(merging->arena, &merging->results, &merging->result_count,
	                                             &merging->result_capacity, sizeof(*result));
	*result = (struct kith_result){ .place = *place, .holds = { one, other } };
	return result;
}

unsigned kith_merging_mode(unsigned base, unsigned one, unsigned other)
{
	if (one == base || other == base)
		return one == base ? other : one;
	return one > other ? one : other; /* executable */
}

/* Note another id the record had, in its text.  One that cannot be edited stays without. */
static enum kith_code note_former(struct kith_merging *merging, struct kith_place_in_tree *place, const char *former)
{
	KITH_BUF text = {0};
	KITH_EDITING editing = {0};
	const struct kith_edit_part part = { .text = former };
	const struct kith_edit edit = {
		.op = KITH_EDIT_ADD,
		.field = kith_field_find(place->kind, "formerly"),
		.parts = &part,
		.count = 1,
	};
	if (kith_blob_read(merging->git, &place->entry.oid, &text, merging->err))
		return KITH_SYNC;
	if (kith_editing_begin(&editing, place->kind, place->id, place->path, kith_buf_text(&text), text.length, NULL) ||
	    kith_edit_apply(&editing, &edit, NULL))
		return KITH_OK;
	return kith_writer_blob(merging->writer, kith_buf_text(&editing.text), editing.text.length, &place->entry.oid, merging->err);
}

static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? (size_t)(slash - path) : 0;
}

static bool is_in_folder_of(const char *path, const char *other)
{
	const size_t length = folder_length(path);
	return length == folder_length(other) && memcmp(path, other, length) == 0;
}

/* Of two values the one that only one side changed, else the smaller. */
static bool is_first_chosen(bool one_same, bool other_same, int order)
{
	return one_same != other_same ? other_same : order <= 0;
}

/* Name and folder are two things: one side may have renamed a record that the other moved. */
static struct kith_place_in_tree choose_place(struct kith_merging *merging, const struct kith_place_in_tree *base,
                                              const struct kith_place_in_tree *one, const struct kith_place_in_tree *other)
{
	const int ids = kith_place_compare(one, other), paths = strcmp(one->path, other->path);
	const bool first_named = ids == 0 ? is_first_chosen(strcmp(one->path, base->path) == 0, strcmp(other->path, base->path) == 0, paths)
	                                  : is_first_chosen(kith_place_compare(one, base) == 0, kith_place_compare(other, base) == 0, ids);
	struct kith_place_in_tree chosen = first_named ? *one : *other;
	if (ids == 0 || one->kind != base->kind || other->kind != base->kind)
		return chosen;
	const bool first_placed = is_first_chosen(is_in_folder_of(one->path, base->path), is_in_folder_of(other->path, base->path), paths);
	const char *folder = first_placed ? one->path : other->path;
	if (!is_in_folder_of(chosen.path, folder))
		chosen.path = kith_arena_printf(merging->arena, "%.*s%s", (int)folder_length(folder), folder,
		                                chosen.path + folder_length(chosen.path));
	return chosen;
}

static enum kith_code merge_both(struct kith_merging *merging, const struct kith_touched *one, const struct kith_touched *other)
{
	const struct kith_place_in_tree *base = &one->before, *const sides[SIDES] = { &one->after, &other->after };
	struct kith_place_in_tree place = choose_place(merging, base, sides[ONE], sides[OTHER]);
	const git_oid texts[SIDES] = { sides[ONE]->entry.oid, sides[OTHER]->entry.oid };
	enum kith_code code = KITH_OK;
	place.entry.mode = kith_merging_mode(base->entry.mode, sides[ONE]->entry.mode, sides[OTHER]->entry.mode);
	if (git_oid_equal(&texts[ONE], &texts[OTHER]) || git_oid_equal(&texts[ONE], &base->entry.oid))
		place.entry.oid = texts[OTHER];
	else if (git_oid_equal(&texts[OTHER], &base->entry.oid))
		place.entry.oid = texts[ONE];
	else
		code = kith_merging_texts(merging, (int)place.kind, place.path, &base->entry.oid, texts, &place.entry.oid);
	bool holds[SIDES];
	for (int side = ONE; side < SIDES && !code; side++) {
		holds[side] = kith_place_compare(sides[side], &place) == 0;
		/* Renamed to two names: the one that lost is still known. */
		if (!holds[side] && strcmp(sides[side]->id, base->id) != 0 && strcmp(sides[side]->id, place.id) != 0)
			code = note_former(merging, &place, sides[side]->id);
	}
	if (!code)
		kith_merging_add_result(merging, &place, holds[ONE], holds[OTHER]);
	return code;
}

/* Only one side touched it, and has it. */
static void take_over(struct kith_merging *merging, const struct kith_touched *touched, int side)
{
	const bool is_held = kith_place_compare(&touched->before, &touched->after) == 0;
	kith_merging_add_result(merging, &touched->after, side == ONE || is_held, side == OTHER || is_held);
}

/* Deleted here; there it stays if it was changed: its text or its name, not only its folder. */
static void merge_deleted(struct kith_merging *merging, const struct kith_touched *kept, int side)
{
	const bool changed = !git_oid_equal(&kept->before.entry.oid, &kept->after.entry.oid) ||
	                     kith_place_compare(&kept->before, &kept->after) != 0;
	if (changed) {
		kith_merging_add_result(merging, &kept->after, side == ONE, side == OTHER);
		merging->out->stayed++;
	}
}

static enum kith_code merge_known(struct kith_merging *merging, const struct kith_touched *one, const struct kith_touched *other)
{
	if (!one || !other) {
		const struct kith_touched *only = one ? one : other;
		if (only->after.path)
			take_over(merging, only, one ? ONE : OTHER);
		return KITH_OK;
	}
	if (one->after.path && other->after.path)
		return merge_both(merging, one, other);
	if (one->after.path || other->after.path)
		merge_deleted(merging, one->after.path ? one : other, one->after.path ? ONE : OTHER);
	return KITH_OK;
}

/* Both lists are in the order of the paths in the base. */
enum kith_code kith_merging_records(struct kith_merging *merging)
{
	const struct kith_side *a = &merging->sides[ONE], *b = &merging->sides[OTHER];
	enum kith_code code = KITH_OK;
	for (size_t i = 0, j = 0; !code && (i < a->first_added || j < b->first_added);) {
		const int order = i == a->first_added   ? 1
		                  : j == b->first_added ? -1
		                                        : strcmp(a->records[i].before.path, b->records[j].before.path);
		code = merge_known(merging, order <= 0 ? &a->records[i] : NULL, order >= 0 ? &b->records[j] : NULL);
		i += order <= 0;
		j += order >= 0;
	}
	for (int side = ONE; side < SIDES && !code; side++)
		for (size_t i = merging->sides[side].first_added; i < merging->sides[side].count; i++)
			kith_merging_add_result(merging, &merging->sides[side].records[i].after, side == ONE, side == OTHER);
	return code ? code : kith_merging_namesakes(merging);
}
