#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "index_dump.h"
#include "lib/base/file.h"
#include "lib/store/index_db.h"
#include "permissions.h"
#include "small_store.h"

static const struct small_file files[] = {
	{ "kith.yaml", "me: hal\ncadences: {mentor: monthly}\n" },
	{ "contacts/hal.yaml",
	  "name: Hal\ncadence: weekly\nbirthday: 11-26\nremind: [{text: sleep, date: 2026-11-26}]\n" },
	{ "contacts/ana-silva.yaml", "name: Ana Silva\naka: Anita\nroles: [mentor]\ncity: Lisbon\n" },
	{ "contacts/tom-okafor.yaml", "name: Tom Okafor\ncadence: quarterly\nthrough: ana-silva\nskills: [rust, C]\n" },
	{ "groups/circle.yaml", "name: The circle\ntype: circle\nmembers: [ana-silva, me]\n" },
	{ "needs/work.yaml", "name: Work for Ana\nwho: ana-silva\n" },
	{ "notes/2026/11/a.yaml",
	  "date: 2026-11-20\nwith: [ana-silva, circle]\nhow: coffee\ntext: Maps.\ngave: [a map]\n" },
	{ "notes/2026/10/b.yaml",
	  "date: 2026-10-01\nwith: ana-silva\ntext: Older.\npromised: [{what: a book, by: 2026-11-27}]\n" },
	{ "notes/2026/11/c.yaml", "date: 2026-11-24\nwith: ana-silva\nhow: Signal\ntext: Heard of her.\n" },
	{ "notes/2026/12/d.yaml", "date: 2026-12-02\nwith: ana-silva\ntext: Lunch.\n" },
};

static struct small_store small;

static int set_up(void **state)
{
	(void)state;
	small_store_open(&small, files, kith_count(files));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	small_store_close(&small);
	return 0;
}

static const char *place(const char *path)
{
	static char whole[512];
	snprintf(whole, sizeof(whole), "%s/%s", small.folder, path);
	return whole;
}

static struct kith_index_report refresh(void)
{
	struct kith_index_report report;
	struct kith_err err = { 0 };
	if (kith_index_refresh(small.index, &report, &err))
		fail_msg("%s (%s)", err.message, err.hint);
	return report;
}

static struct kith_row row_of(const char *id, struct kith_arena *arena)
{
	struct kith_row row;
	struct kith_err err = { 0 };
	if (kith_index_row_of_id(small.index, id, arena, &row, &err))
		fail_msg("%s", err.message);
	return row;
}

static bool is_there(const char *id)
{
	KITH_ARENA arena = { 0 };
	struct kith_row row;
	struct kith_err err = { 0 };
	const enum kith_code code = kith_index_row_of_id(small.index, id, &arena, &row, &err);
	assert_true(code == KITH_OK || code == KITH_NONE);
	return code == KITH_OK;
}

