/* kith done: a promise or a reminder is finished. */
#include <string.h>

#include "cli/change.h"
#include "cli/entry.h"
#include "cli/pick.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "cli/unfinished.h"
#include "lib/base/text.h"
#include "lib/record/edit.h"
#include "lib/store/names.h"

enum { MOST_ROWS = 20, MOST_SHOWN = 20 };

struct finishing {
	struct kith_app *app;
	struct kith_unfinished_list all, matched;
	const struct kith_unfinished *item; /* the one that is meant */
	kith_day when;
	bool released;
	const char *written;  /* the day as it is written */
	kith_day next;        /* of one that repeats: when it comes again; KITH_NO_DAY */
	struct kith_row *who; /* whom the first words may mean */
	size_t who_count;
};

/* --- which one --- */

static const char *join(struct kith_app *app, size_t from, size_t to)
{
	KITH_BUF text = { 0 };
	for (size_t i = from; i < to; i++)
		kith_buf_addf(&text, "%s%s", i > from ? " " : "", app->args.words[i]);
	return kith_arena_strdup(&app->arena, kith_buf_text(&text));
}

/* Those whom a text certainly names: a path, an id, beginnings of names. */
static size_t find_rows(struct kith_app *app, const char *text, struct kith_row **out)
{
	struct kith_row *rows;
	const char *path;
	size_t count, sure = 0;
	*out = kith_arena_alloc(&app->arena, sizeof(**out));
	if (kith_place_is_path(text))
		return kith_place_in_store(app, text, &path, NULL) == KITH_OK &&
		       kith_index_row_of_path(app->index, path, &app->arena, *out, NULL) == KITH_OK;
	if (kith_index_row_of_id(app->index, text, &app->arena, *out, NULL) == KITH_OK)
		return 1;
	if (kith_names_find(app->index, text, 0, MOST_ROWS, &app->arena, &rows, &count, NULL))
		return 0;
	for (size_t i = 0; i < count; i++)
		if (kith_names_is_sure(app->index, text, &rows[i]))
			rows[sure++] = rows[i];
	*out = rows;
	return sure;
}

static void add(struct finishing *finishing, const struct kith_unfinished *item)
{
	struct kith_unfinished_list *list = &finishing->matched;
	struct kith_unfinished *place =
		kith_arena_push(&finishing->app->arena, &list->list, &list->count, &list->capacity, sizeof(*place));
	*place = *item;
}

/* `all`: also what is still to come again, which a name alone does not mean: said twice it would finish two. */
static void match(struct finishing *finishing, const struct kith_row *rows, size_t count, const char *words, bool all)
{
	for (size_t i = 0; i < finishing->all.count; i++) {
		const struct kith_unfinished *item = &finishing->all.list[i];
		bool concerns = !rows;
		for (size_t j = 0; j < count && !concerns; j++)
			concerns = kith_unfinished_concerns(item, rows[j].id);
		if (concerns && !all && !*words && kith_unfinished_is_ahead(finishing->app, item))
			continue;
		if (concerns && kith_unfinished_is_about(item, words))
			add(finishing, item);
	}
}

/* Who it is with may be one word or several, and may not be said at all: the first reading that fits something. */
static void match_words(struct finishing *finishing)
{
	struct kith_app *app = finishing->app;
	const size_t count = app->args.word_count;
	if (!count)
		match(finishing, NULL, 0, "", true);
	for (size_t names = 1; names <= count && !finishing->matched.count; names++) {
		struct kith_row *rows;
		const size_t found = find_rows(app, join(app, 0, names), &rows);
		if (!found)
			continue;
		finishing->who = rows;
		finishing->who_count = found;
		match(finishing, rows, found, join(app, names, count), false);
	}
	if (!finishing->matched.count)
		match(finishing, NULL, 0, join(app, 0, count), false);
}

/* --- what is finished in another way --- */

