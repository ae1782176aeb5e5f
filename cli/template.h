/* The comments of a new file: the fields most worth filling, each with a sample and what it means, for
 * uncommenting. */
#ifndef KITH_TEMPLATE_H
#define KITH_TEMPLATE_H

#include "cli/draft.h"

/* Append the comments for the fields that the draft has not; nothing where it has them all.  Dates in them
 * are seen from today. */
void kith_template_add(const struct kith_app *, const struct kith_draft *, struct kith_buf *out);

#endif
