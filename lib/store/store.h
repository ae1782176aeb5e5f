/* Where a store is, and what kith.yaml and this machine's configuration say. */
#ifndef KITH_STORE_H
#define KITH_STORE_H

#include <stdbool.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"
#include "lib/base/swap.h"
#include "lib/record/record.h"

/* kith.yaml, with defaults filled in. */
struct kith_settings {
	struct kith_arena arena;
	const char *me;             /* id of the contact that is the user, or NULL */
	struct kith_record record;  /* the file as read, for cadences, targets, adjacent */
	struct kith_faults faults;  /* what was wrong with it; defaults stand in */
	struct kith_arena broken;   /* of the faults, while the file is broken and what it said before holds */
	int remind_at;              /* minute of the day; 540 */
	int quiet_from, quiet_to;   /* minutes; 1200, 480 */
	bool weekend;               /* true */
	int nudges;                 /* 3 */
	uint64_t fingerprint;       /* of the file's text: derived facts made under another are stale */
};

/* config.yaml of this machine. Never missing: defaults when there is no file or no home. */
struct kith_config {
	struct kith_arena arena;
	struct kith_record record;
	struct kith_faults faults;
	const char *path;           /* where it is, or would be; NULL without a home */
	const char *editor, *picker;
	bool notifications;
	const char *const *notify_command; /* NULL-terminated; NULL if none */
};

struct kith_store {
	struct kith_arena arena;
	const char *root;      /* absolute, links resolved */
	int root_fd;
	const char *name;      /* unique for the root on this machine: "kith-1f3a9c02" */
	const char *cache;     /* folder of the index; NULL when there is no place for one */
	const char *local;     /* what only this machine knows: ROOT/.git/kith, or without a repository
	                        * $XDG_STATE_HOME/kith/NAME; NULL when neither can be */
	const char *socket;    /* control socket of the daemon; NULL when there is no place for one */
	bool has_git;          /* ROOT/.git is there */
	struct kith_settings settings;
	struct kith_config config;
};

/* Find and open the store: `given` (may be NULL), else $KITH_STORE, else the nearest parent folder with
 * kith.yaml, else the first store in the configuration, else ~/kith.  Fails with KITH_USAGE and a hint that names
 * `kith init` when there is none.  A broken kith.yaml is no failure: see settings.faults. */
enum kith_code kith_store_open(const char *given, struct kith_store **out, struct kith_err *);
void kith_store_close(struct kith_store *);
KITH_DEFINE_CLEANUP(kith_store_close, struct kith_store)

/* Read kith.yaml again (the daemon does, when it changes). */
void kith_store_reload(struct kith_store *);

/* Read this machine's configuration without a store (kith init, doctor). */
void kith_config_read(struct kith_config *);
void kith_config_finish(struct kith_config *);

/* The folder that is the store for somebody who stands nowhere in particular: the first of `stores` in the configuration,
 * else ~/kith; "~/" is the home folder.  It need not be there.  NULL where it would be in a home and there is none.
 * In the arena. */
const char *kith_store_usual(const struct kith_config *, struct kith_arena *);

/* Whether kith looks at a path of the store: a record folder's *.yaml or *.yml, or kith.yaml; not
 * editors' backups, swap and lock files, not names that start with a dot. */
bool kith_store_is_record_path(const char *path);
/* Whether a folder holds (or may hold) records: the record folders and what is below them. */
bool kith_store_is_record_folder(const char *path);

/* Read a record's file now.  KITH_NONE if it is not there; KITH_IO when it cannot be read (a link, no permission, …); a file that
 * is refused by the parser is no failure: see reading->readable.  All in the arena. */
enum kith_code kith_store_read(struct kith_store *, const char *path, struct kith_arena *, struct kith_reading *out,
                               struct kith_err *);

/* How files of the store are exchanged; its staging folder's name is in the arena. */
struct kith_swap kith_store_swap(const struct kith_store *, struct kith_arena *);

/* A path for a new record: contacts/ana-silva.yaml; notes/2026/11/2026-11-21-ana-silva-k3vx.yaml (day `date`, `stem_hint` the
 * person's id or a slug; four random characters); folders of over 1,000 files are divided as the README says. In the arena. */
const char *kith_store_new_path(struct kith_store *, enum kith_kind, const char *stem_hint, kith_day date, struct kith_arena *);

#endif