static void add_other_ways(struct finishing *finishing, const struct kith_row *row)
{
	struct kith_app *app = finishing->app;
	struct kith_due *dues;
	size_t count;
	if (kith_index_due(app->index, KITH_NO_DAY, app->now.today, row->id, &app->arena, &dues, &count, NULL))
		return;
	for (size_t i = 0; i < count; i++) {
		KITH_BUF line = { 0 };
		dues[i].hide = false;
		kith_due_summary(&line, &dues[i], app->now.today);
		if (dues[i].source == KITH_DUE_CADENCE)
			kith_buf_addf(&app->beside, "    %s: kith log %s \"what was said\"\n", kith_buf_text(&line),
			              row->id);
		else if (dues[i].source == KITH_DUE_BIRTHDAY || dues[i].source == KITH_DUE_DATE)
			kith_buf_addf(&app->beside, "    %s: it goes by itself three days after\n",
			              kith_buf_text(&line));
	}
}

static void list_candidates(struct finishing *finishing, const struct kith_unfinished_list *list)
{
	struct kith_app *app = finishing->app;
	for (size_t i = 0; i < list->count && i < MOST_SHOWN; i++) {
		kith_buf_add(&app->beside, "    ");
		kith_unfinished_say(app, &list->list[i], &app->beside);
		kith_buf_addf(&app->beside, "\n        %s\n",
		              kith_unfinished_command(app, &finishing->all, &list->list[i]));
	}
	if (list->count > MOST_SHOWN)
		kith_buf_addf(&app->beside, "    … and %zu more\n", list->count - MOST_SHOWN);
}

static enum kith_code fail_none(struct finishing *finishing, struct kith_err *err)
{
	struct kith_app *app = finishing->app;
	if (!app->args.word_count)
		return kith_fail(err, KITH_NONE, "nothing is open: no promise, and no reminder");
	if (!finishing->who_count) {
		kith_fail(err, KITH_NONE, "nothing open is about '%s', and nobody is called so",
		          join(app, 0, app->args.word_count));
		return kith_hint(err, "kith done lists what is open");
	}
	/* What there is with them, if other words were meant. */
	match(finishing, finishing->who, finishing->who_count, "", true);
	list_candidates(finishing, &finishing->matched);
	const size_t before = app->beside.length;
	for (size_t i = 0; i < finishing->who_count; i++)
		add_other_ways(finishing, &finishing->who[i]);
	const bool other = app->beside.length > before;
	if (finishing->matched.count) {
		kith_fail(err, KITH_NONE, "nothing open with %s is meant by that", finishing->who[0].title);
		return kith_hint(err, "name it by its words");
	}
	kith_fail(err, KITH_NONE, "nothing is open with %s that kith done finishes", finishing->who[0].title);
	return kith_hint(err, other ? "what comes round is finished by doing it: a conversation that is logged"
	                            : "kith done lists what is open");
}

static enum kith_code choose(struct finishing *finishing, struct kith_err *err)
{
	struct kith_app *app = finishing->app;
	const struct kith_unfinished_list *list = &finishing->matched;
	const bool listed = !app->args.word_count; /* to choose from all is what was asked for */
	finishing->item = &list->list[0];
	if (list->count == 1 && !listed)
		return KITH_OK;
	if (!app->screen.interactive) {
		list_candidates(finishing, list);
		kith_fail(err, KITH_USAGE, "'%s' may be several", join(app, 0, app->args.word_count));
		return kith_hint(err, "write more of its words");
	}
	const char **lines = kith_arena_alloc(&app->arena, list->count * sizeof(*lines));
	for (size_t i = 0; i < list->count; i++) {
		KITH_BUF line = { 0 };
		kith_unfinished_say(app, &list->list[i], &line);
		lines[i] = kith_arena_strdup(&app->arena, kith_buf_text(&line));
	}
	size_t chosen;
	const enum kith_code code = kith_pick_line(app, lines, list->count, &chosen, err);
	if (!code)
		finishing->item = &list->list[chosen];
	return code;
}

/* --- finishing it --- */

static const struct kith_field *field_of(const struct finishing *finishing)
{
	const struct kith_unfinished *item = finishing->item;
	return kith_field_find(item->row.kind, !item->promise        ? "remind.done"
	                                       : finishing->released ? "promised.released"
	                                                             : "promised.done");
}

