/* kith merge-driver: what git calls to merge a record. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/save.h"
#include "lib/base/file.h"
#include "lib/base/sha1.h"
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

/* Nothing was merged: the file stays as one side has it, and `git add` would lose the other. */
static enum kith_code refuse(enum kith_code code, struct kith_err *err)
{
	char hint[sizeof(err->hint)];
	memcpy(hint, err->hint, sizeof(hint));
	(void)kith_hint(err, "%s%sthe file has one side only; git merge --abort, or rebase --abort, and merge again", hint,
	                *hint ? "; " : "");
	return code;
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

static enum kith_code check_folder(struct kith_err *err)
{
	struct stat status;
	if (mkdir("conflicts", 0777) && errno != EEXIST)
		return kith_fail_errno(err, KITH_IO, "cannot make the folder conflicts");
	if (lstat("conflicts", &status) == 0 && S_ISDIR(status.st_mode))
		return KITH_OK;
	kith_fail(err, KITH_IO, "conflicts is no folder");
	return kith_hint(err, "put it out of the way");
}

static bool has_text(const char *path, const struct kith_version *text)
{
	KITH_BUF there = { 0 };
	return kith_file_read(path, LARGEST, &there, NULL) == KITH_OK && there.length == text->length &&
	       memcmp(kith_buf_text(&there), text->text, text->length) == 0;
}

/* A text that lost as a whole stays in the work tree, under a name of its own: the one that merging trees gives it. */
static enum kith_code set_aside(struct driving *driving, const struct kith_version *loser, struct kith_err *err)
{
	char id[KITH_SHA1_DIGITS + 1];
	KITH_BUF name = { 0 };
	enum kith_code code = check_folder(err);
	if (code)
		return code;
	kith_git_blob_id(loser->text, loser->length, id);
	code = KITH_USAGE;
	/* Where a person has written to a file of that name, it has more digits. */
	for (int digits = KITH_ASIDE_DIGITS; digits <= KITH_SHA1_DIGITS && code == KITH_USAGE; digits += KITH_ASIDE_MORE) {
		kith_buf_clear(&name);
		kith_set_aside_name(&name, driving->path, id, digits);
		*err = (struct kith_err){ 0 };
		code = kith_file_create(name.text, loser->text, loser->length, kith_save_mode(), err);
		if (code == KITH_USAGE && has_text(name.text, loser))
			code = KITH_OK;
	}
	if (!code)
		tell(driving, "the other text is kept in ", name.text);
	return code;
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
			code = kith_hint(err, "kith conflicts shows how they differ; make it right, then git add it");
		}
	}
	if (!code && merged.conflicts)
		tell(driving, merged.conflicts == 1 ? "one field was written on both sides, both values are kept: kith conflicts"
		                                    : "fields were written on both sides, all values are kept: kith conflicts", "");
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
	return kith_hint(err, "kith conflicts shows how they differ; make it right, then git add it");
}

enum kith_code kith_cmd_merge_driver(struct kith_app *app, struct kith_err *err)
{
	enum kith_code code = kith_args_expect(&app->args, 4, 4, err);
	if (code)
		return code;
	code = check_version(err);
	if (code)
		return refuse(code, err);
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
	return code == KITH_IO ? refuse(code, err) : code;
}
