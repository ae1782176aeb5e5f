/* The JSON Schema (draft-07) of a kind, for editors: made from the rows of the schema.
 *
 * It must never find fault with what kith reads, and may be more lenient.  Editors guess the types of plain text
 * (2024 and 08001 become numbers, NO and yes may become booleans, an empty value null), so a text accepts all of
 * those.  Patterns keep to what POSIX extended expressions and JavaScript's share: a test holds them against
 * kith_value_read.
 *
 * What many fields take is said once, under definitions, and so is each list of maps. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/record/record.h"
#include "lib/record/types.h"

#define MONTH "(0[1-9]|1[0-2])"
#define DAY_OF_MONTH "(0[1-9]|[12][0-9]|3[01])"
#define CLOCK "([01][0-9]|2[0-3]):[0-5][0-9]"
#define LOOSE_CLOCK "([01]?[0-9]|2[0-3]):[0-5][0-9]"
#define DAY "[0-9]{4}-" MONTH "-" DAY_OF_MONTH "([ T]" CLOCK ")?"
#define DATE "[0-9]{4}(-" MONTH "(-" DAY_OF_MONTH "([ T]" CLOCK ")?)?)?"
#define UNIT "(d|days?|w|wks?|weeks?|fortnights?|m|mo|months?|q|quarters?|y|yrs?|years?)[.]?"
#define COUNT "([0-9]+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[.]?"
#define EVERY "(every|each)[.]? +"
#define SPAN                                                                                                           \
	"((daily|weekly|biweekly|fortnightly|monthly|quarterly|biannually|half-yearly|yearly|annually|never)[.]?"         \
	"|" EVERY "(other[.]? +)?" UNIT "|(" EVERY ")?" COUNT " *" UNIT ")"
/* Letters and digits of any script cannot be said portably; what surely is none can. */
#define ID_LIKE "[^A-Z!-,./:-@[-`{-~ ]+"

enum definition {
	TEXT, DATE_, DAY_, YEARLY, SPAN_, FLAG, TIME, TIMES, ID, DATES, SPANS, IDS,
	DEFINITIONS,
	NONE = DEFINITIONS,
};

/* What a value may be to an editor; null besides. */
static const struct {
	const char *name, *types, *pattern, *looks;
	const char *suggestions; /* for completion */
	bool any_case, several;
} definitions[DEFINITIONS] = {
	[TEXT]   = { .name = "text", .types = "string number boolean" },
	[DATE_]  = { .name = "date", .types = "string integer", .pattern = DATE,
	             .looks = "2026-11-25, 2026-11, 2026 or 2026-12-03 19:30" },
	[DAY_]   = { .name = "day", .types = "string", .pattern = DAY, .looks = "2026-11-25 or 2026-12-03 19:30" },
	[YEARLY] = { .name = "day_of_any_year", .types = "string",
	             .pattern = "((--)?" MONTH "-" DAY_OF_MONTH "|" DAY ")", .looks = "03-14 or 1990-03-14" },
	[SPAN_]  = { .name = "span", .types = "string", .pattern = SPAN, .any_case = true,
	             .looks = "weekly, monthly, quarterly, yearly, 6 weeks, 90d, never",
	             .suggestions = "weekly biweekly monthly quarterly biannually yearly never" },
	[FLAG]   = { .name = "flag", .types = "boolean string", .pattern = "(yes|no|true|false|on|off|y|n)",
	             .any_case = true, .looks = "yes or no", .suggestions = "yes no" },
	[TIME]   = { .name = "time", .types = "string integer", .pattern = LOOSE_CLOCK, .looks = "09:00" },
	[TIMES]  = { .name = "times", .types = "string", .pattern = LOOSE_CLOCK " *(-|–) *" LOOSE_CLOCK,
	             .looks = "20:00-08:00" },
	[ID]     = { .name = "id", .types = "string integer", .pattern = ID_LIKE,
	             .looks = "the id of a record: its file's name without .yaml" },
	[DATES]  = { .name = "dates", .types = "string integer", .pattern = DATE, .several = true,
	             .looks = "2026-11-25, 2026-12-09" },
	[SPANS]  = { .name = "spans", .types = "string", .pattern = SPAN, .any_case = true, .several = true,
	             .looks = "3d, 90d" },
	[IDS]    = { .name = "ids", .types = "string integer", .pattern = ID_LIKE, .several = true,
	             .looks = "ids of records, separated by commas" },
};

struct schema {
	struct kith_json json;
	unsigned used; /* one bit a definition */
};

