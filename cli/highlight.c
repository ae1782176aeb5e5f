#include "cli/highlight.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/text.h"

static size_t character_length(const char *text, size_t length)
{
	size_t at = 1;
	while (at < length && ((unsigned char)text[at] & 0xC0) == 0x80)
		at++;
	return at;
}

static void fold_into(struct kith_buf *out, const char *text, size_t length)
{
	KITH_BUF folded = { 0 };
	kith_buf_clear(out);
	kith_fold(&folded, text, length);
	kith_fold_words(out, kith_buf_text(&folded), folded.length);
}

size_t kith_highlight_count(const char *line, size_t length, const char *const *words, size_t count)
{
	KITH_BUF folded = { 0 };
	size_t found = 0;
	fold_into(&folded, line, length);
	for (size_t i = 0; i < count; i++)
		found += kith_has_words(kith_buf_text(&folded), words[i], false);
	return found;
}

/* Whether a word may begin at `at`: what stands before it does not run into it. */
static bool is_boundary(const char *line, size_t length, size_t at)
{
	if (!at)
		return true;
	size_t before = at - 1;
	while (before > 0 && ((unsigned char)line[before] & 0xC0) == 0x80)
		before--;
	KITH_BUF left = { 0 }, both = { 0 };
	fold_into(&left, line + before, at - before);
	fold_into(&both, line + before, at - before + character_length(line + at, length - at));
	return !left.length || strchr(kith_buf_text(&both), ' ');
}

/* Behind the text from `at` that folds to the wanted words, 0 when it does not. Grows character by character,
 * as folding keeps no offsets; it gives up at the first that leads away. */
static size_t match(const char *line, size_t length, size_t at, const char *wanted)
{
	const size_t wanted_length = strlen(wanted);
	KITH_BUF folded = { 0 };
	for (size_t end = at; end < length;) {
		end += character_length(line + end, length - end);
		fold_into(&folded, line + at, end - at);
		const char *text = kith_buf_text(&folded);
		if (folded.length >= wanted_length)
			return strncmp(text, wanted, wanted_length) == 0 ? end : 0;
		if (strncmp(text, wanted, folded.length) != 0 || !folded.length)
			return 0;
	}
	return 0;
}

size_t kith_highlight_next(const char *line, size_t length, size_t from, const char *const *words, size_t count,
                           size_t *end)
{
	for (size_t at = from; at < length; at += character_length(line + at, length - at))
		for (size_t i = 0; i < count; i++) {
			const size_t found = *words[i] ? match(line, length, at, words[i]) : 0;
			if (found && is_boundary(line, length, at)) {
				*end = found;
				return at;
			}
		}
	return SIZE_MAX;
}
