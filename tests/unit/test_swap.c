#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/failpoint.h"
#include "lib/base/file.h"
#include "lib/base/memory.h"
#include "lib/base/swap.h"
#include "permissions.h"
#include "sandbox.h"

#define FILE_PATH "contacts/ana.yaml"
#define REAL "s/" FILE_PATH
#define WAS "name: Ana\ncity: Porto\n"
#define BECOMES "name: Ana\ncity: Lisbon\n"
#define SAVED "name: Ana Silva\ncity: Porto\nskills: law\n"
#define SAVED_LATER "name: Ana\ncity: Faro\n"

/* The linker takes this renameat2 and not the C library's: what a file system cannot do is said here. */
static struct {
	bool no_exchange, no_noreplace, one_folder_only;
} lacking;

int renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
	struct stat one, other;
	if ((lacking.no_exchange && flags & RENAME_EXCHANGE) || (lacking.no_noreplace && flags & RENAME_NOREPLACE)) {
		errno = EINVAL;
		return -1;
	}
	if (lacking.one_folder_only && !fstat(from, &one) && !fstat(to, &other) && one.st_ino != other.st_ino) {
		errno = EXDEV;
		return -1;
	}
	return (int)syscall(SYS_renameat2, from, old, to, new, flags);
}

static char staging[4096];
static struct kith_swap swap;
static char kept_path[4096];
static unsigned kept_count;

static void on_kept(void *user, const char *path, const char *kept)
{
	(void)user;
	assert_string_equal(path, FILE_PATH);
	kept_count++;
	snprintf(kept_path, sizeof(kept_path), "%s", kept);
}

static int enter(void **state)
{
	if (sandbox_enter(state))
		return -1;
	put(REAL, WAS);
	snprintf(staging, sizeof(staging), "%s/s/.git/kith/swap", sandbox_path());
	swap = (struct kith_swap){ open("s", O_RDONLY | O_DIRECTORY | O_CLOEXEC), staging };
	memset(&lacking, 0, sizeof(lacking));
	kept_count = 0;
#ifdef KITH_FAILPOINTS
	kith_failpoint_hook = NULL;
#endif
	return swap.root < 0 ? -1 : 0;
}

static int leave(void **state)
{
	close(swap.root);
	return sandbox_leave(state);
}

static enum kith_code replace(enum kith_swapped *swapped, struct kith_err *err)
{
	return kith_swap_replace(&swap, FILE_PATH, WAS, strlen(WAS), BECOMES, strlen(BECOMES), swapped, err);
}

static enum kith_swapped replaced(void)
{
	struct kith_err err = { 0 };
	enum kith_swapped swapped;
	if (replace(&swapped, &err))
		fail_msg("replacing: %s (%s)", err.message, err.hint);
	return swapped;
}

static void recover(void)
{
	struct kith_err err = { 0 };
	if (kith_swap_recover(&swap, on_kept, NULL, &err))
		fail_msg("recovering: %s", err.message);
}

static const char *left_over(void)
{
	return sh("cd s && find . -name '.kith-*' -o -name '*.new' -o -name '*.old' -o -name '*.job' -o -name '*.done' | sort");
}

/* What was displaced goes when its time has come. */
static void assert_tidied(void)
{
	for (int tries = 0; tries < 200 && *left_over(); tries++) {
		nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
		recover();
	}
	assert_string_equal(left_over(), "");
}

#ifdef KITH_FAILPOINTS
static void save(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void save_by_rename(const char *path, const char *text)
{
	KITH_BUF beside = { 0 };
	kith_buf_addf(&beside, "%s.tmp", path);
	save(beside.text, text);
	assert_int_equal(rename(beside.text, path), 0);
}
#endif

/* --- nobody else is there --- */

static void a_file_is_replaced_and_what_was_displaced_goes_later(void **state)
{
	(void)state;
	assert_int_equal(replaced(), KITH_SWAPPED);
	assert_string_equal(get(REAL), BECOMES);
	recover();
	assert_string_equal(get(REAL), BECOMES);
	assert_tidied();
	assert_string_equal(get(REAL), BECOMES);
	assert_int_equal(kept_count, 0);
}

static void a_file_that_is_not_as_it_was_read_is_left_alone(void **state)
{
	(void)state;
	put(REAL, SAVED);
	assert_int_equal(replaced(), KITH_SWAP_BEATEN);
	assert_string_equal(get(REAL), SAVED);
	sh("rm %s", REAL);
	assert_int_equal(replaced(), KITH_SWAP_BEATEN);
	sh("rm -r s/contacts");
	assert_int_equal(replaced(), KITH_SWAP_BEATEN);
	assert_string_equal(left_over(), "");
}

/* --- several in step --- */

enum { SEVERAL = KITH_SWAP_AT_ONCE };

static struct {
	char paths[SEVERAL][64];
	struct kith_swap_replacement list[SEVERAL];
} several;

static void put_several(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		KITH_BUF real = { 0 };
		snprintf(several.paths[i], sizeof(several.paths[i]), "contacts/%c/%zu.yaml", "abcdefghi"[i % 9], i);
		kith_buf_addf(&real, "s/%s", several.paths[i]);
		put(real.text, WAS);
		several.list[i] = (struct kith_swap_replacement){
			.path = several.paths[i],
			.was = WAS,
			.was_length = strlen(WAS),
			.becomes = BECOMES,
			.length = strlen(BECOMES),
		};
	}
}

