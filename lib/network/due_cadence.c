#include "lib/network/due_private.h"

#include <string.h>

#include "lib/base/text.h"

enum { MOST_WORDS = 256 }; /* roles, tags and cadences that are looked at: hostile files hold more */

struct rhythm {
	struct kith_span span;
	uint32_t line;
	bool found;
};

static bool same_folded(const char *one, const char *other)
{
	if (strcmp(one, other) == 0)
		return true;
	KITH_BUF folded = {0}, other_folded = {0};
	kith_fold(&folded, one, strlen(one));
	kith_fold(&other_folded, other, strlen(other));
	return strcmp(kith_buf_text(&folded), kith_buf_text(&other_folded)) == 0;
}

/* The shortest that kith.yaml gives for one of the words of a field. */
static void take_shortest(const struct kith_deriving *deriving, const char *field, struct rhythm *shortest)
{
	const struct kith_settings *settings = deriving->input->settings;
	const struct kith_value *word = NULL;
	for (int words = 0; words < MOST_WORDS && (word = kith_record_next(deriving->record, field, word)); words++) {
		const struct kith_value *cadence = NULL;
		for (int rows = 0; rows < MOST_WORDS; rows++) {
			cadence = kith_record_next(&settings->record, "cadences", cadence);
			if (!cadence)
				break;
			if (!cadence->key || !same_folded(cadence->key, word->text))
				continue;
			if (shortest->found && kith_span_days(shortest->span) <= kith_span_days(cadence->span))
				continue;
			*shortest = (struct rhythm){ cadence->span, word->line, true };
		}
	}
}

static struct rhythm rhythm_of(const struct kith_deriving *deriving)
{
	struct rhythm rhythm = {0};
	const struct kith_value *own = kith_record_get(deriving->record, "cadence");
	if (own)
		return (struct rhythm){ own->span, own->line, true };
	if (deriving->record->kind == KITH_KIND_contact && deriving->input->settings &&
	    deriving->input->settings->record.count) {
		take_shortest(deriving, "roles", &rhythm);
		take_shortest(deriving, "tags", &rhythm);
	}
	return rhythm;
}

static kith_day later(kith_day one, kith_day other)
{
	return one > other ? one : other; /* KITH_NO_DAY is before every day */
}

static kith_day last_day(const struct kith_record *record, const char *path)
{
	const struct kith_value *value = kith_record_get(record, path);
	return value ? kith_last_day_of(value->date) : KITH_NO_DAY;
}

static kith_day start_of(const struct kith_deriving *deriving)
{
	if (deriving->input->last != KITH_NO_DAY)
		return deriving->input->last;
	if (deriving->record->kind == KITH_KIND_group)
		return last_day(deriving->record, "joined");
	return later(last_day(deriving->record, "met"), last_day(deriving->record, "agreed_on"));
}

/* Whether the contact rests today.  *until is the day on which a rest ended, if one did. */
static bool rests(struct kith_deriving *deriving, kith_day *until)
{
	*until = KITH_NO_DAY;
	const struct kith_value *resting =
		deriving->record->kind == KITH_KIND_contact ? kith_record_get(deriving->record, "resting") : NULL;
	if (!resting)
		return false;
	*until = kith_day_of(resting->date);
	if (*until == KITH_NO_DAY)
		return resting->number == 1;
	kith_due_recheck(deriving, *until);
	return *until > deriving->today;
}

/* Whether a conversation is planned so soon that a reminder would only be in the way. */
static bool has_plan(struct kith_deriving *deriving)
{
	const kith_day plan = deriving->input->next_plan;
	if (plan == KITH_NO_DAY || plan < deriving->today)
		return false;
	kith_due_recheck(deriving, plan - KITH_DUE_PLAN);
	kith_due_recheck(deriving, plan + 1);
	return plan <= deriving->today + KITH_DUE_PLAN;
}

void kith_due_cadence(struct kith_deriving *deriving)
{
	const enum kith_kind kind = deriving->record->kind;
	if ((kind != KITH_KIND_contact && kind != KITH_KIND_group) || kith_due_is_me(deriving, deriving->record->id))
		return;
	const struct rhythm rhythm = rhythm_of(deriving);
	kith_day rested;
	if (!rhythm.found || rhythm.span.never || rhythm.span.count <= 0 || rests(deriving, &rested) || has_plan(deriving))
		return;
	const kith_day start = start_of(deriving);
	kith_day day = deriving->today;
	struct kith_due_key key = { .suffix = ":first" };
	if (start != KITH_NO_DAY) {
		day = kith_day_add(start, rhythm.span, 1);
		if (day == KITH_NO_DAY)
			return;
		day = later(day, rested);
		key.suffix = kith_due_day_suffix(deriving, day);
	} else
		kith_due_recheck(deriving, deriving->today + 1);
	struct kith_due *due = kith_due_add(deriving, KITH_DUE_CADENCE, &key, day);
	if (!due)
		return;
	due->who = deriving->record->id;
	due->since = deriving->input->last;
	due->span = rhythm.span;
	due->line = rhythm.line;
}
