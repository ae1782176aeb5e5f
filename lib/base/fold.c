#include "lib/base/text.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#include "lib/base/unicode.h"

/* No decomposition of one character is longer (the longest is U+FDFA, 18). */
enum { LONGEST_DECOMPOSITION = 32 };

/* A space, unless the folded text is at its start or has one already. */
static void put_space(struct kith_buf *out, size_t start)
{
	if (out->length > start && out->text[out->length - 1] != ' ')
		kith_buf_add_char(out, ' ');
}

static void drop_last_space(struct kith_buf *out, size_t start)
{
	if (out->length > start && out->text[out->length - 1] == ' ')
		out->text[--out->length] = '\0';
}

/* Fold the ASCII at the start of the text and return how much there was.  Most
 * text is nothing else, so this loop has no branch but its end: a byte that
 * would be a second space is written, and then written over. */
static size_t fold_ascii(struct kith_buf *out, size_t start, const char *text, size_t length)
{
	kith_buf_reserve(out, length);
	unsigned char *to = (unsigned char *)out->text + out->length;
	unsigned char before = out->length == start ? ' ' : to[-1];
	size_t at = 0;
	for (; at < length; at++) {
		unsigned char byte = (unsigned char)text[at];
		if (byte >= 0x80)
			break;
		byte = byte <= ' ' || byte == 0x7F ? ' ' : byte;
		byte = (unsigned char)(byte + ((unsigned char)(byte - 'A') < 26) * ('a' - 'A'));
		*to = byte;
		to += (byte != ' ') | (before != ' ');
		before = byte;
	}
	out->length = (size_t)(to - (unsigned char *)out->text);
	out->text[out->length] = '\0';
	return at;
}

/* Letters that people type as others, but Unicode does not take apart; and the
 * quotes and dashes that programs put in the place of typed ones. */
static const char *replacement(int32_t character)
{
	switch (character) {
	case 0x00E6: return "ae";
	case 0x00F0: return "d"; /* ð */
	case 0x00F8: return "o"; /* ø */
	case 0x00FE: return "th";
	case 0x0111: return "d"; /* đ */
	case 0x0127: return "h"; /* ħ */
	case 0x0131: return "i"; /* ı */
	case 0x0138: return "k"; /* ĸ */
	case 0x0142: return "l"; /* ł */
	case 0x014B: return "n"; /* ŋ */
	case 0x0153: return "oe";
	case 0x0167: return "t"; /* ŧ */
	case 0x0180:             /* ƀ */
	case 0x0253: return "b"; /* ɓ */
	case 0x0256:             /* ɖ */
	case 0x0257: return "d"; /* ɗ */
	case 0x0199: return "k"; /* ƙ */
	case 0x01B4: return "y"; /* ƴ */
	case 0x01B6: return "z"; /* ƶ */
	case 0x0237: return "j"; /* ȷ */
	case 0x0268: return "i"; /* ɨ */
	case 0x026B: return "l"; /* ɫ */
	case 0x02BB:             /* ʻ okina */
	case 0x02BC:             /* ʼ letter apostrophe */
	case 0x2018:
	case 0x2019: return "'";
	case 0x201C:
	case 0x201D: return "\"";
	case 0x2010:
	case 0x2011:
	case 0x2012:
	case 0x2013:
	case 0x2014: return "-";
	default:     return NULL;
	}
}

static bool is_space(int32_t character)
{
	if (character < 0xA0)
		return character <= ' ' || character >= 0x7F; /* all controls, too */
	const utf8proc_category_t category = utf8proc_category(character);
	return category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP;
}

/* Hangul: L + V and LV + T join to one syllable (The Unicode Standard, 3.12).
 * Decomposing takes syllables apart; folding joins them again, so that a
 * syllable stays one character however it was written. */
enum {
	JAMO_L = 0x1100, JAMO_V = 0x1161, JAMO_T = 0x11A7, SYLLABLE = 0xAC00,
	L_COUNT = 19, V_COUNT = 21, T_COUNT = 28, SYLLABLES = L_COUNT * V_COUNT * T_COUNT,
};

static int32_t join_hangul(int32_t first, int32_t second)
{
	const int32_t l = first - JAMO_L, v = second - JAMO_V, lv = first - SYLLABLE, t = second - JAMO_T;
	if (l >= 0 && l < L_COUNT && v >= 0 && v < V_COUNT)
		return SYLLABLE + (l * V_COUNT + v) * T_COUNT;
	if (lv >= 0 && lv < SYLLABLES && lv % T_COUNT == 0 && t > 0 && t < T_COUNT)
		return first + t;
	return 0;
}

static bool is_joining_jamo(int32_t character)
{
	return character >= JAMO_V && character < JAMO_T + T_COUNT;
}

/* Join a vowel or final consonant to the character before it, if it can. */
static bool joined(struct kith_buf *out, size_t start, int32_t character)
{
	enum { JAMO_BYTES = 3 };
	if (out->length - start < JAMO_BYTES)
		return false;
	int32_t before;
	if (kith_decode(out->text + out->length - JAMO_BYTES, JAMO_BYTES, &before) != JAMO_BYTES)
		return false;
	const int32_t syllable = join_hangul(before, character);
	if (!syllable)
		return false;
	out->length -= JAMO_BYTES;
	kith_encode(out, syllable);
	return true;
}

static void put_folded(struct kith_buf *out, size_t start, int32_t character)
{
	if (is_space(character)) {
		put_space(out, start);
		return;
	}
	if (is_joining_jamo(character) && joined(out, start, character))
		return;
	const char *other = replacement(character);
	if (other)
		kith_buf_add(out, other);
	else
		kith_encode(out, character);
}

