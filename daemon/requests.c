/* What can be asked on the control socket. */
#include <string.h>

#include "daemon/resident.h"
#include "lib/base/log.h"

#define AHEAD_DAYS 400 /* how far `reminders` looks */

static struct kith_asker asker_of(uint64_t client, int64_t id)
{
	return (struct kith_asker){client, id};
}

/* --- barrier --- */

static void on_ready(void *user, uint64_t client, int64_t id, enum kith_code code, const struct kith_err *err)
{
	struct kith_resident *resident = user;
	if (code == KITH_OK)
		kith_server_accept(&resident->server, asker_of(client, id));
	else
		kith_server_refuse(&resident->server, asker_of(client, id), err);
}

static void barrier(struct kith_resident *resident, struct kith_asker asker, const struct kith_message *message)
{
	(void)message;
	kith_resident_catch_up(resident);
	kith_indexer_wait(&resident->indexer, on_ready, resident, asker.client, asker.id);
}

/* --- git --- */

void kith_resident_pass_done(void *user, uint64_t client, int64_t id, const struct kith_pass *pass)
{
	struct kith_resident *resident = user;
	if (pass->code != KITH_OK) {
		kith_server_refuse(&resident->server, asker_of(client, id), &pass->err);
		return;
	}
	struct kith_answer answer;
	kith_answer_begin(&answer, asker_of(client, id));
	kith_json_key_string(&answer.json, "commit", *pass->commit ? pass->commit : NULL);
	kith_json_key_int(&answer.json, "paths", (int64_t)pass->paths);
	kith_json_key_string(&answer.json, "waiting", pass->waiting ? pass->why : NULL);
	kith_json_key_string(&answer.json, "hint", pass->waiting ? pass->hint : NULL);
	kith_json_key_int(&answer.json, "left_out", (int64_t)pass->left_out);
	kith_server_send(&resident->server, &answer);
}

static void sync_now(struct kith_resident *resident, struct kith_asker asker, const struct kith_message *message)
{
	(void)message;
	struct kith_err err = {0};
	kith_resident_catch_up(resident);
	if (kith_sync_now(&resident->sync, asker.client, asker.id, &err) != KITH_OK)
		kith_server_refuse(&resident->server, asker, &err);
}

static void commit(struct kith_resident *resident, struct kith_asker asker, const struct kith_message *message)
{
	KITH_ARENA arena = {0};
	struct kith_err err = {0};
	const size_t count = kith_message_list(message, "paths");
	const char **paths = kith_arena_alloc(&arena, (count + 1) * sizeof(*paths));
	for (size_t i = 0; i < count; i++)
		paths[i] = kith_message_item(message, "paths", i);
	const struct kith_sync_request request = {
		.message = kith_message_text(message, "message"),
		.command = kith_message_text(message, "command"),
		.undoes = kith_message_text(message, "undoes"),
		.paths = paths,
		.count = count,
		.client = asker.client,
		.id = asker.id,
	};
	kith_resident_catch_up(resident);
	if (kith_sync_commit(&resident->sync, &request, &err) != KITH_OK)
		kith_server_refuse(&resident->server, asker, &err);
}

/* --- reminders --- */

static void on_asked(void *user, uint64_t client, int64_t id, const struct kith_index_job *job)
{
	struct kith_resident *resident = user;
	if (job->code != KITH_OK || job->ask_code != KITH_OK) {
		kith_server_refuse(&resident->server, asker_of(client, id), job->code != KITH_OK ? &job->err : &job->ask_err);
		return;
	}
	struct kith_answer answer;
	kith_answer_begin(&answer, asker_of(client, id));
	if (job->ask_id)
		kith_reminders_tell_record(&resident->reminders, &answer.json, job);
	else
		kith_reminders_tell(&resident->reminders, &answer.json, job);
	kith_server_send(&resident->server, &answer);
}

static void reminders(struct kith_resident *resident, struct kith_asker asker, const struct kith_message *message)
{
	const char *record = kith_message_text(message, "record");
	kith_resident_catch_up(resident);
	kith_indexer_ask(&resident->indexer, record, kith_clock_now(&resident->clock).today + AHEAD_DAYS, on_asked, resident,
	                 asker.client, asker.id);
}

/* --- the rest --- */

static void status(struct kith_resident *resident, struct kith_asker asker, const struct kith_message *message)
{
	(void)message;
	struct kith_answer answer;
	kith_resident_catch_up(resident);
	kith_answer_begin(&answer, asker);
	kith_resident_status(resident, &answer.json);
	kith_server_send(&resident->server, &answer);
}

static void reload(struct kith_resident *resident, struct kith_asker asker, const struct kith_message *message)
{
	(void)message;
	kith_resident_reload(resident);
	kith_indexer_wait(&resident->indexer, on_ready, resident, asker.client, asker.id);
}

static void stop(struct kith_resident *resident, struct kith_asker asker, const struct kith_message *message)
{
	(void)message;
	kith_log(KITH_INFO, "stopping because a client asked");
	kith_server_accept(&resident->server, asker);
	kith_resident_stop(resident);
}

static void subscribe(struct kith_resident *resident, struct kith_asker asker, const struct kith_message *message)
{
	(void)message;
	kith_server_accept(&resident->server, asker);
	kith_server_subscribe(&resident->server, asker);
}

static void set_clock(struct kith_resident *resident, struct kith_asker asker, const struct kith_message *message)
{
	struct kith_err err = {0};
	const char *now = kith_message_text(message, "now");
	if (!resident->clock.fixed) {
		kith_fail(&err, KITH_USAGE, "the clock can be moved only where KITH_NOW has fixed it");
		kith_server_refuse(&resident->server, asker, &err);
	} else if (kith_clock_fix(&resident->clock, now ? now : "", &err) != KITH_OK) {
		kith_server_refuse(&resident->server, asker, &err);
	} else {
		kith_resident_look_at_clock(resident);
		kith_indexer_wait(&resident->indexer, on_ready, resident, asker.client, asker.id);
	}
}

static const struct {
	const char *what;
	void (*handle)(struct kith_resident *, struct kith_asker, const struct kith_message *);
} requests[] = {
	{"barrier", barrier}, {"status", status}, {"sync", sync_now},       {"commit", commit},   {"reminders", reminders},
	{"reload", reload},   {"stop", stop},     {"subscribe", subscribe}, {"clock", set_clock},
};

void kith_resident_request(void *user, struct kith_asker asker, const char *what, const struct kith_message *message)
{
	struct kith_resident *resident = user;
	struct kith_err err = {0};
	if (resident->stopping) {
		kith_fail(&err, KITH_SYNC, "the daemon is stopping");
		kith_server_refuse(&resident->server, asker, &err);
		return;
	}
	for (size_t i = 0; i < kith_count(requests); i++)
		if (strcmp(requests[i].what, what) == 0) {
			requests[i].handle(resident, asker, message);
			return;
		}
	kith_fail(&err, KITH_USAGE, "this kithd knows no request '%.60s'", what);
	kith_hint(&err, "kithd(1) lists them");
	kith_server_refuse(&resident->server, asker, &err);
}
