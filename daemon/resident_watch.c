/* What the resident process learns of the store's files: by events, and where there are none, by time. */
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "daemon/resident.h"
#include "lib/base/file.h"
#include "lib/base/log.h"

#define HOUR_MS 3600000
#define POLL_MS 15000
#define POLLS_PER_TRY 8       /* polls after which watching is tried again */
#define RESTART_AFTER_MS 1000 /* whoever makes a repository is not done when its folder appears */

static void on_restart(uv_timer_t *timer)
{
	struct kith_resident *resident = timer->data;
	resident->restart = true;
	kith_resident_stop(resident);
}

static void on_changed(void *user, const char *path, enum kith_watch_news news)
{
	struct kith_resident *resident = user;
	const bool gone = news == KITH_WATCH_VANISHED;
	resident->changed_since_scan = true;
	if (strcmp(path, "kith.yaml") == 0)
		kith_indexer_settings_changed(&resident->indexer);
	else if (kith_store_is_record_path(path) || kith_store_is_record_folder(path))
		kith_indexer_changed(&resident->indexer, path, gone, news == KITH_WATCH_WRITTEN ? 0 : KITH_VANISH_MS);
	kith_sync_changed(&resident->sync, path, gone);
}

static void on_git_changed(void *user)
{
	struct kith_resident *resident = user;
	kith_sync_git_changed(&resident->sync);
}

static void on_git_appeared(void *user)
{
	struct kith_resident *resident = user;
	if (resident->store->has_git || resident->stopping)
		return;
	kith_log(KITH_INFO, "the store has become a git repository; starting anew");
	uv_timer_start(&resident->stop_timer, on_restart, RESTART_AFTER_MS, 0);
}

void kith_resident_look_at_everything(struct kith_resident *resident)
{
	kith_indexer_refresh(&resident->indexer);
	kith_sync_changed_all(&resident->sync);
}

static void on_lost(void *user)
{
	struct kith_resident *resident = user;
	kith_log(KITH_WARNING, "events were lost; everything is looked at again");
	kith_watch_scan(&resident->watch);
	kith_resident_look_at_everything(resident);
}

static void on_gone(void *user, const char *why)
{
	struct kith_resident *resident = user;
	if (resident->stopping)
		return;
	kith_fail(resident->err, KITH_IO, "%s: %s", why, resident->store->root);
	kith_hint(resident->err, "start kithd again with --store and its new place");
	resident->code = KITH_IO;
	kith_resident_stop(resident);
}

static void on_zone_changed(void *user)
{
	struct kith_resident *resident = user;
	tzset();
	kith_log(KITH_INFO, "the time zone may have changed");
	kith_resident_look_at_clock(resident);
}

/* --- looking by time --- */

static int64_t settings_time(const struct kith_resident *resident)
{
	struct stat st;
	if (fstatat(resident->store->root_fd, "kith.yaml", &st, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	return kith_stamp_of(&st).mtime_ns;
}

static void look_by_time(struct kith_resident *resident)
{
	const int64_t settings_ns = settings_time(resident);
	if (settings_ns != resident->settings_ns)
		kith_indexer_settings_changed(&resident->indexer);
	resident->settings_ns = settings_ns;
	kith_indexer_refresh(&resident->indexer);
}

static void on_scan(uv_timer_t *timer);

static void tell_of_polling(struct kith_resident *resident)
{
	if (resident->watch.polling == resident->was_polling)
		return;
	resident->was_polling = resident->watch.polling;
	if (resident->was_polling)
		kith_log(KITH_WARNING, "watching fell back to looking every few seconds reason=\"%s\"", resident->watch.why);
	else
		kith_log(KITH_INFO, "watching works again folders=%zu", resident->watch.count);
}

/* A process that has nothing to do must not wake up to find that out. */
static void set_scan_timer(struct kith_resident *resident)
{
	tell_of_polling(resident);
	const uint64_t interval_ms = resident->watch.polling ? POLL_MS : HOUR_MS;
	if (!resident->stopping && uv_timer_get_repeat(&resident->scan) != interval_ms)
		uv_timer_start(&resident->scan, on_scan, interval_ms, interval_ms);
}

static void on_watch_readable(uv_poll_t *poll, int status, int events)
{
	struct kith_resident *resident = poll->data;
	(void)events; /* only reading was asked for */
	if (status < 0) { /* never seen; polling by time is what is left */
		kith_log(KITH_ERROR, "watching failed error=\"%s\"", uv_strerror(status));
		resident->watch.polling = true;
		(void)uv_poll_stop(poll);
		set_scan_timer(resident);
		return;
	}
	kith_watch_read(&resident->watch);
	set_scan_timer(resident);
}

static void poll_watch(struct kith_resident *resident)
{
	if (resident->stopping || resident->watch_fd >= 0 || resident->watch.fd < 0)
		return;
	if (uv_poll_init(&resident->loop, &resident->watch_poll, resident->watch.fd) != 0)
		return;
	resident->watch_poll.data = resident;
	resident->watch_fd = resident->watch.fd;
	(void)uv_poll_start(&resident->watch_poll, UV_READABLE, on_watch_readable); /* fails only while closing */
}

/* What a full look finds that no event told of is committed as a whole: see on_indexed. */
static void on_scan(uv_timer_t *timer)
{
	struct kith_resident *resident = timer->data;
	const bool was_polling = resident->watch.polling;
	if (!was_polling && !resident->changed_since_scan)
		return;
	resident->changed_since_scan = false;
	if (!was_polling || ++resident->polls % POLLS_PER_TRY == 0)
		kith_watch_scan(&resident->watch);
	poll_watch(resident);
	look_by_time(resident);
	set_scan_timer(resident);
}

void kith_resident_catch_up(struct kith_resident *resident)
{
	uv_update_time(&resident->loop);
	kith_watch_read(&resident->watch);
	if (resident->watch.polling)
		look_by_time(resident);
	set_scan_timer(resident);
}

void kith_resident_open_watch(struct kith_resident *resident)
{
	const struct kith_watch_sink watch = {resident, on_changed, on_git_changed, on_git_appeared, on_lost, on_gone, on_zone_changed};
	resident->settings_ns = settings_time(resident);
	kith_watch_open(&resident->watch, resident->store->root, resident->store->root_fd, &watch);
	if (resident->stopping)
		return;
	poll_watch(resident);
	uv_timer_init(&resident->loop, &resident->scan);
	resident->scan.data = resident;
	set_scan_timer(resident);
}
