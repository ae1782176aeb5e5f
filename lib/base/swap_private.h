/* What the files of lib/base/swap share. */
#ifndef KITH_SWAP_PRIVATE_H
#define KITH_SWAP_PRIVATE_H

#include <stdint.h>

#include "lib/base/memory.h"
#include "lib/base/swap.h"

/* A name in an open folder: nothing between the two can be moved under it. */
struct kith_spot {
	int folder; /* not owned; -1: there is none */
	char name[256];
};

struct kith_bytes {
	const char *at;
	size_t length;
};

enum kith_swap_work { KITH_SWAP_REPLACES, KITH_SWAP_REMOVES, KITH_SWAP_WRITES_IN_PLACE };

/* One file's change while it is made, or taken up again by kith_swap_recover. */
struct kith_swapping {
	enum kith_swap_work work;
	int root;
	const char *staging_path; /* NULL: none */
	const char *path;         /* below root */
	const char *name;         /* the last part of it */
	int folder;               /* the one it is in */
	int staging;              /* folder of the journal, -1: none */
	bool beside;              /* what is staged and displaced stands in `folder`, not in `staging` */
	int job;                  /* the journal's file, locked while we live; -1: none */
	int staged;               /* the staged file while it is written, -1: none */
	char stem[17];            /* names everything of this change */
	struct kith_bytes was, becomes;
	uint64_t inode; /* of the staged file: it is ours wherever it is */
	struct kith_arena arena;
};

/* One of a path that is to be changed, before anything is opened. */
struct kith_swapping kith_swapping_of(enum kith_swap_work, const char *path, struct kith_bytes was,
                                      struct kith_bytes becomes);
void kith_swapping_finish(struct kith_swapping *); /* closes; removes nothing */
#define KITH_SWAPPING __attribute__((cleanup(kith_swapping_finish))) struct kith_swapping

/* Open the folder of swapping->path, without following a link, and the name in it.  False with errno. */
bool kith_swap_open_folder(struct kith_swapping *);

/* Where the staged file is, which after the exchange is the displaced one; and where a file is that was moved away. */
struct kith_spot kith_swap_staged(const struct kith_swapping *);
struct kith_spot kith_swap_moved(const struct kith_swapping *);

/* --- staging: swap_stage.c --- */

enum kith_staged {
	KITH_STAGED,
	KITH_STAGED_OTHERWISE, /* owner, mode or attributes of the old file cannot be given to it: nothing is staged */
};

/* Write the new version, with all that the old file has but its bytes.  `fd`: the old file.  It is neither durable nor
 * closed. */
enum kith_code kith_swap_stage(struct kith_swapping *, int fd, enum kith_staged *, struct kith_err *);
/* Close what was staged and has been made durable. */
enum kith_code kith_swap_end_stage(struct kith_swapping *, struct kith_err *);
/* Write everything at a descriptor's position; false with errno. */
bool kith_swap_write_all(int fd, struct kith_bytes);

/* --- the journal: swap_journal.c --- */

/* Choose a name and open the journal, still empty: what it names is nobody's to tidy up while we live. */
enum kith_code kith_swap_begin_job(struct kith_swapping *, struct kith_err *);
/* Say what is about to be done; kith_swap_write_job durably, kith_swap_fill_job not yet. */
enum kith_code kith_swap_write_job(struct kith_swapping *, struct kith_err *);
enum kith_code kith_swap_fill_job(struct kith_swapping *, struct kith_err *);
/* Done, and what was displaced is worthless; it lingers for KITH_SWAP_LINGER_MS (see swap.c). */
void kith_swap_end_job(struct kith_swapping *);
/* Nothing was done: remove staged file and journal. */
void kith_swap_drop_job(struct kith_swapping *);
/* Leave it to kith_swap_recover. */
void kith_swap_leave_job(struct kith_swapping *);

/* What a journal's file says; false if it was never written to its end.  Texts are in swapping->arena. */
bool kith_swap_read_job(struct kith_swapping *, int fd);

