#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/store/store.h"
#include "sandbox.h"

static int enter(void **state)
{
	static const char *const unwanted[] = { "KITH_STORE", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR",
		                                "XDG_CONFIG_HOME" };
	for (size_t i = 0; i < kith_count(unwanted); i++)
		unsetenv(unwanted[i]);
	return sandbox_enter(state);
}

static struct kith_store *open_store(const char *given)
{
	struct kith_store *store = NULL;
	struct kith_err err = { 0 };
	if (kith_store_open(given, &store, &err))
		fail_msg("%s (%s)", err.message, err.hint);
	return store;
}
#define STORE KITH_CLEANUP(kith_store_close) struct kith_store

static const char *below(const char *path)
{
	static char whole[1024];
	snprintf(whole, sizeof(whole), "%s/%s", sandbox_path(), path);
	return whole;
}

/* --- finding --- */

static void a_store_is_found_by_option_environment_parent_config_and_home(void **state)
{
	(void)state;
	static const char *const stores[] = { "given", "variable", "above", "configured", "home/kith" };
	for (size_t i = 0; i < kith_count(stores); i++)
		sh("mkdir -p %s/contacts/sub; touch %s/kith.yaml", stores[i], stores[i]);
	put("home/.config/kith/config.yaml", "stores: [~/../configured, ~/other]\n");
	setenv("KITH_STORE", below("variable"), 1);
	assert_int_equal(chdir("above/contacts/sub"), 0);
	for (size_t i = 0; i < kith_count(stores); i++) {
		STORE *store = open_store(i == 0 ? below("given") : NULL);
		assert_string_equal(store->root, below(stores[i]));
		if (i == 1)
			unsetenv("KITH_STORE");
		if (i == 2)
			assert_int_equal(chdir(sandbox_path()), 0);
		if (i == 3)
			sh("rm home/.config/kith/config.yaml");
	}
}

static void a_folder_that_is_no_store_is_refused_with_the_way_to_make_one(void **state)
{
	(void)state;
	sh("mkdir empty; touch file");
	static const struct {
		const char *given, *variable, *message, *hint;
	} cases[] = {
		{ "empty", NULL, "empty is no kith store: there is no kith.yaml in it", "kith init empty" },
		{ "file", NULL, "file is not a folder", "kith init file" },
		{ "gone", NULL, "gone: No such file or directory", "kith init gone" },
		{ NULL, "empty", "KITH_STORE: empty is no kith store: there is no kith.yaml in it", "kith init empty" },
		{ NULL, NULL, "there is no kith store here, above here, or at ~/kith", "kith init ~/kith" },
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct kith_store *store = NULL;
		struct kith_err err = { 0 };
		if (cases[i].variable)
			setenv("KITH_STORE", cases[i].variable, 1);
		else
			unsetenv("KITH_STORE");
		assert_int_equal(kith_store_open(cases[i].given, &store, &err), KITH_USAGE);
		assert_null(store);
		assert_string_equal(err.message, cases[i].message);
		assert_non_null(strstr(err.hint, cases[i].hint));
	}
}

static void places_follow_the_environment(void **state)
{
	(void)state;
	sh("mkdir 'My Störe'; touch 'My Störe/kith.yaml'");
	STORE *plain = open_store("My Störe");
	assert_memory_equal(plain->name, "my-store-", 9);
	assert_int_equal(strlen(plain->name), 9 + 8);
	KITH_BUF wanted = { 0 };
	kith_buf_addf(&wanted, "%s/%s", below("home/.cache/kith"), plain->name);
	assert_string_equal(plain->cache, wanted.text);
	kith_buf_clear(&wanted);
	kith_buf_addf(&wanted, "%s/%s", below("home/.local/state/kith"), plain->name);
	assert_string_equal(plain->local, wanted.text);
	assert_false(plain->has_git);

	setenv("XDG_CACHE_HOME", below("c"), 1);
	setenv("XDG_STATE_HOME", "relative/is/ignored", 1);
	setenv("XDG_RUNTIME_DIR", below("r"), 1);
	STORE *other = open_store(below("My Störe/"));
	assert_string_equal(other->name, plain->name);
	assert_string_equal(other->local, plain->local);
	kith_buf_clear(&wanted);
	kith_buf_addf(&wanted, "%s/kith/%s", below("c"), plain->name);
	assert_string_equal(other->cache, wanted.text);
	kith_buf_clear(&wanted);
	kith_buf_addf(&wanted, "%s/kith/%s.sock", below("r"), plain->name);
	assert_string_equal(other->socket, wanted.text);

	unsetenv("HOME");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("XDG_RUNTIME_DIR");
	STORE *homeless = open_store("My Störe");
	assert_null(homeless->cache);
	assert_null(homeless->local);
	assert_null(homeless->socket);
	assert_null(homeless->config.path);
}

