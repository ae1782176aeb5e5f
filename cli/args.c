/* Reading a command line: getopt_long with a table built from the rows. */
#include <getopt.h>
#include <string.h>

#include "cli/command.h"
#include "lib/base/text.h"
#include "lib/record/schema.h"

/* What getopt_long returns for the option at place i of the table: clear of all letters. */
enum { FIRST = 1000 };

struct table {
	struct kith_arena *arena;
	const struct kith_command *command; /* NULL while it is looked for */
	enum kith_kind kind;                /* whose fields are options, as of kith add; KITH_KINDS: none */
	struct option *longs;               /* ends with a zeroed one */
	size_t count, capacity;
	struct kith_buf shorts;
};

static void add_row(struct table *table, const char *name, char letter, bool takes)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->longs[i].name, name) == 0)
			return; /* an option of kith itself goes before a field of the same name */
	struct option *row =
		kith_arena_push(table->arena, &table->longs, &table->count, &table->capacity, sizeof(*row));
	*row = (struct option){ name, takes ? required_argument : no_argument, NULL, FIRST + (int)table->count - 1 };
	if (letter)
		kith_buf_addf(&table->shorts, takes ? "%c:" : "%c", letter);
}

static void add_options(struct table *table, enum kith_command_id command)
{
	for (const struct kith_option *at = NULL; (at = kith_option_next(command, at));)
		add_row(table, at->name, at->letter, *at->argument != '\0');
}

static void add_fields(struct table *table, enum kith_kind kind)
{
	size_t count;
	const struct kith_field *fields = kith_fields(kind, &count);
	for (size_t i = 0; i < count; i++)
		if (!(fields[i].flags & KITH_TOOLS))
			add_row(table, fields[i].path, 0, true);
}

static void build(struct table *table)
{
	table->count = 0;
	table->longs = NULL;
	table->capacity = 0;
	kith_buf_clear(&table->shorts);
	/* '+': stop at the command; ':': tell a missing argument from an unknown option. */
	kith_buf_add(&table->shorts, table->command ? ":" : "+:");
	if (table->command)
		add_options(table, (enum kith_command_id)(table->command - kith_commands));
	add_options(table, KITH_COMMANDS);
	if (table->kind < KITH_KINDS)
		add_fields(table, table->kind);
	struct option *end =
		kith_arena_push(table->arena, &table->longs, &table->count, &table->capacity, sizeof(*end));
	*end = (struct option){ 0 };
	table->count--;
}

static enum kith_code unknown_option(const struct table *table, const char *text, struct kith_err *err)
{
	KITH_BUF name = { 0 };
	text += strspn(text, "-");
	kith_buf_add_bytes(&name, text, strcspn(text, "="));
	KITH_ARENA arena = { 0 };
	const char **names = kith_arena_alloc(&arena, (table->count + 1) * sizeof(*names));
	for (size_t i = 0; i < table->count; i++)
		names[i] = table->longs[i].name;
	const char *meant = kith_did_you_mean(kith_buf_text(&name), names, table->count);
	const bool fields = table->kind < KITH_KINDS;
	kith_fail(err, KITH_USAGE, "there is no %s --%s%s%s", fields ? "option or field" : "option",
	          kith_buf_text(&name),
	          fields           ? " for a "
	          : table->command ? " for kith "
	                           : "",
	          fields           ? kith_kind_name(table->kind)
	          : table->command ? table->command->name
	                           : "");
	if (meant)
		return kith_hint(err, "did you mean --%s?", meant);
	if (fields)
		return kith_hint(err, "kith schema %s lists the fields", kith_kind_name(table->kind));
	return kith_hint(err, "kith help%s%s lists the options", table->command ? " " : "",
	                 table->command ? table->command->name : "");
}

