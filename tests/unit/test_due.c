/* What falls due, by tables of records and days; and by brute force, that an answer holds until the day it names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/network/due.h"

/* --- a day's answer as text --- */

struct question {
	enum kith_kind kind;
	const char *id, *yaml;
	const char *settings; /* kith.yaml; NULL: the user is `me-myself` and nothing else is said */
	const char *last, *plan, *today;
};

static kith_day day_of(const char *text)
{
	struct kith_date date;
	if (!text)
		return KITH_NO_DAY;
	assert_true(kith_date_read(text, &date, NULL, NULL));
	return kith_day_of(date);
}

static struct kith_record read_record(enum kith_kind kind, const char *id, const char *yaml, struct kith_arena *arena)
{
	struct kith_reading reading;
	const char *path = kith_arena_printf(arena, "%s/%s.yaml", kith_kind_folder(kind), id);
	kith_record_read(kind, id, path, yaml, strlen(yaml), arena, &reading);
	assert_true(reading.readable);
	return reading.record;
}

static struct kith_settings read_settings(const char *yaml, struct kith_arena *arena)
{
	struct kith_settings settings = { .record = read_record(KITH_SETTINGS, "kith", yaml ? yaml : "me: me-myself\n", arena) };
	settings.me = kith_record_text(&settings.record, "me");
	return settings;
}

struct answer {
	struct kith_due *list;
	size_t count;
	kith_day recheck;
};

static struct answer ask(const struct question *question, kith_day today, struct kith_arena *arena)
{
	const struct kith_record record = read_record(question->kind, question->id, question->yaml, arena);
	const struct kith_settings settings = read_settings(question->settings, arena);
	const struct kith_derive_input input = {
		.record = &record,
		.last = day_of(question->last),
		.next_plan = day_of(question->plan),
		.settings = &settings,
		.today = today,
	};
	struct answer answer = {0};
	answer.recheck = kith_network_derive.due(&input, arena, &answer.list, &answer.count);
	return answer;
}

/* What the index fills in: for the tests a name made of the id. */
static void fill_name(struct kith_due *due, struct kith_arena *arena)
{
	static const struct { const char *id, *name; } people[] = {
		{ "ana-silva", "Ana Silva" }, { "tom-okafor", "Tom Okafor" }, { "james", "James" }, { "luca", "Luca Ferraro" },
		{ "me-myself", "Me Myself" }, { "plan-b", "Plan B" },
	};
	const char *id = *due->who ? due->who : due->id;
	due->name = kith_arena_strdup(arena, id);
	for (size_t i = 0; i < kith_count(people); i++)
		if (strcmp(people[i].id, id) == 0)
			due->name = people[i].name;
}

static void print_due(struct kith_buf *out, const struct kith_due *due, kith_day today)
{
	kith_date_print_day(out, due->day);
	if (due->minute >= 0)
		kith_buf_addf(out, " %02d:%02d", due->minute / 60, due->minute % 60);
	kith_buf_addf(out, " %s line %u | ", due->key, (unsigned)due->line);
	kith_due_summary(out, due, today);
	kith_buf_add(out, " | ");
	kith_due_reason(out, due, today);
	kith_buf_add_char(out, '\n');
}

static char *answer_text(const struct question *question, struct kith_arena *arena)
{
	const kith_day today = day_of(question->today);
	const struct answer answer = ask(question, today, arena);
	KITH_BUF text = {0};
	for (size_t i = 0; i < answer.count; i++) {
		fill_name(&answer.list[i], arena);
		assert_string_equal(answer.list[i].id, question->id);
		print_due(&text, &answer.list[i], today);
	}
	kith_buf_add(&text, "again ");
	if (answer.recheck == KITH_NO_DAY)
		kith_buf_add(&text, "never");
	else
		kith_date_print_day(&text, answer.recheck);
	return kith_arena_strdup(arena, kith_buf_text(&text));
}

/* --- tables --- */

struct row {
	const char *name;
	struct question question;
	const char *want;
};

#define CONTACT .kind = KITH_KIND_contact, .id = "ana-silva"
#define GROUP .kind = KITH_KIND_group, .id = "ana-silva"
#define NOTE .kind = KITH_KIND_note, .id = "n"
#define MENTORS "me: me-myself\ncadences:\n  Mentor: quarterly\n  inner: 6 weeks\n  family: never\n"