static int64_t number(const char *sql)
{
	sqlite3_stmt *statement = NULL;
	assert_int_equal(sqlite3_prepare_v2(small.index->db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const int64_t value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

static kith_day day(int year, unsigned month, unsigned of)
{
	return kith_day_of((struct kith_date){ (int16_t)year, (uint8_t)month, (uint8_t)of, -1 });
}

/* So long after every write that equal times mean an equal file; waits for the clock, not for luck. */
static void let_a_tick_pass(void)
{
	struct timespec from, now;
	clock_gettime(CLOCK_REALTIME, &from);
	do
		clock_gettime(CLOCK_REALTIME, &now);
	while ((now.tv_sec - from.tv_sec) * 1000000000 + now.tv_nsec - from.tv_nsec < 30000000);
}

/* --- what changed --- */

static void nothing_is_written_when_nothing_changed(void **state)
{
	(void)state;
	let_a_tick_pass();
	refresh(); /* what was read within a tick of being written is read once more */
	struct stat before, after;
	KITH_BUF wal = { 0 };
	kith_buf_addf(&wal, "%s-wal", kith_index_path(small.index));
	assert_int_equal(stat(wal.text, &before), 0);
	const int changes = sqlite3_total_changes(small.index->db);
	const struct kith_index_report report = refresh();
	assert_int_equal(report.seen, 9);
	assert_int_equal(report.changed + report.removed + report.broken, 0);
	assert_int_equal(sqlite3_total_changes(small.index->db), changes);
	assert_int_equal(stat(wal.text, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

static void write_in_place(const char *path, const char *text)
{
	const int fd = open(place(path), O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void a_change_that_keeps_size_and_mtime_is_seen(void **state)
{
	(void)state;
	let_a_tick_pass();
	refresh();
	struct stat before;
	assert_int_equal(stat(place("contacts/ana-silva.yaml"), &before), 0);
	write_in_place("contacts/ana-silva.yaml", "name: Ana Sylva");
	const struct timespec times[2] = { before.st_atim, before.st_mtim };
	assert_int_equal(utimensat(AT_FDCWD, place("contacts/ana-silva.yaml"), times, 0), 0);
	assert_int_equal(refresh().changed, 1);
	KITH_ARENA arena = { 0 };
	assert_string_equal(row_of("ana-silva", &arena).title, "Ana Sylva");
}

/* As if the file had been written again, with the same size and within the same tick, `age_ns` before it was read. */
static void pretend_it_was_read(const char *path, int64_t age_ns)
{
	struct stat status;
	assert_int_equal(stat(place(path), &status), 0);
	const struct kith_stamp stamp = kith_stamp_of(&status);
	KITH_BUF sql = { 0 };
	kith_buf_addf(&sql,
	              "update file set size = %lld, mtime = %lld, ctime = %lld, inode = %lld, indexed = %lld where "
	              "path = '%s'",
	              (long long)stamp.size, (long long)stamp.mtime_ns, (long long)stamp.ctime_ns,
	              (long long)stamp.inode, (long long)(stamp.ctime_ns + age_ns), path);
	assert_int_equal(sqlite3_exec(small.index->db, sql.text, NULL, NULL, NULL), SQLITE_OK);
}

static void a_second_save_in_the_tick_of_the_reading_is_seen(void **state)
{
	(void)state;
	let_a_tick_pass();
	refresh();
	KITH_ARENA arena = { 0 };
	write_in_place("contacts/ana-silva.yaml", "name: Ana Sylva");
	pretend_it_was_read("contacts/ana-silva.yaml", 30000000);
	assert_int_equal(refresh().changed, 0); /* as the system has it, the same file */
	assert_string_equal(row_of("ana-silva", &arena).title, "Ana Silva");
	pretend_it_was_read("contacts/ana-silva.yaml", 5000000);
	assert_int_equal(refresh().changed, 1);
	assert_string_equal(row_of("ana-silva", &arena).title, "Ana Sylva");
	pretend_it_was_read("contacts/ana-silva.yaml", INT64_C(-3600000000000)); /* the clock was wrong then */
	assert_int_equal(refresh().changed, 0);
}

static void only_the_paths_that_are_named_are_looked_at(void **state)
{
	(void)state;
	small_store_write(&small, "contacts/new.yaml", "name: New\n");
	small_store_write(&small, "contacts/tom-okafor.yaml", "name: Tomasz\n");
	const char *paths[] = { "contacts/tom-okafor.yaml", "contacts/gone.yaml", "README.md", "kith.yaml" };
	struct kith_index_report report;
	assert_int_equal(kith_index_update(small.index, paths, kith_count(paths), &report, NULL), KITH_OK);
	assert_int_equal(report.changed, 1);
	KITH_ARENA arena = { 0 };
	assert_string_equal(row_of("tom-okafor", &arena).title, "Tomasz");
	assert_false(is_there("new"));
}

static void a_folder_that_moves_takes_its_records_along(void **state)
{
	(void)state;
	small_store_write(&small, "contacts/a/b/one.yaml", "name: One\n");
	small_store_write(&small, "contacts/a/two.yaml", "name: Two\n");
	small_store_write(&small, "contacts/a-b.yaml", "name: Beside\n");
	refresh();
	KITH_BUF from = { 0 };
	kith_buf_add(&from, place("contacts/a"));
	assert_int_equal(rename(from.text, place("contacts/z")), 0);
	const char *paths[] = { "contacts/a", "contacts/z" };
	struct kith_index_report report;
	assert_int_equal(kith_index_update(small.index, paths, 2, &report, NULL), KITH_OK);
	assert_int_equal(report.changed, 2);
	assert_int_equal(report.removed, 2);
	KITH_ARENA arena = { 0 };
	assert_string_equal(row_of("one", &arena).path, "contacts/z/b/one.yaml");
	assert_true(is_there("a-b"));
	const struct kith_index_report again = refresh();
	assert_int_equal(again.removed, 0);
}

/* --- files that are not well --- */

static void a_broken_file_answers_with_what_it_said_before(void **state)
{
	(void)state;
	small_store_write(&small, "contacts/ana-silva.yaml", "name: [\n");
	assert_int_equal(refresh().broken, 1);
	KITH_ARENA arena = { 0 };
	struct kith_row row = row_of("ana-silva", &arena);
	assert_true(row.broken);
	assert_string_equal(row.title, "Ana Silva");
	struct kith_record record;
	assert_int_equal(kith_index_record(small.index, row.rowid, &arena, &record, NULL), KITH_OK);
	assert_true(record.broken);
	assert_string_equal(kith_record_text(&record, "city"), "Lisbon");
	assert_int_equal(number("select count(*) from fault where path = 'contacts/ana-silva.yaml'"), 1);
	/* also when the index is thrown away */
	assert_int_equal(kith_index_rebuild(small.index, NULL, NULL), KITH_OK);
	row = row_of("ana-silva", &arena);
	assert_true(row.broken);
	assert_string_equal(row.title, "Ana Silva");

	small_store_write(&small, "contacts/ana-silva.yaml", "name: Ana\n");
	assert_int_equal(refresh().broken, 0);
	row = row_of("ana-silva", &arena);
	assert_false(row.broken);
	assert_string_equal(row.title, "Ana");
	assert_int_equal(number("select count(*) from fault"), 0);
}

static void what_is_no_readable_file_is_a_fault_and_no_record(void **state)
{
	(void)state;
	small_store_write(&small, "outside.yaml", "name: Outside\n");
	assert_int_equal(symlink("../outside.yaml", place("contacts/link.yaml")), 0);
	assert_int_equal(mkfifo(place("contacts/pipe.yaml"), 0600), 0);
	assert_int_equal(symlink("/etc", place("contacts/linked-folder")), 0);
	assert_int_equal(symlink("/etc/passwd", place("contacts/photo.jpg")), 0);
	KITH_BUF large = { 0 };
	while (large.length <= KITH_DOC_LIMIT)
		kith_buf_add(&large, "# nothing but remarks\n");
	small_store_write(&small, "contacts/large.yaml", large.text);
	small_store_write(&small, "contacts/binary.yaml",
	                  "\x7f"
	                  "ELF\x01\x02");
	refresh();
	static const char *const wrong[] = { "link", "pipe", "large", "binary" };
	for (size_t i = 0; i < kith_count(wrong); i++)
		assert_false(is_there(wrong[i]));
	assert_int_equal(number("select count(distinct path) from fault"), 5);
	assert_int_equal(number("select count(*) from fault where path = 'contacts/linked-folder'"), 1);
	struct kith_index_counts counts;
	assert_int_equal(kith_index_counts(small.index, &counts, NULL), KITH_OK);
	assert_int_equal(counts.broken, 4);
	assert_int_equal(counts.files, 13);
	/* and none of it is looked at again and again */
	let_a_tick_pass();
	refresh();
	assert_int_equal(refresh().changed, 0);
	assert_int_equal(unlink(place("contacts/linked-folder")), 0);
	refresh();
	assert_int_equal(number("select count(*) from fault where path = 'contacts/linked-folder'"), 0);
}

static void records_of_a_folder_that_cannot_be_listed_stay(void **state)
{
	(void)state;
	small_store_write(&small, "contacts/sub/one.yaml", "name: One\n");
	refresh();
	obey_permissions(true);
	assert_int_equal(chmod(place("contacts/sub"), 0), 0);
	const struct kith_index_report report = refresh();
	const bool there = is_there("one");
	const int64_t marked = number("select broken from record where id = 'one'");
	const int64_t faults = number("select count(*) from fault where path = 'contacts/sub'");
	const bool rebuilt = kith_index_rebuild(small.index, NULL, NULL) == KITH_OK;
	const bool still_there = is_there("one");
	refresh();
	assert_int_equal(chmod(place("contacts/sub"), 0700), 0);
	refresh();
	obey_permissions(false);
	assert_int_equal(report.removed, 0);
	assert_true(there);
	assert_int_equal(marked, 1);
	assert_int_equal(faults, 1);
	assert_true(rebuilt && still_there);
	assert_true(is_there("one"));
	assert_int_equal(number("select count(*) from fault"), 0);
	assert_int_equal(number("select broken from record where id = 'one'"), 0);
	assert_int_equal(unlink(place("contacts/sub/one.yaml")), 0);
	assert_int_equal(refresh().removed, 1);
}

static void a_file_that_may_not_be_read_keeps_its_record(void **state)
{
	(void)state;
	obey_permissions(true);
	assert_int_equal(chmod(place("contacts/ana-silva.yaml"), 0), 0);
	refresh();
	KITH_ARENA arena = { 0 };
	const bool broken = row_of("ana-silva", &arena).broken;
	/* a folder that may be listed but not entered */
	assert_int_equal(chmod(place("groups"), 0400), 0);
	const struct kith_index_report report = refresh();
	const bool there = is_there("circle");
	assert_int_equal(chmod(place("groups"), 0700), 0);
	refresh();
	obey_permissions(false);
	assert_true(broken);
	assert_int_equal(report.removed, 0);
	assert_true(there && is_there("circle"));
	assert_int_equal(number("select count(*) from fault where path = 'groups'"), 0);
}

static void a_file_that_is_not_called_by_an_id_is_found_and_told_of(void **state)
{
	(void)state;
	small_store_write(&small, "contacts/Zoë Ray.yaml", "name: Zoë Ray\n");
	small_store_write(&small, "contacts/short.yml", "name: Short\n");
	refresh();
	assert_true(is_there("Zoë Ray") && is_there("short"));
	assert_int_equal(number("select count(*) from fault where hint = 'kith rename \"contacts/Zoë Ray.yaml\" makes it zoe-ray.yaml'"), 1);
	assert_int_equal(number("select count(*) from fault where hint = 'kith rename contacts/short.yml makes it short.yaml'"), 1);
}

static void of_two_files_with_one_id_the_first_path_answers(void **state)
{
	(void)state;
	small_store_write(&small, "contacts/a/tom-okafor.yaml", "name: Another\n");
	refresh();
	KITH_ARENA arena = { 0 };
	assert_string_equal(row_of("tom-okafor", &arena).path, "contacts/a/tom-okafor.yaml");
	assert_int_equal(unlink(place("contacts/a/tom-okafor.yaml")), 0);
	refresh();
	assert_string_equal(row_of("tom-okafor", &arena).path, "contacts/tom-okafor.yaml");
}

/* --- what is stored --- */

static void a_record_read_back_is_the_one_that_was_written(void **state)
{
	(void)state;
	static const char text[] =
		"name: Zed\nemail: [{value: z@x.org, label: work}, y@x.org]\nbirthday: 02-29\n"
		"cadence: every 2 weeks\nmax_asks: 5\nresting: 2026-12\nprivate: yes\nx-a:\n  b: 1\nskills: a, b\n"
		"met: yesterday\nabout: |\n  One.\n  Two.\nunknown: [p, q]\n";
	small_store_write(&small, "contacts/zed.yaml", text);
	refresh();
	KITH_ARENA arena = { 0 };
	struct kith_reading reading;
	kith_record_read(KITH_KIND_contact, "zed", "contacts/zed.yaml", text, strlen(text), &arena, &reading);
	struct kith_record record;
	assert_int_equal(kith_index_record(small.index, row_of("zed", &arena).rowid, &arena, &record, NULL), KITH_OK);
	assert_int_equal(record.count, reading.record.count);
	for (size_t i = 0; i < record.count; i++) {
		const struct kith_value *from = &reading.record.values[i], *read = &record.values[i];
		assert_ptr_equal(from->field, read->field);
		assert_string_equal(from->text, read->text);
		assert_string_equal(from->key ? from->key : "", read->key ? read->key : "");
		assert_int_equal(from->entry, read->entry);
		assert_int_equal(from->line, read->line);
		assert_int_equal(from->column, read->column);
		assert_int_equal(from->faulty, read->faulty);
		assert_int_equal(from->number, read->number);
		assert_memory_equal(&from->date, &read->date, sizeof(from->date));
		assert_int_equal(from->span.count, read->span.count); /* not as memory: there is padding */
		assert_int_equal(from->span.unit, read->span.unit);
		assert_int_equal(from->span.never, read->span.never);
		assert_int_equal(read->start + read->end, 0);
	}
}

static void notes_come_newest_first_and_move_with_their_date(void **state)
{
	(void)state;
	static const char *const before[] = { "d", "c", "a", "b" }, *const after[] = { "b", "d", "c", "a" };
	KITH_ARENA arena = { 0 };
	struct kith_row *rows;
	size_t count;
	assert_int_equal(kith_index_notes_with(small.index, "ana-silva", 10, &arena, &rows, &count, NULL), KITH_OK);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(rows[i].id, before[i]);
	small_store_write(&small, "notes/2026/10/b.yaml", "date: 2026-12-24\nwith: ana-silva\n");
	refresh();
	assert_int_equal(kith_index_notes_with(small.index, "ana-silva", 10, &arena, &rows, &count, NULL), KITH_OK);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(rows[i].id, after[i]);
	assert_int_equal(kith_index_notes_with(small.index, "ana-silva", 2, &arena, &rows, &count, NULL), KITH_OK);
	assert_int_equal(count, 2);
}

static size_t notes_with(const char *id)
{
	KITH_ARENA arena = { 0 };
	struct kith_row *rows;
	size_t count;
	assert_int_equal(kith_index_notes_with(small.index, id, 100, &arena, &rows, &count, NULL), KITH_OK);
	return count;
}

static size_t mentions_of(const char *id, bool former)
{
	KITH_ARENA arena = { 0 };
	struct kith_mention *list;
	size_t count;
	assert_int_equal(kith_index_mentions(small.index, id, former, 100, &arena, &list, &count, NULL), KITH_OK);
	return count;
}

/* A merge brings such references: one side renamed, the other wrote. */
static void what_refers_to_a_former_id_counts_for_who_had_it(void **state)
{
	(void)state;
	KITH_ARENA arena = { 0 };
	small_store_write(&small, "notes/2026/11/e.yaml", "date: 2026-11-23\nwith: [tom-okoro, tom-okafor]\ntext: Tea.\ngave: [a pen]\n");
	small_store_write(&small, "contacts/kim.yaml", "name: Kim\nthrough: tom-okoro\n");
	refresh();
	const size_t before = mentions_of("tom-okafor", true);
	small_store_write(&small, "contacts/tom-okafor.yaml", "name: Tom Okafor\ncadence: quarterly\nformerly: [tom-okoro]\n");
	refresh();
	assert_int_equal(row_of("tom-okafor", &arena).last, day(2026, 11, 23));
	assert_int_equal(notes_with("tom-okafor"), 1);
	assert_int_equal(mentions_of("tom-okafor", true), before + 2);
	assert_int_equal(mentions_of("tom-okafor", false), before);

	small_store_write(&small, "notes/2026/11/f.yaml", "date: 2026-11-24\nwith: tom-okoro\ntext: More tea.\n");
	refresh();
	assert_int_equal(row_of("tom-okafor", &arena).last, day(2026, 11, 24));
	assert_int_equal(notes_with("tom-okafor"), 2);

	small_store_write(&small, "contacts/tom-okoro.yaml", "name: Another Tom\n");
	refresh();
	assert_int_equal(row_of("tom-okoro", &arena).last, day(2026, 11, 24));
	assert_int_equal(row_of("tom-okafor", &arena).last, day(2026, 11, 23)); /* where he is named himself */
	assert_int_equal(notes_with("tom-okafor"), 1);

	assert_int_equal(unlink(place("contacts/tom-okoro.yaml")), 0);
	refresh();
	assert_int_equal(row_of("tom-okafor", &arena).last, day(2026, 11, 24));
	assert_int_equal(notes_with("tom-okafor"), 2);
}

static void mentions_are_found_in_every_field_and_under_me(void **state)
{
	(void)state;
	KITH_ARENA arena = { 0 };
	struct kith_mention *list;
	size_t count;
	assert_int_equal(kith_index_mentions(small.index, "ana-silva", false, 100, &arena, &list, &count, NULL), KITH_OK);
	assert_int_equal(count, 7);
	assert_string_equal(list[0].field->path, "with");
	assert_string_equal(list[0].row.id, "d");
	assert_int_equal(list[0].line, 2);
	assert_int_equal(kith_index_mentions(small.index, "hal", false, 100, &arena, &list, &count, NULL), KITH_OK);
	assert_int_equal(count, 1);
	assert_string_equal(list[0].row.id, "circle");
}

static void words_in_use_come_with_the_most_used_first(void **state)
{
	(void)state;
	small_store_write(&small, "contacts/x.yaml", "name: X\nskills: [c, c, Rust, go]\n");
	small_store_write(&small, "opportunities/o.yaml", "name: O\nskills: [c, RUST]\n");
	small_store_write(&small, "opportunities/p.yaml", "name: P\nskills: [Rust]\n");
	refresh();
	KITH_ARENA arena = { 0 };
	const char **words;
	size_t count;
	assert_int_equal(kith_index_words(small.index, "skills", NULL, 10, &arena, &words, &count, NULL), KITH_OK);
	assert_int_equal(count, 3);
	assert_string_equal(words[0], "c");
	assert_string_equal(words[1], "Rust");
	assert_string_equal(words[2], "go");
	assert_int_equal(kith_index_words(small.index, "skills", "RU", 10, &arena, &words, &count, NULL), KITH_OK);
	assert_int_equal(count, 1);
	assert_int_equal(kith_index_words(small.index, "no-such-field", "", 10, &arena, &words, &count, NULL), KITH_OK);
	assert_int_equal(count, 0);
}

static void needs_are_private_unless_they_say_otherwise(void **state)
{
	(void)state;
	KITH_ARENA arena = { 0 };
	assert_true(row_of("work", &arena).hidden);
	small_store_write(&small, "needs/work.yaml", "name: Work for Ana\nprivate: no\n");
	refresh();
	assert_false(row_of("work", &arena).hidden);
}

/* --- what is derived --- */

static void conversations_count_plans_and_signals_do_not(void **state)
{
	(void)state;
	KITH_ARENA arena = { 0 };
	assert_int_equal(row_of("ana-silva", &arena).last, day(2026, 11, 20));
	assert_int_equal(row_of("circle", &arena).last, day(2026, 11, 20));
	assert_int_equal(row_of("tom-okafor", &arena).last, KITH_NO_DAY);
	assert_int_equal(number("select plan from tend join record on record = record.rowid where id = 'ana-silva'"),
	                 day(2026, 12, 2));
	assert_int_equal(
		number("select gave * 10 + got from tend join record on record = record.rowid where id = 'ana-silva'"),
		10);
	assert_int_equal(unlink(place("notes/2026/11/a.yaml")), 0);
	refresh();
	assert_int_equal(row_of("ana-silva", &arena).last, day(2026, 10, 1));
	assert_int_equal(row_of("circle", &arena).last, KITH_NO_DAY);
}

static void who_gave_what_to_whom_is_told_apart(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int gave, got; /* to, from Tom */
	} cases[] = {
		{ "gave: [a map]\n", 1, 0 },
		{ "got: [advice]\n", 0, 1 },
		{ "gave: [{what: a map, to: ana-silva}]\n", 0, 0 },
		{ "gave: [{what: a map, to: tom-okafor}, {what: x, from: hal}]\n", 1, 0 },
		{ "gave: [{what: a map, from: tom-okafor, to: me}]\n", 0, 1 },
		{ "gave: [{what: a map, from: tom-okafor, to: ana-silva}]\n", 0, 0 },
		{ "got: [{what: a map, from: ana-silva}]\n", 0, 0 },
		{ "got: [{what: a map, from: me, to: tom-okafor}]\n", 1, 0 },
		{ "got: [{what: a map, to: hal}]\ngave: [b]\n", 1, 1 },
		{ "", 0, 0 },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF text = { 0 };
		kith_buf_addf(&text, "date: 2026-11-02\nwith: [tom-okafor, ana-silva]\n%s", cases[i].text);
		small_store_write(&small, "notes/2026/11/t.yaml", text.text);
		refresh();
		const char *sql =
			"select gave * 10 + got from tend join record on record = record.rowid where id = 'tom-okafor'";
		if (number(sql) != cases[i].gave * 10 + cases[i].got)
			fail_msg("%s: %d", cases[i].text, (int)number(sql));
	}
}

static void a_note_with_thousands_of_everything_is_indexed(void **state)
{
	(void)state;
	KITH_BUF text = { 0 };
	kith_buf_add(&text, "date: 2026-11-02\nwith:\n");
	for (int i = 0; i < 4000; i++)
		kith_buf_addf(&text, "- r%d\n", i);
	kith_buf_add(&text, "gave:\n");
	for (int i = 0; i < 4000; i++)
		kith_buf_addf(&text, "- {what: t%d, to: r%d}\n", i, i);
	small_store_write(&small, "notes/2026/11/many.yaml", text.text);
	refresh();
	assert_int_equal(number("select count(*) from talk where who glob 'r[0-9]*'"), 4000);
	assert_int_equal(number("select gave from talk where who = 'r7'"), 1);
	assert_int_equal(unlink(place("notes/2026/11/many.yaml")), 0);
	refresh();
	assert_int_equal(number("select count(*) from talk where who glob 'r[0-9]*'"), 0);
}

static void a_plan_becomes_a_conversation_when_its_day_comes(void **state)
{
	(void)state;
	KITH_ARENA arena = { 0 };
	small.now.today = day(2026, 12, 1);
	assert_int_equal(kith_index_set_now(small.index, small.now, NULL), KITH_OK);
	assert_int_equal(row_of("ana-silva", &arena).last, day(2026, 11, 20));
	small.now.today = day(2026, 12, 2);
	assert_int_equal(kith_index_set_now(small.index, small.now, NULL), KITH_OK);
	assert_int_equal(row_of("ana-silva", &arena).last, day(2026, 12, 2));
	small.now.today = day(2026, 11, 25); /* and back, as tests do */
	assert_int_equal(kith_index_set_now(small.index, small.now, NULL), KITH_OK);
	assert_int_equal(row_of("ana-silva", &arena).last, day(2026, 11, 20));
}

static void what_is_due_comes_by_day_with_promises_first(void **state)
{
	(void)state;
	KITH_ARENA arena = { 0 };
	struct kith_due *list;
	size_t count;
	assert_int_equal(kith_index_due(small.index, KITH_NO_DAY, day(2026, 11, 26), NULL, &arena, &list, &count, NULL),
	                 KITH_OK);
	assert_true(count >= 2);
	for (size_t i = 1; i < count; i++)
		assert_true(list[i - 1].day < list[i].day ||
		            (list[i - 1].day == list[i].day && list[i - 1].source <= list[i].source));
	assert_int_equal(kith_index_due(small.index, KITH_NO_DAY, day(2027, 12, 1), "b", &arena, &list, &count, NULL),
	                 KITH_OK);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].source, KITH_DUE_PROMISE);
	assert_string_equal(list[0].path, "notes/2026/10/b.yaml");
	assert_string_equal(list[0].what, "a book");
	/* nobody is reminded of themselves, but for what they asked for */
	assert_int_equal(kith_index_due(small.index, KITH_NO_DAY, day(2027, 12, 1), "hal", &arena, &list, &count, NULL),
	                 KITH_OK);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].source, KITH_DUE_REMIND);
	assert_int_equal(row_of("hal", &arena).last, KITH_NO_DAY);
}

static void kith_yaml_gives_cadences_by_role(void **state)
{
	(void)state;
	const char *half_life =
		"select half_life from tend join record on record = record.rowid where id = 'ana-silva'";
	assert_int_equal(number(half_life), 30);
	small_store_write(&small, "kith.yaml", "me: hal\ncadences: {mentor: 90d, friend: weekly}\n");
	kith_store_reload(small.store);
	assert_int_equal(kith_index_set_now(small.index, small.now, NULL), KITH_OK);
	assert_int_equal(number(half_life), 90);
	/* broken in the middle of an edit: what it said goes on to hold */
	small_store_write(&small, "kith.yaml", "me: [\n");
	kith_store_reload(small.store);
	assert_int_equal(kith_index_set_now(small.index, small.now, NULL), KITH_OK);
	assert_int_equal(number(half_life), 90);
	assert_true(small.store->settings.faults.errors > 0);
}

static void ties_fade_as_days_go_by_without_being_written(void **state)
{
	(void)state;
	KITH_ARENA arena = { 0 };
	const char *tie = row_of("ana-silva", &arena).tie;
	assert_string_not_equal(tie, "");
	assert_string_not_equal(tie, "dormant");
	small.now.today = day(2031, 1, 1);
	assert_int_equal(kith_index_set_now(small.index, small.now, NULL), KITH_OK);
	assert_string_equal(row_of("ana-silva", &arena).tie, "dormant");
}

/* --- full text --- */

static void full_text_follows_every_change(void **state)
{
	(void)state;
	const char *maps = "select count(*) from text where text match 'maps'";
	const char *names = "select count(*) from text where text match 'names : anita'";
	assert_int_equal(number(maps), 1);
	assert_int_equal(number(names), 1);
	for (int i = 0; i < 40; i++) {
		small_store_write(&small, "notes/2026/11/a.yaml",
		                  i % 2 ? "date: 2026-11-20\ntext: Maps.\n" : "date: 2026-11-19\n");
		refresh();
		assert_int_equal(number(maps), i % 2);
		if (i % 7 == 0)
			kith_index_maintain(small.index);
	}
	assert_int_equal(kith_index_verify(small.index, NULL), KITH_OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_written_when_nothing_changed),
		TEST(a_change_that_keeps_size_and_mtime_is_seen),
		TEST(a_second_save_in_the_tick_of_the_reading_is_seen),
		TEST(only_the_paths_that_are_named_are_looked_at),
		TEST(a_folder_that_moves_takes_its_records_along),
		TEST(a_broken_file_answers_with_what_it_said_before),
		TEST(what_is_no_readable_file_is_a_fault_and_no_record),
		TEST(records_of_a_folder_that_cannot_be_listed_stay),
		TEST(a_file_that_may_not_be_read_keeps_its_record),
		TEST(a_file_that_is_not_called_by_an_id_is_found_and_told_of),
		TEST(of_two_files_with_one_id_the_first_path_answers),
		TEST(a_record_read_back_is_the_one_that_was_written),
		TEST(notes_come_newest_first_and_move_with_their_date),
		TEST(what_refers_to_a_former_id_counts_for_who_had_it),
		TEST(mentions_are_found_in_every_field_and_under_me),
		TEST(words_in_use_come_with_the_most_used_first),
		TEST(needs_are_private_unless_they_say_otherwise),
		TEST(conversations_count_plans_and_signals_do_not),
		TEST(who_gave_what_to_whom_is_told_apart),
		TEST(a_note_with_thousands_of_everything_is_indexed),
		TEST(a_plan_becomes_a_conversation_when_its_day_comes),
		TEST(what_is_due_comes_by_day_with_promises_first),
		TEST(kith_yaml_gives_cadences_by_role),
		TEST(ties_fade_as_days_go_by_without_being_written),
		TEST(full_text_follows_every_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
