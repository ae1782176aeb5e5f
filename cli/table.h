/* Rows in columns that line up by what is seen, fitted to the terminal. */
#ifndef KITH_TABLE_H
#define KITH_TABLE_H

#include "cli/screen.h"

struct kith_column {
	const char *title; /* shown dimmed above the column, on a terminal only */
	enum kith_paint paint;
	unsigned rank;  /* where columns are scarce, the highest goes first; 0 stays */
	unsigned least; /* columns it keeps when others need room; 0: it is never cut */
};

struct kith_table {
	const struct kith_column *columns;
	size_t column_count;
	struct kith_arena *arena; /* of the cells */
	const char **cells;       /* row by row, printable */
	size_t count, capacity;
};

/* The next cell, from left to right; a row is full when every column has one.  Copied, made printable. */
void kith_table_add(struct kith_table *, const char *text);

/* Append the table.  Columns in which nothing stands are left out. */
void kith_table_print(const struct kith_table *, const struct kith_screen *, struct kith_buf *out);

#endif