static const struct row cadence_rows[] = {
	{ "a cadence counts from the last conversation",
	  { CONTACT, .yaml = "name: Ana\ncadence: quarterly\n", .last = "2026-06-21", .today = "2026-11-25" },
	  "2026-09-21 cadence:ana-silva:2026-09-21 line 2 | Ana Silva: it has been 5 months | "
	  "You meant about every 3 months. Last: 21 Jun.\nagain never" },
	{ "a cadence that is not due yet is listed on its day",
	  { CONTACT, .yaml = "name: Ana\ncadence: monthly\n", .last = "2026-11-25", .today = "2026-11-25" },
	  "2026-12-25 cadence:ana-silva:2026-12-25 line 2 | Ana Silva: it will have been a month | "
	  "You meant about every month. Last: 25 Nov.\nagain never" },
	{ "a month after 31 January is the end of February",
	  { CONTACT, .yaml = "name: Ana\ncadence: monthly\n", .last = "2027-01-31", .today = "2027-01-31" },
	  "2027-02-28 cadence:ana-silva:2027-02-28 line 2 | Ana Silva: it will have been 4 weeks | "
	  "You meant about every month. Last: 31 Jan.\nagain never" },
	{ "a year after a leap day is 28 February",
	  { CONTACT, .yaml = "name: Ana\ncadence: yearly\n", .last = "2028-02-29", .today = "2029-03-01" },
	  "2029-02-28 cadence:ana-silva:2029-02-28 line 2 | Ana Silva: it has been a year | "
	  "You meant about every year. Last: 29 Feb 2028.\nagain never" },
	{ "weeks cross the end of a year",
	  { CONTACT, .yaml = "name: Ana\ncadence: 2 weeks\n", .last = "2026-12-24", .today = "2027-01-07" },
	  "2027-01-07 cadence:ana-silva:2027-01-07 line 2 | Ana Silva: it has been 2 weeks | "
	  "You meant about every 2 weeks. Last: 24 Dec 2026.\nagain never" },
	{ "without a cadence there is nothing",
	  { CONTACT, .yaml = "name: Ana\n", .last = "2020-01-01", .today = "2026-11-25" }, "again never" },
	{ "never is no rhythm",
	  { CONTACT, .yaml = "name: Ana\ncadence: never\n", .last = "2020-01-01", .today = "2026-11-25" }, "again never" },
	{ "an unreadable cadence is no rhythm",
	  { CONTACT, .yaml = "name: Ana\ncadence: often\n", .last = "2020-01-01", .today = "2026-11-25" }, "again never" },
	{ "a role takes its cadence from kith.yaml, in any case",
	  { CONTACT, .yaml = "name: Ana\nroles:\n  - peer\n  - mentor\n", .settings = MENTORS, .last = "2026-11-01", .today = "2026-11-25" },
	  "2027-02-01 cadence:ana-silva:2027-02-01 line 4 | Ana Silva: it will have been 3 months | "
	  "You meant about every 3 months. Last: 1 Nov.\nagain never" },
	{ "the shortest of the cadences in kith.yaml counts",
	  { CONTACT, .yaml = "name: Ana\nroles: [mentor]\ntags: [inner, family]\n", .settings = MENTORS, .last = "2026-11-01", .today = "2026-11-25" },
	  "2026-12-13 cadence:ana-silva:2026-12-13 line 3 | Ana Silva: it will have been 6 weeks | "
	  "You meant about every 6 weeks. Last: 1 Nov.\nagain never" },
	{ "never in kith.yaml is no rhythm when nothing else is said",
	  { CONTACT, .yaml = "name: Ana\ntags: family\n", .settings = MENTORS, .last = "2026-11-01", .today = "2026-11-25" }, "again never" },
	{ "the contact's own never goes before kith.yaml",
	  { CONTACT, .yaml = "name: Ana\nroles: mentor\ncadence: never\n", .settings = MENTORS, .last = "2020-11-01", .today = "2026-11-25" },
	  "again never" },
	{ "the user has no rhythm with themselves",
	  { .kind = KITH_KIND_contact, .id = "me-myself", .yaml = "name: Me\nroles: mentor\ncadence: weekly\nbirthday: 11-25\n",
	    .settings = MENTORS, .today = "2026-11-25" }, "again never" },
	{ "a group has a rhythm of its own, but takes none from kith.yaml",
	  { GROUP, .yaml = "name: Circle\ncadence: monthly\ntags: inner\n", .settings = MENTORS, .last = "2026-10-06", .today = "2026-11-25" },
	  "2026-11-06 cadence:ana-silva:2026-11-06 line 2 | Ana Silva: it has been 7 weeks | "
	  "You meant about every month. Last: 6 Oct.\nagain never" },
	{ "a group's next meeting is no reminder",
	  { GROUP, .yaml = "name: Circle\nnext: 2026-11-26\ntags: inner\n", .settings = MENTORS, .last = "2026-10-06", .today = "2026-11-25" },
	  "again never" },
};