/* --- looking at a file that somebody may be writing: swap_sight.c --- */

enum kith_swap_sight {
	KITH_SIGHT_WORTHLESS, /* has the bytes that were read, or those that were to be written */
	KITH_SIGHT_OTHERS,    /* somebody saved it */
	KITH_SIGHT_BUSY,      /* a process has it open for writing */
	KITH_SIGHT_ODD,       /* a link, a folder, a pipe; or it cannot be read */
	KITH_SIGHT_GONE,
};

/* Wait for at most `patience_ms` until nobody has it open for writing, and compare. */
enum kith_swap_sight kith_swap_look(const struct kith_swapping *, const struct kith_spot *, int patience_ms);
/* Whether nobody has an open file open for writing, by waiting for it; true as well where that cannot be known. */
bool kith_swap_wait_unwritten(int fd, int patience_ms);
bool kith_swap_has(int fd, struct kith_bytes);
int64_t kith_swap_now_ms(void);
void kith_swap_nap(int ms);

/* --- moves: swap_move.c --- */

struct kith_spot kith_swap_place(const struct kith_swapping *); /* the file itself */
bool kith_swap_exchange(const struct kith_spot *, const struct kith_spot *);
/* Move without replacing anything: false with EEXIST. */
bool kith_swap_move(const struct kith_spot *from, const struct kith_spot *to);
/* Put the displaced file back, in exchange for what is there by now, or where nothing is. */
bool kith_swap_put_back(const struct kith_swapping *);
/* Make the moves durable.  Some file systems cannot sync a folder: no failure. */
void kith_swap_sync(const struct kith_swapping *);
/* Whether a move failed because the file system cannot do this kind of it. */
bool kith_swap_is_unable(int error);

/* Write over the old file, which must have the bytes `was`: for what cannot be staged.  The journal has the old text.
 */
enum kith_code kith_swap_write_in_place(struct kith_swapping *, enum kith_swapped *, struct kith_err *);
/* What a killed process left of that: write the old text again where ours is there in part. False: somebody is at it.
 */
bool kith_swap_recover_in_place(struct kith_swapping *);

/* --- beginning: swap.c --- */

/* Open what the change needs.  *beaten: the folder is gone, and so is the file. */
enum kith_code kith_swap_begin(struct kith_swapping *, const struct kith_swap *, bool *beaten, struct kith_err *);
/* The file as it is before. *beaten: it is not as it was read, and is not open. */
enum kith_code kith_swap_open_old(struct kith_swapping *, int *fd, bool *beaten, struct kith_err *);
/* Fill `err` from errno. */
enum kith_code kith_swap_cannot_write(const struct kith_swapping *, struct kith_err *);
/* The two files were exchanged, and what was displaced had this sight: end it, or put somebody's save back. */
enum kith_code kith_swap_settle(struct kith_swapping *, enum kith_swap_sight, enum kith_swapped *, struct kith_err *);
/* Move the old file away and, with `staged`, the new one in. *again: it must be done with everything beside the file.
 */
enum kith_code kith_swap_move_away(struct kith_swapping *, bool staged, bool *again, enum kith_swapped *,
                                   struct kith_err *);

/* --- many files made durable at once: swap_sync.c --- */

/* Files and folders that are to be durable together: one call where the file system has one for all its files. */
struct kith_swap_syncing {
	struct kith_swap_synced {
		int fd; /* not owned */
		dev_t device;
		ino_t inode;
	} list[2 * KITH_SWAP_AT_ONCE];
	size_t count;
};
/* -1 is no file; a file that is there already is not added again. */
void kith_swap_sync_later(struct kith_swap_syncing *, int fd);
/* False with errno. */
bool kith_swap_sync_now(struct kith_swap_syncing *);

/* How long what was displaced lingers. */
enum { KITH_SWAP_LINGER_MS = 2000 };

#endif
