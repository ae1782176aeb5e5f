#include "lib/git/snapshot.h"

#include <string.h>

#include "lib/base/failpoint.h"
#include "lib/git/author.h"
#include "lib/git/base.h"
#include "lib/git/branch.h"
#include "lib/git/index_file.h"
#include "lib/git/inside.h"
#include "lib/git/look.h"
#include "lib/git/message.h"
#include "lib/git/pending.h"
#include "lib/git/scan.h"
#include "lib/git/user_index.h"
#include "lib/git/writer.h"

/* One attempt, in this order; each step is durable before the next begins, and the next snapshot goes on
 * from any:
 *   1 blobs, trees and the commit are written, which nothing refers to yet;
 *   2 the user's index is locked, so that no `git commit` sees the branch without it;
 *   3 the journal says that the branch is about to move (lib/git/pending.h);
 *   4 the branch moves, if it still is where it was; else everything starts again;
 *   5 the bases follow (lib/git/base.h);
 *   6 the user's index follows, and the journal is cleared.
 * Where another git keeps the index locked, a command's commit is made all the same, and the index follows later. */
struct pass {
	struct kith_repo *repo;
	const struct kith_snapshot_options *options;
	struct kith_snapshot *out;
	struct kith_err *err;
	struct kith_arena arena;
	struct kith_branch branch; /* as it was when the attempt began */
	git_tree *tree;            /* of HEAD; NULL before the first commit */
	struct kith_base base;
	struct kith_pending pending;
	struct kith_scan scan;
	struct kith_index_file index; /* once it is locked */
	bool index_tried;
	bool again; /* the branch moved, or files may have been those of another commit */
};

enum { ATTEMPTS = 10, ATTEMPT_PAUSE_MS = 30 };

static bool has_message(const struct kith_snapshot_options *options)
{
	return options->message && *options->message;
}

/* --- before --- */

/* Where kith itself moved the branch and was stopped before the bases followed: they do now.  Files that
 * were changed since are edits of what was committed, not leftovers of an older version. */
static enum kith_code follow_own_steps(struct pass *pass)
{
	const git_oid *head = &pass->branch.commit;
	if (git_oid_is_zero(&pass->base.commit) || !kith_pending_leads(&pass->pending, &pass->base.commit, head))
		return KITH_OK;
	KITH_CLEANUP(git_tree_free) git_tree *before = NULL;
	struct kith_differences own = {0};
	if (kith_branch_tree(pass->repo, &pass->base.commit, &before, pass->err) ||
	    kith_tree_compare(pass->repo->git, before, pass->tree, &pass->arena, &own, pass->err))
		return KITH_SYNC;
	for (size_t i = 0; i < own.count; i++)
		kith_base_drop(&pass->base, own.list[i].path);
	return kith_base_write(pass->repo, &pass->base, head, pass->err);
}

/* A branch without commits has no older versions to hold: everything begins anew. */
static void drop_all(struct kith_base *base)
{
	for (size_t i = 0; i < base->count; i++)
		kith_base_drop(base, base->held[i].path);
}

/* Afterwards HEAD is the base of every path that is not held, and so the parent of the snapshot. */
static enum kith_code settle(struct pass *pass)
{
	const git_oid *head = &pass->branch.commit;
	struct kith_differences unseen = {0};
	if (kith_base_read(pass->repo, &pass->arena, &pass->base, pass->err) ||
	    kith_pending_read(pass->repo, &pass->arena, &pass->pending, pass->err))
		return KITH_SYNC;
	if (git_oid_is_zero(head)) {
		drop_all(&pass->base);
		return KITH_OK;
	}
	if (follow_own_steps(pass))
		return KITH_SYNC;
	if (!git_oid_equal(&pass->base.commit, head) &&
	    (kith_pending_changes(pass->repo, &pass->pending, &unseen, pass->err) ||
	     kith_base_settle(pass->repo, &pass->base, head, &unseen, pass->err)))
		return KITH_SYNC;
	return kith_base_write(pass->repo, &pass->base, head, pass->err);
}

