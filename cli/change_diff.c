/* Changes as a unified diff. */
#include <string.h>

#include "cli/change.h"
#include "cli/place.h"
#include "lib/base/lines.h"
#include "lib/base/text.h"

enum { CONTEXT = 3 };

/* One line of the diff: ' ' in both, '-' in the old text only, '+' in the new one only. */
struct step {
	char sign;
	const struct kith_line *line;
	bool ended;            /* by a line feed */
	size_t old_at, new_at; /* lines before it, in both texts */
};

struct diff {
	struct kith_arena *arena;
	struct kith_lines old, new;
	struct step *steps;
	size_t count, capacity;
};

/* Behind the last line feed is no line; `lines` has an empty one there. */
static size_t count_of(const struct kith_lines *lines)
{
	return lines->count - !lines->list[lines->count - 1].length;
}

static bool is_ended(const struct kith_lines *lines, size_t at)
{
	return at + 1 < lines->count;
}

static void add_step(struct diff *diff, char sign, size_t old_at, size_t new_at)
{
	const struct kith_lines *lines = sign == '+' ? &diff->new : &diff->old;
	const size_t at = sign == '+' ? new_at : old_at;
	struct step *step = kith_arena_push(diff->arena, &diff->steps, &diff->count, &diff->capacity, sizeof(*step));
	*step = (struct step){ sign, &lines->list[at], is_ended(lines, at), old_at, new_at };
}

static void compare(struct diff *diff)
{
	const int32_t *matches = kith_lines_match(&diff->old, &diff->new, diff->arena);
	const size_t old_count = count_of(&diff->old), new_count = count_of(&diff->new);
	for (size_t i = 0, j = 0; i < old_count || j < new_count;) {
		const size_t match = i < old_count && matches[i] >= 0 ? (size_t)matches[i] : new_count;
		/* That a line feed is missing at the end is a difference of the line. */
		const bool same = match < new_count && is_ended(&diff->old, i) == is_ended(&diff->new, match);
		if (i < old_count && !same) {
			add_step(diff, '-', i++, j);
		} else if (i < old_count && match == j) {
			add_step(diff, ' ', i++, j);
			j++;
		} else {
			add_step(diff, '+', i, j++);
		}
	}
}

/* --- printing --- */

/* Line ends are shown only where they are not the same in the whole file. */
static bool has_crlf_throughout(const struct kith_lines *lines)
{
	for (size_t i = 0; is_ended(lines, i); i++)
		if (!lines->list[i].length || lines->list[i].text[lines->list[i].length - 1] != '\r')
			return false;
	return count_of(lines) > 0;
}

static void print_line(struct kith_buf *out, bool color, const struct step *step, bool hide_cr)
{
	KITH_BUF text = { 0 };
	size_t length = step->line->length;
	const bool cr = step->ended && length && step->line->text[length - 1] == '\r';
	const enum kith_paint paint = step->sign == '-'   ? KITH_RED
	                              : step->sign == '+' ? KITH_GREEN
	                                                  : KITH_PLAIN_TEXT;
	length -= cr;
	kith_buf_add_char(&text, step->sign);
	for (size_t i = 0; i < length; i++) /* a NUL would end the text here */
		kith_buf_add_char(&text, step->line->text[i] ? step->line->text[i] : '\001');
	if (cr && !hide_cr)
		kith_buf_add(&text, "␍");
	kith_paint(out, color, paint, text.text);
	kith_buf_add_char(out, '\n');
	if (!step->ended)
		kith_buf_add(out, "\\ No newline at end of file\n");
}

static void print_range(struct kith_buf *out, char sign, size_t at, size_t count)
{
	kith_buf_addf(out, "%c%zu", sign, count ? at + 1 : at);
	if (count != 1)
		kith_buf_addf(out, ",%zu", count);
}

static void print_hunk(const struct diff *diff, struct kith_buf *out, bool color, size_t from, size_t to, bool hide_cr)
{
	size_t old_count = 0, new_count = 0;
	for (size_t i = from; i < to; i++) {
		old_count += diff->steps[i].sign != '+';
		new_count += diff->steps[i].sign != '-';
	}
	KITH_BUF head = { 0 };
	kith_buf_add(&head, "@@ ");
	print_range(&head, '-', diff->steps[from].old_at, old_count);
	kith_buf_add_char(&head, ' ');
	print_range(&head, '+', diff->steps[from].new_at, new_count);
	kith_buf_add(&head, " @@");
	kith_paint(out, color, KITH_CYAN, head.text);
	kith_buf_add_char(out, '\n');
	for (size_t i = from; i < to; i++)
		print_line(out, color, &diff->steps[i], hide_cr);
}

static void print_hunks(const struct diff *diff, struct kith_buf *out, bool color)
{
	const bool hide_cr = has_crlf_throughout(count_of(&diff->old) ? &diff->old : &diff->new) &&
	                     has_crlf_throughout(count_of(&diff->new) ? &diff->new : &diff->old);
	for (size_t i = 0; i < diff->count; i++) {
		if (diff->steps[i].sign == ' ')
			continue;
		size_t last = i; /* of the changes that stand so near that one hunk has them all */
		for (size_t j = i; j < diff->count && j <= last + 2 * CONTEXT + 1; j++)
			if (diff->steps[j].sign != ' ')
				last = j;
		const size_t from = i > CONTEXT ? i - CONTEXT : 0;
		const size_t to = last + CONTEXT + 1 < diff->count ? last + CONTEXT + 1 : diff->count;
		print_hunk(diff, out, color, from, to, hide_cr);
		i = last;
	}
}

static void print_change(struct kith_app *app, const struct kith_change *change, struct kith_buf *out)
{
	KITH_ARENA arena = { 0 };
	const bool color = app->screen.color;
	const char *shown = kith_place_shown(app, change->path);
	struct diff diff = { .arena = &arena };
	struct kith_lines lines[2];
	KITH_BUF before = { 0 }, after = { 0 };
	kith_buf_add_bytes(&before, change->before ? change->before : "", change->before ? change->before_length : 0);
	kith_buf_add_bytes(&after, change->after ? change->after : "", change->after ? change->after_length : 0);
	kith_lines_split((const struct kith_buf *const[]){ &before, &after }, 2, &arena, lines);
	diff.old = lines[0];
	diff.new = lines[1];
	compare(&diff);
	kith_paintf(out, color, KITH_BOLD, "--- %s", change->before ? shown : "/dev/null");
	kith_buf_add_char(out, '\n');
	kith_paintf(out, color, KITH_BOLD, "+++ %s", change->after ? shown : "/dev/null");
	kith_buf_add_char(out, '\n');
	print_hunks(&diff, out, color);
}

void kith_changes_show(const struct kith_changes *changes, struct kith_buf *out)
{
	for (size_t i = 0; i < changes->count; i++)
		if (!changes->list[i].same)
			print_change(changes->app, &changes->list[i], out);
}
