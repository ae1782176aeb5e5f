/* Records as anybody's editor might have left them: every style that kith reads. */
#include <string.h>

#include "tests/torture/edits/edits.h"
#include "tests/torture/edits/writer.h"

/* --- comments and blank lines --- */

static void comment_text(struct writer *w)
{
	static const char *const comments[] = {
		"#", "# a comment", "#no space", "# with: colon", "# - dash", "# \"quote", "# [", "# Łódź 🦊", "## two", "#\ttab", "# x # y",
		"# 'it''s", "# ends with space ", "#|", "# {a: b}", "# ~", "# - a: b",
	};
	kith_buf_addf(w->out, "%s %u", chance_pick(w->chance, comments), w->comments++);
}

static void indent_by(struct writer *w, unsigned columns)
{
	for (unsigned i = 0; i < columns; i++)
		kith_buf_add_char(w->out, ' ');
}

static void end_line(struct writer *w)
{
	if (chance_percent(w->chance, w->busy / 2)) {
		kith_buf_add(w->out, chance_percent(w->chance, 1) ? "\t" : chance_percent(w->chance, 30) ? "      " : " ");
		comment_text(w);
	} else if (chance_percent(w->chance, 2))
		kith_buf_add(w->out, chance_percent(w->chance, 90) ? "  " : " \t");
	kith_buf_add_char(w->out, '\n');
}

/* Between two members or items.  Never inside a scalar: `columns` is where the next one begins. */
static void gap(struct writer *w, unsigned columns)
{
	while (chance_percent(w->chance, w->busy / 3)) {
		if (chance_percent(w->chance, 40)) {
			kith_buf_add(w->out, chance_percent(w->chance, 10) && columns ? " \n" : "\n");
			continue;
		}
		indent_by(w, chance_percent(w->chance, 70) ? columns : chance_below(w->chance, columns + 1));
		comment_text(w);
		kith_buf_add_char(w->out, '\n');
	}
}

/* --- texts of a field --- */

static void text_of(struct writer *w, const struct kith_field *field, struct kith_buf *text)
{
	if (!field || chance_percent(w->chance, 1))
		random_text(text, w->chance); /* with a field: often not of its type, which is a fault and no more */
	else
		random_value(text, w->chance, field);
}

static void scalar_of(struct writer *w, const struct kith_field *field, struct place place)
{
	static const char *const nothing[] = {"", "", "~", "\"\"", "''", "' '"};
	if (chance_percent(w->chance, 3)) {
		kith_buf_add(w->out, place.flow ? "~" : chance_pick(w->chance, nothing));
		return;
	}
	KITH_BUF text = {0};
	text_of(w, field, &text);
	write_scalar(w, kith_buf_text(&text), text.length, place);
}

/* --- flow --- */

static void flow_break(struct writer *w, unsigned column)
{
	if (!w->flow_lines)
		return;
	if (chance_percent(w->chance, w->busy / 3)) {
		kith_buf_add_char(w->out, ' ');
		comment_text(w);
	}
	kith_buf_add_char(w->out, '\n');
	indent_by(w, column + 1 + chance_below(w->chance, 4));
}

static void flow_end(struct writer *w, unsigned column, uint32_t count)
{
	const bool lines = w->flow_lines;
	if (count && lines && chance_percent(w->chance, 40))
		kith_buf_add_char(w->out, ',');
	flow_break(w, column);
	if (!lines && chance_percent(w->chance, 10))
		kith_buf_add_char(w->out, ' ');
}

static void flow_comma(struct writer *w, uint32_t index)
{
	if (index)
		kith_buf_add(w->out, w->flow_lines || chance_percent(w->chance, 6) ? "," : chance_percent(w->chance, 5) ? " , " : ", ");
}

static void flow_entry(struct writer *w, const struct kith_field *field, unsigned column);

static void flow_item(struct writer *w, const struct kith_field *field, unsigned column)
{
	if (field && field->type == KITH_MAP)
		flow_entry(w, field, column);
	else
		scalar_of(w, field, (struct place){.flow = true, .column = column});
}

static void flow_list(struct writer *w, const struct kith_field *field, unsigned column)
{
	const bool before = w->flow_lines;
	w->flow_lines = !w->flat && chance_percent(w->chance, 15);
	const uint32_t count = chance_percent(w->chance, 6) ? 0 : 1 + chance_below(w->chance, 4);
	kith_buf_add_char(w->out, '[');
	if (!w->flow_lines && chance_percent(w->chance, 10))
		kith_buf_add_char(w->out, ' ');
	for (uint32_t i = 0; i < count; i++) {
		flow_comma(w, i);
		flow_break(w, column);
		flow_item(w, field, column);
	}
	flow_end(w, column, count);
	kith_buf_add_char(w->out, ']');
	w->flow_lines = before;
}

