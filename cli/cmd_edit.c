/* kith edit: a record in the editor, checked when it closes. */
#include <string.h>

#include "cli/editor.h"
#include "cli/pick.h"
#include "cli/place.h"
#include "cli/save.h"

/* The path inside the store of what is to be edited. Also a file that the index does not know: kith.yaml, one
 * with faults. */
static enum kith_code find_path(struct kith_app *app, const char *text, const char **path, struct kith_err *err)
{
	if (kith_place_is_path(text)) {
		const enum kith_code code = kith_place_in_store(app, text, path, err);
		if (code)
			return code;
		if (!kith_store_is_record_path(*path)) {
			kith_fail(err, KITH_USAGE, "%s is not a record", text);
			return kith_hint(
				err, "kith edit opens kith.yaml and the .yaml files in contacts/, notes/ and the like");
		}
		return KITH_OK;
	}
	struct kith_row row;
	const enum kith_code code = kith_pick(app, text, 0, &row, err);
	if (!code)
		*path = row.path;
	return code;
}

enum kith_code kith_cmd_edit(struct kith_app *app, struct kith_err *err)
{
	enum kith_code code = kith_args_expect(&app->args, 1, SIZE_MAX, err);
	const char *path;
	bool changed = false;
	if (!code)
		code = find_path(app, kith_args_text(&app->args, 0, &app->arena), &path, err);
	if (code)
		return code;
	code = kith_editor_edit(app, path, &changed, err);
	if (changed)
		kith_save_commit(app, kith_arena_printf(&app->arena, "edit %s", path), &path, 1);
	return code;
}
