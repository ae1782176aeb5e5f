#include "daemon/notify.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/text.h"

#define SERVER "org.freedesktop.Notifications"
#define SERVER_PATH "/org/freedesktop/Notifications"
#define ANSWER_US (25 * 1000000ull) /* a server that is being started takes its time */
#define RECONNECT_FIRST_MS 500
#define RECONNECT_MOST_MS 30000
#define SUMMARY_COLUMNS 160

/* One notification: on its way while `slot` is set, then on the screen under `id`. */
struct kith_notify_bubble {
	struct kith_notify_bubble *next;
	struct kith_notify *notify;
	char *tag;
	sd_bus_slot *slot;
	uint32_t id;   /* 0: not known */
	bool withdrawn; /* wanted off the screen before the server had answered */
};

/* --- bubbles --- */

static struct kith_notify_bubble *bubble_of(struct kith_notify *notify, const char *tag)
{
	for (struct kith_notify_bubble *bubble = notify->bubbles; bubble; bubble = bubble->next)
		if (strcmp(bubble->tag, tag) == 0)
			return bubble;
	return NULL;
}

static void destroy_bubble(struct kith_notify_bubble *bubble)
{
	struct kith_notify_bubble **place = &bubble->notify->bubbles;
	while (*place != bubble)
		place = &(*place)->next;
	*place = bubble->next;
	sd_bus_slot_unref(bubble->slot);
	kith_free(bubble->tag);
	kith_free(bubble);
}

/* The server is gone, and with it what it showed; what is on its way will not be answered. */
static void drop_bubbles(struct kith_notify *notify, const char *why)
{
	while (notify->bubbles) {
		struct kith_notify_bubble *bubble = notify->bubbles;
		char *tag = bubble->slot ? kith_strdup(bubble->tag) : NULL;
		destroy_bubble(bubble);
		if (tag && !notify->closing)
			notify->sink.refused(notify->sink.user, tag, why);
		kith_free(tag);
	}
}

static void set_state(struct kith_notify *notify, enum kith_notify_state state)
{
	if (notify->state == state || notify->closing)
		return;
	notify->state = state;
	static const char *const words[] = {"no-bus", "no-server", "ready"};
	kith_log(KITH_INFO, "notifications changed state=%s", words[state]);
	notify->sink.state_changed(notify->sink.user);
}

/* --- the connection under the loop --- */

static void close_bus(struct kith_notify *notify);
static void connect_later(struct kith_notify *notify);

static void on_poll_closed(uv_handle_t *handle)
{
	kith_free(handle);
}

static void lose_bus(struct kith_notify *notify, int failure)
{
	kith_fail(&notify->trouble, KITH_SYNC, "the session bus was lost: %s", strerror(-failure));
	close_bus(notify);
	drop_bubbles(notify, "the session bus was lost");
	set_state(notify, KITH_NOTIFY_NO_BUS);
	connect_later(notify);
}

static void process(struct kith_notify *notify)
{
	while (notify->bus) {
		const int more = sd_bus_process(notify->bus, NULL);
		if (more < 0)
			lose_bus(notify, more);
		if (more <= 0)
			return;
	}
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	(void)events; /* the bus finds out itself */
	struct kith_notify *notify = poll->data;
	if (status < 0 && notify->bus)
		lose_bus(notify, status);
	else
		process(notify);
}

static void on_timeout(uv_timer_t *timer)
{
	process(timer->data);
}

static bool poll_bus(struct kith_notify *notify)
{
	const int wanted = sd_bus_get_events(notify->bus);
	if (wanted < 0)
		return false;
	const int events = (wanted & POLLIN ? UV_READABLE : 0) | (wanted & POLLOUT ? UV_WRITABLE : 0);
	if (events == notify->polled_events)
		return true;
	notify->polled_events = events;
	return (events ? uv_poll_start(notify->poll, events, on_poll) : uv_poll_stop(notify->poll)) == 0;
}

/* Before the loop sleeps: what the bus waits for changes with every message. */
static void on_prepare(uv_prepare_t *prepare)
{
	struct kith_notify *notify = prepare->data;
	process(notify);
	if (!notify->bus)
		return;
	if (!poll_bus(notify)) {
		lose_bus(notify, -EIO);
		return;
	}
	uint64_t until_us;
	if (sd_bus_get_timeout(notify->bus, &until_us) < 0 || until_us == UINT64_MAX) {
		uv_timer_stop(&notify->timeout);
		return;
	}
	const uint64_t now_us = uv_hrtime() / 1000;
	uv_timer_start(&notify->timeout, on_timeout, until_us > now_us ? (until_us - now_us + 999) / 1000 : 0, 0);
}

