#include "lib/base/date.h"

#include <string.h>

#include "lib/base/date_private.h"

/* Exactly `digits` digits. */
static bool read_number(const char **text, int digits, int *out)
{
	int number = 0;
	for (int i = 0; i < digits; i++) {
		const unsigned digit = (unsigned)((*text)[i] - '0');
		if (digit > 9)
			return false;
		number = number * 10 + (int)digit;
	}
	*text += digits;
	*out = number;
	return true;
}

static bool read_character(const char **text, char character)
{
	if (**text != character)
		return false;
	++*text;
	return true;
}

static bool read_yearless(const char *text, struct kith_date *out)
{
	int month, day;
	if (!read_number(&text, 2, &month) || !read_character(&text, '-') || !read_number(&text, 2, &day) || *text)
		return false;
	*out = (struct kith_date){ .month = (uint8_t)month, .day = (uint8_t)day, .minute = -1 };
	return kith_date_exists(0, month, day, NULL) && month > 0 && day > 0;
}

static bool read_minute(const char *text, int *out)
{
	return kith_time_read(text, out, NULL) == KITH_TIME_EXACT;
}

static bool read_with_year(const char *text, struct kith_date *out)
{
	int year, month = 0, day = 0, minute = -1;
	bool complete = true;
	if (!read_number(&text, 4, &year) || year == 0)
		return false;
	if (read_character(&text, '-'))
		complete = read_number(&text, 2, &month) && month > 0;
	if (complete && month && read_character(&text, '-'))
		complete = read_number(&text, 2, &day) && day > 0;
	if (complete && day && (read_character(&text, ' ') || read_character(&text, 'T'))) {
		complete = read_minute(text, &minute);
		text = "";
	}
	if (!complete || *text || !kith_date_exists(year, month, day, NULL))
		return false;
	*out = (struct kith_date){ .year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)day,
	                           .minute = (int16_t)minute };
	return true;
}

static bool read_exactly(const char *text, struct kith_date *out)
{
	if (text[0] == '-' && text[1] == '-')
		return read_yearless(text + 2, out);
	return read_with_year(text, out) || read_yearless(text, out);
}

bool kith_date_read(const char *text, struct kith_date *out, const char **why, struct kith_buf *hint)
{
	struct kith_date date;
	if (!read_exactly(text, &date)) {
		if (why || hint)
			kith_date_explain(text, &(struct kith_date_fault){ why, hint });
		if (hint && !hint->length)
			kith_buf_add(hint, "write it as 2026-11-25, 2026-11, 2026, or 11-25 without a year");
		return false;
	}
	*out = date;
	return true;
}

bool kith_date_read_words(const char *text, kith_day today, struct kith_date *out, const char **why,
                          struct kith_buf *hint)
{
	const struct kith_date_fault fault = { why, hint };
	struct kith_date date;
	if (!read_exactly(text, &date)) {
		const enum kith_wording wording = kith_date_of_words(text, today, &date, &fault);
		if (wording == KITH_WORDING_WRONG)
			return false;
		if (wording == KITH_WORDING_NONE) {
			kith_date_explain(text, &fault);
			kith_date_suggest_words(text, today, &fault);
			return false;
		}
	}
	*out = date;
	return true;
}
