#include "lib/record/compare.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"

/* Keys that the schema does not know come behind all others. */
#define UNKNOWN UINT32_MAX

enum { LABEL_COLUMNS = 60 };

/* A value with the place it has: values of one place are compared with each other. */
struct fact {
	uint32_t order;    /* of the top field */
	const char *field;
	const char *entry; /* "": it is in none */
	uint32_t twin;     /* how many entries before it are called the same */
	uint32_t key_order;
	const char *key;   /* "": none */
	const char *text;
	size_t at;         /* in the record */
};

struct facts {
	struct fact *list;
	size_t count;
};

/* --- entries of lists of maps, and what they are called --- */

struct entry {
	uint16_t field;
	uint32_t number, twin;
	size_t first; /* its first value */
	const char *label;
};

static bool is_of_entries(const struct kith_field *field)
{
	const struct kith_field *top = kith_field_by_id(field->parent);
	return top != field && kith_field_is_list(top);
}

/* The values of its identifying keys, else its first value. */
static const char *label_of(const struct kith_record *record, size_t first, struct kith_arena *arena)
{
	const struct kith_value *values = record->values, *start = &values[first];
	const char *of = kith_field_by_id(start->field->parent)->of;
	KITH_BUF label = { 0 }, clipped = { 0 };
	for (size_t i = first; i < record->count; i++) {
		const struct kith_field *field = values[i].field;
		if (!field)
			continue;
		if (field->parent != start->field->parent || values[i].entry != start->entry)
			break;
		if (!kith_of_has(of, field->name, strlen(field->name)))
			continue;
		kith_buf_add(&label, label.length ? ", " : "");
		kith_buf_add(&label, values[i].text);
	}
	kith_clip(&clipped, label.length ? label.text : start->text, LABEL_COLUMNS);
	return kith_arena_strdup(arena, kith_buf_text(&clipped));
}

static int by_label(const void *one, const void *other)
{
	const struct entry *a = one, *b = other;
	const int order = a->field != b->field ? (a->field < b->field ? -1 : 1) : strcmp(a->label, b->label);
	return order ? order : a->number < b->number ? -1 : a->number > b->number;
}

static int by_first(const void *one, const void *other)
{
	const struct entry *a = one, *b = other;
	return a->first < b->first ? -1 : a->first > b->first;
}

/* In the order of the record. */
static struct entry *find_entries(const struct kith_record *record, struct kith_arena *arena, size_t *count)
{
	struct entry *list = NULL;
	size_t capacity = 0;
	*count = 0;
	for (size_t i = 0; i < record->count; i++) {
		const struct kith_value *value = &record->values[i];
		if (!value->field || !is_of_entries(value->field))
			continue;
		const struct entry *last = *count ? &list[*count - 1] : NULL;
		if (last && last->field == value->field->parent && last->number == value->entry)
			continue;
		struct entry *entry = kith_arena_push(arena, &list, count, &capacity, sizeof(*entry));
		*entry = (struct entry){ .field = value->field->parent, .number = value->entry, .first = i };
		entry->label = label_of(record, i, arena);
	}
	if (*count)
		qsort(list, *count, sizeof(*list), by_label);
	for (size_t i = 1; i < *count; i++)
		if (list[i].field == list[i - 1].field && strcmp(list[i].label, list[i - 1].label) == 0)
			list[i].twin = list[i - 1].twin + 1;
	if (*count)
		qsort(list, *count, sizeof(*list), by_first);
	return list;
}

/* --- facts --- */

static int by_place(const struct fact *a, const struct fact *b)
{
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	int order = strcmp(a->field, b->field);
	if (!order)
		order = strcmp(a->entry, b->entry);
	if (!order && a->twin != b->twin)
		order = a->twin < b->twin ? -1 : 1;
	return order;
}

static int by_slot(const struct fact *a, const struct fact *b)
{
	const int order = by_place(a, b);
	return order || a->key_order == b->key_order ? order : a->key_order < b->key_order ? -1 : 1;
}

static int by_text(const void *one, const void *other)
{
	const struct fact *a = one, *b = other;
	int order = by_slot(a, b);
	if (!order)
		order = strcmp(a->text, b->text);
	return order ? order : a->at < b->at ? -1 : a->at > b->at;
}

