#include <stdio.h>
#include <string.h>

#include "lib/git/folder.h"
#include "lib/git/inside.h"
#include "lib/git/tree.h"
#include "lib/git/writer.h"

/* One folder: the changes whose paths lie in it, and where the part behind its own path starts. */
struct folder {
	struct kith_writer *writer;
	git_odb *odb;
	const struct kith_difference *changes;
	size_t count;
	size_t prefix;
	bool has_files, has_folders; /* some of the changes are of files in this folder itself, of what is below */
	struct kith_err *err;
};

/* What one name becomes: the changes from `first` to `end`, a single one for a file, all below it for a folder. */
struct change {
	size_t first, end;
	const char *name;
	bool is_folder;
	struct kith_entry after;
};

struct result {
	struct kith_buf bytes;
	size_t count; /* entries */
};

static enum kith_code update(const struct folder *folder, const git_oid *before, git_oid *out, bool *empty);

static const char *rest(const struct folder *folder, size_t i)
{
	return folder->changes[i].path + folder->prefix;
}

/* The first change that is not before this part of a path. */
static size_t find_change(const struct folder *folder, const char *part)
{
	size_t low = 0, high = folder->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (strcmp(rest(folder, middle), part) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct kith_difference *file_change(const struct folder *folder, const char *name)
{
	const size_t i = folder->has_files ? find_change(folder, name) : folder->count;
	return i < folder->count && strcmp(rest(folder, i), name) == 0 ? &folder->changes[i] : NULL;
}

/* Something is put below this name. */
static bool becomes_folder(const struct folder *folder, const char *name)
{
	KITH_BUF below = {0};
	if (!folder->has_folders)
		return false;
	kith_buf_addf(&below, "%s/", name);
	for (size_t i = find_change(folder, below.text); i < folder->count && strncmp(rest(folder, i), below.text, below.length) == 0; i++)
		if (folder->changes[i].after.mode)
			return true;
	return false;
}

/* The change that begins at `first`.  All paths that begin with "name/" stand together in the order of bytes, which for what a folder holds is git's
 * order too. */
static struct change next_change(const struct folder *folder, size_t first, struct kith_buf *name)
{
	struct change change = { .first = first, .end = first + 1 };
	const char *start = rest(folder, first), *slash = strchr(start, '/');
	kith_buf_clear(name);
	kith_buf_add_bytes(name, start, slash ? (size_t)(slash - start) : strlen(start));
	change.name = name->text;
	change.is_folder = slash != NULL;
	change.after = folder->changes[first].after;
	while (slash && change.end < folder->count && strncmp(rest(folder, change.end), start, name->length + 1) == 0)
		change.end++;
	return change;
}

static void put(struct result *result, const char *name, const struct kith_entry *entry)
{
	char mode[16];
	const int length = snprintf(mode, sizeof(mode), "%o ", (unsigned)entry->mode);
	kith_buf_add_bytes(&result->bytes, mode, (size_t)length);
	kith_buf_add_bytes(&result->bytes, name, strlen(name) + 1);
	kith_buf_add_bytes(&result->bytes, entry->oid.id, GIT_OID_RAWSZ);
	result->count++;
}

static git_oid id_of(const struct kith_folder *old)
{
	git_oid oid;
	(void)git_oid_fromraw(&oid, old->id); /* cannot fail */
	return oid;
}

/* `old`: the folder that has this name now, or NULL. */
static enum kith_code change_folder(const struct folder *folder, const struct change *change, const struct kith_folder *old, struct result *result)
{
	struct folder inner = *folder;
	struct kith_entry entry = { .mode = GIT_FILEMODE_TREE };
	const git_oid before = old ? id_of(old) : (git_oid){0};
	bool empty;
	inner.changes += change->first;
	inner.count = change->end - change->first;
	inner.prefix += strlen(change->name) + 1;
	if (update(&inner, &before, &entry.oid, &empty))
		return KITH_SYNC;
	/* A file of that name, put there, would be lost. */
	const struct kith_difference *file = file_change(folder, change->name);
	if (!empty && !(file && file->after.mode))
		put(result, change->name, &entry);
	return KITH_OK;
}

/* A submodule stays, whatever is to be below it, unless a change has it as what was there. */
static bool is_kept_submodule(const struct folder *folder, const struct kith_folder *old, const char *name)
{
	const struct kith_difference *change = file_change(folder, name);
	return old->mode == GIT_FILEMODE_COMMIT && !(change && change->before.mode == GIT_FILEMODE_COMMIT);
}

/* An entry that no change has the very name and kind of.  One that becomes the other of file and folder goes. */
static void keep(const struct folder *folder, const struct kith_folder *old, struct result *result)
{
	const struct kith_difference *file = kith_folder_is_folder(old) ? file_change(folder, old->name) : NULL;
	if ((file && file->after.mode) ||
	    (!kith_folder_is_folder(old) && !is_kept_submodule(folder, old, old->name) && becomes_folder(folder, old->name)))
		return;
	kith_buf_add_bytes(&result->bytes, old->at, (size_t)(old->next - old->at));
	result->count++;
}

/* `has_submodule`: a submodule has this name, and keeps it. */
static enum kith_code apply(const struct folder *folder, const struct change *change, const struct kith_folder *old, bool has_submodule,
                            struct result *result)
{
	if (has_submodule) {
		if (old)
			keep(folder, old, result);
		return KITH_OK;
	}
	if (change->is_folder)
		return change_folder(folder, change, old, result);
	if (change->after.mode)
		put(result, change->name, &change->after);
	return KITH_OK;
}

/* A submodule sorts before the folder that would be there, and not always right before it: of those that are kept, all whose names the one that is
 * looked at begins with, each with a slash behind it.  All that begin with a name stand together. */
static void forget_submodules(struct kith_buf *names, const char *name)
{
	while (names->length) {
		const char *before = memrchr(names->text, '/', names->length - 1);
		const size_t start = before ? (size_t)(before + 1 - names->text) : 0;
		if (strncmp(name, names->text + start, names->length - 1 - start) == 0)
			return;
		names->length = start;
		names->text[start] = '\0';
	}
}

static void note_submodule(const struct folder *folder, const struct kith_folder *old, struct kith_buf *names)
{
	if (old->mode != GIT_FILEMODE_COMMIT || !is_kept_submodule(folder, old, old->name))
		return;
	forget_submodules(names, old->name);
	kith_buf_addf(names, "%s/", old->name);
}

static bool is_noted(struct kith_buf *names, const char *name)
{
	const size_t length = strlen(name);
	forget_submodules(names, name);
	return names->length > length && strncmp(names->text + names->length - length - 1, name, length) == 0 &&
	       (names->length == length + 1 || names->text[names->length - length - 2] == '/');
}

/* Two lists in one order. */
static enum kith_code merge(const struct folder *folder, struct kith_folder *old, struct result *result)
{
	KITH_BUF name = {0}, submodules = {0};
	struct change change = {0};
	if (folder->count)
		change = next_change(folder, 0, &name);
	while (old->name || change.first < folder->count) {
		int order = -1;
		if (!old->name)
			order = 1;
		else if (change.first < folder->count)
			order = kith_folder_compare(old->name, kith_folder_is_folder(old), change.name, change.is_folder);
		if (order <= 0)
			note_submodule(folder, old, &submodules);
		if (order < 0)
			keep(folder, old, result);
		else if (apply(folder, &change, order == 0 ? old : NULL, is_noted(&submodules, change.name), result))
			return KITH_SYNC;
		if (order >= 0)
			change = change.end < folder->count ? next_change(folder, change.end, &name) : (struct change){ .first = folder->count };
		if (order <= 0 && kith_folder_next(old, folder->err))
			return KITH_SYNC;
	}
	return KITH_OK;
}

static enum kith_code update(const struct folder *outer, const git_oid *before, git_oid *out, bool *empty)
{
	KITH_FOLDER old = {0};
	struct result result = {0};
	struct folder its = *outer, *const folder = &its;
	its.has_files = its.has_folders = false;
	for (size_t i = 0; i < its.count; i++)
		*(strchr(rest(folder, i), '/') ? &its.has_folders : &its.has_files) = true;
	enum kith_code code = kith_folder_open(folder->odb, before, &old, folder->err);
	if (!code)
		code = merge(folder, &old, &result);
	*empty = result.count == 0;
	if (!code && (!*empty || !folder->prefix)) {
		if (git_odb_write(out, folder->odb, kith_buf_text(&result.bytes), result.bytes.length, GIT_OBJECT_TREE))
			code = kith_git_fail(folder->err, "cannot write a folder to the git repository");
		else
			code = kith_writer_add(folder->writer, out, result.bytes.length, folder->err);
	}
	kith_buf_finish(&result.bytes);
	return code;
}

enum kith_code kith_tree_update(struct kith_writer *writer, const git_tree *before,
                                const struct kith_differences *differences, git_oid *out, struct kith_err *err)
{
	KITH_CLEANUP(git_odb_free) git_odb *odb = NULL;
	if (git_repository_odb(&odb, kith_writer_git(writer)))
		return kith_git_fail(err, "cannot write to the git repository");
	const struct folder root = { .writer = writer, .odb = odb, .changes = differences->list, .count = differences->count, .err = err };
	const git_oid old = before ? *git_tree_id(before) : (git_oid){0};
	git_oid oid;
	bool empty;
	if (update(&root, &old, &oid, &empty))
		return KITH_SYNC;
	git_oid_cpy(out, &oid);
	return KITH_OK;
}
