/* Random records and random edits of them, and what kith made of each, for an oracle that knows nothing of kith
 * (tests/torture/oracle.py).  The same seed gives the same documents and edits. */
#ifndef KITH_TORTURE_EDITS_H
#define KITH_TORTURE_EDITS_H

#include "lib/record/edit.h"

/* --- chance --- */

struct chance {
	uint64_t state;
};

uint32_t chance_below(struct chance *, uint32_t limit);  /* 0 … limit - 1 */
bool chance_percent(struct chance *, uint32_t percent);
#define chance_pick(chance, array) ((array)[chance_below((chance), (uint32_t)kith_count(array))])

/* --- texts --- */

/* Append a text as people, and people who test, write one: any script, anything that YAML takes for something else. */
void random_text(struct kith_buf *out, struct chance *);
void random_block(struct kith_buf *out, struct chance *); /* several lines */
void random_id(struct kith_buf *out, struct chance *);
/* Append a value of the field's type. */
void random_value(struct kith_buf *out, struct chance *, const struct kith_field *);

/* --- documents --- */

/* Append a record of this kind in some style that kith can read. */
void random_document(struct kith_buf *out, struct chance *, enum kith_kind);

/* --- edits --- */

enum change_verb { CHANGE_APPLY, CHANGE_REPLACE, CHANGE_ORDER, CHANGE_TAKE };

/* One call of lib/record/edit.h. */
struct change {
	enum change_verb verb;
	struct kith_edit edit;   /* APPLY */
	size_t value;            /* REPLACE: which of the record's values */
	const char *text;        /* REPLACE: its new text; TAKE: the document that the member is taken from */
	const char *key;         /* TAKE: the member's key */
};

/* Choose one that fits the record as it is; everything lives in the arena. */
struct change random_change(struct chance *, struct kith_arena *, const struct kith_editing *);

#endif
