#include "daemon/dirty.h"

#include <string.h>

static uint64_t hash_of(const char *path)
{
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
	for (; *path; path++)
		hash = (hash ^ (unsigned char)*path) * 0x100000001b3u;
	return hash ^ hash >> 29;
}

/* The slot that holds the path, or the empty one where it belongs. */
static uint32_t *slot_of(const struct kith_dirty *dirty, const char *path)
{
	size_t at = hash_of(path) & (dirty->table_size - 1);
	while (dirty->table[at] && strcmp(dirty->paths[dirty->table[at] - 1].path, path) != 0)
		at = (at + 1) & (dirty->table_size - 1);
	return &dirty->table[at];
}

static void fill_table(struct kith_dirty *dirty)
{
	memset(dirty->table, 0, dirty->table_size * sizeof(*dirty->table));
	for (size_t i = 0; i < dirty->count; i++)
		*slot_of(dirty, dirty->paths[i].path) = (uint32_t)(i + 1);
}

static void grow(struct kith_dirty *dirty)
{
	if (dirty->count < dirty->capacity)
		return;
	dirty->capacity = dirty->capacity ? dirty->capacity * 2 : 32;
	dirty->paths = kith_realloc(dirty->paths, dirty->capacity * sizeof(*dirty->paths));
	dirty->table_size = dirty->capacity * 2; /* at most half full */
	dirty->table = kith_realloc(dirty->table, dirty->table_size * sizeof(*dirty->table));
	fill_table(dirty);
}

static void note_time(struct kith_dirty *dirty, int64_t now_ms)
{
	if (kith_dirty_is_empty(dirty))
		dirty->first_ms = now_ms;
	dirty->last_ms = now_ms;
}

static void note_ready(struct kith_dirty *dirty, int64_t ready_ms)
{
	if (dirty->count == 0 || ready_ms < dirty->ready_ms)
		dirty->ready_ms = ready_ms;
}

static void forget_paths(struct kith_dirty *dirty)
{
	for (size_t i = 0; i < dirty->count; i++)
		kith_free(dirty->paths[i].path);
	dirty->count = 0;
	if (dirty->table)
		memset(dirty->table, 0, dirty->table_size * sizeof(*dirty->table));
}

void kith_dirty_add(struct kith_dirty *dirty, const char *path, bool gone, int64_t now_ms, int64_t ready_ms)
{
	note_time(dirty, now_ms);
	if (dirty->count == KITH_DIRTY_MOST) {
		forget_paths(dirty);
		dirty->all = true;
	}
	grow(dirty);
	uint32_t *slot = slot_of(dirty, path);
	if (!*slot) {
		note_ready(dirty, ready_ms);
		dirty->paths[dirty->count++] = (struct kith_dirty_path){kith_strdup(path), now_ms, ready_ms, gone};
		*slot = (uint32_t)dirty->count;
		return;
	}
	struct kith_dirty_path *known = &dirty->paths[*slot - 1];
	if (known->gone != gone || ready_ms < known->ready_ms) {
		dirty->ready_is_stale |= known->ready_ms == dirty->ready_ms && ready_ms > known->ready_ms;
		known->ready_ms = ready_ms;
		note_ready(dirty, ready_ms);
	}
	known->gone = gone;
	known->last_ms = now_ms;
}

void kith_dirty_add_all(struct kith_dirty *dirty, int64_t now_ms)
{
	note_time(dirty, now_ms);
	dirty->all = true;
}

bool kith_dirty_has(const struct kith_dirty *dirty, const char *path)
{
	return dirty->count > 0 && *slot_of(dirty, path) != 0;
}

bool kith_dirty_is_empty(const struct kith_dirty *dirty)
{
	return !dirty->all && dirty->count == 0;
}

static void find_ready(struct kith_dirty *dirty)
{
	dirty->ready_ms = INT64_MAX;
	for (size_t i = 0; i < dirty->count; i++)
		if (dirty->paths[i].ready_ms < dirty->ready_ms)
			dirty->ready_ms = dirty->paths[i].ready_ms;
	dirty->ready_is_stale = false;
}

int64_t kith_dirty_ready(struct kith_dirty *dirty)
{
	if (dirty->ready_is_stale)
		find_ready(dirty);
	const int64_t of_paths = dirty->count > 0 ? dirty->ready_ms : INT64_MAX;
	return dirty->all && dirty->first_ms < of_paths ? dirty->first_ms : of_paths;
}

void kith_dirty_take(struct kith_dirty *dirty, kith_dirty_choose *choose, void *user, struct kith_arena *arena,
                     const char ***paths, size_t *count)
{
	*paths = kith_arena_alloc(arena, (dirty->count + 1) * sizeof(**paths));
	*count = 0;
	size_t kept = 0;
	int64_t first_ms = INT64_MAX;
	for (size_t i = 0; i < dirty->count; i++) {
		struct kith_dirty_path *path = &dirty->paths[i];
		if (!choose || choose(user, path)) {
			(*paths)[(*count)++] = kith_arena_strdup(arena, path->path);
			kith_free(path->path);
			continue;
		}
		if (path->last_ms < first_ms)
			first_ms = path->last_ms;
		dirty->paths[kept++] = *path;
	}
	dirty->count = kept;
	if (kept > 0 && !dirty->all)
		dirty->first_ms = first_ms;
	find_ready(dirty);
	if (dirty->table)
		fill_table(dirty);
}

void kith_dirty_clear(struct kith_dirty *dirty)
{
	forget_paths(dirty);
	dirty->all = false;
}

void kith_dirty_finish(struct kith_dirty *dirty)
{
	forget_paths(dirty);
	kith_free(dirty->paths);
	kith_free(dirty->table);
	*dirty = (struct kith_dirty){0};
}
