/* What an index says, as text that does not depend on rowids, times of files, or the order in which things were learnt:
 * two indexes of the same files are equal when their dumps are. */
#ifndef INDEX_DUMP_H
#define INDEX_DUMP_H

#include "lib/store/index.h"

/* Append all tables, one row a line.  Also checks what must hold in every index: full text says what body does, notes of a
 * later day have higher rowids, nothing belongs to a record that is not there. */
void index_dump(struct kith_index *, struct kith_buf *out);

/* How the two differ, for a failing test: the first line that is not the same. */
void assert_same_dump(const struct kith_buf *one, const struct kith_buf *other, const char *when);

#endif
