/* Settling what lost a merge: one value changes, its entry goes, and nothing else; what cannot be done is refused in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/record/edit.h"
#include "lib/record/merge.h"

struct settle_case {
	const char *name, *text, *field;
	int choice;
	const char *want; /* NULL: refused */
};

#define ENTRY(field, rest) "conflicts:\n  - {field: " field ", " rest "}\n"

static const struct settle_case cases[] = {
	{ "a value", "name: A\ncity: Porto # old\n" ENTRY("city", "kept: [Faro]"), "city", 1, "name: A\ncity: Faro # old\n" },
	{ "what is shown stays", "name: A\ncity: Porto\n" ENTRY("city", "kept: [Faro]"), "city", 0, "name: A\ncity: Porto\n" },
	{ "deleted", "name: A\ncity: Porto\n" ENTRY("city", "deleted: true"), "city", KITH_CHOOSE_DELETED, "name: A\n" },
	{ "deleted, and is gone already", "name: A\n" ENTRY("city", "deleted: true"), "city", KITH_CHOOSE_DELETED, "name: A\n" },
	{ "a value comes back", "name: A\n" ENTRY("city", "kept: [Faro]"), "city", 1, "name: A\ncity: Faro\n" },
	{ "other entries stay", "name: A\ncity: P\nlevel: lead\nconflicts:\n  - {field: city, kept: [Q]}\n  - {field: level, kept: [head]}\n",
	  "city", 1, "name: A\ncity: Q\nlevel: lead\nconflicts:\n  - {field: level, kept: [head]}\n" },
	{ "a key of an entry", "name: A\nremind:\n  - text: send it\n    date: 2026-12-01\n" ENTRY("\"remind[send it].date\"", "kept: [2026-12-05]"),
	  "remind[send it].date", 1, "name: A\nremind:\n  - text: send it\n    date: 2026-12-05\n" },
	{ "an entry is deleted", "name: A\nremind:\n  - text: send it\n    date: 2026-12-01\n" ENTRY("\"remind[send it]\"", "deleted: true"),
	  "remind[send it]", KITH_CHOOSE_DELETED, "name: A\n" },
	{ "a key of an entry that is gone", "name: A\n" ENTRY("\"remind[send it].date\"", "kept: [2026-12-05]"), "remind[send it].date", 1, NULL },
	{ "a list gives way to one value", "name: A\nemail: [a@x.org, b@x.org]\n" ENTRY("email", "kept: [c@x.org]"), "email", 1,
	  "name: A\nemail: [c@x.org]\n" },
	{ "an unknown key", "name: A\nx-tea: green\n" ENTRY("x-tea", "kept: [black]"), "x-tea", 1, "name: A\nx-tea: black\n" },
	{ "below an unknown key", "name: A\nx-t:\n  a: 1 # one\n  b: 2\n" ENTRY("x-t.a", "kept: [3]"), "x-t.a", 1,
	  "name: A\nx-t:\n  a: 3 # one\n  b: 2\n" },
	{ "below an unknown key, in braces", "name: A\nx-t: {a: 1, b: 2}\n" ENTRY("x-t.b", "kept: [\"3, 4\"]"), "x-t.b", 1,
	  "name: A\nx-t: {a: 1, b: \"3, 4\"}\n" },
	{ "below an unknown key it comes back", "name: A\nx-t:\n  a: 1\n" ENTRY("x-t.b", "kept: [3]"), "x-t.b", 1, "name: A\nx-t:\n  a: 1\n  b: 3\n" },
	{ "below an unknown key it is deleted", "name: A\nx-t:\n  a: 1\n  b: 2\n" ENTRY("x-t.a", "deleted: true"), "x-t.a", KITH_CHOOSE_DELETED,
	  "name: A\nx-t:\n  b: 2\n" },
	{ "maps that would be left empty go too", "name: A\nx-t:\n  a:\n    b: 1\n" ENTRY("x-t.a.b", "deleted: true"), "x-t.a.b",
	  KITH_CHOOSE_DELETED, "name: A\n" },
	{ "a map below an unknown key gives way", "name: A\nx-t:\n  a: {b: 1}\n  c: 2\n" ENTRY("x-t.a", "kept: [3]"), "x-t.a", 1,
	  "name: A\nx-t:\n  a: 3\n  c: 2\n" },
	{ "below an unknown key that is a value now", "name: A\nx-t: 1\n" ENTRY("x-t.a", "kept: [3]"), "x-t.a", 1, NULL },
	{ "below an unknown key that is gone", "name: A\n" ENTRY("x-t.a", "kept: [3]"), "x-t.a", 1, NULL },
	{ "a deletion below an unknown key that is gone", "name: A\n" ENTRY("x-t.a", "deleted: true"), "x-t.a", KITH_CHOOSE_DELETED, "name: A\n" },
};

static void settle(const struct settle_case *one)
{
	KITH_EDITING editing = { 0 };
	KITH_ARENA arena = { 0 };
	struct kith_conflict *conflicts;
	struct kith_err err = { 0 };
	size_t count, at = 0;
	assert_int_equal(kith_editing_begin(&editing, KITH_KIND_contact, "a", "contacts/a.yaml", one->text, strlen(one->text), &err), KITH_OK);
	kith_conflicts_read(&editing.reading, &arena, &conflicts, &count);
	while (at < count && strcmp(conflicts[at].field, one->field) != 0)
		at++;
	assert_true(at < count);
	const enum kith_code code = kith_conflict_settle(&editing, &conflicts[at], one->choice, &err);
	if (one->want && (code || strcmp(kith_buf_text(&editing.text), one->want) != 0))
		fail_msg("%s: %s\n%s", one->name, err.message, kith_buf_text(&editing.text));
	if (!one->want && (code != KITH_FAULTY || !*err.hint || strcmp(kith_buf_text(&editing.text), one->text) != 0))
		fail_msg("%s: is not refused: %d %s\n%s", one->name, (int)code, err.hint, kith_buf_text(&editing.text));
}

static void each_is_settled_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < kith_count(cases); i++)
		settle(&cases[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_is_settled_and_nothing_else) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
