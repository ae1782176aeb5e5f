#include "cli/undo.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/record/merge.h"

#define UNDO "undo: "
#define REDO "redo: "

/* --- files --- */

/* A file as it is now; `text` NULL: there is none.  Trouble: why it cannot be read. */
struct present {
	const char *text, *trouble;
	size_t length;
};

static struct present look_at(struct kith_app *app, const char *path)
{
	struct present present = { 0 };
	KITH_BUF text = { 0 };
	const int fd = kith_open_beneath(app->store->root_fd, path, O_RDONLY);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return present;
	if (fd < 0) {
		present.trouble = errno == ELOOP ? "it is, or lies behind, a link" : "it cannot be read";
		return present;
	}
	close(fd);
	if (kith_file_read_beneath(app->store->root_fd, path, KITH_DOC_LIMIT, &text, NULL, NULL)) {
		present.trouble = "it cannot be read, or is too large";
		return present;
	}
	present.text = kith_arena_strndup(&app->arena, kith_buf_text(&text), text.length);
	present.length = text.length;
	return present;
}

static bool is_as(const struct present *present, const struct kith_past_side *side)
{
	if (!side->there || !present->text)
		return !side->there && !present->text;
	return present->length == side->length && memcmp(present->text, side->text, side->length) == 0;
}

/* A cloned store decides what is in its commits: only records, and what kith itself writes, are ever written. */
static bool is_writable(const char *path)
{
	return kith_store_is_record_path(path) || kith_path_is_set_aside(path) ||
	       strcmp(path, ".kith/reminders.yaml") == 0;
}

static const char *refuse_change(const struct kith_past_change *change)
{
	if (!is_writable(change->path) || (change->from && !is_writable(change->from)))
		return "kith does not write this file";
	if (change->before.odd || change->after.odd)
		return "it is, or was, a link";
	if ((change->before.there && !change->before.text) || (change->after.there && !change->after.text))
		return "its text is too large, or not in this clone";
	if (!change->before.there && strcmp(change->path, "kith.yaml") == 0)
		return "without it there is no store";
	return NULL;
}

static const char *changed_words(const struct kith_past_change *change, const struct present *now)
{
	if (!change->after.there)
		return "there is another file now";
	return now->text ? "it was changed since" : "it was removed or moved since";
}

static void look_at_file(struct kith_app *app, struct kith_undo_file *file)
{
	static const struct kith_past_side nothing;
	const struct kith_past_change *change = file->change;
	const bool moved = change->from != NULL;
	file->state = KITH_UNDO_CANNOT;
	file->why = refuse_change(change);
	if (file->why)
		return;
	const struct present now = look_at(app, change->path);
	const struct present old = moved ? look_at(app, change->from) : (struct present){ 0 };
	const char *trouble = now.trouble ? now.trouble : old.trouble;
	if (trouble)
		file->why = trouble;
	else if (is_as(&now, &change->after) && is_as(&old, &nothing))
		file->state = KITH_UNDO_CAN;
	else if (moved ? is_as(&now, &nothing) && is_as(&old, &change->before) : is_as(&now, &change->before))
		file->state = KITH_UNDO_ALREADY;
	else if (moved && is_as(&now, &change->after))
		file->why = kith_arena_printf(&app->arena, "there is a new %s", change->from);
	else
		file->why = changed_words(change, &now);
}

void kith_undo_look(struct kith_app *app, struct kith_past_commit *commit, struct kith_undo *out)
{
	*out = (struct kith_undo){ .commit = commit, .count = commit->count };
	out->files = kith_arena_alloc(&app->arena, (commit->count + 1) * sizeof(*out->files));
	for (size_t i = 0; i < commit->count; i++) {
		struct kith_undo_file *file = &out->files[i];
		file->change = &commit->changes[i];
		look_at_file(app, file);
		out->can += file->state == KITH_UNDO_CAN;
		out->already += file->state == KITH_UNDO_ALREADY;
		out->cannot += file->state == KITH_UNDO_CANNOT;
	}
}

const char *kith_undo_refuses(const struct kith_past_commit *commit)
{
	if (commit->first)
		return "it is the first commit: before it there was nothing";
	if (commit->merge)
		return "it merges two histories: take back what one of them did";
	if (commit->cut)
		return "what was before it is not in this shallow clone";
	return NULL;
}

