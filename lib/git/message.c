#include "lib/git/message.h"

#include <string.h>

#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/git/inside.h"
#include "lib/record/record.h"

enum { SUBJECT_COLUMNS = 72, ITEM_COLUMNS = 200, NAME_COLUMNS = 60, LINES = 100, NAMED_PEOPLE = 3 };

/* What is told, in the order of paths.  A rename is told once, where its new name stands. */
struct item {
	const struct kith_difference *edit;
	const struct kith_difference *from; /* of a rename: what went */
	bool untold;                        /* told with another */
};

/* --- names --- */

static void add_clean(struct kith_buf *out, const char *text, size_t columns)
{
	KITH_BUF clean = {0};
	kith_printable(&clean, text, strlen(text), false);
	kith_clip(out, kith_buf_text(&clean), columns);
}

/* A record by its id, another file by its path. */
static void add_name(struct kith_buf *out, const char *path)
{
	KITH_BUF stem = {0};
	const int kind = kith_kind_of_path(path);
	const bool is_record = kind >= 0 && kind < KITH_KINDS && kith_path_stem(path, &stem);
	add_clean(out, is_record ? stem.text : path, NAME_COLUMNS);
}

static void add_kind(struct kith_buf *out, const char *path)
{
	const int kind = kith_kind_of_path(path);
	if (kind >= 0 && kind < KITH_KINDS)
		kith_buf_addf(out, "%s ", kith_kind_name((enum kith_kind)kind));
}

static void add_kind_and_name(struct kith_buf *out, const char *verb, const char *path)
{
	kith_buf_add(out, verb);
	add_kind(out, path);
	add_name(out, path);
}

/* --- what is in them --- */

static void read_record(git_repository *git, const char *path, const git_oid *oid, struct kith_arena *arena,
                        struct kith_reading *out)
{
	KITH_CLEANUP(git_blob_free) git_blob *blob = NULL;
	KITH_BUF stem = {0};
	*out = (struct kith_reading){0};
	if (git_blob_lookup(&blob, git, oid) || git_blob_rawsize(blob) > KITH_DOC_LIMIT)
		return;
	const size_t length = (size_t)git_blob_rawsize(blob);
	const char *source = kith_arena_strndup(arena, git_blob_rawcontent(blob), length);
	(void)kith_path_stem(path, &stem); /* every path with a kind has one */
	kith_record_read((enum kith_kind)kith_kind_of_path(path), kith_buf_text(&stem), path, source, length, arena,
	                 out);
}

/* `note with ana-silva and tom-okafor`: references that look like ids only, for what stands there may be
 * anything. */
static bool add_people(struct kith_buf *out, const struct kith_record *note)
{
	size_t named = 0, all = 0;
	const struct kith_value *with = NULL;
	while ((with = kith_record_next(note, "with", with)))
		all += kith_is_id(with->text, strlen(with->text));
	if (!all)
		return false;
	kith_buf_add(out, "note with ");
	while ((with = kith_record_next(note, "with", with)) && named < NAMED_PEOPLE) {
		if (!kith_is_id(with->text, strlen(with->text)))
			continue;
		if (named)
			kith_buf_add(out, named + 1 == all ? " and " : ", ");
		add_clean(out, with->text, NAME_COLUMNS);
		named++;
	}
	if (all > named)
		kith_buf_addf(out, " and %zu more", all - named);
	return true;
}

static void add_new(struct kith_buf *out, git_repository *git, const struct kith_difference *edit)
{
	KITH_ARENA arena = {0};
	if (kith_kind_of_path(edit->path) == KITH_KIND_note) {
		struct kith_reading note;
		read_record(git, edit->path, &edit->after.oid, &arena, &note);
		if (note.readable && add_people(out, &note.record))
			return;
	}
	add_kind_and_name(out, "new ", edit->path);
}

static void add_changed(struct kith_buf *out, git_repository *git, const struct kith_difference *edit)
{
	KITH_ARENA arena = {0};
	KITH_BUF fields = {0};
	struct kith_reading before, after;
	if (kith_kind_of_path(edit->path) < 0) {
		add_kind_and_name(out, "changed ", edit->path);
		return;
	}
	add_name(out, edit->path);
	read_record(git, edit->path, &edit->before.oid, &arena, &before);
	read_record(git, edit->path, &edit->after.oid, &arena, &after);
	kith_buf_add(out, ": ");
	if (!after.readable)
		kith_buf_add(out, "edited (cannot be read yet)");
	else if (!before.readable)
		kith_buf_add(out, "can be read again");
	else if (kith_record_differences(&fields, &before.record, &after.record))
		add_clean(out, kith_buf_text(&fields), ITEM_COLUMNS);
	else
		kith_buf_add(out, "comments or layout");
}