static const struct row start_rows[] = {
	{ "without a conversation a cadence counts from the day of meeting",
	  { CONTACT, .yaml = "name: Ana\ncadence: monthly\nmet: 2026-10-03\n", .today = "2026-11-25" },
	  "2026-11-03 cadence:ana-silva:2026-11-03 line 2 | Ana Silva: no conversation noted yet | "
	  "You meant about every month. No conversation is noted yet.\nagain never" },
	{ "of a month of meeting the last day counts",
	  { CONTACT, .yaml = "name: Ana\ncadence: monthly\nmet: 2024-02\n", .today = "2026-11-25" },
	  "2024-03-29 cadence:ana-silva:2024-03-29 line 2 | Ana Silva: no conversation noted yet | "
	  "You meant about every month. No conversation is noted yet.\nagain never" },
	{ "an agreement later than the meeting is the start",
	  { CONTACT, .yaml = "name: Ana\ncadence: monthly\nmet: 2024\nagreed_on: 2026-11-20\n", .today = "2026-11-25" },
	  "2026-12-20 cadence:ana-silva:2026-12-20 line 2 | Ana Silva: no conversation noted yet | "
	  "You meant about every month. No conversation is noted yet.\nagain never" },
	{ "a group's rhythm begins when it was joined",
	  { GROUP, .yaml = "name: Circle\ncadence: monthly\njoined: 2026-11-10\n", .today = "2026-11-25" },
	  "2026-12-10 cadence:ana-silva:2026-12-10 line 2 | Ana Silva: no conversation noted yet | "
	  "You meant about every month. No conversation is noted yet.\nagain never" },
	{ "with no start at all it is due on any day, under one key",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\n", .today = "2026-11-25" },
	  "2026-11-25 cadence:ana-silva:first line 2 | Ana Silva: no conversation noted yet | "
	  "You meant about every week. No conversation is noted yet.\nagain 2026-11-26" },
	{ "who rests is left alone",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\nresting: yes\n", .last = "2026-01-01", .today = "2026-11-25" }, "again never" },
	{ "who rests until a day is left alone until then",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\nresting: 2027-01-02\n", .last = "2026-01-01", .today = "2027-01-01" },
	  "again 2027-01-02" },
	{ "after a rest it is due on the day the rest ended, not half a year before",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\nresting: 2027-01-02\n", .last = "2026-01-01", .today = "2027-01-02" },
	  "2027-01-02 cadence:ana-silva:2027-01-02 line 2 | Ana Silva: it has been a year | "
	  "You meant about every week. Last: 1 Jan 2026.\nagain never" },
	{ "a rest of long ago changes nothing",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\nresting: 2025-05\n", .last = "2026-11-01", .today = "2026-11-25" },
	  "2026-11-08 cadence:ana-silva:2026-11-08 line 2 | Ana Silva: it has been 3 weeks | "
	  "You meant about every week. Last: 1 Nov.\nagain never" },
	{ "resting: no is no rest",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\nresting: no\n", .last = "2026-11-18", .today = "2026-11-25" },
	  "2026-11-25 cadence:ana-silva:2026-11-25 line 2 | Ana Silva: it has been a week | "
	  "You meant about every week. Last: 18 Nov.\nagain never" },
	{ "a plan for the next weeks stands in for the reminder",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\n", .last = "2026-11-01", .plan = "2027-01-06", .today = "2026-11-25" },
	  "again 2027-01-07" },
	{ "on the day of the plan too",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\n", .last = "2026-11-01", .plan = "2026-11-25", .today = "2026-11-25" },
	  "again 2026-11-26" },
	{ "a plan further away does not",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\n", .last = "2026-11-01", .plan = "2027-01-07", .today = "2026-11-25" },
	  "2026-11-08 cadence:ana-silva:2026-11-08 line 2 | Ana Silva: it has been 3 weeks | "
	  "You meant about every week. Last: 1 Nov.\nagain 2026-11-26" },
	{ "a plan whose day has passed does not",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\n", .last = "2026-11-01", .plan = "2026-11-24", .today = "2026-11-25" },
	  "2026-11-08 cadence:ana-silva:2026-11-08 line 2 | Ana Silva: it has been 3 weeks | "
	  "You meant about every week. Last: 1 Nov.\nagain never" },
	{ "of a private contact a name is shown",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\nprivate: yes\n", .last = "2026-11-01", .today = "2026-11-25" },
	  "2026-11-08 cadence:ana-silva:2026-11-08 line 2 | Ana Silva | \nagain never" },
};

static const struct row promise_rows[] = {
	{ "a promise of one's own is due on its day",
	  { NOTE, .yaml = "date: 2026-11-21\nwith: ana-silva\npromised:\n  - {what: the trail map, by: 2026-11-25}\n", .today = "2026-11-25" },
	  "2026-11-25 promise:n:the-trail-map line 4 | You promised Ana Silva the trail map, by today | "
	  "Promised on 21 Nov.\nagain never" },
	{ "on the day before, and only then, it is announced",
	  { NOTE, .yaml = "date: 2026-11-21\nwith: ana-silva\npromised: {what: the trail map, by: 2026-11-25}\n", .today = "2026-11-24" },
	  "2026-11-24 promise:n:the-trail-map:eve line 3 | You promised Ana Silva the trail map, by tomorrow | "
	  "Promised on 21 Nov.\nagain 2026-11-25" },
	{ "before that it is listed on its day",
	  { NOTE, .yaml = "date: 2026-11-21\nwith: ana-silva\npromised: {what: the trail map, by: 2026-11-25}\n", .today = "2026-11-22" },
	  "2026-11-25 promise:n:the-trail-map line 3 | You promised Ana Silva the trail map, by Wed 25 Nov | "
	  "Promised on 21 Nov.\nagain 2026-11-24" },
	{ "a promise stays until it is done",
	  { NOTE, .yaml = "date: 2025-11-21\npromised: {what: to ring, by: 2025-12, to: luca}\n", .today = "2026-11-25" },
	  "2025-12-31 promise:n:to-ring line 2 | You promised Luca Ferraro to ring, by Wed 31 Dec 2025 | "
	  "Promised on 21 Nov 2025.\nagain never" },
	{ "a promise of many words has its day in brackets",
	  { NOTE, .yaml = "date: 2026-11-21\npromised: {what: 'the map, with notes', by: 2026-11-26, to: luca}\n", .today = "2026-11-26" },
	  "2026-11-26 promise:n:the-map-with-notes line 2 | You promised Luca Ferraro the map, with notes (by today) | "
	  "Promised on 21 Nov.\nagain never" },
	{ "done and released promises are quiet",
	  { NOTE, .yaml = "date: 2026-11-21\npromised:\n  - {what: a, by: 2026-11-25, done: 2026-11}\n"
	    "  - {what: b, by: 2026-11-25, released: 2026-11-22}\n", .today = "2026-11-24" }, "again never" },
	{ "a promise without a day is not due",
	  { NOTE, .yaml = "date: 2026-11-21\npromised: a\n", .today = "2026-11-24" }, "again never" },
	{ "somebody else's promise is due on its day only",
	  { NOTE, .yaml = "date: 2026-11-21\npromised: {what: The grant draft, by_whom: luca, by: 2026-11-24 18:30}\n", .today = "2026-11-25" },
	  "2026-11-24 18:30 promise:n:the-grant-draft line 2 | Luca Ferraro promised you the grant draft (by yesterday 18:30) | "
	  "Promised on 21 Nov.\nagain never" },
	{ "somebody else's promise has no eve",
	  { NOTE, .yaml = "date: 2026-11-21\npromised: {what: comments on page 3, by_whom: luca, to: me, by: 2026-11-26}\n", .today = "2026-11-25" },
	  "2026-11-26 promise:n:comments-on-page-3 line 2 | Luca Ferraro promised you: comments on page 3 (by tomorrow) | "
	  "Promised on 21 Nov.\nagain never" },
	{ "a promise between two others says nothing of you",
	  { NOTE, .yaml = "date: 2026-11-21\npromised: {what: ring both, by_whom: luca, to: ana-silva, by: 2026-11-26}\n", .today = "2026-11-26" },
	  "2026-11-26 promise:n:ring-both:between line 2 | Luca Ferraro promised: ring both (by today) | "
	  "Promised on 21 Nov.\nagain never" },
	{ "the user's own id is the user",
	  { NOTE, .yaml = "date: 2026-11-21\nwith: [me-myself, james]\npromised: {what: send it, by_whom: me-myself, by: 2026-11-26}\n", .today = "2026-11-26" },
	  "2026-11-26 promise:n:send-it line 3 | You promised James: send it, by today | "
	  "Promised on 21 Nov.\nagain never" },
	{ "a promise to oneself names nobody",
	  { NOTE, .yaml = "date: 2026-11-21\nwith: james\npromised: {what: to rest, to: me, by: 2026-11-26}\n", .today = "2026-11-26" },
	  "2026-11-26 promise:n:to-rest line 3 | You promised to rest, by today | "
	  "Promised on 21 Nov.\nagain never" },
	{ "promises whose words look alike have keys of their own",
	  { NOTE, .yaml = "date: 2026-11-21\npromised:\n  - {what: 30 €, by_whom: luca, by: 2026-11-26}\n  - {what: 30 $, by_whom: luca, by: 2026-11-26}\n"
	    "  - {what: '→', by_whom: luca, by: 2026-11-26}\n", .today = "2026-11-26" },
	  "2026-11-26 promise:n:30 line 3 | Luca Ferraro promised you: 30 € (by today) | Promised on 21 Nov.\n"
	  "2026-11-26 promise:n:30-dc0b6512 line 4 | Luca Ferraro promised you: 30 $ (by today) | Promised on 21 Nov.\n"
	  "2026-11-26 promise:n:a2491aa1 line 5 | Luca Ferraro promised you: → (by today) | Promised on 21 Nov.\nagain never" },
	{ "what stands there twice is due once",
	  { NOTE, .yaml = "date: 2026-11-21\npromised:\n  - {what: call, by_whom: luca, by: 2026-11-26}\n  - {what: call, by_whom: luca, by: 2026-11-26}\n"
	    "  - {what: call, by_whom: luca, by: 2026-11-27}\n", .today = "2026-11-26" },
	  "2026-11-26 promise:n:call line 3 | Luca Ferraro promised you: call (by today) | Promised on 21 Nov.\n"
	  "2026-11-27 promise:n:call-15f8ba6e line 5 | Luca Ferraro promised you: call (by tomorrow) | Promised on 21 Nov.\nagain never" },
	{ "of a promise in a private note a name is shown",
	  { NOTE, .yaml = "date: 2026-11-21\nprivate: yes\npromised: {what: secret, by_whom: luca, by: 2026-11-26}\n", .today = "2026-11-26" },
	  "2026-11-26 promise:n:secret line 3 | Luca Ferraro | \nagain never" },
	{ "only notes hold promises",
	  { CONTACT, .yaml = "name: Ana\npromised: {what: a, by: 2026-11-26}\n", .today = "2026-11-26" }, "again never" },
};

static const struct row remind_rows[] = {
	{ "a reminder is due on its day, at its time",
	  { CONTACT, .yaml = "name: Ana\nremind:\n  - text: Ask how it went\n    date: 2026-12-03 19:30\n", .today = "2026-11-25" },
	  "2026-12-03 19:30 remind:ana-silva:ask-how-it-went:2026-12-03 line 3 | Ana Silva: Ask how it went | "
	  "You asked to be reminded on Thu 3 Dec 19:30.\nagain never" },
	{ "a reminder for a month comes on its first day",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 2026-12}\n", .today = "2026-12-02" },
	  "2026-12-01 remind:ana-silva:ask:2026-12-01 line 2 | Ana Silva: Ask | You asked to be reminded yesterday.\nagain never" },
	{ "a reminder that is done is gone",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 2026-12-01, done: 2026-11-20}\n", .today = "2026-11-25" }, "again never" },
	{ "a reminder past its own end never comes",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 2026-12-01, until: 2026-11-30}\n", .today = "2026-11-25" }, "again never" },
	{ "a repeating one waits for its first day",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 2026-12-31, every: monthly}\n", .today = "2026-11-25" },
	  "2026-12-31 remind:ana-silva:ask:2026-12-31 line 2 | Ana Silva: Ask | "
	  "You asked to be reminded on Thu 31 Dec.\nagain 2027-01-31" },
	{ "a month after the 31st does not drift",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 2026-08-31, every: monthly}\n", .today = "2027-03-30" },
	  "2027-02-28 remind:ana-silva:ask:2027-02-28 line 2 | Ana Silva: Ask | "
	  "You asked to be reminded on Sun 28 Feb.\nagain 2027-03-31" },
	{ "29 February repeats yearly on 28 February, and comes back",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 2024-02-29, every: yearly, done: 2027-02-28}\n", .today = "2027-06-01" },
	  "2028-02-29 remind:ana-silva:ask:2028-02-29 line 2 | Ana Silva: Ask | "
	  "You asked to be reminded on Tue 29 Feb 2028.\nagain 2029-02-28" },
	{ "done on a day finishes what came up to it",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 2026-10-28, every: weekly, done: 2026-11-24}\n", .today = "2026-11-25" },
	  "2026-11-25 remind:ana-silva:ask:2026-11-25 line 2 | Ana Silva: Ask | You asked to be reminded today.\nagain 2026-12-02" },
	{ "done today moves on to the next",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 2026-10-28, every: weekly, done: 2026-11-25}\n", .today = "2026-11-25" },
	  "2026-12-02 remind:ana-silva:ask:2026-12-02 line 2 | Ana Silva: Ask | "
	  "You asked to be reminded on Wed 2 Dec.\nagain 2026-12-09" },
	{ "the last one before the end stays until it is done",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 2026-10-28, every: weekly, until: 2026-11-20}\n", .today = "2026-11-25" },
	  "2026-11-18 remind:ana-silva:ask:2026-11-18 line 2 | Ana Silva: Ask | "
	  "You asked to be reminded on Wed 18 Nov.\nagain never" },
	{ "and then nothing follows",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 2026-10-28, every: weekly, until: 2026-11-20, done: 2026-11-18}\n", .today = "2026-11-25" },
	  "again never" },
	{ "every never is once",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 2026-10-28, every: never, done: 2026-10-01}\n", .today = "2026-11-25" }, "again never" },
	{ "a daily one since the year 1 is found at once",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 0001-01-01, every: daily}\n", .today = "2026-11-25" },
	  "2026-11-25 remind:ana-silva:ask:2026-11-25 line 2 | Ana Silva: Ask | You asked to be reminded today.\nagain 2026-11-26" },
	{ "the calendar ends, and the last one stays",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: Ask, date: 9999-12-01, every: monthly}\n", .today = "2026-11-25" },
	  "9999-12-01 remind:ana-silva:ask:9999-12-01 line 2 | Ana Silva: Ask | You asked to be reminded on Wed 1 Dec 9999.\nagain never" },
	{ "of a goal the reminder says where it is written",
	  { .kind = KITH_KIND_goal, .id = "plan-b", .yaml = "name: B\nremind: {text: Reread it, date: 2026-11-26}\n", .today = "2026-11-25" },
	  "2026-11-26 remind:plan-b:reread-it:2026-11-26 line 2 | Reread it | You asked to be reminded tomorrow, in Plan B.\nagain never" },
	{ "a reminder in a note is about who was there",
	  { NOTE, .yaml = "date: 2026-11-21\nwith: luca\nremind: {text: Reread, date: 2026-11-26}\n", .today = "2026-11-25" },
	  "2026-11-26 remind:n:reread:2026-11-26 line 3 | Luca Ferraro: Reread | You asked to be reminded tomorrow.\nagain never" },
	{ "a need is a private note",
	  { .kind = KITH_KIND_need, .id = "plan-b", .yaml = "name: B\nremind: {text: Ask, date: 2026-11-26}\n", .today = "2026-11-25" },
	  "2026-11-26 remind:plan-b:ask:2026-11-26 line 2 | a private note for today | \nagain never" },
	{ "a need that says so is not",
	  { .kind = KITH_KIND_need, .id = "plan-b", .yaml = "name: B\nprivate: no\nremind: {text: Ask, date: 2026-11-26}\n", .today = "2026-11-25" },
	  "2026-11-26 remind:plan-b:ask:2026-11-26 line 3 | Ask | You asked to be reminded tomorrow, in Plan B.\nagain never" },
	{ "what is written cannot break out of its line",
	  { CONTACT, .yaml = "name: Ana\nremind: {text: \"a\\e[31m\\nb\\u202E\", date: 2026-11-25}\n", .today = "2026-11-25" },
	  "2026-11-25 remind:ana-silva:a-31m-b:2026-11-25 line 2 | Ana Silva: a\xEF\xBF\xBD[31m b\xEF\xBF\xBD | "
	  "You asked to be reminded today.\nagain never" },
};

