/* Machines that edit one store, for the simulator of merging: what each has, and what people do to it.
 *
 * Every value that an edit writes is a word of its own, so that it is seen where it went: shown, kept in `conflicts`, or set aside as a file. */
#ifndef MERGE_REPLICAS_H
#define MERGE_REPLICAS_H

#include "git_fixture.h"

#include "lib/git/inside.h"
#include "lib/git/merge_side.h"
#include "lib/git/merge_tree.h"
#include "lib/git/tree.h"
#include "lib/git/writer.h"
#include "lib/record/edit.h"

enum { MOST_REPLICAS = 6, MOST_WORDS = 2000, IDS = 8, NAMES = 4 };

enum fate { HERE, TAKEN_OUT, WITH_RECORD }; /* nobody took it out; an edit did; its record was deleted somewhere */

struct world {
	uint64_t state;
	struct kith_repo *repo;
	struct kith_writer *writer;
	size_t replicas;
	git_oid heads[MOST_REPLICAS];
	enum fate words[MOST_WORDS];
	size_t word_count, first_new; /* of the edit that is made */
	struct {
		size_t schedules, edits, merges, crossed, pulls, back, conflicts, set_aside, stayed;
	} figures;
};

/* What a replica has: paths and texts. */
struct view {
	struct kith_arena arena;
	struct kith_differences files;
	git_tree *tree;
};

static unsigned below(struct world *world, unsigned limit)
{
	world->state ^= world->state << 13;
	world->state ^= world->state >> 7;
	world->state ^= world->state << 17;
	return (unsigned)((world->state >> 11) % limit);
}

static git_repository *git_of(struct world *world)
{
	return kith_writer_git(world->writer);
}

/* --- trees --- */

static git_tree *tree_of(struct world *world, const git_oid *commit)
{
	git_commit *opened = NULL;
	git_tree *tree = NULL;
	assert_int_equal(git_commit_lookup(&opened, git_of(world), commit), 0);
	assert_int_equal(git_commit_tree(&tree, opened), 0);
	git_commit_free(opened);
	return tree;
}

static void look(struct world *world, const git_oid *commit, struct view *view)
{
	struct kith_err err = {0};
	*view = (struct view){ .tree = tree_of(world, commit) };
	assert_ok(kith_tree_compare_all(git_of(world), NULL, view->tree, &view->arena, &view->files, &err), err);
}

static void look_away(struct view *view)
{
	git_tree_free(view->tree);
	kith_arena_finish(&view->arena);
}

static void read_file(struct world *world, const struct kith_difference *file, struct kith_buf *out)
{
	struct kith_err err = {0};
	assert_ok(kith_blob_read(git_of(world), &file->after.oid, out, &err), err);
}

static void change_mode(struct world *world, struct view *view, struct kith_differences *list, const char *path, const char *text,
                        git_filemode_t mode)
{
	struct kith_err err = {0};
	struct kith_difference *change = NULL;
	for (size_t i = 0; i < list->count && !change; i++)
		if (strcmp(list->list[i].path, path) == 0)
			change = &list->list[i];
	if (!change)
		change = kith_arena_push(&view->arena, &list->list, &list->count, &list->capacity, sizeof(*change));
	*change = (struct kith_difference){ .path = kith_arena_strdup(&view->arena, path) };
	if (!text)
		return;
	change->after.mode = mode;
	assert_ok(kith_writer_blob(world->writer, text, strlen(text), &change->after.oid, &err), err);
}

static void change(struct world *world, struct view *view, struct kith_differences *list, const char *path, const char *text)
{
	change_mode(world, view, list, path, text, GIT_FILEMODE_BLOB);
}

/* Clocks of machines differ by years. */
static void commit(struct world *world, size_t replica, struct view *view, struct kith_differences *list)
{
	struct kith_err err = {0};
	git_oid oid;
	git_tree *tree = NULL;
	git_commit *parent = NULL;
	git_signature *who = NULL;
	kith_differences_sort(list);
	assert_ok(kith_tree_update(world->writer, view->tree, list, &oid, &err), err);
	assert_int_equal(git_tree_lookup(&tree, git_of(world), &oid), 0);
	assert_int_equal(git_commit_lookup(&parent, git_of(world), &world->heads[replica]), 0);
	assert_int_equal(git_signature_new(&who, "me", "me@example.org", 1700000000 + (git_time_t)below(world, 300000000), 60), 0);
	const git_commit *parents[] = { parent };
	assert_int_equal(git_commit_create(&world->heads[replica], git_of(world), NULL, who, who, NULL, "edit", tree, 1, parents), 0);
	git_signature_free(who);
	git_commit_free(parent);
	git_tree_free(tree);
}

