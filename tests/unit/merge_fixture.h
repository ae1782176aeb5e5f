/* Trees written down as tables, and merging them from both sides, for the tests of merging.
 *
 * A text stands for a file; "*text" for an executable one, ">target" for a symbolic link, "=1" for a submodule at the commit 111… */
#ifndef MERGE_FIXTURE_H
#define MERGE_FIXTURE_H

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

/* A store in `s`, to make objects in. */
struct merge_world {
	struct kith_repo *repo;
	struct kith_writer *writer;
};

static inline void begin_merging(struct merge_world *world)
{
	struct kith_err err = { 0 };
	assert_ok(kith_repo_init("s", &err), err);
	assert_ok(kith_repo_open("s", &world->repo, &err), err);
	assert_ok(kith_writer_open(world->repo, 1, &world->writer, &err), err);
}

static inline void end_merging(struct merge_world *world)
{
	kith_writer_close(world->writer);
	kith_repo_close(world->repo);
}

static inline struct kith_entry make_entry(struct kith_writer *writer, const char *text)
{
	struct kith_err err = { 0 };
	struct kith_entry entry = { .mode = GIT_FILEMODE_BLOB };
	if (*text == '=') {
		entry.mode = GIT_FILEMODE_COMMIT;
		memset(entry.oid.id, 0x11 * (text[1] - '0'), sizeof(entry.oid.id));
		return entry;
	}
	if (*text == '*' || *text == '>')
		entry.mode = *text++ == '*' ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_LINK;
	assert_ok(kith_writer_blob(writer, text, strlen(text), &entry.oid, &err), err);
	return entry;
}

static inline git_tree *make_tree(struct kith_writer *writer, const struct file *files, size_t most)
{
	struct kith_err err = { 0 };
	KITH_ARENA arena = { 0 };
	struct kith_differences list = { 0 };
	git_tree *tree = NULL;
	git_oid oid;
	for (size_t i = 0; i < most && files[i].path; i++) {
		struct kith_difference *difference =
			kith_arena_push(&arena, &list.list, &list.count, &list.capacity, sizeof(*difference));
		*difference = (struct kith_difference){ .path = files[i].path, .after = make_entry(writer, files[i].text) };
	}
	kith_differences_sort(&list);
	assert_ok(kith_tree_update(writer, NULL, &list, &oid, &err), err);
	assert_int_equal(git_tree_lookup(&tree, kith_writer_git(writer), &oid), 0);
	return tree;
}

static inline void print_entry(struct kith_writer *writer, const struct kith_entry *entry, struct kith_buf *out)
{
	git_blob *blob = NULL;
	if (entry->mode == GIT_FILEMODE_COMMIT) {
		kith_buf_addf(out, "=%d\n", entry->oid.id[0] & 0xF);
		return;
	}
	assert_int_equal(git_blob_lookup(&blob, kith_writer_git(writer), &entry->oid), 0);
	if (entry->mode != GIT_FILEMODE_BLOB)
		kith_buf_add_char(out, entry->mode == GIT_FILEMODE_LINK ? '>' : '*');
	kith_buf_addf(out, "%.*s", (int)git_blob_rawsize(blob), (const char *)git_blob_rawcontent(blob));
	if (out->text[out->length - 1] != '\n')
		kith_buf_add(out, "\\\n");
	git_blob_free(blob);
}

/* Paths, with "*" for the hash of a text that was set aside, and the text below each. */
static inline void print_tree(struct kith_writer *writer, const git_tree *tree, struct kith_buf *out)
{
	struct kith_err err = { 0 };
	KITH_ARENA arena = { 0 };
	struct kith_differences list = { 0 };
	assert_ok(kith_tree_compare_all(kith_writer_git(writer), NULL, tree, &arena, &list, &err), err);
	for (size_t i = 0; i < list.count; i++) {
		const char *path = list.list[i].path, *dash = strrchr(path, '-');
		if (strncmp(path, "conflicts/", 10) == 0 && dash && strlen(dash) == sizeof("-123456789012.txt") - 1)
			path = kith_arena_printf(&arena, "%.*s-*.txt", (int)(dash - path), path);
		kith_buf_addf(out, "== %s\n", path);
		print_entry(writer, &list.list[i].after, out);
	}
}

/* Merge from both sides: the trees must be one, and as wanted.  False, and said, if not. */
static inline bool try_case(struct kith_writer *writer, const struct merge_case *test)
{
	struct kith_err err = { 0 };
	KITH_CLEANUP(git_tree_free) git_tree *base = make_tree(writer, test->base, FILES), *one = make_tree(writer, test->one, FILES);
	KITH_CLEANUP(git_tree_free) git_tree *other = make_tree(writer, test->other, FILES), *want = make_tree(writer, test->want, FILES);
	KITH_CLEANUP(git_tree_free) git_tree *merged = NULL;
	struct kith_tree_merge forth, back;
	if (kith_merge_trees(writer, base, one, other, &forth, &err) || kith_merge_trees(writer, base, other, one, &back, &err)) {
		print_message("%s: %s (%s)\n", test->name, err.message, err.hint);
		return false;
	}
	assert_int_equal(git_tree_lookup(&merged, kith_writer_git(writer), &forth.tree), 0);
	size_t removed[2];
	assert_ok(kith_merge_count_removed(kith_writer_git(writer), one, merged, &removed[0], &err), err);
	assert_ok(kith_merge_count_removed(kith_writer_git(writer), other, merged, &removed[1], &err), err);
	KITH_BUF got = { 0 }, wanted = { 0 };
	print_tree(writer, merged, &got);
	print_tree(writer, want, &wanted);
	const bool same = git_oid_equal(&forth.tree, &back.tree);
	const bool told = forth.stayed == test->stayed && forth.set_aside == test->set_aside &&
	                  removed[0] == test->removed_one && removed[1] == test->removed_other;
	if (same && told && strcmp(kith_buf_text(&got), kith_buf_text(&wanted)) == 0)
		return true;
	print_message("%s:%s%s\n--- wanted\n%s--- got\n%s---\n", test->name, same ? "" : " differs from the other side",
	              told ? "" : " tells other numbers", kith_buf_text(&wanted), kith_buf_text(&got));
	if (!told)
		print_message("stayed %zu, set aside %zu, removed %zu and %zu\n", forth.stayed, forth.set_aside, removed[0], removed[1]);
	return false;
}

static inline void try_cases(const struct merge_case *cases, size_t count)
{
	struct merge_world world = { 0 };
	size_t failures = 0;
	begin_merging(&world);
	for (size_t i = 0; i < count; i++)
		failures += !try_case(world.writer, &cases[i]);
	assert_int_equal(failures, 0);
	end_merging(&world);
}

#endif
