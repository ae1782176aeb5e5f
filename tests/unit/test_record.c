/* Records: values by declared type, every way of writing them, and every fault with its words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/json.h"
#include "lib/record/record.h"
#include "lib/record/types.h"

struct row {
	const char *name;
	enum kith_kind kind;
	const char *source, *want;
};

static struct kith_reading read_text(enum kith_kind kind, const char *source, size_t length, struct kith_arena *arena)
{
	struct kith_reading reading;
	kith_record_read(kind, "x", "contacts/x.yaml", source, length, arena, &reading);
	return reading;
}

static struct kith_record read_record(enum kith_kind kind, const char *source, struct kith_arena *arena)
{
	const struct kith_reading reading = read_text(kind, source, strlen(source), arena);
	assert_true(reading.readable);
	return reading.record;
}

/* --- values: path[entry] line:column text [its bytes in the file] --- */

static void print_values(struct kith_buf *out, const struct kith_record *record, const char *source)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct kith_value *value = &record->values[i];
		kith_buf_addf(out, "%s%s%s[%u] %u:%u ", value->field ? value->field->path : "", value->field && value->key ? " " : "",
		              value->key ? value->key : "", (unsigned)value->entry, (unsigned)value->line, (unsigned)value->column);
		kith_buf_addf(out, "%s", value->text);
		const size_t length = value->end - value->start;
		if (strlen(value->text) != length || memcmp(source + value->start, value->text, length) != 0) {
			kith_buf_add(out, " [");
			kith_buf_add_bytes(out, source + value->start, length);
			kith_buf_add(out, "]");
		}
		kith_buf_add(out, value->faulty ? " faulty\n" : "\n");
	}
}

#define CONTACT KITH_KIND_contact
#define NOTE KITH_KIND_note

