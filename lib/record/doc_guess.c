/* Guesses at lines that stand where YAML expects something else. */
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/doc_words.h"

enum { FAR = 200 }; /* lines above that are looked at */

bool kith_guess_says(const struct kith_guess *guess, size_t at, size_t end, const char *message, const char *hint)
{
	*guess->out = (struct kith_yaml_words){ .message = message, .hint = hint, .at = at, .end = end };
	return true;
}

static bool starts_with(const struct kith_text *text, size_t at, size_t end, const char *with)
{
	const size_t length = strlen(with);
	return end - at >= length && memcmp(text->source + at, with, length) == 0;
}

/* --- colons --- */

static size_t key_end(const struct kith_text *text, size_t at, size_t end)
{
	while (at < end && ((text->source[at] | 0x20) >= 'a' && (text->source[at] | 0x20) <= 'z'))
		at++;
	while (at < end && (((text->source[at] | 0x20) >= 'a' && (text->source[at] | 0x20) <= 'z') || strchr("_-", text->source[at])))
		at++;
	return at;
}

static size_t skip_spaces(const struct kith_text *text, size_t at, size_t end)
{
	static const char *const spaces[] = { " ", "\t", "\xC2\xA0", "\xE3\x80\x80" };
	for (size_t i = 0; i < kith_count(spaces); i++)
		if (starts_with(text, at, end, spaces[i])) {
			at += strlen(spaces[i]);
			i = (size_t)-1;
		}
	return at;
}

/* What stands where a colon and a space should: "city:Porto", "city :Porto", "city = Porto", "city：Porto". */
static bool other_colon(const struct kith_guess *guess, const struct kith_line *line, size_t key)
{
	static const struct {
		const char *mark, *message;
	} marks[] = {
		{ ":\xC2\xA0", "a no-break space stands behind the colon; YAML wants a plain one" },
		{ ":", "a space is missing after the colon" },
		{ "\xEF\xBC\x9A", "this is a wide colon; YAML wants a plain one and a space" },
		{ "=", "YAML has a colon where this line has =" },
	};
	const struct kith_text *text = guess->text;
	const size_t at = skip_spaces(text, key, line->end);
	for (size_t i = 0; i < kith_count(marks); i++) {
		if (!starts_with(text, at, line->end, marks[i].mark) || starts_with(text, at, line->end, "://"))
			continue;
		const size_t behind = at + strlen(marks[i].mark), value = skip_spaces(text, behind, line->end);
		return kith_guess_says(guess, at, behind, marks[i].message,
		                       kith_write_line(guess->arena, text, line, key, value, value < line->end ? ": " : ":",
		                                       "write key: value"));
	}
	return false;
}

static bool is_header(const struct kith_text *text, const struct kith_line *line)
{
	if (!kith_line_has_key(line) && !kith_line_has_dash(line))
		return false;
	if (line->value == line->value_end || !strchr("|>", text->source[line->value]))
		return false;
	for (size_t at = line->value + 1; at < line->value_end; at++)
		if (!strchr("+-123456789", text->source[at]))
			return false;
	return true;
}

/* The line that begins the text of several lines which this one, being not indented enough, fell out of. */
static bool find_header(const struct kith_guess *guess, const struct kith_line *line, struct kith_line *out, size_t *columns)
{
	struct kith_line above = *line;
	size_t text_column = 0;
	for (int i = 0; i < FAR && kith_line_above(guess->text, &above, &above); i++) {
		if (is_header(guess->text, &above)) {
			*out = above;
			*columns = text_column ? text_column : kith_line_indent(&above) + 2;
			return true;
		}
		if (kith_line_indent(&above) <= kith_line_indent(line) && kith_line_has_key(&above))
			return false;
		text_column = kith_line_indent(&above);
	}
	return false;
}

static bool fell_out_of_text(const struct kith_guess *guess, const struct kith_line *line)
{
	struct kith_line header;
	size_t columns;
	if (!find_header(guess, line, &header, &columns) || columns <= kith_line_indent(line))
		return false;
	return kith_guess_says(guess, line->text, line->text,
	                       "this line of a text is not indented like the text", kith_write_indent(guess->arena, columns));
}

static bool is_prose(const struct kith_text *text, size_t at, size_t end)
{
	const size_t word = key_end(text, at, end);
	if (word == at || word == end || text->source[word] != ' ')
		return true;
	for (; at < word; at++)
		if (text->source[at] >= 'A' && text->source[at] <= 'Z')
			return true;
	return end > at && strchr(".!?", text->source[end - 1]);
}

