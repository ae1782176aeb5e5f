/* Merging commits whose histories cross, or have nothing in common; and what a merge takes away from a side. */
#include "merge_fixture.h"

enum { COMMITS = 12, MOST = 12 };

#define R(text) { "README", text "\n" }
#define ANA_IS(fields) { "contacts/ana.yaml", "name: Ana Silva\n" fields }

/* "c:ab" is a commit c with the parents a and b and these files; "c=ab" what kith makes of a and b.  The last two are merged. */
struct history {
	const char *name;
	struct {
		const char *is;
		struct file files[FILES];
	} commits[COMMITS];
	struct file want[MOST];
};

static const struct history crossed[] = {
	{ "what both bases had and one side removed does not come back",
	  { { "o:", { ANA_IS("") } },
	    { "a:o", { ANA_IS("tags: [x]\n") } }, { "b:o", { ANA_IS("tags: [y]\n") } },
	    { "c=ab", {{0}} }, { "d:ab", { ANA_IS("tags: [x, y, z]\n") } }, { "e:c", { ANA_IS("tags: [y]\n") } },
	    { "d", {{0}} }, { "e", {{0}} } },
	  { ANA_IS("tags: [y, z]\n") } },
	{ "three bases",
	  { { "o:", { ANA_IS("") } },
	    { "a:o", { ANA_IS("tags: [x]\n") } }, { "b:o", { ANA_IS("tags: [y]\n") } }, { "c:o", { ANA_IS("tags: [z]\n") } },
	    { "d:abc", { ANA_IS("tags: [y, z, d]\n") } }, { "e:abc", { ANA_IS("tags: [x, z, e]\n") } } },
	  { ANA_IS("tags: [z, e, d]\n") } },
	{ "five bases",
	  { { "o:", { ANA_IS("") } },
	    { "a:o", { ANA_IS("tags: [v]\n") } }, { "b:o", { ANA_IS("tags: [w]\n") } }, { "c:o", { ANA_IS("tags: [x]\n") } },
	    { "d:o", { ANA_IS("tags: [y]\n") } }, { "e:o", { ANA_IS("tags: [z]\n") } },
	    { "f:abcde", { ANA_IS("tags: [w, x, y, z]\n") } }, { "g:abcde", { ANA_IS("tags: [v, w, x, y]\n") } } },
	  { ANA_IS("tags: [w, x, y]\n") } },
	{ "a rename in one base, a deletion in the other",
	  { { "o:", { ANA_IS("city: Lisbon\n"), { "contacts/tom.yaml", TOM }, R("o") } },
	    { "a:o", { { "contacts/ana-costa.yaml", ANA }, { "contacts/tom.yaml", TOM }, R("o") } },
	    { "b:o", { ANA_IS("city: Lisbon\n"), R("o") } },
	    { "c=ab", {{0}} }, { "d:ab", { { "contacts/ana-costa.yaml", ANA "title: VP\n" }, R("o") } },
	    { "e:c", { { "contacts/ana-costa.yaml", "name: Ana Silva\ncity: Porto\n" }, R("o") } },
	    { "d", {{0}} }, { "e", {{0}} } },
	  { R("o"), { "contacts/ana-costa.yaml", "name: Ana Silva\ncity: Porto\ntitle: VP\n" } } },
	{ "a rename in one base, another in the other, and an edit of each",
	  { { "o:", { ANA_IS("city: Lisbon\n") } },
	    { "a:o", { { "contacts/ana-b.yaml", ANA } } }, { "b:o", { { "contacts/ana-c.yaml", ANA } } },
	    { "c=ab", {{0}} },
	    { "d:ab", { { "contacts/ana-c.yaml", ANA "title: VP\nformerly: ana-b\n" } } },
	    { "e:c", { { "contacts/ana-b.yaml", "name: Ana Silva\ncity: Porto\nformerly: ana-c\n" } } },
	    { "d", {{0}} }, { "e", {{0}} } },
	  { { "contacts/ana-c.yaml", "name: Ana Silva\ncity: Porto\ntitle: VP\nformerly: ana-b\n" } } },
	{ "a conflict that one side settled stays settled",
	  { { "o:", { ANA_IS("city: Lisbon\n") } },
	    { "a:o", { ANA_IS("city: Porto\n") } }, { "b:o", { ANA_IS("city: Braga\n") } },
	    { "c=ab", {{0}} }, { "d:ab", { ANA_IS("city: Braga\n") } },
	    { "e:c", { ANA_IS("city: Porto\ntitle: VP\nconflicts:\n  - {field: city, kept: [Braga]}\n") } },
	    { "d", {{0}} }, { "e", {{0}} } },
	  { ANA_IS("city: Braga\ntitle: VP\n") } },
	{ "a conflict that two settled differently is one again",
	  { { "o:", { ANA_IS("city: Lisbon\n") } },
	    { "a:o", { ANA_IS("city: Porto\n") } }, { "b:o", { ANA_IS("city: Braga\n") } },
	    { "c:ab", { ANA_IS("city: Porto\n") } }, { "d:ab", { ANA_IS("city: Braga\n") } } },
	  { ANA_IS("city: Braga\nconflicts:\n  - {field: city, kept: [Porto]}\n") } },
	{ "deleted by one base and changed by the other, then deleted by a person",
	  { { "o:", { ANA_IS("city: Lisbon\n"), R("o") } },
	    { "a:o", { R("o") } }, { "b:o", { ANA_IS("city: Porto\n"), R("o") } },
	    { "c=ab", {{0}} }, { "d:ab", { R("o") } }, { "e:c", { ANA_IS("city: Porto\n"), R("e") } },
	    { "d", {{0}} }, { "e", {{0}} } },
	  { R("e") } },
	{ "crossed twice",
	  { { "o:", { ANA_IS("") } },
	    { "a:o", { ANA_IS("tags: [a]\n") } }, { "b:o", { ANA_IS("tags: [b]\n") } },
	    { "c:ab", { ANA_IS("tags: [a, b, c]\n") } }, { "d:ab", { ANA_IS("tags: [b, d]\n") } },
	    { "e:cd", { ANA_IS("tags: [b, c, d]\n") } }, { "f:cd", { ANA_IS("tags: [b, c, d, f]\n") } },
	    { "g:e", { ANA_IS("tags: [c, d, g]\n") } }, { "f", {{0}} }, { "g", {{0}} } },
	  { ANA_IS("tags: [c, d, f, g]\n") } },
	{ "bases with nothing in common",
	  { { "a:", { ANA_IS("tags: [a]\n") } }, { "b:", { ANA_IS("tags: [b]\n") } },
	    { "c:ab", { ANA_IS("tags: [a, b, c]\n") } }, { "d:ab", { ANA_IS("tags: [b, d]\n") } } },
	  { ANA_IS("tags: [b, c, d]\n") } },
	{ "a file whose lines both bases changed",
	  { { "o:", { R("a\nb\nc") } },
	    { "a:o", { R("A\nb\nc") } }, { "b:o", { R("a\nb\nC") } },
	    { "c=ab", {{0}} }, { "d:ab", { R("A\nb\nC\nd") } }, { "e:c", { R("e\nA\nb\nC") } },
	    { "d", {{0}} }, { "e", {{0}} } },
	  { R("e\nA\nb\nC\nd") } },
};

