#include "cli/change.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/change_parts.h"
#include "cli/pick.h"
#include "cli/place.h"
#include "cli/save.h"

enum { MANY = 20 };

/* --- planning --- */

static struct kith_change *find(const struct kith_changes *changes, const char *path)
{
	for (size_t i = 0; i < changes->count; i++)
		if (strcmp(changes->list[i].path, path) == 0)
			return &changes->list[i];
	return NULL;
}

static struct kith_change *add(struct kith_changes *changes, const struct kith_change *change)
{
	struct kith_arena *arena = &changes->app->arena;
	struct kith_change *place =
		kith_arena_push(arena, &changes->list, &changes->count, &changes->capacity, sizeof(*place));
	*place = *change;
	place->path = kith_arena_strdup(arena, change->path);
	return place;
}

/* The text of a file now; KITH_NONE when it is not there. */
enum kith_code kith_change_read(struct kith_app *app, const char *path, const char **text, size_t *length,
                                struct kith_err *err)
{
	KITH_BUF buf = { 0 };
	struct stat status;
	const struct kith_swap swap = kith_store_swap(app->store, &app->arena);
	const enum kith_code code = kith_swap_read(&swap, path, KITH_DOC_LIMIT, &buf, err);
	if (code && fstatat(swap.root, path, &status, AT_SYMLINK_NOFOLLOW) && (errno == ENOENT || errno == ENOTDIR))
		return kith_fail(err, KITH_NONE, "there is no file %s", kith_place_shown(app, path));
	if (code)
		return code;
	*text = kith_arena_strndup(&app->arena, kith_buf_text(&buf), buf.length);
	*length = buf.length;
	return KITH_OK;
}

/* The new text, from `before`, by all steps from `step` on. */
static enum kith_code compute(struct kith_app *app, struct kith_change *change, const struct kith_change_step *step,
                              const char *before, size_t before_length, struct kith_err *err)
{
	const char *text = before;
	size_t length = before_length;
	for (; step; step = step->next) {
		KITH_BUF out = { 0 };
		const enum kith_code code = step->edit(step->user, app, change->path, text, length, &out, err);
		if (code)
			return kith_within(err, "%s", kith_place_shown(app, change->path));
		text = kith_arena_strndup(&app->arena, kith_buf_text(&out), out.length);
		length = out.length;
	}
	change->after = text;
	change->after_length = length;
	change->same = change->before && change->before_length == length &&
	               (!length || memcmp(change->before, text, length) == 0);
	return KITH_OK;
}

enum kith_code kith_change_read_again(struct kith_app *app, struct kith_change *change, struct kith_err *err)
{
	const enum kith_code code = kith_change_read(app, change->path, &change->before, &change->before_length, err);
	return code ? code : compute(app, change, change->steps, change->before, change->before_length, err);
}

static struct kith_change_step *make_step(struct kith_app *app, kith_change_edit *edit, void *user)
{
	struct kith_change_step *step = kith_arena_alloc(&app->arena, sizeof(*step));
	*step = (struct kith_change_step){ edit, user, NULL };
	return step;
}

/* Another edit of a file that is planned already: of its new text. */
static enum kith_code edit_further(struct kith_changes *changes, struct kith_change *change, kith_change_edit *edit,
                                   void *user, struct kith_err *err)
{
	struct kith_app *app = changes->app;
	struct kith_change_step *step = make_step(app, edit, user);
	if (change->what == KITH_CHANGE_REMOVE)
		return kith_fail(err, KITH_NONE, "there is no file %s", kith_place_shown(app, change->path));
	const enum kith_code code = compute(app, change, step, change->after, change->after_length, err);
	if (code || change->what == KITH_CHANGE_CREATE)
		return code; /* a new file has nobody else's text to begin again from */
	struct kith_change_step **last = &change->steps;
	while (*last)
		last = &(*last)->next;
	*last = step;
	return KITH_OK;
}

enum kith_code kith_change_edit_file(struct kith_changes *changes, const char *path, kith_change_edit *edit, void *user,
                                     struct kith_err *err)
{
	struct kith_app *app = changes->app;
	struct kith_change *planned = find(changes, path);
	if (planned)
		return edit_further(changes, planned, edit, user, err);
	struct kith_change change = { .what = KITH_CHANGE_EDIT, .path = path, .steps = make_step(app, edit, user) };
	enum kith_code code = kith_change_read(app, path, &change.before, &change.before_length, err);
	if (!code)
		code = compute(app, &change, change.steps, change.before, change.before_length, err);
	if (!code)
		(void)add(changes, &change);
	return code;
}

enum kith_code kith_change_create_file(struct kith_changes *changes, const char *path, const char *text, size_t length,
                                       struct kith_err *err)
{
	struct kith_app *app = changes->app;
	struct stat status;
	const struct kith_change *planned = find(changes, path);
	const bool is_there = planned ? planned->what != KITH_CHANGE_REMOVE
	                              : !fstatat(app->store->root_fd, path, &status, AT_SYMLINK_NOFOLLOW);
	if (is_there || planned) {
		kith_fail(err, KITH_USAGE, "%s exists already", kith_place_shown(app, path));
		return kith_hint(err, "kith edit %s opens it", kith_place_shown(app, path));
	}
	(void)add(changes, &(struct kith_change){
				   .what = KITH_CHANGE_CREATE,
				   .path = path,
				   .after = kith_arena_strndup(&app->arena, text, length),
				   .after_length = length,
			   });
	return KITH_OK;
}

enum kith_code kith_change_remove_file(struct kith_changes *changes, const char *path, struct kith_err *err)
{
	struct kith_app *app = changes->app;
	struct kith_change change = { .what = KITH_CHANGE_REMOVE, .path = path };
	if (find(changes, path))
		return kith_fail(err, KITH_USAGE, "%s cannot be changed and removed at once",
		                 kith_place_shown(app, path));
	const enum kith_code code = kith_change_read(app, path, &change.before, &change.before_length, err);
	if (!code)
		(void)add(changes, &change);
	return code;
}

size_t kith_changes_real(const struct kith_changes *changes)
{
	size_t count = 0;
	for (size_t i = 0; i < changes->count; i++)
		count += !changes->list[i].same;
	return count;
}

enum kith_code kith_changes_confirm(const struct kith_changes *changes, const char *what, struct kith_err *err)
{
	struct kith_app *app = changes->app;
	if (kith_changes_real(changes) <= MANY || kith_args_has(&app->args, "yes"))
		return KITH_OK;
	if (!app->screen.interactive) {
		kith_fail(err, KITH_USAGE, "%s? This needs a yes", what);
		return kith_hint(err, "--yes does it without being asked; -n shows what it would be");
	}
	return kith_ask(app, false, "%s?", what) ? KITH_OK : kith_fail(err, KITH_STOPPED, "nothing was changed");
}

void kith_changes_say_undo(const struct kith_changes *changes, struct kith_buf *out)
{
	if (changes->committed)
		kith_save_say_undo(changes->app, out);
}
