/* A world for tests that use git: an empty folder with a home of its own, which is also the current
 * folder, and the real git to set things up and to judge. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Fixtures for cmocka. */
int sandbox_enter(void **state);
int sandbox_leave(void **state);
const char *sandbox_path(void); /* absolute */

/* Run a shell command and return what it printed, both streams; it must succeed.  The text lasts until
 * the next but seven. */
const char *sh(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same, for a command that may fail. */
int sh_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

void put(const char *path, const char *text); /* with its folders */
const char *get(const char *path);            /* lasts as that of sh */

#endif
