// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Output for people and for programs. Called by every verb.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "cli.h"
#include "terminal.h"

#define BAR 40
#define GAP 2

static void on_note(void *context, const char *text)
{
	(void)context;
	(void)fprintf(stderr, "xdpctl: note: %s\n", text);
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	int filled = total ? (int)(done * BAR / total) : BAR;

	(void)context;
	if (filled > BAR)
		filled = BAR;
	(void)fprintf(stderr, "\r[%-*.*s] %3d %%", BAR, filled,
		      "########################################", filled * 100 / BAR);
	(void)fflush(stderr);
}

void terminal_report(struct mxw_report *report)
{
	*report = (struct mxw_report){ .note = on_note,
				       .progress = isatty(STDERR_FILENO) ? on_progress : NULL };
}

void terminal_progress_end(const struct mxw_report *report)
{
	if (report->progress)
		(void)fprintf(stderr, "\r%*s\r", BAR + 8, "");
}

struct terminal_table {
	char **cells; /* row after row; the first row is the headings */
	size_t columns, rows, capacity;
	bool porcelain;
};

/* Control characters could move the cursor or forge a line: text comes from anywhere. */
const char *terminal_safe(const char *text, char *out, size_t size)
{
	size_t i = 0;

	for (; text[i] && i + 1 < size; i++)
		out[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
	out[i] = '\0';
	return out;
}

static char *safe_copy(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);

	if (copy)
		(void)terminal_safe(text, copy, size);
	return copy;
}

/* Porcelain needs no widths, so a million rows need no memory. */
static void stream_row(struct terminal_table *table, const char *const *cells)
{
	char text[512];

	for (size_t i = 0; table->rows && i < table->columns; i++)
		(void)printf("%s%c", terminal_safe(cells[i], text, sizeof(text)),
			     i + 1 == table->columns ? '\n' : '\t');
	table->rows++;
}

struct terminal_table *terminal_table_new(const char *const *headings, bool porcelain)
{
	struct terminal_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->porcelain = porcelain;
	while (headings[table->columns] && table->columns < TERMINAL_COLUMNS)
		table->columns++;
	terminal_table_row(table, headings);
	return table;
}

void terminal_table_row(struct terminal_table *table, const char *const *cells)
{
	size_t wanted;
	char **larger;

	if (!table)
		return;
	if (table->porcelain) {
		stream_row(table, cells);
		return;
	}
	if (table->rows == table->capacity) {
		wanted = table->capacity ? table->capacity * 2 : 64;
		larger = realloc(table->cells, wanted * table->columns * sizeof(*larger));
		if (!larger)
			return;
		table->cells = larger;
		table->capacity = wanted;
	}
	for (size_t i = 0; i < table->columns; i++)
		table->cells[table->rows * table->columns + i] = safe_copy(cells[i]);
	table->rows++;
}

static const char *cell(const struct terminal_table *table, size_t row, size_t column)
{
	const char *text = table->cells[row * table->columns + column];

	return text ? text : "";
}

static void find_widths(const struct terminal_table *table, int widths[TERMINAL_COLUMNS])
{
	for (size_t column = 0; column < table->columns; column++) {
		widths[column] = 0;
		for (size_t row = 0; row < table->rows; row++) {
			int width = (int)strlen(cell(table, row, column));

			if (width > widths[column])
				widths[column] = width;
		}
	}
}

static void print_row(const struct terminal_table *table, size_t row, const int *widths)
{
	for (size_t column = 0; column < table->columns; column++) {
		bool last = column + 1 == table->columns;

		if (last)
			(void)printf("%s\n", cell(table, row, column));
		else
			(void)printf("%-*s", widths[column] + GAP, cell(table, row, column));
	}
}

void terminal_table_print(struct terminal_table *table)
{
	int widths[TERMINAL_COLUMNS];

	if (!table)
		return;
	if (table->porcelain)
		table->rows = 0; /* printed already */
	find_widths(table, widths);
	for (size_t row = 0; row < table->rows; row++)
		print_row(table, row, widths);
	for (size_t i = 0; i < table->rows * table->columns; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table);
}

int terminal_json(json_t *root)
{
	json_t *document = json_pack("{s:i}", "schema", CLI_SCHEMA);
	int error = document && root && json_object_update(document, root) == 0 &&
				    json_dumpf(document, stdout, JSON_INDENT(2)) == 0
			    ? MXW_OK
			    : MXW_E_FAIL;

	(void)putchar('\n');
	json_decref(document);
	json_decref(root);
	return error;
}
