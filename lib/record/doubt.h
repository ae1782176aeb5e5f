/* Values that can be read, but were probably meant otherwise. */
#ifndef KITH_DOUBT_H
#define KITH_DOUBT_H

#include "lib/record/doc.h"
#include "lib/record/schema.h"

/* Warn of a scalar that is the value, or an item, of this field: a comment that cuts it off, typographic quotes around it, hyphens
 * without a space, semicolons between words.  Every hint is the line as it should be. */
void kith_doubt(const struct kith_doc *, const struct kith_field *, const struct kith_node *, struct kith_faults *);

/* Append the text without typographic quotes around it and without characters that cannot be seen; false, with nothing
 * appended, if it has none.  *what is then what was taken away. */
bool kith_plain_text(struct kith_buf *out, const char *text, const char **what);

#endif
