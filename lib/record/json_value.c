/* What one value may be to an editor: the part of the JSON Schemas that is about values. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/record/json_schema_parts.h"
#include "lib/record/types.h"
#include "lib/record/vocabulary.h"

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
	const char *example;     /* the same, where nothing is usual */
	bool any_case, several;
} definitions[DEFINITIONS] = {
	[TEXT]   = { .name = "text", .types = "string number boolean" },
	[DATE_]  = { .name = "date", .types = "string integer", .pattern = DATE, .example = "2026-11-25",
	             .looks = "2026-11-25, 2026-11, 2026 or 2026-12-03 19:30" },
	[DAY_]   = { .name = "day", .types = "string", .pattern = DAY, .example = "2026-11-25", .looks = "2026-11-25 or 2026-12-03 19:30" },
	[YEARLY] = { .name = "day_of_any_year", .types = "string", .example = "03-14",
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

void kith_schema_begin_array(struct kith_schema_writer *schema, const char *key)
{
	kith_json_key(&schema->json, key);
	kith_json_array(&schema->json);
}

void kith_schema_put_words(struct kith_schema_writer *schema, const char *of)
{
	const char *at = of, *word;
	size_t length;
	while ((word = kith_of_next(&at, &length))) {
		char text[64];
		snprintf(text, sizeof(text), "%.*s", (int)length, word);
		kith_json_string(&schema->json, text);
	}
}

void kith_schema_put_types(struct kith_schema_writer *schema, const char *types)
{
	if (!strchr(types, ' ')) {
		kith_json_key_string(&schema->json, "type", types);
		return;
	}
	kith_schema_begin_array(schema, "type");
	kith_schema_put_words(schema, types);
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

static void put_pattern(struct kith_schema_writer *schema, enum definition definition)
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

void kith_schema_put_reference(struct kith_schema_writer *schema, const char *name)
{
	KITH_BUF reference = {0};
	kith_buf_addf(&reference, "#/definitions/%s", name);
	kith_json_key_string(&schema->json, "$ref", kith_buf_text(&reference));
}

static void put_definition_reference(struct kith_schema_writer *schema, enum definition definition)
{
	schema->used |= 1u << definition;
	kith_schema_put_reference(schema, definitions[definition].name);
}

static void put_way(struct kith_schema_writer *schema, enum definition definition)
{
	kith_json_object(&schema->json);
	put_definition_reference(schema, definition);
	kith_json_end_object(&schema->json);
}

/* --- one value: its keywords go into the object that is open --- */

static void put_enum(struct kith_schema_writer *schema, const struct kith_field *field)
{
	kith_schema_begin_array(schema, "enum");
	kith_schema_put_words(schema, field->of);
	if (kith_of_has(field->of, "yes", 3))
		kith_json_bool(&schema->json, true); /* what some editors make of yes */
	if (kith_of_has(field->of, "no", 2))
		kith_json_bool(&schema->json, false);
	kith_json_null(&schema->json);
	kith_json_end_array(&schema->json);
}

static void put_suggestions(struct kith_schema_writer *schema, const char *of)
{
	kith_json_object(&schema->json);
	kith_schema_begin_array(schema, "enum");
	kith_schema_put_words(schema, of);
	kith_json_end_array(&schema->json);
	kith_json_end_object(&schema->json);
}

/* The part of vocabulary.json, which stands beside the schema. */
static void put_vocabulary(struct kith_schema_writer *schema, const char *definition)
{
	KITH_BUF reference = {0};
	kith_buf_addf(&reference, "vocabulary.json#/definitions/%s", definition);
	kith_json_object(&schema->json);
	kith_json_key_string(&schema->json, "$ref", kith_buf_text(&reference));
	kith_json_end_object(&schema->json);
}

static void put_ids_in_use(struct kith_schema_writer *schema, const struct kith_field *field)
{
	if (field->flags & KITH_ME)
		put_suggestions(schema, "me");
	for (unsigned kind = 0; kind < KITH_KINDS; kind++)
		if (kith_field_refers_to(field, (enum kith_kind)kind))
			put_vocabulary(schema, kith_kind_name((enum kith_kind)kind));
}

/* What is offered for completion, and anything else of the type. */
static void put_open(struct kith_schema_writer *schema, const struct kith_field *field, enum definition definition)
{
	const struct kith_field *words = schema->with_vocabulary ? kith_vocabulary_field(field) : NULL;
	KITH_BUF name = {0};
	kith_schema_begin_array(schema, "anyOf");
	if (field->type == KITH_WORD && *field->of)
		put_suggestions(schema, field->of);
	if (schema->with_vocabulary && kith_field_may_refer(field))
		put_ids_in_use(schema, field);
	if (words) {
		kith_vocabulary_name(&name, words);
		put_vocabulary(schema, kith_buf_text(&name));
	} else
		put_way(schema, definition);
	kith_json_end_array(&schema->json);
}

static void put_int(struct kith_schema_writer *schema, const struct kith_field *field)
{
	long long least, most;
	kith_schema_put_types(schema, "integer string null");
	if (sscanf(field->of, "%lld %lld", &least, &most) == 2) {
		kith_json_key_int(&schema->json, "minimum", least);
		kith_json_key_int(&schema->json, "maximum", most);
	}
	kith_json_key_string(&schema->json, "pattern", "^ *[+-]?[0-9]+ *$");
}

void kith_schema_put_value(struct kith_schema_writer *schema, const struct kith_field *field, bool several)
{
	const enum definition definition = definition_of(field, several);
	if (field->type == KITH_ENUM)
		put_enum(schema, field);
	else if (field->type == KITH_INT)
		put_int(schema, field);
	else if (field->type == KITH_DATE_OR_FLAG) {
		kith_schema_begin_array(schema, "anyOf");
		put_way(schema, FLAG);
		put_way(schema, DATE_);
		kith_json_end_array(&schema->json);
	} else if ((field->type == KITH_WORD && *field->of) ||
	           (schema->with_vocabulary && (kith_vocabulary_field(field) || kith_field_may_refer(field))))
		put_open(schema, field, definition);
	else
		put_definition_reference(schema, definition);
}

void kith_schema_put_value_object(struct kith_schema_writer *schema, const struct kith_field *field, bool several)
{
	kith_json_object(&schema->json);
	kith_schema_put_value(schema, field, several);
	kith_json_end_object(&schema->json);
}

/* --- what others say of values --- */

void kith_schema_add_looks(struct kith_buf *out, const struct kith_field *field)
{
	const enum definition definition = definition_of(field, false);
	if (definition != NONE && definitions[definition].looks && field->type != KITH_MAP)
		kith_buf_addf(out, " (%s)", definitions[definition].looks);
}

void kith_schema_add_pattern(struct kith_buf *out, const struct kith_field *field)
{
	add_pattern(out, definition_of(field, false));
}

static void put_definition(struct kith_schema_writer *schema, enum definition definition)
{
	const char *suggestions = definitions[definition].suggestions;
	KITH_BUF types = {0};
	kith_buf_addf(&types, "%s null", definitions[definition].types);
	kith_json_key(&schema->json, definitions[definition].name);
	kith_json_object(&schema->json);
	if (suggestions) {
		kith_schema_begin_array(schema, "anyOf");
		kith_json_object(&schema->json);
		kith_schema_begin_array(schema, "enum");
		kith_schema_put_words(schema, suggestions);
		kith_json_end_array(&schema->json);
		kith_json_end_object(&schema->json);
		kith_json_object(&schema->json);
	}
	kith_schema_put_types(schema, kith_buf_text(&types));
	if (definitions[definition].pattern)
		put_pattern(schema, definition);
	if (definitions[definition].example) {
		kith_schema_begin_array(schema, "examples");
		kith_json_string(&schema->json, definitions[definition].example);
		kith_json_end_array(&schema->json);
	}
	if (suggestions) {
		kith_json_end_object(&schema->json);
		kith_json_end_array(&schema->json);
	}
	kith_json_end_object(&schema->json);
}

void kith_schema_put_definitions(struct kith_schema_writer *schema)
{
	for (enum definition definition = 0; definition < DEFINITIONS; definition++)
		if (schema->used >> definition & 1)
			put_definition(schema, definition);
}
