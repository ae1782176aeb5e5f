/* kith undo --list: the last commands, and whether each can still be taken back. */
#include "cli/rows.h"
#include "cli/table.h"
#include "cli/undo.h"

enum { LISTED = 20 };

static const char *state_of(struct kith_app *app, const struct kith_past *past, struct kith_past_commit *commit)
{
	struct kith_undo undo;
	const char *why = kith_undo_refuses(commit);
	if (commit->undone)
		return "undone";
	if (why)
		return why;
	if (kith_undo_is_undo(commit))
		return kith_undo_is_redo(past, commit) ? "a redo" : "an undo: --redo";
	kith_undo_look(app, commit, &undo);
	if (undo.cannot && undo.can)
		return kith_arena_printf(&app->arena, "partly: %zu of %zu files changed since", undo.cannot,
		                         undo.count);
	if (undo.cannot)
		return "changed since";
	if (!undo.can)
		return "nothing is left of it";
	return commit->mine ? "can be undone" : kith_arena_printf(&app->arena, "by %s: by its id", commit->author);
}

static bool is_possible(struct kith_app *app, struct kith_past_commit *commit)
{
	struct kith_undo undo;
	if (commit->undone || kith_undo_refuses(commit))
		return false;
	kith_undo_look(app, commit, &undo);
	return undo.can && !undo.cannot;
}

static void list_json(struct kith_app *app, const struct kith_past *past)
{
	struct kith_json json = kith_app_json(app);
	kith_json_key_string(&json, "waiting", past->waiting);
	kith_json_key_int(&json, "count", (int64_t)past->count);
	kith_json_key(&json, "commands");
	kith_json_array(&json);
	for (size_t i = 0; i < past->count; i++) {
		kith_json_object(&json);
		kith_past_json(&json, &past->commits[i]);
		kith_json_key_bool(&json, "possible", is_possible(app, &past->commits[i]));
		kith_json_key_string(&json, "state", state_of(app, past, &past->commits[i]));
		kith_json_end_object(&json);
	}
	kith_json_end_array(&json);
	kith_app_end_json(&json);
}

static void list_table(struct kith_app *app, const struct kith_past *past)
{
	static const struct kith_column columns[] = {
		{ "when", KITH_DIM, 1, 0 },
		{ "commit", KITH_DIM, 0, 0 },
		{ "command", KITH_PLAIN_TEXT, 0, 20 },
		{ "", KITH_CYAN, 0, 12 },
	};
	struct kith_table table = { .columns = columns, .column_count = kith_count(columns), .arena = &app->arena };
	for (size_t i = 0; i < past->count; i++) {
		struct kith_past_commit *commit = &past->commits[i];
		KITH_BUF when = { 0 };
		kith_past_print_time(app, commit->time_s, &when);
		kith_table_add(&table, when.text);
		kith_table_add(&table, kith_arena_strndup(&app->arena, commit->id, KITH_PAST_ID_DIGITS));
		kith_table_add(&table, *commit->subject ? commit->subject : commit->command);
		kith_table_add(&table, state_of(app, past, commit));
	}
	kith_table_print(&table, &app->screen, &app->out);
}

enum kith_code kith_undo_list(struct kith_app *app, struct kith_err *err)
{
	size_t limit;
	struct kith_past past = { 0 };
	KITH_BUF bytes = { 0 };
	enum kith_code code = kith_app_limit(app, LISTED, &limit, err);
	const struct kith_past_question question = { .commands = true,
		                                     .limit = code ? 0 : limit,
		                                     .texts = KITH_UNDO_TEXTS };
	if (!code)
		code = kith_past_ask(app, &question, &bytes, &past, err);
	if (code)
		return code;
	if (app->json) {
		list_json(app, &past);
	} else if (app->ids) {
		for (size_t i = 0; i < past.count; i++)
			kith_rows_print_id(app, past.commits[i].id);
	} else {
		list_table(app, &past);
		if (past.waiting)
			kith_app_warn(app, "nothing can be taken back now: %s (%s)", past.waiting,
			              past.hint ? past.hint : "");
	}
	if (past.count)
		return KITH_OK;
	return app->json || app->ids ? KITH_NONE : kith_undo_none(&past, false, err);
}
