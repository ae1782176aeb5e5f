#include "lib/record/merge.h"

#include <string.h>

#include "lib/base/lines.h"
#include "lib/record/merge_write.h"

static bool same_text(const struct kith_version *one, const struct kith_version *other)
{
	return one->text && other->text && one->length == other->length && (!one->length || memcmp(one->text, other->text, one->length) == 0);
}

static bool is_smaller(const struct kith_version *one, const struct kith_version *other)
{
	const size_t least = one->length < other->length ? one->length : other->length;
	const int order = least ? memcmp(one->text, other->text, least) : 0;
	return order ? order < 0 : one->length < other->length;
}

/* The only one that changed, if that is so. */
static const struct kith_version *only_change(const struct kith_version *base, const struct kith_version *ours,
                                              const struct kith_version *theirs)
{
	if (same_text(ours, theirs) || same_text(ours, base))
		return theirs;
	return same_text(theirs, base) ? ours : NULL;
}

static void put(struct kith_buf *out, const struct kith_version *version)
{
	kith_buf_add_bytes(out, version->text, version->length);
}

static void give_up(const struct kith_version *winner, const struct kith_version *loser, struct kith_merged *out)
{
	put(&out->text, winner);
	put(&out->loser, loser);
	out->unreadable = true;
}

static size_t count_new(const struct kith_merging *merging)
{
	size_t count = 0;
	for (size_t i = 0; i < merging->merged_kept.count; i++) {
		const char *path = merging->merged_kept.list[i].path;
		count += !kith_kept_find(&merging->kept[KITH_OURS], path) && !kith_kept_find(&merging->kept[KITH_THEIRS], path);
	}
	return count;
}

static bool parse(const struct kith_version *version, struct kith_arena *arena, struct kith_doc *out)
{
	struct kith_faults faults = { .arena = arena };
	return kith_doc_parse(version->text, version->length, arena, out, &faults);
}

/* How most lines of a text end, apart from what it says: merged by itself, so that an editor that changed it changed no value. */
struct dress {
	bool bom, crlf, open; /* open: no line feed at the end */
	bool bare, unbroken;  /* it says nothing of this: it is empty; it has no line feed */
};

/* The text with plain line feeds, one at its end, and no byte order mark; itself if it is so already. */
static struct kith_version undressed(const struct kith_version *version, struct kith_arena *arena, struct dress *dress)
{
	const char *text = version->text;
	size_t length = version->length;
	dress->bare = dress->unbroken = true;
	if (!text)
		return *version;
	size_t feeds = 0, returns = 0;
	for (const char *at = text; (at = memchr(at, '\n', length - (size_t)(at - text))); at++)
		feeds++;
	for (const char *at = text; (at = memchr(at, '\r', length - (size_t)(at - text))); at++)
		returns += at + 1 < text + length && at[1] == '\n';
	dress->bom = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0;
	dress->crlf = returns > feeds / 2;
	dress->bare = !length;
	dress->unbroken = !feeds;
	dress->open = length && text[length - 1] != '\n';
	if (!dress->bom && !returns && !dress->open)
		return *version;
	char *plain = kith_arena_alloc(arena, length + 2), *out = plain;
	for (const char *at = text + (dress->bom ? 3 : 0); at < text + length; at++)
		if (*at != '\r' || at + 1 == text + length || at[1] != '\n')
			*out++ = *at;
	if (dress->open)
		*out++ = '\n';
	return (struct kith_version){ plain, (size_t)(out - plain) };
}

/* `mute`: that version says nothing of it. */
static bool merge_flag(const bool of[3], const bool mute[3])
{
	if (mute[KITH_OURS] || mute[KITH_THEIRS])
		return of[mute[KITH_OURS] ? KITH_THEIRS : KITH_OURS];
	return !mute[KITH_BASE] && of[KITH_OURS] == of[KITH_BASE] ? of[KITH_THEIRS] : of[KITH_OURS];
}

static void put_dressed(const struct kith_buf *text, const struct dress dress[3], struct kith_buf *out)
{
	const struct dress *o = &dress[KITH_BASE], *a = &dress[KITH_OURS], *b = &dress[KITH_THEIRS];
	const bool bare[3] = { o->bare, a->bare, b->bare }, unbroken[3] = { o->unbroken, a->unbroken, b->unbroken };
	if (merge_flag((const bool[3]){ o->bom, a->bom, b->bom }, bare))
		kith_buf_add(out, "\xEF\xBB\xBF");
	const bool crlf = merge_flag((const bool[3]){ o->crlf, a->crlf, b->crlf }, unbroken);
	const bool open = merge_flag((const bool[3]){ o->open, a->open, b->open }, bare);
	size_t length = text->length;
	while (open && length && text->text[length - 1] == '\n')
		length--;
	for (size_t at = 0; at < length;) {
		const char *feed = memchr(text->text + at, '\n', length - at);
		const size_t end = feed ? (size_t)(feed - text->text) : length;
		kith_buf_add_bytes(out, text->text + at, end - at);
		if (feed)
			kith_buf_add(out, crlf ? "\r\n" : "\n");
		at = end + 1;
	}
}

