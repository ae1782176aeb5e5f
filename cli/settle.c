#include "cli/settle.h"

#include <stdlib.h>
#include <string.h>

#include "cli/place.h"
#include "lib/base/text.h"
#include "lib/record/edit.h"

enum { VALUE_COLUMNS = 60 };

/* --- what is chosen --- */

static bool may_take(const struct kith_waiting *waiting, size_t number)
{
	return number < waiting->count && !waiting->stray;
}

enum kith_code kith_settling_read(const struct kith_waiting *waiting, const char *text, int *choice, struct kith_err *err)
{
	char *end;
	const unsigned long number = strtoul(text, &end, 10);
	const bool is_number = *text >= '0' && *text <= '9' && !*end;
	if (strcmp(text, "shown") == 0)
		*choice = 0;
	else if (strcmp(text, "deleted") == 0 && !waiting->set_aside)
		*choice = KITH_CHOOSE_DELETED;
	else if (is_number && may_take(waiting, number))
		*choice = (int)number;
	else {
		kith_fail(err, KITH_USAGE, "--keep %s: there is no such value of %s", text,
		          waiting->set_aside ? waiting->set_aside : waiting->field);
		if (waiting->count < 2)
			return kith_hint(err, "write shown%s", waiting->set_aside ? "" : " or deleted");
		return kith_hint(err, "write shown%s, or a number from 1 to %zu", waiting->set_aside ? "" : ", deleted",
		                 waiting->count - 1);
	}
	return KITH_OK;
}

/* --- planning --- */

static enum kith_code refuse_stray(const struct kith_waiting *waiting, struct kith_err *err)
{
	kith_fail(err, KITH_FAULTY, "%s, line %u: this entry of conflicts is none of kith's", waiting->path,
	          (unsigned)waiting->line);
	return kith_hint(err, "kith edit %s, and delete it", kith_waiting_name(waiting));
}

/* By what it says: somebody may have saved the file since it was listed. */
static enum kith_code find_choice(const struct kith_settling *settling, const struct kith_conflict *conflict, int *out,
                                  struct kith_err *err)
{
	*out = settling->choice;
	if (settling->choice <= 0)
		return KITH_OK;
	const char *text = settling->waiting->rivals[settling->choice].text;
	for (size_t i = 0; i < conflict->kept_count; i++)
		if (strcmp(conflict->kept[i], text) == 0) {
			*out = (int)i + 1;
			return KITH_OK;
		}
	kith_fail(err, KITH_FAULTY, "the values of %s have changed meanwhile", conflict->field);
	return kith_hint(err, "kith conflicts %s", kith_waiting_name(settling->waiting));
}

static enum kith_code settle_value(void *user, struct kith_app *app, const char *path, const char *text, size_t length,
                                   struct kith_buf *out, struct kith_err *err)
{
	struct kith_settling *settling = user;
	const struct kith_waiting *waiting = settling->waiting;
	struct kith_conflict *conflicts;
	size_t count, at = 0;
	int choice;
	KITH_EDITING editing = { 0 };
	enum kith_code code = kith_editing_begin(&editing, waiting->row->kind, waiting->row->id, path, text, length, err);
	if (code)
		return code;
	kith_conflicts_read(&editing.reading, &app->arena, &conflicts, &count);
	while (at < count && strcmp(conflicts[at].field, waiting->field) != 0)
		at++;
	settling->late = at == count;
	if (!settling->late) {
		code = find_choice(settling, &conflicts[at], &choice, err);
		if (!code)
			code = kith_conflict_settle(&editing, &conflicts[at], choice, err);
	}
	if (!code)
		kith_buf_add_bytes(out, kith_buf_text(&editing.text), editing.text.length);
	return code;
}

static enum kith_code take_text(void *user, struct kith_app *app, const char *path, const char *text, size_t length,
                                struct kith_buf *out, struct kith_err *err)
{
	const struct kith_settling *settling = user;
	const char *taken = settling->waiting->rivals[1].text;
	(void)app, (void)path, (void)text, (void)length;
	(void)err;
	kith_buf_add(out, taken);
	return KITH_OK;
}