/* --- objects --- */

/* The file is read again, so that memory holds one at a time.  What it says by now is what is committed;
 * one that has come, gone or become empty meanwhile is left to the next snapshot. */
static enum kith_code write_blob(struct pass *pass, struct kith_writer *writer, struct kith_difference *edit,
                                 struct kith_buf *bytes, bool *keep)
{
	struct kith_look look;
	kith_look_at(pass->repo, edit->path, bytes, &look);
	const bool same = look.sight != KITH_SEES_TROUBLE && git_oid_equal(&look.oid, &edit->after.oid);
	const bool saved = look.sight == KITH_SEES_FILE && look.stamp.size > 0 && edit->after.mode &&
	                   !git_oid_equal(&look.oid, &edit->before.oid);
	*keep = same || saved;
	pass->scan.unsettled += !*keep;
	if (!*keep || !edit->after.mode)
		return KITH_OK;
	edit->stamp = look.stamp;
	return kith_writer_blob(writer, kith_buf_text(bytes), bytes->length, &edit->after.oid, pass->err);
}

static enum kith_code write_blobs(struct pass *pass, struct kith_writer *writer)
{
	KITH_BUF bytes = {0};
	struct kith_differences *edits = &pass->scan.edits;
	size_t kept = 0;
	for (size_t i = 0; i < edits->count; i++) {
		struct kith_difference edit = edits->list[i];
		bool keep = true;
		if (write_blob(pass, writer, &edit, &bytes, &keep))
			return KITH_SYNC;
		if (keep)
			edits->list[kept++] = edit;
	}
	edits->count = kept;
	return KITH_OK;
}

static void make_message(const struct pass *pass, git_repository *git, struct kith_buf *message)
{
	const struct kith_snapshot_options *options = pass->options;
	if (has_message(options))
		kith_message_from_text(message, options->message);
	else
		kith_message_from_edits(message, git, &pass->scan.edits, !pass->tree);
	if (options->command && *options->command)
		kith_message_add_command(message, options->command, options->undoes);
}

static enum kith_code write_commit(struct pass *pass, struct kith_writer *writer, const git_oid *tree_id, git_oid *out)
{
	git_repository *git = kith_writer_git(writer);
	KITH_CLEANUP(git_tree_free) git_tree *tree = NULL;
	KITH_CLEANUP(git_commit_free) git_commit *parent = NULL;
	struct kith_signatures who;
	KITH_BUF message = {0};
	const bool first = git_oid_is_zero(&pass->branch.commit);
	if (git_tree_lookup(&tree, git, tree_id) || (!first && git_commit_lookup(&parent, git, &pass->branch.commit)))
		return kith_git_fail(pass->err, "cannot read a commit");
	if (kith_signatures_find(pass->repo, pass->options, &who, pass->err))
		return KITH_SYNC;
	make_message(pass, git, &message);
	/* For the reflog. */
	(void)git_repository_set_ident(pass->repo->git, who.committer->name, who.committer->email);
	const git_commit *parents[] = { parent };
	const int code = git_commit_create(out, git, NULL, who.author, who.committer, NULL, message.text, tree,
	                                   first ? 0 : 1, parents);
	pass->out->author = who.source;
	kith_signatures_finish(&who);
	return code ? kith_git_fail(pass->err, "cannot write a commit") : kith_writer_add(writer, out, 0, pass->err);
}

/* *made is false when nothing is left to commit. */
static enum kith_code write_objects(struct pass *pass, git_oid *commit, bool *made)
{
	KITH_CLEANUP(kith_writer_close) struct kith_writer *writer = NULL;
	git_oid tree;
	*made = false;
	if (kith_writer_open(pass->repo, pass->scan.edits.count, &writer, pass->err) || write_blobs(pass, writer))
		return KITH_SYNC;
	if (!pass->scan.edits.count)
		return KITH_OK;
	if (kith_tree_update(writer, pass->tree, &pass->scan.edits, &tree, pass->err))
		return KITH_SYNC;
	if (pass->tree && git_oid_equal(git_tree_id(pass->tree), &tree))
		return KITH_OK;
	if (write_commit(pass, writer, &tree, commit) || kith_writer_flush(writer, pass->err))
		return KITH_SYNC;
	*made = true;
	return KITH_OK;
}

