#include "lib/git/history.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lib/base/file.h"
#include "lib/git/ancestry.h"
#include "lib/git/author.h"
#include "lib/git/branch.h"
#include "lib/git/history_inside.h"
#include "lib/git/message.h"
#include "lib/git/snapshot.h"
#include "lib/record/doc.h"

/* All texts of a telling together, so that a stranger's store cannot fill the memory of whoever reads it. */
#define TEXTS_MOST (256u << 20)

/* The folders of a path in one tree, and the file: where a folder is the same as in another tree, so is all in it. */
struct trail {
	git_oid folders[64];
	size_t count;
	struct kith_entry file;
};

struct history {
	git_repository *git;
	const struct kith_history_options *options;
	kith_history_on_commit *on_commit;
	void *user;
	struct kith_err *err;
	struct kith_ancestry ancestry;
	struct kith_oids undone;  /* what commits that were seen take back */
	struct kith_arena arena;  /* of paths that the record had */
	git_oid only;             /* zero: all */
	const char *sought;       /* the id of a record that is gone, until its path is found */
	const char *found;        /* that path */
	struct trail last;        /* where the record was found last, under */
	const char *last_path;
	struct kith_buf email;    /* of who would commit now */
	size_t told, texts_left;
	bool stop, cut;
};

/* --- telling --- */

static void set_side(struct history *history, const struct kith_entry *entry, bool with_text, struct kith_arena *arena,
                     struct kith_past_side *out)
{
	*out = (struct kith_past_side){ .there = entry->mode != 0 };
	if (!out->there)
		return;
	out->odd = entry->mode != GIT_FILEMODE_BLOB && entry->mode != GIT_FILEMODE_BLOB_EXECUTABLE;
	const size_t most = history->texts_left < KITH_DOC_LIMIT ? history->texts_left : KITH_DOC_LIMIT;
	if (!out->odd && with_text &&
	    kith_history_text(history->git, &entry->oid, most, arena, &out->text, &out->length))
		history->texts_left -= out->length;
}

static void set_changes(struct history *history, const struct kith_history_changes *changes, struct kith_arena *arena,
                        struct kith_past_commit *out)
{
	out->changes = kith_arena_alloc(arena, (changes->count + 1) * sizeof(*out->changes));
	out->count = changes->count;
	for (size_t i = 0; i < changes->count; i++) {
		const struct kith_history_change *change = &changes->list[i];
		struct kith_past_change *told = &out->changes[i];
		const bool with_text = i < history->options->texts;
		*told = (struct kith_past_change){ .path = change->path, .from = change->from };
		set_side(history, &change->before, with_text, arena, &told->before);
		set_side(history, &change->after, with_text, arena, &told->after);
	}
}

/* A stranger's line may be a megabyte. */
static const char *subject_of(const git_commit *commit, struct kith_arena *arena)
{
	enum { MOST = 1000 };
	const char *message = git_commit_message(commit);
	message = message ? message + strspn(message, " \t\r\n") : "";
	const size_t length = strcspn(message, "\r\n");
	return kith_arena_strndup(arena, message, length < MOST ? length : MOST);
}

/* What the message says of kith's commands.  A commit that takes another back marks it, unless it is taken back itself:
 * it was seen before all that it can name. */
static void read_trailers(struct history *history, const struct kith_step_back *step, struct kith_arena *arena,
                          struct kith_past_commit *out)
{
	enum { LONGEST_COMMAND = 100 };
	KITH_BUF command = {0}, undoes = {0};
	git_oid undone;
	const char *message = git_commit_message(step->commit);
	if (message)
		kith_message_find_command(message, &command, &undoes);
	if (!command.length || command.length > LONGEST_COMMAND)
		return;
	out->command = kith_arena_strdup(arena, command.text);
	if (undoes.length != GIT_OID_HEXSZ || git_oid_fromstrn(&undone, undoes.text, GIT_OID_HEXSZ))
		return;
	out->undoes = kith_arena_strdup(arena, undoes.text);
	if (!kith_oids_has(&history->undone, git_commit_id(step->commit)))
		kith_oids_add(&history->undone, &undone);
}

