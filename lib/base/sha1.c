#include "lib/base/sha1.h"

#include <stdio.h>
#include <string.h>

enum { BLOCK = 64, LENGTH_AT = 56 };

static uint32_t rotate(uint32_t word, unsigned by)
{
	return word << by | word >> (32 - by);
}

static void take_block(struct kith_sha1 *sha1, const unsigned char *bytes)
{
	uint32_t word[80], a = sha1->state[0], b = sha1->state[1], c = sha1->state[2], d = sha1->state[3],
			   e = sha1->state[4];
	for (size_t i = 0; i < 16; i++, bytes += 4)
		word[i] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
	for (size_t i = 16; i < 80; i++)
		word[i] = rotate(word[i - 3] ^ word[i - 8] ^ word[i - 14] ^ word[i - 16], 1);
	for (size_t i = 0; i < 80; i++) {
		const uint32_t mixed = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999u
		                       : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1u
		                       : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcu
		                                : (b ^ c ^ d) + 0xca62c1d6u;
		const uint32_t next = rotate(a, 5) + mixed + e + word[i];
		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = next;
	}
	sha1->state[0] += a;
	sha1->state[1] += b;
	sha1->state[2] += c;
	sha1->state[3] += d;
	sha1->state[4] += e;
}

void kith_sha1_begin(struct kith_sha1 *sha1)
{
	*sha1 = (struct kith_sha1){ .state = { 0x67452301u, 0xefcdab89u, 0x98badcfeu, 0x10325476u, 0xc3d2e1f0u } };
}

void kith_sha1_add(struct kith_sha1 *sha1, const void *bytes, size_t length)
{
	const unsigned char *from = bytes;
	while (length) {
		const size_t at = sha1->length % BLOCK, room = BLOCK - at, taken = length < room ? length : room;
		memcpy(sha1->block + at, from, taken);
		sha1->length += taken;
		from += taken;
		length -= taken;
		if (taken == room)
			take_block(sha1, sha1->block);
	}
}

void kith_sha1_end(struct kith_sha1 *sha1, char digits[KITH_SHA1_DIGITS + 1])
{
	static const unsigned char padding[BLOCK] = { 0x80 };
	const uint64_t bits = sha1->length * 8;
	const size_t at = sha1->length % BLOCK;
	unsigned char length[8];
	for (size_t i = 0; i < sizeof(length); i++)
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	kith_sha1_add(sha1, padding, at < LENGTH_AT ? LENGTH_AT - at : BLOCK + LENGTH_AT - at);
	kith_sha1_add(sha1, length, sizeof(length));
	for (size_t i = 0; i < 5; i++)
		(void)snprintf(digits + 8 * i, 9, "%08x", (unsigned)sha1->state[i]); /* always eight */
}

void kith_git_blob_id(const char *text, size_t length, char digits[KITH_SHA1_DIGITS + 1])
{
	struct kith_sha1 sha1;
	char head[32];
	const int head_length = snprintf(head, sizeof(head), "blob %zu", length);
	kith_sha1_begin(&sha1);
	kith_sha1_add(&sha1, head, (size_t)head_length + 1); /* with its NUL */
	kith_sha1_add(&sha1, text, length);
	kith_sha1_end(&sha1, digits);
}
