#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/file.h"

/* Each test runs in an empty folder of its own, which is also the current one. */
struct place {
	char path[64];
	int fd, before;
};

static int enter_place(void **state)
{
	struct place *place = kith_alloc(sizeof(*place));
	const char *tmp = getenv("TMPDIR");
	const int length = snprintf(place->path, sizeof(place->path), "%s/kith-file-XXXXXX", tmp ? tmp : "/tmp");
	if (length >= (int)sizeof(place->path))
		return -1;
	place->before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!mkdtemp(place->path) || chdir(place->path))
		return -1;
	place->fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = place;
	return place->fd < 0 ? -1 : 0;
}

static void remove_all(int parent, const char *name)
{
	if (!unlinkat(parent, name, 0))
		return;
	DIR *folder = fdopendir(openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			remove_all(dirfd(folder), entry->d_name);
	closedir(folder);
	assert_return_code(unlinkat(parent, name, AT_REMOVEDIR), errno);
}

static int leave_place(void **state)
{
	struct place *place = *state;
	const int code = fchdir(place->before);
	remove_all(AT_FDCWD, place->path);
	close(place->fd);
	close(place->before);
	kith_free(place);
	return code;
}

static int root_of(void **state)
{
	return ((struct place *)*state)->fd;
}

static void put(const char *path, const char *text)
{
	struct kith_err err = {0};
	const char *slash = strrchr(path, '/');
	if (slash) {
		KITH_CLEANUP(kith_free) char *folder = strndup(path, (size_t)(slash - path));
		assert_int_equal(kith_make_folders(folder, 0700, &err), KITH_OK);
	}
	if (kith_file_write(path, text, strlen(text), 0600, &err))
		fail_msg("%s", err.message);
}

static void assert_holds(const char *path, const char *wanted)
{
	KITH_BUF text = {0};
	assert_int_equal(kith_file_read(path, 1 << 20, &text, NULL), KITH_OK);
	assert_string_equal(text.text, wanted);
}

/* How many names are in the current folder, dot-names too. */
static size_t names_here(void)
{
	size_t count = 0;
	DIR *folder = opendir(".");
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));)
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(folder);
	return count;
}

/* --- opening below a folder --- */

static void make_traps(void)
{
	put("ana.yaml", "ana");
	put("as/b.yaml", "b");
	assert_return_code(symlink("ana.yaml", "link.yaml"), errno);
	assert_return_code(symlink("as", "linked"), errno);
	assert_return_code(symlink("/", "as/away"), errno);
	assert_return_code(symlink("nowhere", "dangling"), errno);
	assert_return_code(mkfifo("fifo", 0600), errno);
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_return_code(bind(fd, (struct sockaddr *)&address, sizeof(address)), errno);
	close(fd);
}

static void check_traps(int root)
{
	char long_name[300];
	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	const struct {
		const char *path;
		int flags, error; /* 0: opens */
	} cases[] = {
		{ "ana.yaml", O_RDONLY, 0 },
		{ "as/b.yaml", O_RDONLY, 0 },
		{ "as//b.yaml", O_RDONLY, 0 },
		{ "./as/./b.yaml", O_RDONLY, 0 },
		{ "as", O_RDONLY, 0 },
		{ "as/", O_RDONLY | O_DIRECTORY, 0 },
		{ "", O_RDONLY | O_DIRECTORY, 0 },
		{ ".", O_RDONLY, 0 },
		{ "ana.yaml", O_WRONLY, 0 },
		{ "nobody.yaml", O_RDONLY, ENOENT },
		{ "nowhere/b.yaml", O_RDONLY, ENOENT },
		{ "ana.yaml/b", O_RDONLY, ENOTDIR },
		{ "ana.yaml", O_RDONLY | O_DIRECTORY, ENOTDIR },
		{ "link.yaml", O_RDONLY, ELOOP },
		{ "linked", O_RDONLY, ELOOP },
		{ "linked", O_RDONLY | O_DIRECTORY, ELOOP },
		{ "linked/b.yaml", O_RDONLY, ELOOP },
		{ "as/away", O_RDONLY, ELOOP },
		{ "as/away/etc/passwd", O_RDONLY, ELOOP },
		{ "dangling", O_RDONLY, ELOOP },
		{ "fifo", O_RDONLY, EINVAL },
		{ "fifo", O_WRONLY, EINVAL },
		{ "socket", O_RDONLY, EINVAL },
		{ "/etc/passwd", O_RDONLY, EXDEV },
		{ "..", O_RDONLY, EXDEV },
		{ "as/../ana.yaml", O_RDONLY, EXDEV },
		{ "as/..", O_RDONLY, EXDEV },
		{ "..yaml", O_RDONLY, ENOENT },
		{ long_name, O_RDONLY, ENAMETOOLONG },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		errno = 0;
		const int fd = kith_open_beneath(root, cases[i].path, cases[i].flags);
		const int error = fd < 0 ? errno : 0;
		if (error != cases[i].error)
			fail_msg("%s: %s, not %s", cases[i].path, strerror(error), strerror(cases[i].error));
		if (fd >= 0) {
			assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
			close(fd);
		}
	}
}