#define ATTRIBUTES "# kith\n*.yaml -text merge=kith\n"

static const struct history unrelated[] = {
	{ "one person and two of one id",
	  { { "a:", { ANA_IS("city: Lisbon\n"), { "contacts/tom.yaml", TOM }, { "contacts/kim.yaml", "name: Kim\n" } } },
	    { "b:", { ANA_IS("title: VP\n"), { "contacts/tom.yaml", "name: Tom Jones\n" }, { "contacts/lee.yaml", "name: Lee\n" } } } },
	  { ANA_IS("city: Lisbon\ntitle: VP\n"), { "contacts/kim.yaml", "name: Kim\n" }, { "contacts/lee.yaml", "name: Lee\n" },
	    { "contacts/tom-d4c0.yaml", TOM }, { "contacts/tom.yaml", "name: Tom Jones\n" } } },
	{ "what kith init writes",
	  { { "a:", { { ".gitattributes", ATTRIBUTES }, { ".gitignore", ".kith/schema/\n" }, { "kith.yaml", "me: ana\n" },
	              { "playbooks/first-talk.yaml", "name: First talk\nsteps:\n  - {after: 0, do: listen}\n" }, ANA_IS("") } },
	    { "b:", { { ".gitattributes", ATTRIBUTES }, { ".gitignore", ".kith/schema/\n" }, { "kith.yaml", "me: ana\nremind_at: 08:00\n" },
	              { "playbooks/first-talk.yaml", "name: First talk\nsteps:\n  - {after: 0, do: listen}\n" } } } },
	  { { ".gitattributes", ATTRIBUTES }, { ".gitignore", ".kith/schema/\n" }, { "kith.yaml", "me: ana\nremind_at: 08:00\n" },
	    { "playbooks/first-talk.yaml", "name: First talk\nsteps:\n  - {after: 0, do: listen}\n" }, ANA_IS("") } },
	{ "lines that one of them has more",
	  { { "a:", { { ".gitattributes", ATTRIBUTES }, { ".gitignore", ".kith/schema/\n" } } },
	    { "b:", { { ".gitattributes", "[attr]x\n" ATTRIBUTES }, { ".gitignore", ".kith/schema/\n*.bak\n" } } } },
	  { { ".gitattributes", "[attr]x\n" ATTRIBUTES }, { ".gitignore", ".kith/schema/\n*.bak\n" } } },
	{ "lines that each has more",
	  { { "a:", { { ".gitattributes", ATTRIBUTES "*.pdf binary\n" }, { ".gitignore", ".kith/schema/\n*.tmp\n" } } },
	    { "b:", { { ".gitattributes", ATTRIBUTES "*.png binary\n" }, { ".gitignore", ".kith/schema/\n*.bak\n" } } } },
	  { { ".gitattributes", ATTRIBUTES "*.pdf binary\n*.png binary\n" }, { ".gitignore", ".kith/schema/\n*.tmp\n*.bak\n" } } },
	{ "another file that both have, with lines that one of them has more",
	  { { "a:", { R("a\nb") } }, { "b:", { R("a\nx\nb") } } }, { R("a\nx\nb") } },
	{ "another file, with lines that each has more",
	  { { "a:", { R("a\nb") } }, { "b:", { R("a\nc") } } }, { R("a\nb"), { "conflicts/README-*.txt", "a\nc\n" } } },
	{ "another file, with nothing in common",
	  { { "a:", { R("a") } }, { "b:", { R("b") } } }, { R("a"), { "conflicts/README-*.txt", "b\n" } } },
	{ "two people of their own",
	  { { "a:", { { "kith.yaml", "me: ana\n" } } }, { "b:", { { "kith.yaml", "me: tom\n" } } } },
	  { { "kith.yaml", "me: tom\nconflicts:\n  - {field: me, kept: [ana]}\n" } } },
	{ "nothing here",
	  { { "a:", {{0}} }, { "b:", { ANA_IS("") } } },
	  { ANA_IS("") } },
};

