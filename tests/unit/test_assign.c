/* FIELD=VALUE words are taken apart as they were meant, and what a person types is found among texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/assign.h"
#include "cli/entry.h"

static void words_are_taken_apart(void **state)
{
	(void)state;
	static const struct {
		const char *word, *path, *entry;
		enum kith_assign_op op;
		const char *value;
	} cases[] = {
		{ "cadence=monthly", "cadence", NULL, KITH_ASSIGN_SET, "monthly" },
		{ "birthday=", "birthday", NULL, KITH_ASSIGN_SET, "" },
		{ "skills+=rust,c", "skills", NULL, KITH_ASSIGN_ADD, "rust,c" },
		{ "skills-=c", "skills", NULL, KITH_ASSIGN_REMOVE, "c" },
		{ "about=a=b", "about", NULL, KITH_ASSIGN_SET, "a=b" },
		{ "about+==", "about", NULL, KITH_ASSIGN_ADD, "=" },
		{ "x-my-key-=a", "x-my-key", NULL, KITH_ASSIGN_REMOVE, "a" },
		{ "follow_up=3d", "follow_up", NULL, KITH_ASSIGN_SET, "3d" },
		{ "knows.as=friend", "knows.as", NULL, KITH_ASSIGN_SET, "friend" },
		{ "knows[tom].as=friend", "knows.as", "tom", KITH_ASSIGN_SET, "friend" },
		{ "promised[send the draft].by=friday", "promised.by", "send the draft", KITH_ASSIGN_SET, "friday" },
		{ "promised[a [b] c].by=friday", "promised.by", "a [b] c", KITH_ASSIGN_SET, "friday" },
		{ "promised[a=b].by=friday", "promised.by", "a=b", KITH_ASSIGN_SET, "friday" },
		{ "outcomes[x].thanks_to+=tom", "outcomes.thanks_to", "x", KITH_ASSIGN_ADD, "tom" },
		{ "links=a[b].c=d", "links", NULL, KITH_ASSIGN_SET, "a[b].c=d" },
		{ "adjacent.public sector+=law", "adjacent.public sector", NULL, KITH_ASSIGN_ADD, "law" },
		{ "cadences.łódź=weekly", "cadences.łódź", NULL, KITH_ASSIGN_SET, "weekly" },
	};
	KITH_ARENA arena = { 0 };
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct kith_assignment read;
		struct kith_err err = { 0 };
		assert_true(kith_assignment_is(cases[i].word));
		const enum kith_code code = kith_assignment_read(&arena, cases[i].word, &read, &err);
		assert_int_equal(code, KITH_OK);
		assert_string_equal(read.path, cases[i].path);
		assert_int_equal(read.op, cases[i].op);
		assert_string_equal(read.value, cases[i].value);
		if (cases[i].entry)
			assert_string_equal(read.entry, cases[i].entry);
		else
			assert_null(read.entry);
	}
	kith_arena_finish(&arena);
}

static void other_words_are_none(void **state)
{
	(void)state;
	static const char *const words[] = { "",          "ana",   "roles:mentor", "city:a=b", "=x",      "+=x",
		                             "-n=x",      "a b=c", "1=2",          "a-b",      "a+b=c",   "(a=b",
		                             "knows[tom", "é=x",   "a.b",          "a/b=c",    "ana@b=c", "\"a\"=b" };
	for (size_t i = 0; i < kith_count(words); i++)
		assert_false(kith_assignment_is(words[i]));
}

static void a_bracket_that_does_not_close_is_told(void **state)
{
	(void)state;
	KITH_ARENA arena = { 0 };
	struct kith_assignment read;
	struct kith_err err = { 0 };
	assert_int_equal(kith_assignment_read(&arena, "knows[tom.as=friend", &read, &err), KITH_USAGE);
	assert_string_equal(err.message, "'knows[tom.as=friend' is not FIELD=VALUE");
}

static void texts_are_alike_by_degrees(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *text;
		enum kith_alike want;
	} cases[] = {
		{ "tom-okafor", "tom-okafor", KITH_ALIKE_EXACT },
		{ "Łódź", "lodz", KITH_ALIKE_FOLDED },
		{ "send the", "Send the trail map", KITH_ALIKE_START },
		{ "trail", "send the trail map", KITH_ALIKE_WORDS },
		{ "map trai", "send the trail map", KITH_ALIKE_WORDS },
		{ "rail", "send the trail map", KITH_UNLIKE },
		{ "trail park", "send the trail map", KITH_UNLIKE },
		{ "", "anything", KITH_UNLIKE },
		{ "  ", "anything", KITH_UNLIKE },
		{ "?!", "anything", KITH_UNLIKE },
		{ "anything", "", KITH_UNLIKE },
	};
	for (size_t i = 0; i < kith_count(cases); i++)
		assert_int_equal(kith_alike(cases[i].typed, cases[i].text), cases[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_taken_apart),
		cmocka_unit_test(other_words_are_none),
		cmocka_unit_test(a_bracket_that_does_not_close_is_told),
		cmocka_unit_test(texts_are_alike_by_degrees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
