/* kith set: fields of a record, or of many, changed where they stand. */
#include <string.h>

#include "cli/assign.h"
#include "cli/change.h"
#include "cli/pick.h"
#include "cli/rows.h"
#include "cli/select.h"
#include "lib/base/text.h"
#include "lib/record/compare.h"
#include "lib/store/check.h"
#include "lib/store/names.h"

struct setting;

/* One record: what is to be done to it and what that came to. */
struct job {
	struct setting *setting;
	const struct kith_row *row;
	const char *title;
	const struct kith_assign_steps *steps;
	struct kith_value_changes differences; /* of the text as it was last computed */
	bool skipped;                          /* it cannot be edited */
};

struct setting {
	struct kith_app *app;
	struct kith_assignment *given;
	size_t given_count;
	struct kith_assign_steps by_kind[KITH_SETTINGS + 1];
	bool understood[KITH_SETTINGS + 1];
	struct kith_row *rows;
	struct job *jobs; /* one a row */
	size_t count;
	struct kith_changes changes;
	size_t changed, same, skipped;
};

/* --- what is asked for --- */

/* WHO or a query comes first, then nothing but assignments. */
static enum kith_code read_words(struct setting *setting, size_t *names, struct kith_err *err)
{
	struct kith_app *app = setting->app;
	const struct kith_args *args = &app->args;
	*names = 0;
	while (*names < args->word_count && !kith_assignment_is(args->words[*names]))
		++*names;
	const size_t count = args->word_count - *names;
	setting->given = kith_arena_alloc(&app->arena, (count + 1) * sizeof(*setting->given));
	for (size_t i = 0; i < count; i++) {
		const enum kith_code code = kith_assignment_read(&app->arena, args->words[*names + i],
		                                                 &setting->given[setting->given_count], err);
		if (code)
			return code;
		setting->given_count++;
	}
	if (!*names && !kith_args_has(args, "query")) {
		kith_fail(err, KITH_USAGE, count ? "whose?" : "kith set needs to know more");
		return kith_hint(err, "kith set ana cadence=monthly");
	}
	if (!count) {
		kith_fail(err, KITH_USAGE, "what is to be set?");
		return kith_hint(err, "kith set %s cadence=monthly; a list: skills+=rust skills-=c; unset: birthday=",
		                 *names ? args->words[0] : "ana");
	}
	return KITH_OK;
}

/* "contact ana" is somebody's name, not every contact that has the word in it somewhere. */
static bool is_name_of_kind(struct setting *setting, size_t names, enum kith_kind *kind)
{
	const char *const *words = setting->app->args.words;
	if (names < 2 || kith_args_has(&setting->app->args, "query"))
		return false;
	*kind = kith_kind_find(words[0], strlen(words[0]));
	for (size_t i = 1; i < names; i++)
		if (strchr(words[i], ':'))
			return false;
	return *kind < KITH_KINDS;
}

static enum kith_code find_records(struct setting *setting, size_t names, struct kith_err *err)
{
	struct kith_app *app = setting->app;
	enum kith_kind kind;
	if (!is_name_of_kind(setting, names, &kind))
		return kith_select(app, 0, names, &setting->rows, &setting->count, err);
	KITH_BUF name = { 0 };
	for (size_t i = 1; i < names; i++)
		kith_buf_addf(&name, "%s%s", i > 1 ? " " : "", app->args.words[i]);
	setting->rows = kith_arena_alloc(&app->arena, sizeof(*setting->rows));
	setting->count = 1;
	const enum kith_code code = kith_pick(app, kith_buf_text(&name), 1u << kind, &setting->rows[0], err);
	if (code || kith_names_is_sure(app->index, kith_buf_text(&name), &setting->rows[0]))
		return code;
	kith_fail(err, KITH_NONE, "no %s is called '%s'", kith_kind_name(kind), kith_buf_text(&name));
	return kith_hint(err, "did you mean %s (%s)?", setting->rows[0].title, setting->rows[0].id);
}

/* Understood once for each kind of record, because a name may have to be asked about. */
static enum kith_code understand(struct setting *setting, struct kith_err *err)
{
	for (size_t i = 0; i < setting->count; i++) {
		const enum kith_kind kind = setting->rows[i].kind;
		if (setting->understood[kind])
			continue;
		const enum kith_code code = kith_assign_understand(setting->app, kind, setting->given,
		                                                   setting->given_count, &setting->by_kind[kind], err);
		if (code)
			return code;
		setting->understood[kind] = true;
	}
	return KITH_OK;
}

