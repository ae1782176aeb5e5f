#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/store/index_db.h"
#include "lib/store/names.h"
#include "small_store.h"

/* Whom a typed text means.  Today is Wednesday, 25 November 2026. */
static const struct small_file files[] = {
	{ "kith.yaml", "me: eve\n" },
	{ "contacts/eve.yaml", "name: Eve Wrona\n" },
	{ "contacts/maria-garcia.yaml", "name: María García\naka: Mery\n" },
	{ "contacts/maria-garcia-2.yaml", "name: Maria Garcia\n" },
	{ "contacts/mario-garrido.yaml", "name: Mario Garrido\n" },
	{ "contacts/ana-silva.yaml", "name: Ana Silva\n" },
	{ "contacts/anahit.yaml", "name: Անահիտ Պետրոսյան\naka: Anahit\n" },
	{ "contacts/lukasz.yaml", "name: Łukasz Ósmy\n" },
	{ "contacts/tanaka.yaml", "name: 田中 由紀\n" },
	{ "contacts/oneil.yaml", "name: Sean O'Neil\n" },
	{ "contacts/josé.yaml", "name: Pepe\n" },
	{ "contacts/bo.yaml", "name: Bo\n" },
	{ "contacts/private-one.yaml", "name: Very Private\nabout: Zanzibar\n" },
	{ "groups/ana-fans.yaml", "name: Ana's fans\n" },
	{ "events/garden.yaml", "name: Garden party\n" },
	{ "notes/2026/11/2026-11-20-mario-ab12.yaml", "date: 2026-11-20\nwith: mario-garrido\nhow: call\ntext: Hello.\n" },
	{ "notes/2026/11/2026-11-21-lukasz-cd34.yaml", "date: 2026-11-21\nwith: maria-garcia-2\nhow: call\ntext: Hello.\n" },
};

static struct small_store small;

static int open_store(void **state)
{
	(void)state;
	small_store_open(&small, files, kith_count(files));
	return 0;
}

static int close_store(void **state)
{
	(void)state;
	small_store_close(&small);
	return 0;
}

static enum kith_code find(const char *text, unsigned kinds, size_t limit, struct kith_buf *ids,
                           struct kith_err *err)
{
	KITH_ARENA arena = {0};
	struct kith_row *rows = NULL;
	size_t count = 99;
	const enum kith_code code = kith_names_find(small.index, text, kinds, limit, &arena, &rows, &count, err);
	if (code != KITH_OK) {
		assert_int_equal(count, 99);
		assert_null(rows);
		return code;
	}
	for (size_t i = 0; i < count; i++)
		kith_buf_addf(ids, "%s%s", i ? " " : "", rows[i].id);
	return KITH_OK;
}

static void check(const char *text, unsigned kinds, const char *wanted)
{
	KITH_BUF ids = {0};
	struct kith_err err = {0};
	if (find(text, kinds, 0, &ids, &err) != KITH_OK)
		fail_msg("%s: %s", text, err.message);
	if (strcmp(kith_buf_text(&ids), wanted) != 0)
		fail_msg("%s finds: %s", text, kith_buf_text(&ids));
}

struct pair {
	const char *text, *wanted;
};

static void check_all(const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check(pairs[i].text, 0, pairs[i].wanted);
}

static void an_id_or_whole_name_means_one_record(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "maria-garcia", "maria-garcia" }, /* although another id begins so */
		{ "MARIA-GARCIA", "maria-garcia" },
		{ "ana silva", "ana-silva" },
		{ "ANA  SILVA", "ana-silva" },
		{ "mery", "maria-garcia" },
		{ "anahit", "anahit" },
		{ "bo", "bo" },
		{ "Bo", "bo" },
		{ "lukasz osmy", "lukasz" },
		{ "田中 由紀", "tanaka" },
		{ "josé", "josé" },
		{ "jose\xCC\x81", "josé" }, /* the accent apart */
		{ "Garden party", "garden" },
	};
	check_all(pairs, kith_count(pairs));
}

static void two_with_one_name_are_both_told(void **state)
{
	(void)state;
	check("María García", 0, "maria-garcia-2 maria-garcia"); /* the one talked to lately first */
}

static void words_may_be_begun(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "mar gar", "maria-garcia-2 mario-garrido maria-garcia" },
		{ "gar mar", "maria-garcia-2 mario-garrido maria-garcia" },
		{ "mari garr", "mario-garrido" },
		{ "gar", "maria-garcia-2 mario-garrido maria-garcia garden" },
		{ "luk", "lukasz" },
		{ "Ó", "oneil" },
		{ "o'n", "oneil" },
		{ "neil", "oneil" },
		{ "由紀", "tanaka" },
		{ "中", "tanaka" },
		{ "田 由", "tanaka" },
		{ "maria-garcia-", "maria-garcia-2 maria-garcia" },
	};
	check_all(pairs, kith_count(pairs));
}

static void whole_words_count_before_beginnings_and_people_come_first(void **state)
{
	(void)state;
	check("ana", 0, "ana-silva ana-fans");
}

