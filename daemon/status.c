/* How things are, in words and numbers. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/resident.h"
#include "lib/record/schema.h"

/* 2026-11-25T09:30:00+01:00, or null for never. */
static void key_time(struct kith_json *json, const char *key, int64_t ms)
{
	const time_t seconds = (time_t)(ms / 1000);
	struct tm local;
	char text[40];
	if (ms <= 0 || ms == INT64_MAX || !localtime_r(&seconds, &local) ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S%z", &local) != 24) {
		kith_json_key_string(json, key, NULL);
		return;
	}
	memmove(text + 23, text + 22, 3); /* +0100 → +01:00 */
	text[22] = ':';
	kith_json_key_string(json, key, text);
}

static void tell_index(struct kith_resident *resident, struct kith_json *json)
{
	const struct kith_index_job *facts = resident->indexer.facts;
	if (facts) {
		kith_json_key(json, "records");
		kith_json_object(json);
		for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++)
			kith_json_key_int(json, kith_kind_name(kind), (int64_t)facts->counts.records[kind]);
		kith_json_end_object(json);
		kith_json_key_int(json, "files", (int64_t)facts->counts.files);
		kith_json_key_int(json, "broken", (int64_t)facts->counts.broken);
		kith_json_key_int(json, "faulty", (int64_t)facts->counts.faulty);
		kith_json_key_int(json, "conflicts", (int64_t)facts->counts.conflicts);
		kith_json_key_int(json, "settings_faults", (int64_t)facts->faults);
	}
	kith_json_key_string(json, "watching", resident->watch.polling ? "polling" : "inotify");
	kith_json_key_string(json, "watching_why", resident->watch.polling ? resident->watch.why : NULL);
	kith_json_key_int(json, "folders", (int64_t)resident->watch.count);
	key_time(json, "indexed_at", resident->indexer.last_ms);
	kith_json_key_string(json, "index_error", resident->indexer.trouble.code ? resident->indexer.trouble.message : NULL);
	kith_json_key_string(json, "index_hint", *resident->indexer.trouble.hint ? resident->indexer.trouble.hint : NULL);
}

static const char *git_state(const struct kith_sync *sync)
{
	if (!sync->options.enabled)
		return "off";
	if (kith_sync_is_busy(sync))
		return "working";
	if (sync->has_passed && sync->last.code != KITH_OK)
		return "failing";
	if (sync->has_passed && sync->last.waiting)
		return "waiting";
	return kith_dirty_is_empty(&sync->commits.dirty) ? "clean" : "pending";
}

static void tell_git(const struct kith_sync *sync, struct kith_json *json)
{
	const char *state = git_state(sync);
	const bool waits = sync->has_passed && sync->last.waiting;
	kith_json_key_string(json, "git", state);
	kith_json_key_string(json, "git_why", strcmp(state, "off") == 0 ? "the store is not a git repository"
	                                      : waits                  ? sync->last.why
	                                                               : NULL);
	kith_json_key_string(json, "git_hint", strcmp(state, "off") == 0 ? "kith init makes it one"
	                                       : waits                  ? sync->last.hint
	                                                                : NULL);
	kith_json_key_int(json, "pending", (int64_t)(sync->commits.dirty.count + sync->commits.taken.count));
	kith_json_key_bool(json, "pending_all", sync->commits.dirty.all || sync->commits.taken.all);
	kith_json_key_string(json, "commit", *sync->last_commit ? sync->last_commit : NULL);
	key_time(json, "committed_at", sync->last_commit_ms);
	kith_json_key_string(json, "failure", sync->last_failure_ms ? sync->last_failure.message : NULL);
	kith_json_key_string(json, "failure_hint", *sync->last_failure.hint ? sync->last_failure.hint : NULL);
	key_time(json, "failed_at", sync->last_failure_ms);
	kith_json_key_int(json, "left_out", (int64_t)sync->last.left_out);
	kith_json_key_string(json, "left_out_first", sync->last.left_out ? sync->last.left_out_first : NULL);
}

void kith_resident_status(struct kith_resident *resident, struct kith_json *json)
{
	const struct kith_reminders *reminders = &resident->reminders;
	kith_json_key_int(json, "pid", getpid());
	kith_json_key_string(json, "version", KITH_VERSION);
	key_time(json, "since", resident->since_ms);
	kith_json_key_string(json, "store", resident->store->root);
	tell_index(resident, json);
	tell_git(&resident->sync, json);
	kith_json_key_string(json, "notifications", kith_reminders_state(reminders));
	kith_json_key_int(json, "reminders_waiting", (int64_t)reminders->waiting);
	kith_json_key_string(json, "reminders_error", reminders->trouble.code ? reminders->trouble.message : NULL);
	key_time(json, "next_reminder", reminders->next_ms);
	kith_json_key_int(json, "clients", (int64_t)resident->server.count);
}

void kith_resident_status_line(struct kith_resident *resident, struct kith_buf *out)
{
	const struct kith_index_job *facts = resident->indexer.facts;
	const struct kith_sync *sync = &resident->sync;
	kith_buf_addf(out, "%zu files", facts ? facts->counts.files : 0);
	if (resident->indexer.trouble.code)
		kith_buf_addf(out, "; indexing fails: %s", resident->indexer.trouble.message);
	if (!sync->options.enabled)
		kith_buf_add(out, "; commits are off");
	else if (sync->has_passed && sync->last.code != KITH_OK)
		kith_buf_addf(out, "; committing fails: %s", sync->last.err.message);
	else if (sync->has_passed && sync->last.waiting)
		kith_buf_addf(out, "; commits wait: %s", sync->last.why);
}
