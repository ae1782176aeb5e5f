#include "lib/record/edit.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/record/edit_private.h"
#include "lib/record/spans.h"

/* --- holding a text --- */

static void read_text(const struct kith_editing *editing, const struct kith_buf *text, struct kith_arena *arena, struct kith_reading *out)
{
	kith_record_read(editing->kind, editing->id, editing->path, kith_buf_text(text), text->length, arena, out);
}

enum kith_code kith_editing_begin(struct kith_editing *editing, enum kith_kind kind, const char *id, const char *path, const char *text,
                                  size_t length, struct kith_err *err)
{
	struct kith_editing made = {.kind = kind};
	made.id = kith_arena_strdup(&made.names, id ? id : "");
	made.path = path ? kith_arena_strdup(&made.names, path) : NULL;
	kith_buf_add(&made.text, "");
	kith_buf_add_bytes(&made.text, text, length);
	read_text(&made, &made.text, &made.arena, &made.reading);
	if (made.reading.readable) {
		*editing = made;
		return KITH_OK;
	}
	const struct kith_fault *fault = made.reading.faults.list;
	for (size_t i = 0; i < made.reading.faults.count && fault->severity != KITH_FAULT_ERROR; i++)
		fault++;
	if (fault->line)
		kith_fail(err, KITH_FAULTY, "line %u: %s", (unsigned)fault->line, fault->message);
	else
		kith_fail(err, KITH_FAULTY, "%s", fault->message);
	if (*fault->hint)
		kith_hint(err, "%s", fault->hint);
	kith_editing_finish(&made);
	return KITH_FAULTY;
}

void kith_editing_finish(struct kith_editing *editing)
{
	if (!editing)
		return;
	kith_buf_finish(&editing->text);
	kith_arena_finish(&editing->arena);
	kith_arena_finish(&editing->names);
	*editing = (struct kith_editing){0};
}

/* --- steps --- */

enum kith_code kith_edit_refuse(struct kith_edit_work *work, uint32_t line, const char *reason)
{
	KITH_BUF about = {0};
	kith_printable(&about, work->about, strlen(work->about), false);
	kith_fail(work->err, KITH_FAULTY, "line %u: %s cannot be changed safely: %s", (unsigned)line, kith_buf_text(&about), reason);
	return kith_hint(work->err, "change it by hand: kith edit %s", work->editing->id);
}

static void forget(struct kith_edit_work *work)
{
	kith_buf_finish(&work->text);
	kith_arena_finish(&work->arena);
	kith_arena_finish(&work->fresh);
}

void kith_edit_read(const struct kith_edit_work *work, const struct kith_buf *text, struct kith_arena *arena, struct kith_reading *out)
{
	read_text(work->editing, text, arena, out);
}

void kith_edit_go_on(struct kith_edit_work *work, struct kith_buf *text, struct kith_arena *arena, const struct kith_reading *reading)
{
	kith_buf_finish(&work->text);
	kith_arena_finish(&work->arena);
	work->text = *text;
	work->arena = *arena;
	work->reading = *reading;
	work->changed = true;
	*text = (struct kith_buf){0};
	*arena = (struct kith_arena){0};
}

enum kith_code kith_edit_step(struct kith_edit_work *work, const struct kith_splice *splice)
{
	KITH_BUF text = {0};
	struct kith_splice_refusal refusal;
	kith_buf_add(&text, "");
	if (!kith_splice(&work->reading.doc, splice, &text, &refusal))
		return kith_edit_refuse(work, refusal.line, refusal.reason);
	KITH_ARENA arena = {0};
	struct kith_reading reading;
	read_text(work->editing, &text, &arena, &reading);
	const struct kith_node *near = splice->node ? splice->node : splice->parent;
	const uint32_t line = near ? near->line : 1;
	if (!reading.readable || !kith_splice_is_done(&work->reading.doc, &reading.doc, splice))
		return kith_edit_refuse(work, line, "it is written in a way that kith does not follow");
	if (!work->changed)
		work->first_line = line;
	kith_edit_go_on(work, &text, &arena, &reading);
	return KITH_OK;
}

