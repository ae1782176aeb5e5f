#include "lib/network/due.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/network/due_private.h"
#include "lib/network/tie.h"

enum { LONGEST_SLUG = 60 }; /* bytes */

void kith_due_recheck(struct kith_deriving *deriving, kith_day day)
{
	if (day > deriving->today && (deriving->recheck == KITH_NO_DAY || day < deriving->recheck))
		deriving->recheck = day;
}

bool kith_due_is_me(const struct kith_deriving *deriving, const char *id)
{
	const struct kith_settings *settings = deriving->input->settings;
	return strcmp(id, "me") == 0 || (settings && settings->me && strcmp(id, settings->me) == 0);
}

/* --- keys --- */

static uint32_t hash_of(const char *text, kith_day day)
{
	uint32_t hash = 0x811c9dc5u;
	for (const unsigned char *at = (const unsigned char *)text; *at; at++)
		hash = (hash ^ *at) * 0x01000193u;
	for (unsigned shift = 0; shift < 32; shift += 8)
		hash = (hash ^ ((uint32_t)day >> shift & 0xFF)) * 0x01000193u;
	return hash;
}

static void add_slug(struct kith_buf *key, const char *text)
{
	KITH_BUF slug = {0};
	kith_slug(&slug, text);
	size_t length = slug.length;
	if (length > LONGEST_SLUG)
		for (length = LONGEST_SLUG; length && ((unsigned char)slug.text[length] & 0xC0) == 0x80;)
			length--;
	kith_buf_add_bytes(key, kith_buf_text(&slug), length);
	if (length < slug.length || length == 0)
		kith_buf_addf(key, "%s%08x", length ? "-" : "", hash_of(text, 0));
}

static const struct kith_due *find_key(const struct kith_deriving *deriving, const char *key)
{
	for (size_t i = deriving->before; i < deriving->count; i++)
		if (strcmp(deriving->list[i].key, key) == 0)
			return &deriving->list[i];
	return NULL;
}

static char *write_key(struct kith_deriving *deriving, enum kith_due_source source, const struct kith_due_key *parts,
                       const uint32_t *hash)
{
	KITH_BUF key = {0};
	kith_buf_addf(&key, "%s:%s", kith_due_source_name(source), deriving->record->id);
	if (parts->text) {
		kith_buf_add_char(&key, ':');
		add_slug(&key, parts->text);
	}
	if (hash)
		kith_buf_addf(&key, "-%08x", *hash);
	kith_buf_add(&key, parts->suffix ? parts->suffix : "");
	kith_buf_add(&key, parts->ending ? parts->ending : "");
	return kith_arena_strdup(deriving->arena, kith_buf_text(&key));
}

struct kith_due *kith_due_add(struct kith_deriving *deriving, enum kith_due_source source,
                              const struct kith_due_key *parts, kith_day day)
{
	if (day == KITH_NO_DAY || deriving->count - deriving->before >= KITH_DUE_MOST)
		return NULL;
	const char *text = parts->text ? parts->text : "", *key = write_key(deriving, source, parts, NULL);
	const struct kith_due *like = find_key(deriving, key);
	if (like) {
		const uint32_t hash = hash_of(text, day);
		if (like->day == day && strcmp(like->what, text) == 0)
			return NULL;
		key = write_key(deriving, source, parts, &hash);
		if (find_key(deriving, key))
			return NULL;
	}
	struct kith_due *due =
		kith_arena_push(deriving->arena, &deriving->list, &deriving->count, &deriving->capacity, sizeof(*due));
	*due = (struct kith_due){
		.source = source,
		.key = key,
		.id = deriving->record->id,
		.path = deriving->record->path,
		.who = "",
		.what = "",
		.day = day,
		.minute = -1,
		.since = KITH_NO_DAY,
		.hide = deriving->hide,
	};
	return due;
}

char *kith_due_day_suffix(struct kith_deriving *deriving, kith_day day)
{
	KITH_BUF suffix = {0};
	kith_buf_add_char(&suffix, ':');
	kith_date_print_day(&suffix, day);
	return kith_arena_strdup(deriving->arena, kith_buf_text(&suffix));
}

/* --- entries of a list of maps --- */

bool kith_due_next_entry(const struct kith_record *record, const struct kith_field *map, size_t *at,
                         struct kith_due_entry *out)
{
	*out = (struct kith_due_entry){0};
	bool found = false;
	uint32_t number = 0;
	for (; *at < record->count; ++*at) {
		const struct kith_value *value = &record->values[*at];
		if (!value->field || value->field->parent != map->id || value->field->id == map->id)
			continue;
		if (found && value->entry != number)
			break;
		found = true;
		number = value->entry;
		const size_t place = value->field->id - map->id - 1u;
		if (!value->faulty && place < KITH_DUE_KEYS && !out->keys[place])
			out->keys[place] = value;
	}
	return found;
}

const struct kith_value *kith_due_entry_value(const struct kith_due_entry *entry, const struct kith_field *map,
                                              const char *name)
{
	const struct kith_field *child = kith_field_child(map->kind, map, name, strlen(name));
	return child ? entry->keys[child->id - map->id - 1u] : NULL;
}

/* Whom the record is about: the contact or group itself, of a note the first who was there. */
static const char *subject_of(const struct kith_deriving *deriving)
{
	const struct kith_record *record = deriving->record;
	if (record->kind == KITH_KIND_contact || record->kind == KITH_KIND_group)
		return kith_due_is_me(deriving, record->id) ? "" : record->id;
	if (record->kind != KITH_KIND_note)
		return "";
	const struct kith_value *with = NULL;
	while ((with = kith_record_next(record, "with", with)))
		if (!kith_due_is_me(deriving, with->text))
			return with->text;
	return "";
}

/* --- all of them --- */

static kith_day derive(const struct kith_derive_input *input, struct kith_arena *arena, struct kith_due **list,
                       size_t *count)
{
	const struct kith_value *private = kith_record_get(input->record, "private");
	struct kith_deriving deriving = {
		.input = input,
		.record = input->record,
		.arena = arena,
		.list = *list,
		.before = *count,
		.count = *count,
		.capacity = *count,
		.today = input->today,
		.recheck = KITH_NO_DAY,
		.hide = private ? private->number == 1 : input->record->kind == KITH_KIND_need,
	};
	deriving.subject = subject_of(&deriving);
	kith_due_promises(&deriving);
	kith_due_reminds(&deriving);
	kith_due_yearly(&deriving);
	kith_due_cadence(&deriving);
	*list = deriving.list;
	*count = deriving.count;
	return deriving.recheck;
}

const struct kith_derive kith_network_derive = { .due = derive, .tie = kith_tie_word, .version = 1 };
