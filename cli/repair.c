#include "cli/repair.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cli/pick.h"
#include "cli/references.h"
#include "cli/screen.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/store/names.h"

enum { MOST_NAMES = 20, FAR_OFF = 400 };

kith_day kith_repair_day(struct kith_app *app, const char *path)
{
	struct stat status;
	struct tm local;
	if (fstatat(app->store->root_fd, path, &status, AT_SYMLINK_NOFOLLOW) ||
	    !localtime_r(&status.st_mtime, &local) || local.tm_year < 1 - 1900 || local.tm_year > 9999 - 1900)
		return app->now.today;
	const struct kith_date date = { .year = (int16_t)(local.tm_year + 1900),
		                        .month = (uint8_t)(local.tm_mon + 1),
		                        .day = (uint8_t)local.tm_mday,
		                        .minute = -1 };
	const kith_day day = kith_day_of(date);
	return day == KITH_NO_DAY || day > app->now.today ? app->now.today : day;
}

/* --- dates --- */

static bool read_words(const struct kith_field *field, const char *text, kith_day today, struct kith_buf *out)
{
	struct kith_date date;
	struct kith_value checked;
	if (!kith_date_read_words(text, today, &date, NULL, NULL))
		return false;
	kith_date_print(out, date);
	return kith_value_read(field, kith_buf_text(out), &checked, NULL, NULL);
}

/* Words and months' names; also 2026/11/25 and 2026-1-5, where kith check has but one suggestion and the
 * digits are the same. */
static bool repair_date(struct kith_app *app, const struct kith_value *value, kith_day seen_from,
                        struct kith_repair *out)
{
	KITH_BUF text = { 0 }, elsewhen = { 0 };
	if (value->field->type != KITH_DATE && value->field->type != KITH_DATE_OR_FLAG)
		return false;
	if (!read_words(value->field, value->text, seen_from, &text))
		return false;
	const bool same = read_words(value->field, value->text, seen_from - FAR_OFF, &elsewhen) &&
	                  strcmp(kith_buf_text(&text), kith_buf_text(&elsewhen)) == 0;
	out->becomes = kith_arena_strdup(&app->arena, kith_buf_text(&text));
	out->seen = same ? KITH_NO_DAY : seen_from;
	return true;
}

/* --- fixed words --- */

static bool repair_enum(struct kith_app *app, const struct kith_value *value, struct kith_repair *out)
{
	KITH_BUF wanted = { 0 };
	if (value->field->type != KITH_ENUM)
		return false;
	kith_fold(&wanted, value->text, strlen(value->text));
	const char *at = value->field->of, *word;
	size_t length;
	while ((word = kith_of_next(&at, &length))) {
		KITH_BUF folded = { 0 };
		kith_fold(&folded, word, length);
		if (strcmp(kith_buf_text(&folded), kith_buf_text(&wanted)) == 0) {
			out->becomes = kith_arena_strndup(&app->arena, word, length);
			return true;
		}
	}
	return false;
}

/* --- references --- */

static bool same_folded(const char *one, const char *other)
{
	KITH_BUF a = { 0 }, b = { 0 };
	kith_fold(&a, one, strlen(one));
	kith_fold(&b, other, strlen(other));
	return strcmp(kith_buf_text(&a), kith_buf_text(&b)) == 0;
}

/* Whether the record is called exactly so, by its name or another one of its own. */
static bool is_called(struct kith_app *app, const struct kith_row *row, const char *text)
{
	static const char *const names[] = { "name", "aka" };
	KITH_ARENA scratch = { 0 };
	struct kith_record record;
	if (kith_index_record(app->index, row->rowid, &scratch, &record, NULL))
		return false;
	for (size_t i = 0; i < record.count; i++)
		for (size_t j = 0; j < kith_count(names); j++)
			if (record.values[i].field && strcmp(record.values[i].field->path, names[j]) == 0 &&
			    same_folded(record.values[i].text, text))
				return true;
	return false;
}

/* The only record the field may name that bears the whole name. */
static const char *by_name(struct kith_app *app, const struct kith_field *field, const char *text)
{
	struct kith_row *rows;
	size_t count;
	const char *found = NULL;
	if (kith_names_find(app->index, text, kith_field_kinds(field), MOST_NAMES, &app->arena, &rows, &count, NULL) ||
	    count == MOST_NAMES)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (!is_called(app, &rows[i], text))
			continue;
		if (found && strcmp(found, rows[i].id) != 0)
			return NULL;
		found = rows[i].id;
	}
	return found;
}

