#include "cli/app.h"

#include <string.h>
#include <unistd.h>

#include "cli/fresh.h"
#include "lib/base/text.h"

enum kith_code kith_app_open_store(struct kith_app *app, struct kith_err *err)
{
	if (app->store)
		return KITH_OK;
	return kith_store_open(kith_args_value(&app->args, "store"), &app->store, err);
}

enum kith_code kith_app_open_index(struct kith_app *app, struct kith_err *err)
{
	if (app->index)
		return KITH_OK;
	const enum kith_code code = kith_app_open_store(app, err);
	return code ? code : kith_fresh_open(app, kith_args_has(&app->args, "stale-ok"), err);
}

enum kith_code kith_app_flush(struct kith_app *app, bool page, struct kith_err *err)
{
	const enum kith_code code = kith_screen_show(&app->screen, &app->out, page, err);
	kith_buf_clear(&app->out);
	return code;
}

void kith_app_warn(struct kith_app *app, const char *format, ...)
{
	KITH_BUF text = { 0 }, line = { 0 };
	va_list args;
	va_start(args, format);
	kith_buf_addv(&text, format, args);
	va_end(args);
	kith_paint(&line, app->screen.error_color, KITH_YELLOW, "warning:");
	kith_buf_add_char(&line, ' ');
	kith_printable(&line, kith_buf_text(&text), text.length, false);
	kith_buf_add_char(&line, '\n');
	(void)kith_write_all(STDERR_FILENO, line.text, line.length, NULL); /* there is nowhere else to say it */
}

struct kith_json kith_app_json(struct kith_app *app)
{
	struct kith_json json = { .out = &app->out, .indent = app->screen.terminal };
	kith_json_object(&json);
	kith_json_key_int(&json, "version", 1);
	return json;
}

void kith_app_end_json(struct kith_json *json)
{
	kith_json_end_object(json);
	kith_buf_add_char(json->out, '\n');
}

void kith_json_key_day(struct kith_json *json, const char *key, kith_day day)
{
	KITH_BUF text = { 0 };
	if (day != KITH_NO_DAY)
		kith_date_print_day(&text, day);
	kith_json_key_string(json, key, text.length ? text.text : NULL);
}

enum kith_code kith_app_day(const struct kith_app *app, const char *option, const char *text, kith_day *out,
                            struct kith_err *err)
{
	struct kith_date date;
	const char *why = "not a day";
	KITH_BUF hint = { 0 };
	if (kith_date_read_words(text, app->now.today, &date, &why, &hint) && date.year && date.month && date.day) {
		*out = kith_day_of(date);
		return KITH_OK;
	}
	if (strncmp(why, "not ", 4) == 0)
		kith_fail(err, KITH_USAGE, "%s '%s' is %s", option, text, why);
	else
		kith_fail(err, KITH_USAGE, "%s '%s': %s", option, text, why);
	return kith_hint(err, "%s", hint.length ? hint.text : "write 2026-11-25, yesterday, friday, 3 weeks ago");
}

enum kith_code kith_app_limit(const struct kith_app *app, size_t otherwise, size_t *out, struct kith_err *err)
{
	const char *text = kith_args_value(&app->args, "limit");
	*out = otherwise;
	if (!text)
		return KITH_OK;
	char *end;
	const long number = strtol(text, &end, 10);
	if (number < 1 || *end || end == text) {
		kith_fail(err, KITH_USAGE, "--limit '%s' is not a number from 1 on", text);
		return kith_hint(err, "write --limit 20");
	}
	*out = (size_t)number;
	return KITH_OK;
}
