/* What a merge does with files that are no records: by line, and what cannot be merged keeps one and sets the other aside. */
#include <string.h>

#include "lib/base/lines.h"
#include "lib/git/inside.h"
#include "lib/git/merge_inside.h"
#include "lib/git/merge_likeness.h"
#include "lib/git/writer.h"
#include "lib/record/merge.h"

static bool is_plain_file(unsigned mode)
{
	return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

void kith_merging_put(struct kith_merging *merging, const char *path, struct kith_entry entry, enum kith_rank rank)
{
	struct kith_final *final =
		kith_arena_push(merging->arena, &merging->finals, &merging->final_count, &merging->final_capacity, sizeof(*final));
	*final = (struct kith_final){ path, entry, rank };
}

enum kith_code kith_merging_set_aside(struct kith_merging *merging, const char *path, struct kith_entry entry)
{
	if (merging->for_base)
		return KITH_OK;
	if (entry.mode == GIT_FILEMODE_COMMIT) {
		KITH_BUF text = {0};
		kith_buf_addf(&text, "Subproject commit %s\n", git_oid_tostr_s(&entry.oid));
		if (kith_writer_blob(merging->writer, text.text, text.length, &entry.oid, merging->err))
			return KITH_SYNC;
	}
	struct kith_aside *aside =
		kith_arena_push(merging->arena, &merging->asides, &merging->aside_count, &merging->aside_capacity, sizeof(*aside));
	*aside = (struct kith_aside){ path, entry.oid };
	return KITH_OK;
}

/* --- texts --- */

struct texts {
	struct kith_buf of[1 + SIDES]; /* the base first */
	struct kith_version versions[1 + SIDES];
	bool oversized[1 + SIDES];
};

static void finish_texts(struct texts *texts)
{
	for (int i = 0; i < 1 + SIDES; i++)
		kith_buf_finish(&texts->of[i]);
}

/* What is too long is not read. */
static enum kith_code read_text(struct kith_merging *merging, const git_oid *oid, struct texts *texts, int i)
{
	if (!oid || git_oid_is_zero(oid))
		return KITH_OK;
	if (kith_blob_is_oversized(merging->git, oid, &texts->oversized[i], merging->err))
		return KITH_SYNC;
	if (texts->oversized[i])
		return KITH_OK;
	if (kith_blob_read(merging->git, oid, &texts->of[i], merging->err))
		return KITH_SYNC;
	texts->versions[i] = (struct kith_version){ kith_buf_text(&texts->of[i]), texts->of[i].length };
	return KITH_OK;
}

static enum kith_code read_texts(struct kith_merging *merging, const git_oid *base, const git_oid sides[SIDES], struct texts *out)
{
	*out = (struct texts){0};
	enum kith_code code = read_text(merging, base, out, 0);
	for (int side = ONE; side < SIDES && !code; side++)
		code = read_text(merging, &sides[side], out, 1 + side);
	return code;
}

/* Of two texts one of which is too long to look into the other stays; of two, that of the smaller id. */
static enum kith_code choose_text(struct kith_merging *merging, const struct texts *texts, const char *path, const git_oid sides[SIDES],
                                  git_oid *out)
{
	const bool both = texts->oversized[1] && texts->oversized[2];
	const int winner = both ? git_oid_cmp(&sides[ONE], &sides[OTHER]) > 0 : texts->oversized[1];
	*out = sides[winner];
	return kith_merging_set_aside(merging, path, (struct kith_entry){ sides[ONE + OTHER - winner], GIT_FILEMODE_BLOB });
}

static enum kith_code set_text_aside(struct kith_merging *merging, const char *path, const void *text, size_t length)
{
	struct kith_entry entry = { .mode = GIT_FILEMODE_BLOB };
	if (kith_writer_blob(merging->writer, text, length, &entry.oid, merging->err))
		return KITH_SYNC;
	return kith_merging_set_aside(merging, path, entry);
}

enum kith_code kith_merging_texts(struct kith_merging *merging, int kind, const char *path, const git_oid *base, const git_oid sides[SIDES],
                                  git_oid *out)
{
	struct texts texts;
	enum kith_code code = read_texts(merging, base, sides, &texts);
	if (!code && (texts.oversized[1] || texts.oversized[2])) {
		code = choose_text(merging, &texts, path, sides, out);
	} else if (!code) {
		struct kith_merged merged;
		kith_merge_record(kind, &texts.versions[0], &texts.versions[1], &texts.versions[2], &merged);
		code = kith_writer_blob(merging->writer, kith_buf_text(&merged.text), merged.text.length, out, merging->err);
		if (!code && merged.loser.length)
			code = set_text_aside(merging, path, merged.loser.text, merged.loser.length);
		merging->out->conflicts += merged.conflicts;
		merging->out->merged += !merged.unreadable;
		kith_merged_finish(&merged);
	}
	finish_texts(&texts);
	return code;
}

static struct kith_buf view(const struct kith_version *version)
{
	return (struct kith_buf){ .text = (char *)(uintptr_t)version->text, .length = version->length };
}

/* What two texts that were begun apart have in common counts as their base. */
static void find_common(const struct kith_version *one, const struct kith_version *other, struct kith_buf *out)
{
	KITH_ARENA arena = {0};
	const struct kith_buf a = view(one), b = view(other);
	struct kith_lines lines[SIDES];
	kith_lines_split((const struct kith_buf *const[]){ &a, &b }, SIDES, &arena, lines);
	const int32_t *match = kith_lines_match(&lines[ONE], &lines[OTHER], &arena);
	bool first = true;
	for (size_t i = 0; i < lines[ONE].count; i++) {
		if (match[i] < 0)
			continue;
		if (!first)
			kith_buf_add_char(out, '\n');
		kith_buf_add_bytes(out, lines[ONE].list[i].text, lines[ONE].list[i].length);
		first = false;
	}
}

static bool is_binary(const struct kith_version *version)
{
	return version->length && memchr(version->text, '\0', version->length);
}

/* In these the lines hardly depend on each other. */
static bool is_list_of_lines(const char *path)
{
	return strcmp(path, ".gitignore") == 0 || strcmp(path, ".gitattributes") == 0;
}

/* False when both changed the same lines. */
static bool merge_lines(const char *path, const git_oid *base, const git_oid sides[SIDES], const struct kith_version of[1 + SIDES],
                        struct kith_buf *out, struct kith_version *loser)
{
	KITH_BUF common = {0}, both = {0};
	struct kith_version begin = of[0];
	if (is_binary(&of[0]) || is_binary(&of[1]) || is_binary(&of[2]))
		return kith_merge_lines(&of[0], &of[1], &of[2], out, loser);
	/* The same whichever of the two is called ours. */
	const int first = git_oid_cmp(&sides[ONE], &sides[OTHER]) <= 0 ? 1 : 2;
	if (git_oid_is_zero(base)) {
		find_common(&of[first], &of[1 + SIDES - first], &common);
		begin = (struct kith_version){ kith_buf_text(&common), common.length };
	}
	const struct kith_buf texts[1 + SIDES] = { view(&begin), view(&of[first]), view(&of[1 + SIDES - first]) };
	if (!is_list_of_lines(path) || !kith_lines_merge(&texts[0], &texts[1], &texts[2], KITH_LINES_OURS | KITH_LINES_BOTH, &both))
		return kith_merge_lines(&begin, &of[1], &of[2], out, loser);
	kith_buf_add_bytes(out, kith_buf_text(&both), both.length);
	return true;
}

enum kith_code kith_merging_lines(struct kith_merging *merging, const char *path, const git_oid *base, const git_oid sides[SIDES],
                                  git_oid *out)
{
	struct texts texts;
	KITH_BUF merged = {0};
	enum kith_code code = read_texts(merging, base, sides, &texts);
	if (!code && (texts.oversized[0] || texts.oversized[1] || texts.oversized[2])) {
		code = choose_text(merging, &texts, path, sides, out);
	} else if (!code) {
		struct kith_version loser = {0};
		const bool clean = merge_lines(path, base, sides, texts.versions, &merged, &loser);
		code = kith_writer_blob(merging->writer, kith_buf_text(&merged), merged.length, out, merging->err);
		if (!clean && !code)
			code = set_text_aside(merging, path, loser.text, loser.length);
	}
	finish_texts(&texts);
	return code;
}

/* --- files --- */

/* The part of a change that is about no record: a record may have become a link, or the other way round. */
static bool is_about_file(struct kith_merging *merging, const struct kith_difference *change, struct kith_difference *out)
{
	struct kith_place_in_tree place;
	*out = *change;
	if (kith_place_of_record(change->path, &change->before, merging->arena, &place))
		out->before = (struct kith_entry){0};
	if (kith_place_of_record(change->path, &change->after, merging->arena, &place))
		out->after = (struct kith_entry){0};
	return out->before.mode || out->after.mode;
}

/* Files before links before submodules; then the smaller id. */
static int by_worth(const struct kith_entry *one, const struct kith_entry *other)
{
	const int worth_one = is_plain_file(one->mode) ? 0 : one->mode == GIT_FILEMODE_LINK ? 1 : 2;
	const int worth_other = is_plain_file(other->mode) ? 0 : other->mode == GIT_FILEMODE_LINK ? 1 : 2;
	return worth_one != worth_other ? worth_one - worth_other : git_oid_cmp(&one->oid, &other->oid);
}

static enum kith_code choose_entry(struct kith_merging *merging, const char *path, const struct kith_entry *one,
                                   const struct kith_entry *other)
{
	const bool first = by_worth(one, other) <= 0;
	kith_merging_put(merging, path, first ? *one : *other, KITH_RANK_FILE);
	return kith_merging_set_aside(merging, path, first ? *other : *one);
}

static enum kith_code merge_plain(struct kith_merging *merging, const char *path, const struct kith_entry *base, const struct kith_entry *one,
                                  const struct kith_entry *other)
{
	const git_oid none = {0}, *base_text = is_plain_file(base->mode) ? &base->oid : &none, texts[SIDES] = { one->oid, other->oid };
	struct kith_entry merged = { .mode = (git_filemode_t)kith_merging_mode(base->mode, one->mode, other->mode) };
	enum kith_code code = KITH_OK;
	if (git_oid_equal(&texts[ONE], base_text) || git_oid_equal(&texts[ONE], &texts[OTHER]))
		merged.oid = texts[OTHER];
	else if (git_oid_equal(&texts[OTHER], base_text))
		merged.oid = texts[ONE];
	else if (strcmp(path, "kith.yaml") == 0 || strcmp(path, ".kith/reminders.yaml") == 0)
		code = kith_merging_texts(merging, kith_kind_of_path(path) == KITH_SETTINGS ? KITH_SETTINGS : -1, path,
		                          base->mode ? base_text : NULL, texts, &merged.oid);
	else
		code = kith_merging_lines(merging, path, base_text, texts, &merged.oid);
	if (!code)
		kith_merging_put(merging, path, merged, KITH_RANK_FILE);
	return code;
}

static enum kith_code merge_file(struct kith_merging *merging, const struct kith_difference *one, const struct kith_difference *other)
{
	const char *path = one ? one->path : other->path;
	const struct kith_entry *a = one ? &one->after : &other->after, *b = other ? &other->after : a;
	const struct kith_entry *base = one ? &one->before : &other->before;
	if (!a->mode || !b->mode || kith_entry_is_same(a, b)) {
		/* Deleted here, changed there: it stays. */
		if (a->mode || b->mode)
			kith_merging_put(merging, path, a->mode ? *a : *b, KITH_RANK_FILE);
		return KITH_OK;
	}
	if (is_plain_file(a->mode) && is_plain_file(b->mode))
		return merge_plain(merging, path, base, a, b);
	return choose_entry(merging, path, a, b);
}

/* Wherever something was or is: gone, unless something is put there. */
static const struct kith_difference *next_file(struct kith_merging *merging, int side, size_t *at, struct kith_difference *out)
{
	const struct kith_differences *changes = &merging->sides[side].changes;
	for (; *at < changes->count; (*at)++) {
		kith_merging_put(merging, changes->list[*at].path, (struct kith_entry){0}, KITH_RANK_GONE);
		if (is_about_file(merging, &changes->list[*at], out))
			return out;
	}
	return NULL;
}

enum kith_code kith_merging_files(struct kith_merging *merging)
{
	size_t at[SIDES] = { 0, 0 };
	struct kith_difference files[SIDES];
	const struct kith_difference *one = next_file(merging, ONE, &at[ONE], &files[ONE]);
	const struct kith_difference *other = next_file(merging, OTHER, &at[OTHER], &files[OTHER]);
	enum kith_code code = KITH_OK;
	while (!code && (one || other)) {
		const int order = !one ? 1 : !other ? -1 : strcmp(one->path, other->path);
		code = merge_file(merging, order <= 0 ? one : NULL, order >= 0 ? other : NULL);
		if (order <= 0) {
			at[ONE]++;
			one = next_file(merging, ONE, &at[ONE], &files[ONE]);
		}
		if (order >= 0) {
			at[OTHER]++;
			other = next_file(merging, OTHER, &at[OTHER], &files[OTHER]);
		}
	}
	return code;
}
