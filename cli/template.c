#include "cli/template.h"

#include <string.h>

#include "lib/base/text.h"

enum { SAMPLE_COLUMNS = 30, LINE_COLUMNS = 110, MOST_WORDS = 6 };

/* The fields most worth filling, in groups, with a sample.  What a field means, and its usual words, come
 * from its row.  In a sample {today}, {month}, {week}, {year} stand for today, this month, a week from now,
 * the year after next. */
static const struct suggestion {
	enum kith_kind kind;
	const char *field, *sample;
	enum { EVERYBODY, OTHERS, SELF } of; /* of contacts: for the user's own, for all others */
	bool begins;                         /* a group */
} suggestions[] = {
	{ KITH_KIND_contact, "email", "name@example.org", EVERYBODY, true },
	{ KITH_KIND_contact, "phone", "+34 600 123 456", EVERYBODY, false },
	{ KITH_KIND_contact, "city", "Madrid", EVERYBODY, false },
	{ KITH_KIND_contact, "org", "Acme Robotics", EVERYBODY, true },
	{ KITH_KIND_contact, "title", "VP Engineering", EVERYBODY, false },
	{ KITH_KIND_contact, "skills", "[robotics, hiring]", EVERYBODY, false },
	{ KITH_KIND_contact, "roles", "[mentor, connector]", OTHERS, true },
	{ KITH_KIND_contact, "met", "{month}", OTHERS, false },
	{ KITH_KIND_contact, "through", "ana-silva", OTHERS, false },
	{ KITH_KIND_contact, "purpose", "growing teams, both ways", OTHERS, false },
	{ KITH_KIND_contact, "cadence", "quarterly", OTHERS, false },
	{ KITH_KIND_contact, "birthday", "03-14", EVERYBODY, false },
	{ KITH_KIND_contact, "offers", "[a careful reading of a draft]", SELF, true },
	{ KITH_KIND_contact, "seeks", "[people who teach]", SELF, false },
	{ KITH_KIND_contact, "about", "two kids, climbs", OTHERS, true },
	{ KITH_KIND_note, "how", "coffee", EVERYBODY, true },
	{ KITH_KIND_note, "text", "what was said", EVERYBODY, false },
	{ KITH_KIND_note, "topics", "[hiring, robotics]", EVERYBODY, false },
	{ KITH_KIND_note, "gave", "[an hour on her draft]", EVERYBODY, true },
	{ KITH_KIND_note, "got", "[a name at the ministry]", EVERYBODY, false },
	{ KITH_KIND_note, "promised", "[{what: send the draft, by: {week}}]", EVERYBODY, false },
	{ KITH_KIND_group, "type", "association", EVERYBODY, true },
	{ KITH_KIND_group, "serves", "buffer", EVERYBODY, false },
	{ KITH_KIND_group, "members", "[ana-silva]", EVERYBODY, false },
	{ KITH_KIND_group, "city", "Madrid", EVERYBODY, true },
	{ KITH_KIND_group, "cadence", "monthly", EVERYBODY, false },
	{ KITH_KIND_group, "next", "{week}", EVERYBODY, false },
	{ KITH_KIND_event, "date", "{week}", EVERYBODY, true },
	{ KITH_KIND_event, "type", "conference", EVERYBODY, false },
	{ KITH_KIND_event, "place", "Lisbon", EVERYBODY, false },
	{ KITH_KIND_event, "people", "[ana-silva]", EVERYBODY, true },
	{ KITH_KIND_event, "prepare", "who is coming, and what they do", EVERYBODY, false },
	{ KITH_KIND_event, "follow_up", "[3d, 90d]", EVERYBODY, false },
	{ KITH_KIND_opportunity, "type", "job", EVERYBODY, true },
	{ KITH_KIND_opportunity, "org", "Acme Robotics", EVERYBODY, false },
	{ KITH_KIND_opportunity, "skills", "[robotics]", EVERYBODY, false },
	{ KITH_KIND_opportunity, "from", "ana-silva", EVERYBODY, true },
	{ KITH_KIND_opportunity, "by", "{week}", EVERYBODY, false },
	{ KITH_KIND_opportunity, "stage", "open", EVERYBODY, false },
	{ KITH_KIND_need, "who", "ana-silva", EVERYBODY, true },
	{ KITH_KIND_need, "type", "introduction", EVERYBODY, false },
	{ KITH_KIND_need, "skills", "[robotics]", EVERYBODY, false },
	{ KITH_KIND_need, "since", "{month}", EVERYBODY, true },
	{ KITH_KIND_need, "check_in", "{week}", EVERYBODY, false },
	{ KITH_KIND_need, "private", "yes", EVERYBODY, false },
	{ KITH_KIND_goal, "by", "{year}", EVERYBODY, true },
	{ KITH_KIND_goal, "wants", "[{what: somebody who has done it, role: mentor}]", EVERYBODY, false },
	{ KITH_KIND_goal, "people", "[ana-silva]", EVERYBODY, false },
	{ KITH_KIND_learning, "type", "course", EVERYBODY, true },
	{ KITH_KIND_learning, "skills", "[cartography]", EVERYBODY, false },
	{ KITH_KIND_learning, "depth", "working", EVERYBODY, false },
	{ KITH_KIND_learning, "started", "{month}", EVERYBODY, true },
	{ KITH_KIND_learning, "expires", "{year}", EVERYBODY, false },
	{ KITH_KIND_playbook, "starts", "\"kind:note how:coffee\"", EVERYBODY, true },
	{ KITH_KIND_playbook, "steps", "[2w: share one useful link]", EVERYBODY, false },
};