/* "what send the draft": the first word is the key. */
static bool lacks_colon(const struct kith_guess *guess, const struct kith_line *line)
{
	static const char message[] = "this line has no colon after its key";
	static const char hint[] = "a key, a colon, a space and the value: city: Porto";
	const struct kith_text *text = guess->text;
	struct kith_line above; /* or below */
	const size_t key = key_end(text, line->item, line->value_end);
	if (key == line->value_end && key > line->item && kith_line_below(text, line, &above) &&
	    (kith_line_indent(&above) > kith_line_indent(line) || kith_line_has_dash(&above)))
		return kith_guess_says(guess, line->item, key, message, kith_write_line(guess->arena, text, line, key, key, ":", hint));
	if (!is_prose(text, line->item, line->value_end))
		return kith_guess_says(guess, line->item, key, message,
		                       kith_write_line(guess->arena, text, line, key, key + 1, ": ", hint));
	if (!kith_line_has_dash(line) && kith_line_above(text, line, &above) && kith_line_has_key(&above) &&
	    kith_line_indent(&above) == kith_line_indent(line) && above.value < above.value_end)
		return kith_guess_says(guess, line->text, line->text, "this line has no key",
		                       kith_arena_printf(guess->arena, "if it goes on with the text above, %s",
		                                         kith_write_indent(guess->arena, kith_line_indent(line) + 2)));
	return kith_guess_says(guess, line->item, line->item, message, hint);
}

bool kith_guess_colon(const struct kith_guess *guess, const struct kith_line *line)
{
	const struct kith_text *text = guess->text;
	if (line->text == line->end)
		return false;
	const size_t behind = skip_spaces(text, line->text, line->end);
	if (behind > line->text) /* spaces, but not those that YAML knows */
		return kith_guess_says(guess, line->text, behind, "these are no-break spaces; YAML wants plain ones",
		                       kith_write_line(guess->arena, text, line, line->text, behind, "", "begin it with plain spaces"));
	if (fell_out_of_text(guess, line))
		return true;
	if (text->source[line->text] == '-' && !kith_line_has_dash(line) && line->end - line->text > 1) {
		const size_t word = skip_spaces(text, line->text + 1, line->end);
		return kith_guess_says(guess, line->text, line->text, "a space is missing after the -",
		                       kith_write_line(guess->arena, text, line, line->text, word, "- ", "write - and a space"));
	}
	const size_t key = key_end(text, line->item, line->end);
	if (key > line->item && other_colon(guess, line, key))
		return true;
	return !kith_line_has_key(line) && lacks_colon(guess, line);
}

/* --- quotes --- */

bool kith_guess_open_quote(const struct kith_guess *guess, const struct kith_line *line)
{
	const struct kith_text *text = guess->text;
	struct kith_line at = *line;
	for (int i = 0; i < FAR; i++) {
		const size_t value = at.value;
		bool closed = true;
		if (value < at.end && strchr("\"'", text->source[value]))
			kith_quote_end(text, value, at.end, &closed);
		if (!closed) {
			const char quote = text->source[value];
			KITH_BUF quoted = { 0 };
			size_t end = at.value_end;
			if (end > value + 1 && strchr("\"'", text->source[end - 1]))
				end--; /* closed, but with the other one */
			const bool word = quote == '\'' && (value + 1 < end) && strchr("0123456789", text->source[value + 1]);
			if (word || starts_with(text, value, end, "'twas ") || starts_with(text, value, end, "'tis "))
				kith_yaml_quote(&quoted, text->source + value, end - value);
			else
				kith_yaml_quote(&quoted, text->source + value + 1, end - value - 1);
			return kith_guess_says(guess, value, value, "this quote is never closed",
			                       kith_write_line(guess->arena, text, &at, value, at.value_end, kith_buf_text(&quoted),
			                                       "close it at the end of the value"));
		}
		if (!kith_line_above(text, &at, &at))
			return false;
	}
	return false;
}

/* --- places --- */

/* The columns of the keys, or of the hyphens, above this line: each one further left than the one before. */
static bool nearest_column(const struct kith_guess *guess, const struct kith_line *line, bool dashes, size_t *out)
{
	struct kith_line above = *line;
	const size_t wanted = kith_line_indent(line);
	size_t leftmost = (size_t)-1, best = (size_t)-1;
	for (int i = 0; i < FAR && leftmost > 0 && kith_line_above(guess->text, &above, &above); i++) {
		const bool counts = dashes ? kith_line_has_dash(&above) : kith_line_has_key(&above);
		const size_t column = dashes ? kith_line_indent(&above) : kith_line_item_column(&above);
		if (counts && column < leftmost) {
			leftmost = column;
			const size_t distance = column > wanted ? column - wanted : wanted - column;
			if (distance < best) {
				best = distance;
				*out = column;
			}
		}
		if (kith_line_indent(&above) < leftmost && !dashes)
			leftmost = kith_line_indent(&above) + 1;
		if (dashes && !kith_line_has_dash(&above) && kith_line_indent(&above) < leftmost && best != (size_t)-1)
			break;
	}
	return best != (size_t)-1;
}

