// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Protected destinations as the operator writes them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "datapath/dests.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void ranges_are_taken_to_the_last_bit(void **state)
{
	static const struct {
		const char *text;
		uint32_t len; /* 0: refused */
	} cases[] = {
		{ "192.0.2.25", 128 },	 { "192.0.2.0/24", 96 + 24 },
		{ "0.0.0.0/0", 96 },	 { "2001:db8::25", 128 },
		{ "2001:db8::/65", 65 }, { "2000::/3", 3 },
		{ "192.0.2.0/33", 0 },	 { "2001:db8::/129", 0 },
		{ "mx.example", 0 },	 { "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mxw_dest_key dest;
		int error = mxw_dest_parse(cases[i].text, &dest, NULL);

		assert_int_equal(error, cases[i].len ? 0 : MXW_E_USAGE);
		if (cases[i].len)
			assert_int_equal(dest.prefix_len, cases[i].len);
	}
}

/* IPv4 destinations lie inside IPv6 ones, and nobody means that. */
static void an_ipv6_range_does_not_hold_ipv4(void **state)
{
	static const struct {
		const char *text;
		bool refused;
	} cases[] = {
		{ "::/0", true },      { "::/80", true },	  { "::/10", true },
		{ "::/81", false },    { "::ffff:0:0/95", true }, { "::ffff:0:0/96", false },
		{ "2000::/3", false }, { "fe80::/10", false },
	};
	struct mxw_dest_key dest;
	struct mxw_err err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		err = (struct mxw_err){ .text = "" };
		if ((mxw_dest_parse(cases[i].text, &dest, &err) != 0) != cases[i].refused)
			fail_msg("%s: %s", cases[i].text, err.text);
		if (cases[i].refused)
			assert_non_null(strstr(err.text, "2000::/3"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_taken_to_the_last_bit),
		cmocka_unit_test(an_ipv6_range_does_not_hold_ipv4),
	};

	return cmocka_run_group_tests_name("dests", tests, NULL, NULL);
}
