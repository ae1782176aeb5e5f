#include "cli/assign.h"

#include <ctype.h>
#include <string.h>

#include "cli/draft.h"
#include "lib/base/text.h"

/* --- taking a word apart --- */

static bool is_name(char character)
{
	return isalnum((unsigned char)character) || character == '_' || character == '-';
}

/* Of the words in front of a =, the first part is a name; what follows a dot or a bracket may be anything. */
bool kith_assignment_is(const char *word)
{
	const char *at = word;
	if (!isalpha((unsigned char)*at))
		return false;
	while (is_name(*at))
		at++;
	if (*at == '.' || *at == '[')
		return strchr(at, '=') != NULL;
	return *at == '=' || (at[0] == '+' && at[1] == '=');
}

/* The bracket that closes, seen from behind the one that opens: a key may hold brackets and = itself. */
static const char *closing(const char *at)
{
	for (; (at = strchr(at, ']')); at++)
		if (at[1] == '.' || at[1] == '=' || ((at[1] == '+' || at[1] == '-') && at[2] == '='))
			return at;
	return NULL;
}

static enum kith_code no_assignment(const char *word, struct kith_err *err)
{
	kith_fail(err, KITH_USAGE, "'%s' is not FIELD=VALUE", word);
	return kith_hint(err, "a value with blanks in it needs quotes: about=\"two words\"");
}

enum kith_code kith_assignment_read(struct kith_arena *arena, const char *word, struct kith_assignment *out,
                                    struct kith_err *err)
{
	if (!kith_assignment_is(word))
		return no_assignment(word, err);
	struct kith_assignment read = { .word = word, .op = KITH_ASSIGN_SET };
	KITH_BUF path = { 0 };
	const char *at = word, *bracket = strchr(word, '['), *equals = strchr(word, '=');
	if (bracket && bracket < equals) {
		const char *end = closing(bracket + 1);
		if (!end)
			return no_assignment(word, err);
		read.entry = kith_arena_strndup(arena, bracket + 1, (size_t)(end - bracket - 1));
		kith_buf_add_bytes(&path, word, (size_t)(bracket - word));
		at = end + 1;
		equals = strchr(at, '=');
	}
	size_t length = (size_t)(equals - at);
	if (length && (at[length - 1] == '+' || at[length - 1] == '-'))
		read.op = at[--length] == '+' ? KITH_ASSIGN_ADD : KITH_ASSIGN_REMOVE;
	kith_buf_add_bytes(&path, at, length);
	read.path = kith_arena_strdup(arena, kith_buf_text(&path));
	read.value = equals + 1;
	*out = read;
	return KITH_OK;
}

/* --- finding the field --- */

/* The names that may have been meant: keys of the map before the dot, else the top fields. */
static enum kith_code unknown_field(struct kith_app *app, enum kith_kind kind, const char *path, struct kith_err *err)
{
	const char *dot = strchr(path, '.');
	const struct kith_field *parent = dot ? kith_field_child(kind, NULL, path, (size_t)(dot - path)) : NULL;
	size_t count, used = 0;
	const struct kith_field *rows = kith_fields(kind, &count);
	if (parent && parent->type == KITH_MAP)
		rows = kith_field_children(parent, &count);
	else
		parent = NULL;
	const char **names = kith_arena_alloc(&app->arena, (count + 1) * sizeof(*names));
	for (size_t i = 0; i < count; i++)
		if (parent || kith_field_is_top(&rows[i]))
			names[used++] = parent ? rows[i].path : rows[i].name;
	const char *of = kind == KITH_SETTINGS ? "kith.yaml" : kith_kind_name(kind);
	kith_fail(err, KITH_USAGE, "a %s has no field %s", of, path);
	if (kind == KITH_SETTINGS)
		kith_fail(err, KITH_USAGE, "kith.yaml has no field %s", path);
	if (strcmp(path, "id") == 0)
		return kith_hint(err, "the id is the name of the file: kith rename changes it everywhere");
	const char *near = kith_did_you_mean(path, names, used);
	if (near)
		return kith_hint(err, "did you mean %s? keys of your own start with x-", near);
	return kith_hint(err, "kith schema %s lists the fields; keys of your own start with x-", kith_kind_name(kind));
}

