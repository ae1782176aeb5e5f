#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/store/control.h"

enum { PATIENT_MS = 20000, HASTY_MS = 50 };

/* A daemon that answers one connection with what it is told, whatever it is asked. */
struct daemon {
	char folder[64], path[512];
	int listening;
	pthread_t thread;
	bool runs;
	const char *answer;  /* NULL: says nothing until the client hangs up */
	size_t pad;          /* bytes of 'x' before the answer */
	size_t piece;        /* bytes sent at a time; 0: all at once */
	bool deaf;           /* hangs up without reading */
	struct kith_buf heard;
	struct kith_store store;
};

static void send_text(int client, const char *text, size_t length, size_t piece)
{
	while (length > 0) {
		const size_t wanted = piece && piece < length ? piece : length;
		const ssize_t sent = send(client, text, wanted, MSG_NOSIGNAL);
		if (sent <= 0)
			return; /* the client has heard enough */
		text += sent;
		length -= (size_t)sent;
	}
}

static void *answer_one(void *of)
{
	struct daemon *daemon = of;
	const int client = accept4(daemon->listening, NULL, NULL, SOCK_CLOEXEC);
	char chunk[65536];
	ssize_t got = daemon->deaf ? 0 : 1;
	while (got > 0 && !(daemon->heard.length && daemon->heard.text[daemon->heard.length - 1] == '\n')) {
		got = recv(client, chunk, sizeof(chunk), 0);
		if (got > 0)
			kith_buf_add_bytes(&daemon->heard, chunk, (size_t)got);
	}
	if (daemon->pad) {
		KITH_CLEANUP(kith_free) char *padding = kith_alloc(daemon->pad);
		memset(padding, 'x', daemon->pad);
		send_text(client, padding, daemon->pad, 0);
	}
	if (daemon->answer)
		send_text(client, daemon->answer, strlen(daemon->answer), daemon->piece);
	else
		while (!daemon->deaf && recv(client, chunk, sizeof(chunk), 0) > 0)
			continue;
	close(client);
	return NULL;
}

/* Bind in the folder itself, so that the path may be longer than an address. */
static void listen_at(struct daemon *daemon, const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *slash = strrchr(daemon->path, '/');
	*slash = '\0';
	assert_return_code(chdir(daemon->path), errno);
	*slash = '/';
	memcpy(address.sun_path, name, strlen(name) + 1);
	daemon->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(bind(daemon->listening, (struct sockaddr *)&address, sizeof(address)), errno);
	assert_return_code(fchdir(before), errno);
	close(before);
	assert_return_code(listen(daemon->listening, 1), errno);
}

static void start(struct daemon *daemon)
{
	listen_at(daemon, "s.sock");
	assert_int_equal(pthread_create(&daemon->thread, NULL, answer_one, daemon), 0);
	daemon->runs = true;
}

static int set_up(void **state)
{
	struct daemon *daemon = kith_alloc(sizeof(*daemon));
	const char *tmp = getenv("TMPDIR");
	daemon->listening = -1;
	if (snprintf(daemon->folder, sizeof(daemon->folder), "%s/kith-control-XXXXXX", tmp ? tmp : "/tmp") >=
	            (int)sizeof(daemon->folder) ||
	    !mkdtemp(daemon->folder))
		return -1;
	snprintf(daemon->path, sizeof(daemon->path), "%s/s.sock", daemon->folder);
	daemon->store.socket = daemon->path;
	*state = daemon;
	return 0;
}

static int tear_down(void **state)
{
	struct daemon *daemon = *state;
	if (daemon->listening >= 0)
		shutdown(daemon->listening, SHUT_RDWR); /* ends an accept that nobody called for */
	if (daemon->runs)
		pthread_join(daemon->thread, NULL);
	if (daemon->listening >= 0)
		close(daemon->listening);
	unlink(daemon->path);
	char *slash = strrchr(daemon->path, '/');
	*slash = '\0';
	rmdir(daemon->path);
	rmdir(daemon->folder);
	kith_buf_finish(&daemon->heard);
	kith_free(daemon);
	return 0;
}

static enum kith_code ask(struct daemon *daemon, int timeout_ms, struct kith_buf *answer, struct kith_err *err)
{
	return kith_control_call(&daemon->store, "{\"id\":1,\"do\":\"barrier\"}", timeout_ms, answer, err);
}

/* Nothing is appended, and there is a message. */
static void assert_fails(struct daemon *daemon, int timeout_ms, enum kith_code wanted, const char *words)
{
	KITH_BUF answer = {0};
	struct kith_err err = {0};
	kith_buf_add(&answer, "before");
	assert_int_equal(ask(daemon, timeout_ms, &answer, &err), wanted);
	assert_int_equal(err.code, wanted);
	assert_string_equal(answer.text, "before");
	if (!strstr(err.message, words))
		fail_msg("'%s' does not say '%s'", err.message, words);
	assert_int_equal(ask(daemon, HASTY_MS, &answer, NULL) == KITH_OK, false);
}

