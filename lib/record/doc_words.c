#include "lib/record/doc_words.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/text.h"

struct words {
	struct kith_guess guess;
	const struct kith_yaml_problem *problem;
	const struct kith_text *text;
	struct kith_line line;    /* where libyaml gave up */
	struct kith_line context; /* where began what it was reading */
};

static bool holds(const char *text, const char *part)
{
	return text && strstr(text, part);
}

static char byte_at(const struct words *words, size_t at)
{
	return at < words->text->length ? words->text->source[at] : '\0';
}

static bool says(const struct words *words, size_t at, const char *message, const char *hint)
{
	return kith_guess_says(&words->guess, at, at, message, hint);
}

static bool says_line(const struct words *words, size_t at, const char *message, const struct kith_line *line, size_t from,
                      size_t to, const char *with, const char *else_)
{
	return says(words, at, message, kith_write_line(words->guess.arena, words->text, line, from, to, with, else_));
}

/* --- values that need quotes --- */

static bool needs_quotes(const struct words *words, size_t at)
{
	const struct kith_line line = kith_line_at(words->text, at);
	const char first = byte_at(words, at);
	if (at == line.text && !kith_line_has_dash(&line) && kith_open_bracket(words->text, &line, at) == at)
		return says(words, at, "this line is no part of a record", "write key: value, or delete the line");
	char message[64];
	snprintf(message, sizeof(message), "a value that begins with %c needs quotes", first);
	return says(words, at, kith_arena_strdup(words->guess.arena, message),
	            kith_write_quoted(words->guess.arena, words->text, at));
}

/* "Ana" Silva; 'it's'; "say "hi""; [draft] Ana: the value ends before its line does. */
static bool says_behind(const struct words *words, const struct kith_line *line, size_t at)
{
	const size_t value = line->value;
	const char first = value < line->end ? byte_at(words, value) : '\0';
	if (!first || !strchr("\"'[{", first) || at <= value || at >= line->end)
		return false;
	const bool quoted = first == '"' || first == '\'';
	size_t end = kith_line_at(words->text, at).value_end, from = value;
	if (end < at)
		end = line->end;
	if (!quoted && end == at + 1 && strchr("]}", byte_at(words, at)))
		return says_line(words, at, "this bracket closes nothing", line, at, at + 1, "", "delete it");
	if (quoted && end > value + 1 && byte_at(words, end - 1) == first) {
		from++, end--;
		if (end > from + 1 && byte_at(words, from) == first && byte_at(words, end - 1) == first)
			from++, end--; /* quoted twice */
	}
	KITH_BUF whole = { 0 };
	kith_yaml_quote(&whole, words->text->source + from, end - from);
	return says_line(words, at, quoted ? "the value ends at the quote before this" : "the value ends at the bracket before this",
	                 line, value, value == from ? end : end + (from - value), kith_buf_text(&whole),
	                 "put all of the value into quotes");
}

/* --- brackets --- */

/* The last bracket that is still open before a byte, in its line or those above; false if there is none. */
static bool find_bracket(const struct words *words, size_t at, size_t *out)
{
	struct kith_line line = kith_line_at(words->text, at);
	size_t end = at < line.end ? at : line.end;
	for (int i = 0; i < 200; i++, end = line.end) {
		*out = kith_open_bracket(words->text, &line, end);
		if (*out != end)
			return true;
		if (!kith_line_above(words->text, &line, &line))
			return false;
	}
	return false;
}

