/* Random records, two random versions of each, and the laws of lib/record/merge.h:
 *
 *   merge(O,A,B) = merge(O,B,A) in bytes      merge(O,A,A) = A      merge(O,O,B) = B
 *   the result reads as a record; every value that a side brought is shown or kept; what one side deleted and the other left alone
 *   does not come back; a later merge of the result with what went in gives the result again
 *
 * Values are looked at through the reader (lib/record/record.h), not through the model that merging uses.
 *
 *   merges SEED COUNT [FOLDER]     FOLDER: where the texts of what failed are put; ends with a line of figures, 1 if a law was broken
 *   merges huge SEED COUNT [FOLDER]  the same of large ones
 *   merges digest SEED COUNT       a hash of all results: the same from every compiler
 *
 * With MERGES_COMMENTS in the environment each comment that is gone is told (its triple: SEED + the number), with MERGES_DUMP all triples are put into FOLDER. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/record/doc.h"
#include "tests/torture/merges/merges.h"

struct figures {
	unsigned long triples, conflicts, changed_both;
	unsigned long untouched, untouched_gone, written, written_gone; /* comments */
	uint64_t digest;
};

/* --- the laws --- */

static struct kith_version version(const struct triple *triple, int which)
{
	const struct kith_buf *text = &triple->texts[which];
	return (struct kith_version){ which == BASE && !triple->has_base ? NULL : kith_buf_text(text), text->length };
}

static void merge(const struct triple *triple, int ours, int theirs, struct kith_merged *out)
{
	const struct kith_version of[] = { version(triple, BASE), version(triple, ours), version(triple, theirs) };
	kith_merge_record((int)triple->kind, &of[0], &of[1], &of[2], out);
}

static bool same(const struct kith_buf *one, const struct kith_buf *other)
{
	return one->length == other->length && memcmp(kith_buf_text(one), kith_buf_text(other), one->length) == 0;
}

static const char *told(const char *what, const struct fact *fact)
{
	static char room[200];
	snprintf(room, sizeof(room), "%s: %s: %.100s", what, fact->path, fact->text);
	return room;
}

/* What a side brought is shown or kept. */
static const char *value_is_lost(const struct facts *base, const struct facts *side, const struct facts *now)
{
	for (size_t i = 0; i < side->brought; i++)
		if (!holds(base, &side->list[i]) && !holds(now, &side->list[i]))
			return told("a value was lost", &side->list[i]);
	return NULL;
}

/* What was settled may come back when the two settled it differently. */
static const char *value_came_back(const struct triple *triple, const struct facts of[VERSIONS], const struct facts *now)
{
	for (int side = OURS; side <= THEIRS && !of[BASE].conflicts; side++) {
		const struct facts *deleting = &of[side], *other = &of[OURS + THEIRS - side];
		for (size_t i = 0; i < of[BASE].count; i++) {
			const struct fact *fact = &of[BASE].list[i];
			const struct kith_field *field = kith_field_find(triple->kind, fact->path);
			const bool simple = field && kith_field_is_top(field) && field->type != KITH_MAP && field->merge != KITH_LINES;
			if (simple && !holds(deleting, fact) && agree_on(&of[BASE], other, fact->path) && holds(now, fact))
				return told("a deleted value came back", fact);
		}
	}
	return NULL;
}

/* A single value that one side left alone, with all that is kept for it, is as the other has it. */
static const char *not_as_the_other(const struct triple *triple, const struct facts of[VERSIONS], const struct facts *now)
{
	if (of[BASE].removals || of[OURS].removals || of[THEIRS].removals || !triple->has_base)
		return NULL;
	if (of[BASE].misshapen || of[OURS].misshapen || of[THEIRS].misshapen)
		return NULL;
	for (int side = OURS; side <= THEIRS; side++) {
		const struct facts *other = &of[OURS + THEIRS - side];
		for (size_t i = 0; i < other->brought; i++) {
			const char *path = other->list[i].path;
			const struct kith_field *field = kith_field_find(triple->kind, path);
			if (field && kith_field_is_top(field) && field->type != KITH_MAP && field->merge == KITH_VALUE &&
			    agree_on(&of[BASE], &of[side], path) && !agree_on(now, other, path))
				return told("one side left it alone, and it is not as the other has it", &other->list[i]);
		}
	}
	return NULL;
}

