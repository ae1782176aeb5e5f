/* A merge reads only what both sides changed, and what may have to do with it.  What it comes to must be what it comes to when everything is read.
 *
 * Without arguments a short run with a fixed seed; test_git_merge_walk SEED MERGES for a long one, which prints figures. */
#include "git_fixture.h"

#include <stdio.h>

#include "lib/git/inside.h"
#include "lib/git/merge_inside.h"
#include "lib/git/merge_walk.h"
#include "lib/git/writer.h"

enum { MOST_FILES = 120, LONGEST = 64 };

struct file {
	char path[LONGEST];
	unsigned text;      /* a number for its bytes; 0: there is none */
	char former[LONGEST]; /* what it says it was called; may be empty */
	git_filemode_t mode;
};

struct tree {
	struct file files[MOST_FILES];
	size_t count;
};

struct world {
	uint64_t state;
	struct kith_repo *repo;
	struct kith_writer *writer;
	unsigned names, folders; /* of those below so many are used: the fewer, the more meet */
	char given[25][16];
	size_t merges, pruned, whole, set_aside;
};

static unsigned below(struct world *world, unsigned limit)
{
	world->state ^= world->state << 13;
	world->state ^= world->state >> 7;
	world->state ^= world->state << 17;
	return (unsigned)((world->state >> 11) % limit);
}

static const char *const folders[] = {
	"contacts/a", "contacts/b", "contacts/c", "notes/2024/01", "contacts/d/e", "conflicts", "contacts/d/f", "contacts", "notes/2024/02",
	"notes/2025/01", "contacts/d/e/g/h", "organizations", "contacts/a/ana.yaml", "contacts/bo.yaml", "notes/2025/02", "conflicts/ana",
	"notes/2026/01", "plans", "plans/b", ".kith", "plans/b/c",
};
/* Ids like those that are given by a merge, of the very names that records have here: they may meet. */
static const char *const names[] = { "ana", "bo", "cy", "di", "ed", "@ana", "@bo", "ana-1a2b", "bo-3c4d", "flo", "gus", "a.b", "hal", "ivy", "jo", "a" };
static const char *const single_files[] = { "kith.yaml", ".kith/reminders.yaml", ".gitignore", "conflicts", "contacts", "ana.yaml" };

enum { PERSONS = 5 };

static const char *folder_for(struct world *world)
{
	return folders[below(world, world->folders)];
}

static const char *name_for(struct world *world)
{
	const char *name = names[below(world, world->names)];
	return *name == '@' ? world->given[below(world, PERSONS * PERSONS)] : name;
}

static void make_given_names(struct world *world)
{
	for (int i = 0; i < PERSONS * PERSONS; i++) {
		git_oid oid;
		const char *name = names[i % PERSONS];
		assert_int_equal(git_odb_hash(&oid, name, strlen(name), GIT_OBJECT_BLOB), 0);
		(void)snprintf(world->given[i], sizeof(world->given[i]), "%s-%.4s", names[i / PERSONS], git_oid_tostr_s(&oid));
	}
}

static void new_path(struct world *world, char out[LONGEST])
{
	static const char *const ends[] = { "yaml", "yaml", "yaml", "yaml", "yaml", "yaml", "yml", "yml", "txt", "YAML" };
	if (below(world, 12) == 0)
		(void)snprintf(out, LONGEST, "%s", single_files[below(world, kith_count(single_files))]);
	else
		(void)snprintf(out, LONGEST, "%s/%s.%s", folder_for(world), name_for(world), ends[below(world, kith_count(ends))]);
}

/* A file at a path, or above it, leaves none for another. */
static bool is_free(const struct tree *tree, const char *path)
{
	for (size_t i = 0; i < tree->count; i++) {
		const char *other = tree->files[i].path;
		const size_t length = strlen(path), its = strlen(other);
		if (strncmp(path, other, length < its ? length : its) == 0 &&
		    (length == its || (length < its ? other[length] == '/' : path[its] == '/')))
			return false;
	}
	return true;
}

