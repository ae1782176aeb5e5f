/* The JSON Schema (draft-07) of a kind, for editors: made from the rows of the schema.  The one in a store also offers the
 * store's own words and ids, by way of vocabulary.json.
 *
 * It must never find fault with what kith reads, and may be more lenient.  Editors guess the types of plain text
 * (2024 and 08001 become numbers, NO and yes may become booleans, an empty value null), so a text accepts all of
 * those.  Patterns keep to what POSIX extended expressions and JavaScript's share: a test holds them against
 * kith_value_read.
 *
 * What many fields take is said once, under definitions, and so is each list of maps. */
#include <stdio.h>
#include <string.h>

#include "lib/record/json_schema_parts.h"
#include "lib/record/record.h"

/* --- lists and maps --- */

/* A list, or what stands for a list of one or, with commas, several. */
static void put_list(struct kith_schema_writer *schema, const struct kith_field *field)
{
	kith_schema_begin_array(schema, "anyOf");
	kith_json_object(&schema->json);
	kith_json_key_string(&schema->json, "type", "array");
	kith_json_key(&schema->json, "items");
	kith_schema_put_value_object(schema, field, false);
	kith_json_end_object(&schema->json);
	kith_schema_put_value_object(schema, field, true);
	kith_json_end_array(&schema->json);
}

/* The sub-field that an entry written as a scalar fills, if nothing else is required of it; else NULL. */
static const struct kith_field *scalar_field(const struct kith_field *map)
{
	size_t count;
	const struct kith_field *children = kith_field_children(map, &count);
	const struct kith_field *key = map->flags & KITH_PAIR && count > 1 ? &children[1] : kith_field_key(map);
	if (key->type == KITH_MAP)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if ((children[i].flags & KITH_REQUIRED) && &children[i] != key)
			return NULL;
	return key;
}

/* One entry, as a map or, where that will do, as a scalar; into the array that is open. */
static void put_entry_ways(struct kith_schema_writer *schema, const struct kith_field *map, bool several)
{
	const struct kith_field *scalar = scalar_field(map);
	kith_json_object(&schema->json);
	kith_schema_put_reference(schema, map->name);
	kith_json_end_object(&schema->json);
	if (scalar) {
		kith_schema_put_value_object(schema, scalar, several);
		return;
	}
	kith_json_object(&schema->json);
	kith_schema_put_types(schema, "null");
	kith_json_end_object(&schema->json);
}

static void put_entries(struct kith_schema_writer *schema, const struct kith_field *map)
{
	kith_schema_begin_array(schema, "anyOf");
	kith_json_object(&schema->json);
	kith_json_key_string(&schema->json, "type", "array");
	kith_json_key(&schema->json, "items");
	kith_json_object(&schema->json);
	kith_schema_begin_array(schema, "anyOf");
	put_entry_ways(schema, map, false);
	kith_json_end_array(&schema->json);
	kith_json_end_object(&schema->json);
	kith_json_end_object(&schema->json);
	put_entry_ways(schema, map, true);
	kith_json_end_array(&schema->json);
}

static void put_table(struct kith_schema_writer *schema, const struct kith_field *table)
{
	kith_schema_put_types(schema, "object null");
	kith_json_key(&schema->json, "additionalProperties");
	kith_json_object(&schema->json);
	put_list(schema, table);
	kith_json_end_object(&schema->json);
}

/* --- fields --- */

static void put_description(struct kith_schema_writer *schema, const struct kith_field *field)
{
	KITH_BUF text = {0};
	kith_buf_add(&text, field->help);
	if (field->type == KITH_REF && strcmp(field->of, "any") != 0) {
		const char *at = field->of, *word;
		size_t length;
		kith_buf_add(&text, " (the id of a");
		for (int words = 0; (word = kith_of_next(&at, &length)); words++)
			kith_buf_addf(&text, "%s %.*s", words ? " or" : "", (int)length, word);
		kith_buf_add(&text, ")");
	} else
		kith_schema_add_looks(&text, field);
	kith_json_key_string(&schema->json, "description", kith_buf_text(&text));
}

static void put_members(struct kith_schema_writer *schema, const struct kith_field *fields, size_t count, bool top);

static void put_shape(struct kith_schema_writer *schema, const struct kith_field *field)
{
	if (field->merge == KITH_TABLE)
		put_table(schema, field);
	else if (field->type == KITH_MAP && kith_field_is_list(field))
		put_entries(schema, field);
	else if (field->type == KITH_MAP) {
		size_t count;
		const struct kith_field *children = kith_field_children(field, &count);
		kith_schema_put_types(schema, "object null");
		put_members(schema, children, count, false);
	} else if (kith_field_is_list(field))
		put_list(schema, field);
	else
		kith_schema_put_value(schema, field, false);
}

