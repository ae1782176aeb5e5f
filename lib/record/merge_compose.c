#include "lib/record/merge_compose.h"

#include <string.h>

#include "lib/base/lines.h"
#include "lib/record/merge_slots.h"
#include "lib/record/spans.h"

struct composing {
	struct kith_merging *merging;
	const struct kith_merge_texts *texts;
	struct kith_arena *arena;
};

/* What a member stands in when it is read or edited alone: nothing at the top, "key:\n" for an entry. */
struct around {
	const char *prefix;
	const struct kith_model *above; /* the list or map it is in; NULL: the record */
};

static void add(struct kith_buf *out, const struct kith_buf *text)
{
	if (text->length)
		kith_buf_add_bytes(out, text->text, text->length);
}

static bool same(const struct kith_buf *one, const struct kith_buf *other)
{
	return one->length == other->length && (!one->length || memcmp(one->text, other->text, one->length) == 0);
}

static bool has_hash(const struct kith_buf *text)
{
	return text->length && memchr(text->text, '#', text->length);
}

static bool same_value(struct composing *composing, const struct kith_model *one, const struct kith_model *other)
{
	return one && other && (one == other || kith_model_equal(one, other, composing->arena));
}

/* --- the same lines of three --- */

/* Merge lines that hold no value (comments, blank lines, heads): ours where both changed them. */
static void merge_plain(const struct kith_buf *base, const struct kith_buf *ours, const struct kith_buf *theirs, struct kith_buf *out)
{
	if (same(ours, theirs) || (base && same(base, theirs)))
		add(out, ours);
	else if (base && same(base, ours))
		add(out, theirs);
	else if (base)
		(void)kith_lines_merge(base, ours, theirs, KITH_LINES_OURS | KITH_LINES_BOTH, out);
	else
		add(out, has_hash(ours) || !has_hash(theirs) ? ours : theirs);
}

static bool read_alone(struct composing *composing, const struct around *around, const struct kith_buf *body, struct kith_arena *arena,
                       struct kith_doc *doc, const struct kith_model **out)
{
	struct kith_buf *text = kith_arena_alloc(arena, sizeof(*text));
	const size_t prefix = strlen(around->prefix);
	char *whole = kith_arena_alloc(arena, prefix + body->length + 1);
	memcpy(whole, around->prefix, prefix);
	if (body->length)
		memcpy(whole + prefix, body->text, body->length);
	struct kith_faults faults = { .arena = arena };
	struct kith_kept_list kept = { 0 };
	if (!kith_doc_parse(whole, prefix + body->length, arena, doc, &faults))
		return false;
	const struct kith_model *model = kith_model_read(composing->texts->kind, doc, KITH_BASE, arena, &kept);
	if (around->above && model->count == 1)
		model = model->first;
	else if (around->above)
		return false;
	*out = model->first;
	return model->count == 1 && !kith_model_is_leaf(model);
}

static bool reads_as(struct composing *composing, const struct around *around, const struct kith_buf *body, const struct kith_model *want)
{
	KITH_ARENA arena = { 0 };
	struct kith_doc doc;
	const struct kith_model *model;
	return read_alone(composing, around, body, &arena, &doc, &model) && kith_model_equal(model, want, &arena) &&
	       (!want->name || model->rule == KITH_VALUE || around->above || strcmp(model->name, want->name) == 0);
}

/* By lines; if they overlap, only where `any` side's will do. */
static bool merge_lines(struct composing *composing, const struct around *around, const struct kith_merge_slot *slot, bool any, struct kith_buf *out)
{
	const struct kith_merge_part *const *of = slot->of;
	if (!of[KITH_BASE] || !of[KITH_OURS] || !of[KITH_THEIRS])
		return false;
	for (int prefer = KITH_LINES_OURS; prefer <= KITH_LINES_THEIRS; prefer++) {
		KITH_BUF merged = { 0 };
		const bool clean = kith_lines_merge(&of[KITH_BASE]->body, &of[KITH_OURS]->body, &of[KITH_THEIRS]->body,
		                                    (enum kith_lines_prefer)prefer, &merged);
		if ((clean || any) && reads_as(composing, around, &merged, slot->merged)) {
			add(out, &merged);
			return true;
		}
		if (clean || !any)
			return false;
	}
	return false;
}

