/* What the files that read dates and spans share; for lib/base only. */
#ifndef KITH_DATE_PRIVATE_H
#define KITH_DATE_PRIVATE_H

#include "lib/base/date.h"

/* Where the reason goes why a text is no date, and what to write instead;
 * both may be NULL. */
struct kith_date_fault {
	const char **why;
	struct kith_buf *hint;
};

/* Set the reason.  Returns false, for `return kith_date_fault(…)`. */
bool kith_date_fault(const struct kith_date_fault *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for a time behind 2026-11 or 11-25. */
bool kith_date_incomplete(const struct kith_date_fault *);
/* Add "write 2026-11-25", or " or 2026-12-01" when something was added before. */
void kith_date_suggest(const struct kith_date_fault *, struct kith_date);

/* Whether there is such a day (year 0: in some year; day 0: no day given);
 * fills the fault. */
bool kith_date_exists(int year, int month, int day, const struct kith_date_fault *);

enum kith_time {
	KITH_TIME_NONE,   /* not a time at all */
	KITH_TIME_EXACT,  /* 19:30 */
	KITH_TIME_LOOSE,  /* 9:30, 7pm, 19:30:00, 19:30Z: what was meant is known */
	KITH_TIME_WRONG,  /* 25:00; the fault is filled */
};
enum kith_time kith_time_read(const char *text, int *minute, const struct kith_date_fault *);

/* Find out why a text is no date.  False if that is all that can be said; then
 * there is no hint. */
bool kith_date_explain(const char *text, const struct kith_date_fault *);

/* Lower-case words of a text, without commas and the full stops behind words. */
struct kith_words {
	char text[80];
	const char *word[12];
	size_t count;
};
/* False for a text that is too long to be a date or a span. */
bool kith_words_split(struct kith_words *, const char *text);
bool kith_word_is(const struct kith_words *, size_t index, const char *word);
/* "3 weeks", "a month", "6w": how many words it takes, 0 if it is none.  The
 * count is above 0. */
size_t kith_words_length(const struct kith_words *, size_t index, struct kith_span *out);
unsigned kith_word_month(const char *word);   /* 1 … 12, or 0 */
unsigned kith_word_weekday(const char *word); /* 1 Monday … 7, or 0 */

enum kith_wording {
	KITH_WORDING_NONE,     /* no date in words */
	KITH_WORDING_DATE,     /* 25 November 2026: the same on every day */
	KITH_WORDING_RELATIVE, /* tomorrow: depends on today */
	KITH_WORDING_WRONG,    /* 31 November; the fault is filled */
};
enum kith_wording kith_date_of_words(const char *text, kith_day today, struct kith_date *out,
                                     const struct kith_date_fault *);
/* Hint at the words that a person may have mistyped, or at what can be written. */
void kith_date_suggest_words(const char *text, kith_day today, const struct kith_date_fault *);

#endif
