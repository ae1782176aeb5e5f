#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "query_store.h"

static void bare_words_are_found_in_any_text_by_their_beginning(void **state)
{
	(void)state;
	static const struct query_case cases[] = {
		{ "mill", "2026-11-20-ana 2026-08-01-bo" },
		{ "ROBOT", "bo acme" },
		{ "lukasz", "bo" },
		{ "Łuk", "bo" },
		{ "obot", "" },
		{ "\"machine learning\"", "ana" },
		{ "\"machine learn\"", "" },
		{ "machine learning", "ana elf" },
		{ "\"old mill\"", "2026-08-01-bo" },
		{ "由紀", "chi" },
		{ "中", "chi" },
		{ "由中", "" },
		{ "ana@x.example", "ana" },
		{ "flat", "ana flat" },
	};
	query_store_check(cases, kith_count(cases));
}

static void whole_values_match_as_a_whole(void **state)
{
	(void)state;
	static const struct query_case cases[] = {
		{ "skills:c", "bo dan eve job" },
		{ "skills:C", "bo dan eve job" },
		{ "skills:c++", "ana" },
		{ "skills:c,c#", "bo dan eve chi job" },
		{ "skills:machine", "" },
		{ "skills:\"machine  LEARNING\"", "ana" },
		{ "roles:mentor", "ana chi" },
		{ "org:acme", "ana" },
		{ "org:\"acme robotics\"", "bo" },
		{ "how:coffee", "2026-12-10-chi 2026-11-20-ana" },
		{ "status:open,met", "flat book" },
		{ "jobs:acme", "bo" },
		{ "jobs:intern", "bo" },
		{ "jobs.title:acme", "" },
		{ "id:ana,PYCON", "ana pycon" },
		{ "kind:event,group", "acme pycon fair" },
	};
	query_store_check(cases, kith_count(cases));
}

static void a_reference_takes_me_both_ways(void **state)
{
	(void)state;
	static const struct query_case cases[] = {
		{ "with:ana", "2026-11-20-ana" },
		{ "with:ana,bo", "2026-11-20-ana 2026-08-01-bo" },
		{ "through:me", "ana bo" },
		{ "through:eve", "ana bo" },
		{ "through:eve,ana", "ana bo chi" },
		{ "members:eve", "acme" },
		{ "people:me", "pycon" },
		{ "at:pycon", "2026-11-20-ana" },
		{ "at:mill", "2026-08-01-bo" },
	};
	query_store_check(cases, kith_count(cases));
}

static void text_fields_match_by_the_words_of_that_field(void **state)
{
	(void)state;
	static const struct query_case cases[] = {
		{ "title:vp", "ana bo" },
		{ "title:\"vp\"", "ana" },
		{ "title:\"vp engineering\"", "ana" },
		{ "title:eng", "ana bo" },
		{ "title:mill", "" },
		{ "name:silva", "ana" },
		{ "aka:anita", "ana" },
		{ "name:田", "chi" },
		{ "text:mill", "2026-11-20-ana" },
		{ "about:machine", "elf" },
		{ "email:ana@x", "ana" },
		{ "promised:map", "2026-11-20-ana" },
		{ "promised.what:call", "2026-11-20-ana" },
		{ "x-coffee:flat", "ana" },
		{ "x-coffee:\"flat white\"", "ana" },
		{ "x-coffee:silva", "" },
		{ "x-team:bo", "ana" },
		{ "x-team.lead:bo", "ana" },
		{ "x-tea:bo", "" },
		{ "x-a';drop:b", "" },
		{ "x-pet:rex", "dan" },
		{ "x-pet.name:rex", "dan" },
		{ "x-pet.age:rex", "" },
	};
	query_store_check(cases, kith_count(cases));
}

static void dates_match_where_ranges_overlap(void **state)
{
	(void)state;
	static const struct query_case cases[] = {
		{ "met:2024", "ana" },
		{ "met:2024-05-20", "ana" },
		{ "met:2024-06..", "" },
		{ "met:..2023", "bo chi" },
		{ "met:2023-07-01", "bo" },
		{ "met:2022-12-31..2023-01-01", "bo chi" },
		{ "met:2022,2024", "ana chi" },
		{ "by:..today", "job talk" },
		{ "by:2w", "job flat" },
		{ "by:-1w..", "job flat book" },
		{ "by:-1w..today", "job" },
		{ "date:2026-11..", "2026-12-10-chi 2026-11-20-ana pycon" },
		{ "date:30d", "2026-11-20-ana pycon" },
		{ "date:30d.. kind:note", "2026-11-20-ana" },
		{ "date:2026-12-24", "pycon" },
		{ "date:\"last friday\"", "2026-11-20-ana" },
		{ "date:08-01", "2026-08-01-bo" },
		{ "promised.by:..today", "2026-11-20-ana" },
		{ "promised.by:2026-11-23..2026-11-29", "" },
		{ "next:1w", "acme" },
	};
	query_store_check(cases, kith_count(cases));
}

static void birthdays_come_round(void **state)
{
	(void)state;
	static const struct query_case cases[] = {
		{ "birthday:today", "eve" },
		{ "birthday:11-25", "eve" },
		{ "birthday:03", "ana" },
		{ "birthday:march", "ana" },
		{ "birthday:30d", "eve" },
		{ "birthday:40d", "dan eve chi" },
		{ "birthday:12-27..01-05", "dan chi" },
		{ "birthday:12..01", "dan chi" },
		{ "birthday:2w..", "ana bo dan chi" },
		{ "birthday:02-29", "bo" },
		{ "birthday:02-28", "" },
		{ "birthday:..1984", "bo" },
		{ "birthday:1984..1995", "bo eve" },
		{ "birthday:2y", "ana bo dan eve chi" },
		{ "birthday:-1d", "eve" },
	};
	query_store_check(cases, kith_count(cases));
}

