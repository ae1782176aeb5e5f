/* Changes as a unified diff. */
#include <stdint.h>
#include <string.h>

#include "cli/change.h"
#include "cli/place.h"
#include "lib/base/text.h"

enum {
	CONTEXT = 3,
	TABLE_MOST = 4000000, /* pairs of lines that are compared; what differs in more is shown as replaced */
};

struct line {
	const char *text;
	size_t length; /* without the line feed */
	bool ended;    /* by a line feed */
};

struct lines {
	struct line *at;
	size_t count;
};

/* One line of the diff: ' ' in both, '-' in the old text only, '+' in the new one only. */
struct step {
	char sign;
	const struct line *line;
	size_t old_at, new_at; /* lines before it, in both texts */
};

struct diff {
	struct kith_arena *arena;
	struct lines old, new;
	struct step *steps;
	size_t count, capacity;
};

static struct lines split(struct kith_arena *arena, const char *text, size_t length)
{
	struct lines lines = { 0 };
	size_t capacity = 0;
	for (size_t at = 0; at < length;) {
		const char *end = memchr(text + at, '\n', length - at);
		const size_t taken = end ? (size_t)(end - (text + at)) : length - at;
		struct line *line = kith_arena_push(arena, &lines.at, &lines.count, &capacity, sizeof(*line));
		*line = (struct line){ text + at, taken, end != NULL };
		at += taken + (end != NULL);
	}
	return lines;
}

static bool is_same(const struct line *one, const struct line *other)
{
	return one->length == other->length && one->ended == other->ended &&
	       memcmp(one->text, other->text, one->length) == 0;
}

static void add_step(struct diff *diff, char sign, size_t old_at, size_t new_at)
{
	struct step *step = kith_arena_push(diff->arena, &diff->steps, &diff->count, &diff->capacity, sizeof(*step));
	*step = (struct step){ sign, sign == '+' ? &diff->new.at[new_at] : &diff->old.at[old_at], old_at, new_at };
}

/* lengths[i * width + j]: of the longest common part of the two middles from their lines i and j on. */
static uint32_t *common_lengths(struct diff *diff, size_t start, size_t old_count, size_t new_count)
{
	const size_t width = new_count + 1;
	if (old_count && new_count > TABLE_MOST / old_count)
		return NULL;
	uint32_t *lengths = kith_arena_alloc(diff->arena, (old_count + 1) * width * sizeof(*lengths));
	for (size_t i = old_count; i-- > 0;)
		for (size_t j = new_count; j-- > 0;) {
			const uint32_t down = lengths[(i + 1) * width + j], right = lengths[i * width + j + 1];
			lengths[i * width + j] = is_same(&diff->old.at[start + i], &diff->new.at[start + j])
			                                 ? lengths[(i + 1) * width + j + 1] + 1
			                         : down > right ? down
			                                        : right;
		}
	return lengths;
}

/* What lies between the equal beginning and the equal end. */
static void compare_middle(struct diff *diff, size_t start, size_t old_count, size_t new_count)
{
	const uint32_t *lengths = common_lengths(diff, start, old_count, new_count);
	const size_t width = new_count + 1;
	size_t i = 0, j = 0;
	while (i < old_count || j < new_count) {
		const bool both = i < old_count && j < new_count;
		if (both && lengths && is_same(&diff->old.at[start + i], &diff->new.at[start + j])) {
			add_step(diff, ' ', start + i, start + j);
			i++, j++;
		} else if (i < old_count &&
		           (j == new_count || !lengths || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
			add_step(diff, '-', start + i, start + j);
			i++;
		} else {
			add_step(diff, '+', start + i, start + j);
			j++;
		}
	}
}

static void compare(struct diff *diff)
{
	const size_t old_count = diff->old.count, new_count = diff->new.count;
	const size_t least = old_count < new_count ? old_count : new_count;
	size_t start = 0, end = 0;
	while (start < least && is_same(&diff->old.at[start], &diff->new.at[start]))
		start++;
	while (end < least - start && is_same(&diff->old.at[old_count - end - 1], &diff->new.at[new_count - end - 1]))
		end++;
	for (size_t i = 0; i < start; i++)
		add_step(diff, ' ', i, i);
	compare_middle(diff, start, old_count - start - end, new_count - start - end);
	for (size_t i = end; i > 0; i--)
		add_step(diff, ' ', old_count - i, new_count - i);
}

/* --- printing --- */

/* Line ends are shown only where they are not the same in the whole file. */
static bool has_crlf_throughout(const struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		if (lines->at[i].ended && (!lines->at[i].length || lines->at[i].text[lines->at[i].length - 1] != '\r'))
			return false;
	return lines->count > 0;
}

static void print_line(struct kith_buf *out, bool color, const struct step *step, bool hide_cr)
{
	KITH_BUF text = { 0 };
	size_t length = step->line->length;
	const bool cr = step->line->ended && length && step->line->text[length - 1] == '\r';
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
	if (!step->line->ended)
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
	const bool hide_cr = has_crlf_throughout(diff->old.count ? &diff->old : &diff->new) &&
	                     has_crlf_throughout(diff->new.count ? &diff->new : &diff->old);
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
	diff.old = split(&arena, change->before, change->before ? change->before_length : 0);
	diff.new = split(&arena, change->after, change->after ? change->after_length : 0);
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
