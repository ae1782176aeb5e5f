/* An index that was kept up to date through any sequence of changes says what one made from the files says. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "index_dump.h"
#include "lib/base/file.h"
#include "small_store.h"

enum { ROUNDS = 60, CHANGES = 6, PATHS = 40, SEED = 20261125 };

static uint64_t seed;

static unsigned any(unsigned below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % below;
}

static bool chance(unsigned percent)
{
	return any(100) < percent;
}

static const char *one_of(const char *const *words, size_t count)
{
	return words[any((unsigned)count)];
}
#define ONE_OF(...) one_of((const char *const[]){ __VA_ARGS__ }, kith_count(((const char *const[]){ __VA_ARGS__ })))

static const char *const persons[] = { "ana-silva",  "tom-okafor", "maria-garcia", "me",
	                               "the-circle", "nobody",     "anna-silva" };

/* --- what files say --- */

static void add_date(struct kith_buf *out)
{
	kith_buf_addf(out, "%u-%02u-%02u", 2025 + any(3), 1 + any(12), 1 + any(28));
}

static void add_contact(struct kith_buf *out)
{
	kith_buf_addf(out, "name: %s\n",
	              ONE_OF("Ana Silva", "Tom Okafor", "María García", "Zoë", "\"\"", "[faulty, list]"));
	if (chance(50))
		kith_buf_addf(out, "cadence: %s\n", ONE_OF("monthly", "quarterly", "90d", "never", "often"));
	if (chance(40))
		kith_buf_addf(out, "roles: [%s, %s]\n", ONE_OF("mentor", "peer"), ONE_OF("friend", "mentor", "critic"));
	if (chance(30))
		kith_buf_addf(out, "birthday: %02u-%02u\n", 1 + any(12), 1 + any(28));
	if (chance(30))
		kith_buf_addf(out, "through: %s\n", ONE_OF("tom-okafor", "nobody", "Tom Okafor"));
	if (chance(20))
		kith_buf_addf(out, "resting: %s\n", ONE_OF("yes", "2026-12-24", "2026-01-01"));
	if (chance(20))
		kith_buf_add(out, "private: yes\nx-coffee: black\ncloseness: close\n");
	if (chance(20)) {
		kith_buf_add(out, "remind:\n  - text: call\n    date: ");
		add_date(out);
		kith_buf_addf(out, "\n%s", ONE_OF("", "    every: monthly\n", "    every: 2 weeks\n"));
	}
}

static void add_note(struct kith_buf *out)
{
	kith_buf_add(out, "date: ");
	if (chance(90))
		add_date(out);
	kith_buf_addf(out, "\nwith: [%s, %s]\n", one_of(persons, kith_count(persons)),
	              one_of(persons, kith_count(persons)));
	if (chance(60))
		kith_buf_addf(out, "how: %s\n", ONE_OF("coffee", "call", "signal", "decision"));
	kith_buf_addf(out, "text: |\n  We had coffee, %u.\n  Second line.\n", any(5));
	if (chance(30))
		kith_buf_addf(out, "gave: [a book]\ngot:\n  - {what: advice, from: %s}\n",
		              one_of(persons, kith_count(persons)));
	if (chance(40)) {
		kith_buf_add(out, "promised:\n  - what: send the map\n    by: ");
		add_date(out);
		kith_buf_addf(out, "\n    by_whom: %s\n", ONE_OF("me", "ana-silva"));
	}
}

static void add_broken(struct kith_buf *out)
{
	kith_buf_add(out, ONE_OF("name: [", "name: a\nname: b\n", "\t- x: {", "name: \x01\n"));
}

static void add_text(struct kith_buf *out, const char *path)
{
	if (chance(8))
		add_broken(out);
	else if (strncmp(path, "notes/", 6) == 0)
		add_note(out);
	else if (strncmp(path, "contacts/", 9) == 0)
		add_contact(out);
	else
		kith_buf_addf(out, "name: thing %u\n%s", any(4), ONE_OF("", "private: no\n", "tags: coffee, an\n"));
}

/* --- what happens to them --- */

static const char *some_path(struct kith_arena *arena)
{
	switch (any(8)) {
	case 0: return kith_arena_printf(arena, "groups/%s.yaml", ONE_OF("the-circle", "acme"));
	case 1: return kith_arena_printf(arena, "events/fair-%u.yaml", any(3));
	case 2: return kith_arena_printf(arena, "needs/need-%u.%s", any(3), ONE_OF("yaml", "yml"));
	case 3:
	case 4:
		return kith_arena_printf(arena, "contacts/%s%s.yaml", ONE_OF("", "", "sub/", "sub/deep/"),
		                         ONE_OF("ana-silva", "tom-okafor", "maria-garcia", "me-myself", "Anna Silva"));
	default: return kith_arena_printf(arena, "notes/2026/%02u/n-%u.yaml", 10 + any(2), any(PATHS / 4));
	}
}

