/* Merging trees with links, submodules, programs and folders in them, and records whose names differ little. */
#include "merge_fixture.h"

#define ANA_PORTO "name: Ana Silva\ncity: Porto\n"

/* What is in both, so that no tree is empty. */
#define X { "x", "x\n" }

static const struct merge_case links[] = {
	{ "a link on one side",
	  { X }, { X, { "now", ">plans/2026" } }, { X, { "y", "y\n" } },
	  { X, { "now", ">plans/2026" }, { "y", "y\n" } }, 0, 0, 0, 0 },
	{ "a link changed on one side",
	  { X, { "now", ">a" } }, { X, { "now", ">b" } }, { { "x", "X\n" }, { "now", ">a" } },
	  { { "x", "X\n" }, { "now", ">b" } }, 0, 0, 0, 0 },
	{ "a link changed on both sides",
	  { X, { "now", ">a" } }, { X, { "now", ">b" } }, { X, { "now", ">c" } },
	  { X, { "now", ">c" }, { "conflicts/now-*.txt", "b" } }, 0, 1, 0, 0 },
	{ "a link changed alike",
	  { X, { "now", ">a" } }, { X, { "now", ">b" } }, { { "x", "X\n" }, { "now", ">b" } },
	  { { "x", "X\n" }, { "now", ">b" } }, 0, 0, 0, 0 },
	{ "a link deleted here and changed there",
	  { X, { "now", ">a" } }, { X }, { X, { "now", ">b" } },
	  { X, { "now", ">b" } }, 0, 0, 0, 0 },
	{ "a link deleted here and left there",
	  { X, { "now", ">a" } }, { X }, { { "x", "X\n" }, { "now", ">a" } },
	  { { "x", "X\n" } }, 0, 0, 0, 0 },
	{ "a link against a file, both new: the file stays",
	  { X }, { X, { "now", ">a" } }, { X, { "now", "text\n" } },
	  { X, { "now", "text\n" }, { "conflicts/now-*.txt", "a" } }, 0, 1, 0, 0 },
	{ "a file that became a link here and was changed there",
	  { X, { "now", "text\n" } }, { X, { "now", ">a" } }, { X, { "now", "other text\n" } },
	  { X, { "now", "other text\n" }, { "conflicts/now-*.txt", "a" } }, 0, 1, 0, 0 },
	{ "a link that became a file on both sides",
	  { X, { "now", ">a" } }, { X, { "now", "one\n" } }, { X, { "now", "two\n" } },
	  { X, { "now", "one\n" }, { "conflicts/now-*.txt", "two\n" } }, 0, 1, 0, 0 },
	{ "a link against a folder: the folder stays",
	  { X }, { X, { "now", ">a" } }, { X, { "now/plan", "text\n" } },
	  { X, { "now/plan", "text\n" }, { "conflicts/now-*.txt", "a" } }, 0, 1, 0, 0 },
	{ "a folder that became a link here and got a file there",
	  { X, { "plans/a", "a\n" } }, { X, { "plans", ">elsewhere" } }, { X, { "plans/a", "a\n" }, { "plans/b", "b\n" } },
	  { X, { "plans/b", "b\n" }, { "conflicts/plans-*.txt", "elsewhere" } }, 0, 1, 0, 0 },
	{ "a folder that became a link here and is untouched there",
	  { X, { "plans/a", "a\n" } }, { X, { "plans", ">elsewhere" } }, { { "x", "X\n" }, { "plans/a", "a\n" } },
	  { { "x", "X\n" }, { "plans", ">elsewhere" } }, 0, 0, 0, 0 },
	{ "a link at the path of a record, and the record changed there",
	  { { "contacts/ana.yaml", ANA } }, { { "contacts/ana.yaml", ">../elsewhere" } }, { { "contacts/ana.yaml", ANA_PORTO } },
	  { { "contacts/ana.yaml", ANA_PORTO }, { "conflicts/ana-*.txt", "../elsewhere" } }, 1, 1, 0, 0 },
	{ "a link at the path of a record, which is left there",
	  { X, { "contacts/ana.yaml", ANA } }, { X, { "contacts/ana.yaml", ">/etc/passwd" } }, { { "x", "X\n" }, { "contacts/ana.yaml", ANA } },
	  { { "x", "X\n" }, { "contacts/ana.yaml", ">/etc/passwd" } }, 0, 0, 0, 1 },
	{ "a link and a record, both new",
	  { X }, { X, { "contacts/ana.yaml", ">tom.yaml" } }, { X, { "contacts/ana.yaml", ANA } },
	  { X, { "contacts/ana.yaml", ANA }, { "conflicts/ana-*.txt", "tom.yaml" } }, 0, 1, 0, 0 },
	{ "a record renamed to where the other side put a link",
	  { X, { "contacts/ana.yaml", ANA } }, { X, { "contacts/tom.yaml", ANA } },
	  { X, { "contacts/ana.yaml", ANA }, { "contacts/tom.yaml", ">ana.yaml" } },
	  { X, { "contacts/tom.yaml", ANA }, { "conflicts/tom-*.txt", "ana.yaml" } }, 0, 1, 0, 0 },
	{ "a record that comes to the path of an untouched link",
	  { { "contacts/a/ana.yaml", ANA }, { "contacts/b/tom.yaml", ">ana.yaml" } },
	  { { "contacts/a/tom.yaml", ANA }, { "contacts/b/tom.yaml", ">ana.yaml" } },
	  { { "contacts/b/ana.yaml", ANA }, { "contacts/b/tom.yaml", ">ana.yaml" } },
	  { { "contacts/b/tom.yaml", ANA }, { "conflicts/tom-*.txt", "ana.yaml" } }, 0, 1, 0, 0 },
	{ "a record told apart to the path of an untouched link",
	  { { "contacts/ana-3ae4.yaml", ">ana.yaml" } },
	  { { "contacts/ana-3ae4.yaml", ">ana.yaml" }, { "contacts/ana.yaml", "name: Ana Silva\n" } },
	  { { "contacts/ana-3ae4.yaml", ">ana.yaml" }, { "contacts/ana.yaml", "name: Ana Souza\n" } },
	  { { "contacts/ana-3ae4.yaml", "name: Ana Souza\n" }, { "contacts/ana.yaml", "name: Ana Silva\n" }, { "conflicts/ana-3ae4-*.txt", "ana.yaml" } }, 0, 1, 0, 0 },
	{ "a record folder that became a link here and got a record there",
	  { X, { "contacts/ana.yaml", ANA } }, { X, { "contacts", ">/tmp" } }, { X, { "contacts/ana.yaml", ANA }, { "contacts/tom.yaml", TOM } },
	  { X, { "contacts/tom.yaml", TOM }, { "conflicts/contacts-*.txt", "/tmp" } }, 0, 1, 0, 1 },
	{ "conflicts/ is a link in both",
	  { { "README", "a\n" }, { "conflicts", ">/tmp" } }, { { "README", "b\n" }, { "conflicts", ">/tmp" } },
	  { { "README", "c\n" }, { "conflicts", ">/tmp" } },
	  { { "README", "b\n" }, { "conflicts/README-*.txt", "c\n" }, { "conflicts/conflicts-*.txt", "/tmp" } }, 0, 2, 0, 0 },
};

