/* kith add: a new record. */
#include <string.h>

#include "cli/draft.h"
#include "cli/editor.h"
#include "cli/pick.h"
#include "cli/place.h"
#include "cli/save.h"
#include "lib/base/file.h"
#include "lib/base/swap.h"
#include "lib/base/text.h"

static enum kith_code read_kind(const struct kith_args *args, enum kith_kind *out, struct kith_err *err)
{
	if (!args->word_count) {
		kith_fail(err, KITH_USAGE, "kith add needs to know what");
		return kith_hint(
			err, "kith add contact \"Somebody's Name\"; also note, group, event, opportunity, need, goal, "
			     "learning, playbook");
	}
	*out = kith_kind_find(args->words[0], strlen(args->words[0]));
	if (*out < KITH_KINDS)
		return KITH_OK;
	const char *names[KITH_KINDS];
	for (unsigned i = 0; i < KITH_KINDS; i++)
		names[i] = kith_kind_name((enum kith_kind)i);
	const char *meant = kith_did_you_mean(args->words[0], names, KITH_KINDS);
	kith_fail(err, KITH_USAGE, "there is no kind of record called '%s'", args->words[0]);
	if (meant)
		return kith_hint(err, "did you mean %s?", meant);
	return kith_hint(err, "for a person: kith add contact \"%s\"", args->words[0]);
}

/* The words behind the kind: the name; of a note, who it is with. */
static enum kith_code read_words(struct kith_app *app, struct kith_draft *draft, struct kith_err *err)
{
	const char *text = kith_args_text(&app->args, 1, &app->arena);
	if (draft->kind == KITH_KIND_note) {
		if (!*text)
			return KITH_OK;
		return kith_draft_add(app, draft, kith_field_find(draft->kind, "with"), text, err);
	}
	const struct kith_field *name = kith_field_find(draft->kind, "name");
	if (*text)
		return kith_draft_add(app, draft, name, text, err);
	if (kith_args_has(&app->args, "name"))
		return KITH_OK;
	kith_fail(err, KITH_USAGE, "the %s needs a name", kith_kind_name(draft->kind));
	return kith_hint(err, "kith add %s \"%s\"", kith_kind_name(draft->kind),
	                 draft->kind == KITH_KIND_contact ? "Ana Silva" : "What it is called");
}

static bool is_field(enum kith_kind kind, const char *name, const struct kith_field **out)
{
	*out = kith_field_find(kind, name);
	return *out && !((*out)->flags & KITH_TOOLS);
}

/* The options that are fields. *count says how many. */
static enum kith_code read_fields(struct kith_app *app, struct kith_draft *draft, size_t *count, struct kith_err *err)
{
	for (size_t i = 0; i < app->args.given_count; i++) {
		const struct kith_given *given = &app->args.given[i];
		const struct kith_field *field;
		if (!is_field(draft->kind, given->name, &field))
			continue;
		const enum kith_code code = kith_draft_add(app, draft, field, given->value, err);
		if (code)
			return code;
		++*count;
	}
	return KITH_OK;
}

static kith_day day_of_note(struct kith_app *app, struct kith_draft *draft)
{
	const struct kith_field *field = kith_field_find(draft->kind, "date");
	const char *text = kith_draft_text(draft, "date");
	struct kith_date date;
	if (text && kith_date_read(text, &date, NULL, NULL) && date.day)
		return kith_day_of(date);
	if (!text) {
		KITH_BUF today = { 0 };
		kith_date_print_day(&today, app->now.today);
		kith_draft_put(app, draft, field, 0, kith_arena_strdup(&app->arena, today.text));
	}
	return app->now.today;
}

/* The id the file will be called by; for a note what its name contains. */
static enum kith_code choose_stem(struct kith_app *app, const struct kith_draft *draft, const char **out,
                                  struct kith_err *err)
{
	const char *id = kith_args_value(&app->args, "id");
	const char *name = kith_draft_text(draft, draft->kind == KITH_KIND_note ? "with" : "name");
	KITH_BUF slug = { 0 };
	if (id && !kith_is_id(id, strlen(id))) {
		kith_slug(&slug, id);
		kith_fail(err, KITH_USAGE, "--id '%s' is not an id: lower case letters, digits and - make one", id);
		return kith_hint(err, "write --id %s", slug.length ? slug.text : "ana-silva");
	}
	if (!id && name)
		kith_slug(&slug, name);
	if (!id && !slug.length && draft->kind != KITH_KIND_note) {
		kith_fail(err, KITH_USAGE, "the name has no letter or digit to make an id of");
		return kith_hint(err, "give it an id: --id ana-silva");
	}
	*out = id ? id : kith_arena_strdup(&app->arena, slug.length ? slug.text : "note");
	return KITH_OK;
}

static enum kith_code refuse_used(struct kith_app *app, enum kith_kind kind, const char *id, struct kith_err *err)
{
	struct kith_row row;
	if (kind == KITH_KIND_note || kith_index_row_of_id(app->index, id, &app->arena, &row, NULL) != KITH_OK)
		return KITH_OK;
	kith_fail(err, KITH_USAGE, "%s is there already: %s (%s)", id, row.title, kith_place_shown(app, row.path));
	return kith_hint(err, "kith edit %s opens it; for somebody or something else add --id %s-2", id, id);
}

