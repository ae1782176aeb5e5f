#include "lib/store/query_tree.h"

#include <pthread.h>
#include <string.h>

#include "lib/base/text.h"

/* --- names of the query language that are no fields --- */

static const struct {
	const char *name;
	enum kith_query_how how;
	unsigned kinds; /* that can have it */
} query_words[] = {
	{ "kind", QUERY_HOW_KIND, 0 },
	{ "id", QUERY_HOW_ID, 0 },
	{ "has", QUERY_HOW_HAS, 0 },
	{ "missing", QUERY_HOW_MISSING, 0 },
	{ "last", QUERY_HOW_LAST, 1u << KITH_KIND_contact | 1u << KITH_KIND_group },
	{ "due", QUERY_HOW_DUE, (1u << KITH_KINDS) - 1 },
	{ "tie", QUERY_HOW_TIE, 1u << KITH_KIND_contact | 1u << KITH_KIND_group },
};

/* --- every name, once: made when a completion or a typo first asks for it --- */

enum { MOST_NAMES = 512 };
static const char *all_names[MOST_NAMES];
static size_t all_count;

/* Conflicts are read by people, where they stand; their keys are no names to offer. */
static bool is_offered(const struct kith_field *field)
{
	return kith_field_is_top(field) || !(kith_field_by_id(field->parent)->flags & KITH_TOOLS);
}

static void add_name(const char *name)
{
	for (size_t i = 0; i < all_count; i++)
		if (strcmp(all_names[i], name) == 0)
			return;
	if (all_count < MOST_NAMES)
		all_names[all_count++] = name;
}

static void list_names(void)
{
	for (size_t i = 0; i < kith_count(query_words); i++)
		add_name(query_words[i].name);
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		size_t count;
		const struct kith_field *fields = kith_fields(kind, &count);
		for (size_t i = 0; i < count; i++)
			if (is_offered(&fields[i]))
				add_name(fields[i].path);
	}
}

size_t kith_query_field_names(const char *const **names)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	(void)pthread_once(&once, list_names); /* fails only for a wrong argument */
	*names = all_names;
	return all_count;
}

const char *kith_query_nearest_name(const char *name)
{
	const char *const *names;
	const size_t count = kith_query_field_names(&names);
	return kith_did_you_mean(name, names, count);
}

/* --- subjects --- */

/* The ways in which a field's values are compared, in the order in which they are tried. */
static size_t ways_of(const struct kith_field *field, enum kith_query_how ways[2])
{
	ways[1] = QUERY_HOW_REF;
	switch (field->type) {
	case KITH_WORD:         ways[0] = QUERY_HOW_EQUAL; return 1;
	case KITH_ENUM:         ways[0] = QUERY_HOW_ENUM; return 1;
	case KITH_REF:          ways[0] = QUERY_HOW_REF; return 1;
	case KITH_WORD_OR_REF:
		ways[0] = QUERY_HOW_REF;
		return 1; /* an id folds to itself: one comparison does both */
	case KITH_TEXT_OR_REF:  ways[0] = QUERY_HOW_WORDS; return 2;
	case KITH_DATE:         ways[0] = QUERY_HOW_DATE; return 1;
	case KITH_DATE_OR_FLAG: ways[0] = QUERY_HOW_UNTIL; return 1;
	case KITH_SPAN:         ways[0] = QUERY_HOW_SPAN; return 1;
	case KITH_INT:          ways[0] = QUERY_HOW_INT; return 1;
	case KITH_FLAG:         ways[0] = QUERY_HOW_FLAG; return 1;
	default:                ways[0] = QUERY_HOW_WORDS; return 1; /* times stand only in kith.yaml */
	}
}

struct subjects {
	struct kith_arena *arena;
	struct kith_query_subject *list;
	size_t count, capacity;
};

static void add_field(struct kith_arena *arena, struct kith_query_subject *subject,
                      const struct kith_field *field)
{
	/* Few fields bear one name, and each is added once: a list that grows by copying is short and enough. */
	uint16_t *fields = kith_arena_alloc(arena, (subject->field_count + 1) * sizeof(*fields));
	if (subject->field_count)
		memcpy(fields, subject->fields, subject->field_count * sizeof(*fields));
	fields[subject->field_count++] = field->id;
	subject->fields = fields;
	subject->kinds |= 1u << field->kind;
}

/* Put a field to those of its nature. */
static void add_way(struct subjects *subjects, const struct kith_field *field, enum kith_query_how how)
{
	const bool is_date = how == QUERY_HOW_DATE || how == QUERY_HOW_UNTIL;
	const bool ahead = is_date && (field->flags & (KITH_AHEAD | KITH_YEARLY)),
		   yearly = is_date && (field->flags & KITH_YEARLY);
	for (size_t i = 0; i < subjects->count; i++) {
		struct kith_query_subject *subject = &subjects->list[i];
		if (subject->how == how && subject->ahead == ahead && subject->yearly == yearly &&
		    strcmp(subject->name, field->path) == 0) {
			add_field(subjects->arena, subject, field);
			return;
		}
	}
	struct kith_query_subject *subject = kith_arena_push(subjects->arena, &subjects->list, &subjects->count,
	                                                     &subjects->capacity, sizeof(*subject));
	*subject = (struct kith_query_subject){ .name = field->path, .how = how, .ahead = ahead, .yearly = yearly };
	add_field(subjects->arena, subject, field);
}

static void add_ways(struct subjects *subjects, const struct kith_field *field)
{
	enum kith_query_how ways[2];
	const size_t count = ways_of(field, ways);
	for (size_t i = 0; i < count; i++)
		add_way(subjects, field, ways[i]);
}

