/* Random records, two random versions of each, and the laws of lib/record/merge.h:
 *
 *   merge(O,A,B) = merge(O,B,A) in bytes      merge(O,A,A) = A      merge(O,O,B) = B
 *   the result reads as a record; every value that a side brought is shown or kept; what one side deleted and the other left alone
 *   does not come back; a later merge of the result with what went in gives the result again
 *
 * Values are looked at through the reader (lib/record/record.h), not through the model that merging uses.
 *
 *   merges SEED COUNT [FOLDER]     FOLDER: where the texts of what failed are put; ends with a line of figures, 1 if a law was broken
 *   merges digest SEED COUNT       a hash of all results: the same from every compiler */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/record/merge.h"
#include "lib/record/spans.h"
#include "lib/record/types.h"
#include "tests/torture/edits/edits.h"

enum { BASE, OURS, THEIRS, VERSIONS };

struct triple {
	enum kith_kind kind;
	struct kith_buf texts[VERSIONS];
	bool has_base;
};

struct figures {
	unsigned long triples, conflicts, changed_both, anew, comments, bare;
	uint64_t digest;
};

/* --- making a triple --- */

static void change_some(struct chance *chance, struct kith_editing *editing)
{
	for (uint32_t count = 1 + chance_below(chance, 4); count; count--) {
		KITH_ARENA arena = { 0 };
		const struct change change = random_change(chance, &arena, editing);
		if (change.verb == CHANGE_APPLY)
			(void)kith_edit_apply(editing, &change.edit, NULL); /* one that is refused changes nothing */
		else if (change.verb == CHANGE_REPLACE && change.value < editing->reading.record.count)
			(void)kith_edit_replace(editing, &editing->reading.record.values[change.value], change.text, NULL);
		else if (change.verb == CHANGE_ORDER)
			(void)kith_edit_order(editing, NULL);
	}
}

/* A version of a text; the text itself when it is no record. */
static void make_version(struct chance *chance, enum kith_kind kind, const struct kith_buf *from, struct kith_buf *out)
{
	KITH_EDITING editing = { 0 };
	if (kith_editing_begin(&editing, kind, "some-id", NULL, kith_buf_text(from), from->length, NULL) == KITH_OK) {
		change_some(chance, &editing);
		kith_buf_add_bytes(out, kith_buf_text(&editing.text), editing.text.length);
	} else {
		kith_buf_add_bytes(out, kith_buf_text(from), from->length);
	}
}

/* One in five starts from a record that a merge has left: with conflicts in it. */
static void make_triple(struct chance *chance, struct triple *triple)
{
	*triple = (struct triple){ .kind = (enum kith_kind)chance_below(chance, KITH_KINDS + 1) };
	triple->has_base = !chance_percent(chance, 5);
	KITH_BUF first = { 0 };
	random_document(&first, chance, triple->kind);
	if (chance_percent(chance, 20)) {
		KITH_BUF one = { 0 }, other = { 0 };
		struct kith_merged merged;
		make_version(chance, triple->kind, &first, &one);
		make_version(chance, triple->kind, &first, &other);
		kith_merge_record((int)triple->kind, &(struct kith_version){ first.text, first.length },
		                  &(struct kith_version){ kith_buf_text(&one), one.length },
		                  &(struct kith_version){ kith_buf_text(&other), other.length }, &merged);
		kith_buf_add_bytes(&triple->texts[BASE], kith_buf_text(&merged.text), merged.text.length);
		kith_merged_finish(&merged);
	} else {
		kith_buf_add_bytes(&triple->texts[BASE], kith_buf_text(&first), first.length);
	}
	make_version(chance, triple->kind, &triple->texts[BASE], &triple->texts[OURS]);
	make_version(chance, triple->kind, &triple->texts[BASE], &triple->texts[THEIRS]);
}

static void finish_triple(struct triple *triple)
{
	for (int i = 0; i < VERSIONS; i++)
		kith_buf_finish(&triple->texts[i]);
}

/* --- the values of a text --- */

struct fact {
	const char *path, *text;
};
struct facts {
	struct fact *list;
	size_t count, capacity, conflicts;
	size_t shown; /* the first so many; the rest is kept */
};

static void add_fact(struct facts *facts, struct kith_arena *arena, const char *path, const char *text)
{
	struct fact *fact = kith_arena_push(arena, &facts->list, &facts->count, &facts->capacity, sizeof(*fact));
	*fact = (struct fact){ path, text };
}