static const struct merge_case submodules[] = {
	{ "a submodule on one side",
	  { X }, { X, { "lib", "=1" } }, { X, { "y", "y\n" } },
	  { X, { "lib", "=1" }, { "y", "y\n" } }, 0, 0, 0, 0 },
	{ "a submodule moved on on one side",
	  { X, { "lib", "=1" } }, { X, { "lib", "=2" } }, { { "x", "X\n" }, { "lib", "=1" } },
	  { { "x", "X\n" }, { "lib", "=2" } }, 0, 0, 0, 0 },
	{ "a submodule moved on on both sides",
	  { X, { "lib", "=1" } }, { X, { "lib", "=2" } }, { X, { "lib", "=3" } },
	  { X, { "lib", "=2" }, { "conflicts/lib-*.txt", "Subproject commit 3333333333333333333333333333333333333333\n" } }, 0, 1, 0, 0 },
	{ "a submodule removed here and left there",
	  { X, { "lib", "=1" } }, { X }, { { "x", "X\n" }, { "lib", "=1" } },
	  { { "x", "X\n" } }, 0, 0, 0, 0 },
	{ "a submodule removed here and moved on there",
	  { X, { "lib", "=1" } }, { X }, { X, { "lib", "=2" } },
	  { X, { "lib", "=2" } }, 0, 0, 0, 0 },
	{ "a submodule against a file, both new: the file stays",
	  { X }, { X, { "lib", "=1" } }, { X, { "lib", "text\n" } },
	  { X, { "lib", "text\n" }, { "conflicts/lib-*.txt", "Subproject commit 1111111111111111111111111111111111111111\n" } }, 0, 1, 0, 0 },
	{ "a submodule that became a file here and moved on there",
	  { X, { "lib", "=1" } }, { X, { "lib", "text\n" } }, { X, { "lib", "=2" } },
	  { X, { "lib", "text\n" }, { "conflicts/lib-*.txt", "Subproject commit 2222222222222222222222222222222222222222\n" } }, 0, 1, 0, 0 },
	{ "a submodule against a folder: the folder stays",
	  { X }, { X, { "lib", "=1" } }, { X, { "lib/a", "text\n" } },
	  { X, { "lib/a", "text\n" }, { "conflicts/lib-*.txt", "Subproject commit 1111111111111111111111111111111111111111\n" } }, 0, 1, 0, 0 },
	{ "a folder that became a submodule here and got a file there",
	  { X, { "lib/a", "a\n" } }, { X, { "lib", "=1" } }, { X, { "lib/a", "a\n" }, { "lib/b", "b\n" } },
	  { X, { "lib/b", "b\n" }, { "conflicts/lib-*.txt", "Subproject commit 1111111111111111111111111111111111111111\n" } }, 0, 1, 0, 0 },
	{ "a submodule that became a folder here and is untouched there",
	  { X, { "lib", "=1" } }, { X, { "lib/a", "a\n" } }, { { "x", "X\n" }, { "lib", "=1" } },
	  { { "x", "X\n" }, { "lib/a", "a\n" } }, 0, 0, 0, 0 },
	{ "a folder that became a submodule here and is untouched there",
	  { X, { "lib/a", "a\n" } }, { X, { "lib", "=1" } }, { { "x", "X\n" }, { "lib/a", "a\n" } },
	  { { "x", "X\n" }, { "lib", "=1" } }, 0, 0, 0, 0 },
	{ "a record folder that became a submodule here and got a record there",
	  { X, { "contacts/ana.yaml", ANA } }, { X, { "contacts", "=1" } }, { X, { "contacts/ana.yaml", ANA_PORTO } },
	  { X, { "contacts/ana.yaml", ANA_PORTO }, { "conflicts/contacts-*.txt", "Subproject commit 1111111111111111111111111111111111111111\n" } }, 1, 1, 0, 0 },
	{ "a submodule at the path of a record",
	  { X }, { X, { "contacts/ana.yaml", "=1" } }, { X, { "contacts/ana.yaml", ANA } },
	  { X, { "contacts/ana.yaml", ANA }, { "conflicts/ana-*.txt", "Subproject commit 1111111111111111111111111111111111111111\n" } }, 0, 1, 0, 0 },
	{ "a record that comes to the path of an untouched submodule",
	  { { "contacts/a/ana.yaml", ANA }, { "contacts/b/tom.yaml", "=1" } },
	  { { "contacts/a/tom.yaml", ANA }, { "contacts/b/tom.yaml", "=1" } },
	  { { "contacts/b/ana.yaml", ANA }, { "contacts/b/tom.yaml", "=1" } },
	  { { "contacts/b/tom.yaml", ANA }, { "conflicts/tom-*.txt", "Subproject commit 1111111111111111111111111111111111111111\n" } }, 0, 1, 0, 0 },
	{ "conflicts/ is a submodule in both",
	  { { "README", "a\n" }, { "conflicts", "=1" } }, { { "README", "b\n" }, { "conflicts", "=1" } },
	  { { "README", "c\n" }, { "conflicts", "=1" } },
	  { { "README", "b\n" }, { "conflicts/README-*.txt", "c\n" },
	    { "conflicts/conflicts-*.txt", "Subproject commit 1111111111111111111111111111111111111111\n" } }, 0, 2, 0, 0 },
};

