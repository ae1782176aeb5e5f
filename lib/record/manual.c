/* The kith-records(5) page: the rules of writing, and every field from its row. */
#include <stdio.h>
#include <string.h>

#include "lib/record/record.h"

/* --- mdoc --- */

/* One character of UTF-8 outside ASCII as \[u2026]; returns its bytes.  The texts are ours, and valid. */
static size_t add_character(struct kith_buf *out, const unsigned char *at)
{
	const size_t length = *at < 0xE0 ? 2 : *at < 0xF0 ? 3 : 4;
	unsigned character = *at & (0xFFu >> (length + 1));
	for (size_t i = 1; i < length; i++)
		character = character << 6 | (at[i] & 0x3F);
	kith_buf_addf(out, "\\[u%04X]", character);
	return length;
}

/* Text as roff takes it: nothing in it is a request, an escape, or outside ASCII. */
static void add_text(struct kith_buf *out, const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at;) {
		const bool starts_line = out->length == 0 || out->text[out->length - 1] == '\n';
		if (starts_line && (*at == '.' || *at == '\''))
			kith_buf_add(out, "\\&");
		if (*at >= 0x80) {
			at += add_character(out, at);
			continue;
		}
		if (*at == '\\')
			kith_buf_add(out, "\\e");
		else if (*at == '-')
			kith_buf_add(out, "\\-");
		else
			kith_buf_add_char(out, (char)*at);
		at++;
	}
}

/* A paragraph whose sentences stand on lines of their own, which is how roff knows where one ends. */
static void add_lines(struct kith_buf *out, const char *const *lines, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		add_text(out, lines[i]);
		kith_buf_add_char(out, '\n');
	}
}

#define ADD_LINES(out, ...)                                                                                            \
	do {                                                                                                           \
		static const char *const lines_[] = { __VA_ARGS__ };                                                   \
		add_lines(out, lines_, kith_count(lines_));                                                            \
	} while (0)

static void begin_list(struct kith_buf *out, const char *width, bool compact)
{
	kith_buf_addf(out, ".Bl -tag -width %s%s\n", width, compact ? " -compact" : "");
}

static void end_list(struct kith_buf *out)
{
	kith_buf_add(out, ".El\n");
}

/* An example, as it would stand in a file. */
static void add_example(struct kith_buf *out, const char *yaml)
{
	kith_buf_add(out, ".Bd -literal -offset indent\n");
	add_text(out, yaml);
	kith_buf_add(out, ".Ed\n");
}

/* --- what a field takes --- */

static void add_words(struct kith_buf *out, const char *of, const char *between)
{
	const char *at = of, *word;
	size_t length;
	for (bool first = true; (word = kith_of_next(&at, &length)); first = false) {
		char text[64];
		snprintf(text, sizeof(text), "%.*s", (int)length, word);
		kith_buf_add(out, first ? "" : between);
		add_text(out, text);
	}
}

/* "date", "list of words", "list of ids of contact or group" */
static void add_type_words(struct kith_buf *out, const struct kith_field *field)
{
	const bool list = kith_field_is_list(field), any = strcmp(field->of, "any") == 0;
	const char *plural = list || field->merge == KITH_TABLE ? "s" : "";
	kith_buf_add(out, list ? "list of " : field->merge == KITH_TABLE ? "map from your own words to " : "");
	if (field->type == KITH_MAP)
		kith_buf_add(out, list ? "entries" : "keys and values");
	else if (!kith_field_may_refer(field))
		kith_buf_addf(out, "%s%s", kith_type_word(field->type), plural);
	else {
		if (field->type != KITH_REF)
			kith_buf_addf(out, "%s%s or ", field->type == KITH_WORD_OR_REF ? "word" : "text", plural);
		kith_buf_addf(out, "id%s of %s", plural, any ? "any record" : "");
		if (!any)
			add_words(out, field->of, " or ");
	}
}

/* "(date, required)" */
static void add_type(struct kith_buf *out, const struct kith_field *field)
{
	kith_buf_add(out, " Pq ");
	add_type_words(out, field);
	if (field->flags & KITH_ME)
		kith_buf_add(out, " or me");
	if (field->merge == KITH_ORDER)
		kith_buf_add(out, " , in order");
	if (field->flags & KITH_REQUIRED)
		kith_buf_add(out, " , required");
	if (field->flags & KITH_TOOLS)
		kith_buf_add(out, " , written by kith");
}

