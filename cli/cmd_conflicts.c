/* kith conflicts: values that lost a merge, listed, and settled one by one or by a script. */
#include <string.h>

#include "cli/merging.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "cli/select.h"
#include "cli/settle.h"

struct conflicts {
	struct kith_app *app;
	const char *field; /* only this one; NULL: all */
	const char *keep;  /* what --keep says, or NULL */
	const char *text;            /* only this one that was set aside */
	const struct kith_row *rows; /* only these records; none: all */
	size_t row_count;
	bool dry;
	struct kith_waitings waiting;
	struct kith_unmerged *unmerged; /* what git itself asks about, where everything is meant */
	size_t unmerged_count;
	struct kith_settling *list;
	size_t count;
	struct kith_changes changes;
};

/* --- which --- */

/* Whether a word names a field of some kind of record: "phone", "promised[send it].by", "x-coffee". */
static bool is_field(const char *word)
{
	const size_t length = strcspn(word, ".[");
	if (strncmp(word, "x-", 2) == 0)
		return true;
	for (unsigned kind = 0; kind <= KITH_SETTINGS; kind++)
		if (kith_field_child((enum kith_kind)kind, NULL, word, length))
			return true;
	return false;
}

static bool is_about(const struct kith_waiting *waiting, const char *field)
{
	const size_t length = strlen(field);
	return strncmp(waiting->field, field, length) == 0 && (!waiting->field[length] || strchr(".[", waiting->field[length]));
}

/* A key that no schema knows, about which something waits. */
static bool is_waiting_field(struct kith_app *app, const char *word)
{
	struct kith_waitings all;
	bool found = false;
	if (kith_waiting_find(app, NULL, 0, NULL, &all, NULL))
		return false;
	for (size_t i = 0; i < all.count && !found; i++)
		found = !all.list[i].set_aside && !all.list[i].stray && is_about(&all.list[i], word);
	return found;
}

/* conflicts/ana-silva-3f9a1c20b7de.txt is no record, and can be meant all the same. */
static const char *named_text(struct kith_app *app)
{
	const char *path;
	const bool one = app->args.word_count == 1 && kith_place_is_path(app->args.words[0]);
	if (!one || kith_place_in_store(app, app->args.words[0], &path, NULL) || !kith_path_is_set_aside(path))
		return NULL;
	return path;
}

static bool is_reminders(struct kith_app *app, const char *word)
{
	const char *path;
	return kith_place_is_path(word) && kith_place_in_store(app, word, &path, NULL) == KITH_OK &&
	       strcmp(path, kith_reminders_path) == 0;
}

static enum kith_code look(struct conflicts *conflicts, struct kith_waitings *waiting, struct kith_err *err)
{
	size_t kept = 0;
	const enum kith_code code = kith_waiting_find(conflicts->app, conflicts->rows, conflicts->row_count, conflicts->text,
	                                              waiting, err);
	if (code || !conflicts->field)
		return code;
	for (size_t i = 0; i < waiting->count; i++)
		if (is_about(&waiting->list[i], conflicts->field))
			waiting->list[kept++] = waiting->list[i];
	waiting->count = kept;
	return KITH_OK;
}

static enum kith_code find(struct conflicts *conflicts, struct kith_err *err)
{
	struct kith_app *app = conflicts->app;
	const bool query = kith_args_has(&app->args, "query");
	struct kith_row *rows = NULL;
	size_t words = app->args.word_count;
	conflicts->text = named_text(app);
	const bool reminders = words && is_reminders(app, app->args.words[0]);
	if (words + query >= 2 && words) {
		const char *last = app->args.words[words - 1];
		if ((reminders && words == 2) || is_field(last) || is_waiting_field(app, last))
			conflicts->field = app->args.words[--words];
	}
	enum kith_code code = KITH_OK;
	if (reminders && words == 1 && !query) {
		rows = kith_arena_alloc(&app->arena, sizeof(*rows));
		*rows = (struct kith_row){ .path = kith_reminders_path };
		conflicts->row_count = 1;
	} else if (!conflicts->text && (words || query)) {
		code = kith_select(app, 0, words, &rows, &conflicts->row_count, err);
	}
	conflicts->rows = rows;
	if (!code)
		code = look(conflicts, &conflicts->waiting, err);
	if (!code && conflicts->waiting.unread)
		kith_app_warn(app, "%zu file%s that had some cannot be read now: kith check", conflicts->waiting.unread,
		              conflicts->waiting.unread == 1 ? "" : "s");
	return code;
}

