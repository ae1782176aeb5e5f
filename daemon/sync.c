#include "daemon/sync.h"

#include <string.h>
#include <time.h>

#include "lib/base/log.h"

#define TEXT_MOST (64 * 1024) /* of a message: it is an argument of the child */

/* A request that waits for its turn. */
struct kith_sync_wish {
	struct kith_sync_wish *next;
	bool full;
	char *message, *command, *undoes;
	struct kith_dirty paths;
	uint64_t client;
	int64_t id;
};

static void destroy_wish(struct kith_sync_wish *wish)
{
	if (!wish)
		return;
	kith_free(wish->message);
	kith_free(wish->command);
	kith_free(wish->undoes);
	kith_dirty_finish(&wish->paths);
	kith_free(wish);
}

static int64_t loop_ms(const struct kith_sync *sync)
{
	return (int64_t)uv_now(sync->options.loop);
}

static int64_t wall_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pump(struct kith_sync *sync);

/* --- the child --- */

static void read_result(const struct kith_child_result *result, struct kith_pass *pass)
{
	if (!result->timed_out && result->signal == 0 && kith_pass_read(result->out, pass))
		return;
	*pass = (struct kith_pass){.code = KITH_SYNC};
	if (result->timed_out)
		kith_fail(&pass->err, KITH_SYNC, "work on git did not end in time and was stopped");
	else if (result->signal)
		kith_fail(&pass->err, KITH_SYNC, "work on git was ended by signal %d", result->signal);
	else
		kith_fail(&pass->err, KITH_SYNC, "work on git ended with code %d: %.*s", (int)result->code,
		          (int)strcspn(result->errors, "\n"), result->errors);
	kith_hint(&pass->err, "kithd --once --offline does the same where you can see it");
}

static void remember(struct kith_sync *sync, const struct kith_pass *pass)
{
	const bool is_news = !sync->has_passed || sync->last.code != pass->code || sync->last.waiting != pass->waiting ||
	                     strcmp(sync->last.err.message, pass->err.message) != 0 || strcmp(sync->last.why, pass->why) != 0;
	if (pass->code != KITH_OK) {
		sync->last_failure = pass->err;
		sync->last_failure_ms = wall_ms();
		if (is_news)
			kith_log(KITH_ERROR, "committing failed; it is tried again error=\"%s\" hint=\"%s\"", pass->err.message,
			         pass->err.hint);
	} else if (pass->waiting && is_news) {
		kith_log(KITH_WARNING, "committing waits reason=\"%s\" hint=\"%s\"", pass->why, pass->hint);
	}
	if (*pass->commit) {
		memcpy(sync->last_commit, pass->commit, sizeof(sync->last_commit));
		sync->last_commit_ms = wall_ms();
		kith_log(KITH_INFO, "committed commit=%.12s paths=%zu", pass->commit, pass->paths);
	}
	if (pass->left_out > 0 && (!sync->has_passed || sync->last.left_out != pass->left_out))
		kith_log(KITH_WARNING, "files were left out count=%zu first=\"%s\"", pass->left_out, pass->left_out_first);
	sync->last = *pass;
	sync->has_passed = true;
}

static void on_child_done(void *user, const struct kith_child_result *result)
{
	struct kith_sync *sync = user;
	struct kith_pass pass;
	read_result(result, &pass);
	sync->child = NULL;
	struct kith_sync_wish *wish = kith_take(&sync->current);
	const bool failed = pass.code != KITH_OK || pass.waiting;
	if (!wish || wish->full)
		kith_commits_finished(&sync->commits,
		                      failed       ? KITH_COMMITS_FAILED
		                      : pass.again ? KITH_COMMITS_UNSETTLED
		                                   : KITH_COMMITS_DONE,
		                      loop_ms(sync));
	else if (!failed)
		kith_commits_forget(&sync->commits, &wish->paths, sync->started_ms);
	remember(sync, &pass);
	sync->options.on_pass(sync->options.user, &pass);
	if (wish)
		sync->options.on_done(sync->options.user, wish->client, wish->id, &pass);
	destroy_wish(wish);
	pump(sync);
}

