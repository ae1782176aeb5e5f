/* The values a record keeps in `conflicts`: reading them, comparing, and the paths that name their fields. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/record/merge_model.h"

static int by_bytes(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

size_t kith_texts_sort(const char **texts, size_t count)
{
	size_t kept = 0;
	if (count)
		qsort(texts, count, sizeof(*texts), by_bytes);
	for (size_t i = 0; i < count; i++)
		if (!kept || strcmp(texts[kept - 1], texts[i]) != 0)
			texts[kept++] = texts[i];
	return kept;
}

/* --- reading --- */

static bool is_yes(const struct kith_node *node)
{
	static const char *const words[] = { "true", "yes", "on", "y" };
	bool found = false;
	for (size_t i = 0; i < kith_count(words) && node && node->shape == KITH_SCALAR; i++)
		found = found || strcasecmp(node->text, words[i]) == 0;
	return found;
}

static struct kith_kept *push(struct kith_kept_list *kept, const char *path, uint32_t line, struct kith_arena *arena)
{
	struct kith_kept *entry = kith_arena_push(arena, &kept->list, &kept->count, &kept->capacity, sizeof(*entry));
	entry->path = path;
	entry->line = line;
	return entry;
}

static void read_texts(struct kith_kept *entry, const struct kith_node *node, struct kith_arena *arena)
{
	const bool list = node->shape == KITH_SEQUENCE;
	entry->texts = kith_arena_alloc(arena, (node->count + 1) * sizeof(*entry->texts));
	for (const struct kith_node *item = list ? node->first : node; item; item = list ? item->next : NULL)
		if (item->shape == KITH_SCALAR && item->length)
			entry->texts[entry->count++] = item->text;
	entry->count = kith_texts_sort(entry->texts, entry->count);
}

/* What is no entry of kith's is kept as a text, under a name that no field has. */
static void read_stray(const struct kith_node *node, struct kith_arena *arena, struct kith_kept_list *kept)
{
	struct kith_kept_list none = { 0 };
	struct kith_node alone = *node;
	struct kith_node key = { .shape = KITH_SCALAR, .text = "stray", .length = 5 };
	alone.key = &key;
	alone.next = NULL;
	struct kith_node root = { .shape = KITH_MAPPING, .first = &alone, .count = 1 };
	const struct kith_model *model = kith_model_read(-1, &(struct kith_doc){ .root = &root }, 0, arena, &none);
	if (!model->first)
		return;
	KITH_BUF text = { 0 };
	kith_model_print_flow(&text, model->first);
	struct kith_kept *entry = push(kept, "?", node->line, arena);
	entry->texts = kith_arena_alloc(arena, sizeof(*entry->texts));
	entry->texts[entry->count++] = kith_arena_strdup(arena, kith_buf_text(&text));
}

static void read_entry(const struct kith_node *node, struct kith_arena *arena, struct kith_kept_list *kept)
{
	const struct kith_node *field = node->shape == KITH_MAPPING ? kith_node_member(node, "field") : NULL;
	const struct kith_node *texts = node->shape == KITH_MAPPING ? kith_node_member(node, "kept") : NULL;
	bool flat = !texts || texts->shape == KITH_SCALAR || texts->shape == KITH_SEQUENCE;
	for (const struct kith_node *item = texts && flat ? texts->first : NULL; item; item = item->next)
		flat = flat && item->shape == KITH_SCALAR;
	if (!field || field->shape != KITH_SCALAR || !field->length || !flat) {
		read_stray(node, arena, kept);
		return;
	}
	struct kith_kept *entry = push(kept, field->text, node->line, arena);
	if (texts)
		read_texts(entry, texts, arena);
	entry->deleted = is_yes(kith_node_member(node, "deleted"));
}

void kith_kept_read(const struct kith_node *node, struct kith_arena *arena, struct kith_kept_list *kept)
{
	if (node->shape == KITH_SEQUENCE) {
		for (const struct kith_node *item = node->first; item; item = item->next)
			if (!kith_node_is_absent(item))
				read_entry(item, arena, kept);
	} else if (!kith_node_is_absent(node)) {
		read_entry(node, arena, kept);
	}
	/* Several entries of one field are one. */
	kith_kept_sort(kept);
	size_t used = 0;
	for (size_t i = 0; i < kept->count; i++) {
		struct kith_kept *last = used ? &kept->list[used - 1] : NULL, *entry = &kept->list[i];
		if (!last || strcmp(last->path, entry->path) != 0) {
			kept->list[used++] = *entry;
			continue;
		}
		const char **both = kith_arena_alloc(arena, (last->count + entry->count + 1) * sizeof(*both));
		for (size_t j = 0; j < last->count + entry->count; j++)
			both[j] = j < last->count ? last->texts[j] : entry->texts[j - last->count];
		last->count = kith_texts_sort(both, last->count + entry->count);
		last->texts = both;
		last->deleted |= entry->deleted;
	}
	kept->count = used;
}

/* --- looking up, comparing --- */

static int by_path(const void *one, const void *other)
{
	const struct kith_kept *a = one, *b = other;
	const int order = strcmp(a->path, b->path);
	return order ? order : a->line < b->line ? -1 : a->line > b->line;
}

void kith_kept_sort(struct kith_kept_list *kept)
{
	if (kept->count)
		qsort(kept->list, kept->count, sizeof(*kept->list), by_path);
}

struct kith_kept *kith_kept_find(const struct kith_kept_list *kept, const char *path)
{
	size_t low = 0, high = kept->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(path, kept->list[middle].path);
		if (order == 0)
			return &kept->list[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

bool kith_kept_equal(const struct kith_kept_list *one, const struct kith_kept_list *other)
{
	if (one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++) {
		const struct kith_kept *a = &one->list[i], *b = &other->list[i];
		if (strcmp(a->path, b->path) != 0 || a->count != b->count || a->deleted != b->deleted)
			return false;
		for (size_t j = 0; j < a->count; j++)
			if (strcmp(a->texts[j], b->texts[j]) != 0)
				return false;
	}
	return true;
}

void kith_trail_print(struct kith_buf *out, const struct kith_trail *trail)
{
	if (trail->above)
		kith_trail_print(out, trail->above);
	kith_buf_addf(out, trail->entry ? "[%s]" : trail->above ? ".%s" : "%s", trail->name);
}
