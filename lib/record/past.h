/* What commits did to the records, as kithd, which reads git, tells it to kith, which shows it and takes it back.
 *
 * The telling is a stream of named values, each "NAME LENGTH\n", so many bytes, and "\n": it can be looked at, and a
 * record may hold any bytes.  First come values about the repository ("waiting", "hint", "empty"), then the commits,
 * each beginning with "commit", in them the changes, each beginning with "path", and at last "end", without which the
 * telling was cut off.  Names that a reader does not know are passed over. */
#ifndef KITH_PAST_H
#define KITH_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"

/* A file before or after a commit. */
struct kith_past_side {
	bool there;
	bool odd;         /* it is no regular file: a link, which kith never reads or writes */
	const char *text; /* NULL: there is none, or it was left out: over KITH_DOC_LIMIT, or more than was asked for */
	size_t length;
};

struct kith_past_change {
	const char *path; /* after the commit; of what was removed: before it */
	const char *from; /* the path before it, where that was another; else NULL */
	struct kith_past_side before, after;
};

struct kith_past_commit {
	const char *id;      /* 40 hexadecimal digits */
	const char *author, *email;
	int64_t time_s;      /* since the epoch */
	const char *subject; /* the first line of its message; may hold anything */
	const char *command; /* of kith, which made it; NULL: it was made by hand */
	const char *undoes;  /* the commit it took back, 40 digits; else NULL */
	bool mine;           /* by the person who would commit now */
	bool undone;         /* a later one took it back */
	bool first;          /* nothing was before it */
	bool cut;            /* what was before it is not here: a shallow clone */
	bool merge;          /* its changes are those that no side had */
	struct kith_past_change *changes; /* by path; only the one that was asked for */
	size_t count, capacity;
};

enum kith_past_end { KITH_PAST_BEGINNING, KITH_PAST_LIMIT, KITH_PAST_SHALLOW };

struct kith_past {
	const char *waiting, *hint; /* why kith makes no commits now, and what ends that; or NULL */
	bool empty;                 /* there is no commit yet */
	struct kith_past_commit *commits; /* the newest first */
	size_t count, capacity;
	enum kith_past_end end; /* why there is none behind the last */
};

/* Append parts of a telling: what is known of the repository, a commit, the end. */
void kith_past_tell_state(struct kith_buf *out, const struct kith_past *);
void kith_past_tell_commit(struct kith_buf *out, const struct kith_past_commit *);
void kith_past_tell_end(struct kith_buf *out, enum kith_past_end);

/* Read a telling.  Texts of sides point into `bytes`, everything else is in the arena.  KITH_SYNC: it is cut off, or
 * makes no sense. */
enum kith_code kith_past_read(const char *bytes, size_t length, struct kith_arena *, struct kith_past *out,
                              struct kith_err *);

#endif
