#include "cli/draft.h"

#include <string.h>

#include "cli/pick.h"
#include "cli/place.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/record/yaml.h"
#include "lib/store/check.h"
#include "lib/store/names.h"

/* --- understanding --- */

static enum kith_code refuse(const struct kith_field *field, const char *typed, const char *why, const char *hint,
                             struct kith_err *err)
{
	const bool continues = strncmp(why, "is ", 3) == 0 || strncmp(why, "stands ", 7) == 0;
	const char *joint = continues ? " " : strncmp(why, "not ", 4) == 0 ? " is " : ": ";
	kith_fail(err, KITH_USAGE, "%s: '%s'%s%s", field->path, typed, joint, why);
	return kith_hint(err, "%s", *hint ? hint : kith_type_looks(field->type));
}

static enum kith_code understand_reference(struct kith_app *app, struct kith_draft_value *value, struct kith_err *err)
{
	struct kith_row row;
	const struct kith_field *field = value->field;
	if ((field->flags & KITH_ME) && strcmp(value->typed, "me") == 0)
		return KITH_OK;
	const unsigned kinds = kith_field_kinds(field);
	if (field->type != KITH_REF) {
		/* Any text will do here, so only what is certainly an id is taken for one. */
		if (kith_pick_exact(app, value->typed, kinds, &row, NULL) == KITH_OK)
			value->shown = row.title;
		return KITH_OK;
	}
	const enum kith_code code = kith_pick(app, value->typed, kinds, &row, err);
	if (code)
		return kith_within(err, "%s", field->path);
	if (!(kinds >> row.kind & 1)) {
		kith_fail(err, KITH_USAGE, "%s: %s is a %s", field->path, row.id, kith_kind_name(row.kind));
		return kith_hint(err, "%s names a record of another kind: %s", field->path, field->of);
	}
	/* What is only written alike may be somebody else. */
	if (!kith_place_is_path(value->typed) && !kith_names_is_sure(app->index, value->typed, &row) &&
	    (kith_args_has(&app->args, "yes") || !kith_ask(app, true, "is %s meant?", row.title))) {
		kith_fail(err, KITH_NONE, "%s: nothing is called '%s'", field->path, value->typed);
		return kith_hint(err, "did you mean %s (%s)?", row.title, row.id);
	}
	value->text = row.id;
	value->shown = row.title;
	return KITH_OK;
}

static enum kith_code understand_date(struct kith_app *app, struct kith_draft_value *value, struct kith_err *err)
{
	struct kith_date date;
	const char *why = "is not a date";
	KITH_BUF text = { 0 };
	struct kith_value checked;
	/* A date as files have it comes first: it may lack the year or the day where the field allows it. */
	if (kith_value_read(value->field, value->typed, &checked, NULL, NULL))
		return KITH_OK;
	if (!kith_date_read_words(value->typed, app->now.today, &date, &why, &text))
		return refuse(value->field, value->typed, why, kith_buf_text(&text), err);
	kith_buf_clear(&text);
	kith_date_print(&text, date);
	value->text = kith_arena_strdup(&app->arena, kith_buf_text(&text));
	kith_buf_clear(&text);
	if (date.day && date.year) {
		kith_date_print_short(&text, kith_day_of(date), app->now.today);
		value->shown = kith_arena_strdup(&app->arena, kith_buf_text(&text));
	}
	why = "is not a date";
	KITH_BUF hint = { 0 };
	if (!kith_value_read(value->field, value->text, &checked, &why, &hint))
		return refuse(value->field, value->typed, why, kith_buf_text(&hint), err);
	return KITH_OK;
}

static enum kith_code understand(struct kith_app *app, struct kith_draft_value *value, struct kith_err *err)
{
	const struct kith_field *field = value->field;
	if (!kith_is_utf8(value->typed, strlen(value->typed), NULL)) {
		kith_fail(err, KITH_USAGE, "%s: the text is not UTF-8", field->path);
		return kith_hint(err, "check the encoding of your terminal (locale)");
	}
	if (kith_field_may_refer(field))
		return understand_reference(app, value, err);
	if (field->type == KITH_DATE)
		return understand_date(app, value, err);
	struct kith_value checked;
	const char *why = "cannot be read";
	KITH_BUF hint = { 0 };
	if (kith_value_read(field, value->typed, &checked, &why, &hint))
		return KITH_OK;
	if (field->type == KITH_DATE_OR_FLAG)
		return understand_date(app, value, err);
	return refuse(field, value->typed, why, kith_buf_text(&hint), err);
}

/* --- collecting --- */

static bool entry_has(const struct kith_draft *draft, const struct kith_field *field, uint32_t entry)
{
	for (size_t i = 0; i < draft->count; i++)
		if (draft->values[i].field == field && draft->values[i].entry == entry)
			return true;
	return false;
}

