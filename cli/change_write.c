/* Writing what was planned: all of it, or nothing.
 *
 * Files that are edited are exchanged many at a time (kith_swap_replace_all).  Between two such batches Ctrl-C is
 * looked for: what was written until then is taken back. */
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "cli/change_parts.h"
#include "cli/hold.h"
#include "cli/place.h"
#include "cli/save.h"

enum { ATTEMPTS = 10, PROGRESS_AFTER_MS = 1000, PROGRESS_EVERY_MS = 100 };

struct writing {
	struct kith_changes *changes;
	struct kith_app *app;
	struct kith_swap swap;
	struct kith_hold hold;
	struct kith_change_journal journal;
	const char **paths; /* of what differs */
	size_t count, done;
	int64_t began_ms, told_ms; /* told: 0 until there was something to tell */
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_kept(void *user, const char *path, const char *kept)
{
	kith_app_warn(user, "a version of %s that was saved while kith was interrupted is kept in %s",
	              kith_place_shown(user, path), kept);
}

enum kith_code kith_change_recover_files(struct kith_app *app, struct kith_err *err)
{
	const struct kith_swap swap = kith_store_swap(app->store, &app->arena);
	return kith_swap_recover(&swap, on_kept, app, err);
}

static void begin(struct writing *writing, struct kith_changes *changes)
{
	struct kith_app *app = changes->app;
	*writing = (struct writing){
		.changes = changes,
		.app = app,
		.swap = kith_store_swap(app->store, &app->arena),
		.journal.fd = -1,
		.began_ms = now_ms(),
	};
	writing->paths = kith_arena_alloc(&app->arena, (changes->count + 1) * sizeof(*writing->paths));
	for (size_t i = 0; i < changes->count; i++)
		if (!changes->list[i].same)
			writing->paths[writing->count++] = changes->list[i].path;
}

/* --- while it takes long --- */

/* One line on a terminal, written over itself; "" takes it away. */
static void say_progress(struct writing *writing, const char *verb)
{
	const int64_t now = now_ms();
	KITH_BUF line = { 0 };
	if (!writing->app->screen.error_terminal || (!*verb && !writing->told_ms) ||
	    (*verb && (now - writing->began_ms < PROGRESS_AFTER_MS || now - writing->told_ms < PROGRESS_EVERY_MS)))
		return;
	kith_buf_add(&line, "\r\033[K");
	if (*verb)
		kith_buf_addf(&line, "%s %zu of %zu files", verb, writing->done, writing->count);
	writing->told_ms = *verb ? now : 0;
	(void)kith_write_all(STDERR_FILENO, line.text, line.length, NULL); /* it only entertains */
}

/* --- writing --- */

static void commit_earlier(struct writing *writing)
{
	const char **earlier = kith_arena_alloc(&writing->app->arena, (writing->count + 1) * sizeof(*earlier));
	size_t count = 0;
	for (size_t i = 0; i < writing->changes->count; i++)
		if (!writing->changes->list[i].same && writing->changes->list[i].before)
			earlier[count++] = writing->changes->list[i].path;
	kith_save_commit_earlier(writing->app, earlier, count);
}

/* Somebody saved while we wrote: their text is a commit of its own, and ours is made again from it. */
static enum kith_code begin_again(struct writing *writing, struct kith_change *change, struct kith_err *err)
{
	kith_save_commit_earlier(writing->app, &change->path, 1);
	return kith_change_read_again(writing->app, change, err);
}

/* What somebody keeps saving. */
static enum kith_code write_again(struct writing *writing, struct kith_change *change, struct kith_err *err)
{
	for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
		enum kith_swapped swapped;
		enum kith_code code = begin_again(writing, change, err);
		if (code || change->same)
			return code;
		kith_change_journal_add(&writing->journal, change);
		code = kith_swap_replace(&writing->swap, change->path, change->before, change->before_length,
		                         change->after, change->after_length, &swapped, err);
		change->written = !code && swapped == KITH_SWAPPED;
		if (code || change->written)
			return code;
	}
	kith_fail(err, KITH_IO, "%s is being saved again and again by another program",
	          kith_place_shown(writing->app, change->path));
	return kith_hint(err, "find out which one with: fuser -v %s", kith_place_shown(writing->app, change->path));
}

