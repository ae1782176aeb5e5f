#include "git_fixture.h"

/* What the user staged, and what `git status` says after a snapshot. */

static void another_file_that_is_staged_stays_staged(void **state)
{
	(void)state;
	make_store();
	put("s/README.md", "mine\n");
	put("s/contacts/tom-okafor.yaml", "name: Tom\n");
	sh("git -C s add README.md contacts/tom-okafor.yaml");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	assert_int_equal(take_path("contacts/ana-silva.yaml"), 1);
	assert_status("A  README.md\nM  contacts/tom-okafor.yaml\n");
}

static void a_file_that_the_user_staged_as_it_is_becomes_clean(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	put("s/contacts/new.yaml", "name: New\n");
	put("s/contacts/meant.yaml", "name: Meant\n");
	sh("git -C s rm -q --cached contacts/tom-okafor.yaml; rm s/contacts/tom-okafor.yaml; "
	   "git -C s add contacts/ana-silva.yaml contacts/new.yaml; git -C s add -N contacts/meant.yaml");
	assert_int_equal(take(), 4);
	assert_clean();
}

static void another_version_that_the_user_staged_stays_staged(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Staged\n");
	sh("git -C s add contacts");
	put("s/contacts/ana-silva.yaml", "name: Saved later\n");
	sh("git -C s rm -q --cached contacts/tom-okafor.yaml");
	put("s/contacts/tom-okafor.yaml", "name: Tom\n");
	assert_int_equal(take(), 2);
	assert_status("MM contacts/ana-silva.yaml\nD  contacts/tom-okafor.yaml\n?? contacts/tom-okafor.yaml\n");
	assert_string_equal(sh("git -C s show :contacts/ana-silva.yaml"), "name: Staged\n");
}

static void a_mode_that_the_user_staged_stays_staged(void **state)
{
	(void)state;
	make_store();
	sh("git -C s update-index --chmod=+x contacts/ana-silva.yaml");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	sh("chmod +x s/contacts/ana-silva.yaml");
	assert_int_equal(take(), 1);
	assert_status("M  contacts/ana-silva.yaml\n");
	assert_string_equal(sh("git -C s diff --cached --summary"),
	                    " mode change 100644 => 100755 contacts/ana-silva.yaml\n");
}

static void git_status_need_not_read_what_was_committed(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	sh("touch -d '1 hour ago' s/contacts/ana-silva.yaml");
	assert_int_equal(take(), 1);
	/* the entry has the file's own times and size */
	struct stat status;
	assert_int_equal(stat("s/contacts/ana-silva.yaml", &status), 0);
	KITH_BUF wanted = {0};
	kith_buf_addf(&wanted, "  mtime: %lld:", (long long)status.st_mtim.tv_sec);
	const char *entry = sh("git -C s ls-files --debug contacts/ana-silva.yaml");
	assert_non_null(strstr(entry, wanted.text));
	assert_non_null(strstr(entry, "size: 10\t"));
	assert_clean();
}

static void a_change_within_the_second_of_the_snapshot_is_seen(void **state)
{
	(void)state;
	make_store();
	/* the same size and, as far as plain git looks, the same time */
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	sh("touch -d '2026-01-01 12:00:00' s/contacts/tom-okafor.yaml s/.git/index; git -C s update-index -q "
	   "--refresh; "
	   "touch -d '2026-01-01 12:00:00' s/.git/index; sed -i s/Leeds/Paris/ s/contacts/tom-okafor.yaml; "
	   "touch -d '2026-01-01 12:00:00' s/contacts/tom-okafor.yaml");
	assert_int_equal(take_path("contacts/ana-silva.yaml"), 1);
	assert_status(" M contacts/tom-okafor.yaml\n");
}

static void a_file_saved_again_after_it_was_read_is_seen(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	assert_int_equal(take(), 1);
	put("s/contacts/ana-silva.yaml", "name: Eva\n");
	assert_status(" M contacts/ana-silva.yaml\n");
}

static void while_another_git_holds_the_index_it_is_remembered(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	put("s/.git/index.lock", "");
	const char *path = "contacts/ana-silva.yaml";
	struct kith_snapshot_options options = { .paths = &path, .path_count = 1, .message = "by command" };
	struct kith_snapshot taken = take_with(&options);
	assert_int_equal(taken.paths, 1);
	assert_true(taken.index_pending);
	assert_string_equal(taken.index_why, "another git holds .git/index.lock");
	kith_snapshot_finish(&taken);
	put("s/contacts/ana-silva.yaml", "name: Ana Silva\n");
	taken = take_with(&options);
	assert_true(taken.index_pending);
	kith_snapshot_finish(&taken);
	assert_string_equal(get("s/.git/index.lock"), "");
	unlink("s/.git/index.lock");
	assert_status("MM contacts/ana-silva.yaml\n");
	taken = take_with(&(struct kith_snapshot_options){0});
	assert_false(taken.index_pending);
	assert_string_equal(taken.commit, "");
	kith_snapshot_finish(&taken);
	assert_clean();
	assert_int_equal(access("s/.git/kith/index-pending", F_OK), -1);
}