static void what_is_local_lies_in_the_repository_but_for_worktrees(void **state)
{
	(void)state;
	sh("git init -q s; touch s/kith.yaml; git -C s add .; git -C s commit -qm start; git -C s worktree add -q "
	   "../w");
	STORE *store = open_store("s");
	assert_true(store->has_git);
	assert_string_equal(store->local, below("s/.git/kith"));
	assert_string_equal(store->socket, below("s/.git/kith/kithd.sock"));
	STORE *linked = open_store("w");
	assert_true(linked->has_git);
	assert_null(strstr(linked->local, ".git"));
	sh("rm -rf s/.git/worktrees");
	STORE *cut_off = open_store("w");
	assert_false(cut_off->has_git);
}

static void stores_of_one_name_are_told_apart_and_links_are_not(void **state)
{
	(void)state;
	sh("mkdir -p a/kith b/kith; touch a/kith/kith.yaml b/kith/kith.yaml; ln -s a/kith link");
	STORE *one = open_store("a/kith"), *other = open_store("b/kith"), *same = open_store("link");
	assert_string_not_equal(one->name, other->name);
	assert_string_equal(one->name, same->name);
	assert_string_equal(one->root, same->root);
}

/* --- settings --- */

static void settings_have_defaults_and_are_read(void **state)
{
	(void)state;
	put("s/kith.yaml", "");
	STORE *store = open_store("s");
	assert_null(store->settings.me);
	assert_int_equal(store->settings.remind_at, 540);
	assert_int_equal(store->settings.quiet_from, 1200);
	assert_int_equal(store->settings.quiet_to, 480);
	assert_true(store->settings.weekend);
	assert_int_equal(store->settings.nudges, 3);
	const uint64_t before = store->settings.fingerprint;

	put("s/kith.yaml", "me: hal\nremind_at: 7:30\nquiet: 22:15-6:00\nweekend: no\ntargets: {nudges: 0}\ncadences: "
	                   "{mentor: weekly}\n");
	kith_store_reload(store);
	assert_string_equal(store->settings.me, "hal");
	assert_int_equal(store->settings.remind_at, 450);
	assert_int_equal(store->settings.quiet_from, 22 * 60 + 15);
	assert_int_equal(store->settings.quiet_to, 360);
	assert_false(store->settings.weekend);
	assert_int_equal(store->settings.nudges, 0);
	assert_string_equal(kith_record_get(&store->settings.record, "cadences")->key, "mentor");
	assert_int_equal(store->settings.faults.count, 0);
	assert_true(before != store->settings.fingerprint);
}

static void a_broken_kith_yaml_is_a_fault_and_no_failure(void **state)
{
	(void)state;
	put("s/kith.yaml", "me: [\n");
	STORE *store = open_store("s");
	assert_true(store->settings.faults.errors > 0);
	assert_int_equal(store->settings.remind_at, 540);
	put("s/kith.yaml", "me: hal\nremind_at: 8:00\n");
	kith_store_reload(store);
	assert_int_equal(store->settings.faults.errors, 0);
	for (int i = 0; i < 2; i++) {
		/* what it said before it broke holds */
		if (i == 0)
			put("s/kith.yaml", "me: hal\nme: tom\n");
		else
			sh("rm s/kith.yaml; mkdir s/kith.yaml");
		kith_store_reload(store);
		assert_true(store->settings.faults.errors > 0);
		assert_non_null(store->settings.faults.list[0].message);
		assert_string_equal(store->settings.me, "hal");
		assert_int_equal(store->settings.remind_at, 480);
	}
}

static void a_kith_yaml_that_stays_broken_takes_no_more_memory_each_time(void **state)
{
	(void)state;
	put("s/kith.yaml", "me: hal\n");
	STORE *store = open_store("s");
	put("s/kith.yaml", "me: hal\nme: tom\n");
	const struct kith_arena_block *last = store->settings.arena.blocks;
	for (int i = 0; i < 500; i++) {
		kith_store_reload(store);
		assert_int_equal(store->settings.faults.errors, 1);
		assert_ptr_equal(store->settings.arena.blocks, last);
	}
	assert_string_equal(store->settings.me, "hal");
	put("s/kith.yaml", "me: tom\n");
	kith_store_reload(store);
	assert_null(store->settings.broken.blocks);
	assert_string_equal(store->settings.me, "tom");
}

