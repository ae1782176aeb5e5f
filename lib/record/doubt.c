#include "lib/record/doubt.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/record/doc_lines.h"
#include "lib/record/types.h"

enum {
	MOST_HYPHENS = 10, /* told of in one value */
	MOST_DOUBTS = 100, /* in one file: beyond, it is something else than a record with slips */
};

struct doubt {
	struct kith_text text;
	const struct kith_field *field;
	const struct kith_node *node;
	struct kith_faults *faults;
};

static void warn(const struct doubt *doubt, size_t at, size_t end, const char *message, const char *hint)
{
	const struct kith_line line = kith_line_at(&doubt->text, at);
	uint32_t number = doubt->node->line;
	for (size_t i = doubt->node->start; i < line.start; i++)
		number += doubt->text.source[i] == '\n';
	const size_t column = at > line.start ? kith_characters(doubt->text.source + line.start, at - line.start) : 0;
	kith_fault_add(doubt->faults, KITH_FAULT_WARNING, number, (uint32_t)column + 1,
	               end > at ? (uint32_t)kith_characters(doubt->text.source + at, end - at) : 1, "%s", message)->hint = hint;
}

static const char *write_line(const struct doubt *doubt, size_t at, size_t from, size_t to, const char *with)
{
	const struct kith_line line = kith_line_at(&doubt->text, at);
	return kith_write_line(doubt->faults->arena, &doubt->text, &line, from, to, with, "put quotes around the value");
}

