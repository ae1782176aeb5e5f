/* Snapshots of a repository in the sandbox, for the tests of lib/git. */
#ifndef GIT_FIXTURE_H
#define GIT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/git/snapshot.h"
#include "sandbox.h"

#define ANA "name: Ana Silva\ncity: Lisbon\n"
#define TOM "name: Tom Okafor\ncity: Leeds\n"

/* The sandbox, with libgit2 started in it: it looks for the user's configuration only then. */
static inline int git_enter(void **state)
{
	return sandbox_enter(state) || kith_git_start(NULL);
}

static inline int git_leave(void **state)
{
	kith_git_stop();
	return sandbox_leave(state);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, git_enter, git_leave)

#define assert_ok(call, err)                                                                                           \
	do {                                                                                                           \
		if ((call) != KITH_OK)                                                                                 \
			fail_msg("%s: %s (%s)", #call, (err).message, (err).hint);                                     \
	} while (0)

/* Take a snapshot of the store in `s`. */
static inline struct kith_snapshot take_with(const struct kith_snapshot_options *options)
{
	struct kith_err err = {0};
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	struct kith_snapshot taken = {0};
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_ok(kith_snapshot_take(repo, options, &taken, &err), err);
	return taken;
}

/* All paths; the caller deleted what is missing. */
static inline size_t take(void)
{
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){ .settle = KITH_SETTLE_BELIEVE });
	const size_t paths = *taken.commit ? taken.paths : 0;
	kith_snapshot_finish(&taken);
	return paths;
}

static inline size_t take_path(const char *path)
{
	const struct kith_snapshot_options options = { .paths = &path, .path_count = 1, .settle = KITH_SETTLE_BELIEVE };
	struct kith_snapshot taken = take_with(&options);
	const size_t paths = *taken.commit ? taken.paths : 0;
	kith_snapshot_finish(&taken);
	return paths;
}

static inline enum kith_waiting take_waits(void)
{
	struct kith_snapshot taken = take_with(&(struct kith_snapshot_options){ .settle = KITH_SETTLE_BELIEVE });
	const enum kith_waiting waiting = taken.waiting;
	if (waiting) {
		assert_string_equal(taken.commit, "");
		assert_true(*taken.why && *taken.hint);
	}
	kith_snapshot_finish(&taken);
	return waiting;
}

/* A store in `s` with two contacts, committed. */
static inline void make_store(void)
{
	struct kith_err err = {0};
	assert_ok(kith_repo_init("s", &err), err);
	put("s/kith.yaml", "me: ana-silva\n");
	put("s/contacts/ana-silva.yaml", ANA);
	put("s/contacts/tom-okafor.yaml", TOM);
	assert_int_equal(take(), 5);
}

static inline void assert_clean(void)
{
	assert_string_equal(sh("git -C s status --porcelain"), "");
	assert_string_equal(sh("git -C s fsck --strict --no-dangling 2>&1 | grep -v '^notice' || true"), "");
}

#define assert_status(expected) assert_string_equal(sh("git -C s status --porcelain"), expected)
#define assert_subject(expected) assert_string_equal(sh("git -C s log -1 --format=%%s"), expected "\n")

#endif
