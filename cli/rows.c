#include "cli/rows.h"

#include <string.h>

#include "cli/place.h"
#include "cli/table.h"
#include "lib/base/text.h"

enum kith_code kith_rows_parse(struct kith_app *app, const char *text, struct kith_query **out, struct kith_err *err)
{
	size_t column = 0;
	const enum kith_code code = kith_query_parse(text, app->now, out, &column, err);
	if (code) {
		app->query = text;
		app->query_column = column;
	}
	return code;
}

struct gathering {
	struct kith_app *app;
	struct kith_rows *rows;
};

static bool on_row(void *user, const struct kith_row *row)
{
	struct gathering *gathering = user;
	struct kith_arena *arena = &gathering->app->arena;
	struct kith_rows *rows = gathering->rows;
	struct kith_row *copy = kith_arena_push(arena, &rows->list, &rows->count, &rows->capacity, sizeof(*copy));
	*copy = *row;
	copy->id = kith_arena_strdup(arena, row->id);
	copy->path = kith_arena_strdup(arena, row->path);
	copy->title = kith_arena_strdup(arena, row->title);
	copy->tie = kith_arena_strdup(arena, row->tie);
	return true;
}

enum kith_code kith_rows_run(struct kith_app *app, const struct kith_query *query,
                             const struct kith_query_options *options, struct kith_rows *rows, struct kith_err *err)
{
	struct gathering gathering = { app, rows };
	return kith_query_run(app->index, query, options, on_row, &gathering, err);
}

void kith_row_json(struct kith_json *json, const struct kith_row *row)
{
	kith_json_key_string(json, "kind", kith_kind_name(row->kind));
	kith_json_key_string(json, "id", row->id);
	kith_json_key_string(json, "path", row->path);
	kith_json_key_string(json, "title", row->title);
	kith_json_key_day(json, "date", row->date);
	kith_json_key_day(json, "last", row->last);
	kith_json_key_day(json, "due", row->due);
	kith_json_key_string(json, "tie", *row->tie ? row->tie : NULL);
	kith_json_key_bool(json, "broken", row->broken);
	kith_json_key_bool(json, "private", row->hidden);
}

void kith_rows_print_id(struct kith_app *app, const char *id)
{
	kith_paint(&app->out, false, KITH_PLAIN_TEXT, id);
	kith_buf_add_char(&app->out, '\n');
}

const char *kith_row_mark(struct kith_app *app, const struct kith_row *row)
{
	if (!row->broken)
		return "";
	return kith_arena_printf(&app->arena, "(file cannot be read now: kith check %s)",
	                         kith_place_shown(app, row->path));
}

size_t kith_rows_warn_unread(struct kith_app *app)
{
	const char **paths;
	size_t count;
	if (kith_index_unread(app->index, &app->arena, &paths, &count, NULL) || !count)
		return 0;
	if (count == 1)
		kith_app_warn(app, "1 file cannot be read and nothing older is known of it: kith check");
	else
		kith_app_warn(app, "%zu files cannot be read and nothing older is known of them: kith check", count);
	return count;
}

const char *kith_name_of(struct kith_app *app, const char *id)
{
	struct kith_row row;
	if (kith_index_row_of_id(app->index, id, &app->arena, &row, NULL) == KITH_OK)
		return row.title;
	return id;
}

/* --- columns --- */

/* A cell is a field of the record, or one of the things only the index knows. */
#define TITLE "*title"
#define LAST "*last"
#define DUE "*due"
#define DATE "*date"
#define KIND "*kind"
#define MARK "*mark"

enum { MOST_CELLS = 8 };

struct layout {
	const char *fields[MOST_CELLS];
	struct kith_column columns[MOST_CELLS];
};