/* Where a fact of this path and text is, or -1; -2: more than once. */
static int place_of(const struct facts *facts, const struct fact *fact)
{
	int found = -1;
	for (size_t i = 0; i < facts->shown; i++)
		if (strcmp(facts->list[i].path, fact->path) == 0 && strcmp(facts->list[i].text, fact->text) == 0)
			found = found == -1 ? (int)i : -2;
	return found;
}

/* Whether two have the values of a path that both have in the same order; `unsure`: one has a value twice. */
static bool same_order(const struct facts *one, const struct facts *other, const char *path, bool *unsure)
{
	int before = -1;
	for (size_t i = 0; i < one->shown; i++) {
		if (strcmp(one->list[i].path, path) != 0)
			continue;
		const int here = place_of(other, &one->list[i]);
		*unsure |= here == -2 || place_of(one, &one->list[i]) == -2;
		if (here < 0)
			continue;
		if (here < before)
			return false;
		before = here;
	}
	return true;
}

/* The order of a list is that of the only side that changed it. */
static const char *order_is_wrong(const struct triple *triple, const struct facts of[VERSIONS], const struct facts *now)
{
	size_t count;
	const struct kith_field *fields = kith_fields(triple->kind, &count);
	for (size_t i = 0; i < count && triple->has_base; i++) {
		if (fields[i].merge != KITH_ORDER || !kith_field_is_top(&fields[i]) || (fields[i].flags & KITH_TOOLS))
			continue;
		const char *path = kith_field_key(&fields[i])->path;
		bool unsure = false;
		const bool ours = same_order(&of[BASE], &of[OURS], path, &unsure), theirs = same_order(&of[BASE], &of[THEIRS], path, &unsure);
		(void)same_order(now, now, path, &unsure);
		if (fields[i].flags & KITH_PAIR)
			continue; /* what comes first in a pair need not be different */
		const struct facts *spine = !ours ? &of[OURS] : &of[THEIRS];
		if (ours != theirs && !unsure && !same_order(spine, now, path, &unsure))
			return told("the order is not that of the side that changed it", &(struct fact){ path, "" });
	}
	return NULL;
}

/* Whether a text came with a value both shown and kept, as only a person writes it. */
static bool shows_what_it_keeps(const struct triple *triple, int which, const char *field, const char *value)
{
	KITH_ARENA arena = { 0 };
	struct kith_reading reading;
	struct kith_conflict *conflicts;
	size_t count;
	const struct kith_buf *text = &triple->texts[which];
	kith_record_read(triple->kind, "some-id", NULL, kith_buf_text(text), text->length, &arena, &reading);
	kith_conflicts_read(&reading, &arena, &conflicts, &count);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < conflicts[i].kept_count && conflicts[i].shown; j++)
			if (strcmp(conflicts[i].field, field) == 0 && strcmp(conflicts[i].shown, value) == 0 && strcmp(conflicts[i].kept[j], value) == 0)
				return true;
	return false;
}

static const char *equals_conflict(const struct triple *triple, const struct facts of[VERSIONS], const struct kith_buf *merged)
{
	KITH_ARENA arena = { 0 };
	struct kith_reading reading;
	struct kith_conflict *conflicts;
	size_t count;
	kith_record_read(triple->kind, "some-id", NULL, kith_buf_text(merged), merged->length, &arena, &reading);
	kith_conflicts_read(&reading, &arena, &conflicts, &count);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < conflicts[i].kept_count && conflicts[i].shown && !of[BASE].conflicts; j++)
			if (strcmp(conflicts[i].shown, conflicts[i].kept[j]) == 0 &&
			    !shows_what_it_keeps(triple, OURS, conflicts[i].field, conflicts[i].shown) &&
			    !shows_what_it_keeps(triple, THEIRS, conflicts[i].field, conflicts[i].shown))
				return told("what is shown is kept too", &(struct fact){ conflicts[i].field, conflicts[i].shown });
		if (of[OURS].conflicts || of[THEIRS].conflicts || strpbrk(conflicts[i].field, ".["))
			continue;
		/* Both sides have it, each once, with one value. */
		const struct fact *a = NULL, *b = NULL;
		size_t seen = 0;
		for (int side = OURS; side <= THEIRS; side++)
			for (size_t j = 0; j < of[side].shown; j++)
				if (strcmp(of[side].list[j].path, conflicts[i].field) == 0) {
					*(side == OURS ? &a : &b) = &of[side].list[j];
					seen++;
				}
		if (seen == 2 && a && b && strcmp(a->text, b->text) == 0)
			return told("equal values conflict", a);
	}
	return NULL;
}