/* The file may have been saved since the index read it: the entry that says the same and is open is meant. */
static bool find_entry(const struct finishing *finishing, const struct kith_entries *entries, uint32_t *out)
{
	const struct kith_unfinished *item = finishing->item;
	const struct kith_field *key = kith_field_key(entries->map);
	bool found = false;
	for (uint32_t entry = 0; entry < entries->count; entry++) {
		const struct kith_value *what = kith_entry_value(entries, key, entry);
		bool open = what && strcmp(what->text, item->what) == 0;
		if (open && item->promise)
			open = !kith_entry_value(entries, kith_field_find(item->row.kind, "promised.done"), entry) &&
			       !kith_entry_value(entries, kith_field_find(item->row.kind, "promised.released"), entry);
		if (open && (!found || entry == item->entry)) {
			*out = entry;
			found = true;
		}
	}
	return found;
}

static enum kith_code edit_record(void *user, struct kith_app *app, const char *path, const char *text, size_t length,
                                  struct kith_buf *out, struct kith_err *err)
{
	struct finishing *finishing = user;
	const struct kith_unfinished *item = finishing->item;
	KITH_EDITING editing = { 0 };
	uint32_t entry = 0;
	enum kith_code code = kith_editing_begin(&editing, item->row.kind, item->row.id, path, text, length, err);
	if (code)
		return code;
	const struct kith_field *field = field_of(finishing);
	const struct kith_entries entries =
		kith_entries_of(&editing.reading.record, kith_field_by_id(field->parent), &app->arena);
	if (!find_entry(finishing, &entries, &entry)) {
		kith_fail(err, KITH_USAGE, "'%s' is not open in it any more", item->what);
		return kith_hint(err, "kith done lists what is open");
	}
	const struct kith_edit_part part = { .text = finishing->written };
	const struct kith_edit edit = {
		.op = KITH_EDIT_SET, .field = field, .entry = entry, .parts = &part, .count = 1
	};
	code = kith_edit_apply(&editing, &edit, err);
	if (code)
		return code;
	finishing->next = KITH_NO_DAY;
	if (item->repeats) { /* the rules say when it comes again, now that this is finished */
		KITH_ARENA arena = { 0 };
		finishing->next = kith_unfinished_remind_days(app, &editing.reading.record, &arena)[entry];
	}
	kith_buf_add_bytes(out, kith_buf_text(&editing.text), editing.text.length);
	return KITH_OK;
}

static enum kith_code read_when(struct finishing *finishing, struct kith_err *err)
{
	struct kith_app *app = finishing->app;
	const char *when = kith_args_value(&app->args, "when");
	finishing->released = kith_args_has(&app->args, "released");
	finishing->when = app->now.today;
	if (!when)
		return KITH_OK;
	const enum kith_code code = kith_app_day(app, "--when", when, &finishing->when, err);
	if (code || finishing->when <= app->now.today)
		return code;
	kith_fail(err, KITH_USAGE, "--when %s has not been yet", when);
	return kith_hint(err, "kith done says what was finished: --when yesterday");
}

/* --- telling --- */

static void list_all(struct finishing *finishing)
{
	struct kith_app *app = finishing->app;
	const struct kith_unfinished_list *list = &finishing->matched;
	struct kith_json json;
	if (app->json) {
		json = kith_app_json(app);
		kith_json_key_int(&json, "count", (int64_t)list->count);
		kith_json_key(&json, "open");
		kith_json_array(&json);
	}
	for (size_t i = 0; i < list->count; i++) {
		if (app->json) {
			kith_unfinished_json(&json, &list->list[i]);
		} else if (app->ids) {
			kith_rows_print_id(app, list->list[i].row.id);
		} else {
			kith_unfinished_say(app, &list->list[i], &app->out);
			kith_buf_add(&app->out, "\n  ");
			kith_paint(&app->out, app->screen.color, KITH_DIM,
			           kith_unfinished_command(app, &finishing->all, &list->list[i]));
			kith_buf_add_char(&app->out, '\n');
		}
	}
	if (app->json) {
		kith_json_end_array(&json);
		kith_app_end_json(&json);
	}
}