static const struct row readings[] = {
	{ "a byte order mark, CRLF and comments", CONTACT, "\xEF\xBB\xBFname: Łucja # c\r\ncity: Łódź  \r\nskills: rust, łódź ,c  # x\r\n",
	  "name[0] 1:7 Łucja\ncity[0] 2:7 Łódź\nskills[0] 3:9 rust\nskills[0] 3:15 łódź\nskills[0] 3:21 c\n" },
	{ "nothing is guessed", CONTACT, "name: null\ncountry: NO\naddress: 08001\nphone: +34600123456\ntitle: 1:30\naka: [yes, 1e3, 0x10]\n",
	  "name[0] 1:7 null\ncountry[0] 2:10 NO\naddress[0] 3:10 08001\nphone.value[0] 4:8 +34600123456\ntitle[0] 5:8 1:30\n"
	  "aka[0] 6:7 yes\naka[0] 6:12 1e3\naka[0] 6:17 0x10\n" },
	{ "lists in blocks, in brackets and as one line", CONTACT,
	  "name: A\nskills:\n  - a, b\n  - ~\n  -\n  - \"c\"\ninterests: [x, y,\n  z]\nlanguages: one, \"two\"\nroles: \"a, b\"\ntags: a,, b ,\n",
	  "name[0] 1:7 A\nskills[0] 3:5 a, b\nskills[0] 6:5 c [\"c\"]\ninterests[0] 7:13 x\ninterests[0] 7:16 y\ninterests[0] 8:3 z\n"
	  "languages[0] 9:12 one\nlanguages[0] 9:17 \"two\"\nroles[0] 10:8 a, b [\"a, b\"]\ntags[0] 11:7 a\ntags[0] 11:11 b\n" },
	{ "texts with commas are one", CONTACT, "name: Silva, Ana\naka: a, b\ngift_ideas: a decent iron, or two\n",
	  "name[0] 1:7 Silva, Ana\naka[0] 2:6 a, b\ngift_ideas[0] 3:13 a decent iron, or two\n" },
	{ "entries as maps, as values, as one map and as one line", CONTACT,
	  "name: A\nemail:\n- a@b.example\n- {value: c@d.example, label: home}\n- label: work\n  value: e@f.example\nphone: {value: 1, label: x}\nknows: ana, tom\n",
	  "name[0] 1:7 A\nemail.value[0] 3:3 a@b.example\nemail.value[1] 4:11 c@d.example\nemail.label[1] 4:31 home\nemail.label[2] 5:10 work\n"
	  "email.value[2] 6:10 e@f.example\nphone.value[0] 7:16 1\nphone.label[0] 7:26 x\nknows.who[0] 8:8 ana\nknows.who[1] 8:13 tom\n" },
	{ "absent values", CONTACT, "name: A\ncity:\norg: ~\ntitle: \"\"\naka: []\nknows: {}\nemail: ''\ndates: [~, {}]\n",
	  "name[0] 1:7 A\n" },
	{ "texts of several lines", CONTACT, "name: A\nabout: |\n  one\n\n  zwei ü\n\npurpose: >\n  folded\n  text\nexpectations: plain\n  goes on\n",
	  "name[0] 1:7 A\nabout[0] 2:8 one\n\nzwei ü [|\n  one\n\n  zwei ü\n\n]\npurpose[0] 7:10 folded text [>\n  folded\n  text\n]\n"
	  "expectations[0] 10:15 plain goes on [plain\n  goes on]\n" },
	{ "words on two lines", CONTACT, "name: A\nskills: a,\n  b, c\ntags: [x y\n,z]\n",
	  "name[0] 1:7 A\nskills[0] 2:9 a [a,\n  b, c]\nskills[0] 2:9 b [a,\n  b, c]\nskills[0] 2:9 c [a,\n  b, c]\ntags[0] 4:8 x y\ntags[0] 5:2 z\n" },
	{ "steps in pairs, maps and lines", KITH_KIND_playbook,
	  "name: A\nsteps:\n  - 2w: write, soon\n  - {after: 3 months, do: call}\n  - think, well\n  - do: x\n  - \"1y\":\n      back\n",
	  "name[0] 1:7 A\nsteps.after[0] 3:5 2w\nsteps.do[0] 3:9 write, soon\nsteps.after[1] 4:13 3 months\nsteps.do[1] 4:27 call\n"
	  "steps.do[2] 5:5 think, well\nsteps.do[3] 6:9 x\nsteps.after[4] 7:5 1y [\"1y\"]\nsteps.do[4] 8:7 back\n" },
	{ "the tables of kith.yaml", KITH_SETTINGS,
	  "me: ana\ncadences:\n  mentor: quarterly\n  \"a b\": 6 weeks\n  c: ~\ntargets: {roles: [mentor, peer], nudges: 3}\nadjacent: {a: [b, c], d: e}\nquiet: 20:00–8:00\n",
	  "me[0] 1:5 ana\ncadences mentor[0] 3:11 quarterly\ncadences a b[1] 4:10 6 weeks\ntargets.roles[0] 6:19 mentor\ntargets.roles[0] 6:27 peer\n"
	  "targets.nudges[0] 6:42 3\nadjacent a[0] 7:16 b\nadjacent a[0] 7:19 c\nadjacent d[1] 7:26 e\nquiet[0] 8:8 20:00–8:00\n" },
	{ "a row of a table may be words on a line", KITH_SETTINGS, "adjacent:\n  robotics: manufacturing, ai\n",
	  "adjacent robotics[0] 2:13 manufacturing\nadjacent robotics[0] 2:28 ai\n" },
	{ "keys of one's own are kept, level by level", CONTACT,
	  "name: A\nx-team: {lead: B, size: [1, 2], none: ~}\nx-list:\n  - a: 1\n  - 2\nknows: {who: b, x-why: \"q\"}\n",
	  "name[0] 1:7 A\nx-team.lead[0] 2:16 B\nx-team.size[0] 2:26 1\nx-team.size[0] 2:29 2\nx-list.a[0] 4:8 1\nx-list[0] 5:5 2\n"
	  "knows.who[0] 6:14 b\nknows.x-why[0] 6:24 q [\"q\"]\n" },
	{ "a list inside an entry", NOTE, "date: 2026-11-25\noutcomes:\n  - what: x\n    thanks_to: ana, tom\n  - {what: y, thanks_to: [b]}\n",
	  "date[0] 1:7 2026-11-25\noutcomes.what[0] 3:11 x\noutcomes.thanks_to[0] 4:16 ana\noutcomes.thanks_to[0] 4:21 tom\noutcomes.what[1] 5:12 y\n"
	  "outcomes.thanks_to[1] 5:27 b\n" },
	{ "all of it as JSON", CONTACT, "{\"name\": \"A\", \"skills\": [\"b\", \"c\"], \"max_asks\": 3}",
	  "name[0] 1:10 A [\"A\"]\nskills[0] 1:26 b [\"b\"]\nskills[0] 1:31 c [\"c\"]\nmax_asks[0] 1:49 3\n" },
};

static void reads_what_the_table_says(void **state)
{
	const struct row *row = *state;
	KITH_ARENA arena = {0};
	const struct kith_reading reading = read_text(row->kind, row->source, strlen(row->source), &arena);
	KITH_BUF text = {0};
	for (size_t i = 0; i < reading.faults.count; i++)
		kith_fault_print(&text, "x", &reading.faults.list[i], row->source, strlen(row->source));
	print_values(&text, &reading.record, row->source);
	assert_string_equal(kith_buf_text(&text), row->want);
}

/* --- types --- */