/* --- words --- */

static const char *new_word(struct world *world, struct view *view)
{
	assert_true(world->word_count < MOST_WORDS);
	world->words[world->word_count] = HERE;
	return kith_arena_printf(&view->arena, "w%04zuw", world->word_count++);
}

/* Which words a text has; `seen` has one flag a word. */
static void see_words(const char *text, bool *seen)
{
	for (const char *at = text; (at = strchr(at, 'w')); at++)
		if (strspn(at + 1, "0123456789") == 4 && at[5] == 'w') {
			seen[strtoul(at + 1, NULL, 10)] = true;
			at += 4;
		}
}

static void note_fates(struct world *world, const char *before, const char *after, enum fate fate)
{
	static bool were[MOST_WORDS], are[MOST_WORDS];
	memset(were, 0, sizeof(were));
	memset(are, 0, sizeof(are));
	see_words(before, were);
	see_words(after, are);
	for (size_t i = 0; i < world->word_count; i++) /* what is new may have been refused */
		if ((were[i] || i >= world->first_new) && !are[i] && world->words[i] != WITH_RECORD)
			world->words[i] = fate;
}

/* --- edits --- */

static bool has_id(struct view *view, enum kith_kind kind, const char *id)
{
	struct kith_place_in_tree place;
	for (size_t i = 0; i < view->files.count; i++)
		if (kith_place_of_record(view->files.list[i].path, &view->files.list[i].after, &view->arena, &place) &&
		    place.kind == kind && strcmp(place.id, id) == 0)
			return true;
	return false;
}

static const struct kith_difference *file_at(const struct view *view, const char *path)
{
	for (size_t i = 0; i < view->files.count; i++)
		if (strcmp(view->files.list[i].path, path) == 0)
			return &view->files.list[i];
	return NULL;
}

static const char *folder_for(struct world *world)
{
	static const char *const folders[] = { "contacts", "contacts/work", "contacts/home" };
	return folders[below(world, kith_count(folders))];
}

static const char *make_text(struct world *world, struct view *view, enum kith_kind kind)
{
	static const char *const names[NAMES] = { "Ana Silva", "Ana Souza", "Tom Okafor", "Maria Garcia" };
	if (kind == KITH_KIND_note)
		return kith_arena_printf(&view->arena, "date: 2026-11-20\nwith: ana\ntext: %s\n", new_word(world, view));
	return kith_arena_printf(&view->arena, "name: %s\ncity: %s\ntags: [%s]\n", names[below(world, NAMES)], new_word(world, view),
	                         new_word(world, view));
}

static void add_record(struct world *world, struct view *view, struct kith_differences *list)
{
	const char *id = kith_arena_printf(&view->arena, "p%u", below(world, IDS));
	const enum kith_kind kind = below(world, 4) == 0 ? KITH_KIND_note : KITH_KIND_contact;
	const char *path = kith_arena_printf(&view->arena, "%s/%s.yaml", kind == KITH_KIND_note ? "notes/2026" : folder_for(world), id);
	/* A link may be there. */
	if (!has_id(view, kind, id) && !file_at(view, path))
		change(world, view, list, path, make_text(world, view, kind));
}

static const struct kith_difference *pick_record(struct world *world, struct view *view, struct kith_place_in_tree *place)
{
	const unsigned first = view->files.count ? below(world, (unsigned)view->files.count) : 0;
	for (size_t i = 0; i < view->files.count; i++) {
		const struct kith_difference *file = &view->files.list[(first + i) % view->files.count];
		if (kith_place_of_record(file->path, &file->after, &view->arena, place))
			return file;
	}
	return NULL;
}

