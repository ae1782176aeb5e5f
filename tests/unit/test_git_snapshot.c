#include "git_fixture.h"

/* --- what becomes a commit --- */

static void the_first_commit_takes_kiths_files_and_no_others(void **state)
{
	(void)state;
	struct kith_err err = {0};
	assert_ok(kith_repo_init("s", &err), err);
	put("s/contacts/ana-silva.yaml", ANA);
	put("s/contacts/as/deep.yml", TOM);
	put("s/notes/2026/11/2026-11-21-ana-silva-k3vx.yaml", "date: 2026-11-21\nwith: ana-silva\n");
	put("s/.kith/reminders.yaml", "done: []\n");
	put("s/.kith/schema/contact.json", "{}\n");
	put("s/kith.yaml", "me: ana-silva\n");
	put("s/contacts/.hidden.yaml", "x\n");
	put("s/contacts/ana-silva.yaml~", "x\n");
	put("s/contacts/picture.jpg", "x\n");
	put("s/README.md", "mine\n");
	assert_int_equal(take(), 7);
	assert_string_equal(
		sh("git -C s ls-tree -r --name-only HEAD"),
		".gitattributes\n.gitignore\n.kith/reminders.yaml\ncontacts/ana-silva.yaml\ncontacts/as/deep.yml\n"
		"kith.yaml\nnotes/2026/11/2026-11-21-ana-silva-k3vx.yaml\n");
	assert_subject("first commit: 2 contacts, 1 note");
	assert_status("?? README.md\n?? contacts/.hidden.yaml\n?? contacts/ana-silva.yaml~\n?? contacts/picture.jpg\n");
	assert_string_equal(sh("git -C s log --format='%%an <%%ae> %%cn'"),
	                    "Test Person <test@example.org> Test Person\n");
	sh("git -C s fsck --strict");
	assert_string_equal(sh("git -C s rev-parse refs/kith/worktree"), sh("git -C s rev-parse HEAD"));
	assert_int_equal(take(), 0);
}

static void an_edit_an_addition_and_a_deletion_are_one_commit(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", ANA "title: Cartographer\n");
	put("s/goals/learn-portuguese.yaml", "name: Learn Portuguese\n");
	unlink("s/contacts/tom-okafor.yaml");
	assert_int_equal(take(), 3);
	assert_clean();
	assert_subject("ana-silva: title; removed contact tom-okafor; new goal learn-portuguese");
	assert_string_equal(sh("git -C s rev-list --count HEAD"), "2\n");
	assert_string_equal(sh("git -C s show HEAD:contacts/ana-silva.yaml"), ANA "title: Cartographer\n");
}

static void a_commit_is_not_made_for_nothing(void **state)
{
	(void)state;
	make_store();
	const char *head = sh("git -C s rev-parse HEAD");
	sh("touch s/contacts/*.yaml");
	assert_int_equal(take(), 0);
	assert_int_equal(take_path("contacts/ana-silva.yaml"), 0);
	assert_int_equal(take_path("contacts/never-was.yaml"), 0);
	assert_string_equal(sh("git -C s rev-parse HEAD"), head);
}

static void only_the_paths_that_are_named_are_committed(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", ANA "title: Cartographer\n");
	put("s/contacts/tom-okafor.yaml", TOM "title: Builder\n");
	assert_int_equal(take_path("contacts/tom-okafor.yaml"), 1);
	assert_status(" M contacts/ana-silva.yaml\n");
	assert_subject("tom-okafor: title");
}

static void a_folder_stands_for_all_in_it_and_all_that_was(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/as/eva-lund.yaml", "name: Eva Lund\n");
	put("s/contacts/as/old.yaml", "name: Old\n");
	take();
	sh("rm s/contacts/as/old.yaml");
	put("s/contacts/as/eva-lund.yaml", "name: Eva Lund\ncity: Oslo\n");
	put("s/contacts/tom-okafor.yaml", TOM "title: Builder\n");
	assert_int_equal(take_path("contacts/as"), 2);
	sh("rm -r s/contacts/as");
	assert_int_equal(take_path("contacts/as"), 1);
	assert_status(" M contacts/tom-okafor.yaml\n");
	assert_string_equal(sh("git -C s ls-tree --name-only HEAD contacts/"),
	                    "contacts/ana-silva.yaml\ncontacts/tom-okafor.yaml\n");
}