static void a_request_gets_its_answer(void **state)
{
	struct daemon *daemon = *state;
	daemon->answer = "{\"id\":1,\"ok\":true,\"changed\":3}\nmore";
	start(daemon);
	KITH_BUF answer = {0};
	kith_buf_add(&answer, ">");
	assert_int_equal(ask(daemon, PATIENT_MS, &answer, NULL), KITH_OK);
	assert_string_equal(answer.text, ">{\"id\":1,\"ok\":true,\"changed\":3}");
	assert_string_equal(daemon->heard.text, "{\"id\":1,\"do\":\"barrier\"}\n");
}

static void an_answer_may_come_in_pieces_and_after_news(void **state)
{
	struct daemon *daemon = *state;
	daemon->answer = "{\"event\":\"indexed\"}\n{\"id\":1,\"ok\":true}\n";
	daemon->piece = 1;
	start(daemon);
	KITH_BUF answer = {0};
	assert_int_equal(ask(daemon, PATIENT_MS, &answer, NULL), KITH_OK);
	assert_string_equal(answer.text, "{\"id\":1,\"ok\":true}");
}

static void a_long_request_is_sent_whole(void **state)
{
	struct daemon *daemon = *state;
	daemon->answer = "{\"ok\":true}\n";
	start(daemon);
	KITH_BUF request = {0}, answer = {0};
	kith_buf_add(&request, "{\"do\":\"");
	while (request.length < KITH_CONTROL_LIMIT - 2)
		kith_buf_add_char(&request, 'a');
	kith_buf_add(&request, "\"}");
	assert_int_equal(kith_control_call(&daemon->store, request.text, PATIENT_MS, &answer, NULL), KITH_OK);
	assert_int_equal(daemon->heard.length, request.length + 1);
}

static void a_refusal_brings_the_daemons_words(void **state)
{
	struct daemon *daemon = *state;
	daemon->answer = "{\"id\":1,\"ok\":false,\"error\":\"no remote\",\"hint\":\"git remote add\"}\n";
	start(daemon);
	KITH_BUF answer = {0};
	struct kith_err err = {0};
	assert_int_equal(ask(daemon, PATIENT_MS, &answer, &err), KITH_SYNC);
	assert_string_equal(err.message, "no remote");
	assert_string_equal(err.hint, "git remote add");
	assert_int_equal(answer.length, 0);
}

static void without_a_daemon_it_is_none(void **state)
{
	struct daemon *daemon = *state;
	assert_fails(daemon, PATIENT_MS, KITH_NONE, "no daemon is running");
	daemon->store.socket = NULL;
	assert_fails(daemon, PATIENT_MS, KITH_NONE, "no daemon is running");
}

static void a_socket_left_behind_is_no_daemon(void **state)
{
	struct daemon *daemon = *state;
	listen_at(daemon, "s.sock");
	close(daemon->listening);
	daemon->listening = -1;
	assert_fails(daemon, PATIENT_MS, KITH_NONE, "no daemon is running");
}

