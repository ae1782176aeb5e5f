#include "lib/git/base.h"

#include <string.h>

#include "lib/base/failpoint.h"
#include "lib/git/branch.h"
#include "lib/git/inside.h"
#include "lib/git/look.h"
#include "lib/git/tree.h"

/* --- the list --- */

static int by_path(const void *one, const void *other)
{
	return strcmp(((const struct kith_held *)one)->path, ((const struct kith_held *)other)->path);
}

static struct kith_held *find(const struct kith_base *base, const char *path)
{
	const struct kith_held wanted = { .path = path };
	return base->sorted ? bsearch(&wanted, base->held, base->sorted, sizeof(*base->held), by_path) : NULL;
}

const git_oid *kith_base_of(const struct kith_base *base, const char *path)
{
	const struct kith_held *held = find(base, path);
	return held && !held->dropped ? &held->base : NULL;
}

void kith_base_hold(struct kith_base *base, const char *path, const git_oid *oid)
{
	struct kith_held *held = find(base, path);
	if (held && !held->dropped && git_oid_equal(&held->base, oid))
		return;
	if (!held) {
		held = kith_arena_push(base->arena, &base->held, &base->count, &base->capacity, sizeof(*held));
		held->path = kith_arena_strdup(base->arena, path);
	}
	git_oid_cpy(&held->base, oid);
	held->dropped = false;
	base->changed = true;
}

void kith_base_drop(struct kith_base *base, const char *path)
{
	struct kith_held *held = find(base, path);
	if (!held || held->dropped)
		return;
	held->dropped = true;
	base->changed = true;
}

/* A path is named twice only in a file that somebody edited. */
void kith_base_sort(struct kith_base *base)
{
	if (base->count)
		qsort(base->held, base->count, sizeof(*base->held), by_path);
	size_t kept = 0;
	for (size_t i = 0; i < base->count; i++)
		if (!kept || strcmp(base->held[kept - 1].path, base->held[i].path) != 0)
			base->held[kept++] = base->held[i];
	base->count = base->sorted = kept;
}

size_t kith_base_held(const struct kith_base *base)
{
	size_t held = 0;
	for (size_t i = 0; i < base->count; i++)
		held += !base->held[i].dropped;
	return held;
}

/* --- the file --- */

/* A path may hold a line feed; a backslash stands before it and before itself. */
static void add_escaped(struct kith_buf *out, const char *path)
{
	for (; *path; path++) {
		if (*path == '\\' || *path == '\n')
			kith_buf_add_char(out, '\\');
		kith_buf_add_char(out, *path == '\n' ? 'n' : *path);
	}
}

static void add_unescaped(struct kith_buf *out, const char *text, const char *end)
{
	for (; text < end; text++) {
		const bool escaped = *text == '\\' && text + 1 < end;
		text += escaped;
		kith_buf_add_char(out, escaped && *text == 'n' ? '\n' : *text);
	}
}

static void read_line(struct kith_base *base, const char *line, const char *end)
{
	git_oid oid;
	if (end - line < GIT_OID_HEXSZ + 2 || line[GIT_OID_HEXSZ] != ' ' || git_oid_fromstrn(&oid, line, GIT_OID_HEXSZ))
		return;
	KITH_BUF path = {0};
	add_unescaped(&path, line + GIT_OID_HEXSZ + 1, end);
	struct kith_held *held =
		kith_arena_push(base->arena, &base->held, &base->count, &base->capacity, sizeof(*held));
	held->path = kith_arena_strndup(base->arena, path.text, path.length);
	git_oid_cpy(&held->base, &oid);
}

enum kith_code kith_base_read(const struct kith_repo *repo, struct kith_arena *arena, struct kith_base *out,
                              struct kith_err *err)
{
	struct kith_base base = { .arena = arena };
	KITH_BUF text = {0};
	if (kith_state_read(repo, "held", &text, err))
		return KITH_SYNC;
	for (const char *line = kith_buf_text(&text); *line;) {
		const char *end = line + strcspn(line, "\n");
		read_line(&base, line, end);
		line = end + (*end == '\n');
	}
	kith_base_sort(&base);
	KITH_CLEANUP(git_commit_free) git_commit *commit = NULL;
	if (git_reference_name_to_id(&base.commit, repo->git, KITH_WORKTREE_REF) ||
	    git_commit_lookup(&commit, repo->git, &base.commit))
		memset(&base.commit, 0, sizeof(base.commit));
	*out = base;
	return KITH_OK;
}

