/* Merging commits: what there must be, what must not have a say in it, and that the commit has the same bytes everywhere.
 *
 * test_git_merge_commits merge STORE ONE OTHER merges in a process of its own, and prints the id. */
#include "merge_fixture.h"

#include <stdio.h>

/* libgit2 1.5 forgets its queue of commits when one of a history is missing (git_merge_bases_many). */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libgit2.so\n";
}

enum { ID = GIT_OID_HEXSZ + 1 };

static char program[4096];

/* --- histories --- */

struct id {
	char hex[ID * 4]; /* or what was said instead */
};

static struct id first_line(const char *text)
{
	struct id id;
	snprintf(id.hex, sizeof(id.hex), "%.*s", (int)strcspn(text, "\n"), text);
	return id;
}

/* All that `git add` takes, on the branch that is checked out in `where`; the id. */
static struct id commit_all(const char *where, const char *date)
{
	(void)sh("cd %s && git add -A && GIT_AUTHOR_DATE='%s' GIT_COMMITTER_DATE='%s' git commit -q --allow-empty -m edit", where, date, date);
	return first_line(sh("git -C %s rev-parse HEAD", where));
}

static enum kith_code merge_in(const char *where, struct id one, struct id other, struct kith_commit_merge *out, struct kith_err *err)
{
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	git_oid a, b;
	assert_int_equal(git_oid_fromstr(&a, one.hex), 0);
	assert_int_equal(git_oid_fromstr(&b, other.hex), 0);
	assert_ok(kith_repo_open(where, &repo, err), *err);
	return kith_merge_commits(repo, &a, &b, out, err);
}

/* From both sides; the id. */
static struct id merge_both_ways(const char *where, struct id one, struct id other)
{
	struct kith_err err = { 0 };
	struct kith_commit_merge forth, back;
	assert_ok(merge_in(where, one, other, &forth, &err), err);
	assert_ok(merge_in(where, other, one, &back, &err), err);
	assert_true(git_oid_equal(&forth.commit, &back.commit));
	assert_string_equal(sh("git -C %s fsck --strict --no-dangling 2>&1 | grep -v -e '^notice' -e '^Checking' || true", where), "");
	return first_line(git_oid_tostr_s(&forth.commit));
}

/* A store in `full` with two branches that have met before: each changed the record. */
static void make_branches(struct id *one, struct id *other)
{
	put("full/contacts/ana.yaml", ANA);
	put("full/README", "a\nb\nc\n");
	(void)sh("git init -q -b main full");
	(void)commit_all("full", "1700000000 +0100");
	put("full/README", "a\nb\nc\nd\n");
	(void)commit_all("full", "1700000100 +0100");
	(void)sh("git -C full checkout -q -b side");
	put("full/contacts/ana.yaml", "name: Ana Silva\ncity: Porto\n");
	(void)commit_all("full", "1700000200 +0100");
	put("full/README", "A\nb\nc\nd\n");
	*other = commit_all("full", "1700000300 -0830");
	(void)sh("git -C full checkout -q main");
	put("full/contacts/ana.yaml", "name: Ana Silva\ncity: Lisbon\ntitle: VP\n");
	put("full/contacts/tom.yaml", TOM);
	(void)commit_all("full", "1700000250 +0100");
	put("full/README", "a\nb\nC\nd\n");
	*one = commit_all("full", "1700000260 +0100");
}

/* --- shallow clones and missing objects --- */

static void assert_unshallow(const char *where, struct id one, struct id other)
{
	struct kith_commit_merge merge;
	for (int way = 0; way < 2; way++) {
		struct kith_err err = { 0 };
		assert_int_equal(merge_in(where, way ? one : other, way ? other : one, &merge, &err), KITH_SYNC);
		assert_non_null(strstr(err.hint, "git fetch --unshallow"));
	}
}

static void a_shallow_clone_is_not_merged(void **state)
{
	(void)state;
	struct id one, other;
	make_branches(&one, &other);
	/* One has just the two heads, the other their base as well, but not the beginning. */
	for (int depth = 1; depth <= 3; depth += 2) {
		(void)sh("git clone -q --depth %d --no-single-branch file://$PWD/full shallow", depth);
		assert_unshallow("shallow", one, other);
		(void)sh("git -C shallow fetch -q --unshallow");
		assert_string_equal(merge_both_ways("shallow", one, other).hex, merge_both_ways("full", one, other).hex);
		(void)sh("rm -rf shallow");
	}
}

