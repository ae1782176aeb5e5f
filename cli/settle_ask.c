/* Going through what waits on the terminal, a key for each. */
#include <string.h>
#include <unistd.h>

#include "cli/editor.h"
#include "cli/key.h"
#include "cli/save.h"
#include "cli/settle.h"

struct asking {
	struct kith_app *app;
	struct kith_waitings *waiting;
	struct kith_settling *list;
	size_t *count;
};

static void say(const struct kith_buf *text)
{
	(void)kith_write_all(STDERR_FILENO, kith_buf_text(text), text->length, NULL); /* nowhere else to say it */
}

/* --- the editor --- */

/* What is still there has the values it has now; what is gone was settled by hand. */
static enum kith_code look_again(struct asking *asking, size_t at, struct kith_err *err)
{
	const struct kith_waiting *edited = &asking->waiting->list[at];
	struct kith_waitings now;
	const char *path = edited->path;
	const enum kith_code code = kith_waiting_find(asking->app, edited->row, 1, NULL, &now, err);
	if (code)
		return code;
	kith_waiting_trace(asking->app, &now);
	/* Those before it are answered: by what they said then. */
	for (size_t i = at; i < asking->waiting->count; i++) {
		struct kith_waiting *old = &asking->waiting->list[i];
		size_t j = 0;
		if (strcmp(old->path, path) != 0 || now.unread)
			continue;
		while (j < now.count && (strcmp(now.list[j].field, old->field) != 0 ||
		                         strcmp(now.list[j].set_aside ? now.list[j].set_aside : "",
		                                old->set_aside ? old->set_aside : "") != 0))
			j++;
		if (j < now.count)
			*old = now.list[j];
		else
			old->settled = true;
	}
	return KITH_OK;
}

static enum kith_code edit(struct asking *asking, size_t at, struct kith_err *err)
{
	struct kith_app *app = asking->app;
	struct kith_edited edited = { .path = asking->waiting->list[at].path };
	kith_save_commit_earlier(app, &edited.path, 1);
	enum kith_code code = kith_editor_edit(app, &edited, 1, err);
	const bool changed = edited.changed;
	const char *path = edited.path;
	kith_editor_finish(&edited, 1);
	if (changed)
		(void)kith_save_commit(app, kith_arena_printf(&app->arena, "edit %s", path), &path, 1); /* it warns */
	if (code == KITH_FAULTY) /* they were shown, and stay for another time */
		code = KITH_OK;
	return code || !changed ? code : look_again(asking, at, err);
}

/* --- one question --- */

enum { DIGITS = 10 }; /* of more values than that, the others are for --keep and the editor */

static bool may_take(const struct kith_waiting *waiting, int choice)
{
	return (size_t)choice < waiting->count && !waiting->stray && (!waiting->set_aside || waiting->row || !choice);
}

static int greatest(const struct kith_waiting *waiting)
{
	int choice = 0;
	while (choice + 1 < DIGITS && may_take(waiting, choice + 1))
		choice++;
	return choice;
}

static bool may_delete(const struct kith_waiting *waiting)
{
	return !waiting->stray && !waiting->set_aside;
}

/* The editor is for records. */
static bool may_edit(const struct kith_waiting *waiting)
{
	return kith_waiting_id(waiting) != NULL;
}

static void print_keys(const struct asking *asking, size_t at)
{
	const struct kith_waiting *waiting = &asking->waiting->list[at];
	const int most = greatest(waiting);
	KITH_BUF keys = { 0 }, text = { 0 };
	kith_buf_add_char(&keys, '[');
	if (!waiting->stray)
		kith_buf_add(&keys, "0 keep, ");
	if (most)
		kith_buf_addf(&keys, most > 1 ? "1-%d take, " : "%d take, ", most);
	kith_buf_addf(&keys, "%s%ss skip, %s? help, q quit]", may_delete(waiting) ? "d delete, " : "",
	              may_edit(waiting) ? "e edit, " : "", at ? "b back, " : "");
	kith_spaces(&text, 2);
	kith_wrap(&text, false, KITH_PLAIN_TEXT, keys.text, 2, kith_screen_width(&asking->app->screen));
	kith_buf_add_char(&text, ' ');
	say(&text);
}

static void help(const struct asking *asking, size_t at)
{
	const struct kith_waiting *waiting = &asking->waiting->list[at];
	const struct {
		bool there;
		const char *key, *words;
	} keys[] = {
		{ !waiting->stray && !waiting->set_aside, "0", "keep what the record shows; Enter is the same" },
		{ waiting->set_aside, "0", "keep the record as it is, and delete the text; Enter is the same" },
		{ greatest(waiting) && !waiting->set_aside, "1", "take that value in its place" },
		{ greatest(waiting) && waiting->set_aside, "1", "put the text in place of the record" },
		{ may_delete(waiting), "d", "take it out of the record" },
		{ may_edit(waiting), "e", "open the record in your editor, and settle it there" },
		{ true, "s", "leave it for another time" },
		{ at, "b", "back to the one before" },
		{ true, "q", "stop here; what was chosen is written" },
		{ true, "Ctrl-C", "stop, and write nothing" },
	};
	KITH_BUF text = { 0 };
	kith_buf_add_char(&text, '\n');
	for (size_t i = 0; i < kith_count(keys); i++) {
		if (!keys[i].there)
			continue;
		kith_buf_addf(&text, "    %-7s ", keys[i].key);
		kith_wrap(&text, false, KITH_PLAIN_TEXT, keys[i].words, 12, kith_screen_width(&asking->app->screen));
		kith_buf_add_char(&text, '\n');
	}
	say(&text);
	print_keys(asking, at);
}