static void numbers_and_flags_compare(void **state)
{
	(void)state;
	static const struct query_case cases[] = {
		{ "max_asks:3", "bo" },
		{ "max_asks:..2", "chi" },
		{ "max_asks:1..3", "bo chi" },
		{ "wants.count:2", "book" },
		{ "cadence:quarterly", "ana" },
		{ "cadence:..90d", "chi" },
		{ "cadence:30d..", "ana chi" },
		{ "cadence:never", "bo" },
		{ "remote:yes", "job" },
		{ "remote:no", "talk" },
		{ "private:yes", "chi flat" },
		{ "private:no kind:contact", "ana bo dan elf eve" },
		{ "resting:yes", "elf chi" },
		{ "resting:no", "ana bo dan eve" },
		{ "resting:..today", "dan" },
	};
	query_store_check(cases, kith_count(cases));
}

static void has_and_missing_look_at_kinds_that_have_the_field(void **state)
{
	(void)state;
	static const struct query_case cases[] = {
		{ "has:birthday", "ana bo dan eve chi" },
		{ "missing:birthday", "elf" },
		{ "has:cadence", "ana bo chi" },
		{ "has:about", "elf" },
		{ "has:promised", "2026-11-20-ana" },
		{ "has:promised.done", "" },
		{ "has:jobs,aka", "ana bo" },
		{ "has:x-coffee", "ana" },
		{ "has:x-team", "ana" },
		{ "missing:x-coffee kind:contact", "bo dan elf eve chi" },
		{ "missing:title kind:contact", "dan elf eve chi" },
		{ "missing:type", "pycon fair job talk" },
		{ "missing:with", "" },
		{ "has:last", "ana bo" },
		{ "missing:last", "dan elf chi acme" },
	};
	query_store_check(cases, kith_count(cases));
}

static void what_is_derived_can_be_asked_for(void **state)
{
	(void)state;
	static const struct query_case cases[] = {
		{ "last:7d", "ana bo" },
		{ "last:..7d", "" },
		{ "last:2026-11-20", "ana bo" },
		{ "last:11-20", "ana bo" },
		{ "last:never", "dan elf chi acme" },
		{ "last:never,1w", "ana bo dan elf chi acme" },
		{ "due:..today", "2026-11-20-ana" },
		{ "due:never kind:contact", "elf eve" },
		{ "tie:close", "ana" },
		{ "has:tie kind:contact tie:close,steady,light,dormant", "ana bo" },
	};
	query_store_check(cases, kith_count(cases));
}

static void conditions_combine(void **state)
{
	(void)state;
	static const struct query_case cases[] = {
		{ "", "ana bo dan elf eve chi 2026-12-10-chi 2026-11-20-ana 2026-08-01-bo acme pycon fair job talk flat book" },
		{ "skills:c kind:contact", "bo dan eve" },
		{ "skills:c not tags:red kind:contact", "dan eve" },
		{ "roles:mentor or tags:red", "ana bo chi" },
		{ "(roles:mentor or tags:red) org:acme", "ana" },
		{ "roles:mentor or tags:red org:acme", "ana chi" },
		{ "not kind:contact,note not (skills:c or status:open)", "acme pycon fair talk book" },
		{ "kind:contact not has:birthday", "elf" },
		{ "not (mill or robot) kind:note", "2026-12-10-chi" },
		{ "kind:contact not last:..today", "dan elf eve chi" },
	};
	query_store_check(cases, kith_count(cases));
}

static void what_is_typed_is_never_syntax(void **state)
{
	(void)state;
	static const struct query_case cases[] = {
		{ "mill*", "2026-11-20-ana 2026-08-01-bo" },
		{ "-mill", "2026-11-20-ana 2026-08-01-bo" },
		{ "^mill", "2026-11-20-ana 2026-08-01-bo" },
		{ "words:mill@", "" },
		{ "NEAR", "" },
		{ "\"mill\\\" OR \\\"robot\"", "" },
		{ "mill AND", "" },
		{ "{mill}", "2026-11-20-ana 2026-08-01-bo" },
		{ "skills:\"c' or 1=1 --\"", "" },
		{ "id:\"x') or (1=1\"", "" },
		{ "𞤀𞤣", "" },         /* letters that are younger than FTS5's tables */
		{ "title:𞤀𞤣", "" },
		{ "name:١٢", "" },
	};
	query_store_check(cases, kith_count(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bare_words_are_found_in_any_text_by_their_beginning),
		cmocka_unit_test(whole_values_match_as_a_whole),
		cmocka_unit_test(a_reference_takes_me_both_ways),
		cmocka_unit_test(text_fields_match_by_the_words_of_that_field),
		cmocka_unit_test(dates_match_where_ranges_overlap),
		cmocka_unit_test(birthdays_come_round),
		cmocka_unit_test(numbers_and_flags_compare),
		cmocka_unit_test(has_and_missing_look_at_kinds_that_have_the_field),
		cmocka_unit_test(what_is_derived_can_be_asked_for),
		cmocka_unit_test(conditions_combine),
		cmocka_unit_test(what_is_typed_is_never_syntax),
	};
	return cmocka_run_group_tests(tests, query_store_open, query_store_close);
}
