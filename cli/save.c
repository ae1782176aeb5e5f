#include "cli/save.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/hold.h"
#include "cli/place.h"
#include "cli/spawn.h"
#include "lib/base/file.h"
#include "lib/store/control.h"

enum { COMMIT_TIMEOUT_MS = 30000, ASK_TIMEOUT_MS = 3000 };

/* Take away the folders that were made for a file that could not be written: from the file's own up to the one
 * whose path has `kept` bytes, which was there before.  One that is in use by now stays. */
void kith_save_remove_folders(struct kith_app *app, const char *path, size_t kept)
{
	char *folder = kith_arena_strdup(&app->arena, path);
	for (char *slash; (slash = strrchr(folder, '/')) && (size_t)(slash - folder) > kept;) {
		*slash = '\0';
		if (unlinkat(app->store->root_fd, folder, AT_REMOVEDIR) && errno != ENOENT)
			return;
	}
}

/* A cloned store may hold a link where a folder should be; what is written must stay in the store.  *kept: bytes
 * of the path of the innermost folder that was there before. */
enum kith_code kith_save_folders(struct kith_app *app, const char *path, size_t *kept, struct kith_err *err)
{
	const char *slash = strrchr(path, '/');
	bool made = false;
	*kept = slash ? (size_t)(slash - path) : 0;
	if (!slash)
		return KITH_OK;
	const char *folder = kith_arena_strndup(&app->arena, path, (size_t)(slash - path));
	for (const char *at = folder;;) {
		const size_t length = (size_t)(at - folder) + strcspn(at, "/");
		const char *part = kith_arena_strndup(&app->arena, folder, length);
		int fd = kith_open_beneath(app->store->root_fd, part, O_RDONLY | O_DIRECTORY);
		if (fd < 0 && errno == ENOENT) {
			if (mkdirat(app->store->root_fd, part, 0777) && errno != EEXIST)
				return kith_fail_errno(err, KITH_IO, "cannot make the folder %s", part);
			if (!made)
				*kept = at > folder ? (size_t)(at - folder) - 1 : 0;
			made = true;
			fd = kith_open_beneath(app->store->root_fd, part, O_RDONLY | O_DIRECTORY);
		}
		if (fd < 0 && (errno == ELOOP || errno == EXDEV)) {
			kith_fail(err, KITH_IO, "%s is a link", part);
			return kith_hint(err, "kith follows no links in a store: put a real folder in its place");
		}
		if (fd < 0)
			return kith_fail_errno(err, KITH_IO, "cannot open the folder %s", part);
		close(fd);
		if (!folder[length])
			return KITH_OK;
		at = folder + length + 1;
	}
}

mode_t kith_save_mode(void)
{
	const mode_t mask = umask(0);
	(void)umask(mask); /* it can only be read by setting it */
	return 0666 & ~mask;
}

enum kith_code kith_save_new(struct kith_app *app, const char *path, const char *text, size_t length,
                             struct kith_err *err)
{
	size_t kept;
	const enum kith_code code = kith_save_folders(app, path, &kept, err);
	if (code) {
		kith_save_remove_folders(app, path, kept);
		return code;
	}
	struct kith_hold hold;
	kith_hold_begin(&hold);
	const enum kith_code made =
		kith_file_create(kith_place_absolute(app, path), text, length, kith_save_mode(), err);
	if (made)
		kith_save_remove_folders(app, path, kept);
	kith_hold_end(&hold);
	return made;
}

/* What a commit is asked for with. */
struct commit {
	struct kith_app *app;
	const char *message; /* "": what was written by hand, in words made from it */
	const char *const *paths;
	size_t count;
	bool quiet; /* what fails is somebody else's to tell */
};

static void say_waiting(const struct commit *commit, const char *why, const char *hint)
{
	if (!commit->quiet)
		kith_app_warn(commit->app, "saved, but not committed yet: %s%s%s%s", why, *hint ? " (" : "", hint,
		              *hint ? ")" : "");
}

