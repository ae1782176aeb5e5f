/* From what a person typed to the one record that is meant. */
#ifndef KITH_PICK_H
#define KITH_PICK_H

#include "cli/app.h"

/* By path or by name; `kinds` is a mask of 1 << kind, 0 for any but notes.  Several: a numbered choice on a
 * terminal (through the picker, if there is one), else KITH_USAGE with the candidates in app->beside.
 * KITH_FAULTY when a file is called so that cannot be read and of which no older version is known.  Warns when
 * another file has the same id.  The row is in app->arena. */
enum kith_code kith_pick(struct kith_app *, const char *text, unsigned kinds, struct kith_row *out, struct kith_err *);

/* An id that certainly names a record of these kinds: no question is asked of several. KITH_NONE if it is not
 * exact. */
enum kith_code kith_pick_exact(struct kith_app *, const char *text, unsigned kinds, struct kith_row *out,
                               struct kith_err *);

/* Have one of several printable lines chosen on the terminal: by number, or through the picker, if there is one.
 * KITH_STOPPED when none is. */
enum kith_code kith_pick_line(struct kith_app *, const char *const *lines, size_t count, size_t *out, struct kith_err *);

/* A question on stderr, answered on stdin with yes or no.  With --yes: true; else without a terminal, or with
 * --no-input: false. */
bool kith_ask(struct kith_app *, bool otherwise, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
