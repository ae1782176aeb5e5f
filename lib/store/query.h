/* The query language: parsed, explained, and compiled to one SQL statement with bound parameters.
 * The language is described in kith-query(7). */
#ifndef KITH_QUERY_H
#define KITH_QUERY_H

#include "lib/store/index.h"

struct kith_query;

/* Read a query.  On failure err's message holds the reason; *column (may be NULL) is the character it points
 * at, from 1, and the hint suggests.  An empty query matches every record. */
enum kith_code kith_query_parse(const char *text, struct kith_now, struct kith_query **out, size_t *column,
                                struct kith_err *);
void kith_query_destroy(struct kith_query *);
KITH_DEFINE_CLEANUP(kith_query_destroy, struct kith_query)

/* Append how it was read, one condition a line, indented: for --explain. */
void kith_query_explain(const struct kith_query *, struct kith_buf *out);
/* Append the SQL it compiles to (with ? for parameters). */
void kith_query_sql(const struct kith_query *, struct kith_buf *out);

/* Records without what is ordered by come last. */
enum kith_order {
	KITH_BY_DEFAULT, /* contacts and the like by kind then name, notes and events newest first */
	KITH_BY_NAME,
	KITH_BY_DATE,    /* newest first */
	KITH_BY_LAST,    /* longest silence first */
	KITH_BY_DUE,     /* earliest first */
};

struct kith_query_options {
	int kind;              /* only this kind; -1: any */
	enum kith_order order;
	size_t limit;          /* 0: no limit */
};

/* Called for each record, in order; the row lasts until it returns.  Return false to stop. */
typedef bool kith_query_row(void *user, const struct kith_row *);
/* Run a query; `options` may be NULL: any kind, default order.  That nothing is found is no failure. */
enum kith_code kith_query_run(struct kith_index *, const struct kith_query *, const struct kith_query_options *,
                              kith_query_row *, void *user, struct kith_err *);

/* The bare words and phrases of a query (folded, as kith_fold_words has them), for showing where they are; not
 * those behind a not.  They last as long as the query. */
size_t kith_query_words(const struct kith_query *, const char *const **words);

/* Completion: names that may stand before a colon. */
size_t kith_query_field_names(const char *const **names);

#endif
