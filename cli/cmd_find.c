/* kith find: full text, as path:line: text. */
#include <string.h>

#include "cli/highlight.h"
#include "cli/place.h"
#include "cli/rows.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

enum { USUAL_LIMIT = 1000, LONGEST_LINE = 4000, PIPE_COLUMNS = 400, NUMBER_COLUMNS = 7 };

struct finding {
	struct kith_app *app;
	struct kith_json *json; /* NULL: for people */
	const char *const *words;
	size_t word_count;
	size_t hits;
	const struct kith_row *shown; /* whose path was printed last */
};

/* The part of a line that is shown: all of it, or around its first match where it is too long for `room`
 * columns. */
static void choose_part(struct kith_buf *out, const char *line, size_t length, size_t first, size_t room)
{
	KITH_BUF part = { 0 }, shown = { 0 };
	size_t from = 0;
	if (first != SIZE_MAX && kith_width(line, first) + room / 4 > room)
		from = first > room / 2 ? first - room / 2 : 0;
	while (from > 0 && ((unsigned char)line[from] & 0xC0) == 0x80)
		from--;
	kith_buf_add(&part, from ? "…" : "");
	kith_buf_add_bytes(&part, line + from, length - from);
	kith_printable(&shown, kith_buf_text(&part), part.length, false);
	kith_clip(out, kith_buf_text(&shown), room);
}

static void add_text(const struct finding *finding, struct kith_buf *out, const char *text)
{
	const bool color = finding->app->screen.color;
	const size_t length = strlen(text);
	for (size_t at = 0, end; at < length; at = end) {
		size_t match = color ? kith_highlight_next(text, length, at, finding->words, finding->word_count, &end)
		                     : SIZE_MAX;
		if (match == SIZE_MAX)
			match = end = length;
		kith_buf_add_bytes(out, text + at, match - at);
		KITH_BUF matched = { 0 };
		kith_buf_add_bytes(&matched, text + match, end - match);
		kith_paint(out, color, KITH_MATCH, kith_buf_text(&matched));
	}
}

/* On a terminal the lines of a file stand together below its path; in a pipe each has it in front, as grep
 * writes them.  Without a number where it is not known. */
static void print_place(struct finding *finding, const struct kith_row *row, uint32_t number)
{
	struct kith_app *app = finding->app;
	if (!app->screen.terminal) {
		kith_paint(&app->out, app->screen.color, KITH_DIM, kith_place_shown(app, row->path));
		kith_paint(&app->out, app->screen.color, KITH_DIM,
		           number ? kith_arena_printf(&app->arena, ":%u:", (unsigned)number) : ":");
		kith_buf_add_char(&app->out, ' ');
		return;
	}
	if (finding->shown != row) {
		kith_buf_add(&app->out, finding->shown ? "\n" : "");
		kith_paint(&app->out, app->screen.color, KITH_CYAN, kith_place_shown(app, row->path));
		kith_buf_add_char(&app->out, '\n');
		finding->shown = row;
	}
	if (number)
		kith_paintf(&app->out, app->screen.color, KITH_DIM, "%5u", (unsigned)number);
	kith_spaces(&app->out, number ? 2 : NUMBER_COLUMNS);
}

static void json_hit(struct finding *finding, const struct kith_row *row, uint32_t number, uint32_t column,
                     const char *line, size_t length)
{
	struct kith_json *json = finding->json;
	kith_json_object(json);
	kith_row_json(json, row);
	kith_json_key(json, "line");
	if (number)
		kith_json_int(json, number);
	else
		kith_json_null(json);
	kith_json_key(json, "column");
	if (number)
		kith_json_int(json, column);
	else
		kith_json_null(json);
	kith_json_key_string(json, "text", kith_arena_strndup(&finding->app->arena, line, length));
	kith_json_end_object(json);
}

/* Line 0: it is not in the file as it is now, but in its last good version. */
static void put_hit(struct finding *finding, const struct kith_row *row, uint32_t number, const char *line,
                    size_t length)
{
	struct kith_app *app = finding->app;
	size_t end;
	const size_t searched = length < LONGEST_LINE ? length : LONGEST_LINE;
	const size_t first = kith_highlight_next(line, searched, 0, finding->words, finding->word_count, &end);
	const uint32_t column = first == SIZE_MAX ? 1 : (uint32_t)kith_characters(line, first) + 1;
	while (length && strchr(" \t\r", line[length - 1]))
		length--;
	finding->hits++;
	if (finding->json) {
		json_hit(finding, row, number, column, line, length);
		return;
	}
	print_place(finding, row, number);
	const size_t indent = strspn(line, " \t");
	const size_t from = indent < length ? indent : 0;
	KITH_BUF part = { 0 };
	choose_part(&part, line + from, length - from, first == SIZE_MAX || first < from ? SIZE_MAX : first - from,
	            app->screen.terminal ? app->screen.columns - NUMBER_COLUMNS : PIPE_COLUMNS);
	add_text(finding, &app->out, kith_buf_text(&part));
	if (!number) {
		kith_spaces(&app->out, 2);
		kith_paint(&app->out, app->screen.color, KITH_YELLOW, kith_row_mark(app, row));
	}
	kith_buf_add_char(&app->out, '\n');
}

