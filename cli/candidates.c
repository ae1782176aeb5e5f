#include "cli/candidates.h"

#include <string.h>
#include <strings.h>

#include "cli/fresh.h"
#include "cli/rows.h"
#include "cli/waiting.h"
#include "lib/store/names.h"

enum { MOST = 200, PEOPLE = 1u << KITH_KIND_contact | 1u << KITH_KIND_group };

struct line {
	struct kith_app *app;
	struct kith_buf *out;
	const char *const *words;
	size_t count;
	const struct kith_command *command;
	size_t operand;     /* how many words stand behind the command before the last one */
	const char *first;  /* the first of them, or NULL */
	const char *last;   /* what is being typed: a part of the last word */
	const char *before; /* the part of the last word that stays in front */
	bool files;
};

static bool begins(const char *word, const char *typed)
{
	return strncasecmp(word, typed, strlen(typed)) == 0;
}

static void put_always(struct line *line, const char *word, const char *what)
{
	kith_paint(line->out, false, KITH_PLAIN_TEXT, line->before);
	kith_paint(line->out, false, KITH_PLAIN_TEXT, word);
	if (*what) {
		kith_buf_add_char(line->out, '\t');
		kith_paint(line->out, false, KITH_PLAIN_TEXT, what);
	}
	kith_buf_add_char(line->out, '\n');
}

static void put(struct line *line, const char *word, const char *what)
{
	if (begins(word, line->last))
		put_always(line, word, what);
}

/* Go on behind the last `separator` of what is typed: a,b,| offers what may follow the comma. */
static void go_on_behind(struct line *line, char separator)
{
	const char *at = strrchr(line->last, separator);
	if (!at)
		return;
	const size_t length = (size_t)(at + 1 - line->last);
	line->before = kith_arena_printf(&line->app->arena, "%s%.*s", line->before, (int)length, line->last);
	line->last = at + 1;
}

static bool has_index(struct line *line)
{
	struct kith_app *app = line->app;
	return kith_app_open_store(app, NULL) == KITH_OK && (app->index || kith_fresh_open(app, true, NULL) == KITH_OK);
}

/* --- what may stand somewhere --- */

static void put_ids(struct line *line, unsigned kinds)
{
	struct kith_app *app = line->app;
	struct kith_rows rows = { 0 };
	if (!has_index(line))
		return;
	if (*line->last) {
		struct kith_row *found;
		size_t count;
		if (kith_names_find(app->index, line->last, kinds, MOST, &app->arena, &found, &count, NULL))
			return;
		rows.list = found;
		rows.count = count;
	} else {
		KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
		const struct kith_query_options options = { .kind = KITH_KIND_contact, .limit = MOST };
		if (kith_query_parse("", app->now, &query, NULL, NULL) == KITH_OK)
			(void)kith_rows_run(app, query, &options, &rows, NULL); /* fewer candidates */
	}
	for (size_t i = 0; i < rows.count; i++)
		put(line, rows.list[i].id, rows.list[i].title);
}

static void put_list(struct line *line, const char *words)
{
	KITH_ARENA arena = { 0 };
	const char *at = words, *word;
	size_t length;
	while ((word = kith_of_next(&at, &length)))
		put(line, kith_arena_strndup(&arena, word, length), "");
}

static bool is_simple(const char *word)
{
	return !strpbrk(word, " \t\n,()\":'\\$`");
}

