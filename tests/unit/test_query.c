#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/store/query.h"

/* What a query means, without a store: how it is explained, and what is said when it cannot be read.
 * Today is Wednesday, 25 November 2026. */
static struct kith_now now(void)
{
	const struct kith_date today = { 2026, 11, 25, -1 };
	return (struct kith_now){ .today = kith_day_of(today), .minute = 9 * 60 };
}

static void check_explained(const char *text, const char *wanted)
{
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	struct kith_err err = {0};
	size_t column = 99;
	KITH_BUF out = {0};
	if (kith_query_parse(text, now(), &query, &column, &err) != KITH_OK)
		fail_msg("%s: column %zu: %s", text, column, err.message);
	kith_buf_add(&out, ">");
	kith_query_explain(query, &out);
	assert_int_equal(column, 99);
	if (out.text[0] != '>' || strcmp(out.text + 1, wanted) != 0)
		fail_msg("%s is explained as\n%s", text, out.text);
}

struct pair {
	const char *text, *wanted;
};

static void check_all(const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_explained(pairs[i].text, pairs[i].wanted);
}

static void words_and_phrases_are_text(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "", "every record\n" },
		{ " \t\r\n ", "every record\n" },
		{ "María", "any text has a word that begins with \"maria\"\n" },
		{ "\"machine learning\"", "any text has the phrase \"machine learning\"\n" },
		{ "\"a \\\"quoted\\\" \\\\ word \\n\"", "any text has the phrase \"a quoted word n\"\n" },
		{ "o'neil", "any text has the words \"o neil…\"\n" },
		{ "東京", "any text has the words \"東 京…\"\n" },
		{ "a,b", "any text has the words \"a b…\"\n" },
		{ "5\"", "any text has a word that begins with \"5\"\n" },
		{ "https://a.example/?b:c", "any text has the words \"https a example b c…\"\n" },
		{ "12:30", "any text has the words \"12 30…\"\n" },
		{ "at:12:30", "any of:\n  at has the words \"12 30…\" (note)\n  at is 12:30 (note)\n" },
		{ "foo:12", "any text has the words \"foo 12…\"\n" },
		{ "ana@x.example", "any text has the words \"ana x example…\"\n" },
		{ "mailto:ana@x.example", "any text has the words \"mailto ana x example…\"\n" },
		{ "C++:x", "any text has the words \"c x…\"\n" },
		{ ":x", "any text has a word that begins with \"x\"\n" },
		{ "Or", "any text has a word that begins with \"or\"\n" },
		{ "\"or\"", "any text has the phrase \"or\"\n" },
		{ "nota", "any text has a word that begins with \"nota\"\n" },
		{ "\"skills:c\"", "any text has the phrase \"skills c\"\n" },
	};
	check_all(pairs, kith_count(pairs));
}

static void not_binds_before_and_before_or(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "tags:a tags:b", "all of:\n  tags is a\n  tags is b\n" },
		{ "tags:a and tags:b", "all of:\n  tags is a\n  tags is b\n" },
		{ "tags:a or tags:b tags:c", "any of:\n  tags is a\n  all of:\n    tags is b\n    tags is c\n" },
		{ "(tags:a or tags:b)tags:c", "all of:\n  any of:\n    tags is a\n    tags is b\n  tags is c\n" },
		{ "not tags:a tags:b", "all of:\n  not:\n    tags is a\n  tags is b\n" },
		{ "not not tags:a", "not:\n  not:\n    tags is a\n" },
		{ "not(tags:a or tags:b)", "not:\n  any of:\n    tags is a\n    tags is b\n" },
		{ "((tags:a))", "tags is a\n" },
		{ "tags:a or tags:b or tags:c", "any of:\n  tags is a\n  tags is b\n  tags is c\n" },
		{ "tags:or", "tags is or\n" },
		{ "tags:a\nor\ttags:b", "any of:\n  tags is a\n  tags is b\n" },
	};
	check_all(pairs, kith_count(pairs));
}

