/* kith merge-driver: what git calls to merge a record. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/save.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/record/merge.h"
#include "lib/record/record.h"

enum { LARGEST = 64 << 20 };

struct driving {
	struct kith_app *app;
	const char *path; /* in the work tree */
	struct kith_buf texts[3];
};

static void tell(struct driving *driving, const char *what, const char *path)
{
	KITH_BUF text = { 0 }, line = { 0 };
	kith_buf_addf(&text, "kith: %s: %s%s", driving->path, what, path);
	kith_printable(&line, kith_buf_text(&text), text.length, false);
	kith_buf_add_char(&line, '\n');
	(void)kith_write_all(STDERR_FILENO, line.text, line.length, NULL); /* nowhere else to say it */
}

/* Machines that merge by different rules would undo each other's work. */
static enum kith_code check_version(struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	KITH_BUF text = { 0 };
	struct kith_reading reading;
	if (kith_file_read("kith.yaml", KITH_DOC_LIMIT, &text, NULL))
		return KITH_OK; /* not in the work tree now */
	kith_record_read(KITH_SETTINGS, "kith", "kith.yaml", kith_buf_text(&text), text.length, &arena, &reading);
	const struct kith_value *version = kith_record_get(&reading.record, "merge_version");
	if (!version || version->number == KITH_MERGE_VERSION)
		return KITH_OK;
	kith_fail(err, KITH_CONFLICT, "kith.yaml says merge_version %lld; this kith merges by %d", (long long)version->number,
	          KITH_MERGE_VERSION);
	if (version->number > KITH_MERGE_VERSION)
		return kith_hint(err, "install the kith that your other machines have");
	return kith_hint(err, "bring the other machines to this kith, then set merge_version: %d", KITH_MERGE_VERSION);
}

static int kind_of(const char *path, bool *is_record)
{
	const int kind = kith_kind_of_path(path);
	*is_record = kind >= 0 || strcmp(path, ".kith/reminders.yaml") == 0;
	return kind;
}

/* A text that lost as a whole stays in the work tree, under a name of its own. */
static enum kith_code set_aside(struct driving *driving, const struct kith_version *loser, struct kith_err *err)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < loser->length; i++)
		hash = (hash ^ (unsigned char)loser->text[i]) * 1099511628211u;
	KITH_BUF stem = { 0 };
	const char *name = strrchr(driving->path, '/');
	name = name ? name + 1 : driving->path;
	if (!kith_path_stem(name, &stem))
		kith_buf_add(&stem, name);
	const char *kept = kith_arena_printf(&driving->app->arena, "conflicts/%s-%012llx.txt", kith_buf_text(&stem),
	                                     (unsigned long long)(hash & 0xFFFFFFFFFFFFu));
	struct stat status;
	if (mkdir("conflicts", 0777) && errno != EEXIST)
		return kith_fail_errno(err, KITH_IO, "cannot make the folder conflicts");
	if (lstat("conflicts", &status) || !S_ISDIR(status.st_mode)) {
		kith_fail(err, KITH_IO, "conflicts is no folder");
		return kith_hint(err, "put it out of the way, and merge again");
	}
	const enum kith_code code = kith_file_create(kept, loser->text, loser->length, kith_save_mode(), err);
	if (code && code != KITH_USAGE)
		return code; /* what is there already has this name because it has these bytes */
	tell(driving, "the other text is kept in ", kept);
	return KITH_OK;
}

static enum kith_code write_result(struct driving *driving, const struct kith_buf *text, struct kith_err *err)
{
	return kith_file_write(driving->app->args.words[1], kith_buf_text(text), text->length, kith_save_mode(), err);
}

static enum kith_code merge_record(struct driving *driving, int kind, const struct kith_version of[3], struct kith_err *err)
{
	struct kith_merged merged;
	kith_merge_record(kind, &of[0], &of[1], &of[2], &merged);
	enum kith_code code = write_result(driving, &merged.text, err);
	const struct kith_version loser = { kith_buf_text(&merged.loser), merged.loser.length };
	if (!code && merged.unreadable && loser.length) {
		code = set_aside(driving, &loser, err);
		if (!code) {
			kith_fail(err, KITH_CONFLICT, "%s: one of the two versions cannot be read as a record", driving->path);
			code = kith_hint(err, "see what is right (kith check %s), then git add it", driving->path);
		}
	}
	if (!code && merged.conflicts)
		tell(driving, "what lost is kept in it: kith conflicts", "");
	kith_merged_finish(&merged);
	return code;
}

static enum kith_code merge_file(struct driving *driving, const struct kith_version of[3], struct kith_err *err)
{
	KITH_BUF text = { 0 };
	struct kith_version loser = { 0 };
	const bool clean = kith_merge_lines(&of[0], &of[1], &of[2], &text, &loser);
	enum kith_code code = write_result(driving, &text, err);
	if (code || clean)
		return code;
	code = set_aside(driving, &loser, err);
	if (code)
		return code;
	kith_fail(err, KITH_CONFLICT, "%s: both versions changed the same lines", driving->path);
	return kith_hint(err, "see which lines are right, then git add it");
}

enum kith_code kith_cmd_merge_driver(struct kith_app *app, struct kith_err *err)
{
	enum kith_code code = kith_args_expect(&app->args, 4, 4, err);
	if (!code)
		code = check_version(err);
	if (code)
		return code;
	struct driving driving = { .app = app, .path = app->args.words[3] };
	bool is_record;
	const int kind = kind_of(driving.path, &is_record);
	struct kith_version of[3];
	for (int i = 0; i < 3 && !code; i++) {
		code = kith_file_read(app->args.words[i], LARGEST, &driving.texts[i], err);
		of[i] = (struct kith_version){ kith_buf_text(&driving.texts[i]), driving.texts[i].length };
	}
	/* Git gives an empty file where both sides added one. */
	if (!code && is_record && !of[0].length)
		of[0].text = NULL;
	if (!code)
		code = is_record ? merge_record(&driving, kind, of, err) : merge_file(&driving, of, err);
	for (int i = 0; i < 3; i++)
		kith_buf_finish(&driving.texts[i]);
	return code;
}
