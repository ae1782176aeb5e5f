#include "lib/record/read_words.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/record/doc_lines.h"
#include "lib/record/doubt.h"

enum {
	MOST_KEYS = 200, /* of a map, that are compared: no record has more */
	LONGEST_CLEANED = 200,
};

/* --- keys --- */

/* The field that a key was meant for, or NULL. */
static const struct kith_field *meant_by(enum kith_kind kind, const struct kith_field *parent, const char *key)
{
	size_t count, used = 0;
	KITH_BUF plain = { 0 };
	const char *what, *colon = parent ? strchr(key, ':') : NULL;
	if (kith_plain_text(&plain, key, &what))
		key = kith_buf_text(&plain);
	if (colon && kith_field_child(kind, parent, key, (size_t)(colon - key)))
		return kith_field_child(kind, parent, key, (size_t)(colon - key));
	const struct kith_field *rows = parent ? kith_field_children(parent, &count) : kith_fields(kind, &count);
	const char **names = kith_alloc((count + 1) * sizeof(*names));
	for (size_t i = 0; i < count; i++)
		if (parent || kith_field_is_top(&rows[i]))
			names[used++] = rows[i].name;
	const char *near = kith_did_you_mean(key, names, used);
	const struct kith_field *found = near ? kith_field_child(kind, parent, near, strlen(near)) : NULL;
	kith_free(names);
	return found;
}

bool kith_key_is_misspelt(enum kith_kind kind, const struct kith_field *parent, const struct kith_node *map, const struct kith_field *wanted)
{
	size_t looked_at = 0;
	for (const struct kith_node *node = map ? map->first : NULL; node && looked_at++ < MOST_KEYS; node = node->next) {
		const char *key = node->key->text;
		if (strncmp(key, "x-", 2) == 0 || node->key->length > 60 || kith_field_child(kind, parent, key, node->key->length))
			continue;
		if (meant_by(kind, parent, key) == wanted)
			return true;
	}
	return false;
}

static const char *write_key(const struct kith_unknown_key *key, const char *name, struct kith_arena *arena)
{
	const struct kith_text text = { key->doc->source, key->doc->length };
	const struct kith_node *node = key->node->key;
	if (kith_line_is_long(&text, node->start))
		return kith_arena_printf(arena, "write %s", name);
	const struct kith_line line = kith_line_at(&text, node->start);
	return kith_write_line(arena, &text, &line, node->start, node->end, name, kith_arena_printf(arena, "write %s", name));
}

/* {value:ana@example.org}: in braces the colon needs its space too. */
static bool lacks_space(const struct kith_unknown_key *key, const struct kith_field *near, struct kith_arena *arena, struct kith_key_words *out)
{
	const struct kith_node *node = key->node->key;
	const char *colon = strchr(node->text, ':');
	if (!colon || !colon[1] || !near || node->style != KITH_PLAIN || node->end - node->start != node->length)
		return false;
	const size_t at = node->start + (size_t)(colon - node->text);
	if (at <= node->start || (size_t)(colon - node->text) != strlen(near->name))
		return false;
	const struct kith_text text = { key->doc->source, key->doc->length };
	out->severity = KITH_FAULT_ERROR;
	out->message = "a space is missing after the colon in %";
	out->hint = "write key: value";
	if (!kith_line_is_long(&text, at)) {
		const struct kith_line line = kith_line_at(&text, at);
		out->hint = kith_write_line(arena, &text, &line, at, at + 1, ": ", out->hint);
	}
	return true;
}

/* A key of the entry above that stands too far left. */
static bool belongs_above(const struct kith_unknown_key *key, struct kith_arena *arena, struct kith_key_words *out)
{
	const struct kith_node *before = NULL, *last = NULL;
	if (key->parent || key->map->count > MOST_KEYS)
		return false;
	for (const struct kith_node *node = key->map->first; node && node != key->node; node = node->next)
		before = node;
	const struct kith_field *field = before ? kith_field_child(key->kind, NULL, before->key->text, before->key->length) : NULL;
	if (!field || before->shape == KITH_SCALAR || !kith_field_child(key->kind, field, key->node->key->text, key->node->key->length))
		return false;
	for (const struct kith_node *node = before->shape == KITH_MAPPING ? before : before->first; node; node = node->next) {
		last = node;
		if (node == before)
			break;
	}
	if (!last || last->shape != KITH_MAPPING || last->style == KITH_FLOW_STYLE || !last->first)
		return false;
	out->severity = KITH_FAULT_ERROR;
	out->message = kith_arena_printf(arena, "%% is a key of %s, and stands outside of it", field->name);
	out->hint = kith_write_indent(arena, last->first->key->column - 1);
	return true;
}

