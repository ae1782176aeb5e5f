#include "daemon/options.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const char kith_options_help[] =
	"usage: kithd [--store DIR] [--verbose] [--ready-fd N]   stay, and look after the store\n"
	"       kithd [--store DIR] --once [--offline]           one full pass in the foreground\n"
	"       kithd [--store DIR] --commit MESSAGE PATH...     commit these paths of the store\n"
	"       kithd --init DIR                                 make a git repository kith can work in\n"
	"       kithd --hook make|remove --init DIR              make its pre-commit hook, or take it away\n"
	"       kithd [--store DIR] --staged                     print what is staged, for kith to read\n"
	"       kithd [--store DIR] --history [PATH|ID]          print what commits did, for kith to read\n"
	"       kithd --version | --help\n"
	"\n"
	"  --store DIR     the store; else $KITH_STORE, the nearest parent folder with kith.yaml,\n"
	"                  the first store in config.yaml, ~/kith\n"
	"  --ready-fd N    write a newline to descriptor N when everything is in place\n"
	"  --verbose       log more\n"
	"  --offline       without the network\n"
	"  --command TEXT  with --commit: the command that changed them, kept in the commit\n"
	"  --undoes ID     with --command: the commit that it takes back\n"
	"  --limit N       with --history: so many commits at most\n"
	"  --texts N       with --history: the texts, before and after, of so many files a commit\n"
	"  --only ID       with --history: this commit\n"
	"  --commands      with --history: commits that commands made\n"
	"  --json          print how a pass went as one line of JSON\n"
	"\n"
	"kithd(1) tells more.\n";

enum { STORE = 256, READY_FD, VERBOSE, ONCE, OFFLINE, SNAPSHOT, COMMIT, COMMAND, INIT, JSON, STDIN_PATHS,
       UNDOES, HISTORY, LIMIT, TEXTS, ONLY, COMMANDS, STAGED, HOOK };

