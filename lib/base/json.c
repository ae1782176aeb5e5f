#include "lib/base/json.h"

#include <assert.h>
#include <string.h>

#include "lib/base/unicode.h"

enum { DEEPEST = 60 };

static void break_line(struct kith_json *json)
{
	if (!json->indent)
		return;
	kith_buf_add_char(json->out, '\n');
	for (unsigned i = 0; i < json->depth; i++)
		kith_buf_add(json->out, "  ");
}

/* What comes before a key or an element: a comma and a line, unless it is the
 * value of a key or the whole document. */
static void begin(struct kith_json *json)
{
	const uint64_t bit = UINT64_C(1) << json->depth;
	if (json->after_key) {
		json->after_key = false;
		return;
	}
	if (json->has_members & bit)
		kith_buf_add_char(json->out, ',');
	json->has_members |= bit;
	if (json->depth)
		break_line(json);
}

static void open_container(struct kith_json *json, char bracket)
{
	begin(json);
	kith_buf_add_char(json->out, bracket);
	assert(json->depth < DEEPEST);
	json->depth++;
	json->has_members &= ~(UINT64_C(1) << json->depth);
}

static void close_container(struct kith_json *json, char bracket)
{
	assert(json->depth > 0 && !json->after_key);
	const bool had_members = json->has_members >> json->depth & 1;
	json->depth--;
	if (had_members)
		break_line(json);
	kith_buf_add_char(json->out, bracket);
}

void kith_json_object(struct kith_json *json)
{
	open_container(json, '{');
}

void kith_json_array(struct kith_json *json)
{
	open_container(json, '[');
}

void kith_json_end_object(struct kith_json *json)
{
	close_container(json, '}');
}

void kith_json_end_array(struct kith_json *json)
{
	close_container(json, ']');
}

static void escape(struct kith_buf *out, int32_t character)
{
	switch (character) {
	case '"':  kith_buf_add(out, "\\\""); break;
	case '\\': kith_buf_add(out, "\\\\"); break;
	case '\b': kith_buf_add(out, "\\b"); break;
	case '\f': kith_buf_add(out, "\\f"); break;
	case '\n': kith_buf_add(out, "\\n"); break;
	case '\r': kith_buf_add(out, "\\r"); break;
	case '\t': kith_buf_add(out, "\\t"); break;
	default:   kith_buf_addf(out, "\\u%04x", (unsigned)character);
	}
}

static size_t plain_run(const char *text, size_t length)
{
	size_t run = 0;
	while (run < length && text[run] >= ' ' && text[run] < 0x7F && text[run] != '"' && text[run] != '\\')
		run++;
	return run;
}

static void add_quoted(struct kith_buf *out, const char *text)
{
	const size_t length = strlen(text);
	kith_buf_add_char(out, '"');
	for (size_t at = 0; at < length;) {
		const size_t run = plain_run(text + at, length - at);
		kith_buf_add_bytes(out, text + at, run);
		at += run;
		if (at == length)
			break;
		int32_t character;
		const size_t used = kith_decode(text + at, length - at, &character);
		if (character == KITH_BAD_CHARACTER)
			kith_buf_add(out, KITH_REPLACEMENT);
		else if (character == '"' || character == '\\' || kith_is_unsafe(character))
			escape(out, character); /* unsafe ones too: JSON is also read on terminals */
		else
			kith_buf_add_bytes(out, text + at, used);
		at += used;
	}
	kith_buf_add_char(out, '"');
}

void kith_json_key(struct kith_json *json, const char *key)
{
	assert(!json->after_key);
	begin(json);
	add_quoted(json->out, key);
	kith_buf_add(json->out, json->indent ? ": " : ":");
	json->after_key = true;
}

void kith_json_string(struct kith_json *json, const char *text)
{
	begin(json);
	if (text)
		add_quoted(json->out, text);
	else
		kith_buf_add(json->out, "null");
}

void kith_json_int(struct kith_json *json, int64_t number)
{
	begin(json);
	kith_buf_addf(json->out, "%lld", (long long)number);
}

void kith_json_bool(struct kith_json *json, bool value)
{
	begin(json);
	kith_buf_add(json->out, value ? "true" : "false");
}

void kith_json_null(struct kith_json *json)
{
	begin(json);
	kith_buf_add(json->out, "null");
}

void kith_json_key_string(struct kith_json *json, const char *key, const char *text)
{
	kith_json_key(json, key);
	kith_json_string(json, text);
}

void kith_json_key_int(struct kith_json *json, const char *key, int64_t number)
{
	kith_json_key(json, key);
	kith_json_int(json, number);
}

void kith_json_key_bool(struct kith_json *json, const char *key, bool value)
{
	kith_json_key(json, key);
	kith_json_bool(json, value);
}
