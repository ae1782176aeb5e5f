#include "lib/network/due.h"

#include <string.h>
#include <strings.h>

#include "lib/base/text.h"

enum { LONGEST_WHAT = 120, WEEK = 7 }; /* columns; days */

const char *kith_due_source_name(enum kith_due_source source)
{
	static const char *const names[KITH_DUE_SOURCES] = {
		[KITH_DUE_PROMISE] = "promise", [KITH_DUE_BIRTHDAY] = "birthday", [KITH_DUE_DATE] = "date",
		[KITH_DUE_REMIND] = "remind",   [KITH_DUE_CADENCE] = "cadence",
	};
	return names[source];
}

/* --- pieces --- */

/* Text from a record, on one line and without what could upset a terminal. */
static void add_text(struct kith_buf *out, const char *text)
{
	KITH_BUF shown = {0};
	kith_printable(&shown, text, strlen(text), false);
	kith_clip(out, kith_buf_text(&shown), LONGEST_WHAT);
}

static const char *name_of(const struct kith_due *due)
{
	if (due->name && *due->name)
		return due->name;
	return *due->who ? due->who : due->id;
}

static void add_name(struct kith_buf *out, const struct kith_due *due)
{
	add_text(out, name_of(due));
}

static void add_possessive(struct kith_buf *out, const struct kith_due *due)
{
	add_name(out, due);
	const char last = out->length ? out->text[out->length - 1] : '\0';
	kith_buf_add(out, last == 's' || last == 'S' ? "'" : "'s");
}

static bool ends_with(const char *text, const char *ending)
{
	const size_t length = strlen(text), end = strlen(ending);
	return length >= end && strcmp(text + length - end, ending) == 0;
}

/* 21 Jun, 21 Jun 2025: the short form without its weekday. */
static void add_day(struct kith_buf *out, kith_day day, kith_day today)
{
	KITH_BUF text = {0};
	kith_date_print_short(&text, day, today);
	const char *space = strchr(kith_buf_text(&text), ' ');
	if (space)
		kith_buf_add(out, space + 1);
}

/* Behind "by": today, yesterday, tomorrow, Wed 2 Dec. */
static void add_near_day(struct kith_buf *out, kith_day day, kith_day today)
{
	const int64_t ahead = (int64_t)day - today;
	if (ahead >= -1 && ahead <= 1)
		kith_day_print_relative(out, day, today);
	else
		kith_date_print_short(out, day, today);
}

static void add_minute(struct kith_buf *out, int minute)
{
	if (minute >= 0)
		kith_buf_addf(out, " %02d:%02d", minute / 60, minute % 60);
}

/* "every 3 months", "every week" */
static void add_every(struct kith_buf *out, struct kith_span span)
{
	static const char *const units[] = { "day", "week", "month", "year" };
	if (span.count == 1)
		kith_buf_addf(out, "every %s", units[span.unit]);
	else
		kith_buf_addf(out, "every %d %ss", span.count, units[span.unit]);
}

/* --- promises --- */

/* Whether the promise can follow as it stands: "the trail map", "to ring".  Anything else may be a command
 * ("send the map"), and a colon is right before all of it. */
static bool continues_sentence(const char *what)
{
	static const char *const words[] = { "a", "an", "the", "to", "my", "our", "his", "her", "their", "some" };
	const size_t length = strcspn(what, " ");
	for (size_t i = 0; i < kith_count(words); i++)
		if (strlen(words[i]) == length && strncasecmp(what, words[i], length) == 0)
			return what[length] != '\0';
	return false;
}

static void add_promised(struct kith_buf *out, const char *what)
{
	if (!continues_sentence(what)) {
		kith_buf_add(out, ": ");
		add_text(out, what);
		return;
	}
	kith_buf_add_char(out, ' ');
	const size_t first = out->length;
	add_text(out, what);
	if (out->text[first] >= 'A' && out->text[first] <= 'Z')
		out->text[first] = (char)(out->text[first] | 0x20);
}

static void add_promise(struct kith_buf *out, const struct kith_due *due, kith_day today)
{
	const kith_day by = due->day + ends_with(due->key, ":eve");
	if (due->mine) {
		kith_buf_add(out, "You promised");
		if (*due->who) {
			kith_buf_add_char(out, ' ');
			add_name(out, due);
		}
	} else {
		add_name(out, due);
		kith_buf_add(out, ends_with(due->key, ":between") ? " promised" : " promised you");
	}
	add_promised(out, due->what);
	const bool brackets = !due->mine || strchr(due->what, ',');
	kith_buf_add(out, brackets ? " (by " : ", by ");
	add_near_day(out, by, today);
	add_minute(out, due->minute);
	kith_buf_add(out, brackets ? ")" : "");
}

/* --- days that come round --- */

static int years_since(const struct kith_due *due, kith_day day)
{
	const struct kith_date since = kith_date_of(due->since);
	return since.year ? kith_date_of(day).year - since.year : 0;
}