/* clang-format off */
static const struct layout layouts[KITH_KINDS] = {
	[KITH_KIND_contact] = {
		{ TITLE, "title", "org", "city", LAST, DUE, MARK },
		{ { "name", KITH_BOLD, 0, 16 }, { "does", KITH_PLAIN_TEXT, 4, 8 }, { "at", KITH_PLAIN_TEXT, 3, 8 },
		  { "in", KITH_PLAIN_TEXT, 5, 6 }, { "last", KITH_PLAIN_TEXT, 1, 0 }, { "due", KITH_CYAN, 2, 0 },
		  { "", KITH_YELLOW, 9, 10 } } },
	[KITH_KIND_note] = {
		{ DATE, "with", "how", TITLE, MARK },
		{ { "date", KITH_DIM, 0, 0 }, { "with", KITH_BOLD, 0, 12 }, { "how", KITH_PLAIN_TEXT, 2, 0 },
		  { "what was said", KITH_PLAIN_TEXT, 1, 12 }, { "", KITH_YELLOW, 9, 10 } } },
	[KITH_KIND_group] = {
		{ TITLE, "type", "city", LAST, "next", MARK },
		{ { "name", KITH_BOLD, 0, 14 }, { "is", KITH_PLAIN_TEXT, 2, 8 }, { "in", KITH_PLAIN_TEXT, 3, 6 },
		  { "last", KITH_PLAIN_TEXT, 4, 0 }, { "next", KITH_CYAN, 1, 0 }, { "", KITH_YELLOW, 9, 10 } } },
	[KITH_KIND_event] = {
		{ DATE, TITLE, "type", "place", MARK },
		{ { "date", KITH_DIM, 0, 0 }, { "name", KITH_BOLD, 0, 14 }, { "is", KITH_PLAIN_TEXT, 2, 0 },
		  { "place", KITH_PLAIN_TEXT, 1, 8 }, { "", KITH_YELLOW, 9, 10 } } },
	[KITH_KIND_opportunity] = {
		{ TITLE, "type", "org", "by", "stage", MARK },
		{ { "name", KITH_BOLD, 0, 14 }, { "is", KITH_PLAIN_TEXT, 3, 0 }, { "at", KITH_PLAIN_TEXT, 4, 8 },
		  { "by", KITH_CYAN, 1, 0 }, { "stage", KITH_PLAIN_TEXT, 2, 0 }, { "", KITH_YELLOW, 9, 10 } } },
	[KITH_KIND_need] = {
		{ TITLE, "who", "type", "since", "status", MARK },
		{ { "name", KITH_BOLD, 0, 14 }, { "who", KITH_PLAIN_TEXT, 1, 10 }, { "would help", KITH_PLAIN_TEXT, 3, 8 },
		  { "since", KITH_PLAIN_TEXT, 4, 0 }, { "status", KITH_PLAIN_TEXT, 2, 0 }, { "", KITH_YELLOW, 9, 10 } } },
	[KITH_KIND_goal] = {
		{ TITLE, "by", "status", MARK },
		{ { "name", KITH_BOLD, 0, 14 }, { "by", KITH_CYAN, 1, 0 }, { "status", KITH_PLAIN_TEXT, 2, 0 },
		  { "", KITH_YELLOW, 9, 10 } } },
	[KITH_KIND_learning] = {
		{ TITLE, "type", "provider", "finished", "expires", MARK },
		{ { "name", KITH_BOLD, 0, 14 }, { "is", KITH_PLAIN_TEXT, 3, 0 }, { "from", KITH_PLAIN_TEXT, 4, 8 },
		  { "finished", KITH_PLAIN_TEXT, 2, 0 }, { "expires", KITH_CYAN, 1, 0 }, { "", KITH_YELLOW, 9, 10 } } },
	[KITH_KIND_playbook] = {
		{ TITLE, "starts", MARK },
		{ { "name", KITH_BOLD, 0, 14 }, { "starts with", KITH_PLAIN_TEXT, 1, 12 }, { "", KITH_YELLOW, 9, 10 } } },
};

static const struct layout mixed_layout = {
	.fields = { KIND, TITLE, DATE, LAST, DUE, MARK },
	.columns = { { "kind", KITH_DIM, 3, 0 }, { "name", KITH_BOLD, 0, 14 }, { "date", KITH_PLAIN_TEXT, 1, 0 },
	  { "last", KITH_PLAIN_TEXT, 2, 0 }, { "due", KITH_CYAN, 1, 0 }, { "", KITH_YELLOW, 9, 10 } },
};
/* clang-format on */

static size_t cell_count(const struct layout *layout)
{
	size_t count = 0;
	while (count < MOST_CELLS && layout->fields[count])
		count++;
	return count;
}

/* A day of this year, of another only its month: how long ago is what matters. */
static void add_rough_day(struct kith_app *app, struct kith_buf *cell, kith_day day)
{
	KITH_BUF text = { 0 };
	kith_print_day(&text, day, app->now.today);
	const bool other_year = day != KITH_NO_DAY && kith_date_of(day).year != kith_date_of(app->now.today).year;
	const char *month = strchr(kith_buf_text(&text), ' ');
	kith_buf_add(cell, other_year && month ? month + 1 : kith_buf_text(&text));
}

