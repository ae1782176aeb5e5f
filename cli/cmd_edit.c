/* kith edit: records in the editor, checked when it closes. */
#include <string.h>

#include "cli/editor.h"
#include "cli/pick.h"
#include "cli/save.h"
#include "cli/select.h"

enum { MANY = 20 };

static enum kith_code confirm(struct kith_app *app, size_t count, struct kith_err *err)
{
	if (count <= MANY || kith_ask(app, false, "open %zu files?", count))
		return KITH_OK;
	if (app->screen.interactive)
		return kith_fail(err, KITH_STOPPED, "nothing was opened");
	kith_fail(err, KITH_USAGE, "these are %zu files", count);
	return kith_hint(err, "kith edit --yes opens them all");
}

static void commit(struct kith_app *app, const struct kith_edited *list, size_t count)
{
	const char **paths = kith_arena_alloc(&app->arena, (count + 1) * sizeof(*paths));
	size_t changed = 0;
	for (size_t i = 0; i < count; i++)
		if (list[i].changed)
			paths[changed++] = list[i].path;
	if (!changed)
		return;
	const char *message = changed == 1 ? kith_arena_printf(&app->arena, "edit %s", paths[0])
	                                   : kith_arena_printf(&app->arena, "edit %zu files", changed);
	if (kith_save_commit(app, message, paths, changed))
		kith_save_say_undo(app, &app->out);
}

enum kith_code kith_cmd_edit(struct kith_app *app, struct kith_err *err)
{
	struct kith_row *rows;
	size_t count;
	const bool asked = kith_args_has(&app->args, "query");
	enum kith_code code = kith_args_expect(&app->args, asked ? 0 : 1, SIZE_MAX, err);
	if (!code)
		code = kith_select(app, 0, app->args.word_count, &rows, &count, err);
	if (!code)
		code = confirm(app, count, err);
	if (code)
		return code;
	struct kith_edited *list = kith_arena_alloc(&app->arena, count * sizeof(*list));
	const char **paths = kith_arena_alloc(&app->arena, count * sizeof(*paths));
	for (size_t i = 0; i < count; i++)
		list[i].path = paths[i] = rows[i].path;
	kith_save_commit_earlier(app, paths, count);
	code = kith_editor_edit(app, list, count, err);
	commit(app, list, count);
	kith_editor_finish(list, count);
	return code;
}