static void a_commit_made_from_an_index_that_is_behind_takes_nothing_back(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	put("s/contacts/new.yaml", "name: New\n");
	put("s/.git/index.lock", "");
	const char *const paths[] = { "contacts/ana-silva.yaml", "contacts/new.yaml" };
	struct kith_snapshot taken =
		take_with(&(struct kith_snapshot_options){ .paths = paths, .path_count = 2, .message = "by command" });
	assert_true(taken.index_pending);
	kith_snapshot_finish(&taken);
	unlink("s/.git/index.lock");
	put("s/README.md", "mine\n");
	sh("git -C s add README.md && git -C s commit -qm mine");
	assert_int_equal(sh_status("git -C s cat-file -e HEAD:contacts/new.yaml"), 128);
	assert_int_equal(take(), 2);
	assert_clean();
	assert_string_equal(sh("git -C s show HEAD:contacts/ana-silva.yaml"), "name: Ana\n");
}

static void a_snapshot_of_its_own_accord_waits_for_a_young_lock_only(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	put("s/.git/index.lock", "");
	assert_int_equal(take_waits(), KITH_WAITING_LOCKED);
	sh("touch -d '1 hour ago' s/.git/index.lock");
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){0});
	assert_int_equal(taken.paths, 1);
	assert_true(taken.index_pending);
	kith_snapshot_finish(&taken);
}

static void a_lock_of_kith_that_died_is_removed(void **state)
{
	(void)state;
	make_store();
	put("s/.git/index.lock", "kith 4711\n");
	put("s/.git/kith/index.lock", "");
	put("s/.git/refs/kith/worktree.lock", "");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	assert_int_equal(take(), 1);
	assert_clean();
}

static void an_index_that_is_gone_or_cannot_be_written_spoils_no_commit(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	put("s/.git/index", "no index at all");
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){0});
	assert_int_equal(taken.paths, 1);
	assert_true(taken.index_pending);
	assert_true(*taken.index_why != '\0');
	kith_snapshot_finish(&taken);
	assert_string_equal(get("s/.git/index"), "no index at all");
	unlink("s/.git/index");
	sh("git -C s reset -q");
	assert_int_equal(take(), 0);
	assert_clean();
}

static void an_unresolved_merge_of_a_stash_is_not_committed(void **state)
{
	(void)state;
	make_store();
	sh("git -C s config --remove-section merge.kith"); /* by line, as where kith is not installed */
	put("s/contacts/ana-silva.yaml", "name: Stashed\n");
	sh("git -C s stash -q");
	put("s/contacts/ana-silva.yaml", "name: Committed\n");
	assert_int_equal(take(), 1);
	assert_int_not_equal(sh_status("git -C s stash pop"), 0);
	put("s/contacts/tom-okafor.yaml", "name: Tom\n");
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){0});
	assert_int_equal(taken.paths, 1);
	assert_int_equal(taken.trouble_count, 1);
	assert_string_equal(taken.troubles[0].path, "contacts/ana-silva.yaml");
	kith_snapshot_finish(&taken);
	assert_status("UU contacts/ana-silva.yaml\n");
	put("s/contacts/ana-silva.yaml", "name: Resolved\n");
	assert_int_equal(take(), 1);
	sh("git -C s add contacts/ana-silva.yaml");
	assert_clean();
}

static void flags_of_other_entries_stay(void **state)
{
	(void)state;
	make_store();
	sh("git -C s update-index --assume-unchanged contacts/tom-okafor.yaml; git -C s update-index --index-version "
	   "4");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	assert_int_equal(take_path("contacts/ana-silva.yaml"), 1);
	assert_string_equal(sh("git -C s ls-files -v contacts"),
	                    "H contacts/ana-silva.yaml\nh contacts/tom-okafor.yaml\n");
	assert_clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(another_file_that_is_staged_stays_staged),
		CASE(a_file_that_the_user_staged_as_it_is_becomes_clean),
		CASE(another_version_that_the_user_staged_stays_staged),
		CASE(a_mode_that_the_user_staged_stays_staged),
		CASE(git_status_need_not_read_what_was_committed),
		CASE(a_change_within_the_second_of_the_snapshot_is_seen),
		CASE(a_file_saved_again_after_it_was_read_is_seen),
		CASE(while_another_git_holds_the_index_it_is_remembered),
		CASE(a_commit_made_from_an_index_that_is_behind_takes_nothing_back),
		CASE(a_snapshot_of_its_own_accord_waits_for_a_young_lock_only),
		CASE(a_lock_of_kith_that_died_is_removed),
		CASE(an_index_that_is_gone_or_cannot_be_written_spoils_no_commit),
		CASE(an_unresolved_merge_of_a_stash_is_not_committed),
		CASE(flags_of_other_entries_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
