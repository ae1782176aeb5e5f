/* The words and ids of one store, for editors: .kith/schema/vocabulary.json, which the JSON Schemas beside it refer to.
 *
 * Whatever is in it is offered, and nothing is refused because it is not.  An editor would show a plain list of
 * choices whole wherever one hovers over a value, so words are offered as snippets, and ids stand in several short lists, of
 * which only the one with the id in question is shown, with its name first. */
#ifndef KITH_VOCABULARY_H
#define KITH_VOCABULARY_H

#include "lib/base/memory.h"
#include "lib/record/schema.h"

/* Fields of words that share what is offered: those of one name with one list of suggestions (`skills` of contacts and of
 * opportunities, but not the `type` of each kind).  The first of them stands for all; NULL: not a field of words. */
const struct kith_field *kith_vocabulary_field(const struct kith_field *);

/* What a definition in vocabulary.json is called: "contact.skills".  Appended. */
void kith_vocabulary_name(struct kith_buf *out, const struct kith_field *first);

struct kith_vocabulary {
	struct {
		const char **list, **names; /* what each is called */
		size_t count;
	} ids[KITH_KINDS];
	struct {
		const char **list;
		size_t count;
	} *words; /* one a row of the table of fields, filled where a field stands for all; or NULL */
};

/* Append the file.  `mark` stands at its beginning: kith_vocabulary_has_mark. */
void kith_vocabulary_json(struct kith_buf *out, const struct kith_vocabulary *, const char *mark);

/* Whether a file that begins so was made with a mark that begins so; KITH_VOCABULARY_HEAD bytes are enough. */
enum { KITH_VOCABULARY_HEAD = 256 };
bool kith_vocabulary_has_mark(const char *head, size_t length, const char *mark);

#endif
