#include "daemon/remind.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/network/due.h"

#define DAY_MINUTES 1440
#define MISSED_MINUTES 5 /* a time of its own that is longer past was missed */
#define NAMES_WITH_REST 2 /* "María, Sofia and 3 more" */
#define NAMES_ALONE 3     /* "María, Sofia and Tom" */
#define BODY_LINES 5

static bool is_before(struct kith_moment one, struct kith_moment other)
{
	return one.day != other.day ? one.day < other.day : one.minute < other.minute;
}

static bool is_weekend(kith_day day)
{
	return kith_weekday(day) >= 6;
}

/* The first moment from `at` on that is neither in quiet hours nor on a weekend that is to be left alone. */
static struct kith_moment hold_back(struct kith_moment at, const struct kith_remind_rules *rules, enum kith_hold *hold)
{
	*hold = KITH_HELD_NOT;
	const int from = rules->quiet_from, to = rules->quiet_to;
	const bool over_midnight = from > to;
	for (int tries = 0; tries < 8; tries++) {
		if (!rules->weekend && is_weekend(at.day)) {
			*hold = KITH_HELD_WEEKEND;
			at = (struct kith_moment){at.day + 1, rules->remind_at};
			continue;
		}
		if (from == to)
			break;
		if (over_midnight ? at.minute < to : at.minute >= from && at.minute < to)
			at.minute = to;
		else if (over_midnight && at.minute >= from)
			at = (struct kith_moment){at.day + 1, to};
		else
			break;
		if (*hold == KITH_HELD_NOT)
			*hold = KITH_HELD_QUIET;
		if (at.minute >= DAY_MINUTES)
			at = (struct kith_moment){at.day + 1, 0};
	}
	return at;
}

struct kith_moment kith_remind_when(const struct kith_due *due, const struct kith_shown *shown,
                                    const struct kith_remind_rules *rules, struct kith_now now, enum kith_hold *hold)
{
	const struct kith_moment present = {now.today, now.minute};
	if (shown && shown->day > now.today)
		shown = NULL; /* the clock was ahead when that was written */
	struct kith_moment at = {due->day, due->minute >= 0 ? due->minute : rules->remind_at};
	if (shown && shown->day + 1 > at.day)
		at = (struct kith_moment){shown->day + 1, rules->remind_at}; /* once a day is enough */
	const bool has_own_time = due->minute >= 0 && !shown;
	if (at.day < now.today) /* from an earlier day: with today's, unless its own time was missed */
		at = has_own_time ? present : (struct kith_moment){now.today, rules->remind_at};
	/* Who writes 22:30 means it; what was missed waits for the morning like the rest. */
	const struct kith_moment missed = {at.day, at.minute + MISSED_MINUTES};
	const bool at_own_time = has_own_time && at.day == due->day && !is_before(missed, present);
	if (is_before(at, present))
		at = present;
	enum kith_hold reason = KITH_HELD_NOT;
	if (!at_own_time)
		at = hold_back(at, rules, &reason);
	if (hold)
		*hold = reason;
	return at;
}

/* --- the order of what is due: a promise is kept before a birthday is wished --- */

static double how_far_past(const struct kith_due *due, kith_day today)
{
	const double span = due->span.count > 0 ? kith_span_days(due->span) : 1;
	return (double)(today - due->day) / (span > 0 ? span : 1);
}

struct ranked {
	const struct kith_due *due;
	double past;
};

static int by_importance(const void *one, const void *other)
{
	const struct ranked *a = one, *b = other;
	if (a->due->source != b->due->source)
		return a->due->source < b->due->source ? -1 : 1;
	if (a->due->source == KITH_DUE_CADENCE) {
		if (a->past != b->past)
			return a->past > b->past ? -1 : 1;
	} else if (a->due->day != b->due->day) {
		return a->due->day < b->due->day ? -1 : 1;
	}
	return strcmp(a->due->key, b->due->key);
}

static void rank(const struct kith_due **list, size_t count, kith_day today)
{
	struct ranked *ranked = kith_alloc((count + 1) * sizeof(*ranked));
	for (size_t i = 0; i < count; i++)
		ranked[i] = (struct ranked){list[i], how_far_past(list[i], today)};
	qsort(ranked, count, sizeof(*ranked), by_importance);
	for (size_t i = 0; i < count; i++)
		list[i] = ranked[i].due;
	kith_free(ranked);
}

/* --- the plan --- */

struct sorting {
	const struct kith_remind_input *input;
	const struct kith_due **fresh;  /* to be shown now */
	size_t fresh_count;
	const struct kith_due **joined; /* in today's digest already */
	size_t joined_count;
};

static void sort_out(struct sorting *sorting, const struct kith_due *due, struct kith_remind_plan *out)
{
	const struct kith_remind_input *input = sorting->input;
	const struct kith_shown *shown = input->find(input->shown, due->key);
	if (shown && shown->in_flight)
		return; /* its answer plans again */
	if (shown && shown->digest && shown->day == input->now.today)
		sorting->joined[sorting->joined_count++] = due;
	const struct kith_moment at = kith_remind_when(due, shown, &input->rules, input->now, NULL);
	if (at.day == input->now.today && at.minute == input->now.minute) {
		sorting->fresh[sorting->fresh_count++] = due;
		return;
	}
	const int64_t instant = kith_instant(at.day, at.minute);
	if (instant < out->next_ms)
		out->next_ms = instant;
}

/* What a person gave a time of its own is not put off into a digest for lack of nudges, but neither may a
 * store full of them flood the desktop: as many at once as the nudges of a day. */
