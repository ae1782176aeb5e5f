/* kith history: what was changed, when, by whom and by which command. */
#include <string.h>

#include "cli/change.h"
#include "cli/past.h"
#include "cli/pick.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "cli/table.h"
#include "lib/base/text.h"

/* How many commits are shown unless more are asked for, and how many changes of each are looked into. */
enum { USUAL_LIMIT = 50, FEW_TEXTS = 10, ALL_TEXTS = 10000, INDENT = 4 };

struct history {
	struct kith_app *app;
	const char *record; /* path or id; NULL: the store */
	bool full, diff;
	struct kith_past past;
};

/* --- which record --- */

/* A path may be that of a record that is gone. */
static enum kith_code choose_path(struct kith_app *app, const char *text, const char **out, struct kith_err *err)
{
	enum kith_code code = kith_place_in_store(app, text, out, err);
	if (code == KITH_NONE) {
		*out = text;
		code = KITH_OK;
	}
	if (code || kith_store_is_record_path(*out))
		return code;
	kith_fail(err, KITH_USAGE, "%s is not a record", text);
	return kith_hint(err, "write WHO, or a path such as contacts/ana-silva.yaml; kith history alone shows everything");
}

static enum kith_code choose_record(struct history *history, const char *text, struct kith_err *err)
{
	struct kith_app *app = history->app;
	if (kith_place_is_path(text))
		return choose_path(app, text, &history->record, err);
	struct kith_row row = { 0 };
	enum kith_code code = kith_app_open_index(app, err);
	if (!code)
		code = kith_pick(app, text, 0, &row, err);
	if (!code)
		history->record = row.path;
	/* Nobody is called so now; somebody may have been. */
	if (code == KITH_NONE && kith_is_id(text, strlen(text))) {
		history->record = text;
		code = KITH_OK;
	}
	return code;
}

/* --- for people --- */

static bool has_several_authors(const struct kith_past *past)
{
	for (size_t i = 0; i < past->count; i++)
		if (!past->commits[i].mine || strcmp(past->commits[i].author, past->commits[0].author) != 0)
			return true;
	return false;
}

/* Of very many: "51 contacts, 154 notes created; 2 contacts changed". */
static void add_counts(const struct kith_past_commit *commit, struct kith_buf *out)
{
	size_t counts[KITH_DIDS][KITH_KINDS + 1] = { 0 };
	for (size_t i = 0; i < commit->count; i++) {
		const int kind = kith_kind_of_path(commit->changes[i].path);
		counts[kith_past_did(&commit->changes[i])][kind >= 0 && kind < KITH_KINDS ? kind : KITH_KINDS]++;
	}
	for (int did = 0; did < KITH_DIDS; did++) {
		const char *between = out->length ? "; " : "", *more = ", ";
		for (int kind = 0; kind <= KITH_KINDS; kind++) {
			const size_t count = counts[did][kind];
			if (!count)
				continue;
			const char *one = kind < KITH_KINDS ? kith_kind_name((enum kith_kind)kind) : "other file";
			const char *several = kind < KITH_KINDS ? kith_kind_folder((enum kith_kind)kind) : "other files";
			kith_buf_addf(out, "%s%zu %s", between, count, count == 1 ? one : several);
			between = more;
		}
		if (between == more)
			kith_buf_addf(out, " %s", kith_did_words[did]);
	}
}

/* All changes of a commit on one line. */
static void add_changes(const struct history *history, const struct kith_past_commit *commit, struct kith_buf *out)
{
	if (commit->cut && !commit->count)
		kith_buf_add(out, "(what was before is not in this clone)");
	if (commit->count > FEW_TEXTS) {
		add_counts(commit, out);
		return;
	}
	for (size_t i = 0; i < commit->count; i++) {
		struct kith_past_words words;
		kith_past_compare(history->app, &commit->changes[i], &words);
		kith_buf_add(out, i ? " | " : "");
		kith_printable(out, words.id, strlen(words.id), false);
		kith_buf_add(out, ": ");
		kith_past_words_add(out, &words);
	}
}