static void add_moved(struct kith_buf *out, const char *from, const char *to)
{
	KITH_BUF before = {0}, after = {0};
	add_name(&before, from);
	add_name(&after, to);
	if (strcmp(kith_buf_text(&before), kith_buf_text(&after)) != 0) {
		kith_buf_addf(out, "renamed %s to %s", before.text, after.text);
		return;
	}
	const char *slash = strrchr(to, '/');
	KITH_BUF folder = {0};
	kith_buf_add_bytes(&folder, to, slash ? (size_t)(slash - to) : 0);
	kith_buf_addf(out, "moved %s to ", before.text);
	add_clean(out, kith_buf_text(&folder), NAME_COLUMNS);
}

static void add_item(struct kith_buf *out, git_repository *git, const struct item *item)
{
	const struct kith_difference *edit = item->edit;
	if (item->from)
		add_moved(out, item->from->path, edit->path);
	else if (!edit->after.mode)
		add_kind_and_name(out, "removed ", edit->path);
	else if (!edit->before.mode)
		add_new(out, git, edit);
	else
		add_changed(out, git, edit);
}

/* --- renames: what went under one name and came, the same bytes, under another --- */

static int by_old_bytes(const void *one, const void *other)
{
	const struct item *a = *(struct item *const *)one, *b = *(struct item *const *)other;
	const int order = git_oid_cmp(&a->edit->before.oid, &b->edit->before.oid);
	return order ? order : strcmp(a->edit->path, b->edit->path);
}