/* --- listing --- */

static bool is_other_record(const struct conflicts *conflicts, size_t at)
{
	return !at || strcmp(conflicts->waiting.list[at - 1].path, conflicts->waiting.list[at].path) != 0;
}

static void print_way(const struct conflicts *conflicts)
{
	struct kith_app *app = conflicts->app;
	const struct kith_waiting *first = NULL;
	for (size_t i = 0; i < conflicts->waiting.count && !first; i++)
		if (!conflicts->waiting.list[i].stray)
			first = &conflicts->waiting.list[i];
	if (!first)
		return;
	const char *what = first->set_aside ? kith_shell_word(app, kith_place_shown(app, first->set_aside))
	                                    : kith_arena_printf(&app->arena, "%s %s", kith_shell_word(app, kith_waiting_name(first)),
	                                                        kith_shell_word(app, first->field));
	kith_buf_add_char(&app->out, '\n');
	kith_paintf(&app->out, app->screen.color, KITH_DIM, "kith conflicts %s --keep %s", what,
	            first->count > 1 && !first->set_aside ? "1" : "shown");
	kith_buf_add_char(&app->out, '\n');
}

static void print_json(struct conflicts *conflicts, bool written)
{
	struct kith_app *app = conflicts->app;
	struct kith_json json = kith_app_json(app);
	if (!conflicts->keep) {
		kith_json_key_int(&json, "count", (int64_t)conflicts->waiting.count);
		kith_json_key(&json, "conflicts");
		kith_json_array(&json);
		for (size_t i = 0; i < conflicts->waiting.count; i++)
			kith_waiting_json(app, &json, &conflicts->waiting.list[i]);
		kith_json_end_array(&json);
		kith_json_key(&json, "git_asks");
		kith_json_array(&json);
		for (size_t i = 0; i < conflicts->unmerged_count; i++)
			kith_json_string(&json, conflicts->unmerged[i].path);
		kith_json_end_array(&json);
		kith_app_end_json(&json);
		return;
	}
	kith_json_key_bool(&json, "written", written);
	kith_json_key(&json, "settled");
	kith_json_array(&json);
	for (size_t i = 0; i < conflicts->count; i++) {
		const struct kith_settling *settling = &conflicts->list[i];
		const struct kith_waiting *waiting = settling->waiting;
		kith_json_object(&json);
		kith_json_key_string(&json, "id", kith_waiting_id(waiting));
		kith_json_key_string(&json, "path", waiting->row ? waiting->path : NULL);
		kith_json_key_string(&json, "field", waiting->set_aside ? NULL : waiting->field);
		kith_json_key_string(&json, "set_aside", waiting->set_aside);
		kith_json_key_bool(&json, "deleted", settling->choice == KITH_CHOOSE_DELETED);
		kith_json_key_string(&json, "value",
		                     settling->choice < 0 ? NULL : waiting->rivals[settling->choice].text);
		kith_json_end_object(&json);
	}
	kith_json_end_array(&json);
	kith_app_end_json(&json);
}

static void list_ids(const struct conflicts *conflicts)
{
	for (size_t i = 0; i < conflicts->waiting.count; i++)
		if (is_other_record(conflicts, i))
			kith_rows_print_id(conflicts->app, kith_waiting_name(&conflicts->waiting.list[i]));
}

/* That something waits is an answer, and has no message. */
static enum kith_code still_waiting(size_t count, struct kith_err *err)
{
	*err = (struct kith_err){ 0 };
	return count ? KITH_CONFLICT : KITH_OK;
}

static enum kith_code list(struct conflicts *conflicts, struct kith_err *err)
{
	struct kith_app *app = conflicts->app;
	struct kith_waitings *waiting = &conflicts->waiting;
	if (!app->ids)
		kith_waiting_trace(app, waiting);
	if (app->json) {
		print_json(conflicts, false);
	} else if (app->ids) {
		list_ids(conflicts);
	} else if (!waiting->count && !conflicts->unmerged_count) {
		kith_buf_add(&app->out, "Nothing waits.\n");
	} else {
		for (size_t i = 0; i < waiting->count; i++) {
			const bool other = is_other_record(conflicts, i);
			if (i && other)
				kith_buf_add_char(&app->out, '\n');
			kith_waiting_print(app, &waiting->list[i], other, &app->out);
		}
		print_way(conflicts);
		if (waiting->count && conflicts->unmerged_count)
			kith_buf_add_char(&app->out, '\n');
		kith_unmerged_print(app, conflicts->unmerged, conflicts->unmerged_count, &app->out);
	}
	return still_waiting(waiting->count + conflicts->unmerged_count, err);
}

