#include "lib/git/merge_walk.h"

#include <limits.h>
#include <string.h>

#include "lib/git/folder.h"
#include "lib/git/inside.h"

enum { BASE, FIRST, SECOND, TREES };

struct walk {
	git_odb *odb;
	struct kith_arena *arena;
	struct kith_side *sides;
	struct kith_buf path; /* of the folder that is looked at */
	unsigned depth;
	size_t folders;
	struct kith_err *err;
};

static enum kith_code walk_folder(struct walk *walk, const git_oid ids[TREES]);

static struct kith_entry entry_of(const struct kith_folder *folder)
{
	struct kith_entry entry = {0};
	if (folder) {
		entry.mode = folder->mode;
		(void)git_oid_fromraw(&entry.oid, folder->id); /* cannot fail */
	}
	return entry;
}

static enum kith_code refuse(const struct walk *walk, const char *what)
{
	return kith_folder_refuse(kith_buf_text(&walk->path), what, walk->err);
}

static void note_unread(struct walk *walk, struct kith_side *side, const struct kith_entry *base, const struct kith_entry *now)
{
	struct kith_unread *unread =
		kith_arena_push(walk->arena, &side->unread, &side->unread_count, &side->unread_capacity, sizeof(*unread));
	*unread = (struct kith_unread){ kith_arena_strdup(walk->arena, walk->path.text), base->oid, now->oid };
}

static enum kith_code walk_folders(struct walk *walk, const struct kith_entry entries[TREES], const bool changed[TREES])
{
	if (changed[FIRST] != changed[SECOND]) {
		const int which = changed[FIRST] ? FIRST : SECOND;
		note_unread(walk, &walk->sides[which - FIRST], &entries[BASE], &entries[which]);
		return KITH_OK;
	}
	if (walk->depth == KITH_TREE_DEEPEST || walk->path.length >= PATH_MAX)
		return refuse(walk, "folders are nested deeper than a file system can hold");
	if (walk->folders++ == KITH_TREE_MOST)
		return refuse(walk, "it has more folders than any store");
	const git_oid ids[TREES] = { entries[BASE].oid, entries[FIRST].oid, entries[SECOND].oid };
	walk->depth++;
	const enum kith_code code = walk_folder(walk, ids);
	walk->depth--;
	return code;
}

/* Entries of one name, all folders or none a folder; NULL where a tree has none. */
static enum kith_code walk_entries(struct walk *walk, const char *name, const struct kith_folder *const folders[TREES])
{
	const struct kith_entry entries[TREES] = { entry_of(folders[BASE]), entry_of(folders[FIRST]), entry_of(folders[SECOND]) };
	const bool changed[TREES] = { [FIRST] = !kith_entry_is_same(&entries[BASE], &entries[FIRST]), [SECOND] = !kith_entry_is_same(&entries[BASE], &entries[SECOND]) };
	bool is_folder = false;
	if (!changed[FIRST] && !changed[SECOND])
		return KITH_OK;
	if (!kith_folder_is_clean_name(name))
		return refuse(walk, "a file has a name that none can have");
	for (int i = 0; i < TREES; i++)
		is_folder |= folders[i] && kith_folder_is_folder(folders[i]);
	const size_t length = walk->path.length;
	if (length)
		kith_buf_add_char(&walk->path, '/');
	kith_buf_add(&walk->path, name);
	enum kith_code code = KITH_OK;
	if (is_folder)
		code = walk_folders(walk, entries, changed);
	for (int i = FIRST; i < TREES && !is_folder && !code; i++)
		if (changed[i])
			code = kith_differences_try(&walk->sides[i - FIRST].changes, walk->arena, walk->path.text, &entries[BASE], &entries[i],
			                            walk->err);
	walk->path.length = length;
	walk->path.text[length] = '\0';
	return code;
}

/* The first of the three in git's order. */
static const struct kith_folder *find_first(const struct kith_folder folders[TREES])
{
	const struct kith_folder *first = NULL;
	for (int i = 0; i < TREES; i++)
		if (folders[i].name && (!first || kith_folder_compare(folders[i].name, kith_folder_is_folder(&folders[i]), first->name,
		                                                      kith_folder_is_folder(first)) < 0))
			first = &folders[i];
	return first;
}