static const char *canonical(const struct kith_value *value, struct kith_arena *arena)
{
	KITH_BUF text = { 0 };
	if (!value->field || value->faulty)
		return value->text;
	kith_type_row(value->field->type)->print(&text, value);
	return text.length ? kith_arena_strdup(arena, text.text) : value->text;
}

/* A text of several lines is looked at line by line. */
static void add_lines(struct facts *facts, struct kith_arena *arena, const char *path, const char *text)
{
	for (const char *at = text;; at++) {
		const size_t length = strcspn(at, "\n");
		if (length)
			add_fact(facts, arena, path, kith_arena_strndup(arena, at, length));
		at += length;
		if (!*at)
			return;
	}
}

/* "promised[send the draft].by" is about promised.by. */
static const char *plain_path(const char *path, struct kith_arena *arena)
{
	const char *open = strchr(path, '['), *close = strrchr(path, ']');
	if (!open || !close || close < open)
		return path;
	return kith_arena_printf(arena, "%.*s%s", (int)(open - path), path, close + 1);
}

/* A list or map that lost against a single value is kept as a text of YAML. */
static void add_structure(struct facts *facts, struct kith_arena *arena, const char *path, const char *text)
{
	struct kith_reading reading;
	const char *source = kith_arena_printf(arena, "x-kept: %s\n", text);
	if (*text != '[' && *text != '{')
		return;
	kith_record_read(KITH_KIND_contact, "some-id", NULL, source, strlen(source), arena, &reading);
	for (size_t i = 0; i < reading.record.count; i++)
		add_fact(facts, arena, kith_arena_printf(arena, "%s%s", path, reading.record.values[i].key + strlen("x-kept")),
		         reading.record.values[i].text);
}

static bool read_facts(const struct triple *triple, const struct kith_buf *text, struct kith_arena *arena, struct facts *out)
{
	struct kith_reading reading;
	kith_record_read(triple->kind, "some-id", NULL, kith_buf_text(text), text->length, arena, &reading);
	for (size_t i = 0; i < reading.record.count; i++) {
		const struct kith_value *value = &reading.record.values[i];
		const char *path = value->field ? value->field->path : value->key;
		if (strncmp(path, "conflicts", 9) == 0)
			continue;
		if (value->field && value->field->merge == KITH_TABLE)
			path = kith_arena_printf(arena, "%s.%s", path, value->key);
		if (value->field && value->field->merge == KITH_LINES)
			add_lines(out, arena, path, value->text);
		else
			add_fact(out, arena, path, canonical(value, arena));
	}
	out->shown = out->count;
	struct kith_conflict *conflicts;
	size_t count;
	kith_conflicts_read(&reading, arena, &conflicts, &count);
	out->conflicts = count;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < conflicts[i].kept_count; j++) {
			const char *path = plain_path(conflicts[i].field, arena);
			const struct kith_field *field = kith_field_find(triple->kind, path);
			struct kith_value value;
			add_structure(out, arena, path, conflicts[i].kept[j]);
			if (field && field->merge == KITH_LINES)
				add_lines(out, arena, path, conflicts[i].kept[j]);
			else if (field && kith_value_read(field, conflicts[i].kept[j], &value, NULL, NULL))
				add_fact(out, arena, path, canonical(&value, arena));
			else
				add_fact(out, arena, path, conflicts[i].kept[j]);
		}
	return reading.readable;
}

static bool holds(const struct facts *facts, const struct fact *fact)
{
	for (size_t i = 0; i < facts->count; i++)
		if (strcmp(facts->list[i].path, fact->path) == 0 && strcmp(facts->list[i].text, fact->text) == 0)
			return true;
	return false;
}

/* Whether two versions have the same values of one field. */
static bool agree_on(const struct facts *one, const struct facts *other, const char *path)
{
	for (int round = 0; round < 2; round++) {
		const struct facts *from = round ? other : one, *in = round ? one : other;
		for (size_t i = 0; i < from->count; i++)
			if (strcmp(from->list[i].path, path) == 0 && !holds(in, &from->list[i]))
				return false;
	}
	return true;
}

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
	for (size_t i = 0; i < side->count; i++)
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
			if (strcmp(conflicts[i].shown, conflicts[i].kept[j]) == 0)
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
	problem = problem ? problem : order_is_wrong(triple, of, &now);
	return problem ? problem : equals_conflict(triple, of, merged);
}

/* --- comments --- */

struct remarks {
	const char **list;
	size_t count, capacity;
};

