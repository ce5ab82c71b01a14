/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person sees: notes and a progress bar on standard error, tables on
 * standard output.
 */
#ifndef MXW_TERMINAL_H
#define MXW_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "base/report.h"

/* Notes as lines; progress as a bar, where standard error is a terminal. With json, which is
 * the caller's and may change, notes are objects in a line, and there is no bar. */
void terminal_report(struct mxw_report *report, const bool *json);

/* The sentence of an error on standard error: for people, or as JSON in a line. */
void terminal_error(const char *text, int exit_code, bool json);

/* Clears a progress bar that is on the screen. */
void terminal_progress_end(const struct mxw_report *report);

/* Waits so many seconds, or for ^C: true. The signals stay blocked. */
bool terminal_wait(unsigned int seconds);

#define TERMINAL_COLUMNS 10

/*
 * Collects the rows of a table, then prints it with columns as wide as they
 * need. In porcelain form: no heading, one tab between columns, no padding.
 */
struct terminal_table;

/* headings: NULL-terminated, at most TERMINAL_COLUMNS. NULL without memory. */
struct terminal_table *terminal_table_new(const char *const *headings, bool porcelain);

/* Adds a row of as many texts as there are headings; they are copied, and control
 * characters in them are shown as "?". */
void terminal_table_row(struct terminal_table *table, const char *const *cells);

/* Prints and frees. */
void terminal_table_print(struct terminal_table *table);

/* Prints root with "schema" added, sorted as built, and frees it. Returns 0 or MXW_E_FAIL. */
int terminal_json(json_t *root);

/* The same in one line, for verbs that go on, and on a stream that is not flushed. */
int terminal_json_line(json_t *root, FILE *stream);

/* Copies text as far as it fits, as UTF-8 without control characters: "?" stands for each
 * byte of what is neither. For all text that is not our own. Returns out. */
const char *terminal_safe(const char *text, char *out, size_t size);

/* The same as a JSON string, which takes nothing but UTF-8; JSON's null without memory. The
 * caller owns it. */
json_t *terminal_string(const char *text);

#endif
