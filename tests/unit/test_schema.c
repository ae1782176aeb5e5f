/* The tables of kinds, fields and types, and what is made of them. */
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/file.h"
#include "lib/record/record.h"
#include "lib/record/types.h"

/* --- rows --- */

#define EACH_FIELD(field)                                                                                              \
	for (const struct kith_field *field = kith_field_by_id(0); field; field = kith_field_by_id(field->id + 1u))

static void every_row_is_well_formed(void **state)
{
	(void)state;
	EACH_FIELD(field)
	{
		const char *dot = strchr(field->path, '.');
		assert_true(*field->name && strspn(field->name, "abcdefghijklmnopqrstuvwxyz_") == strlen(field->name));
		assert_string_equal(dot ? dot + 1 : field->path, field->name);
		assert_true(kith_field_is_top(field) == !dot);
		assert_true(*field->help && field->help[strlen(field->help) - 1] != '.');
		assert_ptr_equal(kith_field_by_id(field->id), field);
		const struct kith_field *parent = kith_field_by_id(field->parent);
		assert_true(dot ? parent->type == KITH_MAP && parent->kind == field->kind : parent == field);
	}
	assert_null(kith_field_by_id(kith_field_count()));
}

static void no_field_bears_a_word_of_the_query_language(void **state)
{
	(void)state;
	EACH_FIELD(field)
	if (kith_field_is_top(field))
		assert_false(kith_of_has("kind id has missing last due tie", field->name, strlen(field->name)));
}

static void check_kinds(const struct kith_field *field)
{
	const char *at = field->of, *word;
	size_t length, words = 0;
	for (; (word = kith_of_next(&at, &length)); words++) {
		if (length == 3 && memcmp(word, "any", 3) == 0)
			continue;
		const enum kith_kind kind = kith_kind_find(word, length);
		assert_true(kind < KITH_KINDS && kith_field_refers_to(field, kind));
	}
	assert_true(words > 0);
}

static void check_map(const struct kith_field *field)
{
	size_t count, length, words = 0;
	const struct kith_field *children = kith_field_children(field, &count);
	const char *at = field->of, *word;
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(kith_field_child(field->kind, field, children[i].name, strlen(children[i].name)), &children[i]);
	for (; (word = kith_of_next(&at, &length)); words++)
		assert_non_null(kith_field_child(field->kind, field, word, length));
	assert_true(field->merge != KITH_KEYED || words > 0);
	assert_true(!(field->flags & KITH_PAIR) || count >= 2);
}

static void what_a_field_is_of_exists(void **state)
{
	(void)state;
	EACH_FIELD(field)
	{
		long long least, most;
		size_t length;
		const char *at = field->of;
		if (kith_field_may_refer(field))
			check_kinds(field);
		else if (field->type == KITH_MAP)
			check_map(field);
		else if (field->type == KITH_ENUM)
			assert_non_null(kith_of_next(&at, &length));
		else if (field->type == KITH_INT)
			assert_true(sscanf(field->of, "%lld %lld", &least, &most) == 2 && least < most);
		else
			assert_true(field->type == KITH_WORD || !*field->of);
		/* The words are copied into small arrays where they are shown. */
		for (at = field->of; kith_of_next(&at, &length);)
			assert_true(length < 64);
	}
}

static void every_type_has_its_row_and_words(void **state)
{
	(void)state;
	for (int type = 0; type < KITH_TYPES; type++) {
		const struct kith_type_row *row = kith_type_row((enum kith_type)type);
		assert_true(row->read && row->print && row->range);
		assert_true(*kith_type_word((enum kith_type)type) && *kith_type_looks((enum kith_type)type));
	}
}

static void paths_are_found_and_nothing_else(void **state)
{
	(void)state;
	for (int kind = 0; kind <= KITH_CONFIG; kind++) {
		size_t count;
		const struct kith_field *fields = kith_fields((enum kith_kind)kind, &count);
		assert_true(count > 0);
		for (size_t i = 0; i < count; i++) {
			assert_int_equal(fields[i].kind, kind);
			assert_ptr_equal(kith_field_find((enum kith_kind)kind, fields[i].path), &fields[i]);
		}
	}
	assert_null(kith_field_find(KITH_KIND_contact, "promised"));
	assert_null(kith_field_find(KITH_KIND_contact, ""));
	assert_null(kith_field_find(KITH_KIND_contact, "knows."));
	assert_null(kith_field_child(KITH_KIND_contact, NULL, "nam", 3));
	assert_null(kith_field_child(KITH_KIND_contact, NULL, "who", 3));
	assert_null(kith_field_child(KITH_KIND_contact, kith_field_find(KITH_KIND_contact, "knows"), "value", 5));
	assert_ptr_equal(kith_field_child(KITH_KIND_contact, NULL, "city: Porto", 4), kith_field_find(KITH_KIND_contact, "city"));
	assert_string_equal(kith_field_key(kith_field_find(KITH_KIND_contact, "email"))->path, "email.value");
	assert_string_equal(kith_field_key(kith_field_find(KITH_KIND_contact, "city"))->path, "city");
}