/* --- one record --- */

/* Errors that the new text has and the old one had not, by their words: lines move. */
static bool has_new_error(const struct kith_faults *before, const struct kith_faults *after, struct kith_arena *arena,
                          const struct kith_fault **out)
{
	bool *taken = kith_arena_alloc(arena, before->count + 1);
	for (size_t i = 0; i < after->count; i++) {
		if (after->list[i].severity != KITH_FAULT_ERROR)
			continue;
		size_t j = 0;
		while (j < before->count && (taken[j] || before->list[j].severity != KITH_FAULT_ERROR ||
		                             strcmp(before->list[j].message, after->list[i].message) != 0))
			j++;
		if (j == before->count) {
			*out = &after->list[i];
			return true;
		}
		taken[j] = true;
	}
	return false;
}

static const char *kept(struct kith_app *app, const char *text)
{
	return text ? kith_arena_strdup(&app->arena, text) : NULL;
}

static void keep_texts(struct kith_app *app, struct kith_value_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct kith_value_change *change = &changes->list[i];
		change->field = kept(app, change->field);
		change->entry = kept(app, change->entry);
		change->key = kept(app, change->key);
		change->before = kept(app, change->before);
		change->after = kept(app, change->after);
	}
}

static enum kith_code check_result(struct job *job, const char *path, const char *text, size_t length,
                                   const struct kith_buf *becomes, struct kith_err *err)
{
	struct kith_app *app = job->setting->app;
	KITH_ARENA arena = { 0 };
	struct kith_reading before, after;
	const struct kith_fault *fault;
	enum kith_code code = kith_check_text(app->index, path, text, length, &arena, &before, err);
	if (!code)
		code = kith_check_text(app->index, path, kith_buf_text(becomes), becomes->length, &arena, &after, err);
	if (code)
		return code;
	if (has_new_error(&before.faults, &after.faults, &arena, &fault)) {
		kith_fail(err, KITH_USAGE, "%s", fault->message);
		return kith_hint(err, "%s", *fault->hint ? fault->hint : "nothing was written");
	}
	/* What is told of it outlives these texts. */
	kith_record_compare(&before.record, &after.record, &app->arena, &job->differences);
	keep_texts(app, &job->differences);
	return KITH_OK;
}

static enum kith_code edit_record(void *user, struct kith_app *app, const char *path, const char *text, size_t length,
                                  struct kith_buf *out, struct kith_err *err)
{
	struct job *job = user;
	KITH_EDITING editing = { 0 };
	enum kith_code code = kith_editing_begin(&editing, job->row->kind, job->row->id, path, text, length, err);
	if (code)
		return code;
	code = kith_assign_apply(app, job->steps, &editing, err);
	if (!code)
		code = check_result(job, path, text, length, &editing.text, err);
	if (!code)
		kith_buf_add_bytes(out, kith_buf_text(&editing.text), editing.text.length);
	return code;
}

/* --- all of them --- */

static enum kith_code fail_faulty(struct setting *setting, struct kith_err *err)
{
	kith_fail(err, KITH_FAULTY, "%zu of %zu records cannot be edited, so none was", setting->skipped,
	          setting->count);
	return kith_hint(err, "kith check says what is wrong; --skip-faulty changes the others");
}

static enum kith_code plan(struct setting *setting, struct kith_err *err)
{
	struct kith_app *app = setting->app;
	const bool skip = kith_args_has(&app->args, "skip-faulty");
	setting->changes.app = app;
	setting->jobs = kith_arena_alloc(&app->arena, (setting->count + 1) * sizeof(*setting->jobs));
	for (size_t i = 0; i < setting->count; i++) {
		struct job *job = &setting->jobs[i];
		job->setting = setting;
		job->row = &setting->rows[i];
		/* The first line of a note says less of which one it is than its id. */
		job->title = !*job->row->title                  ? job->row->path
		             : job->row->kind == KITH_KIND_note ? job->row->id
		                                                : job->row->title;
		job->steps = &setting->by_kind[job->row->kind];
		enum kith_code code = kith_change_edit_file(&setting->changes, job->row->path, edit_record, job, err);
		if (code == KITH_FAULTY && setting->count > 1) {
			job->skipped = true;
			setting->skipped++;
			if (skip)
				kith_app_warn(app, "left out: %s", err->message);
			else
				kith_paintf(&app->beside, false, KITH_PLAIN_TEXT, "    %s", err->message);
			kith_buf_add(&app->beside, skip ? "" : "\n");
			*err = (struct kith_err){ 0 };
			code = KITH_OK;
		}
		if (code)
			return code;
	}
	return setting->skipped && !skip ? fail_faulty(setting, err) : KITH_OK;
}

