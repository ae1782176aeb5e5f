#include "lib/record/merge_write.h"

#include <string.h>

#include "lib/base/lines.h"
#include "lib/record/edit.h"
#include "lib/record/merge_compose.h"
#include "lib/record/merge_remarks.h"

/* Each edit reads the whole text again, and may look at each value for each: a long one is not edited at all. */
enum { MOST_EDITS = 200, LONGEST = 32 << 10, MOST_BYTES = 4 << 20 };

struct writing {
	struct kith_merging *merging;
	const struct kith_merge_texts *texts;
};

/* What an editing is to become. */
struct aim {
	const struct kith_merge_texts *texts;
	const struct kith_model *want;
	const struct kith_kept_list *kept; /* NULL: what is kept does not matter */
};

static struct kith_buf view(const struct kith_version *version)
{
	return (struct kith_buf){ .text = (char *)(uintptr_t)(version->text ? version->text : ""), .length = version->length };
}

static bool says_the_same(struct writing *writing, const struct kith_doc *doc)
{
	struct kith_merging *merging = writing->merging;
	KITH_ARENA arena = { 0 };
	struct kith_kept_list kept = { 0 };
	const struct kith_model *model = kith_model_read(writing->texts->kind, doc, 0, &arena, &kept);
	return kith_kept_equal(&kept, &merging->merged_kept) && kith_model_equal(model, merging->merged, &arena);
}

static bool reads_the_same(struct writing *writing, const struct kith_buf *text)
{
	KITH_ARENA arena = { 0 };
	struct kith_doc doc;
	struct kith_faults faults = { .arena = &arena };
	return kith_doc_parse(kith_buf_text(text), text->length, &arena, &doc, &faults) && says_the_same(writing, &doc);
}

/* --- one edit towards what is wanted --- */

static bool apply(struct kith_editing *editing, struct kith_edit edit)
{
	return kith_edit_apply(editing, &edit, NULL) == KITH_OK;
}

static struct kith_edit edit_of(const struct kith_model *top, enum kith_edit_op op)
{
	return (struct kith_edit){ .op = op, .field = top->field, .key = top->field ? NULL : top->name };
}

static bool set_leaf(struct kith_editing *editing, struct kith_edit edit, const struct kith_model *want)
{
	if (want->opaque)
		return false;
	const struct kith_edit_part part = { .text = want->text };
	edit.op = KITH_EDIT_SET;
	edit.parts = &part;
	edit.count = 1;
	return apply(editing, edit);
}

/* What one list has and another has not. */
static const struct kith_edit_part *missing(const struct kith_model *from, const struct kith_model *in, struct kith_arena *arena,
                                            size_t *count)
{
	struct kith_edit_part *parts = kith_arena_alloc(arena, (from->count + 1) * sizeof(*parts));
	*count = 0;
	for (const struct kith_model *item = from->first; item; item = item->next)
		if (!kith_model_child(in, item->name)) {
			if (item->opaque)
				return NULL;
			parts[(*count)++].text = item->text;
		}
	return parts;
}

static bool fix_set(struct kith_editing *editing, struct kith_edit edit, const struct kith_model *want, const struct kith_model *have)
{
	KITH_ARENA arena = { 0 };
	edit.parts = missing(have, want, &arena, &edit.count);
	edit.op = KITH_EDIT_REMOVE;
	if (!edit.parts || !edit.count) {
		edit.parts = missing(want, have, &arena, &edit.count);
		edit.op = KITH_EDIT_ADD;
	}
	return edit.parts && edit.count && apply(editing, edit);
}

static bool add_entry(struct kith_editing *editing, struct kith_edit edit, const struct kith_model *entry)
{
	KITH_ARENA arena = { 0 };
	struct kith_edit_part *parts = NULL;
	size_t count = 0, capacity = 0;
	if (entry->rule != KITH_TABLE)
		return false;
	for (const struct kith_model *member = entry->first; member; member = member->next) {
		const bool is_leaf = kith_model_is_leaf(member);
		if (!member->field || member->rule == KITH_TABLE)
			return false;
		for (const struct kith_model *item = is_leaf ? member : member->first; item; item = is_leaf ? NULL : item->next) {
			if (item->opaque || item->rule == KITH_TABLE)
				return false;
			struct kith_edit_part *part = kith_arena_push(&arena, &parts, &count, &capacity, sizeof(*part));
			*part = (struct kith_edit_part){ .field = member->field, .text = item->text };
		}
	}
	edit.op = KITH_EDIT_ADD_ENTRY;
	edit.parts = parts;
	edit.count = count;
	return apply(editing, edit);
}