static void kinds_are_found_by_name_and_folder(void **state)
{
	(void)state;
	static const struct { const char *path; int kind; } paths[] = {
		{ "contacts/ana.yaml", KITH_KIND_contact }, { "contacts/as/ana.yaml", KITH_KIND_contact },
		{ "kith.yaml", KITH_SETTINGS },             { "contacts", -1 },
		{ "contacts2/ana.yaml", -1 },               { "contact/ana.yaml", -1 },
		{ "x/kith.yaml", -1 },                      { "", -1 },
		{ "notes/2026/11/n.yaml", KITH_KIND_note }, { ".kith/reminders.yaml", -1 },
	};
	for (size_t i = 0; i < kith_count(paths); i++)
		assert_int_equal(kith_kind_of_path(paths[i].path), paths[i].kind);
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		assert_int_equal(kith_kind_find(kith_kind_name(kind), strlen(kith_kind_name(kind))), kind);
		assert_int_equal(kith_kind_find(kith_kind_folder(kind), strlen(kith_kind_folder(kind))), kind);
	}
	assert_int_equal(kith_kind_find("CONTACTS", 8), KITH_KIND_contact);
	assert_int_equal(kith_kind_find("cont", 4), KITH_KINDS);
	assert_int_equal(kith_kind_find("", 0), KITH_KINDS);
	assert_int_equal(kith_kind_find("contactsy", 8), KITH_KIND_contact);
}

static void references_name_their_kinds(void **state)
{
	(void)state;
	const struct kith_field *with = kith_field_find(KITH_KIND_note, "with"), *for_ = kith_field_find(KITH_KIND_note, "for");
	assert_true(kith_field_refers_to(with, KITH_KIND_contact) && kith_field_refers_to(with, KITH_KIND_group));
	assert_false(kith_field_refers_to(with, KITH_KIND_event));
	assert_false(kith_field_refers_to(with, KITH_SETTINGS));
	assert_true(kith_field_refers_to(for_, KITH_KIND_event));
	assert_false(kith_field_refers_to(kith_field_find(KITH_KIND_note, "how"), KITH_KIND_contact));
}

/* --- what is made of the rows --- */

static void read_file(const char *path, struct kith_buf *out)
{
	struct kith_err err;
	if (kith_file_read(path, 1 << 20, out, &err))
		fail_msg("%s", err.message);
}

static void published_schemas_are_those_of_the_rows(void **state)
{
	(void)state;
	for (int kind = 0; kind <= KITH_SETTINGS; kind++) {
		KITH_BUF path = {0}, published = {0}, made = {0};
		kith_buf_addf(&path, "schema/%s.json", kith_kind_name((enum kith_kind)kind));
		read_file(path.text, &published);
		kith_schema_json(&made, (enum kith_kind)kind);
		if (strcmp(made.text, published.text) != 0)
			fail_msg("%s is not what the .def files say: run make schemas", path.text);
	}
}

static void the_manual_names_every_field(void **state)
{
	(void)state;
	KITH_BUF page = {0};
	kith_schema_manual(&page);
	EACH_FIELD(field)
	{
		KITH_BUF item = {0};
		kith_buf_addf(&item, "\n.It Ic %s Pq ", field->name);
		assert_non_null(strstr(page.text, item.text));
	}
	for (size_t i = 0; i < page.length; i++)
		assert_true((unsigned char)page.text[i] < 0x80);
}

/* The pattern of a definition, or of a property, in a schema's text. */
static void find_pattern(const char *schema, const char *name, struct kith_buf *out)
{
	KITH_BUF key = {0};
	kith_buf_addf(&key, "\"%s\": {", name);
	const char *definitions = strstr(schema, "\"definitions\"");
	const char *at = strstr(definitions, key.text);
	if (!at)
		at = strstr(schema, key.text);
	assert_non_null(at);
	static const char member[] = "\"pattern\": \"";
	at = strstr(at, member);
	assert_non_null(at);
	at += sizeof(member) - 1;
	kith_buf_add_bytes(out, at, strcspn(at, "\""));
}