static void a_field_is_read_by_its_type(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "skills:C++", "skills is c++\n" },
		{ "skills:c,\"Machine Learning\"", "skills is any of c, machine learning\n" },
		{ "Skills:c", "skills is c\n" },
		{ "skills:a..b", "skills is a..b\n" },
		{ "links:https://x.example/../y", "links has the words \"https x example y…\"\n" },
		{ "with:me", "with is me\n" },
		{ "org:Acme", "org is acme\n" },
		{ "title:vp", "title has a word that begins with \"vp\"\n" },
		{ "title:\"vp sales\"", "title has the phrase \"vp sales\"\n" },
		{ "links:https://x.example/a,b", "any of:\n  links has the words \"https x example a…\"\n"
		                                 "  links has a word that begins with \"b\"\n" },
		{ "email:ana@x.example", "email.value has the words \"ana x example…\"\n" },
		{ "jobs:acme", "any of:\n  jobs.org is acme (contact)\n  jobs.title has a word that begins with \"acme\" (contact)\n" },
		{ "jobs.org:acme", "jobs.org is acme\n" },
		{ "dates:wedding", "dates.what has a word that begins with \"wedding\"\n" },
		{ "status:open,HELPED", "status is any of open, helped\n" },
		{ "kind:contact,Notes", "kind is any of contact, note\n" },
		{ "id:Ana-Silva", "id is ana-silva\n" },
		{ "tie:close,dormant", "tie is any of close, dormant\n" },
		{ "max_asks:3", "max_asks is 3\n" },
		{ "max_asks:..2,5..", "any of:\n  max_asks is at most 2\n  max_asks is at least 5\n" },
		{ "wants.count:2..4", "wants.count is from 2 to 4\n" },
		{ "cadence:..90d", "cadence is at most 90 days\n" },
		{ "cadence:quarterly", "cadence is 91 days\n" },
		{ "cadence:\"6 weeks\"..", "cadence is at least 42 days\n" },
		{ "cadence:never", "cadence is never\n" },
		{ "remote:yes", "remote is yes\n" },
		{ "remote:false", "remote is no, or not said\n" },
		{ "resting:yes", "resting is yes, or until today or later\n" },
		{ "resting:2027", "resting between Fri 1 Jan 2027 and Fri 31 Dec 2027\n" },
		{ "x-coffee:flat", "x-coffee has a word that begins with \"flat\"\n" },
		{ "x-\u202Eb\x1B:c", "x-\uFFFDb\uFFFD has a word that begins with \"c\"\n" },
		{ "X-Coffee:\"flat white\"", "x-Coffee has the phrase \"flat white\"\n" },
		{ "has:cadence,x-coffee", "any of:\n  has cadence\n  has x-coffee\n" },
		{ "missing:birthday", "no birthday in a record that may have it: contact\n" },
		{ "missing:tags", "no tags\n" },
		{ "has:last missing:tie", "all of:\n  has last conversation\n"
		                          "  no tie in a record that may have it: contact, group\n" },
	};
	check_all(pairs, kith_count(pairs));
}

static void dates_are_resolved_to_days(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "met:2024", "met between Mon 1 Jan 2024 and Tue 31 Dec 2024\n" },
		{ "met:2024-05", "met between Wed 1 May 2024 and Fri 31 May 2024\n" },
		{ "met:2024-05-07", "met on Tue 7 May 2024\n" },
		{ "met:2024-05-07..2024-06", "met between Tue 7 May 2024 and Sun 30 Jun 2024\n" },
		{ "by:..today", "by between any day and Wed 25 Nov 2026\n" },
		{ "date:2026-11..", "date between Sun 1 Nov 2026 and any day\n" },
		{ "met:\"last friday\"", "met on Fri 20 Nov 2026\n" },
		{ "met:\"last friday\"..today", "met between Fri 20 Nov 2026 and Wed 25 Nov 2026\n" },
		{ "met:\"this month\"", "met between Sun 1 Nov 2026 and Mon 30 Nov 2026\n" },
		{ "met:\"Last Week\"", "met between Mon 16 Nov 2026 and Sun 22 Nov 2026\n" },
		{ "met:\"last quarter\"", "met between Wed 1 Jul 2026 and Wed 30 Sep 2026\n" },
		{ "by:\"next year\"", "by between Fri 1 Jan 2027 and Fri 31 Dec 2027\n" },
		{ "met:year", "met between Thu 1 Jan 2026 and Thu 31 Dec 2026\n" },
		{ "by:tomorrow,2027", "any of:\n  by on Thu 26 Nov 2026\n  by between Fri 1 Jan 2027 and Fri 31 Dec 2027\n" },
		{ "promised.by:..today", "promised.by between any day and Wed 25 Nov 2026\n" },
		{ "last:never", "last conversation never\n" },
		{ "due:never", "nothing due\n" },
		{ "due:today", "due on Wed 25 Nov 2026\n" },
		{ "due:..1w", "due between any day and Wed 2 Dec 2026\n" },
		{ "met:12-24", "met on 24 Dec of any year\n" },
	};
	check_all(pairs, kith_count(pairs));
}