static struct facts find_facts(const struct kith_record *record, struct kith_arena *arena)
{
	struct facts facts = { .list = kith_arena_alloc(arena, (record->count + 1) * sizeof(*facts.list)) };
	size_t entries, at = 0;
	const struct entry *list = find_entries(record, arena, &entries);
	for (size_t i = 0; i < record->count; i++) {
		const struct kith_value *value = &record->values[i];
		struct fact *fact = &facts.list[facts.count++];
		*fact = (struct fact){ .order = UNKNOWN, .entry = "", .key = "", .text = value->text, .at = i };
		if (!value->field) {
			fact->field = value->key ? value->key : "";
			continue;
		}
		const struct kith_field *top = kith_field_by_id(value->field->parent);
		fact->order = top->id;
		fact->field = top->name;
		if (value->key)
			fact->entry = value->key; /* a table's */
		if (top == value->field)
			continue;
		fact->key = value->field->name;
		fact->key_order = value->field->id;
		while (at + 1 < entries && list[at + 1].first <= i)
			at++;
		if (is_of_entries(value->field) && at < entries) {
			fact->entry = list[at].label;
			fact->twin = list[at].twin;
		}
	}
	if (facts.count)
		qsort(facts.list, facts.count, sizeof(*facts.list), by_text);
	return facts;
}

/* --- texts of several lines --- */

struct lines {
	const char **starts;
	size_t *lengths;
	size_t count;
};

static struct lines split(const char *text, struct kith_arena *arena)
{
	size_t count = 1;
	for (const char *at = text; *at; at++)
		count += *at == '\n';
	struct lines lines = { kith_arena_alloc(arena, count * sizeof(*lines.starts)),
		               kith_arena_alloc(arena, count * sizeof(*lines.lengths)), 0 };
	for (const char *at = text; *at;) {
		const size_t length = strcspn(at, "\n");
		lines.starts[lines.count] = at;
		lines.lengths[lines.count++] = length;
		at += length + (at[length] == '\n');
	}
	return lines;
}

static bool is_same_line(const struct lines *a, size_t i, const struct lines *b, size_t j)
{
	return a->lengths[i] == b->lengths[j] && memcmp(a->starts[i], b->starts[j], a->lengths[i]) == 0;
}

/* The longest run of lines, in order, that both have; of texts that are too long for that, none. */
static size_t common_lines(const struct lines *a, size_t from, size_t a_end, const struct lines *b, size_t b_end)
{
	enum { MOST_PAIRS = 1000000 };
	const size_t rows = a_end - from, columns = b_end - from;
	if (!rows || !columns || rows > MOST_PAIRS / columns)
		return 0;
	KITH_ARENA arena = { 0 };
	size_t *best = kith_arena_alloc(&arena, (columns + 1) * sizeof(*best));
	for (size_t i = 0; i < rows; i++) {
		size_t diagonal = 0;
		for (size_t j = 0; j < columns; j++) {
			const size_t above = best[j + 1];
			if (is_same_line(a, from + i, b, from + j))
				best[j + 1] = diagonal + 1;
			else if (best[j] > above)
				best[j + 1] = best[j];
			diagonal = above;
		}
	}
	return best[columns];
}

static size_t count_changed_lines(const char *before, const char *after)
{
	KITH_ARENA arena = { 0 };
	const struct lines a = split(before, &arena), b = split(after, &arena);
	size_t from = 0, a_end = a.count, b_end = b.count;
	while (from < a_end && from < b_end && is_same_line(&a, from, &b, from))
		from++;
	while (a_end > from && b_end > from && is_same_line(&a, a_end - 1, &b, b_end - 1)) {
		a_end--;
		b_end--;
	}
	const size_t common = common_lines(&a, from, a_end, &b, b_end);
	const size_t gone = a_end - from - common, come = b_end - from - common;
	const size_t more = gone > come ? gone : come;
	return more ? more : 1; /* the last line's end */
}

/* --- comparing --- */

struct comparing {
	struct kith_arena *arena;
	struct kith_value_changes *out;
};

static struct kith_value_change *push(struct comparing *comparing)
{
	struct kith_value_changes *out = comparing->out;
	return kith_arena_push(comparing->arena, &out->list, &out->count, &out->capacity,
	                       sizeof(struct kith_value_change));
}