static const struct option known[] = {
	{"store", required_argument, NULL, STORE},
	{"ready-fd", required_argument, NULL, READY_FD},
	{"verbose", no_argument, NULL, VERBOSE},
	{"once", no_argument, NULL, ONCE},
	{"offline", no_argument, NULL, OFFLINE},
	{"snapshot", no_argument, NULL, SNAPSHOT},
	{"commit", required_argument, NULL, COMMIT},
	{"command", required_argument, NULL, COMMAND},
	{"undoes", required_argument, NULL, UNDOES},
	{"init", required_argument, NULL, INIT},
	{"history", no_argument, NULL, HISTORY},
	{"staged", no_argument, NULL, STAGED},
	{"hook", required_argument, NULL, HOOK},
	{"limit", required_argument, NULL, LIMIT},
	{"texts", required_argument, NULL, TEXTS},
	{"only", required_argument, NULL, ONLY},
	{"commands", no_argument, NULL, COMMANDS},
	{"json", no_argument, NULL, JSON},
	{"paths-from-stdin", no_argument, NULL, STDIN_PATHS},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static enum kith_code set_mode(struct kith_options *out, enum kith_mode mode, struct kith_err *err)
{
	if (out->mode != KITH_MODE_RESIDENT && out->mode != mode)
		return kith_fail(err, KITH_USAGE, "only one of --once, --commit, --init and --history can be done at a time");
	out->mode = mode;
	return KITH_OK;
}

static enum kith_code read_ready_fd(const char *text, struct kith_options *out, struct kith_err *err)
{
	char *end;
	errno = 0;
	const long fd = strtol(text, &end, 10);
	if (errno || *text == '\0' || *end || fd < 0 || fd > 65535)
		return kith_fail(err, KITH_USAGE, "--ready-fd: '%s' is not the number of a descriptor", text);
	/* It is for us: a child that inherited it would keep it open. */
	if (fcntl((int)fd, F_SETFD, FD_CLOEXEC) != 0)
		return kith_fail(err, KITH_USAGE, "--ready-fd: descriptor %ld is not open", fd);
	out->ready_fd = (int)fd;
	return KITH_OK;
}

static enum kith_code read_count(const char *name, const char *text, size_t *out, struct kith_err *err)
{
	char *end;
	errno = 0;
	const unsigned long count = strtoul(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end)
		return kith_fail(err, KITH_USAGE, "%s: '%s' is not a number", name, text);
	*out = count;
	return KITH_OK;
}

/* It comes with --init, which names the folder. */
static enum kith_code read_hook(const char *text, struct kith_options *out, struct kith_err *err)
{
	if (strcmp(text, "make") != 0 && strcmp(text, "remove") != 0)
		return kith_fail(err, KITH_USAGE, "--hook takes make or remove, not '%s'", text);
	out->hook = text;
	return KITH_OK;
}

static enum kith_code take_option(int option, struct kith_options *out, struct kith_err *err)
{
	switch (option) {
	case STORE:       out->store = optarg; return KITH_OK;
	case READY_FD:    return read_ready_fd(optarg, out, err);
	case VERBOSE:     out->verbose = true; return KITH_OK;
	case OFFLINE:     out->offline = true; return KITH_OK;
	case JSON:        out->json = true; return KITH_OK;
	case STDIN_PATHS: out->paths_from_stdin = true; return KITH_OK;
	case COMMAND:     out->command = optarg; return KITH_OK;
	case ONCE:        return set_mode(out, KITH_MODE_ONCE, err);
	case SNAPSHOT:    return set_mode(out, KITH_MODE_SNAPSHOT, err);
	case 'V':         return set_mode(out, KITH_MODE_VERSION, err);
	case 'h':         return set_mode(out, KITH_MODE_HELP, err);
	case COMMIT:      out->message = optarg; return set_mode(out, KITH_MODE_COMMIT, err);
	case UNDOES:      out->undoes = optarg; return KITH_OK;
	case ONLY:        out->only = optarg; return KITH_OK;
	case COMMANDS:    out->commands = true; return KITH_OK;
	case LIMIT:       return read_count("--limit", optarg, &out->limit, err);
	case TEXTS:       return read_count("--texts", optarg, &out->texts, err);
	case HISTORY:     return set_mode(out, KITH_MODE_HISTORY, err);
	case STAGED:      return set_mode(out, KITH_MODE_STAGED, err);
	case HOOK:        return read_hook(optarg, out, err);
	case INIT:        out->folder = optarg; return set_mode(out, KITH_MODE_INIT, err);
	default:          break;
	}
	return kith_fail(err, KITH_USAGE, "the options cannot be read");
}

static enum kith_code check_rest(const struct kith_options *out, struct kith_err *err)
{
	if (out->mode == KITH_MODE_HELP || out->mode == KITH_MODE_VERSION)
		return KITH_OK;
	if (out->mode == KITH_MODE_COMMIT && out->path_count == 0 && !out->paths_from_stdin) {
		kith_fail(err, KITH_USAGE, "--commit needs the paths to commit");
		return kith_hint(err, "kithd --commit \"new number\" contacts/ana-silva.yaml");
	}
	if (out->hook && out->mode != KITH_MODE_INIT) {
		kith_fail(err, KITH_USAGE, "--hook needs --init and a folder");
		return kith_hint(err, "kithd --hook %s --init DIR", out->hook);
	}
	const size_t most = out->mode == KITH_MODE_COMMIT ? SIZE_MAX : out->mode == KITH_MODE_HISTORY;
	if (out->path_count > most) {
		kith_fail(err, KITH_USAGE, "kithd takes no '%s'", out->paths[most]);
		return kith_hint(err, "a store is named by --store; kithd --help");
	}
	return KITH_OK;
}

enum kith_code kith_options_read(int argc, char **argv, struct kith_options *out, struct kith_err *err)
{
	*out = (struct kith_options){.ready_fd = -1};
	opterr = 0;
	optind = 1;
	for (int option; (option = getopt_long(argc, argv, ":h", known, NULL)) != -1;) {
		if (option == '?' || option == ':') {
			const char *given = argv[optind - 1];
			kith_fail(err, KITH_USAGE, option == ':' ? "%s needs a value" : "kithd has no option %s", given);
			return kith_hint(err, "kithd --help lists them");
		}
		const enum kith_code code = take_option(option, out, err);
		if (code != KITH_OK)
			return code;
	}
	out->paths = argv + optind;
	out->path_count = (size_t)(argc - optind);
	return check_rest(out, err);
}