static void choose_alone(struct sorting *sorting, struct kith_arena *arena, struct kith_remind_plan *out)
{
	const struct kith_remind_input *input = sorting->input;
	const size_t nudges = input->rules.nudges > 0 ? (size_t)input->rules.nudges : 0;
	size_t left = nudges > input->alone_today ? nudges - input->alone_today : 0;
	size_t left_with_time = nudges;
	out->alone = kith_arena_alloc(arena, (sorting->fresh_count + 1) * sizeof(*out->alone));
	out->digest = kith_arena_alloc(arena, (sorting->fresh_count + sorting->joined_count + 1) * sizeof(*out->digest));
	for (size_t i = 0; i < sorting->fresh_count; i++) {
		const struct kith_due *due = sorting->fresh[i];
		const bool has_own_time = due->minute >= 0 && due->day == input->now.today;
		size_t *budget = has_own_time && left == 0 ? &left_with_time : &left;
		if (*budget > 0) {
			(*budget)--;
			out->alone[out->alone_count++] = due;
		} else {
			out->digest[out->digest_count++] = due;
		}
	}
}

void kith_remind_plan(const struct kith_remind_input *input, struct kith_arena *arena, struct kith_remind_plan *out)
{
	*out = (struct kith_remind_plan){.next_ms = INT64_MAX};
	struct sorting sorting = {.input = input};
	sorting.fresh = kith_arena_alloc(arena, (input->count + 1) * sizeof(*sorting.fresh));
	sorting.joined = kith_arena_alloc(arena, (input->count + 1) * sizeof(*sorting.joined));
	for (size_t i = 0; i < input->count; i++)
		sort_out(&sorting, &input->due[i], out);
	rank(sorting.fresh, sorting.fresh_count, input->now.today);
	choose_alone(&sorting, arena, out);
	if (out->digest_count == 0)
		return;
	if (out->digest_count == 1 && sorting.joined_count == 0 && input->rules.nudges > 0) { /* "1 more" says less than itself */
		out->alone[out->alone_count++] = out->digest[0];
		out->digest_count = 0;
		return;
	}
	for (size_t i = 0; i < sorting.joined_count; i++)
		out->digest[out->digest_count++] = sorting.joined[i];
	rank(out->digest, out->digest_count, input->now.today);
}

/* --- words --- */

/* A private record that is about nobody is not named: its title may say it all. */
static void add_name(struct kith_buf *out, const struct kith_due *due)
{
	if (due->hide && !*due->who)
		kith_buf_add(out, "a private note");
	else
		kith_printable(out, due->name, strlen(due->name), false);
}

static bool is_same_name(const struct kith_due *one, const struct kith_due *other)
{
	const bool no_name = one->hide && !*one->who, no_other = other->hide && !*other->who;
	if (no_name || no_other)
		return no_name && no_other;
	return strcmp(one->name, other->name) == 0;
}

/* The first occurrence of each name; names is at least `count` long. */
static size_t different_names(const struct kith_due *const *digest, size_t count, const struct kith_due **names)
{
	size_t different = 0;
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;
		while (at < different && !is_same_name(names[at], digest[i]))
			at++;
		if (at == different && different < NAMES_ALONE)
			names[different++] = digest[i];
	}
	return different;
}

void kith_remind_digest_summary(struct kith_buf *out, const struct kith_due *const *digest, size_t count, bool after_others)
{
	const struct kith_due *names[NAMES_ALONE];
	const size_t different = different_names(digest, count, names);
	const size_t told = count <= different ? different : different < NAMES_WITH_REST ? different : NAMES_WITH_REST;
	kith_buf_addf(out, "%zu%s to reach today: ", count, after_others ? " more" : "");
	for (size_t i = 0; i < told; i++) {
		if (i > 0)
			kith_buf_add(out, count <= different && i + 1 == told ? " and " : ", ");
		add_name(out, names[i]);
	}
	if (count > told)
		kith_buf_addf(out, " and %zu more", count - told);
}

void kith_remind_digest_body(struct kith_buf *out, const struct kith_due *const *digest, size_t count, kith_day today)
{
	for (size_t i = 0; i < count && i < BODY_LINES; i++) {
		if (i > 0)
			kith_buf_add_char(out, '\n');
		kith_due_summary(out, digest[i], today);
	}
	if (count > BODY_LINES)
		kith_buf_addf(out, "\nand %zu more: kith today", count - BODY_LINES);
}

static void add_moment(struct kith_buf *out, struct kith_moment at, kith_day today)
{
	if (at.day == today)
		kith_buf_add(out, "today");
	else
		kith_date_print_short(out, at.day, today);
	kith_buf_addf(out, " at %02d:%02d", at.minute / 60, at.minute % 60);
}

void kith_remind_explain(struct kith_buf *out, const struct kith_due *due, const struct kith_shown *shown,
                         const struct kith_remind_rules *rules, struct kith_now now)
{
	enum kith_hold hold;
	const struct kith_moment at = kith_remind_when(due, shown, rules, now, &hold);
	if (shown && shown->in_flight) {
		kith_buf_add(out, "it is being shown now");
		return;
	}
	if (shown) {
		kith_buf_add(out, "it was shown ");
		add_moment(out, (struct kith_moment){shown->day, shown->minute}, now.today);
		kith_buf_add(out, shown->digest ? " with others; " : "; ");
	}
	kith_buf_add(out, shown ? "if it is still open it is shown again " : "it is shown ");
	add_moment(out, at, now.today);
	if (hold == KITH_HELD_QUIET)
		kith_buf_add(out, ", when quiet hours are over");
	else if (hold == KITH_HELD_WEEKEND)
		kith_buf_add(out, ", after the weekend");
}
