#include "cli/entry.h"

#include <stdlib.h>
#include <string.h>

#include "cli/rows.h"
#include "lib/base/text.h"

enum { MOST_SHOWN = 20 };

/* --- alike --- */

static void fold_words(struct kith_buf *out, const char *text)
{
	KITH_BUF folded = { 0 };
	kith_fold(&folded, text, strlen(text));
	kith_fold_words(out, kith_buf_text(&folded), folded.length);
}

/* Each word of the one begins a word of the other. */
static bool has_all_words(const char *words, const char *wanted)
{
	bool any = false;
	while (*wanted) {
		const size_t length = strcspn(wanted, " ");
		const char *at = words;
		while (at && strncmp(at, wanted, length) != 0) {
			at = strchr(at, ' ');
			at = at ? at + 1 : NULL;
		}
		if (!at)
			return false;
		any = any || length;
		wanted += length;
		wanted += *wanted == ' ';
	}
	return any;
}

enum kith_alike kith_alike(const char *typed, const char *text)
{
	KITH_BUF one = { 0 }, other = { 0 }, wanted = { 0 }, words = { 0 };
	if (strcmp(typed, text) == 0)
		return KITH_ALIKE_EXACT;
	kith_fold(&one, typed, strlen(typed));
	kith_fold(&other, text, strlen(text));
	if (!one.length)
		return KITH_UNLIKE;
	if (strcmp(one.text, kith_buf_text(&other)) == 0)
		return KITH_ALIKE_FOLDED;
	if (strncmp(one.text, kith_buf_text(&other), one.length) == 0)
		return KITH_ALIKE_START;
	fold_words(&wanted, typed);
	fold_words(&words, text);
	return has_all_words(kith_buf_text(&words), kith_buf_text(&wanted)) ? KITH_ALIKE_WORDS : KITH_UNLIKE;
}

enum kith_alike kith_value_alike(struct kith_app *app, const char *typed, const struct kith_value *value)
{
	const enum kith_alike text = kith_alike(typed, value->text);
	if (text == KITH_ALIKE_EXACT || !value->field || !kith_field_may_refer(value->field))
		return text;
	const enum kith_alike name = kith_alike(typed, kith_name_of(app, value->text));
	return name > text ? name : text;
}

/* --- entries --- */

struct kith_entries kith_entries_of(const struct kith_record *record, const struct kith_field *map,
                                    struct kith_arena *arena)
{
	struct kith_entries entries = { .record = record, .map = map };
	for (size_t i = 0; i < record->count; i++) {
		const struct kith_value *value = &record->values[i];
		if (value->field && value->field->parent == map->id && value->entry >= entries.count)
			entries.count = value->entry + 1;
	}
	entries.first = kith_arena_alloc(arena, (entries.count + 1) * sizeof(*entries.first));
	for (uint32_t entry = 0; entry <= entries.count; entry++)
		entries.first[entry] = record->count;
	for (size_t i = record->count; i-- > 0;) {
		const struct kith_value *value = &record->values[i];
		if (value->field && value->field->parent == map->id)
			entries.first[value->entry] = i;
	}
	return entries;
}

const struct kith_value *kith_entry_value(const struct kith_entries *entries, const struct kith_field *key,
                                          uint32_t entry)
{
	for (size_t i = entries->first[entry]; i < entries->record->count; i++) {
		const struct kith_value *value = &entries->record->values[i];
		if (!value->field) /* a key that the schema does not know */
			continue;
		if (value->field->parent != entries->map->id || value->entry != entry)
			return NULL;
		if (value->field == key && !value->faulty)
			return value;
	}
	return NULL;
}

bool kith_entry_is_named_by(const struct kith_field *map, const struct kith_field *key)
{
	return (map->flags & KITH_PAIR) || kith_of_has(map->of, key->name, strlen(key->name));
}

void kith_entry_say(struct kith_buf *out, const struct kith_entries *entries, uint32_t entry)
{
	size_t count;
	const struct kith_field *keys = kith_field_children(entries->map, &count);
	const char *separator = "";
	for (size_t i = 0; i < count; i++) {
		const struct kith_value *value = kith_entry_is_named_by(entries->map, &keys[i])
		                                         ? kith_entry_value(entries, &keys[i], entry)
		                                         : NULL;
		if (!value)
			continue;
		kith_buf_add(out, separator);
		kith_buf_add(out, value->text);
		separator = entries->map->flags & KITH_PAIR ? ": " : ", ";
	}
}

