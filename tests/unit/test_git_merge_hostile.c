/* Merging what git would not have made: a clear refusal, nothing written, and no end of time or memory used. */
#include "merge_fixture.h"

#include <stdio.h>

/* libgit2 1.5 forgets what it has read of a commit that is none, and its queue of commits (git_merge_bases_many). */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libgit2.so\n";
}

static struct merge_world world;

static git_odb *odb;

static void begin(void)
{
	begin_merging(&world);
	assert_int_equal(git_repository_odb(&odb, world.repo->git), 0);
	(void)git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 0); /* nobody cuts the power here */
}

static void end(void)
{
	git_odb_free(odb);
	(void)git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	end_merging(&world);
}

static git_oid write_raw(git_object_t type, const void *bytes, size_t length)
{
	git_oid oid;
	assert_int_equal(git_odb_write(&oid, odb, bytes, length, type), 0);
	return oid;
}

static git_oid write_text(const char *text)
{
	return write_raw(GIT_OBJECT_BLOB, text, strlen(text));
}

static void add_entry(struct kith_buf *tree, const char *mode, const char *name, const git_oid *oid)
{
	kith_buf_addf(tree, "%s %s", mode, name);
	kith_buf_add_bytes(tree, "", 1);
	kith_buf_add_bytes(tree, oid->id, GIT_OID_RAWSZ);
}

static git_oid write_tree(const struct kith_buf *tree)
{
	return write_raw(GIT_OBJECT_TREE, kith_buf_text(tree), tree->length);
}

/* A tree with one thing in it. */
static git_oid write_folder(const char *mode, const char *name, const git_oid *oid)
{
	KITH_BUF tree = { 0 };
	add_entry(&tree, mode, name, oid);
	return write_tree(&tree);
}

static git_oid write_commit(const git_oid *tree, const git_oid *parent, const char *message)
{
	KITH_BUF text = { 0 };
	kith_buf_addf(&text, "tree %s\n", git_oid_tostr_s(tree));
	if (parent)
		kith_buf_addf(&text, "parent %s\n", git_oid_tostr_s(parent));
	kith_buf_addf(&text, "author me <me@example.org> 1700000000 +0000\ncommitter me <me@example.org> 1700000000 +0000\n\n%s\n", message);
	return write_raw(GIT_OBJECT_COMMIT, text.text, text.length);
}

static size_t count_objects(void)
{
	return strtoul(sh("find s/.git/objects -type f | wc -l"), NULL, 10);
}

/* What merging says, and then reading what the merge would change on this machine. */
static enum kith_code merge_and_look(const git_oid *one, const git_oid *other, const git_oid *tree, bool *made, struct kith_err *err)
{
	struct kith_commit_merge merge;
	KITH_CLEANUP(git_tree_free) git_tree *mine = NULL, *merged = NULL;
	memset(&merge, 0x5A, sizeof(merge));
	const struct kith_commit_merge untouched = merge;
	size_t removed;
	*made = false;
	if (kith_merge_commits(world.repo, one, other, &merge, err)) {
		assert_memory_equal(&merge, &untouched, sizeof(merge));
		return KITH_SYNC;
	}
	*made = true;
	assert_int_equal(git_tree_lookup(&mine, world.repo->git, tree), 0);
	assert_int_equal(git_tree_lookup(&merged, world.repo->git, &merge.tree.tree), 0);
	return kith_merge_count_removed(world.repo->git, mine, merged, &removed, err);
}

enum when { MERGING, LOOKING };