static const struct {
	enum kith_kind kind;
	const char *field, *definition;
} patterned[] = {
	{ KITH_KIND_contact, "met", "date" },       { KITH_KIND_note, "date", "day" },
	{ KITH_KIND_contact, "birthday", "day_of_any_year" }, { KITH_KIND_contact, "cadence", "span" },
	{ KITH_KIND_contact, "private", "flag" },   { KITH_KIND_contact, "through", "id" },
	{ KITH_SETTINGS, "remind_at", "time" },     { KITH_SETTINGS, "quiet", "times" },
	{ KITH_KIND_contact, "max_asks", "max_asks" },
};

static const char *const texts[] = {
	"2026-11-25", "2026-11", "2026", "03-14", "--03-14", "2026-12-03 19:30", "2026-12-03T19:30", "2024-02-29", "02-29", "0001-01-01",
	"2026-13", "25.11.2026", "tomorrow", "", "weekly", "Weekly", "QUARTERLY", "every week", "every other week", "each 2 weeks", "6 weeks",
	"90d", "3w", "2m", "1y", "a month", "an year", "twelve days", "2 wks.", "3 fortnights", "never", "half-yearly", "often", "0d", "-3w",
	"yes", "no", "True", "FALSE", "on", "Off", "y", "N", "maybe", "ana-silva", "me", "田中-由紀", "ольга-петрова", "123", "Ana Silva", "a_b", "-a",
	"9:00", "09:00", "23:59", "24:00", "7", "20:00-08:00", "20:00–8:00", "20:00 - 08:00", "20:00", "3", "+3", "-3", "99", "100", "0x3", " 3",
};

static uint64_t seed = 88172645463325252u;

static unsigned pick(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % below;
}

static void mutate(struct kith_buf *out)
{
	static const char bytes[] = "0123456789-: .TdwmyDWMY aeiouAEIOU,_/ftsknrl";
	for (unsigned times = pick(3); times-- && out->length;) {
		const size_t at = pick((unsigned)out->length);
		if ((unsigned char)out->text[at] < 0x80)
			out->text[at] = bytes[pick(sizeof(bytes) - 1)];
	}
}

/* An editor that finds fault with what kith reads is worse than none. */
static void patterns_accept_whatever_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < kith_count(patterned); i++) {
		const struct kith_field *field = kith_field_find(patterned[i].kind, patterned[i].field);
		KITH_BUF schema = {0}, pattern = {0};
		kith_schema_json(&schema, patterned[i].kind);
		find_pattern(schema.text, patterned[i].definition, &pattern);
		regex_t regex;
		assert_int_equal(regcomp(&regex, pattern.text, REG_EXTENDED | REG_NOSUB), 0);
		size_t accepted = 0, refused = 0;
		for (unsigned round = 0; round < 20000; round++) {
			KITH_BUF text = {0};
			kith_buf_add(&text, texts[round < kith_count(texts) ? round : pick(kith_count(texts))]);
			if (round >= kith_count(texts))
				mutate(&text);
			/* The reader trims a value before it reads it; a comma belongs to lists. */
			if (!text.length || text.text[0] == ' ' || text.text[text.length - 1] == ' ' || strchr(text.text, ','))
				continue;
			struct kith_value value;
			const bool matches = regexec(&regex, text.text, 0, NULL, 0) == 0;
			if (kith_value_read(field, text.text, &value, NULL, NULL)) {
				accepted++;
				if (!matches)
					fail_msg("%s reads '%s', but its pattern does not", field->path, text.text);
			}
			refused += !matches;
		}
		regfree(&regex);
		assert_true(accepted > 10 && refused > 100);
	}
}

static void the_fingerprint_stays(void **state)
{
	(void)state;
	assert_true(kith_schema_fingerprint() == kith_schema_fingerprint());
	assert_true(kith_schema_fingerprint() != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_well_formed),
		cmocka_unit_test(no_field_bears_a_word_of_the_query_language),
		cmocka_unit_test(what_a_field_is_of_exists),
		cmocka_unit_test(every_type_has_its_row_and_words),
		cmocka_unit_test(paths_are_found_and_nothing_else),
		cmocka_unit_test(kinds_are_found_by_name_and_folder),
		cmocka_unit_test(references_name_their_kinds),
		cmocka_unit_test(published_schemas_are_those_of_the_rows),
		cmocka_unit_test(the_manual_names_every_field),
		cmocka_unit_test(patterns_accept_whatever_is_read),
		cmocka_unit_test(the_fingerprint_stays),
	};
	return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
