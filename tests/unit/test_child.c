/* Child processes with a deadline, and the line in which a pass tells how it went. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <signal.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "daemon/child.h"
#include "daemon/pass.h"

struct ended {
	struct kith_child_result result;
	char out[256], errors[256];
	int times;
};

static void on_done(void *user, const struct kith_child_result *result)
{
	struct ended *ended = user;
	ended->result = *result;
	snprintf(ended->out, sizeof(ended->out), "%s", result->out);
	snprintf(ended->errors, sizeof(ended->errors), "%s", result->errors);
	ended->times++;
}

static enum kith_code run(const char *program, const char *script, const char *input, uint64_t deadline_ms, struct ended *ended)
{
	uv_loop_t loop;
	struct kith_child *child = NULL;
	struct kith_err err = {0};
	const char *arguments[] = {program, "-c", script, NULL};
	const struct kith_child_options options = {
		.program = program,
		.arguments = arguments,
		.input = input,
		.input_length = input ? strlen(input) : 0,
		.deadline_ms = deadline_ms,
		.on_done = on_done,
		.user = ended,
	};
	*ended = (struct ended){0};
	assert_int_equal(uv_loop_init(&loop), 0);
	const enum kith_code code = kith_child_start(&loop, &options, &child, &err);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	if (code != KITH_OK)
		assert_true(*err.message);
	return code;
}

static void what_it_wrote_and_how_it_ended_is_told_once(void **state)
{
	(void)state;
	struct ended ended;
	assert_int_equal(run("sh", "cat; echo trouble >&2; exit 5", "hello", 20000, &ended), KITH_OK);
	assert_int_equal(ended.times, 1);
	assert_int_equal(ended.result.code, 5);
	assert_string_equal(ended.out, "hello");
	assert_string_equal(ended.errors, "trouble\n");
	assert_false(ended.result.timed_out);
}

static void one_that_reads_nothing_is_no_trouble(void **state)
{
	(void)state;
	struct ended ended;
	KITH_BUF much = {0};
	for (int i = 0; i < 100000; i++)
		kith_buf_add(&much, "0123456789");
	assert_int_equal(run("sh", "exit 0", much.text, 20000, &ended), KITH_OK);
	assert_int_equal(ended.times, 1);
	assert_int_equal(ended.result.code, 0);
}

static void a_program_that_is_not_there_is_a_failure(void **state)
{
	(void)state;
	struct ended ended;
	assert_int_equal(run("/nowhere/at/all", "", NULL, 20000, &ended), KITH_SYNC);
	assert_int_equal(ended.times, 0);
}

static void past_its_deadline_the_whole_group_is_ended(void **state)
{
	(void)state;
	struct ended ended;
	assert_int_equal(run("sh", "sleep 300 & echo $!; wait", NULL, 300, &ended), KITH_OK);
	assert_int_equal(ended.times, 1);
	assert_true(ended.result.timed_out);
	const pid_t grandchild = (pid_t)strtol(ended.out, NULL, 10);
	assert_true(grandchild > 1);
	/* It may be a zombie of init for a moment. */
	for (int i = 0; i < 500 && kill(grandchild, 0) == 0; i++)
		uv_sleep(10);
	const bool is_gone = kill(grandchild, 0) != 0 && errno == ESRCH;
	char path[64], line[256] = "";
	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)grandchild);
	FILE *file = is_gone ? NULL : fopen(path, "r");
	if (file) {
		(void)!fgets(line, sizeof(line), file);
		fclose(file);
	}
	assert_true(is_gone || !*line || strstr(line, ") Z "));
}

static void one_that_ignores_the_polite_signal_is_killed(void **state)
{
	(void)state;
	struct ended ended;
	assert_int_equal(run("sh", "trap '' TERM; while :; do sleep 1; done", NULL, 200, &ended), KITH_OK);
	assert_int_equal(ended.times, 1);
	assert_true(ended.result.timed_out);
	assert_int_equal(ended.result.signal, SIGKILL);
}

static void a_grandchild_that_keeps_the_pipe_open_does_not_keep_us(void **state)
{
	(void)state;
	struct ended ended;
	assert_int_equal(run("sh", "sleep 5 & exit 0", NULL, 60000, &ended), KITH_OK);
	assert_int_equal(ended.times, 1);
	assert_int_equal(ended.result.code, 0);
	assert_false(ended.result.timed_out);
}

/* --- a pass in one line --- */

static void a_pass_is_read_as_it_was_printed(void **state)
{
	(void)state;
	struct kith_pass pass = {.paths = 3, .again = true, .left_out = 1, .guessed_author = true}, read;
	KITH_BUF line = {0};
	memset(pass.commit, 'a', 40);
	snprintf(pass.left_out_first, sizeof(pass.left_out_first), "contacts/\"x\".yaml: is a symbolic link");
	kith_pass_print(&line, &pass);
	assert_true(kith_pass_read(line.text, &read));
	assert_int_equal(read.code, KITH_OK);
	assert_string_equal(read.commit, pass.commit);
	assert_int_equal(read.paths, 3);
	assert_true(read.again && read.guessed_author && !read.waiting);
	assert_string_equal(read.left_out_first, pass.left_out_first);
}

static void a_pass_that_waits_says_why(void **state)
{
	(void)state;
	struct kith_pass pass = {.waiting = true}, read;
	KITH_BUF line = {0};
	snprintf(pass.why, sizeof(pass.why), "a merge is not finished");
	snprintf(pass.hint, sizeof(pass.hint), "git commit, or git merge --abort");
	kith_pass_print(&line, &pass);
	assert_true(kith_pass_read(line.text, &read));
	assert_true(read.waiting);
	assert_string_equal(read.why, pass.why);
	assert_string_equal(read.hint, pass.hint);
	assert_string_equal(read.commit, "");
}

static void a_pass_that_failed_keeps_its_words(void **state)
{
	(void)state;
	struct kith_pass pass = {0}, read;
	KITH_BUF line = {0};
	pass.code = kith_fail(&pass.err, KITH_IO, "cannot write: %s", "No space left on device");
	kith_hint(&pass.err, "free some disk space");
	kith_pass_print(&line, &pass);
	assert_true(kith_pass_read(line.text, &read));
	assert_int_equal(read.code, KITH_IO);
	assert_string_equal(read.err.message, pass.err.message);
	assert_string_equal(read.err.hint, pass.err.hint);
}

static void a_line_that_is_no_pass_is_refused(void **state)
{
	(void)state;
	static const char *const lines[] = {"", "Segmentation fault", "{}", "[1]", "{\"code\":-4}", "{\"code\":\"0\"}", "{\"code\":999}"};
	struct kith_pass read;
	for (size_t i = 0; i < kith_count(lines); i++)
		assert_false(kith_pass_read(lines[i], &read));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_wrote_and_how_it_ended_is_told_once),
		cmocka_unit_test(one_that_reads_nothing_is_no_trouble),
		cmocka_unit_test(a_program_that_is_not_there_is_a_failure),
		cmocka_unit_test(past_its_deadline_the_whole_group_is_ended),
		cmocka_unit_test(one_that_ignores_the_polite_signal_is_killed),
		cmocka_unit_test(a_grandchild_that_keeps_the_pipe_open_does_not_keep_us),
		cmocka_unit_test(a_pass_is_read_as_it_was_printed),
		cmocka_unit_test(a_pass_that_waits_says_why),
		cmocka_unit_test(a_pass_that_failed_keeps_its_words),
		cmocka_unit_test(a_line_that_is_no_pass_is_refused),
	};
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
