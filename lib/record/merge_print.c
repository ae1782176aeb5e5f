/* A merged record as YAML, where there is no text of either side to take. */
#include <string.h>

#include "lib/base/date.h"
#include "lib/record/merge_model.h"
#include "lib/record/record.h"
#include "lib/record/yaml.h"

/* Values that kith reads from their source text need no quotes, and what a person wrote without keeps none. */
static bool is_verbatim(const struct kith_model *leaf)
{
	if (leaf->node)
		return leaf->node->shape == KITH_SCALAR && leaf->node->style == KITH_PLAIN;
	if (!leaf->field)
		return false;
	struct kith_value value;
	switch (leaf->field->type) {
	case KITH_DATE: case KITH_SPAN: case KITH_INT: case KITH_FLAG: case KITH_DATE_OR_FLAG: case KITH_TIME: case KITH_TIMES:
		return kith_value_read(leaf->field, leaf->text, &value, NULL, NULL);
	default:
		return false;
	}
}

static void print_leaf(struct kith_buf *out, const struct kith_model *leaf, bool flow, size_t indent)
{
	if (leaf->opaque) {
		kith_buf_add(out, leaf->text);
		return;
	}
	kith_yaml_scalar(out, leaf->text, &(struct kith_yaml_place){
		.flow = flow,
		.verbatim = is_verbatim(leaf),
		.indent = indent,
		.block = !flow && leaf->rule == KITH_LINES,
	});
}

static void print_key(struct kith_buf *out, const char *key, bool flow)
{
	kith_yaml_scalar(out, key, &(struct kith_yaml_place){ .flow = flow });
	kith_buf_add(out, ": ");
}

void kith_model_print_flow(struct kith_buf *out, const struct kith_model *model)
{
	if (!model || kith_model_is_leaf(model)) {
		if (model)
			print_leaf(out, model, true, 0);
		else
			kith_buf_add(out, "~");
		return;
	}
	const bool map = model->rule == KITH_TABLE;
	kith_buf_add_char(out, map ? '{' : '[');
	for (const struct kith_model *child = model->first; child; child = child->next) {
		if (child != model->first)
			kith_buf_add(out, ", ");
		if (map)
			print_key(out, child->name, true);
		kith_model_print_flow(out, child);
	}
	kith_buf_add_char(out, map ? '}' : ']');
}

static void add_spaces(struct kith_buf *out, size_t count)
{
	while (count--)
		kith_buf_add_char(out, ' ');
}

/* What an entry that has nothing but its key may be written as. */
static const struct kith_model *only_value(const struct kith_model *entry)
{
	const struct kith_field *list = entry->field;
	if (entry->rule != KITH_TABLE || entry->count != 1 || !list || list->type != KITH_MAP || (list->flags & KITH_PAIR))
		return NULL;
	return entry->first->field == kith_field_key(list) && !entry->first->opaque && entry->first->field != list ? entry->first : NULL;
}

/* On lines of its own, the first key behind the dash. */
void kith_model_print_entry(struct kith_buf *out, const struct kith_model *entry, size_t indent)
{
	const struct kith_model *only = only_value(entry);
	if (entry->rule != KITH_TABLE || only) {
		add_spaces(out, indent);
		kith_buf_add(out, "- ");
		kith_model_print_flow(out, only ? only : entry);
		kith_buf_add_char(out, '\n');
		return;
	}
	const size_t start = out->length;
	for (const struct kith_model *member = entry->first; member; member = member->next)
		kith_model_print_member(out, member, indent + 2);
	out->text[start + indent] = '-';
}

void kith_model_print_key(struct kith_buf *out, const struct kith_model *model)
{
	print_key(out, model->name, false);
	out->text[out->length - 1] = '\n'; /* the space behind the colon */
}

static bool holds_maps(const struct kith_model *list)
{
	for (const struct kith_model *child = list->first; child; child = child->next)
		if (child->rule == KITH_TABLE)
			return true;
	return false;
}

void kith_model_print_member(struct kith_buf *out, const struct kith_model *model, size_t indent)
{
	add_spaces(out, indent);
	print_key(out, model->name, false);
	const bool map = model->rule == KITH_TABLE;
	if (!map && (kith_model_is_leaf(model) || !holds_maps(model))) {
		if (kith_model_is_leaf(model))
			print_leaf(out, model, false, indent + 2);
		else
			kith_model_print_flow(out, model);
		kith_buf_add_char(out, '\n');
		return;
	}
	out->text[out->length - 1] = '\n'; /* the space behind the colon */
	if (map)
		for (const struct kith_model *child = model->first; child; child = child->next)
			kith_model_print_member(out, child, indent + 2);
	else
		for (const struct kith_model *entry = model->first; entry; entry = entry->next)
			kith_model_print_entry(out, entry, indent + 2);
}

static void print_text(struct kith_buf *out, const char *text)
{
	const bool date = kith_date_read(text, &(struct kith_date){ 0 }, NULL, NULL);
	kith_yaml_scalar(out, text, &(struct kith_yaml_place){ .flow = true, .verbatim = date });
}

void kith_kept_print(struct kith_buf *out, const struct kith_kept_list *kept, bool flow)
{
	kith_buf_add(out, flow ? "conflicts: [" : "conflicts:\n");
	for (size_t i = 0; i < kept->count; i++) {
		const struct kith_kept *entry = &kept->list[i];
		kith_buf_add(out, !flow ? "  - " : i ? ", " : "");
		kith_buf_add(out, "{field: ");
		print_text(out, entry->path);
		for (size_t j = 0; j < entry->count; j++) {
			kith_buf_add(out, j ? ", " : ", kept: [");
			print_text(out, entry->texts[j]);
		}
		kith_buf_add(out, entry->count ? "]" : "");
		kith_buf_add(out, entry->deleted ? ", deleted: true}" : "}");
		kith_buf_add(out, flow ? "" : "\n");
	}
	kith_buf_add(out, flow ? "]\n" : "");
}