static const struct merge_case modes[] = {
	{ "made executable here, changed there",
	  { { "run", "a\n" } }, { { "run", "*a\n" } }, { { "run", "b\n" } },
	  { { "run", "*b\n" } }, 0, 0, 0, 0 },
	{ "made executable here, no longer there, from nothing",
	  { X }, { X, { "run", "*a\n" } }, { X, { "run", "a\n" } },
	  { X, { "run", "*a\n" } }, 0, 0, 0, 0 },
	{ "not executable any more here, changed there",
	  { { "run", "*a\n" } }, { { "run", "a\n" } }, { { "run", "*b\n" } },
	  { { "run", "b\n" } }, 0, 0, 0, 0 },
	{ "a record made executable here, changed there",
	  { { "contacts/ana.yaml", ANA } }, { { "contacts/ana.yaml", "*" ANA } }, { { "contacts/ana.yaml", ANA_PORTO } },
	  { { "contacts/ana.yaml", "*" ANA_PORTO } }, 0, 0, 0, 0 },
	{ "a record made executable here, deleted there",
	  { X, { "contacts/ana.yaml", ANA } }, { X, { "contacts/ana.yaml", "*" ANA } }, { X },
	  { X }, 0, 0, 1, 0 },
	{ "a file made executable here, deleted there",
	  { X, { "run", "a\n" } }, { X, { "run", "*a\n" } }, { X },
	  { X, { "run", "*a\n" } }, 0, 0, 0, 0 },
};

