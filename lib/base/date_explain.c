#include "lib/base/date_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- the reason and the suggestion --- */

bool kith_date_fault(const struct kith_date_fault *fault, const char *format, ...)
{
	static _Thread_local char reason[80]; /* header: lasts until the thread's next call */
	if (!fault || !fault->why)
		return false;
	va_list args;
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	*fault->why = reason;
	return false;
}

void kith_date_suggest(const struct kith_date_fault *fault, struct kith_date date)
{
	if (!fault || !fault->hint)
		return;
	kith_buf_add(fault->hint, fault->hint->length ? " or " : "write ");
	kith_date_print(fault->hint, date);
}

/* A hint in words, unless a better one is there. */
static void hint(const struct kith_date_fault *fault, const char *text)
{
	if (fault && fault->hint && !fault->hint->length)
		kith_buf_add(fault->hint, text);
}

bool kith_date_incomplete(const struct kith_date_fault *fault)
{
	hint(fault, "write the whole date before it, such as 2026-12-03 19:30, or leave the time out");
	return kith_date_fault(fault, "a time needs a whole date");
}

/* --- days that do not exist --- */

static const char *const months[] = { "January", "February", "March", "April", "May", "June", "July",
	                              "August", "September", "October", "November", "December" };

static struct kith_date date_from(int year, int month, int day)
{
	return (struct kith_date){ .year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)day, .minute = -1 };
}

static int longest(int year, int month)
{
	return (int)kith_days_in_month(year ? year : 2000, (unsigned)month); /* without a year: a leap year */
}

static bool wrong_month(int year, int month, int day, const struct kith_date_fault *fault)
{
	if (month == 0)
		kith_date_suggest(fault, date_from(year, 0, 0));
	else if (day >= 1 && day <= 12 && month <= longest(year, day))
		kith_date_suggest(fault, date_from(year, day, month)); /* the two were exchanged */
	return kith_date_fault(fault, "there is no month %d", month);
}

static bool wrong_day(int year, int month, int day, const struct kith_date_fault *fault)
{
	const int last = longest(year, month);
	kith_date_suggest(fault, date_from(year, month, last));
	if (day == last + 1 && month < 12)
		kith_date_suggest(fault, date_from(year, month + 1, 1));
	else if (day == last + 1 && year < 9999)
		kith_date_suggest(fault, date_from(year ? year + 1 : 0, 1, 1));
	if (year)
		return kith_date_fault(fault, "%s %d has %d days", months[month - 1], year, last);
	return kith_date_fault(fault, "%s has %s%d days", months[month - 1], month == 2 ? "at most " : "", last);
}

bool kith_date_exists(int year, int month, int day, const struct kith_date_fault *fault)
{
	if (month > 12)
		return wrong_month(year, month, day, fault);
	if (month > 0 && day > longest(year, month))
		return wrong_day(year, month, day, fault);
	return true;
}

/* The same for a date whose parts were all given: none of them is 0. */
static bool exists_complete(int year, int month, int day, const struct kith_date_fault *fault)
{
	if (month == 0)
		return wrong_month(year, month, day, fault);
	if (month <= 12 && day == 0) {
		if (year)
			kith_date_suggest(fault, date_from(year, month, 0));
		return kith_date_fault(fault, "there is no day 0");
	}
	return kith_date_exists(year, month, day, fault);
}

/* --- times --- */

static const char *skip_number(const char *text, int *number, int *digits)
{
	*number = 0;
	for (*digits = 0; *text >= '0' && *text <= '9' && *digits < 9; text++, ++*digits)
		*number = *number * 10 + (*text - '0');
	return text;
}

/* "pm", " PM", or nothing; the hour becomes one of 24. */
static const char *skip_half_of_day(const char *text, int *hour, bool *found)
{
	const char *at = text + (*text == ' ');
	const char half = (char)(*at | 0x20);
	*found = (half == 'a' || half == 'p') && (at[1] | 0x20) == 'm' && *hour >= 1 && *hour <= 12;
	if (!*found)
		return text;
	*hour = *hour % 12 + (half == 'p' ? 12 : 0);
	return at + 2;
}

/* Seconds and a time zone, which dates here do not have. */
static const char *skip_seconds_and_zone(const char *text)
{
	int number, digits;
	if (*text == ':') {
		text = skip_number(text + 1, &number, &digits);
		if (*text == '.')
			text = skip_number(text + 1, &number, &digits);
	}
	text += *text == ' ';
	if (*text == 'Z' || *text == 'z')
		return text + 1;
	if (*text == '+' || *text == '-')
		text += strspn(text, "+-:0123456789");
	return text;
}