static void apply(struct kith_editing *editing, enum kith_edit_op op, const char *field, const char *text)
{
	const struct kith_edit_part part = { .text = text };
	const struct kith_edit edit = { .op = op, .field = kith_field_find(editing->kind, field), .parts = &part, .count = 1 };
	if (!edit.field)
		return;
	(void)kith_edit_apply(editing, &edit, NULL); /* what is refused changes nothing */
}

static void change_text(struct world *world, struct view *view, struct kith_editing *editing)
{
	const bool note = editing->kind == KITH_KIND_note;
	for (unsigned left = 1 + below(world, 2); left; left--)
		switch (below(world, 5)) {
		case 0:
		case 1:
			apply(editing, KITH_EDIT_SET, note ? "text" : "city", new_word(world, view));
			break;
		case 2:
			apply(editing, KITH_EDIT_SET, note ? "at" : "title", new_word(world, view));
			break;
		case 3:
			apply(editing, KITH_EDIT_ADD, note ? "topics" : "tags", new_word(world, view));
			break;
		default: {
			const char *field = note ? "topics" : "tags";
			const struct kith_value *value = editing->reading.readable ? kith_record_next(&editing->reading.record, field, NULL) : NULL;
			if (value)
				apply(editing, KITH_EDIT_REMOVE, field, value->text);
		}
		}
}

/* The same bytes as a record of another kind, now and then with something more. */
static void change_kind(struct world *world, struct view *view, struct kith_differences *list, const struct kith_difference *file,
                        const struct kith_place_in_tree *place, const struct kith_buf *text)
{
	const enum kith_kind kind = place->kind == KITH_KIND_contact ? KITH_KIND_group : KITH_KIND_contact;
	if (place->kind == KITH_KIND_note || has_id(view, kind, place->id))
		return;
	const char *path = kith_arena_printf(&view->arena, "%s/%s.yaml", kind == KITH_KIND_group ? "groups" : folder_for(world), place->id);
	if (file_at(view, path))
		return; /* a link */
	const size_t number = world->word_count;
	const char *more = below(world, 2) ? kith_arena_printf(&view->arena, "own%zu: %s\n", number, new_word(world, view)) : "";
	const char *now = kith_arena_printf(&view->arena, "%s%s", kith_buf_text(text), more);
	note_fates(world, kith_buf_text(text), now, TAKEN_OUT);
	change(world, view, list, file->path, NULL);
	change(world, view, list, path, now);
}

static const char *other_folder(struct world *world, enum kith_kind kind)
{
	return kind == KITH_KIND_note ? "notes/2025" : kind == KITH_KIND_group ? "groups/work" : folder_for(world);
}

static void edit_record(struct world *world, struct view *view, struct kith_differences *list)
{
	struct kith_place_in_tree place;
	KITH_BUF text = {0};
	KITH_EDITING editing = {0};
	const struct kith_difference *file = pick_record(world, view, &place);
	if (!file)
		return;
	read_file(world, file, &text);
	const unsigned how = below(world, 20);
	if (how == 0 || how == 19) {
		note_fates(world, kith_buf_text(&text), "", WITH_RECORD);
		change(world, view, list, file->path, NULL);
		if (how == 19) /* a link where it was */
			change_mode(world, view, list, file->path, new_word(world, view), GIT_FILEMODE_LINK);
		return;
	}
	if (how == 18) { /* another of that id, in its place */
		const char *other = make_text(world, view, place.kind);
		note_fates(world, kith_buf_text(&text), other, WITH_RECORD);
		change(world, view, list, file->path, other);
		return;
	}
	if (how == 17) {
		change_kind(world, view, list, file, &place, &text);
		return;
	}
	const char *to = file->path, *id = place.id;
	if (how == 1)
		to = kith_arena_printf(&view->arena, "%s/%s.yaml", other_folder(world, place.kind), place.id);
	if (how == 2 || how == 3 || how == 16)
		id = kith_arena_printf(&view->arena, "p%u", below(world, IDS));
	if (strcmp(id, place.id) != 0 && !has_id(view, place.kind, id))
		to = kith_arena_printf(&view->arena, "%.*s/%s.yaml", (int)(strrchr(file->path, '/') - file->path), file->path, id);
	if (strcmp(to, file->path) != 0 && file_at(view, to))
		return; /* a link */
	assert_int_equal(kith_editing_begin(&editing, place.kind, id, to, kith_buf_text(&text), text.length, NULL), KITH_OK);
	if (how == 3 && to != file->path)
		apply(&editing, KITH_EDIT_ADD, "formerly", place.id);
	if (how > 2 || (how == 1 && below(world, 2)))
		change_text(world, view, &editing);
	note_fates(world, text.text, editing.text.text, TAKEN_OUT);
	if (to != file->path)
		change(world, view, list, file->path, NULL);
	change(world, view, list, to, editing.text.text);
}

