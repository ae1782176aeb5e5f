/* A query as it was read, for the files query*.c only: query_parse.c (grammar to tree), query_field.c (what
 * stands before a colon), query_value.c and query_date.c (what stands behind it), query_explain.c (tree to
 * words), query_narrow.c and query_sql.c (tree to SQL), query.c (the statement, and running it). */
#ifndef KITH_QUERY_TREE_H
#define KITH_QUERY_TREE_H

#include "lib/store/query.h"

#define KITH_QUERY_LIMIT (64u << 10)  /* bytes in a query */
#define KITH_QUERY_DEPTH 64           /* parentheses and nots within each other */
#define KITH_QUERY_CONDITIONS 400     /* joined by and, or, comma: SQLite allows an expression 1,000 levels */
#define KITH_QUERY_VALUES 8000        /* of all lists together: each may take three parameters of SQLite's 32,766 */

/* How a value is compared. */
enum kith_query_how {
	QUERY_HOW_WORDS,  /* text: words that follow each other, the last as a prefix unless it was quoted */
	QUERY_HOW_EQUAL,  /* whole folded text */
	QUERY_HOW_ENUM,   /* the same, of a fixed list */
	QUERY_HOW_REF,    /* the same, and `me` */
	QUERY_HOW_DATE,
	QUERY_HOW_UNTIL,  /* a date or a flag */
	QUERY_HOW_SPAN,
	QUERY_HOW_INT,
	QUERY_HOW_FLAG,
	/* Query words, which are no fields. */
	QUERY_HOW_KIND,
	QUERY_HOW_ID,
	QUERY_HOW_HAS,
	QUERY_HOW_MISSING,
	QUERY_HOW_LAST,
	QUERY_HOW_DUE,
	QUERY_HOW_TIE,
};

enum kith_query_value_shape {
	QUERY_VALUE_TEXT,
	QUERY_VALUE_RANGE,  /* first to last */
	QUERY_VALUE_YEARLY, /* month·100 + day, first to last, over new year when last < first */
	QUERY_VALUE_NEVER,
	QUERY_VALUE_YES,
	QUERY_VALUE_NO,
};

/* What is looked at: rows of the schema, a key of the user's own, or a query word. */
struct kith_query_subject {
	const char *name;          /* as it is to be shown: "promised.by" */
	const uint16_t *fields;    /* ids of fields of one nature (of has and missing: of any) */
	size_t field_count;
	const char *key;           /* x-coffee; NULL otherwise */
	enum kith_query_how how;
	unsigned kinds;            /* mask of 1 << kind: those that can have it */
	bool ahead, yearly;        /* dates: KITH_AHEAD, KITH_YEARLY */
};

struct kith_query_value {
	enum kith_query_value_shape shape;
	const char *shown;    /* as it was typed, without quotes */
	const char *folded;   /* kith_fold of it */
	const char *words;    /* kith_fold_words of that */
	bool whole;           /* it was quoted */
	int64_t first, last;  /* RANGE: an open end is QUERY_FIRST, QUERY_LAST */
	struct kith_query_subject *subject; /* has, missing */
};

/* Beyond every day and number that a value can have; days without a year (KITH_YEARLESS) are below QUERY_FIRST. */
#define QUERY_FIRST INT64_C(-9999999)
#define QUERY_LAST INT64_C(2000000000)

/* One subject and the values any of which it may have. */
struct kith_query_test {
	struct kith_query_subject subject;
	struct kith_query_value *values;
	size_t count, capacity;
	struct kith_query_test *next;
};

enum kith_query_shape {
	QUERY_ALL,  /* of first, first->next, … */
	QUERY_ANY,
	QUERY_NOT,  /* first */
	QUERY_TEXT, /* text, anywhere */
	QUERY_FIELD /* any of the tests: a field name may be of several natures in several kinds */
};