static bool fix_entry(struct kith_editing *editing, const struct kith_model *want, const struct kith_model *have)
{
	KITH_ARENA arena = { 0 };
	if (want->rule != KITH_TABLE || have->rule != KITH_TABLE)
		return false;
	for (const struct kith_model *member = have->first; member; member = member->next)
		if (!kith_model_child(want, member->name)) {
			struct kith_edit edit = { .op = KITH_EDIT_UNSET, .field = member->field, .entry = have->entry };
			return member->field && apply(editing, edit);
		}
	for (const struct kith_model *member = want->first; member; member = member->next) {
		const struct kith_model *there = kith_model_child(have, member->name);
		if (kith_model_equal(there, member, &arena))
			continue;
		struct kith_edit edit = { .field = member->field, .entry = have->entry };
		if (!member->field)
			return false;
		if (kith_model_is_leaf(member))
			return set_leaf(editing, edit, member);
		return there && member->rule == KITH_SET && there->rule == KITH_SET && fix_set(editing, edit, member, there);
	}
	return false;
}

static bool fix_entries(struct kith_editing *editing, const struct kith_model *want, const struct kith_model *have)
{
	KITH_ARENA arena = { 0 };
	for (const struct kith_model *entry = have->first; entry; entry = entry->next)
		if (!kith_model_child(want, entry->name)) {
			struct kith_edit edit = edit_of(have, KITH_EDIT_REMOVE_ENTRY);
			edit.entry = entry->entry;
			return have->count > 1 && apply(editing, edit);
		}
	for (const struct kith_model *entry = want->first; entry; entry = entry->next)
		if (!kith_model_child(have, entry->name))
			return add_entry(editing, edit_of(want, KITH_EDIT_ADD_ENTRY), entry);
	for (const struct kith_model *entry = want->first; entry; entry = entry->next) {
		const struct kith_model *there = kith_model_child(have, entry->name);
		if (!kith_model_equal(entry, there, &arena))
			return fix_entry(editing, entry, there);
	}
	return false; /* the order differs */
}

static bool fix_table(struct kith_editing *editing, const struct kith_model *want, const struct kith_model *have)
{
	KITH_ARENA arena = { 0 };
	if (!want->field || want->field->merge != KITH_TABLE)
		return false;
	for (const struct kith_model *child = have->first; child; child = child->next)
		if (!kith_model_child(want, child->name))
			return have->count > 1 && apply(editing, (struct kith_edit){ .op = KITH_EDIT_UNSET, .field = want->field, .key = child->name });
	for (const struct kith_model *child = want->first; child; child = child->next) {
		const struct kith_model *there = kith_model_child(have, child->name);
		if (kith_model_equal(child, there, &arena))
			continue;
		const struct kith_edit edit = { .field = want->field, .key = child->name };
		if (kith_model_is_leaf(child))
			return set_leaf(editing, edit, child);
		return there && there->rule == KITH_SET && fix_set(editing, edit, child, there);
	}
	return false;
}

/* In small steps, so that what is around stays.  False: it takes more. */
static bool fix_finely(struct kith_editing *editing, const struct kith_model *want, const struct kith_model *have)
{
	if (!want)
		return apply(editing, edit_of(have, KITH_EDIT_UNSET));
	if (!have || want->rule != have->rule || want->opaque || have->opaque)
		return false;
	switch (want->rule) {
	case KITH_VALUE: case KITH_LINES: return set_leaf(editing, edit_of(want, KITH_EDIT_SET), want);
	case KITH_SET:   return fix_set(editing, edit_of(want, KITH_EDIT_ADD), want, have);
	case KITH_TABLE: return fix_table(editing, want, have);
	default:         return fix_entries(editing, want, have);
	}
}