static const struct {
	const char *source;
	const char *path;
	struct kith_date date;
	struct kith_span span;
	int64_t number;
} typed[] = {
	{ "met: 2026-11-25\n", "met", { 2026, 11, 25, -1 }, { 0 }, 0 },
	{ "met: 2026-11\n", "met", { 2026, 11, 0, -1 }, { 0 }, 0 },
	{ "met: 2026\n", "met", { 2026, 0, 0, -1 }, { 0 }, 0 },
	{ "met: \"2026-12-03 19:30\"\n", "met", { 2026, 12, 3, 1170 }, { 0 }, 0 },
	{ "birthday: 03-14\n", "birthday", { 0, 3, 14, -1 }, { 0 }, 0 },
	{ "birthday: --03-14\n", "birthday", { 0, 3, 14, -1 }, { 0 }, 0 },
	{ "birthday: 02-29\n", "birthday", { 0, 2, 29, -1 }, { 0 }, 0 },
	{ "cadence: Every 6 Weeks\n", "cadence", { 0, 0, 0, -1 }, { 6, KITH_WEEKS, false }, 0 },
	{ "cadence: never\n", "cadence", { 0, 0, 0, -1 }, { 0, KITH_DAYS, true }, 0 },
	{ "max_asks: 4 # said so\n", "max_asks", { 0, 0, 0, -1 }, { 0 }, 4 },
	{ "private: Yes\n", "private", { 0, 0, 0, -1 }, { 0 }, 1 },
	{ "private: off\n", "private", { 0, 0, 0, -1 }, { 0 }, 0 },
	{ "resting: y\n", "resting", { 0, 0, 0, -1 }, { 0 }, 1 },
	{ "resting: 2027-03\n", "resting", { 2027, 3, 0, -1 }, { 0 }, 0 },
};

static void values_have_their_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < kith_count(typed); i++) {
		KITH_ARENA arena = {0};
		KITH_BUF source = {0};
		kith_buf_addf(&source, "name: A\n%s", typed[i].source);
		const struct kith_record record = read_record(CONTACT, source.text, &arena);
		const struct kith_value *value = kith_record_get(&record, typed[i].path);
		assert_non_null(value);
		assert_memory_equal(&value->date, &typed[i].date, sizeof(value->date));
		assert_int_equal(value->span.count, typed[i].span.count);
		assert_int_equal(value->span.unit, typed[i].span.unit);
		assert_int_equal(value->span.never, typed[i].span.never);
		assert_int_equal(value->number, typed[i].number);
	}
	KITH_ARENA arena = {0};
	const struct kith_record settings = read_record(KITH_SETTINGS, "remind_at: 9:05\nquiet: 20:00 - 08:30\nweekend: no\n", &arena);
	assert_int_equal(kith_record_get(&settings, "remind_at")->number, 545);
	assert_int_equal(kith_record_get(&settings, "quiet")->number, 1200 * 1440 + 510);
	assert_false(kith_record_is(&settings, "weekend"));
}

static void values_have_an_order(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	const struct kith_record record = read_record(CONTACT, "name: A\nmet: 2026-02\nbirthday: 03-14\ncadence: monthly\nresting: yes\n", &arena);
	int64_t first, last;
	const struct kith_value *met = kith_record_get(&record, "met");
	assert_true(kith_type_row(KITH_DATE)->range(met, &first, &last));
	assert_int_equal(last - first, 27);
	assert_true(kith_type_row(KITH_DATE)->range(kith_record_get(&record, "birthday"), &first, &last));
	assert_int_equal(first, KITH_YEARLESS(3, 14));
	assert_true(first < kith_day_of((struct kith_date){ 1, 1, 1, -1 }));
	assert_true(kith_type_row(KITH_SPAN)->range(kith_record_get(&record, "cadence"), &first, &last));
	assert_int_equal(first, 30);
	assert_false(kith_type_row(KITH_DATE_OR_FLAG)->range(kith_record_get(&record, "resting"), &first, &last));
	assert_false(kith_type_row(KITH_TEXT)->range(kith_record_get(&record, "name"), &first, &last));
}

/* What is printed of a value is read back as the same value. */
static void printing_and_reading_agree(void **state)
{
	(void)state;
	static const struct { enum kith_kind kind; const char *path, *text; } values[] = {
		{ CONTACT, "met", "2026-12-03T19:30" }, { CONTACT, "met", "2026" },      { CONTACT, "birthday", "--03-14" },
		{ CONTACT, "cadence", "3 months" },     { CONTACT, "cadence", "1d" },    { CONTACT, "cadence", "never" },
		{ CONTACT, "max_asks", "+7" },          { CONTACT, "private", "TRUE" },  { CONTACT, "resting", "on" },
		{ CONTACT, "resting", "2027-01-02" },   { CONTACT, "closeness", "close" }, { CONTACT, "through", "ana" },
		{ KITH_SETTINGS, "quiet", "20:00–8:00" }, { KITH_SETTINGS, "remind_at", "9:00" },
	};
	for (size_t i = 0; i < kith_count(values); i++) {
		const struct kith_field *field = kith_field_find(values[i].kind, values[i].path);
		struct kith_value value, again;
		KITH_BUF printed = {0}, reprinted = {0};
		assert_true(kith_value_read(field, values[i].text, &value, NULL, NULL));
		kith_type_row(field->type)->print(&printed, &value);
		assert_true(kith_value_read(field, printed.text, &again, NULL, NULL));
		kith_type_row(field->type)->print(&reprinted, &again);
		assert_string_equal(printed.text, reprinted.text);
		assert_memory_equal(&value.date, &again.date, sizeof(value.date));
		assert_int_equal(value.number, again.number);
		assert_int_equal(kith_span_days(value.span), kith_span_days(again.span));
	}
}

