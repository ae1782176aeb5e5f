/* The words FIELD=VALUE of a command line: taken apart, understood by the types of a kind's fields, and made true in a
 * record's text.
 *
 *   cadence=monthly            one value; nothing behind the = unsets it
 *   skills+=rust,c skills-=go  a list gains and loses values; skills=rust,c is all of it
 *   knows+=tom knows.as=peer   a list of maps gains an entry by its key; keys right behind it fill that entry
 *   knows[tom].as=peer         an entry that is there, by its key; without brackets the only one
 *   knows-=tom                 it goes
 *   x-coffee=black             a key of the user's own; += makes it a list
 *   cadences.mentor=monthly    a key of a table, in kith.yaml */
#ifndef KITH_ASSIGN_H
#define KITH_ASSIGN_H

#include "cli/app.h"
#include "lib/record/edit.h"

enum kith_assign_op { KITH_ASSIGN_SET, KITH_ASSIGN_ADD, KITH_ASSIGN_REMOVE };

/* As it was typed. */
struct kith_assignment {
	const char *word;
	const char *path;  /* "cadence", "knows.as", "cadences.mentor", "x-coffee" */
	const char *entry; /* what stands in brackets, or NULL */
	enum kith_assign_op op;
	const char *value; /* may be empty, and may hold a = */
};

/* Whether a word is meant as one: a name, perhaps more, and a =. */
bool kith_assignment_is(const char *word);
/* Take a word apart.  KITH_USAGE with a hint if it is none.  Texts are in the arena. */
enum kith_code kith_assignment_read(struct kith_arena *, const char *word, struct kith_assignment *out,
                                    struct kith_err *);

/* One entry of a list of maps that is to be there. */
struct kith_assign_entry {
	struct kith_edit_part *parts;
	size_t count, capacity;
};

/* What an assignment means for one kind of record. */
struct kith_assign_step {
	const struct kith_assignment *from;
	const struct kith_field *field; /* NULL: `key` is the user's own */
	const char *key;                /* that, or the key of a table */
	enum kith_assign_op op;
	struct kith_edit_part *parts; /* the values, but those to be removed, which are looked for in each record */
	size_t count, capacity;
	struct kith_assign_entry *entries; /* of a list of maps by its own name */
	size_t entry_count, entry_capacity;
};

struct kith_assign_steps {
	enum kith_kind kind;
	struct kith_assign_step *list; /* in app->arena */
	size_t count, capacity;
};

/* Find the fields and understand the values.  May ask which of several people is meant.  KITH_USAGE for unknown fields, with a
 * guess, for those that kith writes itself, and for values that are not of the type. */
enum kith_code kith_assign_understand(struct kith_app *, enum kith_kind, const struct kith_assignment *, size_t count,
                                      struct kith_assign_steps *out, struct kith_err *);

/* Make them true in the editing.  KITH_USAGE when no entry or several are meant, which are then in app->beside. */
enum kith_code kith_assign_apply(struct kith_app *, const struct kith_assign_steps *, struct kith_editing *,
                                 struct kith_err *);

#endif
