/* What a command that writes several files is about to do, written down before it does it.
 *
 * A command that is killed, or whose machine loses power, between two files leaves some as they were and some as they were to be.
 * The journal, `.git/kith/changing/DIGITS.job`, has the texts of both, and is locked (flock) while the command lives.  The next
 * command that finds one nobody holds looks at the files: all of them new: what is missing is the commit, which is made; some
 * new and the others old: the new ones are taken back, so that the command can be given again, and is then undone as a whole;
 * all old: nothing was written.  A file that is neither was saved by somebody since.  Then nothing is touched, because only the
 * user knows what is meant; the files are named.
 *
 * A line `kith-change 1 COMMAND UNDOES MESSAGE` (lengths in bytes), these three, then the files, then `end`.  A file is a line
 * `file WHAT PATH BEFORE AFTER` (lengths; -1: there is no file) and the three.  Behind the end stand files whose text was made again from
 * what somebody saved while the command wrote; the last of a path holds.  A journal without its end was never acted on. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/change_parts.h"
#include "lib/base/failpoint.h"
#include "lib/base/file.h"
#include "lib/base/text.h"

enum { JOURNAL_LIMIT = 256 << 20 };

static const char folder_name[] = "changing";

static const char *folder_of(struct kith_app *app)
{
	return app->store->local ? kith_path_join(&app->arena, app->store->local, folder_name) : NULL;
}

/* --- writing --- */

static void add_text(struct kith_buf *out, const char *text, size_t length)
{
	if (text)
		kith_buf_add_bytes(out, text, length);
	kith_buf_add_char(out, '\n');
}

static void add_file(struct kith_buf *out, const struct kith_change *change)
{
	const size_t path = strlen(change->path);
	kith_buf_addf(out, "file %d %zu %" PRId64 " %" PRId64 "\n", (int)change->what, path,
	              change->before ? (int64_t)change->before_length : -1, change->after ? (int64_t)change->after_length : -1);
	add_text(out, change->path, path);
	add_text(out, change->before, change->before_length);
	add_text(out, change->after, change->after_length);
}

static bool sync_folder(const char *path)
{
	const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const bool synced = fd >= 0 && !fsync(fd);
	if (fd >= 0)
		close(fd);
	return synced;
}

static bool append(int fd, const struct kith_buf *text)
{
	struct kith_err err = { 0 };
	return kith_write_all(fd, kith_buf_text(text), text->length, &err) == KITH_OK && !fsync(fd);
}

