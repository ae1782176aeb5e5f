#include "lib/base/failpoint.h"

#ifdef KITH_FAILPOINTS

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void (*kith_failpoint_hook)(const char *name);

void kith_failpoint(const char *name)
{
	if (kith_failpoint_hook)
		kith_failpoint_hook(name);
	static long passed;
	const char *wanted = getenv("KITH_FAIL_AT");
	if (!wanted || ++passed != strtol(wanted, NULL, 10))
		return;
	/* Which step it was, for whoever looks at a test that fails. */
	if (getenv("KITH_FAIL_TELL") && write(STDERR_FILENO, name, strlen(name)) > 0)
		(void)!write(STDERR_FILENO, "\n", 1);
	_exit(KITH_FAILPOINT_STATUS);
}

#else

/* A translation unit may not be empty. */
extern int kith_failpoint_unused;

#endif
