/* Two records that came under one id from two sides, or to one path: one record if they have one name, else told apart.
 *
 * Which of the two keeps the id, and the other's new id, depend on their names alone where they have names: two merges of older and newer
 * versions of the same two records come to the same ids, and a later merge finds the same two again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/git/inside.h"
#include "lib/git/merge_inside.h"
#include "lib/git/merge_likeness.h"
#include "lib/record/doc.h"
#include "lib/record/merge.h"

/* What is told apart may meet others under its new id: as often as this. */
enum { ROUNDS = 16, LONGEST_STEM = 240 };

struct namesake {
	struct kith_result *result;
	struct kith_buf text, name;
	bool readable;
	bool oversized; /* not read */
};

static int by_id(const void *one, const void *other)
{
	const struct kith_result *a = one, *b = other;
	if (!a->place.path || !b->place.path)
		return (a->place.path == NULL) - (b->place.path == NULL);
	int order = kith_place_compare(&a->place, &b->place);
	if (!order)
		order = strcmp(a->place.path, b->place.path);
	return order ? order : git_oid_cmp(&a->place.entry.oid, &b->place.entry.oid);
}

static int compare_bytes(const struct kith_buf *one, const struct kith_buf *other)
{
	const size_t least = one->length < other->length ? one->length : other->length;
	const int order = least ? memcmp(one->text, other->text, least) : 0;
	return order ? order : (one->length > other->length) - (one->length < other->length);
}

static enum kith_code read_namesake(struct kith_merging *merging, struct kith_result *result, struct namesake *out)
{
	*out = (struct namesake){ .result = result };
	if (kith_blob_is_oversized(merging->git, &result->place.entry.oid, &out->oversized, merging->err))
		return KITH_SYNC;
	if (out->oversized)
		return KITH_OK;
	if (kith_blob_read(merging->git, &result->place.entry.oid, &out->text, merging->err))
		return KITH_SYNC;
	if (kith_kind_is_named(result->place.kind))
		out->readable = kith_likeness_name(&result->place, &out->text, &out->name);
	return KITH_OK;
}

/* Without a name they are one if nothing that they say excludes the other. */
static bool agree(const struct namesake *one, const struct namesake *other)
{
	const struct kith_version none = {0}, a = { kith_buf_text(&one->text), one->text.length };
	const struct kith_version b = { kith_buf_text(&other->text), other->text.length };
	struct kith_merged merged;
	kith_merge_record((int)one->result->place.kind, &none, &a, &b, &merged);
	const bool clean = merged.unreadable || merged.conflicts == 0;
	kith_merged_finish(&merged);
	return clean;
}

static bool are_one(const struct namesake *one, const struct namesake *other)
{
	if (!kith_kind_is_named(one->result->place.kind))
		return one->oversized || other->oversized || agree(one, other);
	/* What cannot be read has no name to differ by: its text is kept beside the other. */
	return !one->readable || !other->readable || compare_bytes(&one->name, &other->name) == 0;
}

static void name_hash(const struct namesake *namesake, char out[5])
{
	git_oid oid = namesake->result->place.entry.oid;
	if (namesake->name.length && git_odb_hash(&oid, namesake->name.text, namesake->name.length, GIT_OBJECT_BLOB))
		oid = namesake->result->place.entry.oid;
	snprintf(out, 5, "%.4s", git_oid_tostr_s(&oid));
}

/* A file that neither side touched is where the record goes: it takes part, too. */
static enum kith_code take_occupant(struct kith_merging *merging, const struct kith_result *comer)
{
	const char *path = comer->place.path;
	struct kith_entry entry;
	struct kith_place_in_tree place;
	if (kith_merging_change(merging, ONE, path) || kith_merging_change(merging, OTHER, path))
		return KITH_OK;
	for (size_t i = 0; i < merging->result_count; i++)
		if (&merging->results[i] != comer && merging->results[i].place.path && merging->results[i].holds[ONE] &&
		    merging->results[i].holds[OTHER] && strcmp(merging->results[i].place.path, path) == 0)
			return KITH_OK;
	if (kith_tree_find(merging->trees[merging->start], path, &entry, merging->err))
		return KITH_SYNC;
	if (!kith_place_of_record(path, &entry, merging->arena, &place))
		return KITH_OK;
	kith_merging_add_result(merging, &place, true, true);
	/* It may get another name, or become one with the comer. */
	kith_merging_put(merging, path, (struct kith_entry){0}, KITH_RANK_GONE);
	return KITH_OK;
}

/* --- who else has an id that somebody gets --- */

/* The records of a kind whose ids are made like those that are given here ("<id>-<hash4>"), in the tree that is changed: by id.  There is no index of ids, so all
 * folders of the kind are read, once, when two are told apart: that is rare. */
struct given_ids {
	bool read;
	struct kith_place_in_tree *list;
	size_t count, capacity;
};