static bool says_open(const struct words *words, size_t bracket)
{
	const struct kith_line line = kith_line_at(words->text, bracket);
	const bool list = byte_at(words, bracket) == '[';
	const char *message = list ? "this bracket is never closed" : "this brace is never closed";
	const char *closing = list ? "]" : "}", *generic = list ? "close it with ] behind the last item" : "close it with } behind the last value";
	size_t end = line.value_end;
	const char *hash = end < line.end ? memchr(words->text->source + end, *closing, line.end - end) : NULL;
	if (hash) {
		const size_t comment = kith_line_at(words->text, bracket).value_end;
		size_t from = comment;
		while (from < line.end && byte_at(words, from) != '#')
			from++;
		size_t to = from;
		while (to < line.end && !strchr(",]}", byte_at(words, to)))
			to++;
		KITH_BUF quoted = { 0 };
		kith_yaml_quote(&quoted, words->text->source + from, to - from);
		return says_line(words, from, "this # begins a comment, and the end of the list is in it", &line, from, to,
		                 kith_buf_text(&quoted), "put the item into quotes");
	}
	if (end <= bracket + 1)
		return says(words, bracket, message, generic);
	while (end > bracket + 1 && strchr(", )]}", byte_at(words, end - 1)))
		end--;
	return says_line(words, bracket, message, &line, end, line.value_end, closing, generic);
}

/* A list or map over several lines, one of which, above, ends without its comma. */
static bool lacks_comma_above(const struct words *words)
{
	struct kith_line above;
	const struct kith_line *line = &words->line;
	if (kith_line_indent(line) <= kith_line_indent(&words->context) || !kith_line_above(words->text, line, &above) ||
	    above.start == words->context.start || above.value_end <= above.item || strchr(",[{", byte_at(words, above.value_end - 1)))
		return false;
	return says_line(words, above.value_end - 1, "a comma is missing behind this", &above, above.value_end, above.value_end, ",",
	                 "write a comma behind it");
}

static bool explain_flow(const struct words *words)
{
	const size_t at = words->problem->at, bracket = words->problem->context_at;
	const char closing = byte_at(words, bracket) == '[' ? ']' : '}';
	const char here = byte_at(words, at);
	const struct kith_line *line = &words->line;
	if (line->start != words->context.start && lacks_comma_above(words))
		return true;
	if (line->start != words->context.start || at >= line->end)
		return says_open(words, bracket);
	if (here == (closing == ']' ? '}' : ']')) {
		const char with[2] = { closing, '\0' };
		return says_line(words, at, "this closes with another bracket than it was opened with", line, at, at + 1, with,
		                 "close it with the other one");
	}
	if (!memchr(words->text->source + at, closing, line->end - at))
		return says_open(words, bracket);
	size_t from = at;
	if (here == ':') { /* a: b c: d, or an item with two colons */
		while (from > bracket && !strchr(" \t,[{", byte_at(words, from - 1)))
			from--;
		if (closing == ']') {
			while (from > bracket + 1 && byte_at(words, from - 1) != ',')
				from--;
			while (byte_at(words, from) == ' ')
				from++;
			return says(words, at, "a second colon followed by a space stands in this item",
			            kith_write_quoted(words->guess.arena, words->text, from));
		}
	}
	size_t gap = from;
	while (gap > bracket + 1 && strchr(" \t", byte_at(words, gap - 1)))
		gap--;
	return says_line(words, from, "a comma is missing before this", line, gap, from, ", ", "write a comma between the two");
}

static bool explain_missing_value(const struct words *words)
{
	const size_t at = words->problem->at;
	size_t bracket;
	if (byte_at(words, at) != ',' && byte_at(words, at) != ']' && byte_at(words, at) != '}')
		return find_bracket(words, at, &bracket) && says_open(words, bracket);
	size_t to = at + 1;
	while (to < words->line.end && byte_at(words, to) == ' ')
		to++;
	const bool first = at > 0 && strchr("[{", byte_at(words, at - 1));
	return says_line(words, at, "a value is missing before this", &words->line, at, first ? to : at + 1, "", "delete the comma");
}

/* --- colons --- */

