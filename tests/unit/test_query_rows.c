#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/store/index_db.h"
#include "query_store.h"

static void check(const char *text, const char *wanted)
{
	query_store_check(&(struct query_case){ text, wanted }, 1);
}

/* --- order, limit --- */

static void check_order(const char *text, struct kith_query_options options, const char *wanted)
{
	KITH_BUF ids = {0};
	query_store_ask(text, &options, &ids);
	if (strcmp(kith_buf_text(&ids), wanted) != 0)
		fail_msg("%s finds: %s", text, kith_buf_text(&ids));
}

static void rows_come_in_the_order_that_is_asked_for(void **state)
{
	(void)state;
	check_order("", (struct kith_query_options){ .kind = KITH_KIND_contact }, "ana bo dan elf eve chi");
	check_order("", (struct kith_query_options){ .kind = KITH_KIND_note },
	            "2026-12-10-chi 2026-11-20-ana 2026-08-01-bo");
	check_order("", (struct kith_query_options){ .kind = KITH_KIND_event }, "pycon fair");
	check_order("kind:contact,group,event", (struct kith_query_options){ .kind = -1, .order = KITH_BY_NAME },
	            "acme ana bo dan elf eve fair pycon chi");
	check_order("kind:note,event,goal", (struct kith_query_options){ .kind = -1, .order = KITH_BY_DATE },
	            "2026-12-10-chi pycon 2026-11-20-ana fair 2026-08-01-bo book");
	check_order("kind:contact last:..today,never",
	            (struct kith_query_options){ .kind = -1, .order = KITH_BY_LAST }, "ana bo dan elf chi");
	check_order("id:2026-11-20-ana,ana,elf", (struct kith_query_options){ .kind = -1, .order = KITH_BY_DUE },
	            "2026-11-20-ana ana elf");
}

static void a_limit_keeps_the_first(void **state)
{
	(void)state;
	static const enum kith_order orders[] = { KITH_BY_DEFAULT, KITH_BY_NAME, KITH_BY_DATE, KITH_BY_LAST,
		                                  KITH_BY_DUE };
	for (size_t i = 0; i < kith_count(orders); i++) {
		struct kith_query_options options = { .kind = -1, .order = orders[i] };
		KITH_BUF all = {0}, few = {0};
		query_store_ask("", &options, &all);
		options.limit = 5;
		query_store_ask("", &options, &few);
		assert_memory_equal(all.text, few.text, few.length);
		assert_int_equal(all.text[few.length], ' ');
		size_t rows = 1;
		for (const char *at = few.text; (at = strchr(at, ' ')); at++)
			rows++;
		assert_int_equal(rows, 5);
	}
}

static bool stop_at_second(void *count, const struct kith_row *row)
{
	(void)row;
	return ++*(int *)count < 2;
}

static void a_callback_stops_the_rows(void **state)
{
	(void)state;
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	int count = 0;
	assert_int_equal(kith_query_parse("", query_store.now, &query, NULL, NULL), KITH_OK);
	assert_int_equal(kith_query_run(query_store.index, query, NULL, stop_at_second, &count, NULL), KITH_OK);
	assert_int_equal(count, 2);
}

static bool check_ana(void *found, const struct kith_row *row)
{
	assert_int_equal(row->kind, KITH_KIND_contact);
	assert_string_equal(row->id, "ana");
	assert_string_equal(row->path, "contacts/ana.yaml");
	assert_string_equal(row->title, "Ana Silva");
	assert_int_equal(row->last, query_store.now.today - 5);
	assert_string_equal(row->tie, "close");
	assert_int_equal(row->date, KITH_NO_DAY);
	assert_true(row->due > query_store.now.today);
	assert_false(row->broken || row->hidden);
	return *(bool *)found = true;
}

static void a_row_says_what_is_derived(void **state)
{
	(void)state;
	static const struct kith_query_options ways[] = { { .kind = -1 },
		                                          { .kind = KITH_KIND_contact, .limit = 3 } };
	for (size_t i = 0; i < kith_count(ways); i++) {
		KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
		bool found = false;
		assert_int_equal(kith_query_parse("id:ana", query_store.now, &query, NULL, NULL), KITH_OK);
		assert_int_equal(kith_query_run(query_store.index, query, &ways[i], check_ana, &found, NULL),
		                 KITH_OK);
		assert_true(found);
	}
}

/* --- the statement --- */

static void read_plan(const char *text, struct kith_buf *out)
{
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	struct kith_err err = {0};
	assert_int_equal(kith_query_parse(text, query_store.now, &query, NULL, NULL), KITH_OK);
	KITH_BUF sql = {0};
	kith_buf_add(&sql, "explain query plan ");
	kith_query_sql(query, &sql);
	KITH_STATEMENT *statement = NULL;
	if (kith_sql_prepare(query_store.index, sql.text, &statement, &err) != KITH_OK)
		fail_msg("%s: %s", sql.text, err.message);
	while (kith_sql_step(query_store.index, statement, &err) == KITH_OK)
		kith_buf_addf(out, "%s\n", kith_sql_text(statement, 3, NULL));
}