static void describe(struct history *history, const struct kith_step_back *step, struct kith_arena *arena,
                     struct kith_past_commit *out)
{
	char id[GIT_OID_HEXSZ + 1];
	const git_signature *author = git_commit_author(step->commit);
	git_oid_tostr(id, sizeof(id), git_commit_id(step->commit));
	*out = (struct kith_past_commit){
		.id = kith_arena_strdup(arena, id),
		.author = author ? kith_arena_strdup(arena, author->name) : "",
		.email = author ? kith_arena_strdup(arena, author->email) : "",
		.time_s = git_commit_time(step->commit),
		.subject = subject_of(step->commit, arena),
		.mine = author && strcasecmp(author->email, kith_buf_text(&history->email)) == 0,
		.undone = kith_oids_has(&history->undone, git_commit_id(step->commit)),
		.first = git_commit_parentcount(step->commit) == 0,
		.cut = step->cut,
		.merge = git_commit_parentcount(step->commit) > 1,
	};
	read_trailers(history, step, arena, out);
}

static void tell(struct history *history, const struct kith_past_commit *commit)
{
	history->told++;
	history->stop = !history->on_commit(history->user, commit) || !git_oid_is_zero(&history->only) ||
	                history->told == history->options->limit;
}

/* --- the whole store --- */

static bool is_wanted(const struct history *history, const struct kith_step_back *step,
                      const struct kith_past_commit *commit)
{
	if (!git_oid_is_zero(&history->only))
		return git_oid_equal(&history->only, git_commit_id(step->commit));
	return !history->options->commands || commit->command;
}

/* Which commands there were, and not what they did. */
static bool lists_only(const struct history *history)
{
	return history->options->commands && !history->options->texts && git_oid_is_zero(&history->only);
}

static enum kith_code visit(struct history *history, const struct kith_step_back *step)
{
	KITH_ARENA arena = {0};
	struct kith_past_commit commit;
	struct kith_history_changes changes;
	describe(history, step, &arena, &commit);
	for (size_t i = 0; i < step->parents_count; i++)
		kith_ancestry_add(&history->ancestry, step->parents[i], NULL);
	if (!is_wanted(history, step, &commit))
		return KITH_OK;
	if (lists_only(history)) {
		tell(history, &commit);
		return KITH_OK;
	}
	if (kith_step_back_changes(history->git, step, &arena, &changes, history->err))
		return KITH_SYNC;
	if (!changes.count && !step->cut && git_oid_is_zero(&history->only))
		return KITH_OK;
	set_changes(history, &changes, &arena, &commit);
	tell(history, &commit);
	return KITH_OK;
}

/* --- one record --- */

static enum kith_code follow(struct history *history, const git_tree *root, const char *path, const struct trail *known,
                             struct trail *out)
{
	KITH_CLEANUP(git_tree_free) git_tree *owned = NULL;
	struct trail trail = {0};
	const git_tree *tree = root;
	for (const char *part = path; trail.count < kith_count(trail.folders);) {
		const size_t level = trail.count, length = strcspn(part, "/");
		git_oid_cpy(&trail.folders[trail.count++], git_tree_id(tree));
		if (known && level < known->count && git_oid_equal(&known->folders[level], &trail.folders[level])) {
			*out = *known;
			return KITH_OK;
		}
		KITH_BUF name = {0};
		kith_buf_add_bytes(&name, part, length);
		const git_tree_entry *entry = git_tree_entry_byname(tree, kith_buf_text(&name));
		const git_object_t type = entry ? git_tree_entry_type(entry) : GIT_OBJECT_INVALID;
		if (!part[length] && type == GIT_OBJECT_BLOB)
			trail.file = (struct kith_entry){ *git_tree_entry_id(entry), git_tree_entry_filemode(entry) };
		if (!part[length] || type != GIT_OBJECT_TREE)
			break;
		git_tree *next = NULL;
		if (git_tree_lookup(&next, history->git, git_tree_entry_id(entry)))
			return kith_git_fail(history->err, "cannot read a folder from git");
		git_tree_free(owned);
		tree = owned = next;
		part += length + 1;
	}
	*out = trail;
	return KITH_OK;
}

static bool is_same(const struct trail *one, const struct trail *other)
{
	return one->file.mode == other->file.mode && git_oid_equal(&one->file.oid, &other->file.oid);
}

