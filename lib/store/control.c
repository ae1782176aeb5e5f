#include "lib/store/control.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* --- messages --- */

struct kith_message {
	json_t *root; /* an object */
};

enum kith_code kith_message_parse(const char *line, size_t length, struct kith_message **out,
                                  struct kith_err *err)
{
	json_error_t fault;
	if (length > KITH_CONTROL_LIMIT)
		return kith_fail(err, KITH_USAGE, "the message is longer than %u bytes", KITH_CONTROL_LIMIT);
	json_t *root = json_loadb(line, length, JSON_REJECT_DUPLICATES, &fault);
	if (!root)
		return kith_fail(err, KITH_USAGE, "the message is not JSON: %s at byte %d", fault.text,
		                 fault.position);
	if (!json_is_object(root)) {
		json_decref(root);
		return kith_fail(err, KITH_USAGE, "the message is not a JSON object");
	}
	*out = kith_alloc(sizeof(**out));
	(*out)->root = root;
	return KITH_OK;
}

void kith_message_destroy(struct kith_message *message)
{
	if (!message)
		return;
	json_decref(message->root);
	kith_free(message);
}

const char *kith_message_text(const struct kith_message *message, const char *key)
{
	return json_string_value(json_object_get(message->root, key)); /* NULL for what is no string */
}

int64_t kith_message_number(const struct kith_message *message, const char *key, int64_t otherwise)
{
	const json_t *value = json_object_get(message->root, key);
	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool kith_message_is(const struct kith_message *message, const char *key)
{
	return json_is_true(json_object_get(message->root, key));
}

size_t kith_message_list(const struct kith_message *message, const char *key)
{
	const json_t *list = json_object_get(message->root, key);
	const size_t length = json_array_size(list); /* 0 for what is no array */
	for (size_t i = 0; i < length; i++)
		if (!json_is_string(json_array_get(list, i)))
			return 0;
	return length;
}

const char *kith_message_item(const struct kith_message *message, const char *key, size_t at)
{
	return json_string_value(json_array_get(json_object_get(message->root, key), at));
}

struct kith_message *kith_message_part(const struct kith_message *message, const char *key, size_t at)
{
	json_t *part = json_array_get(json_object_get(message->root, key), at);
	if (!json_is_object(part))
		return NULL;
	struct kith_message *out = kith_alloc(sizeof(*out));
	out->root = json_incref(part);
	return out;
}

/* --- waiting, with a deadline --- */

struct call {
	int socket;
	int64_t deadline_ms; /* of the monotonic clock; -1: none */
};

static int64_t monotonic_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock */
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Milliseconds that poll may wait: 0 when the time is over, -1 for ever. */
static int time_left(const struct call *call)
{
	if (call->deadline_ms < 0)
		return -1;
	const int64_t left = call->deadline_ms - monotonic_ms();
	return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static enum kith_code fail_late(struct kith_err *err)
{
	kith_fail(err, KITH_SYNC, "the daemon does not answer in time");
	return kith_hint(err, "see what it does: kith daemon status, or journalctl --user -u kithd");
}

static enum kith_code wait_for(const struct call *call, short events, struct kith_err *err)
{
	for (;;) {
		const int wait_ms = time_left(call);
		struct pollfd poll_fd = { .fd = call->socket, .events = events };
		const int ready = poll(&poll_fd, 1, wait_ms);
		if (ready > 0)
			return KITH_OK;
		if (ready < 0 && errno != EINTR)
			return kith_fail_errno(err, KITH_SYNC, "waiting for the daemon");
		if (ready == 0 && time_left(call) == 0)
			return fail_late(err);
	}
}

/* --- connecting --- */

static enum kith_code fail_without_daemon(struct kith_err *err)
{
	kith_fail(err, KITH_NONE, "no daemon is running for this store");
	return kith_hint(err, "start it with: kith daemon start");
}

static enum kith_code fail_strange_socket(const char *path, struct kith_err *err)
{
	kith_fail(err, KITH_SYNC, "%s is not a socket of yours", path);
	return kith_hint(err, "see who made it (ls -l %s), and remove it if it should not be there", path);
}

/* A path that is too long for an address is reached through its open folder. */
static bool set_address(const char *path, struct sockaddr_un *address, int *folder)
{
	*folder = -1;
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) < sizeof(address->sun_path)) {
		memcpy(address->sun_path, path, strlen(path) + 1);
		return true;
	}
	const char *slash = strrchr(path, '/');
	if (!slash)
		return false;
	KITH_CLEANUP(kith_free) char *parent = kith_strdup(path);
	parent[slash - path] = '\0';
	*folder = open(*parent ? parent : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*folder < 0)
		return false;
	const int length =
		snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d%s", *folder, slash);
	if (length > 0 && (size_t)length < sizeof(address->sun_path))
		return true;
	close(*folder);
	*folder = -1;
	errno = ENAMETOOLONG;
	return false;
}

