// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The controller's replies as people and programs see them (tools/xdpctl/dnsbl_print.c), also
 * those that a controller would not send.
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
#include "tools/xdpctl/dnsbl.h"

typedef void printer(const struct cli *cli, const json_t *body);

static const char *printed(printer *print, const char *reply, bool porcelain, char *out,
			   size_t size)
{
	struct cli cli = { .args.porcelain = porcelain };
	json_t *body = json_loads(reply, 0, NULL);
	struct capture capture;

	assert_non_null(body);
	capture_begin(&capture, STDOUT_FILENO);
	print(&cli, body);
	(void)capture_end(&capture, out, size);
	json_decref(body);
	return out;
}

static void a_verdict_is_one_line_without_controls(void **state)
{
	static const struct {
		const char *reply;
		bool porcelain;
		const char *part;
	} rows[] = {
		{ "{\"rung\":\"drop\",\"score\":9,\"for\":60,\"why\":\"score 9\",\"lists\":[],"
		  "\"controller\":true}",
		  false, "\nscore 9: drop for 1m: score 9\n" },
		{ "{\"rung\":\"drop\",\"score\":9,\"for\":60,\"why\":\"score 9\",\"lists\":[]}",
		  true, "verdict\tdrop\t9\t60\t\tscore 9\n" },
		{ "{\"rung\":\"d\\u001b[2Jp\",\"why\":\"x\\u001b]0;y\\u0007\\nverdict\\tz\","
		  "\"controller\":true}",
		  false, "\nscore 0: d?[2Jp: x?]0;y??verdict?z\n" },
		{ "{\"rung\":\"d\\u001b[2Jp\",\"standing\":\"a\\tb\",\"why\":\"x\\nverdict\\tz\"}",
		  true, "verdict\td?[2Jp\t0\t0\ta?b\tx?verdict?z\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char got[BOOK_TEXT];
		const char *at = strstr(printed(dnsbl_print_query, rows[i].reply, rows[i].porcelain,
						got, sizeof(got)),
					rows[i].part);

		if (!at || at[strlen(rows[i].part)])
			fail_msg("row %zu: %s", i, got);
	}
}

#define FIGURES "\"figures\":{\"sources\":5,\"unique\":1,\"overlap\":"

static void overlaps_are_told(void **state)
{
	static const struct {
		const char *reply, *want; /* from the first overlap on */
	} rows[] = {
		{ "{\"lists\":[{\"list\":\"a.b\"," FIGURES "{\"c.d\":4}}}]}",
		  "\na.b had 5 sources, 1 that no other had; also in c.d=4\n" },
		{ "{\"lists\":[{\"list\":\"a.b\"," FIGURES "{\"0spam.example\":4,\"c.d\":2}}}]}",
		  "\na.b had 5 sources, 1 that no other had; also in 0spam.example=4,c.d=2\n" },
		{ "{\"lists\":[{\"list\":\"a.b\"," FIGURES "{}}}]}",
		  "\na.b had 5 sources, 1 that no other had\n" },
		{ "{\"lists\":[{\"list\":\"a\\u001b[31m\"," FIGURES "{\"c\\n\\u001bd\":4}}}]}",
		  "\na?[31m had 5 sources, 1 that no other had; also in c??d=4\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char got[BOOK_TEXT];
		const char *at = strstr(
			printed(dnsbl_print_stats, rows[i].reply, false, got, sizeof(got)), "\n\n");

		if (!at || strcmp(at + 1, rows[i].want) != 0)
			fail_msg("row %zu: %s", i, got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verdict_is_one_line_without_controls),
		cmocka_unit_test(overlaps_are_told),
	};

	return cmocka_run_group_tests_name("cli_dnsbl", tests, NULL, NULL);
}