/* The record is new here under this path: what it was called before, if it was anything. */
static enum kith_code find_origin(struct history *history, const struct kith_step_back *step, struct kith_arena *arena,
                                  struct kith_history_change *change)
{
	struct kith_history_changes all;
	if (kith_step_back_changes(history->git, step, arena, &all, history->err))
		return KITH_SYNC;
	for (size_t i = 0; i < all.count; i++)
		if (all.list[i].from && strcmp(all.list[i].path, change->path) == 0) {
			change->from = kith_arena_strdup(&history->arena, all.list[i].from);
			change->before = all.list[i].before;
		}
	return KITH_OK;
}

/* On to the side that has the record as it is in this commit, if one has; else it was changed here. */
static enum kith_code visit_record(struct history *history, const struct kith_step_back *step, const char *path)
{
	KITH_ARENA arena = {0};
	struct kith_past_commit commit;
	struct trail now, before = {0}, first = {0};
	describe(history, step, &arena, &commit);
	const bool is_known = history->last_path && strcmp(history->last_path, path) == 0;
	if (follow(history, step->tree, path, is_known ? &history->last : NULL, &now))
		return KITH_SYNC;
	history->last = now;
	history->last_path = path;
	for (size_t i = 0; i < step->parents_count; i++) {
		if (follow(history, step->parent_trees[i], path, &now, &before))
			return KITH_SYNC;
		if (is_same(&before, &now)) {
			kith_ancestry_add(&history->ancestry, step->parents[i], path);
			return KITH_OK;
		}
		if (!first.file.mode)
			first = before;
	}
	if (!now.file.mode && !first.file.mode)
		return KITH_OK;
	struct kith_history_change change = { .path = path, .before = first.file, .after = now.file };
	const bool is_cut = step->cut && !first.file.mode; /* what was before it is not known */
	if (!is_cut && !first.file.mode && step->parents_count && find_origin(history, step, &arena, &change))
		return KITH_SYNC;
	for (size_t i = 0; i < step->parents_count; i++)
		kith_ancestry_add(&history->ancestry, step->parents[i], change.from ? change.from : path);
	if (history->options->commands && !commit.command)
		return KITH_OK;
	const struct kith_history_changes one = { .list = &change, .count = !is_cut };
	set_changes(history, &one, &arena, &commit);
	tell(history, &commit);
	return KITH_OK;
}

/* The last commit in which a record of this id was there before. */
static enum kith_code seek(struct history *history, const struct kith_step_back *step)
{
	KITH_ARENA arena = {0};
	struct kith_history_changes changes;
	struct kith_past_commit unused;
	if (kith_step_back_changes(history->git, step, &arena, &changes, history->err))
		return KITH_SYNC;
	for (size_t i = 0; i < changes.count && !history->found; i++) {
		const struct kith_history_change *change = &changes.list[i];
		const char *path = change->from ? change->from : change->path;
		KITH_BUF stem = {0};
		if (change->before.mode && kith_path_stem(path, &stem) && strcmp(stem.text, history->sought) == 0)
			history->found = kith_arena_strdup(&history->arena, path);
	}
	if (history->found)
		return visit_record(history, step, history->found);
	describe(history, step, &arena, &unused); /* for what it takes back */
	for (size_t i = 0; i < step->parents_count; i++)
		kith_ancestry_add(&history->ancestry, step->parents[i], NULL);
	return KITH_OK;
}

/* --- all together --- */

static enum kith_code begin(struct history *history, struct kith_repo *repo)
{
	const struct kith_history_options *options = history->options;
	struct kith_signatures who;
	git_oid head;
	const struct kith_snapshot_options names = { .name = options->name, .email = options->email };
	if (kith_signatures_find(repo, &names, &who, history->err))
		return KITH_SYNC;
	kith_buf_add(&history->email, who.author->email);
	kith_signatures_finish(&who);
	const int code = git_reference_name_to_id(&head, history->git, "HEAD");
	if (code == GIT_ENOTFOUND || code == GIT_EUNBORNBRANCH)
		return KITH_OK;
	KITH_CLEANUP(git_commit_free) git_commit *commit = NULL;
	if (code || git_commit_lookup(&commit, history->git, &head))
		return kith_git_fail(history->err, "cannot read the last commit");
	const bool is_path = options->record && kith_snapshot_covers(options->record);
	history->sought = is_path ? NULL : options->record;
	kith_ancestry_add(&history->ancestry, commit, is_path ? options->record : NULL);
	return KITH_OK;
}

