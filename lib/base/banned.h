/* Functions that overrun or hide state do not compile here.
 * The Makefile includes this file before every translation unit's own text
 * (-include), so system headers are read first where they need the names. */
#ifndef KITH_BANNED_H
#define KITH_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* With clang the fortified C library has this one as a macro. */
#undef sprintf

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets
#pragma GCC poison gmtime localtime asctime atoi atol

#endif
