/* kith clone: fetch a store from another machine, and set it up on this one. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/new_store.h"
#include "cli/place.h"
#include "cli/spawn.h"
#include "cli/waiting.h"
#include "lib/base/file.h"
#include "lib/store/schemas.h"

struct cloning {
	struct kith_app *app;
	const char *url, *folder;
	bool made;  /* the folder, before git was run */
	bool there; /* it was there before, empty */
	const char *root;
};

/* --- from where, to where --- */

/* What begins with a dash is an option to git, or to the ssh that it starts. */
static enum kith_code check_address(const char *url, struct kith_err *err)
{
	const char *scheme = strstr(url, "://");
	const char *host = scheme ? scheme + 3 : url;
	const char *at = host + strcspn(host, "/:@");
	if (*at == '@')
		host = at + 1;
	const bool has_host = scheme || host[strcspn(host, "/:")] == ':';
	if (*url && *url != '-' && !(has_host && *host == '-'))
		return KITH_OK;
	kith_fail(err, KITH_USAGE, "'%s' is no address of a store", url);
	return kith_hint(err, "kith clone git@example.org:kith.git, https://example.org/kith.git, or a folder");
}

/* As git does: the last part, without .git. */
static const char *folder_of(struct kith_app *app, const char *url)
{
	size_t length = strlen(url);
	while (length && url[length - 1] == '/')
		length--;
	if (length > 5 && memcmp(url + length - 5, "/.git", 5) == 0)
		length -= 5;
	else if (length > 4 && memcmp(url + length - 4, ".git", 4) == 0)
		length -= 4;
	size_t start = length;
	while (start && !strchr("/:", url[start - 1]))
		start--;
	return kith_arena_strndup(&app->arena, url + start, length - start);
}

static bool is_empty_folder(const char *path)
{
	struct stat status;
	if (lstat(path, &status) || !S_ISDIR(status.st_mode))
		return false;
	/* rmdir refuses what is not empty. */
	return rmdir(path) == 0 && mkdir(path, status.st_mode & 07777) == 0;
}

static enum kith_code choose_folder(struct cloning *cloning, struct kith_err *err)
{
	struct kith_app *app = cloning->app;
	const char *folder = app->args.word_count > 1 ? app->args.words[1] : folder_of(app, cloning->url);
	struct stat status;
	cloning->folder = folder;
	if (!*folder || *folder == '-' || strcmp(folder, ".") == 0 || strcmp(folder, "..") == 0) {
		kith_fail(err, KITH_USAGE, "'%s' is no name for the folder of a store", folder);
		return kith_hint(err, "name another one: kith clone ADDRESS DIR");
	}
	const enum kith_code code = kith_new_store_check(app, folder, err);
	if (code)
		return code;
	/* Who is in it is nobody else's business on this machine; git would make it as the umask has it. */
	if (mkdir(folder, 0700) == 0) {
		cloning->made = true;
	} else if (lstat(folder, &status) == 0) {
		cloning->there = is_empty_folder(folder);
		if (cloning->there)
			return KITH_OK;
		kith_fail(err, KITH_USAGE, "%s is there already, and not empty", folder);
		return kith_hint(err, "name another folder: kith clone ADDRESS DIR; what is in it, kith init %s adopts", folder);
	}
	return KITH_OK;
}

/* --- git --- */

/* The user's own git, so that keys, proxies and passwords work; it may ask.  Submodules are no part of a store. */
static enum kith_code run_git(struct cloning *cloning, struct kith_err *err)
{
	const char *argv[] = { "git", "clone",         "--no-recurse-submodules", "--origin", "origin",
		               "--",  cloning->url, cloning->folder,            NULL };
	const struct kith_spawn spawn = { .argv = argv, .foreground = true };
	int status = 0;
	const enum kith_code code = kith_spawn_run(&spawn, &status, err);
	if (!code && !status)
		return KITH_OK;
	if (cloning->made)
		(void)rmdir(cloning->folder); /* git leaves it empty; if not, what is in it is not ours */
	if (code)
		return code;
	if (status == 127) {
		kith_fail(err, KITH_SYNC, "git is not installed");
		return kith_hint(err, "install it: apt install git");
	}
	if (status == 130)
		return kith_fail(err, KITH_STOPPED, "nothing was cloned");
	kith_fail(err, KITH_SYNC, "git could not clone %s", cloning->url);
	return kith_hint(err, "what git says above tells why; git clone %s would say the same", cloning->url);
}

/* The branches there, one a line; empty too where git does not tell. */
static const char *list_branches(struct cloning *cloning)
{
	KITH_BUF lines = { 0 };
	const char *argv[] = { "git", "-C", cloning->folder, "for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin/", NULL };
	const struct kith_spawn spawn = { .argv = argv, .output = &lines };
	int status = 0;
	if (kith_spawn_run(&spawn, &status, NULL) || status)
		return "";
	return kith_arena_strdup(&cloning->app->arena, kith_buf_text(&lines));
}

/* A repository made with `git init --bare` says what its first branch would be called, and the one that was pushed may be called otherwise: git then
 * fetches all and checks out nothing.  The only branch there is must be meant. */