static bool explain_colon(const struct words *words)
{
	const size_t at = words->problem->at;
	const struct kith_line *line = &words->line;
	if (!kith_line_has_key(line) || line->colon >= at)
		return kith_guess_key_under_value(&words->guess, line);
	if (kith_open_bracket(words->text, line, at) != at)
		return says(words, at, "a second colon followed by a space stands in this value", "put quotes around the value");
	const char first = byte_at(words, line->value);
	if (first == '"' || first == '\'')
		return says_behind(words, line, at);
	const size_t value = line->value;
	size_t end = line->value_end;
	KITH_BUF quoted = { 0 };
	static const struct {
		const char *open, *close;
	} typographic[] = { { "“", "”" }, { "„", "“" }, { "‘", "’" } };
	for (size_t i = 0; i < kith_count(typographic) && !quoted.length; i++) {
		const size_t opened = strlen(typographic[i].open), closed = strlen(typographic[i].close);
		if (end - value > opened + closed && memcmp(words->text->source + value, typographic[i].open, opened) == 0 &&
		    memcmp(words->text->source + end - closed, typographic[i].close, closed) == 0)
			kith_yaml_quote(&quoted, words->text->source + value + opened, end - value - opened - closed);
	}
	if (!quoted.length)
		kith_yaml_quote(&quoted, words->text->source + value, end - value);
	return says_line(words, at, "a second colon followed by a space stands in this line", line, value, end,
	                 kith_buf_text(&quoted), "put quotes around the value");
}

/* A key was begun at the context, and no colon came. */
static bool explain_no_colon(const struct words *words)
{
	if (kith_guess_open_quote(&words->guess, &words->context))
		return true;
	return kith_guess_colon(&words->guess, &words->context);
}

/* --- lists --- */

static bool explain_hyphen(const struct words *words)
{
	struct kith_line below;
	const struct kith_line *line = &words->line;
	const size_t at = words->problem->at;
	static const char message[] = "a list cannot begin behind its key";
	if (kith_line_has_key(line) && kith_line_below(words->text, line, &below) && kith_line_has_dash(&below) &&
	    kith_line_indent(&below) > kith_line_indent(line))
		return says(words, at, message, "put this - on a line of its own, above the next one and in the same column");
	if (!kith_line_has_key(line) || at != line->value)
		return kith_guess_indent(&words->guess, line);
	const size_t item = at + 2 < line->value_end ? at + 2 : line->value_end;
	KITH_BUF whole = { 0 };
	kith_buf_add(&whole, "[");
	kith_buf_add_bytes(&whole, words->text->source + item, line->value_end - item);
	kith_buf_add(&whole, "]");
	return says(words, at, message,
	            kith_arena_printf(words->guess.arena, "if it is text, put quotes around it; for a list %s",
	                              kith_write_line(words->guess.arena, words->text, line, at, line->value_end, kith_buf_text(&whole),
	                                              "put it on the next line")));
}

/* --- lines that do not fit --- */

static bool is_root_list(const struct words *words)
{
	struct kith_line line = kith_line_at(words->text, 0);
	if (line.text == line.end || byte_at(words, line.text) == '#')
		return kith_line_below(words->text, &line, &line) && kith_line_has_dash(&line) && !kith_line_indent(&line);
	return kith_line_has_dash(&line) && !kith_line_indent(&line);
}

/* A byte order mark here or right before, but not the one that a file may begin with. */
static bool find_mark(const struct words *words, size_t *out)
{
	const size_t at = words->problem->at;
	for (size_t back = 0; back <= 3; back += 3)
		if (at >= words->line.text + back && at - back + 3 <= words->text->length &&
		    memcmp(words->text->source + at - back, "\xEF\xBB\xBF", 3) == 0) {
			*out = at - back;
			return true;
		}
	return false;
}

static bool explain_misfit(const struct words *words)
{
	const size_t at = words->problem->at;
	const struct kith_line *line = &words->line;
	struct kith_line above;
	size_t mark;
	if (find_mark(words, &mark))
		return says_line(words, mark, "an invisible byte order mark stands here", line, mark, mark + 3, "", "delete it");
	if (at == line->text && kith_line_above(words->text, line, &above) && above.end - above.text == 3 &&
	    memcmp(words->text->source + above.text, "...", 3) == 0)
		return says(words, above.text, "the line ... ends the record, and more follows", "delete the line ...");
	if (kith_guess_open_quote(&words->guess, line))
		return true;
	if (is_root_list(words)) {
		above = kith_line_at(words->text, 0);
		if (byte_at(words, above.text) == '#')
			(void)kith_line_below(words->text, &above, &above); /* it has one */
		return says(words, above.text, "a record is made of keys and values, and this begins a list",
		            "write the list's key and a colon on a line of its own above");
	}
	if (at > line->text && says_behind(words, line, at))
		return true;
	if (byte_at(words, line->text) == '-' && !kith_line_has_dash(line) && kith_guess_colon(&words->guess, line))
		return true;
	if (kith_guess_indent(&words->guess, line))
		return true;
	return !kith_line_has_key(line) && kith_guess_colon(&words->guess, line);
}

