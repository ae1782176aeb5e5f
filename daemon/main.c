/* kithd: looks after a store. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "daemon/once.h"
#include "daemon/options.h"
#include "daemon/resident.h"
#include "lib/base/log.h"

static enum kith_code run_resident(const struct kith_options *given, struct kith_err *err)
{
	struct kith_options options = *given;
	bool restart;
	enum kith_code code;
	do {
		code = kith_resident_run(&options, &restart, err);
		options.ready_fd = -1; /* it was told */
	} while (restart);
	return code;
}

static enum kith_code run(const struct kith_options *options, struct kith_err *err)
{
	switch (options->mode) {
	case KITH_MODE_HELP:
		return fputs(kith_options_help, stdout) < 0 ? KITH_IO : KITH_OK;
	case KITH_MODE_VERSION:
		return printf("kithd %s\n", KITH_VERSION) < 0 ? KITH_IO : KITH_OK;
	case KITH_MODE_RESIDENT:
		kith_log_to(options->verbose ? KITH_DEBUG : KITH_INFO);
		return run_resident(options, err);
	default:
		return kith_once_run(options, err);
	}
}

int main(int argc, char **argv)
{
	struct kith_options options;
	struct kith_err err = {0};
	(void)signal(SIGPIPE, SIG_IGN); /* a client that leaves is no reason to go */
	enum kith_code code = kith_options_read(argc, argv, &options, &err);
	if (code == KITH_OK)
		code = run(&options, &err);
	if (code != KITH_OK && *err.message)
		fprintf(stderr, "error: %s\n", err.message);
	if (code != KITH_OK && *err.hint)
		fprintf(stderr, "hint: %s\n", err.hint);
	return code;
}