static void print_json(struct finishing *finishing, bool dry)
{
	struct kith_app *app = finishing->app;
	struct kith_json json = kith_app_json(app);
	kith_json_key_bool(&json, "written", !dry);
	kith_json_key_string(&json, finishing->released ? "released" : "done", finishing->written);
	kith_json_key(&json, "finished");
	kith_unfinished_json(&json, finishing->item);
	kith_json_key_day(&json, "next", finishing->next);
	kith_app_end_json(&json);
}

static void tell(struct finishing *finishing, const struct kith_changes *changes, bool dry)
{
	struct kith_app *app = finishing->app;
	const struct kith_unfinished *item = finishing->item;
	KITH_BUF day = { 0 }, line = { 0 };
	if (app->json) {
		print_json(finishing, dry);
		return;
	}
	if (app->ids) {
		kith_rows_print_id(app, item->row.id);
		return;
	}
	if (dry)
		kith_changes_show(changes, &app->out);
	struct kith_date date;
	if (kith_date_read(finishing->written, &date, NULL, NULL))
		kith_date_print_short(&day, kith_day_of(date), app->now.today);
	kith_buf_addf(&line, "→ %s: %s (%s)", finishing->released ? "released" : "done", item->what,
	              kith_buf_text(&day));
	kith_wrap(&app->out, false, KITH_PLAIN_TEXT, kith_buf_text(&line), 2, kith_screen_width(&app->screen));
	kith_buf_add_char(&app->out, '\n');
	if (item->repeats && finishing->next != KITH_NO_DAY) {
		kith_buf_add(&app->out, "→ it comes again on ");
		kith_date_print_short(&app->out, finishing->next, app->now.today);
		kith_buf_add_char(&app->out, '\n');
	} else if (item->repeats) {
		kith_buf_add(&app->out, "→ it does not come again\n");
	}
	if (dry) {
		kith_paint(&app->out, app->screen.color, KITH_DIM, "nothing was written (-n)");
		kith_buf_add_char(&app->out, '\n');
	} else {
		kith_changes_say_undo(changes, &app->out);
	}
}

static enum kith_code finish(struct finishing *finishing, struct kith_err *err)
{
	struct kith_app *app = finishing->app;
	const struct kith_unfinished *item = finishing->item;
	const bool dry = kith_args_has(&app->args, "dry-run");
	struct kith_changes changes = { .app = app };
	KITH_BUF day = { 0 };
	if (finishing->released && !item->promise) {
		kith_fail(err, KITH_USAGE, "only a promise is released; '%s' is a reminder", item->what);
		return kith_hint(err, "leave --released out");
	}
	/* Of a reminder that repeats, the occurrence that counts is finished, also one that is still to come. */
	kith_day when = finishing->when;
	if (item->repeats && item->day > when)
		when = item->day;
	kith_date_print_day(&day, when);
	finishing->written = kith_arena_strdup(&app->arena, kith_buf_text(&day));
	enum kith_code code = kith_change_edit_file(&changes, item->row.path, edit_record, finishing, err);
	if (!code && !dry)
		code = kith_changes_apply(&changes,
		                          kith_arena_printf(&app->arena, "%s in %s",
		                                            finishing->released ? "released" : "done", item->row.id),
		                          err);
	if (!code)
		tell(finishing, &changes, dry);
	return code;
}

enum kith_code kith_cmd_done(struct kith_app *app, struct kith_err *err)
{
	struct finishing finishing = { .app = app, .next = KITH_NO_DAY };
	enum kith_code code = read_when(&finishing, err);
	if (!code)
		code = kith_unfinished_find(app, &finishing.all, err);
	if (code)
		return code;
	kith_rows_warn_unread(app);
	match_words(&finishing);
	const bool list = !app->args.word_count && (app->json || app->ids || !app->screen.interactive);
	if (!finishing.matched.count && !(list && app->json))
		return fail_none(&finishing, err);
	if (list) {
		list_all(&finishing);
		return finishing.matched.count ? KITH_OK : KITH_NONE;
	}
	code = choose(&finishing, err);
	return code ? code : finish(&finishing, err);
}
