#include "cli/command.h"

#include <assert.h>
#include <string.h>

#include "lib/base/text.h"

const struct kith_command kith_commands[KITH_COMMANDS] = {
#define GLOBAL(...)
#define OPTION(...)
#define EXAMPLE(...)
#define COMMAND(name, ...) COMMAND_AS(name, #name, __VA_ARGS__)
#define COMMAND_AS(name, shown, needs, usage, summary, text) { shown, KITH_NEEDS_##needs, usage, summary, text, kith_cmd_##name },
#include "cli/commands.def"
#undef GLOBAL
#undef OPTION
#undef COMMAND
};

const struct kith_option kith_options[] = {
#define GLOBAL(name, letter, argument, help) { KITH_COMMANDS, name, letter, argument, help },
#define OPTION(command, name, letter, argument, help) { KITH_COMMAND_##command, name, letter, argument, help },
#define COMMAND(...)
#include "cli/commands.def"
#undef GLOBAL
#undef OPTION
#undef EXAMPLE
};
const size_t kith_option_count = kith_count(kith_options);

const struct kith_example kith_examples[] = {
#define GLOBAL(...)
#define OPTION(...)
#define EXAMPLE(command, line, help) { KITH_COMMAND_##command, line, help },
#include "cli/commands.def"
#undef GLOBAL
#undef OPTION
#undef EXAMPLE
#undef COMMAND
};
const size_t kith_example_count = kith_count(kith_examples);

const struct kith_command *kith_command_find(const char *name)
{
	for (size_t i = 0; i < KITH_COMMANDS; i++)
		if (strcmp(kith_commands[i].name, name) == 0)
			return &kith_commands[i];
	return NULL;
}

enum kith_code kith_command_unknown(const char *name, struct kith_err *err)
{
	const char *names[KITH_COMMANDS];
	for (size_t i = 0; i < KITH_COMMANDS; i++)
		names[i] = kith_commands[i].name;
	const char *meant = kith_did_you_mean(name, names, KITH_COMMANDS);
	kith_fail(err, KITH_USAGE, "there is no command '%s'", name);
	if (meant)
		return kith_hint(err, "did you mean kith %s?", meant);
	return kith_hint(err, "kith help lists the commands; kith show %s looks for a record", name);
}

const struct kith_option *kith_option_next(enum kith_command_id command, const struct kith_option *from)
{
	const struct kith_option *end = kith_options + kith_option_count;
	for (const struct kith_option *at = from ? from + 1 : kith_options; at < end; at++)
		if (at->command == command)
			return at;
	return NULL;
}

const char *kith_args_value(const struct kith_args *args, const char *option)
{
	for (size_t i = args->given_count; i-- > 0;)
		if (strcmp(args->given[i].name, option) == 0)
			return args->given[i].value;
	return NULL;
}

bool kith_args_has(const struct kith_args *args, const char *option)
{
	return kith_args_value(args, option) != NULL;
}

const char *kith_args_text(const struct kith_args *args, size_t from, struct kith_arena *arena)
{
	KITH_BUF text = { 0 };
	for (size_t i = from; i < args->word_count; i++) {
		if (i > from)
			kith_buf_add_char(&text, ' ');
		kith_buf_add(&text, args->words[i]);
	}
	return kith_arena_strdup(arena, kith_buf_text(&text));
}

enum kith_code kith_args_expect(const struct kith_args *args, size_t least, size_t most, struct kith_err *err)
{
	assert(args->command);
	const struct kith_command *command = args->command;
	if (args->word_count < least)
		kith_fail(err, KITH_USAGE,
		          args->word_count ? "kith %s needs one more word" : "kith %s needs to know more",
		          command->name);
	else if (args->word_count > most)
		kith_fail(err, KITH_USAGE, "kith %s does not know what to do with '%s'", command->name,
		          args->words[most]);
	else
		return KITH_OK;
	return kith_hint(err, "kith %s%s%s", command->name, *command->usage ? " " : "", command->usage);
}

bool kith_command_notes(const struct kith_command *command)
{
	return command->run == kith_cmd_log || command->run == kith_cmd_gave || command->run == kith_cmd_got ||
	       command->run == kith_cmd_promise;
}