static bool create(struct kith_app *app, struct kith_change_journal *journal, struct kith_err *err)
{
	uint64_t random;
	const char *folder = folder_of(app);
	if (!folder || kith_make_folders(folder, 0700, err) || getrandom(&random, sizeof(random), 0) != sizeof(random))
		return false;
	journal->path = kith_arena_printf(&app->arena, "%s/%016" PRIx64 ".job", folder, random);
	journal->fd = open(journal->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return journal->fd >= 0 && !flock(journal->fd, LOCK_EX);
}

enum kith_code kith_change_journal_begin(struct kith_changes *changes, const char *message,
                                         struct kith_change_journal *journal, struct kith_err *err)
{
	struct kith_app *app = changes->app;
	*journal = (struct kith_change_journal){ .fd = -1 };
	/* One file is exchanged as a whole. */
	if (kith_changes_real(changes) < 2 || !app->store->local)
		return KITH_OK;
	KITH_BUF text = { 0 };
	const char *command = app->args.command->name, *undoes = app->undoes ? app->undoes : "";
	kith_buf_addf(&text, "kith-change 1 %zu %zu %zu\n", strlen(command), strlen(undoes), strlen(message));
	add_text(&text, command, strlen(command));
	add_text(&text, undoes, strlen(undoes));
	add_text(&text, message, strlen(message));
	for (size_t i = 0; i < changes->count; i++)
		if (!changes->list[i].same)
			add_file(&text, &changes->list[i]);
	kith_buf_add(&text, "end\n");
	if (text.length > JOURNAL_LIMIT)
		return KITH_OK;
	if (create(app, journal, err) && append(journal->fd, &text) && sync_folder(folder_of(app))) {
		KITH_FAILPOINT("changes written down");
		return KITH_OK;
	}
	if (!*err->message)
		kith_fail_errno(err, KITH_IO, "cannot write in %s", folder_of(app));
	kith_change_journal_end(journal);
	return KITH_IO;
}

void kith_change_journal_add(struct kith_change_journal *journal, const struct kith_change *change)
{
	KITH_BUF text = { 0 };
	if (journal->fd < 0)
		return;
	add_file(&text, change);
	(void)append(journal->fd, &text); /* without it the file counts as somebody's, and is left alone */
}

void kith_change_journal_end(struct kith_change_journal *journal)
{
	if (journal->fd < 0)
		return;
	(void)unlink(journal->path); /* else it is found again, with nothing to do */
	close(journal->fd);
	journal->fd = -1;
	KITH_FAILPOINT("changes through");
}

/* --- reading it again --- */

struct reader {
	struct kith_app *app;
	const char *at, *end;
};

/* Takes `length` bytes and the line feed behind them; -1: none, and the line feed. */
static bool take(struct reader *reader, int64_t length, const char **out, size_t *out_length)
{
	const int64_t bytes = length < 0 ? 0 : length;
	if (length < -1 || reader->end - reader->at <= bytes || reader->at[bytes] != '\n')
		return false;
	*out = length < 0 ? NULL : kith_arena_strndup(&reader->app->arena, reader->at, (size_t)bytes);
	*out_length = (size_t)bytes;
	reader->at += bytes + 1;
	return true;
}

static bool read_file(struct reader *reader, struct kith_changes *out)
{
	int what, used = 0;
	int64_t path, before, after;
	struct kith_change change = { 0 };
	size_t path_length;
	if (sscanf(reader->at, "file %d %" SCNd64 " %" SCNd64 " %" SCNd64 "%n", &what, &path, &before, &after, &used) != 4 ||
	    reader->at[used] != '\n' || path < 1 || what < KITH_CHANGE_EDIT || what > KITH_CHANGE_REMOVE)
		return false;
	reader->at += used + 1;
	if (!take(reader, path, &change.path, &path_length) || !take(reader, before, &change.before, &change.before_length) ||
	    !take(reader, after, &change.after, &change.after_length) ||
	    (!change.before) != (what == KITH_CHANGE_CREATE) || (!change.after) != (what == KITH_CHANGE_REMOVE))
		return false;
	change.what = what;
	change.folders_kept = path_length; /* which ones were made is not known: they stay */
	for (size_t i = 0; i < out->count; i++)
		if (strcmp(out->list[i].path, change.path) == 0) {
			out->list[i] = change;
			return true;
		}
	*(struct kith_change *)kith_arena_push(&out->app->arena, &out->list, &out->count, &out->capacity, sizeof(change)) =
		change;
	return true;
}

struct told {
	const char *command, *undoes, *message;
};

static bool read_journal(struct reader *reader, struct told *told, struct kith_changes *out)
{
	int used = 0;
	int64_t command, undoes, message;
	size_t length;
	if (sscanf(reader->at, "kith-change 1 %" SCNd64 " %" SCNd64 " %" SCNd64 "%n", &command, &undoes, &message, &used) != 3 ||
	    reader->at[used] != '\n' || command < 0 || undoes < 0 || message < 0)
		return false;
	reader->at += used + 1;
	if (!take(reader, command, &told->command, &length) || !take(reader, undoes, &told->undoes, &length) ||
	    !take(reader, message, &told->message, &length))
		return false;
	while (strncmp(reader->at, "end\n", 4) != 0)
		if (!read_file(reader, out))
			return false;
	reader->at += 4;
	while (reader->at < reader->end && read_file(reader, out))
		continue;
	return out->count > 0;
}

/* --- finishing it --- */

enum state { STATE_BEFORE, STATE_AFTER, STATE_OTHER, STATES };

static bool is(const char *text, size_t length, const char *now, size_t now_length)
{
	return text && now ? length == now_length && (!length || memcmp(text, now, length) == 0) : !text && !now;
}

static enum state state_of(struct kith_app *app, const struct kith_change *change)
{
	const char *now = NULL;
	size_t length = 0;
	struct kith_err err = { 0 };
	const enum kith_code code = kith_change_read(app, change->path, &now, &length, &err);
	if (code && code != KITH_NONE)
		return STATE_OTHER;
	return is(change->after, change->after_length, now, length)     ? STATE_AFTER
	       : is(change->before, change->before_length, now, length) ? STATE_BEFORE
	                                                                : STATE_OTHER;
}

static void say_left(const struct kith_changes *changes, const struct told *told)
{
	enum { MOST = 5 };
	KITH_BUF names = { 0 };
	size_t count = 0;
	for (size_t i = 0; i < changes->count; i++) {
		if (changes->list[i].written && ++count <= MOST)
			kith_buf_addf(&names, "%s%s", count == 1 ? "" : ", ", changes->list[i].path);
	}
	if (count > MOST)
		kith_buf_addf(&names, " and %zu more", count - MOST);
	kith_app_warn(changes->app,
	              "kith %s was interrupted, and some of its files were saved since, so it stays half done; it has changed %s: "
	              "kith history says more, and the command can be given again",
	              told->command, names.length ? names.text : "nothing");
}

static void finish(struct kith_changes *changes, const struct told *told)
{
	struct kith_app *app = changes->app;
	size_t counts[STATES] = { 0 };
	if (kith_change_recover_files(app, NULL))
		return;
	for (size_t i = 0; i < changes->count; i++) {
		const enum state state = state_of(app, &changes->list[i]);
		changes->list[i].written = state == STATE_AFTER;
		counts[state]++;
	}
	if (counts[STATE_OTHER] && counts[STATE_AFTER])
		say_left(changes, told);
	if (counts[STATE_OTHER] || !counts[STATE_AFTER])
		return;
	const struct kith_command *now = app->args.command, *then = kith_command_find(told->command);
	const char *undoes = app->undoes;
	app->args.command = then ? then : now;
	app->undoes = *told->undoes ? told->undoes : NULL;
	if (counts[STATE_BEFORE]) {
		kith_changes_take_back(changes, told->command);
		/* kith.yaml may be among the files, and was read before. */
		kith_store_reload(app->store);
		(void)kith_index_set_now(app->index, app->now, NULL); /* what is due waits for the next look then */
	} else {
		kith_changes_commit(changes, told->message);
	}
	app->args.command = now;
	app->undoes = undoes;
}

/* Lock a journal that nobody is at; -1 otherwise. */
static int lock(const char *path)
{
	struct stat status;
	const int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB) && !fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_nlink)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void recover_one(struct kith_app *app, const char *path)
{
	KITH_BUF text = { 0 };
	struct kith_changes changes = { .app = app };
	struct told told;
	struct kith_change_journal journal = { .fd = lock(path), .path = path };
	if (journal.fd < 0)
		return;
	if (kith_file_read(path, (size_t)JOURNAL_LIMIT * 2, &text, NULL) == KITH_OK) {
		struct reader reader = { app, kith_buf_text(&text), kith_buf_text(&text) + text.length };
		if (read_journal(&reader, &told, &changes))
			finish(&changes, &told);
	}
	kith_change_journal_end(&journal);
}

void kith_changes_recover(struct kith_app *app)
{
	const char *path = folder_of(app);
	DIR *folder = path ? opendir(path) : NULL;
	if (!folder)
		return;
	for (const struct dirent *entry; (entry = readdir(folder));)
		if (entry->d_name[0] != '.')
			recover_one(app, kith_path_join(&app->arena, path, entry->d_name));
	closedir(folder);
}
