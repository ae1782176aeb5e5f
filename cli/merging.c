#include "cli/merging.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/place.h"
#include "cli/spawn.h"
#include "lib/base/text.h"
#include "lib/record/merge.h"

enum { TOOL_MS = 5000 };

const char *kith_shell_word(struct kith_app *app, const char *text)
{
	if (*text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./")])
		return text;
	KITH_BUF word = { 0 };
	kith_buf_add_char(&word, '\'');
	for (; *text; text++)
		if (*text == '\'')
			kith_buf_add(&word, "'\\''");
		else
			kith_buf_add_char(&word, *text);
	kith_buf_add_char(&word, '\'');
	return kith_arena_strdup(&app->arena, word.text);
}

/* Run git in the store.  False when it cannot be, or fails. */
static bool ask_git(struct kith_app *app, const char *const *words, struct kith_buf *out)
{
	/* A file system monitor that the repository's configuration names would be run. */
	const char *argv[KITH_KINDS + 16] = { "git", "-c", "core.fsmonitor=false", "-C", app->store->root };
	size_t count = 5;
	while (*words && count + 1 < kith_count(argv))
		argv[count++] = *words++;
	const struct kith_spawn spawn = { .argv = argv, .output = out, .timeout_ms = TOOL_MS };
	int status = 1;
	return kith_spawn_run(&spawn, &status, NULL) == KITH_OK && status == 0;
}

/* --- whether it merges by field --- */

/* Whether .gitattributes sends every kind of record to the driver. */
static bool has_attributes(struct kith_app *app)
{
	const char *words[KITH_KINDS + 5] = { "check-attr", "merge", "--", "kith.yaml" };
	size_t count = 4, found = 0;
	KITH_BUF out = { 0 };
	for (unsigned kind = 0; kind < KITH_KINDS; kind++)
		words[count++] = kith_arena_printf(&app->arena, "%s/any.yaml", kith_kind_folder((enum kith_kind)kind));
	if (!ask_git(app, words, &out))
		return true; /* git itself is not well, which others tell */
	for (const char *at = kith_buf_text(&out); (at = strstr(at, ": merge: kith\n")); at++)
		found++;
	return found == KITH_KINDS + 1;
}

/* The program that a driver calls, if it is plain which. */
static const char *program_of(struct kith_app *app, const char *driver)
{
	if (strstr(driver, "command -v kith "))
		return "kith";
	const char quote = *driver == '\'' || *driver == '"' ? *driver++ : ' ';
	const char *end = strchr(driver, quote);
	const char *program = kith_arena_strndup(&app->arena, driver, end ? (size_t)(end - driver) : strlen(driver));
	return program[strcspn(program, "$`=;&|<>(){}*?~")] ? "" : program;
}

static const char *init_command(struct kith_app *app)
{
	return kith_arena_printf(&app->arena, "kith init %s", kith_shell_word(app, app->store->root));
}

static void look_at_driver(struct kith_app *app, struct kith_facts *facts, const char *driver, bool troubles)
{
	const char *program = program_of(app, driver);
	if (!*driver)
		kith_fact_add(app, facts, "merging", KITH_FACT_WARN,
		              kith_arena_printf(&app->arena, "%s sets it up", init_command(app)),
		              "git merges records line by line: merge.kith.driver is not set");
	else if (strcmp(program, "kith") == 0 && !kith_spawn_exists("kith"))
		kith_fact_add(app, facts, "merging", KITH_FACT_WARN, "put the folder kith is in into $PATH",
		              "git calls kith to merge records, and it is not in $PATH");
	else if (*program && !kith_spawn_exists(program))
		kith_fact_add(app, facts, "merging", KITH_FACT_WARN,
		              kith_arena_printf(&app->arena, "git -C %s config --unset merge.kith.driver && %s",
		                                kith_shell_word(app, app->store->root), init_command(app)),
		              "git calls %s to merge records, and it is not there (merge.kith.driver)", program);
	else if (!troubles && !has_attributes(app))
		kith_fact_add(app, facts, "merging", KITH_FACT_WARN,
		              kith_arena_printf(&app->arena, "%s adds what is missing", init_command(app)),
		              "git merges some records line by line: .gitattributes does not say merge=kith of them");
	else if (!troubles)
		kith_fact_add(app, facts, "merging", KITH_FACT_OK, "", "git merges records by field");
}

void kith_merging_look(struct kith_app *app, struct kith_facts *facts, bool troubles)
{
	if (!app->store->has_git || !kith_spawn_exists("git"))
		return;
	KITH_BUF driver = { 0 };
	(void)ask_git(app, (const char *const[]){ "config", "merge.kith.driver", NULL }, &driver); /* it fails if there is none */
	const struct kith_value *version = kith_record_get(&app->store->settings.record, "merge_version");
	if (version && version->number != KITH_MERGE_VERSION) {
		kith_fact_add(app, facts, "merging", KITH_FACT_BAD,
		              "bring all machines to one version of kith, then set merge_version in kith.yaml",
		              "kith.yaml says merge_version %lld, and this kith merges by %d: it refuses to",
		              (long long)version->number, KITH_MERGE_VERSION);
		return;
	}
	const char *text = kith_buf_text(&driver);
	look_at_driver(app, facts, kith_arena_strndup(&app->arena, text, strcspn(text, "\n")), troubles);
}

/* --- what is not finished --- */

static const struct {
	const char *path, *what, *hint;
} states[] = {
	{ ".git/MERGE_HEAD", "a merge is not finished", "git commit, or git merge --abort" },
	{ ".git/rebase-merge", "a rebase is not finished", "git rebase --continue, or --abort" },
	{ ".git/rebase-apply", "a rebase or git am is not finished", "git rebase --continue, or git am --abort" },
	{ ".git/CHERRY_PICK_HEAD", "a cherry-pick is not finished", "git cherry-pick --continue, or --abort" },
	{ ".git/REVERT_HEAD", "a revert is not finished", "git revert --continue, or --abort" },
	{ ".git/BISECT_LOG", "a bisection is not finished", "git bisect reset" },
};

static bool is_there(struct kith_app *app, size_t state)
{
	struct stat status;
	return stat(kith_place_absolute(app, states[state].path), &status) == 0;
}

size_t kith_merging_under_way(struct kith_app *app, struct kith_facts *facts)
{
	size_t count = 0;
	for (size_t i = 0; i < kith_count(states) && app->store->has_git; i++) {
		if (!is_there(app, i))
			continue;
		kith_fact_add(app, facts, "repository", KITH_FACT_WARN, states[i].hint, "%s, so kith commits nothing",
		              states[i].what);
		count++;
	}
	return count;
}

bool kith_merging_is_under_way(struct kith_app *app)
{
	for (size_t i = 0; i < kith_count(states) && app->store->has_git; i++)
		if (is_there(app, i))
			return true;
	return false;
}

/* "100644 3f9a… 2\tcontacts/ana.yaml", each ended by a NUL. */
size_t kith_merging_unmerged(struct kith_app *app, struct kith_unmerged **out)
{
	KITH_BUF text = { 0 };
	struct kith_unmerged *list = NULL;
	size_t count = 0, capacity = 0;
	const char *const words[] = { "ls-files", "--unmerged", "-z", NULL };
	*out = NULL;
	if (!app->store->has_git || !kith_spawn_exists("git") || !ask_git(app, words, &text))
		return 0;
	for (const char *at = kith_buf_text(&text), *end = at + text.length; at < end; at += strlen(at) + 1) {
		const char *tab = strchr(at, '\t');
		if (!tab || tab == at)
			continue;
		if (!count || strcmp(list[count - 1].path, tab + 1) != 0) {
			struct kith_unmerged *place = kith_arena_push(&app->arena, &list, &count, &capacity, sizeof(*place));
			*place = (struct kith_unmerged){ .path = kith_arena_strdup(&app->arena, tab + 1) };
		}
		struct kith_unmerged *unmerged = &list[count - 1];
		unmerged->base |= tab[-1] == '1';
		unmerged->ours |= tab[-1] == '2';
		unmerged->theirs |= tab[-1] == '3';
	}
	*out = list;
	return count;
}

static bool is_inside(struct kith_app *app)
{
	char here[PATH_MAX];
	const size_t length = strlen(app->store->root);
	return getcwd(here, sizeof(here)) && strncmp(here, app->store->root, length) == 0 &&
	       (!here[length] || here[length] == '/');
}

const char *kith_merging_git(struct kith_app *app)
{
	return is_inside(app) ? "git " : kith_arena_printf(&app->arena, "git -C %s ", kith_shell_word(app, app->store->root));
}

const char *kith_merging_word(struct kith_app *app, const char *path)
{
	return kith_shell_word(app, is_inside(app) ? kith_place_shown(app, path) : path);
}

void kith_unmerged_print(struct kith_app *app, const struct kith_unmerged *list, size_t count, struct kith_buf *out)
{
	const bool color = app->screen.color;
	const size_t width = kith_screen_width(&app->screen);
	const char *git = kith_merging_git(app);
	for (size_t i = 0; i < count; i++) {
		const char *path = kith_place_shown(app, list[i].path), *word = kith_merging_word(app, list[i].path);
		const bool both = list[i].ours && list[i].theirs, one = list[i].ours || list[i].theirs;
		if (!i) {
			kith_paint(out, color, KITH_BOLD, "git asks");
			kith_buf_add_char(out, '\n');
		}
		const char *what = both ? "it could not be merged"
		                   : !one ? "renamed, or deleted, on both sides"
		                   : list[i].base ? "deleted on one side, changed on the other"
		                                  : "renamed on one side";
		const char *way = both ? kith_arena_printf(&app->arena, "see that it is right, then %sadd %s", git, word)
		                       : kith_arena_printf(&app->arena, "%sadd %s keeps it, %srm %s deletes it", git, word, git, word);
		kith_spaces(out, 2);
		kith_wrap(out, color, KITH_CYAN, kith_arena_printf(&app->arena, "%s: %s", path, what), 2, width);
		kith_buf_add(out, "\n    ");
		kith_wrap(out, color, KITH_DIM, way, 4, width);
		kith_buf_add_char(out, '\n');
	}
}