struct meeting {
	struct kith_merging *merging;
	struct given_ids given[KITH_KINDS];
	bool last; /* no more ids are given: what still has another's is set aside */
};

struct search {
	struct kith_merging *merging;
	struct given_ids *out;
	struct kith_buf path; /* of the folder */
	unsigned depth;
	size_t left; /* folders: a small tree can hold itself over and over */
};

static enum kith_code search_folder(struct search *, const git_tree *);

static enum kith_code search_entry(struct search *search, const git_tree_entry *entry)
{
	struct kith_merging *merging = search->merging;
	const struct kith_entry file = { *git_tree_entry_id(entry), git_tree_entry_filemode(entry) };
	const char *name = git_tree_entry_name(entry), *end = strrchr(name, '.');
	const size_t above = search->path.length;
	kith_buf_addf(&search->path, "/%s", name);
	enum kith_code code = KITH_OK;
	KITH_CLEANUP(git_tree_free) git_tree *tree = NULL;
	if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
		if (kith_git_covers_folder(search->path.text))
			code = git_tree_lookup(&tree, merging->git, &file.oid) ? kith_git_fail(merging->err, "cannot read the folder %s from git", search->path.text)
			                                                       : search_folder(search, tree);
	} else if (end && kith_likeness_is_given(name, (size_t)(end - name))) {
		struct kith_place_in_tree place;
		const char *path = kith_arena_strdup(merging->arena, search->path.text);
		if (kith_place_of_record(path, &file, merging->arena, &place))
			*(struct kith_place_in_tree *)kith_arena_push(merging->arena, &search->out->list, &search->out->count, &search->out->capacity,
			                                              sizeof(place)) = place;
	}
	search->path.length = above;
	search->path.text[above] = '\0';
	return code;
}

static enum kith_code search_folder(struct search *search, const git_tree *tree)
{
	enum { DEEPEST = 64 };
	enum kith_code code = KITH_OK;
	if (search->depth == DEEPEST || !search->left)
		return KITH_OK;
	search->depth++;
	search->left--;
	for (size_t i = 0; i < git_tree_entrycount(tree) && !code; i++)
		code = search_entry(search, git_tree_entry_byindex(tree, i));
	search->depth--;
	return code;
}

static int by_given_id(const void *one, const void *other)
{
	return kith_place_compare(one, other);
}

static enum kith_code read_given(struct kith_merging *merging, enum kith_kind kind, struct given_ids *out)
{
	enum { FOLDERS = 1000000 };
	struct search search = { .merging = merging, .out = out, .left = FOLDERS };
	const char *folder = kith_kind_folder(kind);
	const git_tree_entry *entry = git_tree_entry_byname(merging->trees[merging->start], folder);
	KITH_CLEANUP(git_tree_free) git_tree *tree = NULL;
	out->read = true;
	if (!entry || git_tree_entry_type(entry) != GIT_OBJECT_TREE)
		return KITH_OK;
	if (git_tree_lookup(&tree, merging->git, git_tree_entry_id(entry)))
		return kith_git_fail(merging->err, "cannot read the folder %s from git", folder);
	kith_buf_add(&search.path, folder);
	const enum kith_code code = search_folder(&search, tree);
	kith_buf_finish(&search.path);
	if (out->count)
		qsort(out->list, out->count, sizeof(*out->list), by_given_id);
	return code;
}

