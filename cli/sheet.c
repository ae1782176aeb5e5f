/* The record's own fields.  What a person reads first stands first; everything else follows the rows. */
#include "cli/sheet.h"

#include <string.h>

#include "cli/place.h"
#include "cli/rows.h"
#include "lib/base/text.h"

enum {
	LABEL_COLUMNS = 14,
	WIDEST = 100,
	LONGEST_VALUE = 2000, /* columns of it that are shown */
	LONGEST_TEXT = 20000, /* of what was written as text: some 3,000 words */
};

static size_t text_width(const struct kith_app *app)
{
	const size_t width = kith_screen_width(&app->screen);
	return app->screen.terminal && width > WIDEST ? WIDEST : width;
}

/* Nobody reads a megabyte on a screen, and laying it out takes its time. */
static const char *cut(struct kith_app *app, const char *text, size_t columns)
{
	const size_t length = strlen(text);
	if (length <= columns)
		return text;
	KITH_BUF out = { 0 };
	kith_clip(&out, text, columns);
	if (out.length == length)
		return text;
	kith_buf_add(&out, " (kith show --raw)");
	return kith_arena_strdup(&app->arena, out.text);
}

/* "a · b · c" of what is there. */
static void add_joined(struct kith_buf *out, const char *const *texts, size_t count, const char *separator)
{
	const char *between = "";
	for (size_t i = 0; i < count; i++) {
		if (!texts[i] || !*texts[i])
			continue;
		kith_buf_add(out, between);
		kith_buf_add(out, texts[i]);
		between = separator;
	}
}

static const char *named(struct kith_app *app, const struct kith_record *record, const char *path)
{
	const struct kith_value *value = kith_record_get(record, path);
	if (!value)
		return NULL;
	const char *text = kith_field_may_refer(value->field) ? kith_name_of(app, value->text) : value->text;
	return cut(app, text, LONGEST_VALUE);
}

static void print_line(struct kith_app *app, enum kith_paint paint, const char *text)
{
	kith_wrap(&app->out, app->screen.color, paint, text, 0, text_width(app));
	kith_buf_add_char(&app->out, '\n');
}

static void contact_lines(struct kith_app *app, const struct kith_record *record)
{
	KITH_BUF does = { 0 }, where = { 0 }, line = { 0 };
	add_joined(&does,
	           (const char *const[]){ named(app, record, "title"), named(app, record, "org"),
	                                  named(app, record, "department") },
	           3, ", ");
	add_joined(&where, (const char *const[]){ named(app, record, "city"), named(app, record, "country") }, 2, ", ");
	add_joined(&line,
	           (const char *const[]){ kith_buf_text(&does), kith_buf_text(&where), named(app, record, "pronouns") },
	           3, " · ");
	if (line.length)
		print_line(app, KITH_PLAIN_TEXT, line.text);
}

static void note_lines(struct kith_app *app, const struct kith_row *row, const struct kith_record *record)
{
	KITH_BUF day = { 0 }, line = { 0 };
	const struct kith_value *date = kith_record_get(record, "date");
	if (date && date->date.day && date->date.year)
		kith_date_print_short(&day, kith_day_of(date->date), app->now.today);
	const char *plan = row->date != KITH_NO_DAY && row->date > app->now.today ? "a plan" : NULL;
	add_joined(
		&line,
		(const char *const[]){ kith_buf_text(&day), named(app, record, "how"), named(app, record, "at"), plan },
		4, " · ");
	if (line.length)
		print_line(app, KITH_PLAIN_TEXT, line.text);
}

void kith_sheet_heading(struct kith_app *app, const struct kith_row *row, const struct kith_record *record)
{
	KITH_BUF title = { 0 };
	if (row->kind == KITH_KIND_note)
		for (const struct kith_value *at = NULL; (at = kith_record_next(record, "with", at));)
			kith_buf_addf(&title, "%s%s", title.length ? ", " : "", kith_name_of(app, at->text));
	const char *text = cut(app, title.length ? title.text : row->title, LONGEST_VALUE);
	const char *kind = row->kind == KITH_KIND_contact ? "" : kith_kind_name(row->kind);
	kith_wrap(&app->out, app->screen.color, KITH_BOLD, text, 0, text_width(app));
	if (*kind)
		kith_paintf(&app->out, app->screen.color, KITH_DIM, "  %s", kind);
	kith_buf_add_char(&app->out, '\n');
	if (row->kind == KITH_KIND_contact)
		contact_lines(app, record);
	else if (row->kind == KITH_KIND_note)
		note_lines(app, row, record);
	print_line(app, KITH_DIM, kith_place_shown(app, row->path));
	if (row->broken)
		print_line(app, KITH_YELLOW, kith_row_mark(app, row));
}