static bool is_of_another_kind(const struct kith_unknown_key *key, struct kith_arena *arena, struct kith_key_words *out)
{
	if (key->parent || key->kind >= KITH_KINDS)
		return false;
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		if (!kith_field_child(kind, NULL, key->node->key->text, key->node->key->length))
			continue;
		out->message = kith_arena_printf(arena, "%% is a field of a %s, not of a %s", kith_kind_name(kind), kith_kind_name(key->kind));
		out->hint = "it is kept as it is; keys of your own start with x-";
		return true;
	}
	return false;
}

void kith_words_of_key(const struct kith_unknown_key *key, struct kith_arena *arena, struct kith_key_words *out)
{
	const char *name = key->node->key->text, *what;
	const struct kith_field *near = key->node->key->length <= 60 ? meant_by(key->kind, key->parent, name) : NULL;
	const bool needed = near && key->map->count <= MOST_KEYS && (near->flags & KITH_REQUIRED) && !kith_node_member(key->map, near->name);
	*out = (struct kith_key_words){
		.severity = needed ? KITH_FAULT_ERROR : KITH_FAULT_WARNING,
		.message = key->parent ? "% is no key that belongs here" : "% is no field that kith knows",
	};
	KITH_BUF plain = { 0 };
	if (lacks_space(key, near, arena, out) || belongs_above(key, arena, out))
		return;
	if (near && kith_plain_text(&plain, name, &what)) {
		out->severity = KITH_FAULT_ERROR; /* nobody means that */
		out->message = kith_arena_printf(arena, "the key %% holds %s", what);
		out->hint = write_key(key, near->name, arena);
	} else if (needed) {
		out->message = key->parent ? kith_arena_printf(arena, "%% is no key that belongs here, and '%s' is missing", near->name)
		                           : kith_arena_printf(arena, "%% is no field that kith knows, and '%s' is missing", near->name);
		out->hint = write_key(key, near->name, arena);
	} else if (is_of_another_kind(key, arena, out))
		return;
	else if (near)
		out->hint = kith_arena_printf(arena, "did you mean %s? keys of your own start with x-", near->name);
	else if (key->parent && (key->parent->flags & KITH_PAIR))
		out->hint = "if it begins an entry of its own, write - before it";
	else
		out->hint = "it is kept as it is; keys of your own start with x-";
}

/* --- shapes --- */

const char *kith_example(const struct kith_field *field)
{
	switch (field->type) {
	case KITH_DATE: return "2026-11-25";
	case KITH_SPAN: return "3 months";
	case KITH_REF:  return "and the id of a record";
	case KITH_ENUM: return "and one of its words";
	default:        return "and the text";
	}
}

static bool is_plain_enough(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (strchr(",[]{}:#\"'", text[i]) || (unsigned char)text[i] < ' ')
			return false;
	return length > 0 && !strchr("-?@`%&*!|>~ ", text[0]);
}

static void add_value(struct kith_buf *out, const struct kith_node *node)
{
	if (is_plain_enough(node->text, node->length))
		kith_buf_add(out, node->text);
	else
		kith_yaml_quote(out, node->text, node->length);
}

static const struct kith_node *first_scalar(const struct kith_node *node)
{
	while (node && node->shape != KITH_SCALAR)
		node = node->first;
	return node;
}

/* The line with this node, all of which must stand in it, replaced. */
static const char *write_instead(const struct kith_doc *doc, const struct kith_node *node, const char *with, struct kith_arena *arena,
                                 const char *else_)
{
	const struct kith_text text = { doc->source, doc->length };
	if (kith_line_is_long(&text, node->start))
		return else_;
	const struct kith_line line = kith_line_at(&text, node->start);
	return node->end <= line.end ? kith_write_line(arena, &text, &line, node->start, node->end, with, else_) : else_;
}