static enum definition definition_of(const struct kith_field *field, bool several)
{
	switch (field->type) {
	case KITH_DATE:
		return field->flags & KITH_YEARLY ? YEARLY : field->flags & KITH_DAY ? DAY_ : several ? DATES : DATE_;
	case KITH_SPAN:  return several ? SPANS : SPAN_;
	case KITH_FLAG:  return FLAG;
	case KITH_TIME:  return TIME;
	case KITH_TIMES: return TIMES;
	case KITH_REF:   return several ? IDS : ID;
	case KITH_INT:
	case KITH_ENUM:
	case KITH_DATE_OR_FLAG: return NONE;
	default: return TEXT;
	}
}

/* --- pieces --- */

static void begin_array(struct schema *schema, const char *key)
{
	kith_json_key(&schema->json, key);
	kith_json_array(&schema->json);
}

static void put_words(struct schema *schema, const char *of)
{
	const char *at = of, *word;
	size_t length;
	while ((word = kith_of_next(&at, &length))) {
		char text[64];
		snprintf(text, sizeof(text), "%.*s", (int)length, word);
		kith_json_string(&schema->json, text);
	}
}

static void put_types(struct schema *schema, const char *types)
{
	if (!strchr(types, ' ')) {
		kith_json_key_string(&schema->json, "type", types);
		return;
	}
	begin_array(schema, "type");
	put_words(schema, types);
	kith_json_end_array(&schema->json);
}

/* "d" becomes "[dD]": neither POSIX nor JSON Schema has a switch for case. */
static void add_any_case(struct kith_buf *out, const char *pattern)
{
	for (bool in_brackets = false; *pattern; pattern++) {
		in_brackets = *pattern == '[' || (in_brackets && *pattern != ']');
		if (!in_brackets && islower((unsigned char)*pattern))
			kith_buf_addf(out, "[%c%c]", *pattern, toupper((unsigned char)*pattern));
		else
			kith_buf_add_char(out, *pattern);
	}
}

static void add_pattern(struct kith_buf *out, enum definition definition)
{
	if (definitions[definition].any_case)
		add_any_case(out, definitions[definition].pattern);
	else
		kith_buf_add(out, definitions[definition].pattern);
}

static void put_pattern(struct schema *schema, enum definition definition)
{
	KITH_BUF pattern = {0};
	kith_buf_add(&pattern, "^ *");
	add_pattern(&pattern, definition);
	if (definitions[definition].several) {
		kith_buf_add(&pattern, "( *, *");
		add_pattern(&pattern, definition);
		kith_buf_add(&pattern, ")* *,?");
	}
	kith_buf_add(&pattern, " *$");
	kith_json_key_string(&schema->json, "pattern", kith_buf_text(&pattern));
	kith_json_key_string(&schema->json, "patternErrorMessage", definitions[definition].looks); /* VS Code's own */
}

static void put_reference(struct schema *schema, const char *name)
{
	KITH_BUF reference = {0};
	kith_buf_addf(&reference, "#/definitions/%s", name);
	kith_json_key_string(&schema->json, "$ref", kith_buf_text(&reference));
}

static void put_definition_reference(struct schema *schema, enum definition definition)
{
	schema->used |= 1u << definition;
	put_reference(schema, definitions[definition].name);
}

static void put_way(struct schema *schema, enum definition definition)
{
	kith_json_object(&schema->json);
	put_definition_reference(schema, definition);
	kith_json_end_object(&schema->json);
}

/* --- one value: its keywords go into the object that is open --- */

static void put_enum(struct schema *schema, const struct kith_field *field)
{
	begin_array(schema, "enum");
	put_words(schema, field->of);
	if (kith_of_has(field->of, "yes", 3))
		kith_json_bool(&schema->json, true); /* what some editors make of yes */
	if (kith_of_has(field->of, "no", 2))
		kith_json_bool(&schema->json, false);
	kith_json_null(&schema->json);
	kith_json_end_array(&schema->json);
}

/* Suggestions for completion, and anything else. */
static void put_suggestions(struct schema *schema, const struct kith_field *field)
{
	begin_array(schema, "anyOf");
	kith_json_object(&schema->json);
	begin_array(schema, "enum");
	put_words(schema, field->of);
	kith_json_end_array(&schema->json);
	kith_json_end_object(&schema->json);
	put_way(schema, TEXT);
	kith_json_end_array(&schema->json);
}

static void put_int(struct schema *schema, const struct kith_field *field)
{
	long long least, most;
	put_types(schema, "integer string null");
	if (sscanf(field->of, "%lld %lld", &least, &most) == 2) {
		kith_json_key_int(&schema->json, "minimum", least);
		kith_json_key_int(&schema->json, "maximum", most);
	}
	kith_json_key_string(&schema->json, "pattern", "^ *[+-]?[0-9]+ *$");
}

