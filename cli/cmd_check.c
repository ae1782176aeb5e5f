/* kith check: every fault, with line and caret. */
#include <string.h>
#include <unistd.h>

#include "cli/checking.h"
#include "cli/fresh.h"
#include "cli/place.h"
#include "lib/store/check.h"

static void json_fault(struct kith_json *json, const char *path, const struct kith_fault *fault)
{
	kith_json_object(json);
	kith_json_key_string(json, "path", path);
	kith_json_key_int(json, "line", fault->line);
	kith_json_key_int(json, "column", fault->column);
	kith_json_key_int(json, "length", fault->length);
	kith_json_key_string(json, "severity", fault->severity == KITH_FAULT_ERROR ? "error" : "warning");
	kith_json_key_string(json, "message", fault->message);
	kith_json_key_string(json, "hint", *fault->hint ? fault->hint : NULL);
	kith_json_end_object(json);
}

/* "path:3:9: error: …" as kith_fault_print writes it, in colour. */
static void paint_first_line(struct kith_buf *out, const char *text, const struct kith_fault *fault)
{
	const char *word = fault->severity == KITH_FAULT_ERROR ? "error:" : "warning:";
	const size_t length = strcspn(text, "\n");
	const char *at = strstr(text, word);
	if (!at || at > text + length) {
		kith_buf_add(out, text);
		return;
	}
	kith_buf_add(out, "\033[1m");
	kith_buf_add_bytes(out, text, (size_t)(at - text));
	kith_buf_add(out, "\033[0m");
	kith_paint(out, true, fault->severity == KITH_FAULT_ERROR ? KITH_RED : KITH_YELLOW, word);
	kith_buf_add(out, at + strlen(word));
}

void kith_checking_file(void *user, const char *path, const struct kith_faults *faults, const char *source, size_t length)
{
	const struct kith_checking *checking = user;
	struct kith_app *app = checking->app;
	const char *shown = kith_place_shown(app, path);
	for (size_t i = 0; i < faults->count; i++) {
		if (checking->json) {
			json_fault(checking->json, path, &faults->list[i]);
			continue;
		}
		KITH_BUF text = { 0 };
		kith_fault_print(&text, shown, &faults->list[i], checking->quiet ? NULL : source, length);
		if (checking->quiet && text.length)
			text.text[strcspn(text.text, "\n") + 1] = '\0';
		if (app->screen.color)
			paint_first_line(&app->out, kith_buf_text(&text), &faults->list[i]);
		else
			kith_buf_add(&app->out, kith_buf_text(&text));
	}
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* The paths inside the store; a file that is gone may still be asked about, so that its faults go too. */
static enum kith_code read_paths(struct kith_checking *checking, struct kith_err *err)
{
	struct kith_app *app = checking->app;
	const struct kith_args *args = &app->args;
	const char **paths = kith_arena_alloc(&app->arena, (args->word_count + 1) * sizeof(*paths));
	for (size_t i = 0; i < args->word_count; i++) {
		const enum kith_code code = kith_place_in_store(app, args->words[i], &paths[i], err);
		if (code)
			return code;
	}
	/* The root stands for everything. */
	size_t count = args->word_count;
	for (size_t i = 0; i < args->word_count; i++)
		if (!*paths[i])
			count = 0;
	checking->paths = paths;
	checking->count = count;
	return KITH_OK;
}

/* --- the document --- */

void kith_checking_begin(struct kith_checking *checking)
{
	struct kith_app *app = checking->app;
	checking->report = (struct kith_check_report){ 0 };
	if (!app->json)
		return;
	checking->document = kith_app_json(app);
	checking->json = &checking->document;
	kith_json_key(checking->json, "faults");
	kith_json_array(checking->json);
}

void kith_checking_end(struct kith_checking *checking)
{
	if (!checking->json)
		return;
	kith_json_end_array(checking->json);
	kith_json_key_int(checking->json, "files", (int64_t)checking->report.files);
	kith_json_key_int(checking->json, "errors", (int64_t)checking->report.errors);
	kith_json_key_int(checking->json, "warnings", (int64_t)checking->report.warnings);
	kith_app_end_json(checking->json);
}

void kith_checking_sum(const struct kith_checking *checking, struct kith_buf *out)
{
	const struct kith_check_report *report = &checking->report;
	kith_buf_addf(out, "checked %zu %sfile%s: %zu error%s, %zu warning%s\n", report->files,
	              checking->staged ? "staged " : "", plural(report->files), report->errors, plural(report->errors),
	              report->warnings, plural(report->warnings));
}

/* --- once --- */

static enum kith_code check_once(struct kith_checking *checking, struct kith_err *err)
{
	struct kith_app *app = checking->app;
	/* Of some files only, what they refer to is asked of the index, which is made where there is none. */
	enum kith_code code = checking->count ? kith_app_open_index(app, err) : kith_fresh_open_small(app, err);
	if (code && code != KITH_NONE)
		return code;
	if (code)
		return kith_check_files(app->store, app->now, kith_checking_file, checking, &checking->report, err);
	return kith_check(app->index, checking->paths, checking->count, kith_checking_file, checking, &checking->report,
	                  err);
}

static enum kith_code tell_once(struct kith_checking *checking, struct kith_err *err)
{
	struct kith_app *app = checking->app;
	kith_checking_begin(checking);
	enum kith_code code = checking->staged ? kith_checking_staged(checking, err) : check_once(checking, err);
	if (code) {
		kith_buf_clear(&app->out); /* half a document is none */
		return code;
	}
	kith_checking_end(checking);
	code = kith_app_flush(app, !kith_args_has(&app->args, "no-pager"), err);
	if (code)
		return code;
	/* A hook has nothing to say of a commit without records. */
	if (!app->json && !(checking->staged && !checking->report.files)) {
		KITH_BUF line = { 0 };
		kith_checking_sum(checking, &line);
		(void)kith_write_all(STDERR_FILENO, line.text, line.length, NULL); /* nowhere else to say it */
	}
	return checking->report.errors ? KITH_FAULTY : KITH_OK;
}

static enum kith_code refuse(const char *message, struct kith_err *err)
{
	kith_fail(err, KITH_USAGE, "%s", message);
	return kith_hint(err, "kith check --help says how it is used");
}

enum kith_code kith_cmd_check(struct kith_app *app, struct kith_err *err)
{
	const bool watch = kith_args_has(&app->args, "watch");
	struct kith_checking checking = {
		.app = app,
		.quiet = kith_args_has(&app->args, "quiet"),
		.staged = kith_args_has(&app->args, "staged"),
	};
	if (checking.staged && watch)
		return refuse("--staged and --watch do not go together", err);
	if (checking.staged && app->args.word_count)
		return refuse("--staged takes no paths: it checks everything that is staged", err);
	const enum kith_code code = read_paths(&checking, err);
	if (code)
		return code;
	return watch ? kith_checking_watch(&checking, err) : tell_once(&checking, err);
}
