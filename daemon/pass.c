#include "daemon/pass.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/git/repo.h"
#include "lib/git/snapshot.h"
#include "lib/store/control.h"

/* Texts are for reading: cut where they do not fit. */
static void copy_text(char *to, size_t size, const char *text)
{
	(void)snprintf(to, size, "%s", text ? text : "");
}

/* Contacts usually lie where kith puts them; a record that is elsewhere is not worth opening the index for. */
void kith_pass_author(struct kith_store *store, struct kith_arena *arena, const char **name, const char **email)
{
	struct kith_reading reading = {0};
	struct kith_err err = {0};
	*name = *email = NULL;
	if (!store->settings.me)
		return;
	const char *path = kith_arena_printf(arena, "contacts/%s.yaml", store->settings.me);
	if (kith_store_read(store, path, arena, &reading, &err) != KITH_OK || !reading.readable)
		return;
	*name = kith_record_text(&reading.record, "name");
	*email = kith_record_text(&reading.record, "email.value");
}

static void take_result(const struct kith_snapshot *snapshot, struct kith_pass *pass)
{
	copy_text(pass->commit, sizeof(pass->commit), snapshot->commit);
	pass->paths = *snapshot->commit ? snapshot->paths : 0;
	pass->waiting = snapshot->waiting != KITH_WAITING_NOT;
	copy_text(pass->why, sizeof(pass->why), snapshot->why);
	copy_text(pass->hint, sizeof(pass->hint), snapshot->hint);
	pass->again = snapshot->unsettled > 0 || snapshot->index_pending;
	pass->left_out = snapshot->trouble_count;
	if (snapshot->trouble_count > 0)
		(void)snprintf(pass->left_out_first, sizeof(pass->left_out_first), "%s: %s", snapshot->troubles[0].path,
		               snapshot->troubles[0].why);
	pass->guessed_author = *snapshot->commit && snapshot->author == KITH_AUTHOR_LOGIN;
}

static enum kith_code take_snapshot(const struct kith_pass_options *options, struct kith_pass *pass)
{
	KITH_ARENA arena = {0};
	struct kith_repo *repo = NULL;
	enum kith_code code = kith_repo_open(options->store->root, &repo, &pass->err);
	if (code != KITH_OK)
		return code;
	struct kith_snapshot_options take = {
		.paths = options->paths,
		.path_count = options->count,
		.message = options->message,
		.command = options->command,
		.undoes = options->undoes,
		.settle = options->is_command ? KITH_SETTLE_BELIEVE : options->patient ? KITH_SETTLE_WAIT : KITH_SETTLE_LATER,
		.time_ms = options->clock->fixed ? options->clock->fixed_ms : 0,
	};
	kith_pass_author(options->store, &arena, &take.name, &take.email);
	struct kith_snapshot snapshot = {0};
	code = kith_snapshot_take(repo, &take, &snapshot, &pass->err);
	if (code == KITH_OK) {
		take_result(&snapshot, pass);
		kith_snapshot_finish(&snapshot);
	}
	kith_repo_close(repo);
	return code;
}

void kith_pass_run(const struct kith_pass_options *options, struct kith_pass *pass)
{
	*pass = (struct kith_pass){0};
	pass->code = kith_git_start(&pass->err);
	if (pass->code != KITH_OK)
		return;
	pass->code = take_snapshot(options, pass);
	kith_git_stop();
}

void kith_pass_print(struct kith_buf *out, const struct kith_pass *pass)
{
	struct kith_json json = {.out = out};
	kith_json_object(&json);
	kith_json_key_int(&json, "code", pass->code);
	if (pass->code != KITH_OK) {
		kith_json_key_string(&json, "error", pass->err.message);
		kith_json_key_string(&json, "hint", pass->err.hint);
	} else {
		kith_json_key_string(&json, "commit", pass->commit);
		kith_json_key_int(&json, "paths", (int64_t)pass->paths);
		kith_json_key_bool(&json, "waiting", pass->waiting);
		kith_json_key_string(&json, "why", pass->why);
		kith_json_key_string(&json, "hint", pass->hint);
		kith_json_key_bool(&json, "again", pass->again);
		kith_json_key_int(&json, "left_out", (int64_t)pass->left_out);
		kith_json_key_string(&json, "left_out_first", pass->left_out_first);
		kith_json_key_bool(&json, "guessed_author", pass->guessed_author);
	}
	kith_json_end_object(&json);
	kith_buf_add_char(out, '\n');
}

bool kith_pass_read(const char *line, struct kith_pass *pass)
{
	KITH_CLEANUP(kith_message_destroy) struct kith_message *message = NULL;
	*pass = (struct kith_pass){0};
	if (kith_message_parse(line, strcspn(line, "\n"), &message, NULL) != KITH_OK)
		return false;
	const int64_t code = kith_message_number(message, "code", -1);
	if (code < 0 || code > KITH_STOPPED)
		return false;
	pass->code = (enum kith_code)code;
	if (pass->code != KITH_OK) {
		const char *error = kith_message_text(message, "error"), *hint = kith_message_text(message, "hint");
		kith_fail(&pass->err, pass->code, "%s", error ? error : "it failed without a word");
		kith_hint(&pass->err, "%s", hint ? hint : "");
		return true;
	}
	copy_text(pass->commit, sizeof(pass->commit), kith_message_text(message, "commit"));
	pass->paths = (size_t)kith_message_number(message, "paths", 0);
	pass->waiting = kith_message_is(message, "waiting");
	copy_text(pass->why, sizeof(pass->why), kith_message_text(message, "why"));
	copy_text(pass->hint, sizeof(pass->hint), kith_message_text(message, "hint"));
	pass->again = kith_message_is(message, "again");
	pass->left_out = (size_t)kith_message_number(message, "left_out", 0);
	copy_text(pass->left_out_first, sizeof(pass->left_out_first), kith_message_text(message, "left_out_first"));
	pass->guessed_author = kith_message_is(message, "guessed_author");
	return true;
}