static void nothing_outside_the_folder_is_opened(void **state)
{
	make_traps();
	check_traps(root_of(state));
}

/* Cannot be undone: this must be the last of the tests that open. */
static bool take_openat2_away(void)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { kith_count(rules), rules };
	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void a_kernel_without_openat2_opens_the_same(void **state)
{
	make_traps();
	if (!take_openat2_away())
		skip();
	assert_int_equal(syscall(SYS_openat2, -1, "", NULL, 0), -1);
	assert_int_equal(errno, ENOSYS);
	check_traps(root_of(state));
}

/* --- reading --- */

static void a_file_is_appended(void **state)
{
	put("as/ana.yaml", "name: Ana\n");
	KITH_BUF out = {0};
	struct kith_stamp stamp = {0};
	kith_buf_add(&out, "before:");
	assert_int_equal(kith_file_read("as/ana.yaml", 10, &out, NULL), KITH_OK);
	assert_int_equal(kith_file_read_beneath(root_of(state), "as/ana.yaml", 10, &out, &stamp, NULL), KITH_OK);
	assert_string_equal(out.text, "before:name: Ana\nname: Ana\n");
	struct stat status;
	assert_return_code(stat("as/ana.yaml", &status), errno);
	const struct kith_stamp own = kith_stamp_of(&status);
	assert_true(kith_stamp_equal(&stamp, &own));
	assert_int_equal(stamp.size, 10);

	put("as/ana.yaml", "name: Eva\n");
	assert_return_code(stat("as/ana.yaml", &status), errno);
	const struct kith_stamp other = kith_stamp_of(&status);
	assert_false(kith_stamp_equal(&stamp, &other));
}

static void an_empty_file_is_an_empty_text(void **state)
{
	put("empty", "");
	KITH_BUF out = {0};
	assert_int_equal(kith_file_read_beneath(root_of(state), "empty", 0, &out, NULL, NULL), KITH_OK);
	assert_string_equal(kith_buf_text(&out), "");
}