static enum kith_code write_held(const struct kith_repo *repo, struct kith_base *base, struct kith_err *err)
{
	if (!base->changed)
		return KITH_OK;
	KITH_BUF text = {0};
	for (size_t i = 0; i < base->count; i++) {
		if (base->held[i].dropped)
			continue;
		char hex[GIT_OID_HEXSZ + 1];
		kith_buf_addf(&text, "%s ", git_oid_tostr(hex, sizeof(hex), &base->held[i].base));
		add_escaped(&text, base->held[i].path);
		kith_buf_add_char(&text, '\n');
	}
	const enum kith_code code =
		text.length ? kith_state_write(repo, "held", &text, err) : kith_state_remove(repo, "held", err);
	KITH_FAILPOINT("base.held");
	if (!code)
		base->changed = false;
	return code;
}

enum kith_code kith_base_write(const struct kith_repo *repo, struct kith_base *base, const git_oid *commit,
                               struct kith_err *err)
{
	if (write_held(repo, base, err))
		return KITH_SYNC;
	if (git_oid_equal(&base->commit, commit))
		return KITH_OK;
	KITH_CLEANUP(git_reference_free) git_reference *reference = NULL;
	if (git_reference_create(&reference, repo->git, KITH_WORKTREE_REF, commit, 1, "kith"))
		return kith_git_fail(err, "cannot note the state of the working tree");
	KITH_FAILPOINT("base.commit");
	git_oid_cpy(&base->commit, commit);
	return KITH_OK;
}

/* --- after the user moved the branch --- */

static size_t first_of(const struct kith_differences *list, const char *path)
{
	size_t low = 0;
	for (size_t high = list->count; low < high;) {
		const size_t middle = low + (high - low) / 2;
		if (strcmp(list->list[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether going from `old` to what is there now takes back a change that the user's index did not know. */
static bool is_taken_back(const struct kith_differences *unseen, const struct kith_difference *path, const git_oid *old)
{
	for (size_t i = first_of(unseen, path->path); i < unseen->count; i++) {
		const struct kith_difference *own = &unseen->list[i];
		if (strcmp(own->path, path->path) != 0)
			return false;
		if (git_oid_equal(&own->after.oid, old) && git_oid_equal(&own->before.oid, &path->after.oid))
			return true;
	}
	return false;
}

static void settle_path(struct kith_repo *repo, struct kith_base *base, const struct kith_difference *path,
                        const struct kith_differences *unseen, struct kith_buf *bytes)
{
	struct kith_look look;
	const git_oid *held = kith_base_of(base, path->path);
	const git_oid old = held ? *held : path->before.oid;
	kith_look_at(repo, path->path, bytes, &look);
	const bool is_trouble = look.sight == KITH_SEES_TROUBLE;
	const bool is_new = !is_trouble && git_oid_equal(&look.oid, &path->after.oid);
	const bool is_old = is_trouble || git_oid_equal(&look.oid, &old);
	if (!is_new && is_old && !is_taken_back(unseen, path, &old))
		kith_base_hold(base, path->path, &old);
	else
		kith_base_drop(base, path->path);
}

enum kith_code kith_base_settle(struct kith_repo *repo, struct kith_base *base, const git_oid *head,
                                const struct kith_differences *unseen, struct kith_err *err)
{
	if (git_oid_is_zero(&base->commit) || git_oid_equal(&base->commit, head))
		return KITH_OK;
	KITH_CLEANUP(git_tree_free) git_tree *before = NULL, *after = NULL;
	if (kith_branch_tree(repo, &base->commit, &before, err) || kith_branch_tree(repo, head, &after, err))
		return KITH_SYNC;
	KITH_ARENA arena = {0};
	KITH_BUF bytes = {0};
	struct kith_differences moved = {0};
	if (kith_tree_compare(repo->git, before, after, &arena, &moved, err))
		return KITH_SYNC;
	for (size_t i = 0; i < moved.count; i++)
		settle_path(repo, base, &moved.list[i], unseen, &bytes);
	kith_base_sort(base);
	return KITH_OK;
}