static const struct row birthday_rows[] = {
	{ "a birthday is due on its day",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\nbirthday: 1986-11-25\n", .today = "2026-11-25" },
	  "2026-11-25 birthday:tom-okafor:2026 line 2 | Tom Okafor's birthday (turns 40) | Born on 25 Nov 1986.\nagain 2026-11-29" },
	{ "a birthday without a year has no age",
	  { .kind = KITH_KIND_contact, .id = "james", .yaml = "name: James\nbirthday: --12-01\n", .today = "2026-11-25" },
	  "2026-12-01 birthday:james:2026 line 2 | James' birthday | \nagain 2026-12-05" },
	{ "for three days after it a birthday still counts",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\nbirthday: 1986-11-22\n", .today = "2026-11-25" },
	  "2026-11-22 birthday:tom-okafor:2026 line 2 | Tom Okafor's birthday was 3 days ago (turned 40) | Born on 22 Nov 1986.\nagain 2026-11-26" },
	{ "then next year's",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\nbirthday: 1986-11-21\n", .today = "2026-11-25" },
	  "2027-11-21 birthday:tom-okafor:2027 line 2 | Tom Okafor's birthday (turns 41) | Born on 21 Nov 1986.\nagain 2027-11-25" },
	{ "a birthday on 29 February is on the 28th in other years",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\nbirthday: 02-29\n", .today = "2027-02-28" },
	  "2027-02-28 birthday:tom-okafor:2027 line 2 | Tom Okafor's birthday | \nagain 2027-03-04" },
	{ "and on the 29th in a leap year",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\nbirthday: 02-29\n", .today = "2028-02-28" },
	  "2028-02-29 birthday:tom-okafor:2028 line 2 | Tom Okafor's birthday | \nagain 2028-03-04" },
	{ "with gift ideas it is announced a week before, across the year's end",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\nbirthday: 1984-01-03\ngift_ideas: a radio\n", .today = "2026-12-27" },
	  "2026-12-27 birthday:tom-okafor:2027:week line 2 | Tom Okafor's birthday is in a week (turns 43) | "
	  "A week's time for a gift or a card. Born on 3 Jan 1984.\nagain 2027-01-03" },
	{ "a day before it, a list shows the announcement only",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\nbirthday: 01-03\ncloseness: close\n", .today = "2027-01-02" },
	  "2026-12-27 birthday:tom-okafor:2027:week line 2 | Tom Okafor's birthday is tomorrow | "
	  "A week's time for a gift or a card.\nagain 2027-01-03" },
	{ "on the day the birthday itself counts",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\nbirthday: 01-03\ncloseness: close\n", .today = "2027-01-03" },
	  "2027-01-03 birthday:tom-okafor:2027 line 2 | Tom Okafor's birthday | \nagain 2027-01-07" },
	{ "before the week it is listed on its day",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\nbirthday: 01-03\ncloseness: close\n", .today = "2026-12-26" },
	  "2027-01-03 birthday:tom-okafor:2027 line 2 | Tom Okafor's birthday | \nagain 2026-12-27" },
	{ "nobody has a birthday before being born",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\nbirthday: 2028-01-03\n", .today = "2026-12-26" },
	  "2028-01-03 birthday:tom-okafor:2028 line 2 | Tom Okafor's birthday | Born on 3 Jan 2028.\nagain 2028-01-07" },
	{ "who rests still has a birthday",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\nbirthday: 11-25\nresting: yes\n", .today = "2026-11-25" },
	  "2026-11-25 birthday:tom-okafor:2026 line 2 | Tom Okafor's birthday | \nagain 2026-11-29" },
	{ "a day to remember comes every year with its years",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\ndates:\n  - {date: 2015-11-24, what: wedding}\n", .today = "2026-11-25" },
	  "2026-11-24 date:tom-okafor:wedding:2026 line 3 | Tom Okafor: wedding (11 years, yesterday) | It was on 24 Nov 2015.\nagain 2026-11-28" },
	{ "a first anniversary is one year",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\ndates: {date: 2025-11-25, what: wedding}\n", .today = "2026-11-25" },
	  "2026-11-25 date:tom-okafor:wedding:2026 line 2 | Tom Okafor: wedding (1 year) | It was on 25 Nov 2025.\nagain 2026-11-29" },
	{ "a day without a year has no years",
	  { .kind = KITH_KIND_contact, .id = "tom-okafor", .yaml = "name: Tom\ndates: {date: 11-24, what: name day}\n", .today = "2026-11-25" },
	  "2026-11-24 date:tom-okafor:name-day:2026 line 2 | Tom Okafor: name day (yesterday) | \nagain 2026-11-28" },
	{ "the user's own days are kept, without a name",
	  { .kind = KITH_KIND_contact, .id = "me-myself", .yaml = "name: Me\ndates: {date: 11-25, what: wedding}\n", .today = "2026-11-25" },
	  "2026-11-25 date:me-myself:wedding:2026 line 2 | wedding | \nagain 2026-11-29" },
	{ "all that is due of one record comes together",
	  { CONTACT, .yaml = "name: Ana\ncadence: weekly\nbirthday: 12-01\ndates: {date: 12-02, what: x}\nremind: {text: y, date: 2026-12-03}\n",
	    .last = "2026-11-27", .today = "2026-11-28" },
	  "2026-12-03 remind:ana-silva:y:2026-12-03 line 5 | Ana Silva: y | You asked to be reminded on Thu 3 Dec.\n"
	  "2026-12-01 birthday:ana-silva:2026 line 3 | Ana Silva's birthday | \n"
	  "2026-12-02 date:ana-silva:x:2026 line 4 | Ana Silva: x | \n"
	  "2026-12-04 cadence:ana-silva:2026-12-04 line 2 | Ana Silva: it will have been a week | You meant about every week. Last: 27 Nov.\n"
	  "again 2026-12-05" },
};

