#include "lib/store/query_tree.h"

#include <string.h>

#include "lib/base/text.h"
#include "lib/store/index_work.h"

/* Each condition becomes an expression over the record `r` that is true or false, never NULL, and that SQLite can
 * answer from an index: `r.rowid in (select …)`.  What a person typed is a parameter; only numbers of ours
 * (fields, kinds) and what is needed to use a partial index stand in the text. */

/* SQLite's parser holds 100 open places, a group takes about three: deeper groups become tables of the with clause. */
enum { MOST_GROUPS = 8 };

struct writer {
	struct kith_query_sql *sql;
	unsigned table_count; /* in the with clause */
	bool narrowed;        /* another condition says which few records to look at */
};

static void write_node(struct writer *, struct kith_buf *out, const struct kith_query_node *, unsigned depth);

/* --- parameters --- */

void kith_query_parameter(struct kith_query_sql *sql, struct kith_query_parameter parameter, struct kith_buf *out)
{
	struct kith_query_parameter *place =
		kith_arena_push(sql->arena, &sql->parameters, &sql->count, &sql->capacity, sizeof(*place));
	*place = parameter;
	kith_buf_addf(out, "?%zu", sql->count);
}

static void add_parameter(struct writer *writer, struct kith_buf *out, struct kith_query_parameter parameter)
{
	kith_query_parameter(writer->sql, parameter, out);
}

static void add_text(struct writer *writer, struct kith_buf *out, const char *text)
{
	add_parameter(writer, out, (struct kith_query_parameter){ .bind = QUERY_BIND_TEXT, .text = text });
}

static void add_number(struct writer *writer, struct kith_buf *out, int64_t number)
{
	add_parameter(writer, out, (struct kith_query_parameter){ .bind = QUERY_BIND_NUMBER, .number = number });
}

/* --- pieces --- */

static void add_fields(struct kith_buf *out, const struct kith_query_subject *subject)
{
	kith_buf_add(out, "field in (");
	for (size_t i = 0; i < subject->field_count; i++)
		kith_buf_addf(out, "%s%u", i ? "," : "", (unsigned)subject->fields[i]);
	kith_buf_add(out, ")");
}

/* A plus sign keeps SQLite from looking at all records of a kind where it needs to look at a few only. */
static void add_kinds(struct writer *writer, struct kith_buf *out, unsigned kinds)
{
	const char *comma = "";
	kith_buf_addf(out, "%sr.kind in (", writer->narrowed ? "+" : "");
	for (enum kith_kind kind = 0; kind < KITH_KINDS; kind++) {
		if (kinds & 1u << kind) {
			kith_buf_addf(out, "%s%u", comma, (unsigned)kind);
			comma = ",";
		}
	}
	kith_buf_add(out, ")");
}

/* The user's own key, or the keys below it: x-team holds x-team.lead.  All of them lie between x-team and x-team/
 * (a slash follows the full stop), but so does x-team-b, which is another. */
static void add_key(struct writer *writer, struct kith_buf *out, const char *key)
{
	kith_buf_add(out, "field = -1 and key >= ");
	add_text(writer, out, key);
	kith_buf_add(out, " and key < ");
	add_text(writer, out, kith_arena_printf(writer->sql->arena, "%s/", key));
	kith_buf_add(out, " and (key = ");
	add_text(writer, out, key);
	kith_buf_add(out, " or key >= ");
	add_text(writer, out, kith_arena_printf(writer->sql->arena, "%s.", key));
	kith_buf_add(out, ")");
}

static void add_subject(struct writer *writer, struct kith_buf *out, const struct kith_query_subject *subject)
{
	if (subject->key)
		add_key(writer, out, subject->key);
	else
		add_fields(out, subject);
}

/* --- text --- */

/* One phrase of FTS5: words of letters and digits in quotes, so that nothing in it can be its syntax. */
static void add_match(struct writer *writer, struct kith_buf *out, const struct kith_query_value *value)
{
	add_text(writer, out,
	         kith_arena_printf(writer->sql->arena, "\"%s\"%s", value->words, value->whole ? "" : " *"));
}

