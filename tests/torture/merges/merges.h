/* Random records, two random versions of each, and what is in them: for tests/torture/merges/main.c, which merges and judges. */
#ifndef KITH_TORTURE_MERGES_H
#define KITH_TORTURE_MERGES_H

#include "lib/record/merge.h"
#include "tests/torture/edits/edits.h"

enum { BASE, OURS, THEIRS, VERSIONS };

struct triple {
	enum kith_kind kind;
	struct kith_buf texts[VERSIONS];
	bool has_base;
};

/* --- making them --- */

void make_triple(struct chance *, struct triple *);
/* Records of hundreds of kilobytes: lists of thousands, texts of thousands of lines, changed in few places or in all. */
void make_huge(struct chance *, struct triple *);
void make_version(struct chance *, enum kith_kind, const struct kith_buf *from, struct kith_buf *out);
/* What people do in an editor, and kith never does; the text itself where that would be no record. */
void edit_by_hand(struct chance *, const struct kith_buf *from, struct kith_buf *out);
void finish_triple(struct triple *);

/* --- what a text says, by the reader (lib/record/record.h), not by the model that merging uses --- */

struct fact {
	const char *path, *text;
};
struct facts {
	struct fact *list;
	size_t count, capacity, conflicts;
	size_t shown;         /* the first so many; the rest is kept … */
	size_t brought;       /* … up to here; then what the others may also stand for */
	bool removals;        /* one of its conflicts says `deleted` */
	bool misshapen;       /* a field of one value has a list or map, which the reader does not read */
	struct fact **sorted; /* by path and text */
};

/* False: it is no record. */
bool read_facts(const struct triple *, const struct kith_buf *text, struct kith_arena *, struct facts *out);
bool holds(const struct facts *, const struct fact *);
/* Whether two versions have the same values of one field. */
bool agree_on(const struct facts *one, const struct facts *other, const char *path);

struct remarks {
	const char **list; /* in order of bytes */
	size_t count, capacity;
};

/* The comments of a text, but those in `conflicts`, which is kith's own. */
void read_remarks(const struct kith_buf *text, struct kith_arena *, struct remarks *out);
size_t times(const struct remarks *, const char *text);

#endif
