#include "cli/renaming.h"

#include <string.h>

#include "cli/place.h"
#include "lib/base/file.h"
#include "lib/record/edit.h"

/* --- the edits --- */

/* Put the new id in the place of the old one wherever it is a reference, and where queries ask for it. */
static enum kith_code replace_all(struct kith_renaming *renaming, struct kith_editing *editing, size_t *replaced,
                                  struct kith_err *err)
{
	const char *old = renaming->row.id;
	/* Each edit is a new parse, in which the values behind the one that was changed are found again. */
	for (size_t i = 0; i < editing->reading.record.count; i++) {
		const struct kith_value *value = &editing->reading.record.values[i];
		KITH_BUF query = { 0 };
		enum kith_code code;
		if (kith_reference_is(value, old))
			code = kith_edit_replace(editing, value, renaming->id, err);
		else if (value->field && value->field->flags & KITH_QUERY &&
		         kith_reference_in_query(renaming->app, value->text, old, renaming->id, &query))
			code = kith_edit_replace(editing, value, query.text, err);
		else
			continue;
		if (code)
			return code;
		++*replaced;
	}
	return KITH_OK;
}

static enum kith_code edit_referrer(void *user, struct kith_app *app, const char *path, const char *text, size_t length,
                                    struct kith_buf *out, struct kith_err *err)
{
	struct kith_referrer *file = user;
	KITH_BUF stem = { 0 };
	KITH_EDITING editing = { 0 };
	(void)app;
	(void)kith_path_stem(path, &stem); /* a record's path has an ending */
	enum kith_code code = kith_editing_begin(&editing, (enum kith_kind)kith_kind_of_path(path),
	                                         kith_buf_text(&stem), path, text, length, err);
	file->replaced = 0;
	if (!code)
		code = replace_all(file->renaming, &editing, &file->replaced, err);
	if (!code)
		kith_buf_add_bytes(out, kith_buf_text(&editing.text), editing.text.length);
	return code;
}

static enum kith_code set_name(struct kith_editing *editing, const char *name, struct kith_err *err)
{
	const struct kith_field *field = kith_field_find(editing->kind, "name");
	if (!field) {
		kith_fail(err, KITH_USAGE, "a %s has no name", kith_kind_name(editing->kind));
		return kith_hint(err, "leave --name out");
	}
	const struct kith_edit_part part = { field, name };
	return kith_edit_apply(editing, &(struct kith_edit){ KITH_EDIT_SET, field, .parts = &part, .count = 1 }, err);
}

static enum kith_code set_formerly(struct kith_renaming *renaming, struct kith_editing *editing, struct kith_err *err)
{
	const struct kith_field *field = kith_field_find(editing->kind, "formerly");
	const struct kith_edit_part was = { field, renaming->row.id }, is = { field, renaming->id };
	const struct kith_edit edits[] = {
		{ KITH_EDIT_REMOVE, field, .parts = &is, .count = 1 }, /* it is called so again */
		{ KITH_EDIT_ADD, field, .parts = &was, .count = 1 },
	};
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < kith_count(edits) && !code; i++)
		code = kith_edit_apply(editing, &edits[i], err);
	return code;
}

/* The record's own text, as it will be. */
static enum kith_code edit_own(struct kith_renaming *renaming, const char *text, size_t length, struct kith_buf *out,
                               size_t *replaced, struct kith_err *err)
{
	const struct kith_row *row = &renaming->row;
	KITH_EDITING editing = { 0 };
	enum kith_code code = kith_editing_begin(&editing, row->kind, row->id, row->path, text, length, err);
	if (!code && renaming->had_id && !renaming->shared && strcmp(row->id, renaming->id) != 0) {
		code = replace_all(renaming, &editing, replaced, err);
		if (!code)
			code = set_formerly(renaming, &editing, err);
	}
	if (!code && renaming->name)
		code = set_name(&editing, renaming->name, err);
	if (code)
		return kith_within(err, "%s", kith_place_shown(renaming->app, row->path));
	kith_buf_add_bytes(out, kith_buf_text(&editing.text), editing.text.length);
	return KITH_OK;
}

static enum kith_code edit_name_only(void *user, struct kith_app *app, const char *path, const char *text,
                                     size_t length, struct kith_buf *out, struct kith_err *err)
{
	struct kith_renaming *renaming = user;
	size_t replaced = 0;
	(void)app, (void)path;
	return edit_own(renaming, text, length, out, &replaced, err);
}

/* --- the plan --- */

static enum kith_code read_text(struct kith_renaming *renaming, const char *path, struct kith_buf *out,
                                struct kith_err *err)
{
	return kith_file_read_beneath(renaming->app->store->root_fd, path, KITH_DOC_LIMIT, out, NULL, err);
}

