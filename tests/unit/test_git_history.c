#include "git_fixture.h"

#include "lib/git/history.h"
#include "lib/git/message.h"

/* What commits did, read from git's objects. */

static void show_side(struct kith_buf *out, const char *name, const struct kith_past_side *side)
{
	if (side->there)
		kith_buf_addf(out, " %s%s%s", name, side->odd ? "!" : "", side->text ? "" : "?");
}

/* A line a commit: its subject, marks, and what it did to which paths. */
static bool on_commit(void *user, const struct kith_past_commit *commit)
{
	struct kith_buf *out = user;
	kith_buf_addf(out, "%s%s%s%s%s%s%s%s%s:", commit->subject, commit->command ? " /" : "",
	              commit->command ? commit->command : "", commit->mine ? "" : " foreign", commit->undone ? " undone" : "",
	              commit->first ? " first" : "", commit->cut ? " cut" : "", commit->merge ? " merge" : "",
	              commit->undoes ? " undoes" : "");
	for (size_t i = 0; i < commit->count; i++) {
		const struct kith_past_change *change = &commit->changes[i];
		kith_buf_addf(out, " %s", change->path);
		if (change->from)
			kith_buf_addf(out, "<%s", change->from);
		show_side(out, "-", &change->before);
		show_side(out, "+", &change->after);
	}
	kith_buf_add(out, "\n");
	return true;
}

static enum kith_code read_with(const struct kith_history_options *options, struct kith_buf *out, enum kith_past_end *end,
                                struct kith_err *err)
{
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	const enum kith_code code = kith_repo_open("s", &repo, err);
	return code ? code : kith_history_read(repo, options, on_commit, out, end, err);
}

static void check(struct kith_history_options options, const char *expected, enum kith_past_end expected_end)
{
	KITH_BUF out = {0};
	struct kith_err err = {0};
	enum kith_past_end end;
	options.texts = 100;
	assert_ok(read_with(&options, &out, &end, &err), err);
	assert_string_equal(kith_buf_text(&out), expected);
	assert_int_equal(end, expected_end);
}

#define check_all(expected) check((struct kith_history_options){0}, expected, KITH_PAST_BEGINNING)
#define check_record(path, expected) check((struct kith_history_options){ .record = path }, expected, KITH_PAST_BEGINNING)

/* A commit by the user's git, of everything, a minute after the last. */
static void commit(const char *message)
{
	static int minute;
	minute++;
	sh("cd s && git add -A && GIT_COMMITTER_DATE='2026-11-21T%02d:%02d:00' git commit -q --allow-empty -m \"$(printf '%s')\"",
	   minute / 60, minute % 60, message);
}

/* One contact, without kith's own files. */
static void begin(void)
{
	sh("git init -q s && git -C s config gc.auto 0");
	put("s/contacts/ana.yaml", "name: Ana\n");
	commit("one");
}

static void commits_are_told_with_what_they_did(void **state)
{
	(void)state;
	begin();
	put("s/contacts/ana.yaml", "name: Ana\ncity: Porto\n");
	put("s/contacts/bo.yaml", "name: Bo\n");
	commit("two");
	put("s/README", "not kith's\n");
	commit("three");
	unlink("s/contacts/bo.yaml");
	commit("four");
	check_all("four: contacts/bo.yaml -\n"
	          "two: contacts/ana.yaml - + contacts/bo.yaml +\n"
	          "one first: contacts/ana.yaml +\n");
	check((struct kith_history_options){ .limit = 1 }, "four: contacts/bo.yaml -\n", KITH_PAST_LIMIT);
	check_record("contacts/ana.yaml", "two: contacts/ana.yaml - +\none first: contacts/ana.yaml +\n");
	check_record("contacts/bo.yaml", "four: contacts/bo.yaml -\ntwo: contacts/bo.yaml +\n");
	check_record("contacts/nobody.yaml", "");
}

