/* What was shown on this machine: a small text file beside the repository, which can be lost without loss. */
#ifndef KITH_DAEMON_SHOWN_H
#define KITH_DAEMON_SHOWN_H

#include "daemon/remind.h"
#include "lib/base/error.h"

#define KITH_SHOWN_DAYS 30 /* after which an entry is forgotten */

/* Sorted by key. */
struct kith_shown_list {
	struct kith_shown *entries;
	size_t count, capacity;
};

/* Read the file; one that is missing is empty.  Lines that make no sense are skipped. */
enum kith_code kith_shown_read(const char *path, struct kith_shown_list *, struct kith_err *);
/* Replace the file in one step, without what is older than KITH_SHOWN_DAYS. */
enum kith_code kith_shown_write(const char *path, struct kith_shown_list *, kith_day today, struct kith_err *);
void kith_shown_finish(struct kith_shown_list *);

/* A kith_shown_find. */
const struct kith_shown *kith_shown_of(const void *list, const char *key);
/* The entry of a key; makes one (day KITH_NO_DAY) if there is none.  Lasts until the next is made. */
struct kith_shown *kith_shown_put(struct kith_shown_list *, const char *key);
/* How many were shown one by one on a day. */
size_t kith_shown_alone_on(const struct kith_shown_list *, kith_day);

#endif
