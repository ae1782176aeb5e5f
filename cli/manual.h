/* The manual page kith(1), in mdoc, made from the rows. */
#ifndef KITH_MANUAL_H
#define KITH_MANUAL_H

#include "lib/base/memory.h"

void kith_manual_print(struct kith_buf *out);

#endif
