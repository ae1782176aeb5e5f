#include "lib/store/query_tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/text.h"

/* Recursive descent over the bytes; there is no separate list of tokens, because what a word is depends on
 * where it stands (a comma ends a value, but not a word of text). */
struct reader {
	const char *text;
	size_t length, at;
	unsigned depth;
	size_t conditions, values;
	struct kith_query *query;
	struct kith_err *err;
	size_t fault_at; /* byte the error points at */
};

static struct kith_query_node *read_any(struct reader *);

/* --- errors --- */

__attribute__((format(printf, 3, 4)))
static bool fail_at(struct reader *reader, size_t at, const char *format, ...)
{
	char message[512];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(message, sizeof(message), format, args); /* a long one is cut, which is harmless */
	va_end(args);
	reader->fault_at = at;
	kith_fail(reader->err, KITH_USAGE, "%s", message);
	return false;
}

static const char *quoted(struct kith_buf *buffer, const char *text)
{
	kith_buf_clear(buffer);
	kith_quote(buffer, text);
	return kith_buf_text(buffer);
}

static const char *slice(struct reader *reader, size_t from, size_t to)
{
	return kith_arena_strndup(&reader->query->arena, reader->text + from, to - from);
}

/* A name as it may be shown: one of the user's own may hold anything. */
static const char *printable(struct reader *reader, size_t from, size_t to)
{
	KITH_BUF shown = {0};
	kith_printable(&shown, reader->text + from, to - from, false);
	return kith_arena_strdup(&reader->query->arena, kith_buf_text(&shown));
}

/* --- characters --- */

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool ends_word(const struct reader *reader, size_t at)
{
	return at >= reader->length || is_space(reader->text[at]) || reader->text[at] == '(' ||
	       reader->text[at] == ')';
}

static bool ends_value(const struct reader *reader, size_t at)
{
	return ends_word(reader, at) || reader->text[at] == ',';
}

static void skip_spaces(struct reader *reader)
{
	while (reader->at < reader->length && is_space(reader->text[reader->at]))
		reader->at++;
}

static size_t word_end(const struct reader *reader)
{
	size_t end = reader->at;
	while (!ends_word(reader, end))
		end++;
	return end;
}

/* Whether this keyword comes next, as a word of its own. */
static bool is_keyword(struct reader *reader, const char *keyword)
{
	skip_spaces(reader);
	const size_t length = word_end(reader) - reader->at;
	return length == strlen(keyword) && memcmp(reader->text + reader->at, keyword, length) == 0;
}

static bool take_keyword(struct reader *reader, const char *keyword)
{
	const bool found = is_keyword(reader, keyword);
	if (found)
		reader->at += strlen(keyword);
	return found;
}

/* --- the tree --- */

static struct kith_query_node *new_node(struct reader *reader, enum kith_query_shape shape)
{
	struct kith_query_node *node = kith_arena_alloc(&reader->query->arena, sizeof(*node));
	node->shape = shape;
	return node;
}

static bool count_condition(struct reader *reader, size_t at)
{
	if (++reader->conditions <= KITH_QUERY_CONDITIONS)
		return true;
	fail_at(reader, at, "the query has more than %d conditions", KITH_QUERY_CONDITIONS);
	kith_hint(reader->err, "ask in several steps; lists of words, references and ids may be longer");
	return false;
}

static bool enter(struct reader *reader, size_t at)
{
	if (++reader->depth <= KITH_QUERY_DEPTH)
		return true;
	fail_at(reader, at, "the query is nested deeper than %d levels", KITH_QUERY_DEPTH);
	kith_hint(reader->err, "leave out parentheses that change nothing");
	return false;
}

/* --- scalars --- */

/* A text in double quotes; \" and \\ stand for themselves.  The quote is at hand. */
static bool read_quoted(struct reader *reader, struct kith_query_scalar *out)
{
	const size_t start = reader->at++;
	KITH_BUF text = {0};
	while (reader->at < reader->length && reader->text[reader->at] != '"') {
		const char next = reader->at + 1 < reader->length ? reader->text[reader->at + 1] : '\0';
		if (reader->text[reader->at] == '\\' && (next == '"' || next == '\\'))
			reader->at++;
		kith_buf_add_char(&text, reader->text[reader->at++]);
	}
	if (reader->at >= reader->length) {
		fail_at(reader, start, "the quote that opens here is not closed");
		kith_hint(reader->err, "add a \" where the phrase ends");
		return false;
	}
	reader->at++;
	*out = (struct kith_query_scalar){ .text = kith_arena_strdup(&reader->query->arena, kith_buf_text(&text)),
	                                   .quoted = true, .at = start };
	if (text.length)
		return true;
	return fail_at(reader, start, "there is nothing between the quotes");
}