/* The keys of an entry (of any map, without a field), chosen and in some order; returns how many. */
static size_t choose_keys(struct writer *w, const struct kith_field *map, const struct kith_field **keys, size_t room)
{
	size_t count, used = 0;
	const struct kith_field *children = kith_field_children(map, &count);
	for (size_t i = 0; i < count && used < room; i++)
		if (chance_percent(w->chance, children[i].flags & KITH_REQUIRED ? 97 : 35))
			keys[used++] = &children[i];
	for (size_t i = used; i > 1 && w->shuffled; i--) {
		const size_t other = chance_below(w->chance, (uint32_t)i);
		const struct kith_field *key = keys[i - 1];
		keys[i - 1] = keys[other];
		keys[other] = key;
	}
	return used;
}

static void key_name(struct writer *w, const char *name)
{
	const uint32_t die = chance_below(w->chance, 100);
	kith_buf_addf(w->out, die < 3 ? "\"%s\"" : die < 6 ? "'%s'" : "%s", name);
}

static void flow_entry(struct writer *w, const struct kith_field *map, unsigned column)
{
	if (chance_percent(w->chance, 10)) {
		scalar_of(w, kith_field_key(map), (struct place){.flow = true, .column = column});
		return;
	}
	const struct kith_field *keys[16];
	const size_t count = choose_keys(w, map, keys, kith_count(keys));
	kith_buf_add_char(w->out, '{');
	for (size_t i = 0; i < count; i++) {
		flow_comma(w, (uint32_t)i);
		flow_break(w, column);
		key_name(w, keys[i]->name);
		kith_buf_add(w->out, ": ");
		if (kith_field_is_list(keys[i]) && chance_percent(w->chance, 80))
			flow_list(w, keys[i], column);
		else
			scalar_of(w, keys[i], (struct place){.flow = true, .column = column});
	}
	flow_end(w, column, (uint32_t)count);
	kith_buf_add_char(w->out, '}');
}

/* --- block --- */

static void list_value(struct writer *w, const struct kith_field *field, unsigned column);
static void members(struct writer *w, const struct kith_field *map, unsigned column, bool inside_line);

/* Behind "key:" or "-": what is between it and a scalar or a flow collection. */
static void space(struct writer *w)
{
	const uint32_t die = chance_below(w->chance, 100);
	const bool tab = die == 99 && chance_percent(w->chance, 20) && w->out->text[w->out->length - 1] == ':';
	kith_buf_add(w->out, tab ? "\t" : die < 94 ? " " : die < 97 ? "   " : "        ");
}

static void scalar_line(struct writer *w, const struct kith_field *field, unsigned column)
{
	const size_t before = w->out->length;
	space(w);
	scalar_of(w, field, (struct place){.column = column});
	if (w->out->text[w->out->length - 1] != '\n' || w->out->length == before)
		end_line(w);
}

/* A nested value of a key that kith does not know. */
static void own_value(struct writer *w, unsigned column, unsigned depth)
{
	const uint32_t die = chance_below(w->chance, depth > 2 ? 60 : 100), count = 1 + chance_below(w->chance, 3);
	if (die < 60) {
		scalar_line(w, NULL, column);
	} else if (die < 70) {
		space(w);
		flow_list(w, NULL, column);
		end_line(w);
	} else {
		const bool list = die < 85;
		end_line(w);
		const unsigned inner = column + (list && w->indentless && !depth ? 0 : w->step);
		for (uint32_t i = 0; i < count; i++) {
			gap(w, inner);
			indent_by(w, inner);
			if (list)
				kith_buf_add_char(w->out, '-');
			else
				kith_buf_addf(w->out, "k%u:", i);
			own_value(w, inner, depth + 1);
		}
	}
}

static void own_member(struct writer *w, unsigned column, uint32_t number)
{
	static const char *const names[] = {"x-coffee", "x-team", "x-Łódź", "colour", "x-a.b", "x-list", "x key", "nmae", "x-0123"};
	/* Numbered, so that no two are the same. */
	const char *name = chance_pick(w->chance, names);
	kith_buf_addf(w->out, chance_percent(w->chance, 10) ? "\"%s%u\":" : "%s%u:", name, number);
	own_value(w, column, 0);
}

