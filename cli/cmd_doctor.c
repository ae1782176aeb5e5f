/* kith doctor: what may be wrong on this machine, each with the way out. */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/editor.h"
#include "cli/facts.h"
#include "cli/merging.h"
#include "cli/place.h"
#include "cli/spawn.h"
#include "lib/base/file.h"
#include "lib/base/swap.h"

enum { TOOL_MS = 5000, PATIENCE_MS = 5000, EARLIEST_YEAR = 2024, OLD_LOCK_S = 600 };

struct examination {
	struct kith_app *app;
	struct kith_facts facts;
};

#define OK(label, ...) kith_fact_add(examination->app, &examination->facts, label, KITH_FACT_OK, "", __VA_ARGS__)
#define WARN(label, hint, ...)                                                                                         \
	kith_fact_add(examination->app, &examination->facts, label, KITH_FACT_WARN, hint, __VA_ARGS__)
#define BAD(label, hint, ...)                                                                                          \
	kith_fact_add(examination->app, &examination->facts, label, KITH_FACT_BAD, hint, __VA_ARGS__)

/* The first line a program prints; NULL when it cannot be run or fails. */
static const char *first_line(struct examination *examination, const char *const *argv)
{
	KITH_BUF out = { 0 };
	const struct kith_spawn spawn = { .argv = argv, .output = &out, .timeout_ms = TOOL_MS };
	int status = 1;
	if (kith_spawn_run(&spawn, &status, NULL) || status)
		return NULL;
	const char *text = kith_buf_text(&out);
	return kith_arena_strndup(&examination->app->arena, text, strcspn(text, "\n"));
}

/* --- the machine --- */

static void look_at_locale(struct examination *examination)
{
	setlocale(LC_CTYPE, "");
	const char *codeset = nl_langinfo(CODESET);
	if (strcmp(codeset, "UTF-8") == 0)
		OK("locale", "UTF-8");
	else
		WARN("locale", "set LANG to one that ends in UTF-8, such as C.UTF-8",
		     "%s: names with accents may not show right", codeset);
}

static void look_at_clock(struct examination *examination)
{
	const struct kith_app *app = examination->app;
	const struct kith_date today = kith_date_of(app->now.today);
	if (app->clock.fixed)
		WARN("clock", "unset KITH_NOW to go by the real time", "fixed by KITH_NOW to %04d-%02d-%02d",
		     today.year, today.month, today.day);
	else if (today.year < EARLIEST_YEAR)
		BAD("clock", "set the clock: reminders go by it", "it says that this is the year %d", today.year);
	else
		OK("clock", "%04d-%02d-%02d %02d:%02d", today.year, today.month, today.day, app->now.minute / 60,
		   app->now.minute % 60);
}

static void look_at_editor(struct examination *examination)
{
	struct kith_app *app = examination->app;
	const char *command = kith_editor_command(app->store ? &app->store->config : NULL);
	const char *program = kith_arena_strndup(&app->arena, command, strcspn(command, " "));
	if (kith_spawn_exists(program))
		OK("editor", "%s", command);
	else
		WARN("editor", "set $EDITOR to one you have, such as nano", "%s is not installed", program);
}

static void look_at_git(struct examination *examination)
{
	const char *version = first_line(examination, (const char *const[]){ "git", "--version", NULL });
	if (!version) {
		WARN("git", "install git: history, undoing by hand and syncing use it", "not found");
		return;
	}
	OK("git", "%s", version);
	const char *name = first_line(examination, (const char *const[]){ "git", "config", "user.name", NULL });
	const char *email = first_line(examination, (const char *const[]){ "git", "config", "user.email", NULL });
	if (name && *name && email && *email)
		OK("author", "%s <%s>", name, email);
	else
		WARN("author",
		     "git config --global user.name \"Your Name\"; git config --global user.email you@example.org",
		     "git does not know your name and email");
}

