/* Changing a record's text, and not one byte more than the value that changes.
 *
 * An editing holds a text and its parse.  Each edit finds the bytes of what it changes, splices, parses
 * the result and compares it with what was meant: the edited values are the new ones, every other value, key and comment is as it
 * was.  If that is not so, or the place is written in a way that cannot be edited safely, the edit is refused with KITH_FAULTY: the
 * message names the line and the reason, the hint says what to do by hand, and the text stays as it was.
 *
 * New text follows its neighbours: indentation, block or flow, quoting, line endings (the file's own; LF where it has none), a
 * missing final newline stays missing (but behind a text block that would lose its last line feed).  A new key goes where the schema's order has it among the keys that are there. An edit that
 * changes nothing leaves the text as it is, byte for byte.
 *
 * No comment is lost, except the one behind a value or an item that goes, in its line.  Comment lines inside of what goes stay, in the
 * column of its key or dash; so do those above it.  A list that becomes empty loses its key, as absent and empty mean the same; where
 * REMOVE would lose a comment behind the key that way, the value becomes []. */
#ifndef KITH_EDIT_H
#define KITH_EDIT_H

#include "lib/base/error.h"
#include "lib/record/record.h"

struct kith_editing {
	enum kith_kind kind;
	const char *id, *path;       /* for messages; in the arena */
	struct kith_buf text;        /* as it is now */
	struct kith_reading reading; /* of the text as it is now */
	struct kith_arena arena;     /* of the reading; begins anew with each edit */
	struct kith_arena names;     /* id and path */
};

/* Begin with a file's text, which is copied.  KITH_FAULTY when it is refused as a whole: the message has the first fault with its line.
 * An empty text, or one of comments only, is a record without values and can be edited. */
enum kith_code kith_editing_begin(struct kith_editing *, enum kith_kind, const char *id, const char *path, const char *text,
                                  size_t length, struct kith_err *);
void kith_editing_finish(struct kith_editing *);
#define KITH_EDITING __attribute__((cleanup(kith_editing_finish))) struct kith_editing

enum kith_edit_op {
	KITH_EDIT_SET,    /* the field has exactly these values, in this order; none at all: the same as UNSET */
	KITH_EDIT_ADD,    /* a list gets those of the values that it has not yet, at its end */
	KITH_EDIT_REMOVE, /* a list loses these values; one that it does not have is no failure */
	KITH_EDIT_UNSET,  /* the key goes, with the comment behind it; the comments above it stay */
	KITH_EDIT_ADD_ENTRY,    /* a list of maps gets one more entry, of these parts */
	KITH_EDIT_REMOVE_ENTRY, /* a list of maps loses the entry with this number */
};

/* One value to write: as a file would have it (a date in digits, an id), without quotes.  `field` says of which key of
 * an entry it is; NULL: of the edited field itself. A list inside an entry is several parts with the same field. */
struct kith_edit_part {
	const struct kith_field *field;
	const char *text;
};

struct kith_edit {
	enum kith_edit_op op;
	const struct kith_field *field; /* a top field, a key of a list of maps ("promised.by"), a table, or NULL: see `key` */
	const char *key;                /* without a field: a key that the schema does not know ("x-coffee"); with a table: a key of it, NULL to unset the whole of it */
	uint32_t entry;                 /* a key of a list of maps: of which entry, as kith_value counts them; REMOVE_ENTRY: which */
	const struct kith_edit_part *parts;
	size_t count;
	bool flow; /* ADD_ENTRY: write the entry as { … } whatever its neighbours are */
};

enum kith_code kith_edit_apply(struct kith_editing *, const struct kith_edit *, struct kith_err *);

/* Put another text in the place of one value of editing->reading.record (one name of `with: ana, tom`, too). */
enum kith_code kith_edit_replace(struct kith_editing *, const struct kith_value *, const char *text, struct kith_err *);

/* Put the top keys into the schema's order; keys it does not know come after those they stood behind.  The comments above and behind a
 * key, and the blank line above it, go with it; the comment that opens the file, and `conflicts` as the last key, stay where they are. */
enum kith_code kith_edit_order(struct kith_editing *, struct kith_err *);

/* --- whole members, as merging moves them from one text to another --- */

/* Make a top key as another text has it: its value takes the bytes of `member`, in its style, indented and with the line
 * endings as it must be here.  A key that is not here yet comes with the comment lines right above it and the comment behind it, and goes where
 * the schema's order has it.  `from` is the document that member belongs to. */
enum kith_code kith_edit_take(struct kith_editing *, const struct kith_doc *from, const struct kith_node *member, struct kith_err *);

#endif
