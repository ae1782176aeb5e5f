/* The end of a merge of trees: one thing at each path. */
#include <stdlib.h>
#include <string.h>

#include "lib/git/inside.h"
#include "lib/git/merge_inside.h"
#include "lib/record/merge.h"

static int by_path(const void *one, const void *other)
{
	const struct kith_final *a = one, *b = other;
	int order = strcmp(a->path, b->path);
	if (!order)
		order = (int)a->rank - (int)b->rank;
	if (!order)
		order = git_oid_cmp(&a->entry.oid, &b->entry.oid);
	return order ? order : (int)a->entry.mode - (int)b->entry.mode;
}

static bool is_there(const struct kith_final *final)
{
	return final->rank != KITH_RANK_GONE;
}

/* Of several at one path the first stays. */
static enum kith_code settle_paths(struct kith_merging *merging)
{
	size_t used = 0;
	if (merging->final_count)
		qsort(merging->finals, merging->final_count, sizeof(*merging->finals), by_path);
	for (size_t i = 0; i < merging->final_count; i++) {
		const struct kith_final *final = &merging->finals[i], *kept = used ? &merging->finals[used - 1] : NULL;
		if (!kept || strcmp(kept->path, final->path) != 0)
			merging->finals[used++] = *final;
		else if (is_there(final) && !git_oid_equal(&kept->entry.oid, &final->entry.oid) &&
		         kith_merging_set_aside(merging, final->path, final->entry))
			return KITH_SYNC;
	}
	merging->final_count = used;
	return KITH_OK;
}

