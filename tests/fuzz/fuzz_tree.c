/* Any bytes as the tree objects of a stranger's commit: read, compared and walked to the end, or refused in words.  What was read without a word against
 * it has clean paths in order, and does not differ from itself. */
#include <string.h>

#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/repository.h>

#include "lib/git/folder.h"
#include "lib/git/inside.h"
#include "lib/git/merge_walk.h"
#include "lib/git/tree.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	CHECK(kith_git_start(NULL) == KITH_OK);
	return 0;
}

/* A repository in memory. */
struct memory {
	git_odb *odb;
	git_odb_backend *backend;
	git_repository *git;
};

static void begin(struct memory *memory)
{
	CHECK(git_odb_new(&memory->odb) == 0 && git_mempack_new(&memory->backend) == 0);
	CHECK(git_odb_add_backend(memory->odb, memory->backend, 1) == 0);
	CHECK(git_repository_wrap_odb(&memory->git, memory->odb) == 0);
}

static void end(struct memory *memory)
{
	git_repository_free(memory->git);
	git_odb_free(memory->odb);
}

static bool is_readable(struct memory *memory, const git_oid *oid)
{
	struct kith_err err = {0};
	KITH_FOLDER folder = {0};
	enum kith_code code = kith_folder_open(memory->odb, oid, &folder, &err);
	while (!code && folder.name) {
		CHECK(*folder.name && strlen(folder.name) < 65536);
		code = kith_folder_next(&folder, &err);
	}
	CHECK(!code || *err.message);
	return code == KITH_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct memory memory;
	struct kith_err err = {0};
	KITH_ARENA arena = {0};
	struct kith_differences changes = {0}, none = {0};
	struct kith_side sides[2];
	git_oid first, second, empty;
	static const char between[] = "|||";
	const uint8_t *mark = memmem(bytes, length, between, 3), *rest = mark ? mark + 3 : bytes + length;
	const size_t half = mark ? (size_t)(mark - bytes) : length;
	begin(&memory);
	CHECK(git_odb_write(&first, memory.odb, bytes, half, GIT_OBJECT_TREE) == 0);
	CHECK(git_odb_write(&second, memory.odb, rest, (size_t)(bytes + length - rest), GIT_OBJECT_TREE) == 0);
	CHECK(git_odb_write(&empty, memory.odb, "", 0, GIT_OBJECT_TREE) == 0);
	const bool readable = is_readable(&memory, &first) && is_readable(&memory, &second);
	const enum kith_code code = kith_tree_compare_below(memory.git, "", &first, &second, &arena, &changes, &err);
	CHECK(code == KITH_OK || *err.message);
	CHECK(readable || code || git_oid_equal(&first, &second));
	for (size_t i = 0; i < changes.count && !code; i++)
		CHECK(kith_git_is_clean_path(changes.list[i].path) && (!i || strcmp(changes.list[i - 1].path, changes.list[i].path) < 0));
	CHECK(kith_tree_compare_below(memory.git, "", &first, &first, &arena, &none, &err) || none.count == 0);
	git_tree *trees[3] = {0};
	if (!git_tree_lookup(&trees[0], memory.git, &empty) && !git_tree_lookup(&trees[1], memory.git, &first) &&
	    !git_tree_lookup(&trees[2], memory.git, &second)) {
		const enum kith_code walked = kith_merge_walk(memory.git, trees[0], trees[1], trees[2], &arena, sides, &err);
		CHECK(walked == KITH_OK || *err.message);
	}
	for (int i = 0; i < 3; i++)
		git_tree_free(trees[i]);
	end(&memory);
	return 0;
}
