/* Patterns of .gitattributes. */
#ifndef KITH_GLOB_H
#define KITH_GLOB_H

#include <stdbool.h>

/* Whether a pattern matches a path relative to the folder of the file it stands in: `*`, `?`, `[a-z]`,
 * `\x`, and `**` for any number of folders; without a slash it is the last part that must match.  Takes
 * time in proportion to the product of the lengths, whatever the pattern: it may come from a stranger's
 * store. */
bool kith_glob_matches(const char *pattern, const char *path);

#endif
