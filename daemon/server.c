#include "daemon/server.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/log.h"

struct kith_server_client {
	struct kith_server_client *next;
	struct kith_server *server;
	uv_pipe_t pipe;
	uint64_t serial;
	struct kith_buf line;
	size_t unanswered;
	bool subscribed, closing, ending; /* ending: no more is read, and it is closed when all is written */
	char room[16 * 1024];
};

struct sending {
	uv_write_t write;
	char *text;
};

static void on_client_closed(uv_handle_t *handle)
{
	struct kith_server_client *client = handle->data;
	kith_buf_finish(&client->line);
	kith_free(client);
}

static void drop(struct kith_server_client *client)
{
	if (client->closing)
		return;
	client->closing = true;
	struct kith_server_client **place = &client->server->clients;
	while (*place != client)
		place = &(*place)->next;
	*place = client->next;
	client->server->count--;
	uv_close((uv_handle_t *)&client->pipe, on_client_closed);
}

static struct kith_server_client *client_of(struct kith_server *server, uint64_t serial)
{
	for (struct kith_server_client *client = server->clients; client; client = client->next)
		if (client->serial == serial)
			return client;
	return NULL;
}

/* --- writing --- */

static bool has_ended(const struct kith_server_client *client)
{
	return client->ending && client->unanswered == 0 &&
	       uv_stream_get_write_queue_size((const uv_stream_t *)&client->pipe) == 0;
}

static void on_sent(uv_write_t *write, int status)
{
	struct sending *sending = write->data;
	struct kith_server_client *client = write->handle->data;
	kith_free(sending->text);
	kith_free(sending);
	if (status < 0 || has_ended(client))
		drop(client);
}

/* Takes a line without its end.  Who does not read is dropped rather than remembered for. */
static void send_line(struct kith_server_client *client, struct kith_buf *line)
{
	if (client->closing)
		return;
	kith_buf_add_char(line, '\n');
	if (uv_stream_get_write_queue_size((uv_stream_t *)&client->pipe) + line->length > KITH_SERVER_UNREAD) {
		kith_log(KITH_WARNING, "dropped a client that does not read");
		drop(client);
		return;
	}
	struct sending *sending = kith_alloc(sizeof(*sending));
	uv_buf_t buf = uv_buf_init(line->text, (unsigned)line->length);
	sending->text = kith_buf_take(line);
	sending->write.data = sending;
	if (uv_write(&sending->write, (uv_stream_t *)&client->pipe, &buf, 1, on_sent) == 0)
		return;
	kith_free(sending->text);
	kith_free(sending);
	drop(client);
}

void kith_answer_begin(struct kith_answer *answer, struct kith_asker asker)
{
	*answer = (struct kith_answer){.asker = asker};
	answer->json.out = &answer->text;
	kith_json_object(&answer->json);
	kith_json_key_int(&answer->json, "id", asker.id);
	kith_json_key_bool(&answer->json, "ok", true);
}

static void send_answer(struct kith_server *server, struct kith_answer *answer)
{
	kith_json_end_object(&answer->json);
	struct kith_server_client *client = client_of(server, answer->asker.client);
	if (client) {
		if (client->unanswered > 0)
			client->unanswered--;
		send_line(client, &answer->text);
	}
	kith_buf_finish(&answer->text);
}

void kith_server_send(struct kith_server *server, struct kith_answer *answer)
{
	answer->json.out = &answer->text; /* the answer may have been moved since it was begun */
	send_answer(server, answer);
}

void kith_server_accept(struct kith_server *server, struct kith_asker asker)
{
	struct kith_answer answer;
	kith_answer_begin(&answer, asker);
	kith_server_send(server, &answer);
}

