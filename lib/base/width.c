#include "lib/base/text.h"

#include <string.h>
#include <utf8proc.h>

#include "lib/base/unicode.h"

enum { QUOTED_COLUMNS = 60, EMOJI_STYLE = 0xFE0F };

static bool is_printable_ascii(char byte)
{
	return byte >= ' ' && byte < 0x7F;
}

static bool is_flag_letter(int32_t character)
{
	return character >= 0x1F1E6 && character <= 0x1F1FF;
}

/* Columns once `character` has joined a cluster that took `columns` before and
 * begins with `first`: the widest of its characters, but two when emoji style was
 * asked for, and two for a flag, which is made of two narrow letters. */
static unsigned widened(unsigned columns, int32_t first, int32_t character)
{
	if (character == EMOJI_STYLE && columns)
		return 2;
	if (is_flag_letter(first) && is_flag_letter(character))
		return 2;
	const unsigned own = (unsigned)utf8proc_charwidth(character);
	return own > columns ? own : columns;
}

size_t kith_next_cluster(const char *text, size_t length, unsigned *columns)
{
	if (is_printable_ascii(text[0]) && (length == 1 || (unsigned char)text[1] < 0x80)) {
		*columns = 1;
		return 1;
	}
	int32_t first;
	size_t at = kith_decode(text, length, &first);
	if (first == KITH_BAD_CHARACTER) {
		*columns = 1; /* it will be shown as U+FFFD */
		return at;
	}
	unsigned width = (unsigned)utf8proc_charwidth(first);
	int32_t before = first, state = 0;
	while (at < length) {
		int32_t next;
		const size_t used = kith_decode(text + at, length - at, &next);
		if (next == KITH_BAD_CHARACTER || utf8proc_grapheme_break_stateful(before, next, &state))
			break;
		width = widened(width, first, next);
		before = next;
		at += used;
	}
	*columns = width;
	return at;
}

size_t kith_width(const char *text, size_t length)
{
	size_t width = 0;
	for (size_t at = 0; at < length;) {
		unsigned columns;
		at += kith_next_cluster(text + at, length - at, &columns);
		width += columns;
	}
	return width;
}

void kith_clip(struct kith_buf *out, const char *text, size_t columns)
{
	const size_t length = strlen(text);
	size_t width = 0, fits = 0; /* fits: what still leaves a column for the ellipsis */
	for (size_t at = 0; at < length;) {
		unsigned own;
		at += kith_next_cluster(text + at, length - at, &own);
		width += own;
		if (width > columns) {
			kith_buf_add_bytes(out, text, fits);
			kith_buf_add(out, columns ? KITH_ELLIPSIS : "");
			return;
		}
		if (width < columns)
			fits = at;
	}
	kith_buf_add_bytes(out, text, length);
}

bool kith_is_unsafe(int32_t character)
{
	const bool control = character < ' ' || (character >= 0x7F && character < 0xA0);
	const bool direction = (character >= 0x202A && character <= 0x202E) ||
	                       (character >= 0x2066 && character <= 0x2069);
	return control || direction;
}

static bool is_line_break_or_tab(int32_t character)
{
	return character == '\n' || character == '\t' || character == 0x2028 || character == 0x2029;
}

static size_t printable_run(const char *text, size_t length)
{
	size_t run = 0;
	while (run < length && is_printable_ascii(text[run]))
		run++;
	return run;
}

void kith_printable(struct kith_buf *out, const char *text, size_t length, bool keep_lines)
{
	for (size_t at = 0; at < length;) {
		const size_t run = printable_run(text + at, length - at);
		kith_buf_add_bytes(out, text + at, run);
		at += run;
		if (at == length)
			break;
		int32_t character;
		const size_t used = kith_decode(text + at, length - at, &character);
		if (is_line_break_or_tab(character) && !keep_lines)
			kith_buf_add_char(out, ' ');
		else if (is_line_break_or_tab(character))
			kith_buf_add_bytes(out, text + at, used);
		else if (character == '\r' && at + 1 < length && text[at + 1] == '\n')
			; /* CRLF is one line break, not a fault */
		else if (character == KITH_BAD_CHARACTER || kith_is_unsafe(character))
			kith_buf_add(out, KITH_REPLACEMENT);
		else
			kith_buf_add_bytes(out, text + at, used);
		at += used;
	}
}

void kith_quote(struct kith_buf *out, const char *text)
{
	KITH_BUF printable = {0};
	kith_printable(&printable, text, strlen(text), false);
	kith_buf_add_char(out, '\'');
	kith_clip(out, kith_buf_text(&printable), QUOTED_COLUMNS);
	kith_buf_add_char(out, '\'');
}
