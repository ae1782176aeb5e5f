#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/store/check.h"
#include "small_store.h"

static struct small_store small;
static struct kith_buf told;
static struct kith_check_report report;

static int set_up(void **state)
{
	(void)state;
	static const struct small_file files[] = {
		{ "kith.yaml", "me: hal\n" },
		{ "contacts/hal.yaml", "name: Hal\n" },
		{ "contacts/ana-silva.yaml", "name: Ana Silva\nformerly: [ana-costa]\n" },
		{ "contacts/tom-okafor.yaml",
		  "name: Tom Okafor\norg: kestrel\nmet_at: pycon-2024\nknows: [ana-silva]\n" },
		{ "groups/kestrel.yaml", "name: Kestrel Maps\nmembers: [me, ana-silva]\n" },
		{ "events/pycon-2024.yaml", "name: PyCon\n" },
		{ "notes/2026/11/n.yaml",
		  "date: 2026-11-01\nwith: [ana-silva, kestrel]\ntext: Hi.\nfor: pycon-2024\n" },
		{ "playbooks/p.yaml", "name: P\nstarts: kind:note how:coffee\nsteps: [2w: write]\n" },
	};
	small_store_open(&small, files, kith_count(files));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	small_store_close(&small);
	kith_buf_finish(&told);
	return 0;
}

static void on_file(void *user, const char *path, const struct kith_faults *faults, const char *source, size_t length)
{
	(void)user, (void)length;
	for (size_t i = 0; i < faults->count; i++) {
		const struct kith_fault *fault = &faults->list[i];
		kith_buf_addf(&told, "%s:%u:%u: %s: %s (%s)%s\n", path, fault->line, fault->column,
		              fault->severity == KITH_FAULT_ERROR ? "error" : "warning", fault->message, fault->hint,
		              source ? "" : " -");
	}
}

static const char *check_paths(const char *const *paths, size_t count)
{
	struct kith_err err = { 0 };
	kith_buf_clear(&told);
	small_store_refresh(&small);
	if (kith_check(small.index, paths, count, on_file, NULL, &report, &err))
		fail_msg("%s", err.message);
	return kith_buf_text(&told);
}

/* Without an index all is as with one. */
static const char *check(void)
{
	struct kith_err err = { 0 };
	KITH_BUF with_index = { 0 };
	kith_buf_add(&with_index, check_paths(NULL, 0));
	const struct kith_check_report before = report;
	kith_buf_clear(&told);
	if (kith_check_files(small.store, small.now, on_file, NULL, &report, &err))
		fail_msg("%s", err.message);
	assert_string_equal(kith_buf_text(&told), kith_buf_text(&with_index));
	assert_int_equal(report.files, before.files);
	assert_int_equal(report.errors, before.errors);
	assert_int_equal(report.warnings, before.warnings);
	return kith_buf_text(&told);
}

static const char *check_one(const char *path)
{
	return check_paths(&path, 1);
}

static void a_sound_store_has_no_faults(void **state)
{
	(void)state;
	assert_string_equal(check(), "");
	assert_int_equal(report.files, 8);
	assert_int_equal(report.errors + report.warnings, 0);
}

