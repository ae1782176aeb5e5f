#include "lib/record/doc_lines.h"

#include <string.h>

#include "lib/base/text.h"

enum {
	LONGEST_SHOWN = 300, /* bytes of a line that a hint repeats */
	LONGEST_LOOKED_AT = 4096,
};

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

/* --- lines --- */

static size_t line_end(const struct kith_text *text, size_t at)
{
	while (at < text->length && text->source[at] != '\n' && text->source[at] != '\r')
		at++;
	return at;
}

/* Behind a byte order mark. */
static size_t first_start(const struct kith_text *text)
{
	return text->length >= 3 && memcmp(text->source, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static size_t next_start(const struct kith_text *text, size_t end)
{
	if (end + 1 < text->length && text->source[end] == '\r' && text->source[end + 1] == '\n')
		return end + 2;
	return end < text->length ? end + 1 : end;
}

/* Where the comment begins that ends the line, or its end; `at` is outside of quotes. */
static size_t comment_start(const struct kith_text *text, size_t at, size_t end)
{
	const size_t from = at;
	for (; at < end; at++)
		if (text->source[at] == '#' && (at == from || is_blank(text->source[at - 1])))
			return at;
	return end;
}

static size_t trim_end(const struct kith_text *text, size_t from, size_t end)
{
	while (end > from && is_blank(text->source[end - 1]))
		end--;
	return end;
}

static size_t skip_blanks(const struct kith_text *text, size_t at, size_t end)
{
	while (at < end && is_blank(text->source[at]))
		at++;
	return at;
}

size_t kith_quote_end(const struct kith_text *text, size_t byte, size_t end, bool *closed)
{
	const char quote = text->source[byte];
	*closed = true;
	for (size_t at = byte + 1; at < end; at++) {
		if (quote == '"' && text->source[at] == '\\')
			at++;
		else if (text->source[at] == quote) {
			if (quote == '"' || at + 1 >= end || text->source[at + 1] != '\'')
				return at + 1;
			at++;
		}
	}
	*closed = false;
	return end;
}

static bool is_quote(char byte)
{
	return byte == '"' || byte == '\'';
}

/* A colon behind a plain or quoted key, followed by a blank or nothing. */
static size_t find_colon(const struct kith_text *text, size_t at, size_t end)
{
	if (at == end || strchr("[{#|>", text->source[at]))
		return end;
	if (is_quote(text->source[at])) {
		bool closed;
		at = skip_blanks(text, kith_quote_end(text, at, end, &closed), end);
		return at < end && text->source[at] == ':' ? at : end;
	}
	for (const size_t from = at; at < end; at++) {
		if (text->source[at] == ':' && (at + 1 == end || is_blank(text->source[at + 1])))
			return at;
		if (text->source[at] == '#' && at > from && is_blank(text->source[at - 1]))
			break;
	}
	return end;
}

bool kith_line_is_long(const struct kith_text *text, size_t byte)
{
	const size_t from = byte > LONGEST_LOOKED_AT ? byte - LONGEST_LOOKED_AT : 0;
	const size_t to = text->length - byte > LONGEST_LOOKED_AT ? byte + LONGEST_LOOKED_AT : text->length;
	return (from > 0 && !memrchr(text->source + from, '\n', byte - from)) ||
	       (to < text->length && !memchr(text->source + byte, '\n', to - byte));
}

struct kith_line kith_line_at(const struct kith_text *text, size_t byte)
{
	struct kith_line line = { 0 };
	size_t start = byte < text->length ? byte : text->length;
	while (start > 0 && text->source[start - 1] != '\n' &&
	       (text->source[start - 1] != '\r' || (start < text->length && text->source[start] == '\n')))
		start--;
	if (start < first_start(text))
		start = first_start(text);
	line.start = start;
	line.end = line_end(text, start);
	line.text = skip_blanks(text, start, line.end);
	line.item = line.text;
	while (line.item < line.end && text->source[line.item] == '-' &&
	       (line.item + 1 == line.end || is_blank(text->source[line.item + 1])))
		line.item = skip_blanks(text, line.item + 1, line.end);
	line.colon = find_colon(text, line.item, line.end);
	line.value = line.colon < line.end ? skip_blanks(text, line.colon + 1, line.end) : line.item;
	size_t behind = line.value;
	bool closed;
	if (behind < line.end && is_quote(text->source[behind]))
		behind = kith_quote_end(text, behind, line.end, &closed);
	if (behind == line.end && line.value < line.end)
		behind = line.value; /* a quote that is not closed may have a comment behind it */
	line.value_end = trim_end(text, line.value, comment_start(text, behind, line.end));
	return line;
}

static bool is_empty(const struct kith_text *text, const struct kith_line *line)
{
	return line->text == line->end || text->source[line->text] == '#';
}

bool kith_line_above(const struct kith_text *text, const struct kith_line *line, struct kith_line *out)
{
	struct kith_line above = *line;
	while (above.start > first_start(text)) {
		above = kith_line_at(text, above.start - 1);
		if (!is_empty(text, &above)) {
			*out = above;
			return true;
		}
	}
	return false;
}

bool kith_line_below(const struct kith_text *text, const struct kith_line *line, struct kith_line *out)
{
	struct kith_line below = *line;
	while (below.end < text->length) {
		below = kith_line_at(text, next_start(text, below.end));
		if (!is_empty(text, &below)) {
			*out = below;
			return true;
		}
	}
	return false;
}

size_t kith_line_indent(const struct kith_line *line)
{
	return line->text - line->start;
}

size_t kith_line_item_column(const struct kith_line *line)
{
	return line->item - line->start;
}

bool kith_line_has_key(const struct kith_line *line)
{
	return line->colon < line->end;
}

bool kith_line_has_dash(const struct kith_line *line)
{
	return line->item > line->text;
}

/* --- values --- */

size_t kith_open_bracket(const struct kith_text *text, const struct kith_line *line, size_t byte)
{
	size_t open[32], depth = 0;
	for (size_t at = line->item; at < byte && at < line->end; at++) {
		const char here = text->source[at];
		bool closed;
		if (here == '#' && at > line->item && is_blank(text->source[at - 1]))
			break;
		if (is_quote(here) && (at == line->item || strchr(" \t[{,:", text->source[at - 1])))
			at = kith_quote_end(text, at, byte, &closed) - 1;
		else if ((here == '[' || here == '{') && depth < kith_count(open))
			open[depth++] = at;
		else if ((here == ']' || here == '}') && depth)
			depth--;
	}
	return depth ? open[depth - 1] : byte;
}

size_t kith_plain_end(const struct kith_text *text, const struct kith_line *line, size_t byte)
{
	const size_t end = trim_end(text, byte, comment_start(text, byte, line->end));
	if (kith_open_bracket(text, line, byte) == byte)
		return end;
	size_t at = byte + 1;
	while (at < end && !strchr(",]}", text->source[at]))
		at++;
	return trim_end(text, byte, at);
}

/* --- texts of another making --- */

bool kith_text_is_utf16(const struct kith_text *text)
{
	size_t zeros[2] = { 0 };
	const size_t looked_at = text->length < 256 ? text->length : 256;
	for (size_t i = 0; i < looked_at; i++)
		zeros[i % 2] += text->source[i] == '\0';
	return looked_at >= 4 && (zeros[0] * 3 > looked_at || zeros[1] * 3 > looked_at) && (!zeros[0] || !zeros[1]);
}

bool kith_text_conflict(const struct kith_text *text, size_t *byte)
{
	for (size_t at = first_start(text); at + 8 < text->length;) {
		if (memcmp(text->source + at, "<<<<<<< ", 8) == 0) {
			*byte = at;
			return true;
		}
		const char *feed = memchr(text->source + at, '\n', text->length - at);
		if (!feed)
			return false;
		at = (size_t)(feed - text->source) + 1;
	}
	return false;
}

const char *kith_words_of_byte(const struct kith_text *text, size_t at, struct kith_arena *arena)
{
	static const char *const windows[32] = { "€", "", "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Œ", "", "Ž", "",
		                                 "", "‘", "’", "“", "”", "•", "–", "—", "˜", "™", "š", "›", "œ", "", "ž", "Ÿ" };
	const unsigned char byte = (unsigned char)text->source[at];
	const bool alone = at + 1 == text->length || ((unsigned char)text->source[at + 1] & 0xC0) != 0x80;
	const char latin[3] = { (char)(0xC0 | byte >> 6), (char)(0x80 | (byte & 0x3F)), '\0' };
	const char *letter = byte >= 0xA0 ? latin : byte >= 0x80 ? windows[byte - 0x80] : "";
	return *letter && alone ? kith_arena_printf(arena, "this byte is not UTF-8 text (in Windows-1252 it is %s)", letter)
	               : "this byte is not UTF-8 text";
}

/* --- writing --- */

void kith_yaml_quote(struct kith_buf *out, const char *text, size_t length)
{
	const bool is_double = !memchr(text, '"', length) && !memchr(text, '\\', length);
	kith_buf_add_char(out, is_double ? '"' : '\'');
	for (size_t i = 0; i < length; i++) {
		kith_buf_add_char(out, text[i]);
		if (!is_double && text[i] == '\'')
			kith_buf_add_char(out, '\'');
	}
	kith_buf_add_char(out, is_double ? '"' : '\'');
}

const char *kith_write_line(struct kith_arena *arena, const struct kith_text *text, const struct kith_line *line, size_t from,
                            size_t to, const char *with, const char *else_)
{
	if (line->end - line->text > LONGEST_SHOWN || from < line->text || to < from || to > line->end)
		return else_; /* what is replaced goes on in another line */
	KITH_BUF whole = { 0 }, shown = { 0 };
	kith_buf_add_bytes(&whole, text->source + line->text, from - line->text);
	kith_buf_add(&whole, with);
	kith_buf_add_bytes(&whole, text->source + to, line->end - to);
	kith_printable(&shown, kith_buf_text(&whole), whole.length, false);
	return kith_arena_printf(arena, "write %s", kith_buf_text(&shown));
}

const char *kith_write_quoted(struct kith_arena *arena, const struct kith_text *text, size_t byte)
{
	static const char generic[] = "put quotes around the value";
	if (kith_line_is_long(text, byte))
		return generic;
	const struct kith_line line = kith_line_at(text, byte);
	if (line.end - line.text > LONGEST_SHOWN || byte >= line.end || byte < line.text)
		return generic;
	const size_t end = kith_plain_end(text, &line, byte);
	KITH_BUF quoted = { 0 };
	kith_yaml_quote(&quoted, text->source + byte, end - byte);
	return kith_write_line(arena, text, &line, byte, end, kith_buf_text(&quoted), generic);
}

const char *kith_write_indent(struct kith_arena *arena, size_t columns)
{
	return columns ? kith_arena_printf(arena, "indent it with %zu space%s", columns, columns == 1 ? "" : "s")
	               : "begin it at the left edge";
}