/* Where the comment behind a value on one line begins, with the space before it; its length if there is none, 0 if it has several lines. */
static size_t value_length(const struct kith_merge_part *part, const struct kith_doc *doc)
{
	const struct kith_buf *body = &part->body;
	if (part->node->style == KITH_BLOCK_STYLE || kith_is_block_scalar(part->node) || !body->length ||
	    memchr(body->text, '\n', body->length) != body->text + body->length - 1)
		return 0;
	const char *source = doc->source + kith_line_start(doc, part->node->start);
	if (source != body->text)
		return 0; /* it was moved */
	return (size_t)(doc->source + part->node->end - source);
}

/* The value of one side with the comment behind it that only the other one changed. */
static void add_with_comment(struct composing *composing, const struct kith_merge_slot *slot, int winner, struct kith_buf *out)
{
	size_t lengths[3];
	struct kith_buf comments[3];
	for (int side = 0; side < 3; side++) {
		const struct kith_merge_part *part = slot->of[side];
		lengths[side] = part ? value_length(part, composing->texts->docs[side]) : 0;
		if (!lengths[side]) {
			add(out, &slot->of[winner]->body);
			return;
		}
		comments[side] = kith_merge_view(part->body.text, lengths[side], part->body.length);
	}
	const int other = KITH_OURS + KITH_THEIRS - winner;
	kith_buf_add_bytes(out, slot->of[winner]->body.text, lengths[winner]);
	add(out, same(&comments[winner], &comments[KITH_BASE]) ? &comments[other] : &comments[winner]);
}

/* --- writing what no side has --- */

/* The map that a member would be read as alone. */
static const struct kith_model *wrapped(struct composing *composing, const struct around *around, const struct kith_model *member)
{
	struct kith_model *child = kith_arena_alloc(composing->arena, sizeof(*child));
	*child = *member;
	child->next = NULL;
	for (const struct kith_model *above = around->above;; above = NULL) {
		struct kith_model *made = kith_arena_alloc(composing->arena, sizeof(*made));
		*made = (struct kith_model){ .rule = KITH_TABLE };
		if (above)
			*made = (struct kith_model){ .rule = above->rule, .field = above->field, .name = above->name };
		if (above && above->rule != KITH_TABLE && child->bare)
			child->name = child->bare;
		child->entry = 0;
		made->first = child;
		made->count = 1;
		kith_model_finish(made, composing->arena);
		if (!above)
			return made;
		child = made;
	}
}

static bool edit_body(struct composing *composing, const struct around *around, const struct kith_buf *body,
                      const struct kith_model *want, struct kith_buf *out)
{
	KITH_BUF text = { 0 }, edited = { 0 };
	kith_buf_add(&text, around->prefix);
	add(&text, body);
	const size_t prefix = strlen(around->prefix);
	if (!kith_merge_edit(composing->texts, &text, wrapped(composing, around, want), NULL, &edited) || edited.length <= prefix ||
	    memcmp(edited.text, around->prefix, prefix) != 0)
		return false;
	kith_buf_add(out, edited.text + prefix);
	return true;
}

static void print_anew(const struct around *around, const struct kith_model *want, size_t column, struct kith_buf *out)
{
	if (!around->above || around->above->rule == KITH_TABLE)
		kith_model_print_member(out, want, column);
	else
		kith_model_print_entry(out, want, column);
}

/* In brackets on its line, where it is so on one side, with the comment behind it. */
static bool print_in_line(struct composing *composing, const struct around *around, const struct kith_merge_slot *slot, struct kith_buf *out)
{
	for (int side = KITH_OURS; side <= KITH_THEIRS; side++) {
		const struct kith_merge_part *part = slot->of[side];
		const size_t length = part && part->node->style == KITH_FLOW_STYLE && !kith_model_is_leaf(slot->merged)
		                              ? value_length(part, composing->texts->docs[side]) : 0;
		if (!length)
			continue;
		const size_t start = (size_t)(composing->texts->docs[side]->source + part->node->start - part->body.text);
		KITH_BUF line = { 0 };
		kith_buf_add_bytes(&line, part->body.text, start);
		kith_model_print_flow(&line, slot->merged);
		kith_buf_add_bytes(&line, part->body.text + length, part->body.length - length);
		if (reads_as(composing, around, &line, slot->merged)) {
			add(out, &line);
			return true;
		}
	}
	return false;
}

static bool compose_inside(struct composing *, const struct kith_merge_slot *, struct kith_buf *out);