/* getopt_long gave up at argv[optind - 1], or at a letter inside of it. */
static enum kith_code explain(const struct table *table, int got, char **argv, struct kith_err *err)
{
	const char *text = argv[optind - 1];
	const bool is_long = strncmp(text, "--", 2) == 0;
	if (got == ':') {
		if (is_long)
			kith_fail(err, KITH_USAGE, "%s needs a value", text);
		else
			kith_fail(err, KITH_USAGE, "-%c needs a value", optopt);
		return kith_hint(err, "kith help%s%s", table->command ? " " : "",
		                 table->command ? table->command->name : "");
	}
	if (optopt >= FIRST) {
		kith_fail(err, KITH_USAGE, "--%s takes no value", table->longs[optopt - FIRST].name);
		return kith_hint(err, "write only --%s", table->longs[optopt - FIRST].name);
	}
	if (!optopt && is_long) {
		const size_t length = strlen(text + 2);
		size_t alike = 0;
		for (size_t i = 0; i < table->count; i++)
			alike += strncmp(table->longs[i].name, text + 2, length) == 0;
		if (alike > 1) {
			kith_fail(err, KITH_USAGE, "%s may be several options", text);
			return kith_hint(err, "write it out");
		}
		return unknown_option(table, text, err);
	}
	kith_fail(err, KITH_USAGE, "there is no option -%c", optopt);
	return kith_hint(err, "words that begin with - stand behind a --; kith help%s%s lists the options",
	                 table->command ? " " : "", table->command ? table->command->name : "");
}

/* Take options until getopt_long stops.  With a command it moves what is no option to the end of argv. */
static enum kith_code take(const struct table *table, int argc, char **argv, struct kith_args *out,
                           struct kith_err *err)
{
	int got;
	opterr = 0;
	while ((got = getopt_long(argc, argv, kith_buf_text(&table->shorts), table->longs, NULL)) != -1) {
		if (got == '?' || got == ':')
			return explain(table, got, argv, err);
		const char *name = NULL;
		if (got >= FIRST)
			name = table->longs[got - FIRST].name;
		for (size_t i = 0; !name && i < kith_option_count; i++) {
			const struct kith_option *option = &kith_options[i];
			if (option->letter == got &&
			    (option->command == KITH_COMMANDS || &kith_commands[option->command] == table->command))
				name = option->name;
		}
		struct kith_given *given = kith_arena_push(table->arena, &out->given, &out->given_count,
		                                           &out->given_capacity, sizeof(*given));
		*given = (struct kith_given){ name, optarg ? optarg : "" };
	}
	return KITH_OK;
}

/* Which fields kith add takes depends on the kind, its first word. */
static enum kith_kind kind_in(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (*argv[i] != '-') {
			const enum kith_kind kind = kith_kind_find(argv[i], strlen(argv[i]));
			if (kind < KITH_KINDS)
				return kind;
		}
	return KITH_KINDS;
}

/* `kith undo -2` is written as people know it from `git log -2`. */
static char **spell_out_numbers(int argc, char **argv, struct kith_arena *arena)
{
	char **words = kith_arena_alloc(arena, ((size_t)argc + 1) * sizeof(*words));
	bool is_option = true;
	for (int i = 0; i < argc; i++) {
		const char *text = argv[i];
		words[i] = argv[i];
		is_option = is_option && strcmp(text, "--") != 0;
		if (is_option && text[0] == '-' && text[1] && text[1 + strspn(text + 1, "0123456789")] == '\0')
			words[i] = kith_arena_printf(arena, "--last=%s", text + 1);
	}
	return words;
}

enum kith_code kith_args_read(int argc, char **argv, struct kith_arena *arena, struct kith_args *out,
                              struct kith_err *err)
{
	struct kith_args args = { 0 };
	struct table table = { .arena = arena, .kind = KITH_KINDS };
	build(&table);
	optind = 0; /* glibc: begin anew, also with '+' */
	enum kith_code code = take(&table, argc, argv, &args, err);
	if (!code && optind < argc) {
		argc -= optind;
		argv += optind;
		args.command = table.command = kith_command_find(argv[0]);
		if (!args.command) {
			code = kith_command_unknown(argv[0], err);
		} else {
			if (args.command->run == kith_cmd_add)
				table.kind = kind_in(argc - 1, argv + 1);
			else if (kith_command_notes(args.command))
				table.kind = KITH_KIND_note;
			if (args.command->run == kith_cmd_undo)
				argv = spell_out_numbers(argc, argv, arena);
			build(&table);
			optind = 0;
			code = take(&table, argc, argv, &args, err);
			args.words = (const char **)argv + optind;
			args.word_count = (size_t)(argc - optind);
		}
	}
	kith_buf_finish(&table.shorts);
	if (!code)
		*out = args;
	return code;
}
