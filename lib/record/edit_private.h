/* What the parts of editing share. */
#ifndef KITH_EDIT_PRIVATE_H
#define KITH_EDIT_PRIVATE_H

#include "lib/record/edit.h"
#include "lib/record/splice.h"

/* An edit in progress: a row of splices, each parsed and compared, on a copy that takes the original's place when all is done. */
struct kith_edit_work {
	const struct kith_editing *editing;
	struct kith_buf text;
	struct kith_reading reading; /* of `text`, or of the original while nothing was spliced */
	struct kith_arena arena;     /* of the reading, once something was spliced */
	struct kith_arena fresh;     /* values to write, as long as the work */
	bool changed;
	uint32_t first_line;         /* of the first splice */
	const char *about;           /* what is edited, for messages */
	struct kith_err *err;
};

struct kith_edit_work kith_edit_begin(const struct kith_editing *, const char *about, struct kith_err *);
/* If code is OK and something changed, the changed text takes the place of the old one. Returns code. */
enum kith_code kith_edit_finish(struct kith_edit_work *, struct kith_editing *, enum kith_code);
void kith_edit_read(const struct kith_edit_work *, const struct kith_buf *text, struct kith_arena *, struct kith_reading *out);
/* Go on with another text and its reading; takes over the text and the arena. */
void kith_edit_go_on(struct kith_edit_work *, struct kith_buf *text, struct kith_arena *, const struct kith_reading *);

/* One splice on the current text; nodes of the reading before it are gone afterwards. */
enum kith_code kith_edit_step(struct kith_edit_work *, const struct kith_splice *);
enum kith_code kith_edit_refuse(struct kith_edit_work *, uint32_t line, const char *reason);

enum kith_code kith_edit_replace_node(struct kith_edit_work *, const struct kith_node *parent, const struct kith_node *, const struct kith_fresh *);
enum kith_code kith_edit_remove_node(struct kith_edit_work *, const struct kith_node *parent, const struct kith_node *);
enum kith_code kith_edit_insert_node(struct kith_edit_work *, const struct kith_node *parent, const struct kith_node *after, const struct kith_fresh *);

/* Where the values of an edit are: a member called `name` of a map. */
struct kith_edit_slot {
	const struct kith_field *field;  /* NULL: a key that the schema does not know */
	const struct kith_field *parent; /* the list of maps, map or table the key is in; NULL: a top key */
	const char *name;
	uint32_t entry;                  /* of a list of maps */
	bool many;                       /* takes several values */
	bool table;
};

/* The map that the slot's key is, or would be, a member of, as the text is now; NULL if it is not there or no map. */
const struct kith_node *kith_edit_container(const struct kith_edit_work *, const struct kith_edit_slot *);

/* Entry number `entry` of a list of maps: its item, or the value itself if that stands for a list; NULL: none. */
const struct kith_node *kith_edit_entry(const struct kith_node *list, uint32_t entry);
/* Without outer white space; NULL if there is nothing else. */
const char *kith_edit_trimmed(struct kith_arena *, const char *text, size_t length);
/* Whether it says nothing: empty, ~, quotes or brackets around nothing. */
bool kith_edit_is_void(const struct kith_node *);

/* --- edit_place.c: where new things go and how they look --- */

/* The key that stays last: what merging puts there is to be seen, not to be in the way. */
extern const char kith_last_key[];
/* Behind which member of the map a new key goes; NULL: in front of all. */
const struct kith_node *kith_edit_place(enum kith_kind, const struct kith_field *parent, const struct kith_node *map, const char *name);
struct kith_fresh *kith_edit_scalar(struct kith_edit_work *, const struct kith_field *, const char *text);
/* A list of values as a new key has it. */
struct kith_fresh *kith_edit_list(struct kith_edit_work *, const struct kith_field *, const char *const *texts, size_t count);
/* How the lists of this text are indented under their keys. */
size_t kith_edit_dash_indent(const struct kith_edit_work *);
/* The quotes that all items have, or 0. */
char kith_edit_quote_of(const struct kith_node *list);
char kith_edit_quote(const struct kith_node *scalar);

/* --- edit_list.c --- */

/* The values of a list however it is written: one text, a row of words, a list, a map that stands for one. */
struct kith_edit_values {
	const char **texts; /* NULL: an item that is no value of the list, which stays */
	size_t count;
};
struct kith_edit_values kith_edit_values(struct kith_edit_work *, const struct kith_field *, const struct kith_node *);
/* Whether one plain text may hold several values of the field, separated by commas. */
bool kith_edit_divides(const struct kith_field *, const struct kith_node *scalar);
enum kith_code kith_edit_slot_apply(struct kith_edit_work *, const struct kith_edit_slot *, enum kith_edit_op, const char *const *texts, size_t count);
/* Whether the key is there and says nothing. */
bool kith_edit_is_absent(const struct kith_edit_work *, const struct kith_edit_slot *);
enum kith_code kith_edit_unset(struct kith_edit_work *, const struct kith_edit_slot *);
/* --- edit_entry.c --- */

enum kith_code kith_edit_add_entry(struct kith_edit_work *, const struct kith_edit *);
enum kith_code kith_edit_remove_entry(struct kith_edit_work *, const struct kith_field *list, uint32_t entry);
/* Make the entry a map, so that a key can be added to it. */
enum kith_code kith_edit_open_entry(struct kith_edit_work *, const struct kith_field *list, uint32_t entry);
/* Whether an entry is written `2w: send a link`. */
bool kith_edit_is_pair(const struct kith_field *list, const struct kith_node *item);
/* The sub-field a plain scalar entry stands for. */
const struct kith_field *kith_edit_scalar_field(const struct kith_field *list);

/* --- edit_check.c --- */

/* Whether the values after an edit are those that were meant; `texts` are the edit's, trimmed. */
bool kith_edit_is_done(const struct kith_record *before, const struct kith_record *after, const struct kith_edit *,
                       const char *const *texts, size_t count);

#endif