/* argv of the child; its paths come through standard input, where their number does not matter. */
static const char **arguments_of(const struct kith_sync *sync, const struct kith_sync_wish *wish, bool all,
                                 struct kith_arena *arena)
{
	const char **arguments = kith_arena_alloc(arena, 14 * sizeof(*arguments));
	size_t count = 0;
	arguments[count++] = "kithd";
	arguments[count++] = "--store";
	arguments[count++] = sync->root;
	arguments[count++] = "--json";
	if (!all)
		arguments[count++] = "--paths-from-stdin";
	if (wish && wish->command) {
		arguments[count++] = "--command";
		arguments[count++] = wish->command;
	}
	if (wish && wish->undoes) {
		arguments[count++] = "--undoes";
		arguments[count++] = wish->undoes;
	}
	if (wish && !wish->full) {
		arguments[count++] = "--commit";
		arguments[count++] = wish->message ? wish->message : "";
	} else {
		arguments[count++] = "--snapshot";
	}
	return arguments;
}

static enum kith_code start_child(struct kith_sync *sync, const struct kith_sync_wish *wish, const char *const *paths,
                                  size_t count, bool all, struct kith_err *err)
{
	KITH_ARENA arena = {0};
	KITH_BUF input = {0};
	for (size_t i = 0; i < count && !all; i++)
		kith_buf_add_bytes(&input, paths[i], strlen(paths[i]) + 1);
	const struct kith_child_options options = {
		.program = "/proc/self/exe",
		.arguments = arguments_of(sync, wish, all, &arena),
		.folder = "/",
		.input = all ? NULL : kith_buf_text(&input),
		.input_length = input.length,
		.deadline_ms = all ? KITH_FULL_PASS_DEADLINE_MS : KITH_PASS_DEADLINE_MS,
		.on_done = on_child_done,
		.user = sync,
	};
	sync->started_ms = loop_ms(sync);
	return kith_child_start(sync->options.loop, &options, &sync->child, err);
}

/* A child that cannot be started has failed like any other. */
static void fail_to_start(struct kith_sync *sync, bool is_background, const struct kith_err *err)
{
	struct kith_pass pass = {.code = KITH_SYNC, .err = *err};
	struct kith_sync_wish *wish = kith_take(&sync->current);
	if (is_background || (wish && wish->full))
		kith_commits_finished(&sync->commits, KITH_COMMITS_FAILED, loop_ms(sync));
	remember(sync, &pass);
	sync->options.on_pass(sync->options.user, &pass);
	if (wish)
		sync->options.on_done(sync->options.user, wish->client, wish->id, &pass);
	destroy_wish(wish);
}

static void start_background(struct kith_sync *sync, bool everything)
{
	KITH_ARENA arena = {0};
	struct kith_err err = {0};
	const char **paths;
	size_t count;
	bool all;
	kith_commits_take(&sync->commits, everything, loop_ms(sync), &arena, &paths, &count, &all);
	if (start_child(sync, sync->current, paths, count, all, &err) != KITH_OK)
		fail_to_start(sync, true, &err);
}

static void start_wish(struct kith_sync *sync)
{
	struct kith_sync_wish *wish = sync->wishes;
	sync->wishes = wish->next;
	sync->current = wish;
	if (wish->full) {
		start_background(sync, true);
		return;
	}
	KITH_ARENA arena = {0};
	struct kith_err err = {0};
	const char **paths = kith_arena_alloc(&arena, (wish->paths.count + 1) * sizeof(*paths));
	for (size_t i = 0; i < wish->paths.count; i++)
		paths[i] = wish->paths.paths[i].path;
	if (start_child(sync, wish, paths, wish->paths.count, false, &err) != KITH_OK)
		fail_to_start(sync, false, &err);
}

static void on_timer(uv_timer_t *timer)
{
	pump(timer->data);
}

/* Requests first: somebody waits for them. */
static void pump(struct kith_sync *sync)
{
	while (!sync->child && !sync->stopping && sync->options.enabled) {
		if (sync->wishes) {
			start_wish(sync);
			continue;
		}
		const int64_t at = kith_commits_start(&sync->commits), now_ms = loop_ms(sync);
		if (at > now_ms) {
			if (at == INT64_MAX)
				uv_timer_stop(&sync->timer);
			else
				uv_timer_start(&sync->timer, on_timer, (uint64_t)(at - now_ms), 0);
			return;
		}
		start_background(sync, false);
	}
}

