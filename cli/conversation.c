#include "cli/conversation.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/draft.h"
#include "cli/people.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "cli/save.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

enum { MOST_MAPS = 16 };

struct conversation {
	struct kith_app *app;
	const struct kith_verb *verb;
	struct kith_draft draft;
	struct kith_people people;
	kith_day day;
	const struct kith_field *begun[MOST_MAPS]; /* lists of maps of which an entry was begun, the last one last */
	size_t begun_count;
	const char *written; /* path of the note */
};

static const struct kith_field *field(const char *path)
{
	return kith_field_find(KITH_KIND_note, path);
}

/* --- the options --- */

/* Options that are called otherwise than the field. */
static const struct alias {
	const char *option, *field;
} aliases[] = {
	{ "promise", "promised" }, { "outcome", "outcomes" }, { "on", "date" }, /* of a reminder */
};

static const char *option_of(const char *name)
{
	for (size_t i = 0; i < kith_count(aliases); i++)
		if (strcmp(aliases[i].field, name) == 0)
			return aliases[i].option;
	return name;
}

/* "by-whom" as the schema has it: "by_whom". */
static const char *field_name(struct conversation *conversation, const char *option)
{
	for (size_t i = 0; i < kith_count(aliases); i++)
		if (strcmp(aliases[i].option, option) == 0)
			return aliases[i].field;
	char *name = kith_arena_strdup(&conversation->app->arena, option);
	for (char *at = name; (at = strchr(at, '-'));)
		*at = '_';
	return name;
}

static bool is_entries(const struct kith_field *of)
{
	return of->type == KITH_MAP && kith_field_is_list(of) && !(of->flags & KITH_TOOLS);
}

/* An entry begins; what belongs to it follows. */
static enum kith_code begin_entry(struct conversation *conversation, const struct kith_field *map, const char *text,
                                  struct kith_err *err)
{
	size_t at = 0;
	while (at < conversation->begun_count && conversation->begun[at] != map)
		at++;
	if (at == conversation->begun_count && conversation->begun_count < MOST_MAPS)
		conversation->begun_count++;
	for (; at + 1 < conversation->begun_count; at++)
		conversation->begun[at] = conversation->begun[at + 1];
	conversation->begun[conversation->begun_count - 1] = map;
	return kith_draft_add(conversation->app, &conversation->draft, map, text, err);
}

static bool last_entry_has(const struct conversation *conversation, const struct kith_field *map,
                           const struct kith_field *key)
{
	const struct kith_draft *draft = &conversation->draft;
	uint32_t last = 0;
	for (size_t i = 0; i < draft->count; i++)
		if (draft->values[i].field->parent == map->id && draft->values[i].entry > last)
			last = draft->values[i].entry;
	for (size_t i = 0; i < draft->count; i++)
		if (draft->values[i].field == key && draft->values[i].entry == last)
			return true;
	return false;
}

