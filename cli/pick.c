#include "cli/pick.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/place.h"
#include "cli/spawn.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/store/names.h"

enum { MOST_CANDIDATES = 20, NAME_COLUMNS = 30 };

static bool has_twin(const struct kith_row *rows, size_t count, const struct kith_row *row)
{
	for (size_t i = 0; i < count; i++)
		if (&rows[i] != row && strcmp(rows[i].id, row->id) == 0)
			return true;
	return false;
}

/* Name and id, with what else tells people of one name apart; the name fills `columns`.  The path in place of
 * the id where another has that too: `twin`. */
static void describe(struct kith_app *app, const struct kith_row *row, bool twin, size_t columns, struct kith_buf *out)
{
	KITH_BUF name = { 0 };
	kith_printable(&name, row->title, strlen(row->title), false);
	kith_clip(out, kith_buf_text(&name), columns);
	const size_t width = kith_width(kith_buf_text(out), out->length);
	kith_spaces(out, width < columns ? columns - width : 0);
	kith_spaces(out, 2);
	/* A file may be called anything. */
	kith_paint(out, false, KITH_PLAIN_TEXT, twin ? kith_place_shown(app, row->path) : row->id);
	if (row->kind != KITH_KIND_contact) {
		kith_buf_addf(out, " (%s)", kith_kind_name(row->kind));
		return;
	}
	struct kith_record record;
	if (kith_index_record(app->index, row->rowid, &app->arena, &record, NULL))
		return;
	static const char *const fields[] = { "title", "org", "city" };
	const char *separator = "  ";
	for (size_t i = 0; i < kith_count(fields); i++) {
		const char *text = kith_record_text(&record, fields[i]);
		if (!text)
			continue;
		kith_buf_add(out, separator);
		kith_printable(out, text, strlen(text), false);
		separator = ", ";
	}
}

/* A line from stdin, without its end.  False at the end of the file. */
static bool read_line(struct kith_buf *line)
{
	char byte;
	kith_buf_clear(line);
	for (;;) {
		const ssize_t got = read(STDIN_FILENO, &byte, 1);
		if (got <= 0)
			return false;
		if (byte == '\n')
			return true;
		kith_buf_add_char(line, byte);
	}
}

static void say(const struct kith_buf *text)
{
	(void)kith_write_all(STDERR_FILENO, kith_buf_text(text), text->length, NULL); /* nowhere else to say it */
}

/* Ask for a number.  KITH_STOPPED when none is given. */
static enum kith_code choose_by_number(struct kith_app *app, const char *const *lines, size_t count, size_t *chosen)
{
	KITH_BUF text = { 0 }, answer = { 0 };
	for (size_t i = 0; i < count; i++) {
		KITH_BUF clipped = { 0 };
		kith_clip(&clipped, lines[i], app->screen.columns - 5);
		kith_paintf(&text, app->screen.error_color, KITH_BOLD, "%3zu", i + 1);
		kith_buf_addf(&text, "  %s\n", kith_buf_text(&clipped));
	}
	say(&text);
	for (;;) {
		kith_buf_clear(&text);
		kith_buf_addf(&text, "which one? [1-%zu] ", count);
		say(&text);
		if (!read_line(&answer) || !answer.length)
			return KITH_STOPPED;
		char *end;
		const unsigned long number = strtoul(answer.text, &end, 10);
		if (number >= 1 && number <= count && !*end) {
			*chosen = number - 1;
			return KITH_OK;
		}
	}
}