static enum kith_code refuse_tools(const struct kith_field *field, struct kith_err *err)
{
	static const struct {
		const char *name, *way_out;
	} ways[] = {
		{ "formerly", "kith rename changes an id, and notes the old one there" },
		{ "conflicts", "kith edit: take over what you want to keep, and delete what is left of it" },
	};
	kith_fail(err, KITH_USAGE, "%s is written by kith itself", field->path);
	for (size_t i = 0; i < kith_count(ways); i++)
		if (strcmp(kith_field_by_id(field->parent)->name, ways[i].name) == 0)
			return kith_hint(err, "%s", ways[i].way_out);
	return kith_hint(err, "leave it as it is");
}

static enum kith_code find_field(struct kith_app *app, struct kith_assign_step *step, enum kith_kind kind,
                                 struct kith_err *err)
{
	const char *path = step->from->path, *dot = strchr(path, '.');
	if (strncmp(path, "x-", 2) == 0 && path[2]) {
		if (dot || step->from->entry) {
			kith_fail(err, KITH_USAGE, "%s: only whole keys of your own can be set", step->from->word);
			return kith_hint(err, "kith edit opens the record in your editor");
		}
		step->key = path;
		return KITH_OK;
	}
	step->field = kith_field_find(kind, path);
	if (!step->field && dot) {
		const struct kith_field *table = kith_field_child(kind, NULL, path, (size_t)(dot - path));
		if (table && table->merge == KITH_TABLE && dot[1]) {
			step->field = table;
			step->key = dot + 1;
		}
	}
	if (!step->field)
		return unknown_field(app, kind, path, err);
	if ((step->field->flags | kith_field_by_id(step->field->parent)->flags) & KITH_TOOLS)
		return refuse_tools(step->field, err);
	return KITH_OK;
}

/* --- what may be done with it --- */

static bool is_entries(const struct kith_field *field)
{
	return field && field->type == KITH_MAP && kith_field_is_list(field);
}

/* A key of a list of maps. */
static bool is_of_entry(const struct kith_field *field)
{
	return field && !kith_field_is_top(field) && is_entries(kith_field_by_id(field->parent));
}

/* Whether several values may stand there. */
static bool is_list(const struct kith_assign_step *step)
{
	if (!step->field)
		return true;
	return kith_field_is_list(step->field) || (step->field->merge == KITH_TABLE && step->field->type == KITH_WORD);
}

static enum kith_code check_shape(const struct kith_assign_step *step, struct kith_err *err)
{
	const struct kith_field *field = step->field;
	const struct kith_assignment *from = step->from;
	if (from->entry && !is_of_entry(field)) {
		kith_fail(err, KITH_USAGE, "%s: brackets name an entry, of which a key is set", from->word);
		if (is_entries(field) && from->op == KITH_ASSIGN_SET && !*from->value)
			return kith_hint(err, "the entry goes with %s-=%s", field->path, from->entry);
		return kith_hint(err, "write knows[tom].as=friend");
	}
	if (field && field->merge == KITH_TABLE && !step->key && *from->value) {
		kith_fail(err, KITH_USAGE, "%s takes keys and values", field->path);
		return kith_hint(err, "write %s.mentor=%s", field->path, from->value);
	}
	if (field && field->type == KITH_MAP && !is_entries(field) && *from->value) {
		size_t count;
		const struct kith_field *first = kith_field_children(field, &count);
		kith_fail(err, KITH_USAGE, "%s takes keys and values", field->path);
		return kith_hint(err, "write %s=%s", count ? first->path : field->path, from->value);
	}
	if (from->op != KITH_ASSIGN_SET && !*from->value) {
		kith_fail(err, KITH_USAGE, "%s: nothing stands behind the =", from->word);
		return kith_hint(err, "%s= takes everything away", from->path);
	}
	/* Text of several lines takes another line. */
	const bool lines = field && field->merge == KITH_LINES && from->op == KITH_ASSIGN_ADD;
	if (from->op != KITH_ASSIGN_SET && !is_list(step) && !lines) {
		kith_fail(err, KITH_USAGE, "%s holds one value", from->path);
		if (from->op == KITH_ASSIGN_ADD)
			return kith_hint(err, "write %s=%s", from->path, from->value);
		return kith_hint(err, "%s= takes it away", from->path);
	}
	return KITH_OK;
}