/* All lines above are one, and that is indented: it is the one that stands wrong. */
static bool blame_first(const struct kith_guess *guess, const struct kith_line *line)
{
	struct kith_line first, before;
	if (kith_line_indent(line) || !kith_line_above(guess->text, line, &first) || kith_line_above(guess->text, &first, &before) ||
	    !kith_line_indent(&first))
		return false;
	return kith_guess_says(guess, first.text, first.text, "this line does not line up with the keys below",
	                       kith_write_indent(guess->arena, 0));
}

/* An empty line with more spaces than the text that begins behind it. */
static bool blame_empty_line(const struct kith_guess *guess, const struct kith_line *line)
{
	struct kith_line header;
	if (!kith_line_above(guess->text, line, &header) || !is_header(guess->text, &header))
		return false;
	for (size_t start = line->start; start > header.end + 1;) {
		const struct kith_line empty = kith_line_at(guess->text, start - 1);
		if (kith_line_indent(&empty) > kith_line_indent(line) && empty.text == empty.end)
			return kith_guess_says(guess, empty.start, empty.end,
			                       "this empty line has more spaces than the text below it", "delete its spaces");
		start = empty.start;
	}
	return false;
}

bool kith_guess_indent(const struct kith_guess *guess, const struct kith_line *line)
{
	size_t column;
	if (line->text == line->end)
		return false;
	if (blame_first(guess, line) || blame_empty_line(guess, line) || fell_out_of_text(guess, line))
		return true;
	if (line->colon == line->item && line->colon < line->end)
		return kith_guess_says(guess, line->colon, line->colon, "there is no key before this colon", "write key: value");
	if (kith_line_has_dash(line)) {
		if (nearest_column(guess, line, true, &column) && column != kith_line_indent(line))
			return kith_guess_says(guess, line->text, line->text, "this - does not line up with those above",
			                       kith_write_indent(guess->arena, column));
		return kith_guess_says(guess, line->text, line->text, "a list begins here, but no key stands above it",
		                       "write its key and a colon on a line of its own above");
	}
	if (kith_line_has_key(line) && nearest_column(guess, line, false, &column) && column != kith_line_indent(line))
		return kith_guess_says(guess, line->text, line->text, "this key does not line up with those above",
		                       kith_write_indent(guess->arena, column));
	return false;
}

/* `line` holds a key and is indented as if it went on with the value above. */
bool kith_guess_key_under_value(const struct kith_guess *guess, const struct kith_line *line)
{
	const struct kith_text *text = guess->text;
	struct kith_line above, first = { 0 };
	bool found = false;
	for (struct kith_line at = *line; kith_line_above(text, &at, &above); at = above) {
		first = above;
		found = true;
		if (kith_line_has_key(&above) || kith_line_has_dash(&above) || kith_line_indent(&above) == 0)
			break;
	}
	if (!found)
		return false;
	const bool same = kith_line_indent(line) == kith_line_item_column(&first);
	if (!kith_line_has_key(&first) && (same || !kith_line_has_dash(&first)) && kith_guess_colon(guess, &first))
		return true;
	const size_t key = key_end(text, line->text, line->colon);
	if (kith_line_has_key(&first) && (key != line->colon || (text->source[line->text] >= 'A' && text->source[line->text] <= 'Z'))) {
		const size_t key_length = first.colon - first.item;
		return kith_guess_says(guess, line->colon, line->colon, "a colon and a space stand in a text of several lines",
		                       kith_arena_printf(guess->arena, "begin the text with %.*s: | and indent all of it below",
		                                         key_length > 60 ? 3 : (int)key_length,
		                                         key_length > 60 ? "key" : text->source + first.item));
	}
	size_t column;
	if (!nearest_column(guess, line, false, &column))
		return false;
	return kith_guess_says(guess, line->text, line->text, "this key is indented as if it went on with the value above",
	                       kith_write_indent(guess->arena, column));
}

/* --- tabs --- */

bool kith_guess_tab(const struct kith_guess *guess, size_t at)
{
	const struct kith_text *text = guess->text;
	const struct kith_line line = kith_line_at(text, at);
	if (line.text == line.end)
		return kith_guess_says(guess, at, at, "a tab stands on an empty line", "delete it");
	if (at > line.text) {
		const size_t behind = skip_spaces(text, at, line.end);
		return kith_guess_says(guess, at, at, "a tab stands where YAML wants a space",
		                       kith_write_line(guess->arena, text, &line, at, behind, " ", "write a space"));
	}
	struct kith_line above;
	size_t column = 0;
	if (kith_line_above(text, &line, &above)) {
		const bool opens = kith_line_has_key(&above) && (above.value == above.value_end || is_header(text, &above));
		column = kith_line_item_column(&above) + (opens ? 2 : 0);
		if (kith_line_has_dash(&line) && kith_line_has_dash(&above))
			column = kith_line_indent(&above);
	}
	return kith_guess_says(guess, at, at, "a tab stands where spaces belong", kith_write_indent(guess->arena, column));
}