/* "--by friday has no promise before it", "--hours 2 has no gave, got, asked or outcome before it". */
static enum kith_code fail_alone(const struct kith_given *given, const char *name, struct kith_err *err)
{
	const char *maps[MOST_MAPS];
	size_t rows, count = 0;
	const struct kith_field *fields = kith_fields(KITH_KIND_note, &rows);
	for (size_t i = 0; i < rows && count < MOST_MAPS; i++)
		if (is_entries(&fields[i]) && kith_field_child(KITH_KIND_note, &fields[i], name, strlen(name)))
			maps[count++] = option_of(fields[i].name);
	KITH_BUF names = { 0 };
	for (size_t i = 0; i < count; i++)
		kith_buf_addf(&names, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", maps[i]);
	kith_fail(err, KITH_USAGE, "--%s %s has no %s before it", given->name, given->value, kith_buf_text(&names));
	return kith_hint(err, "--%s \"%s\" --%s %s", maps[0],
	                 strcmp(maps[0], "promise") == 0 ? "send the outline" : "what it was", given->name,
	                 given->value);
}

/* A key of the last entry that may have one: --by of the promise before it. */
static enum kith_code put_key(struct conversation *conversation, const struct kith_given *given, const char *name,
                              struct kith_err *err)
{
	for (size_t i = conversation->begun_count; i-- > 0;) {
		const struct kith_field *map = conversation->begun[i];
		const struct kith_field *key = kith_field_child(KITH_KIND_note, map, name, strlen(name));
		if (!key)
			continue;
		if (!kith_field_is_list(key) && last_entry_has(conversation, map, key))
			break;
		return kith_draft_add(conversation->app, &conversation->draft, key, given->value, err);
	}
	return fail_alone(given, name, err);
}

static bool is_key(const char *name)
{
	size_t rows;
	const struct kith_field *fields = kith_fields(KITH_KIND_note, &rows);
	for (size_t i = 0; i < rows; i++)
		if (is_entries(&fields[i]) && kith_field_child(KITH_KIND_note, &fields[i], name, strlen(name)))
			return true;
	return false;
}

static enum kith_code put_option(struct conversation *conversation, const struct kith_given *given,
                                 struct kith_err *err)
{
	static const char *const elsewhere[] = { "date", "with" };
	const char *name = field_name(conversation, given->name);
	for (size_t i = 0; i < kith_count(elsewhere); i++)
		if (strcmp(given->name, elsewhere[i]) == 0)
			return KITH_OK;
	const struct kith_field *of = strcmp(given->name, "on") == 0 ? NULL : field(name);
	if (!of)
		return is_key(name) ? put_key(conversation, given, name, err) : KITH_OK; /* an option of kith's own */
	if (of->flags & KITH_TOOLS)
		return KITH_OK;
	if (is_entries(of))
		return begin_entry(conversation, of, given->value, err);
	return kith_draft_add(conversation->app, &conversation->draft, of, *given->value ? given->value : "yes", err);
}

/* In the order in which they were given. */
static enum kith_code put_options(struct conversation *conversation, struct kith_err *err)
{
	const struct kith_args *args = &conversation->app->args;
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < args->given_count && !code; i++)
		code = put_option(conversation, &args->given[i], err);
	return code;
}

/* --- the text --- */

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

/* What was said; of a verb such as `gave`, what was given. */
static enum kith_code put_text(struct conversation *conversation, struct kith_err *err)
{
	struct kith_app *app = conversation->app;
	const struct kith_verb *verb = conversation->verb;
	const char *text = kith_args_text(&app->args, 1, &app->arena);
	if (strcmp(text, "-") == 0) {
		const enum kith_code code = read_stdin(app, &text, err);
		if (code)
			return code;
	}
	const struct kith_field *of = field(verb->field);
	if (!text[strspn(text, " \t\r\n")])
		return KITH_OK;
	return is_entries(of) ? begin_entry(conversation, of, text, err)
	                      : kith_draft_add(app, &conversation->draft, of, text, err);
}

/* Without a text something else must be said. */
static enum kith_code check_enough(struct conversation *conversation, struct kith_err *err)
{
	const struct kith_field *of = kith_field_key(field(conversation->verb->field));
	const bool entries = !kith_field_is_top(of);
	if (kith_draft_text(&conversation->draft, of->path))
		return KITH_OK;
	if (!entries && (conversation->draft.count || kith_args_has(&conversation->app->args, "when")))
		return KITH_OK;
	kith_fail(err, KITH_USAGE, "%s", conversation->verb->question);
	return kith_hint(err, "kith %s %s \"%s\"", conversation->app->args.command->name,
	                 conversation->app->args.words[0], conversation->verb->example);
}

/* --- when and with whom --- */

static enum kith_code put_day(struct conversation *conversation, struct kith_err *err)
{
	struct kith_app *app = conversation->app;
	const char *when = kith_args_value(&app->args, "when");
	if (!when)
		when = kith_args_value(&app->args, "date");
	KITH_BUF date = { 0 };
	conversation->day = app->now.today;
	if (when) {
		struct kith_date said;
		const enum kith_code code = kith_app_day(app, "--when", when, &conversation->day, err);
		if (code)
			return code;
		/* A time of day stays with the date. */
		if (kith_date_read_words(when, app->now.today, &said, NULL, NULL))
			kith_date_print(&date, said);
	} else {
		kith_date_print_day(&date, conversation->day);
	}
	kith_draft_put(app, &conversation->draft, field("date"), 0,
	               kith_arena_strdup(&app->arena, kith_buf_text(&date)));
	return KITH_OK;
}