static const char *get_one(size_t i)
{
	KITH_BUF real = { 0 };
	kith_buf_addf(&real, "s/%s", several.paths[i]);
	return get(real.text);
}

static void several_files_are_replaced_each_for_itself(void **state)
{
	(void)state;
	struct kith_err err = { 0 };
	put_several(SEVERAL);
	put("s/contacts/c/2.yaml", SAVED);
	sh("rm s/contacts/d/3.yaml");
	assert_int_equal(kith_swap_replace_all(&swap, several.list, SEVERAL, &err), KITH_OK);
	for (size_t i = 0; i < SEVERAL; i++) {
		assert_true(several.list[i].is_settled);
		assert_int_equal(several.list[i].swapped, i == 2 || i == 3 ? KITH_SWAP_BEATEN : KITH_SWAPPED);
		if (i != 3)
			assert_string_equal(get_one(i), i == 2 ? SAVED : BECOMES);
	}
	assert_int_not_equal(access("s/contacts/d/3.yaml", F_OK), 0);
	assert_tidied();
	assert_int_equal(kept_count, 0);
}

static void of_several_files_none_is_replaced_when_one_cannot_be(void **state)
{
	(void)state;
	struct kith_err err = { 0 };
	put_several(SEVERAL);
	sh("rm s/contacts/e/40.yaml && ln -s ../a/0.yaml s/contacts/e/40.yaml");
	assert_int_equal(kith_swap_replace_all(&swap, several.list, SEVERAL, &err), KITH_IO);
	for (size_t i = 0; i < SEVERAL; i++) {
		assert_false(several.list[i].is_settled);
		assert_string_equal(get_one(i), WAS);
	}
	assert_string_equal(left_over(), "");
}

static void a_file_is_created_once(void **state)
{
	(void)state;
	struct kith_err err = { 0 };
	enum kith_swapped swapped;
	for (int i = 0; i < 4; i++) {
		lacking.no_noreplace = i >= 2;
		sh("rm -f s/contacts/new.yaml");
		assert_int_equal(kith_swap_create(&swap, "contacts/new.yaml", "a", 1, 0640, &swapped, &err), KITH_OK);
		assert_int_equal(swapped, KITH_SWAPPED);
		assert_string_equal(sh("stat -c %%a s/contacts/new.yaml"), "640\n");
		assert_int_equal(kith_swap_create(&swap, "contacts/new.yaml", "b", 1, 0640, &swapped, &err), KITH_OK);
		assert_int_equal(swapped, KITH_SWAP_BEATEN);
		assert_string_equal(get("s/contacts/new.yaml"), "a");
		assert_string_equal(left_over(), "");
	}
	sh("ln -s /nowhere s/contacts/link.yaml");
	assert_int_equal(kith_swap_create(&swap, "contacts/link.yaml", "b", 1, 0644, &swapped, &err), KITH_OK);
	assert_int_equal(swapped, KITH_SWAP_BEATEN);
	assert_int_equal(kith_swap_create(&swap, "nowhere/new.yaml", "b", 1, 0644, &swapped, &err), KITH_IO);
}

static void a_file_is_removed_if_it_is_as_it_was_read(void **state)
{
	(void)state;
	struct kith_err err = { 0 };
	enum kith_swapped swapped;
	assert_int_equal(kith_swap_remove(&swap, FILE_PATH, "x", 1, &swapped, &err), KITH_OK);
	assert_int_equal(swapped, KITH_SWAP_BEATEN);
	assert_string_equal(get(REAL), WAS);
	assert_int_equal(kith_swap_remove(&swap, FILE_PATH, WAS, strlen(WAS), &swapped, &err), KITH_OK);
	assert_int_equal(swapped, KITH_SWAPPED);
	assert_int_not_equal(access(REAL, F_OK), 0);
	assert_int_equal(kith_swap_remove(&swap, FILE_PATH, WAS, strlen(WAS), &swapped, &err), KITH_OK);
	assert_int_equal(swapped, KITH_SWAP_BEATEN);
	assert_tidied();
	assert_int_not_equal(access(REAL, F_OK), 0);
}

