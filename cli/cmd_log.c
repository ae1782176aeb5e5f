/* kith log: a conversation in one line. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/draft.h"
#include "cli/pick.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "cli/save.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/store/names.h"

enum { PEOPLE = 1u << KITH_KIND_contact | 1u << KITH_KIND_group, MOST_PEOPLE = 64 };

struct logging {
	struct kith_app *app;
	struct kith_draft draft;
	struct kith_row people[MOST_PEOPLE];
	size_t count;
	kith_day day;
	const char *written[MOST_PEOPLE + 1]; /* paths of new files */
	size_t written_count;
};

static const struct kith_field *field(const char *path)
{
	return kith_field_find(KITH_KIND_note, path);
}

/* --- who --- */

/* A contact with nothing but a name, for somebody who is met for the first time. */
static enum kith_code add_contact(struct logging *logging, const char *name, struct kith_row *out, struct kith_err *err)
{
	struct kith_app *app = logging->app;
	struct kith_draft draft = { .kind = KITH_KIND_contact, .suggestions = KITH_SUGGEST };
	KITH_BUF slug = { 0 }, text = { 0 };
	kith_slug(&slug, name);
	enum kith_code code = kith_draft_add(app, &draft, kith_field_find(KITH_KIND_contact, "name"), name, err);
	if (code)
		return code;
	const char *path =
		kith_store_new_path(app->store, KITH_KIND_contact, kith_buf_text(&slug), KITH_NO_DAY, &app->arena);
	code = kith_draft_write(app, &draft, path, &text, err);
	if (!code)
		code = kith_save_new(app, path, text.text, text.length, err);
	if (code)
		return code;
	logging->written[logging->written_count++] = path;
	/* The note refers to it, and is checked against the index. */
	struct kith_index_report report;
	code = kith_index_update(app->index, &path, 1, &report, err);
	if (!code)
		code = kith_index_row_of_path(app->index, path, &app->arena, out, err);
	if (!code) {
		KITH_BUF line = { 0 };
		kith_buf_addf(&line, "→ contact %s\n", kith_place_shown(app, path));
		(void)kith_write_all(STDERR_FILENO, line.text, line.length, NULL); /* nowhere else to say it */
	}
	return code;
}

/* What is typed may be put behind a command that is shown: quotes and the like would break out of it. */
static bool is_tame(const char *name)
{
	return !strpbrk(name, "\"\\$`!\n");
}

static enum kith_code unrecorded(struct logging *logging, const char *name, struct kith_row *out, struct kith_err *err)
{
	struct kith_app *app = logging->app;
	KITH_BUF slug = { 0 };
	kith_slug(&slug, name);
	struct kith_row row;
	const bool free =
		slug.length && kith_index_row_of_id(app->index, slug.text, &app->arena, &row, NULL) == KITH_NONE;
	if (free && !kith_args_has(&app->args, "dry-run") &&
	    kith_ask(app, true, "%s is not recorded yet. Add a contact?", name))
		return add_contact(logging, name, out, err);
	const char *near = kith_arena_strdup(&app->arena, err->hint);
	kith_fail(err, KITH_NONE, "nobody recorded is called '%s'", name);
	if (strncmp(near, "did you mean", 12) == 0)
		return kith_hint(err, "%s Else: kith add contact \"%s\"", near, is_tame(name) ? name : "Their Name");
	return kith_hint(err, "kith add contact \"%s\"", is_tame(name) ? name : "Their Name");
}

static enum kith_code find_person(struct logging *logging, const char *name, struct kith_row *out, struct kith_err *err)
{
	struct kith_app *app = logging->app;
	enum kith_code code = kith_pick(app, name, PEOPLE, out, err);
	if (code == KITH_NONE && !kith_place_is_path(name))
		return unrecorded(logging, name, out, err);
	if (code)
		return code;
	if (!(PEOPLE >> out->kind & 1)) {
		kith_fail(err, KITH_USAGE, "%s is a %s", out->id, kith_kind_name(out->kind));
		return kith_hint(err, "a conversation is with people and groups; --for %s says what it serves",
		                 out->id);
	}
	/* What is only written alike may be somebody else. */
	if (kith_names_is_sure(app->index, name, out) || kith_place_is_path(name))
		return KITH_OK;
	if (kith_ask(app, true, "is %s meant?", out->title))
		return KITH_OK;
	kith_fail(err, KITH_NONE, "nobody recorded is called '%s'", name);
	kith_hint(err, "did you mean %s (%s)?", out->title, out->id);
	return unrecorded(logging, name, out, err);
}

