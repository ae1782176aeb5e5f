#include "lib/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "lib/base/unicode.h"

enum { LONGEST_ID = 200 };

/* Nothing below U+0300, the first combining mark, can change: and no UTF-8 of
 * such characters has a byte above CB. */
static bool is_surely_nfc(const char *text, size_t length)
{
	for (size_t at = 0; at < length; at++)
		if ((unsigned char)text[at] >= 0xCC)
			return false;
	return true;
}

void kith_nfc(struct kith_buf *out, const char *text, size_t length)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t composed_length = -1;
	if (!is_surely_nfc(text, length))
		composed_length = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &composed,
		                               UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	if (composed_length >= 0)
		kith_buf_add_bytes(out, composed, (size_t)composed_length);
	else
		kith_buf_add_bytes(out, text, length);
	free(composed);
}

static bool is_mark(int32_t character)
{
	const utf8proc_category_t category = utf8proc_category(character);
	return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
}

/* A letter or digit that has no capital form left; nothing invisible. */
static bool is_small_letter_or_digit(int32_t character)
{
	switch (utf8proc_category(character)) {
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
		return utf8proc_tolower(character) == character && !utf8proc_get_property(character)->ignorable;
	default:
		return false;
	}
}

static bool is_ascii_id_character(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-';
}

/* Marks count as part of the letter before them: many scripts write vowels so. */
static bool has_only_id_characters(const char *text, size_t length)
{
	bool after_letter = false;
	for (size_t at = 0; at < length;) {
		int32_t character;
		at += kith_decode(text + at, length - at, &character);
		if (character == KITH_BAD_CHARACTER)
			return false;
		if (character < 0x80) {
			if (!is_ascii_id_character((char)character))
				return false;
		} else if (is_mark(character)) {
			if (!after_letter || utf8proc_get_property(character)->ignorable)
				return false;
		} else if (!is_small_letter_or_digit(character)) {
			return false;
		}
		after_letter = character != '-';
	}
	return true;
}

bool kith_is_id(const char *text, size_t length)
{
	if (length == 0 || length > LONGEST_ID || text[0] == '-' || text[length - 1] == '-')
		return false;
	if (!has_only_id_characters(text, length))
		return false;
	if (is_surely_nfc(text, length))
		return true;
	KITH_BUF composed = {0};
	kith_nfc(&composed, text, length);
	return composed.length == length && memcmp(composed.text, text, length) == 0;
}

static bool is_apostrophe(int32_t character)
{
	const bool quote = character == '\'' || character == 0x2018 || character == 0x2019;
	return quote || character == 0x02BB || character == 0x02BC; /* okina and letter apostrophe */
}

/* Whether folding made ASCII letters and digits of a character: it was Latin. */
static bool is_plain(const struct kith_buf *folded)
{
	for (size_t at = 0; at < folded->length; at++)
		if (!is_ascii_id_character(folded->text[at]) || folded->text[at] == '-')
			return false;
	return folded->length > 0;
}

struct slug {
	struct kith_buf text;
	struct kith_buf folded; /* of the character at hand */
	bool gap;               /* something that is no letter came since the last one */
};

static void put_letters(struct slug *slug, const char *letters, size_t length)
{
	if (slug->gap && slug->text.length)
		kith_buf_add_char(&slug->text, '-');
	slug->gap = false;
	kith_buf_add_bytes(&slug->text, letters, length);
}

static void put_other_script(struct slug *slug, int32_t character)
{
	const int32_t small = utf8proc_tolower(character);
	const size_t end = slug->text.length;
	if (is_small_letter_or_digit(small)) {
		put_letters(slug, "", 0);
		kith_encode(&slug->text, small);
	} else if (is_mark(character) && !utf8proc_get_property(character)->ignorable) {
		/* Kept on letters that were kept; those of Latin letters go. */
		if (!slug->gap && end && (unsigned char)slug->text.text[end - 1] >= 0x80)
			kith_encode(&slug->text, small);
	} else if (!utf8proc_get_property(character)->ignorable) {
		slug->gap = true;
	}
}

static void put_character(struct slug *slug, const char *bytes, size_t length, int32_t character)
{
	kith_buf_clear(&slug->folded);
	kith_fold(&slug->folded, bytes, length);
	if (is_plain(&slug->folded))
		put_letters(slug, slug->folded.text, slug->folded.length);
	else if (character == KITH_BAD_CHARACTER)
		slug->gap = true;
	else if (!is_apostrophe(character))
		put_other_script(slug, character);
}

/* The longest start of an id that fits, ending at a letter. */
static size_t fitting(const char *id, size_t length)
{
	if (length > LONGEST_ID) {
		length = LONGEST_ID;
		while (((unsigned char)id[length] & 0xC0) == 0x80)
			length--;
	}
	while (length > 0 && id[length - 1] == '-')
		length--;
	return length;
}

void kith_slug(struct kith_buf *out, const char *text)
{
	KITH_BUF composed = {0};
	kith_nfc(&composed, text, strlen(text));
	struct slug slug = {0};
	for (size_t at = 0; at < composed.length;) {
		int32_t character;
		const size_t used = kith_decode(composed.text + at, composed.length - at, &character);
		put_character(&slug, composed.text + at, used, character);
		at += used;
	}
	kith_buf_clear(&composed);
	kith_nfc(&composed, kith_buf_text(&slug.text), slug.text.length);
	kith_buf_add_bytes(out, kith_buf_text(&composed), fitting(kith_buf_text(&composed), composed.length));
	kith_buf_finish(&slug.text);
	kith_buf_finish(&slug.folded);
}