/* A friend's commit and one with this tree: refused from both sides, when they are merged or when it is looked at what that brought. */
static bool refuses_of(const git_oid *base_tree, const git_oid *friend_tree, const git_oid *tree, enum when when, const char *said)
{
	const git_oid base = write_commit(base_tree, NULL, "base"), one = write_commit(friend_tree, &base, "friend");
	const git_oid other = write_commit(tree, &base, "stranger");
	const size_t before = count_objects();
	bool right = true, made = false, wrote = false;
	/* Looking takes long where there is much, and one way it is. */
	for (int way = 0; way < (when == LOOKING ? 1 : 2); way++) {
		struct kith_err err = { 0 };
		if (!merge_and_look(way ? &one : &other, way ? &other : &one, friend_tree, &made, &err)) {
			print_message("it was merged\n");
			return false;
		}
		wrote |= made;
		right &= *err.message && *err.hint && strstr(err.message, said) && (!made || when == LOOKING);
		if (!right)
			print_message("%s%s (%s)\n", made ? "merged, then " : "", err.message, err.hint);
		for (const char *at = err.message; *at; at++)
			assert_true((unsigned char)*at >= ' ');
	}
	if (wrote || count_objects() == before)
		return right;
	print_message("objects were written\n");
	return false;
}

/* At the top, which all change. */
static bool refuses(const git_oid *tree, enum when when, const char *said)
{
	const git_oid x = write_text("x\n"), y = write_text("y\n");
	const git_oid base = write_folder("100644", "x", &x), friends = write_folder("100644", "x", &y);
	return refuses_of(&base, &friends, tree, when, said);
}

/* In a folder that all change, and in one below it. */
static bool refuses_below(const git_oid *tree, enum when when, const char *said)
{
	const git_oid x = write_text(TOM), y = write_text(TOM "title: VP\n"), a = write_folder("100644", "tom.yaml", &x);
	const git_oid b = write_folder("100644", "tom.yaml", &y);
	const git_oid work_a = write_folder("40000", "work", &a), work_b = write_folder("40000", "work", &b);
	const git_oid work = write_folder("40000", "work", tree);
	const git_oid base = write_folder("40000", "contacts", &a), friends = write_folder("40000", "contacts", &b);
	const git_oid deep_base = write_folder("40000", "contacts", &work_a), deep_friends = write_folder("40000", "contacts", &work_b);
	const git_oid other = write_folder("40000", "contacts", tree), deep = write_folder("40000", "contacts", &work);
	return refuses_of(&base, &friends, &other, when, said) && refuses_of(&deep_base, &deep_friends, &deep, when, said);
}

/* In a folder that the stranger alone changed: it need not be read to merge. */
static bool refuses_unread(const git_oid *tree, const char *folder, const char *said)
{
	const git_oid x = write_text("x\n"), y = write_text("y\n"), a = write_folder("100644", "tom.yaml", &x);
	KITH_BUF base = { 0 }, friends = { 0 }, other = { 0 };
	add_entry(&base, "40000", folder, &a);
	add_entry(&base, "100644", "x", &x);
	add_entry(&friends, "40000", folder, &a);
	add_entry(&friends, "100644", "x", &y);
	add_entry(&other, "40000", folder, tree);
	add_entry(&other, "100644", "x", &x);
	const git_oid base_tree = write_tree(&base), friend_tree = write_tree(&friends), other_tree = write_tree(&other);
	return refuses_of(&base_tree, &friend_tree, &other_tree, LOOKING, said);
}

static bool refuses_anywhere(const git_oid *tree, const char *said)
{
	return refuses(tree, MERGING, said) && refuses_below(tree, MERGING, said) && refuses_unread(tree, "contacts", said) &&
	       refuses_unread(tree, "plans", said);
}

/* --- names --- */

static const char *const bad_names[] = { "..", ".", ".git", ".GIT", ".Git", "a/b", "../x", "/", "/etc", "x/", "contacts/../../x" };