static enum kith_code walk_all(struct walk *walk, struct kith_folder folders[TREES])
{
	const struct kith_folder *first;
	while ((first = find_first(folders))) {
		const struct kith_folder *now[TREES] = { NULL };
		const bool is_folder = kith_folder_is_folder(first);
		for (int i = 0; i < TREES; i++)
			if (folders[i].name && (&folders[i] == first || kith_folder_compare(folders[i].name, kith_folder_is_folder(&folders[i]),
			                                                                     first->name, is_folder) == 0))
				now[i] = &folders[i];
		enum kith_code code = walk_entries(walk, first->name, now);
		for (int i = 0; i < TREES && !code; i++)
			if (now[i])
				code = kith_folder_next(&folders[i], walk->err);
		if (code)
			return code;
	}
	return KITH_OK;
}

static enum kith_code walk_folder(struct walk *walk, const git_oid ids[TREES])
{
	struct kith_folder folders[TREES] = {0};
	enum kith_code code = KITH_OK;
	for (int i = 0; i < TREES && !code; i++)
		code = kith_folder_open(walk->odb, &ids[i], &folders[i], walk->err);
	if (!code)
		code = walk_all(walk, folders);
	for (int i = 0; i < TREES; i++)
		kith_folder_close(&folders[i]);
	return code;
}

enum kith_code kith_merge_walk(git_repository *git, const git_tree *base, const git_tree *one, const git_tree *other,
                               struct kith_arena *arena, struct kith_side sides[2], struct kith_err *err)
{
	KITH_CLEANUP(git_odb_free) git_odb *odb = NULL;
	if (git_repository_odb(&odb, git))
		return kith_git_fail(err, "cannot read from git");
	struct walk walk = { .odb = odb, .arena = arena, .sides = sides, .err = err };
	git_oid ids[TREES] = {0};
	if (base)
		ids[BASE] = *git_tree_id(base);
	ids[FIRST] = *git_tree_id(one);
	ids[SECOND] = *git_tree_id(other);
	sides[0] = sides[1] = (struct kith_side){0};
	kith_buf_add(&walk.path, "");
	const enum kith_code code = walk_folder(&walk, ids);
	kith_buf_finish(&walk.path);
	for (int i = 0; i < 2; i++)
		kith_differences_sort(&sides[i].changes);
	return code;
}

enum kith_code kith_merge_read_rest(git_repository *git, struct kith_side *side, struct kith_arena *arena, struct kith_err *err)
{
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < side->unread_count && !code; i++)
		code = kith_tree_compare_below(git, side->unread[i].path, &side->unread[i].before, &side->unread[i].after, arena, &side->changes, err);
	side->unread_count = 0;
	kith_differences_sort(&side->changes);
	return code;
}

/* --- what else the other side may have done to the same records --- */

static bool is_in_place(const struct kith_touched *touched)
{
	return touched->before.path && touched->after.path && strcmp(touched->before.path, touched->after.path) == 0;
}

static bool is_of_kind(const char *folder, enum kith_kind kind)
{
	const char *top = kith_kind_folder(kind);
	const size_t length = strlen(top);
	return strncmp(folder, top, length) == 0 && (!folder[length] || folder[length] == '/');
}

/* A new folder where the other side has put a file, or below that. */
static bool is_in_the_way(const struct kith_side *small, const struct kith_unread *unread)
{
	KITH_BUF path = {0};
	if (!git_oid_is_zero(&unread->before))
		return false;
	kith_buf_add(&path, unread->path);
	bool found = kith_differences_find(&small->changes, path.text) != NULL;
	for (char *slash; !found && (slash = strrchr(path.text, '/'));) {
		*slash = '\0';
		found = kith_differences_find(&small->changes, path.text) != NULL;
	}
	return found;
}

/* A record that is gone may have a new place, in a folder that was not read; one that both changed may have traded places with another there; one that
 * is new may be what became of one that is gone there. */
static bool may_have_moved(const struct kith_side *small, const struct kith_side *big)
{
	bool others = false;
	size_t j = 0;
	for (size_t i = 0; i < small->count; i++)
		others |= !is_in_place(&small->records[i]);
	for (size_t i = 0; i < big->count; i++) {
		const struct kith_touched *its = &big->records[i];
		if (!its->before.path && others)
			return true;
		if (!its->before.path)
			continue;
		if (!is_in_place(its))
			return true;
		/* Both lists are in the order of the paths in the base. */
		while (j < small->first_added && strcmp(small->records[j].before.path, its->before.path) < 0)
			j++;
		if (j < small->first_added && strcmp(small->records[j].before.path, its->before.path) == 0)
			return true;
	}
	return false;
}