static void answers_as_the_table_says(void **state)
{
	const struct row *row = *state;
	KITH_ARENA arena = {0};
	assert_string_equal(answer_text(&row->question, &arena), row->want);
}

/* Due days are squares on a calendar: the zone, and whether its clocks change that night, make no difference. */
static void zones_change_nothing(void **state)
{
	(void)state;
	static const char *const zones[] = { "Europe/Madrid", "America/Sao_Paulo", "Pacific/Apia", "UTC" };
	static const char *const days[] = { "2026-03-28", "2026-03-29", "2026-03-30", "2026-10-25", "2011-12-30" };
	KITH_ARENA arena = {0};
	for (size_t d = 0; d < kith_count(days); d++) {
		const struct question question = {
			CONTACT,
			.yaml = "name: Ana\ncadence: 1d\nbirthday: 03-29\nremind: {text: x, date: 2011-10-25 02:30, every: daily}\n",
			.last = "2011-12-29",
			.today = days[d],
		};
		const char *first = NULL;
		for (size_t z = 0; z < kith_count(zones); z++) {
			setenv("TZ", zones[z], 1);
			tzset();
			const char *text = answer_text(&question, &arena);
			if (first)
				assert_string_equal(text, first);
			first = text;
		}
	}
}

/* --- by brute force --- */