static void block_entry(struct writer *w, const struct kith_field *map, unsigned dash, unsigned gap_columns)
{
	const uint32_t die = chance_below(w->chance, 100);
	if ((map->flags & KITH_PAIR) && die < 50) {
		indent_by(w, gap_columns);
		random_value(w->out, w->chance, kith_field_children(map, &(size_t){0}));
		kith_buf_add_char(w->out, ':');
		scalar_line(w, NULL, dash + 1 + gap_columns);
	} else if (die < 20) {
		indent_by(w, gap_columns);
		flow_entry(w, map, dash);
		end_line(w);
	} else if (die < 32) {
		scalar_line(w, kith_field_key(map), dash);
	} else if (die < 36) {
		end_line(w);
		gap(w, dash + 1 + gap_columns);
		members(w, map, dash + 1 + gap_columns, false);
	} else {
		indent_by(w, gap_columns);
		members(w, map, dash + 1 + gap_columns, true);
	}
}

static void block_list(struct writer *w, const struct kith_field *field, unsigned column, bool may_be_indentless)
{
	const uint32_t count = 1 + chance_below(w->chance, 4);
	const unsigned dash = column + (w->indentless && may_be_indentless ? 0 : w->step), gap_columns = w->wide ? 3 : 1;
	end_line(w);
	for (uint32_t i = 0; i < count; i++) {
		gap(w, dash);
		indent_by(w, dash);
		kith_buf_add_char(w->out, '-');
		if (field->type == KITH_MAP)
			block_entry(w, field, dash, gap_columns);
		else
			scalar_line(w, field, dash);
	}
}

static void list_value(struct writer *w, const struct kith_field *field, unsigned column)
{
	const uint32_t die = chance_below(w->chance, 100);
	const struct kith_field *key = kith_field_key(field);
	if (die < 40) {
		block_list(w, field, column, true);
	} else if (die < 75) {
		space(w);
		flow_list(w, field, column);
		end_line(w);
	} else if (die < 85 || field->type == KITH_TEXT) {
		scalar_line(w, key, column);
	} else if (die < 88 && field->type == KITH_MAP) {
		end_line(w);
		members(w, field, column + w->step, false);
	} else if (die < 90 && field->type == KITH_MAP) {
		space(w);
		flow_entry(w, field, column);
		end_line(w);
	} else {
		space(w);
		for (uint32_t count = 2 + chance_below(w->chance, 3), i = 0; i < count; i++) {
			kith_buf_add(w->out, !i ? "" : chance_percent(w->chance, 80) ? ", " : ",");
			random_id(w->out, w->chance);
		}
		end_line(w);
	}
}

static void table_value(struct writer *w, const struct kith_field *table, unsigned column)
{
	static const char *const names[] = {"mentor", "robotics", "close friends", "Łódź", "12", "yes"};
	end_line(w);
	const uint32_t first = chance_below(w->chance, kith_count(names)), count = 1 + chance_below(w->chance, 4);
	for (uint32_t i = 0; i < count; i++) {
		gap(w, column + w->step);
		indent_by(w, column + w->step);
		key_name(w, names[(first + i) % kith_count(names)]);
		kith_buf_add_char(w->out, ':');
		if (table->type == KITH_WORD)
			list_value(w, table, column + w->step);
		else
			scalar_line(w, table, column + w->step);
	}
}

static void member(struct writer *w, const struct kith_field *field, unsigned column)
{
	const bool explicit_key = chance_below(w->chance, 400) == 0;
	if (explicit_key)
		kith_buf_add(w->out, "? ");
	key_name(w, field->name);
	if (explicit_key) {
		kith_buf_add_char(w->out, '\n');
		indent_by(w, column);
	}
	kith_buf_add(w->out, chance_below(w->chance, 150) == 0 ? " :" : ":");
	if (field->merge == KITH_TABLE)
		table_value(w, field, column);
	else if (kith_field_is_list(field))
		list_value(w, field, column);
	else if (field->type == KITH_MAP) {
		end_line(w);
		gap(w, column + w->step);
		members(w, field, column + w->step, false);
	} else
		scalar_line(w, field, column);
}