const char *kith_hint_at_shape(const struct kith_doc *doc, const struct kith_field *field, const struct kith_node *node, struct kith_arena *arena)
{
	const struct kith_node *first = first_scalar(node);
	const bool takes_list = kith_field_is_list(field);
	const char *else_ = kith_arena_printf(arena, takes_list ? "write %s: [one, two]" : "write %s: and the value, on one line", field->name);
	KITH_BUF with = { 0 };
	if (!first || first->length > 60)
		return else_;
	if (takes_list && node->shape == KITH_MAPPING && node->style != KITH_FLOW_STYLE && !node->first->next && node->first == first) {
		kith_yaml_quote(&with, doc->source + node->start, node->end - node->start); /* - Ana: the map */
		return write_instead(doc, node, kith_buf_text(&with), arena, else_);
	}
	if (takes_list && node->shape == KITH_MAPPING && node->style == KITH_FLOW_STYLE) {
		kith_buf_add(&with, "[");
		for (const struct kith_node *member = node->first; member && with.length < 100; member = member->next) {
			kith_buf_add(&with, member == node->first ? "" : ", ");
			add_value(&with, member->key);
		}
		kith_buf_add(&with, "]");
		return write_instead(doc, node, kith_buf_text(&with), arena, else_);
	}
	if (takes_list && node->shape == KITH_SEQUENCE)
		return "a list inside a list has no meaning: take the inner one's brackets or hyphens away";
	add_value(&with, first);
	if (node->style == KITH_FLOW_STYLE && (node->count == 1 || node->shape == KITH_MAPPING))
		return write_instead(doc, node, kith_buf_text(&with), arena, else_);
	KITH_BUF shown = { 0 };
	kith_printable(&shown, kith_buf_text(&with), with.length, false);
	return kith_arena_printf(arena, "write one value behind the key: %s: %s", field->name, kith_buf_text(&shown));
}

const char *kith_hint_at_entry(const struct kith_doc *doc, const struct kith_field *key, const struct kith_field *missing,
                               const struct kith_node *node, struct kith_arena *arena)
{
	const char *else_ = kith_arena_printf(arena, "write {%s: …, %s: …}", key->name, missing->name);
	if (node->length > 100 || !node->length)
		return else_;
	KITH_BUF with = { 0 };
	kith_buf_addf(&with, "{%s: ", key->name);
	add_value(&with, node);
	kith_buf_addf(&with, ", %s: %s}", missing->name, kith_example(missing));
	return write_instead(doc, node, kith_buf_text(&with), arena, else_);
}

/* "2026-11-21-ana-silva-k3vx" was made of its date, "ana-silva" of a name. */
const char *kith_hint_at_field(const struct kith_field *field, const char *id, struct kith_arena *arena)
{
	struct kith_value value;
	if (field->type == KITH_DATE) {
		char day[11] = "";
		snprintf(day, sizeof(day), "%.10s", id);
		return kith_arena_printf(arena, "%s: %s", field->name, kith_value_read(field, day, &value, NULL, NULL) ? day : "2026-11-25");
	}
	if (field->type != KITH_TEXT || !*id || !is_plain_enough(id, strlen(id)))
		return kith_arena_printf(arena, "%s: %s", field->name, kith_example(field));
	char *name = kith_arena_strdup(arena, id);
	for (char *at = name; *at; at++) {
		if (*at == '-')
			*at = ' ';
		if ((at == name || at[-1] == ' ') && *at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
	}
	return kith_arena_printf(arena, "%s: %s", field->name, name);
}

/* --- values --- */

/* What joins a text and the reason: "'often' is not a length of time", "'soon' is not a date",
 * "'1990-13-02': there is no month 13". */
static const char *joint_before(const char *why)
{
	if (strncmp(why, "is ", 3) == 0 || strncmp(why, "stands ", 7) == 0)
		return "";
	return strncmp(why, "not ", 4) == 0 || strncmp(why, "a word", 6) == 0 || strncmp(why, "a month in", 10) == 0 ? " is" : ":";
}

void kith_word_of_value(struct kith_buf *message, const struct kith_field *field, const char *text, const char *why, struct kith_buf *hint)
{
	KITH_BUF quoted = { 0 }, plain = { 0 };
	const char *what;
	struct kith_value value;
	kith_quote(&quoted, text);
	if (strlen(text) <= LONGEST_CLEANED && kith_plain_text(&plain, text, &what) && plain.length && kith_value_read(field, plain.text, &value, NULL, NULL)) {
		kith_buf_addf(message, "%s: %s holds %s", field->path, kith_buf_text(&quoted), what);
		kith_buf_clear(hint);
		kith_buf_addf(hint, "write %s", plain.text);
		return;
	}
	kith_buf_addf(message, "%s: %s%s %s", field->path, kith_buf_text(&quoted), joint_before(why), why);
}
