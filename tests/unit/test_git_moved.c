#include "git_fixture.h"
#include "lib/git/branch.h"

/* The user works on the repository with plain git, between snapshots. */

static size_t held(void)
{
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){ .settle = KITH_SETTLE_BELIEVE });
	const size_t paths = taken.held;
	assert_string_equal(taken.commit, "");
	kith_snapshot_finish(&taken);
	return paths;
}

static void write_ana(const char *city)
{
	KITH_BUF text = {0};
	kith_buf_addf(&text, "name: Ana Silva\ncity: %s\n", city);
	put("s/contacts/ana-silva.yaml", text.text);
}

static void a_commit_of_the_user_in_between_is_built_upon(void **state)
{
	(void)state;
	make_store();
	write_ana("Porto");
	sh("git -C s commit -qam 'by hand'");
	assert_int_equal(take(), 0);
	write_ana("Braga");
	assert_int_equal(take(), 1);
	assert_clean();
	assert_string_equal(sh("git -C s log --format=%%s -2"), "ana-silva: city\nby hand\n");
}

static void an_amended_commit_is_built_upon(void **state)
{
	(void)state;
	make_store();
	write_ana("Porto");
	take();
	put("s/README.md", "mine\n");
	sh("git -C s add README.md; git -C s commit -q --amend -m amended");
	write_ana("Braga");
	assert_int_equal(take(), 1);
	assert_clean();
	assert_string_equal(sh("git -C s log --format=%%s -2"), "ana-silva: city\namended\n");
}

static void a_hard_reset_is_not_undone(void **state)
{
	(void)state;
	make_store();
	write_ana("Porto");
	put("s/contacts/new.yaml", "name: New\n");
	unlink("s/contacts/tom-okafor.yaml");
	take();
	sh("git -C s reset -q --hard HEAD~1");
	assert_int_equal(held(), 0);
	assert_int_equal(take(), 0);
	assert_clean();
	assert_string_equal(sh("git -C s rev-list --count HEAD"), "1\n");
	assert_string_equal(get("s/contacts/ana-silva.yaml"), ANA);
}

static void a_soft_reset_is_left_alone_until_a_file_is_saved(void **state)
{
	(void)state;
	make_store();
	write_ana("Porto");
	put("s/contacts/new.yaml", "name: New\n");
	unlink("s/contacts/tom-okafor.yaml");
	take();
	sh("git -C s reset -q --soft HEAD~1");
	const char *staged = "M  contacts/ana-silva.yaml\nA  contacts/new.yaml\nD  contacts/tom-okafor.yaml\n";
	assert_status(staged);
	assert_int_equal(held(), 3);
	assert_int_equal(held(), 3);
	assert_int_equal(take_path("contacts/ana-silva.yaml"), 0);
	assert_status(staged);
	write_ana("Braga");
	assert_int_equal(take(), 1);
	assert_string_equal(sh("git -C s show HEAD:contacts/ana-silva.yaml"), "name: Ana Silva\ncity: Braga\n");
	assert_int_equal(held(), 2);
	/* what was staged of it is out of date, and must not undo it */
	assert_status("A  contacts/new.yaml\nD  contacts/tom-okafor.yaml\n");
	/* the user goes on with what they were about to do */
	sh("git -C s commit -qm 'by hand'");
	assert_int_equal(held(), 0);
	assert_string_equal(sh("git -C s ls-tree --name-only HEAD contacts/"),
	                    "contacts/ana-silva.yaml\ncontacts/new.yaml\n");
}

static void a_file_brought_back_to_the_older_version_is_no_longer_held(void **state)
{
	(void)state;
	make_store();
	write_ana("Porto");
	take();
	sh("git -C s reset -q --soft HEAD~1");
	assert_int_equal(held(), 1);
	sh("git -C s reset -q --hard");
	assert_int_equal(held(), 0);
	write_ana("Porto");
	assert_int_equal(take(), 1); /* by now it is an edit */
}

static void going_back_and_forth_ends_where_it_began(void **state)
{
	(void)state;
	make_store();
	write_ana("Porto");
	take();
	const char *head = sh("git -C s rev-parse HEAD");
	sh("git -C s reset -q --soft HEAD~1");
	assert_int_equal(held(), 1);
	sh("git -C s reset -q --soft ORIG_HEAD");
	assert_int_equal(held(), 0);
	assert_string_equal(sh("git -C s rev-parse HEAD"), head);
	assert_clean();
}

static void a_pull_by_plain_git_is_no_edit(void **state)
{
	(void)state;
	make_store();
	sh("git clone -q s other && git -C other config pull.rebase false && cd other && "
	   "printf 'name: Eva Lund\\n' >contacts/eva-lund.yaml && git rm -q contacts/tom-okafor.yaml && "
	   "printf 'name: Ana Silva\\ncity: Faro\\n' >contacts/ana-silva.yaml && git add . && git commit -qm remote");
	sh("git -C s pull -q ../other main");
	assert_int_equal(take(), 0);
	write_ana("Braga");
	assert_int_equal(take(), 1);
	assert_clean();
	assert_string_equal(sh("git -C s log --format=%%s -2"), "ana-silva: city\nremote\n");
}

