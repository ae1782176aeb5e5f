#include "lib/network/due_private.h"

#include <string.h>

enum {
	WEEK = 7,
	STAYS = 3, /* days for which a birthday or date stays open */
};

/* --- promises --- */

struct promise {
	const struct kith_value *what;
	const char *who, *ending;
	kith_day by, noted;
	int minute;
	bool mine;
};

static void add_promise(struct kith_deriving *deriving, const struct promise *promise)
{
	const bool eve = promise->mine && deriving->today == promise->by - 1;
	const struct kith_due_key key = { .text = promise->what->text, .ending = eve ? ":eve" : promise->ending };
	struct kith_due *due = kith_due_add(deriving, KITH_DUE_PROMISE, &key, eve ? promise->by - 1 : promise->by);
	if (promise->mine) {
		kith_due_recheck(deriving, promise->by - 1);
		kith_due_recheck(deriving, promise->by);
	}
	if (!due)
		return;
	due->who = promise->who;
	due->what = promise->what->text;
	due->minute = eve ? -1 : promise->minute;
	due->since = promise->noted;
	due->mine = promise->mine;
	due->line = promise->what->line;
}

static void derive_promise(struct kith_deriving *deriving, const struct kith_field *promised,
                           const struct kith_due_entry *entry, kith_day noted)
{
	const struct kith_value *what = kith_due_entry_value(entry, promised, "what");
	const struct kith_value *by_whom = kith_due_entry_value(entry, promised, "by_whom");
	const struct kith_value *to = kith_due_entry_value(entry, promised, "to");
	const struct kith_value *by = kith_due_entry_value(entry, promised, "by");
	if (!what || !by || kith_due_entry_value(entry, promised, "done") || kith_due_entry_value(entry, promised, "released"))
		return;
	struct promise promise = {
		.what = what,
		.by = kith_last_day_of(by->date),
		.noted = noted,
		.minute = by->date.minute,
		.mine = !by_whom || kith_due_is_me(deriving, by_whom->text),
	};
	if (promise.mine)
		promise.who = !to ? deriving->subject : kith_due_is_me(deriving, to->text) ? "" : to->text;
	else
		promise.who = by_whom->text;
	if (!promise.mine && to && !kith_due_is_me(deriving, to->text))
		promise.ending = ":between";
	add_promise(deriving, &promise);
}

void kith_due_promises(struct kith_deriving *deriving)
{
	if (deriving->record->kind != KITH_KIND_note)
		return;
	const struct kith_field *promised = kith_field_find(KITH_KIND_note, "promised");
	const struct kith_value *date = kith_record_get(deriving->record, "date");
	const kith_day noted = date ? kith_day_of(date->date) : KITH_NO_DAY;
	struct kith_due_entry entry;
	for (size_t at = 0; kith_due_next_entry(deriving->record, promised, &at, &entry);)
		derive_promise(deriving, promised, &entry, noted);
}

/* --- reminders of the user's own --- */

/* The number of the last occurrence on or before a day, the first being 0; -1 if none.  Found by halving, because a
 * daily one that began in the year 1 has had many. */
static int last_until(kith_day start, struct kith_span every, kith_day day)
{
	int low = -1, high = 4 * 1000 * 1000; /* more days than calendars have */
	while (low + 1 < high) {
		const int middle = low + (high - low) / 2;
		const kith_day occurrence = kith_day_add(start, every, middle);
		if (occurrence == KITH_NO_DAY || occurrence > day)
			high = middle;
		else
			low = middle;
	}
	return low;
}

/* The occurrence of a repeating reminder that counts on `today`, and the first day on which another one does. */
static kith_day occurrence_of(kith_day start, struct kith_span every, kith_day done, kith_day until, kith_day today,
                              kith_day *next)
{
	int number = last_until(start, every, today);
	if (number < 0)
		number = 0;
	if (done != KITH_NO_DAY) {
		const int finished = last_until(start, every, done);
		if (finished >= number)
			number = finished + 1;
	}
	kith_day day = kith_day_add(start, every, number);
	if (until != KITH_NO_DAY && (day == KITH_NO_DAY || day > until)) {
		/* Past the end: what is left open is the last one before it. */
		number = last_until(start, every, until);
		day = number < 0 ? KITH_NO_DAY : kith_day_add(start, every, number);
		if (done != KITH_NO_DAY && day != KITH_NO_DAY && day <= done)
			day = KITH_NO_DAY;
	}
	*next = kith_day_add(start, every, number + 1);
	if (*next != KITH_NO_DAY && until != KITH_NO_DAY && *next > until)
		*next = KITH_NO_DAY;
	return day;
}