static void write_request(const struct commit *commit, struct kith_buf *request)
{
	struct kith_json json = { .out = request };
	kith_json_object(&json);
	kith_json_key_int(&json, "id", 1);
	kith_json_key_string(&json, "do", "commit");
	kith_json_key_string(&json, "message", commit->message);
	if (*commit->message)
		kith_json_key_string(&json, "command", commit->app->args.command->name);
	if (*commit->message && commit->app->undoes)
		kith_json_key_string(&json, "undoes", commit->app->undoes);
	kith_json_key(&json, "paths");
	kith_json_array(&json);
	for (size_t i = 0; i < commit->count; i++)
		kith_json_string(&json, commit->paths[i]);
	kith_json_end_array(&json);
	kith_json_end_object(&json);
}

/* A running daemon is asked, so that the commit bears the command's own words; it would commit by itself soon
 * after.  False if it cannot be asked; *made is false if it could not commit. */
static bool ask_daemon(const struct commit *commit, bool *made)
{
	KITH_BUF request = { 0 }, answer = { 0 };
	struct kith_err err = { 0 };
	*made = false;
	write_request(commit, &request);
	if (!commit->app->daemon || request.length >= KITH_CONTROL_LIMIT)
		return false;
	const enum kith_code code =
		kith_control_call(commit->app->store, request.text, ASK_TIMEOUT_MS, &answer, &err);
	if (code == KITH_NONE)
		return false;
	KITH_CLEANUP(kith_message_destroy) struct kith_message *told = NULL;
	if (code) {
		if (!commit->quiet)
			kith_app_warn(commit->app, "saved; the daemon commits it later (%s)", err.message);
	} else if (kith_message_parse(kith_buf_text(&answer), answer.length, &told, NULL) == KITH_OK) {
		const char *waiting = kith_message_text(told, "waiting"), *hint = kith_message_text(told, "hint");
		if (waiting)
			say_waiting(commit, waiting, hint ? hint : "kith doctor says more");
		*made = !waiting;
	}
	return true;
}

/* The paths go through standard input, where their number does not matter. */
static bool run_kithd(const struct commit *commit)
{
	struct kith_app *app = commit->app;
	KITH_BUF paths = { 0 }, errors = { 0 };
	for (size_t i = 0; i < commit->count; i++)
		kith_buf_add_bytes(&paths, commit->paths[i], strlen(commit->paths[i]) + 1);
	const char *const argv[] = {
		kith_spawn_daemon_path(&app->arena),   "--store",
		app->store->root,                      "--paths-from-stdin",
		"--commit",                            commit->message,
		*commit->message ? "--command" : NULL, app->args.command->name,
		app->undoes ? "--undoes" : NULL,       app->undoes,
		NULL,
	};
	const struct kith_spawn spawn = {
		.argv = argv,
		.input = paths.text,
		.input_length = paths.length,
		.errors = &errors,
		.timeout_ms = COMMIT_TIMEOUT_MS,
	};
	int status = 0;
	struct kith_err err = { 0 };
	if (kith_spawn_run(&spawn, &status, &err)) {
		say_waiting(commit, err.message, "");
	} else if (status == 127) {
		if (!commit->quiet)
			kith_app_warn(app, "saved, but not committed: kithd was not found beside kith or in $PATH");
	} else if (status) {
		const char *what = kith_spawn_said(&app->arena, &errors, "error: "), *hint = kith_spawn_said(&app->arena, &errors, "hint: ");
		what += strncmp(what, "nothing was committed: ", 23) == 0 ? 23 : 0;
		say_waiting(commit, *what ? what : "kithd failed without a word", hint);
	} else {
		return true;
	}
	return false;
}

static bool make_commit(const struct commit *commit)
{
	bool made;
	if (!commit->app->store->has_git || !commit->count)
		return false;
	return ask_daemon(commit, &made) ? made : run_kithd(commit);
}

bool kith_save_commit(struct kith_app *app, const char *message, const char *const *paths, size_t count)
{
	return make_commit(&(struct commit){ .app = app, .message = message, .paths = paths, .count = count });
}

void kith_save_commit_earlier(struct kith_app *app, const char *const *paths, size_t count)
{
	(void)make_commit(&(struct commit){ .app = app, .message = "", .paths = paths, .count = count, .quiet = true });
}

void kith_save_say_undo(const struct kith_app *app, struct kith_buf *out)
{
	if (app->json || app->ids)
		return;
	kith_paint(out, app->screen.color, KITH_DIM, "undo: kith undo");
	kith_buf_add_char(out, '\n');
}
