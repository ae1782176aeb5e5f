/* Watching the store's folders: what the kernel says about files becomes paths that changed.
 *
 * One inotify descriptor, one watch a folder.  The kernel queues an event before the call that made it returns, so
 * reading until the descriptor is empty learns all that happened before: that is what a barrier rests on. */
#ifndef KITH_WATCH_H
#define KITH_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kith_watch_news {
	KITH_WATCH_WRITTEN,  /* a file was closed after writing, or moved here */
	KITH_WATCH_TOUCHED,  /* created, or written and still open: more is likely to come */
	KITH_WATCH_VANISHED, /* deleted or moved away; also a folder, which stands for all that was in it */
};

/* What is told; all of it from within kith_watch_read and kith_watch_scan.  None may be NULL. */
struct kith_watch_sink {
	void *user;
	void (*changed)(void *user, const char *path, enum kith_watch_news);
	void (*git_changed)(void *user);  /* HEAD, a merge or the like: git may be worth another try */
	void (*git_appeared)(void *user); /* the folder has become a repository */
	void (*lost)(void *user);         /* events were lost: only a full scan can tell what changed */
	void (*gone)(void *user, const char *why); /* the store itself was moved or deleted */
	void (*zone_changed)(void *user); /* the system's time zone */
};

struct kith_watch_folder;

struct kith_watch {
	struct kith_watch_sink sink;
	char *root;
	int root_fd;        /* not owned */
	int fd;             /* of inotify; -1 if there is none */
	int root_wd, git_wd, zone_wd;
	struct kith_watch_folder **table; /* by watch descriptor */
	size_t table_size, count;
	uint32_t generation; /* of the last scan */
	bool polling;       /* not everything can be watched: look at the store by time */
	char why[160];      /* …and why */
};

/* Set a watch on every folder of the store.  Never fails: without inotify, or with too few watches, `polling` is set.
 * Nothing is told yet. */
void kith_watch_open(struct kith_watch *, const char *root, int root_fd, const struct kith_watch_sink *);
void kith_watch_close(struct kith_watch *);

/* Read all there is to read, and tell it.  Never blocks. */
void kith_watch_read(struct kith_watch *);

/* Set the watches anew (after events were lost, once an hour, when some could not be set before).  May find `gone`. */
void kith_watch_scan(struct kith_watch *);

/* Whether kith commits a path: a record's, one of the store's own files, or a text that merging set aside. */
bool kith_watch_is_own(const char *path);

#endif