static void read_remarks(const struct kith_buf *text, struct kith_arena *arena, struct remarks *out)
{
	struct kith_doc doc;
	struct kith_comments comments;
	struct kith_faults faults = { .arena = arena };
	if (!kith_doc_parse(kith_buf_text(text), text->length, arena, &doc, &faults))
		return;
	kith_comments_find(&doc, arena, &comments);
	/* What is in `conflicts` is kith's own. */
	const struct kith_node *own = doc.root ? kith_node_member(doc.root, "conflicts") : NULL;
	for (size_t i = 0; i < comments.count; i++) {
		if (own && comments.list[i].start >= own->key->start && comments.list[i].start <= kith_line_end(&doc, own->end))
			continue;
		size_t end = comments.list[i].end;
		while (end > comments.list[i].start && strchr(" \t\r", doc.source[end - 1]))
			end--;
		*(const char **)kith_arena_push(arena, &out->list, &out->count, &out->capacity, sizeof(*out->list)) =
			kith_arena_strndup(arena, doc.source + comments.list[i].start, end - comments.list[i].start);
	}
}

static size_t times(const struct remarks *remarks, const char *text)
{
	size_t count = 0;
	for (size_t i = 0; i < remarks->count; i++)
		count += strcmp(remarks->list[i], text) == 0;
	return count;
}

/* How many comments that all three have are gone, and how many there were. */
static void count_remarks(const struct triple *triple, const struct kith_buf *merged, struct figures *figures)
{
	KITH_ARENA arena = { 0 };
	struct remarks of[VERSIONS] = { 0 }, now = { 0 };
	for (int i = 0; i < VERSIONS; i++)
		read_remarks(&triple->texts[i], &arena, &of[i]);
	read_remarks(merged, &arena, &now);
	for (size_t i = 0; i < of[BASE].count && triple->has_base; i++) {
		const char *text = of[BASE].list[i];
		if (times(&of[BASE], text) != 1 || times(&of[OURS], text) != 1 || times(&of[THEIRS], text) != 1)
			continue;
		figures->comments++;
		figures->bare += !times(&now, text);
		if (!times(&now, text) && getenv("MERGES_COMMENTS"))
			printf("lost: %.150s\n", text);
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
	return problem ? "of three versions one lost a value" : NULL;
}

static const char *broken_law(struct chance *chance, const struct triple *triple, struct figures *figures)
{
	struct kith_merged there, back, again;
	const char *problem = NULL;
	merge(triple, OURS, THEIRS, &there);
	merge(triple, THEIRS, OURS, &back);
	if (!same(&there.text, &back.text))
		problem = "the two directions differ";
	else if (there.unreadable)
		problem = "two readable texts became none";
	else
		problem = values_are_wrong(triple, &there.text);
	if (!problem && chance_percent(chance, 25))
		problem = chain_loses(chance, triple);
	count_remarks(triple, &there.text, figures);
	for (int side = OURS; side <= THEIRS && !problem; side++) {
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
	const bool comments = memchr(kith_buf_text(&triple->texts[OURS]), '#', triple->texts[OURS].length) &&
	                      memchr(kith_buf_text(&triple->texts[THEIRS]), '#', triple->texts[THEIRS].length);
	figures->anew += comments && !memchr(kith_buf_text(&there.text), '#', there.text.length);
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
	const bool digest = argc > 1 && strcmp(argv[1], "digest") == 0;
	argc -= digest;
	argv += digest;
	if (argc < 3) {
		fprintf(stderr, "usage: merges [digest] SEED COUNT [FOLDER]\n");
		return 2;
	}
	const uint64_t seed = strtoull(argv[1], NULL, 10);
	const unsigned long count = strtoul(argv[2], NULL, 10);
	struct figures figures = { .digest = 14695981039346656037u };
	unsigned long broken = 0;
	for (unsigned long i = 0; i < count; i++) {
		struct chance chance = { .state = (seed + i) * 2654435761u + 1 };
		struct triple triple;
		make_triple(&chance, &triple);
		const char *problem = broken_law(&chance, &triple, &figures);
		if (getenv("MERGES_DUMP"))
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
		printf("%lu triples, %lu with conflicts, %lu became a third text, %lu without their comments, "
		       "%lu of %lu comments that nobody touched are gone, %lu broke a law\n",
		       figures.triples, figures.conflicts, figures.changed_both, figures.anew, figures.bare, figures.comments, broken);
	return broken ? 1 : 0;
}
