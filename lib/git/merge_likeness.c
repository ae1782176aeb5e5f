#include "lib/git/merge_likeness.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/git/inside.h"
#include "lib/record/doc.h"
#include "lib/record/record.h"

enum kith_code kith_blob_is_oversized(git_repository *git, const git_oid *oid, bool *out, struct kith_err *err)
{
	KITH_CLEANUP(git_odb_free) git_odb *odb = NULL;
	size_t size;
	git_object_t type;
	if (git_repository_odb(&odb, git) || git_odb_read_header(&size, &type, odb, oid))
		return kith_git_fail(err, "cannot read %s from git", git_oid_tostr_s(oid));
	*out = size > KITH_DOC_LIMIT;
	return KITH_OK;
}

bool kith_kind_is_named(enum kith_kind kind)
{
	return kith_field_find(kind, "name") != NULL;
}

bool kith_likeness_name(const struct kith_place_in_tree *place, const struct kith_buf *text, struct kith_buf *out)
{
	KITH_ARENA arena = {0};
	struct kith_reading reading;
	kith_record_read(place->kind, place->id, place->path, kith_buf_text(text), text->length, &arena, &reading);
	const char *name = reading.readable ? kith_record_text(&reading.record, "name") : NULL;
	if (name)
		kith_fold(out, name, strlen(name));
	return reading.readable;
}

struct line {
	const char *text;
	size_t length;
};

static int by_text(const void *one, const void *other)
{
	const struct line *a = one, *b = other;
	const size_t least = a->length < b->length ? a->length : b->length;
	const int order = memcmp(a->text, b->text, least);
	return order ? order : (a->length > b->length) - (a->length < b->length);
}

static size_t split(const struct kith_buf *text, struct kith_arena *arena, struct line **out)
{
	size_t count = 0, capacity = 0;
	const char *at = kith_buf_text(text), *end = at + text->length;
	while (at < end) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		const char *stop = feed ? feed : end;
		if (stop > at)
			*(struct line *)kith_arena_push(arena, out, &count, &capacity, sizeof(**out)) =
				(struct line){ at, (size_t)(stop - at) };
		at = stop + 1;
	}
	if (count)
		qsort(*out, count, sizeof(**out), by_text);
	return count;
}

static unsigned share_of_lines(const struct kith_buf *one, const struct kith_buf *other)
{
	KITH_ARENA arena = {0};
	struct line *a = NULL, *b = NULL;
	const size_t a_count = split(one, &arena, &a), b_count = split(other, &arena, &b);
	const size_t least = a_count < b_count ? a_count : b_count;
	size_t shared = 0;
	for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
		const int order = by_text(&a[i], &b[j]);
		shared += order == 0;
		i += order <= 0;
		j += order >= 0;
	}
	return least ? (unsigned)(shared * 100 / least) : 0;
}

enum kith_code kith_likeness(git_repository *git, const struct kith_place_in_tree *one, const struct kith_place_in_tree *other,
                             unsigned *out, struct kith_err *err)
{
	KITH_BUF a = {0}, b = {0}, name_a = {0}, name_b = {0};
	bool large_one, large_other;
	if (kith_blob_is_oversized(git, &one->entry.oid, &large_one, err) || kith_blob_is_oversized(git, &other->entry.oid, &large_other, err))
		return KITH_SYNC;
	if (large_one || large_other) {
		*out = 0;
		return KITH_OK;
	}
	if (kith_blob_read(git, &one->entry.oid, &a, err) || kith_blob_read(git, &other->entry.oid, &b, err))
		return KITH_SYNC;
	if (kith_kind_is_named(one->kind) && kith_kind_is_named(other->kind)) {
		kith_likeness_name(one, &a, &name_a);
		kith_likeness_name(other, &b, &name_b);
		*out = name_a.length && strcmp(name_a.text, kith_buf_text(&name_b)) == 0 ? 100 : 0;
	} else {
		*out = share_of_lines(&a, &b);
	}
	return KITH_OK;
}

enum { HASH = 4 };

bool kith_likeness_is_given(const char *id, size_t length)
{
	if (length <= HASH + 1 || id[length - HASH - 1] != '-')
		return false;
	for (const char *digit = id + length - HASH; digit < id + length; digit++)
		if (!memchr("0123456789abcdef", *digit, 16))
			return false;
	return true;
}

size_t kith_likeness_stem(const char *id)
{
	const size_t length = strlen(id);
	return kith_likeness_is_given(id, length) ? length - HASH - 1 : 0;
}
