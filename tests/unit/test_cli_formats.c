// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The formats in which the verbs of addresses take a list (tools/xdpctl/cli/lines.h), and what they
 * take of it.
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

/* "11.9.0.1" and a newline. */
#define GZIP_11_9_0_1                                              \
	"\037\213\010\000\000\000\000\000\000\003\063\064\324\263" \
	"\324\063\320\063\344\002\000\372\153\122\260\011\000\000\000"

#define TABLE "11.1.0.0/16 REJECT\n11.2.0.0/16 OK\n11.3.0.0/16 REJECT\n"
#define ZONE "$SOA 1 a.example b.example 0 1h 1h 1h 1h\n11.1.0.0/30\n!11.1.0.1\n11.1.0.2\n"

/* Whatever a format says, block blocks and allow allows: the opposite is refused by its line. */
static void formats_of_feeds_are_read(void **state)
{
	static const struct {
		enum mxw_says wanted;
		const char *text, *want, *notes, *complaint; /* the beginnings of both, "" = none */
		bool ends;
	} cases[] = {
		{ MXW_SAYS_BLOCK, TABLE, "11.1.0.0/16 11.3.0.0/16 ", "is read as postfix: ",
		  "line 2: \"11.2.0.0/16\" is what the list allows, and `xdpctl block` takes only "
		  "what it blocks\n",
		  false },
		{ MXW_SAYS_ALLOW, "11.1.0.0/16 REJECT\n11.2.0.0/16 OK\n", "11.2.0.0/16 ",
		  "is read as postfix: ",
		  "line 1: \"11.1.0.0/16\" is what the list blocks, and `xdpctl allow` takes only "
		  "what it allows\n",
		  false },
		{ MXW_SAYS_ALLOW, "11.1.0.1\n", "11.1.0.1 ", "", "", false },
		{ MXW_SAYS_BLOCK, ZONE, "11.1.0.0 11.1.0.2/31 11.1.0.2 ",
		  "is read as rbldnsd: ", "", false },
		{ MXW_SAYS_BLOCK, "11.1.0.1\t10\n11.1.0.2\t3\n", "11.1.0.1 11.1.0.2 ",
		  "is read as columns: ", "", false },
		{ MXW_SAYS_BLOCK,
		  "create s hash:ip family inet timeout 300\nadd s 11.1.0.1 timeout 60\n",
		  "11.1.0.1 ", "is read as ipset: ", "", true },
		{ MXW_SAYS_BLOCK, "TRAPPED|11.1.0.1|1000000000\nTRAPPED|11.1.0.2|0\n", "11.1.0.2 ",
		  "is read as spamdb: ", "", false },
	};
	char dir[SCRATCH_PATH], path[96], want[300];

	(void)state;
	(void)scratch_make(dir);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cli cli = { .verb = NULL };
		struct reading got;

		cli.args.file = write_file(dir, cases[i].text, strlen(cases[i].text), path);
		read_wanted(&cli, cases[i].wanted, NULL, &got);
		expect_number(cases[i].text, "the result", (uint64_t)got.error, MXW_OK);
		expect_text(cases[i].text, got.prefixes, cases[i].want);
		(void)snprintf(want, sizeof(want), "%s %s", path, cases[i].notes);
		if (strncmp(got.notes, want, cases[i].notes[0] ? strlen(want) : 0) != 0)
			fail_msg("noted: %s, wanted: %s", got.notes, want);
		(void)snprintf(want, sizeof(want), "xdpctl: %s %s", path, cases[i].complaint);
		expect_text(cases[i].text, got.complaints, cases[i].complaint[0] ? want : "");
		expect_number(cases[i].text, "an end", got.end != 0, cases[i].ends);
	}
	scratch_remove(dir);
}

static void entries_that_end_need_one_end(void **state)
{
	static const struct {
		const char *verb;
		uint64_t end, duration; /* wall clock s, s */
		const char *want; /* NULL: taken */
	} cases[] = {
		{ "block", 0, 0, NULL },
		{ "block", UINT32_MAX, 3600, NULL },
		{ "block", UINT32_MAX, 0, "say with --for when all of them end" },
		{ "feed import", UINT32_MAX, 0, "take the list with `xdpctl feed add`" },
		{ "block", 1000000000, 3600, "its time is over" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct cli cli = { .verb = cli_find_verb(cases[i].verb),
				   .args.duration = cases[i].duration };
		struct lines lines = { .end = cases[i].end };
		int error = lines_check_ends(&cli, &lines);

		expect_number(cases[i].verb, "refused", error != MXW_OK, cases[i].want != NULL);
		if (cases[i].want)
			expect_sentence(cases[i].verb, &cli.err, cases[i].want);
	}
}

static void gzip_is_unpacked(void **state)
{
	char dir[SCRATCH_PATH], path[96];
	struct cli cli = { .verb = NULL };
	struct reading got;

	(void)state;
	(void)scratch_make(dir);
	cli.args.file = write_file(dir, TEXT(GZIP_11_9_0_1), path);
	read_wanted(&cli, MXW_SAYS_BLOCK, NULL, &got);
	assert_int_equal(got.error, MXW_OK);
	expect_text("gzip", got.prefixes, "11.9.0.1 ");
	expect_text("gzip", got.complaints, "");
	scratch_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_of_feeds_are_read),
		cmocka_unit_test(entries_that_end_need_one_end),
		cmocka_unit_test(gzip_is_unpacked),
	};

	return cmocka_run_group_tests_name("cli_formats", tests, NULL, NULL);
}