/* One end of a range, or a value that is none: up to its end or `..`. */
static bool read_value_scalar(struct reader *reader, bool ends_at_dots, struct kith_query_scalar *out)
{
	const size_t start = reader->at;
	if (reader->at < reader->length && reader->text[reader->at] == '"')
		return read_quoted(reader, out);
	while (!ends_value(reader, reader->at) &&
	       !(ends_at_dots && strncmp(reader->text + reader->at, "..", 2) == 0))
		reader->at++;
	*out = (struct kith_query_scalar){ .at = start };
	if (reader->at > start)
		out->text = slice(reader, start, reader->at);
	return true;
}

static bool fail_without_value(struct reader *reader, const char *name)
{
	const size_t at = reader->at;
	const char next = at < reader->length ? reader->text[at] : '\0';
	if (next == '(') {
		fail_at(reader, at, "a value belongs behind %s:, not a parenthesis", name);
		kith_hint(reader->err, "put a comma between values: %s:one,two", name);
	} else if (at > 0 && reader->text[at - 1] == ',') {
		fail_at(reader, at, "a value is missing after the comma");
		kith_hint(reader->err, "no space after a comma: %s:one,two", name);
	} else {
		fail_at(reader, at, "a value is missing after %s:", name);
		kith_hint(reader->err,
		          is_space(next) ? "no space after the colon: %s:value"
		                         : "write %s:value, or missing:NAME for records without it",
		          name);
	}
	return false;
}

static bool read_raw(struct reader *reader, const char *name, struct kith_query_raw *raw)
{
	*raw = (struct kith_query_raw){ .at = reader->at };
	if (!read_value_scalar(reader, true, &raw->from))
		return false;
	if (strncmp(reader->text + reader->at, "..", 2) == 0) {
		raw->is_range = true;
		reader->at += 2;
		if (!read_value_scalar(reader, false, &raw->to))
			return false;
	}
	if (!ends_value(reader, reader->at))
		return fail_at(reader, reader->at, "a space is missing after the closing quote");
	if (!raw->is_range && !raw->from.text)
		return fail_without_value(reader, name);
	raw->text = raw->is_range ? slice(reader, raw->at, reader->at) : raw->from.text;
	return true;
}

/* --- field:value --- */

/* Every reading that the name allows in some kind gets the value; one that can make sense of it is enough. */
static bool add_value(struct reader *reader, const struct kith_query_raw *raw, struct kith_query_test *tests)
{
	struct kith_arena *arena = &reader->query->arena;
	struct kith_query_fault fault = {0};
	bool readable = false, is_condition = false;
	for (struct kith_query_test *test = tests; test; test = test->next) {
		struct kith_query_value value = {0};
		/* The first reading's reason is told: rows of the schema come with the most usual kind first. */
		struct kith_query_fault *const asked = *fault.why ? NULL : &fault;
		if (!kith_query_value_read(&test->subject, raw, reader->query->now, arena, &value, asked))
			continue;
		struct kith_query_value *place =
			kith_arena_push(arena, &test->values, &test->count, &test->capacity, sizeof(value));
		*place = value;
		readable = true;
		is_condition |= test->count == 1 || value.shape != QUERY_VALUE_TEXT ||
		                test->subject.how == QUERY_HOW_WORDS;
	}
	if (!readable) {
		KITH_BUF shown = {0};
		fail_at(reader, raw->at, "%s: %s %s", tests->subject.name, quoted(&shown, raw->text), fault.why);
		kith_hint(reader->err, "%s", kith_buf_text(&fault.hint));
	}
	kith_buf_finish(&fault.hint);
	if (readable && ++reader->values > KITH_QUERY_VALUES)
		return fail_at(reader, raw->at, "the query has more than %d values", KITH_QUERY_VALUES);
	return readable && (!is_condition || count_condition(reader, raw->at));
}

static struct kith_query_node *read_field(struct reader *reader, const char *name,
                                          const struct kith_query_subject *subjects, size_t count)
{
	struct kith_query_node *node = new_node(reader, QUERY_FIELD);
	node->tests = kith_query_tests_of(subjects, count, &reader->query->arena);
	for (;;) {
		struct kith_query_raw raw;
		if (!read_raw(reader, name, &raw) || !add_value(reader, &raw, node->tests))
			return NULL;
		if (reader->at >= reader->length || reader->text[reader->at] != ',')
			break;
		reader->at++;
	}
	kith_query_tests_tidy(&node->tests, &reader->query->arena);
	return node;
}

