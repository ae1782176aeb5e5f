/* What waits, for people and for programs. */
#include <string.h>

#include "cli/change.h"
#include "cli/merging.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "cli/waiting.h"
#include "lib/base/text.h"

enum { INDENT = 7, WIDEST = 48 };

/* --- one value --- */

/* The row of a field by its path: "promised[send the draft].by" is promised.by. */
static const struct kith_field *field_of(const struct kith_waiting *waiting)
{
	KITH_BUF path = { 0 };
	for (const char *at = waiting->field; *at;) {
		const char *end = *at == '[' ? strchr(at, ']') : NULL;
		if (end)
			at = end + 1;
		else
			kith_buf_add_char(&path, *at++);
	}
	return waiting->row ? kith_field_find(waiting->row->kind, kith_buf_text(&path)) : NULL;
}

/* What is not plain from the value itself: the day of the week of a date, who an id is. */
static const char *explain(struct kith_app *app, const struct kith_waiting *waiting, const char *text)
{
	const struct kith_field *field = field_of(waiting);
	struct kith_value value;
	KITH_BUF day = { 0 };
	if (!field || !kith_value_read(field, text, &value, NULL, NULL))
		return "";
	if (kith_field_may_refer(field)) {
		const char *name = kith_name_of(app, text);
		return strcmp(name, text) == 0 ? "" : kith_arena_printf(&app->arena, " (%s)", name);
	}
	if ((field->type != KITH_DATE && field->type != KITH_DATE_OR_FLAG) || !value.date.day || !value.date.year)
		return "";
	kith_date_print_short(&day, kith_day_of(value.date), app->now.today);
	return kith_arena_printf(&app->arena, " (%s)", kith_buf_text(&day));
}

static bool is_long(const char *text)
{
	return text && strchr(text, '\n');
}

static const char *value_words(struct kith_app *app, const struct kith_waiting *waiting, const char *text)
{
	if (!text)
		return "(nothing)";
	if (!is_long(text))
		return kith_arena_printf(&app->arena, "%s%s", text, explain(app, waiting, text));
	size_t lines = 0;
	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
		lines++;
	return kith_arena_printf(&app->arena, "%zu lines", lines);
}

/* "you, 25 Nov 09:30" */
static const char *author_words(struct kith_app *app, const struct kith_waiting *waiting, const struct kith_rival *rival)
{
	KITH_BUF words = { 0 };
	if (!rival->by)
		return !waiting->traced                     ? ""
		       : kith_merging_is_under_way(app) ? "from what is being merged"
		                                        : "not in the history";
	kith_buf_addf(&words, "%s, ", rival->by->mine ? "you" : rival->by->author);
	kith_past_print_time(app, rival->by->time_s, &words);
	return kith_arena_strdup(&app->arena, words.text);
}

static size_t width_of(const char *text)
{
	KITH_BUF line = { 0 };
	kith_printable(&line, text, strlen(text), false);
	return kith_width(kith_buf_text(&line), line.length);
}

/* One line if it fits, else what is said of the value on a line of its own. */
static void print_value(struct kith_app *app, const char *number, const char *value, const char *note, size_t columns,
                        struct kith_buf *out)
{
	const bool color = app->screen.color;
	const size_t width = kith_screen_width(&app->screen), wide = width_of(value);
	const bool fits = INDENT + (wide > columns ? wide : columns) + 2 + width_of(note) <= width;
	kith_spaces(out, 4);
	kith_paint(out, color, KITH_BOLD, number);
	kith_spaces(out, 2);
	kith_wrap(out, color, KITH_PLAIN_TEXT, value, INDENT, width);
	if (*note && fits) {
		kith_spaces(out, (wide < columns ? columns - wide : 0) + 2);
		kith_paint(out, color, KITH_DIM, note);
	} else if (*note) {
		kith_buf_add_char(out, '\n');
		kith_spaces(out, INDENT);
		kith_wrap(out, color, KITH_DIM, note, INDENT, width);
	}
	kith_buf_add_char(out, '\n');
}

/* --- texts of several lines --- */

static const char *ended(struct kith_app *app, const char *text)
{
	const size_t length = strlen(text);
	return length && text[length - 1] == '\n' ? text : kith_arena_printf(&app->arena, "%s\n", text);
}

/* How a kept text differs from what is shown, without the two lines that name files. */
static void print_difference(struct kith_app *app, const struct kith_waiting *waiting, const char *kept, struct kith_buf *out)
{
	const char *shown = waiting->rivals[0].text;
	if (!shown || !kept || (!is_long(shown) && !is_long(kept)))
		return;
	KITH_BUF diff = { 0 };
	struct kith_change change = { .what = KITH_CHANGE_EDIT, .path = waiting->path };
	change.before = ended(app, shown);
	change.before_length = strlen(change.before);
	change.after = ended(app, kept);
	change.after_length = strlen(change.after);
	kith_changes_show(&(struct kith_changes){ .app = app, .list = &change, .count = 1 }, &diff);
	const char *at = kith_buf_text(&diff);
	for (int line = 0; *at; line++) {
		const size_t length = strcspn(at, "\n");
		if (line >= 2) {
			kith_spaces(out, INDENT);
			kith_buf_add_bytes(out, at, length);
			kith_buf_add_char(out, '\n');
		}
		at += length + (at[length] == '\n');
	}
}

