// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a terminal gets to see (tools/xdpctl/cli/terminal.h): no control characters
 * (L3), tables for people and for programs, JSON with its schema.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/book.h"
#include "tests/unit/capture.h"
#include "tools/xdpctl/cli/terminal.h"

#define COLUMNS 3
#define ROWS 4

static void only_what_may_be_shown_is(void **state)
{
	static const struct {
		const char *text, *want;
		size_t size; /* 0 = plenty */
	} rows[] = {
		{ "", "", 0 },
		{ "plain text, 100 %", "plain text, 100 %", 0 },
		{ "a\nb\rc\td\be", "a?b?c?d?e", 0 },
		{ "\x1b[31mred\x1b]0;title\x07", "?[31mred?]0;title?", 0 },
		{ "\x01\x1f\x7f", "???", 0 },
		{ "j\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x93\xa7",
		  "j\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x93\xa7", 0 },
		/* C1 controls, in UTF-8 and alone: 0x9b begins an escape sequence */
		{ "\xc2\x9b"
		  "31m",
		  "??31m", 0 },
		{ "\x9b"
		  "31m",
		  "?31m", 0 },
		{ "\xc2\x80\xc2\x9f\xc2\xa0", "????\xc2\xa0", 0 },
		/* not UTF-8: cut short, too long a form, a surrogate, beyond the last */
		{ "\xff\xfe", "??", 0 },
		{ "a\xc3", "a?", 0 },
		{ "\xe2\x82", "??", 0 },
		{ "\xe2\x82z", "??z", 0 },
		{ "\xc0\x8a\xc1\xbf", "????", 0 },
		{ "\xe0\x80\x8a", "???", 0 },
		{ "\xf0\x80\x80\x8a", "????", 0 },
		{ "\xc0\xaf\xe0\x80\xaf", "?????", 0 },
		{ "\xed\xa0\x80", "???", 0 },
		{ "\xf4\x90\x80\x80", "????", 0 },
		{ "\xf5\x80\x80\x80", "????", 0 },
		{ "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf", 0 },
		/* right to left, line separator */
		{ "\xe2\x80\xae"
		  "eval",
		  "???eval", 0 },
		{ "\xe2\x81\xa6\xe2\x80\xa8\xe2\x80\x8f", "?????????", 0 },
		/* cut to the room, never inside a character */
		{ "abcdef", "abc", 4 },
		{ "abcdef", "", 1 },
		{ "ab\xe2\x82\xac", "ab\xe2\x82\xac", 6 },
		{ "ab\xe2\x82\xac", "ab", 5 },
		{ "ab\xe2\x82\xac", "ab", 4 },
		{ "\n\n\n", "??", 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[64];
		size_t size = rows[i].size ? rows[i].size : sizeof(out);

		memset(out, 'x', sizeof(out));
		assert_ptr_equal(terminal_safe(rows[i].text, out, size), out);
		expect_text(rows[i].want, out, rows[i].want);
	}
}

static const char *const headings[] = { "CLASS", "SOURCE", "WHY", NULL };

static void tables_are_aligned_or_tabbed(void **state)
{
	static const struct {
		const char *name;
		bool porcelain;
		const char *cells[ROWS][COLUMNS];
		const char *want;
	} rows[] = {
		{ "empty", false, { { NULL } }, "CLASS  SOURCE  WHY\n" },
		{ "empty, for programs", true, { { NULL } }, "" },
		{ "widths",
		  false,
		  { { "a", "192.0.2.7", "" }, { "a long class", "b", "why not" } },
		  "CLASS         SOURCE     WHY\n"
		  "a             192.0.2.7  \n"
		  "a long class  b          why not\n" },
		{ "for programs",
		  true,
		  { { "a", "192.0.2.7", "" }, { "a long class", "b", "why not" } },
		  "a\t192.0.2.7\t\na long class\tb\twhy not\n" },
		{ "nothing forges a line",
		  true,
		  { { "a", "b", "x\ny\tz\x1b[2J" } },
		  "a\tb\tx?y?z?[2J\n" },
		{ "nothing forges a line for people",
		  false,
		  { { "a", "b", "x\ny\tz\x1b[2J" } },
		  "CLASS  SOURCE  WHY\na      b       x?y?z?[2J\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct terminal_table *table;
		struct capture capture;
		char got[BOOK_TEXT];

		capture_begin(&capture, STDOUT_FILENO);
		table = terminal_table_new(headings, rows[i].porcelain);
		for (int row = 0; row < ROWS && rows[i].cells[row][0]; row++)
			terminal_table_row(table, rows[i].cells[row]);
		terminal_table_print(table);
		(void)capture_end(&capture, got, sizeof(got));
		expect_text(rows[i].name, got, rows[i].want);
	}
}

static void a_long_table_is_whole(void **state)
{
	static const char *const cells[] = { "block", "192.0.2.7", "spam" };
	char got[8192], *at = got;
	struct capture capture;
	size_t lines = 0;

	(void)state;
	for (int porcelain = 0; porcelain < 2; porcelain++) {
		struct terminal_table *table;

		capture_begin(&capture, STDOUT_FILENO);
		table = terminal_table_new(headings, porcelain);
		for (int i = 0; i < 200; i++)
			terminal_table_row(table, cells);
		terminal_table_print(table);
		at = (char *)capture_end(&capture, got, sizeof(got));
		for (lines = 0; (at = strchr(at, '\n')); at++)
			lines++;
		assert_int_equal(lines, porcelain ? 200 : 201);
	}
}

static void json_has_its_schema(void **state)
{
	struct capture capture;
	char got[BOOK_TEXT];
	json_t *document;
	int error;

	(void)state;
	capture_begin(&capture, STDOUT_FILENO);
	error = terminal_json(json_pack("{s:s}", "why", "a\nb\x1b\xc3\xb6\""));
	(void)capture_end(&capture, got, sizeof(got));
	assert_int_equal(error, MXW_OK);
	assert_null(strchr(got, '\x1b'));
	document = json_loads(got, 0, NULL);
	assert_non_null(document);
	assert_int_equal(json_integer_value(json_object_get(document, "schema")), 1);
	assert_string_equal(json_string_value(json_object_get(document, "why")),
			    "a\nb\x1b\xc3\xb6\"");
	json_decref(document);
}

static void json_that_cannot_be_made_is_an_error(void **state)
{
	struct capture capture;
	char got[BOOK_TEXT];
	int error;

	(void)state;
	capture_begin(&capture, STDOUT_FILENO);
	error = terminal_json(NULL);
	(void)capture_end(&capture, got, sizeof(got));
	assert_int_equal(error, MXW_E_FAIL);
}

static void notes_go_to_standard_error(void **state)
{
	struct mxw_report report;
	struct capture capture;
	char got[BOOK_TEXT];
	bool json = false;

	(void)state;
	capture_begin(&capture, STDERR_FILENO);
	terminal_report(&report, &json);
	mxw_note(&report, "\"%s\" is taken as %s", "x\x1b[2J", "y");
	mxw_progress(&report, 1, 2); /* no terminal, no bar */
	terminal_progress_end(&report);
	json = true;
	mxw_note(&report, "\"%s\"", "x\x1b[2J");
	(void)capture_end(&capture, got, sizeof(got));
	assert_string_equal(got, "xdpctl: note: \"x?[2J\" is taken as y\n"
				 "{\"schema\":1,\"note\":\"\\\"x?[2J\\\"\"}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_may_be_shown_is),
		cmocka_unit_test(tables_are_aligned_or_tabbed),
		cmocka_unit_test(a_long_table_is_whole),
		cmocka_unit_test(json_has_its_schema),
		cmocka_unit_test(json_that_cannot_be_made_is_an_error),
		cmocka_unit_test(notes_go_to_standard_error),
	};

	return cmocka_run_group_tests_name("cli_terminal", tests, NULL, NULL);
}
