#include "lib/git/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/git/inside.h"
#include "lib/git/look.h"
#include "lib/record/schema.h"

enum { LOOK_AGAIN_MS = 50 };

struct scan {
	struct kith_repo *repo;
	const struct kith_snapshot_options *options;
	const git_tree *head;
	struct kith_base *base;
	struct kith_arena *arena;
	struct kith_scan *out;
	struct kith_err *err;
	int64_t now_ms;
	bool keeps_modes;                 /* core.fileMode: whether a file's executable bit means something here */
	struct kith_differences paths;    /* what is looked at: `before` is HEAD's */
	struct kith_differences doubtful; /* gone, empty or being written, too lately to be believed */
	struct kith_buf bytes;            /* of the file that was looked at last */
	git_index *index;                 /* the user's, once it was needed */
};

static void add_trouble(struct scan *scan, const char *path, const char *why)
{
	struct kith_scan *out = scan->out;
	out->trouble_total++;
	if (out->trouble_count == KITH_TROUBLES_KEPT)
		return;
	KITH_BUF shown = {0};
	kith_printable(&shown, path, strlen(path), false);
	struct kith_snapshot_trouble *trouble = kith_arena_push(scan->arena, &out->troubles, &out->trouble_count,
	                                                        &out->trouble_capacity, sizeof(*trouble));
	*trouble = (struct kith_snapshot_trouble){ kith_arena_strdup(scan->arena, kith_buf_text(&shown)), why };
}

/* --- which paths --- */

static void add_path(struct scan *scan, const char *path, const struct kith_entry *before)
{
	struct kith_differences *paths = &scan->paths;
	struct kith_difference *added =
		kith_arena_push(scan->arena, &paths->list, &paths->count, &paths->capacity, sizeof(*added));
	added->path = kith_arena_strdup(scan->arena, path);
	added->before = *before;
}

static bool on_file(void *user, const char *path, const struct stat *status)
{
	(void)status;
	if (kith_snapshot_covers(path))
		add_path(user, path, &(struct kith_entry){0});
	return true;
}

static void on_trouble(void *user, const char *path, int error)
{
	if (error == ELOOP)
		add_trouble(user, path, "is a symbolic link: kith does not follow it");
	else if (error == ENAMETOOLONG)
		add_trouble(user, path, "lies too deep: kith looks 64 folders down");
	else if (error == ENOTDIR)
		return; /* a name was given that might have been a folder's: a file that is none of kith's */
	else if (error != EINVAL)
		add_trouble(user, path, strerrordesc_np(error));
	else if (kith_snapshot_covers(path))
		add_trouble(user, path, "is no regular file");
}

static void walk(struct scan *scan, const char *folder)
{
	const struct kith_walk how = { .file = on_file, .trouble = on_trouble, .user = scan, .unsorted = true };
	(void)kith_walk(scan->repo->root_fd, folder, &how); /* no callback stops it */
}

static enum kith_code add_all(struct scan *scan)
{
	for (int kind = 0; kind < KITH_KINDS; kind++)
		walk(scan, kith_kind_folder((enum kith_kind)kind));
	walk(scan, "conflicts");
	for (const char *const *single = kith_git_single_paths; *single; single++)
		add_path(scan, *single, &(struct kith_entry){0});
	return kith_tree_compare(scan->repo->git, scan->head, NULL, scan->arena, &scan->paths, scan->err);
}

static enum kith_code add_named(struct scan *scan, const char *path)
{
	const bool clean = kith_git_is_clean_path(path);
	struct kith_entry before;
	if (clean && kith_snapshot_covers(path)) {
		if (kith_tree_find(scan->head, path, &before, scan->err))
			return KITH_SYNC;
		add_path(scan, path, &before);
		return KITH_OK;
	}
	if (clean && kith_git_covers_folder(path)) {
		if (strcmp(path, ".kith") != 0)
			walk(scan, path);
		return kith_tree_compare_folder(scan->repo->git, scan->head, NULL, path, scan->arena, &scan->paths,
		                                scan->err);
	}
	KITH_BUF shown = {0};
	kith_quote(&shown, path);
	kith_fail(scan->err, KITH_USAGE, "%s is not a path that kith commits", shown.text);
	return kith_hint(scan->err, "name records by their path in the store, such as contacts/ana-silva.yaml");
}

