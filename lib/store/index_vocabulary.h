/* The words and ids in use, and whether they have changed. */
#ifndef KITH_INDEX_VOCABULARY_H
#define KITH_INDEX_VOCABULARY_H

#include "lib/store/index_work.h"

struct kith_vocabulary;

enum {
	KITH_VOCABULARY_IDS = 1000,  /* of one kind: in a larger store those that one talked with last, and the newest */
	KITH_VOCABULARY_WORDS = 500, /* of one field: those used most */
};

/* Another number: the words and ids in use are others. */
enum kith_code kith_index_vocabulary_number(struct kith_index *, int64_t *out, struct kith_err *);
/* All of them; in the arena. */
enum kith_code kith_index_vocabulary(struct kith_index *, struct kith_arena *, struct kith_vocabulary *out, struct kith_err *);

/* --- for index*.c: within a transaction --- */

/* What one record brings; empty for a private one, and while a generation is built. */
struct kith_terms {
	struct kith_arena arena;
	struct kith_term *list;
	size_t count, capacity;
};

enum kith_code kith_terms_read(struct kith_index *, int64_t rowid, struct kith_terms *, struct kith_err *);
void kith_terms_finish(struct kith_terms *);
#define KITH_TERMS __attribute__((cleanup(kith_terms_finish))) struct kith_terms
/* A record changed: note in the work whether that brought or took a word or id. */
enum kith_code kith_terms_compare(struct kith_index *, const struct kith_terms *before, int64_t was,
                                  const struct kith_terms *after, int64_t is, struct kith_err *);
/* Before the commit: raise the number if anything was noted.  In a new generation: begin it. */
enum kith_code kith_terms_count(struct kith_index *, struct kith_err *);
enum kith_code kith_terms_begin(struct kith_index *, struct kith_err *);

#endif