static const char *values_are_wrong(const struct triple *triple, const struct kith_buf *merged)
{
	KITH_ARENA arena = { 0 };
	struct facts of[VERSIONS] = { 0 }, now = { 0 };
	for (int i = 0; i < VERSIONS; i++)
		if ((i != BASE || triple->has_base) && !read_facts(triple, &triple->texts[i], &arena, &of[i]))
			return NULL; /* nor will the result be */
	if (!read_facts(triple, merged, &arena, &now))
		return "the result is no record";
	const char *problem = value_is_lost(&of[BASE], &of[OURS], &now);
	problem = problem ? problem : value_is_lost(&of[BASE], &of[THEIRS], &now);
	problem = problem ? problem : value_came_back(triple, of, &now);
	problem = problem ? problem : not_as_the_other(triple, of, &now);
	problem = problem ? problem : order_is_wrong(triple, of, &now);
	return problem ? problem : equals_conflict(triple, of, merged);
}

/* --- comments --- */

static void tell_comment(const struct figures *figures, const char *what, const char *text)
{
	if (getenv("MERGES_COMMENTS"))
		printf("%lu: %s: %.150s\n", figures->triples, what, text);
}

/* How many comments that all three have are gone, how many that one side alone wrote, and how many of each there were. */
static void count_remarks(const struct triple *triple, const struct kith_buf *merged, struct figures *figures)
{
	KITH_ARENA arena = { 0 };
	struct remarks of[VERSIONS] = { 0 }, now = { 0 };
	for (int i = 0; i < VERSIONS; i++)
		read_remarks(&triple->texts[i], &arena, &of[i]);
	read_remarks(merged, &arena, &now);
	for (size_t i = 0; i < of[OURS].count; i++) {
		const char *text = of[OURS].list[i];
		if (times(&of[OURS], text) != 1 || times(&of[THEIRS], text) != 1)
			continue;
		figures->untouched++;
		if (!times(&now, text)) {
			figures->untouched_gone++;
			tell_comment(figures, "a comment that both have is gone", text);
		}
	}
	for (int side = OURS; side <= THEIRS; side++)
		for (size_t i = 0; i < of[side].count; i++) {
			const char *text = of[side].list[i];
			if (times(&of[side], text) != 1 || times(&of[OURS + THEIRS - side], text) || (triple->has_base && times(&of[BASE], text)))
				continue;
			figures->written++;
			if (!times(&now, text)) {
				figures->written_gone++;
				tell_comment(figures, "a comment that one side wrote is gone", text);
			}
		}
}

/* --- three that were changed at once --- */

/* In whatever order they meet, what each brought is there in the end. */
static const char *chain_loses(struct chance *chance, const struct triple *triple)
{
	static const int orders[3][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 2, 0 } };
	KITH_BUF third = { 0 };
	make_version(chance, triple->kind, &triple->texts[BASE], &third);
	const struct kith_buf *texts[3] = { &triple->texts[OURS], &triple->texts[THEIRS], &third };
	const struct kith_version base = version(triple, BASE);
	const char *problem = NULL;
	for (size_t i = 0; i < 3 && !problem; i++) {
		KITH_ARENA arena = { 0 };
		struct kith_merged two, all;
		struct kith_version of[3];
		for (int j = 0; j < 3; j++)
			of[j] = (struct kith_version){ kith_buf_text(texts[orders[i][j]]), texts[orders[i][j]]->length };
		kith_merge_record((int)triple->kind, &base, &of[0], &of[1], &two);
		kith_merge_record((int)triple->kind, &base, &(struct kith_version){ kith_buf_text(&two.text), two.text.length }, &of[2], &all);
		struct facts before = { 0 }, now = { 0 };
		bool readable = (!triple->has_base || read_facts(triple, &triple->texts[BASE], &arena, &before)) &&
		                read_facts(triple, &all.text, &arena, &now);
		for (int j = 0; j < 3 && readable && !problem; j++) {
			struct facts side = { 0 };
			if (read_facts(triple, texts[j], &arena, &side))
				problem = value_is_lost(&before, &side, &now);
		}
		kith_merged_finish(&two);
		kith_merged_finish(&all);
	}
	if (problem && getenv("MERGES_DUMP"))
		printf("%s; the third:\n%s\n", problem, kith_buf_text(&third));
	return problem ? "of three versions one lost a value" : NULL;
}

