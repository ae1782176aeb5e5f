/* Asks a daemon over its control socket, for shell tests.
 *
 *	ask STORE REQUEST            prints the answer; exit codes of kith
 *	ask --socket STORE           prints the path of the socket
 *	ask --raw SOCKET COUNT       sends standard input as it is and prints COUNT lines, or up to the end (0)
 *	ask --systemd SOCKET         listens as systemd does, and prints what it is told until STOPPING
 *
 * Waits 20 s at most. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/store/control.h"

#define PATIENCE_MS 20000

static int ask_store(const char *root, const char *request)
{
	KITH_CLEANUP(kith_store_close) struct kith_store *store = NULL;
	struct kith_err err = {0};
	KITH_BUF answer = {0};
	enum kith_code code = kith_store_open(root, &store, &err);
	if (code == KITH_OK && !request) {
		puts(store->socket ? store->socket : "");
		return KITH_OK;
	}
	if (code == KITH_OK)
		code = kith_control_call(store, request, PATIENCE_MS, &answer, &err);
	if (code == KITH_OK)
		puts(answer.text);
	else
		fprintf(stderr, "error: %s\nhint: %s\n", err.message, err.hint);
	return code;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

/* A peer that closes on us while we write is what some tests want to see. */
static void send_stdin(int fd)
{
	char room[16 * 1024];
	ssize_t length;
	while ((length = read(STDIN_FILENO, room, sizeof(room))) > 0)
		for (ssize_t at = 0; at < length;) {
			const ssize_t sent = send(fd, room + at, (size_t)(length - at), MSG_NOSIGNAL);
			if (sent < 0)
				return;
			at += sent;
		}
}

static int talk_raw(const char *path, long lines)
{
	const int fd = connect_to(path);
	send_stdin(fd);
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	char letter;
	for (long seen = 0; lines == 0 || seen < lines;) {
		if (poll(&wait, 1, PATIENCE_MS) <= 0)
			return 1;
		if (read(fd, &letter, 1) <= 0) {
			puts("(end)");
			return lines != 0;
		}
		putchar(letter);
		seen += letter == '\n';
		if (letter == '\n')
			fflush(stdout);
	}
	return 0;
}

static int listen_as_systemd(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		perror(path);
		return 1;
	}
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	char message[4096] = "";
	while (!strstr(message, "STOPPING=1")) {
		if (poll(&wait, 1, PATIENCE_MS) <= 0)
			return 1;
		const ssize_t length = recv(fd, message, sizeof(message) - 1, 0);
		if (length < 0)
			return 1;
		message[length] = '\0';
		puts(message);
		fflush(stdout);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "--raw") == 0)
		return talk_raw(argv[2], strtol(argv[3], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "--socket") == 0)
		return ask_store(argv[2], NULL);
	if (argc == 3 && strcmp(argv[1], "--systemd") == 0)
		return listen_as_systemd(argv[2]);
	if (argc == 3)
		return ask_store(argv[1], argv[2]);
	fprintf(stderr, "usage: ask STORE REQUEST | ask --socket STORE | ask --raw SOCKET COUNT | ask --systemd SOCKET\n");
	return 2;
}
