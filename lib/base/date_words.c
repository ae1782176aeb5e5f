#include "lib/base/date_private.h"

#include <string.h>

#include "lib/base/text.h"

/* Reading dates in words: the words are taken from `at` on by one of several
 * small readers; each leaves `at` where it was if its words are not there.  A
 * time may stand behind any of them. */
struct reading {
	struct kith_words words;
	size_t at;
	kith_day today;
	struct kith_date date;
	bool relative; /* to today */
	bool wrong;    /* and the fault is filled */
	const struct kith_date_fault *fault;
};

static bool take(struct reading *reading, const char *word)
{
	if (!kith_word_is(&reading->words, reading->at, word))
		return false;
	reading->at++;
	return true;
}

static const char *word_at(const struct reading *reading, size_t offset)
{
	return reading->at + offset < reading->words.count ? reading->words.word[reading->at + offset] : "";
}

/* The words at hand mean a day that depends on today. */
static bool found_day(struct reading *reading, kith_day day, size_t words)
{
	reading->at += words;
	reading->relative = true;
	reading->date = kith_date_of(day);
	if (reading->date.year)
		return true;
	reading->wrong = true;
	kith_date_fault(reading->fault, "too far away");
	return false;
}

static kith_day monday_of(kith_day day)
{
	return day - ((kith_day)kith_weekday(day) - 1);
}

/* --- today, eow, friday --- */

static kith_day first_day_of_months(kith_day today, int months, int ahead)
{
	struct kith_date date = kith_date_of(today);
	date.month = (uint8_t)((date.month - 1) / months * months + 1);
	date.day = 1;
	return kith_day_add(kith_day_of(date), (struct kith_span){ months, KITH_MONTHS, false }, ahead);
}

static kith_day last_day_of_months(kith_day today, int months)
{
	const kith_day next = first_day_of_months(today, months, 1);
	return next == KITH_NO_DAY ? KITH_NO_DAY : next - 1;
}

static bool read_single(struct reading *reading)
{
	const kith_day today = reading->today;
	const struct { const char *word; kith_day day; } days[] = {
		{ "today", today },
		{ "tomorrow", today + 1 },
		{ "yesterday", today - 1 },
		{ "eow", monday_of(today) + 6 },
		{ "eom", last_day_of_months(today, 1) },
		{ "eoq", last_day_of_months(today, 3) },
		{ "eoy", last_day_of_months(today, 12) },
	};
	for (size_t i = 0; i < kith_count(days); i++)
		if (strcmp(word_at(reading, 0), days[i].word) == 0)
			return found_day(reading, days[i].day, 1);
	return false;
}

static bool read_weekday(struct reading *reading)
{
	const size_t on = strcmp(word_at(reading, 0), "on") == 0;
	const unsigned wanted = kith_word_weekday(word_at(reading, on));
	if (!wanted)
		return false;
	const unsigned ahead = (wanted + 7 - kith_weekday(reading->today)) % 7;
	return found_day(reading, reading->today + (kith_day)(ahead ? ahead : 7), on + 1);
}

/* --- next friday, last month --- */

static bool read_relative_weekday(struct reading *reading, int weeks, unsigned wanted)
{
	const kith_day today = reading->today;
	if (weeks < 0) {
		const unsigned back = (kith_weekday(today) + 7 - wanted) % 7;
		return found_day(reading, today - (kith_day)(back ? back : 7), 2);
	}
	return found_day(reading, monday_of(today) + weeks * 7 + (kith_day)wanted - 1, 2);
}

static bool read_period(struct reading *reading, int ahead)
{
	static const struct { const char *name; int months; } periods[] = {
		{ "month", 1 }, { "quarter", 3 }, { "year", 12 },
	};
	const char *name = word_at(reading, 1);
	if (strcmp(name, "week") == 0)
		return found_day(reading, monday_of(reading->today) + 7 * ahead, 2);
	for (size_t i = 0; i < kith_count(periods); i++)
		if (strcmp(name, periods[i].name) == 0)
			return found_day(reading, first_day_of_months(reading->today, periods[i].months, ahead), 2);
	return false;
}

static bool read_relative(struct reading *reading)
{
	static const char *const directions[] = { "last", "this", "next" };
	size_t direction = 0;
	while (direction < kith_count(directions) && strcmp(word_at(reading, 0), directions[direction]) != 0)
		direction++;
	if (direction == kith_count(directions))
		return false;
	const int ahead = (int)direction - 1;
	const unsigned weekday = kith_word_weekday(word_at(reading, 1));
	return weekday ? read_relative_weekday(reading, ahead, weekday) : read_period(reading, ahead);
}

/* --- in 3 weeks, 3 weeks ago, 3w, -3w --- */

static bool read_length(struct reading *reading)
{
	const size_t in = strcmp(word_at(reading, 0), "in") == 0;
	const char *word = word_at(reading, in);
	const bool is_signed = !in && (*word == '-' || *word == '+');
	const bool back = *word == '-';
	struct kith_span span;
	/* The words belong to this reading, so the sign can be stepped over. */
	if (is_signed)
		reading->words.word[reading->at]++;
	const size_t used = kith_words_length(&reading->words, reading->at + in, &span);
	if (is_signed && !used)
		reading->words.word[reading->at]--;
	if (!used)
		return false;
	const bool ago = !in && !is_signed && strcmp(word_at(reading, used), "ago") == 0;
	return found_day(reading, kith_day_add(reading->today, span, ago || back ? -1 : 1), in + used + ago);
}

/* --- 25 nov, nov 25, 25th of november 2026, november 2026 --- */

