/* A small store with a bit of everything, and what queries find in it.  Today is Wednesday, 25 November 2026. */
#ifndef QUERY_STORE_H
#define QUERY_STORE_H

#include "lib/store/query.h"
#include "small_store.h"

extern struct small_store query_store;

/* For cmocka: set up and tear down a group. */
int query_store_open(void **state);
int query_store_close(void **state);

/* Append the ids of what a query finds, with spaces between; `options` may be NULL. */
void query_store_ask(const char *text, const struct kith_query_options *options, struct kith_buf *ids);

struct query_case {
	const char *text, *wanted; /* the ids */
};
void query_store_check(const struct query_case *cases, size_t count);

#endif