static bool is_me(const struct kith_app *app, const char *id)
{
	const char *me = app->store->settings.me;
	return strcmp(id, "me") == 0 || (me && strcmp(id, me) == 0);
}

static const char *entry_text(const struct kith_draft *draft, const char *path, uint32_t entry)
{
	for (size_t i = 0; i < draft->count; i++)
		if (draft->values[i].entry == entry && strcmp(draft->values[i].field->path, path) == 0)
			return draft->values[i].text;
	return NULL;
}

/* With one other there, a promise is to them, and theirs is to the user; with several, it is to all of them, which need not
 * be said. */
static void put_promises(struct conversation *conversation)
{
	struct kith_app *app = conversation->app;
	struct kith_draft *draft = &conversation->draft;
	if (conversation->people.count != 1)
		return;
	const char *other = conversation->people.list[0].id;
	const uint32_t promises = (uint32_t)kith_draft_count(draft, "promised.what");
	for (uint32_t entry = 0; entry < promises; entry++) {
		const char *by_whom = entry_text(draft, "promised.by_whom", entry);
		const bool theirs = by_whom && strcmp(by_whom, other) == 0 && !is_me(app, by_whom);
		if (entry_text(draft, "promised.to", entry) || (theirs && !app->store->settings.me))
			continue;
		kith_draft_put(app, draft, field("promised.to"), entry, theirs ? "me" : other);
	}
}

static enum kith_code put_people(struct conversation *conversation, struct kith_err *err)
{
	struct kith_app *app = conversation->app;
	enum kith_code code = kith_people_find(app, app->args.words[0], &conversation->people, err);
	for (size_t i = 0; i < app->args.given_count && !code; i++)
		if (strcmp(app->args.given[i].name, "with") == 0)
			code = kith_people_find(app, app->args.given[i].value, &conversation->people, err);
	for (size_t i = 0; i < conversation->people.count && !code; i++)
		kith_draft_put(app, &conversation->draft, field("with"), 0, conversation->people.list[i].id);
	if (!code)
		put_promises(conversation);
	return code;
}

/* --- saying what was understood --- */

static void echo_note(struct conversation *conversation)
{
	struct kith_app *app = conversation->app;
	const char *how = kith_draft_text(&conversation->draft, "how"),
		   *text = kith_draft_text(&conversation->draft, "text");
	KITH_BUF line = { 0 };
	kith_buf_addf(&line, "→ %s %s with ", conversation->day > app->now.today ? "plan" : "note",
	              kith_draft_text(&conversation->draft, "date"));
	for (size_t i = 0; i < conversation->people.count; i++)
		kith_buf_addf(&line, "%s%s",
		              i == 0                               ? ""
		              : i + 1 < conversation->people.count ? ", "
		                                                   : " and ",
		              conversation->people.list[i].title);
	if (how)
		kith_buf_addf(&line, " (%s)", how);
	if (text)
		kith_buf_addf(&line, ": %.*s%s", (int)strcspn(text, "\n"), text, strchr(text, '\n') ? " …" : "");
	kith_wrap(&app->out, false, KITH_PLAIN_TEXT, kith_buf_text(&line), 2, kith_screen_width(&app->screen));
	kith_buf_add_char(&app->out, '\n');
}

/* Everything else that is said of an entry: ", by Fri 27 Nov, hours 2". */
static void add_keys(const struct conversation *conversation, const struct kith_draft_value *key, struct kith_buf *line)
{
	const struct kith_draft *draft = &conversation->draft;
	for (size_t i = 0; i < draft->count; i++) {
		const struct kith_draft_value *value = &draft->values[i];
		if (value == key || value->field->parent != key->field->parent || value->entry != key->entry)
			continue;
		/* Whom a promise is to goes without saying when nobody else was there. */
		if (strcmp(value->field->path, "promised.to") == 0 && conversation->people.count == 1)
			continue;
		kith_buf_add(line, ", ");
		for (const char *at = value->field->name; *at; at++)
			kith_buf_add_char(line, *at == '_' ? ' ' : *at);
		kith_buf_addf(line, " %s", value->shown ? value->shown : value->text);
	}
}

