#include "git_fixture.h"

/* --- opening --- */

static void assert_refused(const char *root, const char *why, const char *hint)
{
	struct kith_err err = {0};
	struct kith_repo *repo = NULL;
	assert_int_equal(kith_repo_open(root, &repo, &err), KITH_SYNC);
	assert_null(repo);
	if (!strstr(err.message, why) || !strstr(err.hint, hint))
		fail_msg("got '%s' (%s), not '%s' (%s)", err.message, err.hint, why, hint);
}

static void assert_opens(const char *root)
{
	struct kith_err err = {0};
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	assert_ok(kith_repo_open(root, &repo, &err), err);
}

static void what_is_no_repository_of_its_own_is_refused(void **state)
{
	(void)state;
	sh("mkdir -p plain 'with space' && git init -q outer && mkdir outer/inner && git init -q --bare bare");
	assert_refused("nowhere", "No such file", "");
	assert_refused("plain", "is no git repository", "kith init ");
	assert_refused("with space", "is no git repository", "space'");
	assert_refused("outer/inner", "inside another git repository", "kith init ");
	assert_refused("bare", "is a bare git repository", "clone it");
	sh("git -C outer config core.bare true");
	assert_refused("outer", "is a bare git repository", "clone it");
}

static void a_repository_that_lives_elsewhere_is_refused(void **state)
{
	(void)state;
	make_store();
	sh("git -C s worktree add -q ../linked -b trip; git init -q --separate-git-dir=away separate; ln -s s/.git "
	   ".git");
	assert_refused("linked", "linked worktree", "clone");
	assert_refused("separate", "linked worktree", "clone");
	assert_refused(".", "symbolic link", "");
	sh("git -C s config core.worktree \"$PWD/separate\"");
	assert_refused("s", "are elsewhere", "core.worktree");
}

static void a_link_to_a_store_is_followed(void **state)
{
	(void)state;
	make_store();
	sh("ln -s s link");
	assert_opens("link");
	assert_opens("s/");
	assert_opens("./s/../s");
}

static void what_libgit2_cannot_do_is_refused_in_words(void **state)
{
	(void)state;
	sh("git init -q --object-format=sha256 new; git init -q sparse; git -C sparse config core.sparseCheckout true; "
	   "git init -q partial; git -C partial config core.repositoryFormatVersion 1; "
	   "git -C partial config extensions.partialClone origin; git init -q split; git -C split config "
	   "core.splitIndex true; "
	   "git init -q broken; echo '[core' >>broken/.git/config");
	assert_refused("new", "objectformat", "SHA-1");
	assert_refused("sparse", "sparse checkout", "git sparse-checkout disable");
	assert_refused("partial", "partialclone", "--filter");
	assert_refused("split", "split index", "core.splitIndex");
	assert_refused("broken", "config", "git config");
}

static void the_store_of_another_user_needs_to_be_trusted(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* only root can give a folder away */
	make_store();
	sh("chown -R 12345 s");
	assert_refused("s", "belongs to another user", "git config --global --add safe.directory ");
	sh("git config --global --add safe.directory /nowhere"); /* libgit2 says something else then */
	assert_refused("s", "belongs to another user", "/s");
	sh("git config --global --add safe.directory '*'");
	assert_opens("s");
	sh("git config --global --unset-all safe.directory; git config --global safe.directory \"$PWD/s\"");
	assert_opens("s");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	assert_int_equal(take(), 1);
	/* a store cannot speak for itself */
	sh("git config --global --unset-all safe.directory; git config -f s/.git/config safe.directory '*'");
	assert_refused("s", "belongs to another user", "safe.directory");
}

/* --- filters --- */

static void an_external_filter_for_kiths_files_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *file, *line;
		bool refused;
	} cases[] = {
		{ ".gitattributes", "*.yaml filter=crypt\n", true },
		{ ".gitattributes", "* filter=crypt\n", true },
		{ ".gitattributes", "/contacts/** filter=crypt diff=crypt\n", true },
		{ ".gitattributes", "notes/**/*.yaml\tfilter=crypt\r\n", true },
		{ ".gitattributes", "\"kith.yaml\" -text filter=crypt\n", true },
		{ ".gitattributes", "[attr]secret filter=crypt\n", true },
		{ ".git/info/attributes", "contacts/* filter=crypt\n", true },
		{ ".gitattributes", "*.psd filter=lfs\n", false },
		{ ".gitattributes", "letters/** filter=lfs\n", false },
		{ ".gitattributes", "# *.yaml filter=lfs\n", false },
		{ ".gitattributes", "*.yaml filter=lfs\n*.yaml -filter\n", false },
		{ ".gitattributes", "*.yaml filter=lfs\n*.yaml -text !filter\n", false },
		{ ".gitattributes", "*.yaml filter\n", false },
		{ ".gitattributes", "*.yaml filter=\n", false },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		sh("rm -rf s; git init -q s");
		KITH_BUF path = {0};
		kith_buf_addf(&path, "s/%s", cases[i].file);
		put(path.text, cases[i].line);
		if (cases[i].refused)
			assert_refused("s", "git filter crypt", "-filter");
		else
			assert_opens("s");
	}
	sh("git config --global core.attributesFile ~/attributes; echo '*.yaml filter=crypt' >home/attributes");
	assert_refused("s", "core.attributesFile", "");
}

