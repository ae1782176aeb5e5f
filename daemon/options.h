/* The command line of kithd. */
#ifndef KITH_DAEMON_OPTIONS_H
#define KITH_DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"

enum kith_mode {
	KITH_MODE_RESIDENT,
	KITH_MODE_ONCE,     /* a full pass in the foreground */
	KITH_MODE_SNAPSHOT, /* the git part of a pass, for the resident process */
	KITH_MODE_COMMIT,
	KITH_MODE_INIT,
	KITH_MODE_HELP,
	KITH_MODE_VERSION,
};

struct kith_options {
	enum kith_mode mode;
	const char *store;   /* NULL: found as kith finds it */
	const char *message; /* of a commit */
	const char *command; /* its trailer; or NULL */
	const char *folder;  /* to make a repository of */
	char *const *paths;  /* the rest of the line */
	size_t path_count;
	int ready_fd;        /* -1: none */
	bool verbose, offline, json, paths_from_stdin;
};

/* Fails with KITH_USAGE. */
enum kith_code kith_options_read(int argc, char **argv, struct kith_options *out, struct kith_err *);
extern const char kith_options_help[];

#endif