/* A line more or less somewhere in a file of lines. */
static void edit_lines(struct world *world, struct view *view, struct kith_differences *list)
{
	KITH_BUF before = {0}, after = {0};
	const char *path = below(world, 3) ? "README" : ".gitignore";
	for (size_t i = 0; i < view->files.count; i++)
		if (strcmp(view->files.list[i].path, path) == 0)
			read_file(world, &view->files.list[i], &before);
	unsigned lines = 0;
	for (const char *at = kith_buf_text(&before); (at = strchr(at, '\n')); at++)
		lines++;
	const char *at = kith_buf_text(&before);
	for (unsigned skip = below(world, lines + 1); skip; skip--)
		at = strchr(at, '\n') + 1;
	kith_buf_add_bytes(&after, kith_buf_text(&before), (size_t)(at - kith_buf_text(&before)));
	if (*at && below(world, 3) == 0)
		at = strchr(at, '\n') + 1;
	kith_buf_addf(&after, "%s\n%s", new_word(world, view), at);
	note_fates(world, kith_buf_text(&before), after.text, TAKEN_OUT);
	change(world, view, list, path, after.text);
}

/* Files, links and folders that are no records: everything there goes, something else comes. */
static void edit_file(struct world *world, struct view *view, struct kith_differences *list)
{
	static const char *const paths[] = { "plans/a", "plans/a/b", "plans/c.txt", "contacts/x", "contacts/x/y", "conflicts/mine.md" };
	const char *path = paths[below(world, kith_count(paths))];
	for (size_t i = 0; i < view->files.count; i++) {
		const char *there = view->files.list[i].path;
		const size_t length = strlen(path), its = strlen(there), least = length < its ? length : its;
		KITH_BUF text = {0};
		if (strncmp(path, there, least) != 0 || (length > its && path[its] != '/') || (length < its && there[length] != '/'))
			continue;
		read_file(world, &view->files.list[i], &text);
		note_fates(world, kith_buf_text(&text), "", TAKEN_OUT);
		change(world, view, list, there, NULL);
	}
	static const git_filemode_t modes[] = { GIT_FILEMODE_BLOB, GIT_FILEMODE_BLOB, GIT_FILEMODE_BLOB_EXECUTABLE, GIT_FILEMODE_LINK };
	if (list->count && below(world, 3) == 0)
		return;
	const char *text = kith_arena_printf(&view->arena, "%s\n%s\n", new_word(world, view), new_word(world, view));
	change_mode(world, view, list, path, text, modes[below(world, kith_count(modes))]);
}

/* A person has seen a text that was set aside. */
static void clear_conflict(struct world *world, struct view *view, struct kith_differences *list)
{
	for (size_t i = 0; i < view->files.count; i++) {
		KITH_BUF text = {0};
		if (strncmp(view->files.list[i].path, "conflicts/", 10) != 0)
			continue;
		read_file(world, &view->files.list[i], &text);
		note_fates(world, kith_buf_text(&text), "", TAKEN_OUT);
		change(world, view, list, view->files.list[i].path, NULL);
		return;
	}
}

static void edit(struct world *world, size_t replica)
{
	struct view view;
	struct kith_differences list = {0};
	look(world, &world->heads[replica], &view);
	world->first_new = world->word_count;
	const unsigned what = below(world, 12);
	if (what < 2)
		add_record(world, &view, &list);
	else if (what < 9)
		edit_record(world, &view, &list);
	else if (what < 10)
		edit_lines(world, &view, &list);
	else if (below(world, 4))
		edit_file(world, &view, &list);
	else
		clear_conflict(world, &view, &list);
	if (list.count)
		commit(world, replica, &view, &list);
	world->figures.edits++;
	look_away(&view);
}

#endif