static void write_text(struct writer *writer, struct kith_buf *out, const struct kith_query_value *value)
{
	kith_buf_add(out, "r.rowid in (select rowid from text where text match ");
	add_match(writer, out, value);
	kith_buf_add(out, ")");
}

/* Full text says which records have the words at all; then their values of the field are looked at. */
static void write_words(struct writer *writer, struct kith_buf *out, const struct kith_query_subject *subject,
                        const struct kith_query_value *value)
{
	kith_buf_add(out, "r.rowid in (select record from (select rowid as found from text where text match ");
	add_match(writer, out, value);
	kith_buf_add(out, ") cross join fact on record = found where ");
	add_subject(writer, out, subject);
	kith_buf_add(out, " and kith_has_words(kith_words(fact.text), ");
	add_text(writer, out, value->words);
	kith_buf_addf(out, ", %d))", value->whole);
}

/* --- whole values --- */

static void add_values(struct writer *writer, struct kith_buf *out, const struct kith_query_test *test)
{
	kith_buf_add(out, " in (");
	for (size_t i = 0; i < test->count; i++) {
		const char *folded = test->values[i].folded;
		if (i)
			kith_buf_add(out, ",");
		add_text(writer, out, folded);
		if (test->subject.how != QUERY_HOW_REF)
			continue;
		kith_buf_add(out, ",");
		add_parameter(writer, out,
		              (struct kith_query_parameter){ .bind = QUERY_BIND_OTHER_ME, .text = folded });
	}
	kith_buf_add(out, ")");
}

/* Ids keep accents, where their letters have any: both forms are looked for. */
static void add_ids(struct writer *writer, struct kith_buf *out, const char *column, const struct kith_query_test *test)
{
	KITH_BUF normal = {0};
	kith_buf_addf(out, "%s in (", column);
	for (size_t i = 0; i < test->count; i++) {
		const struct kith_query_value *value = &test->values[i];
		kith_buf_clear(&normal);
		kith_nfc(&normal, value->shown, strlen(value->shown));
		kith_buf_add(out, i ? "," : "");
		add_text(writer, out, value->folded);
		kith_buf_add(out, ",");
		add_text(writer, out, kith_arena_strdup(writer->sql->arena, kith_buf_text(&normal)));
	}
	kith_buf_add(out, ")");
}

static void write_id(struct writer *writer, struct kith_buf *out, const struct kith_query_test *test)
{
	add_ids(writer, out, "r.id", test);
}

static bool is_formerly(const struct kith_field *field, const void *user)
{
	(void)user;
	return strcmp(field->path, "formerly") == 0;
}

/* What refers to a record by an id that it had before, and that no other has now, refers to it: a merge brings such, where one side
 * renamed and the other wrote. */
static void add_former(struct writer *writer, struct kith_buf *out, const struct kith_query_test *test)
{
	kith_buf_add(out, " union all select record from fact where ");
	add_fields(out, &test->subject);
	kith_buf_add(out, " and fold in (select g.fold from record p join fact g on g.record = p.rowid where ");
	add_ids(writer, out, "p.id", test);
	kith_buf_add(out, " and g.field in ");
	kith_sql_add_fields(out, is_formerly, NULL);
	kith_buf_add(out, " and g.fold is not null and not exists (select 1 from record o where o.id = g.text))");
}

static void write_equal(struct writer *writer, struct kith_buf *out, const struct kith_query_test *test)
{
	kith_buf_add(out, "r.rowid in (select record from fact where ");
	add_fields(out, &test->subject);
	kith_buf_add(out, " and fold");
	add_values(writer, out, test);
	if (test->subject.how == QUERY_HOW_REF)
		add_former(writer, out, test);
	kith_buf_add(out, ")");
}

static void write_kind(struct writer *writer, struct kith_buf *out, const struct kith_query_test *test)
{
	unsigned kinds = 0;
	for (size_t i = 0; i < test->count; i++)
		kinds |= 1u << test->values[i].first;
	add_kinds(writer, out, kinds);
}

