#include "lib/git/glob.h"

#include <stddef.h>
#include <string.h>

struct part {
	const char *at, *end;
};

/* --- one part of a path --- */

/* `[a-z]`, with *at behind the bracket; classes such as [:alpha:] match anything. */
static bool in_set(const char **at, const char *end, char wanted)
{
	const char *p = *at;
	const bool negated = p < end && (*p == '!' || *p == '^');
	bool found = false;
	p += negated;
	for (const char *first = p; p < end && (*p != ']' || p == first); p++) {
		const char *close =
			*p == '[' && p + 1 < end && p[1] == ':' ? memchr(p + 2, ']', (size_t)(end - p - 2)) : NULL;
		if (close) {
			found = true;
			p = close;
			continue;
		}
		if (*p == '\\' && p + 1 < end)
			p++;
		if (p + 2 < end && p[1] == '-' && p[2] != ']') {
			found |= (unsigned char)*p <= (unsigned char)wanted &&
			         (unsigned char)wanted <= (unsigned char)p[2];
			p += 2;
		} else {
			found |= *p == wanted;
		}
	}
	*at = p < end ? p + 1 : end;
	return found != negated;
}

/* One character of the text against what stands at *at, which is stepped over. */
static bool matches_one(const char **at, const char *end, char wanted)
{
	const char here = *(*at)++;
	if (here == '?')
		return true;
	if (here == '[')
		return in_set(at, end, wanted);
	if (here == '\\' && *at < end)
		return *(*at)++ == wanted;
	return here == wanted;
}

/* Going back to the last star only is enough: what an earlier star could give, the last one can as well. */
static bool matches_part(struct part pattern, struct part text)
{
	const char *star = NULL, *star_text = NULL;
	while (text.at < text.end) {
		if (pattern.at < pattern.end && *pattern.at == '*') {
			star = ++pattern.at;
			star_text = text.at;
			continue;
		}
		const char *next = pattern.at;
		if (next < pattern.end && matches_one(&next, pattern.end, *text.at)) {
			pattern.at = next;
			text.at++;
			continue;
		}
		if (!star)
			return false;
		pattern.at = star;
		text.at = ++star_text;
	}
	while (pattern.at < pattern.end && *pattern.at == '*')
		pattern.at++;
	return pattern.at == pattern.end;
}

/* --- parts --- */

/* NULL at: there is no part left.  A pattern that ends with a slash has an empty last part, which
 * matches none. */
static struct part first_part(const char *path)
{
	return (struct part){ path, path ? path + strcspn(path, "/") : NULL };
}

static const char *behind(struct part part)
{
	return *part.end ? part.end + 1 : NULL;
}

static bool is_any_folders(struct part part)
{
	return part.end - part.at == 2 && part.at[0] == '*' && part.at[1] == '*';
}

/* The same way of going back as in a part, with `**` as the star. */
static bool matches_path(const char *pattern, const char *path)
{
	const char *star = NULL, *star_path = NULL;
	bool has_star = false;
	while (path) {
		const struct part wanted = first_part(pattern), have = first_part(path);
		if (pattern && is_any_folders(wanted)) {
			pattern = star = behind(wanted);
			star_path = path;
			has_star = true;
			if (!pattern)
				return true; /* nothing behind it: all inside */
			continue;
		}
		if (pattern && matches_part(wanted, have)) {
			pattern = behind(wanted);
			path = behind(have);
			continue;
		}
		if (!has_star)
			return false;
		pattern = star;
		path = star_path = behind(first_part(star_path));
	}
	return !pattern;
}

bool kith_glob_matches(const char *pattern, const char *path)
{
	if (!strchr(pattern, '/')) {
		const char *slash = strrchr(path, '/');
		path = slash ? slash + 1 : path;
		const struct part name = first_part(path), wanted = { pattern, pattern + strlen(pattern) };
		return matches_part(wanted, name);
	}
	return matches_path(*pattern == '/' ? pattern + 1 : pattern, path);
}
