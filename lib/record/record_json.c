/* A record as JSON, in canonical order: known fields by the schema, then the user's own. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/record/record.h"
#include "lib/record/types.h"

/* The values of one top field, as they follow each other in the record. */
struct run {
	const struct kith_value *const *values;
	size_t count;
};

static void put_value(struct kith_json *json, const struct kith_value *value)
{
	if (value->faulty || !value->field) {
		kith_json_string(json, value->text);
		return;
	}
	switch (value->field->type) {
	case KITH_INT:  kith_json_int(json, value->number); return;
	case KITH_FLAG: kith_json_bool(json, value->number == 1); return;
	case KITH_SPAN: kith_json_string(json, value->text); return; /* 3 months is not improved by being quarterly */
	case KITH_DATE_OR_FLAG:
		if (value->date.year || value->date.month)
			break;
		kith_json_bool(json, value->number == 1);
		return;
	default: break;
	}
	KITH_BUF text = {0};
	kith_type_row(value->field->type)->print(&text, value);
	kith_json_string(json, kith_buf_text(&text));
}

/* Those of one field in a run: an array if it is a list, else its first value, a faulty one only if there is no other. */
static void put_values(struct kith_json *json, const struct kith_field *field, struct run run)
{
	const struct kith_value *one = NULL;
	if (kith_field_is_list(field))
		kith_json_array(json);
	for (size_t i = 0; i < run.count; i++) {
		if (run.values[i]->field != field)
			continue;
		if (kith_field_is_list(field))
			put_value(json, run.values[i]);
		else if (!one || (one->faulty && !run.values[i]->faulty))
			one = run.values[i];
	}
	if (kith_field_is_list(field))
		kith_json_end_array(json);
	else
		put_value(json, one);
}

static bool has(const struct kith_field *field, struct run run)
{
	for (size_t i = 0; i < run.count; i++)
		if (run.values[i]->field == field)
			return true;
	return false;
}

static void put_entry(struct kith_json *json, const struct kith_field *map, struct run run)
{
	size_t count;
	const struct kith_field *children = kith_field_children(map, &count);
	kith_json_object(json);
	for (size_t i = 0; i < count; i++) {
		if (!has(&children[i], run))
			continue;
		kith_json_key(json, children[i].name);
		put_values(json, &children[i], run);
	}
	kith_json_end_object(json);
}

static void put_entries(struct kith_json *json, const struct kith_field *map, struct run run)
{
	kith_json_array(json);
	for (size_t from = 0, to; from < run.count; from = to) {
		for (to = from + 1; to < run.count && run.values[to]->entry == run.values[from]->entry;)
			to++;
		if (run.values[from]->field == map)
			put_value(json, run.values[from]); /* a scalar where keys belong, and reported */
		else
			put_entry(json, map, (struct run){ run.values + from, to - from });
	}
	kith_json_end_array(json);
}

/* A table's rows are its entries; a row of words is a list, of spans usually one. */
static void put_table(struct kith_json *json, const struct kith_field *table, struct run run)
{
	kith_json_object(json);
	for (size_t from = 0, to; from < run.count; from = to) {
		for (to = from + 1; to < run.count && run.values[to]->entry == run.values[from]->entry;)
			to++;
		kith_json_key(json, run.values[from]->key ? run.values[from]->key : "");
		const bool list = table->type == KITH_WORD || to - from > 1;
		if (list)
			kith_json_array(json);
		for (size_t i = from; i < to; i++)
			put_value(json, run.values[i]);
		if (list)
			kith_json_end_array(json);
	}
	kith_json_end_object(json);
}

static void put_field(struct kith_json *json, const struct kith_field *field, struct run run)
{
	kith_json_key(json, field->name);
	if (field->merge == KITH_TABLE)
		put_table(json, field, run);
	else if (field->type != KITH_MAP)
		put_values(json, field, run);
	else if (kith_field_is_list(field))
		put_entries(json, field, run);
	else if (run.values[0]->field == field)
		put_value(json, run.values[0]);
	else
		put_entry(json, field, run);
}

/* --- order --- */

static const struct kith_field *top_of(const struct kith_value *value)
{
	return kith_field_by_id(value->field->parent);
}

/* Known values by their top field, unknown ones behind them by their keys; else as they stand in the record. */
static int in_order(const void *one, const void *other)
{
	const struct kith_value *a = *(const struct kith_value *const *)one, *b = *(const struct kith_value *const *)other;
	if (!a->field != !b->field)
		return a->field ? -1 : 1;
	const int order = a->field ? (int)a->field->parent - (int)b->field->parent : strcmp(a->key, b->key);
	return order ? order : a < b ? -1 : a > b;
}

/* Names that kith itself gives to a member, were a file to use them as keys. */
static const char *free_name(const char *key)
{
	static const char *const taken[][2] = { { "kind", "_kind" }, { "id", "_id" }, { "path", "_path" } };
	for (size_t i = 0; i < kith_count(taken); i++)
		if (strcmp(key, taken[i][0]) == 0)
			return taken[i][1];
	return key;
}

static void put_unknown(struct kith_json *json, struct run run)
{
	kith_json_key(json, free_name(run.values[0]->key));
	if (run.count > 1)
		kith_json_array(json);
	for (size_t i = 0; i < run.count; i++)
		kith_json_string(json, run.values[i]->text);
	if (run.count > 1)
		kith_json_end_array(json);
}

static bool belong_together(const struct kith_value *one, const struct kith_value *other)
{
	if (one->field && other->field)
		return one->field->parent == other->field->parent;
	return !one->field && !other->field && strcmp(one->key, other->key) == 0;
}

void kith_record_json(struct kith_json *json, const struct kith_record *record)
{
	const struct kith_value **values = kith_alloc((record->count + 1) * sizeof(*values));
	for (size_t i = 0; i < record->count; i++)
		values[i] = &record->values[i];
	qsort(values, record->count, sizeof(*values), in_order);

	kith_json_object(json);
	kith_json_key_string(json, "kind", kith_kind_name(record->kind));
	kith_json_key_string(json, "id", record->id);
	kith_json_key_string(json, "path", record->path);
	for (size_t from = 0, to; from < record->count; from = to) {
		for (to = from + 1; to < record->count && belong_together(values[from], values[to]);)
			to++;
		const struct run run = { values + from, to - from };
		if (values[from]->field)
			put_field(json, top_of(values[from]), run);
		else
			put_unknown(json, run);
	}
	kith_json_end_object(json);
	kith_free(values);
}