static void a_save_before_the_snapshot_saw_the_pull_is_an_edit_of_that_file_only(void **state)
{
	(void)state;
	make_store();
	sh("git clone -q s other && cd other && printf 'name: Ana Silva\\ncity: Faro\\n' >contacts/ana-silva.yaml && "
	   "printf 'name: Tom\\n' >contacts/tom-okafor.yaml && git commit -qam remote");
	sh("git -C s pull -q --ff-only ../other main");
	write_ana("Braga");
	assert_int_equal(take(), 1);
	assert_clean();
	assert_string_equal(get("s/contacts/tom-okafor.yaml"), "name: Tom\n");
}

static void paths_with_odd_names_are_held_as_well(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/two\nlines\\n.yaml", "name: One\n");
	take();
	put("s/contacts/two\nlines\\n.yaml", "name: Two\n");
	take();
	sh("git -C s reset -q --soft HEAD~1");
	assert_int_equal(held(), 1);
	assert_int_equal(held(), 1);
}

static void state_that_is_lost_or_spoiled_costs_nothing(void **state)
{
	(void)state;
	make_store();
	write_ana("Porto");
	take();
	sh("git -C s update-ref -d refs/kith/worktree; printf 'junk\\n\\n0123 x\\n' >s/.git/kith/held; "
	   "printf 'junk\\n' >s/.git/kith/index-pending; printf '\\n' >s/.git/kith/branch");
	assert_int_equal(held(), 0);
	write_ana("Braga");
	assert_int_equal(take(), 1);
	assert_clean();
	sh("rm -r s/.git/kith");
	write_ana("Faro");
	assert_int_equal(take(), 1);
	assert_clean();
}

static void a_crash_before_the_bases_followed_does_not_hold_a_revert(void **state)
{
	(void)state;
	make_store();
	const char *before = sh("git -C s rev-parse HEAD | tr -d '\\n'");
	write_ana("Porto");
	take();
	/* as a crash behind the move of the branch leaves it */
	sh("git -C s update-ref refs/kith/worktree %s; git -C s read-tree %s; echo %s $(git -C s rev-parse HEAD) "
	   ">s/.git/kith/index-pending",
	   before, before, before);
	put("s/contacts/ana-silva.yaml", ANA);
	assert_int_equal(take(), 1);
	assert_clean();
	assert_string_equal(sh("git -C s rev-list --count HEAD"), "3\n");
}

static void a_branch_that_starts_anew_gets_everything(void **state)
{
	(void)state;
	make_store();
	sh("git -C s update-ref -d HEAD");
	assert_int_equal(take(), 5);
	assert_clean();
	assert_string_equal(sh("git -C s rev-list --count HEAD"), "1\n");
}

static void packed_refs_and_loose_ones_are_the_same(void **state)
{
	(void)state;
	make_store();
	sh("git -C s pack-refs --all && git -C s gc -q");
	write_ana("Porto");
	assert_int_equal(take(), 1);
	assert_clean();
}

/* --- waiting --- */

/* git changes the files first, then the index, then the branch. */
static void another_git_at_work_is_noticed_before_the_branch_moves(void **state)
{
	(void)state;
	struct kith_err err = {0};
	struct kith_branch branch = {0};
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	bool unmoved = false;
	make_store();
	sh("git -C s branch other");
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_ok(kith_branch_read(repo, &branch, &err), err);
	assert_ok(kith_branch_is_unmoved(repo, &branch, true, &unmoved, &err), err);
	assert_true(unmoved);
	put("s/README.md", "mine\n");
	sh("git -C s add README.md");
	assert_ok(kith_branch_is_unmoved(repo, &branch, true, &unmoved, &err), err);
	assert_false(unmoved);
	assert_ok(kith_branch_is_unmoved(repo, &branch, false, &unmoved, &err), err);
	assert_true(unmoved);
	sh("git -C s commit -qm mine");
	assert_ok(kith_branch_is_unmoved(repo, &branch, false, &unmoved, &err), err);
	assert_false(unmoved);
	/* nor does it move a branch that it has seen elsewhere */
	assert_ok(kith_branch_move(repo, &branch, &branch.commit, &unmoved, &err), err);
	assert_false(unmoved);
	assert_subject("mine");
	kith_branch_finish(&branch);
	assert_ok(kith_branch_read(repo, &branch, &err), err);
	sh("git -C s switch -q other");
	assert_ok(kith_branch_is_unmoved(repo, &branch, false, &unmoved, &err), err);
	assert_false(unmoved);
	kith_branch_finish(&branch);
}