/* --- escapes, texts of several lines --- */

static bool explain_escape(const struct words *words)
{
	const size_t quote = words->problem->context_at;
	size_t at = words->problem->at;
	const struct kith_line *line = &words->context;
	bool closed;
	for (size_t back = 0; back < 3 && at > quote + 1 && byte_at(words, at) != '\\'; back++)
		at--;
	const char sign = byte_at(words, at + 1), digit = byte_at(words, at + 2);
	const bool character = strchr("xuU", sign) && digit && strchr("0123456789abcdefABCDEF", digit);
	const size_t end = kith_quote_end(words->text, quote, line->end, &closed);
	if (character || holds(words->problem->problem, "Unicode character code"))
		return says(words, at, "this escape is no character", "the file is UTF-8: put the character itself here");
	if (!closed || memchr(words->text->source + quote + 1, '\'', end - quote - 2))
		return says(words, at, "this backslash begins no escape that YAML knows", "in double quotes a backslash is \\\\");
	KITH_BUF single = { 0 };
	kith_buf_add_char(&single, '\'');
	kith_buf_add_bytes(&single, words->text->source + quote + 1, end - quote - 2);
	kith_buf_add_char(&single, '\'');
	return says_line(words, at, "this backslash begins no escape that YAML knows", line, quote, end, kith_buf_text(&single),
	                 "use single quotes");
}

/* "purpose: > 50 people", "about: | Two kids." */
static bool explain_header(const struct words *words)
{
	const struct kith_line *line = &words->context;
	const size_t at = words->problem->context_at;
	struct kith_line below;
	if (kith_line_below(words->text, line, &below) && kith_line_indent(&below) > kith_line_indent(line))
		return says(words, at + 1, "text stands behind the sign that begins a text of several lines",
		            kith_arena_printf(words->guess.arena, "start it on the next line, %s",
		                              kith_write_indent(words->guess.arena, kith_line_indent(&below)) + strlen("indent it ")));
	if (byte_at(words, at) == '>')
		return needs_quotes(words, at);
	size_t rest = at + 1;
	while (rest < line->value_end && strchr(" +-0123456789", byte_at(words, rest)))
		rest++;
	KITH_BUF value = { 0 };
	if (memchr(words->text->source + rest, ':', line->value_end > rest ? line->value_end - rest : 0))
		kith_yaml_quote(&value, words->text->source + rest, line->value_end - rest);
	else
		kith_buf_add_bytes(&value, words->text->source + rest, line->value_end > rest ? line->value_end - rest : 0);
	return says_line(words, at, "| begins a text of several lines, on the next line", line, at, line->value_end,
	                 kith_buf_text(&value), "start the text on the next line, indented");
}

/* --- the table --- */

static bool at_problem_quotes(const struct words *words)
{
	return needs_quotes(words, words->problem->at);
}

static bool at_context_quotes(const struct words *words)
{
	return needs_quotes(words, words->problem->context_at);
}

static bool open_quote(const struct words *words)
{
	const struct kith_line line = kith_line_at(words->text, words->problem->context_at);
	if (kith_guess_open_quote(&words->guess, &line))
		return true;
	return says(words, words->problem->context_at, "this quote is never closed", "close it at the end of the value");
}

static bool tab(const struct words *words)
{
	size_t at = words->problem->at;
	const struct kith_line line = kith_line_at(words->text, at);
	if (byte_at(words, at) != '\t') {
		const char *found = memchr(words->text->source + line.start, '\t', line.end - line.start);
		if (!found)
			return false;
		at = (size_t)(found - words->text->source);
	}
	return kith_guess_tab(&words->guess, at);
}

static bool cannot_start(const struct words *words)
{
	return byte_at(words, words->problem->at) == '\t' ? tab(words) : at_problem_quotes(words);
}