static void unsigned_spans_look_where_the_date_is(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "last:90d", "last conversation between Thu 27 Aug 2026 and Wed 25 Nov 2026\n" },
		{ "last:..90d", "last conversation between any day and Thu 27 Aug 2026\n" },
		{ "last:90d..", "last conversation between Thu 27 Aug 2026 and Wed 25 Nov 2026\n" },
		{ "last:30d..90d", "last conversation between Thu 27 Aug 2026 and Mon 26 Oct 2026\n" },
		{ "last:90d..30d", "last conversation between Thu 27 Aug 2026 and Mon 26 Oct 2026\n" },
		{ "met:3m", "met between Tue 25 Aug 2026 and Wed 25 Nov 2026\n" },
		{ "by:2w", "by between Wed 25 Nov 2026 and Wed 9 Dec 2026\n" },
		{ "by:..2w", "by between any day and Wed 9 Dec 2026\n" },
		{ "by:2w..", "by between Wed 9 Dec 2026 and any day\n" },
		{ "by:-1w..", "by between Wed 18 Nov 2026 and any day\n" },
		{ "by:-1w", "by between Wed 18 Nov 2026 and Wed 25 Nov 2026\n" },
		{ "met:+1w", "met between Wed 25 Nov 2026 and Wed 2 Dec 2026\n" },
		{ "met:-1w..+1w", "met between Wed 18 Nov 2026 and Wed 2 Dec 2026\n" },
		{ "date:30d", "any of:\n  date between Mon 26 Oct 2026 and Wed 25 Nov 2026 (note)\n"
		              "  date between Wed 25 Nov 2026 and Fri 25 Dec 2026 (event)\n" },
	};
	check_all(pairs, kith_count(pairs));
}

static void days_that_come_round_wrap_over_new_year(void **state)
{
	(void)state;
	static const struct pair pairs[] = {
		{ "birthday:03-14", "birthday on 14 Mar of any year\n" },
		{ "birthday:--03-14", "birthday on 14 Mar of any year\n" },
		{ "birthday:03", "birthday between 1 Mar and 31 Mar of any year\n" },
		{ "birthday:2", "birthday between 1 Feb and 29 Feb of any year\n" },
		{ "birthday:March", "birthday between 1 Mar and 31 Mar of any year\n" },
		{ "birthday:30d", "birthday between 25 Nov and 25 Dec of any year\n" },
		{ "birthday:2m", "birthday between 25 Nov and 25 Jan of any year\n" },
		{ "birthday:-1w", "birthday between 18 Nov and 25 Nov of any year\n" },
		{ "birthday:..2w", "birthday between 25 Nov and 9 Dec of any year\n" },
		{ "birthday:2w..", "birthday between 9 Dec and 24 Nov of any year\n" },
		{ "birthday:2y", "birthday between 1 Jan and 31 Dec of any year\n" },
		{ "birthday:today", "birthday on 25 Nov of any year\n" },
		{ "birthday:today..eom", "birthday between 25 Nov and 30 Nov of any year\n" },
		{ "birthday:12..01", "birthday between 1 Dec and 31 Jan of any year\n" },
		{ "birthday:12-24..01-06", "birthday between 24 Dec and 6 Jan of any year\n" },
		{ "birthday:..03-14", "birthday between 1 Jan and 14 Mar of any year\n" },
		{ "birthday:1980..1989", "birthday between Tue 1 Jan 1980 and Sun 31 Dec 1989\n" },
		{ "birthday:1984-03-14", "birthday on Wed 14 Mar 1984\n" },
	};
	check_all(pairs, kith_count(pairs));
}