/* Words of the field: those in use, then the usual ones. */
static void put_words(struct line *line, const struct kith_field *field, bool quoted)
{
	struct kith_app *app = line->app;
	const char **words;
	size_t count;
	/* In a query a word with blanks stands in quotes, of which the first may be typed already. */
	const char *typed = line->last + (quoted && *line->last == '"');
	if (!has_index(line) ||
	    kith_index_words(app->index, field->path, typed, MOST, &app->arena, &words, &count, NULL)) {
		put_list(line, field->type == KITH_WORD || field->type == KITH_WORD_OR_REF ? field->of : "");
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (begins(words[i], typed))
			put_always(line,
			           !quoted || is_simple(words[i]) ? words[i]
			                                          : kith_arena_printf(&app->arena, "\"%s\"", words[i]),
			           "");
}

static void put_value(struct line *line, const struct kith_field *field, bool quoted)
{
	field = kith_field_key(field);
	go_on_behind(line, ',');
	switch (field->type) {
	case KITH_ENUM: put_list(line, field->of); break;
	case KITH_WORD: put_words(line, field, quoted); break;
	case KITH_REF:
	case KITH_TEXT_OR_REF:
	case KITH_WORD_OR_REF:
		put_ids(line, kith_field_kinds(field));
		if (field->type == KITH_WORD_OR_REF)
			put_words(line, field, quoted);
		break;
	case KITH_FLAG: put_list(line, "yes no"); break;
	case KITH_SPAN: put_list(line, "weekly monthly quarterly yearly never"); break;
	case KITH_DATE:
	case KITH_DATE_OR_FLAG: put_list(line, "today yesterday tomorrow"); break;
	default: break;
	}
}

static void put_kinds(struct line *line, bool folders)
{
	for (unsigned kind = 0; kind < KITH_KINDS; kind++)
		put(line, folders ? kith_kind_folder((enum kith_kind)kind) : kith_kind_name((enum kith_kind)kind),
		    kith_kind_help((enum kith_kind)kind));
}

static const struct kith_field *field_of_any_kind(const char *path)
{
	for (unsigned kind = 0; kind < KITH_KINDS; kind++) {
		const struct kith_field *field = kith_field_find((enum kith_kind)kind, path);
		if (field)
			return field;
	}
	return NULL;
}

/* A term of a query: the name of a field with its colon, or behind that its values. */
static void put_term(struct line *line)
{
	struct kith_app *app = line->app;
	const char *colon = strchr(line->last, ':');
	const char *const *names;
	if (!colon) {
		const size_t count = kith_query_field_names(&names);
		for (size_t i = 0; i < count; i++)
			put(line, kith_arena_printf(&app->arena, "%s:", names[i]), "");
		return;
	}
	const char *name = kith_arena_strndup(&app->arena, line->last, (size_t)(colon - line->last));
	const struct kith_field *field = field_of_any_kind(name);
	go_on_behind(line, ':');
	if (field) {
		put_value(line, field, true);
	} else if (strcmp(name, "kind") == 0) {
		put_kinds(line, false);
	} else if (strcmp(name, "tie") == 0) {
		put_list(line, "close steady light dormant");
	} else if (strcmp(name, "has") == 0 || strcmp(name, "missing") == 0) {
		const size_t count = kith_query_field_names(&names);
		for (size_t i = 0; i < count; i++)
			put(line, names[i], "");
	}
}

/* --- options --- */

static const struct kith_option *find_option(const struct line *line, const char *name, size_t length)
{
	for (size_t i = 0; i < kith_option_count; i++) {
		const struct kith_option *option = &kith_options[i];
		const bool mine = option->command == KITH_COMMANDS ||
		                  (line->command && &kith_commands[option->command] == line->command);
		if (mine && strlen(option->name) == length && memcmp(option->name, name, length) == 0)
			return option;
	}
	return NULL;
}

static enum kith_kind kind_to_add(const struct line *line)
{
	if (line->command && kith_command_notes(line->command))
		return KITH_KIND_note;
	if (!line->command || line->command->run != kith_cmd_add || !line->first)
		return KITH_KINDS;
	return kith_kind_find(line->first, strlen(line->first));
}

static void put_options_of(struct line *line, enum kith_command_id command)
{
	KITH_ARENA arena = { 0 };
	for (const struct kith_option *at = NULL; (at = kith_option_next(command, at));)
		put(line, kith_arena_printf(&arena, "--%s", at->name), at->help);
}

static void put_options(struct line *line)
{
	KITH_ARENA arena = { 0 };
	if (line->command)
		put_options_of(line, (enum kith_command_id)(line->command - kith_commands));
	put_options_of(line, KITH_COMMANDS);
	const enum kith_kind kind = kind_to_add(line);
	size_t count = 0;
	const struct kith_field *fields = kind < KITH_KINDS ? kith_fields(kind, &count) : NULL;
	for (size_t i = 0; i < count; i++)
		if (!(fields[i].flags & KITH_TOOLS))
			put(line, kith_arena_printf(&arena, "--%s", fields[i].path), fields[i].help);
}

/* The value of an option of kith's own; false when it is none of those with known values. */
static bool put_option_value(struct line *line, const char *name, size_t length)
{
	static const struct {
		const char *name, *words;
	} known[] = {
		{ "color", "auto always never" },
		{ "sort", "name date last due" },
		{ "when", "today yesterday tomorrow" },
		{ "by", "tomorrow friday" },
		{ "keep", "shown deleted 1" },
	};
	/* Options of kith log that are fields of the note. */
	static const struct {
		const char *name, *field;
	} fields[] = {
		{ "how", "how" },
		{ "topics", "topics" },
		{ "for", "for" },
		{ "at", "at" },
		{ "by-whom", "promised.by_whom" },
		{ "to", "promised.to" },
		{ "from", "got.from" },
		{ "said", "consent.said" },
		{ "kind", "outcomes.kind" },
		{ "thanks-to", "outcomes.thanks_to" },
		{ "every", "remind.every" },
		{ "on", "remind.date" },
	};
	for (size_t i = 0; i < kith_count(known); i++)
		if (strlen(known[i].name) == length && memcmp(known[i].name, name, length) == 0) {
			put_list(line, known[i].words);
			return true;
		}
	for (size_t i = 0; i < kith_count(fields); i++)
		if (strlen(fields[i].name) == length && memcmp(fields[i].name, name, length) == 0) {
			put_value(line, kith_field_find(KITH_KIND_note, fields[i].field), false);
			return true;
		}
	line->files = length == 5 && memcmp(name, "store", 5) == 0;
	return line->files;
}

/* Whether the word is an option that takes the next word for its value. */
static bool wants_value(const struct line *line, const char *word)
{
	if (strncmp(word, "--", 2) != 0 || strchr(word, '='))
		return false;
	const struct kith_option *option = find_option(line, word + 2, strlen(word + 2));
	if (option)
		return *option->argument;
	const enum kith_kind kind = kind_to_add(line);
	return kind < KITH_KINDS && kith_field_find(kind, word + 2);
}

static void put_value_of(struct line *line, const char *name, size_t length)
{
	const enum kith_kind kind = kind_to_add(line);
	const struct kith_field *field =
		kind < KITH_KINDS ? kith_field_find(kind, kith_arena_strndup(&line->app->arena, name, length)) : NULL;
	if (field)
		put_value(line, field, false);
	else
		(void)put_option_value(line, name, length); /* nothing is known of it */
}

/* --- words --- */

static void put_commands(struct line *line)
{
	for (size_t i = 0; i < KITH_COMMANDS; i++)
		put(line, kith_commands[i].name, kith_commands[i].summary);
}

/* Whose fields kith set changes: of the kind that is named, or of the record that is; a person's if that is not known. */
static enum kith_kind kind_to_set(struct line *line)
{
	struct kith_row row;
	if (!line->first)
		return KITH_KIND_contact;
	const enum kith_kind kind = kith_kind_find(line->first, strlen(line->first));
	if (kind < KITH_KINDS)
		return kind;
	if (strcmp(line->first, "kith.yaml") == 0)
		return KITH_SETTINGS;
	const bool found = has_index(line) &&
	                   kith_index_row_of_id(line->app->index, line->first, &line->app->arena, &row, NULL) == KITH_OK;
	return found ? row.kind : KITH_KIND_contact;
}

/* FIELD=VALUE: the field with its =, or behind that its values. */
static void put_assignment(struct line *line)
{
	struct kith_app *app = line->app;
	const enum kith_kind kind = kind_to_set(line);
	const size_t length = strcspn(line->last, "+-=[");
	const char *path = kith_arena_strndup(&app->arena, line->last, length), *equals = strchr(line->last, '=');
	if (equals) {
		const struct kith_field *field = kith_field_find(kind, path);
		line->before = kith_arena_strndup(&app->arena, line->last, (size_t)(equals + 1 - line->last));
		line->last = equals + 1;
		if (field)
			put_value(line, field, false);
		return;
	}
	size_t count;
	const struct kith_field *fields = kith_fields(kind, &count);
	for (size_t i = 0; i < count; i++) {
		const bool wanted = kith_field_is_top(&fields[i]) || strchr(path, '.');
		const bool map = fields[i].merge == KITH_TABLE || (fields[i].type == KITH_MAP && !kith_field_is_list(&fields[i]));
		if (wanted && !(fields[i].flags & KITH_TOOLS))
			put(line,
			    kith_arena_printf(&app->arena, "%s%s", fields[i].path,
			                      map                            ? "."
			                      : kith_field_is_list(&fields[i]) ? "+="
			                                                     : "="),
			    fields[i].help);
	}
	/* A kind may go on as a query. */
	if (line->operand == 1 && kith_kind_find(line->first, strlen(line->first)) < KITH_KINDS)
		put_term(line);
}

/* Records in which something waits; behind one of them the fields that do. */
static void put_conflicts(struct line *line)
{
	struct kith_app *app = line->app;
	struct kith_waitings waiting;
	const char *last = NULL;
	if (!has_index(line) || kith_waiting_find(app, NULL, 0, NULL, &waiting, NULL))
		return;
	for (size_t i = 0; i < waiting.count; i++) {
		const struct kith_waiting *at = &waiting.list[i];
		const char *id = !at->row ? at->path : at->row->kind == KITH_SETTINGS ? at->path : at->row->id;
		if (!line->operand && !(last && strcmp(last, id) == 0))
			put(line, id, at->title);
		else if (line->operand && strcmp(line->first, id) == 0 && !at->stray && *at->field)
			put(line, at->field, at->rivals[0].text ? at->rivals[0].text : "");
		last = id;
	}
}

static void put_operand(struct line *line)
{
	switch ((enum kith_command_id)(line->command - kith_commands)) {
	case KITH_COMMAND_add:
		if (!line->operand)
			put_kinds(line, false);
		else if (kind_to_add(line) == KITH_KIND_note) {
			go_on_behind(line, ',');
			put_ids(line, PEOPLE);
		}
		break;
	case KITH_COMMAND_edit:
	case KITH_COMMAND_rm:
	case KITH_COMMAND_fmt:
		put_ids(line, 0);
		put_kinds(line, true);
		put_term(line);
		line->files = true;
		break;
	case KITH_COMMAND_rename:
	case KITH_COMMAND_history:
	case KITH_COMMAND_show:
		put_ids(line, 0);
		line->files = true;
		break;
	case KITH_COMMAND_conflicts: put_conflicts(line); break;
	case KITH_COMMAND_set:
		if (line->operand) {
			put_assignment(line);
			break;
		}
		put_ids(line, 0);
		put_kinds(line, true);
		put_term(line);
		break;
	case KITH_COMMAND_done:
		if (!line->operand)
			put_ids(line, 0);
		break;
	case KITH_COMMAND_log:
	case KITH_COMMAND_gave:
	case KITH_COMMAND_got:
	case KITH_COMMAND_promise:
		if (!line->operand) {
			go_on_behind(line, ',');
			put_ids(line, PEOPLE);
		}
		break;
	case KITH_COMMAND_list:
		if (!line->operand)
			put_kinds(line, true);
		put_term(line);
		break;
	case KITH_COMMAND_find: put_term(line); break;
	case KITH_COMMAND_clone:
	case KITH_COMMAND_merge_driver: line->files = true; break;
	case KITH_COMMAND_schema:
		put_kinds(line, false);
		put_list(line, "kith config");
		break;
	case KITH_COMMAND_today: put_list(line, "week month tomorrow friday"); break;
	case KITH_COMMAND_daemon:
		if (!line->operand)
			put_list(line, "start stop status reminders log");
		else if (strcmp(line->first, "reminders") == 0)
			put_ids(line, 0);
		break;
	case KITH_COMMAND_completion: put_list(line, "bash zsh fish"); break;
	case KITH_COMMAND_help: put_commands(line); break;
	case KITH_COMMAND_init:
	case KITH_COMMAND_check: line->files = true; break;
	case KITH_COMMAND_undo: /* a commit: who wants another than the last looks first */
	case KITH_COMMAND_status:
	case KITH_COMMAND_doctor:
	case KITH_COMMANDS: break;
	}
}

/* Find the command and its words; true when the last word is the value of the option before it. */
static bool read_words(struct line *line)
{
	bool value = false;
	for (size_t i = 0; i + 1 < line->count; i++) {
		const char *word = line->words[i];
		if (value)
			value = false;
		else if (*word == '-')
			value = wants_value(line, word);
		else if (!line->command)
			line->command = kith_command_find(word);
		else if (!line->operand++)
			line->first = word;
	}
	return value;
}

bool kith_candidates(struct kith_app *app, const char *const *words, size_t count, struct kith_buf *out)
{
	struct line line = { .app = app, .out = out, .words = words, .count = count, .before = "", .last = "" };
	if (count)
		line.last = words[count - 1];
	if (read_words(&line)) {
		const char *option = words[count - 2] + 2;
		put_value_of(&line, option, strlen(option));
	} else if (strncmp(line.last, "--", 2) == 0 && strchr(line.last, '=')) {
		const char *name = line.last + 2;
		const size_t length = strcspn(name, "=");
		line.before = kith_arena_strndup(&app->arena, line.last, length + 3);
		line.last += length + 3;
		put_value_of(&line, name, length);
	} else if (*line.last == '-') {
		put_options(&line);
	} else if (!line.command) {
		put_commands(&line);
	} else {
		put_operand(&line);
	}
	return !line.files;
}
