#include "daemon/commits.h"

#define BELIEVED_MS 200       /* a file that was written */
#define GONE_BELIEVED_MS 2000 /* a file that vanished: editors rename */
#define GIT_SETTLES_MS 500    /* git touches several files */
#define GIT_TRIES_MS 2000     /* our own snapshot touches some of them too: it must not wake us for ever */

void kith_commits_changed(struct kith_commits *commits, const char *path, bool gone, int64_t now_ms)
{
	kith_dirty_add(&commits->dirty, path, gone, now_ms, now_ms + (gone ? GONE_BELIEVED_MS : BELIEVED_MS));
}

void kith_commits_changed_all(struct kith_commits *commits, int64_t now_ms)
{
	kith_dirty_add_all(&commits->dirty, now_ms - KITH_COMMIT_QUIET_MS);
}

int64_t kith_commits_start(struct kith_commits *commits)
{
	struct kith_dirty *dirty = &commits->dirty;
	if (commits->running || kith_dirty_is_empty(dirty))
		return INT64_MAX;
	int64_t at = dirty->last_ms + KITH_COMMIT_QUIET_MS;
	if (at > dirty->first_ms + KITH_COMMIT_MOST_MS)
		at = dirty->first_ms + KITH_COMMIT_MOST_MS;
	const int64_t ready_ms = kith_dirty_ready(dirty);
	if (at < ready_ms)
		at = ready_ms;
	return at < commits->not_before_ms ? commits->not_before_ms : at;
}

static bool is_believed(void *user, const struct kith_dirty_path *path)
{
	return path->ready_ms <= *(const int64_t *)user;
}

void kith_commits_take(struct kith_commits *commits, bool everything, int64_t now_ms, struct kith_arena *arena,
                       const char ***paths, size_t *count, bool *all)
{
	*all = everything || commits->dirty.all;
	kith_dirty_take(&commits->dirty, *all ? NULL : is_believed, &now_ms, arena, paths, count);
	for (size_t i = 0; i < *count; i++)
		kith_dirty_add(&commits->taken, (*paths)[i], false, now_ms, now_ms);
	if (*all) {
		kith_dirty_clear(&commits->dirty);
		kith_dirty_add_all(&commits->taken, now_ms);
	}
	commits->running = true;
}

static int64_t backed_off(unsigned failures)
{
	const int64_t wait_ms = (int64_t)KITH_COMMIT_AGAIN_MS << (failures < 10 ? failures : 10);
	return wait_ms < KITH_COMMIT_AGAIN_MOST_MS ? wait_ms : KITH_COMMIT_AGAIN_MOST_MS;
}

static void put_back(struct kith_commits *commits, int64_t now_ms)
{
	for (size_t i = 0; i < commits->taken.count; i++)
		if (!kith_dirty_has(&commits->dirty, commits->taken.paths[i].path))
			kith_dirty_add(&commits->dirty, commits->taken.paths[i].path, false, now_ms, now_ms);
	if (commits->taken.all)
		kith_dirty_add_all(&commits->dirty, now_ms);
}

void kith_commits_finished(struct kith_commits *commits, enum kith_commits_result result, int64_t now_ms)
{
	commits->running = false;
	commits->not_before_ms = 0;
	if (result != KITH_COMMITS_DONE) {
		put_back(commits, now_ms);
		commits->not_before_ms = now_ms + backed_off(result == KITH_COMMITS_FAILED ? commits->failures : 0);
	}
	commits->failures = result == KITH_COMMITS_FAILED ? commits->failures + 1 : 0;
	kith_dirty_clear(&commits->taken);
}

struct forgetting {
	const struct kith_dirty *paths;
	int64_t started_ms;
};

static bool is_committed(void *user, const struct kith_dirty_path *path)
{
	const struct forgetting *forgetting = user;
	return path->last_ms <= forgetting->started_ms && kith_dirty_has(forgetting->paths, path->path);
}

void kith_commits_forget(struct kith_commits *commits, const struct kith_dirty *paths, int64_t started_ms)
{
	KITH_ARENA arena = {0};
	const char **forgotten;
	size_t count;
	struct forgetting forgetting = {paths, started_ms};
	kith_dirty_take(&commits->dirty, is_committed, &forgetting, &arena, &forgotten, &count);
}

void kith_commits_git_changed(struct kith_commits *commits, int64_t now_ms)
{
	if (commits->failures == 0 || commits->running || now_ms - commits->git_tried_ms < GIT_TRIES_MS)
		return;
	commits->git_tried_ms = now_ms;
	if (commits->not_before_ms > now_ms + GIT_SETTLES_MS)
		commits->not_before_ms = now_ms + GIT_SETTLES_MS;
}

void kith_commits_finish(struct kith_commits *commits)
{
	kith_dirty_finish(&commits->dirty);
	kith_dirty_finish(&commits->taken);
}
