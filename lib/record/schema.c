#include "lib/record/schema.h"

#include <string.h>
#include <strings.h>

/* Flag words and merge words lose their prefix in the .def rows. */
#define REQUIRED KITH_REQUIRED
#define ME KITH_ME
#define AHEAD KITH_AHEAD
#define YEARLY KITH_YEARLY
#define DAY KITH_DAY
#define PERSONAL KITH_PERSONAL
#define TOOLS KITH_TOOLS
#define PAIR KITH_PAIR
#define QUERY KITH_QUERY

/* Row numbers, so that a sub-field can name its parent at compile time. */
enum {
#define FIELD(name, ...) ROW(name)
#define SUB(parent, name, ...) ROW(parent##_dot_##name)
#define ROW(name) CONTACT_##name,
#include "schema/contact.def"
#undef ROW
#define ROW(name) NOTE_##name,
#include "schema/note.def"
#undef ROW
#define ROW(name) GROUP_##name,
#include "schema/group.def"
#undef ROW
#define ROW(name) EVENT_##name,
#include "schema/event.def"
#undef ROW
#define ROW(name) OPPORTUNITY_##name,
#include "schema/opportunity.def"
#undef ROW
#define ROW(name) NEED_##name,
#include "schema/need.def"
#undef ROW
#define ROW(name) GOAL_##name,
#include "schema/goal.def"
#undef ROW
#define ROW(name) LEARNING_##name,
#include "schema/learning.def"
#undef ROW
#define ROW(name) PLAYBOOK_##name,
#include "schema/playbook.def"
#undef ROW
#define ROW(name) SETTINGS_##name,
#include "schema/kith.def"
#undef ROW
#define ROW(name) CONFIG_##name,
#include "schema/config.def"
#undef ROW
#undef FIELD
#undef SUB
	FIELDS,
};