static const struct merge_case folders[] = {
	{ "a file against a folder that was there",
	  { { "plan", "a\n" } }, { { "plan", "b\n" } }, { { "plan/a", "a\n" } },
	  { { "plan/a", "a\n" }, { "conflicts/plan-*.txt", "b\n" } }, 0, 1, 0, 0 },
	{ "a folder that became a file here and lost its only file there",
	  { X, { "plan/a", "a\n" } }, { X, { "plan", "b\n" } }, { X },
	  { X, { "plan", "b\n" } }, 0, 0, 0, 0 },
	{ "a folder of records that became a file here; one of them was changed there",
	  { { "contacts/w/ana.yaml", ANA }, { "contacts/w/tom.yaml", TOM } }, { { "contacts/w", "text\n" } },
	  { { "contacts/w/ana.yaml", ANA_PORTO }, { "contacts/w/tom.yaml", TOM } },
	  { { "contacts/w/ana.yaml", ANA_PORTO }, { "conflicts/w-*.txt", "text\n" } }, 1, 1, 0, 1 },
	{ "a record that is a folder there",
	  { X }, { X, { "contacts/ana.yaml", ANA } }, { X, { "contacts/ana.yaml/tom.yaml", TOM } },
	  { X, { "contacts/ana.yaml/tom.yaml", TOM }, { "conflicts/ana-*.txt", ANA } }, 0, 1, 1, 0 },
	{ "a record that comes to the path of an untouched folder",
	  { { "contacts/a/ana.yaml", ANA }, { "contacts/b/tom.yaml/kim.yaml", TOM } },
	  { { "contacts/a/tom.yaml", ANA }, { "contacts/b/tom.yaml/kim.yaml", TOM } },
	  { { "contacts/b/ana.yaml", ANA }, { "contacts/b/tom.yaml/kim.yaml", TOM } },
	  { { "contacts/b/tom.yaml/kim.yaml", TOM }, { "conflicts/tom-*.txt", ANA } }, 0, 1, 1, 1 },
	{ "a record that comes to the path of a folder which gets a file there",
	  { { "contacts/a/ana.yaml", ANA }, { "contacts/b/tom.yaml/n", "n\n" } },
	  { { "contacts/a/tom.yaml", ANA }, { "contacts/b/tom.yaml/n", "n\n" } },
	  { { "contacts/b/ana.yaml", ANA }, { "contacts/b/tom.yaml/n", "n\n" }, { "contacts/b/tom.yaml/m", "m\n" } },
	  { { "contacts/b/tom.yaml/m", "m\n" }, { "contacts/b/tom.yaml/n", "n\n" }, { "conflicts/tom-*.txt", ANA } }, 0, 1, 1, 1 },
	{ "a folder of that name where a text is set aside",
	  { { "README", "a\n" }, { "conflicts/README-f2ad6c76f011.txt/n", "n\n" } },
	  { { "README", "b\n" }, { "conflicts/README-f2ad6c76f011.txt/n", "n\n" } },
	  { { "README", "c\n" }, { "conflicts/README-f2ad6c76f011.txt/n", "n\n" } },
	  { { "README", "b\n" }, { "conflicts/README-f2ad6c76f011.txt/n", "n\n" }, { "conflicts/README-f2ad6c76f0115a6b.txt", "c\n" } }, 0, 1, 0, 0 },
};

