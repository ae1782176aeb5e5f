/* The commands and their options as tables made from commands.def, and the words of one command line. */
#ifndef KITH_COMMAND_H
#define KITH_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"

struct kith_app;

enum kith_needs { KITH_NEEDS_NOTHING, KITH_NEEDS_STORE, KITH_NEEDS_INDEX };

enum kith_command_id {
#define GLOBAL(...)
#define OPTION(...)
#define EXAMPLE(...)
#define COMMAND(name, ...) KITH_COMMAND_##name,
#include "cli/commands.def"
#undef COMMAND
	KITH_COMMANDS, /* how many; as the owner of an option: every command */
};

struct kith_option {
	enum kith_command_id command;
	const char *name;     /* "dry-run" */
	char letter;          /* 'n', 0: none */
	const char *argument; /* "DIR"; "": it takes none */
	const char *help;
};

struct kith_example {
	enum kith_command_id command;
	const char *line, *help;
};

typedef enum kith_code kith_command_run(struct kith_app *, struct kith_err *);

struct kith_command {
	const char *name;
	enum kith_needs needs;
	const char *usage, *summary, *text;
	kith_command_run *run;
};

#define GLOBAL(...)
#define OPTION(...)
#define EXAMPLE(...)
#define COMMAND(name, ...) kith_command_run kith_cmd_##name;
#include "cli/commands.def"
#undef GLOBAL
#undef OPTION
#undef EXAMPLE
#undef COMMAND

extern const struct kith_command kith_commands[KITH_COMMANDS];
extern const struct kith_option kith_options[];
extern const size_t kith_option_count;
extern const struct kith_example kith_examples[];
extern const size_t kith_example_count;

const struct kith_command *kith_command_find(const char *name); /* or NULL */
/* Fail with KITH_USAGE, and the name that may have been meant. */
enum kith_code kith_command_unknown(const char *name, struct kith_err *);
/* Whether it writes a note, and takes each of its fields as an option: log, gave, got, promise. */
bool kith_command_notes(const struct kith_command *);
/* The next option of a command (KITH_COMMANDS: of all) after `from` (NULL: the first), or NULL. */
const struct kith_option *kith_option_next(enum kith_command_id, const struct kith_option *from);

/* --- a command line --- */

struct kith_given {
	const char *name;  /* as in the table, or "city", "jobs.org" for a field of kith add */
	const char *value; /* "" without argument */
};

struct kith_args {
	const struct kith_command *command; /* NULL: none was named */
	struct kith_given *given;           /* in the order of the command line */
	size_t given_count, given_capacity;
	const char **words; /* what is not an option, behind the command */
	size_t word_count;
};

/* Read a command line.  Texts point into argv; arrays are in the arena.  Fails with KITH_USAGE and a hint. */
enum kith_code kith_args_read(int argc, char **argv, struct kith_arena *, struct kith_args *out, struct kith_err *);

const char *kith_args_value(const struct kith_args *, const char *option); /* the last one given, or NULL */
bool kith_args_has(const struct kith_args *, const char *option);

/* The words from `from` on, with single spaces between.  In the arena. */
const char *kith_args_text(const struct kith_args *, size_t from, struct kith_arena *);

/* Fail with KITH_USAGE unless the number of words is in the range; the hint shows the usage. */
enum kith_code kith_args_expect(const struct kith_args *, size_t least, size_t most, struct kith_err *);

#endif