/* --- understanding values --- */

static void add_part(struct kith_app *app, struct kith_assign_step *step, const struct kith_field *field,
                     const char *text)
{
	struct kith_edit_part *part =
		kith_arena_push(&app->arena, &step->parts, &step->count, &step->capacity, sizeof(*part));
	*part = (struct kith_edit_part){ field, text };
}

static void add_entry_part(struct kith_app *app, struct kith_assign_entry *entry, const struct kith_field *field,
                           const char *text)
{
	struct kith_edit_part *part =
		kith_arena_push(&app->arena, &entry->parts, &entry->count, &entry->capacity, sizeof(*part));
	*part = (struct kith_edit_part){ field, text };
}

static struct kith_assign_entry *add_entry(struct kith_app *app, struct kith_assign_step *step)
{
	return kith_arena_push(&app->arena, &step->entries, &step->entry_count, &step->entry_capacity,
	                       sizeof(struct kith_assign_entry));
}

/* Of a table's list the words are taken apart here: as a field it is not one. */
static enum kith_code understand_table(struct kith_app *app, struct kith_assign_step *step, struct kith_err *err)
{
	for (const char *at = step->from->value;;) {
		const size_t length = is_list(step) ? strcspn(at, ",") : strlen(at);
		struct kith_draft draft = { .kind = step->field->kind };
		const enum kith_code code =
			kith_draft_add(app, &draft, step->field, kith_arena_strndup(&app->arena, at, length), err);
		if (code)
			return code;
		add_part(app, step, NULL, draft.values[0].text);
		at += length;
		if (!*at++)
			return KITH_OK;
	}
}

/* "2w: share one useful link": both halves of a pair; without a colon the second. */
static enum kith_code understand_pair(struct kith_app *app, struct kith_assign_step *step, struct kith_err *err)
{
	size_t count;
	const struct kith_field *children = kith_field_children(step->field, &count);
	const char *value = step->from->value, *colon = strstr(value, ": ");
	struct kith_span span;
	const char *first = colon ? kith_arena_strndup(&app->arena, value, (size_t)(colon - value)) : NULL;
	struct kith_draft draft = { .kind = step->field->kind };
	enum kith_code code = KITH_OK;
	if (first && kith_span_read(first, &span))
		code = kith_draft_add(app, &draft, &children[0], first, err);
	else
		colon = NULL;
	if (!code)
		code = kith_draft_add(app, &draft, &children[1], colon ? colon + 2 : value, err);
	if (code)
		return code;
	struct kith_assign_entry *entry = add_entry(app, step);
	for (size_t i = 0; i < draft.count; i++)
		add_entry_part(app, entry, draft.values[i].field, draft.values[i].text);
	return KITH_OK;
}

static enum kith_code understand_value(struct kith_app *app, struct kith_assign_step *step, struct kith_err *err)
{
	const struct kith_assignment *from = step->from;
	/* What goes is looked for among what a record has: it may name what is gone from the store already. */
	if (!*from->value || from->op == KITH_ASSIGN_REMOVE)
		return KITH_OK;
	if (!step->field) {
		if (!kith_is_utf8(from->value, strlen(from->value), NULL)) {
			kith_fail(err, KITH_USAGE, "%s: the text is not UTF-8", from->path);
			return kith_hint(err, "check the encoding of your terminal (locale)");
		}
		add_part(app, step, NULL, from->value);
		return KITH_OK;
	}
	if (step->field->merge == KITH_TABLE)
		return understand_table(app, step, err);
	if (is_entries(step->field) && (step->field->flags & KITH_PAIR))
		return understand_pair(app, step, err);
	struct kith_draft draft = { .kind = step->field->kind };
	const enum kith_code code = kith_draft_add(app, &draft, step->field, from->value, err);
	for (size_t i = 0; i < draft.count && !code; i++) {
		if (is_entries(step->field))
			add_entry_part(app, add_entry(app, step), draft.values[i].field, draft.values[i].text);
		else
			add_part(app, step, NULL, draft.values[i].text);
	}
	return code;
}

