#include <string.h>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/git/glob.h"
#include "lib/git/inside.h"

/* The attribute `filter` names a program of the user's configuration through which git sends a file on
 * its way in and out.  Kith commits the bytes that are in the file, so where a filter is named, git and
 * kith would not agree. */

enum { ATTRIBUTES_LIMIT = 1 << 20, DEEPEST = 64 };

/* One file of attributes; the later in the chain, the stronger. */
struct source {
	const char *folder; /* that its patterns are relative to, with a slash at the end; "" for the root */
	const char *name;   /* for messages */
	const char *text;   /* NULL: no such file */
};

struct kith_filters {
	struct kith_arena arena;
	struct source global;         /* of the user */
	struct source chain[DEEPEST]; /* .gitattributes of the root and the folders of the last path */
	size_t depth;
	struct source info; /* .git/info/attributes: the strongest */
};

/* --- reading one file --- */

struct answer {
	const char *name; /* of the filter, not terminated; NULL: none */
	size_t length;
	const char *where;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct answer none(void)
{
	return (struct answer){0};
}

/* Step over blanks; return the next word up to `end` and its length, or NULL. */
static const char *next_word(const char **at, const char *end, size_t *length)
{
	while (*at < end && is_blank(**at))
		++*at;
	const char *word = *at;
	while (*at < end && !is_blank(**at))
		++*at;
	*length = (size_t)(*at - word);
	return *length ? word : NULL;
}

/* A pattern may stand in quotes, with \" and \\ inside. */
static const char *read_pattern(const char **at, const char *end, struct kith_buf *pattern)
{
	size_t length;
	while (*at < end && is_blank(**at))
		++*at;
	if (*at == end || **at == '#')
		return NULL;
	if (**at != '"') {
		const char *word = next_word(at, end, &length);
		kith_buf_add_bytes(pattern, word, length);
		return pattern->text;
	}
	for (++*at; *at < end && **at != '"'; ++*at) {
		if (**at == '\\' && *at + 1 < end)
			++*at;
		kith_buf_add_char(pattern, **at);
	}
	*at += *at < end;
	return pattern->text; /* NULL for "": no pattern */
}

static bool word_is(const char *word, size_t length, const char *wanted)
{
	return length == strlen(wanted) && memcmp(word, wanted, length) == 0;
}

/* What the attributes of a matching line say of `filter`: the last one that speaks of it. */
static void read_attributes(const char *at, const char *end, const struct source *source, struct answer *answer)
{
	static const char key[] = "filter=";
	size_t length;
	for (const char *word; (word = next_word(&at, end, &length));) {
		if (word_is(word, length, "-filter") || word_is(word, length, "!filter") ||
		    word_is(word, length, "filter"))
			*answer = none();
		else if (length > strlen(key) && memcmp(word, key, strlen(key)) == 0)
			*answer = (struct answer){ word + strlen(key), length - strlen(key), source->name };
	}
}

/* A macro ([attr]binary-ish filter=x) is taken to be used where its name stands, so its line counts for
 * any path on whose line that name is: rare, and refusing once too often is the safe side. */
static bool is_macro(const char *pattern)
{
	return strncmp(pattern, "[attr]", strlen("[attr]")) == 0;
}

static void ask(const struct source *source, const char *path, struct answer *answer)
{
	if (!source->text)
		return;
	const size_t folder = strlen(source->folder);
	for (const char *line = source->text; *line;) {
		const char *at = line, *end = line + strcspn(line, "\n");
		line = end + (*end == '\n');
		KITH_BUF pattern = {0};
		if (!read_pattern(&at, end, &pattern) || pattern.text[0] == '!')
			continue;
		if (is_macro(pattern.text) || kith_glob_matches(pattern.text, path + folder))
			read_attributes(at, end, source, answer);
	}
}

/* --- where attributes stand --- */

static const char *read_beneath(const struct kith_repo *repo, struct kith_filters *filters, const char *path)
{
	KITH_BUF text = {0};
	if (kith_file_read_beneath(repo->root_fd, path, ATTRIBUTES_LIMIT, &text, NULL, NULL) || !text.length)
		return NULL; /* git ignores what it cannot read, too, and links */
	return kith_arena_strndup(&filters->arena, text.text, text.length);
}

static const char *read_plain(struct kith_filters *filters, const char *path)
{
	KITH_BUF text = {0};
	if (kith_file_read(path, ATTRIBUTES_LIMIT, &text, NULL) || !text.length)
		return NULL;
	return kith_arena_strndup(&filters->arena, text.text, text.length);
}

static void find_global(const struct kith_repo *repo, struct kith_filters *filters)
{
	KITH_CLEANUP(git_config_free) git_config *config = NULL;
	git_buf path = GIT_BUF_INIT;
	KITH_BUF usual = {0};
	filters->global = (struct source){ "", "core.attributesFile", NULL };
	if (git_repository_config_snapshot(&config, repo->git) == 0 &&
	    git_config_get_path(&path, config, "core.attributesFile") == 0)
		kith_buf_add(&usual, path.ptr);
	else if (getenv("XDG_CONFIG_HOME") && *getenv("XDG_CONFIG_HOME"))
		kith_buf_addf(&usual, "%s/git/attributes", getenv("XDG_CONFIG_HOME"));
	else if (getenv("HOME"))
		kith_buf_addf(&usual, "%s/.config/git/attributes", getenv("HOME"));
	git_buf_dispose(&path);
	if (usual.length)
		filters->global.text = read_plain(filters, usual.text);
}

static struct kith_filters *create(const struct kith_repo *repo)
{
	struct kith_filters *filters = kith_alloc(sizeof(*filters));
	find_global(repo, filters);
	KITH_BUF info = {0};
	kith_buf_addf(&info, "%s/info/attributes", repo->git_folder);
	filters->info = (struct source){ "", ".git/info/attributes", read_plain(filters, info.text) };
	filters->chain[0] = (struct source){ "", ".gitattributes", read_beneath(repo, filters, ".gitattributes") };
	filters->depth = 1;
	return filters;
}

/* Paths come sorted, so the folders of the last one mostly are those of the next. */
static void follow(const struct kith_repo *repo, struct kith_filters *filters, const char *path)
{
	while (filters->depth > 1) {
		const char *folder = filters->chain[filters->depth - 1].folder;
		if (strncmp(path, folder, strlen(folder)) == 0)
			break;
		filters->depth--;
	}
	const char *at = path + strlen(filters->chain[filters->depth - 1].folder);
	for (const char *slash; (slash = strchr(at, '/')) && filters->depth < DEEPEST; at = slash + 1) {
		struct source *source = &filters->chain[filters->depth++];
		const char *folder = kith_arena_strndup(&filters->arena, path, (size_t)(slash - path) + 1);
		const char *name = kith_arena_printf(&filters->arena, "%s.gitattributes", folder);
		*source = (struct source){ folder, name, read_beneath(repo, filters, name) };
	}
}

void kith_repo_forget_filters(struct kith_repo *repo)
{
	if (repo->filters)
		kith_arena_finish(&repo->filters->arena);
	kith_free(repo->filters);
	repo->filters = NULL;
}

enum kith_code kith_repo_refuse_filter(struct kith_repo *repo, const char *path, struct kith_err *err)
{
	if (!repo->filters)
		repo->filters = create(repo);
	struct kith_filters *filters = repo->filters;
	struct answer answer = none();
	follow(repo, filters, path);
	ask(&filters->global, path, &answer);
	for (size_t i = 0; i < filters->depth; i++)
		ask(&filters->chain[i], path, &answer);
	ask(&filters->info, path, &answer);
	if (!answer.name)
		return KITH_OK;
	KITH_BUF filter = {0}, shown = {0};
	kith_printable(&filter, answer.name, answer.length, false);
	kith_printable(&shown, path, strlen(path), false);
	kith_fail(err, KITH_SYNC, "%s goes through the git filter %s (%s): what git keeps is not what the file says",
	          shown.text, filter.text, answer.where);
	return kith_hint(err, "take kith's files out of the filter: add a line that ends in -filter behind it in %s",
	                 answer.where);
}
