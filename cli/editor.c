#include "cli/editor.h"

#include <string.h>
#include <unistd.h>

#include "cli/pick.h"
#include "cli/place.h"
#include "cli/repair.h"
#include "cli/spawn.h"
#include "lib/base/file.h"
#include "lib/base/swap.h"
#include "lib/store/check.h"

const char *kith_editor_command(const struct kith_config *config)
{
	const char *const choices[] = { config ? config->editor : NULL, getenv("VISUAL"), getenv("EDITOR") };
	for (size_t i = 0; i < kith_count(choices); i++)
		if (choices[i] && *choices[i])
			return choices[i];
	return "vi";
}

enum kith_code kith_editor_open(struct kith_app *app, const char *const *absolute, size_t count, struct kith_err *err)
{
	const char *editor = kith_editor_command(&app->store->config);
	/* As git does: the editor may be a command with arguments, each file is one argument whatever it is
	 * called. */
	const char **argv = kith_arena_alloc(&app->arena, (count + 5) * sizeof(*argv));
	argv[0] = "sh";
	argv[1] = "-c";
	argv[2] = kith_arena_printf(&app->arena, "%s \"$@\"", editor);
	argv[3] = editor;
	memcpy(argv + 4, absolute, count * sizeof(*argv));
	const struct kith_spawn spawn = { .argv = argv, .foreground = true };
	int status = 0;
	const enum kith_code code = kith_spawn_run(&spawn, &status, err);
	if (code || !status)
		return code;
	if (status == 127 || status == 126) {
		kith_fail(err, KITH_USAGE, "the editor could not be started: %s", editor);
		return kith_hint(err, "set $EDITOR, or editor in %s",
		                 app->store->config.path ? kith_place_home(&app->arena, app->store->config.path)
		                                         : "config.yaml");
	}
	kith_fail(err, KITH_USAGE, "the editor left with %d: %s", status, editor);
	return kith_hint(err, "what was saved is saved: kith check shows whether it is right");
}

static enum kith_code read_text(struct kith_app *app, const char *path, struct kith_buf *out, struct kith_err *err)
{
	kith_buf_clear(out);
	return kith_file_read_beneath(app->store->root_fd, path, KITH_DOC_LIMIT, out, NULL, err);
}

static bool is_same(const struct kith_buf *one, const struct kith_buf *other)
{
	return one->length == other->length && (!one->length || memcmp(one->text, other->text, one->length) == 0);
}

/* --- what is certain is offered --- */

struct offering {
	struct kith_app *app;
	const char *path;
};

static bool on_repair(void *user, const struct kith_repair *repair)
{
	const struct offering *offering = user;
	struct kith_app *app = offering->app;
	return kith_ask(app, true, "%s:%u: %s: turn '%s' into %s?", kith_place_shown(app, offering->path), repair->line,
	                repair->field->path, repair->was, repair->becomes);
}

/* Where somebody saves at the same moment their text stays, with its faults. */
static void write_repaired(struct kith_app *app, struct kith_edited *edited, const struct kith_buf *becomes)
{
	const struct kith_swap swap = kith_store_swap(app->store, &app->arena);
	enum kith_swapped swapped;
	struct kith_err err = { 0 };
	const enum kith_code code =
		kith_swap_replace(&swap, edited->path, kith_buf_text(&edited->after), edited->after.length,
	                          kith_buf_text(becomes), becomes->length, &swapped, &err);
	if (code)
		kith_app_warn(app, "%s", err.message);
	else if (swapped == KITH_SWAP_BEATEN)
		kith_app_warn(app, "%s was saved meanwhile, and stays as it is", kith_place_shown(app, edited->path));
}

static void offer_repairs(struct kith_app *app, struct kith_edited *edited)
{
	struct offering offering = { app, edited->path };
	struct kith_repairs done = { 0 };
	KITH_BUF stem = { 0 };
	KITH_EDITING editing = { 0 };
	(void)kith_path_stem(edited->path, &stem); /* a record's path has an ending */
	const enum kith_kind kind = (enum kith_kind)kith_kind_of_path(edited->path);
	if (!app->screen.interactive && !kith_args_has(&app->args, "yes"))
		return;
	if (kith_editing_begin(&editing, kind, kith_buf_text(&stem), edited->path, kith_buf_text(&edited->after),
	                       edited->after.length, NULL))
		return;
	struct kith_err err = { 0 };
	if (kith_repairs_apply(app, &editing, app->now.today, on_repair, &offering, &done, &err))
		kith_app_warn(app, "%s", err.message);
	if (done.count)
		write_repaired(app, edited, &editing.text);
}

