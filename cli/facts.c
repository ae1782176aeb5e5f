#include "cli/facts.h"

#include <stdarg.h>
#include <string.h>

#include "cli/client.h"
#include "cli/place.h"
#include "cli/spawn.h"

enum { LABEL_COLUMNS = 13, MARK_COLUMNS = 6 };

void kith_fact_add(struct kith_app *app, struct kith_facts *facts, const char *label, enum kith_fact_state state,
                   const char *hint, const char *format, ...)
{
	KITH_BUF text = { 0 };
	va_list args;
	va_start(args, format);
	kith_buf_addv(&text, format, args);
	va_end(args);
	struct kith_fact *fact =
		kith_arena_push(&app->arena, &facts->list, &facts->count, &facts->capacity, sizeof(*fact));
	*fact = (struct kith_fact){
		.label = label,
		.state = state,
		.text = kith_arena_strdup(&app->arena, kith_buf_text(&text)),
		.hint = kith_arena_strdup(&app->arena, hint ? hint : ""),
	};
	facts->bad += state == KITH_FACT_BAD;
}

void kith_facts_print(struct kith_app *app, const struct kith_facts *facts, bool marks)
{
	static const char *const words[] = { "ok", "warn", "bad" };
	static const enum kith_paint paints[] = { KITH_GREEN, KITH_YELLOW, KITH_RED };
	const bool color = app->screen.color;
	const size_t indent = LABEL_COLUMNS + (marks ? MARK_COLUMNS : 0), width = kith_screen_width(&app->screen);
	for (size_t i = 0; i < facts->count; i++) {
		const struct kith_fact *fact = &facts->list[i];
		if (marks) {
			kith_paint(&app->out, color, paints[fact->state], words[fact->state]);
			kith_spaces(&app->out, MARK_COLUMNS - strlen(words[fact->state]));
		}
		kith_paint(&app->out, color, KITH_DIM, fact->label);
		kith_spaces(&app->out, LABEL_COLUMNS - strlen(fact->label));
		const enum kith_paint paint =
			marks || fact->state == KITH_FACT_OK ? KITH_PLAIN_TEXT : paints[fact->state];
		kith_wrap(&app->out, color, paint, fact->text, indent, width);
		kith_buf_add_char(&app->out, '\n');
		if (!*fact->hint)
			continue;
		kith_spaces(&app->out, indent);
		kith_wrap(&app->out, color, KITH_DIM, fact->hint, indent, width);
		kith_buf_add_char(&app->out, '\n');
	}
}

void kith_facts_json(struct kith_json *json, const struct kith_facts *facts)
{
	static const char *const words[] = { "ok", "warn", "bad" };
	kith_json_key(json, "checks");
	kith_json_array(json);
	for (size_t i = 0; i < facts->count; i++) {
		const struct kith_fact *fact = &facts->list[i];
		kith_json_object(json);
		kith_json_key_string(json, "name", fact->label);
		kith_json_key_string(json, "state", words[fact->state]);
		kith_json_key_string(json, "text", fact->text);
		kith_json_key_string(json, "hint", *fact->hint ? fact->hint : NULL);
		kith_json_end_object(json);
	}
	kith_json_end_array(json);
}

/* --- the daemon --- */

static const char *text_of(const struct kith_message *message, const char *key)
{
	const char *text = kith_message_text(message, key);
	return text ? text : "";
}

/* "2026-11-25T09:30:00+01:00" → "Wed 25 Nov 09:30". */
static const char *when(struct kith_app *app, const char *time)
{
	KITH_BUF out = { 0 };
	struct kith_date date;
	if (strlen(time) < 16 || !kith_date_read(kith_arena_strndup(&app->arena, time, 10), &date, NULL, NULL) ||
	    !date.day)
		return time;
	if (kith_day_of(date) == app->now.today)
		kith_buf_add(&out, "today");
	else
		kith_date_print_short(&out, kith_day_of(date), app->now.today);
	kith_buf_addf(&out, " %.5s", time + 11);
	return kith_arena_strdup(&app->arena, out.text);
}