/* Characters that folding leaves alone and that are worth knowing: Han and Hangul. */
static bool is_unchanging(int32_t character)
{
	const bool han = character >= 0x4E00 && character <= 0x9FFF;
	return han || (character >= SYLLABLE && character < SYLLABLE + SYLLABLES);
}

static size_t fold_character(struct kith_buf *out, size_t start, const char *text, size_t length)
{
	int32_t character;
	const size_t used = kith_decode(text, length, &character);
	if (character == KITH_BAD_CHARACTER) {
		put_space(out, start);
		return used;
	}
	if (is_unchanging(character)) {
		kith_buf_add_bytes(out, text, used);
		return used;
	}
	const utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
	                                  UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
	utf8proc_int32_t parts[LONGEST_DECOMPOSITION];
	int boundary = UTF8PROC_BOUNDCLASS_START;
	const utf8proc_ssize_t count =
		utf8proc_decompose_char(character, parts, LONGEST_DECOMPOSITION, options, &boundary);
	for (utf8proc_ssize_t part = 0; part < count && part < LONGEST_DECOMPOSITION; part++)
		put_folded(out, start, parts[part]);
	return used;
}

void kith_fold(struct kith_buf *out, const char *text, size_t length)
{
	const size_t start = out->length;
	size_t at = 0;
	while (at < length) {
		at += fold_ascii(out, start, text + at, length - at);
		if (at < length)
			at += fold_character(out, start, text + at, length - at);
	}
	drop_last_space(out, start);
}

/* --- words --- */

enum kind { SEPARATOR, PART_OF_WORD, WORD_OF_ITS_OWN };

static bool is_cjk(int32_t character)
{
	static const struct { int32_t first, last; } ranges[] = {
		{ 0x1100, 0x11FF },   /* Hangul jamo */
		{ 0x2E80, 0x2FDF },   /* radicals */
		{ 0x3005, 0x3007 },   /* 々 〆 〇 */
		{ 0x3021, 0x3029 },   /* Hangzhou numerals */
		{ 0x3031, 0x303C },   /* kana repeat marks */
		{ 0x3041, 0x318F },   /* kana, bopomofo, compatibility jamo */
		{ 0x31A0, 0x31FF },   /* bopomofo, small kana */
		{ 0x3400, 0x4DBF },   /* Han, extension A */
		{ 0x4E00, 0x9FFF },   /* Han */
		{ 0xA960, 0xA97F },   /* Hangul jamo, extended */
		{ 0xAC00, 0xD7FF },   /* Hangul */
		{ 0xF900, 0xFAFF },   /* Han, compatibility */
		{ 0x1B000, 0x1B16F }, /* kana, historic */
		{ 0x20000, 0x3FFFF }, /* Han, further extensions */
	};
	for (size_t i = 0; i < kith_count(ranges) && character >= ranges[i].first; i++)
		if (character <= ranges[i].last)
			return true;
	return false;
}

static enum kind kind_of(int32_t character)
{
	const utf8proc_category_t category = utf8proc_category(character);
	const bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
	const bool number = category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
	if (!letter && !number)
		return SEPARATOR;
	return is_cjk(character) ? WORD_OF_ITS_OWN : PART_OF_WORD;
}

static bool is_ascii_alphanumeric(int32_t character)
{
	return (unsigned)((character | 0x20) - 'a') < 26 || (unsigned)(character - '0') < 10;
}

/* As in fold_ascii, no branch but the end. */
static size_t words_of_ascii(struct kith_buf *out, size_t start, const char *folded, size_t length)
{
	kith_buf_reserve(out, length);
	char *to = out->text + out->length;
	char before = out->length == start ? ' ' : to[-1];
	size_t at = 0;
	for (; at < length && (unsigned char)folded[at] < 0x80; at++) {
		const char byte = is_ascii_alphanumeric(folded[at]) ? folded[at] : ' ';
		*to = byte;
		to += (byte != ' ') | (before != ' ');
		before = byte;
	}
	out->length = (size_t)(to - out->text);
	out->text[out->length] = '\0';
	return at;
}

static size_t word_of_other(struct kith_buf *out, size_t start, const char *folded, size_t length)
{
	int32_t character;
	const size_t used = kith_decode(folded, length, &character);
	const enum kind kind = character == KITH_BAD_CHARACTER ? SEPARATOR : kind_of(character);
	if (kind != PART_OF_WORD)
		put_space(out, start);
	if (kind != SEPARATOR)
		kith_buf_add_bytes(out, folded, used);
	if (kind == WORD_OF_ITS_OWN)
		put_space(out, start);
	return used;
}

void kith_fold_words(struct kith_buf *out, const char *folded, size_t length)
{
	const size_t start = out->length;
	size_t at = 0;
	while (at < length) {
		at += words_of_ascii(out, start, folded + at, length - at);
		if (at < length)
			at += word_of_other(out, start, folded + at, length - at);
	}
	drop_last_space(out, start);
}

bool kith_has_words(const char *folded_words, const char *wanted_words, bool whole)
{
	const size_t length = strlen(wanted_words);
	if (length == 0)
		return true;
	for (const char *at = folded_words; (at = strstr(at, wanted_words)); at++) {
		const bool starts = at == folded_words || at[-1] == ' ';
		const bool ends = at[length] == '\0' || at[length] == ' ';
		if (starts && (ends || !whole))
			return true;
	}
	return false;
}
