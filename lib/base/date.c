#include "lib/base/date.h"

#include <stdint.h>

enum {
	DAYS_IN_ERA = 146097, /* 400 years */
	EPOCH = 719468,       /* days from 0000-03-01 to 1970-01-01 */
	LAST_YEAR = 9999,
};

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned kith_days_in_month(int year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (month < 1 || month > 12)
		return 0;
	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* The year begins in March here, so that the leap day is its last. */
static kith_day day_number(int year, unsigned month, unsigned day)
{
	year -= month <= 2;
	const int era = (year >= 0 ? year : year - 399) / 400;
	const int year_of_era = year - era * 400;
	const int day_of_year = (153 * ((int)month + (month > 2 ? -3 : 9)) + 2) / 5 + (int)day - 1;
	const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * DAYS_IN_ERA + day_of_era - EPOCH;
}

struct kith_date kith_date_of(kith_day day)
{
	struct kith_date date = { .minute = -1 };
	if (day == KITH_NO_DAY)
		return date;
	const int64_t number = (int64_t)day + EPOCH;
	const int era = (int)((number >= 0 ? number : number - (DAYS_IN_ERA - 1)) / DAYS_IN_ERA);
	const int day_of_era = (int)(number - (int64_t)era * DAYS_IN_ERA);
	const int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	const int month_from_march = (5 * day_of_year + 2) / 153;
	const int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
	const int year = year_of_era + era * 400 + (month <= 2);
	if (year < 1 || year > LAST_YEAR)
		return date;
	date.year = (int16_t)year;
	date.month = (uint8_t)month;
	date.day = (uint8_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	return date;
}

kith_day kith_day_of(struct kith_date date)
{
	if (!date.year)
		return KITH_NO_DAY;
	return day_number(date.year, date.month ? date.month : 1, date.day ? date.day : 1);
}

kith_day kith_last_day_of(struct kith_date date)
{
	if (!date.year)
		return KITH_NO_DAY;
	const unsigned month = date.month ? date.month : 12;
	return day_number(date.year, month, date.day ? date.day : kith_days_in_month(date.year, month));
}

unsigned kith_weekday(kith_day day)
{
	return (unsigned)((day % 7 + 7 + 3) % 7) + 1; /* day 0 was a Thursday */
}

static kith_day add_days(kith_day day, int64_t days)
{
	const int64_t sum = day + days;
	if (sum < day_number(1, 1, 1) || sum > day_number(LAST_YEAR, 12, 31))
		return KITH_NO_DAY;
	return (kith_day)sum;
}

static kith_day add_months(kith_day day, int64_t months)
{
	const struct kith_date from = kith_date_of(day);
	const int64_t month = from.year * INT64_C(12) + from.month - 1 + months;
	if (!from.year || month < 12 || month / 12 > LAST_YEAR)
		return KITH_NO_DAY;
	const int year = (int)(month / 12);
	const unsigned month_of_year = (unsigned)(month % 12) + 1, last = kith_days_in_month(year, month_of_year);
	return day_number(year, month_of_year, from.day < last ? from.day : last);
}

kith_day kith_day_add(kith_day day, struct kith_span span, int times)
{
	if (day == KITH_NO_DAY || span.never)
		return KITH_NO_DAY;
	/* Far beyond any calendar, and small enough to be multiplied again below. */
	const int64_t count = (int64_t)span.count * times;
	if (count > INT32_MAX || count < -INT32_MAX)
		return KITH_NO_DAY;
	switch (span.unit) {
	case KITH_DAYS:   return add_days(day, count);
	case KITH_WEEKS:  return add_days(day, count * 7);
	case KITH_MONTHS: return add_months(day, count);
	case KITH_YEARS:  return add_months(day, count * 12);
	}
	return KITH_NO_DAY;
}

int32_t kith_span_days(struct kith_span span)
{
	if (span.never)
		return INT32_MAX;
	int64_t days = span.count;
	switch (span.unit) {
	case KITH_DAYS:   break;
	case KITH_WEEKS:  days *= 7; break;
	case KITH_MONTHS: days = (days * 3044 + 50) / 100; break;
	case KITH_YEARS:  days = (days * 36525 + 50) / 100; break;
	}
	return days < INT32_MAX ? (int32_t)days : INT32_MAX - 1;
}

kith_day kith_day_next_yearly(unsigned month, unsigned day, kith_day from)
{
	const struct kith_date start = kith_date_of(from);
	if (!start.year || month < 1 || month > 12)
		return KITH_NO_DAY;
	for (int year = start.year; year <= start.year + 1 && year <= LAST_YEAR; year++) {
		const unsigned last = kith_days_in_month(year, month);
		const kith_day found = day_number(year, month, day < last ? day : last);
		if (found >= from)
			return found;
	}
	return KITH_NO_DAY;
}