static void a_failed_reading_leaves_the_value_alone(void **state)
{
	(void)state;
	struct kith_value value = { .number = 77 };
	const char *why = NULL;
	KITH_BUF hint = {0};
	assert_false(kith_value_read(kith_field_find(CONTACT, "max_asks"), "x", &value, &why, &hint));
	assert_int_equal(value.number, 77);
	assert_string_equal(why, "is not a whole number");
	assert_true(hint.length > 0);
	assert_false(kith_value_read(kith_field_find(CONTACT, "closeness"), "x", &value, NULL, NULL));
	assert_false(kith_value_read(kith_field_find(CONTACT, "met"), "x", &value, NULL, NULL));
}

/* --- faults, with all they print --- */

static const struct row mistakes[] = {
	{ "a date in another order", CONTACT, "name: A\nmet: 25.11.2026\n",
	  "x:2:6: error: met: '25.11.2026': the year comes first\n    met: 25.11.2026\n         ^^^^^^^^^^\n    hint: write 2026-11-25\n" },
	{ "a day that is not", CONTACT, "name: A\nmet: 2026-02-30\n",
	  "x:2:6: error: met: '2026-02-30': February 2026 has 28 days\n    met: 2026-02-30\n         ^^^^^^^^^^\n"
	  "    hint: write 2026-02-28\n" },
	{ "a month that is not", CONTACT, "name: A\nbirthday: 1990-13-02\n",
	  "x:2:11: error: birthday: '1990-13-02': there is no month 13\n    birthday: 1990-13-02\n              ^^^^^^^^^^\n"
	  "    hint: write 1990-02-13\n" },
	{ "a word for a date", NOTE, "date: tomorrow\n",
	  "x:1:7: error: date: 'tomorrow' is a word, not a date\n    date: tomorrow\n          ^^^^^^^^\n"
	  "    hint: write the day it means, such as 2026-11-25\n" },
	{ "no date at all", CONTACT, "name: A\nmet: soon\n",
	  "x:2:6: error: met: 'soon' is not a date\n    met: soon\n         ^^^^\n    hint: write it as 2026-11-25, 2026-11 or 2026\n" },
	{ "a month where a day is needed", NOTE, "date: 2026-11\n",
	  "x:1:7: error: date: '2026-11': the day is missing\n    date: 2026-11\n          ^^^^^^^\n    hint: put the day behind it: 2026-11-01\n" },
	{ "a year where a day is needed", CONTACT, "name: A\nbirthday: 1990\n",
	  "x:2:11: error: birthday: '1990': the day is missing\n    birthday: 1990\n              ^^^^\n    hint: write 03-14, or 1990-03-14\n" },
	{ "a day without its year", CONTACT, "name: A\nmet: 03-14\n",
	  "x:2:6: error: met: '03-14': the year is missing\n    met: 03-14\n         ^^^^^\n    hint: put the year before it: 2026-03-14\n" },
	{ "neither date nor yes", CONTACT, "name: A\nresting: a while\n",
	  "x:2:10: error: resting: 'a while' is neither a date nor yes\n    resting: a while\n             ^^^^^^^\n"
	  "    hint: write yes, or a date: 2027-01-31\n" },
	{ "no length of time", CONTACT, "name: A\ncadence: often\n",
	  "x:2:10: error: cadence: 'often' is not a length of time\n    cadence: often\n             ^^^^^\n"
	  "    hint: write weekly, monthly, quarterly, yearly, 6 weeks, 90d or never\n" },
	{ "no number", CONTACT, "name: A\nmax_asks: many\n",
	  "x:2:11: error: max_asks: 'many' is not a whole number\n    max_asks: many\n              ^^^^\n    hint: write it in digits: 3\n" },
	{ "a number out of range", CONTACT, "name: A\nmax_asks: 100\n",
	  "x:2:11: error: max_asks: '100' is out of range\n    max_asks: 100\n              ^^^\n    hint: write a number from 0 to 99\n" },
	{ "neither yes nor no", CONTACT, "name: A\nprivate: perhaps\n",
	  "x:2:10: error: private: 'perhaps' is neither yes nor no\n    private: perhaps\n             ^^^^^^^\n    hint: write yes or no\n" },
	{ "a word that is not one of a few", CONTACT, "name: A\ncloseness: clsoe\n",
	  "x:2:12: error: closeness: 'clsoe' is not one of the words it may be\n    closeness: clsoe\n               ^^^^^\n"
	  "    hint: did you mean close? it is one of: close, steady, light\n" },
	{ "a name for an id", NOTE, "date: 2026-11-25\nwith: tom, Łucja Wrona\n",
	  "x:2:12: error: with: 'Łucja Wrona' is not the id of a record\n    with: tom, Łucja Wrona\n               ^^^^^^^^^^^\n"
	  "    hint: did you mean lucja-wrona? a record is named by its file, without .yaml\n" },
	{ "something no id can come of", CONTACT, "name: A\nthrough: '?!'\n",
	  "x:2:10: error: through: '?!' is not the id of a record\n    through: '?!'\n             ^^^^\n"
	  "    hint: a record is named by its file, without .yaml\n" },
	{ "a list where one value belongs", CONTACT, "name: A\ncity: [a, b]\n",
	  "x:2:7: error: 'city' takes one value, not a list\n    city: [a, b]\n          ^^^^^^\n    hint: write one value behind the key: city: a\n" },
	{ "keys where a value belongs", CONTACT, "name: {first: A}\n",
	  "x:1:7: error: 'name' takes a value, not keys and values\n    name: {first: A}\n          ^^^^^^^^^^\n    hint: write name: A\n" },
	{ "keys where a list belongs", CONTACT, "name: A\nskills: {a: b}\n",
	  "x:2:9: error: 'skills' takes a list, not keys and values\n    skills: {a: b}\n            ^^^^^^\n    hint: write skills: [a]\n" },
	{ "a list in a list", CONTACT, "name: A\nemail: [[a]]\n",
	  "x:2:9: error: a list inside the list of 'email' has no meaning\n    email: [[a]]\n            ^^^\n    hint: write each entry on its own: - …\n" },
	{ "a value where a table belongs", KITH_SETTINGS, "cadences: weekly\n",
	  "x:1:11: error: 'cadences' takes keys and values\n    cadences: weekly\n              ^^^^^^\n"
	  "    hint: how often by role or tag, for contacts that do not say: mentor: quarterly\n" },
	{ "a value where keys belong", KITH_SETTINGS, "targets: many\n",
	  "x:1:10: error: targets: 'many' stands where keys and values belong\n    targets: many\n             ^^^^\n"
	  "    hint: write keys and values, indented under it\n" },
	{ "no time of day", KITH_SETTINGS, "remind_at: 25:00\n",
	  "x:1:12: error: remind_at: '25:00' is not a time of day\n    remind_at: 25:00\n               ^^^^^\n    hint: write hours and minutes: 09:00\n" },
	{ "no stretch of the day", KITH_SETTINGS, "quiet: at night\n",
	  "x:1:8: error: quiet: 'at night' is not a stretch of the day\n    quiet: at night\n           ^^^^^^^^\n    hint: write from and to: 20:00-08:00\n" },
	{ "a mistyped key", CONTACT, "name: A\nskils: [a]\n",
	  "x:2:1: warning: 'skils' is no field that kith knows\n    skils: [a]\n    ^^^^^\n    hint: did you mean skills? keys of your own start with x-\n" },
	{ "a key in capitals", CONTACT, "name: A\nCity: a\n",
	  "x:2:1: warning: 'City' is no field that kith knows\n    City: a\n    ^^^^\n    hint: did you mean city? keys of your own start with x-\n" },
	{ "a key of nobody's", CONTACT, "name: A\nzodiac: a\n",
	  "x:2:1: warning: 'zodiac' is no field that kith knows\n    zodiac: a\n    ^^^^^^\n    hint: it is kept as it is; keys of your own start with x-\n" },
	{ "a mistyped key in an entry", NOTE, "date: 2026-11-25\npromised:\n  - what: a\n    bye: 2026-12-01\n",
	  "x:4:5: warning: 'bye' is no key that belongs here\n        bye: 2026-12-01\n        ^^^\n    hint: did you mean by? keys of your own start with x-\n" },
	{ "no name", CONTACT, "# me\ncity: a\n",
	  "x: error: the contact has no name\n    hint: add a line: name: X\n" },
	{ "an empty name", CONTACT, "city: a\nname: \"  \"\n",
	  "x:2:1: error: the contact has no name\n    name: \"  \"\n    ^^^^\n    hint: write name: X\n" },
	{ "a note without its date", NOTE, "with: ana\n",
	  "x: error: the note has no date\n    hint: add a line: date: 2026-11-25\n" },
	{ "an entry without its key", CONTACT, "name: A\nknows:\n  - as: friend\n    since: 2020\n",
	  "x:3:5: error: 'knows.who' is missing here\n      - as: friend\n        ^^^^^^^^^^\n    hint: add who: and the id of a record\n" },
	{ "an entry with an empty key", NOTE, "date: 2026-11-25\npromised:\n  - what:\n    by: 2026-12-01\n",
	  "x:3:5: error: 'promised.what' is missing here\n      - what:\n        ^^^^^\n    hint: add what: and the text\n" },
	{ "a reminder that is only a text", CONTACT, "name: A\nremind: call\n",
	  "x:2:9: error: 'remind.date' is missing here\n    remind: call\n            ^^^^\n    hint: write remind: {text: call, date: 2026-11-25}\n" },
	{ "a list of reminders that are only texts", CONTACT, "name: A\nremind: [call]\n",
	  "x:2:10: error: 'remind.date' is missing here\n    remind: [call]\n             ^^^^\n    hint: write remind: [{text: call, date: 2026-11-25}]\n" },
	{ "a step without what to do", KITH_KIND_playbook, "name: A\nsteps:\n  - 2w:\n",
	  "x:3:5: error: 'steps.do' is missing here\n      - 2w:\n        ^^^\n    hint: add do: and the text\n" },
	{ "a step after no time", KITH_KIND_playbook, "name: A\nsteps:\n  - later: call\n",
	  "x:3:5: error: steps.after: 'later' is not a length of time\n      - later: call\n        ^^^^^\n"
	  "    hint: write weekly, monthly, quarterly, yearly, 6 weeks, 90d or never\n" },
	{ "two steps in one", KITH_KIND_playbook, "name: A\nsteps:\n  - do: a\n    3w: b\n",
	  "x:4:5: warning: '3w' is no key that belongs here\n        3w: b\n        ^^\n    hint: if it begins an entry of its own, write - before it\n" },
	{ "a fault in quotes", CONTACT, "name: A\nmet: \"soon, ü\"\n",
	  "x:2:6: error: met: 'soon, ü' is not a date\n    met: \"soon, ü\"\n         ^^^^^^^^^\n    hint: write it as 2026-11-25, 2026-11 or 2026\n" },
	{ "several faults, in the order of the file", CONTACT, "met: x\nname: A\ncadence: y\nzodiac: z\n",
	  "x:1:6: error: met: 'x' is not a date\n    met: x\n         ^\n    hint: write it as 2026-11-25, 2026-11 or 2026\n"
	  "x:3:10: error: cadence: 'y' is not a length of time\n    cadence: y\n             ^\n"
	  "    hint: write weekly, monthly, quarterly, yearly, 6 weeks, 90d or never\n"
	  "x:4:1: warning: 'zodiac' is no field that kith knows\n    zodiac: z\n    ^^^^^^\n    hint: it is kept as it is; keys of your own start with x-\n" },
	{ "text that would upset a terminal", CONTACT, "name: A\nmet: \"\\e[31m\\u202Eso\"\n",
	  "x:2:6: error: met: '\xEF\xBF\xBD[31m\xEF\xBF\xBDso' is not a date\n    met: \"\\e[31m\\u202Eso\"\n         ^^^^^^^^^^^^^^^^\n"
	  "    hint: write it as 2026-11-25, 2026-11 or 2026\n" },
};