/* --- the user's index --- */

static void tell_index_trouble(struct pass *pass, const char *why)
{
	pass->out->index_pending = true;
	pass->out->index_why = kith_arena_strdup(&pass->out->arena, why);
}

/* Whatever is wrong with the index must not keep anything from being committed: it is told, and left to
 * the next snapshot.  False if it is locked by another git. */
static bool lock_index(struct pass *pass)
{
	struct kith_err trouble = {0};
	bool by_another = false;
	if (pass->index_tried)
		return true;
	pass->index_tried = true;
	if (kith_index_file_open(pass->repo, &pass->index, &by_another, &trouble))
		tell_index_trouble(pass, trouble.message);
	else if (by_another)
		tell_index_trouble(pass, "another git holds .git/index.lock");
	return !by_another;
}

static enum kith_code refresh_index(struct pass *pass)
{
	KITH_CLEANUP(git_tree_free) git_tree *tree = NULL;
	struct kith_differences changes = {0};
	struct kith_err trouble = {0};
	if (!pass->pending.count)
		return KITH_OK;
	(void)lock_index(pass); /* told in index_pending */
	if (pass->out->index_pending)
		return KITH_OK;
	if (kith_branch_tree(pass->repo, &pass->branch.commit, &tree, pass->err) ||
	    kith_pending_changes(pass->repo, &pass->pending, &changes, pass->err))
		return KITH_SYNC;
	if (kith_user_index_refresh(pass->repo, &pass->index, &changes, tree, &pass->scan.edits, &trouble)) {
		tell_index_trouble(pass, trouble.message);
		return KITH_OK;
	}
	return kith_pending_clear(pass->repo, &pass->pending, pass->err);
}

/* --- the branch --- */

/* A git that holds the index is about to change files or the branch; one that has held it for long is
 * dead, or waits for its user's words. */
static bool must_wait_for_lock(struct pass *pass)
{
	return !lock_index(pass) && !has_message(pass->options) &&
	       kith_repo_waiting(pass->repo, NULL, NULL) == KITH_WAITING_LOCKED;
}

static enum kith_code move_branch(struct pass *pass, const git_oid *made)
{
	bool same = false;
	if (kith_branch_is_unmoved(pass->repo, &pass->branch, !has_message(pass->options), &same, pass->err))
		return KITH_SYNC;
	if (same && (kith_pending_add(pass->repo, &pass->pending, &pass->branch.commit, made, pass->err) ||
	             kith_branch_move(pass->repo, &pass->branch, made, &same, pass->err)))
		return KITH_SYNC;
	pass->again = !same;
	return KITH_OK;
}

static enum kith_code commit(struct pass *pass)
{
	git_oid made;
	bool any = false;
	if (write_objects(pass, &made, &any))
		return KITH_SYNC;
	if (!any)
		return KITH_OK;
	pass->again = must_wait_for_lock(pass);
	if (pass->again)
		return KITH_OK;
	if (move_branch(pass, &made))
		return KITH_SYNC;
	if (pass->again)
		return KITH_OK;
	git_oid_tostr(pass->out->commit, sizeof(pass->out->commit), &made);
	pass->out->paths = pass->scan.edits.count;
	for (size_t i = 0; i < pass->scan.edits.count; i++)
		kith_base_drop(&pass->base, pass->scan.edits.list[i].path);
	git_oid_cpy(&pass->branch.commit, &made);
	return KITH_OK;
}

static enum kith_code finish(struct pass *pass)
{
	if (git_oid_is_zero(&pass->branch.commit))
		return KITH_OK;
	if (kith_base_write(pass->repo, &pass->base, &pass->branch.commit, pass->err))
		return KITH_SYNC;
	return refresh_index(pass);
}

/* --- all together --- */