/* Only now, because a file may have been saved by somebody else in between, with the same values. */
static void count_changed(struct setting *setting)
{
	setting->changed = setting->same = 0;
	for (size_t i = 0; i < setting->count; i++) {
		if (setting->jobs[i].skipped)
			continue;
		if (setting->jobs[i].differences.count)
			setting->changed++;
		else
			setting->same++;
	}
}

/* --- telling --- */

/* What is not plain from the value itself: the day of the week of a date, who an id is. */
static const char *note_on(struct kith_app *app, enum kith_kind kind, const struct kith_value_change *change)
{
	const struct kith_field *field = kith_field_find(kind, change->field);
	if (field && change->key)
		field = field->merge == KITH_TABLE ? field
		                                   : kith_field_child(kind, field, change->key, strlen(change->key));
	struct kith_value value;
	if (!field || !change->after || !kith_value_read(field, change->after, &value, NULL, NULL))
		return NULL;
	if (kith_field_may_refer(field)) {
		const char *name = kith_name_of(app, change->after);
		return strcmp(name, change->after) == 0 ? NULL : name;
	}
	if ((field->type != KITH_DATE && field->type != KITH_DATE_OR_FLAG) || !value.date.day || !value.date.year)
		return NULL;
	KITH_BUF day = { 0 };
	kith_date_print_short(&day, kith_day_of(value.date), app->now.today);
	return kith_arena_strdup(&app->arena, kith_buf_text(&day));
}

static void say_job(struct kith_app *app, const struct job *job)
{
	struct kith_value_changes noted = job->differences;
	noted.list = kith_arena_alloc(&app->arena, (noted.count + 1) * sizeof(*noted.list));
	for (size_t i = 0; i < noted.count; i++) {
		noted.list[i] = job->differences.list[i];
		const char *note = note_on(app, job->row->kind, &noted.list[i]);
		if (note)
			noted.list[i].after = kith_arena_printf(&app->arena, "%s (%s)", noted.list[i].after, note);
	}
	KITH_BUF line = { 0 };
	kith_buf_add(&line, "→ ");
	kith_printable(&line, job->title, strlen(job->title), false);
	kith_buf_add(&line, ": ");
	kith_value_changes_words(&line, &noted);
	kith_wrap(&app->out, false, KITH_PLAIN_TEXT, kith_buf_text(&line), 2, kith_screen_width(&app->screen));
	kith_buf_add_char(&app->out, '\n');
}

static void say_counts(struct setting *setting, bool dry)
{
	struct kith_buf *out = &setting->app->out;
	if (setting->count == 1) {
		if (!setting->changed) {
			kith_paint(out, false, KITH_PLAIN_TEXT, setting->jobs[0].title);
			kith_buf_add(out, ": it is so already\n");
		}
		return;
	}
	kith_buf_addf(out, "%zu record%s %s", setting->changed, setting->changed == 1 ? "" : "s",
	              dry ? "would change" : "changed");
	if (setting->same)
		kith_buf_addf(out, ", %zu %s so already", setting->same, setting->same == 1 ? "is" : "are");
	if (setting->skipped)
		kith_buf_addf(out, ", %zu left out", setting->skipped);
	kith_buf_add_char(out, '\n');
}

static void json_changes(struct kith_json *json, const struct kith_value_changes *changes)
{
	kith_json_array(json);
	for (size_t i = 0; i < changes->count; i++) {
		kith_json_object(json);
		kith_json_key_string(json, "field", changes->list[i].field);
		kith_json_key_string(json, "entry", changes->list[i].entry);
		kith_json_key_string(json, "key", changes->list[i].key);
		kith_json_key_string(json, "before", changes->list[i].before);
		kith_json_key_string(json, "after", changes->list[i].after);
		kith_json_end_object(json);
	}
	kith_json_end_array(json);
}

