/* One pass over the work on git: a snapshot taken by a short-lived process, and what it tells the daemon of it. */
#ifndef KITH_DAEMON_PASS_H
#define KITH_DAEMON_PASS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/store/store.h"

/* How it went, in words.  Texts that are too long are cut. */
struct kith_pass {
	enum kith_code code; /* KITH_OK also when git waits for the user */
	struct kith_err err; /* if it failed */
	char commit[41];     /* "" if nothing was committed */
	size_t paths;        /* in the commit */
	bool waiting;        /* for the user: why, and the command that ends it */
	char why[256], hint[512];
	bool again;          /* files were empty or gone a moment ago, or git's index was locked: look again */
	size_t left_out;     /* files that cannot be committed, and the first of them */
	char left_out_first[512];
	bool guessed_author; /* git knows no name for the user */
};

struct kith_pass_options {
	struct kith_store *store;
	const struct kith_clock *clock;
	const char *const *paths; /* NULL: all */
	size_t count;
	const char *message, *command, *undoes; /* as in lib/git/snapshot.h */
	bool is_command;          /* the caller has written or deleted the paths itself */
	bool patient;             /* wait until an empty or missing file can be believed */
};

/* Take a snapshot in this process.  What goes wrong is in the result. */
void kith_pass_run(const struct kith_pass_options *, struct kith_pass *);

/* The user's name and address, for where git knows none: of the contact that kith.yaml calls `me`.  NULL where there is
 * none.  In the arena. */
void kith_pass_author(struct kith_store *, struct kith_arena *, const char **name, const char **email);

/* As one line of JSON, for the daemon that started this process; and back.  False: the line makes no sense. */
void kith_pass_print(struct kith_buf *, const struct kith_pass *);
bool kith_pass_read(const char *line, struct kith_pass *);

#endif