static void add_git(struct kith_app *app, struct kith_facts *facts, const struct kith_message *status)
{
	const char *git = text_of(status, "git"), *commit = text_of(status, "commit");
	const long long pending = kith_message_number(status, "pending", 0);
	if (strcmp(git, "failing") == 0)
		kith_fact_add(app, facts, "git", KITH_FACT_BAD, text_of(status, "failure_hint"), "%s",
		              text_of(status, "failure"));
	else if (strcmp(git, "waiting") == 0 || strcmp(git, "off") == 0)
		kith_fact_add(app, facts, "git", KITH_FACT_WARN, text_of(status, "git_hint"), "%s",
		              text_of(status, "git_why"));
	else if (kith_message_is(status, "pending_all"))
		kith_fact_add(app, facts, "git", KITH_FACT_OK, "", "about to commit what has changed");
	else if (pending)
		kith_fact_add(app, facts, "git", KITH_FACT_OK, "", "about to commit %lld file%s", pending,
		              pending == 1 ? "" : "s");
	else if (strcmp(git, "working") == 0)
		kith_fact_add(app, facts, "git", KITH_FACT_OK, "", "committing");
	else if (*commit)
		kith_fact_add(app, facts, "git", KITH_FACT_OK, "", "all committed; the last %s, %.10s",
		              when(app, text_of(status, "committed_at")), commit);
	else
		kith_fact_add(app, facts, "git", KITH_FACT_OK, "", "all committed");
	const long long left_out = kith_message_number(status, "left_out", 0);
	if (left_out)
		kith_fact_add(app, facts, "left out", KITH_FACT_WARN, text_of(status, "left_out_first"),
		              "%lld file%s cannot be committed", left_out, left_out == 1 ? "" : "s");
}

static void add_reminders(struct kith_app *app, struct kith_facts *facts, const struct kith_message *status)
{
	const char *state = text_of(status, "notifications"), *next = text_of(status, "next_reminder");
	if (strcmp(state, "off") == 0)
		kith_fact_add(app, facts, "reminders", KITH_FACT_OK, "", "off on this machine (config.yaml)");
	else if (strcmp(state, "no-bus") == 0 || strcmp(state, "no-server") == 0)
		kith_fact_add(
			app, facts, "reminders", KITH_FACT_WARN,
			"they wait for a desktop; a notify_command in config.yaml takes them by mail and the like",
			"%s",
			strcmp(state, "no-bus") == 0 ? "there is no session bus" : "no desktop shows notifications");
	else if (*text_of(status, "reminders_error"))
		kith_fact_add(app, facts, "reminders", KITH_FACT_WARN, "", "%s", text_of(status, "reminders_error"));
	else if (*next)
		kith_fact_add(app, facts, "reminders", KITH_FACT_OK, "", "the next %s", when(app, next));
	else
		kith_fact_add(app, facts, "reminders", KITH_FACT_OK, "", "nothing is to come");
}

void kith_facts_daemon(struct kith_app *app, struct kith_facts *facts, const struct kith_message *status)
{
	if (!status) {
		kith_fact_add(app, facts, "daemon", KITH_FACT_WARN, "kith daemon start",
		              "not running: nothing is committed or shown by itself");
		return;
	}
	kith_fact_add(app, facts, "daemon", KITH_FACT_OK, "", "running since %s, process %lld",
	              when(app, text_of(status, "since")), (long long)kith_message_number(status, "pid", 0));
	if (strcmp(text_of(status, "watching"), "polling") == 0)
		kith_fact_add(app, facts, "watching", KITH_FACT_WARN, text_of(status, "watching_why"),
		              "by looking from time to time, which is slower to notice");
	if (*text_of(status, "index_error"))
		kith_fact_add(app, facts, "indexing", KITH_FACT_BAD, text_of(status, "index_hint"), "%s",
		              text_of(status, "index_error"));
	add_git(app, facts, status);
	add_reminders(app, facts, status);
}