/* --- settling --- */

static enum kith_code fail_several(struct conflicts *conflicts, struct kith_err *err)
{
	struct kith_app *app = conflicts->app;
	const struct kith_waiting *first = &conflicts->waiting.list[0];
	for (size_t i = 0; i < conflicts->waiting.count && i < 20; i++) {
		const struct kith_waiting *waiting = &conflicts->waiting.list[i];
		kith_paintf(&app->beside, false, KITH_PLAIN_TEXT, "    %s  %s", kith_waiting_name(waiting),
		            waiting->set_aside ? waiting->set_aside : waiting->field);
		kith_buf_add_char(&app->beside, '\n');
	}
	kith_fail(err, KITH_USAGE, "%zu conflicts are meant, and --keep settles one", conflicts->waiting.count);
	return kith_hint(err, "name the field: kith conflicts %s %s --keep %s; --all --keep shown leaves all as they are",
	                 kith_shell_word(app, kith_waiting_name(first)),
	                 first->set_aside ? "" : kith_shell_word(app, first->field), conflicts->keep);
}

static enum kith_code choose_by_words(struct conflicts *conflicts, struct kith_err *err)
{
	struct kith_app *app = conflicts->app;
	const struct kith_waitings *waiting = &conflicts->waiting;
	const bool all = kith_args_has(&app->args, "all");
	if (!waiting->count) {
		kith_fail(err, KITH_NONE, conflicts->field ? "nothing waits in %s" : "nothing waits there", conflicts->field);
		return kith_hint(err, "kith conflicts --list shows everything that waits");
	}
	if (all && strcmp(conflicts->keep, "shown") != 0) {
		kith_fail(err, KITH_USAGE, "--all goes with --keep shown only");
		return kith_hint(err, "a number means another value in each: settle them one by one");
	}
	if (waiting->count > 1 && !all)
		return fail_several(conflicts, err);
	for (size_t i = 0; i < waiting->count; i++) {
		struct kith_settling *settling = &conflicts->list[conflicts->count];
		settling->waiting = &waiting->list[i];
		if (all && waiting->list[i].stray)
			continue;
		const enum kith_code code = kith_settling_read(&waiting->list[i], conflicts->keep, &settling->choice, err);
		if (code)
			return code;
		conflicts->count++;
	}
	return KITH_OK;
}

/* Git goes on with what is staged: a rebase refuses to while there is something else. */
static void say_what_to_add(const struct conflicts *conflicts)
{
	struct kith_app *app = conflicts->app;
	KITH_BUF command = { 0 };
	if (conflicts->changes.committed || !kith_merging_is_under_way(app))
		return;
	kith_buf_addf(&command, "%sadd", kith_merging_git(app));
	for (size_t i = 0; i < conflicts->changes.count; i++)
		if (conflicts->changes.list[i].what == KITH_CHANGE_EDIT && conflicts->changes.list[i].written)
			kith_buf_addf(&command, " %s", kith_merging_word(app, conflicts->changes.list[i].path));
	kith_buf_add(&app->out, "so that git goes on with it: ");
	kith_paint(&app->out, app->screen.color, KITH_DIM, command.text);
	kith_buf_add_char(&app->out, '\n');
}

static void tell(struct conflicts *conflicts)
{
	struct kith_app *app = conflicts->app;
	if (app->json) {
		print_json(conflicts, !conflicts->dry);
		return;
	}
	if (conflicts->dry && !app->ids)
		kith_changes_show(&conflicts->changes, &app->out);
	for (size_t i = 0; i < conflicts->count; i++) {
		KITH_BUF line = { 0 };
		if (conflicts->list[i].failed)
			continue;
		if (app->ids) {
			kith_rows_print_id(app, kith_waiting_name(conflicts->list[i].waiting));
			continue;
		}
		kith_buf_add(&line, "→ ");
		kith_settling_words(&conflicts->list[i], &line);
		kith_wrap(&app->out, false, KITH_PLAIN_TEXT, line.text, 2, kith_screen_width(&app->screen));
		kith_buf_add_char(&app->out, '\n');
	}
	if (app->ids)
		return;
	if (conflicts->dry)
		kith_buf_add(&app->out, "nothing was written (-n)\n");
	else
		kith_changes_say_undo(&conflicts->changes, &app->out);
	if (!conflicts->dry)
		say_what_to_add(conflicts);
}

