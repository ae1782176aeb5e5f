#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/file.h"
#include "permissions.h"

struct place {
	char path[64];
	int fd;
};

static int enter_place(void **state)
{
	struct place *place = kith_alloc(sizeof(*place));
	const char *tmp = getenv("TMPDIR");
	snprintf(place->path, sizeof(place->path), "%s/kith-walk-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(place->path))
		return -1;
	place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = place;
	return place->fd < 0 ? -1 : 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static int leave_place(void **state)
{
	struct place *place = *state;
	close(place->fd);
	const int code = nftw(place->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	kith_free(place);
	return code;
}

static void put_folder(int root, const char *path)
{
	if (mkdirat(root, path, 0700))
		assert_int_equal(errno, EEXIST);
}

static void put(int root, const char *path)
{
	const int fd = openat(root, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_return_code(fd, errno);
	assert_int_equal(write(fd, path, strlen(path)), strlen(path));
	close(fd);
}

static void make_tree(int root)
{
	static const char *const folders[] = { "contacts", "contacts/as", "contacts/.git", "notes", "empty" };
	static const char *const files[] = { "contacts/b.yaml", "contacts/as/ana.yaml", "contacts/as.yaml", "contacts/Z.yaml",
		                             "contacts/\xC3\xA9.yaml", "contacts/.hidden.yaml", "contacts/.git/x",
		                             "notes/n.txt", "top" };
	for (size_t i = 0; i < kith_count(folders); i++)
		put_folder(root, folders[i]);
	for (size_t i = 0; i < kith_count(files); i++)
		put(root, files[i]);
}

/* What a walk met, a line each. */
struct record {
	struct kith_buf lines;
	const char *stop_at, *skip;
	size_t files;
};

static bool on_file(void *user, const char *path, const struct stat *status)
{
	struct record *record = user;
	assert_true(S_ISREG(status->st_mode));
	assert_int_equal(status->st_size, strlen(path));
	kith_buf_addf(&record->lines, "%s\n", path);
	record->files++;
	return !record->stop_at || strcmp(path, record->stop_at) != 0;
}

static bool on_folder(void *user, const char *path)
{
	struct record *record = user;
	kith_buf_addf(&record->lines, "%s/\n", path);
	return !record->skip || strcmp(path, record->skip) != 0;
}

static void on_trouble(void *user, const char *path, int error)
{
	struct record *record = user;
	kith_buf_addf(&record->lines, "%s: %s\n", path, strerror(error));
}

static bool walk(struct record *record, int root, const char *path)
{
	const struct kith_walk how = { .file = on_file, .folder = on_folder, .trouble = on_trouble, .user = record };
	return kith_walk(root, path, &how);
}

static void files_come_in_the_order_of_names(void **state)
{
	const struct place *place = *state;
	make_tree(place->fd);
	static const struct {
		const char *path, *wanted;
	} cases[] = {
		{ "", "contacts/\ncontacts/Z.yaml\ncontacts/as/\ncontacts/as/ana.yaml\ncontacts/as.yaml\ncontacts/b.yaml\n"
		      "contacts/\xC3\xA9.yaml\nempty/\nnotes/\nnotes/n.txt\ntop\n" },
		{ "contacts/as", "contacts/as/ana.yaml\n" },
		{ "empty", "" },
		{ "nowhere", "" },
		{ "contacts/nowhere", "" },
		{ "top", "top: Not a directory\n" },
		{ "../x", "../x: Invalid cross-device link\n" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct record record = {0};
		assert_true(walk(&record, place->fd, cases[i].path));
		assert_string_equal(kith_buf_text(&record.lines), cases[i].wanted);
		kith_buf_finish(&record.lines);
	}
}

static void a_callback_stops_the_walk_or_skips_a_folder(void **state)
{
	const struct place *place = *state;
	make_tree(place->fd);
	struct record stopped = { .stop_at = "contacts/as/ana.yaml" };
	assert_false(walk(&stopped, place->fd, ""));
	assert_string_equal(stopped.lines.text, "contacts/\ncontacts/Z.yaml\ncontacts/as/\ncontacts/as/ana.yaml\n");
	struct record skipped = { .skip = "contacts" };
	assert_true(walk(&skipped, place->fd, ""));
	assert_string_equal(skipped.lines.text, "contacts/\nempty/\nnotes/\nnotes/n.txt\ntop\n");
	kith_buf_finish(&stopped.lines);
	kith_buf_finish(&skipped.lines);
}

static void links_and_special_files_are_trouble(void **state)
{
	const struct place *place = *state;
	put_folder(place->fd, "a");
	put(place->fd, "a/x");
	assert_return_code(symlinkat("a", place->fd, "b"), errno);
	assert_return_code(mkfifoat(place->fd, "c", 0600), errno);
	struct record record = {0};
	assert_true(walk(&record, place->fd, ""));
	assert_string_equal(record.lines.text, "a/\na/x\nb: Too many levels of symbolic links\nc: Invalid argument\n");
	kith_buf_clear(&record.lines);
	assert_true(walk(&record, place->fd, "b"));
	assert_string_equal(record.lines.text, "b: Too many levels of symbolic links\n");
	kith_buf_finish(&record.lines);

	struct record quiet = {0};
	const struct kith_walk how = { .file = on_file, .user = &quiet };
	assert_true(kith_walk(place->fd, "", &how));
	assert_string_equal(quiet.lines.text, "a/x\n");
	kith_buf_finish(&quiet.lines);
}

static void an_unreadable_folder_is_trouble(void **state)
{
	const struct place *place = *state;
	put_folder(place->fd, "a");
	put(place->fd, "b");
	assert_return_code(fchmodat(place->fd, "a", 0, 0), errno);
	struct record record = {0};
	obey_permissions(true);
	const bool walked = walk(&record, place->fd, "");
	obey_permissions(false);
	assert_true(walked);
	assert_return_code(fchmodat(place->fd, "a", 0700, 0), errno);
	assert_string_equal(record.lines.text, "a/\na: Permission denied\nb\n");
	kith_buf_finish(&record.lines);
}

static void a_walk_goes_sixty_four_folders_deep(void **state)
{
	const struct place *place = *state;
	KITH_BUF path = {0}, wanted = {0};
	for (int depth = 1; depth <= 65; depth++) {
		kith_buf_add(&path, depth == 1 ? "d" : "/d");
		put_folder(place->fd, path.text);
		if (depth == 64)
			kith_buf_add(&wanted, path.text);
		if (depth == 65)
			kith_buf_add(&path, ": File name too long\n");
	}
	struct record record = {0};
	assert_true(walk(&record, place->fd, ""));
	assert_non_null(strstr(record.lines.text, path.text));
	kith_buf_add(&wanted, "/\n");
	assert_non_null(strstr(record.lines.text, wanted.text));
	kith_buf_finish(&record.lines);
}

static void an_unsorted_walk_meets_the_same_files(void **state)
{
	const struct place *place = *state;
	make_tree(place->fd);
	struct record sorted = {0}, unsorted = {0};
	assert_true(walk(&sorted, place->fd, ""));
	const struct kith_walk how = { .file = on_file, .user = &unsorted, .unsorted = true };
	assert_true(kith_walk(place->fd, "", &how));
	assert_int_equal(unsorted.files, sorted.files);
	assert_non_null(strstr(unsorted.lines.text, "contacts/as/ana.yaml\n"));
	assert_null(strstr(unsorted.lines.text, ".hidden"));
	kith_buf_finish(&sorted.lines);
	kith_buf_finish(&unsorted.lines);
}

int main(void)
{
	#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_place, leave_place)
	const struct CMUnitTest tests[] = {
		TEST(files_come_in_the_order_of_names),
		TEST(a_callback_stops_the_walk_or_skips_a_folder),
		TEST(links_and_special_files_are_trouble),
		TEST(an_unreadable_folder_is_trouble),
		TEST(a_walk_goes_sixty_four_folders_deep),
		TEST(an_unsorted_walk_meets_the_same_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