static void add(struct comparing *comparing, const struct fact *place, const char *before, const char *after)
{
	struct kith_value_change *change = push(comparing);
	const bool is_table = *place->entry && !*place->key;
	*change = (struct kith_value_change){ .field = place->field, .before = before, .after = after };
	if (is_table) {
		change->key = place->entry;
	} else if (*place->key) {
		change->entry = *place->entry ? place->entry : NULL;
		change->key = place->key;
	}
	if ((before && strchr(before, '\n')) || (after && strchr(after, '\n')))
		change->lines = count_changed_lines(before ? before : "", after ? after : "");
}

/* What an entry says beside its name: "by 2026-11-27, to ana-silva". */
static const char *summary_of(const struct fact *list, size_t count, struct kith_arena *arena)
{
	KITH_BUF rest = { 0 }, all = { 0 };
	for (size_t i = 0; i < count; i++)
		if (!strstr(list[i].entry, list[i].text)) {
			kith_buf_add(&rest, rest.length ? ", " : "");
			kith_buf_addf(&rest, "%s %s", list[i].key, list[i].text);
		}
	kith_buf_add(&all, list[0].entry);
	if (rest.length)
		kith_buf_addf(&all, " (%s)", rest.text);
	return kith_arena_strdup(arena, kith_buf_text(&all));
}

/* Values of one slot, sorted: those that only one side has.  One here and one there is a change of the one to the
 * other. */
static void compare_slot(struct comparing *comparing, const struct fact *old, size_t olds, const struct fact *new,
                         size_t news)
{
	size_t gone = 0, come = 0;
	const struct fact *only_old = NULL, *only_new = NULL;
	for (int pass = 0; pass < 2; pass++) {
		if (pass && gone == 1 && come == 1 && olds == 1 && news == 1) {
			add(comparing, only_new, only_old->text, only_new->text);
			return;
		}
		for (size_t i = 0, j = 0; i < olds || j < news;) {
			const int order = i == olds ? 1 : j == news ? -1 : strcmp(old[i].text, new[j].text);
			if (order < 0) {
				gone++;
				only_old = &old[i];
				if (pass)
					add(comparing, only_old, old[i].text, NULL);
			} else if (order > 0) {
				come++;
				only_new = &new[j];
				if (pass)
					add(comparing, only_new, NULL, new[j].text);
			}
			i += order <= 0;
			j += order >= 0;
		}
	}
}

typedef int fact_order(const struct fact *, const struct fact *);

static size_t run_of(const struct fact *list, size_t count, fact_order *order)
{
	size_t run = 0;
	while (run < count && order(&list[0], &list[run]) == 0)
		run++;
	return run;
}

/* Values of one field, or of one entry of it. */
static void compare_place(struct comparing *comparing, const struct fact *old, size_t olds, const struct fact *new,
                          size_t news)
{
	const struct fact *any = olds ? old : new;
	if (*any->entry && *any->key && (!olds || !news)) {
		*push(comparing) = (struct kith_value_change){
			.field = any->field,
			.entry = any->entry,
			.before = olds ? summary_of(old, olds, comparing->arena) : NULL,
			.after = news ? summary_of(new, news, comparing->arena) : NULL,
		};
		return;
	}
	for (size_t i = 0, j = 0; i < olds || j < news;) {
		const int order = i == olds ? 1 : j == news ? -1 : by_slot(&old[i], &new[j]);
		const size_t old_run = order <= 0 ? run_of(&old[i], olds - i, by_slot) : 0;
		const size_t new_run = order >= 0 ? run_of(&new[j], news - j, by_slot) : 0;
		compare_slot(comparing, old + i, old_run, new + j, new_run);
		i += old_run;
		j += new_run;
	}
}

/* The values of a field in the order of the record, where that means something. */
static bool is_reordered(const struct kith_field *top, const struct kith_record *before, const struct kith_record *after)
{
	size_t b = 0, a = 0;
	if (top->merge != KITH_ORDER)
		return false;
	for (;; a++, b++) {
		while (b < before->count && (!before->values[b].field || before->values[b].field->parent != top->id))
			b++;
		while (a < after->count && (!after->values[a].field || after->values[a].field->parent != top->id))
			a++;
		if (b == before->count || a == after->count)
			return b < before->count || a < after->count;
		if (strcmp(before->values[b].text, after->values[a].text) != 0)
			return true;
	}
}

