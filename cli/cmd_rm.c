/* kith rm: records go, and with --unlink what refers to them. */
#include <string.h>

#include "cli/change.h"
#include "cli/pick.h"
#include "cli/place.h"
#include "cli/references.h"
#include "cli/rows.h"
#include "cli/select.h"
#include "cli/unlink.h"

enum { SHOWN = 10 };

struct removing {
	struct kith_app *app;
	struct kith_row *rows;
	size_t count;
	struct kith_references references; /* from records that stay */
	struct kith_unlinks unlinks;
	struct kith_changes changes;
};

static bool goes(const struct removing *removing, const char *path)
{
	for (size_t i = 0; i < removing->count; i++)
		if (strcmp(removing->rows[i].path, path) == 0)
			return true;
	return false;
}

/* kith.yaml makes the folder a store; `me` stands for a person in many places. */
static enum kith_code refuse_needed(struct removing *removing, struct kith_err *err)
{
	const char *me = removing->app->store->settings.me;
	for (size_t i = 0; i < removing->count; i++) {
		const struct kith_row *row = &removing->rows[i];
		if (row->kind >= KITH_KINDS) {
			kith_fail(err, KITH_USAGE, "%s makes this folder a store", row->path);
			return kith_hint(err, "kith edit %s opens it", row->path);
		}
		const char *twin;
		if (me && strcmp(row->id, me) == 0 &&
		    kith_index_twin(removing->app->index, row, &removing->app->arena, &twin, NULL)) {
			kith_fail(err, KITH_USAGE, "%s is you: kith.yaml says so", row->id);
			return kith_hint(err, "say first who else is: kith edit kith.yaml");
		}
	}
	return KITH_OK;
}

/* References to an id that another file has too lead there, and are none of ours. */
static enum kith_code find_references(struct removing *removing, struct kith_err *err)
{
	struct kith_app *app = removing->app;
	for (size_t i = 0; i < removing->count; i++) {
		struct kith_references found = { 0 };
		const char *twin;
		if (kith_index_twin(app->index, &removing->rows[i], &app->arena, &twin, NULL) == KITH_OK &&
		    !goes(removing, twin))
			continue;
		const enum kith_code code = kith_references_find(app, removing->rows[i].id, &found, err);
		if (code)
			return code;
		for (size_t j = 0; j < found.count; j++) {
			if (goes(removing, found.list[j].path))
				continue;
			struct kith_references *all = &removing->references;
			*(struct kith_reference *)kith_arena_push(&app->arena, &all->list, &all->count, &all->capacity,
			                                          sizeof(*all->list)) = found.list[j];
			kith_unlinks_add(app, &removing->unlinks, found.list[j].path, &removing->rows[i]);
		}
	}
	return KITH_OK;
}

/* --- saying what goes --- */

static void add_rows(struct removing *removing, const char *before, struct kith_buf *out)
{
	struct kith_app *app = removing->app;
	for (size_t i = 0; i < removing->count; i++) {
		const struct kith_row *row = &removing->rows[i];
		kith_buf_add(out, before);
		kith_paint(out, false, KITH_PLAIN_TEXT, kith_place_shown(app, row->path));
		if (*row->title && row->kind != KITH_KIND_note)
			kith_paintf(out, app->screen.error_color, KITH_DIM, "  %s", row->title);
		kith_buf_add_char(out, '\n');
	}
}

/* "    notes/…:12  promised.to" for the first ones, and how many more. */
static void add_references(struct removing *removing, struct kith_buf *out)
{
	struct kith_app *app = removing->app;
	const struct kith_references *references = &removing->references;
	for (size_t i = 0; i < references->count && i < SHOWN; i++) {
		const struct kith_reference *reference = &references->list[i];
		kith_buf_add(out, "    ");
		kith_paintf(out, false, KITH_PLAIN_TEXT, "%s:%u  ", kith_place_shown(app, reference->path),
		            reference->line);
		kith_paint(out, app->screen.error_color, KITH_DIM, reference->field->path);
		kith_buf_add_char(out, '\n');
	}
	if (references->count > SHOWN)
		kith_buf_addf(out, "    and %zu more\n", references->count - SHOWN);
}

static const char *what_goes(struct removing *removing)
{
	struct kith_app *app = removing->app;
	return removing->count == 1 ? kith_arena_printf(&app->arena, "%s", removing->rows[0].id)
	                            : kith_arena_printf(&app->arena, "%zu records", removing->count);
}

static const char *how_many_refer(const struct removing *removing)
{
	const size_t count = removing->references.count;
	return kith_arena_printf(&removing->app->arena, "%zu reference%s", count, count == 1 ? "" : "s");
}

