#include "lib/record/doc.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "lib/base/text.h"
#include "lib/record/doc_words.h"

enum { MOST_FAULTS = 100 };

/* A place in the source that moves along with the parser: libyaml counts characters, kith needs bytes,
 * and lines as an editor counts them (libyaml also ends lines at NEL, LS and PS). */
struct cursor {
	size_t characters, bytes;
	size_t line_start; /* byte */
	size_t line_characters; /* characters before the line */
	uint32_t line;
};

struct parse {
	yaml_parser_t yaml;
	struct kith_doc *doc;
	struct kith_arena *arena;
	struct kith_faults *faults;
	struct cursor at;
	size_t depth;
	bool refused;
};

static struct cursor start_of(const struct kith_doc *doc)
{
	const size_t bom = doc->bom ? 3 : 0;
	return (struct cursor){.bytes = bom, .line_start = bom, .line = 1};
}

/* A line feed, or a carriage return that none follows: so old Macs ended lines, and editors and libyaml still do. */
static bool ends_line(const struct kith_doc *doc, size_t byte)
{
	const char here = doc->source[byte];
	return here == '\n' || (here == '\r' && (byte + 1 == doc->length || doc->source[byte + 1] != '\n'));
}

static void move_to(struct parse *parse, size_t characters)
{
	struct cursor *at = &parse->at;
	if (characters < at->characters)
		*at = start_of(parse->doc);
	const unsigned char *source = (const unsigned char *)parse->doc->source;
	const size_t length = parse->doc->length;
	while (at->characters < characters && at->bytes < length) {
		const unsigned char first = source[at->bytes];
		at->bytes += first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
		at->characters++;
		if (ends_line(parse->doc, at->bytes - 1)) {
			at->line++;
			at->line_start = at->bytes;
			at->line_characters = at->characters;
		}
	}
	if (at->bytes > length)
		at->bytes = length;
}

static uint32_t column_of(const struct cursor *at)
{
	return (uint32_t)(at->characters - at->line_characters + 1);
}

static struct kith_fault *refuse(struct parse *parse, yaml_mark_t mark, uint32_t length, const char *message)
{
	move_to(parse, mark.index);
	parse->refused = true;
	return kith_fault_add(parse->faults, KITH_FAULT_ERROR, parse->at.line, column_of(&parse->at), length, "%s", message);
}

/* --- before libyaml sees the text --- */

static void refuse_bytes(struct parse *parse, size_t byte, size_t end, const char *message, const char *hint)
{
	const struct kith_doc *doc = parse->doc;
	uint32_t line = 1;
	size_t line_start = doc->bom ? 3 : 0;
	for (size_t i = line_start; i < byte; i++)
		if (ends_line(doc, i)) {
			line++;
			line_start = i + 1;
		}
	const size_t column = byte > line_start ? kith_characters(doc->source + line_start, byte - line_start) : 0;
	const size_t length = end > byte ? kith_characters(doc->source + byte, end - byte) : 1;
	struct kith_fault *fault =
		kith_fault_add(parse->faults, KITH_FAULT_ERROR, line, (uint32_t)column + 1, (uint32_t)length, "%s", message);
	fault->hint = hint;
	parse->refused = true;
}

static void refuse_at_byte(struct parse *parse, size_t byte, const char *message, const char *hint)
{
	refuse_bytes(parse, byte, byte, message, hint);
}

static void refuse_in_words(struct parse *parse, const struct kith_yaml_words *words)
{
	refuse_bytes(parse, words->at, words->end, words->message, words->hint);
}

static bool is_text(struct parse *parse)
{
	const struct kith_doc *doc = parse->doc;
	if (doc->length > KITH_DOC_LIMIT) {
		struct kith_fault *fault = kith_fault_add(parse->faults, KITH_FAULT_ERROR, 0, 0, 1,
			"the file has %zu bytes; a record has at most %u", doc->length, KITH_DOC_LIMIT);
		fault->hint = "keep long documents beside the store and name them under links";
		return false;
	}
	const char *nul = doc->length ? memchr(doc->source, '\0', doc->length) : NULL;
	const bool utf16 = doc->length >= 2 && (memcmp(doc->source, "\xFF\xFE", 2) == 0 || memcmp(doc->source, "\xFE\xFF", 2) == 0);
	if (utf16) {
		kith_fault_add(parse->faults, KITH_FAULT_ERROR, 0, 0, 1, "the file is written in UTF-16")->hint =
			"save it as UTF-8 (in vim: :set fenc=utf-8, then :w)";
		return false;
	}
	if (nul && kith_text_is_utf16(&(struct kith_text){doc->source, doc->length})) {
		kith_fault_add(parse->faults, KITH_FAULT_ERROR, 0, 0, 1, "the file is written in UTF-16, without the mark that says so")->hint =
			"save it as UTF-8 (iconv -f UTF-16LE -t UTF-8 does it too)";
		return false;
	}
	if (nul) {
		refuse_at_byte(parse, (size_t)(nul - doc->source), "the file holds a NUL byte: it is not a text file",
		               "a record is plain text; move this file out of the store's folders");
		return false;
	}
	size_t bad;
	if (!kith_is_utf8(doc->source, doc->length, &bad)) {
		refuse_at_byte(parse, bad, kith_words_of_byte(&(struct kith_text){doc->source, doc->length}, bad, parse->arena),
		               "save the file as UTF-8 (in vim: :set fenc=utf-8, then :w)");
		return false;
	}
	return true;
}

