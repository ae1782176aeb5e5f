/* What the kernel tells of a store's files becomes paths that changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/memory.h"
#include "lib/store/watch.h"

struct world {
	char root[64];
	int root_fd;
	struct kith_watch watch;
	struct kith_buf told; /* "written contacts/ana.yaml\n"… in the order told, repetitions left out */
};

static void note(struct world *world, const char *what, const char *path)
{
	KITH_BUF line = {0};
	kith_buf_addf(&line, "%s %s\n", what, path);
	if (!strstr(kith_buf_text(&world->told), line.text))
		kith_buf_add(&world->told, line.text);
}

static void on_changed(void *user, const char *path, enum kith_watch_news news)
{
	static const char *const words[] = {"written", "touched", "vanished"};
	note(user, words[news], path);
}

static void on_git(void *user)
{
	note(user, "git", "changed");
}

static void on_git_appeared(void *user)
{
	note(user, "git", "appeared");
}

static void on_lost(void *user)
{
	note(user, "events", "lost");
}

static void on_gone(void *user, const char *why)
{
	note(user, "gone", why);
}

static void on_zone(void *user)
{
	note(user, "zone", "changed");
}

static const char *path_of(const struct world *world, const char *path)
{
	static char full[2][256];
	static int turn;
	turn = !turn;
	snprintf(full[turn], sizeof(full[turn]), "%s/%s", world->root, path);
	return full[turn];
}

static void make_folder(const struct world *world, const char *path)
{
	assert_int_equal(mkdir(path_of(world, path), 0755), 0);
}

static void write_file(const struct world *world, const char *path)
{
	const int fd = open(path_of(world, path), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "name: A\n", 8), 8);
	close(fd);
}

static void move(const struct world *world, const char *from, const char *to)
{
	assert_int_equal(rename(path_of(world, from), path_of(world, to)), 0);
}

/* What was told since the last time. */
static const char *told(struct world *world)
{
	static char text[4096];
	kith_buf_clear(&world->told);
	kith_watch_read(&world->watch);
	snprintf(text, sizeof(text), "%s", kith_buf_text(&world->told));
	return text;
}

static void assert_told(struct world *world, const char *wanted)
{
	const char *text = told(world);
	if (!strstr(text, wanted))
		fail_msg("not told: %s\nbut: %s", wanted, text);
}

static int open_world(void **state)
{
	struct world *world = kith_alloc(sizeof(*world));
	snprintf(world->root, sizeof(world->root), "/tmp/kith-watch.XXXXXX");
	assert_non_null(mkdtemp(world->root));
	make_folder(world, "contacts");
	make_folder(world, "contacts/family");
	make_folder(world, "other");
	world->root_fd = open(world->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct kith_watch_sink sink = {world, on_changed, on_git, on_git_appeared, on_lost, on_gone, on_zone};
	kith_watch_open(&world->watch, world->root, world->root_fd, &sink);
	*state = world;
	return 0;
}

static int close_world(void **state)
{
	struct world *world = *state;
	char command[128];
	kith_watch_close(&world->watch);
	close(world->root_fd);
	snprintf(command, sizeof(command), "rm -rf %s", world->root);
	assert_int_equal(system(command), 0);
	kith_buf_finish(&world->told);
	kith_free(world);
	return 0;
}

static void every_way_to_save_is_told(void **state)
{
	struct world *world = *state;
	assert_false(world->watch.polling);
	write_file(world, "contacts/ana.yaml");
	assert_told(world, "written contacts/ana.yaml\n");
	write_file(world, "contacts/.ana.tmp");
	move(world, "contacts/.ana.tmp", "contacts/ana.yaml");
	assert_string_equal(told(world), "written contacts/ana.yaml\n");
	assert_int_equal(link(path_of(world, "contacts/ana.yaml"), path_of(world, "contacts/bo.yaml")), 0);
	assert_told(world, "touched contacts/bo.yaml\n");
	assert_int_equal(unlink(path_of(world, "contacts/bo.yaml")), 0);
	assert_told(world, "vanished contacts/bo.yaml\n");
	const int fd = open(path_of(world, "contacts/ana.yaml"), O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "\n", 1), 1);
	assert_string_equal(told(world), "touched contacts/ana.yaml\n"); /* it is still open */
	close(fd);
}

static void what_is_not_keeps_quiet(void **state)
{
	struct world *world = *state;
	static const char *const others[] = {
		"contacts/ana.yaml~", "contacts/.ana.yaml.swp", "contacts/4913", "contacts/#ana.yaml#", "contacts/.#ana.yaml",
		"contacts/ana.txt", "README.md", "other/ana.yaml", "contacts/ana.yaml.tmp", "kith.yaml~",
	};
	for (size_t i = 0; i < kith_count(others); i++)
		write_file(world, others[i]);
	assert_string_equal(told(world), "");
}

static void files_of_the_store_itself_are_told(void **state)
{
	struct world *world = *state;
	write_file(world, "kith.yaml");
	assert_told(world, "written kith.yaml\n");
	write_file(world, ".gitattributes");
	assert_told(world, "written .gitattributes\n");
	make_folder(world, ".kith");
	told(world);
	write_file(world, ".kith/reminders.yaml");
	assert_told(world, "written .kith/reminders.yaml\n");
}

