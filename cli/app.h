/* One run of kith: what was asked for, the store and index it needs, and the output as it grows.
 *
 * A command appends to `out`; main shows it when the command is through, also before an error.
 * Failing, a command fills err; main prints it once. */
#ifndef KITH_APP_H
#define KITH_APP_H

#include "cli/command.h"
#include "cli/screen.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/network/due.h"
#include "lib/store/index.h"
#include "lib/store/store.h"

struct kith_app {
	struct kith_arena arena; /* lasts as long as the run */
	struct kith_args args;
	struct kith_screen screen;
	struct kith_clock clock;
	struct kith_now now;
	struct kith_store *store; /* NULL until kith_app_open_store */
	struct kith_index *index; /* NULL until kith_app_open_index */
	bool daemon;              /* one answered for this store */
	bool json, ids;
	const char *undoes;     /* the commit that this run takes back: named in the one it makes; or NULL */
	struct kith_buf out;    /* for stdout */
	struct kith_buf beside; /* for stderr, between the error and its hint: candidates */
	const char *query;      /* what the error points into, or NULL */
	size_t query_column;    /* from 1 */
};

/* Open the store, at most once. */
enum kith_code kith_app_open_store(struct kith_app *, struct kith_err *);

/* Open store and index and make them agree with the files: by the daemon's barrier, else by looking at every
 * file; not at all with --stale-ok.  At most once. */
enum kith_code kith_app_open_index(struct kith_app *, struct kith_err *);

/* Send what `out` holds to stdout and forget it. */
enum kith_code kith_app_flush(struct kith_app *, bool page, struct kith_err *);

/* One line on stderr, at once: "warning: …", made printable. */
void kith_app_warn(struct kith_app *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Begin the one JSON document of this run: {"version":1, …; end it with kith_app_end_json. */
struct kith_json kith_app_json(struct kith_app *);
void kith_app_end_json(struct kith_json *);
/* Key and day; null for KITH_NO_DAY. */
void kith_json_key_day(struct kith_json *, const char *key, kith_day);

/* A day as a date of the command line says it ("next friday"): fails with KITH_USAGE, naming the option. */
enum kith_code kith_app_day(const struct kith_app *, const char *option, const char *text, kith_day *out,
                            struct kith_err *);
/* A number from 1 on. */
enum kith_code kith_app_limit(const struct kith_app *, size_t otherwise, size_t *out, struct kith_err *);

#endif
