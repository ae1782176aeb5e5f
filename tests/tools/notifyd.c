/* A notification server for tests: what it is asked to show is written to a file, one JSON object a line.
 *
 *	notifyd LOG [--caps a,b] [--first-id N] [--refuse]
 *
 * Signals tell it what to do: USR1 closes the last notification as a person would, USR2 changes between refusing and accepting,
 * TERM leaves the bus.  A line {"event":"ready"} is written when it owns its name. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "lib/base/json.h"
#include "lib/base/memory.h"

#define NAME "org.freedesktop.Notifications"

struct server {
	sd_bus *bus;
	int log;
	char *capabilities;
	uint32_t last_id;
	bool refuses;
};

static volatile sig_atomic_t wants_close, wants_change, wants_end;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		wants_close = 1;
	else if (number == SIGUSR2)
		wants_change = 1;
	else
		wants_end = 1;
}

/* One write a line: a test reads while we write. */
static void put_line(struct server *server, struct kith_buf *line)
{
	kith_buf_add_char(line, '\n');
	if (write(server->log, line->text, line->length) != (ssize_t)line->length)
		abort();
}

static void begin(struct kith_json *json, struct kith_buf *line, const char *event)
{
	*json = (struct kith_json){.out = line};
	kith_json_object(json);
	kith_json_key_string(json, "event", event);
}

static void put_event(struct server *server, const char *event, uint32_t id)
{
	KITH_BUF line = {0};
	struct kith_json json;
	begin(&json, &line, event);
	if (id)
		kith_json_key_int(&json, "id", id);
	kith_json_end_object(&json);
	put_line(server, &line);
}

static int read_hints(sd_bus_message *call, struct kith_json *json)
{
	int failure = sd_bus_message_enter_container(call, 'a', "{sv}");
	while (failure >= 0 && (failure = sd_bus_message_enter_container(call, 'e', "sv")) > 0) {
		const char *key, *contents;
		char type;
		failure = sd_bus_message_read(call, "s", &key);
		if (failure >= 0)
			failure = sd_bus_message_peek_type(call, &type, &contents);
		if (failure >= 0 && strcmp(contents, "s") == 0) {
			const char *text;
			failure = sd_bus_message_read(call, "v", "s", &text);
			if (failure >= 0)
				kith_json_key_string(json, key, text);
		} else if (failure >= 0 && strcmp(contents, "y") == 0) {
			uint8_t number;
			failure = sd_bus_message_read(call, "v", "y", &number);
			if (failure >= 0)
				kith_json_key_int(json, key, number);
		} else if (failure >= 0) {
			failure = sd_bus_message_skip(call, "v");
		}
		if (failure >= 0)
			failure = sd_bus_message_exit_container(call);
	}
	return failure < 0 ? failure : sd_bus_message_exit_container(call);
}

static int read_actions(sd_bus_message *call, struct kith_json *json)
{
	const char *text;
	int failure = sd_bus_message_enter_container(call, 'a', "s");
	kith_json_key(json, "actions");
	kith_json_array(json);
	while (failure >= 0 && (failure = sd_bus_message_read(call, "s", &text)) > 0)
		kith_json_string(json, text);
	kith_json_end_array(json);
	return failure < 0 ? failure : sd_bus_message_exit_container(call);
}

static int on_notify(sd_bus_message *call, void *user, sd_bus_error *error)
{
	struct server *server = user;
	const char *app, *icon, *summary, *body;
	uint32_t replaces;
	int32_t timeout;
	KITH_BUF line = {0};
	struct kith_json json;
	if (server->refuses) {
		put_event(server, "refused", 0);
		return sd_bus_error_set(error, "org.freedesktop.Notifications.Error", "told to refuse");
	}
	int failure = sd_bus_message_read(call, "susss", &app, &replaces, &icon, &summary, &body);
	if (failure < 0)
		return failure;
	const uint32_t id = replaces ? replaces : ++server->last_id;
	begin(&json, &line, "notify");
	kith_json_key_int(&json, "id", id);
	kith_json_key_int(&json, "replaces", replaces);
	kith_json_key_string(&json, "app", app);
	kith_json_key_string(&json, "summary", summary);
	kith_json_key_string(&json, "body", body);
	failure = read_actions(call, &json);
	if (failure >= 0)
		failure = read_hints(call, &json);
	if (failure >= 0)
		failure = sd_bus_message_read(call, "i", &timeout);
	if (failure < 0)
		return failure;
	kith_json_key_int(&json, "timeout", timeout);
	kith_json_end_object(&json);
	put_line(server, &line);
	return sd_bus_reply_method_return(call, "u", id);
}

