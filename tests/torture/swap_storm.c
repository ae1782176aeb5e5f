/* A storm of saves against continuous edits of the same file:
 *
 *   swap_storm FOLDER SAVES [SEED] [naive]
 *
 * One process saves like editors do, at random moments; another reads the file, changes a line and puts it back with
 * kith_swap_replace, without a pause.  Each save has a number.  It is destroyed when the editing process never reads
 * it, and it is neither the file nor kept in the end.  The saver waits for that before the next save, so that it never overwrites
 * its own.  `naive` compares and then renames, to see what that costs.  Leaves with 1 if a save was destroyed. */
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/swap.h"

enum { PATIENCE_MS = 10000, RECOVER_EVERY = 200, FILLER_MOST = 400 };

#define NAME "contacts/ana.yaml"

static struct shared {
	_Atomic long seen; /* number of the newest save that was read */
	_Atomic long edits, beaten, failed, kept, torn;
	_Atomic int stop;
} *shared;

static const char *path, *backup, *temporary, *staging;
static unsigned seed;

static unsigned any(unsigned below)
{
	return (unsigned)rand_r(&seed) % below;
}

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void nap_us(unsigned us)
{
	nanosleep(&(struct timespec){ 0, (long)us * 1000 }, NULL);
}

static void must(bool true_or_die, const char *what)
{
	if (true_or_die)
		return;
	perror(what);
	_exit(2);
}

/* --- saving --- */

static void make_text(struct kith_buf *out, long number)
{
	kith_buf_addf(out, "save: %ld\n", number);
	for (unsigned lines = any(FILLER_MOST); lines > 0; lines--)
		kith_buf_addf(out, "x-%u: filler\n", lines);
	kith_buf_addf(out, "end: %ld\n", number);
}

static void put_all(int fd, const char *text, size_t length)
{
	must(write(fd, text, length) == (ssize_t)length, "write");
}

/* In two writes, as a long file is written. */
static void fill(int fd, const struct kith_buf *text)
{
	const size_t half = any((unsigned)text->length);
	put_all(fd, text->text, half);
	if (any(2))
		nap_us(any(1500));
	put_all(fd, text->text + half, text->length - half);
}

static void save_in_place(const struct kith_buf *text)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	must(fd >= 0, "open");
	fill(fd, text);
	close(fd);
}

static void save_over(const struct kith_buf *text)
{
	const int fd = open(path, O_WRONLY | O_CREAT, 0644);
	must(fd >= 0, "open");
	fill(fd, text);
	must(!ftruncate(fd, (off_t)text->length), "ftruncate");
	close(fd);
}

static void save_by_rename(const struct kith_buf *text)
{
	const int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	must(fd >= 0, "open");
	fill(fd, text);
	close(fd);
	must(!rename(temporary, path), "rename");
}

static void save_like_vim(const struct kith_buf *text)
{
	(void)rename(path, backup); /* it may be away */
	save_in_place(text);
	(void)unlink(backup);
}

/* What is there stays; the number comes at its end. */
static void append(const struct kith_buf *text)
{
	const char *line = strstr(text->text, "end: ");
	KITH_BUF more = { 0 };
	kith_buf_addf(&more, "save: %s", line + 5);
	const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	must(fd >= 0, "open");
	put_all(fd, more.text, more.length);
	close(fd);
}

static void (*const styles[])(const struct kith_buf *) = { save_in_place, save_over, save_by_rename, save_like_vim, append };
static const char *const style_names[] = { "truncate and write", "write over", "rename", "vim", "append" };

/* --- editing --- */

static void see(const char *text)
{
	for (const char *at = text; (at = strstr(at, "save: ")); at++)
		if (at == text || at[-1] == '\n') {
			const long number = strtol(at + 6, NULL, 10);
			if (number > atomic_load(&shared->seen))
				atomic_store(&shared->seen, number);
		}
}

/* A whole save begins with its number and has the same at its end. */
static bool is_whole(const char *text)
{
	const char *end = strstr(text, "\nend: ");
	return strncmp(text, "save: ", 6) == 0 && end && strtol(text + 6, NULL, 10) == strtol(end + 6, NULL, 10);
}

static void on_kept(void *user, const char *file, const char *kept)
{
	KITH_BUF text = { 0 };
	(void)user, (void)file;
	atomic_fetch_add(&shared->kept, 1);
	if (!kith_file_read(kept, 1 << 20, &text, NULL))
		see(kith_buf_text(&text));
}

static enum kith_code put_naively(const struct kith_buf *was, const struct kith_buf *becomes, enum kith_swapped *swapped,
                                  struct kith_err *err)
{
	KITH_BUF now = { 0 };
	const enum kith_code code = kith_file_read(path, 1 << 20, &now, err);
	if (code)
		return code;
	*swapped = KITH_SWAP_BEATEN;
	if (now.length != was->length || memcmp(now.text, was->text, was->length) != 0)
		return KITH_OK;
	*swapped = KITH_SWAPPED;
	return kith_file_write(path, becomes->text, becomes->length, 0644, err);
}

