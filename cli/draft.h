/* A record that does not exist yet: values from the command line, understood by their types, and the YAML
 * text that holds exactly these values. */
#ifndef KITH_DRAFT_H
#define KITH_DRAFT_H

#include "cli/app.h"

struct kith_draft_value {
	const struct kith_field *field;
	uint32_t entry;    /* of a list of maps */
	const char *text;  /* canonical: a date in digits, an id */
	const char *typed; /* as it was given; the same pointer when nothing had to be understood */
	const char *shown; /* for the echo: "Fri 27 Nov", "Ana Silva" */
};

enum kith_suggestions {
	KITH_SUGGEST_NOTHING,
	KITH_SUGGEST,
	KITH_SUGGEST_SELF, /* for the contact that is the user */
};

struct kith_draft {
	enum kith_kind kind;
	struct kith_draft_value *values;
	size_t count, capacity;
	enum kith_suggestions suggestions; /* comments that name the most useful fields */
};

/* Append a value as it was typed.  Dates may be words, references names; words and references are taken apart
 * at commas.  A list of maps by its own name begins a new entry with its key; a key of it ("jobs.title") goes
 * into the last entry unless that has it.  Fails with KITH_USAGE and a hint. */
enum kith_code kith_draft_add(struct kith_app *, struct kith_draft *, const struct kith_field *, const char *typed,
                              struct kith_err *);
/* The same for a value that is canonical already; `entry` is 0 but for a key of a list of maps. */
void kith_draft_put(struct kith_app *, struct kith_draft *, const struct kith_field *, uint32_t entry,
                    const char *text);

const char *kith_draft_text(const struct kith_draft *, const char *path); /* first value of a field, or NULL */
size_t kith_draft_count(const struct kith_draft *, const char *path);

/* Append the YAML.  It is read back: KITH_FAULTY when not exactly these values come out of it, or they have
 * errors, which are then in app->beside; KITH_USAGE when a text is not UTF-8. */
enum kith_code kith_draft_write(struct kith_app *, const struct kith_draft *, const char *path, struct kith_buf *out,
                                struct kith_err *);

/* Append the JSON document of kith add and kith log: the record that `text` holds. */
void kith_draft_json(struct kith_app *, const struct kith_draft *, const char *path, const struct kith_buf *text,
                     bool written);

/* Append "→ field  value" for each value but the name. */
void kith_draft_echo(struct kith_app *, const struct kith_draft *, struct kith_buf *out);

#endif
