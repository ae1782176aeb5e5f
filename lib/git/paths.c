#include "lib/git/inside.h"

#include <string.h>

#include "lib/git/snapshot.h"
#include "lib/record/merge.h"
#include "lib/record/schema.h"

const char *const kith_git_single_paths[] = {
	".gitattributes", ".gitignore", ".kith/reminders.yaml", "kith.yaml", NULL,
};

static bool ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), tail = strlen(end);
	return length > tail && strcmp(text + length - tail, end) == 0;
}

/* No part starts with a dot: swap files, `.#x`, .git, and "..". */
static bool has_hidden_part(const char *path)
{
	return path[0] == '.' || strstr(path, "/.");
}

bool kith_git_is_clean_path(const char *path)
{
	if (!*path || *path == '/')
		return false;
	for (const char *part = path;; part++) {
		const size_t length = strcspn(part, "/");
		if (length == 0 || (length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.'))
			return false;
		part += length;
		if (!*part)
			return true;
	}
}

static bool is_in_record_folder(const char *path)
{
	const int kind = kith_kind_of_path(path);
	return kind >= 0 && kind < KITH_KINDS;
}

bool kith_snapshot_covers(const char *path)
{
	for (const char *const *single = kith_git_single_paths; *single; single++)
		if (strcmp(path, *single) == 0)
			return true;
	if (kith_path_is_set_aside(path))
		return true;
	if (!is_in_record_folder(path) || has_hidden_part(path) || !kith_git_is_clean_path(path))
		return false;
	/* "contacts/.yaml" is hidden, "contacts/x.yaml" is not; editors' backups end in ~, # or .tmp. */
	return ends_with(path, ".yaml") || ends_with(path, ".yml");
}

bool kith_git_covers_folder(const char *path)
{
	if (strcmp(path, ".kith") == 0 || strcmp(path, "conflicts") == 0)
		return true;
	KITH_BUF inside = {0};
	kith_buf_addf(&inside, "%s/", path);
	return is_in_record_folder(inside.text) && !has_hidden_part(path) && kith_git_is_clean_path(path);
}

void kith_git_shell_word(struct kith_buf *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@%";
	if (*text && text[strspn(text, plain)] == '\0') {
		kith_buf_add(out, text);
		return;
	}
	kith_buf_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			kith_buf_add(out, "'\\''");
		else
			kith_buf_add_char(out, *text);
	}
	kith_buf_add_char(out, '\'');
}
