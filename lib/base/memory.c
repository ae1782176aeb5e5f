#include "lib/base/memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_end(void *memory)
{
	if (memory)
		return memory;
	fputs("error: out of memory\n", stderr);
	abort();
}

void *kith_alloc(size_t size)
{
	return or_end(calloc(1, size ? size : 1));
}

void *kith_realloc(void *memory, size_t size)
{
	return or_end(realloc(memory, size ? size : 1));
}

char *kith_strdup(const char *text)
{
	return or_end(strdup(text));
}

void kith_free(void *memory)
{
	free(memory);
}

/* --- arena --- */

struct kith_arena_block {
	struct kith_arena_block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

static struct kith_arena_block *add_block(struct kith_arena *arena, size_t least)
{
	size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < least)
		size = least;
	struct kith_arena_block *block = or_end(malloc(sizeof(*block) + size));
	block->next = arena->blocks;
	block->used = 0;
	block->size = size;
	arena->blocks = block;
	return block;
}

void *kith_arena_alloc(struct kith_arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	if (size > SIZE_MAX / 2)
		or_end(NULL);
	size = (size + align - 1) & ~(align - 1);
	struct kith_arena_block *block = arena->blocks;
	if (!block || block->size - block->used < size)
		block = add_block(arena, size);
	void *memory = block->bytes + block->used;
	block->used += size;
	return memset(memory, 0, size);
}

char *kith_arena_strndup(struct kith_arena *arena, const char *text, size_t length)
{
	char *copy = kith_arena_alloc(arena, length + 1);
	if (length)
		memcpy(copy, text, length);
	return copy;
}

char *kith_arena_strdup(struct kith_arena *arena, const char *text)
{
	return kith_arena_strndup(arena, text, strlen(text));
}

char *kith_arena_printf(struct kith_arena *arena, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	const int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *text = kith_arena_alloc(arena, (size_t)(length < 0 ? 0 : length) + 1);
	if (length > 0)
		vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

void kith_arena_finish(struct kith_arena *arena)
{
	while (arena->blocks) {
		struct kith_arena_block *next = arena->blocks->next;
		free(arena->blocks);
		arena->blocks = next;
	}
}

void *kith_arena_push(struct kith_arena *arena, void *array_pointer, size_t *count, size_t *capacity,
                      size_t element_size)
{
	unsigned char *array;
	memcpy(&array, array_pointer, sizeof(array));
	if (*count == *capacity) {
		const size_t larger = *capacity ? *capacity * 2 : 8;
		unsigned char *copy = kith_arena_alloc(arena, larger * element_size);
		if (*count)
			memcpy(copy, array, *count * element_size);
		*capacity = larger;
		array = copy;
		memcpy(array_pointer, &array, sizeof(array));
	}
	return array + element_size * (*count)++;
}

/* --- text buffer --- */

void kith_buf_reserve(struct kith_buf *buf, size_t more)
{
	if (more > SIZE_MAX / 2 - buf->length)
		or_end(NULL);
	const size_t needed = buf->length + more + 1;
	if (needed <= buf->capacity)
		return;
	size_t capacity = buf->capacity ? buf->capacity : 64;
	while (capacity < needed)
		capacity *= 2;
	buf->text = kith_realloc(buf->text, capacity);
	buf->capacity = capacity;
	buf->text[buf->length] = '\0';
}

void kith_buf_add_bytes(struct kith_buf *buf, const void *bytes, size_t length)
{
	kith_buf_reserve(buf, length);
	if (length)
		memcpy(buf->text + buf->length, bytes, length);
	buf->length += length;
	buf->text[buf->length] = '\0';
}

void kith_buf_add(struct kith_buf *buf, const char *text)
{
	kith_buf_add_bytes(buf, text, strlen(text));
}

void kith_buf_add_char(struct kith_buf *buf, char character)
{
	kith_buf_add_bytes(buf, &character, 1);
}

void kith_buf_addv(struct kith_buf *buf, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	const int length = vsnprintf(NULL, 0, format, args);
	if (length > 0) {
		kith_buf_reserve(buf, (size_t)length);
		vsnprintf(buf->text + buf->length, (size_t)length + 1, format, again);
		buf->length += (size_t)length;
	}
	va_end(again);
}

void kith_buf_addf(struct kith_buf *buf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	kith_buf_addv(buf, format, args);
	va_end(args);
}

void kith_buf_clear(struct kith_buf *buf)
{
	buf->length = 0;
	if (buf->text)
		buf->text[0] = '\0';
}

const char *kith_buf_text(const struct kith_buf *buf)
{
	return buf->text ? buf->text : "";
}

char *kith_buf_take(struct kith_buf *buf)
{
	char *text = buf->text ? buf->text : kith_strdup("");
	*buf = (struct kith_buf){0};
	return text;
}

void kith_buf_finish(struct kith_buf *buf)
{
	free(buf->text);
	*buf = (struct kith_buf){0};
}