/* What the interrupted rename wrote must be what this one would: else somebody has gone on with one of the two. */
static enum kith_code check_finished(struct kith_renaming *renaming, const struct kith_buf *wanted,
                                     struct kith_err *err)
{
	struct kith_app *app = renaming->app;
	KITH_BUF there = { 0 };
	const enum kith_code code = read_text(renaming, renaming->path, &there, err);
	if (code ||
	    (there.length == wanted->length && memcmp(kith_buf_text(&there), kith_buf_text(wanted), there.length) == 0))
		return code;
	kith_fail(err, KITH_USAGE, "%s is there already, and was called %s, but says something else than %s",
	          kith_place_shown(app, renaming->path), renaming->row.id, kith_place_shown(app, renaming->row.path));
	return kith_hint(err, "move what is missing into the first, delete the second, and run this again");
}

/* Each by itself, because the plan keeps a pointer to it. */
static struct kith_referrer *add_file(struct kith_renaming *renaming, const char *path)
{
	struct kith_arena *arena = &renaming->app->arena;
	struct kith_referrer *file = kith_arena_alloc(arena, sizeof(*file));
	*file = (struct kith_referrer){ renaming, path, 0 };
	*(struct kith_referrer **)kith_arena_push(arena, &renaming->files, &renaming->count, &renaming->capacity,
	                                          sizeof(file)) = file;
	return file;
}

static enum kith_code plan_create(struct kith_renaming *renaming, struct kith_err *err)
{
	const struct kith_row *row = &renaming->row;
	struct kith_referrer *own = add_file(renaming, renaming->path);
	KITH_BUF text = { 0 }, becomes = { 0 };
	enum kith_code code = read_text(renaming, row->path, &text, err);
	if (!code)
		code = edit_own(renaming, kith_buf_text(&text), text.length, &becomes, &own->replaced, err);
	if (!code && renaming->finished_before)
		return check_finished(renaming, &becomes, err);
	return code ? code
	            : kith_change_create_file(&renaming->changes, renaming->path, kith_buf_text(&becomes),
	                                      becomes.length, err);
}

static void add_broken(struct kith_renaming *renaming, const struct kith_err *why)
{
	struct kith_buf *out = &renaming->app->beside;
	renaming->broken++;
	kith_buf_add(out, "    ");
	kith_paint(out, false, KITH_PLAIN_TEXT, why->message);
	kith_buf_add_char(out, '\n');
}

static void plan_file(struct kith_renaming *renaming, const char *path)
{
	struct kith_err why = { 0 };
	if (strcmp(path, renaming->row.path) == 0 || strcmp(path, renaming->path) == 0)
		return;
	for (size_t i = 0; i < renaming->count; i++)
		if (strcmp(renaming->files[i]->path, path) == 0)
			return;
	if (kith_change_edit_file(&renaming->changes, path, edit_referrer, add_file(renaming, path), &why))
		add_broken(renaming, &why);
}

/* A playbook may ask for the id in words that cannot be rewritten with certainty. */
static enum kith_code plan_queries(struct kith_renaming *renaming, struct kith_err *err)
{
	struct kith_references queries = { 0 };
	const enum kith_code code = kith_references_in_queries(renaming->app, renaming->row.id, &queries, err);
	for (size_t i = 0; i < queries.count && !code; i++) {
		KITH_BUF text = { 0 };
		plan_file(renaming, queries.list[i].path);
		if (kith_reference_in_query(renaming->app, queries.list[i].text, renaming->row.id, renaming->id, &text))
			continue;
		*(struct kith_reference *)kith_arena_push(&renaming->app->arena, &renaming->by_hand.list,
		                                          &renaming->by_hand.count, &renaming->by_hand.capacity,
		                                          sizeof(struct kith_reference)) = queries.list[i];
	}
	return code;
}

static enum kith_code plan_references(struct kith_renaming *renaming, struct kith_err *err)
{
	struct kith_app *app = renaming->app;
	struct kith_references references = { 0 };
	const char **hidden;
	size_t count;
	enum kith_code code = kith_references_find(app, renaming->row.id, &references, err);
	if (!code)
		code = kith_references_hidden(app, renaming->row.id, &hidden, &count, err);
	if (code)
		return code;
	for (size_t i = 0; i < references.count; i++)
		plan_file(renaming, references.list[i].path);
	for (size_t i = 0; i < count; i++)
		plan_file(renaming, hidden[i]);
	code = plan_queries(renaming, err);
	if (code || !renaming->broken)
		return code;
	kith_fail(err, KITH_FAULTY, "%zu file%s may refer to %s and cannot be edited; nothing was changed",
	          renaming->broken, renaming->broken == 1 ? "" : "s", renaming->row.id);
	return kith_hint(err, "repair %s, and run this again: kith check", renaming->broken == 1 ? "it" : "them");
}

enum kith_code kith_renaming_plan(struct kith_renaming *renaming, struct kith_err *err)
{
	const bool moves = strcmp(renaming->row.path, renaming->path) != 0;
	enum kith_code code = KITH_OK;
	if (!moves)
		return kith_change_edit_file(&renaming->changes, renaming->path, edit_name_only, renaming, err);
	if (!renaming->moved_before)
		code = plan_create(renaming, err);
	if (!code && renaming->had_id && !renaming->shared && strcmp(renaming->row.id, renaming->id) != 0)
		code = plan_references(renaming, err);
	if (!code && !renaming->moved_before)
		code = kith_change_remove_file(&renaming->changes, renaming->row.path, err);
	return code;
}
