#include "lib/record/vocabulary.h"

#include <string.h>

#include "lib/base/json.h"
#include "lib/record/yaml.h"

enum {
	LIST_LEAST = 16, /* ids in one of the lists of a kind, and */
	LISTS_MOST = 24, /* how many lists: an editor tries each of them on every value */
};

static bool is_of_words(const struct kith_field *field)
{
	return field->type == KITH_WORD || field->type == KITH_WORD_OR_REF;
}

static bool share_words(const struct kith_field *one, const struct kith_field *other)
{
	return is_of_words(other) && one->type == other->type && strcmp(one->name, other->name) == 0 &&
	       strcmp(one->of, other->of) == 0;
}

const struct kith_field *kith_vocabulary_field(const struct kith_field *field)
{
	if (!is_of_words(field))
		return NULL;
	for (size_t id = 0; id < kith_field_count(); id++)
		if (share_words(field, kith_field_by_id(id)))
			return kith_field_by_id(id);
	return field;
}

void kith_vocabulary_name(struct kith_buf *out, const struct kith_field *first)
{
	kith_buf_addf(out, "%s.%s", kith_kind_name(first->kind), first->path);
}

/* --- words --- */

/* In the editor's language of snippets `$`, `}` and `\` mean something. */
static void add_snippet(struct kith_buf *out, const char *text)
{
	KITH_BUF scalar = { 0 };
	kith_yaml_scalar(&scalar, text, &(struct kith_yaml_place){ .flow = true });
	for (const char *at = kith_buf_text(&scalar); *at; at++) {
		if (strchr("$}\\", *at))
			kith_buf_add_char(out, '\\');
		kith_buf_add_char(out, *at);
	}
}

static void put_words(struct kith_json *json, const char *const *words, size_t count)
{
	static const char *const types[] = { "string", "number", "boolean", "null" };
	kith_json_key(json, "type");
	kith_json_array(json);
	for (size_t i = 0; i < kith_count(types); i++)
		kith_json_string(json, types[i]);
	kith_json_end_array(json);
	if (!count)
		return;
	kith_json_key(json, "defaultSnippets");
	kith_json_array(json);
	for (size_t i = 0; i < count; i++) {
		KITH_BUF snippet = { 0 };
		add_snippet(&snippet, words[i]);
		kith_json_object(json);
		kith_json_key_string(json, "label", words[i]);
		kith_json_key_string(json, "bodyText", kith_buf_text(&snippet));
		kith_json_end_object(json);
	}
	kith_json_end_array(json);
}

/* --- ids --- */

static void put_list(struct kith_json *json, const char *const *ids, const char *const *names, size_t count)
{
	kith_json_object(json);
	kith_json_key(json, "enum");
	kith_json_array(json);
	for (size_t i = 0; i < count; i++)
		kith_json_string(json, ids[i]);
	kith_json_end_array(json);
	kith_json_key(json, "enumDescriptions");
	kith_json_array(json);
	for (size_t i = 0; i < count; i++)
		kith_json_string(json, names[i]);
	kith_json_end_array(json);
	kith_json_end_object(json);
}

static void put_ids(struct kith_json *json, const char *const *ids, const char *const *names, size_t count)
{
	const size_t fair = (count + LISTS_MOST - 1) / LISTS_MOST, length = fair < LIST_LEAST ? LIST_LEAST : fair;
	if (!count) { /* nothing is one of them */
		kith_json_key(json, "not");
		kith_json_object(json);
		kith_json_end_object(json);
		return;
	}
	kith_json_key(json, "anyOf");
	kith_json_array(json);
	for (size_t from = 0; from < count; from += length)
		put_list(json, ids + from, names + from, count - from < length ? count - from : length);
	kith_json_end_array(json);
}

/* --- the file --- */

void kith_vocabulary_json(struct kith_buf *out, const struct kith_vocabulary *vocabulary, const char *mark)
{
	struct kith_json json = { .out = out };
	kith_json_object(&json);
	kith_json_key_string(&json, "$comment", mark);
	kith_json_key(&json, "definitions");
	kith_json_object(&json);
	for (unsigned kind = 0; kind < KITH_KINDS; kind++) {
		kith_json_key(&json, kith_kind_name((enum kith_kind)kind));
		kith_json_object(&json);
		put_ids(&json, vocabulary->ids[kind].list, vocabulary->ids[kind].names, vocabulary->ids[kind].count);
		kith_json_end_object(&json);
	}
	for (size_t id = 0; id < kith_field_count(); id++) {
		const struct kith_field *field = kith_field_by_id(id);
		if (kith_vocabulary_field(field) != field)
			continue;
		KITH_BUF name = { 0 };
		kith_vocabulary_name(&name, field);
		kith_json_key(&json, kith_buf_text(&name));
		kith_json_object(&json);
		if (vocabulary->words)
			put_words(&json, vocabulary->words[id].list, vocabulary->words[id].count);
		else
			put_words(&json, NULL, 0);
		kith_json_end_object(&json);
	}
	kith_json_end_object(&json);
	kith_json_end_object(&json);
	kith_buf_add_char(out, '\n');
}

bool kith_vocabulary_has_mark(const char *head, size_t length, const char *mark)
{
	KITH_BUF wanted = { 0 };
	struct kith_json json = { .out = &wanted };
	kith_json_object(&json);
	kith_json_key_string(&json, "$comment", mark);
	const size_t compared = wanted.length - 1; /* the mark may go on */
	return compared <= length && memcmp(head, wanted.text, compared) == 0;
}