/* Behind the help: what it may be, or what is usual. */
static void add_choices(struct kith_buf *out, const struct kith_field *field)
{
	long long least, most;
	if (field->type == KITH_ENUM || (field->type == KITH_WORD && *field->of)) {
		kith_buf_add(out, field->type == KITH_ENUM ? "One of " : "Usual: ");
		add_words(out, field->of, ", ");
		kith_buf_add(out, ".\n");
	} else if (field->type == KITH_INT && sscanf(field->of, "%lld %lld", &least, &most) == 2)
		kith_buf_addf(out, "From %lld to %lld.\n", least, most);
	if (field->merge == KITH_KEYED) {
		kith_buf_add(out, "Entries are told apart by\n.Ic ");
		add_words(out, field->of, "\nand\n.Ic ");
		kith_buf_add(out, " .\n");
	}
}

/* Help begins small and has no full stop; a sentence has both. */
static void add_help(struct kith_buf *out, const struct kith_field *field)
{
	const size_t start = out->length, first_word = strcspn(field->help, " /");
	add_text(out, field->help);
	if (field->help[first_word] != '/' && out->text[start] >= 'a' && out->text[start] <= 'z')
		out->text[start] = (char)(out->text[start] - 'a' + 'A');
	kith_buf_add(out, out->text[out->length - 1] == ']' ? "\n" : ".\n"); /* behind an ellipsis, none */
	if (field->flags & KITH_PERSONAL)
		kith_buf_add(out, "Not in a store that several people share.\n");
}

static void add_field(struct kith_buf *out, const struct kith_field *field)
{
	kith_buf_addf(out, ".It Ic %s", field->name);
	add_type(out, field);
	kith_buf_add_char(out, '\n');
	add_help(out, field);
	add_choices(out, field);
	size_t count;
	const struct kith_field *children = kith_field_children(field, &count);
	if (!count)
		return;
	begin_list(out, "Ds", true);
	for (size_t i = 0; i < count; i++)
		add_field(out, &children[i]);
	end_list(out);
}

/* Fields that every kind has stand in one place. */
static bool is_common(const struct kith_field *field)
{
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		const struct kith_field *same = kith_field_find(kind, field->path);
		if (!same || strcmp(same->help, field->help) != 0)
			return false;
	}
	return true;
}

static void add_fields(struct kith_buf *out, enum kith_kind kind, bool common)
{
	size_t count;
	const struct kith_field *fields = kith_fields(kind, &count);
	begin_list(out, "Ds", false);
	for (size_t i = 0; i < count; i++)
		if (kith_field_is_top(&fields[i]) && is_common(&fields[i]) == common)
			add_field(out, &fields[i]);
	end_list(out);
}

/* --- sections --- */

static void add_head(struct kith_buf *out)
{
	kith_buf_add(out, ".Dd January 1, 2026\n.Dt KITH-RECORDS 5\n.Os\n.Sh NAME\n.Nm kith-records\n"
			  ".Nd the files of a kith store\n.Sh DESCRIPTION\n");
	ADD_LINES(out, "A store is a folder, and usually a git repository, with a file kith.yaml at its root.",
		  "A record is one YAML file in it.",
		  "Its kind is the folder at the top that it stands in, at any depth below.",
		  "Its id is the name of its file without .yaml: contacts/as/ana-silva.yaml is the contact ana-silva.",
		  "Ids are made of small letters and digits of any script, and hyphens; each is used once in a store.",
		  "Where one record names another, it does so by id.");
	kith_buf_add(out, ".Pp\nThe kinds:\n.Pp\n");
	begin_list(out, "opportunities/", true);
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		kith_buf_addf(out, ".It Pa %s/\n", kith_kind_folder(kind));
		add_text(out, kith_kind_name(kind));
		kith_buf_add(out, ": ");
		add_text(out, kith_kind_help(kind));
		kith_buf_add_char(out, '\n');
	}
	end_list(out);
}

