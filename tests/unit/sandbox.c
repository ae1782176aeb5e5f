#include "sandbox.h"

#include <limits.h>
#include <setjmp.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/file.h"

static char place[PATH_MAX], before[PATH_MAX];

/* A ring, so that two answers can be compared in one call. */
static struct kith_buf answers[8];
static size_t turn;

static struct kith_buf *next_answer(void)
{
	struct kith_buf *answer = &answers[turn++ % kith_count(answers)];
	kith_buf_clear(answer);
	return answer;
}

static void set_home(void)
{
	static const char *const unwanted[] = {
		"GIT_DIR",
		"GIT_INDEX_FILE",
		"GIT_WORK_TREE",
		"GIT_AUTHOR_NAME",
		"GIT_AUTHOR_EMAIL",
		"GIT_AUTHOR_DATE",
		"GIT_COMMITTER_NAME",
		"GIT_COMMITTER_EMAIL",
		"GIT_COMMITTER_DATE",
		"GIT_CONFIG_GLOBAL",
		"GIT_CONFIG_COUNT",
		"GIT_CONFIG_PARAMETERS",
		"XDG_CONFIG_HOME",
		"EMAIL",
		"KITH_FAIL_AT",
	};
	for (size_t i = 0; i < kith_count(unwanted); i++)
		unsetenv(unwanted[i]);
	KITH_BUF home = {0};
	kith_buf_addf(&home, "%s/home", place);
	setenv("HOME", home.text, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	put("home/.gitconfig",
	    "[user]\n\tname = Test Person\n\temail = test@example.org\n[init]\n\tdefaultBranch = main\n"
	    "[advice]\n\tdetachedHead = false\n[gc]\n\tauto = 0\n");
}

int sandbox_enter(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	char name[PATH_MAX];
	if (!getcwd(before, sizeof(before)))
		return -1;
	snprintf(name, sizeof(name), "%s/kith-git-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(name) || !realpath(name, place) || chdir(place))
		return -1;
	set_home();
	return 0;
}

int sandbox_leave(void **state)
{
	(void)state;
	sh("chmod -R u+rwX '%s'; rm -rf '%s'", place, place);
	for (size_t i = 0; i < kith_count(answers); i++)
		kith_buf_finish(&answers[i]), answers[i] = (struct kith_buf){0};
	return chdir(before);
}

const char *sandbox_path(void)
{
	return place;
}

static int run(struct kith_buf *out, const char *command)
{
	KITH_BUF line = {0};
	kith_buf_addf(&line, "exec 2>&1 </dev/null; %s", command);
	FILE *pipe = popen(line.text, "r");
	assert_non_null(pipe);
	char part[4096];
	for (size_t count; (count = fread(part, 1, sizeof(part), pipe)) > 0;)
		kith_buf_add_bytes(out, part, count);
	const int status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const char *sh(const char *format, ...)
{
	KITH_BUF command = {0};
	struct kith_buf *out = next_answer();
	va_list args;
	va_start(args, format);
	kith_buf_addv(&command, format, args);
	va_end(args);
	const int status = run(out, command.text);
	if (status)
		fail_msg("%s: status %d: %s", command.text, status, kith_buf_text(out));
	return kith_buf_text(out);
}

int sh_status(const char *format, ...)
{
	KITH_BUF command = {0}, out = {0};
	va_list args;
	va_start(args, format);
	kith_buf_addv(&command, format, args);
	va_end(args);
	return run(&out, command.text);
}

void put(const char *path, const char *text)
{
	KITH_BUF folder = {0};
	const char *slash = strrchr(path, '/');
	if (slash) {
		kith_buf_add_bytes(&folder, path, (size_t)(slash - path));
		assert_int_equal(kith_make_folders(folder.text, 0755, NULL), KITH_OK);
	}
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

const char *get(const char *path)
{
	struct kith_buf *out = next_answer();
	assert_int_equal(kith_file_read(path, 1 << 24, out, NULL), KITH_OK);
	return kith_buf_text(out);
}