static struct kith_swap_replacement replacement(const struct kith_change *change, bool back)
{
	return (struct kith_swap_replacement){
		.path = change->path,
		.was = back ? change->after : change->before,
		.was_length = back ? change->after_length : change->before_length,
		.becomes = back ? change->before : change->after,
		.length = back ? change->before_length : change->after_length,
	};
}

static enum kith_code write_edits(struct writing *writing, struct kith_change *const *edits, size_t count,
                                  struct kith_err *err)
{
	struct kith_swap_replacement asked[KITH_SWAP_AT_ONCE];
	for (size_t i = 0; i < count; i++)
		asked[i] = replacement(edits[i], false);
	enum kith_code code = kith_swap_replace_all(&writing->swap, asked, count, err);
	for (size_t i = 0; i < count; i++)
		edits[i]->written = asked[i].is_settled && asked[i].swapped == KITH_SWAPPED;
	for (size_t i = 0; i < count && !code; i++)
		if (!edits[i]->written)
			code = write_again(writing, edits[i], err);
	return code;
}

static enum kith_code write_create(struct writing *writing, struct kith_change *change, struct kith_err *err)
{
	struct kith_app *app = writing->app;
	enum kith_swapped swapped;
	enum kith_code code = kith_save_folders(app, change->path, &change->folders_kept, err);
	if (!code)
		code = kith_swap_create(&writing->swap, change->path, change->after, change->after_length,
		                        kith_save_mode(), &swapped, err);
	if (!code && swapped == KITH_SWAP_BEATEN)
		code = kith_fail(err, KITH_USAGE, "%s exists already", kith_place_shown(app, change->path));
	change->written = !code;
	if (code)
		kith_save_remove_folders(app, change->path, change->folders_kept);
	return code;
}

static enum kith_code write_remove(struct writing *writing, struct kith_change *change, struct kith_err *err)
{
	enum kith_swapped swapped;
	const enum kith_code code =
		kith_swap_remove(&writing->swap, change->path, change->before, change->before_length, &swapped, err);
	if (!code && swapped == KITH_SWAP_BEATEN) {
		kith_fail(err, KITH_IO, "%s was saved meanwhile", kith_place_shown(writing->app, change->path));
		return kith_hint(err, "look at it, and run the command again");
	}
	change->written = !code;
	return code;
}

/* --- taking back --- */

/* Whether the file is again as it was before. */
static bool take_back(struct writing *writing, struct kith_change *change)
{
	enum kith_swapped swapped = KITH_SWAP_BEATEN;
	const bool created = change->what == KITH_CHANGE_CREATE;
	const enum kith_code code = created ? kith_swap_remove(&writing->swap, change->path, change->after,
	                                                       change->after_length, &swapped, NULL)
	                                    : kith_swap_create(&writing->swap, change->path, change->before,
	                                                       change->before_length, kith_save_mode(), &swapped, NULL);
	change->written = code || swapped != KITH_SWAPPED;
	if (created && !change->written)
		kith_save_remove_folders(writing->app, change->path, change->folders_kept);
	return !change->written;
}

static void take_edits_back(struct writing *writing, struct kith_change *const *edits, size_t count)
{
	struct kith_swap_replacement asked[KITH_SWAP_AT_ONCE];
	for (size_t i = 0; i < count; i++)
		asked[i] = replacement(edits[i], true);
	/* One that cannot be staged must not keep the others from it. */
	const bool together = !kith_swap_replace_all(&writing->swap, asked, count, NULL);
	for (size_t i = 0; i < count; i++) {
		if (!together && !asked[i].is_settled)
			(void)kith_swap_replace_all(&writing->swap, &asked[i], 1, NULL); /* it is told by `written` */
		edits[i]->written = !asked[i].is_settled || asked[i].swapped != KITH_SWAPPED;
	}
}

/* --- one batch after the other --- */

/* The edits from *at on that stand next to each other, or the one other change there; both directions. */
static size_t gather(struct kith_changes *changes, size_t *at, bool back, struct kith_change **batch)
{
	size_t count = 0;
	while (*at < changes->count && count < KITH_SWAP_AT_ONCE) {
		struct kith_change *change = &changes->list[back ? changes->count - 1 - *at : *at];
		const bool is_due = back ? change->written : !change->same;
		if (is_due && change->what != KITH_CHANGE_EDIT && count)
			break;
		++*at;
		if (!is_due)
			continue;
		batch[count++] = change;
		if (change->what != KITH_CHANGE_EDIT)
			break;
	}
	return count;
}

