/* The ways of kith check: once, again at each save, what is staged in git. */
#ifndef KITH_CHECKING_H
#define KITH_CHECKING_H

#include "cli/app.h"
#include "lib/store/check.h"

struct kith_checking {
	struct kith_app *app;
	bool quiet, staged;
	const char **paths; /* of the store; in its arena */
	size_t count;       /* 0: everything */
	struct kith_check_report report;
	struct kith_json document, *json; /* NULL: for people */
};

/* Begin the document; add a file's faults to it (a kith_check_file); end it. */
void kith_checking_begin(struct kith_checking *);
void kith_checking_file(void *checking, const char *path, const struct kith_faults *, const char *source, size_t length);
void kith_checking_end(struct kith_checking *);
/* "checked 12 files: 1 error, 0 warnings" */
void kith_checking_sum(const struct kith_checking *, struct kith_buf *out);

/* Check the staged text of each record that differs from the last commit: a child of kithd reads it. */
enum kith_code kith_checking_staged(struct kith_checking *, struct kith_err *);

/* Check, and again whenever files change, until Ctrl-C: KITH_STOPPED. */
enum kith_code kith_checking_watch(struct kith_checking *, struct kith_err *);

#endif