/* All values of a field, references by name. */
static void add_field_cell(struct kith_app *app, struct kith_buf *cell, const struct kith_record *record,
                           const char *path)
{
	for (const struct kith_value *at = NULL; (at = kith_record_next(record, path, at));) {
		if (cell->length)
			kith_buf_add(cell, ", ");
		if (at->field->type == KITH_DATE && at->date.day && at->date.year)
			kith_print_day(cell, kith_day_of(at->date), app->now.today);
		else
			kith_buf_add(cell, kith_field_may_refer(at->field) ? kith_name_of(app, at->text) : at->text);
	}
}

static void add_cell(struct kith_app *app, struct kith_buf *cell, const char *field, const struct kith_row *row,
                     const struct kith_record *record)
{
	if (strcmp(field, TITLE) == 0)
		kith_buf_add(cell, row->title);
	else if (strcmp(field, LAST) == 0)
		add_rough_day(app, cell, row->last);
	else if (strcmp(field, DUE) == 0)
		add_rough_day(app, cell, row->due);
	else if (strcmp(field, DATE) == 0)
		kith_print_day(cell, row->date, app->now.today);
	else if (strcmp(field, KIND) == 0)
		kith_buf_add(cell, kith_kind_name(row->kind));
	else if (strcmp(field, MARK) == 0)
		kith_buf_add(cell, kith_row_mark(app, row));
	else
		add_field_cell(app, cell, record, field);
}

/* The same layout with the kind in front, for a list of several kinds that has no headings. */
static struct layout with_kind(const struct layout *layout)
{
	struct layout out = { .fields = { KIND }, .columns = { { "kind", KITH_DIM, 0, 0 } } };
	for (size_t i = 0; i < cell_count(layout) && i + 1 < MOST_CELLS; i++) {
		out.fields[i + 1] = layout->fields[i];
		out.columns[i + 1] = layout->columns[i];
	}
	return out;
}

/* The first cell fills `first_columns` at least, so that the tables of several kinds line up. */
static void print_table(struct kith_app *app, const struct layout *layout, unsigned first_columns,
                        const struct kith_row *rows, size_t count)
{
	KITH_ARENA arena = { 0 };
	struct kith_table table = {
		.columns = layout->columns,
		.column_count = cell_count(layout),
		.arena = &arena,
	};
	for (size_t i = 0; i < count; i++) {
		KITH_ARENA scratch = { 0 };
		struct kith_record record = { .kind = rows[i].kind };
		if (layout != &mixed_layout)
			(void)kith_index_record(app->index, rows[i].rowid, &scratch, &record,
			                        NULL); /* else empty cells */
		for (size_t column = 0; column < table.column_count; column++) {
			KITH_BUF cell = { 0 };
			add_cell(app, &cell, layout->fields[column], &rows[i], &record);
			if (!column && cell.length < first_columns)
				kith_spaces(&cell, first_columns - cell.length);
			kith_table_add(&table, kith_buf_text(&cell));
		}
	}
	kith_table_print(&table, &app->screen, &app->out);
}

void kith_rows_print(struct kith_app *app, const struct kith_rows *rows, bool mixed)
{
	if (mixed) {
		print_table(app, &mixed_layout, 0, rows->list, rows->count);
		return;
	}
	const bool several = rows->count && rows->list[0].kind != rows->list[rows->count - 1].kind;
	const bool with_kinds = several && !app->screen.terminal;
	unsigned widest = 0;
	for (size_t i = 0; i < rows->count; i++) {
		const size_t length = strlen(kith_kind_name(rows->list[i].kind));
		widest = length > widest ? (unsigned)length : widest;
	}
	for (size_t from = 0, to; from < rows->count; from = to) {
		const enum kith_kind kind = rows->list[from].kind;
		for (to = from; to < rows->count && rows->list[to].kind == kind; to++)
			;
		if (several && app->screen.terminal) {
			kith_buf_add(&app->out, from ? "\n" : "");
			kith_paintf(&app->out, app->screen.color, KITH_CYAN, "%s", kith_kind_folder(kind));
			kith_paintf(&app->out, app->screen.color, KITH_DIM, "  %zu", to - from);
			kith_buf_add_char(&app->out, '\n');
		}
		const struct layout layout = with_kinds ? with_kind(&layouts[kind]) : layouts[kind];
		print_table(app, &layout, with_kinds ? widest : 0, rows->list + from, to - from);
	}
}