static void what_is_no_file_or_behind_a_link_is_refused(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"mv " REAL " s/real && ln -s ../real " REAL,
		"mv s/contacts s/people && ln -s people s/contacts",
		"rm " REAL " && mkfifo " REAL,
		"rm " REAL " && mkdir " REAL,
	};
	for (size_t i = 0; i < kith_count(cases); i++) {
		struct kith_err err = { 0 };
		enum kith_swapped swapped = (enum kith_swapped)7;
		sh("rm -rf s/contacts s/people s/real");
		put(REAL, WAS);
		sh("%s", cases[i]);
		const char *before = sh("ls -lR s/contacts/ s/people s/real 2>&1 | grep -v total || true");
		assert_int_equal(replace(&swapped, &err), KITH_IO);
		assert_int_equal(swapped, (enum kith_swapped)7);
		assert_non_null(strstr(err.message, FILE_PATH));
		assert_int_equal(kith_swap_remove(&swap, FILE_PATH, WAS, strlen(WAS), &swapped, &err), KITH_IO);
		assert_string_equal(sh("ls -lR s/contacts/ s/people s/real 2>&1 | grep -v total || true"), before);
		assert_string_equal(left_over(), "");
	}
}

/* --- what a file has beside its bytes --- */

static void mode_and_attributes_are_kept(void **state)
{
	(void)state;
	sh("chmod 2640 " REAL);
	const bool attributes = !setxattr(REAL, "user.kith.test", "yes", 3, 0);
	assert_int_equal(replaced(), KITH_SWAPPED);
	assert_string_equal(get(REAL), BECOMES);
	assert_string_equal(sh("stat -c %%a " REAL), "2640\n");
	char value[8] = "";
	if (attributes)
		assert_int_equal(getxattr(REAL, "user.kith.test", value, sizeof(value)), 3);
}

static void access_lists_are_kept_and_none_is_inherited(void **state)
{
	(void)state;
	/* user::rw-, user:12345:r--, group::r--, mask::r--, other::--- */
	static const unsigned char list[] = {
		2, 0, 0, 0, 1, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, 2, 0, 4, 0, 0x39, 0x30, 0, 0, 4, 0, 4, 0, 0xff, 0xff, 0xff, 0xff,
		16, 0, 4, 0, 0xff, 0xff, 0xff, 0xff, 32, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
	};
	if (setxattr(REAL, "system.posix_acl_access", list, sizeof(list), 0)) {
		skip();
		return;
	}
	char got[100];
	assert_int_equal(replaced(), KITH_SWAPPED);
	assert_int_equal(getxattr(REAL, "system.posix_acl_access", got, sizeof(got)), sizeof(list));
	assert_memory_equal(got, list, sizeof(list));
	put(REAL, "");
	sh("rm " REAL);
	put(REAL, WAS);
	sh("chmod 600 " REAL);
	assert_int_equal(setxattr(staging, "system.posix_acl_default", list, sizeof(list), 0), 0);
	assert_int_equal(replaced(), KITH_SWAPPED);
	assert_int_equal(getxattr(REAL, "system.posix_acl_access", got, sizeof(got)), -1);
	assert_string_equal(sh("stat -c %%a " REAL), "600\n");
}

static void root_keeps_the_owner(void **state)
{
	(void)state;
	if (geteuid()) {
		skip();
		return;
	}
	sh("chown 12345:54321 " REAL);
	assert_int_equal(replaced(), KITH_SWAPPED);
	assert_string_equal(sh("stat -c %%u:%%g " REAL), "12345:54321\n");
}