static void add_birthday(struct kith_buf *out, const struct kith_due *due, kith_day today)
{
	const kith_day day = due->day + (ends_with(due->key, ":week") ? WEEK : 0);
	const int turns = years_since(due, day);
	add_possessive(out, due);
	kith_buf_add(out, " birthday");
	if (day < today || day != due->day) {
		kith_buf_add(out, day < today ? " was " : " is ");
		kith_day_print_relative(out, day, today);
	}
	if (turns > 0)
		kith_buf_addf(out, day < today ? " (turned %d)" : " (turns %d)", turns);
}

static void add_date(struct kith_buf *out, const struct kith_due *due, kith_day today)
{
	const int years = years_since(due, due->day);
	if (*due->who) {
		add_name(out, due);
		kith_buf_add(out, ": ");
	}
	add_text(out, due->what);
	if (years <= 0 && due->day >= today)
		return;
	kith_buf_add(out, " (");
	if (years > 0)
		kith_buf_addf(out, "%d year%s", years, years == 1 ? "" : "s");
	if (due->day < today) {
		kith_buf_add(out, years > 0 ? ", " : "");
		kith_day_print_relative(out, due->day, today);
	}
	kith_buf_add_char(out, ')');
}

/* --- the others --- */

static void add_remind(struct kith_buf *out, const struct kith_due *due)
{
	if (*due->who) {
		add_name(out, due);
		kith_buf_add(out, ": ");
	}
	add_text(out, due->what);
}

static void add_cadence(struct kith_buf *out, const struct kith_due *due, kith_day today)
{
	add_name(out, due);
	if (due->since == KITH_NO_DAY)
		kith_buf_add(out, ": no conversation noted yet");
	else if (due->day > today) {
		kith_buf_add(out, ": it will have been ");
		kith_days_print(out, due->day - due->since);
	} else {
		kith_buf_add(out, ": it has been ");
		kith_days_print(out, today - due->since);
	}
}

void kith_due_summary(struct kith_buf *out, const struct kith_due *due, kith_day today)
{
	if (due->hide) {
		if (!*due->who && due->path && kith_kind_of_path(due->path) == KITH_KIND_need)
			kith_buf_add(out, "a private note for today");
		else
			add_name(out, due);
		return;
	}
	switch (due->source) {
	case KITH_DUE_PROMISE:  add_promise(out, due, today); break;
	case KITH_DUE_BIRTHDAY: add_birthday(out, due, today); break;
	case KITH_DUE_DATE:     add_date(out, due, today); break;
	case KITH_DUE_REMIND:   add_remind(out, due); break;
	case KITH_DUE_CADENCE:  add_cadence(out, due, today); break;
	case KITH_DUE_SOURCES:  break;
	}
}

/* --- why --- */

static void add_cadence_reason(struct kith_buf *out, const struct kith_due *due, kith_day today)
{
	kith_buf_add(out, "You meant about ");
	add_every(out, due->span);
	if (due->since == KITH_NO_DAY) {
		kith_buf_add(out, ". No conversation is noted yet.");
		return;
	}
	kith_buf_add(out, ". Last: ");
	add_day(out, due->since, today);
	kith_buf_add_char(out, '.');
}

static void add_remind_reason(struct kith_buf *out, const struct kith_due *due, kith_day today)
{
	kith_buf_add(out, "You asked to be reminded ");
	const int64_t ahead = (int64_t)due->day - today;
	if (ahead < -1 || ahead > 1)
		kith_buf_add(out, "on ");
	add_near_day(out, due->day, today);
	add_minute(out, due->minute);
	if (!*due->who && due->name && *due->name) {
		kith_buf_add(out, ", in ");
		add_name(out, due);
	}
	kith_buf_add_char(out, '.');
}

static void add_since(struct kith_buf *out, const char *words, const struct kith_due *due, kith_day today)
{
	if (due->since == KITH_NO_DAY)
		return;
	kith_buf_add(out, words);
	add_day(out, due->since, today);
	kith_buf_add_char(out, '.');
}

void kith_due_reason(struct kith_buf *out, const struct kith_due *due, kith_day today)
{
	if (due->hide)
		return;
	switch (due->source) {
	case KITH_DUE_PROMISE:  add_since(out, "Promised on ", due, today); break;
	case KITH_DUE_BIRTHDAY:
		if (ends_with(due->key, ":week"))
			kith_buf_add(out, "A week's time for a gift or a card.");
		if (ends_with(due->key, ":week") && due->since != KITH_NO_DAY)
			kith_buf_add_char(out, ' ');
		add_since(out, "Born on ", due, today);
		break;
	case KITH_DUE_DATE:     add_since(out, "It was on ", due, today); break;
	case KITH_DUE_REMIND:   add_remind_reason(out, due, today); break;
	case KITH_DUE_CADENCE:  add_cadence_reason(out, due, today); break;
	case KITH_DUE_SOURCES:  break;
	}
}
