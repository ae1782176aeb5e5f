#include "lib/record/record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/types.h"

/* --- looking up --- */

static const struct kith_field *field_of(const struct kith_record *record, const char *path)
{
	const struct kith_field *field = kith_field_find(record->kind, path);
	assert(field);
	return field;
}

static bool is_of(const struct kith_value *value, const struct kith_field *field)
{
	return value->field == field && !value->faulty;
}

/* Keys that the schema does not know may stand in between. */
static bool is_of_entry(const struct kith_value *value, const struct kith_value *sibling)
{
	return !value->field || (value->field->parent == sibling->field->parent && value->entry == sibling->entry);
}

const struct kith_value *kith_record_next(const struct kith_record *record, const char *path, const struct kith_value *from)
{
	const struct kith_field *field = field_of(record, path);
	for (size_t i = from ? (size_t)(from - record->values) + 1 : 0; i < record->count; i++)
		if (is_of(&record->values[i], field))
			return &record->values[i];
	return NULL;
}

const struct kith_value *kith_record_get(const struct kith_record *record, const char *path)
{
	return kith_record_next(record, path, NULL);
}

const char *kith_record_text(const struct kith_record *record, const char *path)
{
	const struct kith_value *value = kith_record_get(record, path);
	return value ? value->text : NULL;
}

/* The entries of a list stand one behind the other, so the values of one are near each other: looking no further
 * keeps a walk over all entries linear. */
const struct kith_value *kith_record_sibling(const struct kith_record *record, const struct kith_value *sibling, const char *path)
{
	const struct kith_field *field = field_of(record, path);
	const struct kith_value *const end = record->values + record->count, *found = NULL;
	assert(sibling >= record->values && sibling < end && sibling->field);
	for (const struct kith_value *at = sibling; is_of_entry(at, sibling); at--) {
		found = is_of(at, field) ? at : found;
		if (at == record->values)
			break;
	}
	for (const struct kith_value *at = sibling; !found && at < end && is_of_entry(at, sibling); at++)
		found = is_of(at, field) ? at : NULL;
	return found;
}

bool kith_record_is(const struct kith_record *record, const char *path)
{
	const struct kith_value *value = kith_record_get(record, path);
	return value && value->number == 1;
}

void kith_record_title(struct kith_buf *out, const struct kith_record *record)
{
	const char *text = record->kind == KITH_KIND_note ? kith_record_text(record, "text")
	                   : kith_field_find(record->kind, "name") ? kith_record_text(record, "name") : NULL;
	if (!text && record->kind == KITH_KIND_note) {
		/* A note may say all it has to say in what was promised, given or asked. */
		static const char *const others[] = {"promised.what", "gave.what", "got.what", "asked.what", "outcomes.what", "about"};
		for (size_t i = 0; i < kith_count(others) && !text; i++)
			text = kith_record_text(record, others[i]);
	}
	if (!text)
		text = record->id;
	KITH_BUF line = {0};
	kith_buf_add_bytes(&line, text, strcspn(text, "\r\n"));
	kith_clip(out, kith_buf_text(&line), 72);
}

/* --- comparing two versions --- */

static bool same_value(const struct kith_value *one, const struct kith_value *other)
{
	return one->entry == other->entry && strcmp(one->text, other->text) == 0 &&
	       strcmp(one->key ? one->key : "", other->key ? other->key : "") == 0;
}

static bool belongs(const struct kith_value *value, const struct kith_field *top)
{
	return value->field && value->field->parent == top->id;
}

static bool field_differs(const struct kith_field *top, const struct kith_record *before, const struct kith_record *after)
{
	size_t b = 0, a = 0;
	for (;;) {
		while (b < before->count && !belongs(&before->values[b], top))
			b++;
		while (a < after->count && !belongs(&after->values[a], top))
			a++;
		if (b == before->count || a == after->count)
			return b < before->count || a < after->count;
		if (before->values[b].field != after->values[a].field || !same_value(&before->values[b], &after->values[a]))
			return true;
		b++, a++;
	}
}

static void add_name(struct kith_buf *out, size_t *count, const char *name)
{
	kith_buf_add(out, (*count)++ ? ", " : "");
	kith_printable(out, name, strlen(name), false);
}

/* --- keys that the schema does not know: sorted, because a hostile file may hold very many --- */

struct unknown {
	const struct kith_value **values; /* by key; those of one key as they stand in the record */
	size_t count;
};

static int by_key(const void *one, const void *other)
{
	const struct kith_value *a = *(const struct kith_value *const *)one, *b = *(const struct kith_value *const *)other;
	const int order = strcmp(a->key, b->key);
	return order ? order : a < b ? -1 : a > b;
}

static struct unknown find_unknown(const struct kith_record *record)
{
	struct unknown found = {.values = kith_alloc((record->count + 1) * sizeof(*found.values))};
	for (size_t i = 0; i < record->count; i++)
		if (!record->values[i].field)
			found.values[found.count++] = &record->values[i];
	qsort(found.values, found.count, sizeof(*found.values), by_key);
	return found;
}

/* How many from `at` on have the same key. */
static size_t run_of(const struct unknown *unknown, size_t at)
{
	size_t end = at;
	while (end < unknown->count && strcmp(unknown->values[at]->key, unknown->values[end]->key) == 0)
		end++;
	return end - at;
}

static bool same_run(const struct unknown *before, size_t b, const struct unknown *after, size_t a)
{
	const size_t length = run_of(before, b);
	if (length != run_of(after, a))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!same_value(before->values[b + i], after->values[a + i]))
			return false;
	return true;
}

static void add_unknown_names(struct kith_buf *out, size_t *count, const struct kith_record *before,
                              const struct kith_record *after)
{
	struct unknown old = find_unknown(before), new = find_unknown(after);
	for (size_t b = 0, a = 0; b < old.count || a < new.count;) {
		const int order = b == old.count ? 1 : a == new.count ? -1 : strcmp(old.values[b]->key, new.values[a]->key);
		if (order != 0 || !same_run(&old, b, &new, a))
			add_name(out, count, order < 0 ? old.values[b]->key : new.values[a]->key);
		b += order <= 0 ? run_of(&old, b) : 0;
		a += order >= 0 ? run_of(&new, a) : 0;
	}
	kith_free(old.values);
	kith_free(new.values);
}

size_t kith_record_differences(struct kith_buf *out, const struct kith_record *before, const struct kith_record *after)
{
	size_t rows, count = 0;
	const struct kith_field *fields = kith_fields(after->kind, &rows);
	for (size_t i = 0; i < rows; i++)
		if (kith_field_is_top(&fields[i]) && field_differs(&fields[i], before, after))
			add_name(out, &count, fields[i].name);
	add_unknown_names(out, &count, before, after);
	return count;
}
