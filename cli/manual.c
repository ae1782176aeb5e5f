#include "cli/manual.h"

#include <string.h>

#include "cli/command.h"

/* Text for troff: no line may begin with a dot or a quote, a backslash and a hyphen are themselves. */
static void add_text(struct kith_buf *out, const char *text)
{
	for (const char *at = text; *at; at++) {
		if (*at == '\\')
			kith_buf_add(out, "\\e");
		else if (*at == '-')
			kith_buf_add(out, "\\-");
		else if (*at == ' ' && at > text && at[-1] == '.' && at[1] >= 'A' && at[1] <= 'Z')
			kith_buf_add_char(out, '\n'); /* a sentence a line: troff spaces them */
		else if ((*at == '.' || *at == '\'') && (at == text || at[-1] == '\n'))
			kith_buf_addf(out, "\\&%c", *at);
		else
			kith_buf_add_char(out, *at);
	}
}

/* An argument of a macro: quoted, so that no word of it is taken for a macro. */
static void add_argument(struct kith_buf *out, const char *text)
{
	kith_buf_add(out, " \"");
	for (const char *at = text; *at; at++) {
		if (*at == '"')
			kith_buf_add(out, "\\(dq");
		else if (*at == '\\')
			kith_buf_add(out, "\\e");
		else if (*at == '-')
			kith_buf_add(out, "\\-");
		else
			kith_buf_add_char(out, *at);
	}
	kith_buf_add_char(out, '"');
}

static void add_options(struct kith_buf *out, enum kith_command_id command)
{
	if (!kith_option_next(command, NULL))
		return;
	kith_buf_add(out, ".Bl -tag -width Ds -compact\n");
	for (const struct kith_option *at = NULL; (at = kith_option_next(command, at));) {
		kith_buf_add(out, ".It");
		if (at->letter)
			kith_buf_addf(out, " Fl %c ,", at->letter);
		kith_buf_add(out, " Fl ");
		KITH_BUF name = { 0 };
		kith_buf_addf(&name, "-%s", at->name);
		add_text(out, name.text);
		if (*at->argument)
			kith_buf_addf(out, " Ar %s", at->argument);
		kith_buf_add_char(out, '\n');
		add_text(out, at->help);
		kith_buf_add_char(out, '\n');
	}
	kith_buf_add(out, ".El\n");
}

static void add_examples(struct kith_buf *out, enum kith_command_id command)
{
	bool any = false;
	for (size_t i = 0; i < kith_example_count; i++) {
		if (kith_examples[i].command != command)
			continue;
		if (!any)
			kith_buf_add(out, ".Pp\n.Bl -tag -width Ds -compact\n");
		any = true;
		kith_buf_add(out, ".It Li");
		add_argument(out, kith_examples[i].line);
		kith_buf_add_char(out, '\n');
		add_text(out, kith_examples[i].help);
		kith_buf_add(out, *kith_examples[i].help ? "\n" : "");
	}
	if (any)
		kith_buf_add(out, ".El\n");
}

static void add_command(struct kith_buf *out, enum kith_command_id id)
{
	const struct kith_command *command = &kith_commands[id];
	kith_buf_add(out, ".Ss kith");
	kith_buf_addf(out, " %s", command->name);
	if (*command->usage)
		add_argument(out, command->usage);
	kith_buf_add(out, "\n");
	/* A sentence: the summary is written for a list. */
	KITH_BUF summary = { 0 };
	kith_buf_add(&summary, command->summary);
	if (summary.text[0] >= 'a' && summary.text[0] <= 'z')
		summary.text[0] = (char)(summary.text[0] & ~0x20);
	add_text(out, summary.text);
	kith_buf_add(out, ".\n");
	if (*command->text) {
		add_text(out, command->text);
		kith_buf_add_char(out, '\n');
	}
	if (kith_option_next(id, NULL))
		kith_buf_add(out, ".Pp\n");
	add_options(out, id);
	add_examples(out, id);
}

