/* What one command changes in the store's files: planned, shown (dry run), written, committed as one, and said how to
 * undo.
 *
 * A plan reads each file and computes its new text; nothing is written.  Applying writes with kith_swap, many files in
 * step; where somebody saved in between, the edit is computed again from their text.  When a file cannot be written,
 * those written before it are put back (where nobody has saved since), so that a command is done as a whole or not at
 * all. */
#ifndef KITH_CHANGE_H
#define KITH_CHANGE_H

#include "cli/app.h"

/* Compute the new text of a file from the one it has now; called again with a newer one if somebody saved meanwhile.
 * Appends the whole new text; the same as the old one means that nothing is to be changed. */
typedef enum kith_code kith_change_edit(void *user, struct kith_app *, const char *path, const char *text,
                                        size_t length, struct kith_buf *out, struct kith_err *);

/* One edit of a file; several of the same file follow each other. */
struct kith_change_step {
	kith_change_edit *edit;
	void *user;
	struct kith_change_step *next;
};

struct kith_change {
	enum { KITH_CHANGE_EDIT, KITH_CHANGE_CREATE, KITH_CHANGE_REMOVE } what;
	const char *path;           /* in the store */
	const char *before, *after; /* texts; NULL: there is no file */
	size_t before_length, after_length;
	struct kith_change_step *steps; /* of an edit */
	bool same;                      /* nothing would change */
	bool written;                   /* by kith_changes_apply */
	size_t folders_kept;            /* of a file that was created: see kith_save_folders */
};

struct kith_changes {
	struct kith_app *app;
	struct kith_change *list; /* all in app->arena */
	size_t count, capacity;
	bool committed; /* by kith_changes_apply: it can be undone */
};

/* Plan.  Paths are of the store; texts are copied; `user` must last until the changes are applied.  A file that is
 * there already, or is not there, or is behind a link fails with KITH_USAGE, KITH_NONE, KITH_IO.  An edit that fails is
 * told with the file's name in front, as kith_place_shown has it.  A file that is planned already is edited further. */
enum kith_code kith_change_edit_file(struct kith_changes *, const char *path, kith_change_edit *, void *user,
                                     struct kith_err *);
enum kith_code kith_change_create_file(struct kith_changes *, const char *path, const char *text, size_t length,
                                       struct kith_err *);
enum kith_code kith_change_remove_file(struct kith_changes *, const char *path, struct kith_err *);

size_t kith_changes_real(const struct kith_changes *); /* how many files would differ */

/* Append what would be written, as a unified diff with paths as kith_place_shown has them, in colour on a terminal: for
 * --dry-run. */
void kith_changes_show(const struct kith_changes *, struct kith_buf *out);

/* Ask before more than 20 records are changed: KITH_OK with --yes or a yes; without a terminal or with --no-input
 * KITH_USAGE, hint: --yes. KITH_STOPPED when the answer is no.  `what`: "change 25 records?" is asked as "%s?". */
enum kith_code kith_changes_confirm(const struct kith_changes *, const char *what, struct kith_err *);

/* Write everything, bring the index up to date, have it committed with this message (earlier hand edits of the same
 * files as a commit of their own before it). Fails with nothing changed, or says in the hint what could not be taken
 * back. Nothing to change is no failure. */
enum kith_code kith_changes_apply(struct kith_changes *, const char *message, struct kith_err *);

/* Finish or take back what a killed command left half written; says so on stderr.  Before anything is planned. */
void kith_changes_recover(struct kith_app *);

/* Append "undo: kith undo", dimmed, where undo will work (the store has git); nothing with --json, --ids, after a dry
 * run. */
void kith_changes_say_undo(const struct kith_changes *, struct kith_buf *out);

#endif