static const char *whole(const struct small_store *small, struct kith_arena *arena, const char *path)
{
	return kith_path_join(arena, small->folder, path);
}

static void write_some(struct small_store *small, const char *path)
{
	KITH_BUF text = { 0 };
	add_text(&text, path);
	small_store_write(small, path, kith_buf_text(&text));
}

/* Move a file, or with some luck a folder with all in it. */
static void move_some(struct small_store *small, struct kith_arena *arena, const char *from, const char *to)
{
	if (chance(30)) {
		from = "contacts/sub";
		to = ONE_OF("contacts/other", "groups/other");
	}
	const char *target = whole(small, arena, to);
	KITH_BUF folder = { 0 };
	kith_buf_add_bytes(&folder, target, (size_t)(strrchr(target, '/') - target));
	assert_int_equal(kith_make_folders(folder.text, 0700, NULL), KITH_OK);
	if (rename(whole(small, arena, from), target))
		assert_true(errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR ||
		            errno == EISDIR);
}

static void change(struct small_store *small, struct kith_arena *arena)
{
	const char *path = some_path(arena), *other = some_path(arena);
	switch (any(10)) {
	case 0:
	case 1:
		(void)unlink(whole(small, arena, path)); /* it may not be there */
		break;
	case 2: move_some(small, arena, path, other); break;
	case 3: /* what cannot be read as a record, and is not followed */
		(void)unlink(whole(small, arena, path));
		if (symlink("/etc/passwd", whole(small, arena, path)))
			return; /* its folder is not there */
		break;
	default:
		(void)unlink(whole(small, arena, path)); /* it may be a link, which is not written through */
		write_some(small, path);
	}
}

static void catch_up(struct small_store *small)
{
	struct kith_err err = { 0 };
	static const char *const folders[] = { "contacts", "notes/2026/", "notes", "groups", "events", "needs" };
	const enum kith_code code = chance(50)
	                                    ? kith_index_refresh(small->index, NULL, &err)
	                                    : kith_index_update(small->index, folders, kith_count(folders), NULL, &err);
	if (code)
		fail_msg("%s", err.message);
	if (chance(30)) {
		small->now.today += (kith_day)any(40);
		if (kith_index_set_now(small->index, small->now, &err))
			fail_msg("%s", err.message);
	}
	if (chance(10)) {
		small_store_write(small, "kith.yaml",
		                  ONE_OF("me: ana-silva\n", "me: tom-okafor\ncadences: {mentor: monthly}\n", ""));
		kith_store_reload(small->store);
		if (kith_index_set_now(small->index, small->now, &err))
			fail_msg("%s", err.message);
	}
	if (chance(20))
		kith_index_maintain(small->index);
}

static void compare_with_rebuilt(struct small_store *small, int round)
{
	struct kith_err err = { 0 };
	char when[64];
	snprintf(when, sizeof(when), "round %d", round);
	KITH_BUF kept = { 0 }, made = { 0 };
	index_dump(small->index, &kept);
	if (kith_index_rebuild(small->index, NULL, &err))
		fail_msg("%s", err.message);
	index_dump(small->index, &made);
	assert_same_dump(&kept, &made, when);
}

static void run(uint64_t from)
{
	seed = from;
	struct small_store small;
	static const struct small_file start[] = {
		{ "kith.yaml", "me: ana-silva\ncadences: {mentor: quarterly}\n" },
		{ "contacts/ana-silva.yaml", "name: Ana Silva\n" },
	};
	small_store_open(&small, start, kith_count(start));
	for (int round = 0; round < ROUNDS; round++) {
		KITH_ARENA arena = { 0 };
		for (unsigned i = 0, many = 1 + any(CHANGES); i < many; i++)
			change(&small, &arena);
		catch_up(&small);
		/* Often not, so that changes pile up on an index that was never made anew. */
		if (chance(40) || round == ROUNDS - 1)
			compare_with_rebuilt(&small, round);
	}
	small_store_close(&small);
}

static void keeping_up_with_changes_equals_building_anew(void **state)
{
	(void)state;
	const char *wanted = getenv("KITH_SEED");
	if (wanted) {
		run(strtoull(wanted, NULL, 10));
		return;
	}
	for (uint64_t i = 0; i < 4; i++)
		run(SEED + i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeping_up_with_changes_equals_building_anew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