static void a_leap_day_falls_on_the_28th_in_other_years(void **state)
{
	(void)state;
	static const struct { struct kith_date today; const char *wanted; } cases[] = {
		{ { 2027, 2, 28, -1 }, "birthday between 28 Feb and 29 Feb of any year\n" },
		{ { 2028, 2, 28, -1 }, "birthday on 28 Feb of any year\n" },
		{ { 2028, 2, 29, -1 }, "birthday on 29 Feb of any year\n" },
		{ { 2027, 3, 1, -1 }, "birthday on 1 Mar of any year\n" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
		KITH_BUF out = {0};
		const struct kith_now day = { .today = kith_day_of(cases[i].today) };
		assert_int_equal(kith_query_parse("birthday:today", day, &query, NULL, NULL), KITH_OK);
		kith_query_explain(query, &out);
		assert_string_equal(out.text, cases[i].wanted);
	}
}

/* --- what cannot be read --- */

static void an_error_points_at_its_column_and_helps(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t column;
		const char *message, *hint;
	} cases[] = {
		{ "or tags:a", 1, "or stands between two conditions", "\"or\"" },
		{ "tags:a and or tags:b", 12, "or stands between", "\"or\"" },
		{ "tags:a or", 8, "a condition is missing after or", "\"or\"" },
		{ "tags:a and", 8, "missing after and", "quotes" },
		{ "not", 1, "missing after not", "quotes" },
		{ "(tags:a or) b", 9, "missing after or", "quotes" },
		{ "(tags:a)or", 9, "missing after or", "\"or\"" },
		{ "x-\x1B[2J:", 8, "missing after x-\uFFFD[2J:", "" },
		{ "(tags:a", 1, "is not closed", "add a )" },
		{ "é ((a) b", 3, "is not closed", "add a )" },
		{ "(", 1, "is not closed", "add a )" },
		{ "a)", 2, "closes none", "quotes" },
		{ "a () b", 3, "nothing between the parentheses", "" },
		{ "é \"a", 3, "the quote that opens here is not closed", "add a \"" },
		{ "a \"\"", 3, "nothing between the quotes", "" },
		{ "\"a\"b", 4, "a space is missing", "" },
		{ "tags:\"a\"b", 9, "a space is missing", "" },
		{ "skills:", 8, "a value is missing after skills:", "missing:" },
		{ "skills: c", 8, "a value is missing", "no space" },
		{ "skills:c, d", 10, "missing after the comma", "no space" },
		{ "skills:,c", 8, "a value is missing", "" },
		{ "skills:\"\"", 8, "nothing between the quotes", "" },
		{ "roles:(a or b)", 7, "not a parenthesis", "roles:one,two" },
		{ "!!!", 1, "has no letter or digit", "" },
		{ "title:--", 7, "has no letter or digit", "" },
		{ "skils:c", 1, "there is no field 'skils'", "did you mean skills:" },
		{ "tags:a Álvaro:c", 8, "there is no field 'Álvaro'", "quotes" },
		{ "-roles:mentor", 1, "there is no field '-roles'", "not roles:" },
		{ "x-:a", 1, "there is no field 'x-'", "" },
		{ "zzzzzz:a", 1, "there is no field", "kith-query(7)" },
		{ "kind:contat", 6, "'contat' is no kind of record", "did you mean contact?" },
		{ "status:helpd", 8, "'helpd' is none of its values", "did you mean helped?" },
		{ "tie:strong", 5, "'strong' is no kind of tie", "missing:tie" },
		{ "has:emial", 5, "'emial' is no field", "did you mean email?" },
		{ "missing:name,id", 14, "'id' is something every record has", "has:email" },
		{ "met:2026-13-02", 5, "'2026-13-02' is not a date: there is no month 13", "2026-02-13" },
		{ "tags:é met:30-11-2026", 12, "is not a date", "2026-11-30" },
		{ "met:03", 5, "'03' is not a date", "3d" },
		{ "met:soon", 5, "'soon' is not a date", "tomorrow" },
		{ "met:never", 5, "'never' is not a date", "missing:" },
		{ "met:..", 5, "neither a beginning nor an end", "..today" },
		{ "met:2026..2024", 5, "ends before it begins", "exchange" },
		{ "met:12-24..2026", 5, "has a year at one end only", "both ends" },
		{ "met:..12-24", 5, "has a year at one end only", "both ends" },
		{ "by:9999y", 4, "too far away", "" },
		{ "birthday:13", 10, "'13' is not a date", "" },
		{ "cadence:often", 9, "is not a length of time", "quarterly" },
		{ "cadence:90d..30d", 9, "ends before it begins", "exchange" },
		{ "max_asks:x", 10, "is not a whole number", "1..3" },
		{ "max_asks:99999999999999999999", 10, "is not a whole number", "" },
		{ "remote:maybe", 8, "is neither yes nor no", "yes or no" },
		{ "resting:perhaps", 9, "is not a date", "or yes or no" },
		{ "skills:\"a\"..b", 8, "is a range", "in quotes" },
		{ "a \xFF", 3, "not UTF-8", "" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct kith_query *query = NULL;
		struct kith_err err = {0};
		size_t column = 0;
		assert_int_equal(kith_query_parse(cases[i].text, now(), &query, &column, &err), KITH_USAGE);
		assert_null(query);
		if (column != cases[i].column || !strstr(err.message, cases[i].message) ||
		    !strstr(err.hint, cases[i].hint))
			fail_msg("%s: column %zu: %s (%s)", cases[i].text, column, err.message, err.hint);
		assert_int_equal(err.code, KITH_USAGE);
		assert_int_equal(kith_query_parse(cases[i].text, now(), &query, NULL, NULL), KITH_USAGE);
	}
}

/* --- limits --- */

static void repeat(struct kith_buf *out, const char *text, size_t times)
{
	while (times--)
		kith_buf_add(out, text);
}

static enum kith_code parse(const char *text, struct kith_err *err)
{
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	return kith_query_parse(text, now(), &query, NULL, err);
}

static void nesting_ends_at_64_levels(void **state)
{
	(void)state;
	static const struct {
		const char *open, *close;
	} ways[] = { { "(", ")" }, { "not ", "" }, { "(a or ", ")" } };
	for (size_t i = 0; i < kith_count(ways); i++) {
		for (size_t depth = 64; depth <= 65; depth++) {
			KITH_BUF text = {0};
			repeat(&text, ways[i].open, depth);
			kith_buf_add(&text, "a");
			repeat(&text, ways[i].close, depth);
			struct kith_err err = {0};
			assert_int_equal(parse(text.text, &err), depth == 64 ? KITH_OK : KITH_USAGE);
			assert_true(depth == 64 || strstr(err.message, "nested deeper"));
		}
	}
}

static void nesting_counts_open_levels_only(void **state)
{
	(void)state;
	KITH_BUF text = {0};
	repeat(&text, "(a) not (b) ", 100);
	assert_int_equal(parse(text.text, NULL), KITH_OK);
}

static void a_query_ends_at_64_kib(void **state)
{
	(void)state;
	KITH_BUF text = {0};
	repeat(&text, " ", 64 * 1024 - 1);
	kith_buf_add(&text, "a");
	assert_int_equal(parse(text.text, NULL), KITH_OK);
	kith_buf_add(&text, " ");
	struct kith_err err = {0};
	assert_int_equal(parse(text.text, &err), KITH_USAGE);
	assert_non_null(strstr(err.message, "longer than 65536 bytes"));
}

static void conditions_are_limited_but_lists_are_longer(void **state)
{
	(void)state;
	static const struct { const char *first, *more; size_t most; } cases[] = {
		{ "a", " a", 400 }, { "a", " or not a", 400 }, { "title:a", ",a", 400 }, { "date:2026", ",2026", 400 },
		{ "id:a", ",a", 8000 }, { "skills:a", ",a", 8000 },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF text = {0};
		struct kith_err err = {0};
		kith_buf_add(&text, cases[i].first);
		repeat(&text, cases[i].more, cases[i].most - 1);
		assert_int_equal(parse(text.text, NULL), KITH_OK);
		kith_buf_add(&text, cases[i].more);
		assert_int_equal(parse(text.text, &err), KITH_USAGE);
		assert_non_null(strstr(err.message, "more than"));
	}
}

/* --- what else is known of a query --- */

static void words_to_show_are_those_that_must_be_there(void **state)
{
	(void)state;
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	const char *text = "María (\"Machine  Learning\" or title:vp) not (coffee tea) 東京";
	static const char *const wanted[] = { "maria", "machine learning", "東 京" };
	assert_int_equal(kith_query_parse(text, now(), &query, NULL, NULL), KITH_OK);
	const char *const *words;
	assert_int_equal(kith_query_words(query, &words), kith_count(wanted));
	for (size_t i = 0; i < kith_count(wanted); i++)
		assert_string_equal(words[i], wanted[i]);
}

static bool is_name(const char *name)
{
	const char *const *names;
	const size_t count = kith_query_field_names(&names);
	size_t found = 0;
	for (size_t i = 0; i < count; i++)
		found += strcmp(names[i], name) == 0;
	assert_true(found <= 1);
	return found;
}

static void every_field_of_a_record_is_a_name_once(void **state)
{
	(void)state;
	static const char *const names[] = { "kind", "id",     "has",  "missing",     "last",     "due",
		                             "tie",  "skills", "name", "promised.by", "steps.do", "conflicts" };
	static const char *const others[] = { "me", "cadences", "notify_command", "conflicts.kept", "by_whom" };
	for (size_t i = 0; i < kith_count(names); i++)
		assert_true(is_name(names[i]));
	for (size_t i = 0; i < kith_count(others); i++)
		assert_false(is_name(others[i]));
}

static void every_name_can_be_asked_for(void **state)
{
	(void)state;
	const char *const *names;
	const size_t count = kith_query_field_names(&names);
	for (size_t i = 0; i < count; i++) {
		KITH_BUF text = {0};
		struct kith_err err = {0};
		kith_buf_addf(&text, "%s:zzzz", names[i]);
		/* Whatever it is, it is not unknown. */
		if (parse(text.text, &err) != KITH_OK)
			assert_null(strstr(err.message, "there is no field"));
		const bool is_verb = strcmp(names[i], "has") == 0 || strcmp(names[i], "missing") == 0;
		kith_buf_clear(&text);
		kith_buf_addf(&text, "has:%s", names[i]);
		if (parse(text.text, &err) != KITH_OK)
			assert_int_equal(strstr(err.message, "is no field") != NULL, is_verb);
	}
}

static void no_query_word_is_a_field(void **state)
{
	(void)state;
	static const char *const words[] = { "kind", "id", "has", "missing", "last", "due", "tie" };
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++)
		for (size_t i = 0; i < kith_count(words); i++)
			assert_null(kith_field_find(kind, words[i]));
}

