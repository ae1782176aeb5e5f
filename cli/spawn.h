/* Running another program: the editor, the pager, git, kithd. */
#ifndef KITH_SPAWN_H
#define KITH_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"

struct kith_spawn {
	const char *const *argv; /* argv[0] is looked for in $PATH unless it holds a slash */
	const char *input;       /* its stdin; NULL: nothing, or the terminal when foreground */
	size_t input_length;
	struct kith_buf *output; /* what it prints, appended; NULL: to our stdout when foreground, else nowhere */
	struct kith_buf *errors; /* the same for stderr */
	bool foreground;         /* it talks to the person: Ctrl-C is for it, not for us, until it ends */
	int timeout_ms;          /* it is killed after so long; 0: never */
};

/* Run to the end.  *status is its exit code, 128 + the signal that ended it; 127 when there is no such
 * program, which is no failure. Fails with KITH_IO when nothing could be started, and with KITH_SYNC when it
 * was killed for its time. */
enum kith_code kith_spawn_run(const struct kith_spawn *, int *status, struct kith_err *);

/* Start in a session of its own, stdin from nowhere, stdout and stderr appended to `log`; `ready_fd` (-1:
 * none) is passed on as descriptor 3. */
enum kith_code kith_spawn_detached(const char *const *argv, const char *log, int ready_fd, pid_t *pid,
                                   struct kith_err *);

/* The path of kithd: beside this program, else the name, to be found in $PATH. In the arena. */
const char *kith_spawn_daemon_path(struct kith_arena *);

/* The line of what a program said that begins with the word, without it; "" if there is none.  In the arena. */
const char *kith_spawn_said(struct kith_arena *, const struct kith_buf *output, const char *word);

/* Whether a program of this name can be started. */
bool kith_spawn_exists(const char *program);

#endif