void kith_sync_open(struct kith_sync *sync, const struct kith_sync_options *options)
{
	*sync = (struct kith_sync){.options = *options, .root = kith_strdup(options->root)};
	uv_timer_init(options->loop, &sync->timer);
	sync->timer.data = sync;
	if (options->enabled)
		kith_sync_changed_all(sync);
}

static void refuse_wishes(struct kith_sync *sync)
{
	struct kith_pass pass = {.code = KITH_SYNC};
	kith_fail(&pass.err, KITH_SYNC, "the daemon is stopping");
	while (sync->wishes) {
		struct kith_sync_wish *wish = sync->wishes;
		sync->wishes = wish->next;
		sync->options.on_done(sync->options.user, wish->client, wish->id, &pass);
		destroy_wish(wish);
	}
}

void kith_sync_stop(struct kith_sync *sync)
{
	if (sync->stopping || !sync->root)
		return;
	sync->stopping = true;
	refuse_wishes(sync);
	uv_close((uv_handle_t *)&sync->timer, NULL);
}

bool kith_sync_is_busy(const struct kith_sync *sync)
{
	return sync->child != NULL;
}

void kith_sync_end_child(struct kith_sync *sync)
{
	if (sync->child)
		kith_child_end(sync->child);
}

void kith_sync_finish(struct kith_sync *sync)
{
	destroy_wish(kith_take(&sync->current));
	kith_commits_finish(&sync->commits);
	kith_free(kith_take(&sync->root));
}

void kith_sync_changed(struct kith_sync *sync, const char *path, bool gone)
{
	if (!sync->options.enabled)
		return;
	kith_commits_changed(&sync->commits, path, gone, loop_ms(sync));
	pump(sync);
}

void kith_sync_changed_all(struct kith_sync *sync)
{
	if (!sync->options.enabled)
		return;
	kith_commits_changed_all(&sync->commits, loop_ms(sync));
	pump(sync);
}

void kith_sync_git_changed(struct kith_sync *sync)
{
	kith_commits_git_changed(&sync->commits, loop_ms(sync));
	pump(sync);
}

/* --- requests --- */

static enum kith_code add_wish(struct kith_sync *sync, struct kith_sync_wish *wish, struct kith_err *err)
{
	struct kith_sync_wish **last = &sync->wishes;
	size_t count = 0;
	for (; *last; last = &(*last)->next)
		count++;
	enum kith_code code = KITH_OK;
	if (!sync->options.enabled) {
		code = kith_fail(err, KITH_SYNC, "commits are off: the store is not a git repository");
		kith_hint(err, "kith init makes it one");
	} else if (sync->stopping) {
		code = kith_fail(err, KITH_SYNC, "the daemon is stopping");
	} else if (count >= KITH_SYNC_WISHES) {
		code = kith_fail(err, KITH_SYNC, "too many requests wait for git");
	}
	if (code != KITH_OK) {
		destroy_wish(wish);
		return code;
	}
	*last = wish;
	pump(sync);
	return KITH_OK;
}

enum kith_code kith_sync_now(struct kith_sync *sync, uint64_t client, int64_t id, struct kith_err *err)
{
	struct kith_sync_wish *wish = kith_alloc(sizeof(*wish));
	*wish = (struct kith_sync_wish){.full = true, .client = client, .id = id};
	return add_wish(sync, wish, err);
}

enum kith_code kith_sync_commit(struct kith_sync *sync, const struct kith_sync_request *request, struct kith_err *err)
{
	if (request->count == 0)
		return kith_fail(err, KITH_USAGE, "a commit needs paths");
	if ((request->message && strlen(request->message) > TEXT_MOST) ||
	    (request->command && strlen(request->command) > TEXT_MOST) ||
	    (request->undoes && strlen(request->undoes) > TEXT_MOST))
		return kith_fail(err, KITH_USAGE, "the message is longer than %d bytes", TEXT_MOST);
	struct kith_sync_wish *wish = kith_alloc(sizeof(*wish));
	*wish = (struct kith_sync_wish){.client = request->client, .id = request->id};
	wish->message = request->message ? kith_strdup(request->message) : NULL;
	wish->command = request->command ? kith_strdup(request->command) : NULL;
	wish->undoes = request->undoes ? kith_strdup(request->undoes) : NULL;
	for (size_t i = 0; i < request->count; i++)
		kith_dirty_add(&wish->paths, request->paths[i], false, 0, 0);
	return add_wish(sync, wish, err);
}