/* --- what is wrong is shown --- */

static enum kith_code show_faults(struct kith_app *app, struct kith_edited *edited, size_t *errors,
                                  struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	struct kith_reading reading;
	const struct kith_buf *text = &edited->after;
	const char *shown = kith_place_shown(app, edited->path);
	const enum kith_code code =
		kith_check_text(app->index, edited->path, kith_buf_text(text), text->length, &arena, &reading, err);
	if (code)
		return code;
	KITH_BUF out = { 0 };
	for (size_t i = 0; i < reading.faults.count; i++)
		kith_fault_print(&out, shown, &reading.faults.list[i], kith_buf_text(text), text->length);
	(void)kith_write_all(STDERR_FILENO, kith_buf_text(&out), out.length, NULL); /* nowhere else to say it */
	edited->faulty = reading.faults.errors > 0;
	*errors += reading.faults.errors;
	return KITH_OK;
}

static enum kith_code fail_faulty(struct kith_app *app, const struct kith_edited *list, size_t count, size_t errors,
                                  struct kith_err *err)
{
	const char *shown = NULL;
	size_t faulty = 0;
	for (size_t i = 0; i < count; i++) {
		faulty += list[i].faulty;
		if (list[i].faulty && !shown)
			shown = kith_place_shown(app, list[i].path);
	}
	if (faulty == 1) {
		kith_fail(err, KITH_FAULTY, "%s has %zu error%s", shown, errors, errors == 1 ? "" : "s");
		return kith_hint(err, "it is saved as it is; kith edit %s opens it again", shown);
	}
	kith_fail(err, KITH_FAULTY, "%zu files have errors", faulty);
	return kith_hint(err, "they are saved as they are; kith check shows what is wrong");
}

/* --- rounds of editing --- */

/* No more than comments. */
static bool says_nothing(const struct kith_edited *edited)
{
	KITH_ARENA arena = { 0 };
	struct kith_reading reading;
	kith_record_read((enum kith_kind)kith_kind_of_path(edited->path), "", edited->path,
	                 kith_buf_text(&edited->after), edited->after.length, &arena, &reading);
	return reading.readable && !reading.record.count;
}

static enum kith_code look(struct kith_app *app, struct kith_edited *edited, size_t *errors, struct kith_err *err)
{
	enum kith_code code = read_text(app, edited->path, &edited->after, err);
	edited->emptied = !code && edited->is_new && says_nothing(edited);
	if (edited->emptied)
		return KITH_OK;
	if (!code)
		offer_repairs(app, edited);
	if (!code)
		code = read_text(app, edited->path, &edited->after, err);
	if (!code)
		code = show_faults(app, edited, errors, err);
	return code;
}

/* The files that are open in this round: all, or those that had faults. */
static enum kith_code open_round(struct kith_app *app, struct kith_edited *list, size_t count, bool again,
                                 struct kith_err *err)
{
	const char **absolute = kith_arena_alloc(&app->arena, (count + 1) * sizeof(*absolute));
	size_t open = 0;
	for (size_t i = 0; i < count; i++)
		if (!again || list[i].faulty)
			absolute[open++] = kith_place_absolute(app, list[i].path);
	return kith_editor_open(app, absolute, open, err);
}

static enum kith_code edit(struct kith_app *app, struct kith_edited *list, size_t count, struct kith_err *err)
{
	for (bool again = false;; again = true) {
		enum kith_code code = open_round(app, list, count, again, err);
		size_t errors = 0;
		for (size_t i = 0; i < count && !code; i++)
			if (!again || list[i].faulty)
				code = look(app, &list[i], &errors, err);
		if (code || !errors)
			return code;
		/* --yes would open it for ever. */
		if (kith_args_has(&app->args, "yes") || !kith_ask(app, true, "edit again?"))
			return fail_faulty(app, list, count, errors, err);
	}
}

enum kith_code kith_editor_edit(struct kith_app *app, struct kith_edited *list, size_t count, struct kith_err *err)
{
	for (size_t i = 0; i < count; i++) {
		const enum kith_code code = read_text(app, list[i].path, &list[i].before, err);
		if (code)
			return code;
	}
	const enum kith_code code = edit(app, list, count, err);
	/* Also when the editor failed: what it saved before counts. */
	for (size_t i = 0; i < count; i++)
		list[i].changed =
			read_text(app, list[i].path, &list[i].after, NULL) || !is_same(&list[i].before, &list[i].after);
	return code;
}

void kith_editor_finish(struct kith_edited *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		kith_buf_finish(&list[i].before);
		kith_buf_finish(&list[i].after);
	}
}
