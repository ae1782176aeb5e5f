/* The text of a draft: the given values in canonical order, with suggestions as comments. */
#include <string.h>

#include "cli/draft.h"
#include "cli/yaml.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/store/check.h"

/* The fields most worth filling, with a sample; shown as comments in a new file. */
static const struct suggestion {
	enum kith_kind kind;
	const char *field, *sample;
	enum { EVERYBODY, OTHERS, SELF } of; /* of contacts: for the user's own, for all others */
} suggestions[] = {
	{ KITH_KIND_contact, "email", "name@example.org", EVERYBODY },
	{ KITH_KIND_contact, "org", "Acme Robotics", EVERYBODY },
	{ KITH_KIND_contact, "title", "VP Engineering", EVERYBODY },
	{ KITH_KIND_contact, "city", "Madrid", EVERYBODY },
	{ KITH_KIND_contact, "roles", "[mentor, connector]", OTHERS },
	{ KITH_KIND_contact, "skills", "[robotics, hiring]", EVERYBODY },
	{ KITH_KIND_contact, "met", "2026-11", OTHERS },
	{ KITH_KIND_contact, "purpose", "growing teams, both ways", OTHERS },
	{ KITH_KIND_contact, "cadence", "quarterly", OTHERS },
	{ KITH_KIND_contact, "birthday", "03-14", EVERYBODY },
	{ KITH_KIND_contact, "offers", "[a careful reading of a draft]", SELF },
	{ KITH_KIND_contact, "seeks", "[people who teach]", SELF },
	{ KITH_KIND_note, "how", "coffee", EVERYBODY },
	{ KITH_KIND_note, "text", "what was said", EVERYBODY },
	{ KITH_KIND_note, "topics", "[hiring, robotics]", EVERYBODY },
	{ KITH_KIND_note, "gave", "[an hour on her draft]", EVERYBODY },
	{ KITH_KIND_note, "promised", "[{what: send the draft, by: 2026-12-01}]", EVERYBODY },
	{ KITH_KIND_group, "type", "association", EVERYBODY },
	{ KITH_KIND_group, "members", "[ana-silva]", EVERYBODY },
	{ KITH_KIND_group, "city", "Madrid", EVERYBODY },
	{ KITH_KIND_group, "cadence", "monthly", EVERYBODY },
	{ KITH_KIND_event, "date", "2026-11-25", EVERYBODY },
	{ KITH_KIND_event, "type", "conference", EVERYBODY },
	{ KITH_KIND_event, "place", "Lisbon", EVERYBODY },
	{ KITH_KIND_event, "people", "[ana-silva]", EVERYBODY },
	{ KITH_KIND_event, "prepare", "what to do the day before", EVERYBODY },
	{ KITH_KIND_event, "follow_up", "[3d, 90d]", EVERYBODY },
	{ KITH_KIND_opportunity, "type", "job", EVERYBODY },
	{ KITH_KIND_opportunity, "org", "Acme Robotics", EVERYBODY },
	{ KITH_KIND_opportunity, "from", "ana-silva", EVERYBODY },
	{ KITH_KIND_opportunity, "skills", "[robotics]", EVERYBODY },
	{ KITH_KIND_opportunity, "by", "2026-12-31", EVERYBODY },
	{ KITH_KIND_need, "who", "ana-silva", EVERYBODY },
	{ KITH_KIND_need, "type", "introduction", EVERYBODY },
	{ KITH_KIND_need, "since", "2026-11", EVERYBODY },
	{ KITH_KIND_need, "private", "yes", EVERYBODY },
	{ KITH_KIND_goal, "by", "2031", EVERYBODY },
	{ KITH_KIND_goal, "wants", "[{what: somebody who has done it, role: mentor}]", EVERYBODY },
	{ KITH_KIND_learning, "type", "course", EVERYBODY },
	{ KITH_KIND_learning, "skills", "[cartography]", EVERYBODY },
	{ KITH_KIND_learning, "started", "2026-11", EVERYBODY },
	{ KITH_KIND_learning, "expires", "2029-11", EVERYBODY },
	{ KITH_KIND_playbook, "starts", "\"kind:note how:coffee\"", EVERYBODY },
	{ KITH_KIND_playbook, "steps", "[{after: 2w, do: share one useful link}]", EVERYBODY },
};

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

static void add_suggestions(struct kith_buf *out, const struct kith_draft *draft)
{
	bool any = false;
	for (size_t i = 0; i < kith_count(suggestions); i++) {
		const struct suggestion *suggestion = &suggestions[i];
		const struct kith_field *field = kith_field_find(draft->kind, suggestion->field);
		if (suggestion->kind != draft->kind || !field || is_filled(draft, field) ||
		    suggestion->of == (draft->suggestions == KITH_SUGGEST_SELF ? OTHERS : SELF))
			continue;
		if (!any)
			kith_buf_add(out, "\n# Take away the # in front of what you know.\n");
		any = true;
		KITH_BUF line = { 0 };
		kith_buf_addf(&line, "# %s: %s", field->name, suggestion->sample);
		kith_buf_add(out, line.text);
		kith_spaces(out, line.length < 30 ? 30 - line.length : 1);
		kith_buf_addf(out, "  # %s\n", field->help);
	}
	if (any)
		kith_buf_addf(out, "# All fields: kith schema %s\n", kith_kind_name(draft->kind));
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
		add_suggestions(&text, draft);

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