/* Take a member out of a text that was made for it. */
static bool take_made(struct kith_editing *editing, const struct kith_buf *text)
{
	KITH_ARENA arena = { 0 };
	struct kith_doc doc;
	struct kith_faults faults = { .arena = &arena };
	return kith_doc_parse(kith_buf_text(text), text->length, &arena, &doc, &faults) && doc.root && doc.root->first &&
	       kith_edit_take(editing, &doc, doc.root->first, NULL) == KITH_OK;
}

static bool is_in_braces(const struct kith_editing *editing)
{
	return editing->reading.doc.root && editing->reading.doc.root->style == KITH_FLOW_STYLE;
}

/* The whole member, as one side has it, else made anew. */
static bool fix_coarsely(const struct aim *aim, struct kith_editing *editing, const struct kith_model *want)
{
	if (!want)
		return false;
	if (want->node && want->node->key && want->side != KITH_BASE &&
	    kith_edit_take(editing, aim->texts->docs[want->side], want->node, NULL) == KITH_OK)
		return true;
	KITH_BUF text = { 0 };
	if (is_in_braces(editing)) {
		kith_model_print_key(&text, want);
		text.text[text.length - 1] = ' ';
		kith_model_print_flow(&text, want);
	} else {
		kith_model_print_member(&text, want, 0);
	}
	return take_made(editing, &text);
}

static bool fix_kept(const struct aim *aim, struct kith_editing *editing)
{
	if (!aim->kept->count)
		return apply(editing, (struct kith_edit){ .op = KITH_EDIT_UNSET,
			.field = kith_field_find(editing->kind, "conflicts"), .key = "conflicts" });
	KITH_BUF text = { 0 };
	kith_kept_print(&text, aim->kept, is_in_braces(editing));
	return take_made(editing, &text);
}

/* --- a whole text --- */

/* The first member that is not as it should be: *want or *have may be NULL.  False: all are. */
static bool find_difference(const struct kith_model *merged, const struct kith_model *now, const struct kith_model **want,
                            const struct kith_model **have, struct kith_arena *arena)
{
	for (const struct kith_model *member = now->first; member; member = member->next) {
		*have = member;
		*want = kith_model_child(merged, member->name);
		if (!kith_model_equal(*want, *have, arena))
			return true;
	}
	*have = NULL;
	for (const struct kith_model *member = merged->first; member; member = member->next) {
		*want = member;
		if (!kith_model_child(now, member->name))
			return true;
	}
	return false;
}

/* Edit until it says what is wanted.  A member that small steps do not bring there is taken whole; one that even that does not is given up. */
static bool edit_towards(const struct aim *aim, struct kith_editing *editing)
{
	const char *coarse = NULL; /* the member that was taken whole just now */
	for (int edits = 0; edits < MOST_EDITS && *aim->texts->effort >= editing->text.length; edits++) {
		*aim->texts->effort -= editing->text.length;
		KITH_ARENA arena = { 0 };
		struct kith_kept_list kept = { 0 };
		const struct kith_model *want, *have;
		const struct kith_model *now = kith_model_read(aim->texts->kind, &editing->reading.doc, 0, &arena, &kept);
		if (!find_difference(aim->want, now, &want, &have, &arena)) {
			if (!aim->kept || kith_kept_equal(&kept, aim->kept))
				return true;
			if (!fix_kept(aim, editing))
				return false;
			continue;
		}
		if (edits < MOST_EDITS / 2 && fix_finely(editing, want, have))
			continue;
		if (!want || (coarse && strcmp(coarse, want->name) == 0) || !fix_coarsely(aim, editing, want))
			return false;
		coarse = want->name; /* of the merged model: it lasts */
	}
	return false;
}