static void print_json(struct setting *setting, bool written)
{
	struct kith_app *app = setting->app;
	struct kith_json json = kith_app_json(app);
	kith_json_key_bool(&json, "written", written);
	kith_json_key_int(&json, "changed", (int64_t)setting->changed);
	kith_json_key_int(&json, "same", (int64_t)setting->same);
	kith_json_key_int(&json, "left_out", (int64_t)setting->skipped);
	kith_json_key(&json, "records");
	kith_json_array(&json);
	for (size_t i = 0; i < setting->count; i++) {
		const struct job *job = &setting->jobs[i];
		if (job->skipped)
			continue;
		kith_json_object(&json);
		kith_json_key_string(&json, "kind", kith_kind_name(job->row->kind));
		kith_json_key_string(&json, "id", job->row->id);
		kith_json_key_string(&json, "path", job->row->path);
		kith_json_key_string(&json, "title", job->title);
		kith_json_key(&json, "changes");
		json_changes(&json, &job->differences);
		kith_json_end_object(&json);
	}
	kith_json_end_array(&json);
	kith_app_end_json(&json);
}

static void tell(struct setting *setting, bool dry)
{
	struct kith_app *app = setting->app;
	count_changed(setting);
	if (app->json) {
		print_json(setting, !dry);
		return;
	}
	if (dry && !app->ids)
		kith_changes_show(&setting->changes, &app->out);
	for (size_t i = 0; i < setting->count; i++) {
		if (!setting->jobs[i].differences.count)
			continue;
		if (app->ids)
			kith_rows_print_id(app, setting->jobs[i].row->id);
		else
			say_job(app, &setting->jobs[i]);
	}
	if (app->ids)
		return;
	say_counts(setting, dry);
	if (dry) {
		kith_paint(&app->out, app->screen.color, KITH_DIM, "nothing was written (-n)");
		kith_buf_add_char(&app->out, '\n');
	} else {
		kith_changes_say_undo(&setting->changes, &app->out);
	}
}

/* "set ana-silva: cadence, skills", "set cadence of 12 records" */
static const char *commit_message(struct setting *setting)
{
	KITH_BUF fields = { 0 }, shown = { 0 };
	for (size_t i = 0; i < setting->given_count; i++) {
		const char *path = setting->given[i].path;
		bool seen = false;
		for (size_t j = 0; j < i && !seen; j++)
			seen = strcmp(setting->given[j].path, path) == 0;
		if (!seen)
			kith_buf_addf(&fields, "%s%s", fields.length ? ", " : "", path);
	}
	kith_clip(&shown, kith_buf_text(&fields), 50);
	const size_t count = kith_changes_real(&setting->changes);
	if (count != 1)
		return kith_arena_printf(&setting->app->arena, "set %s of %zu records", kith_buf_text(&shown), count);
	const char *id = "";
	for (size_t i = 0; i < setting->count; i++)
		if (setting->jobs[i].differences.count)
			id = setting->rows[i].kind == KITH_SETTINGS ? "kith.yaml" : setting->rows[i].id;
	return kith_arena_printf(&setting->app->arena, "set %s: %s", id, kith_buf_text(&shown));
}

enum kith_code kith_cmd_set(struct kith_app *app, struct kith_err *err)
{
	struct setting setting = { .app = app };
	const bool dry = kith_args_has(&app->args, "dry-run");
	size_t names;
	enum kith_code code = read_words(&setting, &names, err);
	if (!code)
		code = find_records(&setting, names, err);
	if (!code)
		code = understand(&setting, err);
	if (!code)
		code = plan(&setting, err);
	if (code)
		return code;
	const size_t real = kith_changes_real(&setting.changes);
	if (!dry && real) {
		const char *what = kith_arena_printf(&app->arena, "change %zu records", real);
		code = kith_changes_confirm(&setting.changes, what, err);
		if (!code)
			code = kith_changes_apply(&setting.changes, commit_message(&setting), err);
	}
	if (!code)
		tell(&setting, dry);
	return code;
}
