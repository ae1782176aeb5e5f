/* libyaml's complaints in the user's words. */
#ifndef KITH_DOC_WORDS_H
#define KITH_DOC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct kith_yaml_problem {
	const char *problem, *context; /* libyaml's; either may be NULL */
	const char *source;
	size_t length;
};

struct kith_yaml_words {
	const char *message, *hint; /* static */
	bool at_context;            /* the fault is where the construct began, not where libyaml gave up */
};

/* Translate; `byte` is where libyaml gave up. */
void kith_yaml_words(const struct kith_yaml_problem *, size_t byte, struct kith_yaml_words *out);

#endif