static uint64_t seed = 0x9E3779B97F4A7C15u;

static unsigned pick(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % below;
}

static const char *pick_word(const char *const *words, size_t count)
{
	return words[pick((unsigned)count)];
}

static const kith_day first_day = 20400; /* 2025-11-08 */

static void add_random_date(struct kith_buf *out)
{
	KITH_BUF day = {0};
	kith_date_print_day(&day, first_day - 400 + (kith_day)pick(1600));
	switch (pick(6)) {
	case 0:  kith_buf_add_bytes(out, day.text, 7); break;
	case 1:  kith_buf_addf(out, "%s 19:30", day.text); break;
	default: kith_buf_add(out, day.text);
	}
}

static void add_random_day(struct kith_buf *out)
{
	static const char *const days[] = { "02-29", "12-31", "01-01", "1986-02-29", "1984-02-29", "03-01", "2026-06-15", "2027-12-30" };
	kith_buf_add(out, pick_word(days, kith_count(days)));
}

static void add_random_span(struct kith_buf *out)
{
	static const char *const spans[] = { "daily", "weekly", "3 weeks", "monthly", "quarterly", "yearly", "5 months", "never", "40d" };
	kith_buf_add(out, pick_word(spans, kith_count(spans)));
}

static void add_random_reminds(struct kith_buf *out)
{
	kith_buf_add(out, "remind:\n");
	for (unsigned left = 1 + pick(3); left--;) {
		kith_buf_addf(out, "  - text: t%u\n    date: ", pick(4));
		add_random_date(out);
		if (pick(3)) {
			kith_buf_add(out, "\n    every: ");
			add_random_span(out);
		}
		if (pick(3) == 0) {
			kith_buf_add(out, "\n    until: ");
			add_random_date(out);
		}
		if (pick(3) == 0) {
			kith_buf_add(out, "\n    done: ");
			add_random_date(out);
		}
		kith_buf_add_char(out, '\n');
	}
}

