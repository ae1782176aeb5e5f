/* The words of a commit message, from what changed in the records. */
#ifndef KITH_MESSAGE_H
#define KITH_MESSAGE_H

#include <git2.h>

#include "lib/base/memory.h"
#include "lib/git/tree.h"

/* Append a message for sorted edits whose blobs, old and new, are in the repository: `note with
 * ana-silva; maria-garcia: cadence, title`.  A subject of about 72 columns, and where that does not hold
 * all, a list of up to 100 lines.  Of the records only ids and names of fields enter.  `first`: it begins
 * the history. */
void kith_message_from_edits(struct kith_buf *out, git_repository *, const struct kith_differences *, bool first);

/* Append a message that a command gave, made clean. */
void kith_message_from_text(struct kith_buf *out, const char *text);

/* Append the trailers by which `kith undo` finds the commits of commands: the command, and the commit that it takes
 * back (NULL: none). */
void kith_message_add_command(struct kith_buf *out, const char *command, const char *undoes);

/* Find them again; what is not there stays as it is.  They count in the last paragraph only, which must not be the
 * first one, and in which every line must be a trailer: a message may quote another. */
void kith_message_find_command(const char *message, struct kith_buf *command, struct kith_buf *undoes);

#endif
