/* Who wrote the values that wait: the history of a record, its newest commit first. */
#include <string.h>

#include "cli/merging.h"
#include "cli/waiting.h"
#include "lib/base/file.h"

enum { LOOKED_BACK = 200, RECORDS_MOST = 50, ALL_TEXTS = 1000 };

/* The fields in question of one record, and how they stand in a version of it. */
struct tracing {
	struct kith_waiting *waiting; /* those of one record, one behind the other */
	size_t count;
	const char **fields;
	struct kith_conflict *before, *after;
};

/* What a version shows and keeps of the fields; a file that is not there, or cannot be read, has nothing. */
static void read_side(const struct tracing *tracing, const char *path, const struct kith_past_side *side, struct kith_arena *arena,
                      struct kith_conflict *out)
{
	KITH_BUF stem = { 0 };
	struct kith_reading reading;
	const int known = kith_kind_of_path(path);
	const int kind = known < 0 && strcmp(path, kith_reminders_path) == 0 ? KITH_SETTINGS : known;
	memset(out, 0, tracing->count * sizeof(*out));
	if (!side->text || kind < 0 || !kith_path_stem(path, &stem))
		return;
	kith_record_read((enum kith_kind)kind, stem.text, path, side->text, side->length, arena, &reading);
	if (reading.readable)
		kith_conflicts_states(&reading, tracing->fields, tracing->count, arena, out);
}

static bool is_there(const struct kith_conflict *state)
{
	return state->shown || state->whole;
}

static bool has_text(const struct kith_conflict *state, const char *text)
{
	const char *now = state->whole ? state->whole : state->shown;
	if (now && strcmp(now, text) == 0)
		return true;
	for (size_t i = 0; i < state->kept_count; i++)
		if (strcmp(state->kept[i], text) == 0)
			return true;
	return false;
}

/* What a commit may have done to a value, the surest first. */
enum sign {
	SHOWN,  /* the record shows it since, or shows nothing */
	KEPT,   /* it is under conflicts since: a rebase leaves no other trace of what it set aside */
	MERGED, /* a merge brings together what others wrote, so it is asked last */
	SIGNS,
};

/* Whether between the two a value was written, or deleted (`text` NULL). */
static bool wrote(const struct kith_conflict *before, const struct kith_conflict *after, const char *text, enum sign sign)
{
	const char *now = after->whole ? after->whole : after->shown;
	if (!text)
		return (is_there(before) && !is_there(after)) || (sign != SHOWN && after->deleted && !before->deleted);
	if (sign == SHOWN && !(now && strcmp(now, text) == 0))
		return false;
	return has_text(after, text) && !has_text(before, text);
}

static void look_at(const struct tracing *tracing, const struct kith_past_commit *commit, const struct kith_past_change *change,
                    enum sign sign)
{
	KITH_ARENA arena = { 0 };
	read_side(tracing, change->from ? change->from : change->path, &change->before, &arena, tracing->before);
	read_side(tracing, change->path, &change->after, &arena, tracing->after);
	for (size_t i = 0; i < tracing->count; i++) {
		struct kith_waiting *waiting = &tracing->waiting[i];
		const struct kith_conflict *before = &tracing->before[i], *after = &tracing->after[i];
		for (size_t j = 0; j < waiting->count; j++)
			if (!waiting->rivals[j].by && wrote(before, after, waiting->rivals[j].text, sign))
				waiting->rivals[j].by = commit;
		if (waiting->deleted && !waiting->gone.by && wrote(before, after, NULL, sign))
			waiting->gone.by = commit;
	}
}

static void trace_record(struct kith_app *app, struct kith_waiting *waiting, size_t count)
{
	KITH_BUF bytes = { 0 };
	struct kith_past past;
	struct tracing tracing = { .waiting = waiting, .count = count };
	const struct kith_past_question question = { .record = waiting->path, .limit = LOOKED_BACK, .texts = ALL_TEXTS };
	if (kith_past_ask(app, &question, &bytes, &past, NULL))
		return;
	tracing.fields = kith_arena_alloc(&app->arena, count * sizeof(*tracing.fields));
	tracing.before = kith_arena_alloc(&app->arena, count * sizeof(*tracing.before));
	tracing.after = kith_arena_alloc(&app->arena, count * sizeof(*tracing.after));
	for (size_t i = 0; i < count; i++) {
		tracing.fields[i] = waiting[i].field;
		waiting[i].traced = true;
	}
	for (int sign = 0; sign < SIGNS; sign++)
		for (size_t i = 0; i < past.count; i++)
			for (size_t j = 0; past.commits[i].merge == (sign == MERGED) && j < past.commits[i].count; j++)
				look_at(&tracing, &past.commits[i], &past.commits[i].changes[j], (enum sign)sign);
}

/* --- texts that were set aside --- */

static bool is_text(const struct kith_past_side *side, const char *text)
{
	return side->text && text && side->length == strlen(text) && memcmp(side->text, text, side->length) == 0;
}

/* The newest commit that made the record's file this text.  Where a merge took the one text as it was, the history of the file goes
 * that way only, and nothing is said of the other. */
static void trace_text(struct kith_app *app, struct kith_waiting *waiting)
{
	KITH_BUF bytes = { 0 };
	struct kith_past past;
	const struct kith_past_question question = { .record = waiting->row->path, .limit = LOOKED_BACK, .texts = ALL_TEXTS };
	if (kith_past_ask(app, &question, &bytes, &past, NULL))
		return;
	waiting->traced = kith_merging_is_under_way(app);
	for (size_t i = 0; i < past.count; i++)
		for (size_t j = 0; j < past.commits[i].count; j++) {
			const struct kith_past_change *change = &past.commits[i].changes[j];
			for (size_t k = 0; k < waiting->count; k++)
				if (!waiting->rivals[k].by && is_text(&change->after, waiting->rivals[k].text) &&
				    !is_text(&change->before, waiting->rivals[k].text))
					waiting->rivals[k].by = &past.commits[i];
		}
}

void kith_waiting_trace(struct kith_app *app, struct kith_waitings *list)
{
	size_t records = 0;
	for (size_t i = 0, next; i < list->count && app->store->has_git && records < RECORDS_MOST; i = next) {
		next = i + 1;
		records++;
		if (list->list[i].set_aside) {
			if (list->list[i].row)
				trace_text(app, &list->list[i]);
			continue;
		}
		while (next < list->count && !list->list[next].set_aside &&
		       strcmp(list->list[next].path, list->list[i].path) == 0)
			next++;
		trace_record(app, &list->list[i], next - i);
	}
}