enum kith_time kith_time_read(const char *text, int *minute, const struct kith_date_fault *fault)
{
	int hour, minutes = 0, hour_digits, minute_digits = 0;
	bool has_half;
	const char *at = skip_number(text, &hour, &hour_digits);
	if (hour_digits < 1 || hour_digits > 2)
		return KITH_TIME_NONE;
	const bool has_minutes = *at == ':';
	if (has_minutes)
		at = skip_number(at + 1, &minutes, &minute_digits);
	const bool plain = has_minutes && hour_digits == 2 && minute_digits == 2 && *at == '\0';
	at = skip_half_of_day(at, &hour, &has_half);
	if (!has_half && minute_digits != 2)
		return KITH_TIME_NONE;
	if (!has_half)
		at = skip_seconds_and_zone(at);
	if (*at)
		return KITH_TIME_NONE;
	if (hour > 23 || minutes > 59) {
		kith_date_fault(fault, "there is no %s %d", hour > 23 ? "hour" : "minute", hour > 23 ? hour : minutes);
		hint(fault, "write a time from 00:00 to 23:59");
		return KITH_TIME_WRONG;
	}
	*minute = hour * 60 + minutes;
	return plain ? KITH_TIME_EXACT : KITH_TIME_LOOSE;
}

/* --- dates in another form --- */

/* Up to three numbers joined by dashes, dots or slashes, and a time. */
struct numbers {
	int value[3];
	int digits[3];
	char joint[2];
	size_t count;
	const char *time; /* or what stands in its place; NULL: nothing */
	bool attached;    /* to the last number, without a space or T */
	const struct kith_date_fault *fault;
};

static bool split_numbers(struct numbers *numbers, const char *text)
{
	text += strspn(text, " ");
	if (text[0] == '-' && text[1] == '-')
		text += 2;
	while (numbers->count < 3) {
		const size_t i = numbers->count;
		const char *end = skip_number(text, &numbers->value[i], &numbers->digits[i]);
		if (end == text)
			break;
		numbers->count++;
		text = end;
		if (!strchr("-./", *text) || !*text)
			break;
		if (i < 2)
			numbers->joint[i] = *text;
		text++;
		text += strspn(text, " ");
	}
	numbers->attached = *text && !strchr(" Tt,", *text);
	if (*text == 'T' || *text == 't' || *text == ',')
		text++;
	text += strspn(text, " ");
	numbers->time = *text ? text : NULL;
	return numbers->count > 0;
}

/* Suggest a date, with the time that follows it, if there is such a day. */
static bool suggest(const struct numbers *numbers, int year, int month, int day)
{
	if ((!year && !day) || !exists_complete(year, month, day ? day : 1, NULL))
		return false;
	struct kith_date date = date_from(year, month, day);
	int minute;
	if (numbers->time && year && day && kith_time_read(numbers->time, &minute, NULL) >= KITH_TIME_EXACT)
		date.minute = (int16_t)minute;
	kith_date_suggest(numbers->fault, date);
	return true;
}

/* Two numbers that are a day and a month, in an order that only the writer
 * knows; with dots the day is first.  The reason is `why` if it is only the form. */
static bool say_orders(const struct numbers *numbers, int year, int first, int second, const char *why)
{
	const bool day_first = suggest(numbers, year, second, first);
	const bool sure = first == second || (day_first && numbers->joint[0] == '.');
	const bool month_first = !sure && suggest(numbers, year, first, second);
	if (day_first || month_first)
		kith_date_fault(numbers->fault, "%s", why);
	else if (second <= 12)
		exists_complete(year, second, first, numbers->fault);
	else
		exists_complete(year, first, second, numbers->fault);
	return true;
}

/* A number where a year should be. */
static bool say_year(const struct numbers *numbers, int digits)
{
	return !kith_date_fault(numbers->fault, digits == 4 ? "there is no year 0" : "a year has four digits");
}

/* The day is right, what follows it is not. */
static bool say_time(const struct numbers *numbers, struct kith_date date)
{
	int minute = 0;
	switch (kith_time_read(numbers->time, &minute, numbers->fault)) {
	case KITH_TIME_LOOSE:
	case KITH_TIME_EXACT:
		date.minute = (int16_t)minute;
		kith_date_fault(numbers->fault, "a time is hours and minutes, 00:00 to 23:59");
		break;
	case KITH_TIME_NONE:
		kith_date_fault(numbers->fault, "only a time may follow a date");
		break;
	case KITH_TIME_WRONG:
		return true;
	}
	kith_date_suggest(numbers->fault, date);
	return true;
}