static void find_reordered(struct comparing *comparing, const struct kith_record *before, const struct kith_record *after)
{
	size_t rows;
	const struct kith_field *fields = kith_fields(after->kind, &rows);
	for (size_t i = 0; i < rows; i++) {
		bool told = false;
		for (size_t j = 0; j < comparing->out->count && !told; j++)
			told = strcmp(comparing->out->list[j].field, fields[i].name) == 0;
		if (kith_field_is_top(&fields[i]) && !told && is_reordered(&fields[i], before, after)) {
			const struct fact place = { .field = fields[i].name, .entry = "", .key = "" };
			add(comparing, &place, NULL, NULL);
		}
	}
}

void kith_record_compare(const struct kith_record *before, const struct kith_record *after, struct kith_arena *arena,
                         struct kith_value_changes *out)
{
	*out = (struct kith_value_changes){ 0 };
	struct comparing comparing = { arena, out };
	const struct facts old = find_facts(before, arena), new = find_facts(after, arena);
	for (size_t i = 0, j = 0; i < old.count || j < new.count;) {
		const int order = i == old.count   ? 1
		                  : j == new.count ? -1
		                                   : by_place(&old.list[i], &new.list[j]);
		const size_t old_run = order <= 0 ? run_of(&old.list[i], old.count - i, by_place) : 0;
		const size_t new_run = order >= 0 ? run_of(&new.list[j], new.count - j, by_place) : 0;
		compare_place(&comparing, old.list + i, old_run, new.list + j, new_run);
		i += old_run;
		j += new_run;
	}
	find_reordered(&comparing, before, after);
}

/* --- words --- */

enum { VALUE_COLUMNS = 48 };

static void add_value(struct kith_buf *out, const char *text)
{
	KITH_BUF shown = { 0 };
	kith_printable(&shown, text, strlen(text), false);
	kith_clip(out, kith_buf_text(&shown), VALUE_COLUMNS);
}

static bool is_of_same_list(const struct kith_value_change *a, const struct kith_value_change *b)
{
	return strcmp(a->field, b->field) == 0 && strcmp(a->entry ? a->entry : "", b->entry ? b->entry : "") == 0 &&
	       strcmp(a->key ? a->key : "", b->key ? b->key : "") == 0;
}

static void add_place(struct kith_buf *out, const struct kith_value_change *change)
{
	kith_printable(out, change->field, strlen(change->field), false);
	/* Of an entry as a whole the value names it. */
	if (change->entry && change->key) {
		kith_buf_add(out, " (");
		add_value(out, change->entry);
		kith_buf_add(out, ")");
	}
	if (change->key) {
		kith_buf_add_char(out, ' ');
		add_value(out, change->key);
	}
}

static void add_change(struct kith_buf *out, const struct kith_value_change *change)
{
	const char *sign = change->before ? " − " : " + ";
	const char *plural = change->lines == 1 ? "" : "s";
	if (!change->before && !change->after) {
		kith_buf_add(out, ": another order");
	} else if (change->lines && change->before && change->after) {
		kith_buf_addf(out, " changed, %zu line%s", change->lines, plural);
	} else if (change->lines) {
		kith_buf_addf(out, "%s%zu line%s", sign, change->lines, plural);
	} else if (change->before && change->after) {
		kith_buf_add(out, ": ");
		add_value(out, change->before);
		kith_buf_add(out, " → ");
		add_value(out, change->after);
	} else {
		kith_buf_add(out, sign);
		add_value(out, change->before ? change->before : change->after);
	}
}

void kith_value_changes_words(struct kith_buf *out, const struct kith_value_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct kith_value_change *change = &changes->list[i], *last = i ? change - 1 : NULL;
		const bool goes_on = last && !last->entry == !change->entry && strcmp(last->field, change->field) == 0 &&
		                     (change->key || last->key ? is_of_same_list(last, change) : true) &&
		                     !(change->before && change->after) && !(last->before && last->after);
		if (goes_on) {
			kith_buf_add(out, ",");
		} else {
			kith_buf_add(out, i ? "; " : "");
			add_place(out, change);
		}
		add_change(out, change);
	}
}