static int read_day(const char *word)
{
	int day = 0, digits = 0;
	for (; *word >= '0' && *word <= '9' && digits < 3; word++, digits++)
		day = day * 10 + (*word - '0');
	const bool ends = !*word || strcmp(word, "st") == 0 || strcmp(word, "nd") == 0 || strcmp(word, "rd") == 0 ||
	                  strcmp(word, "th") == 0;
	return ends && digits >= 1 && digits <= 2 ? day : 0;
}

static int read_year(const char *word)
{
	if (strlen(word) != 4 || strspn(word, "0123456789") != 4)
		return 0;
	return (word[0] - '0') * 1000 + (word[1] - '0') * 100 + (word[2] - '0') * 10 + (word[3] - '0');
}

static bool read_month_name(struct reading *reading)
{
	const size_t start = reading->at;
	(void)take(reading, "on"); /* these two may stand there or not */
	(void)take(reading, "the");
	int day = read_day(word_at(reading, 0));
	reading->at += day > 0;
	if (day)
		(void)take(reading, "of"); /* the same */
	const unsigned month = kith_word_month(word_at(reading, 0));
	if (!month) {
		reading->at = start;
		return false;
	}
	reading->at++;
	if (!day) {
		day = read_day(word_at(reading, 0));
		reading->at += day > 0;
	}
	const int year = read_year(word_at(reading, 0));
	reading->at += year > 0;
	if (!day && !year) {
		reading->at = start;
		return false;
	}
	reading->date = (struct kith_date){ .year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)day,
	                                    .minute = -1 };
	reading->wrong = !kith_date_exists(year, (int)month, day, reading->fault);
	return !reading->wrong;
}

/* A date as in a file, in front of a time: 11-25 7pm. */
static bool read_written(struct reading *reading)
{
	if (reading->at >= reading->words.count || !kith_date_read(word_at(reading, 0), &reading->date, NULL, NULL))
		return false;
	reading->at++;
	return true;
}

/* --- and a time --- */

/* A day without a year gets one when a time makes it an appointment. */
static bool add_minute(struct reading *reading, int minute)
{
	struct kith_date *date = &reading->date;
	if (!date->day) {
		reading->wrong = true;
		return kith_date_incomplete(reading->fault);
	}
	if (!date->year) {
		*date = kith_date_of(kith_day_next_yearly(date->month, date->day, reading->today));
		reading->relative = true;
	}
	date->minute = (int16_t)minute;
	return true;
}

static bool read_time(struct reading *reading)
{
	(void)take(reading, "at"); /* may stand there or not */
	if (reading->at >= reading->words.count)
		return false;
	/* "7 pm" is two words: put them together again. */
	char text[16];
	const bool apart = word_at(reading, 1)[0] != '\0';
	if (strlen(word_at(reading, 0)) + strlen(word_at(reading, 1)) >= sizeof(text))
		return false;
	char *end = stpcpy(text, word_at(reading, 0));
	stpcpy(end, word_at(reading, 1));
	int minute = 0;
	const enum kith_time time = kith_time_read(text, &minute, reading->fault);
	reading->wrong = time == KITH_TIME_WRONG;
	reading->at += apart ? 2 : 1;
	return (time == KITH_TIME_EXACT || time == KITH_TIME_LOOSE) && add_minute(reading, minute);
}

enum kith_wording kith_date_of_words(const char *text, kith_day today, struct kith_date *out,
                                     const struct kith_date_fault *fault)
{
	struct reading reading = { .today = today, .date.minute = -1, .fault = fault };
	if (!kith_words_split(&reading.words, text))
		return KITH_WORDING_NONE;
	const bool found = read_single(&reading) || read_weekday(&reading) || read_relative(&reading) ||
	                   read_length(&reading) || read_month_name(&reading) || read_written(&reading);
	const bool complete = found && (reading.at == reading.words.count || read_time(&reading)) &&
	                      reading.at == reading.words.count;
	if (reading.wrong)
		return KITH_WORDING_WRONG;
	if (!complete)
		return KITH_WORDING_NONE;
	*out = reading.date;
	return reading.relative ? KITH_WORDING_RELATIVE : KITH_WORDING_DATE;
}

/* --- what was meant --- */

static const char *nearest_word(const char *word)
{
	static const char *const known[] = {
		"today", "tomorrow", "yesterday", "next", "last", "this", "week", "weeks", "month", "months", "quarter",
		"year", "years", "day", "days", "ago", "in", "monday", "tuesday", "wednesday", "thursday", "friday",
		"saturday", "sunday", "january", "february", "march", "april", "may", "june", "july", "august",
		"september", "october", "november", "december",
	};
	if (word[0] < 'a' || word[0] > 'z')
		return word; /* 3, 25 */
	const char *nearest = kith_did_you_mean(word, known, kith_count(known));
	return nearest ? nearest : word;
}

void kith_date_suggest_words(const char *text, kith_day today, const struct kith_date_fault *fault)
{
	struct kith_words words;
	struct kith_date date;
	if (!fault->hint || fault->hint->length)
		return;
	KITH_BUF better = {0};
	if (kith_words_split(&words, text))
		for (size_t i = 0; i < words.count; i++)
			kith_buf_addf(&better, "%s%s", i ? " " : "", nearest_word(words.word[i]));
	if (kith_date_of_words(kith_buf_text(&better), today, &date, NULL) != KITH_WORDING_NONE)
		kith_buf_addf(fault->hint, "did you mean '%s'?", better.text);
	else
		kith_buf_add(fault->hint, "write 2026-11-25, tomorrow, next friday, in 3 weeks or 25 nov");
}