/* A text that cannot be read would leave the store without the record. */
static enum kith_code check_text(const struct kith_waiting *waiting, struct kith_err *err)
{
	const char *text = waiting->rivals[1].text;
	KITH_ARENA arena = { 0 };
	struct kith_reading reading;
	if (!waiting->row || !text) {
		kith_fail(err, KITH_USAGE, waiting->row ? "%s is no text that kith reads" : "no record is called as %s",
		          waiting->set_aside);
		return kith_hint(err, "take over by hand what you want to keep; --keep shown deletes it");
	}
	kith_record_read(waiting->row->kind, waiting->row->id, waiting->path, text, strlen(text), &arena, &reading);
	if (reading.readable)
		return KITH_OK;
	const struct kith_fault *fault = &reading.faults.list[0];
	kith_fail(err, KITH_FAULTY, "%s:%u: %s", waiting->set_aside, (unsigned)fault->line, fault->message);
	return kith_hint(err, "take over by hand what you want to keep; --keep shown deletes it");
}

static enum kith_code plan_text(struct kith_changes *changes, struct kith_settling *settling, struct kith_err *err)
{
	const struct kith_waiting *waiting = settling->waiting;
	enum kith_code code = KITH_OK;
	if (settling->choice) {
		code = check_text(waiting, err);
		if (!code)
			code = kith_change_edit_file(changes, waiting->path, take_text, settling, err);
	}
	return code ? code : kith_change_remove_file(changes, waiting->set_aside, err);
}

enum kith_code kith_settle_plan(struct kith_changes *changes, struct kith_settling *list, size_t count, struct kith_err *err)
{
	enum kith_code code = KITH_OK;
	for (size_t i = 0; i < count && !code; i++) {
		const struct kith_waiting *waiting = list[i].waiting;
		if (waiting->set_aside)
			code = plan_text(changes, &list[i], err);
		else if (waiting->stray)
			code = refuse_stray(waiting, err);
		else
			code = kith_change_edit_file(changes, waiting->path, settle_value, &list[i], err);
	}
	return code;
}

/* --- words --- */

static void add_value(struct kith_buf *out, const char *text)
{
	KITH_BUF line = { 0 };
	kith_printable(&line, text, strlen(text), false);
	kith_clip(out, kith_buf_text(&line), VALUE_COLUMNS);
}

static void add_choice(struct kith_buf *out, const struct kith_settling *settling)
{
	const struct kith_waiting *waiting = settling->waiting;
	const char *shown = waiting->rivals[0].text;
	if (waiting->set_aside) {
		kith_buf_add(out, settling->choice ? "the other text took its place" : "the other text is deleted");
		return;
	}
	kith_printable(out, waiting->field, strlen(waiting->field), false);
	if (settling->late) {
		kith_buf_add(out, ": settled meanwhile");
	} else if (settling->choice == KITH_CHOOSE_DELETED) {
		kith_buf_add(out, " deleted");
	} else if (!settling->choice) {
		kith_buf_add(out, shown ? " stays " : " stays away");
		add_value(out, shown ? shown : "");
	} else {
		kith_buf_add(out, ": ");
		add_value(out, waiting->rivals[settling->choice].text);
		if (shown) {
			kith_buf_add(out, " (in place of ");
			add_value(out, shown);
			kith_buf_add_char(out, ')');
		}
	}
}

void kith_settling_words(const struct kith_settling *settling, struct kith_buf *out)
{
	kith_printable(out, settling->waiting->title, strlen(settling->waiting->title), false);
	kith_buf_add(out, ": ");
	add_choice(out, settling);
}

const char *kith_settle_message(struct kith_app *app, const struct kith_settling *list, size_t count)
{
	const struct kith_waiting *first = NULL, *last = NULL;
	size_t records = 0, choices = 0;
	KITH_BUF field = { 0 };
	for (size_t i = 0; i < count; i++) {
		if (list[i].failed)
			continue;
		first = first ? first : list[i].waiting;
		records += !last || strcmp(last->path, list[i].waiting->path) != 0;
		choices++;
		last = list[i].waiting;
	}
	if (records > 1)
		return kith_arena_printf(&app->arena, "settle %zu conflicts in %zu records", choices, records);
	if (choices != 1)
		return kith_arena_printf(&app->arena, "settle %zu conflicts of %s", choices, first ? kith_waiting_name(first) : "none");
	add_value(&field, first->set_aside ? "the other text" : first->field);
	return kith_arena_printf(&app->arena, "settle %s: %s", kith_waiting_name(first), kith_buf_text(&field));
}
