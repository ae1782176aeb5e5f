#include "lib/base/date.h"

#include <stdlib.h>

static const char *const weekday_names[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char *const month_names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

void kith_date_print(struct kith_buf *out, struct kith_date date)
{
	if (date.year)
		kith_buf_addf(out, "%04d", date.year);
	if (date.month)
		kith_buf_addf(out, date.year ? "-%02u" : "%02u", date.month);
	if (date.day)
		kith_buf_addf(out, "-%02u", date.day);
	if (date.minute >= 0 && date.day)
		kith_buf_addf(out, " %02d:%02d", date.minute / 60, date.minute % 60);
}

void kith_date_print_day(struct kith_buf *out, kith_day day)
{
	kith_date_print(out, kith_date_of(day));
}

void kith_date_print_short(struct kith_buf *out, kith_day day, kith_day today)
{
	const struct kith_date date = kith_date_of(day);
	if (!date.year)
		return;
	kith_buf_addf(out, "%s %u %s", weekday_names[kith_weekday(day) - 1], date.day, month_names[date.month - 1]);
	if (date.year != kith_date_of(today).year)
		kith_buf_addf(out, " %d", date.year);
}

void kith_span_print(struct kith_buf *out, struct kith_span span)
{
	static const char *const units[] = { "day", "week", "month", "year" };
	static const char *const each[] = { "daily", "weekly", "monthly", "yearly" };
	if (span.never)
		kith_buf_add(out, "never");
	else if (span.count == 1)
		kith_buf_add(out, each[span.unit]);
	else if (span.count == 3 && span.unit == KITH_MONTHS)
		kith_buf_add(out, "quarterly");
	else
		kith_buf_addf(out, "%d %ss", span.count, units[span.unit]);
}

static void print_count(struct kith_buf *out, int count, const char *unit)
{
	if (count == 1)
		kith_buf_addf(out, "a %s", unit);
	else
		kith_buf_addf(out, "%d %ss", count, unit);
}

/* Each unit begins where a reader stops counting in the one below it. */
void kith_days_print(struct kith_buf *out, int32_t days)
{
	enum { TWO_WEEKS = 14, ABOUT_A_MONTH = 29, PAST_A_MONTH = 34, TWO_MONTHS = 60 };
	const int64_t length = llabs((long long)days);
	const int months = (int)((length * 100 + 1522) / 3044);
	if (length == 7)
		print_count(out, 1, "week");
	else if (length < TWO_WEEKS)
		print_count(out, (int)length, "day");
	else if (length >= ABOUT_A_MONTH && length < PAST_A_MONTH)
		print_count(out, 1, "month");
	else if (length < TWO_MONTHS)
		print_count(out, (int)((length + 3) / 7), "week");
	else if (months < 24 && months != 12)
		print_count(out, months, "month");
	else
		print_count(out, (int)((length * 100 + 18262) / 36525), "year");
}

void kith_day_print_relative(struct kith_buf *out, kith_day day, kith_day today)
{
	const int64_t days = (int64_t)day - today;
	if (day == KITH_NO_DAY || today == KITH_NO_DAY)
		return;
	if (days == 0) {
		kith_buf_add(out, "today");
	} else if (days == 1) {
		kith_buf_add(out, "tomorrow");
	} else if (days == -1) {
		kith_buf_add(out, "yesterday");
	} else if (days > 0) {
		kith_buf_add(out, "in ");
		kith_days_print(out, (int32_t)days);
	} else {
		kith_days_print(out, (int32_t)days);
		kith_buf_add(out, " ago");
	}
}
