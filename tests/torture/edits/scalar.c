/* One text, plain, quoted, or as a block. */
#include <string.h>

#include "lib/base/text.h"
#include "tests/torture/edits/writer.h"

/* Stricter than YAML: whether no parser could take it for anything else. */
static bool may_be_plain(const char *text, size_t length, bool flow)
{
	if (!length || strchr(" \t\n#,[]{}&*!|>'\"%@`=<", text[0]) || strchr(" \t:", text[length - 1]))
		return false;
	if (strchr("-?:.~", text[0]) && (length == 1 || strchr(" \t-.,[]{}", text[1])))
		return false;
	for (size_t i = 0; i < length; i++) {
		const unsigned char byte = (unsigned char)text[i];
		if (byte < 0x20 || byte == 0x7F || (byte == 0xC2 && (unsigned char)text[i + 1] < 0xA0))
			return false;
		if (byte == 0xE2 && text[i + 1] == '\x80' && (text[i + 2] == '\xA8' || text[i + 2] == '\xA9'))
			return false;
		if (byte == 0xEF && (unsigned char)text[i + 1] >= 0xBB)
			return false;
		if ((byte == ':' && strchr(" \t,[]{}", text[i + 1])) || (byte == '#' && strchr(" \t", text[i - 1])))
			return false;
		if (flow && (strchr(",[]{}", text[i]) || byte == '?'))
			return false;
	}
	return true;
}

/* Whether quoting leaves it as it is: no line breaks, nothing that must be escaped. */
static bool is_one_line(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const unsigned char byte = (unsigned char)text[i];
		if ((byte < 0x20 && byte != '\t') || byte == 0x7F || (byte == 0xC2 && (unsigned char)text[i + 1] < 0xA0))
			return false;
		if (byte == 0xE2 && text[i + 1] == '\x80' && (text[i + 2] == '\xA8' || text[i + 2] == '\xA9'))
			return false;
		if (byte == 0xEF && (unsigned char)text[i + 1] >= 0xBB)
			return false;
	}
	return true;
}

static uint32_t decode(const char *text, size_t *length)
{
	const unsigned char *at = (const unsigned char *)text;
	*length = at[0] < 0x80 ? 1 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
	switch (*length) {
	case 1:  return at[0];
	case 2:  return (at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu);
	case 3:  return (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
	default: return (at[0] & 0x07u) << 18 | (at[1] & 0x3Fu) << 12 | (at[2] & 0x3Fu) << 6 | (at[3] & 0x3Fu);
	}
}

/* Lines may be folded at single spaces between words. */
static void break_line(struct writer *w, struct place place)
{
	kith_buf_add_char(w->out, '\n');
	for (unsigned i = 0, deep = place.column + 1 + chance_below(w->chance, 4); i < deep; i++)
		kith_buf_add_char(w->out, ' ');
}

static bool folds_here(struct writer *w, const char *text, size_t length, size_t i)
{
	return !w->flat && text[i] == ' ' && i && i + 1 < length && !strchr(" \t#", text[i + 1]) && !strchr(" \t", text[i - 1]) &&
	       chance_percent(w->chance, 2);
}

static void write_double(struct writer *w, const char *text, size_t length, struct place place)
{
	const uint32_t escapes = chance_percent(w->chance, 20) ? 30 : 0;
	kith_buf_add_char(w->out, '"');
	for (size_t i = 0, size = 1; i < length; i += size) {
		const uint32_t character = decode(text + i, &size);
		if (folds_here(w, text, length, i)) {
			break_line(w, place);
		} else if (character == '"' || character == '\\') {
			kith_buf_addf(w->out, "\\%c", (char)character);
		} else if (character == '\n' || character == '\t') {
			kith_buf_add(w->out, character == '\n' ? "\\n" : "\\t");
		} else if (!is_one_line(text + i, size) || (character > 0x7F && chance_percent(w->chance, escapes))) {
			kith_buf_addf(w->out, character < 0x100 ? "\\x%02X" : character < 0x10000 ? "\\u%04X" : "\\U%08X", (unsigned)character);
		} else {
			kith_buf_add_bytes(w->out, text + i, size);
		}
	}
	kith_buf_add_char(w->out, '"');
}

static void write_single(struct writer *w, const char *text, size_t length, struct place place)
{
	kith_buf_add_char(w->out, '\'');
	for (size_t i = 0; i < length; i++) {
		if (folds_here(w, text, length, i))
			break_line(w, place);
		else
			kith_buf_addf(w->out, text[i] == '\'' ? "''" : "%c", text[i]);
	}
	kith_buf_add_char(w->out, '\'');
}

static void write_plain(struct writer *w, const char *text, size_t length, struct place place)
{
	for (size_t i = 0; i < length; i++) {
		if (!place.flow && folds_here(w, text, length, i) && !strchr("-?:.", text[i + 1]))
			break_line(w, place);
		else
			kith_buf_add_char(w->out, text[i]);
	}
}

/* Literal or folded: what a folded one says is for its readers to find out. */
static void write_block(struct writer *w, const char *text, size_t length, struct place place)
{
	const unsigned deep = place.column ? w->step : 1 + chance_below(w->chance, 4), indent = place.column + deep;
	const bool says_indent = strchr(" \n\t", text[0]) || chance_percent(w->chance, 5);
	kith_buf_add_char(w->out, chance_percent(w->chance, 70) ? '|' : '>');
	const bool chomp_first = chance_percent(w->chance, 50);
	static const char *const chomps[] = {"", "", "-", "+"};
	const char *chomp = chance_pick(w->chance, chomps);
	if (chomp_first)
		kith_buf_add(w->out, chomp);
	if (says_indent)
		kith_buf_addf(w->out, "%u", deep);
	if (!chomp_first)
		kith_buf_add(w->out, chomp);
	if (chance_percent(w->chance, w->busy / 3))
		kith_buf_addf(w->out, " # header %u", w->comments++);
	kith_buf_add_char(w->out, '\n');
	for (size_t i = 0; i < length; i++) {
		if ((!i || text[i - 1] == '\n') && text[i] != '\n')
			for (unsigned column = 0; column < indent; column++)
				kith_buf_add_char(w->out, ' ');
		kith_buf_add_char(w->out, text[i]);
	}
	if (text[length - 1] != '\n')
		kith_buf_add_char(w->out, '\n');
	while (chance_percent(w->chance, 8))
		kith_buf_add_char(w->out, '\n');
}

void write_scalar(struct writer *w, const char *text, size_t length, struct place place)
{
	const bool many_lines = memchr(text, '\n', length) != NULL;
	bool clean = true;
	for (const char *line = text; clean && *line; line += strcspn(line, "\n"), line += *line == '\n')
		clean = is_one_line(line, strcspn(line, "\n"));
	const uint32_t die = chance_below(w->chance, 100);
	if (!place.flow && clean && strspn(text, " \t\n") < length && (many_lines ? die < 85 : die < 3))
		write_block(w, text, length, place);
	else if (may_be_plain(text, length, place.flow) && die < 75)
		write_plain(w, text, length, place);
	else if (clean && !many_lines && length && die % 2)
		write_single(w, text, length, place);
	else
		write_double(w, text, length, place);
}
