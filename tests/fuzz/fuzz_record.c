/* Reading a record from any bytes: the first byte chooses the kind, the rest is the file. */
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/text.h"
#include "lib/network/due.h"
#include "tests/fuzz/fuzz.h"

/* Whether a line and column are those of a byte. */
static bool is_at(const struct kith_doc *doc, size_t byte, uint32_t line, uint32_t column)
{
	size_t start = doc->bom ? 3 : 0;
	uint32_t number = 1;
	for (size_t at = start; at < byte; at++)
		if (doc->source[at] == '\n' || (doc->source[at] == '\r' && (at + 1 == doc->length || doc->source[at + 1] != '\n'))) {
			number++;
			start = at + 1;
		}
	return number == line && kith_characters(doc->source + start, byte - start) + 1 == column;
}

static void check_node(const struct kith_doc *doc, const struct kith_node *node)
{
	CHECK(node->start <= node->end && node->end <= doc->length);
	CHECK(is_at(doc, node->start, node->line, node->column));
	CHECK(kith_node_caret(doc, node) >= 1);
	if (node->shape == KITH_SCALAR) {
		CHECK(strlen(node->text) == node->length && !node->first);
		CHECK(kith_is_utf8(node->text, node->length, NULL));
	}
	size_t count = 0, end = node->start;
	for (const struct kith_node *child = node->first; child; child = child->next, count++) {
		CHECK(!child->key == (node->shape == KITH_SEQUENCE));
		CHECK(child->start >= end && child->end <= node->end);
		CHECK(!child->key || (child->key->start >= end && child->key->end <= child->start));
		if (child->key)
			check_node(doc, child->key);
		check_node(doc, child);
		end = child->end;
	}
	CHECK(count == node->count);
}

static void check_values(const struct kith_reading *reading)
{
	for (size_t i = 0; i < reading->record.count; i++) {
		const struct kith_value *value = &reading->record.values[i];
		CHECK(value->text && *value->text);
		CHECK(value->field || value->key);
		CHECK(value->start < value->end && value->end <= reading->doc.length);
		CHECK(is_at(&reading->doc, value->start, value->line, value->column));
		if (!value->field || value->faulty)
			continue;
		struct kith_value again;
		CHECK(kith_value_read(value->field, value->text, &again, NULL, NULL));
		CHECK(again.number == value->number && memcmp(&again.date, &value->date, sizeof(again.date)) == 0);
	}
}

static void check_words(const struct kith_reading *reading)
{
	KITH_BUF text = {0}, title = {0}, names = {0}, document = {0};
	CHECK(reading->readable || reading->faults.errors);
	for (size_t i = 0; i < reading->faults.count && i < 50; i++) {
		const struct kith_fault *fault = &reading->faults.list[i];
		CHECK(*fault->message && fault->hint);
		kith_fault_print(&text, "x", fault, reading->doc.source, reading->doc.length);
	}
	kith_record_title(&title, &reading->record);
	CHECK(kith_record_differences(&names, &reading->record, &reading->record) == 0);
	struct kith_json json = { .out = &document };
	kith_record_json(&json, &reading->record);
	CHECK(json.depth == 0 && kith_is_utf8(document.text, document.length, NULL));
	CHECK(kith_is_utf8(kith_buf_text(&text), text.length, NULL));
}

static void check_due(const struct kith_record *record, struct kith_arena *arena)
{
	const struct kith_settings settings = { .me = "me-myself", .record.kind = KITH_SETTINGS };
	for (kith_day today = 20000; today < 21000; today += 333) {
		const struct kith_derive_input input = {
			.record = record,
			.last = today - 50,
			.next_plan = KITH_NO_DAY,
			.settings = &settings,
			.today = today,
		};
		struct kith_due *list = NULL;
		size_t count = 0;
		const kith_day again = kith_network_derive.due(&input, arena, &list, &count);
		CHECK(count <= KITH_DUE_MOST && (again == KITH_NO_DAY || again > today));
		for (size_t i = 0; i < count; i++) {
			KITH_BUF text = {0};
			kith_due_summary(&text, &list[i], today);
			kith_due_reason(&text, &list[i], today);
			CHECK(list[i].day != KITH_NO_DAY && text.length && !strchr(text.text, '\n'));
			CHECK(kith_is_utf8(text.text, text.length, NULL));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (!length)
		return 0;
	/* A copy of exactly this size: reading past its end is seen. */
	char *source = malloc(length);
	const size_t size = length - 1;
	memcpy(source, bytes + 1, size);
	const enum kith_kind kind = bytes[0] % (KITH_CONFIG + 1);
	KITH_ARENA arena = {0};
	struct kith_reading reading;
	kith_record_read(kind, "x", "contacts/x.yaml", source, size, &arena, &reading);
	if (reading.readable && reading.doc.root)
		check_node(&reading.doc, reading.doc.root);
	check_values(&reading);
	check_words(&reading);
	if (reading.readable && kind < KITH_KINDS)
		check_due(&reading.record, &arena);
	free(source);
	return 0;
}
