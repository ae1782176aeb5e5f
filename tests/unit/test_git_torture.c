#include <sys/wait.h>

#include "git_fixture.h"
#include "lib/base/failpoint.h"

/* Kill the process behind each of its durable steps, run it again, and compare with a run that nobody
 * disturbed.  Only in builds with failpoints, which are the sanitized ones. */

enum { MANY_STEPS = 2000 };

struct story {
	const char *name;
	void (*prepare)(void); /* what there is in `s` before */
	enum kith_code (*run)(struct kith_err *);
};

static enum kith_code run_snapshot(struct kith_err *err)
{
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	struct kith_snapshot taken = {0};
	const struct kith_snapshot_options options = { .settle = KITH_SETTLE_BELIEVE, .time_ms = 1795600000000 };
	enum kith_code code = kith_repo_open("s", &repo, err);
	if (!code)
		code = kith_snapshot_take(repo, &options, &taken, err);
	kith_snapshot_finish(&taken);
	return code;
}

static enum kith_code run_init(struct kith_err *err)
{
	return kith_repo_init("s", err);
}

/* --- what there is before --- */

static void prepare_nothing(void)
{
	sh("mkdir s");
}

static void prepare_first(void)
{
	struct kith_err err = {0};
	assert_ok(kith_repo_init("s", &err), err);
	put("s/contacts/ana-silva.yaml", ANA);
	put("s/notes/2026/11/n.yaml", "date: 2026-11-21\nwith: ana-silva\n");
}

static void prepare_edits(void)
{
	make_store();
	put("s/README.md", "mine\n");
	put("s/staged.txt", "mine\n");
	sh("git -C s add staged.txt");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	put("s/contacts/as/new.yaml", "name: New\n");
	unlink("s/contacts/tom-okafor.yaml");
}

/* The user went back a commit, and saved one of the files. */
static void prepare_held(void)
{
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	put("s/contacts/tom-okafor.yaml", "name: Tom\n");
	take();
	sh("git -C s reset -q --soft HEAD~1");
	put("s/contacts/ana-silva.yaml", "name: Ana the third\n");
}

/* The index could not follow the last snapshot, and there is more to commit. */
static void prepare_pending(void)
{
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
	put("s/.git/index.lock", "");
	const char *path = "contacts/ana-silva.yaml";
	struct kith_snapshot taken =
		take_with(&(struct kith_snapshot_options){ .paths = &path, .path_count = 1, .message = "by command" });
	assert_true(taken.index_pending);
	kith_snapshot_finish(&taken);
	unlink("s/.git/index.lock");
	put("s/contacts/tom-okafor.yaml", "name: Tom\n");
}

static void prepare_pulled(void)
{
	make_store();
	sh("git clone -q s other && cd other && printf 'name: Tom\\n' >contacts/tom-okafor.yaml && git commit -qam "
	   "remote && "
	   "cd .. && git -C s pull -q --ff-only ../other main && rm -rf other");
	put("s/contacts/ana-silva.yaml", "name: Ana\n");
}

static void prepare_many(void)
{
	struct kith_err err = {0};
	assert_ok(kith_repo_init("s", &err), err);
	sh("mkdir s/contacts; for i in $(seq 300); do printf 'name: P%%s\\n' $i >s/contacts/p$i.yaml; done");
}

static const struct story stories[] = {
	{ "init", prepare_nothing, run_init },
	{ "the first commit", prepare_first, run_snapshot },
	{ "edits", prepare_edits, run_snapshot },
	{ "a soft reset", prepare_held, run_snapshot },
	{ "an index that is behind", prepare_pending, run_snapshot },
	{ "a pull", prepare_pulled, run_snapshot },
	{ "a pack", prepare_many, run_snapshot },
};

/* --- killing --- */