enum kith_code kith_edit_replace_node(struct kith_edit_work *work, const struct kith_node *parent, const struct kith_node *node, const struct kith_fresh *value)
{
	return kith_edit_step(work, &(struct kith_splice){KITH_SPLICE_REPLACE, parent, node, value});
}

enum kith_code kith_edit_remove_node(struct kith_edit_work *work, const struct kith_node *parent, const struct kith_node *node)
{
	return kith_edit_step(work, &(struct kith_splice){KITH_SPLICE_REMOVE, parent, node, NULL});
}

enum kith_code kith_edit_insert_node(struct kith_edit_work *work, const struct kith_node *parent, const struct kith_node *after, const struct kith_fresh *value)
{
	return kith_edit_step(work, &(struct kith_splice){KITH_SPLICE_INSERT, parent, after, value});
}

struct kith_edit_work kith_edit_begin(const struct kith_editing *editing, const char *about, struct kith_err *err)
{
	return (struct kith_edit_work){.editing = editing, .reading = editing->reading, .about = about, .err = err};
}

enum kith_code kith_edit_finish(struct kith_edit_work *work, struct kith_editing *editing, enum kith_code code)
{
	if (code == KITH_OK && work->changed) {
		struct kith_buf text = editing->text;
		struct kith_arena arena = editing->arena;
		editing->text = work->text;
		editing->arena = work->arena;
		editing->reading = work->reading;
		work->text = text;
		work->arena = arena;
	}
	forget(work);
	return code;
}

/* --- edits --- */

/* The texts of the parts, without outer space; empty ones are left out. */
static const char **collect_texts(struct kith_edit_work *work, const struct kith_edit *edit, size_t *count)
{
	const char **texts = kith_arena_alloc(&work->fresh, (edit->count + 1) * sizeof(*texts));
	*count = 0;
	for (size_t i = 0; i < edit->count; i++) {
		const char *text = kith_edit_trimmed(&work->fresh, edit->parts[i].text, strlen(edit->parts[i].text));
		if (text)
			texts[(*count)++] = text;
	}
	return texts;
}

static struct kith_edit_slot find_slot(const struct kith_edit *edit)
{
	const struct kith_field *field = edit->field;
	if (!field)
		return (struct kith_edit_slot){.name = edit->key, .many = edit->op == KITH_EDIT_ADD || edit->op == KITH_EDIT_REMOVE || edit->count > 1};
	if (field->merge == KITH_TABLE && edit->key)
		return (struct kith_edit_slot){.field = field, .parent = field, .name = edit->key, .many = true, .table = true};
	const struct kith_field *parent = kith_field_is_top(field) ? NULL : kith_field_by_id(field->parent);
	return (struct kith_edit_slot){.field = field, .parent = parent, .name = field->name, .entry = edit->entry, .many = kith_field_is_list(field)};
}

static enum kith_code apply(struct kith_edit_work *work, const struct kith_edit *edit, const char *const *texts, size_t count)
{
	if (edit->op == KITH_EDIT_ADD_ENTRY)
		return kith_edit_add_entry(work, edit);
	if (edit->op == KITH_EDIT_REMOVE_ENTRY)
		return kith_edit_remove_entry(work, edit->field, edit->entry);
	const struct kith_edit_slot slot = find_slot(edit);
	if (edit->op == KITH_EDIT_SET && !count && kith_edit_is_absent(work, &slot))
		return KITH_OK;
	if (edit->op == KITH_EDIT_UNSET || (edit->op == KITH_EDIT_SET && !count))
		return kith_edit_unset(work, &slot);
	return kith_edit_slot_apply(work, &slot, edit->op, texts, count);
}

enum kith_code kith_edit_apply(struct kith_editing *editing, const struct kith_edit *edit, struct kith_err *err)
{
	const char *about = edit->field ? edit->field->path : edit->key;
	struct kith_edit_work work = kith_edit_begin(editing, about, err);
	size_t count;
	const char **texts = collect_texts(&work, edit, &count);
	enum kith_code code = apply(&work, edit, texts, count);
	if (code == KITH_OK && !kith_edit_is_done(&editing->reading.record, &work.reading.record, edit, texts, count))
		code = kith_edit_refuse(&work, work.first_line ? work.first_line : 1, "the values would not be those that were meant");
	return kith_edit_finish(&work, editing, code);
}
