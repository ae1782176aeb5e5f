/* Turn what was saved in a store's files into a commit of the user.
 *
 * Kith's own paths only: *.yaml and *.yml in the record folders (unreadable ones too; no dot files, no
 * backups), kith.yaml, .gitattributes, .gitignore, .kith/reminders.yaml.  Everything else is the user's,
 * and so is what they staged.  Files are only ever read; symbolic links are never followed.
 *
 * Every path has a base: its version when the working tree last agreed with a commit.  A path is an edit
 * if it differs from its base and from HEAD.  So a branch that was moved under an unchanged file (`git
 * reset --soft`) is no edit of that file: it is left alone until somebody saves it.
 *
 * When a path's earlier hand edits are to be a commit of their own, a command calls this twice: with
 * those paths and no message before it writes, and with its message after. */
#ifndef KITH_SNAPSHOT_H
#define KITH_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/git/repo.h"

/* What to think of a file that is gone or empty while it was not before: editors rename and truncate on
 * their way to a save, so it is believed only when it has been so for KITH_SETTLE_MS. */
enum kith_settle {
	KITH_SETTLE_WAIT,    /* look again until it has (kithd --once); at most KITH_SETTLE_MS in all */
	KITH_SETTLE_LATER,   /* leave it to a later snapshot; `unsettled` counts them */
	KITH_SETTLE_BELIEVE, /* the caller has waited, or deleted it itself (kithd --commit) */
};
#define KITH_SETTLE_MS 2000

struct kith_snapshot_options {
	/* Which paths, relative to the store ("contacts/ana.yaml"); a folder ("contacts/as") stands for
	 * all in it, also those that are gone.  Costs in proportion to them.  NULL: all of kith's paths,
	 * every file is read. */
	const char *const *paths;
	size_t path_count;

	/* Of a command: the message (NULL or "": words made from what changed) and the value of the
	 * trailer Kith-Command, on one line (NULL: no trailer).  With a message the commit does not wait
	 * for another git's index.lock. */
	const char *message;
	const char *command;
	const char *undoes; /* the full id of the commit that the command takes back, for Kith-Undoes; or NULL */

	/* Of the contact `me`, for where git knows no name or address; may be NULL. */
	const char *name, *email;

	enum kith_settle settle;

	int64_t time_ms; /* of the commit, since the epoch; 0: the system's clock.  GIT_*_DATE goes before it. */
	int64_t now_ms;  /* what the times of files are compared with; 0: the system's clock (not KITH_NOW) */
};

/* A path that was left out, and why. */
struct kith_snapshot_trouble {
	const char *path;
	const char *why; /* "is a symbolic link", "Permission denied" */
};

enum kith_author {
	KITH_AUTHOR_GIT,   /* git's own rules */
	KITH_AUTHOR_ME,    /* at least one of name and address is the one given */
	KITH_AUTHOR_LOGIN, /* at least one is a guess from login and host: hint at `git config --global user.name` */
};

struct kith_snapshot {
	char commit[41];         /* the new commit, hexadecimal; "" if there was nothing to commit or kith waits */
	char head[41];           /* the branch's commit now; "" before the first */
	size_t paths;            /* in the new commit */
	enum kith_author author; /* of the new commit */

	/* Not KITH_WAITING_NOT: nothing was committed; the words and the way out, both "" otherwise. */
	enum kith_waiting waiting;
	const char *why, *hint;

	struct kith_snapshot_trouble *troubles; /* by path */
	size_t troubles_kept;                   /* in the list, at most KITH_TROUBLES_KEPT */
	size_t trouble_count;                   /* of all */
	size_t unsettled; /* gone or empty files that a later snapshot must look at (KITH_SETTLE_LATER) */
	size_t held;      /* paths whose file is older than HEAD by the user's doing (reset --soft); left alone */

	/* The user's .git/index could not be brought up to date: `git status` shows reversed changes
	 * until a later snapshot does it.  Why, in words: "another git holds .git/index.lock"; ""
	 * otherwise. */
	bool index_pending;
	const char *index_why;

	struct kith_arena arena; /* the texts */
};
#define KITH_TROUBLES_KEPT 100

/* Take a snapshot.  One at a time in a store: waits a few seconds for another process's.  Safe to be
 * killed at any point: the next call goes on.  Having nothing to commit, waiting, and files left out are
 * no failures.
 *
 * Fails with KITH_USAGE for a path outside the store or not one of kith's, with KITH_SYNC for what git
 * cannot do (a full disk, a damaged repository, a branch that keeps moving).  `out` is then untouched.
 * Finish `out` on success. */
enum kith_code kith_snapshot_take(struct kith_repo *, const struct kith_snapshot_options *, struct kith_snapshot *out,
                                  struct kith_err *);
void kith_snapshot_finish(struct kith_snapshot *);

/* Whether a path in a store is one that kith commits. */
bool kith_snapshot_covers(const char *path);

#endif
