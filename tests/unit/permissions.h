/* Root may read and write everything, so tests of permissions give that right up for a while. */
#ifndef PERMISSIONS_H
#define PERMISSIONS_H

#include <stdbool.h>

/* Whether modes of files bind this process, as they bind everybody but root.  Nothing changes for those. */
void obey_permissions(bool really);

#endif
