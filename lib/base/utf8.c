#include "lib/base/unicode.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

#include "lib/base/text.h"

size_t kith_ascii_run(const char *text, size_t length)
{
	size_t at = 0;
	for (; length - at >= 32; at += 32) {
		uint64_t words[4];
		memcpy(words, text + at, sizeof(words));
		if ((words[0] | words[1] | words[2] | words[3]) & UINT64_C(0x8080808080808080))
			break;
	}
	while (at < length && (unsigned char)text[at] < 0x80)
		at++;
	return at;
}

static bool continues(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* The second byte is where overlong forms (E0, F0), surrogates (ED) and what is
 * above U+10FFFF (F4) show. */
static bool may_follow(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xE0: return second >= 0xA0 && second <= 0xBF;
	case 0xED: return second >= 0x80 && second <= 0x9F;
	case 0xF0: return second >= 0x90 && second <= 0xBF;
	case 0xF4: return second >= 0x80 && second <= 0x8F;
	default:   return continues(second);
	}
}

size_t kith_decode(const char *text, size_t length, int32_t *character)
{
	const unsigned char *byte = (const unsigned char *)text;
	const unsigned char first = byte[0];
	if (first < 0x80) {
		*character = first;
		return 1;
	}
	*character = KITH_BAD_CHARACTER;
	if (first < 0xC2 || first > 0xF4 || length < 2 || !may_follow(first, byte[1]))
		return 1;
	if (first < 0xE0) {
		*character = (first & 0x1F) << 6 | (byte[1] & 0x3F);
		return 2;
	}
	if (length < 3 || !continues(byte[2]))
		return 1;
	if (first < 0xF0) {
		*character = (first & 0x0F) << 12 | (byte[1] & 0x3F) << 6 | (byte[2] & 0x3F);
		return 3;
	}
	if (length < 4 || !continues(byte[3]))
		return 1;
	*character = (first & 0x07) << 18 | (byte[1] & 0x3F) << 12 | (byte[2] & 0x3F) << 6 | (byte[3] & 0x3F);
	return 4;
}

void kith_encode(struct kith_buf *out, int32_t character)
{
	utf8proc_uint8_t bytes[4];
	const utf8proc_ssize_t length = utf8proc_encode_char(character, bytes);
	kith_buf_add_bytes(out, bytes, (size_t)length);
}

bool kith_is_utf8(const char *text, size_t length, size_t *bad)
{
	size_t at = 0;
	while ((at += kith_ascii_run(text + at, length - at)) < length) {
		int32_t character;
		const size_t used = kith_decode(text + at, length - at, &character);
		if (character == KITH_BAD_CHARACTER) {
			if (bad)
				*bad = at;
			return false;
		}
		at += used;
	}
	return true;
}

size_t kith_characters(const char *text, size_t length)
{
	size_t count = 0;
	for (size_t at = 0; at < length; at++)
		count += !continues((unsigned char)text[at]);
	return count;
}