/* A list of maps alone stands for the keys that identify its entries: `jobs:acme` is jobs.org or jobs.title. */
static void add_keys(struct subjects *subjects, const struct kith_field *map)
{
	const char *at = map->of, *word;
	size_t length, found = 0;
	while ((word = kith_of_next(&at, &length))) {
		const struct kith_field *key = kith_field_child(map->kind, map, word, length);
		if (key) {
			add_ways(subjects, key);
			found++;
		}
	}
	const struct kith_field *first = kith_field_children(map, &length);
	if (!found && first)
		add_ways(subjects, first);
}

static size_t find_query_word(const char *name)
{
	size_t at = 0;
	while (at < kith_count(query_words) && strcmp(query_words[at].name, name) != 0)
		at++;
	return at;
}

static bool is_own_key(const char *name)
{
	return (name[0] == 'x' || name[0] == 'X') && name[1] == '-' && name[2];
}

static struct kith_query_subject own_key(const char *key, struct kith_arena *arena)
{
	KITH_BUF shown = {0};
	kith_printable(&shown, key, strlen(key), false);
	return (struct kith_query_subject){ .name = kith_arena_strdup(arena, kith_buf_text(&shown)),
	                                    .key = key,
	                                    .how = QUERY_HOW_WORDS,
	                                    .kinds = (1u << KITH_KINDS) - 1 };
}

/* Case does not matter in names that kith gives; a user's own key is taken as typed. */
static const char *known_case(const char *name, size_t length, struct kith_arena *arena)
{
	char *copy = kith_arena_strndup(arena, name, length);
	if (is_own_key(copy)) {
		copy[0] = 'x';
		return copy;
	}
	for (char *at = copy; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at | 0x20);
	return copy;
}

size_t kith_query_subjects(const char *name, size_t length, struct kith_arena *arena,
                           struct kith_query_subject **out)
{
	struct subjects subjects = { .arena = arena };
	const char *known = known_case(name, length, arena);
	const size_t word = find_query_word(known);
	if (word < kith_count(query_words) || is_own_key(known)) {
		struct kith_query_subject *subject = kith_arena_alloc(arena, sizeof(*subject));
		if (word < kith_count(query_words))
			*subject = (struct kith_query_subject){ .name = query_words[word].name, .how = query_words[word].how,
			                                        .kinds = query_words[word].kinds,
			                                        .ahead = query_words[word].how == QUERY_HOW_DUE };
		else
			*subject = own_key(known, arena);
		*out = subject;
		return 1;
	}
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		const struct kith_field *field = kith_field_find(kind, known);
		if (field && field->type == KITH_MAP)
			add_keys(&subjects, field);
		else if (field)
			add_ways(&subjects, field);
	}
	*out = subjects.list;
	return subjects.count;
}

struct kith_query_subject *kith_query_subject_of_any(const char *name, struct kith_arena *arena)
{
	struct kith_query_subject *subject = kith_arena_alloc(arena, sizeof(*subject));
	const char *known = known_case(name, strlen(name), arena);
	const size_t word = find_query_word(known);
	if (word < kith_count(query_words) && query_words[word].kinds) {
		*subject = (struct kith_query_subject){ .name = query_words[word].name, .how = query_words[word].how,
		                                        .kinds = query_words[word].kinds };
		return subject;
	}
	if (is_own_key(known)) {
		*subject = own_key(known, arena);
		return subject;
	}
	subject->name = known;
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		const struct kith_field *field = kith_field_find(kind, known);
		if (!field)
			continue;
		add_field(arena, subject, field);
		size_t count;
		const struct kith_field *children = kith_field_children(field, &count);
		for (size_t i = 0; i < count; i++)
			add_field(arena, subject, &children[i]);
	}
	return subject->field_count ? subject : NULL;
}

/* --- tests --- */

struct kith_query_test *kith_query_tests_of(const struct kith_query_subject *subjects, size_t count,
                                            struct kith_arena *arena)
{
	struct kith_query_test *tests = NULL, **end = &tests;
	for (size_t i = 0; i < count; i++) {
		*end = kith_arena_alloc(arena, sizeof(**end));
		(*end)->subject = subjects[i];
		end = &(*end)->next;
	}
	return tests;
}

static bool is_alike(const struct kith_query_test *one, const struct kith_query_test *other)
{
	if (one->subject.how != other->subject.how || one->count != other->count ||
	    one->subject.how != QUERY_HOW_DATE || strcmp(one->subject.name, other->subject.name) != 0)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (one->values[i].shape != other->values[i].shape ||
		    one->values[i].first != other->values[i].first ||
		    one->values[i].last != other->values[i].last)
			return false;
	return true;
}

/* Dates that look ahead and dates that look back are one when no span was in the values. */
static bool merge_into(struct kith_query_test *tests, const struct kith_query_test *test,
                       struct kith_arena *arena)
{
	while (tests != test && !is_alike(tests, test))
		tests = tests->next;
	if (tests == test)
		return false;
	struct kith_query_subject *subject = &tests->subject;
	uint16_t *fields =
		kith_arena_alloc(arena, (subject->field_count + test->subject.field_count) * sizeof(*fields));
	memcpy(fields, subject->fields, subject->field_count * sizeof(*fields));
	memcpy(fields + subject->field_count, test->subject.fields, test->subject.field_count * sizeof(*fields));
	subject->fields = fields;
	subject->field_count += test->subject.field_count;
	subject->kinds |= test->subject.kinds;
	return true;
}

void kith_query_tests_tidy(struct kith_query_test **first, struct kith_arena *arena)
{
	for (struct kith_query_test **test = first; *test;) {
		if ((*test)->count == 0 || merge_into(*first, *test, arena))
			*test = (*test)->next;
		else
			test = &(*test)->next;
	}
}
