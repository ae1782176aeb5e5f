/* Whether two texts are about the same thing: a person keeps the name, a note most of its lines. */
#ifndef KITH_MERGE_LIKENESS_H
#define KITH_MERGE_LIKENESS_H

#include "lib/git/merge_side.h"

/* Whether a blob is longer than a record can be (KITH_DOC_LIMIT); it is not read. */
enum kith_code kith_blob_is_oversized(git_repository *, const git_oid *, bool *out, struct kith_err *);

/* Records of this kind have a name. */
bool kith_kind_is_named(enum kith_kind);

/* Append a record's folded name: nothing if it has none.  False: the text cannot be read. */
bool kith_likeness_name(const struct kith_place_in_tree *, const struct kith_buf *text, struct kith_buf *out);

/* Lines of the smaller text, in hundredths, that the other has too; for records with a name, 100 if it is the same one, else 0.
 * What is oversized is like nothing. */
enum kith_code kith_likeness(git_repository *, const struct kith_place_in_tree *, const struct kith_place_in_tree *, unsigned *out,
                             struct kith_err *);

/* Length of the id that kith made "<id>-<hash4>" from, to tell two records of one id apart; 0 if this is not such an id. */
size_t kith_likeness_stem(const char *id);
/* Whether an id of this length is one. */
bool kith_likeness_is_given(const char *id, size_t length);

#endif
