#include "git_fixture.h"
#include "lib/git/inside.h"
#include "lib/git/tree.h"
#include "lib/git/writer.h"

static void a_submodule_in_the_way_stays(void **state)
{
	(void)state;
	make_store();
	sh("git init -q s/contacts/sub && git -C s/contacts/sub commit -q --allow-empty -m x && git -C s add "
	   "contacts/sub 2>/dev/null "
	   "&& git -C s commit -qm sub");
	put("s/contacts/sub/eva-lund.yaml", "name: Eva\n");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){0});
	assert_int_equal(taken.paths, 1);
	assert_int_equal(taken.trouble_count, 1);
	assert_non_null(strstr(taken.troubles[0].why, "submodule"));
	kith_snapshot_finish(&taken);
	assert_string_equal(sh("git -C s ls-tree HEAD contacts/sub | cut -c1-13"), "160000 commit\n");
	sh("git -C s fsck --strict");
}

/* Names that git's own tools would never write, as a stranger's server might. */
static void a_strangers_tree_is_read_without_harm(void **state)
{
	(void)state;
	make_store();
	put("secret.yaml", "name: Secret\n");
	sh("cd s && b=$(printf 'name: X\\n' | git hash-object -w --stdin) && c=$(git rev-parse HEAD:contacts) && "
	   "evil=$( (git ls-tree HEAD:contacts; printf '100644 blob %%s\\tok.yaml\\n' $b; "
	   "printf '040000 tree %%s\\t..\\n' $c; printf '040000 tree %%s\\t.git\\n' $c) | git mktree) && "
	   "dots=$( (git ls-tree HEAD | grep -v contacts; printf '040000 tree %%s\\tcontacts\\n' $evil) | git mktree) "
	   "&& "
	   "git update-ref HEAD $(git commit-tree -p HEAD -m evil $dots)");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	assert_int_equal(take(), 1);
	assert_string_equal(get("secret.yaml"), "name: Secret\n");
	assert_string_equal(sh("git -C s show HEAD:contacts/ana-silva.yaml"), "name: Ana\n");
}

static void a_tree_deeper_than_a_person_makes_is_not_followed(void **state)
{
	(void)state;
	make_store();
	sh("cd s && t=$(printf 'name: X\\n' | git hash-object -w --stdin | sed 's/.*/100644 blob &\\tdeep.yaml/' | git "
	   "mktree) && "
	   "for i in $(seq 300); do t=$(printf '040000 tree %%s\\td\\n' $t | git mktree); done && "
	   "top=$( (git ls-tree HEAD; printf '040000 tree %%s\\tgoals\\n' $t) | git mktree) && "
	   "git update-ref HEAD $(git commit-tree -p HEAD -m deep $top)");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	assert_int_equal(take(), 1);
	sh("git -C s ls-tree -r HEAD | grep -q deep.yaml");
}

static void trees_are_compared_where_they_differ(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/x.yaml/y.yaml", "name: Y\n");
	put("s/contacts/zoe.yaml", "name: Zoe\n");
	take();
	sh("rm -r s/contacts/x.yaml s/contacts/zoe.yaml");
	put("s/contacts/x.yaml", "name: X\n");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	take();
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	KITH_ARENA arena = {0};
	struct kith_err err = {0};
	struct kith_differences found = {0};
	git_object *before = NULL, *after = NULL;
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_int_equal(git_revparse_single(&before, repo->git, "HEAD~1^{tree}"), 0);
	assert_int_equal(git_revparse_single(&after, repo->git, "HEAD^{tree}"), 0);
	assert_ok(kith_tree_compare(repo->git, (git_tree *)before, (git_tree *)after, &arena, &found, &err), err);
	static const struct {
		const char *path;
		bool was, is;
	} wanted[] = {
		{ "contacts/ana-silva.yaml", true, true },
		{ "contacts/x.yaml", false, true },
		{ "contacts/x.yaml/y.yaml", true, false },
		{ "contacts/zoe.yaml", true, false },
	};
	assert_int_equal(found.count, kith_count(wanted));
	for (size_t i = 0; i < found.count; i++) {
		assert_string_equal(found.list[i].path, wanted[i].path);
		assert_int_equal(found.list[i].before.mode != 0, wanted[i].was);
		assert_int_equal(found.list[i].after.mode != 0, wanted[i].is);
	}
	git_object_free(before);
	git_object_free(after);
}

/* --- a tree made from another --- */

/* Names that git orders otherwise than a reader would think, as files and as folders. */
static const char *const tricky[] = { "a", "a-b", "a.b", "a/x", "a/y", "a/x/z", "a0", "a.b/x", "a-b/x/y", "b", "b/x", "b.x", "aa", "a/b.yaml", "a/b/c", "a b/c" };

