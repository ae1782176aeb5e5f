/* kith status: the store, the index, the daemon and git, each in a line. */
#include <string.h>

#include "cli/client.h"
#include "cli/facts.h"
#include "cli/merging.h"
#include "cli/place.h"
#include "cli/waiting.h"

enum { PATIENCE_MS = 5000 };

/* "48 contacts, 161 notes, 9 groups" */
static void add_counts(struct kith_buf *out, const struct kith_index_counts *counts)
{
	for (unsigned kind = 0; kind < KITH_KINDS; kind++) {
		const size_t count = counts->records[kind];
		if (!count)
			continue;
		const char *name = kith_kind_name((enum kith_kind)kind);
		/* Folders are called by the plural of what is in them. */
		kith_buf_addf(out, "%s%zu %s", out->length ? ", " : "", count,
		              count == 1 ? name : kith_kind_folder((enum kith_kind)kind));
	}
	if (!out->length)
		kith_buf_add(out, "no records yet");
}

static void add_store(struct kith_app *app, struct kith_facts *facts, const struct kith_index_counts *counts,
                      const struct kith_waiting_counts *waiting)
{
	KITH_BUF records = { 0 };
	add_counts(&records, counts);
	kith_fact_add(app, facts, "store", KITH_FACT_OK, "", "%s", kith_place_home(&app->arena, app->store->root));
	kith_fact_add(app, facts, "records", KITH_FACT_OK, "", "%s", records.text);
	if (app->store->settings.faults.errors)
		kith_fact_add(app, facts, "kith.yaml", KITH_FACT_BAD, "kith check kith.yaml",
		              "has errors; defaults stand in for what cannot be read");
	if (!app->store->settings.me)
		kith_fact_add(app, facts, "you", KITH_FACT_WARN, "kith init --me \"Your Name\"",
		              "kith.yaml does not say which contact is you");
	if (counts->folders)
		kith_fact_add(app, facts, "folders", KITH_FACT_BAD, "kith check",
		              "%zu cannot be listed; what was known of the records in %s answers", counts->folders,
		              counts->folders == 1 ? "it" : "them");
	if (counts->broken)
		kith_fact_add(app, facts, "files", KITH_FACT_BAD, "kith check",
		              "%zu of %zu cannot be read now; their last good versions answer", counts->broken,
		              counts->files);
	else if (counts->faulty)
		kith_fact_add(app, facts, "files", KITH_FACT_WARN, "kith check", "%zu of %zu have faults",
		              counts->faulty, counts->files);
	else
		kith_fact_add(app, facts, "files", KITH_FACT_OK, "", "%zu, none with faults", counts->files);
	const char *words = kith_waiting_words(app, waiting);
	if (words)
		kith_fact_add(app, facts, "conflicts", KITH_FACT_WARN, "kith conflicts", "%s", words);
}

static void add_index(struct kith_app *app, struct kith_facts *facts)
{
	if (kith_index_is_temporary(app->index))
		kith_fact_add(app, facts, "index", KITH_FACT_WARN, "kith doctor says why",
		              "temporary: it cannot be kept, so every command reads all files");
	else if (kith_args_has(&app->args, "stale-ok"))
		kith_fact_add(app, facts, "index", KITH_FACT_OK, "",
		              "as it was; --stale-ok does not look at the files");
	else
		kith_fact_add(app, facts, "index", KITH_FACT_OK, "", "agrees with the files");
}

/* Without a daemon nothing is asked of git: `git status` runs the programs that a repository's own configuration
 * names (core.fsmonitor, filters), and a store may have come from anyone. */
static void add_git(struct kith_app *app, struct kith_facts *facts)
{
	if (!app->store->has_git)
		kith_fact_add(app, facts, "git", KITH_FACT_WARN, "kith init", "the store is not a git repository");
	else if (!kith_merging_under_way(app, facts))
		kith_fact_add(app, facts, "git", KITH_FACT_OK, "kithd --once commits it now",
		              "what is saved is committed when a daemon runs");
}

static void print_json(struct kith_app *app, const struct kith_index_counts *counts,
                       const struct kith_waiting_counts *waiting, bool daemon, const struct kith_facts *facts)
{
	struct kith_json json = kith_app_json(app);
	kith_json_key_string(&json, "store", app->store->root);
	kith_json_key_string(&json, "me", app->store->settings.me);
	kith_json_key(&json, "records");
	kith_json_object(&json);
	for (unsigned kind = 0; kind < KITH_KINDS; kind++)
		kith_json_key_int(&json, kith_kind_name((enum kith_kind)kind), (int64_t)counts->records[kind]);
	kith_json_end_object(&json);
	kith_json_key_int(&json, "files", (int64_t)counts->files);
	kith_json_key_int(&json, "broken", (int64_t)counts->broken);
	kith_json_key_int(&json, "folders", (int64_t)counts->folders);
	kith_json_key_int(&json, "faulty", (int64_t)counts->faulty);
	kith_json_key_int(&json, "conflicts", (int64_t)waiting->values);
	kith_json_key_int(&json, "set_aside", (int64_t)waiting->texts);
	kith_json_key_string(&json, "index", kith_index_path(app->index));
	kith_json_key_bool(&json, "index_temporary", kith_index_is_temporary(app->index));
	kith_json_key_bool(&json, "daemon", daemon);
	kith_facts_json(&json, facts);
	kith_app_end_json(&json);
}

enum kith_code kith_cmd_status(struct kith_app *app, struct kith_err *err)
{
	struct kith_index_counts counts;
	struct kith_waiting_counts waiting;
	enum kith_code code = kith_args_expect(&app->args, 0, 0, err);
	if (!code)
		code = kith_index_counts(app->index, &counts, err);
	if (!code)
		code = kith_waiting_count(app, &waiting, err);
	if (code)
		return code;
	KITH_CLEANUP(kith_message_destroy) struct kith_message *status = NULL;
	struct kith_err trouble = { 0 };
	const enum kith_code asked =
		kith_client_ask(app, "{\"id\":1,\"do\":\"status\"}", PATIENCE_MS, &status, &trouble);
	struct kith_facts facts = { 0 };
	add_store(app, &facts, &counts, &waiting);
	add_index(app, &facts);
	if (asked != KITH_OK && asked != KITH_NONE)
		kith_fact_add(app, &facts, "daemon", KITH_FACT_BAD, trouble.hint, "%s", trouble.message);
	else
		kith_facts_daemon(app, &facts, status);
	const char *git = status ? kith_message_text(status, "git") : NULL;
	if (!status)
		add_git(app, &facts);
	else if (!git || strcmp(git, "waiting") != 0) /* it has not looked yet */
		(void)kith_merging_under_way(app, &facts);
	kith_merging_look(app, &facts, true);
	if (app->json)
		print_json(app, &counts, &waiting, status != NULL, &facts);
	else
		kith_facts_print(app, &facts, false);
	return KITH_OK;
}
