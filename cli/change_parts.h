/* What planning and writing of changes share. */
#ifndef KITH_CLI_CHANGE_PARTS_H
#define KITH_CLI_CHANGE_PARTS_H

#include "cli/change.h"

/* The text of a file now, in the arena; KITH_NONE when it is not there. */
enum kith_code kith_change_read(struct kith_app *, const char *path, const char **text, size_t *length, struct kith_err *);

/* Somebody saved meanwhile: read the file again, and make all its edits from what it says now. */
enum kith_code kith_change_read_again(struct kith_app *, struct kith_change *, struct kith_err *);

/* What is about to be written, for kith_changes_recover: see change_journal.c.  Nothing is written down of fewer than two
 * files; the rest is then nothing to do. */
struct kith_change_journal {
	int fd; /* -1: there is none */
	const char *path;
};
enum kith_code kith_change_journal_begin(struct kith_changes *, const char *message, struct kith_change_journal *,
                                         struct kith_err *);
void kith_change_journal_add(struct kith_change_journal *, const struct kith_change *); /* its texts are others now */
void kith_change_journal_end(struct kith_change_journal *);

/* Finish or take back the exchanges that a killed process left. */
enum kith_code kith_change_recover_files(struct kith_app *, struct kith_err *);

/* The two ends of an interrupted command; what fails is a warning.  Take back the files that are `written`; or bring the index up to
 * date and make the commit that is missing. */
void kith_changes_take_back(struct kith_changes *, const char *command);
void kith_changes_commit(struct kith_changes *, const char *message);

#endif