static bool is_letter_or_digit(char byte)
{
	return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

/* --- comments --- */

/* "A #1 shop", "C # developer": no comment looks like this.  "# word", and two spaces before it, do. */
static void doubt_comment(const struct doubt *doubt)
{
	const char *source = doubt->text.source;
	const struct kith_node *node = doubt->node;
	const size_t end = node->end;
	if (end + 2 >= doubt->text.length || source[end] != ' ' || source[end + 1] != '#')
		return;
	const bool close = is_letter_or_digit(source[end + 2]);
	const bool initial = source[end + 2] == ' ' && node->length && source[end - 1] >= 'A' && source[end - 1] <= 'Z' &&
	                     (node->length == 1 || source[end - 2] == ' ');
	if (!close && !initial)
		return;
	const size_t hash = end + 1, start = node->length ? node->start : hash;
	const struct kith_line line = kith_line_at(&doubt->text, hash);
	size_t stop = line.end;
	while (stop > hash && source[stop - 1] == ' ')
		stop--;
	if (start < line.start)
		return; /* begun in a line above */
	KITH_BUF quoted = { 0 };
	kith_yaml_quote(&quoted, source + start, stop - start);
	warn(doubt, hash, stop, "this is a comment, not part of the value; one that is meant has two spaces before it",
	     write_line(doubt, hash, start, stop, kith_buf_text(&quoted)));
}

/* --- typographic quotes --- */

static const struct {
	const char *open, *close;
	bool alone; /* doubtful even if it is not closed */
} quotes[] = {
	{ "“", "”", true }, { "„", "“", true }, { "„", "”", true }, { "‘", "’", false }, { "«", "»", false }, { "”", "”", false },
};

/* The text between quotes that are not YAML's. */
static bool inside_quotes(const char *text, size_t length, const char **from, size_t *inner)
{
	for (size_t i = 0; i < kith_count(quotes); i++) {
		const size_t open = strlen(quotes[i].open), close = strlen(quotes[i].close);
		if (length <= open + close || memcmp(text, quotes[i].open, open) != 0)
			continue;
		if (memcmp(text + length - close, quotes[i].close, close) != 0)
			continue;
		if (memmem(text + open, length - open - close, quotes[i].close, close))
			continue; /* “one” and “two” */
		*from = text + open;
		*inner = length - open - close;
		return true;
	}
	for (size_t i = 0; i < kith_count(quotes); i++) {
		const size_t open = strlen(quotes[i].open);
		if (!quotes[i].alone || length <= open || memcmp(text, quotes[i].open, open) != 0)
			continue;
		if (memmem(text, length, "”", strlen("”")) || memmem(text + open, length - open, "“", strlen("“")))
			continue;
		*from = text + open;
		*inner = length - open;
		return true;
	}
	return false;
}

static void doubt_quotes(const struct doubt *doubt)
{
	const char *from;
	size_t inner;
	const struct kith_node *node = doubt->node;
	const enum kith_type type = doubt->field->type; /* of others, the value cannot be read with them */
	if (type != KITH_TEXT && type != KITH_WORD && type != KITH_TEXT_OR_REF && type != KITH_WORD_OR_REF)
		return;
	if (!inside_quotes(node->text, node->length, &from, &inner))
		return;
	if (node->end - node->start != node->length)
		return;
	KITH_BUF quoted = { 0 };
	kith_yaml_quote(&quoted, from, inner);
	warn(doubt, node->start, node->end, "these quotes are part of the value: YAML knows straight ones only",
	     write_line(doubt, node->start, node->start, node->end, kith_buf_text(&quoted)));
}

/* --- hyphens --- */

/* A hyphen at the beginning of a line that goes on with the value above. */
static void doubt_hyphen_below(const struct doubt *doubt, size_t at)
{
	const struct kith_line line = kith_line_at(&doubt->text, at), first = kith_line_at(&doubt->text, doubt->node->start);
	const char *source = doubt->text.source;
	struct kith_arena *arena = doubt->faults->arena;
	static const char message[] = "this - begins no item: the value of the line above goes on here";
	if (!kith_line_has_dash(&line) && is_letter_or_digit(source[at + 1]))
		warn(doubt, at, at, "a space is missing after the -", write_line(doubt, at, at, at + 1, "- "));
	else if (kith_line_has_dash(&line) && kith_line_has_dash(&first))
		warn(doubt, at, at, message, kith_write_indent(arena, kith_line_indent(&first)));
	else if (kith_line_has_dash(&line) && first.text == doubt->node->start)
		return; /* its own first line is told of */
	else if (kith_line_has_dash(&line))
		warn(doubt, at, at, message, "write the first item like this one: on a line of its own, with - before it");
}

static bool begins_line(const struct doubt *doubt, size_t at)
{
	const char *source = doubt->text.source;
	while (at > 0 && (source[at - 1] == ' ' || source[at - 1] == '\t'))
		at--;
	return at == 0 || source[at - 1] == '\n';
}

/* "-Ana", and "-" with a no-break space behind it, are words. */
static void doubt_hyphens(const struct doubt *doubt)
{
	const char *source = doubt->text.source;
	const struct kith_node *node = doubt->node;
	if (node->end > node->start + 1 && source[node->start] == '-' && begins_line(doubt, node->start)) {
		size_t behind = node->start + 1;
		if (memcmp(source + behind, "\xC2\xA0", node->end - behind < 2 ? 1 : 2) == 0)
			behind += 2;
		if (behind > node->start + 1 || is_letter_or_digit(source[behind]))
			warn(doubt, node->start, node->start, "a space is missing after the -",
			     write_line(doubt, node->start, node->start, behind, "- "));
	}
	size_t told = 0;
	for (size_t at = node->start; at < node->end && told < MOST_HYPHENS;) {
		const char *feed = memchr(source + at, '\n', node->end - at);
		if (!feed)
			return;
		at = (size_t)(feed - source) + 1;
		while (at < node->end && (source[at] == ' ' || source[at] == '\t'))
			at++;
		if (at + 1 < node->end && source[at] == '-') {
			doubt_hyphen_below(doubt, at);
			told++;
		}
	}
}

/* "Ana, Anna]", "rust; c". */
static void doubt_item(const struct doubt *doubt)
{
	const struct kith_node *node = doubt->node;
	const char *source = doubt->text.source, last = node->text[node->length - 1];
	if ((last == ']' || last == '}') && !strpbrk(node->text, "[{") && node->end - node->start == node->length) {
		const char opening[2] = { last == ']' ? '[' : '{', '\0' };
		warn(doubt, node->end - 1, node->end, "this bracket closes nothing, and is part of the value",
		     write_line(doubt, node->start, node->start, node->start, opening));
		return;
	}
	const char *semicolon = kith_type_row(doubt->field->type)->splits ? strstr(node->text, "; ") : NULL;
	if (!semicolon || node->end - node->start != node->length)
		return;
	KITH_BUF commas = { 0 };
	kith_buf_add_bytes(&commas, source + node->start, node->length);
	for (char *at = commas.text; (at = strchr(at, ';'));)
		*at = ',';
	warn(doubt, node->start + (size_t)(semicolon - node->text), 0, "a semicolon divides no list; commas do",
	     write_line(doubt, node->start, node->start, node->end, kith_buf_text(&commas)));
}

void kith_doubt(const struct kith_doc *doc, const struct kith_field *field, const struct kith_node *node, struct kith_faults *faults)
{
	const struct doubt doubt = {
		.text = { doc->source, doc->length }, .field = field, .node = node, .faults = faults,
	};
	if (node->shape != KITH_SCALAR || node->style != KITH_PLAIN || faults->count >= MOST_DOUBTS)
		return;
	if (kith_line_is_long(&doubt.text, node->start) || kith_line_is_long(&doubt.text, node->end))
		return;
	doubt_comment(&doubt);
	if (!node->length)
		return;
	doubt_quotes(&doubt);
	if (!kith_field_is_list(field))
		return;
	doubt_hyphens(&doubt);
	doubt_item(&doubt);
}

/* --- what cannot be seen --- */

static const char *const unseen[] = { "\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D", "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x81\xA0",
	                              "\xEF\xBB\xBF", "\xC2\xAD" };

static size_t unseen_at(const char *at)
{
	for (size_t i = 0; i < kith_count(unseen); i++)
		if (strncmp(at, unseen[i], strlen(unseen[i])) == 0)
			return strlen(unseen[i]);
	return 0;
}

bool kith_plain_text(struct kith_buf *out, const char *text, const char **what)
{
	const char *from = text;
	size_t length = strlen(text);
	*what = NULL;
	if (inside_quotes(text, length, &from, &length))
		*what = "typographic quotes";
	KITH_BUF plain = { 0 };
	for (const char *at = from, *end = from + length; at < end;) {
		const size_t skip = unseen_at(at);
		if (skip || strncmp(at, "\xC2\xA0", 2) == 0) {
			*what = skip ? "a character that cannot be seen" : "a no-break space";
			kith_buf_add(&plain, skip ? "" : " ");
			at += skip ? skip : 2;
		} else
			kith_buf_add_char(&plain, *at++);
	}
	if (!*what)
		return false;
	const char *start = kith_buf_text(&plain);
	start += strspn(start, " ");
	size_t kept = strlen(start);
	while (kept && start[kept - 1] == ' ')
		kept--;
	kith_buf_add_bytes(out, start, kept);
	return true;
}