/* --- nodes --- */

static struct kith_node *new_node(struct parse *parse, enum kith_shape shape, yaml_mark_t start, yaml_mark_t end)
{
	struct kith_node *node = kith_arena_alloc(parse->arena, sizeof(*node));
	node->shape = shape;
	move_to(parse, start.index);
	node->start = parse->at.bytes;
	node->line = parse->at.line;
	node->column = column_of(&parse->at);
	move_to(parse, end.index);
	node->end = parse->at.bytes;
	return node;
}

/* What YAML would do with it, records do not have: it must be meant as text. */
static void refuse_property(struct parse *parse, yaml_mark_t mark, const char *message)
{
	const struct kith_text text = {parse->doc->source, parse->doc->length};
	struct kith_fault *fault = refuse(parse, mark, 1, message);
	if (kith_faults_have_room(parse->faults))
		fault->hint = kith_write_quoted(parse->arena, &text, parse->at.bytes);
}

static void check_properties(struct parse *parse, const yaml_event_t *event, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	static const char core[] = "tag:yaml.org,2002:";
	static const char *const core_names[] = {"str", "int", "float", "bool", "null", "seq", "map", "timestamp"};
	if (anchor)
		refuse_property(parse, event->start_mark, "a value that begins with & needs quotes: to YAML it is an anchor");
	if (!tag)
		return;
	const char *name = (const char *)tag;
	if (strncmp(name, core, sizeof(core) - 1) == 0)
		for (size_t i = 0; i < kith_count(core_names); i++)
			if (strcmp(name + sizeof(core) - 1, core_names[i]) == 0)
				return;
	refuse_property(parse, event->start_mark, "a value that begins with ! needs quotes: to YAML it is a tag");
}

static enum kith_style scalar_style(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE: return KITH_SINGLE;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return KITH_DOUBLE;
	case YAML_LITERAL_SCALAR_STYLE:       return KITH_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:        return KITH_FOLDED;
	default:                              return KITH_PLAIN;
	}
}

static int by_key(const void *one, const void *other)
{
	const struct kith_node *a = *(struct kith_node *const *)one, *b = *(struct kith_node *const *)other;
	const int order = strcmp(a->key->text, b->key->text);
	return order ? order : a->key->start < b->key->start ? -1 : a->key->start > b->key->start;
}

/* Sorted, not pairwise: a hostile file may hold very many keys. */
static void refuse_duplicates(struct parse *parse, const struct kith_node *mapping)
{
	if (mapping->count < 2)
		return;
	const struct kith_node **members = kith_alloc(mapping->count * sizeof(*members));
	size_t count = 0;
	for (const struct kith_node *child = mapping->first; child; child = child->next)
		if (child->key)
			members[count++] = child;
	qsort(members, count, sizeof(*members), by_key);
	for (size_t i = 1; i < count && parse->faults->count < MOST_FAULTS; i++) {
		const struct kith_node *before = members[i - 1]->key, *key = members[i]->key;
		if (strcmp(before->text, key->text) != 0)
			continue;
		KITH_BUF quoted = {0};
		kith_quote(&quoted, key->text);
		struct kith_fault *fault = kith_fault_add(parse->faults, KITH_FAULT_ERROR, key->line, key->column,
			kith_node_caret(parse->doc, key), "%s is here a second time; it is already in line %u",
			kith_buf_text(&quoted), (unsigned)before->line);
		fault->hint = "keep one of the two; several values go into one list: [one, two]";
		parse->refused = true;
	}
	kith_free(members);
}

static struct kith_node *parse_node(struct parse *parse, yaml_event_t *event);
static bool next_event(struct parse *parse, yaml_event_t *event);

static void add_child(struct kith_node *node, struct kith_node *child, struct kith_node **last)
{
	if (*last)
		(*last)->next = child;
	else
		node->first = child;
	*last = child;
	node->count++;
	if (child->end > node->end)
		node->end = child->end;
}

