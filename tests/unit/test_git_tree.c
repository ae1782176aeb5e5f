#include "git_fixture.h"
#include "lib/git/inside.h"
#include "lib/git/tree.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_submodule_in_the_way_stays),
		CASE(a_strangers_tree_is_read_without_harm),
		CASE(a_tree_deeper_than_a_person_makes_is_not_followed),
		CASE(trees_are_compared_where_they_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