void kith_server_refuse(struct kith_server *server, struct kith_asker asker, const struct kith_err *err)
{
	struct kith_answer answer = {.asker = asker};
	answer.json.out = &answer.text;
	kith_json_object(&answer.json);
	kith_json_key_int(&answer.json, "id", asker.id);
	kith_json_key_bool(&answer.json, "ok", false);
	kith_json_key_string(&answer.json, "error", err->message);
	if (*err->hint)
		kith_json_key_string(&answer.json, "hint", err->hint);
	send_answer(server, &answer);
}

void kith_server_subscribe(struct kith_server *server, struct kith_asker asker)
{
	struct kith_server_client *client = client_of(server, asker.client);
	if (client)
		client->subscribed = true;
}

bool kith_server_has_subscribers(const struct kith_server *server)
{
	for (const struct kith_server_client *client = server->clients; client; client = client->next)
		if (client->subscribed)
			return true;
	return false;
}

void kith_event_begin(struct kith_answer *answer, const char *event)
{
	*answer = (struct kith_answer){0};
	answer->json.out = &answer->text;
	kith_json_object(&answer->json);
	kith_json_key_string(&answer->json, "event", event);
}

void kith_server_publish(struct kith_server *server, struct kith_answer *answer)
{
	kith_json_end_object(&answer->json);
	for (struct kith_server_client *client = server->clients, *next; client; client = next) {
		next = client->next;
		if (!client->subscribed)
			continue;
		KITH_BUF line = {0};
		kith_buf_add_bytes(&line, answer->text.text, answer->text.length);
		send_line(client, &line);
	}
	kith_buf_finish(&answer->text);
}

/* --- reading --- */

static void take_line(struct kith_server_client *client, const char *line, size_t length)
{
	KITH_CLEANUP(kith_message_destroy) struct kith_message *message = NULL;
	struct kith_err err = {0};
	struct kith_asker asker = {client->serial, 0};
	struct kith_server *server = client->server;
	if (length == 0)
		return;
	client->unanswered++;
	if (kith_message_parse(line, length, &message, &err) != KITH_OK) {
		kith_server_refuse(server, asker, &err);
		return;
	}
	asker.id = kith_message_number(message, "id", 0);
	const char *what = kith_message_text(message, "do");
	if (!what) {
		kith_fail(&err, KITH_USAGE, "the request does not say what to do");
		kith_hint(&err, "{\"id\":1,\"do\":\"status\"}");
	} else if (client->unanswered > KITH_SERVER_UNANSWERED) {
		kith_fail(&err, KITH_USAGE, "too many requests wait for their answers");
	} else {
		server->on_request(server->user, asker, what, message);
		return;
	}
	kith_server_refuse(server, asker, &err);
}

static void take_lines(struct kith_server_client *client)
{
	size_t from = 0;
	while (!client->closing && from < client->line.length) {
		char *start = client->line.text + from;
		char *end = memchr(start, '\n', client->line.length - from);
		if (!end)
			break;
		take_line(client, start, (size_t)(end - start));
		from += (size_t)(end - start) + 1;
	}
	/* The client is freed only after this callback, so its buffer is still there. */
	client->line.length -= from;
	memmove(client->line.text, client->line.text + from, client->line.length);
	if (client->line.length > KITH_CONTROL_LIMIT)
		drop(client);
}

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
	(void)wanted;
	struct kith_server_client *client = handle->data;
	*buf = uv_buf_init(client->room, sizeof(client->room));
}

static void on_read(uv_stream_t *pipe, ssize_t length, const uv_buf_t *buf)
{
	struct kith_server_client *client = pipe->data;
	if (length > 0) {
		kith_buf_add_bytes(&client->line, buf->base, (size_t)length);
		take_lines(client);
		return;
	}
	if (length == 0)
		return; /* nothing for now */
	/* A client that has said all may still wait for its answers (socat, nc). */
	if (length == UV_EOF && (client->unanswered > 0 || uv_stream_get_write_queue_size(pipe) > 0)) {
		(void)uv_read_stop(pipe); /* always succeeds */
		client->ending = true;
		return;
	}
	drop(client);
}

/* --- connecting --- */

