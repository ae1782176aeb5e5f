/* Between index*.c: generations, transactions and what is done within one. */
#ifndef KITH_INDEX_WORK_H
#define KITH_INDEX_WORK_H

#include "lib/base/file.h"
#include "lib/store/index_db.h"

/* --- index_open.c: connections and generations --- */

/* Open the database in a file of the cache, or with NULL a new one in memory, into index->db. */
enum kith_code kith_index_connect(struct kith_index *, const char *path, struct kith_err *);
void kith_index_disconnect(struct kith_index *);

/* Make sure the index can be used and is the generation that the link names: opens another if the link was moved, builds
 * one if there is none or it is damaged, goes on in memory if none can be written.  *built: all files were just read. */
enum kith_code kith_index_settle(struct kith_index *, bool *built, struct kith_index_report *, struct kith_err *);

/* Take a damaged generation out of use, so that no other process opens it. */
void kith_index_condemn(struct kith_index *);
/* Go on without a file. */
enum kith_code kith_index_go_temporary(struct kith_index *, struct kith_err *);

/* Open a generation ("index-7.db") in place of what is open.  KITH_NONE, with nothing changed, if it is not of this
 * program's making or does not hold together. */
enum kith_code kith_index_switch(struct kith_index *, const char *generation);
/* Use this connection, of which ours becomes the owner. */
void kith_index_adopt(struct kith_index *, struct kith_index *from);

/* The value of meta.schema of a generation that this program can use for this store. */
int64_t kith_index_schema(const struct kith_index *);

/* --- generation.c: files in the cache --- */

/* The generation that the link names, appended; false if there is none. */
bool kith_generation_linked(const struct kith_store *, struct kith_buf *out);
/* Make the cache folder and take the lock under which generations are built: a descriptor to close; -1 if that cannot be. */
int kith_generation_lock(const struct kith_store *);
/* Under the lock: make an empty file for the next generation, its name appended. */
bool kith_generation_create(const struct kith_store *, struct kith_buf *name);
/* Under the lock, its database closed: bring this generation to the disk, let the link name it, remove all others. */
bool kith_generation_publish(const struct kith_store *, const char *name);
void kith_generation_remove(const struct kith_store *, const char *name);
/* Remove the link if it names this generation. */
void kith_generation_unlink(const struct kith_store *, const char *name);

/* --- index_build.c --- */

/* Read all files into a new generation and switch to it; in memory if none can be written. */
enum kith_code kith_index_build(struct kith_index *, struct kith_index_report *, struct kith_err *);
/* The same, by one who holds the lock (-1: in memory). */
enum kith_code kith_index_build_locked(struct kith_index *, int lock, struct kith_index_report *, struct kith_err *);
/* Read all files into an index in memory that holds only what kith_check asks. */
enum kith_code kith_index_build_lean(struct kith_store *, struct kith_now, struct kith_index **out, struct kith_err *);

/* --- index_write.c: one transaction --- */

struct kith_index_work {
	struct kith_arena arena;
	struct kith_index_report *report;
	struct kith_index
		*previous; /* while a generation is built: the one before it, for the values of broken files; or NULL */
	const char **persons; /* ids whose tend rows must be made again */
	size_t person_count, person_capacity;
	struct kith_index_text *texts; /* changes of full text, applied in the order of rowids at the end */
	size_t text_count, text_capacity;
	bool new_terms;     /* see index_vocabulary.h */
	int64_t last_rowid; /* of a lean index */
};

enum kith_code kith_work_begin(struct kith_index *, struct kith_index_work *, struct kith_index_report *,
                               struct kith_err *);
/* What is wrong with a file's name, if anything, added. */
void kith_name_faults(const char *path, const char *stem, struct kith_faults *);
/* Look at a path and bring its rows in line with what is there now. */
enum kith_code kith_work_look(struct kith_index *, const char *path, struct kith_err *);
/* A folder that cannot be listed, or a link to one: a fault.  error 0: it is well again. */
enum kith_code kith_work_folder(struct kith_index *, const char *path, int error, struct kith_err *);
/* While a generation is built: what the one before knows below a folder that cannot be listed now. */
enum kith_code kith_work_keep_below(struct kith_index *, const char *folder, struct kith_err *);
/* index_refresh.c: look at every file of the store, while a generation is built. */
enum kith_code kith_work_read_all(struct kith_index *, struct kith_err *);
/* Derive what depends on what was changed, and commit.  On failure everything is rolled back. */
enum kith_code kith_work_commit(struct kith_index *, struct kith_err *);
void kith_work_roll_back(struct kith_index *);
/* Within a transaction: merge segments of full text, so much at a time that no save is delayed by the size of the store.
 * meta.unmerged is 0 when nothing is left to merge. */
enum kith_code kith_work_merge(struct kith_index *, struct kith_err *);

/* --- index_record.c: the rows of one record --- */

/* Write a record's rows anew; *rowid is its row before (0: none), and after.  Its persons are noted in the work. */
enum kith_code kith_work_put(struct kith_index *, const struct kith_record *, int64_t *rowid, struct kith_err *);
enum kith_code kith_work_remove(struct kith_index *, int64_t rowid, struct kith_err *);
void kith_work_touch(struct kith_index *, const char *id);

/* --- index_texts.c --- */

/* Note what full text holds of a record before a change, copied; names NULL: nothing. */
void kith_work_note_text(struct kith_index_work *, int64_t rowid, const char *names, const char *words);
/* Apply the gathered changes of full text. */
enum kith_code kith_work_texts(struct kith_index *, struct kith_err *);

/* --- index_lists.c --- */

/* Append to SQL the ids of the fields of records that are meant, as "(1,2,3)"; "()" if none is. */
void kith_sql_add_fields(struct kith_buf *, bool (*is_meant)(const struct kith_field *, const void *user),
                         const void *user);

/* --- index_derive.c --- */

/* due and recheck of a record that is not a person's. */
enum kith_code kith_derive_record(struct kith_index *, int64_t rowid, const struct kith_record *, struct kith_err *);
/* tend, due and recheck of all contacts and groups with this id. */
enum kith_code kith_derive_person(struct kith_index *, const char *id, struct kith_err *);
/* The same of all there are. */
enum kith_code kith_derive_persons(struct kith_index *, struct kith_err *);
/* What must change for index->now and kith.yaml: nothing, those whose day has come, or all.  A transaction of its own. */
enum kith_code kith_derive_now(struct kith_index *, struct kith_err *);
/* Note in meta that all that is derived is of this day, kith.yaml and rules. */
enum kith_code kith_derive_mark(struct kith_index *, struct kith_err *);
bool kith_is_person(enum kith_kind);
/* The rhythm meant for a contact or group: its own, else the shortest that kith.yaml gives for one of its roles or tags. */
struct kith_span kith_cadence_of(const struct kith_settings *, const struct kith_record *);

#endif