static int send_closed(struct server *server, uint32_t id, uint32_t reason)
{
	return sd_bus_emit_signal(server->bus, "/org/freedesktop/Notifications", NAME, "NotificationClosed", "uu", id, reason);
}

static int on_close(sd_bus_message *call, void *user, sd_bus_error *error)
{
	(void)error;
	struct server *server = user;
	uint32_t id;
	const int failure = sd_bus_message_read(call, "u", &id);
	if (failure < 0)
		return failure;
	put_event(server, "close", id);
	(void)send_closed(server, id, 3);
	return sd_bus_reply_method_return(call, "");
}

static int on_capabilities(sd_bus_message *call, void *user, sd_bus_error *error)
{
	(void)error;
	struct server *server = user;
	sd_bus_message *answer = NULL;
	int failure = sd_bus_message_new_method_return(call, &answer);
	if (failure >= 0)
		failure = sd_bus_message_open_container(answer, 'a', "s");
	KITH_BUF list = {0};
	kith_buf_add(&list, server->capabilities);
	for (char *at = list.text, *next; failure >= 0 && at && *at; at = next) {
		next = at + strcspn(at, ",");
		if (*next)
			*next++ = '\0';
		failure = sd_bus_message_append(answer, "s", at);
	}
	if (failure >= 0)
		failure = sd_bus_message_close_container(answer);
	if (failure >= 0)
		failure = sd_bus_send(NULL, answer, NULL);
	sd_bus_message_unref(answer);
	return failure;
}

static int on_information(sd_bus_message *call, void *user, sd_bus_error *error)
{
	(void)user;
	(void)error;
	return sd_bus_reply_method_return(call, "ssss", "notifyd", "kith", "1", "1.2");
}

static const sd_bus_vtable methods[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("Notify", "susssasa{sv}i", "u", on_notify, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("CloseNotification", "u", "", on_close, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("GetCapabilities", "", "as", on_capabilities, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("GetServerInformation", "", "ssss", on_information, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_SIGNAL("NotificationClosed", "uu", 0),
	SD_BUS_SIGNAL("ActionInvoked", "us", 0),
	SD_BUS_VTABLE_END,
};

static int serve(struct server *server)
{
	while (!wants_end) {
		int more = sd_bus_process(server->bus, NULL);
		if (more < 0)
			return more;
		if (wants_close) {
			wants_close = 0;
			(void)send_closed(server, server->last_id, 2);
			put_event(server, "dismissed", server->last_id);
		}
		if (wants_change) {
			wants_change = 0;
			server->refuses = !server->refuses;
			put_event(server, server->refuses ? "refusing" : "accepting", 0);
		}
		if (more == 0) {
			more = sd_bus_wait(server->bus, 50000); /* a signal in between is seen after that */
			if (more < 0 && more != -EINTR)
				return more;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct server server = {.log = -1};
	const char *capabilities = "body,actions";
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--refuse") == 0)
			server.refuses = true;
		else if (strcmp(argv[i], "--caps") == 0 && i + 1 < argc)
			capabilities = argv[++i];
		else if (strcmp(argv[i], "--first-id") == 0 && i + 1 < argc)
			server.last_id = (uint32_t)strtoul(argv[++i], NULL, 10) - 1;
	}
	if (argc > 1)
		server.log = open(argv[1], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (server.log < 0) {
		fprintf(stderr, "usage: notifyd LOG [--caps a,b] [--first-id N] [--refuse]\n");
		return 2;
	}
	server.capabilities = kith_strdup(capabilities);
	const struct sigaction action = {.sa_handler = on_signal};
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	int failure = sd_bus_open_user(&server.bus);
	if (failure >= 0)
		failure = sd_bus_add_object_vtable(server.bus, NULL, "/org/freedesktop/Notifications", NAME, methods, &server);
	if (failure >= 0)
		failure = sd_bus_request_name(server.bus, NAME, 0);
	if (failure >= 0) {
		put_event(&server, "ready", 0);
		failure = serve(&server);
	}
	sd_bus_flush_close_unref(server.bus);
	kith_free(server.capabilities);
	if (failure < 0)
		fprintf(stderr, "notifyd: %s\n", strerror(-failure));
	return failure < 0;
}