static void a_file_in_a_record_folder_that_is_no_record_is_passed_over(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/picture.jpg", "x");
	const char *path = "contacts/picture.jpg";
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){ .paths = &path, .path_count = 1 });
	assert_string_equal(taken.commit, "");
	assert_int_equal(taken.trouble_count, 0);
	kith_snapshot_finish(&taken);
}

static void a_path_that_is_none_of_kiths_is_refused(void **state)
{
	(void)state;
	static const char *const paths[] = {
		"README.md",        "../s/kith.yaml", "/etc/passwd",        "contacts/../x.yaml", "",
		"contacts/.x.yaml", ".git/config",    "contacts//ana.yaml", "contacts/./a.yaml"
	};
	make_store();
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	struct kith_err err = {0};
	assert_ok(kith_repo_open("s", &repo, &err), err);
	for (size_t i = 0; i < kith_count(paths); i++) {
		struct kith_snapshot taken = {0};
		const struct kith_snapshot_options options = { .paths = &paths[i], .path_count = 1 };
		assert_int_equal(kith_snapshot_take(repo, &options, &taken, &err), KITH_USAGE);
		assert_null(taken.why); /* untouched */
	}
}

static void a_rename_is_told_as_one(void **state)
{
	(void)state;
	make_store();
	sh("git -C s mv contacts/ana-silva.yaml contacts/zoe-silva.yaml && git -C s reset -q && mkdir s/contacts/to && "
	   "mv s/contacts/tom-okafor.yaml s/contacts/to");
	assert_int_equal(take(), 4);
	assert_clean();
	assert_subject("moved tom-okafor to contacts/to; renamed ana-silva to zoe-silva");
}

static void a_file_takes_the_place_of_a_folder_and_back(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/x.yaml/inside.yaml", TOM);
	put("s/contacts/y.yaml", ANA);
	assert_int_equal(take(), 2);
	sh("rm -r s/contacts/x.yaml s/contacts/y.yaml");
	put("s/contacts/x.yaml", "name: X\n");
	put("s/contacts/y.yaml/inside.yaml", "name: Y\n");
	assert_int_equal(take(), 4);
	assert_clean();
	assert_string_equal(
		sh("git -C s ls-tree -r --name-only HEAD contacts"),
		"contacts/ana-silva.yaml\ncontacts/tom-okafor.yaml\ncontacts/x.yaml\ncontacts/y.yaml/inside.yaml\n");
}

