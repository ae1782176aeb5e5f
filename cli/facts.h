/* Facts about a store and a machine, a line each: "label  state  what", for kith status and kith doctor. */
#ifndef KITH_FACTS_H
#define KITH_FACTS_H

#include "cli/app.h"
#include "lib/store/control.h"

enum kith_fact_state { KITH_FACT_OK, KITH_FACT_WARN, KITH_FACT_BAD };

struct kith_fact {
	const char *label;
	enum kith_fact_state state;
	const char *text;
	const char *hint; /* the way out, or "" */
};

struct kith_facts {
	struct kith_fact *list; /* in app->arena */
	size_t count, capacity;
	size_t bad;
};

void kith_fact_add(struct kith_app *, struct kith_facts *, const char *label, enum kith_fact_state, const char *hint,
                   const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Append them; `marks` puts ok, warn and bad in front. */
void kith_facts_print(struct kith_app *, const struct kith_facts *, bool marks);
/* "checks":[{"name","state","text","hint"}] as a member. */
void kith_facts_json(struct kith_json *, const struct kith_facts *);

/* What the daemon's answer to `status` says, as facts; NULL: none is running. */
void kith_facts_daemon(struct kith_app *, struct kith_facts *, const struct kith_message *status);

#endif
