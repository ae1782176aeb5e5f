/* What to say, and to write, where a document is YAML but not a record. */
#ifndef KITH_READ_WORDS_H
#define KITH_READ_WORDS_H

#include "lib/record/record.h"

/* --- keys --- */

struct kith_unknown_key {
	const struct kith_doc *doc;
	enum kith_kind kind;
	const struct kith_field *parent; /* of an entry; NULL: at the top */
	const struct kith_node *map;     /* that the key is in */
	const struct kith_node *node;    /* its value; ->key is the key */
};

struct kith_key_words {
	enum kith_severity severity;
	const char *message; /* % stands for the key in quotes */
	const char *hint;    /* static, or in the arena */
};

void kith_words_of_key(const struct kith_unknown_key *, struct kith_arena *, struct kith_key_words *out);
/* Whether a key of the map that is unknown was meant for this field, which is not there. */
bool kith_key_is_misspelt(enum kith_kind, const struct kith_field *parent, const struct kith_node *map, const struct kith_field *wanted);

/* --- shapes --- */

/* A list or a map where the field takes a value, or a map where it takes a list: the line as it should be. */
const char *kith_hint_at_shape(const struct kith_doc *, const struct kith_field *, const struct kith_node *, struct kith_arena *);
/* A scalar that is the key of an entry, which needs another key too. */
const char *kith_hint_at_entry(const struct kith_doc *, const struct kith_field *key, const struct kith_field *missing,
                               const struct kith_node *, struct kith_arena *);
/* "name: Ana Silva" for a record with this id. */
const char *kith_hint_at_field(const struct kith_field *, const char *id, struct kith_arena *);
/* What a value of the field may look like: 2026-11-25. */
const char *kith_example(const struct kith_field *);

/* --- values --- */

/* Append why a text is not of the field's type: "met: 'soon' is not a date".  Where the text only needs to be cleaned, message and
 * hint are about that. */
void kith_word_of_value(struct kith_buf *message, const struct kith_field *, const char *text, const char *why, struct kith_buf *hint);

#endif
