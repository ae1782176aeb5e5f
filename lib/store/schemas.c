#include "lib/store/schemas.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/record/record.h"
#include "lib/record/vocabulary.h"
#include "lib/store/index_vocabulary.h"

enum {
	LARGEST = 1 << 20,
	FORMAT = 1, /* raise when the files say other things of the same rows and words */
};

static const char folder_path[] = ".kith/schema";
static const char vocabulary_name[] = "vocabulary.json";

/* --- the mark --- */

/* What comes before the number of the vocabulary: with another, the schemas themselves are old. */
static void add_schema_mark(struct kith_buf *out)
{
	kith_buf_addf(out, "made by kith from the store; %d-%016" PRIx64 "-", FORMAT, kith_schema_fingerprint());
}

static enum kith_code add_mark(struct kith_buf *out, struct kith_index *index, struct kith_err *err)
{
	int64_t number = 0;
	const enum kith_code code = index ? kith_index_vocabulary_number(index, &number, err) : KITH_OK;
	add_schema_mark(out);
	kith_buf_addf(out, "%016" PRIx64, (uint64_t)number);
	return code;
}

static bool has_mark(int folder, const char *mark)
{
	char head[KITH_VOCABULARY_HEAD];
	const int fd = kith_open_beneath(folder, vocabulary_name, O_RDONLY);
	if (fd < 0)
		return false;
	const ssize_t length = pread(fd, head, sizeof(head), 0);
	close(fd);
	return length > 0 && kith_vocabulary_has_mark(head, (size_t)length, mark);
}

/* --- writing --- */

/* A cloned store may hold a link there; nothing is written through it. */
static enum kith_code open_folder(int root, bool make, int *out, struct kith_err *err)
{
	static const char *const folders[] = { ".kith", folder_path };
	for (size_t i = 0; i < kith_count(folders); i++) {
		if (make && mkdirat(root, folders[i], 0777) && errno != EEXIST)
			return kith_fail_errno(err, KITH_IO, "cannot make %s", folders[i]);
		*out = kith_open_beneath(root, folders[i], O_RDONLY | O_DIRECTORY);
		if (*out < 0 && errno == ENOENT && !make)
			return KITH_NONE;
		if (*out < 0) {
			const bool link = errno == ELOOP || errno == ENOTDIR;
			kith_fail_errno(err, KITH_IO, "cannot use %s", folders[i]);
			return link ? kith_hint(err, "kith writes through no link: put a real folder in its place") : KITH_IO;
		}
		if (i + 1 < kith_count(folders))
			close(*out);
	}
	return KITH_OK;
}

static bool write_all(int fd, const struct kith_buf *text)
{
	for (size_t at = 0; at < text->length;) {
		const ssize_t length = write(fd, text->text + at, text->length - at);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return false;
		at += (size_t)length;
	}
	return fsync(fd) == 0;
}

/* In one step, whatever has that name: a rename follows no link. */
static enum kith_code replace(int folder, const char *name, const struct kith_buf *text, struct kith_err *err)
{
	char temporary[64];
	snprintf(temporary, sizeof(temporary), ".kith-%ld.tmp", (long)getpid());
	(void)unlinkat(folder, temporary, 0); /* of one that was killed and had our number */
	const int fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		return kith_fail_errno(err, KITH_IO, "cannot write %s/%s", folder_path, name);
	bool done = write_all(fd, text);
	done = close(fd) == 0 && done && renameat(folder, temporary, folder, name) == 0;
	if (done)
		return KITH_OK;
	kith_fail_errno(err, KITH_IO, "cannot write %s/%s", folder_path, name);
	(void)unlinkat(folder, temporary, 0); /* what went wrong is told already */
	return KITH_IO;
}

static enum kith_code replace_if_other(int folder, const char *name, const struct kith_buf *text, struct kith_err *err)
{
	KITH_BUF there = { 0 };
	if (kith_file_read_beneath(folder, name, LARGEST, &there, NULL, NULL) == KITH_OK && there.length == text->length &&
	    memcmp(there.text, text->text, text->length) == 0)
		return KITH_OK;
	return replace(folder, name, text, err);
}

static enum kith_code write_kinds(int folder, struct kith_err *err)
{
	enum kith_code code = KITH_OK;
	for (unsigned kind = 0; kind <= KITH_SETTINGS && !code; kind++) {
		KITH_BUF schema = { 0 };
		char name[64];
		kith_schema_json_of_store(&schema, (enum kith_kind)kind);
		snprintf(name, sizeof(name), "%s.json", kith_kind_name((enum kith_kind)kind));
		code = replace_if_other(folder, name, &schema, err);
	}
	return code;
}

static enum kith_code write_vocabulary(int folder, struct kith_index *index, const char *mark, struct kith_err *err)
{
	KITH_ARENA arena = { 0 };
	KITH_BUF text = { 0 };
	struct kith_vocabulary vocabulary = { 0 };
	const enum kith_code code = index ? kith_index_vocabulary(index, &arena, &vocabulary, err) : KITH_OK;
	if (code)
		return code;
	kith_vocabulary_json(&text, &vocabulary, mark);
	return replace(folder, vocabulary_name, &text, err);
}

/* The vocabulary comes last: its mark says that all are in place. */
static enum kith_code write_into(int folder, struct kith_index *index, bool kinds, struct kith_err *err)
{
	KITH_BUF mark = { 0 };
	const bool known = index && !kith_index_is_empty(index);
	enum kith_code code = add_mark(&mark, known ? index : NULL, err);
	if (!code && kinds)
		code = write_kinds(folder, err);
	if (code || (!known && faccessat(folder, vocabulary_name, F_OK, AT_SYMLINK_NOFOLLOW) == 0))
		return code;
	return write_vocabulary(folder, known ? index : NULL, kith_buf_text(&mark), err);
}

enum kith_code kith_schemas_write(int root_fd, struct kith_index *index, struct kith_err *err)
{
	int folder;
	enum kith_code code = open_folder(root_fd, true, &folder, err);
	if (code)
		return code;
	code = write_into(folder, index, true, err);
	close(folder);
	return code;
}

/* --- keeping them fresh --- */

static bool is_ignored(const struct kith_store *store)
{
	KITH_BUF text = { 0 };
	if (kith_file_read_beneath(store->root_fd, ".gitignore", LARGEST, &text, NULL, NULL))
		return false;
	for (const char *line = kith_buf_text(&text); *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, ".kith/schema/", 13) == 0 && strchr("\r\n", line[13]))
			return true;
	return false;
}

enum kith_code kith_schemas_refresh(const struct kith_store *store, struct kith_index *index, struct kith_err *err)
{
	int folder;
	if (kith_index_is_empty(index) || kith_index_is_temporary(index))
		return KITH_OK; /* it would have another number each time */
	enum kith_code code = open_folder(store->root_fd, false, &folder, err);
	if (code == KITH_NONE)
		return store->has_git && !is_ignored(store) ? KITH_OK : kith_schemas_write(store->root_fd, index, err);
	if (code)
		return code;
	KITH_BUF mark = { 0 };
	code = add_mark(&mark, index, err);
	KITH_BUF schema_mark = { 0 };
	add_schema_mark(&schema_mark);
	if (!code && !has_mark(folder, kith_buf_text(&mark)))
		code = write_into(folder, index, !has_mark(folder, kith_buf_text(&schema_mark)), err);
	close(folder);
	return code;
}
