#include "cli/unlink.h"

#include <string.h>

#include "cli/place.h"
#include "cli/references.h"
#include "lib/base/file.h"
#include "lib/record/edit.h"

void kith_unlinks_add(struct kith_app *app, struct kith_unlinks *unlinks, const char *path, const struct kith_row *gone)
{
	struct kith_unlink *unlink = NULL;
	for (size_t i = 0; i < unlinks->count && !unlink; i++)
		if (strcmp(unlinks->list[i]->path, path) == 0)
			unlink = unlinks->list[i];
	if (!unlink) {
		unlink = kith_arena_alloc(&app->arena, sizeof(*unlink));
		*unlink = (struct kith_unlink){ .app = app, .path = path };
		*(struct kith_unlink **)kith_arena_push(&app->arena, &unlinks->list, &unlinks->count,
		                                        &unlinks->capacity, sizeof(unlink)) = unlink;
	}
	for (size_t i = 0; i < unlink->count; i++)
		if (unlink->gone[i] == gone)
			return;
	*(const struct kith_row **)kith_arena_push(&app->arena, &unlink->gone, &unlink->count, &unlink->capacity,
	                                           sizeof(gone)) = gone;
}

/* --- one reference --- */

/* The record that the value leads to, if it goes. */
static const struct kith_row *gone_of(const struct kith_unlink *unlink, const struct kith_value *value)
{
	for (size_t i = 0; i < unlink->count; i++)
		if (kith_reference_is(value, unlink->gone[i]->id))
			return unlink->gone[i];
	return NULL;
}

/* The key of an entry, which is nothing without it. */
static bool identifies(const struct kith_field *field)
{
	return !kith_field_is_top(field) && field->flags & KITH_REQUIRED &&
	       field == kith_field_key(kith_field_by_id(field->parent));
}

static enum kith_code take_out(struct kith_editing *editing, const struct kith_value *value,
                               const struct kith_row *gone, struct kith_err *err)
{
	const struct kith_field *field = value->field;
	const struct kith_edit_part part = { field, gone->id };
	/* The name says more than an id that leads nowhere. */
	if (field->type != KITH_REF)
		return kith_edit_replace(editing, value, *gone->title ? gone->title : gone->id, err);
	struct kith_edit edit = { .op = KITH_EDIT_UNSET, .field = field, .key = value->key, .entry = value->entry };
	if (identifies(field)) {
		edit.op = KITH_EDIT_REMOVE_ENTRY;
		edit.field = kith_field_by_id(field->parent);
	} else if (kith_field_is_list(field)) {
		edit.op = KITH_EDIT_REMOVE;
		edit.parts = &part;
		edit.count = 1;
	}
	return kith_edit_apply(editing, &edit, err);
}

static void note(struct kith_unlink *unlink, const struct kith_value *value, const struct kith_row *gone,
                 struct kith_buf *done)
{
	kith_buf_add(done, "→ ");
	kith_paintf(done, false, KITH_PLAIN_TEXT, "%s:%u: %s ", kith_place_shown(unlink->app, unlink->path),
	            value->line, value->field->path);
	if (value->field->type != KITH_REF && *gone->title)
		kith_paintf(done, false, KITH_PLAIN_TEXT, "%s → %s", gone->id, gone->title);
	else
		kith_paintf(done, false, KITH_PLAIN_TEXT, "- %s", gone->id);
	kith_buf_add_char(done, '\n');
}

/* One after the other: each edit is a new parse, after which the values are looked for anew. */
static enum kith_code take_all_out(struct kith_unlink *unlink, struct kith_editing *editing, struct kith_buf *done,
                                   struct kith_err *err)
{
	for (size_t i = 0; i < editing->reading.record.count;) {
		const struct kith_value *value = &editing->reading.record.values[i];
		const struct kith_row *gone = gone_of(unlink, value);
		if (!gone) {
			i++;
			continue;
		}
		const bool replaced = value->field->type != KITH_REF; /* by a name, which may be written like the id */
		note(unlink, value, gone, done);
		const enum kith_code code = take_out(editing, value, gone, err);
		if (code)
			return code;
		i = replaced ? i + 1 : 0;
	}
	return KITH_OK;
}

/* --- one file --- */

/* The first error that the record did not have before. */
static const struct kith_fault *first_error(const struct kith_reading *reading)
{
	for (size_t i = 0; i < reading->faults.count; i++)
		if (reading->faults.list[i].severity == KITH_FAULT_ERROR)
			return &reading->faults.list[i];
	return NULL;
}

static enum kith_code edit_file(void *user, struct kith_app *app, const char *path, const char *text, size_t length,
                                struct kith_buf *out, struct kith_err *err)
{
	struct kith_unlink *unlink = user;
	KITH_BUF stem = { 0 }, done = { 0 };
	KITH_EDITING editing = { 0 };
	(void)kith_path_stem(path, &stem); /* a record's path has an ending */
	enum kith_code code = kith_editing_begin(&editing, (enum kith_kind)kith_kind_of_path(path),
	                                         kith_buf_text(&stem), path, text, length, err);
	const size_t errors = code ? 0 : editing.reading.faults.errors;
	if (!code)
		code = take_all_out(unlink, &editing, &done, err);
	if (code)
		return code;
	if (editing.reading.faults.errors > errors) {
		const struct kith_fault *fault = first_error(&editing.reading);
		return kith_fail(err, KITH_FAULTY, "it would not be right without: %s", fault ? fault->message : "");
	}
	kith_buf_add_bytes(out, kith_buf_text(&editing.text), editing.text.length);
	unlink->done = kith_arena_alloc(&app->arena, sizeof(*unlink->done));
	unlink->done->text = kith_arena_strdup(&app->arena, kith_buf_text(&done));
	unlink->done->length = done.length;
	return KITH_OK;
}

enum kith_code kith_unlinks_plan(struct kith_unlinks *unlinks, struct kith_changes *changes, struct kith_err *err)
{
	struct kith_app *app = changes->app;
	size_t refused = 0;
	for (size_t i = 0; i < unlinks->count; i++) {
		struct kith_err why = { 0 };
		if (!kith_change_edit_file(changes, unlinks->list[i]->path, edit_file, unlinks->list[i], &why))
			continue;
		refused++;
		kith_buf_add(&app->beside, "    ");
		kith_paint(&app->beside, false, KITH_PLAIN_TEXT, why.message);
		kith_buf_add_char(&app->beside, '\n');
	}
	if (!refused)
		return KITH_OK;
	kith_fail(err, KITH_FAULTY, "%zu file%s cannot lose the references; nothing was changed", refused,
	          refused == 1 ? "" : "s");
	return kith_hint(err, "change %s by hand first, or leave --unlink out", refused == 1 ? "it" : "them");
}

void kith_unlinks_print(struct kith_app *app, const struct kith_unlinks *unlinks, struct kith_buf *out)
{
	(void)app;
	for (size_t i = 0; i < unlinks->count; i++)
		if (unlinks->list[i]->done)
			kith_buf_add_bytes(out, unlinks->list[i]->done->text, unlinks->list[i]->done->length);
}