static void is_reported_with_these_words(void **state)
{
	const struct row *row = *state;
	KITH_ARENA arena = {0};
	const struct kith_reading reading = read_text(row->kind, row->source, strlen(row->source), &arena);
	KITH_BUF text = {0};
	for (size_t i = 0; i < reading.faults.count; i++)
		kith_fault_print(&text, "x", &reading.faults.list[i], row->source, strlen(row->source));
	assert_true(reading.readable);
	assert_string_equal(kith_buf_text(&text), row->want);
}

static void a_refused_file_has_no_values_but_all_its_faults(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	const char source[] = "name: A\nmet: x\ncity: *y\n";
	const struct kith_reading reading = read_text(CONTACT, source, sizeof(source) - 1, &arena);
	assert_false(reading.readable);
	assert_true(reading.record.broken);
	assert_int_equal(reading.record.count, 0);
	assert_int_equal(reading.faults.count, 2);
	assert_int_equal(reading.faults.list[0].line, 2);
	assert_int_equal(reading.faults.list[1].line, 3);
}

static void more_values_than_anybody_has_are_refused(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	KITH_BUF source = {0};
	kith_buf_add(&source, "name: A\ntags: ");
	for (int i = 1; i < KITH_RECORD_LIMIT; i++)
		kith_buf_add(&source, "a,");
	struct kith_reading reading = read_text(CONTACT, source.text, source.length, &arena);
	assert_true(reading.readable);
	assert_int_equal(reading.record.count, KITH_RECORD_LIMIT);
	kith_buf_add(&source, "a");
	reading = read_text(CONTACT, source.text, source.length, &arena);
	assert_false(reading.readable);
	assert_string_equal(reading.faults.list[0].message, "the file holds more than 100000 values");
	assert_int_equal(reading.record.count, 0);
}

