/* Any text as a date, as a date in words, as a span: what is read prints as what reads the same, and what is not says why. */
#include <string.h>

#include "lib/base/date.h"
#include "lib/base/text.h"
#include "tests/fuzz/fuzz.h"

static bool is_same(struct kith_date one, struct kith_date other)
{
	return one.year == other.year && one.month == other.month && one.day == other.day && one.minute == other.minute;
}

static void check_date(struct kith_date date)
{
	CHECK(date.year >= 0 && date.year <= 9999 && date.month <= 12 && date.minute >= -1 && date.minute < 24 * 60);
	CHECK(date.year || (date.month && date.day));
	CHECK(!date.day || (date.month && date.day <= kith_days_in_month(date.year ? date.year : 2024, date.month)));
	CHECK(date.minute < 0 || (date.year && date.day));
	KITH_BUF text = {0}, hint = {0};
	kith_date_print(&text, date);
	struct kith_date again;
	const char *why = NULL;
	CHECK(kith_date_read(kith_buf_text(&text), &again, &why, &hint));
	CHECK(is_same(date, again) && !hint.length);
	if (!date.year) {
		CHECK(kith_day_of(date) == KITH_NO_DAY);
		return;
	}
	CHECK(kith_day_of(date) <= kith_last_day_of(date));
	const struct kith_date first = kith_date_of(kith_day_of(date));
	CHECK(first.year == date.year && first.month == (date.month ? date.month : 1) && first.day == (date.day ? date.day : 1));
	CHECK(kith_weekday(kith_day_of(date)) >= 1 && kith_weekday(kith_day_of(date)) <= 7);
}

/* The hint may name what was typed, whatever that was: who prints it makes it printable. */
static void check_refusal(const char *why)
{
	CHECK(why && *why && kith_is_utf8(why, strlen(why), NULL));
}

static void check_span(struct kith_span span, kith_day today)
{
	CHECK(span.never || (span.count >= 1 && kith_span_days(span) >= 1));
	KITH_BUF text = {0};
	kith_span_print(&text, span);
	struct kith_span again;
	CHECK(kith_span_read(kith_buf_text(&text), &again));
	CHECK(again.never == span.never && kith_span_days(again) == kith_span_days(span));
	const kith_day later = kith_day_add(today, span, 1);
	CHECK(later == KITH_NO_DAY ? span.never || span.count > 1000 : later > today);
	CHECK(kith_day_add(today, again, 1) == later);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length < 2)
		return 0;
	/* From 1926 to 2105. */
	const kith_day today = (kith_day)(bytes[0] | bytes[1] << 8) - 16000;
	KITH_CLEANUP(kith_free) char *text = kith_alloc(length - 1);
	memcpy(text, bytes + 2, length - 2);

	struct kith_date date = {.year = -7}, words = {.year = -7};
	const char *why = NULL;
	KITH_BUF hint = {0};
	const bool read = kith_date_read(text, &date, &why, &hint);
	if (read)
		check_date(date);
	else {
		CHECK(date.year == -7);
		check_refusal(why);
	}
	why = NULL;
	kith_buf_clear(&hint);
	const bool read_words = kith_date_read_words(text, today, &words, &why, &hint);
	if (read_words)
		check_date(words);
	else {
		CHECK(words.year == -7);
		check_refusal(why);
	}
	/* What a file may hold, the command line takes too, and means the same by it. */
	CHECK(!read || (read_words && is_same(date, words)));

	struct kith_span span = {.count = -7};
	if (kith_span_read(text, &span))
		check_span(span, today);
	else
		CHECK(span.count == -7);
	return 0;
}