static bool is_same_user(uv_pipe_t *pipe)
{
	uv_os_fd_t fd;
	struct ucred peer;
	socklen_t length = sizeof(peer);
	return uv_fileno((uv_handle_t *)pipe, &fd) == 0 &&
	       getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == geteuid();
}

static void on_connection(uv_stream_t *listener, int status)
{
	struct kith_server *server = listener->data;
	if (status < 0) {
		kith_log(KITH_WARNING, "accepting a client failed error=\"%s\"", uv_strerror(status));
		return;
	}
	struct kith_server_client *client = kith_alloc(sizeof(*client));
	uv_pipe_init(server->loop, &client->pipe, 0);
	client->pipe.data = client;
	client->server = server;
	client->serial = ++server->serial;
	client->next = server->clients;
	server->clients = client;
	server->count++;
	if (uv_accept(listener, (uv_stream_t *)&client->pipe) != 0 || !is_same_user(&client->pipe)) {
		drop(client);
	} else if (server->count > KITH_SERVER_CLIENTS) {
		struct kith_err err = {0};
		kith_fail(&err, KITH_SYNC, "%d clients are connected already", KITH_SERVER_CLIENTS);
		client->ending = true;
		kith_server_refuse(server, (struct kith_asker){client->serial, 0}, &err);
	} else if (uv_read_start((uv_stream_t *)&client->pipe, on_room, on_read) != 0) {
		drop(client);
	}
}

/* The folder may be shared with others only if they cannot write to it, so it is made ours alone. */
static enum kith_code make_folder_of(const char *path, struct kith_err *err)
{
	KITH_BUF folder = {0};
	const char *slash = strrchr(path, '/');
	kith_buf_add_bytes(&folder, path, slash ? (size_t)(slash - path) : 0);
	return slash && slash != path ? kith_make_folders(folder.text, 0700, err) : KITH_OK;
}

static int bound_socket(const char *path, struct kith_err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address.sun_path)) {
		kith_fail(err, KITH_SYNC, "the path of the control socket is too long: %s", path);
		kith_hint(err, "set XDG_RUNTIME_DIR to a shorter folder");
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		kith_fail_errno(err, KITH_SYNC, "cannot make the control socket");
		return -1;
	}
	(void)unlink(path); /* usually there is none */
	const mode_t mask = umask(0177);
	const bool is_bound = bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	umask(mask);
	if (is_bound)
		return fd;
	kith_fail_errno(err, KITH_SYNC, "cannot make the control socket %s", path);
	(void)close(fd);
	return -1;
}

enum kith_code kith_server_open(struct kith_server *server, uv_loop_t *loop, const char *path, kith_server_request *on_request,
                                void *user, struct kith_err *err)
{
	*server = (struct kith_server){.loop = loop, .on_request = on_request, .user = user};
	if (make_folder_of(path, err) != KITH_OK)
		return kith_within(err, "the control socket");
	const int fd = bound_socket(path, err);
	if (fd < 0)
		return err ? err->code : KITH_SYNC;
	uv_pipe_init(loop, &server->listener, 0);
	server->listener.data = server;
	int failure = uv_pipe_open(&server->listener, fd);
	if (failure == 0)
		failure = uv_listen((uv_stream_t *)&server->listener, 64, on_connection);
	if (failure == 0) {
		server->path = kith_strdup(path);
		return KITH_OK;
	}
	uv_close((uv_handle_t *)&server->listener, NULL);
	(void)unlink(path); /* it is of no use */
	return kith_fail(err, KITH_SYNC, "cannot listen on the control socket: %s", uv_strerror(failure));
}

void kith_server_close(struct kith_server *server)
{
	if (!server->path || server->closing)
		return;
	server->closing = true;
	(void)unlink(server->path); /* it may have been taken away already */
	kith_free(kith_take(&server->path));
	uv_close((uv_handle_t *)&server->listener, NULL);
	while (server->clients)
		drop(server->clients);
}