static bool say_year_first(const struct numbers *numbers)
{
	const int year = numbers->value[0], month = numbers->value[1], day = numbers->value[2];
	if (year == 0 || numbers->digits[0] != 4)
		return say_year(numbers, numbers->digits[0]);
	if (!exists_complete(year, month, day, numbers->fault))
		return true;
	const bool dashes = numbers->joint[0] == '-' && numbers->joint[1] == '-';
	const bool padded = numbers->digits[1] == 2 && numbers->digits[2] == 2;
	if (dashes && padded && numbers->time)
		return say_time(numbers, date_from(year, month, day));
	suggest(numbers, year, month, day);
	if (!dashes)
		return !kith_date_fault(numbers->fault, "year, month and day are joined by dashes");
	if (!padded)
		return !kith_date_fault(numbers->fault, "month and day have two digits");
	return !kith_date_fault(numbers->fault, "only a time may follow a date");
}

/* 25/11/26 or 90-02-03.  Which century is a guess, and only a suggestion. */
static bool say_short_year(const struct numbers *numbers)
{
	const bool first = numbers->joint[0] == '-';
	const int number = numbers->value[first ? 0 : 2];
	const int year = number + (number < 50 ? 2000 : 1900);
	const char *why = "the year needs four digits";
	if (!first)
		return say_orders(numbers, year, numbers->value[0], numbers->value[1], why);
	suggest(numbers, year, numbers->value[1], numbers->value[2]);
	return !kith_date_fault(numbers->fault, "%s", why);
}

static bool say_three(const struct numbers *numbers)
{
	if (numbers->digits[0] > 2)
		return say_year_first(numbers);
	const int year = numbers->value[2];
	if (numbers->digits[2] == 4 && year > 0)
		return say_orders(numbers, year, numbers->value[0], numbers->value[1], "the year comes first");
	if (numbers->digits[numbers->joint[0] == '-' ? 0 : 2] == 2)
		return say_short_year(numbers);
	return say_year(numbers, numbers->digits[2]);
}

static bool say_month(const struct numbers *numbers, size_t year_at)
{
	const int year = numbers->value[year_at], month = numbers->value[1 - year_at];
	if (year == 0)
		return say_year(numbers, 4);
	if (month < 1 || month > 12)
		return !kith_date_fault(numbers->fault, "there is no month %d", month);
	if (numbers->time)
		return !kith_date_incomplete(numbers->fault);
	suggest(numbers, year, month, 0);
	return !kith_date_fault(numbers->fault, year_at ? "the year comes first" : "a month has a dash and two digits");
}

static bool say_two(const struct numbers *numbers)
{
	const int first = numbers->value[0], second = numbers->value[1];
	if (numbers->digits[0] == 4 || numbers->digits[1] == 4)
		return say_month(numbers, numbers->digits[0] != 4);
	if (numbers->joint[0] != '-')
		return say_orders(numbers, 0, first, second, "without a year it is month-day");
	if (!exists_complete(0, first, second, numbers->fault))
		return true;
	if (numbers->time)
		return !kith_date_incomplete(numbers->fault);
	suggest(numbers, 0, first, second);
	return !kith_date_fault(numbers->fault, "month and day have two digits");
}

static bool say_one(const struct numbers *numbers)
{
	const int number = numbers->value[0];
	if (numbers->time)
		return false;
	if (numbers->digits[0] == 8 && suggest(numbers, number / 10000, number / 100 % 100, number % 100))
		return !kith_date_fault(numbers->fault, "year, month and day are joined by dashes");
	return say_year(numbers, numbers->digits[0]);
}

static bool explain_numbers(const char *text, const struct kith_date_fault *fault)
{
	struct numbers numbers = { .fault = fault };
	int minute;
	if (!split_numbers(&numbers, text))
		return false;
	/* Other words behind a date are a fault of it; behind less they make it no date at all: 3 weeks. */
	const bool has_time = numbers.time && kith_time_read(numbers.time, &minute, NULL) != KITH_TIME_NONE;
	if (numbers.time && (numbers.attached || (numbers.count < 3 && !has_time)))
		return false;
	switch (numbers.count) {
	case 1:  return say_one(&numbers);
	case 2:  return say_two(&numbers);
	default: return say_three(&numbers);
	}
}

/* --- words --- */

static bool explain_words(const char *text, const struct kith_date_fault *fault)
{
	struct kith_date date;
	switch (kith_date_of_words(text, 0, &date, fault)) {
	case KITH_WORDING_DATE:
		kith_date_suggest(fault, date);
		kith_date_fault(fault, "a month in words");
		return true;
	case KITH_WORDING_RELATIVE:
		hint(fault, "write the day it means, such as 2026-11-25");
		kith_date_fault(fault, "a word, not a date");
		return true;
	case KITH_WORDING_WRONG:
		return true;
	case KITH_WORDING_NONE:
		break;
	}
	return false;
}

bool kith_date_explain(const char *text, const struct kith_date_fault *fault)
{
	if (explain_numbers(text, fault) || explain_words(text, fault))
		return true;
	return kith_date_fault(fault, "%s", *text ? "not a date" : "nothing is there");
}
