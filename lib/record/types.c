#include "lib/record/types.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/text.h"

static bool say_no(const char **why, const char *reason)
{
	if (why)
		*why = reason;
	return false;
}

static void hint(struct kith_buf *out, const char *text)
{
	if (out)
		kith_buf_add(out, text);
}

/* --- text, words --- */

static bool read_text(const struct kith_field *field, const char *text, struct kith_value *out, const char **why, struct kith_buf *way_out)
{
	(void)field, (void)text, (void)out, (void)why, (void)way_out; /* any text is text */
	return true;
}

static void print_text(struct kith_buf *out, const struct kith_value *value)
{
	kith_buf_add(out, value->text);
}

static bool no_range(const struct kith_value *value, int64_t *first, int64_t *last)
{
	(void)value, (void)first, (void)last;
	return false;
}

/* --- dates and spans --- */

/* "2026-11-25?", "~2026", "(May 2026)": a date with marks around it that dates here do not have. */
static bool hint_without_marks(const struct kith_field *field, const char *text, struct kith_buf *way_out)
{
	static const char marks[] = "?!~.,;:()[]<>*= ";
	const size_t before = strspn(text, marks);
	size_t length = strlen(text + before);
	while (length && strchr(marks, text[before + length - 1]))
		length--;
	if (length == strlen(text) || !length || length > 40)
		return false;
	KITH_BUF bare = {0};
	struct kith_date date;
	kith_buf_add_bytes(&bare, text + before, length);
	if (!kith_date_read(bare.text, &date, NULL, NULL) || (date.year == 0 && !(field->flags & KITH_YEARLY)))
		return false;
	kith_buf_addf(way_out, "write %s; what is not sure goes into a text or a comment", bare.text);
	return true;
}

static void hint_at_date(const struct kith_field *field, const char *text, const char *said, struct kith_buf *way_out)
{
	/* What can be said of any date ends so, and not all of it is true here. */
	static const char ending[] = "without a year";
	const char *end = strstr(said, ending);
	if (!way_out)
		return;
	if (end && strcmp(end, ending) == 0) {
		if (!hint_without_marks(field, text, way_out))
			hint(way_out, field->flags & KITH_YEARLY ? "write 03-14, or 1990-03-14"
			              : field->flags & KITH_DAY  ? "write it as 2026-11-25"
			                                         : "write it as 2026-11-25, 2026-11 or 2026");
	} else if (!(field->flags & KITH_YEARLY) && strlen(said) == strlen("write 11-25") && said[strlen("write 11")] == '-')
		kith_buf_addf(way_out, "put the year before it: 2026-%s", said + strlen("write "));
	else
		kith_buf_add(way_out, said);
}

static bool read_date(const struct kith_field *field, const char *text, struct kith_value *out, const char **why, struct kith_buf *way_out)
{
	struct kith_date date;
	KITH_BUF general = {0};
	if (!kith_date_read(text, &date, why, &general)) {
		hint_at_date(field, text, kith_buf_text(&general), way_out);
		return false;
	}
	if (date.year == 0 && !(field->flags & KITH_YEARLY)) {
		if (way_out)
			kith_buf_addf(way_out, "put the year before it: 2026-%02d-%02d", date.month, date.day);
		return say_no(why, "the year is missing");
	}
	if ((field->flags & KITH_DAY) && date.day == 0) {
		if (way_out)
			kith_buf_addf(way_out, "put the day behind it: %04d-%02d-%02d", date.year, date.month ? date.month : 1, 1);
		return say_no(why, "the day is missing");
	}
	if ((field->flags & KITH_YEARLY) && (date.month == 0 || date.day == 0)) {
		hint(way_out, "write 03-14, or 1990-03-14");
		return say_no(why, "the day is missing");
	}
	out->date = date;
	return true;
}

static void print_date(struct kith_buf *out, const struct kith_value *value)
{
	kith_date_print(out, value->date);
}

static bool date_range(const struct kith_value *value, int64_t *first, int64_t *last)
{
	if (value->date.year == 0) {
		if (value->date.month == 0)
			return false;
		*first = *last = KITH_YEARLESS(value->date.month, value->date.day);
		return true;
	}
	*first = kith_day_of(value->date);
	*last = kith_last_day_of(value->date);
	return true;
}

