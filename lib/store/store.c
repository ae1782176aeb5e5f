#include "lib/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/store/store_parts.h"

#define SETTINGS_FILE "kith.yaml"
enum { NAME_LIMIT = 40 }; /* bytes of the folder's name in the store's */

uint64_t kith_store_hash_from(uint64_t seed, const void *bytes, size_t length)
{
	uint64_t hash = seed;
	for (const unsigned char *at = bytes, *end = at + length; at < end; at++)
		hash = (hash ^ *at) * UINT64_C(0x100000001b3);
	return hash;
}

uint64_t kith_store_hash(const void *bytes, size_t length)
{
	return kith_store_hash_from(UINT64_C(0xcbf29ce484222325), bytes, length);
}

/* --- finding --- */

static bool is_store(const char *folder)
{
	KITH_ARENA arena = { 0 };
	struct stat status;
	return stat(kith_path_join(&arena, folder, SETTINGS_FILE), &status) == 0;
}

/* A folder that was asked for by name must be a store. */
static enum kith_code named(const char *folder, const char *by, struct kith_err *err)
{
	struct stat status;
	if (stat(folder, &status))
		kith_fail_errno(err, KITH_USAGE, "%s%s", by, folder);
	else if (!S_ISDIR(status.st_mode))
		kith_fail(err, KITH_USAGE, "%s%s is not a folder", by, folder);
	else if (is_store(folder))
		return KITH_OK;
	else
		kith_fail(err, KITH_USAGE, "%s%s is no kith store: there is no " SETTINGS_FILE " in it", by, folder);
	kith_hint(err, "make one with kith init %s", folder);
	return KITH_USAGE;
}

/* The folder or the nearest one above it that is a store. */
static const char *store_above(const char *folder, struct kith_arena *arena)
{
	for (char *at = kith_arena_strdup(arena, folder);;) {
		if (is_store(*at ? at : "/"))
			return *at ? at : "/";
		char *slash = strrchr(at, '/');
		if (!slash)
			return NULL;
		*slash = '\0';
	}
}

static const char *in_home(struct kith_arena *arena, const char *path)
{
	const char *home = kith_absolute_env("HOME");
	if (path[0] != '~' || (path[1] != '/' && path[1] != '\0'))
		return path;
	return home ? kith_path_join(arena, home, path[1] ? path + 2 : "") : NULL;
}

const char *kith_store_usual(const struct kith_config *config, struct kith_arena *arena)
{
	const char *stores = kith_record_text(&config->record, "stores");
	return in_home(arena, stores ? stores : "~/kith");
}

static enum kith_code find(const struct kith_config *config, const char *given, struct kith_arena *arena,
                           const char **out, struct kith_err *err)
{
	if (given) {
		*out = given;
		return named(given, "", err);
	}
	const char *wanted = getenv("KITH_STORE");
	if (wanted && *wanted) {
		*out = wanted;
		return named(wanted, "KITH_STORE: ", err);
	}
	KITH_CLEANUP(kith_free) char *here = getcwd(NULL, 0);
	if (here && (*out = store_above(here, arena)))
		return KITH_OK;
	*out = kith_store_usual(config, arena);
	if (*out && kith_record_text(&config->record, "stores"))
		return named(*out, "stores in config.yaml: ", err);
	if (*out && is_store(*out))
		return KITH_OK;
	kith_fail(err, KITH_USAGE, "there is no kith store here, above here, or at ~/kith");
	kith_hint(err, "make one with kith init ~/kith, or name yours with --store DIR or KITH_STORE");
	return KITH_USAGE;
}

/* --- places --- */

/* "kith-1f3a9c02": people's own name for the folder, and what tells it from others of that name. */
static const char *name_of(const char *root, struct kith_arena *arena)
{
	KITH_BUF slug = { 0 };
	kith_slug(&slug, strrchr(root, '/') + 1);
	size_t length = slug.length < NAME_LIMIT ? slug.length : NAME_LIMIT;
	while (length && length < slug.length && ((unsigned char)slug.text[length] & 0xC0) == 0x80)
		length--;
	const uint64_t hash = kith_store_hash(root, strlen(root));
	return kith_arena_printf(arena, "%.*s-%08x", length ? (int)length : 5, length ? slug.text : "store",
	                         (unsigned)(hash ^ hash >> 32));
}

