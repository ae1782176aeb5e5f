/* What is answered about reminders: to `reminders` on the control socket. */
#include "daemon/reminders.h"

#include <string.h>

#include "lib/network/due.h"

#define TOLD_MOST 10

static void key_moment(struct kith_json *json, const char *key, struct kith_moment at)
{
	KITH_BUF text = {0};
	kith_date_print_day(&text, at.day);
	kith_buf_addf(&text, "T%02d:%02d", at.minute / 60, at.minute % 60);
	kith_json_key_string(json, key, text.text);
}

static int latest_first(const void *one, const void *other)
{
	const struct kith_shown *a = *(const struct kith_shown *const *)one, *b = *(const struct kith_shown *const *)other;
	if (a->day != b->day)
		return a->day > b->day ? -1 : 1;
	if (a->minute != b->minute)
		return a->minute > b->minute ? -1 : 1;
	return strcmp(a->key, b->key);
}

static const struct kith_due *due_of(const struct kith_index_job *asked, const char *key)
{
	for (size_t i = 0; i < asked->asked_count; i++)
		if (strcmp(asked->asked[i].key, key) == 0)
			return &asked->asked[i];
	return NULL;
}

/* With the words of what is still due; of the rest only the key is known. */
static void tell_fired(const struct kith_reminders *reminders, struct kith_json *json,
                       const struct kith_index_job *asked, struct kith_now now)
{
	const struct kith_shown_list *list = &reminders->shown;
	const struct kith_shown **fired = kith_alloc((list->count + 1) * sizeof(*fired));
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++)
		if (list->entries[i].day != KITH_NO_DAY)
			fired[count++] = &list->entries[i];
	qsort(fired, count, sizeof(*fired), latest_first);
	kith_json_key(json, "fired");
	kith_json_array(json);
	for (size_t i = 0; i < count && i < TOLD_MOST; i++) {
		kith_json_object(json);
		kith_json_key_string(json, "key", fired[i]->key);
		key_moment(json, "at", (struct kith_moment){fired[i]->day, fired[i]->minute});
		kith_json_key_bool(json, "digest", fired[i]->digest);
		const struct kith_due *due = due_of(asked, fired[i]->key);
		KITH_BUF summary = {0};
		if (due) {
			kith_due_summary(&summary, due, now.today);
			kith_json_key_string(json, "summary", kith_buf_text(&summary));
		}
		kith_json_end_object(json);
	}
	kith_json_end_array(json);
	kith_free(fired);
}

static void tell_one(const struct kith_reminders *reminders, struct kith_json *json, const struct kith_due *due,
                     struct kith_now now)
{
	const struct kith_remind_rules *rules = &reminders->facts->rules;
	const struct kith_shown *shown = kith_shown_of(&reminders->shown, due->key);
	KITH_BUF summary = {0}, day = {0}, explanation = {0};
	kith_due_summary(&summary, due, now.today);
	kith_date_print_day(&day, due->day);
	kith_remind_explain(&explanation, due, shown, rules, now);
	kith_json_object(json);
	kith_json_key_string(json, "key", due->key);
	kith_json_key_string(json, "id", due->id);
	kith_json_key_string(json, "source", kith_due_source_name(due->source));
	kith_json_key_string(json, "summary", kith_buf_text(&summary));
	kith_json_key_string(json, "due", day.text);
	key_moment(json, "at", kith_remind_when(due, shown, rules, now, NULL));
	kith_json_key_string(json, "why", explanation.text);
	kith_json_end_object(json);
}

static bool comes_first(struct kith_moment one, struct kith_moment other)
{
	return one.day != other.day ? one.day < other.day : one.minute < other.minute;
}

/* The first few by the moment at which they are shown; insertion keeps the order of what is due within one moment. */
static size_t soonest(const struct kith_reminders *reminders, const struct kith_index_job *asked, struct kith_now now,
                      const struct kith_due **list)
{
	struct kith_moment moments[TOLD_MOST + 1];
	size_t count = 0;
	for (size_t i = 0; i < asked->asked_count; i++) {
		const struct kith_due *due = &asked->asked[i];
		const struct kith_moment at = kith_remind_when(due, kith_shown_of(&reminders->shown, due->key),
		                                               &reminders->facts->rules, now, NULL);
		size_t place = count;
		while (place > 0 && comes_first(at, moments[place - 1]))
			place--;
		if (place == TOLD_MOST)
			continue;
		memmove(&moments[place + 1], &moments[place], (count - place) * sizeof(*moments));
		memmove(&list[place + 1], &list[place], (count - place) * sizeof(*list));
		moments[place] = at;
		list[place] = due;
		if (count < TOLD_MOST)
			count++;
	}
	return count;
}

/* Why nothing comes although it is due, for all of them alike. */
static void tell_state(const struct kith_reminders *reminders, struct kith_json *json)
{
	const char *state = kith_reminders_state(reminders);
	const char *why = NULL;
	if (strcmp(state, "off") == 0)
		why = "notifications: no stands in config.yaml of this machine";
	else if (strcmp(state, "no-bus") == 0)
		why = "there is no session bus; reminders wait for one, or name a notify_command in config.yaml";
	else if (strcmp(state, "no-server") == 0)
		why = "no desktop shows notifications; reminders wait for one, or name a notify_command in config.yaml";
	else if (reminders->trouble.code)
		why = reminders->trouble.message;
	kith_json_key_string(json, "state", state);
	kith_json_key_int(json, "waiting", (int64_t)reminders->waiting);
	kith_json_key_string(json, "held", why);
}

void kith_reminders_tell(struct kith_reminders *reminders, struct kith_json *json, const struct kith_index_job *asked)
{
	const struct kith_now now = kith_clock_now(reminders->clock);
	const struct kith_due *list[TOLD_MOST + 1];
	tell_state(reminders, json);
	tell_fired(reminders, json, asked, now);
	kith_json_key(json, "next");
	kith_json_array(json);
	const size_t count = reminders->facts ? soonest(reminders, asked, now, list) : 0;
	for (size_t i = 0; i < count; i++)
		tell_one(reminders, json, list[i], now);
	kith_json_end_array(json);
}

void kith_reminders_tell_record(struct kith_reminders *reminders, struct kith_json *json, const struct kith_index_job *asked)
{
	const struct kith_now now = kith_clock_now(reminders->clock);
	tell_state(reminders, json);
	kith_json_key_string(json, "record", asked->ask_id);
	kith_json_key_string(json, "title", asked->ask_title);
	kith_json_key(json, "reminders");
	kith_json_array(json);
	for (size_t i = 0; reminders->facts && i < asked->asked_count; i++)
		tell_one(reminders, json, &asked->asked[i], now);
	kith_json_end_array(json);
	if (asked->asked_count == 0)
		kith_json_key_string(json, "why",
		                     "nothing in it falls due: it has no cadence, open promise, reminder, birthday or date, "
		                     "or it is resting");
}