static void a_file_that_cannot_be_read_as_a_record_is_committed_as_it_is(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: [Ana\n\t: :\n");
	assert_int_equal(take(), 1);
	assert_subject("ana-silva: edited (cannot be read yet)");
	put("s/contacts/ana-silva.yaml", ANA);
	assert_int_equal(take(), 1);
	assert_subject("ana-silva: can be read again");
	put("s/contacts/ana-silva.yaml", "# met her twice\n" ANA);
	assert_int_equal(take(), 1);
	assert_subject("ana-silva: comments or layout");
}

static void bytes_are_committed_as_they_are_whatever_git_is_told(void **state)
{
	(void)state;
	sh("git config --global core.autocrlf true; git config --global core.eol crlf");
	struct kith_err err = {0};
	assert_ok(kith_repo_init("s", &err), err);
	put("s/contacts/ana-silva.yaml", "name: Ana\r\ncity: Lisbon\r\n");
	put("s/contacts/mixed.yaml", "name: Mixed\r\ncity: Lisbon\n");
	put("s/contacts/bytes.yaml", "\xff\xfe\x01");
	take();
	assert_string_equal(sh("git -C s cat-file blob HEAD:contacts/ana-silva.yaml"), "name: Ana\r\ncity: Lisbon\r\n");
	assert_string_equal(sh("git -C s cat-file blob HEAD:contacts/mixed.yaml"), "name: Mixed\r\ncity: Lisbon\n");
	assert_string_equal(sh("git -C s cat-file blob HEAD:contacts/bytes.yaml"), "\xff\xfe\x01");
	assert_clean();
	/* and git, reading it all again, agrees */
	sh("touch -d '1 hour ago' s/contacts/*; rm s/.git/index; git -C s reset -q");
	assert_clean();
	sh("git clone -q s t");
	sh("cmp s/contacts/mixed.yaml t/contacts/mixed.yaml");
}

static void a_mode_stays_and_a_new_one_is_as_the_file_says(void **state)
{
	(void)state;
	make_store();
	sh("chmod +x s/contacts/ana-silva.yaml; git -C s commit -qam 'executable'");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	put("s/contacts/run.yaml", "name: Run\n");
	sh("chmod +x s/contacts/run.yaml");
	assert_int_equal(take(), 2);
	assert_clean();
	assert_string_equal(sh("git -C s ls-tree -r HEAD contacts | cut -c1-6"), "100755\n100755\n100644\n");
	/* by the index only, as on a filesystem without modes */
	sh("git -C s config core.fileMode false; chmod -x s/contacts/run.yaml s/contacts/ana-silva.yaml");
	put("s/contacts/ana-silva.yaml", ANA);
	assert_int_equal(take(), 1);
	assert_string_equal(sh("git -C s ls-tree -r HEAD contacts | cut -c1-6"), "100755\n100755\n100644\n");
	assert_clean();
}

static void the_files_of_the_user_are_left_alone(void **state)
{
	(void)state;
	make_store();
	put("s/README.md", "one\n");
	put("s/letters/draft.yaml", "not a record\n");
	sh("git -C s add README.md letters && git -C s commit -qm mine");
	put("s/README.md", "two\n");
	unlink("s/letters/draft.yaml");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	assert_int_equal(take(), 1);
	assert_status(" M README.md\n D letters/draft.yaml\n");
}

/* --- links and other things that are no files --- */

static void symbolic_links_are_told_and_not_followed(void **state)
{
	(void)state;
	make_store();
	put("secret.yaml", "name: Secret\n");
	put("outside/eva-lund.yaml", "name: Eva\n");
	sh("ln -s ../../secret.yaml s/contacts/link.yaml; ln -s ../../outside s/contacts/folder; "
	   "mkfifo s/contacts/pipe.yaml; rm s/contacts/ana-silva.yaml; ln -s tom-okafor.yaml "
	   "s/contacts/ana-silva.yaml");
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){ .settle = KITH_SETTLE_BELIEVE });
	assert_string_equal(taken.commit, "");
	assert_int_equal(taken.trouble_count, 4);
	assert_int_equal(taken.troubles_kept, 4);
	assert_string_equal(taken.troubles[0].path, "contacts/ana-silva.yaml");
	assert_non_null(strstr(taken.troubles[0].why, "symbolic link"));
	assert_string_equal(taken.troubles[1].path, "contacts/folder");
	assert_string_equal(taken.troubles[2].path, "contacts/link.yaml");
	assert_string_equal(taken.troubles[3].path, "contacts/pipe.yaml");
	kith_snapshot_finish(&taken);
	const char *path = "contacts/folder/eva-lund.yaml";
	const struct kith_snapshot_options options = { .paths = &path, .path_count = 1, .settle = KITH_SETTLE_BELIEVE };
	taken = take_with(&options);
	assert_string_equal(taken.commit, "");
	assert_int_equal(taken.trouble_count, 1);
	kith_snapshot_finish(&taken);
}

static void a_folder_that_became_a_link_deletes_nothing(void **state)
{
	(void)state;
	make_store();
	sh("mv s/contacts elsewhere; ln -s ../elsewhere s/contacts");
	assert_int_equal(take(), 0);
	assert_string_equal(sh("git -C s ls-tree --name-only HEAD contacts/"),
	                    "contacts/ana-silva.yaml\ncontacts/tom-okafor.yaml\n");
}