static void the_configuration_of_the_machine_is_read(void **state)
{
	(void)state;
	struct kith_config config;
	kith_config_read(&config);
	assert_string_equal(config.path, below("home/.config/kith/config.yaml"));
	assert_true(config.notifications);
	assert_null(config.editor);
	assert_null(config.notify_command);
	assert_int_equal(config.faults.count, 0);
	kith_config_finish(&config);
	put("home/.config/kith/config.yaml",
	    "editor: vim -f\npicker: fzf\nnotifications: off\nnotify_command: [mail, -s, kith, me]\n");
	kith_config_read(&config);
	assert_string_equal(config.editor, "vim -f");
	assert_string_equal(config.picker, "fzf");
	assert_false(config.notifications);
	static const char *const words[] = { "mail", "-s", "kith", "me" };
	for (size_t i = 0; i < kith_count(words); i++)
		assert_string_equal(config.notify_command[i], words[i]);
	assert_null(config.notify_command[4]);
	kith_config_finish(&config);
	put("home/.config/kith/config.yaml", "editor: [\n");
	kith_config_read(&config);
	assert_true(config.faults.errors > 0);
	assert_true(config.notifications);
	kith_config_finish(&config);
	sh("rm home/.config/kith/config.yaml; mkdir home/.config/kith/config.yaml");
	kith_config_read(&config);
	assert_true(config.faults.errors > 0);
	kith_config_finish(&config);
}

/* --- paths --- */

static void record_paths_are_told_from_others(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		bool is_record;
	} cases[] = {
		{ "kith.yaml", true },
		{ "contacts/ana.yaml", true },
		{ "contacts/a/b/ana.yaml", true },
		{ "notes/2026/11/x.yml", true },
		{ "contacts/Ana Silva.yaml", true },
		{ "contacts", false },
		{ "contacts/.yaml", false },
		{ "contacts/.ana.yaml", false },
		{ "contacts/.#ana.yaml", false },
		{ "contacts/ana.yaml~", false },
		{ "contacts/.ana.yaml.swp", false },
		{ "contacts/4913", false },
		{ "contacts/#ana.yaml#", false },
		{ "contacts/.git/x.yaml", false },
		{ "ana.yaml", false },
		{ "contacts.yaml", false },
		{ "drafts/ana.yaml", false },
		{ ".kith/reminders.yaml", false },
		{ "contactsx/ana.yaml", false },
		{ "sub/kith.yaml", false },
		{ "contacts/ana.yaml.tmp", false },
		{ "contacts/photo.jpg", false },
		{ "", false },
	};
	for (size_t i = 0; i < kith_count(cases); i++)
		if (kith_store_is_record_path(cases[i].path) != cases[i].is_record)
			fail_msg("%s", cases[i].path);
	assert_true(kith_store_is_record_folder("contacts"));
	assert_true(kith_store_is_record_folder("notes/2026/11"));
	assert_false(kith_store_is_record_folder("contacts/.git"));
	assert_false(kith_store_is_record_folder("drafts"));
	assert_false(kith_store_is_record_folder(""));
	assert_false(kith_store_is_record_folder("contactsx"));
}

static void a_record_is_read_from_its_file_now(void **state)
{
	(void)state;
	put("s/kith.yaml", "");
	put("s/contacts/ana.yaml", "name: Ana\n");
	put("s/contacts/bad.yaml", "name: [\n");
	put("outside.yaml", "name: Outside\n");
	sh("ln -s ../../outside.yaml s/contacts/link.yaml; mkfifo s/contacts/pipe.yaml");
	STORE *store = open_store("s");
	KITH_ARENA arena = { 0 };
	struct kith_reading reading;
	struct kith_err err;
	assert_int_equal(kith_store_read(store, "contacts/ana.yaml", &arena, &reading, &err), KITH_OK);
	assert_string_equal(kith_record_text(&reading.record, "name"), "Ana");
	assert_string_equal(reading.record.id, "ana");
	assert_string_equal(reading.record.path, "contacts/ana.yaml");
	assert_int_equal(kith_store_read(store, "contacts/bad.yaml", &arena, &reading, &err), KITH_OK);
	assert_false(reading.readable);
	assert_int_equal(kith_store_read(store, "contacts/gone.yaml", &arena, &reading, &err), KITH_NONE);
	assert_int_equal(kith_store_read(store, "contacts/ana.yaml/x.yaml", &arena, &reading, &err), KITH_NONE);
	assert_int_equal(kith_store_read(store, "contacts/link.yaml", &arena, &reading, &err), KITH_IO);
	assert_int_equal(kith_store_read(store, "contacts/pipe.yaml", &arena, &reading, &err), KITH_IO);
	assert_int_equal(kith_store_read(store, "contacts/../../outside.yaml", &arena, &reading, &err), KITH_IO);
	assert_int_equal(kith_store_read(store, "outside.yaml", &arena, &reading, &err), KITH_USAGE);
	assert_int_equal(kith_store_read(store, "kith.yaml", &arena, &reading, &err), KITH_OK);
}

static const char *new_path(struct kith_store *store, enum kith_kind kind, const char *hint, struct kith_arena *arena)
{
	return kith_store_new_path(store, kind, hint, kith_day_of((struct kith_date){ 2026, 11, 21, -1 }), arena);
}

