/* The daemon's control socket: JSON lines, one request and one answer a line.
 *
 *   {"id":1,"do":"barrier"}  →  {"id":1,"ok":true,…}   or   {"id":1,"ok":false,"error":"…","hint":"…"}
 *
 * Requests: barrier · status · sync · commit {message, paths, command} · reminders {record} · reload · stop · subscribe · clock {now}
 * (only under KITH_NOW).  This is the client's half and the messages both halves share; the daemon has the server's. */
#ifndef KITH_CONTROL_H
#define KITH_CONTROL_H

#include "lib/store/store.h"

#define KITH_CONTROL_LIMIT (1u << 20) /* bytes in a line; more closes the connection */

/* Send one request and wait for its answer.  `request` is a JSON object without line feed.
 * KITH_NONE: no daemon is running for the store.  KITH_SYNC: it does not answer in time, or answered with an error (its words in err). */
enum kith_code kith_control_call(const struct kith_store *, const char *request, int timeout_ms, struct kith_buf *answer, struct kith_err *);

/* --- reading messages (jansson stays inside control.c) --- */

struct kith_message;
enum kith_code kith_message_parse(const char *line, size_t length, struct kith_message **out, struct kith_err *);
void kith_message_destroy(struct kith_message *);
KITH_DEFINE_CLEANUP(kith_message_destroy, struct kith_message)
const char *kith_message_text(const struct kith_message *, const char *key);        /* NULL if absent or no string */
int64_t kith_message_number(const struct kith_message *, const char *key, int64_t otherwise);
bool kith_message_is(const struct kith_message *, const char *key);                 /* true only for JSON true */
size_t kith_message_list(const struct kith_message *, const char *key);             /* length of an array of strings, else 0 */
const char *kith_message_item(const struct kith_message *, const char *key, size_t at);
/* The object at a place of an array of objects, to be destroyed on its own; NULL when there is none. */
struct kith_message *kith_message_part(const struct kith_message *, const char *key, size_t at);

#endif