static void a_file_that_cannot_be_had_is_told_and_the_others_committed(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	sh("truncate -s 65M s/contacts/tom-okafor.yaml");
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){0});
	assert_int_equal(taken.paths, 1);
	assert_int_equal(taken.trouble_count, 1);
	assert_string_equal(taken.troubles[0].path, "contacts/tom-okafor.yaml");
	assert_string_equal(taken.troubles[0].why, "is larger than 64 MiB");
	kith_snapshot_finish(&taken);
}

/* --- files that are gone or empty --- */

static void a_file_that_went_just_now_is_left_to_later(void **state)
{
	(void)state;
	make_store();
	unlink("s/contacts/tom-okafor.yaml");
	put("s/contacts/ana-silva.yaml", "");
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){ .settle = KITH_SETTLE_LATER });
	assert_string_equal(taken.commit, "");
	assert_int_equal(taken.unsettled, 2);
	kith_snapshot_finish(&taken);
	/* by a clock on which they went long ago, they are believed */
	struct stat status;
	assert_int_equal(stat("s/contacts", &status), 0);
	const struct kith_snapshot_options later = {
		.settle = KITH_SETTLE_LATER, .now_ms = (int64_t)status.st_ctim.tv_sec * 1000 + 3000 + KITH_SETTLE_MS
	};
	taken = take_with(&later);
	assert_int_equal(taken.paths, 2);
	assert_int_equal(taken.unsettled, 0);
	kith_snapshot_finish(&taken);
	assert_clean();
}

static void waiting_takes_the_save_that_follows_a_truncation(void **state)
{
	(void)state;
	make_store();
	unlink("s/contacts/tom-okafor.yaml");
	put("s/contacts/ana-silva.yaml", "");
	sh("(sleep 0.3; printf 'name: Ana\\n' >s/contacts/ana-silva.yaml) >/dev/null 2>&1 &");
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){ .settle = KITH_SETTLE_WAIT });
	assert_int_equal(taken.paths, 2);
	kith_snapshot_finish(&taken);
	assert_string_equal(sh("git -C s show HEAD:contacts/ana-silva.yaml"), "name: Ana\n");
	assert_clean();
}

/* --- commands --- */

static void a_command_gives_message_trailer_and_time(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	const char *path = "contacts/ana-silva.yaml";
	const struct kith_snapshot_options options = { .paths = &path,
		                                       .path_count = 1,
		                                       .message = "ana-silva: name \x1b[31m\n\n",
		                                       .command = "set\nKith-Command: x",
		                                       .time_ms = 1795600000000 };
	struct kith_snapshot taken = take_with(&options);
	assert_int_equal(taken.paths, 1);
	assert_string_equal(sh("git -C s rev-parse HEAD | tr -d '\\n'"), taken.commit);
	assert_string_equal(taken.head, taken.commit);
	kith_snapshot_finish(&taken);
	assert_string_equal(sh("git -C s log -1 --format='%%s|%%ct|%%(trailers:key=Kith-Command,valueonly)'"),
	                    "ana-silva: name \xef\xbf\xbd[31m|1795600000|set Kith-Command: x\n\n");
}