static void add_types(struct kith_buf *out)
{
	kith_buf_add(out, ".Sh VALUES\n");
	ADD_LINES(out, "A value is read by the type of its field, from the text as it stands, never by the guesses of YAML:",
		  "NO stays Norway, 08001 a postcode, +34600123456 a telephone number and 1:30 a text.",
		  "An empty value and ~ are absent; the word null is a text where a text belongs.");
	kith_buf_add(out, ".Pp\n");
	begin_list(out, "\"date or flag\"", true);
	for (int type = 0; type < KITH_TYPES; type++) {
		kith_buf_addf(out, ".It Em %s\n", kith_type_word((enum kith_type)type));
		add_text(out, kith_type_looks((enum kith_type)type));
		kith_buf_add_char(out, '\n');
	}
	end_list(out);
}

static void add_rules(struct kith_buf *out)
{
	kith_buf_add(out, ".Ss Dates and spans\n");
	ADD_LINES(out, "A date may be a day, a month, a year, or a day with a time: 2026-11-25, 2026-11, 2026, 2026-12-03 19:30.",
		  "Where a day comes round, its year may be left out: 03-14, or --03-14.",
		  "29 February is 28 February in other years.",
		  "A date in words (tomorrow, next friday) is for the command line; in a file it is a fault with a hint.",
		  "A span is a word (daily, weekly, biweekly, monthly, quarterly, biannually, yearly, never) or a number with a",
		  "unit (6 weeks, 90d, 3w, 2m for months, 1y).");
	kith_buf_add(out, ".Ss Lists\n");
	ADD_LINES(out, "A list may be written with hyphens, in brackets, or, if it has one item, as that item.",
		  "Words, dates, spans and ids may stand on one line with commas between them; quotes keep commas in.",
		  "An entry of a list of entries is a map of keys and values; one whose first key is all there is to say",
		  "may be a plain value:");
	add_example(out, "skills: robotics, hiring\nemail: maria@acme.example\nknows:\n  - tom-okafor\n  - {who: ana-silva, as: friend}\n");
	kith_buf_add(out, ".Ss Keys of your own\n");
	ADD_LINES(out, "A key that starts with x- is yours: it is kept, and found by kith find.",
		  "Any other unknown key is kept too, and reported, with what may have been meant.");
	kith_buf_add(out, ".Ss What is refused\n");
	ADD_LINES(out, "Several documents in a file, anchors, aliases, merge keys, tags other than the core ones,",
		  "a key twice in one map, a file that is not a map, nesting over 32 levels, a file over 1 MiB,",
		  "NUL bytes, and text that is not UTF-8.",
		  "Such a file is left as it is, and its last good version still answers queries.",
		  "CRLF, a byte order mark, tabs inside text, brackets and braces, quoted keys and comments all work.");
}

/* What people slip into most; kith check says each of it at its place. */
static void add_traps(struct kith_buf *out)
{
	kith_buf_add(out, ".Ss What YAML takes for punctuation\n");
	ADD_LINES(out, "Most values need no quotes.",
		  "These do, because YAML reads something else from them; kith check shows each such line as it should be:");
	begin_list(out, "\"@ ` % & * ! | > [ { ] } ,\"", false);
	static const struct {
		const char *sign, *means, *more; /* a sentence of its own begins a line */
	} traps[] = {
		{ "a: b", "A colon and a space inside a value: write purpose: \"maps: drawing them\".", NULL },
		{ "#", "Behind a space it begins a comment: org: A #1 shop is the value A.",
		  "Write org: \"A #1 shop\"." },
		{ "@ ` % & * ! | > [ { ] } ,", "At the beginning of a value.", "Inside it they are text." },
		{ "- ? :", "At the beginning of a value, with a space behind it.", NULL },
		{ "\"", "Quotes hold all of a value or none of it: '\"Ana\" Silva'.",
		  "In double quotes a backslash begins an escape; in single quotes only '' means something, a single quote." },
	};
	for (size_t i = 0; i < kith_count(traps); i++) {
		kith_buf_add(out, ".It Li \"");
		for (const char *at = traps[i].sign; *at; at++)
			if (*at == '"')
				kith_buf_add(out, "\\(dq");
			else if (*at == '-')
				kith_buf_add(out, "\\-");
			else
				kith_buf_add_char(out, *at);
		kith_buf_add(out, "\"\n");
		add_text(out, traps[i].means);
		kith_buf_add(out, traps[i].more ? "\n" : "");
		add_text(out, traps[i].more ? traps[i].more : "");
		kith_buf_add_char(out, '\n');
	}
	end_list(out);
	kith_buf_add(out, ".Pp\n");
	ADD_LINES(out, "Keys of one map begin in the same column, and so do the hyphens of one list.",
		  "Indentation is spaces, never tabs; behind a colon or a hyphen there is a space.",
		  "Typographic quotes and no-break spaces, which some programs put in while one types, are text to YAML.",
		  "A text of several lines stands under | and is indented:");
	add_example(out, "about: |\n  Two kids, climbs.\n  Note: prefers voice messages. #1 in karaoke.\n");
}