/* --- running them --- */

static git_oid write_commit(git_repository *git, const git_tree *tree, const git_oid *parents, size_t count, int time)
{
	const git_commit *opened[COMMITS];
	git_signature *who = NULL;
	git_oid oid;
	for (size_t i = 0; i < count; i++)
		assert_int_equal(git_commit_lookup((git_commit **)&opened[i], git, &parents[i]), 0);
	assert_int_equal(git_signature_new(&who, "me", "me@example.org", 1700000000 + time, 0), 0);
	assert_int_equal(git_commit_create(&oid, git, NULL, who, who, NULL, "edit", tree, count, opened), 0);
	for (size_t i = 0; i < count; i++)
		git_commit_free((git_commit *)opened[i]);
	git_signature_free(who);
	return oid;
}

static git_oid merge_two(struct kith_repo *repo, const git_oid *one, const git_oid *other, struct kith_commit_merge *out)
{
	struct kith_err err = { 0 };
	struct kith_commit_merge back;
	assert_ok(kith_merge_commits(repo, one, other, out, &err), err);
	assert_ok(kith_merge_commits(repo, other, one, &back, &err), err);
	assert_true(git_oid_equal(&out->commit, &back.commit));
	return out->commit;
}

/* With clocks that go on, stand still and go back: which bases are found must not depend on them. */
static bool try_history(struct merge_world *world, const struct history *test, int tick)
{
	git_repository *git = world->repo->git;
	git_oid known[128], last[2] = { 0 };
	struct kith_commit_merge merge;
	for (size_t i = 0; i < COMMITS && test->commits[i].is; i++) {
		const char *is = test->commits[i].is;
		git_oid parents[COMMITS];
		size_t count = 0;
		for (const char *parent = is[1] ? is + 2 : ""; *parent; parent++)
			parents[count++] = known[(unsigned char)*parent];
		if (is[1] == '=') {
			known[(unsigned char)is[0]] = merge_two(world->repo, &parents[0], &parents[1], &merge);
		} else if (is[1]) {
			KITH_CLEANUP(git_tree_free) git_tree *tree = make_tree(world->writer, test->commits[i].files, FILES);
			known[(unsigned char)is[0]] = write_commit(git, tree, parents, count, (int)i * tick);
		}
		last[0] = last[1];
		last[1] = known[(unsigned char)is[0]];
	}
	(void)merge_two(world->repo, &last[0], &last[1], &merge);
	KITH_CLEANUP(git_tree_free) git_tree *merged = NULL, *want = make_tree(world->writer, test->want, MOST);
	KITH_BUF got = { 0 }, wanted = { 0 };
	assert_int_equal(git_tree_lookup(&merged, git, &merge.tree.tree), 0);
	print_tree(world->writer, merged, &got);
	print_tree(world->writer, want, &wanted);
	if (merge.made && strcmp(kith_buf_text(&got), kith_buf_text(&wanted)) == 0)
		return true;
	print_message("%s (%d):\n--- wanted\n%s--- got\n%s---\n", test->name, tick, kith_buf_text(&wanted), kith_buf_text(&got));
	return false;
}

