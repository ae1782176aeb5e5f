/* Ownership helpers and the two allocators: an arena for what is read together,
 * a growing buffer for text that is built.
 *
 * Running out of memory ends the program with a message: every file is written
 * atomically, so there is nothing a handler could save. */
#ifndef KITH_MEMORY_H
#define KITH_MEMORY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* KITH_CLEANUP(kith_index_close) struct kith_index *index = NULL;
 * calls kith_index_close(index) when the variable leaves its scope. */
#define KITH_CLEANUP(function) __attribute__((cleanup(function##_at)))
#define KITH_DEFINE_CLEANUP(function, type) \
	static inline void function##_at(type **owned) { function(*owned); }

void *kith_alloc(size_t size);                 /* zeroed; never NULL */
void *kith_realloc(void *memory, size_t size); /* never NULL for size > 0 */
char *kith_strdup(const char *text);
void kith_free(void *memory);
KITH_DEFINE_CLEANUP(kith_free, char)

/* Return *owner and clear it, handing the object over. */
#define kith_take(owner) (__extension__({ __typeof__(*(owner)) taken_ = *(owner); *(owner) = NULL; taken_; }))

#define kith_count(array) (sizeof(array) / sizeof((array)[0]))

/* --- arena: everything in it is freed at once --- */

struct kith_arena {
	struct kith_arena_block *blocks;
};

void *kith_arena_alloc(struct kith_arena *, size_t size); /* zeroed, aligned for any type */
char *kith_arena_strdup(struct kith_arena *, const char *text);
char *kith_arena_strndup(struct kith_arena *, const char *text, size_t length);
char *kith_arena_printf(struct kith_arena *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void kith_arena_finish(struct kith_arena *);
#define KITH_ARENA __attribute__((cleanup(kith_arena_finish))) struct kith_arena

/* Grow an array that lives in an arena: returns the place for one more element
 * (zeroed) and counts it.  The old array stays in the arena until it is finished. */
void *kith_arena_push(struct kith_arena *, void *array_pointer, size_t *count, size_t *capacity, size_t element_size);

/* --- text buffer: always ends with NUL once something was appended --- */

struct kith_buf {
	char *text; /* NULL while nothing was ever appended */
	size_t length;
	size_t capacity;
};

void kith_buf_add(struct kith_buf *, const char *text);
void kith_buf_add_bytes(struct kith_buf *, const void *bytes, size_t length);
void kith_buf_add_char(struct kith_buf *, char character);
void kith_buf_addf(struct kith_buf *, const char *format, ...) __attribute__((format(printf, 2, 3)));
void kith_buf_addv(struct kith_buf *, const char *format, va_list) __attribute__((format(printf, 2, 0)));
void kith_buf_reserve(struct kith_buf *, size_t more);
void kith_buf_clear(struct kith_buf *);       /* keeps the memory; text becomes "" if there was any */
const char *kith_buf_text(const struct kith_buf *); /* never NULL */
char *kith_buf_take(struct kith_buf *);       /* caller frees with kith_free; never NULL */
void kith_buf_finish(struct kith_buf *);
#define KITH_BUF __attribute__((cleanup(kith_buf_finish))) struct kith_buf

#endif
