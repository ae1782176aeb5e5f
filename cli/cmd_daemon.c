/* kith daemon: start, stop, status, reminders, log. */
#include <string.h>

#include "cli/client.h"
#include "cli/dues.h"
#include "cli/facts.h"
#include "cli/pick.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

enum { PATIENCE_MS = 5000, AHEAD_DAYS = 366, NEXT_SHOWN = 10, LOG_LINES = 40, LOG_LARGEST = 64 << 20 };

static enum kith_code not_running(struct kith_app *app, struct kith_err *err)
{
	kith_fail(err, KITH_NONE, "no daemon is running for %s", kith_place_home(&app->arena, app->store->root));
	return kith_hint(err, "kith daemon start");
}

static enum kith_code start(struct kith_app *app, struct kith_err *err)
{
	KITH_CLEANUP(kith_message_destroy) struct kith_message *answer = NULL;
	if (kith_client_ask(app, "{\"id\":1,\"do\":\"status\"}", PATIENCE_MS, &answer, NULL) == KITH_OK) {
		kith_buf_add(&app->out, "It is running already.\n");
		return KITH_OK;
	}
	const enum kith_code code = kith_client_start(app, err);
	if (!code)
		kith_buf_addf(&app->out, "kithd watches %s now.\n", kith_place_home(&app->arena, app->store->root));
	return code;
}

static enum kith_code stop(struct kith_app *app, struct kith_err *err)
{
	const enum kith_code code = kith_client_stop(app, err);
	if (code == KITH_NONE) {
		kith_buf_add(&app->out, "It was not running.\n");
		return KITH_OK;
	}
	if (!code)
		kith_buf_add(&app->out, "It has left.\n");
	return code;
}

static enum kith_code status(struct kith_app *app, struct kith_err *err)
{
	KITH_BUF answer = { 0 };
	enum kith_code code = kith_control_call(app->store, "{\"id\":1,\"do\":\"status\"}", PATIENCE_MS, &answer, err);
	if (code == KITH_NONE)
		return not_running(app, err);
	if (code)
		return code;
	if (app->json) {
		kith_buf_addf(&app->out, "%s\n", kith_buf_text(&answer));
		return KITH_OK;
	}
	KITH_CLEANUP(kith_message_destroy) struct kith_message *message = NULL;
	code = kith_message_parse(kith_buf_text(&answer), answer.length, &message, err);
	if (code)
		return code;
	struct kith_facts facts = { 0 };
	kith_facts_daemon(app, &facts, message);
	kith_facts_print(app, &facts, false);
	return KITH_OK;
}

static enum kith_code show_log(struct kith_app *app, struct kith_err *err)
{
	const char *path = kith_client_log(app);
	KITH_BUF text = { 0 };
	if (!path || kith_file_read(path, LOG_LARGEST, &text, NULL) || !text.length) {
		kith_fail(err, KITH_NONE, "there is no log file");
		return kith_hint(err, kith_client_has_unit()
		                              ? "journalctl --user -u kithd"
		                              : "it is written by a daemon that kith daemon start has started");
	}
	size_t from = text.length, lines = 0;
	while (from > 0 && (lines < LOG_LINES || text.text[from - 1] != '\n'))
		lines += text.text[--from] == '\n' && from + 1 < text.length;
	while (text.text[from] == '\n')
		from++;
	kith_printable(&app->out, text.text + from, text.length - from, true);
	return KITH_OK;
}

/* --- reminders --- */

static const char *text_of(const struct kith_message *message, const char *key)
{
	const char *text = kith_message_text(message, key);
	return text ? text : "";
}

/* "2026-11-26T09:00" for a person: "Thu 26 Nov 09:00". */
static const char *moment(struct kith_app *app, const char *text)
{
	KITH_BUF out = { 0 };
	const char *separator = strchr(text, 'T');
	const char *day = kith_arena_strndup(&app->arena, text, separator ? (size_t)(separator - text) : strlen(text));
	struct kith_date date;
	if (!kith_date_read(day, &date, NULL, NULL) || !date.day)
		return text;
	kith_date_print_short(&out, kith_day_of(date), app->now.today);
	if (separator)
		kith_buf_addf(&out, " %.5s", separator + 1);
	return kith_arena_strdup(&app->arena, kith_buf_text(&out));
}

struct told {
	const char *when, *text, *why;
};

