/* A map or list of a text as its members and the lines that are about each of them. */
#ifndef KITH_MERGE_LAYOUT_H
#define KITH_MERGE_LAYOUT_H

#include "lib/record/merge_model.h"

/* A member or entry, and the lines that are about it. */
struct kith_merge_part {
	const char *name;
	const struct kith_node *node;
	const struct kith_model *model; /* NULL: it says nothing */
	struct kith_buf lead;           /* comments and blank lines above it; a view */
	struct kith_buf body;           /* its own lines, each with its line feed; a view */
	size_t number;
};

/* A map or list whose members have lines of their own. */
struct kith_merge_layout {
	bool there;
	struct kith_buf head, tail; /* what is above the first and below the last; views */
	struct kith_merge_part *parts;
	size_t count;
	size_t column;
};

/* A part of a text, which is not copied: not to be appended to, nor finished. */
struct kith_buf kith_merge_view(const char *text, size_t from, size_t to);

/* Take the lines [from, to) of a document, which hold this map or list, apart; NULL: they hold none, comments only.  Everything points into the
 * document or is in the arena.  False where a member has no lines of its own: in brackets, behind another one, with `?`. */
bool kith_merge_lay_out(const struct kith_doc *, const struct kith_node *, const struct kith_model *, size_t from, size_t to,
                        struct kith_arena *, struct kith_merge_layout *out);
/* Give the lines another column; those that change are copied. */
void kith_merge_move(struct kith_merge_layout *, size_t column, struct kith_arena *);

#endif
