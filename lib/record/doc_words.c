#include "lib/record/doc_words.h"

#include <string.h>

/* The first row whose texts are contained in libyaml's problem and context counts. */
static const struct {
	const char *problem, *context;
	const char *message, *hint;
	bool at_context;
} rows[] = {
	{"found unexpected end of stream", "quoted scalar", "this quote is never closed",
	 "close it at the end of the value; in double quotes a quote is written \\\", in single quotes ''", true},
	{"found unexpected document indicator", "quoted scalar", "this quote is never closed",
	 "close it at the end of the value", true},
	{"could not find expected ':'", NULL, "this line has no colon after its key",
	 "write key: value; text of several lines is indented under key: |", true},
	{"tab character", NULL, "a tab stands where spaces belong", "indent with spaces; most editors can turn tabs into spaces", false},
	{"block sequence entries are not allowed", NULL, "a list starts here where a value already stands",
	 "put the first '- ' on a line of its own under the key", false},
	{"did not find expected '-' indicator", NULL, "this line stands at the level of a list but does not start with '- '",
	 "line it up with the key it belongs to, or start it with '- '", false},
	{"did not find expected ',' or ']'", NULL, "this list in brackets is never closed", "close it with ]; items are separated by commas", true},
	{"did not find expected ',' or '}'", NULL, "this map in braces is never closed", "close it with }; items are separated by commas", true},
	{"did not find expected node content", "flow", "a value is missing in this list", "delete the extra comma, or close the bracket", false},
	{"did not find expected key", NULL, "this line does not fit the lines above it",
	 "line its key up with the others, or the lines of a text with its first", false},
	{"found unknown escape character", NULL, "this backslash starts no escape that YAML knows",
	 "use single quotes, or write \\\\ for a backslash", false},
	{"did not find expected hexdecimal number", NULL, "an escape is cut short here", "\\x takes two hexadecimal digits, \\u four, \\U eight", false},
	{"invalid Unicode character code", NULL, "this escape is no character", "write the character itself: the file is UTF-8", false},
	{"did not find expected alphabetic or numeric character", "anchor", "a value starting with & needs quotes", "write \"&…\"", true},
	{"did not find expected alphabetic or numeric character", "alias", "a value starting with * needs quotes", "write \"*…\"", true},
	{"did not find expected whitespace or line break", "tag", "a value starting with ! needs quotes", "write \"!…\"", true},
	{NULL, "tag", "a value starting with ! needs quotes", "write \"!…\"", true},
	{"found undefined tag handle", NULL, "a value starting with ! needs quotes", "write \"!…\"", false},
	{NULL, "directive", "a line starting with % is a directive to YAML; records have none", "put quotes around the text", true},
	{"did not find expected <document start>", NULL, "this does not belong to what stands above it",
	 "line keys up at the left edge; text behind a value needs quotes around all of it", false},
	{"did not find expected comment or line break", NULL, "something stands behind | or >", "start the text on the next line, indented", false},
	{"found a leading", NULL, "spaces in front of the text's first line confuse its indentation", "indent all lines alike", false},
};

static bool holds(const char *text, const char *part)
{
	return !part || (text && strstr(text, part));
}

static void explain_first_character(char character, struct kith_yaml_words *out)
{
	switch (character) {
	case '@':
		out->message = "a value starting with @ needs quotes";
		out->hint = "write \"@…\"";
		return;
	case '`':
		out->message = "a value starting with ` needs quotes";
		out->hint = "write \"`…\"";
		return;
	case '%':
		out->message = "a value starting with % needs quotes";
		out->hint = "write \"%…\"";
		return;
	case ']':
		out->message = "a value starting with ] needs quotes";
		out->hint = "write \"]…\"";
		return;
	case '}':
		out->message = "a value starting with } needs quotes";
		out->hint = "write \"}…\"";
		return;
	case ',':
		out->message = "a value starting with , needs quotes";
		out->hint = "write \",…\"";
		return;
	case '\t':
		out->message = "a tab stands where spaces belong";
		out->hint = "indent with spaces; most editors can turn tabs into spaces";
		return;
	default:
		out->message = "this character cannot start a value";
		out->hint = "put quotes around the value";
	}
}

