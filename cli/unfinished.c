#include "cli/unfinished.h"

#include <stdlib.h>
#include <string.h>

#include "cli/entry.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "lib/base/text.h"

enum { FIRST_WORDS = 4 }; /* of a text, in a command that names it */

struct finding {
	struct kith_app *app;
	struct kith_unfinished_list *out;
};

/* --- people --- */

static bool is_me(struct kith_app *app, const char *id)
{
	const char *me = app->store->settings.me;
	return strcmp(id, "me") == 0 || (me && strcmp(id, me) == 0);
}

/* Ids that the record refers to.  A contact is about itself: whom it knows is not concerned. */
static const char **people_of(struct kith_app *app, const struct kith_record *record)
{
	const char **list = NULL;
	size_t count = 0, capacity = 0;
	for (size_t i = 0; i < record->count && record->kind != KITH_KIND_contact; i++) {
		const struct kith_value *value = &record->values[i];
		if (value->field && !value->faulty && kith_field_is_top(value->field) &&
		    kith_field_may_refer(value->field))
			*(const char **)kith_arena_push(&app->arena, &list, &count, &capacity, sizeof(*list)) =
				value->text;
	}
	*(const char **)kith_arena_push(&app->arena, &list, &count, &capacity, sizeof(*list)) = NULL;
	return list;
}

static const char **only(struct kith_app *app, const char *one, const char *other)
{
	const char **list = kith_arena_alloc(&app->arena, 3 * sizeof(*list));
	size_t count = 0;
	if (one)
		list[count++] = one;
	if (other)
		list[count++] = other;
	return list;
}

bool kith_unfinished_concerns(const struct kith_unfinished *item, const char *id)
{
	if (strcmp(item->row.id, id) == 0)
		return true;
	for (const char *const *at = item->people; *at; at++)
		if (strcmp(*at, id) == 0)
			return true;
	return false;
}

/* --- finding --- */

static void add(struct finding *finding, const struct kith_unfinished *item)
{
	struct kith_unfinished *place = kith_arena_push(&finding->app->arena, &finding->out->list, &finding->out->count,
	                                                &finding->out->capacity, sizeof(*place));
	*place = *item;
}

static const struct kith_value *value_of(const struct kith_entries *entries, const char *name, uint32_t entry)
{
	const struct kith_field *key = kith_field_child(entries->map->kind, entries->map, name, strlen(name));
	return kith_entry_value(entries, key, entry);
}

static void add_promises(struct finding *finding, const struct kith_row *row, const struct kith_record *record)
{
	struct kith_app *app = finding->app;
	const struct kith_entries entries =
		kith_entries_of(record, kith_field_find(KITH_KIND_note, "promised"), &app->arena);
	for (uint32_t entry = 0; entry < entries.count; entry++) {
		const struct kith_value *what = value_of(&entries, "what", entry),
					*by = value_of(&entries, "by", entry);
		const struct kith_value *by_whom = value_of(&entries, "by_whom", entry),
					*to = value_of(&entries, "to", entry);
		if (!what || value_of(&entries, "done", entry) || value_of(&entries, "released", entry))
			continue;
		struct kith_unfinished item = {
			.promise = true,
			.row = *row,
			.entry = entry,
			.line = what->line,
			.what = what->text,
			.date = kith_record_text(record, "date"),
			.day = by ? kith_last_day_of(by->date) : KITH_NO_DAY,
			.by = by_whom && !is_me(app, by_whom->text) ? by_whom->text : "",
			.to = to && is_me(app, to->text) ? ""
			      : to                       ? to->text
			                                 : NULL,
			.hidden = row->hidden,
		};
		/* Who is named is meant; else everybody who was there. */
		const char *named_by = *item.by ? item.by : NULL, *named_to = item.to && *item.to ? item.to : NULL;
		item.people = named_by || named_to ? only(app, named_by, named_to) : people_of(app, record);
		add(finding, &item);
	}
}

