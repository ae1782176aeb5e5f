/* Between store.c, settings.c and paths.c, and for the index. */
#ifndef KITH_STORE_PARTS_H
#define KITH_STORE_PARTS_H

#include "lib/store/store.h"

/* FNV-1a, 64 bit: for names and for noticing change, not against malice. */
uint64_t kith_store_hash(const void *bytes, size_t length);
/* The same from a seed of one's own, which takes the place of FNV's offset: for tables in memory. */
uint64_t kith_store_hash_from(uint64_t seed, const void *bytes, size_t length);

/* settings.c */
void kith_settings_read(struct kith_settings *, int root_fd);
void kith_settings_finish(struct kith_settings *);

/* The value of an environment variable when it is an absolute path (as the XDG rules want it), or NULL. */
const char *kith_absolute_env(const char *name);
/* $NAME/kith, else $HOME/FALLBACK/kith; NULL without either. */
const char *kith_xdg_folder(struct kith_arena *, const char *name, const char *fallback);

/* The kind and the stem (appended) of a record's path, or of kith.yaml; KITH_USAGE if it is neither. */
enum kith_code kith_record_path(const char *path, enum kith_kind *, struct kith_buf *stem, struct kith_err *);

#endif
