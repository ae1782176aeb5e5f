#include "lib/base/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_S = 86400, NOON = 12 * 60 };

/* Seconds that local time is ahead of UTC at an instant. */
static int64_t offset_at(int64_t instant_s)
{
	const time_t seconds = (time_t)instant_s;
	struct tm local;
	return localtime_r(&seconds, &local) ? local.tm_gmtoff : 0;
}

/* The first instant in (early, late] whose offset is that of `late`. */
static int64_t change_between(int64_t early, int64_t late)
{
	const int64_t after = offset_at(late);
	while (late - early > 1) {
		const int64_t middle = early + (late - early) / 2;
		if (offset_at(middle) == after)
			late = middle;
		else
			early = middle;
	}
	return late;
}

/* mktime would do, but its choice between the two instants of a repeated hour
 * depends on what it was asked before.  Here it is always the first. */
int64_t kith_instant(kith_day day, int minute)
{
	const int64_t as_utc = (int64_t)day * DAY_S + (int64_t)minute * 60;
	const int64_t before = offset_at(as_utc - DAY_S), after = offset_at(as_utc + DAY_S);
	const int64_t larger = before > after ? before : after, smaller = before > after ? after : before;
	const int64_t early = as_utc - larger, late = as_utc - smaller;
	if (early + offset_at(early) == as_utc)
		return early * 1000;
	if (late + offset_at(late) == as_utc)
		return late * 1000;
	return change_between(early, late) * 1000;
}

struct kith_now kith_clock_now(const struct kith_clock *clock)
{
	struct timespec now = {0};
	int64_t ms = clock->fixed_ms;
	if (!clock->fixed) {
		(void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail for this clock */
		ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	}
	const int64_t seconds = ms / 1000 - (ms % 1000 < 0);
	const int64_t local = seconds + offset_at(seconds);
	const int64_t day = local / DAY_S - (local % DAY_S < 0);
	return (struct kith_now){ .ms = ms, .today = (kith_day)day, .minute = (int)((local - day * DAY_S) / 60) };
}

/* "HH:MM" with two digits each; -1 if it is something else. */
static int read_pair(const char *text)
{
	int number[2];
	for (int i = 0; i < 2; i++) {
		const char *digits = text + i * 3;
		if (digits[0] < '0' || digits[0] > '9' || digits[1] < '0' || digits[1] > '9')
			return -1;
		number[i] = (digits[0] - '0') * 10 + (digits[1] - '0');
		if (i == 0 && text[2] != ':')
			return -1;
	}
	return number[0] < 24 && number[1] < 60 ? number[0] * 60 + number[1] : -1;
}

/* The rest after the minute: seconds, then nothing (local), Z or +01:00. */
static bool read_rest(const char *text, int *seconds, bool *is_local, int *offset_minutes)
{
	*seconds = 0;
	if (text[0] == ':') {
		if (text[1] < '0' || text[1] > '5' || text[2] < '0' || text[2] > '9')
			return false;
		*seconds = (text[1] - '0') * 10 + (text[2] - '0');
		text += 3;
	}
	*is_local = *text == '\0';
	*offset_minutes = 0;
	if (*is_local || strcmp(text, "Z") == 0)
		return true;
	if ((*text != '+' && *text != '-') || strlen(text) != strlen("+01:00"))
		return false;
	const int offset = read_pair(text + 1);
	*offset_minutes = *text == '-' ? -offset : offset;
	return offset >= 0;
}

static bool read_instant(const char *text, int64_t *ms)
{
	enum { DATE_LENGTH = 10 };
	char day_text[DATE_LENGTH + 1];
	struct kith_date date;
	if (strlen(text) < DATE_LENGTH)
		return false;
	memcpy(day_text, text, DATE_LENGTH);
	day_text[DATE_LENGTH] = '\0';
	if (!kith_date_read(day_text, &date, NULL, NULL) || !date.day || !date.year)
		return false;
	const kith_day day = kith_day_of(date);
	const char *rest = text + DATE_LENGTH;
	if (!*rest) {
		*ms = kith_instant(day, NOON);
		return true;
	}
	if ((*rest != 'T' && *rest != ' ') || strlen(rest) < strlen("T09:00"))
		return false;
	const int minute = read_pair(rest + 1);
	int seconds, offset;
	bool is_local;
	if (minute < 0 || !read_rest(rest + strlen("T09:00"), &seconds, &is_local, &offset))
		return false;
	*ms = is_local ? kith_instant(day, minute) : ((int64_t)day * DAY_S + (int64_t)(minute - offset) * 60) * 1000;
	*ms += seconds * 1000;
	return true;
}

enum kith_code kith_clock_fix(struct kith_clock *clock, const char *text, struct kith_err *err)
{
	int64_t ms;
	if (!read_instant(text, &ms)) {
		kith_fail(err, KITH_USAGE, "'%.40s' is not a moment", text);
		kith_hint(err, "write 2026-11-25, 2026-11-25T09:00, 2026-11-25T09:00Z or 2026-11-25T09:00+01:00");
		return KITH_USAGE;
	}
	*clock = (struct kith_clock){ .fixed = true, .fixed_ms = ms };
	return KITH_OK;
}

enum kith_code kith_clock_init(struct kith_clock *clock, struct kith_err *err)
{
	const char *text = getenv("KITH_NOW");
	if (!text || !*text) {
		*clock = (struct kith_clock){0};
		return KITH_OK;
	}
	if (kith_clock_fix(clock, text, err)) {
		kith_within(err, "KITH_NOW");
		return KITH_USAGE;
	}
	return KITH_OK;
}