/* The rules say which occurrence counts. */
const kith_day *kith_unfinished_remind_days(struct kith_app *app, const struct kith_record *record, struct kith_arena *arena)
{
	const struct kith_derive_input input = {
		.record = record,
		.last = KITH_NO_DAY,
		.next_plan = KITH_NO_DAY,
		.settings = &app->store->settings,
		.today = app->now.today,
	};
	struct kith_due *dues = NULL;
	size_t count = 0;
	(void)kith_network_derive.due(&input, arena, &dues, &count); /* the day it changes does not matter */
	const struct kith_entries entries = kith_entries_of(record, kith_field_find(record->kind, "remind"), arena);
	kith_day *days = kith_arena_alloc(arena, (entries.count + 1) * sizeof(*days));
	for (uint32_t entry = 0; entry < entries.count; entry++) {
		const struct kith_value *text = value_of(&entries, "text", entry);
		days[entry] = KITH_NO_DAY;
		for (size_t i = 0; text && i < count && days[entry] == KITH_NO_DAY; i++)
			if (dues[i].source == KITH_DUE_REMIND && dues[i].line == text->line &&
			    strcmp(dues[i].what, text->text) == 0)
				days[entry] = dues[i].day;
	}
	return days;
}

static void add_reminds(struct finding *finding, const struct kith_row *row, const struct kith_record *record)
{
	struct kith_app *app = finding->app;
	const struct kith_entries entries =
		kith_entries_of(record, kith_field_find(record->kind, "remind"), &app->arena);
	const kith_day *days = kith_unfinished_remind_days(app, record, &app->arena);
	const char **people = people_of(app, record);
	for (uint32_t entry = 0; entry < entries.count; entry++) {
		const struct kith_value *text = value_of(&entries, "text", entry),
					*every = value_of(&entries, "every", entry);
		if (days[entry] != KITH_NO_DAY)
			add(finding, &(struct kith_unfinished){
					     .row = *row,
					     .entry = entry,
					     .line = text->line,
					     .what = text->text,
					     .day = days[entry],
					     .by = "",
					     .repeats = every && every->span.count > 0,
					     .hidden = row->hidden,
					     .people = people,
				     });
	}
}

static int by_day(const void *one, const void *other)
{
	const struct kith_unfinished *a = one, *b = other;
	if (a->day != b->day)
		return a->day == KITH_NO_DAY ? 1 : b->day == KITH_NO_DAY ? -1 : a->day < b->day ? -1 : 1;
	const int order = strcmp(a->row.path, b->row.path);
	return order ? order : (a->line > b->line) - (a->line < b->line);
}

static enum kith_code find_by(struct finding *finding, const char *text, struct kith_err *err)
{
	struct kith_app *app = finding->app;
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	struct kith_rows rows = { 0 };
	enum kith_code code = kith_query_parse(text, app->now, &query, NULL, err);
	if (!code)
		code = kith_rows_run(app, query, NULL, &rows, err);
	for (size_t i = 0; i < rows.count && !code; i++) {
		struct kith_record record;
		code = kith_index_record(app->index, rows.list[i].rowid, &app->arena, &record, err);
		if (code)
			break;
		if (rows.list[i].kind == KITH_KIND_note)
			add_promises(finding, &rows.list[i], &record);
		add_reminds(finding, &rows.list[i], &record);
	}
	return code;
}

enum kith_code kith_unfinished_find(struct kith_app *app, struct kith_unfinished_list *out, struct kith_err *err)
{
	struct kith_unfinished_list found = { 0 };
	struct finding finding = { .app = app, .out = &found };
	const enum kith_code code = find_by(&finding, "has:promised or has:remind", err);
	if (code)
		return code;
	if (found.count)
		qsort(found.list, found.count, sizeof(*found.list), by_day);
	*out = found;
	return KITH_OK;
}

bool kith_unfinished_is_ahead(const struct kith_app *app, const struct kith_unfinished *item)
{
	return item->repeats && item->day > app->now.today;
}

bool kith_unfinished_is_about(const struct kith_unfinished *item, const char *words)
{
	return !words[strspn(words, " \t")] || kith_alike(words, item->what) != KITH_UNLIKE;
}

/* --- telling --- */

static const char *day_words(struct kith_app *app, kith_day day)
{
	KITH_BUF text = { 0 };
	if (day == app->now.today)
		kith_buf_add(&text, "today");
	else
		kith_date_print_short(&text, day, app->now.today);
	return kith_arena_strdup(&app->arena, kith_buf_text(&text));
}

