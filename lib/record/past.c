#include "lib/record/past.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const ends[] = { "beginning", "limit", "shallow" };

/* --- telling --- */

static void put_bytes(struct kith_buf *out, const char *name, const char *bytes, size_t length)
{
	kith_buf_addf(out, "%s %zu\n", name, length);
	kith_buf_add_bytes(out, bytes, length);
	kith_buf_add_char(out, '\n');
}

static void put(struct kith_buf *out, const char *name, const char *text)
{
	if (text)
		put_bytes(out, name, text, strlen(text));
}

static void put_mark(struct kith_buf *out, const char *name, bool is_so)
{
	if (is_so)
		put(out, name, "");
}

static void put_side(struct kith_buf *out, const char *name, const struct kith_past_side *side)
{
	KITH_BUF mark = { 0 };
	if (!side->there)
		return;
	kith_buf_addf(&mark, "%s-%s", name, side->odd ? "odd" : "there");
	put(out, mark.text, "");
	if (side->text)
		put_bytes(out, name, side->text, side->length);
}

void kith_past_tell_state(struct kith_buf *out, const struct kith_past *past)
{
	put(out, "waiting", past->waiting);
	put(out, "hint", past->hint);
	put_mark(out, "empty", past->empty);
}

void kith_past_tell_commit(struct kith_buf *out, const struct kith_past_commit *commit)
{
	KITH_BUF time = { 0 };
	kith_buf_addf(&time, "%" PRId64, commit->time_s);
	put(out, "commit", commit->id);
	put(out, "author", commit->author);
	put(out, "email", commit->email);
	put(out, "time", time.text);
	put(out, "subject", commit->subject);
	put(out, "command", commit->command);
	put(out, "undoes", commit->undoes);
	put_mark(out, "mine", commit->mine);
	put_mark(out, "undone", commit->undone);
	put_mark(out, "first", commit->first);
	put_mark(out, "cut", commit->cut);
	put_mark(out, "merge", commit->merge);
	for (size_t i = 0; i < commit->count; i++) {
		put(out, "path", commit->changes[i].path);
		put(out, "from", commit->changes[i].from);
		put_side(out, "before", &commit->changes[i].before);
		put_side(out, "after", &commit->changes[i].after);
	}
}

void kith_past_tell_end(struct kith_buf *out, enum kith_past_end end)
{
	put(out, "end", ends[end]);
}

/* --- reading --- */

struct reading {
	const char *at, *end;
	struct kith_arena *arena;
	struct kith_past past;
	bool ended;
	char name[16]; /* of the value that was read last */
	const char *bytes;
	size_t length;
};

/* The next value.  False at the end, and where something else stands. */
static bool next(struct reading *reading)
{
	const char *space = memchr(reading->at, ' ', (size_t)(reading->end - reading->at));
	const size_t name = space ? (size_t)(space - reading->at) : 0;
	if (!name || name >= sizeof(reading->name))
		return false;
	memcpy(reading->name, reading->at, name);
	reading->name[name] = '\0';
	size_t length = 0;
	const char *at = space + 1;
	for (; at < reading->end && *at >= '0' && *at <= '9' && length < SIZE_MAX / 16; at++)
		length = length * 10 + (size_t)(*at - '0');
	if (at == space + 1 || at == reading->end || *at != '\n' || length >= (size_t)(reading->end - at - 1) ||
	    at[1 + length] != '\n')
		return false;
	reading->bytes = at + 1;
	reading->length = length;
	reading->at = at + 1 + length + 1;
	return true;
}

static bool is(const struct reading *reading, const char *name)
{
	return strcmp(reading->name, name) == 0;
}

static const char *text(const struct reading *reading)
{
	return kith_arena_strndup(reading->arena, reading->bytes, reading->length);
}

static void take_of_repository(struct reading *reading)
{
	struct kith_past *past = &reading->past;
	if (is(reading, "waiting"))
		past->waiting = text(reading);
	else if (is(reading, "hint"))
		past->hint = text(reading);
	else if (is(reading, "empty"))
		past->empty = true;
}

static void take_of_side(const struct reading *reading, const char *part, struct kith_past_side *side)
{
	if (!*part) {
		side->text = reading->bytes;
		side->length = reading->length;
		return;
	}
	side->there = true;
	side->odd = strcmp(part, "-odd") == 0;
}

static void take_of_change(const struct reading *reading, struct kith_past_change *change)
{
	if (is(reading, "from"))
		change->from = text(reading);
	else if (strncmp(reading->name, "before", 6) == 0)
		take_of_side(reading, reading->name + 6, &change->before);
	else if (strncmp(reading->name, "after", 5) == 0)
		take_of_side(reading, reading->name + 5, &change->after);
}

static void take_of_commit(const struct reading *reading, struct kith_past_commit *commit)
{
	const struct { const char *name, **text; } texts[] = {
		{ "author", &commit->author },   { "email", &commit->email },   { "subject", &commit->subject },
		{ "command", &commit->command }, { "undoes", &commit->undoes },
	};
	const struct { const char *name; bool *mark; } marks[] = {
		{ "mine", &commit->mine }, { "undone", &commit->undone }, { "first", &commit->first },
		{ "cut", &commit->cut },   { "merge", &commit->merge },
	};
	for (size_t i = 0; i < kith_count(texts); i++)
		if (is(reading, texts[i].name))
			*texts[i].text = text(reading);
	for (size_t i = 0; i < kith_count(marks); i++)
		if (is(reading, marks[i].name))
			*marks[i].mark = true;
	if (is(reading, "time"))
		commit->time_s = strtoll(text(reading), NULL, 10);
}

static void take_end(struct reading *reading)
{
	for (size_t i = 0; i < kith_count(ends); i++)
		if (strlen(ends[i]) == reading->length && memcmp(ends[i], reading->bytes, reading->length) == 0) {
			reading->past.end = (enum kith_past_end)i;
			reading->ended = true;
		}
}

static void take(struct reading *reading)
{
	struct kith_past *past = &reading->past;
	struct kith_past_commit *commit = past->count ? &past->commits[past->count - 1] : NULL;
	if (is(reading, "commit")) {
		commit = kith_arena_push(reading->arena, &past->commits, &past->count, &past->capacity, sizeof(*commit));
		commit->id = text(reading);
		commit->author = commit->email = commit->subject = "";
	} else if (is(reading, "end")) {
		take_end(reading);
	} else if (!commit) {
		take_of_repository(reading);
	} else if (is(reading, "path")) {
		struct kith_past_change *change = kith_arena_push(reading->arena, &commit->changes, &commit->count,
		                                                  &commit->capacity, sizeof(*change));
		change->path = text(reading);
	} else if (commit->count) {
		take_of_change(reading, &commit->changes[commit->count - 1]);
	} else {
		take_of_commit(reading, commit);
	}
}

enum kith_code kith_past_read(const char *bytes, size_t length, struct kith_arena *arena, struct kith_past *out,
                              struct kith_err *err)
{
	struct reading reading = { .at = bytes, .end = bytes + length, .arena = arena };
	while (!reading.ended && reading.at < reading.end) {
		if (!next(&reading))
			return kith_fail(err, KITH_SYNC, "what kithd tells of the history makes no sense");
		take(&reading);
	}
	if (!reading.ended)
		return kith_fail(err, KITH_SYNC, "kithd stopped in the middle of the history");
	*out = reading.past;
	return KITH_OK;
}
