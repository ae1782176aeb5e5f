#include "cli/table.h"

#include <assert.h>
#include <string.h>

#include "lib/base/text.h"

enum {
	GAP = 2,
	MOST_COLUMNS = 16,
	WIDEST = 200, /* columns of a cell, also in a pipe: a record may hold a megabyte in one field */
};

void kith_table_add(struct kith_table *table, const char *text)
{
	KITH_BUF shown = { 0 };
	kith_printable(&shown, text, strlen(text), false);
	const char **cell =
		kith_arena_push(table->arena, &table->cells, &table->count, &table->capacity, sizeof(*cell));
	*cell = kith_arena_strdup(table->arena, kith_buf_text(&shown));
}

static size_t row_count(const struct kith_table *table)
{
	return table->count / table->column_count;
}

/* The natural width of each column; 0 for one without content, which is not shown. */
static void measure(const struct kith_table *table, bool titles, size_t *widths)
{
	for (size_t column = 0; column < table->column_count; column++) {
		widths[column] = 0;
		for (size_t row = 0; row < row_count(table); row++) {
			const char *cell = table->cells[row * table->column_count + column];
			const size_t width = kith_width(cell, strlen(cell));
			if (width > widths[column])
				widths[column] = width < WIDEST ? width : WIDEST;
		}
		const char *title = table->columns[column].title;
		const size_t width = kith_width(title, strlen(title));
		if (titles && widths[column] && width > widths[column])
			widths[column] = width;
	}
}

static size_t total(const size_t *widths, size_t count)
{
	size_t sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += widths[i] ? widths[i] + GAP : 0;
	return sum ? sum - GAP : 0;
}

/* What the table takes when each column that may be cut is. */
static size_t least_total(const struct kith_table *table, const size_t *widths)
{
	size_t least[MOST_COLUMNS];
	for (size_t i = 0; i < table->column_count; i++) {
		const unsigned keep = table->columns[i].least;
		least[i] = keep && widths[i] > keep ? keep : widths[i];
	}
	return total(least, table->column_count);
}

/* Leave out the columns that matter least, until what remains can be made to fit. */
static void drop(const struct kith_table *table, size_t *widths, size_t room)
{
	while (least_total(table, widths) > room) {
		size_t worst = table->column_count;
		for (size_t i = 0; i < table->column_count; i++)
			if (widths[i] && table->columns[i].rank &&
			    (worst == table->column_count || table->columns[i].rank > table->columns[worst].rank))
				worst = i;
		if (worst == table->column_count)
			return;
		widths[worst] = 0;
	}
}

/* Take from the widest column that may be cut, one by one. */
static void narrow(const struct kith_table *table, size_t *widths, size_t room)
{
	while (total(widths, table->column_count) > room) {
		size_t widest = table->column_count;
		for (size_t i = 0; i < table->column_count; i++)
			if (table->columns[i].least && widths[i] > table->columns[i].least &&
			    (widest == table->column_count || widths[i] > widths[widest]))
				widest = i;
		if (widest == table->column_count)
			return;
		widths[widest]--;
	}
}

static size_t last_shown(const struct kith_table *table, const char *const *cells, const size_t *widths)
{
	size_t last = 0;
	for (size_t i = 0; i < table->column_count; i++)
		if (widths[i] && *cells[i])
			last = i;
	return last;
}

static void print_row(const struct kith_table *table, const char *const *cells, const size_t *widths, bool color,
                      bool is_title, struct kith_buf *out)
{
	const size_t last = last_shown(table, cells, widths);
	size_t owed = 0; /* spaces, written only before something */
	for (size_t i = 0; i <= last; i++) {
		if (!widths[i])
			continue;
		KITH_BUF clipped = { 0 };
		kith_clip(&clipped, cells[i], widths[i]);
		const char *text = kith_buf_text(&clipped);
		if (clipped.length) {
			kith_spaces(out, owed);
			owed = 0;
			kith_paint(out, color, is_title ? KITH_DIM : table->columns[i].paint, text);
		}
		owed += widths[i] - kith_width(text, clipped.length) + GAP;
	}
	kith_buf_add_char(out, '\n');
}

void kith_table_print(const struct kith_table *table, const struct kith_screen *screen, struct kith_buf *out)
{
	size_t widths[MOST_COLUMNS];
	const char *titles[MOST_COLUMNS];
	assert(table->column_count <= MOST_COLUMNS && table->count % table->column_count == 0);
	if (!table->count)
		return;
	for (size_t i = 0; i < table->column_count; i++)
		titles[i] = table->columns[i].title;
	measure(table, screen->terminal, widths);
	drop(table, widths, kith_screen_width(screen));
	narrow(table, widths, kith_screen_width(screen));
	if (screen->terminal)
		print_row(table, titles, widths, screen->color, true, out);
	for (size_t row = 0; row < row_count(table); row++)
		print_row(table, table->cells + row * table->column_count, widths, screen->color, false, out);
}
