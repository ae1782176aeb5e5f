#include "lib/git/inside.h"

#include <stdarg.h>
#include <string.h>

#include "lib/base/text.h"

/* A pass reads most objects once or twice: the default of 256 MB is for long lives.  Trees are looked up
 * by path again and again, and by default only those up to 4 kB are kept, which is a folder of a hundred
 * records. */
enum { OBJECTS_CACHED = 64 << 20, TREE_CACHED = 32 << 20 };

/* libgit2, where it was built with mbedTLS (as Debian's is), reads the certificates of all authorities when it starts, which takes longer than most of
 * kith's work with git.  Kith opens no connection by it (the user's own git does), so this takes the place of the function that would read them:
 * none is trusted. */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);
int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
	(void)chain;
	(void)path;
	return 0;
}

enum kith_code kith_git_start(struct kith_err *err)
{
	if (git_libgit2_init() < 0)
		return kith_git_fail(err, "cannot start libgit2");
	/* A commit that kith has told of must survive a power cut; libgit2 leaves that to luck by default. */
	if (git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1) ||
	    git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)OBJECTS_CACHED) ||
	    git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, (size_t)TREE_CACHED)) {
		kith_git_fail(err, "cannot set up libgit2");
		git_libgit2_shutdown();
		return KITH_SYNC;
	}
	return KITH_OK;
}

void kith_git_stop(void)
{
	git_libgit2_shutdown();
}

enum kith_code kith_git_add_global(git_config *config, struct kith_err *err)
{
	const char *path = getenv("GIT_CONFIG_GLOBAL");
	enum { REPLACE = 1 };
	if (path && git_config_add_file_ondisk(config, path, GIT_CONFIG_LEVEL_GLOBAL, NULL, REPLACE))
		return kith_git_fail(err, "cannot read git's configuration in %s", path);
	return KITH_OK;
}

static const char *usual_way_out(const git_error *error)
{
	const char *said = error->message;
	if (strstr(said, "No space left") || strstr(said, "quota exceeded"))
		return "free some disk space and try again; your files are untouched";
	if (strstr(said, "Permission denied") || strstr(said, "Read-only"))
		return "check who owns the folder .git and its permissions (ls -ld .git)";
	if (strstr(said, "failed to parse config"))
		return "git config --list --show-origin shows the line";
	if (error->klass == GIT_ERROR_ODB || error->klass == GIT_ERROR_ZLIB || error->klass == GIT_ERROR_OBJECT ||
	    error->klass == GIT_ERROR_TREE || strstr(said, "type in the ODB") || strstr(said, "no commit object"))
		return "git fsck says what is damaged; your files are untouched";
	return "";
}

enum kith_code kith_git_fail(struct kith_err *err, const char *format, ...)
{
	KITH_BUF what = {0};
	va_list args;
	va_start(args, format);
	kith_buf_addv(&what, format, args);
	va_end(args);
	const git_error *error = git_error_last(); /* NULL where libgit2 forgot to say */
	KITH_BUF said = {0};
	if (error && error->message)
		kith_printable(&said, error->message, strlen(error->message), false);
	if (!said.length)
		return kith_fail(err, KITH_SYNC, "%s", kith_buf_text(&what));
	kith_fail(err, KITH_SYNC, "%s: %s", kith_buf_text(&what), said.text);
	kith_hint(err, "%s", usual_way_out(error));
	return KITH_SYNC;
}