static void during_an_operation_of_git_nothing_is_committed(void **state)
{
	(void)state;
	static const struct {
		const char *begin, *end;
		enum kith_waiting waiting;
	} cases[] = {
		{ "merge other", "merge --abort", KITH_WAITING_MERGE },
		{ "rebase other", "rebase --abort", KITH_WAITING_REBASE },
		{ "rebase --apply other", "rebase --abort", KITH_WAITING_REBASE },
		{ "cherry-pick other", "cherry-pick --abort", KITH_WAITING_PICK },
		{ "revert --no-edit HEAD~1", "revert --abort", KITH_WAITING_REVERT },
		{ "am ../patch", "am --abort", KITH_WAITING_PATCHES },
	};
	make_store();
	sh("git -C s config --remove-section merge.kith"); /* by line, as where kith is not installed */
	sh("git -C s switch -qc other && sed -i s/Lisbon/Faro/ s/contacts/ana-silva.yaml && git -C s commit -qam faro "
	   "&& "
	   "git -C s format-patch -q -1 --stdout >patch && git -C s switch -q main");
	write_ana("Porto");
	take();
	write_ana("Braga");
	take();
	KITH_CLEANUP(kith_free) char *head = kith_strdup(sh("git -C s rev-parse HEAD"));
	for (size_t i = 0; i < kith_count(cases); i++) {
		assert_int_not_equal(sh_status("git -C s %s", cases[i].begin), 0);
		assert_int_equal(take_waits(), cases[i].waiting);
		put("s/contacts/tom-okafor.yaml", "name: Tom\n");
		assert_int_equal(take_waits(), cases[i].waiting);
		sh("git -C s checkout -q HEAD -- contacts/tom-okafor.yaml; git -C s %s", cases[i].end);
		assert_int_equal(take(), 0);
		assert_string_equal(sh("git -C s rev-parse HEAD"), head);
		assert_clean();
	}
	sh("git -C s bisect start HEAD HEAD~2");
	assert_int_equal(take_waits(), KITH_WAITING_BISECT);
	sh("git -C s bisect reset");
	assert_int_equal(take(), 0);
}

static void on_another_branch_nothing_is_committed(void **state)
{
	(void)state;
	make_store();
	sh("git -C s switch -qc trip");
	write_ana("Porto");
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){0});
	assert_int_equal(taken.waiting, KITH_WAITING_BRANCH);
	assert_string_equal(taken.why, "the branch is trip, and kith works on main");
	kith_snapshot_finish(&taken);
	sh("git -C s switch -q main");
	assert_int_equal(take(), 1);
	sh("git -C s switch -q --detach");
	assert_int_equal(take_waits(), KITH_WAITING_DETACHED);
	sh("git -C s switch -q --orphan fresh");
	assert_int_equal(take_waits(), KITH_WAITING_BRANCH);
	/* the way to change it */
	sh("git -C s switch -q trip");
	struct kith_err err = {0};
	assert_ok(kith_repo_init("s", &err), err);
	write_ana("Faro");
	assert_int_equal(take(), 1);
}

static void a_branch_that_was_renamed_is_followed(void **state)
{
	(void)state;
	make_store();
	sh("git -C s branch -m people");
	write_ana("Porto");
	assert_int_equal(take(), 1);
	assert_string_equal(get("s/.git/kith/branch"), "refs/heads/people\n");
	assert_clean();
}

static void work_on_another_branch_and_back_is_no_edit(void **state)
{
	(void)state;
	make_store();
	sh("git -C s switch -qc trip && sed -i s/Lisbon/Faro/ s/contacts/ana-silva.yaml && git -C s commit -qam faro");
	assert_int_equal(take_waits(), KITH_WAITING_BRANCH);
	sh("git -C s switch -q main");
	assert_int_equal(take(), 0);
	sh("git -C s merge -q trip");
	assert_int_equal(take(), 0);
	assert_clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_commit_of_the_user_in_between_is_built_upon),
		CASE(an_amended_commit_is_built_upon),
		CASE(a_hard_reset_is_not_undone),
		CASE(a_soft_reset_is_left_alone_until_a_file_is_saved),
		CASE(a_file_brought_back_to_the_older_version_is_no_longer_held),
		CASE(going_back_and_forth_ends_where_it_began),
		CASE(a_pull_by_plain_git_is_no_edit),
		CASE(a_save_before_the_snapshot_saw_the_pull_is_an_edit_of_that_file_only),
		CASE(paths_with_odd_names_are_held_as_well),
		CASE(state_that_is_lost_or_spoiled_costs_nothing),
		CASE(a_crash_before_the_bases_followed_does_not_hold_a_revert),
		CASE(a_branch_that_starts_anew_gets_everything),
		CASE(packed_refs_and_loose_ones_are_the_same),
		CASE(another_git_at_work_is_noticed_before_the_branch_moves),
		CASE(during_an_operation_of_git_nothing_is_committed),
		CASE(on_another_branch_nothing_is_committed),
		CASE(a_branch_that_was_renamed_is_followed),
		CASE(work_on_another_branch_and_back_is_no_edit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