/* --- planning --- */

/* The edit of a file that must still be as the commit left it. */
static enum kith_code put_back(void *user, struct kith_app *app, const char *path, const char *text, size_t length,
                               struct kith_buf *out, struct kith_err *err)
{
	const struct kith_past_change *change = user;
	const struct present now = { .text = text, .length = length };
	(void)app;
	(void)path; /* is told in front */
	if (!is_as(&now, &change->after)) {
		kith_fail(err, KITH_IO, "it was saved at this moment");
		return kith_hint(err, "nothing was taken back: look at it, and run kith undo again");
	}
	kith_buf_add_bytes(out, change->before.text, change->before.length);
	return KITH_OK;
}

static enum kith_code plan_removal(const struct kith_past_change *change, struct kith_changes *changes,
                                   struct kith_err *err)
{
	const enum kith_code code = kith_change_remove_file(changes, change->path, err);
	if (code)
		return code;
	const struct kith_change *planned = &changes->list[changes->count - 1];
	const struct present now = { .text = planned->before, .length = planned->before_length };
	if (is_as(&now, &change->after))
		return KITH_OK;
	kith_fail(err, KITH_IO, "%s was saved at this moment", change->path);
	return kith_hint(err, "nothing was taken back: look at it, and run kith undo again");
}

static enum kith_code plan_file(const struct kith_past_change *change, struct kith_changes *changes,
                                struct kith_err *err)
{
	const struct kith_past_side *before = &change->before;
	enum kith_code code = KITH_OK;
	if (before->there && change->after.there && !change->from)
		return kith_change_edit_file(changes, change->path, put_back, (void *)change, err);
	if (change->after.there)
		code = plan_removal(change, changes, err);
	if (!code && before->there)
		code = kith_change_create_file(changes, change->from ? change->from : change->path, before->text,
		                               before->length, err);
	return code;
}

enum kith_code kith_undo_plan(struct kith_undo *undo, struct kith_changes *changes, struct kith_err *err)
{
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < undo->count && !code; i++)
		if (undo->files[i].state == KITH_UNDO_CAN)
			code = plan_file(undo->files[i].change, changes, err);
	return code;
}

/* --- words --- */

static bool begins(const char *text, const char *begin)
{
	return strncmp(text, begin, strlen(begin)) == 0;
}

bool kith_undo_is_undo(const struct kith_past_commit *commit)
{
	return commit->undoes || (commit->command && strcmp(commit->command, "undo") == 0);
}

const char *kith_undo_words(const struct kith_past_commit *commit)
{
	const char *subject = commit->subject;
	if (kith_undo_is_undo(commit) && (begins(subject, UNDO) || begins(subject, REDO)))
		subject += strlen(UNDO);
	return *subject ? subject : "a commit without words";
}

void kith_undo_message(const struct kith_past_commit *commit, struct kith_buf *out)
{
	enum { COLUMNS = 72 };
	KITH_BUF words = { 0 };
	const bool again = kith_undo_is_undo(commit) && begins(commit->subject, UNDO);
	kith_printable(&words, kith_undo_words(commit), strlen(kith_undo_words(commit)), false);
	kith_buf_add(out, again ? REDO : UNDO);
	kith_clip(out, kith_buf_text(&words), COLUMNS - strlen(UNDO));
}

/* A redo is an undo of an undo: to take that back is to undo once more.  Where the other commit is not known (a rebase
 * gave it another id) the words must do. */
bool kith_undo_is_redo(const struct kith_past *past, const struct kith_past_commit *commit)
{
	const struct kith_past_commit *other = commit->undoes ? kith_past_find(past, commit->undoes) : NULL;
	return other ? kith_undo_is_undo(other)
	             : kith_undo_is_undo(commit) && strncmp(commit->subject, "redo: ", 6) == 0;
}

enum kith_code kith_undo_none(const struct kith_past *past, bool redo, struct kith_err *err)
{
	if (past->empty)
		kith_fail(err, KITH_NONE, "there is no commit yet, so there is nothing to take back");
	else
		kith_fail(err, KITH_NONE,
		          redo ? "no undo is left to be taken back" : "no command of yours is left to be taken back");
	return kith_hint(
		err,
		"kith undo --list shows the last commands; kith undo COMMIT takes back any commit of kith history");
}