static void new_paths_are_free_and_say_what_they_hold(void **state)
{
	(void)state;
	put("s/kith.yaml", "");
	put("s/contacts/ana-silva.yaml", "");
	put("s/contacts/sub/tom.yaml", "");
	put("s/groups/tom-2.yml", "");
	put("s/contacts/tom-x.yaml", "");
	put("s/contacts/tom-30000000000000000000000.yaml", "");
	STORE *store = open_store("s");
	KITH_ARENA arena = { 0 };
	static const struct {
		enum kith_kind kind;
		const char *hint, *path;
	} cases[] = {
		{ KITH_KIND_contact, "maria-garcia", "contacts/maria-garcia.yaml" },
		{ KITH_KIND_contact, "María García", "contacts/maria-garcia.yaml" },
		{ KITH_KIND_contact, "ana-silva", "contacts/ana-silva-2.yaml" },
		{ KITH_KIND_event, "ana-silva", "events/ana-silva-2.yaml" },
		{ KITH_KIND_contact, "tom", "contacts/tom-3.yaml" },
		{ KITH_KIND_group, "!!!", "groups/group.yaml" },
		{ KITH_KIND_contact, "田中 由紀", "contacts/田中-由紀.yaml" },
		{ KITH_KIND_contact, "../../../etc/passwd", "contacts/etc-passwd.yaml" },
	};
	for (size_t i = 0; i < kith_count(cases); i++)
		assert_string_equal(new_path(store, cases[i].kind, cases[i].hint, &arena), cases[i].path);

	const char *note = new_path(store, KITH_KIND_note, "ana-silva", &arena);
	assert_memory_equal(note, "notes/2026/11/2026-11-21-ana-silva-", 35);
	assert_int_equal(strspn(note + 35, "abcdefghijklmnopqrstuvwxyz0123456789"), 4);
	assert_string_equal(note + 39, ".yaml");
	assert_string_not_equal(note, new_path(store, KITH_KIND_note, "ana-silva", &arena));
	assert_memory_equal(new_path(store, KITH_KIND_note, "", &arena), "notes/2026/11/2026-11-21-", 25);

	KITH_BUF name = { 0 };
	while (name.length < 4000)
		kith_buf_add(&name, "ö é ");
	const char *long_path = new_path(store, KITH_KIND_contact, name.text, &arena);
	assert_true(strlen(long_path) < 220);
	long_path = new_path(store, KITH_KIND_note, name.text, &arena);
	assert_true(strlen(long_path) < 220);
}

static void crowded_folders_are_divided(void **state)
{
	(void)state;
	put("s/kith.yaml", "");
	sh("mkdir -p s/contacts s/notes/2026/11; cd s; for i in $(seq 999); do : >contacts/c$i.yaml; : "
	   ">notes/2026/11/n$i.yaml; done");
	STORE *store = open_store("s");
	KITH_ARENA arena = { 0 };
	assert_string_equal(new_path(store, KITH_KIND_contact, "ana-silva", &arena), "contacts/ana-silva.yaml");
	assert_memory_equal(new_path(store, KITH_KIND_note, "ana", &arena), "notes/2026/11/2026-11-21-ana-", 29);
	sh("touch s/contacts/last.yaml s/notes/2026/11/last.yaml");
	assert_string_equal(new_path(store, KITH_KIND_contact, "ana-silva", &arena), "contacts/an/ana-silva.yaml");
	assert_string_equal(new_path(store, KITH_KIND_contact, "Ольга", &arena), "contacts/ол/ольга.yaml");
	assert_string_equal(new_path(store, KITH_KIND_contact, "c1", &arena), "contacts/c1/c1-2.yaml");
	assert_memory_equal(new_path(store, KITH_KIND_note, "ana", &arena), "notes/2026/11/21/2026-11-21-ana-", 32);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, sandbox_leave)
	const struct CMUnitTest tests[] = {
		TEST(a_store_is_found_by_option_environment_parent_config_and_home),
		TEST(a_folder_that_is_no_store_is_refused_with_the_way_to_make_one),
		TEST(places_follow_the_environment),
		TEST(what_is_local_lies_in_the_repository_but_for_worktrees),
		TEST(stores_of_one_name_are_told_apart_and_links_are_not),
		TEST(settings_have_defaults_and_are_read),
		TEST(a_broken_kith_yaml_is_a_fault_and_no_failure),
		TEST(a_kith_yaml_that_stays_broken_takes_no_more_memory_each_time),
		TEST(the_configuration_of_the_machine_is_read),
		TEST(record_paths_are_told_from_others),
		TEST(a_record_is_read_from_its_file_now),
		TEST(new_paths_are_free_and_say_what_they_hold),
		TEST(crowded_folders_are_divided),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
