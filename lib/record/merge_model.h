/* A record as merging sees it: a tree in which every list and map knows by which rule it is merged, and every entry by what it is
 * matched.  Shared by merge_values.c (what is true), merge_compose.c and merge_write.c (how it is written) and conflicts.c. */
#ifndef KITH_MERGE_MODEL_H
#define KITH_MERGE_MODEL_H

#include "lib/record/doc.h"
#include "lib/record/merge.h"

struct kith_model {
	/* KITH_VALUE, KITH_LINES: a leaf.  KITH_SET, KITH_ORDER, KITH_KEYED: a list.  KITH_TABLE: a map. */
	enum kith_merge rule;
	bool opaque;                    /* a leaf that is a structure where none belongs: `text` is it in flow style */
	const struct kith_field *field; /* its row, or that of the list of maps it is an entry of; NULL: unknown to the schema */
	const char *name;               /* of a map's member: its key; of an entry: what it is matched by */
	const char *bare;               /* of an entry that others are matched by the same as: the name without its number */
	const char *was;                /* of such an entry: the name it had before it was numbered anew (merge_twins.h); else NULL */
	const char *text;               /* of a leaf; outer space trimmed */
	const struct kith_node *node;   /* what it was read from; NULL: made by merging */
	const struct kith_model *whole; /* a leaf that merging made of a list or map: that, as it was */
	int side;                       /* of the text the node is in */
	uint32_t entry;                 /* of an entry: its number, as kith_value counts them */
	struct kith_model *first, *next;
	size_t count;
	struct kith_model **sorted;     /* the children by name */
};

/* What a record keeps beside what it shows. */
struct kith_kept {
	const char *path;      /* "promised[send the draft].by" */
	const char **texts;    /* sorted, each once */
	size_t count;
	bool deleted;
	bool visited;
	uint32_t line;
};
struct kith_kept_list {
	struct kith_kept *list; /* sorted by path, each once */
	size_t count, capacity;
};

/* Make the model of a document; never NULL.  `conflicts` is not part of it: it goes to `kept`. */
struct kith_model *kith_model_read(int kind, const struct kith_doc *, int side, struct kith_arena *, struct kith_kept_list *kept);

/* After children were linked into first/next: number, sort. */
void kith_model_finish(struct kith_model *, struct kith_arena *);
struct kith_model *kith_model_child(const struct kith_model *, const char *name); /* or NULL */
bool kith_model_is_leaf(const struct kith_model *);

/* Whether two mean the same (either may be NULL): spellings of one date, an order that means nothing do not count. */
bool kith_model_equal(const struct kith_model *, const struct kith_model *, struct kith_arena *);
/* The form under which texts of a field are compared; the text itself, or in the arena. */
const char *kith_model_same(const struct kith_field *, const char *text, struct kith_arena *);

/* Read the node `conflicts`; the list ends sorted. */
void kith_kept_read(const struct kith_node *, struct kith_arena *, struct kith_kept_list *kept);
/* Whether they keep the same; entries that keep nothing do not count. */
bool kith_kept_equal(const struct kith_kept_list *, const struct kith_kept_list *);
bool kith_kept_says_nothing(const struct kith_kept_list *);
struct kith_kept *kith_kept_find(const struct kith_kept_list *, const char *path); /* or NULL */
void kith_kept_sort(struct kith_kept_list *);
/* Sort, and make several entries of one path one. */
void kith_kept_join(struct kith_kept_list *, struct kith_arena *);
/* Sort texts and leave each once; returns how many are left. */
size_t kith_texts_sort(const char **texts, size_t count);

/* Where a model stands, from the top: linked upwards, put together only when it is needed. */
struct kith_trail {
	const struct kith_trail *above; /* NULL: a top field */
	const char *name;
	bool entry;
	const char *const *was; /* the name on each of three sides; NULL: the same */
};
/* `side`: with the names it has there; -1: as it is called here. */
void kith_trail_print(struct kith_buf *out, const struct kith_trail *, int side);

/* Append a member as YAML lines at this indentation, each with its line feed. */
void kith_model_print_member(struct kith_buf *out, const struct kith_model *, size_t indent);
/* Append an entry of a list, with its dash, the same way. */
void kith_model_print_entry(struct kith_buf *out, const struct kith_model *, size_t indent);
/* Append "key:" and a line feed. */
void kith_model_print_key(struct kith_buf *out, const struct kith_model *);
/* Append a leaf, list or map in flow style. */
void kith_model_print_flow(struct kith_buf *out, const struct kith_model *);
/* Append `conflicts`, an entry a line; or all in brackets, as a record in braces has it. */
void kith_kept_print(struct kith_buf *out, const struct kith_kept_list *, bool flow);

#endif