static void close_bus(struct kith_notify *notify)
{
	for (struct kith_notify_bubble *bubble = notify->bubbles; bubble; bubble = bubble->next) {
		bubble->id = 0;
		if (bubble->slot)
			sd_bus_slot_set_userdata(bubble->slot, NULL);
	}
	if (notify->poll)
		uv_close((uv_handle_t *)notify->poll, on_poll_closed);
	notify->poll = NULL;
	notify->polled_events = 0;
	kith_free(kith_take(&notify->server));
	notify->asked = false;
	uv_timer_stop(&notify->timeout);
	uv_prepare_stop(&notify->prepare);
	sd_bus *bus = kith_take(&notify->bus);
	if (bus) {
		sd_bus_close(bus);
		sd_bus_unref(bus);
	}
}

/* --- the server on the bus --- */

static void take_capabilities(struct kith_notify *notify, sd_bus_message *answer)
{
	notify->has_markup = notify->has_persistence = false;
	if (sd_bus_message_enter_container(answer, 'a', "s") < 0)
		return;
	const char *capability;
	while (sd_bus_message_read(answer, "s", &capability) > 0) {
		notify->has_markup |= strcmp(capability, "body-markup") == 0;
		notify->has_persistence |= strcmp(capability, "persistence") == 0;
	}
}

static int on_capabilities(sd_bus_message *answer, void *user, sd_bus_error *error)
{
	(void)error;
	struct kith_notify *notify = user;
	if (!sd_bus_message_is_method_error(answer, NULL))
		take_capabilities(notify, answer);
	if (notify->server)
		set_state(notify, KITH_NOTIFY_READY);
	return 0;
}

/* Only then is it told that notifications can be shown: how they are written depends on it. */
static void ask_capabilities(struct kith_notify *notify)
{
	const int failure = sd_bus_call_method_async(notify->bus, NULL, SERVER, SERVER_PATH, SERVER, "GetCapabilities",
	                                             on_capabilities, notify, NULL);
	if (failure < 0)
		kith_log(KITH_WARNING, "asking the notification server failed error=%s", strerror(-failure));
}

static void take_server(struct kith_notify *notify, const char *name)
{
	const bool had = notify->server != NULL;
	const bool has = name && *name;
	if (had == has && (!has || strcmp(notify->server, name) == 0))
		return;
	kith_free(notify->server);
	notify->server = has ? kith_strdup(name) : NULL;
	/* Calls that wait for a server to be started are answered by the new one: only what was shown is gone. */
	for (struct kith_notify_bubble *bubble = notify->bubbles, *next; bubble; bubble = next) {
		next = bubble->next;
		if (!bubble->slot)
			destroy_bubble(bubble);
	}
	if (has) {
		ask_capabilities(notify);
	} else {
		set_state(notify, KITH_NOTIFY_NO_SERVER);
	}
}

static int on_owner_changed(sd_bus_message *signal, void *user, sd_bus_error *error)
{
	(void)error;
	const char *name, *before, *after;
	if (sd_bus_message_read(signal, "sss", &name, &before, &after) >= 0 && strcmp(name, SERVER) == 0)
		take_server(user, after);
	return 0;
}

static int on_owner(sd_bus_message *answer, void *user, sd_bus_error *error)
{
	(void)error;
	struct kith_notify *notify = user;
	const char *name;
	notify->failures = 0;
	notify->trouble = (struct kith_err){0};
	if (sd_bus_message_is_method_error(answer, NULL)) {
		if (!notify->server)
			set_state(notify, KITH_NOTIFY_NO_SERVER);
	} else if (sd_bus_message_read(answer, "s", &name) >= 0) {
		take_server(notify, name);
	}
	return 0;
}

/* NotificationClosed goes to everybody: ids of other programs, and of an earlier server, are not ours. */
static int on_notification_closed(sd_bus_message *signal, void *user, sd_bus_error *error)
{
	(void)error;
	struct kith_notify *notify = user;
	uint32_t id, reason;
	const char *sender = sd_bus_message_get_sender(signal);
	if (sd_bus_message_read(signal, "uu", &id, &reason) < 0 || !sender || !notify->server ||
	    strcmp(sender, notify->server) != 0)
		return 0;
	for (struct kith_notify_bubble *bubble = notify->bubbles; bubble; bubble = bubble->next)
		if (bubble->id == id && id != 0 && !bubble->slot) {
			destroy_bubble(bubble);
			break;
		}
	return 0;
}

/* --- connecting --- */

