/* The text of a draft: the given values in canonical order, with suggestions as comments. */
#include <string.h>

#include "cli/draft.h"
#include "cli/template.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/record/yaml.h"
#include "lib/store/check.h"

static void add_schema_line(struct kith_buf *out, const struct kith_draft *draft, const char *path)
{
	kith_buf_add(out, "# yaml-language-server: $schema=");
	for (const char *at = path; (at = strchr(at, '/')); at++)
		kith_buf_add(out, "../");
	kith_buf_addf(out, ".kith/schema/%s.json\n", kith_kind_name(draft->kind));
}

static bool is_verbatim(const struct kith_field *field)
{
	switch (field->type) {
	case KITH_TEXT:
	case KITH_BLOCK:
	case KITH_WORD:
	case KITH_TEXT_OR_REF:
	case KITH_WORD_OR_REF: return false;
	default: return true;
	}
}

static void add_scalar(struct kith_buf *out, const struct kith_draft_value *value, bool flow, size_t indent)
{
	const struct kith_yaml_place place = {
		.flow = flow,
		.verbatim = is_verbatim(value->field),
		.indent = indent,
		.block = value->field->type == KITH_BLOCK,
	};
	/* Where a list takes one scalar apart at its commas, one that holds a comma needs quotes. */
	const bool commas = strchr(value->text, ',') && kith_field_is_list(value->field);
	if (commas && !flow) {
		kith_yaml_scalar(out, value->text, &(struct kith_yaml_place){ .flow = true });
		return;
	}
	kith_yaml_scalar(out, value->text, &place);
}

/* The next value of the field after `from` (of the entry, unless that is UINT32_MAX). */
static const struct kith_draft_value *next_value(const struct kith_draft *draft, const struct kith_field *field,
                                                 uint32_t entry, const struct kith_draft_value *from)
{
	const struct kith_draft_value *end = draft->values + draft->count;
	for (const struct kith_draft_value *at = from ? from + 1 : draft->values; at < end; at++)
		if (at->field == field && (entry == UINT32_MAX || at->entry == entry))
			return at;
	return NULL;
}

static void add_list(struct kith_buf *out, const struct kith_draft *draft, const struct kith_field *field,
                     uint32_t entry, size_t indent)
{
	const struct kith_draft_value *value = next_value(draft, field, entry, NULL);
	if (!next_value(draft, field, entry, value)) {
		kith_buf_add_char(out, ' ');
		add_scalar(out, value, false, indent + 2);
		kith_buf_add_char(out, '\n');
		return;
	}
	const bool flow = field->type != KITH_TEXT && field->type != KITH_TEXT_OR_REF;
	kith_buf_add(out, flow ? " [" : "\n");
	for (const char *separator = ""; value; value = next_value(draft, field, entry, value), separator = ", ") {
		if (flow) {
			kith_buf_add(out, separator);
		} else {
			kith_spaces(out, indent + 2);
			kith_buf_add(out, "- ");
		}
		add_scalar(out, value, flow, indent + 4);
		if (!flow)
			kith_buf_add_char(out, '\n');
	}
	if (flow)
		kith_buf_add(out, "]\n");
}

static void add_entries(struct kith_buf *out, const struct kith_draft *draft, const struct kith_field *field)
{
	size_t count;
	const struct kith_field *children = kith_field_children(field, &count);
	bool more = true;
	kith_buf_add_char(out, '\n');
	for (uint32_t entry = 0; more; entry++) {
		size_t filled = 0;
		for (size_t i = 0; i < count; i++)
			filled += next_value(draft, &children[i], entry, NULL) != NULL;
		more = filled > 0;
		/* An entry that has only its key is written as that. */
		const struct kith_draft_value *key = next_value(draft, kith_field_key(field), entry, NULL);
		if (filled == 1 && key && !(field->flags & KITH_PAIR)) {
			kith_buf_add(out, "  - ");
			add_scalar(out, key, false, 4);
			kith_buf_add_char(out, '\n');
			continue;
		}
		const char *lead = "  - ";
		for (size_t i = 0; i < count; i++) {
			if (!next_value(draft, &children[i], entry, NULL))
				continue;
			kith_buf_addf(out, "%s%s:", lead, children[i].name);
			lead = "    ";
			add_list(out, draft, &children[i], entry, 4);
		}
	}
}

