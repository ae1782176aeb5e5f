/* Comments that nobody took away stay, also where what they were written at is gone or was written anew. */
#ifndef KITH_MERGE_REMARKS_H
#define KITH_MERGE_REMARKS_H

#include <stdbool.h>

#include "lib/record/doc.h"

/* Append `merged` with those comments that it has not and both sides have, each on a line of its own above what followed it (`roughly`: above the key it was
 * at), and those that one side wrote at a key that it still has.  False, with nothing appended: none is missing.  `docs` are base (may be empty), ours,
 * theirs.  The caller sees to it that the text still says the same. */
bool kith_remarks_restore(const struct kith_doc *const docs[3], const struct kith_doc *merged, bool roughly, struct kith_buf *out);

#endif
