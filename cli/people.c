#include "cli/people.h"

#include <string.h>
#include <unistd.h>

#include "cli/draft.h"
#include "cli/pick.h"
#include "cli/place.h"
#include "cli/save.h"
#include "lib/base/text.h"
#include "lib/store/names.h"

enum { PEOPLE = 1u << KITH_KIND_contact | 1u << KITH_KIND_group };

/* A contact with nothing but a name, for somebody who is met for the first time. */
static enum kith_code add_contact(struct kith_people *people, const char *name, struct kith_row *out,
                                  struct kith_err *err)
{
	struct kith_app *app = people->app;
	struct kith_draft draft = { .kind = KITH_KIND_contact, .suggestions = KITH_SUGGEST };
	KITH_BUF slug = { 0 }, text = { 0 };
	kith_slug(&slug, name);
	enum kith_code code = kith_draft_add(app, &draft, kith_field_find(KITH_KIND_contact, "name"), name, err);
	if (code)
		return code;
	const char *path =
		kith_store_new_path(app->store, KITH_KIND_contact, kith_buf_text(&slug), KITH_NO_DAY, &app->arena);
	code = kith_draft_write(app, &draft, path, &text, err);
	if (!code)
		code = kith_save_new(app, path, text.text, text.length, err);
	if (code)
		return code;
	people->written[people->written_count++] = path;
	/* The note refers to it, and is checked against the index. */
	struct kith_index_report report;
	code = kith_index_update(app->index, &path, 1, &report, err);
	if (!code)
		code = kith_index_row_of_path(app->index, path, &app->arena, out, err);
	if (!code) {
		KITH_BUF line = { 0 };
		kith_buf_addf(&line, "→ contact %s\n", kith_place_shown(app, path));
		(void)kith_write_all(STDERR_FILENO, line.text, line.length, NULL); /* nowhere else to say it */
	}
	return code;
}

/* What is typed may be put behind a command that is shown: quotes and the like would break out of it. */
static bool is_tame(const char *name)
{
	return !strpbrk(name, "\"\\$`!\n");
}

static enum kith_code unrecorded(struct kith_people *people, const char *name, struct kith_row *out,
                                 struct kith_err *err)
{
	struct kith_app *app = people->app;
	KITH_BUF slug = { 0 };
	kith_slug(&slug, name);
	struct kith_row row;
	const bool free =
		slug.length && kith_index_row_of_id(app->index, slug.text, &app->arena, &row, NULL) == KITH_NONE;
	if (free && !kith_args_has(&app->args, "dry-run") &&
	    kith_ask(app, true, "%s is not recorded yet. Add a contact?", name))
		return add_contact(people, name, out, err);
	const char *near = kith_arena_strdup(&app->arena, err->hint);
	kith_fail(err, KITH_NONE, "nobody recorded is called '%s'", name);
	if (strncmp(near, "did you mean", 12) == 0)
		return kith_hint(err, "%s Else: kith add contact \"%s\"", near, is_tame(name) ? name : "Their Name");
	return kith_hint(err, "kith add contact \"%s\"", is_tame(name) ? name : "Their Name");
}

static enum kith_code find_person(struct kith_people *people, const char *name, struct kith_row *out,
                                  struct kith_err *err)
{
	struct kith_app *app = people->app;
	enum kith_code code = kith_pick(app, name, PEOPLE, out, err);
	if (code == KITH_NONE && !kith_place_is_path(name))
		return unrecorded(people, name, out, err);
	if (code)
		return code;
	if (!(PEOPLE >> out->kind & 1)) {
		kith_fail(err, KITH_USAGE, "%s is a %s", out->id, kith_kind_name(out->kind));
		return kith_hint(err, "a conversation is with people and groups; --for %s says what it serves",
		                 out->id);
	}
	/* What is only written alike may be somebody else. */
	if (kith_names_is_sure(app->index, name, out) || kith_place_is_path(name))
		return KITH_OK;
	if (kith_ask(app, true, "is %s meant?", out->title))
		return KITH_OK;
	kith_fail(err, KITH_NONE, "nobody recorded is called '%s'", name);
	kith_hint(err, "did you mean %s (%s)?", out->title, out->id);
	return unrecorded(people, name, out, err);
}

enum kith_code kith_people_find(struct kith_app *app, const char *who, struct kith_people *people, struct kith_err *err)
{
	people->app = app;
	for (const char *at = who;;) {
		const size_t length = strcspn(at, ",");
		const char *start = at;
		size_t used = length;
		while (used && *start == ' ')
			start++, used--;
		while (used && start[used - 1] == ' ')
			used--;
		const char *name = kith_arena_strndup(&app->arena, start, used);
		if (people->count == KITH_PEOPLE_MOST)
			return kith_fail(err, KITH_USAGE, "a note is with %d at most", KITH_PEOPLE_MOST);
		if (!*name) {
			kith_fail(err, KITH_USAGE, "a name is empty in '%s'", who);
			return kith_hint(err, "write names with a comma between: ana,tom");
		}
		struct kith_row row;
		const enum kith_code code = find_person(people, name, &row, err);
		if (code)
			return code;
		bool twice = false;
		for (size_t i = 0; i < people->count; i++)
			twice = twice || strcmp(people->list[i].id, row.id) == 0;
		if (!twice)
			people->list[people->count++] = row;
		at += length;
		if (!*at++)
			return KITH_OK;
	}
}
