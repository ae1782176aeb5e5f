/* UTF-8 text as people see it: folding for search, display width, NFC, words
 * that look alike, and making text safe to print. */
#ifndef KITH_TEXT_H
#define KITH_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/memory.h"

/* Whether the bytes are UTF-8 as Unicode defines it (no overlong forms, no
 * surrogates, nothing above U+10FFFF).  On false, *bad (may be NULL) is the
 * offset of the first bad byte. */
bool kith_is_utf8(const char *text, size_t length, size_t *bad);

/* Characters (code points) in the first `length` bytes. */
size_t kith_characters(const char *text, size_t length);

/* Append the form under which a text is searched and compared: compatibility
 * decomposed, case folded, marks stripped, and the letters that Unicode does not
 * take apart replaced (ß→ss by case folding; ł→l, đ→d, ø→o, ħ→h, ı→i, æ→ae, œ→oe, þ→th),
 * typographic quotes and dashes as typed.  White space, controls and invalid bytes
 * become single spaces, none at the ends.  Folding twice changes nothing more. */
void kith_fold(struct kith_buf *out, const char *text, size_t length);

/* Append what the full-text index stores, from text that is already folded:
 * words of letters and digits separated by single spaces; each CJK character
 * (Han, kana, Hangul syllables) is a word of its own, so that a part of a run is
 * found as a phrase. */
void kith_fold_words(struct kith_buf *out, const char *folded, size_t length);

/* Whether the words of `wanted` follow each other in `folded` as whole words,
 * the last one as a prefix unless `whole`.  Both in the form of kith_fold_words;
 * no words are found in anything. */
bool kith_has_words(const char *folded_words, const char *wanted_words, bool whole);

/* Columns the text takes on a terminal, by grapheme cluster (a family emoji is 2).
 * Controls take none: make the text printable first. */
size_t kith_width(const char *text, size_t length);

/* Append at most `columns` columns of text; when it had to be cut the last column is "…". */
void kith_clip(struct kith_buf *out, const char *text, size_t columns);

/* Append text safe for a terminal, a log line or a notification: control
 * characters (C0, DEL, C1) and bidirectional overrides and isolates become
 * U+FFFD; line feeds and tabs become a space unless keep_lines.  Invalid UTF-8
 * becomes U+FFFD. */
void kith_printable(struct kith_buf *out, const char *text, size_t length, bool keep_lines);

/* Append the NFC form.  Invalid UTF-8 is appended as it is. */
void kith_nfc(struct kith_buf *out, const char *text, size_t length);

/* Whether text may be a record's id: NFC, lower case, letters (with the marks many
 * scripts need) and digits of any script and '-', not at an end, at most 200 bytes. */
bool kith_is_id(const char *text, size_t length);

/* Append the id a name suggests: "Ana María Silva" → "ana-maria-silva" (Latin marks are
 * stripped, other scripts kept), "O'Brien" → "obrien".  Appends nothing if no letter or
 * digit is in it, else what kith_is_id takes. */
void kith_slug(struct kith_buf *out, const char *text);

/* Edits (insert, delete, change, swap of neighbours: Damerau–Levenshtein, optimal
 * string alignment) between two texts by code point; `limit + 1` when it is more than limit. */
unsigned kith_edits(const char *one, const char *other, unsigned limit);

/* The candidate nearest to `text` that a person may have meant (at most a third of
 * its length away, at least one edit allowed, but not all of it), or NULL; the first of
 * several.  Case and accents do not count. */
const char *kith_did_you_mean(const char *text, const char *const *candidates, size_t count);

/* xterm/JSON/XML escapes live with their formats; this one is for prose: append
 * text in single quotes, printable, clipped to 60 columns. */
void kith_quote(struct kith_buf *out, const char *text);

#endif