static void add_random_contact(struct kith_buf *out)
{
	kith_buf_add(out, "name: Ana\n");
	if (pick(3)) {
		kith_buf_add(out, "cadence: ");
		add_random_span(out);
		kith_buf_add_char(out, '\n');
	}
	kith_buf_add(out, pick(3) ? "roles: mentor\n" : "tags: [inner, family]\n");
	static const char *const rests[] = { "", "", "resting: yes\n", "resting: 2026-03-01\n", "resting: 2026-12\n", "resting: 2027\n" };
	kith_buf_add(out, pick_word(rests, kith_count(rests)));
	static const char *const starts[] = { "", "met: 2025-11-20\n", "met: 2026-03\n", "agreed_on: 2026-07-07\n" };
	kith_buf_add(out, pick_word(starts, kith_count(starts)));
	if (pick(2)) {
		kith_buf_add(out, "birthday: ");
		add_random_day(out);
		kith_buf_add_char(out, '\n');
	}
	kith_buf_add(out, pick(2) ? "closeness: close\n" : "");
	if (pick(2)) {
		kith_buf_add(out, "dates:\n  - {what: x, date: ");
		add_random_day(out);
		kith_buf_add(out, "}\n  - {what: y, date: ");
		add_random_day(out);
		kith_buf_add(out, "}\n");
	}
	if (pick(2))
		add_random_reminds(out);
}

static void add_random_note(struct kith_buf *out)
{
	kith_buf_add(out, "date: 2026-01-01\nwith: luca\npromised:\n");
	for (unsigned left = 1 + pick(4); left--;) {
		kith_buf_addf(out, "  - what: w%u\n    by: ", pick(5));
		add_random_date(out);
		static const char *const more[] = { "", "\n    by_whom: luca", "\n    by_whom: me", "\n    done: 2026-02", "\n    to: me" };
		kith_buf_add(out, pick_word(more, kith_count(more)));
		kith_buf_add_char(out, '\n');
	}
	if (pick(2))
		add_random_reminds(out);
}