/* Of a file's lines, those that hold the most of the words: all of them where a line does, else any. */
static size_t search_text(struct finding *finding, const struct kith_row *row, const char *text, size_t length)
{
	size_t most = 0, put = 0;
	for (int pass = 0; pass < 2; pass++) {
		const char *at = text, *end = text + length;
		for (uint32_t number = 1; at < end; number++) {
			const char *feed = memchr(at, '\n', (size_t)(end - at));
			const size_t line = (size_t)((feed ? feed : end) - at);
			const size_t searched = line < LONGEST_LINE ? line : LONGEST_LINE;
			const size_t found = kith_highlight_count(at, searched, finding->words, finding->word_count);
			if (pass == 0 && found > most)
				most = found;
			if (pass == 1 && most && found == most) {
				put_hit(finding, row, number, at, line);
				put++;
			}
			at += line + 1;
		}
		if (!most)
			break;
	}
	return put;
}

static void search_row(struct finding *finding, const struct kith_row *row)
{
	struct kith_app *app = finding->app;
	KITH_BUF text = { 0 };
	if (finding->word_count &&
	    kith_file_read_beneath(app->store->root_fd, row->path, KITH_DOC_LIMIT, &text, NULL, NULL) == KITH_OK &&
	    search_text(finding, row, kith_buf_text(&text), text.length))
		return;
	if (row->broken) {
		put_hit(finding, row, 0, row->title, strlen(row->title));
		return;
	}
	/* No word was asked for, or a phrase runs over lines. */
	KITH_ARENA scratch = { 0 };
	struct kith_record record;
	uint32_t line = 1;
	if (kith_index_record(app->index, row->rowid, &scratch, &record, NULL) == KITH_OK)
		for (size_t i = 0; i < record.count; i++)
			if (record.values[i].field &&
			    strstr(record.values[i].text, row->title) == record.values[i].text) {
				line = record.values[i].line;
				break;
			}
	put_hit(finding, row, line, row->title, strlen(row->title));
}

enum kith_code kith_cmd_find(struct kith_app *app, struct kith_err *err)
{
	size_t limit;
	enum kith_code code = kith_args_expect(&app->args, 1, SIZE_MAX, err);
	if (!code)
		code = kith_app_limit(app, USUAL_LIMIT, &limit, err);
	if (code)
		return code;
	const char *text = kith_args_text(&app->args, 0, &app->arena);
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = NULL;
	struct kith_rows rows = { 0 };
	code = kith_rows_parse(app, text, &query, err);
	const struct kith_query_options options = { .kind = -1, .limit = limit };
	if (!code)
		code = kith_rows_run(app, query, &options, &rows, err);
	if (code)
		return code;
	kith_rows_warn_unread(app);

	struct kith_json json;
	struct finding finding = { .app = app };
	finding.word_count = kith_query_words(query, &finding.words);
	if (app->json) {
		json = kith_app_json(app);
		kith_json_key_string(&json, "query", text);
		kith_json_key(&json, "hits");
		kith_json_array(&json);
		finding.json = &json;
	}
	for (size_t i = 0; i < rows.count; i++) {
		if (app->ids && !app->json)
			kith_rows_print_id(app, rows.list[i].id);
		else
			search_row(&finding, &rows.list[i]);
	}
	if (app->json) {
		kith_json_end_array(&json);
		kith_json_key_int(&json, "count", (int64_t)finding.hits);
		kith_app_end_json(&json);
	}
	if (rows.count == limit && !kith_args_has(&app->args, "limit"))
		kith_app_warn(app, "only the first %zu records were looked at; --limit looks at more", limit);
	if (rows.count)
		return KITH_OK;
	if (!app->json && !app->ids) {
		kith_fail(err, KITH_NONE, "nothing holds %s", text);
		return kith_hint(err, "fewer or shorter words find more; kith list --explain %s shows how it is read",
		                 text);
	}
	return KITH_NONE;
}
