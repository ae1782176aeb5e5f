/* A random record and two versions of it. */
#include <string.h>

#include "tests/torture/merges/merges.h"

static void change_some(struct chance *chance, struct kith_editing *editing)
{
	for (uint32_t count = 1 + chance_below(chance, 4); count; count--) {
		KITH_ARENA arena = { 0 };
		const struct change change = random_change(chance, &arena, editing);
		if (change.verb == CHANGE_APPLY)
			(void)kith_edit_apply(editing, &change.edit, NULL); /* one that is refused changes nothing */
		else if (change.verb == CHANGE_REPLACE && change.value < editing->reading.record.count)
			(void)kith_edit_replace(editing, &editing->reading.record.values[change.value], change.text, NULL);
		else if (change.verb == CHANGE_ORDER)
			(void)kith_edit_order(editing, NULL);
	}
}

/* A version of a text; the text itself when it is no record. */
static void edit_by_kith(struct chance *chance, enum kith_kind kind, const struct kith_buf *from, struct kith_buf *out)
{
	KITH_EDITING editing = { 0 };
	if (kith_editing_begin(&editing, kind, "some-id", NULL, kith_buf_text(from), from->length, NULL) == KITH_OK) {
		change_some(chance, &editing);
		kith_buf_add_bytes(out, kith_buf_text(&editing.text), editing.text.length);
	} else {
		kith_buf_add_bytes(out, kith_buf_text(from), from->length);
	}
}

/* One in four was then in an editor. */
void make_version(struct chance *chance, enum kith_kind kind, const struct kith_buf *from, struct kith_buf *out)
{
	KITH_BUF edited = { 0 };
	if (!chance_percent(chance, 25)) {
		edit_by_kith(chance, kind, from, out);
		return;
	}
	if (chance_percent(chance, 70))
		edit_by_kith(chance, kind, from, &edited);
	else
		kith_buf_add_bytes(&edited, kith_buf_text(from), from->length);
	edit_by_hand(chance, &edited, out);
}

/* One in five starts from a record that a merge has left: with conflicts in it. */
void make_triple(struct chance *chance, struct triple *triple)
{
	*triple = (struct triple){ .kind = (enum kith_kind)chance_below(chance, KITH_KINDS + 1) };
	triple->has_base = !chance_percent(chance, 5);
	KITH_BUF first = { 0 };
	random_document(&first, chance, triple->kind);
	if (chance_percent(chance, 20)) {
		KITH_BUF one = { 0 }, other = { 0 };
		struct kith_merged merged;
		make_version(chance, triple->kind, &first, &one);
		make_version(chance, triple->kind, &first, &other);
		kith_merge_record((int)triple->kind, &(struct kith_version){ first.text, first.length },
		                  &(struct kith_version){ kith_buf_text(&one), one.length },
		                  &(struct kith_version){ kith_buf_text(&other), other.length }, &merged);
		kith_buf_add_bytes(&triple->texts[BASE], kith_buf_text(&merged.text), merged.text.length);
		kith_merged_finish(&merged);
	} else {
		kith_buf_add_bytes(&triple->texts[BASE], kith_buf_text(&first), first.length);
	}
	make_version(chance, triple->kind, &triple->texts[BASE], &triple->texts[OURS]);
	make_version(chance, triple->kind, &triple->texts[BASE], &triple->texts[THEIRS]);
}

void finish_triple(struct triple *triple)
{
	for (int i = 0; i < VERSIONS; i++)
		kith_buf_finish(&triple->texts[i]);
}
