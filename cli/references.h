/* Where records refer to another one by its id: who does, in which files that may be hidden, and in which
 * queries. */
#ifndef KITH_REFERENCES_H
#define KITH_REFERENCES_H

#include "cli/app.h"

/* One place that refers to a record. */
struct kith_reference {
	const char *path;     /* of the file it is in */
	enum kith_kind kind;  /* of the record in it; KITH_SETTINGS: kith.yaml */
	const char *id;
	const char *title;
	const struct kith_field *field;
	uint32_t line;
	const char *text;     /* of a query; else NULL */
};

struct kith_references {
	struct kith_reference *list; /* in app->arena */
	size_t count, capacity;
};

/* Append every place that refers to the id, also kith.yaml, by path and line; of a file that cannot be read
 * now, those of its last good version.  For the user's own contact the word `me` counts too. */
enum kith_code kith_references_find(struct kith_app *, const char *id, struct kith_references *, struct kith_err *);

/* Whether the value is the id, in a field that may refer. */
bool kith_reference_is(const struct kith_value *, const char *id);

/* Append to `out` the paths of files that cannot be read as records now and hold the id as a word: nobody
 * knows whether they refer to it. */
enum kith_code kith_references_hidden(struct kith_app *, const char *id, const char ***paths, size_t *count,
                                      struct kith_err *);

/* Append every field that holds a query (a playbook's `starts`) in whose text the id is found as a word. */
enum kith_code kith_references_in_queries(struct kith_app *, const char *id, struct kith_references *,
                                          struct kith_err *);

/* Append a query's text with another id in the place of this one, wherever it stands as the value of `id:`
 * or of a field that refers. False, with nothing appended, when it stands elsewhere too, or the result
 * would not be the same query but for the id. */
bool kith_reference_in_query(struct kith_app *, const char *query, const char *id, const char *other,
                             struct kith_buf *out);

/* The record that was called so before it was renamed: KITH_NONE if there is none. */
enum kith_code kith_reference_former(struct kith_app *, const char *id, struct kith_row *, struct kith_err *);

/* Whether an id would be taken for something else on a command line or in a query: me, and, not, contact,
 * notes … */
bool kith_reference_is_reserved(const char *id);

#endif