/* Two that have begun anew: in a shallow clone nobody can know that there is no common base. */
static void heads_of_a_shallow_clone_without_a_base_are_not_taken_for_strangers(void **state)
{
	(void)state;
	struct id one, other;
	make_branches(&one, &other);
	(void)sh("git clone -q --depth 1 file://$PWD/full shallow && git -C shallow fetch -q --depth 1 origin side:side");
	put("shallow/contacts/kim.yaml", "name: Kim\n");
	const struct id mine = commit_all("shallow", "1700000400 +0000");
	(void)sh("git -C shallow checkout -q side");
	put("shallow/contacts/lee.yaml", "name: Lee\n");
	const struct id theirs = commit_all("shallow", "1700000400 +0000");
	assert_unshallow("shallow", mine, theirs);
}

static void missing_objects_are_no_empty_ones(void **state)
{
	(void)state;
	static const char *const gone[] = {
		"main", "side~1", "main~2", "main~3", "main^{tree}", "side^{tree}", "main~2^{tree}", "main:contacts", "side:contacts", "main~2:contacts",
		"main:contacts/ana.yaml", "side:contacts/ana.yaml", "main~2:contacts/ana.yaml", "main:README", "main~2:README",
	};
	struct id one, other;
	make_branches(&one, &other);
	size_t failures = 0;
	for (size_t i = 0; i < kith_count(gone); i++) {
		struct kith_err err = { 0 };
		struct kith_commit_merge merge;
		(void)sh("rm -rf torn && cp -a full torn && id=$(git -C torn rev-parse %s) && "
		         "rm -f torn/.git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)", gone[i]);
		const char *objects = sh("find torn/.git/objects -type f | sort | md5sum");
		const enum kith_code code = merge_in("torn", one, other, &merge, &err);
		/* The base's parent is not needed. */
		if (strcmp(gone[i], "main~3") == 0 ? code == KITH_OK || *err.hint : code == KITH_SYNC && *err.hint && !strstr(err.hint, "shallow"))
			continue;
		failures++;
		print_message("without %s: %s (%s)\n", gone[i], code ? err.message : "merged", err.hint);
		(void)objects;
	}
	assert_int_equal(failures, 0);
}

/* --- the same bytes everywhere --- */

/* What a user or another machine may have otherwise: a command in a copy of the store, and before the merge. */
static const struct {
	const char *name, *prepare, *environment;
} worlds[] = {
	{ "as it is", "true", "" },
	{ "packed", "git gc -q --aggressive --prune=now", "" },
	{ "in packs, with an index of all packs", "git repack -q -ad && git multi-pack-index write", "" },
	{ "with a commit graph", "git commit-graph write --reachable", "" },
	{ "loose", "mv .git/objects/pack p && mkdir -p .git/objects/pack && for p in p/*.pack; do git unpack-objects -q <$p || true; done; rm -rf p", "" },
	{ "a replaced base", "git replace main~2 main~3", "" },
	{ "a replaced head", "git replace main side", "" },
	{ "a replaced tree", "git replace main^{tree} side^{tree}", "" },
	{ "a replaced record", "git replace main:contacts/ana.yaml side:contacts/ana.yaml", "" },
	{ "a graft by replacing", "git replace --graft main", "" },
	{ "grafts", "git rev-parse main >.git/info/grafts && git rev-parse side~1 >>.git/info/grafts", "" },
	{ "notes", "git notes add -m hello main", "" },
	{ "attributes", "echo '* -text eol=crlf ident' >.git/info/attributes", "" },
	{ "configuration", "git config core.autocrlf true && git config core.eol crlf && git config core.ignorecase true && "
	  "git config core.precomposeunicode true && git config core.protectHFS true && git config core.protectNTFS false && "
	  "git config core.filemode false && git config core.symlinks false", "" },
	{ "configuration of merging", "git config merge.renames false && git config merge.conflictStyle diff3 && git config merge.directoryRenames true && "
	  "git config merge.default ours && git config diff.renameLimit 1", "" },
	{ "configuration of commits", "git config user.name Someone && git config user.email else@example.org && git config i18n.commitEncoding ISO-8859-1 && "
	  "git config commit.gpgSign true && git config gpg.format ssh && git config core.compression 0 && git config core.bigFileThreshold 1", "" },
	{ "configuration in a file that git is pointed to", "true", "GIT_CONFIG_GLOBAL=$PWD/odd.gitconfig" },
	{ "names in the environment", "true", "GIT_AUTHOR_NAME=x GIT_AUTHOR_DATE='1 +0000' GIT_COMMITTER_DATE='2 +0500' GIT_COMMITTER_EMAIL=x@example.org" },
	{ "git's places in the environment", "true", "GIT_DIR=/nowhere GIT_OBJECT_DIRECTORY=/nowhere GIT_WORK_TREE=/nowhere GIT_REPLACE_REF_BASE=refs/x" },
	{ "another home", "true", "HOME=/nowhere XDG_CONFIG_HOME=/nowhere" },
	{ "another time zone and clock", "true", "TZ=Pacific/Kiritimati KITH_NOW=2001-01-01T00:00" },
	{ "another language", "true", "LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8" },
	{ "no language", "true", "LC_ALL=C LANG=" },
	{ "a narrow umask", "umask 077", "" },
};