/* --- how the text is written --- */

static bool is_readable(const struct kith_buf *text)
{
	KITH_ARENA arena = { 0 };
	struct kith_doc doc;
	struct kith_faults faults = { .arena = &arena };
	return kith_doc_parse(kith_buf_text(text), text->length, &arena, &doc, &faults);
}

static bool has_mark(const struct kith_buf *text)
{
	return text->length >= 3 && memcmp(text->text, "\xEF\xBB\xBF", 3) == 0;
}

static bool has_last_feed(const struct kith_buf *text)
{
	return text->length && text->text[text->length - 1] == '\n';
}

/* Blank lines at the end, or both kinds of line ends: what is right is not clear. */
static bool is_mixed(const struct kith_buf *text)
{
	size_t last = text->length - (text->length && text->text[text->length - 1] == '\n');
	while (last && strchr(" \t\r", text->text[last - 1]))
		last--;
	if (!last || text->text[last - 1] == '\n')
		return true;
	size_t feeds = 0, returns = 0;
	for (size_t i = 0; i < text->length; i++) {
		feeds += text->text[i] == '\n';
		returns += text->text[i] == '\r' ? (i + 1 < text->length && text->text[i + 1] == '\n' ? 1 : text->length) : 0;
	}
	return !feeds || (returns && feeds != returns);
}

static bool has_returns(const struct kith_buf *text)
{
	return text->length && memchr(text->text, '\r', text->length);
}

/* What only one side changed of how lines end is so in the result. */
static const char *dressed_wrong(const struct triple *triple, const struct kith_buf *merged)
{
	static bool (*const asks[])(const struct kith_buf *) = { has_mark, has_last_feed, has_returns };
	static const char *const what[] = { "the byte order mark is wrong", "the last line feed is wrong", "the line ends are wrong" };
	bool mixed = is_mixed(merged);
	for (int i = 0; i < VERSIONS; i++)
		mixed |= is_mixed(&triple->texts[i]);
	for (size_t i = 0; i < kith_count(asks) && triple->has_base && !mixed; i++) {
		const bool base = asks[i](&triple->texts[BASE]), ours = asks[i](&triple->texts[OURS]), theirs = asks[i](&triple->texts[THEIRS]);
		if (asks[i](merged) != (ours == base ? theirs : ours))
			return what[i];
	}
	return NULL;
}

/* One that is no record is kept whole beside the other. */
static const char *set_aside_wrong(const struct triple *triple, const struct kith_merged *merged)
{
	const struct kith_buf *ours = &triple->texts[OURS], *theirs = &triple->texts[THEIRS];
	if (!merged->unreadable)
		return merged->loser.length ? "a text was set aside for nothing" : NULL;
	if (!(same(&merged->text, ours) && same(&merged->loser, theirs)) && !(same(&merged->text, theirs) && same(&merged->loser, ours)))
		return "a text that cannot be read was not kept whole";
	if (is_readable(&merged->loser) && is_readable(&merged->text) && ours->length + theirs->length < KITH_DOC_LIMIT / 8)
		return "two readable texts became none";
	return is_readable(&merged->loser) && !is_readable(&merged->text) ? "the one that cannot be read won" : NULL;
}

