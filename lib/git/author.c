#include "lib/git/author.h"

#include <ctype.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "lib/git/inside.h"
#include "lib/git/look.h"

/* One of the two people of a commit, and where git looks for them. */
struct role {
	const char *env_name, *env_email, *env_date;
	const char *config_name, *config_email;
};

static const struct role author = { "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "author.name",
	                            "author.email" };
static const struct role committer = { "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_DATE",
	                               "committer.name", "committer.email" };

/* Replaces what is in `out`, without what git takes for its own marks; false if nothing is left. */
static bool take(struct kith_buf *out, const char *text)
{
	kith_buf_clear(out);
	for (const char *at = text ? text : ""; *at; at++)
		if (*at != '<' && *at != '>' && (unsigned char)*at >= ' ' && *at != 0x7F)
			kith_buf_add_char(out, *at);
	/* git drops these at both ends, and would be left with nothing. */
	const char *crud = " .,:;\"\\'";
	const char *start = kith_buf_text(out);
	start += strspn(start, crud);
	return *start != '\0';
}

static bool take_config(struct kith_buf *out, const git_config *config, const char *name)
{
	const char *text = NULL;
	return git_config_get_string(&text, config, name) == 0 && take(out, text);
}

/* --- login and host --- */

static void take_login_name(struct kith_buf *out)
{
	const struct passwd *login = getpwuid(getuid());
	KITH_BUF full = {0};
	if (login && login->pw_gecos)
		kith_buf_add_bytes(&full, login->pw_gecos, strcspn(login->pw_gecos, ","));
	if (!take(out, kith_buf_text(&full)) && !take(out, login ? login->pw_name : NULL))
		take(out, "somebody");
}

static void take_login_email(struct kith_buf *out)
{
	char host[256] = "";
	const struct passwd *login = getpwuid(getuid());
	KITH_BUF email = {0};
	if (gethostname(host, sizeof(host) - 1) || !*host)
		memcpy(host, "localhost", sizeof("localhost"));
	kith_buf_addf(&email, "%s@%s", login ? login->pw_name : "somebody", host);
	take(out, email.text);
}

/* --- each of the two --- */

static enum kith_author find_name(const struct role *role, const git_config *config, const char *me,
                                  struct kith_buf *out)
{
	if (take(out, getenv(role->env_name)) || take_config(out, config, role->config_name) ||
	    take_config(out, config, "user.name"))
		return KITH_AUTHOR_GIT;
	if (take(out, me))
		return KITH_AUTHOR_ME;
	take_login_name(out);
	return KITH_AUTHOR_LOGIN;
}

static enum kith_author find_email(const struct role *role, const git_config *config, const char *me,
                                   struct kith_buf *out)
{
	if (take(out, getenv(role->env_email)) || take_config(out, config, role->config_email) ||
	    take_config(out, config, "user.email") || take(out, getenv("EMAIL")))
		return KITH_AUTHOR_GIT;
	if (take(out, me))
		return KITH_AUTHOR_ME;
	take_login_email(out);
	return KITH_AUTHOR_LOGIN;
}

/* git's own form of a date, "1732500000 +0100", with or without '@'.  The others it knows are left to it. */
static bool read_date(const char *text, git_time_t *seconds, int *offset)
{
	if (!text)
		return false;
	text += *text == '@';
	char *end;
	const long long value = strtoll(text, &end, 10);
	if (end == text || !isdigit((unsigned char)*text) || end[0] != ' ' || (end[1] != '+' && end[1] != '-') ||
	    strspn(end + 2, "0123456789") != 4 || end[6])
		return false;
	const long zone = strtol(end + 2, NULL, 10);
	*seconds = value;
	*offset = (int)(zone / 100 * 60 + zone % 100) * (end[1] == '-' ? -1 : 1);
	return true;
}

static void find_time(const struct role *role, int64_t time_ms, git_time_t *seconds, int *offset)
{
	if (read_date(getenv(role->env_date), seconds, offset))
		return;
	const time_t now = (time_t)((time_ms ? time_ms : kith_wall_ms()) / 1000);
	struct tm local = {0};
	*seconds = now;
	*offset = localtime_r(&now, &local) ? (int)(local.tm_gmtoff / 60) : 0;
}

static enum kith_code find(const struct role *role, const git_config *config,
                           const struct kith_snapshot_options *options, git_signature **out, enum kith_author *source,
                           struct kith_err *err)
{
	KITH_BUF name = {0}, email = {0};
	git_time_t seconds;
	int offset;
	const enum kith_author by_name = find_name(role, config, options->name, &name);
	const enum kith_author by_email = find_email(role, config, options->email, &email);
	find_time(role, options->time_ms, &seconds, &offset);
	if (git_signature_new(out, name.text, email.text, seconds, offset))
		return kith_git_fail(err, "cannot name the author of a commit");
	*source = by_name > by_email ? by_name : by_email;
	return KITH_OK;
}

enum kith_code kith_signatures_find(struct kith_repo *repo, const struct kith_snapshot_options *options,
                                    struct kith_signatures *out, struct kith_err *err)
{
	KITH_CLEANUP(git_config_free) git_config *config = NULL;
	struct kith_signatures found = {0};
	enum kith_author unused;
	if (git_repository_config_snapshot(&config, repo->git))
		return kith_git_fail(err, "cannot read git's configuration");
	if (find(&author, config, options, &found.author, &found.source, err) ||
	    find(&committer, config, options, &found.committer, &unused, err)) {
		kith_signatures_finish(&found);
		return KITH_SYNC;
	}
	*out = found;
	return KITH_OK;
}

void kith_signatures_finish(struct kith_signatures *signatures)
{
	git_signature_free(signatures->author);
	git_signature_free(signatures->committer);
	*signatures = (struct kith_signatures){0};
}