/* Everything that may be stored or shown of an answer, but for what is said in relation to today. */
static void print_all(struct kith_buf *out, const struct answer *answer)
{
	for (size_t i = 0; i < answer->count; i++) {
		const struct kith_due *due = &answer->list[i];
		kith_buf_addf(out, "%d %s %s %s %s %d %d %d %d%d %u\n", (int)due->source, due->key, due->id, due->who, due->what,
			      due->day, due->minute, due->since, due->mine, due->hide, (unsigned)due->line);
	}
}

static void check_list(const struct answer *answer, kith_day today)
{
	assert_true(answer->recheck == KITH_NO_DAY || answer->recheck > today);
	for (size_t i = 0; i < answer->count; i++) {
		assert_true(answer->list[i].day != KITH_NO_DAY);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(answer->list[i].key, answer->list[j].key);
	}
}

static void an_answer_holds_until_the_day_it_names(void **state)
{
	(void)state;
	for (int round = 0; round < 120; round++) {
		KITH_BUF yaml = {0};
		const bool note = pick(3) == 0;
		if (note)
			add_random_note(&yaml);
		else
			add_random_contact(&yaml);
		static const char *const days[] = { NULL, NULL, "2025-11-30", "2026-05-31", "2026-12-31" };
		const struct question question = {
			.kind = note ? KITH_KIND_note : KITH_KIND_contact,
			.id = "ana-silva",
			.yaml = kith_buf_text(&yaml),
			.settings = MENTORS,
			.last = pick_word(days, kith_count(days)),
			.plan = pick_word(days, kith_count(days)),
		};
		KITH_BUF held = {0};
		kith_day again = first_day;
		for (kith_day today = first_day; today < first_day + 800; today++) {
			KITH_ARENA arena = {0};
			const struct answer answer = ask(&question, today, &arena);
			KITH_BUF text = {0};
			print_all(&text, &answer);
			check_list(&answer, today);
			if (today != again && strcmp(kith_buf_text(&text), kith_buf_text(&held)) != 0)
				fail_msg("it changed on day %d, not on %d as it said:\n%s\nbefore:\n%s\nnow:\n%s", today, again,
				         kith_buf_text(&yaml), kith_buf_text(&held), kith_buf_text(&text));
			if (today != again)
				assert_int_equal(answer.recheck, again);
			kith_buf_clear(&held);
			kith_buf_add(&held, kith_buf_text(&text));
			again = answer.recheck;
		}
	}
}

/* A cloned store may hold anything: the work stays in proportion to the file. */
static void a_hostile_note_is_bounded(void **state)
{
	(void)state;
	KITH_BUF yaml = {0};
	kith_buf_add(&yaml, "date: 2026-01-01\npromised:\n");
	while (yaml.length < KITH_DOC_LIMIT - 64)
		kith_buf_addf(&yaml, "- {what: %zu, by: 2026-02-02}\n", yaml.length);
	KITH_ARENA arena = {0};
	const struct question question = { NOTE, .yaml = yaml.text };
	const struct answer answer = ask(&question, first_day, &arena);
	assert_int_equal(answer.count, KITH_DUE_MOST);
}

static void a_list_that_was_begun_is_continued(void **state)
{
	(void)state;
	KITH_ARENA arena = {0};
	const struct kith_record record = read_record(KITH_KIND_contact, "ana-silva", "name: Ana\nbirthday: 03-04\n", &arena);
	const struct kith_settings settings = read_settings(NULL, &arena);
	const struct kith_derive_input input = { &record, KITH_NO_DAY, KITH_NO_DAY, &settings, first_day };
	struct kith_due *list = NULL;
	size_t count = 0;
	kith_network_derive.due(&input, &arena, &list, &count);
	kith_network_derive.due(&input, &arena, &list, &count);
	assert_int_equal(count, 2);
	assert_string_equal(list[0].key, list[1].key);
}

static void sources_have_names(void **state)
{
	(void)state;
	assert_string_equal(kith_due_source_name(KITH_DUE_CADENCE), "cadence");
	assert_string_equal(kith_due_source_name(KITH_DUE_PROMISE), "promise");
}

/* --- running --- */

#define ROWS(rows) { rows, kith_count(rows) }

int main(void)
{
	static const struct { const struct row *rows; size_t count; } tables[] = {
		ROWS(cadence_rows), ROWS(start_rows), ROWS(promise_rows), ROWS(remind_rows), ROWS(birthday_rows),
	};
	static struct CMUnitTest tests[128] = {
		cmocka_unit_test(zones_change_nothing),
		cmocka_unit_test(an_answer_holds_until_the_day_it_names),
		cmocka_unit_test(a_hostile_note_is_bounded),
		cmocka_unit_test(a_list_that_was_begun_is_continued),
		cmocka_unit_test(sources_have_names),
	};
	size_t count = 5;
	for (size_t t = 0; t < kith_count(tables); t++)
		for (size_t r = 0; r < tables[t].count; r++)
			tests[count++] = (struct CMUnitTest){
				.name = tables[t].rows[r].name,
				.test_func = answers_as_the_table_says,
				.initial_state = (void *)(uintptr_t)&tables[t].rows[r],
			};
	return _cmocka_run_group_tests("due", tests, count, NULL, NULL);
}