/* --- looking things up --- */

static void values_are_found_by_path_and_entry(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	const struct kith_record note = read_record(NOTE,
		"date: 2026-11-25\nwith: [ana, tom]\npromised:\n  - {what: a, x-y: 1, by: 2026-12-01}\n  - b\n  - {by: soon, what: c, to: tom}\n"
		"gave: {what: d, to: ana}\n", &arena);
	const struct kith_value *with = kith_record_get(&note, "with"), *tom = kith_record_next(&note, "with", with);
	assert_string_equal(with->text, "ana");
	assert_string_equal(tom->text, "tom");
	assert_null(kith_record_next(&note, "with", tom));
	const struct kith_value *a = kith_record_get(&note, "promised.what"), *b = kith_record_next(&note, "promised.what", a);
	const struct kith_value *c = kith_record_next(&note, "promised.what", b);
	assert_string_equal(kith_record_sibling(&note, a, "promised.by")->text, "2026-12-01");
	assert_null(kith_record_sibling(&note, a, "promised.to"));
	assert_null(kith_record_sibling(&note, b, "promised.by"));
	assert_null(kith_record_sibling(&note, b, "promised.to"));
	assert_null(kith_record_sibling(&note, c, "promised.by")); /* it is faulty */
	assert_string_equal(kith_record_sibling(&note, c, "promised.to")->text, "tom");
	assert_ptr_equal(kith_record_sibling(&note, c, "promised.what"), c);
	assert_ptr_equal(kith_record_sibling(&note, kith_record_get(&note, "promised.to"), "promised.what"), c);
	assert_null(kith_record_text(&note, "at"));
	assert_string_equal(kith_record_text(&note, "gave.what"), "d");
}

