/* What the index does when its files are damaged, missing, taken away, or wanted by two at once. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "index_dump.h"
#include "lib/base/file.h"
#include "lib/network/due.h"
#include "lib/store/index_db.h"
#include "permissions.h"
#include "small_store.h"

enum { PEOPLE = 300 };

static struct small_store small;
static struct kith_buf expected; /* dump of the sound index */

static void reopen(void);

static int set_up(void **state)
{
	(void)state;
	static const struct small_file start[] = { { "kith.yaml", "me: p1\n" } };
	small_store_open(&small, start, 1);
	for (int i = 0; i < PEOPLE; i++) {
		char path[64], text[256];
		snprintf(path, sizeof(path), "contacts/p%d.yaml", i);
		snprintf(text, sizeof(text),
		         "name: Person %d\ncity: Lisbon\nthrough: p%d\nabout: |\n  Likes coffee and %d maps.\n", i,
		         i / 2, i);
		small_store_write(&small, path, text);
		snprintf(path, sizeof(path), "notes/2026/11/n%d.yaml", i);
		snprintf(text, sizeof(text), "date: 2026-11-%02d\nwith: p%d\nhow: coffee\ntext: Talk %d.\n", i % 28 + 1,
		         i, i);
		small_store_write(&small, path, text);
	}
	small_store_refresh(&small);
	kith_buf_clear(&expected);
	index_dump(small.index, &expected);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	small_store_close(&small);
	kith_buf_finish(&expected);
	expected = (struct kith_buf){ 0 };
	return 0;
}

static void reopen(void)
{
	struct kith_err err = { 0 };
	const struct kith_index_options options = { .store = small.store,
		                                    .now = small.now,
		                                    .derive = &kith_network_derive };
	kith_index_close(kith_take(&small.index));
	if (kith_index_open(&options, &small.index, &err))
		fail_msg("%s (%s)", err.message, err.hint);
}

static void refresh(void)
{
	struct kith_err err = { 0 };
	if (kith_index_refresh(small.index, NULL, &err))
		fail_msg("%s (%s)", err.message, err.hint);
}

static void assert_right(const char *when)
{
	KITH_BUF dump = { 0 };
	index_dump(small.index, &dump);
	assert_same_dump(&expected, &dump, when);
}

static size_t generations(void)
{
	KITH_BUF pattern = { 0 };
	kith_buf_addf(&pattern, "%s/index-*.db", small.store->cache);
	glob_t found;
	const size_t count = glob(pattern.text, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
	if (count)
		globfree(&found);
	return count;
}

/* The file of the generation in use, closed. */
static char *closed_path(void)
{
	char *path = kith_strdup(kith_index_path(small.index));
	kith_index_close(kith_take(&small.index));
	return path;
}

static void overwrite(const char *path, off_t at, size_t length, unsigned noise)
{
	KITH_BUF bytes = { 0 };
	for (size_t i = 0; i < length; i++)
		kith_buf_add_char(&bytes, (char)((noise = noise * 1103515245u + 12345u) >> 16));
	const int fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes.text, length, at), length);
	close(fd);
}

