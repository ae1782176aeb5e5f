/* Civil dates, as people write them, and the spans between them.  No time zone:
 * a date is a square on a calendar.  Days are counted from 1970-01-01 (day 0),
 * proleptic Gregorian (algorithm: Howard Hinnant, "chrono-compatible low-level
 * date algorithms"). */
#ifndef KITH_DATE_H
#define KITH_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/memory.h"

/* 2026-11-25 · 2026-11 (day 0) · 2026 (month and day 0) · 03-14 (year 0) ·
 * 2026-12-03 19:30 (minute 1170).  All zero with minute -1: no date.  Mind that
 * minute 0 is midnight: `{0}` is not a date without a time. */
struct kith_date {
	int16_t year;   /* 1..9999, 0: unknown */
	uint8_t month;  /* 1..12, 0: unknown */
	uint8_t day;    /* 1..31, 0: unknown */
	int16_t minute; /* of the day, -1: none */
};

enum kith_unit { KITH_DAYS, KITH_WEEKS, KITH_MONTHS, KITH_YEARS };

struct kith_span {
	int32_t count; /* 0 with never: never */
	enum kith_unit unit;
	bool never;
};

typedef int32_t kith_day; /* days since 1970-01-01 */
#define KITH_NO_DAY INT32_MIN

/* Read a date as it may stand in a file: 2026-11-25, 2026-11, 2026, 03-14, --03-14,
 * 2026-12-03 19:30 (also with T).  The whole text must be one; a time needs a whole date.
 * False when it is not, with *why set to the reason and *hint appended to (both may be NULL):
 *   2026-11-31   November 2026 has 30 days      write 2026-11-30 or 2026-12-01
 *   25/11/2026   the year comes first           write 2026-11-25
 *   tomorrow     a word, not a date             write the day it means, such as 2026-11-25
 * The reason lasts until this thread's next call. */
bool kith_date_read(const char *text, struct kith_date *out, const char **why, struct kith_buf *hint);

/* The same for the command line, which also knows words, in any case, seen from `today`:
 *   today tomorrow yesterday
 *   friday, on fri    the next one after today, never today
 *   this friday       the one of this week, which begins on Monday; may be past
 *   next friday       the one of next week
 *   last friday       the latest one before today
 *   next week         its Monday; next month, quarter, year: the first day; also this, last
 *   eow eom eoq eoy   the last day (Sunday) of this week, month, quarter, year
 *   3w, +3w, 3 weeks, in 3 weeks, in a month; -3w, 3 weeks ago
 *                     d, w, m (months), q, y; months and years clamp as in kith_day_add
 *   25 nov, nov 25, 25th of november     without a year, as 11-25
 *   25 november 2026, nov 25, 2026; november 2026
 * and a time behind any day: 19:30, 7pm, at 7:30 pm.  With a time, a day without a
 * year is the next such day from today on. */
bool kith_date_read_words(const char *text, kith_day today, struct kith_date *out, const char **why,
                          struct kith_buf *hint);

/* Read a span: daily weekly biweekly (two weeks) monthly quarterly biannually (six months) yearly,
 * 6 weeks, 90d, 3w, 2m (months), 1y, a month, two weeks, every 2 weeks, every other week, never.
 * Case does not matter; the count is 1 to 99999. */
bool kith_span_read(const char *text, struct kith_span *out);

/* Print the form a date is read in; no date prints nothing. */
void kith_date_print(struct kith_buf *out, struct kith_date);
void kith_date_print_day(struct kith_buf *out, kith_day); /* 2026-11-25 */
/* Wed 25 Nov; with the year unless it is today's. */
void kith_date_print_short(struct kith_buf *out, kith_day, kith_day today);
/* Print the form a span is read in: daily weekly monthly quarterly yearly never, else 6 weeks. */
void kith_span_print(struct kith_buf *out, struct kith_span);
/* A rough length in words: 5 months, 3 weeks, a day, 0 days. */
void kith_days_print(struct kith_buf *out, int32_t days);
/* Today, tomorrow, yesterday, in 3 days, 5 months ago; in lower case. */
void kith_day_print_relative(struct kith_buf *out, kith_day, kith_day today);

kith_day kith_day_of(struct kith_date);      /* its first day; KITH_NO_DAY without a year */
kith_day kith_last_day_of(struct kith_date); /* 2026-11 → 30 November; KITH_NO_DAY without a year */
struct kith_date kith_date_of(kith_day);     /* no date for KITH_NO_DAY and outside the years 1 to 9999 */
unsigned kith_weekday(kith_day);             /* 1 Monday … 7 Sunday */
unsigned kith_days_in_month(int year, unsigned month); /* 0 if there is no such month */

/* The day `times` spans later, earlier if negative.  Months clamp to the month's last day
 * and count from the start, so that they do not drift: 31 January + 1, 2 months = 28
 * February, 31 March.  KITH_NO_DAY for never, and outside the years 1 to 9999. */
kith_day kith_day_add(kith_day, struct kith_span, int times);

/* Its length for ordering: a month is 30.44, a year 365.25 days, rounded; INT32_MAX for never. */
int32_t kith_span_days(struct kith_span);

/* The first day on or after `from` that bears this month and day; 29 February is
 * 28 February in other years. */
kith_day kith_day_next_yearly(unsigned month, unsigned day, kith_day from);

#endif
