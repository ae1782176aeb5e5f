/* The kinds of record and their fields, as tables made from schema/ (one .def
 * file a kind, one row a field).  Everything that depends on a field is derived
 * from its row: reading, checking, the index, queries, completion, the JSON
 * Schemas and the kith-records(5) page. */
#ifndef KITH_SCHEMA_H
#define KITH_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/memory.h"

enum kith_kind {
#define KIND(name, folder, help) KITH_KIND_##name,
#include "schema/kinds.def"
#undef KIND
	KITH_KINDS,             /* how many kinds of record there are */
	KITH_SETTINGS = KITH_KINDS, /* kith.yaml; not a record */
	KITH_CONFIG,                /* this machine's config.yaml; not in a store */
};

enum kith_type {
#define TYPE(name, word, looks) KITH_##name,
#include "schema/types.def"
#undef TYPE
	KITH_TYPES,
};

/* How two versions of a field become one, which is also its shape in the file. */
enum kith_merge {
	KITH_VALUE, /* one value; of a map, its keys one by one */
	KITH_LINES, /* one text, merged by lines */
	KITH_SET,   /* a list whose order does not matter */
	KITH_ORDER, /* a list whose order means something */
	KITH_KEYED, /* a list of maps, matched by the keys that `of` names */
	KITH_TABLE, /* a map from the user's own words to values */
};

enum kith_field_flag {
	KITH_REQUIRED = 1 << 0,
	KITH_ME = 1 << 1,       /* the word `me` may stand for the contact that kith.yaml names */
	KITH_AHEAD = 1 << 2,    /* a date that will be: in queries a span without sign looks ahead */
	KITH_YEARLY = 1 << 3,   /* a date that comes round; its year may be left out */
	KITH_DAY = 1 << 4,      /* a date that must name a day */
	KITH_PERSONAL = 1 << 5, /* never in a store that several people share */
	KITH_TOOLS = 1 << 6,    /* written by kith, not by hand */
	KITH_PAIR = 1 << 7,     /* an entry may be written `first: second` */
	KITH_QUERY = 1 << 8,    /* text that must be a query */
};

struct kith_field {
	const char *path;   /* "promised.by" */
	const char *name;   /* "by" */
	const char *of;     /* ref: kinds, or "any"; enum: its values; word: suggestions; int: least and most;
	                     * map: the keys that identify an entry, the first also read from a plain scalar */
	const char *help;
	enum kith_kind kind;
	enum kith_type type;
	enum kith_merge merge;
	unsigned flags;
	uint16_t id;        /* row in the table of all fields; stable while the rows are */
	uint16_t parent;    /* id of the list of maps it is a key of; its own id if none */
};

/* --- kinds --- */

const char *kith_kind_name(enum kith_kind);   /* "contact"; "kith" for KITH_SETTINGS, "config" */
const char *kith_kind_folder(enum kith_kind); /* "contacts"; "" for KITH_SETTINGS */
const char *kith_kind_help(enum kith_kind);
/* From "contact" or "contacts" (any case); KITH_KINDS if it is neither. */
enum kith_kind kith_kind_find(const char *name, size_t length);
/* The kind a path in a store belongs to by its top folder; KITH_SETTINGS for "kith.yaml"; -1 for others. */
int kith_kind_of_path(const char *path);

/* --- fields --- */

size_t kith_field_count(void);
const struct kith_field *kith_field_by_id(size_t id); /* NULL out of range */
/* A kind's rows, parents directly before their sub-fields, in canonical order. */
const struct kith_field *kith_fields(enum kith_kind, size_t *count);
/* By path ("promised.by") or NULL. */
const struct kith_field *kith_field_find(enum kith_kind, const char *path);
/* A key of a map field ("by" of promised), or a top field when parent is NULL. */
const struct kith_field *kith_field_child(enum kith_kind, const struct kith_field *parent, const char *name, size_t length);
/* The sub-fields of a map field follow it in the table: first one, and how many. */
const struct kith_field *kith_field_children(const struct kith_field *, size_t *count);
/* The sub-field a plain scalar stands for ("value" of email); the field itself if it is no map. */
const struct kith_field *kith_field_key(const struct kith_field *);
bool kith_field_is_top(const struct kith_field *);
bool kith_field_is_list(const struct kith_field *);
/* Whether a REF (or …_OR_REF) may name a record of this kind. */
bool kith_field_refers_to(const struct kith_field *, enum kith_kind);
unsigned kith_field_kinds(const struct kith_field *); /* those kinds, as a mask of 1 << kind */
bool kith_field_may_refer(const struct kith_field *); /* its type is REF or …_OR_REF */

const char *kith_type_word(enum kith_type);  /* "date" */
const char *kith_type_looks(enum kith_type); /* what a value looks like */

/* Step through the words of an `of` column: *at starts at of; returns the next word and its length, or NULL. */
const char *kith_of_next(const char **at, size_t *length);
bool kith_of_has(const char *of, const char *word, size_t length);

/* Fingerprint of all rows (FNV-1a, 64 bit): an index made with other rows is stale. */
uint64_t kith_schema_fingerprint(void);

#endif