static bool directive(const struct words *words)
{
	return says(words, words->problem->context_at, "a line that begins with % is an instruction to YAML; records have none",
	            "delete the line, or write key: value");
}

static bool missing_node(const struct words *words)
{
	const char here = byte_at(words, words->problem->at);
	if (holds(words->problem->context, "flow"))
		return explain_missing_value(words);
	return here && strchr("]},", here) ? at_problem_quotes(words) : explain_misfit(words);
}

/* The first row whose texts are contained in libyaml's problem and context, and which has something to say, counts. */
static const struct {
	const char *problem, *context;
	bool (*explain)(const struct words *);
} rows[] = {
	{ "unexpected end of stream", "quoted scalar", open_quote },
	{ "unexpected document indicator", "quoted scalar", open_quote },
	{ "", "quoted scalar", explain_escape },
	{ "tab character", "", tab },
	{ "", "block scalar", explain_header },
	{ "cannot start any token", "", cannot_start },
	{ "mapping values are not allowed", "", explain_colon },
	{ "could not find expected ':'", "", explain_no_colon },
	{ "block sequence entries are not allowed", "", explain_hyphen },
	{ "mapping keys are not allowed", "", at_problem_quotes },
	{ "did not find expected ',' or", "", explain_flow },
	{ "did not find expected node content", "", missing_node },
	{ "", "directive", directive },
	{ "", "tag", at_context_quotes },
	{ "undefined tag handle", "", at_problem_quotes },
	{ "", "anchor", at_context_quotes },
	{ "", "alias", at_context_quotes },
		{ "did not find expected", "", explain_misfit },
};

void kith_yaml_words(const struct kith_yaml_problem *problem, struct kith_arena *arena, struct kith_yaml_words *out)
{
	const struct words words = {
		.guess = { .text = &problem->text, .arena = arena, .out = out },
		.problem = problem,
		.text = &problem->text,
		.line = kith_line_at(&problem->text, problem->at),
		.context = kith_line_at(&problem->text, problem->context_at),
	};
	for (size_t i = 0; i < kith_count(rows); i++) {
		if (*rows[i].problem && !holds(problem->problem, rows[i].problem))
			continue;
		if (*rows[i].context && !holds(problem->context, rows[i].context))
			continue;
		if (rows[i].explain(&words))
			return;
	}
	says(&words, problem->at, "this does not fit what stands above it",
	     "compare its indentation, quotes and brackets with the lines above");
}

/* --- texts that are no keys and values --- */

static bool is_vcard(const struct kith_text *text, size_t at)
{
	return text->length - at > 11 && memcmp(text->source + at, "BEGIN:VCARD", 11) == 0;
}

void kith_root_words(const struct kith_text *text, size_t root, struct kith_arena *arena, struct kith_yaml_words *out)
{
	static const char message[] = "a record is made of keys and values";
	const struct kith_guess guess = { .text = text, .arena = arena, .out = out };
	const struct kith_line line = kith_line_at(text, root);
	struct kith_line below;
	if (is_vcard(text, root)) {
		kith_guess_says(&guess, root, root, "this is a vCard; a record is YAML", "write its values under keys, such as name: Ana Silva");
		return;
	}
	if (strchr("[{", text->source[root]) || kith_line_has_dash(&line)) {
		kith_guess_says(&guess, root, root, "a record is made of keys and values, and this begins a list",
		                "a record is one file: keys and values, without - or [ before them");
		return;
	}
	if (strchr("\"'", text->source[root]) || !kith_guess_colon(&guess, &line))
		kith_guess_says(&guess, root, root, message, "begin with a key: name: Ana Silva");
	else if (strcmp(out->message, "this line has no colon after its key") == 0 && out->end <= out->at) {
		const bool alone = !kith_line_below(text, &line, &below) && line.value_end - line.item <= 60;
		const char *name = alone ? kith_write_line(arena, text, &line, line.text, line.text, "name: ", "") : "";
		kith_guess_says(&guess, root, root, message, *name ? name : "begin with a key: name: Ana Silva");
	}
}