/* The first that is not before this path. */
static size_t find_place(const struct kith_merging *merging, const char *path)
{
	size_t low = 0, high = merging->final_count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (strcmp(merging->finals[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct kith_final *find(const struct kith_merging *merging, const char *path)
{
	const size_t place = find_place(merging, path);
	return place < merging->final_count && strcmp(merging->finals[place].path, path) == 0 ? &merging->finals[place] : NULL;
}

/* Put something where nothing is, and keep the order. */
static void insert(struct kith_merging *merging, struct kith_final final)
{
	const size_t place = find_place(merging, final.path);
	if (place == merging->final_count || strcmp(merging->finals[place].path, final.path) != 0) {
		kith_merging_put(merging, final.path, final.entry, final.rank);
		memmove(&merging->finals[place + 1], &merging->finals[place],
		        (merging->final_count - 1 - place) * sizeof(*merging->finals));
	}
	merging->finals[place] = final;
}

/* What a side has there, whatever it is. */
static enum kith_code find_anything(const struct kith_merging *merging, int side, const char *path, struct kith_entry *out)
{
	git_tree_entry *entry = NULL;
	const int code = git_tree_entry_bypath(&entry, merging->trees[side], path);
	if (code && code != GIT_ENOTFOUND)
		return kith_git_fail(merging->err, "cannot read %s from git", path);
	*out = code ? (struct kith_entry){0} : (struct kith_entry){ *git_tree_entry_id(entry), git_tree_entry_filemode(entry) };
	git_tree_entry_free(entry);
	return KITH_OK;
}

/* Neither side is known to have touched what is at this path, and now something else comes there: a record that one side renamed and the other moved,
 * or that was told apart.  If a record was there, it has met it already.  A link or a submodule makes room; a folder, which has things in it, does not.
 * What was not read is as the merged tree starts with it: look there. */
static enum kith_code meet_occupant(struct kith_merging *merging, struct kith_final *comer)
{
	struct kith_entry occupant;
	if (find_anything(merging, merging->start, comer->path, &occupant))
		return KITH_SYNC;
	if (occupant.mode == GIT_FILEMODE_LINK || occupant.mode == GIT_FILEMODE_COMMIT)
		return kith_merging_set_aside(merging, comer->path, occupant);
	if (occupant.mode != GIT_FILEMODE_TREE)
		return KITH_OK;
	const struct kith_entry entry = comer->entry;
	comer->entry = (struct kith_entry){0};
	comer->rank = KITH_RANK_GONE;
	return kith_merging_set_aside(merging, comer->path, entry);
}

static enum kith_code settle_occupants(struct kith_merging *merging)
{
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < merging->final_count && !code; i++) {
		struct kith_final *final = &merging->finals[i];
		if (final->rank == KITH_RANK_RECORD && !kith_merging_change(merging, ONE, final->path) &&
		    !kith_merging_change(merging, OTHER, final->path))
			code = meet_occupant(merging, final);
	}
	return code;
}

/* Something is below this path: it must be a folder.  What has another as a file here has noted a change of it. */
static enum kith_code make_room(struct kith_merging *merging, const char *folder)
{
	struct kith_final *file = find(merging, folder);
	if (!file || !is_there(file))
		return KITH_OK;
	const struct kith_entry entry = file->entry;
	file->entry = (struct kith_entry){0};
	file->rank = KITH_RANK_GONE;
	return kith_merging_set_aside(merging, file->path, entry); /* which lasts */
}

static enum kith_code settle_folders(struct kith_merging *merging)
{
	KITH_BUF folder = {0}, last = {0};
	for (size_t i = 0; i < merging->final_count; i++) {
		const char *path = merging->finals[i].path, *slash = strrchr(path, '/');
		if (!slash || !is_there(&merging->finals[i]))
			continue;
		kith_buf_clear(&folder);
		kith_buf_add_bytes(&folder, path, (size_t)(slash - path));
		if (strcmp(folder.text, kith_buf_text(&last)) == 0)
			continue;
		kith_buf_clear(&last);
		kith_buf_add(&last, folder.text);
		for (char *end = folder.text + folder.length; end; end = strrchr(folder.text, '/')) {
			*end = '\0';
			if (make_room(merging, folder.text))
				return KITH_SYNC;
		}
	}
	return KITH_OK;
}

/* --- what is set aside --- */

static const char conflicts[] = "conflicts";

/* The folder may be a file in a tree of strangers, and neither side may have touched it. */
static enum kith_code make_conflicts(struct kith_merging *merging)
{
	if (!merging->aside_count)
		return KITH_OK;
	if (find(merging, conflicts))
		return make_room(merging, conflicts);
	struct kith_entry old;
	if (find_anything(merging, merging->start, conflicts, &old))
		return KITH_SYNC;
	if (!old.mode || old.mode == GIT_FILEMODE_TREE)
		return KITH_OK;
	insert(merging, (struct kith_final){ .path = conflicts, .rank = KITH_RANK_GONE });
	return kith_merging_set_aside(merging, conflicts, old);
}

enum taken { FREE, TAKEN_BY_SAME, TAKEN };

static bool has_anything_below(const struct kith_merging *merging, const char *path)
{
	const char *inner = kith_arena_printf(merging->arena, "%s/", path);
	const size_t length = strlen(inner);
	for (size_t i = find_place(merging, inner); i < merging->final_count; i++) {
		if (strncmp(merging->finals[i].path, inner, length) != 0)
			return false;
		if (is_there(&merging->finals[i]))
			return true;
	}
	return false;
}

static enum kith_code look_up(struct kith_merging *merging, const char *path, const git_oid *text, enum taken *out)
{
	const struct kith_final *final = find(merging, path);
	struct kith_entry entry = {0};
	if (final)
		entry = final->entry;
	else if (find_anything(merging, merging->start, path, &entry))
		return KITH_SYNC;
	*out = !entry.mode ? FREE : git_oid_equal(&entry.oid, text) ? TAKEN_BY_SAME : TAKEN;
	if (*out == FREE && has_anything_below(merging, path))
		*out = TAKEN;
	return KITH_OK;
}

static int by_place(const void *one, const void *other)
{
	const struct kith_aside *a = one, *b = other;
	const int order = strcmp(a->path, b->path);
	return order ? order : git_oid_cmp(&a->text, &b->text);
}

/* conflicts/<stem>-<hash12>.txt, with more of the hash where a person has changed such a file. */
static enum kith_code place_aside(struct kith_merging *merging, const struct kith_aside *aside)
{
	for (int digits = KITH_ASIDE_DIGITS; digits <= GIT_OID_HEXSZ; digits += KITH_ASIDE_MORE) {
		KITH_BUF name = {0};
		kith_set_aside_name(&name, aside->path, git_oid_tostr_s(&aside->text), digits);
		const char *path = kith_arena_strdup(merging->arena, name.text);
		enum taken taken;
		if (look_up(merging, path, &aside->text, &taken))
			return KITH_SYNC;
		if (taken == TAKEN_BY_SAME)
			return KITH_OK;
		if (taken == TAKEN)
			continue;
		insert(merging, (struct kith_final){ path, { aside->text, GIT_FILEMODE_BLOB }, KITH_RANK_FILE });
		merging->out->set_aside++;
		return KITH_OK;
	}
	return KITH_OK; /* a person has written to a file of that very name: the text is in the history */
}

static enum kith_code settle_asides(struct kith_merging *merging)
{
	enum kith_code code = make_conflicts(merging);
	if (merging->aside_count)
		qsort(merging->asides, merging->aside_count, sizeof(*merging->asides), by_place);
	for (size_t i = 0; i < merging->aside_count && !code; i++)
		code = place_aside(merging, &merging->asides[i]);
	return code;
}

/* --- what must change --- */

const struct kith_difference *kith_merging_change(const struct kith_merging *merging, int side, const char *path)
{
	return kith_differences_find(&merging->sides[side].changes, path);
}

static enum kith_code now_at(struct kith_merging *merging, int side, const char *path, struct kith_entry *out)
{
	const struct kith_difference *mine = kith_merging_change(merging, side, path);
	const struct kith_difference *theirs = mine ? NULL : kith_merging_change(merging, ONE + OTHER - side, path);
	if (mine || theirs) {
		*out = mine ? mine->after : theirs->before;
		return KITH_OK;
	}
	if (find_anything(merging, side, path, out))
		return KITH_SYNC;
	if (out->mode == GIT_FILEMODE_TREE)
		*out = (struct kith_entry){0};
	return KITH_OK;
}

/* A commit that names what is not there, or no file, could be neither installed nor sent to others. */
static enum kith_code check_object(struct kith_merging *merging, git_odb *odb, const struct kith_final *final)
{
	size_t size;
	git_object_t type;
	if (!is_there(final) || final->entry.mode == GIT_FILEMODE_COMMIT)
		return KITH_OK;
	if (git_odb_read_header(&size, &type, odb, &final->entry.oid))
		return kith_git_fail(merging->err, "cannot read what is in a commit");
	if (type == GIT_OBJECT_BLOB)
		return KITH_OK;
	kith_fail(merging->err, KITH_SYNC, "a commit in git is damaged or hostile: what it has as a file, %s, is none",
	          git_oid_tostr_s(&final->entry.oid));
	return kith_hint(merging->err, "git fsck says more, git log who wrote it; your files are untouched");
}

static enum kith_code list_changes(struct kith_merging *merging, int side, struct kith_differences *out)
{
	KITH_CLEANUP(git_odb_free) git_odb *odb = NULL;
	if (git_repository_odb(&odb, merging->git))
		return kith_git_fail(merging->err, "cannot read from git");
	for (size_t i = 0; i < merging->final_count; i++) {
		const struct kith_final *final = &merging->finals[i];
		struct kith_entry now;
		if (check_object(merging, odb, final) || now_at(merging, side, final->path, &now))
			return KITH_SYNC;
		if (now.mode == final->entry.mode && git_oid_equal(&now.oid, &final->entry.oid))
			continue;
		struct kith_difference *change =
			kith_arena_push(merging->arena, &out->list, &out->count, &out->capacity, sizeof(*change));
		*change = (struct kith_difference){ .path = final->path, .before = now, .after = final->entry };
	}
	return KITH_OK;
}

enum kith_code kith_merging_settle(struct kith_merging *merging, int side, struct kith_differences *out)
{
	for (size_t i = 0; i < merging->result_count; i++)
		if (merging->results[i].place.path)
			kith_merging_put(merging, merging->results[i].place.path, merging->results[i].place.entry, KITH_RANK_RECORD);
	enum kith_code code = settle_paths(merging);
	if (!code)
		code = settle_occupants(merging);
	if (!code)
		code = settle_folders(merging);
	if (!code)
		code = settle_asides(merging);
	return code ? code : list_changes(merging, side, out);
}
