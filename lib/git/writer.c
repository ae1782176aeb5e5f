#include "lib/git/writer.h"

#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>

#include "lib/base/failpoint.h"
#include "lib/git/inside.h"
#include "lib/git/pack.h"

/* From how many objects on a pack is the better way: each loose one is synced to disk by itself. */
enum { WORTH_A_PACK = 256 };

/* A pack is written when this much waits in memory. */
enum { OBJECTS_A_PACK = 50000, BYTES_A_PACK = 64 << 20 };

struct kith_writer {
	git_repository *git;
	bool owned; /* a repository of its own, whose objects go to `memory` first */
	git_odb_backend *memory;
	char *packs; /* the folder they go to */
	git_oid *waiting;
	size_t waiting_count, waiting_capacity, waiting_bytes;
	bool scratch, had_scratch;
};

/* In its own repository, because there is no way to make an object database forget a backend. */
static enum kith_code open_packing(const struct kith_repo *repo, struct kith_writer *writer, struct kith_err *err)
{
	KITH_CLEANUP(git_odb_free) git_odb *odb = NULL;
	enum { BEFORE_ALL_OTHERS = 999 };
	/* The path of .git itself: it was checked when the store was opened. */
	(void)git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	const int code = git_repository_open(&writer->git, git_repository_path(repo->git));
	(void)git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
	writer->owned = true;
	KITH_BUF folder = {0};
	kith_buf_addf(&folder, "%s/objects/pack", repo->git_folder);
	writer->packs = kith_buf_take(&folder);
	if (code || git_repository_odb(&odb, writer->git) || git_mempack_new(&writer->memory))
		return kith_git_fail(err, "cannot write a pack");
	if (git_odb_add_backend(odb, writer->memory, BEFORE_ALL_OTHERS)) {
		writer->memory->free(writer->memory);
		return kith_git_fail(err, "cannot write a pack");
	}
	return KITH_OK;
}

enum kith_code kith_writer_open(struct kith_repo *repo, size_t expected, struct kith_writer **out, struct kith_err *err)
{
	KITH_CLEANUP(kith_writer_close) struct kith_writer *writer = kith_alloc(sizeof(*writer));
	if (expected < WORTH_A_PACK)
		writer->git = repo->git;
	else if (open_packing(repo, writer, err))
		return KITH_SYNC;
	*out = kith_take(&writer);
	return KITH_OK;
}

void kith_writer_scratch(struct kith_writer *writer, bool scratch)
{
	writer->scratch = scratch;
	writer->had_scratch |= scratch;
}

git_repository *kith_writer_git(struct kith_writer *writer)
{
	return writer->git;
}

enum kith_code kith_writer_flush(struct kith_writer *writer, struct kith_err *err)
{
	KITH_CLEANUP(git_odb_free) git_odb *odb = NULL;
	if (!writer->owned || !writer->waiting_count)
		return KITH_OK;
	if (git_repository_odb(&odb, writer->git))
		return kith_git_fail(err, "cannot write a pack");
	if (kith_pack_write(writer->packs, odb, writer->waiting, writer->waiting_count, err))
		return KITH_SYNC;
	/* What was made for the moment would go, too. */
	if (!writer->had_scratch && git_mempack_reset(writer->memory))
		return kith_git_fail(err, "cannot write a pack");
	KITH_FAILPOINT("writer.pack");
	writer->waiting_count = writer->waiting_bytes = 0;
	return KITH_OK;
}

enum kith_code kith_writer_add(struct kith_writer *writer, const git_oid *oid, size_t bytes, struct kith_err *err)
{
	KITH_FAILPOINT("writer.object");
	if (!writer->owned || writer->scratch)
		return KITH_OK;
	if (writer->waiting_count == writer->waiting_capacity) {
		writer->waiting_capacity = writer->waiting_capacity ? 2 * writer->waiting_capacity : WORTH_A_PACK;
		writer->waiting = kith_realloc(writer->waiting, writer->waiting_capacity * sizeof(*writer->waiting));
	}
	writer->waiting[writer->waiting_count++] = *oid;
	writer->waiting_bytes += bytes;
	if (writer->waiting_count < OBJECTS_A_PACK && writer->waiting_bytes < BYTES_A_PACK)
		return KITH_OK;
	return kith_writer_flush(writer, err);
}

enum kith_code kith_writer_blob(struct kith_writer *writer, const void *bytes, size_t length, git_oid *out,
                                struct kith_err *err)
{
	git_oid oid;
	if (git_blob_create_from_buffer(&oid, writer->git, bytes, length))
		return kith_git_fail(err, "cannot write to the git repository");
	if (kith_writer_add(writer, &oid, length, err))
		return KITH_SYNC;
	git_oid_cpy(out, &oid);
	return KITH_OK;
}

void kith_writer_close(struct kith_writer *writer)
{
	if (!writer)
		return;
	if (writer->owned)
		git_repository_free(writer->git);
	kith_free(writer->packs);
	kith_free(writer->waiting);
	kith_free(writer);
}
