#include "cli/new_store.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/place.h"
#include "cli/spawn.h"
#include "lib/base/file.h"
#include "lib/record/yaml.h"

enum { GIT_TIMEOUT_MS = 60000 };

/* --- where --- */

static bool exists(const char *folder, const char *name)
{
	KITH_ARENA arena = { 0 };
	struct stat status;
	return lstat(kith_path_join(&arena, folder, name), &status) == 0;
}

/* A store inside another one would have two owners for each file.  The folder need not be there yet. */
static enum kith_code refuse_nested(struct kith_app *app, const char *wanted, struct kith_err *err)
{
	char real[PATH_MAX];
	char *path = kith_arena_strdup(&app->arena,
	                               *wanted == '/' ? wanted : kith_arena_printf(&app->arena, "./%s", wanted));
	bool is_wanted = true;
	for (; !realpath(path, real); is_wanted = false) {
		char *slash = strrchr(path, '/');
		if (!slash || slash == path)
			return KITH_OK;
		*slash = '\0';
	}
	for (;; is_wanted = false) {
		if (!is_wanted && exists(real, "kith.yaml")) {
			kith_fail(err, KITH_USAGE, "%s would be inside of the store %s", wanted, real);
			return kith_hint(err, "choose a folder outside of it");
		}
		char *slash = strrchr(real, '/');
		if (!slash || slash == real)
			return KITH_OK;
		*slash = '\0';
	}
}

static enum kith_code refuse_home(const char *wanted, struct kith_err *err)
{
	char real[PATH_MAX], home[PATH_MAX];
	const char *variable = getenv("HOME");
	if (!variable || !realpath(variable, home) || !realpath(wanted, real) || strcmp(home, real) != 0)
		return KITH_OK;
	kith_fail(err, KITH_USAGE, "your home folder itself is no good place for a store");
	return kith_hint(err, "kith init ~/kith");
}

enum kith_code kith_new_store_check(struct kith_app *app, const char *wanted, struct kith_err *err)
{
	const enum kith_code code = refuse_nested(app, wanted, err);
	return code ? code : refuse_home(wanted, err);
}

/* --- git --- */

/* The words of a failing kithd: its first line, without "error: ". */
const char *kith_new_store_words(const struct kith_buf *errors, struct kith_arena *arena)
{
	const char *text = kith_buf_text(errors);
	if (strncmp(text, "error: ", 7) == 0)
		text += 7;
	return kith_arena_strndup(arena, text, strcspn(text, "\n"));
}

bool kith_new_store_kithd(struct kith_app *app, const char *const *arguments)
{
	const char *argv[32];
	size_t count = 0;
	argv[count++] = kith_spawn_daemon_path(&app->arena);
	while (*arguments && count + 1 < kith_count(argv))
		argv[count++] = *arguments++;
	argv[count] = NULL;
	KITH_BUF errors = { 0 };
	const struct kith_spawn spawn = { .argv = argv, .errors = &errors, .timeout_ms = GIT_TIMEOUT_MS };
	int status = 0;
	struct kith_err err = { 0 };
	if (kith_spawn_run(&spawn, &status, &err))
		kith_app_warn(app, "git: %s", err.message);
	else if (status == 127)
		kith_app_warn(
			app,
			"kithd was not found beside kith or in $PATH, so nothing is in git yet; install it and run "
			"kith init again");
	else if (status)
		kith_app_warn(app, "git: %s", kith_new_store_words(&errors, &app->arena));
	else
		return true;
	return false;
}

/* --- what next --- */

void kith_new_store_step(struct kith_app *app, const char *command, const char *means)
{
	kith_buf_add(&app->out, "  ");
	kith_paint(&app->out, app->screen.color, KITH_BOLD, command);
	if (app->screen.terminal && app->screen.columns < 76)
		kith_buf_add(&app->out, "\n      ");
	else
		kith_spaces(&app->out, strlen(command) < 36 ? 38 - strlen(command) : 2);
	kith_buf_addf(&app->out, "%s\n", means);
}

/* The folder that a bare `kith` takes for its store when it stands nowhere in particular; NULL: none. */
static const char *usual_store(struct kith_app *app)
{
	char real[PATH_MAX];
	struct kith_arena *arena = &app->arena;
	const char *path = kith_store_usual(&app->store->config, arena);
	return path && realpath(path, real) ? kith_arena_strdup(arena, real) : NULL;
}

void kith_new_store_way(struct kith_app *app)
{
	const char *usual = usual_store(app), *config = app->store->config.path;
	if (usual && strcmp(usual, app->store->root) == 0)
		return;
	config = config ? kith_place_home(&app->arena, config) : "~/.config/kith/config.yaml";
	const char *text =
		usual ? kith_arena_printf(&app->arena,
	                                  "kith finds it from inside of it, and by --store; elsewhere it takes %s. "
	                                  "The first store in %s is the usual one:",
	                                  kith_place_home(&app->arena, usual), config)
		      : kith_arena_printf(&app->arena,
	                                  "So that kith finds it from everywhere, write this into %s:", config);
	kith_buf_add_char(&app->out, '\n');
	kith_wrap(&app->out, app->screen.color, KITH_DIM, text, 0, kith_screen_width(&app->screen));
	kith_buf_add(&app->out, "\n  stores: [");
	kith_yaml_scalar(&app->out, app->store->root, &(struct kith_yaml_place){ .flow = true });
	kith_buf_add(&app->out, "]\n");
}
