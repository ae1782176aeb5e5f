/* The example store: every record is right, and together they use every field there is. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/file.h"
#include "lib/record/record.h"

static const char folder[] = "examples";

struct census {
	size_t files, faults;
	bool used[512]; /* by field id */
};

static void take(struct census *census, const struct kith_record *record)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct kith_value *value = &record->values[i];
		if (!value->field)
			continue;
		census->used[value->field->id] = true;
		census->used[value->field->parent] = true;
	}
}

static bool read_file(void *user, const char *path, const struct stat *stat)
{
	(void)stat;
	struct census *census = user;
	const int kind = kith_kind_of_path(path);
	KITH_BUF full = {0}, source = {0}, id = {0}, printed = {0};
	if (kind < 0 || !kith_path_stem(path, &id))
		return true;
	kith_buf_addf(&full, "%s/%s", folder, path);
	assert_int_equal(kith_file_read(full.text, KITH_DOC_LIMIT, &source, NULL), KITH_OK);
	KITH_ARENA arena = {0};
	struct kith_reading reading;
	kith_record_read((enum kith_kind)kind, id.text, path, kith_buf_text(&source), source.length, &arena, &reading);
	for (size_t i = 0; i < reading.faults.count; i++)
		kith_fault_print(&printed, path, &reading.faults.list[i], source.text, source.length);
	if (reading.faults.count)
		print_error("%s", printed.text);
	census->files++;
	census->faults += reading.faults.count;
	take(census, &reading.record);
	return true;
}

/* A field that every kind has is used if one kind uses it. */
static bool is_used(const struct census *census, const struct kith_field *field)
{
	if (census->used[field->id])
		return true;
	bool used = false;
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		const struct kith_field *same = kith_field_find(kind, field->path);
		if (!same || strcmp(same->help, field->help) != 0)
			return false;
		used |= census->used[same->id];
	}
	return used;
}

static void the_examples_have_no_fault_and_use_every_field(void **state)
{
	(void)state;
	struct census census = {0};
	assert_true(kith_field_count() < kith_count(census.used));
	const int root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	assert_true(kith_walk(root, "", &(struct kith_walk){ .file = read_file, .user = &census }));
	close(root);
	assert_true(census.files > 100);
	assert_int_equal(census.faults, 0);
	size_t unused = 0;
	for (size_t id = 0; id < kith_field_count(); id++) {
		const struct kith_field *field = kith_field_by_id(id);
		/* The configuration of a machine is not in a store. */
		if (is_used(&census, field) || field->kind == KITH_CONFIG)
			continue;
		print_error("no example has %s %s\n", kith_kind_name(field->kind), field->path);
		unused++;
	}
	assert_int_equal(unused, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_have_no_fault_and_use_every_field),
	};
	return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}