static void write_tie(struct writer *writer, struct kith_buf *out, const struct kith_query_test *test)
{
	kith_buf_add(out, "r.rowid in (select t.record from tend t where " KITH_TIE);
	add_values(writer, out, test);
	kith_buf_add(out, ")");
}

/* --- ranges --- */

/* A value is itself a range, of at most a year: one that reaches into the wanted days begins at most that long
 * before them. */
enum { LONGEST_DATE = 366 };

static void add_overlap(struct writer *writer, struct kith_buf *out, const struct kith_query_value *value)
{
	const bool is_open = value->first == QUERY_FIRST;
	kith_buf_add(out, "first between ");
	add_number(writer, out, is_open ? QUERY_FIRST : value->first - LONGEST_DATE);
	kith_buf_add(out, " and ");
	add_number(writer, out, value->last);
	if (is_open)
		return;
	kith_buf_add(out, " and last >= ");
	add_number(writer, out, value->first);
}

static void add_between(struct writer *writer, struct kith_buf *out, const struct kith_query_value *value)
{
	kith_buf_add(out, " between ");
	add_number(writer, out, value->first);
	kith_buf_add(out, " and ");
	add_number(writer, out, value->last);
}

/* Month·100 + day of a column of days; below QUERY_FIRST stand days without a year (KITH_YEARLESS). */
static void add_day_of_year(struct kith_buf *out, const char *column)
{
	kith_buf_addf(out,
	              "iif(%s < -9999999, -10000000 - %s,"
	              " cast(strftime('%%m%%d', %s * 86400, 'unixepoch') as integer))",
	              column, column, column);
}

/* Whether first…last, within a month, meets the wanted days of the year. */
static void add_part_of_year(struct writer *writer, struct kith_buf *out, const char *first, const char *last,
                             const struct kith_query_value *value)
{
	kith_buf_addf(out, "%s - %s < 31 and (", last, first);
	add_day_of_year(out, first);
	kith_buf_add(out, " <= ");
	add_number(writer, out, value->last);
	kith_buf_add(out, value->first <= value->last ? " and " : " or ");
	add_day_of_year(out, last);
	kith_buf_add(out, " >= ");
	add_number(writer, out, value->first);
	kith_buf_add(out, ")");
}

static void write_date(struct writer *writer, struct kith_buf *out, const struct kith_query_subject *subject,
                       const struct kith_query_value *value)
{
	kith_buf_add(out, "r.rowid in (select record from fact where ");
	add_fields(out, subject);
	kith_buf_add(out, " and ");
	if (value->shape == QUERY_VALUE_YEARLY) {
		kith_buf_add(out, "first is not null and ");
		add_part_of_year(writer, out, "first", "last", value);
	} else {
		add_overlap(writer, out, value);
	}
	kith_buf_add(out, ")");
}

static void write_number(struct writer *writer, struct kith_buf *out, const struct kith_query_subject *subject,
                         const struct kith_query_value *value)
{
	kith_buf_add(out, "r.rowid in (select record from fact where ");
	add_fields(out, subject);
	kith_buf_add(out, " and first");
	if (value->shape == QUERY_VALUE_NEVER) {
		kith_buf_add(out, " = ");
		add_number(writer, out, INT32_MAX); /* kith_span_days of never */
	} else {
		add_between(writer, out, value);
	}
	kith_buf_add(out, ")");
}

static void write_last(struct writer *writer, struct kith_buf *out, const struct kith_query_value *value)
{
	kith_buf_add(out, "r.rowid in (select record from tend where last");
	if (value->shape == QUERY_VALUE_NEVER) {
		kith_buf_add(out, " is null");
	} else if (value->shape == QUERY_VALUE_YEARLY) {
		kith_buf_add(out, " is not null and ");
		add_part_of_year(writer, out, "last", "last", value);
	} else {
		add_between(writer, out, value);
	}
	kith_buf_add(out, ")");
}

