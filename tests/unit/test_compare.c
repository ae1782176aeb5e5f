/* What changed between two versions of a record, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/record/compare.h"

struct example {
	const char *name;
	enum kith_kind kind;
	const char *before, *after, *words;
};

#define CONTACT KITH_KIND_contact
#define NOTE KITH_KIND_note

static const struct example examples[] = {
	{ "nothing", CONTACT, "name: A\ncity: P\n", "name: A\ncity: P\n", "" },
	{ "comments, quotes and layout", CONTACT, "name: A\nskills: [a, b]\n", "# new\nskills:\n  - \"a\"\n  - b\nname: 'A' # x\n", "" },
	{ "a value", CONTACT, "name: A\ncadence: quarterly\n", "name: A\ncadence: monthly\n", "cadence: quarterly → monthly" },
	{ "a value that came", CONTACT, "name: A\n", "name: A\ncity: Porto\n", "city + Porto" },
	{ "a value that went", CONTACT, "name: A\ncity: Porto\n", "name: A\n", "city − Porto" },
	{ "several, in the schema's order", CONTACT, "name: A\ncadence: weekly\ncity: P\n", "cadence: daily\nname: B\ncity: L\n",
	  "name: A → B; city: P → L; cadence: weekly → daily" },
	{ "items of a list", CONTACT, "skills: [c, go]\n", "skills: [go, rust, sql]\n", "skills − c, + rust, + sql" },
	{ "one item for another", CONTACT, "skills: [c]\n", "skills: [d]\n", "skills: c → d" },
	{ "a set in another order is the same", CONTACT, "skills: [c, go]\n", "skills: [go, c]\n", "" },
	{ "a list whose order means something", CONTACT, "email: [a@x.org, b@x.org]\n", "email: [b@x.org, a@x.org]\n",
	  "email: another order" },
	{ "the same item twice", CONTACT, "skills: [c]\n", "skills: [c, c]\n", "skills + c" },
	{ "an entry that came", NOTE, "date: 2026-11-21\n", "date: 2026-11-21\npromised:\n  - what: a map\n    by: 2026-11-27\n",
	  "promised + a map (by 2026-11-27)" },
	{ "an entry that went", NOTE, "promised: [a map, a hat]\n", "promised: [a hat]\n", "promised − a map" },
	{ "an entry that is written in another way", NOTE, "promised: [a map]\n", "promised:\n  - what: a map\n", "" },
	{ "a key of an entry", NOTE, "promised:\n  - {what: a hat}\n  - {what: a map, by: 2026-11-27}\n",
	  "promised:\n  - {what: a map, by: 2026-12-01}\n  - {what: a hat}\n", "promised (a map) by: 2026-11-27 → 2026-12-01" },
	{ "a key that came to an entry", NOTE, "promised:\n  - {what: a map}\n", "promised:\n  - {what: a map, done: 2026-11-25}\n",
	  "promised (a map) done + 2026-11-25" },
	{ "one of two entries of one name", NOTE, "promised: [a map, a map]\n", "promised: [a map]\n", "promised − a map" },
	{ "a text, by its lines", NOTE, "text: |\n  a\n  b\n  c\n  d\n", "text: |\n  a\n  B\n  c\n  d\n  e\n", "text changed, 2 lines" },
	{ "a text that came", NOTE, "date: 2026-11-21\n", "date: 2026-11-21\ntext: |\n  a\n  b\n", "text + 2 lines" },
	{ "a text that went", NOTE, "text: |\n  a\n  b\n", "with: ana\n", "with + ana; text − 2 lines" },
	{ "a text of one line", NOTE, "text: a\n", "text: b\n", "text: a → b" },
	{ "a table", KITH_SETTINGS, "cadences: {mentor: monthly, peer: weekly}\n", "cadences: {mentor: weekly, friend: monthly}\n",
	  "cadences friend + monthly; cadences mentor: monthly → weekly; cadences peer − weekly" },
	{ "a map", KITH_SETTINGS, "targets: {nudges: 3}\n", "targets: {nudges: 4}\n", "targets nudges: 3 → 4" },
	{ "keys of one's own, last", CONTACT, "x-coffee: black\n", "x-coffee: white\nx-tea: green\ncity: P\n",
	  "city + P; x-coffee: black → white; x-tea + green" },
	{ "what must not reach a terminal", CONTACT, "city: a\n", "city: \"\\e[31mred\\n\"\n", "city: a → \xef\xbf\xbd[31mred" },
	{ "a long value, cut", CONTACT, "purpose: short\n",
	  "purpose: 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n",
	  "purpose: short → 0123456789 0123456789 0123456789 0123456789 012…" },
};

static void a_change_is_told_in_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < kith_count(examples); i++) {
		const struct example *example = &examples[i];
		KITH_ARENA arena = { 0 };
		KITH_BUF words = { 0 };
		struct kith_reading before, after;
		struct kith_value_changes changes;
		kith_record_read(example->kind, "a", "a.yaml", example->before, strlen(example->before), &arena, &before);
		kith_record_read(example->kind, "a", "a.yaml", example->after, strlen(example->after), &arena, &after);
		assert_true(before.readable && after.readable);
		kith_record_compare(&before.record, &after.record, &arena, &changes);
		kith_value_changes_words(&words, &changes);
		if (strcmp(kith_buf_text(&words), example->words) != 0)
			fail_msg("%s:\n  got  %s\n  want %s", example->name, kith_buf_text(&words), example->words);
	}
}

static void what_is_told_agrees_with_the_names_of_the_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < kith_count(examples); i++) {
		const struct example *example = &examples[i];
		KITH_ARENA arena = { 0 };
		KITH_BUF names = { 0 };
		struct kith_reading before, after;
		struct kith_value_changes changes;
		kith_record_read(example->kind, "a", "a.yaml", example->before, strlen(example->before), &arena, &before);
		kith_record_read(example->kind, "a", "a.yaml", example->after, strlen(example->after), &arena, &after);
		kith_record_compare(&before.record, &after.record, &arena, &changes);
		kith_record_differences(&names, &before.record, &after.record);
		for (size_t j = 0; j < changes.count; j++)
			assert_non_null(strstr(kith_buf_text(&names), changes.list[j].field));
	}
}

static void very_many_values_take_no_square_of_time(void **state)
{
	(void)state;
	enum { MANY = 20000 };
	KITH_ARENA arena = { 0 };
	KITH_BUF before = { 0 }, after = { 0 };
	struct kith_reading old, new;
	struct kith_value_changes changes;
	kith_buf_add(&before, "promised:\n");
	kith_buf_add(&after, "promised:\n");
	for (int i = 0; i < MANY; i++) {
		kith_buf_addf(&before, "  - same\n");
		kith_buf_addf(&after, "  - same\n");
	}
	kith_buf_add(&after, "  - other\n");
	kith_record_read(NOTE, "a", "a.yaml", before.text, before.length, &arena, &old);
	kith_record_read(NOTE, "a", "a.yaml", after.text, after.length, &arena, &new);
	assert_true(old.readable && new.readable);
	kith_record_compare(&old.record, &new.record, &arena, &changes);
	assert_int_equal(changes.count, 1);
	assert_string_equal(changes.list[0].after, "other");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_told_in_words),
		cmocka_unit_test(what_is_told_agrees_with_the_names_of_the_fields),
		cmocka_unit_test(very_many_values_take_no_square_of_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
