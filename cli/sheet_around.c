/* What other records say of the one that is shown: promises, conversations, mentions. */
#include <string.h>

#include "cli/place.h"
#include "cli/rows.h"
#include "cli/sheet.h"
#include "lib/base/text.h"

enum { LAST_NOTES = 3, NOTES_READ = 500, MOST_MENTIONS = 12, GIST_COLUMNS = 180, WIDEST = 200, NOTE_INDENT = 15 };

struct around {
	struct kith_app *app;
	const struct kith_row *row;
	size_t promises; /* printed so far */
};

static void heading(struct kith_app *app, const char *title)
{
	kith_buf_add_char(&app->out, '\n');
	kith_paint(&app->out, app->screen.color, KITH_CYAN, title);
	kith_buf_add_char(&app->out, '\n');
}

static bool is_me(struct kith_app *app, const char *id)
{
	return !id || strcmp(id, "me") == 0 || (app->store->settings.me && strcmp(id, app->store->settings.me) == 0);
}

static bool is_with(const struct kith_record *note, const char *id)
{
	for (const struct kith_value *at = NULL; (at = kith_record_next(note, "with", at));)
		if (strcmp(at->text, id) == 0)
			return true;
	return false;
}

static const char *sibling_text(const struct kith_record *note, const struct kith_value *value, const char *path)
{
	const struct kith_value *sibling = kith_record_sibling(note, value, path);
	return sibling ? sibling->text : NULL;
}

/* Whether the promise is between the user and the one shown; *mine says who made it. */
static bool concerns(struct around *around, const struct kith_record *note, const struct kith_value *what, bool *mine)
{
	const char *id = around->row->id;
	const char *by = sibling_text(note, what, "promised.by_whom"), *to = sibling_text(note, what, "promised.to");
	*mine = is_me(around->app, by);
	if (!*mine)
		return strcmp(by, id) == 0;
	return to ? strcmp(to, id) == 0 : is_with(note, id);
}

static void print_promise(struct around *around, const struct kith_row *note, const struct kith_record *record,
                          const struct kith_value *what, bool mine)
{
	struct kith_app *app = around->app;
	const struct kith_value *by = kith_record_sibling(record, what, "promised.by");
	KITH_BUF text = { 0 };
	if (mine)
		kith_buf_add(&text, "you");
	else
		kith_clip(&text, around->row->title, WIDEST);
	kith_buf_add(&text, ": ");
	kith_clip(&text, what->text, GIST_COLUMNS);
	if (by && !by->faulty && by->date.year) {
		kith_buf_add(&text, ", by ");
		if (by->date.day)
			kith_date_print_short(&text, kith_day_of(by->date), app->now.today);
		else
			kith_buf_add(&text, by->text);
	}
	if (!around->promises++)
		heading(app, "Promises");
	kith_spaces(&app->out, 2);
	kith_wrap(&app->out, false, KITH_PLAIN_TEXT, text.text, 4, kith_screen_width(&app->screen));
	kith_buf_add(&app->out, "\n    ");
	kith_paintf(&app->out, app->screen.color, KITH_DIM, "%s:%u", kith_place_shown(app, note->path),
	            (unsigned)what->line);
	kith_buf_add_char(&app->out, '\n');
}

static void print_promises_of(struct around *around, const struct kith_row *note)
{
	KITH_ARENA scratch = { 0 };
	struct kith_record record;
	if (kith_index_record(around->app->index, note->rowid, &scratch, &record, NULL))
		return;
	for (const struct kith_value *what = NULL; (what = kith_record_next(&record, "promised.what", what));) {
		bool mine;
		if (!kith_record_sibling(&record, what, "promised.done") &&
		    !kith_record_sibling(&record, what, "promised.released") && concerns(around, &record, what, &mine))
			print_promise(around, note, &record, what, mine);
	}
}

/* Notes that hold a promise and name the person in any way. */
static enum kith_code print_promises(struct around *around, struct kith_err *err)
{
	struct kith_app *app = around->app;
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	struct kith_rows rows = { 0 };
	const char *id = around->row->id;
	/* An id holds letters, digits and '-': it needs no escape inside quotes. */
	const char *text = kith_arena_printf(
		&app->arena, "has:promised (with:\"%s\" or promised.to:\"%s\" or promised.by_whom:\"%s\")", id, id, id);
	enum kith_code code = kith_query_parse(text, app->now, &query, NULL, err);
	const struct kith_query_options options = { .kind = KITH_KIND_note, .limit = NOTES_READ };
	if (!code)
		code = kith_rows_run(app, query, &options, &rows, err);
	for (size_t i = 0; i < rows.count && !code; i++)
		print_promises_of(around, &rows.list[i]);
	return code;
}

/* What was said, as one paragraph of two or three lines. */
static void add_gist(struct kith_app *app, struct kith_buf *out, const struct kith_row *note)
{
	KITH_ARENA scratch = { 0 };
	KITH_BUF text = { 0 }, shown = { 0 };
	struct kith_record record;
	const char *how = NULL, *said = NULL;
	if (kith_index_record(app->index, note->rowid, &scratch, &record, NULL) == KITH_OK) {
		how = kith_record_text(&record, "how");
		said = kith_record_text(&record, "text");
	}
	if (how)
		kith_buf_addf(&text, "%s: ", how);
	kith_buf_add(&text, said ? said : note->title);
	kith_printable(&shown, text.text, text.length, false);
	kith_clip(out, kith_buf_text(&shown), GIST_COLUMNS);
}