static void write_due(struct writer *writer, struct kith_buf *out, const struct kith_query_value *value)
{
	if (value->shape == QUERY_VALUE_NEVER) {
		kith_buf_add(out, "not exists (select 1 from due where record = r.rowid)");
		return;
	}
	kith_buf_add(out, "r.rowid in (select record from due where ");
	if (value->shape == QUERY_VALUE_YEARLY) {
		add_part_of_year(writer, out, "day", "day", value);
	} else {
		kith_buf_add(out, "day");
		add_between(writer, out, value);
	}
	kith_buf_add(out, ")");
}

/* --- flags --- */

static void add_yes(struct writer *writer, struct kith_buf *out, const struct kith_query_subject *subject)
{
	kith_buf_add(out, "(select record from fact where ");
	add_fields(out, subject);
	if (subject->how == QUERY_HOW_FLAG) {
		kith_buf_add(out, " and first = 1)");
		return;
	}
	/* A date or a flag: a flag has no days; a date holds until it is past. */
	kith_buf_add(out, " and fold in ('yes','true','on','y') union all select record from fact where ");
	add_fields(out, subject);
	kith_buf_add(out, " and first > -9999999 and last >= ");
	add_parameter(writer, out, (struct kith_query_parameter){ .bind = QUERY_BIND_TODAY });
	kith_buf_add(out, ")");
}

static void write_flag(struct writer *writer, struct kith_buf *out, const struct kith_query_subject *subject,
                       const struct kith_query_value *value)
{
	const bool yes = value->shape == QUERY_VALUE_YES;
	/* What is private without saying so is known to the index. */
	if (strcmp(subject->name, "private") == 0) {
		kith_buf_addf(out, "r.private = %d", yes);
		return;
	}
	if (!yes) {
		kith_buf_add(out, "(");
		add_kinds(writer, out, subject->kinds);
		kith_buf_add(out, " and ");
	}
	kith_buf_add(out, yes ? "r.rowid in " : "r.rowid not in ");
	add_yes(writer, out, subject);
	if (!yes)
		kith_buf_add(out, ")");
}

/* --- has and missing --- */

static void write_has_field(struct writer *writer, struct kith_buf *out, const struct kith_query_subject *subject,
                            bool has)
{
	const char *not = has ? "" : "not ";
	kith_buf_add(out, "(");
	add_kinds(writer, out, subject->kinds);
	if (subject->key) {
		kith_buf_addf(out, " and r.rowid %sin (select record from fact where ", not);
		add_key(writer, out, subject->key);
	} else if (kith_query_is_indexed(subject)) {
		kith_buf_addf(out, " and r.rowid %sin (select record from fact where ", not);
		add_fields(out, subject);
		kith_buf_add(out, " and fold is not null union all select record from fact where ");
		add_fields(out, subject);
		kith_buf_add(out, " and first is not null");
	} else {
		kith_buf_addf(out, " and %sexists (select 1 from fact where record = r.rowid and ", not);
		add_fields(out, subject);
	}
	kith_buf_add(out, "))");
}

static void write_has(struct writer *writer, struct kith_buf *out, const struct kith_query_subject *subject,
                      bool has)
{
	const char *not = has ? "not " : "";
	switch (subject->how) {
	case QUERY_HOW_LAST:
		kith_buf_addf(out, "r.rowid in (select record from tend where last is %snull)", not);
		break;
	case QUERY_HOW_TIE:
		kith_buf_addf(out, "r.rowid in (select t.record from tend t where " KITH_TIE " is %snull)", not);
		break;
	case QUERY_HOW_DUE:
		kith_buf_addf(out, "%sexists (select 1 from due where record = r.rowid)", has ? "" : "not ");
		break;
	default:
		write_has_field(writer, out, subject, has);
	}
}

/* --- conditions --- */

