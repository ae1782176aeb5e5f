#include "cli/save.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/place.h"
#include "cli/spawn.h"
#include "lib/base/file.h"
#include "lib/store/control.h"

enum { COMMIT_TIMEOUT_MS = 30000, ASK_TIMEOUT_MS = 3000 };

/* Take away the folders that were made for a file that could not be written: from the file's own up to the one
 * whose path has `kept` bytes, which was there before.  One that is in use by now stays. */
static void remove_folders(struct kith_app *app, const char *path, size_t kept)
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
static enum kith_code make_folder(struct kith_app *app, const char *path, size_t *kept, struct kith_err *err)
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
	const enum kith_code code = make_folder(app, path, &kept, err);
	if (code) {
		remove_folders(app, path, kept);
		return code;
	}
	/* Ctrl-C waits, so that no half of it stays behind. */
	sigset_t hold, before;
	sigemptyset(&hold);
	sigaddset(&hold, SIGINT);
	sigaddset(&hold, SIGTERM);
	sigaddset(&hold, SIGHUP);
	sigprocmask(SIG_BLOCK, &hold, &before);
	const enum kith_code made =
		kith_file_create(kith_place_absolute(app, path), text, length, kith_save_mode(), err);
	if (made)
		remove_folders(app, path, kept);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return made;
}

/* A running daemon is asked, so that the commit bears the command's own words; it would commit by itself soon
 * after. */
static bool ask_daemon(struct kith_app *app, const char *message, const char *const *paths, size_t count)
{
	KITH_BUF request = { 0 }, answer = { 0 };
	struct kith_err err = { 0 };
	struct kith_json json = { .out = &request };
	kith_json_object(&json);
	kith_json_key_int(&json, "id", 1);
	kith_json_key_string(&json, "do", "commit");
	kith_json_key_string(&json, "message", message);
	kith_json_key_string(&json, "command", app->args.command->name);
	kith_json_key(&json, "paths");
	kith_json_array(&json);
	for (size_t i = 0; i < count; i++)
		kith_json_string(&json, paths[i]);
	kith_json_end_array(&json);
	kith_json_end_object(&json);
	const enum kith_code code = kith_control_call(app->store, request.text, ASK_TIMEOUT_MS, &answer, &err);
	if (code == KITH_NONE)
		return false;
	KITH_CLEANUP(kith_message_destroy) struct kith_message *told = NULL;
	if (code) {
		kith_app_warn(app, "saved; the daemon commits it later (%s)", err.message);
	} else if (kith_message_parse(kith_buf_text(&answer), answer.length, &told, NULL) == KITH_OK) {
		const char *waiting = kith_message_text(told, "waiting"), *hint = kith_message_text(told, "hint");
		if (waiting)
			kith_app_warn(app, "saved, but not committed yet: %s (%s)", waiting,
			              hint ? hint : "kith doctor says more");
	}
	return true;
}

/* The line of kithd's errors that begins with the word, without it; "" if there is none. */
static const char *line_of(struct kith_app *app, const struct kith_buf *errors, const char *word)
{
	for (const char *at = kith_buf_text(errors); *at;) {
		const size_t length = strcspn(at, "\n");
		if (strncmp(at, word, strlen(word)) == 0)
			return kith_arena_strndup(&app->arena, at + strlen(word), length - strlen(word));
		at += length + (at[length] == '\n');
	}
	return "";
}

void kith_save_commit(struct kith_app *app, const char *message, const char *const *paths, size_t count)
{
	if (!app->store->has_git || (app->daemon && ask_daemon(app, message, paths, count)))
		return;
	const char **argv = kith_arena_alloc(&app->arena, (count + 9) * sizeof(*argv));
	size_t at = 0;
	argv[at++] = kith_spawn_daemon_path(&app->arena);
	argv[at++] = "--store";
	argv[at++] = app->store->root;
	argv[at++] = "--commit";
	argv[at++] = message;
	argv[at++] = "--command";
	argv[at++] = app->args.command->name;
	argv[at++] = "--";
	for (size_t i = 0; i < count; i++)
		argv[at++] = paths[i];
	KITH_BUF errors = { 0 };
	const struct kith_spawn spawn = { .argv = argv, .errors = &errors, .timeout_ms = COMMIT_TIMEOUT_MS };
	int status = 0;
	struct kith_err err = { 0 };
	if (kith_spawn_run(&spawn, &status, &err)) {
		kith_app_warn(app, "saved, but not committed yet: %s", err.message);
	} else if (status == 127) {
		kith_app_warn(app, "saved, but not committed: kithd was not found beside kith or in $PATH");
	} else if (status) {
		const char *what = line_of(app, &errors, "error: "), *hint = line_of(app, &errors, "hint: ");
		what += strncmp(what, "nothing was committed: ", 23) == 0 ? 23 : 0;
		kith_app_warn(app, "saved, but not committed yet: %s%s%s%s",
		              *what ? what : "kithd failed without a word", *hint ? " (" : "", hint, *hint ? ")" : "");
	}
}
