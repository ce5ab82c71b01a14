// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The addresses a verb gets (tools/xdpctl/cli/lines.h): from operands, a file or
 * standard input, with whatever may be in those.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/unit/cli_reading.h"

#define WORDS 4
#define A16 "0123456789abcdef"
#define A128 A16 A16 A16 A16 A16 A16 A16 A16
#define A512 A128 A128 A128 A128
#define S512 /* white space */                                             \
	"                                                                " \
	"                                                                " \
	"                                                                " \
	"                                                                " \
	"                                                                " \
	"                                                                " \
	"                                                                " \
	"                                                                "

static void read_lines(struct cli *cli, lines_guard *guard, struct reading *out)
{
	read_wanted(cli, MXW_SAYS_BLOCK, guard, out);
}

static const struct row {
	const char *name, *bytes;
	size_t size;
	const char *want; /* prefixes */
	const char *complaints[4]; /* wanted, each "line N: and its beginning" */
} rows[] = {
	{ "empty", TEXT(""), "", { 0 } },
	{ "one", TEXT("192.0.2.7\n"), "192.0.2.7 ", { 0 } },
	{ "no newline at the end", TEXT("192.0.2.7\n192.0.2.8"), "192.0.2.7 192.0.2.8 ", { 0 } },
	{ "nothing but a newline", TEXT("\n"), "", { 0 } },
	{ "blank lines", TEXT("\n\n192.0.2.7\n   \n\t\n"), "192.0.2.7 ", { 0 } },
	{ "white space around", TEXT(" \t192.0.2.7\t \n"), "192.0.2.7 ", { 0 } },
	{ "comments",
	  TEXT("# one\n192.0.2.7 # two # three\n#192.0.2.8\n192.0.2.9#four"),
	  "192.0.2.7 192.0.2.9 ",
	  { 0 } },
	{ "lines of Windows",
	  TEXT("192.0.2.7\r\n\r\n# x\r\n10.0.0.0/8\r\n"),
	  "10.0.0.0/8 192.0.2.7 ",
	  { 0 } },
	{ "sorted, each once",
	  TEXT("192.0.2.9\n192.0.2.7\n192.0.2.9\n192.0.2.9/32\n"),
	  "192.0.2.7 192.0.2.9 ",
	  { 0 } },
	{ "ranges before what they hold",
	  TEXT("10.0.0.0\n10.0.0.0/16\n10.0.0.0/8\n"),
	  "10.0.0.0/8 10.0.0.0/16 10.0.0.0 ",
	  { 0 } },
	{ "both families",
	  TEXT("fe80::1\n2001:db8::/32\n255.255.255.255\n0.0.0.0\n"),
	  "0.0.0.0 255.255.255.255 2001:db8::/32 fe80::/64 ",
	  { 0 } },
	{ "the same source in three words",
	  TEXT("2001:db8::1\n2001:db8::2\n2001:db8::/64\n"),
	  "2001:db8::/64 ",
	  { 0 } },
	{ "bad lines keep their numbers",
	  TEXT("192.0.2.7\n\n# x\nnonsense\n192.0.2.8\n1.2.3.256\n"),
	  "192.0.2.7 192.0.2.8 ",
	  { "line 4: \"nonsense\" ", "line 6: \"1.2.3.256\" " } },
	{ "what a plain list of feed add may have",
	  TEXT("\xef\xbb\xbf"
	       "192.0.2.7;was 192.0.2.99\r\n; 192.0.2.98\n// 192.0.2.97\n"
	       "192.0.2.8 - 192.0.2.11\n192.0.2.1-192.0.2.2 // 192.0.2.96\n"),
	  "192.0.2.1 192.0.2.2 192.0.2.7 192.0.2.8/30 ",
	  { 0 } },
	{ "a range that ends before it begins",
	  TEXT("192.0.2.7-192.0.2.1\n192.0.2.9\n"),
	  "192.0.2.9 ",
	  { "line 1: \"192.0.2.7-192.0.2.1\" is refused: the range ends" } },
	{ "a last line that is bad", TEXT("192.0.2.7\nx"), "192.0.2.7 ", { "line 2: \"x\" " } },
	{ "too long",
	  TEXT("192.0.2.7\n" A512 A512 "\n192.0.2.8\n"),
	  "192.0.2.7 192.0.2.8 ",
	  { "line 2: \"" A16 A16 } },
	{ "too long, at the end",
	  TEXT("192.0.2.7\n" A512),
	  "192.0.2.7 ",
	  { "line 2: \"" A16 A16 } },
	{ "a long comment",
	  TEXT("192.0.2.7 #" A512 A512 "\n#" A512 "\n192.0.2.8\n"),
	  "192.0.2.7 192.0.2.8 ",
	  { 0 } },
	{ "spaces without end",
	  TEXT("192.0.2.7" S512 "x\n192.0.2.8\n"),
	  "192.0.2.8 ",
	  { "line 1: \"192.0.2.7" } },
	{ "escapes are not passed on (L3)",
	  TEXT("192.0.2.1\n192.0.2.2\n192.0.2.3\n192.0.2.4\n192.0.2.5\n"
	       "\x1b[2J\n192.0.2.7\rx\n\xff\n\xc2\x9b"
	       "2J\n"),
	  "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 ",
	  { "line 6: \"?[2J\" ", "line 7: \"192.0.2.7?x\" ", "line 8: \"?\" ",
	    "line 9: \"??2J\" " } },
	{ "neighbours stay entries of their own",
	  TEXT("192.0.2.6\n192.0.2.7\n192.0.2.8-192.0.2.9\n"),
	  "192.0.2.6 192.0.2.7 192.0.2.8/31 ",
	  { 0 } },
};