/* --- text --- */

static struct kith_query_node *text_node(struct reader *reader, const char *text, bool is_quoted, size_t at)
{
	struct kith_query *query = reader->query;
	struct kith_query_node *node = new_node(reader, QUERY_TEXT);
	kith_query_text_read(text, is_quoted, &query->arena, &node->text);
	if (!*node->text.words) {
		KITH_BUF shown = {0};
		return fail_at(reader, at, "%s has no letter or digit to look for", quoted(&shown, text)), NULL;
	}
	const char **word = kith_arena_push(&query->arena, &query->words, &query->word_count,
	                                    &query->word_capacity, sizeof(*word));
	*word = node->text.words;
	return count_condition(reader, at) ? node : NULL;
}

static struct kith_query_node *read_phrase(struct reader *reader)
{
	struct kith_query_scalar phrase;
	if (!read_quoted(reader, &phrase))
		return NULL;
	if (!ends_word(reader, reader->at))
		return fail_at(reader, reader->at, "a space is missing after the closing quote"), NULL;
	return text_node(reader, phrase.text, true, phrase.at);
}

static bool looks_like_name(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const char byte = text[i];
		if ((unsigned)((byte | 0x20) - 'a') >= 26 && (unsigned)(byte - '0') >= 10 && byte != '_' &&
		    byte != '-' && byte != '.' && (unsigned char)byte < 0x80)
			return false;
	}
	return length > 0;
}

/* https://…, 12:30, mailto:ana@x.example: text with a colon, not a field nobody has heard of. */
static bool is_text_with_colon(const struct reader *reader, size_t colon, size_t end)
{
	const char *text = reader->text;
	const char *after = text + colon + 1;
	return !looks_like_name(text + reader->at, colon - reader->at) || strncmp(after, "//", 2) == 0 ||
	       (*after >= '0' && *after <= '9') || memchr(text + reader->at, '@', end - reader->at);
}

static void fail_unknown_field(struct reader *reader, size_t colon)
{
	const char *name = slice(reader, reader->at, colon);
	KITH_BUF shown = {0};
	fail_at(reader, reader->at, "there is no field %s", quoted(&shown, name));
	struct kith_query_subject *subjects;
	if (*name == '-' && kith_query_subjects(name + 1, strlen(name + 1), &reader->query->arena, &subjects)) {
		kith_hint(reader->err, "to leave these out write: not %s:…", name + 1);
		return;
	}
	const char *near = kith_query_nearest_name(name);
	if (near)
		kith_hint(reader->err, "did you mean %s:? for text with a colon use quotes", near);
	else
		kith_hint(reader->err, "kith-query(7) lists the fields; for text with a colon use quotes");
}

static struct kith_query_node *read_word(struct reader *reader)
{
	const size_t start = reader->at, end = word_end(reader);
	const char *found = memchr(reader->text + start, ':', end - start);
	if (found && found > reader->text + start) {
		const size_t colon = (size_t)(found - reader->text);
		struct kith_query_subject *subjects;
		const size_t count = kith_query_subjects(reader->text + start, colon - start,
		                                         &reader->query->arena, &subjects);
		if (count) {
			reader->at = colon + 1;
			return read_field(reader, printable(reader, start, colon), subjects, count);
		}
		if (!is_text_with_colon(reader, colon, end))
			return fail_unknown_field(reader, colon), NULL;
	}
	reader->at = end;
	return text_node(reader, slice(reader, start, end), false, start);
}

/* --- and, or, not --- */

static struct kith_query_node *read_parenthesis(struct reader *reader)
{
	const size_t start = reader->at++;
	if (!enter(reader, start))
		return NULL;
	skip_spaces(reader);
	if (reader->at < reader->length && reader->text[reader->at] == ')')
		return fail_at(reader, start, "there is nothing between the parentheses"), NULL;
	struct kith_query_node *node = NULL;
	if (reader->at < reader->length && !(node = read_any(reader)))
		return NULL;
	skip_spaces(reader);
	if (reader->at >= reader->length) {
		fail_at(reader, start, "the parenthesis that opens here is not closed");
		kith_hint(reader->err, "add a ) where the group ends");
		return NULL;
	}
	reader->at++; /* nothing but ')' stops read_any before the end */
	reader->depth--;
	return node;
}