static void names_that_no_file_has_are_refused(void **state)
{
	(void)state;
	size_t failures = 0;
	begin();
	const git_oid text = write_text(ANA), folder = write_folder("100644", "ana.yaml", &text);
	for (size_t i = 0; i < kith_count(bad_names); i++) {
		const git_oid file_tree = write_folder("100644", bad_names[i], &text), folder_tree = write_folder("40000", bad_names[i], &folder);
		const git_oid link_tree = write_folder("120000", bad_names[i], &text);
		if (refuses_anywhere(&file_tree, "hostile") && refuses_anywhere(&folder_tree, "hostile") && refuses_anywhere(&link_tree, "hostile"))
			continue;
		failures++;
		print_message("... %s\n", bad_names[i]);
	}
	assert_int_equal(failures, 0);
	end();
}

struct disorder {
	const char *name;
	struct {
		const char *mode, *name;
	} entries[4];
};

static const struct disorder disorders[] = {
	{ "a name twice", { { "100644", "a" }, { "100644", "a" } } },
	{ "a name as file and folder", { { "100644", "a" }, { "40000", "a" } } },
	{ "a name as file and folder, others between", { { "100644", "a" }, { "100644", "a-b" }, { "100644", "a.b" }, { "40000", "a" } } },
	{ "a name as link and submodule", { { "120000", "a" }, { "160000", "a" } } },
	{ "wrong order", { { "100644", "b" }, { "100644", "a" } } },
	{ "a folder in the order of a file", { { "40000", "a" }, { "100644", "a.b" } } },
	{ "a name twice, others between", { { "100644", "a" }, { "100644", "b" }, { "100644", "a" } } },
};

static void folders_in_disorder_are_refused(void **state)
{
	(void)state;
	size_t failures = 0;
	begin();
	const git_oid text = write_text(ANA), folder = write_folder("100644", "ana.yaml", &text);
	for (size_t i = 0; i < kith_count(disorders); i++) {
		KITH_BUF tree = { 0 };
		for (size_t j = 0; j < 4 && disorders[i].entries[j].mode; j++)
			add_entry(&tree, disorders[i].entries[j].mode, disorders[i].entries[j].name,
			          disorders[i].entries[j].mode[0] == '4' ? &folder : &text);
		const git_oid oid = write_tree(&tree);
		if (refuses_anywhere(&oid, "hostile"))
			continue;
		failures++;
		print_message("... %s\n", disorders[i].name);
	}
	assert_int_equal(failures, 0);
	end();
}

static void trees_that_are_none_are_refused(void **state)
{
	(void)state;
	static const struct {
		const char *name, *bytes;
		size_t length;
	} texts[] = {
		{ "words", "hello, I am a tree", 18 },
		{ "cut in the id", "100644 a\0aaaaaaaaa", 18 },
		{ "no name", "100644 \0aaaaaaaaaaaaaaaaaaaa", 28 },
		{ "no mode", " a\0aaaaaaaaaaaaaaaaaaaa", 23 },
		{ "a mode of letters", "file a\0aaaaaaaaaaaaaaaaaaaa", 27 },
		{ "a mode without end", "1006444444444444444444444 a\0aaaaaaaaaaaaaaaaaaaa", 48 },
	};
	size_t failures = 0;
	begin();
	for (size_t i = 0; i < kith_count(texts); i++) {
		const git_oid oid = write_raw(GIT_OBJECT_TREE, texts[i].bytes, texts[i].length);
		if (refuses_anywhere(&oid, ""))
			continue;
		failures++;
		print_message("... %s\n", texts[i].name);
	}
	assert_int_equal(failures, 0);
	end();
}

/* --- types --- */