static enum kith_code write_batch(struct writing *writing, struct kith_change **batch, size_t count,
                                  struct kith_err *err)
{
	switch (batch[0]->what) {
	case KITH_CHANGE_EDIT: return write_edits(writing, batch, count, err);
	case KITH_CHANGE_CREATE: return write_create(writing, batch[0], err);
	case KITH_CHANGE_REMOVE: break;
	}
	return write_remove(writing, batch[0], err);
}

/* What cannot be taken back is named in the hint: its file has the new text, or somebody's own. */
static enum kith_code take_all_back(struct writing *writing, struct kith_err *err)
{
	struct kith_change *batch[KITH_SWAP_AT_ONCE];
	KITH_BUF left = { 0 };
	for (size_t at = 0, count; (count = gather(writing->changes, &at, true, batch)) > 0;) {
		if (batch[0]->what == KITH_CHANGE_EDIT)
			take_edits_back(writing, batch, count);
		else
			(void)take_back(writing, batch[0]); /* it is told by `written` */
		for (size_t i = 0; i < count; i++)
			if (batch[i]->written)
				kith_buf_addf(&left, "%s%s", left.length ? ", " : "",
				              kith_place_shown(writing->app, batch[i]->path));
		writing->done -= count < writing->done ? count : writing->done;
		say_progress(writing, "taking back:");
	}
	if (left.length)
		return kith_hint(err, "not taken back, because it was saved meanwhile or cannot be written: %s",
		                 left.text);
	return err->code;
}

static enum kith_code write_all(struct writing *writing, struct kith_err *err)
{
	struct kith_change *batch[KITH_SWAP_AT_ONCE];
	enum kith_code code = KITH_OK;
	for (size_t at = 0, count; !code && (count = gather(writing->changes, &at, false, batch)) > 0;) {
		if (kith_hold_take(&writing->hold)) {
			code = kith_fail(err, KITH_STOPPED, "interrupted; what was written is taken back");
			break;
		}
		code = write_batch(writing, batch, count, err);
		writing->done += count;
		say_progress(writing, "writing:");
	}
	if (code)
		code = take_all_back(writing, err);
	say_progress(writing, "");
	return code;
}

/* The files are written; an index that cannot follow now does so at the next command. */
static void update_index(struct writing *writing)
{
	struct kith_index_report report;
	struct kith_err err = { 0 };
	if (writing->app->index &&
	    kith_index_update(writing->app->index, writing->paths, writing->count, &report, &err))
		kith_app_warn(writing->app, "saved, but the index does not know it yet (%s)", err.message);
}

enum kith_code kith_changes_apply(struct kith_changes *changes, const char *message, struct kith_err *err)
{
	struct writing writing;
	begin(&writing, changes);
	if (!writing.count)
		return KITH_OK;
	enum kith_code code = kith_change_recover_files(writing.app, err);
	if (code)
		return code;
	commit_earlier(&writing);
	kith_hold_begin(&writing.hold);
	code = kith_change_journal_begin(changes, message, &writing.journal, err);
	if (!code)
		code = write_all(&writing, err);
	if (!code && kith_hold_take(&writing.hold))
		kith_app_warn(writing.app, "interrupted too late: everything is written");
	if (code)
		kith_change_journal_end(&writing.journal);
	kith_hold_end(&writing.hold);
	if (code)
		return code;
	update_index(&writing);
	changes->committed = kith_save_commit(writing.app, message, writing.paths, writing.count);
	kith_change_journal_end(&writing.journal);
	return KITH_OK;
}

/* --- after an interruption --- */

void kith_changes_take_back(struct kith_changes *changes, const char *command)
{
	struct writing writing;
	struct kith_err err = { 0 };
	begin(&writing, changes);
	kith_hold_begin(&writing.hold);
	(void)take_all_back(&writing, &err); /* it is told by the hint */
	kith_hold_end(&writing.hold);
	update_index(&writing);
	/* A daemon may have committed the half of it. */
	kith_save_commit_earlier(writing.app, writing.paths, writing.count);
	kith_app_warn(writing.app, "kith %s was interrupted while it wrote; what it had written is taken back%s%s",
	              command, *err.hint ? ", but: " : "", err.hint);
}

void kith_changes_commit(struct kith_changes *changes, const char *message)
{
	struct writing writing;
	begin(&writing, changes);
	update_index(&writing);
	(void)kith_save_commit(writing.app, message, writing.paths, writing.count); /* the files are written */
}