/* A linked worktree or submodule has a file that says "gitdir: PATH". */
static bool leads_to_git(const char *root, const char *link, struct kith_arena *arena)
{
	KITH_BUF text = { 0 };
	struct stat status;
	if (kith_file_read(link, PATH_MAX, &text, NULL) || strncmp(kith_buf_text(&text), "gitdir: ", 8) != 0)
		return false;
	char *target = text.text + 8;
	target[strcspn(target, "\r\n")] = '\0';
	const char *path = *target == '/' ? target : kith_path_join(arena, root, target);
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void place_local(struct kith_store *store)
{
	struct stat status;
	const char *git = kith_path_join(&store->arena, store->root, ".git");
	const bool there = stat(git, &status) == 0;
	store->has_git = there && S_ISDIR(status.st_mode);
	/* On a disk that cannot be written there is still reminding to do. */
	if (store->has_git && access(git, W_OK) == 0) {
		store->local = kith_path_join(&store->arena, git, "kith");
		return;
	}
	store->has_git |= there && S_ISREG(status.st_mode) && leads_to_git(store->root, git, &store->arena);
	const char *state = kith_xdg_folder(&store->arena, "XDG_STATE_HOME", ".local/state");
	store->local = state ? kith_path_join(&store->arena, state, store->name) : NULL;
}

static void place_socket(struct kith_store *store)
{
	const char *runtime = kith_absolute_env("XDG_RUNTIME_DIR");
	const char *path = NULL;
	if (runtime)
		path = kith_arena_printf(&store->arena, "%s/kith/%s.sock", runtime, store->name);
	else if (store->local)
		path = kith_path_join(&store->arena, store->local, "kithd.sock");
	/* The kernel takes no longer ones. */
	store->socket = path && strlen(path) < sizeof(((struct sockaddr_un *)0)->sun_path) ? path : NULL;
}

static void place(struct kith_store *store)
{
	store->name = name_of(store->root, &store->arena);
	const char *cache = kith_xdg_folder(&store->arena, "XDG_CACHE_HOME", ".cache");
	store->cache = cache ? kith_path_join(&store->arena, cache, store->name) : NULL;
	place_local(store);
	place_socket(store);
}

/* --- opening --- */

static enum kith_code open_root(struct kith_store *store, const char *folder, struct kith_err *err)
{
	KITH_CLEANUP(kith_free) char *resolved = realpath(folder, NULL);
	if (!resolved)
		return kith_fail_errno(err, KITH_IO, "cannot open the store %s", folder);
	store->root = kith_arena_strdup(&store->arena, resolved);
	store->root_fd = open(store->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->root_fd < 0)
		return kith_fail_errno(err, KITH_IO, "cannot open the store %s", store->root);
	return KITH_OK;
}

enum kith_code kith_store_open(const char *given, struct kith_store **out, struct kith_err *err)
{
	KITH_CLEANUP(kith_store_close) struct kith_store *store = kith_alloc(sizeof(*store));
	store->root_fd = -1;
	kith_config_read(&store->config);
	const char *folder = NULL;
	enum kith_code code = find(&store->config, given, &store->arena, &folder, err);
	if (!code)
		code = open_root(store, folder, err);
	if (code)
		return code;
	place(store);
	kith_settings_read(&store->settings, store->root_fd);
	*out = kith_take(&store);
	return KITH_OK;
}

void kith_store_close(struct kith_store *store)
{
	if (!store)
		return;
	if (store->root_fd >= 0)
		close(store->root_fd);
	kith_settings_finish(&store->settings);
	kith_config_finish(&store->config);
	kith_arena_finish(&store->arena);
	kith_free(store);
}

struct kith_swap kith_store_swap(const struct kith_store *store, struct kith_arena *arena)
{
	return (struct kith_swap){
		.root = store->root_fd,
		.staging = store->local ? kith_path_join(arena, store->local, "swap") : NULL,
	};
}