/* The lines of one member, without those above it. */
static void compose_body(struct composing *composing, const struct around *around, const struct kith_merge_slot *slot, size_t column,
                         struct kith_buf *out)
{
	const struct kith_merge_part *base = slot->of[KITH_BASE], *ours = slot->of[KITH_OURS], *theirs = slot->of[KITH_THEIRS];
	const bool ours_right = ours && same_value(composing, ours->model, slot->merged);
	const bool theirs_right = theirs && same_value(composing, theirs->model, slot->merged);
	if (ours_right && (!theirs || same(&ours->body, &theirs->body) || (base && same(&base->body, &theirs->body)))) {
		add(out, &ours->body);
		return;
	}
	if (theirs_right && (!ours || (base && same(&base->body, &ours->body)))) {
		add(out, &theirs->body);
		return;
	}
	if (merge_lines(composing, around, slot, false, out) || (!around->above && compose_inside(composing, slot, out)))
		return;
	if (ours_right || theirs_right) {
		const bool alike = ours_right && theirs_right && !base;
		const bool second = !ours_right || (alike && !has_hash(&ours->body) && has_hash(&theirs->body));
		add_with_comment(composing, slot, second ? KITH_THEIRS : KITH_OURS, out);
		return;
	}
	if (merge_lines(composing, around, slot, true, out) ||
	    (!slot->merged->field && print_in_line(composing, around, slot, out)))
		return;
	/* What is on lines of its own holds comments, and takes more without being written anew. */
	const bool lines = ours && theirs && ours->node->style != KITH_BLOCK_STYLE && theirs->node->style == KITH_BLOCK_STYLE;
	const struct kith_merge_part *first = lines ? theirs : ours, *second = lines ? ours : theirs;
	if ((first && edit_body(composing, around, &first->body, slot->merged, out)) ||
	    (second && edit_body(composing, around, &second->body, slot->merged, out)))
		return;
	if (!print_in_line(composing, around, slot, out))
		print_anew(around, slot->merged, column, out);
}

/* --- a whole map or list --- */

/* A key without a value stays where both have it, or one has put it there. */
static bool void_stays(const struct kith_merge_slot *slot)
{
	const struct kith_merge_part *base = slot->of[KITH_BASE], *ours = slot->of[KITH_OURS], *theirs = slot->of[KITH_THEIRS];
	const bool here = ours && !ours->model, there = theirs && !theirs->model;
	if (ours && theirs)
		return here || there;
	return (here || there) && (!base || base->model);
}

static void add_lead(const struct kith_merge_slot *slot, struct kith_buf *out)
{
	const struct kith_merge_part *base = slot->of[KITH_BASE], *ours = slot->of[KITH_OURS], *theirs = slot->of[KITH_THEIRS];
	if (ours && theirs)
		merge_plain(base ? &base->lead : NULL, &ours->lead, &theirs->lead, out);
	else if (ours || theirs)
		add(out, ours ? &ours->lead : &theirs->lead);
}

/* As a side has it, if that is what is kept now: the one that changed it. */
static void add_kept(struct composing *composing, const struct kith_merge_slot *slot, struct kith_buf *out)
{
	const struct kith_merging *merging = composing->merging;
	const struct kith_merge_part *base = slot ? slot->of[KITH_BASE] : NULL, *found = NULL;
	for (int side = KITH_THEIRS; slot && side >= KITH_OURS; side--) {
		const struct kith_merge_part *part = slot->of[side];
		if (part && kith_kept_equal(&merging->kept[side], &merging->merged_kept) &&
		    (!found || !base || !same(&part->body, &base->body) || same(&found->body, &base->body)))
			found = part;
	}
	if (found)
		add(out, &found->body);
	else
		kith_kept_print(out, &merging->merged_kept, false);
}

/* What keeps nothing stays where nobody has taken it away. */
static bool kept_stays(const struct composing *composing, const struct kith_merge_slot *slot)
{
	const struct kith_merging *merging = composing->merging;
	return !kith_kept_says_nothing(&merging->merged_kept) ||
	       (kith_kept_says_nothing(&merging->kept[KITH_OURS]) && kith_kept_says_nothing(&merging->kept[KITH_THEIRS]) && void_stays(slot));
}

static const char kept_key[] = "conflicts";

