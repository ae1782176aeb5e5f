/* Packs: git itself must find in them what was put in. */
#include "git_fixture.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "lib/git/inside.h"
#include "lib/git/pack.h"
#include "lib/git/writer.h"

enum { BLOBS = 300, LONGEST_BLOB = 3 << 20 };

/* Lengths around the limits of the format's numbers; what compresses well, and what does not. */
static size_t fill(char *bytes, int which)
{
	static const size_t lengths[] = { 0, 1, 15, 16, 17, 2047, 2048, 2049, 32767, 32768, 262143, 262144, 262145, LONGEST_BLOB };
	const size_t length = which < (int)(2 * kith_count(lengths)) ? lengths[which / 2] : (size_t)which;
	uint32_t random = (uint32_t)which * 2654435761u + 1;
	for (size_t i = 0; i < length; i++) {
		random = random * 1103515245u + 12345u;
		bytes[i] = which % 2 ? (char)(random >> 16) : (char)('a' + which % 26);
	}
	return length;
}

static void git_finds_in_a_pack_what_was_put_in(void **state)
{
	(void)state;
	make_store();
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	KITH_CLEANUP(kith_writer_close) struct kith_writer *writer = NULL;
	KITH_CLEANUP(kith_free) char *bytes = kith_alloc(LONGEST_BLOB);
	static git_oid oids[BLOBS + 1];
	struct kith_err err = {0};
	KITH_BUF wanted = {0};
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_ok(kith_writer_open(repo, BLOBS, &writer, &err), err);
	for (int i = 0; i < BLOBS; i++) {
		const size_t length = fill(bytes, i);
		assert_ok(kith_writer_blob(writer, bytes, length, &oids[i], &err), err);
		/* Named twice: in the pack once. */
		assert_ok(kith_writer_add(writer, &oids[i], length, &err), err);
		kith_buf_addf(&wanted, "%s blob %zu\n", git_oid_tostr_s(&oids[i]), length);
	}
	assert_ok(kith_writer_flush(writer, &err), err);
	assert_string_equal(sh("ls s/.git/objects/pack | grep -c '\\.pack$'"), "1\n");
	sh("git -C s fsck --full --strict --no-dangling && git verify-pack s/.git/objects/pack/*.pack");
	put("wanted", wanted.text);
	sh("cut -d' ' -f1 wanted | git -C s cat-file --batch-check >got && cmp wanted got");
	/* The bytes, by git's own hash of them. */
	sh("for id in $(cut -d' ' -f1 wanted | head -40); do test $(git -C s cat-file blob $id | git -C s hash-object --stdin) = $id || exit 1; done");
}

static void what_is_not_there_makes_no_pack(void **state)
{
	(void)state;
	make_store();
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	KITH_CLEANUP(git_odb_free) git_odb *odb = NULL;
	struct kith_err err = {0};
	git_oid missing;
	memset(&missing, 0x5A, sizeof(missing));
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_int_equal(git_repository_odb(&odb, repo->git), 0);
	assert_int_equal(kith_pack_write("s/.git/objects/pack", odb, &missing, 1, &err), KITH_SYNC);
	assert_non_null(strstr(err.message, "pack"));
	assert_string_equal(sh("ls -A s/.git/objects/pack"), "");
}

/* A disk that is full looks much the same as a file that may not become larger. */
static void a_full_disk_leaves_nothing(void **state)
{
	(void)state;
	enum { ROOM = 65536, TINY = 40 };
	make_store();
	KITH_CLEANUP(kith_repo_close) struct kith_repo *repo = NULL;
	struct rlimit before, limit;
	struct kith_err err = {0};
	assert_ok(kith_repo_open("s", &repo, &err), err);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	/* First the pack is too long, then only its index: of very many very short texts. */
	for (int index = 0; index < 2; index++) {
		KITH_CLEANUP(kith_writer_close) struct kith_writer *writer = NULL;
		KITH_CLEANUP(kith_free) char *bytes = kith_alloc(LONGEST_BLOB);
		git_oid oid;
		assert_ok(kith_writer_open(repo, BLOBS, &writer, &err), err);
		for (int i = 0; i < (index ? 2500 : 2 * 14); i++) {
			const size_t length = index ? (size_t)snprintf(bytes, TINY, "%d", i) : fill(bytes, i);
			assert_ok(kith_writer_blob(writer, bytes, length, &oid, &err), err);
		}
		limit = before;
		limit.rlim_cur = ROOM;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		const enum kith_code code = kith_writer_flush(writer, &err);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
		assert_int_equal(code, KITH_SYNC);
		assert_non_null(strstr(err.message, index ? ".idx: File too large" : ".pack: File too large"));
		assert_string_equal(sh("ls -A s/.git/objects/pack"), "");
		/* Once there is room it can be tried again. */
		assert_ok(kith_writer_flush(writer, &err), err);
		sh("git verify-pack s/.git/objects/pack/*.pack && rm -f s/.git/objects/pack/*");
	}
	(void)signal(SIGXFSZ, SIG_DFL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(git_finds_in_a_pack_what_was_put_in),
		CASE(what_is_not_there_makes_no_pack),
		CASE(a_full_disk_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