static void me_is_who_kith_yaml_names(void **state)
{
	(void)state;
	check("me", 0, "eve");
	check("ME", 0, "eve");
}

static void what_is_written_alike_is_found_last(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "marai garcia", "maria-garcia-2 maria-garcia" },
		{ "anasilva", "ana-silva" },
		{ "lukazs", "lukasz" },
		{ "sivla", "ana-silva" },
		{ "o'niel", "oneil" },
		{ "eve vrona", "eve" },
	};
	check_all(pairs, kith_count(pairs));
}

static void kinds_can_be_chosen(void **state)
{
	(void)state;
	check("ana", 1u << KITH_KIND_group, "ana-fans");
	check("ana-silva", 1u << KITH_KIND_contact | 1u << KITH_KIND_group, "ana-silva");
	check("2026-11-20", 1u << KITH_KIND_note, "2026-11-20-mario-ab12");
	check("2026-11-20-mario-ab12", 1u << KITH_KIND_note, "2026-11-20-mario-ab12");
	KITH_BUF ids = {0};
	assert_int_equal(find("ana-silva", 1u << KITH_KIND_event, 0, &ids, NULL), KITH_NONE);
	assert_int_equal(find("2026-11-20-mario-ab12", 0, 0, &ids, NULL), KITH_NONE);
}

static void a_limit_keeps_the_best(void **state)
{
	(void)state;
	KITH_BUF ids = {0};
	assert_int_equal(find("gar", 0, 2, &ids, NULL), KITH_OK);
	assert_string_equal(ids.text, "maria-garcia-2 mario-garrido");
}

static void nobody_is_told_with_the_nearest_names(void **state)
{
	(void)state;
	static const struct { const char *text, *message, *hint; } cases[] = {
		{ "xyzzy", "nobody and nothing is called 'xyzzy'", "kith find" },
		{ "zanzibar", "nobody and nothing", "kith find" }, /* text is no name */
		{ "gorridoss", "nobody and nothing is called 'gorridoss'", "did you mean Mario Garrido?" },
		/* half of the letters of Łukasz, and two of three of Bo, are wrong */
		{ "likosc", "nobody and nothing is called 'likosc'", "kith find" },
		{ "hob", "nobody and nothing is called 'hob'", "kith find" },
		{ "!!!", "'!!!'", "kith find" },
		{ "", "''", "kith find" },
		{ "mar xyz", "'mar xyz'", "" },
		{ "ana\" OR \"bo", "nobody and nothing", "" },
		{ "names : bo *", "nobody and nothing", "" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF ids = {0};
		struct kith_err err = {0};
		if (find(cases[i].text, 0, 0, &ids, &err) != KITH_NONE)
			fail_msg("%s finds: %s", cases[i].text, kith_buf_text(&ids));
		if (!strstr(err.message, cases[i].message) || !strstr(err.hint, cases[i].hint))
			fail_msg("%s: %s (%s)", cases[i].text, err.message, err.hint);
	}
}

static void a_guess_is_not_sure(void **state)
{
	(void)state;
	static const struct { const char *text; bool sure; } cases[] = {
		{ "maria-garcia", true }, { "mar gar", true }, { "Mery", true }, { "María", true }, { "maria-gar", true },
		{ "Marai", false }, { "marai garcia", false }, { "!!!", false }, { "", false },
	};
	KITH_ARENA arena = {0};
	struct kith_row row;
	assert_int_equal(kith_index_row_of_id(small.index, "maria-garcia", &arena, &row, NULL), KITH_OK);
	for (size_t i = 0; i < kith_count(cases); i++)
		if (kith_names_is_sure(small.index, cases[i].text, &row) != cases[i].sure)
			fail_msg("%s", cases[i].text);
	assert_int_equal(kith_index_row_of_id(small.index, "eve", &arena, &row, NULL), KITH_OK);
	assert_true(kith_names_is_sure(small.index, "me", &row));
}

static void a_damaged_index_is_rebuilt_and_answers(void **state)
{
	(void)state;
	assert_int_equal(kith_sql_exec(small.index, "drop table text", NULL), KITH_OK);
	check("luk", 0, "lukasz");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_or_whole_name_means_one_record),
		cmocka_unit_test(two_with_one_name_are_both_told),
		cmocka_unit_test(words_may_be_begun),
		cmocka_unit_test(whole_words_count_before_beginnings_and_people_come_first),
		cmocka_unit_test(me_is_who_kith_yaml_names),
		cmocka_unit_test(what_is_written_alike_is_found_last),
		cmocka_unit_test(kinds_can_be_chosen),
		cmocka_unit_test(a_limit_keeps_the_best),
		cmocka_unit_test(nobody_is_told_with_the_nearest_names),
		cmocka_unit_test(a_guess_is_not_sure),
		cmocka_unit_test(a_damaged_index_is_rebuilt_and_answers),
	};
	return cmocka_run_group_tests(tests, open_store, close_store);
}
