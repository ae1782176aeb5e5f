#include "lib/record/yaml.h"

#include <string.h>
#include <strings.h>

#include "lib/base/text.h"

/* Characters that YAML does not take as they are, outside of double quotes: controls, and those that some
 * reader takes for the end of a line.  `text` is UTF-8. */
static bool needs_escape(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	if (*at < 0x20 || *at == 0x7F)
		return true;
	if (at[0] == 0xC2 && at[1] < 0xA0)
		return true; /* C1, with NEL */
	if (at[0] == 0xE2 && at[1] == 0x80 && (at[2] == 0xA8 || at[2] == 0xA9))
		return true; /* line and paragraph separator */
	if (at[0] == 0xEF && at[1] == 0xBB && at[2] == 0xBF)
		return true;                                    /* byte order mark */
	return at[0] == 0xEF && at[1] == 0xBF && at[2] >= 0xBE; /* U+FFFE, U+FFFF */
}

static bool has_escapes(const char *text, bool but_lines)
{
	for (const char *at = text; *at; at++)
		if (needs_escape(at) && !(but_lines && *at == '\n'))
			return true;
	return false;
}

/* Words and numbers that YAML 1.1 or 1.2 gives another type than text. */
static bool has_meaning(const char *text)
{
	static const char *const words[] = { "null", "~", "true", "false", "yes",  "no",    "on",    "off",
		                             "y",    "n", "=",    "<<",    ".inf", "-.inf", "+.inf", ".nan" };
	for (size_t i = 0; i < kith_count(words); i++)
		if (strcasecmp(text, words[i]) == 0)
			return true;
	/* Digits with what stands between them in numbers, dates, times and base 60. */
	if (!strchr("0123456789+-.", *text))
		return false;
	return text[strspn(text, "0123456789+-.:_,eExXoOabcdfABCDFTZtz ")] == '\0' &&
	       strpbrk(text, "0123456789") != NULL;
}

static bool is_plain(const char *text, const struct kith_yaml_place *place)
{
	const size_t length = strlen(text);
	if (!length || text[0] == ' ' || text[length - 1] == ' ' || has_escapes(text, false))
		return false;
	if (strchr("?:,[]{}#&*!|>'\"%@`", *text))
		return false;
	if (*text == '-' && (!text[1] || strchr(" ,[]{}", text[1])))
		return false;
	if (strstr(text, ": ") || strstr(text, " #") || text[length - 1] == ':')
		return false;
	if (strcmp(text, "---") == 0 || strcmp(text, "...") == 0)
		return false;
	/* PyYAML ends a plain text in brackets at any question mark, whatever stands around it. */
	if (place->flow && strpbrk(text, ",[]{}:?"))
		return false;
	if (strcmp(text, "~") == 0)
		return false;
	return place->verbatim || !has_meaning(text);
}

static bool add_single_quoted(struct kith_buf *out, const char *text)
{
	if (has_escapes(text, false))
		return false;
	kith_buf_add_char(out, '\'');
	for (const char *at = text; *at; at++)
		kith_buf_add(out, *at == '\'' ? "''" : (char[]){*at, '\0'});
	kith_buf_add_char(out, '\'');
	return true;
}

static void add_escaped(struct kith_buf *out, const char *text)
{
	kith_buf_add_char(out, '"');
	for (const char *at = text; *at; at++) {
		const unsigned char *bytes = (const unsigned char *)at;
		if (*at == '"' || *at == '\\')
			kith_buf_addf(out, "\\%c", *at);
		else if (*at == '\n')
			kith_buf_add(out, "\\n");
		else if (*at == '\t')
			kith_buf_add(out, "\\t");
		else if (!needs_escape(at))
			kith_buf_add_char(out, *at);
		else if (*bytes < 0x80)
			kith_buf_addf(out, "\\x%02X", *bytes);
		else if (*bytes == 0xC2)
			kith_buf_addf(out, "\\x%02X", *++at & 0xFF);
		else {
			kith_buf_addf(out, "\\u%04X",
			              (unsigned)((bytes[0] & 0x0F) << 12 | (bytes[1] & 0x3F) << 6 | (bytes[2] & 0x3F)));
			at += 2;
		}
	}
	kith_buf_add_char(out, '"');
}

/* Whether a literal block holds the text as it is: no line that begins or ends with what a block would
 * change. */
static bool fits_block(const char *text)
{
	if (!*text || has_escapes(text, true) || strchr(" \n", *text))
		return false;
	const size_t length = strlen(text);
	return text[length - 1] != '\n' && text[length - 1] != ' ';
}

bool kith_yaml_block(struct kith_buf *out, const char *header, const char *text, size_t indent)
{
	if (!fits_block(text))
		return false;
	kith_buf_add(out, header);
	for (const char *at = text;; at++) {
		const size_t length = strcspn(at, "\n");
		kith_buf_add_char(out, '\n');
		if (length) {
			for (size_t i = 0; i < indent; i++)
				kith_buf_add_char(out, ' ');
			kith_buf_add_bytes(out, at, length);
		}
		at += length;
		if (!*at)
			return true;
	}
}

void kith_yaml_scalar(struct kith_buf *out, const char *text, const struct kith_yaml_place *place)
{
	if (place->block && !place->flow && strchr(text, '\n') && kith_yaml_block(out, "|-", text, place->indent))
		return;
	if (place->quote == '\'' && add_single_quoted(out, text))
		return;
	else if (!place->quote && is_plain(text, place))
		kith_buf_add(out, text);
	else
		add_escaped(out, text);
}