static const struct merge_case names[] = {
	{ "names that differ in case only are two",
	  { X }, { X, { "contacts/Ana.yaml", ANA } }, { X, { "contacts/ana.yaml", TOM } },
	  { X, { "contacts/Ana.yaml", ANA }, { "contacts/ana.yaml", TOM } }, 0, 0, 0, 0 },
	{ "renamed by case here, changed there",
	  { { "contacts/Ana.yaml", ANA } }, { { "contacts/ana.yaml", ANA } }, { { "contacts/Ana.yaml", ANA_PORTO } },
	  { { "contacts/ana.yaml", ANA_PORTO } }, 0, 0, 0, 0 },
	{ "composed and decomposed letters are two names",
	  { X }, { X, { "contacts/jos\xC3\xA9.yaml", ANA } }, { X, { "contacts/jose\xCC\x81.yaml", TOM } },
	  { X, { "contacts/jos\xC3\xA9.yaml", ANA }, { "contacts/jose\xCC\x81.yaml", TOM } }, 0, 0, 0, 0 },
	{ "decomposed by another system here, changed there",
	  { { "contacts/jos\xC3\xA9.yaml", ANA } }, { { "contacts/jose\xCC\x81.yaml", ANA } }, { { "contacts/jos\xC3\xA9.yaml", ANA_PORTO } },
	  { { "contacts/jose\xCC\x81.yaml", ANA_PORTO } }, 0, 0, 0, 0 },
	{ "control bytes and bytes that are no letters in names",
	  { X }, { X, { "contacts/a\x1b[2J\xff.yaml", ANA } }, { X, { "contacts/a\nb.yaml", TOM } },
	  { X, { "contacts/a\nb.yaml", TOM }, { "contacts/a\x1b[2J\xff.yaml", ANA } }, 0, 0, 0, 0 },
	{ "a record in .yml here and .yaml there, of one name",
	  { X }, { X, { "contacts/ana.yml", ANA } }, { X, { "contacts/ana.yaml", ANA_PORTO } },
	  { X, { "contacts/ana.yaml", "name: Ana Silva\ncity: Porto\nconflicts:\n  - {field: city, kept: [Lisbon]}\n" } }, 0, 0, 0, 0 },
	{ "the extension changed here, the text there",
	  { { "contacts/ana.yml", ANA } }, { { "contacts/ana.yaml", ANA } }, { { "contacts/ana.yml", ANA_PORTO } },
	  { { "contacts/ana.yaml", ANA_PORTO } }, 0, 0, 0, 0 },
	{ "names around the slash in git's order",
	  { { "plan/a", "a\n" }, { "plan-b", "b\n" }, { "plan.c", "c\n" }, { "plan0", "0\n" } },
	  { { "plan/a", "A\n" }, { "plan-b", "b\n" }, { "plan.c", "C\n" }, { "plan0", "0\n" } },
	  { { "plan/a", "a\n" }, { "plan-b", "B\n" }, { "plan.c", "c\n" }, { "plan0", "1\n" } },
	  { { "plan-b", "B\n" }, { "plan.c", "C\n" }, { "plan/a", "A\n" }, { "plan0", "1\n" } }, 0, 0, 0, 0 },
};