/* "bi-weekly", "once a month", "quarter", "mothly": what it probably says, in a word kith reads. */
static bool guess_span(const char *text, struct kith_buf *out)
{
	static const struct { const char *said, *meant; } others[] = {
		{"bi-weekly", "2 weeks"}, {"bimonthly", "2 months"}, {"bi-monthly", "2 months"}, {"semi-annually", "6 months"},
		{"twice a year", "6 months"}, {"half a year", "6 months"}, {"twice a month", "2 weeks"}, 
		{"semi-annual", "6 months"}, {"annual", "yearly"},
	};
	static const char *const usual[] = {"daily", "weekly", "biweekly", "fortnightly", "monthly", "quarterly", "biannually", "yearly", "never"};
	struct kith_span span;
	for (size_t i = 0; i < kith_count(others); i++)
		if (strcasecmp(text, others[i].said) == 0) {
			kith_buf_add(out, others[i].meant);
			return true;
		}
	if (strncasecmp(text, "once ", 5) == 0 && kith_span_read(text + 5, &span)) {
		kith_span_print(out, span);
		return true;
	}
	KITH_BUF adverb = {0};
	kith_buf_addf(&adverb, "%.20sly", text);
	const char *near = strlen(text) <= 20 && kith_span_read(adverb.text, &span) ? adverb.text : kith_did_you_mean(text, usual, kith_count(usual));
	kith_buf_add(out, near ? near : "");
	return near != NULL;
}

static bool read_span(const struct kith_field *field, const char *text, struct kith_value *out, const char **why, struct kith_buf *way_out)
{
	(void)field;
	if (kith_span_read(text, &out->span))
		return true;
	KITH_BUF guess = {0};
	if (way_out && text[strspn(text, "0123456789")] == '\0' && strlen(text) <= 4 && strspn(text, "0") < strlen(text))
		kith_buf_addf(way_out, "write %s weeks, %s months or %sd for days", text, text, text);
	else if (way_out && strlen(text) <= 40 && guess_span(text, &guess))
		kith_buf_addf(way_out, "write %s; other spans are 6 weeks, 90d, never", guess.text);
	else
		hint(way_out, "write weekly, monthly, quarterly, yearly, 6 weeks, 90d or never");
	return say_no(why, "is not a length of time");
}

static void print_span(struct kith_buf *out, const struct kith_value *value)
{
	kith_span_print(out, value->span);
}

static bool span_range(const struct kith_value *value, int64_t *first, int64_t *last)
{
	*first = *last = kith_span_days(value->span);
	return true;
}

/* --- numbers, flags, times --- */

/* "three", "2.5": which number that is, or is near. */
static void hint_at_number(const char *text, struct kith_buf *way_out)
{
	static const char *const words[] = {"none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"};
	if (!way_out)
		return;
	for (size_t i = 0; i < kith_count(words); i++)
		if (strcasecmp(text, words[i]) == 0 || (i == 0 && strcasecmp(text, "zero") == 0)) {
			kith_buf_addf(way_out, "write %zu", i);
			return;
		}
	char *end;
	const long whole = strtol(text, &end, 10);
	if (end > text && (*end == '.' || *end == ',') && whole >= 0 && whole < 1000)
		kith_buf_addf(way_out, "write %ld or %ld", whole, whole + 1);
	else
		kith_buf_add(way_out, "write it in digits: 3");
}

static bool read_int(const struct kith_field *field, const char *text, struct kith_value *out, const char **why, struct kith_buf *way_out)
{
	char *end;
	errno = 0;
	const long long number = strtoll(text, &end, 10);
	if (end == text || *end) {
		hint_at_number(text, way_out);
		return say_no(why, "is not a whole number");
	}
	long long least, most;
	const bool limited = sscanf(field->of, "%lld %lld", &least, &most) == 2;
	if (errno && !limited) {
		hint(way_out, "write it in digits: 3");
		return say_no(why, "is not a whole number");
	}
	if (limited && (errno || number < least || number > most)) {
		if (way_out)
			kith_buf_addf(way_out, "write a number from %lld to %lld", least, most);
		return say_no(why, "is out of range");
	}
	out->number = number;
	return true;
}