static void add(struct world *world, struct tree *tree, const char *path)
{
	if (tree->count == MOST_FILES || !is_free(tree, path))
		return;
	struct file *file = &tree->files[tree->count++];
	*file = (struct file){ .text = 1 + below(world, 400), .mode = GIT_FILEMODE_BLOB };
	if (below(world, 24) == 0)
		file->mode = below(world, 2) ? GIT_FILEMODE_LINK : GIT_FILEMODE_COMMIT;
	memcpy(file->path, path, strlen(path) + 1);
}

static void take_out(struct tree *tree, size_t i)
{
	tree->files[i] = tree->files[--tree->count];
}

static void stem_of(const char *path, char out[LONGEST])
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *end = strrchr(name, '.');
	(void)snprintf(out, LONGEST, "%.*s", (int)(end ? (size_t)(end - name) : strlen(name)), name);
}

static void move(struct world *world, struct tree *tree, size_t i, bool rename, bool edit)
{
	struct file moved = tree->files[i];
	char path[LONGEST], old[LONGEST];
	stem_of(moved.path, old);
	(void)snprintf(path, sizeof(path), "%.31s/%.26s.yaml", folder_for(world), rename ? name_for(world) : old);
	take_out(tree, i);
	if (!is_free(tree, path))
		return;
	memcpy(moved.path, path, sizeof(path));
	if (edit) {
		moved.text = 1 + below(world, 400);
		memcpy(moved.former, rename ? old : "", rename ? strlen(old) + 1 : 1);
	}
	tree->files[tree->count++] = moved;
}

/* A file where a folder was. */
static void flatten(struct world *world, struct tree *tree)
{
	const char *path = folder_for(world);
	for (size_t i = tree->count; i-- > 0;)
		if (strncmp(tree->files[i].path, path, strlen(path)) == 0)
			take_out(tree, i);
	add(world, tree, path);
}

/* Another record comes to where one was that got a new name. */
static void take_over(struct world *world, struct tree *tree, size_t i)
{
	char path[LONGEST];
	memcpy(path, tree->files[i].path, sizeof(path));
	move(world, tree, i, true, below(world, 4) == 0);
	add(world, tree, path);
}

static void edit(struct world *world, struct tree *tree)
{
	char path[LONGEST];
	const size_t i = tree->count ? below(world, (unsigned)tree->count) : 0;
	const unsigned what = tree->count ? below(world, 40) : 39;
	static const git_filemode_t modes[] = { GIT_FILEMODE_LINK, GIT_FILEMODE_BLOB_EXECUTABLE, GIT_FILEMODE_COMMIT, GIT_FILEMODE_BLOB };
	new_path(world, path);
	if (what < 16) {
		tree->files[i].text = 1 + below(world, 400);
	} else if (what < 20) {
		take_out(tree, i);
	} else if (what < 27) {
		move(world, tree, i, what < 24, what & 1);
	} else if (what < 29) {
		const size_t j = below(world, (unsigned)tree->count);
		const unsigned text = tree->files[i].text;
		tree->files[i].text = tree->files[j].text;
		tree->files[j].text = text;
	} else if (what == 29) {
		tree->files[i].mode = modes[below(world, kith_count(modes))];
	} else if (what == 30 && below(world, 3) == 0) {
		flatten(world, tree);
	} else if (what == 31 || what == 32) {
		take_over(world, tree, i);
	} else {
		add(world, tree, path);
	}
}

static git_tree *write_tree(struct world *world, const struct tree *tree)
{
	struct kith_err err = {0};
	KITH_ARENA arena = {0};
	struct kith_differences list = {0};
	const struct kith_entry none = {0};
	git_tree *out = NULL;
	git_oid oid;
	for (size_t i = 0; i < tree->count; i++) {
		const struct file *file = &tree->files[i];
		struct kith_entry entry = { .mode = file->mode };
		KITH_BUF text = {0};
		kith_buf_addf(&text, "name: %s\n", names[file->text % 5]);
		if (*file->former)
			kith_buf_addf(&text, "formerly: [%s]\n", file->former);
		kith_buf_addf(&text, "city: w%u\norg: o%u\nemail: m%u@example.org\n", file->text % 7, file->text / 7 % 7, file->text / 49 % 7);
		assert_ok(kith_writer_blob(world->writer, text.text, text.length, &entry.oid, &err), err);
		kith_differences_add(&list, &arena, file->path, &none, &entry);
	}
	kith_differences_sort(&list);
	assert_ok(kith_tree_update(world->writer, NULL, &list, &oid, &err), err);
	assert_int_equal(git_tree_lookup(&out, kith_writer_git(world->writer), &oid), 0);
	return out;
}