static size_t line_start(const struct kith_yaml_problem *problem, size_t byte)
{
	size_t start = byte < problem->length ? byte : problem->length;
	while (start > 0 && problem->source[start - 1] != '\n')
		start--;
	return start;
}

/* Two causes look alike to libyaml: `name: Ana: Silva`, and a key indented under a value. */
static void explain_colon(const struct kith_yaml_problem *problem, size_t byte, struct kith_yaml_words *out)
{
	for (size_t at = line_start(problem, byte); at + 1 < byte && at + 1 < problem->length; at++) {
		if (problem->source[at] != ':' || problem->source[at + 1] != ' ')
			continue;
		out->message = "a second colon followed by a space stands in this line";
		out->hint = "put quotes around a value that holds ': '";
		return;
	}
	out->message = "this line is indented like a part of the value above it, but holds a key";
	out->hint = "line the key up with those above; a text of several lines that holds ': ' goes under key: |";
}

/* "this line does not fit the lines above it", where more can be said. */
static bool explain_misfit(const struct kith_yaml_problem *problem, size_t byte, struct kith_yaml_words *out)
{
	const char *const source = problem->source;
	if (byte + 1 < problem->length && source[byte] == '-' && source[byte + 1] == ' ') {
		out->message = "this item does not line up with the items above it";
		out->hint = "start every - of a list in the same column";
		return true;
	}
	const size_t start = line_start(problem, byte);
	size_t before = byte < problem->length ? byte : problem->length;
	while (before > start && source[before - 1] == ' ')
		before--;
	if (before == start || !strchr("\"'", source[before - 1]))
		return false;
	out->message = "something stands behind the closing quote";
	out->hint = "put all of the value inside the quotes";
	return true;
}

/* "a:b" without the space: libyaml takes the whole line for one word and complains a line later. */
static bool lacks_space_after_colon(const struct kith_yaml_problem *problem, size_t byte)
{
	if (!problem->problem || !strstr(problem->problem, "could not find expected ':'"))
		return false;
	size_t at = byte < problem->length ? byte : problem->length;
	while (at > 0 && (problem->source[at - 1] == '\n' || problem->source[at - 1] == '\r'))
		at--;
	at = line_start(problem, at);
	while (at < problem->length && (problem->source[at] == ' ' || problem->source[at] == '-'))
		at++;
	const size_t word = at;
	while (at < problem->length && ((problem->source[at] >= 'a' && problem->source[at] <= 'z') || problem->source[at] == '_'))
		at++;
	return at > word && at + 1 < problem->length && problem->source[at] == ':' && !strchr(" /\r\n", problem->source[at + 1]);
}

void kith_yaml_words(const struct kith_yaml_problem *problem, size_t byte, struct kith_yaml_words *out)
{
	if (problem->problem && strstr(problem->problem, "cannot start any token")) {
		explain_first_character(byte < problem->length ? problem->source[byte] : '\0', out);
		return;
	}
	if (holds(problem->problem, "did not find expected node content") && !holds(problem->context, "flow") &&
	    byte < problem->length && strchr("]},", problem->source[byte])) {
		explain_first_character(problem->source[byte], out);
		return;
	}
	if (holds(problem->problem, "mapping values are not allowed")) {
		explain_colon(problem, byte, out);
		return;
	}
	if (holds(problem->problem, "did not find expected key") && explain_misfit(problem, byte, out))
		return;
	if (lacks_space_after_colon(problem, byte)) {
		*out = (struct kith_yaml_words){"a space is missing after the colon", "write key: value", true};
		return;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!holds(problem->problem, rows[i].problem) || !holds(problem->context, rows[i].context))
			continue;
		*out = (struct kith_yaml_words){rows[i].message, rows[i].hint, rows[i].at_context && problem->context};
		return;
	}
	*out = (struct kith_yaml_words){"the text cannot be read as YAML from here on",
	                                "compare the indentation and quotes with the lines above", false};
}
