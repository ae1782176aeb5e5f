#include "cli/place.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/file.h"

bool kith_place_is_path(const char *text)
{
	const size_t length = strlen(text);
	return strchr(text, '/') || (length > 5 && strcmp(text + length - 5, ".yaml") == 0) ||
	       (length > 4 && strcmp(text + length - 4, ".yml") == 0);
}

/* Behind the folder in the path: "contacts/ana.yaml"; NULL when it is not in it. */
static const char *below(const char *folder, const char *path)
{
	const size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
	if (strncmp(path, folder, length) != 0 || (path[length] && path[length] != '/'))
		return NULL;
	return path + length + (path[length] == '/');
}

/* The real folder and the name in it, so that a link in the last part stays what it is. */
static const char *resolve(struct kith_arena *arena, const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return realpath(path, folder) ? kith_arena_strdup(arena, folder) : NULL;
	const char *parent = slash == path ? "/"
	                     : slash       ? kith_arena_strndup(arena, path, (size_t)(slash - path))
	                                   : ".";
	if (!realpath(parent, folder))
		return NULL;
	return kith_path_join(arena, folder, name);
}

static bool exists(const char *path)
{
	struct stat status;
	return lstat(path, &status) == 0;
}

enum kith_code kith_place_in_store(struct kith_app *app, const char *text, const char **out, struct kith_err *err)
{
	const char *absolute = resolve(&app->arena, text);
	const char *inside = absolute && exists(absolute) ? below(app->store->root, absolute) : NULL;
	const bool elsewhere = absolute && exists(absolute) && !inside;
	if (!inside && *text != '/') {
		absolute = resolve(&app->arena, kith_path_join(&app->arena, app->store->root, text));
		inside = absolute && exists(absolute) ? below(app->store->root, absolute) : NULL;
	}
	if (inside) {
		*out = inside;
		return KITH_OK;
	}
	if (elsewhere) {
		kith_fail(err, KITH_USAGE, "%s is not in the store", text);
		return kith_hint(err, "the store is %s; --store names another",
		                 kith_place_home(&app->arena, app->store->root));
	}
	kith_fail(err, KITH_NONE, "there is no file %s", text);
	return kith_hint(err, "kith find looks for words in all files");
}

const char *kith_place_absolute(struct kith_app *app, const char *path)
{
	return kith_path_join(&app->arena, app->store->root, path);
}

const char *kith_place_shown(struct kith_app *app, const char *path)
{
	char here[PATH_MAX];
	const char *absolute = kith_place_absolute(app, path);
	if (!getcwd(here, sizeof(here)))
		return absolute;
	const char *from_here = strcmp(here, "/") == 0 ? NULL : below(here, absolute);
	if (from_here)
		return from_here;
	const char *inside = below(app->store->root, here);
	if (!inside)
		return absolute;
	/* In a folder of the store: up to what the two paths share, and down again. */
	KITH_BUF up = { 0 };
	size_t shared = 0;
	for (size_t i = 0; inside[i] && inside[i] == path[i]; i++)
		if (inside[i] == '/')
			shared = i + 1;
	for (const char *at = inside + shared; *at; at += strcspn(at, "/"), at += *at == '/')
		kith_buf_add(&up, "../");
	kith_buf_add(&up, path + shared);
	return kith_arena_strdup(&app->arena, kith_buf_text(&up));
}

const char *kith_place_home(struct kith_arena *arena, const char *path)
{
	const char *home = getenv("HOME");
	const char *inside = home && *home && strcmp(home, "/") != 0 ? below(home, path) : NULL;
	if (!inside)
		return path;
	return *inside ? kith_arena_printf(arena, "~/%s", inside) : "~";
}
