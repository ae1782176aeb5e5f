/* Records as the index lists them: asked for by a query, printed as JSON or as tables by kind. */
#ifndef KITH_ROWS_H
#define KITH_ROWS_H

#include "cli/app.h"
#include "lib/store/query.h"

struct kith_rows {
	struct kith_row *list; /* in app->arena, with their texts */
	size_t count, capacity;
};

/* Parse a query and keep its text and the place of a fault for the error message. */
enum kith_code kith_rows_parse(struct kith_app *, const char *text, struct kith_query **out, struct kith_err *);
/* Run it and gather the rows.  None is no failure. */
enum kith_code kith_rows_run(struct kith_app *, const struct kith_query *, const struct kith_query_options *,
                             struct kith_rows *, struct kith_err *);

/* The members every record has in JSON: kind, id, path, title, date, last, due, tie, broken, private. */
void kith_row_json(struct kith_json *, const struct kith_row *);

/* Append a table for each run of rows of one kind, with a heading each where there are several on a terminal. */
void kith_rows_print(struct kith_app *, const struct kith_rows *, bool mixed);

/* One line for --ids. */
void kith_rows_print_id(struct kith_app *, const char *id);

/* The words behind a record whose file cannot be read now, or "". In the arena. */
const char *kith_row_mark(struct kith_app *, const struct kith_row *);

/* One line on stderr when there are files that cannot be read and of which no older version is known: what they
 * hold is missing from whatever is listed.  How many there are. */
size_t kith_rows_warn_unread(struct kith_app *);

/* What people call the record with this id; the id itself when there is none.  In the arena. */
const char *kith_name_of(struct kith_app *, const char *id);

#endif