static const struct kith_field fields[FIELDS] = {
#define FIELD(name_, type_, merge_, flags_, of_, help_)                                                     \
	[ROW(name_)] = {.path = #name_, .name = #name_, .of = of_, .help = help_, .kind = KIND_HERE,        \
	                .type = KITH_##type_, .merge = KITH_##merge_, .flags = flags_,                      \
	                .id = ROW(name_), .parent = ROW(name_)},
#define SUB(parent_, name_, type_, merge_, flags_, of_, help_)                                              \
	[ROW(parent_##_dot_##name_)] = {.path = #parent_ "." #name_, .name = #name_, .of = of_,             \
	                .help = help_, .kind = KIND_HERE, .type = KITH_##type_, .merge = KITH_##merge_,     \
	                .flags = flags_, .id = ROW(parent_##_dot_##name_), .parent = ROW(parent_)},
#define ROW(name) CONTACT_##name
#define KIND_HERE KITH_KIND_contact
#include "schema/contact.def"
#undef ROW
#undef KIND_HERE
#define ROW(name) NOTE_##name
#define KIND_HERE KITH_KIND_note
#include "schema/note.def"
#undef ROW
#undef KIND_HERE
#define ROW(name) GROUP_##name
#define KIND_HERE KITH_KIND_group
#include "schema/group.def"
#undef ROW
#undef KIND_HERE
#define ROW(name) EVENT_##name
#define KIND_HERE KITH_KIND_event
#include "schema/event.def"
#undef ROW
#undef KIND_HERE
#define ROW(name) OPPORTUNITY_##name
#define KIND_HERE KITH_KIND_opportunity
#include "schema/opportunity.def"
#undef ROW
#undef KIND_HERE
#define ROW(name) NEED_##name
#define KIND_HERE KITH_KIND_need
#include "schema/need.def"
#undef ROW
#undef KIND_HERE
#define ROW(name) GOAL_##name
#define KIND_HERE KITH_KIND_goal
#include "schema/goal.def"
#undef ROW
#undef KIND_HERE
#define ROW(name) LEARNING_##name
#define KIND_HERE KITH_KIND_learning
#include "schema/learning.def"
#undef ROW
#undef KIND_HERE
#define ROW(name) PLAYBOOK_##name
#define KIND_HERE KITH_KIND_playbook
#include "schema/playbook.def"
#undef ROW
#undef KIND_HERE
#define ROW(name) SETTINGS_##name
#define KIND_HERE KITH_SETTINGS
#include "schema/kith.def"
#undef ROW
#undef KIND_HERE
#define ROW(name) CONFIG_##name
#define KIND_HERE KITH_CONFIG
#include "schema/config.def"
#undef ROW
#undef KIND_HERE
#undef FIELD
#undef SUB
};

static const struct {
	const char *name, *folder, *help;
} kinds[KITH_CONFIG + 1] = {
#define KIND(name_, folder_, help_) {#name_, folder_, help_},
#include "schema/kinds.def"
#undef KIND
	{"kith", "", "kith.yaml, at the root of a store: what all machines share"},
	{"config", "", "config.yaml, in the configuration folder: what differs from machine to machine"},
};

static const struct {
	const char *word, *looks;
} types[KITH_TYPES] = {
#define TYPE(name, word_, looks_) [KITH_##name] = {word_, looks_},
#include "schema/types.def"
#undef TYPE
};

static const struct {
	uint16_t first, end;
} ranges[KITH_CONFIG + 1] = {
	{CONTACT_name, NOTE_date},       {NOTE_date, GROUP_name},       {GROUP_name, EVENT_name},
	{EVENT_name, OPPORTUNITY_name},  {OPPORTUNITY_name, NEED_name}, {NEED_name, GOAL_name},
	{GOAL_name, LEARNING_name},      {LEARNING_name, PLAYBOOK_name}, {PLAYBOOK_name, SETTINGS_me},
	{SETTINGS_me, CONFIG_stores},    {CONFIG_stores, FIELDS},
};

/* --- kinds --- */

const char *kith_kind_name(enum kith_kind kind)
{
	return kinds[kind].name;
}

const char *kith_kind_folder(enum kith_kind kind)
{
	return kinds[kind].folder;
}

const char *kith_kind_help(enum kith_kind kind)
{
	return kinds[kind].help;
}

static bool same_word(const char *word, const char *text, size_t length)
{
	return strncasecmp(word, text, length) == 0 && word[length] == '\0';
}

enum kith_kind kith_kind_find(const char *name, size_t length)
{
	enum kith_kind kind = 0;
	while (kind < KITH_KINDS && !same_word(kinds[kind].name, name, length) && !same_word(kinds[kind].folder, name, length))
		kind++;
	return kind;
}

int kith_kind_of_path(const char *path)
{
	if (strcmp(path, "kith.yaml") == 0)
		return KITH_SETTINGS;
	const char *slash = strchr(path, '/');
	if (!slash)
		return -1;
	for (int kind = 0; kind < KITH_KINDS; kind++) {
		const size_t length = strlen(kinds[kind].folder);
		if (length == (size_t)(slash - path) && memcmp(path, kinds[kind].folder, length) == 0)
			return kind;
	}
	return -1;
}

/* --- fields --- */

size_t kith_field_count(void)
{
	return FIELDS;
}

const struct kith_field *kith_field_by_id(size_t id)
{
	return id < FIELDS ? &fields[id] : NULL;
}

const struct kith_field *kith_fields(enum kith_kind kind, size_t *count)
{
	*count = (size_t)(ranges[kind].end - ranges[kind].first);
	return &fields[ranges[kind].first];
}

const struct kith_field *kith_field_find(enum kith_kind kind, const char *path)
{
	for (size_t row = ranges[kind].first; row < ranges[kind].end; row++)
		if (strcmp(fields[row].path, path) == 0)
			return &fields[row];
	return NULL;
}

const struct kith_field *kith_field_child(enum kith_kind kind, const struct kith_field *parent, const char *name, size_t length)
{
	size_t row = parent ? parent->id + 1u : ranges[kind].first;
	for (; row < ranges[kind].end; row++) {
		const struct kith_field *field = &fields[row];
		if (parent && field->parent != parent->id)
			return NULL;
		if (!parent && !kith_field_is_top(field))
			continue;
		if (strncmp(field->name, name, length) == 0 && field->name[length] == '\0')
			return field;
	}
	return NULL;
}

const struct kith_field *kith_field_children(const struct kith_field *field, size_t *count)
{
	size_t end = field->id + 1u;
	while (end < FIELDS && fields[end].parent == field->id && !kith_field_is_top(&fields[end]))
		end++;
	*count = end - field->id - 1u;
	return *count ? field + 1 : NULL;
}

const struct kith_field *kith_field_key(const struct kith_field *field)
{
	if (field->type != KITH_MAP)
		return field;
	const char *at = field->of;
	size_t length;
	const char *word = kith_of_next(&at, &length);
	const struct kith_field *key = word ? kith_field_child(field->kind, field, word, length) : NULL;
	return key ? key : field;
}

bool kith_field_is_top(const struct kith_field *field)
{
	return field->parent == field->id;
}

bool kith_field_is_list(const struct kith_field *field)
{
	return field->merge == KITH_SET || field->merge == KITH_ORDER || field->merge == KITH_KEYED;
}

bool kith_field_may_refer(const struct kith_field *field)
{
	return field->type == KITH_REF || field->type == KITH_TEXT_OR_REF || field->type == KITH_WORD_OR_REF;
}

bool kith_field_refers_to(const struct kith_field *field, enum kith_kind kind)
{
	if (!kith_field_may_refer(field) || kind >= KITH_KINDS)
		return false;
	return strcmp(field->of, "any") == 0 || kith_of_has(field->of, kinds[kind].name, strlen(kinds[kind].name));
}

unsigned kith_field_kinds(const struct kith_field *field)
{
	unsigned mask = 0;
	for (unsigned kind = 0; kind < KITH_KINDS; kind++)
		if (kith_field_refers_to(field, (enum kith_kind)kind))
			mask |= 1u << kind;
	return mask;
}

const char *kith_type_word(enum kith_type type)
{
	return types[type].word;
}

const char *kith_type_looks(enum kith_type type)
{
	return types[type].looks;
}

const char *kith_of_next(const char **at, size_t *length)
{
	const char *word = *at + strspn(*at, " ");
	*length = strcspn(word, " ");
	*at = word + *length;
	return *length ? word : NULL;
}

bool kith_of_has(const char *of, const char *word, size_t length)
{
	const char *at = of, *candidate;
	size_t candidate_length;
	while ((candidate = kith_of_next(&at, &candidate_length)))
		if (candidate_length == length && memcmp(candidate, word, length) == 0)
			return true;
	return false;
}

/* --- fingerprint --- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ at[i]) * 0x100000001b3u;
	return hash;
}

uint64_t kith_schema_fingerprint(void)
{
	uint64_t hash = 0xcbf29ce484222325u;
	for (size_t row = 0; row < FIELDS; row++) {
		const struct kith_field *field = &fields[row];
		const unsigned parts[] = {field->kind, field->type, field->merge, field->flags, field->parent};
		hash = mix(hash, field->path, strlen(field->path) + 1);
		hash = mix(hash, field->of, strlen(field->of) + 1);
		hash = mix(hash, parts, sizeof(parts));
	}
	return hash;
}