static void tell(struct pass *pass)
{
	struct kith_snapshot *out = pass->out;
	if (!git_oid_is_zero(&pass->branch.commit))
		git_oid_tostr(out->head, sizeof(out->head), &pass->branch.commit);
	out->troubles = kith_arena_alloc(&out->arena, (pass->scan.trouble_count + 1) * sizeof(*out->troubles));
	for (size_t i = 0; i < pass->scan.trouble_count; i++) {
		const struct kith_snapshot_trouble *trouble = &pass->scan.troubles[i];
		out->troubles[i].path = kith_arena_strdup(&out->arena, trouble->path);
		out->troubles[i].why = kith_arena_strdup(&out->arena, trouble->why);
	}
	out->troubles_kept = pass->scan.trouble_count;
	out->trouble_count = pass->scan.trouble_total;
	out->unsettled = pass->scan.unsettled;
	out->held = kith_base_held(&pass->base);
}

static enum kith_code attempt(struct pass *pass)
{
	KITH_BUF why = {0}, hint = {0};
	const enum kith_waiting waiting = kith_branch_wait(pass->repo, !has_message(pass->options), &why, &hint);
	if (waiting) {
		pass->out->waiting = waiting;
		pass->out->why = kith_arena_strdup(&pass->out->arena, kith_buf_text(&why));
		pass->out->hint = kith_arena_strdup(&pass->out->arena, kith_buf_text(&hint));
		return KITH_OK;
	}
	kith_repo_forget_filters(pass->repo);
	enum kith_code code = kith_branch_read(pass->repo, &pass->branch, pass->err);
	if (!code && !git_oid_is_zero(&pass->branch.commit))
		code = kith_branch_tree(pass->repo, &pass->branch.commit, &pass->tree, pass->err);
	if (!code)
		code = settle(pass);
	if (!code)
		code = kith_scan_run(pass->repo, pass->options, pass->tree, &pass->base, &pass->arena, &pass->scan,
		                     pass->err);
	if (!code && pass->scan.edits.count)
		code = commit(pass);
	if (!code && !pass->again)
		code = finish(pass);
	if (!code && !pass->again)
		tell(pass);
	return code;
}

static enum kith_code attempt_once(struct kith_repo *repo, const struct kith_snapshot_options *options,
                                   struct kith_snapshot *out, bool *again, struct kith_err *err)
{
	*out = (struct kith_snapshot){ .why = "", .hint = "", .index_why = "" };
	struct pass pass = { .repo = repo, .options = options, .out = out, .err = err };
	const enum kith_code code = attempt(&pass);
	*again = !code && pass.again;
	kith_index_file_close(&pass.index);
	git_tree_free(pass.tree);
	kith_branch_finish(&pass.branch);
	kith_arena_finish(&pass.arena);
	if (code || *again)
		kith_snapshot_finish(out);
	return code;
}

enum kith_code kith_snapshot_take(struct kith_repo *repo, const struct kith_snapshot_options *options,
                                  struct kith_snapshot *out, struct kith_err *err)
{
	struct kith_snapshot taken = {0};
	bool again = true;
	if (kith_repo_lock(repo, err))
		return KITH_SYNC;
	kith_index_file_recover(repo);
	kith_branch_recover(repo);
	enum kith_code code = KITH_OK;
	for (int i = 0; again && !code && i < ATTEMPTS; i++) {
		if (i)
			kith_pause_ms(ATTEMPT_PAUSE_MS * i);
		code = attempt_once(repo, options, &taken, &again, err);
	}
	kith_repo_unlock(repo);
	if (!code && again) {
		kith_fail(err, KITH_SYNC, "another git keeps moving the branch");
		code = kith_hint(err,
		                 "wait until it has finished; the files are safe, and the next snapshot takes them");
	}
	if (!code)
		*out = taken;
	return code;
}

void kith_snapshot_finish(struct kith_snapshot *snapshot)
{
	kith_arena_finish(&snapshot->arena);
	*snapshot = (struct kith_snapshot){0};
}