/* The keys of an entry, one a line, the first behind the dash if `inside_line`. */
static void members(struct writer *w, const struct kith_field *map, unsigned column, bool inside_line)
{
	const struct kith_field *keys[16];
	size_t count = choose_keys(w, map, keys, kith_count(keys));
	if (!count)
		keys[count++] = kith_field_key(map);
	for (size_t i = 0; i < count; i++) {
		if (!inside_line || i)
			indent_by(w, column);
		member(w, keys[i], column);
		gap(w, column);
		if (chance_percent(w->chance, 3)) {
			indent_by(w, column);
			own_member(w, column, (uint32_t)i);
		}
	}
}

/* --- the whole --- */

static void flow_root(struct writer *w, const struct kith_field *const *fields, size_t count)
{
	kith_buf_add_char(w->out, '{');
	for (size_t i = 0; i < count; i++) {
		flow_comma(w, (uint32_t)i);
		flow_break(w, 0);
		key_name(w, fields[i]->name);
		kith_buf_add(w->out, ": ");
		if (kith_field_is_list(fields[i]))
			flow_list(w, fields[i], 0);
		else if (fields[i]->merge == KITH_TABLE)
			kith_buf_add(w->out, "{a: weekly}");
		else
			flow_item(w, fields[i], 0);
	}
	flow_end(w, 0, (uint32_t)count);
	kith_buf_add(w->out, "}\n");
}

static size_t choose_fields(struct writer *w, enum kith_kind kind, const struct kith_field **chosen, size_t room)
{
	static const uint32_t densities[] = {3, 5, 8, 15, 40};
	const uint32_t density = chance_pick(w->chance, densities);
	size_t count, used = 0;
	const struct kith_field *rows = kith_fields(kind, &count);
	for (size_t i = 0; i < count && used < room; i++)
		if (kith_field_is_top(&rows[i]) && chance_percent(w->chance, rows[i].flags & KITH_REQUIRED ? 95 : density))
			chosen[used++] = &rows[i];
	for (size_t i = used; i > 1 && w->shuffled; i--) {
		const size_t other = chance_below(w->chance, (uint32_t)i);
		const struct kith_field *field = chosen[i - 1];
		chosen[i - 1] = chosen[other];
		chosen[other] = field;
	}
	return used;
}

static void block_root(struct writer *w, const struct kith_field *const *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		gap(w, 0);
		if (chance_percent(w->chance, 8)) {
			own_member(w, 0, (uint32_t)i);
			gap(w, 0);
		}
		member(w, fields[i], 0);
	}
	gap(w, 0);
}

/* Line feeds become the file's own line endings, the last one may go. */
static void finish(struct writer *w, struct kith_buf *out)
{
	const uint32_t die = chance_below(w->chance, 100);
	struct kith_buf *text = w->out;
	while (text->length && chance_below(w->chance, 100) < 2 && text->text[text->length - 1] == '\n')
		kith_buf_add_char(text, '\n');
	if (text->length && text->text[text->length - 1] == '\n' && chance_percent(w->chance, 12))
		text->text[--text->length] = '\0';
	if (chance_percent(w->chance, 8))
		kith_buf_add(out, "\xEF\xBB\xBF");
	for (size_t i = 0; i < text->length; i++) {
		if (text->text[i] == '\n' && (die < 15 || (die < 17 && chance_percent(w->chance, 50))))
			kith_buf_add_char(out, '\r');
		kith_buf_add_char(out, text->text[i]);
	}
}

void random_document(struct kith_buf *out, struct chance *chance, enum kith_kind kind)
{
	static const uint32_t busy[] = {0, 0, 10, 25, 60};
	static const unsigned steps[] = {2, 2, 2, 2, 4, 1, 3, 8};
	KITH_BUF text = {0};
	struct writer writer = {
		.out = &text,
		.chance = chance,
		.busy = chance_pick(chance, busy),
		.step = chance_pick(chance, steps),
		.indentless = chance_percent(chance, 30),
		.wide = chance_percent(chance, 8),
		.shuffled = chance_percent(chance, 40),
	};
	const struct kith_field *fields[128];
	const size_t count = choose_fields(&writer, kind, fields, kith_count(fields));
	if (chance_percent(chance, 4))
		kith_buf_add(&text, "# yaml-language-server: $schema=../.kith/schema/contact.json\n");
	if (chance_percent(chance, 2))
		kith_buf_add(&text, "---\n");
	if (chance_percent(chance, 3)) {
		writer.flow_lines = chance_percent(chance, 50);
		flow_root(&writer, fields, count);
	} else {
		block_root(&writer, fields, count);
	}
	if (chance_percent(chance, 1))
		kith_buf_add(&text, "...\n");
	finish(&writer, out);
}