struct kith_query_node {
	enum kith_query_shape shape;
	struct kith_query_node *first, *next;
	struct kith_query_test *tests;
	struct kith_query_value text;
};

struct kith_query {
	struct kith_arena arena;
	struct kith_query_node *root; /* NULL: every record */
	struct kith_now now;
	const char **words;
	size_t word_count, word_capacity;
};

/* A scalar as typed. */
struct kith_query_scalar {
	const char *text; /* NULL: not there (an end of a range) */
	bool quoted;
	size_t at;        /* byte it begins at */
};

/* A value as typed: one scalar, or a range of two. */
struct kith_query_raw {
	struct kith_query_scalar from, to; /* not a range: `from` only */
	bool is_range;
	const char *text;                  /* all of it as one text */
	size_t at;
};

/* Why a value cannot be read, and the way out. */
struct kith_query_fault {
	char why[128];        /* follows the quoted value: "is not a date"; "" if nothing went wrong */
	struct kith_buf hint;
};

/* Say why, and append to the hint unless it is NULL.  Returns false. */
bool kith_query_blame(struct kith_query_fault *, const char *why, const char *hint);

/* Find what may stand before a colon; the subjects, of one nature each, live in the arena.  0: there is none. */
size_t kith_query_subjects(const char *name, size_t length, struct kith_arena *, struct kith_query_subject **out);
/* The same for what follows `has:` and `missing:`: one subject with all its fields, sub-fields too; NULL: there
 * is none. */
struct kith_query_subject *kith_query_subject_of_any(const char *name, struct kith_arena *);
/* One test a subject, without values yet; in the arena. */
struct kith_query_test *kith_query_tests_of(const struct kith_query_subject *, size_t count, struct kith_arena *);
/* Take away tests that got no value, which say nothing, and make those that say the same one. */
void kith_query_tests_tidy(struct kith_query_test **, struct kith_arena *);
/* The nearest name that may stand before a colon, or NULL. */
const char *kith_query_nearest_name(const char *name);

/* Read a value as the subject wants it.  False, with the fault filled, if it cannot be. */
bool kith_query_value_read(const struct kith_query_subject *, const struct kith_query_raw *, struct kith_now,
                           struct kith_arena *, struct kith_query_value *out, struct kith_query_fault *);
bool kith_query_date_read(const struct kith_query_subject *, const struct kith_query_raw *, kith_day today,
                          struct kith_query_value *out, struct kith_query_fault *);
/* Fill shown, folded and words. */
void kith_query_text_read(const char *text, bool quoted, struct kith_arena *, struct kith_query_value *out);

/* A parameter of the statement: ?1 is the first. */
enum kith_query_bind { QUERY_BIND_TEXT, QUERY_BIND_NUMBER, QUERY_BIND_OTHER_ME, QUERY_BIND_TODAY };
struct kith_query_parameter {
	enum kith_query_bind bind;
	const char *text; /* OTHER_ME: `me` stands for the id of the user and that for `me`; all else for itself */
	int64_t number;
};
struct kith_query_sql {
	struct kith_arena *arena;
	struct kith_query_parameter *parameters;
	size_t count, capacity;
	struct kith_buf tables; /* "with …": what the condition refers to, or nothing */
};

/* Append the condition on a record `r` that a query is, "true" for every record.  Texts of parameters live as
 * long as the query and the arena. */
void kith_query_condition(const struct kith_query *, struct kith_query_sql *, struct kith_buf *out);
/* Whether all values of the subject's fields are in an index by field: texts that are too long to be compared as a
 * whole are not. */
bool kith_query_is_indexed(const struct kith_query_subject *);
/* Whether a condition names its records by an index, so that no other needs to be looked at. */
bool kith_query_narrows(const struct kith_query_node *);
/* Append "?3" for a new parameter. */
void kith_query_parameter(struct kith_query_sql *, struct kith_query_parameter, struct kith_buf *out);

#endif