static void print_table(const struct history *history)
{
	static const struct kith_column columns[] = {
		{ "when", KITH_DIM, 0, 0 },   { "commit", KITH_DIM, 4, 0 },         { "command", KITH_CYAN, 1, 0 },
		{ "by", KITH_PLAIN_TEXT, 3, 8 }, { "what", KITH_PLAIN_TEXT, 0, 20 },
	};
	struct kith_app *app = history->app;
	struct kith_table table = { .columns = columns, .column_count = kith_count(columns), .arena = &app->arena };
	const bool several = has_several_authors(&history->past);
	for (size_t i = 0; i < history->past.count; i++) {
		const struct kith_past_commit *commit = &history->past.commits[i];
		KITH_BUF when = { 0 }, what = { 0 };
		kith_past_print_time(app, commit->time_s, &when);
		add_changes(history, commit, &what);
		kith_table_add(&table, when.text);
		kith_table_add(&table, kith_arena_strndup(&app->arena, commit->id, KITH_PAST_ID_DIGITS));
		kith_table_add(&table, kith_past_command(commit));
		kith_table_add(&table, several ? commit->author : "");
		kith_table_add(&table, kith_buf_text(&what));
	}
	kith_table_print(&table, &app->screen, &app->out);
}

static void print_head(const struct history *history, const struct kith_past_commit *commit)
{
	struct kith_app *app = history->app;
	const bool color = app->screen.color;
	KITH_BUF when = { 0 };
	kith_past_print_time(app, commit->time_s, &when);
	kith_paint(&app->out, color, KITH_BOLD, when.text);
	kith_paintf(&app->out, color, KITH_DIM, "  %.*s", KITH_PAST_ID_DIGITS, commit->id);
	kith_paintf(&app->out, color, KITH_CYAN, "  %s", kith_past_command(commit));
	kith_paintf(&app->out, color, KITH_PLAIN_TEXT, "  %s", commit->author);
	if (*commit->subject)
		kith_paintf(&app->out, color, KITH_DIM, "  %s", commit->subject);
	if (commit->undone)
		kith_paint(&app->out, color, KITH_YELLOW, "  (undone)");
	kith_buf_add_char(&app->out, '\n');
}

/* As a plan would show it: kith_changes_show prints how two texts differ. */
static void print_diff(struct kith_app *app, const struct kith_past_change *change)
{
	const struct kith_past_side *before = &change->before, *after = &change->after;
	if ((before->there && !before->text) || (after->there && !after->text))
		return;
	struct kith_change shown = {
		.what = !before->there  ? KITH_CHANGE_CREATE
		        : !after->there ? KITH_CHANGE_REMOVE
		                        : KITH_CHANGE_EDIT,
		.path = change->path,
		.before = before->text,
		.before_length = before->length,
		.after = after->text,
		.after_length = after->length,
		.same = before->there && after->there && before->length == after->length &&
		        memcmp(before->text, after->text, after->length) == 0,
	};
	const struct kith_changes changes = { .app = app, .list = &shown, .count = 1 };
	kith_changes_show(&changes, &app->out);
}

static void print_change(const struct history *history, const struct kith_past_change *change)
{
	struct kith_app *app = history->app;
	struct kith_past_words words;
	KITH_BUF line = { 0 };
	kith_past_compare(app, change, &words);
	if (!history->record)
		kith_buf_addf(&line, "%s: ", words.id);
	kith_past_words_add(&line, &words);
	kith_spaces(&app->out, INDENT);
	kith_wrap(&app->out, app->screen.color, KITH_PLAIN_TEXT, kith_buf_text(&line), INDENT,
	          kith_screen_width(&app->screen));
	kith_buf_add_char(&app->out, '\n');
	if (history->diff)
		print_diff(app, change);
}

static void print_blocks(const struct history *history)
{
	struct kith_app *app = history->app;
	for (size_t i = 0; i < history->past.count; i++) {
		const struct kith_past_commit *commit = &history->past.commits[i];
		kith_buf_add(&app->out, i ? "\n" : "");
		print_head(history, commit);
		for (size_t j = 0; j < commit->count; j++)
			print_change(history, &commit->changes[j]);
		if (commit->cut && !commit->count) {
			kith_spaces(&app->out, INDENT);
			kith_paint(&app->out, app->screen.color, KITH_DIM, "what was before is not in this clone");
			kith_buf_add_char(&app->out, '\n');
		}
	}
}

static void print_end(const struct history *history, size_t limit)
{
	struct kith_app *app = history->app;
	KITH_BUF line = { 0 };
	if (history->past.end == KITH_PAST_LIMIT && !kith_args_has(&app->args, "limit"))
		kith_buf_addf(&line, "older ones: --limit %zu", limit * 10);
	else if (history->past.end == KITH_PAST_SHALLOW)
		kith_buf_add(&line, "this clone is shallow and ends here: git fetch --unshallow brings what was before");
	if (!line.length)
		return;
	kith_paint(&app->out, app->screen.color, KITH_DIM, line.text);
	kith_buf_add_char(&app->out, '\n');
}