static const char *by_id(struct kith_app *app, const struct kith_field *field, const char *id)
{
	struct kith_row row;
	return kith_pick_exact(app, id, kith_field_kinds(field), &row, NULL) == KITH_OK ? row.id : NULL;
}

/* tom-okafor out of contacts/tom-okafor.yaml; as it is if it is no path. */
static const char *without_path(struct kith_app *app, const char *text)
{
	KITH_BUF stem = { 0 };
	if (kith_path_stem(text, &stem))
		return kith_arena_strdup(&app->arena, stem.text);
	const char *slash = strrchr(text, '/');
	return slash ? slash + 1 : text;
}

static const char *by_former_id(struct kith_app *app, const struct kith_field *field, const char *id)
{
	struct kith_row row;
	if (kith_reference_former(app, id, &row, NULL) || !kith_field_refers_to(field, row.kind))
		return NULL;
	return row.id;
}

static bool repair_reference(struct kith_app *app, const struct kith_value *value, struct kith_repair *out)
{
	const struct kith_field *field = value->field;
	if (field->type != KITH_REF || ((field->flags & KITH_ME) && strcmp(value->text, "me") == 0))
		return false;
	KITH_BUF lower = { 0 };
	const char *id = without_path(app, value->text);
	struct kith_row row;
	/* An id that is that of a record is right, or of the wrong kind, which no rule here puts right. */
	if (!value->faulty && kith_index_row_of_id(app->index, value->text, &app->arena, &row, NULL) == KITH_OK)
		return false;
	kith_fold(&lower, id, strlen(id));
	const char *found = by_id(app, field, kith_buf_text(&lower));
	if (!found && strcmp(id, value->text) != 0)
		found = by_id(app, field, id);
	if (!found)
		found = by_former_id(app, field, value->text);
	if (!found)
		found = by_name(app, field, value->text);
	if (!found || strcmp(found, value->text) == 0)
		return false;
	out->becomes = found;
	return true;
}

/* --- all of a record --- */

static bool repair(struct kith_app *app, const struct kith_value *value, kith_day seen_from, struct kith_repair *out)
{
	if (!value->field || (!value->faulty && value->field->type != KITH_REF))
		return false;
	*out = (struct kith_repair){ .field = value->field, .line = value->line, .seen = KITH_NO_DAY };
	if (!repair_date(app, value, seen_from, out) && !repair_enum(app, value, out) &&
	    !repair_reference(app, value, out))
		return false;
	out->was = kith_arena_strdup(&app->arena, value->text);
	return true;
}

static void push(struct kith_app *app, struct kith_repairs *repairs, const struct kith_repair *repair)
{
	*(struct kith_repair *)kith_arena_push(&app->arena, &repairs->list, &repairs->count, &repairs->capacity,
	                                       sizeof(*repair)) = *repair;
}

void kith_repairs_find(struct kith_app *app, const struct kith_record *record, kith_day seen_from,
                       struct kith_repairs *out)
{
	struct kith_repair found;
	for (size_t i = 0; i < record->count; i++)
		if (repair(app, &record->values[i], seen_from, &found))
			push(app, out, &found);
}

enum kith_code kith_repairs_apply(struct kith_app *app, struct kith_editing *editing, kith_day seen_from,
                                  kith_repair_wanted *wanted, void *user, struct kith_repairs *done,
                                  struct kith_err *err)
{
	struct kith_repair found;
	/* An edit is a new parse: the values that follow are found again at their places. */
	for (size_t i = 0; i < editing->reading.record.count; i++) {
		const struct kith_value *value = &editing->reading.record.values[i];
		if (!repair(app, value, seen_from, &found) || (wanted && !wanted(user, &found)))
			continue;
		const enum kith_code code = kith_edit_replace(editing, value, found.becomes, err);
		if (code)
			return code;
		push(app, done, &found);
	}
	return KITH_OK;
}

void kith_repair_print(const struct kith_app *app, const struct kith_repair *repair, struct kith_buf *out)
{
	KITH_BUF seen = { 0 };
	kith_paintf(out, false, KITH_PLAIN_TEXT, "%s %s → %s", repair->field->path, repair->was, repair->becomes);
	if (repair->seen == KITH_NO_DAY)
		return;
	kith_date_print_short(&seen, repair->seen, app->now.today);
	kith_paintf(out, app->screen.color, KITH_DIM, "  (seen from %s, when the file was last changed)",
	            kith_buf_text(&seen));
}
