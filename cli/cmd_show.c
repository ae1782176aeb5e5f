/* kith show: a record on one screen. */
#include <string.h>

#include "cli/pick.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "cli/sheet.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

/* The file as it is: into a pipe byte for byte, on a terminal without what would disturb it. */
static enum kith_code show_raw(struct kith_app *app, const char *path, struct kith_err *err)
{
	KITH_BUF text = { 0 };
	const enum kith_code code = kith_file_read_beneath(app->store->root_fd, path, KITH_DOC_LIMIT, &text, NULL, err);
	if (code)
		return code;
	if (app->screen.terminal)
		kith_printable(&app->out, kith_buf_text(&text), text.length, true);
	else
		kith_buf_add_bytes(&app->out, kith_buf_text(&text), text.length);
	return KITH_OK;
}

/* A file that no record could ever be read from has no row, and can still be printed. */
static bool is_raw_file(struct kith_app *app, const char *text, const char **path)
{
	return kith_args_has(&app->args, "raw") && kith_place_is_path(text) &&
	       kith_place_in_store(app, text, path, NULL) == KITH_OK && kith_store_is_record_path(*path);
}

static void show_json(struct kith_app *app, const struct kith_row *row, const struct kith_record *record)
{
	struct kith_json json = kith_app_json(app);
	kith_row_json(&json, row);
	kith_json_key(&json, "record");
	kith_record_json(&json, record);
	kith_app_end_json(&json);
}

enum kith_code kith_cmd_show(struct kith_app *app, struct kith_err *err)
{
	enum kith_code code = kith_args_expect(&app->args, 1, SIZE_MAX, err);
	if (code)
		return code;
	const char *text = kith_args_text(&app->args, 0, &app->arena), *path;
	if (is_raw_file(app, text, &path))
		return show_raw(app, path, err);
	struct kith_row row;
	struct kith_record record;
	code = kith_pick(app, text, 0, &row, err);
	if (!code && kith_args_has(&app->args, "raw"))
		return show_raw(app, row.path, err);
	if (!code)
		code = kith_index_record(app->index, row.rowid, &app->arena, &record, err);
	if (code)
		return code;
	if (app->json) {
		show_json(app, &row, &record);
		return KITH_OK;
	}
	if (app->ids) {
		kith_rows_print_id(app, row.id);
		return KITH_OK;
	}
	kith_sheet_heading(app, &row, &record);
	kith_sheet_fields(app, &row, &record);
	return kith_sheet_around(app, &row, err);
}
