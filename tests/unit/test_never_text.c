// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the operator names as never blocked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "host/never.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What a text of the operator's stands for. */
static void an_ipv6_address_is_one_host(void **state)
{
	static const struct {
		const char *text, *want;
		bool host;
	} cases[] = {
		{ "192.0.2.7", "192.0.2.7", false },
		{ "192.0.2.0/24", "192.0.2.0/24", false },
		{ "2001:db8::7", "2001:db8::7", true },
		{ "2001:db8::7/128", "2001:db8::7", true },
		{ "2001:db8::7/120", "2001:db8::/64", false },
		{ "2001:db8::/64", "2001:db8::/64", false },
		{ "2001:db8::/48", "2001:db8::/48", false },
		{ "fe80::7", "fe80::7", true },
		{ "::1", "::1", true },
		{ "::ffff:192.0.2.7", "192.0.2.7", false },
		{ "64:ff9b::192.0.2.7", "192.0.2.7", false },
		{ "2002:c000:207::1", "192.0.2.7", false },
	};
	char text[MXW_ADDR_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mxw_never_item item = { .own = false };

		assert_int_equal(mxw_never_parse(cases[i].text, &item, NULL), 0);
		assert_string_equal(mxw_never_format(&item, text), cases[i].want);
		assert_int_equal(item.host, cases[i].host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_ipv6_address_is_one_host),
	};

	return cmocka_run_group_tests_name("never text", tests, NULL, NULL);
}
