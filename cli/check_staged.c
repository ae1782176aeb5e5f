/* kith check --staged: the records as they would be committed, for a hook of git.
 *
 * What is staged is read by a child of kithd through libgit2; no git is started, because the configuration of a
 * repository may name programs.  What the records refer to is looked for among the files as they are. */
#include <string.h>

#include "cli/checking.h"
#include "cli/spawn.h"
#include "lib/record/past.h"

enum { PATIENCE_MS = 60000 };

static enum kith_code ask_git(struct kith_app *app, struct kith_buf *telling, struct kith_err *err)
{
	const char *argv[] = { kith_spawn_daemon_path(&app->arena), "--store", app->store->root, "--staged", NULL };
	KITH_BUF errors = { 0 };
	const struct kith_spawn spawn = { .argv = argv, .output = telling, .errors = &errors, .timeout_ms = PATIENCE_MS };
	int status = 0;
	const enum kith_code code = kith_spawn_run(&spawn, &status, err);
	if (code || !status)
		return code;
	if (status == 127) {
		kith_fail(err, KITH_SYNC, "kithd, which reads what is staged, was not found beside kith or in $PATH");
		return kith_hint(err, "install it: make install");
	}
	const char *words = kith_buf_text(&errors);
	words += strncmp(words, "error: ", 7) == 0 ? 7 : 0;
	const size_t length = strcspn(words, "\n");
	const char *hint = strstr(words, "\nhint: ");
	kith_fail(err, KITH_SYNC, "%.*s", (int)(length ? length : 26), length ? words : "kithd failed without a word");
	return hint ? kith_hint(err, "%.*s", (int)strcspn(hint + 7, "\n"), hint + 7) : KITH_SYNC;
}

static enum kith_code check_change(struct kith_checking *checking, const struct kith_past_change *change,
                                   struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	struct kith_faults faults = { .arena = &arena };
	const struct kith_past_side *staged = &change->after;
	struct kith_reading reading = { .faults = faults };
	if (!staged->there || !(kith_store_is_record_path(change->path) || strcmp(change->path, "kith.yaml") == 0))
		return KITH_OK;
	if (staged->text) {
		const enum kith_code code = kith_check_text(checking->app->index, change->path, staged->text,
		                                            staged->length, &arena, &reading, err);
		if (code)
			return code;
	} else if (staged->odd) {
		kith_fault_add(&reading.faults, KITH_FAULT_ERROR, 0, 0, 1, "this is not a regular file")->hint =
			"stage a file of text here";
	} else {
		kith_fault_add(&reading.faults, KITH_FAULT_ERROR, 0, 0, 1, "at most %u bytes of a record are read", KITH_DOC_LIMIT)
			->hint = "keep long documents beside the store's folders and name them under links";
	}
	checking->report.files++;
	checking->report.errors += reading.faults.errors;
	checking->report.warnings += reading.faults.count + reading.faults.left_out - reading.faults.errors;
	if (reading.faults.count)
		kith_checking_file(checking, change->path, &reading.faults, staged->text, staged->length);
	return KITH_OK;
}

enum kith_code kith_checking_staged(struct kith_checking *checking, struct kith_err *err)
{
	struct kith_app *app = checking->app;
	KITH_BUF telling = { 0 };
	struct kith_past past = { 0 };
	enum kith_code code = ask_git(app, &telling, err);
	if (!code)
		code = kith_past_read(kith_buf_text(&telling), telling.length, &app->arena, &past, err);
	if (code || !past.count)
		return code;
	code = kith_app_open_index(app, err);
	for (size_t i = 0; i < past.commits[0].count && !code; i++)
		code = check_change(checking, &past.commits[0].changes[i], err);
	return code;
}