/* Returns the child's status. */
static int run_until(const struct story *story, int step)
{
	const pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char text[16];
		struct kith_err err = {0};
		snprintf(text, sizeof(text), "%d", step);
		setenv("KITH_FAIL_AT", text, 1);
		_exit(story->run(&err));
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void run_to_the_end(const struct story *story, int step)
{
	struct kith_err err = {0};
	if (story->run(&err))
		fail_msg("%s, killed at step %d: %s (%s)", story->name, step, err.message, err.hint);
}

static char *files_of_s(void)
{
	return kith_strdup(sh("cd s && find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0r sha1sum"));
}

/* All that must be the same in the end.  How far apart the commits' ids are does not matter; trees, number of
 * commits, what git status says, and what kith remembers do. */
static char *outcome(void)
{
	KITH_BUF out = {0};
	kith_buf_add(&out,
	             sh("cd s && git rev-parse -q --verify 'HEAD^{tree}' 2>&1; git rev-list --count --all 2>&1; "
	                "git status --porcelain; git fsck --strict --no-dangling 2>&1 | grep -v notice; "
	                "find .git -name '*.lock' ! -name git.lock; cat .git/kith/held .git/kith/index-pending 2>&1; "
	                "cat .git/kith/branch; git rev-parse -q --verify 'refs/kith/worktree^{tree}'; true"));
	return kith_buf_take(&out);
}

static void assert_same(const struct story *story, int step, const char *what, const char *got, const char *wanted)
{
	if (strcmp(got, wanted) != 0)
		fail_msg("%s, killed at step %d: %s is\n%s\nnot\n%s", story->name, step, what, got, wanted);
}

/* Killed at `step`, and then, when `again`, at each step of every run that follows. */
static int kill_at(const struct story *story, int step, bool again, const char *wanted)
{
	sh("rm -rf s && cp -a before s");
	KITH_CLEANUP(kith_free) char *files = files_of_s();
	int status = run_until(story, step);
	if (status == KITH_OK)
		return status;
	assert_int_equal(status, KITH_FAILPOINT_STATUS);
	/* nothing is damaged at any time */
	if (story->run == run_snapshot)
		assert_string_equal(sh("git -C s fsck --strict --no-dangling 2>&1 | grep -v '^notice' || true"), "");
	for (int next = 1; again && status == KITH_FAILPOINT_STATUS && next < MANY_STEPS; next++)
		status = run_until(story, next);
	run_to_the_end(story, step);
	KITH_CLEANUP(kith_free) char *got = outcome();
	assert_same(story, step, "the outcome", got, wanted);
	if (story->run == run_snapshot) {
		KITH_CLEANUP(kith_free) char *after = files_of_s();
		assert_same(story, step, "the working tree", after, files);
	}
	return KITH_FAILPOINT_STATUS;
}

static void tell_story(const struct story *story, bool again)
{
	sh("rm -rf s before");
	story->prepare();
	sh("mv s before && cp -a before s");
	run_to_the_end(story, 0);
	KITH_CLEANUP(kith_free) char *wanted = outcome();
	int steps = 0;
	while (steps < MANY_STEPS && kill_at(story, steps + 1, again, wanted) == KITH_FAILPOINT_STATUS)
		steps++;
	assert_in_range(steps, 3, MANY_STEPS - 1);
}

static void a_process_killed_at_any_step_loses_and_damages_nothing(void **state)
{
	(void)state;
#ifndef KITH_FAILPOINTS
	skip();
#endif
	for (size_t i = 0; i < kith_count(stories); i++)
		if (stories[i].prepare != prepare_many)
			tell_story(&stories[i], false);
}

static void a_process_killed_again_and_again_gets_there_in_the_end(void **state)
{
	(void)state;
#ifndef KITH_FAILPOINTS
	skip();
#endif
	tell_story(&stories[2], true);
	tell_story(&stories[3], true);
}

/* Each of the objects is a step, so only some are tried: the first, and all from where the pack is written. */
static void a_process_killed_while_it_writes_a_pack_starts_over(void **state)
{
	(void)state;
#ifndef KITH_FAILPOINTS
	skip();
#endif
	const struct story *story = &stories[kith_count(stories) - 1];
	sh("rm -rf s before");
	story->prepare();
	sh("mv s before && cp -a before s");
	run_to_the_end(story, 0);
	KITH_CLEANUP(kith_free) char *wanted = outcome();
	assert_int_equal(kill_at(story, 1, false, wanted), KITH_FAILPOINT_STATUS);
	int step = 300;
	while (step < MANY_STEPS && kill_at(story, step, false, wanted) == KITH_FAILPOINT_STATUS)
		step++;
	assert_in_range(step, 305, MANY_STEPS - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_process_killed_at_any_step_loses_and_damages_nothing),
		CASE(a_process_killed_again_and_again_gets_there_in_the_end),
		CASE(a_process_killed_while_it_writes_a_pack_starts_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