static int subscribe(struct kith_notify *notify)
{
	/* The match on arg0 keeps every other program's coming and going away from us. */
	int failure = sd_bus_add_match_async(notify->bus, NULL,
	                                     "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
	                                     "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='" SERVER "'",
	                                     on_owner_changed, NULL, notify);
	if (failure >= 0)
		failure = sd_bus_add_match_async(notify->bus, NULL,
		                                 "type='signal',path='" SERVER_PATH "',interface='" SERVER
		                                 "',member='NotificationClosed'",
		                                 on_notification_closed, NULL, notify);
	if (failure >= 0)
		failure = sd_bus_call_method_async(notify->bus, NULL, "org.freedesktop.DBus", "/org/freedesktop/DBus",
		                                   "org.freedesktop.DBus", "GetNameOwner", on_owner, notify, "s", SERVER);
	return failure;
}

static int start_polling(struct kith_notify *notify)
{
	const int fd = sd_bus_get_fd(notify->bus);
	if (fd < 0)
		return fd;
	uv_poll_t *poll = kith_alloc(sizeof(*poll));
	const int failure = uv_poll_init(notify->loop, poll, fd);
	if (failure < 0) {
		kith_free(poll);
		return failure;
	}
	poll->data = notify;
	notify->poll = poll;
	return uv_prepare_start(&notify->prepare, on_prepare);
}

static void connect_bus(struct kith_notify *notify)
{
	int failure = sd_bus_open_user_with_description(&notify->bus, "kithd");
	if (failure >= 0)
		failure = sd_bus_set_exit_on_disconnect(notify->bus, 0);
	if (failure >= 0)
		failure = subscribe(notify);
	if (failure >= 0)
		failure = start_polling(notify);
	if (failure >= 0)
		return;
	const bool is_missing = failure == -ENOENT || failure == -ENOMEDIUM || failure == -ECONNREFUSED;
	kith_fail(&notify->trouble, KITH_SYNC, is_missing ? "there is no session bus" : "the session bus cannot be used: %s",
	          strerror(-failure));
	if (!is_missing && notify->failures == 0)
		kith_log(KITH_WARNING, "connecting to the session bus failed error=\"%s\"", strerror(-failure));
	close_bus(notify);
	connect_later(notify);
}

static void on_reconnect(uv_timer_t *timer)
{
	connect_bus(timer->data);
}

static void connect_later(struct kith_notify *notify)
{
	const unsigned doublings = notify->failures < 6 ? notify->failures : 6;
	const uint64_t wait_ms = (uint64_t)RECONNECT_FIRST_MS << doublings;
	notify->failures++;
	if (!notify->closing)
		uv_timer_start(&notify->reconnect, on_reconnect, wait_ms < RECONNECT_MOST_MS ? wait_ms : RECONNECT_MOST_MS, 0);
}

void kith_notify_open(struct kith_notify *notify, uv_loop_t *loop, const struct kith_notify_sink *sink)
{
	*notify = (struct kith_notify){.loop = loop, .sink = *sink, .state = KITH_NOTIFY_NO_BUS};
	uv_prepare_init(loop, &notify->prepare);
	uv_timer_init(loop, &notify->timeout);
	uv_timer_init(loop, &notify->reconnect);
	notify->prepare.data = notify->timeout.data = notify->reconnect.data = notify;
	connect_bus(notify);
}

void kith_notify_close(struct kith_notify *notify)
{
	if (!notify->loop || notify->closing)
		return;
	notify->closing = true;
	/* Not flushed: a bus that does not answer would hold up the end for ever, and what could be sent was. */
	close_bus(notify);
	drop_bubbles(notify, "");
	uv_close((uv_handle_t *)&notify->prepare, NULL);
	uv_close((uv_handle_t *)&notify->timeout, NULL);
	uv_close((uv_handle_t *)&notify->reconnect, NULL);
}

/* --- showing --- */

void kith_notify_escape(struct kith_buf *out, const char *text, bool markup)
{
	KITH_BUF safe = {0};
	kith_printable(&safe, text, strlen(text), true);
	for (const char *at = kith_buf_text(&safe); *at; at++)
		switch (markup ? *at : 'x') {
		case '&': kith_buf_add(out, "&amp;"); break;
		case '<': kith_buf_add(out, "&lt;"); break;
		case '>': kith_buf_add(out, "&gt;"); break;
		case '"': kith_buf_add(out, "&quot;"); break;
		case '\'': kith_buf_add(out, "&#39;"); break;
		default: kith_buf_add_char(out, *at);
		}
}

