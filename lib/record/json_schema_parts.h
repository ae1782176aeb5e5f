/* Between json_schema.c, which is about records, lists and maps, and json_value.c, which is about single values. */
#ifndef KITH_JSON_SCHEMA_PARTS_H
#define KITH_JSON_SCHEMA_PARTS_H

#include "lib/base/json.h"
#include "lib/record/schema.h"

struct kith_schema_writer {
	struct kith_json json;
	unsigned used;        /* of the definitions of json_value.c: one bit each */
	bool with_vocabulary; /* words and ids are completed from vocabulary.json */
};

/* Pieces: into the object that is open. */
void kith_schema_begin_array(struct kith_schema_writer *, const char *key);
void kith_schema_put_words(struct kith_schema_writer *, const char *of);    /* of an `of` column, into an array */
void kith_schema_put_types(struct kith_schema_writer *, const char *types); /* "string null" */
void kith_schema_put_reference(struct kith_schema_writer *, const char *definition);

/* What one value of a field may be; `several`: a text that may hold more than one, with commas between. */
void kith_schema_put_value(struct kith_schema_writer *, const struct kith_field *, bool several);
void kith_schema_put_value_object(struct kith_schema_writer *, const struct kith_field *, bool several);

/* Append " (2026-11-25, …)", the pattern of a text that is a value. */
void kith_schema_add_looks(struct kith_buf *out, const struct kith_field *);
void kith_schema_add_pattern(struct kith_buf *out, const struct kith_field *);

/* The members of `definitions` that were referred to. */
void kith_schema_put_definitions(struct kith_schema_writer *);

#endif