static void put_field(struct kith_schema_writer *schema, const struct kith_field *field)
{
	kith_json_object(&schema->json);
	put_description(schema, field);
	if (field->flags & KITH_REQUIRED) {
		kith_schema_begin_array(schema, "allOf"); /* anything but null, which every definition allows */
		kith_json_object(&schema->json);
		put_shape(schema, field);
		kith_json_end_object(&schema->json);
		kith_json_object(&schema->json);
		kith_json_key(&schema->json, "not");
		kith_json_object(&schema->json);
		kith_schema_put_types(schema, "null");
		kith_json_end_object(&schema->json);
		kith_json_end_object(&schema->json);
		kith_json_end_array(&schema->json);
	} else
		put_shape(schema, field);
	kith_json_end_object(&schema->json);
}

/* The rest of an object with these fields: its keys, that only the user's own may be more, and which must be there. */
static void put_members(struct kith_schema_writer *schema, const struct kith_field *fields, size_t count, bool top)
{
	bool required = false;
	kith_json_key(&schema->json, "properties");
	kith_json_object(&schema->json);
	for (size_t i = 0; i < count; i++) {
		if (top && !kith_field_is_top(&fields[i]))
			continue;
		required |= (fields[i].flags & KITH_REQUIRED) != 0;
		kith_json_key(&schema->json, fields[i].name);
		put_field(schema, &fields[i]);
	}
	kith_json_end_object(&schema->json);
	kith_json_key(&schema->json, "patternProperties");
	kith_json_object(&schema->json);
	kith_json_key(&schema->json, "^x-");
	kith_json_bool(&schema->json, true);
	kith_json_end_object(&schema->json);
	kith_json_key_bool(&schema->json, "additionalProperties", false);
	if (!required)
		return;
	kith_schema_begin_array(schema, "required");
	for (size_t i = 0; i < count; i++)
		if ((!top || kith_field_is_top(&fields[i])) && (fields[i].flags & KITH_REQUIRED))
			kith_json_string(&schema->json, fields[i].name);
	kith_json_end_array(&schema->json);
}

/* --- definitions --- */

/* `2w: share one useful link` */
static void put_pair(struct kith_schema_writer *schema, const struct kith_field *map)
{
	size_t count;
	const struct kith_field *children = kith_field_children(map, &count);
	KITH_BUF pattern = {0};
	kith_buf_add(&pattern, "^");
	kith_schema_add_pattern(&pattern, &children[0]);
	kith_buf_add(&pattern, "$");
	kith_json_object(&schema->json);
	kith_schema_put_types(schema, "object");
	kith_json_key_int(&schema->json, "minProperties", 1);
	kith_json_key_int(&schema->json, "maxProperties", 1);
	kith_json_key(&schema->json, "patternProperties");
	kith_json_object(&schema->json);
	kith_json_key(&schema->json, kith_buf_text(&pattern));
	kith_schema_put_value_object(schema, &children[1], false);
	kith_json_end_object(&schema->json);
	kith_json_key_bool(&schema->json, "additionalProperties", false);
	kith_json_end_object(&schema->json);
}

static void put_entry_definition(struct kith_schema_writer *schema, const struct kith_field *map)
{
	size_t count;
	const struct kith_field *children = kith_field_children(map, &count);
	kith_json_key(&schema->json, map->name);
	kith_json_object(&schema->json);
	if (map->flags & KITH_PAIR) {
		kith_schema_begin_array(schema, "anyOf");
		put_pair(schema, map);
		kith_json_object(&schema->json);
	}
	kith_schema_put_types(schema, "object");
	put_members(schema, children, count, false);
	if (map->flags & KITH_PAIR) {
		kith_json_end_object(&schema->json);
		kith_json_end_array(&schema->json);
	}
	kith_json_end_object(&schema->json);
}

static void put_definitions(struct kith_schema_writer *schema, const struct kith_field *fields, size_t count)
{
	kith_json_key(&schema->json, "definitions");
	kith_json_object(&schema->json);
	for (size_t i = 0; i < count; i++)
		if (fields[i].type == KITH_MAP && kith_field_is_list(&fields[i]))
			put_entry_definition(schema, &fields[i]);
	kith_schema_put_definitions(schema);
	kith_json_end_object(&schema->json);
}

static void put_kind(struct kith_buf *out, enum kith_kind kind, bool with_vocabulary)
{
	size_t count;
	const struct kith_field *fields = kith_fields(kind, &count);
	struct kith_schema_writer schema = { .json = { .out = out, .indent = true }, .with_vocabulary = with_vocabulary };
	kith_json_object(&schema.json);
	kith_json_key_string(&schema.json, "$schema", "http://json-schema.org/draft-07/schema#");
	kith_json_key_string(&schema.json, "title", kith_kind_name(kind));
	kith_json_key_string(&schema.json, "description", kith_kind_help(kind));
	kith_schema_put_types(&schema, "object");
	put_members(&schema, fields, count, true);
	put_definitions(&schema, fields, count);
	kith_json_end_object(&schema.json);
	kith_buf_add_char(out, '\n');
}

void kith_schema_json(struct kith_buf *out, enum kith_kind kind)
{
	put_kind(out, kind, false);
}

void kith_schema_json_of_store(struct kith_buf *out, enum kith_kind kind)
{
	put_kind(out, kind, true);
}