static void write_value(struct writer *writer, struct kith_buf *out, const struct kith_query_test *test,
                        const struct kith_query_value *value)
{
	const struct kith_query_subject *subject = &test->subject;
	switch (subject->how) {
	case QUERY_HOW_WORDS:   write_words(writer, out, subject, value); break;
	case QUERY_HOW_SPAN:
	case QUERY_HOW_INT:     write_number(writer, out, subject, value); break;
	case QUERY_HOW_FLAG:    write_flag(writer, out, subject, value); break;
	case QUERY_HOW_LAST:    write_last(writer, out, value); break;
	case QUERY_HOW_DUE:     write_due(writer, out, value); break;
	case QUERY_HOW_HAS:     write_has(writer, out, value->subject, true); break;
	case QUERY_HOW_MISSING: write_has(writer, out, value->subject, false); break;
	default: /* dates; and flags of QUERY_HOW_UNTIL */
		if (value->shape == QUERY_VALUE_YES || value->shape == QUERY_VALUE_NO)
			write_flag(writer, out, subject, value);
		else
			write_date(writer, out, subject, value);
	}
}

static void write_test(struct writer *writer, struct kith_buf *out, const struct kith_query_test *test)
{
	switch (test->subject.how) {
	case QUERY_HOW_EQUAL:
	case QUERY_HOW_ENUM:
	case QUERY_HOW_REF:  write_equal(writer, out, test); return;
	case QUERY_HOW_ID:   write_id(writer, out, test); return;
	case QUERY_HOW_KIND: write_kind(writer, out, test); return;
	case QUERY_HOW_TIE:  write_tie(writer, out, test); return;
	default: break;
	}
	for (size_t i = 0; i < test->count; i++) {
		if (i)
			kith_buf_add(out, " or ");
		write_value(writer, out, test, &test->values[i]);
	}
}

static void write_field(struct writer *writer, struct kith_buf *out, const struct kith_query_node *node)
{
	kith_buf_add(out, "(");
	for (const struct kith_query_test *test = node->tests; test; test = test->next) {
		write_test(writer, out, test);
		kith_buf_add(out, test->next ? " or " : ")");
	}
}

static void write_group(struct writer *writer, struct kith_buf *out, const struct kith_query_node *group,
                        unsigned depth)
{
	const bool narrowed = writer->narrowed;
	writer->narrowed |= group->shape == QUERY_ALL && kith_query_narrows(group);
	kith_buf_add(out, group->shape == QUERY_NOT ? "not (" : "(");
	for (const struct kith_query_node *node = group->first; node; node = node->next) {
		write_node(writer, out, node, depth + 1);
		kith_buf_add(out, !node->next ? ")" : group->shape == QUERY_ALL ? " and " : " or ");
	}
	writer->narrowed = narrowed;
}

static void write_as_table(struct writer *writer, struct kith_buf *out, const struct kith_query_node *node)
{
	KITH_BUF condition = {0};
	const bool narrowed = writer->narrowed;
	writer->narrowed = false; /* it is another statement's business */
	write_group(writer, &condition, node, 0);
	writer->narrowed = narrowed;
	kith_buf_addf(&writer->sql->tables, "%s q%u(record) as (select r.rowid from record r where %s)",
	              writer->table_count ? "," : "with", writer->table_count, kith_buf_text(&condition));
	kith_buf_addf(out, "r.rowid in (select record from q%u)", writer->table_count++);
}

static void write_node(struct writer *writer, struct kith_buf *out, const struct kith_query_node *node,
                       unsigned depth)
{
	if (node->shape == QUERY_FIELD)
		write_field(writer, out, node);
	else if (node->shape == QUERY_TEXT)
		write_text(writer, out, &node->text);
	else if (depth >= MOST_GROUPS)
		write_as_table(writer, out, node);
	else
		write_group(writer, out, node, depth);
}

void kith_query_condition(const struct kith_query *query, struct kith_query_sql *sql, struct kith_buf *out)
{
	struct writer writer = { .sql = sql };
	if (query->root)
		write_node(&writer, out, query->root, 0);
	else
		kith_buf_add(out, "true");
}
