#include "lib/git/pending.h"

#include <string.h>

#include "lib/base/failpoint.h"
#include "lib/git/inside.h"

/* While another git holds the index for long, steps that follow each other become one. */
enum { MANY_STEPS = 64, LINE = 2 * GIT_OID_HEXSZ + 1 };

static const char file[] = "index-pending";

static void push(struct kith_pending *pending, const struct kith_step *step)
{
	struct kith_step *added =
		kith_arena_push(pending->arena, &pending->steps, &pending->count, &pending->capacity, sizeof(*added));
	*added = *step;
}

enum kith_code kith_pending_read(const struct kith_repo *repo, struct kith_arena *arena, struct kith_pending *out,
                                 struct kith_err *err)
{
	struct kith_pending pending = { .arena = arena };
	KITH_BUF text = {0};
	if (kith_state_read(repo, file, &text, err))
		return KITH_SYNC;
	for (const char *line = kith_buf_text(&text); *line;) {
		const size_t length = strcspn(line, "\n");
		struct kith_step step;
		if (length == LINE && !git_oid_fromstrn(&step.before, line, GIT_OID_HEXSZ) &&
		    !git_oid_fromstrn(&step.after, line + GIT_OID_HEXSZ + 1, GIT_OID_HEXSZ))
			push(&pending, &step);
		line += length + (line[length] == '\n');
	}
	*out = pending;
	return KITH_OK;
}

static void join_steps(struct kith_pending *pending)
{
	size_t kept = 0;
	for (size_t i = 0; i < pending->count; i++) {
		const struct kith_step step = pending->steps[i];
		if (kept && git_oid_equal(&pending->steps[kept - 1].after, &step.before))
			pending->steps[kept - 1].after = step.after;
		else
			pending->steps[kept++] = step;
	}
	pending->count = kept;
}

enum kith_code kith_pending_add(const struct kith_repo *repo, struct kith_pending *pending, const git_oid *before,
                                const git_oid *after, struct kith_err *err)
{
	push(pending, &(struct kith_step){ *before, *after });
	if (pending->count > MANY_STEPS)
		join_steps(pending);
	KITH_BUF text = {0};
	for (size_t i = 0; i < pending->count; i++) {
		char old[GIT_OID_HEXSZ + 1], new[GIT_OID_HEXSZ + 1];
		kith_buf_addf(&text, "%s %s\n", git_oid_tostr(old, sizeof(old), &pending->steps[i].before),
		              git_oid_tostr(new, sizeof(new), &pending->steps[i].after));
	}
	const enum kith_code code = kith_state_write(repo, file, &text, err);
	KITH_FAILPOINT("pending.add");
	return code;
}

enum kith_code kith_pending_clear(const struct kith_repo *repo, struct kith_pending *pending, struct kith_err *err)
{
	if (!pending->count)
		return KITH_OK;
	const enum kith_code code = kith_state_remove(repo, file, err);
	KITH_FAILPOINT("pending.clear");
	if (!code)
		pending->count = 0;
	return code;
}

/* NULL for no commit. */
static enum kith_code tree_of(const struct kith_repo *repo, const git_oid *id, git_tree **out, bool *gone,
                              struct kith_err *err)
{
	KITH_CLEANUP(git_commit_free) git_commit *commit = NULL;
	if (git_oid_is_zero(id))
		return KITH_OK;
	const int code = git_commit_lookup(&commit, repo->git, id);
	*gone |= code == GIT_ENOTFOUND;
	if (code == GIT_ENOTFOUND)
		return KITH_OK;
	if (code || git_commit_tree(out, commit))
		return kith_git_fail(err, "cannot read a commit");
	return KITH_OK;
}

enum kith_code kith_pending_changes(const struct kith_repo *repo, const struct kith_pending *pending,
                                    struct kith_differences *out, struct kith_err *err)
{
	for (size_t i = 0; i < pending->count; i++) {
		KITH_CLEANUP(git_tree_free) git_tree *before = NULL, *after = NULL;
		bool gone = false;
		if (tree_of(repo, &pending->steps[i].before, &before, &gone, err) ||
		    tree_of(repo, &pending->steps[i].after, &after, &gone, err))
			return KITH_SYNC;
		if (!gone && kith_tree_compare(repo->git, before, after, pending->arena, out, err))
			return KITH_SYNC;
	}
	kith_differences_sort(out);
	return KITH_OK;
}

/* Backwards, because a step that failed when another git was quicker has the same start as the next. */
bool kith_pending_leads(const struct kith_pending *pending, const git_oid *before, const git_oid *after)
{
	git_oid at = *after;
	for (size_t i = pending->count; i-- > 0 && !git_oid_equal(&at, before);)
		if (git_oid_equal(&pending->steps[i].after, &at))
			at = pending->steps[i].before;
	return git_oid_equal(&at, before) && !git_oid_equal(before, after);
}