static void what_an_index_can_answer_scans_no_table(void **state)
{
	(void)state;
	static const char *const queries[] = {
		"skills:c",
		"skills:c,rust",
		"with:ana",
		"through:me",
		"org:acme",
		"mill",
		"\"old mill\"",
		"by:..today",
		"by:2w..3w",
		"met:2024",
		"birthday:30d",
		"birthday:03-14",
		"title:vp",
		"x-coffee:flat",
		"cadence:..90d",
		"max_asks:3",
		"id:ana,bo",
		"due:..today",
		"has:cadence",
		"has:x-coffee",
		"promised.by:..today",
		"skills:c mill",
		"skills:c or mill",
		"skills:c not mill",
		"at:mill",
		"(skills:c or roles:mentor) mill",
		"remote:yes",
		"resting:yes",
		"jobs:acme",
		"dates:2026",
		"kind:event",
		"last:30d skills:c",
		"private:yes skills:c",
		"missing:birthday skills:c",
		"due:never skills:c",
	};
	static const char *const scans[] = { "SCAN r\n",  "SCAN r ",   "SCAN record",
		                             "SCAN fact", "SCAN body", "SCAN talk" };
	for (size_t i = 0; i < kith_count(queries); i++) {
		KITH_BUF plan = {0};
		read_plan(queries[i], &plan);
		assert_true(plan.length);
		for (size_t j = 0; j < kith_count(scans); j++)
			if (strstr(plan.text, scans[j]))
				fail_msg("%s: the plan is\n%s", queries[i], plan.text);
	}
}

static void few_records_are_found_before_their_kind_is_looked_at(void **state)
{
	(void)state;
	static const char *const queries[] = {
		"kind:note with:ana", "kind:contact mill", "(kind:contact or kind:group) skills:c", "missing:type skills:c",
		"resting:no skills:c", "kind:contact (skills:c or tags:red)",
	};
	for (size_t i = 0; i < kith_count(queries); i++) {
		KITH_BUF plan = {0};
		read_plan(queries[i], &plan);
		if (!strstr(plan.text, "r USING INTEGER PRIMARY KEY") || strstr(plan.text, "record_sort"))
			fail_msg("%s: the plan is\n%s", queries[i], plan.text);
	}
}

static void the_deepest_query_runs(void **state)
{
	(void)state;
	static const struct { const char *open, *middle, *close; size_t times; const char *wanted; } cases[] = {
		{ "(skills:c or ", "tags:red", " tags:blue)", 64, "bo dan eve" },
		{ "(skills:c or (tags:blue ", "tags:red", "))", 32, "bo dan eve" },
		{ "not ", "tags:red", "", 64, "bo" },
		{ "not (skills:zz or ", "tags:red", ")", 32, "bo" },
		{ "(birthday:2y not (met:2024 or ", "title:vp", "))", 21, "dan eve chi" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF text = {0};
		KITH_BUF ids = {0};
		for (size_t depth = 0; depth < cases[i].times; depth++)
			kith_buf_add(&text, cases[i].open);
		kith_buf_add(&text, cases[i].middle);
		for (size_t depth = 0; depth < cases[i].times; depth++)
			kith_buf_add(&text, cases[i].close);
		static const struct kith_query_options contacts = { .kind = KITH_KIND_contact };
		query_store_ask(text.text, &contacts, &ids);
		if (strcmp(kith_buf_text(&ids), cases[i].wanted) != 0)
			fail_msg("%s…: %s", cases[i].open, kith_buf_text(&ids));
	}
}

static void the_widest_queries_run(void **state)
{
	(void)state;
	static const struct { const char *first, *more; size_t times; const char *wanted; } cases[] = {
		{ "tags:red", " mill", 399, "" },
		{ "tags:red", " or mill", 399, "bo 2026-11-20-ana 2026-08-01-bo" },
		{ "tags:red", " not mill", 399, "bo" },
		{ "title:vp", ",eng", 399, "ana bo" },
		{ "met:2024", ",2022", 399, "ana chi" },
		{ "birthday:03", ",12-28", 399, "ana chi" },
		{ "id:ana", ",bo", 7999, "ana bo" },
		{ "through:me", ",ana", 7999, "ana bo chi" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF text = {0};
		kith_buf_add(&text, cases[i].first);
		for (size_t j = 0; j < cases[i].times; j++)
			kith_buf_add(&text, cases[i].more);
		check(text.text, cases[i].wanted);
	}
}

/* --- what changes --- */

static void a_changed_record_is_found_by_what_it_says_now(void **state)
{
	(void)state;
	check("zebra", "");
	small_store_write(&query_store, "contacts/new.yaml", "name: Zebra\nskills: knots\nbroken: [\n");
	small_store_refresh(&query_store);
	check("zebra", "");
	small_store_write(&query_store, "contacts/new.yaml", "name: Zebra\nskills: knots\n");
	small_store_refresh(&query_store);
	check("zebra skills:knots", "new");
	small_store_write(&query_store, "contacts/new.yaml", "name: Gnu\nskills: [\n");
	small_store_refresh(&query_store);
	check("zebra skills:knots", "new"); /* its last good version answers */
	small_store_write(&query_store, "contacts/new.yaml", "name: Gnu\nskills: ropes\n");
	small_store_refresh(&query_store);
	check("zebra or skills:knots", "");
	check("gnu skills:ropes", "new");
}

static void a_damaged_index_is_rebuilt_and_answers(void **state)
{
	(void)state;
	struct kith_err err = {0};
	assert_int_equal(kith_sql_exec(query_store.index, "drop table text", &err), KITH_OK);
	check("robot kind:group", "acme");
	check("skills:rust", "dan");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_in_the_order_that_is_asked_for),
		cmocka_unit_test(a_limit_keeps_the_first),
		cmocka_unit_test(a_callback_stops_the_rows),
		cmocka_unit_test(a_row_says_what_is_derived),
		cmocka_unit_test(what_an_index_can_answer_scans_no_table),
		cmocka_unit_test(few_records_are_found_before_their_kind_is_looked_at),
		cmocka_unit_test(the_deepest_query_runs),
		cmocka_unit_test(the_widest_queries_run),
		cmocka_unit_test(a_changed_record_is_found_by_what_it_says_now),
		cmocka_unit_test(a_damaged_index_is_rebuilt_and_answers),
	};
	return cmocka_run_group_tests(tests, query_store_open, query_store_close);
}
