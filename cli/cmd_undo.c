/* kith undo: take back what a command did, file by file, where nobody has changed the file since. */
#include <string.h>
#include <unistd.h>

#include "cli/pick.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "cli/undo.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

enum { FIRST_LOOK = 20, LOOKED_BACK = 1000, MOST_AT_ONCE = 100, NAMED_FILES = 10 };

/* What one run of the command is about. */
struct undoing {
	struct kith_app *app;
	const char *wanted; /* the beginning of a commit's id, or NULL */
	bool redo, dry, partly;
	bool committed;         /* what was taken back last: without a commit there is no redo */
	const char *by_hand;    /* of a redo: the commit that it makes hold again, if no command made that; or NULL */
	struct kith_json *json; /* of what is done, or NULL */
	struct kith_buf bytes;  /* what kithd told last */
	struct kith_past past;
};

/* --- which commit --- */

/* Undo sees commits only, and there are none while git waits for its user. */
static enum kith_code refuse_waiting(const struct kith_past *past, struct kith_err *err)
{
	if (!past->waiting)
		return KITH_OK;
	kith_fail(err, KITH_SYNC, "kith makes no commits now, and undo could not be told from an edit by hand: %s",
	          past->waiting);
	return kith_hint(err, "%s", past->hint ? past->hint : "kith status says more");
}

static enum kith_code ask_commands(struct undoing *undoing, size_t limit, struct kith_err *err)
{
	const struct kith_past_question question = { .commands = true, .limit = limit };
	return kith_past_ask(undoing->app, &question, &undoing->bytes, &undoing->past, err);
}

/* One commit, with the texts of all its files. */
static enum kith_code ask_commit(struct undoing *undoing, const char *id, struct kith_undo *out, struct kith_err *err)
{
	const struct kith_past_question question = { .only = id, .texts = KITH_UNDO_TEXTS };
	const enum kith_code code = kith_past_ask(undoing->app, &question, &undoing->bytes, &undoing->past, err);
	if (code)
		return code;
	kith_undo_look(undoing->app, &undoing->past.commits[0], out);
	return KITH_OK;
}

static bool is_candidate(const struct kith_past *past, const struct kith_past_commit *commit, bool redo)
{
	if (!commit->command || commit->undone || !commit->mine || kith_undo_refuses(commit))
		return false;
	return redo ? kith_undo_is_undo(commit) && !kith_undo_is_redo(past, commit) : !kith_undo_is_undo(commit);
}

/* The last command among so many that still has an effect; KITH_NONE without a message if there is none. */
static enum kith_code choose_among(struct undoing *undoing, size_t limit, struct kith_undo *out, struct kith_err *err)
{
	enum kith_code code = ask_commands(undoing, limit, err);
	if (!code)
		code = refuse_waiting(&undoing->past, err);
	if (code)
		return code;
	const struct kith_past past = undoing->past;
	for (size_t i = 0; i < past.count; i++) {
		if (!is_candidate(&past, &past.commits[i], undoing->redo))
			continue;
		struct kith_undo undo;
		code = ask_commit(undoing, past.commits[i].id, &undo, err);
		if (code)
			return code;
		if (undo.can || undo.cannot) {
			const char *undoes = past.commits[i].undoes;
			undoing->by_hand = undoes && !kith_past_find(&past, undoes) ? undoes : NULL;
			*out = undo;
			return KITH_OK;
		}
	}
	undoing->past = past;
	return KITH_NONE;
}

/* Mostly one of the first few is it. */
static enum kith_code choose_last(struct undoing *undoing, struct kith_undo *out, struct kith_err *err)
{
	enum kith_code code = choose_among(undoing, FIRST_LOOK, out, err);
	if (code == KITH_NONE && undoing->past.end == KITH_PAST_LIMIT)
		code = choose_among(undoing, LOOKED_BACK, out, err);
	return code == KITH_NONE ? kith_undo_none(&undoing->past, undoing->redo, err) : code;
}

static enum kith_code choose(struct undoing *undoing, struct kith_undo *out, struct kith_err *err)
{
	if (!undoing->wanted)
		return choose_last(undoing, out, err);
	enum kith_code code = ask_commit(undoing, undoing->wanted, out, err);
	if (!code)
		code = refuse_waiting(&undoing->past, err);
	const char *why = code ? NULL : kith_undo_refuses(out->commit);
	if (!why)
		return code;
	kith_fail(err, KITH_USAGE, "commit %.*s cannot be taken back: %s", KITH_PAST_ID_DIGITS, out->commit->id, why);
	return kith_hint(err, "kith history --full shows what is in it");
}

/* --- whether --- */

static const char *path_of(const struct kith_undo_file *file)
{
	return file->change->path;
}