static void look_at_kithd(struct examination *examination)
{
	struct kith_app *app = examination->app;
	const char *path = kith_spawn_daemon_path(&app->arena);
	const char *version = first_line(examination, (const char *const[]){ path, "--version", NULL });
	if (!version)
		BAD("kithd", "install kithd beside kith",
		    "not found beside kith or in $PATH: nothing can be committed");
	else
		OK("kithd", "%s", version);
}

static void look_at_bus(struct examination *examination)
{
	struct kith_app *app = examination->app;
	const char *address = getenv("DBUS_SESSION_BUS_ADDRESS"), *runtime = getenv("XDG_RUNTIME_DIR");
	const bool there = (address && *address) ||
	                   (runtime && *runtime && access(kith_path_join(&app->arena, runtime, "bus"), F_OK) == 0);
	if (there)
		OK("session bus", "found");
	else
		WARN("session bus", "reminders need one, or a notify_command in config.yaml", "not found");
	if (!runtime || !*runtime)
		WARN("run folder", "set XDG_RUNTIME_DIR; a login session does",
		     "XDG_RUNTIME_DIR is not set: the daemon's socket stands in the store");
}

/* --- the store --- */

static void look_at_owner(struct examination *examination)
{
	struct kith_app *app = examination->app;
	static const char *const paths[] = { "", ".git" };
	for (size_t i = 0; i < kith_count(paths); i++) {
		struct stat status;
		const char *path = *paths[i] ? kith_place_absolute(app, paths[i]) : app->store->root;
		if (stat(path, &status) || status.st_uid == geteuid())
			continue;
		BAD("owner", kith_arena_printf(&app->arena, "sudo chown -R $USER '%s'", app->store->root),
		    "%s belongs to another user: git refuses to work in it", path);
		return;
	}
	OK("owner", "the store is yours");
}

static void look_at_repository(struct examination *examination)
{
	struct kith_app *app = examination->app;
	if (!app->store->has_git) {
		WARN("repository", "kith init makes it one", "the store is not a git repository");
		return;
	}
	size_t waiting = kith_merging_under_way(app, &examination->facts);
	struct stat status;
	if (stat(kith_place_absolute(app, ".git/index.lock"), &status) == 0 &&
	    status.st_mtime + OLD_LOCK_S < time(NULL)) {
		WARN("repository",
		     kith_arena_printf(&app->arena, "if no git is running: rm '%s/.git/index.lock'", app->store->root),
		     "git left a lock behind");
		waiting++;
	}
	if (!waiting)
		OK("repository", "nothing is in the way");
}

static void look_at_writing(struct examination *examination)
{
	const struct kith_swap swap = kith_store_swap(examination->app->store, &examination->app->arena);
	const char *lacks = kith_swap_lacks(&swap);
	if (lacks)
		WARN("writing", "keep the store on a local disk, in a folder that is yours", "%s", lacks);
	else
		OK("writing", "a save while kith writes the same file is safe");
}

static void look_at_settings(struct examination *examination)
{
	struct kith_app *app = examination->app;
	const struct kith_store *store = app->store;
	if (store->settings.faults.errors)
		BAD("kith.yaml", "kith check kith.yaml", "has %zu error%s", store->settings.faults.errors,
		    store->settings.faults.errors == 1 ? "" : "s");
	else if (!store->settings.me)
		WARN("kith.yaml", "kith init --me \"Your Name\"", "does not say which contact is you");
	else
		OK("kith.yaml", "you are %s", store->settings.me);
	const struct kith_faults *faults = &store->config.faults;
	if (faults->count)
		BAD("config", faults->list[0].hint, "%s:%u: %s", store->config.path, (unsigned)faults->list[0].line,
		    faults->list[0].message);
}