static void compose_parts(struct composing *composing, const struct around *around, const struct kith_merge_layout layouts[3],
                          const struct kith_model *merged, struct kith_buf *out)
{
	const bool top = !around->above;
	const struct kith_kept_list *kept = &composing->merging->merged_kept;
	size_t count;
	struct kith_merge_slot *slots = kith_merge_slots(layouts, composing->arena, &count);
	for (size_t i = 0; i < count; i++) {
		slots[i].merged = kith_model_child(merged, slots[i].name);
		const bool is_kept = top && strcmp(slots[i].name, kept_key) == 0;
		slots[i].wanted = is_kept ? kept_stays(composing, &slots[i]) : slots[i].merged || void_stays(&slots[i]);
	}
	struct kith_merge_slot *const first = merged->rule == KITH_TABLE ? kith_merge_order_keys(layouts, slots, count) : kith_merge_order_entries(slots, count, merged);
	const struct kith_merge_slot *kept_slot = NULL;
	for (struct kith_merge_slot *slot = first; slot; slot = slot->next) {
		if (top && strcmp(slot->name, kept_key) == 0) {
			kept_slot = slot;
			continue;
		}
		add_lead(slot, out);
		if (slot->merged)
			compose_body(composing, around, slot, layouts[KITH_OURS].column, out);
		else
			add(out, slot->of[KITH_OURS] && !slot->of[KITH_OURS]->model ? &slot->of[KITH_OURS]->body : &slot->of[KITH_THEIRS]->body);
	}
	for (const struct kith_model *member = merged->first; member; member = member->next) {
		const struct kith_merge_slot *slot = kith_merge_slot_find(slots, count, member->name);
		if (!slot || !slot->placed)
			print_anew(around, member, layouts[KITH_OURS].column, out);
	}
	if (kept_slot)
		add_lead(kept_slot, out);
	if (kept_slot || (top && kept->count))
		add_kept(composing, kept_slot, out);
}

static void compose_layouts(struct composing *composing, const struct around *around, struct kith_merge_layout layouts[3],
                            const struct kith_model *merged, struct kith_buf *out)
{
	for (int side = 0; side < 3; side++)
		if (layouts[side].there && layouts[side].count)
			kith_merge_move(&layouts[side], layouts[KITH_OURS].count ? layouts[KITH_OURS].column : layouts[side].column, composing->arena);
	const struct kith_merge_layout *base = &layouts[KITH_BASE];
	merge_plain(base->there ? &base->head : NULL, &layouts[KITH_OURS].head, &layouts[KITH_THEIRS].head, out);
	compose_parts(composing, around, layouts, merged, out);
	merge_plain(base->there ? &base->tail : NULL, &layouts[KITH_OURS].tail, &layouts[KITH_THEIRS].tail, out);
}

/* A list or map of the record, entry by entry. */
static bool compose_inside(struct composing *composing, const struct kith_merge_slot *slot, struct kith_buf *out)
{
	struct kith_merge_layout layouts[3] = { 0 };
	if (!slot->of[KITH_OURS] || !slot->of[KITH_THEIRS] || kith_model_is_leaf(slot->merged))
		return false;
	for (int side = 0; side < 3; side++) {
		const struct kith_merge_part *part = slot->of[side];
		const struct kith_doc *doc = composing->texts->docs[side];
		if (!part || !part->model || part->model->rule != slot->merged->rule)
			continue;
		const size_t from = (size_t)(part->body.text - doc->source);
		if (part->body.text < doc->source || from > doc->length ||
		    !kith_merge_lay_out(doc, part->node, part->model, from, from + part->body.length, composing->arena, &layouts[side])) {
			layouts[side] = (struct kith_merge_layout){ 0 };
			if (side != KITH_BASE)
				return false;
		}
	}
	if (!layouts[KITH_OURS].there || !layouts[KITH_THEIRS].there || !layouts[KITH_OURS].count || !layouts[KITH_THEIRS].count ||
	    !layouts[KITH_OURS].head.length || !layouts[KITH_THEIRS].head.length)
		return false;
	KITH_BUF prefix = { 0 }, composed = { 0 };
	kith_model_print_key(&prefix, slot->merged);
	const struct around around = { .prefix = kith_buf_text(&prefix), .above = slot->merged }, top = { .prefix = "" };
	compose_layouts(composing, &around, layouts, slot->merged, &composed);
	if (!reads_as(composing, &top, &composed, slot->merged))
		return false;
	add(out, &composed);
	return true;
}

bool kith_merge_compose(struct kith_merging *merging, const struct kith_merge_texts *texts, struct kith_buf *out)
{
	KITH_ARENA arena = { 0 };
	struct composing composing = { .merging = merging, .texts = texts, .arena = &arena };
	struct kith_merge_layout layouts[3] = { 0 };
	for (int side = 0; side < 3; side++) {
		const struct kith_doc *doc = texts->docs[side];
		if (!merging->models[side])
			continue;
		if (!kith_merge_lay_out(doc, doc->root, merging->models[side], 0, doc->length, &arena, &layouts[side])) {
			if (side != KITH_BASE)
				return false;
			layouts[side] = (struct kith_merge_layout){ 0 };
		}
	}
	const struct around top = { .prefix = "" };
	compose_layouts(&composing, &top, layouts, merging->merged, out);
	return true;
}