static void a_record_is_followed_through_its_renames(void **state)
{
	(void)state;
	begin();
	sh("cd s && mkdir contacts/friends && git mv contacts/ana.yaml contacts/friends/ana.yaml");
	commit("moved");
	sh("cd s && git mv contacts/friends/ana.yaml contacts/ana-silva.yaml");
	commit("the same bytes");
	unlink("s/contacts/ana-silva.yaml");
	put("s/contacts/ana-sousa.yaml", "name: Ana Sousa\nformerly: ana-silva\n");
	commit("formerly");
	const char *all = "formerly: contacts/ana-sousa.yaml<contacts/ana-silva.yaml - +\n"
	                  "the same bytes: contacts/ana-silva.yaml<contacts/friends/ana.yaml - +\n"
	                  "moved: contacts/friends/ana.yaml<contacts/ana.yaml - +\n"
	                  "one first: contacts/ana.yaml +\n";
	check_all(all);
	check_record("contacts/ana-sousa.yaml", all);
	/* another kind is another record */
	sh("cd s && mkdir goals && git mv contacts/ana-sousa.yaml goals/ana-sousa.yaml");
	commit("kind");
	check_record("goals/ana-sousa.yaml", "kind: goals/ana-sousa.yaml +\n");
}

static void a_record_that_is_gone_is_found_by_its_id(void **state)
{
	(void)state;
	begin();
	put("s/contacts/bo.yaml", "name: Bo\n");
	commit("two");
	unlink("s/contacts/ana.yaml");
	commit("three");
	put("s/contacts/bo.yaml", "name: Bo B\n");
	commit("four");
	check_record("ana", "three: contacts/ana.yaml -\none first: contacts/ana.yaml +\n");
	check_record("an", "");
}

static void a_merge_is_told_only_for_what_no_side_had(void **state)
{
	(void)state;
	begin();
	put("s/contacts/bo.yaml", "name: Bo\n");
	commit("base");
	sh("cd s && git switch -q -c side");
	put("s/contacts/ana.yaml", "name: Ana\ncity: Lyon\n");
	commit("side");
	sh("cd s && git switch -q -");
	put("s/contacts/bo.yaml", "name: Bo\ncity: Oslo\n");
	commit("main");
	sh("cd s && GIT_COMMITTER_DATE='2026-11-21T20:00:00' git merge -q -m clean side");
	check_all("main: contacts/bo.yaml - +\nside: contacts/ana.yaml - +\nbase: contacts/bo.yaml +\n"
	          "one first: contacts/ana.yaml +\n");
	check_record("contacts/ana.yaml", "side: contacts/ana.yaml - +\none first: contacts/ana.yaml +\n");
	/* both change the same record, and the merge makes a third of it */
	sh("cd s && git switch -q -c other && printf 'name: Ana\\ncity: Rome\\n' >contacts/ana.yaml && "
	   "GIT_COMMITTER_DATE='2026-11-21T20:01:00' git commit -q -a -m rome && git switch -q - && "
	   "printf 'name: Ana\\ncity: Bari\\n' >contacts/ana.yaml && "
	   "GIT_COMMITTER_DATE='2026-11-21T20:02:00' git commit -q -a -m bari");
	sh_status("cd s && git merge -q other");
	sh("cd s && printf 'name: Ana\\ncity: Pisa\\n' >contacts/ana.yaml && git add -A && "
	   "GIT_COMMITTER_DATE='2026-11-21T20:03:00' git commit -q -m pisa");
	check_record("contacts/ana.yaml", "pisa merge: contacts/ana.yaml - +\nbari: contacts/ana.yaml - +\n"
	                                  "rome: contacts/ana.yaml - +\nside: contacts/ana.yaml - +\none first: contacts/ana.yaml +\n");
}