/* --- one after the other --- */

static bool same_place(const struct kith_assign_step *one, const struct kith_assign_step *other)
{
	return one->field == other->field &&
	       (!one->key || !other->key ? one->key == other->key : strcmp(one->key, other->key) == 0) &&
	       (!one->from->entry || !other->from->entry ? one->from->entry == other->from->entry
	                                                 : strcmp(one->from->entry, other->from->entry) == 0);
}

/* A key behind an entry that is being added belongs to it. */
static bool fills(const struct kith_assign_steps *steps, const struct kith_assign_step *step)
{
	if (!steps->count || !is_of_entry(step->field) || step->from->entry)
		return false;
	const struct kith_assign_step *last = &steps->list[steps->count - 1];
	return last->entry_count && last->field->id == step->field->parent;
}

static enum kith_code fill(struct kith_app *app, struct kith_assign_step *last, const struct kith_assign_step *step,
                           struct kith_err *err)
{
	if (!step->count) {
		kith_fail(err, KITH_USAGE, "%s: nothing stands behind the =", step->from->word);
		return kith_hint(err, "leave it out: the entry is new");
	}
	for (size_t i = 0; i < last->entry_count; i++) {
		struct kith_assign_entry *entry = &last->entries[i];
		for (size_t j = 0; j < entry->count && !kith_field_is_list(step->field); j++)
			if (entry->parts[j].field == step->field) {
				kith_fail(err, KITH_USAGE, "%s is given twice", step->field->path);
				return kith_hint(
					err, "it holds one value; another entry begins with %s+=", last->field->path);
			}
		for (size_t j = 0; j < step->count; j++)
			add_entry_part(app, entry, step->field, step->parts[j].text);
	}
	return KITH_OK;
}

/* A list that is set twice has the values of both; anything else must be said once. */
static enum kith_code join_earlier(const struct kith_assign_steps *steps, struct kith_assign_step *step,
                                   struct kith_err *err)
{
	for (size_t i = 0; i < steps->count && step->op == KITH_ASSIGN_SET; i++) {
		const struct kith_assign_step *earlier = &steps->list[i];
		if (!same_place(earlier, step) || earlier->op != KITH_ASSIGN_SET)
			continue;
		if (is_list(step) && *step->from->value && *earlier->from->value) {
			step->op = KITH_ASSIGN_ADD;
			continue;
		}
		kith_fail(err, KITH_USAGE, "%s is given twice", step->from->path);
		return kith_hint(err, "it holds one value");
	}
	return KITH_OK;
}

enum kith_code kith_assign_understand(struct kith_app *app, enum kith_kind kind, const struct kith_assignment *given,
                                      size_t count, struct kith_assign_steps *out, struct kith_err *err)
{
	struct kith_assign_steps steps = { .kind = kind };
	for (size_t i = 0; i < count; i++) {
		struct kith_assign_step step = { .from = &given[i], .op = given[i].op };
		enum kith_code code = find_field(app, &step, kind, err);
		if (!code)
			code = check_shape(&step, err);
		if (!code)
			code = understand_value(app, &step, err);
		if (!code && fills(&steps, &step)) {
			code = fill(app, &steps.list[steps.count - 1], &step, err);
			if (code)
				return code;
			continue;
		}
		if (!code)
			code = join_earlier(&steps, &step, err);
		if (code)
			return code;
		struct kith_assign_step *place =
			kith_arena_push(&app->arena, &steps.list, &steps.count, &steps.capacity, sizeof(*place));
		*place = step;
	}
	*out = steps;
	return KITH_OK;
}
