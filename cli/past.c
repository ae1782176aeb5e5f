#include "cli/past.h"

#include <string.h>
#include <time.h>

#include "cli/place.h"
#include "cli/spawn.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

/* --- asking --- */

static enum kith_code fail_of_kithd(struct kith_app *app, int status, const struct kith_buf *errors,
                                    struct kith_err *err)
{
	if (status == 127) {
		kith_fail(err, KITH_SYNC, "kithd, which reads git, was not found beside kith or in $PATH");
		return kith_hint(err, "make install puts both in one place");
	}
	const char *what = kith_spawn_said(&app->arena, errors, "error: ");
	const enum kith_code code = status == KITH_NONE ? KITH_NONE : status == KITH_USAGE ? KITH_USAGE : KITH_SYNC;
	if (*what)
		kith_fail(err, code, "%s", what);
	else
		kith_fail(err, code, "the history cannot be read: kithd ended with %d", status);
	return kith_hint(err, "%s", kith_spawn_said(&app->arena, errors, "hint: "));
}

/* It belongs to our group, so that Ctrl-C ends both: a long history takes its time. */
static enum kith_code run(struct kith_app *app, const struct kith_past_question *question, struct kith_buf *bytes,
                          struct kith_err *err)
{
	enum { MOST_ARGUMENTS = 16 };
	const char *argv[MOST_ARGUMENTS] = { kith_spawn_daemon_path(&app->arena), "--store", app->store->root, "--history" };
	size_t count = 4;
	if (question->only) {
		argv[count++] = "--only";
		argv[count++] = question->only;
	}
	if (question->commands)
		argv[count++] = "--commands";
	argv[count++] = "--limit";
	argv[count++] = kith_arena_printf(&app->arena, "%zu", question->limit);
	argv[count++] = "--texts";
	argv[count++] = kith_arena_printf(&app->arena, "%zu", question->texts);
	argv[count++] = "--";
	argv[count++] = question->record;
	KITH_BUF errors = { 0 };
	const struct kith_spawn spawn = { .argv = argv, .output = bytes, .errors = &errors };
	int status = 0;
	const enum kith_code code = kith_spawn_run(&spawn, &status, err);
	if (code)
		return code;
	return status ? fail_of_kithd(app, status, &errors, err) : KITH_OK;
}

enum kith_code kith_past_ask(struct kith_app *app, const struct kith_past_question *question, struct kith_buf *bytes,
                             struct kith_past *out, struct kith_err *err)
{
	if (!app->store->has_git) {
		kith_fail(err, KITH_SYNC, "%s is no git repository, so nothing is known of what was before",
		          kith_place_home(&app->arena, app->store->root));
		return kith_hint(err, "kith init begins one there");
	}
	kith_buf_clear(bytes);
	const enum kith_code code = run(app, question, bytes, err);
	return code ? code : kith_past_read(kith_buf_text(bytes), bytes->length, &app->arena, out, err);
}

/* --- words --- */

const char *const kith_did_words[KITH_DIDS] = { "created", "removed", "renamed", "changed" };

enum kith_did kith_past_did(const struct kith_past_change *change)
{
	return !change->before.there  ? KITH_DID_CREATE
	       : !change->after.there ? KITH_DID_REMOVE
	       : change->from         ? KITH_DID_RENAME
	                              : KITH_DID_CHANGE;
}

static const char *id_of(struct kith_app *app, int kind, const char *path)
{
	KITH_BUF stem = { 0 };
	if (kind < 0 || kind >= KITH_KINDS || !kith_path_stem(path, &stem))
		return path;
	return kith_arena_strdup(&app->arena, stem.text);
}

/* Why it cannot be read, or NULL. */
static const char *read_side(struct kith_app *app, int kind, const char *path, const struct kith_past_side *side,
                             struct kith_reading *out)
{
	KITH_BUF stem = { 0 };
	if (side->odd)
		return "a link, which kith does not follow";
	if (!side->text)
		return "not looked into";
	if (kind < 0)
		return "no record";
	(void)kith_path_stem(path, &stem); /* every path with a kind has one */
	kith_record_read((enum kith_kind)kind, kith_buf_text(&stem), path, side->text, side->length, &app->arena, out);
	return out->readable ? NULL : "cannot be read";
}

static bool is_same_text(const struct kith_past_side *one, const struct kith_past_side *other)
{
	return one->text && other->text && one->length == other->length &&
	       memcmp(one->text, other->text, one->length) == 0;
}

