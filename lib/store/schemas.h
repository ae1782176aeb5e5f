/* The JSON Schemas in a store, .kith/schema/, by which editors complete, explain and check: one a kind, and
 * vocabulary.json with the words and ids of this store, to which they all refer.
 *
 * They are this machine's own, never committed.  vocabulary.json begins with a mark that says which schema rows and which words it was
 * made from, so that it costs one look at its first bytes to see that nothing needs to be written. */
#ifndef KITH_SCHEMAS_H
#define KITH_SCHEMAS_H

#include "lib/base/error.h"

struct kith_index;
struct kith_store;

/* Write all that differs from what is there, making the folder if need be; without an index, or with one that was never filled,
 * a vocabulary that is there stays, and one that is not begins empty.  Nothing is written through a link: KITH_IO. */
enum kith_code kith_schemas_write(int root_fd, struct kith_index *, struct kith_err *);

/* The same when anything has changed since, for who comes by often.  Where there is no folder it is made only if the store's
 * .gitignore leaves it out, or there is no repository: nobody should have to look at it in `git status`. */
enum kith_code kith_schemas_refresh(const struct kith_store *, struct kith_index *, struct kith_err *);

#endif
