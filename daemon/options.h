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
	KITH_MODE_HISTORY,  /* print what commits did, for kith */
	KITH_MODE_STAGED,   /* print what is staged, for kith */
	KITH_MODE_HELP,
	KITH_MODE_VERSION,
};

struct kith_options {
	enum kith_mode mode;
	const char *store;   /* NULL: found as kith finds it */
	const char *message; /* of a commit */
	const char *command; /* its trailer; or NULL */
	const char *undoes;  /* another trailer: the commit it takes back; or NULL */
	const char *folder;  /* to make a repository of */
	const char *hook;    /* "make", "remove": only the hook of that; NULL: the repository */
	char *const *paths;  /* the rest of the line */
	size_t path_count;
	int ready_fd;        /* -1: none */
	bool verbose, offline, json, paths_from_stdin;
	const char *only;    /* with --history: one commit; or NULL */
	size_t limit, texts; /* how many commits (0: all), how many changes of each with their texts */
	bool commands;       /* only commits of commands */
};

/* Fails with KITH_USAGE. */
enum kith_code kith_options_read(int argc, char **argv, struct kith_options *out, struct kith_err *);
extern const char kith_options_help[];

#endif