/* The files that must be left alone, for stderr. */
static void name_left(struct kith_app *app, const struct kith_undo *undo, struct kith_buf *out)
{
	size_t named = 0;
	for (size_t i = 0; i < undo->count; i++) {
		const struct kith_undo_file *file = &undo->files[i];
		if (file->state != KITH_UNDO_CANNOT || named++ >= NAMED_FILES)
			continue;
		KITH_BUF line = { 0 };
		kith_buf_addf(&line, "%s: %s", kith_place_shown(app, path_of(file)), file->why);
		kith_buf_add(out, "    ");
		kith_paint(out, false, KITH_PLAIN_TEXT, line.text);
		kith_buf_add_char(out, '\n');
	}
	if (named > NAMED_FILES)
		kith_buf_addf(out, "    and %zu more\n", named - NAMED_FILES);
}

static enum kith_code hint_history(struct kith_app *app, const struct kith_undo *undo, struct kith_err *err)
{
	for (size_t i = 0; i < undo->count; i++) {
		KITH_BUF stem = { 0 };
		const char *path = path_of(&undo->files[i]);
		if (undo->files[i].state != KITH_UNDO_CANNOT || !kith_store_is_record_path(path))
			continue;
		const bool by_id = strcmp(path, "kith.yaml") != 0 && kith_path_stem(path, &stem) &&
		                   kith_is_id(stem.text, stem.length);
		return kith_hint(err, "kith history %s --diff shows what was changed",
		                 by_id ? stem.text : kith_place_shown(app, path));
	}
	return kith_hint(err, "kith history --full shows what was changed");
}

/* Taking back a part leaves references to what is gone, so it must be wanted. */
static enum kith_code check_files(struct undoing *undoing, const struct kith_undo *undo, struct kith_err *err)
{
	struct kith_app *app = undoing->app;
	const char *words = kith_undo_words(undo->commit);
	if (!undo->can) {
		name_left(app, undo, &app->beside);
		if (!undo->cannot)
			return kith_fail(err, KITH_NONE, "nothing is left of it to take back: %s", words);
		kith_fail(err, KITH_NONE, "nothing was taken back of: %s", words);
		return hint_history(app, undo, err);
	}
	if (!undo->cannot || undoing->partly)
		return KITH_OK;
	KITH_BUF left = { 0 };
	name_left(app, undo, &left);
	if (app->screen.interactive && !kith_args_has(&app->args, "yes"))
		(void)kith_write_all(STDERR_FILENO, left.text, left.length, NULL); /* there is nowhere else to say it */
	if (kith_ask(app, false, "%zu of %zu files must be left alone: take back the other%s of: %s?", undo->cannot,
	             undo->count, undo->can == 1 ? "" : "s", words))
		return KITH_OK;
	if (app->screen.interactive)
		return kith_fail(err, KITH_STOPPED, "nothing was taken back");
	kith_buf_add(&app->beside, left.text);
	kith_fail(err, KITH_USAGE, "%zu of %zu files must be left alone, so nothing was taken back of: %s", undo->cannot,
	          undo->count, words);
	return kith_hint(err, "kith undo --partly takes back the other%s", undo->can == 1 ? "" : "s");
}

/* --- telling --- */

static void echo(struct undoing *undoing, const struct kith_undo *undo)
{
	struct kith_app *app = undoing->app;
	KITH_BUF line = { 0 };
	const bool again = kith_undo_is_undo(undo->commit) && strncmp(undo->commit->subject, "undo: ", 6) == 0;
	if (undoing->dry)
		kith_buf_add(&line, again ? "→ would do again: " : "→ would take back: ");
	else
		kith_buf_add(&line, again ? "→ did again: " : "→ took back: ");
	kith_buf_addf(&line, "%s (", kith_undo_words(undo->commit));
	kith_past_print_age(app, undo->commit->time_s, &line);
	kith_buf_add_char(&line, ')');
	if (!undo->commit->command)
		kith_buf_add(&line, ", by hand");
	if (!undo->commit->mine)
		kith_buf_addf(&line, ", by %s", undo->commit->author);
	kith_paint(&app->out, false, KITH_PLAIN_TEXT, line.text);
	kith_buf_add_char(&app->out, '\n');
	if (undo->cannot) {
		kith_buf_add(&app->out, "→ left alone:\n");
		name_left(app, undo, &app->out);
	}
}

static void json_undo(struct kith_json *json, const struct kith_undo *undo, bool written)
{
	static const char *const states[] = { "taken back", "already", "left alone" };
	kith_json_object(json);
	kith_past_json(json, undo->commit);
	kith_json_key(json, "files");
	kith_json_array(json);
	for (size_t i = 0; i < undo->count; i++) {
		const struct kith_undo_file *file = &undo->files[i];
		kith_json_object(json);
		kith_json_key_string(json, "path", path_of(file));
		kith_json_key_string(json, "from", file->change->from);
		kith_json_key_string(json, "state", states[file->state]);
		kith_json_key_string(json, "why", file->why);
		kith_json_end_object(json);
	}
	kith_json_end_array(json);
	kith_json_key_bool(json, "written", written);
	kith_json_end_object(json);
}