static void edit_once(const struct kith_swap *swap, bool naive, long number)
{
	KITH_BUF was = { 0 }, becomes = { 0 };
	struct kith_err err = { 0 };
	enum kith_swapped swapped;
	if (kith_swap_read(swap, NAME, 1 << 20, &was, &err) || !was.length) {
		atomic_fetch_add(&shared->failed, 1);
		fprintf(stderr, "reading: %s\n", *err.message ? err.message : "empty");
		return;
	}
	see(was.text);
	if (!is_whole(was.text))
		atomic_fetch_add(&shared->torn, 1);
	const char *old = strstr(was.text, "\nedit: ");
	const size_t before = old ? (size_t)(old - was.text) + 1 : was.length;
	kith_buf_add_bytes(&becomes, was.text, before);
	kith_buf_addf(&becomes, "edit: %ld\n", number);
	if (old)
		kith_buf_add(&becomes, strchr(old + 1, '\n') + 1);
	const enum kith_code code = naive ? put_naively(&was, &becomes, &swapped, &err)
	                                  : kith_swap_replace(swap, NAME, was.text, was.length, becomes.text,
	                                                      becomes.length, &swapped, &err);
	if (code)
		fprintf(stderr, "replacing: %s\n", err.message);
	atomic_fetch_add(code ? &shared->failed : swapped == KITH_SWAPPED ? &shared->edits : &shared->beaten, 1);
}

static void edit_all_the_time(const struct kith_swap *swap, bool naive)
{
	struct kith_err err = { 0 };
	for (long number = 1; !atomic_load(&shared->stop); number++) {
		edit_once(swap, naive, number);
		if (number % RECOVER_EVERY == 0)
			must(!kith_swap_recover(swap, on_kept, NULL, &err), err.message);
	}
	/* What lingers is looked at once more. */
	for (int i = 0; i < 5; i++) {
		nap_us(500000);
		must(!kith_swap_recover(swap, on_kept, NULL, &err), err.message);
		edit_once(swap, naive, 0);
	}
}

/* --- all together --- */

/* Whether the save was seen before its time was up. */
static bool is_seen(long number)
{
	const int64_t end = now_ms() + PATIENCE_MS;
	while (atomic_load(&shared->seen) < number) {
		if (now_ms() > end)
			return false;
		nap_us(100);
	}
	return true;
}

static int report(long saves, const long *lost)
{
	long destroyed = 0;
	printf("saves=%ld edits=%ld beaten=%ld failed=%ld kept=%ld torn=%ld\n", saves, atomic_load(&shared->edits),
	       atomic_load(&shared->beaten), atomic_load(&shared->failed), atomic_load(&shared->kept),
	       atomic_load(&shared->torn));
	for (size_t i = 0; i < kith_count(styles); i++) {
		printf("destroyed %s: %ld\n", style_names[i], lost[i]);
		destroyed += lost[i];
	}
	printf("destroyed=%ld\n", destroyed);
	return destroyed ? 1 : 0;
}

int main(int argc, char **argv)
{
	must(argc >= 3, "swap_storm FOLDER SAVES [SEED] [naive]");
	const long saves = strtol(argv[2], NULL, 10);
	const bool naive = argc > 4 && strcmp(argv[4], "naive") == 0;
	seed = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 1;
	KITH_ARENA arena = { 0 };
	path = kith_arena_printf(&arena, "%s/%s", argv[1], NAME);
	backup = kith_arena_printf(&arena, "%s~", path);
	temporary = kith_arena_printf(&arena, "%s.new", path);
	staging = kith_arena_printf(&arena, "%s/.git/kith/swap", argv[1]);
	KITH_BUF first = { 0 };
	must(!kith_make_folders(kith_arena_printf(&arena, "%s/contacts", argv[1]), 0755, NULL), "mkdir");
	make_text(&first, 0);
	save_in_place(&first);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(shared != MAP_FAILED, "mmap");
	const struct kith_swap swap = { open(argv[1], O_RDONLY | O_DIRECTORY), staging };
	must(swap.root >= 0, argv[1]);
	const pid_t child = fork();
	must(child >= 0, "fork");
	if (child == 0) {
		edit_all_the_time(&swap, naive);
		_exit(0);
	}
	long lost[kith_count(styles)] = { 0 };
	for (long number = 1; number <= saves; number++) {
		KITH_BUF text = { 0 };
		const size_t style = any(kith_count(styles));
		make_text(&text, number);
		nap_us(any(any(10) ? 1200 : 20000));
		styles[style](&text);
		/* One that is found only when lingering ends counts as destroyed here: it must be rare enough not to happen. */
		lost[style] += !is_seen(number);
	}
	atomic_store(&shared->stop, 1);
	int status = 2;
	must(waitpid(child, &status, 0) == child, "waitpid");
	close(swap.root);
	if (status) {
		fprintf(stderr, "the editing process ended with %d\n", status);
		return 2;
	}
	return report(saves, lost);
}