static off_t size_of(const char *path)
{
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

/* --- damage --- */

static void a_new_index_is_private_and_alone(void **state)
{
	(void)state;
	struct stat status;
	assert_int_equal(stat(kith_index_path(small.index), &status), 0);
	assert_int_equal(status.st_mode & 077, 0);
	assert_int_equal(stat(small.store->cache, &status), 0);
	assert_int_equal(status.st_mode & 077, 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(kith_index_rebuild(small.index, NULL, NULL), KITH_OK);
	assert_int_equal(generations(), 1);
	assert_right("rebuilt");
}

static void an_index_of_noise_is_made_anew_silently(void **state)
{
	(void)state;
	KITH_CLEANUP(kith_free) char *path = closed_path();
	overwrite(path, 0, (size_t)size_of(path), 1);
	reopen();
	assert_true(kith_index_is_empty(small.index));
	refresh();
	assert_right("noise");
	assert_string_not_equal(kith_index_path(small.index), path);
	assert_int_equal(generations(), 1);
}

static void a_cut_index_is_made_anew_silently(void **state)
{
	(void)state;
	for (int part = 0; part < 6; part++) {
		KITH_CLEANUP(kith_free) char *path = closed_path();
		assert_int_equal(truncate(path, size_of(path) / 6 * part), 0);
		reopen();
		refresh();
		struct kith_err err = { 0 };
		if (kith_index_verify(small.index, &err))
			refresh(); /* what no reading met, doctor does, and it heals */
		assert_right("cut");
	}
}

static void use_all(void)
{
	KITH_ARENA arena = { 0 };
	struct kith_err err = { 0 };
	for (int i = 0; i < PEOPLE; i++) {
		char id[16];
		snprintf(id, sizeof(id), "p%d", i);
		struct kith_row row, *rows;
		struct kith_record record;
		struct kith_mention *mentions;
		size_t count;
		if (kith_index_row_of_id(small.index, id, &arena, &row, &err) ||
		    kith_index_record(small.index, row.rowid, &arena, &record, &err) ||
		    kith_index_notes_with(small.index, id, 9, &arena, &rows, &count, &err) ||
		    kith_index_mentions(small.index, id, true, 9, &arena, &mentions, &count, &err))
			fail_msg("%s: %s", id, err.message);
		assert_true(record.count >= 1);
	}
}

static void a_damaged_page_is_met_and_healed_wherever_it_is(void **state)
{
	(void)state;
	for (unsigned turn = 0; turn < 24; turn++) {
		KITH_CLEANUP(kith_free) char *path = closed_path();
		const off_t pages = size_of(path) / 4096;
		overwrite(path, (off_t)(turn * 7919u % (unsigned)pages) * 4096, 4096, turn);
		reopen();
		refresh();
		use_all();
		refresh();
		if (kith_index_verify(small.index, NULL))
			refresh();
		assert_right("damaged page");
	}
}

static void damage_that_comes_while_it_is_open_is_healed(void **state)
{
	(void)state;
	for (unsigned turn = 0; turn < 8; turn++) {
		const off_t size = size_of(kith_index_path(small.index));
		overwrite(kith_index_path(small.index), 4096, (size_t)size - 4096, turn);
		assert_int_equal(sqlite3_db_release_memory(small.index->db), SQLITE_OK);
		small_store_write(&small, "contacts/p7.yaml", turn % 2 ? "name: Seven\n" : "name: Sieben\n");
		refresh();
		use_all();
		KITH_ARENA arena = { 0 };
		struct kith_row row;
		assert_int_equal(kith_index_row_of_id(small.index, "p7", &arena, &row, NULL), KITH_OK);
		assert_string_equal(row.title, turn % 2 ? "Seven" : "Sieben");
		if (kith_index_verify(small.index, NULL))
			refresh();
	}
	assert_int_equal(kith_index_verify(small.index, NULL), KITH_OK);
}

/* Without waiting for the disk, which takes its time for thousands of files. */
static void write_quickly(const char *path, const char *mode, const char *text)
{
	KITH_BUF whole = { 0 };
	kith_buf_addf(&whole, "%s/%s", small.folder, path);
	FILE *file = fopen(whole.text, mode);
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void write_many(int from, int to, const char *mode, const char *about)
{
	for (int i = from; i < to; i++) {
		char path[64], text[256];
		snprintf(path, sizeof(path), "contacts/m%d.yaml", i);
		snprintf(text, sizeof(text), "%s%s: Likes coffee and %d maps.\n", *mode == 'a' ? "" : "name: Many\n", about,
		         i);
		write_quickly(path, mode, text);
	}
}

/* The pages of a table's rows, made noise; the index is closed and opened again. */
static void damage_rows_of(const char *table)
{
	KITH_BUF sql = { 0 };
	kith_buf_addf(&sql, "select pageno from dbstat where name = '%s' and pagetype = 'leaf'", table);
	kith_index_maintain(small.index);
	sqlite3_stmt *leaves = NULL;
	assert_int_equal(sqlite3_prepare_v2(small.index->db, sql.text, -1, &leaves, NULL), SQLITE_OK);
	off_t pages[512];
	size_t count = 0;
	while (count < kith_count(pages) && sqlite3_step(leaves) == SQLITE_ROW)
		pages[count++] = (off_t)sqlite3_column_int64(leaves, 0) - 1;
	sqlite3_finalize(leaves);
	assert_true(count > 8);
	KITH_CLEANUP(kith_free) char *path = closed_path();
	for (size_t i = 0; i < count; i++)
		overwrite(path, pages[i] * 4096, 4096, (unsigned)i);
	reopen();
	assert_false(kith_index_is_empty(small.index));
}

static void assert_same_when_rebuilt(const char *when)
{
	KITH_BUF dump = { 0 };
	index_dump(small.index, &dump);
	assert_int_equal(kith_index_rebuild(small.index, NULL, NULL), KITH_OK);
	kith_buf_clear(&expected);
	index_dump(small.index, &expected);
	assert_same_dump(&expected, &dump, when);
}

enum { MANY = 1400 };

static void a_damaged_index_is_no_help_to_the_next_one_and_no_hindrance(void **state)
{
	(void)state;
	write_many(0, MANY, "w", "about");
	refresh();
	damage_rows_of("fact");
	write_many(0, MANY, "a", "city");
	write_quickly("contacts/p3.yaml", "w", "name: [\n");
	write_quickly("contacts/m3.yaml", "w", "name: [\n");
	struct kith_index_report report;
	assert_int_equal(kith_index_refresh(small.index, &report, NULL), KITH_OK);
	assert_int_equal(report.broken, 2);
	assert_false(kith_index_is_temporary(small.index));
	assert_int_equal(generations(), 1);
	write_quickly("contacts/p3.yaml", "w", "name: Drei\n");
	write_quickly("contacts/m3.yaml", "w", "name: Three\n");
	refresh();
	assert_same_when_rebuilt("after damage");
}

static void what_a_damaged_index_cannot_keep_is_read_when_it_can_be(void **state)
{
	(void)state;
	small_store_write(&small, "contacts/sub/one.yaml", "name: One\n");
	small_store_write(&small, "contacts/sub/two.yaml", "name: Two\n");
	write_many(0, MANY, "w", "about");
	refresh();
	KITH_BUF sub = { 0 };
	kith_buf_addf(&sub, "%s/contacts/sub", small.folder);
	damage_rows_of("fact");
	write_many(0, MANY, "a", "city");
	obey_permissions(true);
	const bool shut = chmod(sub.text, 0) == 0;
	const bool refreshed = kith_index_refresh(small.index, NULL, NULL) == KITH_OK;
	const bool opened = chmod(sub.text, 0700) == 0;
	obey_permissions(false);
	assert_true(shut && refreshed && opened);
	refresh();
	assert_same_when_rebuilt("after damage and a shut folder");
}

static void run_sql(const char *sql)
{
	char *words = NULL;
	if (sqlite3_exec(small.index->db, sql, NULL, NULL, &words) != SQLITE_OK)
		fail_msg("%s: %s", sql, words);
}

static void an_index_of_another_schema_or_store_is_made_anew(void **state)
{
	(void)state;
	static const char *const changes[] = {
		"update meta set value = value + 1 where key = 'schema'",
		"delete from meta",
		"drop table talk",
		"drop table meta",
		"drop table fault",
		"drop index record_id; drop table record",
		"update meta set value = 0 where key = 'built'",
		"delete from body where rowid % 2; drop table due",
	};
	for (size_t i = 0; i < kith_count(changes); i++) {
		run_sql(changes[i]);
		reopen();
		refresh();
		use_all();
		KITH_ARENA arena = { 0 };
		struct kith_due *due;
		size_t count;
		assert_int_equal(kith_index_due(small.index, KITH_NO_DAY, INT32_MAX, NULL, &arena, &due, &count, NULL),
		                 KITH_OK);
		small_store_write(&small, "contacts/p3.yaml", "name: Person 3\n");
		refresh();
		if (i + 1 < kith_count(changes)) /* every write of a record uses every table */
			assert_int_equal(kith_index_verify(small.index, NULL), KITH_OK);
	}
}

static void rules_of_another_version_are_applied_anew(void **state)
{
	(void)state;
	run_sql("update meta set value = value + 1 where key = 'derive'; delete from due; delete from tend; delete "
	        "from recheck");
	reopen();
	refresh();
	assert_right("derived again");
}

static void changes_without_the_rules_are_derived_when_they_are_back(void **state)
{
	(void)state;
	const struct kith_index_options without = { .store = small.store, .now = small.now };
	kith_index_close(kith_take(&small.index));
	assert_int_equal(kith_index_open(&without, &small.index, NULL), KITH_OK);
	small_store_write(&small, "notes/2026/11/n1.yaml", "date: 2026-11-25\nwith: p2\n");
	refresh();
	reopen();
	KITH_ARENA arena = { 0 };
	struct kith_row row;
	assert_int_equal(kith_index_row_of_id(small.index, "p2", &arena, &row, NULL), KITH_OK);
	assert_int_equal(row.last, small.now.today);
}

/* --- taken away --- */

static void a_cache_that_is_removed_while_open_is_made_anew(void **state)
{
	(void)state;
	KITH_BUF command = { 0 };
	kith_buf_addf(&command, "rm -rf '%s'", small.store->cache);
	assert_int_equal(system(command.text), 0);
	use_all();
	refresh();
	assert_right("removed");
	assert_int_equal(generations(), 1);
	assert_false(kith_index_is_temporary(small.index));
}

static void without_a_place_the_index_is_temporary(void **state)
{
	(void)state;
	struct kith_store *store = small.store;
	const char *cache = store->cache;
	KITH_ARENA arena = { 0 };
	const char *const places[] = { NULL, "/proc/nowhere/kith",
		                       kith_path_join(&arena, small.folder, "kith.yaml/cache") };
	for (size_t i = 0; i < kith_count(places); i++) {
		store->cache = places[i];
		reopen();
		assert_true(kith_index_is_empty(small.index));
		refresh();
		assert_true(kith_index_is_temporary(small.index));
		assert_string_equal(kith_index_path(small.index), "");
		assert_right("temporary");
		small_store_write(&small, "contacts/p3.yaml", "name: Drei\n");
		refresh();
		small_store_write(&small, "contacts/p3.yaml",
		                  "name: Person 3\ncity: Lisbon\nthrough: p1\nabout: |\n  Likes coffee and 3 maps.\n");
		refresh();
		kith_index_maintain(small.index);
		assert_right("temporary, changed");
	}
	store->cache = cache;
	reopen();
	assert_false(kith_index_is_temporary(small.index));
}

/* A limit on the size of files stands in for a full disk: writes fail in the same places. */
static void a_full_disk_makes_the_index_temporary(void **state)
{
	(void)state;
	const pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGXFSZ, SIG_IGN);
		const struct rlimit limit = { 65536, 65536 };
		if (setrlimit(RLIMIT_FSIZE, &limit))
			_exit(2);
		KITH_BUF big = { 0 };
		kith_buf_add(&big, "name: Person 3\nabout: |\n");
		for (int i = 0; i < 1500; i++)
			kith_buf_addf(&big, "  Line %d of many.\n", i);
		small_store_write(&small, "contacts/p3.yaml", big.text);
		KITH_ARENA arena = { 0 };
		struct kith_row row;
		if (kith_index_refresh(small.index, NULL, NULL) || !kith_index_is_temporary(small.index))
			_exit(3);
		if (kith_index_row_of_id(small.index, "p3", &arena, &row, NULL) || strcmp(row.title, "Person 3") != 0)
			_exit(4);
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	/* the index that was there is still sound */
	small_store_write(&small, "contacts/p3.yaml",
	                  "name: Person 3\ncity: Lisbon\nthrough: p1\nabout: |\n  Likes coffee and 3 maps.\n");
	reopen();
	refresh();
	assert_right("after a full disk");
	assert_false(kith_index_is_temporary(small.index));
}

static void a_cache_that_may_not_be_written_makes_the_index_temporary(void **state)
{
	(void)state;
	KITH_BUF command = { 0 };
	kith_buf_addf(&command, "chmod -R a-w '%s'", small.store->cache);
	assert_int_equal(system(command.text), 0);
	kith_index_close(kith_take(&small.index));
	/* To read what does not change, the one that is there will do. */
	small_store_write(&small, "contacts/p3.yaml",
	                  "name: Person 3\ncity: Lisbon\nthrough: p1\nabout: |\n  Likes coffee and 3 maps.\n");
	obey_permissions(true);
	const struct kith_index_options options = { .store = small.store,
		                                    .now = small.now,
		                                    .derive = &kith_network_derive };
	const bool opened = kith_index_open(&options, &small.index, NULL) == KITH_OK;
	const bool refreshed = opened && kith_index_refresh(small.index, NULL, NULL) == KITH_OK;
	obey_permissions(false);
	assert_true(refreshed);
	assert_true(kith_index_is_temporary(small.index));
	assert_right("read-only");
	kith_buf_clear(&command);
	kith_buf_addf(&command, "chmod -R u+w '%s'", small.store->cache);
	assert_int_equal(system(command.text), 0);
}

/* --- two at once --- */

static struct kith_index *open_another(struct kith_store **store)
{
	struct kith_index *other = NULL;
	assert_int_equal(kith_store_open(small.folder, store, NULL), KITH_OK);
	const struct kith_index_options options = { .store = *store, .now = small.now, .derive = &kith_network_derive };
	assert_int_equal(kith_index_open(&options, &other, NULL), KITH_OK);
	return other;
}

static void a_generation_made_by_another_process_is_followed(void **state)
{
	(void)state;
	KITH_CLEANUP(kith_store_close) struct kith_store *store = NULL;
	KITH_CLEANUP(kith_index_close) struct kith_index *other = open_another(&store);
	assert_int_equal(kith_index_rebuild(other, NULL, NULL), KITH_OK);
	use_all(); /* the old one serves until then */
	refresh();
	assert_string_equal(kith_index_path(small.index), kith_index_path(other));
	/* and what one writes the other reads */
	small_store_write(&small, "contacts/p5.yaml", "name: Fünf\n");
	refresh();
	KITH_ARENA arena = { 0 };
	struct kith_row row;
	assert_int_equal(kith_index_row_of_id(other, "p5", &arena, &row, NULL), KITH_OK);
	assert_string_equal(row.title, "Fünf");
}

static void a_generation_of_another_program_is_left_alone(void **state)
{
	(void)state;
	KITH_CLEANUP(kith_store_close) struct kith_store *store = NULL;
	KITH_CLEANUP(kith_index_close) struct kith_index *other = open_another(&store);
	assert_int_equal(kith_index_rebuild(other, NULL, NULL), KITH_OK);
	assert_int_equal(sqlite3_exec(other->db, "update meta set value = 7 where key = 'schema'", NULL, NULL, NULL),
	                 SQLITE_OK);
	KITH_CLEANUP(kith_free) char *theirs = kith_strdup(kith_index_path(other));
	small_store_write(&small, "contacts/p5.yaml", "name: Fünf\n");
	refresh();
	use_all();
	assert_string_not_equal(kith_index_path(small.index), theirs);
	assert_int_equal(access(theirs, F_OK), 0);
	KITH_ARENA arena = { 0 };
	struct kith_row row;
	assert_int_equal(kith_index_row_of_id(small.index, "p5", &arena, &row, NULL), KITH_OK);
	assert_string_equal(row.title, "Fünf");
}

/* What another process does meanwhile: rebuilds, refreshes, reads.  Its status says where it failed. */
static int busy_process(int turns, bool rebuilds)
{
	struct kith_store *store = NULL;
	struct kith_index *other = NULL;
	struct kith_err err = { 0 };
	if (kith_store_open(small.folder, &store, &err))
		return 2;
	const struct kith_index_options options = { .store = store, .now = small.now, .derive = &kith_network_derive };
	for (int i = 0; i < turns; i++) {
		KITH_ARENA arena = { 0 };
		struct kith_row row;
		kith_index_close(kith_take(&other));
		if (kith_index_open(&options, &other, &err) || kith_index_refresh(other, NULL, &err) ||
		    kith_index_row_of_id(other, "p11", &arena, &row, &err) ||
		    (rebuilds && kith_index_rebuild(other, NULL, &err)) || kith_index_is_temporary(other) ||
		    kith_index_row_of_id(other, "p12", &arena, &row, &err) || kith_index_verify(other, &err)) {
			fprintf(stderr, "turn %d: %s\n", i, err.message);
			return 3;
		}
	}
	kith_index_close(other);
	kith_store_close(store);
	return 0;
}

static void wait_for(pid_t child)
{
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void processes_that_build_and_write_at_once_do_no_harm(void **state)
{
	(void)state;
	kith_index_close(kith_take(&small.index)); /* a connection must not be carried over a fork */
	pid_t children[3];
	for (int i = 0; i < 3; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0)
			_exit(busy_process(8, i < 2));
	}
	reopen();
	for (int i = 0; i < 60; i++) {
		small_store_write(&small, "contacts/p9.yaml", i % 2 ? "name: Neun\n" : "name: Nine\n");
		refresh();
		KITH_ARENA arena = { 0 };
		struct kith_row row;
		assert_int_equal(kith_index_row_of_id(small.index, "p9", &arena, &row, NULL), KITH_OK);
		assert_string_equal(row.title, i % 2 ? "Neun" : "Nine");
		if (i % 10 == 0)
			kith_index_maintain(small.index);
	}
	for (int i = 0; i < 3; i++)
		wait_for(children[i]);
	small_store_write(&small, "contacts/p9.yaml",
	                  "name: Person 9\ncity: Lisbon\nthrough: p4\nabout: |\n  Likes coffee and 9 maps.\n");
	refresh();
	assert_right("after the fray");
	assert_int_equal(generations(), 1);
	assert_false(kith_index_is_temporary(small.index));
}

static void who_waited_for_a_build_takes_its_result(void **state)
{
	(void)state;
	kith_index_close(kith_take(&small.index));
	KITH_BUF command = { 0 };
	kith_buf_addf(&command, "rm -rf '%s'", small.store->cache);
	assert_int_equal(system(command.text), 0);
	pid_t children[4];
	for (int i = 0; i < 4; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0)
			_exit(busy_process(1, false));
	}
	for (int i = 0; i < 4; i++)
		wait_for(children[i]);
	assert_int_equal(generations(), 1);
	reopen();
	assert_false(kith_index_is_empty(small.index));
	refresh();
	assert_right("built once");
}

/* --- growth --- */

/* The most pages that one saved record and the care after it write, of many. */
static int most_pages_of_a_save(void)
{
	const char *const path = "contacts/p9.yaml";
	int most = 0;
	for (int i = 0; i < 100; i++) {
		char text[64];
		snprintf(text, sizeof(text), "name: Turn %d\nabout: coffee %d\n", i, i);
		write_quickly(path, "w", text);
		int pages, unused;
		sqlite3_db_status(small.index->db, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &unused, 1);
		assert_int_equal(kith_index_update(small.index, &path, 1, NULL, NULL), KITH_OK);
		kith_index_maintain(small.index);
		sqlite3_db_status(small.index->db, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &unused, 0);
		if (pages > most)
			most = pages;
	}
	return most;
}

static void what_a_save_writes_does_not_grow_with_the_store(void **state)
{
	(void)state;
	const int few = most_pages_of_a_save();
	assert_true(few > 0);
	write_many(0, 4 * MANY, "w", "about");
	refresh();
	const int many = most_pages_of_a_save();
	if (many > few + few / 2)
		fail_msg("%d pages in a small store, %d in a large one", few, many);
}

static void the_log_and_the_full_text_do_not_grow_for_ever_without_a_daemon(void **state)
{
	(void)state;
	off_t most = 0;
	for (int i = 0; i < 400; i++) {
		char text[64];
		snprintf(text, sizeof(text), "name: Turn %d\nabout: coffee %d\n", i, i);
		small_store_write(&small, "contacts/p9.yaml", text);
		refresh();
		KITH_BUF wal = { 0 };
		kith_buf_addf(&wal, "%s-wal", kith_index_path(small.index));
		if (size_of(wal.text) > most)
			most = size_of(wal.text);
		if (i % 100 == 99)
			reopen();
		if (i % 100 == 99)
			assert_int_equal(size_of(wal.text), 0);
	}
	assert_true(most < 64 * 1024 * 1024);
	sqlite3_stmt *segments = NULL;
	assert_int_equal(
		sqlite3_prepare_v2(small.index->db, "select count(distinct segid) from text_idx", -1, &segments, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(segments), SQLITE_ROW);
	assert_true(sqlite3_column_int(segments, 0) < 64);
	sqlite3_finalize(segments);
	assert_int_equal(kith_index_verify(small.index, NULL), KITH_OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_new_index_is_private_and_alone),
		TEST(an_index_of_noise_is_made_anew_silently),
		TEST(a_cut_index_is_made_anew_silently),
		TEST(a_damaged_page_is_met_and_healed_wherever_it_is),
		TEST(damage_that_comes_while_it_is_open_is_healed),
		TEST(a_damaged_index_is_no_help_to_the_next_one_and_no_hindrance),
		TEST(what_a_damaged_index_cannot_keep_is_read_when_it_can_be),
		TEST(an_index_of_another_schema_or_store_is_made_anew),
		TEST(rules_of_another_version_are_applied_anew),
		TEST(changes_without_the_rules_are_derived_when_they_are_back),
		TEST(a_cache_that_is_removed_while_open_is_made_anew),
		TEST(without_a_place_the_index_is_temporary),
		TEST(a_full_disk_makes_the_index_temporary),
		TEST(a_cache_that_may_not_be_written_makes_the_index_temporary),
		TEST(a_generation_made_by_another_process_is_followed),
		TEST(a_generation_of_another_program_is_left_alone),
		TEST(processes_that_build_and_write_at_once_do_no_harm),
		TEST(who_waited_for_a_build_takes_its_result),
		TEST(what_a_save_writes_does_not_grow_with_the_store),
		TEST(the_log_and_the_full_text_do_not_grow_for_ever_without_a_daemon),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