/* A full backlog is not a state that poll can wait for: look again a little later. */
static int connect_patiently(const struct call *call, const struct sockaddr_un *address)
{
	for (;;) {
		if (connect(call->socket, (const struct sockaddr *)address, sizeof(*address)) == 0)
			return 0;
		if (errno != EAGAIN && errno != EINTR)
			return -1;
		if (time_left(call) == 0) {
			errno = EAGAIN;
			return -1;
		}
		(void)poll(NULL, 0, 5); /* a pause; ending early does no harm */
	}
}

static enum kith_code check_peer(const struct call *call, const char *path, struct kith_err *err)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);
	if (getsockopt(call->socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
		return kith_fail_errno(err, KITH_SYNC, "asking who listens at %s", path);
	return peer.uid == geteuid() ? KITH_OK : fail_strange_socket(path, err);
}

static enum kith_code connect_to(struct call *call, const char *path, struct kith_err *err)
{
	struct stat status;
	if (lstat(path, &status) != 0)
		return errno == ENOENT || errno == ENOTDIR ? fail_without_daemon(err)
		                                           : kith_fail_errno(err, KITH_SYNC, "%s", path);
	if (!S_ISSOCK(status.st_mode) || status.st_uid != geteuid())
		return fail_strange_socket(path, err);
	call->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (call->socket < 0)
		return kith_fail_errno(err, KITH_SYNC, "making a socket");
	struct sockaddr_un address;
	int folder;
	if (!set_address(path, &address, &folder))
		return kith_fail_errno(err, KITH_SYNC, "%s", path);
	const int result = connect_patiently(call, &address), number = errno;
	if (folder >= 0)
		close(folder);
	errno = number;
	if (result == 0)
		return check_peer(call, path, err);
	/* Nobody listens at what a killed daemon left behind. */
	if (errno == ECONNREFUSED || errno == ENOENT)
		return fail_without_daemon(err);
	return errno == EAGAIN ? fail_late(err) : kith_fail_errno(err, KITH_SYNC, "%s", path);
}

/* --- asking --- */

static enum kith_code send_all(const struct call *call, const char *text, size_t length, struct kith_err *err)
{
	while (length > 0) {
		const ssize_t sent = send(call->socket, text, length, MSG_NOSIGNAL);
		if (sent > 0) {
			text += sent;
			length -= (size_t)sent;
			continue;
		}
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return kith_fail_errno(err, KITH_SYNC, "asking the daemon");
		const enum kith_code code = wait_for(call, POLLOUT, err);
		if (code != KITH_OK)
			return code;
	}
	return KITH_OK;
}

/* Read up to a line feed; what comes after it in the same packet stays in `input` for the next line. */
static enum kith_code read_line(const struct call *call, struct kith_buf *input, struct kith_buf *line,
                                struct kith_err *err)
{
	char chunk[4096];
	size_t searched = 0;
	for (;;) {
		const char *end = input->length > searched
		                          ? memchr(input->text + searched, '\n', input->length - searched)
		                          : NULL;
		if (end) {
			const size_t length = (size_t)(end - input->text);
			kith_buf_clear(line);
			kith_buf_add_bytes(line, input->text, length);
			memmove(input->text, end + 1, input->length - length); /* with the NUL */
			input->length -= length + 1;
			return KITH_OK;
		}
		searched = input->length;
		if (input->length > KITH_CONTROL_LIMIT)
			return kith_fail(err, KITH_SYNC, "the daemon's answer is longer than %u bytes",
			                 KITH_CONTROL_LIMIT);
		const ssize_t got = recv(call->socket, chunk, sizeof(chunk), 0);
		if (got > 0) {
			kith_buf_add_bytes(input, chunk, (size_t)got);
			continue;
		}
		if (got == 0 || errno == ECONNRESET) {
			kith_fail(err, KITH_SYNC, "the daemon closed the connection without an answer");
			return kith_hint(err, "it may be stopping: try again, or see kith daemon status");
		}
		if (errno != EAGAIN && errno != EINTR)
			return kith_fail_errno(err, KITH_SYNC, "reading the daemon's answer");
		const enum kith_code code = wait_for(call, POLLIN, err);
		if (code != KITH_OK)
			return code;
	}
}

static enum kith_code fail_as_told(const struct kith_message *message, struct kith_err *err)
{
	const char *error = kith_message_text(message, "error"), *hint = kith_message_text(message, "hint");
	kith_fail(err, KITH_SYNC, "%s", error && *error ? error : "the daemon refused without a reason");
	return hint ? kith_hint(err, "%s", hint) : KITH_SYNC;
}

static enum kith_code read_answer(const struct call *call, struct kith_buf *line, struct kith_err *err)
{
	KITH_BUF input = {0};
	for (;;) {
		enum kith_code code = read_line(call, &input, line, err);
		if (code != KITH_OK)
			return code;
		KITH_CLEANUP(kith_message_destroy) struct kith_message *message = NULL;
		code = kith_message_parse(kith_buf_text(line), line->length, &message, err);
		if (code != KITH_OK) {
			kith_within(err, "the daemon's answer");
			return err ? (err->code = KITH_SYNC) : KITH_SYNC;
		}
		if (kith_message_is(message, "ok"))
			return KITH_OK;
		/* What neither accepts nor refuses is news, not the answer. */
		if (json_is_false(json_object_get(message->root, "ok")))
			return fail_as_told(message, err);
	}
}

static void close_socket(struct call *call)
{
	if (call->socket >= 0)
		close(call->socket);
}

enum kith_code kith_control_call(const struct kith_store *store, const char *request, int timeout_ms,
                                 struct kith_buf *answer, struct kith_err *err)
{
	struct kith_err unwanted = {0};
	if (!err)
		err = &unwanted; /* the code is answered all the same */
	assert(!strchr(request, '\n'));
	if (!store->socket)
		return fail_without_daemon(err);
	if (strlen(request) > KITH_CONTROL_LIMIT)
		return kith_fail(err, KITH_SYNC, "the request is longer than %u bytes", KITH_CONTROL_LIMIT);
	__attribute__((cleanup(close_socket))) struct call call = { .socket = -1, .deadline_ms = -1 };
	if (timeout_ms >= 0)
		call.deadline_ms = monotonic_ms() + timeout_ms;
	KITH_BUF line = {0};
	kith_buf_addf(&line, "%s\n", request);
	enum kith_code code = connect_to(&call, store->socket, err);
	if (code == KITH_OK)
		code = send_all(&call, line.text, line.length, err);
	if (code == KITH_OK)
		code = read_answer(&call, &line, err);
	if (code == KITH_OK)
		kith_buf_add_bytes(answer, line.text, line.length);
	return code;
}