static enum kith_code find_people(struct logging *logging, const char *who, struct kith_err *err)
{
	for (const char *at = who;;) {
		const size_t length = strcspn(at, ",");
		const char *start = at;
		size_t used = length;
		while (used && *start == ' ')
			start++, used--;
		while (used && start[used - 1] == ' ')
			used--;
		const char *name = kith_arena_strndup(&logging->app->arena, start, used);
		if (logging->count == MOST_PEOPLE)
			return kith_fail(err, KITH_USAGE, "a note is with %d at most", MOST_PEOPLE);
		if (!*name) {
			kith_fail(err, KITH_USAGE, "a name is empty in '%s'", who);
			return kith_hint(err, "write names with a comma between: ana,tom");
		}
		struct kith_row row;
		const enum kith_code code = find_person(logging, name, &row, err);
		if (code)
			return code;
		bool twice = false;
		for (size_t i = 0; i < logging->count; i++)
			twice = twice || strcmp(logging->people[i].id, row.id) == 0;
		if (!twice)
			logging->people[logging->count++] = row;
		at += length;
		if (!*at++)
			return KITH_OK;
	}
}

/* --- what --- */

static enum kith_code read_stdin(struct kith_app *app, const char **out, struct kith_err *err)
{
	KITH_BUF text = { 0 };
	char chunk[4096];
	ssize_t got;
	while ((got = read(STDIN_FILENO, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return kith_fail_errno(err, KITH_IO, "cannot read the text");
		kith_buf_add_bytes(&text, chunk, (size_t)got);
		if (text.length > KITH_DOC_LIMIT / 2)
			return kith_fail(err, KITH_USAGE, "the text is too long for one note");
	}
	if (strlen(kith_buf_text(&text)) != text.length) {
		kith_fail(err, KITH_USAGE, "the text holds a NUL byte");
		return kith_hint(err, "a note is text");
	}
	*out = kith_arena_strdup(&app->arena, kith_buf_text(&text));
	return KITH_OK;
}

static enum kith_code put_text(struct logging *logging, struct kith_err *err)
{
	struct kith_app *app = logging->app;
	const char *text = kith_args_text(&app->args, 1, &app->arena);
	if (strcmp(text, "-") == 0) {
		const enum kith_code code = read_stdin(app, &text, err);
		if (code)
			return code;
	}
	if (text[strspn(text, " \t\r\n")])
		return kith_draft_add(app, &logging->draft, field("text"), text, err);
	static const char *const enough[] = { "how", "gave", "got", "asked", "promise", "topics", "at", "for", "when" };
	for (size_t i = 0; i < kith_count(enough); i++)
		if (kith_args_has(&app->args, enough[i]))
			return KITH_OK;
	kith_fail(err, KITH_USAGE, "what was said?");
	return kith_hint(err, "kith log %s \"Walked the river. She starts in spring.\"", app->args.words[0]);
}

/* The options, in the order in which they were given: --by belongs to the promise before it. */
static enum kith_code put_options(struct logging *logging, struct kith_err *err)
{
	static const char *const fields[] = { "how", "at", "topics", "for", "gave", "got", "asked" };
	struct kith_app *app = logging->app;
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < app->args.given_count && !code; i++) {
		const struct kith_given *given = &app->args.given[i];
		if (strcmp(given->name, "promise") == 0)
			code = kith_draft_add(app, &logging->draft, field("promised"), given->value, err);
		for (size_t j = 0; j < kith_count(fields) && !code; j++)
			if (strcmp(given->name, fields[j]) == 0)
				code = kith_draft_add(app, &logging->draft, field(fields[j]), given->value, err);
		if (strcmp(given->name, "by") != 0 || code)
			continue;
		const size_t promises = kith_draft_count(&logging->draft, "promised.what");
		if (promises == kith_draft_count(&logging->draft, "promised.by") || !promises) {
			kith_fail(err, KITH_USAGE, "--by %s has no promise before it", given->value);
			return kith_hint(err, "--promise \"send the outline\" --by friday");
		}
		code = kith_draft_add(app, &logging->draft, field("promised.by"), given->value, err);
	}
	return code;
}

static enum kith_code put_day(struct logging *logging, struct kith_err *err)
{
	struct kith_app *app = logging->app;
	const char *when = kith_args_value(&app->args, "when");
	KITH_BUF date = { 0 };
	logging->day = app->now.today;
	if (when) {
		struct kith_date said;
		const enum kith_code code = kith_app_day(app, "--when", when, &logging->day, err);
		if (code)
			return code;
		/* A time of day stays with the date. */
		if (kith_date_read_words(when, app->now.today, &said, NULL, NULL))
			kith_date_print(&date, said);
	} else {
		kith_date_print_day(&date, logging->day);
	}
	kith_draft_put(app, &logging->draft, field("date"), 0, kith_arena_strdup(&app->arena, kith_buf_text(&date)));
	return KITH_OK;
}

static void put_people(struct logging *logging)
{
	struct kith_draft *draft = &logging->draft;
	for (size_t i = 0; i < logging->count; i++)
		kith_draft_put(logging->app, draft, field("with"), 0, logging->people[i].id);
	/* With several there, a promise is to all of them, which need not be said. */
	const uint32_t promises = logging->count == 1 ? (uint32_t)kith_draft_count(draft, "promised.what") : 0;
	for (uint32_t entry = 0; entry < promises; entry++)
		kith_draft_put(logging->app, draft, field("promised.to"), entry, logging->people[0].id);
}

/* --- saying what was understood --- */

static void echo_note(struct logging *logging)
{
	struct kith_app *app = logging->app;
	const char *how = kith_draft_text(&logging->draft, "how"), *text = kith_draft_text(&logging->draft, "text");
	KITH_BUF line = { 0 };
	kith_buf_addf(&line, "→ %s %s with ", logging->day > app->now.today ? "plan" : "note",
	              kith_draft_text(&logging->draft, "date"));
	for (size_t i = 0; i < logging->count; i++)
		kith_buf_addf(&line, "%s%s",
		              i == 0                   ? ""
		              : i + 1 < logging->count ? ", "
		                                       : " and ",
		              logging->people[i].title);
	if (how)
		kith_buf_addf(&line, " (%s)", how);
	if (text)
		kith_buf_addf(&line, ": %.*s%s", (int)strcspn(text, "\n"), text, strchr(text, '\n') ? " …" : "");
	kith_wrap(&app->out, false, KITH_PLAIN_TEXT, kith_buf_text(&line), 2, kith_screen_width(&app->screen));
	kith_buf_add_char(&app->out, '\n');
}

/* The rest, one line a thing: "→ promise: send the outline, by Fri 27 Nov". */
static void echo_rest(struct logging *logging)
{
	struct kith_app *app = logging->app;
	const struct kith_draft *draft = &logging->draft;
	for (size_t i = 0; i < draft->count; i++) {
		const struct kith_draft_value *value = &draft->values[i];
		const char *path = value->field->path;
		static const char *const said[] = { "date", "with", "how", "text", "promised.to", "promised.by" };
		bool skip = false;
		for (size_t j = 0; j < kith_count(said); j++)
			skip = skip || strcmp(path, said[j]) == 0;
		if (skip)
			continue;
		const bool promise = strcmp(path, "promised.what") == 0;
		KITH_BUF line = { 0 };
		kith_buf_addf(&line, "→ %.*s: %s", promise ? 7 : (int)strcspn(path, "."), promise ? "promise" : path,
		              value->shown ? value->shown : value->text);
		for (size_t j = 0; promise && j < draft->count; j++)
			if (strcmp(draft->values[j].field->path, "promised.by") == 0 &&
			    draft->values[j].entry == value->entry)
				kith_buf_addf(&line, ", by %s",
				              draft->values[j].shown ? draft->values[j].shown : draft->values[j].text);
		kith_wrap(&app->out, false, KITH_PLAIN_TEXT, kith_buf_text(&line), 2, kith_screen_width(&app->screen));
		kith_buf_add_char(&app->out, '\n');
	}
}

static const char *commit_message(struct logging *logging)
{
	KITH_BUF names = { 0 }, shown = { 0 };
	for (size_t i = 0; i < logging->count; i++)
		kith_buf_addf(&names, "%s%s", i ? ", " : "", logging->people[i].id);
	kith_clip(&shown, kith_buf_text(&names), 60);
	return kith_arena_printf(&logging->app->arena, "note with %s", kith_buf_text(&shown));
}

static enum kith_code save(struct logging *logging, struct kith_err *err)
{
	struct kith_app *app = logging->app;
	KITH_BUF text = { 0 };
	const char *path =
		kith_store_new_path(app->store, KITH_KIND_note, logging->people[0].id, logging->day, &app->arena);
	enum kith_code code = kith_draft_write(app, &logging->draft, path, &text, err);
	if (!code && !kith_args_has(&app->args, "dry-run")) {
		code = kith_save_new(app, path, text.text, text.length, err);
		if (!code)
			logging->written[logging->written_count++] = path;
	}
	if (code)
		return code;
	if (app->json) {
		kith_draft_json(app, &logging->draft, path, &text, !kith_args_has(&app->args, "dry-run"));
		return KITH_OK;
	}
	if (app->ids) {
		KITH_BUF id = { 0 };
		(void)kith_path_stem(path, &id); /* it was made with its ending */
		kith_rows_print_id(app, kith_buf_text(&id));
		return KITH_OK;
	}
	echo_note(logging);
	echo_rest(logging);
	if (kith_args_has(&app->args, "dry-run"))
		kith_paint(&app->out, app->screen.color, KITH_DIM, "nothing was written (-n)");
	else
		kith_paint(&app->out, app->screen.color, KITH_DIM, kith_place_shown(app, path));
	kith_buf_add_char(&app->out, '\n');
	return KITH_OK;
}

enum kith_code kith_cmd_log(struct kith_app *app, struct kith_err *err)
{
	struct logging logging = { .app = app, .draft.kind = KITH_KIND_note };
	enum kith_code code = kith_args_expect(&app->args, 1, SIZE_MAX, err);
	if (!code)
		code = put_day(&logging, err);
	if (!code)
		code = put_text(&logging, err);
	if (!code)
		code = put_options(&logging, err);
	/* Last, because somebody new may be written down on the way. */
	if (!code)
		code = find_people(&logging, app->args.words[0], err);
	if (!code) {
		put_people(&logging);
		code = save(&logging, err);
	}
	if (logging.written_count)
		kith_save_commit(app, commit_message(&logging), logging.written, logging.written_count);
	return code;
}