static bool wants_editor(const struct kith_app *app, size_t fields)
{
	if (kith_args_has(&app->args, "edit"))
		return true;
	return !kith_args_has(&app->args, "no-edit") && !fields && app->screen.interactive && app->screen.terminal;
}

/* The file as it would be, for -n. */
static void print_draft(struct kith_app *app, const struct kith_draft *draft, const char *path,
                        const struct kith_buf *text)
{
	if (app->json) {
		kith_draft_json(app, draft, path, text, false);
		return;
	}
	kith_paintf(&app->out, app->screen.color, KITH_DIM, "# would be %s", kith_place_shown(app, path));
	kith_buf_add_char(&app->out, '\n');
	kith_printable(&app->out, text->text, text->length, true);
}

static void print_added(struct kith_app *app, const struct kith_draft *draft, const char *path,
                        const struct kith_buf *text)
{
	KITH_BUF id = { 0 };
	if (app->json) {
		kith_draft_json(app, draft, path, text, true);
	} else if (app->ids) {
		(void)kith_path_stem(path, &id); /* it was made with its ending */
		kith_buf_addf(&app->out, "%s\n", kith_buf_text(&id));
	} else {
		kith_buf_addf(&app->out, "%s\n", kith_place_shown(app, path));
		kith_draft_echo(app, draft, &app->out);
	}
}

/* Take the file away again, unless somebody has saved it since it was read. Where a daemon was quick to
 * commit it, that it is gone is committed too. */
static enum kith_code drop(struct kith_app *app, const struct kith_edited *edited, struct kith_err *err)
{
	const struct kith_swap swap = kith_store_swap(app->store, &app->arena);
	const char *shown = kith_place_shown(app, edited->path);
	enum kith_swapped swapped;
	struct kith_index_report report;
	enum kith_code code = kith_swap_remove(&swap, edited->path, kith_buf_text(&edited->after), edited->after.length,
	                                       &swapped, err);
	if (!code && swapped == KITH_SWAP_BEATEN)
		return kith_fail(err, KITH_IO, "%s was saved meanwhile, and stays", shown);
	if (!code)
		code = kith_index_update(app->index, &edited->path, 1, &report, err);
	if (code)
		return code;
	(void)kith_save_commit(app, kith_arena_printf(&app->arena, "drop %s", edited->path), &edited->path, 1);
	return kith_fail(err, KITH_STOPPED, "%s was dropped; nothing is added", shown);
}

/* The text becomes what the editor left.  What was opened and left without a word may not have been meant. */
static enum kith_code edit_new(struct kith_app *app, const char *path, struct kith_buf *text, bool *dropped,
                               struct kith_err *err)
{
	struct kith_edited edited = { .path = path, .is_new = true };
	enum kith_code code = kith_editor_edit(app, &edited, 1, err);
	const char *shown = kith_place_shown(app, path);
	*dropped = false;
	if (!code && edited.emptied)
		*dropped = !app->screen.interactive || kith_ask(app, true, "%s is empty: drop it?", shown);
	else if (!code && !edited.changed && app->screen.interactive && !kith_args_has(&app->args, "yes"))
		*dropped = !kith_ask(app, true, "nothing was written: keep %s as it was made?", shown);
	if (*dropped)
		code = drop(app, &edited, err);
	kith_buf_clear(text);
	kith_buf_add_bytes(text, kith_buf_text(&edited.after), edited.after.length);
	kith_editor_finish(&edited, 1);
	return code;
}

static enum kith_code write_record(struct kith_app *app, struct kith_draft *draft, const char *stem, kith_day day,
                                   bool edit, struct kith_err *err)
{
	const char *path = kith_store_new_path(app->store, draft->kind, stem, day, &app->arena);
	KITH_BUF text = { 0 };
	enum kith_code code = kith_draft_write(app, draft, path, &text, err);
	if (code)
		return code;
	if (kith_args_has(&app->args, "dry-run")) {
		print_draft(app, draft, path, &text);
		return KITH_OK;
	}
	code = kith_save_new(app, path, text.text, text.length, err);
	if (code)
		return code;
	bool dropped = false;
	if (edit)
		code = edit_new(app, path, &text, &dropped, err);
	if (dropped)
		return code;
	print_added(app, draft, path, &text);
	if (kith_save_commit(app, kith_arena_printf(&app->arena, "add %s", stem), &path, 1))
		kith_save_say_undo(app, &app->out);
	return code;
}

enum kith_code kith_cmd_add(struct kith_app *app, struct kith_err *err)
{
	struct kith_draft draft = { 0 };
	size_t fields = 0;
	enum kith_code code = read_kind(&app->args, &draft.kind, err);
	if (!code)
		code = read_words(app, &draft, err);
	if (!code)
		code = read_fields(app, &draft, &fields, err);
	if (code)
		return code;
	const kith_day day = draft.kind == KITH_KIND_note ? day_of_note(app, &draft) : KITH_NO_DAY;
	const bool edit = wants_editor(app, fields);
	draft.suggestions = edit || !fields ? KITH_SUGGEST : KITH_SUGGEST_NOTHING;
	const char *stem = NULL;
	code = choose_stem(app, &draft, &stem, err);
	if (!code)
		code = refuse_used(app, draft.kind, stem, err);
	return code ? code : write_record(app, &draft, stem, day, edit, err);
}
