/* Writing new values as YAML text. */
#ifndef KITH_FRESH_YAML_H
#define KITH_FRESH_YAML_H

#include "lib/record/splice.h"

/* Append what stands behind "key:" or "-" in this column: " text", or the lines of a block, each behind a line feed; no line feed at
 * the end. */
void kith_fresh_write(struct kith_buf *out, const struct kith_fresh *, size_t column, bool behind_dash);
/* Append it as it stands in brackets (with its key, if it has one). */
void kith_fresh_write_flow(struct kith_buf *out, const struct kith_fresh *);
/* Append "key:" and the value, or "-" and the value, of a child in this column. */
void kith_fresh_write_child(struct kith_buf *out, const struct kith_fresh *, size_t column);
void kith_fresh_write_key(struct kith_buf *out, const char *key, bool flow);
/* The bytes of a top member that writing it as `like` copies: with the comments above and behind it, or its value only. */
void kith_fresh_copied(const struct kith_fresh *, size_t *start, size_t *end);
/* Whether a node says what was to be written. */
bool kith_fresh_is(const struct kith_fresh *, const struct kith_node *);
/* Whether two nodes are alike: shapes, styles, keys, texts. */
bool kith_node_is_like(const struct kith_node *, const struct kith_node *);

#endif