static void merge_whole(struct world *world, const git_tree *base, const git_tree *one, const git_tree *other, struct kith_tree_merge *out)
{
	struct kith_err err = {0};
	KITH_ARENA arena = {0};
	struct kith_side sides[SIDES];
	git_repository *git = kith_writer_git(world->writer);
	assert_ok(kith_merge_walk(git, base, one, other, &arena, sides, &err), err);
	for (int side = ONE; side < SIDES; side++) {
		assert_ok(kith_merge_read_rest(git, &sides[side], &arena, &err), err);
		assert_ok(kith_side_sort_out(git, &sides[side], &arena, &err), err);
	}
	assert_ok(kith_merge_sides(world->writer, one, other, sides, &arena, out, &err), err);
}

static void merge_pruned(struct world *world, const git_tree *base, const git_tree *one, const git_tree *other, struct kith_tree_merge *out)
{
	struct kith_err err = {0};
	KITH_ARENA arena = {0};
	struct kith_side sides[SIDES];
	assert_ok(kith_merge_read(kith_writer_git(world->writer), base, one, other, &arena, sides, &err), err);
	*(sides[ONE].unread_count || sides[OTHER].unread_count ? &world->pruned : &world->whole) += 1;
	assert_ok(kith_merge_sides(world->writer, one, other, sides, &arena, out, &err), err);
}

static void print_tree(const char *title, const struct tree *tree)
{
	print_message("%s:\n", title);
	for (size_t i = 0; i < tree->count; i++)
		print_message("  %s %u %o%s%s\n", tree->files[i].path, tree->files[i].text, (unsigned)tree->files[i].mode,
		              *tree->files[i].former ? " formerly " : "", tree->files[i].former);
}

/* Both ways, and whole; and as the base of another merge both ways.  `trees[0]` without files: there is no base, or an empty one. */
static bool merge_all(struct world *world, const struct tree trees[3], bool related, struct kith_tree_merge *whole)
{
	git_tree *written[3];
	for (int i = 0; i < 3; i++)
		written[i] = write_tree(world, &trees[i]);
	const git_tree *base = related ? written[0] : NULL;
	struct kith_tree_merge pruned, back;
	struct kith_err err = {0};
	git_oid common, common_back;
	merge_pruned(world, base, written[1], written[2], &pruned);
	merge_pruned(world, base, written[2], written[1], &back);
	merge_whole(world, base, written[1], written[2], whole);
	assert_ok(kith_merge_bases(world->writer, base, written[1], written[2], &common, &err), err);
	assert_ok(kith_merge_bases(world->writer, base, written[2], written[1], &common_back, &err), err);
	for (int i = 0; i < 3; i++)
		git_tree_free(written[i]);
	world->merges++;
	world->set_aside += whole->set_aside;
	if (git_oid_equal(&pruned.tree, &whole->tree) && git_oid_equal(&back.tree, &whole->tree) && pruned.merged == whole->merged &&
	    pruned.conflicts == whole->conflicts && pruned.stayed == whole->stayed && pruned.set_aside == whole->set_aside &&
	    git_oid_equal(&common, &common_back))
		return true;
	print_tree("base", &trees[0]);
	print_tree("one", &trees[1]);
	print_tree("other", &trees[2]);
	print_message("pruned %s: merged %zu, conflicts %zu, stayed %zu, set aside %zu\n", git_oid_tostr_s(&pruned.tree), pruned.merged, pruned.conflicts,
	              pruned.stayed, pruned.set_aside);
	print_message("back   %s; common %s", git_oid_tostr_s(&back.tree), git_oid_tostr_s(&common));
	print_message(" %s\n", git_oid_tostr_s(&common_back));
	print_message("whole  %s: merged %zu, conflicts %zu, stayed %zu, set aside %zu\n", git_oid_tostr_s(&whole->tree), whole->merged, whole->conflicts,
	              whole->stayed, whole->set_aside);
	return false;
}

