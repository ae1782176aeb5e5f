/* Several machines edit one store and merge what the others have, in any order: in the end all have one commit, with everything that nobody took out.
 *
 * Without arguments a short run with fixed seeds; test_git_merge_replicas SEED SCHEDULES [FOLDER] for a long one, which prints figures, and leaves the repository in
 * FOLDER if something failed.  Objects only, no working tree. */
#include "merge_replicas.h"

#include <stdio.h>

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

static git_oid first_commit(struct world *world, const char *text)
{
	struct kith_err err = {0};
	struct view none = {0};
	git_oid oid, first;
	git_tree *tree = NULL;
	git_signature *who = NULL;
	struct kith_differences list = {0};
	change(world, &none, &list, "README", text);
	assert_ok(kith_tree_update(world->writer, NULL, &list, &oid, &err), err);
	assert_int_equal(git_tree_lookup(&tree, git_of(world), &oid), 0);
	assert_int_equal(git_signature_new(&who, "me", "me@example.org", 1700000000, 0), 0);
	assert_int_equal(git_commit_create(&first, git_of(world), NULL, who, who, NULL, "first", tree, 0, NULL), 0);
	git_signature_free(who);
	git_tree_free(tree);
	kith_arena_finish(&none.arena);
	return first;
}

/* Now and then they have begun apart, with nothing in common. */
static void begin(struct world *world)
{
	static const char *const texts[MOST_REPLICAS] = { "hello\n", "hallo\n", "hello\nyou\n", "", "hello\n", "ahoj\n" };
	world->word_count = 0;
	world->replicas = 2 + below(world, MOST_REPLICAS - 1);
	const bool apart = below(world, 4) == 0;
	for (size_t i = 0; i < world->replicas; i++)
		world->heads[i] = first_commit(world, texts[apart ? i : 0]);
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
