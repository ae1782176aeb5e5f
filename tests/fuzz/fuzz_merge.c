/* Merging any three texts: the first byte chooses the kind, 0x01 bytes divide the rest into base, ours and theirs. */
#include <string.h>

#include "lib/record/doc.h"
#include "lib/record/merge.h"
#include "tests/fuzz/fuzz.h"

enum { DIVIDER = 0x01 };

static bool is_readable(const char *text, size_t length)
{
	KITH_ARENA arena = { 0 };
	struct kith_doc doc;
	struct kith_faults faults = { .arena = &arena };
	return kith_doc_parse(text, length, &arena, &doc, &faults);
}

static bool is(const struct kith_buf *text, const struct kith_version *version)
{
	return text->length == version->length && (!text->length || memcmp(text->text, version->text, text->length) == 0);
}

static void check_lines(const struct kith_version of[3])
{
	KITH_BUF there = { 0 }, back = { 0 };
	struct kith_version one = { 0 }, other = { 0 };
	const bool clean = kith_merge_lines(&of[0], &of[1], &of[2], &there, &one);
	CHECK(clean == kith_merge_lines(&of[0], &of[2], &of[1], &back, &other));
	CHECK(is(&back, &(struct kith_version){ kith_buf_text(&there), there.length }));
	CHECK(clean || one.text == other.text);
}

/* One side as the base is, or both alike, is the other. */
static void check_simple(int kind, const struct kith_version of[3])
{
	for (int side = 1; side <= 2; side++) {
		struct kith_merged merged;
		kith_merge_record(kind, &of[0], &of[side], &of[0], &merged);
		CHECK(is(&merged.text, &of[side]) && !merged.loser.length);
		kith_merged_finish(&merged);
		kith_merge_record(kind, &of[0], &of[side], &of[side], &merged);
		CHECK(is(&merged.text, &of[side]) && !merged.loser.length);
		kith_merged_finish(&merged);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length < 1)
		return 0;
	const int kind = bytes[0] % (KITH_SETTINGS + 2) - 1;
	struct kith_version of[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
	const char *at = (const char *)bytes + 1, *const end = (const char *)bytes + length;
	for (int side = 0; side < 3 && at <= end; side++) {
		const char *divider = side < 2 && at < end ? memchr(at, DIVIDER, (size_t)(end - at)) : NULL;
		of[side] = (struct kith_version){ at, (size_t)((divider ? divider : end) - at) };
		at = divider ? divider + 1 : end + 1;
	}
	struct kith_merged there, back;
	kith_merge_record(kind, &of[0], &of[1], &of[2], &there);
	kith_merge_record(kind, &of[0], &of[2], &of[1], &back);
	CHECK(is(&back.text, &(struct kith_version){ kith_buf_text(&there.text), there.text.length }));
	CHECK(is(&back.loser, &(struct kith_version){ kith_buf_text(&there.loser), there.loser.length }));
	CHECK(there.conflicts == back.conflicts && there.unreadable == back.unreadable);
	const bool readable = is_readable(of[1].text, of[1].length) && is_readable(of[2].text, of[2].length);
	/* What two long ones come to may be too long for a record. */
	const bool small = length < 4000;
	if (readable && small)
		CHECK(!there.unreadable && is_readable(kith_buf_text(&there.text), there.text.length));
	/* It can be merged on. */
	const struct kith_version result = { kith_buf_text(&there.text), there.text.length };
	struct kith_merged again;
	kith_merge_record(kind, &result, &of[1], &of[2], &again);
	if (readable && small)
		CHECK(!again.unreadable);
	kith_merged_finish(&again);
	check_simple(kind, of);
	check_lines(of);
	kith_merged_finish(&there);
	kith_merged_finish(&back);
	return 0;
}
