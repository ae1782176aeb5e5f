/* Several machines edit one store and merge what the others have, in any order: in the end all have one commit, with everything that nobody took out.
 *
 * Without arguments a short run with fixed seeds; test_git_merge_replicas SEED SCHEDULES [FOLDER] for a long one, which prints figures, and leaves the repository in
 * FOLDER if something failed.  Objects only, no working tree.
 *
 * Every value that an edit writes is a word of its own, so that it is seen where it went: shown, kept in `conflicts`, or set aside as a file. */
#include "git_fixture.h"

#include <stdio.h>

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

static void change(struct world *world, struct view *view, struct kith_differences *list, const char *path, const char *text)
{
	struct kith_err err = {0};
	struct kith_difference *change =
		kith_arena_push(&view->arena, &list->list, &list->count, &list->capacity, sizeof(*change));
	*change = (struct kith_difference){ .path = kith_arena_strdup(&view->arena, path) };
	if (!text)
		return;
	change->after.mode = GIT_FILEMODE_BLOB;
	assert_ok(kith_writer_blob(world->writer, text, strlen(text), &change->after.oid, &err), err);
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

static const char *folder_for(struct world *world)
{
	static const char *const folders[] = { "contacts", "contacts/work", "contacts/home" };
	return folders[below(world, kith_count(folders))];
}

static void add_record(struct world *world, struct view *view, struct kith_differences *list)
{
	static const char *const names[NAMES] = { "Ana Silva", "Ana Souza", "Tom Okafor", "Maria Garcia" };
	const char *id = kith_arena_printf(&view->arena, "p%u", below(world, IDS));
	const bool note = below(world, 4) == 0;
	if (has_id(view, note ? KITH_KIND_note : KITH_KIND_contact, id))
		return;
	const char *path = kith_arena_printf(&view->arena, "%s/%s.yaml", note ? "notes/2026" : folder_for(world), id);
	if (note)
		change(world, view, list, path, kith_arena_printf(&view->arena, "date: 2026-11-20\nwith: ana\ntext: %s\n", new_word(world, view)));
	else
		change(world, view, list, path, kith_arena_printf(&view->arena, "name: %s\ncity: %s\ntags: [%s]\n", names[below(world, NAMES)],
		                                                  new_word(world, view), new_word(world, view)));
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

static void edit_record(struct world *world, struct view *view, struct kith_differences *list)
{
	struct kith_place_in_tree place;
	KITH_BUF text = {0};
	KITH_EDITING editing = {0};
	const struct kith_difference *file = pick_record(world, view, &place);
	if (!file)
		return;
	read_file(world, file, &text);
	const unsigned how = below(world, 16);
	if (how == 0) {
		note_fates(world, text.text, "", WITH_RECORD);
		change(world, view, list, file->path, NULL);
		return;
	}
	const char *to = file->path, *id = place.id;
	if (how == 1)
		to = kith_arena_printf(&view->arena, "%s/%s.yaml", place.kind == KITH_KIND_note ? "notes/2025" : folder_for(world), place.id);
	if (how == 2 || how == 3)
		id = kith_arena_printf(&view->arena, "p%u", below(world, IDS));
	if (strcmp(id, place.id) != 0 && !has_id(view, place.kind, id))
		to = kith_arena_printf(&view->arena, "%.*s/%s.yaml", (int)(strrchr(file->path, '/') - file->path), file->path, id);
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

/* A line more or less somewhere in the README. */
static void edit_lines(struct world *world, struct view *view, struct kith_differences *list)
{
	KITH_BUF before = {0}, after = {0};
	for (size_t i = 0; i < view->files.count; i++)
		if (strcmp(view->files.list[i].path, "README") == 0)
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
	change(world, view, list, "README", after.text);
}

static void edit(struct world *world, size_t replica)
{
	struct view view;
	struct kith_differences list = {0};
	look(world, &world->heads[replica], &view);
	world->first_new = world->word_count;
	const unsigned what = below(world, 10);
	if (what < 2)
		add_record(world, &view, &list);
	else if (what < 9)
		edit_record(world, &view, &list);
	else
		edit_lines(world, &view, &list);
	if (list.count)
		commit(world, replica, &view, &list);
	world->figures.edits++;
	look_away(&view);
}

/* --- merging --- */

static git_oid merge(struct world *world, const git_oid *one, const git_oid *other)
{
	struct kith_err err = {0};
	struct kith_commit_merge forth, back;
	assert_ok(kith_merge_commits(world->repo, one, other, &forth, &err), err);
	world->figures.merges += forth.made;
	if (forth.made) {
		git_oidarray bases = {0};
		if (git_merge_bases(&bases, git_of(world), one, other) == 0)
			world->figures.crossed += bases.count > 1;
		git_oidarray_dispose(&bases);
		world->figures.conflicts += forth.tree.conflicts;
		world->figures.set_aside += forth.tree.set_aside;
		world->figures.stayed += forth.tree.stayed;
	}
	if (below(world, 4) == 0) {
		assert_ok(kith_merge_commits(world->repo, other, one, &back, &err), err);
		assert_true(git_oid_equal(&forth.commit, &back.commit));
	}
	return forth.commit;
}

static bool all_have_one(const struct world *world)
{
	for (size_t i = 1; i < world->replicas; i++)
		if (!git_oid_equal(&world->heads[0], &world->heads[i]))
			return false;
	return true;
}

static void pull(struct world *world)
{
	const size_t to = below(world, (unsigned)world->replicas), from = below(world, (unsigned)world->replicas);
	world->figures.pulls++;
	world->heads[to] = merge(world, &world->heads[to], &world->heads[from]);
}

/* --- what must be true in the end --- */

static const char *check_end(struct world *world)
{
	static char why[200];
	static bool seen[MOST_WORDS];
	struct view view;
	*why = '\0';
	memset(seen, 0, sizeof(seen));
	look(world, &world->heads[0], &view);
	for (size_t i = 0; i < view.files.count && !*why; i++) {
		KITH_BUF text = {0};
		struct kith_place_in_tree place, earlier;
		read_file(world, &view.files.list[i], &text);
		see_words(kith_buf_text(&text), seen);
		if (!kith_place_of_record(view.files.list[i].path, &view.files.list[i].after, &view.arena, &place))
			continue;
		struct kith_reading reading;
		kith_record_read(place.kind, place.id, place.path, kith_buf_text(&text), text.length, &view.arena, &reading);
		if (!reading.readable)
			snprintf(why, sizeof(why), "%s cannot be read", place.path);
		for (size_t j = 0; j < i; j++)
			if (kith_place_of_record(view.files.list[j].path, &view.files.list[j].after, &view.arena, &earlier) &&
			    kith_place_compare(&place, &earlier) == 0)
				snprintf(why, sizeof(why), "%s and %s have one id", earlier.path, place.path);
	}
	for (size_t i = 0; i < world->word_count && !*why; i++)
		if (world->words[i] == HERE && !seen[i])
			snprintf(why, sizeof(why), "w%04zuw was lost", i);
	for (size_t i = 0; i < world->word_count; i++)
		world->figures.back += world->words[i] == TAKEN_OUT && seen[i];
	look_away(&view);
	return *why ? why : NULL;
}

/* What all have seen and one deletes is gone, whatever the others do elsewhere. */
static const char *check_deletion(struct world *world)
{
	static char why[200];
	struct view view;
	struct kith_place_in_tree place;
	struct kith_differences gone = {0}, line = {0};
	const char *failed = NULL;
	look(world, &world->heads[0], &view);
	if (pick_record(world, &view, &place)) {
		change(world, &view, &gone, place.path, NULL);
		commit(world, 0, &view, &gone);
		edit_lines(world, &view, &line);
		commit(world, 1, &view, &line);
		world->heads[0] = merge(world, &world->heads[0], &world->heads[1]);
		struct view after;
		look(world, &world->heads[0], &after);
		if (has_id(&after, place.kind, place.id)) {
			snprintf(why, sizeof(why), "%s came back", place.path);
			failed = why;
		}
		look_away(&after);
	}
	look_away(&view);
	return failed;
}

/* --- schedules --- */

static void begin(struct world *world)
{
	struct kith_err err = {0};
	struct view none = {0};
	git_oid oid, first;
	git_tree *tree = NULL;
	git_signature *who = NULL;
	struct kith_differences list = {0};
	world->word_count = 0;
	world->replicas = 2 + below(world, MOST_REPLICAS - 1);
	change(world, &none, &list, "README", "hello\n");
	assert_ok(kith_tree_update(world->writer, NULL, &list, &oid, &err), err);
	assert_int_equal(git_tree_lookup(&tree, git_of(world), &oid), 0);
	assert_int_equal(git_signature_new(&who, "me", "me@example.org", 1700000000, 0), 0);
	assert_int_equal(git_commit_create(&first, git_of(world), NULL, who, who, NULL, "first", tree, 0, NULL), 0);
	for (size_t i = 0; i < world->replicas; i++)
		world->heads[i] = first;
	git_signature_free(who);
	git_tree_free(tree);
	kith_arena_finish(&none.arena);
}

static const char *run_schedule(struct world *world)
{
	enum { STEPS = 60, PULLS = 2000 };
	begin(world);
	world->figures.schedules++;
	const unsigned talkative = 1 + below(world, 4);
	for (unsigned i = 0; i < STEPS; i++) {
		if (below(world, 6) < talkative)
			pull(world);
		else
			edit(world, below(world, (unsigned)world->replicas));
	}
	for (unsigned i = 0; !all_have_one(world); i++) {
		if (i == PULLS)
			return "the replicas do not come to one head";
		pull(world);
	}
	const char *why = check_end(world);
	return why ? why : check_deletion(world);
}

static unsigned long first_seed = 1, seeds = 40;
static const char *kept; /* where the repository goes when something failed */

static void all_schedules_end_with_one_commit_and_every_value(void **state)
{
	(void)state;
	struct kith_err err = {0};
	struct world world = {0};
	unsigned failures = 0;
	assert_ok(kith_repo_init("s", &err), err);
	(void)git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 0); /* nobody cuts the power here */
	assert_ok(kith_repo_open("s", &world.repo, &err), err);
	assert_ok(kith_writer_open(world.repo, 1, &world.writer, &err), err);
	for (unsigned long seed = first_seed; seed < first_seed + seeds; seed++) {
		world.state = seed * 0x9E3779B97F4A7C15u + 1;
		const char *why = run_schedule(&world);
		if (!why)
			continue;
		failures++;
		print_message("seed %lu: %s (head %s)\n", seed, why, git_oid_tostr_s(&world.heads[0]));
	}
	if (seeds >= 100 || failures)
		print_message("schedules %zu edits %zu merges %zu crossed %zu pulls %zu conflicts %zu set-aside %zu stayed %zu back %zu failed %u\n",
		              world.figures.schedules, world.figures.edits, world.figures.merges, world.figures.crossed, world.figures.pulls,
		              world.figures.conflicts, world.figures.set_aside, world.figures.stayed, world.figures.back, failures);
	if (failures && kept)
		sh("cp -a s '%s'", kept);
	assert_string_equal(sh("git -C s fsck --strict --no-dangling 2>&1 | grep -v -e '^notice' -e '^Checking' || true"), "");
	assert_int_equal(failures, 0);
	kith_writer_close(world.writer);
	kith_repo_close(world.repo);
	(void)git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
}

int main(int count, char **words)
{
	if (count >= 3) {
		first_seed = strtoul(words[1], NULL, 10);
		seeds = strtoul(words[2], NULL, 10);
		kept = words[3];
	}
	const struct CMUnitTest tests[] = {
		CASE(all_schedules_end_with_one_commit_and_every_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