/* "birthday:ana-silva:2026" → "birthday: Ana Silva" */
static const char *words_of_key(struct kith_app *app, const char *key)
{
	const size_t source = strcspn(key, ":");
	const char *id = key[source] ? key + source + 1 : "";
	const char *name = kith_name_of(app, kith_arena_strndup(&app->arena, id, strcspn(id, ":")));
	return kith_arena_printf(&app->arena, "%.*s: %s", (int)source, key, name);
}

/* "it is shown Mon 30 Nov at 09:00, after the weekend" → "after the weekend": the time stands beside it. */
static const char *without_time(const char *why)
{
	if (strncmp(why, "it is shown ", 12) != 0)
		return why;
	const char *comma = strstr(why, ", ");
	return comma ? comma + 2 : "";
}

/* The parts of a list in the answer; *count says how many. */
static struct told *read_parts(struct kith_app *app, const struct kith_message *answer, const char *list, size_t *count)
{
	struct told *told = NULL;
	size_t capacity = 0;
	*count = 0;
	for (;;) {
		KITH_CLEANUP(kith_message_destroy) struct kith_message *part = kith_message_part(answer, list, *count);
		if (!part)
			return told;
		const char *summary = kith_message_text(part, "summary");
		const char *why = kith_arena_strdup(&app->arena, text_of(part, "why"));
		struct told *one = kith_arena_push(&app->arena, &told, count, &capacity, sizeof(*one));
		*one = (struct told){
			.when = moment(app, kith_arena_strdup(&app->arena, text_of(part, "at"))),
			.text = summary ? kith_arena_strdup(&app->arena, summary)
			                : words_of_key(app, text_of(part, "key")),
			.why = without_time(why),
		};
	}
}

static size_t print_parts(struct kith_app *app, const struct kith_message *answer, const char *list, const char *title)
{
	size_t count, widest = 0;
	const struct told *told = read_parts(app, answer, list, &count);
	for (size_t i = 0; i < count; i++) {
		const size_t width = kith_width(told[i].when, strlen(told[i].when));
		widest = width > widest ? width : widest;
	}
	if (count) {
		kith_paint(&app->out, app->screen.color, KITH_BOLD, title);
		kith_buf_add_char(&app->out, '\n');
	}
	for (size_t i = 0; i < count; i++) {
		const size_t indent = widest + 4, width = kith_screen_width(&app->screen);
		kith_buf_add(&app->out, "  ");
		kith_paint(&app->out, app->screen.color, KITH_CYAN, told[i].when);
		kith_spaces(&app->out, indent - 2 - kith_width(told[i].when, strlen(told[i].when)));
		kith_wrap(&app->out, false, KITH_PLAIN_TEXT, told[i].text, indent, width);
		kith_buf_add_char(&app->out, '\n');
		if (!*told[i].why)
			continue;
		kith_spaces(&app->out, indent);
		kith_wrap(&app->out, app->screen.color, KITH_DIM, told[i].why, indent, width);
		kith_buf_add_char(&app->out, '\n');
	}
	return count;
}

static void print_told(struct kith_app *app, const struct kith_message *answer)
{
	const char *held = text_of(answer, "held"), *record = kith_message_text(answer, "record");
	if (*held) {
		kith_wrap(&app->out, app->screen.color, KITH_YELLOW,
		          kith_arena_printf(&app->arena, "Held back: %s", held), 0, kith_screen_width(&app->screen));
		kith_buf_add(&app->out, "\n\n");
	}
	if (record) {
		if (!print_parts(app, answer, "reminders", text_of(answer, "title"))) {
			kith_wrap(&app->out, false, KITH_PLAIN_TEXT,
			          kith_arena_printf(&app->arena, "%s: %s.", text_of(answer, "title"),
			                            text_of(answer, "why")),
			          0, kith_screen_width(&app->screen));
			kith_buf_add_char(&app->out, '\n');
		}
		return;
	}
	if (!print_parts(app, answer, "fired", "Shown"))
		kith_buf_add(&app->out, "Nothing was shown yet.\n");
	kith_buf_add_char(&app->out, '\n');
	if (!print_parts(app, answer, "next", "Next"))
		kith_buf_add(&app->out, "Nothing is to come.\n");
}

/* Keep what is written in the record, or is about it: a promise stands in a note. */
static size_t keep_of(struct kith_due *dues, size_t count, const char *id)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (strcmp(dues[i].id, id) == 0 || strcmp(dues[i].who, id) == 0)
			dues[kept++] = dues[i];
	return kept;
}

