/* The daemon's half of the control socket: clients that are the same user, JSON lines in, JSON lines out. */
#ifndef KITH_DAEMON_SERVER_H
#define KITH_DAEMON_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "lib/base/error.h"
#include "lib/base/json.h"
#include "lib/store/control.h"

#define KITH_SERVER_CLIENTS 64
#define KITH_SERVER_UNANSWERED 256         /* requests of one client that may wait at a time */
#define KITH_SERVER_UNREAD (4u << 20)      /* bytes a client may leave unread */

/* A request to be answered once, now or later.  The client may be gone by then: that is no trouble. */
struct kith_asker {
	uint64_t client;
	int64_t id;
};

typedef void kith_server_request(void *user, struct kith_asker, const char *what, const struct kith_message *);

struct kith_server {
	uv_loop_t *loop;
	uv_pipe_t listener;
	char *path;       /* of the socket; NULL while it is not there */
	struct kith_server_client *clients;
	size_t count;
	uint64_t serial;
	kith_server_request *on_request;
	void *user;
	bool closing;
};

/* Listen at a path, which only the owner may connect to.  What is left of an earlier daemon is removed: hold the store's lock.
 * KITH_SYNC when it cannot be. */
enum kith_code kith_server_open(struct kith_server *, uv_loop_t *, const char *path, kith_server_request *, void *user,
                                struct kith_err *);
/* Removes the socket, sends what is still to be sent, as far as the clients take it at once, and closes. */
void kith_server_close(struct kith_server *);

/* An answer is built between these two: {"id":1,"ok":true, members you add }. */
struct kith_answer {
	struct kith_buf text;
	struct kith_json json;
	struct kith_asker asker;
};
void kith_answer_begin(struct kith_answer *, struct kith_asker);
void kith_server_send(struct kith_server *, struct kith_answer *);

/* {"id":1,"ok":true}, or ok false with the words of err and their hint. */
void kith_server_accept(struct kith_server *, struct kith_asker);
void kith_server_refuse(struct kith_server *, struct kith_asker, const struct kith_err *);

/* From now on the client is sent events. */
void kith_server_subscribe(struct kith_server *, struct kith_asker);
bool kith_server_has_subscribers(const struct kith_server *);
/* {"event":"indexed", members }: begin with kith_event_begin, then publish. */
void kith_event_begin(struct kith_answer *, const char *event);
void kith_server_publish(struct kith_server *, struct kith_answer *);

#endif