/* The end of a flow collection is its end mark; of a block collection the end of its last child. */
static void end_collection(struct parse *parse, struct kith_node *node, const yaml_event_t *event)
{
	if (node->style != KITH_FLOW_STYLE)
		return;
	move_to(parse, event->end_mark.index);
	node->end = parse->at.bytes;
}

static struct kith_node *parse_sequence(struct parse *parse, struct kith_node *node)
{
	struct kith_node *last = NULL;
	for (;;) {
		yaml_event_t event;
		if (!next_event(parse, &event))
			return NULL;
		if (event.type == YAML_SEQUENCE_END_EVENT) {
			end_collection(parse, node, &event);
			yaml_event_delete(&event);
			return node;
		}
		struct kith_node *child = parse_node(parse, &event);
		if (!child)
			return NULL;
		add_child(node, child, &last);
	}
}

/* {{ name }}, [a]: b. */
static void refuse_key(struct parse *parse, yaml_mark_t mark)
{
	const struct kith_text text = {parse->doc->source, parse->doc->length};
	struct kith_fault *fault = refuse(parse, mark, 1, "a list or a map stands where a key belongs");
	fault->hint = "a key is a word before a colon; put quotes around text that starts with [ or {";
	if (!kith_faults_have_room(parse->faults) || kith_line_is_long(&text, parse->at.bytes))
		return;
	const struct kith_line line = kith_line_at(&text, parse->at.bytes);
	if (line.value > line.item && line.value < line.end && strchr("[{", text.source[line.value]))
		fault->hint = kith_write_quoted(parse->arena, &text, line.value);
}

static bool is_usable_key(struct parse *parse, const struct kith_node *key, yaml_mark_t mark)
{
	if (key->shape != KITH_SCALAR) {
		refuse_key(parse, mark);
		return false;
	}
	if (key->style == KITH_PLAIN && strcmp(key->text, "<<") == 0) {
		refuse(parse, mark, 2, "merge keys (<<) are not read in records")->hint = "write the keys out";
		return false;
	}
	return true;
}

static struct kith_node *parse_mapping(struct parse *parse, struct kith_node *node)
{
	struct kith_node *last = NULL;
	for (;;) {
		yaml_event_t event;
		if (!next_event(parse, &event))
			return NULL;
		if (event.type == YAML_MAPPING_END_EVENT) {
			end_collection(parse, node, &event);
			yaml_event_delete(&event);
			refuse_duplicates(parse, node);
			return node;
		}
		const yaml_mark_t mark = event.start_mark;
		struct kith_node *key = parse_node(parse, &event);
		if (!key || !next_event(parse, &event))
			return NULL;
		struct kith_node *value = parse_node(parse, &event);
		if (!value)
			return NULL;
		if (!is_usable_key(parse, key, mark))
			continue;
		value->key = key;
		add_child(node, value, &last);
	}
}

static struct kith_node *parse_scalar(struct parse *parse, yaml_event_t *event)
{
	struct kith_node *node = new_node(parse, KITH_SCALAR, event->start_mark, event->end_mark);
	node->style = scalar_style(event->data.scalar.style);
	node->length = event->data.scalar.length;
	node->text = kith_arena_strndup(parse->arena, (const char *)event->data.scalar.value, node->length);
	if (memchr(node->text, '\0', node->length))
		refuse(parse, event->start_mark, 1, "the escape \\0 puts a NUL into this text")->hint = "leave it out";
	return node;
}