static void show(struct asking *asking, size_t at)
{
	struct kith_app aside = *asking->app; /* what is asked stands on stderr */
	KITH_BUF text = { 0 };
	aside.screen.color = asking->app->screen.error_color;
	aside.arena = (struct kith_arena){ 0 };
	kith_buf_add_char(&text, '\n');
	kith_paintf(&text, aside.screen.color, KITH_DIM, "%zu of %zu  ", at + 1, asking->waiting->count);
	kith_waiting_print(&aside, &asking->waiting->list[at], true, &text);
	kith_arena_finish(&aside.arena);
	say(&text);
	print_keys(asking, at);
}

enum answer { TAKEN, SKIPPED, EDITED, BACK, QUIT, INTERRUPTED, HELP, UNKNOWN };

static enum answer understand(const struct kith_waiting *waiting, bool first, int key, int *choice)
{
	*choice = key >= '0' && key <= '9' ? key - '0' : 0;
	switch (key) {
	case KITH_KEY_END: /* the terminal is gone, and nobody sees what would be done */
	case KITH_KEY_INTERRUPT: return INTERRUPTED;
	case KITH_KEY_END_OF_INPUT:
	case KITH_KEY_ESCAPE:
	case 'q': return QUIT;
	case 's': return SKIPPED;
	case 'b': return first ? UNKNOWN : BACK;
	case 'e': return may_edit(waiting) ? EDITED : UNKNOWN;
	case 'h':
	case '?': return HELP;
	case 'd':
		*choice = KITH_CHOOSE_DELETED;
		return may_delete(waiting) ? TAKEN : UNKNOWN;
	case '\r':
	case '\n': return waiting->stray ? SKIPPED : TAKEN;
	default: return key >= '0' && key <= '9' && may_take(waiting, *choice) ? TAKEN : UNKNOWN;
	}
}

static void echo(const struct kith_waiting *waiting, enum answer answer, int choice)
{
	static const char *const words[] = {
		[SKIPPED] = "skip", [EDITED] = "edit", [BACK] = "back", [QUIT] = "quit", [INTERRUPTED] = "",
	};
	KITH_BUF text = { 0 };
	if (answer == TAKEN && choice == KITH_CHOOSE_DELETED)
		kith_buf_add(&text, "delete\n");
	else if (answer == TAKEN)
		kith_buf_addf(&text, "%d%s\n", choice, choice ? " take" : waiting->set_aside ? " delete the text" : " keep");
	else
		kith_buf_addf(&text, "%s\n", words[answer]);
	say(&text);
}

static enum answer ask(struct asking *asking, size_t at)
{
	const struct kith_waiting *waiting = &asking->waiting->list[at];
	enum answer answer = UNKNOWN;
	int choice = 0;
	kith_key_begin();
	show(asking, at);
	while (answer == UNKNOWN || answer == HELP) {
		answer = understand(waiting, !at, kith_key_read(), &choice);
		if (answer == HELP)
			help(asking, at);
	}
	kith_key_end();
	echo(waiting, answer, choice);
	if (answer == TAKEN)
		asking->list[(*asking->count)++] = (struct kith_settling){ .waiting = waiting, .choice = choice };
	return answer;
}

/* The one before that is still to be asked, and what was chosen for it is open again. */
static size_t go_back(struct asking *asking, size_t at)
{
	size_t before = at;
	while (before && asking->waiting->list[--before].settled)
		;
	if (asking->waiting->list[before].settled)
		return at;
	const struct kith_settling *last = *asking->count ? &asking->list[*asking->count - 1] : NULL;
	if (last && last->waiting == &asking->waiting->list[before])
		--*asking->count;
	return before;
}

enum kith_code kith_settle_ask(struct kith_app *app, struct kith_waitings *waiting, struct kith_settling *list,
                               size_t *count, struct kith_err *err)
{
	struct asking asking = { app, waiting, list, count };
	*count = 0;
	for (size_t i = 0; i < waiting->count;) {
		if (waiting->list[i].settled) {
			i++;
			continue;
		}
		const enum answer answer = ask(&asking, i);
		if (answer == INTERRUPTED)
			return kith_fail(err, KITH_STOPPED, "nothing was settled");
		if (answer == QUIT)
			break;
		if (answer == BACK) {
			i = go_back(&asking, i);
			continue;
		}
		const enum kith_code code = answer == EDITED ? edit(&asking, i, err) : KITH_OK;
		if (code)
			return code;
		i += answer != EDITED;
	}
	return KITH_OK;
}
