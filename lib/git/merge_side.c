#include "lib/git/merge_side.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/file.h"
#include "lib/git/inside.h"
#include "lib/git/merge_likeness.h"
#include "lib/git/snapshot.h"
#include "lib/record/record.h"

enum kith_code kith_blob_read(git_repository *git, const git_oid *oid, struct kith_buf *out, struct kith_err *err)
{
	KITH_CLEANUP(git_blob_free) git_blob *blob = NULL;
	if (git_oid_is_zero(oid))
		return KITH_OK;
	if (git_blob_lookup(&blob, git, oid))
		return kith_git_fail(err, "cannot read %s from git", git_oid_tostr_s(oid));
	kith_buf_add_bytes(out, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
	return KITH_OK;
}

bool kith_place_of_record(const char *path, const struct kith_entry *entry, struct kith_arena *arena, struct kith_place_in_tree *out)
{
	const int kind = kith_kind_of_path(path);
	KITH_BUF stem = {0};
	if (kind < 0 || kind >= KITH_KINDS || (entry->mode != GIT_FILEMODE_BLOB && entry->mode != GIT_FILEMODE_BLOB_EXECUTABLE) ||
	    !kith_snapshot_covers(path) || !kith_path_stem(path, &stem))
		return false;
	*out = (struct kith_place_in_tree){
		.path = path, .id = kith_arena_strdup(arena, stem.text), .entry = *entry, .kind = (enum kith_kind)kind
	};
	return true;
}

int kith_place_compare(const struct kith_place_in_tree *one, const struct kith_place_in_tree *other)
{
	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	return strcmp(one->id, other->id);
}

/* --- what became of what --- */

struct matching {
	git_repository *git;
	struct kith_touched **gone, **added, **changed; /* by kind and id of what they were, or are */
	size_t gone_count, added_count, changed_count;
	size_t left[KITH_KINDS]; /* of those that are gone, by kind */
	struct kith_err *err;
};

static int by_id_before(const void *one, const void *other)
{
	const struct kith_touched *a = *(struct kith_touched *const *)one, *b = *(struct kith_touched *const *)other;
	const int order = kith_place_compare(&a->before, &b->before);
	return order ? order : strcmp(a->before.path, b->before.path);
}

static int by_blob_before(const void *one, const void *other)
{
	const struct kith_touched *a = *(struct kith_touched *const *)one, *b = *(struct kith_touched *const *)other;
	const int order = git_oid_cmp(&a->before.entry.oid, &b->before.entry.oid);
	return order ? order : by_id_before(one, other);
}

static int by_id_after(const void *one, const void *other)
{
	const struct kith_touched *a = *(struct kith_touched *const *)one, *b = *(struct kith_touched *const *)other;
	const int order = kith_place_compare(&a->after, &b->after);
	return order ? order : strcmp(a->after.path, b->after.path);
}

static void sort(struct kith_touched **list, size_t count, int (*order)(const void *, const void *))
{
	if (count)
		qsort(list, count, sizeof(struct kith_touched *), order);
}

typedef int comparison(const struct kith_place_in_tree *wanted, const struct kith_place_in_tree *);

static int compare_blob(const struct kith_place_in_tree *wanted, const struct kith_place_in_tree *place)
{
	return git_oid_cmp(&wanted->entry.oid, &place->entry.oid);
}

static size_t find_first(struct kith_touched *const *list, size_t count, const struct kith_place_in_tree *wanted, comparison *compare)
{
	size_t low = 0, high = count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (compare(wanted, &list[middle]->before) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct kith_touched *find_gone(struct matching *matching, const struct kith_place_in_tree *wanted, comparison *compare)
{
	size_t i = find_first(matching->gone, matching->gone_count, wanted, compare);
	for (; i < matching->gone_count && compare(wanted, &matching->gone[i]->before) == 0; i++)
		if (!matching->gone[i]->after.path)
			return matching->gone[i];
	return NULL;
}

/* The added one is what became of the one that is gone. */
static void join(struct matching *matching, struct kith_touched *gone, struct kith_touched *added)
{
	matching->left[gone->before.kind]--;
	gone->after = added->after;
	added->after.path = NULL;
}

/* An empty file is like any other empty file. */
static bool is_empty(const struct kith_place_in_tree *place)
{
	static const char empty_blob[] = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
	return git_oid_streq(&place->entry.oid, empty_blob) == 0;
}

/* The same bytes under another name, also in the folder of another kind. */
static void match_blobs(struct matching *matching)
{
	sort(matching->gone, matching->gone_count, by_blob_before);
	for (size_t i = 0; i < matching->added_count; i++) {
		struct kith_touched *added = matching->added[i];
		struct kith_touched *gone =
			added->after.path && !is_empty(&added->after) ? find_gone(matching, &added->after, compare_blob) : NULL;
		if (gone)
			join(matching, gone, added);
	}
	sort(matching->gone, matching->gone_count, by_id_before);
}

static void match_ids(struct matching *matching)
{
	for (size_t i = 0; i < matching->added_count; i++) {
		struct kith_touched *added = matching->added[i];
		struct kith_touched *gone = added->after.path ? find_gone(matching, &added->after, kith_place_compare) : NULL;
		if (gone)
			join(matching, gone, added);
	}
}

/* What the added record says it was called. */
static enum kith_code match_formerly(struct matching *matching, struct kith_touched *added)
{
	static const char word[] = "formerly";
	KITH_ARENA arena = {0};
	KITH_BUF text = {0};
	bool oversized;
	if (kith_blob_is_oversized(matching->git, &added->after.entry.oid, &oversized, matching->err) ||
	    (!oversized && kith_blob_read(matching->git, &added->after.entry.oid, &text, matching->err)))
		return KITH_SYNC;
	if (!text.length || !memmem(text.text, text.length, word, sizeof(word) - 1))
		return KITH_OK;
	struct kith_reading reading;
	kith_record_read(added->after.kind, added->after.id, added->after.path, text.text, text.length, &arena, &reading);
	if (!reading.readable)
		return KITH_OK;
	for (const struct kith_value *value = NULL; (value = kith_record_next(&reading.record, word, value));) {
		const struct kith_place_in_tree wanted = { .kind = added->after.kind, .id = value->text };
		struct kith_touched *gone = find_gone(matching, &wanted, kith_place_compare);
		if (!gone)
			continue;
		join(matching, gone, added);
		return KITH_OK;
	}
	return KITH_OK;
}

/* Two merges that told the same records apart when one was older may have given it different hashes. */
static enum kith_code match_told_apart(struct matching *matching, struct kith_touched *added)
{
	enum { LOOKED_AT = 64, ALIKE = 50 };
	const size_t stem = kith_likeness_stem(added->after.id), length = stem ? stem : strlen(added->after.id);
	KITH_BUF id = {0};
	kith_buf_add_bytes(&id, added->after.id, length);
	const struct kith_place_in_tree wanted = { .kind = added->after.kind, .id = id.text };
	const size_t first = find_first(matching->gone, matching->gone_count, &wanted, kith_place_compare);
	for (size_t i = first; i < matching->gone_count && i < first + LOOKED_AT; i++) {
		struct kith_touched *gone = matching->gone[i];
		if (gone->before.kind != wanted.kind || strncmp(gone->before.id, id.text, length) != 0)
			break;
		const bool is_it = stem && !gone->before.id[length];
		unsigned likeness = 0;
		if (gone->after.path || (!is_it && kith_likeness_stem(gone->before.id) != length))
			continue;
		if (kith_likeness(matching->git, &gone->before, &added->after, &likeness, matching->err))
			return KITH_SYNC;
		if (likeness < ALIKE)
			continue;
		join(matching, gone, added);
		break;
	}
	return KITH_OK;
}

static enum kith_code match_renames(struct matching *matching)
{
	sort(matching->added, matching->added_count, by_id_after);
	sort(matching->gone, matching->gone_count, by_id_before);
	match_ids(matching);
	match_blobs(matching);
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < matching->added_count && !code; i++) {
		struct kith_touched *added = matching->added[i];
		if (added->after.path && matching->left[added->after.kind])
			code = match_formerly(matching, added);
		if (!code && added->after.path && matching->left[added->after.kind])
			code = match_told_apart(matching, added);
	}
	return code;
}

/* --- a file that another record has taken over --- */

/* The record that was in this file is the added one now, and what is in the file was added. */
static void trade_places(struct kith_touched *changed, struct kith_touched *added)
{
	const struct kith_place_in_tree moved = added->after;
	added->after = changed->after;
	changed->after = moved;
}

static bool is_in_place(const struct kith_touched *changed)
{
	return strcmp(changed->before.path, changed->after.path) == 0;
}

/* A merge that told two records of one id apart gave one of them a new file, and its old file to the other. */
static enum kith_code trade_told_apart(struct matching *matching, struct kith_touched *added)
{
	const size_t stem = kith_likeness_stem(added->after.id);
	KITH_BUF id = {0};
	kith_buf_add_bytes(&id, added->after.id, stem);
	const struct kith_place_in_tree wanted = { .kind = added->after.kind, .id = kith_buf_text(&id) };
	size_t i = stem ? find_first(matching->changed, matching->changed_count, &wanted, kith_place_compare) : matching->changed_count;
	for (; i < matching->changed_count && kith_place_compare(&wanted, &matching->changed[i]->before) == 0; i++) {
		struct kith_touched *changed = matching->changed[i];
		unsigned here = 0, there = 0;
		if (!is_in_place(changed))
			continue;
		if (kith_likeness(matching->git, &changed->before, &changed->after, &here, matching->err) ||
		    kith_likeness(matching->git, &changed->before, &added->after, &there, matching->err))
			return KITH_SYNC;
		if (there <= here)
			continue;
		trade_places(changed, added);
		break;
	}
	return KITH_OK;
}

/* The bytes that were here are there now, and what is here is nothing like them. */
static enum kith_code trade_same_bytes(struct matching *matching, struct kith_touched *added)
{
	enum { ALIKE = 50 };
	size_t i = find_first(matching->changed, matching->changed_count, &added->after, compare_blob);
	for (; i < matching->changed_count && compare_blob(&added->after, &matching->changed[i]->before) == 0; i++) {
		struct kith_touched *changed = matching->changed[i];
		unsigned here = 0;
		if (!is_in_place(changed) || is_empty(&added->after))
			continue;
		if (kith_likeness(matching->git, &changed->before, &changed->after, &here, matching->err))
			return KITH_SYNC;
		if (here >= ALIKE)
			continue;
		trade_places(changed, added);
		break;
	}
	return KITH_OK;
}

static enum kith_code trade_all(struct matching *matching)
{
	enum kith_code code = KITH_OK;
	if (!matching->added_count || !matching->changed_count)
		return KITH_OK;
	sort(matching->added, matching->added_count, by_id_after);
	sort(matching->changed, matching->changed_count, by_id_before);
	for (size_t i = 0; i < matching->added_count && !code; i++)
		code = trade_told_apart(matching, matching->added[i]);
	sort(matching->added, matching->added_count, by_id_after);
	sort(matching->changed, matching->changed_count, by_blob_before);
	for (size_t i = 0; i < matching->added_count && !code; i++)
		code = trade_same_bytes(matching, matching->added[i]);
	return code;
}

/* --- a side --- */

static void add_record(struct kith_side *side, struct kith_arena *arena, const struct kith_difference *change)
{
	struct kith_touched touched = {0};
	const bool was = kith_place_of_record(change->path, &change->before, arena, &touched.before);
	const bool is = kith_place_of_record(change->path, &change->after, arena, &touched.after);
	if (was || is)
		*(struct kith_touched *)kith_arena_push(arena, &side->records, &side->count, &side->capacity, sizeof(touched)) = touched;
}

static int by_place(const void *one, const void *other)
{
	const struct kith_touched *a = one, *b = other;
	const bool old_a = a->before.path != NULL, old_b = b->before.path != NULL;
	if (old_a != old_b)
		return old_a ? -1 : 1;
	if (old_a)
		return strcmp(a->before.path, b->before.path);
	const int order = kith_place_compare(&a->after, &b->after);
	return order ? order : strcmp(a->after.path, b->after.path);
}

/* Those that were joined to another are empty now. */
static void settle(struct kith_side *side)
{
	size_t used = 0;
	for (size_t i = 0; i < side->count; i++)
		if (side->records[i].before.path || side->records[i].after.path)
			side->records[used++] = side->records[i];
	side->count = used;
	if (used)
		qsort(side->records, used, sizeof(*side->records), by_place);
	while (side->first_added < used && side->records[side->first_added].before.path)
		side->first_added++;
}

static void sort_out(const struct kith_side *side, struct matching *matching)
{
	for (size_t i = 0; i < side->count; i++) {
		struct kith_touched *touched = &side->records[i];
		if (!touched->after.path) {
			matching->gone[matching->gone_count++] = touched;
			matching->left[touched->before.kind]++;
		} else if (!touched->before.path) {
			matching->added[matching->added_count++] = touched;
		} else if (!git_oid_equal(&touched->before.entry.oid, &touched->after.entry.oid)) {
			matching->changed[matching->changed_count++] = touched;
		}
	}
}

enum kith_code kith_side_sort_out(git_repository *git, struct kith_side *side, struct kith_arena *arena, struct kith_err *err)
{
	side->records = NULL;
	side->count = side->capacity = side->first_added = 0;
	for (size_t i = 0; i < side->changes.count; i++)
		add_record(side, arena, &side->changes.list[i]);
	const size_t size = (side->count + 1) * sizeof(struct kith_touched *);
	struct matching matching = {
		.git = git,
		.gone = kith_arena_alloc(arena, size),
		.added = kith_arena_alloc(arena, size),
		.changed = kith_arena_alloc(arena, size),
		.err = err,
	};
	sort_out(side, &matching);
	if (trade_all(&matching) || (matching.gone_count && matching.added_count && match_renames(&matching)))
		return KITH_SYNC;
	settle(side);
	return KITH_OK;
}