static void nothing_but_the_two_commits_has_a_say(void **state)
{
	(void)state;
	struct id one, other;
	size_t failures = 0;
	make_branches(&one, &other);
	put("odd.gitconfig", "[user]\n\tname = odd\n[core]\n\tautocrlf = input\n[merge]\n\trenames = false\n");
	const struct id want = merge_both_ways("full", one, other);
	(void)sh("git clone -q --no-local full fresh && git -C fresh branch side origin/side");
	for (size_t i = 0; i < kith_count(worlds); i++) {
		(void)sh("rm -rf copy && cp -a fresh copy && cd copy && %s", worlds[i].prepare);
		for (int way = 0; way < 2; way++) {
			/* The objects of the first way are there when the other goes. */
			const struct id got = first_line(sh("umask %s; %s '%s' merge copy %s %s", way ? "077" : "022", worlds[i].environment, program,
			                                   way ? one.hex : other.hex, way ? other.hex : one.hex));
			if (strcmp(got.hex, want.hex) == 0)
				continue;
			failures++;
			print_message("%s: %s, not %s\n", worlds[i].name, got.hex, want.hex);
		}
	}
	assert_int_equal(failures, 0);
}

/* A merge commit whose parents are these: time and zone of the later one. */
static const struct {
	const char *one, *other, *want;
} times[] = {
	{ "1700000000 +0100", "1700000001 -0500", "1700000001 -0500" },
	{ "1700000000 +0100", "1700000000 +0200", "1700000000 +0200" },
	{ "1700000000 +0000", "1700000000 -0000", "1700000000 +0000" },
	{ "0 +0000", "0 +0000", "0 +0000" },
	{ "-86400 +0000", "-1000 +0100", "0 +0100" },
	{ "-86400 +0000", "5 +0100", "5 +0100" },
	{ "4102444800 +0545", "1700000000 +0000", "4102444800 +0545" },
	{ "99999999999 +1345", "1700000000 +0000", "99999999999 +1345" },
	{ "9223372036854775807 +0000", "1700000000 +0000", "" },
	{ "18446744073709551616 +0000", "1700000000 +0000", "" },
	{ "1700000000 +2500", "1600000000 +0000", "1700000000 +0000" },
	{ "1700000000 +0199", "1600000000 +0000", "1700000000 +0000" },
	{ "1700000000 -1400", "1600000000 +0000", "1700000000 -1400" },
	{ "1700000000", "1600000000 +0000", "1700000000 +0000" },
	{ "1700000000 GMT", "1600000000 +0000", "1700000000 +0000" },
	{ "1700000000 +0000 and more", "1600000000 +0100", "1700000000 +0000" },
};

