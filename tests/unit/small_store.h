/* A store of a few records, indexed, in an empty folder of its own.  Today is Wednesday, 25 November 2026, 9:00. */
#ifndef SMALL_STORE_H
#define SMALL_STORE_H

#include "lib/store/index.h"

struct small_file {
	const char *path, *text;
};

struct small_store {
	char folder[64];
	struct kith_store *store;
	struct kith_index *index;
	struct kith_now now;
};

/* Write the files, open the store and bring its index up to date; what cannot be done fails the test. */
void small_store_open(struct small_store *, const struct small_file *files, size_t count);
void small_store_write(struct small_store *, const char *path, const char *text);
void small_store_refresh(struct small_store *);
void small_store_close(struct small_store *);

#endif