static void print_int(struct kith_buf *out, const struct kith_value *value)
{
	kith_buf_addf(out, "%lld", (long long)value->number);
}

static bool number_range(const struct kith_value *value, int64_t *first, int64_t *last)
{
	*first = *last = value->number;
	return true;
}

static bool is_one_of(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(text, words[i]) == 0)
			return true;
	return false;
}

static bool read_flag(const struct kith_field *field, const char *text, struct kith_value *out, const char **why, struct kith_buf *way_out)
{
	(void)field;
	static const char *const yes[] = {"yes", "true", "on", "y"}, *const no[] = {"no", "false", "off", "n"};
	if (is_one_of(text, yes, kith_count(yes)))
		out->number = 1;
	else if (is_one_of(text, no, kith_count(no)))
		out->number = 0;
	else {
		hint(way_out, strcmp(text, "1") == 0 ? "write yes" : strcmp(text, "0") == 0 ? "write no" : "write yes or no");
		return say_no(why, "is neither yes nor no");
	}
	return true;
}

static void print_flag(struct kith_buf *out, const struct kith_value *value)
{
	kith_buf_add(out, value->number ? "yes" : "no");
}

/* 9:00 or 09:00 at *at; moves past it. */
static bool read_clock(const char **at, int *minute)
{
	int hour = 0, digits = 0, past = 0;
	while (**at >= '0' && **at <= '9' && digits < 2)
		hour = hour * 10 + (*(*at)++ - '0'), digits++;
	if (!digits || **at != ':')
		return false;
	++*at;
	for (digits = 0; **at >= '0' && **at <= '9' && digits < 2; digits++)
		past = past * 10 + (*(*at)++ - '0');
	*minute = hour * 60 + past;
	return digits == 2 && hour < 24 && past < 60;
}

static bool read_time(const struct kith_field *field, const char *text, struct kith_value *out, const char **why, struct kith_buf *way_out)
{
	(void)field;
	int minute;
	if (read_clock(&text, &minute) && !*text) {
		out->number = minute;
		return true;
	}
	hint(way_out, "write hours and minutes: 09:00");
	return say_no(why, "is not a time of day");
}

static void print_time(struct kith_buf *out, const struct kith_value *value)
{
	kith_buf_addf(out, "%02d:%02d", (int)(value->number / 60), (int)(value->number % 60));
}

static bool read_times(const struct kith_field *field, const char *text, struct kith_value *out, const char **why, struct kith_buf *way_out)
{
	(void)field;
	int from, to;
	const char *at = text;
	bool right = read_clock(&at, &from);
	at += strspn(at, " ");
	if (right && *at == '-')
		at++;
	else if (right && strncmp(at, "–", 3) == 0)
		at += 3;
	else
		right = false;
	at += strspn(at, " ");
	if (right && read_clock(&at, &to) && !*at) {
		out->number = from * 1440 + to;
		return true;
	}
	hint(way_out, "write from and to: 20:00-08:00");
	return say_no(why, "is not a stretch of the day");
}

static void print_times(struct kith_buf *out, const struct kith_value *value)
{
	const int from = (int)(value->number / 1440), to = (int)(value->number % 1440);
	kith_buf_addf(out, "%02d:%02d-%02d:%02d", from / 60, from % 60, to / 60, to % 60);
}

static bool read_date_or_flag(const struct kith_field *field, const char *text, struct kith_value *out, const char **why, struct kith_buf *way_out)
{
	if (read_flag(field, text, out, NULL, NULL))
		return true;
	if (text[strcspn(text, "0123456789")])
		return read_date(field, text, out, why, way_out);
	hint(way_out, "write yes, or a date: 2027-01-31");
	return say_no(why, "is neither a date nor yes");
}

static bool is_flag(const struct kith_value *value)
{
	return value->date.year == 0 && value->date.month == 0;
}

static void print_date_or_flag(struct kith_buf *out, const struct kith_value *value)
{
	if (is_flag(value))
		print_flag(out, value);
	else
		print_date(out, value);
}

/* --- fixed words, references --- */