static enum kith_code find_only(struct history *history)
{
	enum { LEAST_DIGITS = 4 };
	const char *only = history->options->only;
	const size_t length = strlen(only);
	KITH_CLEANUP(git_commit_free) git_commit *commit = NULL;
	git_oid id;
	size_t digits = 0;
	while (isxdigit((unsigned char)only[digits]))
		digits++;
	if (digits != length || length < LEAST_DIGITS || length > GIT_OID_HEXSZ) {
		kith_fail(history->err, KITH_USAGE, "'%s' is not the id of a commit", only);
		return kith_hint(history->err, "kith history shows the ids: at least four digits of one");
	}
	const int code =
		git_oid_fromstrn(&id, only, length) ? GIT_ERROR : git_commit_lookup_prefix(&commit, history->git, &id, length);
	if (code == GIT_EAMBIGUOUS) {
		kith_fail(history->err, KITH_USAGE, "%s may be several commits", only);
		return kith_hint(history->err, "write more digits of the id");
	}
	if (code) {
		kith_fail(history->err, KITH_NONE, "there is no commit %s", only);
		return kith_hint(history->err, "kith history shows the ids");
	}
	git_oid_cpy(&history->only, git_commit_id(commit));
	return KITH_OK;
}

static enum kith_code step_back(struct history *history, const struct kith_ancestor *ancestor)
{
	struct kith_step_back step;
	enum kith_code code = kith_step_back_open(history->git, &ancestor->id, &step, history->err);
	if (code)
		return code;
	history->cut = history->cut || step.cut;
	const char *path = ancestor->path ? ancestor->path : history->found;
	if (path)
		code = visit_record(history, &step, path);
	else
		code = history->sought ? seek(history, &step) : visit(history, &step);
	kith_step_back_close(&step);
	return code;
}

static enum kith_code walk(struct history *history, struct kith_repo *repo, enum kith_past_end *end)
{
	struct kith_ancestor ancestor;
	enum kith_code code = history->options->only ? find_only(history) : KITH_OK;
	if (!code)
		code = begin(history, repo);
	while (!code && !history->stop && kith_ancestry_next(&history->ancestry, &ancestor))
		code = step_back(history, &ancestor);
	if (!code && history->options->only && !history->told) {
		kith_fail(history->err, KITH_NONE, "commit %s is not in the history of this branch",
		          history->options->only);
		code = kith_hint(history->err, "kith history shows what is");
	}
	*end = history->stop && history->ancestry.count ? KITH_PAST_LIMIT
	       : history->cut                           ? KITH_PAST_SHALLOW
	                                                : KITH_PAST_BEGINNING;
	return code;
}

enum kith_code kith_history_read(struct kith_repo *repo, const struct kith_history_options *options,
                                 kith_history_on_commit *on_commit, void *user, enum kith_past_end *end,
                                 struct kith_err *err)
{
	struct history history = { .git = repo->git, .options = options, .on_commit = on_commit, .user = user, .err = err,
		                   .texts_left = TEXTS_MOST };
	enum kith_past_end reached;
	/* Hashing all that is passed on the way takes most of the time; git does not do it either.  What is to be put back
	 * is read with it. */
	(void)git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, options->only != NULL);
	const enum kith_code code = walk(&history, repo, &reached);
	(void)git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	if (!code)
		*end = reached;
	kith_ancestry_finish(&history.ancestry);
	kith_oids_finish(&history.undone);
	kith_arena_finish(&history.arena);
	kith_buf_finish(&history.email);
	return code;
}

enum kith_code kith_history_state(struct kith_repo *repo, struct kith_arena *arena, struct kith_past *out,
                                  struct kith_err *err)
{
	KITH_BUF why = {0}, hint = {0};
	struct kith_past state = {0};
	git_oid head;
	if (kith_branch_wait(repo, false, &why, &hint)) {
		state.waiting = kith_arena_strdup(arena, kith_buf_text(&why));
		state.hint = kith_arena_strdup(arena, kith_buf_text(&hint));
	}
	const int code = git_reference_name_to_id(&head, repo->git, "HEAD");
	state.empty = code == GIT_ENOTFOUND || code == GIT_EUNBORNBRANCH;
	if (code && !state.empty)
		return kith_git_fail(err, "cannot read the last commit");
	*out = state;
	return KITH_OK;
}
