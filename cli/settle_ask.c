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

static void prompt(struct asking *asking, size_t at)
{
	const struct kith_waiting *waiting = &asking->waiting->list[at];
	struct kith_app *app = asking->app;
	struct kith_app aside = *app; /* what is asked stands on stderr */
	KITH_BUF text = { 0 };
	aside.screen.color = app->screen.error_color;
	aside.arena = (struct kith_arena){ 0 };
	kith_buf_add_char(&text, '\n');
	kith_paintf(&text, aside.screen.color, KITH_DIM, "%zu of %zu  ", at + 1, asking->waiting->count);
	kith_waiting_print(&aside, waiting, true, &text);
	kith_arena_finish(&aside.arena);
	const char *numbers = waiting->stray       ? ""
	                      : waiting->count > 2 ? kith_arena_printf(&app->arena, "0-%zu take, ", waiting->count - 1)
	                      : waiting->count > 1 ? "0 keep, 1 take, "
	                                           : "0 keep, ";
	kith_buf_addf(&text, "  [%s%s%ss skip, q quit] ", numbers,
	              waiting->stray || waiting->set_aside ? "" : "d delete, ", waiting->row ? "e edit, " : "");
	say(&text);
}

enum answer { TAKEN, SKIPPED, AGAIN, QUIT, INTERRUPTED, UNKNOWN };

static enum answer understand(const struct kith_waiting *waiting, int key, int *choice)
{
	*choice = key >= '0' && key <= '9' ? key - '0' : 0;
	switch (key) {
	case KITH_KEY_INTERRUPT: return INTERRUPTED;
	case KITH_KEY_END:
	case KITH_KEY_END_OF_INPUT:
	case KITH_KEY_ESCAPE:
	case 'q': return QUIT;
	case 's': return SKIPPED;
	case 'e': return waiting->row ? AGAIN : UNKNOWN;
	case 'd':
		*choice = KITH_CHOOSE_DELETED;
		return waiting->stray || waiting->set_aside ? UNKNOWN : TAKEN;
	case '\r':
	case '\n': return waiting->stray ? SKIPPED : TAKEN;
	default: break;
	}
	const bool is_number = key >= '0' && key <= '9' && (size_t)*choice < waiting->count;
	return is_number && !waiting->stray && (!waiting->set_aside || waiting->row || !*choice) ? TAKEN : UNKNOWN;
}

static void echo(const struct kith_waiting *waiting, enum answer answer, int choice)
{
	KITH_BUF text = { 0 };
	if (answer == TAKEN && choice == KITH_CHOOSE_DELETED)
		kith_buf_add(&text, "delete\n");
	else if (answer == TAKEN)
		kith_buf_addf(&text, "%d%s\n", choice, choice ? "" : waiting->set_aside ? " delete the text" : " keep");
	else
		kith_buf_add(&text, answer == SKIPPED ? "skip\n" : answer == AGAIN ? "edit\n" : "quit\n");
	say(&text);
}

static enum answer ask(struct asking *asking, size_t at)
{
	const struct kith_waiting *waiting = &asking->waiting->list[at];
	enum answer answer = UNKNOWN;
	int choice = 0;
	prompt(asking, at);
	while (answer == UNKNOWN)
		answer = understand(waiting, kith_key_read(), &choice);
	echo(waiting, answer, choice);
	if (answer == TAKEN)
		asking->list[(*asking->count)++] = (struct kith_settling){ .waiting = waiting, .choice = choice };
	return answer;
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
		const enum kith_code code = answer == AGAIN ? edit(&asking, i, err) : KITH_OK;
		if (code)
			return code;
		i += answer != AGAIN;
	}
	return KITH_OK;
}