static void objects_of_another_type_are_refused(void **state)
{
	(void)state;
	begin();
	const git_oid text = write_text(ANA), folder = write_folder("100644", "ana.yaml", &text), missing = { .id = { 1, 2, 3 } };
	const git_oid commit = write_commit(&folder, NULL, "none");
	const struct {
		const char *name, *mode, *path;
		const git_oid *oid;
	} entries[] = {
		{ "a file as folder", "40000", "contacts", &text },
		{ "a commit as folder", "40000", "contacts", &commit },
		{ "a missing folder", "40000", "contacts", &missing },
		{ "a folder as file", "100644", "plan", &folder },
		{ "a folder as link", "120000", "plan", &folder },
		{ "a commit as file", "100644", "plan", &commit },
		{ "a missing file", "100644", "plan", &missing },
	};
	size_t failures = 0;
	for (size_t i = 0; i < kith_count(entries); i++) {
		const git_oid tree = write_folder(entries[i].mode, entries[i].path, entries[i].oid);
		const bool is_folder = entries[i].mode[0] == '4';
		const enum when when = is_folder ? LOOKING : MERGING;
		if (refuses(&tree, when, "") && refuses_below(&tree, when, "") && (!is_folder || refuses_unread(&tree, "plans", "")))
			continue;
		failures++;
		print_message("... %s\n", entries[i].name);
	}
	assert_int_equal(failures, 0);
	assert_true(refuses(&missing, MERGING, ""));
	assert_true(refuses(&text, MERGING, ""));
	assert_true(refuses(&commit, MERGING, ""));
	end();
}

/* Modes that git once wrote, or never did: they count as the nearest there is. */
static void odd_modes_are_merged_as_the_nearest(void **state)
{
	(void)state;
	static const char *const modes[] = { "100664", "100600", "100666", "100777", "100000", "644", "0", "140000", "60644", "120777", "040000" };
	begin();
	const git_oid text = write_text(ANA), x = write_text("x\n"), y = write_text("y\n");
	const git_oid inner = write_folder("100644", "a", &text);
	const git_oid base_tree = write_folder("100644", "x", &x), friend_tree = write_folder("100644", "x", &y);
	const git_oid base = write_commit(&base_tree, NULL, "base"), one = write_commit(&friend_tree, &base, "friend");
	for (size_t i = 0; i < kith_count(modes); i++) {
		struct kith_err err = { 0 };
		struct kith_commit_merge forth, back;
		KITH_BUF tree = { 0 };
		const bool is_folder = strcmp(modes[i], "040000") == 0;
		add_entry(&tree, modes[i], "contacts", is_folder ? &inner : &text);
		add_entry(&tree, "100644", "x", &x);
		const git_oid oid = write_tree(&tree), other = write_commit(&oid, &base, "odd");
		assert_ok(kith_merge_commits(world.repo, &one, &other, &forth, &err), err);
		assert_ok(kith_merge_commits(world.repo, &other, &one, &back, &err), err);
		assert_true(git_oid_equal(&forth.commit, &back.commit));
		assert_string_equal(sh("git -C s show %s:x", git_oid_tostr_s(&forth.commit)), "y\n");
		assert_string_equal(sh("git -C s show %s:contacts%s", git_oid_tostr_s(&forth.commit), is_folder ? "/a" : ""), ANA);
	}
	end();
}

/* --- trees without end --- */

/* A folder that has another `width` times in it, and that again, `depth` times; in the innermost `text`, or nothing. */
static git_oid write_bomb(unsigned depth, unsigned width, const char *name, const git_oid *text)
{
	KITH_BUF nothing = { 0 };
	git_oid inner = text ? write_folder("100644", "ana.yaml", text) : write_tree(&nothing);
	for (; depth; depth--) {
		KITH_BUF tree = { 0 };
		for (unsigned i = 0; i < width; i++) {
			KITH_BUF folder = { 0 };
			kith_buf_addf(&folder, "%s%u", name, i);
			add_entry(&tree, "40000", folder.text, &inner);
		}
		inner = write_tree(&tree);
	}
	return inner;
}

static void trees_that_hold_themselves_are_refused(void **state)
{
	(void)state;
	begin();
	const git_oid text = write_text(ANA);
	const struct {
		const char *name;
		unsigned depth, width;
		const git_oid *text;
	} bombs[] = {
		{ "files without end", 40, 9, &text },
		{ "folders without end, and no file", 40, 2, NULL },
		{ "deep", 3000, 1, &text },
		{ "deep and empty", 3000, 1, NULL },
	};
	size_t failures = 0;
	for (size_t i = 0; i < kith_count(bombs); i++) {
		const git_oid bomb = write_bomb(bombs[i].depth, bombs[i].width, "a", bombs[i].text);
		if (refuses_unread(&bomb, i % 2 ? "plans" : "contacts", "hostile"))
			continue;
		failures++;
		print_message("... %s\n", bombs[i].name);
	}
	assert_int_equal(failures, 0);
	end();
}