static void check_complaints(const struct row *row, const struct reading *got, const char *path)
{
	const char *at = got->complaints;
	size_t count = 0;

	for (; count < COUNT(row->complaints) && row->complaints[count]; count++) {
		char want[256];

		(void)snprintf(want, sizeof(want), "xdpctl: %s %s", path, row->complaints[count]);
		if (strncmp(at, want, strlen(want)) != 0)
			fail_msg("row \"%s\": said\n%swanted\n%s", row->name, at, want);
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	expect_text(row->name, at, "");
	expect_number(row->name, "bad", got->bad, count);
}

static void check_result(const struct row *row, const struct reading *got)
{
	expect_number(row->name, "the result", (uint64_t)got->error, MXW_OK);
	expect_text(row->name, got->prefixes, row->want);
}

static void files_are_read_line_by_line(void **state)
{
	char dir[SCRATCH_PATH], path[96];

	(void)state;
	(void)scratch_make(dir);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cli cli = { .verb = NULL };
		struct reading got;

		cli.args.file = write_file(dir, rows[i].bytes, rows[i].size, path);
		read_lines(&cli, NULL, &got);
		check_result(&rows[i], &got);
		expect_text(rows[i].name, got.notes, "");
		check_complaints(&rows[i], &got, path);
	}
	scratch_remove(dir);
}

static void what_is_not_a_list_is_refused_whole(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *want;
	} cases[] = {
		{ TEXT("192.0.2.7 192.0.2.8\n"),
		  "it may be two addresses or a range: --format fail2ban or columns says which" },
		{ TEXT("-\n"), "line 1: no format of a list fits this text" },
		{ TEXT("192.0.2.7\n192.0.2.8\0\n192.0.2.9\n"), "line 2: it has a NUL byte" },
		{ TEXT("192.0.2.7 # \0\n192.0.2.8\n"), "line 1: it has a NUL byte" },
		{ TEXT("<html>\n192.0.2.7\n"), "line 1: " },
	};
	char dir[SCRATCH_PATH], path[96];

	(void)state;
	(void)scratch_make(dir);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cli cli = { .verb = NULL };
		struct reading got;

		cli.args.file = write_file(dir, cases[i].bytes, cases[i].size, path);
		read_lines(&cli, NULL, &got);
		assert_int_equal(got.error, MXW_E_FAIL);
		expect_sentence(cases[i].bytes, &got.err, cases[i].want);
		expect_text(cases[i].bytes, got.prefixes, "");
	}
	scratch_remove(dir);
}

static void standard_input_is_read_the_same(void **state)
{
	char dir[SCRATCH_PATH], path[96];
	const char *dash = "-";

	(void)state;
	(void)scratch_make(dir);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cli cli = { .args.operands = { .items = &dash, .count = 1 } };
		struct reading got;

		(void)write_file(dir, rows[i].bytes, rows[i].size, path);
		assert_non_null(freopen(path, "re", stdin));
		read_lines(&cli, NULL, &got);
		check_result(&rows[i], &got);
		check_complaints(&rows[i], &got, "standard input");
	}
	scratch_remove(dir);
}

static int no_odd_ones(void *context, const char *word, const struct mxw_prefix *prefix,
		       struct mxw_err *err)
{
	(void)context;
	assert_non_null(word);
	return prefix->key & 1 ? mxw_fail(err, MXW_E_USAGE, "odd") : MXW_OK;
}