static const char head[] = ".\\\" Made by kith help --man from cli/commands.def.\n"
			   ".Dd November 22, 2026\n"
			   ".Dt KITH 1\n"
			   ".Os\n"
			   ".Sh NAME\n"
			   ".Nm kith\n"
			   ".Nd keep the people you know in plain text\n"
			   ".Sh SYNOPSIS\n"
			   ".Nm\n"
			   ".Op Ar options\n"
			   ".Op Ar command Op Ar words\n"
			   ".Sh DESCRIPTION\n"
			   ".Nm\n"
			   "answers questions about a store: a folder of YAML files, one for each person, "
			   "conversation, group and the like, kept in a git "
			   "repository of yours.\n"
			   "Any editor changes them.\n"
			   ".Xr kithd 1\n"
			   "commits them, keeps the index and raises reminders;\n"
			   ".Nm\n"
			   "works without it.\n"
			   ".Pp\n"
			   "The store is the folder that\n"
			   ".Fl \\-store\n"
			   "names, else\n"
			   ".Ev KITH_STORE ,\n"
			   "else the nearest parent folder with a\n"
			   ".Pa kith.yaml ,\n"
			   "else the first store in\n"
			   ".Pa config.yaml ,\n"
			   "else\n"
			   ".Pa ~/kith .\n"
			   ".Pp\n"
			   "Where a command asks for somebody, an id, the beginnings of words of a name, or something "
			   "written alike will do; accents and "
			   "case never matter.\n"
			   "Of several that fit you choose one on a terminal, and in a script get them listed.\n"
			   ".Sh OPTIONS\n"
			   "These belong to every command, before or after its name.\n"
			   ".Pp\n";

static const char tail[] = ".Sh ENVIRONMENT\n"
			   ".Bl -tag -width Ds -compact\n"
			   ".It Ev KITH_STORE\n"
			   "the store\n"
			   ".It Ev KITH_NOW\n"
			   "the time to go by, for trying things: 2026\\-11\\-25T09:00\n"
			   ".It Ev KITH_PICKER\n"
			   "a program that shows the lines it reads and prints the one that was chosen, such as fzf\n"
			   ".It Ev KITH_PAGER , PAGER\n"
			   "the pager; cat for none\n"
			   ".It Ev VISUAL , EDITOR\n"
			   "the editor, unless config.yaml names one\n"
			   ".It Ev NO_COLOR , CLICOLOR_FORCE\n"
			   "never, always colour\n"
			   ".El\n"
			   ".Sh FILES\n"
			   ".Bl -tag -width Ds -compact\n"
			   ".It Pa kith.yaml\n"
			   "at the root of the store: what all your machines share\n"
			   ".It Pa ~/.config/kith/config.yaml\n"
			   "what differs from machine to machine\n"
			   ".It Pa ~/.cache/kith/\n"
			   "the index; it may be deleted at any time\n"
			   ".El\n"
			   ".Sh EXIT STATUS\n"
			   ".Bl -tag -width Ds -compact\n"
			   ".It 0\n"
			   "it went well\n"
			   ".It 1\n"
			   "nothing was found\n"
			   ".It 2\n"
			   "the command line or a query cannot be read, or a name may be several\n"
			   ".It 3\n"
			   "records have errors\n"
			   ".It 4\n"
			   "conflicts wait for you\n"
			   ".It 5\n"
			   "git, the sync or the daemon failed\n"
			   ".It 6\n"
			   "a file, folder or disk failed\n"
			   ".It 130\n"
			   "it was interrupted\n"
			   ".El\n"
			   ".Sh SEE ALSO\n"
			   ".Xr kithd 1 ,\n"
			   ".Xr kith-json 5 ,\n"
			   ".Xr kith-records 5 ,\n"
			   ".Xr kith-query 7\n";

void kith_manual_print(struct kith_buf *out)
{
	kith_buf_add(out, head);
	add_options(out, KITH_COMMANDS);
	kith_buf_add(out, ".Sh COMMANDS\n");
	for (unsigned id = 0; id < KITH_COMMANDS; id++)
		add_command(out, (enum kith_command_id)id);
	kith_buf_add(out, tail);
}
