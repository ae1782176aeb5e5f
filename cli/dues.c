#include "cli/dues.h"

#include <string.h>

#include "cli/place.h"
#include "lib/base/text.h"

enum { WHEN_COLUMNS = 13 }; /* "19 Feb 2027" and a gap */

/* The words, with the name among them in bold. */
static void add_summary(struct kith_app *app, const struct kith_due *due, size_t indent)
{
	KITH_BUF text = { 0 }, name = { 0 }, wrapped = { 0 };
	kith_due_summary(&text, due, app->now.today);
	kith_wrap(&wrapped, false, KITH_PLAIN_TEXT, kith_buf_text(&text), indent, kith_screen_width(&app->screen));
	if (due->name)
		kith_printable(&name, due->name, strlen(due->name), false);
	const char *line = kith_buf_text(&wrapped);
	/* A name that was broken over two lines stays plain. */
	const char *at = name.length ? strstr(line, name.text) : NULL;
	if (!at) {
		kith_buf_add(&app->out, line);
		return;
	}
	kith_buf_add_bytes(&app->out, line, (size_t)(at - line));
	kith_paint(&app->out, app->screen.color, KITH_BOLD, name.text);
	kith_buf_add(&app->out, at + name.length);
}

static void print_under(struct kith_app *app, const char *text, size_t indent)
{
	if (!*text)
		return;
	kith_spaces(&app->out, indent);
	kith_wrap(&app->out, app->screen.color, KITH_DIM, text, indent, kith_screen_width(&app->screen));
	kith_buf_add_char(&app->out, '\n');
}

void kith_due_print(struct kith_app *app, const struct kith_due *given, bool when)
{
	struct kith_due open = *given;
	open.hide = false; /* who keeps the records may read them; a notification may not */
	const struct kith_due *due = &open;
	const size_t indent = 2 + (when ? WHEN_COLUMNS : 0);
	const size_t width = kith_screen_width(&app->screen);
	kith_spaces(&app->out, 2);
	if (when) {
		KITH_BUF day = { 0 };
		const bool this_year = kith_date_of(due->day).year == kith_date_of(app->now.today).year;
		if (due->day > app->now.today && this_year)
			kith_date_print_short(&day, due->day, app->now.today);
		else if (due->day > app->now.today)
			kith_print_day(&day, due->day, app->now.today); /* the year in place of the weekday */
		else
			kith_buf_add(&day, "today");
		kith_paint(&app->out, app->screen.color, KITH_CYAN, kith_buf_text(&day));
		kith_spaces(&app->out, day.length < WHEN_COLUMNS ? WHEN_COLUMNS - day.length : 1);
	}
	add_summary(app, due, indent);
	kith_buf_add_char(&app->out, '\n');

	/* Why, and where it is written: on one line where there is room. */
	KITH_BUF why = { 0 };
	kith_due_reason(&why, due, app->now.today);
	const char *path = due->path ? kith_place_shown(app, due->path) : "";
	const char *place = due->line ? kith_arena_printf(&app->arena, "%s:%u", path, (unsigned)due->line) : path;
	const size_t why_width = kith_width(kith_buf_text(&why), why.length),
		     place_width = kith_width(place, strlen(place));
	const bool together = why.length && *place && indent + 2 + why_width + 2 + place_width <= width;
	if (together)
		kith_buf_addf(&why, "  %s", place);
	print_under(app, kith_buf_text(&why), indent + 2);
	if (together || !*place)
		return;
	/* Not wrapped: a path that is broken by spaces cannot be taken up with the mouse. */
	kith_spaces(&app->out, indent + 2);
	kith_paint(&app->out, app->screen.color, KITH_DIM, place);
	kith_buf_add_char(&app->out, '\n');
}

void kith_due_json(struct kith_app *app, struct kith_json *json, const struct kith_due *given)
{
	struct kith_due open = *given;
	open.hide = false;
	const struct kith_due *due = &open;
	KITH_BUF summary = { 0 }, reason = { 0 }, every = { 0 };
	kith_due_summary(&summary, due, app->now.today);
	kith_due_reason(&reason, due, app->now.today);
	if (due->span.count)
		kith_span_print(&every, due->span);
	kith_json_object(json);
	kith_json_key_string(json, "source", kith_due_source_name(due->source));
	kith_json_key_string(json, "key", due->key);
	kith_json_key_string(json, "id", due->id);
	kith_json_key_string(json, "path", due->path);
	kith_json_key_int(json, "line", due->line);
	kith_json_key_string(json, "who", *due->who ? due->who : NULL);
	kith_json_key_string(json, "name", due->name);
	kith_json_key_string(json, "what", *due->what ? due->what : NULL);
	kith_json_key_day(json, "day", due->day);
	const char *time = due->minute < 0
	                           ? NULL
	                           : kith_arena_printf(&app->arena, "%02d:%02d", due->minute / 60, due->minute % 60);
	kith_json_key_string(json, "time", time);
	kith_json_key_day(json, "since", due->since);
	kith_json_key_string(json, "every", every.length ? every.text : NULL);
	kith_json_key_bool(json, "mine", due->mine);
	kith_json_key_bool(json, "private", given->hide);
	kith_json_key_string(json, "summary", kith_buf_text(&summary));
	kith_json_key_string(json, "reason", reason.length ? reason.text : NULL);
	kith_json_end_object(json);
}
