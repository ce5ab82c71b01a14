// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Output for people and for programs. Called by every verb.
 */
#include <stdint.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "cli.h"
#include "terminal.h"

#define BAR 40
#define GAP 2

static void on_note(void *context, const char *text)
{
	const bool *json = context;
	char safe[1024];

	(void)terminal_safe(text, safe, sizeof(safe));
	if (*json) /* what cannot be written there can be said nowhere */
		(void)terminal_json_line(json_pack("{s:s}", "note", safe), stderr);
	else
		(void)fprintf(stderr, "xdpctl: note: %s\n", safe);
}

void terminal_error(const char *text, int exit_code, bool json)
{
	char safe[1024];

	(void)terminal_safe(text, safe, sizeof(safe));
	if (json)
		(void)terminal_json_line(json_pack("{s:s, s:i}", "error", safe, "exit", exit_code),
					 stderr);
	else
		(void)fprintf(stderr, "xdpctl: %s\n", safe);
}

static void on_progress(void *context, uint64_t done, uint64_t total)
{
	int filled = total ? (int)(done * BAR / total) : BAR;
	const bool *json = context;

	if (*json)
		return;
	if (filled > BAR)
		filled = BAR;
	(void)fprintf(stderr, "\r[%-*.*s] %3d %%", BAR, filled,
		      "########################################", filled * 100 / BAR);
	(void)fflush(stderr);
}

void terminal_report(struct mxw_report *report, const bool *json)
{
	*report = (struct mxw_report){ .note = on_note,
				       .context = (void *)json,
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

/* Controls move the cursor or forge a line, and some marks turn the order of what follows. */
static bool may_show(uint32_t code)
{
	bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
	bool reorders = (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);

	return !control && !reorders && code != 0x200e && code != 0x200f;
}

/* Bytes of the UTF-8 character at text; 0 if it is none, or may not be shown. */
static size_t shown_bytes(const char *text)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = (unsigned char)*text;
	size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	uint32_t code = size == 1 ? lead : lead & (0xffU >> (size + 1));

	if ((lead & 0xc0) == 0x80 || lead > 0xf4)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | ((unsigned char)text[i] & 0x3f);
	}
	if (code < least[size] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	return may_show(code) ? size : 0;
}

/* Text comes from anywhere. */
const char *terminal_safe(const char *text, char *out, size_t size)
{
	size_t i = 0;

	while (text[i] && i + 1 < size) {
		size_t bytes = shown_bytes(text + i);

		if (i + bytes >= size)
			break;
		if (!bytes)
			out[i++] = '?';
		for (size_t end = i + bytes; i < end; i++)
			out[i] = text[i];
	}
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

json_t *terminal_string(const char *text)
{
	char *copy = safe_copy(text);
	json_t *string = copy ? json_string(copy) : NULL;

	free(copy);
	return string ? string : json_null();
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

	if (!table || !table->columns)
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

static int print_document(json_t *root, FILE *stream, size_t flags)
{
	json_t *document = json_pack("{s:i}", "schema", CLI_SCHEMA);
	int error = document && root && json_object_update(document, root) == 0 &&
				    json_dumpf(document, stream, flags) == 0
			    ? MXW_OK
			    : MXW_E_FAIL;

	(void)fputc('\n', stream);
	json_decref(document);
	json_decref(root);
	return error;
}

int terminal_json(json_t *root)
{
	return print_document(root, stdout, JSON_INDENT(2));
}

int terminal_json_line(json_t *root, FILE *stream)
{
	return print_document(root, stream, JSON_COMPACT);
}

bool terminal_wait(unsigned int seconds)
{
	const struct timespec time = { .tv_sec = seconds };
	sigset_t set;

	(void)sigemptyset(&set); /* none of these fails for valid signals */
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	return sigtimedwait(&set, NULL, &time) > 0;
}