static void operands_stand_or_fall_together(void **state)
{
	static const struct {
		const char *words[WORDS];
		lines_guard *guard;
		const char *want, *notes, *sentence; /* sentence NULL: it is taken */
	} cases[] = {
		{ { "192.0.2.8", "10.0.0.0/8", "192.0.2.8" },
		  NULL,
		  "10.0.0.0/8 192.0.2.8 ",
		  "",
		  NULL },
		{ { "192.0.2.8/24" },
		  NULL,
		  "192.0.2.0/24 ",
		  "\"192.0.2.8/24\" is taken as 192.0.2.0/24: the bits behind the prefix length "
		  "were cleared\n",
		  NULL },
		{ { "2001:db8::1" },
		  NULL,
		  "2001:db8::/64 ",
		  "\"2001:db8::1\" is taken as 2001:db8::/64: IPv6 works by /64 here\n",
		  NULL },
		{ { "::ffff:192.0.2.8" },
		  NULL,
		  "192.0.2.8 ",
		  "\"::ffff:192.0.2.8\" is taken as 192.0.2.8: that is an IPv6 form of an IPv4 "
		  "address\n",
		  NULL },
		{ { "192.0.2.8", "x" }, NULL, "", "", "\"x\" is not an address" },
		{ { "192.0.2.8", "" }, NULL, "", "", "\"\" is not an address" },
		{ { "# x" }, NULL, "", "", "\"# x\" is not an address" },
		{ { "192.0.2.8" }, no_odd_ones, "192.0.2.8 ", "", NULL },
		{ { "192.0.2.8", "192.0.2.9" }, no_odd_ones, "", "", "odd" },
		{ { NULL },
		  NULL,
		  "",
		  "",
		  "`xdpctl block` needs addresses, --file FILE, or - for standard input" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *words[WORDS];
		struct cli cli = { .args.operands = { .items = words } };
		struct reading got;

		for (; cases[i].words[cli.args.operands.count]; cli.args.operands.count++)
			words[cli.args.operands.count] = cases[i].words[cli.args.operands.count];
		read_lines(&cli, cases[i].guard, &got);
		if (cases[i].sentence)
			expect_sentence(words[0], &got.err, cases[i].sentence);
		expect_number(cases[i].want, "the result", got.error == MXW_E_USAGE,
			      cases[i].sentence != NULL);
		expect_text(cases[i].want, got.prefixes, cases[i].want);
		if (!cases[i].sentence)
			expect_text(cases[i].want, got.notes, cases[i].notes);
		expect_text(cases[i].want, got.complaints, "");
	}
}

static void a_guard_names_the_line(void **state)
{
	char dir[SCRATCH_PATH], path[96], want[160];
	struct cli cli = { .verb = NULL };
	struct reading got;

	(void)state;
	cli.args.file = write_file(scratch_make(dir), TEXT("192.0.2.8\n192.0.2.9\n"), path);
	read_lines(&cli, no_odd_ones, &got);
	(void)snprintf(want, sizeof(want), "xdpctl: %s line 2: odd\n", path);
	expect_text("guard", got.complaints, want);
	expect_text("guard", got.prefixes, "192.0.2.8 ");
	scratch_remove(dir);
}

static void many_bad_lines_are_not_all_named(void **state)
{
	char dir[SCRATCH_PATH], path[96], text[51], want[160];
	struct cli cli = { .verb = NULL };
	struct reading got;
	size_t lines = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(text) - 1; i += 2)
		memcpy(text + i, "x\n", 3);
	cli.args.format = MXW_FORMAT_PLAIN;
	cli.args.file = write_file(scratch_make(dir), text, 50, path);
	read_lines(&cli, NULL, &got);
	assert_int_equal(got.bad, 25);
	for (const char *at = got.complaints; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 21);
	(void)snprintf(want, sizeof(want), "xdpctl: %s: 5 more bad lines, not shown\n", path);
	assert_non_null(strstr(got.complaints, want));
	scratch_remove(dir);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
	static const struct {
		const char *path, *want;
	} cases[] = {
		{ "/no/such/file",
		  "\"/no/such/file\" cannot be opened: No such file or directory" },
		{ "/", "\"/\" " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cli cli = { .args.file = cases[i].path };
		struct reading got;

		read_lines(&cli, NULL, &got);
		assert_int_equal(got.error, MXW_E_FAIL);
		expect_sentence(cases[i].path, &got.err, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_read_line_by_line),
		cmocka_unit_test(what_is_not_a_list_is_refused_whole),
		cmocka_unit_test(standard_input_is_read_the_same),
		cmocka_unit_test(operands_stand_or_fall_together),
		cmocka_unit_test(a_guard_names_the_line),
		cmocka_unit_test(many_bad_lines_are_not_all_named),
		cmocka_unit_test(a_file_that_cannot_be_read_is_named),
	};

	return cmocka_run_group_tests_name("cli_lines", tests, NULL, NULL);
}
