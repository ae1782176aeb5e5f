/* The JSON Schemas in a store, by which editors complete and check. */
#ifndef KITH_SCHEMAS_H
#define KITH_SCHEMAS_H

#include "lib/base/error.h"

/* Write .kith/schema/KIND.json for every kind and kith.json, where they differ from what is there. */
enum kith_code kith_schemas_write(const char *root, struct kith_err *);

#endif