/* How many entries the list of maps has that the field is a key of. */
static uint32_t entries_of(const struct kith_draft *draft, const struct kith_field *field)
{
	uint32_t count = 0;
	for (size_t i = 0; i < draft->count; i++)
		if (draft->values[i].field->parent == field->parent && draft->values[i].entry >= count)
			count = draft->values[i].entry + 1;
	return count;
}

static uint32_t entry_for(const struct kith_draft *draft, const struct kith_field *field, bool begins)
{
	if (kith_field_is_top(field))
		return 0;
	const uint32_t entries = entries_of(draft, field);
	if (!entries || begins)
		return entries;
	return !kith_field_is_list(field) && entry_has(draft, field, entries - 1) ? entries : entries - 1;
}

static void push(struct kith_app *app, struct kith_draft *draft, struct kith_draft_value value)
{
	struct kith_draft_value *place =
		kith_arena_push(&app->arena, &draft->values, &draft->count, &draft->capacity, sizeof(*place));
	*place = value;
}

static bool takes_commas(const struct kith_field *field)
{
	return field->type == KITH_WORD || field->type == KITH_REF || field->type == KITH_WORD_OR_REF ||
	       field->type == KITH_ENUM || field->type == KITH_DATE || field->type == KITH_SPAN;
}

static const char *trimmed(struct kith_app *app, const char *text, size_t length)
{
	while (length && strchr(" \t\r\n", *text))
		text++, length--;
	while (length && strchr(" \t\r\n", text[length - 1]))
		length--;
	return kith_arena_strndup(&app->arena, text, length);
}

static enum kith_code add_one(struct kith_app *app, struct kith_draft *draft, const struct kith_field *field,
                              bool begins, const char *typed, struct kith_err *err)
{
	struct kith_draft_value value = { .field = field, .typed = typed, .text = typed, .shown = NULL };
	if (!*typed) {
		kith_fail(err, KITH_USAGE, "%s is empty", field->path);
		return kith_hint(err, "leave it out, or write %s", kith_type_looks(field->type));
	}
	if (kith_field_is_top(field) && !kith_field_is_list(field) && kith_draft_count(draft, field->path)) {
		kith_fail(err, KITH_USAGE, "%s is given twice", field->path);
		return kith_hint(err, "it holds one value");
	}
	const enum kith_code code = understand(app, &value, err);
	if (code)
		return code;
	value.entry = entry_for(draft, field, begins);
	push(app, draft, value);
	return KITH_OK;
}

enum kith_code kith_draft_add(struct kith_app *app, struct kith_draft *draft, const struct kith_field *given,
                              const char *typed, struct kith_err *err)
{
	const struct kith_field *field = kith_field_key(given);
	const bool begins = field != given;
	const bool list = begins || kith_field_is_list(field);
	if (!list || !takes_commas(field))
		return add_one(app, draft, field, begins, trimmed(app, typed, strlen(typed)), err);
	for (const char *at = typed;;) {
		const size_t length = strcspn(at, ",");
		const enum kith_code code = add_one(app, draft, field, begins, trimmed(app, at, length), err);
		if (code)
			return code;
		at += length;
		if (!*at++)
			return KITH_OK;
	}
}

void kith_draft_put(struct kith_app *app, struct kith_draft *draft, const struct kith_field *field, uint32_t entry,
                    const char *text)
{
	text = trimmed(app, text, strlen(text));
	push(app, draft, (struct kith_draft_value){ .field = field, .entry = entry, .text = text, .typed = text });
}

size_t kith_draft_count(const struct kith_draft *draft, const char *path)
{
	size_t count = 0;
	for (size_t i = 0; i < draft->count; i++)
		count += strcmp(draft->values[i].field->path, path) == 0;
	return count;
}

const char *kith_draft_text(const struct kith_draft *draft, const char *path)
{
	for (size_t i = 0; i < draft->count; i++)
		if (strcmp(draft->values[i].field->path, path) == 0)
			return draft->values[i].text;
	return NULL;
}

void kith_draft_echo(struct kith_app *app, const struct kith_draft *draft, struct kith_buf *out)
{
	size_t widest = 0;
	for (size_t i = 0; i < draft->count; i++)
		if (strlen(draft->values[i].field->path) > widest)
			widest = strlen(draft->values[i].field->path);
	for (size_t i = 0; i < draft->count; i++) {
		const struct kith_draft_value *value = &draft->values[i];
		if (strcmp(value->field->path, "name") == 0)
			continue;
		kith_buf_add(out, "→ ");
		kith_paint(out, app->screen.color, KITH_DIM, value->field->path);
		kith_spaces(out, widest - strlen(value->field->path) + 2);
		kith_paint(out, false, KITH_PLAIN_TEXT, value->text);
		if (value->shown) {
			kith_buf_add(out, "  ");
			kith_paintf(out, app->screen.color, KITH_DIM, "(%s)", value->shown);
		}
		kith_buf_add_char(out, '\n');
	}
}
