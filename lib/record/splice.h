/* One change of a YAML text, made by cutting and pasting bytes: one value replaced, one child of a map or list taken out, or some put in.
 *
 * Every byte outside of the change stays as it is; comments stay, but those behind what is taken out, on its own lines.  The
 * caller parses the result and asks kith_splice_is_done whether it is what was meant: nothing here is trusted to be right for
 * every text, and what cannot be done safely is refused. */
#ifndef KITH_SPLICE_H
#define KITH_SPLICE_H

#include "lib/record/doc.h"

/* A value to write. */
struct kith_fresh {
	enum kith_shape shape;
	const char *key;  /* of a member of a map */
	const char *text; /* scalar */
	bool verbatim;    /* scalar: of a type that is read from its source text (a date): needs no quotes */
	bool block;       /* scalar: several lines may be written as a block */
	const char *header; /* scalar: of the text block it was, without comment; it stays one where that holds the text */
	size_t column;    /* … and the column of its lines */
	char quote;       /* scalar: in such quotes where they can hold it */
	bool flow;        /* map, list: in brackets */
	bool undivided;   /* scalar that stands for a list: quoted if it holds a comma */
	size_t gap;       /* item of a block list: columns between its dash and what is behind it, if more than one */
	size_t indent;    /* block list: columns between the key and the dashes */
	const struct kith_node *like; /* a top member, written as it is in the document `of`; of the above only key is used then */
	const struct kith_doc *of;
	bool with_comments;           /* and with the comments above and behind it */
	struct kith_fresh *first, *next;
};

enum kith_splice_what {
	KITH_SPLICE_REPLACE, /* the value of a member or item */
	KITH_SPLICE_RENAME,  /* the key of a member: to value->key */
	KITH_SPLICE_REMOVE,  /* a member or item that is not the only one of its parent */
	KITH_SPLICE_WRAP,    /* a map becomes the only item of a list */
	KITH_SPLICE_INSERT,  /* the list of values behind `node`, a child of parent; NULL: in front of all */
};

struct kith_splice {
	enum kith_splice_what what;
	const struct kith_node *parent; /* NULL: the document is empty */
	const struct kith_node *node;
	const struct kith_fresh *value;
};

/* Why a splice is refused. */
struct kith_splice_refusal {
	uint32_t line;
	const char *reason; /* static; "a value here is …" */
};

/* Append the whole changed text.  False, with a reason, where the place is written in a way that cannot be changed safely. */
bool kith_splice(const struct kith_doc *, const struct kith_splice *, struct kith_buf *out, struct kith_splice_refusal *);

/* Whether `after`, the parse of the changed text, differs from `before` in what the splice says and in nothing else:
 * keys, texts, styles, comments. */
bool kith_splice_is_done(const struct kith_doc *before, const struct kith_doc *after, const struct kith_splice *);

#endif