static void add_date(struct kith_buf *out, const struct kith_app *app, const char *name, size_t length)
{
	const struct kith_date today = kith_date_of(app->now.today);
	if (strncmp(name, "today", length) == 0)
		kith_date_print_day(out, app->now.today);
	else if (strncmp(name, "week", length) == 0)
		kith_date_print_day(out, app->now.today + 7);
	else if (strncmp(name, "month", length) == 0)
		kith_date_print(out, (struct kith_date){ .year = today.year, .month = today.month, .minute = -1 });
	else
		kith_date_print(out, (struct kith_date){ .year = (int16_t)(today.year + 2), .minute = -1 });
}

static void add_sample(struct kith_buf *out, const struct kith_app *app, const char *sample)
{
	static const char *const names[] = { "today", "week", "month", "year" };
	for (const char *at = sample; *at;) {
		size_t length = 0;
		for (size_t i = 0; *at == '{' && i < kith_count(names) && !length; i++)
			if (strncmp(at + 1, names[i], strlen(names[i])) == 0 && at[1 + strlen(names[i])] == '}')
				length = strlen(names[i]);
		if (length)
			add_date(out, app, at + 1, length);
		else
			kith_buf_add_char(out, *at);
		at += length ? length + 2 : 1;
	}
}

/* "what they are to you: mentor, mentee, peer …": all words of an enumeration, of others the first ones. */
static void add_meaning(struct kith_buf *out, const struct kith_field *field)
{
	kith_buf_add(out, field->help);
	if (field->type != KITH_WORD && field->type != KITH_ENUM)
		return;
	const char *at = field->of, *word, *before = ": ";
	size_t length;
	for (size_t i = 0; (word = kith_of_next(&at, &length)); i++) {
		if (field->type == KITH_WORD && i == MOST_WORDS) {
			kith_buf_add(out, " …");
			return;
		}
		kith_buf_addf(out, "%s%.*s", before, (int)length, word);
		before = ", ";
	}
}

static void add_suggestion(struct kith_buf *out, const struct kith_app *app, const struct suggestion *suggestion,
                           const struct kith_field *field)
{
	KITH_BUF line = { 0 }, meaning = { 0 };
	kith_buf_addf(&line, "# %s: ", field->name);
	add_sample(&line, app, suggestion->sample);
	add_meaning(&meaning, field);
	const size_t width = line.length < SAMPLE_COLUMNS ? SAMPLE_COLUMNS : line.length;
	/* What would run out of the window goes above. */
	if (width + 4 + kith_width(meaning.text, meaning.length) > LINE_COLUMNS) {
		kith_buf_addf(out, "# (%s)\n%s\n", meaning.text, line.text);
		return;
	}
	kith_buf_add(out, line.text);
	kith_spaces(out, width - line.length);
	kith_buf_addf(out, "  # %s\n", meaning.text);
}

static bool is_filled(const struct kith_draft *draft, const struct kith_field *top)
{
	for (size_t i = 0; i < draft->count; i++)
		if (draft->values[i].field->parent == top->id)
			return true;
	return false;
}

void kith_template_add(const struct kith_app *app, const struct kith_draft *draft, struct kith_buf *out)
{
	bool any = false, gap = false;
	for (size_t i = 0; i < kith_count(suggestions); i++) {
		const struct suggestion *suggestion = &suggestions[i];
		const struct kith_field *field = kith_field_find(draft->kind, suggestion->field);
		if (suggestion->kind != draft->kind)
			continue;
		gap = gap || suggestion->begins;
		if (!field || is_filled(draft, field) ||
		    suggestion->of == (draft->suggestions == KITH_SUGGEST_SELF ? OTHERS : SELF))
			continue;
		if (!any)
			kith_buf_addf(out,
			              "\n# Take away the # in front of what you know.  All fields: kith schema %s\n",
			              kith_kind_name(draft->kind));
		if (gap)
			kith_buf_add(out, "#\n");
		any = true;
		gap = false;
		add_suggestion(out, app, suggestion, field);
	}
}
