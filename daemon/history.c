#include "daemon/history.h"

#include <stdio.h>

#include "daemon/pass.h"
#include "lib/git/history.h"

/* A commit goes out as soon as it is known; whoever has seen enough closes the pipe, which ends the walk. */
static bool put(const struct kith_buf *text)
{
	return fwrite(kith_buf_text(text), 1, text->length, stdout) == text->length && fflush(stdout) == 0;
}

static bool on_commit(void *user, const struct kith_past_commit *commit)
{
	KITH_BUF text = {0};
	bool *failed = user;
	kith_past_tell_commit(&text, commit);
	*failed = !put(&text);
	return !*failed;
}

static enum kith_code tell(struct kith_repo *repo, const struct kith_history_options *options, struct kith_arena *arena,
                           struct kith_err *err)
{
	KITH_BUF text = {0};
	struct kith_past state;
	enum kith_past_end end;
	bool failed = false;
	enum kith_code code = kith_history_state(repo, arena, &state, err);
	if (code != KITH_OK)
		return code;
	kith_past_tell_state(&text, &state);
	failed = !put(&text);
	if (!failed)
		code = kith_history_read(repo, options, on_commit, &failed, &end, err);
	if (code == KITH_OK && !failed) {
		kith_buf_clear(&text);
		kith_past_tell_end(&text, end);
		failed = !put(&text);
	}
	return code == KITH_OK && failed ? kith_fail_errno(err, KITH_IO, "cannot write to standard output") : code;
}

static enum kith_code read_repository(const struct kith_options *options, struct kith_store *store, struct kith_err *err)
{
	KITH_ARENA arena = {0};
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	struct kith_history_options wanted = {
		.record = options->path_count ? options->paths[0] : NULL,
		.only = options->only,
		.commands = options->commands,
		.limit = options->limit,
		.texts = options->texts,
	};
	const enum kith_code code = kith_repo_open(store->root, &repo, err);
	if (code != KITH_OK)
		return code;
	kith_pass_author(store, &arena, &wanted.name, &wanted.email);
	return tell(repo, &wanted, &arena, err);
}

enum kith_code kith_history_print(const struct kith_options *options, struct kith_store *store, struct kith_err *err)
{
	enum kith_code code = kith_git_start(err);
	if (code != KITH_OK)
		return code;
	code = read_repository(options, store, err);
	kith_git_stop();
	return code;
}