static bool read_enum(const struct kith_field *field, const char *text, struct kith_value *out, const char **why, struct kith_buf *way_out)
{
	(void)out;
	if (kith_of_has(field->of, text, strlen(text)))
		return true;
	if (way_out) {
		KITH_ARENA arena = {0};
		const char *words[32], *at = field->of, *word;
		size_t count = 0, length;
		while (count < kith_count(words) && (word = kith_of_next(&at, &length)))
			words[count++] = kith_arena_strndup(&arena, word, length);
		const char *near = kith_did_you_mean(text, words, count);
		if (near)
			kith_buf_addf(way_out, "did you mean %s? ", near);
		kith_buf_add(way_out, "it is one of:");
		for (size_t i = 0; i < count; i++)
			kith_buf_addf(way_out, "%s %s", i ? "," : "", words[i]);
	}
	return say_no(why, "is not one of the words it may be");
}

/* The id in "contacts/tom-okafor.yaml", "@tom-okafor", "Tom Okafor". */
static void guess_id(const char *text, struct kith_buf *out)
{
	const char *folder = strrchr(text, '/');
	const char *name = folder ? folder + 1 : text;
	size_t length = strlen(name);
	for (size_t i = 0; i < 2; i++) {
		const char *ending = i ? ".yml" : ".yaml";
		if (length > strlen(ending) && strcmp(name + length - strlen(ending), ending) == 0)
			length -= strlen(ending);
	}
	KITH_BUF stem = {0};
	kith_buf_add_bytes(&stem, name, length);
	kith_slug(out, kith_buf_text(&stem));
}

static bool read_ref(const struct kith_field *field, const char *text, struct kith_value *out, const char **why, struct kith_buf *way_out)
{
	(void)field, (void)out;
	if (kith_is_id(text, strlen(text)))
		return true;
	if (way_out) {
		KITH_BUF slug = {0};
		guess_id(text, &slug);
		if (slug.length)
			kith_buf_addf(way_out, "did you mean %s? a record is named by its file, without .yaml", kith_buf_text(&slug));
		else
			kith_buf_add(way_out, "a record is named by its file, without .yaml");
	}
	return say_no(why, "is not the id of a record");
}

static bool read_map(const struct kith_field *field, const char *text, struct kith_value *out, const char **why, struct kith_buf *way_out)
{
	(void)field, (void)text, (void)out;
	hint(way_out, "write keys and values, indented under it");
	return say_no(why, "stands where keys and values belong");
}

static const struct kith_type_row rows[KITH_TYPES] = {
	[KITH_TEXT]         = {read_text, print_text, no_range, false, false},
	[KITH_BLOCK]        = {read_text, print_text, no_range, false, false},
	[KITH_DATE]         = {read_date, print_date, date_range, true, false},
	[KITH_SPAN]         = {read_span, print_span, span_range, true, false},
	[KITH_INT]          = {read_int, print_int, number_range, true, false},
	[KITH_FLAG]         = {read_flag, print_flag, number_range, false, false},
	[KITH_TIME]         = {read_time, print_time, number_range, false, false},
	[KITH_TIMES]        = {read_times, print_times, number_range, false, false},
	[KITH_ENUM]         = {read_enum, print_text, no_range, true, true},
	[KITH_WORD]         = {read_text, print_text, no_range, true, true},
	[KITH_REF]          = {read_ref, print_text, no_range, true, true},
	[KITH_TEXT_OR_REF]  = {read_text, print_text, no_range, false, false},
	[KITH_WORD_OR_REF]  = {read_text, print_text, no_range, true, true},
	[KITH_DATE_OR_FLAG] = {read_date_or_flag, print_date_or_flag, date_range, false, false},
	[KITH_MAP]          = {read_map, print_text, no_range, false, false},
};

const struct kith_type_row *kith_type_row(enum kith_type type)
{
	return &rows[type];
}

bool kith_value_read(const struct kith_field *field, const char *text, struct kith_value *out, const char **why,
                     struct kith_buf *way_out)
{
	struct kith_value value = {.field = field, .text = text, .date.minute = -1};
	if (!rows[field->type].read(field, text, &value, why, way_out))
		return false;
	*out = value;
	return true;
}
