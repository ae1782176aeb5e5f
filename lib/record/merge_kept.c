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

/* As values are: outer space says nothing. */
static const char *trimmed(const struct kith_node *node, struct kith_arena *arena)
{
	const char *begin = node->text + strspn(node->text, " \t\r\n");
	size_t length = strlen(begin);
	while (length && strchr(" \t\r\n", begin[length - 1]))
		length--;
	return kith_arena_strndup(arena, begin, length);
}

static struct kith_kept *push(struct kith_kept_list *kept, const char *path, uint32_t line, struct kith_arena *arena)
{
	struct kith_kept *entry = kith_arena_push(arena, &kept->list, &kept->count, &kept->capacity, sizeof(*entry));
	/* A record that cannot be read may have `conflicts` twice: the list was longer before it was joined. */
	*entry = (struct kith_kept){ .path = path, .line = line };
	return entry;
}

static void read_texts(struct kith_kept *entry, const struct kith_node *node, struct kith_arena *arena)
{
	const bool list = node->shape == KITH_SEQUENCE;
	entry->texts = kith_arena_alloc(arena, (node->count + 1) * sizeof(*entry->texts));
	for (const struct kith_node *item = list ? node->first : node; item; item = list ? item->next : NULL) {
		const char *text = item->shape == KITH_SCALAR ? trimmed(item, arena) : "";
		if (*text)
			entry->texts[entry->count++] = text;
	}
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
	if (!field || field->shape != KITH_SCALAR || !*trimmed(field, arena) || !flat) {
		read_stray(node, arena, kept);
		return;
	}
	struct kith_kept *entry = push(kept, trimmed(field, arena), node->line, arena);
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
	kith_kept_join(kept, arena);
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

void kith_kept_join(struct kith_kept_list *kept, struct kith_arena *arena)
{
	kith_kept_sort(kept);
	size_t used = 0;
	for (size_t i = 0, end = 0; i < kept->count; i = end) {
		struct kith_kept *one = &kept->list[used++];
		size_t count = 0, filled = 0;
		for (end = i; end < kept->count && strcmp(kept->list[end].path, kept->list[i].path) == 0; end++)
			count += kept->list[end].count;
		*one = kept->list[i];
		if (end == i + 1)
			continue;
		/* All at once: a hostile record has thousands. */
		const char **texts = kith_arena_alloc(arena, (count + 1) * sizeof(*texts));
		for (size_t twin = i; twin < end; twin++) {
			for (size_t text = 0; text < kept->list[twin].count; text++)
				texts[filled++] = kept->list[twin].texts[text];
			one->deleted |= kept->list[twin].deleted;
		}
		one->texts = texts;
		one->count = kith_texts_sort(texts, filled);
	}
	kept->count = used;
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

/* The next entry from here that keeps something; NULL: there is none. */
static const struct kith_kept *next_said(const struct kith_kept_list *kept, size_t *at)
{
	while (*at < kept->count && !kept->list[*at].count && !kept->list[*at].deleted)
		(*at)++;
	return *at < kept->count ? &kept->list[(*at)++] : NULL;
}

bool kith_kept_says_nothing(const struct kith_kept_list *kept)
{
	size_t at = 0;
	return !next_said(kept, &at);
}

bool kith_kept_equal(const struct kith_kept_list *one, const struct kith_kept_list *other)
{
	for (size_t i = 0, j = 0;;) {
		const struct kith_kept *a = next_said(one, &i), *b = next_said(other, &j);
		if (!a || !b)
			return a == b;
		if (strcmp(a->path, b->path) != 0 || a->count != b->count || a->deleted != b->deleted)
			return false;
		for (size_t text = 0; text < a->count; text++)
			if (strcmp(a->texts[text], b->texts[text]) != 0)
				return false;
	}
}

void kith_trail_print(struct kith_buf *out, const struct kith_trail *trail, int side)
{
	if (trail->above)
		kith_trail_print(out, trail->above, side);
	kith_buf_addf(out, trail->entry ? "[%s]" : trail->above ? ".%s" : "%s", side >= 0 && trail->was ? trail->was[side] : trail->name);
}