static void texts_that_merging_set_aside_are_told(void **state)
{
	struct world *world = *state;
	make_folder(world, "conflicts");
	write_file(world, "conflicts/ana-0123456789ab.txt"); /* before the folder could be watched */
	assert_told(world, "written conflicts/ana-0123456789ab.txt\n");
	write_file(world, "conflicts/ben-0123456789ab.txt");
	assert_told(world, "written conflicts/ben-0123456789ab.txt\n");
	write_file(world, "conflicts/.hidden.txt");
	write_file(world, "conflicts/notes.md");
	assert_string_equal(told(world), "");
	assert_int_equal(unlink(path_of(world, "conflicts/ben-0123456789ab.txt")), 0);
	assert_told(world, "vanished conflicts/ben-0123456789ab.txt\n");
	move(world, "conflicts", "elsewhere");
	assert_told(world, "vanished conflicts\n");
	write_file(world, "elsewhere/ana-0123456789ab.txt");
	assert_string_equal(told(world), "");
	move(world, "elsewhere", "conflicts");
	assert_told(world, "written conflicts/ana-0123456789ab.txt\n");
}

static void a_new_folder_is_watched_and_what_it_holds_already_is_told(void **state)
{
	struct world *world = *state;
	make_folder(world, "notes");
	make_folder(world, "notes/2026");
	make_folder(world, "notes/2026/11");
	write_file(world, "notes/2026/11/one.yaml");
	assert_told(world, "written notes/2026/11/one.yaml\n");
	write_file(world, "notes/2026/11/two.yaml");
	assert_told(world, "written notes/2026/11/two.yaml\n");
}

static void a_folder_that_moves_is_known_by_its_new_path_only(void **state)
{
	struct world *world = *state;
	write_file(world, "contacts/family/bo.yaml");
	told(world);
	move(world, "contacts/family", "contacts/kin");
	const char *text = told(world);
	assert_non_null(strstr(text, "vanished contacts/family\n"));
	assert_non_null(strstr(text, "written contacts/kin/bo.yaml\n"));
	write_file(world, "contacts/kin/bo.yaml");
	text = told(world);
	assert_non_null(strstr(text, "written contacts/kin/bo.yaml\n"));
	assert_null(strstr(text, "family"));
}

static void a_folder_that_moved_out_is_no_longer_heard_of(void **state)
{
	struct world *world = *state;
	const size_t folders = world->watch.count;
	move(world, "contacts/family", "other/family");
	assert_told(world, "vanished contacts/family\n");
	assert_int_equal(world->watch.count, folders - 1);
	write_file(world, "other/family/bo.yaml");
	assert_string_equal(told(world), "");
	move(world, "other/family", "contacts/back");
	assert_told(world, "written contacts/back/bo.yaml\n");
}

static void a_deleted_folder_is_forgotten(void **state)
{
	struct world *world = *state;
	const size_t folders = world->watch.count;
	assert_int_equal(rmdir(path_of(world, "contacts/family")), 0);
	assert_told(world, "vanished contacts/family\n");
	assert_int_equal(world->watch.count, folders - 1);
	make_folder(world, "contacts/family");
	told(world);
	write_file(world, "contacts/family/bo.yaml");
	assert_told(world, "written contacts/family/bo.yaml\n");
}

static void links_are_not_followed(void **state)
{
	struct world *world = *state;
	write_file(world, "other/ana.yaml");
	assert_int_equal(symlink("../other", path_of(world, "contacts/linked")), 0);
	assert_int_equal(symlink("other", path_of(world, "notes")), 0);
	kith_watch_scan(&world->watch);
	told(world);
	write_file(world, "other/ana.yaml");
	assert_string_equal(told(world), "");
}

static void a_scan_sets_what_is_missing_and_drops_what_is_gone(void **state)
{
	struct world *world = *state;
	const size_t folders = world->watch.count;
	make_folder(world, "notes");
	assert_int_equal(rmdir(path_of(world, "contacts/family")), 0);
	kith_watch_scan(&world->watch);
	assert_int_equal(world->watch.count, folders);
	told(world);
	write_file(world, "notes/a.yaml");
	assert_told(world, "written notes/a.yaml\n");
}

static void a_repository_is_heard_of(void **state)
{
	struct world *world = *state;
	make_folder(world, ".git");
	assert_told(world, "git appeared\n");
	write_file(world, ".git/MERGE_HEAD");
	assert_told(world, "git changed\n");
	write_file(world, ".git/COMMIT_EDITMSG");
	assert_string_equal(told(world), "");
	assert_int_equal(unlink(path_of(world, ".git/MERGE_HEAD")), 0);
	assert_told(world, "git changed\n");
}

static void the_end_of_the_store_is_told(void **state)
{
	struct world *world = *state;
	char elsewhere[80];
	snprintf(elsewhere, sizeof(elsewhere), "%s.moved", world->root);
	assert_int_equal(rename(world->root, elsewhere), 0);
	assert_told(world, "gone the store was moved\n");
	kith_buf_clear(&world->told);
	kith_watch_scan(&world->watch);
	assert_non_null(strstr(world->told.text, "gone the store is not where it was\n"));
	assert_int_equal(rename(elsewhere, world->root), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_way_to_save_is_told, open_world, close_world),
		cmocka_unit_test_setup_teardown(what_is_not_keeps_quiet, open_world, close_world),
		cmocka_unit_test_setup_teardown(files_of_the_store_itself_are_told, open_world, close_world),
		cmocka_unit_test_setup_teardown(texts_that_merging_set_aside_are_told, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_new_folder_is_watched_and_what_it_holds_already_is_told, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_folder_that_moves_is_known_by_its_new_path_only, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_folder_that_moved_out_is_no_longer_heard_of, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_deleted_folder_is_forgotten, open_world, close_world),
		cmocka_unit_test_setup_teardown(links_are_not_followed, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_scan_sets_what_is_missing_and_drops_what_is_gone, open_world, close_world),
		cmocka_unit_test_setup_teardown(a_repository_is_heard_of, open_world, close_world),
		cmocka_unit_test_setup_teardown(the_end_of_the_store_is_told, open_world, close_world),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
