/* kith.yaml of a store, and config.yaml of this machine. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/store/store.h"
#include "lib/store/store_parts.h"

enum { REMIND_AT = 9 * 60, QUIET_FROM = 20 * 60, QUIET_TO = 8 * 60, NUDGES = 3 };

static int64_t number_of(const struct kith_record *record, const char *field, int64_t otherwise)
{
	const struct kith_value *value = kith_record_get(record, field);
	return value ? value->number : otherwise;
}

/* A file that cannot be read is one fault without a place. */
static void report_unreadable(struct kith_faults *faults, const struct kith_err *err)
{
	struct kith_fault *fault = kith_fault_add(faults, KITH_FAULT_ERROR, 0, 0, 1, "%s", err->message);
	fault->hint = kith_arena_strdup(faults->arena, err->hint);
}

/* --- kith.yaml --- */

static void take_settings(struct kith_settings *settings)
{
	const struct kith_record *record = &settings->record;
	settings->me = kith_record_text(record, "me");
	settings->remind_at = (int)number_of(record, "remind_at", REMIND_AT);
	const int64_t quiet = number_of(record, "quiet", QUIET_FROM * 1440 + QUIET_TO);
	settings->quiet_from = (int)(quiet / 1440);
	settings->quiet_to = (int)(quiet % 1440);
	settings->weekend = number_of(record, "weekend", 1) != 0;
	settings->nudges = (int)number_of(record, "targets.nudges", NUDGES);
}

void kith_settings_read(struct kith_settings *settings, int root_fd)
{
	*settings = (struct kith_settings){ 0 };
	KITH_BUF text = { 0 };
	struct kith_err err = { 0 };
	const enum kith_code code = kith_file_read_beneath(root_fd, "kith.yaml", KITH_DOC_LIMIT, &text, NULL, &err);
	const char *source = kith_arena_strndup(&settings->arena, kith_buf_text(&text), text.length);
	struct kith_reading reading;
	kith_record_read(KITH_SETTINGS, "kith", "kith.yaml", source, text.length, &settings->arena, &reading);
	settings->record = reading.record;
	settings->faults = reading.faults;
	settings->fingerprint = kith_store_hash(source, text.length);
	if (code) {
		report_unreadable(&settings->faults, &err);
		settings->record.broken = true;
	}
	take_settings(settings);
}

void kith_settings_finish(struct kith_settings *settings)
{
	kith_arena_finish(&settings->arena);
	kith_arena_finish(&settings->broken);
	*settings = (struct kith_settings){ 0 };
}

/* While somebody is in the middle of editing it, what it said before goes on to hold. */
void kith_store_reload(struct kith_store *store)
{
	struct kith_settings fresh;
	kith_settings_read(&fresh, store->root_fd);
	if (fresh.record.broken && !store->settings.record.broken) {
		/* The whole arena of the broken text goes with its faults, in place of the one before. */
		kith_arena_finish(&store->settings.broken);
		store->settings.broken = fresh.arena;
		store->settings.faults = fresh.faults;
		store->settings.faults.arena = &store->settings.broken;
		return;
	}
	kith_settings_finish(&store->settings);
	store->settings = fresh; /* with its arena, to which the list of faults points */
	store->settings.faults.arena = &store->settings.arena;
}

/* --- config.yaml --- */

const char *kith_absolute_env(const char *name)
{
	const char *value = getenv(name);
	return value && *value == '/' ? value : NULL;
}

const char *kith_xdg_folder(struct kith_arena *arena, const char *name, const char *fallback)
{
	const char *base = kith_absolute_env(name), *home = kith_absolute_env("HOME");
	if (base)
		return kith_path_join(arena, base, "kith");
	return home ? kith_arena_printf(arena, "%s/%s/kith", home, fallback) : NULL;
}

static const char *const *texts_of(struct kith_arena *arena, const struct kith_record *record, const char *field)
{
	size_t count = 0;
	for (const struct kith_value *value = NULL; (value = kith_record_next(record, field, value));)
		count++;
	if (!count)
		return NULL;
	const char **texts = kith_arena_alloc(arena, (count + 1) * sizeof(*texts));
	count = 0;
	for (const struct kith_value *value = NULL; (value = kith_record_next(record, field, value));)
		texts[count++] = value->text;
	return texts;
}

void kith_config_read(struct kith_config *config)
{
	*config = (struct kith_config){ 0 };
	const char *folder = kith_xdg_folder(&config->arena, "XDG_CONFIG_HOME", ".config");
	config->path = folder ? kith_path_join(&config->arena, folder, "config.yaml") : NULL;
	KITH_BUF text = { 0 };
	struct kith_err err = { 0 };
	struct stat status;
	const bool missing = !config->path || (stat(config->path, &status) && errno == ENOENT);
	const bool failed = !missing && kith_file_read(config->path, KITH_DOC_LIMIT, &text, &err);
	const char *source = kith_arena_strndup(&config->arena, kith_buf_text(&text), text.length);
	struct kith_reading reading;
	kith_record_read(KITH_CONFIG, "config", config->path, source, text.length, &config->arena, &reading);
	config->record = reading.record;
	config->faults = reading.faults;
	config->faults.arena = &config->arena;
	if (failed)
		report_unreadable(&config->faults, &err);
	config->editor = kith_record_text(&config->record, "editor");
	config->picker = kith_record_text(&config->record, "picker");
	config->notifications = number_of(&config->record, "notifications", 1) != 0;
	config->notify_command = texts_of(&config->arena, &config->record, "notify_command");
}

void kith_config_finish(struct kith_config *config)
{
	kith_arena_finish(&config->arena);
	*config = (struct kith_config){ 0 };
}