static bool is_below(const char *path, const char *folder)
{
	const size_t length = strlen(folder);
	return strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* Which of the paths there are: no file where a folder is. */
static void choose_paths(unsigned *random, unsigned texts[])
{
	for (size_t i = 0; i < kith_count(tricky); i++) {
		*random = *random * 1103515245u + 12345u;
		texts[i] = *random >> 16 & 1 ? *random >> 20 & 3 : 0;
		for (size_t j = 0; j < i; j++)
			if (texts[j] && (is_below(tricky[i], tricky[j]) || is_below(tricky[j], tricky[i])))
				texts[i] = 0;
	}
}

/* Files, executables and submodules. */
static struct kith_entry entry_of(const git_oid ids[], unsigned text)
{
	static const git_filemode_t modes[] = { 0, GIT_FILEMODE_BLOB, GIT_FILEMODE_BLOB_EXECUTABLE, GIT_FILEMODE_COMMIT };
	return (struct kith_entry){ ids[text], modes[text] };
}

/* As libgit2 makes it, from a list of files. */
static git_oid tree_of(git_repository *git, const git_oid ids[], const unsigned texts[])
{
	git_index *index = NULL;
	git_oid tree;
	assert_int_equal(git_index_new(&index), 0);
	for (size_t i = 0; i < kith_count(tricky); i++) {
		const git_index_entry entry = { .path = tricky[i], .id = ids[texts[i]], .mode = (uint32_t)entry_of(ids, texts[i]).mode };
		if (texts[i])
			assert_int_equal(git_index_add(index, &entry), 0);
	}
	assert_int_equal(git_index_write_tree_to(&tree, index, git), 0);
	git_index_free(index);
	return tree;
}

static void a_tree_made_from_another_is_the_tree_of_its_files(void **state)
{
	(void)state;
	enum { TREES = 3000, TEXTS = 4 };
	make_store();
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	KITH_CLEANUP(kith_writer_close) struct kith_writer *writer = NULL;
	struct kith_err err = {0};
	git_oid ids[TEXTS] = {0};
	unsigned before[kith_count(tricky)] = {0}, after[kith_count(tricky)], random = 7;
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_ok(kith_writer_open(repo, 1 << 20, &writer, &err), err); /* in memory */
	for (unsigned i = 1; i < TEXTS; i++)
		assert_ok(kith_writer_blob(writer, &"text"[i], 4 - i, &ids[i], &err), err);
	for (int i = 0; i < TREES; i++) {
		KITH_ARENA arena = {0};
		struct kith_differences changes = {0};
		git_tree *old = NULL;
		const git_oid from = tree_of(kith_writer_git(writer), ids, before);
		choose_paths(&random, after);
		for (size_t j = 0; j < kith_count(tricky); j++) {
			const struct kith_entry was = entry_of(ids, before[j]), is = entry_of(ids, after[j]);
			/* Some that do not change are listed, too. */
			if (before[j] != after[j] || (random >> j & 1))
				kith_differences_add(&changes, &arena, tricky[j], &was, &is);
		}
		kith_differences_sort(&changes);
		git_oid made;
		const git_oid wanted = tree_of(kith_writer_git(writer), ids, after);
		assert_int_equal(git_tree_lookup(&old, kith_writer_git(writer), &from), 0);
		assert_ok(kith_tree_update(writer, old, &changes, &made, &err), err);
		git_tree_free(old);
		if (!git_oid_equal(&made, &wanted))
			fail_msg("tree %d differs", i);
		memcpy(before, after, sizeof(before));
	}
}

/* Many of them, whose names each other's begin with; what is to be below one that no change knows of is not put there. */
static void submodules_that_no_change_knows_of_stay(void **state)
{
	(void)state;
	make_store();
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	KITH_CLEANUP(kith_writer_close) struct kith_writer *writer = NULL;
	KITH_ARENA arena = {0};
	struct kith_err err = {0};
	static const char *const submodules[] = { "a", "a!", "a!b", "a-", "b", "ca" };
	static const char *const files[] = { "a!/x", "a!c/x", "a-/x", "a/x", "a0/x", "b", "c/x", "ca/x/y" };
	struct kith_differences before = {0}, changes = {0};
	const struct kith_entry none = {0};
	struct kith_entry commit = { .mode = GIT_FILEMODE_COMMIT }, file = { .mode = GIT_FILEMODE_BLOB };
	git_tree *old = NULL;
	git_oid oid;
	memset(commit.oid.id, 0x11, sizeof(commit.oid.id));
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_ok(kith_writer_open(repo, 1, &writer, &err), err);
	assert_ok(kith_writer_blob(writer, "x\n", 2, &file.oid, &err), err);
	for (size_t i = 0; i < kith_count(submodules); i++)
		kith_differences_add(&before, &arena, submodules[i], &none, &commit);
	for (size_t i = 0; i < kith_count(files); i++)
		kith_differences_add(&changes, &arena, files[i], &none, &file);
	kith_differences_sort(&before);
	kith_differences_sort(&changes);
	assert_ok(kith_tree_update(writer, NULL, &before, &oid, &err), err);
	assert_int_equal(git_tree_lookup(&old, repo->git, &oid), 0);
	assert_ok(kith_tree_update(writer, old, &changes, &oid, &err), err);
	git_tree_free(old);
	assert_string_equal(sh("git -C s ls-tree -r %s | awk '{print $2, $4}'", git_oid_tostr_s(&oid)),
	                    "commit a\ncommit a!\ncommit a!b\nblob a!c/x\ncommit a-\nblob a0/x\ncommit b\nblob c/x\ncommit ca\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_submodule_in_the_way_stays),
		CASE(a_strangers_tree_is_read_without_harm),
		CASE(a_tree_deeper_than_a_person_makes_is_not_followed),
		CASE(trees_are_compared_where_they_differ),
		CASE(a_tree_made_from_another_is_the_tree_of_its_files),
		CASE(submodules_that_no_change_knows_of_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
