/* The cases of tests/data/merge: a folder each, with base.yaml (missing: the id was added on both sides), ours.yaml, theirs.yaml and the
 * want.yaml they become; loser.yaml where one of the two cannot be read and is kept beside it.  The word before the first '-' of the folder's name is the kind. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base/file.h"
#include "lib/record/doc.h"
#include "lib/record/merge.h"
#include "lib/record/record.h"

#define CASES "tests/data/merge"

static bool read_file(const char *name, const char *file, struct kith_buf *out)
{
	KITH_BUF path = { 0 };
	kith_buf_addf(&path, CASES "/%s/%s", name, file);
	return kith_file_read(path.text, KITH_DOC_LIMIT, out, NULL) == KITH_OK;
}

static struct kith_version version_of(const struct kith_buf *text, bool there)
{
	return (struct kith_version){ .text = there ? kith_buf_text(text) : NULL, .length = text->length };
}

static int kind_of(const char *name)
{
	const enum kith_kind kind = kith_kind_find(name, strcspn(name, "-"));
	if (strncmp(name, "kith-", 5) == 0)
		return KITH_SETTINGS;
	return kind == KITH_KINDS ? -1 : (int)kind;
}

static int failures;

static void expect(const char *name, const char *what, const char *got, const char *wanted)
{
	if (strcmp(got, wanted) == 0)
		return;
	failures++;
	print_message("%s: %s\n--- wanted\n%s--- got\n%s---\n", name, what, wanted, got);
}

static void try_case(const char *name)
{
	KITH_BUF base = { 0 }, ours = { 0 }, theirs = { 0 }, want = { 0 }, loser = { 0 };
	const bool has_base = read_file(name, "base.yaml", &base);
	if (!read_file(name, "ours.yaml", &ours) || !read_file(name, "theirs.yaml", &theirs) || !read_file(name, "want.yaml", &want)) {
		failures++;
		print_message("%s: a file is missing\n", name);
		return;
	}
	(void)read_file(name, "loser.yaml", &loser);
	const struct kith_version of[3] = { version_of(&base, has_base), version_of(&ours, true), version_of(&theirs, true) };
	for (int round = 0; round < 2; round++) {
		struct kith_merged merged;
		kith_merge_record(kind_of(name), &of[0], &of[1 + round], &of[2 - round], &merged);
		expect(name, round ? "theirs with ours" : "ours with theirs", kith_buf_text(&merged.text), kith_buf_text(&want));
		expect(name, "the loser", kith_buf_text(&merged.loser), kith_buf_text(&loser));
		/* What came out is an end: merged with what went in, it stays. */
		const struct kith_version result = { .text = kith_buf_text(&merged.text), .length = merged.text.length };
		struct kith_merged again;
		kith_merge_record(kind_of(name), &of[1 + round], &result, &of[1 + round], &again);
		expect(name, "merged again", kith_buf_text(&again.text), kith_buf_text(&merged.text));
		kith_merged_finish(&again);
		kith_merged_finish(&merged);
	}
}

static int is_case(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strchr(entry->d_name, '-') != NULL;
}

static void every_case_becomes_what_it_should(void **state)
{
	(void)state;
	struct dirent **list;
	const int count = scandir(CASES, &list, is_case, alphasort);
	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		try_case(list[i]->d_name);
		free(list[i]);
	}
	free(list);
	assert_int_equal(failures, 0);
}

/* Such a record cannot be read, but what is told of it may be asked for. */
static void conflicts_that_are_there_twice_are_all_told(void **state)
{
	(void)state;
	static const char text[] = "name: Ana\nconflicts: [{kept: a}, {}, {kept: [b, c]}]\nconflicts: [{kept: d}, {}, {kept: [e, f]}, 12]\n";
	KITH_ARENA arena = { 0 };
	struct kith_reading reading;
	struct kith_conflict *conflicts;
	size_t count;
	kith_record_read(KITH_KIND_contact, "ana", NULL, text, sizeof(text) - 1, &arena, &reading);
	assert_false(reading.readable);
	kith_conflicts_read(&reading, &arena, &conflicts, &count);
	assert_int_equal(count, 1);
	assert_int_equal(conflicts[0].kept_count, 5);
	assert_string_equal(conflicts[0].kept[0], "12");
}

/* Machines that merge by other rules must not meet unawares: whoever changes a row's name, type or rule raises KITH_MERGE_VERSION and puts the
 * new pair here. */
static void the_version_rises_with_the_rules(void **state)
{
	(void)state;
	assert_int_equal(KITH_MERGE_VERSION, 1);
	assert_int_equal(kith_merge_fingerprint(), UINT64_C(0x6f1c67f5f608b932));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_becomes_what_it_should),
		cmocka_unit_test(conflicts_that_are_there_twice_are_all_told),
		cmocka_unit_test(the_version_rises_with_the_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
