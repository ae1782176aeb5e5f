/* Why a text is no YAML, in the user's words: libyaml says where it gave up, the lines around say what was meant. */
#ifndef KITH_DOC_WORDS_H
#define KITH_DOC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/record/doc_lines.h"

struct kith_yaml_problem {
	const char *problem, *context; /* libyaml's; either may be NULL */
	struct kith_text text;
	size_t at;         /* byte where libyaml gave up */
	size_t context_at; /* byte where began what it was reading; `at` without a context */
};

struct kith_yaml_words {
	const char *message, *hint; /* static, or in the arena */
	size_t at, end;             /* bytes that the caret underlines; one character if end is not behind at */
};

/* What to say of a text that libyaml refuses: the most probable cause, which may stand above the place where libyaml gave up. */
void kith_yaml_words(const struct kith_yaml_problem *, struct kith_arena *, struct kith_yaml_words *out);
/* The same for a text that YAML reads, but not as keys and values: it begins at this byte. */
void kith_root_words(const struct kith_text *, size_t root, struct kith_arena *, struct kith_yaml_words *out);

/* --- between doc_words.c and doc_guess.c: each false, with *out as it was, if it sees no such cause --- */

struct kith_guess {
	const struct kith_text *text;
	struct kith_arena *arena;
	struct kith_yaml_words *out;
};

/* Set what is said; false never. */
bool kith_guess_says(const struct kith_guess *, size_t at, size_t end, const char *message, const char *hint);
/* A line that should have a colon, and a space behind it. */
bool kith_guess_colon(const struct kith_guess *, const struct kith_line *);
/* The quote that is open since a line above, because nobody closed it there. */
bool kith_guess_open_quote(const struct kith_guess *, const struct kith_line *);
/* A line that does not stand where it belongs. */
bool kith_guess_indent(const struct kith_guess *, const struct kith_line *);
bool kith_guess_key_under_value(const struct kith_guess *, const struct kith_line *);
/* A tab at this byte. */
bool kith_guess_tab(const struct kith_guess *, size_t at);

#endif
