/* The desktop: one lifelong connection to the session bus, and the notification server that may or may not be on it.
 *
 * A notification is sent with a tag of the caller's; the answer comes later, from the loop.  Servers come and go: an id means
 * something only to the server that gave it, and a new server begins at 1 again. */
#ifndef KITH_DAEMON_NOTIFY_H
#define KITH_DAEMON_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <uv.h>

#include "lib/base/error.h"
#include "lib/base/memory.h"

enum kith_notify_state {
	KITH_NOTIFY_NO_BUS,    /* no session bus: tried again with back-off */
	KITH_NOTIFY_NO_SERVER, /* a bus, but nobody who shows notifications: it is watched for */
	KITH_NOTIFY_READY,
};

struct kith_notify_sink {
	void *user;
	void (*shown)(void *user, const char *tag);  /* the server has answered Notify */
	void (*refused)(void *user, const char *tag, const char *why); /* it has not, and will not: try again later */
	void (*state_changed)(void *user);           /* a server has come or gone */
};

struct kith_notify {
	uv_loop_t *loop;
	struct kith_notify_sink sink;
	sd_bus *bus;
	uv_poll_t *poll;       /* of the bus; freed when closed */
	uv_prepare_t prepare;  /* asks the bus what it waits for */
	uv_timer_t timeout;    /* of the bus */
	uv_timer_t reconnect;
	int polled_events;
	unsigned failures;
	enum kith_notify_state state;
	char *server;          /* the server's unique name on the bus; NULL without one */
	bool has_markup, has_persistence, asked;
	struct kith_notify_bubble *bubbles; /* on their way, or on the screen */
	struct kith_err trouble; /* why there is no bus, or what the server last refused */
	bool closing;
};

void kith_notify_open(struct kith_notify *, uv_loop_t *, const struct kith_notify_sink *);
/* Nothing is told afterwards; run the loop before the memory goes. */
void kith_notify_close(struct kith_notify *);

/* Show one, or replace the one with the same tag that is still on the screen.  Texts are made safe here: control
 * characters out, and the body escaped where the server reads markup.  KITH_SYNC: it cannot be tried at all now. */
enum kith_code kith_notify_show(struct kith_notify *, const char *tag, const char *summary, const char *body, struct kith_err *);
/* Take it from the screen, if it is still there. */
void kith_notify_withdraw(struct kith_notify *, const char *tag);

/* Append text for a notification's body: safe, and with `markup` escaped as XML. */
void kith_notify_escape(struct kith_buf *out, const char *text, bool markup);

#endif