/* --- one choice --- */

static void print_text_set_aside(struct kith_app *app, const struct kith_waiting *waiting, struct kith_buf *out)
{
	const char *kept = kith_place_shown(app, waiting->set_aside);
	kith_spaces(out, 2);
	kith_paintf(out, app->screen.color, KITH_CYAN, "%s", kept);
	kith_buf_add(out, waiting->row ? ": the other text, which could not be merged\n"
	                               : ": a text that could not be merged; no record is called so\n");
	static const char keep[] = "keep the record as it is, and delete this text", take[] = "take this text in place of the record";
	if (!waiting->row) {
		print_value(app, "0", "delete it", "", 0, out);
		return;
	}
	print_value(app, "0", keep, author_words(app, waiting, &waiting->rivals[0]), strlen(keep), out);
	print_value(app, "1", take, author_words(app, waiting, &waiting->rivals[1]), strlen(keep), out);
	print_difference(app, waiting, waiting->rivals[1].text, out);
}

static void print_values(struct kith_app *app, const struct kith_waiting *waiting, struct kith_buf *out)
{
	const char **values = kith_arena_alloc(&app->arena, waiting->count * sizeof(*values));
	size_t columns = waiting->deleted ? strlen("deleted") : 0;
	for (size_t i = 0; i < waiting->count; i++) {
		values[i] = value_words(app, waiting, waiting->rivals[i].text);
		const size_t width = width_of(values[i]);
		if (width <= WIDEST && width > columns)
			columns = width;
	}
	for (size_t i = 0; i < waiting->count; i++) {
		const char *by = author_words(app, waiting, &waiting->rivals[i]);
		const char *note = i ? by : kith_arena_printf(&app->arena, "shown%s%s", *by ? "; " : "", by);
		print_value(app, kith_arena_printf(&app->arena, "%zu", i), values[i], note, columns, out);
		if (i)
			print_difference(app, waiting, waiting->rivals[i].text, out);
	}
	if (waiting->deleted)
		print_value(app, "d", "deleted", author_words(app, waiting, &waiting->gone), columns, out);
}

void kith_waiting_print(struct kith_app *app, const struct kith_waiting *waiting, bool heading, struct kith_buf *out)
{
	const bool color = app->screen.color;
	if (heading) {
		kith_paint(out, color, KITH_BOLD, waiting->title);
		if (strcmp(waiting->title, waiting->path) != 0)
			kith_paintf(out, color, KITH_DIM, "  %s", kith_place_shown(app, waiting->path));
		kith_buf_add_char(out, '\n');
	}
	if (waiting->set_aside) {
		print_text_set_aside(app, waiting, out);
		return;
	}
	kith_spaces(out, 2);
	if (waiting->stray)
		kith_paintf(out, color, KITH_YELLOW, "line %u: an entry of conflicts that is none of kith's",
		            (unsigned)waiting->line);
	else
		kith_paint(out, color, KITH_CYAN, waiting->field);
	kith_buf_add_char(out, '\n');
	if (waiting->stray)
		print_value(app, "?", waiting->rivals[waiting->count - 1].text, "kith edit settles it", 0, out);
	else
		print_values(app, waiting, out);
}

/* --- for programs --- */

static void json_rival(struct kith_json *json, const struct kith_rival *rival, const char *keep)
{
	kith_json_object(json);
	kith_json_key_string(json, "keep", keep);
	kith_json_key_string(json, "text", rival->text);
	kith_json_key(json, "by");
	if (rival->by) {
		kith_json_object(json);
		kith_past_json(json, rival->by);
		kith_json_end_object(json);
	} else {
		kith_json_null(json);
	}
	kith_json_end_object(json);
}

void kith_waiting_json(struct kith_app *app, struct kith_json *json, const struct kith_waiting *waiting)
{
	const struct kith_row *row = waiting->row;
	const char *id = kith_waiting_id(waiting);
	kith_json_object(json);
	kith_json_key_string(json, "kind", id ? kith_kind_name(row->kind) : NULL);
	kith_json_key_string(json, "id", id);
	kith_json_key_string(json, "path", row ? waiting->path : NULL);
	kith_json_key_string(json, "title", waiting->title);
	kith_json_key_string(json, "field", waiting->set_aside ? NULL : waiting->field);
	kith_json_key_int(json, "line", (int64_t)waiting->line);
	kith_json_key_string(json, "set_aside", waiting->set_aside);
	kith_json_key(json, "values");
	kith_json_array(json);
	for (size_t i = 0; i < waiting->count; i++)
		json_rival(json, &waiting->rivals[i], i ? kith_arena_printf(&app->arena, "%zu", i) : "shown");
	if (waiting->deleted)
		json_rival(json, &waiting->gone, "deleted");
	kith_json_end_array(json);
	kith_json_end_object(json);
}