/* Each name may have 64 kB, and each folder's path is as long as all above it. */
static void paths_without_end_are_refused(void **state)
{
	(void)state;
	KITH_BUF name = { 0 };
	begin();
	for (unsigned i = 0; i < 60000; i++)
		kith_buf_add_char(&name, 'n');
	const git_oid text = write_text(ANA), bomb = write_bomb(1000, 2, name.text, &text);
	assert_true(refuses_below(&bomb, LOOKING, "hostile") && refuses_unread(&bomb, "contacts", "hostile"));
	end();
}

/* What neither side has touched is not looked at, and stays. */
static void a_bomb_that_was_always_there_stays(void **state)
{
	(void)state;
	begin();
	struct kith_err err = { 0 };
	struct kith_commit_merge merge;
	const char *const texts[] = { "a\nb\n", "A\nb\n", "a\nB\n" };
	const git_oid text = write_text(ANA), bomb = write_bomb(40, 9, "a", &text);
	git_oid commits[3];
	for (size_t i = 0; i < 3; i++) {
		KITH_BUF tree = { 0 };
		const git_oid readme = write_text(texts[i]);
		add_entry(&tree, "100644", "README", &readme);
		add_entry(&tree, "40000", "plans", &bomb);
		const git_oid oid = write_tree(&tree);
		commits[i] = write_commit(&oid, i ? &commits[0] : NULL, "bomb");
	}
	assert_ok(kith_merge_commits(world.repo, &commits[1], &commits[2], &merge, &err), err);
	assert_string_equal(sh("git -C s show %s:README", git_oid_tostr_s(&merge.commit)), "A\nB\n");
	assert_string_equal(sh("git -C s rev-parse %s:plans", git_oid_tostr_s(&merge.commit)), sh("echo %s", git_oid_tostr_s(&bomb)));
	end();
}

/* --- commits --- */

static void commits_that_are_none_are_refused(void **state)
{
	(void)state;
	begin();
	const git_oid text = write_text("x\n"), tree = write_folder("100644", "x", &text), missing = { .id = { 1, 2, 3 } };
	const git_oid base = write_commit(&tree, NULL, "base"), good = write_commit(&tree, &base, "good");
	KITH_BUF bad = { 0 };
	kith_buf_addf(&bad, "tree %s\nparent nobody\n\nbad\n", git_oid_tostr_s(&tree));
	const git_oid torn = write_raw(GIT_OBJECT_COMMIT, bad.text, bad.length);
	const git_oid *const others[] = { &missing, &text, &tree, &torn };
	const size_t before = count_objects();
	for (size_t i = 0; i < kith_count(others); i++)
		for (int way = 0; way < 2; way++) {
			struct kith_err err = { 0 };
			struct kith_commit_merge merge;
			assert_int_equal(kith_merge_commits(world.repo, way ? &good : others[i], way ? others[i] : &good, &merge, &err), KITH_SYNC);
			if (!*err.hint)
				fail_msg("case %zu: %s: no hint", i, err.message);
		}
	assert_int_equal(count_objects(), before);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(names_that_no_file_has_are_refused),
		CASE(folders_in_disorder_are_refused),
		CASE(trees_that_are_none_are_refused),
		CASE(objects_of_another_type_are_refused),
		CASE(odd_modes_are_merged_as_the_nearest),
		CASE(commits_that_are_none_are_refused),
		CASE(a_bomb_that_was_always_there_stays),
		CASE(paths_without_end_are_refused),
		CASE(trees_that_hold_themselves_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