static void add_kinds(struct kith_buf *out)
{
	kith_buf_add(out, ".Sh FIELDS OF EVERY KIND\n");
	add_fields(out, KITH_KIND_contact, true);
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		kith_buf_add(out, ".Sh ");
		for (const char *at = kith_kind_name(kind); *at; at++)
			kith_buf_add_char(out, (char)(*at - 'a' + 'A'));
		kith_buf_addf(out, "\nFiles in\n.Pa %s/ :\n", kith_kind_folder(kind));
		add_text(out, kith_kind_help(kind));
		kith_buf_add(out, ".\n");
		add_fields(out, kind, false);
	}
	kith_buf_add(out, ".Sh KITH.YAML\nWhat all machines of a store share.\n");
	add_fields(out, KITH_SETTINGS, false);
	kith_buf_add(out, ".Sh CONFIG.YAML\nWhat differs from machine to machine, in\n.Pa ~/.config/kith/config.yaml .\n");
	add_fields(out, KITH_CONFIG, false);
}

static void add_foot(struct kith_buf *out)
{
	kith_buf_add(out, ".Sh CONFLICTS\n");
	ADD_LINES(out, "Where two sides of a merge wrote different values into one field, the record shows one, and its last key keeps the others:");
	add_example(out, "city: Porto\n"
			 "conflicts:\n"
			 "  - {field: city, kept: [Faro], deleted: true}\n"
			 "  - {field: \"knows[tom-okafor].as\", kept: [friend]}\n");
	ADD_LINES(out, "A field inside of a list of entries is named with what identifies the entry in brackets, and deleted says that one side had deleted it.",
		  "Nothing is asked, and nothing is lost: an entry stays until you delete it, or kith conflicts does, which also puts another value in place.",
		  "A text that could not be merged as a whole, because a side cannot be read, is kept in the folder conflicts/, under the id of its record.");
	kith_buf_add(out, ".Sh EXAMPLES\nA contact, in\n.Pa contacts/maria-garcia.yaml :\n");
	add_example(out, "# yaml-language-server: $schema=../.kith/schema/contact.json\n"
			 "name: María García\n"
			 "email: maria@acme.example\n"
			 "org: Acme Robotics        # moved there in spring\n"
			 "title: VP Engineering\n"
			 "city: Madrid\n"
			 "roles: [mentor, connector]\n"
			 "skills: robotics, hiring\n"
			 "met: 2024-05\n"
			 "met_at: pycon-2024\n"
			 "through: tom-okafor\n"
			 "cadence: quarterly\n"
			 "birthday: 03-14\n"
			 "will_help:\n"
			 "  - with: reference\n"
			 "    agreed: 2026-02-11\n"
			 "about: |\n"
			 "  Two kids, climbs. Prefers voice notes to email.\n");
	kith_buf_add(out, ".Pp\nA conversation, in\n.Pa notes/2026/11/2026-11-21-maria-garcia-k3vx.yaml :\n");
	add_example(out, "date: 2026-11-21\n"
			 "with: maria-garcia\n"
			 "how: coffee\n"
			 "text: |\n"
			 "  She is looking for somebody who knows grippers.\n"
			 "promised:\n"
			 "  - what: to introduce her to Tom\n"
			 "    by: 2026-11-28\n");
	kith_buf_add(out, ".Sh SEE ALSO\n.Xr kith 1 ,\n.Xr kithd 1 ,\n.Xr kith-query 7\n");
}

void kith_schema_manual(struct kith_buf *out)
{
	add_head(out);
	add_types(out);
	add_rules(out);
	add_traps(out);
	add_kinds(out);
	add_foot(out);
}
