/* SHA-1 (FIPS 180-4), for the names that git gives to texts: to tell texts apart, never to trust them. */
#ifndef KITH_SHA1_H
#define KITH_SHA1_H

#include <stddef.h>
#include <stdint.h>

enum { KITH_SHA1_DIGITS = 40 };

struct kith_sha1 {
	uint32_t state[5];
	uint64_t length; /* bytes taken so far */
	unsigned char block[64];
};

void kith_sha1_begin(struct kith_sha1 *);
void kith_sha1_add(struct kith_sha1 *, const void *bytes, size_t length);
/* The digest in hexadecimal digits, NUL-terminated.  The state is used up. */
void kith_sha1_end(struct kith_sha1 *, char digits[KITH_SHA1_DIGITS + 1]);

/* The id that git has for a file with these bytes. */
void kith_git_blob_id(const char *text, size_t length, char digits[KITH_SHA1_DIGITS + 1]);

#endif