/* All untouched records of that id take part. */
static enum kith_code take_all_of_id(struct meeting *meeting, const struct kith_place_in_tree *wanted)
{
	struct given_ids *given = &meeting->given[wanted->kind];
	enum kith_code code = given->read ? KITH_OK : read_given(meeting->merging, wanted->kind, given);
	size_t low = 0, high = given->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (kith_place_compare(&given->list[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < given->count && !code && kith_place_compare(&given->list[low], wanted) == 0; low++)
		code = take_occupant(meeting->merging, &(struct kith_result){ .place = given->list[low] });
	return code;
}

/* --- meeting --- */

static enum kith_code tell_apart(struct meeting *meeting, const struct namesake *greater)
{
	struct kith_merging *merging = meeting->merging;
	struct kith_place_in_tree *place = &greater->result->place;
	char hash[5];
	name_hash(greater, hash);
	const char *slash = strrchr(place->path, '/'), *name = slash ? slash + 1 : place->path, *end = strrchr(name, '.');
	if (meeting->last || strlen(place->id) > LONGEST_STEM) {
		const enum kith_code code = kith_merging_set_aside(merging, place->path, place->entry);
		place->path = NULL;
		return code;
	}
	place->id = kith_arena_printf(merging->arena, "%s-%s", place->id, hash);
	place->path = kith_arena_printf(merging->arena, "%.*s%s%s", (int)(name - place->path), place->path, place->id, end ? end : ".yaml");
	/* No side has it under this id. */
	greater->result->holds[ONE] = greater->result->holds[OTHER] = false;
	const struct kith_place_in_tree wanted = *place; /* the results may move in memory now */
	return take_all_of_id(meeting, &wanted);
}

static enum kith_code become_one(struct kith_merging *merging, struct kith_result *one, struct kith_result *other)
{
	const git_oid texts[SIDES] = { one->place.entry.oid, other->place.entry.oid };
	const char *path = strcmp(one->place.path, other->place.path) <= 0 ? one->place.path : other->place.path;
	enum kith_code code = KITH_OK;
	if (!git_oid_equal(&texts[ONE], &texts[OTHER]))
		code = kith_merging_texts(merging, (int)one->place.kind, path, NULL, texts, &one->place.entry.oid);
	one->place.path = path;
	one->place.entry.mode = kith_merging_mode(0, one->place.entry.mode, other->place.entry.mode);
	for (int side = ONE; side < SIDES; side++)
		one->holds[side] |= other->holds[side];
	other->place.path = NULL;
	return code;
}

/* `told_apart`: the results have changed, and may have moved in memory. */
static enum kith_code meet(struct meeting *meeting, struct kith_result *one, struct kith_result *other, bool *told_apart)
{
	struct kith_merging *merging = meeting->merging;
	struct namesake a, b = {0};
	if (git_oid_equal(&one->place.entry.oid, &other->place.entry.oid))
		return become_one(merging, one, other);
	enum kith_code code = read_namesake(merging, one, &a);
	if (!code)
		code = read_namesake(merging, other, &b);
	if (!code && are_one(&a, &b)) {
		code = become_one(merging, one, other);
	} else if (!code) {
		const int order = a.name.length || b.name.length ? compare_bytes(&a.name, &b.name) : compare_bytes(&a.text, &b.text);
		code = tell_apart(meeting, order > 0 ? &a : &b);
		*told_apart = true;
	}
	kith_buf_finish(&a.text);
	kith_buf_finish(&a.name);
	kith_buf_finish(&b.text);
	kith_buf_finish(&b.name);
	return code;
}

/* Two files of one id that one side has are its own affair: kith check names them. */
static bool must_meet(const struct kith_result *one, const struct kith_result *other)
{
	if (strcmp(one->place.path, other->place.path) == 0)
		return true;
	return !(one->holds[ONE] && other->holds[ONE]) && !(one->holds[OTHER] && other->holds[OTHER]);
}

/* All that have the id of the first.  Where very many have one, it says nothing about them: only two at one path, which stand together, meet. */
static enum kith_code meet_all(struct meeting *meeting, size_t first, size_t end, bool *told_apart)
{
	enum { MANY = 64 };
	struct kith_merging *merging = meeting->merging;
	const struct kith_place_in_tree group = merging->results[first].place;
	for (size_t i = first; i < end; i++)
		for (size_t j = i + 1; j < end; j++) {
			/* They move in memory when one is told apart, and that one has left the group. */
			struct kith_result *one = &merging->results[i], *other = &merging->results[j];
			if (!one->place.path || kith_place_compare(&one->place, &group) != 0)
				break;
			if (!other->place.path || kith_place_compare(&other->place, &group) != 0)
				continue;
			if (end - first > MANY && strcmp(one->place.path, other->place.path) != 0)
				break;
			if (must_meet(one, other) && meet(meeting, one, other, told_apart))
				return KITH_SYNC;
		}
	return KITH_OK;
}

static size_t end_of_id(const struct kith_merging *merging, size_t first)
{
	size_t end = first + 1;
	while (end < merging->result_count && merging->results[end].place.path &&
	       kith_place_compare(&merging->results[first].place, &merging->results[end].place) == 0)
		end++;
	return end;
}

static enum kith_code meet_once(struct meeting *meeting, bool *again)
{
	struct kith_merging *merging = meeting->merging;
	/* What is added on the way waits for the next round. */
	const size_t count = merging->result_count;
	if (count)
		qsort(merging->results, count, sizeof(*merging->results), by_id);
	for (size_t i = 0; i < count && merging->results[i].place.path;) {
		const size_t end = end_of_id(merging, i);
		bool told_apart = false;
		if (meet_all(meeting, i, end, &told_apart))
			return KITH_SYNC;
		*again |= told_apart;
		i = end;
	}
	return KITH_OK;
}

/* A record renamed here and moved there comes to a path that no side has. */
static enum kith_code take_all_occupants(struct kith_merging *merging)
{
	const size_t count = merging->result_count;
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < count && !code; i++)
		if (merging->results[i].place.path)
			code = take_occupant(merging, &merging->results[i]);
	return code;
}

enum kith_code kith_merging_namesakes(struct kith_merging *merging)
{
	enum kith_code code = take_all_occupants(merging);
	struct meeting meeting = { .merging = merging };
	bool again = true;
	for (size_t round = 0; again && !code; round++) {
		again = false;
		meeting.last = round >= ROUNDS;
		code = meet_once(&meeting, &again);
	}
	return code;
}