/* What the merge made of them has names that only a merge gives: have a side take one of them, for a file or for a folder. */
static bool take_a_name(struct world *world, const struct kith_tree_merge *merged, struct tree trees[3])
{
	struct kith_err err = {0};
	KITH_ARENA arena = {0};
	struct kith_differences made = {0};
	git_tree *tree = NULL, *side = write_tree(world, &trees[1 + below(world, 2)]);
	char path[LONGEST];
	assert_int_equal(git_tree_lookup(&tree, kith_writer_git(world->writer), &merged->tree), 0);
	assert_ok(kith_tree_compare_all(kith_writer_git(world->writer), side, tree, &arena, &made, &err), err);
	git_tree_free(side);
	git_tree_free(tree);
	size_t places[8], count = 0;
	for (size_t i = 0; i < made.count && count < kith_count(places); i++)
		if (made.list[i].after.mode && !made.list[i].before.mode)
			places[count++] = i;
	if (!count)
		return false;
	const char *taken = made.list[places[below(world, (unsigned)count)]].path;
	if (strlen(taken) > LONGEST - 8)
		return false;
	(void)snprintf(path, sizeof(path), "%s%s", taken, below(world, 3) ? "" : "/x.txt");
	const unsigned which = 1 + below(world, 3);
	for (unsigned i = which == 3 ? 0 : which; i <= (which == 3 ? 2 : which); i++)
		add(world, &trees[i], path);
	return true;
}

static bool merge_once(struct world *world)
{
	struct tree trees[3] = {0};
	char path[LONGEST];
	const bool related = below(world, 10) != 0;
	world->names = 3 + below(world, kith_count(names) - 2);
	world->folders = 3 + below(world, kith_count(folders) - 2);
	const unsigned files = 5 + below(world, 60), edits[] = { 1 + below(world, 2), 1 + below(world, below(world, 4) ? 8 : 40) };
	for (unsigned i = 0; i < files; i++) {
		new_path(world, path);
		add(world, &trees[0], path);
	}
	for (int side = 1; side < 3; side++) {
		trees[side] = trees[0];
		for (unsigned i = 0; i < (below(world, 16) ? edits[side - 1] : edits[1]); i++)
			edit(world, &trees[side]);
	}
	if (!related)
		trees[0].count = 0;
	struct kith_tree_merge whole;
	if (!merge_all(world, trees, related, &whole))
		return false;
	return !take_a_name(world, &whole, trees) || merge_all(world, trees, related, &whole);
}

static uint64_t seed = 1;
static size_t wanted = 400;

static void what_is_not_read_makes_no_difference(void **state)
{
	(void)state;
	enum { A_PACK = 1 << 20 };
	struct kith_err err = {0};
	struct world world = {0};
	assert_ok(kith_repo_init("s", &err), err);
	assert_ok(kith_repo_open("s", &world.repo, &err), err);
	assert_ok(kith_writer_open(world.repo, A_PACK, &world.writer, &err), err);
	make_given_names(&world);
	size_t failures = 0;
	for (size_t i = 0; i < wanted && failures < 3; i++) {
		world.state = (seed + i) * 0x9E3779B97F4A7C15u + 1;
		if (!merge_once(&world)) {
			print_message("seed %llu\n", (unsigned long long)(seed + i));
			failures++;
		}
	}
	print_message("%zu merges; of %zu reads %zu were of a part; %zu texts set aside\n", world.merges, world.pruned + world.whole, world.pruned,
	              world.set_aside);
	kith_writer_close(world.writer);
	kith_repo_close(world.repo);
	assert_int_equal(failures, 0);
	assert_true(world.pruned > wanted / 10);
	assert_true(world.whole > wanted / 10);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { CASE(what_is_not_read_makes_no_difference) };
	if (argc > 2) {
		seed = strtoull(argv[1], NULL, 10);
		wanted = strtoul(argv[2], NULL, 10);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
