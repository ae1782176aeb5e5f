#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "git_fixture.h"

/* Several snapshots, an editor and the user's own git at the same time on one store. */

enum { ROUNDS = 12 };

static void write_count(const char *path, int count)
{
	KITH_BUF text = {0}, beside = {0};
	kith_buf_addf(&beside, "%s~", path);
	kith_buf_addf(&text, "name: Counted\nx-count: %d\n", count);
	put(beside.text, text.text);
	assert_int_equal(rename(beside.text, path), 0);
}

/* --- what each process does; none may use cmocka's ways of failing across the fork --- */

static int snapshot_once(const char *path, const char *message)
{
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	struct kith_err err = {0};
	struct kith_snapshot taken = {0};
	const struct kith_snapshot_options options = { .paths = path ? &path : NULL,
		                                       .path_count = path ? 1 : 0,
		                                       .message = message,
		                                       .settle = KITH_SETTLE_LATER };
	enum kith_code code = kith_repo_open("s", &repo, &err);
	if (!code)
		code = kith_snapshot_take(repo, &options, &taken, &err);
	if (code)
		(void)!write(STDERR_FILENO, err.message, strlen(err.message));
	kith_snapshot_finish(&taken);
	return code;
}

static int run_command(void)
{
	for (int i = 1; i <= ROUNDS; i++) {
		write_count("s/contacts/ana-silva.yaml", i);
		if (snapshot_once("contacts/ana-silva.yaml", "counted"))
			return 1;
	}
	return 0;
}

static int run_passes(void)
{
	for (int i = 0; i < ROUNDS; i++)
		if (snapshot_once(NULL, NULL))
			return 1;
	return 0;
}

static int run_editor(void)
{
	for (int i = 1; i <= ROUNDS; i++) {
		write_count("s/contacts/tom-okafor.yaml", i);
		usleep(20000); /* spreads the saves; nothing depends on it */
	}
	return 0;
}

/* As a person does when git says that it is locked: again. */
static int run_git(void)
{
	for (int i = 1; i <= ROUNDS; i++) {
		write_count("s/letters/mine.yaml", i);
		int tries = 0;
		while (sh_status("git -C s add letters && git -C s commit -qm mine") != 0)
			if (++tries == 500)
				return 1;
	}
	return 0;
}

static pid_t start(int (*run)(void))
{
	const pid_t child = fork();
	if (child == 0)
		_exit(run());
	assert_true(child > 0);
	return child;
}

/* --- what must be true in the end --- */

/* No commit takes back what an earlier one had. */
static void assert_only_counts_up(const char *path, int last)
{
	const char *counts = sh("cd s && for c in $(git rev-list --reverse HEAD -- %s); do "
	                        "git show $c:%s | sed -n 's/^x-count: //p'; done",
	                        path, path);
	int before = 0;
	for (const char *at = counts; *at; at += strcspn(at, "\n") + 1) {
		const int count = (int)strtol(at, NULL, 10);
		if (count < before)
			fail_msg("%s went from %d back to %d:\n%s", path, before, count, counts);
		before = count;
	}
	assert_int_equal(before, last);
}

static void all_at_once_nothing_is_lost_or_taken_back(void **state)
{
	(void)state;
	make_store();
	int (*const runs[])(void) = { run_command, run_passes, run_editor, run_git };
	pid_t children[4];
	for (size_t i = 0; i < kith_count(children); i++)
		children[i] = start(runs[i]);
	for (size_t i = 0; i < kith_count(children); i++) {
		int status = 0;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	take();
	assert_clean();
	assert_only_counts_up("contacts/ana-silva.yaml", ROUNDS);
	assert_only_counts_up("contacts/tom-okafor.yaml", ROUNDS);
	assert_only_counts_up("letters/mine.yaml", ROUNDS);
	assert_string_equal(sh("git -C s log --format=%%s | grep -c '^mine$'"), sh("echo %d", ROUNDS));
	assert_string_equal(sh("find s/.git -name '*.lock' ! -name git.lock"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = { CASE(all_at_once_nothing_is_lost_or_taken_back) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