static void try_histories(const struct history *tests, size_t count)
{
	struct merge_world world = { 0 };
	size_t failures = 0;
	begin_merging(&world);
	for (size_t i = 0; i < count; i++)
		for (int tick = -1; tick <= 1; tick++)
			failures += !try_history(&world, &tests[i], tick * 1000);
	assert_int_equal(failures, 0);
	end_merging(&world);
}

static void crossed_histories_have_one_base(void **state)
{
	(void)state;
	try_histories(crossed, kith_count(crossed));
}

static void stores_that_began_apart_are_joined(void **state)
{
	(void)state;
	try_histories(unrelated, kith_count(unrelated));
}

/* --- what is taken away --- */

#define KIM "name: Kim\n"
static const struct merge_case removals[] = {
	{ "a rename is no removal",
	  { ANA_IS(""), R("o") }, { { "contacts/ana-costa.yaml", "name: Ana Silva\n" }, R("o") }, { ANA_IS(""), R("p") },
	  { R("p"), { "contacts/ana-costa.yaml", "name: Ana Silva\n" } }, 0, 0, 0, 0 },
	{ "nor is one with formerly and an edit",
	  { ANA_IS(""), R("o") }, { { "contacts/ana-costa.yaml", "name: Ana Costa\nformerly: ana\n" }, R("o") }, { ANA_IS(""), R("p") },
	  { R("p"), { "contacts/ana-costa.yaml", "name: Ana Costa\nformerly: ana\n" } }, 0, 0, 0, 0 },
	{ "nor a move between folders, with an edit",
	  { ANA_IS(""), R("o") }, { { "contacts/work/ana.yaml", "name: Ana Silva\ncity: Porto\n" }, R("o") }, { ANA_IS(""), R("p") },
	  { R("p"), { "contacts/work/ana.yaml", "name: Ana Silva\ncity: Porto\n" } }, 0, 0, 0, 0 },
	{ "nor a folder that is renamed",
	  { { "contacts/a/ana.yaml", ANA }, { "contacts/a/tom.yaml", TOM }, R("o") },
	  { { "contacts/b/ana.yaml", ANA }, { "contacts/b/tom.yaml", TOM }, R("o") }, { { "contacts/a/ana.yaml", ANA }, { "contacts/a/tom.yaml", TOM }, R("p") },
	  { R("p"), { "contacts/b/ana.yaml", ANA }, { "contacts/b/tom.yaml", TOM } }, 0, 0, 0, 0 },
	{ "nor a change of kind",
	  { { "contacts/acme.yaml", "name: Acme\n" }, R("o") }, { { "groups/acme.yaml", "name: Acme\n" }, R("o") },
	  { { "contacts/acme.yaml", "name: Acme\n" }, R("p") },
	  { R("p"), { "groups/acme.yaml", "name: Acme\n" } }, 0, 0, 0, 0 },
	{ "nor are two of one id that are told apart",
	  { R("o") }, { ANA_IS(""), R("o") }, { { "contacts/ana.yaml", "name: Ana Souza\n" }, R("p") },
	  { R("p"), ANA_IS(""), { "contacts/ana-3ae4.yaml", "name: Ana Souza\n" } }, 0, 0, 0, 0 },
	{ "nor two that become one",
	  { R("o") }, { { "contacts/a/ana.yaml", ANA }, R("o") }, { { "contacts/b/ana.yaml", ANA }, R("p") },
	  { R("p"), { "contacts/a/ana.yaml", ANA } }, 0, 0, 0, 0 },
	{ "nor one that was deleted and stays",
	  { ANA_IS(""), R("o") }, { R("o") }, { ANA_IS("city: Porto\n"), R("p") },
	  { R("p"), ANA_IS("city: Porto\n") }, 1, 0, 0, 0 },
	{ "a deletion is one for the other side only",
	  { ANA_IS(""), { "contacts/tom.yaml", TOM }, { "contacts/kim.yaml", KIM }, R("o") }, { { "contacts/tom.yaml", TOM }, R("o") },
	  { ANA_IS(""), { "contacts/kim.yaml", KIM }, R("p") },
	  { R("p") }, 0, 0, 1, 2 },
	{ "files that are no records do not count",
	  { { "plans/a", "a\n" }, { "plans/b", "b\n" }, R("o") }, { R("o") }, { { "plans/a", "a\n" }, { "plans/b", "b\n" }, R("p") },
	  { R("p") }, 0, 0, 0, 0 },
};

static void only_what_is_gone_counts_as_removed(void **state)
{
	(void)state;
	try_cases(removals, kith_count(removals));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(crossed_histories_have_one_base),
		CASE(stores_that_began_apart_are_joined),
		CASE(only_what_is_gone_counts_as_removed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