/* Consumes the event, and for a collection all up to its end.  NULL when parsing cannot go on. */
static struct kith_node *parse_node(struct parse *parse, yaml_event_t *event)
{
	struct kith_node *node = NULL;
	const bool mapping = event->type == YAML_MAPPING_START_EVENT;
	if (parse->faults->count >= MOST_FAULTS) {
		yaml_event_delete(event);
		return NULL;
	}
	if (event->type == YAML_SCALAR_EVENT) {
		check_properties(parse, event, event->data.scalar.anchor, event->data.scalar.tag);
		node = parse_scalar(parse, event);
		yaml_event_delete(event);
		return node;
	}
	if (event->type == YAML_ALIAS_EVENT) {
		refuse_property(parse, event->start_mark, "a value that begins with * needs quotes: to YAML it is an alias");
		node = new_node(parse, KITH_SCALAR, event->start_mark, event->end_mark);
		node->text = "";
		yaml_event_delete(event);
		return node;
	}
	node = new_node(parse, mapping ? KITH_MAPPING : KITH_SEQUENCE, event->start_mark, event->end_mark);
	if (mapping) {
		check_properties(parse, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
		node->style = event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE ? KITH_FLOW_STYLE : KITH_BLOCK_STYLE;
	} else {
		check_properties(parse, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
		node->style = event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE ? KITH_FLOW_STYLE : KITH_BLOCK_STYLE;
	}
	const yaml_mark_t mark = event->start_mark;
	yaml_event_delete(event);
	if (parse->depth == KITH_DOC_DEPTH) {
		refuse(parse, mark, 1, "lists and maps are nested too deeply here")->hint = "32 levels are the most; a record needs three";
		return NULL;
	}
	parse->depth++;
	node = mapping ? parse_mapping(parse, node) : parse_sequence(parse, node);
	parse->depth--;
	return node;
}

/* --- the document --- */

static void refuse_problem(struct parse *parse, const char *said, const char *context, size_t at, size_t context_at)
{
	const struct kith_yaml_problem problem = {
		.problem = said,
		.context = context,
		.text = {parse->doc->source, parse->doc->length},
		.at = at,
		.context_at = context_at,
	};
	struct kith_yaml_words words = {0};
	kith_yaml_words(&problem, parse->arena, &words);
	refuse_in_words(parse, &words);
}

static void report_yaml_error(struct parse *parse)
{
	const yaml_parser_t *yaml = &parse->yaml;
	size_t conflict;
	parse->refused = true;
	if (kith_text_conflict(&(struct kith_text){parse->doc->source, parse->doc->length}, &conflict)) {
		refuse_at_byte(parse, conflict, "git left a conflict in this file",
		               "keep one side, and delete the lines that start with <<<<<<<, ======= and >>>>>>>");
		return;
	}
	if (yaml->error == YAML_READER_ERROR) {
		refuse_at_byte(parse, yaml->problem_offset < parse->doc->length ? yaml->problem_offset : parse->doc->length,
		               "a control character stands here", "delete it, or write it as an escape in double quotes");
		return;
	}
	move_to(parse, yaml->problem_mark.index);
	const size_t at = parse->at.bytes;
	if (yaml->context)
		move_to(parse, yaml->context_mark.index);
	refuse_problem(parse, yaml->problem, yaml->context, at, yaml->context ? parse->at.bytes : at);
}

static bool next_event(struct parse *parse, yaml_event_t *event)
{
	if (yaml_parser_parse(&parse->yaml, event))
		return true;
	report_yaml_error(parse);
	return false;
}

static void refuse_root(struct parse *parse)
{
	const struct kith_text text = {parse->doc->source, parse->doc->length};
	struct kith_yaml_words words = {0};
	kith_root_words(&text, parse->doc->root->start, parse->arena, &words);
	refuse_in_words(parse, &words);
}

/* Behind a line ---, or, where libyaml sees one without it, something that does not fit. */
static void refuse_second(struct parse *parse, const yaml_event_t *event)
{
	if (!event->data.document_start.implicit) {
		refuse(parse, event->start_mark, 3, "a second document starts here; a record is one file")->hint =
			"put it into a file of its own, or delete the line ---";
		return;
	}
	move_to(parse, event->start_mark.index);
	refuse_problem(parse, "did not find expected <document start>", NULL, parse->at.bytes, parse->at.bytes);
}

static void parse_stream(struct parse *parse)
{
	for (size_t documents = 0;;) {
		yaml_event_t event;
		if (!next_event(parse, &event))
			return;
		switch (event.type) {
		case YAML_STREAM_END_EVENT:
			yaml_event_delete(&event);
			return;
		case YAML_DOCUMENT_START_EVENT:
			if (documents++) {
				refuse_second(parse, &event);
				yaml_event_delete(&event);
				return;
			}
			break;
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_END_EVENT:
			break;
		default: {
			parse->doc->root = parse_node(parse, &event);
			if (!parse->doc->root)
				return;
			if (kith_node_is_absent(parse->doc->root))
				parse->doc->root = NULL;
			else if (parse->doc->root->shape != KITH_MAPPING) {
				refuse_root(parse);
				return; /* what follows would be blamed for it too */
			}
			continue;
		}
		}
		yaml_event_delete(&event);
	}
}

bool kith_doc_parse(const char *source, size_t length, struct kith_arena *arena, struct kith_doc *out, struct kith_faults *faults)
{
	struct kith_doc doc = {.source = source, .length = length};
	doc.bom = length >= 3 && memcmp(source, "\xEF\xBB\xBF", 3) == 0;
	struct parse parse = {.doc = &doc, .arena = arena, .faults = faults, .at = start_of(&doc)};
	if (!is_text(&parse))
		return false;
	if (!yaml_parser_initialize(&parse.yaml))
		abort(); /* out of memory, the only reason it has */
	yaml_parser_set_input_string(&parse.yaml, (const unsigned char *)source, length);
	parse_stream(&parse);
	yaml_parser_delete(&parse.yaml);
	*out = doc;
	return !parse.refused;
}