static void look_at_index(struct examination *examination)
{
	struct kith_app *app = examination->app;
	struct kith_err err = { 0 };
	struct kith_index_counts counts;
	if (kith_app_open_index(app, &err)) {
		BAD("index", err.hint, "%s", err.message);
		return;
	}
	if (kith_index_is_temporary(app->index)) {
		const char *cache = app->store->cache ? app->store->cache : "$XDG_CACHE_HOME";
		WARN("index", kith_arena_printf(&app->arena, "make %s writable", cache),
		     "it cannot be kept, so every command reads all files");
	} else if (kith_index_verify(app->index, &err)) {
		BAD("index",
		    kith_arena_printf(&app->arena, "rm -r '%s': it is built again from the files", app->store->cache),
		    "%s", err.message);
	} else {
		OK("index", "sound");
	}
	if (kith_index_counts(app->index, &counts, &err))
		return;
	if (counts.folders)
		WARN("folders", "kith check", "%zu cannot be listed", counts.folders);
	if (counts.broken || counts.faulty)
		WARN("files", "kith check", "%zu cannot be read, %zu have faults", counts.broken, counts.faulty);
	else
		OK("files", "%zu, none with faults", counts.files);
}

static bool count_folder(void *user, const char *path)
{
	(void)path;
	++*(size_t *)user;
	return true;
}

static bool ignore_file(void *user, const char *path, const struct stat *status)
{
	(void)user, (void)path, (void)status;
	return true;
}

static void look_at_watches(struct examination *examination)
{
	struct kith_app *app = examination->app;
	size_t folders = 0;
	const struct kith_walk walk = {
		.file = ignore_file, .folder = count_folder, .user = &folders, .unsorted = true
	};
	for (unsigned kind = 0; kind < KITH_KINDS; kind++)
		(void)kith_walk(app->store->root_fd, kith_kind_folder((enum kith_kind)kind),
		                &walk); /* nothing stops it */
	KITH_BUF text = { 0 };
	if (kith_file_read("/proc/sys/fs/inotify/max_user_watches", 64, &text, NULL))
		return;
	const long limit = strtol(text.text, NULL, 10);
	if ((size_t)limit < folders * 2)
		WARN("watching", "sudo sysctl fs.inotify.max_user_watches=524288",
		     "%zu folders, and the system allows %ld watches for all programs", folders, limit);
	else
		OK("watching", "%zu folders of %ld that may be watched", folders, limit);
}

static void look_at_daemon(struct examination *examination)
{
	struct kith_app *app = examination->app;
	KITH_CLEANUP(kith_message_destroy) struct kith_message *status = NULL;
	struct kith_err err = { 0 };
	const enum kith_code code = kith_client_ask(app, "{\"id\":1,\"do\":\"status\"}", PATIENCE_MS, &status, &err);
	if (code && code != KITH_NONE)
		BAD("daemon", *err.hint ? err.hint : "kith daemon log says more", "%s", err.message);
	else
		kith_facts_daemon(app, &examination->facts, status);
}

static void look_at_store(struct examination *examination)
{
	struct kith_app *app = examination->app;
	struct kith_err err = { 0 };
	if (kith_app_open_store(app, &err)) {
		BAD("store", err.hint, "%s", err.message);
		return;
	}
	OK("store", "%s", kith_place_home(&app->arena, app->store->root));
	look_at_settings(examination);
	look_at_owner(examination);
	look_at_writing(examination);
	look_at_repository(examination);
	kith_merging_look(app, &examination->facts, false);
	look_at_index(examination);
	look_at_watches(examination);
	look_at_daemon(examination);
}

enum kith_code kith_cmd_doctor(struct kith_app *app, struct kith_err *err)
{
	const enum kith_code code = kith_args_expect(&app->args, 0, 0, err);
	if (code)
		return code;
	struct examination examination = { .app = app };
	look_at_store(&examination);
	look_at_locale(&examination);
	look_at_clock(&examination);
	look_at_editor(&examination);
	look_at_git(&examination);
	look_at_kithd(&examination);
	look_at_bus(&examination);
	if (app->json) {
		struct kith_json json = kith_app_json(app);
		kith_facts_json(&json, &examination.facts);
		kith_app_end_json(&json);
	} else {
		kith_facts_print(app, &examination.facts, true);
	}
	return examination.facts.bad ? KITH_SYNC : KITH_OK;
}
