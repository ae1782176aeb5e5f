#include <string.h>

#include "lib/base/file.h"
#include "lib/git/history_inside.h"
#include "lib/record/record.h"

/* --- a commit and its parents --- */

enum kith_code kith_step_back_open(git_repository *git, const git_oid *id, struct kith_step_back *out,
                                   struct kith_err *err)
{
	struct kith_step_back step = {0};
	if (git_commit_lookup(&step.commit, git, id) || git_commit_tree(&step.tree, step.commit)) {
		kith_step_back_close(&step);
		return kith_git_fail(err, "cannot read a commit");
	}
	const unsigned all = git_commit_parentcount(step.commit);
	for (unsigned i = 0; i < all && step.parents_count < KITH_PARENTS_MOST; i++) {
		git_commit **parent = &step.parents[step.parents_count];
		const int code = git_commit_parent(parent, step.commit, i);
		step.cut = step.cut || code == GIT_ENOTFOUND;
		if (code == GIT_ENOTFOUND)
			continue;
		step.parents_count += !code;
		if (code || git_commit_tree(&step.parent_trees[step.parents_count - 1], *parent)) {
			kith_step_back_close(&step);
			return kith_git_fail(err, "cannot read a commit");
		}
	}
	*out = step;
	return KITH_OK;
}

void kith_step_back_close(struct kith_step_back *step)
{
	for (size_t i = 0; i < step->parents_count; i++) {
		git_tree_free(step->parent_trees[i]);
		git_commit_free(step->parents[i]);
	}
	git_tree_free(step->tree);
	git_commit_free(step->commit);
	*step = (struct kith_step_back){0};
}

/* --- texts --- */

bool kith_history_text(git_repository *git, const git_oid *id, size_t most, struct kith_arena *arena, const char **text,
                       size_t *length)
{
	KITH_CLEANUP(git_odb_free) git_odb *odb = NULL;
	KITH_CLEANUP(git_blob_free) git_blob *blob = NULL;
	git_object_t type;
	size_t size;
	/* The length first: a stranger's blob may be larger than memory. */
	if (git_repository_odb(&odb, git) || git_odb_read_header(&size, &type, odb, id) || type != GIT_OBJECT_BLOB ||
	    size > most || git_blob_lookup(&blob, git, id))
		return false;
	*length = (size_t)git_blob_rawsize(blob);
	*text = kith_arena_strndup(arena, *length ? git_blob_rawcontent(blob) : "", *length);
	return true;
}

/* --- renames --- */

struct pairing {
	git_repository *git;
	const struct kith_differences *differences;
	const struct kith_difference **gone; /* not paired yet; NULL: was paired */
	size_t gone_count;
	struct kith_arena *arena;
};

static bool same_stem(const char *one, const char *other)
{
	KITH_BUF a = {0}, b = {0};
	return kith_path_stem(one, &a) && kith_path_stem(other, &b) && strcmp(a.text, b.text) == 0;
}

/* Whether a new record says that it was called as the one that is gone. */
static bool names_it(struct pairing *pairing, const struct kith_difference *come, const char *gone)
{
	KITH_BUF stem = {0}, old = {0};
	struct kith_reading reading;
	const char *text;
	size_t length;
	const enum kith_kind kind = (enum kith_kind)kith_kind_of_path(come->path);
	if (!kith_field_find(kind, "formerly") || !kith_path_stem(come->path, &stem) || !kith_path_stem(gone, &old) ||
	    !kith_history_text(pairing->git, &come->after.oid, KITH_DOC_LIMIT, pairing->arena, &text, &length))
		return false;
	kith_record_read(kind, stem.text, come->path, text, length, pairing->arena, &reading);
	if (!reading.readable)
		return false;
	for (const struct kith_value *at = NULL; (at = kith_record_next(&reading.record, "formerly", at));)
		if (strcmp(at->text, old.text) == 0)
			return true;
	return false;
}

/* The cheapest first. */
enum sign { SAME_ID, SAME_BYTES, SAID, SIGNS };

