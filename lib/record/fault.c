#include "lib/record/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"

bool kith_faults_have_room(const struct kith_faults *faults)
{
	return faults->count < KITH_FAULTS_MOST;
}

struct kith_fault *kith_fault_add(struct kith_faults *faults, enum kith_severity severity, uint32_t line,
                                  uint32_t column, uint32_t length, const char *format, ...)
{
	faults->errors += severity == KITH_FAULT_ERROR;
	if (!kith_faults_have_room(faults)) {
		faults->left_out++;
		return &faults->spare;
	}
	KITH_BUF message = {0};
	va_list args;
	va_start(args, format);
	kith_buf_addv(&message, format, args);
	va_end(args);
	KITH_BUF shown = {0};
	kith_printable(&shown, kith_buf_text(&message), message.length, false);

	struct kith_fault *fault =
		kith_arena_push(faults->arena, &faults->list, &faults->count, &faults->capacity, sizeof(*fault));
	*fault = (struct kith_fault){
		.severity = severity,
		.line = line,
		.column = column,
		.length = length ? length : 1,
		.message = kith_arena_strdup(faults->arena, kith_buf_text(&shown)),
		.hint = "",
	};
	return fault;
}

static int by_place(const void *one, const void *other)
{
	const struct kith_fault *a = one, *b = other;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return strcmp(a->message, b->message);
}

void kith_faults_sort(struct kith_faults *faults)
{
	if (faults->count > 1)
		qsort(faults->list, faults->count, sizeof(*faults->list), by_place);
	if (!faults->left_out)
		return;
	struct kith_fault *last = &faults->list[faults->count - 1];
	last->message = kith_arena_printf(faults->arena, "%s; %zu more faults of this file are not listed", last->message,
	                                  faults->left_out);
	faults->left_out = 0;
}

/* As kith_doc counts lines: a carriage return that stands alone ends one too. */
static const char *line_end(const char *at, const char *end)
{
	const char *feed = memchr(at, '\n', (size_t)(end - at));
	const char *stop = feed ? feed : end;
	const char *back = memchr(at, '\r', (size_t)(stop - at));
	return back && (back + 1 < stop || !feed) ? back : stop;
}

/* The line's text without its end; its length 0 when the source has fewer lines. */
static const char *find_line(const char *source, size_t length, uint32_t line, size_t *line_length)
{
	const char *at = source, *end = source + length;
	if (length >= 3 && memcmp(source, "\xEF\xBB\xBF", 3) == 0)
		at += 3;
	for (uint32_t number = 1; number < line; number++) {
		const char *feed = line_end(at, end);
		if (feed == end) {
			*line_length = 0;
			return end;
		}
		at = feed + 1;
	}
	*line_length = (size_t)(line_end(at, end) - at);
	if (*line_length && at[*line_length - 1] == '\r')
		--*line_length;
	return at;
}

static size_t bytes_of(const char *text, size_t length, size_t characters)
{
	size_t at = 0;
	while (at < length && characters--) {
		at++;
		while (at < length && ((unsigned char)text[at] & 0xC0) == 0x80)
			at++;
	}
	return at;
}

/* A tab is shown as one space, what cannot be shown as a sign. */
static size_t shown_width(const char *text, size_t length)
{
	KITH_BUF shown = {0};
	kith_printable(&shown, text, length, false);
	return kith_width(kith_buf_text(&shown), shown.length);
}

enum { LONGEST_LINE_SHOWN = 160 }; /* characters; a 1 MiB line is no help */

/* The source line and, under it, a caret for each character at fault. */
static void print_source(struct kith_buf *out, const struct kith_fault *fault, const char *source, size_t length)
{
	size_t line_length;
	const char *line = find_line(source, length, fault->line, &line_length);
	const size_t looked_at = bytes_of(line, line_length, (fault->column ? fault->column : 1) + LONGEST_LINE_SHOWN);
	const bool cut_end = looked_at < line_length;
	line_length = looked_at;
	size_t bad = line_length;
	if (!line_length || (!kith_is_utf8(line, line_length, &bad) && kith_characters(line, bad) + 1 < fault->column))
		return; /* where the caret belongs is not known */
	const size_t characters = kith_characters(line, line_length);
	uint32_t column = fault->column ? fault->column : 1;
	if (column > characters)
		column = (uint32_t)characters + 1;
	const char *from = line;
	bool cut_front = false;
	if (column > LONGEST_LINE_SHOWN / 2) {
		const size_t skip = bytes_of(line, line_length, column - LONGEST_LINE_SHOWN / 2);
		from = line + skip;
		line_length -= skip;
		column = LONGEST_LINE_SHOWN / 2;
		cut_front = true;
	}
	const size_t shown = bytes_of(from, line_length, LONGEST_LINE_SHOWN);
	const size_t before = bytes_of(from, shown, column - 1);
	const size_t marked = bytes_of(from + before, shown - before, fault->length);

	kith_buf_add(out, cut_front ? "    …" : "    ");
	kith_printable(out, from, shown, false);
	kith_buf_add(out, cut_end || shown < line_length ? "…\n    " : "\n    ");
	size_t columns = shown_width(from, before) + cut_front;
	while (columns--)
		kith_buf_add_char(out, ' ');
	columns = bad < line_length ? 1 : shown_width(from + before, marked);
	do
		kith_buf_add_char(out, '^');
	while (columns > 1 && --columns);
	kith_buf_add_char(out, '\n');
}

void kith_fault_print(struct kith_buf *out, const char *path, const struct kith_fault *fault, const char *source, size_t length)
{
	kith_printable(out, path, strlen(path), false);
	if (fault->line)
		kith_buf_addf(out, ":%u:%u", (unsigned)fault->line, (unsigned)(fault->column ? fault->column : 1));
	kith_buf_addf(out, ": %s: %s\n", fault->severity == KITH_FAULT_ERROR ? "error" : "warning", fault->message);
	if (source && fault->line)
		print_source(out, fault, source, length);
	if (*fault->hint) {
		kith_buf_add(out, "    hint: ");
		kith_printable(out, fault->hint, strlen(fault->hint), false);
		kith_buf_add_char(out, '\n');
	}
}
