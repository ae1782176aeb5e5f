/* Opening files in the person's editor. */
#ifndef KITH_EDITOR_H
#define KITH_EDITOR_H

#include "cli/app.h"

/* The editor's command: of the config, $VISUAL, $EDITOR, else vi.  `config` may be NULL. */
const char *kith_editor_command(const struct kith_config *);

/* Open files, all in one go, and wait until they are closed.  KITH_USAGE when the editor cannot be started
 * or fails. */
enum kith_code kith_editor_open(struct kith_app *, const char *const *absolute, size_t count, struct kith_err *);

/* One record in the editor. */
struct kith_edited {
	const char *path; /* in the store */
	bool is_new;      /* where nothing but comments is left in it, editing ends at once, without faults, and it is `emptied` */
	bool changed;     /* the file differs from what it was */
	bool emptied;
	struct kith_buf before, after; /* its texts */
	bool faulty;
};

/* Edit records of the store until they are right or the person has enough: their faults are shown after
 * each time, and what can be put right for certain is offered.  KITH_FAULTY when errors are left.
 * `changed` is filled in any case; the rest is for kith_editor_finish. */
enum kith_code kith_editor_edit(struct kith_app *, struct kith_edited *, size_t count, struct kith_err *);
void kith_editor_finish(struct kith_edited *, size_t count);

#endif