void kith_past_compare(struct kith_app *app, const struct kith_past_change *change, struct kith_past_words *out)
{
	struct kith_reading before, after;
	const int kind = kith_kind_of_path(change->path);
	*out = (struct kith_past_words){ .kind = kind, .id = id_of(app, kind, change->path) };
	out->did = kith_past_did(change);
	if (change->from) {
		out->was = id_of(app, kind, change->from);
		if (strcmp(out->was, out->id) == 0)
			out->was = change->from;
	}
	if (out->did <= KITH_DID_REMOVE || is_same_text(&change->before, &change->after))
		return;
	const char *unread = read_side(app, kind, change->path, &change->after, &after);
	const char *was = read_side(app, kind, change->from ? change->from : change->path, &change->before, &before);
	if (unread && change->after.text && kind >= 0)
		unread = "edited, and cannot be read";
	else if (!unread && was && change->before.text)
		unread = "can be read again";
	out->unread = unread ? unread : was;
	if (!out->unread)
		kith_record_compare(&before.record, &after.record, &app->arena, &out->values);
}

void kith_past_words_add(struct kith_buf *out, const struct kith_past_words *words)
{
	switch (words->did) {
	case KITH_DID_CREATE:
	case KITH_DID_REMOVE: kith_buf_add(out, kith_did_words[words->did]); return;
	case KITH_DID_RENAME:
		kith_buf_add(out, "renamed from ");
		kith_printable(out, words->was, strlen(words->was), false);
		break;
	default: break;
	}
	const bool renamed = words->did == KITH_DID_RENAME;
	if (!words->unread && !words->values.count && renamed)
		return;
	kith_buf_add(out, renamed ? "; " : "");
	if (words->unread)
		kith_buf_add(out, words->kind < 0 ? "changed" : words->unread);
	else if (words->values.count)
		kith_value_changes_words(out, &words->values);
	else
		kith_buf_add(out, "comments or layout");
}

const char *kith_past_command(const struct kith_past_commit *commit)
{
	return commit->command ? commit->command : "by hand";
}

/* --- times --- */

/* A stranger's commit may be of any time. */
static int64_t bounded(int64_t time_s)
{
	enum { YEARS = 5000 };
	const int64_t most = (int64_t)YEARS * 366 * 86400;
	return time_s > most ? most : time_s < -most ? -most : time_s;
}

static struct kith_now local(int64_t time_s)
{
	const struct kith_clock clock = { .fixed = true, .fixed_ms = bounded(time_s) * 1000 };
	return kith_clock_now(&clock);
}

void kith_past_print_time(const struct kith_app *app, int64_t time_s, struct kith_buf *out)
{
	const struct kith_now then = local(time_s);
	kith_print_day(out, then.today, app->now.today);
	kith_buf_addf(out, " %02d:%02d", then.minute / 60, then.minute % 60);
}

void kith_past_print_age(const struct kith_app *app, int64_t time_s, struct kith_buf *out)
{
	const int64_t minutes = (app->now.ms / 1000 - bounded(time_s)) / 60;
	if (minutes < 0 || minutes >= 24 * 60)
		kith_day_print_relative(out, local(time_s).today, app->now.today);
	else if (minutes < 1)
		kith_buf_add(out, "just now");
	else if (minutes < 60)
		kith_buf_addf(out, "%d minute%s ago", (int)minutes, minutes == 1 ? "" : "s");
	else
		kith_buf_addf(out, "%d hour%s ago", (int)minutes / 60, minutes < 120 ? "" : "s");
}

void kith_past_print_stamp(int64_t time_s, struct kith_buf *out)
{
	const time_t seconds = (time_t)bounded(time_s);
	struct tm tm;
	char text[64] = "";
	if (!localtime_r(&seconds, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S%z", &tm))
		return;
	const size_t length = strlen(text);
	/* +0100 becomes +01:00. */
	kith_buf_add_bytes(out, text, length - 2);
	kith_buf_addf(out, ":%s", text + length - 2);
}

void kith_past_json(struct kith_json *json, const struct kith_past_commit *commit)
{
	KITH_BUF stamp = { 0 };
	kith_past_print_stamp(commit->time_s, &stamp);
	kith_json_key_string(json, "commit", commit->id);
	kith_json_key_string(json, "at", stamp.length ? stamp.text : NULL);
	kith_json_key_string(json, "author", commit->author);
	kith_json_key_string(json, "email", commit->email);
	kith_json_key_string(json, "command", commit->command);
	kith_json_key_string(json, "subject", commit->subject);
	kith_json_key_string(json, "undoes", commit->undoes);
	kith_json_key_bool(json, "undone", commit->undone);
}

const struct kith_past_commit *kith_past_find(const struct kith_past *past, const char *id)
{
	for (size_t i = 0; i < past->count; i++)
		if (strcmp(past->commits[i].id, id) == 0)
			return &past->commits[i];
	return NULL;
}