/* What cannot be done for one of many answers is no reason to ask for the others again. */
static void plan_each(struct conflicts *conflicts)
{
	for (size_t i = 0; i < conflicts->count; i++) {
		struct kith_settling *settling = &conflicts->list[i];
		struct kith_err err = { 0 };
		settling->failed = kith_settle_plan(&conflicts->changes, settling, 1, &err) != KITH_OK;
		if (settling->failed)
			kith_app_warn(conflicts->app, "%s%s%s", err.message, *err.hint ? ": " : "", err.hint);
	}
}

/* `chosen`: with a key for each, so that no yes is needed for many. */
static enum kith_code settle(struct conflicts *conflicts, bool chosen, struct kith_err *err)
{
	struct kith_app *app = conflicts->app;
	struct kith_changes *changes = &conflicts->changes;
	changes->app = app;
	if (!conflicts->count)
		return KITH_OK;
	enum kith_code code = KITH_OK;
	if (chosen)
		plan_each(conflicts);
	else
		code = kith_settle_plan(changes, conflicts->list, conflicts->count, err);
	if (!code && !conflicts->dry) {
		const char *what = kith_arena_printf(&app->arena, "settle %zu conflicts", conflicts->count);
		code = chosen ? KITH_OK : kith_changes_confirm(changes, what, err);
		if (!code)
			code = kith_changes_apply(changes, kith_settle_message(app, conflicts->list, conflicts->count), err);
	}
	if (!code)
		tell(conflicts);
	return code;
}

/* --- on a terminal --- */

static bool goes_through(const struct conflicts *conflicts)
{
	const struct kith_app *app = conflicts->app;
	return app->screen.interactive && app->screen.terminal && !app->json && !app->ids && !conflicts->dry &&
	       !kith_args_has(&app->args, "list") && !kith_args_has(&app->args, "yes") && conflicts->waiting.count;
}

static enum kith_code go_through(struct conflicts *conflicts, struct kith_err *err)
{
	kith_waiting_trace(conflicts->app, &conflicts->waiting);
	enum kith_code code = kith_settle_ask(conflicts->app, &conflicts->waiting, conflicts->list, &conflicts->count, err);
	if (!code)
		code = settle(conflicts, true, err);
	if (code)
		return code;
	struct kith_waitings left;
	code = look(conflicts, &left, err);
	if (code)
		return code;
	if (left.count)
		kith_buf_addf(&conflicts->app->out, "%zu still wait%s\n", left.count, left.count == 1 ? "s" : "");
	else if (!conflicts->count)
		kith_buf_add(&conflicts->app->out, "Nothing waits any more.\n");
	kith_unmerged_print(conflicts->app, conflicts->unmerged, conflicts->unmerged_count, &conflicts->app->out);
	return still_waiting(left.count + conflicts->unmerged_count, err);
}

static enum kith_code check_options(const struct conflicts *conflicts, struct kith_err *err)
{
	const struct kith_args *args = &conflicts->app->args;
	if (conflicts->keep)
		return KITH_OK;
	for (size_t i = 0; i < 2; i++) {
		const char *option = i ? "dry-run" : "all";
		if (!kith_args_has(args, option))
			continue;
		kith_fail(err, KITH_USAGE, "--%s goes with --keep", option);
		return kith_hint(err, "kith conflicts ana phone --keep 1 takes that value; --all --keep shown leaves all as they are");
	}
	return KITH_OK;
}

enum kith_code kith_cmd_conflicts(struct kith_app *app, struct kith_err *err)
{
	struct conflicts conflicts = {
		.app = app,
		.keep = kith_args_value(&app->args, "keep"),
		.dry = kith_args_has(&app->args, "dry-run"),
	};
	enum kith_code code = check_options(&conflicts, err);
	if (!code)
		code = find(&conflicts, err);
	if (code)
		return code;
	if (!conflicts.keep && !app->args.word_count && !kith_args_has(&app->args, "query"))
		conflicts.unmerged_count = kith_merging_unmerged(app, &conflicts.unmerged);
	conflicts.list = kith_arena_alloc(&app->arena, (conflicts.waiting.count + 1) * sizeof(*conflicts.list));
	if (conflicts.keep) {
		code = choose_by_words(&conflicts, err);
		return code ? code : settle(&conflicts, false, err);
	}
	return goes_through(&conflicts) ? go_through(&conflicts, err) : list(&conflicts, err);
}
