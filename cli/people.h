/* Who a conversation was with: people and groups by what was typed, and somebody new. */
#ifndef KITH_PEOPLE_H
#define KITH_PEOPLE_H

#include "cli/app.h"

enum { KITH_PEOPLE_MOST = 64 };

struct kith_people {
	struct kith_app *app;
	struct kith_row list[KITH_PEOPLE_MOST];
	size_t count;
	const char *written[KITH_PEOPLE_MOST]; /* paths of contacts that were made for them */
	size_t written_count;
};

/* Add those whom names with commas between mean, each once.  Somebody unrecorded is offered as a new contact, which
 * is written at once: a note refers to it.  Somebody who is only called alike is asked about.  May be called again
 * for more. */
enum kith_code kith_people_find(struct kith_app *, const char *who, struct kith_people *, struct kith_err *);

#endif