static void a_filter_for_some_files_is_met_when_they_are_committed(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/as/.gitattributes", "secret*.yaml filter=crypt\n");
	put("s/contacts/as/plain.yaml", "name: Plain\n");
	assert_int_equal(take(), 1);
	put("s/contacts/as/secret-one.yaml", "name: Secret\n");
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	struct kith_err err = {0};
	struct kith_snapshot taken = {0};
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_int_equal(kith_snapshot_take(repo, &(struct kith_snapshot_options){0}, &taken, &err), KITH_SYNC);
	assert_non_null(strstr(err.message, "contacts/as/secret-one.yaml goes through the git filter crypt"));
}

/* --- making --- */

static void a_new_store_is_made(void **state)
{
	(void)state;
	struct kith_err err = {0};
	assert_ok(kith_repo_init("a/b/s", &err), err);
	assert_string_equal(sh("git -C a/b/s symbolic-ref HEAD"), "refs/heads/main\n");
	assert_string_equal(get("a/b/s/.git/kith/branch"), "refs/heads/main\n");
	assert_string_equal(
		sh("git -C a/b/s check-attr text -- contacts/x.yaml kith.yaml .gitignore notes/2026/11/x.yaml picture"),
		"contacts/x.yaml: text: unset\nkith.yaml: text: unset\n.gitignore: text: unset\n"
		"notes/2026/11/x.yaml: text: unset\npicture: text: unspecified\n");
	assert_int_equal(sh_status("git -C a/b/s check-ignore -q .kith/schema/contact.json"), 0);
	assert_int_equal(sh_status("git -C a/b/s check-ignore -q .kith/reminders.yaml"), 1);
	assert_int_equal(sh_status("git -C a/b/s rev-parse -q --verify HEAD"), 1);
}

static void a_new_store_starts_on_the_branch_git_would_start_on(void **state)
{
	(void)state;
	struct kith_err err = {0};
	sh("git config --global init.defaultBranch trunk");
	assert_ok(kith_repo_init("s", &err), err);
	assert_string_equal(sh("git -C s symbolic-ref HEAD"), "refs/heads/trunk\n");
	sh("git config --global --unset init.defaultBranch");
	assert_ok(kith_repo_init("t", &err), err);
	assert_string_equal(sh("git -C t symbolic-ref HEAD"), "refs/heads/main\n");
	sh("git config --global init.defaultBranch 'no..branch'");
	assert_int_equal(kith_repo_init("u", &err), KITH_SYNC);
	assert_non_null(strstr(err.message, "init.defaultBranch"));
}

static void making_it_again_changes_nothing(void **state)
{
	(void)state;
	struct kith_err err = {0};
	make_store();
	assert_ok(kith_repo_init("s", &err), err);
	assert_clean();
	/* as a crash would leave it */
	sh("mkdir -p half/.git/objects");
	assert_ok(kith_repo_init("half", &err), err);
	sh("git -C half status");
}

static void a_repository_that_is_there_is_adopted(void **state)
{
	(void)state;
	struct kith_err err = {0};
	sh("git init -q -b work s");
	put("s/.gitattributes", "* text=auto\r\n/notes/** -text\n*.png binary");
	put("s/.gitignore", "*.swp\n");
	put("s/README.md", "mine\n");
	put("s/contacts/ana-silva.yaml", ANA);
	sh("git -C s add . && git -C s commit -qm old");
	assert_ok(kith_repo_init("s", &err), err);
	assert_string_equal(sh("git -C s symbolic-ref HEAD"), "refs/heads/work\n");
	const char *attributes = get("s/.gitattributes");
	const char *kept = "* text=auto\r\n/notes/** -text\n*.png binary\n/contacts/** -text\n";
	assert_memory_equal(attributes, kept, strlen(kept));
	assert_null(strstr(attributes + strlen(kept), "/notes/** -text"));
	assert_string_equal(get("s/.gitignore"), "*.swp\n.kith/schema/\n");
	assert_int_equal(take(), 2);
	assert_clean();
}

static void a_store_inside_another_repository_gets_its_own(void **state)
{
	(void)state;
	struct kith_err err = {0};
	sh("git init -q outer && mkdir outer/people && ln -s /etc/passwd outer/people/.gitignore");
	assert_int_equal(kith_repo_init("outer/people", &err), KITH_IO); /* a link is not written through */
	sh("rm outer/people/.gitignore");
	assert_ok(kith_repo_init("outer/people", &err), err);
	assert_opens("outer/people");
}

static void what_cannot_be_a_store_is_not_made_one(void **state)
{
	(void)state;
	struct kith_err err = {0};
	sh("git init -q --bare bare");
	assert_int_equal(kith_repo_init("bare", &err), KITH_SYNC);
	assert_int_equal(sh_status("test -e bare/.git"), 1);
	make_store();
	sh("git -C s switch -q --detach");
	assert_int_equal(kith_repo_init("s", &err), KITH_SYNC);
	assert_non_null(strstr(err.message, "no branch is checked out"));
	put("file", "x");
	assert_int_equal(kith_repo_init("file", &err), KITH_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_is_no_repository_of_its_own_is_refused),
		CASE(a_repository_that_lives_elsewhere_is_refused),
		CASE(a_link_to_a_store_is_followed),
		CASE(what_libgit2_cannot_do_is_refused_in_words),
		CASE(the_store_of_another_user_needs_to_be_trusted),
		CASE(an_external_filter_for_kiths_files_is_refused),
		CASE(a_filter_for_some_files_is_met_when_they_are_committed),
		CASE(a_new_store_is_made),
		CASE(a_new_store_starts_on_the_branch_git_would_start_on),
		CASE(making_it_again_changes_nothing),
		CASE(a_repository_that_is_there_is_adopted),
		CASE(a_store_inside_another_repository_gets_its_own),
		CASE(what_cannot_be_a_store_is_not_made_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
