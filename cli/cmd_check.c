/* kith check: every fault, with line and caret. */
#include <string.h>
#include <unistd.h>

#include "cli/app.h"
#include "cli/place.h"
#include "lib/store/check.h"

struct checking {
	struct kith_app *app;
	struct kith_json *json; /* NULL: for people */
	bool quiet;
};

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

static void on_file(void *user, const char *path, const struct kith_faults *faults, const char *source, size_t length)
{
	const struct checking *checking = user;
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
static enum kith_code read_paths(struct kith_app *app, const char ***out, struct kith_err *err)
{
	const struct kith_args *args = &app->args;
	const char **paths = kith_arena_alloc(&app->arena, (args->word_count + 1) * sizeof(*paths));
	for (size_t i = 0; i < args->word_count; i++) {
		const enum kith_code code = kith_place_in_store(app, args->words[i], &paths[i], err);
		if (code)
			return code;
	}
	*out = paths;
	return KITH_OK;
}

enum kith_code kith_cmd_check(struct kith_app *app, struct kith_err *err)
{
	const char **paths;
	enum kith_code code = read_paths(app, &paths, err);
	if (code)
		return code;
	/* The root stands for everything. */
	size_t count = app->args.word_count;
	for (size_t i = 0; i < app->args.word_count; i++)
		if (!*paths[i])
			count = 0;

	struct kith_check_report report = { 0 };
	struct kith_json json;
	struct checking checking = { .app = app, .quiet = kith_args_has(&app->args, "quiet") };
	if (app->json) {
		json = kith_app_json(app);
		kith_json_key(&json, "faults");
		kith_json_array(&json);
		checking.json = &json;
	}
	code = kith_check(app->index, paths, count, on_file, &checking, &report, err);
	if (code) {
		kith_buf_clear(&app->out); /* half a document is none */
		return code;
	}
	if (app->json) {
		kith_json_end_array(&json);
		kith_json_key_int(&json, "files", (int64_t)report.files);
		kith_json_key_int(&json, "errors", (int64_t)report.errors);
		kith_json_key_int(&json, "warnings", (int64_t)report.warnings);
		kith_app_end_json(&json);
	}
	code = kith_app_flush(app, !kith_args_has(&app->args, "no-pager"), err);
	if (code)
		return code;
	if (!app->json) {
		KITH_BUF line = { 0 };
		kith_buf_addf(&line, "checked %zu file%s: %zu error%s, %zu warning%s\n", report.files,
		              plural(report.files), report.errors, plural(report.errors), report.warnings,
		              plural(report.warnings));
		(void)kith_write_all(STDERR_FILENO, line.text, line.length, NULL); /* nowhere else to say it */
	}
	return report.errors ? KITH_FAULTY : KITH_OK;
}