/* Two readable texts.  False: no text says what they come to. */
static bool merge_texts(int kind, const struct kith_version of[3], struct kith_doc docs[3], struct kith_arena *arena, struct kith_merged *out,
                        struct kith_buf *text)
{
	struct kith_merging merging = { .arena = arena };
	for (int side = 0; side < 3; side++)
		if (of[side].text)
			merging.models[side] = kith_model_read(kind, &docs[side], side, arena, &merging.kept[side]);
	kith_merge_values(&merging);
	const struct kith_merge_texts texts = {
		.kind = kind,
		.of = { &of[0], &of[1], &of[2] },
		.docs = { &docs[0], &docs[1], &docs[2] },
	};
	if (!kith_merge_write(&merging, &texts, text))
		return false;
	out->conflicts = count_new(&merging);
	return true;
}

void kith_merge_record(int kind, const struct kith_version *base, const struct kith_version *ours, const struct kith_version *theirs,
                       struct kith_merged *out)
{
	*out = (struct kith_merged){ 0 };
	const struct kith_version *only = only_change(base, ours, theirs);
	if (only) {
		put(&out->text, only);
		return;
	}
	/* From here on nothing depends on which of the two was called ours. */
	const bool swap = is_smaller(theirs, ours);
	const struct kith_version *of[3] = { base, swap ? theirs : ours, swap ? ours : theirs };
	KITH_ARENA arena = { 0 };
	KITH_BUF text = { 0 };
	struct kith_doc docs[3] = { 0 };
	struct kith_version plain[3];
	struct dress dress[3] = { 0 };
	bool readable[3];
	for (int side = 0; side < 3; side++) {
		plain[side] = undressed(of[side], &arena, &dress[side]);
		readable[side] = of[side]->text && parse(&plain[side], &arena, &docs[side]);
	}
	if (!readable[KITH_BASE])
		plain[KITH_BASE] = (struct kith_version){ 0 };
	if (!readable[KITH_OURS] || !readable[KITH_THEIRS]) {
		const int winner = !readable[KITH_OURS] && readable[KITH_THEIRS] ? KITH_THEIRS : KITH_OURS;
		give_up(of[winner], of[KITH_OURS + KITH_THEIRS - winner], out);
	} else if (merge_texts(kind, plain, docs, &arena, out, &text)) {
		put_dressed(&text, dress, &out->text);
	} else {
		give_up(of[KITH_OURS], of[KITH_THEIRS], out);
	}
}

void kith_merged_finish(struct kith_merged *merged)
{
	kith_buf_finish(&merged->text);
	kith_buf_finish(&merged->loser);
}

bool kith_merge_lines(const struct kith_version *base, const struct kith_version *ours, const struct kith_version *theirs,
                      struct kith_buf *out, struct kith_version *loser)
{
	const struct kith_version *only = only_change(base, ours, theirs);
	if (only) {
		put(out, only);
		return true;
	}
	const bool swap = is_smaller(theirs, ours);
	const struct kith_version *of[3] = { base, swap ? theirs : ours, swap ? ours : theirs };
	struct kith_buf texts[3];
	bool binary = false;
	for (int side = 0; side < 3; side++) {
		texts[side] = (struct kith_buf){ .text = (char *)(uintptr_t)of[side]->text, .length = of[side]->length };
		binary |= of[side]->length && memchr(of[side]->text, '\0', of[side]->length);
	}
	if (!binary && kith_lines_merge(&texts[0], &texts[1], &texts[2], KITH_LINES_OURS, out))
		return true;
	if (binary)
		put(out, of[1]);
	*loser = *of[2];
	return false;
}

uint64_t kith_merge_fingerprint(void)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < kith_field_count(); i++) {
		const struct kith_field *field = kith_field_by_id(i);
		if (field->kind == KITH_CONFIG)
			continue; /* this machine's, never merged */
		KITH_BUF row = { 0 };
		kith_buf_addf(&row, "%s.%s %s %d %s\n", kith_kind_name(field->kind), field->path, kith_type_word(field->type),
		              (int)field->merge, field->type == KITH_MAP ? field->of : "");
		for (size_t at = 0; at < row.length; at++)
			hash = (hash ^ (unsigned char)row.text[at]) * 1099511628211u;
	}
	return hash;
}