static const char *broken_law(struct chance *chance, const struct triple *triple, struct figures *figures)
{
	struct kith_merged there, back, again;
	const char *problem = NULL;
	merge(triple, OURS, THEIRS, &there);
	merge(triple, THEIRS, OURS, &back);
	if (!same(&there.text, &back.text) || !same(&there.loser, &back.loser) || there.conflicts != back.conflicts)
		problem = "the two directions differ";
	else
		problem = set_aside_wrong(triple, &there);
	const bool merged = !there.unreadable;
	if (!problem && merged)
		problem = values_are_wrong(triple, &there.text);
	if (!problem && merged)
		problem = dressed_wrong(triple, &there.text);
	if (!problem && merged && triple->texts[BASE].length < 100000 && chance_percent(chance, 25))
		problem = chain_loses(chance, triple);
	if (merged)
		count_remarks(triple, &there.text, figures);
	for (int side = OURS; side <= THEIRS && !problem && merged; side++) {
		const struct kith_version base = version(triple, BASE), of = version(triple, side);
		const struct kith_version result = { kith_buf_text(&there.text), there.text.length };
		kith_merge_record((int)triple->kind, &base, &of, &of, &again);
		problem = same(&again.text, &triple->texts[side]) ? NULL : "merge(O,A,A) is not A";
		kith_merged_finish(&again);
		kith_merge_record((int)triple->kind, &base, base.text ? &base : &of, &of, &again);
		if (!problem && base.text && !same(&again.text, &triple->texts[side]))
			problem = "merge(O,O,B) is not B";
		kith_merged_finish(&again);
		kith_merge_record((int)triple->kind, &of, &result, &of, &again);
		if (!problem && !same(&again.text, &there.text))
			problem = "the result is no fixpoint";
		kith_merged_finish(&again);
	}
	for (size_t i = 0; i < there.text.length; i++)
		figures->digest = (figures->digest ^ (unsigned char)there.text.text[i]) * 1099511628211u;
	figures->triples++;
	figures->conflicts += there.conflicts > 0;
	figures->changed_both += !same(&there.text, &triple->texts[OURS]) && !same(&there.text, &triple->texts[THEIRS]);
	kith_merged_finish(&there);
	kith_merged_finish(&back);
	return problem;
}

static void put_file(const char *folder, uint64_t seed, const char *name, const struct kith_buf *text)
{
	KITH_BUF path = { 0 };
	kith_buf_addf(&path, "%s/%llu.%s.yaml", folder, (unsigned long long)seed, name);
	FILE *file = fopen(path.text, "w");
	if (!file)
		return;
	(void)fwrite(kith_buf_text(text), 1, text->length, file);
	(void)fclose(file);
}

static void put_failure(const char *folder, uint64_t seed, const struct triple *triple)
{
	static const char *const names[] = { "base", "ours", "theirs" };
	struct kith_merged merged;
	for (int i = 0; i < VERSIONS; i++)
		put_file(folder, seed, names[i], &triple->texts[i]);
	merge(triple, OURS, THEIRS, &merged);
	put_file(folder, seed, "merged", &merged.text);
	merge(triple, THEIRS, OURS, &merged);
	put_file(folder, seed, "back", &merged.text);
	kith_merged_finish(&merged);
}

int main(int argc, char **argv)
{
	const bool digest = argc > 1 && strcmp(argv[1], "digest") == 0, huge = argc > 1 && strcmp(argv[1], "huge") == 0;
	argc -= digest || huge;
	argv += digest || huge;
	if (argc < 3) {
		fprintf(stderr, "usage: merges [digest | huge] SEED COUNT [FOLDER]\n");
		return 2;
	}
	const uint64_t seed = strtoull(argv[1], NULL, 10);
	const unsigned long count = strtoul(argv[2], NULL, 10);
	struct figures figures = { .digest = 14695981039346656037u };
	unsigned long broken = 0;
	for (unsigned long i = 0; i < count; i++) {
		struct chance chance = { .state = (seed + i) * 2654435761u + 1 };
		struct triple triple;
		(huge ? make_huge : make_triple)(&chance, &triple);
		const char *problem = broken_law(&chance, &triple, &figures);
		if (getenv("MERGES_DUMP") && argc > 3)
			put_failure(argv[3], seed + i, &triple);
		if (problem && broken++ < 20) {
			printf("%llu (%s): %s\n", (unsigned long long)(seed + i), kith_kind_name(triple.kind), problem);
			if (argc > 3)
				put_failure(argv[3], seed + i, &triple);
		}
		finish_triple(&triple);
	}
	if (digest)
		printf("%016llx\n", (unsigned long long)figures.digest);
	else
		printf("%lu triples, %lu with conflicts, %lu became a third text, %lu of %lu comments that nobody touched are gone, "
		       "%lu of %lu that one side wrote, %lu broke a law\n",
		       figures.triples, figures.conflicts, figures.changed_both, figures.untouched_gone, figures.untouched,
		       figures.written_gone, figures.written, broken);
	return broken ? 1 : 0;
}
