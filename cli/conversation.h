/* A conversation noted from one command line: who, what was said, and options for every field of a note.  kith log, gave, got
 * and promise differ in what their text is. */
#ifndef KITH_CONVERSATION_H
#define KITH_CONVERSATION_H

#include "cli/app.h"

struct kith_verb {
	const char *field;    /* of the note, which the text fills: "text", or a list of maps that gets an entry */
	const char *question; /* when nothing was said */
	const char *example;  /* of a text */
};

/* Understand the command line, write the note, have it committed, and say what was understood. */
enum kith_code kith_conversation_note(struct kith_app *, const struct kith_verb *, struct kith_err *);

#endif
