/* What may stand at the end of an unfinished command line: the words behind shell completion. */
#ifndef KITH_CANDIDATES_H
#define KITH_CANDIDATES_H

#include "cli/app.h"

/* Append one candidate a line, "word<TAB>what it is", for the last of the words behind `kith`, which may be
 * empty.  Opens store and index where it needs them, as they are, and says nothing of what fails.  Returns
 * false when the names of files may stand there too. */
bool kith_candidates(struct kith_app *, const char *const *words, size_t count, struct kith_buf *out);

#endif
