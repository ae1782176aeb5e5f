/* The paths of a store: which are kith's, and where a new record goes. */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/store/store_parts.h"

enum {
	CROWDED = 1000,   /* files in a folder before it is divided */
	STEM_LIMIT = 180, /* bytes of an id: under the 200 of kith_is_id, with room for "-2" */
	HINT_LIMIT = 120, /* of the part of a note's name that says with whom */
	RANDOM = 4,       /* characters */
};

/* --- which paths are records --- */

static bool ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), wanted = strlen(end);
	return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* Names that start with a dot are nobody's records: .git, editors' locks and swap files, our temporary files. */
static bool has_dot_name(const char *path)
{
	return *path == '.' || strstr(path, "/.");
}

bool kith_store_is_record_path(const char *path)
{
	const int kind = kith_kind_of_path(path);
	if (kind == KITH_SETTINGS)
		return true;
	if (kind < 0 || !strchr(path, '/') || has_dot_name(path))
		return false;
	const char *name = strrchr(path, '/') + 1;
	return (ends_with(name, ".yaml") && strlen(name) > 5) || (ends_with(name, ".yml") && strlen(name) > 4);
}

bool kith_store_is_record_folder(const char *path)
{
	const size_t length = strcspn(path, "/");
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		const char *folder = kith_kind_folder(kind);
		if (strlen(folder) == length && memcmp(folder, path, length) == 0)
			return !has_dot_name(path);
	}
	return false;
}

/* --- reading --- */

enum kith_code kith_record_path(const char *path, enum kith_kind *kind, struct kith_buf *stem, struct kith_err *err)
{
	const int found = kith_kind_of_path(path);
	if (found >= 0 && kith_path_stem(path, stem)) {
		*kind = (enum kith_kind)found;
		return KITH_OK;
	}
	kith_fail(err, KITH_USAGE, "%s is not the path of a record", path);
	kith_hint(err, "records lie in contacts/, notes/ and the like, and end in .yaml");
	return KITH_USAGE;
}

enum kith_code kith_store_read(struct kith_store *store, const char *path, struct kith_arena *arena,
                               struct kith_reading *out, struct kith_err *err)
{
	enum kith_kind kind;
	KITH_BUF stem = { 0 };
	if (kith_record_path(path, &kind, &stem, err))
		return KITH_USAGE;
	struct stat status;
	if (fstatat(store->root_fd, path, &status, AT_SYMLINK_NOFOLLOW) && (errno == ENOENT || errno == ENOTDIR))
		return kith_fail(err, KITH_NONE, "%s is not there", path);
	KITH_BUF text = { 0 };
	const enum kith_code code = kith_file_read_beneath(store->root_fd, path, KITH_DOC_LIMIT, &text, NULL, err);
	if (code)
		return code;
	const char *source = kith_arena_strndup(arena, kith_buf_text(&text), text.length);
	kith_record_read((enum kith_kind)kind, kith_buf_text(&stem), path, source, text.length, arena, out);
	return KITH_OK;
}

/* --- new paths --- */

static void add_random(struct kith_buf *out)
{
	static const char characters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	enum { COUNT = sizeof(characters) - 1, FAIR = 256 / COUNT * COUNT };
	for (int needed = RANDOM; needed > 0;) {
		unsigned char byte;
		/* One byte is given whole or, before the kernel has gathered any chance, after a wait. */
		if (getrandom(&byte, 1, 0) != 1 || byte >= FAIR)
			continue;
		kith_buf_add_char(out, characters[byte % COUNT]);
		needed--;
	}
}

/* At most `limit` bytes, cut at a character and not behind a hyphen. */
static size_t clipped(const char *text, size_t limit)
{
	size_t length = strlen(text);
	if (length > limit) {
		length = limit;
		while (length && ((unsigned char)text[length] & 0xC0) == 0x80)
			length--;
	}
	while (length && text[length - 1] == '-')
		length--;
	return length;
}

struct counting {
	size_t count;
};

static bool on_file(void *user, const char *path, const struct stat *status)
{
	struct counting *counting = user;
	(void)status;
	counting->count += kith_store_is_record_path(path);
	return counting->count < CROWDED;
}

static bool on_folder(void *user, const char *path)
{
	(void)user, (void)path;
	return false;
}

static bool is_crowded(struct kith_store *store, const char *folder)
{
	struct counting counting = { 0 };
	const struct kith_walk walk = { .file = on_file, .folder = on_folder, .user = &counting, .unsorted = true };
	(void)kith_walk(store->root_fd, folder, &walk); /* stopped means crowded: the count says so */
	return counting.count >= CROWDED;
}