bool kith_merge_edit(const struct kith_merge_texts *texts, const struct kith_buf *text, const struct kith_model *want,
                     const struct kith_kept_list *kept, struct kith_buf *out)
{
	/* What is no record is edited as if all its keys were unknown to one. */
	const int kind = texts->kind < 0 ? KITH_SETTINGS : texts->kind;
	const struct aim aim = { .texts = texts, .want = want, .kept = kept };
	KITH_EDITING editing = { 0 };
	if (text->length > LONGEST || *texts->effort < text->length || kith_editing_begin(&editing, (enum kith_kind)kind, "merge", NULL, kith_buf_text(text), text->length, NULL))
		return false;
	if (!edit_towards(&aim, &editing))
		return false;
	kith_buf_add_bytes(out, kith_buf_text(&editing.text), editing.text.length);
	return true;
}

static bool write_from(struct writing *writing, const struct kith_buf *text, struct kith_buf *out)
{
	KITH_BUF edited = { 0 };
	if (!kith_merge_edit(writing->texts, text, writing->merging->merged, &writing->merging->merged_kept, &edited) ||
	    !reads_the_same(writing, &edited))
		return false;
	kith_buf_add_bytes(out, kith_buf_text(&edited), edited.length);
	return true;
}

static void print_known(struct kith_buf *out, const struct kith_model *merged, int kind)
{
	size_t count = 0;
	const struct kith_field *rows = kind < 0 ? NULL : kith_fields((enum kith_kind)kind, &count);
	for (size_t i = 0; i < count; i++) {
		const struct kith_model *member = kith_field_is_top(&rows[i]) ? kith_model_child(merged, rows[i].name) : NULL;
		if (member)
			kith_model_print_member(out, member, 0);
	}
}

/* Nothing of either text could be used: all values in the schema's order. */
static void write_anew(struct writing *writing, struct kith_buf *out)
{
	const struct kith_merging *merging = writing->merging;
	print_known(out, merging->merged, writing->texts->kind);
	for (size_t i = 0; i < merging->merged->count; i++)
		if (!merging->merged->sorted[i]->field)
			kith_model_print_member(out, merging->merged->sorted[i], 0);
	if (merging->merged_kept.count)
		kith_kept_print(out, &merging->merged_kept, false);
}

/* A text that says what was merged. */
static bool write_somehow(struct writing *writing, struct kith_buf *out)
{
	const struct kith_merge_texts *texts = writing->texts;
	const struct kith_buf base = view(texts->of[KITH_BASE]), ours = view(texts->of[KITH_OURS]), theirs = view(texts->of[KITH_THEIRS]);
	KITH_BUF composed = { 0 }, lines = { 0 };
	if (kith_merge_compose(writing->merging, texts, &composed) && reads_the_same(writing, &composed)) {
		kith_buf_add_bytes(out, kith_buf_text(&composed), composed.length);
		return true;
	}
	(void)kith_lines_merge(&base, &ours, &theirs, KITH_LINES_OURS, &lines);
	if (reads_the_same(writing, &lines)) {
		kith_buf_add_bytes(out, kith_buf_text(&lines), lines.length);
		return true;
	}
	if (write_from(writing, &lines, out) || write_from(writing, &ours, out) || write_from(writing, &theirs, out))
		return true;
	write_anew(writing, out);
	return reads_the_same(writing, out);
}

bool kith_merge_write(struct kith_merging *merging, const struct kith_merge_texts *given, struct kith_buf *out)
{
	size_t effort = MOST_BYTES;
	struct kith_merge_texts texts = *given;
	texts.effort = &effort;
	struct writing writing = { .merging = merging, .texts = &texts };
	KITH_ARENA arena = { 0 };
	KITH_BUF text = { 0 };
	struct kith_doc doc;
	struct kith_faults faults = { .arena = &arena };
	if (!write_somehow(&writing, &text) || !kith_doc_parse(kith_buf_text(&text), text.length, &arena, &doc, &faults))
		return false;
	/* What looks like the line below a comment may be one of a text: then not as near. */
	for (int roughly = 0; roughly < 2; roughly++) {
		KITH_BUF commented = { 0 };
		if (!kith_remarks_restore(texts.docs, &doc, roughly, &commented))
			break;
		if (reads_the_same(&writing, &commented)) {
			kith_buf_add_bytes(out, kith_buf_text(&commented), commented.length);
			return true;
		}
	}
	kith_buf_add_bytes(out, kith_buf_text(&text), text.length);
	return true;
}