static void put_value(struct schema *schema, const struct kith_field *field, bool several)
{
	const enum definition definition = definition_of(field, several);
	if (field->type == KITH_ENUM)
		put_enum(schema, field);
	else if (field->type == KITH_INT)
		put_int(schema, field);
	else if (field->type == KITH_DATE_OR_FLAG) {
		begin_array(schema, "anyOf");
		put_way(schema, FLAG);
		put_way(schema, DATE_);
		kith_json_end_array(&schema->json);
	} else if (field->type == KITH_WORD && *field->of)
		put_suggestions(schema, field);
	else
		put_definition_reference(schema, definition);
}

static void put_value_object(struct schema *schema, const struct kith_field *field, bool several)
{
	kith_json_object(&schema->json);
	put_value(schema, field, several);
	kith_json_end_object(&schema->json);
}

/* --- lists and maps --- */

/* A list, or what stands for a list of one or, with commas, several. */
static void put_list(struct schema *schema, const struct kith_field *field)
{
	begin_array(schema, "anyOf");
	kith_json_object(&schema->json);
	kith_json_key_string(&schema->json, "type", "array");
	kith_json_key(&schema->json, "items");
	put_value_object(schema, field, false);
	kith_json_end_object(&schema->json);
	put_value_object(schema, field, true);
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
static void put_entry_ways(struct schema *schema, const struct kith_field *map, bool several)
{
	const struct kith_field *scalar = scalar_field(map);
	kith_json_object(&schema->json);
	put_reference(schema, map->name);
	kith_json_end_object(&schema->json);
	if (scalar) {
		put_value_object(schema, scalar, several);
		return;
	}
	kith_json_object(&schema->json);
	put_types(schema, "null");
	kith_json_end_object(&schema->json);
}

static void put_entries(struct schema *schema, const struct kith_field *map)
{
	begin_array(schema, "anyOf");
	kith_json_object(&schema->json);
	kith_json_key_string(&schema->json, "type", "array");
	kith_json_key(&schema->json, "items");
	kith_json_object(&schema->json);
	begin_array(schema, "anyOf");
	put_entry_ways(schema, map, false);
	kith_json_end_array(&schema->json);
	kith_json_end_object(&schema->json);
	kith_json_end_object(&schema->json);
	put_entry_ways(schema, map, true);
	kith_json_end_array(&schema->json);
}

static void put_table(struct schema *schema, const struct kith_field *table)
{
	put_types(schema, "object null");
	kith_json_key(&schema->json, "additionalProperties");
	kith_json_object(&schema->json);
	put_list(schema, table);
	kith_json_end_object(&schema->json);
}

/* --- fields --- */

static void put_description(struct schema *schema, const struct kith_field *field)
{
	KITH_BUF text = {0};
	const enum definition definition = definition_of(field, false);
	kith_buf_add(&text, field->help);
	if (field->type == KITH_REF && strcmp(field->of, "any") != 0) {
		const char *at = field->of, *word;
		size_t length;
		kith_buf_add(&text, " (the id of a");
		for (int words = 0; (word = kith_of_next(&at, &length)); words++)
			kith_buf_addf(&text, "%s %.*s", words ? " or" : "", (int)length, word);
		kith_buf_add(&text, ")");
	} else if (definition != NONE && definitions[definition].looks && field->type != KITH_MAP)
		kith_buf_addf(&text, " (%s)", definitions[definition].looks);
	kith_json_key_string(&schema->json, "description", kith_buf_text(&text));
}

static void put_members(struct schema *schema, const struct kith_field *fields, size_t count, bool top);

static void put_shape(struct schema *schema, const struct kith_field *field)
{
	if (field->merge == KITH_TABLE)
		put_table(schema, field);
	else if (field->type == KITH_MAP && kith_field_is_list(field))
		put_entries(schema, field);
	else if (field->type == KITH_MAP) {
		size_t count;
		const struct kith_field *children = kith_field_children(field, &count);
		put_types(schema, "object null");
		put_members(schema, children, count, false);
	} else if (kith_field_is_list(field))
		put_list(schema, field);
	else
		put_value(schema, field, false);
}

static void put_field(struct schema *schema, const struct kith_field *field)
{
	kith_json_object(&schema->json);
	put_description(schema, field);
	if (field->flags & KITH_REQUIRED) {
		begin_array(schema, "allOf"); /* anything but null, which every definition allows */
		kith_json_object(&schema->json);
		put_shape(schema, field);
		kith_json_end_object(&schema->json);
		kith_json_object(&schema->json);
		kith_json_key(&schema->json, "not");
		kith_json_object(&schema->json);
		put_types(schema, "null");
		kith_json_end_object(&schema->json);
		kith_json_end_object(&schema->json);
		kith_json_end_array(&schema->json);
	} else
		put_shape(schema, field);
	kith_json_end_object(&schema->json);
}

/* The rest of an object with these fields: its keys, that only the user's own may be more, and which must be there. */
static void put_members(struct schema *schema, const struct kith_field *fields, size_t count, bool top)
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
	begin_array(schema, "required");
	for (size_t i = 0; i < count; i++)
		if ((!top || kith_field_is_top(&fields[i])) && (fields[i].flags & KITH_REQUIRED))
			kith_json_string(&schema->json, fields[i].name);
	kith_json_end_array(&schema->json);
}

