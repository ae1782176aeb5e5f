/* kith today: what is due, each with its reason. */
#include <string.h>

#include "cli/dues.h"
#include "cli/rows.h"
#include "cli/waiting.h"

enum { LOOK_AHEAD_DAYS = 366 };

static const struct group {
	const char *title;
	unsigned sources;
} groups[] = {
	{ "Promises", 1u << KITH_DUE_PROMISE },
	{ "Days", 1u << KITH_DUE_BIRTHDAY | 1u << KITH_DUE_DATE },
	{ "Conversations", 1u << KITH_DUE_CADENCE },
	{ "Reminders", 1u << KITH_DUE_REMIND },
};

/* The last day that is asked for: kith today 2w, kith today week, kith today friday. */
static enum kith_code read_until(struct kith_app *app, kith_day *until, struct kith_err *err)
{
	const char *text = kith_args_text(&app->args, 0, &app->arena);
	*until = app->now.today;
	if (!*text)
		return KITH_OK;
	static const struct {
		const char *word, *span;
	} words[] = { { "week", "1w" }, { "month", "1m" }, { "year", "1y" }, { "quarter", "3m" }, { "day", "1d" } };
	for (size_t i = 0; i < kith_count(words); i++)
		if (strcmp(words[i].word, text) == 0)
			text = words[i].span;
	struct kith_span span;
	if (kith_span_read(text, &span) && !span.never) {
		*until = kith_day_add(app->now.today, span, 1);
		return KITH_OK;
	}
	const enum kith_code code = kith_app_day(app, "today", text, until, err);
	if (code)
		return kith_hint(err, "write a span or a day: kith today 2w, kith today friday");
	if (*until < app->now.today) {
		kith_fail(err, KITH_USAGE, "%s has been", text);
		return kith_hint(err, "kith today looks ahead: kith today 2w");
	}
	return KITH_OK;
}

static void print_json(struct kith_app *app, kith_day until, const struct kith_due *dues, size_t count,
                       const struct kith_due *next)
{
	struct kith_json json = kith_app_json(app);
	kith_json_key_day(&json, "as_of", app->now.today);
	kith_json_key_day(&json, "until", until);
	kith_json_key_int(&json, "count", (int64_t)count);
	kith_json_key(&json, "due");
	kith_json_array(&json);
	for (size_t i = 0; i < count; i++)
		kith_due_json(app, &json, &dues[i]);
	kith_json_end_array(&json);
	kith_json_key(&json, "next");
	if (next)
		kith_due_json(app, &json, next);
	else
		kith_json_null(&json);
	kith_app_end_json(&json);
}

/* Each person once, in the order of what is due. */
static void print_ids(struct kith_app *app, const struct kith_due *dues, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *id = *dues[i].who ? dues[i].who : dues[i].id;
		bool seen = false;
		for (size_t j = 0; j < i && !seen; j++)
			seen = strcmp(*dues[j].who ? dues[j].who : dues[j].id, id) == 0;
		if (!seen)
			kith_rows_print_id(app, id);
	}
}

static void print_groups(struct kith_app *app, const struct kith_due *dues, size_t count, bool when)
{
	for (size_t group = 0; group < kith_count(groups); group++) {
		bool any = false;
		for (size_t i = 0; i < count; i++) {
			if (!(groups[group].sources >> dues[i].source & 1))
				continue;
			if (!any) {
				kith_buf_add_char(&app->out, '\n');
				kith_paint(&app->out, app->screen.color, KITH_CYAN, groups[group].title);
				kith_buf_add_char(&app->out, '\n');
			}
			any = true;
			kith_due_print(app, &dues[i], when);
		}
	}
}

static void print_heading(struct kith_app *app, kith_day until)
{
	KITH_BUF line = { 0 };
	kith_date_print_short(&line, app->now.today, app->now.today);
	if (until > app->now.today) {
		kith_buf_add(&line, " to ");
		kith_date_print_short(&line, until, app->now.today);
	}
	kith_paint(&app->out, app->screen.color, KITH_BOLD, line.text);
	kith_buf_add_char(&app->out, '\n');
}

static void print_nothing(struct kith_app *app, kith_day until, const struct kith_due *next)
{
	kith_buf_add(&app->out, until > app->now.today ? "Nothing is due until then. " : "Nothing is due today. ");
	kith_buf_add(&app->out, "Enjoy the quiet.\n");
	if (!next)
		return;
	kith_buf_add(&app->out, "\nNext\n");
	kith_due_print(app, next, true);
}

static void print_waiting(struct kith_app *app)
{
	struct kith_waiting_counts waiting;
	const char *words = kith_waiting_count(app, &waiting, NULL) ? NULL : kith_waiting_words(app, &waiting);
	if (!words)
		return;
	kith_buf_add_char(&app->out, '\n');
	kith_wrap(&app->out, app->screen.color, KITH_YELLOW, kith_arena_printf(&app->arena, "%s: kith conflicts", words), 0,
	          kith_screen_width(&app->screen));
	kith_buf_add_char(&app->out, '\n');
}

/* What a person should know before trusting the list; `unread` files are told of already. */
static void print_warnings(struct kith_app *app, size_t unread)
{
	struct kith_index_counts counts;
	print_waiting(app);
	if (kith_index_counts(app->index, &counts, NULL) || counts.broken <= unread)
		return;
	const size_t stale = counts.broken - unread;
	const char *text =
		stale == 1
			? "One file cannot be read now; its last good version is used: kith check"
			: kith_arena_printf(
				  &app->arena,
				  "%zu files cannot be read now; their last good versions are used: kith check", stale);
	kith_buf_add_char(&app->out, '\n');
	kith_wrap(&app->out, app->screen.color, KITH_YELLOW, text, 0, kith_screen_width(&app->screen));
	kith_buf_add_char(&app->out, '\n');
}

enum kith_code kith_cmd_today(struct kith_app *app, struct kith_err *err)
{
	kith_day until;
	struct kith_due *dues, *ahead = NULL;
	size_t count, ahead_count = 0;
	enum kith_code code = read_until(app, &until, err);
	if (!code)
		code = kith_index_due(app->index, KITH_NO_DAY, until, NULL, &app->arena, &dues, &count, err);
	if (!code && (!count || app->json))
		code = kith_index_due(app->index, until + 1, until + LOOK_AHEAD_DAYS, NULL, &app->arena, &ahead,
		                      &ahead_count, err);
	if (code)
		return code;
	const size_t unread = kith_rows_warn_unread(app);
	const struct kith_due *next = ahead_count ? &ahead[0] : NULL;
	if (app->json) {
		print_json(app, until, dues, count, next);
		return KITH_OK;
	}
	if (app->ids) {
		print_ids(app, dues, count);
		return count ? KITH_OK : KITH_NONE;
	}
	print_heading(app, until);
	if (count)
		print_groups(app, dues, count, until > app->now.today);
	else
		print_nothing(app, until, next);
	print_warnings(app, unread);
	return KITH_OK;
}
