#include "daemon/once.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/history.h"
#include "daemon/pass.h"
#include "daemon/staged.h"
#include "lib/git/repo.h"
#include "lib/network/due.h"
#include "lib/store/index.h"

#define PATHS_MOST (256u << 20) /* bytes of paths on standard input */

static enum kith_code read_stdin(struct kith_buf *out, struct kith_err *err)
{
	char room[16 * 1024];
	for (;;) {
		const ssize_t length = read(STDIN_FILENO, room, sizeof(room));
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return kith_fail_errno(err, KITH_IO, "cannot read the paths on standard input");
		if (length == 0)
			return KITH_OK;
		kith_buf_add_bytes(out, room, (size_t)length);
		if (out->length > PATHS_MOST)
			return kith_fail(err, KITH_USAGE, "more than %u bytes of paths on standard input", PATHS_MOST);
	}
}

/* A path may be given from the root of the filesystem; git's work wants it from the store. */
static const char *in_store(const struct kith_store *store, const char *path)
{
	const size_t length = strlen(store->root);
	if (strncmp(path, store->root, length) == 0 && path[length] == '/')
		return path + length + 1;
	return path;
}

static enum kith_code gather_paths(const struct kith_options *options, const struct kith_store *store,
                                   struct kith_arena *arena, const char *const **paths, size_t *count, struct kith_err *err)
{
	const char **list = NULL;
	size_t capacity = 0;
	*count = 0;
	for (size_t i = 0; i < options->path_count; i++)
		*(const char **)kith_arena_push(arena, &list, count, &capacity, sizeof(*list)) = in_store(store, options->paths[i]);
	if (options->paths_from_stdin) {
		KITH_BUF text = {0};
		const enum kith_code code = read_stdin(&text, err);
		if (code != KITH_OK)
			return code;
		for (size_t at = 0; at < text.length; at += strlen(text.text + at) + 1)
			*(const char **)kith_arena_push(arena, &list, count, &capacity, sizeof(*list)) =
				kith_arena_strdup(arena, in_store(store, text.text + at));
	}
	*paths = list;
	return KITH_OK;
}

static enum kith_code refresh_index(struct kith_store *store, const struct kith_clock *clock, struct kith_index_report *report,
                                    struct kith_err *err)
{
	KITH_CLEANUP(kith_index_close) struct kith_index *index = NULL;
	const struct kith_index_options options = {
		.store = store,
		.now = kith_clock_now(clock),
		.derive = &kith_network_derive,
	};
	enum kith_code code = kith_index_open(&options, &index, err);
	if (code == KITH_OK)
		code = kith_index_refresh(index, report, err);
	return code == KITH_OK ? code : kith_within(err, "indexing");
}

static enum kith_code print_json(const struct kith_pass *pass, struct kith_err *err)
{
	KITH_BUF line = {0};
	kith_pass_print(&line, pass);
	if (fputs(line.text, stdout) < 0 || fflush(stdout) != 0)
		return kith_fail_errno(err, KITH_IO, "cannot write to standard output");
	return KITH_OK;
}

static enum kith_code print_pass(const struct kith_pass *pass, struct kith_err *err)
{
	if (pass->code != KITH_OK) {
		if (err)
			*err = pass->err;
		return pass->code;
	}
	if (pass->left_out > 0)
		fprintf(stderr, "warning: %zu %s left out: %s\n", pass->left_out, pass->left_out == 1 ? "file was" : "files were",
		        pass->left_out_first);
	if (pass->guessed_author)
		fprintf(stderr, "warning: git knows no name for you, so the commit has your login\n"
		                "hint: git config --global user.name \"Your Name\"\n");
	if (pass->waiting) {
		kith_fail(err, KITH_SYNC, "nothing was committed: %s", pass->why);
		return kith_hint(err, "%s", pass->hint);
	}
	if (*pass->commit)
		printf("committed %zu %s as %.12s\n", pass->paths, pass->paths == 1 ? "file" : "files", pass->commit);
	else
		printf("nothing to commit\n");
	return fflush(stdout) == 0 ? KITH_OK : kith_fail_errno(err, KITH_IO, "cannot write to standard output");
}

static enum kith_code run_pass(const struct kith_options *options, struct kith_store *store, const struct kith_clock *clock,
                               struct kith_err *err)
{
	KITH_ARENA arena = {0};
	struct kith_pass_options take = {
		.store = store,
		.clock = clock,
		.message = options->message && *options->message ? options->message : NULL,
		.command = options->command,
		.undoes = options->undoes,
		.is_command = options->mode == KITH_MODE_COMMIT,
		.patient = options->mode == KITH_MODE_ONCE,
	};
	if (options->mode == KITH_MODE_COMMIT || options->paths_from_stdin) {
		const enum kith_code code = gather_paths(options, store, &arena, &take.paths, &take.count, err);
		if (code != KITH_OK)
			return code;
		if (take.count == 0)
			return kith_fail(err, KITH_USAGE, "no paths were given to commit");
	}
	struct kith_pass pass;
	kith_pass_run(&take, &pass);
	return options->json ? print_json(&pass, err) : print_pass(&pass, err);
}

static enum kith_code run_in_store(const struct kith_options *options, const struct kith_clock *clock, struct kith_err *err)
{
	KITH_CLEANUP(kith_store_close) struct kith_store *store = NULL;
	enum kith_code code = kith_store_open(options->store, &store, err);
	if (code != KITH_OK)
		return code;
	if (options->mode == KITH_MODE_HISTORY)
		return kith_history_print(options, store, err);
	if (options->mode == KITH_MODE_STAGED)
		return kith_staged_print(store, err);
	if (options->mode == KITH_MODE_ONCE) {
		struct kith_index_report report = {0};
		code = refresh_index(store, clock, &report, err);
		if (code != KITH_OK)
			return code;
		if (!options->json)
			printf("indexed %zu files: %zu changed, %zu removed, %zu cannot be read\n", report.seen, report.changed,
			       report.removed, report.broken);
		if (!store->has_git) {
			if (!options->json)
				printf("commits are off: the store is not a git repository\n");
			return KITH_OK;
		}
	}
	return run_pass(options, store, clock, err);
}

static enum kith_code make_repository(const char *folder, struct kith_err *err)
{
	enum kith_code code = kith_git_start(err);
	if (code != KITH_OK)
		return code;
	code = kith_repo_init(folder, err);
	kith_git_stop();
	return code;
}

enum kith_code kith_once_run(const struct kith_options *options, struct kith_err *err)
{
	if (options->mode == KITH_MODE_INIT && options->hook)
		return kith_hook_run(options, err);
	if (options->mode == KITH_MODE_INIT)
		return make_repository(options->folder, err);
	struct kith_clock clock;
	const enum kith_code code = kith_clock_init(&clock, err);
	return code == KITH_OK ? run_in_store(options, &clock, err) : code;
}