/* --- definitions --- */

/* `2w: share one useful link` */
static void put_pair(struct schema *schema, const struct kith_field *map)
{
	size_t count;
	const struct kith_field *children = kith_field_children(map, &count);
	KITH_BUF pattern = {0};
	kith_buf_add(&pattern, "^");
	add_pattern(&pattern, definition_of(&children[0], false));
	kith_buf_add(&pattern, "$");
	kith_json_object(&schema->json);
	put_types(schema, "object");
	kith_json_key_int(&schema->json, "minProperties", 1);
	kith_json_key_int(&schema->json, "maxProperties", 1);
	kith_json_key(&schema->json, "patternProperties");
	kith_json_object(&schema->json);
	kith_json_key(&schema->json, kith_buf_text(&pattern));
	put_value_object(schema, &children[1], false);
	kith_json_end_object(&schema->json);
	kith_json_key_bool(&schema->json, "additionalProperties", false);
	kith_json_end_object(&schema->json);
}

static void put_entry_definition(struct schema *schema, const struct kith_field *map)
{
	size_t count;
	const struct kith_field *children = kith_field_children(map, &count);
	kith_json_key(&schema->json, map->name);
	kith_json_object(&schema->json);
	if (map->flags & KITH_PAIR) {
		begin_array(schema, "anyOf");
		put_pair(schema, map);
		kith_json_object(&schema->json);
	}
	put_types(schema, "object");
	put_members(schema, children, count, false);
	if (map->flags & KITH_PAIR) {
		kith_json_end_object(&schema->json);
		kith_json_end_array(&schema->json);
	}
	kith_json_end_object(&schema->json);
}

static void put_definition(struct schema *schema, enum definition definition)
{
	const char *suggestions = definitions[definition].suggestions;
	KITH_BUF types = {0};
	kith_buf_addf(&types, "%s null", definitions[definition].types);
	kith_json_key(&schema->json, definitions[definition].name);
	kith_json_object(&schema->json);
	if (suggestions) {
		begin_array(schema, "anyOf");
		kith_json_object(&schema->json);
		begin_array(schema, "enum");
		put_words(schema, suggestions);
		kith_json_end_array(&schema->json);
		kith_json_end_object(&schema->json);
		kith_json_object(&schema->json);
	}
	put_types(schema, kith_buf_text(&types));
	if (definitions[definition].pattern)
		put_pattern(schema, definition);
	if (suggestions) {
		kith_json_end_object(&schema->json);
		kith_json_end_array(&schema->json);
	}
	kith_json_end_object(&schema->json);
}

static void put_definitions(struct schema *schema, const struct kith_field *fields, size_t count)
{
	kith_json_key(&schema->json, "definitions");
	kith_json_object(&schema->json);
	for (size_t i = 0; i < count; i++)
		if (fields[i].type == KITH_MAP && kith_field_is_list(&fields[i]))
			put_entry_definition(schema, &fields[i]);
	for (enum definition definition = 0; definition < DEFINITIONS; definition++)
		if (schema->used >> definition & 1)
			put_definition(schema, definition);
	kith_json_end_object(&schema->json);
}

void kith_schema_json(struct kith_buf *out, enum kith_kind kind)
{
	size_t count;
	const struct kith_field *fields = kith_fields(kind, &count);
	struct schema schema = { .json = { .out = out, .indent = true } };
	kith_json_object(&schema.json);
	kith_json_key_string(&schema.json, "$schema", "http://json-schema.org/draft-07/schema#");
	kith_json_key_string(&schema.json, "title", kith_kind_name(kind));
	kith_json_key_string(&schema.json, "description", kith_kind_help(kind));
	put_types(&schema, "object");
	put_members(&schema, fields, count, true);
	put_definitions(&schema, fields, count);
	kith_json_end_object(&schema.json);
	kith_buf_add_char(out, '\n');
}