static void records_have_titles(void **state)
{
	(void)state;
	static const struct { enum kith_kind kind; const char *source, *want; } titles[] = {
		{ CONTACT, "name: Ana Silva\n", "Ana Silva" },
		{ CONTACT, "city: Porto\n", "x" },
		{ NOTE, "date: 2026-11-25\ntext: |\n  Walked the river.\n  She starts in spring.\n", "Walked the river." },
		{ NOTE, "date: 2026-11-25\npromised: to call\n", "to call" },
		{ NOTE, "date: 2026-11-25\n", "x" },
	};
	for (size_t i = 0; i < kith_count(titles); i++) {
		KITH_ARENA arena = {0};
		KITH_BUF title = {0};
		const struct kith_record record = read_record(titles[i].kind, titles[i].source, &arena);
		kith_record_title(&title, &record);
		assert_string_equal(title.text, titles[i].want);
	}
}

static void differences_are_named_in_canonical_order(void **state)
{
	(void)state;
	static const struct { const char *before, *after, *want; size_t count; } pairs[] = {
		{ "name: A\ncity: x\n", "city: x\nname: A # c\n", "", 0 },
		{ "name: A\ncity: x\n", "name: B\norg: y\n", "name, city, org", 3 },
		{ "name: A\nknows: ana\n", "name: A\nknows: [{who: ana}]\n", "", 0 },
		{ "name: A\nknows: ana\n", "name: A\nknows: [{who: ana, as: friend}]\n", "knows", 1 },
		{ "name: A\nskills: a, b\n", "name: A\nskills: [b, a]\n", "skills", 1 },
		{ "name: A\nx-a: 1\nx-b: 2\nx-c: [1, 2]\n", "name: A\nx-b: 3\nx-c: [1, 2]\nx-d: 4\n", "x-a, x-b, x-d", 3 },
		{ "name: A\nx-c: [1, 2]\n", "name: A\nx-c: [1, 2, 3]\n", "x-c", 1 },
		{ "name: A\nx-c: 1\n", "name: A\nmet: 2026\n", "met, x-c", 2 },
	};
	for (size_t i = 0; i < kith_count(pairs); i++) {
		KITH_ARENA arena = {0};
		KITH_BUF names = {0};
		const struct kith_record before = read_record(CONTACT, pairs[i].before, &arena);
		const struct kith_record after = read_record(CONTACT, pairs[i].after, &arena);
		assert_int_equal(kith_record_differences(&names, &before, &after), pairs[i].count);
		assert_string_equal(kith_buf_text(&names), pairs[i].want);
	}
}

/* --- JSON --- */