static void links_are_kept_as_links_or_as_texts(void **state)
{
	(void)state;
	try_cases(links, kith_count(links));
}

static void submodules_are_kept_or_their_commits_noted(void **state)
{
	(void)state;
	try_cases(submodules, kith_count(submodules));
}

static void modes_are_merged_by_themselves(void **state)
{
	(void)state;
	try_cases(modes, kith_count(modes));
}

static void nothing_in_a_folder_is_lost_to_a_file(void **state)
{
	(void)state;
	try_cases(folders, kith_count(folders));
}

static void names_are_bytes(void **state)
{
	(void)state;
	try_cases(names, kith_count(names));
}

/* Over the limit of a record, and not looked into. */
static const char *write_long(struct kith_buf *out, const char *start)
{
	kith_buf_add(out, start);
	while (out->length < (3u << 19))
		kith_buf_add(out, "# and so on, and so on\n");
	return out->text;
}

static void what_is_too_long_stays_as_it_is(void **state)
{
	(void)state;
	KITH_BUF one = { 0 }, other = { 0 };
	const char *a = write_long(&one, "name: Ana Silva\ncity: Porto\n"), *b = write_long(&other, "name: Ana Silva\ncity: Braga\n");
	const struct merge_case cases[] = {
		{ "a record changed on both sides, and one is too long",
		  { { "contacts/ana.yaml", ANA } }, { { "contacts/ana.yaml", ANA_PORTO } }, { { "contacts/ana.yaml", b } },
		  { { "contacts/ana.yaml", ANA_PORTO }, { "conflicts/ana-*.txt", b } }, 0, 1, 0, 0 },
		{ "a record added on both sides, and one is too long",
		  { X }, { X, { "contacts/ana.yaml", ANA_PORTO } }, { X, { "contacts/ana.yaml", b } },
		  { X, { "contacts/ana.yaml", ANA_PORTO }, { "conflicts/ana-*.txt", b } }, 0, 1, 0, 0 },
		{ "a note added on both sides, and one is too long",
		  { X }, { X, { "notes/2026/11/n.yaml", "date: 2026-11-20\n" } }, { X, { "notes/2026/11/n.yaml", b } },
		  { X, { "notes/2026/11/n.yaml", "date: 2026-11-20\n" }, { "conflicts/n-*.txt", b } }, 0, 1, 0, 0 },
		{ "one that was too long, made shorter here and changed there",
		  { { "contacts/ana.yaml", a } }, { { "contacts/ana.yaml", ANA_PORTO } }, { { "contacts/ana.yaml", b } },
		  { { "contacts/ana.yaml", ANA_PORTO }, { "conflicts/ana-*.txt", b } }, 0, 1, 0, 0 },
		{ "renamed, and too long",
		  { X, { "contacts/ana.yaml", a } }, { X, { "contacts/ana-costa.yaml", a } }, { { "x", "X\n" }, { "contacts/ana.yaml", a } },
		  { { "x", "X\n" }, { "contacts/ana-costa.yaml", a } }, 0, 0, 0, 0 },
		{ "another file, too long on one side",
		  { { "README", "a\n" } }, { { "README", "b\n" } }, { { "README", b } },
		  { { "README", "b\n" }, { "conflicts/README-*.txt", b } }, 0, 1, 0, 0 },
		{ "another file, too long here and untouched there",
		  { X, { "README", "a\n" } }, { X, { "README", a } }, { { "x", "X\n" }, { "README", "a\n" } },
		  { { "x", "X\n" }, { "README", a } }, 0, 0, 0, 0 },
	};
	try_cases(cases, kith_count(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(links_are_kept_as_links_or_as_texts),
		CASE(submodules_are_kept_or_their_commits_noted),
		CASE(modes_are_merged_by_themselves),
		CASE(nothing_in_a_folder_is_lost_to_a_file),
		CASE(names_are_bytes),
		CASE(what_is_too_long_stays_as_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