static void a_shallow_clone_says_where_it_ends(void **state)
{
	(void)state;
	begin();
	for (int i = 0; i < 4; i++) {
		put("s/contacts/ana.yaml", sh("printf 'name: Ana\\ncity: C%d\\n'", i));
		commit("more");
	}
	sh("mv s whole && git clone -q --depth 2 file://$PWD/whole s");
	check((struct kith_history_options){0}, "more: contacts/ana.yaml - +\nmore cut:\n", KITH_PAST_SHALLOW);
	check((struct kith_history_options){ .record = "contacts/ana.yaml" }, "more: contacts/ana.yaml - +\nmore cut:\n",
	      KITH_PAST_SHALLOW);
}

static void commits_of_commands_know_what_was_taken_back(void **state)
{
	(void)state;
	begin();
	put("s/contacts/ana.yaml", "name: Ana\ncity: Porto\n");
	commit("set city\\n\\nKith-Command: set\\n");
	const char *set = sh("git -C s rev-parse HEAD | tr -d '\\n'");
	KITH_BUF message = {0};
	put("s/contacts/ana.yaml", "name: Ana\n");
	kith_buf_addf(&message, "undo: set city\\n\\nKith-Command: undo\\nKith-Undoes: %s\\n", set);
	commit(message.text);
	const struct kith_history_options commands = { .commands = true };
	check(commands,
	      "undo: set city /undo undoes: contacts/ana.yaml - +\nset city /set undone: contacts/ana.yaml - +\n",
	      KITH_PAST_BEGINNING);
	/* and the undo itself taken back */
	const char *undo = sh("git -C s rev-parse HEAD | tr -d '\\n'");
	put("s/contacts/ana.yaml", "name: Ana\ncity: Porto\n");
	kith_buf_clear(&message);
	kith_buf_addf(&message, "redo: set city\\n\\nKith-Command: undo\\nKith-Undoes: %s\\n", undo);
	commit(message.text);
	check(commands,
	      "redo: set city /undo undoes: contacts/ana.yaml - +\n"
	      "undo: set city /undo undone undoes: contacts/ana.yaml - +\nset city /set: contacts/ana.yaml - +\n",
	      KITH_PAST_BEGINNING);
	sh("git -C s config user.email other@example.org");
	check((struct kith_history_options){ .commands = true, .limit = 1 },
	      "redo: set city /undo foreign undoes: contacts/ana.yaml - +\n", KITH_PAST_LIMIT);
}

