/* A pack of objects, written at the speed that git writes loose ones: no deltas, little compression.  `git gc` makes it small.
 * Format: gitformat-pack(5). */
#ifndef KITH_PACK_H
#define KITH_PACK_H

#include <git2.h>
#include <stddef.h>

#include "lib/base/error.h"

/* Put objects into a pack of their own in `folder` (.git/objects/pack), on disk when this succeeds.  `oids` is put in order, and may hold one twice.
 * `odb` has them all. */
enum kith_code kith_pack_write(const char *folder, git_odb *odb, git_oid *oids, size_t count, struct kith_err *);

#endif
