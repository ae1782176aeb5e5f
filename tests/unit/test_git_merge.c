/* Merging trees: every case is merged from both sides, must give the same tree, and that tree must hold just the files that are named. */
#include "git_fixture.h"

#include "lib/git/inside.h"
#include "lib/git/merge_tree.h"
#include "lib/git/tree.h"
#include "lib/git/writer.h"

enum { FILES = 6 };

struct file {
	const char *path, *text;
};

struct merge_case {
	const char *name;
	struct file base[FILES], one[FILES], other[FILES], want[FILES];
	size_t stayed, set_aside, removed_one, removed_other;
};

#define ANA_PORTO "name: Ana Silva\ncity: Porto\n"
#define ANA_VP "name: Ana Silva\ncity: Lisbon\ntitle: VP\n"

static const struct merge_case cases[] = {
	{ "a record each",
	  { { "contacts/ana.yaml", ANA } },
	  { { "contacts/ana.yaml", ANA }, { "contacts/tom.yaml", TOM } },
	  { { "contacts/ana.yaml", ANA }, { "notes/2026/11/n.yaml", "date: 2026-11-20\n" } },
	  { { "contacts/ana.yaml", ANA }, { "contacts/tom.yaml", TOM }, { "notes/2026/11/n.yaml", "date: 2026-11-20\n" } }, 0, 0, 0, 0 },
	{ "one record, a field each",
	  { { "contacts/ana.yaml", ANA } },
	  { { "contacts/ana.yaml", ANA_PORTO } },
	  { { "contacts/ana.yaml", ANA_VP } },
	  { { "contacts/ana.yaml", "name: Ana Silva\ncity: Porto\ntitle: VP\n" } }, 0, 0, 0, 0 },
	{ "a record moved here and changed there",
	  { { "contacts/ana.yaml", ANA } },
	  { { "contacts/work/ana.yaml", ANA } },
	  { { "contacts/ana.yaml", ANA_PORTO } },
	  { { "contacts/work/ana.yaml", ANA_PORTO } }, 0, 0, 0, 0 },
	{ "moved to two folders, to the smaller path",
	  { { "contacts/ana.yaml", ANA } },
	  { { "contacts/work/ana.yaml", ANA } },
	  { { "contacts/home/ana.yaml", ANA } },
	  { { "contacts/home/ana.yaml", ANA } }, 0, 0, 0, 0 },
	{ "renamed with its bytes, changed there",
	  { { "contacts/ana.yaml", ANA } },
	  { { "contacts/ana-costa.yaml", ANA } },
	  { { "contacts/ana.yaml", ANA_PORTO } },
	  { { "contacts/ana-costa.yaml", ANA_PORTO } }, 0, 0, 0, 0 },
	{ "renamed with formerly, changed there",
	  { { "contacts/ana.yaml", ANA } },
	  { { "contacts/ana-costa.yaml", "name: Ana Costa\ncity: Lisbon\nformerly: [ana]\n" } },
	  { { "contacts/ana.yaml", ANA_VP } },
	  { { "contacts/ana-costa.yaml", "name: Ana Costa\ncity: Lisbon\ntitle: VP\nformerly: [ana]\n" } }, 0, 0, 0, 0 },
	{ "renamed to two names",
	  { { "contacts/ana.yaml", ANA } },
	  { { "contacts/ana-costa.yaml", ANA } },
	  { { "contacts/ana-silva.yaml", ANA } },
	  { { "contacts/ana-costa.yaml", "name: Ana Silva\ncity: Lisbon\nformerly: ana-silva\n" } }, 0, 0, 0, 0 },
	{ "deleted here and left there",
	  { { "contacts/ana.yaml", ANA }, { "contacts/tom.yaml", TOM } },
	  { { "contacts/tom.yaml", TOM } },
	  { { "contacts/ana.yaml", ANA }, { "contacts/tom.yaml", TOM }, { "README", "hello\n" } },
	  { { "contacts/tom.yaml", TOM }, { "README", "hello\n" } }, 0, 0, 0, 1 },
	{ "deleted here and changed there",
	  { { "contacts/ana.yaml", ANA } },
	  { { "README", "hello\n" } },
	  { { "contacts/ana.yaml", ANA_PORTO } },
	  { { "contacts/ana.yaml", ANA_PORTO }, { "README", "hello\n" } }, 1, 0, 0, 0 },
	{ "deleted here and moved there",
	  { { "contacts/ana.yaml", ANA } },
	  { { "README", "hello\n" } },
	  { { "contacts/work/ana.yaml", ANA } },
	  { { "README", "hello\n" } }, 0, 0, 0, 1 },
	{ "deleted on both sides",
	  { { "contacts/ana.yaml", ANA }, { "README", "hello\n" } },
	  { { "README", "hello\n" } },
	  { { "README", "hallo\n" } },
	  { { "README", "hallo\n" } }, 0, 0, 0, 0 },
	{ "one person added on both sides",
	  { { "README", "hello\n" } },
	  { { "README", "hello\n" }, { "contacts/ana.yaml", ANA } },
	  { { "README", "hello\n" }, { "contacts/ana.yaml", "name: ana SILVA\ntitle: VP\n" } },
	  { { "README", "hello\n" }, { "contacts/ana.yaml", "name: ana SILVA\ncity: Lisbon\ntitle: VP\nconflicts:\n  - {field: name, kept: [Ana Silva]}\n" } }, 0, 0, 0, 0 },
	{ "one person added in two folders",
	  { { "README", "hello\n" } },
	  { { "README", "hello\n" }, { "contacts/b/ana.yaml", ANA } },
	  { { "README", "hello\n" }, { "contacts/a/ana.yaml", ANA } },
	  { { "README", "hello\n" }, { "contacts/a/ana.yaml", ANA } }, 0, 0, 0, 0 },
	{ "two persons of one id",
	  { { "README", "hello\n" } },
	  { { "README", "hello\n" }, { "contacts/ana.yaml", "name: Ana Silva\n" } },
	  { { "README", "hello\n" }, { "contacts/ana.yaml", "name: Ana Souza\n" } },
	  { { "README", "hello\n" }, { "contacts/ana.yaml", "name: Ana Silva\n" }, { "contacts/ana-3ae4.yaml", "name: Ana Souza\n" } }, 0, 0, 0, 0 },
	{ "two persons of one id, one of which was changed after they were told apart",
	  { { "contacts/ana.yaml", "name: Ana Souza\n" } },
	  { { "contacts/ana.yaml", "name: Ana Silva\n" }, { "contacts/ana-3ae4.yaml", "name: Ana Souza\n" } },
	  { { "contacts/ana.yaml", "name: Ana Souza\ncity: Porto\n" } },
	  { { "contacts/ana.yaml", "name: Ana Silva\n" }, { "contacts/ana-3ae4.yaml", "name: Ana Souza\ncity: Porto\n" } }, 0, 0, 0, 0 },
	{ "an id renamed to one that the other side added",
	  { { "contacts/ana.yaml", ANA } },
	  { { "contacts/tom.yaml", ANA } },
	  { { "contacts/ana.yaml", ANA }, { "contacts/tom.yaml", TOM } },
	  { { "contacts/tom.yaml", ANA }, { "contacts/tom-d4c0.yaml", TOM } }, 0, 0, 0, 0 },
	{ "two records of one id to one path",
	  { { "contacts/a/x.yaml", ANA }, { "contacts/b/x.yaml", TOM } },
	  { { "contacts/c/x.yaml", ANA }, { "contacts/b/x.yaml", TOM } },
	  { { "contacts/a/x.yaml", ANA }, { "contacts/c/x.yaml", TOM } },
	  { { "contacts/c/x.yaml", ANA }, { "contacts/c/x-d4c0.yaml", TOM } }, 0, 0, 0, 0 },
	{ "renamed here and moved there",
	  { { "contacts/ana.yaml", ANA } },
	  { { "contacts/ana-costa.yaml", ANA } },
	  { { "contacts/work/ana.yaml", ANA } },
	  { { "contacts/work/ana-costa.yaml", ANA } }, 0, 0, 0, 0 },
	{ "deleted here and renamed there",
	  { { "contacts/ana.yaml", ANA }, { "x", "" } },
	  { { "x", "" } },
	  { { "contacts/ana-costa.yaml", ANA }, { "x", "" } },
	  { { "contacts/ana-costa.yaml", ANA }, { "x", "" } }, 1, 0, 0, 0 },
	{ "moved to the folder of another kind, changed there",
	  { { "contacts/acme.yaml", "name: Acme\n" } },
	  { { "groups/acme.yaml", "name: Acme\n" } },
	  { { "contacts/acme.yaml", "name: Acme\ncity: Porto\n" } },
	  { { "groups/acme.yaml", "name: Acme\ncity: Porto\n" } }, 0, 0, 0, 0 },
	{ "a file here and a folder there",
	  { { "x", "" } },
	  { { "x", "" }, { "plan", "one\n" } },
	  { { "x", "" }, { "plan/a", "two\n" } },
	  { { "x", "" }, { "plan/a", "two\n" }, { "conflicts/plan-*.txt", "one\n" } }, 0, 1, 0, 0 },
	{ "a file where set aside texts go",
	  { { "README", "a\n" }, { "conflicts", "mine\n" } },
	  { { "README", "b\n" }, { "conflicts", "mine\n" } },
	  { { "README", "c\n" }, { "conflicts", "mine\n" } },
	  { { "README", "b\n" }, { "conflicts/README-*.txt", "c\n" }, { "conflicts/conflicts-*.txt", "mine\n" } }, 0, 2, 0, 0 },
	{ "two notes of one id",
	  { { "x", "" } },
	  { { "x", "" }, { "notes/2026/11/n.yaml", "date: 2026-11-20\ntext: one\n" } },
	  { { "x", "" }, { "notes/2026/11/n.yaml", "date: 2026-11-20\ntext: two\n" } },
	  { { "x", "" }, { "notes/2026/11/n.yaml", "date: 2026-11-20\ntext: one\n" }, { "notes/2026/11/n-2c65.yaml", "date: 2026-11-20\ntext: two\n" } }, 0, 0, 0, 0 },
	{ "another file, lines apart",
	  { { "README", "a\nb\nc\n" } },
	  { { "README", "A\nb\nc\n" } },
	  { { "README", "a\nb\nC\n" } },
	  { { "README", "A\nb\nC\n" } }, 0, 0, 0, 0 },
	{ "another file, the same line",
	  { { "README.md", "a\nb\nc\n" } },
	  { { "README.md", "a\nB\nc\n" } },
	  { { "README.md", "a\nbee\nc\n" } },
	  { { "README.md", "a\nB\nc\n" }, { "conflicts/README-*.txt", "a\nbee\nc\n" } }, 0, 1, 0, 0 },
	{ "another file, deleted here and changed there",
	  { { "README", "a\n" }, { "x", "" } },
	  { { "x", "" } },
	  { { "README", "b\n" }, { "x", "" } },
	  { { "README", "b\n" }, { "x", "" } }, 0, 0, 0, 0 },
	{ "a side that cannot be read",
	  { { "contacts/ana.yaml", ANA } },
	  { { "contacts/ana.yaml", "name: [Ana\n" } },
	  { { "contacts/ana.yaml", ANA_VP } },
	  { { "contacts/ana.yaml", ANA_VP }, { "conflicts/ana-*.txt", "name: [Ana\n" } }, 0, 1, 0, 0 },
	{ "reminders by their keys",
	  { { ".kith/reminders.yaml", "birthday:ana:2026: {done: 2026-03-14}\n" } },
	  { { ".kith/reminders.yaml", "birthday:ana:2026: {done: 2026-03-14}\nbirthday:tom:2026: {done: 2026-05-01}\n" } },
	  { { ".kith/reminders.yaml", "birthday:ana:2026: {done: 2026-03-14}\nbirthday:ben:2026: {until: 2026-06-01}\n" } },
	  { { ".kith/reminders.yaml", "birthday:ana:2026: {done: 2026-03-14}\nbirthday:ben:2026: {until: 2026-06-01}\nbirthday:tom:2026: {done: 2026-05-01}\n" } }, 0, 0, 0, 0 },
	{ "the settings",
	  { { "kith.yaml", "me: jo\nremind_at: 09:00\n" } },
	  { { "kith.yaml", "me: jo\nremind_at: 08:00\n" } },
	  { { "kith.yaml", "me: jo\nremind_at: 09:00\nweekend: no\n" } },
	  { { "kith.yaml", "me: jo\nremind_at: 08:00\nweekend: no\n" } }, 0, 0, 0, 0 },
};