/* A referenced record goes only with a yes, and so do very many. */
static enum kith_code confirm(struct removing *removing, bool unlink, struct kith_err *err)
{
	struct kith_app *app = removing->app;
	const char *what = what_goes(removing), *refer = how_many_refer(removing);
	if (!removing->references.count)
		return kith_changes_confirm(&removing->changes, kith_arena_printf(&app->arena, "delete %s", what), err);
	if (kith_args_has(&app->args, "yes"))
		return KITH_OK;
	KITH_BUF list = { 0 };
	add_references(removing, &list);
	if (!app->screen.interactive) {
		kith_buf_add_bytes(&app->beside, kith_buf_text(&list), list.length);
		kith_fail(err, KITH_USAGE, "%s lead%s to %s", refer, removing->references.count == 1 ? "s" : "", what);
		return kith_hint(err,
		                 unlink ? "--yes takes them out and deletes it"
		                        : "--yes deletes it all the same; --unlink --yes takes the references out too");
	}
	KITH_BUF rows = { 0 };
	if (removing->count > 1)
		add_rows(removing, "  ", &rows);
	kith_buf_addf(&rows, "%s lead%s to %s:\n", refer, removing->references.count == 1 ? "s" : "", what);
	kith_buf_add_bytes(&rows, kith_buf_text(&list), list.length);
	(void)kith_write_all(2, rows.text, rows.length, NULL); /* nowhere else to say it */
	if (kith_ask(app, false, unlink ? "take them out and delete %s?" : "delete %s all the same?", what))
		return KITH_OK;
	return kith_fail(err, KITH_STOPPED, "nothing was deleted");
}

static void print_json(struct removing *removing, bool unlink, bool written)
{
	struct kith_json json = kith_app_json(removing->app);
	kith_json_key_bool(&json, "written", written);
	kith_json_key_bool(&json, "unlinked", unlink);
	kith_json_key(&json, "records");
	kith_json_array(&json);
	for (size_t i = 0; i < removing->count; i++) {
		kith_json_object(&json);
		kith_row_json(&json, &removing->rows[i]);
		kith_json_end_object(&json);
	}
	kith_json_end_array(&json);
	kith_json_key(&json, "references");
	kith_json_array(&json);
	for (size_t i = 0; i < removing->references.count; i++) {
		const struct kith_reference *reference = &removing->references.list[i];
		kith_json_object(&json);
		kith_json_key_string(&json, "path", reference->path);
		kith_json_key_int(&json, "line", reference->line);
		kith_json_key_string(&json, "field", reference->field->path);
		kith_json_end_object(&json);
	}
	kith_json_end_array(&json);
	kith_app_end_json(&json);
}

static void print(struct removing *removing, bool unlink, bool written)
{
	struct kith_app *app = removing->app;
	if (app->json) {
		print_json(removing, unlink, written);
		return;
	}
	if (app->ids) {
		for (size_t i = 0; i < removing->count; i++)
			kith_rows_print_id(app, removing->rows[i].id);
		return;
	}
	add_rows(removing, written ? "→ deleted " : "→ would delete ", &app->out);
	kith_unlinks_print(app, &removing->unlinks, &app->out);
	if (removing->references.count && !unlink)
		kith_app_warn(app, "%s %s to nothing now: kith check names %s", how_many_refer(removing),
		              removing->references.count == 1 ? "leads" : "lead",
		              removing->references.count == 1 ? "it" : "them");
}

static enum kith_code plan(struct removing *removing, bool unlink, struct kith_err *err)
{
	/* First what refers, last what it referred to: killed in between, nothing leads to nowhere. */
	enum kith_code code = unlink ? kith_unlinks_plan(&removing->unlinks, &removing->changes, err) : KITH_OK;
	for (size_t i = 0; i < removing->count && !code; i++)
		code = kith_change_remove_file(&removing->changes, removing->rows[i].path, err);
	return code;
}

enum kith_code kith_cmd_rm(struct kith_app *app, struct kith_err *err)
{
	struct removing removing = { .app = app, .changes.app = app };
	const bool unlink = kith_args_has(&app->args, "unlink");
	enum kith_code code = kith_args_expect(&app->args, kith_args_has(&app->args, "query") ? 0 : 1, SIZE_MAX, err);
	if (!code)
		code = kith_select(app, 0, app->args.word_count, &removing.rows, &removing.count, err);
	if (!code)
		code = refuse_needed(&removing, err);
	if (!code)
		code = find_references(&removing, err);
	if (!code)
		code = plan(&removing, unlink, err);
	if (code)
		return code;
	if (kith_args_has(&app->args, "dry-run")) {
		if (!app->json && !app->ids)
			kith_changes_show(&removing.changes, &app->out);
		print(&removing, unlink, false);
		return KITH_OK;
	}
	code = confirm(&removing, unlink, err);
	if (!code)
		code = kith_changes_apply(&removing.changes,
		                          kith_arena_printf(&app->arena, "delete %s", what_goes(&removing)), err);
	if (code)
		return code;
	print(&removing, unlink, true);
	kith_changes_say_undo(&removing.changes, &app->out);
	return KITH_OK;
}