static size_t first_not_below(struct item *const *gone, size_t count, const git_oid *oid)
{
	size_t low = 0;
	for (size_t high = count; low < high;) {
		const size_t middle = low + (high - low) / 2;
		if (git_oid_cmp(&gone[middle]->edit->before.oid, oid) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t pair_renames(struct kith_arena *arena, struct item *items, size_t count)
{
	struct item **gone = NULL;
	size_t gone_count = 0, capacity = 0, paired = 0;
	for (size_t i = 0; i < count; i++)
		if (!items[i].edit->after.mode)
			*(struct item **)kith_arena_push(arena, &gone, &gone_count, &capacity, sizeof(*gone)) =
				&items[i];
	if (gone_count)
		qsort(gone, gone_count, sizeof(*gone), by_old_bytes);
	for (size_t i = 0; i < count; i++) {
		const struct kith_difference *edit = items[i].edit;
		if (edit->before.mode || !edit->after.mode || !gone_count)
			continue;
		size_t at = first_not_below(gone, gone_count, &edit->after.oid);
		while (at < gone_count && gone[at]->untold)
			at++;
		if (at == gone_count || !git_oid_equal(&gone[at]->edit->before.oid, &edit->after.oid) ||
		    kith_kind_of_path(gone[at]->edit->path) != kith_kind_of_path(edit->path))
			continue;
		items[i].from = gone[at]->edit;
		gone[at]->untold = true;
		paired++;
	}
	return paired;
}

/* --- the whole message --- */

/* `first commit: 87 contacts, 120 notes`. */
static void add_first_subject(struct kith_buf *out, const struct kith_differences *edits)
{
	size_t counts[KITH_KINDS] = {0};
	const char *between = ": ";
	for (size_t i = 0; i < edits->count; i++) {
		const int kind = kith_kind_of_path(edits->list[i].path);
		if (kind >= 0 && kind < KITH_KINDS)
			counts[kind]++;
	}
	kith_buf_add(out, "first commit");
	for (int kind = 0; kind < KITH_KINDS; kind++) {
		if (!counts[kind])
			continue;
		const bool one = counts[kind] == 1;
		kith_buf_addf(out, "%s%zu %s", between, counts[kind],
		              one ? kith_kind_name((enum kith_kind)kind) : kith_kind_folder((enum kith_kind)kind));
		between = ", ";
	}
}

/* As many of the items as fit, at least one; returns how many. */
static size_t add_subject(struct kith_buf *out, struct kith_buf *const *items, size_t told, size_t all)
{
	enum { ROOM_FOR_MORE = 16 }; /* "; and 123 more" */
	size_t columns = 0, used = 0;
	for (; used < told; used++) {
		const size_t width = kith_width(items[used]->text, items[used]->length) + (used ? 2 : 0);
		const size_t room = SUBJECT_COLUMNS - (used + 1 < all ? ROOM_FOR_MORE : 0);
		if (used && columns + width > room)
			break;
		if (used)
			kith_buf_add(out, "; ");
		kith_clip(out, items[used]->text, SUBJECT_COLUMNS);
		columns += width;
	}
	if (used < all)
		kith_buf_addf(out, "; and %zu more", all - used);
	return used;
}

/* A dash before each line, so that none can be taken for a trailer. */
static void add_list(struct kith_buf *out, struct kith_buf *const *items, size_t told, size_t all)
{
	kith_buf_add(out, "\n\n");
	for (size_t i = 0; i < told; i++)
		kith_buf_addf(out, "- %s\n", items[i]->text);
	if (all > told)
		kith_buf_addf(out, "- and %zu more\n", all - told);
	out->text[--out->length] = '\0';
}

void kith_message_from_edits(struct kith_buf *out, git_repository *git, const struct kith_differences *edits,
                             bool first)
{
	KITH_ARENA arena = {0};
	struct item *items = kith_arena_alloc(&arena, (edits->count + 1) * sizeof(*items));
	for (size_t i = 0; i < edits->count; i++)
		items[i].edit = &edits->list[i];
	const size_t all = edits->count - pair_renames(&arena, items, edits->count);
	struct kith_buf texts[LINES] = {0}, *lines[LINES];
	size_t told = 0, longest = 0;
	for (size_t i = 0; i < edits->count && told < LINES; i++) {
		if (items[i].untold)
			continue;
		KITH_BUF text = {0};
		add_item(&text, git, &items[i]);
		kith_clip(&texts[told], kith_buf_text(&text), ITEM_COLUMNS);
		lines[told] = &texts[told];
		const size_t width = kith_width(texts[told].text, texts[told].length);
		longest = width > longest ? width : longest;
		told++;
	}
	if (first)
		add_first_subject(out, edits);
	const size_t used = first ? 0 : add_subject(out, lines, told, all);
	if (used < all || longest > SUBJECT_COLUMNS)
		add_list(out, lines, told, all);
	for (size_t i = 0; i < told; i++)
		kith_buf_finish(&texts[i]);
	kith_buf_add_char(out, '\n');
}

static void trim(struct kith_buf *text)
{
	while (text->length && strchr(" \t\r\n", text->text[text->length - 1]))
		text->text[--text->length] = '\0';
}

void kith_message_from_text(struct kith_buf *out, const char *text)
{
	kith_printable(out, text, strlen(text), true);
	trim(out);
	kith_buf_add_char(out, '\n');
}

#define COMMAND_KEY "Kith-Command"
#define UNDOES_KEY "Kith-Undoes"

static void add_trailer(struct kith_buf *out, const char *key, const char *value)
{
	KITH_BUF clean = {0};
	kith_printable(&clean, value, strlen(value), false);
	trim(&clean);
	kith_buf_addf(out, "%s: %s\n", key, kith_buf_text(&clean));
}

void kith_message_add_command(struct kith_buf *out, const char *command, const char *undoes)
{
	kith_buf_add_char(out, '\n');
	add_trailer(out, COMMAND_KEY, command);
	if (undoes)
		add_trailer(out, UNDOES_KEY, undoes);
}

/* --- trailers, found again --- */

/* Bytes of the key of a trailer's line; 0 if it is none. */
static size_t trailer_key(const char *line)
{
	const size_t length = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
	return line[length] == ':' ? length : 0;
}

/* Where the last paragraph begins; NULL if it is the first. */
static const char *last_paragraph(const char *message, size_t *length)
{
	const char *begin = NULL;
	size_t end = strlen(message);
	while (end && strchr(" \t\r\n", message[end - 1]))
		end--;
	for (const char *at = message; (at = memchr(at, '\n', (size_t)(message + end - at))); at++) {
		const char *next = at + 1 + strspn(at + 1, " \t\r");
		if (*next == '\n')
			begin = next + 1;
	}
	*length = begin ? (size_t)(message + end - begin) : 0;
	return begin;
}

static void take_trailer(const char *line, size_t length, const char *key, struct kith_buf *out)
{
	const size_t skip = strlen(key);
	if (trailer_key(line) != skip || strncmp(line, key, skip) != 0)
		return;
	const char *value = line + skip + 1, *end = line + length;
	while (value < end && strchr(" \t", *value))
		value++;
	kith_buf_clear(out);
	kith_buf_add_bytes(out, value, (size_t)(end - value));
	trim(out);
}

void kith_message_find_command(const char *message, struct kith_buf *command, struct kith_buf *undoes)
{
	size_t length = 0;
	const char *paragraph = last_paragraph(message, &length);
	for (size_t at = 0; at < length; at += strcspn(paragraph + at, "\n") + 1)
		if (!trailer_key(paragraph + at))
			return;
	for (size_t at = 0; at < length;) {
		const size_t rest = strcspn(paragraph + at, "\n");
		take_trailer(paragraph + at, rest, COMMAND_KEY, command);
		take_trailer(paragraph + at, rest, UNDOES_KEY, undoes);
		at += rest + 1;
	}
}