static void print_note(struct kith_app *app, const struct kith_row *note)
{
	const size_t indent = app->screen.terminal && app->screen.columns < 60 ? 4 : NOTE_INDENT;
	KITH_BUF day = { 0 }, text = { 0 };
	kith_print_day(&day, note->date, app->now.today);
	kith_spaces(&app->out, 2);
	kith_paint(&app->out, app->screen.color, KITH_BOLD, kith_buf_text(&day));
	if (indent < NOTE_INDENT) {
		kith_buf_add_char(&app->out, '\n');
		kith_spaces(&app->out, indent);
	} else {
		kith_spaces(&app->out, NOTE_INDENT - 2 > day.length ? NOTE_INDENT - 2 - day.length : 1);
	}
	add_gist(app, &text, note);
	kith_wrap(&app->out, false, KITH_PLAIN_TEXT, kith_buf_text(&text), indent, kith_screen_width(&app->screen));
	kith_buf_add_char(&app->out, '\n');
	kith_spaces(&app->out, indent);
	kith_paint(&app->out, app->screen.color, KITH_DIM, kith_place_shown(app, note->path));
	kith_buf_add_char(&app->out, '\n');
}

static enum kith_code print_notes(struct around *around, struct kith_err *err)
{
	struct kith_app *app = around->app;
	struct kith_row *notes;
	size_t count, plans = 0, shown = 0;
	const enum kith_code code =
		kith_index_notes_with(app->index, around->row->id, LAST_NOTES + 20, &app->arena, &notes, &count, err);
	if (code)
		return code == KITH_NONE ? KITH_OK : code;
	while (plans < count && notes[plans].date > app->now.today)
		plans++;
	if (plans)
		heading(app, plans == 1 ? "Planned" : "Plans");
	for (size_t i = plans; i-- > 0;)
		print_note(app, &notes[i]);
	for (size_t i = plans; i < count && shown < LAST_NOTES; i++, shown++) {
		if (!shown)
			heading(app, "Last conversations");
		print_note(app, &notes[i]);
	}
	return KITH_OK;
}

static void print_mention(struct kith_app *app, const struct kith_mention *mention)
{
	const char *what = kith_arena_printf(&app->arena, "%s, %s", kith_kind_name(mention->row.kind),
	                                     mention->field ? mention->field->path : "");
	const char *place = kith_arena_printf(&app->arena, "%s:%u", kith_place_shown(app, mention->row.path),
	                                      (unsigned)mention->line);
	KITH_BUF title = { 0 };
	kith_clip(&title, mention->row.title, WIDEST);
	const size_t width = kith_screen_width(&app->screen);
	const size_t used = 2 + kith_width(kith_buf_text(&title), title.length) + 2 + strlen(what);
	const bool fits = used + 2 + kith_width(place, strlen(place)) <= width;
	kith_spaces(&app->out, 2);
	if (used <= width) {
		kith_paint(&app->out, false, KITH_PLAIN_TEXT, kith_buf_text(&title));
		kith_paintf(&app->out, app->screen.color, KITH_DIM, "  %s", what);
	} else {
		kith_wrap(&app->out, false, KITH_PLAIN_TEXT,
		          kith_arena_printf(&app->arena, "%s (%s)", kith_buf_text(&title), what), 4, width);
	}
	kith_buf_add(&app->out, fits ? "  " : "\n    ");
	kith_paint(&app->out, app->screen.color, KITH_DIM, place);
	kith_buf_add_char(&app->out, '\n');
}

/* A note with the person stands above already; what is left are notes that only speak of them, and other
 * records. */
static enum kith_code print_mentions(struct around *around, struct kith_err *err)
{
	struct kith_app *app = around->app;
	struct kith_mention *mentions;
	size_t count, shown = 0;
	const enum kith_code code =
		kith_index_mentions(app->index, around->row->id, true, 200, &app->arena, &mentions, &count, err);
	if (code)
		return code == KITH_NONE ? KITH_OK : code;
	for (size_t i = 0; i < count; i++) {
		const struct kith_mention *mention = &mentions[i];
		if (mention->row.kind == KITH_KIND_note)
			continue;
		if (!shown)
			heading(app, "Mentioned in");
		if (++shown > MOST_MENTIONS)
			continue;
		print_mention(app, mention);
	}
	if (shown > MOST_MENTIONS)
		kith_buf_addf(&app->out, "  and %zu more\n", shown - MOST_MENTIONS);
	return KITH_OK;
}

enum kith_code kith_sheet_around(struct kith_app *app, const struct kith_row *row, struct kith_err *err)
{
	struct around around = { .app = app, .row = row };
	enum kith_code code = KITH_OK;
	if (row->kind == KITH_KIND_contact || row->kind == KITH_KIND_group) {
		code = print_promises(&around, err);
		if (!code)
			code = print_notes(&around, err);
	}
	return code ? code : print_mentions(&around, err);
}