static enum kith_code choose_by_program(const char *picker, const char *const *lines, size_t count, size_t *chosen,
                                        struct kith_err *err)
{
	KITH_BUF input = { 0 }, output = { 0 };
	for (size_t i = 0; i < count; i++)
		kith_buf_addf(&input, "%s\n", lines[i]);
	const struct kith_spawn spawn = {
		.argv = (const char *const[]){ "sh", "-c", picker, NULL },
		.input = kith_buf_text(&input),
		.input_length = input.length,
		.output = &output,
		.foreground = true,
	};
	int status;
	const enum kith_code code = kith_spawn_run(&spawn, &status, err);
	if (code)
		return code;
	if (status == 127) {
		kith_fail(err, KITH_USAGE, "the picker could not be started: %s", picker);
		return kith_hint(err, "check $KITH_PICKER, or picker in config.yaml");
	}
	const size_t length = strcspn(kith_buf_text(&output), "\n");
	for (size_t i = 0; i < count && !status; i++)
		if (strlen(lines[i]) == length && memcmp(lines[i], output.text, length) == 0) {
			*chosen = i;
			return KITH_OK;
		}
	return KITH_STOPPED;
}

enum kith_code kith_pick_line(struct kith_app *app, const char *const *lines, size_t count, size_t *out,
                              struct kith_err *err)
{
	const char *picker = getenv("KITH_PICKER");
	if (!picker || !*picker)
		picker = app->store->config.picker;
	size_t chosen = 0;
	const enum kith_code code = picker && *picker ? choose_by_program(picker, lines, count, &chosen, err)
	                                              : choose_by_number(app, lines, count, &chosen);
	if (code == KITH_STOPPED)
		return kith_fail(err, KITH_STOPPED, "nothing was chosen");
	if (!code)
		*out = chosen;
	return code;
}

static enum kith_code choose(struct kith_app *app, const char *text, const struct kith_row *rows, size_t count,
                             struct kith_row *out, struct kith_err *err)
{
	const char **lines = kith_arena_alloc(&app->arena, count * sizeof(*lines));
	size_t columns = 0;
	const struct kith_row *twin = NULL;
	for (size_t i = 0; i < count; i++) {
		if (!twin && has_twin(rows, count, &rows[i]))
			twin = &rows[i];
		const size_t width = kith_width(rows[i].title, strlen(rows[i].title));
		columns = width > columns ? width : columns;
	}
	if (columns > NAME_COLUMNS)
		columns = NAME_COLUMNS;
	for (size_t i = 0; i < count; i++) {
		KITH_BUF line = { 0 };
		describe(app, &rows[i], has_twin(rows, count, &rows[i]), columns, &line);
		lines[i] = kith_arena_strdup(&app->arena, kith_buf_text(&line));
	}
	if (!app->screen.interactive) {
		for (size_t i = 0; i < count; i++)
			kith_buf_addf(&app->beside, "    %s\n", lines[i]);
		kith_fail(err, KITH_USAGE, "'%s' may be several", text);
		if (twin)
			return kith_hint(err, "write a path: %s; an id is that of one file: kith check",
			                 kith_place_shown(app, twin->path));
		return kith_hint(err, "write more of the name, or the id: %s", rows[0].id);
	}
	size_t chosen;
	const enum kith_code code = kith_pick_line(app, lines, count, &chosen, err);
	if (!code)
		*out = rows[chosen];
	return code;
}

/* --- what is in the way --- */

static enum kith_code fail_unread(struct kith_app *app, const char *path, struct kith_err *err)
{
	const char *shown = kith_place_shown(app, path);
	kith_fail(err, KITH_FAULTY, "%s cannot be read, and nothing older is known of it", shown);
	return kith_hint(err, "kith check %s", shown);
}

/* Fails if a file that nothing is known of is, by its name, what was typed: at this path, or with an id that
 * begins so. */
static enum kith_code refuse_unread(struct kith_app *app, const char *path, const char *text, unsigned kinds,
                                    struct kith_err *err)
{
	const char **paths;
	size_t count;
	KITH_BUF slug = { 0 };
	kith_slug(&slug, text);
	if (kith_index_unread(app->index, &app->arena, &paths, &count, NULL))
		return KITH_OK;
	for (size_t i = 0; i < count; i++) {
		KITH_BUF stem = { 0 };
		const int kind = kith_kind_of_path(paths[i]);
		const bool is_meant = path ? strcmp(paths[i], path) == 0
		                           : (!kinds || (kind >= 0 && kinds >> kind & 1)) && slug.length &&
		                                      kith_path_stem(paths[i], &stem) &&
		                                      strncmp(stem.text, slug.text, slug.length) == 0;
		if (is_meant)
			return fail_unread(app, paths[i], err);
	}
	return KITH_OK;
}