/* A search for added records' ids, as names of files in what was not read. */
enum { MOST_WANTED = 16 };

struct search {
	git_odb *odb;
	const char *ids[MOST_WANTED];
	size_t count, looked_at;
	unsigned depth;
	bool found;
	struct kith_err *err;
};

static enum kith_code search_folder(struct search *, const git_oid *before, const git_oid *after);

static bool is_wanted(const struct search *search, const char *name)
{
	for (size_t i = 0; i < search->count; i++) {
		const size_t length = strlen(search->ids[i]);
		if (strncmp(name, search->ids[i], length) == 0 && name[length] == '.')
			return true;
	}
	return false;
}

/* What both have is not looked into.  `old` follows `new`, and is opened when it is needed first: most folders hold files only. */
static enum kith_code search_inner(struct search *search, const git_oid *before, struct kith_folder *old, const struct kith_folder *new)
{
	enum kith_code code = KITH_OK;
	if (!old->object)
		code = kith_folder_open(search->odb, before, old, search->err);
	while (!code && old->name && kith_folder_compare(old->name, kith_folder_is_folder(old), new->name, true) < 0)
		code = kith_folder_next(old, search->err);
	if (code)
		return code;
	const bool both = kith_folder_is_folder(old) && strcmp(old->name, new->name) == 0;
	const struct kith_entry was = entry_of(both ? old : NULL), is = entry_of(new);
	if (kith_entry_is_same(&was, &is))
		return KITH_OK;
	search->depth++;
	code = search_folder(search, &was.oid, &is.oid);
	search->depth--;
	return code;
}

/* What is too deep or too much counts as found: reading it all refuses it. */
static enum kith_code search_folder(struct search *search, const git_oid *before, const git_oid *after)
{
	KITH_FOLDER old = {0}, new = {0};
	enum kith_code code = kith_folder_open(search->odb, after, &new, search->err);
	search->found |= search->depth == KITH_TREE_DEEPEST;
	while (!code && new.name && !search->found) {
		if (kith_folder_is_folder(&new))
			code = search_inner(search, before, &old, &new);
		else
			search->found = is_wanted(search, new.name);
		search->found |= ++search->looked_at == KITH_TREE_MOST;
		if (!code)
			code = kith_folder_next(&new, search->err);
	}
	return code;
}

static bool has_id(const struct search *search, const char *id)
{
	for (size_t i = 0; i < search->count; i++)
		if (strcmp(search->ids[i], id) == 0)
			return true;
	return false;
}

/* The ids that are new to records of one kind or come with a new path, in what the other side changed in that kind's folder.  What it changed where
 * that was read may be another record than it seems: the one that was there may have moved to what was not. */
static enum kith_code find_namesakes(git_odb *odb, const struct kith_side *small, const struct kith_side *big, enum kith_kind kind, bool *found,
                                     struct kith_err *err)
{
	struct search search = { .odb = odb, .err = err };
	for (size_t i = 0; i < small->count; i++) {
		const struct kith_touched *its = &small->records[i];
		if (!its->after.path || its->after.kind != kind || is_in_place(its))
			continue;
		search.found |= search.count == MOST_WANTED;
		if (search.count < MOST_WANTED)
			search.ids[search.count++] = its->after.id;
	}
	for (size_t i = 0; i < big->count && !search.found; i++)
		search.found = big->records[i].after.path && big->records[i].after.kind == kind && has_id(&search, big->records[i].after.id);
	for (size_t i = 0; i < big->unread_count && search.count && !search.found; i++)
		if (is_of_kind(big->unread[i].path, kind) && search_folder(&search, &big->unread[i].before, &big->unread[i].after))
			return KITH_SYNC;
	*found |= search.found && search.count;
	return KITH_OK;
}

enum kith_code kith_merge_sees_enough(git_repository *git, const struct kith_side *small, const struct kith_side *big, bool *out, struct kith_err *err)
{
	KITH_CLEANUP(git_odb_free) git_odb *odb = NULL;
	bool found = big->unread_count && may_have_moved(small, big);
	if (git_repository_odb(&odb, git))
		return kith_git_fail(err, "cannot read from git");
	for (size_t i = 0; i < big->unread_count && !found; i++)
		found = is_in_the_way(small, &big->unread[i]);
	for (int kind = 0; kind < KITH_KINDS && !found && big->unread_count; kind++)
		if (find_namesakes(odb, small, big, (enum kith_kind)kind, &found, err))
			return KITH_SYNC;
	*out = !found;
	return KITH_OK;
}
