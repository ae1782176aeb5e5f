/* Look at one file of the working tree: its bytes, what git would call them, and whether they can be had
 * at all. */
#ifndef KITH_LOOK_H
#define KITH_LOOK_H

#include <git2.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/file.h"
#include "lib/git/repo.h"

enum kith_sight {
	KITH_SEES_NOTHING, /* no file, or a folder in its place */
	KITH_SEES_FILE,
	KITH_SEES_TROUBLE, /* something that is not to be read, or cannot be */
};

struct kith_look {
	enum kith_sight sight;
	git_oid oid;             /* of its bytes as a blob; zero if it is no file */
	struct kith_stamp stamp; /* unchanged from before to after the reading */
	const char *why;         /* of trouble; static */
	bool passing;            /* the trouble is that it is being written */
};

/* Reads the file into `bytes` (cleared first) and hashes it. */
void kith_look_at(const struct kith_repo *, const char *path, struct kith_buf *bytes, struct kith_look *out);

/* How long ago, at most, a missing file went or a file last changed: measured by the change of the
 * nearest folder that is there, or of the file.  Negative when clocks disagree. */
int64_t kith_look_age_ms(const struct kith_repo *, const char *path, const struct kith_look *, int64_t now_ms);

/* Of a clock that only goes forward, and of the system's; and a pause. */
int64_t kith_steady_ms(void);
int64_t kith_wall_ms(void);
void kith_pause_ms(long ms);

#endif