static void sql_holds_nothing_that_was_typed(void **state)
{
	(void)state;
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	KITH_BUF sql = {0};
	const char *text = "zq1 \"zq2\" skills:zq3 with:zq4 id:zq5 x-zq6:zq7 has:x-zq8 title:zq9";
	assert_int_equal(kith_query_parse(text, now(), &query, NULL, NULL), KITH_OK);
	kith_query_sql(query, &sql);
	assert_null(strstr(sql.text, "zq"));
	assert_non_null(strchr(sql.text, '?'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_phrases_are_text),
		cmocka_unit_test(not_binds_before_and_before_or),
		cmocka_unit_test(a_field_is_read_by_its_type),
		cmocka_unit_test(dates_are_resolved_to_days),
		cmocka_unit_test(unsigned_spans_look_where_the_date_is),
		cmocka_unit_test(days_that_come_round_wrap_over_new_year),
		cmocka_unit_test(a_leap_day_falls_on_the_28th_in_other_years),
		cmocka_unit_test(an_error_points_at_its_column_and_helps),
		cmocka_unit_test(nesting_ends_at_64_levels),
		cmocka_unit_test(nesting_counts_open_levels_only),
		cmocka_unit_test(a_query_ends_at_64_kib),
		cmocka_unit_test(conditions_are_limited_but_lists_are_longer),
		cmocka_unit_test(words_to_show_are_those_that_must_be_there),
		cmocka_unit_test(every_field_of_a_record_is_a_name_once),
		cmocka_unit_test(every_name_can_be_asked_for),
		cmocka_unit_test(no_query_word_is_a_field),
		cmocka_unit_test(sql_holds_nothing_that_was_typed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