static void what_cannot_be_read_is_named(void **state)
{
	make_traps();
	assert_return_code(mkdir("folder", 0700), errno);
	static const struct {
		const char *path;
		size_t limit;
		const char *message;
	} cases[] = {
		{ "ana.yaml", 2, "ana.yaml has 3 bytes; at most 2 are read" },
		{ "nobody.yaml", 9, "cannot open nobody.yaml: No such file or directory" },
		{ "folder", 9, "folder is a folder" },
		{ "link.yaml", 9, "link.yaml is or lies behind a symbolic link; links are not followed" },
		{ "fifo", 9, "fifo is not a regular file" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct kith_err err = {0};
		KITH_BUF out = {0};
		struct kith_stamp stamp = { .size = 7 };
		kith_buf_add(&out, "before");
		assert_int_equal(kith_file_read_beneath(root_of(state), cases[i].path, cases[i].limit, &out, &stamp, &err),
		                 KITH_IO);
		assert_string_equal(err.message, cases[i].message);
		assert_string_equal(out.text, "before");
		assert_int_equal(stamp.size, 7);
	}
	KITH_BUF out = {0};
	assert_int_equal(kith_file_read("link.yaml", 9, &out, NULL), KITH_OK); /* this one follows */
	assert_string_equal(out.text, "ana");
}

static void a_pipe_is_read_to_its_end(void **state)
{
	(void)state;
	int ends[2];
	assert_return_code(pipe(ends), errno);
	assert_int_equal(write(ends[1], "ana silva", 9), 9);
	close(ends[1]);
	char path[32];
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	KITH_BUF out = {0};
	struct kith_err err = {0};
	assert_int_equal(kith_file_read(path, 9, &out, &err), KITH_OK);
	assert_string_equal(out.text, "ana silva");
	close(ends[0]);

	assert_int_equal(kith_file_read("/dev/zero", 100000, &out, &err), KITH_IO);
	assert_string_equal(err.message, "/dev/zero has more than the 100000 bytes that are read");
	assert_string_equal(out.text, "ana silva");
}

/* --- writing --- */

static mode_t mode_of(const char *path)
{
	struct stat status;
	assert_return_code(lstat(path, &status), errno);
	return status.st_mode & 07777;
}

static void a_replaced_file_keeps_its_mode(void **state)
{
	(void)state;
	struct kith_err err = {0};
	const mode_t umask_before = umask(077);
	assert_int_equal(kith_file_write("ana.yaml", "one", 3, 0644, &err), KITH_OK);
	umask(umask_before);
	assert_int_equal(mode_of("ana.yaml"), 0644);
	assert_return_code(chmod("ana.yaml", 0640), errno);
	assert_int_equal(kith_file_write("ana.yaml", "two", 3, 0600, &err), KITH_OK);
	assert_int_equal(mode_of("ana.yaml"), 0640);
	assert_holds("ana.yaml", "two");
	assert_int_equal(kith_file_write("./ana.yaml", "", 0, 0600, &err), KITH_OK);
	assert_holds("ana.yaml", "");
	assert_int_equal(names_here(), 1);
}

static void a_reader_of_the_old_file_is_not_disturbed(void **state)
{
	(void)state;
	put("ana.yaml", "old");
	const int fd = open("ana.yaml", O_RDONLY);
	put("ana.yaml", "new, and longer");
	char text[16] = "";
	assert_int_equal(read(fd, text, sizeof(text)), 3);
	assert_string_equal(text, "old");
	close(fd);
}

static void what_is_no_file_is_not_replaced(void **state)
{
	(void)state;
	make_traps();
	const size_t names = names_here();
	static const struct {
		const char *path, *message;
	} cases[] = {
		{ "link.yaml", "link.yaml is a symbolic link; it is not replaced" },
		{ "dangling", "dangling is a symbolic link; it is not replaced" },
		{ "as", "as is not a regular file" },
		{ "fifo", "fifo is not a regular file" },
		{ "nowhere/b.yaml", "cannot write nowhere/b.yaml: No such file or directory" },
		{ "ana.yaml/b", "cannot write ana.yaml/b: Not a directory" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct kith_err err = {0};
		assert_int_equal(kith_file_write(cases[i].path, "x", 1, 0600, &err), KITH_IO);
		assert_string_equal(err.message, cases[i].message);
	}
	assert_holds("ana.yaml", "ana");
	assert_int_equal(names_here(), names);
}

/* The nearest thing to a full disk that needs no disk. */
static void a_write_that_fails_leaves_the_old_file(void **state)
{
	(void)state;
	put("ana.yaml", "old");
	static char text[100000];
	struct rlimit before;
	assert_return_code(getrlimit(RLIMIT_FSIZE, &before), errno);
	const struct rlimit small = { 4096, before.rlim_max };
	void (*const handler)(int) = signal(SIGXFSZ, SIG_IGN);
	assert_return_code(setrlimit(RLIMIT_FSIZE, &small), errno);
	struct kith_err write_err = {0}, create_err = {0};
	const enum kith_code write_code = kith_file_write("ana.yaml", text, sizeof(text), 0600, &write_err);
	const enum kith_code create_code = kith_file_create("eva.yaml", text, sizeof(text), 0600, &create_err);
	assert_return_code(setrlimit(RLIMIT_FSIZE, &before), errno);
	signal(SIGXFSZ, handler);
	assert_int_equal(write_code, KITH_IO);
	assert_string_equal(write_err.message, "cannot write ana.yaml: File too large");
	assert_int_equal(create_code, KITH_IO);
	assert_string_equal(create_err.message, "cannot write eva.yaml: File too large");
	assert_holds("ana.yaml", "old");
	assert_int_equal(names_here(), 1);
}

static void a_new_file_replaces_nothing(void **state)
{
	(void)state;
	struct kith_err err = {0};
	assert_int_equal(kith_file_create("ana.yaml", "one", 3, 0640, &err), KITH_OK);
	assert_int_equal(mode_of("ana.yaml"), 0640);
	assert_int_equal(kith_file_create("ana.yaml", "two", 3, 0600, &err), KITH_USAGE);
	assert_string_equal(err.message, "ana.yaml exists already");
	assert_holds("ana.yaml", "one");
	assert_return_code(symlink("nowhere", "dangling"), errno);
	assert_int_equal(kith_file_create("dangling", "x", 1, 0600, &err), KITH_USAGE);
	assert_int_equal(kith_file_create("nowhere/x", "x", 1, 0600, &err), KITH_IO);
	assert_int_equal(names_here(), 2);
}

static void folders_are_made_on_the_way(void **state)
{
	(void)state;
	struct kith_err err = {0};
	assert_int_equal(kith_make_folders("a/b//c/", 0700, &err), KITH_OK);
	assert_int_equal(kith_make_folders("a/b/c", 0700, &err), KITH_OK);
	assert_int_equal(kith_make_folders("/", 0700, &err), KITH_OK);
	assert_int_equal(mode_of("a/b"), 0700);
	put("file", "x");
	assert_int_equal(kith_make_folders("file/b", 0700, &err), KITH_IO);
	assert_string_equal(err.message, "cannot make the folder file: File exists");
	assert_int_equal(kith_make_folders("file", 0700, &err), KITH_IO);
	assert_return_code(symlink("a", "linked"), errno);
	assert_int_equal(kith_make_folders("linked/d", 0700, &err), KITH_OK); /* as mkdir -p */
	assert_int_equal(mode_of("a/d"), 0700);
}

/* --- paths --- */

static void a_stem_is_the_name_of_a_record(void **state)
{
	(void)state;
	static const struct {
		const char *path, *stem; /* NULL: none */
	} cases[] = {
		{ "contacts/as/ana.yaml", "ana" }, { "ana.yml", "ana" },    { "a.b.yaml", "a.b" },
		{ "田中.yaml", "田中" },            { ".yaml", NULL },       { "as/.yaml", NULL },
		{ "ana", NULL },                   { "ana.yaml.tmp", NULL }, { "ana.YAML", NULL },
		{ "as.yaml/ana", NULL },           { "", NULL },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF out = {0};
		assert_int_equal(kith_path_stem(cases[i].path, &out), cases[i].stem != NULL);
		assert_string_equal(kith_buf_text(&out), cases[i].stem ? cases[i].stem : "");
	}
}

static void paths_are_joined_by_one_slash(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	assert_string_equal(kith_path_join(&arena, "a", "b"), "a/b");
	assert_string_equal(kith_path_join(&arena, "a/", "b"), "a/b");
	assert_string_equal(kith_path_join(&arena, "/", "b"), "/b");
	assert_string_equal(kith_path_join(&arena, "", "b"), "b");
}

int main(void)
{
	#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_place, leave_place)
	const struct CMUnitTest tests[] = {
		TEST(nothing_outside_the_folder_is_opened),
		TEST(a_file_is_appended),
		TEST(an_empty_file_is_an_empty_text),
		TEST(what_cannot_be_read_is_named),
		TEST(a_pipe_is_read_to_its_end),
		TEST(a_replaced_file_keeps_its_mode),
		TEST(a_reader_of_the_old_file_is_not_disturbed),
		TEST(what_is_no_file_is_not_replaced),
		TEST(a_write_that_fails_leaves_the_old_file),
		TEST(a_new_file_replaces_nothing),
		TEST(folders_are_made_on_the_way),
		TEST(a_stem_is_the_name_of_a_record),
		TEST(paths_are_joined_by_one_slash),
		TEST(a_kernel_without_openat2_opens_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