static void close_on_screen(struct kith_notify *notify, uint32_t id)
{
	if (notify->bus && notify->server && id)
		(void)sd_bus_call_method_async(notify->bus, NULL, SERVER, SERVER_PATH, SERVER, "CloseNotification", NULL, NULL,
		                               "u", id); /* the server may know better */
}

static int on_notified(sd_bus_message *answer, void *user, sd_bus_error *error)
{
	(void)error;
	struct kith_notify_bubble *bubble = user;
	if (!bubble)
		return 0;
	struct kith_notify *notify = bubble->notify;
	bubble->slot = sd_bus_slot_unref(bubble->slot);
	const sd_bus_error *failure = sd_bus_message_get_error(answer);
	KITH_BUF tag = {0};
	kith_buf_add(&tag, bubble->tag);
	if (failure || sd_bus_message_read(answer, "u", &bubble->id) < 0) {
		const char *why = failure && failure->message ? failure->message : "the notification server's answer makes no sense";
		kith_fail(&notify->trouble, KITH_SYNC, "the notification server refused: %s", why);
		KITH_BUF words = {0};
		kith_buf_add(&words, notify->trouble.message);
		destroy_bubble(bubble);
		notify->sink.refused(notify->sink.user, tag.text, words.text);
		return 0;
	}
	notify->trouble = (struct kith_err){0};
	notify->failures = 0;
	if (bubble->withdrawn) {
		close_on_screen(notify, bubble->id);
		destroy_bubble(bubble);
	}
	notify->sink.shown(notify->sink.user, tag.text);
	return 0;
}

static int append_call(sd_bus_message *call, const struct kith_notify *notify, uint32_t replaces, const char *summary,
                       const char *body)
{
	KITH_BUF safe_summary = {0}, safe_body = {0};
	kith_printable(&safe_summary, summary, strlen(summary), false);
	KITH_BUF clipped = {0};
	kith_clip(&clipped, kith_buf_text(&safe_summary), SUMMARY_COLUMNS);
	kith_notify_escape(&safe_body, body, notify->has_markup);
	int failure = sd_bus_message_append(call, "susss", "kith", replaces, "", kith_buf_text(&clipped), kith_buf_text(&safe_body));
	if (failure >= 0)
		failure = sd_bus_message_append(call, "as", 0);
	if (failure >= 0)
		failure = sd_bus_message_append(call, "a{sv}", 3, "urgency", "y", 1, "category", "s", "x-kith.reminder.due",
		                                "desktop-entry", "s", "kith");
	/* A server that keeps what has left the screen may let it leave; on others it stays until it is seen. */
	if (failure >= 0)
		failure = sd_bus_message_append(call, "i", (int32_t)(notify->has_persistence ? -1 : 0));
	return failure;
}

static int send_bubble(struct kith_notify *notify, struct kith_notify_bubble *bubble, const char *summary, const char *body)
{
	sd_bus_message *call = NULL;
	int failure = sd_bus_message_new_method_call(notify->bus, &call, SERVER, SERVER_PATH, SERVER, "Notify");
	if (failure >= 0)
		failure = append_call(call, notify, bubble->id, summary, body);
	if (failure >= 0)
		failure = sd_bus_call_async(notify->bus, &bubble->slot, call, on_notified, bubble, ANSWER_US);
	sd_bus_message_unref(call);
	return failure;
}

enum kith_code kith_notify_show(struct kith_notify *notify, const char *tag, const char *summary, const char *body,
                                struct kith_err *err)
{
	if (!notify->bus)
		return kith_fail(err, KITH_SYNC, "there is no session bus");
	struct kith_notify_bubble *bubble = bubble_of(notify, tag);
	if (bubble && bubble->slot)
		return kith_fail(err, KITH_SYNC, "an earlier one is still on its way");
	if (!bubble) {
		bubble = kith_alloc(sizeof(*bubble));
		*bubble = (struct kith_notify_bubble){.next = notify->bubbles, .notify = notify, .tag = kith_strdup(tag)};
		notify->bubbles = bubble;
	}
	bubble->withdrawn = false;
	const int failure = send_bubble(notify, bubble, summary, body);
	if (failure >= 0)
		return KITH_OK;
	destroy_bubble(bubble);
	return kith_fail(err, KITH_SYNC, "the session bus cannot be used: %s", strerror(-failure));
}

void kith_notify_withdraw(struct kith_notify *notify, const char *tag)
{
	struct kith_notify_bubble *bubble = bubble_of(notify, tag);
	if (!bubble)
		return;
	if (bubble->slot) {
		bubble->withdrawn = true;
		return;
	}
	close_on_screen(notify, bubble->id);
	destroy_bubble(bubble);
}
