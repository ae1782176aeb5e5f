#include "lib/base/date_private.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST_COUNT = 99999 };

bool kith_words_split(struct kith_words *words, const char *text)
{
	const size_t length = strlen(text);
	if (length >= sizeof(words->text))
		return false;
	words->count = 0;
	bool inside = false;
	for (size_t at = 0; at <= length; at++) {
		const char byte = text[at];
		words->text[at] = byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte;
		const bool gap = byte == ' ' || byte == '\t' || byte == ',' || byte == '\0';
		if (gap && inside && at > 1 && text[at - 1] == '.')
			words->text[at - 1] = '\0';
		if (gap)
			words->text[at] = '\0';
		else if (!inside && words->count == kith_count(words->word))
			return false;
		else if (!inside)
			words->word[words->count++] = words->text + at;
		inside = !gap;
	}
	return true;
}

bool kith_word_is(const struct kith_words *words, size_t index, const char *word)
{
	return index < words->count && strcmp(words->word[index], word) == 0;
}

/* Any start of a name from its third letter on: nov, sept, thurs. */
static unsigned find_name(const char *word, const char *const *names, size_t count)
{
	const size_t length = strlen(word);
	for (size_t i = 0; i < count && length >= 3; i++)
		if (strncmp(word, names[i], length) == 0)
			return (unsigned)i + 1;
	return 0;
}

unsigned kith_word_month(const char *word)
{
	static const char *const names[] = { "january", "february", "march", "april", "may", "june", "july",
		                             "august", "september", "october", "november", "december" };
	return find_name(word, names, kith_count(names));
}

unsigned kith_word_weekday(const char *word)
{
	static const char *const names[] = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
		                             "sunday" };
	return find_name(word, names, kith_count(names));
}

static bool find_unit(const char *word, struct kith_span *unit)
{
	static const struct { const char *name; struct kith_span span; } units[] = {
		{ "d", { 1, KITH_DAYS, false } },        { "day", { 1, KITH_DAYS, false } },
		{ "days", { 1, KITH_DAYS, false } },     { "w", { 1, KITH_WEEKS, false } },
		{ "wk", { 1, KITH_WEEKS, false } },      { "wks", { 1, KITH_WEEKS, false } },
		{ "week", { 1, KITH_WEEKS, false } },    { "weeks", { 1, KITH_WEEKS, false } },
		{ "fortnight", { 2, KITH_WEEKS, false } }, { "fortnights", { 2, KITH_WEEKS, false } },
		{ "m", { 1, KITH_MONTHS, false } },      { "mo", { 1, KITH_MONTHS, false } },
		{ "month", { 1, KITH_MONTHS, false } },  { "months", { 1, KITH_MONTHS, false } },
		{ "q", { 3, KITH_MONTHS, false } },      { "quarter", { 3, KITH_MONTHS, false } },
		{ "quarters", { 3, KITH_MONTHS, false } }, { "y", { 1, KITH_YEARS, false } },
		{ "yr", { 1, KITH_YEARS, false } },      { "yrs", { 1, KITH_YEARS, false } },
		{ "year", { 1, KITH_YEARS, false } },    { "years", { 1, KITH_YEARS, false } },
	};
	for (size_t i = 0; i < kith_count(units); i++) {
		if (strcmp(word, units[i].name) == 0) {
			*unit = units[i].span;
			return true;
		}
	}
	return false;
}

/* The number at the start of a word, 0 if there is none or it is absurd. */
static int32_t read_count(const char *word, const char **rest)
{
	static const char *const numbers[] = { "one", "two", "three", "four", "five", "six",
		                               "seven", "eight", "nine", "ten", "eleven", "twelve" };
	for (size_t i = 0; i < kith_count(numbers); i++) {
		if (strcmp(word, numbers[i]) == 0) {
			*rest = "";
			return (int32_t)i + 1;
		}
	}
	if (strcmp(word, "a") == 0 || strcmp(word, "an") == 0) {
		*rest = "";
		return 1;
	}
	int32_t number = 0;
	for (; *word >= '0' && *word <= '9' && number <= LARGEST_COUNT; word++)
		number = number * 10 + (*word - '0');
	*rest = word;
	return number <= LARGEST_COUNT ? number : 0;
}

size_t kith_words_length(const struct kith_words *words, size_t index, struct kith_span *out)
{
	if (index >= words->count)
		return 0;
	const char *unit_name;
	const int32_t count = read_count(words->word[index], &unit_name);
	const bool apart = *unit_name == '\0';
	if (count == 0 || (apart && index + 1 >= words->count))
		return 0;
	struct kith_span unit;
	if (!find_unit(apart ? words->word[index + 1] : unit_name, &unit))
		return 0;
	/* What is printed again must not be over it either: quarters become months, fortnights weeks. */
	if (count > LARGEST_COUNT / unit.count)
		return 0;
	unit.count *= count;
	*out = unit;
	return apart ? 2 : 1;
}

static bool find_adverb(const char *word, struct kith_span *out)
{
	static const struct { const char *name; struct kith_span span; } adverbs[] = {
		{ "daily", { 1, KITH_DAYS, false } },        { "weekly", { 1, KITH_WEEKS, false } },
		{ "biweekly", { 2, KITH_WEEKS, false } },    { "fortnightly", { 2, KITH_WEEKS, false } },
		{ "monthly", { 1, KITH_MONTHS, false } },    { "quarterly", { 3, KITH_MONTHS, false } },
		{ "biannually", { 6, KITH_MONTHS, false } }, { "half-yearly", { 6, KITH_MONTHS, false } },
		{ "yearly", { 1, KITH_YEARS, false } },      { "annually", { 1, KITH_YEARS, false } },
		{ "never", { 0, KITH_DAYS, true } },
	};
	for (size_t i = 0; i < kith_count(adverbs); i++) {
		if (strcmp(word, adverbs[i].name) == 0) {
			*out = adverbs[i].span;
			return true;
		}
	}
	return false;
}

/* What follows "every": a unit alone, "other week", or a length. */
static bool read_every(const struct kith_words *words, struct kith_span *out)
{
	const bool other = kith_word_is(words, 1, "other");
	const size_t unit_at = other ? 2 : 1;
	struct kith_span unit;
	if (words->count == unit_at + 1 && find_unit(words->word[unit_at], &unit)) {
		unit.count *= other ? 2 : 1;
		*out = unit;
		return true;
	}
	const size_t used = other ? 0 : kith_words_length(words, 1, &unit);
	if (!used || 1 + used != words->count)
		return false;
	*out = unit;
	return true;
}

bool kith_span_read(const char *text, struct kith_span *out)
{
	struct kith_words words;
	struct kith_span span;
	if (!kith_words_split(&words, text) || words.count == 0)
		return false;
	if (words.count == 1 && find_adverb(words.word[0], out))
		return true;
	if (kith_word_is(&words, 0, "every") || kith_word_is(&words, 0, "each"))
		return read_every(&words, out);
	if (kith_words_length(&words, 0, &span) != words.count)
		return false;
	*out = span;
	return true;
}
