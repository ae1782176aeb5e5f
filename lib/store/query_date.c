#include "lib/store/query_tree.h"

#include <stdio.h>
#include <string.h>

/* One end of a range of days, or a date alone, before it is known which. */
struct end {
	enum { END_OPEN, END_SPAN, END_DAYS, END_YEARLESS } shape;
	struct kith_span span;
	int sign;                      /* of a span: -1, +1, 0 for none */
	kith_day first, last;          /* DAYS */
	bool relative;                 /* DAYS: seen from today */
	unsigned first_md, last_md;    /* YEARLESS: month·100 + day */
};

struct reader {
	kith_day today;
	bool ahead, yearly; /* as the subject's */
	struct kith_query_fault *fault;
};

enum { DAYS_OF_YEAR = 365 };

static unsigned month_and_day(kith_day day)
{
	const struct kith_date date = kith_date_of(day);
	return date.month * 100u + date.day;
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* --- one end --- */

/* 90d, 3 weeks, +2w, -1m. */
static bool read_span(const char *text, struct end *end)
{
	const int sign = *text == '-' ? -1 : *text == '+' ? 1 : 0;
	const char *number = text + (sign != 0);
	if (!is_digit(*number) || !kith_span_read(number, &end->span) || end->span.never)
		return false;
	end->shape = END_SPAN;
	end->sign = sign;
	return true;
}

static void set_yearless(struct end *end, unsigned month, unsigned day)
{
	end->shape = END_YEARLESS;
	end->first_md = month * 100 + (day ? day : 1);
	end->last_md = month * 100 + (day ? day : 31);
}

/* March, mar; 03 or 3 where dates come round every year. */
static bool read_month(const struct reader *reader, const char *text, struct end *end)
{
	const size_t length = strlen(text), digits = strspn(text, "0123456789");
	if (reader->yearly && length <= 2 && digits == length) {
		const unsigned month = length == 2 ? (unsigned)((text[0] - '0') * 10 + text[1] - '0')
		                                   : (unsigned)(text[0] - '0');
		if (month < 1 || month > 12)
			return false;
		set_yearless(end, month, 0);
		return true;
	}
	char first_of[32];
	struct kith_date date;
	if (digits || length + 3 > sizeof(first_of))
		return false;
	(void)snprintf(first_of, sizeof(first_of), "1 %s", text); /* fits, as was checked */
	if (!kith_date_read_words(first_of, reader->today, &date, NULL, NULL) || date.year || date.day != 1)
		return false;
	set_yearless(end, date.month, 0);
	return true;
}

/* this week, last month, next quarter, year. */
static bool read_period(const struct reader *reader, const char *text, struct end *end)
{
	static const struct {
		const char *word;
		int ahead;
	} directions[] = { { "last ", -1 }, { "this ", 0 }, { "next ", 1 } };
	static const struct { const char *word; int months; } periods[] = {
		{ "week", 0 }, { "month", 1 }, { "quarter", 3 }, { "year", 12 },
	};
	int ahead = 0;
	for (size_t i = 0; i < kith_count(directions); i++) {
		if (strncasecmp(text, directions[i].word, 5) == 0) {
			ahead = directions[i].ahead;
			text += 5;
			break;
		}
	}
	size_t at = 0;
	while (at < kith_count(periods) && strcasecmp(text, periods[at].word) != 0)
		at++;
	if (at == kith_count(periods))
		return false;
	const int months = periods[at].months;
	if (months == 0) {
		end->first = reader->today - (kith_day)(kith_weekday(reader->today) - 1) + 7 * ahead;
		end->last = end->first + 6;
	} else {
		struct kith_date date = kith_date_of(reader->today);
		date.month = (uint8_t)((date.month - 1) / months * months + 1);
		date.day = 1;
		const struct kith_span span = { months, KITH_MONTHS, false };
		end->first = kith_day_add(kith_day_of(date), span, ahead);
		end->last = kith_day_add(kith_day_of(date), span, ahead + 1) - 1;
	}
	end->shape = END_DAYS;
	end->relative = true;
	return true;
}

static bool read_date(const struct reader *reader, const char *text, struct end *end)
{
	struct kith_date date, elsewhere;
	const char *why = "not a date";
	struct kith_query_fault *fault = reader->fault;
	/* Words that mean the same seen from another day do not depend on today. */
	const kith_day another_day = reader->today + 1500;
	if (!kith_date_read_words(text, reader->today, &date, fault ? &why : NULL, fault ? &fault->hint : NULL)) {
		if (!fault)
			return false;
		/* "November has 30 days" tells more than that it is none. */
		const bool has_reason = strcmp(why, "not a date") != 0;
		char reason[sizeof(fault->why)];
		(void)snprintf(reason, sizeof(reason), "is not a date%s%s", has_reason ? ": " : "",
		               has_reason ? why : "");
		return kith_query_blame(fault, reason, NULL);
	}
	if (!date.year) {
		set_yearless(end, date.month, date.day);
		return true;
	}
	end->shape = END_DAYS;
	end->first = kith_day_of(date);
	end->last = kith_last_day_of(date);
	end->relative = !kith_date_read_words(text, another_day, &elsewhere, NULL, NULL) ||
	                kith_day_of(elsewhere) != end->first;
	return true;
}

static bool read_end(const struct reader *reader, const struct kith_query_scalar *scalar, struct end *end)
{
	*end = (struct end){ .shape = END_OPEN };
	if (!scalar->text)
		return true;
	const char *text = scalar->text;
	if (read_span(text, end) || read_month(reader, text, end) || read_period(reader, text, end))
		return true;
	if (strspn(text, "0123456789") == strlen(text) && strlen(text) <= 2)
		return kith_query_blame(reader->fault, "is not a date",
		                        "write 2026-03 for a month, 3d for days, 3w for weeks");
	return read_date(reader, text, end);
}

/* --- days --- */

static bool add_span(const struct reader *reader, const struct end *end, kith_day *out)
{
	const int direction = end->sign ? end->sign : reader->ahead ? 1 : -1;
	*out = kith_day_add(reader->today, end->span, direction);
	return *out != KITH_NO_DAY ||
	       kith_query_blame(reader->fault, "is too far away", "write .. without an end for any day");
}

static bool set_range(const struct reader *reader, int64_t first, int64_t last, struct kith_query_value *out)
{
	out->shape = QUERY_VALUE_RANGE;
	out->first = first;
	out->last = last;
	return first <= last ||
	       kith_query_blame(reader->fault, "ends before it begins", "exchange the two ends of the range");
}

/* The days of the year that these days are; 29 February falls on 28 February in years that lack it. */
static bool set_days_of_year(kith_day first, kith_day last, struct kith_query_value *out)
{
	out->shape = QUERY_VALUE_YEARLY;
	if (last - first >= DAYS_OF_YEAR) {
		out->first = 101;
		out->last = 1231;
		return true;
	}
	out->first = month_and_day(first);
	out->last = month_and_day(last);
	if (out->last == 228 && kith_days_in_month(kith_date_of(last).year, 2) == 28)
		out->last = 229;
	return true;
}

/* A span alone is the time between now and then. */
static bool read_stretch(const struct reader *reader, const struct end *end, struct kith_query_value *out)
{
	kith_day day;
	if (!add_span(reader, end, &day))
		return false;
	const kith_day first = day < reader->today ? day : reader->today,
		       last = day < reader->today ? reader->today : day;
	return reader->yearly ? set_days_of_year(first, last, out) : set_range(reader, first, last, out);
}

static bool read_alone(const struct reader *reader, const struct end *end, struct kith_query_value *out)
{
	switch (end->shape) {
	case END_SPAN:
		return read_stretch(reader, end, out);
	case END_YEARLESS:
		out->shape = QUERY_VALUE_YEARLY;
		out->first = end->first_md;
		out->last = end->last_md;
		return true;
	default:
		return reader->yearly && end->relative ? set_days_of_year(end->first, end->last, out)
		                                       : set_range(reader, end->first, end->last, out);
	}
}

/* --- ranges --- */

static bool turn_into_days(const struct reader *reader, struct end *end)
{
	if (end->shape != END_SPAN)
		return true;
	if (!add_span(reader, end, &end->first))
		return false;
	end->last = end->first;
	end->relative = true;
	end->shape = END_DAYS;
	return true;
}

/* 03-14..04-02, 12..01; where dates come round, an open end is the year's. */
static bool read_part_of_year(const struct reader *reader, const struct end *from, const struct end *to,
                              struct kith_query_value *out)
{
	const bool has_open_end = from->shape == END_OPEN || to->shape == END_OPEN;
	if (from->shape == END_DAYS || to->shape == END_DAYS || (has_open_end && !reader->yearly))
		return kith_query_blame(reader->fault, "has a year at one end only",
		                        "write the year at both ends: 2026-03-14..2026-04-02");
	out->shape = QUERY_VALUE_YEARLY;
	out->first = from->shape == END_OPEN ? 101 : from->first_md;
	out->last = to->shape == END_OPEN ? 1231 : to->last_md;
	return true;
}

/* today..eom, ..30d of dates that come round: the next ones; an open end is today, or the day before it in a year. */
static bool read_ahead_in_year(const struct reader *reader, const struct end *from, const struct end *to,
                               struct kith_query_value *out)
{
	const kith_day first = from->shape == END_OPEN ? reader->today : from->first;
	const kith_day year_end = reader->today + DAYS_OF_YEAR - 1;
	const kith_day last = to->shape != END_OPEN ? to->last
	                      : first < year_end    ? year_end
	                                            : first + DAYS_OF_YEAR;
	if (first > last)
		return kith_query_blame(reader->fault, "ends before it begins",
		                        "exchange the two ends of the range");
	return set_days_of_year(first, last, out);
}

static bool read_range(const struct reader *reader, struct end *from, struct end *to,
                       struct kith_query_value *out)
{
	const bool back = !reader->ahead && from->shape == END_SPAN && !from->sign;
	const bool back_to = !reader->ahead && to->shape == END_SPAN && !to->sign;
	if (!turn_into_days(reader, from) || !turn_into_days(reader, to))
		return false;
	if (from->shape == END_YEARLESS || to->shape == END_YEARLESS)
		return read_part_of_year(reader, from, to, out);
	const bool any_year =
		(from->shape == END_OPEN || from->relative) && (to->shape == END_OPEN || to->relative);
	if (reader->yearly && any_year)
		return read_ahead_in_year(reader, from, to, out);
	int64_t first = from->shape == END_OPEN ? QUERY_FIRST : from->first;
	int64_t last = to->shape == END_OPEN ? QUERY_LAST : to->last;
	/* Looking back, 30d.. is the last 30 days, not also what is planned; 30d..90d is 30 to 90 days ago. */
	if (back && to->shape == END_OPEN)
		last = reader->today;
	if (back && back_to && first > last) {
		const int64_t later = first;
		first = last;
		last = later;
	}
	return set_range(reader, first, last, out);
}

bool kith_query_date_read(const struct kith_query_subject *subject, const struct kith_query_raw *raw,
                          kith_day today, struct kith_query_value *out, struct kith_query_fault *fault)
{
	const struct reader reader = { today, subject->ahead, subject->yearly, fault };
	const bool is_derived = subject->how == QUERY_HOW_LAST || subject->how == QUERY_HOW_DUE;
	out->shown = raw->text;
	if (!raw->is_range && strcasecmp(raw->text, "never") == 0) {
		out->shape = QUERY_VALUE_NEVER;
		return is_derived ||
		       kith_query_blame(fault, "is not a date", "missing:FIELD finds records without one");
	}
	if (raw->is_range && !raw->from.text && !raw->to.text)
		return kith_query_blame(fault, "has neither a beginning nor an end",
		                        "write 2026-11.., ..today or 2026-01..2026-06");
	struct end from, to;
	if (!read_end(&reader, &raw->from, &from) || !read_end(&reader, &raw->to, &to))
		return false;
	return raw->is_range ? read_range(&reader, &from, &to, out) : read_alone(&reader, &from, out);
}