/* Whom a promise was made to: who is named, else who was there. */
static void add_others(struct kith_app *app, const struct kith_unfinished *item, struct kith_buf *out)
{
	if (item->to && *item->to) {
		kith_buf_addf(out, " %s", kith_name_of(app, item->to));
		return;
	}
	for (const char *const *at = item->to ? NULL : item->people; at && *at; at++)
		if (strcmp(*at, item->by) != 0)
			kith_buf_addf(out, "%s%s", at == item->people ? " " : ", ", kith_name_of(app, *at));
}

void kith_unfinished_say(struct kith_app *app, const struct kith_unfinished *item, struct kith_buf *out)
{
	KITH_BUF line = { 0 };
	if (!item->promise) {
		kith_buf_add(&line, item->row.title);
	} else if (*item->by) {
		kith_buf_addf(&line, "%s promised", kith_name_of(app, item->by));
		if (item->to && !*item->to)
			kith_buf_add(&line, " you");
		else if (item->to)
			add_others(app, item, &line);
	} else {
		kith_buf_add(&line, "You promised");
		add_others(app, item, &line);
	}
	kith_buf_addf(&line, ": %s", item->what);
	if (item->day != KITH_NO_DAY)
		kith_buf_addf(&line, ", %s%s",
		              item->promise                 ? "by "
		              : item->day == app->now.today ? ""
		              : item->day < app->now.today  ? "since "
		                                            : "on ",
		              day_words(app, item->day));
	kith_printable(out, kith_buf_text(&line), line.length, false);
}

/* The first words of a text, as searching folds them: letters and digits, so that no shell takes them for anything. */
static const char *first_words(struct kith_app *app, const char *text, size_t count)
{
	KITH_BUF folded = { 0 }, words = { 0 };
	kith_fold(&folded, text, strlen(text));
	kith_fold_words(&words, kith_buf_text(&folded), folded.length);
	size_t length = 0;
	for (const char *at = kith_buf_text(&words); *at && count; count--) {
		at += strcspn(at, " ");
		length = (size_t)(at - words.text);
		at += *at == ' ';
	}
	return kith_arena_strndup(&app->arena, kith_buf_text(&words), length);
}

static bool is_only_one(const struct kith_unfinished_list *list, const char *id, const char *words)
{
	size_t count = 0;
	for (size_t i = 0; i < list->count && count < 2; i++)
		count +=
			kith_unfinished_concerns(&list->list[i], id) && kith_unfinished_is_about(&list->list[i], words);
	return count == 1;
}

const char *kith_unfinished_command(struct kith_app *app, const struct kith_unfinished_list *list,
                                    const struct kith_unfinished *item)
{
	/* A reminder is known by the record it stands in; a note, and what was promised in it, by who was there. */
	const char *there = item->row.kind == KITH_KIND_note && item->people[0] ? item->people[0] : item->row.id;
	const char *who = *item->by ? item->by : item->to && *item->to ? item->to : there;
	const char *words = first_words(app, item->what, FIRST_WORDS);
	const bool ahead = kith_unfinished_is_ahead(app, item);
	if (!ahead && is_only_one(list, who, ""))
		return kith_arena_printf(&app->arena, "kith done %s", who);
	if (is_only_one(list, who, words))
		return kith_arena_printf(&app->arena, "kith done %s %s", who, words);
	if (!ahead && is_only_one(list, item->row.id, ""))
		return kith_arena_printf(&app->arena, "kith done %s", item->row.id);
	words = first_words(app, item->what, SIZE_MAX);
	return kith_arena_printf(&app->arena, "kith done %s %s", item->row.id, words);
}

void kith_unfinished_json(struct kith_json *json, const struct kith_unfinished *item)
{
	kith_json_object(json);
	kith_json_key_string(json, "source", item->promise ? "promise" : "remind");
	kith_json_key_string(json, "id", item->row.id);
	kith_json_key_string(json, "path", item->row.path);
	kith_json_key_int(json, "line", item->line);
	kith_json_key_string(json, "what", item->what);
	kith_json_key_day(json, "day", item->day);
	kith_json_key_string(json, "by_whom", *item->by ? item->by : NULL);
	kith_json_key_string(json, "to", item->to && *item->to ? item->to : NULL);
	kith_json_key_bool(json, "mine", !*item->by);
	kith_json_key_bool(json, "repeats", item->repeats);
	kith_json_key_bool(json, "private", item->hidden);
	kith_json_end_object(json);
}