/* --- the one that is meant --- */

static enum kith_alike alike_entry(struct kith_app *app, const struct kith_entries *entries, const char *typed,
                                   uint32_t entry)
{
	size_t count;
	const struct kith_field *keys = kith_field_children(entries->map, &count);
	enum kith_alike best = KITH_UNLIKE;
	for (size_t i = 0; i < count; i++) {
		const struct kith_value *value = kith_entry_is_named_by(entries->map, &keys[i])
		                                         ? kith_entry_value(entries, &keys[i], entry)
		                                         : NULL;
		const enum kith_alike alike = value ? kith_value_alike(app, typed, value) : KITH_UNLIKE;
		best = alike > best ? alike : best;
	}
	/* All of it, as it is listed. */
	KITH_BUF said = { 0 };
	kith_entry_say(&said, entries, entry);
	const enum kith_alike whole = kith_alike(typed, kith_buf_text(&said));
	return whole > best ? whole : best;
}

static void list_entries(struct kith_app *app, const struct kith_entries *entries)
{
	for (uint32_t entry = 0; entry < entries->count && entry < MOST_SHOWN; entry++) {
		KITH_BUF said = { 0 };
		kith_entry_say(&said, entries, entry);
		kith_buf_addf(&app->beside, "    %u  ", entry + 1);
		kith_paintf(&app->beside, false, KITH_PLAIN_TEXT, "%s[%s]", entries->map->path, kith_buf_text(&said));
		kith_buf_add_char(&app->beside, '\n');
	}
	if (entries->count > MOST_SHOWN)
		kith_buf_addf(&app->beside, "    … and %u more\n", entries->count - MOST_SHOWN);
}

static enum kith_code fail_listed(struct kith_app *app, const struct kith_entries *entries, enum kith_code code,
                                  const char *typed, struct kith_err *err)
{
	const char *map = entries->map->path;
	KITH_BUF first = { 0 };
	list_entries(app, entries);
	if (code == KITH_NONE)
		kith_fail(err, code, "no entry of %s is called '%s'", map, typed);
	else if (typed)
		kith_fail(err, code, "'%s' may be several entries of %s", typed, map);
	else
		kith_fail(err, code, "%s has several entries", map);
	kith_entry_say(&first, entries, 0);
	return kith_hint(err, "name one, by its key or its number: %s[1], \"%s[%s]\"", map, map, kith_buf_text(&first));
}

static bool read_number(const char *typed, uint32_t count, uint32_t *out)
{
	char *end;
	if (*typed < '1' || *typed > '9')
		return false;
	const unsigned long number = strtoul(typed, &end, 10);
	if (*end || number > count)
		return false;
	*out = (uint32_t)number - 1;
	return true;
}

enum kith_code kith_entry_find(struct kith_app *app, const struct kith_entries *entries, const char *typed,
                               uint32_t *out, struct kith_err *err)
{
	if (!entries->count) {
		kith_fail(err, KITH_NONE, "%s has no entries yet", entries->map->path);
		return kith_hint(err, "%s+=… adds one", entries->map->path);
	}
	if (!typed) {
		if (entries->count > 1)
			return fail_listed(app, entries, KITH_USAGE, NULL, err);
		*out = 0;
		return KITH_OK;
	}
	enum kith_alike best = KITH_UNLIKE;
	uint32_t found = 0, many = 0;
	for (uint32_t entry = 0; entry < entries->count; entry++) {
		const enum kith_alike alike = alike_entry(app, entries, typed, entry);
		if (alike == KITH_UNLIKE || alike < best)
			continue;
		many = alike > best ? 1 : many + 1;
		found = alike > best ? entry : found;
		best = alike;
	}
	/* A number may be the beginning of a key, too: only what no key is like is one. */
	if (best < KITH_ALIKE_FOLDED && read_number(typed, entries->count, &found))
		many = 1;
	if (many == 1) {
		*out = found;
		return KITH_OK;
	}
	return fail_listed(app, entries, many ? KITH_USAGE : KITH_NONE, typed, err);
}