static bool exists(struct kith_store *store, const char *path)
{
	struct stat status;
	return fstatat(store->root_fd, path, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

static const char *new_note_path(struct kith_store *store, const char *hint, kith_day day, struct kith_arena *arena)
{
	assert(day != KITH_NO_DAY);
	const struct kith_date date = kith_date_of(day);
	const char *folder = kith_arena_printf(arena, "notes/%04d/%02u", date.year, (unsigned)date.month);
	if (is_crowded(store, folder))
		folder = kith_arena_printf(arena, "%s/%02u", folder, (unsigned)date.day);
	const size_t length = clipped(hint, HINT_LIMIT);
	for (;;) {
		KITH_BUF name = { 0 };
		kith_buf_addf(&name, "%04d-%02u-%02u-", date.year, (unsigned)date.month, (unsigned)date.day);
		if (length)
			kith_buf_addf(&name, "%.*s-", (int)length, hint);
		add_random(&name);
		const char *path = kith_arena_printf(arena, "%s/%s.yaml", folder, name.text);
		if (!exists(store, path))
			return path;
	}
}

/* Which of STEM, STEM-2, STEM-3 … are names of files already, in any folder. */
struct taken {
	const char *stem;
	size_t length;
	struct kith_arena arena;
	uint64_t *numbers;
	size_t count, capacity;
};

static bool on_name(void *user, const char *path, const struct stat *status)
{
	struct taken *taken = user;
	(void)status;
	const char *name = strrchr(path, '/') + 1;
	if (!kith_store_is_record_path(path) || strncmp(name, taken->stem, taken->length) != 0)
		return true;
	name += taken->length;
	uint64_t number = 1;
	if (*name == '-' && name[1] >= '1' && name[1] <= '9') {
		number = 0;
		for (name++; isdigit((unsigned char)*name) && number < UINT32_MAX; name++)
			number = number * 10 + (uint64_t)(*name - '0');
	}
	if (strcmp(name, ".yaml") == 0 || strcmp(name, ".yml") == 0)
		*(uint64_t *)kith_arena_push(&taken->arena, &taken->numbers, &taken->count, &taken->capacity,
		                             sizeof(*taken->numbers)) = number;
	return true;
}

static bool is_taken(const struct taken *taken, uint64_t number)
{
	for (size_t i = 0; i < taken->count; i++)
		if (taken->numbers[i] == number)
			return true;
	return false;
}

/* The first of STEM, STEM-2, … that no file has.  Names of notes begin with a digit, so that their folder, the
 * largest, is seldom looked through. */
static const char *free_stem(struct kith_store *store, const char *stem, struct kith_arena *arena)
{
	struct taken taken = { .stem = stem, .length = strlen(stem) };
	const struct kith_walk walk = { .file = on_name, .user = &taken, .unsorted = true };
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++)
		if (kind != KITH_KIND_note || isdigit((unsigned char)*stem))
			(void)kith_walk(store->root_fd, kith_kind_folder(kind),
			                &walk); /* what cannot be listed has no names */
	uint64_t number = 1;
	while (is_taken(&taken, number))
		number++;
	kith_arena_finish(&taken.arena);
	return number == 1 ? stem : kith_arena_printf(arena, "%s-%llu", stem, (unsigned long long)number);
}

/* The first two characters of a name, as a folder: "an" of ana-silva. */
static size_t two_characters(const char *stem)
{
	size_t length = 0;
	for (int characters = 0; characters < 2 && stem[length]; characters++) {
		length++;
		while (((unsigned char)stem[length] & 0xC0) == 0x80)
			length++;
	}
	while (length && stem[length - 1] == '-')
		length--;
	return length;
}

const char *kith_store_new_path(struct kith_store *store, enum kith_kind kind, const char *stem_hint, kith_day date,
                                struct kith_arena *arena)
{
	assert(kind < KITH_KINDS);
	KITH_BUF slug = { 0 };
	if (kith_is_id(stem_hint, strlen(stem_hint)))
		kith_buf_add(&slug, stem_hint);
	else
		kith_slug(&slug, stem_hint);
	if (kind == KITH_KIND_note)
		return new_note_path(store, kith_buf_text(&slug), date, arena);
	const size_t length = clipped(kith_buf_text(&slug), STEM_LIMIT);
	const char *stem = length ? kith_arena_strndup(arena, slug.text, length) : kith_kind_name(kind);
	stem = free_stem(store, stem, arena);
	const char *folder = kith_kind_folder(kind);
	if (kind != KITH_KIND_contact || !is_crowded(store, folder))
		return kith_arena_printf(arena, "%s/%s.yaml", folder, stem);
	return kith_arena_printf(arena, "%s/%.*s/%s.yaml", folder, (int)two_characters(stem), stem, stem);
}