static enum kith_code check_out_only_branch(struct cloning *cloning, struct kith_err *err)
{
	const char *branches = list_branches(cloning);
	const size_t length = strcspn(branches, "\n");
	if (!length || strcmp(branches + length, "\n") != 0 || *branches == '-') {
		kith_fail(err, KITH_NONE, "%s was cloned, but what is there has no branch that git would take", cloning->folder);
		return length ? kith_hint(err, "git -C %s branch -r names the branches; git -C %s switch BRANCH takes one", cloning->folder,
		                          cloning->folder)
		              : kith_hint(err, "it is empty: kith init %s makes a store of the clone, and git push sends it there", cloning->folder);
	}
	const char *branch = kith_arena_strndup(&cloning->app->arena, branches, length);
	const char *argv[] = { "git", "-C", cloning->folder, "checkout", "--quiet", "-b", branch, "--track",
		               kith_arena_printf(&cloning->app->arena, "origin/%s", branch), NULL };
	const struct kith_spawn spawn = { .argv = argv, .foreground = true };
	int status = 0;
	const enum kith_code code = kith_spawn_run(&spawn, &status, err);
	if (code || !status)
		return code;
	kith_fail(err, KITH_SYNC, "%s was cloned, but git cannot check out its branch", cloning->folder);
	return kith_hint(err, "what git says above tells why");
}

static bool has_commit(struct cloning *cloning)
{
	const char *argv[] = { "git", "-C", cloning->folder, "rev-parse", "--quiet", "--verify", "HEAD", NULL };
	const struct kith_spawn spawn = { .argv = argv };
	int status = 0;
	return kith_spawn_run(&spawn, &status, NULL) || status == 0;
}

static enum kith_code find_root(struct cloning *cloning, struct kith_err *err)
{
	struct kith_app *app = cloning->app;
	char real[PATH_MAX];
	struct stat status;
	if (!realpath(cloning->folder, real))
		return kith_fail_errno(err, KITH_IO, "cannot use %s", cloning->folder);
	cloning->root = kith_arena_strdup(&app->arena, real);
	if (!cloning->made && !cloning->there)
		(void)chmod(real, 0700); /* git made its parents too; failing, it is as git made it */
	if (lstat(kith_path_join(&app->arena, real, "kith.yaml"), &status) == 0)
		return KITH_OK;
	kith_fail(err, KITH_NONE, "%s was cloned, but it is no store: there is no kith.yaml in it", cloning->folder);
	return kith_hint(err, "kith init %s makes it one, with everything that is in it", cloning->folder);
}

/* --- what it is --- */

static void print_counts(struct kith_app *app, const struct kith_index_counts *counts)
{
	KITH_BUF line = { 0 };
	kith_buf_addf(&line, "The store in %s: ", kith_place_home(&app->arena, app->store->root));
	size_t any = 0;
	for (unsigned kind = 0; kind < KITH_KINDS; kind++) {
		const size_t count = counts->records[kind];
		if (count)
			kith_buf_addf(&line, "%s%zu %s", any++ ? ", " : "", count,
			              count == 1 ? kith_kind_name((enum kith_kind)kind)
			                         : kith_kind_folder((enum kith_kind)kind));
	}
	kith_buf_add(&line, any ? "." : "no records yet.");
	kith_wrap(&app->out, app->screen.color, KITH_BOLD, line.text, 0, kith_screen_width(&app->screen));
	kith_buf_add_char(&app->out, '\n');
}

static void print_troubles(struct kith_app *app, const struct kith_index_counts *counts)
{
	struct kith_waiting_counts waiting;
	const char *words = kith_waiting_count(app, &waiting, NULL) ? NULL : kith_waiting_words(app, &waiting);
	const size_t faulty = counts->faulty + counts->broken;
	if (faulty)
		kith_buf_addf(&app->out, "%zu file%s faults: kith check\n", faulty, faulty == 1 ? " has" : "s have");
	if (app->store->settings.faults.errors)
		kith_buf_add(&app->out, "kith.yaml has errors, and defaults stand in: kith check kith.yaml\n");
	if (words)
		kith_buf_addf(&app->out, "%s: kith conflicts\n", words);
}

static enum kith_code set_up(struct cloning *cloning, struct kith_err *err)
{
	struct kith_app *app = cloning->app;
	struct kith_index_counts counts;
	(void)kith_new_store_kithd(app, (const char *const[]){ "--init", cloning->root, NULL }); /* it has said what is wrong */
	enum kith_code code = kith_store_open(cloning->root, &app->store, err);
	if (!code)
		code = kith_schemas_write(app->store->root_fd, NULL, err);
	if (!code)
		code = kith_app_open_index(app, err);
	if (!code)
		code = kith_index_counts(app->index, &counts, err);
	if (code)
		return code;
	print_counts(app, &counts);
	print_troubles(app, &counts);
	kith_buf_add_char(&app->out, '\n');
	if (!app->store->settings.me)
		kith_new_store_step(app, "kith init --me \"Your Name\"", "says which contact is you");
	kith_new_store_step(app, "kith", "shows what is due");
	kith_new_store_step(app, "kith daemon start", "reminds you, and commits by itself");
	kith_new_store_way(app);
	return KITH_OK;
}

enum kith_code kith_cmd_clone(struct kith_app *app, struct kith_err *err)
{
	struct cloning cloning = { .app = app };
	enum kith_code code = kith_args_expect(&app->args, 1, 2, err);
	if (code)
		return code;
	cloning.url = app->args.words[0];
	code = check_address(cloning.url, err);
	if (!code)
		code = choose_folder(&cloning, err);
	if (!code)
		code = run_git(&cloning, err);
	if (!code && !has_commit(&cloning))
		code = check_out_only_branch(&cloning, err);
	if (!code)
		code = find_root(&cloning, err);
	return code ? code : set_up(&cloning, err);
}