/* Of two files with one id one was taken. */
static void warn_of_twin(struct kith_app *app, const struct kith_row *row)
{
	const char *path;
	if (kith_index_twin(app->index, row, &app->arena, &path, NULL))
		return;
	const char *taken = kith_place_shown(app, row->path);
	kith_app_warn(app, "%s has the same id as %s, which was taken: kith check", kith_place_shown(app, path), taken);
}

static enum kith_code pick_path(struct kith_app *app, const char *text, struct kith_row *out, struct kith_err *err)
{
	const char *path;
	enum kith_code code = kith_place_in_store(app, text, &path, err);
	if (code)
		return code;
	code = kith_index_row_of_path(app->index, path, &app->arena, out, err);
	if (code == KITH_NONE) {
		const enum kith_code unread = refuse_unread(app, path, text, 0, err);
		if (unread)
			return unread;
		kith_fail(err, KITH_NONE, "%s is not a record", text);
		return kith_hint(err,
		                 "records are .yaml files in contacts/, notes/ and the like; kith check %s says more",
		                 text);
	}
	return code;
}

enum kith_code kith_pick(struct kith_app *app, const char *text, unsigned kinds, struct kith_row *out,
                         struct kith_err *err)
{
	if (kith_place_is_path(text))
		return pick_path(app, text, out, err);
	/* An id is an id, also of a note, which names do not find. */
	if (!kinds && kith_index_row_of_id(app->index, text, &app->arena, out, err) == KITH_OK) {
		warn_of_twin(app, out);
		return KITH_OK;
	}
	struct kith_row *rows;
	size_t count;
	enum kith_code code =
		kith_names_find(app->index, text, kinds, MOST_CANDIDATES, &app->arena, &rows, &count, err);
	/* Nor is somebody who is only called alike taken for the one whose file cannot be read. */
	if (code == KITH_NONE || (!code && !kith_names_is_sure(app->index, text, &rows[0]))) {
		const enum kith_code unread = refuse_unread(app, NULL, text, kinds, err);
		code = unread ? unread : code;
	}
	if (code)
		return code;
	if (count > 1)
		return choose(app, text, rows, count, out, err);
	*out = rows[0];
	warn_of_twin(app, out);
	return KITH_OK;
}

enum kith_code kith_pick_exact(struct kith_app *app, const char *text, unsigned kinds, struct kith_row *out,
                               struct kith_err *err)
{
	struct kith_row row;
	const enum kith_code code = kith_index_row_of_id(app->index, text, &app->arena, &row, err);
	if (code)
		return code;
	if (kinds && !(kinds >> row.kind & 1))
		return kith_fail(err, KITH_NONE, "%s is a %s", text, kith_kind_name(row.kind));
	*out = row;
	return KITH_OK;
}

bool kith_ask(struct kith_app *app, bool otherwise, const char *format, ...)
{
	if (kith_args_has(&app->args, "yes"))
		return true;
	if (!app->screen.interactive)
		return false;
	KITH_BUF question = { 0 }, shown = { 0 }, answer = { 0 };
	va_list args;
	va_start(args, format);
	kith_buf_addv(&question, format, args);
	va_end(args);
	kith_printable(&shown, kith_buf_text(&question), question.length, false);
	kith_buf_addf(&shown, " [%s] ", otherwise ? "Y/n" : "y/N");
	say(&shown);
	if (!read_line(&answer))
		return false;
	const char first = *kith_buf_text(&answer);
	return first ? first == 'y' || first == 'Y' : otherwise;
}
