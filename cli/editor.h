/* Opening a file in the person's editor. */
#ifndef KITH_EDITOR_H
#define KITH_EDITOR_H

#include "cli/app.h"

/* The editor's command: of the config, $VISUAL, $EDITOR, else vi.  `config` may be NULL. */
const char *kith_editor_command(const struct kith_config *);

/* Open a file and wait until it is closed.  KITH_USAGE when the editor cannot be started or fails. */
enum kith_code kith_editor_open(struct kith_app *, const char *absolute, struct kith_err *);

/* Edit a record of the store until it is right or the person has enough: its faults are shown after each time.
 * KITH_FAULTY when errors are left. *changed (may be NULL) says whether the file differs from what it was. */
enum kith_code kith_editor_edit(struct kith_app *, const char *path, bool *changed, struct kith_err *);

#endif