/* A path comes from the tree and from the working tree: keep the one that knows what HEAD has. */
static void sort_paths(struct scan *scan)
{
	struct kith_differences *paths = &scan->paths;
	kith_differences_sort(paths);
	size_t kept = 0;
	for (size_t i = 0; i < paths->count; i++) {
		const struct kith_difference *path = &paths->list[i];
		if (!kept || strcmp(paths->list[kept - 1].path, path->path) != 0)
			paths->list[kept++] = *path;
		else if (path->before.mode)
			paths->list[kept - 1] = *path;
	}
	paths->count = kept;
}

static enum kith_code find_paths(struct scan *scan)
{
	enum kith_code code = scan->options->paths ? KITH_OK : add_all(scan);
	for (size_t i = 0; !code && scan->options->paths && i < scan->options->path_count; i++)
		code = add_named(scan, scan->options->paths[i]);
	if (!code)
		sort_paths(scan);
	return code;
}

/* --- one path --- */

/* `git stash pop` and the like leave both sides in the file and note it in the index only.  The index is
 * dear to load, so it is asked about files that hold such marks. */
static bool is_unresolved(struct scan *scan, const char *path)
{
	const char *text = kith_buf_text(&scan->bytes);
	const bool marked =
		(strncmp(text, "<<<<<<< ", 8) == 0 || strstr(text, "\n<<<<<<< ")) && strstr(text, "\n>>>>>>> ");
	if (!marked)
		return false;
	KITH_BUF name = {0};
	kith_buf_addf(&name, "%s/index", scan->repo->git_folder);
	if (!scan->index && git_index_open(&scan->index, name.text))
		return false;
	const git_index_entry *base, *ours, *theirs;
	return git_index_conflict_get(&base, &ours, &theirs, scan->index, path) == 0;
}

static bool is_executable(const struct scan *scan, const char *path)
{
	struct stat status;
	const int fd = scan->keeps_modes ? kith_open_beneath(scan->repo->root_fd, path, O_RDONLY) : -1;
	if (fd < 0)
		return false;
	const bool executable = fstat(fd, &status) == 0 && (status.st_mode & S_IXUSR);
	close(fd);
	return executable;
}

/* A change of mode alone is the user's to commit, so the mode of the tree stays. */
static git_filemode_t mode_of(const struct scan *scan, const struct kith_difference *path)
{
	if (path->before.mode == GIT_FILEMODE_BLOB || path->before.mode == GIT_FILEMODE_BLOB_EXECUTABLE)
		return path->before.mode;
	return is_executable(scan, path->path) ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB;
}

static enum kith_code accept(struct scan *scan, const struct kith_difference *path, const struct kith_look *look)
{
	struct kith_difference edit = *path;
	const git_oid *held = kith_base_of(scan->base, path->path);
	edit.base = held ? *held : path->before.oid;
	if (look->sight == KITH_SEES_FILE) {
		if (kith_repo_refuse_filter(scan->repo, path->path, scan->err))
			return KITH_SYNC;
		if (!path->before.mode && kith_tree_is_in_submodule(scan->head, path->path)) {
			add_trouble(scan, path->path, "lies in a submodule: it belongs to another repository");
			return KITH_OK;
		}
		if (is_unresolved(scan, path->path)) {
			add_trouble(scan, path->path, "holds both sides of a merge: resolve it, then git add");
			return KITH_OK;
		}
		edit.after = (struct kith_entry){ look->oid, mode_of(scan, path) };
		edit.stamp = look->stamp;
	}
	struct kith_differences *edits = &scan->out->edits;
	struct kith_difference *added =
		kith_arena_push(scan->arena, &edits->list, &edits->count, &edits->capacity, sizeof(*added));
	*added = edit;
	return KITH_OK;
}

static bool is_doubtful(const struct kith_look *look)
{
	return look->sight == KITH_SEES_NOTHING || look->passing ||
	       (look->sight == KITH_SEES_FILE && look->stamp.size == 0);
}

static enum kith_code doubt(struct scan *scan, const struct kith_difference *path, const struct kith_look *look)
{
	if (!look->passing && (scan->options->settle == KITH_SETTLE_BELIEVE ||
	                       kith_look_age_ms(scan->repo, path->path, look, scan->now_ms) >= KITH_SETTLE_MS))
		return accept(scan, path, look);
	if (scan->options->settle != KITH_SETTLE_WAIT) {
		scan->out->unsettled++;
		return KITH_OK;
	}
	struct kith_differences *doubtful = &scan->doubtful;
	struct kith_difference *added =
		kith_arena_push(scan->arena, &doubtful->list, &doubtful->count, &doubtful->capacity, sizeof(*added));
	*added = *path;
	return KITH_OK;
}