static void what_is_not_a_socket_is_refused(void **state)
{
	struct daemon *daemon = *state;
	const int file = open(daemon->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_return_code(file, errno);
	close(file);
	assert_fails(daemon, PATIENT_MS, KITH_SYNC, "is not a socket of yours");
}

static void a_link_to_a_socket_is_refused(void **state)
{
	struct daemon *daemon = *state;
	char other[128];
	snprintf(other, sizeof(other), "%s/other", daemon->folder);
	listen_at(daemon, "other");
	assert_return_code(symlink(other, daemon->path), errno);
	assert_fails(daemon, PATIENT_MS, KITH_SYNC, "is not a socket of yours");
	unlink(other);
}

static void a_socket_of_another_user_is_refused(void **state)
{
	struct daemon *daemon = *state;
	if (geteuid() != 0)
		skip(); /* only root can give a file away */
	listen_at(daemon, "s.sock");
	assert_return_code(chown(daemon->path, 65534, 65534), errno);
	assert_fails(daemon, PATIENT_MS, KITH_SYNC, "is not a socket of yours");
}

static void silence_ends_at_the_deadline(void **state)
{
	struct daemon *daemon = *state;
	start(daemon);
	assert_fails(daemon, HASTY_MS, KITH_SYNC, "does not answer in time");
}

static void a_full_backlog_ends_at_the_deadline(void **state)
{
	struct daemon *daemon = *state;
	listen_at(daemon, "s.sock");
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	memcpy(address.sun_path, daemon->path, strlen(daemon->path) + 1);
	int waiting[8];
	for (size_t i = 0; i < kith_count(waiting); i++) {
		waiting[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		(void)connect(waiting[i], (struct sockaddr *)&address,
		              sizeof(address)); /* the later ones find it full */
	}
	assert_fails(daemon, HASTY_MS, KITH_SYNC, "does not answer in time");
	for (size_t i = 0; i < kith_count(waiting); i++)
		close(waiting[i]);
}

static void a_connection_that_closes_is_an_error(void **state)
{
	struct daemon *daemon = *state;
	daemon->deaf = true;
	start(daemon);
	KITH_BUF answer = {0};
	struct kith_err err = {0};
	/* The request may still have been taken, or not. */
	assert_int_equal(ask(daemon, PATIENT_MS, &answer, &err), KITH_SYNC);
	assert_true(err.message[0]);
}

static void an_answer_that_is_no_json_is_an_error(void **state)
{
	struct daemon *daemon = *state;
	daemon->answer = "what?\n";
	start(daemon);
	assert_fails(daemon, PATIENT_MS, KITH_SYNC, "not JSON");
}

static void an_answer_without_end_is_cut_off(void **state)
{
	struct daemon *daemon = *state;
	daemon->pad = 4 * KITH_CONTROL_LIMIT;
	daemon->answer = "\n";
	start(daemon);
	assert_fails(daemon, PATIENT_MS, KITH_SYNC, "is longer than");
}

static void a_path_longer_than_an_address_works(void **state)
{
	struct daemon *daemon = *state;
	char name[201];
	memset(name, 'd', 200);
	name[200] = '\0';
	snprintf(daemon->path, sizeof(daemon->path), "%s/%s", daemon->folder, name);
	assert_return_code(mkdir(daemon->path, 0700), errno);
	snprintf(daemon->path, sizeof(daemon->path), "%s/%s/s.sock", daemon->folder, name);
	daemon->answer = "{\"ok\":true}\n";
	start(daemon);
	KITH_BUF answer = {0};
	struct kith_err err = {0};
	const enum kith_code code = ask(daemon, PATIENT_MS, &answer, &err);
	assert_string_equal(err.message, "");
	assert_int_equal(code, KITH_OK);
}

/* --- messages --- */

static struct kith_message *parsed(const char *line)
{
	struct kith_message *message = NULL;
	struct kith_err err = {0};
	if (kith_message_parse(line, strlen(line), &message, &err) != KITH_OK)
		fail_msg("%s: %s", line, err.message);
	return message;
}

static void members_are_read_by_their_type(void **state)
{
	(void)state;
	KITH_CLEANUP(kith_message_destroy) struct kith_message *message =
		parsed("{\"do\":\"commit\",\"id\":7,\"real\":1.5,\"yes\":true,\"no\":false,\"nothing\":null,"
	               "\"paths\":[\"a\",\"b\"],\"mixed\":[\"a\",1],\"none\":[]}");
	assert_string_equal(kith_message_text(message, "do"), "commit");
	assert_null(kith_message_text(message, "id"));
	assert_null(kith_message_text(message, "absent"));
	assert_int_equal(kith_message_number(message, "id", -1), 7);
	assert_int_equal(kith_message_number(message, "do", -1), -1);
	assert_int_equal(kith_message_number(message, "real", -1), -1);
	assert_int_equal(kith_message_number(message, "absent", 5), 5);
	assert_true(kith_message_is(message, "yes"));
	assert_false(kith_message_is(message, "no"));
	assert_false(kith_message_is(message, "id"));
	assert_false(kith_message_is(message, "nothing"));
	assert_int_equal(kith_message_list(message, "paths"), 2);
	assert_string_equal(kith_message_item(message, "paths", 1), "b");
	assert_null(kith_message_item(message, "paths", 2));
	assert_int_equal(kith_message_list(message, "mixed"), 0);
	assert_int_equal(kith_message_list(message, "none"), 0);
	assert_int_equal(kith_message_list(message, "do"), 0);
	assert_null(kith_message_item(message, "absent", 0));
}

static void what_is_no_message_is_refused(void **state)
{
	(void)state;
	static const char *const lines[] = { "",
		                             "{",
		                             "[]",
		                             "\"text\"",
		                             "1",
		                             "{\"a\":1,\"a\":2}",
		                             "{} {}",
		                             "{\"a\":\"\\u0000\"}",
		                             "{\"a\":\"\xFF\"}",
		                             "{\"a\":99999999999999999999}",
		                             "null" };
	for (size_t i = 0; i < kith_count(lines); i++) {
		struct kith_message *message = NULL;
		struct kith_err err = {0};
		assert_int_equal(kith_message_parse(lines[i], strlen(lines[i]), &message, &err), KITH_USAGE);
		assert_null(message);
		assert_true(err.message[0]);
	}
	kith_message_destroy(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_gets_its_answer),
		TEST(an_answer_may_come_in_pieces_and_after_news),
		TEST(a_long_request_is_sent_whole),
		TEST(a_refusal_brings_the_daemons_words),
		TEST(without_a_daemon_it_is_none),
		TEST(a_socket_left_behind_is_no_daemon),
		TEST(what_is_not_a_socket_is_refused),
		TEST(a_link_to_a_socket_is_refused),
		TEST(a_socket_of_another_user_is_refused),
		TEST(silence_ends_at_the_deadline),
		TEST(a_full_backlog_ends_at_the_deadline),
		TEST(a_connection_that_closes_is_an_error),
		TEST(an_answer_that_is_no_json_is_an_error),
		TEST(an_answer_without_end_is_cut_off),
		TEST(a_path_longer_than_an_address_works),
		cmocka_unit_test(members_are_read_by_their_type),
		cmocka_unit_test(what_is_no_message_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
