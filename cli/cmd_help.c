/* kith help: the commands, one command, the manual page. */
#include <string.h>

#include "cli/app.h"
#include "cli/manual.h"

enum { INDENT = 2, WIDEST = 92 };

static size_t help_width(const struct kith_app *app)
{
	return app->screen.terminal && app->screen.columns < WIDEST ? app->screen.columns : WIDEST;
}

/* A term and what it means, side by side; below each other where the term is too long. */
static void print_pair(struct kith_app *app, const char *term, const char *means, size_t column)
{
	const size_t length = strlen(term);
	kith_spaces(&app->out, INDENT);
	kith_paint(&app->out, app->screen.color, KITH_BOLD, term);
	if (!*means) {
		kith_buf_add_char(&app->out, '\n');
		return;
	}
	if (INDENT + length + 2 > column) {
		kith_buf_add_char(&app->out, '\n');
		kith_spaces(&app->out, column);
	} else {
		kith_spaces(&app->out, column - INDENT - length);
	}
	kith_wrap(&app->out, false, KITH_PLAIN_TEXT, means, column, help_width(app));
	kith_buf_add_char(&app->out, '\n');
}

static void print_heading(struct kith_app *app, const char *text)
{
	kith_buf_add_char(&app->out, '\n');
	kith_paint(&app->out, app->screen.color, KITH_CYAN, text);
	kith_buf_add_char(&app->out, '\n');
}

static void print_paragraph(struct kith_app *app, const char *text)
{
	kith_wrap(&app->out, false, KITH_PLAIN_TEXT, text, 0, help_width(app));
	kith_buf_add_char(&app->out, '\n');
}

static void print_options(struct kith_app *app, enum kith_command_id command)
{
	for (const struct kith_option *at = NULL; (at = kith_option_next(command, at));) {
		KITH_BUF term = { 0 };
		if (at->letter)
			kith_buf_addf(&term, "-%c, ", at->letter);
		kith_buf_addf(&term, "--%s%s%s", at->name, *at->argument ? " " : "", at->argument);
		print_pair(app, term.text, at->help, 22);
	}
}

static void print_command(struct kith_app *app, enum kith_command_id id)
{
	const struct kith_command *command = &kith_commands[id];
	kith_paintf(&app->out, app->screen.color, KITH_BOLD, "kith %s", command->name);
	kith_buf_addf(&app->out, "%s%s\n", *command->usage ? " " : "", command->usage);
	print_paragraph(app, command->summary);
	if (*command->text) {
		kith_buf_add_char(&app->out, '\n');
		print_paragraph(app, command->text);
	}
	if (kith_option_next(id, NULL)) {
		print_heading(app, "Options");
		print_options(app, id);
	}
	bool any = false;
	for (size_t i = 0; i < kith_example_count; i++) {
		if (kith_examples[i].command != id)
			continue;
		if (!any)
			print_heading(app, "Examples");
		any = true;
		kith_spaces(&app->out, INDENT);
		kith_wrap(&app->out, app->screen.color, KITH_BOLD, kith_examples[i].line, INDENT + 4, help_width(app));
		kith_buf_add_char(&app->out, '\n');
		if (!*kith_examples[i].help)
			continue;
		kith_spaces(&app->out, INDENT + 4);
		kith_wrap(&app->out, false, KITH_PLAIN_TEXT, kith_examples[i].help, INDENT + 4, help_width(app));
		kith_buf_add_char(&app->out, '\n');
	}
}

static void print_overview(struct kith_app *app)
{
	print_paragraph(
		app, "kith keeps the people you know, and what you said to each other, in plain text files of yours.");
	print_heading(app, "Commands");
	for (size_t i = 0; i < KITH_COMMANDS; i++)
		print_pair(app, kith_commands[i].name, kith_commands[i].summary, 14);
	print_heading(app, "Options of every command");
	print_options(app, KITH_COMMANDS);
	kith_buf_add_char(&app->out, '\n');
	print_paragraph(app, "kith help COMMAND says more of one, with examples. Bare kith is kith today.");
}

static void print_json(struct kith_app *app)
{
	struct kith_json json = kith_app_json(app);
	kith_json_key(&json, "commands");
	kith_json_array(&json);
	for (size_t i = 0; i < KITH_COMMANDS; i++) {
		kith_json_object(&json);
		kith_json_key_string(&json, "name", kith_commands[i].name);
		kith_json_key_string(&json, "usage", kith_commands[i].usage);
		kith_json_key_string(&json, "summary", kith_commands[i].summary);
		kith_json_end_object(&json);
	}
	kith_json_end_array(&json);
	kith_app_end_json(&json);
}

enum kith_code kith_cmd_help(struct kith_app *app, struct kith_err *err)
{
	const enum kith_code code = kith_args_expect(&app->args, 0, 1, err);
	if (code)
		return code;
	if (kith_args_has(&app->args, "man")) {
		kith_manual_print(&app->out);
		return KITH_OK;
	}
	if (kith_args_has(&app->args, "json")) {
		print_json(app);
		return KITH_OK;
	}
	const char *name = app->args.word_count ? app->args.words[0] : "";
	if (!*name) {
		print_overview(app);
		return KITH_OK;
	}
	const struct kith_command *command = kith_command_find(name);
	if (!command)
		return kith_command_unknown(name, err);
	print_command(app, (enum kith_command_id)(command - kith_commands));
	return KITH_OK;
}
