/* A short-lived child process: work on git, and the user's notify_command.
 *
 * It is given text, its output is gathered, and it has a deadline: then its whole process group is ended, first politely.
 * Nothing of it can harm the resident process. */
#ifndef KITH_DAEMON_CHILD_H
#define KITH_DAEMON_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"

struct kith_child_result {
	int64_t code;      /* exit code; -1 if a signal ended it */
	int signal;
	bool timed_out;
	const char *out, *errors; /* what it wrote, cut at a limit; last as long as the callback runs */
};

typedef void kith_child_done(void *user, const struct kith_child_result *);

struct kith_child_options {
	const char *program;        /* a path, or a name to be looked for in PATH */
	const char *const *arguments; /* NULL-terminated, the program's name first */
	const char *folder;         /* to run in; NULL: this process's */
	const char *input;          /* for its standard input; NULL: nothing. Copied. */
	size_t input_length;
	uint64_t deadline_ms;
	kith_child_done *on_done;   /* called once, from the loop, never from within kith_child_start */
	void *user;
};

struct kith_child;

/* Fails with KITH_SYNC when the program cannot be started. */
enum kith_code kith_child_start(uv_loop_t *, const struct kith_child_options *, struct kith_child **out, struct kith_err *);

/* End it now, as if its deadline had come.  on_done still follows. */
void kith_child_end(struct kith_child *);

#endif