static struct id raw_commit(const char *name, const char *when)
{
	(void)sh("cd full && printf 'tree %%s\\nparent %%s\\nauthor me <me@example.org> %s\\ncommitter me <me@example.org> %s\\n\\n%s\\n' "
	         "$(git rev-parse %s^{tree}) $(git rev-parse main~2) >../raw", when, when, name, name);
	return first_line(sh("git -C full hash-object -t commit -w --literally ../raw"));
}

static void the_merge_has_the_time_of_the_later_parent(void **state)
{
	(void)state;
	struct id one, other;
	size_t failures = 0;
	make_branches(&one, &other);
	for (size_t i = 0; i < kith_count(times); i++) {
		struct kith_err err = { 0 };
		struct kith_commit_merge forth, back;
		const struct id a = raw_commit("main", times[i].one), b = raw_commit("side", times[i].other);
		const enum kith_code code = merge_in("full", a, b, &forth, &err);
		if (code) {
			/* What libgit2 cannot read is refused with a hint, nothing else. */
			if (*err.hint && strstr(err.message, "signature"))
				continue;
			failures++;
			print_message("%s: %s (%s)\n", times[i].one, err.message, err.hint);
			continue;
		}
		assert_ok(merge_in("full", b, a, &back, &err), err);
		assert_true(git_oid_equal(&forth.commit, &back.commit));
		const struct id id = first_line(git_oid_tostr_s(&forth.commit));
		const char *got = sh("git -C full cat-file commit %s | sed -n 's/^committer kith <kith@localhost> //p'", id.hex);
		if (*times[i].want && strncmp(got, times[i].want, strlen(times[i].want)) != 0) {
			failures++;
			print_message("%s and %s: %s", times[i].one, times[i].other, got);
		}
		assert_string_equal(sh("git -C full fsck --strict --no-dangling %s 2>&1 | grep %s || true", id.hex, id.hex), "");
	}
	assert_int_equal(failures, 0);
}

/* Signed, in another encoding, with headers of other tools, without a message. */
static void odd_parents_are_merged(void **state)
{
	(void)state;
	struct id one, other;
	make_branches(&one, &other);
	(void)sh("cd full && printf 'tree %%s\\nparent %%s\\nauthor J\\351 <> 1700000000 +0000\\ncommitter J\\351 <> 1700000000 +0000\\n"
	         "encoding ISO-8859-1\\nmergetag object\\n more\\ngpgsig -----BEGIN\\n \\n -----END\\nHG:extra a\\n\\n' "
	         "$(git rev-parse main^{tree}) $(git rev-parse main~2) >../raw");
	const struct id odd = first_line(sh("git -C full hash-object -t commit -w --literally ../raw"));
	struct kith_err err = { 0 };
	struct kith_commit_merge merge;
	assert_ok(merge_in("full", odd, other, &merge, &err), err);
	assert_string_equal(sh("git -C full cat-file commit %s | tail -n +4", git_oid_tostr_s(&merge.commit)),
	                    "author kith <kith@localhost> 1700000300 -0830\ncommitter kith <kith@localhost> 1700000300 -0830\n\nmerge\n");
}

static int merge_here(const char *where, struct id one, struct id other)
{
	struct kith_err err = { 0 };
	struct kith_commit_merge merge;
	if (kith_git_start(&err) || merge_in(where, one, other, &merge, &err))
		printf("%s (%s)\n", err.message, err.hint);
	else
		printf("%s\n", git_oid_tostr_s(&merge.commit));
	kith_git_stop();
	return 0;
}

int main(int count, char **words)
{
	if (count > 1)
		return count == 5 && strcmp(words[1], "merge") == 0 ? merge_here(words[2], first_line(words[3]), first_line(words[4])) : 2;
	const ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	program[length > 0 ? length : 0] = '\0';
	const struct CMUnitTest tests[] = {
		CASE(a_shallow_clone_is_not_merged),
		CASE(heads_of_a_shallow_clone_without_a_base_are_not_taken_for_strangers),
		CASE(missing_objects_are_no_empty_ones),
		CASE(nothing_but_the_two_commits_has_a_say),
		CASE(the_merge_has_the_time_of_the_later_parent),
		CASE(odd_parents_are_merged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
