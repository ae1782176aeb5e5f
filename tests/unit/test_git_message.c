#include "git_fixture.h"

#include "lib/base/text.h"

/* The words of a commit, from what changed. */

static const char *message(void)
{
	assert_true(take() > 0);
	return sh("git -C s log -1 --format=%%B");
}

#define assert_message(expected) assert_string_equal(message(), expected "\n\n")

static void a_note_is_told_by_its_people(void **state)
{
	(void)state;
	make_store();
	put("s/notes/2026/11/one.yaml", "date: 2026-11-21\nwith: ana-silva\ntext: secret words\n");
	assert_message("note with ana-silva");
	put("s/notes/2026/11/two.yaml", "date: 2026-11-21\nwith: [ana-silva, tom-okafor]\n");
	assert_message("note with ana-silva and tom-okafor");
	put("s/notes/2026/11/five.yaml", "date: 2026-11-21\nwith: [a, b, c, d, e]\n");
	assert_message("note with a, b, c and 2 more");
	put("s/notes/2026/11/fact.yaml", "date: 2026-11-21\ntext: alone\n");
	assert_message("new note fact");
	put("s/notes/2026/11/broken.yaml", "with: [ana-silva\n");
	assert_message("new note broken");
	put("s/notes/2026/11/fact.yaml", "date: 2026-11-22\ntext: secret\n");
	assert_message("fact: date, text");
	unlink("s/notes/2026/11/one.yaml");
	assert_message("removed note one");
}

static void records_and_settings_are_told_by_their_fields(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/ana-silva.yaml", "name: Ana Silva\ntitle: Cartographer\ncadence: quarterly\nx-coffee: black\n");
	assert_message("ana-silva: city, title, cadence, x-coffee");
	put("s/kith.yaml", "me: ana-silva\ncadences: {mentor: monthly}\n");
	assert_message("kith.yaml: cadences");
	put("s/.gitignore", ".kith/schema/\n*.swp\n");
	put("s/.kith/reminders.yaml", "done: []\n");
	assert_message("changed .gitignore; new .kith/reminders.yaml");
	put("s/events/fair.yaml", "name: Fair\ndate: 2026-12-01\n");
	assert_message("new event fair");
}

static void nothing_from_a_record_but_ids_and_field_names_gets_in(void **state)
{
	(void)state;
	make_store();
	put("s/notes/2026/11/n.yaml",
	    "date: 2026-11-21\nwith: [\"ana\\e[31m\", \"x\\nKith-Command: rm\", ana-silva]\n");
	assert_message("note with ana-silva");
	put("s/contacts/evil\x1b[31m\nKith-Command: rm.yaml", "name: Evil\n");
	assert_message("new contact evil\xef\xbf\xbd[31m Kith-Command: rm");
	put("s/contacts/ana-silva.yaml", ANA "\"x-\\e]0;title\\a\\nKith-Command: rm\": 1\n");
	const char *said = message();
	assert_null(strchr(said, '\x1b'));
	assert_null(strstr(said, "\nKith-Command"));
	assert_string_equal(sh("git -C s log --format='%%(trailers:only)'"), "\n\n\n\n");
}

static void many_changes_are_counted_in_the_subject_and_listed_below(void **state)
{
	(void)state;
	make_store();
	sh("for i in $(seq 101 130); do printf 'name: P%%s\\n' $i >s/contacts/person-$i.yaml; done");
	const char *said = message();
	const char *start = "new contact person-101; new contact person-102; and 28 more\n\n- new contact person-101\n";
	assert_memory_equal(said, start, strlen(start));
	assert_non_null(strstr(said, "\n- new contact person-130\n"));
	assert_string_equal(sh("git -C s log -1 --format=%%b | grep -c '^- '"), "30\n");
	sh("for i in $(seq 1000 1149); do printf 'name: P%%s\\n' $i >s/contacts/q$i.yaml; done");
	message();
	assert_string_equal(sh("git -C s log -1 --format=%%b | grep -c '^- new'"), "100\n");
	assert_string_equal(sh("git -C s log -1 --format=%%b | tail -n2"), "- and 50 more\n\n");
	assert_subject("new contact q1000; new contact q1001; new contact q1002; and 147 more");
}

static void a_long_change_is_cut_in_the_subject_and_whole_below(void **state)
{
	(void)state;
	make_store();
	KITH_BUF path = {0};
	kith_buf_add(&path, "s/contacts/");
	for (int i = 0; i < 30; i++)
		kith_buf_add(&path, "abcd-");
	kith_buf_add(&path, "x.yaml");
	put(path.text, "name: Long\n");
	const char *said = message();
	const size_t subject = strcspn(said, "\n");
	assert_true(kith_width(said, subject) <= 76);
	assert_int_equal(sh_status("git -C s log -1 --format=%%B | head -1 | grep -q '^new contact abcd-'"), 0);
}

static void twice_the_same_bytes_are_two_renames(void **state)
{
	(void)state;
	make_store();
	put("s/contacts/a1.yaml", "name: Same\n");
	put("s/contacts/a2.yaml", "name: Same\n");
	take();
	sh("cd s/contacts && mv a1.yaml b1.yaml && mv a2.yaml b2.yaml && cp b1.yaml b3.yaml");
	assert_message("renamed a1 to b1; renamed a2 to b2; new contact b3");
	/* another kind is no rename */
	sh("cd s && mkdir goals && mv contacts/b3.yaml goals/b3.yaml");
	assert_message("removed contact b3; new goal b3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_note_is_told_by_its_people),
		CASE(records_and_settings_are_told_by_their_fields),
		CASE(nothing_from_a_record_but_ids_and_field_names_gets_in),
		CASE(many_changes_are_counted_in_the_subject_and_listed_below),
		CASE(a_long_change_is_cut_in_the_subject_and_whole_below),
		CASE(twice_the_same_bytes_are_two_renames),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
