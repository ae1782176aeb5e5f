/* turns ROUNDS -- COMMAND… -- COMMAND…: runs the commands in turn, prints the median of each in microseconds. */
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_COMMANDS = 16 };

static double now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double run(char **command, char **environment)
{
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);

	pid_t child;
	int status = 0;
	const double begun = now_us();
	if (posix_spawn(&child, command[0], &actions, NULL, command, environment) || waitpid(child, &status, 0) < 0 ||
	    status) {
		fprintf(stderr, "turns: %s failed\n", command[0]);
		exit(1);
	}
	const double took = now_us() - begun;
	posix_spawn_file_actions_destroy(&actions);
	return took;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	char **commands[MAX_COMMANDS];
	size_t count = 0;
	for (int i = 2; i + 1 < argc; i++) {
		if (strcmp(argv[i], "--") || count == MAX_COMMANDS)
			continue;
		argv[i] = NULL; /* ends the command before */
		commands[count++] = argv + i + 1;
	}
	const size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	if (!rounds || !count) {
		fprintf(stderr, "usage: turns ROUNDS -- COMMAND...\n");
		return 2;
	}

	double *took = calloc(rounds * count, sizeof *took);
	if (!took)
		return 1;
	for (size_t round = 0; round < rounds; round++)
		for (size_t i = 0; i < count; i++)
			took[i * rounds + round] = run(commands[i], environ);
	for (size_t i = 0; i < count; i++) {
		qsort(took + i * rounds, rounds, sizeof *took, compare);
		printf("%.1f\n", took[i * rounds + rounds / 2]);
	}
	free(took);
	return 0;
}
