#include "cli/editor.h"

#include <string.h>
#include <unistd.h>

#include "cli/pick.h"
#include "cli/place.h"
#include "cli/spawn.h"
#include "lib/base/file.h"
#include "lib/store/check.h"

const char *kith_editor_command(const struct kith_config *config)
{
	const char *const choices[] = { config ? config->editor : NULL, getenv("VISUAL"), getenv("EDITOR") };
	for (size_t i = 0; i < kith_count(choices); i++)
		if (choices[i] && *choices[i])
			return choices[i];
	return "vi";
}

enum kith_code kith_editor_open(struct kith_app *app, const char *absolute, struct kith_err *err)
{
	const char *editor = kith_editor_command(&app->store->config);
	/* As git does: the editor may be a command with arguments, the file is one argument whatever it is
	 * called. */
	const char *script = kith_arena_printf(&app->arena, "%s \"$@\"", editor);
	const struct kith_spawn spawn = {
		.argv = (const char *const[]){ "sh", "-c", script, editor, absolute, NULL },
		.foreground = true,
	};
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

/* Show the faults of the file as it is now.  KITH_FAULTY with errors. */
static enum kith_code show_faults(struct kith_app *app, const char *path, const struct kith_buf *text,
                                  struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	struct kith_reading reading;
	const enum kith_code code =
		kith_check_text(app->index, path, kith_buf_text(text), text->length, &arena, &reading, err);
	if (code)
		return code;
	KITH_BUF out = { 0 };
	for (size_t i = 0; i < reading.faults.count; i++)
		kith_fault_print(&out, kith_place_shown(app, path), &reading.faults.list[i], kith_buf_text(text),
		                 text->length);
	(void)kith_write_all(STDERR_FILENO, kith_buf_text(&out), out.length, NULL); /* nowhere else to say it */
	if (!reading.faults.errors)
		return KITH_OK;
	kith_fail(err, KITH_FAULTY, "%s has %zu error%s", kith_place_shown(app, path), reading.faults.errors,
	          reading.faults.errors == 1 ? "" : "s");
	return kith_hint(err, "it is saved as it is; kith edit %s opens it again", kith_place_shown(app, path));
}

static bool read_text(struct kith_app *app, const char *path, struct kith_buf *out, struct kith_err *err)
{
	kith_buf_clear(out);
	return kith_file_read_beneath(app->store->root_fd, path, KITH_DOC_LIMIT, out, NULL, err) == KITH_OK;
}

enum kith_code kith_editor_edit(struct kith_app *app, const char *path, bool *changed, struct kith_err *err)
{
	KITH_BUF before = { 0 }, after = { 0 };
	if (!read_text(app, path, &before, err))
		return err->code;
	for (;;) {
		enum kith_code code = kith_editor_open(app, kith_place_absolute(app, path), err);
		struct kith_err gone;
		if (!read_text(app, path, &after, code ? &gone : err))
			return code ? code : err->code;
		/* Also when the editor failed: what it saved before counts. */
		if (changed)
			*changed = before.length != after.length ||
			           (after.length && memcmp(before.text, after.text, after.length) != 0);
		if (code)
			return code;
		code = show_faults(app, path, &after, err);
		if (code != KITH_FAULTY || !kith_ask(app, true, "edit again?"))
			return code;
	}
}