static void authors_come_from_git_then_me_then_the_login(void **state)
{
	(void)state;
	make_store();
	put("home/.gitconfig", "[init]\n\tdefaultBranch = main\n");
	put("s/contacts/ana-silva.yaml", "name: A\n");
	struct kith_snapshot taken =
		take_with(&(struct kith_snapshot_options){ .name = "Ana <Silva>", .email = "ana@x.org" });
	assert_int_equal(taken.author, KITH_AUTHOR_ME);
	kith_snapshot_finish(&taken);
	assert_string_equal(sh("git -C s log -1 --format='%%an <%%ae>'"), "Ana Silva <ana@x.org>\n");
	put("s/contacts/ana-silva.yaml", "name: B\n");
	taken = take_with(&(struct kith_snapshot_options){ .name = " <> " });
	assert_int_equal(taken.author, KITH_AUTHOR_LOGIN);
	kith_snapshot_finish(&taken);
	put("s/contacts/ana-silva.yaml", "name: C\n");
	setenv("GIT_AUTHOR_NAME", "Env Person", 1);
	setenv("GIT_AUTHOR_EMAIL", "env@x.org", 1);
	setenv("GIT_AUTHOR_DATE", "@1700000000 +0130", 1);
	taken = take_with(&(struct kith_snapshot_options){ .name = "Ana" });
	assert_int_equal(taken.author, KITH_AUTHOR_GIT);
	kith_snapshot_finish(&taken);
	assert_string_equal(sh("git -C s log -1 --format='%%an <%%ae> %%ad' --date=raw"),
	                    "Env Person <env@x.org> 1700000000 +0130\n");
	unsetenv("GIT_AUTHOR_NAME");
	unsetenv("GIT_AUTHOR_EMAIL");
	unsetenv("GIT_AUTHOR_DATE");
	put("other.gitconfig", "[user]\n\tname = Other\n\temail = o@x.org\n");
	setenv("GIT_CONFIG_GLOBAL", sh("printf %%s \"$PWD/other.gitconfig\""), 1);
	put("s/contacts/ana-silva.yaml", "name: D\n");
	assert_int_equal(take(), 1);
	unsetenv("GIT_CONFIG_GLOBAL");
	assert_string_equal(sh("git -C s log -1 --format=%%an"), "Other\n");
}

/* --- many --- */

static void a_big_first_commit_is_a_pack(void **state)
{
	(void)state;
	struct kith_err err = {0};
	assert_ok(kith_repo_init("s", &err), err);
	sh("mkdir -p s/contacts/a s/notes/2026; for i in $(seq 1500); do printf 'name: P%%s\\n' $i "
	   ">s/contacts/a/p$i.yaml; "
	   "printf 'date: 2026-11-21\\nwith: p%%s\\n' $i >s/notes/2026/n$i.yaml; done");
	assert_int_equal(take(), 3002);
	assert_clean();
	assert_string_equal(sh("git -C s count-objects | cut -d' ' -f1"), "0\n");
	assert_string_equal(sh("git -C s ls-tree -r HEAD | wc -l"), "3002\n");
	assert_int_equal(take(), 0);
	put("s/contacts/a/p7.yaml", "name: Seven\n");
	assert_int_equal(take(), 1);
	assert_clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_first_commit_takes_kiths_files_and_no_others),
		CASE(an_edit_an_addition_and_a_deletion_are_one_commit),
		CASE(a_commit_is_not_made_for_nothing),
		CASE(only_the_paths_that_are_named_are_committed),
		CASE(a_folder_stands_for_all_in_it_and_all_that_was),
		CASE(a_file_in_a_record_folder_that_is_no_record_is_passed_over),
		CASE(a_path_that_is_none_of_kiths_is_refused),
		CASE(a_rename_is_told_as_one),
		CASE(a_file_takes_the_place_of_a_folder_and_back),
		CASE(a_file_that_cannot_be_read_as_a_record_is_committed_as_it_is),
		CASE(bytes_are_committed_as_they_are_whatever_git_is_told),
		CASE(a_mode_stays_and_a_new_one_is_as_the_file_says),
		CASE(the_files_of_the_user_are_left_alone),
		CASE(symbolic_links_are_told_and_not_followed),
		CASE(a_folder_that_became_a_link_deletes_nothing),
		CASE(a_file_that_cannot_be_had_is_told_and_the_others_committed),
		CASE(a_file_that_went_just_now_is_left_to_later),
		CASE(waiting_takes_the_save_that_follows_a_truncation),
		CASE(a_command_gives_message_trailer_and_time),
		CASE(authors_come_from_git_then_me_then_the_login),
		CASE(a_big_first_commit_is_a_pack),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