static void trailers_count_in_the_last_paragraph_only(void **state)
{
	(void)state;
	static const struct { const char *message, *command, *undoes; } cases[] = {
		{ "set\n\nKith-Command: set\n", "set", "" },
		{ "set\n\nKith-Command: set\nKith-Undoes: abc\n", "set", "abc" },
		{ "set\r\n\r\nKith-Command: set\r\n", "set", "" },
		{ "set\n \t\nKith-Command:   set  \n\n \n", "set", "" },
		{ "set\n\nSigned-off-by: x\nKith-Command: set", "set", "" },
		{ "Kith-Command: set\n", "", "" },
		{ "set\nKith-Command: set\n", "", "" },
		{ "set\n\nKith-Command: set\n\nbut not at the end\n", "", "" },
		{ "set\n\nas he said:\nKith-Command: set is not one\n", "", "" },
		{ "set\n\n- Kith-Command: set\n", "", "" },
		{ "set\n\nXKith-Command: set\n", "", "" },
		{ "set\n\nKith-Command set\n", "", "" },
		{ "set\n\nKith-Command: a\nKith-Command: b\n", "b", "" },
		{ "", "", "" },
		{ "\n\n\n", "", "" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF command = {0}, undoes = {0};
		kith_message_find_command(cases[i].message, &command, &undoes);
		assert_string_equal(kith_buf_text(&command), cases[i].command);
		assert_string_equal(kith_buf_text(&undoes), cases[i].undoes);
	}
}

static void what_a_stranger_put_into_a_tree_is_not_read(void **state)
{
	(void)state;
	begin();
	sh("cd s && ln -s /etc/passwd contacts/link.yaml && head -c 2000000 /dev/zero | tr '\\0' x >contacts/huge.yaml && "
	   "mkdir -p contacts/.hidden && echo x >contacts/.hidden/x.yaml && echo x >contacts/x.txt");
	commit("odd");
	/* a path that leaves the store */
	sh("cd s && blob=$(git hash-object -w --stdin </etc/hostname) && "
	   "evil=$(printf '100644 blob %%s\\tpasswd.yaml\\n' $blob | git mktree) && "
	   "mid=$(printf '040000 tree %%s\\t..\\n' $evil | git mktree) && "
	   "root=$(printf '040000 tree %%s\\tcontacts\\n' $mid | git mktree) && "
	   "c=$(GIT_COMMITTER_DATE='2026-11-21T21:00:00' git commit-tree -p HEAD -m evil $root) && git update-ref HEAD $c");
	check_all("evil: contacts/ana.yaml - contacts/huge.yaml -? contacts/link.yaml -!?\n"
	          "odd: contacts/huge.yaml +? contacts/link.yaml +!?\n"
	          "one first: contacts/ana.yaml +\n");
}

static void one_commit_is_found_by_the_beginning_of_its_id(void **state)
{
	(void)state;
	begin();
	put("s/contacts/bo.yaml", "name: Bo\n");
	commit("two");
	const struct kith_history_options first = { .only = sh("git -C s rev-parse HEAD^ | cut -c1-7 | tr -d '\\n'") };
	check(first, "one first: contacts/ana.yaml +\n", KITH_PAST_BEGINNING);
	static const struct { const char *only; enum kith_code code; } wrong[] = {
		{ "abc", KITH_USAGE }, { "HEAD", KITH_USAGE }, { "--all", KITH_USAGE }, { "", KITH_USAGE }, { "deadbeef", KITH_NONE },
		{ "0123456789012345678901234567890123456789a", KITH_USAGE },
	};
	for (size_t i = 0; i < kith_count(wrong); i++) {
		KITH_BUF out = {0};
		struct kith_err err = {0};
		enum kith_past_end end;
		const struct kith_history_options options = { .only = wrong[i].only };
		assert_int_equal(read_with(&options, &out, &end, &err), wrong[i].code);
		assert_true(*err.message && *err.hint);
		assert_string_equal(kith_buf_text(&out), "");
	}
	/* one that is in the repository, but not on this branch */
	sh("cd s && git switch -q -c side && echo 'name: C' >contacts/c.yaml && git add -A && git commit -q -m side && git switch -q -");
	const struct kith_history_options side = { .only = sh("git -C s rev-parse side | tr -d '\\n'") };
	KITH_BUF out = {0};
	struct kith_err err = {0};
	enum kith_past_end end;
	assert_int_equal(read_with(&side, &out, &end, &err), KITH_NONE);
}

static void a_repository_without_commits_has_no_history(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	struct kith_err err = {0};
	struct kith_past past;
	sh("git init -q s && mkdir s/contacts");
	check_all("");
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_ok(kith_history_state(repo, &arena, &past, &err), err);
	assert_true(past.empty);
	assert_null(past.waiting);
}

static void a_merge_that_is_not_finished_is_told(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	struct kith_err err = {0};
	struct kith_past past;
	make_store();
	sh("git -C s rev-parse HEAD >s/.git/MERGE_HEAD");
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_ok(kith_history_state(repo, &arena, &past, &err), err);
	assert_false(past.empty);
	assert_non_null(strstr(past.waiting, "merge"));
	assert_true(*past.hint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(commits_are_told_with_what_they_did),
		CASE(a_record_is_followed_through_its_renames),
		CASE(a_record_that_is_gone_is_found_by_its_id),
		CASE(a_merge_is_told_only_for_what_no_side_had),
		CASE(a_shallow_clone_says_where_it_ends),
		CASE(commits_of_commands_know_what_was_taken_back),
		CASE(trailers_count_in_the_last_paragraph_only),
		CASE(what_a_stranger_put_into_a_tree_is_not_read),
		CASE(one_commit_is_found_by_the_beginning_of_its_id),
		CASE(a_repository_without_commits_has_no_history),
		CASE(a_merge_that_is_not_finished_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