static void a_reference_to_nothing_says_what_was_probably_meant(void **state)
{
	(void)state;
	static const struct {
		const char *text, *fault;
	} cases[] = {
		{ "through: tom-okafro\n",
		  "2:10: error: through: there is no contact called tom-okafro (did you mean tom-okafor?)" },
		{ "through: ana\n", "2:10: error: through: there is no contact called ana (did you mean ana-silva?)" },
		{ "through: ana-costa\n",
		  "2:10: error: through: ana-costa is now called ana-silva (write ana-silva; kith fmt does it in every file)" },
		{ "through: nobody-like-it\n", "2:10: error: through: there is no contact called nobody-like-it"
		                               " (write the id of a contact, or make one with kith add)" },
		{ "through: kestrel\n", "2:10: error: through: kestrel is a group; a contact belongs here"
		                        " (write the id of a contact, or make one with kith add)" },
		{ "groups: [kestrel, pycon-2024]\n", "2:19: error: groups: pycon-2024 is an event; a group belongs here"
		                                     " (write the id of a group, or make one with kith add)" },
		{ "knows:\n  - {who: tom-okafo, as: friend}\n",
		  "3:11: error: knows.who: there is no contact called tom-okafo"
		  " (did you mean tom-okafor?)" },
		{ "org: kestrl\n", "2:6: warning: org: kestrl is a text; there is a record called kestrel (write "
		                   "kestrel if that is meant)" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		KITH_BUF text = { 0 }, wanted = { 0 };
		kith_buf_addf(&text, "name: X\n%s", cases[i].text);
		kith_buf_addf(&wanted, "contacts/x.yaml:%s\n", cases[i].fault);
		small_store_write(&small, "contacts/x.yaml", text.text);
		assert_string_equal(check(), wanted.text);
		/* and so when only the file is asked about, or its text before it is saved */
		assert_string_equal(check_one("contacts/x.yaml"), wanted.text);
		KITH_ARENA arena = { 0 };
		struct kith_reading reading;
		assert_int_equal(
			kith_check_text(small.index, "contacts/x.yaml", text.text, text.length, &arena, &reading, NULL),
			KITH_OK);
		kith_buf_clear(&told);
		on_file(NULL, "contacts/x.yaml", &reading.faults, text.text, 0);
		assert_string_equal(told.text, wanted.text);
	}
}

static void texts_that_need_not_refer_are_left_alone(void **state)
{
	(void)state;
	small_store_write(&small, "contacts/x.yaml",
	                  "name: X\norg: Kestrel\nmet_at: pycon-2023\njobs: [{org: ACME}, {org: kestrels of fire}]\n");
	assert_string_equal(check(), "");
}

static void who_me_is_must_be_known(void **state)
{
	(void)state;
	small_store_write(&small, "kith.yaml", "");
	kith_store_reload(small.store);
	assert_string_equal(check(), "groups/kestrel.yaml:2:11: warning: members: kith.yaml does not say who `me` is"
	                             " (add a line to kith.yaml: me: the-id-of-your-own-contact)\n");
	small_store_write(&small, "kith.yaml", "me: hall\nnudge: 3\n");
	kith_store_reload(small.store);
	const char *faults = check();
	assert_non_null(
		strstr(faults, "kith.yaml:1:5: error: me: there is no contact called hall (did you mean hal?)\n"));
	assert_non_null(strstr(faults, "kith.yaml:2:1: warning: "));
	small_store_write(&small, "kith.yaml", "me: hal\n");
	kith_store_reload(small.store);
	small_store_write(&small, "notes/2026/11/n.yaml", "date: 2026-11-01\nwith: [me]\n");
	assert_string_equal(
		check(),
		"notes/2026/11/n.yaml:2:8: error: with: there is no contact or group called me (did you mean hal?)\n");
}

static void two_files_with_one_id_are_both_named(void **state)
{
	(void)state;
	small_store_write(&small, "groups/sub/ana-silva.yaml", "name: A group\n");
	static const char both[] =
		"contacts/ana-silva.yaml:0:0: error: 'groups/sub/ana-silva.yaml' has the same id, ana-silva"
		" (an id is that of one file: rename one of the two, for example to ana-silva-2.yaml)\n"
		"groups/sub/ana-silva.yaml:0:0: error: 'contacts/ana-silva.yaml' has the same id, ana-silva"
		" (an id is that of one file: rename one of the two, for example to ana-silva-2.yaml)\n";
	assert_string_equal(check(), both);
	assert_int_equal(report.errors, 2);
	assert_string_equal(check_one("groups"), strstr(both, "groups/sub/ana-silva.yaml:0"));
	KITH_ARENA arena = { 0 };
	struct kith_reading reading;
	assert_int_equal(kith_check_text(small.index, "contacts/new/hal.yaml", "name: H\n", 8, &arena, &reading, NULL),
	                 KITH_OK);
	assert_int_equal(reading.faults.errors, 1);
	assert_string_equal(reading.faults.list[0].message, "'contacts/hal.yaml' has the same id, hal");
}

static void a_query_in_a_record_must_be_one(void **state)
{
	(void)state;
	small_store_write(&small, "playbooks/p.yaml", "name: P\nstarts: 'kind:note hwo:coffee'\n");
	const char *faults = check();
	assert_memory_equal(faults, "playbooks/p.yaml:2:9: error: starts: ", 37);
	assert_int_equal(report.errors, 1);
}

static void faults_come_by_path_and_line_and_only_of_what_was_asked(void **state)
{
	(void)state;
	small_store_write(&small, "contacts/b.yaml",
	                  "name: B\nthrough: none-such\nbirthday: 1990-13-01\nmet: yesterday\n");
	small_store_write(&small, "contacts/a/x.yaml", "through: none-such\nnmae: X\n");
	small_store_write(&small, "contacts/a-b.yaml", "name: [\n");
	check();
	const char *at = told.text;
	static const char *const order[] = {
		"contacts/a-b.yaml:",      "contacts/a/x.yaml:1:10:",
		"contacts/a/x.yaml:2:1: error",
		"contacts/b.yaml:2:10:",   "contacts/b.yaml:3:11:",
		"contacts/b.yaml:4:6:",
	};
	for (size_t i = 0; i < kith_count(order); i++) {
		if (strncmp(at, order[i], strlen(order[i])) != 0)
			fail_msg("%s: %s", order[i], at);
		at += strcspn(at, "\n") + 1;
	}
	assert_string_equal(at, "");
	assert_int_equal(report.errors, 6);
	assert_int_equal(report.warnings, 0);
	const char *const overlapping[] = { "contacts/a/", "contacts/a/x.yaml" };
	assert_int_equal(strncmp(check_paths(overlapping, 2), "contacts/a/x.yaml:1:10:", 23), 0);
	assert_int_equal(report.errors, 2);
	assert_null(strstr(told.text, "a-b"));
	assert_string_equal(check_one("notes"), "");
	assert_int_equal(report.files, 1);
}

static void files_that_cannot_be_read_are_told_of_without_text(void **state)
{
	(void)state;
	KITH_BUF link = { 0 };
	kith_buf_addf(&link, "%s/contacts/link.yaml", small.folder);
	assert_int_equal(symlink("/etc/passwd", link.text), 0);
	assert_string_equal(check(), "contacts/link.yaml:0:0: error: this is a symbolic link, and links are not "
	                             "followed (put the file itself here) -\n");
	small_store_write(&small, "contacts/Zoë.yaml", "name: Zoë\n");
	assert_non_null(strstr(
		check(), "contacts/Zoë.yaml:0:0: error: 'Zoë.yaml' is not called by an id: lower-case letters, digits"
			 " and hyphens (kith rename contacts/Zoë.yaml makes it zoe.yaml)\n"));
}

static void a_new_record_may_refer_to_itself(void **state)
{
	(void)state;
	KITH_ARENA arena = { 0 };
	struct kith_reading reading;
	static const char text[] = "name: Y\nthrough: new-one\n";
	assert_int_equal(
		kith_check_text(small.index, "contacts/new-one.yaml", text, strlen(text), &arena, &reading, NULL),
		KITH_OK);
	assert_int_equal(reading.faults.count, 0);
	assert_true(reading.readable);
	assert_int_equal(kith_check_text(small.index, "drafts/x.yaml", text, strlen(text), &arena, &reading, NULL),
	                 KITH_USAGE);
	assert_int_equal(kith_check_text(small.index, "kith.yaml", "me: tom-okafro\n", 15, &arena, &reading, NULL),
	                 KITH_OK);
	assert_int_equal(reading.faults.errors, 1);
}

static void a_broken_file_is_not_blamed_for_what_it_said_before(void **state)
{
	(void)state;
	small_store_write(&small, "contacts/x.yaml", "name: X\nthrough: nobody-like-it\n");
	assert_non_null(strstr(check(), "there is no contact called nobody-like-it"));
	small_store_write(&small, "contacts/x.yaml", "name: X\nthrough: hal\norg: [Acme\n");
	assert_string_equal(check(), "contacts/x.yaml:3:6: error: this bracket is never closed (write org: [Acme])\n");
	assert_int_equal(report.errors, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_sound_store_has_no_faults),
		TEST(a_reference_to_nothing_says_what_was_probably_meant),
		TEST(texts_that_need_not_refer_are_left_alone),
		TEST(who_me_is_must_be_known),
		TEST(two_files_with_one_id_are_both_named),
		TEST(a_query_in_a_record_must_be_one),
		TEST(faults_come_by_path_and_line_and_only_of_what_was_asked),
		TEST(files_that_cannot_be_read_are_told_of_without_text),
		TEST(a_new_record_may_refer_to_itself),
		TEST(a_broken_file_is_not_blamed_for_what_it_said_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
