/* kith: dispatch, and the one place where an error is printed. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/app.h"
#include "cli/change.h"
#include "lib/base/text.h"
#include "lib/store/schemas.h"

#ifndef KITH_VERSION
#define KITH_VERSION "0"
#endif

/* A descriptor below 3 that is closed would be given to the next file that is opened, and output would go
 * there. */
static void hold_standard_descriptors(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
			_exit(KITH_IO);
}

/* "    query\n       ^\n" */
static void point(struct kith_buf *out, const char *query, size_t column)
{
	KITH_BUF shown = { 0 };
	kith_printable(&shown, query, strlen(query), false);
	size_t bytes = 0;
	for (size_t left = column; left > 1 && bytes < shown.length; left--)
		do
			bytes++;
		while (bytes < shown.length && ((unsigned char)shown.text[bytes] & 0xC0) == 0x80);
	kith_buf_addf(out, "    %s\n    ", kith_buf_text(&shown));
	kith_spaces(out, kith_width(kith_buf_text(&shown), bytes));
	kith_buf_add(out, "^\n");
}

static void report(struct kith_app *app, const struct kith_err *err)
{
	KITH_BUF text = { 0 };
	const bool color = app->screen.error_color;
	if (*err->message) {
		kith_paint(&text, color, KITH_RED, "error:");
		kith_buf_add_char(&text, ' ');
		kith_paint(&text, false, KITH_PLAIN_TEXT, err->message);
		kith_buf_add_char(&text, '\n');
	}
	if (app->query && app->query_column)
		point(&text, app->query, app->query_column);
	kith_buf_add_bytes(&text, kith_buf_text(&app->beside), app->beside.length);
	if (*err->hint) {
		kith_paint(&text, color, KITH_DIM, "hint:");
		kith_buf_add_char(&text, ' ');
		kith_paint(&text, false, KITH_PLAIN_TEXT, err->hint);
		kith_buf_add_char(&text, '\n');
	}
	(void)kith_write_all(STDERR_FILENO, kith_buf_text(&text), text.length, NULL); /* there is nowhere else */
}

/* Three lines for somebody who has just arrived. */
static void welcome(struct kith_app *app)
{
	const bool color = app->screen.color;
	kith_buf_add(&app->out, "kith keeps the people you know in plain files, and there are none yet.\n  ");
	kith_paint(&app->out, color, KITH_BOLD, "kith init --me \"Your Name\"");
	kith_buf_add(&app->out, "   makes a store in ~/kith\n  ");
	kith_paint(&app->out, color, KITH_BOLD, "kith help");
	kith_buf_add(&app->out, "                    says what can be done\n");
}

static enum kith_code dispatch(struct kith_app *app, struct kith_err *err)
{
	const struct kith_args *args = &app->args;
	if (!kith_screen_init(&app->screen, kith_args_value(args, "color"))) {
		kith_fail(err, KITH_USAGE, "--color %s is not known", kith_args_value(args, "color"));
		return kith_hint(err, "write --color auto, always or never");
	}
	if (kith_args_has(args, "version")) {
		kith_buf_add(&app->out, "kith " KITH_VERSION "\n");
		return KITH_OK;
	}
	const struct kith_command *command = args->command;
	if (kith_args_has(args, "help")) {
		/* The name of the command becomes the word that kith help is asked about. */
		app->args.words = kith_arena_alloc(&app->arena, sizeof(*app->args.words));
		app->args.words[0] = command ? command->name : "";
		app->args.word_count = command ? 1 : 0;
		app->args.command = &kith_commands[KITH_COMMAND_help];
		return kith_cmd_help(app, err);
	}
	const bool bare = !command;
	if (bare)
		command = app->args.command = &kith_commands[KITH_COMMAND_today];
	if (kith_args_has(args, "no-input"))
		app->screen.interactive = false;
	app->json = kith_args_has(args, "json");
	app->ids = kith_args_has(args, "ids");
	enum kith_code code = kith_clock_init(&app->clock, err);
	if (code)
		return code;
	app->now = kith_clock_now(&app->clock);
	if (command->needs >= KITH_NEEDS_STORE)
		code = kith_app_open_store(app, err);
	if (code == KITH_USAGE && bare && !kith_args_has(args, "store") && !getenv("KITH_STORE")) {
		welcome(app);
		*err = (struct kith_err){ 0 };
		return KITH_OK;
	}
	if (!code && command->needs == KITH_NEEDS_INDEX)
		code = kith_app_open_index(app, err);
	if (!code && command->needs == KITH_NEEDS_INDEX)
		kith_changes_recover(app);
	return code ? code : command->run(app, err);
}

int main(int argc, char **argv)
{
	hold_standard_descriptors();
	signal(SIGPIPE, SIG_IGN); /* write says EPIPE, and what is under way is finished */
	umask(umask(0) | 0022);   /* nobody else writes what kith makes */

	struct kith_app app = { 0 };
	struct kith_err err = { 0 };
	(void)kith_screen_init(&app.screen, NULL); /* for an error in the options themselves */
	enum kith_code code = kith_args_read(argc, argv, &app.arena, &app.args, &err);
	if (!code)
		code = dispatch(&app, &err);
	struct kith_err late = { 0 };
	const enum kith_code written = kith_app_flush(&app, !kith_args_has(&app.args, "no-pager"), &late);
	if (code && (*err.message || *err.hint || app.beside.length))
		report(&app, &err);
	if (written)
		report(&app, &late);

	/* Without a daemon this run is the one that keeps what editors read fresh.  Nobody waits for that, or misses it. */
	if (!code && app.index && !app.daemon && !kith_args_has(&app.args, "stale-ok"))
		(void)kith_schemas_refresh(app.store, app.index, NULL);
	kith_index_close(app.index);
	kith_store_close(app.store);
	kith_buf_finish(&app.out);
	kith_buf_finish(&app.beside);
	kith_arena_finish(&app.arena);
	return code ? (int)code : (int)written;
}