/* --- for programs --- */

static void json_values(struct kith_json *json, const struct kith_value_changes *values)
{
	kith_json_key(json, "values");
	kith_json_array(json);
	for (size_t i = 0; i < values->count; i++) {
		const struct kith_value_change *value = &values->list[i];
		kith_json_object(json);
		kith_json_key_string(json, "field", value->field);
		kith_json_key_string(json, "entry", value->entry);
		kith_json_key_string(json, "key", value->key);
		kith_json_key_string(json, "before", value->before);
		kith_json_key_string(json, "after", value->after);
		kith_json_end_object(json);
	}
	kith_json_end_array(json);
}

static void json_change(struct kith_app *app, struct kith_json *json, const struct kith_past_change *change)
{
	struct kith_past_words words;
	KITH_BUF line = { 0 };
	kith_past_compare(app, change, &words);
	kith_past_words_add(&line, &words);
	kith_json_object(json);
	kith_json_key_string(json, "path", change->path);
	kith_json_key_string(json, "from", change->from);
	kith_json_key_string(json, "kind", words.kind >= 0 ? kith_kind_name((enum kith_kind)words.kind) : NULL);
	kith_json_key_string(json, "id", words.kind >= 0 && words.kind < KITH_KINDS ? words.id : NULL);
	kith_json_key_string(json, "did", kith_did_words[words.did]);
	kith_json_key_string(json, "words", kith_buf_text(&line));
	json_values(json, &words.values);
	kith_json_end_object(json);
}

static void print_json(const struct history *history)
{
	static const char *const ends[] = { "beginning", "limit", "shallow" };
	struct kith_app *app = history->app;
	struct kith_json json = kith_app_json(app);
	kith_json_key_string(&json, "record", history->record);
	kith_json_key_int(&json, "count", (int64_t)history->past.count);
	kith_json_key(&json, "commits");
	kith_json_array(&json);
	for (size_t i = 0; i < history->past.count; i++) {
		const struct kith_past_commit *commit = &history->past.commits[i];
		kith_json_object(&json);
		kith_past_json(&json, commit);
		kith_json_key(&json, "changes");
		kith_json_array(&json);
		for (size_t j = 0; j < commit->count; j++)
			json_change(app, &json, &commit->changes[j]);
		kith_json_end_array(&json);
		kith_json_end_object(&json);
	}
	kith_json_end_array(&json);
	kith_json_key_string(&json, "end", ends[history->past.end]);
	kith_app_end_json(&json);
}

/* --- the command --- */

static enum kith_code fail_empty(const struct history *history, struct kith_err *err)
{
	const char *record = history->record;
	if (record && !history->past.empty && !kith_store_is_record_path(record)) {
		kith_fail(err, KITH_NONE, "nothing is called '%s', now or in any commit", record);
		return kith_hint(err, "kith history alone shows everything");
	}
	if (history->past.empty)
		kith_fail(err, KITH_NONE, "there is no commit yet");
	else if (record)
		kith_fail(err, KITH_NONE, "no commit has %s", kith_place_shown(history->app, record));
	else
		kith_fail(err, KITH_NONE, "no commit has a record in it");
	return kith_hint(err, "the daemon commits what is saved; kithd --once does it now");
}

enum kith_code kith_cmd_history(struct kith_app *app, struct kith_err *err)
{
	struct history history = {
		.app = app,
		.full = kith_args_has(&app->args, "full"),
		.diff = kith_args_has(&app->args, "diff"),
	};
	const char *text = kith_args_text(&app->args, 0, &app->arena);
	size_t limit;
	KITH_BUF bytes = { 0 };
	enum kith_code code = kith_app_limit(app, USUAL_LIMIT, &limit, err);
	if (!code && *text)
		code = choose_record(&history, text, err);
	const struct kith_past_question question = {
		.record = history.record,
		.limit = limit,
		.texts = history.full || history.diff || app->json ? ALL_TEXTS : FEW_TEXTS,
	};
	if (!code)
		code = kith_past_ask(app, &question, &bytes, &history.past, err);
	if (code)
		return code;
	if (app->json) {
		print_json(&history);
	} else if (app->ids) {
		for (size_t i = 0; i < history.past.count; i++)
			kith_rows_print_id(app, history.past.commits[i].id);
	} else if (history.past.count) {
		if (history.record || history.full || history.diff)
			print_blocks(&history);
		else
			print_table(&history);
		print_end(&history, limit);
	}
	if (history.past.count)
		return KITH_OK;
	return app->json || app->ids ? KITH_NONE : fail_empty(&history, err);
}
