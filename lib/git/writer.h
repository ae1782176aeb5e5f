/* Writes objects: a few as loose files, very many as packs (100,000 loose files take minutes). */
#ifndef KITH_WRITER_H
#define KITH_WRITER_H

#include <git2.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"
#include "lib/git/repo.h"

struct kith_writer;

/* `expected`: about how many objects will be written; decides between the two ways. */
enum kith_code kith_writer_open(struct kith_repo *, size_t expected, struct kith_writer **out, struct kith_err *);

/* The repository to make objects in; each one made is named by kith_writer_add. */
git_repository *kith_writer_git(struct kith_writer *);
enum kith_code kith_writer_add(struct kith_writer *, const git_oid *, size_t bytes, struct kith_err *);

/* While this is set, what is made may be read but is not kept, where objects go into packs. */
void kith_writer_scratch(struct kith_writer *, bool);

enum kith_code kith_writer_blob(struct kith_writer *, const void *bytes, size_t length, git_oid *out,
                                struct kith_err *);

/* Everything added is on disk, durably, when this succeeds. */
enum kith_code kith_writer_flush(struct kith_writer *, struct kith_err *);

void kith_writer_close(struct kith_writer *);
KITH_DEFINE_CLEANUP(kith_writer_close, struct kith_writer)

#endif