/* Nothing that could begin a condition is at hand. */
static void fail_without_condition(struct reader *reader)
{
	const char *stray = is_keyword(reader, "or") ? "or" : is_keyword(reader, "and") ? "and" : NULL;
	if (stray) {
		fail_at(reader, reader->at, "%s stands between two conditions", stray);
		kith_hint(reader->err, "to look for the word, put it in quotes: \"%s\"", stray);
		return;
	}
	if (reader->at < reader->length && reader->depth == 0) { /* a ')' */
		fail_at(reader, reader->at, "this parenthesis closes none");
		kith_hint(reader->err, "take it away, or put it in quotes");
		return;
	}
	/* Only a keyword before it lets something be expected here. */
	size_t before = reader->at;
	while (before > 0 && is_space(reader->text[before - 1]))
		before--;
	size_t start = before;
	while (start > 0 && !ends_word(reader, start - 1))
		start--;
	const char *keyword = slice(reader, start, before);
	fail_at(reader, start, "a condition is missing after %s", keyword);
	kith_hint(reader->err, "to look for the word, put it in quotes: \"%s\"", keyword);
}

static bool stands_condition(struct reader *reader)
{
	skip_spaces(reader);
	return reader->at < reader->length && reader->text[reader->at] != ')' && !is_keyword(reader, "or") &&
	       !is_keyword(reader, "and");
}

static struct kith_query_node *read_one(struct reader *reader)
{
	if (!stands_condition(reader))
		return fail_without_condition(reader), NULL;
	const size_t start = reader->at;
	if (take_keyword(reader, "not")) {
		if (!enter(reader, start))
			return NULL;
		struct kith_query_node *node = new_node(reader, QUERY_NOT);
		const size_t words = reader->query->word_count;
		node->first = read_one(reader);
		reader->query->word_count = words; /* what must not be there is nothing to show */
		reader->depth--;
		return node->first ? node : NULL;
	}
	switch (reader->text[reader->at]) {
	case '(': return read_parenthesis(reader);
	case '"': return read_phrase(reader);
	default:  return read_word(reader);
	}
}

/* Put a node behind the others of a group; groups of one are the one itself. */
static struct kith_query_node *join(struct reader *reader, enum kith_query_shape shape,
                                    struct kith_query_node *group, struct kith_query_node **last,
                                    struct kith_query_node *node)
{
	if (!group) {
		*last = node;
		return node;
	}
	if (group == *last) {
		struct kith_query_node *whole = new_node(reader, shape);
		whole->first = group;
		group = whole;
	}
	(*last)->next = node;
	*last = node;
	return group;
}

static struct kith_query_node *read_all(struct reader *reader)
{
	struct kith_query_node *group = NULL, *last = NULL;
	do {
		struct kith_query_node *node = read_one(reader);
		if (!node)
			return NULL;
		group = join(reader, QUERY_ALL, group, &last, node);
	} while (take_keyword(reader, "and") || stands_condition(reader));
	return group;
}

static struct kith_query_node *read_any(struct reader *reader)
{
	struct kith_query_node *group = NULL, *last = NULL;
	do {
		struct kith_query_node *node = read_all(reader);
		if (!node)
			return NULL;
		group = join(reader, QUERY_ANY, group, &last, node);
	} while (take_keyword(reader, "or"));
	return group;
}

static bool read_query(struct reader *reader)
{
	size_t bad;
	if (reader->length > KITH_QUERY_LIMIT)
		return fail_at(reader, 0, "the query is longer than %u bytes", KITH_QUERY_LIMIT);
	if (!kith_is_utf8(reader->text, reader->length, &bad))
		return fail_at(reader, bad, "the query is not UTF-8 text");
	skip_spaces(reader);
	if (reader->at == reader->length)
		return true;
	if (!(reader->query->root = read_any(reader)))
		return false;
	skip_spaces(reader);
	if (reader->at == reader->length)
		return true;
	fail_without_condition(reader);
	return false;
}

enum kith_code kith_query_parse(const char *text, struct kith_now now, struct kith_query **out, size_t *column,
                                struct kith_err *err)
{
	KITH_CLEANUP(kith_query_destroy) struct kith_query *query = kith_alloc(sizeof(*query));
	query->now = now;
	struct reader reader = { .text = text, .length = strlen(text), .query = query, .err = err };
	if (!read_query(&reader)) {
		if (column)
			*column = kith_characters(text, reader.fault_at) + 1;
		return KITH_USAGE;
	}
	*out = kith_take(&query);
	return KITH_OK;
}
