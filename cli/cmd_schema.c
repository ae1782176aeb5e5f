/* kith schema: the fields of a record, as a table, as JSON Schema, as a manual page. */
#include <string.h>

#include "cli/place.h"
#include "cli/table.h"
#include "lib/base/file.h"
#include "lib/store/schemas.h"

static enum kith_code find_kind(const char *name, enum kith_kind *out, struct kith_err *err)
{
	*out = kith_kind_find(name, strlen(name));
	if (*out < KITH_KINDS)
		return KITH_OK;
	if (strcmp(name, "kith") == 0 || strcmp(name, "kith.yaml") == 0) {
		*out = KITH_SETTINGS;
		return KITH_OK;
	}
	if (strcmp(name, "config") == 0 || strcmp(name, "config.yaml") == 0) {
		*out = KITH_CONFIG;
		return KITH_OK;
	}
	kith_fail(err, KITH_USAGE, "there is no kind of record called '%s'", name);
	return kith_hint(
		err,
		"contact, note, group, event, opportunity, need, goal, learning, playbook; kith and config for the "
		"two settings files");
}

/* The words of an `of` column: "open, met, dropped". */
static void add_words(struct kith_buf *out, const char *of, const char *last_separator)
{
	const char *at = of, *word;
	size_t length, rest;
	for (const char *separator = ""; (word = kith_of_next(&at, &length));) {
		kith_buf_add(out, separator);
		kith_buf_add_bytes(out, word, length);
		const char *peek = at;
		const bool one_left = kith_of_next(&peek, &rest) && !kith_of_next(&peek, &rest);
		separator = one_left ? last_separator : ", ";
	}
}

/* What a value of the field looks like: "words", "id of a group", "one of open, met, dropped". */
static void add_looks(struct kith_buf *out, const struct kith_field *field)
{
	static const char *const one[KITH_TYPES] = {
		[KITH_TEXT] = "text",
		[KITH_BLOCK] = "text, of several lines if need be",
		[KITH_DATE] = "date",
		[KITH_SPAN] = "span",
		[KITH_INT] = "number",
		[KITH_FLAG] = "yes or no",
		[KITH_TIME] = "time",
		[KITH_TIMES] = "from-to",
		[KITH_ENUM] = "one of ",
		[KITH_WORD] = "word",
		[KITH_REF] = "id of a ",
		[KITH_TEXT_OR_REF] = "text, or id of a ",
		[KITH_WORD_OR_REF] = "word, or id of a ",
		[KITH_DATE_OR_FLAG] = "date, or yes",
		[KITH_MAP] = "keys and values",
	};
	const bool list = kith_field_is_list(field);
	if (field->merge == KITH_TABLE)
		kith_buf_add(out, "keys of your own, each with a ");
	if (field->type == KITH_MAP && list)
		kith_buf_add(out, "list of entries");
	else if (list && field->type == KITH_REF)
		kith_buf_add(out, "ids of ");
	else
		kith_buf_add(out, one[field->type]);
	if (list && (field->type == KITH_TEXT || field->type == KITH_WORD || field->type == KITH_DATE ||
	             field->type == KITH_SPAN))
		kith_buf_add_char(out, 's');
	if (field->type == KITH_ENUM)
		add_words(out, field->of, ", ");
	else if (kith_field_may_refer(field) && strcmp(field->of, "any") == 0)
		kith_buf_add(out, list ? "records" : "record");
	else if (kith_field_may_refer(field))
		add_words(out, field->of, " or ");
	if (list && field->type == KITH_REF && strcmp(field->of, "any") != 0)
		kith_buf_add_char(out, 's');
	if (field->flags & KITH_REQUIRED)
		kith_buf_add(out, "; needed");
}

static void add_help(struct kith_buf *out, const struct kith_field *field)
{
	kith_buf_add(out, field->help);
	if (*field->of && field->type == KITH_WORD) {
		kith_buf_add(out, "; for example ");
		add_words(out, field->of, ", ");
	}
	kith_buf_add(out, " (");
	add_looks(out, field);
	kith_buf_add_char(out, ')');
}

static void print_fields(struct kith_app *app, enum kith_kind kind)
{
	size_t count, widest = 0;
	const struct kith_field *fields = kith_fields(kind, &count);
	const bool color = app->screen.color;
	for (size_t i = 0; i < count; i++)
		if (strlen(fields[i].path) + 1 > widest)
			widest = strlen(fields[i].path) + 1;
	kith_paintf(&app->out, color, KITH_BOLD, "%s", kith_kind_name(kind));
	if (kind < KITH_KINDS)
		kith_buf_addf(&app->out, ": %s, in %s/", kith_kind_help(kind), kith_kind_folder(kind));
	kith_buf_add(&app->out, "\n\n");
	for (size_t i = 0; i < count; i++) {
		const struct kith_field *field = &fields[i];
		const bool top = kith_field_is_top(field);
		KITH_BUF help = { 0 };
		add_help(&help, field);
		kith_spaces(&app->out, top ? 2 : 3);
		kith_paint(&app->out, color, top ? KITH_CYAN : KITH_PLAIN_TEXT, field->path);
		kith_spaces(&app->out, widest + (top ? 2 : 1) - strlen(field->path));
		kith_wrap(&app->out, false, KITH_PLAIN_TEXT, help.text, widest + 4, kith_screen_width(&app->screen));
		kith_buf_add_char(&app->out, '\n');
	}
}

static void print_kinds(struct kith_app *app)
{
	for (unsigned kind = 0; kind < KITH_KINDS; kind++) {
		const char *name = kith_kind_name((enum kith_kind)kind);
		kith_paint(&app->out, app->screen.color, KITH_BOLD, name);
		kith_spaces(&app->out, 13 - strlen(name));
		kith_wrap(&app->out, false, KITH_PLAIN_TEXT, kith_kind_help((enum kith_kind)kind), 13,
		          kith_screen_width(&app->screen));
		kith_buf_add_char(&app->out, '\n');
	}
	kith_buf_add_char(&app->out, '\n');
	kith_wrap(&app->out, false, KITH_PLAIN_TEXT,
	          "kith schema KIND lists the fields of one; kith schema kith those of kith.yaml.", 0,
	          kith_screen_width(&app->screen));
	kith_buf_add_char(&app->out, '\n');
}

static enum kith_code write_schemas(struct kith_app *app, struct kith_err *err)
{
	enum kith_code code = kith_app_open_index(app, err);
	if (!code)
		code = kith_schemas_write(app->store->root_fd, app->index, err);
	if (!code)
		kith_buf_addf(&app->out, "%s/.kith/schema/\n", kith_place_home(&app->arena, app->store->root));
	return code;
}

enum kith_code kith_cmd_schema(struct kith_app *app, struct kith_err *err)
{
	enum kith_code code = kith_args_expect(&app->args, 0, 1, err);
	if (code)
		return code;
	if (kith_args_has(&app->args, "man")) {
		kith_schema_manual(&app->out);
		return KITH_OK;
	}
	if (kith_args_has(&app->args, "write"))
		return write_schemas(app, err);
	if (!app->args.word_count) {
		if (app->json) {
			kith_fail(err, KITH_USAGE, "kith schema --json needs a kind");
			return kith_hint(err, "kith schema contact --json");
		}
		print_kinds(app);
		return KITH_OK;
	}
	enum kith_kind kind;
	code = find_kind(app->args.words[0], &kind, err);
	if (code)
		return code;
	if (app->json)
		kith_schema_json(&app->out, kind);
	else
		print_fields(app, kind);
	return KITH_OK;
}