/* Without a daemon: what it would have to say, from the index. */
static enum kith_code compute(struct kith_app *app, const struct kith_row *row, struct kith_err *err)
{
	struct kith_due *dues;
	size_t count;
	const enum kith_code code = kith_index_due(app->index, KITH_NO_DAY, app->now.today + AHEAD_DAYS, NULL,
	                                           &app->arena, &dues, &count, err);
	if (code)
		return code;
	if (row)
		count = keep_of(dues, count, row->id);
	if (app->json) {
		struct kith_json json = kith_app_json(app);
		kith_json_key_string(&json, "state", "no-daemon");
		kith_json_key_string(&json, "record", row ? row->id : NULL);
		kith_json_key(&json, "due");
		kith_json_array(&json);
		for (size_t i = 0; i < count && (row || i < NEXT_SHOWN); i++)
			kith_due_json(app, &json, &dues[i]);
		kith_json_end_array(&json);
		kith_app_end_json(&json);
		return KITH_OK;
	}
	kith_paint(&app->out, app->screen.color, KITH_YELLOW,
	           "No daemon is running, so nothing will appear by itself: kith daemon start");
	kith_buf_add(&app->out, "\n\n");
	if (!count && row) {
		kith_wrap(&app->out, false, KITH_PLAIN_TEXT,
		          kith_arena_printf(
				  &app->arena,
				  "%s: nothing falls due. There is no cadence, open promise, reminder, birthday or "
				  "date, or it is resting.",
				  row->title),
		          0, kith_screen_width(&app->screen));
		kith_buf_add_char(&app->out, '\n');
		return KITH_OK;
	}
	kith_paint(&app->out, app->screen.color, KITH_BOLD, row ? row->title : count ? "Due" : "Nothing is due.");
	kith_buf_add_char(&app->out, '\n');
	for (size_t i = 0; i < count && (row || i < NEXT_SHOWN); i++)
		kith_due_print(app, &dues[i], true);
	return KITH_OK;
}

static enum kith_code reminders(struct kith_app *app, struct kith_err *err)
{
	struct kith_row row;
	const char *who = kith_args_text(&app->args, 1, &app->arena);
	enum kith_code code = kith_app_open_index(app, err);
	if (!code && *who)
		code = kith_pick(app, who, 0, &row, err);
	if (code)
		return code;
	KITH_BUF request = { 0 }, answer = { 0 };
	struct kith_json json = { .out = &request };
	kith_json_object(&json);
	kith_json_key_int(&json, "id", 1);
	kith_json_key_string(&json, "do", "reminders");
	if (*who)
		kith_json_key_string(&json, "record", row.id);
	kith_json_end_object(&json);
	code = kith_control_call(app->store, request.text, PATIENCE_MS, &answer, err);
	if (code == KITH_NONE)
		return compute(app, *who ? &row : NULL, err);
	if (code)
		return code;
	if (app->json) {
		kith_buf_addf(&app->out, "%s\n", kith_buf_text(&answer));
		return KITH_OK;
	}
	KITH_CLEANUP(kith_message_destroy) struct kith_message *message = NULL;
	code = kith_message_parse(kith_buf_text(&answer), answer.length, &message, err);
	if (!code)
		print_told(app, message);
	return code;
}

enum kith_code kith_cmd_daemon(struct kith_app *app, struct kith_err *err)
{
	static const struct {
		const char *name;
		kith_command_run *run;
		size_t most;
	} verbs[] = {
		{ "start", start, 1 },   { "stop", stop, 1 },
		{ "status", status, 1 }, { "reminders", reminders, SIZE_MAX },
		{ "log", show_log, 1 },
	};
	const char *names[kith_count(verbs)];
	enum kith_code code = kith_args_expect(&app->args, 1, SIZE_MAX, err);
	if (code)
		return code;
	for (size_t i = 0; i < kith_count(verbs); i++) {
		names[i] = verbs[i].name;
		if (strcmp(verbs[i].name, app->args.words[0]) != 0)
			continue;
		code = kith_args_expect(&app->args, 1, verbs[i].most, err);
		return code ? code : verbs[i].run(app, err);
	}
	const char *meant = kith_did_you_mean(app->args.words[0], names, kith_count(names));
	kith_fail(err, KITH_USAGE, "kith daemon does not know '%s'", app->args.words[0]);
	if (meant)
		return kith_hint(err, "did you mean kith daemon %s?", meant);
	return kith_hint(err, "start, stop, status, reminders or log");
}