static const struct row documents[] = {
	{ "JSON has the types of the fields, in canonical order", CONTACT,
	  "max_asks: 4\nprivate: yes\nresting: no\nskills: a, b\nname: \"A \\\"B\\\"\"\nbirthday: --03-14\nmet: 2026-11\ncadence: 3 months\naka: C\n",
	  "{\"kind\":\"contact\",\"id\":\"x\",\"path\":\"contacts/x.yaml\",\"name\":\"A \\\"B\\\"\",\"aka\":[\"C\"],\"skills\":[\"a\",\"b\"],\"max_asks\":4,"
	  "\"met\":\"2026-11\",\"cadence\":\"3 months\",\"resting\":false,\"birthday\":\"03-14\",\"private\":true}" },
	{ "JSON has entries as objects", CONTACT, "name: A\nemail: [a@b.example, {label: home, value: c}]\nresting: 2027-01-02\nknows: tom\n",
	  "{\"kind\":\"contact\",\"id\":\"x\",\"path\":\"contacts/x.yaml\",\"name\":\"A\",\"email\":[{\"value\":\"a@b.example\"},{\"value\":\"c\",\"label\":\"home\"}],"
	  "\"knows\":[{\"who\":\"tom\"}],\"resting\":\"2027-01-02\"}" },
	{ "JSON has lists inside entries", NOTE, "date: 2026-11-25\noutcomes: [{what: a, thanks_to: b}, {what: c, kind: other}]\n",
	  "{\"kind\":\"note\",\"id\":\"x\",\"path\":\"contacts/x.yaml\",\"date\":\"2026-11-25\",\"outcomes\":[{\"what\":\"a\",\"thanks_to\":[\"b\"]},"
	  "{\"what\":\"c\",\"kind\":\"other\"}]}" },
	{ "JSON has the user's own keys under their names", CONTACT,
	  "name: A\nx-b: 1\nx-a: [2, {c: 3}]\nid: mine\nx-a.c: 4\nzodiac: z\nknows: {who: tom, x-why: q}\n",
	  "{\"kind\":\"contact\",\"id\":\"x\",\"path\":\"contacts/x.yaml\",\"name\":\"A\",\"knows\":[{\"who\":\"tom\"}],\"_id\":\"mine\",\"knows.x-why\":\"q\",\"x-a\":\"2\","
	  "\"x-a.c\":[\"3\",\"4\"],\"x-b\":\"1\",\"zodiac\":\"z\"}" },
	{ "JSON keeps what could not be read, as text", CONTACT, "name: A\nmax_asks: many\nmet: soon\nconflicts: [odd, {field: city, kept: [x, y]}]\n",
	  "{\"kind\":\"contact\",\"id\":\"x\",\"path\":\"contacts/x.yaml\",\"name\":\"A\",\"max_asks\":\"many\",\"met\":\"soon\","
	  "\"conflicts\":[\"odd\",{\"field\":\"city\",\"kept\":[\"x\",\"y\"]}]}" },
	{ "JSON has tables as objects", KITH_SETTINGS, "cadences: {mentor: quarterly, peer: [weekly, 2w]}\nadjacent: {a: b, c: [d, e]}\ntargets: {roles: mentor, nudges: 2}\n",
	  "{\"kind\":\"kith\",\"id\":\"x\",\"path\":\"contacts/x.yaml\",\"cadences\":{\"mentor\":\"quarterly\",\"peer\":[\"weekly\",\"2w\"]},"
	  "\"targets\":{\"roles\":[\"mentor\"],\"nudges\":2},\"adjacent\":{\"a\":[\"b\"],\"c\":[\"d\",\"e\"]}}" },
};

static void is_written_as_this_document(void **state)
{
	const struct row *row = *state;
	KITH_ARENA arena = {0};
	KITH_BUF text = {0};
	const struct kith_reading reading = read_text(row->kind, row->source, strlen(row->source), &arena);
	struct kith_json json = { .out = &text };
	kith_record_json(&json, &reading.record);
	assert_string_equal(text.text, row->want);
}

static size_t add_rows(struct CMUnitTest *tests, size_t count, const struct row *rows, size_t rows_count, CMUnitTestFunction test)
{
	for (size_t i = 0; i < rows_count; i++)
		tests[count++] = (struct CMUnitTest){
			.name = rows[i].name,
			.test_func = test,
			.initial_state = (void *)(uintptr_t)&rows[i],
		};
	return count;
}

int main(void)
{
	static struct CMUnitTest tests[160] = {
		cmocka_unit_test(values_have_their_types),
		cmocka_unit_test(values_have_an_order),
		cmocka_unit_test(printing_and_reading_agree),
		cmocka_unit_test(a_failed_reading_leaves_the_value_alone),
		cmocka_unit_test(a_refused_file_has_no_values_but_all_its_faults),
		cmocka_unit_test(more_values_than_anybody_has_are_refused),
		cmocka_unit_test(values_are_found_by_path_and_entry),
		cmocka_unit_test(records_have_titles),
		cmocka_unit_test(differences_are_named_in_canonical_order),
	};
	size_t count = 9;
	count = add_rows(tests, count, readings, kith_count(readings), reads_what_the_table_says);
	count = add_rows(tests, count, mistakes, kith_count(mistakes), is_reported_with_these_words);
	count = add_rows(tests, count, documents, kith_count(documents), is_written_as_this_document);
	return _cmocka_run_group_tests("record", tests, count, NULL, NULL);
}
