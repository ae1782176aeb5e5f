#include "daemon/shown.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/file.h"

#define FILE_MOST (64u << 20)
#define KEY_MOST 1024

static size_t place_of(const struct kith_shown_list *list, const char *key)
{
	size_t from = 0, to = list->count;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		if (strcmp(list->entries[middle].key, key) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

const struct kith_shown *kith_shown_of(const void *user, const char *key)
{
	const struct kith_shown_list *list = user;
	const size_t at = place_of(list, key);
	if (at == list->count || strcmp(list->entries[at].key, key) != 0)
		return NULL;
	const struct kith_shown *shown = &list->entries[at];
	/* Something that is on its way for the first time was not shown yet, but must not be sent again. */
	return shown->day == KITH_NO_DAY && !shown->in_flight ? NULL : shown;
}

struct kith_shown *kith_shown_put(struct kith_shown_list *list, const char *key)
{
	const size_t at = place_of(list, key);
	if (at < list->count && strcmp(list->entries[at].key, key) == 0)
		return &list->entries[at];
	if (list->count == list->capacity) {
		list->capacity = list->capacity ? list->capacity * 2 : 16;
		list->entries = kith_realloc(list->entries, list->capacity * sizeof(*list->entries));
	}
	memmove(&list->entries[at + 1], &list->entries[at], (list->count - at) * sizeof(*list->entries));
	list->count++;
	list->entries[at] = (struct kith_shown){.key = kith_strdup(key), .day = KITH_NO_DAY};
	return &list->entries[at];
}

size_t kith_shown_alone_on(const struct kith_shown_list *list, kith_day day)
{
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++)
		count += list->entries[i].day == day && !list->entries[i].digest;
	return count;
}

/* "2026-11-25 09:00 alone birthday:ana-silva:2026" */
static void take_line(struct kith_shown_list *list, char *line)
{
	char *how = line + 17, *key = strchr(line, '#') == line || strlen(line) < 20 ? NULL : strchr(how, ' ');
	if (!key || line[16] != ' ' || strlen(key + 1) == 0 || strlen(key + 1) > KEY_MOST)
		return;
	line[16] = *key++ = '\0';
	struct kith_date date;
	if (!kith_date_read(line, &date, NULL, NULL) || date.minute < 0 || !date.year || !date.day)
		return;
	if (strcmp(how, "alone") != 0 && strcmp(how, "digest") != 0)
		return;
	struct kith_shown *shown = kith_shown_put(list, key);
	shown->day = kith_day_of(date);
	shown->minute = date.minute;
	shown->digest = strcmp(how, "digest") == 0;
}

enum kith_code kith_shown_read(const char *path, struct kith_shown_list *list, struct kith_err *err)
{
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return KITH_OK;
	KITH_BUF text = {0};
	const enum kith_code code = kith_file_read(path, FILE_MOST, &text, err);
	if (code != KITH_OK)
		return code;
	for (char *line = text.text; line && *line;) {
		char *end = strchr(line, '\n');
		if (!end)
			break; /* the file is replaced in one step: a last line without end was not written by us */
		*end = '\0';
		take_line(list, line);
		line = end + 1;
	}
	return KITH_OK;
}

static void forget_old(struct kith_shown_list *list, kith_day today)
{
	size_t kept = 0;
	for (size_t i = 0; i < list->count; i++) {
		struct kith_shown *shown = &list->entries[i];
		if (shown->in_flight || (shown->day != KITH_NO_DAY && shown->day >= today - KITH_SHOWN_DAYS))
			list->entries[kept++] = *shown;
		else
			kith_free(shown->key);
	}
	list->count = kept;
}

static bool is_one_line(const char *key)
{
	for (; *key; key++)
		if ((unsigned char)*key < ' ')
			return false;
	return true;
}

enum kith_code kith_shown_write(const char *path, struct kith_shown_list *list, kith_day today, struct kith_err *err)
{
	forget_old(list, today);
	KITH_BUF text = {0};
	kith_buf_add(&text, "# Reminders that kithd has shown on this machine.  If this is lost, they are shown once more.\n");
	for (size_t i = 0; i < list->count; i++) {
		const struct kith_shown *shown = &list->entries[i];
		if (shown->day == KITH_NO_DAY || !is_one_line(shown->key) || strlen(shown->key) > KEY_MOST)
			continue;
		if (text.length + KEY_MOST + 64 > FILE_MOST)
			break; /* never more than will be read; the rest is shown once more after a restart */
		kith_date_print_day(&text, shown->day);
		kith_buf_addf(&text, " %02d:%02d %s %s\n", shown->minute / 60, shown->minute % 60,
		              shown->digest ? "digest" : "alone", shown->key);
	}
	return kith_file_write(path, text.text, text.length, 0600, err);
}

void kith_shown_finish(struct kith_shown_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		kith_free(list->entries[i].key);
	kith_free(list->entries);
	*list = (struct kith_shown_list){0};
}