static bool is_rename(struct pairing *pairing, enum sign sign, const struct kith_difference *gone,
                      const struct kith_difference *come)
{
	const int kind = kith_kind_of_path(come->path);
	if (kind < 0 || kind >= KITH_KINDS || kith_kind_of_path(gone->path) != kind)
		return false;
	switch (sign) {
	case SAID:    return names_it(pairing, come, gone->path);
	case SAME_ID: return same_stem(gone->path, come->path);
	default:      return git_oid_equal(&gone->before.oid, &come->after.oid);
	}
}

static const struct kith_difference *find_origin(struct pairing *pairing, const struct kith_difference *come)
{
	for (enum sign sign = SAME_ID; sign < SIGNS; sign++)
		for (size_t i = 0; i < pairing->gone_count; i++) {
			const struct kith_difference *gone = pairing->gone[i];
			if (gone && is_rename(pairing, sign, gone, come)) {
				pairing->gone[i] = NULL;
				return gone;
			}
		}
	return NULL;
}

static bool is_gone(const struct kith_difference *difference)
{
	return !difference->after.mode;
}

static bool is_come(const struct kith_difference *difference)
{
	return !difference->before.mode;
}

/* Where very many went and came at once, nothing is paired: each would be compared with each. */
static void begin_pairing(struct pairing *pairing)
{
	enum { MOST_PAIRS = 10000 };
	const struct kith_differences *all = pairing->differences;
	size_t come = 0;
	pairing->gone = kith_arena_alloc(pairing->arena, (all->count + 1) * sizeof(*pairing->gone));
	for (size_t i = 0; i < all->count; i++) {
		come += is_come(&all->list[i]);
		if (is_gone(&all->list[i]))
			pairing->gone[pairing->gone_count++] = &all->list[i];
	}
	if (pairing->gone_count && come > MOST_PAIRS / pairing->gone_count)
		pairing->gone_count = 0;
}

static void add_changes(struct pairing *pairing, struct kith_history_changes *out)
{
	const struct kith_differences *all = pairing->differences;
	const struct kith_difference **origins = kith_arena_alloc(pairing->arena, (all->count + 1) * sizeof(*origins));
	bool *told = kith_arena_alloc(pairing->arena, all->count + 1);
	for (size_t i = 0; i < all->count; i++)
		if (is_come(&all->list[i]) && (origins[i] = find_origin(pairing, &all->list[i])))
			told[origins[i] - all->list] = true;
	for (size_t i = 0; i < all->count; i++) {
		const struct kith_difference *difference = &all->list[i];
		if (told[i])
			continue;
		struct kith_history_change *change =
			kith_arena_push(pairing->arena, &out->list, &out->count, &out->capacity, sizeof(*change));
		*change = (struct kith_history_change){ .path = difference->path, .before = difference->before,
			                                .after = difference->after };
		if (origins[i]) {
			change->from = origins[i]->path;
			change->before = origins[i]->before;
		}
	}
}

/* --- all changes of a commit --- */

/* Of a merge: what is as one of the other sides had it came from there. */
static enum kith_code drop_merged(const struct kith_step_back *step, struct kith_differences *all, struct kith_err *err)
{
	size_t kept = 0;
	for (size_t i = 0; i < all->count; i++) {
		const struct kith_difference *difference = &all->list[i];
		bool is_new = true;
		for (size_t parent = 1; is_new && parent < step->parents_count; parent++) {
			struct kith_entry entry;
			if (kith_tree_find(step->parent_trees[parent], difference->path, &entry, err))
				return KITH_SYNC;
			is_new = entry.mode != difference->after.mode || !git_oid_equal(&entry.oid, &difference->after.oid);
		}
		if (is_new)
			all->list[kept++] = *difference;
	}
	all->count = kept;
	return KITH_OK;
}

enum kith_code kith_step_back_changes(git_repository *git, const struct kith_step_back *step, struct kith_arena *arena,
                                      struct kith_history_changes *out, struct kith_err *err)
{
	struct kith_differences all = {0};
	*out = (struct kith_history_changes){0};
	if (step->cut) /* against nothing, everything would be new */
		return KITH_OK;
	const git_tree *before = step->parents_count ? step->parent_trees[0] : NULL;
	if (kith_tree_compare(git, before, step->tree, arena, &all, err) || drop_merged(step, &all, err))
		return KITH_SYNC;
	struct pairing pairing = { .git = git, .differences = &all, .arena = arena };
	begin_pairing(&pairing);
	add_changes(&pairing, out);
	return KITH_OK;
}