static git_tree *make_tree(struct kith_writer *writer, const struct file *files)
{
	struct kith_err err = { 0 };
	KITH_ARENA arena = { 0 };
	struct kith_differences list = { 0 };
	git_tree *tree = NULL;
	git_oid oid;
	for (size_t i = 0; i < FILES && files[i].path; i++) {
		struct kith_difference *difference =
			kith_arena_push(&arena, &list.list, &list.count, &list.capacity, sizeof(*difference));
		*difference = (struct kith_difference){ .path = files[i].path, .after.mode = GIT_FILEMODE_BLOB };
		assert_ok(kith_writer_blob(writer, files[i].text, strlen(files[i].text), &difference->after.oid, &err), err);
	}
	kith_differences_sort(&list);
	assert_ok(kith_tree_update(writer, NULL, &list, &oid, &err), err);
	assert_int_equal(git_tree_lookup(&tree, kith_writer_git(writer), &oid), 0);
	return tree;
}

/* Paths, with "*" for the hash of a text that was set aside, and the text below each. */
static void print_tree(struct kith_writer *writer, const git_tree *tree, struct kith_buf *out)
{
	struct kith_err err = { 0 };
	KITH_ARENA arena = { 0 };
	struct kith_differences list = { 0 };
	assert_ok(kith_tree_compare_all(kith_writer_git(writer), NULL, tree, &arena, &list, &err), err);
	for (size_t i = 0; i < list.count; i++) {
		git_blob *blob = NULL;
		const char *path = list.list[i].path, *dash = strrchr(path, '-');
		if (strncmp(path, "conflicts/", 10) == 0 && dash && dash[1] != '*')
			path = kith_arena_printf(&arena, "%.*s-*.txt", (int)(dash - path), path);
		assert_int_equal(git_blob_lookup(&blob, kith_writer_git(writer), &list.list[i].after.oid), 0);
		kith_buf_addf(out, "== %s\n%.*s", path, (int)git_blob_rawsize(blob), (const char *)git_blob_rawcontent(blob));
		git_blob_free(blob);
	}
}