static void tell(struct undoing *undoing, const struct kith_undo *undo, const struct kith_changes *changes)
{
	struct kith_app *app = undoing->app;
	if (undoing->json) {
		json_undo(undoing->json, undo, !undoing->dry);
		return;
	}
	if (app->ids) {
		kith_rows_print_id(app, undo->commit->id);
		return;
	}
	echo(undoing, undo);
	if (undoing->dry) {
		kith_changes_show(changes, &app->out);
		kith_buf_add(&app->out, "nothing was written (-n)\n");
	}
}

/* --- the command --- */

static enum kith_code take_back(struct undoing *undoing, struct kith_err *err)
{
	struct kith_app *app = undoing->app;
	struct kith_undo undo;
	struct kith_changes changes = { .app = app };
	KITH_BUF message = { 0 }, question = { 0 };
	enum kith_code code = choose(undoing, &undo, err);
	if (!code)
		code = check_files(undoing, &undo, err);
	if (!code)
		code = kith_undo_plan(&undo, &changes, err);
	if (!code && !undoing->dry) {
		kith_buf_addf(&question, "take back %s, in %zu files", kith_undo_words(undo.commit),
		              kith_changes_real(&changes));
		code = kith_changes_confirm(&changes, question.text, err);
	}
	if (!code && !undoing->dry) {
		kith_undo_message(undo.commit, &message);
		app->undoes = undo.commit->id;
		code = kith_changes_apply(&changes, message.text, err);
		undoing->committed = changes.committed;
	}
	if (!code)
		tell(undoing, &undo, &changes);
	return code;
}

static void say_redo(const struct undoing *undoing)
{
	struct kith_app *app = undoing->app;
	if (!undoing->committed || app->json || app->ids)
		return;
	if (undoing->by_hand) /* kith undo alone takes back commands */
		kith_paintf(&app->out, app->screen.color, KITH_DIM, "undo: kith undo %.*s", KITH_PAST_ID_DIGITS,
		            undoing->by_hand);
	else
		kith_paint(&app->out, app->screen.color, KITH_DIM,
		           undoing->redo ? "undo: kith undo" : "redo: kith undo --redo");
	kith_buf_add_char(&app->out, '\n');
}

static enum kith_code take_all_back(struct undoing *undoing, size_t count, struct kith_err *err)
{
	struct kith_app *app = undoing->app;
	struct kith_json json;
	enum kith_code code = KITH_OK;
	size_t done = 0;
	if (app->json) {
		json = kith_app_json(app);
		undoing->json = &json;
		kith_json_key(&json, "undone");
		kith_json_array(&json);
	}
	while (!code && done < count) {
		code = take_back(undoing, err);
		done += !code;
	}
	if (app->json) {
		kith_json_end_array(&json);
		kith_app_end_json(&json);
		undoing->json = NULL;
	}
	if (done)
		say_redo(undoing);
	return code;
}

/* --- what is asked for --- */

static enum kith_code read_count(const struct kith_args *args, size_t *out, struct kith_err *err)
{
	const char *text = kith_args_value(args, "last");
	char *end = NULL;
	*out = 1;
	if (!text)
		return KITH_OK;
	const long count = strtol(text, &end, 10);
	if (count < 1 || count > MOST_AT_ONCE || *end) {
		kith_fail(err, KITH_USAGE, "'%s' is not a number from 1 to %d", text, MOST_AT_ONCE);
		return kith_hint(err, "kith undo -2 takes back the last two commands");
	}
	*out = (size_t)count;
	return KITH_OK;
}

static enum kith_code check_options(const struct undoing *undoing, size_t count, struct kith_err *err)
{
	const struct kith_args *args = &undoing->app->args;
	const bool last = kith_args_has(args, "last");
	if (undoing->wanted && (last || undoing->redo)) {
		kith_fail(err, KITH_USAGE, "a commit and %s cannot be asked for at once", last ? "a number" : "--redo");
		return kith_hint(err, "kith undo %s takes back that commit, which is also how an undo is redone",
		                 undoing->wanted);
	}
	if (undoing->dry && count > 1) {
		kith_fail(err, KITH_USAGE, "-n shows one command at a time");
		return kith_hint(err, "kith undo --list shows the last ones; kith undo COMMIT -n shows one of them");
	}
	return KITH_OK;
}

enum kith_code kith_cmd_undo(struct kith_app *app, struct kith_err *err)
{
	struct undoing undoing = {
		.app = app,
		.wanted = app->args.word_count ? app->args.words[0] : NULL,
		.redo = kith_args_has(&app->args, "redo"),
		.dry = kith_args_has(&app->args, "dry-run"),
		.partly = kith_args_has(&app->args, "partly"),
	};
	size_t count;
	enum kith_code code = kith_args_expect(&app->args, 0, 1, err);
	if (!code)
		code = read_count(&app->args, &count, err);
	if (!code)
		code = check_options(&undoing, count, err);
	if (!code)
		code = kith_args_has(&app->args, "list") ? kith_undo_list(app, err) : take_all_back(&undoing, count, err);
	kith_buf_finish(&undoing.bytes);
	return code;
}