/* The rest, one line a thing: "→ promise: send the outline, by Fri 27 Nov". */
static void echo_rest(struct conversation *conversation)
{
	struct kith_app *app = conversation->app;
	const struct kith_draft *draft = &conversation->draft;
	static const char *const said[] = { "date", "with", "how", "text" };
	for (size_t i = 0; i < draft->count; i++) {
		const struct kith_draft_value *value = &draft->values[i];
		const struct kith_field *top = kith_field_by_id(value->field->parent);
		bool skip = top != value->field && value->field != kith_field_key(top);
		for (size_t j = 0; j < kith_count(said); j++)
			skip = skip || strcmp(value->field->path, said[j]) == 0;
		if (skip)
			continue;
		KITH_BUF line = { 0 };
		kith_buf_addf(&line, "→ %s: %s", option_of(top->name), value->shown ? value->shown : value->text);
		if (top != value->field)
			add_keys(conversation, value, &line);
		kith_wrap(&app->out, false, KITH_PLAIN_TEXT, kith_buf_text(&line), 2, kith_screen_width(&app->screen));
		kith_buf_add_char(&app->out, '\n');
	}
}

/* --- saving --- */

static const char *commit_message(struct conversation *conversation)
{
	KITH_BUF names = { 0 }, shown = { 0 };
	for (size_t i = 0; i < conversation->people.count; i++)
		kith_buf_addf(&names, "%s%s", i ? ", " : "", conversation->people.list[i].id);
	kith_clip(&shown, kith_buf_text(&names), 60);
	return kith_arena_printf(&conversation->app->arena, "note with %s", kith_buf_text(&shown));
}

static enum kith_code save(struct conversation *conversation, struct kith_err *err)
{
	struct kith_app *app = conversation->app;
	KITH_BUF text = { 0 };
	const char *path = kith_store_new_path(app->store, KITH_KIND_note, conversation->people.list[0].id,
	                                       conversation->day, &app->arena);
	enum kith_code code = kith_draft_write(app, &conversation->draft, path, &text, err);
	if (!code && !kith_args_has(&app->args, "dry-run")) {
		code = kith_save_new(app, path, text.text, text.length, err);
		if (!code)
			conversation->written = path;
	}
	if (code)
		return code;
	if (app->json) {
		kith_draft_json(app, &conversation->draft, path, &text, !kith_args_has(&app->args, "dry-run"));
		return KITH_OK;
	}
	if (app->ids) {
		KITH_BUF id = { 0 };
		(void)kith_path_stem(path, &id); /* it was made with its ending */
		kith_rows_print_id(app, kith_buf_text(&id));
		return KITH_OK;
	}
	echo_note(conversation);
	echo_rest(conversation);
	if (kith_args_has(&app->args, "dry-run"))
		kith_paint(&app->out, app->screen.color, KITH_DIM, "nothing was written (-n)");
	else
		kith_paint(&app->out, app->screen.color, KITH_DIM, kith_place_shown(app, path));
	kith_buf_add_char(&app->out, '\n');
	return KITH_OK;
}

static void commit(struct conversation *conversation)
{
	struct kith_app *app = conversation->app;
	const struct kith_people *people = &conversation->people;
	const char *paths[KITH_PEOPLE_MOST + 1];
	size_t count = 0;
	for (size_t i = 0; i < people->written_count; i++)
		paths[count++] = people->written[i];
	if (conversation->written)
		paths[count++] = conversation->written;
	if (count && kith_save_commit(app, commit_message(conversation), paths, count))
		kith_save_say_undo(app, &app->out);
}

enum kith_code kith_conversation_note(struct kith_app *app, const struct kith_verb *verb, struct kith_err *err)
{
	struct conversation conversation = { .app = app, .verb = verb, .draft.kind = KITH_KIND_note };
	enum kith_code code = kith_args_expect(&app->args, 1, SIZE_MAX, err);
	if (!code)
		code = put_text(&conversation, err);
	if (!code)
		code = put_options(&conversation, err);
	if (!code)
		code = check_enough(&conversation, err);
	if (!code)
		code = put_day(&conversation, err);
	/* Last, because somebody new may be written down on the way. */
	if (!code)
		code = put_people(&conversation, err);
	if (!code)
		code = save(&conversation, err);
	commit(&conversation);
	return code;
}