static void derive_remind(struct kith_deriving *deriving, const struct kith_field *remind,
                          const struct kith_due_entry *entry)
{
	const struct kith_value *text = kith_due_entry_value(entry, remind, "text");
	const struct kith_value *date = kith_due_entry_value(entry, remind, "date");
	const struct kith_value *every = kith_due_entry_value(entry, remind, "every");
	const struct kith_value *until = kith_due_entry_value(entry, remind, "until");
	const struct kith_value *done = kith_due_entry_value(entry, remind, "done");
	if (!text || !date)
		return;
	const bool repeats = every && !every->span.never && every->span.count > 0;
	const kith_day last = until ? kith_last_day_of(until->date) : KITH_NO_DAY;
	kith_day day = kith_day_of(date->date), next = KITH_NO_DAY;
	const kith_day finished = done ? kith_last_day_of(done->date) : KITH_NO_DAY;
	if (repeats)
		day = occurrence_of(day, every->span, finished, last, deriving->today, &next);
	else if (done || (until && day > last))
		return;
	kith_due_recheck(deriving, next);
	if (day == KITH_NO_DAY)
		return;
	const struct kith_due_key key = { .text = text->text, .suffix = kith_due_day_suffix(deriving, day) };
	struct kith_due *due = kith_due_add(deriving, KITH_DUE_REMIND, &key, day);
	if (!due)
		return;
	due->who = deriving->subject;
	due->what = text->text;
	due->minute = date->date.minute;
	due->line = text->line;
}

void kith_due_reminds(struct kith_deriving *deriving)
{
	const struct kith_field *remind = kith_field_find(deriving->record->kind, "remind");
	struct kith_due_entry entry;
	for (size_t at = 0; remind && kith_due_next_entry(deriving->record, remind, &at, &entry);)
		derive_remind(deriving, remind, &entry);
}

/* --- days that come round --- */

/* The one that counts: the last for three days after it, else the next; none before its first year. */
static kith_day yearly(struct kith_date date, kith_day today)
{
	kith_day from = today - STAYS;
	const kith_day first = kith_day_of(date);
	if (first != KITH_NO_DAY && first > from)
		from = first;
	return kith_day_next_yearly(date.month, date.day, from);
}

static bool wants_week(const struct kith_record *contact)
{
	const char *closeness = kith_record_text(contact, "closeness");
	return kith_record_get(contact, "gift_ideas") || (closeness && strcmp(closeness, "close") == 0);
}

static void derive_birthday(struct kith_deriving *deriving)
{
	const struct kith_value *birthday = kith_record_get(deriving->record, "birthday");
	if (!birthday || kith_due_is_me(deriving, deriving->record->id))
		return;
	const kith_day day = yearly(birthday->date, deriving->today);
	if (day == KITH_NO_DAY)
		return;
	const bool ahead = wants_week(deriving->record);
	const bool week = ahead && deriving->today >= day - WEEK && deriving->today < day;
	if (ahead) {
		kith_due_recheck(deriving, day - WEEK);
		kith_due_recheck(deriving, day);
	}
	kith_due_recheck(deriving, day + STAYS + 1);
	const struct kith_due_key key = {
		.suffix = kith_arena_printf(deriving->arena, ":%04d", kith_date_of(day).year),
		.ending = week ? ":week" : NULL,
	};
	struct kith_due *due = kith_due_add(deriving, KITH_DUE_BIRTHDAY, &key, week ? day - WEEK : day);
	if (!due)
		return;
	due->who = deriving->record->id;
	due->since = kith_day_of(birthday->date);
	due->line = birthday->line;
}

static void derive_date(struct kith_deriving *deriving, const struct kith_field *dates,
                        const struct kith_due_entry *entry)
{
	const struct kith_value *date = kith_due_entry_value(entry, dates, "date");
	const struct kith_value *what = kith_due_entry_value(entry, dates, "what");
	if (!date || !what)
		return;
	const kith_day day = yearly(date->date, deriving->today);
	if (day == KITH_NO_DAY)
		return;
	kith_due_recheck(deriving, day + STAYS + 1);
	const struct kith_due_key key = {
		.text = what->text,
		.suffix = kith_arena_printf(deriving->arena, ":%04d", kith_date_of(day).year),
	};
	struct kith_due *due = kith_due_add(deriving, KITH_DUE_DATE, &key, day);
	if (!due)
		return;
	due->who = deriving->subject;
	due->what = what->text;
	due->minute = date->date.minute;
	due->since = kith_day_of(date->date);
	due->line = date->line;
}

void kith_due_yearly(struct kith_deriving *deriving)
{
	if (deriving->record->kind != KITH_KIND_contact)
		return;
	derive_birthday(deriving);
	const struct kith_field *dates = kith_field_find(KITH_KIND_contact, "dates");
	struct kith_due_entry entry;
	for (size_t at = 0; kith_due_next_entry(deriving->record, dates, &at, &entry);)
		derive_date(deriving, dates, &entry);
}