/* --- fields --- */

static bool is_in_heading(enum kith_kind kind, const char *name)
{
	static const char *const contact[] = { "name", "title", "org", "department", "city", "country", "pronouns" };
	static const char *const note[] = { "date", "with", "how", "at" };
	static const char *const others[] = { "name" };
	const char *const *names = kind == KITH_KIND_contact ? contact : kind == KITH_KIND_note ? note : others;
	const size_t count = kind == KITH_KIND_contact ? kith_count(contact)
	                     : kind == KITH_KIND_note  ? kith_count(note)
	                                               : kith_count(others);
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void print_label(struct kith_app *app, const char *name)
{
	KITH_BUF label = { 0 };
	for (const char *at = name; *at; at++)
		kith_buf_add_char(&label, *at == '_' ? ' ' : *at);
	KITH_BUF clipped = { 0 };
	kith_clip(&clipped, kith_buf_text(&label), LABEL_COLUMNS - 2);
	kith_paint(&app->out, app->screen.color, KITH_DIM, kith_buf_text(&clipped));
	kith_spaces(&app->out, LABEL_COLUMNS - kith_width(kith_buf_text(&clipped), clipped.length));
}

/* A value as a person says it: dates with their weekday, references by name. */
static void add_value(struct kith_app *app, struct kith_buf *out, const struct kith_value *value)
{
	const struct kith_field *field = value->field;
	if (!field || value->faulty) {
		kith_buf_add(out, cut(app, value->text, LONGEST_VALUE));
	} else if (kith_field_may_refer(field)) {
		kith_buf_add(out, cut(app, kith_name_of(app, value->text), LONGEST_VALUE));
	} else if ((field->type == KITH_DATE || field->type == KITH_DATE_OR_FLAG) && value->date.year &&
	           value->date.day) {
		kith_date_print_short(out, kith_day_of(value->date), app->now.today);
		if (value->date.minute >= 0)
			kith_buf_addf(out, " %02d:%02d", value->date.minute / 60, value->date.minute % 60);
	} else if (field->type == KITH_DATE && !value->date.year && value->date.day) {
		/* 03-14: any year will do to name the day. */
		KITH_BUF day = { 0 };
		kith_print_day(&day, kith_day_next_yearly(value->date.month, value->date.day, app->now.today),
		               app->now.today);
		kith_buf_add_bytes(out, kith_buf_text(&day),
		                   strcspn(kith_buf_text(&day), "0123456789") == 0
		                           ? strspn(kith_buf_text(&day), "0123456789") + 4
		                           : day.length);
	} else {
		kith_buf_add(out, cut(app, value->text, field->type == KITH_BLOCK ? LONGEST_TEXT : LONGEST_VALUE));
	}
}

/* An entry of a list of maps: its key, then the rest in parentheses: "Studio Lumen (Designer, from 2018)". */
static void add_entry(struct kith_app *app, struct kith_buf *out, const struct kith_record *record, size_t *at,
                      const struct kith_field *top)
{
	const uint32_t entry = record->values[*at].entry;
	KITH_BUF rest = { 0 };
	bool first = true;
	for (; *at < record->count; ++*at) {
		const struct kith_value *value = &record->values[*at];
		if (!value->field || value->field->parent != top->id || value->entry != entry)
			break;
		if (first) {
			add_value(app, out, value);
		} else {
			kith_buf_add(&rest, rest.length ? ", " : "");
			if (value->field->type == KITH_DATE || value->field->type == KITH_REF)
				kith_buf_addf(&rest, "%s ",
				              strcmp(value->field->name, "by_whom") == 0 ? "from" : value->field->name);
			if (strcmp(value->text, "me") == 0 && value->field->flags & KITH_ME)
				kith_buf_add(&rest, "you");
			else
				add_value(app, &rest, value);
		}
		first = false;
	}
	if (rest.length)
		kith_buf_addf(out, " (%s)", rest.text);
}

static void print_maps(struct kith_app *app, const struct kith_record *record, const struct kith_field *top)
{
	bool first = true;
	for (size_t at = 0; at < record->count;) {
		const struct kith_value *value = &record->values[at];
		if (!value->field || value->field->parent != top->id) {
			at++;
			continue;
		}
		KITH_BUF text = { 0 };
		add_entry(app, &text, record, &at, top);
		if (first)
			print_label(app, top->name);
		else
			kith_spaces(&app->out, LABEL_COLUMNS);
		first = false;
		kith_wrap(&app->out, false, KITH_PLAIN_TEXT, kith_buf_text(&text), LABEL_COLUMNS, text_width(app));
		kith_buf_add_char(&app->out, '\n');
	}
}

static void print_values(struct kith_app *app, const struct kith_record *record, const struct kith_field *field)
{
	const bool apart = field->type == KITH_TEXT && kith_field_is_list(field);
	KITH_BUF text = { 0 };
	for (size_t i = 0; i < record->count; i++) {
		if (record->values[i].field != field)
			continue;
		if (text.length)
			kith_buf_add(&text, apart ? "\n" : ", ");
		add_value(app, &text, &record->values[i]);
	}
	if (!text.length)
		return;
	print_label(app, field->name);
	kith_wrap(&app->out, false, KITH_PLAIN_TEXT, text.text, LABEL_COLUMNS, text_width(app));
	kith_buf_add_char(&app->out, '\n');
}

/* What the index knows of the rhythm, beside what the record says. */
static void print_rhythm(struct kith_app *app, const struct kith_row *row)
{
	KITH_BUF text = { 0 };
	if (row->last != KITH_NO_DAY) {
		kith_buf_add(&text, "last ");
		/* today and yesterday say it all */
		if (app->now.today - row->last > 1) {
			kith_date_print_short(&text, row->last, app->now.today);
			kith_buf_add(&text, ", ");
		}
		kith_day_print_relative(&text, row->last, app->now.today);
	}
	if (row->due != KITH_NO_DAY) {
		const bool rhythm = row->kind == KITH_KIND_contact || row->kind == KITH_KIND_group;
		kith_buf_add(&text, text.length ? " · " : "");
		kith_buf_add(&text, rhythm ? "next " : "");
		if (row->due <= app->now.today) {
			kith_buf_add(&text, "now");
		} else {
			kith_date_print_short(&text, row->due, app->now.today);
		}
	}
	if (*row->tie)
		kith_buf_addf(&text, "%s%s", text.length ? " · " : "", row->tie);
	if (!text.length)
		return;
	print_label(app, row->kind == KITH_KIND_contact || row->kind == KITH_KIND_group ? "in touch" : "due");
	kith_wrap(&app->out, false, KITH_PLAIN_TEXT, text.text, LABEL_COLUMNS, text_width(app));
	kith_buf_add_char(&app->out, '\n');
}

/* Keys the schema does not know, the user's own among them. */
static void print_unknown(struct kith_app *app, const struct kith_record *record)
{
	for (size_t i = 0; i < record->count; i++) {
		if (record->values[i].field)
			continue;
		KITH_BUF key = { 0 };
		kith_printable(&key, record->values[i].key, strlen(record->values[i].key), false);
		print_label(app, kith_buf_text(&key));
		kith_wrap(&app->out, false, KITH_PLAIN_TEXT, cut(app, record->values[i].text, LONGEST_VALUE),
		          LABEL_COLUMNS, text_width(app));
		kith_buf_add_char(&app->out, '\n');
	}
}

void kith_sheet_fields(struct kith_app *app, const struct kith_row *row, const struct kith_record *record)
{
	size_t count;
	const struct kith_field *fields = kith_fields(record->kind, &count);
	const struct kith_field *block = NULL;
	kith_buf_add_char(&app->out, '\n');
	const size_t before = app->out.length;
	print_rhythm(app, row);
	for (size_t i = 0; i < count; i++) {
		if (!kith_field_is_top(&fields[i]) || is_in_heading(record->kind, fields[i].name))
			continue;
		if (fields[i].type == KITH_MAP)
			print_maps(app, record, &fields[i]);
		else if (fields[i].type == KITH_BLOCK && record->kind == KITH_KIND_note &&
		         strcmp(fields[i].name, "text") == 0)
			block = &fields[i];
		else
			print_values(app, record, &fields[i]);
	}
	print_unknown(app, record);
	/* What was said is the note: it stands by itself, below the rest. */
	const char *text = block ? kith_record_text(record, block->path) : NULL;
	if (text) {
		kith_buf_add(&app->out, app->out.length > before ? "\n" : "");
		print_line(app, KITH_PLAIN_TEXT, cut(app, text, LONGEST_TEXT));
	}
}