/* Whether the file is an edit: neither what HEAD has nor what it was when the tree last agreed with a
 * commit. */
static bool is_edit(struct scan *scan, const struct kith_difference *path, const struct kith_look *look)
{
	if (git_oid_equal(&look->oid, &path->before.oid)) {
		kith_base_drop(scan->base, path->path);
		return false;
	}
	const git_oid *held = kith_base_of(scan->base, path->path);
	return !held || !git_oid_equal(&look->oid, held);
}

static enum kith_code look_at(struct scan *scan, const struct kith_difference *path)
{
	struct kith_look look;
	kith_look_at(scan->repo, path->path, &scan->bytes, &look);
	if (look.sight == KITH_SEES_TROUBLE && !look.passing) {
		add_trouble(scan, path->path, look.why);
		return KITH_OK;
	}
	if (!look.passing && !is_edit(scan, path, &look))
		return KITH_OK;
	return is_doubtful(&look) ? doubt(scan, path, &look) : accept(scan, path, &look);
}

/* --- files that are gone or empty --- */

/* Look again until everything has come back or the time has passed. */
static enum kith_code wait_for_saves(struct scan *scan)
{
	const int64_t end = kith_steady_ms() + KITH_SETTLE_MS;
	struct kith_differences *doubtful = &scan->doubtful;
	while (doubtful->count) {
		kith_pause_ms(LOOK_AGAIN_MS);
		const bool over = kith_steady_ms() >= end;
		size_t kept = 0;
		for (size_t i = 0; i < doubtful->count; i++) {
			const struct kith_difference path = doubtful->list[i];
			struct kith_look look;
			kith_look_at(scan->repo, path.path, &scan->bytes, &look);
			if (is_doubtful(&look) && !over) {
				doubtful->list[kept++] = path;
				continue;
			}
			scan->out->unsettled += look.passing;
			if (look.sight == KITH_SEES_TROUBLE) {
				if (!look.passing)
					add_trouble(scan, path.path, look.why);
			} else if (is_edit(scan, &path, &look) && accept(scan, &path, &look)) {
				return KITH_SYNC;
			}
		}
		doubtful->count = kept;
	}
	return KITH_OK;
}

/* --- all together --- */

static int by_path(const void *one, const void *other)
{
	return strcmp(((const struct kith_snapshot_trouble *)one)->path,
	              ((const struct kith_snapshot_trouble *)other)->path);
}

/* A link is met when the folder is listed, and again as a path of HEAD. */
static void sort_troubles(struct kith_scan *out)
{
	if (out->trouble_count)
		qsort(out->troubles, out->trouble_count, sizeof(*out->troubles), by_path);
	size_t kept = 0;
	for (size_t i = 0; i < out->trouble_count; i++)
		if (!kept || strcmp(out->troubles[kept - 1].path, out->troubles[i].path) != 0)
			out->troubles[kept++] = out->troubles[i];
	out->trouble_total -= out->trouble_count - kept;
	out->trouble_count = kept;
}

static bool keeps_modes(const struct kith_repo *repo)
{
	KITH_CLEANUP(git_config_free) git_config *config = NULL;
	int keeps = 1;
	if (git_repository_config_snapshot(&config, repo->git) == 0 &&
	    git_config_get_bool(&keeps, config, "core.fileMode"))
		keeps = 1;
	return keeps;
}

static enum kith_code run(struct scan *scan)
{
	enum kith_code code = find_paths(scan);
	for (size_t i = 0; !code && i < scan->paths.count; i++)
		code = look_at(scan, &scan->paths.list[i]);
	if (!code)
		code = wait_for_saves(scan);
	kith_differences_sort(&scan->out->edits);
	sort_troubles(scan->out);
	return code;
}

enum kith_code kith_scan_run(struct kith_repo *repo, const struct kith_snapshot_options *options, const git_tree *head,
                             struct kith_base *base, struct kith_arena *arena, struct kith_scan *out,
                             struct kith_err *err)
{
	struct kith_scan found = {0};
	struct scan scan = {
		.repo = repo,
		.options = options,
		.head = head,
		.base = base,
		.arena = arena,
		.out = &found,
		.err = err,
		.now_ms = options->now_ms ? options->now_ms : kith_wall_ms(),
		.keeps_modes = keeps_modes(repo),
	};
	const enum kith_code code = run(&scan);
	kith_buf_finish(&scan.bytes);
	git_index_free(scan.index);
	if (!code)
		*out = found;
	return code;
}
