/* What a new store begins with. */
#ifndef KITH_STARTER_H
#define KITH_STARTER_H

#include <stddef.h>

extern const char kith_starter_settings[]; /* kith.yaml */

struct kith_starter_file {
	const char *path, *text;
};
extern const struct kith_starter_file kith_starter_playbooks[];
extern const size_t kith_starter_playbook_count;

#endif
