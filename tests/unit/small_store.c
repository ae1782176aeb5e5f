#include "small_store.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/base/file.h"
#include "lib/network/due.h"

static void must(enum kith_code code, const struct kith_err *err)
{
	if (code != KITH_OK)
		fail_msg("%s (%s)", err->message, err->hint);
}

void small_store_write(struct small_store *small, const char *path, const char *text)
{
	KITH_ARENA arena = {0};
	struct kith_err err = {0};
	char *whole = kith_path_join(&arena, small->store ? small->store->root : small->folder, path);
	char *slash = strrchr(whole, '/');
	*slash = '\0';
	must(kith_make_folders(whole, 0700, &err), &err);
	*slash = '/';
	/* Replaced as by an editor, but without waiting for the disk: there are thousands. */
	const char *temporary = kith_arena_printf(&arena, "%s~", whole);
	FILE *file = fopen(temporary, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(temporary, 0600), 0);
	assert_int_equal(rename(temporary, whole), 0);
}

void small_store_refresh(struct small_store *small)
{
	struct kith_index_report report;
	struct kith_err err = {0};
	must(kith_index_refresh(small->index, &report, &err), &err);
}

void small_store_open(struct small_store *small, const struct small_file *files, size_t count)
{
	*small = (struct small_store){0};
	const struct kith_date today = { 2026, 11, 25, -1 };
	small->now = (struct kith_now){ .today = kith_day_of(today),
		                        .minute = 9 * 60,
		                        .ms = kith_instant(kith_day_of(today), 9 * 60) };
	const char *tmp = getenv("TMPDIR");
	snprintf(small->folder, sizeof(small->folder), "%s/kith-store-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(small->folder));
	/* Everything below the one folder, and nothing of the user's. */
	KITH_ARENA arena = {0};
	static const char *const variables[] = { "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
		                                 "XDG_RUNTIME_DIR" };
	for (size_t i = 0; i < kith_count(variables); i++)
		setenv(variables[i], kith_path_join(&arena, small->folder, ".home"), 1);
	for (size_t i = 0; i < count; i++)
		small_store_write(small, files[i].path, files[i].text);
	struct kith_err err = {0};
	must(kith_store_open(small->folder, &small->store, &err), &err);
	const struct kith_index_options options = { .store = small->store,
		                                    .now = small->now,
		                                    .derive = &kith_network_derive };
	must(kith_index_open(&options, &small->index, &err), &err);
	small_store_refresh(small);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status, (void)type, (void)place;
	return remove(path);
}

void small_store_close(struct small_store *small)
{
	kith_index_close(small->index);
	kith_store_close(small->store);
	if (*small->folder)
		(void)nftw(small->folder, remove_one, 16,
		           FTW_DEPTH | FTW_PHYS); /* what is left behind is in the temporary folder */
	*small = (struct small_store){0};
}