/* In a child, because the ids do not come back. */
static int as_another_user(int (*work)(void))
{
	const pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (setgid(54321) || setuid(54321))
			_exit(90);
		_exit(work());
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int replace_in_child(void)
{
	struct kith_err err = { 0 };
	enum kith_swapped swapped;
	return replace(&swapped, &err) ? 80 : (int)swapped;
}

static void a_file_of_another_user_is_written_in_place(void **state)
{
	(void)state;
	if (geteuid()) {
		skip();
		return;
	}
	/* Where the tests' own folders are closed to others, that user has to get through. */
	sh("for p in .. ../..; do case $(realpath $p) in */kith.*) chmod a+x $p;; esac; done");
	sh("chmod 711 . && chmod 777 s s/contacts && mkdir -p s/.git/kith && chmod 777 s/.git s/.git/kith && chmod 666 " REAL);
	const char *inode = sh("stat -c %%i " REAL);
	assert_int_equal(as_another_user(replace_in_child), KITH_SWAPPED);
	assert_string_equal(get(REAL), BECOMES);
	assert_string_equal(sh("stat -c %%i " REAL), inode);
	assert_string_equal(sh("stat -c %%u:%%a " REAL), "0:666\n");
	assert_string_equal(left_over(), "");
	assert_int_equal(as_another_user(replace_in_child), KITH_SWAP_BEATEN);
}

/* --- where it cannot be written --- */

static void a_folder_that_cannot_be_written_leaves_everything_as_it_was(void **state)
{
	(void)state;
	struct kith_err err = { 0 };
	enum kith_swapped swapped;
	sh("chmod 555 s/contacts");
	obey_permissions(true);
	const enum kith_code code = replace(&swapped, &err);
	obey_permissions(false);
	sh("chmod 755 s/contacts");
	assert_int_equal(code, KITH_IO);
	assert_true(*err.hint);
	assert_string_equal(get(REAL), WAS);
	assert_string_equal(left_over(), "");
}

static void a_full_disk_leaves_everything_as_it_was(void **state)
{
	(void)state;
	sh("mkdir disk");
	if (geteuid() || mount("kith", "disk", "tmpfs", 0, "size=64k")) {
		skip();
		return;
	}
	put("disk/contacts/ana.yaml", WAS);
	sh("dd if=/dev/zero of=disk/full bs=1k count=100 2>/dev/null || true; mkdir -p disk/swap");
	const struct kith_swap here = { open("disk", O_RDONLY | O_DIRECTORY | O_CLOEXEC), NULL };
	KITH_BUF folder = { 0 };
	kith_buf_addf(&folder, "%s/disk/swap", sandbox_path());
	const struct kith_swap staged = { here.root, folder.text };
	const struct kith_swap *const both[] = { &here, &staged };
	enum kith_code codes[2];
	enum kith_swapped swapped;
	struct kith_err err = { 0 };
	for (size_t i = 0; i < 2; i++)
		codes[i] = kith_swap_replace(both[i], FILE_PATH, WAS, strlen(WAS), BECOMES, strlen(BECOMES), &swapped, &err);
	const char *text = get("disk/contacts/ana.yaml"), *left = sh("find disk -name '.kith-*' -o -name '*.new' -o -name '*.job'");
	close(here.root);
	assert_int_equal(umount("disk"), 0);
	assert_int_equal(codes[0], KITH_IO);
	assert_int_equal(codes[1], KITH_IO);
	assert_string_equal(text, WAS);
	assert_string_equal(left, "");
	assert_non_null(strstr(err.hint, "space"));
}

static void a_file_system_that_lacks_something_is_told(void **state)
{
	(void)state;
	const char *as_it_is = kith_swap_lacks(&swap);
	lacking.no_exchange = true;
	assert_non_null(strstr(kith_swap_lacks(&swap), "exchange"));
	assert_true(!as_it_is || !strstr(as_it_is, "exchange"));
	assert_string_equal(left_over(), "");
}

/* --- file systems that can do less --- */

static const struct lack {
	const char *name;
	bool no_exchange, no_noreplace, one_folder_only, no_staging;
} lacks[] = {
	{ .name = "nothing" },
	{ .name = "an exchange", .no_exchange = true },
	{ .name = "all flags of rename", .no_exchange = true, .no_noreplace = true },
	{ .name = "moves between folders", .one_folder_only = true },
	{ .name = "moves between folders and an exchange", .one_folder_only = true, .no_exchange = true },
	{ .name = "a staging folder", .no_staging = true },
};

static void live_with(const struct lack *lack)
{
	lacking.no_exchange = lack->no_exchange;
	lacking.no_noreplace = lack->no_noreplace;
	lacking.one_folder_only = lack->one_folder_only;
	swap.staging = lack->no_staging ? NULL : staging;
}

static void it_works_where_less_can_be_done(void **state)
{
	(void)state;
	for (size_t i = 0; i < kith_count(lacks); i++) {
		struct kith_err err = { 0 };
		enum kith_swapped swapped;
		live_with(&lacks[i]);
		put(REAL, WAS);
		assert_int_equal(replaced(), KITH_SWAPPED);
		assert_string_equal(get(REAL), BECOMES);
		assert_int_equal(replaced(), KITH_SWAP_BEATEN);
		assert_int_equal(kith_swap_remove(&swap, FILE_PATH, BECOMES, strlen(BECOMES), &swapped, &err), KITH_OK);
		assert_int_equal(swapped, KITH_SWAPPED);
		assert_int_not_equal(access(REAL, F_OK), 0);
	}
	live_with(&lacks[0]);
	assert_tidied();
	assert_int_equal(kept_count, 0);
}

/* --- others are there --- */

static void a_file_that_is_kept_open_for_writing_is_not_replaced(void **state)
{
	(void)state;
	struct kith_err err = { 0 };
	enum kith_swapped swapped;
	const int writer = open(REAL, O_WRONLY | O_CLOEXEC);
	assert_int_equal(replace(&swapped, &err), KITH_IO);
	assert_non_null(strstr(err.message, "open for writing"));
	assert_int_equal(kith_swap_remove(&swap, FILE_PATH, WAS, strlen(WAS), &swapped, &err), KITH_IO);
	close(writer);
	assert_string_equal(get(REAL), WAS);
	assert_int_equal(replaced(), KITH_SWAPPED);
}

/* A shell truncates the file and fills it a little later. */
static pid_t slow_writer(const char *text)
{
	int ready[2];
	assert_int_equal(pipe(ready), 0);
	const pid_t child = fork();
	if (child == 0) {
		const int fd = open(REAL, O_WRONLY | O_TRUNC);
		(void)!write(ready[1], "", 1);
		nanosleep(&(struct timespec){ 0, 200000000 }, NULL);
		_exit(write(fd, text, strlen(text)) < 0 || close(fd));
	}
	char byte;
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void an_emptied_file_is_read_when_it_is_filled(void **state)
{
	(void)state;
	struct kith_err err = { 0 };
	KITH_BUF text = { 0 };
	const pid_t child = slow_writer(SAVED);
	assert_int_equal(kith_swap_read(&swap, FILE_PATH, 1000, &text, &err), KITH_OK);
	assert_string_equal(text.text, SAVED);
	assert_int_equal(waitpid(child, NULL, 0), child);
	const pid_t other = slow_writer(SAVED_LATER);
	assert_int_equal(replaced(), KITH_SWAP_BEATEN);
	assert_int_equal(waitpid(other, NULL, 0), other);
	assert_string_equal(get(REAL), SAVED_LATER);
}

#ifdef KITH_FAILPOINTS

/* --- somebody saves at a certain moment --- */

static const char *const steps[] = {
	"swap journal begun", "swap staged empty", "swap staged", "swap journal written", "swap exchanged", "swap synced",
	"swap looked", "swap journal ended", "swap moved away", "swap looked at what was moved", "swap moved in",
};

static struct {
	const char *step;
	void (*act)(void);
	bool acted;
	int held; /* a descriptor that was opened earlier */
} moment;

static void on_step(const char *name)
{
	if (!moment.acted && strcmp(name, moment.step) == 0) {
		moment.acted = true;
		moment.act();
	}
}

static void save_in_place(void)
{
	save(REAL, SAVED);
}

static void save_by_renaming(void)
{
	save_by_rename(REAL, SAVED);
}

static void save_like_vim(void)
{
	(void)rename(REAL, REAL "~"); /* it may be away just now */
	save(REAL, SAVED);
	(void)unlink(REAL "~");
}

static void delete_it(void)
{
	(void)unlink(REAL);
}

static void assert_saved_somewhere(const char *when, const char *text)
{
	recover();
	if (access(REAL, F_OK) == 0 && strcmp(get(REAL), text) == 0)
		return;
	if (!kept_count || strcmp(sh("cat '%s'", kept_path), text) != 0)
		fail_msg("%s: what was saved is neither in place nor kept; in place is:\n%s", when,
		         access(REAL, F_OK) == 0 ? get(REAL) : "(nothing)");
}

static void whoever_saves_at_any_step_has_their_save(void **state)
{
	(void)state;
	static void (*const styles[])(void) = { save_in_place, save_by_renaming, save_like_vim };
	unsigned acted = 0;
	for (size_t lack = 0; lack < kith_count(lacks); lack++)
		for (size_t i = 0; i < kith_count(steps); i++)
			for (size_t style = 0; style < kith_count(styles); style++) {
				KITH_BUF when = { 0 };
				kith_buf_addf(&when, "lacking %s, style %zu, at \"%s\"", lacks[lack].name, style, steps[i]);
				sh("rm -rf s/contacts s/.git");
				put(REAL, WAS);
				live_with(&lacks[lack]);
				moment.step = steps[i];
				moment.act = styles[style];
				moment.acted = false;
				kith_failpoint_hook = on_step;
				const enum kith_swapped swapped = replaced();
				kith_failpoint_hook = NULL;
				if (!moment.acted)
					continue;
				acted++;
				const char *now = access(REAL, F_OK) == 0 ? get(REAL) : "(nothing)";
				if (strcmp(now, SAVED) != 0)
					fail_msg("%s: %s is in place:\n%s", when.text, swapped ? "beaten," : "swapped,", now);
				assert_saved_somewhere(when.text, SAVED);
			}
	assert_in_range(acted, 100, 1000);
}

/* --- somebody has it open from before the exchange --- */

static void open_and_empty(void)
{
	moment.held = open(REAL, O_WRONLY | O_TRUNC | O_CLOEXEC);
}

static void fill_and_close(const char *name)
{
	if (strcmp(name, "swap journal written") == 0)
		open_and_empty();
	if (strcmp(name, moment.step) == 0 && moment.held >= 0) {
		assert_int_equal(write(moment.held, SAVED, strlen(SAVED)), strlen(SAVED));
		close(moment.held);
		moment.held = -1;
	}
}

static void a_save_through_a_file_opened_before_the_exchange_goes_back_to_its_place(void **state)
{
	(void)state;
	for (int i = 4; i < 6; i++) {
		put(REAL, WAS);
		moment.step = steps[i];
		kith_failpoint_hook = fill_and_close;
		assert_int_equal(replaced(), KITH_SWAP_BEATEN);
		kith_failpoint_hook = NULL;
		assert_string_equal(get(REAL), SAVED);
	}
	assert_tidied();
	assert_string_equal(get(REAL), SAVED);
	assert_int_equal(kept_count, 0);
}

/* The older of two saves is kept. */
static void save_twice(const char *name)
{
	fill_and_close(name);
	if (strcmp(name, "swap looked") == 0 && !moment.acted) {
		moment.acted = true;
		save(REAL, SAVED_LATER);
	}
}

static void of_two_saves_at_once_the_newer_is_in_place_and_the_older_is_kept(void **state)
{
	(void)state;
	moment.step = "swap exchanged";
	moment.acted = false;
	kith_failpoint_hook = save_twice;
	assert_int_equal(replaced(), KITH_SWAP_BEATEN);
	kith_failpoint_hook = NULL;
	assert_string_equal(get(REAL), SAVED_LATER);
	recover();
	assert_string_equal(get(REAL), SAVED_LATER);
	assert_int_equal(kept_count, 1);
	assert_string_equal(sh("cat '%s'", kept_path), SAVED);
	assert_string_equal(left_over(), "");
}

/* Nothing can tell that the displaced file is about to be opened: it lingers. */
static void a_save_that_comes_after_everything_is_found(void **state)
{
	(void)state;
	const int late = open(REAL, O_RDONLY | O_CLOEXEC);
	assert_int_equal(replaced(), KITH_SWAPPED);
	KITH_BUF path = { 0 };
	kith_buf_addf(&path, "/proc/self/fd/%d", late);
	save(path.text, SAVED);
	close(late);
	assert_tidied();
	assert_string_equal(get(REAL), SAVED);
}

static void a_file_deleted_meanwhile_stays_deleted(void **state)
{
	(void)state;
	for (size_t i = 0; i < 8; i++) {
		sh("rm -rf s/.git");
		put(REAL, WAS);
		moment.step = steps[i];
		moment.act = delete_it;
		moment.acted = false;
		kith_failpoint_hook = on_step;
		(void)replaced();
		kith_failpoint_hook = NULL;
		assert_true(moment.acted);
		recover();
		assert_int_not_equal(access(REAL, F_OK), 0);
	}
}

static void whoever_saves_while_it_is_removed_has_their_save(void **state)
{
	(void)state;
	static const char *const moments[] = { "swap journal begun", "swap journal written", "swap moved away",
		                               "swap looked at what was moved", "swap journal ended" };
	static void (*const styles[])(void) = { save_in_place, save_by_renaming };
	for (size_t i = 0; i < kith_count(moments); i++)
		for (size_t style = 0; style < kith_count(styles); style++) {
			struct kith_err err = { 0 };
			enum kith_swapped swapped;
			sh("rm -rf s/.git");
			put(REAL, WAS);
			moment.step = moments[i];
			moment.act = styles[style];
			moment.acted = false;
			kith_failpoint_hook = on_step;
			assert_int_equal(kith_swap_remove(&swap, FILE_PATH, WAS, strlen(WAS), &swapped, &err), KITH_OK);
			kith_failpoint_hook = NULL;
			assert_true(moment.acted);
			assert_string_equal(get(REAL), SAVED);
			recover();
			assert_string_equal(get(REAL), SAVED);
		}
}

/* --- killed --- */

enum { MANY_STEPS = 100 };

static enum kith_code run_replace(void)
{
	struct kith_err err = { 0 };
	enum kith_swapped swapped;
	return replace(&swapped, &err);
}

static enum kith_code run_remove(void)
{
	struct kith_err err = { 0 };
	enum kith_swapped swapped;
	return kith_swap_remove(&swap, FILE_PATH, WAS, strlen(WAS), &swapped, &err);
}

static enum kith_code run_create(void)
{
	struct kith_err err = { 0 };
	enum kith_swapped swapped;
	return kith_swap_create(&swap, "contacts/new.yaml", WAS, strlen(WAS), 0644, &swapped, &err);
}

static enum kith_code run_recover(void)
{
	struct kith_err err = { 0 };
	return kith_swap_recover(&swap, NULL, NULL, &err);
}

static int run_until(enum kith_code (*run)(void), int step, void (*hook)(const char *))
{
	const pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char text[16];
		snprintf(text, sizeof(text), "%d", step);
		setenv("KITH_FAIL_AT", text, 1);
		kith_failpoint_hook = hook;
		_exit(run());
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void assert_one_of(const char *name, int step, const char *first, const char *second)
{
	const char *now = access(REAL, F_OK) == 0 ? get(REAL) : "";
	if (strcmp(now, first) != 0 && strcmp(now, second) != 0)
		fail_msg("%s, killed at step %d: the file is\n%s", name, step, now);
}

static void kill_everywhere(const char *name, enum kith_code (*run)(void), const char *becomes, int least)
{
	int step = 1;
	for (; step < MANY_STEPS; step++) {
		sh("rm -rf s/contacts s/.git");
		put(REAL, WAS);
		const int status = run_until(run, step, NULL);
		if (status == KITH_OK)
			break;
		assert_int_equal(status, KITH_FAILPOINT_STATUS);
		if (!lacking.no_exchange)
			assert_one_of(name, step, WAS, becomes);
		for (int again = 1; again < MANY_STEPS && run_until(run_recover, again, NULL) == KITH_FAILPOINT_STATUS;)
			again++;
		recover();
		assert_one_of(name, step, WAS, becomes);
		assert_string_equal(sh("find s -name '*.job'"), "");
		assert_int_equal(kept_count, 0);
	}
	assert_in_range(step, least, MANY_STEPS - 1);
}

static void a_process_killed_at_any_step_leaves_the_old_file_or_the_new(void **state)
{
	(void)state;
	for (size_t i = 0; i + 1 < kith_count(lacks); i++) {
		live_with(&lacks[i]);
		kill_everywhere(lacks[i].name, run_replace, BECOMES, 6);
		kill_everywhere(lacks[i].name, run_remove, "", 4);
		kill_everywhere(lacks[i].name, run_create, WAS, 1);
	}
	live_with(&lacks[0]);
	assert_tidied();
}

enum { THREE = 3 };

static enum kith_code run_replace_three(void)
{
	struct kith_err err = { 0 };
	return kith_swap_replace_all(&swap, several.list, THREE, &err);
}

static void assert_each_is_old_or_new(int step)
{
	for (size_t i = 0; i < THREE; i++)
		if (strcmp(get_one(i), WAS) != 0 && strcmp(get_one(i), BECOMES) != 0)
			fail_msg("killed at step %d: file %zu is\n%s", step, i, get_one(i));
}

static void of_several_files_each_is_old_or_new_wherever_the_process_was_killed(void **state)
{
	(void)state;
	int step = 1;
	for (; step < MANY_STEPS; step++) {
		sh("rm -rf s/contacts s/.git");
		put_several(THREE);
		const int status = run_until(run_replace_three, step, NULL);
		if (status == KITH_OK)
			break;
		assert_int_equal(status, KITH_FAILPOINT_STATUS);
		assert_each_is_old_or_new(step);
		for (int again = 1; again < MANY_STEPS && run_until(run_recover, again, NULL) == KITH_FAILPOINT_STATUS;)
			again++;
		recover();
		assert_each_is_old_or_new(step);
		assert_string_equal(sh("find s -name '*.job'"), "");
		assert_int_equal(kept_count, 0);
	}
	assert_in_range(step, 15, MANY_STEPS - 1);
	assert_tidied();
}

static void a_save_over_one_of_several_is_in_place_whenever_it_comes(void **state)
{
	(void)state;
	unsigned acted = 0;
	for (size_t i = 0; i < kith_count(steps); i++) {
		struct kith_err err = { 0 };
		sh("rm -rf s/contacts s/.git");
		put(REAL, WAS);
		put_several(THREE);
		several.list[1].path = FILE_PATH;
		moment.step = steps[i];
		moment.act = save_in_place;
		moment.acted = false;
		kith_failpoint_hook = on_step;
		assert_int_equal(kith_swap_replace_all(&swap, several.list, THREE, &err), KITH_OK);
		kith_failpoint_hook = NULL;
		acted += moment.acted;
		if (moment.acted)
			assert_string_equal(get(REAL), SAVED);
		assert_string_equal(get_one(0), BECOMES);
		assert_string_equal(get_one(2), BECOMES);
	}
	assert_in_range(acted, 4, kith_count(steps));
}

static void save_when_exchanged(const char *name)
{
	if (strcmp(name, "swap journal written") == 0)
		save(REAL, SAVED);
}

static void a_save_is_in_place_after_recovery_wherever_the_process_was_killed(void **state)
{
	(void)state;
	for (size_t lack = 0; lack < 5; lack++)
		for (int step = 1; step < MANY_STEPS; step++) {
			KITH_BUF when = { 0 };
			sh("rm -rf s/contacts s/.git");
			put(REAL, WAS);
			live_with(&lacks[lack]);
			const int status = run_until(run_replace, step, save_when_exchanged);
			recover();
			kith_buf_addf(&when, "lacking %s, killed at step %d", lacks[lack].name, step);
			const char *now = get(REAL);
			if (strcmp(now, SAVED) != 0 && (strcmp(now, WAS) != 0 || step > 4))
				fail_msg("%s: the file is\n%s", when.text, now);
			if (status == KITH_OK)
				break;
		}
}

static void torn(const char *name)
{
	if (strcmp(name, "swap journal written") == 0) {
		/* as far as a disk got */
		const int fd = open(REAL, O_WRONLY);
		(void)!write(fd, BECOMES, strlen(BECOMES) - 3);
		_exit(KITH_FAILPOINT_STATUS);
	}
}

static int torn_in_child(void)
{
	kith_failpoint_hook = torn;
	return replace_in_child();
}

static void a_file_written_in_place_in_part_gets_its_old_text_back(void **state)
{
	(void)state;
	if (geteuid()) {
		skip();
		return;
	}
	sh("chmod 711 . && chmod 777 s s/contacts && mkdir -p s/.git/kith && chmod 777 s/.git s/.git/kith && chmod 666 " REAL);
	assert_int_equal(as_another_user(torn_in_child), KITH_FAILPOINT_STATUS);
	assert_string_not_equal(get(REAL), WAS);
	recover();
	assert_string_equal(get(REAL), WAS);
	assert_string_equal(left_over(), "");
}

#endif

/* --- what is left over --- */

static void rubbish_in_the_staging_folder_harms_nobody(void **state)
{
	(void)state;
	put("s/.git/kith/swap/0123456789abcdef.job", "kith-swap 1 0 0 7 99999999999999999999 1 1\nx");
	put("s/.git/kith/swap/0123456789abcdee.job", "kith-swap 1 0 0 7 16 3 3\n../../etc/passwd\nabc\nabc\nend\n");
	put("s/.git/kith/swap/0123456789abcdef.new", SAVED);
	put("s/.git/kith/swap/notes.txt", "mine");
	recover();
	assert_string_equal(get(REAL), WAS);
	assert_string_equal(get("s/.git/kith/swap/notes.txt"), "mine");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_file_is_replaced_and_what_was_displaced_goes_later),
		CASE(a_file_that_is_not_as_it_was_read_is_left_alone),
		CASE(several_files_are_replaced_each_for_itself),
		CASE(of_several_files_none_is_replaced_when_one_cannot_be),
		CASE(a_file_is_created_once),
		CASE(a_file_is_removed_if_it_is_as_it_was_read),
		CASE(what_is_no_file_or_behind_a_link_is_refused),
		CASE(mode_and_attributes_are_kept),
		CASE(access_lists_are_kept_and_none_is_inherited),
		CASE(root_keeps_the_owner),
		CASE(a_file_of_another_user_is_written_in_place),
		CASE(a_folder_that_cannot_be_written_leaves_everything_as_it_was),
		CASE(a_full_disk_leaves_everything_as_it_was),
		CASE(a_file_system_that_lacks_something_is_told),
		CASE(it_works_where_less_can_be_done),
		CASE(a_file_that_is_kept_open_for_writing_is_not_replaced),
		CASE(an_emptied_file_is_read_when_it_is_filled),
		CASE(rubbish_in_the_staging_folder_harms_nobody),
#ifdef KITH_FAILPOINTS
		CASE(whoever_saves_at_any_step_has_their_save),
		CASE(a_save_through_a_file_opened_before_the_exchange_goes_back_to_its_place),
		CASE(of_two_saves_at_once_the_newer_is_in_place_and_the_older_is_kept),
		CASE(a_save_that_comes_after_everything_is_found),
		CASE(a_file_deleted_meanwhile_stays_deleted),
		CASE(whoever_saves_while_it_is_removed_has_their_save),
		CASE(a_process_killed_at_any_step_leaves_the_old_file_or_the_new),
		CASE(of_several_files_each_is_old_or_new_wherever_the_process_was_killed),
		CASE(a_save_over_one_of_several_is_in_place_whenever_it_comes),
		CASE(a_save_is_in_place_after_recovery_wherever_the_process_was_killed),
		CASE(a_file_written_in_place_in_part_gets_its_old_text_back),
#endif
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