static bool is_filled(const struct kith_draft *draft, const struct kith_field *top)
{
	for (size_t i = 0; i < draft->count; i++)
		if (draft->values[i].field->parent == top->id)
			return true;
	return false;
}

static void add_fields(struct kith_buf *out, const struct kith_draft *draft)
{
	size_t count;
	const struct kith_field *fields = kith_fields(draft->kind, &count);
	for (size_t i = 0; i < count; i++) {
		if (!kith_field_is_top(&fields[i]) || !is_filled(draft, &fields[i]))
			continue;
		kith_buf_addf(out, "%s:", fields[i].name);
		if (fields[i].type == KITH_MAP)
			add_entries(out, draft, &fields[i]);
		else
			add_list(out, draft, &fields[i], UINT32_MAX, 0);
	}
}

/* What the text says must be what was meant: the same values of the same fields in the same entries. */
static bool is_same(const struct kith_draft *draft, const struct kith_record *record)
{
	if (record->count != draft->count)
		return false;
	size_t last[256] = { 0 }; /* where to go on for a field, by its id; ids beyond share a start at 0 */
	for (size_t i = 0; i < draft->count; i++) {
		const struct kith_draft_value *wanted = &draft->values[i];
		const size_t slot = wanted->field->id < kith_count(last) ? wanted->field->id : 0;
		size_t at = wanted->field->id < kith_count(last) ? last[slot] : 0;
		while (at < record->count &&
		       !(record->values[at].field == wanted->field && record->values[at].entry == wanted->entry &&
		         strcmp(record->values[at].text, wanted->text) == 0))
			at++;
		if (at == record->count)
			return false;
		last[slot] = at + 1;
	}
	return true;
}

static bool is_faulty(const struct kith_record *record)
{
	for (size_t i = 0; i < record->count; i++)
		if (record->values[i].faulty)
			return true;
	return false;
}

enum kith_code kith_draft_write(struct kith_app *app, const struct kith_draft *draft, const char *path,
                                struct kith_buf *out, struct kith_err *err)
{
	KITH_BUF text = { 0 };
	KITH_ARENA arena = { 0 };
	add_schema_line(&text, draft, path);
	add_fields(&text, draft);
	if (draft->suggestions)
		kith_template_add(app, draft, &text);

	struct kith_reading reading;
	const enum kith_code code =
		kith_check_text(app->index, path, kith_buf_text(&text), text.length, &arena, &reading, err);
	if (code)
		return code;
	if (reading.readable && is_same(draft, &reading.record) && !is_faulty(&reading.record) &&
	    !reading.faults.errors) {
		kith_buf_add_bytes(out, text.text, text.length);
		return KITH_OK;
	}
	for (size_t i = 0; i < reading.faults.count; i++)
		kith_fault_print(&app->beside, path, &reading.faults.list[i], text.text, text.length);
	kith_fail(err, KITH_FAULTY,
	          reading.faults.errors ? "the new record would have errors; nothing was written"
	                                : "these values cannot be written safely; nothing was written");
	return kith_hint(err, "leave out or change what is shown, and try again");
}

void kith_draft_json(struct kith_app *app, const struct kith_draft *draft, const char *path,
                     const struct kith_buf *text, bool written)
{
	KITH_BUF id = { 0 };
	struct kith_reading reading;
	(void)kith_path_stem(path, &id); /* it was made with its ending */
	kith_record_read(draft->kind, kith_buf_text(&id), path, kith_buf_text(text), text->length, &app->arena,
	                 &reading);
	struct kith_json json = kith_app_json(app);
	kith_json_key_string(&json, "kind", kith_kind_name(draft->kind));
	kith_json_key_string(&json, "id", kith_buf_text(&id));
	kith_json_key_string(&json, "path", path);
	kith_json_key_bool(&json, "written", written);
	kith_json_key(&json, "record");
	kith_record_json(&json, &reading.record);
	kith_app_end_json(&json);
}