static int failures;

static void try_case(struct kith_writer *writer, const struct merge_case *test)
{
	struct kith_err err = { 0 };
	KITH_CLEANUP(git_tree_free) git_tree *base = make_tree(writer, test->base), *one = make_tree(writer, test->one);
	KITH_CLEANUP(git_tree_free) git_tree *other = make_tree(writer, test->other), *want = make_tree(writer, test->want);
	KITH_CLEANUP(git_tree_free) git_tree *merged = NULL;
	struct kith_tree_merge forth, back;
	assert_ok(kith_merge_trees(writer, base, one, other, &forth, &err), err);
	assert_ok(kith_merge_trees(writer, base, other, one, &back, &err), err);
	assert_int_equal(git_tree_lookup(&merged, kith_writer_git(writer), &forth.tree), 0);
	KITH_BUF got = { 0 }, wanted = { 0 };
	print_tree(writer, merged, &got);
	print_tree(writer, want, &wanted);
	const bool same = git_oid_equal(&forth.tree, &back.tree);
	const bool told = forth.stayed == test->stayed && forth.set_aside == test->set_aside &&
	                  forth.removed[0] == test->removed_one && forth.removed[1] == test->removed_other;
	if (same && told && strcmp(kith_buf_text(&got), kith_buf_text(&wanted)) == 0)
		return;
	failures++;
	print_message("%s:%s%s\n--- wanted\n%s--- got\n%s---\n", test->name, same ? "" : " differs from the other side",
	              told ? "" : " tells other numbers", kith_buf_text(&wanted), kith_buf_text(&got));
}

static void every_case_becomes_what_it_should(void **state)
{
	(void)state;
	struct kith_err err = { 0 };
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	KITH_CLEANUP(kith_writer_close) struct kith_writer *writer = NULL;
	assert_ok(kith_repo_init("s", &err), err);
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_ok(kith_writer_open(repo, 1, &writer, &err), err);
	for (size_t i = 0; i < kith_count(cases); i++)
		try_case(writer, &cases[i]);
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_case_becomes_what_it_should),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
